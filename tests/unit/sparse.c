/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claims about the sparse Merkle tree.  The roots are facts from FuelLabs/fuel-specs, specs/tests/sparse_merkle_tree_tests.md (CC0-1.0): keys
 * are SHA-256 of a number in four big-endian bytes, values SHA-256 of "DATA".
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <scope/digest.h>
#include <scope/sparse.h>

enum { MOST = 256 };
static struct sc_sparse_leaf leaf[MOST];
static size_t nleaf;

static int by_key(const void *a, const void *b)
{
	return memcmp(a, b, 32);
}

static void numbered(uint32_t n)
{
	char b[4] = { (char)(n >> 24), (char)(n >> 16), (char)(n >> 8), (char)n };

	sc_sha256_of((sc_str){ b, 4 }, leaf[nleaf].key);
	sc_sha256_of(SC_STR("DATA"), leaf[nleaf].value);
	nleaf++;
}

static void root_of(uint8_t out[32])
{
	static struct sc_sparse s;
	struct sc_err e;

	qsort(leaf, nleaf, sizeof *leaf, by_key);
	sc_sparse_start(&s, 0);
	for (size_t i = 0; i < nleaf; i++)
		assert_int_equal(sc_sparse_add(&s, &leaf[i], &e), SC_OK);
	sc_sparse_root(&s, out);
}

static void root_is(const char *hex)
{
	uint8_t root[32];
	char got[65];

	root_of(root);
	for (size_t i = 0; i < 32; i++)
		sprintf(got + 2 * i, "%02x", root[i]);
	assert_string_equal(got, hex);
	nleaf = 0;
}

static void range(uint32_t from, uint32_t to, uint32_t step)
{
	for (uint32_t i = from; i <= to; i += step)
		numbered(i);
}

static void roots_are_those_of_the_published_vectors(void **state)
{
	(void)state;
	root_is("0000000000000000000000000000000000000000000000000000000000000000");
	numbered(0);
	root_is("39f36a7cb4dfb1b46f03d044265df6a491dffc1034121bc1071a34ddce9bb14b");
	range(0, 1, 1);
	root_is("8d0ae412ca9ca0afcb3217af8bcd5a673e798bd6fd1dfacad17711e883f494cb");
	range(0, 2, 1);
	root_is("52295e42d8de2505fdc0cc825ff9fead419cbcf540d8b30c7c4b9c9b94c268b7");
	range(0, 4, 1);
	root_is("108f731f2414e33ae57e584dc26bd276db07874436b2264ca6e520c658185c6b");
	range(0, 9, 1);
	root_is("21ca4917e99da99a61de93deaf88c400d4c082991cb95779e444d43dd13e8849");
	range(0, 99, 1);
	root_is("82bf747d455a55e2f7044a03536fc43f1f55d43b855e72c0110c986707a23e4d");
	range(0, 4, 1);
	range(10, 14, 1);
	range(20, 24, 1);
	root_is("7e6643325042cfe0fc76626c043b97062af51c7e9fc56665f12b479034bce326");
	range(0, 8, 2);
	root_is("e912e97abc67707b2e6027338292943b53d01a7fbd7b244674128c7e468dd696");
}

static void proof_of(const uint8_t key[32], struct sc_sparse_proof *out)
{
	static struct sc_sparse_prover p;
	struct sc_err e;

	sc_sparse_prove(&p, key);
	for (size_t i = 0; i < nleaf; i++)
		assert_int_equal(sc_sparse_prove_add(&p, &leaf[i], &e), SC_OK);
	sc_sparse_prove_end(&p);
	*out = p.proof;
}

static uint32_t seed = 1;
static uint32_t rnd(void)
{
	seed = seed * 1664525 + 1013904223;
	return seed >> 8;
}

/* Keys that share long runs of bits, and such as do not. */
static void random_tree(void)
{
	nleaf = rnd() % 24;
	for (size_t i = 0; i < nleaf; i++) {
		for (size_t k = 0; k < 32; k++)
			leaf[i].key[k] = leaf[i].value[k] = (uint8_t)rnd();
		if (i && rnd() % 3) { /* like the one before but for one bit and what follows */
			unsigned at = rnd() % 256;

			for (unsigned b = 0; b < at; b++) {
				leaf[i].key[b / 8] &= (uint8_t) ~(0x80 >> b % 8);
				leaf[i].key[b / 8] |= leaf[i - 1].key[b / 8] & 0x80 >> b % 8;
			}
		}
	}
	qsort(leaf, nleaf, sizeof *leaf, by_key);
	for (size_t i = 1; i < nleaf; i++)
		if (!memcmp(leaf[i].key, leaf[i - 1].key, 32)) {
			memmove(leaf + i, leaf + i + 1, (nleaf - i - 1) * sizeof *leaf);
			nleaf--;
			i--;
		}
}

