# SPDX-License-Identifier: Apache-2.0
# imagefolder: a folder of images with metadata.jsonl; what comes back from it is what went in; what leads out of it is refused;
# a failure leaves nothing.
. "$LIB"
key=10.1371_journal.pone.0060593/pone-0060593-g00
mkdir -p in/10.1371_journal.pone.0060593
names=
for n in 1 2 3; do
	printf 'II*\000pixels of %d' $n > in/$key$n.tif
	printf 'Figure %d. Growth\nover "nine" days, \303\251.' $n > in/$key$n.txt
	printf '{"figure_id":"g00%d","label":"Figure %d","kind":"figure","fig_type":null,"doi":"10.1371/journal.pone.0060593","ids":{},"title":"T \\u00e9 \\/","authors":["A B"],"year":2013,"images":[{"part":"tif","href":"x"}]}' $n $n > in/$key$n.json
	names="$names $key$n.tif $key$n.txt $key$n.json"
done
printf '\n' >> in/${key}3.json
printf '\211PNG\r\n\032\nsecond' > in/${key}2.2.png
printf '\211PNG\r\n\032\nplain' > in/plain.png
printf '7\n' > in/plain.cls
printf '{"file_name":"../etc","text":5}\n' > in/plain.json
printf '\000\001' > in/plain.npy
printf 'no picture' > in/words.txt
(cd in && tar --format=ustar --owner=0 --group=0 --mtime=@0 -cf ../in.tar $names ${key}2.2.png plain.png plain.cls plain.json plain.npy words.txt)

# ---- there ----
scope tag hash -j"$J" in.tar -o out/ --to imagefolder --rejects rej.jsonl
echo "status $?"
find out | sort
grep -v '"plain"' out/metadata.jsonl | head -2 | sed 's/"scope":.*//'
grep '"plain"' out/metadata.jsonl | sed 's/"scope":.*//'
claim 'a line is a JSON object' sh -c 'scope() { "$SCOPE" "$@"; }; [ "$(scope cat --from jsonl --strict --to tsv out/metadata.jsonl | wc -l)" = 5 ]'
claim 'file_name is there' sh -c 'sed "s/{\"file_name\":\"\([^\"]*\)\".*/\1/" out/metadata.jsonl | while read -r f; do test -s "out/$f" || exit 1; done'
claim 'the files are the parts' same in/${key}1.tif out/${key}1.tif
claim 'a record without an image is rejected, and why' grep -q 'no image: --to imagefolder needs one' rej.jsonl
claim 'verify agrees' scope verify out
cp -r out keep
printf x >> out/${key}3.tif
claim 'a byte more in an image is found' fails 1 scope verify out
cp keep/${key}3.tif out/${key}3.tif
flip out/${key}3.tif 6
claim 'a bit of an image that is another is found' fails 1 scope verify out
rm out/plain.npy
cp keep/${key}3.tif out/${key}3.tif
claim 'a file that is gone is found' fails 1 scope verify out
rm -r out && mv keep out
scope tag hash -j"$([ "$J" = 1 ] && echo 4 || echo 1)" in.tar -q -o other/ --to imagefolder 2>/dev/null
claim 'the threads do not matter' diff -r out other

# ---- and back ----
scope cat -j"$J" out/metadata.jsonl -q --tags none -o back.tar
claim 'back in a tar all is true' scope verify back.tar.scm
claim 'with the same records' test "$(root out/manifest.scm)" = "$(root back.tar.scm)"
mkdir un && tar xf back.tar -C un && rm in/words.txt
claim 'and the same files, byte for byte' diff -r in un
scope cat -j"$J" out/metadata.jsonl -q -o out2/ --to imagefolder
claim 'from folder to folder they stay so' test "$(root out/manifest.scm)" = "$(root out2/manifest.scm)"
(cd out && "$SCOPE" cat metadata.jsonl -q --to jsonl) > a.jsonl
scope cat --as elsewhere/metadata.jsonl out/metadata.jsonl -q --to jsonl > b.jsonl
claim 'it is found beside the file that was opened, whatever it is called' test "$(wc -l < b.jsonl)" = "$(wc -l < a.jsonl)"

