// SPDX-License-Identifier: Apache-2.0
// report.mjs DIR SCOPE HERE -- reads DIR's plan.tsv and runs.tsv (their columns: lib.sh), prints the tables and goals, writes
// report.json.  SCOPE and HERE are paths that commands are shown without.
//
// A row's figures are medians over its turns.  A ratio of two rows is the median of the ratios within each turn, so a slow
// spell of the machine meets both.  CPU is user and system time.  The end is 1 when a row failed or counts differ.
//
// Kinds of goals, A and B being rows:  cpu, wall: A over B;  cpux, wallx: B over A (how many times faster A is);
// gbps: A's bytes by its CPU seconds;  ms: A's wall time, the slowest when A ends in *;  rss: A's peak in MiB;
// rssx: A's peak over B's;  linear: A's CPU seconds a byte over B's;  fact: the value of fact A.
// A tool of npm's pays for starting node too: such goals also say the ratio without what `node/TOOL` took, and are judged with.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [dir, scope, here] = process.argv.slice(2);
const shown = (command) => command.replaceAll(`exec ${scope}`, "scope").replaceAll(scope, "scope").replaceAll(`${here}/`, "").replaceAll(`${dir}/`, "");
const read = (name) => readFileSync(join(dir, name), "utf8").split("\n").filter(Boolean).map((l) => l.split("\t"));
const median = (list) => {
	const s = list.filter(Number.isFinite).sort((a, b) => a - b), m = s.length >> 1;
	return !s.length ? NaN : s.length % 2 ? s[m] : (s[m - 1] + s[m]) / 2;
};

const tables = [], rows = new Map(), goals = [], counts = new Map(), facts = {}, notes = [];
for (const [kind, ...c] of read("plan.tsv")) {
	if (kind === "T")
		tables.push({ id: c[0], title: c[1], rows: [] });
	else if (kind === "R") {
		const row = { id: c[1], name: c[3], command: shown(c[4]), bytes: Number(c[2]), runs: [], failed: false };
		tables.find((t) => t.id === c[0]).rows.push(row);
		rows.set(`${c[0]}/${c[1]}`, row);
	} else if (kind === "G")
		goals.push({ goal: c[0], text: c[1], kind: c[2], a: c[3], b: c[4], op: c[5], bound: Number(c[6]) });
	else if (kind === "C")
		(counts.get(c[0]) ?? counts.set(c[0], []).get(c[0])).push({ tool: c[1], count: c[2] });
	else if (kind === "F")
		facts[c[0]] = c[1];
	else
		notes.push(c[0]);
}
for (const [table, id, , wall, user, system, peak, status] of read("runs.tsv")) {
	const row = rows.get(`${table}/${id}`);
	row.runs.push({ wall: wall / 1e6, cpu: (Number(user) + Number(system)) / 1e6, user: user / 1e6, system: system / 1e6, peak: Number(peak) });
	row.failed ||= status !== "0";
}

const ratios = (what, a, b) => a.runs.map((r, i) => r[what] / b.runs[i]?.[what]).filter(Number.isFinite);
const ratio = (what, a, b) => median(ratios(what, a, b));
for (const t of tables)
	for (const r of t.rows) {
		r.wall = median(r.runs.map((x) => x.wall));
		r.cpu = median(r.runs.map((x) => x.cpu));
		r.user = median(r.runs.map((x) => x.user));
		r.system = median(r.runs.map((x) => x.system));
		r.peak_kib = median(r.runs.map((x) => x.peak));
		r.gb_per_cpu_second = r.bytes ? r.bytes / r.cpu / 1e9 : null;
		r.cpu_ratio = ratio("cpu", r, t.rows[0]);
		r.wall_ratio = ratio("wall", r, t.rows[0]);
	}

// ---- goals ----

function figure(g) { // undefined: there is nothing to judge
	const { kind, a, b } = g;
	if (kind === "fact")
		return facts[a] === undefined ? undefined : Number(facts[a]);
	const A = a.endsWith("*") ? [...rows].filter(([k]) => k.startsWith(a.slice(0, -1))).map(([, r]) => r) : [rows.get(a)];
	const B = rows.get(b);
	if (!A.length || A.some((r) => !r || r.failed || !r.runs.length) || (b !== "-" && (!B || B.failed || !B.runs.length)))
		return undefined;
	const over = kind.endsWith("x") ? ratios(kind.slice(0, -1), B, A[0]) : ratios(kind, A[0], B ?? A[0]);
	const start = kind === "cpux" && rows.get(`node/${B.id}`)?.cpu;
	switch (kind) {
	case "cpu": case "wall": case "cpux": case "wallx":
		g.spread = [Math.min(...over), Math.max(...over)];
		if (start)
			g.without_start = (B.cpu - start) / A[0].cpu;
		return median(over);
	case "linear": return A[0].cpu / A[0].bytes / (B.cpu / B.bytes);
	case "gbps": return A[0].gb_per_cpu_second;
	case "ms": g.slowest = A.reduce((x, y) => (y.wall > x.wall ? y : x)).name; return Math.max(...A.map((r) => r.wall)) * 1e3;
	case "rss": return Math.max(...A.map((r) => r.peak_kib)) / 1024;
	case "rssx": return A[0].peak_kib / B.peak_kib;
	}
}
const UNIT = { cpu: "x", wall: "x", cpux: "x", wallx: "x", gbps: " GB/s", ms: " ms", rss: " MiB", rssx: "x", linear: "x", fact: "" };
for (const g of goals) {
	g.figure = figure(g);
	g.met = g.figure === undefined ? null : g.op === "<=" ? g.figure <= g.bound : g.figure >= g.bound;
}

