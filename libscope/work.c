/* SPDX-License-Identifier: Apache-2.0 */
/*
 * work.c -- a batch: filled by the shard's reader, then parsed and run through the parallel stages.
 *
 * Reading only frames records, one thread a shard; all that costs (JSON checks, HTTP decoding, digests,
 * taggers) happens in batch_work, any thread, at the same time as others.  Digests are made for all records of a batch
 * at once (identify.c), so a batch goes through it step by step, not record by record.
 */
#include "ahead.h"
#include "engine.h"

#include <scope/digest.h>

#include <stdlib.h>

enum { BATCH_RECORDS = 2048, BATCH_BYTES = 256 << 10 };

struct item *item_new(struct batch *b)
{
	if (b->n == b->cap) {
		size_t cap = b->cap ? 2 * b->cap : 64;
		struct item *v = realloc(b->v, cap * sizeof *v);

		if (!v)
			sc_oom();
		b->v = v;
		b->cap = cap;
	}
	b->v[b->n] = (struct item){ 0 };
	return &b->v[b->n++];
}

static void spoil(struct sc_arena *a, struct item *it, size_t step, const struct sc_err *e)
{
	it->fate = REJECTED;
	it->step = step;
	it->reason = sc_strdup(a, sc_str_c(e->msg));
	it->damage = e->damage;
}

static size_t weight(const struct sc_record *r)
{
	size_t n = r->raw.n + 64;

	for (uint32_t i = 0; i < r->npart; i++)
		if (r->part[i].raw_off == UINT64_MAX || !r->raw.n)
			n += r->part[i].data.n;
	return n;
}

/* What is known of a shard only when its last byte was read. */
static int shard_end(struct shard *s, struct sc_err *e)
{
	s->in.path = s->as;
	if (s->conf.hash_plain)
		SC_TRY(sc_input_plain_digest(s->src.in, s->plain, e));
	return sc_input_digest(s->src.in, &s->in.bytes, s->in.sha256, e);
}

int batch_read(struct sc_plan *p, struct batch *b, struct sc_err *e)
{
	struct shard *s = &p->shard[b->shard];

	/* Where the next bytes are not unpacked yet, what there is can be worked on meanwhile. */
	while (b->n < BATCH_RECORDS && b->bytes < BATCH_BYTES && (!b->n || ahead_ready(s->src.in))) {
		struct sc_err why = { 0 };
		struct item *it = item_new(b);
		int rc;

		it->rec.from.shard = s->as;
		it->rec.from.ordinal = s->ordinal;
		it->rec.by = s->src.reader;
		rc = sc_source_frame(&s->src, &b->arena, &it->rec, &why);
		if (rc == SC_FAIL)
			return sc_fail(e, "%.*s:%ju: byte %ju: %s", SC_ARG(s->as), (uintmax_t)s->ordinal,
				       (uintmax_t)sc_input_off(s->src.in), why.msg);
		if (rc == SC_EOF) {
			b->n--;
			b->last = true;
			return shard_end(s, e);
		}
		if (rc == SC_BAD)
			spoil(&b->arena, it, 0, &why);
		else if (it->rec.from.packed)
			it->packed = ahead_packed(s->src.in, &b->arena, it->rec.from.member, it->rec.from.packed);
		it->packing = s->src.in->codec;
		s->ordinal++;
		b->bytes += weight(&it->rec);
	}
	return SC_OK;
}

static void undecided(struct sc_plan *p, struct sc_arena *a, struct item *it, const struct sc_err *e)
{
	struct sc_err why = *e;

	it->undecided = true;
	if (p->undecided == SC_UNDECIDED_KEEP)
		return;
	if (p->undecided == SC_UNDECIDED_DROP) {
		it->fate = DROPPED;
		it->reason = *e->msg ? sc_strdup(a, sc_str_c(e->msg)) : SC_STR("undecided");
		return;
	}
	if (!*why.msg)
		sc_bad(&why, "undecided");
	spoil(a, it, it->step, &why);
}

