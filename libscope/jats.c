/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jats.c -- an article in JATS, or in the NLM DTDs before it: one pass over the document.
 *
 * Most of a paper is passed over: text is asked for, and a tree kept, only where something is to be read from it (the front,
 * a figure, permissions).  A tree is read when its element closes, and forgotten.  Elements that are open outside of trees
 * have a frame each: permissions belong to the element they stand in, and hold for figures in it that have none of their own.
 *
 * An article may stand in a wrapper of harvesting services, alone: what one paper says is never put together from several.
 * Elements are known by their names without prefix; an attribute likewise (xlink:href and href are one).
 */
#include <scope/text.h>

#include "jats.h"
#include "xml.h"

enum { NODES_MAX = 1 << 20 }; /* of one tree: a collaboration of some thousand authors has a tenth of it */

/* ---- names ---- */

static const struct {
	const char *name;
	unsigned flags;
} elements[] = {
	{ "", 0 },
#define X(id, name, flags) { name, flags },
	JATS_ELEMENTS(X)
#undef X
};

static const char *const attributes[] = {
	"",
#define X(id, name) name,
	JATS_ATTRIBUTES(X)
#undef X
};

static enum el element(const char *name)
{
	size_t lo = 1, hi = SC_COUNT(elements);

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		int order = strcmp(name, elements[mid].name);

		if (!order)
			return (enum el)mid;
		if (order < 0)
			hi = mid;
		else
			lo = mid + 1;
	}
	return EL_OTHER;
}

static enum at attribute(const char *name)
{
	for (size_t i = 1; i < SC_COUNT(attributes); i++)
		if (*attributes[i] == *name && !strcmp(attributes[i], name))
			return (enum at)i;
	return AT_OTHER;
}

unsigned jats_flags(enum el el)
{
	return el > EL_OTHER ? elements[el].flags : 0;
}

/* ---- a tree ---- */

static struct node *add(struct jats *j, struct xml *x, enum el el)
{
	struct node *n;

	if (++j->nodes > NODES_MAX) {
		if (x)
			xml_stop(x, "more than %d elements in a front or figure: it is no paper", NODES_MAX);
		return NULL;
	}
	n = SC_NEW(&j->kept, struct node, 1);
	n->el = el;
	n->up = j->now;
	if (j->now && j->now->last)
		j->now->last->next = n;
	else if (j->now)
		j->now->first = n;
	if (j->now)
		j->now->last = n;
	return n;
}

static void keep_attributes(struct jats *j, struct node *n, const char *const *att)
{
	struct attribute **to = &n->attribute;

	for (; *att; att += 2) {
		enum at at = attribute(xml_local(att[0]));

		if (at == AT_OTHER || ++j->nodes > NODES_MAX)
			continue;
		*to = SC_NEW(&j->kept, struct attribute, 1);
		(*to)->at = at;
		(*to)->value = sc_str_trim(sc_strdup(&j->kept, sc_str_c(att[1])));
		to = &(*to)->next;
	}
}

static void tree_open(struct jats *j, struct xml *x, enum el el, const char *const *att)
{
	struct node *n = add(j, x, el);

	if (!n)
		return;
	n->off = xml_begin(x);
	keep_attributes(j, n, att);
	if (!j->tree) {
		j->tree = n;
		xml_want_text(x, true);
	}
	j->now = n;
}

static void text(void *ctx, sc_str s)
{
	struct jats *j = ctx;
	struct node *n = j->now->last;

	if (!n || n->el != EL_TEXT) {
		n = add(j, NULL, EL_TEXT);
		if (!n)
			return; /* the next element says so */
		n->off = j->chars.n;
	}
	n->len += s.n;
	sc_buf_add(&j->chars, s);
}

/* ---- outside of trees ---- */

static struct frame *frame_of_terms(struct jats *j)
{
	struct frame *f = &j->frame[j->depth - 1];

	while (f > j->frame && (jats_flags(f->el) & CLEAR))
		f--;
	return f;
}

