/* SPDX-License-Identifier: Apache-2.0 */
/* lic_embedded.c -- licences that an image names for itself.  A copyright notice alone names none. */
#include <scope/embedded.h>
#include <scope/licence.h>
#include <scope/spdx.h>

/* What words say: a licence's name or address, or a notice. */
static sc_str named(struct sc_arena *a, sc_str words)
{
	struct sc_lic_claims said = { .a = a };
	const struct sc_lic_claim *first;
	sc_str rule, id = words.n < 256 ? sc_spdx_from_words(a, words, &rule) : (sc_str){ NULL, 0 };

	if (id.n)
		return id;
	sc_lic_text(&said, words, SC_STR(""));
	return sc_lic_together(&said, &first);
}

void sc_lic_embedded(struct sc_lic_claims *c, sc_str image, sc_str part)
{
	struct sc_embedded_list l = { .a = c->a };

	sc_embedded_read(&l, image);
	for (uint32_t i = 0; i < l.n; i++) {
		const struct sc_embedded *x = &l.v[i];
		sc_str id;

		if (x->field >= SC_EMBEDDED_DATA_MINING)
			continue;
		id = named(c->a, x->value);
		if (!id.n && (x->field == SC_EMBEDDED_LICENSE ||
			      (x->field == SC_EMBEDDED_USAGE_TERMS && sc_str_ifind(x->value, SC_STR("licen")) != SC_NONE)))
			id = SC_STR("unknown");
		if (id.n)
			sc_lic_claim(c, (struct sc_lic_claim){ .source = SC_LIC_EMBEDDED, .value = id, .rule = sc_str_c(sc_embedded_name(x->field)),
							       .where = part, .off = x->off, .len = x->len,
							       .score = sc_str_eq(id, SC_STR("unknown")) ? 0.5f : 1.0f });
	}
}
