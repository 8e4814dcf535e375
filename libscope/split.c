/* SPDX-License-Identifier: Apache-2.0 */
/*
 * split.c -- a stage that makes several records of one.
 *
 * The record that went in is counted by the split's own step, where kept means split, and goes no further.  What was made
 * of it is counted by a second step, "split/NAME:made", and goes on in its place, in order.  A child comes from where its
 * parent lay: that is the range of the shard to look into.  What the splitter says is incomplete is dropped or
 * rejected by that second step.
 */
#include "engine.h"

#include <scope/plugin.h>

#include <stdlib.h>

static void birth(size_t i, const struct item *parent, const struct sc_child *from, struct item *it)
{
	*it = (struct item){ .rec = from->rec, .fate = KEPT, .made = true };
	it->rec.from = parent->rec.from;
	it->rec.by = sc_reader_named(SC_STR("file")); /* an archive's member of its own, not in the parent's format */
	if (from->fate == SC_OK)
		return;
	it->fate = from->fate == SC_DROP ? DROPPED : REJECTED;
	it->step = i + 1;
	it->stillborn = true;
	it->reason = from->why;
}

int split_run(struct sc_plan *p, size_t i, struct sc_ctx *c, struct item *it, struct tally *t, struct tally *made,
	      struct item **v, size_t *n)
{
	struct sc_brood brood = { 0 };
	struct sc_err why = { 0 }, *out = c->e;
	int rc;

	c->e = &why;
	tally_in(t, it, p->wants_digest);
	it->undecided = false;
	rc = p->stage[i].f->split(c, &it->rec, &brood);
	c->e = out;
	*n = 0;
	SC_TRY(stage_fate(p, i, c, it, rc, &why));
	if (rc == SC_OK) {
		it->fate = SPLIT;
		*n = brood.n;
	}
	tally_fate(t, it, p->wants_digest);
	if (!*n)
		return SC_OK;
	*v = SC_NEW(c->a, struct item, *n);
	for (size_t k = 0; k < *n; k++)
		birth(i, it, &brood.v[k], &(*v)[k]);
	items_identify(p, c->a, *v, *n);
	for (size_t k = 0; k < *n; k++) {
		tally_in(made, &(*v)[k], p->wants_digest);
		tally_fate(made, &(*v)[k], p->wants_digest);
	}
	return SC_OK;
}

static void push(struct batch *to, const struct item *it)
{
	*item_new(to) = *it;
}

/* All of the batch through the split of stage i: its items are then those that went in, each followed by its children. */
int batch_split(struct sc_plan *p, struct batch *b, struct worker *w, size_t i)
{
	struct batch out = { 0 };
	int rc = SC_OK;

	for (size_t k = 0; k < b->n && rc == SC_OK; k++) {
		struct item *v = NULL;
		size_t n = 0;

		if (b->v[k].fate == KEPT)
			rc = split_run(p, i, &w->ctx[i], &b->v[k], &b->tally[i + 1], &b->tally[p->nparallel + 1 + i], &v, &n);
		push(&out, &b->v[k]);
		for (size_t j = 0; j < n; j++)
			push(&out, &v[j]);
	}
	free(b->v);
	b->v = out.v;
	b->n = out.n;
	b->cap = out.cap;
	return rc;
}

bool plan_splits(const struct sc_plan *p)
{
	for (size_t i = 0; i < p->nstage; i++)
		if (p->stage[i].f->split)
			return true;
	return false;
}
