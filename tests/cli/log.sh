# SPDX-License-Identifier: Apache-2.0
# once: the version log: what it says, what is recomputed without this program, and every way to rewrite history that an old checkpoint finds.
. "$LIB"

# Manifests whose bytes are known here: their totals are what a log takes from them.
manifest() { # NAME RECORDS HEX-DIGIT
	r=$(printf "%064d" 0 | tr 0 "$3")
	printf '#scope-manifest/1\nH\ttool\ta test\n' > "$1"
	lines=$(sha256sum < "$1" | cut -d' ' -f1)
	printf 'T\t%s\t%s\n' key-root "sha256:$r" keys 3 lines "sha256:$lines" occurrences "$2" record-root "sha256:$r" records "$2" >> "$1"
}
manifest one.scm 100 1
manifest two.scm 250 2
manifest three.scm 240 3

echo '== init and add'
scope log init c.log --origin example.org/corpus
scope log init c.log --origin example.org/other 2>&1
scope log init d.log --origin 'two words' 2>&1
scope log init d.log 2>&1
scope log checkpoint c.log
scope log release c.log --version 1 --to you --terms none 2>&1
scope log add c.log one.scm 2>&1
scope log add c.log one.scm 2>&1
scope log checkpoint c.log -o cp1
scope log add c.log two.scm --operation 'a crawl of May: 100%	more' 2>&1
scope log release c.log --version 2 --to 'Example Ltd' --terms 'research, until 2026' 2>&1
scope log checkpoint c.log -o cp3
scope log add c.log three.scm --operation 'taken back: 10 records' 2>&1
scope log add c.log three.scm --again 2>&1
scope log release c.log --version 3 --to "$(printf 'M\033[2Jallory\n')" --terms 'none  to nobody' 2>&1
scope log release c.log --version 5 --to "$(printf 'M\033[2Jallory\n')" --terms 'none  to nobody' 2>&1
scope log show c.log
scope log show c.log --json > c.json
tail -1 c.json
claim 'no escape sequence gets onto a terminal' sh -c '! "$SCOPE" log show c.log | grep -q "$(printf "\\033")"'

echo '== what is no manifest, or not whole'
mistake() {
	scope log add c.log "$1" 2>&1
	echo "status $?"
}
cp c.log before.log
sed 's/a test/a tesT/' one.scm > bad.scm
mistake bad.scm
grep -v key-root one.scm > bad.scm
mistake bad.scm
sed 's/^T	records	100/T	records	lots/' one.scm > bad.scm
mistake bad.scm
head -c 100 one.scm > bad.scm
mistake bad.scm
mistake c.log
mistake nothing.scm
claim 'nothing of that is in the log' cmp c.log before.log
gzip -n < two.scm > two.scm.gz
cp c.log e.log
scope log add e.log two.scm.gz 2> /dev/null
claim 'of a compressed manifest the digest is that of the file' sh -c 'tail -1 e.log | grep -q "manifest sha256:$(sha256sum < two.scm.gz | cut -d" " -f1)"'

echo '== without this program'
leaf() { # LINE-OF-FILE: of an entry, by coreutils alone
	{
		printf '\000'
		sed -n "$((1 + $1))p" c.log | tr -d '\n'
	} | sha256sum | cut -d' ' -f1
}
hash() { # HEX HEX: their node
	printf "$(printf '01%s%s' "$1" "$2" | sed 's/../\\x&/g')" | sha256sum | cut -d' ' -f1
}
claim 'the manifest is what sha256sum says' sh -c 'grep -q "manifest sha256:$(sha256sum < one.scm | cut -d" " -f1)" c.log'
if command -v jq > /dev/null; then
	claim 'every line of show --json is JSON' jq -e . c.json
	for n in 1 2 3 6; do
		claim "leaf $n is that of the line" test "$(jq -r "select(.entry == $n) | .leaf" c.json)" = "sha256:$(leaf $n)"
	done
	claim 'what was said of a release is in it, as it was' test "$(jq -r 'select(.entry == 6) | .to' c.json)" = "$(printf 'M\033[2Jallory')"
fi
if command -v python3 > /dev/null; then
	cat > root.py <<'EOP'
import base64, hashlib, sys
def h(b): return hashlib.sha256(b).digest()
def mth(d):
    if not d: return h(b"")
    if len(d) == 1: return h(b"\0" + d[0])
    k = 1
    while 2 * k < len(d): k *= 2
    return h(b"\1" + mth(d[:k]) + mth(d[k:]))
