// SPDX-License-Identifier: Apache-2.0
// duckdb.mjs MODULES JOB IN [OUT] -- one job by DuckDB in a process of its own, one thread: start, w1, w2, w3, w4.
// OUT ending in .gz is written with gzip.  w4 prints how many licences and how many hosts there are.
import { createRequire } from "node:module";
const [modules, job, input, output] = process.argv.slice(2);
const { DuckDBInstance } = createRequire(`${modules}/`)("@duckdb/node-api");
const db = await (await DuckDBInstance.create(":memory:", { threads: "1" })).connect();
const from = `read_ndjson('${input}')`;
const to = `TO '${output}' (FORMAT json${output?.endsWith(".gz") ? ", COMPRESSION gzip" : ""})`;
const host = "regexp_extract(url, '^[a-z]+://([^/:?]+)', 1)";
const jobs = {
	start: "SELECT 1",
	w1: `COPY (SELECT * FROM ${from} WHERE license IN ('MIT','Apache-2.0','BSD-3-Clause','CC-BY-4.0','PostgreSQL','Expat')
		AND regexp_matches(text, '[Ll]icen[cs]e')) ${to}`,
	w2: `COPY (SELECT *, sha256(text) AS sha256 FROM ${from}) ${to}`,
	w3: `COPY (SELECT DISTINCT ON (text) * FROM ${from}) ${to}`,
	w4: `SELECT license, ${host} AS host, count(*) FROM ${from} GROUP BY GROUPING SETS ((license), (host))`,
};
const rows = (await db.runAndReadAll(jobs[job])).getRowsJson();
if (job === "w4") {
	const hosts = rows.filter((r) => r[1] !== null).length;
	console.log(`${rows.length - hosts} licences, ${hosts} hosts`);
}
