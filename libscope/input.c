/* SPDX-License-Identifier: Apache-2.0 */
/*
 * input.c -- the plain bytes of a shard: look ahead, take, and know where damage is.
 *
 * Two buffers.  `raw` holds bytes as stored, from the start of the current member when that is near, so that the
 * next member can be looked for from there when this one is spoilt.  `plain` holds decompressed bytes:
 *
 *	plain:  [ taken | lo ... shown | ... hi ]
 *
 * Only lo..shown is ever shown.  shown follows hi at once for uncompressed input; for a member that is still being
 * decoded it waits for the member's check, until HOLD bytes are waiting.
 *
 * Files are read, never mapped: a mapped file that shrinks is a SIGBUS.
 */
#include <scope/input.h>

#include <scope/digest.h>
#include <scope/plugin.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	RAW = 512 << 10,   /* read at a time */
	KEEP = 4 << 20,    /* stored bytes of a member kept for a second look */
	CHUNK = 256 << 10, /* plain bytes asked of a codec at a time */
	HOLD = 4 << 20,    /* plain bytes of a member that wait for its check */
};

/* Where members begin, for those whose bytes are still in `plain`. */
struct member {
	uint64_t plain, stored;
};

struct window {
	char *p;
	size_t lo, hi, cap;
};

struct sc_input {
	sc_str as;
	int fd; /* -1: memory */
	bool raw_end, plain_end, failed;
	size_t limit;
	struct sc_sha256 *sha, *sha_plain; /* the second when it was asked for */
	uint64_t nread, size; /* stored bytes read; file's size or 0 */

	struct window raw;
	uint64_t raw_off; /* in the shard as stored, of raw.p[raw.lo] */

	const struct sc_codec *codec; /* NULL: none */
	void *state;
	bool in_member;
	uint64_t member_stored; /* where the current member begins */
	uint64_t member_plain;  /* bytes that it gave so far */
	struct member *member;
	size_t nmember, cap_member;

	struct window plain;
	size_t shown;
	uint64_t off;         /* of plain.p[plain.lo] */
	uint64_t packed_from; /* stored offset up to which sc_input_packed has answered */
	uint64_t members_end; /* stored offset behind the last member that ended */

	bool broken;
	uint64_t lost;
	struct sc_err why;
	struct sc_arena arena;
};

/* ---- windows ---- */

static char *room(struct window *w, size_t n, size_t keep_from)
{
	if (w->cap - w->hi >= n && w->p)
		return w->p + w->hi;
	if (keep_from) {
		memmove(w->p, w->p + keep_from, w->hi - keep_from);
		w->hi -= keep_from;
		w->lo -= keep_from;
	}
	if (w->cap - w->hi < n || !w->p) {
		size_t cap = w->cap ? w->cap : n;
		char *p;

		while (cap - w->hi < n) {
			if (cap > SIZE_MAX / 2)
				sc_oom();
			cap *= 2;
		}
		p = realloc(w->p, cap);
		if (!p)
			sc_oom();
		w->p = p;
		w->cap = cap;
	}
	return w->p + w->hi;
}

/* ---- stored bytes ---- */

/* Reads more as stored; raw.hi grows unless the end is reached. */
static int raw_fill(struct sc_input *in, struct sc_err *e)
{
	size_t keep = in->raw.lo;
	char *to;
	ssize_t n;

	if (in->raw_end)
		return SC_OK;
	if (in->in_member && in->raw_off - in->member_stored <= keep && in->raw_off - in->member_stored <= KEEP)
		keep -= (size_t)(in->raw_off - in->member_stored);
	to = room(&in->raw, RAW, keep);
	do
		n = read(in->fd, to, RAW);
	while (n < 0 && errno == EINTR);
	if (n < 0) {
		in->failed = true;
		return sc_fail(e, "%.*s: byte %ju: %s", SC_ARG(in->as), (uintmax_t)in->nread, strerror(errno));
	}
	if (n == 0)
		in->raw_end = true;
	sc_sha256_add(in->sha, (sc_str){ to, (size_t)n });
	in->nread += (uint64_t)n;
	in->raw.hi += (size_t)n;
	return SC_OK;
}

static sc_str raw_view(const struct sc_input *in)
{
	return (sc_str){ in->raw.p + in->raw.lo, in->raw.hi - in->raw.lo };
}

