/* SPDX-License-Identifier: Apache-2.0 */
/* Any text as an expression: a tree that can be asked, or a mistake whose place lies in the text. */
#include <scope/expr.h>

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sc_arena a = { 0 };
	struct sc_part p = { .name = SC_STR("txt"), .data = SC_STR("some text 123") };
	struct sc_record r = { .part = &p, .npart = 1, .meta = SC_STR("{\"a\":{\"b\":[1,\"x\"]}}") };
	struct sc_expr *x;
	struct sc_err e;
	size_t caret = 0;

	if (size > 2000)
		return 0;
	if (sc_expr_compile(&x, (sc_str){ (const char *)data, size }, &caret, &e) == SC_OK) {
		struct sc_expr_match *m = sc_expr_match_new(x);

		sc_expr_eval(x, m, &a, &r);
		sc_expr_match_free(m);
		sc_expr_free(x);
	} else if (caret > size || !*e.msg) {
		abort();
	}
	sc_arena_free(&a);
	return 0;
}
