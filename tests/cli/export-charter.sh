# SPDX-License-Identifier: Apache-2.0
# once: a charter and the verdict on it in other terms; a verdict on something else, or one that was changed, is refused; without them nothing changes.
. "$LIB"
archive
scope run 'tag media,domain,host,licence,rights | filter "licence in open"' docs.jsonl -q -o open.jsonl || exit 2
scope run 'tag media,domain,host,licence,rights' docs.jsonl -q -o all.jsonl || exit 2
cat > lab.charter <<'END_'
charter lab 1
purpose "read <b>figures</b> | and `more`"
owner "Lab & Co" mailto:lab@example.org
access terms=CC-BY-4.0+use.md+gone.md recipients=release-log
allow licence open
deny domain figure/photo/person
limit hill(1,licence) <= 1
limit records <= 1000
benefit B1 likelihood=0.1..0.3 size=+3 "found | sooner" by=owner
cost C1 likelihood=0.01 size=-5 "</script> forged" by="A. Reviewer"
expire 2027-11-23
END_
echo 'Use it well.' > use.md
scope gate --json lab.charter open.jsonl.scm > v.json
hide() { sed 's/sha256:[0-9a-f]\{64\}/sha256:.../g'; }
scope export odrl --charter lab.charter open.jsonl.scm | hide
scope export croissant --charter lab.charter --verdict v.json open.jsonl.scm > c.json
sed -n '/rai:dataLimitations/,/^}/p' c.json | hide
for x in hf-card eu-summary ab2013; do
	scope export $x --charter lab.charter --verdict v.json open.jsonl.scm > $x.md
	claim "$x has the charter" grep -q '^## Purpose and charter' $x.md
	claim "$x is else what it was" sh -c "sed '/^## Purpose and charter/,/^Likelihoods and sizes/d' $x.md | grep -v '^\$' > a; '$SCOPE' export $x open.jsonl.scm | grep -v '^\$' > b; cmp a b"
done
sed -n '/^## Purpose/,/^Likelihoods/p' hf-card.md

# ---- what terms grant: never more than was read ----
grants() { # TERMS...: the actions of its permissions, and prohibitions
	printf 'charter t 1\nowner "X" "a lab"\n' > t.charter
	printf 'access terms=%s\n' "$@" >> t.charter
	scope export odrl --charter t.charter open.jsonl.scm > t.json
	[ -z "$python3" ] || claim "a policy of $*" python3 "$ROOT/scripts/check-odrl.py" t.json open.jsonl.scm t.charter
	[ -z "$python3" ] || claim "of $*: each change is noticed" sh -c 'python3 "$0/scripts/check-odrl.py" --mutate t.json open.jsonl.scm t.charter | grep -q " 0 not noticed"' "$ROOT"
	echo "$*:" $(sed -n 's/^ *"@type": "\([SO].*\)",/\1/p; s/^      "action": "\(.*\)".*/\1/p; s/^          "action": "\(.*\)".*/(\1)/p' t.json)
}
python3=$(command -v python3)
grants CC0-1.0
grants CC-BY-4.0
grants CC-BY-SA-4.0
grants CC-BY-NC-4.0
grants CC-BY-ND-4.0
grants CC-BY-4.0 CC-BY-NC-ND-4.0
grants ODbL-1.0
grants use.md
grants CC-BY-4.0 deal.md
grants LicenseRef-Ours
grants GPL-2.0+
grants '"MIT OR CC0-1.0"'
grants CC-BY-4.0+cc0-1.0
printf 'secret\n' > ../outside.md
printf 'charter t 1\naccess terms=../outside.md+/etc/hostname\n' > t.charter
claim 'no file outside the folder of the charter is read' sh -c "'$SCOPE' export odrl --charter t.charter open.jsonl.scm > t.json && ! grep -q urn:sha256 t.json"
{ printf 'charter t 1\naccess terms='; for i in $(seq 300); do printf 'f%s+' "$i"; done; echo; } > t.charter
scope export odrl --charter t.charter open.jsonl.scm; echo "status $?"
printf 'charter t 1\naccess terms=CC0-1.0\naccess terms=+\n' > t.charter
scope export odrl --charter t.charter open.jsonl.scm; echo "status $?"
cat > t.charter <<'END_'
charter t 1
owner "X" 'mailto:a" b>@example.org'
access terms=CC0-1.0 recipients='a "} , \u0000 <lab>'
expire 2027-11-23
END_
scope export odrl --charter t.charter open.jsonl.scm > t.json
claim 'an owner whose address is no IRI offers nothing: a Set' grep -q '"@type": "Set"' t.json
sed -n '/isAnyOf/,/]/p' t.json
[ -z "$python3" ] || claim 'words of a charter stay words' python3 "$ROOT/scripts/check-odrl.py" t.json open.jsonl.scm t.charter
claim 'the same bytes always' sh -c "'$SCOPE' export odrl --charter t.charter open.jsonl.scm | cmp - t.json"

