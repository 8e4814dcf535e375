# SPDX-License-Identifier: Apache-2.0
# audit: the draw is the same for any sharding and as others compute it; verdicts by key, by terminal and by table; bounds; what was swapped is found.
. "$LIB"
awk 'BEGIN { for (i = 0; i < 300; i++) printf "{\"text\":\"record %d\",\"license\":\"%s\",\"url\":\"https://h%d.example/%d\"}\n", i, i % 10 < 3 ? "MIT" : i % 10 < 9 ? "CC0-1.0" : "Apache-2.0", i % 4, i }' > all.jsonl
scope run 'tag licence,host' all.jsonl -q -j "$J" -o one.jsonl
for n in 7 20; do
	mkdir p$n && awk -v n=$n '{ print > sprintf("p'$n'/%02d.jsonl", NR % n) }' all.jsonl
	for f in p$n/*.jsonl; do scope run 'tag licence,host' "$f" -q -j "$J" -o "$f.out.jsonl" || exit 2; done
	scope merge -q -o p$n.scm p$n/*.out.jsonl.scm
	scope audit draw -n 40 --nonce 'three dice: 4 1 6' --source auditor --auditor 'A. Reviewer' -o p$n.audit p$n.scm 2> /dev/null
	grep '^[RSV]' p$n.audit > p$n.drawn
done
scope audit draw -n 40 --nonce 'three dice: 4 1 6' --source auditor --auditor 'A. Reviewer' -o one.audit one.jsonl.scm
grep '^[RSV]' one.audit > one.drawn
claim 'from 1, 7 and 20 shards the same records are drawn' same one.drawn p7.drawn p20.drawn
claim 'an audit is sorted' sort -c one.audit
grep '^[LR]' one.audit > lines
claim 'its R and L lines are lines of the manifest' sh -c '[ "$(comm -12 lines one.jsonl.scm | wc -l)" -eq 80 ]'
zstd -q one.jsonl.scm -o z.scm.zst 2> /dev/null && scope audit draw -n 40 --nonce 'three dice: 4 1 6' --source auditor --auditor 'A. Reviewer' -o z.audit z.scm.zst 2> /dev/null &&
	grep '^[RSV]' z.audit > z.drawn
claim 'a compressed manifest gives the same' sh -c '! command -v zstd > /dev/null || cmp z.drawn one.drawn'
head -9 one.audit
cut -f 3- one.drawn | head -2

# The draw as anybody can compute it.
cat > draw.py <<'EOF'
import hashlib, sys
def draw(path, nonce, n):
    ids, root = set(), None
    for l in open(path, encoding='utf-8'):
        f = l.rstrip('\n').split('\t')
        if f[0] == 'R':
            ids.add(f[1])
        if f[0] == 'T' and f[1] == 'record-root':
            root = bytes.fromhex(f[2][7:])
    return sorted(sorted(ids, key=lambda i: hashlib.sha256(root + nonce.encode() + bytes.fromhex(i[7:])).digest())[:n])
if __name__ == '__main__':
    print('\n'.join(draw(sys.argv[1], sys.argv[2], int(sys.argv[3]))))
EOF
if command -v python3 > /dev/null; then
	python3 draw.py one.jsonl.scm 'three dice: 4 1 6' 40 > theirs
	cut -f2 one.audit | grep '^sha256:' | sort -u > ours
	claim 'ten lines of Python draw the same' same ours theirs
fi

# Who may choose the nonce can grind it: that is what source self is for.
if command -v python3 > /dev/null; then
	cat > grind.py <<'EOF'
from draw import draw
bad = {l.split('\t')[1] for l in open('one.jsonl.scm') if l.startswith('R\t') and l.split('\t')[4] == 'MIT'}
print(min((sum(i in bad for i in draw('one.jsonl.scm', 'mine %d' % k, 12)), k) for k in range(1000)))
EOF
	best=$(python3 grind.py | tr -d '(),')
	scope audit draw -n 12 --nonce "mine ${best#* }" --source self --auditor publisher -o self.audit one.jsonl.scm 2> /dev/null
	claim 'of a thousand nonces one hides all of the three tenths that are wrong' sh -c "! grep -q '	MIT	' self.audit"
	yes y | head -12 > keys
	scope audit judge self.audit --answers keys --what licence > /dev/null
	scope audit bound self.audit > self.bound
	claim 'a bound says that the nonce was the publisher'\''s' grep -q "publisher's own" self.bound
	claim 'and for programs too' sh -c "\"$SCOPE\" audit bound --json self.audit | grep -q '\"self\": true'"
	scope verify self.audit > self.verify
	claim 'and so does verify' grep -q "publisher's own" self.verify
	sed 's/	self$/	auditor/' self.audit > lie.audit
	claim 'only the auditor can say whose nonce it was: by signing' scope verify lie.audit
fi

# Verdicts by key: kept as they are given, gone on with, what could not be told is wrong.
scope audit draw -n 3 --nonce 7 --source beacon:example --auditor B -o three.audit one.jsonl.scm
printf 'y\n?\nu\nq\n' > keys
scope audit judge three.audit --answers keys one.jsonl
scope audit bound three.audit
echo "status $?"
printf 's\nn\n' > keys
scope audit judge three.audit --answers keys --what licence > /dev/null
printf 'y\n' > keys
scope audit judge three.audit --answers keys --what licence > /dev/null
scope audit bound three.audit --confidence 0.95
scope audit bound three.audit --json --what domain
echo "status $?"
claim 'judging needs a terminal or keys' fails 2 "$SCOPE" audit judge three.audit
cat claim.log

# A terminal: keys are taken as they are pressed and not shown by it; it is left as it was.
if command -v python3 > /dev/null; then
	cp three.audit tty.audit
	cat > terminal.py <<'EOF'
import os, pty, sys, termios, time, select
pid, fd = pty.fork()
if pid == 0:
    os.execv(sys.argv[1], [sys.argv[1], 'audit', 'judge', 'tty.audit', '--what', 'host', 'one.jsonl'])
seen, keys, end = b'', list(b'yun'), time.time() + 20
while time.time() < end:
    if not select.select([fd], [], [], 1)[0]:
        continue
    try:
        got = os.read(fd, 65536)
    except OSError:
        break
    if not got:
        break
    seen += got
    if seen.endswith(b's q ') and keys:
        time.sleep(0.05)
        os.write(fd, bytes([keys.pop(0)]))
left = termios.tcgetattr(fd)[3] & (termios.ICANON | termios.ECHO | termios.ISIG)
_, status = os.waitpid(pid, 0)
print(os.waitstatus_to_exitcode(status), seen.count(b'right? y n u s q'), b'3 verdicts given, 0 left' in seen, b'\x1b' in seen, left == termios.ICANON | termios.ECHO | termios.ISIG)
EOF
	python3 terminal.py "$SCOPE" > tty.out
	claim 'at a terminal a key is enough' sh -c '[ "$(cat tty.out)" = "0 3 True False True" ]'
	claim 'and is in the file' sh -c '[ "$(grep -c "^V.*	host	" tty.audit)" -eq 3 ]'
fi

# By way of a table.
scope audit draw -n 3 --nonce 8 --source auditor --auditor B -o sheet.audit one.jsonl.scm 2> /dev/null
scope audit sheet sheet.audit --what licence > blank.csv
cut -d, -f 1-4 blank.csv | cut -c 1-20,70-
if command -v python3 > /dev/null; then
	python3 -c '
import csv
rows = list(csv.reader(open("blank.csv", newline="")))
for r, v in zip(rows[1:], ["right", "WRONG", " unclear "]):
    r[2] = v
csv.writer(open("full.csv", "w", newline=""), delimiter=";").writerows(rows[:1] + rows[:0:-1])'
else
	awk -F, 'NR == 1 { print; next } { v = NR == 2 ? "right" : NR == 3 ? "WRONG" : " unclear "; sub(/,"",/, ",\"" v "\","); print }' blank.csv > full.csv
fi
cp sheet.audit before.audit
scope audit sheet --in full.csv sheet.audit
sed -n 's/^V	sha256:[0-9a-f]*/V/p' sheet.audit
scope audit sheet --in full.csv sheet.audit
scope audit sheet sheet.audit --what licence > out.csv
sed 's/"right"/"wrong"/' out.csv > other.csv
for bad in 'other.csv:s/x/x/' 'out.csv:$d' 'out.csv:2p' 'out.csv:s/sha256:..../sha256:0000/' 'out.csv:s/"wrong"/"wrongly"/' 'out.csv:s/licence_verdict/verdict/' 'out.csv:s/"unclear"/"unclear/' 'out.csv:d'; do
	sed "${bad#*:}" "${bad%%:*}" > bad.csv
	scope audit sheet --in bad.csv sheet.audit 2>&1
