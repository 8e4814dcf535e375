/* SPDX-License-Identifier: Apache-2.0 */
/*
 * manifest_pairs.h -- every L line has its R line and every R line an L line, by id and leaf.
 *
 * Both stand in the order of their ids, L lines first, so what the L lines said waits in order and no sort is needed.  The lines' order is the caller's to
 * check.
 */
#ifndef MANIFEST_PAIRS_H
#define MANIFEST_PAIRS_H

#include "queue.h"

struct pairs {
	struct queue said; /* by L lines: id (32 bytes), leaf (8), in order */
	bool reading;
	uint8_t next[40]; /* of said, not yet looked at */
	bool has_next;
	uint8_t id[32]; /* of the R lines at hand */
	uint64_t *leaf; /* theirs */
	bool *placed;
	size_t n, cap;
	bool wrong; /* `first` says what; told at the end, since lines out of order are the caller's to find */
	struct sc_err first;
};

void pairs_init(struct pairs *p, size_t memory);
void pairs_free(struct pairs *p);
int pairs_place(struct pairs *p, const uint8_t id[32], const uint8_t leaf[8], struct sc_err *e);
int pairs_record(struct pairs *p, const uint8_t id[32], const uint8_t leaf[8], struct sc_err *e);
int pairs_end(struct pairs *p, struct sc_err *e);

#endif
