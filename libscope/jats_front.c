/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jats_front.c -- what the front of an article says of it, and what permissions say.
 *
 * Subjects are those of groups that have no group in them, "Research Article" and its like among them: which are headings
 * and which are fields is for rules to say, that read them.  Editors are no authors.  A DOI loses the resolver before it; what does
 * not begin with "10." is none.  Two things beside the letter of the DTD count as a licence's URL where the licence has none of its own:
 * ali:license_ref, and a link in its words to creativecommons.org.  URLs after the first that differ from it are kept as words.
 */
#include "jats.h"

enum { SUBJECTS_MAX = 1024 }; /* each is compared to those before it; what is more is no subject */

/* ---- terms ---- */

struct terms {
	struct jats *j;
	struct sc_buf type, text, copyright, year, holder;
	sc_str href;
	uint64_t off, end;
};

/* The element after n in document order, in root; NULL after the last. */
static const struct node *following(const struct node *root, const struct node *n)
{
	if (n->first)
		return n->first;
	while (n != root && !n->next)
		n = n->up;
	return n == root ? NULL : n->next;
}

static void href_add(struct terms *m, sc_str url)
{
	if (!m->href.n)
		m->href = sc_strdup(m->j->a, url);
	else if (!sc_str_eq(m->href, url))
		jats_str_add(&m->text, ' ', url);
}

static void span(struct terms *m, const struct node *n)
{
	if (!m->end)
		m->off = n->off;
	m->end = n->off + n->len;
}

static void license(struct terms *m, const struct node *n)
{
	sc_str href = jats_attribute(n, AT_HREF);

	jats_str_add(&m->type, ' ', jats_attribute(n, AT_LICENSE_TYPE));
	if (href.n)
		href_add(m, href);
	for (const struct node *c = n; c; c = following(n, c))
		if (c->el == EL_LICENSE_REF)
			href_add(m, jats_text(m->j, c, JATS_ALL));
	jats_text_add(m->j, &m->text, ' ', n);
	for (const struct node *c = n; c && !m->href.n; c = following(n, c)) {
		href = jats_attribute(c, AT_HREF);
		if ((c->el == EL_EXT_LINK || c->el == EL_URI) && sc_str_ifind(href, SC_STR("creativecommons.org/")) != SC_NONE)
			href_add(m, href);
	}
}

/* One child of <permissions>; false if it is nothing of the kind. */
static bool permission(struct terms *m, const struct node *n)
{
	switch (n->el) {
	case EL_COPYRIGHT_STATEMENT:
		jats_text_add(m->j, &m->copyright, ' ', n);
		return true;
	case EL_COPYRIGHT_YEAR:
		jats_text_add(m->j, &m->year, ' ', n);
		return true;
	case EL_COPYRIGHT_HOLDER:
		jats_text_add(m->j, &m->holder, ' ', n);
		return true;
	case EL_LICENSE:
		license(m, n);
		return true;
	case EL_LICENSE_REF:
		href_add(m, jats_text(m->j, n, JATS_ALL));
		return true;
	default:
		return false;
	}
}

static void permissions(struct terms *m, const struct node *n)
{
	span(m, n);
	for (const struct node *c = n->first; c; c = c->next)
		permission(m, c);
}

static void gather(struct terms *m, const struct node *n)
{
	for (const struct node *c = n->first; c; c = c->next)
		if (c->el == EL_PERMISSIONS)
			permissions(m, c);
		else if (jats_flags(c->el) & CLEAR)
			gather(m, c);
}

static void loose(struct terms *m, const struct node *meta)
{
	for (const struct node *c = meta->first; c; c = c->next)
		if (permission(m, c))
			span(m, c);
}

void jats_terms(struct jats *j, const struct node *n, struct sc_terms *t)
{
	struct sc_buf in = { .a = j->a };
	struct terms m = { .j = j, .type = in, .text = in, .copyright = in, .year = in, .holder = in };

	if (n->el == EL_PERMISSIONS)
		permissions(&m, n);
	else
		gather(&m, n);
	if (n->el == EL_FRONT)
		n = jats_child(n, EL_ARTICLE_META, NULL);
	if (!m.end && n && (n->el == EL_ARTICLE_META || n->el == EL_FRONT_STUB))
		loose(&m, n);
	if (!m.copyright.n) {
		m.copyright = m.year;
		jats_str_add(&m.copyright, ' ', sc_buf_str(&m.holder));
	}
	*t = (struct sc_terms){ .type = sc_buf_str(&m.type), .href = m.href, .text = sc_buf_str(&m.text),
		                .copyright = sc_buf_str(&m.copyright), .off = m.off, .len = m.end - m.off };
}

