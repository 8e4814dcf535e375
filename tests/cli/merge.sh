# SPDX-License-Identifier: Apache-2.0
# once: manifests of any sharding, merged, have the R lines and roots of one run; what cannot stand together is said; lies are refused.
. "$LIB"
archive
roots() { # MANIFEST: what does not depend on the sharding
	grep -E '^(R|T	(record-root|records|key-root|keys))	' "$1"
}
alike() { # MANIFEST MANIFEST
	roots "$1" > r.1
	roots "$2" > r.2
	[ -s r.1 ] && cmp r.1 r.2
}
reseal() { # MANIFEST: its T lines digest is made true again
	sum=$(sed '/^T	/,$d' "$1" | sha256sum | cut -d' ' -f1)
	sed -i "s/^T	lines	.*/T	lines	sha256:$sum/" "$1"
}
told() { # what is on standard error, without digests
	sed 's/[0-9a-f]\{64\}/.../g' err
}

# Records with conflicts among them: one text under two licences, under three, and twice alike.
{
	cat docs.jsonl
	for l in MIT GPL-2.0-only CC0-1.0 MIT; do
		echo "{\"text\":\"One text, several licences.\",\"metadata\":{\"license\":\"$l\",\"url\":\"https://$l.example.org/\"}}"
	done
	echo '{"text":"A parser for tables. Run make, then make check.","metadata":{"license":"GPL-3.0-only","url":"https://github.com/x/y"}}'
	i=0
	while [ $i -lt 60 ]; do
		echo "{\"text\":\"number $((i % 50))\",\"metadata\":{\"license\":\"MIT\",\"url\":\"https://n$((i % 7)).example.org/$i\"}}"
		i=$((i + 1))
	done
} > all.jsonl
scope run 'hash | tag licence,host,domain' all.jsonl -q --tags none -o one.jsonl || exit 2
claim 'there are conflicts' test "$(grep -c 'conflict=licence' one.jsonl.scm)" -ge 5

# Cut at random, by a generator that is the same everywhere.
cut_up() { # SEED K: DIR/PART.jsonl for each line's part, and a manifest for each
	rm -rf cut
	mkdir cut
	awk -v x="$1" -v k="$2" '{ x = (x * 69069 + 1) % 4294967296; n = int(x / 65536) % k; d = "cut/d" n % 3; if (!(d in made)) { system("mkdir -p " d); made[d] }
		print > (d "/" n ".in.jsonl") }' all.jsonl
	for f in cut/*/*.in.jsonl; do
		scope run 'hash | tag licence,host,domain' "$f" -q --tags none -o "${f%.in.jsonl}.jsonl" || return 1
	done
	scope merge -q -o cut/all.scm cut/*/*.scm
}
shards=yes true=yes
for seed in 1 2 3 4 5 6 7 8 9 10 11 12; do
	cut_up $seed $((seed % 9 + 2)) && alike one.jsonl.scm cut/all.scm || shards="no: seed $seed"
	scope verify cut/all.scm > said 2>&1 || { true="no: seed $seed"; cat said; }
done
claim 'twelve random shardings: the R lines and roots of one run' test "$shards" = yes
claim 'each is true, its shards in folders below' test "$true" = yes
claim 'S paths are relative to the output' grep -q '	d1/.*jsonl	' cut/all.scm

# Merges of merges, in any order, are the merge of all.
scope merge -q --root cut -o a.scm cut/d0/*.scm cut/d2/*.scm
scope merge -q --root cut -o b.scm $(ls -r cut/d*/*.scm)
cp a.scm cut/a.scm
scope merge -q -o cut/c.scm cut/d1/*.scm cut/a.scm
claim 'the order of the inputs does not matter' cmp cut/all.scm b.scm
claim 'a merge of merges is the merge of all' cmp cut/all.scm cut/c.scm
claim 'a manifest elsewhere is verified with --root' scope verify --root cut b.scm
claim 'a merge of one is that one' sh -c '"$SCOPE" merge -q cut/all.scm --root cut | cmp - cut/all.scm'
gzip -k cut/d0/*.scm
scope merge -q -o cut/z.scm.zst cut/d0/*.scm.gz cut/d[12]/*.scm
claim 'compressed manifests too' sh -c '"$SCOPE" merge -q cut/z.scm.zst --root cut | cmp - cut/all.scm'
claim 'with least memory it is the same' sh -c '"$SCOPE" merge -q --memory 1 cut/d*/*.scm --root cut | cmp - cut/all.scm'
claim 'sort agrees that it is sorted' sh -c 'LC_ALL=C sort -c cut/all.scm'

