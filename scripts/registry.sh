#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The folder is the registry: file names in, the tables of every plug-in out.
set -eu
LC_ALL=C
export LC_ALL
echo '/* Made by scripts/registry.sh from the file names; do not edit. */'
echo '#include <scope/cmd.h>'
echo
table() { # TYPE ARRAY PREFIX FILE...
	type=$1 array=$2 prefix=$3
	shift 3
	for f in "$@"; do
		echo "extern const struct $type ${prefix}_$(basename "$f" .c | tr - _);"
	done
	echo "const struct $type *const $array[] = {"
	for f in "$@"; do
		echo "	&${prefix}_$(basename "$f" .c | tr - _),"
	done
	printf '\tNULL,\n};\n\n'
}
pick() { # PATTERN FILE...
	pattern=$1
	shift
	for f in "$@"; do
		case $f in
		tools/main.c) ;;
		$pattern) echo "$f" ;;
		esac
	done
}
table sc_codec sc_codecs codec $(pick 'filters/codec/*' "$@")
table sc_reader sc_readers read $(pick 'filters/read/*' "$@")
table sc_splitter sc_splitters split $(pick 'filters/split/*' "$@")
for k in tag select; do
	for f in $(pick "filters/$k/*" "$@"); do
		echo "extern const struct sc_filter ${k}_$(basename "$f" .c | tr - _);"
	done
done
echo 'const struct sc_filter *const sc_filters[] = {'
for k in select tag; do
	for f in $(pick "filters/$k/*" "$@"); do
		echo "	&${k}_$(basename "$f" .c | tr - _),"
	done
done
printf '\tNULL,\n};\n\n'
table sc_writer sc_writers write $(pick 'filters/write/*' "$@")
table sc_cmd sc_cmds cmd $(pick 'tools/*' "$@")
