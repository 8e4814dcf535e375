/* SPDX-License-Identifier: Apache-2.0 */
/*
 * flow.c -- what happens to a record in order, after the workers: serial stages, what they hold, its fate.
 *
 * Only the writing thread runs here.  A stage that decides late (sample by count) keeps its records in a
 * spool file as frames; those it has evicted are dropped at once, the others go on when the input ends, in
 * their order.
 */
#include "engine.h"

#include <scope/text.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { AHEAD = 8, SCRATCH_KEEP = 8 << 20 };

static int settle(struct sc_plan *p, struct item *it, size_t shard, struct sc_err *e);

static void born(struct sc_plan *p, struct shard *s)
{
	p->nmade++;
	s->made++;
}

int flow_open(struct sc_plan *p, struct sc_err *e)
{
	p->holding = SC_NEW(&p->arena, struct holding, p->nstage + 1);
	for (size_t i = p->nparallel; i < p->nstage; i++) {
		struct stage *g = &p->stage[i];

		p->holding[i].fd = -1;
		g->ctx = (struct sc_ctx){ .state = SC_NEW(&p->arena, char, g->f->card.state + 1),
					  .conf = g->conf,
					  .me = &g->me,
					  .a = &p->scratch,
					  .e = e };
		if (g->f->open)
			SC_TRY(g->f->open(&g->ctx));
	}
	return SC_OK;
}

void flow_close(struct sc_plan *p)
{
	if (!p->holding)
		return;
	for (size_t i = p->nparallel; i < p->nstage; i++) {
		struct stage *g = &p->stage[i];

		if (g->f->close && g->ctx.state)
			g->f->close(&g->ctx);
		if (p->holding[i].fd > 0)
			close(p->holding[i].fd);
		free(p->holding[i].v);
	}
	p->holding = NULL;
}

/* ---- the spool ---- */

static int spool_write(struct holding *h, sc_str s, struct sc_err *e)
{
	uint64_t off = h->end;

	while (s.n) {
		ssize_t n = pwrite(h->fd, s.p, s.n, (off_t)off);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return sc_fail(e, "spool file in TMPDIR: %s", n ? strerror(errno) : "nothing written");
		s = sc_str_from(s, (size_t)n);
		off += (uint64_t)n;
	}
	h->end = off;
	return SC_OK;
}

static int hold(struct holding *h, const struct item *it, size_t shard, struct sc_err *e)
{
	struct sc_buf b = { 0 };
	uint64_t off = h->end;
	int rc;

	if (h->fd < 0 && (h->fd = sc_spool(e)) < 0)
		return SC_FAIL;
	if (h->n == h->cap) {
		size_t cap = h->cap ? 2 * h->cap : 1024;
		struct held *v = realloc(h->v, cap * sizeof *v);

		if (!v)
			sc_oom();
		h->v = v;
		h->cap = cap;
	}
	sc_frame_put(&b, &it->rec);
	rc = spool_write(h, sc_buf_str(&b), e);
	sc_buf_free(&b);
	h->v[h->n++] = (struct held){ .off = off, .len = h->end - off, .shard = shard };
	return rc;
}

static int fetch(struct sc_plan *p, struct holding *h, const struct held *v, struct item *it, struct sc_err *e)
{
	char *bytes = sc_alloc(&p->scratch, v->len + 1);
	uint64_t at = 0;

	while (at < v->len) {
		ssize_t n = pread(h->fd, bytes + at, v->len - at, (off_t)(v->off + at));

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return sc_fail(e, "spool file in TMPDIR: %s", n ? strerror(errno) : "cut short");
		at += (uint64_t)n;
	}
	*it = (struct item){ 0 };
	if (sc_frame_get(&p->scratch, (sc_str){ bytes, v->len }, &it->rec, e) < 0)
		return SC_FAIL;
	items_identify(p, &p->scratch, it, 1);
	return SC_OK;
}

/* ---- stages ---- */

