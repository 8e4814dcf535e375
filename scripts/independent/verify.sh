#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# usage: verify.sh FILE.scm [DIR]
#
# Is what a manifest says true?  By coreutils, awk and nothing else: no scope, no Python.  Of FILE.scm, not compressed: the order and form of its
# lines, its counts, the arithmetic of its steps with their sums, the T lines digest, that L and R lines name each other, and the record-root.  Of the
# shards, where they lie in DIR: sizes and digests.  Not the key-root (verify.py does that), not the records in the shards (scope verify does).
# Exit status 0: it is true; 1: the first thing that is not is named; 2: it could not be looked at.
#
# Every hash is sha256sum's: of files of one leaf or node, some thousand files a process.  They lie in TMPDIR, else in /dev/shm (files in memory are
# made faster), a few MiB at a time; beside them a copy of the manifest.
set -u
LC_ALL=C
export LC_ALL
unset POSIXLY_CORRECT 2>/dev/null
BATCH=4096

false_() { echo "false: $*" >&2; exit 1; }
cannot() { echo "verify.sh: $*" >&2; exit 2; }
[ $# -ge 1 ] && [ $# -le 2 ] || cannot 'usage: verify.sh FILE.scm [DIR]'
[ -f "$1" ] && [ -r "$1" ] || cannot "$1: it cannot be read"
work=$(mktemp -d "${TMPDIR:-/tmp}/verify.XXXXXX") || exit 2
trap 'rm -rf "$work"' EXIT
trap 'exit 2' HUP INT TERM
cat < "$1" > "$work/scm" || cannot "$1: it cannot be read" # one reading: what is checked is what was hashed
folder=
[ $# -lt 2 ] || folder=$(cd "$2" && pwd) || exit 2
fast=${TMPDIR:-/dev/shm}
[ -d "$fast" ] && [ -w "$fast" ] || fast=$work
f=$(mktemp -d "$fast/verify.XXXXXX") || exit 2
trap 'rm -rf "$work" "$f"' EXIT
cd "$work" || exit 2
tab=$(printf '\t')

# ---- hashing many things ----

digests() { # of the files in f, in order of their names; they are gone then
	(cd "$f" && ls | xargs sha256sum && ls | xargs rm) | cut -c1-64
}
# Which awk writes a zero byte?  Some do not: the shell writes them, more slowly.
awk 'BEGIN { printf "%c", 0 }' | od -An -to1 > zero
[ "$(tr -d ' ' < zero)" = 000 ] && awk_writes_zero=yes || awk_writes_zero=no

hash_lines() { # leaf|plain < lines: SHA-256 of each, a leaf's behind a zero byte
	split -l $BATCH -a 5 - part.
	for part in part.*; do
		[ -f "$part" ] || break
		if [ $1 = plain ] || [ $awk_writes_zero = yes ]; then
			awk -v leaf=$1 -v folder="$f" '{ f = sprintf("%s/%06d", folder, NR); if (leaf == "leaf") printf "%c", 0 > f; printf "%s", $0 > f; close(f) }' "$part"
		else
			n=100000
			while IFS= read -r line; do
				printf '\000%s' "$line" > "$f/$n"
				n=$((n + 1))
			done < "$part"
		fi || exit 2
		rm "$part"
		digests
	done
}

pairs() { # hashes of a level, one a line: of the level above; what is odd rises as it is
	split -l $((2 * BATCH)) -a 5 - part.
	for part in part.*; do
		[ -f "$part" ] || break
		# 65 bytes a node, as octal escapes of printf, and split again into files of 65 bytes
		text=$(awk 'BEGIN { hex = "0123456789abcdef" }
			NR % 2 { left = $0; next }
			{ out = "\\001"; h = left $0
			  for (i = 1; i < 128; i += 2)
			    { v = 16 * (index(hex, substr(h, i, 1)) - 1) + index(hex, substr(h, i + 1, 1)) - 1
			      out = out sprintf("\\%03o", v) }
			  printf "%s", out }' "$part")
		[ -z "$text" ] || { printf "$text" | split -b 65 -a 5 - "$f/n" && digests; }
		awk '{ last = $0 } END { if (NR % 2) print last }' "$part"
		rm "$part"
	done
}

# ---- lines ----

[ "$(head -n 1 scm | tr -d '\000')" = '#scope-manifest/1' ] || false_ 'it is no scope-manifest/1'
sort -c scm 2> order || false_ "line $(head -n 1 order | sed 's/^[^:]*:[^:]*:\([0-9]*\):.*/\1/' | tr -cd 0-9): it is out of order"
[ -z "$(tail -c 1 scm | tr -d '\n')" ] || false_ 'its last line has no end'
iconv -f UTF-8 -t UTF-8 scm > /dev/null 2>&1 || [ $? -eq 127 ] || false_ 'it is not UTF-8'
[ "$(tr -d '\011\012\040-\176\200-\377' < scm | wc -c)" -eq 0 ] || false_ 'it has bytes that must be escaped'
awk -F '\t' '
	function no(why) { print "line " NR ": " why; bad = 1; exit }
	function hex(s, n) { return length(s) == n && s !~ /[^0-9a-f]/ }
	function sha(s) { return substr(s, 1, 7) == "sha256:" && hex(substr(s, 8), 64) }
	function num(s) { return s ~ /^(0|[1-9][0-9]*)$/ && length(s) < 16 } # whole in a double
	function text(s) { return s != "" && (s == "%2D" || plain(s)) }
	function plain(s) { gsub(/%[01][0-9A-F]|%25|%7F/, "", s); return s !~ /%/ }
	function place(s) { return s == "-" || s ~ /.#[0-9]+[+][0-9]+$/ }
	NR == 1 { next }
	$0 == last && !(/^L\t/ && $4 == "-") { no("it is there twice") }
	{ last = $0; n[$1]++ }
	$1 == "H" && NF == 3 && text($2) && text($3) { next }
	$1 == "I" && NF == 6 && sha($2) && num($3) && text($4) && num($5) && num($6) { inr += $5; inx += $6; next }
	$1 == "L" && NF == 5 && sha($2) && hex($3, 16) && place($4) && place($5) { next }
	$1 == "P" && NF == 14 && text($3) && num($4) && ($5 == "-" || sha($5)) && num($6) && num($7) && num($8) && num($9) && num($10) &&
	hex($11, 64) && hex($12, 64) && hex($13, 64) && text($14) {
		if ($2 + 0 != ++np || $2 !~ /^[0-9]+$/) no("steps are not numbered one after the other")
		if ($6 != $7 + $8 + $9 || $10 > $8) no("its counts do not add up")
		if ($9 == 0) print "P " $2 ": its sums do not add up\t" $11 "\t" $12 " " $13 > "sums"
		reader = np == 1 || $3 == "read" || $3 ~ /^read\//
		joint = $3 ~ /^merge\// # stands behind all chains, and takes in what they kept together
		if (shared && !joint) no("it stands behind what all chains share")
		if (np > 1 && !shared && (reader || joint)) { ended += kept; sumsended = sumsended " " sum }
		if (reader) { read += $7; rejected += $9 }
		else if (joint && !shared) {
			if ($6 != ended) no("it took in what the chains before did not keep")
			print "P " $2 ": it took in what the chains before did not keep\t" $11 "\t" sumsended > "sums"
		} else if (!(name ~ /^split\// && $3 == name ":made") && ($6 != kept || $11 != sum)) no("it took in what the step before did not keep")
		name = $3; kept = $7; sum = $12
		shared = shared || joint
		next
	}
	$1 == "R" && NF >= 7 && sha($2) && num($3) && text($4) && text($5) && text($6) && text($7) {
		key = ""
		for (i = 8; i <= NF; i++) {
			at = index($i, "=")
			if (at < 2 || !text(substr($i, at + 1))) no("a field is not k=v")
			if (key != "" && substr($i, 1, at - 1) "" <= key "") no("its k=v are not in order")
			key = substr($i, 1, at - 1)
		}
		next
	}
	$1 == "S" && NF == 6 && sha($2) && num($3) && text($4) && sha($5) && num($6) { next }
	$1 == "T" && NF == 3 && $2 == "tombstones" && sha($3) { next }
	$1 == "T" && NF == 3 && ($2 == "key-root" || $2 == "record-root" || $2 == "lines") && sha($3) { total[$2] = $3; nt++; next }
	$1 == "T" && NF == 3 && ($2 == "keys" || $2 == "records" || $2 == "occurrences") && num($3) { total[$2] = $3; nt++; next }
	$1 == "X" && NF == 3 && sha($2) && text($3) { next }
	{ no("its form is not known") }
	END {
		if (bad) exit 1
		why = ""
		if (np && !shared) { kept += ended; sum = sumsended " " sum }
		print sum > "result"
		if (nt != 6) why = "not all six totals are there"
		else if (total["records"] != n["R"] + 0) why = "T records: there are " n["R"] + 0
		else if (total["occurrences"] != n["L"] + 0) why = "T occurrences: there are " n["L"] + 0
		else if (np && kept != n["L"] + 0) why = "the last steps kept " kept " records, the L lines are " n["L"] + 0
		else if (!np && n["L"]) why = "no P line says where the records came from"
		else if (np && (inr != read + 0 || inx != rejected + 0)) why = "the I lines and the readers count different records"
		if (why != "") { print why; exit 1 }
	}' scm > why || false_ "$(cat why)"
said() { awk -F '\t' -v name="$1" '$1 == "T" && $2 == name { print $3 }' scm; }

[ "sha256:$(awk '/^T\t/ { exit } 1' scm | sha256sum | cut -c1-64)" = "$(said lines)" ] || false_ 'T lines: a line above the totals was changed'
if grep -q "^X$tab" scm; then tombs=sha256:$(grep "^X$tab" scm | sha256sum | cut -c1-64); else tombs=; fi
[ "$tombs" = "$(said tombstones)" ] || false_ 'T tombstones: it is not the digest of the X lines'
awk -F '\t' '$1 == "X" { print $2 "\tX" }
	$1 == "R" { print $2 "\tR"; for (i = 8; i <= NF; i++) if ($i ~ /^parent=/) print substr($i, 8) "\tR" }' scm | sort -u | awk -F '\t' '$1 == last { exit 1 } { last = $1 }' || false_ 'a record stands there that was taken back'

# ---- sums: modulo 2^256, in numbers of six hex digits, which a double adds without loss ----

add() { # hashes, one a line: their sum
	awk 'function value(s,  v, k) { v = 0; for (k = 1; k <= length(s); k++) v = 16 * v + index("0123456789abcdef", substr(s, k, 1)) - 1; return v }
		{ s = "00" $0; for (i = 0; i < 11; i++) part[i] += value(substr(s, 1 + 6 * i, 6)) }
		END { carry = 0; out = ""
		      for (i = 10; i >= 0; i--) { v = part[i] + carry; carry = int(v / 16777216); out = sprintf("%06x", v - carry * 16777216) out }
		      print substr(out, 3) }'
}
list() { # words, one a line
	tr -s ' ' '\n' | grep .
}
[ -e sums ] || : > sums
while IFS=$tab read -r what sum parts; do
	[ "$(echo "$parts" | list | add)" = "$sum" ] || false_ "$what"
done < sums
if grep -q "^L$tab" scm; then
	awk -F '\t' '$1 == "L" { print $2 $5 }' scm | hash_lines plain | add > sum
	list < result | add | cmp -s - sum || false_ 'the last steps kept other records than the L lines name'
fi

# ---- L and R lines, the record-root ----

grep "^R$tab" scm > r
hash_lines leaf < r > level
cut -f2 r | paste - level | awk -F '\t' '{ print $1, substr($2, 1, 16) }' | sort -u > of.r
awk -F '\t' '$1 == "L" { print $2, $3 }' scm | sort -u > of.l
cmp -s of.r of.l || false_ "L and R lines do not name each other: $(sort of.r of.l | uniq -u | head -1)"
while [ "$(wc -l < level)" -gt 1 ]; do
	pairs < level > above && mv above level
done
[ -s level ] || printf '' | sha256sum | cut -c1-64 > level
[ "sha256:$(cat level)" = "$(said record-root)" ] || false_ "record-root: the R lines give sha256:$(cat level)"
echo "  record-root  sha256:$(cat level)"
echo "  records      $(said records)"

# ---- shards ----

[ -n "$folder" ] || { echo '  shards       not read'; exit 0; }
unpack() { # FILE, by its name
	case $1 in
	*.gz) gzip -dc < "$1" ;;
	*.xz) xz -dc < "$1" ;;
	*.bz2) bzip2 -dc < "$1" ;;
	*.zst) zstd -dcq < "$1" ;;
	*.lz4) lz4 -dcq < "$1" ;;
	*) cat < "$1" ;;
	esac
}
awk -F '\t' '$1 == "S" { print $2 "\t" $3 "\t" $5 "\t" $4 }' scm > shards
while IFS=$tab read -r stored size plain path; do
	name=$path
	case /$path/ in
	*/../* | //*) false_ "shard $path: its path leads out of the folder" ;;
	*%*) name=$(printf '%s\n' "$path" | awk '{
		while (match($0, /%[0-9A-F][0-9A-F]/)) {
			v = 16 * (index("0123456789ABCDEF", substr($0, RSTART + 1, 1)) - 1) + index("0123456789ABCDEF", substr($0, RSTART + 2, 1)) - 1
			out = out substr($0, 1, RSTART - 1) sprintf("%c", v)
			$0 = substr($0, RSTART + 3)
		}
		printf "%s%s", out, $0 }') ;;
	esac
	file=$folder/$name
	real=$(realpath -- "$file") && case $real in
	"${folder%/}"/*) [ -f "$real" ] ;;
	*) false ;;
	esac || false_ "shard $path: it is not in the folder"
	[ "$(wc -c < "$real")" -eq "$size" ] || false_ "shard $path: it has not $size bytes"
	[ "sha256:$(sha256sum < "$real" | cut -c1-64)" = "$stored" ] || false_ "shard $path: its bytes have another SHA-256"
	[ "sha256:$(unpack "$file" | sha256sum | cut -c1-64)" = "$plain" ] || false_ "shard $path: its decompressed bytes have another SHA-256"
done < shards
echo "  shards       $(wc -l < shards) have the digests that they should"
