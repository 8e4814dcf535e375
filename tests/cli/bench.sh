# SPDX-License-Identifier: Apache-2.0
# build once: scripts/bench.sh measures what it says, for people and for programs; nothing is installed here.
. "$LIB"
command -v node >/dev/null || { echo 'ok - # skipped: no node' ; exit 0; }
[ -d /var/lib/dpkg/info ] || { echo 'ok - # skipped: no Debian packages to take texts from'; exit 0; }

tiny() { # OPTION...
	CC=${CC:-gcc} sh "$ROOT/scripts/bench.sh" --quick --no-peers --mega 1 --only plain,w1,pipe "$@" "$SCOPE" bench
}

shape() { # of report.json
	node -e '
	const assert = require("assert"), r = JSON.parse(require("fs").readFileSync("bench/report.json"));
	assert.equal(r.version, 1);
	assert.deepEqual(r.tables.map((t) => t.id), ["plain", "w1", "pipe"]);
	for (const t of r.tables)
		for (const row of t.rows) {
			assert.equal(row.runs.length, 3, row.id);
			assert(row.wall > 0 && row.cpu >= 0 && row.peak_kib > 100 && !row.failed, row.id);
		}
	assert.equal(r.tables[0].rows[0].cpu_ratio, 1);
	assert(r.goals.length >= 5 && r.goals.every((g) => g.met === null || g.met === (g.op === "<=" ? g.figure <= g.bound : g.figure >= g.bound)));
	assert.deepEqual([r.failed, r.differ], [[], []]);
	assert(!JSON.stringify(r.tables).includes(process.cwd()));'
}

wrong_counts() { # a tool that keeps another number of records is no small matter
	printf 'C\tW1\tliar\t0\n' >> bench/plan.tsv
	fails 1 node "$ROOT/scripts/bench/report.mjs" bench "$SCOPE" "$ROOT/scripts/bench" > said
	grep -q 'DIFFERENT' said
}

claim 'a tiny bench ends well' tiny
cp bench/in-1/all.jsonl first.jsonl
claim 'its tables, goals and counts are told to people' grep -qE '^2 +W1 on plain JSONL.* GB/s +>= 1.2 GB/s  (met|NOT MET)$' bench/report.txt
claim 'and to programs, in the same figures' shape
tiny --json > json 2>/dev/null
claim '--json prints JSON and nothing else' cmp json bench/report.json
rm -rf bench/in-1
tiny > /dev/null 2>&1
claim 'the same packages make the same input' cmp first.jsonl bench/in-1/all.jsonl
claim 'its records have the fields they should' \
	node -e 'for (const l of require("fs").readFileSync("first.jsonl", "utf8").trim().split("\n"))
		if (Object.keys(JSON.parse(l)).join() !== "id,text,url,license,source,metadata") process.exit(1)'
claim 'its WARC is whole' gzip -t bench/in-1/all.warc.gz
claim 'counts that differ end it with status 1' wrong_counts
