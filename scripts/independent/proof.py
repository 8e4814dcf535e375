# SPDX-License-Identifier: Apache-2.0
"""What a proof says, true or not: scope-proof(5); and what verify.py shares with it.  `verify.py proof` is the program."""
import base64, hashlib, re

NO_HASH, B64 = bytes(32), rb"[A-Za-z0-9+/]+={0,2}"
FIELD = rb"(?:%2D(?=[\t\n#]|\Z)|(?:[^\x00-\x1f\x7f%]|%ESC)[^\x00-\x1f\x7f%]*(?:%ESC[^\x00-\x1f\x7f%]*)*)".replace(b"ESC", b"(?:[01][0-9A-F]|25|7F)")

def form(text):
    """A regular expression in which capital words stand for kinds of fields, and a blank for a TAB."""
    text = text.replace(b" ", b"\t").replace(b"PLACE", rb"(?:-|TEXT#NUM\+NUM)").replace(b"_", b" ").replace(b"SHA", b"sha256:HEX")
    return text.replace(b"TEXT", FIELD).replace(b"NUM", rb"(?:0|[1-9][0-9]{0,18})").replace(b"HEX", rb"[0-9a-f]{64}")

RLINE = rb"R SHA NUM TEXT TEXT TEXT TEXT(?: [^=\x00-\x1f\x7f]+=TEXT)*"
ONE_PROOF = re.compile(form(rb"(?:#.*\n)*(scope-proof/1\n(?:.*\n)*?)end_(SHA)\n(?:#.*\n)*"))
HASHES = rb"((?:hash_(?:-|(?!0{64})HEX)\n)*)"
PROVES = {kind: re.compile(form(b"scope-proof/1\nproves_" + kind + b"\n" + text + HASHES)) for kind, text in {
    b"record": b"record-root_(SHA)\nrecords_(NUM)\nindex_(NUM)\nline_(" + RLINE + b")\n", b"growth": b"old_(NUM)_(SHA)\nnew_(NUM)_(SHA)\n",
    b"has": b"key-root_(SHA)\nkey_(cid|url|doi|host|site)_(TEXT)\nvalue_(HEX)\n((?:line_" + RLINE + b"\n)*)",
    b"lacks": b"key-root_(SHA)\nkey_(cid|url|doi|host|site)_(TEXT)\n(?:lone_(HEX)_(HEX)\n)?"}.items()}
B64 = rb"[A-Za-z0-9+/]+={0,2}"
CHECKPOINT = re.compile(form(rb"(?:c2sp\.org/tlog-proof@v1\nextra_(B64)\nindex_(NUM)\n((?:B64\n)*)\n)?[^\n]+\n(NUM)\n(B64)\n(?:[^\n]+\n)*\n(?:\xe2\x80\x94_[^\n_]+_B64\n)*").replace(b"B64", B64))
VERSION = re.compile(form(rb"version ([0-9]+) record-root_(SHA) key-root_(SHA) manifest_SHA records_(NUM) operation_TEXT created_TEXT"))
HOST = re.compile(rb"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\]")

class False_(Exception): pass

def need(truth, why, *of):
    if not truth:
        raise False_(why % tuple(o.decode("utf-8", "replace") if isinstance(o, bytes) else o for o in of))

def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()

def named(digest):
    return b"sha256:" + digest.hex().encode()

def keys_of(rline):
    field = rline.split(b"\t")
    yield b"cid", field[1]
    for k, v in (kv.split(b"=", 1) for kv in field[7:]):
        if k in (b"url", b"doi", b"host", b"site") or k == b"src" and b"://" in v:
            yield b"url" if k == b"src" else k, v

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
        need(name not in (b"host", b"site") or HOST.fullmatch(value), "no host is spelt so")
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

def proofs(path, roots, checkpoints):
    """Every proof of a file leads to one of the roots, or to one that a checkpoint names."""
    checkpoints, at = [checkpoint(f) for f in checkpoints], 0
    with open(path, "rb") as f:
        text = f.read()
    while not at or at < len(text):
        m = ONE_PROOF.match(text, at)
        need(m and named(sha(m[1])) == m[2], "byte %d: no whole proof stands here, or a byte of it was changed", at)
        proof(re.sub(rb"(?m)^#.*\n", b"", m[1]), [r.encode() for r in roots], checkpoints)
        at = m.end()
