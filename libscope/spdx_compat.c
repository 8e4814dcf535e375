/* SPDX-License-Identifier: Apache-2.0 */
/*
 * spdx_compat.c -- what a corpus is bound by: one choice for each expression, then classes and pairs of what was chosen.
 *
 * Choosing is greedy: expressions that leave no choice bind first, the others follow sorted by their text, each seeing what is
 * bound by then.  Pairs are looked at among reviewed licences only, which are some hundreds at most, so that a million names of
 * somebody's own cost no square.
 */
#include "spdx_pairs.h"
#include "spdx_tree.h"

#include <stdlib.h>

struct licence {
	struct spdx_side side;
	uint64_t n;
	bool bound;
	size_t conflicts, as_of; /* with what was bound when `as_of` licences were */
};

struct one {
	const struct sc_spdx_counted *said;
	struct spdx_choices c;
	uint32_t *id; /* of its atoms */
};

struct corpus {
	struct sc_arena *a;
	struct one *v;
	size_t n;
	sc_str *name; /* sorted */
	struct licence *l;
	size_t nl;
	uint32_t *known; /* bound and reviewed */
	size_t nknown;
};

static int by_str(const void *a, const void *b)
{
	const sc_str *x = a, *y = b;

	return sc_str_cmp(*x, *y);
}

static int by_expression(const void *a, const void *b)
{
	const struct one *x = a, *y = b;

	return sc_str_cmp(x->said->expression, y->said->expression);
}

static size_t unique(sc_str *v, size_t n)
{
	size_t m = 0;

	if (n)
		qsort(v, n, sizeof *v, by_str);
	for (size_t i = 0; i < n; i++)
		if (!m || !sc_str_eq(v[i], v[m - 1]))
			v[m++] = v[i];
	return m;
}

/* ---- reading ---- */

/* Every licence that is named, once, and where the atoms of an expression are among them. */
static void number_all(struct corpus *c, size_t natom)
{
	size_t k = 0;

	c->name = SC_NEW(c->a, sc_str, natom);
	for (size_t i = 0; i < c->n; i++)
		for (size_t m = 0; m < c->v[i].c.natom; m++)
			c->name[k++] = spdx_atom_written(c->a, &c->v[i].c.atom[m]);
	c->nl = unique(c->name, natom);
	c->l = SC_NEW(c->a, struct licence, c->nl);
	c->known = SC_NEW(c->a, uint32_t, c->nl);
	for (size_t i = 0; i < c->nl; i++)
		c->l[i].side = spdx_side(c->name[i]);
	for (size_t i = 0; i < c->n; i++) {
		struct one *o = &c->v[i];

		o->id = SC_NEW(c->a, uint32_t, o->c.natom);
		for (size_t m = 0; m < o->c.natom; m++) {
			sc_str name = spdx_atom_written(c->a, &o->c.atom[m]), *at;

			at = bsearch(&name, c->name, c->nl, sizeof *c->name, by_str);
			o->id[m] = (uint32_t)(at - c->name);
		}
	}
}

/* The choices of one expression, read in memory that is given back and kept in no more than they take. */
static bool read_one(struct sc_arena *a, struct sc_arena *scratch, sc_str text, struct spdx_choices *out)
{
	struct spdx_choices c;
	struct spdx_tree t;
	struct sc_err ignored;
	bool fits;

	fits = spdx_tree(&t, scratch, text, 0, NULL, &ignored) == SC_OK && spdx_choices(&c, &t);
	if (fits) {
		out->n = c.n;
		out->natom = c.natom;
		out->v = memcpy(SC_NEW(a, struct spdx_choice, c.n), c.v, c.n * sizeof *c.v);
		out->atom = memcpy(SC_NEW(a, struct spdx_node, c.natom), c.atom, c.natom * sizeof *c.atom);
		for (size_t i = 0; i < c.natom; i++) {
			out->atom[i].id = sc_strdup(a, c.atom[i].id);
			out->atom[i].exception = sc_strdup(a, c.atom[i].exception);
		}
	}
	sc_arena_reset(scratch);
	return fits;
}

static void read_all(struct corpus *c, const struct sc_spdx_counted *v, size_t n, struct sc_spdx_compat *out)
{
	struct sc_arena scratch = { 0 };
	sc_str *unread = SC_NEW(c->a, sc_str, n);
	size_t nunread = 0, natom = 0;

	c->v = SC_NEW(c->a, struct one, n);
	for (size_t i = 0; i < n; i++) {
		struct one *o = &c->v[c->n];

		o->said = &v[i];
		if (!read_one(c->a, &scratch, v[i].expression, &o->c)) {
			unread[nunread++] = v[i].expression;
			continue;
		}
		natom += o->c.natom;
		out->n += v[i].n;
		c->n++;
	}
	sc_arena_free(&scratch);
	if (c->n)
		qsort(c->v, c->n, sizeof *c->v, by_expression);
	out->unread = (struct sc_idset){ unread, unique(unread, nunread) };
	number_all(c, natom);
}

