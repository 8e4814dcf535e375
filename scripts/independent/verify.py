#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""usage: verify.py manifest FILE.scm [--shards DIR]
       verify.py proof FILE (--root sha256:HEX ... | --checkpoint FILE ...)

Is it true?  Written from scope-manifest(5) and scope-check(7), not from scope's sources, with Python's own library alone, so that two programs
that share no line must agree.  Exit status 0: it is true; 1: the first thing that is not is named; 2: it could not be looked at.
Signatures are left to ssh-keygen(1): scope-check(7) has the line."""
import base64, bisect, bz2, gzip, functools, hashlib, itertools, lzma, mmap, os, re, shutil, struct, subprocess, sys, tempfile, zlib

LINE_MAX, NO_HASH, SPOILT = 16 << 20, bytes(32), (EOFError, lzma.LZMAError, zlib.error, gzip.BadGzipFile)
FIELD = rb"(?:%2D(?=[\t\n#]|\Z)|(?:[^\x00-\x1f\x7f%]|%ESC)[^\x00-\x1f\x7f%]*(?:%ESC[^\x00-\x1f\x7f%]*)*)".replace(b"ESC", b"(?:[01][0-9A-F]|25|7F)")
def form(text):
    """A regular expression in which capital words stand for kinds of fields, and a blank for a TAB."""
    text = text.replace(b" ", b"\t").replace(b"PLACE", rb"(?:-|TEXT#NUM\+NUM)").replace(b"_", b" ").replace(b"SHA", b"sha256:HEX")
    return text.replace(b"TEXT", FIELD).replace(b"NUM", rb"(?:0|[1-9][0-9]{0,18})").replace(b"HEX", rb"[0-9a-f]{64}")
RLINE = rb"R SHA NUM TEXT TEXT TEXT TEXT(?: [^=\x00-\x1f\x7f]+=TEXT)*"
LINE = re.compile(form(rb"H TEXT TEXT|I SHA NUM TEXT NUM NUM|L SHA [0-9a-f]{16} PLACE PLACE|S SHA NUM TEXT SHA NUM|X SHA TEXT|" + RLINE +
                       rb"|P [0-9]{4,9} TEXT NUM (?:-|SHA) NUM NUM NUM NUM NUM HEX HEX HEX TEXT|T (?:(?:key-root|lines|record-root) SHA|(?:keys|occurrences|records) NUM)"))
ONE_PROOF = re.compile(form(rb"(?:#.*\n)*(scope-proof/1\n(?:.*\n)*?)end_(SHA)\n(?:#.*\n)*"))
HASHES = rb"((?:hash_(?:-|(?!0{64})HEX)\n)*)"
PROVES = {kind: re.compile(form(b"scope-proof/1\nproves_" + kind + b"\n" + text + HASHES)) for kind, text in {
    b"record": b"record-root_(SHA)\nrecords_(NUM)\nindex_(NUM)\nline_(" + RLINE + b")\n", b"growth": b"old_(NUM)_(SHA)\nnew_(NUM)_(SHA)\n",
    b"has": b"key-root_(SHA)\nkey_(cid|url|doi|host|site)_(TEXT)\nvalue_(HEX)\n((?:line_" + RLINE + b"\n)*)",
    b"lacks": b"key-root_(SHA)\nkey_(cid|url|doi|host|site)_(TEXT)\n(?:lone_(HEX)_(HEX)\n)?"}.items()}
B64 = rb"[A-Za-z0-9+/]+={0,2}"
CHECKPOINT = re.compile(form(rb"(?:c2sp\.org/tlog-proof@v1\nextra_(B64)\nindex_(NUM)\n((?:B64\n)*)\n)?[^\n]+\n(NUM)\n(B64)\n\n").replace(b"B64", B64))
VERSION = re.compile(form(rb"version ([0-9]+) record-root_(SHA) key-root_(SHA) manifest_SHA records_(NUM) operation_TEXT created_[0-9T:-]+Z"))

class False_(Exception): pass

def need(truth, why, *of):
    if not truth:
        raise False_(why % tuple(o.decode("utf-8", "replace") if isinstance(o, bytes) else o for o in of))

def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()

def named(digest):
    return b"sha256:" + digest.hex().encode()

def plain(path):
    """Decompressed, by the name's extension."""
    f = {b".gz": gzip.open, b".bz2": bz2.open, b".xz": lzma.open}.get(os.path.splitext(path)[1], open)(path, "rb")
    if path.endswith(b".zst"):
        packed, f = f, tempfile.TemporaryFile()
        need(not subprocess.run(["zstd", "-dcq"], stdin=packed, stdout=f).returncode, "%s: zstd cannot read it", path)
        f.seek(0)
    return f

