/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sparse_many.c -- proofs of many keys over the sparse Merkle tree, in one pass over its leaves; see scope/sparse.h.
 *
 * The wanted keys cut the tree into the largest subtrees that have none of them.  Leaves come in ascending order, so each such
 * subtree, a group, is whole before the next begins; its root is all that is kept of it.  What is left is a row of groups and wanted keys in
 * the order of the tree.  That is gone through once more from the bottom up: where two halves meet, each is the neighbour of the wanted
 * keys in the other.  A half with one leaf or none is no level of its own: a lone leaf stands as high as it is alone.
 */
#include <scope/digest.h>
#include <scope/sparse.h>

#include <stdlib.h>

static const uint8_t empty[32];

/* A wanted key or a group, in the order of the tree. */
struct item {
	uint8_t key[32]; /* the wanted one; of a group, its first leaf's */
	uint8_t value
	        [32]; /* of a wanted key that is there, or of the only leaf of a group; else the group's root */
	uint64_t n;   /* leaves: of a wanted key 0 or 1 */
	size_t proof; /* SIZE_MAX: a group */
};

struct proof {
	struct sc_buf side; /* from the leaf up, 32 bytes each */
	struct sc_sparse_leaf lone;
	bool there, other;
	uint8_t value[32];
};

struct sc_sparse_many {
	uint8_t (*key)[32];
	struct proof *proof; /* of key[i] */
	size_t n, cap, next; /* next: the first wanted key that is not below the last leaf */
	bool sorted, any;
	struct sc_sparse_leaf last;
	struct sc_sparse group;
	struct sc_sparse_leaf first; /* of the group */
	unsigned
	        bits; /* that the group shares with the nearest wanted key; DEPTH: no group is open */
	struct item *item;
	size_t nitem, item_cap;
};

static bool bit(const uint8_t key[32], unsigned i)
{
	return key[i / 8] >> (7 - i % 8) & 1;
}

static unsigned shared(const uint8_t a[32], const uint8_t b[32])
{
	for (unsigned i = 0; i < 32; i++)
		if (a[i] != b[i])
			return 8 * i + (unsigned)__builtin_clz((unsigned)(a[i] ^ b[i])) - 24;
	return SC_SPARSE_DEPTH;
}

static void hash(uint8_t kind, const uint8_t x[32], const uint8_t y[32], uint8_t out[32])
{
	uint8_t b[65] = { kind };

	memcpy(b + 1, x, 32);
	memcpy(b + 33, y, 32);
	sc_sha256_of((sc_str){ (const char *)b, sizeof b }, out);
}

struct sc_sparse_many *sc_sparse_many_new(void)
{
	struct sc_sparse_many *m = calloc(1, sizeof *m);

	if (!m)
		sc_oom();
	m->bits = SC_SPARSE_DEPTH;
	return m;
}

void sc_sparse_many_free(struct sc_sparse_many *m)
{
	if (!m)
		return;
	for (size_t i = 0; m->proof && i < m->n; i++)
		sc_buf_free(&m->proof[i].side);
	free(m->proof);
	free(m->key);
	free(m->item);
	free(m);
}

void sc_sparse_many_want(struct sc_sparse_many *m, const uint8_t key[32])
{
	if (m->n == m->cap) {
		m->cap = m->cap ? 2 * m->cap : 64;
		m->key = realloc(m->key, m->cap * sizeof *m->key);
		if (!m->key)
			sc_oom();
	}
	memcpy(m->key[m->n++], key, 32);
}

static int by_key(const void *a, const void *b)
{
	return memcmp(a, b, 32);
}

static void sort(struct sc_sparse_many *m)
{
	size_t n = 0;

	if (m->n)
		qsort(m->key, m->n, sizeof *m->key, by_key);
	for (size_t i = 0; i < m->n; i++)
		if (!i || memcmp(m->key[i], m->key[n - 1], 32))
			memmove(m->key[n++], m->key[i], 32);
	m->n = n;
	m->proof = calloc(n + 1, sizeof *m->proof);
	if (!m->proof)
		sc_oom();
	m->sorted = true;
}

/* ---- the pass over the leaves ---- */

static struct item *item_add(struct sc_sparse_many *m)
{
	if (m->nitem == m->item_cap) {
		m->item_cap = m->item_cap ? 2 * m->item_cap : 64;
		m->item = realloc(m->item, m->item_cap * sizeof *m->item);
		if (!m->item)
			sc_oom();
	}
	m->item[m->nitem] = (struct item){ .proof = SIZE_MAX };
	return &m->item[m->nitem++];
}

static void group_end(struct sc_sparse_many *m)
{
	struct item *it;

	if (m->bits == SC_SPARSE_DEPTH)
		return;
	it = item_add(m);
	memcpy(it->key, m->first.key, 32);
	it->n = m->group.n;
	if (it->n == 1)
		memcpy(it->value, m->first.value, 32);
	else
		sc_sparse_root(&m->group, it->value);
	m->bits = SC_SPARSE_DEPTH;
}

static struct item *wanted_add(struct sc_sparse_many *m)
{
	struct item *it = item_add(m);

	memcpy(it->key, m->key[m->next], 32);
	it->proof = m->next++;
	return it;
}