static bool proves(const struct sc_sparse_proof *f, const uint8_t root[32])
{
	uint8_t got[32];
	struct sc_err e;

	return sc_sparse_proof_root(f, got, &e) == SC_OK && !memcmp(got, root, 32);
}

static bool listed(const uint8_t key[32])
{
	for (size_t i = 0; i < nleaf; i++)
		if (!memcmp(leaf[i].key, key, 32))
			return true;
	return false;
}

/* One of the keys of the tree, one near one of them, or any. */
static void some_key(uint8_t key[32])
{
	for (size_t k = 0; k < 32; k++)
		key[k] = (uint8_t)rnd();
	if (nleaf && rnd() % 4) {
		memcpy(key, leaf[rnd() % nleaf].key, 32);
		if (rnd() % 2)
			key[rnd() % 32] ^= (uint8_t)(1u << rnd() % 8);
	}
}

static void flip(uint8_t v[32], unsigned at)
{
	v[at / 8] ^= (uint8_t)(0x80u >> at % 8);
}

/* Bit `at` of the root, the key, the value, a neighbour or the lone leaf is another: it proves no longer.  Only a proof of absence may go on to prove
 * something, and something true: that the other key is absent as well, whose place is the same. */
static void no_proof_without_bit(const struct sc_sparse_proof *f, const uint8_t root[32],
                                 unsigned side, unsigned at)
{
	struct sc_sparse_proof g = *f;
	uint8_t other[32];

	memcpy(other, root, 32);
	flip(other, at);
	assert_false(proves(f, other));
	flip(g.key, at);
	if (proves(&g, root))
		assert_true(!f->there && at >= f->depth && !listed(g.key));
	g = *f;
	flip(g.value, at);
	assert_true(!f->there || !proves(&g, root));
	g = *f;
	flip(g.lone.key, at);
	assert_true(!f->other || !proves(&g, root));
	g = *f;
	flip(g.lone.value, at);
	assert_true(!f->other || !proves(&g, root));
	if (side < f->depth) {
		g = *f;
		flip(g.side[side], at);
		assert_false(proves(&g, root));
	}
}

/* What it says, and how deep it stands. */
static void no_proof_otherwise(const struct sc_sparse_proof *f, const uint8_t root[32])
{
	struct sc_sparse_proof g = *f;

	g.there = !g.there;
	assert_false(proves(&g, root));
	g = *f;
	g.other = !g.other;
	assert_false(proves(&g, root));
	g = *f;
	if (g.depth) {
		g.depth--;
		assert_false(proves(&g, root));
		g.depth++;
	}
	if (nleaf && g.depth < SC_SPARSE_DEPTH) { /* of a tree of nothing all is empty */
		memset(g.side[g.depth++], 0, 32);
		if (f->there || f->other)
			assert_false(proves(&g, root));
	}
}

static void every_key_is_proven_there_or_absent(void **state)
{
	(void)state;
	for (int tree = 0; tree < 10000; tree++) {
		uint8_t root[32], key[32];
		struct sc_sparse_proof f;

		random_tree();
		root_of(root);
		some_key(key);
		proof_of(key, &f);
		assert_int_equal(f.there, listed(key));
		assert_true(proves(&f, root));
		no_proof_without_bit(&f, root, f.depth ? rnd() % f.depth : 0, rnd() % 256);
		no_proof_otherwise(&f, root);
		if (tree < 40 && f.depth < 24) /* of some, each bit there is */
			for (unsigned at = 0; at < 256; at++)
				for (unsigned side = 0; side < (f.depth ? f.depth : 1); side++)
					no_proof_without_bit(&f, root, side, at);
	}
	nleaf = 0;
}

/* ---- publishers who lie ---- */

/* A leaf, and where its publisher puts it. */
struct placed {
	uint8_t place[32];
	struct sc_sparse_leaf leaf;
};

static void hash_of(unsigned char first, const uint8_t a[32], const uint8_t b[32], uint8_t out[32])
{
	char text[65] = { (char)first };

	memcpy(text + 1, a, 32);
	memcpy(text + 33, b, 32);
	sc_sha256_of((sc_str){ text, sizeof text }, out);
}

/* The root as the definition has it, over leaves sorted by place; with `way`, the neighbours of number `of` on the way down to it. */
static void by_definition(const struct placed *v, size_t n, unsigned depth, uint8_t out[32],
                          size_t of, struct sc_sparse_proof *way)
{
	uint8_t left[32], right[32];
	size_t k = 0;

	if (!n) {
		memset(out, 0, 32);
		return;
	}
	if (n == 1) {
		hash_of(0, v->leaf.key, v->leaf.value, out);
		if (way)
			way->depth = depth;
		return;
	}
	while (k < n && !(v[k].place[depth / 8] >> (7 - depth % 8) & 1))
		k++;
	by_definition(v, k, depth + 1, left, of, way && of < k ? way : NULL);
	by_definition(v + k, n - k, depth + 1, right, of - k, way && of >= k ? way : NULL);
	if (way)
		memcpy(way->side[depth], of < k ? right : left, 32);
	hash_of(1, left, right, out);
}

