// SPDX-License-Identifier: Apache-2.0
// texts.mjs DIR MEGABYTES [ROOT...] -- the input of the bench: JSONL and WARC of texts that lie on a Debian machine.
//
// A text is a file that an installed package owns (dpkg's own lists say which), read in the order of a digest of its path, so
// that the same packages give the same bytes.  Documents (/usr/share/doc, man pages ...) make two thirds and program text a
// third, as far as there is enough, and no package more than a twenty-fifth.  ROOT: folders with packages unpacked in them
// (ROOT/PACKAGE/usr/...), read after those.  Long texts are cut between paragraphs into records of 5 KB on average, their
// sizes spread as those of real pages are.
//
// Written into DIR:  all.jsonl   {"id","text","url","license","source","metadata":{"license","package","path"}}
//                    all.warc.gz the same texts as HTTP responses, a gzip member a record
//                    one-N.jsonl eight parts, N = 0 to 7
//                    phrases     2,000 rules for `scope tag domain --rules`: two or three words that stand in the texts
//                    made.tsv    what was made: name, tab, figure
// license is SPDX's name of what the package's copyright file names first, null where that has none; metadata.license is
// Debian's word for it.  Texts that run short are taken again under other ids, and made.tsv says how many bytes that was.
import { createHash } from "node:crypto";
import { closeSync, existsSync, lstatSync, openSync, readdirSync, readFileSync, writeFileSync, writeSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { basename, join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";

const [dir, mega, ...roots] = process.argv.slice(2);
const WANT = Number(mega) * 1e6, FILE_MAX = 256 << 10, SHARE = 1 / 25, MEDIAN = 4300, SIGMA = 1.1;
const DOCS = /^\/usr\/share\/(doc|doc-base|man|info|help|common-licenses|gtk-doc|linux-doc)\//;
const CODE = /^\/usr\/(share\/(perl|perl5|vim|cmake[^/]*|emacs)|lib\/python3[^/]*|lib\/node_modules|include|lib\/[^/]*\/perl[^/]*)\//;
const TEXT = /(\.(txt|md|rst|html?|xml|sgml|tex|info|py|pm|pl|pod|h|hpp|c|vim|el|cmake|js|ts|[1-9][a-z]*)|\/(README|NEWS|TODO|AUTHORS|THANKS|HACKING|FAQ|copyright|changelog)[^/]*|\/common-licenses\/[^/]*)(\.gz)?$/;

const SPDX = {
	"expat": "Expat", "mit": "MIT", "mit/x11": "MIT", "x11": "X11", "isc": "ISC", "zlib": "Zlib", "curl": "curl", "vim": "Vim",
	"apache-2.0": "Apache-2.0", "apache-2": "Apache-2.0", "apache-2.0-with-llvm-exceptions": "Apache-2.0 WITH LLVM-exception",
	"bsd-2-clause": "BSD-2-Clause", "bsd-3-clause": "BSD-3-Clause", "bsd-4-clause": "BSD-4-Clause", "mpl-2.0": "MPL-2.0",
	"gpl-1+": "GPL-1.0-or-later", "gpl-2": "GPL-2.0-only", "gpl-2+": "GPL-2.0-or-later", "gpl-2.0+": "GPL-2.0-or-later",
	"gpl-3": "GPL-3.0-only", "gpl-3+": "GPL-3.0-or-later", "lgpl-2+": "LGPL-2.0-or-later", "lgpl-2.1": "LGPL-2.1-only",
	"lgpl-2.1+": "LGPL-2.1-or-later", "lgpl-3": "LGPL-3.0-only", "lgpl-3+": "LGPL-3.0-or-later", "artistic or gpl-1+": "Artistic-1.0-Perl OR GPL-1.0-or-later",
	"gpl-1+ or artistic": "Artistic-1.0-Perl OR GPL-1.0-or-later", "bsl-1.0": "BSL-1.0", "postgresql": "PostgreSQL",
	"cc-by-4.0": "CC-BY-4.0", "cc-by-sa-3.0": "CC-BY-SA-3.0", "cc-by-sa-4.0": "CC-BY-SA-4.0", "cc0-1.0": "CC0-1.0", "cc0": "CC0-1.0",
	"gfdl-1.3": "GFDL-1.3-only", "gfdl-1.3+": "GFDL-1.3-or-later", "psf-2": "PSF-2.0", "psf": "PSF-2.0", "openssl": "OpenSSL",
};

const md5 = (s) => createHash("md5").update(s).digest("hex");
const fraction = (hex) => (parseInt(hex.slice(0, 12), 16) + 0.5) / 2 ** 48;

// ---- which files ----

// Text files that packages own: { path, file, pkg }; path as the package names it, file where it lies.
function* owned() {
	const info = "/var/lib/dpkg/info";
	for (const name of existsSync(info) ? readdirSync(info).sort() : []) {
		if (!name.endsWith(".list"))
			continue;
		const pkg = name.slice(0, -5).replace(/:.*/, "");
		for (const path of readFileSync(join(info, name), "utf8").split("\n"))
			if (TEXT.test(path) && (DOCS.test(path) || CODE.test(path)))
				yield { path, file: path, pkg };
	}
}

function* below(root, path) {
	for (const e of readdirSync(join(root, path), { withFileTypes: true })) {
		const p = `${path}/${e.name}`;
		if (e.isDirectory())
			yield* below(root, p);
		else if (e.isFile() && TEXT.test(p))
			yield p;
	}
}

function* unpacked() {
	for (const root of roots)
		for (const pkg of readdirSync(root).sort())
			if (existsSync(join(root, pkg, "usr")))
				for (const path of below(join(root, pkg), "/usr"))
					yield { path, file: join(root, pkg, path), pkg };
}

const shuffled = (files) => files.map((f) => ({ ...f, key: md5(f.path) })).sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));

