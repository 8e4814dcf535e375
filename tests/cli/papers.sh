# SPDX-License-Identifier: Apache-2.0
# --group paper: what of an archive belongs together, what is opened, and what is left out with its reason.
. "$LIB"
tree() { tar --format=ustar --owner=0 --group=0 --mtime=@0 --sort=name -cf "$@"; }
article() { printf '<article xmlns:xlink="http://www.w3.org/1999/xlink"><front/><body>%s</body></article>\n' "$1"; }
show() { # SHARD [OPTION...]: each package with its parts
	scope cat --group paper --to frame -j "$J" "$@" 2>said | scope run 'hash' --to jsonl -q 2>/dev/null |
		sed 's/"media":"[^"]*",//g; s/"text":"\([^"]\{0,12\}\)[^"]*"/\1/g; s/,"scope".*//' | cut -c1-300
	sed 's/^/  /' said
}
mkdir -p a b/content b/__MACOSX c
article '<fig><graphic xlink:href="1.png"/></fig>' > a/a.xml
echo one > a/1.png
article 'b' > b/content/b.nxml
echo manifest > b/manifest.xml
echo apple > b/content/._b.nxml
echo store > b/.DS_Store
echo list > c/list.csv
tree plain.tar a b c
echo '- plain'
show plain.tar

# One folder with all: files go where they are named.
mkdir flat
cp a/* b/content/b.nxml c/list.csv flat
tree flat.tar flat
echo '- flat'
show flat.tar

# Archives inside archives, to a depth; what only looks like one is a file.
(cd a && tree ../a.tar .)
gzip -nk a.tar
mkdir in
mv a.tar.gz in/a.tar.gz
gzip -nc b/content/b.nxml > in/b.gz
echo 'no paper' | gzip -nc > in/note.gz
if command -v zip > /dev/null; then
	(cd b && zip -qX ../in/b.zip content/b.nxml manifest.xml && zip -qX ../in/word.docx manifest.xml)
fi
tree in.tar in
tree outer.tar in.tar
echo '- nested'
show in.tar | grep -v 'b.zip\|docx'
claim 'a depth below is the same' sh -c '
	"$SCOPE" cat --group paper --to tsv -q in.tar | cut -f6- | sort > x; "$SCOPE" cat --group paper --to tsv -q outer.tar | cut -f6- | sort > y; cmp x y'
if command -v zip > /dev/null; then
	claim 'a zip is opened, a document of an office is not' test "$(scope cat --group paper --to tsv -q in.tar | grep -c 'b.zip\|docx')" = 1
fi
head -c 100 in/a.tar.gz > in/cut.tar.gz
tree cut.tar in/cut.tar.gz a
echo '- a nested archive that is cut short'
show cut.tar

# Left out: too large, or the second of its name.
head -c 3000000 /dev/zero > a/movie.mp4
tree large.tar a
echo two > a/1.png
tar --format=ustar --owner=0 --group=0 --mtime=@0 -rf large.tar a/1.png
echo '- too large'
scope cat --group paper --max-record 1M --to frame -q large.tar | scope run 'filter "meta.left_out ~ \"movie\""' --to frame -q | scope view 2>/dev/null | tail -n +2 | tr -s ' ' | cut -c1-60
claim 'the figure is there all the same' test "$(scope split figures --captions optional --images optional --max-record 1M -q large.tar --to jsonl | wc -l)" = 1
scope split figures --captions optional --max-record 2M -q large.tar -o none.tar --rejects r.jsonl
grep -o '"reason":"[^"]*"' r.jsonl

# More than is kept in memory goes through a file.
mkdir huge
article '<fig id="f"><caption><p>c</p></caption><graphic xlink:href="late.svg"/></fig>' > huge/a.xml
for n in 1 2 3; do
	head -c 15000000 /dev/zero > huge/b$n.bin
done
echo '<svg xmlns="http://www.w3.org/2000/svg"></svg>' > huge/late.svg
tree huge.tar huge
claim 'a package that is larger than what is kept in memory' sh -c '"$SCOPE" split figures huge.tar -q -o huge.out.tar && tar xOf huge.out.tar --wildcards "*.svg" | cmp - huge/late.svg'
