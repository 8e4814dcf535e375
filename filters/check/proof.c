/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check/proof -- proofs of scope-proof(5), against the root that the caller trusts: --root, or a signed checkpoint that names it.
 *
 * A proof names the root that its hashes lead to; that alone says nothing.  A file may hold several; all must be true.
 */
#include <scope/check.h>
#include <scope/log.h>
#include <scope/proof.h>
#include <scope/text.h>

#include <stdlib.h>

enum { FILE_MOST = 256 << 20 };

static bool is(sc_str head)
{
	return sc_str_starts(head, SC_STR("scope-proof/1\n"));
}

/* What may be relied on. */
struct trusted {
	uint8_t (*root)[32]; /* --root */
	size_t nroot;
	struct sc_checkpoint *checkpoint;
	size_t ncheckpoint;
};

static int trusted_of(const struct sc_check_conf *c, struct sc_arena *a, struct trusted *t,
                      struct sc_err *e)
{
	t->nroot = c->root.n;
	t->root = sc_zalloc(a, sizeof *t->root, t->nroot + 1);
	for (size_t i = 0; i < t->nroot; i++)
		if (!sc_root_parse(c->root.v[i], t->root[i]))
			return sc_fail(
			        e,
			        "--root: of a proof it is sha256: and 64 lower-case hex digits, not '%.*s'",
			        SC_ARG(c->root.v[i]));
	t->ncheckpoint = c->checkpoint.n;
	t->checkpoint = SC_NEW(a, struct sc_checkpoint, t->ncheckpoint + 1);
	for (size_t i = 0; i < t->ncheckpoint; i++) {
		const struct sc_checkpoint *k = &t->checkpoint[i];

		SC_TRY(sc_checkpoint_read(c->checkpoint.v[i], &c->trust, a, &t->checkpoint[i], e));
		c->say(c->with, "checkpoint",
		       sc_fmt(a, "%.*s, %ju entries, %s%.*s", SC_ARG(k->origin), (uintmax_t)k->size,
		              k->who.n ? "signed by " : "not signed", SC_ARG(k->who)));
	}
	if (!t->nroot && !t->ncheckpoint)
		return sc_fail(
		        e,
		        "a proof says nothing without a root that you trust: --root sha256:HEX, or --checkpoint FILE");
	return SC_OK;
}

static bool root_known(const struct trusted *t, const uint8_t root[32])
{
	for (size_t i = 0; i < t->nroot; i++)
		if (!memcmp(t->root[i], root, 32))
			return true;
	return false;
}

/* The version line of a checkpoint names the root, and as many records. */
static bool version_known(const struct trusted *t, const struct sc_proof *p)
{
	for (size_t i = 0; i < t->ncheckpoint; i++) {
		const struct sc_version *v = &t->checkpoint[i].version;

		if (!t->checkpoint[i].has_version)
			continue;
		if (p->kind == SC_PROOF_RECORD
		            ? !memcmp(v->record_root, p->root, 32) && v->records == p->n
		            : !memcmp(v->key_root, p->root, 32))
			return true;
	}
	return false;
}

static bool log_signed(const struct trusted *t, uint64_t n, const uint8_t root[32])
{
	for (size_t i = 0; i < t->ncheckpoint; i++)
		if (t->checkpoint[i].size == n && !memcmp(t->checkpoint[i].root, root, 32))
			return true;
	return false;
}

static bool log_known(const struct trusted *t, uint64_t n, const uint8_t root[32])
{
	return log_signed(t, n, root) || root_known(t, root);
}

/* A checkpoint says how many records or entries there are, too. */
static bool counted(const struct trusted *t, const struct sc_proof *p)
{
	return p->kind == SC_PROOF_GROWTH
	               ? log_signed(t, p->old_n, p->old_root) && log_signed(t, p->n, p->root)
	               : version_known(t, p);
}

static int relied_on(const struct trusted *t, const struct sc_proof *p, struct sc_err *e)
{
	if (p->kind != SC_PROOF_GROWTH)
		return root_known(t, p->root) || version_known(t, p)
		               ? SC_OK
		               : sc_bad(e,
		                        "it leads to another %s-root than the one that you trust",
		                        p->kind == SC_PROOF_RECORD ? "record" : "key");
	if (!log_known(t, p->old_n, p->old_root))
		return sc_bad(e, "its old log is not one that you trust");
	return log_known(t, p->n, p->root) ? SC_OK
	                                   : sc_bad(e, "its new log is not one that you trust");
}

static int all(const struct sc_check_conf *c, struct sc_arena *a, sc_str path, sc_str text,
               struct sc_proof *p, struct sc_err *e)
{
	static const char *const names[] = { "record", "has", "lacks", "growth" };
	struct trusted t = { .nroot = 0 };
	struct sc_err why = { 0 };
	uint64_t number = 0;
	bool sure;
	int rc;

	SC_TRY(trusted_of(c, a, &t, e));
	while ((rc = sc_proof_get(a, &text, &number, p, &why)) == SC_OK) {
		if ((rc = sc_proof_check(p, &why)) < 0 || (rc = relied_on(&t, p, &why)) < 0)
			break;
		sure = counted(&t, p);
		c->say(c->with, names[p->kind], sc_escape(a, sc_proof_says(a, p, sure)));
		if (!sure && sc_proof_numbers(a, p).n)
			c->unproven(c->with, "numbers", sc_proof_numbers(a, p));
	}
	return rc < 0 ? sc_bad(e, "%.*s: %s", SC_ARG(path), why.msg) : SC_OK;
}

static int check(sc_str path, const struct sc_check_conf *c, struct sc_err *e)
{
	struct sc_arena a = { 0 };
	struct sc_proof *p = malloc(sizeof *p);
	sc_str text;
	int rc;

	if (!p)
		sc_oom();
	rc = sc_file_read(path, FILE_MOST, &a, &text, e);
	if (rc == SC_OK)
		rc = all(c, &a, path, text, p, e);
	free(p);
	sc_arena_free(&a);
	return rc;
}

extern const struct sc_checker check_proof;
const struct sc_checker check_proof = {
	.card = { .name = "check/proof",
	          .about =
	                  "proofs that scope prove and scope log growth write, against --root or --checkpoint" },
	.is = is,
	.check = check,
};
