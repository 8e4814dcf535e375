/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ahead.h -- members unpacked before their turn, by any thread.
 *
 * The stored bytes are cut into segments where a member may begin.  A segment is unpacked by itself, member by member, as far as
 * they are sound; when its turn comes and the stream is at its first byte, between members, what it gave is taken over as it
 * lies.  All else (what is left of it, a first byte that turned out to lie inside a member, damage) goes the usual way through
 * member.c, so the stream says the same, byte for byte and break for break, with and without this.
 *
 *	fetch     reads and cuts                 the shard's reading thread
 *	claim     the next segment that nobody unpacks    any thread
 *	unpack    a claimed one                  the thread that claimed it
 *	take      the next one in order          the shard's reading thread
 */
#ifndef AHEAD_H
#define AHEAD_H

#include "input_impl.h"

struct segment;

/* Where in->ahead is NULL (a codec without independent members) there is nothing to do. */
bool ahead_hungry(struct sc_input *in, size_t n); /* fewer than n segments wait for their turn, and more can be read */
int ahead_fetch(struct sc_input *in, struct sc_err *e);
struct segment *ahead_claim(struct sc_input *in); /* NULL: none */
void ahead_unpack(struct sc_input *in, struct segment *s);
/* Whether plain bytes are at hand or will be without unpacking or waiting. */
bool ahead_ready(struct sc_input *in);

/* The n stored bytes at off where they still lie, held by `a`; {NULL, 0} when they do not.  They do for the members of the record
 * that was framed last, where those were taken over. */
sc_str ahead_packed(struct sc_input *in, struct sc_arena *a, uint64_t off, uint64_t n);

/* For member.c and stored.c.  *took: plain bytes were shown.  Else the usual way. */
int ahead_take(struct sc_input *in, bool *took, struct sc_err *e);
/* The next segment's stored bytes appended to the stored window; false when there is none left. */
int ahead_stored(struct sc_input *in, size_t back, bool *more, struct sc_err *e);
void ahead_open(struct sc_input *in);
void ahead_close(struct sc_input *in);

#endif
