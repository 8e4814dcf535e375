/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gate_expr.c -- exposures and filters of a charter: expressions of the filter language, asked of R lines.
 *
 * An R line is made a record of tags, size and URL, and nothing else.  What looks at text, parts, names or metadata can be asked of the
 * shards only: each such expression is run over them as a filter, and the identities of which it is true are kept, sorted.
 */
#include "gate_impl.h"

#include <scope/run.h>
#include <scope/text.h>

/* Does the expression name something that an R line does not have?  Words in quotes do not count. */
static bool looks_at_text(sc_str x)
{
	static const sc_str words[] = { SC_LIT("text"), SC_LIT("part"), SC_LIT("meta"),
		                        SC_LIT("name"), SC_LIT("created") };
	char quote = 0;

	for (size_t i = 0; i < x.n; i++) {
		char c = x.p[i];
		size_t n = 0;

		if (quote) {
			if (c == '\\')
				i++;
			else if (c == quote)
				quote = 0;
			continue;
		}
		if (c == '"' || c == '\'') {
			quote = c;
			continue;
		}
		while (i + n < x.n && ((x.p[i + n] >= 'a' && x.p[i + n] <= 'z') ||
		                       x.p[i + n] == '-' || x.p[i + n] == '_'))
			n++;
		for (size_t k = 0; n && k < SC_COUNT(words); k++)
			if (sc_str_eq(sc_str_head(sc_str_from(x, i), n), words[k]))
				return true;
		i += n ? n - 1 : 0;
	}
	return false;
}

static sc_str expression_of(const struct sc_directive *d)
{
	return d->kind == SC_D_MODIFY                            ? d->filter
	       : d->kind == SC_D_COST || d->kind == SC_D_BENEFIT ? d->exposure
	                                                         : (sc_str){ NULL, 0 };
}

int expr_compile_all(struct gate *g)
{
	for (size_t i = 0; i < g->ch->n; i++) {
		const struct sc_directive *d = &g->ch->v[i];
		sc_str text = expression_of(d);
		struct sc_err why = { 0 };
		size_t caret = 0;

		if (!text.n)
			continue;
		if (sc_expr_compile(&g->expr[i].x, text, &caret, &why) < 0)
			return sc_bad(g->e, "%.*s:%u: %s", SC_ARG(g->ch->path), d->line, why.msg);
		g->expr[i].m = sc_expr_match_new(g->expr[i].x);
		g->expr[i].text = looks_at_text(text);
	}
	return SC_OK;
}

void expr_free_all(struct gate *g)
{
	for (size_t i = 0; i < g->ch->n; i++) {
		if (!g->expr[i].x)
			continue;
		sc_expr_match_free(g->expr[i].m);
		sc_expr_free(g->expr[i].x);
		sc_rows_free(g->expr[i].yes);
	}
}

/* ---- over the shards ---- */

static int id_keep(void *with, struct sc_arena *a, struct sc_record *r, struct sc_err *e)
{
	sc_record_id(a, r);
	return sc_rows_add(with, (sc_str){ (const char *)r->id, sizeof r->id }, e);
}

static int over_shards(struct gate *g, struct gexpr *x, sc_str text)
{
	struct sc_run_conf run = { .quiet = true, .no_manifest = true };
	sc_str words[] = { SC_STR("filter"), text };
	struct sc_summary sum = { 0 };
	struct sc_plan *p = NULL;
	int rc;

	SC_TRY(sc_plan_new(&p, &run, g->e));
	x->yes = sc_rows_new(32, g->c->memory / 8);
	rc = sc_plan_stage(p, words, SC_COUNT(words), g->e);
	for (size_t i = 0; i < g->c->shards.n && rc == SC_OK; i++)
		rc = sc_plan_shard(p, g->c->shards.v[i], g->e);
	sc_plan_sink(p, id_keep, x->yes);
	if (rc == SC_OK)
		rc = sc_run(p, g->e);
	if (rc == SC_OK)
		sc_run_summary(p, &sum);
	for (size_t i = 0; i < sum.nstep; i++)
		x->undecided += sum.step[i].undecided;
	sc_plan_free(p);
	return rc == SC_OK ? sc_rows_seal(x->yes, g->e) : rc;
}

int expr_shards(struct gate *g)
{
	for (size_t i = 0; i < g->ch->n && g->c->shards.n; i++)
		if (g->expr[i].text)
			SC_TRY(over_shards(g, &g->expr[i], expression_of(&g->ch->v[i])));
	return SC_OK;
}

/* ---- over a line ---- */

static void tag(struct gate *g, struct sc_record *r, sc_str key, sc_str value)
{
	static const struct sc_maker manifest = { .name = "manifest" };

	if (value.n)
		sc_tag_add(&g->rec, r, key, value,
		           (struct sc_evidence){ .by = &manifest, .score = 1 });
}

static void record_of(struct gate *g, const struct subject *s, struct sc_record *r)
{
	struct sc_part *p = SC_NEW(&g->rec, struct sc_part, 1);

	p->data = (sc_str){ "", (size_t)s->bytes };
	p->text = SC_TEXT_NO; /* only its size is known: nobody looks at it */
	*r = (struct sc_record){ .part = p, .npart = 1, .url = s->src, .meta = SC_STR("{}") };
	for (size_t k = 0; k < SC_FACTS; k++)
		if (k != SC_FACT_BASIS)
			tag(g, r, sc_fact_names[k], s->value[k]);
}

static bool has_id(const struct sc_rows *rows, sc_str id)
{
	uint8_t raw[32];

	return sc_unhex(sc_str_from(id, strlen("sha256:")), raw, sizeof raw) &&
	       sc_rows_has(rows, (sc_str){ (const char *)raw, sizeof raw });
}

void expr_eval_all(struct gate *g, const struct subject *s)
{
	struct sc_record r;
	bool made = false;

	for (size_t i = 0; i < g->ch->n; i++) {
		struct gexpr *x = &g->expr[i];

		g->truth[i] = SC_UNKNOWN;
		if (!x->x)
			continue;
		if (x->text) {
			if (x->yes)
				g->truth[i] =
				        has_id(x->yes, s->l->field[SC_R_ID]) ? SC_TRUE : SC_FALSE;
			continue;
		}
		if (!made)
			record_of(g, s, &r);
		made = true;
		g->truth[i] = sc_expr_eval(x->x, x->m, &g->rec, &r);
	}
}
