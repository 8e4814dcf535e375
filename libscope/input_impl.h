/* SPDX-License-Identifier: Apache-2.0 */
/* input_impl.h -- what stored.c, member.c and input.c share of an input; nobody else looks in. */
#ifndef SCOPE_INPUT_IMPL_H
#define SCOPE_INPUT_IMPL_H

#include <scope/digest.h>
#include <scope/input.h>
#include <scope/plugin.h>

/* Bytes p[lo..hi) of a buffer of cap. */
struct window {
	char *p;
	size_t lo, hi, cap;
};

/* Room for n bytes behind hi; the bytes from `from` (<= lo) on are kept, and may move to the front: the
 * return value is how far.  Moves only when there is no room otherwise. */
size_t window_room(struct window *w, size_t n, size_t from);

/* The shard as stored.  Every byte is hashed once, as it is read, when that was asked for. */
struct stored {
	int fd; /* -1: memory */
	bool eof, failed; /* of what is read */
	bool end;         /* nothing comes behind the window */
	struct window w;
	uint64_t off;         /* in the shard, of w.p[w.lo] */
	uint64_t nread, size; /* bytes read so far; the file's size, 0 when it is not known */
	struct sc_sha256 *sha; /* NULL: nobody asked */
	bool lent;             /* it is the caller's */
	bool hashed; /* the digest below is final */
	uint8_t digest[32];
};

/* The default pipe of 64 KiB costs a switch of processes for each; what is no pipe is left alone. */
void pipe_widen(int fd);
/* One read into `to`; *n is 0 at the end.  Waits where the descriptor does not block. */
int stored_read(struct stored *s, sc_str as, char *to, size_t cap, size_t *n, struct sc_err *e);
/* More bytes into the window; `back` bytes before w.lo are kept. */
int stored_fill(struct sc_input *in, size_t back, struct sc_err *e);

static inline sc_str stored_view(const struct stored *s)
{
	return (sc_str){ s->w.p + s->w.lo, s->w.hi - s->w.lo };
}

static inline void stored_take(struct stored *s, size_t n)
{
	s->w.lo += n;
	s->off += n;
}

/* Where a member lies in plain and in stored bytes; its ends are known once it is done. */
struct member {
	uint64_t plain, plain_end, stored, stored_end;
	bool done;
};

/* The members whose bytes are in the plain window, oldest at v[head]. */
struct members {
	struct member *v;
	size_t head, n, cap;
};

struct sc_input {
	sc_str as, file; /* file: as opened; empty: standard input, memory */
	size_t limit;
	struct stored st;
	struct ahead *ahead; /* NULL: nothing is unpacked before its turn */

	const struct sc_codec *codec; /* NULL: none */
	void *state, *probe;          /* the codec's: of the stream; for trying what may be a member */
	bool in_member, full;         /* full: the last step filled its room, more may be had without input */
	uint64_t member_stored;       /* where the current member begins */
	uint64_t member_plain;        /* bytes that it gave so far */
	struct members members;
	uint64_t again; /* bytes looked at a second time so far: bounded, see member.c */

	/* Plain bytes: lo..shown may be shown, shown..hi wait for their member's check.  They lie in a slab, which records
	 * may hold. */
	struct window plain;
	struct sc_slab *slab;
	size_t shown;
	uint64_t off; /* of plain.p[plain.lo] */
	bool plain_end;
	struct sc_sha256 *sha_plain; /* of what was taken, when it was asked for */

	bool broken; /* behind the shown bytes */
	uint64_t lost;
	struct sc_err why;
	struct sc_arena arena; /* the head of a line past the limit */
};

/* Room for n bytes behind plain.hi. */
void plain_room(struct sc_input *in, size_t n);
/* Some progress: more plain bytes, a break, a member's begin, or the end. */
int member_fill(struct sc_input *in, struct sc_err *e);
/* Forget the members before the one that in->off lies in. */
void members_pass(struct sc_input *in);
/* A member begins, ends. */
void members_begin(struct sc_input *in, uint64_t plain, uint64_t stored);
void members_end(struct sc_input *in, uint64_t plain, uint64_t stored);

#endif
