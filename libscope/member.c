/* SPDX-License-Identifier: Apache-2.0 */
/*
 * member.c -- stored bytes to plain ones, member by member, and the way on after damage.
 *
 * A member's bytes wait until its check has passed, up to HOLD of them; from there on they are shown as they come, and a
 * check that fails is told behind them.  What a cut at the end of the shard left of a member is shown: it is short, not
 * wrong, and the break says so.
 *
 * After damage the next member is looked for: right where the decoder stopped (a failed checksum), else from behind the
 * spoilt member's first byte, as far as it is still kept.  Four bytes of magic are weak evidence, and compressed
 * files lie verbatim inside compressed files, so a candidate is decoded on trial: it must not fail, and when it ends
 * inside what is tried, another member or the end must follow.
 *
 * Trials and second looks are extra work that hostile bytes could multiply: AGAIN bounds it by a multiple of the shard's size.
 */
#include "ahead.h"

#include <stdlib.h>

enum {
	CHUNK = 252 << 10,      /* plain bytes asked of a codec at a time: four and part of a record fit into a slab */
	HOLD = 4 << 20,         /* plain bytes of a member that wait for its check */
	KEEP = 1 << 20,         /* stored bytes of a member kept for a second look */
	LOOKBACK = 64 << 10,    /* of a longer one */
	HEAD = 64,              /* enough for any codec to taste */
	TRIAL_STORED = 1 << 20, /* of a candidate, and */
	TRIAL_PLAIN = 4 << 20,  /* of what it gives: who goes so far without a fault is one */
};

static const char *codec_name(const struct sc_input *in)
{
	return in->codec->card.name + strlen("codec/");
}

/* ---- the queue of members ---- */

void members_pass(struct sc_input *in)
{
	struct members *m = &in->members;

	while (m->head + 1 < m->n && m->v[m->head + 1].plain <= in->off)
		m->head++;
}

void members_begin(struct sc_input *in, uint64_t plain, uint64_t stored)
{
	struct members *m = &in->members;
	struct member here = { .plain = plain, .stored = stored };

	members_pass(in);
	if (m->n > m->head && m->v[m->n - 1].plain == plain) { /* the one before gave nothing */
		m->v[m->n - 1] = here;
		return;
	}
	if (m->n == m->cap && m->head > m->cap / 2) {
		m->n -= m->head;
		memmove(m->v, m->v + m->head, m->n * sizeof *m->v);
		m->head = 0;
	}
	if (m->n == m->cap) {
		size_t cap = m->cap ? 2 * m->cap : 64;
		struct member *v = realloc(m->v, cap * sizeof *v);

		if (!v)
			sc_oom();
		m->v = v;
		m->cap = cap;
	}
	m->v[m->n++] = here;
	members_pass(in); /* all before it may have been taken */
}

void members_end(struct sc_input *in, uint64_t plain, uint64_t stored)
{
	struct member *last = &in->members.v[in->members.n - 1];

	last->plain_end = plain;
	last->stored_end = stored;
	last->done = true;
}

/* Offset of the next plain byte to come. */
static uint64_t plain_at(const struct sc_input *in)
{
	return in->off + (in->plain.hi - in->plain.lo);
}

/* ---- stored bytes ---- */

static int more(struct sc_input *in, struct sc_err *e)
{
	struct stored *s = &in->st;
	uint64_t back = in->in_member ? s->off - in->member_stored : 0;

	if (back > KEEP)
		back = LOOKBACK;
	return stored_fill(in, back < s->w.lo ? (size_t)back : s->w.lo, e);
}

/* At least n stored bytes in view, fewer at the end. */
static int want(struct sc_input *in, size_t n, struct sc_err *e)
{
	while (!in->st.end && in->st.w.hi - in->st.w.lo < n)
		SC_TRY(more(in, e));
	return SC_OK;
}

/* ---- after damage ---- */

static bool again_allowed(const struct sc_input *in)
{
	return in->again < (64 << 20) + 8 * in->st.nread;
}

static void *probe_state(struct sc_input *in)
{
	struct sc_err e = { 0 };

	if (!in->probe) {
		in->probe = calloc(1, in->codec->card.state + 1);
		if (!in->probe)
			sc_oom();
		if (in->codec->open(in->probe, &e) < 0)
			sc_oom();
	}
	return in->probe;
}

