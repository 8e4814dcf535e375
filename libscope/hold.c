/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hold.c -- all bytes of an input at once.
 *
 * Up to SMALL bytes stay in memory; more goes to a nameless file in TMPDIR (sc_spool), mapped read-only.  The file
 * is ours alone, so nobody can cut it short under the mapping.  Mapped pages that were looked at count
 * as this process's memory until sc_hold_done gives them back.
 */
#include <scope/hold.h>

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include <scope/output.h>

enum { SMALL = 4 << 20, CHUNK = 256 << 10 };

static int write_all(int fd, sc_str s, struct sc_err *e)
{
	while (s.n) {
		ssize_t n = write(fd, s.p, s.n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return sc_fail(e, "spool: %s", strerror(errno));
		s = sc_str_from(s, (size_t)n);
	}
	return SC_OK;
}

/* A chunk into memory or, past SMALL, everything into the file. */
static int put(struct sc_hold *h, sc_str got, struct sc_err *e)
{
	if (h->fd < 0 && h->small.n + got.n <= SMALL) {
		sc_buf_add(&h->small, got);
		return SC_OK;
	}
	if (h->fd < 0) {
		h->fd = sc_spool(e);
		if (h->fd < 0)
			return SC_FAIL;
		SC_TRY(write_all(h->fd, sc_buf_str(&h->small), e));
		sc_buf_free(&h->small);
	}
	return write_all(h->fd, got, e);
}

int sc_hold(struct sc_hold *h, struct sc_input *in, struct sc_err *e)
{
	uint64_t n = 0, lost;
	bool broke = false;
	sc_str got;
	void *map;

	h->fd = -1;
	for (;;) {
		struct sc_err at_break;

		if (sc_peek(in, CHUNK, &got, e) < 0)
			return SC_FAIL;
		if (!got.n && sc_input_break(in, &lost, &at_break)) {
			if (!broke)
				h->good = n;
			if (!broke)
				h->why = at_break;
			broke = true;
			sc_input_mend(in);
			continue;
		}
		if (!got.n)
			break;
		n += got.n;
		if (n > SC_HOLD_MOST)
			return sc_fail(e, "more than %ju bytes: too large to be spooled", (uintmax_t)SC_HOLD_MOST);
		SC_TRY(put(h, got, e));
		sc_take(in, got.n);
	}
	if (!broke)
		h->good = n;
	h->bytes = sc_buf_str(&h->small);
	if (h->fd < 0)
		return SC_OK;
	map = mmap(NULL, (size_t)n, PROT_READ, MAP_SHARED, h->fd, 0);
	if (map == MAP_FAILED)
		return sc_fail(e, "spool: %s", strerror(errno));
	h->bytes = (sc_str){ map, (size_t)n };
	return SC_OK;
}

void sc_hold_done(struct sc_hold *h, uint64_t off, uint64_t len)
{
	const uint64_t page = 4096;
	uint64_t from = off / page * page;
	union {
		const char *in;
		void *out;
	} at;

	if (h->fd < 0 || off >= h->bytes.n)
		return;
	if (len > h->bytes.n - off)
		len = h->bytes.n - off;
	at.in = h->bytes.p + from;
	madvise(at.out, (size_t)(off + len - from), MADV_DONTNEED);
}

void sc_hold_free(struct sc_hold *h)
{
	union {
		const char *in;
		void *out;
	} at = { h->bytes.p };

	if (h->fd >= 0 && h->bytes.p && h->bytes.p != h->small.p) {
		munmap(at.out, h->bytes.n);
		close(h->fd);
	}
	sc_buf_free(&h->small);
	*h = (struct sc_hold){ .fd = -1 };
}
