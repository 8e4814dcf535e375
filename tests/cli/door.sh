# SPDX-License-Identifier: Apache-2.0
# cat --verified, bind, verify: only what a signed manifest lists is given out; the chain from weights to charter, and each link of it broken.
. "$LIB"
archive
ssh-keygen -q -t ed25519 -N '' -f key -C curator@example.org
ssh-keygen -q -t ed25519 -N '' -f trainer -C trainer@example.org
ssh-keygen -q -t ed25519 -N '' -f other -C other@example.org
scope run 'hash | tag licence,host | filter "licence in open"' docs.jsonl -q -j "$J" -O open || exit 2
# The same corpus under a charter, as a manifest says it.
charter=sha256:$(printf 'charter' | sha256sum | cut -d' ' -f1)
under() { # CHARTER FROM TO: with an H line of it
	{ printf '#scope-manifest/1\n'; { grep '^[HILPRS]' "$2"; printf 'H\tcharter\t%s\n' "$1"; } | LC_ALL=C sort; } > "$3"
	lines=$(sha256sum < "$3" | cut -d' ' -f1)
	sed -n "/^T	lines/!{/^T/p};s/^\(T	lines	\).*/\1sha256:$lines/p" "$2" >> "$3"
}
under "$charter" open/manifest.scm new.scm && mv new.scm open/manifest.scm
claim 'the corpus is true' scope verify open
scope log init c.log --origin example.org/corpus
scope log add c.log open/manifest.scm 2> /dev/null
scope log checkpoint c.log -o cp
scope sign --key key cp
fixed() { sed -E 's/SHA256:[A-Za-z0-9+\/]+/SHA256:.../g; s/(record|key)-root sha256:[0-9a-f]*/\1-root .../; s/ [0-9.]+$/ .../; s/[0-9a-f]{64}/.../g'; }

echo '== what is listed comes through'
scope cat --verified cp open/manifest.scm open/docs.jsonl --key key.pub -j "$J" --receipt run.receipt -o given.jsonl
echo "status $?"
fixed < run.receipt
claim 'all of it, as it was' same open/docs.jsonl given.jsonl
grep '^P' given.jsonl.scm | cut -f2,3,6-9
claim 'the order digest is that of the identities, one a line' sh -c '
	LC_ALL=C sort -t"#" -k2n given.jsonl.scm | grep "^L" | cut -f2 | sha256sum | cut -d" " -f1 | sed "s/^/order sha256:/" | grep -qxFf - run.receipt'
cat > order.py <<'EOT'
import hashlib, json
h = hashlib.sha256()
for line in open('given.jsonl', 'rb'):
    h.update(b'sha256:' + hashlib.sha256(json.loads(line)['text'].encode()).hexdigest().encode() + b'\n')
assert 'order sha256:' + h.hexdigest() in open('run.receipt').read().split('\n')
EOT
claim 'python agrees' python3 order.py
scope verify run.receipt --checkpoint cp --key key.pub --root open | fixed

echo '== what is not, does not'
{ head -3 open/docs.jsonl; echo '{"text":"poison"}'; tail -n +4 open/docs.jsonl; } > mixed.jsonl
scope cat --verified cp open/manifest.scm mixed.jsonl --key key.pub -j "$J" --receipt r2 --rejects rejects.jsonl -o some.jsonl 2> said
echo "status $?"
sed 's/sha256:[0-9a-f]*/sha256:.../' said
claim 'the rest comes through' same open/docs.jsonl some.jsonl
claim 'the reject has its reason' grep -q '"step":"select/verified","reason":"sha256:[0-9a-f]* is not in the signed manifest"' rejects.jsonl
sed -n '/^in /,/^rejected /p' r2
sed 's/Lichens on basalt/Lichens on Basalt/' open/docs.jsonl > changed.jsonl
scope cat --verified cp open/manifest.scm changed.jsonl --key key.pub -q --receipt r3 -o rest.jsonl
echo "a byte of two payloads changed: status $?"
sed -n '/^in /,/^rejected /p' r3
claim 'a run that may reject none says so by its status, one that may does not' scope cat --verified cp open/manifest.scm changed.jsonl --key key.pub -q --max-bad 2 -o rest.jsonl
scope cat --verified cp open/manifest.scm docs.jsonl --key key.pub -q --receipt r4 --to frame --max-bad 99 > some.frame
echo "of all documents: status $?"
sed -n '/^in /,/^rejected /p' r4
printf 'X\t%s\twithdrawn since\n' "$(grep ^R open/manifest.scm | head -1 | cut -f2)" > x.txt
scope cat --verified cp open/manifest.scm open/docs.jsonl --key key.pub -q --tombstones x.txt --receipt r5 -o fewer.jsonl
sed -n '/^in /,/^rejected /p' r5
scope run 'hash' docs.jsonl -q --text-field id -O byid
scope sign --key key byid/manifest.scm
claim 'shards are read as the manifest says' scope cat --verified - byid/manifest.scm byid/docs.jsonl --key key.pub -q --to tsv