# What it came to.
scope merge --json -o cut/n.scm cut/d*/*.scm > n.json 2> err
told | sed 's/^scope: [0-9]*/scope: N/'
ids=$(grep conflict= cut/all.scm | cut -f2 | sort -u | wc -l)
claim 'conflicts are counted by id' grep -q "\"conflicts\":$ids," n.json

# A manifest twice: its places are one each, and the steps say so.
scope merge -o twice.scm one.jsonl.scm one.jsonl.scm 2> err
told
claim 'a manifest twice has the same records' alike one.jsonl.scm twice.scm
claim 'and is true' scope verify twice.scm
claim 'merge/once counts them' test "$(awk -F'\t' '$3 == "merge/once" { print $6 - $7 == $8, $8 }' twice.scm)" = "1 $(grep -c '^L' one.jsonl.scm)"
scope merge -q -o thrice.scm twice.scm one.jsonl.scm
claim 'once more, and the steps still add up' scope verify thrice.scm

# One record at very many places: their lines are sorted elsewhere.
yes '{"text":"the same everywhere","metadata":{"license":"MIT"}}' | head -40000 > many.in.jsonl
split -n l/2 -d --additional-suffix=.in.jsonl many.in.jsonl many-
for f in many many-00 many-01; do
	scope run 'tag licence' $f.in.jsonl -q --tags none -o $f.jsonl
done
scope merge -q -o far.scm many-00.jsonl.scm many-01.jsonl.scm
claim 'one record at 40000 places: the same root' alike many.jsonl.scm far.scm
claim 'and true' scope verify far.scm
scope merge -q -o far2.scm far.scm many-00.jsonl.scm
claim 'places that two have are one' sh -c 'grep "^L" far.scm > l.1; grep "^L" far2.scm | cmp - l.1'
claim 'and counted' test "$(awk -F'\t' '$3 == "merge/once" { print $8 }' far2.scm)" = 20000

# Chains that differ stay side by side.
scope run 'hash | tag licence' docs.jsonl -q --tags none -o x.jsonl
scope run 'hash | tag licence,host | filter "licence in open"' docs.jsonl -q --tags none -o y.jsonl
scope merge -q -o xy.scm y.jsonl.scm x.jsonl.scm
grep '^P' xy.scm | cut -f 1-3,6-9
grep '^H	[cr]' xy.scm
scope verify xy.scm | sed 's/[0-9a-f]\{64\}/.../'
claim 'a shard that two chains read is one I line' test "$(grep -c '^I' xy.scm)" = 1
lie() { # TEXT SED: of a manifest with two chains; what verify says when all digests are made true
	sed "$2" xy.scm > lie.scm
	reseal lie.scm
	echo "== $1"
	scope verify lie.scm 2> err > /dev/null
	echo "status $?"
	told
}
n=$(grep -n '^P.*read/jsonl' xy.scm | tail -1 | cut -d: -f1)
lie 'the second reader read more' "${n}s/	12	12	0	/	13	13	0	/"
lie 'the last step of a chain is gone' '/^P	0008/d'
lie 'an I line counts what one chain read' 's/^\(I.*\)	24	0$/\1	12	0/'
lie 'a step behind those that chains share' "${n}s/read.jsonl/merge\\/once/"

