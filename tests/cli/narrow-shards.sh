# SPDX-License-Identifier: Apache-2.0
# once: a narrow filter over many shards: those that wait for their turn keep little, and what is written is the same.
. "$LIB"
archive
i=0
cp docs.jsonl big.jsonl
while [ $i -lt 6 ]; do
	cat big.jsonl big.jsonl > twice && mv twice big.jsonl
	i=$((i + 1))
done
for k in 0 1 2 3 4 5; do
	awk -v k=$k '{ sub(/"id": *"/, "&" k "-" NR "-"); print }' big.jsonl > s$k.jsonl
	if [ $k = 3 ]; then echo 'not json' >> s3.jsonl; fi
	gzip -nk s$k.jsonl
	scope cat s$k.jsonl --to warc -q 2>/dev/null > s$k.warc
	scope filter 'size >= 0' s$k.warc -q --tags none -o s$k.warc.gz --no-manifest
done
mkdir j1 j4
SOURCE_DATE_EPOCH=0
export SOURCE_DATE_EPOCH
for j in 1 4; do
	scope run 'tag licence,host | filter "licence in open and meta.id ~ \"7\""' s?.jsonl.gz -q -j$j -o j$j/one.jsonl
	scope run 'hash | filter "meta.id ~ \"77\"" | dedup' s?.jsonl.gz -q -j$j -o j$j/dedup.jsonl.gz
	scope filter 'meta.id ~ "77"' s?.jsonl.gz -q -j$j -O j$j/each
	scope filter 'size > 10000000' s?.jsonl.gz -q -j$j --dropped j$j/dropped.jsonl -o j$j/none.jsonl --rejects j$j/rejects.jsonl
	scope filter 'text ~ "a"' s?.warc.gz -q -j$j --tags none -o j$j/some.warc.gz
done
claim 'some are kept' sh -c '[ $(wc -l < j1/one.jsonl) -gt 10 ] && [ $(wc -l < j1/one.jsonl) -lt $(($(wc -l < s0.jsonl) * 3)) ]'
claim 'one thread and four make the same files, manifests, dropped and rejected' diff -r j1 j4
claim 'the manifests are true' scope verify j4/one.jsonl.scm j4/dedup.jsonl.gz.scm j4/some.warc.gz.scm