/* ---- choosing ---- */

static bool at_odds(const struct licence *x, const struct licence *y)
{
	const char *why;

	return x != y && ((x->side.terms | y->side.terms) & SC_TERM(NO_DERIVATIVES) || spdx_pair(&x->side, &y->side, &why) == SPDX_CONFLICT);
}

/* How many of those that are bound it cannot be combined with. */
static size_t conflicts(struct corpus *c, struct licence *l)
{
	if (l->as_of == c->nknown || l->side.terms & SC_TERM(UNREVIEWED))
		return l->conflicts;
	for (; l->as_of < c->nknown; l->as_of++)
		l->conflicts += at_odds(l, &c->l[c->known[l->as_of]]);
	return l->conflicts;
}

/* How much a set of terms asks, for comparing choices only. */
static uint32_t weight(uint32_t terms)
{
	static const uint16_t of[SC_TERMS] = {
		[SC_TERM_ATTRIBUTION] = 2,	[SC_TERM_NOTICE] = 1,		[SC_TERM_SHARE_ALIKE] = 32,
		[SC_TERM_COPYLEFT_FILE] = 8,	[SC_TERM_COPYLEFT_LIBRARY] = 16, [SC_TERM_COPYLEFT_STRONG] = 32,
		[SC_TERM_COPYLEFT_NETWORK] = 64, [SC_TERM_DISCLOSE_SOURCE] = 4,	[SC_TERM_NON_COMMERCIAL] = 128,
		[SC_TERM_NO_DERIVATIVES] = 256, [SC_TERM_PATENT_RETALIATION] = 1, [SC_TERM_ADVERTISING] = 4,
		[SC_TERM_NAMING] = 1,		[SC_TERM_FIELD_OF_USE] = 64,	[SC_TERM_JURISDICTION] = 1,
		[SC_TERM_UNREVIEWED] = 512,
	};
	uint32_t sum = 0;

	for (size_t i = 0; i < SC_TERMS; i++)
		sum += terms >> i & 1 ? of[i] : 0;
	return sum;
}

static void bind(struct corpus *c, const struct one *o, const struct spdx_choice *choice)
{
	for (size_t i = 0; i < o->c.natom; i++) {
		struct licence *l = &c->l[o->id[i]];

		if (!spdx_choice_has(choice, i))
			continue;
		l->n += o->said->n;
		if (!l->bound && !(l->side.terms & SC_TERM(UNREVIEWED)))
			c->known[c->nknown++] = o->id[i];
		l->bound = true;
	}
}

static void choose(struct corpus *c, const struct one *o)
{
	size_t best = 0, least = SIZE_MAX;
	uint32_t lightest = UINT32_MAX;

	for (size_t k = 0; k < o->c.n; k++) {
		size_t odds = 0;
		uint32_t terms = 0;

		for (size_t i = 0; i < o->c.natom; i++)
			if (spdx_choice_has(&o->c.v[k], i)) {
				odds += conflicts(c, &c->l[o->id[i]]);
				terms |= c->l[o->id[i]].side.terms;
			}
		if (odds < least || (odds == least && weight(terms) < lightest)) {
			best = k;
			least = odds;
			lightest = weight(terms);
		}
	}
	bind(c, o, &o->c.v[best]);
}

/* ---- what comes out ---- */

static void licences(struct corpus *c, struct sc_spdx_compat *out)
{
	struct sc_spdx_bound *v = SC_NEW(c->a, struct sc_spdx_bound, c->nl);

	for (size_t i = 0; i < c->nl; i++)
		if (c->l[i].bound) {
			v[out->nv++] = (struct sc_spdx_bound){ c->name[i], c->l[i].side.terms, c->l[i].n };
			out->terms |= c->l[i].side.terms;
		}
	out->v = v;
	for (size_t k = 0; k < SC_TERMS; k++) {
		sc_str *ids;
		size_t n = 0;

		for (size_t i = 0; i < out->nv; i++)
			n += v[i].terms >> k & 1;
		ids = SC_NEW(c->a, sc_str, n);
		out->by[k] = (struct sc_idset){ ids, n };
		for (size_t i = n = 0; i < out->nv; i++)
			if (v[i].terms >> k & 1)
				ids[n++] = v[i].id;
	}
}

struct list {
	struct sc_spdx_pair *v;
	size_t n;
};