if [ -n "$python3" ]; then
	scope export odrl --charter lab.charter open.jsonl.scm > o.json
	claim 'an Offer' python3 "$ROOT/scripts/check-odrl.py" o.json open.jsonl.scm lab.charter
	claim 'of which each change is noticed' sh -c 'python3 "$0/scripts/check-odrl.py" --mutate o.json open.jsonl.scm lab.charter | grep -q " 0 not noticed"' "$ROOT"
	claim 'the same in Croissant, each key once' python3 "$ROOT/scripts/check-odrl.py" c.json open.jsonl.scm lab.charter
	claim 'there too' sh -c 'python3 "$0/scripts/check-odrl.py" --mutate c.json open.jsonl.scm lab.charter | grep -q " 0 not noticed"' "$ROOT"
	claim 'and what else is in it is what the standard asks for' python3 "$ROOT/scripts/check-export.py" --unfinished c.json open.jsonl.scm
	claim 'a policy for another corpus is found out' fails 1 python3 "$ROOT/scripts/check-odrl.py" o.json all.jsonl.scm lab.charter
fi
if command -v jq >/dev/null; then
	claim 'the terms that lie beside it have their digest' test "$(scope export odrl --charter lab.charter open.jsonl.scm | jq -r '."dct:license"[1]."@id"')" = "urn:sha256:$(sha256sum < use.md | cut -d' ' -f1)"
	claim 'Croissant without a charter has neither policy nor its prefixes' sh -c "'$SCOPE' export croissant open.jsonl.scm | jq -e '(has(\"usageInfo\") or (.\"@context\" | has(\"odrl\"))) | not'"
	scope export croissant open.jsonl.scm | jq -S . > without.json
	jq -S 'del(.usageInfo, ."rai:dataUseCases", ."rai:dataSocialImpact", ."rai:dataBiases", ."rai:personalSensitiveInformation", ."rai:dataReleaseMaintenancePlan")
		| del(."@context" | .cc, .odrl, .rdfs, .xsd) | ."rai:dataLimitations" |= map(select(startswith("charter ") | not))' c.json > rest.json
	claim 'Croissant with a charter is else what it was' cmp without.json rest.json
	# Each of these is another verdict than the one that was given.
	for change in '.verdict = "passed"' '.verdict = "pass"' '.verdict = "pass" | .variants[0].verdict = "pass"' \
		'(.variants[0].directives[] | select(.kind == "access") | .verdict) = "sure"' '.variants[0].directives |= .[1:]' \
		'.variants[0].directives += [.variants[0].directives[0]]' '(.variants[0].directives[] | select(.kind == "limit") | .directive) = "limit records <= 9"' \
		'.variants = []' '.scope_gate = 2' '.manifest.record_root = .manifest.digest' '.charter.digest = .manifest.digest'; do
		jq "$change" v.json > w.json
		claim "refused: $change" fails 2 scope export hf-card --charter lab.charter --verdict w.json open.jsonl.scm
	done
	sed '0,/"verdict":/s//"verdict": "pass",\n  "verdict":/' v.json > w.json
	claim 'refused: a verdict that is said twice' fails 2 scope export hf-card --charter lab.charter --verdict w.json open.jsonl.scm
fi
sed '0,/"verdict": "[a-z]*"/s//"verdict": "pass"/' v.json > w.json
scope export hf-card --charter lab.charter --verdict w.json open.jsonl.scm > none; echo "status $?"
scope export hf-card --charter lab.charter --verdict v.json all.jsonl.scm > none; echo "status $?"
echo '# more' >> lab.charter
scope export hf-card --charter lab.charter --verdict v.json open.jsonl.scm > none; echo "status $?"
scope export hf-card --verdict v.json open.jsonl.scm > none; echo "status $?"
printf 'charter x 1\n' > bare.charter
scope export odrl --charter bare.charter open.jsonl.scm > none; echo "status $?"
scope export odrl open.jsonl.scm > none; echo "status $?"
