/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gate.c -- a charter held against a manifest, in one pass; see gate_impl.h for who does what.
 *
 * Variants are the corpus as it is, with each modification that was asked for, and with all of them together.  A modification keeps the
 * records of which its filter is true.
 */
#include "gate_impl.h"

#include <scope/check.h>
#include <scope/digest.h>
#include <scope/text.h>

#include <stdlib.h>

const sc_str sc_gate_names[SC_GATE_VERDICTS] = { SC_LIT("pass"), SC_LIT("violated"),
	                                         SC_LIT("undecided"), SC_LIT("waived"),
	                                         SC_LIT("info") };

/* ---- variants ---- */

static size_t modify_named(const struct gate *g, sc_str name)
{
	for (size_t i = 0; i < g->ch->n; i++)
		if (g->ch->v[i].kind == SC_D_MODIFY && sc_str_eq(g->ch->v[i].name, name))
			return i;
	return SC_NONE;
}

static void variant_begin(struct gate *g, struct variant *v, sc_str name, const size_t *modify,
                          size_t n)
{
	v->out = &g->out->v[v - g->v];
	v->out->name = name;
	v->modify = SC_NEW(g->a, size_t, n + 1);
	if (n)
		memcpy(v->modify, modify, n * sizeof *modify);
	v->nmodify = n;
	v->tally = SC_NEW(g->a, struct tally, g->ch->n);
	for (size_t i = 0; i < g->ch->n; i++)
		if (g->ch->v[i].kind == SC_D_DENY)
			v->tally[i].value = SC_NEW(g->a, uint64_t, g->ch->v[i].value.n);
	v->counts = sc_counts_new(g->c->memory / (2 * g->n));
}

static int variants_make(struct gate *g)
{
	const struct sc_strs *what = &g->c->what_if;
	size_t *index = SC_NEW(g->a, size_t, what->n + 1);
	struct sc_buf all = { .a = g->a };

	g->n = what->n ? what->n + 1 + (what->n > 1) : 1;
	g->v = SC_NEW(g->a, struct variant, g->n);
	g->out->v = SC_NEW(g->a, struct sc_gate_variant, g->n);
	g->out->n = g->n;
	variant_begin(g, &g->v[0], SC_STR("as it is"), NULL, 0);
	sc_buf_add(&all, SC_STR("with "));
	for (size_t i = 0; i < what->n; i++) {
		index[i] = modify_named(g, what->v[i]);
		if (index[i] == SC_NONE)
			return sc_fail(g->e, "--what-if: the charter has no modify %.*s",
			               SC_ARG(what->v[i]));
		variant_begin(g, &g->v[i + 1], sc_fmt(g->a, "with %.*s", SC_ARG(what->v[i])),
		              &index[i], 1);
		sc_buf_fmt(&all, "%s%.*s", i ? ", " : "", SC_ARG(what->v[i]));
	}
	if (what->n > 1)
		variant_begin(g, &g->v[what->n + 1], sc_buf_seal(&all), index, what->n);
	return SC_OK;
}

/* Is the record in the variant?  Undecided: it is not, and counted. */
static bool is_in(const struct gate *g, struct variant *v)
{
	for (size_t i = 0; i < v->nmodify; i++) {
		enum sc_truth t = g->truth[v->modify[i]];

		v->undecided += t == SC_UNKNOWN;
		if (t != SC_TRUE)
			return false;
	}
	return true;
}

/* ---- the pass ---- */

void subject_of(const struct sc_manifest_line *l, struct subject *s)
{
	static const sc_str keys[] = { SC_LIT("host"), SC_LIT("site"), SC_LIT("rights") };
	static const enum sc_fact facts[] = { SC_FACT_HOST, SC_FACT_SITE, SC_FACT_RIGHTS };

	*s = (struct subject){ .l = l };
	sc_str_u64(l->field[SC_R_BYTES], &s->bytes);
	s->value[SC_FACT_MEDIA] = l->field[SC_R_MEDIA];
	s->value[SC_FACT_LICENCE] = l->field[SC_R_LICENCE];
	s->value[SC_FACT_BASIS] = l->field[SC_R_BASIS];
	s->value[SC_FACT_DOMAIN] = l->field[SC_R_DOMAIN];
	for (size_t i = 0; i < SC_COUNT(keys); i++)
		s->value[facts[i]] = sc_manifest_key(l, keys[i]);
	if (sc_basis_declares(s->value[SC_FACT_BASIS]))
		s->value[SC_FACT_DECLARED] = s->value[SC_FACT_LICENCE];
	s->src = sc_manifest_key(l, SC_STR("src"));
	s->doi = sc_manifest_key(l, SC_STR("doi"));
	s->conflict = sc_manifest_key(l, SC_STR("conflict"));
	if (sc_str_find(s->src, SC_STR("://")) == SC_NONE)
		s->src = (sc_str){ NULL, 0 };
}

