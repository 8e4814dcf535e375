# SPDX-License-Identifier: Apache-2.0
# once: damaged and malicious inputs by the black-box harness beside the project: no crash, hang, memory, loss, escape.
. "$LIB"
[ -n "$SHARED" ] || { echo 'ok - skipped: no ../shared'; exit 0; }
command -v python3 >/dev/null || { echo 'ok - skipped: no python3'; exit 0; }
# Records are the members of archives there, so: --group none.
python3 "$SHARED/hostile/bbh.py" --manifest "$SHARED/hostile/MANIFEST.tsv" \
	--cmd "json,jsonl,jsonl.gz,jsonl.zst,gz,zst,warc,warc.gz=$SCOPE cat -j $J --to tsv {file}" \
	--cmd "tar,zip=$SCOPE cat -j $J --group none --to tsv {file}" --jobs 2 --lenient --show 20 --tsv table.tsv > said 2>&1
cp table.tsv "$BUILD/test/hostile.tsv"
n=$(tail -n +2 table.tsv | wc -l)
[ "$n" -gt 500 ] || { echo "not ok - the harness ran"; tail -3 said >&2; }
awk -F '\t' 'NR == FNR { why[$1 "\t" $2] = $3; next }
	FNR > 1 && $1 != "ok" && $1 != "clean" && $1 != "untidy" && why[$10 "\t" $1] == "" {
		print "not ok - " $10 ": " $1 ", status " $6 ", " $5 " records: " $11 }' "$ROOT/tests/cli/hostile.explained" table.tsv
echo "ok - $n hostile inputs ran, $(awk -F '\t' '$1 == "untidy"' table.tsv | wc -l) untidy messages"
