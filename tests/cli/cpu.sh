# SPDX-License-Identifier: Apache-2.0
# once: the CPU's vector and SHA instructions are for speed only: without them outputs and manifests are the same.
. "$LIB"
archive
for f in docs.jsonl pages.warc.gz figures.tar; do
	for cpu in plain avx2 all; do
		mkdir -p $cpu
		SCOPE_CPU=$cpu SOURCE_DATE_EPOCH=1 scope run 'hash | tag media,host,licence,domain | filter "licence in open"' "$f" -q \
			-j2 -o "$cpu/$f"
	done
	claim "$f: some are kept" grep -q '^R' "all/$f.scm"
	for cpu in plain avx2; do
		claim "$f: $cpu instructions make the same bytes" cmp "$cpu/$f" "all/$f"
		claim "$f: $cpu instructions make the same manifest" cmp "$cpu/$f.scm" "all/$f.scm"
	done
	claim "$f: plain instructions find it true" env SCOPE_CPU=plain "$SCOPE" verify "all/$f.scm"
done
