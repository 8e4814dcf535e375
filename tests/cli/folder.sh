# SPDX-License-Identifier: Apache-2.0
# once
# every command that takes a manifest takes the folder that has one, and does the same.
. "$LIB"
archive
mkdir bin
ln -s "$SCOPE" bin/scope
PATH=$PWD/bin:$PATH
scope run 'hash | tag licence,host' docs.jsonl -q -O all || exit 2
scope run 'hash | tag licence,host | filter "licence in open"' docs.jsonl -q -O open || exit 2
m=open/manifest.scm
id=$(grep ^R $m | head -n 1 | cut -f2)
cp "$ROOT/tests/data/sign/rfc8032.pem" key.pem
echo shop.example.com > back.txt
scope diff --delta all/manifest.scm $m -o x.delta

both() { # TEXT FOLDER COMMAND...: where @ stands for the manifest
	text=$1 folder=$2 command=$3
	sh -c "$(echo "$command" | sed "s#@#$folder/manifest.scm#")" > one 2> one.err
	sh -c "$(echo "$command" | sed "s#@#$folder#")" > two 2> two.err
	claim "$text" cmp one two
	claim "$text: it does something" test -s one
	sh -c "$(echo "$command" | sed "s#@#$folder/#")" > two 2> two.err
	claim "$text: with a slash behind it" cmp one two
}
both 'prove' open "scope prove --record $id @"
both 'diff' open 'scope diff all @'
both 'patch' all 'scope patch @ x.delta'
both 'merge' open 'scope merge @ --root . -q'
for name in croissant spdx cyclonedx in-toto hf-card eu-summary ab2013 attribution; do
	both "export $name" open "SOURCE_DATE_EPOCH=0 scope export $name @"
done
both 'verify' open 'scope verify @ | tail -n +2'
both 'trace' open 'scope trace host:arxiv.org @ | sed "s#open/*manifest.scm#M#"'
both 'recall --check' all 'scope recall --check back.txt @'
both 'recall --derived' open 'scope recall --check back.txt all --derived @ | sed "s#open/*[^ 	]*#M#"'
both 'cat --verified' open 'scope cat --verified - --unsigned @ docs.jsonl -q'
both 'log add' open 'rm -f c.log; scope log init c.log --origin example.org/c; SOURCE_DATE_EPOCH=0 scope log add c.log @ && scope log show c.log'
both 'sign' open "rm -f $m.sig; scope sign --key key.pem @; cat $m.sig"
