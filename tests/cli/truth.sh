# SPDX-License-Identifier: Apache-2.0
# once: records that scope reads in files that other people made, against what other tools counted in them.
# Rows that differ are in truth.explained: FILE, what scope counts, its status, why.
. "$LIB"
[ -n "$SHARED" ] || { echo 'ok - skipped: no ../shared'; exit 0; }
scope list built | grep -q 'left out: ' && { echo 'ok - skipped: it speaks of a build with all libraries'; exit 0; }
data=$SHARED/data
explained=$ROOT/tests/cli/truth.explained
row() { # FILE TRUTH OPTION...; TRUTH is "-" where no other tool reads it: then only an honest end is asked for
	file=$1 truth=$2
	shift 2
	timeout 60 "$SCOPE" cat --to tsv -j "$J" "$@" "$data/$file" > out 2> err
	status=$?
	n=$(wc -l < out)
	printf '%s\t%s\t%s\t%s\t%s\n' "$file" "$truth" "$n" "$status" "$(head -1 err | sed "s@$data/@@")" >> table
	[ "$n" = "$truth" ] && [ $status = 0 ] && return
	[ "$truth" = - ] && [ $status -le 2 ] && return
	why=$(awk -F '\t' -v f="$file" -v n="$n" -v s=$status '$1 == f && $2 == n && $3 == s { print $4 }' "$explained")
	[ -n "$why" ] || echo "not ok - $file: $n records and status $status, others count $truth"
}
tail -n +2 "$data/TRUTH-warc.tsv" | while IFS='	' read -r file n rest; do
	row "$file" "$n"
done
tail -n +2 "$data/TRUTH-jsonl.tsv" | while IFS='	' read -r file n rest; do
	row "$file" "$n"
done
# python_entries where Python read it, else bsdtar_entries where that ended well
tail -n +2 "$data/TRUTH-archives.tsv" | awk -F '\t' '{ print $1 "\t" ($4 != "" ? $4 : $7 == 0 ? $6 : "-") }' |
	while IFS='	' read -r file n; do
		row "$file" "$n" --group none
	done
echo "ok - $(wc -l < table) files, $(awk -F '\t' '$2 == $3 && $4 == 0' table | wc -l) as other tools count them," \
	"$(awk -F '\t' '$2 == "-"' table | wc -l) that no other tool reads, the rest explained"
cp table "$BUILD/test/truth.tsv"
