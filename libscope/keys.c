/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keys.c -- the key-root of a manifest: the sparse Merkle tree over what its R lines can be asked for by.
 *
 * A key is SHA-256("scm1:" || kind || 0x00 || value); its value in the tree is the SHA-256 of all R lines that have it, in order, with LF
 * between.  10^9 lines do not fit in memory, so nearly all is done by sorting, and lines are moved as little as can be:
 *
 *	hot	Keys that come again and again (hosts, sites) have a running digest each, in a table, while it has room.
 *	rows	All else is a row: key (32 bytes), mark (8, big endian), value (32).  Mark 0: the value is known (lines of one id stand side by
 *		side, so an id's is; what was hot, in the end).  Mark n: line n has the key, and this is the digest of that line alone.
 *
 * Sorted, a key with one row has its value.  One with several, not hot, needs its lines again: from a spool of all lines, in their order,
 *
 *	wanted	mark (8), key (32)
 *	lines	key (32), mark (8), the line
 *
 * which are sorted by key and hashed.  From the first such key on, leaves that are known wait in a spool until the others are.
 *
 * All that is done with a line, and all that is done with a leaf, is done beside the caller in a thread of its own (hand.c), as soon
 * as there is enough of it.
 */
#include "hand.h"
#include "queue.h"

#include <scope/digest.h>
#include <scope/manifest.h>
#include <scope/sparse.h>

#include <endian.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define OPENSSL_SUPPRESS_DEPRECATED /* a running digest of 112 bytes that can be had a million times */
#include <openssl/sha.h>

enum { KEY = 32, MARK = 8, ROW = KEY + MARK + 32, FIRST_KV = 7, MOST_KEYS = 8 };

struct hot {
	uint8_t key[KEY];
	SHA256_CTX sha; /* md_len 0: the place is free */
};

struct sc_keys {
	size_t memory;
	struct hand hand; /* lines on their way; the rest is its thread's until it is done */
	struct sc_sorter *rows;
	struct hot *hot;
	size_t nhot, hot_cap; /* three quarters may be used */
	sc_keys_again *again; /* NULL: the lines wait in rlines */
	void *again_with;
	struct queue rlines;
	struct sc_sha256 *sha;
	struct sc_buf id, at_hand; /* the id at hand, and its lines so far */
	struct sc_buf keyed;       /* what the keys of a line are digests of */
	bool several;
	uint8_t id_key[KEY];
	uint8_t alone[32]; /* digest of the last line alone */
	uint64_t nline;
};

/* ---- the whole ---- */

static int line_come(void *with, sc_str rline, struct sc_err *e);

struct sc_keys *sc_keys_new(size_t memory)
{
	struct sc_keys *k = calloc(1, sizeof *k);

	if (!k)
		sc_oom();
	k->memory = memory;
	hand_init(&k->hand, line_come, k);
	k->rlines.hold = memory / 16;
	k->rows = sc_sorter_new(memory / 8 * 3);
	k->sha = sc_sha256_new();
	k->hot_cap = memory / 2 / sizeof *k->hot + 64;
	k->hot = calloc(k->hot_cap, sizeof *k->hot);
	if (!k->hot)
		sc_oom();
	return k;
}

void sc_keys_free(struct sc_keys *k)
{
	if (!k)
		return;
	hand_free(&k->hand);
	sc_sorter_free(k->rows);
	sc_sha256_free(k->sha);
	queue_free(&k->rlines);
	free(k->hot);
	sc_buf_free(&k->id);
	sc_buf_free(&k->at_hand);
	sc_buf_free(&k->keyed);
	free(k);
}

void sc_keys_source(struct sc_keys *k, sc_keys_again *again, void *with)
{
	k->again = again;
	k->again_with = with;
}

static void put_keyed(struct sc_buf *b, sc_str kind, sc_str value)
{
	sc_buf_add(b, SC_STR("scm1:"));
	sc_buf_add(b, kind);
	sc_buf_byte(b, 0);
	sc_buf_add(b, value);
}

void sc_key_of(sc_str kind, sc_str value, uint8_t out[32])
{
	struct sc_buf b = { 0 };

	put_keyed(&b, kind, value);
	sc_sha256_of(sc_buf_str(&b), out);
	sc_buf_free(&b);
}

/* What a field k=v is a key of; empty: of nothing. */
static sc_str kind_of(sc_str field, sc_str *value)
{
	static const sc_str same[] = { SC_LIT("url"), SC_LIT("doi"), SC_LIT("host"),
		                       SC_LIT("site") };
	size_t equals = sc_str_chr(field, '=');
	sc_str key = sc_str_head(field, equals);

	if (equals == SC_NONE)
		return (sc_str){ NULL, 0 };
	*value = sc_str_from(field, equals + 1);
	if (sc_str_eq(key, SC_STR("src")))
		return sc_str_find(*value, SC_STR("://")) == SC_NONE ? (sc_str){ NULL, 0 }
		                                                     : SC_STR("url");
	for (size_t i = 0; i < SC_COUNT(same); i++)
		if (sc_str_eq(key, same[i]))
			return same[i];
	return (sc_str){ NULL, 0 };
}

size_t sc_keys_of(sc_str rline, struct sc_key *v)
{
	sc_str rest = rline, field, value;
	size_t n = 0;

	for (size_t i = 0; rest.p && sc_str_cut(&rest, '\t', &field); i++) {
		struct sc_key k = { .kind = SC_STR("cid"), .value = field };

		if (i != 1) {
			k.kind = i < FIRST_KV ? (sc_str){ NULL, 0 } : kind_of(field, &value);
			k.value = value;
		}
		if (k.kind.n && n < MOST_KEYS &&
		    !(n && sc_str_eq(v[n - 1].kind, k.kind) && sc_str_eq(v[n - 1].value, k.value)))
			v[n++] = k;
	}
	return n;
}

/* ---- lines come ---- */

static int row_add(struct sc_keys *k, const uint8_t key[KEY], uint64_t mark,
                   const uint8_t value[32], struct sc_err *e)
{
	uint8_t row[ROW];
	uint64_t be = htobe64(mark);

	memcpy(row, key, KEY);
	memcpy(row + KEY, &be, MARK);
	memcpy(row + KEY + MARK, value, 32);
	return sc_sorter_add(k->rows, (sc_str){ (const char *)row, sizeof row }, e);
}

/* All lines of the id at hand were seen. */
static int id_end(struct sc_keys *k, struct sc_err *e)
{
	if (!k->id.n)
		return SC_OK;
	if (k->several)
		sc_sha256_of(sc_buf_str(&k->at_hand), k->alone);
	return row_add(k, k->id_key, 0, k->alone, e);
}

static int id_add(struct sc_keys *k, sc_str id, const uint8_t key[KEY], sc_str rline,
                  struct sc_err *e)
{
	if (k->id.n && sc_str_eq(sc_buf_str(&k->id), id)) {
		k->several = true;
		sc_buf_byte(&k->at_hand, '\n');
	} else {
		SC_TRY(id_end(k, e));
		k->several = false;
		sc_buf_clear(&k->id);
		sc_buf_add(&k->id, id);
		memcpy(k->id_key, key, KEY);
		sc_buf_clear(&k->at_hand);
	}
	sc_buf_add(&k->at_hand, rline);
	return SC_OK;
}

/* Where the key is in the table, or would be; NULL: it is not, and there is no room. */
static struct hot *hot_find(struct sc_keys *k, const uint8_t key[KEY])
{
	uint64_t head;
	size_t at;

	memcpy(&head, key, sizeof head);
	for (at = (size_t)((unsigned __int128)head * k->hot_cap >> 64);; at = at + 1 < k->hot_cap ? at + 1 : 0) {
		struct hot *h = &k->hot[at];

		if (h->sha.md_len && !memcmp(h->key, key, KEY))
			return h;
		if (!h->sha.md_len)
			return k->nhot < k->hot_cap / 4 * 3 ? h : NULL;
	}
}

/* False: it is not hot, and never will be. */
static bool hot_add(struct sc_keys *k, const uint8_t key[KEY], sc_str rline)
{
	struct hot *h = hot_find(k, key);

	if (!h)
		return false;
	if (h->sha.md_len) {
		SHA256_Update(&h->sha, "\n", 1);
	} else {
		memcpy(h->key, key, KEY);
		SHA256_Init(&h->sha);
		k->nhot++;
	}
	SHA256_Update(&h->sha, rline.p, rline.n);
	return true;
}

/* Of each key, and behind them of the line alone: at once, since two digests side by side cost what one does. */
static void digests(struct sc_keys *k, sc_str rline, const struct sc_key *v, size_t n,
                    uint8_t (*out)[32])
{
	sc_str m[MOST_KEYS + 1];

	sc_buf_clear(&k->keyed);
	for (size_t i = 0; i < n; i++) {
		m[i] = (sc_str){ NULL, k->keyed.n };
		put_keyed(&k->keyed, v[i].kind, v[i].value);
		m[i].n = k->keyed.n - m[i].n;
	}
	for (size_t i = 0, at = 0; i < n; at += m[i++].n)
		m[i].p = k->keyed.p + at;
	m[n] = rline;
	sc_sha256_many(m, n + 1, out);
}

/* Lines are told by their numbers: 1, 2, 3, ... */
static int line_come(void *with, sc_str rline, struct sc_err *e)
{
	struct sc_keys *k = with;
	struct sc_key v[MOST_KEYS];
	size_t n = sc_keys_of(rline, v);
	uint8_t key[MOST_KEYS + 1][32];

	digests(k, rline, v, n, key);
	if (n && sc_str_eq(v[0].kind, SC_STR("cid")))
		SC_TRY(id_add(k, v[0].value, key[0], rline, e));
	memcpy(k->alone, key[n], 32);
	if (!k->again)
		SC_TRY(queue_put(&k->rlines, rline, e));
	k->nline++;
	for (size_t i = 0; i < n; i++) {
		if (sc_str_eq(v[i].kind, SC_STR("cid")))
			continue;
		if ((sc_str_eq(v[i].kind, SC_STR("host")) ||
		     sc_str_eq(v[i].kind, SC_STR("site"))) &&
		    hot_add(k, key[i], rline))
			continue;
		SC_TRY(row_add(k, key[i], k->nline, k->alone, e));
	}
	return SC_OK;
}

int sc_keys_add(struct sc_keys *k, sc_str rline, struct sc_err *e)
{
	return hand_give(&k->hand, rline, e);
}

static int hot_end(struct sc_keys *k, struct sc_err *e)
{
	uint8_t value[32];

	for (size_t i = 0; i < k->hot_cap; i++) {
		if (!k->hot[i].sha.md_len)
			continue;
		SHA256_Final(value, &k->hot[i].sha);
		SC_TRY(row_add(k, k->hot[i].key, 0, value, e));
	}
	free(k->hot);
	k->hot = NULL;
	k->hot_cap = 0;
	return SC_OK;
}

/* ---- leaves in order ---- */

typedef int each_leaf(void *with, const struct sc_sparse_leaf *leaf, struct sc_err *e);

struct leaves {
	struct sc_keys *k;
	each_leaf *each;
	void *with;
	struct hand hand;   /* leaves on their way to each() */
	struct queue later; /* leaves that are known but come behind one that is not */
	struct sc_sorter *wanted, *lines; /* NULL: no key needs its lines */
	uint8_t row[ROW];                 /* the first of a key */
	size_t n;                         /* rows of that key */
};

static int leaf_come(void *with, sc_str piece, struct sc_err *e)
{
	struct leaves *l = with;
	struct sc_sparse_leaf leaf;

	memcpy(&leaf, piece.p, sizeof leaf);
	return l->each(l->with, &leaf, e);
}

static int leaf_out(struct leaves *l, const struct sc_sparse_leaf *leaf, struct sc_err *e)
{
	return hand_give(&l->hand, (sc_str){ (const char *)leaf, sizeof *leaf }, e);
}

static int want(struct leaves *l, const uint8_t row[ROW], struct sc_err *e)
{
	uint8_t w[MARK + KEY];

	memcpy(w, row + KEY, MARK);
	memcpy(w + MARK, row, KEY);
	return sc_sorter_add(l->wanted, (sc_str){ (const char *)w, sizeof w }, e);
}

static int key_end(struct leaves *l, struct sc_err *e)
{
	struct sc_sparse_leaf leaf;

	if (l->n != 1)
		return SC_OK; /* its lines are wanted */
	memcpy(leaf.key, l->row, KEY);
	memcpy(leaf.value, l->row + KEY + MARK, 32);
	if (!l->wanted)
		return leaf_out(l, &leaf, e);
	return queue_put(&l->later, (sc_str){ (const char *)&leaf, sizeof leaf }, e);
}

static int row_next(struct leaves *l, sc_str row, struct sc_err *e)
{
	if (row.n != ROW)
		return sc_fail(e, "spool file in TMPDIR: a row is spoilt");
	if (!l->n || memcmp(row.p, l->row, KEY)) {
		SC_TRY(key_end(l, e));
		memcpy(l->row, row.p, ROW);
		l->n = 1;
		return SC_OK;
	}
	if (!l->wanted)
		l->wanted = sc_sorter_new(l->k->memory / 4);
	if (l->n++ == 1)
		SC_TRY(want(l, l->row, e));
	return want(l, (const uint8_t *)row.p, e);
}

/* Lines as they come again, and the row that is wanted next. */
struct fetch {
	struct leaves *l;
	uint64_t number, mark; /* of lines so far; the one that is wanted */
	uint8_t key[KEY];
	bool more;
	struct sc_buf b;
};

static int wanted_next(struct fetch *f, struct sc_err *e)
{
	sc_str w;
	int rc = sc_sorter_next(f->l->wanted, &w, e);

	f->more = rc == SC_OK;
	if (f->more) {
		memcpy(&f->mark, w.p, MARK);
		f->mark = be64toh(f->mark);
		memcpy(f->key, w.p + MARK, KEY);
	}
	return rc < 0 ? rc : SC_OK;
}

/* A line that is wanted goes to the sort, once for each key that wants it. */
static int line_again(void *with, sc_str line, struct sc_err *e)
{
	struct fetch *f = with;
	uint64_t be = htobe64(++f->number);

	while (f->more && f->mark == f->number) {
		sc_buf_clear(&f->b);
		sc_buf_add(&f->b, (sc_str){ (const char *)f->key, KEY });
		sc_buf_add(&f->b, (sc_str){ (const char *)&be, MARK });
		sc_buf_add(&f->b, line);
		SC_TRY(sc_sorter_add(f->l->lines, sc_buf_str(&f->b), e));
		SC_TRY(wanted_next(f, e));
	}
	return SC_OK;
}

static int rlines_again(struct sc_keys *k, struct fetch *f, struct sc_err *e)
{
	sc_str line;
	int rc;

	if (k->again)
		return k->again(k->again_with, line_again, f, e);
	SC_TRY(queue_rewind(&k->rlines, e));
	while ((rc = queue_get(&k->rlines, &line, e)) == SC_OK)
		SC_TRY(line_again(f, line, e));
	return rc < 0 ? rc : SC_OK;
}

static int lines_fetch(struct leaves *l, struct sc_err *e)
{
	struct fetch f = { .l = l };
	int rc = wanted_next(&f, e);

	if (rc == SC_OK)
		rc = rlines_again(l->k, &f, e);
	if (rc == SC_OK && (f.more || f.number != l->k->nline))
		rc = sc_fail(e, "the lines are not the same when they are read again");
	sc_buf_free(&f.b);
	return rc;
}

/* The next key of `lines` with all that have it; *line is their head, p NULL at the end. */
static int lines_leaf(struct leaves *l, sc_str *line, struct sc_sparse_leaf *out, struct sc_err *e)
{
	struct sc_sha256 *h = l->k->sha;
	int rc = SC_OK;

	memcpy(out->key, line->p, KEY);
	sc_sha256_start(h);
	for (bool first = true; line->p && !memcmp(line->p, out->key, KEY); first = false) {
		if (!first)
			sc_sha256_add(h, SC_STR("\n"));
		sc_sha256_add(h, sc_str_from(*line, KEY + MARK));
		rc = sc_sorter_next(l->lines, line, e);
		if (rc != SC_OK)
			*line = (sc_str){ NULL, 0 };
	}
	sc_sha256_end(h, out->value);
	return rc < 0 ? rc : SC_OK;
}

/* What waits and what had to be fetched, together in order. */
static int leaves_rest(struct leaves *l, struct sc_err *e)
{
	struct sc_sparse_leaf known, fetched;
	sc_str piece, line = { NULL, 0 };
	int rc, more;

	SC_TRY(lines_fetch(l, e));
	SC_TRY(queue_rewind(&l->later, e));
	SC_TRY(rc = sc_sorter_next(l->lines, &line, e));
	if (rc == SC_EOF)
		line = (sc_str){ NULL, 0 };
	SC_TRY(more = queue_get(&l->later, &piece, e));
	while (line.p || more == SC_OK) {
		if (more == SC_OK)
			memcpy(&known, piece.p, sizeof known);
		if (line.p && (more != SC_OK || memcmp(line.p, known.key, KEY) < 0)) {
			SC_TRY(lines_leaf(l, &line, &fetched, e));
			SC_TRY(leaf_out(l, &fetched, e));
			continue;
		}
		SC_TRY(leaf_out(l, &known, e));
		SC_TRY(more = queue_get(&l->later, &piece, e));
	}
	return SC_OK;
}

static int leaves_all(struct leaves *l, struct sc_err *e)
{
	sc_str row;
	int rc;

	while ((rc = sc_sorter_next(l->k->rows, &row, e)) == SC_OK)
		SC_TRY(row_next(l, row, e));
	SC_TRY(rc);
	if (l->n)
		SC_TRY(key_end(l, e));
	if (!l->wanted)
		return SC_OK;
	sc_sorter_free(l->k->rows); /* its memory is wanted */
	l->k->rows = NULL;
	l->lines = sc_sorter_new(l->k->memory / 2);
	return leaves_rest(l, e);
}

int sc_keys_end(struct sc_keys *k,
                int (*each)(void *with, const struct sc_sparse_leaf *leaf, struct sc_err *e),
                void *with, struct sc_err *e)
{
	struct leaves l = {
		.k = k, .each = each, .with = with, .later = { .hold = k->memory / 16 }
	};
	int rc;

	SC_TRY(hand_end(&k->hand, e));
	SC_TRY(id_end(k, e));
	SC_TRY(hot_end(k, e));
	hand_init(&l.hand, leaf_come, &l);
	rc = leaves_all(&l, e);
	if (rc == SC_OK)
		rc = hand_end(&l.hand, e);
	hand_free(&l.hand);
	queue_free(&l.later);
	sc_sorter_free(l.wanted);
	sc_sorter_free(l.lines);
	return rc;
}

static int into_tree(void *with, const struct sc_sparse_leaf *leaf, struct sc_err *e)
{
	return sc_sparse_add(with, leaf, e);
}

int sc_keys_root(struct sc_keys *k, uint8_t root[32], uint64_t *n, struct sc_err *e)
{
	struct sc_sparse *s = malloc(sizeof *s);
	int rc;

	if (!s)
		sc_oom();
	sc_sparse_start(s, 0);
	rc = sc_keys_end(k, into_tree, s, e);
	*n = s->n;
	if (rc == SC_OK)
		sc_sparse_root(s, root);
	free(s);
	return rc;
}
