/* SPDX-License-Identifier: Apache-2.0 */
/* Claims about proofs over the Merkle tree of RFC 9162. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <scope/merkle.h>

enum { MOST = 70 };
static uint8_t leaf[MOST][32], root[MOST + 1][32];

static int make(void **state)
{
	struct sc_merkle m = { .n = 0 };

	(void)state;
	sc_merkle_root(&m, root[0]);
	for (size_t i = 0; i < MOST; i++) {
		char b[2] = { 'x', (char)i };

		sc_merkle_leaf_hash((sc_str){ b, 2 }, leaf[i]);
		sc_merkle_add(&m, leaf[i]);
		sc_merkle_root(&m, root[i + 1]);
	}
	return 0;
}

static const struct sc_merkle_proof *passed(struct sc_merkle_prover *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		sc_merkle_prove_add(p, leaf[i]);
	assert_int_equal(p->now, p->n);
	return &p->proof;
}

static void every_leaf_of_every_tree_is_proven(void **state)
{
	static struct sc_merkle_prover p;
	struct sc_err e;

	(void)state;
	for (uint64_t n = 1; n <= MOST; n++)
		for (uint64_t i = 0; i < n; i++) {
			sc_merkle_prove_index(&p, i, n);
			assert_int_equal(sc_merkle_included(leaf[i], i, n, passed(&p, n), root[n], &e), SC_OK);
			assert_int_equal(sc_merkle_included(leaf[(i + 1) % MOST], i, n, &p.proof, root[n], &e), SC_BAD);
			if (n > 1)
				assert_int_equal(sc_merkle_included(leaf[i], (i + 1) % n, n, &p.proof, root[n], &e), SC_BAD);
			assert_int_equal(sc_merkle_included(leaf[i], n, n, &p.proof, root[n], &e), SC_BAD);
			if (p.proof.n) {
				p.proof.hash[i % p.proof.n][i % 32] ^= 1;
				assert_int_equal(sc_merkle_included(leaf[i], i, n, &p.proof, root[n], &e), SC_BAD);
				p.proof.hash[i % p.proof.n][i % 32] ^= 1;
				p.proof.n--;
				assert_int_equal(sc_merkle_included(leaf[i], i, n, &p.proof, root[n], &e), SC_BAD);
				p.proof.n += 2;
				assert_int_equal(sc_merkle_included(leaf[i], i, n, &p.proof, root[n], &e), SC_BAD);
			}
		}
}

static void every_tree_is_proven_to_have_grown_from_each_before(void **state)
{
	static struct sc_merkle_prover p;
	struct sc_err e;

	(void)state;
	for (uint64_t n = 0; n <= MOST; n++)
		for (uint64_t m = 0; m <= n; m++) {
			sc_merkle_prove_growth(&p, m, n);
			assert_int_equal(sc_merkle_consistent(m, n, passed(&p, n), root[m], root[n], &e), SC_OK);
			if (m != n || !m) /* some other tree, said to have no leaves: whose root it is is not for the proof to say */
				assert_int_equal(sc_merkle_consistent(0, n, &(struct sc_merkle_proof){ .n = 0 }, root[m ? m : 1], root[n], &e), SC_BAD);
			if (!m || m == n)
				continue;
			assert_int_equal(sc_merkle_consistent(m, n, &p.proof, root[m - 1], root[n], &e), SC_BAD);
			assert_int_equal(sc_merkle_consistent(m, n, &p.proof, root[m], root[n - 1], &e), SC_BAD);
			assert_int_equal(sc_merkle_consistent(n, m, &p.proof, root[n], root[m], &e), SC_BAD);
			p.proof.hash[m % p.proof.n][n % 32] ^= 1;
			assert_int_equal(sc_merkle_consistent(m, n, &p.proof, root[m], root[n], &e), SC_BAD);
		}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_leaf_of_every_tree_is_proven),
		cmocka_unit_test(every_tree_is_proven_to_have_grown_from_each_before),
	};

	return cmocka_run_group_tests_name("merkle", tests, make, NULL);
}