/* Wanted keys below the leaf come before it; true when the leaf is one itself. */
static bool wanted_before(struct sc_sparse_many *m, const uint8_t key[32])
{
	while (m->next < m->n) {
		int c = memcmp(m->key[m->next], key, 32);

		if (c > 0)
			return false;
		group_end(m);
		if (c == 0)
			return true;
		wanted_add(m);
	}
	return false;
}

int sc_sparse_many_add(struct sc_sparse_many *m, const struct sc_sparse_leaf *leaf,
                       struct sc_err *e)
{
	unsigned bits = 0, with;

	if (!m->sorted)
		sort(m);
	if (m->any && memcmp(m->last.key, leaf->key, 32) >= 0)
		return sc_bad(e, "keys are not in ascending order");
	m->any = true;
	m->last = *leaf;
	if (wanted_before(m, leaf->key)) {
		struct item *it = wanted_add(m);

		it->n = 1;
		memcpy(it->value, leaf->value, 32);
		m->proof[it->proof].there = true;
		memcpy(m->proof[it->proof].value, leaf->value, 32);
		return SC_OK;
	}
	if (m->next)
		bits = shared(leaf->key, m->key[m->next - 1]);
	if (m->next < m->n && (with = shared(leaf->key, m->key[m->next])) > bits)
		bits = with;
	if (m->n && m->bits != SC_SPARSE_DEPTH &&
	    (m->bits != bits || shared(m->first.key, leaf->key) <= bits))
		group_end(m);
	if (m->bits == SC_SPARSE_DEPTH) {
		m->bits = bits;
		m->first = *leaf;
		sc_sparse_start(&m->group, m->n ? bits + 1 : 0);
	}
	return sc_sparse_add(&m->group, leaf, e);
}

/* ---- from the bottom up ---- */

struct half {
	uint8_t hash[32];
	uint64_t n;
	struct sc_sparse_leaf only; /* when n is 1 */
};

static struct half of_item(const struct item *it)
{
	struct half h = { .n = it->n };

	memcpy(h.only.key, it->key, 32);
	memcpy(h.only.value, it->value, 32);
	if (h.n == 1)
		hash(0, it->key, it->value, h.hash);
	else if (h.n)
		memcpy(h.hash, it->value, 32);
	return h;
}

/* What stands where the wanted key would, known where it first has a neighbour. */
static void place(struct proof *f, const struct half *own)
{
	if (f->side.n || f->there || own->n != 1)
		return;
	f->other = true;
	f->lone = own->only;
}

static void neighbour(struct sc_sparse_many *m, size_t lo, size_t hi, const struct half *own,
                      const uint8_t side[32])
{
	for (size_t i = lo; i < hi; i++)
		if (m->item[i].proof != SIZE_MAX) {
			struct proof *f = &m->proof[m->item[i].proof];

			place(f, own);
			sc_buf_add(&f->side, (sc_str){ (const char *)side, 32 });
		}
}

static size_t middle(const struct sc_sparse_many *m, size_t lo, size_t hi, unsigned depth)
{
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (bit(m->item[mid].key, depth))
			hi = mid;
		else
			lo = mid + 1;
	}
	return lo;
}

/* Items lo..hi-1 are the subtree at `depth`; at most SC_SPARSE_DEPTH deep, since no two are equal. */
static struct half solve(struct sc_sparse_many *m, size_t lo, size_t hi, unsigned depth)
{
	struct half l, r, h;
	size_t mid;

	if (lo == hi)
		return (struct half){ .n = 0 };
	if (hi - lo == 1)
		return of_item(&m->item[lo]);
	mid = middle(m, lo, hi, depth);
	l = solve(m, lo, mid, depth + 1);
	r = solve(m, mid, hi, depth + 1);
	if (!l.n || !r.n) {
		h = l.n ? l : r;
		if (h.n < 2)
			return h;
	}
	neighbour(m, lo, mid, &l, r.n ? r.hash : empty);
	neighbour(m, mid, hi, &r, l.n ? l.hash : empty);
	h = (struct half){ .n = l.n + r.n };
	hash(1, l.hash, r.hash, h.hash);
	return h;
}

void sc_sparse_many_end(struct sc_sparse_many *m, uint8_t root[32])
{
	struct half all;

	if (!m->sorted)
		sort(m);
	group_end(m);
	while (m->next < m->n)
		wanted_add(m);
	all = solve(m, 0, m->nitem, 0);
	for (size_t i = 0; i < m->n; i++)
		place(&m->proof[i], &all);
	memcpy(root, all.hash, 32);
}

bool sc_sparse_many_proof(const struct sc_sparse_many *m, const uint8_t key[32],
                          struct sc_sparse_proof *out)
{
	const uint8_t(*at)[32] = m->n ? bsearch(key, m->key, m->n, sizeof *m->key, by_key) : NULL;
	const struct proof *f;

	if (!at)
		return false;
	f = &m->proof[at - (const uint8_t(*)[32])m->key];
	memset(out, 0, sizeof *out);
	memcpy(out->key, key, 32);
	memcpy(out->value, f->value, 32);
	out->there = f->there;
	out->other = f->other;
	out->lone = f->lone;
	out->depth = (unsigned)(f->side.n / 32);
	for (unsigned i = 0; i < out->depth; i++)
		memcpy(out->side[i], f->side.p + 32 * (out->depth - 1 - i), 32);
	return true;
}