lines = open(sys.argv[1], "rb").read().split(b"\n")[1:-1]
head = open(sys.argv[2], "rb").read()
head = head.split(b"\n\n")[-2].split(b"\n")
assert head[0] == b"example.org/corpus", head
assert base64.b64decode(head[2]) == mth(lines[:int(head[1])]), head
print(int(head[1]))
EOP
	cat > proof.py <<'EOP'
import base64, hashlib, sys
def h(b): return hashlib.sha256(b).digest()
proof, checkpoint = open(sys.argv[1], "rb").read().split(b"\n\n")[:2]
head, extra, index, *hashes = proof.split(b"\n")
origin, size, root = checkpoint.split(b"\n")
assert head == b"c2sp.org/tlog-proof@v1" and extra[:6] == b"extra " and index[:6] == b"index ", head
line, i, n = base64.b64decode(extra[6:]), int(index[6:]), int(size)
assert open(sys.argv[2], "rb").read().split(b"\n")[i + 1] == line, line
def up(i, n, path, r): # from the root down
    if n == 1:
        assert not path
        return r
    k = 1
    while 2 * k < n: k *= 2
    if i < k: return h(b"\1" + up(i, k, path[:-1], r) + path[-1])
    return h(b"\1" + path[-1] + up(i - k, n - k, path[:-1], r))
assert up(i, n, [base64.b64decode(x) for x in hashes], h(b"\0" + line)) == base64.b64decode(root)
EOP
	for n in 1 2 3 4 5 6; do
		scope log checkpoint c.log --entry $n -o cp.n
		claim "entry $n is proven for another program" python3 proof.py cp.n c.log
	done
	for n in 0 1 2 3 4 5 6; do
		scope log checkpoint c.log --size $n -o cp.n
		claim "the root over $n entries is that of another program" test "$(python3 root.py c.log cp.n)" = $n
	done
fi

echo '== checkpoints'
cat cp3
scope log checkpoint c.log --plain
scope log checkpoint c.log --entry 3 --size 4 -o cp-release
cat cp-release
scope log checkpoint c.log --entry 5 --size 4 2>&1
scope log checkpoint c.log --size 7 2>&1
scope log checkpoint c.log --entry 2 --plain 2>&1
verify() {
	echo "\$ scope verify $*"
	scope verify "$@" > said 2>&1
	status=$?
	cat said
	echo "status $status"
}
verify cp3 --unsigned
verify cp-release --unsigned
verify cp3 --unsigned --root sha256:2222222222222222222222222222222222222222222222222222222222222222
verify cp3 --unsigned --root sha256:3333333333333333333333333333333333333333333333333333333333333333
claim 'what nobody signed is refused' fails 1 scope verify cp3
claim 'nor does a log rely on it' fails 1 scope verify c.log --checkpoint cp3
tamper() { # TEXT SED: cp3 changed by it
	sed "$2" cp3 > bad
	claim "$1" fails 1 scope verify bad --unsigned
}
tamper 'another index is refused' 's/^index 1/index 0/'
tamper 'another entry is refused' "s/^extra .*/extra $(sed -n 2p c.log | tr -d '\n' | base64 -w0 | sed 's/[&/]/\\&/g')/"
tamper 'a hash left out is refused' '4d'
tamper 'another root is refused' '9s/^./A/'
tamper 'words behind it are refused' '$a more'

echo '== growth'
scope log growth c.log --from 3 --to 5
scope log growth c.log --from 3 --to 99 2>&1
scope log growth c.log --from 4 --to 3 2>&1
scope log growth c.log 2>&1

echo '== history'
verify c.log
verify c.log --unsigned --checkpoint cp1 --checkpoint cp3
root3=$(scope log growth c.log --from 3 | sed -n 's/^old 3 //p')
verify c.log --root "$root3"
history() { # TEXT: c.log was changed; what its old checkpoints say
	echo "-- $1"
	claim "$1: by itself it is as good as before" scope verify c.log
	verify c.log --unsigned --checkpoint cp1 --checkpoint cp3
	scope verify c.log --root "$root3" 2>&1 > /dev/null
	cp before.log c.log
}
sed 's/a crawl of May/a crawl of June/' before.log > c.log
history 'a line changed'
sed 's/records 100/records 101/' before.log > c.log
history 'the first line changed'
sed -e '4d' -e 's/^\(version\|release\)	4/\1	3/' -e 's/^\(version\|release\)	5/\1	4/' -e '7d' before.log > c.log
history 'a release left out'
{ # versions 1 and 2 in another order
	sed -n 1p before.log
	sed -n '3s/^version	2/version	1/p' before.log
	sed -n '2s/^version	1/version	2/p' before.log
	sed -n '4,$p' before.log
} > c.log
history 'two lines in another order'
sed '3,$d' before.log > c.log
history 'the end cut off'
sed 's/Example Ltd/Nobody Ltd/' before.log > c.log
history 'who got it changed'

