# SPDX-License-Identifier: Apache-2.0
# once
# build: two programs that share no line with scope, one in Python and one of coreutils and awk, find true what scope finds true, and false what is not.
. "$LIB"
archive
py() { python3 "$ROOT/scripts/independent/verify.py" "$@"; }
sh_() { sh "$ROOT/scripts/independent/verify.sh" "$@"; }
have() { command -v "$1" > /dev/null; }
scope run 'hash | tag media,host,domain,licence | filter "licence in open"' docs.jsonl pages.warc.gz figures.tar -q -o open.jsonl.gz || exit 2
scope run 'split figures | tag licence' papers/*.gz -q -o figs.tar.bz2 || exit 2
scope run 'hash | tag host' docs.jsonl -q -o all.jsonl.xz || exit 2
grep -v CC docs.jsonl > few.jsonl
scope run 'hash | tag host | filter "host under \"no.such\""' few.jsonl -q -o none.jsonl || exit 2
printf 'X\t%s\tasked for by their author\n' "$(grep ^R all.jsonl.xz.scm | sed -n 2p | cut -f2)" > gone
scope run 'hash | tag host' docs.jsonl -q --tombstones gone -o left.jsonl || exit 2
scope run 'hash | tag host,licence' docs.jsonl few.jsonl -q -O dir || exit 2
scope merge open.jsonl.gz.scm all.jsonl.xz.scm -o both.scm 2> /dev/null || exit 2
scope log init c.log --origin example.org/corpus && scope log add c.log all.jsonl.xz.scm --operation first 2> /dev/null &&
	scope log add c.log open.jsonl.gz.scm --operation second 2> /dev/null && scope log checkpoint c.log -o c.checkpoint && scope log growth c.log --from 1 -o g.proof || exit 2
scope log checkpoint c.log --plain --size 1 -o old.checkpoint

# Shards in what standard libraries do not read, where scope writes it and there is a program for it.
packed=
for codec in zst lz4; do
	program=$codec
	[ $codec = lz4 ] || program=zstd
	have $program && scope run 'hash' docs.jsonl -q -o packed.jsonl.$codec 2> /dev/null && packed="$packed packed.jsonl.$codec.scm"
done
mkdir odd && scope run 'hash' docs.jsonl -q -o 'odd/a	b%c d.jsonl' && cp odd/*.scm odd/odd.scm || exit 2

for m in odd/odd.scm left.jsonl.scm open.jsonl.gz.scm figs.tar.bz2.scm all.jsonl.xz.scm none.jsonl.scm dir/manifest.scm both.scm $packed; do
	! have python3 || claim "$m: true by Python" py manifest $m --shards "$(dirname $m)"
	claim "$m: true by coreutils and awk" sh_ $m "$(dirname $m)"
done
if have python3; then
	claim 'the roots that it prints are those of the manifest' sh -c "python3 '$ROOT/scripts/independent/verify.py' manifest both.scm | sed -n 's/^  \([a-z-][a-z-]*\)  *\([s0-9].*\)/T	\1	\2/p' | sort > got &&
		grep ^T both.scm | cmp - got"
fi

# Lies in a manifest: all three refuse them, whatever they say about it.  Where the digest over the lines would give a lie away, it is made anew.
anew() {
	lines=$(awk '/^T\t/ { exit } 1' lie.scm | sha256sum | cut -c1-64)
	sed -i "s/^T	lines	.*/T	lines	sha256:$lines/" lie.scm
}
lie() { # TEXT SED [as-it-is]
	LC_ALL=C sed "$2" open.jsonl.gz.scm > lie.scm
	[ $# -gt 2 ] || anew
	cmp -s open.jsonl.gz.scm lie.scm && echo "not ok - $1: nothing was changed"
	claim "$1: false by scope" fails 1 scope verify lie.scm
	! have python3 || claim "$1: false by Python" fails 1 py manifest lie.scm
	claim "$1: false by coreutils and awk" fails 1 sh_ lie.scm
}
lie 'a licence' '0,/CC-BY-SA-4.0/s//CC0-1.0/'
lie 'a licence, and the digest of the lines as it was' '0,/CC-BY-SA-4.0/s//CC0-1.0/' as-it-is
lie 'a record left out' '0,/^R/{/^R/d}'
lie 'an occurrence left out' '0,/^L/{/^L/d}'
lie 'where a record came from' '/^L/s/docs.jsonl#0+/docs.jsonl#1+/'
lie 'a count of a step' '/^P	0007/s/	19	12	7	/	19	13	6	/'
lie 'a count of all steps' '/^P/{s/	19	/	20	/;s/	19	/	20	/}'
lie 'a sum of a step' '/^P	0003/s/	2f/	1f/'
lie 'a count of an input' '/^I/s/	12	0$/	11	0/'
lie 'a step gone' '/^P	0004/d'
lie 'a record-root' '/^T	record-root/{s/:0/:1/;t;s/:./:0/}'
lie 'how many' '/^T	records/s/11/12/'
lie 'two lines changed round' '/^I/{N;s/\(.*\)\n\(.*\)/\2\n\1/}'
lie 'hex in capitals' '/^T	record-root/y/abcdef/ABCDEF/'
lie 'a line of no known kind' '/^S/i Q	1	2'
lie 'an escape that is none' 's/^H	tool	/&%zz/'
lie 'a host hidden by an escape that nothing asks for' '/^R/s/host=arxiv/host=%61rxiv/'
lie 'a field too many' '/^S/s/$/	x/'
lie 'a number with a zero before it' '/^I/s/	12	0$/	012	0/'
lie 'no end' '$d'
{ cat all.jsonl.xz.scm; cat gone; } | sed "/^T	records/a T	tombstones	sha256:$(sha256sum < gone | cut -c1-64)" > lie.scm
claim 'a record that was taken back stands there: false by scope' fails 1 scope verify lie.scm
! have python3 || claim 'a record that was taken back: false by Python' fails 1 py manifest lie.scm
claim 'a record that was taken back: false by coreutils and awk' fails 1 sh_ lie.scm
sed 's/asked for/asked by/' left.jsonl.scm > lie.scm
claim 'why a record was taken back: false by scope' fails 1 scope verify lie.scm
! have python3 || claim 'why: false by Python' fails 1 py manifest lie.scm
claim 'why: false by coreutils and awk' fails 1 sh_ lie.scm
# What only the key-root covers
sed '/^T	key-root/{s/:0/:1/;t;s/:./:0/}' open.jsonl.gz.scm > lie.scm
claim 'a key-root: false by scope' fails 1 scope verify lie.scm
! have python3 || claim 'a key-root: false by Python' fails 1 py manifest lie.scm

gzip -dc open.jsonl.gz | sed '3s/ /  /' | gzip -n > changed
mv open.jsonl.gz keep.gz && mv changed open.jsonl.gz
! have python3 || claim 'a shard: false by Python' fails 1 py manifest open.jsonl.gz.scm --shards .
claim 'a shard: false by coreutils and awk' fails 1 sh_ open.jsonl.gz.scm .
head -c 100 keep.gz > open.jsonl.gz
! have python3 || claim 'a shard cut short: false by Python' fails 1 py manifest open.jsonl.gz.scm --shards .
claim 'a shard cut short: false by coreutils and awk' fails 1 sh_ open.jsonl.gz.scm .
mv keep.gz open.jsonl.gz
mkdir -p out/in && cp open.jsonl.gz out && sed '/^S/s/open.jsonl.gz/..%2Fopen.jsonl.gz/;/^S/s/%2F/\//' open.jsonl.gz.scm > lie.scm && anew
! have python3 || claim 'a path that leads out: false by Python' fails 1 py manifest lie.scm --shards out/in
claim 'a path that leads out: false by coreutils and awk' fails 1 sh_ lie.scm out/in

# What is no manifest is refused in words, and nothing of it gets on the terminal.
esc=$(printf '\033')
{ head -n 1 open.jsonl.gz.scm; printf 'R\t%s[31mred\377\nA\t\001\n' "$esc"; } > hostile.scm
head -c 2000 open.jsonl.gz > junk.scm
: > empty.scm
for m in hostile junk empty; do
	! have python3 || claim "$m: refused by Python" fails 1 py manifest $m.scm
	claim "$m: refused by coreutils and awk" fails 1 sh_ $m.scm
	{ sh_ $m.scm; ! have python3 || py manifest $m.scm; } > said 2>&1
	claim "$m: no byte of it is printed" test "$(tr -d '\012\040-\176' < said | wc -c)" -eq 0
done
claim 'what is not there cannot be looked at' fails 2 sh_ none.scm
! have python3 || claim 'nor by Python' fails 2 py manifest none.scm

# ---- proofs ----

have python3 || exit 0
key=$(sed -n 's/^T	key-root	//p' open.jsonl.gz.scm)
rec=$(sed -n 's/^T	record-root	//p' open.jsonl.gz.scm)
other=sha256:$(printf x | sha256sum | cut -c1-64)
scope prove --record "$(grep '^R' open.jsonl.gz.scm | sed -n 4p | cut -f2)" open.jsonl.gz.scm -o record.proof
scope prove --has host en.wikipedia.org open.jsonl.gz.scm -o has.proof
scope prove --has site wikipedia.org --lines 1 open.jsonl.gz.scm -o short.proof
scope prove --lacks host www.example-news.com open.jsonl.gz.scm -o lacks.proof
scope prove --lacks doi 10.1/none open.jsonl.gz.scm -o doi.proof
cat record.proof has.proof lacks.proof > several.proof
for p in record has short lacks doi several; do
	claim "$p: proven by Python" py proof $p.proof --root "$key" --root "$rec"
	claim "$p: not of another root" fails 1 py proof $p.proof --root "$other"
	claim "$p: proven by the checkpoint" py proof $p.proof --checkpoint c.checkpoint
	claim "$p: not by an older one" fails 1 py proof $p.proof --checkpoint old.checkpoint
done
claim 'growth: proven by the checkpoints' py proof g.proof --checkpoint c.checkpoint --checkpoint old.checkpoint
claim 'growth: not by one of them' fails 1 py proof g.proof --checkpoint c.checkpoint
claim 'of no root at all, nothing' fails 2 py proof has.proof

# Single bits.  The digest at a proof's end would find each: so it is made anew, as a liar would.  What is then still taken must be true: another record count, which
# no root binds but a checkpoint does; another key that is absent too.
cat > flips.py <<'END'
import contextlib, hashlib, io, os, re, subprocess, sys
sys.dont_write_bytecode = True
scope, folder, manifest, *trust = sys.argv[1:]
sys.path.insert(0, folder)
import proof
rlines = [l for l in open(manifest, "rb").read().split(b"\n") if l[:2] == b"R\t"]
keys = {k for l in rlines for k in proof.keys_of(l)}
values = lambda name: [b for a, b in zip(trust[::2], trust[1::2]) if a == name]
def python(path):
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            proof.proofs(path, values("--root"), values("--checkpoint"))
        return True
    except proof.False_:
        return False
os.mkdir("flips")
for name in ("record", "has", "short", "lacks", "doi", "growth"):
    text = open(name + ".proof", "rb").read()
    end, n, at, lines = text.rindex(b"end sha256:"), 0, 0, []
    for line in text[:end].splitlines(True):
        lines += [line] * len(line)
    for bit in range(0, 8 * len(text), int(os.environ.get("STRIDE", "11"))):
        changed = bytearray(text)
        changed[bit // 8] ^= 1 << bit % 8
        if bit // 8 < end:
            if lines[bit // 8].startswith(b"# "):
                continue
            changed[end:] = b"end sha256:" + hashlib.sha256(changed[:end]).hexdigest().encode() + b"\n"
        with open("flips/%d" % n, "wb") as f:
            f.write(changed)
        n += 1
    files = ["flips/%d" % i for i in range(n)]
    said = {}
    for i in range(0, n, 500):
        out = subprocess.run([scope, "verify", "--unsigned", *trust, *files[i:i + 500]], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout.decode("latin-1")
        now = None
        for line in out.splitlines():
            if line.startswith("flips/"):
                now = line
                said[now] = False
            said[now] |= line.startswith("  all that it says is true")
    bad = 0
    for f in files:
        mine = python(f)
        if f not in said or said[f] and not mine:
            bad += 1
            print("%s: %s: scope %s, Python %s" % (name, f, said.get(f), mine))
        if mine or said.get(f):
            was, now = text.split(b"\n"), open(f, "rb").read().split(b"\n")
            what = [(a, b) for a, b in zip(was, now) if a != b and not a.startswith(b"end ")]
            kind, value = what[0][1].split(b" ", 2)[1:] if what and what[0][1].startswith(b"key ") else (None, None)
            absent = kind and name in ("lacks", "doi") and (kind, value) not in keys
            count = what and what[0][1].startswith(b"records ") and "--checkpoint" not in trust
            if len(was) != len(now) or len(what) != 1 or not (absent or count):
                bad += 1
                print("%s: %s: taken: %s" % (name, f, what))
    print("%s: %s" % (name, "no bit can be changed" if not bad else "%d faults" % bad))
    if not said or n < 50:
        print("%s: too few" % name)
    for f in files:
        os.unlink(f)
os.rmdir("flips")
END
cp g.proof growth.proof
growth=$(sed -n 's/^\(old\|new\) [0-9]* \(sha256:.*\)/--root \2/p' growth.proof)
echo '== held against roots'
python3 flips.py "$SCOPE" "$ROOT/scripts/independent" open.jsonl.gz.scm --root "$key" --root "$rec" $growth
echo '== held against checkpoints'
python3 flips.py "$SCOPE" "$ROOT/scripts/independent" open.jsonl.gz.scm --checkpoint c.checkpoint --checkpoint old.checkpoint