static int evictions(struct sc_plan *p, size_t i, struct sc_err *e)
{
	struct stage *g = &p->stage[i];
	struct holding *h = &p->holding[i];
	uint64_t serial;

	while (g->f->evict && g->f->evict(&g->ctx, &serial)) {
		struct item it;

		if (serial >= h->n || h->v[serial].evicted)
			return sc_fail(e, "%s: it evicts a record that it does not hold", g->f->card.name);
		h->v[serial].evicted = true;
		SC_TRY(fetch(p, h, &h->v[serial], &it, e));
		it.fate = DROPPED;
		it.step = i + 1;
		it.reason = SC_STR("not sampled");
		tally_fate(&g->tally, &it, p->wants_digest);
		SC_TRY(settle(p, &it, h->v[serial].shard, e));
		SC_TRY(sink_flush(p, e));
	}
	return SC_OK;
}

static int serial(struct sc_plan *p, size_t i, struct item *it, size_t shard, bool *through, struct sc_err *e);

/* A split behind a serial stage: its children go on one after the other. */
static int serial_split(struct sc_plan *p, size_t i, struct item *it, size_t shard, struct sc_err *e)
{
	struct stage *g = &p->stage[i];
	struct item *v = NULL;
	size_t n;

	SC_TRY(split_run(p, i, &g->ctx, it, &g->tally, &g->made, &v, &n));
	for (size_t k = 0; k < n; k++) {
		bool through;

		born(p, &p->shard[shard]);
		SC_TRY(serial(p, i + 1, &v[k], shard, &through, e));
		if (through)
			SC_TRY(settle(p, &v[k], shard, e));
	}
	return SC_OK;
}

/* Through the serial stages from i on; false in *through when it stays with one of them. */
static int serial(struct sc_plan *p, size_t i, struct item *it, size_t shard, bool *through, struct sc_err *e)
{
	*through = true;
	for (; i < p->nstage && it->fate == KEPT; i++) {
		struct stage *g = &p->stage[i];
		bool held = false;

		g->ctx.e = e;
		if (g->f->split) {
			SC_TRY(serial_split(p, i, it, shard, e));
			continue;
		}
		SC_TRY(stage_run(p, i, &g->ctx, it, &g->tally, &held));
		if (held) {
			SC_TRY(hold(&p->holding[i], it, shard, e));
			*through = false;
		}
		if (g->f->evict)
			SC_TRY(evictions(p, i, e));
		if (held)
			return SC_OK;
	}
	return SC_OK;
}

/* ---- fates ---- */

static void remember(struct sc_plan *p, struct shard *s, const struct item *it)
{
	s->rejected++;
	p->nrejected++;
	if (it->step == 0)
		s->in.rejected++;
	s->damaged |= it->damage;
	p->damaged |= it->damage;
	if (s->nerror++)
		return;
	snprintf(s->first.msg, sizeof s->first.msg, "%.*s", SC_ARG(it->reason));
	s->first_ordinal = it->rec.from.ordinal;
	s->first_off = it->rec.from.off;
}

/* Who decided; "read/jsonl" and not the names of all formats that were read. */
static sc_str step_of(struct sc_plan *p, const struct item *it)
{
	if (!it->step)
		return sc_str_c(it->rec.by ? it->rec.by->card.name : "read");
	if (it->step > p->nstage)
		return SC_STR("write");
	return sc_fmt(&p->scratch, "%s%s", p->stage[it->step - 1].f->card.name, it->stillborn ? ":made" : "");
}

/* Scratch memory for the next record; what a huge one left is given back. */
static void scratch_reset(struct sc_plan *p)
{
	if (sc_arena_bytes(&p->scratch) > SCRATCH_KEEP)
		sc_arena_free(&p->scratch);
	else
		sc_arena_reset(&p->scratch);
}

