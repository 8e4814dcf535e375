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