// ---- what is known of a package ----

const homes = new Map();
try {
	for (const l of execFileSync("dpkg-query", ["-W", "-f=${Package}\\t${Homepage}\\n"], { encoding: "utf8", maxBuffer: 1 << 26 }).split("\n")) {
		const [pkg, home] = l.split("\t");
		if (/^https?:\/\/[a-z0-9.-]+(\/[!-~]*)?$/.test(home || "") && !home.includes('"'))
			homes.set(pkg, home.replace(/\/$/, ""));
	}
} catch { /* no dpkg: every URL is of packages.debian.org */ }

const licences = new Map();
function licence(pkg) {
	if (!licences.has(pkg)) {
		let word = null;
		for (const root of ["/", ...roots.map((r) => join(r, pkg))]) {
			const file = join(root, "usr/share/doc", pkg, "copyright");
			const found = existsSync(file) && /^License:[ \t]*([A-Za-z][!-~]*( (or|and|with) [!-~]+)*),?[ \t]*$/im.exec(readFileSync(file, "latin1"));
			if (found) {
				word = found[1];
				break;
			}
		}
		licences.set(pkg, { word, spdx: word && (SPDX[word.toLowerCase()] ?? word) });
	}
	return licences.get(pkg);
}

// ---- texts and records ----

const strict = new TextDecoder("utf-8", { fatal: true });
function read({ file }) { // null: no text that can be used
	try {
		if (!lstatSync(file).isFile() || lstatSync(file).size > 8 << 20)
			return null;
		let bytes = readFileSync(file);
		if (file.endsWith(".gz"))
			bytes = gunzipSync(bytes, { maxOutputLength: 64 << 20 });
		if (bytes.length > FILE_MAX)
			bytes = bytes.subarray(0, bytes.lastIndexOf(10, FILE_MAX) + 1);
		const text = bytes.length < 200 || bytes.includes(0) ? null : strict.decode(bytes);
		return text && text.replace(/\r\n/g, "\n");
	} catch { // unreadable, damaged, or not UTF-8
		return null;
	}
}

// Cut between paragraphs, where a digest of the place says how long a record shall be: log-normal about MEDIAN.
function* pieces(text, key) {
	for (let at = 0, n = 0; at < text.length; n++) {
		const h = md5(key + n), u = fraction(h), v = fraction(h.slice(16));
		const want = Math.max(300, MEDIAN * Math.exp(SIGMA * Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * v)));
		let end = text.indexOf("\n\n", at + want);
		if (end < 0 || end > at + 3 * want + 2000)
			end = text.indexOf("\n", at + want);
		if (end < 0 || text.length - end < 200)
			end = text.length;
		yield text.slice(at, end);
		for (at = end; text[at] === "\n";)
			at++;
	}
}

class Out { // a file written a MiB at a time
	constructor(name) { this.fd = openSync(join(dir, name), "w"); this.held = []; this.size = 0; this.total = 0; }
	write(b) {
		if (this.held.push(b), this.total += b.length, (this.size += b.length) > 1 << 20)
			this.flush();
	}
	flush() { if (this.size) writeSync(this.fd, Buffer.concat(this.held)); this.held = []; this.size = 0; }
	close() { this.flush(); closeSync(this.fd); }
}

