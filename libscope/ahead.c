/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ahead.c -- segments of stored bytes, unpacked before their turn: ahead.h says how.
 *
 * A segment is CUT bytes or more, up to where the next member may begin.  Where no member begins for MOST bytes they are passed
 * on as they are, and a shard that has shown no sound member in GIVE_UP bytes (one large member) is read without any of this.
 *
 *	stored slab:  [ ... | from ... scan ... hi )      cut up to `from`, looked at up to `scan`
 *	plain slab:   [ HEADROOM | member | member | ... )
 *
 * The head-room takes what the stream has not given out yet (part of a line), so that nothing else has to move.
 *
 * The list is under the lock; a segment belongs to who claimed it until it is DONE, then to the reading thread.
 */
#include "ahead.h"

#include "slab.h"

#include <pthread.h>
#include <stdlib.h>

enum {
	READ = 252 << 10,
	CUT = 160 << 10,
	MOST = 768 << 10,
	GIVE_UP = 2 << 20,
	HEADROOM = 64 << 10,
	MOST_PLAIN = 4 << 20, /* as member.c holds back of a member until its check */
	TASTE = 64,           /* enough for any codec to taste */
};

enum state { RAW, WAITING, BUSY, DONE };

struct segment {
	struct segment *next;
	enum state state;
	uint64_t off; /* in the shard, of stored.p[0] */
	sc_str stored;
	struct sc_slab *slab; /* in which that lies */

	/* once unpacked */
	struct sc_slab *plain;
	size_t lo, hi; /* its bytes of use */
	size_t used;   /* stored bytes of the sound members */
	struct member *member; /* offsets from lo and from off */
	size_t nmember, cap;
};

/* Stored bytes of a segment that was taken over. */
struct shown {
	struct sc_slab *slab;
	sc_str stored;
	uint64_t off;
};

struct ahead {
	pthread_mutex_t lock;
	pthread_cond_t done;
	struct segment *first, **last, *spare;
	size_t n;
	void **idle; /* codec states that nobody uses */
	size_t nidle;

	/* the reading thread's */
	struct sc_slab *slab;
	size_t from, scan, hi;
	uint64_t off;   /* in the shard, of from */
	bool known;     /* a member may begin at from */
	bool over;      /* all was cut */
	uint64_t cut;   /* bytes of all segments */
	bool members;   /* a second one may have begun somewhere */
	struct shown shown[2]; /* the last two: what a record has not taken of the one before moves into the next one's window */
};

/* ---- segments ---- */

static struct segment *segment_new(struct ahead *a)
{
	struct segment *s;

	pthread_mutex_lock(&a->lock);
	s = a->spare;
	if (s)
		a->spare = s->next;
	pthread_mutex_unlock(&a->lock);
	if (!s)
		s = calloc(1, sizeof *s);
	if (!s)
		sc_oom();
	*s = (struct segment){ .member = s->member, .cap = s->cap };
	return s;
}

static void segment_free(struct ahead *a, struct segment *s)
{
	sc_slab_free(s->slab);
	sc_slab_free(s->plain);
	pthread_mutex_lock(&a->lock);
	s->next = a->spare;
	a->spare = s;
	pthread_mutex_unlock(&a->lock);
}

/* The bytes up to `to` are a segment. */
static void emit(struct ahead *a, size_t to, enum state state)
{
	struct segment *s;

	if (to == a->from)
		return;
	s = segment_new(a);
	s->state = state;
	s->off = a->off;
	s->stored = (sc_str){ sc_slab_bytes(a->slab) + a->from, to - a->from };
	s->slab = slab_hold(a->slab);
	a->cut += s->stored.n;
	a->off += s->stored.n;
	a->from = to;
	pthread_mutex_lock(&a->lock);
	*a->last = s;
	a->last = &s->next;
	a->n++;
	pthread_mutex_unlock(&a->lock);
}

