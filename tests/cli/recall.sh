# SPDX-License-Identifier: Apache-2.0
# recall: records are taken back, and what was made of them; what stays keeps its bytes; what is gone is proven to be, and stays away.
. "$LIB"
archive
scope run 'hash | tag licence,host | filter "licence in open"' docs.jsonl -q -j "$J" -O open || exit 2
tab=$(printf '\t')
zeros=$(printf '%064d' 0)
cat > back.txt <<EOT
# asked for in May
host:arxiv.org${tab}asked by its owner

nasa.gov
https://docs.python.org/3/library/json.html${tab}a tab	and 100%
shop.example.com
10.1234/ABC
sha256:$zeros${tab}never to come in
EOT

echo '== only looked at'
scope recall --check back.txt open/manifest.scm
claim 'nothing was written' test "$(ls)" = "$(printf 'back.txt\ndocs.jsonl\nfigures.tar\nopen\npages.warc.gz\npapers')"

echo '== taken back'
cp -r open before
scope log init c.log --origin example.org/corpus
scope log add c.log open/manifest.scm 2>/dev/null
scope recall back.txt open/manifest.scm -j "$J" -O kept --log c.log
claim 'the corpus is as it was' diff -r open before
grep '^[HPX]' kept/manifest.scm | cut -f1-9
cut -f1-3,8- kept/removed.txt
claim 'the new manifest is true' scope verify kept
claim 'its inputs are the old shards' scope verify --inputs kept
claim 'it is sorted' env LC_ALL=C sort -c kept/manifest.scm
claim 'its parent is the old record-root' grep -q "^H	parent	sha256:$(root open/manifest.scm)$" kept/manifest.scm
claim 'it names the list' grep -q "^H	recall	sha256:$(sha256sum < back.txt | cut -d' ' -f1)$" kept/manifest.scm
claim 'R lines that stay are the old ones' sh -c 'grep ^R open/manifest.scm > a; { grep ^R kept/manifest.scm; cat kept/removed.txt; } | LC_ALL=C sort | cmp a -'
claim 'the log has a version of it' sh -c 'tail -1 c.log | grep -q "manifest sha256:$(sha256sum < kept/manifest.scm | cut -d" " -f1)	records 5	operation recall sha256:$(sha256sum < back.txt | cut -d" " -f1)"'
claim 'patch makes the new manifest of the old one' sh -c '"$SCOPE" patch open/manifest.scm kept/delta -o made.scm && cmp made.scm kept/manifest.scm'
scope recall back.txt open/manifest.scm -O again > again.txt
claim 'the same again gives the same' diff -r kept again
scope recall back.txt open/manifest.scm open/docs.jsonl -o one.jsonl > one.txt
claim 'and under a name of its own' same kept/docs.jsonl one.jsonl
claim 'with all that belongs to it' same kept/absent.proof one.jsonl.absent.proof

echo '== what stays keeps its bytes, in every format'
cat > without.py <<'EOT'
import gzip, sys
old, new, shard = sys.argv[1:]
def plain(p):
    b = open(p, 'rb').read()
    return gzip.decompress(b) if p.endswith('.gz') else b.rstrip(b'\0') if p.endswith('.tar') else b
gone = {l.split('\t')[1] for l in open(new + '/removed.txt', encoding='utf8')}
assert gone, 'nothing is gone'
ranges = []
for l in open(old + '/manifest.scm', encoding='utf8'):
    f = l.rstrip('\n').split('\t')
    if f[0] == 'L' and f[1] in gone:
        ranges.append(tuple(map(int, f[3].rsplit('#', 1)[1].split('+'))))
b, out, at = plain(old + '/' + shard), b'', 0
for off, n in sorted(ranges):
    out += b[at:off]
    at = off + n
