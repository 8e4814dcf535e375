# SPDX-License-Identifier: Apache-2.0
# once: however the same records are cut into shards, in and out, the record-root is the same.
. "$LIB"
archive
i=0
while [ $i -lt 140 ]; do
	printf '{"id":"n%d","text":"record number %d","metadata":{"license":"MIT"}}\n' $i $i
	i=$((i + 1))
done > all.jsonl
split -n l/7 -d --additional-suffix=.jsonl all.jsonl seven-
split -n l/20 -d --additional-suffix=.jsonl all.jsonl twenty-
for n in all seven twenty; do
	scope run 'tag licence | filter "licence in open"' $n*.jsonl -q -j "$J" -o "out-$n.jsonl" --tags none
done
scope cat all.jsonl -q -o 'many-%03d.jsonl' --shard-records 13 --manifest many.scm
scope cat all.jsonl -q -o one.jsonl
scope cat seven*.jsonl -q -O dir
claim 'there are records' test "$(grep -c '^R' out-all.jsonl.scm)" = 140
claim '1 and 7 shards have one root' test "$(root out-all.jsonl.scm)" = "$(root out-seven.jsonl.scm)"
claim '1 and 20 shards have one root' test "$(root out-all.jsonl.scm)" = "$(root out-twenty.jsonl.scm)"
claim 'the outputs have the same bytes' cmp out-all.jsonl out-twenty.jsonl
claim 'cut by --shard-records, 11 outputs' test "$(ls many-*.jsonl | wc -l)" = 11
claim 'cut by --shard-records, one root' test "$(root many.scm)" = "$(root one.jsonl.scm)"
claim 'one output per shard, one root' test "$(root dir/manifest.scm)" = "$(root one.jsonl.scm)"
claim 'nothing is lost by cutting' sh -c 'cat many-*.jsonl | cmp - all.jsonl && cat dir/seven-*.jsonl | cmp - all.jsonl'
for x in gz zst xz bz2 lz4; do
	scope list codecs | grep -q "^  $x\|\.$x" || continue
	claim "an output without a record is whole as .$x too" sh -c "'$SCOPE' filter 'size < 0' docs.jsonl -q -j $J -o none.jsonl.$x && '$SCOPE' verify none.jsonl.$x.scm"
done
