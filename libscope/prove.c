/* SPDX-License-Identifier: Apache-2.0 */
/*
 * prove.c -- proofs from a manifest, each in one or two passes over its lines.
 *
 * A record: where its R lines stand and how many there are at all, then the hashes beside their paths.  A key: all leaves of the key
 * tree in order, which is a sort (keys.c), and the neighbours of the key's path.  What comes out is held against the root that the manifest
 * states, so a manifest that lies about its roots gives no proof.
 */
#include <scope/proof.h>

#include <scope/export.h>
#include <scope/manifest.h>
#include <scope/text.h>
#include <scope/url.h>

#include <inttypes.h>
#include <stdlib.h>

enum { LINES_MOST = 256 }; /* R lines of one id: each has a proof of its own */

/* ---- what is asked for ---- */

/* A host as manifests have it. */
static sc_str host_form(struct sc_arena *a, sc_str said)
{
	return sc_url_host(a, sc_fmt(a, "http://%.*s/", SC_ARG(said)));
}

int sc_prove_key(struct sc_arena *a, sc_str kind, sc_str said, sc_str *value, struct sc_err *e)
{
	static const sc_str kinds[] = { SC_LIT("cid"), SC_LIT("url"), SC_LIT("doi"), SC_LIT("host"),
		                        SC_LIT("site") };
	uint8_t id[32];
	size_t i;

	for (i = 0; i < SC_COUNT(kinds); i++)
		if (sc_str_eq(kind, kinds[i]))
			break;
	if (i == SC_COUNT(kinds))
		return sc_fail(
		        e, "there are keys of the kinds cid, url, doi, host and site, not '%.*s'",
		        SC_ARG(kind));
	if (i == 0) {
		if (!sc_str_starts(said, SC_STR("sha256:")))
			said = sc_fmt(a, "sha256:%.*s", SC_ARG(said));
		if (!sc_unhex(sc_str_from(said, 7), id, 32))
			return sc_fail(e, "'%.*s' is no id: sha256: and 64 lower-case hex digits",
			               SC_ARG(said));
	} else if (i >= 3) {
		sc_str host = host_form(a, said);

		if (!host.n)
			return sc_fail(e, "'%.*s' is no host name", SC_ARG(said));
		said = host;
	} else if (i == 1 && sc_str_find(said, SC_STR("://")) == SC_NONE) {
		return sc_fail(e, "'%.*s' is no URL: it has no ://", SC_ARG(said));
	}
	if (!said.n)
		return sc_fail(e, "a key needs a value");
	*value = sc_field(a, said);
	return SC_OK;
}

/* ---- the manifest, R line by R line, and what it says of its roots ---- */

struct stated {
	uint8_t record_root[32], key_root[32];
	bool has_record, has_key;
};

static void total(struct stated *t, sc_str line)
{
	sc_str record = SC_STR("T\trecord-root\tsha256:"), key = SC_STR("T\tkey-root\tsha256:");

	if (sc_str_starts(line, record))
		t->has_record = sc_unhex(sc_str_from(line, record.n), t->record_root, 32);
	else if (sc_str_starts(line, key))
		t->has_key = sc_unhex(sc_str_from(line, key.n), t->key_root, 32);
}

typedef int each_rline(void *with, sc_str rline, struct sc_err *e);

static int pass(sc_str path, each_rline *each, void *with, struct stated *t, struct sc_err *e)
{
	struct sc_manifest_lines *m;
	sc_str line;
	int rc;

	SC_TRY(sc_manifest_lines_open(&m, path, e));
	while ((rc = sc_manifest_lines_raw(m, &line, e)) == SC_OK) {
		if (*line.p == 'R')
			rc = each(with, line, e);
		else if (*line.p == 'T')
			total(t, line);
		if (rc < 0)
			break;
	}
	sc_manifest_lines_close(m);
	return rc < 0 ? rc : SC_OK;
}

static const char remedies[] =
        "# what is not listed and should be, it cannot show: make the manifest anew from the shards (scope manifest), or draw records at random and look\n";

/* ---- records ---- */

struct by_record {
	sc_str start; /* "R\tsha256:ID\t" */
	uint64_t n, first, found;
	struct sc_arena arena;
	sc_str line[LINES_MOST];
	struct sc_merkle_prover *prover;
};

static int find(void *with, sc_str rline, struct sc_err *e)
{
	struct by_record *b = with;

	if (sc_str_starts(rline, b->start)) {
		if (b->found == LINES_MOST)
			return sc_bad(e, "more than %d R lines have that id", LINES_MOST);
		if (!b->found)
			b->first = b->n;
		b->line[b->found++] = sc_strdup(&b->arena, rline);
	}
	b->n++;
	return SC_OK;
}

