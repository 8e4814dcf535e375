#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""usage: verify.py manifest FILE.scm [--shards DIR]
       verify.py proof FILE (--root sha256:HEX ... | --checkpoint FILE ...)

Is it true?  Written from scope-manifest(5) and scope-check(7), not from scope's sources, with Python's own library alone, so that two programs
that share no line must agree.  Exit status 0: it is true; 1: the first thing that is not is named; 2: it could not be looked at.
Signatures are left to ssh-keygen(1): scope-check(7) has the line."""
import base64, bisect, bz2, gzip, functools, hashlib, itertools, lzma, mmap, os, re, shutil, struct, subprocess, sys, tempfile, zlib

sys.dont_write_bytecode = True
from proof import NO_HASH, RLINE, False_, form, keys_of, named, need, proofs, sha

LINE_MAX, SPOILT = 16 << 20, (EOFError, lzma.LZMAError, zlib.error, gzip.BadGzipFile)
LINE = re.compile(form(rb"H TEXT TEXT|I SHA NUM TEXT NUM NUM|L SHA [0-9a-f]{16} PLACE PLACE|S SHA NUM TEXT SHA NUM|X SHA TEXT|" + RLINE +
                       rb"|P [0-9]{4,9} TEXT NUM (?:-|SHA) NUM NUM NUM NUM NUM HEX HEX HEX TEXT|T (?:(?:key-root|lines|record-root|tombstones) SHA|(?:keys|occurrences|records) NUM)"))
def plain(path):
    """Decompressed, by the name's extension."""
    f = {b".gz": gzip.open, b".bz2": bz2.open, b".xz": lzma.open}.get(os.path.splitext(path)[1], open)(path, "rb")
    tool = {b".zst": "zstd", b".lz4": "lz4"}.get(os.path.splitext(path)[1])
    if tool:
        packed, f = f, tempfile.TemporaryFile()
        need(not subprocess.run([tool, "-dcq"], stdin=packed, stdout=f).returncode, "%s: %s cannot read it", path, tool)
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

def leaves_of(bucket, text):
    """Sorted (key, value) from packed (key, offset and length of a line that has it)."""
    for key, group in itertools.groupby(sorted(bucket[i:i + 44] for i in range(0, len(bucket), 44)), lambda entry: entry[:32]):
        digest, between = hashlib.sha256(), b""
        for offset, length in (struct.unpack(">QI", entry[32:]) for entry in group):
            digest.update(between + text[offset:offset + length])
            between = b"\n"
        yield key, digest.digest()

def funnel(steps, inputs, places, total):
    """Chains, each a reader and what came behind it, then what all of them share: merge/..."""
    read, ended, before, shared = [0, 0], (0, 0), None, False
    for i, p in enumerate(steps, 1):
        come, kept, dropped, rejected, undecided, *sums = [int(n) for n in p[4:9]] + [int(s, 16) for s in p[9:12]]
        need(int(p[0]) == i and come == kept + dropped + rejected and undecided <= dropped, "P %s: its counts do not add up", p[0])
        need(rejected or sums[0] == (sums[1] + sums[2]) % 2**256, "P %s: its sums do not add up", p[0])
        reader, merge = i == 1 or (p[1] + b"/").startswith(b"read/"), p[1].startswith(b"merge/")
        need(merge or not shared, "P %s: it stands behind what all chains share", p[0])
        if i > 1 and (reader or merge and not shared):
            before = ended = (ended[0] + before[0], (ended[1] + before[1]) % 2**256)
        need(reader or (come, sums[0]) == before or i > 1 and steps[i - 2][1].startswith(b"split/") and p[1] == steps[i - 2][1] + b":made",
             "P %s: it took in what the step before did not keep", p[0])
        read = [read[0] + kept, read[1] + rejected] if reader else read
        before, shared = (kept, sums[1]), shared or merge
    result = before if shared or not steps else (ended[0] + before[0], (ended[1] + before[1]) % 2**256)
    need((result or (0, 0)) == (places, total), "the last steps kept other records than the L lines name")
    need(not steps or inputs == read, "the I lines and the readers count different records")

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
    of_l, of_r, group, gone, parents, tombs, buckets = bytearray(), bytearray(), [], set(), set(), hashlib.sha256(), [bytearray() for _ in range(256)]
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
        elif kind == b"X":
            gone.add(field[0])
            tombs.update(line + b"\n")
        elif kind in (b"P", b"S"):
            {b"P": steps, b"S": outs}[kind].append(field)
        elif kind == b"R":
            names = [kv.split(b"=")[0] for kv in field[6:]]
            need(all(a < b for a, b in zip(names, names[1:])), "line %d: its k=v are not in order", n)
            parents.update(kv[7:] for kv in field[6:] if kv.startswith(b"parent="))
            leaf, cid = sha(b"\0", line), bytes.fromhex(field[0][7:].decode())
            fold(stack, records, leaf)
            records += 1
            if group and group[0][:32] != cid:
                of_r += b"".join(sorted(group))
                group.clear()
            group.append(cid + leaf[:8])
            for key in {sha(b"scm1:", k, b"\0", v) for k, v in keys_of(line)}:
                buckets[key[0]] += key + struct.pack(">QI", offset, len(line))
    need(totals.pop(b"tombstones", None) == (named(tombs.digest()) if gone else None), "T tombstones: it is not the digest of the X lines")
    need(len(totals) == 6, "%d totals are there, not all six", len(totals))
    text = mmap.mmap(f.fileno(), 0, access=mmap.ACCESS_READ)
    roots = [sparse(list(leaves_of(bytes(b), text)), 8) for b in buckets]
    while len(roots) > 1:
        roots = [join(*roots[i:i + 2]) for i in range(0, len(roots), 2)]
    for name, got in ((b"records", b"%d" % records), (b"occurrences", b"%d" % places), (b"keys", b"%d" % roots[0][0]),
                      (b"lines", named(digest.digest())), (b"record-root", named(functools.reduce(lambda r, left: sha(b"\1", left, r), reversed(stack)) if stack else sha())), (b"key-root", named(roots[0][1]))):
        need(totals[name] == got, "T %s: the lines give %s", name, got)
        print("  %-12s %s" % (name.decode(), got.decode()))
    of_r += b"".join(sorted(group))
    need(of_l == of_r, "L and R lines do not name each other")
    need(not gone or gone.isdisjoint(parents.union(named(of_r[i:i + 32]) for i in range(0, len(of_r), 40))), "a record stands there that was taken back")
    funnel(steps, inputs, places, total)
    need(len({o[2] for o in outs}) == len(outs), "a shard has two S lines")
    for o in outs if shards is not None else []:
        shard(os.fsencode(shards), *o)
    print("  %d lines, %d steps, %d shards%s" % (n, len(steps), len(outs), "" if shards is not None else " (not read)"))

def main(what, path, *options):
    pairs, known = list(zip(options[::2], options[1::2])), {"manifest": {"--shards"}, "proof": {"--root", "--checkpoint"}}
    if len(options) % 2 or what not in known or {o for o, _ in pairs} - known[what] or what == "proof" and not pairs:
        raise OSError(__doc__)
    if what == "manifest":
        manifest(path, dict(pairs).get("--shards"))
    else:
        proofs(path, *[[value for o, value in pairs if o == name] for name in ("--root", "--checkpoint")])

try:
    main(*sys.argv[1:])
except (False_, *SPOILT) as e:
    sys.exit("false: " + str(e))
except (OSError, TypeError) as e: # TypeError: main() was given too few words
    print("verify.py: %s" % (e if isinstance(e, OSError) else __doc__), file=sys.stderr)
    sys.exit(2)