/* Where the next segment begins, SC_NONE when it is not in sight. */
static size_t next_begin(struct sc_input *in, bool whole)
{
	struct ahead *a = in->ahead;
	size_t at = a->from + (a->known ? CUT : 0);

	for (at = at > a->scan ? at : a->scan; at < a->hi;) {
		sc_str s = { sc_slab_bytes(a->slab) + at, a->hi - at };
		size_t k = in->codec->resync(s);

		at += k;
		a->scan = at;
		if (k >= s.n || (s.n - k < TASTE && !whole))
			return SC_NONE;
		if (in->codec->taste(sc_str_head(sc_str_from(s, k), TASTE)))
			return at;
		a->scan = ++at;
	}
	return SC_NONE;
}

/* Where a segment ends follows from the bytes alone, not from how they were read or who is how far. */
static void cut(struct sc_input *in, bool whole)
{
	struct ahead *a = in->ahead;
	size_t at;

	while ((at = next_begin(in, whole)) != SC_NONE || a->scan - a->from >= MOST) {
		bool begins = at != SC_NONE && at - a->from <= MOST;

		emit(a, begins ? at : a->from + MOST, a->known && begins ? WAITING : RAW);
		a->known = begins;
		a->members |= begins;
		if (!a->members && a->cut >= GIVE_UP) {
			a->over = true;
			whole = true;
			a->known = false;
			break;
		}
	}
	if (whole) {
		emit(a, a->hi, a->known ? WAITING : RAW);
		a->over = true;
	}
}

/* Room for n more stored bytes: those that are cut may still be looked at, so the rest moves. */
static void fetch_room(struct ahead *a, size_t n)
{
	size_t left = a->hi - a->from;
	struct sc_slab *to;

	if (a->slab && sc_slab_cap(a->slab) - a->hi >= n)
		return;
	to = sc_slab_new(left + n);
	if (left)
		memcpy(sc_slab_bytes(to), sc_slab_bytes(a->slab) + a->from, left);
	sc_slab_free(a->slab);
	a->slab = to;
	a->scan = a->scan > a->from ? a->scan - a->from : 0;
	a->from = 0;
	a->hi = left;
}

int ahead_fetch(struct sc_input *in, struct sc_err *e)
{
	struct ahead *a = in->ahead;
	sc_str tasted = stored_view(&in->st);
	size_t n = 0;

	if (!a->off && !a->hi && tasted.n) { /* what was read to taste it */
		fetch_room(a, tasted.n);
		memcpy(sc_slab_bytes(a->slab), tasted.p, tasted.n);
		a->hi = tasted.n;
		in->st.w.lo = in->st.w.hi = 0;
	}
	fetch_room(a, READ);
	SC_TRY(stored_read(&in->st, in->as, sc_slab_bytes(a->slab) + a->hi, READ, &n, e));
	a->hi += n;
	cut(in, !n);
	return SC_OK;
}

bool ahead_hungry(struct sc_input *in, size_t n)
{
	struct ahead *a = in->ahead;
	bool few;

	if (!a || a->over)
		return false;
	pthread_mutex_lock(&a->lock);
	few = a->n < n;
	pthread_mutex_unlock(&a->lock);
	return few;
}

/* ---- unpacking ---- */

static void *state_take(struct sc_input *in)
{
	struct ahead *a = in->ahead;
	struct sc_err e;
	void *s = NULL;

	pthread_mutex_lock(&a->lock);
	if (a->nidle)
		s = a->idle[--a->nidle];
	pthread_mutex_unlock(&a->lock);
	if (s)
		return s;
	s = calloc(1, in->codec->card.state + 1);
	if (!s || in->codec->open(s, &e) < 0)
		sc_oom();
	return s;
}

static void state_give(struct ahead *a, void *s)
{
	void **v;

	pthread_mutex_lock(&a->lock);
	v = realloc(a->idle, (a->nidle + 1) * sizeof *v);
	if (!v)
		sc_oom();
	a->idle = v;
	v[a->nidle++] = s;
	pthread_mutex_unlock(&a->lock);
}

struct segment *ahead_claim(struct sc_input *in)
{
	struct ahead *a = in->ahead;
	struct segment *s;

	if (!a)
		return NULL;
	pthread_mutex_lock(&a->lock);
	for (s = a->first; s && s->state != WAITING; s = s->next)
		;
	if (s)
		s->state = BUSY;
	pthread_mutex_unlock(&a->lock);
	return s;
}

