# SPDX-License-Identifier: Apache-2.0
# what we write opens elsewhere, and says there what it says here.
. "$LIB"
archive
scope tag hash figures.tar -q -j "$J" -o t.tar || exit 2
claim 'tar lists the tar' sh -c 'tar tf t.tar > names'
claim 'the members of a sample are adjacent, with its tags' sh -c 'grep -qx fig-0001.scope.json names && sed "s/\..*//" names | uniq | sort -c -u'
claim 'sha256sum of a part is the one in its tags' sh -c 'tar xf t.tar &&
	grep -q "$(sha256sum < fig-0001.png | cut -c1-64)" fig-0001.scope.json'
id=$(for p in json png txt; do printf '%s  %s\n' "$(sha256sum < fig-0001.$p | cut -c1-64)" $p; done | sha256sum | cut -c1-64)
claim 'coreutils find the same identity of a sample' grep -q "^R	sha256:$id" t.tar.scm
scope tag hash docs.jsonl -q -j "$J" -o d.jsonl.gz
id=$(sed -n 1p docs.jsonl | sed 's/.*"text":"\([^"]*\)".*/\1/' | tr -d '\n' | sha256sum | cut -c1-64)
claim 'coreutils find the same identity of a text' grep -q "^R	sha256:$id" d.jsonl.gz.scm
claim 'zcat and gzip -t open the gzip' sh -c 'gzip -t d.jsonl.gz && [ $(zcat d.jsonl.gz | wc -l) = 12 ]'
if command -v jq >/dev/null; then
	claim 'jq reads each line, and the tags stand last' sh -c 'zcat d.jsonl.gz | jq -e "keys_unsorted[-1] == \"scope\" and .scope.v == 1 and
		(.scope | keys_unsorted) == [\"v\", \"from\", \"parts\", \"tags\"]" > said && ! grep -qv true said'
	claim 'without them the line is what it was' sh -c 'zcat d.jsonl.gz | jq -c "del(.scope)" > a && jq -c . docs.jsonl | cmp - a'
fi
if command -v unzip >/dev/null; then
	scope cat figures.tar -q -j "$J" -o z.zip
	claim 'unzip -t opens the zip' unzip -tq z.zip
fi
if command -v zstd >/dev/null; then
	scope cat docs.jsonl -q -j "$J" -o d.jsonl.zst
	claim 'zstd opens the zst' sh -c 'zstd -dcq d.jsonl.zst | cmp - docs.jsonl'
fi
for z in xz bzip2 lz4; do
	command -v $z >/dev/null && scope list codecs 2>/dev/null | grep -q "^ *$z" || continue
	ext=$z && [ $z != bzip2 ] || ext=bz2
	scope cat docs.jsonl -q -j "$J" -o "d.jsonl.$ext"
	claim "$z opens the $ext" sh -c "$z -dc d.jsonl.$ext | cmp - docs.jsonl"
	claim "what $z packed is read" sh -c "$z -c < docs.jsonl | '$SCOPE' cat --as docs.jsonl | cmp - docs.jsonl"
done
scope filter 'url ~ "wikipedia"' pages.warc.gz -q -j "$J" --tags none -o w.warc.gz
claim 'a kept WARC record is the bytes that it was' sh -c 'zcat w.warc.gz > w && [ $(grep -ac ^WARC-Type w) = 1 ] && zcat pages.warc.gz > p && grep -qaF "$(sed -n 2p w)" p'
for f in docs.jsonl figures.tar pages.warc.gz; do
	x=${f#*.}
	scope cat "$f" -q -j "$J" -o "copy.$x"
	case $f in
	*.gz) claim "$f copied is $f" sh -c "zcat $f > a; zcat copy.$x | cmp - a" ;;
	*.tar) claim "$f copied has its members" sh -c "tar xOf $f > a; tar xOf copy.$x | cmp - a" ;;
	*) claim "$f copied is $f" cmp "$f" "copy.$x" ;;
	esac
done
