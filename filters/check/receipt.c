/* SPDX-License-Identifier: Apache-2.0 */
/* check/receipt -- what a training run was given, held to manifest, checkpoint and outputs. */
#include <scope/receipt.h>
#include <scope/text.h>

#include <stdio.h>
#include <sys/stat.h>

static bool is(sc_str head)
{
	return sc_str_starts(head, SC_STR("scope-receipt/1\n"));
}

/* Where somebody's word is asked for and there is a signature, it must be good; receipts need none, `scope bind` signs what has them. */
static int signature(sc_str path, const struct sc_check_conf *c, struct sc_arena *a,
                     struct sc_err *e)
{
	struct stat st;
	sc_str who;

	if ((!c->trust.key.n && !c->trust.signers.n) ||
	    stat(sc_fmt(a, "%.*s.sig", SC_ARG(path)).p, &st))
		return SC_OK;
	SC_TRY(sc_signed(path, SC_STR(""), &c->trust, a, &who, e));
	c->say(c->with, "signature", sc_escape(a, who));
	return SC_OK;
}

static int check(sc_str path, const struct sc_check_conf *c, struct sc_err *e)
{
	struct sc_receipt r = { .logged = false };
	struct sc_err why = { 0 };
	struct sc_arena a = { 0 };
	sc_str bytes;
	int rc = sc_file_read(path, SC_RECEIPT_MOST, &a, &bytes, &why);

	if (rc == SC_OK)
		rc = signature(path, c, &a, &why);
	if (rc == SC_OK)
		rc = sc_receipt_parse(&a, bytes, &r, &why);
	if (rc == SC_OK)
		rc = sc_receipt_check(&r, path, c, &why);
	if (rc < 0)
		rc = rc == SC_BAD ? sc_bad(e, "%.*s: %s", SC_ARG(path), why.msg)
		                  : sc_fail(e, "%.*s: %s", SC_ARG(path), why.msg);
	sc_arena_free(&a);
	return rc;
}

extern const struct sc_checker check_receipt;
const struct sc_checker check_receipt = {
	.card = { .name = "check/receipt",
	          .about =
	                  "what a training run was given: counts, order, corpus root, checkpoint, charter",
	          .more = "What `scope cat --verified --receipt` writes.",
	          .revision = 1 },
	.is = is,
	.check = check,
};