static int settle(struct sc_plan *p, struct item *it, size_t shard, struct sc_err *e)
{
	struct shard *s = &p->shard[shard];
	struct sc_err why = { 0 };

	if (it->fate == KEPT) {
		int rc = sink_keep(p, it, shard, &why);

		if (rc == SC_FAIL)
			return sc_fail(e, "%s", why.msg);
		if (rc == SC_BAD) {
			it->fate = REJECTED;
			it->step = p->nstage + 1;
			it->reason = sc_strdup(&p->scratch, sc_str_c(why.msg));
		}
	}
	if (it->fate != DROPPED && (it->fate == KEPT || it->step > p->nstage)) {
		tally_in(&p->out_tally, it, p->wants_digest);
		tally_fate(&p->out_tally, it, p->wants_digest);
	}
	if (it->fate == KEPT) {
		s->kept++;
		p->nkept++;
		if (p->tap) {
			sc_record_id(&p->scratch, &it->rec);
			SC_TRY(p->tap(p->tap_with, &p->scratch, &it->rec, e));
		}
		return SC_OK;
	}
	if (it->fate == SPLIT) {
		s->split++;
		return SC_OK;
	}
	if (it->fate == DROPPED) {
		s->dropped++;
		p->ndropped++;
		return sink_drop(p, it, step_of(p, it), e);
	}
	remember(p, s, it);
	return sink_reject(p, it, step_of(p, it), e);
}

static void shard_report(struct sc_plan *p, struct shard *s)
{
	struct sc_arena a = { 0 };
	sc_str as = sc_escape(&a, s->as);

	if (s->nerror && !p->conf.quiet) {
		if (isatty(STDERR_FILENO))
			fputs("\r\033[K", stderr);
		fprintf(stderr, "scope: %.*s:%ju: byte %ju: %s", SC_ARG(as), (uintmax_t)s->first_ordinal,
			(uintmax_t)s->first_off, s->first.msg);
		if (s->nerror > 1)
			fprintf(stderr, "; %ju more, see --rejects", (uintmax_t)(s->nerror - 1));
		fputc('\n', stderr);
	}
	sc_arena_free(&a);
}

static void announce(struct sc_plan *p, const struct item *it)
{
	struct stage *g = p->nparallel < p->nstage ? &p->stage[p->nparallel] : NULL;

	if (g && g->f->soon && it->fate == KEPT)
		g->f->soon(&g->ctx, &it->rec);
}

int flow_batch(struct sc_plan *p, struct batch *b, struct sc_err *e)
{
	struct shard *s = &p->shard[b->shard];

	if (b->serial == 0)
		SC_TRY(sink_shard(p, b->shard, e));
	tally_merge(&p->reader, &b->tally[0]);
	for (size_t i = 0; i < p->nparallel; i++) {
		tally_merge(&p->stage[i].tally, &b->tally[i + 1]);
		tally_merge(&p->stage[i].made, &b->tally[p->nparallel + 1 + i]);
	}
	for (size_t i = 0; i < b->n; i++) {
		struct item *it = &b->v[i];
		bool through = true;

		if (it->made)
			born(p, s);
		else
			p->nin++;
		if (i + AHEAD < b->n)
			announce(p, &b->v[i + AHEAD]);
		if (it->fate == KEPT)
			SC_TRY(serial(p, p->nparallel, it, b->shard, &through, e));
		if (through)
			SC_TRY(settle(p, it, b->shard, e));
		scratch_reset(p);
	}
	SC_TRY(sink_flush(p, e));
	if (b->last) {
		s->in.records = s->ordinal - s->in.rejected;
		if (p->nparallel == p->nstage)
			shard_report(p, s);
	}
	progress(p, false);
	return SC_OK;
}

int flow_end(struct sc_plan *p, struct sc_err *e)
{
	for (size_t i = p->nparallel; i < p->nstage; i++) {
		struct stage *g = &p->stage[i];
		struct holding *h = &p->holding[i];

		for (size_t k = 0; k < h->n; k++) {
			struct item it;
			bool through;

			if (h->v[k].evicted)
				continue;
			SC_TRY(fetch(p, h, &h->v[k], &it, e));
			tally_fate(&g->tally, &it, p->wants_digest);
			SC_TRY(serial(p, i + 1, &it, h->v[k].shard, &through, e));
			if (through)
				SC_TRY(settle(p, &it, h->v[k].shard, e));
			SC_TRY(sink_flush(p, e));
			scratch_reset(p);
		}
	}
	if (p->nparallel < p->nstage)
		for (size_t k = 0; k < p->nshard; k++)
			shard_report(p, &p->shard[k]);
	return SC_OK;
}
