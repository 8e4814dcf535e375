/* SPDX-License-Identifier: Apache-2.0 */
/*
 * spool.h -- payloads that wait: in memory up to a bound, then in a nameless file (sc_spool).
 *
 * Added to, then either fetched piece by piece or sealed: all of it is one run of bytes, the file mapped, held by a slab
 * that arenas can hold on to, so that what is larger than memory is never copied into it.
 */
#ifndef SPOOL_H
#define SPOOL_H

#include <scope/base.h>

struct spool {
	int fd; /* -1 while nothing is spilled */
	uint64_t spilled; /* bytes that lie in fd; the rest is `tail` */
	struct sc_buf tail;
	struct sc_slab *sealed;
	uint64_t most; /* bytes it may take, 0: no bound */
};

void spool_init(struct spool *s, uint64_t most);
/* Where it lies in *at.  SC_BAD: more than `most`. */
int spool_add(struct spool *s, sc_str bytes, uint64_t *at, struct sc_err *e);
int spool_fetch(const struct spool *s, uint64_t at, char *to, size_t n, struct sc_err *e);
/* No more is added.  The bytes, until spool_free and the last arena that holds s->sealed lets go. */
int spool_seal(struct spool *s, const char **bytes, struct sc_err *e);
void spool_free(struct spool *s);

#endif