/* What follows the candidate of n stored bytes: a member, or the end. */
static int followed(struct sc_input *in, size_t n, bool *yes, struct sc_err *e)
{
	sc_str s;

	for (;;) {
		SC_TRY(want(in, n + HEAD, e));
		s = sc_str_from(stored_view(&in->st), n);
		if (!in->codec->padded || !s.n || *s.p)
			break;
		while (s.n && !*s.p) {
			s = sc_str_from(s, 1);
			n++;
		}
		if (n > TRIAL_STORED)
			break;
	}
	*yes = !s.n || in->codec->taste(sc_str_head(s, HEAD));
	return SC_OK;
}

/* Decodes what begins at the view's first byte, taking nothing. */
static int trial(struct sc_input *in, bool *good, struct sc_err *e)
{
	void *state = probe_state(in);
	size_t used = 0, gave = 0;
	struct sc_err why;
	char *scratch;
	int rc = SC_OK;

	*good = false;
	if (in->codec->start(state, &why) < 0)
		return SC_OK;
	scratch = malloc(CHUNK);
	if (!scratch)
		sc_oom();
	while (rc == SC_OK) {
		sc_str s = sc_str_from(stored_view(&in->st), used), was = s;
		size_t n = 0;
		bool end = false;

		rc = in->codec->step(state, &s, in->st.end, scratch, CHUNK, &n, &end, &why);
		used += was.n - s.n;
		gave += n;
		if (rc < 0)
			break;
		if (end) {
			rc = followed(in, used, good, e);
			break;
		}
		*good = used >= TRIAL_STORED || gave >= TRIAL_PLAIN;
		if (*good || (!n && s.n == was.n && in->st.end))
			break;
		if (!n && s.n == was.n)
			rc = more(in, e);
	}
	free(scratch);
	in->again += used + gave;
	return in->st.failed ? SC_FAIL : SC_OK;
}

/* Whether a member begins at the view's first byte. */
static int candidate(struct sc_input *in, bool *good, struct sc_err *e)
{
	SC_TRY(want(in, HEAD, e));
	*good = in->codec->taste(sc_str_head(stored_view(&in->st), HEAD)) > 0;
	return *good && again_allowed(in) ? trial(in, good, e) : SC_OK;
}

/* The decoder may have stopped exactly behind the spoilt member, or inside its trailer. */
static int resync_here(struct sc_input *in, bool *found, struct sc_err *e)
{
	enum { TRAILER = 8 };

	SC_TRY(want(in, TRAILER + HEAD, e));
	for (size_t i = 0; i <= TRAILER; i++) {
		SC_TRY(candidate(in, found, e));
		if (*found || !stored_view(&in->st).n)
			return SC_OK;
		stored_take(&in->st, 1);
	}
	return SC_OK;
}

/* Takes stored bytes up to where the next member begins, or all of them. */
static int resync(struct sc_input *in, uint64_t stopped, struct sc_err *e)
{
	struct stored *s = &in->st;
	bool found = false;
	uint64_t back;

	in->in_member = false;
	if (stopped > in->member_stored)
		SC_TRY(resync_here(in, &found, e));
	if (found)
		return SC_OK;
	back = s->off - in->member_stored;
	if (back > s->w.lo)
		back = s->w.lo;
	if (back && again_allowed(in)) {
		in->again += back;
		s->w.lo -= (size_t)back;
		s->off -= back;
	}
	if (s->off == in->member_stored && stored_view(s).n)
		stored_take(s, 1);
	for (;;) {
		stored_take(s, in->codec->resync(stored_view(s)));
		SC_TRY(candidate(in, &found, e));
		if (found || !stored_view(s).n)
			return SC_OK;
		stored_take(s, 1); /* it was tasted with all the bytes it needs: none */
	}
}

/* The stream breaks behind what is shown; e says why.  `from`: the first stored byte that is of no use. */
static int break_here(struct sc_input *in, const struct sc_err *why, uint64_t from, struct sc_err *e)
{
	uint64_t stopped = in->st.off;

	in->broken = true;
	in->why = *why;
	SC_TRY(resync(in, stopped, e));
	in->lost = in->st.off > from ? in->st.off - from : 0;
	return SC_OK;
}