def fold(stack, n, leaf):
    """RFC 6962: one more leaf hash upon the roots of full subtrees, after n leaves."""
    while n & 1:
        leaf, n = sha(b"\1", stack.pop(), leaf), n >> 1
    stack.append(leaf)

def join(left, right):
    """Two (leaves, hash) of the sparse tree: a lone leaf rises to where it is alone."""
    return (left[0] + right[0], sha(b"\1", left[1], right[1])) if left[0] + right[0] > 1 else left if left[0] else right

def sparse(leaves, depth):
    """(leaves, hash) over sorted (key, value) whose keys share `depth` bits: 256 levels deep at most."""
    if len(leaves) < 2:
        return (1, sha(b"\0", *leaves[0])) if leaves else (0, NO_HASH)
    ones = ((int.from_bytes(leaves[0][0], "big") >> 255 - depth | 1) << 255 - depth).to_bytes(32, "big")
    at = bisect.bisect_left(leaves, (ones,))
    return join(sparse(leaves[:at], depth + 1), sparse(leaves[at:], depth + 1))

def keys_of(rline):
    field = rline.split(b"\t")
    yield b"cid", field[1]
    for k, v in (kv.split(b"=", 1) for kv in field[7:]):
        if k in (b"url", b"doi", b"host", b"site") or k == b"src" and b"://" in v:
            yield b"url" if k == b"src" else k, v

def leaves_of(bucket, text):
    """Sorted (key, value) from packed (key, offset and length of a line that has it)."""
    for key, group in itertools.groupby(sorted(bucket[i:i + 44] for i in range(0, len(bucket), 44)), lambda entry: entry[:32]):
        digest, between = hashlib.sha256(), b""
        for offset, length in (struct.unpack(">QI", entry[32:]) for entry in group):
            digest.update(between + text[offset:offset + length])
            between = b"\n"
        yield key, digest.digest()

def funnel(steps, inputs, places, total):
    for i, (before, p) in enumerate(zip([None] + steps, steps), 1):
        come, kept, dropped, rejected, undecided, *sums = [int(n) for n in p[4:9]] + [int(s, 16) for s in p[9:12]]
        need(int(p[0]) == i and come == kept + dropped + rejected and undecided <= dropped, "P %s: its counts do not add up", p[0])
        need(rejected or sums[0] == (sums[1] + sums[2]) % 2**256, "P %s: its sums do not add up", p[0])
        made = before and before[1].startswith(b"split/") and p[1] == before[1] + b":made"
        need(i == 1 or made or (p[4], p[9]) == (before[5], before[10]), "P %s: it took in what the step before did not keep", p[0])
    need(steps and (kept, sums[1]) == (places, total) or not steps and not places, "the last step kept other records than the L lines name")
    need(not steps or inputs == [int(steps[0][5]), int(steps[0][7])], "the I lines and P 0001 count different records")

def shard(folder, stored, size, path, unpacked, _):
    inside = os.path.join(os.path.realpath(folder), b"")
    full = os.path.realpath(inside + re.sub(rb"%(..)", lambda m: bytes([int(m[1], 16)]), path))
    need(full.startswith(inside) and os.path.isfile(full) and os.path.getsize(full) == int(size), "shard %s: it is not there, as large as it was", path)
    for said, opened in ((stored, open(full, "rb")), (unpacked, plain(full))):
        digest = hashlib.sha256()
        for piece in iter(lambda: opened.read(1 << 20), b""):
            digest.update(piece)
        need(named(digest.digest()) == said, "shard %s: its bytes, as stored or decompressed, have another SHA-256", path)

