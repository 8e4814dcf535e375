/* SPDX-License-Identifier: Apache-2.0 */
/* hand.c -- work beside the caller's; see hand.h. */
#include "hand.h"

#include <signal.h>

enum { FULL = 1 << 20 };

void hand_init(struct hand *h, hand_work *work, void *with)
{
	*h = (struct hand){ .work = work, .with = with };
	pthread_mutex_init(&h->lock, NULL);
	pthread_cond_init(&h->turn, NULL);
}

static int work_all(struct hand *h, const struct sc_buf *b, struct sc_err *e)
{
	size_t at = 0;
	uint32_t n;

	while (at < b->n) {
		memcpy(&n, b->p + at, sizeof n);
		SC_TRY(h->work(h->with, (sc_str){ b->p + at + sizeof n, n }, e));
		at += sizeof n + n;
	}
	return SC_OK;
}

static void *run(void *arg)
{
	struct hand *h = arg;

	pthread_mutex_lock(&h->lock);
	for (;;) {
		while (!h->busy && !h->over)
			pthread_cond_wait(&h->turn, &h->lock);
		if (!h->busy)
			break;
		pthread_mutex_unlock(&h->lock);
		if (h->rc == SC_OK)
			h->rc = work_all(h, &h->theirs, &h->err);
		pthread_mutex_lock(&h->lock);
		h->busy = false;
		pthread_cond_broadcast(&h->turn);
	}
	pthread_mutex_unlock(&h->lock);
	return NULL;
}

/* Signals are the main thread's. */
static void start(struct hand *h)
{
	sigset_t all, old;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	h->started = !pthread_create(&h->thread, NULL, run, h);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
}

static int wait_idle(struct hand *h, struct sc_err *e)
{
	pthread_mutex_lock(&h->lock);
	while (h->busy)
		pthread_cond_wait(&h->turn, &h->lock);
	pthread_mutex_unlock(&h->lock);
	if (h->rc != SC_OK)
		*e = h->err;
	return h->rc;
}

static int pass_on(struct hand *h, struct sc_err *e)
{
	struct sc_buf t;

	if (!h->started)
		start(h);
	if (!h->started) { /* no thread is to be had: then without */
		SC_TRY(work_all(h, &h->mine, e));
		sc_buf_clear(&h->mine);
		return SC_OK;
	}
	SC_TRY(wait_idle(h, e));
	t = h->mine;
	h->mine = h->theirs;
	h->theirs = t;
	sc_buf_clear(&h->mine);
	pthread_mutex_lock(&h->lock);
	h->busy = true;
	pthread_cond_broadcast(&h->turn);
	pthread_mutex_unlock(&h->lock);
	return SC_OK;
}

int hand_give(struct hand *h, sc_str piece, struct sc_err *e)
{
	uint32_t n = (uint32_t)piece.n;

	if (piece.n > UINT32_MAX)
		return sc_fail(e, "a line of %zu bytes is too long", piece.n);
	sc_buf_add(&h->mine, (sc_str){ (const char *)&n, sizeof n });
	sc_buf_add(&h->mine, piece);
	return h->mine.n > FULL ? pass_on(h, e) : SC_OK;
}

static void stop(struct hand *h)
{
	if (!h->started)
		return;
	pthread_mutex_lock(&h->lock);
	h->over = true;
	pthread_cond_broadcast(&h->turn);
	pthread_mutex_unlock(&h->lock);
	pthread_join(h->thread, NULL);
	h->started = false;
}

int hand_end(struct hand *h, struct sc_err *e)
{
	SC_TRY(wait_idle(h, e));
	SC_TRY(work_all(h, &h->mine, e));
	sc_buf_clear(&h->mine);
	return SC_OK;
}

void hand_free(struct hand *h)
{
	stop(h);
	sc_buf_free(&h->mine);
	sc_buf_free(&h->theirs);
	pthread_mutex_destroy(&h->lock);
	pthread_cond_destroy(&h->turn);
}
