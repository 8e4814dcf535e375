/* SPDX-License-Identifier: Apache-2.0 */
/*
 * survey.c -- files that speak for others, looked at before the run: a robots.txt, a LICENSE.
 *
 * The inputs are read once more for it, as far as their formats can have such files: members of archives one by one, whatever --group
 * says, and without the bytes of those that nobody wants.  What is damaged is passed over here; the run tells it, but not of shards that
 * were named for this alone: these end it.  Standard input, pipes and frames cannot be read twice: the filter is told that something was
 * left unseen.
 */
#include "engine.h"

#include <sys/stat.h>

/* Is the record one that the filter asked for?  Its head is looked at before it is parsed. */
static bool may_want(const struct sc_survey *s, const struct sc_record *r)
{
	if (s->wants(r->name))
		return true;
	for (const sc_str *w = s->words; w->n; w++)
		if (sc_str_ifind(r->head, *w) != SC_NONE)
			return true;
	return false;
}

static int show(struct stage *g, const struct sc_read_conf *conf, struct sc_source *src, struct sc_arena *a, struct sc_record *r,
		struct sc_err *e)
{
	const struct sc_survey *s = g->f->survey;
	struct sc_err ignored = { 0 };

	if (!may_want(s, r) || (src->reader->parse && src->reader->parse(conf, a, r, &ignored) != SC_OK))
		return SC_OK;
	if (!s->wants(r->name) && !s->wants(r->url))
		return SC_OK;
	sc_record_settle(a, r);
	return s->take(g->conf, r, e);
}

/* All records of one shard.  SC_BAD: it cannot be read. */
static int look_through(struct sc_plan *p, struct stage *g, sc_str path, sc_str as, bool given, struct sc_err *e)
{
	struct sc_read_conf conf = { .text_field = p->conf.text_field,
				     .tag_key = p->conf.tag_key,
				     .group = SC_STR("none"),
				     .only = g->f->survey->wants,
				     .max_record = p->conf.max_record };
	struct sc_arena a = { 0 };
	struct sc_source src;
	uint64_t ordinal = 0;
	bool itself = g->f->survey->wants(as); /* then it is no shard, whatever its bytes look like */
	sc_str from = itself ? SC_STR("file") : given ? SC_STR("") : p->conf.from;
	int rc = SC_OK;

	if (sc_source_open(&src, path, as, from, given ? SC_STR("") : p->conf.codec, &conf, e) < 0)
		return SC_BAD;
	while (rc == SC_OK && (given || itself || g->f->survey->of(g->conf, src.reader))) {
		struct sc_record r = { .from = { .shard = as, .ordinal = ordinal++ }, .by = src.reader };
		struct sc_err ignored = { 0 };

		sc_arena_reset(&a);
		rc = sc_source_frame(&src, &a, &r, &ignored);
		if (rc == SC_OK) {
			rc = show(g, &conf, &src, &a, &r, e);
		} else if (given && (rc == SC_FAIL || ignored.damage)) { /* the run never reads it: nobody else tells */
			rc = sc_fail(e, "%.*s: byte %ju: %s", SC_ARG(path), (uintmax_t)sc_input_off(src.in), ignored.msg);
		} else if (rc == SC_BAD) {
			rc = SC_OK;
		} else {
			break;
		}
	}
	sc_source_close(&src);
	sc_arena_free(&a);
	return rc == SC_FAIL && *e->msg ? SC_FAIL : SC_OK;
}

static bool twice(const struct shard *s, sc_str path)
{
	struct stat st;
	struct sc_arena a = { 0 };
	bool yes = !sc_str_eq(path, SC_STR("-")) && !s->chain.is_frame && !stat(sc_cstr(&a, path), &st) && S_ISREG(st.st_mode);

	sc_arena_free(&a);
	return yes;
}

static int one_stage(struct sc_plan *p, struct stage *g, struct sc_err *e)
{
	const struct sc_survey *s = g->f->survey;
	const struct sc_strs *also = s->also(g->conf);
	bool all = true;

	for (size_t i = 0; i < also->n; i++) {
		struct sc_err why = { 0 };

		if (look_through(p, g, also->v[i], also->v[i], true, &why) < 0)
			return sc_fail(e, "%s", why.msg);
	}
	for (size_t i = 0; s->of(g->conf, NULL) && i < p->nshard; i++) {
		struct sc_err why = { 0 };
		int rc;

		if (!twice(&p->shard[i], p->shard[i].path)) {
			all = false;
			continue;
		}
		rc = look_through(p, g, p->shard[i].path, p->shard[i].as, false, &why);
		if (rc == SC_FAIL)
			return sc_fail(e, "%s", why.msg);
	}
	return s->end(g->conf, all, p->conf.quiet, e);
}

int survey(struct sc_plan *p, struct sc_err *e)
{
	for (size_t i = 0; i < p->nstage; i++)
		if (p->stage[i].f->survey)
			SC_TRY(one_stage(p, &p->stage[i], e));
	return SC_OK;
}
