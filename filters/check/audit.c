/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check/audit -- audits of scope-audit(5): whether they hold together, and whether what was judged is what the nonce draws from the manifest.
 *
 * The manifest that it names lies beside it or in --root DIR; --root sha256:HEX is the record-root that it must be of.
 */
#include <scope/audit.h>
#include <scope/check.h>
#include <scope/text.h>

#include <unistd.h>

static bool is(sc_str head)
{
	return sc_str_starts(head, SC_STR("#scope-audit/1\n"));
}

static sc_str folder_of(sc_str path)
{
	size_t slash = sc_str_rchr(path, '/');

	return slash == SC_NONE ? SC_STR(".") : slash ? sc_str_head(path, slash) : SC_STR("/");
}

/* Of the roots that were said: which must be the record-root, and where the manifest lies. */
static int roots(const struct sc_check_conf *c, const struct sc_audit *au, sc_str *folder,
                 bool *named, struct sc_err *e)
{
	for (size_t i = 0; i < c->root.n; i++) {
		uint8_t root[32];

		if (!sc_root_parse(c->root.v[i], root)) {
			*folder = c->root.v[i];
			*named = true;
		} else if (memcmp(root, au->record_root, 32))
			return sc_bad(e, "it is of another record-root than %.*s",
			              SC_ARG(c->root.v[i]));
		else
			c->say(c->with, "record-root", c->root.v[i]);
	}
	return SC_OK;
}

static int drawn(sc_str path, const struct sc_check_conf *c, struct sc_audit *au, struct sc_err *e)
{
	sc_str folder = folder_of(path), manifest;
	bool named = false;

	SC_TRY(roots(c, au, &folder, &named, e));
	manifest = au->manifest.n
	                   ? sc_fmt(&au->a, "%.*s/%.*s", SC_ARG(folder), SC_ARG(au->manifest))
	                   : (sc_str){ NULL, 0 };
	if (!manifest.n || access(manifest.p, R_OK)) {
		if (named)
			return sc_fail(e, "%.*s: its manifest is not there", SC_ARG(manifest));
		c->say(c->with, "draw",
		       SC_STR("not looked at: the manifest does not lie beside it, and no --root DIR says where"));
		return SC_OK;
	}
	SC_TRY(sc_audit_check(au, manifest, e));
	c->say(c->with, "draw",
	       sc_fmt(&au->a, "these are the records that the nonce draws from %.*s",
	              SC_ARG(sc_escape(&au->a, au->manifest))));
	return SC_OK;
}

static int check(sc_str path, const struct sc_check_conf *c, struct sc_err *e)
{
	struct sc_audit au;
	struct sc_arena a = { 0 };
	size_t judged = 0;
	int rc = sc_audit_read(path, &au, e);

	if (rc != SC_OK)
		return rc;
	for (size_t i = 0; i < au.nrecord; i++)
		for (size_t k = 0; k < SC_FACTS; k++)
			judged += au.record[i].verdict[k] != SC_UNJUDGED;
	c->say(c->with, "form",
	       sc_fmt(&a, "%zu records of %ju, %zu verdicts by %.*s, nonce from %.*s", au.nrecord,
	              (uintmax_t)au.population, judged, SC_ARG(sc_escape(&a, au.auditor)),
	              SC_ARG(sc_escape(&a, sc_audit_source(&a, &au)))));
	if (au.source == SC_NONCE_SELF)
		c->say(c->with, "nonce",
		       SC_STR("the publisher's own: it can have been tried until the sample was a good one"));
	rc = drawn(path, c, &au, e);
	sc_arena_free(&a);
	sc_audit_free(&au);
	return rc;
}

extern const struct sc_checker check_audit;
const struct sc_checker check_audit = {
	.card = { .name = "check/audit",
	          .about =
	                  "audits of scope audit: their form, and with the manifest beside them or in --root DIR that the nonce draws these records" },
	.is = is,
	.check = check,
};
