/* SPDX-License-Identifier: Apache-2.0 */
/* terms.c -- any caption, and any JSON part behind its first bytes: every statement lies in its text, every ruling in its part. */
#include <stdlib.h>

#include <scope/paper.h>
#include <scope/terms.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const sc_str head = SC_LIT("{\"figure_id\":");
	struct sc_arena a = { 0 };
	sc_str all = { (const char *)data, size }, caption = sc_str_head(all, sc_str_chr(all, 0));
	struct sc_part part[2] = { { .name = SC_STR("txt"), .data = caption },
		                   { .name = SC_STR("json") } };
	struct sc_record r = { .part = part, .npart = 2 };
	struct sc_statements s;
	struct sc_rulings out;

	sc_terms_find(&a, all, &s);
	for (uint32_t i = 0; i < s.n; i++)
		if (!s.v[i].len || s.v[i].off + s.v[i].len > s.v[i].until || s.v[i].until > size)
			abort();
	sc_terms_type(&a, caption);
	all = sc_str_from(all, caption.n + 1);
	part[1].data = sc_fmt(&a, "%.*s%.*s", SC_ARG(head), SC_ARG(all));
	sc_terms_figure(&a, &r, sc_figure_json(&r), &out);
	for (uint32_t i = 0; i < out.n; i++) {
		const struct sc_ruling *x = &out.v[i];
		size_t in = sc_str_eq(x->where, SC_STR("txt")) ? caption.n : part[1].data.n;

		if (!x->value.n || x->off > in || x->len > in - x->off)
			abort();
	}
	sc_arena_free(&a);
	return 0;
}
