# SPDX-License-Identifier: Apache-2.0
# once: prove writes proofs that verify takes against the right root and no other; what is not so is not proven.
. "$LIB"
archive
scope run 'hash | tag media,host,domain,licence | filter "licence in open"' docs.jsonl pages.warc.gz figures.tar -q -o open.jsonl || exit 2
key=sha256:$(sed -n 's/^T	key-root	sha256://p' open.jsonl.scm)
rec=sha256:$(root open.jsonl.scm)
other=sha256:$(printf x | sha256sum | cut -d' ' -f1)
id=$(grep '^R' open.jsonl.scm | sed -n 4p | cut -f2)
url=$(grep -o 'src=[^	]*' open.jsonl.scm | sed -n 's/^src=//p' | grep :// | head -1)

scope prove --record "$id" open.jsonl.scm -o r.proof
scope prove --has cid "${id#sha256:}" open.jsonl.scm -o c.proof
scope prove --has url "$url" open.jsonl.scm -o u.proof
scope prove --has host EN.Wikipedia.ORG. open.jsonl.scm -o h.proof
scope prove --has site wikipedia.org --lines 1 open.jsonl.scm -o s.proof
scope prove --lacks host www.example-news.com open.jsonl.scm -o l.proof
scope prove --lacks doi 10.1/none open.jsonl.scm -o d.proof
sed 's/[0-9a-f]\{60\}/.../g' l.proof
for p in r c u h s l d; do
	claim "$p: true of the root" scope verify $p.proof --root "$key" --root "$rec"
	claim "$p: not of another" fails 1 scope verify $p.proof --root "$other"
	claim "$p: of no root at all, nothing" fails 2 scope verify $p.proof
done
cat r.proof u.proof l.proof > all.proof
scope verify all.proof --root "$key" --root "$rec" | sed 's/sha256:[0-9a-f]*/sha256:.../'
claim 'the lines are left out where there are too many' sh -c '! grep -q "^line" s.proof && grep -q "^line" h.proof'
claim 'hosts are brought to their form' grep -q '^key host en.wikipedia.org$' h.proof

echo '== what is not so is not proven'
scope prove --lacks host en.wikipedia.org open.jsonl.scm; echo "status $?"
scope prove --has host none.example open.jsonl.scm; echo "status $?"
scope prove --record "$other" open.jsonl.scm 2>&1 | sed 's/sha256:[0-9a-f]*/sha256:.../'; echo "status $?"
scope prove --record 12 open.jsonl.scm; echo "status $?"
scope prove --has url not-a-url open.jsonl.scm; echo "status $?"
scope prove --has host 'two words' open.jsonl.scm; echo "status $?"
scope prove --has host open.jsonl.scm; echo "status $?"
scope prove --has planet x open.jsonl.scm; echo "status $?"
scope prove --lacks host a.example docs.jsonl; echo "status $?"
sed '/^T	key-root/{s/:0/:1/;t;s/:./:0/}' open.jsonl.scm > lie.scm
scope prove --lacks host a.example lie.scm; echo "status $?"
sed '/^T	record-root/{s/:0/:1/;t;s/:./:0/}' open.jsonl.scm > lie.scm
scope prove --record "$id" lie.scm; echo "status $?"

echo '== changed proofs, made to look whole'
anew() { # FILE: with the digest at its end made anew
	sed '$d' "$1" > body
	{ cat body; echo "end sha256:$(sha256sum < body | cut -d' ' -f1)"; } > "$1"
	scope verify "$1" --root "$key" --root "$rec" 2>&1 | sed 's/sha256:[0-9a-f]*/sha256:.../'
}
sed 's/^key host www.example-news.com/key host en.wikipedia.org/' l.proof > x.proof; anew x.proof
sed 's/^key host www.example-news.com/key host EN.wikipedia.org/' l.proof > x.proof; anew x.proof
sed 's/CC-BY-SA-4.0/CC0-1.0/' h.proof > x.proof; anew x.proof
sed 's/Apache-2.0/MIT/' r.proof > x.proof; anew x.proof
sed 's/^index .*/index 11/' r.proof > x.proof; anew x.proof
sed '/^lone/d' l.proof > x.proof; anew x.proof
sed '0,/^hash/{/^hash/d}' l.proof > x.proof; anew x.proof
sed 's/^proves lacks/proves growth/' l.proof > x.proof; anew x.proof
sed '/^key-root/p' l.proof > x.proof; anew x.proof
sed 's/^hash \(.*\)/hash \U\1/' l.proof > x.proof; anew x.proof
head -5 l.proof > x.proof; scope verify x.proof --root "$key"
head -c 900 r.proof > x.proof; scope verify x.proof --root "$rec"

echo '== numbers: a root does not bind them, a checkpoint does'
scope log init c.log --origin example.org/c && scope log add c.log open.jsonl.scm 2>/dev/null && scope log checkpoint c.log -o c.cp
scope log checkpoint c.log --plain -o 1.cp && scope log release c.log --version 1 --to somebody --terms none && scope log checkpoint c.log --plain -o 2.cp
scope log growth c.log --from 1 -o g.proof
sed 's/^records 11/records 12/' r.proof > x.proof; anew x.proof
claim 'a checkpoint refuses another number of records' fails 1 scope verify x.proof --checkpoint c.cp --unsigned
{ scope verify r.proof --checkpoint c.cp --unsigned
scope verify g.proof --checkpoint 1.cp --checkpoint 2.cp --unsigned
scope verify g.proof $(sed -n 's/^\(old\|new\) [0-9]* /--root /p' g.proof)
} | sed 's/sha256:[0-9a-f]*/sha256:.../'
