/* SPDX-License-Identifier: Apache-2.0 */
/*
 * slab.c -- buffers held by count.
 *
 * Fresh memory costs a page fault for every 4 KiB, a tenth of what decoding into it does.  So those of the usual size are cut
 * two from a huge page, where the system has such, and go back to a pool, which ends with the process.
 */
#include "slab.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>

enum { HUGE = 2 << 20, USUAL = 1 << 20 };

struct sc_slab {
	atomic_uint holders;
	size_t cap;
	struct sc_slab *next; /* in the pool */
	void *adopted;        /* the bytes, when they are not its own */
	size_t mapped;        /* of those, when they are not from malloc */
	_Alignas(64) char bytes[];
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct sc_slab *pool;

static void *aligned(size_t n)
{
	void *p = aligned_alloc(HUGE, n);

	if (!p)
		sc_oom();
	(void)madvise(p, n, MADV_HUGEPAGE); /* where there are none, small ones do */
	return p;
}

static struct sc_slab *usual(void)
{
	struct sc_slab *s;

	pthread_mutex_lock(&lock);
	if (!pool) {
		char *p = aligned(HUGE);

		pool = (struct sc_slab *)(void *)p;
		pool->next = (struct sc_slab *)(void *)(p + USUAL);
		pool->next->next = NULL;
	}
	s = pool;
	pool = s->next;
	pthread_mutex_unlock(&lock);
	s->cap = USUAL - sizeof *s;
	s->adopted = NULL;
	return s;
}

static struct sc_slab *large(size_t cap)
{
	struct sc_slab *s;

	if (cap > SIZE_MAX / 2)
		sc_oom();
	cap = (cap + sizeof *s + HUGE - 1) / HUGE * HUGE;
	s = aligned(cap);
	s->cap = cap - sizeof *s;
	s->adopted = NULL;
	return s;
}

struct sc_slab *slab_adopt(void *p, size_t mapped)
{
	struct sc_slab *s = aligned_alloc(64, (sizeof *s + 63) / 64 * 64);

	if (!s || !p)
		sc_oom();
	*s = (struct sc_slab){ .adopted = p, .mapped = mapped };
	atomic_init(&s->holders, 1);
	return s;
}

struct sc_slab *sc_slab_new(size_t cap)
{
	struct sc_slab *s = cap <= USUAL - sizeof *s ? usual() : large(cap);

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
	if (!s || atomic_fetch_sub_explicit(&s->holders, 1, memory_order_acq_rel) != 1)
		return;
	if (s->adopted && s->mapped)
		munmap(s->adopted, s->mapped);
	else if (s->adopted)
		free(s->adopted);
	if (s->adopted || s->cap != USUAL - sizeof *s) {
		free(s);
		return;
	}
	pthread_mutex_lock(&lock);
	s->next = pool;
	pool = s;
	pthread_mutex_unlock(&lock);
}

char *sc_slab_bytes(struct sc_slab *s)
{
	return s->adopted ? s->adopted : s->bytes;
}

size_t sc_slab_cap(const struct sc_slab *s)
{
	return s->cap;
}

bool sc_slab_alone(const struct sc_slab *s)
{
	return atomic_load_explicit(&s->holders, memory_order_acquire) == 1;
}
