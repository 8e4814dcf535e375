/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lic_jats.c -- the licence of an article in JATS, by its article-meta/permissions.
 *
 * Only the article's front is read: what is behind </front> says nothing of the article's own terms.  What the address, the words
 * and the type say is weighed as it is for a figure of that article (scope/terms.h).
 */
#include "lic.h"

#include <scope/paper.h>
#include <scope/terms.h>

/* The document up to the end of its front, closed; the whole where there is none. */
static sc_str front(struct sc_arena *a, sc_str xml)
{
	static const sc_str end = SC_LIT("</front>");
	size_t at = sc_str_find(xml, end);

	char *p;

	if (at == SC_NONE)
		return xml;
	p = sc_alloc(a, at + end.n + 10);
	memcpy(p, xml.p, at + end.n);
	memcpy(p + at + end.n, "</article>", 10);
	return (sc_str){ p, at + end.n + 10 };
}

bool sc_lic_jats(struct sc_lic_claims *c, sc_str xml, sc_str part)
{
	struct sc_paper p = { .format = SC_STR("jats") };
	struct sc_record r = { .npart = 0 };
	struct sc_rulings said;
	const struct sc_ruling *x;
	struct sc_err ignored;
	sc_str head;

	if (!sc_jats_is(xml))
		return false;
	head = front(c->a, xml);
	if (sc_jats_read(c->a, head, 0, &p, &ignored) < 0)
		return false;
	sc_terms_figure(c->a, &r, sc_figure_describe(c->a, &p, &(struct sc_figure){ .kind = SC_STR("figure") }, SC_STR(""), NULL, 0), &said);
	x = &said.v[0]; /* it decides; what the others say less exactly is weighed in it */
	if (said.n && !sc_str_eq(x->value, SC_STR("none")))
		sc_lic_claim(c, (struct sc_lic_claim){ .source = SC_LIC_JATS, .value = x->value, .rule = x->rule, .where = part, .off = p.terms.off,
						       .len = p.terms.len, .score = x->score });
	return true;
}
