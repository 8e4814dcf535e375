# SPDX-License-Identifier: Apache-2.0
# once: what is signed is verified by key, name and time; what was changed, or is somebody else's, is refused, each with its reason.
. "$LIB"
archive
scope run 'hash | tag licence,host | filter "licence in open"' docs.jsonl -q -o open.jsonl || exit 2
for k in openssh-ed25519 openssh-ecdsa openssh-encrypted; do
	cp "$ROOT/tests/data/sign/$k" .
	chmod 600 $k
done
cp "$ROOT"/tests/data/sign/*.pub "$ROOT"/tests/data/sign/*.pem .
mv openssh-ed25519 me; mv openssh-ed25519.pub me.pub
mv openssh-ecdsa you; mv openssh-ecdsa.pub you.pub
line() { # PRINCIPALS OPTIONS KEY: a line of allowed_signers
	echo "$1${2:+ $2} $(cut -d' ' -f1,2 "$3.pub")"
}
say() { # TEXT COMMAND...: what it says, in how many words it ends
	echo "== $1"
	shift
	"$@" > said 2>&1
	got=$?
	sed -e 's/[0-9][0-9]* bytes/N bytes/' -e 's/column [0-9]*/column N/' said
	echo "status $got"
}

# ---- what is right ----
say 'signed by a key' scope sign --key me open.jsonl.scm
say 'verified by it' scope verify --key me.pub open.jsonl.scm.sig
cp open.jsonl.scm.sig me.sig
line '*@example.org' 'namespaces="scope-*"' me > signers
say 'verified by a name' scope verify --signers signers --identity me@example.org open.jsonl.scm.sig
say 'an envelope' scope sign --key you --dsse open.jsonl.scm
say 'verified by PEM' scope verify --key ecdsa-spki.pem open.jsonl.scm.dsse.json
claim 'standard input gives the same signature' sh -c '"$SCOPE" sign --key me - < open.jsonl.scm | cmp - me.sig'
claim 'and the same payload, from a pipe too' sh -c '
	"$SCOPE" sign --key me --dsse open.jsonl.scm -o a && cat open.jsonl.scm | "$SCOPE" sign --key me --dsse - > b && cmp a b'
claim 'a Statement is signed as it stands' sh -c '
	"$SCOPE" export in-toto open.jsonl.scm -o s.json && "$SCOPE" sign --key me --dsse s.json -o c && cmp a c'
claim 'any bytes are, if they are said what they are' sh -c '
	"$SCOPE" sign --key me --dsse --type text/plain docs.jsonl && "$SCOPE" verify --key me.pub docs.jsonl.dsse.json'
claim 'another namespace is one too' sh -c '
	"$SCOPE" sign --key me --namespace mine docs.jsonl && "$SCOPE" verify --key me.pub --namespace mine docs.jsonl.sig'
claim 'a Statement is made and signed in one line' sh -c '
	"$SCOPE" export in-toto --builder https://example.org/ci open.jsonl.scm | "$SCOPE" sign --key me --dsse - > piped.json &&
	"$SCOPE" verify --key me.pub piped.json'
scope run 'hash' docs.jsonl -q -O folder
claim 'a folder stands for the manifest in it' sh -c '
	"$SCOPE" sign --key me folder && test -e folder/manifest.scm.sig && "$SCOPE" verify --key me.pub folder folder/manifest.scm.sig'
claim 'several files get a signature each' sh -c '
	"$SCOPE" sign --key you docs.jsonl open.jsonl && "$SCOPE" verify --key you.pub docs.jsonl.sig open.jsonl.sig'
rm -f open.jsonl.sig docs.jsonl.sig docs.jsonl.dsse.json a b c

# ---- a manifest, and who is said to have made it ----
manifest() { # OPTION...: without the digests, which change with each tagger
	scope verify "$@" open.jsonl.scm 2>&1 | sed 's/\(ok    [a-rt-z][a-z-]*\|ok    s[a-hj-z][a-z]*\) .*/\1 .../'
}
echo '== a manifest that must be signed, and is'
manifest --key me.pub
echo '== by another'
manifest --key you.pub
mv open.jsonl.scm.sig away.sig
echo '== and is not'
manifest --key me.pub
echo '== or may be'
manifest --key me.pub --unsigned | grep signature
mv away.sig open.jsonl.scm.sig

