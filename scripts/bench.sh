#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# bench.sh SCOPE DIR [MEGABYTES] -- CPU seconds of four small jobs beside the bare decoders and jq, on text made here.
#
# W1 keeps records by a licence field and a pattern, W2 adds content hashes, W3 drops exact duplicates, W4 counts by licence and
# registrable domain.
# Each figure is the median of five runs, taken in turns; `ratio` is against the first row of its table.  Tools that are not
# installed are left out; a command that fails is said to, and the end is not 0.
set -eu
LC_ALL=C
export LC_ALL
scope=$(realpath "$1") dir=$2 mega=${3:-100}
mkdir -p "$dir"
cd "$dir"

if [ ! -s "text-$mega.jsonl" ]; then # about 4 KB a record, words by a fixed generator
	awk -v want=$((mega * 1000000)) 'BEGIN {
		srand(7)
		split("CC-BY-4.0 CC-BY-SA-4.0 MIT Apache-2.0 CC0-1.0 CC-BY-NC-4.0 proprietary unknown", lic, " ")
		for (i = 0; i < 4000; i++) { w = ""; for (k = 2 + int(rand() * 8); k > 0; k--) w = w sprintf("%c", 97 + int(rand() * 26)); word[i] = w }
		for (n = 0; bytes < want; n++) {
			t = ""
			for (k = 200 + int(rand() * 800); k > 0; k--) t = t word[int(rand() * rand() * 4000)] (k % 60 ? " " : ".\\n")
			s = sprintf("{\"id\":\"r%07d\",\"text\":\"%s\",\"metadata\":{\"license\":\"%s\",\"url\":\"https://site%d.example.org/%d\"}}", n, t, lic[1 + int(rand() * 8)], rand() * 500, n)
			print s
			if (n % 20 == 0) print s
			bytes += length(s)
		}
	}' > "text-$mega.jsonl"
fi
in=text-$mega.jsonl
[ -s "$in.gz" ] || gzip -6nk "$in"
if command -v zstd >/dev/null; then [ -s "$in.zst" ] || zstd -q -3 "$in"; fi

# CPU seconds (user and system) of a shell command, as hundredths resolve it; "failed" when it does not end well: an error is
# told in no time at all, and must not pass for speed.
cpu() {
	sh -c "( $1 ) >/dev/null 2>&1 || exit; times" > spent || { echo failed; return; }
	tail -1 spent | tr 'ms' '  ' | awk '{ printf "%.2f\n", $1 * 60 + $2 + $3 * 60 + $4 }'
}
table() { # TITLE; rows from standard input: NAME<TAB>COMMAND
	printf '\n%s\n' "$1"
	cat > rows
	: > times
	for turn in 1 2 3 4 5; do
		while IFS='	' read -r name command; do
			tool=${command%% *}
			command -v "$tool" >/dev/null 2>&1 || continue
			case $command in *' | jq '*) command -v jq >/dev/null 2>&1 || continue ;; esac
			printf '%s\t%s\n' "$name" "$(cpu "$command")" >> times
		done < rows
	done
	cut -f1 rows | while read -r name; do
		m=$(awk -F '\t' -v n="$name" '$1 == n { print $2 }' times | sort -n | sed -n 3p)
		! awk -F '\t' -v n="$name" '$1 == n' times | grep -q failed || m=failed
		[ -z "$m" ] || printf '%s\t%s\n' "$name" "$m"
	done | awk -F '\t' '$2 == "failed" { printf "  %-34s  failed\n", $1; next }
		{ if (!first) first = $2 > 0 ? $2 : 0.01; printf "  %-34s %7.2f s  ratio %5.2f\n", $1, $2, $2 / first }'
	! grep -q failed times || bad=1
}
bad=0
w1='metadata.license in {"CC-BY-4.0" "MIT" "CC0-1.0"} and text ~ "[a-c]{4}"'
w1jq='select((.metadata.license | IN("CC-BY-4.0","MIT","CC0-1.0")) and (.text | test("[a-c]{4}")))'
tab='	'
if command -v jq >/dev/null 2>&1; then # the same job, or no comparison
	ours=$("$scope" filter "meta.$w1" "$in" --tags none -q | wc -l) theirs=$(jq -c "$w1jq" "$in" | wc -l)
	[ "$ours" -eq "$theirs" ] || { echo "bench.sh: W1 keeps $ours records, jq $theirs" >&2; exit 1; }
fi
echo "$in: $(wc -c < "$in") bytes, $(wc -l < "$in") records; $(nproc) cores"
table 'W1, gzip in' <<EOT
igzip -dc${tab}igzip -dc $in.gz
zcat${tab}zcat $in.gz
scope filter${tab}$scope filter 'meta.$w1' $in.gz --tags none -j1
jq${tab}zcat $in.gz | jq -c '$w1jq'
EOT
table 'W1, zstd in' <<EOT
zstd -dc${tab}zstd -dcq $in.zst
scope filter${tab}$scope filter 'meta.$w1' $in.zst --tags none -j1
EOT
table 'plain text in' <<EOT
wc -l${tab}wc -l $in
W1 scope filter${tab}$scope filter 'meta.$w1' $in --tags none -j1
W2 scope hash${tab}$scope hash $in -j1
W2 sha256sum${tab}sha256sum $in
W3 scope dedup${tab}$scope dedup $in --tags none -j1
W4 scope stat, licence and site${tab}$scope stat --by licence,site $in -j1
W4 jq, licence field alone${tab}jq -r .metadata.license $in | sort | uniq -c
EOT
[ $bad = 0 ]
