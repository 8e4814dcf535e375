# SPDX-License-Identifier: Apache-2.0
# identity: the same payload has the same id, and a corpus the same record-root, in whatever format it is written; each output verifies.
. "$LIB"
archive
for in in docs.jsonl pages.warc.gz; do
	for to in jsonl tar zip warc; do
		"$SCOPE" run -j"$J" 'hash | tag licence' "$in" --to $to -o "out.$to" -q
		claim "$in to $to: verify agrees" "$SCOPE" verify "out.$to.scm"
		grep record-root "out.$to.scm" >> "roots.$in"
	done
	claim "$in: one root in four formats" sh -c "[ \$(sort -u roots.$in | wc -l) = 1 ]"
done