/* ---- identifiers and dates ---- */

static sc_str lowered(struct sc_arena *a, sc_str s)
{
	char *p = sc_cstr(a, s);

	for (size_t i = 0; i < s.n; i++)
		if (p[i] >= 'A' && p[i] <= 'Z')
			p[i] = (char)(p[i] + 32);
	return (sc_str){ p, s.n };
}

static sc_str bare_doi(sc_str s)
{
	static const sc_str before[] = { SC_LIT("https://"), SC_LIT("http://"), SC_LIT("dx."), SC_LIT("www."), SC_LIT("doi.org/"), SC_LIT("doi:") };

	for (size_t i = 0; i < SC_COUNT(before); i++)
		if (sc_str_ieq(sc_str_head(s, before[i].n), before[i]))
			s = sc_str_trim(sc_str_from(s, before[i].n));
	return sc_str_starts(s, SC_STR("10.")) ? s : (sc_str){ NULL, 0 };
}

static void identifiers(struct jats *j, const struct node *meta)
{
	struct sc_paper *p = j->p;
	size_t n = 0;

	for (const struct node *c = jats_child(meta, EL_ARTICLE_ID, NULL); c; c = jats_child(meta, EL_ARTICLE_ID, c))
		n++;
	p->id = SC_NEW(j->a, struct sc_paper_id, n);
	for (const struct node *c = jats_child(meta, EL_ARTICLE_ID, NULL); c; c = jats_child(meta, EL_ARTICLE_ID, c)) {
		sc_str type = lowered(j->a, jats_attribute(c, AT_PUB_ID_TYPE)), value = jats_text(j, c, JATS_ALL);

		if (sc_str_eq(type, SC_STR("doi"))) {
			if (!p->doi.n)
				p->doi = bare_doi(value);
		} else if (type.n && value.n) {
			p->id[p->nid++] = (struct sc_paper_id){ type, value };
		}
	}
}

/* Dates in a paper's life that are not its publication. */
static bool is_history(sc_str type)
{
	static const sc_str known[] = { SC_LIT("received"), SC_LIT("accepted"), SC_LIT("rev-recd"), SC_LIT("rev-request"), SC_LIT("revised"),
		                        SC_LIT("nihms-submitted"), SC_LIT("submitted"), SC_LIT("original-submission") };

	for (size_t i = 0; i < SC_COUNT(known); i++)
		if (sc_str_ieq(type, known[i]))
			return true;
	return false;
}

static uint32_t year_of(struct jats *j, const struct node *date)
{
	sc_str s = jats_attribute(date, AT_ISO_8601_DATE);
	uint64_t y;

	for (const struct node *c = date; c; c = following(date, c))
		if (c->el == EL_YEAR) {
			s = jats_text(j, c, JATS_ALL);
			break;
		}
	return sc_str_head(s, 4).n == 4 && sc_str_u64(sc_str_head(s, 4), &y) && y >= 1000 ? (uint32_t)y : 0;
}

static void dates(struct jats *j, const struct node *meta)
{
	for (const struct node *c = jats_child(meta, EL_PUB_DATE, NULL); c; c = jats_child(meta, EL_PUB_DATE, c)) {
		uint32_t y = year_of(j, c);

		if (is_history(jats_attribute(c, AT_PUB_TYPE)) || is_history(jats_attribute(c, AT_DATE_TYPE)))
			continue;
		if (y && (!j->p->year || y < j->p->year))
			j->p->year = y;
	}
}

/* ---- people ---- */

struct list {
	sc_str *v;
	uint32_t n, cap;
};

static void push(struct sc_arena *a, struct list *l, sc_str s)
{
	if (l->n == l->cap) {
		uint32_t cap = l->cap ? 2 * l->cap : 8;
		sc_str *v = SC_NEW(a, sc_str, cap);

		if (l->n)
			memcpy(v, l->v, l->n * sizeof *v);
		l->v = v;
		l->cap = cap;
	}
	l->v[l->n++] = s;
}

static sc_str person(struct jats *j, const struct node *name)
{
	static const enum el parts[] = { EL_GIVEN_NAMES, EL_SURNAME, EL_SUFFIX };
	struct sc_buf b = { .a = j->a };

	for (size_t i = 0; i < SC_COUNT(parts); i++)
		jats_text_add(j, &b, ' ', jats_child(name, parts[i], NULL));
	return sc_buf_str(&b);
}

