# SPDX-License-Identifier: Apache-2.0
# once: export in-toto says what a manifest says, makes nothing up, and stays JSON whatever stands in the manifest.
. "$LIB"
one=1111111111111111111111111111111111111111111111111111111111111111
two=2222222222222222222222222222222222222222222222222222222222222222
tab() { # lines with | for TAB, sorted as a manifest is
	tr '|' '\t' | sort
}
manifest() {
	tab <<EOF
#scope-manifest/1
H|charter|sha256:$two figures.charter
H|created|2024-05-01T12:00:00Z
H|recipe|tag licence %7C filter 'licence in "open"'
H|reviewed|by A
H|reviewed|by B
H|tool|scope 0.1.0
I|sha256:$one|2048|in put.jsonl|12|0
I|sha256:$two|10|other.jsonl|1|0
P|0001|read/jsonl|1|-|13|13|0|0|0|$one|$one|$two|-
P|0002|tag/licence|3|sha256:$two|13|13|0|0|0|$one|$one|$two|--assume MIT
R|sha256:$one|53|-|MIT|json|-|host=example.org
S|sha256:$one|100|out-00.jsonl|sha256:$two|6
S|sha256:$two|100|out-01.jsonl|sha256:$two|7
T|key-root|sha256:$one
T|keys|2
T|lines|sha256:$two
T|occurrences|13
T|record-root|sha256:$one
T|records|1
EOF
}
manifest > m.scm
scope export in-toto m.scm
echo "status $?"
echo '== said from outside'
scope export in-toto m.scm --builder https://example.org/ci --invocation run/7 --build-type https://example.org/type > said
grep -E 'buildType|"builder"|metadata|notStated|invocationId' said
claim 'the same bytes each time' sh -c '"$SCOPE" export in-toto m.scm > a; "$SCOPE" export in-toto m.scm | cmp - a'
claim 'a packed manifest gives the same' sh -c '! command -v zstd || { zstd -q m.scm -o m.scm.zst && "$SCOPE" export in-toto m.scm.zst | cmp - a; }'
if command -v jq >/dev/null; then
	claim 'it is JSON' jq -e . a
	claim 'its type is that of a Statement' jq -e '._type == "https://in-toto.io/Statement/v1" and .predicateType == "https://slsa.dev/provenance/v1"' a
	claim 'its subjects are the shards that came out' jq -e '[.subject[].name] == ["out-00.jsonl", "out-01.jsonl"]' a
	claim 'its dependencies are those that went in' jq -e '[.predicate.buildDefinition.resolvedDependencies[].name] == ["in put.jsonl", "other.jsonl"]' a
fi
archive
scope run 'hash | tag licence,host | filter "licence in open"' docs.jsonl -q -o open.jsonl
claim 'the digest of a real subject is the one of sha256sum' sh -c '
	"$SCOPE" export in-toto open.jsonl.scm | grep -q "\"name\":\"open.jsonl\",\"digest\":{\"sha256\":\"$(sha256sum open.jsonl | cut -d" " -f1)\"}"'

echo '== what others put in'
printf '#scope-manifest/1\nH\trecipe\t"},"x":{"\\\nS\tsha256:%s\t1\ta"%%0A%%1B[31m\\.jsonl\tsha256:%s\t1\n' $one $one > h.scm
scope export in-toto h.scm > h.json
sed -n '/subject/,/^\],/p;/externalParameters/,/^}/p' h.json
if command -v jq >/dev/null; then
	claim 'it stays a string' jq -e '.predicate.buildDefinition.externalParameters == {recipe: "\"},\"x\":{\"\\"} and .subject[0].name == "a\"\n\u001b[31m\\.jsonl"' h.json
fi
wrong() { # TEXT SED-EXPRESSION
	manifest | sed "$2" | sort > w.scm
	echo "== $1"
	scope export in-toto w.scm -o none 2>&1
	echo "status $?"
}
wrong 'no shard came out' '/^S/d'
wrong 'a digest that is none' "s/^S	sha256:1/S	sha256:x/"
wrong 'a shard without a name' 's/out-00.jsonl/-/'
wrong 'a name that is not UTF-8' "s/out-00/$(printf 'out\377')/"
wrong 'a count that is none' 's/	2048	/	many	/'
wrong 'a step with a number too few' '/^P	0002/s/	13	13	/	13	/'
wrong 'rules whose digest is none' '/^P	0002/s/	3	sha256:2/	3	sha256:x/'
wrong 'rules whose digest has no name' '/^P	0002/s/	3	sha256:/	3	/'
wrong 'a number with a zero in front' 's/^T	keys	2/T	keys	02/'
wrong 'a key spelt in two ways' 's/^H	tool/H	%72ecipe/'
wrong 'a total that is none' 's/^T	keys	2/T	keys	two/'
wrong 'a root that is none' 's/^T	key-root	sha256:1/T	key-root	sha256:/'
claim 'and nothing is left behind' test ! -e none

echo '== a run whose steps have rules'
archive
scope run 'hash | tag domain,licence' docs.jsonl -q -o real.jsonl || exit 2
claim 'the digests of their rules are those of the P lines' sh -c '"$SCOPE" export in-toto real.jsonl.scm | grep -o "\"rules\":{\"sha256\":\"[0-9a-f]*" | grep -o "[0-9a-f]\{64\}" > a
	grep "^P" real.jsonl.scm | cut -f5 | sed -n "s/^sha256://p" > b && test -s b && cmp a b'
for x in croissant spdx cyclonedx hf-card eu-summary ab2013 attribution; do
	claim "and $x takes it" scope export $x real.jsonl.scm
done
