# SPDX-License-Identifier: Apache-2.0
# what lies in examples/ does what its first lines say.
. "$LIB"
archive
scope run -f "$ROOT/examples/open-text.recipe" docs.jsonl pages.warc.gz -q -j "$J" -o open.jsonl
scope run -f "$ROOT/examples/figures.recipe" figures.tar -q -j "$J" -o 'figures-%05d.tar' --shard-size 1G --manifest figures.scm
scope tag domain --rules "$ROOT/examples/own.rules" docs.jsonl -q -j "$J" -o lichens.jsonl
echo 'open-text.recipe:'
grep '^R' open.jsonl.scm | cut -f4-6,8- | sed 's/	site=[^	]*//'
echo 'figures.recipe:'
tar tf figures-00000.tar
echo 'own.rules:'
grep '^R' lichens.jsonl.scm | cut -f7 | sort | uniq -c
