/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stored.c -- the bytes of a shard as they are stored: read, hashed, kept in a window.
 *
 * Files are read, never mapped: a mapped file that shrinks is a SIGBUS.
 */
#include "ahead.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { READ = 512 << 10 }; /* at a time */

static void grow(struct window *w, size_t n)
{
	size_t need, cap;
	char *p;

	if (n > SIZE_MAX / 4 - w->hi)
		sc_oom();
	need = w->hi + n;
	/* Twice, so that growing costs little; less than that once it would cost memory. */
	cap = need < (16 << 20) ? 2 * w->cap : need + need / 4;
	if (cap < need)
		cap = need;
	p = realloc(w->p, cap);
	if (!p)
		sc_oom();
	w->p = p;
	w->cap = cap;
}

size_t window_room(struct window *w, size_t n, size_t from)
{
	size_t moved = 0;

	if (w->p && w->cap - w->hi >= n)
		return 0;
	if (from) {
		memmove(w->p, w->p + from, w->hi - from);
		w->hi -= from;
		w->lo -= from;
		moved = from;
	}
	if (!w->p || w->cap - w->hi < n)
		grow(w, n);
	return moved;
}

void pipe_widen(int fd)
{
	enum { WANTED = 1 << 20 };
	FILE *f;
	int most = 0;

	if (fcntl(fd, F_GETPIPE_SZ) >= WANTED || fcntl(fd, F_SETPIPE_SZ, WANTED) >= 0)
		return;
	f = fopen("/proc/sys/fs/pipe-max-size", "re"); /* what may be had without privilege */
	if (f && fscanf(f, "%d", &most) == 1 && most > fcntl(fd, F_GETPIPE_SZ))
		(void)fcntl(fd, F_SETPIPE_SZ, most);
	if (f)
		fclose(f);
}

int stored_read(struct stored *s, sc_str as, char *to, size_t cap, size_t *n, struct sc_err *e)
{
	ssize_t got = 0;

	*n = 0;
	if (s->failed)
		return sc_fail(e, "%.*s: it could not be read", SC_ARG(as));
	while (!s->eof && (got = read(s->fd, to, cap)) < 0) {
		struct pollfd wait = { .fd = s->fd, .events = POLLIN };

		if (errno == EINTR)
			continue;
		if (errno == EAGAIN && (poll(&wait, 1, -1) >= 0 || errno == EINTR))
			continue;
		s->failed = true;
		return sc_fail(e, "%.*s: byte %ju: %s", SC_ARG(as), (uintmax_t)s->nread, strerror(errno));
	}
	if (!got) {
		s->eof = true;
		return SC_OK;
	}
	*n = (size_t)got;
	if (s->sha)
		sc_sha256_add(s->sha, (sc_str){ to, *n });
	s->nread += *n;
	return SC_OK;
}

int stored_fill(struct sc_input *in, size_t back, struct sc_err *e)
{
	struct stored *s = &in->st;
	bool more = false;
	size_t n;

	if (s->end)
		return SC_OK;
	if (in->ahead)
		SC_TRY(ahead_stored(in, back, &more, e));
	if (more)
		return SC_OK;
	window_room(&s->w, READ, s->w.lo - back);
	for (size_t got = 0; got < READ && !s->eof; got += n) { /* a decoder's steps do not depend on what a pipe gives at a time */
		SC_TRY(stored_read(s, in->as, s->w.p + s->w.hi, READ - got, &n, e));
		s->w.hi += n;
		if (!in->codec)
			break;
	}
	s->end = s->eof;
	return SC_OK;
}
