# SPDX-License-Identifier: Apache-2.0
# once: each directive passes, is violated, or is undecided, and never passes for want of looking; three charters; mistakes; machines and signatures.
. "$LIB"
archive
c=$ROOT/examples
recount() { # CHARTER MANIFEST OPTION...: every number again by another program
	f=$1 m=$2
	shift 2
	scope gate --json "$@" "$f" "$m" > gate.json
	[ $? -ne 2 ] && python3 "$ROOT/scripts/check-gate.py" gate.json "$m" "$f" "$ROOT/libscope/data/spdx-sets.txt"
}
counted() { # the same where there is a python3
	command -v python3 >/dev/null || return 0
	recount "$@"
}

echo '== three charters'
scope run 'split figures | tag media,domain,host,licence,rights | filter "licence in open" | dedup' papers/* -q -o figs.tar || exit 2
scope run 'tag media,domain,host,licence,rights | filter "licence in open and domain under scholarly"' docs.jsonl -q -o sci.jsonl || exit 2
scope run 'tag media,domain,host,licence,rights' docs.jsonl -q -o all.jsonl || exit 2
scope gate "$c/figure-distiller.charter" figs.tar.scm --what-if M1 | sed 's/sha256:[0-9a-f]*/sha256:.../'
scope gate "$c/science-text.charter" sci.jsonl.scm | tail -1
scope gate "$c/everything.charter" all.jsonl.scm | grep -A2 -E '^  (violated|undecided)'
claim 'the narrow one passes' scope gate -q "$c/figure-distiller.charter" figs.tar.scm
claim 'the general one does not' fails 1 scope gate -q "$c/everything.charter" all.jsonl.scm
claim 'every number of the narrow one, with and without' counted "$c/figure-distiller.charter" figs.tar.scm --what-if M1
claim 'and of the one between' counted "$c/science-text.charter" sci.jsonl.scm --what-if M1
claim 'and of the general one' counted "$c/everything.charter" all.jsonl.scm
if command -v python3 >/dev/null; then
	scope gate --json "$c/everything.charter" all.jsonl.scm | sed 's/"distinct": [0-9]*/"distinct": 99/' > gate.json
	claim 'a number that was changed is noticed' fails 1 python3 "$ROOT/scripts/check-gate.py" gate.json all.jsonl.scm "$c/everything.charter" "$ROOT/libscope/data/spdx-sets.txt"
fi

