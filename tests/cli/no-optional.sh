# SPDX-License-Identifier: Apache-2.0
# build: with the needed libraries alone it builds, says what it does without, and does the rest.
. "$LIB"
if ! make -s -C "$ROOT" O="$PWD/build" NO_OPTIONAL=1 CFLAGS=-O0 "-j$(nproc)" program > make.log 2>&1; then
	tail -20 make.log >&2
	exit 2
fi
SCOPE=$PWD/build/scope
archive
claim 'no optional library is linked in' sh -c "! ldd build/scope | grep -E 'isal|libpsl|libdeflate|idn2'"
claim 'it reads JSONL' sh -c "[ \$($SCOPE cat --to tsv docs.jsonl | wc -l) = 12 ]"
claim 'it reads WARC by gzip members' sh -c "[ \$($SCOPE cat --to tsv pages.warc.gz | wc -l) = 4 ]"
claim 'it reads a WebDataset tar' sh -c "[ \$($SCOPE cat --to tsv figures.tar | wc -l) = 3 ]"
"$BUILD/scope" cat docs.jsonl --tags none -o with.jsonl.gz --no-manifest
"$SCOPE" cat docs.jsonl -o without.jsonl.gz --no-manifest
claim 'what it packs opens to the same bytes' sh -c 'zcat with.jsonl.gz | cmp - docs.jsonl && zcat without.jsonl.gz | cmp - docs.jsonl'
for stages in 'tag licence,media' 'filter "licence in open"'; do
	"$BUILD/scope" run "$stages" docs.jsonl > with.jsonl
	"$SCOPE" run "$stages" docs.jsonl > without.jsonl
	claim "the same answers: $stages" cmp with.jsonl without.jsonl
done
claim 'scope list says what is missing' sh -c "$SCOPE list | grep -q 'liblzma'"
xz -k docs.jsonl 2>/dev/null &&
	claim 'a compression that it does not know is one clear line' sh -c "$SCOPE cat docs.jsonl.xz 2>err >/dev/null; [ \$? != 0 ] && [ \$(wc -l < err) = 1 ]"
exit 0
