# SPDX-License-Identifier: Apache-2.0
# once
# build: a manifest checked by hand, as scope-check(7) shows it: each command of the page is run, and says what the page says.
. "$LIB"
for program in python3 ssh-keygen jq openssl; do
	command -v $program > /dev/null || exit 0
done
archive
mkdir bin
ln -s "$SCOPE" bin/scope
ln -s "$ROOT"/scripts/independent/verify.* bin
PATH=$PWD/bin:$PATH
cp "$ROOT/tests/data/sign/openssh-ed25519" curator && cp "$ROOT/tests/data/sign/openssh-ed25519.pub" curator.pub
chmod 600 curator
session "$ROOT/docs/scope-check.7"
[ -z "${SHOW:-}" ] || cat got
claim 'every command says what the page says' diff want got
