# SPDX-License-Identifier: Apache-2.0
# lib.sh -- what command-line tests share: `. "$LIB"`.
set -u
J=$SCOPE_TEST_J
SOURCE_DATE_EPOCH=1714564800
export SOURCE_DATE_EPOCH

scope() {
	"$SCOPE" "$@"
}

claim() { # TEXT COMMAND...: the command's success is the claim's truth
	text=$1
	shift
	if "$@" >claim.log 2>&1; then
		echo "ok - $text"
	else
		echo "not ok - $text"
		sed 's/^/#   /' claim.log | head -20 >&2
	fi
}

fails() { # STATUS COMMAND...: it ends with that status
	want=$1
	shift
	"$@"
	got=$?
	[ $got -eq "$want" ] || { echo "status $got, not $want: $*"; return 1; }
}

same() { # FILE FILE...: all like the first
	first=$1
	shift
	for f in "$@"; do
		cmp "$first" "$f" || return 1
	done
}

archive() { # the example archive, into DIR (here by default)
	sh "$ROOT/scripts/archive.sh" "${1:-.}"
}

root() { # MANIFEST: its record-root
	sed -n 's/^T	record-root	sha256://p' "$1"
}

flip() { # FILE OFFSET: one bit of one byte
	b=$(od -An -tu1 -j "$2" -N 1 "$1" | tr -d ' ')
	printf "\\$(printf %03o $((b ^ 1)))" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}

# The commands of a manual page, lines that begin with "$ " ("> " goes on) in its displays, are run here, one after the other.  What the page shows comes to
# the file want, what happens to got; digests that change with each tagger are left out of both.
session() { # PAGE
	awk '/^\.Bd -literal/ { first = 1; next } /^\.Ed/ { on = 0 } first { on = /^\$ /; first = 0 } on' "$1" |
		sed -e 's/\\(dq/"/g' -e 's/\\-/-/g' -e 's/\\&//g' -e 's/\\e/\\/g' > page
	awk 'function end() { if (n) { print "cat <<\"END OF COMMAND\""; print shown; print "END OF COMMAND"; print run }; n = 0 }
	/^\$ / { end(); n = 1; shown = $0; run = substr($0, 3); next }
	n && /^> / { shown = shown "\n" $0; run = run " " substr($0, 3); next }
	{ end() }
	END { end() }' page > commands
	sh commands < /dev/null 2>&1 | shown > got
	shown < page > want
}
shown() {
	sed -e 's/sha256:[0-9a-f]\{4,\}/sha256:.../g' -e 's/SHA256:[A-Za-z0-9+\/]\{8,\}/SHA256:.../g'
}
