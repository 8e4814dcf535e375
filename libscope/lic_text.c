/* SPDX-License-Identifier: Apache-2.0 */
/* lic_text.c -- what a text says of licences: whole texts first, then references in what is left. */
#include "lic.h"

#include <scope/spdx.h>

void lic_find_add(struct lic_finds *f, struct lic_found one)
{
	if (f->n == f->cap) {
		size_t cap = f->cap ? 2 * f->cap : 8;
		struct lic_found *v = SC_NEW(f->a, struct lic_found, cap);

		if (f->n)
			memcpy(v, f->v, f->n * sizeof *v);
		f->v = v;
		f->cap = cap;
	}
	f->v[f->n++] = one;
}

void sc_lic_text(struct sc_lic_claims *c, sc_str text, sc_str part)
{
	struct lic_words w = { .a = c->a };
	struct lic_finds f = { .a = c->a };

	lic_words(&w, text, 0, text.n);
	lic_match(&w, &f);
	lic_notices(&w, text, &f);
	lic_settle(&f);
	for (size_t i = 0; i < f.n; i++) {
		const struct lic_word *from = &w.v[f.v[i].from], *to = &w.v[f.v[i].to];
		struct sc_err ignored;
		sc_str id;

		if (sc_spdx_expression(c->a, f.v[i].id, &id, &ignored) < 0)
			id = f.v[i].id;
		sc_lic_claim(c, (struct sc_lic_claim){ .source = f.v[i].source, .value = id, .rule = sc_str_c(f.v[i].rule), .where = part,
						       .off = from->off, .len = to->off + to->len - from->off, .score = f.v[i].score });
	}
}
