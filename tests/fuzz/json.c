/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes: every walk ends inside them, and what a string decodes to is written so that it
 * decodes to the same. */
#include <scope/json.h>

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool claim)
{
	if (!claim)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sc_arena a = { 0 };
	struct sc_buf b = { 0 };
	struct sc_err e;
	sc_str s = { (const char *)data, size };
	bool good = sc_json_check(s, false, &e) == SC_OK;
	struct sc_json_iter it = sc_json_iter(s);
	double d;

	must(good || sc_json_check(s, true, &e) == SC_BAD);
	while (sc_json_next(&it)) {
		sc_str decoded = sc_json_string(&a, it.value);

		must(!good || sc_json_check(it.value, false, &e) == SC_OK);
		if (!good || !decoded.p)
			continue;
		sc_buf_clear(&b);
		sc_json_put(&b, decoded);
		must(sc_json_check(sc_buf_str(&b), true, &e) == SC_OK);
		must(sc_str_eq(sc_json_string(&a, sc_buf_str(&b)), decoded));
	}
	s = sc_json_without(&a, s, SC_STR("a"));
	must(!good || sc_json_check(s, false, &e) == SC_OK);
	sc_json_double(sc_json_path(s, SC_STR("b[1].\"c\"")), &d);
	sc_json_path(SC_STR("{\"a\":[{\"b\":1}]}"), s);
	sc_json_count(s, SC_STR("id"));
	sc_buf_free(&b);
	sc_arena_free(&a);
	return 0;
}
