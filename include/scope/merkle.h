/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scope/merkle.h -- proofs over the Merkle tree of RFC 6962 and RFC 9162: that a leaf is in it, and that one tree is the beginning of
 * another.  Roots are in scope/digest.h.
 */
#ifndef SCOPE_MERKLE_H
#define SCOPE_MERKLE_H

#include <scope/digest.h>

enum { SC_MERKLE_DEPTH = 64 };

struct sc_merkle_proof {
	uint32_t n;
	uint8_t hash[2 * SC_MERKLE_DEPTH][32]; /* from the leaf up; of a consistency proof as RFC 9162 2.1.4.1 has them */
};

/* RFC 9162 2.1.3.2.  SC_BAD says why the leaf with this hash is not proven to stand at `index` of `size` leaves with that root. */
int sc_merkle_included(const uint8_t leaf[32], uint64_t index, uint64_t size, const struct sc_merkle_proof *p, const uint8_t root[32],
		       struct sc_err *e);
/* RFC 9162 2.1.4.2.  An empty tree, by its root, is the beginning of every one, without proof. */
int sc_merkle_consistent(uint64_t size1, uint64_t size2, const struct sc_merkle_proof *p, const uint8_t root1[32], const uint8_t root2[32],
			 struct sc_err *e);

/* A proof in one pass over the hashes of all leaves.  The memory is this struct. */
struct sc_merkle_prover {
	struct {
		uint64_t from, to; /* leaves under the hash */
		uint32_t at;	   /* its place in the proof */
	} range[2 * SC_MERKLE_DEPTH]; /* ascending */
	uint32_t n, now;
	uint64_t seen;
	struct sc_merkle tree; /* of the range at hand */
	struct sc_merkle_proof proof;
};
void sc_merkle_prove_index(struct sc_merkle_prover *p, uint64_t index, uint64_t size); /* index < size */
void sc_merkle_prove_growth(struct sc_merkle_prover *p, uint64_t size1, uint64_t size2); /* size1 <= size2 */
void sc_merkle_prove_add(struct sc_merkle_prover *p, const uint8_t leaf_hash[32]);

#endif
