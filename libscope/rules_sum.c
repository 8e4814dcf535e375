/* SPDX-License-Identifier: Apache-2.0 */
/* rules_sum.c -- rules whose scores add up: which labels of a family are given, and what for. */
#include <scope/rules.h>

#include <math.h>
#include <stdlib.h>

int sc_fired_by_order(const struct sc_fired *x, const struct sc_fired *y)
{
	return x->rule->order < y->rule->order ? -1 : x->rule->order > y->rule->order;
}

int sc_fired_by_label(const struct sc_fired *x, const struct sc_fired *y)
{
	int c = sc_str_cmp(x->rule->label, y->rule->label);

	if (c || x->score == y->score)
		return c ? c : sc_fired_by_order(x, y);
	return x->score > y->score ? -1 : 1;
}

/* A family's, those without a phrase first; where phrases begin in one place, the longest first. */
static int by_place(const void *a, const void *b)
{
	const struct sc_fired *x = *(struct sc_fired *const *)a, *y = *(struct sc_fired *const *)b;

	if (!x->hit || !y->hit)
		return !x->hit && !y->hit ? sc_fired_by_order(x, y)
		                          : (x->hit != NULL) - (y->hit != NULL);
	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	if (x->hit->off != y->hit->off)
		return x->hit->off < y->hit->off ? -1 : 1;
	if (x->hit->len != y->hit->len)
		return x->hit->len > y->hit->len ? -1 : 1;
	return sc_fired_by_order(x, y);
}

/* A phrase inside a longer one ("diagram" in "phase diagram") says nothing of its own. */
static void leave_inner(struct sc_fired **v, size_t n)
{
	const struct sc_fired *reach = NULL; /* which of a kind, so far, ends last */

	for (size_t i = 0; i < n; i++) {
		const struct sc_phrase_hit *h = v[i]->hit;

		if (!h)
			continue;
		if (!reach || reach->kind != v[i]->kind ||
		    h->off + h->len > reach->hit->off + reach->hit->len)
			reach = v[i];
		else if (h->off != reach->hit->off || h->len != reach->hit->len)
			v[i]->out = true;
	}
}

static int by_label(const void *a, const void *b)
{
	return sc_fired_by_label(*(struct sc_fired *const *)a, *(struct sc_fired *const *)b);
}

/* What speaks for a label and against it. */
static float sum_of(struct sc_fired *const *v, size_t n)
{
	double not_for = 1, not_against = 1, sum;
	bool stated = false;

	for (size_t i = 0; i < n; i++) {
		double score = (double)v[i]->score;

		if (v[i]->out)
			continue;
		if (score < 0)
			not_against *= 1 + score;
		else
			not_for *= 1 - score;
		stated |= score >= 1;
	}
	sum = round((1 - not_for) * not_against * 100) / 100;
	return (float)(sum > 0.99 && !stated ? 0.99 : sum);
}

/* One label's n, the surest first. */
static bool label_sum(struct sc_fired *const *v, size_t n, float enough)
{
	float sum = sum_of(v, n);
	bool given = false;

	for (size_t i = 0; i < n; i++) {
		v[i]->out |= v[i]->score <= 0 || sum < enough;
		if (!v[i]->out && !given) {
			given = true;
			v[i]->score = sum;
		}
	}
	return given;
}

bool sc_family_sum(struct sc_arena *a, const struct sc_family *f, struct sc_fired *all, size_t nall)
{
	struct sc_fired **v = SC_NEW(a, struct sc_fired *, nall + 1);
	size_t n = 0, end;
	bool given = false;

	for (size_t i = 0; i < nall; i++)
		if (all[i].rule->family == f)
			v[n++] = &all[i];
	qsort(v, n, sizeof *v, by_place);
	leave_inner(v, n);
	qsort(v, n, sizeof *v, by_label);
	for (size_t i = 0; i < n; i = end) {
		for (end = i + 1; end < n && sc_str_eq(v[end]->rule->label, v[i]->rule->label);
		     end++)
			;
		given |= label_sum(v + i, end - i, f->enough);
	}
	return given;
}
