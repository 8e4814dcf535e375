/* SPDX-License-Identifier: Apache-2.0 */
/*
 * spdx_algebra.c -- what expressions say, however they are written: choices, one normal form, sameness, what satisfies what.
 *
 * AND and OR of licences have no NOT, so an expression has exactly one list of smallest choices: that list, sorted, is the
 * normal form.  It can be exponentially long; past a bound (spdx_tree.h) the form is the tree with each chain sorted and what
 * is held by a neighbour left out, which is a fixed form too, but not the same for all that say the same.
 */
#include "spdx_tree.h"

#include "spdx_names.h"

#include <stdlib.h>

/* A tree again, its operands sorted by how they are written. */
struct form {
	enum spdx_kind kind;
	sc_str text; /* without parentheses around it */
	const struct spdx_node *atom;
	struct form **v;
	size_t n;
};

/* Chains above it are not looked through for what a neighbour holds: it takes their square. */
enum { LOOK = 256, WORK = 1 << 20 };

/* ---- the sorted tree ---- */

static int by_text(const void *a, const void *b)
{
	struct form *const *x = a, *const *y = b;

	return sc_str_cmp((*x)->text, (*y)->text);
}

static void spell(struct sc_arena *a, struct form *f)
{
	struct sc_buf b = { .a = a };

	for (size_t i = 0; i < f->n; i++) {
		bool wrap = f->kind == SPDX_AND && f->v[i]->kind == SPDX_OR;

		if (i)
			sc_buf_add(&b, f->kind == SPDX_AND ? SC_STR(" AND ") : SC_STR(" OR "));
		if (wrap)
			sc_buf_byte(&b, '(');
		sc_buf_add(&b, f->v[i]->text);
		if (wrap)
			sc_buf_byte(&b, ')');
	}
	f->text = sc_buf_seal(&b);
}

/* Has y every operand that x has?  An operand that is no chain of the other kind is a chain of one. */
static bool holds(struct form *y, struct form *x, enum spdx_kind other)
{
	struct form *one[1] = { x }, *two[1] = { y };
	struct form **v = x->kind == other ? x->v : one, **w = y->kind == other ? y->v : two;
	size_t n = x->kind == other ? x->n : 1, m = y->kind == other ? y->n : 1, k = 0;

	for (size_t i = 0; i < m && k < n; i++)
		k += sc_str_eq(v[k]->text, w[i]->text);
	return k == n;
}

/* A OR (A AND B) is A; A AND (A OR B) is A. */
static void absorb(struct form *f)
{
	enum spdx_kind other = f->kind == SPDX_AND ? SPDX_OR : SPDX_AND;
	size_t n = 0;

	if (f->n > LOOK)
		return;
	for (size_t i = 0; i < f->n; i++) {
		bool held = false;

		for (size_t k = 0; k < f->n && !held; k++)
			held = k != i && f->v[k] && holds(f->v[i], f->v[k], other);
		if (held)
			f->v[i] = NULL;
	}
	for (size_t i = 0; i < f->n; i++)
		if (f->v[i])
			f->v[n++] = f->v[i];
	f->n = n;
}

static struct form *settle(struct sc_arena *a, struct form *f)
{
	size_t n = 0;

	qsort(f->v, f->n, sizeof *f->v, by_text);
	for (size_t i = 0; i < f->n; i++)
		if (!n || !sc_str_eq(f->v[i]->text, f->v[n - 1]->text))
			f->v[n++] = f->v[i];
	f->n = n;
	absorb(f);
	if (f->n == 1)
		return f->v[0];
	spell(a, f);
	return f;
}

static struct form *form_of(const struct spdx_tree *t, uint32_t at)
{
	const struct spdx_node *n = &t->v[at];
	struct form *f = SC_NEW(t->a, struct form, 1), *one;
	size_t cap = 0;

