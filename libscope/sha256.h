/* SPDX-License-Identifier: Apache-2.0 */
/* sha256.h -- SHA-256 by the CPU's own instructions, two messages at once; digest.c chooses. */
#ifndef SHA256_H
#define SHA256_H

#include <scope/base.h>

/* All to be called only where cpu_sha() says so. */

/* Digests of n messages. */
void sha256_ni_many(const sc_str *v, size_t n, uint8_t (*out)[32]);

/* A digest that runs: the state after whole blocks, and what is left of the last one. */
struct sha256_run {
	uint8_t state[32], tail[64];
	size_t ntail;
	uint64_t n; /* bytes in all */
};
void sha256_ni_start(struct sha256_run *r);
/* s added to r, and digests of n messages beside it. */
void sha256_ni_beside(struct sha256_run *r, sc_str s, const sc_str *v, size_t n, uint8_t (*out)[32]);
void sha256_ni_end(const struct sha256_run *r, uint8_t out[32]);

#endif
