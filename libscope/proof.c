/* SPDX-License-Identifier: Apache-2.0 */
/*
 * proof.c -- proofs as text, written, read and checked; scope-proof(5) is the contract.
 *
 *	scope-proof/1
 *	proves record | has | lacks | growth
 *	WORD REST ...
 *	hash HEX ...		from the leaf up; of has and lacks "hash -" is an empty subtree
 *	# words for people, anywhere; they prove nothing
 *	end sha256:HEX		of the text above
 *
 * The words come in one order, each where its kind of proof has it and nowhere else: one proof has one text, comments aside.  Of the numbers
 * a root binds none: the last line finds what was changed by accident.
 */
#include <scope/proof.h>

#include <scope/manifest.h>
#include <scope/text.h>
#include <scope/url.h>

#include <inttypes.h>

static const uint8_t empty[32];
static const sc_str kinds[] = { [SC_PROOF_RECORD] = SC_LIT("record"),
	                        [SC_PROOF_HAS] = SC_LIT("has"),
	                        [SC_PROOF_LACKS] = SC_LIT("lacks"),
	                        [SC_PROOF_GROWTH] = SC_LIT("growth") };
static const sc_str key_kinds[] = { SC_LIT("cid"), SC_LIT("url"), SC_LIT("doi"), SC_LIT("host"),
	                            SC_LIT("site") };

/* ---- written ---- */

static void put_hex(struct sc_buf *b, const char *before, const uint8_t h[32])
{
	sc_buf_add(b, sc_str_c(before));
	sc_hex_put(b, h, 32);
	sc_buf_byte(b, '\n');
}

static void put_merkle(struct sc_buf *b, const struct sc_merkle_proof *p)
{
	for (uint32_t i = 0; i < p->n; i++)
		put_hex(b, "hash ", p->hash[i]);
}

static void put_sparse(struct sc_buf *b, const struct sc_sparse_proof *p)
{
	for (unsigned d = p->depth; d-- > 0;) {
		if (memcmp(p->side[d], empty, 32))
			put_hex(b, "hash ", p->side[d]);
		else
			sc_buf_add(b, SC_STR("hash -\n"));
	}
}

static void put_record(struct sc_buf *b, const struct sc_proof *p)
{
	put_hex(b, "record-root sha256:", p->root);
	sc_buf_fmt(b, "records %" PRIu64 "\nindex %" PRIu64 "\nline ", p->n, p->index);
	sc_buf_add(b, p->line);
	sc_buf_byte(b, '\n');
	put_merkle(b, &p->merkle);
}

static void put_lines(struct sc_buf *b, sc_str lines)
{
	sc_str one;

	while (lines.n && sc_str_cut(&lines, '\n', &one)) {
		sc_buf_add(b, SC_STR("line "));
		sc_buf_add(b, one);
		sc_buf_byte(b, '\n');
		if (!lines.p)
			break;
	}
}

static void put_key(struct sc_buf *b, const struct sc_proof *p)
{
	put_hex(b, "key-root sha256:", p->root);
	sc_buf_add(b, SC_STR("key "));
	sc_buf_add(b, p->key);
	sc_buf_byte(b, ' ');
	sc_buf_add(b, p->value);
	sc_buf_byte(b, '\n');
	if (p->kind == SC_PROOF_HAS) {
		put_hex(b, "value ", p->sparse.value);
		put_lines(b, p->line);
	} else if (p->sparse.other) {
		sc_buf_add(b, SC_STR("lone "));
		sc_hex_put(b, p->sparse.lone.key, 32);
		put_hex(b, " ", p->sparse.lone.value);
	}
	put_sparse(b, &p->sparse);
}

static void put_growth(struct sc_buf *b, const struct sc_proof *p)
{
	sc_buf_fmt(b, "old %" PRIu64, p->old_n);
	put_hex(b, " sha256:", p->old_root);
	sc_buf_fmt(b, "new %" PRIu64, p->n);
	put_hex(b, " sha256:", p->root);
	put_merkle(b, &p->merkle);
}

void sc_proof_put(struct sc_buf *b, const struct sc_proof *p, sc_str words)
{
	size_t at = b->n;
	uint8_t sum[32];

	sc_buf_fmt(b, "scope-proof/1\nproves %.*s\n", SC_ARG(kinds[p->kind]));
	if (p->kind == SC_PROOF_RECORD)
		put_record(b, p);
	else if (p->kind == SC_PROOF_GROWTH)
		put_growth(b, p);
	else
		put_key(b, p);
	sc_buf_add(b, words);
	sc_sha256_of((sc_str){ b->p + at, b->n - at }, sum);
	put_hex(b, "end sha256:", sum);
}