static void raw_take(struct sc_input *in, size_t n)
{
	in->raw.lo += n;
	in->raw_off += n;
}

static int raw_want(struct sc_input *in, size_t n, struct sc_err *e)
{
	while (!in->raw_end && in->raw.hi - in->raw.lo < n)
		SC_TRY(raw_fill(in, e));
	return SC_OK;
}

/* ---- members ---- */

static void member_note(struct sc_input *in)
{
	uint64_t at = in->off + (in->plain.hi - in->plain.lo);
	size_t dead = 0;

	while (dead + 1 < in->nmember && in->member[dead + 1].plain <= in->off)
		dead++;
	if (dead) {
		in->nmember -= dead;
		memmove(in->member, in->member + dead, in->nmember * sizeof *in->member);
	}
	if (in->nmember && in->member[in->nmember - 1].plain == at) { /* the one before gave nothing */
		in->member[in->nmember - 1].stored = in->raw_off;
		return;
	}
	if (in->nmember == in->cap_member) {
		size_t cap = in->cap_member ? 2 * in->cap_member : 64;
		struct member *v = realloc(in->member, cap * sizeof *v);

		if (!v)
			sc_oom();
		in->member = v;
		in->cap_member = cap;
	}
	in->member[in->nmember++] = (struct member){ at, in->raw_off };
}

static void break_here(struct sc_input *in, const struct sc_err *why)
{
	in->broken = true;
	in->why = *why;
	in->why.damage = true;
	in->in_member = false;
	in->lost = 0;
}

/* After damage: on to where the next member can begin.  The search starts behind the spoilt member's first byte when that
 * is still there, else where the decoder stopped. */
static int resync(struct sc_input *in, struct sc_err *e)
{
	uint64_t from = in->member_stored;
	size_t back = in->raw_off - from <= in->raw.lo ? (size_t)(in->raw_off - from) : 0;

	in->in_member = false;
	if (back) {
		in->raw.lo -= back;
		in->raw_off -= back;
	}
	if (in->raw.hi > in->raw.lo)
		raw_take(in, 1);
	for (;;) {
		sc_str s = raw_view(in);
		size_t at = in->codec->resync ? in->codec->resync(s) : s.n;

		raw_take(in, at);
		s = raw_view(in);
		if (s.n >= 18 && in->codec->taste(s))
			break;
		if (in->raw_end) {
			if (s.n && in->codec->taste(s))
				break;
			raw_take(in, s.n ? 1 : 0);
			if (!s.n)
				break;
			continue;
		}
		if (s.n >= 18)
			raw_take(in, 1);
		else
			SC_TRY(raw_fill(in, e));
	}
	in->lost = in->raw_off - from;
	return SC_OK;
}

/* The current member is spoilt: what of it was not shown never will be, when there is little of it. */
static int member_spoilt(struct sc_input *in, struct sc_err *why, struct sc_err *e)
{
	uint64_t stored = in->raw_off;
	struct sc_err said = { 0 };

	if (in->member_plain < HOLD) {
		in->plain.hi = in->shown;
		sc_damage(&said, "%s at compressed byte %ju", why->msg, (uintmax_t)stored);
	} else {
		in->shown = in->plain.hi;
		sc_damage(&said, "%s at compressed byte %ju; what this member gave before (%ju bytes) is not verified",
			  why->msg, (uintmax_t)stored, (uintmax_t)in->member_plain);
	}
	break_here(in, &said);
	return resync(in, e);
}

/* Between members: padding, the end, or something that is none. */
static int member_begin(struct sc_input *in, struct sc_err *e)
{
	struct sc_err why = { 0 };
	sc_str s;

	SC_TRY(raw_want(in, 64, e));
	s = raw_view(in);
	while (s.n && !*s.p) { /* zero bytes are padding, as tapes and xz have it */
		raw_take(in, 1);
		if (in->raw.lo == in->raw.hi)
			SC_TRY(raw_want(in, 64, e));
		s = raw_view(in);
	}
	if (!s.n) {
		in->plain_end = true;
		return SC_OK;
	}
	in->member_stored = in->raw_off;
	in->member_plain = 0;
	if (!in->codec->taste(s)) {
		sc_damage(&why, "%s: what follows the last member is none, at compressed byte %ju",
			  in->codec->card.name + strlen("codec/"), (uintmax_t)in->raw_off);
		break_here(in, &why);
		return resync(in, e);
	}
	member_note(in);
	in->in_member = true;
	if (in->codec->start(in->state, &why) < 0)
		return member_spoilt(in, &why, e);
	return SC_OK;
}