echo '== one directive at a time: what passes, what is violated, what is undecided'
# A corpus of known records: four from three hosts.
cat > four.jsonl <<'END'
{"text":"one","url":"https://arxiv.org/abs/1","license":"CC-BY-4.0"}
{"text":"two","url":"https://arxiv.org/abs/2","license":"CC0-1.0"}
{"text":"three","url":"https://en.wikipedia.org/wiki/3","license":"CC-BY-SA-4.0"}
{"text":"four","url":"https://docs.python.org/4","license":"MIT OR GPL-3.0-only"}
END
scope run 'tag media,domain,host,licence,rights' four.jsonl -q -o four.tar --to tar || exit 2
scope run 'tag media,domain,host,licence' four.jsonl -q -o unchecked.tar --to tar || exit 2
scope run 'tag media' four.jsonl -q -o untagged.tar --to tar || exit 2
sed '$s/"url"[^,]*,//' four.jsonl > hostless.jsonl
scope run 'tag media,domain,host,licence,rights' hostless.jsonl -q -o hostless.tar --to tar || exit 2
sed '$s/"license.*/"metadata":{}}/; s/,"metadata/,"x":1,"metadata/' four.jsonl > bare.jsonl
scope run 'tag media,domain,host,licence,rights' bare.jsonl -q -o bare.tar --to tar || exit 2
sed '1s/"text":"one"/"text":"<html><head><meta name=robots content=noai><\/head><body>one<\/body><\/html>"/' four.jsonl > noai.jsonl
scope run 'tag media,domain,host,licence,rights' noai.jsonl -q -o noai.tar --to tar || exit 2
is() { # STATUS MANIFEST DIRECTIVE...: the gate's status, and the number counted again
	want=$1 m=$2.tar.scm
	shift 2
	printf 'charter t 1\n%s\n' "$*" > t.charter
	scope gate t.charter "$m" > said 2>&1
	got=$?
	if [ $got -ne "$want" ]; then
		echo "not ok - $m: $*: status $got, not $want"
		cat said
	elif [ "$got" -ne 2 ] && ! counted t.charter "$m" > again 2>&1; then
		echo "not ok - $m: $*: $(cat again)"
	else
		echo "ok - $m: $*: $want"
	fi
}
is 0 four deny licence none unknown conflict
is 1 bare deny licence none
is 3 untagged deny licence none
is 1 four deny licence CC-BY-4.0
is 0 four deny licence GPL-3.0-only
is 1 four deny licence MIT GPL-3.0-only CC0-1.0
is 0 four allow licence open
is 0 four allow licence CC-BY-4.0 CC0-1.0 CC-BY-SA-4.0 MIT
is 1 four allow licence CC-BY-4.0 CC0-1.0 CC-BY-SA-4.0
is 1 bare allow licence open
is 3 untagged allow licence open
is 0 four deny domain forum
is 1 four deny domain scholarly
is 3 four deny domain figure/photo/person
is 3 untagged deny domain forum
is 0 four allow domain scholarly encyclopaedic documentation
is 1 four allow domain scholarly encyclopaedic
is 0 four allow host arxiv.org en.wikipedia.org docs.python.org
is 1 four allow host arxiv.org en.wikipedia.org
is 0 four allow host arxiv.org '*.wikipedia.org' '*.python.org'
is 3 hostless allow host arxiv.org en.wikipedia.org
is 1 four deny host '*.wikipedia.org'
is 0 four require evidence licence
is 3 untagged require evidence licence
is 1 hostless require evidence host
is 0 four require reservation checked
is 3 unchecked require reservation checked
is 1 noai require reservation checked
is 0 four absent host www.example-news.com
is 1 four absent host ArXiv.org
is 3 hostless absent host www.example-news.com
is 1 hostless absent host arxiv.org
is 0 four absent url https://arxiv.org/abs/3
is 1 four absent url https://arxiv.org/abs/2
is 3 four absent doi 10.1/x
is 0 four limit 'records <= 4'
is 1 four limit 'records <= 3'
is 1 four limit 'records >= 5'
is 0 four limit 'bytes <= 15'
is 1 four limit 'bytes <= 14'
is 0 four limit 'hill(0,host) <= 3'
is 1 four limit 'hill(0,host) <= 2'
is 0 four limit 'hill(1,host) <= 2.8285'
is 1 four limit 'hill(1,host) <= 2.8284'
is 0 four limit 'hill(2,host) <= 2.67'
is 1 four limit 'hill(2,host) <= 2.66'
is 3 hostless limit 'hill(1,host) <= 9'
is 0 four limit 'share(host,max) <= 0.5'
is 1 four limit 'share(host,max) <= 0.49'
is 0 four limit 'share(domain,scholarly) >= 0.5'
is 1 four limit 'share(domain,scholarly) >= 0.51'
is 0 four limit 'unseen(host) <= 0.5'
is 1 four limit 'unseen(host) <= 0.49'
is 0 four limit 'distinct(licence) <= 4'
is 1 four limit 'distinct(licence) <= 3'
is 0 four baseline unchecked.tar.scm
is 3 four baseline gone.scm
is 3 four guarantee 'mislabel(licence) <= 0.5 @ 0.9'
is 0 four cost C1 'likelihood=0.1 size=-1 "x" by=owner'
is 3 four cost C1 'likelihood=0.1 size=-1 "x" by=owner evidence=gone.md'
is 3 four cost C1 'likelihood=0.1 size=-1 "x" by=owner' "exposure='text ~ \"o\"'" 2>/dev/null
is 0 four expire 2029-12-31
is 1 four expire 2024-04-30
is 0 four expire 2024-05-01
is 3 four access terms=CC-BY-4.0 recipients=release-log
is 2 four limit 'records <= many'