// ---- the report ----

const num = (x, digits) => (Number.isFinite(x) ? x.toFixed(digits) : "-");
const places = (x) => (x < 0.1 ? 4 : 3);
const wide = (list, extra) => Math.max(20, ...list.map((s) => s.length)) + extra;
const out = [];
for (const k of Object.keys(facts))
	if (!/^_/.test(k))
		out.push(`${k}: ${facts[k]}`);
for (const t of tables) {
	const w = wide(t.rows.map((r) => r.name), 2);
	out.push("", `[${t.id}] ${t.title}`, "  " + " ".repeat(w) + " CPU s   wall s    GB/s  peak MiB   CPU x  wall x");
	for (const r of t.rows)
		out.push("  " + r.name.padEnd(w) + (r.failed ? " failed" : num(r.cpu, 4).padStart(6) + num(r.wall, 4).padStart(9) +
			num(r.gb_per_cpu_second ?? NaN, 2).padStart(8) + num(r.peak_kib / 1024, 1).padStart(10) +
			num(r.cpu_ratio, 2).padStart(8) + num(r.wall_ratio, 2).padStart(8)));
}
// The same work by all tools, as a table of CPU seconds.
const works = tables.filter((t) => /^w\d/.test(t.id)), tools = [...new Set(works.flatMap((t) => t.rows.map((r) => r.id)))];
if (works.length) {
	const line = (name, cells) => "  " + name.padEnd(44) + cells.map((c) => c.padStart(10)).join("");
	out.push("", "CPU seconds by tool (rg and mawk look at raw lines and are not exact)", line("", tools));
	for (const t of works)
		out.push(line(t.title.replace(" by other tools", ""), tools.map((id) => num(t.rows.find((r) => r.id === id)?.cpu ?? NaN, 3))));
	out.push("", "peak MiB by tool", line("", tools));
	for (const t of works)
		out.push(line(t.title.replace(" by other tools", ""), tools.map((id) => num((t.rows.find((r) => r.id === id)?.peak_kib ?? NaN) / 1024, 1))));
}
const differ = [...counts].filter(([, list]) => new Set(list.map((c) => c.count)).size > 1);
out.push("", "records kept, by tool (exact ones; they must be equal)");
for (const [what, list] of counts)
	out.push(`  ${what.padEnd(28)} ${list.map((c) => `${c.tool} ${c.count}`).join(", ")}${differ.some(([w]) => w === what) ? "   DIFFERENT" : ""}`);
const also = (g) => (g.spread ? `  turns ${num(g.spread[0], 2)} to ${num(g.spread[1], 2)}` : "") +
	(g.without_start ? `, ${num(g.without_start, 2)}x without its start` : "") + (g.slowest ? `  ${g.slowest}` : "");
const w = wide(goals.map((g) => g.text), 2);
out.push("", "goal  " + "".padEnd(w) + "    figure        bound");
for (const g of goals)
	out.push(`${g.goal.padEnd(6)}${g.text.padEnd(w)}${(g.met === null ? "-" : num(g.figure, places(g.figure) - 1) + UNIT[g.kind]).padStart(10)}` +
		`${`${g.op} ${g.bound}${UNIT[g.kind]}`.padStart(13)}  ${g.met === null ? "not measured" : g.met ? "met    " : "NOT MET"}${also(g)}`.trimEnd());
out.push("", `${goals.filter((g) => g.met).length} of ${goals.length} goals met, ${goals.filter((g) => g.met === null).length} not measured`);
for (const n of notes)
	out.push(`note: ${n}`);
console.log(out.join("\n"));

const failed = tables.flatMap((t) => t.rows.filter((r) => r.failed).map((r) => `${t.id}/${r.id}`));
writeFileSync(join(dir, "report.json"), JSON.stringify({ version: 1, facts, tables, goals, counts: Object.fromEntries(counts), notes, failed,
	differ: differ.map(([what]) => what) }, null, 1) + "\n");
for (const f of failed)
	console.error(`bench: ${f} failed`);
for (const [what] of differ)
	console.error(`bench: ${what}: tools that are exact do not agree`);
process.exitCode = failed.length || differ.length ? 1 : 0;
