# SPDX-License-Identifier: Apache-2.0
# The licence that governs a figure: from a tar as the WebDataset loader has it, made by hand; and on real papers against what a reader found.
. "$LIB"
export LC_ALL=C
by4='{"type":"open-access","href":"http://creativecommons.org/licenses/by/4.0/","text":"Shared under CC BY 4.0.","copyright":"2020 Doe et al"}'
figure() { # KEY CAPTION FIGURE-PERMISSIONS ARTICLE-PERMISSIONS
	printf '\211PNG\r\n\032\n%s' "$1" > "t/$1.png"
	printf '%s' "$2" > "t/$1.txt"
	printf '{"figure_id":"%s","label":"Figure 1","kind":"figure","fig_type":null,"doi":null,"ids":{},"title":null,"authors":["Jane Doe"],"journal":null,"publisher":null,"year":2020,"subjects":[],"language":null,"url":null,"format":"jats","parent":null,"images":[],"permissions":{"figure":%s,"article":%s}}' \
		"$1" "$3" "$4" > "t/$1.json"
}
mkdir t
figure a 'Figure 1
Growth by day.' null "$by4"
figure b 'Figure 2
The engine. Reproduced with permission from Big House.' null "$by4"
figure c 'Figure 3
The engine.' '{"type":null,"href":null,"text":null,"copyright":null,"attribution":"Museum of Engines"}' "$by4"
figure d 'Figure 4
A flower.' '{"type":null,"href":"https://creativecommons.org/licenses/by-sa/3.0/","text":null,"copyright":null,"attribution":null}' "$by4"
figure e 'Figure 5
A flower, adapted from Roe et al. [4] (CC BY 4.0).' null "$by4"
figure f 'Figure 6
Words only.' null '{"type":"open-access","href":null,"text":"Under the terms of the Creative Commons Attribution License, which allows a lot.","copyright":null}'
figure g 'Figure 7
Nothing said.' null null
figure h 'Figure 8
Two licences.' null '{"type":null,"href":"http://creativecommons.org/licenses/by/4.0/","text":"For non-commercial use only.","copyright":null}'
for k in a b c d e f g h; do
	printf '%s\n' $k.png $k.txt $k.json
done > names
tar --format=ustar --owner=0 --group=0 --mtime=@0 -C t -cf f.tar -T names

for n in 0 1 2 3 4 5 6 7; do
	scope explain "f.tar#$n" --stages 'tag licence'
done | grep -v '^ *id '

# the basis in the manifest is the rule, and the place says which bytes of which part
scope run 'tag licence' -j "$J" f.tar -o o.tar --manifest m > /dev/null 2> log || cat log
grep '^R' m | sed 's/sha256:[0-9a-f]*/sha256:-/g' | cut -f 2-
claim 'only what is open stays' sh -c '[ "$("$0" run "tag licence | filter \"licence in open\"" --to tsv f.tar | cut -f 5 | tr -d "\n")" = adef ]' "$SCOPE"
claim 'verify agrees' scope verify m

# Captions that a person read before there was a rule: tests/data/third-party.tsv.
[ -n "$SHARED" ] || { echo 'ok - skipped: no ../shared'; exit 0; }
"$SCOPE" list | grep -q figures || { echo 'ok - skipped: no split figures'; exit 0; }
data=$SHARED/data/jats
scope run 'split figures --images optional --captions optional | tag licence' --to jsonl -j "$J" \
	"$data"/xml/* "$data"/pmc/* "$data"/packages/* > all.jsonl 2> log
jq -r 'select(.parts != null) | ([.parts[] | select(.name == "json") | .text | fromjson][0]) as $f |
	[$f.doi // "", $f.figure_id, ([.scope.tags[] | select(.key == "licence")][0].value)] | @tsv' all.jsonl | sort -u > told
grep -v '^#' "$ROOT/tests/data/third-party.tsv" | tail -n +2 |
	awk -F '\t' 'NR == FNR { v[$1 FS $2] = $3; next } { l[$1 FS $2] = $3 } END { for (k in v) print (k in l ? l[k] : "no") "\t" (v[k] == "conflict") }' told - |
	sort | uniq -c | awk '{ n[$2 $3] = $1 } END {
		print n["yes1"] + 0, n["yes0"] + 0, n["no1"] + n["own1"] + n["cited1"] + 0 }' > measured
read -r caught missed wrong < measured
claim 'at least 15 of the 17 figures that show others work are caught' [ "$caught" -ge 15 ]
claim 'and no more than 2 are missed' [ "$missed" -le 2 ]
claim 'no other figure is taken for one' [ "$wrong" -eq 0 ]
