/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lic_settle.c -- what one statement leaves of another in the same text.
 *
 *	A family without a version (GPL, CC BY) says nothing beside the same family with one.
 *	X-only, from the licence's own text or a mention, gives way to X-or-later: the notice says which versions, the text cannot.
 *	A GNU licence in passing ("see the GNU General Public License") gives way to the GNU licence that is named with its version.
 *	An exception belongs to the GNU licence before it, else to the one behind it.
 */
#include "lic.h"

enum { MOST = 192 };

static bool gnu(sc_str id)
{
	return sc_str_starts(id, SC_STR("GPL-")) || sc_str_starts(id, SC_STR("LGPL-")) || sc_str_starts(id, SC_STR("AGPL-")) ||
	       sc_str_starts(id, SC_STR("GFDL-"));
}

/* "GPL-2.0" of "GPL-2.0-or-later WITH ..." */
static sc_str base(sc_str id)
{
	static const sc_str ends[] = { SC_LIT("-only"), SC_LIT("-or-later"), SC_LIT("+") };
	size_t with = sc_str_find(id, SC_STR(" "));

	id = sc_str_head(id, with);
	for (size_t i = 0; i < SC_COUNT(ends); i++)
		if (sc_str_ends(id, ends[i]))
			id.n -= ends[i].n;
	return id;
}

static sc_str family(sc_str id)
{
	return sc_str_head(id, sc_str_chr(id, '-'));
}

static bool later(sc_str id)
{
	return sc_str_find(id, SC_STR("-or-later")) != SC_NONE;
}

static bool bare_cc(sc_str id)
{
	return sc_str_starts(id, SC_STR("LicenseRef-CC-"));
}

/* Is x told better by y? */
static bool told(const struct lic_found *x, const struct lic_found *y)
{
	if (x->bare && gnu(x->id))
		return !y->bare && gnu(y->id) && !(y->passing && x->asserted) && (sc_str_eq(family(x->id), family(y->id)) || !x->asserted);
	if (bare_cc(x->id))
		return sc_str_starts(y->id, sc_str_from(x->id, 11)) && sc_str_eq(base(sc_str_head(y->id, x->id.n - 11)), sc_str_from(x->id, 11)) &&
		       y->id.n > x->id.n - 10 && y->id.p[x->id.n - 11] == '-' && y->id.p[x->id.n - 10] >= '0' && y->id.p[x->id.n - 10] <= '9';
	if (gnu(x->id) && gnu(y->id) && !later(x->id) && later(y->id) && sc_str_eq(base(x->id), base(y->id)))
		return x->source == SC_LIC_TEXT || (x->source == SC_LIC_NOTICE && (!x->asserted || x->passing));
	/* "version 2 or later ... see /usr/share/common-licenses/GPL-3" */
	return x->passing && gnu(x->id) && gnu(y->id) && !y->passing && (!y->bare || y->asserted);
}

static bool same_gnu(sc_str id)
{
	return gnu(id) && sc_str_find(id, SC_STR(" WITH ")) == SC_NONE;
}

static void join(struct lic_finds *f, size_t exception)
{
	size_t best = SC_NONE;

	for (size_t i = 0; i < f->n; i++)
		if (same_gnu(f->v[i].id) && (best == SC_NONE || f->v[i].from < f->v[exception].from))
			best = i;
	if (best == SC_NONE)
		return;
	f->v[best].id = sc_fmt(f->a, "%.*s WITH %.*s", SC_ARG(f->v[best].id), SC_ARG(f->v[exception].id));
	if (f->v[exception].to > f->v[best].to)
		f->v[best].to = f->v[exception].to;
}

/* The same licence with an exception, or with the same one and for later versions too. */
static bool excepted(const struct lic_found *x, const struct lic_found *y)
{
	size_t wx = sc_str_find(x->id, SC_STR(" WITH ")), wy = sc_str_find(y->id, SC_STR(" WITH "));

	if (x->source != SC_LIC_NOTICE || !gnu(x->id) || !gnu(y->id) || wy == SC_NONE || !sc_str_eq(base(x->id), base(y->id)))
		return false;
	if (wx == SC_NONE)
		return later(y->id) || !later(x->id);
	return sc_str_eq(sc_str_from(x->id, wx), sc_str_from(y->id, wy)) && !later(x->id) && later(y->id);
}

/* Takes away what `of` says is told better by another. */
static void thin(struct lic_finds *f, bool (*of)(const struct lic_found *, const struct lic_found *))
{
	bool *gone = SC_NEW(f->a, bool, f->n + 1);
	size_t n = 0;

	for (size_t i = 0; i < f->n; i++)
		for (size_t k = 0; k < f->n && !gone[i]; k++)
			gone[i] = k != i && !gone[k] && !f->v[i].exception && !f->v[k].exception && of(&f->v[i], &f->v[k]);
	for (size_t i = 0; i < f->n; i++)
		if (!gone[i])
			f->v[n++] = f->v[i];
	f->n = n;
}

static bool alike(const struct lic_found *x, const struct lic_found *y)
{
	return !x->exception && x->source == y->source && x->bare == y->bare && x->asserted == y->asserted && x->passing == y->passing &&
	       !y->exception && sc_str_eq(x->id, y->id);
}

/* What is said again says no more; of many different things the first MOST are enough to know that they differ. */
static void once(struct lic_finds *f)
{
	size_t n = 0;

	for (size_t i = 0; i < f->n && n < MOST; i++) {
		size_t k = 0;

		while (k < n && !alike(&f->v[k], &f->v[i]))
			k++;
		if (k == n)
			f->v[n++] = f->v[i];
	}
	f->n = n;
}

void lic_settle(struct lic_finds *f)
{
	size_t n;

	once(f);
	thin(f, told);
	for (size_t i = 0; i < f->n; i++)
		if (f->v[i].exception)
			join(f, i);
	for (size_t i = n = 0; i < f->n; i++)
		if (!f->v[i].exception)
			f->v[n++] = f->v[i];
	f->n = n;
	thin(f, excepted);
}