echo '== who must have signed'
door() { # ARGUMENTS of cat --verified
	scope cat -q --receipt none --verified "$@" > none.out 2> said
	echo "status $?"
	fixed < said
	claim 'nothing was given out' test ! -s none.out -a ! -e none
}
door cp open/manifest.scm open/docs.jsonl
door cp open/manifest.scm open/docs.jsonl --key other.pub
door - open/manifest.scm open/docs.jsonl --key key.pub
cp cp forged && cp cp.sig forged.sig && sed -i 's/^example.org/example.com/' forged
door forged open/manifest.scm open/docs.jsonl --key key.pub
scope log checkpoint c.log --plain -o bare && scope sign --key key bare
door bare open/manifest.scm open/docs.jsonl --key key.pub
scope log init d.log --origin example.org/corpus
scope run 'hash | tag licence,host' docs.jsonl -q -O all
scope log add d.log all/manifest.scm 2> /dev/null
scope log checkpoint d.log -o cpall && scope sign --key key cpall
door cpall open/manifest.scm open/docs.jsonl --key key.pub
cp -r open more
id=$(printf 'poison' | sha256sum | cut -d' ' -f1)
sed -i "s/^R	sha256:[0-9a-f]*/R	sha256:$id/;T;:a;n;ba" more/manifest.scm
door cp more/manifest.scm mixed.jsonl --key key.pub
claim 'unsigned is unsigned, where that is allowed' sh -c 'cp cp nosig && "$SCOPE" cat --verified nosig open/manifest.scm open/docs.jsonl --unsigned -q --to tsv > a && test $(wc -l < a) = 8'
scope cat --receipt r open/docs.jsonl 2>&1
scope cat --verified cp 2>&1

echo '== weights, bound'
mkdir -p model/deep
printf 'weights one' > model/a.safetensors
printf 'weights two' > model/deep/b.safetensors
printf '{}' > config.json
scope bind run.receipt model config.json --key trainer -o run.bind
echo "status $?"
cat > payload.py <<'EOT'
import base64, json, sys
e = json.load(open('run.bind'))
s = json.loads(base64.b64decode(e['payload']))
assert e['payloadType'] == 'application/vnd.in-toto+json' and s['_type'] == 'https://in-toto.io/Statement/v1'
print(s['predicateType'])
for x in s['subject']:
    print(x['digest']['sha256'], '', x['name'])
print(' '.join(sorted(s['predicate'])))
EOT
python3 payload.py
claim 'the digests are what sha256sum says' sh -c 'python3 payload.py | grep "^[0-9a-f]\{64\}  " | sha256sum -c'
cat cp > both
cat key.pub trainer.pub | sed 's/^\(.*\) \([^ ]*\)$/\2 \1/' > signers
chain() { scope verify run.bind --signers signers --checkpoint cp --root open --root . "$@"; }
chain | fixed
echo "status $?"
claim 'it is true' chain
claim 'what is held to nothing is not called true' sh -c 'mkdir far && cp run.receipt far && "$SCOPE" verify far/run.receipt > far/out && [ "$(grep -c "^  ?" far/out)" -eq 5 ] && ! grep -q "^  ok .*\(root\|charter\)" far/out && rm -r far'
claim 'the weights may lie elsewhere' sh -c 'mkdir far && cp -r model config.json run.receipt far && mv run.bind far && "$SCOPE" verify far/run.bind --signers signers && mv far/run.bind .'

echo '== each link broken'
broken() { # WHAT
	chain > out 2> said
	got=$?
	echo "$1: status $got"
	fixed < said
	tail -1 out | sed 's/\(  all that it says is true\).*/\1/' | cut -c1-30
}
cp -r . ../keep
restore() { cp -r ../keep/. .; }
flip model/deep/b.safetensors 3
broken 'a byte of the weights'; restore
rm config.json
broken 'weights that are gone'; restore
sed -i 's/^emitted 8/emitted 7/' run.receipt
broken 'a count of the receipt'; restore
cp r2 run.receipt
broken 'another receipt'; restore
rm run.receipt
broken 'no receipt'; restore
under "sha256:$id" open/manifest.scm new.scm && mv new.scm open/manifest.scm
broken 'a manifest under another charter'; restore
cp cpall cp; cp cpall.sig cp.sig
broken 'a checkpoint of another corpus'; restore
sed -i 's/^example.org/example.com/' cp
broken 'a forged checkpoint'; restore
sed -i "s/\(\"payload\":\"[^\"]\{200\}\)./\1A/" run.bind
broken 'a byte of the statement'; restore
grep -v trainer signers > s && mv s signers
broken 'a signer whom nobody trusts'; restore
scope bind run.receipt model config.json --key other -o run.bind
broken 'a statement that somebody else signed'; restore
flip given.jsonl 200
broken 'what was given out'; restore
scope verify run.bind --signers signers --root "sha256:$id" 2>&1 >/dev/null | fixed
scope verify run.bind --signers signers --root "$(sed -n 's/^record-root //p' run.receipt)" > /dev/null
echo "status $?"
# Receipts that contradict themselves: each is made, bound and signed, and found out from what it says.
lie() { # WHAT SED-SCRIPT
	sed "$2" ../keep/run.receipt > run.receipt
	scope bind run.receipt model config.json --key trainer -o run.bind 2> said || { echo "$1: not bound"; fixed < said; restore; return; }
	broken "$1"
	restore
}
lie 'another charter' "s/^charter .*/charter sha256:$id/"
lie 'another record-root' "s/^record-root .*/record-root sha256:$id/"
lie 'another key-root' "s/^key-root .*/key-root sha256:$id/"
lie 'another manifest' "s/^manifest [^ ]*/manifest sha256:$id/"
lie 'another version' 's/^version 1/version 2/'
lie 'more records' 's/^records 7/records 8/'
lie 'more that came in' 's/^in 8/in 9/'
lie 'no order' '/^order/d'
lie 'no end' '$d'
lie 'a line too many' 's/^tool.*/&\nmore x/'
lie 'a manifest that leads out of its folder, and is not looked at' 's/manifest.scm$/..\/keep\/open\/manifest.scm/'
rm -rf ../keep

echo '== misuse'
scope bind run.receipt 2>&1
scope bind run.receipt model 2>&1
scope bind docs.jsonl model --key trainer 2>&1
scope bind run.receipt model ./model --key trainer 2>&1
scope bind run.receipt . --key trainer 2>&1
mkfifo pipe
scope bind run.receipt pipe --key trainer 2>&1