static void add(struct sc_arena *a, struct list *l, sc_str x, sc_str y, const char *why)
{
	if (!(l->n & (l->n - 1))) { /* full at each power of two */
		struct sc_spdx_pair *v = SC_NEW(a, struct sc_spdx_pair, l->n ? 2 * l->n : 1);

		if (l->n)
			memcpy(v, l->v, l->n * sizeof *v);
		l->v = v;
	}
	l->v[l->n++] = (struct sc_spdx_pair){ x, y, why };
}

static int by_number(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* Of one licence with those behind it. */
static void pairs_of(struct corpus *c, size_t i, struct list *conflict, struct list *one_way)
{
	const struct licence *x = &c->l[c->known[i]];
	sc_str xn = c->name[c->known[i]];

	for (size_t k = i + 1; k < c->nknown; k++) {
		const struct licence *y = &c->l[c->known[k]];
		sc_str yn = c->name[c->known[k]];
		const char *why;
		enum spdx_verdict v = y->side.terms & SC_TERM(NO_DERIVATIVES) ? SPDX_FINE : spdx_pair(&x->side, &y->side, &why);

		if (v == SPDX_CONFLICT)
			add(c->a, conflict, xn, yn, why);
		else if (v == SPDX_INTO)
			add(c->a, one_way, xn, yn, why);
		else if (v == SPDX_FROM)
			add(c->a, one_way, yn, xn, why);
	}
}

static void pairs(struct corpus *c, struct sc_spdx_compat *out)
{
	struct list conflict = { .n = 0 }, one_way = { .n = 0 };

	if (c->nknown)
		qsort(c->known, c->nknown, sizeof *c->known, by_number);
	for (size_t i = 0; i < c->nknown; i++) {
		if (!(c->l[c->known[i]].side.terms & SC_TERM(NO_DERIVATIVES)))
			pairs_of(c, i, &conflict, &one_way);
		else if (out->nv > 1)
			add(c->a, &conflict, c->name[c->known[i]], (sc_str){ NULL, 0 }, "adaptations may not be shared");
	}
	out->conflict = conflict.v;
	out->nconflict = conflict.n;
	out->one_way = one_way.v;
	out->nway = one_way.n;
}

static void say(struct sc_buf *b, const struct sc_spdx_compat *o, enum sc_spdx_term term, const char *words)
{
	if (o->by[term].n)
		sc_buf_fmt(b, "; %s: %zu", words, o->by[term].n);
}

static sc_str summary(struct sc_arena *a, const struct sc_spdx_compat *o)
{
	struct sc_buf b = { .a = a };
	size_t copyleft = 0;

	sc_buf_fmt(&b, "%zu licence%s", o->nv, o->nv == 1 ? "" : "s");
	say(&b, o, SC_TERM_ATTRIBUTION, "credit the authors");
	say(&b, o, SC_TERM_NOTICE, "keep the notices");
	for (size_t i = 0; i < o->nv; i++)
		copyleft += (o->v[i].terms & SC_TERM_COPYLEFT) != 0;
	if (copyleft)
		sc_buf_fmt(&b, "; share adaptations alike: %zu", copyleft);
	say(&b, o, SC_TERM_NON_COMMERCIAL, "no commercial use");
	say(&b, o, SC_TERM_NO_DERIVATIVES, "no adaptations shared");
	say(&b, o, SC_TERM_FIELD_OF_USE, "some uses excluded");
	say(&b, o, SC_TERM_UNREVIEWED, "unreviewed");
	if (o->unread.n)
		sc_buf_fmt(&b, "; no expression: %zu", o->unread.n);
	if (o->nconflict)
		sc_buf_fmt(&b, "; %zu pair%s cannot be combined", o->nconflict, o->nconflict == 1 ? "" : "s");
	else if (o->nv > 1 && !o->by[SC_TERM_UNREVIEWED].n)
		sc_buf_add(&b, SC_STR("; no pair is known to conflict"));
	return sc_buf_seal(&b);
}

void sc_spdx_compat(struct sc_arena *a, const struct sc_spdx_counted *v, size_t n, struct sc_spdx_compat *out)
{
	struct corpus c = { .a = a };

	*out = (struct sc_spdx_compat){ .terms = 0 };
	read_all(&c, v, n, out);
	for (size_t i = 0; i < c.n; i++)
		if (c.v[i].c.n == 1)
			bind(&c, &c.v[i], &c.v[i].c.v[0]);
	for (size_t i = 0; i < c.n; i++)
		if (c.v[i].c.n != 1)
			choose(&c, &c.v[i]);
	licences(&c, out);
	pairs(&c, out);
	out->summary = summary(a, out);
}
