/* SPDX-License-Identifier: Apache-2.0 */
/*
 * input.c -- the plain bytes of a shard: look ahead, take, and know where damage is.
 *
 * Two windows.  That of stored.c holds bytes as stored, that of `plain` the decompressed ones:
 *
 *	plain:  [ taken | lo ... shown | ... hi ]
 *
 * Only lo..shown is ever shown.  For uncompressed input, which is read straight into it, shown is hi; for the rest
 * member.c says.
 */
#include "ahead.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	READ = 252 << 10, /* uncompressed bytes at a time: four and part of a record fit into a slab */
	HEAD = 64,        /* enough for any codec to taste */
	LINE = 64 << 10,  /* of a line that is too long */
};

/* More than is needed, so that growing costs little, and little more once it would cost memory.  A member that waits for its
 * check is soon as long as one that no longer waits. */
static size_t grown(size_t need)
{
	if (need < (1 << 20))
		return need;
	return need < (4 << 20) ? (4 << 20) + (512 << 10) : need + need / 4;
}

/* What was taken may be held by records, so a slab that others look into is left to them and only what is not taken moves. */
void plain_room(struct sc_input *in, size_t n)
{
	struct window *w = &in->plain;
	size_t left = w->hi - w->lo;
	struct sc_slab *to;

	if (w->p && w->cap - w->hi >= n)
		return;
	if (n > SIZE_MAX / 4 - left)
		sc_oom();
	in->shown -= w->lo;
	if (in->slab && sc_slab_alone(in->slab) && w->cap - left >= n) {
		memmove(w->p, w->p + w->lo, left);
	} else {
		to = sc_slab_new(left ? grown(left + n) : n);
		if (left)
			memcpy(sc_slab_bytes(to), w->p + w->lo, left);
		sc_slab_free(in->slab);
		in->slab = to;
		w->p = sc_slab_bytes(to);
		w->cap = sc_slab_cap(to);
	}
	w->lo = 0;
	w->hi = left;
}

sc_str sc_keep(struct sc_input *in, struct sc_arena *a, sc_str shown)
{
	const char *from = in->plain.p;

	if (!in->slab || !shown.n || shown.p < from || shown.p + shown.n > from + in->plain.hi)
		return sc_strdup(a, shown);
	sc_arena_hold(a, in->slab);
	return shown;
}

static int none_fill(struct sc_input *in, struct sc_err *e)
{
	sc_str s = stored_view(&in->st);
	size_t n = s.n;

	plain_room(in, n ? n : READ);
	if (n) { /* what was read to taste it */
		memcpy(in->plain.p + in->plain.hi, s.p, n);
		stored_take(&in->st, n);
	} else {
		SC_TRY(stored_read(&in->st, in->as, in->plain.p + in->plain.hi, READ, &n, e));
	}
	in->plain_end = !n;
	in->plain.hi += n;
	in->shown = in->plain.hi;
	return SC_OK;
}

int sc_peek(struct sc_input *in, size_t want, sc_str *got, struct sc_err *e)
{
	*got = (sc_str){ "", 0 };
	if (want > in->limit)
		return sc_bad(e, "%zu bytes wanted at once, the limit is %zu (--max-record)", want, in->limit);
	while (in->shown - in->plain.lo < want && !in->plain_end && !in->broken)
		SC_TRY(in->codec ? member_fill(in, e) : none_fill(in, e));
	if (in->shown > in->plain.lo)
		*got = (sc_str){ in->plain.p + in->plain.lo, in->shown - in->plain.lo };
	return SC_OK;
}

void sc_take(struct sc_input *in, size_t n)
{
	assert(n <= in->shown - in->plain.lo);
	if (in->sha_plain && n)
		sc_sha256_add(in->sha_plain, (sc_str){ in->plain.p + in->plain.lo, n });
	in->plain.lo += n;
	in->off += n;
	members_pass(in);
}

/* Plain bytes of a file that nobody hashes need not be read to be passed over: up to a stretch of them at most. */
static uint64_t skip_unread(struct sc_input *in, uint64_t n)
{
	struct stored *s = &in->st;
	off_t at;

	if (in->codec || s->sha || in->sha_plain || s->eof || s->failed || n < READ || stored_view(s).n || in->shown > in->plain.lo)
		return 0;
	at = lseek(s->fd, 0, SEEK_CUR);
	if (at < 0 || (uint64_t)at >= s->size)
		return 0;
	n = n < s->size - (uint64_t)at ? n : s->size - (uint64_t)at;
	if (lseek(s->fd, (off_t)n, SEEK_CUR) < 0)
		return 0;
	s->nread += n;
	in->off += n;
	return n;
}

int sc_skip(struct sc_input *in, uint64_t n, uint64_t *left, struct sc_err *e)
{
	sc_str got;

	while (n) {
		if (in->shown == in->plain.lo)
			n -= skip_unread(in, n);
		SC_TRY(sc_peek(in, 1, &got, e));
		if (!got.n || !n)
			break;
		if (got.n > n)
			got.n = (size_t)n;
		sc_take(in, got.n);
		n -= got.n;
	}
	*left = n;
	return SC_OK;
}

