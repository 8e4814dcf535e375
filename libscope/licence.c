/* SPDX-License-Identifier: Apache-2.0 */
/* licence.c -- the list of claims that all sources of licences add to. */
#include <scope/licence.h>

enum { MOST = 256 };

void sc_lic_claim(struct sc_lic_claims *c, struct sc_lic_claim one)
{
	for (uint32_t i = 0; i < c->n; i++) {
		const struct sc_lic_claim *x = &c->v[i];

		if (x->source == one.source && x->scope == one.scope && one.source != SC_LIC_META &&
		    sc_str_eq(x->value, one.value) && sc_str_eq(x->where, one.where))
			return;
	}
	if (c->n == MOST)
		return;
	if (c->n == c->cap) {
		uint32_t cap = c->cap ? 2 * c->cap : 8;
		struct sc_lic_claim *v = SC_NEW(c->a, struct sc_lic_claim, cap);

		if (c->n)
			memcpy(v, c->v, c->n * sizeof *v);
		c->v = v;
		c->cap = cap;
	}
	c->v[c->n++] = one;
}
