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
 * Sorted, a key with one row has its value.  One with several, not hot, is unknown (unknown.c): its lines are gone through again.  From
 * the first of these on, leaves that are known wait in a spool until the others are.
 *
 * All that is done with a line, and all that is done with a leaf, is done beside the caller in a thread of its own (hand.c), as soon
 * as there is enough of it.
 */
#include "hand.h"
#include "hot.h"
#include "keys_of.h"
#include "queue.h"
#include "unknown.h"

#include <scope/digest.h>
#include <scope/manifest.h>
#include <scope/sparse.h>

#include <endian.h>
#include <stdlib.h>

enum { KEY = 32, MARK = 8, ROW = KEY + MARK + 32, BATCH = 16, BATCH_BYTES = 64 << 10, LEAVES = 32 };

struct sc_keys {
	size_t memory;
	struct sc_buf batch; /* lines that come, each with its length before it */
	size_t nbatch;
	struct hand hand; /* batches on their way; the rest is its thread's until it is done */
	struct sc_sorter *rows;
	struct hot hot;
	struct lines lines;
	struct sc_buf id, at_hand; /* the id at hand, and its lines so far */
	bool has_id, several;
	uint8_t id_key[KEY], id_alone[32]; /* the digest of its first line */
	struct sc_buf spelt;       /* the keys of a batch */
	struct line_keys *at_work; /* of a batch */
};

/* A line and what it can be asked for by. */
struct line_keys {
	sc_str line;
	struct sc_key key[MOST_KEYS];
	size_t n;
	uint8_t digest[MOST_KEYS + 1][32]; /* of each key, and behind them of the line alone */
};

/* ---- the whole ---- */

static int batch_come(void *with, sc_str batch, struct sc_err *e);

struct sc_keys *sc_keys_new(size_t memory)
{
	struct sc_keys *k = calloc(1, sizeof *k);

	if (!k)
		sc_oom();
	k->memory = memory;
	hand_init(&k->hand, batch_come, k);
	k->lines.held.hold = memory / 64;
	k->rows = sc_sorter_new(memory / 5);
	k->at_work = malloc(BATCH * sizeof *k->at_work);
	hot_init(&k->hot, memory / 8 * 5);
	if (!k->at_work)
		sc_oom();
	return k;
}

void sc_keys_free(struct sc_keys *k)
{
	if (!k)
		return;
	hand_free(&k->hand);
	sc_sorter_free(k->rows);
	queue_free(&k->lines.held);
	hot_free(&k->hot);
	free(k->at_work);
	sc_buf_free(&k->batch);
	sc_buf_free(&k->id);
	sc_buf_free(&k->at_hand);
	sc_buf_free(&k->spelt);
	free(k);
}

void sc_keys_source(struct sc_keys *k, sc_keys_again *again, void *with)
{
	k->lines.again = again;
	k->lines.with = with;
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
	if (!k->has_id)
		return SC_OK;
	if (k->several)
		sc_sha256_of(sc_buf_str(&k->at_hand), k->id_alone);
	return row_add(k, k->id_key, 0, k->id_alone, e);
}

static int id_add(struct sc_keys *k, const struct line_keys *l, struct sc_err *e)
{
	sc_str id = l->key[0].value;

	if (k->has_id && sc_str_eq(sc_buf_str(&k->id), id)) {
		k->several = true;
		sc_buf_byte(&k->at_hand, '\n');
	} else {
		SC_TRY(id_end(k, e));
		k->several = false;
		sc_buf_clear(&k->id);
		sc_buf_add(&k->id, id);
		memcpy(k->id_key, l->digest[0], KEY);
		memcpy(k->id_alone, l->digest[l->n], 32);
		k->has_id = true;
		sc_buf_clear(&k->at_hand);
	}
	sc_buf_add(&k->at_hand, l->line);
	return SC_OK;
}

static bool may_be_hot(const struct sc_key *key)
{
	return sc_str_eq(key->kind, SC_STR("host")) || sc_str_eq(key->kind, SC_STR("site"));
}

/* Of all keys and lines of a batch at once: two digests side by side cost what one does. */
static void digests(struct sc_keys *k, size_t nline)
{
	sc_str m[BATCH * (MOST_KEYS + 1)] = { { NULL, 0 } };
	uint8_t out[SC_COUNT(m)][32];
	size_t n = 0, spelt = 0;

	sc_buf_clear(&k->spelt);
	for (size_t i = 0; i < nline; i++) {
		for (size_t j = 0; j < k->at_work[i].n; j++) {
			key_spell(&k->spelt, &k->at_work[i].key[j]);
			m[n++].n = k->spelt.n; /* with p NULL: where it ends, for now */
		}
		m[n++] = k->at_work[i].line;
	}
	for (size_t i = 0; i < n; i++) { /* the buffer stays where it is now */
		if (m[i].p)
			continue;
		m[i] = (sc_str){ k->spelt.p + spelt, m[i].n - spelt };
		spelt += m[i].n;
	}
	sc_sha256_many(m, n, out);
	n = 0;
	for (size_t i = 0; i < nline; i++) {
		struct line_keys *l = &k->at_work[i];

		memcpy(l->digest, out[n], (l->n + 1) * 32);
		n += l->n + 1;
	}
}

