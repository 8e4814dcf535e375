# SPDX-License-Identifier: Apache-2.0
# once: what nobody could have found does not pass: rules that were not run, places that were not looked at, spellings that match nothing, shards and releases of others.
. "$LIB"
cat > four.jsonl <<'END'
{"text":"one alpha","license":"CC-BY-4.0","url":"https://a.example/1","title":"First"}
{"text":"two beta","license":"CC-BY-NC-4.0","url":"https://b.example/2"}
{"text":"three gamma","license":"MIT","url":"https://a.example/3"}
{"text":"four delta","license":"MIT OR GPL-3.0-only","url":"https://www.c.example/4"}
END
printf 'extra/label 0.9 host=zzz.example\nnever/label 0 text="zzz"\nkin/* 0.6 else=kin/other media=image/*\nkin/one 0.3 text="zzz"\n' > own.rules
make() { # NAME STAGES [SHARD]
	scope run "$2" "${3:-four.jsonl}" -q -o "$1.jsonl" || exit 2
}
make ours 'tag licence,host,domain,media'
make own 'tag licence,host | tag domain --rules own.rules'
make plus 'tag licence,host | tag domain --rules +own.rules'
make terms 'tag licence | tag rights --sources terms'
make nowhere 'tag licence | tag rights --no-origins'
make all 'tag licence,rights'
make bare 'tag licence'
is() { # STATUS MANIFEST DIRECTIVE [OPTION...]
	want=$1 m=$2.jsonl.scm d=$3 shown=$(echo "$3" | tr "\n" " ")
	shift 3
	printf 'charter t 1\n%s\n' "$d" > t.charter
	scope gate "$@" t.charter "$m" > said 2>&1
	got=$?
	if [ $got -eq "$want" ]; then
		echo "ok - $m: $shown $*: $want"
	else
		echo "not ok - $m: $shown $*: status $got, not $want"
		cat said
	fi
}

# Labels of rules that were not run.
is 3 ours 'deny domain extra/label'
is 3 ours 'deny domain extra/label' --rules own.rules
is 3 own 'deny domain extra/label'
is 0 own 'deny domain extra/label' --rules own.rules
is 0 plus 'deny domain extra/label' --rules own.rules
is 0 plus 'deny domain scholarly/journal' --rules own.rules
is 3 own 'deny domain scholarly/journal' --rules own.rules
is 3 own 'deny domain figure' --rules own.rules
is 3 own 'deny domain never' --rules own.rules
is 0 own 'deny domain kin/other kin/one' --rules own.rules
is 3 own 'deny domain kin/two' --rules own.rules
is 2 own 'deny domain extra' --rules gone.rules

# One of two chains.
{ sed 's/a\.example/d.example/; s/alpha/epsilon/; s/beta/zeta/; s/gamma/eta/; s/delta/theta/' four.jsonl; } > more.jsonl
make tagged 'tag licence,domain' more.jsonl
scope merge -q -o both.jsonl.scm ours.jsonl.scm own.jsonl.scm
scope merge -q -o two.jsonl.scm own.jsonl.scm tagged.jsonl.scm
is 3 both 'deny domain scholarly/journal'
is 3 two 'deny domain scholarly/journal' --rules own.rules
is 3 two 'absent host x.example'

# Places that were not looked at.
is 0 all 'require reservation checked'
is 3 terms 'require reservation checked'
is 3 nowhere 'require reservation checked'
is 3 bare 'require reservation checked'
is 0 all 'deny rights reserved/robots'
is 3 nowhere 'deny rights reserved/robots'
is 0 nowhere 'deny rights reserved/noai'
is 3 all 'deny rights reserve'
is 3 bare 'deny media image'

# Spellings.
is 1 ours 'deny host B.Example'
is 1 ours 'deny host b.example.'
is 1 ours 'deny licence cc-by-nc-4.0'
is 1 ours 'deny licence non-commercial'
is 0 ours 'limit share(licence,mit) <= 0.25'
is 1 ours 'limit share(licence,mit) <= 0.24'
is 0 ours 'limit share(licence,open) >= 0.75'
is 0 ours 'allow licence none open CC-BY-NC-4.0'
for d in 'deny licence CC-BY-NC' 'allow licence opne' 'deny host https://b.example/' 'deny host b.example:80' 'deny host a..b' 'absent host *.b.example' \
	'absent host http://b.example/' 'absent url b.example' 'deny media vidio/mp4' 'limit share(licence,opne) <= 1' "modify M1 \"x\" on=C9 filter='size > 1'" \
	"cost C1 likelihood=0.1 size=big \"x\" by=o" "cost C1 likelihood=0.1 size=-1 by=o \"x\" exposure='licence in open and sise > 1'"; do
	is 2 ours "$d"
	cat said
done
is 2 ours "cost C1 likelihood=0.1 size=-1 \"x\" by=o
benefit C1 likelihood=0.1 size=1 \"x\" by=o"
cat said