echo '== access, by the version log'
printf 'charter t 1\naccess terms=CC-BY-4.0 recipients=release-log\n' > access.charter
scope log init v.log --origin example.org/four > /dev/null
scope log add v.log four.tar.scm > /dev/null
claim 'no release yet: undecided' fails 3 scope gate -q --log v.log access.charter four.tar.scm
scope log release v.log --version 1 --to 'Example Lab' --terms CC-BY-4.0 > /dev/null
claim 'one on those terms: pass' scope gate -q --log v.log access.charter four.tar.scm
scope log release v.log --version 1 --to 'Other Lab' --terms as-is > /dev/null
claim 'one on others: violated' fails 1 scope gate -q --log v.log access.charter four.tar.scm

echo '== guarantees, by an audit'
printf 'charter t 1\nguarantee mislabel(licence) <= 0.6 @ 0.9\n' > audit.charter
sed 's/0.9$/0.9 nonce=self/' audit.charter > self.charter
for s in auditor self; do
	scope audit draw -n 4 --nonce "$s says" --source $s --auditor 'A. Reviewer' -o $s.audit four.tar.scm > /dev/null
done
claim 'not judged: undecided' fails 3 scope gate -q audit.charter four.tar.scm auditor.audit
for s in auditor self; do
	printf 'y\ny\ny\ny\n' > keys
	scope audit judge --what licence --answers keys $s.audit four.tar > /dev/null 2>&1
done
claim 'judged right: pass' scope gate -q audit.charter four.tar.scm auditor.audit
claim 'the publisher chose the nonce: undecided' fails 3 scope gate -q audit.charter four.tar.scm self.audit
claim 'unless the charter takes that' scope gate -q self.charter four.tar.scm self.audit
claim 'of another corpus: undecided' fails 3 scope gate -q audit.charter hostless.tar.scm auditor.audit

echo '== waivers'
printf 'charter t 1\nlimit records <= 3\nwaive "limit records <= 3" until=2025-01-01 by="A. Reviewer" reason="one more is asked for"\n' > w.charter
scope gate w.charter four.tar.scm | tail -5
scope sign --key "$ROOT/tests/data/sign/rfc8032.pem" w.charter > /dev/null
if command -v openssl >/dev/null && openssl pkey -in "$ROOT/tests/data/sign/rfc8032.pem" -pubout -out pub.pem 2>/dev/null; then
	claim 'signed, it counts' scope gate -q --key pub.pem w.charter four.tar.scm
	claim 'and shows' sh -c "'$SCOPE' gate --key pub.pem w.charter four.tar.scm | grep -q '1 waived'"
	echo '# more' >> w.charter
	claim 'a charter that was changed since is not signed' fails 1 scope gate -q --key pub.pem w.charter four.tar.scm
	sed -i 's/2025-01-01/2024-01-01/' w.charter
	scope sign --key "$ROOT/tests/data/sign/rfc8032.pem" w.charter > /dev/null
	claim 'one that is over does not count' fails 1 scope gate -q --key pub.pem w.charter four.tar.scm
	printf 'charter t 1\ndeny domain scholarly encyclopaedic\nwaive "deny domain scholarly" until=2025-01-01 by=A reason=b\n' > part.charter
	scope sign --key "$ROOT/tests/data/sign/rfc8032.pem" part.charter > /dev/null
	claim 'what is not named is not waived' fails 1 scope gate -q --key pub.pem part.charter four.tar.scm

	echo '== signed verdicts'
	claim 'one that is violated has failed' sh -c "! '$SCOPE' gate -q --attest f.dsse.json --sign '$ROOT/tests/data/sign/rfc8032.pem' part.charter four.tar.scm && ! grep -q PASSED f.dsse.json"
	scope gate -q --attest v.dsse.json --sign "$ROOT/tests/data/sign/rfc8032.pem" audit.charter four.tar.scm auditor.audit
	claim 'and verified' scope verify --key pub.pem v.dsse.json
	if command -v jq >/dev/null; then
		jq -r .payload v.dsse.json | base64 -d | jq -r '.predicateType, .predicate.verificationResult, .subject[0].name'
		claim 'it names the manifest' test "$(jq -r .payload v.dsse.json | base64 -d | jq -r '.subject[0].digest.sha256')" = "$(sha256sum < four.tar.scm | cut -d' ' -f1)"
	fi
