/* SPDX-License-Identifier: Apache-2.0 */
/* overlap_impl.h -- between the files of overlap. */
#ifndef OVERLAP_IMPL_H
#define OVERLAP_IMPL_H

#include <scope/overlap.h>

/* Fills o->order from what both sides say of themselves, and from version logs. */
int overlap_order(struct sc_overlap *o, const struct sc_strs *logs, struct sc_err *e);

/*
 * What is joined, as lines of a sorter: kind (i: SHA-256 of bytes, t: of a text, p: of a paragraph), digest, side, and then
 * of the suspect (side 0) the place; of the corpus (side 1) what it is ("w" whole, "x" otherwise), the record's id, four bytes that
 * number a paragraph in it, and the place.
 */
enum { DIGEST = 32, KEY = 1 + DIGEST };

struct overlap_read {
	struct sc_overlap *o;
	const struct sc_overlap_conf *conf;
	struct sc_sorter *keys;	 /* lines as above */
	struct sc_sorter *found; /* id, letter, ...: what is known of a record of the corpus; see overlap.c */
	struct sc_buf line, text, place;
	uint64_t nread[2]; /* shards that were there, of corpus and suspect */
};
int overlap_corpus(struct overlap_read *r, sc_str path, struct sc_err *e);
int overlap_suspect(struct overlap_read *r, const sc_str *v, size_t n, struct sc_err *e);

#endif