static int hash(void *with, sc_str rline, struct sc_err *e)
{
	struct by_record *b = with;
	uint8_t leaf[32];

	(void)e;
	sc_merkle_leaf_hash(rline, leaf);
	for (uint64_t i = 0; i < b->found; i++)
		sc_merkle_prove_add(&b->prover[i], leaf);
	return SC_OK;
}

static int records_put(const struct by_record *b, const struct stated *t, struct sc_buf *out,
                       struct sc_err *e)
{
	struct sc_proof *p = sc_zalloc(&((struct by_record *)(uintptr_t)b)->arena, sizeof *p, 1);
	struct sc_buf words = { 0 };
	int rc = SC_OK;

	for (uint64_t i = 0; i < b->found && rc == SC_OK; i++) {
		*p = (struct sc_proof){ .kind = SC_PROOF_RECORD,
			                .n = b->n,
			                .index = b->first + i,
			                .line = b->line[i],
			                .merkle = b->prover[i].proof };
		memcpy(p->root, t->record_root, 32);
		rc = sc_proof_check(p, e);
		if (rc < 0)
			rc = sc_bad(
			        e,
			        "the manifest's record-root is not that of its R lines; `scope verify` says what is false");
		sc_buf_clear(&words);
		sc_buf_fmt(
		        &words,
		        "# it shows that this line, letter by letter, is one of those under the record-root%s\n",
		        b->found > 1 ? "; the id has other lines too, each with a proof of its own"
		                     : "");
		sc_buf_add(
		        &words,
		        SC_STR("# it does not show that what the line says is right, nor that the id has no other line (`has cid` shows all that it has)\n"));
		sc_buf_add(&words, sc_str_c(remedies));
		if (rc == SC_OK)
			sc_proof_put(out, p, sc_buf_str(&words));
	}
	sc_buf_free(&words);
	return rc;
}

static int prove_record(sc_str manifest, const struct sc_prove *what, struct sc_buf *out,
                        struct sc_err *e)
{
	struct by_record *b = calloc(1, sizeof *b);
	struct stated t = { .has_record = false };
	int rc;

	if (!b)
		sc_oom();
	b->start = sc_fmt(&b->arena, "R\t%.*s\t", SC_ARG(what->value));
	rc = pass(manifest, find, b, &t, e);
	if (rc == SC_OK && !t.has_record)
		rc = sc_bad(e, "%.*s: it states no record-root", SC_ARG(manifest));
	if (rc == SC_OK && !b->found)
		rc = sc_bad(e, "%.*s is not listed in %.*s; `--lacks cid` proves that",
		            SC_ARG(what->value), SC_ARG(manifest));
	if (rc == SC_OK) {
		b->prover = sc_zalloc(&b->arena, sizeof *b->prover, b->found);
		for (uint64_t i = 0; i < b->found; i++)
			sc_merkle_prove_index(&b->prover[i], b->first + i, b->n);
		rc = pass(manifest, hash, b, &t, e);
	}
	if (rc == SC_OK)
		rc = records_put(b, &t, out, e);
	sc_arena_free(&b->arena);
	free(b);
	return rc;
}

/* ---- keys ---- */

struct by_key {
	const struct sc_prove *what;
	struct sc_keys *keys;
	struct sc_sparse_prover prover;
	uint64_t n, without, found, leaves;
	struct sc_buf lines;
};

static int count_key(void *with, sc_str rline, struct sc_err *e)
{
	struct by_key *b = with;
	struct sc_key v[8];
	size_t n = sc_keys_of(rline, v);
	bool any = false, it = false;

	for (size_t i = 0; i < n; i++) {
		if (!sc_str_eq(v[i].kind, b->what->key))
			continue;
		any = true;
		it |= sc_str_eq(v[i].value, b->what->value);
	}
	b->n++;
	b->without += !any;
	if (it && ++b->found <= b->what->lines_most) {
		if (b->lines.n)
			sc_buf_byte(&b->lines, '\n');
		sc_buf_add(&b->lines, rline);
	}
	return sc_keys_add(b->keys, rline, e);
}

static int leaf_add(void *with, const struct sc_sparse_leaf *leaf, struct sc_err *e)
{
	struct by_key *b = with;

	b->leaves++;
	return sc_sparse_prove_add(&b->prover, leaf, e);
}

