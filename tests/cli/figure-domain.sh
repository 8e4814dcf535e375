# SPDX-License-Identifier: Apache-2.0
# What a figure shows and what its paper is about: labels by rules that add up, each with the bytes that say it.
. "$LIB"
mkdir figs
figure() { # KEY CAPTION MEMBERS: a record as a split of papers makes them
	printf '\211PNG\r\n\032\n' > "figs/$1.png"
	printf '%s' "$2" > "figs/$1.txt"
	printf '{"figure_id":"%s","kind":"figure","format":"jats",%s}' "$1" "$3" > "figs/$1.json"
}
doi='"doi":"10.1000/1","url":"https://doi.org/10.1000/1"'
figure a 'Figure 1. (A) SEM images of the thallus. (B) Growth rate; error bars: SD.' "\"subjects\":[\"Research Article\",\"Ecology\"],\"journal\":\"Lichens\",$doi"
figure b 'Figure 2. Thallus with rhizines.' "\"subjects\":[],\"journal\":\"Journal of Plasma Physics\",$doi"
figure c 'Figure 3. Thallus and rhizines in culture, and the heat map of both.' "\"subjects\":[\"cs.CV\"],$doi"
figure d 'Figure 4. Map showing the location of the study sites.' "\"fig_type\":\"map\",\"subjects\":[],$doi"
figure e 'Table 1. Mean ± SD.' "\"subjects\":[],$doi"
sed -i 's/"kind":"figure"/"kind":"table"/' figs/e.json
(cd figs && tar -cf ../figs.tar --format=ustar -- *)

values() {
	sed 's/^{"id":"\([^"]*\)".*"tags":[[]{"key":"domain","value":"\([^"]*\)".*"score":.*/\1: \2/'
}
scope tag domain figs.tar --to jsonl -q -j "$J" > out.jsonl
values < out.jsonl
scope tag domain --rules "+$ROOT/examples/figure.rules" figs.tar --to jsonl -q -j "$J" | values | sed 's/^/own: /'
scope tag domain --rules "$ROOT/examples/figure.rules" figs.tar --to jsonl -q -j "$J" | values | sed 's/^/only own: /'
for i in 0 1 2; do
	scope explain "figs.tar#$i" --stages 'tag domain' | sed -n '/domain =/,$p' | sed 's/^/explain: /'
done

# A record of another kind has no caption, though it says the same words; categories are anybody's.
cat > t.jsonl <<'J'
{"id":"text","text":"SEM images; error bars: SD.","subjects":["Ecology"],"journal":"Lichens"}
{"id":"arxiv","text":"x","url":"https://arxiv.org/abs/2401.00001","categories":"cs.CL math.OC"}
{"id":"list","text":"x","metadata":{"categories":["q-bio.PE","econ.GN"]}}
{"id":"other","text":"x","categories":["cakes","math"]}
J
scope tag domain t.jsonl -q -j "$J" | sed 's/^/other: /' | sed 's/^\(other: \){"id":"\([^"]*\)".*"tags":[[]{"key":"domain","value":"\([^"]*\)".*/\1\2: \3/'

# How right the labels are, against what people say.
printf 'file\twellformed\tdoi\tfig\none.xml\tyes\t10.1000/1\t5\n' > papers.tsv
printf '# by eye\nfile\tfigure\tmain\tkinds\tsure\n' > labels.tsv
for l in a,micrograph,micrograph+plot,yes b,photo,photo,no c,diagram,diagram,yes d,map,map,yes x,map,map,yes; do
	echo "one.xml,$l" | tr ',+' '\t,'
done >> labels.tsv
sh "$ROOT/scripts/score-kinds.sh" labels.tsv papers.tsv out.jsonl
KEEP=sure sh "$ROOT/scripts/score-kinds.sh" labels.tsv papers.tsv out.jsonl | tail -2