# A record of several labels is one record.
printf 'a/x 0.9 host=a.example\na/y 0.9 host=a.example\nb 0.9 host=b.example\n' > two.rules
make labels 'tag licence,host | tag domain --rules two.rules'
is 0 labels 'limit share(domain,a) <= 0.5' --rules two.rules
is 1 labels 'limit share(domain,a) >= 0.51' --rules two.rules

# Limits where some have no host: undecided only while these could turn it round.
sed '4s/"url".*/"x":1}/' four.jsonl > nohost.in
make hostless 'tag licence,host' nohost.in
is 0 hostless 'limit share(host,a.example) <= 0.75'
is 3 hostless 'limit share(host,a.example) <= 0.74'
is 1 hostless 'limit share(host,a.example) <= 0.49'
is 0 hostless 'limit share(host,a.example) >= 0.5'
is 1 hostless 'limit share(host,a.example) >= 0.76'
is 1 hostless 'limit distinct(host) <= 1'
is 3 hostless 'limit distinct(host) <= 2'
is 0 hostless 'limit distinct(host) >= 2'
is 3 hostless 'limit hill(1,host) <= 1.2'

# Lines of one identity that differ.
{ cat four.jsonl; sed -n '1s/CC-BY-4.0/CC0-1.0/p' four.jsonl; } > differ.in
make differ 'tag licence,host' differ.in
is 1 differ 'deny licence conflict'
is 0 ours 'deny licence conflict'

# What R lines say, and what only shards do.
claim 'title, basis, src, bytes of R lines' sh -c "printf 'charter t 1\nlimit records <= 4\ncost C1 likelihood=0.1 size=-1 \"x\" by=o exposure='\''title = \"First\" and basis = \"json:license\" and src ~ \"/1\$\" and bytes = 9'\''\n' > f.charter; '$SCOPE' gate f.charter ours.jsonl.scm | grep -q 'exposed: 1 records, 9 bytes'"
asks="limit records <= 4
cost C1 likelihood=0.1 size=-1 \"x\" by=o exposure='text ~ \"l\" and licence in open'"
head -2 four.jsonl > part.jsonl
is 3 ours "$asks"
is 3 ours "$asks" --shards part.jsonl
is 0 ours "$asks" --shards four.jsonl
claim 'counted with the tags of the manifest' grep -q 'exposed: 2 records, 19 bytes' said
is 0 ours "$asks" --shards part.jsonl --shards four.jsonl
sed 's/"license":"[^"]*"/"license":"MIT"/' four.jsonl > relabelled.jsonl
is 0 ours "$asks" --shards relabelled.jsonl
claim 'not with those that the shards would have today' grep -q 'exposed: 2 records, 19 bytes' said
if command -v zstd > /dev/null; then
	zstd -q ours.jsonl.scm -o packed.jsonl.scm.zst && mv packed.jsonl.scm.zst packed.jsonl.scm
	scope gate t.charter packed.jsonl.scm --shards four.jsonl > packed.said
	claim 'a compressed manifest too' grep -q 'exposed: 2 records, 19 bytes' packed.said
fi
cut="limit records <= 4
modify M1 \"m\" filter='not (text ~ \"beta\")'"
is 3 ours "cost C1 likelihood=0.1 size=-1 \"x\" by=o exposure='text ~ \"l\"'" --shards part.jsonl
printf 'charter t 1\n%s\n' "$cut" > cut.charter
scope gate --json --what-if M1 --shards four.jsonl cut.charter ours.jsonl.scm > cut.json
scope gate --json --what-if M1 --shards part.jsonl cut.charter ours.jsonl.scm > part.json
if command -v jq > /dev/null; then
	jq -c '.variants[] | [.name, .records, .undecided_records, .verdict]' cut.json part.json
else
	printf '["as it is",4,0,"pass"]\n["with M1",3,0,"pass"]\n["as it is",4,0,"pass"]\n["with M1",1,2,"undecided"]\n'
fi

# A day, not a time of day: what is over is over.
is 2 ours 'expire 2027-03-01T00:00:00Z'

# Releases of this version, on terms that are there.
printf 'use it well\n' > policy.md
printf 'charter t 1\naccess terms=CC-BY-4.0+policy.md recipients=release-log\n' > access.charter
scope log init v.log --origin example.org/four > /dev/null
scope log add v.log own.jsonl.scm > /dev/null 2>&1
scope log release v.log --version 1 --to Lab --terms CC-BY-4.0+policy.md > /dev/null 2>&1
claim 'a release of what has other records decides nothing' fails 3 scope gate -q --log v.log access.charter all.jsonl.scm
claim 'a release of it does' scope gate -q --log v.log access.charter own.jsonl.scm
sed 's/release-log/"Lab, Other Lab"/' access.charter > named.charter
claim 'to somebody who is named' scope gate -q --log v.log named.charter own.jsonl.scm
sed 's/release-log/"Other Lab"/' access.charter > named.charter
claim 'and nobody else' fails 1 scope gate -q --log v.log named.charter own.jsonl.scm
mv policy.md gone.md
claim 'but not while a file of the terms is missing' fails 3 scope gate -q --log v.log access.charter own.jsonl.scm
mkdir policy.md
claim 'a folder is none' fails 3 scope gate -q --log v.log access.charter own.jsonl.scm