# ---- names ----
printf '%s\n' '{"id":"../../up","parts":[{"name":"png","media":"","data":"iVBORw0KGgox"},{"name":"txt","media":"","text":"1"}]}' \
	'{"id":"/abs/a.b/c","data":"iVBORw0KGgoy"}' '{"id":"abs/a_b/c","data":"iVBORw0KGgoz"}' \
	'{"id":"abs","parts":[{"name":"png","media":"","data":"iVBORw0KGgo0"}]}' \
	'{"id":"abs.png/in","data":"iVBORw0KGgo1"}' '{"id":"x","data":"iVBORw0KGgo2"}' '{"id":"y","data":"iVBORw0KGgo3"}' \
	'{"id":"x","data":"iVBORw0KGgo4"}' '{"id":"x","data":"iVBORw0KGgo5"}' \
	'{"id":"metadata","parts":[{"name":"jsonl","media":"image/png","text":"6"}]}' \
	'{"id":"manifest","parts":[{"name":"scm","media":"image/png","text":"7"}]}' \
	'{"id":"metadata.jsonl.part.1.0.d/0","data":"iVBORw0KGgo8"}' \
	"{\"id\":\"$(printf %300d 0)\",\"data\":\"iVBORw0KGgo9\"}" > names.jsonl
scope cat -j"$J" names.jsonl -q -o names/ --to imagefolder
echo "status $?"
(cd names && find . -type f | sort)
claim 'no two records have one file' scope verify names

# ---- where it goes ----
scope cat in.tar -q -o out/ --to imagefolder
echo "a folder that is not empty: status $?"
scope cat in.tar -q -o out/metadata.jsonl --to imagefolder
echo "its file: status $?"
claim 'and it stays as it was' scope verify out
mkdir empty && scope cat in.tar -q -o empty/metadata.jsonl --to imagefolder 2>/dev/null
claim 'an empty folder will do' scope verify empty/metadata.jsonl.scm
for words in '--to imagefolder' '-O o --to imagefolder' '-o new/ --to tar' '-o new/' '-o x-%d/ --to imagefolder' '-o new/x.jsonl --to imagefolder'; do
	scope cat in.tar -q $words > said
	echo "$words: status $?"
done
claim 'none of these made anything' sh -c '! ls -d o new x-* 2>/dev/null'
scope filter 'name == "nobody"' in.tar -q -o none/ --to imagefolder
claim 'no records are an empty metadata.jsonl' sh -c 'test -f none/metadata.jsonl && ! test -s none/metadata.jsonl && "$SCOPE" verify none'

# ---- what others wrote ----
mkdir -p hf/train && printf 'JFIF' > hf/train/1.JPG && printf 'GIF89a' > hf/b.gif && printf secret > secret.png
ln -s ../secret.png hf/link.png && ln -s .. hf/up && mkfifo hf/fifo.png && mkdir hf/dir.png
printf '%s\n' '{"file_name":"train/1.JPG","text":"a cat","license":"MIT"}' '' '{ "label" : 3 , "file_name" : "b.gif" }' > hf/metadata.jsonl
scope tag licence -j"$J" hf/metadata.jsonl --to jsonl -q | sed 's/"scope":.*"key":/.../'
scope cat hf/metadata.jsonl -q --to tar | tar tf -
for f in ../secret.png "$PWD/secret.png" /dev/zero link.png up/secret.png fifo.png dir.png gone.png b.gif/x train/../b.gif '' 'a\u0000.png' train//1.JPG; do
	printf '{"file_name":"b.gif"}\n{"file_name":"%s"}\n' "$f" > hf/metadata.jsonl
	scope cat -j"$J" hf/metadata.jsonl --to jsonl --max-bad 0 2>&1 >got | sed -e 's/; .*//' -e "s#$PWD#/...#" -e 's/^scope: //'
	grep -q secret got && echo "not ok - $f"