# ---- what is wrong with an SSH signature ----
say 'nobody is trusted' scope verify open.jsonl.scm.sig
say 'another key' scope verify --key you.pub open.jsonl.scm.sig
say 'another namespace' scope verify --key me.pub --namespace git open.jsonl.scm.sig
line me@example.org 'namespaces="git"' me > s
say 'who signed may not sign in this namespace' scope verify --signers s open.jsonl.scm.sig
line you@example.org '' you > s
say 'a signer who is not listed' scope verify --signers s open.jsonl.scm.sig
say 'an identity that is not the signer' scope verify --signers signers --identity me@example.com open.jsonl.scm.sig
line me@example.org 'valid-before="20240101Z"' me > s
say 'a key that was valid once' scope verify --signers s open.jsonl.scm.sig
say 'and was, then' scope verify --signers s --verify-time 20231231Z open.jsonl.scm.sig
line me@example.org 'valid-after="29990101Z"' me > s
say 'a key that is not valid yet' scope verify --signers s open.jsonl.scm.sig
line me@example.org cert-authority me > s
say 'a certificate authority' scope verify --signers s open.jsonl.scm.sig
cp open.jsonl.scm keep.scm
flip open.jsonl.scm 300
say 'a changed byte of the file' scope verify --key me.pub open.jsonl.scm.sig
cp keep.scm open.jsonl.scm
other='s/^A/B/;t;s/^./A/'
sed "5{$other}" me.sig > open.jsonl.scm.sig
say 'a changed byte of the signature' scope verify --key me.pub open.jsonl.scm.sig
sed '4s/^\(..........\)./\1x/' me.sig > open.jsonl.scm.sig
say 'a changed byte of its kind' scope verify --key me.pub open.jsonl.scm.sig
head -4 me.sig > open.jsonl.scm.sig
say 'an armour that is cut short' scope verify --key me.pub open.jsonl.scm.sig
{ echo '-----BEGIN SSH SIGNATURE-----'; printf 'SSHSIG\0\0\0\1\377\377\377\377' | base64; echo '-----END SSH SIGNATURE-----'; } > open.jsonl.scm.sig
say 'a length beyond what is there' scope verify --key me.pub open.jsonl.scm.sig
head -c 70000 /dev/zero | tr '\0' A | sed '1s/^/-----BEGIN SSH SIGNATURE-----/' > open.jsonl.scm.sig
say 'a signature of 70 kB' scope verify --key me.pub open.jsonl.scm.sig
cp me.sig other
say 'a signature that does not say of what' scope verify --key me.pub other
cp me.sig gone.sig
say 'a signature of a file that is not there' scope verify --key me.pub gone.sig
cp me.sig open.jsonl.scm.sig

# ---- what is wrong with an envelope ----
cp open.jsonl.scm.dsse.json keep.json
lie() { # TEXT SED-EXPRESSION
	sed "$2" keep.json > open.jsonl.scm.dsse.json
	cmp -s keep.json open.jsonl.scm.dsse.json && echo "not ok - $1: something is changed"
	say "$1" scope verify --key you.pub open.jsonl.scm.dsse.json
}
say 'an envelope, and another key' scope verify --key me.pub open.jsonl.scm.dsse.json
for options in 'namespaces="git"' 'valid-before="20240101Z"' 'valid-after="29990101Z"' cert-authority 'namespaces="scope-*"'; do
	line you@example.org "$options" you > s
	say "an envelope, and a signer with $options" scope verify --signers s open.jsonl.scm.dsse.json
