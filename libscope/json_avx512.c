/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json_avx512.c -- the loops over strings for AVX-512 with VBMI and VBMI2: 64 bytes a register, masked loads for what is
 * shorter, a table of 128 bytes in two registers, and bytes squeezed out in one instruction.
 *
 * UTF-8 is checked after Keiser and Lemire, "Validating UTF-8 In Less Than One Instruction Per Byte" (2021); utf8_tables.h
 * has the tables.
 */
#if defined(__x86_64__)

#include "json_scan.h"

#include <immintrin.h>

#include "utf8_tables.h"

#define FN       __attribute__((target("avx512f,avx512bw,avx512vl,avx512vbmi,avx512vbmi2,bmi,bmi2,popcnt,lzcnt")))
#define OP(type) FN static inline __attribute__((always_inline)) type
#define LEVEL    json_avx512

typedef __m512i vec, row;

OP(vec) load(const char *p)
{
	return _mm512_loadu_si512(p);
}

OP(vec) load_some(const char *p, size_t n)
{
	return _mm512_maskz_loadu_epi8(_bzhi_u64(~UINT64_C(0), (unsigned)n), p);
}

/* A mask in a general register.  Left alone, the compiler folds what is done to it into the mask of the compare that made
 * it, and the way there and back, ten cycles, comes to lie between one step and the next. */
OP(uint64_t) general(__mmask64 m)
{
	uint64_t g = m;

	__asm__("" : "+r"(g));
	return g;
}

OP(row) all(char c)
{
	row r = _mm512_set1_epi8(c);

	__asm__("" : "+v"(r));
	return r;
}

OP(uint64_t) is(vec v, row r)
{
	return general(_mm512_cmpeq_epi8_mask(v, r));
}

OP(uint64_t) control(vec v)
{
	return general(_mm512_cmplt_epu8_mask(v, _mm512_set1_epi8(0x20)));
}

OP(uint64_t) high(vec v)
{
	return general(_mm512_movepi8_mask(v));
}

/* What stands for the byte behind a backslash, for bytes below 0x80; 0 where no byte may or more must follow. */
static const char meant[128] __attribute__((aligned(64))) = {
	['"'] = '"',  ['\\'] = '\\', ['/'] = '/',  ['b'] = '\b',
	['f'] = '\f', ['n'] = '\n',  ['r'] = '\r', ['t'] = '\t',
};

struct kit {
	vec meant[2];
	row space, slash;
};

OP(struct kit) kit(void)
{
	return (struct kit){ .meant = { load(meant), load(meant + 64) }, .space = all(' '), .slash = all('\\') };
}

OP(uint64_t) odd(vec v, const struct kit *k)
{
	return general(_mm512_cmplt_epi8_mask(v, k->space));
}

OP(vec) lookup(vec v, const struct kit *k)
{
	return _mm512_permutex2var_epi8(k->meant[0], v, k->meant[1]); /* by the low seven bits */
}

/* (A byte that is not ASCII may pass here, but not as such.) */
OP(uint64_t) simple(vec v, const struct kit *k)
{
	vec m = lookup(v, k);

	return general(_mm512_test_epi8_mask(m, m));
}

/* v moved up by n bytes, with the last n of u before it. */
#define LAGGED(v, mid, n) _mm512_alignr_epi8((v), (mid), 16 - (n))

OP(uint64_t) not_utf8(vec v, vec u)
{
	const vec low = _mm512_set1_epi8(0x0f), top = _mm512_set1_epi8((char)0x80);
	const vec t1 = _mm512_broadcast_i32x4(_mm_load_si128((const __m128i *)(const void *)utf8_first_high));
	const vec t2 = _mm512_broadcast_i32x4(_mm_load_si128((const __m128i *)(const void *)utf8_first_low));
	const vec t3 = _mm512_broadcast_i32x4(_mm_load_si128((const __m128i *)(const void *)utf8_second_high));
	vec mid = _mm512_alignr_epi32(v, u, 12); /* the lane before each lane */
	vec one = LAGGED(v, mid, 1), two = LAGGED(v, mid, 2), three = LAGGED(v, mid, 3);
	vec wrong = _mm512_and_si512(
		_mm512_and_si512(_mm512_shuffle_epi8(t1, _mm512_and_si512(_mm512_srli_epi16(one, 4), low)),
				 _mm512_shuffle_epi8(t2, _mm512_and_si512(one, low))),
		_mm512_shuffle_epi8(t3, _mm512_and_si512(_mm512_srli_epi16(v, 4), low)));
	vec third = _mm512_subs_epu8(two, _mm512_set1_epi8(0xe0 - 0x80));
	vec fourth = _mm512_subs_epu8(three, _mm512_set1_epi8(0xf0 - 0x80));
	vec must = _mm512_and_si512(_mm512_or_si512(third, fourth), top);

	return general(_mm512_cmpneq_epi8_mask(must, wrong));
}

OP(uint64_t) escapes(uint64_t slash);
OP(uint64_t) first_n(size_t n);

/* Writes 64 bytes. */
OP(size_t) decode_block(const char *p, size_t left, char *out, size_t *at, const struct kit *k)
{
	vec v = left >= 64 ? load(p) : load_some(p, left), m = lookup(v, k);
	uint64_t e = escapes(is(v, k->slash)), in = first_n(left), stop = (e << 1 & is(v, all('u'))) >> 1 | (e & ~(in >> 1));

	if (__builtin_expect(stop || left < 64, 0)) {
		in &= stop ? (stop & -stop) - 1 : in;
		*at = (size_t)__builtin_popcountll(in);
	}
	v = _mm512_mask_mov_epi8(v, e << 1 & _mm512_test_epi8_mask(m, m) & ~high(v), m);
	in &= ~e;
	_mm512_storeu_si512(out, _mm512_maskz_compress_epi8(in, v));
	return (size_t)__builtin_popcountll(in);
}

#include "json_vec.h"

#endif