static int values_count(struct gate *g, struct variant *v, const struct subject *s)
{
	struct sc_count one = { 1, s->bytes };

	for (size_t k = 0; k < SC_FACTS; k++) {
		bool many = k == SC_FACT_DOMAIN || k == SC_FACT_MEDIA || k == SC_FACT_RIGHTS;
		struct sc_count *into = s->value[k].n ? &v->total[k].having : &v->total[k].lacking;
		sc_str rest = s->value[k], label = rest;

		into->records++;
		into->bytes += s->bytes;
		while (rest.n && (!many || sc_str_cut(&rest, ',', &label))) {
			SC_TRY(sc_counts_add(v->counts, k, label, one, g->e));
			if (!many || !rest.p)
				break;
		}
	}
	return SC_OK;
}

static int record(struct gate *g, const struct sc_manifest_line *l)
{
	struct subject s;

	subject_of(l, &s);
	expr_eval_all(g, &s);
	rules_match(g, &s);
	for (size_t i = 0; i < g->n; i++) {
		struct variant *v = &g->v[i];

		if (!is_in(g, v))
			continue;
		v->all.records++;
		v->all.bytes += s.bytes;
		SC_TRY(rules_count(g, v, &s));
		SC_TRY(values_count(g, v, &s));
	}
	return SC_OK;
}

static int line_come(void *with, const struct sc_manifest_line *l, struct sc_err *e)
{
	struct gate *g = with;
	int rc = sc_facts_add(g->facts, l, e);

	if (rc == SC_OK && l->kind == 'R')
		rc = record(g, l);
	sc_arena_reset(&g->rec);
	return rc;
}

static int pass(struct gate *g)
{
	struct sc_walk walk;

	SC_TRY(sc_manifest_walk(g->c->manifest, line_come, g, &walk, g->e));
	SC_TRY(sc_facts_end(g->facts, g->e));
	memcpy(g->out->record_root, walk.t.record_root, 32);
	memcpy(g->out->manifest, walk.file, 32);
	return SC_OK;
}

/* ---- who signed the charter, and was the corpus made under it ---- */

static int waivers_look(struct gate *g)
{
	bool any = false;
	struct sc_err why = { 0 };
	sc_str who;
	int rc;

	for (size_t i = 0; i < g->ch->n; i++)
		any |= g->ch->v[i].kind == SC_D_WAIVE;
	if (!any)
		return SC_OK;
	rc = sc_signed_bytes(g->ch->path, g->ch->bytes, SC_STR(""), &g->c->trust, g->a, &who, &why);
	if (rc == SC_FAIL)
		return sc_fail(g->e, "%s", why.msg);
	g->out->waivers =
	        rc == SC_OK && who.n
	                ? sc_fmt(g->a, "signed by %.*s", SC_ARG(who))
	                : sc_fmt(g->a, "not signed: %s",
	                         rc == SC_OK ? "nobody's signature was asked for" : why.msg);
	return SC_OK;
}

static void made_under(struct gate *g)
{
	sc_str said = sc_facts_head(g->facts, SC_STR("charter"));
	uint8_t digest[32];

	g->out->made_under = sc_strdup(g->a, said);
	g->out->same_charter = sc_root_parse(said, digest) && !memcmp(digest, g->ch->sha256, 32);
	g->out->corpus = sc_strdup(g->a, sc_facts_head(g->facts, SC_STR("corpus")));
	g->out->created = sc_strdup(g->a, sc_facts_head(g->facts, SC_STR("created")));
}

/* ---- all of it ---- */

static int breadths(struct gate *g, struct variant *v)
{
	SC_TRY(sc_counts_end(v->counts, v->total, g->e));
	for (size_t k = 0; k < SC_FACTS; k++)
		SC_TRY(sc_breadth_counts(v->counts, k, &v->total[k], false, 0.95,
		                         &v->out->breadth[k], g->e));
	v->out->all = v->all;
	v->out->undecided = v->undecided;
	memcpy(v->out->total, v->total, sizeof v->total);
	return SC_OK;
}

static int run(struct gate *g)
{
	SC_TRY(cover_prepare(g));
	SC_TRY(rules_prepare(g));
	SC_TRY(expr_compile_all(g));
	SC_TRY(variants_make(g));
	SC_TRY(expr_shards(g));
	SC_TRY(pass(g));
	SC_TRY(waivers_look(g));
	made_under(g);
	for (size_t i = 0; i < g->n; i++) {
		SC_TRY(breadths(g, &g->v[i]));
		SC_TRY(settle(g, &g->v[i]));
	}
	return SC_OK;
}

int sc_gate_run(const struct sc_gate_conf *c, struct sc_gate *out, struct sc_err *e)
{
	struct sc_gate_conf conf = *c;
	struct gate g = { .c = &conf, .ch = c->charter, .out = out, .a = &out->a, .e = e };
	int rc;

	*out = (struct sc_gate){ .n = 0 };
	conf.memory = c->memory ? c->memory : 64 << 20;
	g.expr = SC_NEW(g.a, struct gexpr, c->charter->n);
	g.answered = SC_NEW(g.a, struct answered, ANSWERS);
	g.truth = SC_NEW(g.a, enum sc_truth, c->charter->n);
	g.facts = sc_facts_new(0, 1 << 20);
	rc = run(&g);
	expr_free_all(&g);
	for (size_t i = 0; i < g.n; i++)
		sc_counts_free(g.v[i].counts);
	sc_facts_free(g.facts);
	sc_arena_free(&g.rec);
	return rc;
}

void sc_gate_free(struct sc_gate *g)
{
	sc_arena_free(&g->a);
}
