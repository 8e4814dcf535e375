# SPDX-License-Identifier: Apache-2.0
# once: diff says what came, went and changed and counts as others count; patch makes the same bytes again; what is hostile in a delta is refused.
. "$LIB"
archive
corpus() { # NAME LICENCE-STEP FILE: a corpus of it
	scope run "hash | $2 | tag host,domain" "$3" -q --tags none -o "$1.jsonl" || exit 2
}
{
	cat docs.jsonl
	i=0
	while [ $i -lt 200 ]; do
		echo "{\"text\":\"number $i\",\"metadata\":{\"license\":\"MIT\",\"url\":\"https://n$((i % 23)).example.org/$i\"}}"
		i=$((i + 1))
	done
} > old.in.jsonl
# 40 gone, 10 new, some of another licence, one with a second licence besides.
{
	sed -e '/"number 1[0-3]"/d' -e '/"number 5[0-9]"/d' -e 's/"number 7\([0-9]\)","metadata":{"license":"MIT"/"number 7\1","metadata":{"license":"CC0-1.0"/' \
		-e 's/All rights reserved/CC-BY-4.0/' old.in.jsonl
	i=200
	while [ $i -lt 210 ]; do
		echo "{\"text\":\"number $i\",\"metadata\":{\"license\":\"CC-BY-4.0\",\"url\":\"https://new$i.example.net/\"}}"
		i=$((i + 1))
	done
	echo '{"text":"number 199","metadata":{"license":"GPL-2.0-only","url":"https://n15.example.org/199"}}'
} > new.in.jsonl
corpus old 'tag licence' old.in.jsonl
corpus new 'tag licence --assume MIT' new.in.jsonl
A=old.jsonl.scm B=new.jsonl.scm

# The same.
scope diff $A $A > out
echo "with itself: status $?"
claim 'a manifest and itself: nothing is said' test ! -s out
split -n l/5 -d --additional-suffix=.jsonl old.in.jsonl part-
scope run 'hash | tag licence | tag host,domain' part-*.jsonl -q --tags none -o parts.jsonl
claim 'other shards of the same records are no difference' scope diff $A parts.jsonl.scm

# Different.
scope diff --top 3 $A $B > said
echo "status $?"
sed -e 's/[0-9a-f]\{64\}/.../g' -e 's/ revision [0-9]*/ revision N/' said
scope diff --json --top 100 $A $B > d.json
scope diff --list $A $B > list
echo "list: status $?"
grep -E '^~.*	(licence|conflict)	' list | cut -f2- | sort | uniq -c | sed 's/^ *//'
ids() { # MANIFEST
	grep '^R' "$1" | cut -f2 | sort -u
}
ids $A > a.ids
ids $B > b.ids
claim 'added is what comm finds' sh -c 'comm -13 a.ids b.ids | sed s/^/+/ > want; grep "^+" list | cmp - want'
claim 'removed is what comm finds' sh -c 'comm -23 a.ids b.ids | sed s/^/-/ > want; grep "^-" list | cmp - want'
changed() { # ids that both have, with other R lines
	grep '^R' $A > a.r
	grep '^R' $B > b.r
	comm -3 a.r b.r | sed 's/^	//' | cut -f2 | sort -u | comm -12 - a.ids | comm -12 - b.ids | sed 's/^/~/'
}
changed > want
claim 'changed is what comm finds' sh -c "grep '^~' list | cut -f1 | sort -u | cmp - want"
by() { # COLUMN
	{ grep '^R' $A | awk -F'\t' -v c="$1" '{ print $c "\t1\t0" }'; grep '^R' $B | awk -F'\t' -v c="$1" '{ print $c "\t0\t1" }'; } |
		awk -F'\t' '{ a[$1] += $2; b[$1] += $3 } END { for (k in a) print k, a[k], b[k] }' | sort
}
hosts() {
	for f in $A $B; do
		grep '^R' $f | awk -F'\t' -v second=$([ $f = $B ] && echo 1 || echo 0) '{ h = "-"; for (i = 8; i <= NF; i++) if ($i ~ /^host=/) h = substr($i, 6); print h, 1 - second, second }'
	done | awk '{ a[$1] += $2; b[$1] += $3 } END { for (k in a) print k, a[k], b[k] }' | sort
}
if command -v jq > /dev/null; then
	rows() {
		jq -r ".$1.rows[] | \"\(.value) \(.before) \(.after)\"" d.json | sort
	}
	by 5 > want
	rows licence > got
	claim 'licences are counted as awk counts them' cmp want got
	hosts > want
	rows host > got
	claim 'hosts too' cmp want got
	claim 'no rest is left of a long table' test "$(jq .host.rest.values d.json)" = 0
	scope diff --json --top 2 --by host --memory 1 $A $B > t.json
	claim 'rows and rest are all' test "$(jq '[.host.rows[].before, .host.rest.before] | add' t.json)" = "$(grep -c '^R' $A)"
	claim 'the step that changed is named' test "$(jq -r '.steps[] | .before.name + " " + .after.args' d.json)" = 'tag/licence --assume MIT'
	claim 'roots are those of the manifests' test "$(jq -r .after.record_root d.json)" = "sha256:$(root $B)"
