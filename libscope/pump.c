/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pump.c -- threads.  Any thread does any job; the lock only hands batches over.
 *
 *	write    the next batch in order, by one thread at a time
 *	pack     members of the outputs (packer.h)
 *	work     a filled batch
 *	read     the next batch of a shard that nobody reads just now
 *	fetch    stored bytes of such a shard, cut into segments, where its members are independent (ahead.h)
 *	unpack   a segment
 *
 * in this order of preference, so what is nearest the output goes first and memory drains; but with several threads one always
 * reads while there is room, since nobody can help with that, and with nothing left to unpack fetch comes before unpack.  Batches are few
 * and come from a fixed pool; later shards may not take the last two, so the shard that is being written
 * always gets on.  The bytes in flight are bounded too, and so are those parked (park.c): past a bound only the written shard is read.
 */
#include "ahead.h"
#include "engine.h"
#include "packer.h"

#include <scope/text.h>

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { BYTES_IN_FLIGHT = 24 << 20, PARKED = 8 << 20, KEEP_ARENA = 4 << 20 };

enum job { JOB_NONE, JOB_WRITE, JOB_PACK, JOB_WORK, JOB_READ, JOB_FETCH, JOB_UNPACK, JOB_END };

struct task {
	enum job job;
	struct batch *b;
	struct shard *s;
	struct segment *segment;
	struct pack_job *pack;
	struct parked *parked; /* to be written instead of a batch; or what a batch was made into */
	bool early;            /* it is not its shard's turn to be written */
};

static struct batch *find(struct sc_plan *p, enum batch_state state)
{
	struct batch *best = NULL;

	for (size_t i = 0; i < p->nbatch; i++) {
		struct batch *b = &p->batch[i];

		if (b->state == state && (!best || b->shard < best->shard ||
					  (b->shard == best->shard && b->serial < best->serial)))
			best = b;
	}
	return best;
}

/* The one that was used last: its memory is still in the cache. */
static struct batch *find_free(struct sc_plan *p)
{
	struct batch *best = NULL;

	for (size_t i = 0; i < p->nbatch; i++) {
		struct batch *b = &p->batch[i];

		if (b->state == FREE && (!best || b->shard > best->shard || (b->shard == best->shard && b->serial > best->serial)))
			best = b;
	}
	return best;
}

static size_t count_free(const struct sc_plan *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->nbatch; i++)
		n += p->batch[i].state == FREE;
	return n;
}

static struct batch *writable(struct sc_plan *p)
{
	struct batch *b = p->writing ? NULL : find(p, WORKED);

	if (!b || b->shard != p->writing_shard || b->serial != p->shard[b->shard].written)
		return NULL;
	return b;
}

static struct batch *readable(struct sc_plan *p)
{
	size_t nfree = count_free(p), ahead = p->writing_shard + p->nbatch / 4 + 1;

	for (size_t i = p->writing_shard; i < p->nshard && i < ahead; i++) {
		struct shard *s = &p->shard[i];
		bool first = i == p->writing_shard, starved = first && s->filled == s->written;
		struct batch *b;

		if (s->done || s->busy || (s->live && !ahead_ready(s->live)))
			continue;
		if (nfree < (first ? 1 : 3) || (p->batch_bytes > BYTES_IN_FLIGHT && !starved) || (p->parked_bytes > PARKED && !first))
			continue;
		b = find_free(p);
		b->shard = i;
		b->serial = s->filled;
		return b;
	}
	return NULL;
}

/* Segments: of the shards that are being read, those first that will be written first. */
static struct task unpackable(struct sc_plan *p)
{
	size_t end = p->writing_shard + p->nbatch / 4 + 1;
	struct task t = { .job = JOB_NONE };

	for (size_t i = p->writing_shard; i < p->nshard && i < end && t.job == JOB_NONE; i++) {
		struct shard *s = &p->shard[i];

		t.s = s;
		if (!s->live)
			continue;
		if (!s->busy && ahead_hungry(s->live, p->nthreads)) {
			s->busy = true;
			t.job = JOB_FETCH;
		} else if ((t.segment = ahead_claim(s->live))) {
			t.job = JOB_UNPACK;
		} else if (!s->busy && ahead_hungry(s->live, 2 * p->nthreads)) {
			s->busy = true;
			t.job = JOB_FETCH;
		}
	}
	return t;
}

static struct task reading(struct sc_plan *p, struct batch *b)
{
	b->state = READING;
	p->shard[b->shard].busy = true;
	p->reading++;
	return (struct task){ .job = JOB_READ, .b = b };
}

/* Under the lock. */
static struct task choose(struct sc_plan *p)
{
	struct pack_job *pack;
	struct parked *parked;
	struct batch *b;