out += b[at:]
sys.exit((out.rstrip(b'\0') if shard.endswith('.tar') else out) != plain(new + '/' + shard))
EOT
scope run 'hash | tag licence,host' figures.tar -q -O ofig
scope run 'hash | tag licence,host' pages.warc.gz -q -O opage
grep '^R' ofig/manifest.scm | head -1 | cut -f2 > id.txt
echo 'site:wikipedia.org' > site.txt
scope recall id.txt ofig/manifest.scm -O kfig > /dev/null
scope recall site.txt opage/manifest.scm -O kpage > /dev/null
claim 'lines: the old bytes without theirs' python3 without.py open kept docs.jsonl
claim 'tar: likewise' python3 without.py ofig kfig figures.tar
claim 'WARC, member for member' python3 without.py opage kpage pages.warc.gz
claim 'and all is true' scope verify kfig kpage
scope cat figures.tar --to imagefolder -q -o folder/
scope recall id.txt folder/manifest.scm -O kfolder > /dev/null
claim 'a folder of images: those that stay, as they were' sh -c 'n=$(ls kfolder/*.png | wc -l); test $n = 2 && for f in kfolder/*.png; do cmp $f folder/${f##*/} || exit 1; done'
claim 'and is true' scope verify kfolder
scope cat figures.tar --to zip -q -o figures.zip
scope recall id.txt figures.zip.scm -o kfig.zip > /dev/null
claim 'zip, packed anew, with the same members' sh -c 'python3 -c "
import zipfile
a, b = zipfile.ZipFile(\"figures.zip\"), zipfile.ZipFile(\"kfig.zip\")
n = b.namelist()
assert n and len(n) < len(a.namelist()) and all(a.read(x) == b.read(x) for x in n)"'

echo '== it may not come back'
scope run 'hash | tag licence,host' docs.jsonl -q -j "$J" --tombstones kept/manifest.scm --dropped d.jsonl -o later.jsonl
grep '^P' later.jsonl.scm | cut -f2,3,6-9
claim 'what was taken back is dropped, with the reason' sh -c 'test "$(grep -c "taken back: asked by its owner" d.jsonl)" = 2'
claim 'and is not in what comes out' sh -c '! grep -q arxiv.org later.jsonl'
claim 'X lines are carried on' sh -c 'grep ^X kept/manifest.scm > a; grep ^X later.jsonl.scm | cmp a -'
claim 'the manifest is true' scope verify later.jsonl.scm
grep '^X' kept/manifest.scm > x.txt
scope run 'hash | tag licence,host' docs.jsonl -q --tombstones x.txt -o later2.jsonl
claim 'a list of X lines does the same' same later.jsonl later2.jsonl
scope tombstones x.txt docs.jsonl -q -o later3.jsonl
claim 'as a stage, too' sh -c 'grep ^X later3.jsonl.scm | cmp a -'
scope cat docs.jsonl --to frame | scope cat --tombstones x.txt -q -o later4.jsonl
claim 'and behind a pipe of frames' sh -c 'grep ^X later4.jsonl.scm | cmp a -'
id=$(grep '^R' later.jsonl.scm | head -1 | cut -f2)
printf 'X\t%s\tnot really\n' "$id" > lie.txt
{ grep -v '^X\|^T	tombstones' later.jsonl.scm; printf 'T\ttombstones\tsha256:%s\n' "$(sha256sum < lie.txt | cut -d' ' -f1)"; cat lie.txt; } > lie.scm
claim 'a manifest that lists what it took back is false' fails 1 scope verify lie.scm
sed 's/^X.*/&?/' later.jsonl.scm > lie.scm
claim 'as is one whose X lines were changed' fails 1 scope verify lie.scm
claim 'and no run believes it' fails 2 scope cat docs.jsonl --tombstones lie.scm
grep -v '^T\|^X' kept/manifest.scm > cut.scm
claim 'a list that was cut short is not believed' fails 2 scope cat docs.jsonl --tombstones cut.scm
claim 'nor what is none' fails 2 scope cat docs.jsonl --tombstones docs.jsonl

echo '== what was split from a record goes with it'
scope run 'split figures | tag licence' papers/*.gz -q -j "$J" -o figs.tar
parent=$(grep -o 'parent=sha256:[0-9a-f]*' figs.tar.scm | head -1 | cut -d= -f2)
printf '%s\twithdrawn\n' "$parent" > paper.txt
scope recall --check paper.txt figs.tar.scm
n=$(grep '^R' figs.tar.scm | grep -c "parent=$parent")
claim 'as many as have that parent' test "$(scope recall --check paper.txt figs.tar.scm | sed -n 's/^taken back: \([0-9]*\) .*/\1/p')" = "$n"
scope recall paper.txt figs.tar.scm -o kfigs.tar > /dev/null
claim 'they are gone, and the rest is true' sh -c "! grep -q parent=$parent kfigs.tar.scm && \"\$SCOPE\" verify kfigs.tar.scm"
printf 'X\t%s\twithdrawn\n' "$parent" > px.txt
scope run 'split figures' papers/*.gz -q -j "$J" --tombstones px.txt -o nofigs.tar
claim 'a run refuses the paper, and makes no figure of it' sh -c "! grep -q parent=$parent nofigs.tar.scm && \"\$SCOPE\" verify nofigs.tar.scm"
scope cat figs.tar -q --tombstones px.txt -o nofigs2.tar
claim 'figures that were made before are refused by their parent' sh -c "! grep -q parent=$parent nofigs2.tar.scm && test \$(grep -c ^R nofigs2.tar.scm) = $(($(grep -c ^R figs.tar.scm) - n))"

echo '== corpora that were made of it'
scope filter 'size > 50' open/docs.jsonl -q -o big.jsonl --tags none
scope filter 'host = "github.com"' open/docs.jsonl -q -o hub.jsonl --tags none
scope cat big.jsonl -q -o third.jsonl
scope manifest docs.jsonl -o stranger.scm -q
scope recall --check back.txt open/manifest.scm --derived hub.jsonl.scm
echo "status $?"
scope recall --check back.txt open/manifest.scm --derived hub.jsonl.scm --derived big.jsonl.scm --derived third.jsonl.scm
echo "status $?"
scope filter 'host = "github.com"' docs.jsonl -q -o strange.jsonl --tags none
scope recall --check back.txt open/manifest.scm --derived hub.jsonl.scm --derived strange.jsonl.scm
echo "status $?"
# A child of a child, two corpora away; and one with another identity that says only where it came from.
python3 - <<'EOT'
import hashlib
def manifest(name, i, s, records):
    lines = ['I\tsha256:%s\t1\t%s\t1\t0' % i, 'S\tsha256:%s\t1\t%s\tsha256:%s\t1' % (s + (s[0],))]
    for rid, kv, loc, frm in records:
        r = 'R\tsha256:%s\t1\t-\t-\t-\t-%s' % (rid, kv)
        leaf = hashlib.sha256(b'\0' + r.encode()).hexdigest()[:16]
        lines += [r, 'L\tsha256:%s\t%s\t%s\t%s' % (rid, leaf, loc, frm)]
    lines = ['#scope-manifest/1'] + sorted(lines)
    text = ''.join(l + '\n' for l in lines)
    rs = [l for l in lines if l[0] == 'R']
    def mth(v):
        if len(v) == 1: return hashlib.sha256(b'\0' + v[0].encode()).digest()
        k = 1
        while 2 * k < len(v): k *= 2
        return hashlib.sha256(b'\1' + mth(v[:k]) + mth(v[k:])).digest()
    z = '0' * 64
    text += 'T\tkey-root\tsha256:%s\nT\tkeys\t1\nT\tlines\tsha256:%s\nT\toccurrences\t%d\nT\trecord-root\tsha256:%s\nT\trecords\t%d\n' % (
        z, hashlib.sha256(text.encode()).hexdigest(), len(rs), mth(rs).hex(), len(rs))
    open(name, 'w').write(text)
gone = next(l for l in open('open/manifest.scm') if l[0] == 'R' and 'arxiv.org' in l).split('\t')[1][7:]
places = [l.rstrip('\n').split('\t') for l in open('open/manifest.scm') if l[0] == 'L' and gone in l]
s = next(l for l in open('open/manifest.scm') if l[0] == 'S').split('\t')
shard = s[1][7:]
one, two, three = '1' * 64, '2' * 64, '3' * 64
manifest('child.scm', (shard, 'docs.jsonl'), ('a' * 64, 'child.jsonl'), [(one, '\tparent=sha256:' + gone, 'child.jsonl#0+1', 'docs.jsonl#0+1')])
manifest('grandchild.scm', ('a' * 64, 'child.jsonl'), ('b' * 64, 'g.jsonl'), [(two, '\tparent=sha256:' + one, 'g.jsonl#0+1', 'child.jsonl#0+1')])
manifest('edited.scm', (shard, 'x/docs.jsonl'), ('c' * 64, 'e.jsonl'), [(three, '', 'e.jsonl#0+1', 'x/docs.jsonl' + places[0][3][places[0][3].rindex('#'):])])
manifest('edited2.scm', ('c' * 64, 'e.jsonl'), ('d' * 64, 'f.jsonl'), [('4' * 64, '', 'f.jsonl#0+1', 'e.jsonl#0+1')])
EOT
scope recall --check back.txt open/manifest.scm --derived grandchild.scm --derived child.scm --derived edited2.scm --derived edited.scm
echo "status $?"
scope recall --check back.txt open/manifest.scm --derived grandchild.scm
echo "status $?"

echo '== lists'
ssh-keygen -q -t ed25519 -N '' -f key -C curator@example.org
ssh-keygen -q -t ed25519 -N '' -f other -C other@example.org
claim 'a list that must be signed and is not is refused' fails 2 scope recall --check back.txt open/manifest.scm --key key.pub
scope sign --key key back.txt
claim 'one that is signed is taken' scope recall --check back.txt open/manifest.scm --key key.pub
claim 'one that somebody else signed is refused' fails 2 scope recall --check back.txt open/manifest.scm --key other.pub
echo 'host:evil.example' >> back.txt
claim 'one that was changed afterwards is refused' fails 2 scope recall --check back.txt open/manifest.scm --key key.pub
sed -i '$d' back.txt
wrong() { # LINE
	printf '%b\n' "$1" > wrong.txt
	scope recall --check wrong.txt open/manifest.scm 2>&1
	echo "status $?"
}
wrong 'what is this'
wrong 'sha256:123'
wrong 'host:a b'
wrong 'doi:11.5/x'
wrong '\0377'
wrong 'host:\033[31mx'
wrong ''

echo '== shards that are not its own'
cp -r open bad
flip bad/docs.jsonl 130
claim 'a byte of one was changed' fails 2 scope recall back.txt bad/manifest.scm -O none
cp open/docs.jsonl bad/docs.jsonl
sed -i 's/"source":"example"/"source":"exAmple"/' bad/docs.jsonl
claim 'bytes outside of payloads were' fails 2 scope recall back.txt bad/manifest.scm -O none
cp docs.jsonl bad/docs.jsonl
claim 'it is another' fails 2 scope recall back.txt bad/manifest.scm -O none
cp open/docs.jsonl bad/docs.jsonl
claim 'one is missing' fails 2 scope recall back.txt open/manifest.scm figures.tar -O none
flip bad/manifest.scm 900
claim 'the manifest was changed' fails 2 scope recall back.txt bad/manifest.scm -O none
printf 'not json\n' >> bad/docs.jsonl
scope manifest bad/docs.jsonl -q -o bad/m.scm
claim 'one has a record that cannot be read' fails 2 scope recall back.txt bad/m.scm -O none
cp open/docs.jsonl bad/docs.jsonl
claim 'nothing was written' test ! -e none
claim 'it does not write over the corpus' fails 2 scope recall back.txt open/manifest.scm -O open
claim 'nor over it by another name' fails 2 scope recall back.txt open/manifest.scm -O ./before/../open
claim 'the corpus is as it was' diff -r open before
scope recall back.txt 2>&1
scope recall back.txt open/manifest.scm 2>&1

echo '== proofs, without this program'
cat > lacks.py <<'EOT'
import hashlib, sys
H = lambda b: hashlib.sha256(b).digest()
E = bytes(32)
root = [l for l in open(sys.argv[2], encoding='utf8') if l.startswith('T\tkey-root')][0].split('\t')[2].strip()[7:]
n = 0
for p in open(sys.argv[1], encoding='utf8').read().split('scope-proof/1\n')[1:]:
    lines = [l.split(' ', 1) for l in p.splitlines()]
    d = dict(lines)
    assert d['proves'] == 'lacks' and d['key-root'] == 'sha256:' + root
    kind, value = d['key'].split(' ', 1)
    key = H(b'scm1:' + kind.encode() + b'\0' + value.encode())
    bits = ''.join('{:08b}'.format(x) for x in key)
    side = [E if h == '-' else bytes.fromhex(h) for w, h in lines if w == 'hash']
    node = E
    if 'lone' in d:
        k, v = map(bytes.fromhex, d['lone'].split())
        assert k != key and ''.join('{:08b}'.format(x) for x in k)[:len(side)] == bits[:len(side)]
        node = H(b'\0' + k + v)
    for i, s in enumerate(side):
        node = H(b'\1' + s + node) if bits[len(side) - 1 - i] == '1' else H(b'\1' + node + s)
    assert node.hex() == root, kind + value
    n += 1
print(n, 'proofs lead to the key-root')
EOT
python3 lacks.py kept/absent.proof kept/manifest.scm
claim 'scope verify takes these proofs too' scope verify kept/absent.proof --root "sha256:$(sed -n 's/^T	key-root	sha256://p' kept/manifest.scm)"
claim 'they are what scope prove writes' sh -c '"$SCOPE" prove --lacks host arxiv.org kept/manifest.scm | head -n 12 > p && grep -v "^end" p > q && head -n "$(wc -l < q)" kept/absent.proof | cmp q -'
python3 lacks.py kpage/absent.proof kpage/manifest.scm
cat > doi.jsonl <<'EOT'
{"text":"one","doi":"10.5555/AbC","url":"https://a.example/1"}
{"text":"two","doi":"https://doi.org/10.5555/abc","url":"https://a.example/2"}
{"text":"three","doi":"10.5555/abcd","url":"https://a.example/3"}
EOT
scope run 'tag host' doi.jsonl -q -o d/doi.jsonl --manifest d/m.scm
echo 'doi:10.5555/ABC' > doi.txt
scope recall doi.txt d/m.scm -O kd
grep '^key ' kd/absent.proof
python3 lacks.py kd/absent.proof kd/manifest.scm
