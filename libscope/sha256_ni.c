/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sha256_ni.c -- SHA-256 (FIPS 180-4) by the SHA instructions of x86, two messages at a time.
 *
 * Two rounds are one instruction, and each waits for the one before it, so a single message leaves the unit idle half
 * of the time: two messages that know nothing of each other fill it.  A lane takes the next message as soon as it is
 * done with one, so lengths need not match; only the last message of a call may run alone.  A message may also be added to a
 * running digest.
 *
 * The state is held as the instructions want it: the words A B E F and C D G H, from the highest down.  A message is
 * its whole blocks where it lies, then one or two blocks on the side with what is left, the bit 1, zeros and the
 * length in bits (FIPS 180-4, 5.1.1).  Short messages lie on the side altogether.  What is added to a running digest is the block
 * that its tail becomes, whole blocks, and a new tail.
 */
#include "sha256.h"

#if defined(__x86_64__)

#include <immintrin.h>

#include <endian.h>

#define NI __attribute__((target("sha,sse4.1,ssse3")))

enum { BLOCK = 64, SIDE = 2 * BLOCK, SHORT = SIDE - 9 };

/* FIPS 180-4, 4.2.2: the first 32 bits of the fractional parts of the cube roots of the first 64 primes. */
static const uint32_t k[64] __attribute__((aligned(16))) = {
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
	0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
	0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
	0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
	0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
	0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
	0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
	0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

struct lane {
	__m128i abef, cdgh;
	const uint8_t *p, *then;     /* the next block; what comes after all from p on */
	size_t blocks, then_blocks; /* of each */
	uint8_t *out;               /* NULL: the lane has nothing to do */
	struct sha256_run *run;     /* not NULL: the lane is this digest's, without padding, and the state goes back to it */
	sc_str tail;                /* what it is left with; empty: it has what it had */
	uint8_t side[SIDE];
};

/* What a block is worked on with: the state, and sixteen words of the message schedule. */
struct work {
	__m128i abef, cdgh, w[4];
};

NI static inline __m128i big_endian(__m128i x)
{
	return _mm_shuffle_epi8(x, _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203));
}

NI static inline void load(struct work *x, const uint8_t *p)
{
	for (int i = 0; i < 4; i++)
		x->w[i] = big_endian(_mm_loadu_si128((const __m128i *)(const void *)(p + 16 * i)));
}

/* Rounds 4q to 4q+3, and the words of the schedule that come sixteen later. */
NI static inline void rounds(struct work *x, int q)
{
	__m128i m = _mm_add_epi32(x->w[q & 3], _mm_load_si128((const __m128i *)(const void *)(k + 4 * q)));

	x->cdgh = _mm_sha256rnds2_epu32(x->cdgh, x->abef, m);
	x->abef = _mm_sha256rnds2_epu32(x->abef, x->cdgh, _mm_shuffle_epi32(m, 0x0e));
	if (q < 12) {
		__m128i last = x->w[(q + 3) & 3], far = _mm_alignr_epi8(last, x->w[(q + 2) & 3], 4);

		m = _mm_sha256msg1_epu32(x->w[q & 3], x->w[(q + 1) & 3]);
		x->w[q & 3] = _mm_sha256msg2_epu32(_mm_add_epi32(m, far), last);
	}
}

NI static void blocks_one(struct lane *a, size_t n)
{
	struct work x = { .abef = a->abef, .cdgh = a->cdgh };

	for (; n; n--, a->p += BLOCK, a->blocks--) {
		__m128i abef = x.abef, cdgh = x.cdgh;

		load(&x, a->p);
#pragma GCC unroll 16
		for (int q = 0; q < 16; q++)
			rounds(&x, q);
		x.abef = _mm_add_epi32(x.abef, abef);
		x.cdgh = _mm_add_epi32(x.cdgh, cdgh);
	}
	a->abef = x.abef;
	a->cdgh = x.cdgh;
}