done
claim 'what a sheet says against a verdict counts with --replace' scope audit sheet --in other.csv --replace sheet.audit
claim 'then it is there' sh -c '[ "$(grep -c "	wrong$" sheet.audit)" -eq 2 ]'

# Strata.
scope audit draw -n 40 --nonce s --source auditor --auditor B --strata licence -o strata.audit one.jsonl.scm
grep '^S' strata.audit
scope audit draw -n 20 --nonce s --source auditor --auditor B --strata licence --per-stratum -o each.audit one.jsonl.scm
yes y | head -60 > keys
scope audit judge each.audit --answers keys --what licence > /dev/null
scope audit bound each.audit
claim 'strata too are what the nonce draws' scope verify strata.audit each.audit

# A publisher who swaps, takes out, adds or relabels is found.
claim 'an audit is true' scope verify one.audit
claim 'of its record-root' scope verify one.audit --root "sha256:$(root one.jsonl.scm)"
claim 'and of no other' fails 1 "$SCOPE" verify one.audit --root "sha256:$(printf '%064d' 0)"
mkdir lies
cp one.jsonl.scm lies/
victim=$(sed -n 's/^R	\(sha256:[0-9a-f]*\)	.*/\1/p' one.audit | sed -n 5p)
cut -f2 one.drawn > drawn.ids
other=$(grep '^R' one.jsonl.scm | cut -f2 | grep -vFf drawn.ids | head -1)
lie() { # WORDS FILE
	{ head -1 "$2"; sed 1d "$2" | sort; } > lies/lie.audit
	claim "$1" fails 1 "$SCOPE" verify lies/lie.audit
	sed -n 's/^scope: //p' claim.log | sed "s/sha256:[0-9a-f]*/sha256:.../"
}
{ grep -v "$victim" one.audit; grep -e "^R	$other" -e "^L	$other" one.jsonl.scm; } > lie
lie 'a record that was swapped' lie
grep -v "$victim" one.audit > lie
lie 'one that was taken out' lie
sed 's/^\(H	n	\)40/\139/; s/^\(S.*	\)40/\139/' lie > lie2
lie 'and fewer said to be drawn' lie2
sed "s/^\(R	$victim	[0-9]*	-	\)[^	]*/\1BSD-3-Clause/" one.audit > lie
lie 'a claim that was changed' lie
sed 's/three dice: 4 1 6/three dice: 4 1 5/' one.audit > lie
lie 'another nonce' lie
sed 's/^\(S	-	\)300/\1299/; s/^\(H	population	\)300/\1299/' one.audit > lie
lie 'another population' lie
scope run 'tag licence,host' all.jsonl -q -j "$J" -o two.jsonl && sed 's/^\(R.*	\)MIT\(	json\)/\1ISC\2/' two.jsonl.scm > two && { head -1 two; sed 1d two | sort; } > two.scm
claim 'a manifest whose lines are not its root'\''s draws nothing' fails 1 "$SCOPE" audit draw -n 4 --nonce x --source self --auditor P two.scm
sed 's/^scope: //' claim.log
claim 'a manifest in another folder is looked for by --root' scope verify one.audit --root lies
rm lies/one.jsonl.scm
claim 'one that is not there is said' fails 2 "$SCOPE" verify one.audit --root lies
cp one.audit lies/alone.audit
scope verify lies/alone.audit

