/* SPDX-License-Identifier: Apache-2.0 */
/*
 * slab.c -- buffers held by count.
 *
 * Those of the usual size go back to a small pool: fresh memory costs a page fault for every 4 KiB, which is a tenth of what
 * decoding into it does.
 */
#include "slab.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

enum { USUAL = 1 << 20, POOL = 32 };

struct sc_slab {
	atomic_uint holders;
	size_t cap;
	_Alignas(64) char bytes[];
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct sc_slab *pool[POOL];
static unsigned npool;
static pthread_once_t at_exit = PTHREAD_ONCE_INIT;

static void pool_free(void)
{
	while (npool)
		free(pool[--npool]);
}

static void pool_at_exit(void)
{
	atexit(pool_free);
}

static struct sc_slab *pool_take(void)
{
	struct sc_slab *s;

	pthread_mutex_lock(&lock);
	s = npool ? pool[--npool] : NULL;
	pthread_mutex_unlock(&lock);
	return s;
}

static bool pool_give(struct sc_slab *s)
{
	bool room;

	if (s->cap != USUAL)
		return false;
	pthread_once(&at_exit, pool_at_exit);
	pthread_mutex_lock(&lock);
	room = npool < POOL;
	if (room)
		pool[npool++] = s;
	pthread_mutex_unlock(&lock);
	return room;
}

struct sc_slab *sc_slab_new(size_t cap)
{
	struct sc_slab *s = cap <= USUAL ? pool_take() : NULL;

	if (cap < USUAL)
		cap = USUAL;
	if (!s) {
		if (cap > SIZE_MAX / 2)
			sc_oom();
		s = malloc(sizeof *s + cap);
		if (!s)
			sc_oom();
		s->cap = cap;
	}
	atomic_init(&s->holders, 1);
	return s;
}

struct sc_slab *slab_hold(struct sc_slab *s)
{
	atomic_fetch_add_explicit(&s->holders, 1, memory_order_relaxed);
	return s;
}

void sc_slab_free(struct sc_slab *s)
{
	if (s && atomic_fetch_sub_explicit(&s->holders, 1, memory_order_acq_rel) == 1 && !pool_give(s))
		free(s);
}

char *sc_slab_bytes(struct sc_slab *s)
{
	return s->bytes;
}

size_t sc_slab_cap(const struct sc_slab *s)
{
	return s->cap;
}

bool sc_slab_alone(const struct sc_slab *s)
{
	return atomic_load_explicit(&s->holders, memory_order_acquire) == 1;
}