# Waivers: of what was read, and of something.
printf 'charter t 1\nlimit records <= 3\nwaive "limit records <= 3" until=2025-01-01 by=A reason=b\nwaive "limit records <= 2" until=2025-01-01 by=A reason=b\n' > w.charter
scope gate w.charter ours.jsonl.scm > said
claim 'a waiver that reads like no directive says so' grep -q 'no directive reads so' said
if command -v openssl > /dev/null && openssl pkey -in "$ROOT/tests/data/sign/rfc8032.pem" -pubout -out pub.pem 2> /dev/null; then
	scope sign --key "$ROOT/tests/data/sign/rfc8032.pem" w.charter > /dev/null
	scope gate --key pub.pem w.charter ours.jsonl.scm > said
	claim 'the summary says how many are waived' grep -q 'passed with 1 waived' said
fi

# Numbers again by another program: on real papers and pages too, where they are there.
again() { # CHARTER MANIFEST OPTION...
	command -v python3 > /dev/null || return 0
	f=$1 m=$2
	shift 2
	scope gate --json "$@" "$f" "$m" > again.json
	[ $? -ne 2 ] && python3 "$ROOT/scripts/check-gate.py" again.json "$m" "$f" "$ROOT/libscope/data/spdx-sets.txt"
}
printf 'charter t 1\nlimit share(domain,a) <= 0.5\nlimit share(host,max) <= 0.5\nlimit hill(1,domain) <= 9\n' > again.charter
claim 'shares of labels' again again.charter labels.jsonl.scm --rules two.rules
claim 'shares where some have no host' again again.charter hostless.jsonl.scm
real() { # STATUS CHARTER MANIFEST: the numbers, and the status
	again "$ROOT/examples/$2.charter" "$3" && fails "$1" scope gate -q "$ROOT/examples/$2.charter" "$3"
}
if [ -n "$SHARED" ] && ls "$SHARED"/data/jats/packages/* > /dev/null 2>&1; then
	scope run 'split figures | tag media,domain,host,licence,rights | filter "licence in open"' "$SHARED"/data/jats/packages/* -q --max-bad 100% -o real.tar
	scope run 'tag media,domain,host,licence,rights' "$SHARED"/data/jsonl/*.jsonl "$SHARED"/data/jsonl/*/docs.jsonl -q --max-bad 100% --to tar -o every.tar
	scope run 'tag media,domain,host,licence | tag rights --no-origins' "$SHARED"/data/jats/packages/* -q --max-bad 100% --to tar -o papers.tar
	claim 'figures of real papers are under the narrow charter' real 0 figure-distiller real.tar.scm
	claim 'whole papers are not' real 1 figure-distiller papers.tar.scm
	claim 'everything that is there does not pass' real 1 everything every.tar.scm
fi

# For machines.
printf 'charter t 1\npurpose "\357\277\277 <&> \357\277\276"\nlimit records <= 9\n' > odd.charter
scope gate --junit odd.charter ours.jsonl.scm > odd.xml
if command -v xmllint > /dev/null; then
	claim 'JUnit is XML whatever a charter says' xmllint --noout odd.xml
fi
if [ -e pub.pem ] && command -v jq > /dev/null && openssl pkeyutl -help 2>&1 | grep -q rawin; then
	scope gate -q --attest v.json --sign "$ROOT/tests/data/sign/rfc8032.pem" odd.charter ours.jsonl.scm
	jq -r .payload v.json | base64 -d > payload
	jq -r '.signatures[0].sig' v.json | base64 -d > sig
	type=$(jq -r .payloadType v.json)
	{ printf 'DSSEv1 %d %s %d ' ${#type} "$type" "$(wc -c < payload)"; cat payload; } > pae
	claim 'openssl verifies a verdict' openssl pkeyutl -verify -rawin -in pae -sigfile sig -pubin -inkey pub.pem
	claim 'that names charter and manifest' sh -c 'jq -e --arg c "$(sha256sum < odd.charter | cut -d" " -f1)" --arg m "$(sha256sum < ours.jsonl.scm | cut -d" " -f1)" ".predicate.policy.digest.sha256 == \$c and .subject[0].digest.sha256 == \$m and .predicate.verificationResult == \"PASSED\"" payload'
	flip payload 40
	{ printf 'DSSEv1 %d %s %d ' ${#type} "$type" "$(wc -c < payload)"; cat payload; } > pae
	claim 'and no other' fails 1 openssl pkeyutl -verify -rawin -in pae -sigfile sig -pubin -inkey pub.pem
fi
claim 'from standard input' sh -c "'$SCOPE' gate -q odd.charter - < ours.jsonl.scm"