	if (p->failed)
		return (struct task){ .job = JOB_END };
	if (p->nthreads > 1 && !p->reading && (b = readable(p)))
		return reading(p, b);
	if ((b = writable(p))) {
		b->state = WRITING;
		p->writing = true;
		return (struct task){ .job = JOB_WRITE, .b = b };
	}
	if (!p->writing && p->writing_shard < p->nshard && (parked = parked_next(p))) {
		p->writing = true;
		return (struct task){ .job = JOB_WRITE, .s = &p->shard[p->writing_shard], .parked = parked };
	}
	if ((pack = packer_claim(p->packer)))
		return (struct task){ .job = JOB_PACK, .pack = pack };
	if (p->writing_shard == p->nshard)
		return (struct task){ .job = JOB_END };
	if ((b = find(p, FILLED))) {
		b->state = WORKING;
		return (struct task){ .job = JOB_WORK, .b = b, .early = b->shard > p->writing_shard };
	}
	if ((b = readable(p)))
		return reading(p, b);
	return unpackable(p);
}

static void batch_clear(struct sc_plan *p, struct batch *b)
{
	p->batch_bytes -= b->bytes;
	if (sc_arena_bytes(&b->arena) > KEEP_ARENA)
		sc_arena_free(&b->arena); /* one huge record must not stay for ever */
	else
		sc_arena_reset(&b->arena);
	memset(b->tally, 0, (2 * p->nparallel + 1) * sizeof *b->tally);
	b->n = b->bytes = 0;
	b->last = false;
	b->state = FREE;
}

static int shard_open(struct sc_plan *p, struct shard *s, struct sc_err *e)
{
	struct sc_err why = { 0 };

	s->opened = true;
	if (sc_source_open(&s->src, s->path, s->as, p->conf.from, p->conf.codec, &s->conf, &why) < 0)
		return sc_fail(e, "%s", why.msg);
	s->reader = s->src.reader;
	if (s->chain.is_frame != p->is_frame)
		return sc_fail(e, "%.*s: frames and other shards do not go together", SC_ARG(s->as));
	return SC_OK;
}

static int read_job(struct sc_plan *p, struct batch *b, struct sc_err *e)
{
	struct shard *s = &p->shard[b->shard];

	if (!s->opened)
		SC_TRY(shard_open(p, s, e));
	SC_TRY(batch_read(p, b, e));
	if (!b->last)
		return SC_OK;
	pthread_mutex_lock(&p->lock);
	s->live = NULL; /* nobody looks into it any more */
	pthread_mutex_unlock(&p->lock);
	sc_source_close(&s->src);
	return SC_OK;
}

/* Without the lock. */
static int perform(struct sc_plan *p, struct worker *w, struct task *now)
{
	struct task t = *now;

	switch (t.job) {
	case JOB_WRITE:
		return t.parked ? parked_write(p, now->parked, &w->err) : flow_batch(p, t.b, &w->err);
	case JOB_PACK:
		packer_run(p->packer, t.pack);
		return SC_OK;
	case JOB_WORK:
		SC_TRY(batch_work(p, t.b, w, &w->err));
		now->parked = t.early ? batch_park(p, t.b) : NULL;
		return SC_OK;
	case JOB_READ:
		return read_job(p, t.b, &w->err);
	case JOB_FETCH:
		return ahead_fetch(t.s->src.in, &w->err);
	case JOB_UNPACK:
		ahead_unpack(t.s->src.in, t.segment);
		return SC_OK;
	default:
		return SC_OK;
	}
}

/* Under the lock again. */
static void hand_over(struct sc_plan *p, struct task t)
{
	struct shard *s = t.b ? &p->shard[t.b->shard] : t.s;

	if (t.job == JOB_FETCH) {
		s->busy = false;
	} else if (t.job == JOB_UNPACK || t.job == JOB_PACK) {
		return;
	} else if (t.job == JOB_READ) {
		s->busy = false;
		p->reading--;
		s->done = t.b->last;
		s->live = t.b->last ? NULL : s->src.in;
		s->filled++;
		p->batch_bytes += t.b->bytes;
		t.b->state = FILLED;
	} else if (t.job == JOB_WORK && t.parked) {
		park(p, t.parked);
		batch_clear(p, t.b);
	} else if (t.job == JOB_WORK) {
		t.b->state = WORKED;
	} else {
		bool last = t.b ? t.b->last : s->done && s->written + 1 == s->filled;

		p->writing = false;
		s->written++;
		if (t.b)
			batch_clear(p, t.b);
		p->writing_shard += last;
	}
}

static void *work_loop(void *arg)
{
	struct worker *w = arg;
	struct sc_plan *p = w->p;

	pthread_mutex_lock(&p->lock);
	for (;;) {
		struct task t = choose(p);
		int rc;

		if (t.job == JOB_END)
			break;
		if (t.job == JOB_NONE) {
			pthread_cond_wait(&p->wake, &p->lock);
			continue;
		}
		pthread_mutex_unlock(&p->lock);
		rc = perform(p, w, &t);
		pthread_mutex_lock(&p->lock);
		if (rc < 0 && !p->failed) {
			p->failed = true;
			p->err = w->err;
		}
		if (rc >= 0)
			hand_over(p, t);
		pthread_cond_broadcast(&p->wake);
	}
	pthread_cond_broadcast(&p->wake);
	pthread_mutex_unlock(&p->lock);
	return NULL;
}

