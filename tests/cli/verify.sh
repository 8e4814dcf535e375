# SPDX-License-Identifier: Apache-2.0
# once: verify says yes to what is true; a byte, a line, an order that was changed is found and named.
. "$LIB"
archive
scope run 'hash | tag licence,host | filter "licence in open"' docs.jsonl -q -o open.jsonl || exit 2
claim 'what was just written is true' scope verify open.jsonl.scm
claim 'its inputs are too' scope verify --inputs open.jsonl.scm
findings() { # what is not ok, without digests that change with each tagger
	grep -E '^scope:|bad|not' said | sed 's/sha256:[0-9a-f]*/sha256:.../g' | head -3
}
lie() { # TEXT: one finding, status 1, and what it says
	scope verify open.jsonl.scm > said 2>&1
	got=$?
	echo "== $1"
	echo "status $got"
	findings
	cp keep.jsonl open.jsonl
	cp keep.scm open.jsonl.scm
}
cp open.jsonl keep.jsonl
cp open.jsonl.scm keep.scm
flip open.jsonl 100
lie 'a byte of the shard'
flip open.jsonl.scm "$(grep -ob 'CC-BY-4.0' keep.scm | head -1 | cut -d: -f1)"
lie 'a byte of a licence'
sed '/^T	record-root/{s/:0/:1/;t;s/:./:0/}' keep.scm > open.jsonl.scm
lie 'a byte of the root'
sed '/^T	key-root/{s/:0/:1/;t;s/:./:0/}' keep.scm > open.jsonl.scm
lie 'a byte of the key-root'
grep -v "$(grep '^R' keep.scm | head -1 | cut -f2)" keep.scm > open.jsonl.scm
lie 'a record left out'
n=$(grep -n '^R' keep.scm | head -1 | cut -d: -f1)
sed "${n}{h;d};$((n + 1)){G}" keep.scm > open.jsonl.scm
lie 'two lines swapped'
sed '/^P	0001/s/	12	12	/	13	13	/' keep.scm > open.jsonl.scm
lie 'a count'
head -c 300 keep.jsonl > open.jsonl
lie 'a shard cut short'
rm open.jsonl
lie 'a shard gone'
cp docs.jsonl docs.keep
flip docs.jsonl 20
scope verify open.jsonl.scm >/dev/null 2>&1
echo "an input changed, not looked at: status $?"
scope verify --inputs open.jsonl.scm > said 2>&1
echo "an input changed, looked at: status $?"
findings
cp keep.jsonl open.jsonl
cp keep.scm open.jsonl.scm
scope verify --roots open.jsonl.scm | grep -v root
rm open.jsonl
claim 'the roots alone need no shard' scope verify --roots open.jsonl.scm
sed '/^T	key-root/{s/:0/:1/;t;s/:./:0/}' keep.scm > open.jsonl.scm
claim 'and are still held against the lines' fails 1 scope verify --roots open.jsonl.scm
echo '== tags are claims that can be made again'
printf 'mine/arxiv 1 host=arxiv.org\n' > own.rules
scope run 'tag domain --rules own.rules | tag licence,host' docs.keep -q -o again.jsonl || exit 2
scope verify --retag again.jsonl.scm | grep retag
printf 'mine/arxiv 1 host=docs.python.org\n' > own.rules
scope verify --retag again.jsonl.scm 2>&1 | grep 'run again' | sed 's/sha256:[0-9a-f]*/sha256:.../'
scope cat docs.keep -q -o untagged.jsonl
claim 'where nothing was tagged, nothing can be tagged again' fails 1 scope verify --retag untagged.jsonl.scm