static void terms_found(struct jats *j, const struct sc_terms *t)
{
	struct frame *f = frame_of_terms(j);

	if (!t->len || f->el == EL_ARTICLE)
		return;
	if (!f->terms)
		f->terms = SC_NEW(j->a, struct sc_terms, 1);
	if (!f->terms->len)
		*f->terms = *t;
}

static void tree_read(struct jats *j)
{
	const struct node *n = j->tree;
	struct sc_terms t = { 0 };

	bool own = n->el == EL_FRONT && j->depth == j->article;

	if (own)
		jats_front(j, n);
	if (!own && (n->el == EL_FRONT || n->el == EL_FRONT_STUB || n->el == EL_PERMISSIONS)) {
		jats_terms(j, n, &t);
		terms_found(j, &t);
	}
	jats_figures(j, n);
}

static void tree_close(struct jats *j, struct xml *x)
{
	struct node *n = j->now;

	n->len = xml_end(x) - n->off;
	j->now = n->up;
	if (n != j->tree)
		return;
	xml_want_text(x, false);
	tree_read(j);
	if (j->many)
		xml_stop(x, "more than %d figures: it is no paper", JATS_FIGURES);
	j->tree = NULL;
	j->nodes = 0;
	sc_buf_clear(&j->chars);
	sc_arena_back(&j->kept, j->empty);
}

/* Before the article: it is the root, or all that it stands in are wrappers.  What is beside it is not looked at. */
static void open_outside(struct jats *j, struct xml *x, const char *name, enum el el, const char *const *att)
{
	if (el == EL_ARTICLE && j->done) {
		xml_stop(x, "a second article in one document: give each a document of its own");
	} else if (el == EL_ARTICLE) {
		j->article = j->depth;
		for (; *att; att += 2)
			if (!strcmp(*att, "xml:lang"))
				j->p->language = sc_strdup(j->a, sc_str_trim(sc_str_c(att[1])));
	} else if (j->depth == 1 && !jats_is_wrapper(sc_str_c(name))) {
		xml_stop(x, "the root element is '%.64s', not article: it is no JATS", name);
	}
}

static void open_(void *ctx, struct xml *x, const char *name, const char *const *att)
{
	struct jats *j = ctx;
	enum el el = element(name);

	if (j->tree) {
		tree_open(j, x, el, att);
		return;
	}
	if (j->article && !j->barren && ((jats_flags(el) & KEPT) || jats_is_figure(j->kinds, el))) {
		tree_open(j, x, el, att);
		return;
	}
	j->frame[j->depth++] = (struct frame){ .el = el, .figures = j->p->nfigure };
	if (!j->article)
		open_outside(j, x, name, el, att);
	else if (!j->barren && (jats_flags(el) & BARREN))
		j->barren = j->depth;
}

static void close_(void *ctx, struct xml *x)
{
	struct jats *j = ctx;
	struct frame *f;

	if (j->tree) {
		tree_close(j, x);
		return;
	}
	f = &j->frame[j->depth - 1];
	if (f->terms)
		jats_figures_terms(j, f->figures, f->terms);
	if (j->barren == j->depth)
		j->barren = 0;
	if (j->article == j->depth) {
		j->article = 0;
		j->done = true;
	}
	j->depth--;
}

int sc_jats_read(struct sc_arena *a, sc_str xml, unsigned kinds, struct sc_paper *p, struct sc_err *e)
{
	static const struct xml_hooks on = { open_, close_, text };
	struct jats j = { .a = a, .p = p, .kinds = kinds };
	int rc;

	*p = (struct sc_paper){ .format = SC_STR("jats") };
	j.frame = SC_NEW(&j.kept, struct frame, XML_DEPTH);
	j.empty = sc_arena_mark(&j.kept);
	rc = xml_read(xml, &on, &j, e);
	if (rc == SC_OK && !j.done)
		rc = sc_bad(e, "there is no article in it: it is no JATS");
	sc_buf_free(&j.chars);
	sc_buf_free(&j.out);
	sc_arena_free(&j.kept);
	if (rc < 0)
		*p = (struct sc_paper){ 0 };
	return rc;
}
