/* SPDX-License-Identifier: Apache-2.0 */
/* lacks.c -- proofs that keys are not listed in a manifest, all in one pass; see scope/recall.h. */
#include <scope/recall.h>

#include <scope/sparse.h>
#include <scope/text.h>

struct pass {
	struct sc_keys *keys;
	struct sc_sparse_many *many;
	uint64_t nkey;
};

static int line_seen(void *with, const struct sc_manifest_line *l, struct sc_err *e)
{
	struct pass *p = with;

	return l->kind == 'R' ? sc_keys_add(p->keys, l->raw, e) : SC_OK;
}

static int leaf_seen(void *with, const struct sc_sparse_leaf *leaf, struct sc_err *e)
{
	struct pass *p = with;

	p->nkey++;
	return sc_sparse_many_add(p->many, leaf, e);
}

static void hash_put(struct sc_buf *b, const uint8_t h[32])
{
	static const uint8_t none[32];

	sc_buf_add(b, SC_STR("hash "));
	if (memcmp(h, none, 32))
		sc_hex_put(b, h, 32);
	else
		sc_buf_byte(b, '-');
	sc_buf_byte(b, '\n');
}

static void proof_put(struct sc_buf *b, const struct sc_key *k, const uint8_t root[32],
                      uint64_t nkey, const struct sc_sparse_proof *f)
{
	sc_buf_add(b, SC_STR("scope-proof/1\nproves lacks\nkey-root sha256:"));
	sc_hex_put(b, root, 32);
	sc_buf_fmt(b, "\nkeys %ju\nkey %.*s ", (uintmax_t)nkey, SC_ARG(k->kind));
	sc_buf_add(b, k->value);
	sc_buf_byte(b, '\n');
	if (f->other) {
		sc_buf_add(b, SC_STR("lone "));
		sc_hex_put(b, f->lone.key, 32);
		sc_buf_byte(b, ' ');
		sc_hex_put(b, f->lone.value, 32);
		sc_buf_byte(b, '\n');
	}
	for (unsigned d = f->depth; d-- > 0;)
		hash_put(b, f->side[d]);
}

static int proofs_out(const struct pass *p, const struct sc_key *key, size_t n,
                      const uint8_t root[32], struct sc_output *out, struct sc_err *e)
{
	struct sc_sparse_proof f;
	struct sc_buf b = { 0 };
	uint8_t k[32];
	int rc = SC_OK;

	for (size_t i = 0; i < n && rc == SC_OK; i++) {
		sc_key_of(key[i].kind, key[i].value, k);
		if (!sc_sparse_many_proof(p->many, k, &f) || f.there) {
			rc = sc_fail(e, "%.*s %.*s is listed: there is no proof that it is not",
			             SC_ARG(key[i].kind), SC_ARG(key[i].value));
			break;
		}
		sc_buf_clear(&b);
		proof_put(&b, &key[i], root, p->nkey, &f);
		rc = sc_write(out, sc_buf_str(&b), e);
	}
	sc_buf_free(&b);
	return rc;
}

static int prove(struct pass *p, sc_str manifest, const struct sc_key *key, size_t n,
                 struct sc_output *out, struct sc_walk *w, struct sc_err *e)
{
	uint8_t root[32], k[32];

	for (size_t i = 0; i < n; i++) {
		sc_key_of(key[i].kind, key[i].value, k);
		sc_sparse_many_want(p->many, k);
	}
	SC_TRY(sc_manifest_walk(manifest, line_seen, p, w, e));
	SC_TRY(sc_keys_end(p->keys, leaf_seen, p, e));
	sc_sparse_many_end(p->many, root);
	if (memcmp(root, w->t.key_root, 32) || p->nkey != w->t.keys)
		return sc_bad(e, "%.*s: its R lines are not those that its key-root names",
		              SC_ARG(manifest));
	return proofs_out(p, key, n, root, out, e);
}

int sc_lacks_prove(sc_str manifest, const struct sc_key *key, size_t n, size_t memory,
                   struct sc_output *out, struct sc_walk *w, struct sc_err *e)
{
	struct pass p = { .keys = sc_keys_new(memory), .many = sc_sparse_many_new() };
	int rc = prove(&p, manifest, key, n, out, w, e);

	sc_keys_free(p.keys);
	sc_sparse_many_free(p.many);
	return rc;
}
