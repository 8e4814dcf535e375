/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gate_waive.c -- waivers: dated, and of no weight unless the charter is signed by somebody whom the caller trusts.  They show in every verdict
 * that they touch.
 */
#include "gate_impl.h"

int64_t gate_now(struct gate *g)
{
	int64_t t = 0;

	return sc_date_parse(sc_created(g->a), &t) ? t : 0;
}

static sc_str words_of(struct sc_arena *a, sc_str text)
{
	struct sc_buf b = { .a = a };

	for (size_t i = 0; i < text.n; i++) {
		bool blank = text.p[i] == ' ' || text.p[i] == '\t';

		if (!blank)
			sc_buf_byte(&b, text.p[i]);
		else if (b.n && b.p[b.n - 1] != ' ')
			sc_buf_byte(&b, ' ');
	}
	return sc_str_trim(sc_buf_seal(&b));
}

static bool names_value(sc_str waived, sc_str value)
{
	sc_str one;

	while (waived.p && sc_str_cut(&waived, ' ', &one))
		if (sc_str_ieq(one, value)) /* values are held in the spelling of manifests */
			return true;
	return false;
}

/* "deny domain a" waives that much of "deny domain a b": all values that records broke it by must be named. */
static bool waives(struct line *l, const struct sc_directive *w)
{
	struct gate *g = l->g;
	sc_str what = words_of(g->a, w->name), head;

	if (sc_str_eq(what, words_of(g->a, l->d->text)))
		return true;
	if (l->d->kind != SC_D_DENY)
		return false;
	head = sc_fmt(g->a, "deny %.*s ", SC_ARG(sc_fact_names[l->d->key]));
	if (!sc_str_starts(what, head) || l->o->verdict != SC_GATE_VIOLATED)
		return false;
	for (size_t i = 0; i < l->d->value.n; i++)
		if (l->t->value[i] && !names_value(sc_str_from(what, head.n), l->d->value.v[i]))
			return false;
	return true;
}

/* Is there a directive that it could be for? */
static bool names_any(struct gate *g, const struct sc_directive *w)
{
	sc_str what = words_of(g->a, w->name);

	for (size_t i = 0; i < g->ch->n; i++) {
		const struct sc_directive *d = &g->ch->v[i];
		sc_str head = sc_fmt(g->a, "deny %.*s ", SC_ARG(sc_fact_names[d->key]));

		if (sc_str_eq(what, words_of(g->a, d->text)))
			return true;
		if (d->kind != SC_D_DENY || !sc_str_starts(what, head))
			continue;
		for (size_t k = 0; k < d->value.n; k++)
			if (names_value(sc_str_from(what, head.n), d->value.v[k]))
				return true;
	}
	return false;
}

void settle_waive(struct line *l)
{
	int64_t until = 0;

	sc_date_parse(l->d->until, &until);
	verdict(l, SC_GATE_INFO);
	MEASURED(l, "until %.*s, by %.*s: %.*s", SC_ARG(l->d->until), SC_ARG(l->d->by),
	         SC_ARG(l->d->reason));
	if (gate_now(l->g) >= until + 86400)
		WHY(l, "it is over, and counts no more");
	else if (!names_any(l->g, l->d))
		WHY(l, "no directive reads so: it waives nothing");
	else if (sc_str_starts(l->g->out->waivers, SC_STR("not ")))
		WHY(l, "it does not count: %.*s", SC_ARG(l->g->out->waivers));
}

void waive(struct line *l, bool signed_)
{
	for (size_t i = 0; i < l->g->ch->n; i++) {
		const struct sc_directive *w = &l->g->ch->v[i];
		int64_t until = 0;

		if (w->kind != SC_D_WAIVE ||
		    (l->o->verdict != SC_GATE_VIOLATED && l->o->verdict != SC_GATE_UNDECIDED) ||
		    !waives(l, w))
			continue;
		sc_date_parse(w->until, &until);
		if (!signed_ || gate_now(l->g) >= until + 86400) {
			WHY(l, "%.*s%sa waiver by %.*s does not count: %s", SC_ARG(l->o->why),
			    l->o->why.n ? "; " : "", SC_ARG(w->by),
			    signed_ ? "it is over"
			            : "the charter is not signed by anyone whom --key or --signers names");
			continue;
		}
		WHY(l, "%s%.*s%swaived until %.*s by %.*s: %.*s",
		    l->o->verdict == SC_GATE_VIOLATED ? "violated, " : "undecided: ",
		    SC_ARG(l->o->why), l->o->why.n ? ", " : "", SC_ARG(w->until), SC_ARG(w->by),
		    SC_ARG(w->reason));
		verdict(l, SC_GATE_WAIVED);
	}
}