static void plain_grow(struct segment *s)
{
	size_t n = s->hi - s->lo;
	struct sc_slab *to = sc_slab_new(HEADROOM + 2 * (sc_slab_cap(s->plain) - HEADROOM));

	memcpy(sc_slab_bytes(to) + HEADROOM, sc_slab_bytes(s->plain) + s->lo, n);
	sc_slab_free(s->plain);
	s->plain = to;
}

static void note(struct segment *s, size_t stored, size_t plain)
{
	if (s->nmember == s->cap) {
		size_t cap = s->cap ? 2 * s->cap : 64;
		struct member *v = realloc(s->member, cap * sizeof *v);

		if (!v)
			sc_oom();
		s->member = v;
		s->cap = cap;
	}
	s->member[s->nmember++] = (struct member){ .plain = s->hi - s->lo,
						   .plain_end = s->hi - s->lo + plain,
						   .stored = s->used,
						   .stored_end = s->used + stored,
						   .done = true };
	s->used += stored;
	s->hi += plain;
}

void ahead_unpack(struct sc_input *in, struct segment *s)
{
	struct ahead *a = in->ahead;
	void *state = state_take(in);

	s->plain = sc_slab_new(0);
	s->lo = s->hi = HEADROOM;
	while (s->used < s->stored.n) {
		size_t used = 0, n = 0, room = sc_slab_cap(s->plain) - s->hi;
		int rc = in->codec->whole(state, sc_str_from(s->stored, s->used), sc_slab_bytes(s->plain) + s->hi,
					  room < MOST_PLAIN ? room : MOST_PLAIN, &used, &n);

		if (rc == SC_EOF && s->hi - s->lo + room < MOST_PLAIN)
			plain_grow(s);
		else if (rc != SC_OK)
			break;
		else
			note(s, used, n);
	}
	state_give(a, state);
	pthread_mutex_lock(&a->lock);
	s->state = DONE;
	pthread_cond_broadcast(&a->done);
	pthread_mutex_unlock(&a->lock);
}

/* ---- taking over ---- */

bool ahead_ready(struct sc_input *in)
{
	struct ahead *a = in->ahead;
	bool ready;

	if (!a || in->in_member || in->plain.hi > in->plain.lo || in->st.w.hi > in->st.w.lo)
		return true;
	pthread_mutex_lock(&a->lock);
	ready = a->first ? a->first->state == RAW || a->first->state == DONE : a->over;
	pthread_mutex_unlock(&a->lock);
	return ready;
}

/* The first segment, unpacked when `unpacked` and not being unpacked; NULL when there is none left. */
static int next_segment(struct sc_input *in, bool unpacked, struct segment **out, struct sc_err *e)
{
	struct ahead *a = in->ahead;
	struct segment *s;

	while (!a->first && !a->over)
		SC_TRY(ahead_fetch(in, e));
	pthread_mutex_lock(&a->lock);
	s = *out = a->first;
	while (s && s->state == BUSY)
		pthread_cond_wait(&a->done, &a->lock);
	if (s && s->state == WAITING && unpacked) {
		s->state = BUSY;
		pthread_mutex_unlock(&a->lock);
		ahead_unpack(in, s);
		return SC_OK;
	}
	if (s && s->state == WAITING)
		s->state = RAW; /* nobody is to begin with it now */
	pthread_mutex_unlock(&a->lock);
	return SC_OK;
}

static void pop(struct ahead *a)
{
	pthread_mutex_lock(&a->lock);
	a->first = a->first->next;
	if (!a->first)
		a->last = &a->first;
	a->n--;
	pthread_mutex_unlock(&a->lock);
}

static void remember(struct ahead *a, const struct segment *s)
{
	sc_slab_free(a->shown[0].slab);
	a->shown[0] = a->shown[1];
	a->shown[1] = (struct shown){ .slab = slab_hold(s->slab), .stored = s->stored, .off = s->off };
}