/* Lines are told by their numbers: 1, 2, 3, ... */
static int line_come(struct sc_keys *k, const struct line_keys *l, struct sc_err *e)
{
	struct runs hot = { .n = 0 };
	struct sha256_run *run;

	if (l->n && sc_str_eq(l->key[0].kind, SC_STR("cid")))
		SC_TRY(id_add(k, l, e));
	if (!k->lines.again)
		SC_TRY(queue_put(&k->lines.held, l->line, e));
	k->lines.n++;
	for (size_t i = 0; i < l->n; i++) {
		if (sc_str_eq(l->key[i].kind, SC_STR("cid")))
			continue;
		run = may_be_hot(&l->key[i]) ? hot_get(&k->hot, l->digest[i]) : NULL;
		if (run)
			runs_want(&hot, run, l->line);
		else
			SC_TRY(row_add(k, l->digest[i], k->lines.n, l->digest[l->n], e));
	}
	runs_line(&hot, l->line);
	return SC_OK;
}

typedef void fetch(const struct hot *t, const uint8_t key[32]);

static void hot_fetch(const struct sc_keys *k, size_t nline, fetch *one)
{
	for (size_t i = 0; i < nline; i++)
		for (size_t j = 0; j < k->at_work[i].n; j++)
			if (may_be_hot(&k->at_work[i].key[j]))
				one(&k->hot, k->at_work[i].digest[j]);
}

static int batch_come(void *with, sc_str batch, struct sc_err *e)
{
	struct sc_keys *k = with;
	size_t n = 0;

	for (uint32_t bytes; batch.n; n++) {
		struct line_keys *l = &k->at_work[n];

		memcpy(&bytes, batch.p, sizeof bytes);
		l->line = sc_str_head(sc_str_from(batch, sizeof bytes), bytes);
		l->n = sc_keys_of(l->line, l->key);
		batch = sc_str_from(batch, sizeof bytes + bytes);
	}
	digests(k, n);
	hot_fetch(k, n, hot_fetch_place);
	hot_fetch(k, n, hot_fetch_digest);
	for (size_t i = 0; i < n; i++)
		SC_TRY(line_come(k, &k->at_work[i], e));
	return SC_OK;
}

static int batch_end(struct sc_keys *k, struct sc_err *e)
{
	int rc = k->nbatch ? hand_give(&k->hand, sc_buf_str(&k->batch), e) : SC_OK;

	sc_buf_clear(&k->batch);
	k->nbatch = 0;
	return rc;
}

int sc_keys_add(struct sc_keys *k, sc_str rline, struct sc_err *e)
{
	uint32_t n = (uint32_t)rline.n;

	if (rline.n > UINT32_MAX)
		return sc_fail(e, "a line of %zu bytes is too long", rline.n);
	sc_buf_add(&k->batch, (sc_str){ (const char *)&n, sizeof n });
	sc_buf_add(&k->batch, rline);
	return ++k->nbatch == BATCH || k->batch.n > BATCH_BYTES ? batch_end(k, e) : SC_OK;
}

static int hot_end(struct sc_keys *k, struct sc_err *e)
{
	uint8_t value[32];

	for (size_t i = 0; i < k->hot.n; i++) {
		sha256_run_end(&k->hot.v[i].sha, value);
		SC_TRY(row_add(k, k->hot.v[i].key, 0, value, e));
	}
	hot_free(&k->hot);
	return SC_OK;
}

/* ---- leaves in order ---- */

typedef int each_leaf(void *with, const struct sc_sparse_leaf *leaf, struct sc_err *e);