void sc_proof_growth_put(struct sc_buf *b, uint64_t n1, const uint8_t root1[32], uint64_t n2,
                         const uint8_t root2[32], const struct sc_merkle_proof *p)
{
	struct sc_proof g = { .kind = SC_PROOF_GROWTH, .old_n = n1, .n = n2, .merkle = *p };

	memcpy(g.old_root, root1, 32);
	memcpy(g.root, root2, 32);
	sc_proof_put(b, &g, SC_STR(""));
}

/* ---- read ---- */

struct reader {
	struct sc_arena *a;
	sc_str rest;
	uint64_t number;
	struct sc_err *e;
};

static int wrong(const struct reader *r, const char *why)
{
	return sc_bad(r->e, "line %" PRIu64 " of the proof: %s", r->number, why);
}

/* The next line that is no comment, whole; false at the end, or before the next proof.  It stays until taken. */
static bool peek(struct reader *r, sc_str *line)
{
	while (r->rest.n && *r->rest.p == '#') {
		size_t n = sc_str_chr(r->rest, '\n');

		r->rest = sc_str_from(r->rest, n == SC_NONE ? r->rest.n : n + 1);
		r->number++;
	}
	*line = sc_str_head(r->rest, sc_str_chr(r->rest, '\n'));
	return r->rest.n > 0;
}

static void take(struct reader *r, sc_str line)
{
	r->rest = sc_str_from(r->rest, line.n + 1);
	r->number++;
}

/* The line "WORD REST", if it is there. */
static bool word(struct reader *r, const char *name, sc_str *rest)
{
	sc_str line, w = sc_str_c(name);

	if (!peek(r, &line) || !sc_str_starts(line, w) || line.n <= w.n || line.p[w.n] != ' ' ||
	    line.n == r->rest.n)
		return false;
	*rest = sc_str_from(line, w.n + 1);
	take(r, line);
	return true;
}

static int need(struct reader *r, const char *name, sc_str *rest)
{
	if (word(r, name, rest))
		return SC_OK;
	r->number++;
	return sc_bad(r->e,
	              "line %" PRIu64
	              " of the proof: '%s ...' should stand here, ended by a line feed",
	              r->number, name);
}

static bool hash_of(sc_str s, uint8_t out[32])
{
	return sc_unhex(s, out, 32);
}

static bool root_of(sc_str s, uint8_t out[32])
{
	sc_str prefix = SC_STR("sha256:");

	return sc_str_starts(s, prefix) && hash_of(sc_str_from(s, prefix.n), out);
}

/* A number has one spelling. */
static bool number_of(sc_str s, uint64_t *out)
{
	return sc_str_u64(s, out) && (s.n == 1 || *s.p != '0');
}

static int need_root(struct reader *r, const char *name, uint8_t out[32])
{
	sc_str s;

	SC_TRY(need(r, name, &s));
	return root_of(s, out) ? SC_OK : wrong(r, "a root is sha256: and 64 lower-case hex digits");
}

static int need_number(struct reader *r, const char *name, uint64_t *out)
{
	sc_str s;

	SC_TRY(need(r, name, &s));
	return number_of(s, out) ? SC_OK : wrong(r, "it is no number");
}

static int get_merkle(struct reader *r, struct sc_merkle_proof *p)
{
	sc_str s;

	for (p->n = 0; word(r, "hash", &s); p->n++) {
		if (p->n == SC_COUNT(p->hash))
			return wrong(r, "there are more hashes than a tree can have levels");
		if (!hash_of(s, p->hash[p->n]))
			return wrong(r, "a hash is 64 lower-case hex digits");
	}
	return SC_OK;
}

/* From the leaf up in the text, from the root down in the struct. */
static int get_sparse(struct reader *r, struct sc_sparse_proof *p)
{
	uint8_t t[32];
	sc_str s;

	for (p->depth = 0; word(r, "hash", &s); p->depth++) {
		if (p->depth == SC_SPARSE_DEPTH)
			return wrong(r, "there are more hashes than a key has bits");
		memset(p->side[p->depth], 0, 32);
		if (!sc_str_eq(s, SC_STR("-")) &&
		    (!hash_of(s, p->side[p->depth]) || !memcmp(p->side[p->depth], empty, 32)))
			return wrong(
			        r, "a hash is 64 lower-case hex digits, or - for an empty subtree");
	}
	for (unsigned i = 0; i < p->depth / 2; i++) {
		memcpy(t, p->side[i], 32);
		memcpy(p->side[i], p->side[p->depth - 1 - i], 32);
		memcpy(p->side[p->depth - 1 - i], t, 32);
	}
	return SC_OK;
}

static int get_record(struct reader *r, struct sc_proof *p)
{
	SC_TRY(need_root(r, "record-root", p->root));
	SC_TRY(need_number(r, "records", &p->n));
	SC_TRY(need_number(r, "index", &p->index));
	SC_TRY(need(r, "line", &p->line));
	if (!sc_str_starts(p->line, SC_STR("R\tsha256:")))
		return wrong(r, "it is no R line");
	return get_merkle(r, &p->merkle);
}

