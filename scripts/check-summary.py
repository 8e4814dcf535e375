#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""check-summary.py [--top N] [--sme] [--name NAME] [--mutate] MANIFEST PAGE -- is every number of a summary true?

PAGE is what `scope export hf-card`, `eu-summary` or `ab2013` made of MANIFEST.  The manifest is read here by itself, nothing of scope is used:
every line of PAGE that has a digit in it, rows of tables among them, must be the next one that is expected, and no other may stand there.
Blanks are counted.  Of a card the head must be YAML and say what the manifest does.  Prints what is wrong, or how many lines were
compared; exit status 1 if anything is wrong.  --mutate asks this program: is every change of a digit found?
"""
import argparse
import re
import sys
from collections import defaultdict

KEYS = ("licence", "basis", "host", "site", "domain", "media", "rights")
LABELS = ("domain", "media", "rights")
TEXTS = set("ecmascript javascript json jsonl ndjson rtf sql toml x-latex x-ndjson x-sh x-subrip x-tex xml xml-dtd yaml".split())
PUBLIC = {b"CC-PDDC", b"CC-PDM-1.0", b"CC0-1.0", b"PDDL-1.0", b"Unlicense"}
HUB = set("""apache-2.0 mit afl-3.0 artistic-2.0 bsl-1.0 bsd-2-clause bsd-3-clause bsd-3-clause-clear cc0-1.0 cc-by-2.0 cc-by-2.5 cc-by-3.0
cc-by-4.0 cc-by-sa-3.0 cc-by-sa-4.0 cc-by-nc-2.0 cc-by-nc-3.0 cc-by-nc-4.0 cc-by-nd-4.0 cc-by-nc-nd-3.0 cc-by-nc-nd-4.0 cc-by-nc-sa-2.0
cc-by-nc-sa-3.0 cc-by-nc-sa-4.0 cdla-sharing-1.0 cdla-permissive-1.0 cdla-permissive-2.0 wtfpl ecl-2.0 epl-1.0 epl-2.0 etalab-2.0 eupl-1.1
agpl-3.0 gpl-2.0 gpl-3.0 lgpl-2.1 lgpl-3.0 isc lppl-1.3c ms-pl mpl-2.0 osl-3.0 postgresql ofl-1.1 ncsa unlicense zlib""".split())
BLANK = "[to be filled in by a person:"


# ---- the manifest ----

def unfield(b):
    return b"" if b == b"-" else re.sub(rb"%([0-9A-F]{2})", lambda m: bytes([int(m[1], 16)]), b)


def modality(t):
    kind, _, sub = t.partition(b"/")
    if kind in (b"text", b"image", b"audio", b"video") and b"/" in t:
        return kind.decode()
    if kind != b"application" or b"/" not in t:
        return "other"
    sub = sub.split(b";")[0].strip(b" \t\n\r\f\v").decode("latin-1")
    return "text" if sub in TEXTS or sub.endswith(("+json", "+xml")) else "other"


class Manifest:
    def __init__(self, path):
        self.count = defaultdict(lambda: [0, 0])
        self.table = {k: defaultdict(lambda: [0, 0]) for k in KEYS}
        self.head, self.step, self.shard_in, self.shard_out, self.total = [], [], [], [], {}
        self.lines = defaultdict(int)
        with open(path, "rb") as f:
            for line in f.read().split(b"\n")[1:-1]:
                kind, *v = line.split(b"\t")
                self.lines[kind] += 1
                getattr(self, "line_" + kind.decode(), lambda v: None)(v)

    def line_H(self, v):
        self.head.append((unfield(v[0]), unfield(v[1])))

    def line_I(self, v):
        self.shard_in.append((unfield(v[2]), int(v[1]), int(v[3]), int(v[4])))

    def line_S(self, v):
        self.shard_out.append((unfield(v[2]), int(v[1]), int(v[4])))

    def line_P(self, v):
        self.step.append((unfield(v[1]), int(v[2]), [int(x) for x in v[4:9]], unfield(v[12])))

    def line_T(self, v):
        self.total[v[0].decode()] = v[1].decode()

    def add(self, what, size):
        self.count[what][0] += 1
        self.count[what][1] += size

    def line_R(self, v):
        size, kv = int(v[1]), dict(x.split(b"=", 1) for x in v[6:])
        value = dict(zip(("media", "licence", "basis", "domain"), map(unfield, v[2:6])))
        value.update({k: unfield(kv.get(k.encode(), b"-")) for k in ("host", "site", "rights")})
        self.add("all", size)
        for k in KEYS:
            self.add((k, "having" if value[k] else "lacking"), size)
            for one in ({x for x in value[k].split(b",") if x} if k in LABELS else {value[k]} - {b""}):
                self.table[k][one][0] += 1
                self.table[k][one][1] += size
        for k in ("author", "title", "doi", "parent", "conflict"):
            if kv.get(k.encode()):
                self.add(k, size)
        if b"://" in unfield(kv.get(b"src", b"-")):
            self.add("url", size)
        has = {modality(x) for x in value["media"].split(b",") if x} or {"not stated"}
        for m in has:
            self.add(("any", m), size)
        self.add(("alone", *has) if len(has) == 1 else "mixed", size)
        signals = value["rights"].split(b",") if value["rights"] else []
        self.add("unchecked" if not signals else "reserved" if any(s.startswith(b"reserved/") for s in signals) else
                 "unclear" if any(s.startswith(b"unknown/") for s in signals) else "clear", size)

    def ranked(self, key, by):
        first = 1 if by == "bytes" else 0
        return sorted(self.table[key].items(), key=lambda r: (-r[1][first], -r[1][1 - first], r[0]))

    def did(self, step):
        return any(s[0].startswith(step) for s in self.step)


# ---- as a page shows it ----

def unsafe(c):
    return (c < 0x20 or 0x7f <= c <= 0x9f or c in (0xad, 0x61c, 0x180e, 0xfeff) or 0x200b <= c <= 0x200f or 0x2028 <= c <= 0x202e or
            0x2060 <= c <= 0x206f or 0xfff9 <= c <= 0xfffb or 0xe0000 <= c <= 0xe007f)


def characters(b):
    """Code points, or bytes that are none."""
    while b:
        for n in range(1, 5):
            try:
                yield b[:n].decode()
                b = b[n:]
                break
            except UnicodeDecodeError:
                pass
        else:
            yield b[0]
            b = b[1:]


def code(b):
    if not b:
        return "none"
    shown = b[:256]
    if len(b) > 256:
        n = 256
        while n > 252 and b[n] & 0xc0 == 0x80:
            n -= 1
        shown = b[:n]
    out = ""
    for c in characters(shown):
        if isinstance(c, int):
            out += "\\x%02x" % c
        elif unsafe(ord(c)):
            out += ("\\x%02x" if ord(c) < 0x80 else "\\u{%x}") % ord(c)
        else:
            out += {"`": "\\x60", "|": "\\x7c"}.get(c, c)
    return "`" + out + ("..." if len(shown) < len(b) else "") + "`"


def n(x):
    return f"{x:,}"


def share(part, of):
    if not of:
        return "-"
    t = (part * 1000 + of // 2) // of
    if part and not t:
        return "below 0.1 %"
    if part < of and t >= 1000:
        return "above 99.9 %"
    return f"{t // 10} %" if t % 1000 == 0 else f"{t // 10}.{t % 10} %"


class Page:
    def __init__(self, m, arg):
        self.m, self.arg, self.lines = m, arg, []

    def put(self, *lines):
        self.lines += lines

    def row(self, label, c):
        self.put(f"| {label} | {n(c[0])} | {share(c[0], self.m.count['all'][0])} | {n(c[1])} |")

    def table(self, key, by="records", most=None):
        others = {"licence": "licences", "basis": "places", "host": "hosts", "site": "sites", "domain": "domains", "media": "types", "rights": "signals"}
        lacking = {"licence": "no licence looked for", "basis": "not said", "host": "no host", "site": "no site", "domain": "no domain looked for",
                   "media": "no type stated", "rights": "not looked for"}
        rows = self.m.ranked(key, by)
        most = self.arg.top if most is None else most
        for value, c in rows[:most]:
            self.row(code(value), c)
        rest = rows[most:]
        if rest:
            self.row(f"{n(len(rest))} other {others[key]}", [sum(c[i] for _, c in rest) for i in (0, 1)])
        if self.m.count[key, "lacking"][0]:
            self.row(lacking[key], self.m.count[key, "lacking"])
        several = sum(c[0] for _, c in rows) > self.m.count[key, "having"][0]
        self.put(f"Distinct: {n(len(rows))}." + (" A record may have several, so shares add up to more than the whole." if several else ""))

    def corpus(self):
        m = self.m
        for label, x in (("Records, each distinct one once", m.count["all"][0]), ("Bytes of the records", m.count["all"][1]),
                         ("Places where records lie", m.lines[b"L"]), ("Shards written", len(m.shard_out)),
                         ("Bytes of the shards written, as stored", sum(s[1] for s in m.shard_out)), ("Shards read", len(m.shard_in)),
                         ("Bytes of the shards read, as stored", sum(s[1] for s in m.shard_in)), ("Records read", sum(s[2] for s in m.shard_in)),
                         ("Records spoilt in what was read", sum(s[3] for s in m.shard_in)), ("Records taken back later", m.lines[b"X"])):
            self.put(f"| {label} | {n(x)} |")

    def heads(self):
        self.put(*(f"| {code(k)} | {code(v)} |" for k, v in self.m.head))

    def steps(self):
        for i, (name, revision, counts, args) in enumerate(self.m.step):
            self.put(f"| {n(i + 1)} | {code(name)} | {n(revision)} | {code(args)} | " + " | ".join(map(n, counts)) + " |")

    def rights(self):
        for label, k in (("Looked for and found: use is reserved", "reserved"), ("Looked for, and not clear", "unclear"),
                         ("Looked for, and none found", "clear"), ("Not looked for", "unchecked")):
            self.row(label, self.m.count[k])

    def credit(self):
        for label, k in (("An author", "author"), ("A title", "title"), ("A DOI", "doi"), ("A URL", "url"),
                         ("Another record that they were split from", "parent"), ("A conflict: sources disagree on licence or domain", "conflict")):
            self.row(label, self.m.count[k])

    def verify(self):
        t = self.m.total
        for k in ("record-root", "key-root"):
            self.put(f"| {k} | `{t[k]}` |")
        self.put(f"| keys | {n(int(t['keys']))} |", f"| lines | `{t['lines']}` |",
                 "`scope verify MANIFEST` reads every shard and record again and compares; `scope export NAME MANIFEST` makes this page again, with the same "
                 "bytes. Who must trust neither the program nor its author can count with `grep`, `cut`, `sort` and `sha256sum`: the manifest is sorted "
                 "text, and scope-manifest(5) says how the roots are made.")

    def begin(self, blanks):
        self.put(f"> Blanks: {n(blanks)}. Each stands in brackets and begins with the words `to be filled in by a person`.",
                 f"> All numbers are counted from the manifest whose record-root is `{self.m.total['record-root']}`.")

    # ---- the three of them ----

    def hf_card(self, blanks):
        m = self.m
        self.put(f"# Dataset card of {code(self.name())}" if self.name() else "# Dataset card of " + BLANK)
        self.begin(blanks)
        self.corpus()
        self.put(f"Files that a loader of the hub can read are in the head: {n(sum(bool(loader(s[0])) for s in m.shard_out))} of {n(len(m.shard_out))}. "
                 "The split `train` there is a convention, not a division.")
        self.heads()
        self.steps()
        for name, _, c, args in m.step:
            if c[2] or c[3]:
                self.put(f"| {code(name)} | {code(args)} | {n(c[2] + c[3])} | {share(c[2] + c[3], c[0])} |")
        self.put(f"Records taken back after they were published: {n(m.lines[b'X'])}. Why the steps were chosen: {BLANK} the reasons for each selection]")
        self.table("licence")
        self.table("basis")
        self.credit()
        for k in ("host", "site", "domain", "media"):
            self.table(k)
        self.rights()
        self.table("rights")
        self.verify()

    def name(self):
        return self.arg.name.encode() if self.arg.name else dict(reversed(self.m.head)).get(b"corpus", b"")

    def size(self, kind):
        any_, other, unstated = self.m.count["any", kind], self.m.count["any", "other"][0], self.m.count["any", "not stated"]
        jsonl = bool(self.m.step) and self.m.step[0][0] == b"read/jsonl"
        if kind == "text":
            most = any_[1] + (unstated[1] if jsonl else 0)
            more = other + (0 if jsonl else unstated[0])
            text = f"at most {n(most)} tokens, since one is at least a byte"
            large = f"{BLANK} below 1 billion, 1 billion to 10 trillion, or more]"
            if more:
                return text + f", and what {n(more)} records have that do not say that they are text: " + large
            return text + (": less than 1 billion" if most < 10**9 else f": {BLANK} below 1 billion, or 1 billion to 10 trillion]" if most <= 10**13 else
                           ": " + large)
        if kind == "image":
            if any_[0] > 10**9:
                return "more than 1 billion images"
            return (f"{n(any_[0])} images or more, at least one a record: {BLANK} " +
                    ("below 1 million unless records have several]" if any_[0] < 10**6 else "1 million to 1 billion unless records have several]"))
        return f"{BLANK} the size in a unit that suits it]" if kind == "other" else f"{BLANK} hours: below 10,000, 10,000 to 1 million, or more]"

    def modalities(self):
        m = self.m
        jsonl = bool(m.step) and m.step[0][0] == b"read/jsonl"
        seen = False
        for kind in ("text", "image", "audio", "video", "other"):
            c = m.count["any", kind]
            if c[0] or (kind == "text" and jsonl and m.count["any", "not stated"][0]):
                seen = True
                self.put(f"| {kind} | {n(c[0])} | {n(m.count['alone', kind][1])} | {n(c[1])} | {self.size(kind)} | {BLANK} for example fiction, news, "
                         "scientific text, photographs] |")
        c = m.count["any", "not stated"]
        self.put(f"| not stated | {n(c[0])} | {n(m.count['alone', 'not stated'][1])} | {n(c[1])} | " +
                 ("text of JSON lines: counted with text" if jsonl else "") + " | |")
        self.put(("" if seen else "No record says what it is. ") + "A manifest says how many bytes a record has, not how they divide: at least is of records "
                 f"of that modality alone, at most of all that have it. Records of several: {n(m.count['mixed'][0])}.")

    def eu_summary(self, blanks):
        m = self.m
        self.put("# Public summary of training content (AI Act, Article 53(1)(d)): draft from one corpus")
        self.begin(blanks)
        self.put("## 1. General information", "### 1.1 The provider", "### 1.2 The model",
                 "### 1.3 Modalities, size and other characteristics of the training data")
        self.modalities()
        self.corpus()
        self.put(f"Latest acquisition of data: {BLANK} month and year]. The manifest was made at {code(dict(reversed(m.head)).get(b'created', b''))}; what is "
                 "in it was acquired before that.")
        self.table("domain", "bytes")
        self.put("## 2. List of data sources", f"Shards that the corpus was made of, as the manifest names them ({n(len(m.shard_in))} in all; " +
                 ("the first ones" if len(m.shard_in) > self.arg.top else "every one") + "):")
        self.put(*(f"| {code(s[0])} | {n(s[2])} | {n(s[1])} |" for s in m.shard_in[:self.arg.top]))
        self.table("licence", "bytes")
        self.put("### 2.1 Publicly available datasets", f"Large ones by name: {BLANK} name and link of each that is more than 3 % of all such data of a modality]",
                 "### 2.2 Datasets of third parties that are not public", "#### 2.2.1 Licensed from rightsholders or those who act for them",
                 "#### 2.2.2 Obtained from other third parties", "### 2.3 Data crawled and scraped from online sources",
                 f"Records with a host: {n(m.count['host', 'having'][0])} of {n(m.count['all'][0])}; with a URL: {n(m.count['url'][0])}.")
        key = "site" if m.count["site", "having"][0] else "host"
        distinct = len(m.table[key])
        most = min(-(-distinct // 20), 1000) if self.arg.sme else -(-distinct // 10)
        self.put(f"Most relevant domain names: the first {'5 %, at most 1,000,' if self.arg.sme else '10 %'} of {n(distinct)} by bytes, which is {n(most)}.")
        if most:
            self.put(f"A name is {'what was registered (site), so that its hosts count together' if key == 'site' else 'a host, since no record has a site'}. "
                     f"These are of all records that have one, whoever fetched them: {BLANK} which of these were crawled by or for the provider, and which "
                     "came in datasets of section 2.1 or 2.2]")
            self.table(key, "bytes", most)
        self.put("### 2.4 User data", "### 2.5 Synthetic data", "### 2.6 Other sources", "## 3. Data processing",
                 "### 3.1 Reservations of rights from text and data mining")
        self.rights()
        self.table("rights")
        self.put("scope-rights(7) says what each signal is; `terms/...` are what a licence asks, and no reservation.", "### 3.2 Removal of illegal content")
        self.steps()
        self.heads()
        self.put("### 3.3 Other information")
        self.verify()

    def ab2013(self, blanks):
        m = self.m
        self.put("# Training data of a generative system (California AB 2013, Civil Code 3111): draft from one corpus")
        self.begin(blanks)
        self.put("## 1. Sources or owners")
        self.table("site")
        self.table("host")
        self.credit()
        self.put("## 2. How the data further the purpose of the system", "## 3. Number of data points")
        self.corpus()
        self.put("## 4. Types of data points")
        self.table("domain")
        self.table("media")
        self.put("## 5. Copyright, trademark, patent, or public domain")
        of = lambda test: [sum(c[i] for v, c in m.table["licence"].items() if test(v)) for i in (0, 1)]
        nothing, conflict = {b"none", b"unknown"}, {b"conflict"}
        self.row("Marked as in the public domain", of(PUBLIC.__contains__))
        self.row("Under a licence, and so protected", of(lambda v: v not in PUBLIC | nothing | conflict))
        self.row("Sources disagree on the licence", of(conflict.__contains__))
        self.row("Looked for, and nothing found", of(nothing.__contains__))
        self.row("Not looked for", m.count["licence", "lacking"])
        self.rights()
        self.put("## 6. Purchased or licensed")
        self.table("licence")
        self.put("## 7. Personal information", "## 8. Aggregate consumer information", "## 9. Cleaning, processing and other changes")
        self.steps()
        self.heads()
        self.put("## 10. Period of collection", f"{BLANK} from when to when]. The manifest was made at {code(dict(reversed(m.head)).get(b'created', b''))} and has "
                 "no dates of records.", "## 11. First used in development", "## 12. Synthetic data")
        self.verify()


# ---- the head of a card ----

def loader(path):
    path = re.sub(rb"\.(gz|zst|bz2|xz|lz4)$", b"", path)
    if path.split(b"/")[-1] == b"metadata.jsonl":
        return "imagefolder"
    for name, ends in (("json", (b".jsonl", b".json", b".ndjson")), ("webdataset", (b".tar",)), ("parquet", (b".parquet",)), ("csv", (b".csv", b".tsv")),
                       ("text", (b".txt",))):
        if path.endswith(ends):
            return name
    return None


def hub(licence):
    name = licence.decode("utf-8", "replace")
    if name in ("none", "unknown", "conflict"):
        return "unknown"
    if " " in name:
        return "other"
    renamed = {"C-UDA-1.0": "c-uda", "LGPLLR": "lgpl-lr", "ODC-By-1.0": "odc-by", "ODbL-1.0": "odbl", "PDDL-1.0": "pddl"}
    gnu = re.fullmatch(r"((?:A|L)?GPL-[0-9.]+)-(?:only|or-later)", name)
    if name in renamed:
        return renamed[name]
    if gnu and gnu[1].lower() in HUB:
        return gnu[1].lower()
    if name.lower() in HUB - {"agpl-3.0", "gpl-2.0", "gpl-3.0", "lgpl-2.1", "lgpl-3.0"}:
        return name.lower()
    for begins, family in (("BSD-", "bsd"), ("CC-BY", "cc"), ("GFDL-", "gfdl"), ("GPL-", "gpl"), ("LGPL-", "lgpl"), ("LicenseRef-CC-BY", "cc")):
        if name.startswith(begins):
            return family
    return "other"


def readable(b):
    return "".join("\\x%02x" % c if isinstance(c, int) else c for c in characters(b))


def head_expected(page):
    m, out, others = page.m, {}, []
    if page.name():
        out["pretty_name"] = readable(page.name())
    names = []
    for value, _ in m.ranked("licence", "records"):
        names.append(hub(value))
        if names[-1] == "other":
            others.append(value)
    if m.count["licence", "lacking"][0]:
        names.append("unknown")
    names = list(dict.fromkeys(names))
    if names:
        out["license"] = names[0] if len(names) == 1 else names
    if others:
        out["license_name"] = readable(others[0][:256]) if len(others) == 1 else "several-see-the-table-of-licences"
    sizes = ["n<1K", "1K<n<10K", "10K<n<100K", "100K<n<1M", "1M<n<10M", "10M<n<100M", "100M<n<1B", "1B<n<10B", "10B<n<100B", "100B<n<1T"]
    out["size_categories"] = [next((s for i, s in enumerate(sizes) if m.count["all"][0] < 1000 * 10**i), "n>1T")]
    out["tags"] = (["scope-manifest"] + [k for k in ("text", "image", "audio", "video") if m.count["any", k][0]] +
                   [readable(v[:256]) for v, _ in m.ranked("domain", "records")[:10] if v != b"unknown"])
    if m.did(b"tag/"):
        out["annotations_creators"] = ["machine-generated"]
    configs = []
    for name in ("imagefolder", "json", "webdataset", "parquet", "csv", "text"):
        paths = [s[0] for s in m.shard_out if loader(s[0]) == name]
        if name == "imagefolder":
            paths = [p[:p.rfind(b"/") + 1] for p in paths]
        paths = [re.sub(r"[*?[]", lambda c: f"[{c[0]}]", readable(p)) + ("**" if name == "imagefolder" else "") for p in paths]
        if paths:
            configs.append({"config_name": name, "data_files": [{"split": "train", "path": paths}]})
    if configs:
        out["configs"] = configs
    return out


def strict_yaml(text):
    """The part of YAML that a card's head is allowed: nothing that two parsers could read in two ways."""
    plain = r"[A-Za-z0-9][A-Za-z0-9.<>_-]*"
    quoted = r'"(?:[^"\\\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]|\\["\\]|\\u[0-9a-f]{4}|\\U[0-9a-f]{8})*"'
    for line in text.split("\n"):
        if line and not re.fullmatch(rf"(?: *- )?(?:[a-z_]+:(?: (?:{plain}|{quoted}))?|{plain}|{quoted})| +- [a-z_]+: {plain}| +[a-z_]+:", line):
            return f"a line that could be read in two ways: {line[:80]!r}"
    return None