static sc_str contributor(struct jats *j, const struct node *n)
{
	for (const struct node *c = n->first; c; c = c->next) {
		switch (c->el) {
		case EL_NAME:
			return person(j, c);
		case EL_STRING_NAME:
		case EL_COLLAB:
			return jats_text(j, c, JATS_NO_NOTES);
		case EL_NAME_ALTERNATIVES:
		case EL_COLLAB_ALTERNATIVES:
			if (n->el == EL_CONTRIB)
				return contributor(j, c);
			break;
		default:
			break;
		}
	}
	return (sc_str){ NULL, 0 };
}

static void authors(struct jats *j, const struct node *meta)
{
	struct list l = { 0 };

	for (const struct node *g = jats_child(meta, EL_CONTRIB_GROUP, NULL); g; g = jats_child(meta, EL_CONTRIB_GROUP, g)) {
		sc_str group = jats_attribute(g, AT_CONTENT_TYPE);

		for (const struct node *c = jats_child(g, EL_CONTRIB, NULL); c; c = jats_child(g, EL_CONTRIB, c)) {
			sc_str type = jats_attribute(c, AT_CONTRIB_TYPE), name;

			if (type.n ? !sc_str_ieq(type, SC_STR("author")) : group.n && sc_str_ifind(group, SC_STR("author")) == SC_NONE)
				continue;
			name = contributor(j, c);
			if (name.n)
				push(j->a, &l, name);
		}
	}
	j->p->author = l.v;
	j->p->nauthor = l.n;
}

/* ---- subjects, titles ---- */

static void subject_add(struct jats *j, struct list *l, sc_str s)
{
	if (!s.n || l->n == SUBJECTS_MAX)
		return;
	for (uint32_t i = 0; i < l->n; i++)
		if (sc_str_eq(l->v[i], s))
			return;
	push(j->a, l, s);
}

static void subjects(struct jats *j, const struct node *categories)
{
	struct list l = { 0 };

	for (const struct node *g = categories; g; g = following(categories, g)) {
		if (g->el != EL_SUBJ_GROUP || jats_child(g, EL_SUBJ_GROUP, NULL))
			continue;
		for (const struct node *c = jats_child(g, EL_SUBJECT, NULL); c; c = jats_child(g, EL_SUBJECT, c))
			subject_add(j, &l, jats_text(j, c, JATS_ALL));
	}
	j->p->subject = l.v;
	j->p->nsubject = l.n;
}

static void journal(struct jats *j, const struct node *meta)
{
	const struct node *group = jats_child(meta, EL_JOURNAL_TITLE_GROUP, NULL);
	const struct node *in[] = { group, meta };
	static const enum el title[] = { EL_JOURNAL_TITLE, EL_ABBREV_JOURNAL_TITLE };
	sc_str *to = &j->p->journal;

	for (size_t t = 0; t < SC_COUNT(title); t++)
		for (size_t i = 0; i < SC_COUNT(in) && !to->n; i++)
			*to = jats_text(j, jats_child(in[i], title[t], NULL), JATS_NO_NOTES);
	for (const struct node *c = jats_child(meta, EL_JOURNAL_ID, NULL); c && !to->n; c = jats_child(meta, EL_JOURNAL_ID, c))
		if (sc_str_ieq(jats_attribute(c, AT_JOURNAL_ID_TYPE), SC_STR("nlm-ta")))
			*to = jats_text(j, c, JATS_ALL);
	j->p->publisher = jats_text(j, jats_child(jats_child(meta, EL_PUBLISHER, NULL), EL_PUBLISHER_NAME, NULL), JATS_ALL);
}

void jats_front(struct jats *j, const struct node *front)
{
	const struct node *meta = jats_child(front, EL_ARTICLE_META, NULL), *categories;
	const struct node *about = jats_child(front, EL_JOURNAL_META, NULL);

	if (about)
		journal(j, about);
	if (!meta)
		return;
	identifiers(j, meta);
	dates(j, meta);
	authors(j, meta);
	categories = jats_child(meta, EL_ARTICLE_CATEGORIES, NULL);
	if (categories)
		subjects(j, categories);
	j->p->title = jats_text(j, jats_child(jats_child(meta, EL_TITLE_GROUP, NULL), EL_ARTICLE_TITLE, NULL), JATS_NO_NOTES);
	jats_terms(j, front, &j->p->terms);
}