	f->kind = n->kind;
	if (n->kind == SPDX_ATOM) {
		f->atom = n;
		f->text = spdx_atom_written(t->a, n);
		return f;
	}
	for (uint32_t i = n->first; i; i = t->v[i].next) {
		size_t more;

		one = form_of(t, i);
		more = one->kind == f->kind ? one->n : 1; /* what a neighbour held may leave a chain of our own kind */
		if (f->n + more > cap) {
			struct form **v = SC_NEW(t->a, struct form *, cap = 2 * (f->n + more) + 2);

			if (f->n)
				memcpy(v, f->v, f->n * sizeof *v);
			f->v = v;
		}
		if (more == 1)
			f->v[f->n++] = one;
		else
			for (size_t k = 0; k < more; k++)
				f->v[f->n++] = one->v[k];
	}
	return settle(t->a, f);
}

/* ---- choices ---- */

/* Sums of products, smallest only. */
struct sum {
	struct spdx_choice v[SPDX_CHOICES];
	size_t n;
};

struct spread {
	struct sc_arena *a;
	const struct form **atom;
	size_t natom, work;
};

static bool within(const struct spdx_choice *x, const struct spdx_choice *y)
{
	for (size_t i = 0; i < SC_COUNT(x->has); i++)
		if (x->has[i] & ~y->has[i])
			return false;
	return true;
}

static bool add(struct spread *s, struct sum *to, const struct spdx_choice *c)
{
	size_t n = 0;

	s->work += to->n + 1;
	for (size_t i = 0; i < to->n; i++)
		if (within(&to->v[i], c))
			return true;
	for (size_t i = 0; i < to->n; i++)
		if (!within(c, &to->v[i]))
			to->v[n++] = to->v[i];
	to->n = n;
	if (n == SPDX_CHOICES || s->work > WORK)
		return false;
	to->v[to->n++] = *c;
	return true;
}

static bool times(struct spread *s, struct sum *to, const struct sum *by)
{
	struct sum *was = sc_alloc(s->a, sizeof *was);

	*was = *to;
	to->n = 0;
	for (size_t i = 0; i < was->n; i++)
		for (size_t k = 0; k < by->n; k++) {
			struct spdx_choice both = was->v[i];

			for (size_t w = 0; w < SC_COUNT(both.has); w++)
				both.has[w] |= by->v[k].has[w];
			if (!add(s, to, &both))
				return false;
		}
	return true;
}

static bool spread(struct spread *s, const struct form *f, struct sum *out)
{
	struct sc_mark mark = sc_arena_mark(s->a);
	struct sum *one = f->n ? sc_alloc(s->a, sizeof *one) : NULL;
	bool fits = true;

	out->n = f->kind == SPDX_AND;
	out->v[0] = (struct spdx_choice){ { 0 } };
	if (f->kind == SPDX_ATOM) {
		size_t lo = 0, hi = s->natom;

		while (hi - lo > 1) {
			size_t mid = (lo + hi) / 2;

			*(sc_str_cmp(s->atom[mid]->text, f->text) <= 0 ? &lo : &hi) = mid;
		}
		out->v[0].has[lo / 64] |= UINT64_C(1) << (lo % 64);
		out->n = 1;
	}
	for (size_t i = 0; i < f->n && fits; i++) {
		fits = spread(s, f->v[i], one);
		if (f->kind == SPDX_AND)
			fits = fits && times(s, out, one);
		else
			for (size_t k = 0; k < one->n && fits; k++)
				fits = add(s, out, &one->v[k]);
	}
	sc_arena_back(s->a, mark);
	return fits;
}

static size_t count_atoms(const struct form *f)
{
	size_t n = f->kind == SPDX_ATOM;

	for (size_t i = 0; i < f->n; i++)
		n += count_atoms(f->v[i]);
	return n;
}

static void list_atoms(const struct form *f, const struct form **v, size_t *n)
{
	if (f->kind == SPDX_ATOM)
		v[(*n)++] = f;
	for (size_t i = 0; i < f->n; i++)
		list_atoms(f->v[i], v, n);
}

/* By the number of what they have, then by what: a choice of one licence is before one of two. */
static int by_has(const void *a, const void *b)
{
	const struct spdx_choice *x = a, *y = b;
	int n = 0;

	for (size_t i = 0; i < SC_COUNT(x->has); i++)
		n += __builtin_popcountll(x->has[i]) - __builtin_popcountll(y->has[i]);
	for (size_t i = 0; i < SC_COUNT(x->has) && !n; i++)
		if (x->has[i] != y->has[i]) {
			uint64_t low = (x->has[i] ^ y->has[i]) & -(x->has[i] ^ y->has[i]);

			n = x->has[i] & low ? -1 : 1;
		}
	return n;
}