done
printf '%s\n' '{"file_name":"b.gif"}' '{"file_name":7}' '[1]' '{"file_name":"b.gif","file_name":"b.gif"}' '{"a":1}' \
	'{"file_name":"b.gif","record":{"v":1}}' '{"file_name":"b.gif","record":{"v":1,"parts":[{"name":"a","media":"","members":1,"end":""}]}}' \
	'{"file_name":"b.gif","record":{"v":1,"parts":[{"name":"a","media":"","members":99999999999999999999,"end":""}]}}' \
	'{"file_name":"b.gif","record":{"v":1,"parts":[{"name":"a","media":"","column":"zz"}]}}' \
	'{"file_name":"b.gif","record":{"v":1,"parts":[{"name":"a","media":"","file":"../secret.png"}]}}' \
	'{"file_name":"b.gif","record":{"v":1,"parts":[{"name":"a","media":"","text":"1"},{"name":"a","media":"","text":"2"}]}}' > hf/metadata.jsonl
for n in 2 3 4 5 6 7 8 9 10 11; do
	sed -n "1p;${n}p" hf/metadata.jsonl > hf/m && mkdir -p hf2 && cp hf/b.gif hf2 && cp hf/m hf2/metadata.jsonl
	scope cat hf2/metadata.jsonl --to jsonl 2>&1 >/dev/null | sed 's/; .*//'
done
printf '{"file_name":"big.png"}\n{"file_name":"b.gif"}\n' > hf2/metadata.jsonl
head -c 5000 /dev/zero > hf2/big.png
scope cat --max-record 1k hf2/metadata.jsonl --to tsv 2>&1
scope cat --from imagefolder --to tsv < hf2/metadata.jsonl
echo "from a pipe: status $?"
claim 'a pipe of such lines is JSON Lines' sh -c '"$SCOPE" cat --to jsonl < hf2/metadata.jsonl | grep -q big.png'

# ---- failures ----
mkdir many && i=0 && while [ $i -lt 300 ]; do
	printf '\211PNG\r\n\032\n%d' $i > many/p$i.png && i=$((i + 1))
done
(cd many && tar --format=ustar --owner=0 --group=0 --mtime=@0 -cf ../many.tar .)
mkfifo feed
for sig in TERM HUP KILL; do
	"$SCOPE" cat --as many.tar -q -o cut/ --to imagefolder < feed 2>/dev/null &
	pid=$!
	{ head -c 400000 many.tar; sleep 1; ls -A cut | sed 's/part\.[0-9]*\.[0-9]*/part/' > seen; kill -$sig $pid; sleep 0.2; } > feed 2>/dev/null
	wait $pid 2>/dev/null
	claim "$sig: it dies of it" test $? -gt 128
	claim "$sig: it was writing" grep -qx 'metadata.jsonl.part.d' seen
	claim "$sig: nothing is under a final name" sh -c '! find cut -type f 2>/dev/null | grep -v "metadata.jsonl.part."'
	[ $sig = KILL ] || claim "$sig: nothing is left" test ! -e cut
done
scope cat many.tar -q -o cut/ --to imagefolder
claim 'what a killed one left is gone after the next' sh -c '[ "$(ls -A cut)" = "$(printf "manifest.scm\nmetadata.jsonl\n"; cd many; ls)" ] || [ "$(ls -A cut | wc -l)" = 302 ]'
head -c 100000 many.tar > short.tar
scope cat short.tar -q --max-bad 9 -o short/ --to imagefolder 2>/dev/null
echo "a shard cut short: status $?"
claim 'what there was of it is whole' scope verify short
for blocks in 8 40; do
	(trap '' XFSZ; ulimit -f $blocks; "$SCOPE" tag hash many.tar -q -o full/ --to imagefolder 2>/dev/null)
	claim "no room for more than $blocks blocks: status 2" test $? = 2
	claim 'and nothing is left' test ! -e full
done