sc_str ahead_packed(struct sc_input *in, struct sc_arena *a, uint64_t off, uint64_t n)
{
	for (int i = 0; in->ahead && i < 2; i++) {
		const struct shown *s = &in->ahead->shown[i];

		if (!s->slab || off < s->off || off - s->off > s->stored.n || n > s->stored.n - (off - s->off))
			continue;
		sc_arena_hold(a, s->slab);
		return (sc_str){ s->stored.p + (off - s->off), (size_t)n };
	}
	return (sc_str){ NULL, 0 };
}

/* What s gave, behind what is left of the plain window; that moves into the head-room where it fits. */
static void show(struct sc_input *in, struct segment *s)
{
	struct window *w = &in->plain;
	size_t left = w->hi - w->lo, n = s->hi - s->lo;
	uint64_t at = in->off + left;
	char *p;

	if (left > s->lo) {
		plain_room(in, n);
		memcpy(w->p + w->hi, sc_slab_bytes(s->plain) + s->lo, n);
		w->hi += n;
	} else {
		p = sc_slab_bytes(s->plain);
		if (left)
			memcpy(p + s->lo - left, w->p + w->lo, left);
		sc_slab_free(in->slab);
		in->slab = s->plain;
		s->plain = NULL;
		*w = (struct window){ .p = p, .lo = s->lo - left, .hi = s->hi, .cap = sc_slab_cap(in->slab) };
	}
	in->shown = w->hi;
	remember(in->ahead, s);
	for (size_t i = 0; i < s->nmember; i++) {
		members_begin(in, at + s->member[i].plain, s->off + s->member[i].stored);
		members_end(in, at + s->member[i].plain_end, s->off + s->member[i].stored_end);
	}
}

static void to_window(struct stored *st, sc_str s, size_t back)
{
	window_room(&st->w, s.n, st->w.lo - back);
	memcpy(st->w.p + st->w.hi, s.p, s.n);
	st->w.hi += s.n;
}

int ahead_take(struct sc_input *in, bool *took, struct sc_err *e)
{
	struct ahead *a = in->ahead;
	struct segment *s = NULL;

	*took = false;
	SC_TRY(next_segment(in, true, &s, e));
	if (!s || s->state == RAW)
		return SC_OK;
	pop(a);
	if (s->used) {
		*took = true;
		show(in, s);
		in->st.off += s->used;
	}
	if (s->used < s->stored.n)
		to_window(&in->st, sc_str_from(s->stored, s->used), 0);
	segment_free(a, s);
	return SC_OK;
}

int ahead_stored(struct sc_input *in, size_t back, bool *more, struct sc_err *e)
{
	struct segment *s = NULL;

	SC_TRY(next_segment(in, false, &s, e));
	*more = s != NULL;
	if (!s)
		return SC_OK;
	pop(in->ahead);
	to_window(&in->st, s->stored, back);
	segment_free(in->ahead, s);
	return SC_OK;
}

/* ---- open, close ---- */

void ahead_open(struct sc_input *in)
{
	struct ahead *a = calloc(1, sizeof *a);

	if (!a)
		sc_oom();
	pthread_mutex_init(&a->lock, NULL);
	pthread_cond_init(&a->done, NULL);
	a->last = &a->first;
	a->known = true;
	in->ahead = a;
	in->st.end = false; /* what a caller gave in memory is cut like the rest */
}

void ahead_close(struct sc_input *in)
{
	struct ahead *a = in->ahead;
	struct segment *s, *next;

	if (!a)
		return;
	while (a->first) {
		s = a->first;
		pop(a);
		segment_free(a, s);
	}
	for (s = a->spare; s; s = next) {
		next = s->next;
		free(s->member);
		free(s);
	}
	while (a->nidle) {
		if (in->codec->close)
			in->codec->close(a->idle[a->nidle - 1]);
		free(a->idle[--a->nidle]);
	}
	free(a->idle);
	sc_slab_free(a->slab);
	sc_slab_free(a->shown[0].slab);
	sc_slab_free(a->shown[1].slab);
	pthread_cond_destroy(&a->done);
	pthread_mutex_destroy(&a->lock);
	free(a);
}