# Mistakes.
for args in '' 'nothing' 'draw -n 0 one.jsonl.scm' 'draw -n 4 one.jsonl.scm' 'draw -n 4 --nonce x --source me one.jsonl.scm' 'draw -n 4 --nonce x --source self one.jsonl.scm' \
	'draw -n 4 --nonce x --source self --auditor a --per-stratum one.jsonl.scm' 'draw -n 4 --nonce x --source self --auditor a --strata size one.jsonl.scm' \
	'draw -n 4 --nonce x --source self --auditor a all.jsonl' 'draw -n 4 --nonce x --source self --auditor a none' 'bound one.audit --confidence 1' \
	'bound one.audit --what size' 'bound all.jsonl' 'judge one.audit --what licence,licence' 'sheet --in full.csv -o x one.audit' 'sheet --replace one.audit'; do
	scope audit $args 2>&1
	echo "status $?"
done

# What is in a record is shown and not obeyed; its pictures go where they are asked for.
archive
esc=$(printf '\033')
printf '{"text":"\\u001b[31mred\\u202e\\u0007\\nsecond line","license":"MIT\\u001b]0;x\\u0007","title":"\\u001b[2J","url":"https://a.example/\\u001b[1m"}\n' > bad.jsonl
scope run 'tag licence,host' bad.jsonl -q -o bad.out.jsonl
scope audit draw -n 1 --nonce x --source auditor --auditor "$esc[7mB" -o bad.audit bad.out.jsonl.scm 2> /dev/null
echo y > keys
scope audit judge bad.audit --answers keys bad.out.jsonl > bad.shown
scope audit bound bad.audit >> bad.shown
scope audit sheet bad.audit >> bad.shown
scope verify bad.audit >> bad.shown
claim 'no escape sequence gets to the terminal' sh -c "! grep -q '$esc' bad.shown && ! grep -q '$(printf '\007')' bad.shown"
claim 'nor into the audit' sh -c "! grep -q '$esc' bad.audit"
claim 'and the text is there' grep -q 'second line' bad.shown
scope run 'tag licence' figures.tar -q -o figs.tar
scope audit draw -n 9 --nonce x --source auditor --auditor B -o figs.audit figs.tar.scm
printf 'y\n' > keys
scope audit judge figs.audit --answers keys --what licence --extract pictures figs.tar | sed 's/^  | {.*/  | {.../'
for f in pictures/*; do
	claim "$f is the picture" sh -c "head -c 4 $f | grep -q PNG"
done
claim 'all were drawn: nothing is left to chance' sh -c "yes y | head -9 > keys; '$SCOPE' audit judge figs.audit --answers keys --what licence; '$SCOPE' audit bound figs.audit --json | grep -q '\"upper_finite\": 0,'"
