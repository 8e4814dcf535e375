# SPDX-License-Identifier: Apache-2.0
# once: fused = piped over frames = one thread = four threads = once more, outputs and manifests, for each format.
. "$LIB"
archive
scope cat pages.warc.gz --to warc > pages.warc 2>/dev/null || exit 2
scope cat figures.tar --to zip > figures.zip || exit 2
cp docs.jsonl big.jsonl
i=0
while [ $i -lt 7 ]; do # some thousands of records, so that there are several batches
	cat big.jsonl big.jsonl > twice && mv twice big.jsonl
	i=$((i + 1))
done
body() { # a manifest without the line that says when
	grep -v '^H	created' "$1"
}
for f in big.jsonl:jsonl pages.warc.gz:warc.gz pages.warc:warc figures.tar:tar figures.zip:zip; do
	in=${f%%:*} ext=${f##*:}
	stages='hash | tag media,host,licence | filter "licence in open"'
	scope run "$stages" "$in" -q -j1 -o "j1.$ext"
	scope run "$stages" "$in" -q -j4 -o "j4.$ext"
	scope run "$stages" "$in" -q -j4 -o "again.$ext"
	scope tag hash "$in" --to frame -j2 | scope tag media,host,licence --to frame -j1 |
		scope filter 'licence in open' -q -o "piped.$ext"
	claim "$in: some are kept" grep -q '^R' "j1.$ext.scm"
	claim "$in: one thread and four make the same bytes" cmp "j1.$ext" "j4.$ext"
	claim "$in: two runs make the same bytes" cmp "j1.$ext" "again.$ext"
	claim "$in: fused and piped make the same bytes" cmp "j1.$ext" "piped.$ext"
	for x in j1 j4 again piped; do # the outputs' own names are in S and L lines
		sed -e "s/$x\\.$ext/OUT/" "$x.$ext.scm" | LC_ALL=C sort > "$x.scm"
	done
	claim "$in: one thread and four make the same manifest" diff j1.scm j4.scm
	claim "$in: two runs make the same manifest" diff j1.scm again.scm
	claim "$in: fused and piped make the same manifest" diff j1.scm piped.scm
	claim "$in: the manifest is sorted by bytes" sh -c "LC_ALL=C sort -c j4.$ext.scm"
	claim "$in: verify agrees" scope verify "j4.$ext.scm"
done
