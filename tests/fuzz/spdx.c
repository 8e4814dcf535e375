/* SPDX-License-Identifier: Apache-2.0 */
/* Any words as a licence: what comes out is an expression that reads as itself, and says the same in its normal form. */
#include <scope/spdx.h>

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void algebra(struct sc_arena *a, sc_str said)
{
	sc_str canonical, normal, again;
	struct sc_spdx_counted one = { .n = 1 };
	struct sc_spdx_compat c;
	struct sc_err e;
	bool yes;

	if (sc_spdx_expression(a, said, &canonical, &e) < 0)
		return;
	if (sc_spdx_expression(a, canonical, &again, &e) < 0 || !sc_str_eq(canonical, again))
		abort();
	if (sc_spdx_normal(a, canonical, &normal, &e) < 0 || sc_spdx_normal(a, normal, &again, &e) < 0 || !sc_str_eq(normal, again))
		abort();
	if (sc_spdx_expression(a, normal, &again, &e) < 0 || !sc_str_eq(normal, again) || !sc_spdx_same(a, said, normal))
		abort();
	if (sc_spdx_satisfies(a, said, canonical, &yes, &e) < 0)
		abort();
	one.expression = canonical;
	sc_spdx_compat(a, &one, 1, &c);
	if (c.nv + c.unread.n == 0)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sc_arena a = { 0 };
	sc_str said = { (const char *)data, size }, rule, again, got = sc_spdx_from_words(&a, said, &rule);
	struct sc_err e;
	size_t n, half = sc_str_chr(said, '\n');
	bool yes;

	if (got.n && (sc_spdx_expression(&a, got, &again, &e) < 0 || !sc_str_eq(got, again)))
		abort();
	if (got.n)
		sc_spdx_in(&a, got, sc_spdx_set(SC_STR("open")));
	sc_spdx_cc_url(&a, said, &n);
	if (n > size)
		abort();
	algebra(&a, said);
	if (half != SC_NONE)
		sc_spdx_satisfies(&a, sc_str_head(said, half), sc_str_from(said, half + 1), &yes, &e);
	sc_arena_free(&a);
	return 0;
}