else
	for t in 'licences are counted as awk counts them' 'hosts too' 'no rest is left of a long table' 'rows and rest are all' \
		'the step that changed is named' 'roots are those of the manifests'; do
		echo "ok - $t: no jq"
	done
fi

# What is hostile in a manifest stays text.
printf '{"text":"evil","title":"a\\u001b[31m\\u202ered\\tb","metadata":{"license":"MIT"}}\n' > evil.in.jsonl
printf '{"text":"evil","title":"good","metadata":{"license":"MIT"}}\n' > good.in.jsonl
corpus evil 'tag licence' evil.in.jsonl
corpus good 'tag licence' good.in.jsonl
scope diff --list good.jsonl.scm evil.jsonl.scm | cut -f2-

# Deltas.
scope diff --delta $A $B > d.delta
echo "delta: status $?"
claim 'patch makes the same bytes' sh -c "\"\$SCOPE\" patch $A d.delta | cmp - $B"
claim 'into a file too' scope patch $A d.delta -o p.scm
claim 'that file is the manifest' cmp p.scm $B
claim 'and back' sh -c "\"\$SCOPE\" diff --delta $B $A -o back.delta; \"\$SCOPE\" patch $B back.delta | cmp - $A"
claim 'with little memory the delta is the same' sh -c "\"\$SCOPE\" diff --delta --memory 1 $A $B | cmp - d.delta"
claim 'it is sorted' sh -c 'LC_ALL=C sort -c d.delta'
scope diff --delta $A $A -o same.delta
echo "no difference: status $?, $(wc -l < same.delta) lines"
claim 'an empty delta makes the same' sh -c "\"\$SCOPE\" patch $A same.delta | cmp - $A"
gzip -k $A d.delta
claim 'compressed ones too' sh -c "\"\$SCOPE\" patch $A.gz d.delta.gz | cmp - $B"
scope merge -q -o both.scm $A $B
scope diff --delta both.scm $A -o m.delta
claim 'from a merge to a part of it' sh -c "\"\$SCOPE\" patch both.scm m.delta | cmp - $A"
scope verify d.delta | sed 's/[0-9a-f]\{64\}/.../'
claim 'verify --root knows where it leads' scope verify --root "sha256:$(root $B)" d.delta
claim 'and where it does not' fails 1 scope verify --root "sha256:$(root $A)" d.delta

# Lies.
reseal() {
	sum=$(sed '/^T	/,$d' "$1" | sha256sum | cut -d' ' -f1)
	sed -i "s/^T	lines	.*/T	lines	sha256:$sum/" "$1"
}
refused() { # TEXT, of bad.delta
	scope patch $A bad.delta -o no.scm 2> err
	echo "$1: status $?"
	sed 's/[0-9a-f]\{64\}/.../g' err
}
lie() { # TEXT SED
	sed "$2" d.delta > bad.delta
	refused "$1"
	reseal bad.delta
	refused '  and the digest made true'
}
lie 'a licence' '/^N	R/s/	CC-BY-4.0	/	CC0-1.0	/'
n=$(grep -n '^N	R' d.delta | head -1 | cut -d: -f1)
lie 'a line that comes is gone' "${n}d"
n=$(grep -n '^O' d.delta | head -1 | cut -d: -f1)
lie 'a line that goes stays' "${n}d"
lie 'others go' "${n}s/.	\\([0-9]*\\)\$/9	\\1/"
lie 'more than all go' '$!{/^O/{h;d}};${x;s/^O	.*/O	18446744073709551614	1/;G}'
lie 'another new digest' '/^H	new	/{s/:0/:1/;t;s/:./:0/}'
lie 'another new record-root' '/^H	new-record-root/{s/:0/:1/;t;s/:./:0/}'
lie 'another new key-root' '/^H	new-key-root/{s/:0/:1/;t;s/:./:0/}'
lie 'another old digest' '/^H	old	/{s/:0/:1/;t;s/:./:0/}'
lie 'a head is missing' '/^H	old	/d'
sed 's/^N	/N	\x1b/' d.delta > bad.delta
reseal bad.delta
refused 'an escape sequence'
head -c 900 d.delta > bad.delta
refused 'cut short'
cp docs.jsonl bad.delta
refused 'no delta'
scope patch $B d.delta -o no.scm 2> err
echo "not for this manifest: status $?"
cat err
claim 'nothing is left of them' test ! -e no.scm
sed 's/CC-BY-4.0/CC0-1.0/' $A > bad.scm
for how in '' --list --delta; do
	scope diff $how bad.scm $B > /dev/null 2> err
	echo "a manifest that lies, $how: status $?"
	sed 's/[0-9a-f]\{64\}/.../g' err
done
scope diff 2>&1
scope diff $A 2>&1
scope diff --json --list $A $B 2>&1
scope diff --by size $A $B 2>&1
scope patch $A 2>&1
