/* SPDX-License-Identifier: Apache-2.0 */
/*
 * checkpoint.c -- how long a version log is and what its root is, in the words of C2SP tlog-checkpoint, and that an entry is in it, in those of
 * C2SP tlog-proof.
 *
 * Who vouches for it is said beside the file (sc_signed).  Signed-note lines of logs and witnesses may follow; they must look like such and are
 * not checked here.  Nothing is taken from `extra` before its line was proven to be the entry at that index.
 */
#include <scope/check.h>
#include <scope/log.h>

#include <scope/text.h>

enum { EXTENSIONS_MOST = 64, SIGNATURES_MOST = 256, ORIGIN_MOST = 1024 };

static const sc_str proof_head = SC_LIT("c2sp.org/tlog-proof@v1");

/* ---- writing ---- */

static void put_base64(struct sc_buf *b, sc_str bytes)
{
	struct sc_arena a = { 0 };

	sc_buf_add(b, sc_base64(&a, bytes));
	sc_arena_free(&a);
}

void sc_checkpoint_put(struct sc_buf *b, sc_str origin, uint64_t size, const uint8_t root[32])
{
	sc_buf_add(b, origin);
	sc_buf_fmt(b, "\n%ju\n", (uintmax_t)size);
	put_base64(b, (sc_str){ (const char *)root, 32 });
	sc_buf_add(b, SC_STR("\n\n"));
}

void sc_tlog_proof_put(struct sc_buf *b, sc_str line, uint64_t index,
                       const struct sc_merkle_proof *p)
{
	sc_buf_add(b, proof_head);
	sc_buf_add(b, SC_STR("\nextra "));
	put_base64(b, line);
	sc_buf_fmt(b, "\nindex %ju\n", (uintmax_t)index);
	for (uint32_t i = 0; i < p->n; i++) {
		put_base64(b, (sc_str){ (const char *)p->hash[i], 32 });
		sc_buf_byte(b, '\n');
	}
	sc_buf_byte(b, '\n');
}

/* ---- reading ---- */

/* Lines of a text, each with its LF; a piece without one is SC_BAD. */
struct text {
	sc_str rest;
	struct sc_arena *a;
	uint64_t line;
};

static int next(struct text *t, sc_str *line, struct sc_err *e)
{
	size_t lf = sc_str_chr(t->rest, '\n');

	t->line++;
	if (lf == SC_NONE)
		return sc_bad(e, "line %ju: it is cut short", (uintmax_t)t->line);
	*line = sc_str_head(t->rest, lf);
	t->rest = sc_str_from(t->rest, lf + 1);
	return SC_OK;
}

static int wrong(const struct text *t, struct sc_err *e, const char *why)
{
	return sc_bad(e, "line %ju: %s", (uintmax_t)t->line, why);
}

static bool clean(sc_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f)
			return false;
	return s.n > 0 && sc_utf8_valid(s) == s.n;
}

static bool number(sc_str s, uint64_t *n)
{
	return sc_str_u64(s, n) && (s.n == 1 || *s.p != '0');
}

static bool hash(struct sc_arena *a, sc_str s, uint8_t out[32])
{
	sc_str raw;

	if (s.n != 44 || !sc_unbase64(a, s, &raw) || raw.n != 32)
		return false;
	memcpy(out, raw.p, 32);
	return true;
}

/* "— NAME BASE64", of which 4 bytes are the key's and the rest the signature. */
static bool note_signature(struct sc_arena *a, sc_str s)
{
	static const sc_str dash = SC_LIT("\xe2\x80\x94 ");
	sc_str name, raw;
	size_t space;

	if (!sc_str_starts(s, dash))
		return false;
	s = sc_str_from(s, dash.n);
	space = sc_str_chr(s, ' ');
	if (space == SC_NONE)
		return false;
	name = sc_str_head(s, space);
	return clean(name) && sc_str_chr(name, '+') == SC_NONE &&
	       sc_unbase64(a, sc_str_from(s, space + 1), &raw) && raw.n > 4;
}

/* What may stand between the root and the empty line, and behind that. */
static int checkpoint_rest(struct text *t, struct sc_err *e)
{
	sc_str line;
	unsigned n = 0;

	for (;;) {
		SC_TRY(next(t, &line, e));
		if (!line.n)
			break;
		if (!clean(line) || ++n > EXTENSIONS_MOST)
			return wrong(t, e, "an extension line is not text, or there are too many");
	}
	for (n = 0; t->rest.n; n++) {
		SC_TRY(next(t, &line, e));
		if (n == SIGNATURES_MOST || !note_signature(t->a, line))
			return wrong(t, e,
			             "it is no signature line: a long dash, a name, and base64");
	}
	return SC_OK;
}

static int checkpoint(struct text *t, struct sc_checkpoint *c, struct sc_err *e)
{
	uint8_t empty[32];
	sc_str line;

	SC_TRY(next(t, &line, e));
	if (!clean(line) || line.n > ORIGIN_MOST)
		return wrong(t, e, "it is no origin");
	c->origin = sc_strdup(t->a, line);
	SC_TRY(next(t, &line, e));
	if (!number(line, &c->size))
		return wrong(t, e, "it is not how many entries there are");
	SC_TRY(next(t, &line, e));
	if (!hash(t->a, line, c->root))
		return wrong(t, e, "it is no root: 32 bytes in base64");
	sc_sha256_of(SC_STR(""), empty);
	if (!c->size && memcmp(c->root, empty, 32))
		return wrong(t, e, "it is not the root of a log without entries");
	return checkpoint_rest(t, e);
}

