/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gate_rules.c -- allow and deny, require and absent, record by record.
 *
 * Of the allow and deny lines of a key the first that matches decides.  A key with any allow denies what matches none.  Of several labels any
 * may match.  A licence is allowed when it can be satisfied from all that is allowed together, and denied by an identifier when
 * there is no way to satisfy it without.
 */
#include "gate_impl.h"

#include <scope/proof.h>
#include <scope/spdx.h>
#include <scope/text.h>
#include <scope/url.h>

static bool is_rule(const struct sc_directive *d)
{
	return d->kind == SC_D_DENY || d->kind == SC_D_ALLOW;
}

static bool is_state(sc_str s)
{
	return sc_str_eq(s, SC_STR("none")) || sc_str_eq(s, SC_STR("unknown")) ||
	       sc_str_eq(s, SC_STR("conflict"));
}

/* Hosts and the like that must be absent, in the form that lines have. */
static int absent_prepare(struct gate *g, size_t i)
{
	const struct sc_directive *d = &g->ch->v[i];

	g->absent[i].v = SC_NEW(g->a, sc_str, d->value.n);
	g->absent[i].n = d->value.n;
	for (size_t k = 0; k < d->value.n; k++) {
		sc_str as_written;

		SC_TRY(sc_prove_key(g->a, d->kind_of, d->value.v[k], &as_written, g->e));
		sc_unfield(g->a, as_written, &g->absent[i].v[k]);
	}
	return SC_OK;
}

int rules_prepare(struct gate *g)
{
	struct sc_buf allowed = { .a = g->a };

	g->absent = SC_NEW(g->a, struct sc_strs, g->ch->n);
	for (size_t i = 0; i < g->ch->n; i++) {
		const struct sc_directive *d = &g->ch->v[i];

		if (d->kind == SC_D_ABSENT)
			SC_TRY(absent_prepare(g, i));
		if (!is_rule(d))
			continue;
		g->any_rule[d->key] = true;
		g->any_allow[d->key] |= d->kind == SC_D_ALLOW;
		for (size_t k = 0; k < d->value.n; k++) {
			g->says_none[d->key] |= sc_str_eq(d->value.v[k], SC_STR("none"));
			if (d->kind != SC_D_ALLOW || d->key != SC_FACT_LICENCE ||
			    is_state(
			            d->value.v
			                    [k])) /* these are no licences, and match as they stand */
				continue;
			if (allowed.n)
				sc_buf_byte(&allowed, ',');
			sc_buf_add(&allowed, d->value.v[k]);
		}
	}
	g->allowed_licences = sc_buf_seal(&allowed);
	return SC_OK;
}

/* ---- does a value match ---- */

static bool term_is(struct sc_arena *a, sc_str term, sc_str denied)
{
	struct sc_idset set = sc_spdx_set(denied);

	if (set.n)
		return sc_spdx_in(a, term, set);
	return sc_str_eq(term, denied) ||
	       (sc_str_starts(term, denied) &&
	        sc_str_starts(sc_str_from(term, denied.n), SC_STR(" WITH ")));
}

static bool choice_has(struct sc_arena *a, sc_str choice, sc_str denied)
{
	for (;;) {
		size_t and = sc_str_find(choice, SC_STR(" AND "));

		if (term_is(a, sc_str_head(choice, and), denied))
			return true;
		if (and == SC_NONE)
			return false;
		choice = sc_str_from(choice, and+5);
	}
}

/* Each way to satisfy it has the licence in it. */
static bool licence_needs(struct sc_arena *a, sc_str licence, sc_str denied)
{
	struct sc_err why;
	sc_str normal;

	if (sc_str_eq(licence, denied))
		return true;
	if (is_state(licence) || is_state(denied) ||
	    sc_spdx_normal(a, licence, &normal, &why) != SC_OK)
		return false;
	for (;;) {
		size_t or = sc_str_find(normal, SC_STR(" OR "));

		if (!choice_has(a, sc_str_head(normal, or), denied))
			return false;
		if (or == SC_NONE)
			return true;
		normal = sc_str_from(normal, or +4);
	}
}

/* Lines of one identity differ in it, or one is "conflict". */
static bool in_conflict(const struct gate *g, const struct sc_directive *d, size_t i)
{
	sc_str rest = g->conflict, one;

	if (!sc_str_eq(d->value.v[i], SC_STR("conflict")))
		return false;
	while (rest.p && sc_str_cut(&rest, ',', &one))
		if (sc_str_eq(one, sc_fact_names[d->key]))
			return true;
	return false;
}