def quoted(text):
    """As the card must write it: text may hold \\xHH for a byte that is no UTF-8."""
    out = ""
    for c in text:
        o = ord(c)
        out += "\\" + c if c in '"\\' else ("\\U%08x" if o > 0xffff else "\\u%04x") % o if unsafe(o) or o & 0xfffe == 0xfffe else c
    return f'"{out}"'


def head_text(want):
    """The same as text, so that it can be compared where there is no parser of YAML."""
    out = []
    for key, v in want.items():
        if key in ("pretty_name", "license_name"):
            out.append(f"{key}: {quoted(v)}")
        elif isinstance(v, str):
            out.append(f"{key}: {v}")
        elif key != "configs":
            out += [f"{key}:"] + ["- " + (quoted(x) if key == "tags" else x) for x in v]
        else:
            out.append("configs:")
            for c in v:
                out += [f"- config_name: {c['config_name']}", "  data_files:", "  - split: train", "    path:"]
                out += [f"    - {quoted(x)}" for x in c["data_files"][0]["path"]]
    return "\n".join(out)


def head_wrong(page, text):
    want = head_expected(page)
    wrong = strict_yaml(text)
    if wrong:
        return wrong
    if text != head_text(want):
        a, b = next((a, b) for a, b in zip(text.split("\n") + [""], head_text(want).split("\n") + [""]) if a != b)
        return f"it says {a!r}, but the manifest {b!r}"
    try:
        import yaml
    except ImportError:
        return None
    try:
        got = yaml.safe_load(text)
    except yaml.YAMLError as e:
        return f"no YAML: {e}"
    return None if got == want else f"it reads as {got!r}, but the manifest says {want!r}"


