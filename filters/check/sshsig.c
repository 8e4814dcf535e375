/* SPDX-License-Identifier: Apache-2.0 */
/* check/sshsig -- X.sig as `scope sign` and `ssh-keygen -Y sign` write it: is X, beside it, signed by somebody whose word counts? */
#include <scope/check.h>
#include <scope/text.h>

static bool is(sc_str head)
{
	return sc_str_starts(head, SC_STR("-----BEGIN SSH SIGNATURE-----"));
}

static int check(sc_str path, const struct sc_check_conf *c, struct sc_err *e)
{
	static const sc_str ending = SC_LIT(".sig");
	struct sc_arena a = { 0 };
	sc_str of = sc_str_head(path, path.n - ending.n), who;
	int rc;

	if (!sc_str_ends(path, ending) || path.n == ending.n)
		return sc_fail(e, "%.*s: a signature: of which file, is told by its name, FILE.sig",
		               SC_ARG(path));
	rc = sc_signed(of, path, &c->trust, &a, &who, e);
	if (rc == SC_OK && who.n)
		c->say(c->with, "signature",
		       sc_fmt(&a, "of %.*s, by %.*s", SC_ARG(sc_escape(&a, of)), SC_ARG(who)));
	else if (rc == SC_OK)
		c->say(c->with, "signature",
		       sc_fmt(&a, "of %.*s, sound; whose it is was not asked",
		              SC_ARG(sc_escape(&a, of))));
	sc_arena_free(&a);
	return rc;
}

extern const struct sc_checker check_sshsig;
const struct sc_checker check_sshsig = {
	.card = { .name = "check/sshsig",
	          .about = "FILE.sig, an SSH signature, against FILE beside it",
	          .example = "scope verify --key key.pub open.jsonl.scm.sig",
	          .revision = 1 },
	.is = is,
	.check = check,
};