/* A tlog-proof's own lines, down to the empty one. */
struct claim {
	sc_str entry; /* `extra` */
	uint64_t index;
	struct sc_merkle_proof proof;
};

static int hashes(struct text *t, struct claim *q, struct sc_err *e)
{
	sc_str line;

	for (;;) {
		SC_TRY(next(t, &line, e));
		if (!line.n)
			return SC_OK;
		if (q->proof.n == SC_MERKLE_DEPTH)
			return wrong(t, e, "there are more hashes than a tree can have levels");
		if (!hash(t->a, line, q->proof.hash[q->proof.n++]))
			return wrong(t, e, "it is no hash: 32 bytes in base64");
	}
}

static int claim(struct text *t, struct claim *q, struct sc_err *e)
{
	static const sc_str extra = SC_LIT("extra "), index = SC_LIT("index ");
	sc_str line;

	SC_TRY(next(t, &line, e)); /* the first, known already */
	SC_TRY(next(t, &line, e));
	if (!sc_str_starts(line, extra))
		return wrong(t, e,
		             "it has no extra line: what it proves to be in the log is not said");
	if (!sc_unbase64(t->a, sc_str_from(line, extra.n), &q->entry) || !q->entry.n ||
	    q->entry.n > SC_LOG_LINE)
		return wrong(t, e, "its extra line is not an entry in base64");
	SC_TRY(next(t, &line, e));
	if (!sc_str_starts(line, index) || !number(sc_str_from(line, index.n), &q->index))
		return wrong(t, e, "it is no index");
	return hashes(t, q, e);
}

static int entry(const struct claim *q, struct sc_arena *a, struct sc_checkpoint *c,
                 struct sc_err *e)
{
	uint64_t n;

	c->has_release = sc_str_starts(q->entry, SC_STR("release\t"));
	c->has_version = !c->has_release;
	if (c->has_release)
		SC_TRY(sc_release_parse(a, q->entry, &c->release, e));
	else
		SC_TRY(sc_version_parse(a, q->entry, &c->version, e));
	n = c->has_release ? c->release.number : c->version.number;
	return n - 1 == q->index ? SC_OK
	                         : sc_bad(e, "entry %ju cannot stand at index %ju", (uintmax_t)n,
	                                  (uintmax_t)q->index);
}

int sc_checkpoint_parse(sc_str bytes, struct sc_arena *a, struct sc_checkpoint *c, struct sc_err *e)
{
	struct text t = { .rest = bytes, .a = a };
	struct claim *q;
	struct sc_err why = { 0 };
	uint8_t leaf[32];

	*c = (struct sc_checkpoint){ .size = 0 };
	if (!sc_str_starts(bytes, proof_head) || bytes.n == proof_head.n ||
	    bytes.p[proof_head.n] != '\n')
		return checkpoint(&t, c, e);
	q = SC_NEW(a, struct claim, 1);
	SC_TRY(claim(&t, q, e));
	SC_TRY(checkpoint(&t, c, e));
	sc_merkle_leaf_hash(q->entry, leaf);
	if (sc_merkle_included(leaf, q->index, c->size, &q->proof, c->root, &why) != SC_OK)
		return sc_bad(e, "the entry is not proven to be in the log: %s", why.msg);
	return entry(q, a, c, e);
}

bool sc_checkpoint_is(sc_str head)
{
	struct sc_arena a = { 0 };
	sc_str origin, size, root, rest = head;
	uint64_t n;
	uint8_t hashed[32];
	bool is;

	if (sc_str_starts(head, SC_STR("c2sp.org/tlog-proof@v1\n")))
		return true;
	is = sc_str_cut(&rest, '\n', &origin) && sc_str_cut(&rest, '\n', &size) &&
	     sc_str_cut(&rest, '\n', &root) && clean(origin) && sc_str_u64(size, &n) &&
	     hash(&a, root, hashed);
	sc_arena_free(&a);
	return is;
}

int sc_checkpoint_read(sc_str path, const struct sc_trust *t, struct sc_arena *a,
                       struct sc_checkpoint *c, struct sc_err *e)
{
	struct sc_err why = { 0 };
	sc_str bytes, again;

	SC_TRY(sc_file_read(path, SC_CHECKPOINT_MOST, a, &bytes, e));
	if (sc_checkpoint_parse(bytes, a, c, &why) < 0)
		return sc_bad(e, "%.*s: %s", SC_ARG(path), why.msg);
	SC_TRY(sc_signed(path, (sc_str){ NULL, 0 }, t, a, &c->who, e));
	SC_TRY(sc_file_read(
	        path, SC_CHECKPOINT_MOST, a, &again,
	        e)); /* a new one may have come while the old one's signature was looked at */
	return sc_str_eq(bytes, again)
	               ? SC_OK
	               : sc_fail(e, "%.*s: it changed while it was read: try again", SC_ARG(path));
}