static unsigned bits_shared(const uint8_t a[32], const uint8_t b[32])
{
	unsigned n = 0;

	while (n < 256 && !((a[n / 8] ^ b[n / 8]) & 0x80 >> n % 8))
		n++;
	return n;
}

/* All of the tree in order but for number `hidden`, which stands where `place` says.  Its number there; nleaf: that place is taken. */
static size_t put_all(struct placed *v, size_t hidden, const uint8_t place[32])
{
	for (size_t i = 0; i < nleaf; i++) {
		v[i].leaf = leaf[i];
		memcpy(v[i].place, i == hidden ? place : leaf[i].key, 32);
	}
	qsort(v, nleaf, sizeof *v, by_key);
	for (size_t i = 1; i < nleaf; i++)
		if (!memcmp(v[i].place, v[i - 1].place, 32))
			return nleaf;
	for (size_t i = 0; i < nleaf; i++)
		if (!memcmp(v[i].leaf.key, leaf[hidden].key, 32))
			return i;
	return nleaf;
}

/*
 * In a list a key may be hidden out of order: its neighbours prove it absent, its own place proves it listed.  Here no root says both, since
 * a leaf that does not stand where its bits say cannot be shown; and the root is not the one that the lines give.
 */
static void a_key_that_is_hidden_cannot_be_both_listed_and_absent(void **state)
{
	static struct placed v[MOST];
	int hidden = 0;

	(void)state;
	while (hidden < 10000) {
		struct sc_sparse_proof way = { .there = true };
		uint8_t place[32], root[32], lie[32];
		size_t of, at;

		random_tree();
		if (nleaf < 2)
			continue;
		of = rnd() % nleaf;
		some_key(place);
		at = put_all(v, of, place);
		if (at == nleaf)
			continue;
		by_definition(v, nleaf, 0, lie, at, &way);
		memcpy(way.key, leaf[of].key, 32);
		memcpy(way.value, leaf[of].value, 32);
		root_of(root);
		if (bits_shared(place, leaf[of].key) >=
		    way.depth) { /* it came to stand where it belongs after all */
			assert_memory_equal(root, lie, 32);
			assert_true(proves(&way, root));
			continue;
		}
		hidden++;
		assert_memory_not_equal(root, lie, 32);
		assert_false(proves(&way, lie));
		for (way.depth = 0; way.depth <= 8; way.depth++)
			assert_false(proves(&way, lie));
	}
	nleaf = 0;
}

/* Whatever of the tree's own hashes he puts into the proof. */
static void a_listed_key_is_never_proven_absent(void **state)
{
	(void)state;
	for (int tree = 0; tree < 10000; tree++) {
		struct sc_sparse_proof f, g;
		uint8_t root[32];
		size_t of, with;

		do
			random_tree();
		while (!nleaf);
		root_of(root);
		of = rnd() % nleaf;
		with = rnd() % nleaf;
		proof_of(leaf[rnd() % 2 ? of : with].key, &f); /* the way to it, or to another */
		memcpy(f.key, leaf[of].key, 32);
		f.there = f.other = false;
		for (int i = 0; i < 4; i++) {
			unsigned d = rnd() % (f.depth + 1);

			g = f;
			g.depth = i ? d : f.depth;
			assert_false(proves(&g, root));
			if (d && rnd() % 2)
				memset(g.side[g.depth ? g.depth - 1 : 0], 0, 32);
			assert_false(proves(&g, root));
			g.other = true;
			g.lone = leaf[with];
			assert_false(proves(&g, root));
			flip(g.lone.key, 255 - rnd() % 40);
			assert_false(proves(&g, root));
		}
	}
	nleaf = 0;
}

static void keys_out_of_order_are_refused(void **state)
{
	static struct sc_sparse s;
	struct sc_err e;

	(void)state;
	nleaf = 0;
	range(0, 3, 1);
	qsort(leaf, nleaf, sizeof *leaf, by_key);
	sc_sparse_start(&s, 0);
	assert_int_equal(sc_sparse_add(&s, &leaf[1], &e), SC_OK);
	assert_int_equal(sc_sparse_add(&s, &leaf[1], &e), SC_BAD);
	assert_int_equal(sc_sparse_add(&s, &leaf[0], &e), SC_BAD);
	nleaf = 0;
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(roots_are_those_of_the_published_vectors),
		cmocka_unit_test(every_key_is_proven_there_or_absent),
		cmocka_unit_test(a_key_that_is_hidden_cannot_be_both_listed_and_absent),
		cmocka_unit_test(a_listed_key_is_never_proven_absent),
		cmocka_unit_test(keys_out_of_order_are_refused),
	};

	return cmocka_run_group_tests_name("sparse", tests, NULL, NULL);
}
