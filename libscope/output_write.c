/* SPDX-License-Identifier: Apache-2.0 */
/*
 * output_write.c -- bytes of an output on their way: collected for one writev, or packed member by member.
 *
 * Plain output: short pieces are copied into `plain`, long ones lie where the caller keeps them until the flush.
 * Packed output: jobs of whole members go to the packer and are stored in their order.
 */
#include "output_impl.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>

enum {
	MEMBER = 1 << 20,
	TOGETHER = 256 << 10, /* of members that end where records do, in one job */
	COPIED = 2 << 10,     /* shorter pieces are cheaper to copy */
	WRITEBACK = 8 << 20,
};

/* ---- storing ---- */

/* Whether a failed call is to be made again, after waiting where the descriptor does not block. */
static bool once_more(int fd)
{
	struct pollfd wait = { .fd = fd, .events = POLLOUT };

	return errno == EINTR || (errno == EAGAIN && (poll(&wait, 1, -1) >= 0 || errno == EINTR));
}

/* The file is synced before it gets its name: what is written by then need not be waited for. */
static void begin_writeback(struct sc_output *o)
{
	if (!o->part || o->stored - o->begun < WRITEBACK)
		return;
	(void)sync_file_range(o->fd, (off_t)o->begun, (off_t)(o->stored - o->begun), SYNC_FILE_RANGE_WRITE);
	o->begun = o->stored;
}

static int store_pieces(struct sc_output *o, struct iovec *v, size_t n, struct sc_err *e)
{
	for (size_t i = 0; i < n; i++) {
		if (o->sha)
			sc_sha256_add(o->sha, (sc_str){ v[i].iov_base, v[i].iov_len });
		o->stored += v[i].iov_len;
	}
	while (n) {
		ssize_t done = writev(o->fd, v, (int)n);

		if (done < 0 && once_more(o->fd))
			continue;
		if (done <= 0) {
			errno = done ? errno : EIO;
			return output_failed(o, e);
		}
		for (; n && (size_t)done >= v->iov_len; v++, n--)
			done -= (ssize_t)v->iov_len;
		if (n) {
			v->iov_base = (char *)v->iov_base + done;
			v->iov_len -= (size_t)done;
		}
	}
	begin_writeback(o);
	return SC_OK;
}

static struct iovec piece_of(sc_str s)
{
	return (struct iovec){ .iov_base = (void *)(uintptr_t)s.p, .iov_len = s.n };
}

static int store(struct sc_output *o, sc_str s, struct sc_err *e)
{
	struct iovec v = piece_of(s);

	return s.n ? store_pieces(o, &v, 1, e) : SC_OK;
}

/* ---- packing ---- */

static struct pack_job *job_now(struct sc_output *o)
{
	struct pack_job *j = o->now ? o->now : o->spare;

	if (!j && !(j = calloc(1, sizeof *j)))
		sc_oom();
	if (o->now)
		return j;
	o->spare = j->next;
	j->codec = o->codec;
	j->level = o->level;
	j->state = PACK_MINE;
	return o->now = j;
}

/* Stores what is packed, in order, until at most `left` jobs are under way. */
static int retire(struct sc_output *o, size_t left, struct sc_err *e)
{
	size_t n = 0;
	int rc = SC_OK;

	for (; n < o->njob && rc == SC_OK && (o->njob - n > left || packer_done(o->packer, o->job[n])); n++) {
		struct pack_job *j = o->job[n];

		packer_finish(o->packer, j);
		rc = j->rc < 0 ? sc_fail(e, "%.*s: %s", SC_ARG(o->path), j->err.msg) : store(o, sc_buf_str(&j->packed), e);
		sc_buf_clear(&j->plain);
		sc_buf_clear(&j->packed);
		j->ncut = 0;
		j->next = o->spare;
		o->spare = j;
	}
	o->njob -= n;
	if (n)
		memmove(o->job, o->job + n, o->njob * sizeof *o->job);
	return rc;
}

/* What is collected is a job: of members to pack, or of members that came packed. */
static int push(struct sc_output *o, struct sc_err *e)
{
	struct pack_job *j = o->now;

	if (!j)
		return SC_OK;
	o->now = NULL;
	if (o->njob == o->cap) {
		o->cap += 16;
		o->job = realloc(o->job, o->cap * sizeof *o->job);
		if (!o->job)
			sc_oom();
	}
	o->job[o->njob++] = j;
	if (j->ncut)
		packer_push(o->packer, j);
	else
		j->state = PACK_DONE;
	return retire(o, o->most, e);
}

static int write_packed(struct sc_output *o, sc_str s, struct sc_err *e)
{
	struct pack_job *j;

	while (!o->members_each && s.n) { /* members begin at multiples of MEMBER, however the writes fall */
		sc_str piece;

		j = job_now(o);
		piece = sc_str_head(s, MEMBER - j->plain.n);
		sc_buf_add(&j->plain, piece);
		s = sc_str_from(s, piece.n);
		if (j->plain.n < MEMBER)
			continue;
		job_cut(j);
		SC_TRY(push(o, e));
	}
	if (!s.n)
		return SC_OK;
	if (o->now && o->now->packed.n) /* members that came packed are a job of their own */
		SC_TRY(push(o, e));
	sc_buf_add(&job_now(o)->plain, s);
	return SC_OK;
}

