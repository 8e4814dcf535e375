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

void sc_sparse_leaf_hashes(const struct sc_sparse_leaf *v, size_t n, uint8_t (*out)[32])
{
	char bytes[SC_SPARSE_WAIT][65];
	sc_str m[SC_SPARSE_WAIT];

	for (size_t done = 0, some; done < n; done += some) {
		some = n - done < SC_SPARSE_WAIT ? n - done : SC_SPARSE_WAIT;
		for (size_t i = 0; i < some; i++) {
			bytes[i][0] = 0;
			memcpy(bytes[i] + 1, v[done + i].key, 32);
			memcpy(bytes[i] + 33, v[done + i].value, 32);
			m[i] = (sc_str){ bytes[i], sizeof bytes[i] };
		}
		sc_sha256_many(m, some, out + done);
	}
}

static void leaf_hash(const struct sc_sparse_leaf *l, uint8_t out[32])
{
	sc_sparse_leaf_hashes(l, 1, (uint8_t(*)[32])out);
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
	s->nwait = 0;
	s->shared = top;
	s->nleft = 0;
}

/*
 * The last leaf that was hashed goes up from where it is alone to depth `to`: what waits at its depth is its left neighbour, else the
 * neighbour is empty.
 */
static void rise(struct sc_sparse *s, unsigned from, unsigned to)
{
	for (unsigned d = from; d > to; d--) {
		if (!bit(s->key, d - 1)) {
			node_hash(s->hash, empty, s->hash);
		} else if (s->nleft && s->depth[s->nleft - 1] == d) {
			s->nleft--;
			node_hash(s->left[s->nleft], s->hash, s->hash);
		} else {
			node_hash(empty, s->hash, s->hash);
		}
	}
}

/* The next one that is hashed says how far the last goes up. */
static void put(struct sc_sparse *s, const uint8_t key[32], const uint8_t hash[32], bool first)
{
	unsigned with = first ? 0 : shared(s->key, key);

	if (!first) {
		rise(s, (with > s->shared ? with : s->shared) + 1, with + 1);
		memcpy(s->left[s->nleft], s->hash, 32);
		s->depth[s->nleft++] = with + 1;
		s->shared = with;
	}
	memcpy(s->key, key, 32);
	memcpy(s->hash, hash, 32);
}

static void hash_waiting(struct sc_sparse *s)
{
	uint8_t hash[SC_SPARSE_WAIT][32];
	bool first = s->n == s->nwait;

	sc_sparse_leaf_hashes(s->wait, s->nwait, hash);
	for (unsigned i = 0; i < s->nwait; i++)
		put(s, s->wait[i].key, hash[i], first && !i);
	s->nwait = 0;
}

static int ascends(const struct sc_sparse *s, const uint8_t key[32], struct sc_err *e)
{
	const uint8_t *last = s->nwait ? s->wait[s->nwait - 1].key : s->key;

	return s->n && memcmp(last, key, 32) >= 0 ? sc_bad(e, "keys are not in ascending order") : SC_OK;
}

int sc_sparse_add(struct sc_sparse *s, const struct sc_sparse_leaf *leaf, struct sc_err *e)
{
	SC_TRY(ascends(s, leaf->key, e));
	if (s->nwait == SC_SPARSE_WAIT)
		hash_waiting(s);
	s->wait[s->nwait++] = *leaf;
	s->n++;
	return SC_OK;
}

int sc_sparse_add_hashed(struct sc_sparse *s, const uint8_t key[32], const uint8_t hash[32], struct sc_err *e)
{
	SC_TRY(ascends(s, key, e));
	hash_waiting(s);
	put(s, key, hash, !s->n++);
	return SC_OK;
}

void sc_sparse_root(struct sc_sparse *s, uint8_t out[32])
{
	memset(out, 0, 32);
	if (!s->n)
		return;
	hash_waiting(s);
	if (s->n > 1)
		rise(s, s->shared + 1, s->top);
	memcpy(out, s->hash, 32);
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
