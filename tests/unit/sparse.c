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
				leaf[i].key[b / 8] &= (uint8_t)~(0x80 >> b % 8);
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

static void every_key_is_proven_there_or_absent(void **state)
{
	(void)state;
	for (int tree = 0; tree < 10000; tree++) {
		uint8_t root[32], key[32];
		struct sc_sparse_proof f;
		bool listed = false;

		random_tree();
		root_of(root);
		for (size_t k = 0; k < 32; k++)
			key[k] = (uint8_t)rnd();
		if (nleaf && rnd() % 4) { /* one of them, or near one */
			memcpy(key, leaf[rnd() % nleaf].key, 32);
			if (rnd() % 2)
				key[rnd() % 32] ^= (uint8_t)(1u << rnd() % 8);
		}
		for (size_t i = 0; i < nleaf; i++)
			listed |= !memcmp(leaf[i].key, key, 32);
		proof_of(key, &f);
		assert_int_equal(f.there, listed);
		assert_true(proves(&f, root));
		/* any bit of it changed, and it proves no longer */
		{
			struct sc_sparse_proof g = f;
			unsigned at = rnd() % 256;

			if (g.depth) {
				g.side[rnd() % g.depth][at / 8] ^= (uint8_t)(1u << at % 8);
				assert_false(proves(&g, root));
			}
			g = f;
			g.key[at / 8] ^= (uint8_t)(0x80u >> at % 8);
			if (proves(&g, root) && (f.there || at < f.depth))
				fail_msg("there %d other %d depth %u at %u n %zu", f.there, f.other, f.depth, at, nleaf);
			g = f;
			if (g.there)
				g.value[at / 8] ^= (uint8_t)(1u << at % 8);
			else if (g.other)
				g.lone.value[at / 8] ^= (uint8_t)(1u << at % 8);
			if (g.there || g.other)
				assert_false(proves(&g, root));
			g = f;
			g.there = !g.there;
			assert_false(proves(&g, root));
			root[at / 8] ^= (uint8_t)(1u << at % 8);
			assert_false(proves(&f, root));
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
		cmocka_unit_test(keys_out_of_order_are_refused),
	};

	return cmocka_run_group_tests_name("sparse", tests, NULL, NULL);
}
