/* SPDX-License-Identifier: Apache-2.0 */
/* keys_of.h -- the keys of an R line, and how they are spelt. */
#ifndef KEYS_OF_H
#define KEYS_OF_H

#include <scope/manifest.h>

enum { MOST_KEYS = 8 }; /* of a line */

/* Onto b: what the key is the SHA-256 of. */
void key_spell(struct sc_buf *b, const struct sc_key *key);

#endif