def manifest(path, shards):
    f = tempfile.TemporaryFile() # a plain copy, which nobody changes between the two passes
    shutil.copyfileobj(plain(os.fsencode(path)), f)
    f.seek(0)
    last, at, n, digest, totals, inputs, places, total, steps, outs, stack, records = b"", 0, 0, hashlib.sha256(), {}, [0, 0], 0, 0, [], [], [], 0
    of_l, of_r, group, buckets = bytearray(), bytearray(), [], [bytearray() for _ in range(256)]
    for n, line in enumerate(iter(lambda: f.readline(LINE_MAX + 1), b""), 1):
        need(line[-1:] == b"\n" and len(line) <= LINE_MAX, "line %d: it has no end, or is too long", n)
        line, offset, at = line[:-1], at, at + len(line)
        kind, *field = line.split(b"\t")
        need(line == b"#scope-manifest/1" if n == 1 else LINE.fullmatch(line), "line %d: its form is not known", n)
        need(line.decode("utf-8", "ignore").encode() == line, "line %d: it is not UTF-8", n)
        need(last < line or last == line and kind == b"L" and field[2] == b"-", "line %d: it is out of order, or there twice", n)
        last = line
        if not totals and kind != b"T":
            digest.update(line + b"\n")
        if kind == b"T":
            need(field[0] not in totals, "line %d: that total is there twice", n)
            totals[field[0]] = field[1]
        elif kind == b"I":
            inputs = [inputs[0] + int(field[3]), inputs[1] + int(field[4])]
        elif kind == b"L":
            places, total = places + 1, (total + int.from_bytes(sha(field[0], field[3]), "big")) % 2**256
            pair = bytes.fromhex((field[0][7:] + field[1]).decode())
            of_l += pair if of_l[-40:] != pair else b""
        elif kind in (b"P", b"S"):
            {b"P": steps, b"S": outs}[kind].append(field)
        elif kind == b"R":
            names = [kv.split(b"=")[0] for kv in field[6:]]
            need(all(a < b for a, b in zip(names, names[1:])), "line %d: its k=v are not in order", n)
            leaf, cid = sha(b"\0", line), bytes.fromhex(field[0][7:].decode())
            fold(stack, records, leaf)
            records += 1
            if group and group[0][:32] != cid:
                of_r += b"".join(sorted(group))
                group.clear()
            group.append(cid + leaf[:8])
            for key in {sha(b"scm1:", k, b"\0", v) for k, v in keys_of(line)}:
                buckets[key[0]] += key + struct.pack(">QI", offset, len(line))
    need(len(totals) == 6, "%d totals are there, not all six", len(totals))
    text = mmap.mmap(f.fileno(), 0, access=mmap.ACCESS_READ)
    roots = [sparse(list(leaves_of(bytes(b), text)), 8) for b in buckets]
    while len(roots) > 1:
        roots = [join(*roots[i:i + 2]) for i in range(0, len(roots), 2)]
    for name, got in ((b"records", b"%d" % records), (b"occurrences", b"%d" % places), (b"keys", b"%d" % roots[0][0]),
                      (b"lines", named(digest.digest())), (b"record-root", named(functools.reduce(lambda r, left: sha(b"\1", left, r), reversed(stack)) if stack else sha())), (b"key-root", named(roots[0][1]))):
        need(totals[name] == got, "T %s: the lines give %s", name, got)
        print("  %-12s %s" % (name.decode(), got.decode()))
    need(of_l == of_r + b"".join(sorted(group)), "L and R lines do not name each other")
    funnel(steps, inputs, places, total)
    need(len({o[2] for o in outs}) == len(outs), "a shard has two S lines")
    for o in outs if shards is not None else []:
        shard(os.fsencode(shards), *o)
    print("  %d lines, %d steps, %d shards%s" % (n, len(steps), len(outs), "" if shards is not None else " (not read)"))

def climb(fn, sn, r, hashes):
    """RFC 9162 2.1.3.2 and 2.1.4.2: (root of the tree that r ended, root of the whole)."""
    old = r
    for h in hashes:
        need(sn > 0, "it has more hashes than the tree has levels")
        old, r = (sha(b"\1", h, old), sha(b"\1", h, r)) if fn & 1 or fn == sn else (old, sha(b"\1", r, h))
        while fn and fn == sn and not fn & 1:
            fn, sn = fn >> 1, sn >> 1
        fn, sn = fn >> 1, sn >> 1
    need(sn == 0, "it has fewer hashes than the tree has levels")
    return old, r

