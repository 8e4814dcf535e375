# SPDX-License-Identifier: Apache-2.0
# once: trace: from a merged corpus back to papers over five hops, from a paper to its figures; what is not known is said.
. "$LIB"
archive
t() { # scope trace, without the digests of shards
	scope trace "$@" > t.out
	got=$?
	sed 's/ (sha256:[0-9a-f]*)/ (sha256:...)/' t.out
	return $got
}
scope manifest papers/*.gz -q -o papers.scm
scope run 'split figures | tag licence' papers/*.gz -q -o figs.tar --tags none
scope run 'filter "licence in open"' figs.tar -q -o open.jsonl --tags none
scope cat open.jsonl -q -o 'cut-%02d.zip' --shard-records 1 --manifest cut.scm
scope run 'tag licence' docs.jsonl -q -o docs.tar --tags none
{ echo '#scope-manifest/1'; cat cut.scm docs.tar.scm | grep -v '^[#T]' | LC_ALL=C sort -u; } > merged.scm
all='merged.scm cut.scm open.jsonl.scm figs.tar.scm papers.scm'
id=$(grep '^R' cut.scm | cut -f2 | head -1)

echo '== five hops'
t "$id" $all
if command -v jq > /dev/null; then
claim 'the order of manifests is of no matter but for who is named first' sh -c '
	"$SCOPE" trace --json "$1" merged.scm cut.scm open.jsonl.scm figs.tar.scm papers.scm | jq -S "[.records[] | {id, places: [.places[] | {at, from, origin}]}] | sort" > a
	"$SCOPE" trace --json "$1" papers.scm figs.tar.scm cut.scm open.jsonl.scm merged.scm | jq -S "[.records[] | {id, places: [.places[] | {at, from, origin}]}] | sort" > b
	cmp a b' - "$id"
fi
claim 'by a few digits: the same' sh -c '"$SCOPE" trace "$1" cut.scm > a; "$SCOPE" trace "$2" cut.scm | cmp - a' - "$(echo "$id" | cut -c8-17)" "$id"
gzip -n < cut.scm > packed.scm
claim 'a compressed manifest: the same' sh -c '"$SCOPE" trace "$1" packed.scm | sed s/packed.scm/cut.scm/ | cmp - a' - "$id"
if command -v jq > /dev/null; then
claim 'each hop is there, for programs' sh -c '
	"$SCOPE" trace --json "$1" merged.scm cut.scm open.jsonl.scm figs.tar.scm papers.scm > t
	jq -e "def up(\$r; n): if \$r.places == [] or \$r.places[0].origins == [] then n else up(.records[\$r.places[0].origins[0]]; n + 1) end; up(.records[0]; 0) == 3" t' - "$id"
fi

echo '== from a paper'
paper=$(grep '^L.*lichens' papers.scm | cut -f2)
t "$paper" figs.tar.scm open.jsonl.scm papers.scm
tar xzf papers/lichens.tar.gz
echo '== from the source that a figure names as its parent'
t lichens/lichens.nxml figs.tar.scm papers.scm
claim 'without children nothing is found of it' fails 1 scope trace --no-children lichens/lichens.nxml figs.tar.scm papers.scm

echo '== a shard'
t figs.tar open.jsonl.scm figs.tar.scm --no-children --most 1 | head -12
echo '== by DOI, URL, host'
t doi:10.55555/JOE.0001 figs.tar.scm --most 1 --no-children | head -5
t https://doi.org/10.55555/joe.0001 open.jsonl.scm figs.tar.scm --no-children --json | grep -o '"kind":.*"held":[^]]*.'
scope run 'tag host' docs.jsonl -q -o h.jsonl --tags none
t host:arxiv.org h.jsonl.scm | head -3
t https://example.org/essay h.jsonl.scm | sed -n 1,5p

echo '== what is not known, not there, not clear'
t "$id" open.jsonl.scm | grep unknown
t "$id" h.jsonl.scm
echo "status $?"
t sha256:12345 cut.scm
t no-such-thing cut.scm
t "$id" docs.jsonl
t "$id"
claim 'none of them is taken for not found' fails 2 scope trace no-such-thing cut.scm
grep -v "^L.*$(grep '^R' figs.tar.scm | cut -f2 | tail -1 | cut -c8-)" figs.tar.scm > holey.scm
last=$(grep '^R' figs.tar.scm | cut -f2 | tail -1)
scope cat figs.tar -q -o again.tar --tags none
t "$last" again.tar.scm holey.scm | grep -c 'lists no record at that place'
sed 's/^R	sha256:5f85e107\([0-9a-f]*\)/R	sha256:3293f456\1/' figs.tar.scm | LC_ALL=C sort > two.scm
t 3293f456 two.scm
X=$(printf 'X\t%s\tasked for by the author' "$id")
{ grep -v "$id" cut.scm; echo "$X"; } | LC_ALL=C sort > gone.scm
t "$id" gone.scm

echo '== lists of one shard, and a circle that nobody can have made'
scope manifest figs.tar -q -o list1.scm
scope manifest figs.tar -q -o list2.scm
t "$last" list1.scm list2.scm --no-children | grep -c unknown
t "$last" list1.scm figs.tar.scm list2.scm --no-children | grep -e '<-' -e scm
one=$(printf %064d 1) two=$(printf %064d 2) a=$(printf %064d 3)
circle() { # NAME IN OUT
	printf '#scope-manifest/1\nI\tsha256:%s\t1\tin\t1\t0\nL\tsha256:%s\t0000000000000000\tout#0+1\tin#0+1\nR\tsha256:%s\t1\t-\t-\t-\t-\nS\tsha256:%s\t1\tout\tsha256:%s\t1\n' \
		"$2" "$a" "$a" "$3" "$3" > "$1"
}
circle c1.scm "$one" "$two"
circle c2.scm "$two" "$one"
sed -i 's/out#0+1	in#0+1/out#0+1	in#0+1/' c2.scm
t "$a" c1.scm c2.scm

echo '== two steps of one corpus, merged into one manifest'
{ echo '#scope-manifest/1'; cat cut.scm open.jsonl.scm | grep -v '^[#T]' | LC_ALL=C sort -u; } > both.scm
t "$id" both.scm figs.tar.scm --no-children | grep -e lies -e read -e '<-' -e listed

echo '== hostile'
esc=$(printf '\033')
printf '{"text":"a text","url":"https://example.org/\\u001b[31m\\u202e","title":"two\\nlines\\tand \\u001b]0;x\\u0007"}\n' > bad.jsonl
scope cat bad.jsonl -q -o bad.tar
bad=$(grep '^R' bad.tar.scm | cut -f2)
t "$bad" bad.tar.scm
claim 'no escape sequence comes through' sh -c '! "$SCOPE" trace "$1" bad.tar.scm | grep -q "$2"' - "$bad" "$esc"
claim 'nor a line of its own' test "$(scope trace "$bad" bad.tar.scm | grep -c '^lines')" = 0
! command -v jq > /dev/null || claim 'JSON stays JSON' sh -c '"$SCOPE" trace --json "$1" bad.tar.scm | jq -e ".records[0].facts[0].keys.title | contains(\"\\n\")"' - "$bad"
head -c 900 figs.tar.scm > short.scm
t "$id" short.scm
LC_ALL=C sort -r figs.tar.scm > r.scm
(head -n 1 figs.tar.scm; grep -v '^#' r.scm) > unsorted.scm
claim 'a manifest that is not sorted is not believed, or has nothing' sh -c '"$SCOPE" trace "$1" unsorted.scm; test $? -ne 0' - "$id"
