/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scope/input.h -- bytes in: look ahead, then take.
 *
 * An input is the decompressed bytes of one shard, whatever the codec (recognised by content).
 *
 * Damage.  Where compressed bytes are spoilt, the stream has a *break*: the bytes before it
 * are good, some were lost, and it goes on at the next member or frame, if there is
 * one.  sc_peek stops short at a break as it does at the end; sc_input_break tells which it was, and
 * sc_input_mend goes past it.  Small members (up to 4 MiB plain) are checked before any of their bytes are
 * shown; a larger one is shown as it comes and its failed check is a break at its end.  Of a member that the end
 * of the shard cuts short all that it gave is shown before the break.  What follows the last member is damage too,
 * but for zero bytes where the codec has such padding.
 */
#ifndef SCOPE_INPUT_H
#define SCOPE_INPUT_H

#include <scope/base.h>

struct sc_input;

/* `path` is opened; "-" is standard input.  `as` is what messages and origins call it.  `codec`
 * forces one ("gzip"; "none": take the bytes as they are), empty = by content.  `limit` bounds what
 * one peek may ask for (--max-record plus room for headers). */
int sc_input_open(struct sc_input **in, sc_str path, sc_str as, sc_str codec, size_t limit,
                  struct sc_err *e);
/* Bytes in memory, which must outlive it: for tests, fuzzing and nested shards. */
int sc_input_memory(struct sc_input **in, sc_str bytes, sc_str as, size_t limit, struct sc_err *e);
void sc_input_close(struct sc_input *in); /* NULL is fine */

/*
 * At least `want` bytes without taking them, or fewer at the end or at a break.  The
 * view is good until the next call on this input.  Asking for more than the
 * input's limit is SC_BAD: a bomb, not a record.
 */
int sc_peek(struct sc_input *in, size_t want, sc_str *got, struct sc_err *e);

/* Bytes that were shown last, to live as long as `a`: where they lie, or copied. */
sc_str sc_keep(struct sc_input *in, struct sc_arena *a, sc_str shown);

/* Take n bytes that a peek has shown. */
void sc_take(struct sc_input *in, size_t n);

/* Take n bytes unseen; *left is how many of them were not there. */
int sc_skip(struct sc_input *in, uint64_t n, uint64_t *left, struct sc_err *e);

/* Through the next `end` byte, which is included and taken, or what is left before the end or a break;
 * SC_EOF if nothing is left.  A line longer than the limit is SC_BAD and is skipped through its
 * `end`; *line is then its first bytes. */
int sc_line(struct sc_input *in, char end, sc_str *line, struct sc_err *e);

/* True when the bytes shown last end at a break; e says what is spoilt, *lost how many
 * compressed bytes were skipped. */
bool sc_input_break(struct sc_input *in, uint64_t *lost, struct sc_err *e);
void sc_input_mend(struct sc_input *in);

uint64_t sc_input_off(const struct sc_input *in);  /* decompressed bytes taken */
sc_str sc_input_path(const struct sc_input *in);   /* the `as` name */
sc_str sc_input_file(const struct sc_input *in);   /* the file as it was opened; empty: standard input, memory */
size_t sc_input_limit(const struct sc_input *in);
const char *sc_input_codec(const struct sc_input *in); /* "gzip", "none", ... */

/* The member (gzip) or frame (zstd) that the next byte lies in: its offset in the
 * shard as stored, and whether the next byte is its first.  False where the codec has no members. */
bool sc_input_member(const struct sc_input *in, uint64_t *off, bool *first);
/* Whether the next n bytes are exactly those of one member or several, and where these lie in the shard as stored.  *known is
 * false while the end of a member has not been seen: peek further. */
bool sc_input_own_members(const struct sc_input *in, uint64_t n, bool *known, uint64_t *off, uint64_t *packed);

/* SHA-256 of the bytes as stored, while they pass: asked for before the first is taken; false: it is not wanted after all. */
void sc_input_hash_stored(struct sc_input *in, bool on);
/* The same into a digest of the caller's, which outlives the input. */
struct sc_sha256;
void sc_input_hash_into(struct sc_input *in, struct sc_sha256 *sha);
/* After the end: all bytes as stored, read to the last one, and their SHA-256, zeros when nobody asked for it.  May be
 * asked again. */
int sc_input_digest(struct sc_input *in, uint64_t *bytes, uint8_t sha256[32], struct sc_err *e);

/* SHA-256 of the decompressed bytes: asked for before the first is taken, answered after the rest was taken unseen. */
void sc_input_hash_plain(struct sc_input *in);
int sc_input_plain_digest(struct sc_input *in, uint8_t sha256[32], struct sc_err *e);

/* For progress: bytes as stored read so far, and the file's size (0 when not known). */
void sc_input_progress(const struct sc_input *in, uint64_t *done, uint64_t *size);

#endif