function member(url, text, key) { // a WARC response record as a gzip member
	const body = Buffer.from(text), type = /<(html|!doctype)/i.test(text.slice(0, 400)) ? "text/html" : "text/plain";
	const http = Buffer.from(`HTTP/1.1 200 OK\r\nContent-Type: ${type}; charset=utf-8\r\nContent-Length: ${body.length}\r\n\r\n`);
	const uuid = `${key.slice(0, 8)}-${key.slice(8, 12)}-4${key.slice(13, 16)}-8${key.slice(17, 20)}-${key.slice(20, 32)}`;
	const head = Buffer.from("WARC/1.0\r\nWARC-Type: response\r\n" + `WARC-Record-ID: <urn:uuid:${uuid}>\r\nWARC-Date: 2024-05-01T00:00:00Z\r\n` +
		`WARC-Target-URI: ${url}\r\nContent-Type: application/http; msgtype=response\r\nContent-Length: ${http.length + body.length}\r\n\r\n`);
	return gzipSync(Buffer.concat([head, http, body, Buffer.from("\r\n\r\n")]), { level: 6 });
}

// ---- the phrases: from every so-manieth record two or three plain words ----

const phrases = new Set();
function phrase(text, key) {
	const found = text.slice(Math.floor(text.length * 0.4 * fraction(key))).match(/\b[A-Za-z]{4,12} [a-z]{3,12} [a-z]{4,12}\b/);
	if (found && phrases.size < 2000)
		phrases.add(phrases.size % 2 ? found[0] : found[0].split(" ").slice(0, 2).join(" "));
}

// ---- all of it ----

const all = new Out("all.jsonl"), warc = new Out("all.warc.gz");
let parts = 0, part = null, records = 0, again = 0;

function record(f, text, n, round) {
	const key = md5(`${f.path}#${n}#${round}`), l = licence(f.pkg), home = homes.get(f.pkg) ?? `https://packages.debian.org/stable/${f.pkg}`;
	const url = `${home}/${encodeURI(basename(f.path))}?${n}`;
	const line = Buffer.from(JSON.stringify({ id: key, text, url, license: l.spdx, source: "debian",
		metadata: { license: l.word, package: f.pkg, path: f.path } }) + "\n");
	if (!part || (parts < 8 && part.total > WANT / 8)) {
		part?.close();
		part = new Out(`one-${parts++}.jsonl`);
	}
	all.write(line);
	part.write(line);
	warc.write(member(url, text, key));
	if (records++ % 4 === 1)
		phrase(text, key);
}

const of = new Map(); // bytes taken, by package
const passed = []; // files of packages that have given SHARE of all already
function take(files, until, round, share = Infinity) {
	for (const f of files) {
		if (all.total >= until)
			return;
		if ((of.get(f.pkg) ?? 0) > share * WANT) {
			passed.push(f);
			continue;
		}
		const text = read(f), before = all.total;
		let n = 0;
		for (const p of text ? pieces(text, f.key) : [])
			if (all.total < until)
				record(f, p, n++, round);
		of.set(f.pkg, (of.get(f.pkg) ?? 0) + all.total - before);
		again += round ? all.total - before : 0;
	}
}

const have = [...owned()];
const docs = shuffled(have.filter((f) => DOCS.test(f.path))), code = shuffled(have.filter((f) => !DOCS.test(f.path)));
const more = shuffled([...unpacked()]);
// Documents and program text by turns, so that a part of the file is like the whole.
const turns = 32;
for (let t = 0; t < turns; t++) {
	take(docs.slice(Math.floor(docs.length * t / turns), Math.floor(docs.length * (t + 1) / turns)), WANT * (t + 2 / 3) / turns, 0, SHARE);
	take(code.slice(Math.floor(code.length * t / turns), Math.floor(code.length * (t + 1) / turns)), WANT * (t + 1) / turns, 0, SHARE);
}
take(more, WANT, 0);
take(passed, WANT, 0);
const fresh = all.total;
for (let round = 1; all.total < WANT && fresh > 0; round++)
	take([...docs, ...code, ...more], WANT, round);
if (!fresh)
	throw new Error("no text was found on this machine");
part.close();
while (parts < 8)
	new Out(`one-${parts++}.jsonl`).close();
all.close();
warc.close();
writeFileSync(join(dir, "phrases"), "# two or three words that stand in the texts\n" +
	[...phrases].map((p, i) => `bench/p${String(i).padStart(4, "0")} 0.9 text="${p}"\n`).join(""));
writeFileSync(join(dir, "made.tsv"), Object.entries({ bytes: all.total, records, taken_again: again, warc_gz: warc.total, phrases: phrases.size })
	.map(([k, v]) => `${k}\t${v}\n`).join(""));
