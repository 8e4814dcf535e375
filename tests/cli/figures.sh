# SPDX-License-Identifier: Apache-2.0
# split figures: what comes out of papers, however they are packed.
. "$LIB"
archive
job='split figures | tag licence,media'
scope run "$job" papers/*.gz -o figs.tar -q -j "$J" --summary 2> summary
sed 's/manifest: .*//' summary

# What is in them: members by name, the caption as text, the JSON for programs.
tar tf figs.tar
tar xf figs.tar
cat 10.55555_joe.0001/f1-*.txt && echo
if command -v jq > /dev/null; then
	claim 'the JSON part says where a figure is from' sh -c 'jq -e "
		.figure_id == \"f2\" and .label == \"Figure 2\" and .doi == \"10.55555/joe.0001\" and .title == \"Lichens on basalt: growth on three islands\" and
		.authors == [\"Ada Moss\", \"Bo Stone\"] and .journal == \"Journal of Examples\" and .year == 2024 and .subjects == [\"Biology\"] and
		.images == [{part: \"png\", href: \"lichens.g002\"}]" 10.55555_joe.0001/f2-????????????.json'
fi
tar xzf papers/lichens.tar.gz
claim 'the image is the file of the package, byte for byte' cmp lichens/lichens.g001.svg 10.55555_joe.0001/f1-*.svg
claim 'the largest of several is taken' cmp lichens/lichens.g002.png 10.55555_joe.0001/f2-*.png
claim 'the parent is the article' test "$(cut -f2- figs.tar.scm | grep -c "parent=sha256:$(sha256sum < lichens/lichens.nxml | cut -d' ' -f1)")" = 3
claim 'what was written is true' scope verify figs.tar.scm
claim 'listing the output again gives the same records' sh -c '
	scope() { "$SCOPE" "$@"; }
	scope run "tag licence,media" figs.tar -o again.tar -q --tags none && cut -f2-5,7- figs.tar.scm | grep "^sha256:.*src=" | sort > a && cut -f2-5,7- again.tar.scm | grep "^sha256:.*src=" | sort > b && cmp a b'

# However they are packed, the same records.
mkdir flat bulk
for f in papers/*.gz; do
	tar xzf "$f" -C bulk
done
cp bulk/lichens/* bulk/boots/* flat
(cd bulk && tar cf ../bulk.tar *)
tar -cf shuffled.tar -C bulk sands/results.tex lichens/lichens.g002.png boots/boots.xml sands/figures lichens/lichens.g003.png \
	sands/main.tex boots/boots.f1.png lichens/lichens.nxml lichens/lichens.g001.svg lichens/lichens.g002_small.png
tar -cf nested.tar papers
tar -cf flat.tar flat bulk/sands
want=$(root figs.tar.scm)
for f in bulk shuffled nested flat; do
	scope run "$job" $f.tar -o $f.out.tar -q -j "$J" || echo "not ok - $f"
	claim "$f.tar: the same record-root" test "$(root $f.out.tar.scm)" = "$want"
done
mkdir piped
scope split figures papers/*.gz -q -j "$J" --to frame | scope tag licence,media -q -j "$J" -o piped/figs.tar
claim 'piped as fused' same figs.tar piped/figs.tar
claim 'and so is the manifest' same figs.tar.scm piped/figs.tar.scm

# What is incomplete is told, or kept when asked for.
tar xzf papers/boots.tar.gz
scope split figures boots/boots.xml -o none.tar -q
echo "status $?"
scope split figures boots/boots.xml --images optional --to jsonl -q | wc -l
printf 'I am no figure\n' > boots/boots.f1.png
tar cf broken.tar boots
scope split figures broken.tar -o none.tar --rejects r.jsonl -q
grep -o '"step":.*"raw"' r.jsonl
scope split figures papers/lichens.tar.gz --all-sizes --prefer png -q | tar tf - | grep -c png
scope run 'dedup | split figures' papers/*.gz papers/boots.tar.gz -q -o late.tar
claim 'a split behind a stage that sees all in order' test "$(root late.tar.scm)" = "$(scope run 'split figures' papers/*.gz -q -o early.tar && root early.tar.scm)"
printf '{"text":"no paper"}\n' > no.jsonl
scope split figures no.jsonl --summary -q -o none.tar 2>&1 | grep split