static bool licence_allowed(struct gate *g, sc_str licence, const struct sc_directive *d)
{
	struct sc_err why;
	bool yes = false;

	for (size_t i = 0; i < d->value.n; i++)
		if (sc_str_eq(d->value.v[i], licence) || in_conflict(g, d, i))
			return true;
	if (is_state(licence))
		return false;
	return sc_spdx_satisfies(&g->rec, licence, g->allowed_licences, &yes, &why) == SC_OK && yes;
}

static bool host_matches(sc_str host, sc_str pattern)
{
	if (sc_str_starts(pattern, SC_STR("*.")))
		return sc_host_under(host, sc_str_from(pattern, 2));
	return sc_str_eq(host, pattern);
}

static bool label_matches(enum sc_fact key, sc_str label, sc_str value)
{
	if (sc_str_eq(value, SC_STR("*")))
		return true;
	if (key == SC_FACT_HOST || key == SC_FACT_SITE)
		return host_matches(label, value);
	return sc_path_under(label, value);
}

/* Which value of the directive matches what the record has; SC_NONE: none. */
static size_t match(struct gate *g, const struct sc_directive *d, sc_str has)
{
	if (d->key == SC_FACT_LICENCE && d->kind == SC_D_ALLOW)
		return licence_allowed(g, has, d) ? 0 : SC_NONE;
	for (size_t i = 0; i < d->value.n; i++) {
		sc_str rest = has, label;

		if (in_conflict(g, d, i))
			return i;
		if (d->key == SC_FACT_LICENCE && licence_needs(&g->rec, has, d->value.v[i]))
			return i;
		while (d->key != SC_FACT_LICENCE && rest.p && sc_str_cut(&rest, ',', &label))
			if (label_matches(d->key, label, d->value.v[i]))
				return i;
	}
	return SC_NONE;
}

/* "none" among a rule's values is for records that have no such key. */
static size_t none_of(const struct sc_directive *d)
{
	for (size_t i = 0; i < d->value.n; i++)
		if (sc_str_eq(d->value.v[i], SC_STR("none")))
			return i;
	return SC_NONE;
}

/* Where the answer to a question about a licence stands, or is to be put; NULL: it is not kept. */
static struct answered *answer_at(struct gate *g, size_t asked, sc_str value, bool *is)
{
	uint32_t h = 2166136261u ^ (uint32_t)asked;
	struct answered *at;

	*is = false;
	if (!value.n || value.n > sizeof at->value || asked >= UINT32_MAX)
		return NULL;
	for (size_t i = 0; i < value.n; i++)
		h = (h ^ (uint8_t)value.p[i]) * 16777619u;
	at = &g->answered[(h ^ h >> 16) % ANSWERS];
	*is = at->n == value.n && at->asked == asked && !memcmp(at->value, value.p, value.n);
	return at;
}

static void answer_put(struct answered *at, size_t asked, sc_str value, size_t answer, size_t which)
{
	if (!at)
		return;
	*at = (struct answered){
		.n = (uint32_t)value.n, .asked = (uint32_t)asked, .answer = answer, .which = which
	};
	memcpy(at->value, value.p, value.n);
}

static bool is_expression(struct sc_arena *a, sc_str licence)
{
	struct sc_err why;
	sc_str canonical;

	return sc_spdx_expression(a, licence, &canonical, &why) == SC_OK;
}

/* The first line of the key that matches, and by which value. */
static size_t first_of(struct gate *g, enum sc_fact key, sc_str has, size_t *which)
{
	for (size_t i = 0; i < g->ch->n; i++) {
		const struct sc_directive *d = &g->ch->v[i];

		if (!is_rule(d) || d->key != key)
			continue;
		*which = has.n ? match(g, d, has) : none_of(d);
		if (*which != SC_NONE)
			return i;
	}
	return (size_t)MATCH_NONE;
}

static void key_match(struct gate *g, enum sc_fact key, sc_str has)
{
	size_t *first = &g->first_match[key], *which = &g->match_value[key];
	bool is = false, keep = key == SC_FACT_LICENCE && !g->conflict.n;
	struct answered *at;

	if (!has.n && (!g->says_none[key] ||
	               key == SC_FACT_LICENCE)) { /* a licence that nobody looked for is not none */
		*first = (size_t)MATCH_LACKING;
		return;
	}
	at = keep ? answer_at(g, 0, has, &is) : NULL;
	if (is) {
		*first = at->answer;
		*which = at->which;
		return;
	}
	*first = first_of(g, key, has, which);
	if (key == SC_FACT_LICENCE && *first == (size_t)MATCH_NONE && !g->any_allow[key] &&
	    !is_state(has) && !is_expression(&g->rec, has))
		*first = (size_t)
		        MATCH_LACKING; /* what no licence is named by may be one that is denied */
	answer_put(at, 0, has, *first, *which);
}