done
say 'an envelope, and an identity that is not the signer' scope verify --signers s --identity me@example.org open.jsonl.scm.dsse.json
line me@example.org '' me > s
say 'an envelope, and a signer who is not listed' scope verify --signers s open.jsonl.scm.dsse.json
say 'an envelope, and nobody is trusted' scope verify open.jsonl.scm.dsse.json
say 'or need be' scope verify --unsigned open.jsonl.scm.dsse.json
lie 'a changed byte of the payload' 's/"payload":"\(....\)./"payload":"\1A/'
lie 'a changed type' 's/in-toto+json/in-toto+jsom/'
lie 'a changed signature' 's/\("sig":".......\)A/\1B/;t;s/\("sig":".......\)./\1A/'
lie 'a signature that is no base64' 's/"sig":"./"sig":"*/'
lie 'no signature' 's/"signatures":\[.*\]/"signatures":[]/'
lie 'cut short' 's/..$//'
lie 'two payloads' 's/{/{"payload":"",/'
lie 'a hint that is wrong changes nothing' 's/"keyid":"[^"]*"/"keyid":"nobody"/'
lie 'a signature of nobody beside it changes nothing' 's/"signatures":\[/"signatures":[{"keyid":"x","sig":"AAAA"},/'
cp keep.json open.jsonl.scm.dsse.json
flip open.jsonl 100
say 'a changed shard' scope verify --key you.pub open.jsonl.scm.dsse.json
mkdir none
say 'no shard here' scope verify --key you.pub --root none open.jsonl.scm.dsse.json
statement() { # SUBJECTS: signed
	printf '{"_type":"https://in-toto.io/Statement/v1","subject":[%s],"predicateType":"x","predicate":{}}' "$1" > st.json
	scope sign --key me --dsse st.json -o st.dsse.json
}
ln -s /etc/hostname link
zero=0000000000000000000000000000000000000000000000000000000000000000
statement '{"name":"../dir/docs.jsonl","digest":{"sha256":"'$zero'"}},{"name":"/etc/hostname","digest":{"sha256":"'$zero'"}},{"name":"link","digest":{"sha256":"'$zero'"}},{"name":"none","digest":{"sha256":"'$zero'"}},{"name":"absent","digest":{"sha256":"'$zero'"}},{"name":"x","digest":{"sha512":"00"}}'
say 'names that lead outside' scope verify --key me.pub st.dsse.json
statement '{"name":"docs.jsonl"}'
say 'a subject without a digest' scope verify --key me.pub st.dsse.json

# ---- keys and files that cannot be used ----
say 'an encrypted key' scope sign --key openssh-encrypted open.jsonl.scm
say 'an encrypted PEM' scope sign --key pkcs8-encrypted.pem open.jsonl.scm
say 'a key of another kind' scope sign --key p384.pem open.jsonl.scm
say 'a public key' scope sign --key me.pub open.jsonl.scm
say 'no key' scope sign open.jsonl.scm
say 'no file' scope sign --key me
say 'a file that is not there' scope sign --key me nothing
claim 'and nothing is left of it' test ! -e nothing.sig
say 'bytes of no type' scope sign --key me --dsse docs.jsonl
say 'the same from standard input' sh -c '"$SCOPE" sign --key me --dsse - < docs.jsonl'
claim 'and nothing is left of that' test ! -e docs.jsonl.dsse.json
grep -v '^S' open.jsonl.scm > no.scm
say 'a manifest of no shard' scope sign --key me --dsse no.scm
say 'two outputs in one' scope sign --key me -o x open.jsonl.scm docs.jsonl
say 'a private key to verify with' scope verify --key me open.jsonl.scm.sig
say 'both ways to trust' scope verify --key me.pub --signers signers open.jsonl.scm.sig
say 'a name of nobody' scope verify --key me.pub --identity me open.jsonl.scm.sig
printf 'X\033[31m namespaces="git" %s\n' "$(cut -d' ' -f1,2 me.pub)" > s
claim 'no escape sequence of a file gets to the terminal' sh -c '
	"$SCOPE" verify --signers s --namespace git open.jsonl.scm.sig 2>&1; "$SCOPE" verify --signers s --identity y open.jsonl.scm.sig > e 2>&1
	! grep -q "$(printf "\033")" e'
