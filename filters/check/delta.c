/* SPDX-License-Identifier: Apache-2.0 */
/* check/delta -- what leads from one manifest to another: its form, its digest, and with --root to which record-root. */
#include <scope/check.h>
#include <scope/diff.h>
#include <scope/text.h>

static bool is(sc_str head)
{
	return sc_str_starts(head, SC_STR("#scope-delta/1\n"));
}

static int root_check(const struct sc_check_conf *c, const uint8_t is[32], struct sc_err *e)
{
	for (size_t i = 0; i < c->root.n; i++) {
		uint8_t want[32];
		char hex[64];

		if (!sc_root_parse(c->root.v[i], want))
			return sc_fail(e, "--root %.*s: of a delta it is sha256: and 64 hex digits",
			               SC_ARG(c->root.v[i]));
		sc_hex(is, 32, hex);
		if (memcmp(want, is, 32))
			return sc_bad(e, "it leads to the record-root sha256:%.64s, not to %.*s",
			              hex, SC_ARG(c->root.v[i]));
	}
	return SC_OK;
}

static int check(sc_str path, const struct sc_check_conf *c, struct sc_err *e)
{
	struct sc_arena a = { 0 };
	struct sc_delta d;
	char hex[64];
	int rc = sc_delta_check(path, &d, e);

	if (rc == SC_OK)
		rc = root_check(c, d.head[SC_DELTA_NEW_RECORDS], e);
	if (rc == SC_OK && c->say) {
		c->say(c->with, "lines",
		       sc_fmt(&a, "%ju come, %ju go, none was changed", (uintmax_t)d.nnew,
		              (uintmax_t)d.nold));
		sc_hex(d.head[SC_DELTA_NEW_RECORDS], 32, hex);
		c->say(c->with, "leads to", sc_fmt(&a, "record-root sha256:%.64s", hex));
	}
	sc_arena_free(&a);
	return rc;
}

extern const struct sc_checker check_delta;
const struct sc_checker check_delta = {
	.card = { .name = "check/delta",
	          .about =
	                  "what leads from one manifest to another: its form and digest; --root: the record-root that it leads to",
	          .more = "Whether it makes of the first manifest what it says is found by `scope patch`." },
	.is = is,
	.check = check,
};
