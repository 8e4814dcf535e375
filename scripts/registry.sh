#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# registry.sh plugins|commands FILE... -- the folder is the registry: file names in, C tables out.
#
# examples/figures.scope is the recipe `figures`.
# filters/tag/licence.c defines tag_licence, tools/view.c cmd_view; a dash in a file's name is an underscore in C.
# "-FILE:LIBRARY" is a file that was left out because LIBRARY is missing: `scope list` says so.
set -eu
LC_ALL=C
export LC_ALL
what=$1
shift

pick() { # PATTERN FILE...: those that match, but not main
	pattern=$1
	shift
	for f in "$@"; do
		case $f in
		tools/main.c | -*) ;;
		$pattern) echo "$f" ;;
		esac
	done
}

symbols() { # PREFIX FILE...
	prefix=$1
	shift
	for f in "$@"; do
		echo "${prefix}_$(basename "$f" .c | tr -c 'A-Za-z0-9\n' _)"
	done
}

table() { # TYPE ARRAY SYMBOL...
	type=$1 array=$2
	shift 2
	for s in "$@"; do
		echo "extern const struct $type $s;"
	done
	echo "const struct $type *const $array[] = {"
	for s in "$@"; do
		echo "	&$s,"
	done
	printf '\tNULL,\n};\n\n'
}

echo '/* Made by scripts/registry.sh from the file names; do not edit. */'
echo '#include <scope/check.h>'
echo '#include <scope/cmd.h>'
echo '#include <scope/export.h>'
echo
case $what in
commands)
	table sc_cmd sc_cmds $(symbols cmd $(pick 'tools/*' "$@"))
	;;
plugins)
	table sc_codec sc_codecs $(symbols codec $(pick 'filters/codec/*' "$@"))
	table sc_reader sc_readers $(symbols read $(pick 'filters/read/*' "$@"))
	table sc_filter sc_filters $(symbols select $(pick 'filters/select/*' "$@")) $(symbols split $(pick 'filters/split/*' "$@")) \
		$(symbols tag $(pick 'filters/tag/*' "$@"))
	table sc_writer sc_writers $(symbols write $(pick 'filters/write/*' "$@"))
	table sc_exporter sc_exporters $(symbols export $(pick 'filters/export/*' "$@"))
	table sc_checker sc_checkers $(symbols check $(pick 'filters/check/*' "$@"))
	for f in $(pick 'examples/*.scope' "$@"); do
		echo "extern const char sc_data_examples_$(basename "$f" .scope | tr -c 'A-Za-z0-9\n' _)[];"
	done
	echo 'const struct sc_recipe sc_recipes[] = {'
	for f in $(pick 'examples/*.scope' "$@"); do
		n=$(basename "$f" .scope)
		echo "	{ \"$n\", sc_data_examples_$(echo "$n" | tr -c 'A-Za-z0-9\n' _) },"
	done
	printf '\t{ NULL, NULL },\n};\n\n'
	echo 'const char *const sc_left_out[] = {'
	for f in "$@"; do
		case $f in
		-*) echo "${f#-}" | sed -e 's@^filters/@@' -e 's@\.c:@ @' -e 's@.*@	"&",@' ;;
		esac
	done
	printf '\tNULL,\n};\n'
	;;
esac
