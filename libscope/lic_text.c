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

/* The words around all anchors, places that touch as one. */
static void words_around(struct lic_words *w, sc_str text)
{
	size_t done = 0, at = lic_anchor(text, 0);

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
}

void sc_lic_text(struct sc_lic_claims *c, sc_str text, sc_str part)
{
	struct lic_words w = { .a = c->a };
	struct lic_finds f = { .a = c->a };

	words_around(&w, text);
	if (!w.n)
		return;
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