void rules_match(struct gate *g, const struct subject *s)
{
	g->conflict = s->conflict;
	for (size_t key = 0; key < SC_FACTS; key++)
		if (g->any_rule[key])
			key_match(g, (enum sc_fact)key, s->value[key]);
}

/* ---- counted ---- */

static void hit(struct tally *t, const struct subject *s)
{
	t->hit.records++;
	t->hit.bytes += s->bytes;
}

static void rule_count(struct gate *g, struct tally *t, const struct sc_directive *d, size_t i,
                       bool first_allow, const struct subject *s)
{
	size_t m = g->first_match[d->key];

	if (m == (size_t)MATCH_LACKING) {
		t->lacking++;
	} else if (d->kind == SC_D_DENY && m == i) {
		hit(t, s);
		t->value[g->match_value[d->key]]++;
	} else if (d->kind == SC_D_ALLOW && first_allow && m == (size_t)MATCH_NONE) {
		hit(t, s); /* it matches no line of the key, and that is told once */
	}
}

static void require_count(struct tally *t, const struct sc_directive *d, const struct subject *s)
{
	sc_str rest = s->value[SC_FACT_RIGHTS], label;

	if (!d->reservation) {
		if (!s->value[d->key].n ||
		    (d->key == SC_FACT_LICENCE && !s->value[SC_FACT_BASIS].n))
			hit(t, s);
		return;
	}
	if (!rest.n) {
		t->lacking++;
		return;
	}
	while (rest.p && sc_str_cut(&rest, ',', &label)) {
		if (sc_path_under(label, SC_STR("reserved"))) {
			hit(t, s);
			return;
		}
		t->unclear += sc_path_under(label, SC_STR("unknown"));
	}
}

static void absent_count(struct tally *t, const struct sc_directive *d,
                         const struct sc_strs *values, const struct subject *s)
{
	sc_str has = sc_str_eq(d->kind_of, SC_STR("host"))   ? s->value[SC_FACT_HOST]
	             : sc_str_eq(d->kind_of, SC_STR("site")) ? s->value[SC_FACT_SITE]
	             : sc_str_eq(d->kind_of, SC_STR("doi"))  ? s->doi
	                                                     : s->src;

	if (!has.n) {
		t->lacking++;
		return;
	}
	for (size_t i = 0; i < values->n; i++)
		if (sc_str_eq(has, values->v[i])) {
			hit(t, s);
			return;
		}
}

static bool licence_is(struct gate *g, const struct sc_directive *d, sc_str licence)
{
	size_t asked = (size_t)(d - g->ch->v) + 1;
	struct sc_idset set;
	bool is, yes;
	struct answered *at = answer_at(g, asked, licence, &is);

	if (is)
		return at->answer;
	set = sc_spdx_set(d->share);
	yes = sc_str_eq(licence, d->share);
	if (!yes && !is_state(licence))
		yes = set.n ? sc_spdx_in(&g->rec, licence, set)
		            : sc_spdx_same(&g->rec, licence, d->share);
	answer_put(at, asked, licence, yes, 0);
	return yes;
}

/* share(KEY,VALUE): a record of several labels counts once. */
static void share_count(struct gate *g, struct tally *t, const struct sc_directive *d,
                        const struct subject *s)
{
	sc_str rest = s->value[d->key], label;
	bool is = false;

	if (!rest.n)
		return;
	if (d->key == SC_FACT_LICENCE)
		is = licence_is(g, d, rest);
	else
		while (!is && rest.p && sc_str_cut(&rest, ',', &label))
			is = label_matches(d->key, label, d->share);
	if (is)
		hit(t, s);
}

int rules_count(struct gate *g, struct variant *v, const struct subject *s)
{
	bool seen[SC_FACTS] = { false };

	for (size_t i = 0; i < g->ch->n; i++) {
		const struct sc_directive *d = &g->ch->v[i];
		struct tally *t = &v->tally[i];

		if (is_rule(d)) {
			rule_count(g, t, d, i, !seen[d->key], s);
			seen[d->key] |= d->kind == SC_D_ALLOW;
		} else if (d->kind == SC_D_REQUIRE) {
			require_count(t, d, s);
		} else if (d->kind == SC_D_ABSENT) {
			absent_count(t, d, &g->absent[i], s);
		} else if (d->kind == SC_D_LIMIT && d->of == SC_LIMIT_SHARE &&
		           !sc_str_eq(d->share, SC_STR("max"))) {
			share_count(g, t, d, s);
		} else if ((d->kind == SC_D_COST || d->kind == SC_D_BENEFIT) && d->exposure.n) {
			if (g->truth[i] == SC_TRUE)
				hit(t, s);
			t->lacking += g->truth[i] == SC_UNKNOWN;
		}
	}
	return SC_OK;
}
