/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hot.h -- running digests by key, for as many keys as there is room for: those that come first, so those that come often.
 *
 * An index of 8 bytes a place, half of them free, says which digest is a key's; one that is not there is told without a look at a digest.
 */
#ifndef HOT_H
#define HOT_H

#include "keys_of.h"
#include "sha256.h"

/* Digests that one line more comes to, with LF before it if it is not the first. */
struct runs {
	struct sha256_run *v[MOST_KEYS];
	size_t n;
};
/* One more, that was started or has n 0 (lines are not empty, so it had none yet); the same one twice, or too many, makes those before have the line at once. */
void runs_want(struct runs *r, struct sha256_run *one, sc_str line);
void runs_line(struct runs *r, sc_str line); /* to all; none is left */

struct hot_digest {
	uint8_t key[32];
	struct sha256_run sha;
};

struct hot {
	struct hot_digest *v; /* in the order in which they came */
	size_t n, most;
	uint64_t *place; /* half a key's hash and, below, its number in v, from 1; 0: free */
	size_t nplace;
};

void hot_init(struct hot *t, size_t memory);
/* The key's; a new one, not started and with n 0, if there is room; else NULL. */
struct sha256_run *hot_get(struct hot *t, const uint8_t key[32]);
/* What hot_get will look at is fetched from memory meanwhile: first the one for all of many keys, then the other. */
void hot_fetch_place(const struct hot *t, const uint8_t key[32]);
void hot_fetch_digest(const struct hot *t, const uint8_t key[32]);
void hot_free(struct hot *t);

#endif
