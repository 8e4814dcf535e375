/* SPDX-License-Identifier: Apache-2.0 */
/* Any words as a licence: what comes out is an expression that reads as itself. */
#include <scope/spdx.h>

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sc_arena a = { 0 };
	sc_str rule, again, got = sc_spdx_from_words(&a, (sc_str){ (const char *)data, size }, &rule);
	struct sc_err e;
	size_t n;

	if (got.n && (sc_spdx_expression(&a, got, &again, &e) < 0 || !sc_str_eq(got, again)))
		abort();
	if (got.n)
		sc_spdx_in(&a, got, sc_spdx_set(SC_STR("open")));
	sc_spdx_cc_url(&a, (sc_str){ (const char *)data, size }, &n);
	if (n > size)
		abort();
	sc_arena_free(&a);
	return 0;
}
