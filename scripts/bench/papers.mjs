// SPDX-License-Identifier: Apache-2.0
// papers.mjs TEXTS DIR N -- N paper packages, DIR/paper-I.tar.gz: an article in JATS made of TEXTS (JSON lines), about 100 KB, and
// six images of 40 KB of noise in a PNG's frame.  The same bytes for the same texts.
import { createReadStream, writeFileSync, mkdirSync } from "node:fs";
import { createInterface } from "node:readline";
import { crc32, deflateSync, gzipSync } from "node:zlib";

const [texts, dir, count] = [process.argv[2], process.argv[3], Number(process.argv[4])];
mkdirSync(dir, { recursive: true });

let seed = 1;
const noise = (n) => Buffer.from(Uint8Array.from({ length: n }, () => (seed = (Math.imul(seed, 1103515245) + 12345) >>> 0) >>> 16));

const crc = crc32 ?? ((b) => { // node before 20.15 has none
	let c = ~0;
	for (const x of b) {
		c ^= x;
		for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
	}
	return ~c >>> 0;
});
function chunk(type, data) {
	const out = Buffer.alloc(12 + data.length);
	out.writeUInt32BE(data.length);
	out.write(type, 4);
	data.copy(out, 8);
	out.writeUInt32BE(crc(out.subarray(4, 8 + data.length)), 8 + data.length);
	return out;
}
function png() {
	const head = Buffer.from([0, 0, 0, 200, 0, 0, 0, 200, 8, 0, 0, 0, 0]);
	const rows = Buffer.concat(Array.from({ length: 200 }, () => Buffer.concat([Buffer.from([0]), noise(200)])));
	return Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), chunk("IHDR", head), chunk("IDAT", deflateSync(rows)), chunk("IEND", Buffer.alloc(0))]);
}
function member(name, data) {
	const h = Buffer.alloc(512);
	h.write(name);
	h.write("0000644\0", 100);
	h.write("0000000\0", 108);
	h.write("0000000\0", 116);
	h.write(data.length.toString(8).padStart(11, "0") + "\0", 124);
	h.write("00000000000\0", 136);
	h.write("        0", 148);
	h.write("ustar\x0000", 257);
	h.write(h.reduce((s, x) => s + x, 0).toString(8).padStart(6, "0") + "\0 ", 148);
	return Buffer.concat([h, data, Buffer.alloc((512 - (data.length % 512)) % 512)]);
}
const escape = (s) => s.replace(/[\x00-\x08\x0b\x0c\x0e-\x1f]/g, " ").replace(/[&<>]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[c]);
const figure = (i, k) => `<fig id="f${k}"><label>Figure ${k}</label><caption><title>Noise ${k}.</title><p>Plot ${k} of paper ${i}.</p></caption><graphic xlink:href="p${i}.g${k}"/></fig>`;

function paper(i, body) {
	const xml = `<?xml version="1.0" encoding="UTF-8"?>\n<article xmlns:xlink="http://www.w3.org/1999/xlink"><front><article-meta>` +
		`<article-id pub-id-type="doi">10.55555/bench.${i}</article-id><title-group><article-title>Paper ${i}</article-title></title-group>` +
		`<permissions><license xlink:href="https://creativecommons.org/licenses/by/4.0/"/></permissions></article-meta></front><body>` +
		body.map((t, k) => `<p>${escape(t)}</p>\n${k < 6 ? figure(i, k + 1) : ""}`).join("") + "</body></article>\n";
	const files = [member(`p${i}/p${i}.nxml`, Buffer.from(xml))];
	for (let k = 1; k <= Math.min(6, body.length); k++) files.push(member(`p${i}/p${i}.g${k}.png`, image[k - 1]));
	writeFileSync(`${dir}/paper-${i}.tar.gz`, gzipSync(Buffer.concat([...files, Buffer.alloc(1024)])));
}

const image = Array.from({ length: 6 }, png);
let made = 0, body = [], size = 0;
for await (const line of createInterface({ input: createReadStream(texts) })) {
	const text = JSON.parse(line).text;
	body.push(text);
	size += text.length;
	if (size < 100000 || body.length < 6) continue;
	paper(made++, body);
	body = [];
	size = 0;
	if (made === count) break;
}
