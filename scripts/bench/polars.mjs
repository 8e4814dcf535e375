// SPDX-License-Identifier: Apache-2.0
// polars.mjs MODULES JOB IN [OUT] -- one job by Polars in a process of its own; POLARS_MAX_THREADS=1 comes from the caller.
// Jobs: start, w1, w3, w4 (it has no SHA-256).  w4 prints how many licences and how many hosts there are.
import { createRequire } from "node:module";
const [modules, job, input, output] = process.argv.slice(2);
const pl = createRequire(`${modules}/`)("nodejs-polars");
const six = ["MIT", "Apache-2.0", "BSD-3-Clause", "CC-BY-4.0", "PostgreSQL", "Expat"];
const records = () => pl.scanJson(input, { inferSchemaLength: 1000 });
const jobs = {
	start: () => pl.version,
	w1: () => records().filter(pl.col("license").isIn(six).and(pl.col("text").str.contains("[Ll]icen[cs]e"))).sinkNdJson(output).collectSync(),
	w3: () => records().unique({ subset: ["text"], keep: "first", maintainOrder: true }).sinkNdJson(output).collectSync(),
	w4: () => {
		const two = records().select(pl.col("license"), pl.col("url").str.extract("^[a-z]+://([^/:?]+)", 1).alias("host")).collectSync();
		const by = (column) => two.groupBy(column).agg(pl.len().alias("n")).height;
		console.log(`${by("license")} licences, ${by("host")} hosts`);
	},
};
jobs[job]();