# Tombstones.
cp x.jsonl.scm t.scm
id=$(grep '^R' y.jsonl.scm | head -1 | cut -f2)
printf 'X\t%s\tasked%%0Afor\n' "$id" > x.lines
printf 'T\ttombstones\tsha256:%s\n' "$(sha256sum < x.lines | cut -d' ' -f1)" >> t.scm
cat x.lines >> t.scm
scope merge -o gone.scm t.scm y.jsonl.scm 2> err
echo "status $?"
told
claim 'nothing is left of what was refused' test ! -e gone.scm
scope merge -o gone.scm --apply-tombstones t.scm y.jsonl.scm 2> err
told
claim 'what was taken back is not in it' sh -c "! grep -E '^[LR]' gone.scm | grep -q $id"
claim 'its tombstone is' grep -q "^X	$id	asked%0Afor\$" gone.scm
grep merge/ gone.scm | cut -f 1-3,6-9
sed '/^S/d' gone.scm > bare.scm # its shards still have the record
reseal bare.scm
claim 'the steps add up' scope verify bare.scm
scope merge -q -o again.scm --apply-tombstones gone.scm y.jsonl.scm
claim 'it may not come back' sh -c "! grep -E '^[LR]' again.scm | grep -q $id"

# What cannot stand in one manifest.
mkdir -p p q
head -3 docs.jsonl > p/s.jsonl
tail -3 docs.jsonl > q/s.jsonl
scope manifest p/s.jsonl -q -o p.scm
scope manifest q/s.jsonl -q -o q.scm
scope merge -o pq.scm p.scm q.scm 2> err
echo "status $?"
told
mv p.scm p/s.scm
mv q.scm q/s.scm
scope merge -o p/pq.scm p/s.scm q/s.scm 2> err
echo "status $?"
sed "s|$PWD|HERE|" err
claim 'in folders of their own they can' scope merge -q -o pq.scm p/s.scm q/s.scm
claim 'and that is true' scope verify pq.scm
scope manifest --text-field source docs.jsonl -q -o f.scm
scope merge -o no.scm f.scm x.jsonl.scm 2> err
echo "status $?"
told
scope merge 2>&1
scope merge --json x.jsonl.scm 2>&1
scope merge -o no.scm - < x.jsonl.scm 2>&1
scope merge -o no.scm nothing.scm 2>&1
claim 'nothing is left' test ! -e no.scm

# Lies: each is refused and named, whichever input tells it.
refused() { # TEXT, of bad.scm
	scope merge -o no.scm y.jsonl.scm bad.scm 2> err
	echo "$1: status $?"
	told
}
sed 's/CC-BY-4.0/CC0-1.0/' x.jsonl.scm > bad.scm; refused 'another licence'
reseal bad.scm; refused 'another licence, and the digest made true'
sed '/^T	record-root/s/:./:x/' x.jsonl.scm > bad.scm; refused 'a root that is none'
sed '/^T	record-root/{s/:0/:1/;t;s/:./:0/}' x.jsonl.scm > bad.scm; refused 'another root'
n=$(grep -n '^R' x.jsonl.scm | head -1 | cut -d: -f1)
sed "${n}{h;d};$((n + 1)){G}" x.jsonl.scm > bad.scm; refused 'two lines swapped'
head -c 3000 x.jsonl.scm > bad.scm; refused 'a manifest cut short'
sed '/^T/d' x.jsonl.scm > bad.scm; refused 'no totals'
sed '/^P	0002/s/	12	12	0	/	12	11	1	/' x.jsonl.scm > bad.scm; reseal bad.scm; refused 'a count'
n=$(grep -n '^L' x.jsonl.scm | head -1 | cut -d: -f1)
sed "${n}s/	[0-9a-f]\\{16\\}	/	0123456789abcdef	/" x.jsonl.scm > bad.scm; reseal bad.scm; refused 'a leaf'
cp docs.jsonl bad.scm; refused 'no manifest'
claim 'nothing is left of them' test ! -e no.scm

# Real shards.
if [ -n "$SHARED" ]; then
	mkdir real
	i=0
	for f in $(find "$SHARED/data/jsonl" -type f -size -2000k \( -name '*.jsonl' -o -name '*.jsonl.*' -o -name '*.json.gz' \) | sort | head -12); do
		i=$((i + 1))
		scope run 'tag licence,host,domain' "$f" -q --max-bad 100000 --tags none -o real/$i.jsonl 2>> err || echo "$f"
	done
	scope run 'tag licence,host,domain' $(ls real/*.jsonl) -q --tags none -o real.jsonl
	scope merge -q -o real/all.scm real/*.scm
	claim 'real shards have the roots of one run' alike real.jsonl.scm real/all.scm
	claim 'and are true' scope verify real/all.scm
else
	echo 'ok - real shards: not here'
fi
