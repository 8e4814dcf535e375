# SPDX-License-Identifier: Apache-2.0
# once: what scope signs ssh-keygen and openssl verify, and the other way; of who may sign they think alike.
. "$LIB"
archive
cp docs.jsonl file

# ---- ssh-keygen ----
if command -v ssh-keygen >/dev/null; then
	ssh-keygen -q -t ed25519 -N '' -C me -f ed25519
	ssh-keygen -q -t ecdsa -b 256 -N '' -C me -f ecdsa
	for k in ed25519 ecdsa; do
		echo "me@example.org namespaces=\"scope-manifest\" $(cut -d' ' -f1,2 $k.pub)" > $k.signers
		scope sign --key $k file
		claim "$k: ssh-keygen verifies what scope signs" sh -c "
			ssh-keygen -Y verify -n scope-manifest -f $k.signers -I me@example.org -s file.sig < file"
		claim "$k: and finds it sound without knowing whose it is" sh -c 'ssh-keygen -Y check-novalidate -n scope-manifest -s file.sig < file'
		claim "$k: and knows the fingerprint that scope names" sh -c "
			\"\$SCOPE\" verify --key $k.pub file.sig | grep -qF \"\$(ssh-keygen -lf $k.pub | cut -d' ' -f2)\""
		cp file.sig ours
		for hash in sha512 sha256; do
			rm file.sig
			ssh-keygen -q -Y sign -n scope-manifest -O hashalg=$hash -f $k file 2>/dev/null
			claim "$k: scope verifies what ssh-keygen signs with $hash" scope verify --signers $k.signers --identity me@example.org file.sig
			[ $k$hash != ed25519sha512 ] || claim 'ed25519: both write the same bytes' cmp ours file.sig
		done
		flip file 10
		claim "$k: but not of a changed file" fails 1 scope verify --key $k.pub file.sig
		cp docs.jsonl file
	done
	ssh-keygen -q -t rsa -b 2048 -N '' -f rsa
	rm file.sig
	ssh-keygen -q -Y sign -n scope-manifest -f rsa file 2>/dev/null
	claim 'an RSA signature is refused for what it is' sh -c '"$SCOPE" verify --key ed25519.pub file.sig 2>&1 | grep -q "an RSA key"'
	ssh-keygen -q -p -N '' -m PEM -f ecdsa >/dev/null
	claim 'the key that it writes as PEM is one for scope' sh -c '
		grep -q "BEGIN EC PRIVATE KEY" ecdsa && "$SCOPE" sign --key ecdsa file && "$SCOPE" verify --key ecdsa.pub file.sig'

	# The same file, identity and namespace: both say yes or both say no.
	key=$(cut -d' ' -f1,2 ed25519.pub)
	other=$(cut -d' ' -f1,2 ecdsa.pub)
	scope sign --key ed25519 file
	alike() { # TEXT OF ALLOWED_SIGNERS: of me@x
		printf '%b' "$1" > signers
		ssh-keygen -Y verify -n scope-manifest -f signers -I me@x -s file.sig < file >/dev/null 2>&1
		theirs=$?
		scope verify --signers signers --identity me@x file.sig >/dev/null 2>&1
		ours=$?
		[ $((theirs != 0)) -eq $ours ] || { echo "ssh-keygen $theirs, scope $ours: $1"; differ=yes; }
		answers="${answers:-}$ours"
	}
	differ=no
	for principals in me@x '*@x' '?e@x' 'a,me@x' '!me@x,*' '*,!me@x' '!you@x,*' '"me@x"' you@x 'ME@X' 'm*e@x' '*e*@*x' 'me@?'; do
		for options in '' 'namespaces="scope-manifest" ' 'namespaces="git,scope-*" ' 'namespaces="git" ' 'namespaces="*,!scope-manifest" ' \
			'valid-before="20200101" ' 'valid-after="20200101Z" ' 'valid-after="29990101" ' 'valid-after="20200101",valid-before="29990101120000" ' \
			'cert-authority ' 'Namespaces="scope-manifest",VALID-AFTER="202001011200" '; do
			alike "$principals $options$key\n"
		done
	done
	alike "# none\n\nme@x $other\nme@x $key\n"
	alike "me@x valid-before=\"20200101\" $key\nme@x $key\n"
	alike "me@x $key and more words\r\n"
	alike "  me@x\t$key\n"
	alike "$key\n"
	alike "me@x $other\n"
	alike ''
	claim 'ssh-keygen and scope agree on who may sign' test $differ = no
	claim 'and say yes to some, no to others' sh -c "echo $answers | grep -q 0 && echo $answers | grep -q 1"
fi

# ---- openssl ----
if command -v openssl >/dev/null; then
	openssl genpkey -algorithm ed25519 -out ed.pem 2>/dev/null
	openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out ec.pem 2>/dev/null
	openssl ecparam -name prime256v1 -genkey -out sec1.pem 2>/dev/null
	type=application/vnd.in-toto+json
	printf '{"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"docs.jsonl","digest":{"sha256":"%s"}}],"predicateType":"x","predicate":{}}' \
		"$(sha256sum docs.jsonl | cut -d' ' -f1)" > st.json
	{ printf 'DSSEv1 %d %s %d ' ${#type} $type "$(wc -c < st.json)"; cat st.json; } > pae
	for k in ed ec sec1; do
		openssl pkey -in $k.pem -pubout -out $k.pub.pem
		scope sign --key $k.pem --dsse st.json
		claim "$k: the payload is the file" sh -c "
			sed 's/.*\"payload\":\"\\([^\"]*\\)\".*/\\1/' st.json.dsse.json | base64 -d | cmp - st.json"
		sed 's/.*"sig":"\([^"]*\)".*/\1/' st.json.dsse.json | base64 -d > sig
		claim "$k: openssl verifies what scope signs" openssl pkeyutl -verify -rawin -pubin -inkey $k.pub.pem -sigfile sig -in pae
		openssl pkeyutl -sign -rawin -inkey $k.pem -in pae -out theirs
		printf '{"payload":"%s","payloadType":"%s","signatures":[{"sig":"%s"}]}' "$(base64 -w0 < st.json)" $type "$(base64 -w0 < theirs)" > their.json
		claim "$k: scope verifies what openssl signs" scope verify --key $k.pub.pem their.json
		printf '{"payload":"%s","payloadType":"%s","signatures":[{"sig":"%s"}]}' "$(base64 -w0 < st.json | tr '+/' '-_')" $type \
			"$(base64 -w0 < theirs | tr '+/' '-_')" > url.json
		claim "$k: and in the other base64" scope verify --key $k.pub.pem url.json
		claim "$k: an SSH signature by a PEM is one" sh -c "\"\$SCOPE\" sign --key $k.pem file && \"\$SCOPE\" verify --key $k.pub.pem file.sig"
	done
	printf '{"payload":"%s","payloadType":"%s","signatures":[{"sig":"%s","keyid":"a"},{"sig":"%s","keyid":"b"}]}' "$(base64 -w0 < st.json)" $type \
		"$(openssl pkeyutl -sign -rawin -inkey ed.pem -in pae | base64 -w0)" "$(base64 -w0 < theirs)" > two.json
	claim 'of two signatures either one suffices' sh -c '"$SCOPE" verify --key ed.pub.pem two.json && "$SCOPE" verify --key sec1.pub.pem two.json'
	claim 'but none does for a third key' fails 1 scope verify --key ec.pub.pem two.json
fi
echo done
