/* SPDX-License-Identifier: Apache-2.0 */
/* packer.c -- jobs for packing in a list, and the codecs' states that nobody uses just now. */
#include "packer.h"

#include <pthread.h>
#include <stdlib.h>

struct idle {
	struct idle *next;
	const struct sc_codec *codec;
	void *state;
};

struct sc_packer {
	pthread_mutex_t lock;
	pthread_cond_t done;
	struct pack_job *first, **last; /* that wait */
	struct idle *idle;
};

struct sc_packer *packer_new(void)
{
	struct sc_packer *p = calloc(1, sizeof *p);

	if (!p)
		sc_oom();
	pthread_mutex_init(&p->lock, NULL);
	pthread_cond_init(&p->done, NULL);
	p->last = &p->first;
	return p;
}

void packer_free(struct sc_packer *p)
{
	struct idle *x, *next;

	for (x = p ? p->idle : NULL; x; x = next) {
		next = x->next;
		if (x->codec->close)
			x->codec->close(x->state);
		free(x->state);
		free(x);
	}
	if (p) {
		pthread_cond_destroy(&p->done);
		pthread_mutex_destroy(&p->lock);
	}
	free(p);
}

void packer_push(struct sc_packer *p, struct pack_job *j)
{
	pthread_mutex_lock(&p->lock);
	j->state = PACK_WAITING;
	j->next = NULL;
	*p->last = j;
	p->last = &j->next;
	pthread_mutex_unlock(&p->lock);
}

/* Under the lock. */
static void unlink_job(struct sc_packer *p, struct pack_job *j)
{
	struct pack_job **at = &p->first;

	while (*at != j)
		at = &(*at)->next;
	*at = j->next;
	if (!*at)
		p->last = at;
	j->state = PACK_BUSY;
}

struct pack_job *packer_claim(struct sc_packer *p)
{
	struct pack_job *j;

	pthread_mutex_lock(&p->lock);
	j = p->first;
	if (j)
		unlink_job(p, j);
	pthread_mutex_unlock(&p->lock);
	return j;
}

/* A state of this codec: an idle one, or a new one; NULL with *e when it cannot be opened. */
static struct idle *state_take(struct sc_packer *p, const struct sc_codec *codec, struct sc_err *e)
{
	struct idle **at, *x;

	pthread_mutex_lock(&p->lock);
	for (at = &p->idle; (x = *at) && x->codec != codec; at = &x->next)
		;
	if (x)
		*at = x->next;
	pthread_mutex_unlock(&p->lock);
	if (x)
		return x;
	x = calloc(1, sizeof *x);
	if (!x || !(x->state = calloc(1, codec->card.state + 1)))
		sc_oom();
	x->codec = codec;
	if (codec->open(x->state, e) >= 0)
		return x;
	free(x->state);
	free(x);
	return NULL;
}

void packer_run(struct sc_packer *p, struct pack_job *j)
{
	struct idle *x = state_take(p, j->codec, &j->err);
	size_t from = 0;

	j->rc = x ? SC_OK : SC_FAIL;
	for (size_t i = 0; i < j->ncut && j->rc == SC_OK; i++) {
		sc_str plain = { j->plain.p + from, j->cut[i] - from };

		j->rc = j->codec->pack(x->state, plain, j->level, &j->packed, &j->err);
		from = j->cut[i];
	}
	pthread_mutex_lock(&p->lock);
	if (x) {
		x->next = p->idle;
		p->idle = x;
	}
	j->state = PACK_DONE;
	pthread_cond_broadcast(&p->done);
	pthread_mutex_unlock(&p->lock);
}

bool packer_done(struct sc_packer *p, struct pack_job *j)
{
	bool done;

	pthread_mutex_lock(&p->lock);
	done = j->state == PACK_DONE;
	pthread_mutex_unlock(&p->lock);
	return done;
}

void packer_finish(struct sc_packer *p, struct pack_job *j)
{
	bool mine;

	pthread_mutex_lock(&p->lock);
	mine = j->state == PACK_WAITING;
	if (mine)
		unlink_job(p, j);
	while (!mine && j->state != PACK_DONE)
		pthread_cond_wait(&p->done, &p->lock);
	pthread_mutex_unlock(&p->lock);
	if (mine)
		packer_run(p, j);
}

void packer_cancel(struct sc_packer *p, struct pack_job *j)
{
	pthread_mutex_lock(&p->lock);
	if (j->state == PACK_WAITING)
		unlink_job(p, j);
	else
		while (j->state == PACK_BUSY)
			pthread_cond_wait(&p->done, &p->lock);
	pthread_mutex_unlock(&p->lock);
}

void job_cut(struct pack_job *j)
{
	if (j->ncut == j->cap) {
		size_t cap = j->cap ? 2 * j->cap : 16;
		size_t *v = realloc(j->cut, cap * sizeof *v);

		if (!v)
			sc_oom();
		j->cut = v;
		j->cap = cap;
	}
	j->cut[j->ncut++] = j->plain.n;
}

void job_free(struct pack_job *j)
{
	if (!j)
		return;
	sc_buf_free(&j->plain);
	sc_buf_free(&j->packed);
	free(j->cut);
	free(j);
}
