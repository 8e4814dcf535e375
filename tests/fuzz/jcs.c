/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as JSON: what has a canonical form has one, which is its own, whichever way round its members stood. */
#include <scope/jcs.h>

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sc_arena a = { 0 };
	struct sc_err e = { .msg = "" };
	sc_str once, twice;
	int rc = sc_jcs(&a, (sc_str){ (const char *)data, size }, &once, &e);

	if (rc == SC_OK && (sc_jcs(&a, once, &twice, &e) != SC_OK || !sc_str_eq(once, twice)))
		abort();
	if (rc != SC_OK && (rc != SC_BAD || !*e.msg))
		abort();
	sc_arena_free(&a);
	return 0;
}