static bool choices(struct spdx_choices *c, struct sc_arena *a, const struct form *f)
{
	struct spread s = { .a = a };
	struct sum *sum = SC_NEW(a, struct sum, 1);
	size_t n = 0;

	s.atom = SC_NEW(a, const struct form *, count_atoms(f));
	list_atoms(f, s.atom, &s.natom);
	qsort(s.atom, s.natom, sizeof *s.atom, by_text);
	for (size_t i = 0; i < s.natom; i++)
		if (!n || !sc_str_eq(s.atom[i]->text, s.atom[n - 1]->text))
			s.atom[n++] = s.atom[i];
	s.natom = n;
	if (n > SPDX_ATOMS || !spread(&s, f, sum))
		return false;
	c->atom = SC_NEW(a, struct spdx_node, n);
	for (size_t i = 0; i < n; i++)
		c->atom[i] = *s.atom[i]->atom;
	c->natom = n;
	c->v = sum->v;
	c->n = sum->n;
	qsort(c->v, c->n, sizeof *c->v, by_has);
	return true;
}

bool spdx_choices(struct spdx_choices *c, const struct spdx_tree *t)
{
	return choices(c, t->a, form_of(t, t->top));
}

/* ---- the normal form ---- */

static sc_str chosen(struct sc_arena *a, const struct spdx_choices *c)
{
	struct sc_buf b = { .a = a };

	for (size_t i = 0; i < c->n; i++) {
		bool first = true;

		sc_buf_add(&b, i ? SC_STR(" OR ") : SC_STR(""));
		for (size_t k = 0; k < c->natom; k++)
			if (spdx_choice_has(&c->v[i], k)) {
				sc_buf_add(&b, first ? SC_STR("") : SC_STR(" AND "));
				sc_buf_add(&b, spdx_atom_written(a, &c->atom[k]));
				first = false;
			}
	}
	return sc_buf_seal(&b);
}

int sc_spdx_normal(struct sc_arena *a, sc_str text, sc_str *normal, struct sc_err *e)
{
	struct spdx_choices c;
	struct spdx_tree t;
	struct form *f;

	SC_TRY(spdx_tree(&t, a, text, 0, NULL, e));
	if (t.v[t.top].kind == SPDX_ATOM) { /* the usual case */
		*normal = spdx_atom_written(a, &t.v[t.top]);
		return SC_OK;
	}
	f = form_of(&t, t.top);
	*normal = choices(&c, a, f) ? chosen(a, &c) : f->text;
	return SC_OK;
}

bool sc_spdx_same(struct sc_arena *a, sc_str x, sc_str y)
{
	struct sc_mark mark = sc_arena_mark(a);
	struct sc_err ignored;
	sc_str nx, ny;
	bool same;

	if (sc_str_eq(x, y))
		return true;
	same = sc_spdx_normal(a, x, &nx, &ignored) == SC_OK && sc_spdx_normal(a, y, &ny, &ignored) == SC_OK && sc_str_eq(nx, ny);
	sc_arena_back(a, mark);
	return same;
}

/* ---- versions ---- */

static bool drop(sc_str *s, sc_str tail)
{
	if (!sc_str_ends(*s, tail))
		return false;
	s->n -= tail.n;
	return true;
}

struct spdx_version spdx_version(sc_str id)
{
	struct spdx_version v = { .stem = id };

	v.later = drop(&id, SC_STR("-or-later")) || drop(&id, SC_STR("+"));
	if (!v.later)
		drop(&id, SC_STR("-only"));
	v.stem = id;
	if (spdx_is_ref(id))
		return v;
	for (size_t i = 1; i < id.n; i++) { /* the first piece behind a dash that is digits with a dot in it */
		sc_str piece = sc_str_from(id, i);
		size_t n = sc_str_chr(piece, '-');

		piece = sc_str_head(piece, n);
		if (id.p[i - 1] != '-' || *piece.p < '0' || *piece.p > '9' || sc_str_chr(piece, '.') == SC_NONE)
			continue;
		v.stem = sc_str_head(id, i);
		v.version = piece;
		v.tail = sc_str_from(id, i + piece.n);
		break;
	}
	return v;
}

