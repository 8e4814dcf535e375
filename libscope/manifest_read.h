/* SPDX-License-Identifier: Apache-2.0 */
/* manifest_read.h -- one pass over a manifest's lines, and what it leaves for the checks after it. */
#ifndef MANIFEST_READ_H
#define MANIFEST_READ_H

#include "hand.h"
#include "manifest_pairs.h"

#include <scope/digest.h>
#include <scope/manifest.h>
#include <scope/rows.h>

struct shard_said {
	sc_str path;
	uint64_t bytes, records, rejected;
	uint8_t sha256[32], plain[32];
};

/* Zero is a check that only looks at lines: what is NULL is not gathered. */
struct check {
	const struct sc_verify *v;
	struct sc_arena a;
	sc_str root, group, text_field;
	int (*seen)(void *with, sc_str line, struct sc_err *e); /* each H and X line as it stands, or NULL */
	void *with;
	struct hand *beside;	/* while manifest_read is at it: what comes next is this thread's */
	struct sc_buf item, row;
	struct pairs *pairs;
	struct sc_sorter *places; /* shard, 0, offset and length (8 bytes each, big endian), id */
	sc_str place_line;
	bool place_held;
	struct sc_step *step;
	struct shard_said *out, *in;
	size_t nstep, nout, nin;
	uint64_t nline, nplace, in_records, in_rejected;
	uint8_t sum[32]; /* over the L lines */
	struct sc_merkle tree;
	struct sc_keys *keys;
	uint8_t lines[32], lines_said[32]; /* all lines above the first T */
	uint8_t file[32];		   /* all lines */
	uint8_t xlines[32], xlines_said[32]; /* all X lines */
	uint64_t at_l, at_r;		   /* offset of the first L and R line in the decompressed file */
	bool has_l, has_r;
	bool has_lines, has_root, has_keys, has_xlines;
	struct sc_rows *tombs; /* ids of X lines, or NULL: not wanted */
	uint64_t ntomb;
	size_t ntotal;
	struct sc_totals t;
};

struct pass {
	struct sc_input *in; /* NULL: lines are pushed */
	struct sc_sha256 *sha;
	struct sc_sha256 *tombs; /* of the X lines; NULL: there were none */
	sc_str path;
	struct sc_buf last;
	struct sc_arena scratch;
	uint64_t bytes;
	bool totals;
};

/* Lines are read from `path`, or, with `pushed`, given to manifest_push; path then is what messages call them. */
int manifest_open(struct pass *p, sc_str path, bool pushed, struct sc_err *e);
void manifest_close(struct pass *p); /* zeroed is fine */
/* The next line, without LF, once it was looked at.  SC_EOF behind the last; SC_BAD names the file and the line. */
int manifest_next(struct check *c, struct pass *p, sc_str *line, struct sc_err *e);
int manifest_push(struct check *c, struct pass *p, sc_str line, struct sc_err *e);
int manifest_push_end(struct check *c, struct pass *p, struct sc_err *e);
/* All of it. */
int manifest_read(struct check *c, sc_str path, struct sc_err *e);
void check_free(struct check *c);

/* Do the T lines say what the lines above them are?  Of the key-root only when c->keys was filled. */
int totals_check(const struct check *c, struct sc_err *e);
/* Do the P lines add up, chain for chain, to the L and I lines?  How many chains. */
int funnel_check(const struct check *c, size_t *nchain, struct sc_err *e);

#endif
