/* SPDX-License-Identifier: Apache-2.0 */
/* scope/diff.h -- two manifests beside one another, and what leads from one to the other: scope-merge(7). */
#ifndef SCOPE_DIFF_H
#define SCOPE_DIFF_H

#include <scope/manifest.h>

/* What two manifests say of one id. */
struct sc_diff_id {
	char kind; /* '+' only the second has it, '-' only the first, '~' they say something else, '=' the same */
	sc_str id; /* sha256:HEX */
	struct sc_diff_lines {
		const sc_str *v; /* R lines as they stand; several: a conflict */
		size_t n;
	} of[2];
};

struct sc_diff_side {
	struct sc_totals t;
	uint64_t ids, bytes, conflicts; /* bytes: each id once */
	const struct sc_step *step;     /* live until sc_diff_free */
	size_t nstep;
};

struct sc_diff {
	sc_str path[2];
	int (*each)(void *with, const struct sc_diff_id *d,
	            struct sc_err *e); /* ids in order, those that are the same too */
	void *with;
	/* Found. */
	struct sc_diff_side side[2];
	uint64_t added, removed, changed, same; /* ids */
	void *kept;
};
/* One pass over both.  Each is checked as it passes; SC_BAD names the one that says what is not true. */
int sc_diff_run(struct sc_diff *d, struct sc_err *e);
void sc_diff_free(struct sc_diff *d); /* zeroed is fine */

/* A field of lines: by its column (scope/export.h's SC_R_BYTES to SC_R_DOMAIN) when key is empty, else what k=v says; as it stands.  Several lines:
 * their distinct values with | between.  "-": none. */
sc_str sc_diff_field(struct sc_arena *a, const struct sc_diff_lines *l, size_t column, sc_str key);
/* Keys of k=v that any of the lines has, sorted. */
size_t sc_diff_keys(struct sc_arena *a, const struct sc_diff_lines *l, size_t n, sc_str **keys);

/* Counts by value on both sides; past `memory` they go to a sort. */
struct sc_diff_row {
	sc_str value;
	uint64_t records[2], bytes[2];
};
struct sc_diff_table;
struct sc_diff_table *sc_diff_table_new(size_t memory);
int sc_diff_table_add(struct sc_diff_table *t, sc_str value, int side, uint64_t bytes,
                      struct sc_err *e);
/* Rows by value, once; SC_EOF.  Views until the next call. */
int sc_diff_table_next(struct sc_diff_table *t, struct sc_diff_row *r, struct sc_err *e);
void sc_diff_table_free(struct sc_diff_table *t); /* NULL is fine */

/*
 * scope-delta/1: what makes the second manifest of the first, byte for byte (decompressed).  Lines, sorted by bytes:
 *
 *	#scope-delta/1
 *	H	new sha256:HEX | new-key-root | new-record-root | old | old-key-root | old-record-root
 *	N	LINE		a line of the new manifest that the old one has not
 *	O	POSITION COUNT	lines of the old one that the new one has not: the number of the first, of 20 digits, from 0
 *	T	lines sha256:HEX	of all lines above
 *
 * new and old are SHA-256 of the manifests' text.
 */
enum {
	SC_DELTA_NEW,
	SC_DELTA_NEW_KEYS,
	SC_DELTA_NEW_RECORDS,
	SC_DELTA_OLD,
	SC_DELTA_OLD_KEYS,
	SC_DELTA_OLD_RECORDS,
	SC_DELTA_HEADS
};
struct sc_delta {
	uint8_t head[SC_DELTA_HEADS][32];
	uint64_t nnew, nold; /* lines that come, lines that go */
};
int sc_delta_make(const sc_str path[2], size_t memory, struct sc_output *out, struct sc_delta *d,
                  struct sc_err *e);
/* SC_OK: its form is right and nothing in it was changed. */
int sc_delta_check(sc_str path, struct sc_delta *d, struct sc_err *e);
/* The new manifest's text to out.  SC_BAD: the delta is not for `old`, or does not make what it says; then out is not to be kept. */
int sc_delta_apply(sc_str old, sc_str delta, size_t memory, struct sc_output *out,
                   struct sc_delta *d, struct sc_totals *t, struct sc_err *e);

#endif
