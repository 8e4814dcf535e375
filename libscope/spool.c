/* SPDX-License-Identifier: Apache-2.0 */
/* spool.c -- payloads that wait; see spool.h. */
#include "spool.h"

#include "slab.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <scope/output.h>

enum { HOLD = 16 << 20 };

void spool_init(struct spool *s, uint64_t most)
{
	*s = (struct spool){ .fd = -1, .most = most };
}

void spool_free(struct spool *s)
{
	if (s->fd >= 0)
		close(s->fd);
	sc_buf_free(&s->tail);
	sc_slab_free(s->sealed);
	spool_init(s, s->most);
}

static int spill(struct spool *s, struct sc_err *e)
{
	sc_str left = sc_buf_str(&s->tail);

	if (s->fd < 0)
		s->fd = sc_spool(e);
	if (s->fd < 0)
		return SC_FAIL;
	while (left.n) {
		ssize_t n = pwrite(s->fd, left.p, left.n, (off_t)s->spilled);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return sc_fail(e, "spool: %s", n ? strerror(errno) : "nothing written");
		s->spilled += (uint64_t)n;
		left = sc_str_from(left, (size_t)n);
	}
	sc_buf_clear(&s->tail);
	return SC_OK;
}

int spool_add(struct spool *s, sc_str bytes, uint64_t *at, struct sc_err *e)
{
	*at = s->spilled + s->tail.n;
	if (s->most && bytes.n > s->most - *at)
		return sc_bad(e, "more than the %ju bytes that are kept of one such archive", (uintmax_t)s->most);
	sc_buf_add(&s->tail, bytes);
	return s->tail.n > HOLD ? spill(s, e) : SC_OK;
}

int spool_fetch(const struct spool *s, uint64_t at, char *to, size_t n, struct sc_err *e)
{
	while (n && at < s->spilled) {
		size_t want = s->spilled - at < n ? (size_t)(s->spilled - at) : n;
		ssize_t got = pread(s->fd, to, want, (off_t)at);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return sc_fail(e, "spool: %s", got ? strerror(errno) : "shorter than written");
		at += (uint64_t)got;
		to += got;
		n -= (size_t)got;
	}
	if (n)
		memcpy(to, s->tail.p + (at - s->spilled), n);
	return SC_OK;
}

int spool_seal(struct spool *s, const char **bytes, struct sc_err *e)
{
	void *p;

	if (s->fd < 0) { /* the buffer itself is handed over */
		s->sealed = slab_adopt(s->tail.p ? s->tail.p : calloc(1, 1), 0);
		s->tail = (struct sc_buf){ 0 };
		*bytes = sc_slab_bytes(s->sealed);
		return SC_OK;
	}
	SC_TRY(spill(s, e));
	p = mmap(NULL, (size_t)s->spilled, PROT_READ, MAP_SHARED, s->fd, 0);
	if (p == MAP_FAILED)
		return sc_fail(e, "spool: %s", strerror(errno));
	s->sealed = slab_adopt(p, (size_t)s->spilled);
	close(s->fd);
	s->fd = -1;
	*bytes = p;
	return SC_OK;
}