NI static void blocks_two(struct lane *a, struct lane *b, size_t n)
{
	struct work x = { .abef = a->abef, .cdgh = a->cdgh }, y = { .abef = b->abef, .cdgh = b->cdgh };
	const uint8_t *p = a->p, *s = b->p;

	for (size_t i = 0; i < n; i++, p += BLOCK, s += BLOCK) {
		__m128i was[4] = { x.abef, x.cdgh, y.abef, y.cdgh };

		load(&x, p);
		load(&y, s);
#pragma GCC unroll 16
		for (int q = 0; q < 16; q++) {
			rounds(&x, q);
			rounds(&y, q);
		}
		x.abef = _mm_add_epi32(x.abef, was[0]);
		x.cdgh = _mm_add_epi32(x.cdgh, was[1]);
		y.abef = _mm_add_epi32(y.abef, was[2]);
		y.cdgh = _mm_add_epi32(y.cdgh, was[3]);
	}
	a->abef = x.abef;
	a->cdgh = x.cdgh;
	b->abef = y.abef;
	b->cdgh = y.cdgh;
	a->p = p;
	b->p = s;
	a->blocks -= n;
	b->blocks -= n;
}

NI static void run_load(struct lane *a, const struct sha256_run *r)
{
	a->abef = _mm_loadu_si128((const __m128i *)(const void *)r->state);
	a->cdgh = _mm_loadu_si128((const __m128i *)(const void *)(r->state + 16));
}

NI static void run_store(struct sha256_run *r, const struct lane *a)
{
	_mm_storeu_si128((__m128i *)(void *)r->state, a->abef);
	_mm_storeu_si128((__m128i *)(void *)(r->state + 16), a->cdgh);
}

NI static void end(struct lane *a)
{
	__m128i feba = _mm_shuffle_epi32(a->abef, 0x1b), dchg = _mm_shuffle_epi32(a->cdgh, 0xb1);

	if (a->run) {
		run_store(a->run, a);
		if (a->tail.n) {
			memcpy(a->run->tail, a->tail.p, a->tail.n);
			a->run->ntail = (uint32_t)a->tail.n;
		}
	} else {
		_mm_storeu_si128((__m128i *)(void *)a->out, big_endian(_mm_blend_epi16(feba, dchg, 0xf0)));
		_mm_storeu_si128((__m128i *)(void *)(a->out + 16), big_endian(_mm_alignr_epi8(dchg, feba, 8)));
	}
	a->out = NULL;
}

/* When its blocks are done with: what comes then, or its end. */
static void step(struct lane *a)
{
	if (a->blocks)
		return;
	a->p = a->then;
	a->blocks = a->then_blocks;
	a->then_blocks = 0;
	if (!a->blocks)
		end(a);
}

/* A message into a lane. */
NI static void begin(struct lane *a, sc_str s, uint8_t out[32])
{
	size_t whole = s.n <= SHORT ? 0 : s.n / BLOCK, left = s.n - whole * BLOCK;
	uint64_t bits = htobe64((uint64_t)s.n << 3);

	a->abef = _mm_set_epi32(0x6a09e667, (int)0xbb67ae85, 0x510e527f, (int)0x9b05688c);
	a->cdgh = _mm_set_epi32(0x3c6ef372, (int)0xa54ff53a, 0x1f83d9ab, 0x5be0cd19);
	a->out = out;
	a->run = NULL;
	a->then = a->side;
	a->then_blocks = left + 9 > BLOCK ? 2 : 1;
	if (left)
		memcpy(a->side, s.p + whole * BLOCK, left);
	a->side[left] = 0x80;
	memset(a->side + left + 1, 0, a->then_blocks * BLOCK - left - 1);
	memcpy(a->side + a->then_blocks * BLOCK - 8, &bits, 8);
	a->p = (const uint8_t *)s.p;
	a->blocks = whole;
	step(a);
}