fi

echo '== over text'
printf 'charter t 1\ncost C1 likelihood=0.1 size=-1 "x" by=owner exposure='"'"'text ~ "o"'"'"'\n' > text.charter
claim 'without shards: undecided' fails 3 scope gate -q text.charter four.tar.scm
claim 'with them: counted' sh -c "'$SCOPE' gate text.charter four.tar.scm --shards four.tar | grep -q 'exposed: 3 records, 10 bytes'"

echo '== for programs'
if command -v xmllint >/dev/null; then
	scope gate --junit "$c/everything.charter" all.jsonl.scm > junit.xml
	claim 'JUnit is well-formed' xmllint --noout junit.xml
	claim 'a case for each directive' test "$(grep -c '<testcase' junit.xml)" = "$(grep -cE '^[a-z]' "$c/everything.charter")"
fi

echo '== mistakes'
mistake() {
	printf '%s\n' "$@" > m.charter
	scope gate m.charter four.tar.scm
	echo "status $?"
}
{
	mistake 'purpose "x"'
	mistake 'charter'
	mistake 'charter a 1 2'
	mistake 'charter a 1' 'charter b 1'
	mistake 'charter a 1' 'purpos "x"'
	mistake 'charter a 1' 'purpose x'
	mistake 'charter a 1' 'purpose "x'
	mistake 'charter a 1' 'deny colour red'
	mistake 'charter a 1' 'deny licence'
	mistake 'charter a 1' 'limit hill(3,host) <= 1'
	mistake 'charter a 1' 'limit hill(1,host) < 1'
	mistake 'charter a 1' 'limit hill(1,host) <= 0x10'
	mistake 'charter a 1' 'limit share(host) <= 1'
	mistake 'charter a 1' 'guarantee mislabel(licence) <= 2 @ 0.9'
	mistake 'charter a 1' 'cost C1 likelihood=0.3..0.1 size=-1 "x" by=me'
	mistake 'charter a 1' 'cost C1 size=-1 "x" by=me'
	mistake 'charter a 1' 'cost C1 likelihood=0.1 likelihood=0.2 size=-1 "x" by=me'
	mistake 'charter a 1' 'modify M1 "x"'
	mistake 'charter a 1' "modify M1 \"x\" filter='licence inn open'"
	mistake 'charter a 1' 'waive deny until=2027-01-01 by=a reason=b'
	mistake 'charter a 1' 'expire 2027-02-30'
	mistake 'charter a 1' 'absent colour red'
	mistake 'charter a 1' "$(printf 'purpose "\033[31m')"
	mistake ''
} 2>&1
scope gate --what-if M9 "$c/figure-distiller.charter" figs.tar.scm; echo "status $?"
scope gate "$c/figure-distiller.charter"; echo "status $?"
sed '/^T	record-root/{s/:0/:1/;t;s/:./:0/}' four.tar.scm > lie.scm
scope gate "$c/figure-distiller.charter" lie.scm 2>&1 | sed 's/sha256:[0-9a-f]*/sha256:.../g'
