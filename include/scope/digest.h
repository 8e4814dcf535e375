/* SPDX-License-Identifier: Apache-2.0 */
/* scope/digest.h -- SHA-256 (FIPS 180-4; by the CPU or libcrypto), order-free multiset sums and the
 * RFC 6962 Merkle tree over lines. */
#ifndef SCOPE_DIGEST_H
#define SCOPE_DIGEST_H

#include <scope/base.h>

struct sc_sha256; /* a running digest; one reused EVP context, not shared between threads */

struct sc_sha256 *sc_sha256_new(void);
void sc_sha256_free(struct sc_sha256 *h); /* NULL is fine */
void sc_sha256_start(struct sc_sha256 *h);
void sc_sha256_add(struct sc_sha256 *h, sc_str s);
void sc_sha256_end(struct sc_sha256 *h, uint8_t out[32]);
void sc_sha256_peek(const struct sc_sha256 *h, sc_str more, uint8_t out[32]); /* as if `more` and the end came now */
void sc_sha256_of(sc_str s, uint8_t out[32]); /* one shot; a thread-local context */
/*
 * A digest whose bytes may wait, copied, up to 2 MiB of them, until there are messages to hash beside them: two at once cost
 * what one does.  One thread adds and ends; sc_sha256_many, in a thread that was told to (NULL: no more), takes what waits along.
 * It must outlive that.  start and peek are not for it.
 */
struct sc_sha256 *sc_sha256_new_later(void);
void sc_sha256_company(struct sc_sha256 *h);
/* Of n messages: out[i] is that of v[i].  Where the CPU can, two at a time: twice as fast as one after the other. */
void sc_sha256_many(const sc_str *v, size_t n, uint8_t (*out)[32]);
void sc_sha256_of_both(sc_str x, sc_str y, uint8_t out[32]); /* of x and y one after the other */

/* Sum modulo 2^256 of digests, taken as big-endian numbers: the same for any order. */
void sc_sum_add(uint8_t sum[32], const uint8_t digest[32]);

/* Merkle tree hash of RFC 6962 section 2.1 over leaves in order, O(log n) memory. */
struct sc_merkle {
	uint8_t node[64][32]; /* node[i]: root of a full subtree of 2^i leaves, when bit i of n is set */
	uint64_t n;
};

void sc_merkle_leaf_hash(sc_str leaf, uint8_t out[32]); /* SHA-256(0x00 || leaf) */
void sc_merkle_add(struct sc_merkle *m, const uint8_t leaf_hash[32]);
void sc_merkle_root(const struct sc_merkle *m, uint8_t out[32]); /* SHA-256("") when empty */

#endif
