/* SPDX-License-Identifier: Apache-2.0 */
/* merkle.c -- inclusion and consistency by RFC 9162, 2.1.3 and 2.1.4; see scope/merkle.h. */
#include <scope/merkle.h>

#include <inttypes.h>
#include <stdlib.h>

static void node(const uint8_t left[32], const uint8_t right[32], uint8_t out[32])
{
	char b[65] = { 1 };

	memcpy(b + 1, left, 32);
	memcpy(b + 33, right, 32);
	sc_sha256_of((sc_str){ b, sizeof b }, out);
}

/* ---- verifying ---- */

int sc_merkle_included(const uint8_t leaf[32], uint64_t index, uint64_t size, const struct sc_merkle_proof *p, const uint8_t root[32],
		       struct sc_err *e)
{
	uint64_t fn = index, sn = size - 1;
	uint8_t r[32];

	if (index >= size)
		return sc_bad(e, "there is no leaf %" PRIu64 " in a tree of %" PRIu64, index, size);
	memcpy(r, leaf, 32);
	for (uint32_t i = 0; i < p->n; i++) {
		if (!sn)
			return sc_bad(e, "the proof has more hashes than the tree has levels");
		if (fn & 1 || fn == sn) {
			node(p->hash[i], r, r);
			while (!(fn & 1) && fn) {
				fn >>= 1;
				sn >>= 1;
			}
		} else {
			node(r, p->hash[i], r);
		}
		fn >>= 1;
		sn >>= 1;
	}
	if (sn)
		return sc_bad(e, "the proof has fewer hashes than the tree has levels");
	return memcmp(r, root, 32) ? sc_bad(e, "the proof leads to another root") : SC_OK;
}

int sc_merkle_consistent(uint64_t size1, uint64_t size2, const struct sc_merkle_proof *p, const uint8_t root1[32], const uint8_t root2[32],
			 struct sc_err *e)
{
	uint64_t fn, sn;
	uint8_t fr[32], sr[32];
	uint32_t i = 0;

	if (size1 > size2)
		return sc_bad(e, "a tree of %" PRIu64 " leaves cannot become one of %" PRIu64, size1, size2);
	if (size1 == size2 || !size1) {
		if (p->n)
			return sc_bad(e, "nothing was added, or all was: there is nothing to prove by hashes");
		sc_sha256_of(SC_STR(""), fr);
		if (!size1 && memcmp(root1, fr, 32)) /* or any root would be proven to be of the first none, and so the beginning of all */
			return sc_bad(e, "the first root is not that of a tree without leaves");
		return size1 == size2 && memcmp(root1, root2, 32) ? sc_bad(e, "trees of one size have different roots") : SC_OK;
	}
	if (!p->n)
		return sc_bad(e, "the proof is empty");
	fn = size1 - 1;
	sn = size2 - 1;
	for (; fn & 1; fn >>= 1)
		sn >>= 1;
	memcpy(fr, fn ? p->hash[i++] : root1, 32); /* where the first is a whole subtree, its root stands for itself */
	memcpy(sr, fr, 32);
	for (; i < p->n; i++) {
		if (!sn)
			return sc_bad(e, "the proof has more hashes than the tree has levels");
		if (fn & 1 || fn == sn) {
			node(p->hash[i], fr, fr);
			node(p->hash[i], sr, sr);
			while (!(fn & 1) && fn) {
				fn >>= 1;
				sn >>= 1;
			}
		} else {
			node(sr, p->hash[i], sr);
		}
		fn >>= 1;
		sn >>= 1;
	}
	if (sn)
		return sc_bad(e, "the proof has fewer hashes than the tree has levels");
	if (memcmp(fr, root1, 32))
		return sc_bad(e, "the proof leads to another first root");
	return memcmp(sr, root2, 32) ? sc_bad(e, "the proof leads to another second root") : SC_OK;
}

/* ---- proving ---- */

/* The largest power of two below n; n > 1. */
static uint64_t split(uint64_t n)
{
	return UINT64_C(1) << (63 - __builtin_clzll(n - 1));
}

static void range(struct sc_merkle_prover *p, uint64_t from, uint64_t to)
{
	p->range[p->n].from = from;
	p->range[p->n].to = to;
	p->n++;
}

static int by_place(const void *x, const void *y)
{
	uint64_t a = *(const uint64_t *)x, b = *(const uint64_t *)y; /* `from` is the first member */

	return (a > b) - (a < b);
}

/* Ranges were gathered from the root down; the proof has them from the leaf up. */
static void begin(struct sc_merkle_prover *p)
{
	for (uint32_t i = 0; i < p->n; i++)
		p->range[i].at = p->n - 1 - i;
	qsort(p->range, p->n, sizeof *p->range, by_place);
	p->proof.n = p->n;
}

void sc_merkle_prove_index(struct sc_merkle_prover *p, uint64_t index, uint64_t size)
{
	uint64_t from = 0, to = size;

	memset(p, 0, sizeof *p);
	while (to - from > 1) {
		uint64_t mid = from + split(to - from);

		if (index < mid) {
			range(p, mid, to);
			to = mid;
		} else {
			range(p, from, mid);
			from = mid;
		}
	}
	begin(p);
}

void sc_merkle_prove_growth(struct sc_merkle_prover *p, uint64_t size1, uint64_t size2)
{
	uint64_t from = 0, to = size2;

	memset(p, 0, sizeof *p);
	if (!size1 || size1 == size2)
		return;
	while (to != size1) { /* SUBPROOF: the first tree ends in from..to */
		uint64_t mid = from + split(to - from);

		if (size1 <= mid) {
			range(p, mid, to);
			to = mid;
		} else {
			range(p, from, mid);
			from = mid;
		}
	}
	if (from) /* what is left of the first is known by its root alone only where it is all of it */
		range(p, from, to);
	begin(p);
}

void sc_merkle_prove_add(struct sc_merkle_prover *p, const uint8_t leaf_hash[32])
{
	uint64_t at = p->seen++;

	if (p->now == p->n || at < p->range[p->now].from)
		return;
	sc_merkle_add(&p->tree, leaf_hash);
	if (at + 1 < p->range[p->now].to)
		return;
	sc_merkle_root(&p->tree, p->proof.hash[p->range[p->now].at]);
	p->tree.n = 0;
	p->now++;
}