static int get_keyed(struct reader *r, struct sc_proof *p)
{
	sc_str s;
	bool known = false;

	SC_TRY(need(r, "key", &s));
	p->key = sc_str_head(s, sc_str_chr(s, ' '));
	p->value = sc_str_from(s, p->key.n + 1);
	for (size_t i = 0; i < SC_COUNT(key_kinds); i++)
		known |= sc_str_eq(p->key, key_kinds[i]);
	if (!known || !p->value.n)
		return wrong(r, "a key is cid, url, doi, host or site, and a value");
	sc_key_of(p->key, p->value, p->sparse.key);
	return SC_OK;
}

static int get_has(struct reader *r, struct sc_proof *p)
{
	struct sc_buf lines = { .a = r->a };
	sc_str s;

	SC_TRY(need(r, "value", &s));
	if (!hash_of(s, p->sparse.value))
		return wrong(r, "a value is 64 lower-case hex digits");
	p->sparse.there = true;
	while (word(r, "line", &s)) {
		if (!sc_str_starts(s, SC_STR("R\tsha256:")))
			return wrong(r, "it is no R line");
		if (lines.n)
			sc_buf_byte(&lines, '\n');
		sc_buf_add(&lines, s);
	}
	p->line = lines.n ? sc_buf_seal(&lines) : (sc_str){ NULL, 0 };
	return SC_OK;
}

static int get_lacks(struct reader *r, struct sc_proof *p)
{
	sc_str s;

	if (!word(r, "lone", &s))
		return SC_OK;
	p->sparse.other = true;
	if (s.n != 2 * 64 + 1 || s.p[64] != ' ' ||
	    !hash_of(sc_str_head(s, 64), p->sparse.lone.key) ||
	    !hash_of(sc_str_from(s, 65), p->sparse.lone.value))
		return wrong(r, "lone is two hashes of 64 lower-case hex digits");
	return SC_OK;
}

static int get_key(struct reader *r, struct sc_proof *p)
{
	SC_TRY(need_root(r, "key-root", p->root));
	SC_TRY(get_keyed(r, p));
	SC_TRY(p->kind == SC_PROOF_HAS ? get_has(r, p) : get_lacks(r, p));
	return get_sparse(r, &p->sparse);
}

static int need_log(struct reader *r, const char *name, uint64_t *n, uint8_t root[32])
{
	sc_str s;
	size_t space;

	SC_TRY(need(r, name, &s));
	space = sc_str_chr(s, ' ');
	if (space == SC_NONE || !number_of(sc_str_head(s, space), n) ||
	    !root_of(sc_str_from(s, space + 1), root))
		return wrong(r, "a log is how many entries it has and sha256:HEX");
	return SC_OK;
}

static int get_growth(struct reader *r, struct sc_proof *p)
{
	SC_TRY(need_log(r, "old", &p->old_n, p->old_root));
	SC_TRY(need_log(r, "new", &p->n, p->root));
	return get_merkle(r, &p->merkle);
}

static int get(struct reader *r, struct sc_proof *p)
{
	sc_str s;

	SC_TRY(need(r, "proves", &s));
	for (size_t i = 0; i < SC_COUNT(kinds); i++) {
		if (!sc_str_eq(s, kinds[i]))
			continue;
		p->kind = (enum sc_proof_kind)i;
		return p->kind == SC_PROOF_RECORD   ? get_record(r, p)
		       : p->kind == SC_PROOF_GROWTH ? get_growth(r, p)
		                                    : get_key(r, p);
	}
	return wrong(r, "a proof proves record, has, lacks or growth");
}

static int get_end(struct reader *r, const char *begin)
{
	uint8_t said[32], sum[32];
	const char *end;
	sc_str line;

	peek(r, &line);
	end = r->rest.p;
	SC_TRY(need_root(r, "end", said));
	sc_sha256_of((sc_str){ begin, (size_t)(end - begin) }, sum);
	return memcmp(said, sum, 32)
	               ? wrong(r, "the text above it was changed: this is not its digest")
	               : SC_OK;
}

int sc_proof_get(struct sc_arena *a, sc_str *rest, uint64_t *number, struct sc_proof *p,
                 struct sc_err *e)
{
	struct reader r = { .a = a, .rest = *rest, .number = *number, .e = e };
	const char *begin;
	sc_str line;

