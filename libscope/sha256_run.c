/* SPDX-License-Identifier: Apache-2.0 */
/* sha256_run.c -- running digests of 112 bytes: by the CPU's instructions, or block by block by libcrypto; see sha256.h. */
#include "cpu.h"
#include "sha256.h"

#include <endian.h>

#define OPENSSL_SUPPRESS_DEPRECATED /* EVP's contexts are several times as large and cannot be laid into a table */
#include <openssl/sha.h>

enum { BLOCK = 64 };

static void blocks(struct sha256_run *r, const char *p, size_t n)
{
	SHA256_CTX c = { .num = 0 };

	memcpy(c.h, r->state, sizeof r->state);
	for (; n; n--, p += BLOCK)
		SHA256_Transform(&c, (const unsigned char *)p);
	memcpy(r->state, c.h, sizeof r->state);
}

static void add(struct sha256_run *r, sc_str s)
{
	size_t n = BLOCK - r->ntail < s.n ? BLOCK - r->ntail : s.n;

	r->n += s.n;
	if (r->ntail) {
		memcpy(r->tail + r->ntail, s.p, n);
		r->ntail += (uint32_t)n;
		s = sc_str_from(s, n);
		if (r->ntail < BLOCK)
			return;
		blocks(r, (const char *)r->tail, 1);
	}
	blocks(r, s.p, s.n / BLOCK);
	r->ntail = s.n % BLOCK;
	memcpy(r->tail, s.p + (s.n - r->ntail), r->ntail);
}

void sha256_run_start(struct sha256_run *r)
{
	SHA256_CTX c;

	if (cpu_sha()) {
		sha256_ni_start(r);
		return;
	}
	SHA256_Init(&c);
	*r = (struct sha256_run){ .ntail = 0 };
	memcpy(r->state, c.h, sizeof r->state);
}

void sha256_run_add(struct sha256_run **r, const sc_str *v, size_t n)
{
	if (cpu_sha()) {
		sha256_ni_add(r, v, n);
		return;
	}
	for (size_t i = 0; i < n; i++)
		if (v[i].n)
			add(r[i], v[i]);
}

void sha256_run_end(const struct sha256_run *r, uint8_t out[32])
{
	struct sha256_run last = *r;
	char side[2 * BLOCK] = { 0 };
	size_t n = r->ntail + 9u > BLOCK ? 2 : 1;
	uint64_t bits = htobe64(r->n << 3);
	uint32_t h[8];

	if (cpu_sha()) {
		sha256_ni_end(r, out);
		return;
	}
	memcpy(side, r->tail, r->ntail);
	side[r->ntail] = (char)0x80;
	memcpy(side + n * BLOCK - 8, &bits, 8);
	blocks(&last, side, n);
	memcpy(h, last.state, sizeof h);
	for (int i = 0; i < 8; i++)
		h[i] = htobe32(h[i]);
	memcpy(out, h, sizeof h);
}
