# SPDX-License-Identifier: Apache-2.0
# once: records that scope reads in files that other people made, against what other tools counted in them.
#
# A row agrees when the count is the same and both ended alike: well, or with an error.  Every other row needs its line in
# truth.explained: FILE, what scope counts, its status, why.  A line that nothing needs is told too, so none outlives its reason.
. "$LIB"
[ -n "$SHARED" ] || { echo 'ok - skipped: no ../shared'; exit 0; }
scope list built | grep -q 'left out: ' && { echo 'ok - skipped: it speaks of a build with all libraries'; exit 0; }
data=$SHARED/data
explained=$ROOT/tests/cli/truth.explained
: > table
: > needed
row() { # FILE TRUTH ENDED OPTION...; ENDED is 0 where the other tool ended well
	file=$1 truth=$2 ended=$3
	shift 3
	timeout 60 "$SCOPE" cat --to tsv -j "$J" "$@" "$data/$file" > out 2> err
	status=$?
	n=$(wc -l < out)
	well=yes other=yes
	[ $status = 0 ] || well=no
	[ "$ended" = 0 ] || other=no
	agrees=no
	[ "$n" = "$truth" ] && [ $well = $other ] && [ $status -le 2 ] && agrees=yes
	printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$file" "$truth" "$ended" "$n" "$status" $agrees "$(head -1 err | sed "s@$data/@@")" >> table
	[ $agrees = no ] || return 0
	printf '%s\t%s\t%s\n' "$file" "$n" "$status" >> needed
	awk -F '\t' -v f="$file" -v n="$n" -v s=$status '$1 == f && $2 == n && $3 == s && $4 != "" { found = 1 } END { exit !found }' \
		"$explained" || echo "not ok - $file: $n records and status $status, others $truth and $ended"
}
# what a scan for record heads finds, else what warcio counted
tail -n +2 "$data/TRUTH-warc.tsv" | awk -F '\t' '{ print $1 "\t" ($6 != "" ? $6 : $2) }' |
	while IFS='	' read -r file n; do
		row "$file" "$n" 0
	done
tail -n +2 "$data/TRUTH-jsonl.tsv" | while IFS='	' read -r file n rest; do
	row "$file" "$n" 0
done
tail -n +2 "$data/TRUTH-archives.tsv" | awk -F '\t' '{ print $1 "\t" $6 "\t" $7 }' |
	while IFS='	' read -r file n ended; do
		row "$file" "$n" "$ended" --group none
	done
stale() { # lines of truth.explained that no row needed
	grep -v '^#' "$explained" | cut -f1-3 | sort > have
	sort needed | comm -23 have - > left
	[ ! -s left ] || { cat left; return 1; }
}
claim 'every explanation is still needed' stale
cp table "$BUILD/test/truth.tsv"
echo "ok - $(wc -l < table) files: $(cut -f6 table | grep -c yes) as other tools have them, the rest explained one by one"
