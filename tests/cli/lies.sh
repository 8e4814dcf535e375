# SPDX-License-Identifier: Apache-2.0
# once
# build: five lies, as scope-lies(7) tells them: each command of the page is run, and says what the page says.
. "$LIB"
for program in python3 ssh-keygen jq; do
	command -v $program > /dev/null || exit 0
done
archive
mkdir bin
ln -s "$SCOPE" bin/scope
ln -s "$ROOT"/scripts/independent/verify.* bin
PATH=$PWD/bin:$PATH
cp "$ROOT/tests/data/sign/openssh-ed25519" curator && cp "$ROOT/tests/data/sign/openssh-ed25519.pub" curator.pub
cp "$ROOT/tests/data/sign/pkcs8.pem" mallory && chmod 600 curator mallory
session "$ROOT/docs/scope-lies.7"
[ -z "${SHOW:-}" ] || cat got
claim 'every command says what the page says' diff want got
claim 'each lie is told, and refuted' test "$(grep -c '^refuted$' got)" -eq "$(grep -c '|| echo refuted$' page)"
claim 'and they are five' test "$(grep -c '^\.Ss ' "$ROOT/docs/scope-lies.7")" -eq 5
