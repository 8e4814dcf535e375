# SPDX-License-Identifier: Apache-2.0
# what lies in examples/ does what its first lines say; recipes go by name too.
. "$LIB"
archive
scope run -f "$ROOT/examples/open-text.scope" docs.jsonl pages.warc.gz -q -j "$J" -o open.jsonl
scope run figures papers/* -q -j "$J" -o 'figures-%05d.tar' --shard-size 1G --manifest figures.scm
scope tag domain --rules "$ROOT/examples/own.rules" docs.jsonl -q -j "$J" -o lichens.jsonl
echo 'open-text:'
grep '^R' open.jsonl.scm | cut -f4-6,8- | sed 's/	site=[^	]*//'
echo 'figures:'
tar tf figures-00000.tar
grep '^H	recipe' figures.scm
echo 'own.rules:'
grep '^R' lichens.jsonl.scm | cut -f7 | sort | uniq -c
scope run -f "$ROOT/examples/figures.scope" papers/* -q -j "$J" -o by-file.tar
claim 'by name and by file it is the same' cmp by-file.tar figures-00000.tar
scope list recipes
