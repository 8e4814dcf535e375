# SPDX-License-Identifier: Apache-2.0
# stat --breadth: the same of shards and of their manifest, for any sharding and threads; against others' arithmetic where that is there.
. "$LIB"
awk 'BEGIN { for (i = 0; i < 2000; i++) { h = int(sqrt(i * 7919 % 2003)); printf "{\"text\":\"record %d%s\",\"license\":\"%s\",\"url\":\"https://h%d.example.org/%d\",\"lang\":\"l%d\"}\n", i, substr("..........................", 1, i % 23), i % 10 < 3 ? "MIT" : "CC0-1.0", h, i, i % 3 } }' > all.jsonl
printf '{"text":"without"}\n' >> all.jsonl
scope run 'tag licence,host' all.jsonl -q -j "$J" -o one.jsonl
by=licence,host,site,basis
scope stat --breadth --by $by one.jsonl.scm
scope stat --breadth --by $by --json -q -j "$J" one.jsonl > shards
scope stat --breadth --by $by --json one.jsonl.scm > manifest
claim 'shards and their manifest have the same breadth' sh -c "sed 's/\"basis\".*//' shards > a; sed 's/\"basis\".*//' manifest > b; cmp a b"
scope stat --breadth --by meta.lang,format -q -j "$J" all.jsonl
mkdir p && awk '{ print > sprintf("p/%02d.jsonl", NR * 7 % 20) }' all.jsonl
for f in p/*.jsonl; do scope run 'tag licence,host' "$f" -q -j "$J" -o "$f.out.jsonl" || exit 2; done
scope merge -q -o p.scm p/*.out.jsonl.scm
scope stat --breadth --by $by --json p.scm > merged
claim 'twenty shards give the same digits as one' same manifest merged
scope stat --breadth --by $by --json -q -j 4 p/*.out.jsonl > four
claim 'and so do four threads over them' same shards four
mkdir folder && cp one.jsonl.scm folder/manifest.scm
scope stat --breadth --by $by --json folder > folded
claim 'a folder stands for its manifest' same manifest folded
scope stat one.jsonl.scm --top 3
cat > check.py <<'EOF'
import collections, json, math, sys
rows = [l.rstrip('\n').split('\t') for l in open('one.jsonl.scm') if l.startswith('R\t')]
said = {b['by']: b for b in json.load(open('manifest'))['breadth']}
for key in ('licence', 'host', 'site'):
    recs, byts = collections.Counter(), collections.Counter()
    for r in rows:
        v = r[4] if key == 'licence' else next((x[len(key) + 1:] for x in r[7:] if x.startswith(key + '=')), '-')
        if v != '-':
            recs[v] += 1
            byts[v] += int(r[2])
    for name, c in (('records', recs), ('bytes', byts)):
        n = sum(c.values())
        p = [x / n for x in c.values()]
        want = [len(p), math.exp(-math.fsum(x * math.log(x) for x in p)), 1 / math.fsum(x * x for x in p)]
        got = said[key][name]
        assert all(abs(a / b - 1) < 1e-8 for a, b in zip(got['hill'], want)), (key, name, got, want)
        assert abs(got['max_share'] - max(p)) < 1e-8 and got['having'] == n
    f1, n = sum(v == 1 for v in recs.values()), sum(recs.values())
    high = min(1, f1 / n + (2 * math.sqrt(2) + math.sqrt(3)) * math.sqrt(math.log(3 / 0.05) / n))
    assert abs(said[key]['unseen'] - f1 / n) < 1e-8 and abs(said[key]['unseen_high'] - high) < 1e-8
EOF
if command -v python3 > /dev/null; then
	claim 'Python counts the same from the R lines' python3 check.py
fi
# Bounds against scipy, where Debian's python has it.
cat > bounds.py <<'EOF'
import json, subprocess, sys
from scipy.stats import beta, hypergeom
for n, wrong, c in ((1, 0, .95), (30, 0, .99), (30, 7, .95), (200, 1, .99), (2000, 40, .999)):
    subprocess.run([sys.argv[1], 'audit', 'draw', '-n', str(n), '--nonce', 'b', '--source', 'self', '--auditor', 'x', '-o', 'b.audit', 'one.jsonl.scm'], check=True, stderr=subprocess.DEVNULL)
    drawn = sorted({l.split('\t')[1] for l in open('b.audit') if l.startswith('R\t')})
    with open('b.audit', 'a') as f:
        for i, d in enumerate(drawn):
            f.write('V\t%s\tlicence\t%s\n' % (d, 'wrong' if i < wrong else 'right'))
    b = json.loads(subprocess.run([sys.argv[1], 'audit', 'bound', '--json', '--confidence', str(c), 'b.audit'], check=True, capture_output=True).stdout)
    N = b['population']
    assert abs(b['upper'] - beta.ppf(c, wrong + 1, n - wrong)) < 1e-8, b
    K = round(b['upper_finite'] * N)
    assert abs(b['upper_finite'] * N - K) < 1e-5
    assert hypergeom.cdf(wrong, N, K, n) > 1 - c and (K == N or hypergeom.cdf(wrong, N, K + 1, n) <= 1 - c + 1e-12), b
EOF
if /usr/bin/python3 -c 'import scipy' 2> /dev/null; then
	claim 'bounds are those of scipy' /usr/bin/python3 bounds.py "$SCOPE"
fi
for args in '--by size one.jsonl.scm' '--by meta.lang one.jsonl.scm' '--breadth one.jsonl.scm one.jsonl' '--breadth --confidence 1 one.jsonl.scm' '--confidence .9 one.jsonl.scm'; do
	scope stat $args 2>&1
	echo "status $?"
done
head -c 900 one.jsonl.scm > cut.scm
scope stat --breadth cut.scm 2>&1
echo "status $?"
