/* SPDX-License-Identifier: Apache-2.0 */
/* sparse.c -- the sparse Merkle tree; see scope/sparse.h. */
#include <scope/digest.h>
#include <scope/sparse.h>

static const uint8_t empty[32];

static bool bit(const uint8_t key[32], unsigned i)
{
	return key[i / 8] >> (7 - i % 8) & 1;
}

/* How many bits two keys share from the first on. */
static unsigned shared(const uint8_t a[32], const uint8_t b[32])
{
	for (unsigned i = 0; i < 32; i++)
		if (a[i] != b[i])
			return 8 * i + (unsigned)__builtin_clz((unsigned)(a[i] ^ b[i])) - 24;
	return SC_SPARSE_DEPTH;
}

static void leaf_hash(const struct sc_sparse_leaf *l, uint8_t out[32])
{
	char b[65] = { 0 };

	memcpy(b + 1, l->key, 32);
	memcpy(b + 33, l->value, 32);
	sc_sha256_of((sc_str){ b, sizeof b }, out);
}

/* out may be one of them. */
static void node_hash(const uint8_t left[32], const uint8_t right[32], uint8_t out[32])
{
	char b[65] = { 1 };

	memcpy(b + 1, left, 32);
	memcpy(b + 33, right, 32);
	sc_sha256_of((sc_str){ b, sizeof b }, out);
}

/* ---- roots ---- */

void sc_sparse_start(struct sc_sparse *s, unsigned top)
{
	s->top = top;
	s->n = 0;
	s->shared = top;
	s->nleft = 0;
}

/*
 * The last leaf goes up from where it is alone to depth `to`: what waits at its depth is its left neighbour, else the neighbour is
 * empty.
 */
static void rise(struct sc_sparse *s, unsigned from, unsigned to, uint8_t hash[32])
{
	for (unsigned d = from; d > to; d--) {
		if (!bit(s->last.key, d - 1)) {
			node_hash(hash, empty, hash);
		} else if (s->nleft && s->depth[s->nleft - 1] == d) {
			s->nleft--;
			node_hash(s->left[s->nleft], hash, hash);
		} else {
			node_hash(empty, hash, hash);
		}
	}
}

int sc_sparse_add(struct sc_sparse *s, const struct sc_sparse_leaf *leaf, struct sc_err *e)
{
	unsigned with;

	if (s->n && memcmp(s->last.key, leaf->key, 32) >= 0)
		return sc_bad(e, "keys are not in ascending order");
	if (s->n) {
		with = shared(s->last.key, leaf->key);
		leaf_hash(&s->last, s->left[s->nleft]);
		{
			uint8_t hash[32];

			memcpy(hash, s->left[s->nleft], 32);
			rise(s, (s->n > 1 && s->shared > with ? s->shared : with) + 1, with + 1, hash);
			memcpy(s->left[s->nleft], hash, 32);
			s->depth[s->nleft++] = with + 1;
		}
		s->shared = with;
	}
	s->last = *leaf;
	s->n++;
	return SC_OK;
}

void sc_sparse_root(struct sc_sparse *s, uint8_t out[32])
{
	if (!s->n) {
		memset(out, 0, 32);
		return;
	}
	leaf_hash(&s->last, out);
	if (s->n > 1)
		rise(s, s->shared + 1, s->top, out);
}

/* ---- proofs ---- */

void sc_sparse_prove(struct sc_sparse_prover *p, const uint8_t key[32])
{
	memset(p, 0, sizeof *p);
	memcpy(p->proof.key, key, 32);
	p->bits = SC_SPARSE_DEPTH;
}

/* The group at hand is whole: its root is the neighbour at that depth. */
static void close_group(struct sc_sparse_prover *p)
{
	if (p->bits == SC_SPARSE_DEPTH)
		return;
	p->count[p->bits] = p->group.n;
	sc_sparse_root(&p->group, p->proof.side[p->bits]);
	if (memcmp(p->first.key, p->proof.key, 32) < 0) {
		p->lone[0] = p->first; /* the deepest below the key comes last */
	} else if (!p->above) {
		p->lone[1] = p->first; /* and above it first */
		p->above = true;
	}
	p->bits = SC_SPARSE_DEPTH;
}

int sc_sparse_prove_add(struct sc_sparse_prover *p, const struct sc_sparse_leaf *leaf, struct sc_err *e)
{
	unsigned with = shared(leaf->key, p->proof.key);

	if (with != p->bits)
		close_group(p);
	if (with == SC_SPARSE_DEPTH) {
		p->proof.there = true;
		memcpy(p->proof.value, leaf->value, 32);
		return SC_OK;
	}
	if (p->bits == SC_SPARSE_DEPTH) {
		if (p->count[with])
			return sc_bad(e, "keys are not in ascending order");
		p->bits = with;
		p->first = *leaf;
		sc_sparse_start(&p->group, with + 1);
	}
	return sc_sparse_add(&p->group, leaf, e);
}

void sc_sparse_prove_end(struct sc_sparse_prover *p)
{
	struct sc_sparse_proof *f = &p->proof;
	unsigned deepest = SC_SPARSE_DEPTH, second = SC_SPARSE_DEPTH;

	close_group(p);
	for (unsigned d = 0; d < SC_SPARSE_DEPTH; d++)
		if (p->count[d]) {
			second = deepest;
			deepest = d;
		}
	f->depth = deepest == SC_SPARSE_DEPTH ? 0 : deepest + 1;
	if (f->there || !f->depth || p->count[deepest] > 1)
		return;
	/* one leaf alone is nearest: it stands where the key would, above where they part */
	f->other = true;
	f->lone = p->lone[bit(f->key, deepest) ? 0 : 1];
	memset(f->side[deepest], 0, 32);
	f->depth = second == SC_SPARSE_DEPTH ? 0 : second + 1;
}

int sc_sparse_proof_root(const struct sc_sparse_proof *p, uint8_t root[32], struct sc_err *e)
{
	struct sc_sparse_leaf self;

	memcpy(self.key, p->key, 32);
	memcpy(self.value, p->value, 32);
	if (p->depth > SC_SPARSE_DEPTH)
		return sc_bad(e, "the proof has more levels than a key has bits");
	if (p->there && p->other)
		return sc_bad(e, "the proof says both that the key is listed and that another stands in its place");
	if (p->other && !memcmp(p->lone.key, p->key, 32))
		return sc_bad(e, "the key that is to stand in its place is the key itself");
	if (p->other && shared(p->lone.key, p->key) < p->depth)
		return sc_bad(e, "the key that is to stand in its place does not belong there");
	if (p->there)
		leaf_hash(&self, root);
	else if (p->other)
		leaf_hash(&p->lone, root);
	else
		memset(root, 0, 32);
	for (unsigned d = p->depth; d-- > 0;) {
		if (bit(p->key, d))
			node_hash(p->side[d], root, root);
		else
			node_hash(root, p->side[d], root);
	}
	return SC_OK;
}