void sc_proof_cover_put(struct sc_buf *w, const struct sc_proof *p, const struct sc_cover *c)
{
	if (p->kind == SC_PROOF_HAS)
		sc_buf_fmt(
		        w,
		        "# it shows that %" PRIu64
		        " R line%s under the key-root %s %.*s %.*s: those whose digest is `value`%s\n",
		        c->found, c->found == 1 ? "" : "s", c->found == 1 ? "has" : "have",
		        SC_ARG(p->key), SC_ARG(p->value),
		        p->line.n ? "" : ", too many to be shown here");
	else
		sc_buf_fmt(
		        w,
		        "# it shows that no R line under the key-root has %.*s %.*s, spelled so\n",
		        SC_ARG(p->key), SC_ARG(p->value));
	sc_buf_fmt(w,
	           "# it covers what the manifest's %" PRIu64 " R lines state (%" PRIu64
	           " keys); without a %.*s: %" PRIu64 "\n",
	           c->lines, c->keys, SC_ARG(p->key), c->without);
	if (p->kind == SC_PROOF_LACKS && sc_str_eq(p->key, SC_STR("host")))
		sc_buf_add(
		        w,
		        SC_STR("# hosts below it are hosts of their own; `--lacks site` covers a registrable domain with all of them\n"));
	sc_buf_add(w, sc_str_c(remedies));
}

static int key_put(struct by_key *b, const struct stated *t, struct sc_buf *out, struct sc_err *e)
{
	const struct sc_prove *q = b->what;
	struct sc_proof *p = calloc(1, sizeof *p);
	struct sc_buf words = { 0 };
	int rc;

	if (!p)
		sc_oom();
	p->kind = q->kind;
	p->key = q->key;
	p->value = q->value;
	p->sparse = b->prover.proof;
	if (b->found <= q->lines_most)
		p->line = sc_buf_str(&b->lines);
	memcpy(p->root, t->key_root, 32);
	rc = sc_proof_check(p, e);
	if (rc < 0)
		rc = sc_bad(
		        e,
		        "the manifest's key-root is not that of its R lines; `scope verify` says what is false");
	sc_proof_cover_put(&words, p,
	                   &(struct sc_cover){ b->n, b->leaves, b->found, b->without });
	if (rc == SC_OK)
		sc_proof_put(out, p, sc_buf_str(&words));
	sc_buf_free(&words);
	free(p);
	return rc;
}

static int keys_pass(sc_str manifest, struct by_key *b, struct stated *t, struct sc_err *e)
{
	const struct sc_prove *q = b->what;
	uint8_t key[32];

	SC_TRY(pass(manifest, count_key, b, t, e));
	if (!t->has_key)
		return sc_bad(e, "%.*s: it states no key-root", SC_ARG(manifest));
	if (q->kind == SC_PROOF_HAS && !b->found)
		return sc_bad(e, "no record of %.*s has %.*s %.*s; `--lacks` proves that",
		              SC_ARG(manifest), SC_ARG(q->key), SC_ARG(q->value));
	if (q->kind == SC_PROOF_LACKS && b->found)
		return sc_bad(e, "%" PRIu64 " record%s of %.*s %s %.*s %.*s; `--has` proves that",
		              b->found, b->found == 1 ? "" : "s", SC_ARG(manifest),
		              b->found == 1 ? "has" : "have", SC_ARG(q->key), SC_ARG(q->value));
	sc_key_of(q->key, q->value, key);
	sc_sparse_prove(&b->prover, key);
	SC_TRY(sc_keys_end(b->keys, leaf_add, b, e));
	sc_sparse_prove_end(&b->prover);
	return SC_OK;
}

static int prove_key(sc_str manifest, const struct sc_prove *what, struct sc_buf *out,
                     struct sc_err *e)
{
	struct by_key *b = calloc(1, sizeof *b);
	struct stated t = { .has_record = false };
	int rc;

	if (!b)
		sc_oom();
	b->what = what;
	b->keys = sc_keys_new(what->memory);
	sc_keys_source(b->keys, sc_manifest_rlines, &manifest);
	rc = keys_pass(manifest, b, &t, e);
	if (rc == SC_OK)
		rc = key_put(b, &t, out, e);
	sc_keys_free(b->keys);
	sc_buf_free(&b->lines);
	free(b);
	return rc;
}

int sc_prove(sc_str manifest, const struct sc_prove *what, struct sc_buf *b, struct sc_err *e)
{
	if (sc_str_eq(manifest, SC_STR("-")))
		return sc_fail(e, "a manifest is read more than once: name a file");
	return what->kind == SC_PROOF_RECORD ? prove_record(manifest, what, b, e)
	                                     : prove_key(manifest, what, b, e);
}
