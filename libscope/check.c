/* SPDX-License-Identifier: Apache-2.0 */
/* check.c -- what the checkers of scope/check.h share. */
#include <scope/check.h>
#include <scope/text.h>

#include <errno.h>
#include <stdio.h>

const struct sc_opt sc_trust_opts[] = {
	{ "key", "FILE", "the public key whose signature counts: PEM, or an OpenSSH .pub line", offsetof(struct sc_trust, key), 0, SC_OPT_STR },
	{ "signers", "FILE", "whose signatures count: allowed_signers of ssh-keygen(1)", offsetof(struct sc_trust, signers), 0, SC_OPT_STR },
	{ "identity", "NAME", "who of them must have signed (default: any)", offsetof(struct sc_trust, identity), 0, SC_OPT_STR },
	{ "namespace", "NAME", "the namespace that was signed in (default: scope-manifest)", offsetof(struct sc_trust, name_space), 0, SC_OPT_STR },
	{ "unsigned", NULL, "a missing signature is no fault", offsetof(struct sc_trust, unsigned_ok), 0, SC_OPT_FLAG },
	{ "verify-time", "TIME", "when a key must have been valid: YYYYMMDD[HHMM[SS]][Z] (default: now)", offsetof(struct sc_trust, verify_time), 0, SC_OPT_STR },
	{ NULL, NULL, NULL, 0, 0, SC_OPT_FLAG },
};

bool sc_root_parse(sc_str s, uint8_t out[32])
{
	return sc_str_starts(s, SC_STR("sha256:")) &&
	       sc_unhex(sc_str_from(s, strlen("sha256:")), out, 32);
}

int sc_file_read(sc_str path, size_t most, struct sc_arena *a, sc_str *bytes, struct sc_err *e)
{
	FILE *f = sc_str_eq(path, SC_STR("-")) ? stdin : fopen(sc_cstr(a, path), "rb");
	struct sc_buf b = { .a = a };
	size_t n;
	int rc = SC_OK;

	if (!f)
		return sc_fail(e, "%.*s: %s", SC_ARG(path), strerror(errno));
	while (b.n <= most && (n = fread(sc_buf_room(&b, 16384), 1, 16384, f)) > 0)
		b.n += n;
	if (ferror(f))
		rc = sc_fail(e, "%.*s: %s", SC_ARG(path), strerror(errno));
	else if (b.n > most)
		rc = sc_bad(e, "%.*s: it is larger than the %zu bytes that such a file may have",
		            SC_ARG(path), most);
	if (f != stdin)
		fclose(f);
	*bytes = sc_buf_seal(&b);
	return rc;
}