/* The current member is spoilt.  What is not shown of it never will be. */
static int member_spoilt(struct sc_input *in, const struct sc_err *why, struct sc_err *e)
{
	uint64_t stopped = in->st.off;
	struct sc_err said;

	if (in->member_plain <= HOLD) {
		in->plain.hi = in->shown;
		sc_damage(&said, "%s at compressed byte %ju", why->msg, (uintmax_t)stopped);
		return break_here(in, &said, in->member_stored, e);
	}
	in->shown = in->plain.hi;
	sc_damage(&said, "%s at compressed byte %ju; the %ju bytes since byte %ju could not be verified", why->msg,
		  (uintmax_t)stopped, (uintmax_t)in->member_plain,
		  (uintmax_t)(plain_at(in) - in->member_plain));
	return break_here(in, &said, stopped, e);
}

/* The shard ends inside the current member. */
static int member_cut(struct sc_input *in)
{
	struct sc_err said;

	in->shown = in->plain.hi;
	in->in_member = false;
	stored_take(&in->st, stored_view(&in->st).n); /* what a codec left as too short must not begin a member again */
	sc_damage(&said, "%s: truncated member at compressed byte %ju", codec_name(in), (uintmax_t)in->st.off);
	in->broken = true;
	in->why = said;
	in->lost = 0;
	return SC_OK;
}

/* ---- members ---- */

/* Between members: padding, the end, or something that is none. */
static int member_begin(struct sc_input *in, struct sc_err *e)
{
	struct sc_err why = { 0 };
	bool took = false;
	sc_str s;

	/* What was read to taste it has not begun any other way. */
	if (in->ahead && (!stored_view(&in->st).n || (!in->st.off && !in->members.n)))
		SC_TRY(ahead_take(in, &took, e));
	if (took)
		return SC_OK;
	SC_TRY(want(in, HEAD, e));
	s = stored_view(&in->st);
	if (in->codec->padded && s.n && !*s.p) {
		size_t n = 0;

		while (n < s.n && !s.p[n])
			n++;
		stored_take(&in->st, n);
		return SC_OK;
	}
	if (!s.n) {
		in->plain_end = true;
		return SC_OK;
	}
	in->member_stored = in->st.off;
	in->member_plain = 0;
	if (!in->codec->taste(sc_str_head(s, HEAD))) { /* no more: what follows may be as many members as there are bytes */
		sc_damage(&why, "%s: no member begins at compressed byte %ju, where one must", codec_name(in),
			  (uintmax_t)in->st.off);
		return break_here(in, &why, in->st.off, e);
	}
	members_begin(in, plain_at(in), in->st.off);
	in->in_member = true;
	in->full = false;
	if (in->codec->start(in->state, &why) < 0)
		return member_spoilt(in, &why, e);
	return SC_OK;
}

static int member_step(struct sc_input *in, struct sc_err *e)
{
	struct sc_err why = { 0 };
	size_t n = 0, before;
	bool end = false;
	sc_str s;
	int rc;

	plain_room(in, CHUNK);
	if (!in->full)
		SC_TRY(want(in, 1, e));
	s = stored_view(&in->st);
	before = s.n;
	rc = in->codec->step(in->state, &s, in->st.end, in->plain.p + in->plain.hi, CHUNK, &n, &end, &why);
	stored_take(&in->st, before - s.n);
	in->full = n == CHUNK;
	in->plain.hi += n;
	in->member_plain += n;
	if (rc == SC_FAIL)
		return sc_fail(e, "%.*s: %s", SC_ARG(in->as), why.msg);
	if (rc == SC_BAD)
		return member_spoilt(in, &why, e);
	if (end) {
		in->in_member = false;
		members_end(in, plain_at(in), in->st.off);
	} else if (!n && before == s.n) {
		if (in->st.end)
			return member_cut(in);
		SC_TRY(more(in, e)); /* it wants more than is in view */
	}
	if (end || in->member_plain > HOLD)
		in->shown = in->plain.hi;
	return SC_OK;
}

int member_fill(struct sc_input *in, struct sc_err *e)
{
	return in->in_member ? member_step(in, e) : member_begin(in, e);
}