def proof(p, roots, checkpoints):
    """One proof, its comments left out, leads to the root that it names, and that is one that is relied on."""
    kind, m = next(((k, m) for k, m in ((k, form.fullmatch(p)) for k, form in PROVES.items()) if m), (None, None))
    need(kind, "it is not of the form of a proof")
    *said, hashes = m.groups()
    hashes = [NO_HASH if h == b"-" else bytes.fromhex(h.decode()) for h in re.findall(rb"(?m)^hash (.*)", hashes)]
    versions = [v for _, v in checkpoints if v]
    if kind == b"record":
        root, n, index, line = said[0], int(said[1]), int(said[2]), said[3]
        need(index < n and named(climb(index, n - 1, sha(b"\0", line), hashes)[1]) == root, "it leads to another record-root")
        need(root in roots or (root, said[1]) in [(v[1], v[3]) for v in versions], "its record-root is not one that is relied on")
    elif kind == b"growth":
        (n1, n2), (old, new) = map(int, said[::2]), said[1::2]
        need(n1 < n2 or not hashes and (n1, old) == (n2, new), "a log of %d entries cannot become this one of %d", n1, n2)
        need(n1 or not hashes and old == named(sha()), "an empty log has one root, and needs no proof")
        if 0 < n1 < n2:
            shift = (n1 & -n1).bit_length() - 1 # to where the old log's last full subtree ends
            first = hashes.pop(0) if n1 & n1 - 1 and hashes else bytes.fromhex(old[7:].decode())
            need([named(r) for r in climb(n1 - 1 >> shift, n2 - 1 >> shift, first, hashes)] == [old, new], "it leads to other roots")
        need(all(r in roots or (n, r) in [c[0] for c in checkpoints] for n, r in ((n1, old), (n2, new))), "one of its logs is not relied on")
    else:
        root, name, value = said[:3]
        key = int.from_bytes(sha(b"scm1:", name, b"\0", value), "big")
        need(name not in (b"host", b"site") or value.isascii() and value.islower(), "no host is spelt so")
        if kind == b"has":
            rlines = [r[5:] for r in said[4].split(b"\n")[:-1]]
            need(all((name, value) in keys_of(r) for r in rlines), "a line does not have the key")
            need(not rlines or sha(b"\n".join(rlines)).hex().encode() == said[3], "its lines are not all that have the key")
            r = sha(b"\0", key.to_bytes(32, "big"), bytes.fromhex(said[3].decode()))
        else:
            lone, it = [bytes.fromhex((h or b"").decode()) for h in said[3:]]
            r, apart = (sha(b"\0", lone, it), key ^ int.from_bytes(lone, "big")) if lone else (NO_HASH, 1)
            need(apart and (not lone or apart >> 256 - len(hashes) == 0), "what is to stand in its place does not belong there")
        for i, h in enumerate(hashes):
            r = sha(b"\1", h, r) if key >> 256 - len(hashes) + i & 1 else sha(b"\1", r, h)
        need(len(hashes) <= 256 and named(r) == root, "it leads to another key-root")
        need(root in roots + [v[2] for v in versions], "its key-root is not one that is relied on")
    print("  %s: true" % kind.decode())

def checkpoint(path):
    """((entries, root), version line's fields or None); who signed it is not looked at."""
    m = CHECKPOINT.fullmatch(open(path, "rb").read())
    need(m, "%s: it is no checkpoint", path)
    extra, index, hashes, n, root = m.groups()
    root, *hashes = [base64.b64decode(h, validate=True) for h in [root] + (hashes or b"").split()]
    need(all(len(h) == 32 for h in hashes + [root]), "%s: a hash has 32 bytes", path)
    if extra:
        line = base64.b64decode(extra)
        need(int(index) < int(n) and climb(int(index), int(n) - 1, sha(b"\0", line), hashes)[1] == root, "%s: the log does not have its entry", path)
    v = VERSION.fullmatch(line) if extra else None
    need(not v or int(v[1]) == int(index) + 1, "%s: its version is of another number", path)
    return (int(n), named(root)), v and v.groups()

def main(what, path, *options):
    pairs, known = list(zip(options[::2], options[1::2])), {"manifest": {"--shards"}, "proof": {"--root", "--checkpoint"}}
    if len(options) % 2 or what not in known or {o for o, _ in pairs} - known[what]:
        raise OSError(__doc__)
    if what == "manifest":
        return manifest(path, dict(pairs).get("--shards"))
    roots, checkpoints = [r.encode() for o, r in pairs if o == "--root"], [checkpoint(f) for o, f in pairs if o == "--checkpoint"]
    text, at = open(path, "rb").read(), 0
    while not at or at < len(text):
        m = ONE_PROOF.match(text, at)
        need(m and named(sha(m[1])) == m[2], "byte %d: no whole proof stands here, or a byte of it was changed", at)
        proof(re.sub(rb"(?m)^#.*\n", b"", m[1]), roots, checkpoints)
        at = m.end()

try:
    main(*sys.argv[1:])
except (False_, *SPOILT) as e:
    sys.exit("false: " + str(e))
except (OSError, TypeError) as e: # TypeError: main() was given too few words
    print("verify.py: %s" % (e if isinstance(e, OSError) else __doc__), file=sys.stderr)
    sys.exit(2)
