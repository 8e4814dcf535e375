/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scope/sparse.h -- the sparse Merkle tree over keys of 32 bytes, as Celestia and Fuel specify it: roots, and proofs that a key is in it
 * or is not.
 *
 * leaf = SHA-256(0x00 || key || value), node = SHA-256(0x01 || left || right), an empty subtree is 32 zero bytes, and a subtree of one
 * leaf is that leaf.  A key's bits, the highest of its first byte first, say left (0) or right (1).  Where a key stands is said by its bits and
 * nothing else, so that nobody can list one out of order and then prove it absent.
 */
#ifndef SCOPE_SPARSE_H
#define SCOPE_SPARSE_H

#include <scope/base.h>

enum { SC_SPARSE_DEPTH = 256, SC_SPARSE_WAIT = 16 };

struct sc_sparse_leaf {
	uint8_t key[32], value[32]; /* value: the digest of what is listed under the key */
};

/* A root from leaves in ascending order of their keys, each key once; the memory is this struct. */
struct sc_sparse {
	unsigned top; /* the depth of the root: 0, or a subtree's */
	struct sc_sparse_leaf wait[SC_SPARSE_WAIT]; /* the last ones, not yet hashed */
	unsigned nwait;
	uint8_t key[32], hash[32]; /* of the last that is */
	unsigned shared; /* bits that it shares with the one before it; `top`, which all of them share at least, if there is none */
	uint64_t n;
	unsigned depth[SC_SPARSE_DEPTH + 1]; /* of what waits for its right neighbour, growing */
	uint8_t left[SC_SPARSE_DEPTH + 1][32];
	unsigned nleft;
};
void sc_sparse_start(struct sc_sparse *s, unsigned top);
/* SC_BAD: not above the one before. */
int sc_sparse_add(struct sc_sparse *s, const struct sc_sparse_leaf *leaf, struct sc_err *e);
/* The same, for who has its hash already. */
int sc_sparse_add_hashed(struct sc_sparse *s, const uint8_t key[32], const uint8_t hash[32], struct sc_err *e);
void sc_sparse_root(struct sc_sparse *s, uint8_t out[32]); /* the last call */
/* Hashes of n leaves: out[i] is that of v[i].  At once they cost half of what they do one by one. */
void sc_sparse_leaf_hashes(const struct sc_sparse_leaf *v, size_t n, uint8_t (*out)[32]);

struct sc_sparse_proof {
	uint8_t key[32];
	bool there;		      /* the key is listed, with `value` */
	uint8_t value[32];
	bool other;		      /* it is not: `lone` stands where it would; else that place is empty */
	struct sc_sparse_leaf lone;
	unsigned depth;		      /* of that place: levels that follow */
	uint8_t side[SC_SPARSE_DEPTH][32]; /* the neighbour at depth i + 1, for i < depth; zero: empty */
};

/* A proof in one pass over all leaves, ascending as above. */
struct sc_sparse_prover {
	struct sc_sparse_proof proof;
	struct sc_sparse group; /* those that share `bits` bits with the key */
	unsigned bits;
	uint64_t count[SC_SPARSE_DEPTH];
	struct sc_sparse_leaf first; /* of the group */
	struct sc_sparse_leaf lone[2]; /* of the deepest group below and above the key */
	bool above;		       /* one above was seen */
};
void sc_sparse_prove(struct sc_sparse_prover *p, const uint8_t key[32]);
int sc_sparse_prove_add(struct sc_sparse_prover *p, const struct sc_sparse_leaf *leaf, struct sc_err *e);
void sc_sparse_prove_end(struct sc_sparse_prover *p); /* p->proof is whole */

/*
 * Proofs of many keys in one pass over the same leaves: the leaves beside the paths to the wanted keys are hashed once, whatever the
 * number of keys.  Memory: about 1 KiB a wanted key.
 */
struct sc_sparse_many;
struct sc_sparse_many *sc_sparse_many_new(void);
void sc_sparse_many_want(struct sc_sparse_many *m, const uint8_t key[32]); /* in any order, all before the first leaf */
int sc_sparse_many_add(struct sc_sparse_many *m, const struct sc_sparse_leaf *leaf, struct sc_err *e);
void sc_sparse_many_end(struct sc_sparse_many *m, uint8_t root[32]); /* after the last leaf */
/* The proof of a key that was wanted: what sc_sparse_prove would make.  False: it was not. */
bool sc_sparse_many_proof(const struct sc_sparse_many *m, const uint8_t key[32], struct sc_sparse_proof *out);
void sc_sparse_many_free(struct sc_sparse_many *m); /* NULL is fine */

/* What root the proof belongs to.  SC_BAD: it proves nothing, whatever the root. */
int sc_sparse_proof_root(const struct sc_sparse_proof *p, uint8_t root[32], struct sc_err *e);

#endif
