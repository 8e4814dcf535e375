/* SPDX-License-Identifier: Apache-2.0 */
/* licence.c -- the list of claims that all sources of licences add to. */
#include <scope/licence.h>
#include <scope/spdx.h>

enum { MOST = 256 };

void sc_lic_claim(struct sc_lic_claims *c, struct sc_lic_claim one)
{
	for (uint32_t i = 0; i < c->n; i++) {
		const struct sc_lic_claim *x = &c->v[i];

		if (x->source == one.source && one.source != SC_LIC_META &&
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

sc_str sc_lic_together(const struct sc_lic_claims *c, const struct sc_lic_claim **first)
{
	struct sc_buf b = { .a = c->a };
	struct sc_err ignored;
	sc_str out = { NULL, 0 };

	*first = NULL;
	for (uint32_t i = 0; i < c->n; i++) {
		const struct sc_lic_claim *x = &c->v[i];
		uint32_t k = 0;

		if (sc_str_eq(x->value, SC_STR("unknown")))
			continue;
		if (sc_str_eq(x->value, SC_STR("conflict"))) {
			*first = x;
			sc_buf_free(&b);
			return x->value;
		}
		while (k < i && !sc_spdx_same(c->a, c->v[k].value, x->value))
			k++;
		if (k < i)
			continue;
		if (!*first || x->score > (*first)->score)
			*first = x;
		sc_buf_add(&b, b.n ? SC_STR(" AND (") : SC_STR("("));
		sc_buf_add(&b, x->value);
		sc_buf_byte(&b, ')');
	}
	if (b.n && sc_spdx_expression(c->a, sc_strdup(c->a, sc_buf_str(&b)), &out, &ignored) < 0)
		out = SC_STR("unknown");
	sc_buf_free(&b);
	if (out.n || !c->n)
		return out;
	*first = &c->v[0];
	return SC_STR("unknown");
}

/* Does a page begin here, or the head of one? */
static bool begins_page(sc_str text)
{
	static const sc_str first[] = { SC_LIT("<!doctype html"), SC_LIT("<html"), SC_LIT("<head>"), SC_LIT("<meta "), SC_LIT("<title>"), SC_LIT("<body") };

	for (size_t i = 0; i < SC_COUNT(first); i++)
		if (text.n > first[i].n && sc_bytes_ieq(text.p, first[i].p, first[i].n))
			return true;
	return false;
}

bool sc_lic_is_page(sc_str media, sc_str text)
{
	if (sc_str_eq(media, SC_STR("text/html")) || sc_str_eq(media, SC_STR("application/xhtml+xml")))
		return true;
	text = sc_str_head(text, 8192);
	if (sc_str_starts(text, SC_STR("\xef\xbb\xbf")))
		text = sc_str_from(text, 3);
	for (text = sc_str_trim(text); sc_str_starts(text, SC_STR("<!--")); text = sc_str_trim(text)) {
		size_t end = sc_str_find(text, SC_STR("-->"));

		if (end == SC_NONE)
			return false;
		text = sc_str_from(text, end + 3);
	}
	if (begins_page(text))
		return true;
	text = sc_str_head(text, 1024);
	return text.n && *text.p == '<' && (sc_str_ifind(text, SC_STR("<!doctype html")) != SC_NONE || sc_str_ifind(text, SC_STR("<html")) != SC_NONE);
}

/* What a text in HTML says, but for Creative Commons: a page's were weighed by where they stand. */
static void as_document(struct sc_lic_claims *c, sc_str text, sc_str part)
{
	struct sc_lic_claims said = { .a = c->a };

	sc_lic_text(&said, text, part);
	for (uint32_t i = 0; i < said.n; i++)
		if (said.v[i].source != SC_LIC_CC_URL && !sc_str_starts(said.v[i].value, SC_STR("CC-BY")) &&
		    !sc_str_starts(said.v[i].value, SC_STR("LicenseRef-CC-")))
			sc_lic_claim(c, said.v[i]);
}

/* A page of this size that says nothing of itself is a document in HTML: a licence, a notice, a page of a manual. */
enum { SMALL_PAGE = 20000 };

void sc_lic_any(struct sc_lic_claims *c, sc_str path, sc_str media, sc_str text, sc_str part)
{
	sc_lic_package(c, path, text, part);
	for (uint32_t i = 0; i < c->n; i++)
		if (!sc_str_eq(c->v[i].value, SC_STR("unknown")))
			return;
	if (sc_lic_is_page(media, text)) {
		sc_lic_page(c, text, part);
		if (!c->n && text.n < SMALL_PAGE)
			as_document(c, text, part);
	} else if (!sc_lic_jats(c, text, part)) {
		sc_lic_text(c, text, part);
	}
}
