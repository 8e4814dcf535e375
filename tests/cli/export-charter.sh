# SPDX-License-Identifier: Apache-2.0
# once: a charter and the verdict on it in other terms; a verdict on something else is refused; without them nothing changes.
. "$LIB"
archive
scope run 'tag media,domain,host,licence,rights | filter "licence in open"' docs.jsonl -q -o open.jsonl || exit 2
scope run 'tag media,domain,host,licence,rights' docs.jsonl -q -o all.jsonl || exit 2
cat > lab.charter <<'END'
charter lab 1
purpose "read <b>figures</b> | and `more`"
owner "Lab & Co" mailto:lab@example.org
access terms=CC-BY-4.0+use.md+gone.md recipients=release-log
allow licence open
benefit B1 likelihood=0.1..0.3 size=+3 "found | sooner" by=owner
cost C1 likelihood=0.01 size=-5 "</script> forged" by="A. Reviewer"
expire 2027-11-23
END
echo 'Use it well.' > use.md
scope gate --json lab.charter open.jsonl.scm > v.json
scope export odrl --charter lab.charter open.jsonl.scm | sed 's/sha256:[0-9a-f]*/sha256:.../'
scope export croissant --charter lab.charter --verdict v.json open.jsonl.scm > c.json
sed -n '/rai:dataUseCases/,/^}/p' c.json | sed 's/sha256:[0-9a-f]*/sha256:.../'
for x in hf-card eu-summary ab2013; do
	scope export $x --charter lab.charter --verdict v.json open.jsonl.scm > $x.md
	claim "$x has the charter" grep -q '^## Purpose and charter' $x.md
	claim "$x is else what it was" sh -c "sed '/^## Purpose and charter/,/^Likelihoods and sizes/d' $x.md | grep -v '^\$' > a; '$SCOPE' export $x open.jsonl.scm | grep -v '^\$' > b; cmp a b"
done
sed -n '/^## Purpose/,/^Likelihoods/p' hf-card.md
if command -v jq >/dev/null; then
	scope export odrl --charter lab.charter open.jsonl.scm > o.json
	claim 'the policy has what every ODRL policy has' jq -e '."@type" == "Set" and (.uid | type) == "string" and (.permission | length) > 0 and all(.permission[]; .target and .action)' o.json
	claim 'its constraint has operand, operator and value' jq -e 'all(.permission[].constraint[]; .leftOperand and .operator and .rightOperand)' o.json
	claim 'the terms that lie beside it have their digest' test "$(jq -r '."dcterms:license"[1]."@id"' o.json)" = "urn:sha256:$(sha256sum < use.md | cut -d' ' -f1)"
	claim 'what is given with a charter is JSON' jq -e . c.json
	jq '.verdict = "passed"' v.json > w.json
	scope export hf-card --charter lab.charter --verdict w.json open.jsonl.scm > none; echo "status $?"
fi
scope export hf-card --charter lab.charter --verdict v.json all.jsonl.scm > none; echo "status $?"
echo '# more' >> lab.charter
scope export hf-card --charter lab.charter --verdict v.json open.jsonl.scm > none; echo "status $?"
scope export hf-card --verdict v.json open.jsonl.scm > none; echo "status $?"
printf 'charter x 1\n' > bare.charter
scope export odrl --charter bare.charter open.jsonl.scm > none; echo "status $?"
scope export odrl open.jsonl.scm > none; echo "status $?"
