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

/* What is looked at around an anchor, in bytes: licences have one every few lines, and the longest name fits in. */
enum { BEFORE = 600, BEHIND = 1400, LINE = 400 };

static size_t line_start(sc_str text, size_t at, size_t least)
{
	for (size_t i = at; i > least && at - i < LINE; i--)
		if (text.p[i - 1] == '\n')
			return i;
	return at;
}

static size_t line_end(sc_str text, size_t at)
{
	for (size_t i = at; i < text.n && i - at < LINE; i++)
		if (text.p[i] == '\n')
			return i;
	return at;
}

/* The words around all anchors, places that touch as one.  False: there are none. */
bool lic_words_around(struct lic_words *w, sc_str text)
{
	size_t done = 0, at = lic_anchor(text, 0);
	bool any = at != SC_NONE;

	while (at != SC_NONE) {
		size_t from = at > BEFORE ? line_start(text, at - BEFORE, done) : 0, to;

		from = from < done ? done : from;
		for (;;) {
			to = text.n - at > BEHIND ? at + BEHIND : text.n;
			at = to > at + 1 ? lic_anchor(text, at + 1) : SC_NONE;
			/* anchors inside what is taken already push its end on */
			if (at == SC_NONE || at > to + BEFORE)
				break;
		}
		to = to < text.n ? line_end(text, to) : text.n;
		lic_words(w, text, from, to);
		done = to;
	}
	return any;
}

static void addresses(struct lic_finds *f, sc_str text)
{
	struct lic_found one = { .rule = "text:cc-url", .source = SC_LIC_CC_URL, .score = 0.8f };
	size_t at = 0;

	while (lic_cc_url(f->a, text, &at, &one.id, &one.off, &one.len)) {
		size_t k = 0;

		while (k < f->n && !(f->v[k].source == SC_LIC_CC_URL && sc_str_eq(f->v[k].id, one.id)))
			k++;
		if (k == f->n)
			lic_find_add(f, one);
	}
}

/* "Alternatively, this may be distributed under ..." in the midst of a licence: the one or the other. */
static void alternatives(struct lic_finds *f)
{
	for (size_t i = 0; i < f->n; i++) {
		struct lic_found *x = &f->v[i];
		size_t kept = i + 1;

		if (x->hole == x->hole_end || x->exception)
			continue;
		for (size_t k = i + 1; k < f->n; k++) {
			const struct lic_found *y = &f->v[k];

			if (y->source != SC_LIC_NOTICE || y->exception || y->from < x->hole || y->to >= x->hole_end || sc_str_eq(y->id, SC_STR("unknown")))
				f->v[kept++] = *y;
			else
				x->id = sc_fmt(f->a, "%.*s OR %.*s", SC_ARG(x->id), SC_ARG(y->id));
		}
		f->n = kept;
	}
}

void lic_claims(struct sc_lic_claims *c, sc_str text, sc_str part, bool anchors)
{
	struct lic_words w = { .a = c->a, .text_n = text.n };
	struct lic_finds f = { .a = c->a };

	if (!anchors)
		lic_words(&w, text, 0, text.n);
	else if (!lic_words_around(&w, text))
		return;
	lic_match(&w, &f);
	lic_notices(&w, text, &f);
	addresses(&f, text);
	lic_settle(&f);
	alternatives(&f);
	for (size_t i = 0; i < f.n; i++) {
		const struct lic_found *x = &f.v[i];
		const struct lic_word *from = &w.v[x->from], *to = &w.v[x->to];
		struct sc_err ignored;
		sc_str id;

		if (sc_spdx_expression(c->a, x->id, &id, &ignored) < 0)
			id = x->id;
		sc_lic_claim(c, (struct sc_lic_claim){ .source = x->source, .value = id, .rule = sc_str_c(x->rule), .where = part,
						       .off = x->len ? x->off : from->off, .len = x->len ? x->len : to->off + to->len - from->off,
						       .score = x->score });
	}
}

void sc_lic_text(struct sc_lic_claims *c, sc_str text, sc_str part)
{
	lic_claims(c, text, part, true);
}