/* What is added to a running digest into a lane. */
NI static void begin_run(struct lane *a, struct sha256_run *r, sc_str s)
{
	size_t fill = r->ntail ? BLOCK - r->ntail : 0;

	r->n += s.n;
	fill = fill < s.n ? fill : s.n;
	if (fill)
		memcpy(r->tail + r->ntail, s.p, fill);
	r->ntail += (uint32_t)fill;
	s = sc_str_from(s, fill);
	run_load(a, r);
	a->run = r;
	a->out = r->state;
	a->p = r->tail;
	a->blocks = r->ntail == BLOCK;
	a->then = (const uint8_t *)s.p;
	a->then_blocks = s.n / BLOCK;
	a->tail = sc_str_from(s, a->then_blocks * BLOCK);
	if (a->blocks)
		r->ntail = 0;
	step(a);
}

/* All from the i-th on that are done at once, and the first that is not. */
static size_t take(struct lane *a, struct sha256_run **r, const sc_str *v, size_t i, size_t n, uint8_t (*out)[32])
{
	for (; !a->out && i < n; i++) {
		if (r)
			begin_run(a, r[i], v[i]);
		else
			begin(a, v[i], out[i]);
	}
	return i;
}

/* Messages, each digest to out; or with r, each added to one.  *a may have begun with something else. */
static void lanes(struct lane *a, struct sha256_run **r, const sc_str *v, size_t n, uint8_t (*out)[32])
{
	struct lane b = { .out = NULL };

	for (size_t i = 0;;) {
		i = take(a, r, v, i, n, out);
		i = take(&b, r, v, i, n, out);
		if (!a->out || !b.out)
			break;
		blocks_two(a, &b, a->blocks < b.blocks ? a->blocks : b.blocks);
		step(a);
		step(&b);
	}
	for (struct lane *one = a->out ? a : &b; one->out; step(one))
		blocks_one(one, one->blocks);
}

void sha256_ni_many(const sc_str *v, size_t n, uint8_t (*out)[32])
{
	struct lane a = { .out = NULL };

	lanes(&a, NULL, v, n, out);
}

NI void sha256_ni_start(struct sha256_run *r)
{
	struct lane a;

	begin(&a, (sc_str){ NULL, 0 }, NULL);
	*r = (struct sha256_run){ .ntail = 0 };
	run_store(r, &a);
}

void sha256_ni_add(struct sha256_run **r, const sc_str *v, size_t n)
{
	struct lane a = { .out = NULL };

	lanes(&a, r, v, n, NULL);
}

void sha256_ni_beside(struct sha256_run *r, sc_str s, const sc_str *v, size_t n, uint8_t (*out)[32])
{
	struct lane a = { .out = NULL };

	begin_run(&a, r, s);
	lanes(&a, NULL, v, n, out);
}

NI void sha256_ni_end(const struct sha256_run *r, uint8_t out[32])
{
	struct lane a = { .out = out };
	uint64_t bits = htobe64(r->n << 3);
	size_t n = r->ntail + 9u > BLOCK ? 2 : 1;

	memset(a.side, 0, sizeof a.side);
	memcpy(a.side, r->tail, r->ntail);
	a.side[r->ntail] = 0x80;
	memcpy(a.side + n * BLOCK - 8, &bits, 8);
	run_load(&a, r);
	a.p = a.side;
	a.blocks = n;
	blocks_one(&a, n);
	end(&a);
}

#else

void sha256_ni_many(const sc_str *v, size_t n, uint8_t (*out)[32])
{
	(void)v;
	(void)n;
	(void)out;
	__builtin_unreachable(); /* cpu_sha() is false here */
}

void sha256_ni_start(struct sha256_run *r)
{
	(void)r;
	__builtin_unreachable();
}

void sha256_ni_add(struct sha256_run **r, const sc_str *v, size_t n)
{
	(void)r;
	sha256_ni_many(v, n, NULL);
}

void sha256_ni_beside(struct sha256_run *r, sc_str s, const sc_str *v, size_t n, uint8_t (*out)[32])
{
	(void)r;
	(void)s;
	sha256_ni_many(v, n, out);
}

void sha256_ni_end(const struct sha256_run *r, uint8_t out[32])
{
	(void)r;
	(void)out;
	__builtin_unreachable();
}

#endif
