/* SPDX-License-Identifier: Apache-2.0 */
/* Claims about proofs of many keys in one pass: each is, to the byte, the one that a pass of its own makes. */
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

static bool same(const struct sc_sparse_proof *a, const struct sc_sparse_proof *b)
{
	return a->there == b->there && a->other == b->other && a->depth == b->depth &&
	       !memcmp(a->key, b->key, 32) && (!a->there || !memcmp(a->value, b->value, 32)) &&
	       (!a->other || !memcmp(&a->lone, &b->lone, sizeof a->lone)) &&
	       !memcmp(a->side, b->side, a->depth * sizeof *a->side);
}

/* One of the leaves, one near a leaf, near another wanted key, or any. */
static void random_key(uint8_t key[32], uint8_t (*before)[32], size_t n)
{
	for (size_t k = 0; k < 32; k++)
		key[k] = (uint8_t)rnd();
	if (nleaf && rnd() % 4)
		memcpy(key, leaf[rnd() % nleaf].key, 32);
	else if (n && rnd() % 2)
		memcpy(key, before[rnd() % n], 32);
	else
		return;
	if (rnd() % 2)
		key[rnd() % 32] ^= (uint8_t)(1u << rnd() % 8);
}

static void each_proof_is_the_one_of_a_pass_of_its_own(void **state)
{
	uint8_t want[40][32], root[32], got[32];
	struct sc_sparse_proof one, f;
	struct sc_err e;

	(void)state;
	for (int tree = 0; tree < 1000; tree++) {
		struct sc_sparse_many *m = sc_sparse_many_new();
		size_t n = rnd() % 40;

		random_tree();
		for (size_t i = 0; i < n; i++) {
			random_key(want[i], want, i);
			sc_sparse_many_want(m, want[i]);
		}
		for (size_t i = 0; i < nleaf; i++)
			assert_int_equal(sc_sparse_many_add(m, &leaf[i], &e), SC_OK);
		sc_sparse_many_end(m, root);
		for (size_t i = 0; i < n; i++) {
			proof_of(want[i], &one);
			assert_true(sc_sparse_many_proof(m, want[i], &f));
			if (!same(&one, &f))
				fail_msg(
				        "tree %d key %zu of %zu, %zu leaves: depth %u %u, there %d %d, other %d %d",
				        tree, i, n, nleaf, one.depth, f.depth, one.there, f.there,
				        one.other, f.other);
			assert_int_equal(sc_sparse_proof_root(&f, got, &e), SC_OK);
			assert_memory_equal(got, root, 32);
		}
		sc_sparse_many_free(m);
	}
	nleaf = 0;
}

static void the_root_is_that_of_the_tree(void **state)
{
	struct sc_err e;

	(void)state;
	for (int tree = 0; tree < 2000; tree++) {
		struct sc_sparse_many *m = sc_sparse_many_new();
		static struct sc_sparse s;
		uint8_t root[32], many[32], key[32];

		random_tree();
		for (size_t n = rnd() % 5; n > 0; n--) {
			random_key(key, NULL, 0);
			sc_sparse_many_want(m, key);
		}
		sc_sparse_start(&s, 0);
		for (size_t i = 0; i < nleaf; i++) {
			assert_int_equal(sc_sparse_add(&s, &leaf[i], &e), SC_OK);
			assert_int_equal(sc_sparse_many_add(m, &leaf[i], &e), SC_OK);
		}
		sc_sparse_root(&s, root);
		sc_sparse_many_end(m, many);
		assert_memory_equal(root, many, 32);
		sc_sparse_many_free(m);
	}
	nleaf = 0;
}

static void what_was_not_wanted_has_no_proof_and_disorder_is_refused(void **state)
{
	struct sc_sparse_many *m = sc_sparse_many_new();
	struct sc_sparse_leaf a = { .key = { 1 } }, b = { .key = { 2 } };
	struct sc_sparse_proof f;
	struct sc_err e;
	uint8_t root[32];

	(void)state;
	sc_sparse_many_want(m, a.key);
	assert_int_equal(sc_sparse_many_add(m, &b, &e), SC_OK);
	assert_int_equal(sc_sparse_many_add(m, &b, &e), SC_BAD);
	assert_int_equal(sc_sparse_many_add(m, &a, &e), SC_BAD);
	sc_sparse_many_end(m, root);
	assert_true(sc_sparse_many_proof(m, a.key, &f));
	assert_false(sc_sparse_many_proof(m, b.key, &f));
	sc_sparse_many_free(m);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_proof_is_the_one_of_a_pass_of_its_own),
		cmocka_unit_test(the_root_is_that_of_the_tree),
		cmocka_unit_test(what_was_not_wanted_has_no_proof_and_disorder_is_refused),
	};

	return cmocka_run_group_tests_name("sparse_many", tests, NULL, NULL);
}
