/* SPDX-License-Identifier: Apache-2.0 */
/*
 * unknown.h -- keys that several lines have and that have no running digest: their values, by going through the lines again.
 *
 * Keys are numbered as they come.  All lines are gone through once more, with a running digest for each number; so often that a pass has
 * room for its share of the numbers.  Where that would be too often, lines are copied and sorted by number instead.
 */
#ifndef UNKNOWN_H
#define UNKNOWN_H

#include "queue.h"

#include <scope/manifest.h>
#include <scope/sparse.h>

/* All lines, in their order, 1, 2, 3, ... */
struct lines {
	sc_keys_again *again; /* NULL: they are in `held` */
	void *with;
	struct queue held;
	uint64_t n;
};

struct unknown {
	size_t memory;
	struct sc_sorter *wanted; /* NULL: nothing is unknown */
	struct queue key, value;
	uint64_t n;
};

void unknown_init(struct unknown *u, size_t memory);
int unknown_key(struct unknown *u, const uint8_t key[32], struct sc_err *e); /* in ascending order */
int unknown_line(struct unknown *u, uint64_t line, struct sc_err *e);       /* the last key wants this line; in any order */
/* After the last of them: their values become known. */
int unknown_find(struct unknown *u, struct lines *lines, struct sc_err *e);
/* Then: the keys one by one.  *more says if there was one. */
int unknown_next(struct unknown *u, struct sc_sparse_leaf *leaf, bool *more, struct sc_err *e);
void unknown_free(struct unknown *u);

#endif
