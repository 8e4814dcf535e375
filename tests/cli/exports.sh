# SPDX-License-Identifier: Apache-2.0
# once: croissant, spdx and cyclonedx: what a manifest says, read back from each and held against it; what it does not say is named; hostile
# manifests stay text.
. "$LIB"
archive
scope run 'hash | tag licence,host,rights' docs.jsonl -q -o docs.tar || exit 2
scope run 'split figures | tag licence,host,domain' papers/*.gz -q -O figs || exit 2
all="--name Lichens --creator Institute --published 2024-05-01 --url https://example.org/l --description Few --base https://example.org/f"
python3=; jq=; npm=
! command -v python3 > /dev/null || python3=yes
! command -v jq > /dev/null || jq=yes
[ ! -s "$BUILD/npm/have-check" ] || npm=yes

# A manifest as an attacker would write it: each field that an export shows.
evil='a"b\c</script><!--&%0A%1B[31m'$(printf '\342\200\256')'x'$(printf '\302\205')
zero=0000000000000000000000000000000000000000000000000000000000000000
one=1111111111111111111111111111111111111111111111111111111111111111
r() { # NUMBER LICENCE BASIS MEDIA DOMAIN RIGHTS
	printf 'R\tsha256:%064d\t10\t%s\t%s\t%s\t%s\thost=%s\trights=%s\ttitle=%s\n' "$1" "$4" "$2" "$3" "$5" "$evil" "$6" "$evil"
}
{
	printf 'H\tcorpus\t%s\nH\tcreator\t%s\nH\tdescription\t%s\nH\trecipe\t%s\nH\ttool\t%s\nH\tparent\t%s\n' "$evil" "$evil" "$evil" "$evil" "$evil" "$evil"
	printf 'H\tparent\tsha256:%s\nH\turl\tjavascript:alert(1)\nH\tpublished\tyesterday"\nH\tcreated\t2024-05-01T00:00:00Z\n' $one
	printf 'I\tsha256:%s\t7\t/%s\t3\t1\n' $zero "$evil"
	printf 'P\t0001\tread/%s\t1\tsha256:%s\t10\t10\t0\t0\t0\t%s\t%s\t%s\t%s\n' "$evil" $one $zero $zero $zero "$evil"
	printf 'P\t0002\ttag/licence\t3\t-\t10\t10\t0\t0\t0\t%s\t%s\t%s\t-\n' $zero $zero $zero
	printf 'S\tsha256:%s\t9\t//%s\tsha256:%s\t5\n' $zero "$evil" $one
	printf 'S\tsha256:%s\t9\t../a b:c#d?e\tsha256:%s\t5\n' $one $one
	printf 'S\tsha256:%s\t9\tbad\377utf8\342\202.tar.gz\tsha256:%s\t0\n' $one $one
	printf 'T\tkey-root\tsha256:%s\nT\tkeys\t1\nT\tlines\tsha256:%s\nT\toccurrences\t0\nT\trecord-root\tsha256:%s\nT\trecords\t12\n' $one $one $zero
	r 1 '</script>' "$evil" "text/$evil,image/png" "$evil,b" "$evil"
	r 2 LicenseRef-x-y text:full text/plain - reserved/noai
	r 3 LicenseRef-x-y json:license - a -
	r 4 'MIT AND LicenseRef-z' package:license - a -
	r 5 'GPL-2.0-only WITH AdditionRef-mine' text:spdx-id - a -
	r 6 none nothing-found image/png a none
	r 7 unknown json:license image/png a none
	r 8 conflict json:license image/png a,c reserved/robots,terms/nc
	r 9 - - - - none
	r 10 'MIT OR Apache-2.0' folder:text - - none
	r 11 DocumentRef-other:LicenseRef-q json:license - - none
	r 12 Apache-1.0+ json:license - - none
} | LC_ALL=C sort > lines
{ printf '#scope-manifest/1\n'; cat lines; } > evil.scm
# The same corpus where nothing is without a licence, and none but one is.
sed -e 's/\t\(none\|unknown\|conflict\|-\|<\/script>\)\t\([^\t]*\)\t\([^\t]*\)\thost=/\tCC0-1.0\ttext:full\t\3\thost=/' evil.scm > known.scm
{ printf '#scope-manifest/1\nT\toccurrences\t0\nT\trecord-root\tsha256:%s\nT\trecords\t0\n' $zero; } > empty.scm
esc=$(printf '\033')
bidi=$(printf '\342\200\256')
nel=$(printf '\302\205')

for what in croissant spdx cyclonedx; do
	for m in docs.tar figs/manifest evil known; do
		out=$(basename $m).$what.json
		scope export $what $m.scm $all > "$out"
		claim "$what of $m: the same bytes again" sh -c "\"\$SCOPE\" export $what $m.scm $all | cmp - $out"
		claim "$what of $m: nothing that a page or a terminal would act on" sh -c "! grep -q -e '<' -e '$esc' -e '$bidi' -e '$nel' $out"
		[ -z "$jq" ] || claim "$what of $m: jq reads it" jq -e . "$out"
		[ -z "$python3" ] || claim "$what of $m: what its standard asks for, and true" python3 "$ROOT/scripts/check-export.py" "$out" $m.scm
		[ -z "$python3" ] || [ $m = docs.tar ] || [ $m = known ] || claim "$what of $m: each change is noticed" python3 "$ROOT/scripts/check-export.py" --mutate "$out" $m.scm
		scope export $what $m.scm > "un.$out"
		[ -z "$python3" ] || claim "$what of $m: what nobody said is marked" python3 "$ROOT/scripts/check-export.py" --unfinished "un.$out" $m.scm
		[ -z "$python3" ] || [ $m = evil ] || [ $m = known ] ||
			claim "$what of $m: and is found wanting" fails 1 python3 "$ROOT/scripts/check-export.py" "un.$out" $m.scm
	done
	scope export $what empty.scm > empty.$what.json
	[ -z "$python3" ] || claim "$what of nothing" python3 "$ROOT/scripts/check-export.py" --unfinished empty.$what.json empty.scm
done
if [ -n "$npm" ] && command -v node > /dev/null; then
	claim 'CycloneDX by the strict validator, expressions by another parser' node "$ROOT/scripts/check-export.mjs" "$BUILD/npm/node_modules" ./*.cyclonedx.json ./*.spdx.json
	sed '0,/"content": "0/s//"content": "/' evil.cyclonedx.json > short.cyclonedx.json
	claim 'which refuses a digest that is too short' fails 1 node "$ROOT/scripts/check-export.mjs" "$BUILD/npm/node_modules" short.cyclonedx.json
fi

# What the whole corpus is under: an AND of all, or no assertion and why.
if [ -n "$jq" ]; then
	for m in docs.tar known; do
		jq -r '."@graph"[] | select(.type == "Relationship" and (.relationshipType | test("License$"))) |
			[.relationshipType, (.to[0] | sub(".*#"; "")), .comment // "-"] | @tsv' $m.spdx.json
		jq -r '."@graph"[] | select(.type == "simplelicensing_LicenseExpression" and (.spdxId | test("#(concluded|declared)"))) |
			[(.spdxId | sub(".*#"; "")), .simplelicensing_licenseExpression] | @tsv' $m.spdx.json
	done > said
	jq -r '.license[] | if type == "string" then . else "\(.name): \(.description)" end' docs.tar.croissant.json >> said
	jq -r '.distribution[] | .contentUrl // empty' un.evil.croissant.json >> said
	jq -r '.metadata.component.properties[] | "\(.name): \(.value)"' un.docs.tar.cyclonedx.json >> said
	cat > want <<'END'
hasConcludedLicense	expandedlicensing_NoAssertionLicense	of records 11, those without a licence that is known: 2
hasDeclaredLicense	expandedlicensing_NoAssertionLicense	of records 11, those without a licence that is declared: 2
hasConcludedLicense	concluded	-
hasDeclaredLicense	expandedlicensing_NoAssertionLicense	of records 12, those without a licence that is declared: 7
concluded	Apache-1.0+ AND CC0-1.0 AND DocumentRef-other:LicenseRef-q AND GPL-2.0-only WITH AdditionRef-mine AND LicenseRef-x-y AND LicenseRef-z AND MIT
https://spdx.org/licenses/Apache-2.0.html
END
	head -6 said | diff -u want - && echo 'licences as they should be'
	sed 1,5d said
fi

# More distinct licences than a table has rows: counted, and the whole has no assertion.
awk 'BEGIN { print "#scope-manifest/1"
	for (i = 0; i < 5000; i++) printf "R\tsha256:%064d\t1\t-\tLicenseRef-%d\tjson:license\t-\n", i, i
	printf "T\toccurrences\t0\nT\trecord-root\tsha256:%064d\nT\trecords\t5000\n", 0 }' > many.scm
scope export spdx many.scm > many.spdx.json
grep -o 'there are more than [0-9]* distinct licences' many.spdx.json
scope export croissant many.scm | grep -o 'values that found no row[^"]*'

# Refusals, in one line and with status 2.
for bad in '--strict' '--url nowhere' '--published 2024-02-30' '--published 2024-05-01T25:00:00Z' '--creator=' '--base ftp://x/'; do
	for what in croissant spdx cyclonedx; do
		scope export $what docs.tar.scm $bad -o none 2>&1
		echo "status $?"
	done
done
grep -v '^T' docs.tar.scm > cut.scm
scope export spdx cut.scm -o none 2>&1
sed 's/^T	records	.*/T	records	99/' docs.tar.scm > more.scm
scope export spdx more.scm -o none 2>&1
sed 's/^S	sha256:./S	sha256:/' docs.tar.scm > short.scm
scope export cyclonedx short.scm -o none 2>&1
claim 'nothing is left behind' test ! -e none
