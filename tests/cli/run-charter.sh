# SPDX-License-Identifier: Apache-2.0
# run --charter: outputs get their names only when the gate passes; what does not is not there, or kept aside, whole.
. "$LIB"
archive
printf 'charter ok 1\nallow licence open\nrequire evidence licence\nlimit records <= 7\n' > ok.charter
sed 's/<= 7/<= 6/' ok.charter > small.charter
printf 'charter none 1\nabsent host www.example-news.com\n' > hosts.charter
under() { # CHARTER OPTION...
	c=$1
	shift
	scope run 'tag licence | filter "licence in open"' docs.jsonl -q -j "$J" -o out.jsonl --charter "$c.charter" "$@" > said 2>&1
	echo "$c: status $?"
	sed 's/sha256:[0-9a-f]*/sha256:.../' said
}
under ok
claim 'what passes has its name' scope verify out.jsonl.scm
claim 'its manifest names the charter' grep -q "^H	charter	sha256:$(sha256sum < ok.charter | cut -d' ' -f1)\$" out.jsonl.scm
claim 'and the gate says that it was made under it' sh -c "'$SCOPE' gate ok.charter out.jsonl.scm | grep -q 'made under this charter'"
rm out.jsonl out.jsonl.scm
under small
claim 'what is violated leaves nothing' sh -c '! ls out.* 2>/dev/null'
under small --quarantine aside
claim 'but what is kept aside is whole' scope verify aside/out.jsonl.scm
claim 'and nothing has the final name' sh -c '! ls out.* 2>/dev/null'
under hosts
claim 'what is undecided does not pass' sh -c '! ls out.* 2>/dev/null'
scope run 'tag licence' docs.jsonl -q -j "$J" -O many --charter small.charter 2> /dev/null
claim 'no folder of outputs either' sh -c '! ls many/*.jsonl 2>/dev/null'
printf 'charter bad 1\nlimit records <= many\n' > bad.charter
under bad
claim 'a mistake is told before any work' sh -c '! ls out.* 2>/dev/null'
scope run 'tag licence' docs.jsonl -q --charter ok.charter; echo "no name: status $?"
scope run 'tag licence' docs.jsonl -q -o x.jsonl --quarantine y; echo "no charter: status $?"
mkdir other
scope run 'tag licence | filter "licence in open"' docs.jsonl -q -j "$J" -o out.jsonl --dropped other/out.jsonl --charter small.charter --quarantine both > said 2>&1; echo "two of one name: status $?"
grep 'two outputs' said
claim 'one does not take the other'\''s place' sh -c '! ls both/* 2>/dev/null'
printf 'extra/label 0.9 host=zzz.example\n' > own.rules
printf 'charter own 1\ndeny domain extra/label\n' > own.charter
scope run 'tag domain --rules own.rules' docs.jsonl -q -j "$J" -o own.jsonl --charter own.charter 2> said
claim 'what the run'\''s own rules say is known' scope verify own.jsonl.scm