	memset(p, 0, sizeof *p);
	if (!peek(&r, &line))
		return SC_EOF;
	begin = r.rest.p;
	if (!sc_str_eq(line, SC_STR("scope-proof/1")) || line.n == r.rest.n) {
		r.number++;
		return wrong(&r, "'scope-proof/1' should stand here");
	}
	take(&r, line);
	SC_TRY(get(&r, p));
	SC_TRY(get_end(&r, begin));
	*rest = r.rest;
	*number = r.number;
	return SC_OK;
}

/* ---- checked ---- */

static bool has_key(sc_str rline, const struct sc_proof *p)
{
	struct sc_key v[8];
	size_t n = sc_keys_of(rline, v);

	for (size_t i = 0; i < n; i++)
		if (sc_str_eq(v[i].kind, p->key) && sc_str_eq(v[i].value, p->value))
			return true;
	return false;
}

/* The lines that a has proof shows, if it shows any. */
static int lines_check(const struct sc_proof *p, struct sc_err *e)
{
	sc_str rest = p->line, one;
	uint8_t digest[32];

	if (!p->line.n)
		return SC_OK;
	while (sc_str_cut(&rest, '\n', &one))
		if (!has_key(one, p))
			return sc_bad(e, "a line of the proof does not have the key");
	sc_sha256_of(p->line, digest);
	return memcmp(digest, p->sparse.value, 32)
	               ? sc_bad(e, "the lines are not those that the key's value is the digest of")
	               : SC_OK;
}

/* No manifest spells a host otherwise, so to prove another spelling absent is to say nothing. */
static int spelling_check(const struct sc_proof *p, struct sc_err *e)
{
	struct sc_arena a = { 0 };
	sc_str host;
	bool same;

	if (!sc_str_eq(p->key, SC_STR("host")) && !sc_str_eq(p->key, SC_STR("site")))
		return SC_OK;
	host = sc_url_host(&a, sc_fmt(&a, "http://%.*s/", SC_ARG(p->value)));
	same = sc_str_eq(host, p->value);
	sc_arena_free(&a);
	return same ? SC_OK
	            : sc_bad(e,
	                     "no manifest spells a host as '%.*s': of that spelling nothing is proven",
	                     SC_ARG(p->value));
}

int sc_proof_check(const struct sc_proof *p, struct sc_err *e)
{
	uint8_t h[32];

	switch (p->kind) {
	case SC_PROOF_RECORD:
		sc_merkle_leaf_hash(p->line, h);
		return sc_merkle_included(h, p->index, p->n, &p->merkle, p->root, e);
	case SC_PROOF_GROWTH:
		return sc_merkle_consistent(p->old_n, p->n, &p->merkle, p->old_root, p->root, e);
	case SC_PROOF_HAS:
		SC_TRY(lines_check(p, e));
		/* fall through */
	case SC_PROOF_LACKS:
		SC_TRY(spelling_check(p, e));
		SC_TRY(sc_sparse_proof_root(&p->sparse, h, e));
		return memcmp(h, p->root, 32) ? sc_bad(e, "the proof leads to another key-root")
		                              : SC_OK;
	}
	return sc_bad(e, "a proof of no known kind");
}

sc_str sc_proof_numbers(struct sc_arena *a, const struct sc_proof *p)
{
	if (p->kind == SC_PROOF_RECORD)
		return sc_fmt(a,
		              "that it is R line %" PRIu64 " of %" PRIu64
		              ": a root does not bind numbers, --checkpoint does",
		              p->index, p->n);
	if (p->kind == SC_PROOF_GROWTH)
		return sc_fmt(a,
		              "that they have %" PRIu64 " and %" PRIu64
		              " entries: a root does not bind numbers, --checkpoint does",
		              p->old_n, p->n);
	return (sc_str){ NULL, 0 };
}

sc_str sc_proof_says(struct sc_arena *a, const struct sc_proof *p, bool counted)
{
	sc_str id = sc_str_head(sc_str_from(p->line, 2), 71);

	if (!counted && p->kind == SC_PROOF_RECORD)
		return sc_fmt(a, "this line of %.*s is listed", SC_ARG(id));
	if (!counted && p->kind == SC_PROOF_GROWTH)
		return SC_STR("the old log is the beginning of the new one");
	switch (p->kind) {
	case SC_PROOF_RECORD:
		return sc_fmt(a, "R line %" PRIu64 " of %" PRIu64 " is that of %.*s", p->index,
		              p->n, SC_ARG(id));
	case SC_PROOF_HAS:
		return sc_fmt(a, "%.*s %.*s is listed", SC_ARG(p->key), SC_ARG(p->value));
	case SC_PROOF_LACKS:
		return sc_fmt(a, "%.*s %.*s is not listed", SC_ARG(p->key), SC_ARG(p->value));
	case SC_PROOF_GROWTH:
		return sc_fmt(a,
		              "the log of %" PRIu64 " entries is the beginning of that of %" PRIu64,
		              p->old_n, p->n);
	}
	return SC_STR("");
}
