/* SPDX-License-Identifier: Apache-2.0 */
/* merge_impl.h -- what the two halves of a merge share: merge.c has the small lines, merge_records.c the L and R lines. */
#ifndef MERGE_IMPL_H
#define MERGE_IMPL_H

#include "manifest_read.h"
#include "manifest_text.h"

#include <scope/merge.h>
#include <scope/plugin.h>

#include <sys/stat.h>

struct merge;

struct merge_input {
	struct merge *m;
	sc_str path;
	struct check c;      /* what the first pass found */
	struct sc_strs head; /* H lines as they stand */
	struct stat st;      /* as it was then */
	sc_str prefix;       /* of its S paths, with a slash at its end; empty: none */
	sc_str field;        /* the same, escaped */
	int rc;
	struct sc_err why;
};

struct merge {
	const struct sc_merge *conf;
	struct merge_input *in;
	size_t n;
	struct sc_sorter *tomb;   /* X lines, to look up */
	struct sc_rows *tomb_out; /* and to write */
	struct sc_sorter *gone;            /* ids that were left out, for the second walk */
	struct sc_sorter *place;           /* L lines of one id, when they are very many */
	struct sc_keys *keys;
	struct sc_merkle tree;
	struct sc_merged *done;
	uint8_t once[32], recalled[32]; /* sums over the L lines that were not written */
	uint64_t nrecalled;
	struct sc_buf b; /* goes to the output in large pieces */
	struct sc_arena a;
};

/* Bytes of m->b to the output, when they are enough to be worth it, or `all`. */
int merge_flush(struct merge *m, struct sc_output *out, bool all, struct sc_err *e);
/* L lines, merged, to the output; tree and keys are filled. */
int merge_places(struct merge *m, struct sc_output *out, struct sc_err *e);
/* R lines, after that. */
int merge_rlines(struct merge *m, struct sc_output *out, struct sc_err *e);

#endif