# ---- comparing ----

def compare(m, arg, text):
    """What is wrong with a page, and how many lines were compared."""
    page, wrong = Page(m, arg), []
    if text.startswith("---\n"):
        head, _, text = text[4:].partition("\n---\n")
        bad = head_wrong(page, head)
        if bad:
            wrong.append(f"head: {bad}")
    kinds = {"# Dataset card": page.hf_card, "# Public summary": page.eu_summary, "# Training data": page.ab2013}
    make = next((f for begins, f in kinds.items() if text.lstrip("\n").startswith(begins)), None)
    if not make:
        return ["no summary that is known"], 0
    if any(unsafe(ord(c)) and c != "\n" for c in text):
        wrong.append("a control or bidirectional character")
    for line in re.sub(r"`[^`\n]*`", "", text).split("\n"):
        if re.search(r"[<`\\]|\]\s*[(\[:]|//|[^\x00-\x7f]", line):
            wrong.append(f"something that is neither ours nor a code span: {line[:80]!r}")
    make(text.count(BLANK))
    got = [x for x in text.split("\n") if re.search(r"\d", x)]
    want = [x for x in page.lines if re.search(r"\d", x)]
    for a, b in zip(got, want):
        if a != b:
            wrong.append(f"it says\n  {a}\nbut the manifest\n  {b}")
            break
    if len(got) != len(want) and not wrong:
        wrong.append(f"{len(got)} lines with numbers, {len(want)} expected; the first too many: {(got + want)[min(len(got), len(want))]!r}")
    return wrong, len(got)


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--top", type=int, default=25)
    p.add_argument("--sme", action="store_true")
    p.add_argument("--name")
    p.add_argument("--mutate", action="store_true", help="change each digit in turn: which changes are not found?")
    p.add_argument("manifest")
    p.add_argument("page")
    arg = p.parse_args()
    m = Manifest(arg.manifest)
    with open(arg.page, "rb") as f:
        text = f.read().decode()
    if arg.mutate:
        digits = [i for i, c in enumerate(text) if c in "0123456789"]
        missed = [i for i in digits if not compare(m, arg, text[:i] + str((int(text[i]) + 1) % 10) + text[i + 1:])[0]]
        for i in missed:
            print(f"{arg.page}: not found: byte {i}, in {text[max(0, i - 20):i + 20]!r}")
        print(f"{len(digits)} digits changed, {len(missed)} not found")
        sys.exit(1 if missed or not digits else 0)
    wrong, n_lines = compare(m, arg, text)
    for x in wrong:
        print(f"{arg.page}: {x}")
    print(f"{n_lines} lines with numbers compared, {len(wrong)} wrong")
    sys.exit(1 if wrong else 0)


main()
