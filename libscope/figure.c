/* SPDX-License-Identifier: Apache-2.0 */
/* figure.c -- what a split adds to, and the shape by which a figure record is known again. */
#include <scope/paper.h>
#include <scope/plugin.h>
#include <scope/text.h>

struct sc_child *sc_brood_add(struct sc_arena *a, struct sc_brood *b)
{
	if (b->n == b->cap) {
		uint32_t cap = b->cap ? 2 * b->cap : 8;
		struct sc_child *v = SC_NEW(a, struct sc_child, cap);

		if (b->n)
			memcpy(v, b->v, b->n * sizeof *v);
		b->v = v;
		b->cap = cap;
	}
	b->v[b->n] = (struct sc_child){ 0 };
	return &b->v[b->n++];
}

sc_str sc_figure_json(const struct sc_record *r)
{
	static const sc_str begins = SC_LIT("{\"figure_id\":");

	for (uint32_t i = 0; i < r->npart; i++)
		if (sc_str_eq(r->part[i].name, SC_STR("json")) && sc_str_starts(r->part[i].data, begins))
			return r->part[i].data;
	return (sc_str){ NULL, 0 };
}