/* A line past the limit: its first bytes are kept, the rest is taken unseen. */
static int line_too_long(struct sc_input *in, char end, sc_str *line, struct sc_err *e)
{
	sc_str got;
	size_t at = SC_NONE;
	uint64_t bytes = 0;

	SC_TRY(sc_peek(in, 1, &got, e));
	*line = sc_strdup(&in->arena, sc_str_head(got, LINE));
	while (at == SC_NONE) {
		SC_TRY(sc_peek(in, 1, &got, e));
		if (!got.n)
			break;
		at = sc_str_chr(got, end);
		got.n = at == SC_NONE ? got.n : at + 1;
		bytes += got.n;
		sc_take(in, got.n);
	}
	return sc_bad(e, "a line of %ju bytes is longer than a record may be (--max-record)", (uintmax_t)bytes);
}

int sc_line(struct sc_input *in, char end, sc_str *line, struct sc_err *e)
{
	size_t seen = 0;
	sc_str got;

	sc_arena_reset(&in->arena);
	for (;;) {
		size_t at, want = seen + 1;

		if (want > in->limit)
			return line_too_long(in, end, line, e);
		SC_TRY(sc_peek(in, want, &got, e));
		if (!got.n)
			return SC_EOF;
		at = sc_str_chr(sc_str_from(got, seen), end);
		if (at != SC_NONE)
			got.n = seen + at + 1;
		if (at != SC_NONE || got.n < want) {
			if (got.n > in->limit)
				return line_too_long(in, end, line, e);
			*line = got;
			sc_take(in, got.n);
			return SC_OK;
		}
		seen = got.n;
	}
}

bool sc_input_break(struct sc_input *in, uint64_t *lost, struct sc_err *e)
{
	if (!in->broken)
		return false;
	if (lost)
		*lost = in->lost;
	if (e)
		*e = in->why;
	return true;
}

void sc_input_mend(struct sc_input *in)
{
	in->broken = false;
}

uint64_t sc_input_off(const struct sc_input *in)
{
	return in->off;
}

sc_str sc_input_path(const struct sc_input *in)
{
	return in->as;
}

sc_str sc_input_file(const struct sc_input *in)
{
	return in->file;
}

size_t sc_input_limit(const struct sc_input *in)
{
	return in->limit;
}

const char *sc_input_codec(const struct sc_input *in)
{
	return in->codec ? in->codec->card.name + strlen("codec/") : "none";
}

bool sc_input_member(const struct sc_input *in, uint64_t *off, bool *first)
{
	const struct members *m = &in->members;

	if (m->head == m->n || m->v[m->head].plain > in->off)
		return false;
	*off = m->v[m->head].stored;
	if (first)
		*first = m->v[m->head].plain == in->off;
	return true;
}

bool sc_input_own_members(const struct sc_input *in, uint64_t n, bool *known, uint64_t *off, uint64_t *packed)
{
	const struct members *m = &in->members;

	*known = true;
	if (m->head == m->n || m->v[m->head].plain != in->off)
		return false;
	*off = m->v[m->head].stored;
	for (size_t i = m->head; i < m->n; i++) {
		if (!m->v[i].done) {
			*known = false;
			return false;
		}
		*packed = m->v[i].stored_end - *off;
		if (m->v[i].plain_end >= in->off + n)
			return m->v[i].plain_end == in->off + n;
	}
	*known = false;
	return false;
}

int sc_input_digest(struct sc_input *in, uint64_t *bytes, uint8_t sha256[32], struct sc_err *e)
{
	struct stored *s = &in->st;

	while (!s->end) {
		s->w.lo = s->w.hi = 0;
		SC_TRY(stored_fill(in, 0, e));
	}
	if (s->sha && !s->hashed)
		sc_sha256_end(s->sha, s->digest);
	s->hashed = true;
	*bytes = s->nread;
	memcpy(sha256, s->digest, 32);
	return SC_OK;
}

void sc_input_hash_into(struct sc_input *in, struct sc_sha256 *sha)
{
	struct stored *s = &in->st;

	assert(!s->sha && !in->off && s->nread == s->w.hi); /* what was tasted is still there */
	s->sha = sha;
	s->lent = true;
	sc_sha256_add(s->sha, (sc_str){ s->w.p, s->w.hi });
}

void sc_input_hash_stored(struct sc_input *in, bool on)
{
	if (on) {
		sc_input_hash_into(in, sc_sha256_new());
		in->st.lent = false;
		return;
	}
	if (!in->st.lent)
		sc_sha256_free(in->st.sha);
	in->st.sha = NULL;
}

void sc_input_hash_plain(struct sc_input *in)
{
	assert(!in->sha_plain && !in->off);
	in->sha_plain = sc_sha256_new();
}

