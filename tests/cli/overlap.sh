# SPDX-License-Identifier: Apache-2.0
# once: trace --overlap: what is said of copies of each kind, of shards that are not there, of who was first; what is hostile stays text.
. "$LIB"
archive
mkdir c s
scope run 'tag licence,host' docs.jsonl -q -o c/docs.jsonl --tags none
cat > theirs.jsonl <<'EOT'
{"text":"Lichens on basalt: a short survey of growth rates on four islands."}
{"text":"  A LICHEN is a Partnership \n of a fungus\u00a0and an alga. "}
{"text":"<html><head><title>A parser</title></head><body><p>A <b>parser</b> for tables. Run make,\nthen make&#32;check.</p></body></html>"}
{"text":"Something else, which is of our own making and long enough.\nfigure 1 shows the growth of colonies over nine days.\nAnd more of it."}
{"text":"The module reads and writes YAML, and that is another sentence."}
EOT
scope cat theirs.jsonl -q -o s/theirs.jsonl
echo '== copies: as it stands, in other case and white space, as HTML, within another'
scope trace --overlap c/docs.jsonl.scm theirs.jsonl --list -
echo "status $?"
printf '{"text":"Nothing of this was ever in that corpus, not a line of it."}\n' > clean.jsonl
echo '== a clean one'
scope trace --overlap c/docs.jsonl.scm clean.jsonl
echo "status $?"

echo '== a manifest as suspect, with its shards and without; the corpus without'
scope trace --overlap c/docs.jsonl.scm s/theirs.jsonl.scm | sed -n 1,8p
mv s/theirs.jsonl away
scope trace --overlap c/docs.jsonl.scm s/theirs.jsonl.scm | sed -n 1,8p
mv c/docs.jsonl elsewhere.jsonl
scope trace --overlap c/docs.jsonl.scm theirs.jsonl | sed -n 1,8p
mv elsewhere.jsonl c/docs.jsonl
echo '== an S line that leads out of the folder'
sed 's/\(^S.*\)	docs.jsonl	/\1	..\/docs.jsonl	/' c/docs.jsonl.scm > c/out.scm
scope trace --overlap c/out.scm theirs.jsonl | grep 'not there'
echo '== shards that hold what the manifest does not list'
cat theirs.jsonl >> c/docs.jsonl
scope trace --overlap c/docs.jsonl.scm theirs.jsonl | sed -n '1,2p;/does not list/p'
scope run 'tag licence,host' docs.jsonl -q -o c/docs.jsonl --tags none

echo '== records of several parts'
scope run 'split figures | tag licence' papers/*.gz -q -o figs.tar --tags none
tar xzf papers/lichens.tar.gz
{
	printf 'unrelated, but long enough that it would count as a text here\n' > note.txt
	tar cf theirs.tar note.txt lichens/lichens.g002.png
}
scope trace --overlap figs.tar.scm theirs.tar | sed -n '1,8p;/^found/,/suspect  /p'

echo '== who had it first'
root=$(sed -n 's/^T	record-root	//p' c/docs.jsonl.scm) theirs=$(sed -n 's/^T	record-root	//p' s/theirs.jsonl.scm)
entry() { # NUMBER ROOT TIME
	printf 'version\t%s\trecord-root %s\tkey-root sha256:%064d\tmanifest sha256:%064d\trecords 1\toperation run\tcreated %s\n' "$1" "$2" 0 0 "$3"
}
{ echo '#scope-log/1 example.org/corpora'; entry 1 "$root" 2031-01-01T00:00:00Z; entry 2 "$theirs" 2024-01-01T00:00:00Z; } > one.log
{ echo '#scope-log/1 example.org/a'; entry 5 "$root" 2024-03-01T00:00:00Z; } > a.log
{ echo '#scope-log/1 example.net/b'; entry 1 "$theirs" 2024-02-01T00:00:00Z; } > b.log
first() { sed -n '/^who/,$p'; }
mv away s/theirs.jsonl
scope trace --overlap c/docs.jsonl.scm s/theirs.jsonl.scm --log one.log | first
scope trace --overlap c/docs.jsonl.scm s/theirs.jsonl.scm --log a.log --log b.log | first
sed 's/^\(H	created	\).*/\12025-01-01T00:00:00Z/' s/theirs.jsonl.scm > s/later.scm
scope trace --overlap c/docs.jsonl.scm s/later.scm | first
scope trace --overlap c/docs.jsonl.scm theirs.jsonl | first
scope trace --overlap c/docs.jsonl.scm theirs.jsonl --log clean.jsonl
echo "status $?"

echo '== hostile'
esc=$(printf '\033')
printf '{"text":"a text of forty characters and more, copied as it stands","url":"https://example.org/\\u001b[31m\\u202ex","title":"\\u001b]0;x\\u0007"}\n' > bad.jsonl
cp bad.jsonl "$(printf 'bad\033[2J\nname.jsonl')"
scope run 'tag licence' bad.jsonl -q -o bad.tar
scope trace --overlap bad.tar.scm bad"$esc"* | grep -e suspect -e corpus
claim 'no escape sequence comes through' sh -c '! "$SCOPE" trace --overlap bad.tar.scm bad"$1"* --list - | grep -q "$1"' - "$esc"
scope trace --overlap bad.jsonl bad.tar
scope trace --overlap bad.tar.scm no-such-file
scope trace --overlap bad.tar.scm