static int worker_open(struct sc_plan *p, struct worker *w, struct sc_err *e)
{
	w->p = p;
	w->ctx = SC_NEW(&p->arena, struct sc_ctx, p->nparallel + 1);
	for (size_t i = 0; i < p->nparallel; i++) {
		struct stage *g = &p->stage[i];

		w->ctx[i] = (struct sc_ctx){ .state = SC_NEW(&p->arena, char, g->f->card.state + 1),
					     .conf = g->conf,
					     .me = &g->me,
					     .a = &p->arena,
					     .e = e };
		if (g->f->open)
			SC_TRY(g->f->open(&w->ctx[i]));
	}
	return SC_OK;
}

static void worker_close(struct sc_plan *p, struct worker *w)
{
	for (size_t i = 0; w->ctx && i < p->nparallel; i++)
		if (p->stage[i].f->close && w->ctx[i].state)
			p->stage[i].f->close(&w->ctx[i]);
}

size_t pump_threads(const struct sc_plan *p)
{
	long cores = p->conf.threads ? (long)p->conf.threads : sysconf(_SC_NPROCESSORS_ONLN);

	return cores < 1 ? 1 : cores > 256 ? 256 : (size_t)cores;
}

static int threads_run(struct sc_plan *p, struct worker *w, size_t n, struct sc_err *e)
{
	pthread_t id[256];
	size_t started = 1;

	for (size_t i = 0; i < n; i++)
		if (worker_open(p, &w[i], e) < 0)
			return SC_FAIL;
	for (; started < n; started++)
		if (pthread_create(&id[started], NULL, work_loop, &w[started]))
			break; /* fewer threads do the same work */
	work_loop(&w[0]);
	for (size_t i = 1; i < started; i++)
		pthread_join(id[i], NULL);
	return p->failed ? (*e = p->err, SC_FAIL) : SC_OK;
}

int pump(struct sc_plan *p, struct sc_err *e)
{
	size_t n = p->nthreads;
	struct worker *w = SC_NEW(&p->arena, struct worker, n);
	int rc;

	p->nbatch = 4 * n + 4;
	p->batch = SC_NEW(&p->arena, struct batch, p->nbatch);
	for (size_t i = 0; i < p->nbatch; i++)
		p->batch[i].tally = SC_NEW(&p->arena, struct tally, 2 * p->nparallel + 1);
	pthread_mutex_init(&p->lock, NULL);
	pthread_cond_init(&p->wake, NULL);
	rc = threads_run(p, w, n, e);
	for (size_t i = 0; i < n; i++)
		worker_close(p, &w[i]);
	for (size_t i = 0; i < p->nbatch; i++) {
		sc_arena_free(&p->batch[i].arena);
		free(p->batch[i].v);
	}
	for (size_t i = 0; i < p->nshard; i++) {
		unpark_all(&p->shard[i]);
		if (p->shard[i].src.in)
			sc_source_close(&p->shard[i].src);
	}
	pthread_cond_destroy(&p->wake);
	pthread_mutex_destroy(&p->lock);
	p->batch = NULL;
	return rc;
}

/* ---- progress ---- */

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Bytes as stored, over all shards: those not opened yet count with nothing until their turn. */
static void progress_bytes(struct sc_plan *p, uint64_t *done, uint64_t *size)
{
	*done = *size = 0;
	pthread_mutex_lock(&p->lock);
	for (size_t i = 0; i < p->nshard; i++) {
		struct shard *s = &p->shard[i];

		*done += s->done ? s->in.bytes : 0;
		*size += s->size;
	}
	pthread_mutex_unlock(&p->lock);
}

void progress(struct sc_plan *p, bool end)
{
	double t;
	uint64_t done, size;
	struct sc_arena a = { 0 };

	if (p->conf.quiet || !isatty(STDERR_FILENO))
		return;
	t = now();
	if (p->started == 0)
		p->started = t;
	if (end) {
		if (p->shown > 0)
			fputs("\r\033[K", stderr);
		return;
	}
	if (t - p->shown < 0.2 || t - p->started < 0.5)
		return;
	p->shown = t;
	progress_bytes(p, &done, &size);
	fprintf(stderr, "\r\033[K%ju records, %ju kept, shard %zu of %zu, %.0f records/s", (uintmax_t)p->nin,
		(uintmax_t)p->nkept, p->writing_shard + 1, p->nshard, (double)p->nin / (t - p->started));
	if (size && done && done <= size)
		fprintf(stderr, ", %.0f s left", (t - p->started) * (double)(size - done) / (double)done);
	sc_arena_free(&a);
	fflush(stderr);
}
