/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gate_expr.c -- exposures and filters of a charter: expressions of the filter language, asked of R lines.
 *
 * An R line is made a record of tags, size and URL, and nothing else.  What looks at text, parts, names or metadata is asked of the
 * shards, by gate_shards.c.
 */
#include "gate_impl.h"

#include <scope/digest.h>
#include <scope/text.h>

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
		if (sc_expr_compile_line(&g->expr[i].x, text, &caret, &why) < 0)
			return sc_bad(g->e, "%.*s:%u: %s", SC_ARG(g->ch->path), d->line, why.msg);
		g->expr[i].m = sc_expr_match_new(g->expr[i].x);
		g->expr[i].text = sc_expr_is_payload(g->expr[i].x);
	}
	return SC_OK;
}

void expr_free_all(struct gate *g)
{
	sc_rows_free(g->seen);
	for (size_t i = 0; i < g->ch->n; i++) {
		if (!g->expr[i].x)
			continue;
		sc_expr_match_free(g->expr[i].m);
		sc_expr_free(g->expr[i].x);
		sc_rows_free(g->expr[i].yes);
		sc_rows_free(g->expr[i].unclear);
	}
}

/* ---- over a line ---- */

static void tag(struct sc_arena *a, struct sc_record *r, sc_str key, sc_str value)
{
	static const struct sc_maker manifest = { .name = "manifest" };

	if (value.n && !sc_tag_first(r, key))
		sc_tag_add(a, r, key, value, (struct sc_evidence){ .by = &manifest, .score = 1 });
}

void subject_tags(struct sc_arena *a, const struct subject *s, struct sc_record *r)
{
	tag(a, r, SC_STR("id"), s->l->field[SC_R_ID]);
	tag(a, r, SC_STR("bytes"), s->l->field[SC_R_BYTES]);
	for (size_t k = 0; k < SC_FACTS; k++)
		tag(a, r, sc_fact_names[k], s->value[k]);
	for (uint32_t i = SC_R_KEYS; i < s->l->n; i++) {
		size_t eq = sc_str_chr(s->l->field[i], '=');

		if (eq != SC_NONE)
			tag(a, r, sc_str_head(s->l->field[i], eq),
			    sc_str_from(s->l->field[i], eq + 1));
	}
}

static void record_of(struct gate *g, const struct subject *s, struct sc_record *r)
{
	struct sc_part *p = SC_NEW(&g->rec, struct sc_part, 1);

	p->data = (sc_str){ "", (size_t)s->bytes };
	p->text = SC_TEXT_NO; /* only its size is known: nobody looks at it */
	*r = (struct sc_record){ .part = p, .npart = 1, .url = s->src, .meta = SC_STR("{}") };
	subject_tags(&g->rec, s, r);
}

/* As the shards said. */
static enum sc_truth known(const struct gate *g, struct gexpr *x, const uint8_t leaf[32])
{
	sc_str row = { (const char *)leaf, 32 };

	if (!x->yes || !sc_rows_has(g->seen, row)) {
		x->missing++;
		return SC_UNKNOWN;
	}
	return sc_rows_has(x->yes, row)       ? SC_TRUE
	       : sc_rows_has(x->unclear, row) ? SC_UNKNOWN
	                                      : SC_FALSE;
}

void expr_eval_all(struct gate *g, const struct subject *s)
{
	struct sc_record r;
	bool made = false, hashed = false;
	uint8_t leaf[32] = { 0 };

	for (size_t i = 0; i < g->ch->n; i++) {
		struct gexpr *x = &g->expr[i];

		g->truth[i] = SC_UNKNOWN;
		if (!x->x)
			continue;
		if (x->text) {
			if (!hashed && g->seen)
				sc_merkle_leaf_hash(s->l->raw, leaf);
			hashed = true;
			g->truth[i] = known(g, x, leaf);
			continue;
		}
		if (!made)
			record_of(g, s, &r);
		made = true;
		g->truth[i] = sc_expr_eval(x->x, x->m, &g->rec, &r);
	}
}
