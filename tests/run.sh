#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# run.sh BUILD [unit|cli|NAME...] -- runs the tests and ends with "N passed, N failed"; exit 1 if any failed.
#
# Unit programs (BUILD/unit/*) print a claim per test by cmocka.  A command-line test is tests/cli/NAME.sh, run in an empty
# folder of its own without standard input, twice: SCOPE_TEST_J is 1, then 4, for -j; "# once" in its first lines means that
# threads do not matter to it, "# build" that it tests the tree and not the program (left out under sanitizers).
# What it prints must be tests/cli/NAME.out, on standard error NAME.err, its exit status NAME.code; a file that is not there
# says nothing, nothing and 0.  Lines "ok - CLAIM" and "not ok - CLAIM" are counted as tests of their own, and not compared.
#
# A test sees: SCOPE the program, ROOT the tree, BUILD what was built, SHARED ../shared if it is there, else empty, and
# tests/cli/lib.sh's functions after `. "$LIB"`.
#
# UPDATE=1 writes the expected files anew: read them before they are committed.
set -u
LC_ALL=C
TZ=UTC
export LC_ALL TZ
unset NO_COLOR SOURCE_DATE_EPOCH 2>/dev/null

ROOT=$(cd "$(dirname "$0")/.." && pwd)
LIB=$ROOT/tests/lib.sh
LIMIT=${SCOPE_TEST_TIMEOUT:-150} # seconds; sanitizers take many times as long
[ -z "${SCOPE_TEST_SANITIZED:-}" ] || LIMIT=${SCOPE_TEST_TIMEOUT:-600}
export ROOT LIB LIMIT

# ---- one test, in a process of its own; prints its claims to BUILD/test/NAME.jN.tap ----

expect() { # FILE GOT: like the expected file, or missing and empty
	[ -e "$1" ] && { cmp -s "$1" "$2"; return; }
	[ ! -s "$2" ]
}

update() { # FILE GOT
	if [ -s "$2" ]; then cp "$2" "$1"; else rm -f "$1"; fi
}

one_cli() { # NAME J
	name=$1 SCOPE_TEST_J=$2 want=$ROOT/tests/cli/$1
	work=$BUILD/test/$name.j$2
	rm -rf "$work"
	mkdir -p "$work/dir" "$work/tmp"
	TMPDIR=$work/tmp
	export SCOPE_TEST_J TMPDIR
	(cd "$work/dir" && timeout "$LIMIT" sh "$want.sh") </dev/null >"$work/all" 2>"$work/err"
	code=$?
	grep -E '^(ok|not ok) - ' "$work/all" | sed "s/ - / - $name (j$2): /"
	grep -vE '^(ok|not ok) - ' "$work/all" > "$work/out"
	: > "$work/code"
	[ $code -eq 0 ] || echo $code > "$work/code"
	if [ -n "${UPDATE:-}" ]; then
		for part in out err code; do
			update "$want.$part" "$work/$part"
		done
	fi
	same=yes
	for part in code out err; do
		expect "$want.$part" "$work/$part" && continue
		same=no
		echo "not ok - $name (j$2): .$part is as expected"
		[ -e "$want.$part" ] && old=$want.$part || old=/dev/null
		diff -u "$old" "$work/$part" | sed -e 1,2d -e 's/^/#   /' | head -40
	done
	grep -q '^skipped: ' "$work/out" && { grep '^skipped: ' "$work/out" | sed "s/^/# $name /"; }
	[ $same = no ] || grep -qE '^(ok|not ok) - ' "$work/all" || echo "ok - $name (j$2)"
	[ -n "${SCOPE_TEST_KEEP:-}" ] || rm -rf "$work/dir" "$work/tmp"
}

one_unit() { # NAME
	work=$BUILD/test/unit-$1
	rm -rf "$work"
	mkdir -p "$work"
	(cd "$ROOT" && CMOCKA_MESSAGE_OUTPUT=TAP TMPDIR=$work timeout "$LIMIT" "$BUILD/unit/$1") \
		</dev/null >"$work/out" 2>&1
	code=$?
	sed -i 's/^not ok \([0-9]* # SKIP\)/ok \1/' "$work/out"
	sed -n -e "s/^ok [0-9]* # SKIP/# skipped: $1/p" -e "s/^ok [0-9]* - /ok - $1: /p" -e "s/^not ok [0-9]* - /not ok - $1: /p" "$work/out"
	if grep -q '^not ok' "$work/out" || [ $code -ne 0 ]; then
		grep -q '^not ok' "$work/out" || echo "not ok - $1: the program ends with status 0, not $code"
		grep -vE '^(ok|not ok|1\.\.)' "$work/out" | tail -40 | sed 's/^/#   /'
	fi
}

if [ "${1:-}" = --one ]; then
	case $3 in
	unit) one_unit "$2" ;;
	*) one_cli "$2" "$3" ;;
	esac > "$BUILD/test/$2.$3.tap" 2>&1
	exit 0
fi

# ---- all of them, a few at a time ----

BUILD=$(cd "${1:-build}" && pwd) || exit 2
SCOPE=$BUILD/scope
SHARED=
[ ! -d "$ROOT/../shared" ] || SHARED=$(cd "$ROOT/../shared" && pwd)
export BUILD SCOPE SHARED
[ $# -eq 0 ] || shift
[ -x "$SCOPE" ] || { echo "run.sh: no program $SCOPE; make builds it" >&2; exit 2; }
mkdir -p "$BUILD/test"
rm -f "$BUILD"/test/*.tap

wanted() { # NAME KIND, among the words of the command line
	[ -n "$words" ] || return 0
	for w in $words; do
		[ "$w" = "$1" ] || [ "$w" = "$2" ] && return 0
	done
	return 1
}

list() { # lines "NAME unit" and "NAME J", the ones that take long first
	for t in "$ROOT"/tests/cli/*.sh; do
		n=$(basename "$t" .sh)
		[ -e "$t" ] && wanted "$n" cli || continue
		mark=$(sed -n '1,6s/^# \(build\|once\).*/\1/p' "$t" | tr '\n' ' ')
		case $mark in
		*build*) [ -n "${SCOPE_TEST_SANITIZED:-}" ] || echo "0 $n 1" ;;
		*once*) echo "1 $n ${SCOPE_TEST_THREADS:-1}" ;;
		*)
			[ -n "${SCOPE_TEST_THREADS:-}" ] || echo "2 $n 1"
			echo "2 $n ${SCOPE_TEST_THREADS:-4}"
			;;
		esac
	done
	for t in "$ROOT"/tests/unit/*.c; do
		n=$(basename "$t" .c)
		[ -e "$t" ] && wanted "$n" unit && echo "3 $n unit"
	done
}

words=$*
jobs=$(nproc 2>/dev/null || echo 2)
[ -z "${UPDATE:-}" ] || jobs=1
list | sort | cut -d' ' -f2- > "$BUILD/test/list"
xargs -n 2 -P "$jobs" sh "$0" --one < "$BUILD/test/list"

sort "$BUILD/test/list" | while read -r name kind; do
	cat "$BUILD/test/$name.$kind.tap" 2>/dev/null || echo "not ok - $name: it ran"
done > "$BUILD/test/all"
if [ -n "${V:-}" ]; then cat "$BUILD/test/all"; else grep -E '^(not ok|#)' "$BUILD/test/all"; fi
passed=$(grep -c '^ok ' "$BUILD/test/all")
failed=$(grep -c '^not ok ' "$BUILD/test/all")
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
