/* SPDX-License-Identifier: Apache-2.0 */
/* sha256.h -- SHA-256 by the CPU's own instructions, two messages at once; digest.c chooses. */
#ifndef SHA256_H
#define SHA256_H

#include <scope/base.h>

/*
 * A digest that runs, small enough to be had a million times: the state after whole blocks, in an order that is the CPU's, and what is
 * left of the last one.
 */
struct sha256_run {
	uint8_t state[32], tail[64];
	uint32_t ntail;
	uint64_t n; /* bytes in all */
};
void sha256_run_start(struct sha256_run *r);
/* v[i] to r[i], which are not the same: two at a time where the CPU can. */
void sha256_run_add(struct sha256_run **r, const sc_str *v, size_t n);
void sha256_run_end(const struct sha256_run *r, uint8_t out[32]);

/* These only where cpu_sha() says so. */

/* Digests of n messages. */
void sha256_ni_many(const sc_str *v, size_t n, uint8_t (*out)[32]);
void sha256_ni_start(struct sha256_run *r);
void sha256_ni_add(struct sha256_run **r, const sc_str *v, size_t n);
/* s added to r, and digests of n messages beside it. */
void sha256_ni_beside(struct sha256_run *r, sc_str s, const sc_str *v, size_t n, uint8_t (*out)[32]);
void sha256_ni_end(const struct sha256_run *r, uint8_t out[32]);

#endif