int stage_fate(struct sc_plan *p, size_t i, struct sc_ctx *c, struct item *it, int rc, const struct sc_err *why)
{
	if (rc == SC_FAIL)
		return sc_fail(c->e, "%.*s:%ju: %s", SC_ARG(it->rec.from.shard),
			       (uintmax_t)it->rec.from.ordinal, why->msg);
	if (rc != SC_OK)
		it->step = i + 1;
	if (rc == SC_BAD) {
		spoil(c->a, it, i + 1, why);
	} else if (rc == SC_DROP) {
		it->fate = DROPPED;
		it->reason = sc_strdup(c->a, sc_str_c(why->msg));
	} else if (rc == SC_UNDECIDED) {
		undecided(p, c->a, it, why);
	}
	return SC_OK;
}

int stage_run(struct sc_plan *p, size_t i, struct sc_ctx *c, struct item *it, struct tally *t, bool *hold)
{
	struct sc_err why = { 0 };
	struct sc_err *out = c->e;
	int rc;

	c->e = &why;
	tally_in(t, it, p->wants_digest);
	it->undecided = false;
	rc = p->stage[i].f->each(c, &it->rec);
	c->e = out;
	if (hold)
		*hold = rc == SC_HOLD;
	if (rc == SC_HOLD)
		return SC_OK; /* its fate is counted when it is known */
	SC_TRY(stage_fate(p, i, c, it, rc, &why));
	tally_fate(t, it, p->wants_digest);
	return SC_OK;
}

static void batch_parse(struct sc_plan *p, struct batch *b)
{
	const struct shard *s = &p->shard[b->shard];

	for (size_t i = 0; i < b->n && s->reader->parse; i++) {
		struct item *it = &b->v[i];
		struct sc_err why = { 0 };

		if (it->fate == KEPT && s->reader->parse(&s->conf, &b->arena, &it->rec, &why) < 0)
			spoil(&b->arena, it, 0, &why);
	}
}

static bool wants_ids(const struct sc_plan *p, size_t stage)
{
	return stage < p->nstage && p->stage[stage].f->flags & SC_IDS && !p->wants_digest;
}

/* Stages from..to-1: a record through all of them, then the next one. */
static int batch_stages(struct sc_plan *p, struct batch *b, struct worker *w, size_t from, size_t to)
{
	for (size_t k = 0; k < b->n; k++)
		for (size_t i = from; i < to && b->v[k].fate == KEPT; i++)
			SC_TRY(stage_run(p, i, &w->ctx[i], &b->v[k], &b->tally[i + 1], NULL));
	return SC_OK;
}

static bool splits(const struct sc_plan *p, size_t stage)
{
	return stage < p->nparallel && p->stage[stage].f->split;
}

/* Parse all, identify all, then the stages; before one that asks for ids, those of all that came so far. */
int batch_work(struct sc_plan *p, struct batch *b, struct worker *w, struct sc_err *e)
{
	for (size_t i = 0; i < p->nparallel; i++) {
		w->ctx[i].e = e;
		w->ctx[i].a = &b->arena;
	}
	batch_parse(p, b);
	sc_sha256_company(p->shard[b->shard].conf.stored_sha); /* two at once cost what one does */
	items_identify(p, &b->arena, b->v, b->n);
	sc_sha256_company(NULL);
	for (size_t i = 0; i < b->n; i++) {
		tally_in(&b->tally[0], &b->v[i], p->wants_digest);
		tally_fate(&b->tally[0], &b->v[i], p->wants_digest);
	}
	for (size_t i = 0, end; i < p->nparallel; i = end) {
		for (end = i + 1; end < p->nparallel && !wants_ids(p, end) && !splits(p, i) && !splits(p, end);)
			end++;
		if (wants_ids(p, i))
			batch_ids(b);
		SC_TRY(splits(p, i) ? batch_split(p, b, w, i) : batch_stages(p, b, w, i, end));
	}
	if (wants_ids(p, p->nparallel)) /* the first serial stage: better here than in the one thread that writes */
		batch_ids(b);
	if (p->mw && !p->claim && p->nparallel == p->nstage)
		batch_rlines(b);
	return SC_OK;
}