/* The bytes of the member that is being collected. */
static size_t pending(const struct sc_output *o)
{
	const struct pack_job *j = o->now;

	return j ? j->plain.n - (j->ncut ? j->cut[j->ncut - 1] : 0) : 0;
}

void sc_output_offer(struct sc_output *o, sc_str record, const struct sc_codec *codec, sc_str member)
{
	bool fits = o->codec && o->codec == codec && o->members_each && !o->level && record.n && !pending(o);

	o->offered = fits ? record : (sc_str){ NULL, 0 };
	o->instead = member;
	o->same = false;
}

/* Something else than the offered record: it is to be packed after all. */
static int unoffer(struct sc_output *o, struct sc_err *e)
{
	sc_str record = o->offered;
	bool same = o->same;

	o->offered = (sc_str){ NULL, 0 };
	o->same = false;
	return same ? write_packed(o, record, e) : SC_OK;
}

static int copy_member(struct sc_output *o, struct sc_err *e)
{
	o->offered = (sc_str){ NULL, 0 };
	o->same = false;
	if (o->now && o->now->plain.n)
		SC_TRY(push(o, e));
	sc_buf_add(&job_now(o)->packed, o->instead);
	return o->now->packed.n >= TOGETHER ? push(o, e) : SC_OK;
}

/* ---- writing ---- */

static int drain(struct sc_output *o, struct sc_err *e)
{
	size_t n = o->npiece;

	o->npiece = o->collected = 0;
	sc_buf_clear(&o->plain);
	return store_pieces(o, o->piece, n, e);
}

static int collect(struct sc_output *o, sc_str s, struct sc_err *e)
{
	struct iovec *last = o->npiece ? &o->piece[o->npiece - 1] : NULL;

	o->collected += s.n;
	if (last && (char *)last->iov_base + last->iov_len == s.p)
		last->iov_len += s.n;
	else
		o->piece[o->npiece++] = piece_of(s);
	return o->npiece == PIECES || o->collected >= MEMBER ? drain(o, e) : SC_OK;
}

static int write_plain(struct sc_output *o, sc_str s, struct sc_err *e)
{
	char *copy;

	if (o->plain.n + s.n > BUFFER)
		SC_TRY(sc_output_flush(o, e));
	if (s.n >= BUFFER) {
		SC_TRY(sc_output_flush(o, e));
		return store(o, s, e);
	}
	if (!o->plain.cap)
		sc_buf_room(&o->plain, BUFFER); /* pieces point into it: it must not move */
	copy = o->plain.p + o->plain.n;
	memcpy(copy, s.p, s.n);
	o->plain.n += s.n;
	return collect(o, (sc_str){ copy, s.n }, e);
}

int sc_write_kept(struct sc_output *o, sc_str s, struct sc_err *e)
{
	if (o->codec || s.n < COPIED)
		return sc_write(o, s, e);
	o->off += s.n;
	return collect(o, s, e);
}

int sc_output_flush(struct sc_output *o, struct sc_err *e)
{
	return o->npiece ? drain(o, e) : SC_OK;
}

int sc_write(struct sc_output *o, sc_str s, struct sc_err *e)
{
	if (!s.n)
		return SC_OK;
	o->off += s.n;
	if (!o->codec)
		return write_plain(o, s, e);
	if (o->sha_plain)
		sc_sha256_add(o->sha_plain, s);
	if (s.p == o->offered.p && s.n == o->offered.n && !o->same && !pending(o)) {
		o->same = true;
		return SC_OK;
	}
	if (o->offered.n)
		SC_TRY(unoffer(o, e));
	return write_packed(o, s, e);
}

int sc_output_cut(struct sc_output *o, struct sc_err *e)
{
	if (!o->codec || !o->members_each)
		return SC_OK;
	if (o->same)
		return copy_member(o, e);
	o->offered = (sc_str){ NULL, 0 };
	if (!pending(o))
		return SC_OK;
	job_cut(o->now);
	return o->now->plain.n >= TOGETHER ? push(o, e) : SC_OK;
}

/* ---- the end ---- */

int output_settle(struct sc_output *o, struct sc_err *e)
{
	bool empty = o->codec && !o->off;

	SC_TRY(sc_output_flush(o, e));
	if (empty)
		job_now(o); /* an empty compressed file still is one */
	if (o->same)
		SC_TRY(unoffer(o, e));
	if (pending(o) || empty)
		job_cut(o->now);
	SC_TRY(push(o, e));
	return retire(o, 0, e);
}

void output_jobs_free(struct sc_output *o)
{
	struct pack_job *j;

	for (size_t i = 0; i < o->njob; i++) {
		packer_cancel(o->packer, o->job[i]);
		job_free(o->job[i]);
	}
	job_free(o->now);
	while ((j = o->spare)) {
		o->spare = j->next;
		job_free(j);
	}
	free(o->job);
	if (o->own_packer)
		packer_free(o->packer);
}
