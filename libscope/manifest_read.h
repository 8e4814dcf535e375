/* SPDX-License-Identifier: Apache-2.0 */
/* manifest_read.h -- what one pass over a manifest's lines leaves for the checks after it. */
#ifndef MANIFEST_READ_H
#define MANIFEST_READ_H

#include <scope/digest.h>
#include <scope/manifest.h>

struct shard_said {
	sc_str path;
	uint64_t bytes, records;
	uint8_t sha256[32], plain[32];
};

struct check {
	const struct sc_verify *v;
	struct sc_arena a;
	sc_str root, group, text_field;
	struct sc_sorter *pairs;  /* "ID LEAF16 TAB L" or "... TAB R" */
	struct sc_sorter *places; /* shard, 0, offset and length of 20 digits each, id in hex */
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
	bool has_lines, has_root, has_keys;
	size_t ntotal;
	struct sc_totals t;
};

/* SC_BAD names the file and the line. */
int manifest_read(struct check *c, sc_str path, struct sc_err *e);

#endif