echo '== a fork'
sed '4,$d' before.log > fork.log
scope log release fork.log --version 2 --to 'Other Ltd' --terms 'all rights' 2>&1
scope log checkpoint fork.log --plain -o cp-fork
verify cp-fork --unsigned --checkpoint cp3
verify cp3 --unsigned --checkpoint cp3
verify cp3 --unsigned --checkpoint cp1
scope log init other.log --origin example.org/other
scope log checkpoint other.log -o cp-other
verify cp3 --unsigned --checkpoint cp-other
verify c.log --unsigned --checkpoint cp-other

echo '== spoilt logs'
spoilt() { # TEXT
	echo "-- $1"
	cp bad.log keep.log
	scope verify bad.log 2>&1 > /dev/null
	scope log add bad.log one.scm 2>&1
	echo "status $?"
	scope log show bad.log > /dev/null 2>&1
	echo "status $?"
	claim "$1: nothing was appended" cmp bad.log keep.log
}
head -c -1 before.log > bad.log
spoilt 'the last line cut'
head -c -40 before.log > bad.log
spoilt 'the last line cut in its midst'
sed '3d' before.log > bad.log
spoilt 'a number left out'
sed 's/version 2	to/version 3	to/' before.log > bad.log
spoilt 'a release of what is no version'
printf '#scope-log/1 example.org/corpus\nversion\t1\n' > bad.log
spoilt 'fields missing'
SOURCE_DATE_EPOCH=1714564799 scope log add c.log one.scm 2>&1
claim 'a disk that is full leaves the log as it was' sh -c '
	printf "#scope-log/1 example.org/corpus\n" > full.log
	cp full.log full.keep
	trap "" XFSZ
	ulimit -f 1
	"$SCOPE" log add full.log one.scm --operation "$(printf %0600d 0)" && exit 1
	cmp full.log full.keep'

echo '== writers at once'
scope log init many.log --origin example.org/many
for w in 1 2 3 4 5 6 7 8; do
	(for i in 1 2 3 4 5; do
		scope log add many.log one.scm --again --operation "$w.$i" 2> /dev/null || echo failed
	done) &
done
wait
grep -c . many.log
claim 'all lines of all writers are there, whole and in order' scope verify many.log
claim 'each once' test "$(sed -n 's/.*operation \([0-9.]*\)	.*/\1/p' many.log | sort -u | wc -l)" = 40

if command -v ssh-keygen > /dev/null; then
	ssh-keygen -q -t ed25519 -N '' -C '' -f key
	printf 'curator@example.org %s\n' "$(cat key.pub)" > signers
	for f in cp1 cp3 cp-fork; do
		ssh-keygen -q -Y sign -n scope-manifest -f key "$f" 2> /dev/null
	done
	claim 'a signed checkpoint is relied on' scope verify cp3 --signers signers
	claim 'and so is a log that agrees with it' scope verify c.log --checkpoint cp1 --checkpoint cp3 --signers signers --identity curator@example.org
	sed 's/Example Ltd/Nobody Ltd/' before.log > c.log
	claim 'one that does not is found out' fails 1 scope verify c.log --checkpoint cp3 --signers signers
	claim 'two signed ones prove a fork' fails 1 scope verify cp-fork --checkpoint cp3 --signers signers
	ssh-keygen -q -t ed25519 -N '' -C '' -f key2
	printf 'curator@example.org %s\n' "$(cat key2.pub)" > signers2
	claim 'another key does not count' fails 1 scope verify cp3 --signers signers2
	sed 's/^3$/4/' cp3 > cp4
	cp cp3.sig cp4.sig
	claim 'the signature covers the size' fails 1 scope verify cp4 --signers signers
fi

echo '== mistakes'
scope log 2>&1
scope log ad c.log 2>&1
scope log show 2>&1
scope log add c.log one.scm --json 2>&1
scope log release c.log --version x --to a --terms b 2>&1
scope log release c.log --version 1 --to a 2>&1
scope log release c.log --version 1 --to "$(printf '\377')" --terms b 2>&1
scope log add nothing.log one.scm 2>&1