struct leaves {
	struct sc_keys *k;
	each_leaf *each;
	void *with;
	struct hand hand;       /* leaves on their way to each() */
	struct unknown unknown; /* keys with several rows */
	struct queue later;     /* leaves that are known but come behind one that is not */
	uint8_t row[ROW];       /* the first of a key */
	size_t n;               /* rows of that key */
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

/* The last of the unknown wants the line of this row. */
static int want(struct leaves *l, const uint8_t row[ROW], struct sc_err *e)
{
	uint64_t mark;

	memcpy(&mark, row + KEY, MARK);
	if (!mark)
		return sc_bad(e, "lines of one id do not stand side by side");
	return unknown_line(&l->unknown, be64toh(mark), e);
}

static int key_end(struct leaves *l, struct sc_err *e)
{
	struct sc_sparse_leaf leaf;

	if (l->n != 1)
		return SC_OK; /* its lines are wanted */
	memcpy(leaf.key, l->row, KEY);
	memcpy(leaf.value, l->row + KEY + MARK, 32);
	if (!l->unknown.n)
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
	if (l->n++ == 1) {
		SC_TRY(unknown_key(&l->unknown, l->row, e));
		SC_TRY(want(l, l->row, e));
	}
	return want(l, (const uint8_t *)row.p, e);
}

static int later_next(struct leaves *l, struct sc_sparse_leaf *leaf, bool *more, struct sc_err *e)
{
	sc_str piece;
	int rc;

	SC_TRY(rc = queue_get(&l->later, &piece, e));
	*more = rc == SC_OK;
	if (*more)
		memcpy(leaf, piece.p, sizeof *leaf);
	return SC_OK;
}

/* What waits and what was not known, together in order. */
static int leaves_rest(struct leaves *l, struct sc_err *e)
{
	struct sc_sparse_leaf later, found;
	bool has_later, has_found;

	SC_TRY(unknown_find(&l->unknown, &l->k->lines, e));
	SC_TRY(queue_rewind(&l->later, e));
	SC_TRY(later_next(l, &later, &has_later, e));
	SC_TRY(unknown_next(&l->unknown, &found, &has_found, e));
	while (has_later || has_found) {
		if (has_later && (!has_found || memcmp(later.key, found.key, KEY) < 0)) {
			SC_TRY(leaf_out(l, &later, e));
			SC_TRY(later_next(l, &later, &has_later, e));
		} else {
			SC_TRY(leaf_out(l, &found, e));
			SC_TRY(unknown_next(&l->unknown, &found, &has_found, e));
		}
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
	sc_sorter_free(l->k->rows); /* its memory is wanted */
	l->k->rows = NULL;
	return leaves_rest(l, e);
}

int sc_keys_end(struct sc_keys *k,
                int (*each)(void *with, const struct sc_sparse_leaf *leaf, struct sc_err *e),
                void *with, struct sc_err *e)
{
	struct leaves l = { .k = k, .each = each, .with = with };
	int rc;

	SC_TRY(batch_end(k, e));
	SC_TRY(hand_end(&k->hand, e));
	hand_free(&k->hand); /* its memory is wanted */
	hand_init(&k->hand, batch_come, k);
	SC_TRY(id_end(k, e));
	SC_TRY(hot_end(k, e));
	l.later.hold = k->memory / 64;
	unknown_init(&l.unknown, k->memory);
	hand_init(&l.hand, leaf_come, &l);
	rc = leaves_all(&l, e);
	if (rc == SC_OK)
		rc = hand_end(&l.hand, e);
	hand_free(&l.hand);
	queue_free(&l.later);
	unknown_free(&l.unknown);
	return rc;
}

/* The root: leaves are hashed in the thread that they come in, by the batch, and go up the tree in another. */
struct rooting {
	struct sc_sparse tree;
	struct hand hand;
	struct hashed {
		struct sc_sparse_leaf leaf[LEAVES];
		uint8_t hash[LEAVES][32];
		size_t n;
	} batch;
};

static int hashed_come(void *with, sc_str piece, struct sc_err *e)
{
	struct rooting *r = with;
	struct hashed b;

	memcpy(&b, piece.p, sizeof b);
	for (size_t i = 0; i < b.n; i++)
		SC_TRY(sc_sparse_add_hashed(&r->tree, b.leaf[i].key, b.hash[i], e));
	return SC_OK;
}

static int hashed_out(struct rooting *r, struct sc_err *e)
{
	sc_sparse_leaf_hashes(r->batch.leaf, r->batch.n, r->batch.hash);
	SC_TRY(hand_give(&r->hand, (sc_str){ (const char *)&r->batch, sizeof r->batch }, e));
	r->batch.n = 0;
	return SC_OK;
}

static int into_root(void *with, const struct sc_sparse_leaf *leaf, struct sc_err *e)
{
	struct rooting *r = with;

	r->batch.leaf[r->batch.n++] = *leaf;
	return r->batch.n == LEAVES ? hashed_out(r, e) : SC_OK;
}

int sc_keys_root(struct sc_keys *k, uint8_t root[32], uint64_t *n, struct sc_err *e)
{
	struct rooting *r = calloc(1, sizeof *r);
	int rc;

	if (!r)
		sc_oom();
	sc_sparse_start(&r->tree, 0);
	hand_init(&r->hand, hashed_come, r);
	rc = sc_keys_end(k, into_root, r, e);
	if (rc == SC_OK)
		rc = hashed_out(r, e);
	if (rc == SC_OK)
		rc = hand_end(&r->hand, e);
	hand_free(&r->hand);
	*n = r->tree.n;
	if (rc == SC_OK)
		sc_sparse_root(&r->tree, root);
	free(r);
	return rc;
}
