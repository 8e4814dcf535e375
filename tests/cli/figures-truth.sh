# SPDX-License-Identifier: Apache-2.0
# once: figures of real papers against counts that another program made (TRUTH-jats.tsv): per article, and in all.
. "$LIB"
[ -n "$SHARED" ] || { echo "ok - skipped: no ../shared"; exit 0; }
data=$SHARED/data
(cd "$data" && find jats/xml jats/pmc -type f | LC_ALL=C sort) > files
while read -r f; do
	n=$(scope split figures "$data/$f" --images optional --captions optional --to jsonl -q 2>/dev/null | wc -l)
	c=$(scope split figures "$data/$f" --images optional --to jsonl -q 2>/dev/null | wc -l)
	printf '%s\t%d\t%d\n' "$f" "$n" "$c"
done < files > got
awk -F '\t' 'NR == FNR { fig[$1] = $4; cap[$1] = $5; next } $2 != fig[$1] || $3 != cap[$1] { print $1 ": " $2 " figures, " $3 " with captions; " fig[$1] ", " cap[$1] " expected" }' \
	"$data/TRUTH-jats.tsv" got
claim 'all 90 bare articles have as many figures and captions as xmllint counts' test "$(wc -l < got)" = 90
set -- $(find "$data/jats" -name '*.xml' -o -name '*.nxml' -o -path '*/packages/*' -type f)
scope split figures "$@" --images optional --captions optional -o all.tar -q
scope split figures "$@" --images optional -o captioned.tar -q --max-bad 1
made() { # MANIFEST: what was made and what of it kept
	awk -F '\t' '$1 == "P" && $3 == "split/figures:made" { print $6 "/" $7 }' "$1"
}
claim 'all articles, packages included, have 630 figures' test "$(made all.tar.scm)" = 630/630
claim '629 of them have a caption' test "$(made captioned.tar.scm)" = 630/629
scope run 'split figures --images optional --captions optional | tag domain' "$@" --to jsonl -q > domain.jsonl
sh "$ROOT/scripts/score-kinds.sh" "$ROOT/tests/data/figure-kinds.tsv" "$data/TRUTH-jats.tsv" domain.jsonl > score
claim 'of what is said of 200 figures that were labelled before, at least 85 in 100 are so, for at least 80 in 100' \
	awk '$1 == "all" { found = 1; if ($5 < 0.85 || $7 < 0.80) exit 1 } END { exit !found }' score
