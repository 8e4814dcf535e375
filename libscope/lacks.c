/* SPDX-License-Identifier: Apache-2.0 */
/* lacks.c -- proofs that keys are not listed in a manifest, all in one pass; see scope/recall.h. */
#include <scope/recall.h>

#include <scope/proof.h>

#include <stdlib.h>

static const sc_str kinds[] = { SC_LIT("cid"), SC_LIT("doi"), SC_LIT("host"), SC_LIT("site"),
	                        SC_LIT("url") };

struct pass {
	struct sc_keys *keys;
	struct sc_sparse_many *many;
	uint64_t nline, nkey;
	uint64_t without[SC_COUNT(kinds)]; /* R lines without a key of that kind */
};

static int line_seen(void *with, const struct sc_manifest_line *l, struct sc_err *e)
{
	struct pass *p = with;
	struct sc_key v[8];
	size_t n;

	if (l->kind != 'R')
		return SC_OK;
	n = sc_keys_of(l->raw, v);
	p->nline++;
	for (size_t k = 0; k < SC_COUNT(kinds); k++) {
		bool any = false;

		for (size_t i = 0; i < n; i++)
			any |= sc_str_eq(v[i].kind, kinds[k]);
		p->without[k] += !any;
	}
	return sc_keys_add(p->keys, l->raw, e);
}

static int leaf_seen(void *with, const struct sc_sparse_leaf *leaf, struct sc_err *e)
{
	struct pass *p = with;

	p->nkey++;
	return sc_sparse_many_add(p->many, leaf, e);
}

/* With words on what it covers, as `scope prove` writes them. */
static int proof_out(const struct pass *p, const struct sc_proof *proof, struct sc_output *out,
                     struct sc_err *e)
{
	struct sc_cover cover = { .lines = p->nline, .keys = p->nkey };
	struct sc_buf words = { 0 }, b = { 0 };
	int rc;

	for (size_t k = 0; k < SC_COUNT(kinds); k++)
		if (sc_str_eq(proof->key, kinds[k]))
			cover.without = p->without[k];
	sc_proof_cover_put(&words, proof, &cover);
	sc_proof_put(&b, proof, sc_buf_str(&words));
	rc = sc_write(out, sc_buf_str(&b), e);
	sc_buf_free(&words);
	sc_buf_free(&b);
	return rc;
}

static int proofs_out(const struct pass *p, const struct sc_key *key, size_t n,
                      const uint8_t root[32], struct sc_output *out, struct sc_err *e)
{
	struct sc_proof *proof = calloc(1, sizeof *proof);
	uint8_t k[32];
	int rc = SC_OK;

	if (!proof)
		sc_oom();
	proof->kind = SC_PROOF_LACKS;
	memcpy(proof->root, root, 32);
	for (size_t i = 0; i < n && rc == SC_OK; i++) {
		sc_key_of(key[i].kind, key[i].value, k);
		proof->key = key[i].kind;
		proof->value = key[i].value;
		rc = !sc_sparse_many_proof(p->many, k, &proof->sparse) || proof->sparse.there
		             ? sc_fail(e, "%.*s %.*s is listed: there is no proof that it is not",
		                       SC_ARG(key[i].kind), SC_ARG(key[i].value))
		             : proof_out(p, proof, out, e);
	}
	free(proof);
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
