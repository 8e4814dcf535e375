/* SPDX-License-Identifier: Apache-2.0 */
/*
 * refuse.c -- what was taken back stays out: --tombstones LIST stands before the first stage, where it costs least, and behind each split,
 * since what is made there is new.  A list is read once, however many stages ask it.
 */
#include "engine.h"

#include <stdlib.h>

static void push(struct stage *v, size_t *n, const struct stage *g, size_t ng, bool first)
{
	for (size_t i = 0; i < ng; i++) {
		v[*n] = g[i];
		v[(*n)++].borrowed = !first;
	}
}

int refuse_stages(struct sc_plan *p, struct sc_err *e)
{
	const struct sc_filter *f = sc_select_named(SC_STR("tombstones"));
	size_t nold = p->nstage, nlist = p->conf.tombstones.n, n = 0;
	struct stage *v, *list, *old;

	if (!nlist)
		return SC_OK;
	for (size_t i = 0; i < nlist; i++)
		SC_TRY(sc_plan_filter(p, f, NULL, p->conf.tombstones.v[i], false, e));
	old = p->stage;
	list = old + nold;
	v = SC_NEW(&p->arena, struct stage, (nold + 1) * (nlist + 1));
	push(v, &n, list, nlist, true);
	for (size_t i = 0; i < nold; i++) {
		v[n++] = old[i];
		if (old[i].f->split)
			push(v, &n, list, nlist, false);
	}
	p->stage = v;
	p->nstage = n;
	return SC_OK;
}

int refuse_carry(struct sc_plan *p, struct sc_err *e)
{
	for (size_t i = 0; i < p->nstage; i++)
		if (p->stage[i].f->carry)
			SC_TRY(p->stage[i].f->carry(p->stage[i].conf, p->mw, e));
	return SC_OK;
}