int sc_input_plain_digest(struct sc_input *in, uint8_t sha256[32], struct sc_err *e)
{
	uint64_t left = 0;

	do {
		sc_input_mend(in);
		SC_TRY(sc_skip(in, UINT64_MAX, &left, e));
	} while (in->broken);
	sc_sha256_end(in->sha_plain, sha256);
	return SC_OK;
}

void sc_input_progress(const struct sc_input *in, uint64_t *done, uint64_t *size)
{
	*done = in->st.nread;
	*size = in->st.size;
}

/* ---- open, close ---- */

static int codec_pick(struct sc_input *in, sc_str name, struct sc_err *e)
{
	int most = 0;
	sc_str head;

	if (sc_str_eq(name, SC_STR("none")))
		return SC_OK;
	while (!in->st.end && stored_view(&in->st).n < HEAD)
		SC_TRY(stored_fill(in, 0, e));
	head = stored_view(&in->st);
	if (name.n) {
		in->codec = sc_codec_named(name);
		if (!in->codec)
			return sc_fail(e, "--codec %.*s: no such codec; `scope list codecs` shows them", SC_ARG(name));
	}
	for (size_t i = 0; !name.n && sc_codecs[i]; i++) {
		int bits = sc_codecs[i]->taste(head);

		if (bits > most) {
			most = bits;
			in->codec = sc_codecs[i];
		}
	}
	if (!in->codec)
		return SC_OK;
	in->state = calloc(1, in->codec->card.state + 1);
	if (!in->state)
		sc_oom();
	if (in->codec->whole)
		ahead_open(in);
	return in->codec->open(in->state, e);
}

static struct sc_input *input_new(sc_str as, size_t limit)
{
	struct sc_input *in = calloc(1, sizeof *in);

	if (!in)
		sc_oom();
	in->as = as;
	in->limit = limit;
	in->st.fd = -1;
	return in;
}

static int file_open(struct sc_input *in, sc_str path, struct sc_err *e)
{
	struct sc_arena a = { 0 };
	struct stat st;
	int rc = SC_OK;

	in->st.fd = sc_str_eq(path, SC_STR("-")) ? dup(STDIN_FILENO) : open(sc_cstr(&a, path), O_RDONLY | O_CLOEXEC);
	if (in->st.fd < 0 || fstat(in->st.fd, &st))
		rc = sc_fail(e, "%.*s: %s", SC_ARG(in->as), strerror(errno));
	else if (S_ISDIR(st.st_mode))
		rc = sc_fail(e, "%.*s: it is a folder; name the shards in it", SC_ARG(in->as));
	else if (S_ISREG(st.st_mode))
		in->st.size = (uint64_t)st.st_size;
	else if (S_ISFIFO(st.st_mode))
		pipe_widen(in->st.fd);
	if (rc == SC_OK)
		(void)posix_fadvise(in->st.fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	sc_arena_free(&a);
	return rc;
}

int sc_input_open(struct sc_input **out, sc_str path, sc_str as, sc_str codec, size_t limit, struct sc_err *e)
{
	struct sc_input *in = input_new(as, limit);
	struct sc_err why = { 0 };

	*out = NULL;
	in->file = sc_str_eq(path, SC_STR("-")) ? (sc_str){ NULL, 0 } : path;
	if (file_open(in, path, e) < 0) {
		sc_input_close(in);
		return SC_FAIL;
	}
	if (codec_pick(in, codec, &why) < 0) {
		sc_input_close(in);
		return sc_fail(e, "%s", why.msg);
	}
	*out = in;
	return SC_OK;
}

int sc_input_memory(struct sc_input **out, sc_str bytes, sc_str as, size_t limit, struct sc_err *e)
{
	struct sc_input *in = input_new(as, limit);

	*out = NULL;
	if (bytes.n) {
		window_room(&in->st.w, bytes.n, 0);
		memcpy(in->st.w.p, bytes.p, bytes.n);
	}
	in->st.w.hi = bytes.n;
	in->st.eof = in->st.end = true;
	in->st.nread = in->st.size = bytes.n;
	if (codec_pick(in, (sc_str){ NULL, 0 }, e) < 0) {
		sc_input_close(in);
		return SC_FAIL;
	}
	*out = in;
	return SC_OK;
}

void sc_input_close(struct sc_input *in)
{
	if (!in)
		return;
	ahead_close(in);
	for (int i = 0; i < 2; i++) {
		void *state = i ? in->probe : in->state;

		if (state && in->codec->close)
			in->codec->close(state);
		free(state);
	}
	if (in->st.fd >= 0)
		close(in->st.fd);
	sc_input_hash_stored(in, false);
	sc_sha256_free(in->sha_plain);
	free(in->st.w.p);
	sc_slab_free(in->slab);
	free(in->members.v);
	sc_arena_free(&in->arena);
	free(in);
}