static int member_step(struct sc_input *in, struct sc_err *e)
{
	struct sc_err why = { 0 };
	char *to = room(&in->plain, CHUNK, in->plain.lo);
	size_t n = 0, before;
	bool end = false;
	sc_str s;
	int rc;

	SC_TRY(raw_want(in, 1, e));
	s = raw_view(in);
	before = s.n;
	rc = in->codec->step(in->state, &s, in->raw_end, to, CHUNK, &n, &end, &why);
	raw_take(in, before - s.n);
	if (rc == SC_FAIL)
		return sc_fail(e, "%.*s: %s", SC_ARG(in->as), why.msg);
	in->plain.hi += n;
	in->member_plain += n;
	if (rc == SC_BAD)
		return member_spoilt(in, &why, e);
	if (end) {
		in->in_member = false;
		in->members_end = in->raw_off;
		in->shown = in->plain.hi;
	} else if (!n && before == s.n) {
		if (in->raw_end) {
			in->shown = in->plain.hi; /* what came is cut, not wrong */
			sc_damage(&why, "%s: truncated", in->codec->card.name + strlen("codec/"));
			return member_spoilt(in, &why, e);
		}
		SC_TRY(raw_fill(in, e)); /* it wants more than there is */
	}
	if (in->plain.hi - in->shown >= HOLD || in->member_plain >= HOLD)
		in->shown = in->plain.hi;
	return SC_OK;
}

/* ---- plain bytes ---- */

static int fill_none(struct sc_input *in, struct sc_err *e)
{
	size_t base, n;

	if (in->raw.lo == in->raw.hi) {
		/* Straight into `plain`: uncompressed bytes are not copied twice. */
		char *to = room(&in->plain, RAW, in->plain.lo);
		ssize_t got;

		if (in->raw_end) {
			in->plain_end = true;
			return SC_OK;
		}
		do
			got = read(in->fd, to, RAW);
		while (got < 0 && errno == EINTR);
		if (got < 0) {
			in->failed = true;
			return sc_fail(e, "%.*s: byte %ju: %s", SC_ARG(in->as), (uintmax_t)in->nread, strerror(errno));
		}
		sc_sha256_add(in->sha, (sc_str){ to, (size_t)got });
		in->nread += (uint64_t)got;
		in->plain.hi += (size_t)got;
		in->raw_end = in->plain_end = got == 0;
	} else {
		n = in->raw.hi - in->raw.lo;
		memcpy(room(&in->plain, n, in->plain.lo), in->raw.p + in->raw.lo, n);
		base = in->plain.hi;
		in->plain.hi = base + n;
		raw_take(in, n);
	}
	in->shown = in->plain.hi;
	return SC_OK;
}

/* room() may move the window: `shown` moves with it. */
static int fill(struct sc_input *in, struct sc_err *e)
{
	size_t wait = in->plain.hi - in->shown, lo = in->plain.lo;
	int rc;

	if (in->plain.p && in->plain.cap - in->plain.hi < RAW && lo) {
		memmove(in->plain.p, in->plain.p + lo, in->plain.hi - lo);
		in->plain.hi -= lo;
		in->plain.lo = 0;
		in->shown = in->plain.hi - wait;
	}
	if (!in->codec)
		return fill_none(in, e);
	rc = in->in_member ? member_step(in, e) : member_begin(in, e);
	return rc;
}

int sc_peek(struct sc_input *in, size_t want, sc_str *got, struct sc_err *e)
{
	*got = (sc_str){ NULL, 0 };
	if (want > in->limit)
		return sc_bad(e, "%zu bytes wanted at once, the limit is %zu (--max-record)", want, in->limit);
	if (in->failed)
		return sc_fail(e, "%.*s: it could not be read", SC_ARG(in->as));
	while (in->shown - in->plain.lo < want && !in->plain_end && !in->broken)
		SC_TRY(fill(in, e));
	*got = (sc_str){ in->plain.p ? in->plain.p + in->plain.lo : "", in->shown - in->plain.lo };
	return SC_OK;
}