bool spdx_same_family(const struct spdx_version *x, const struct spdx_version *y)
{
	return sc_str_eq(x->stem, y->stem) && sc_str_eq(x->tail, y->tail) && !x->version.n == !y->version.n;
}

/* ---- what satisfies what ---- */

/* Is what is under x under something that is allowed as y?  Of "or any later version" the reader chooses one. */
static bool covers(const struct spdx_node *y, const struct spdx_node *x)
{
	struct spdx_version v = spdx_version(x->id), w = spdx_version(y->id);
	int order;

	if (!sc_str_eq(x->exception, y->exception) && (y->exception.n || spdx_is_ref(x->exception)))
		return false; /* SPDX exceptions add permissions: what X allows, X WITH E allows */
	if (!spdx_same_family(&v, &w))
		return false;
	order = spdx_version_cmp(v.version, w.version);
	if (!order && !sc_str_eq(v.version, w.version))
		return false; /* 1.3a and 1.3c */
	return !order || (v.later && order < 0) || (w.later && order > 0) || (v.later && w.later);
}

/* A list of single licences, which may be met together as one likes. */
static bool any_of(const struct spdx_tree *t, const struct spdx_node *n, const struct spdx_tree *list)
{
	const struct spdx_node *l = &list->v[list->top];
	bool all = n->kind == SPDX_AND;

	for (uint32_t i = n->first; i; i = t->v[i].next)
		if (any_of(t, &t->v[i], list) != all)
			return !all;
	if (n->kind != SPDX_ATOM)
		return all;
	if (l->kind == SPDX_ATOM)
		return covers(l, n);
	for (uint32_t i = l->first; i; i = list->v[i].next)
		if (covers(&list->v[i], n))
			return true;
	return false;
}

/* Is choice x made up of whole choices of the allowed ones? */
static bool made_of(const struct spdx_choices *c, const struct spdx_choice *x, const struct spdx_choices *d)
{
	struct spdx_choice left = *x;

	for (size_t i = 0; i < d->n; i++) {
		struct spdx_choice used = { { 0 } };
		bool whole = true;

		for (size_t k = 0; k < d->natom && whole; k++) {
			whole = !spdx_choice_has(&d->v[i], k);
			for (size_t m = 0; m < c->natom && spdx_choice_has(&d->v[i], k); m++)
				if (spdx_choice_has(x, m) && covers(&d->atom[k], &c->atom[m])) {
					used.has[m / 64] |= UINT64_C(1) << (m % 64);
					whole = true;
				}
		}
		for (size_t w = 0; w < SC_COUNT(left.has) && whole; w++)
			left.has[w] &= ~used.has[w];
	}
	for (size_t w = 0; w < SC_COUNT(left.has); w++)
		if (left.has[w])
			return false;
	return true;
}

static bool flat(const struct spdx_tree *t)
{
	const struct spdx_node *n = &t->v[t->top];

	for (uint32_t i = n->first; i; i = t->v[i].next)
		if (t->v[i].kind != SPDX_ATOM)
			return false;
	return n->kind != SPDX_AND;
}

static bool satisfies(const struct spdx_tree *t, const struct spdx_tree *allowed)
{
	struct spdx_choices c, d;

	if (flat(allowed))
		return any_of(t, &t->v[t->top], allowed);
	if (!spdx_choices(&c, t) || !spdx_choices(&d, allowed))
		return false;
	for (size_t i = 0; i < c.n; i++)
		if (made_of(&c, &c.v[i], &d))
			return true;
	return false;
}

int sc_spdx_satisfies(struct sc_arena *a, sc_str expression, sc_str allowed, bool *yes, struct sc_err *e)
{
	struct sc_mark mark = sc_arena_mark(a);
	struct spdx_tree t, list;
	int rc = spdx_tree(&t, a, expression, 0, NULL, e);

	if (rc == SC_OK)
		rc = spdx_tree(&list, a, allowed, SPDX_LIST, NULL, e);
	*yes = rc == SC_OK && satisfies(&t, &list);
	sc_arena_back(a, mark);
	return rc;
}
