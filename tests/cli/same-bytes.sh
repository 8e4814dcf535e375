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
mkdir j1 j4 again piped
for f in big.jsonl:jsonl pages.warc.gz:warc.gz pages.warc:warc figures.tar:tar figures.zip:zip; do
	in=${f%%:*} out=out.${f##*:}
	stages='hash | tag media,host,licence | filter "licence in open"'
	scope run "$stages" "$in" -q -j1 -o "j1/$out"
	scope run "$stages" "$in" -q -j4 -o "j4/$out"
	scope run "$stages" "$in" -q -j4 -o "again/$out"
	scope tag hash "$in" --to frame -j2 | scope tag media,host,licence --to frame -j1 | scope filter 'licence in open' -q -o "piped/$out"
	claim "$in: some are kept" grep -q '^R' "j1/$out.scm"
	claim "$in: one thread and four make the same bytes" cmp "j1/$out" "j4/$out"
	claim "$in: two runs make the same bytes" cmp "j1/$out" "again/$out"
	claim "$in: fused and piped make the same bytes" cmp "j1/$out" "piped/$out"
	claim "$in: one thread and four make the same manifest" diff "j1/$out.scm" "j4/$out.scm"
	claim "$in: two runs make the same manifest" diff "j1/$out.scm" "again/$out.scm"
	claim "$in: fused and piped make the same manifest" diff "j1/$out.scm" "piped/$out.scm"
	claim "$in: the manifest is sorted by bytes" sort -c "j4/$out.scm"
	claim "$in: verify agrees" scope verify "j4/$out.scm"
done
# Who else needs digests does not show in the records.
stages='tag licence,host | filter "size > 10" | filter "licence in open"'
scope run "$stages" docs.jsonl -q > fused
scope run "$stages" docs.jsonl -q -o file.jsonl
scope tag licence,host docs.jsonl --to frame | scope filter 'size > 10' | scope filter 'licence in open' -q --to jsonl > piped.jsonl
scope tag licence,host docs.jsonl --to frame --no-manifest > bare.frame
scope filter 'size > 10' bare.frame | scope filter 'licence in open' -q --to jsonl > bare.jsonl
refused() {
	! scope filter 'size > 10' bare.frame --to jsonl -o x.jsonl 2> said && grep -q 'leave out --no-manifest' said && [ ! -e x.jsonl ]
}
claim 'a file with a manifest has the bytes of standard output' cmp fused file.jsonl
claim 'so have frames' cmp fused piped.jsonl
claim 'so have frames without digests' cmp fused bare.jsonl
claim 'those are refused where a manifest is to be made' refused
claim 'and taken where none is' scope filter 'size > 10' bare.frame --to jsonl --no-manifest -o x.jsonl