void sc_take(struct sc_input *in, size_t n)
{
	if (in->sha_plain)
		sc_sha256_add(in->sha_plain, (sc_str){ in->plain.p + in->plain.lo, n });
	in->plain.lo += n;
	in->off += n;
}

int sc_skip(struct sc_input *in, uint64_t n, uint64_t *left, struct sc_err *e)
{
	sc_str got;

	while (n) {
		SC_TRY(sc_peek(in, 1, &got, e));
		if (!got.n)
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
	*line = sc_strdup(&in->arena, sc_str_head(got, 64 << 10));
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
	const struct member *found = NULL;

	for (size_t i = 0; i < in->nmember && in->member[i].plain <= in->off; i++)
		found = &in->member[i];
	if (!found)
		return false;
	*off = found->stored;
	if (first)
		*first = found->plain == in->off;
	return true;
}

uint64_t sc_input_packed(const struct sc_input *in)
{
	for (size_t i = 0; i < in->nmember; i++)
		if (in->member[i].plain >= in->off && in->member[i].plain > 0)
			return in->member[i].stored;
	return in->members_end;
}

int sc_input_digest(struct sc_input *in, uint64_t *bytes, uint8_t sha256[32], struct sc_err *e)
{
	while (!in->raw_end) {
		in->raw.lo = in->raw.hi = 0;
		in->in_member = false;
		SC_TRY(raw_fill(in, e));
	}
	*bytes = in->nread;
	sc_sha256_end(in->sha, sha256);
	return SC_OK;
}

void sc_input_hash_plain(struct sc_input *in)
{
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
	*done = in->nread;
	*size = in->size;
}

/* ---- open, close ---- */

static int codec_pick(struct sc_input *in, sc_str name, struct sc_err *e)
{
	int most = 0;
	sc_str head;

	if (sc_str_eq(name, SC_STR("none")))
		return SC_OK;
	SC_TRY(raw_want(in, 64, e));
	head = raw_view(in);
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
	return in->codec->open(in->state, e);
}

static struct sc_input *input_new(sc_str as, size_t limit)
{
	struct sc_input *in = calloc(1, sizeof *in);

	if (!in)
		sc_oom();
	in->as = as;
	in->limit = limit;
	in->fd = -1;
	in->sha = sc_sha256_new();
	return in;
}

static int file_open(struct sc_input *in, sc_str path, struct sc_err *e)
{
	struct sc_arena a = { 0 };
	struct stat st;
	int rc = SC_OK;

	in->fd = sc_str_eq(path, SC_STR("-")) ? dup(STDIN_FILENO) : open(sc_cstr(&a, path), O_RDONLY | O_CLOEXEC);
	if (in->fd < 0 || fstat(in->fd, &st))
		rc = sc_fail(e, "%.*s: %s", SC_ARG(in->as), strerror(errno));
	else if (S_ISDIR(st.st_mode))
		rc = sc_fail(e, "%.*s: it is a folder; name the shards in it", SC_ARG(in->as));
	else if (S_ISREG(st.st_mode))
		in->size = (uint64_t)st.st_size;
	if (rc == SC_OK)
		(void)posix_fadvise(in->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	sc_arena_free(&a);
	return rc;
}

int sc_input_open(struct sc_input **out, sc_str path, sc_str as, sc_str codec, size_t limit, struct sc_err *e)
{
	struct sc_input *in = input_new(as, limit);
	struct sc_err why = { 0 };

	*out = NULL;
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
	if (bytes.n)
		memcpy(room(&in->raw, bytes.n, 0), bytes.p, bytes.n);
	in->raw.hi = bytes.n;
	in->raw_end = true;
	in->nread = in->size = bytes.n;
	sc_sha256_add(in->sha, bytes);
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
	if (in->state && in->codec->close)
		in->codec->close(in->state);
	free(in->state);
	if (in->fd >= 0)
		close(in->fd);
	sc_sha256_free(in->sha);
	sc_sha256_free(in->sha_plain);
	free(in->raw.p);
	free(in->plain.p);
	free(in->member);
	sc_arena_free(&in->arena);
	free(in);
}
