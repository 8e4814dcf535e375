/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jats_figure.c -- figures, and tables and formulas where they are asked for, with what is said of them.
 *
 * A figure in a figure (eLife's supplements), in a table or in a group is one of its own, after what it stands in; none of its
 * text and images are the outer one's.  A group is no figure, unless it has images that are in no <fig>; its label, and its
 * caption, are given to those in it that have none.  A figure without permissions has those of the innermost element around it that
 * has some, the article itself aside.  Images in <alternatives> are one panel, as is one that calls itself an alternate form.
 * Images outside of figures (graphical abstracts, text) and <media> are nothing; a <fig> in an abstract is a figure.
 */
#include "jats.h"

enum { NEAR = 16 };

bool jats_is_figure(unsigned kinds, enum el el)
{
	return ((el == EL_FIG || el == EL_FIG_GROUP) && (!kinds || (kinds & SC_KIND_FIGURE))) ||
	       (el == EL_TABLE_WRAP && (kinds & SC_KIND_TABLE)) || (el == EL_DISP_FORMULA && (kinds & SC_KIND_EQUATION));
}

static struct sc_figure *figure_add(struct jats *j)
{
	struct sc_paper *p = j->p;

	if (p->nfigure == j->figure_cap) {
		uint32_t cap = j->figure_cap ? 2 * j->figure_cap : 16;
		struct sc_figure *v = SC_NEW(j->a, struct sc_figure, cap);

		if (p->nfigure)
			memcpy(v, p->figure, p->nfigure * sizeof *v);
		p->figure = v;
		j->figure_cap = cap;
	}
	return &p->figure[p->nfigure++];
}

/* ---- words ---- */

static bool begins_paragraph(const struct node *n)
{
	return (jats_flags(n->el) & BLOCK) && !(jats_flags(n->el) & MUTE);
}

static void caption(struct jats *j, const struct node *n, struct sc_figure *f, struct sc_buf *text)
{
	const struct node *to;

	for (const struct node *c = n->first; c; c = to) {
		to = c->next;
		if (c->el == EL_TITLE && !f->title.n) {
			f->title = jats_text(j, c, JATS_ALL);
			continue;
		}
		while (!begins_paragraph(c) && to && !begins_paragraph(to))
			to = to->next;
		jats_run_add(j, text, '\n', c, to);
	}
}

static void words(struct jats *j, const struct node *n, struct sc_figure *f)
{
	struct sc_buf text = { .a = j->a };

	f->id = sc_strdup(j->a, jats_attribute(n, AT_ID));
	f->type = sc_strdup(j->a, jats_attribute(n, AT_FIG_TYPE));
	f->label = jats_text(j, jats_child(n, EL_LABEL, NULL), JATS_NO_NOTES);
	if (n->el == EL_DISP_FORMULA) {
		f->text = jats_text(j, n, JATS_NO_LABEL);
		return;
	}
	for (const struct node *c = n->first; c; c = c->next)
		if (c->el == EL_CAPTION)
			caption(j, c, f, &text);
		else if (c->el == EL_P)
			jats_text_add(j, &text, '\n', c);
	f->text = sc_buf_str(&text);
}

static void attribution(struct jats *j, const struct node *n, struct sc_buf *b)
{
	for (const struct node *c = n->first; c; c = c->next)
		if (c->el == EL_ATTRIB || c->el == EL_COPYRIGHT_STATEMENT)
			jats_text_add(j, b, ' ', c);
		else if (!(jats_flags(c->el) & (OPAQUE | BARREN)))
			attribution(j, c, b);
}

/* ---- images ---- */

struct images {
	struct jats *j;
	struct sc_graphic *v;
	sc_str *id;
	uint32_t n, cap, panel; /* panel: the next one */
};

static sc_str media_type(struct jats *j, const struct node *n)
{
	sc_str type = jats_attribute(n, AT_MIMETYPE), sub = jats_attribute(n, AT_MIME_SUBTYPE);

	if (sc_str_chr(sub, '/') != SC_NONE)
		return sc_strdup(j->a, sub);
	if (sc_str_chr(type, '/') != SC_NONE)
		return sc_strdup(j->a, type);
	return type.n && sub.n ? sc_fmt(j->a, "%.*s/%.*s", SC_ARG(type), SC_ARG(sub)) : (sc_str){ NULL, 0 };
}

static void images_grow(struct images *m)
{
	uint32_t cap = m->cap ? 2 * m->cap : 4;
	struct sc_graphic *v = SC_NEW(m->j->a, struct sc_graphic, cap);
	sc_str *id = SC_NEW(&m->j->kept, sc_str, cap);

	if (m->n) {
		memcpy(v, m->v, m->n * sizeof *v);
		memcpy(id, m->id, m->n * sizeof *id);
	}
	m->v = v;
	m->id = id;
	m->cap = cap;
}

/* An alternate form stands near what it is a form of: no further back is it looked for. */
static uint32_t panel_of(struct images *m, sc_str form_of)
{
	for (uint32_t i = m->n; form_of.n && i > 0 && m->n - i < NEAR; i--)
		if (sc_str_eq(m->id[i - 1], form_of))
			return m->v[i - 1].panel;
	return m->panel++;
}

static void image(struct images *m, const struct node *n, bool alternatives)
{
	struct sc_arena *a = m->j->a;
	sc_str href = jats_attribute(n, AT_HREF);
	struct sc_buf use = { .a = a };
	struct sc_graphic *g;

	if (!href.n)
		return;
	if (m->n == m->cap)
		images_grow(m);
	jats_str_add(&use, ' ', jats_attribute(n, AT_SPECIFIC_USE));
	jats_str_add(&use, ' ', jats_attribute(n, AT_CONTENT_TYPE));
	g = &m->v[m->n];
	g->href = sc_strdup(a, href);
	g->media = media_type(m->j, n);
	g->use = sc_buf_str(&use);
	g->panel = alternatives ? m->panel : panel_of(m, jats_attribute(n, AT_ALTERNATE_FORM_OF));
	m->id[m->n++] = jats_attribute(n, AT_ID);
}

static void collect(struct images *m, const struct node *n, bool alternatives)
{
	for (const struct node *c = n->first; c; c = c->next) {
		uint32_t before = m->n;

		if (c->el == EL_GRAPHIC) {
			image(m, c, alternatives);
		} else if (!(jats_flags(c->el) & (OPAQUE | BARREN))) {
			collect(m, c, alternatives || c->el == EL_ALTERNATIVES);
			m->panel += c->el == EL_ALTERNATIVES && !alternatives && m->n > before;
		}
	}
}

/* ---- what is a figure ---- */

/* Logos and the faces of authors, by the words of fig-type. */
static bool is_ornament(sc_str type)
{
	static const sc_str alone[] = { SC_LIT("authorimage"), SC_LIT("authorphoto"), SC_LIT("headshot"), SC_LIT("logo"),
		                        SC_LIT("logos"),       SC_LIT("portrait"),    SC_LIT("portraits") };
	static const sc_str of[] = { SC_LIT("bio"),    SC_LIT("image"),      SC_LIT("photo"),
		                     SC_LIT("photos"), SC_LIT("photograph"), SC_LIT("picture") };
	bool author = false, picture = false;
	size_t i = 0;

	while (i < type.n) {
		size_t n = 0;
		sc_str word;

		while (i + n < type.n && (((unsigned char)type.p[i + n] | 32) >= 'a' && ((unsigned char)type.p[i + n] | 32) <= 'z'))
			n++;
		word = (sc_str){ type.p + i, n };
		i += n + 1;
		for (size_t k = 0; k < SC_COUNT(alone); k++)
			if (sc_str_ieq(word, alone[k]))
				return true;
		for (size_t k = 0; k < SC_COUNT(of); k++)
			picture |= sc_str_ieq(word, of[k]);
		author |= sc_str_ieq(word, SC_STR("author")) || sc_str_ieq(word, SC_STR("authors"));
	}
	return author && picture;
}

static sc_str kind_of(enum el el)
{
	return el == EL_TABLE_WRAP ? SC_STR("table") : el == EL_DISP_FORMULA ? SC_STR("equation") : SC_STR("figure");
}

static void figure(struct jats *j, const struct node *n, struct sc_figure *f)
{
	struct sc_buf attrib = { .a = j->a };
	struct images m = { .j = j };

	*f = (struct sc_figure){ .kind = kind_of(n->el), .off = n->off, .len = n->len };
	words(j, n, f);
	attribution(j, n, &attrib);
	f->attrib = sc_buf_str(&attrib);
	collect(&m, n, false);
	f->graphic = m.v;
	f->ngraphic = m.n;
	jats_terms(j, n, &f->terms);
}

void jats_figures_terms(struct jats *j, uint32_t from, const struct sc_terms *t)
{
	for (uint32_t i = from; t->len && i < j->p->nfigure; i++)
		if (!j->p->figure[i].terms.len)
			j->p->figure[i].terms = *t;
}

static void group_words(struct jats *j, uint32_t from, const struct sc_figure *group)
{
	for (uint32_t i = from; i < j->p->nfigure; i++) {
		struct sc_figure *f = &j->p->figure[i];

		if (!sc_str_eq(f->kind, group->kind))
			continue;
		if (!f->label.n)
			f->label = group->label;
		if (!f->title.n && !f->text.n) {
			f->title = group->title;
			f->text = group->text;
		}
	}
}

void jats_figures(struct jats *j, const struct node *n)
{
	bool asked = jats_is_figure(j->kinds, n->el), clear = jats_flags(n->el) & CLEAR;
	struct sc_figure own = { 0 };
	uint32_t from;

	if ((jats_flags(n->el) & BARREN) || (n->el == EL_FIG && is_ornament(jats_attribute(n, AT_FIG_TYPE))))
		return;
	if (asked)
		figure(j, n, &own);
	if (asked && (n->el != EL_FIG_GROUP || own.ngraphic))
		*figure_add(j) = own;
	from = j->p->nfigure;
	j->many |= from > JATS_FIGURES;
	for (const struct node *c = n->first; c && !j->many; c = c->next)
		jats_figures(j, c);
	if (from == j->p->nfigure)
		return;
	if (!asked && !clear && jats_child(n, EL_PERMISSIONS, NULL))
		jats_terms(j, n, &own.terms);
	if (n->el == EL_FIG_GROUP && asked)
		group_words(j, from, &own);
	if (!clear)
		jats_figures_terms(j, from, &own.terms);
}
