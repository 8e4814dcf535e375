/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as an HTTP message: a body within the bound, or a refusal. */
#include <scope/http.h>

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sc_arena a = { 0 };
	struct sc_http h;
	struct sc_err e;
	sc_str body, wrong;

	if (sc_http_split((sc_str){ (const char *)data, size }, &h) &&
	    sc_http_decode(&a, &h, 1 << 16, &body, &wrong, &e) == SC_OK && !wrong.n && body.n > 1 << 16 && body.n > size)
		abort();
	sc_arena_free(&a);
	return 0;
}
