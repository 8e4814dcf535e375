/* SPDX-License-Identifier: Apache-2.0 */
/* hand.c -- work beside the caller's; see hand.h. */
#include "hand.h"

#include <signal.h>

enum { FULL = 1 << 20, LARGE = 2 * FULL };

/* Room for what is usual stays; a piece of many megabytes must not leave its like in each buffer. */
static void emptied(struct sc_buf *b)
{
	if (b->cap > LARGE)
		sc_buf_free(b);
	sc_buf_clear(b);
}

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
	struct sc_err e = { 0 };
	int rc = SC_OK;

	pthread_mutex_lock(&h->lock);
	for (unsigned at = 0;; at = (at + 1) % HAND_DEPTH) {
		while (!h->full && !h->over)
			pthread_cond_wait(&h->turn, &h->lock);
		if (h->over)
			break;
		pthread_mutex_unlock(&h->lock);
		if (rc == SC_OK)
			rc = work_all(h, &h->buf[at], &e);
		emptied(&h->buf[at]);
		pthread_mutex_lock(&h->lock);
		if (rc != SC_OK && h->rc == SC_OK) {
			h->rc = rc;
			h->err = e;
		}
		h->full--;
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

/* Until at most so many are full. */
static int wait_for(struct hand *h, unsigned full, struct sc_err *e)
{
	int rc;

	pthread_mutex_lock(&h->lock);
	while (h->full > full)
		pthread_cond_wait(&h->turn, &h->lock);
	rc = h->rc;
	if (rc != SC_OK)
		*e = h->err;
	pthread_mutex_unlock(&h->lock);
	return rc;
}

static int pass_on(struct hand *h, struct sc_err *e)
{
	if (!h->started)
		start(h);
	if (!h->started) { /* no thread is to be had: then without */
		SC_TRY(work_all(h, &h->buf[h->filling], e));
		emptied(&h->buf[h->filling]);
		return SC_OK;
	}
	/* the next to be filled is free; a large one waits alone */
	SC_TRY(wait_for(h, h->buf[h->filling].n > LARGE ? 0 : HAND_DEPTH - 2, e));
	pthread_mutex_lock(&h->lock);
	h->full++;
	pthread_cond_broadcast(&h->turn);
	pthread_mutex_unlock(&h->lock);
	h->filling = (h->filling + 1) % HAND_DEPTH;
	return SC_OK;
}

int hand_give(struct hand *h, sc_str piece, struct sc_err *e)
{
	struct sc_buf *b = &h->buf[h->filling];
	uint32_t n = (uint32_t)piece.n;

	if (piece.n > UINT32_MAX)
		return sc_fail(e, "a line of %zu bytes is too long", piece.n);
	sc_buf_add(b, (sc_str){ (const char *)&n, sizeof n });
	sc_buf_add(b, piece);
	return b->n > FULL ? pass_on(h, e) : SC_OK;
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
	SC_TRY(wait_for(h, 0, e));
	SC_TRY(work_all(h, &h->buf[h->filling], e));
	emptied(&h->buf[h->filling]);
	return SC_OK;
}

void hand_free(struct hand *h)
{
	stop(h);
	for (size_t i = 0; i < HAND_DEPTH; i++)
		sc_buf_free(&h->buf[i]);
	pthread_mutex_destroy(&h->lock);
	pthread_cond_destroy(&h->turn);
}
