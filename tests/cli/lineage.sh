# SPDX-License-Identifier: Apache-2.0
# once: what a record was split from, and where it lay, is known behind any hop: formats, filters, shards, pipes, listings.
. "$LIB"
archive
scope run 'split figures | tag licence' papers/*.gz -q -o figs.tar
parents() { # MANIFEST: ids and what they were split from
	grep '^R' "$1" | sed 's/^R	\(sha256:[0-9a-f]*\).*	\(parent=sha256:[0-9a-f]*\).*/\1 \2/' | sort
}
parents figs.tar.scm > want
claim 'every figure has a parent' test "$(grep -c parent= want)" = 5
kept() { # MANIFEST: the same parents as at first
	parents "$1" | cmp - want
}
froms() { # MANIFEST: each FROM lies in a shard that an I line names
	cut -f1,5 "$1" | sed -n 's/^L	\(.*\)#.*/\1/p' | sort -u > shards && test -s shards && grep '^I' "$1" | cut -f4 | sort -u | cmp - shards
}
for f in a.tar a.zip a.jsonl a.frame a.tar.zst; do
	scope cat figs.tar -q -o $f
	scope run 'filter "size > 0"' $f -q -o back-$f.tar
	scope run 'filter "size > 0"' $f -q -o back-$f.jsonl
	for m in $f back-$f.tar back-$f.jsonl; do
		claim "$m: parents" kept $m.scm
		claim "$m: from" froms $m.scm
	done
done
scope cat figs.tar -q --to imagefolder -o folder/
scope cat folder/metadata.jsonl -q -o unfolded.tar
claim 'an image folder: parents' kept folder/manifest.scm
claim 'and back' kept unfolded.tar.scm
scope cat figs.tar -q -o 'cut-%02d.jsonl' --shard-records 2 --manifest cut.scm
claim 'shards of two: parents' kept cut.scm
claim 'shards of two: from' froms cut.scm
scope cat cut-*.jsonl -q -o joined.zip
claim 'and joined: parents' kept joined.zip.scm
claim 'and joined: from' froms joined.zip.scm
scope manifest figs.tar -q -o listed.scm
claim 'listed again: parents' kept listed.scm
claim 'listed again: from' froms listed.scm
mkdir piped
scope cat figs.tar -q --to frame | scope filter 'size > 0' -q --to frame | scope cat -q -o piped/p.jsonl
claim 'through pipes: parents' kept piped/p.jsonl.scm
claim 'through pipes: from is what the first read' test "$(grep '^I' piped/p.jsonl.scm | cut -f4)" = figs.tar
claim 'through pipes: the steps of all' test "$(grep '^P' piped/p.jsonl.scm | cut -f3 | tr '\n' ' ')" = 'read/tar select/filter '

# A figure of which there is nothing but what is said of it: one part, which JSONL and WARC call by names of their own.
mkdir bare && tar xzf papers/boots.tar.gz -C bare
sed -e 's/<label>[^<]*<.label>//' -e 's/<caption>.*<.caption>//' bare/boots/boots.xml > bare.xml
scope split figures bare.xml --images optional --captions optional -q -o bare.tar
parents bare.tar.scm > want
claim 'it has a parent' grep -q "parent=sha256:$(sha256sum < bare.xml | cut -d' ' -f1)" want
for f in bare.jsonl bare.warc bare.warc.gz bare.zip; do
	scope cat bare.tar -q -o one-$f
	scope cat one-$f -q -o two-$f.tar
	claim "$f: it keeps it" kept one-$f.scm
	claim "$f: and again" kept two-$f.tar.scm
done
