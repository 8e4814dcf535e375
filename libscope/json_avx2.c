/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json_avx2.c -- the loops over strings for AVX2: 64 bytes in two registers; what is shorter goes through a copy.
 *
 * UTF-8 is checked after Keiser and Lemire, "Validating UTF-8 In Less Than One Instruction Per Byte" (2021); utf8_tables.h
 * has the tables.
 */
#if defined(__x86_64__)

#include "json_scan.h"

#include <immintrin.h>

#include "utf8_tables.h"

#define FN       __attribute__((target("avx2,bmi,bmi2,popcnt")))
#define OP(type) FN static inline __attribute__((always_inline)) type
#define LEVEL    json_avx2

typedef struct {
	__m256i a, b;
} vec;
typedef __m256i row;

OP(__m256i) load32(const char *p)
{
	return _mm256_loadu_si256((const __m256i *)(const void *)p);
}

OP(void) store32(char *p, __m256i v)
{
	_mm256_storeu_si256((__m256i *)(void *)p, v);
}

OP(vec) load(const char *p)
{
	return (vec){ load32(p), load32(p + 32) };
}

OP(vec) load_some(const char *p, size_t n)
{
	char all[64] = { 0 };

	if (n)
		memcpy(all, p, n);
	return load(all);
}

OP(uint64_t) tops(__m256i a, __m256i b)
{
	return (uint32_t)_mm256_movemask_epi8(a) | (uint64_t)(uint32_t)_mm256_movemask_epi8(b) << 32;
}

OP(row) all(char c)
{
	row r = _mm256_set1_epi8(c);

	__asm__("" : "+x"(r));
	return r;
}

OP(uint64_t) is(vec v, row r)
{
	return tops(_mm256_cmpeq_epi8(v.a, r), _mm256_cmpeq_epi8(v.b, r));
}

OP(uint64_t) control(vec v)
{
	const __m256i k = _mm256_set1_epi8(0x1f);

	return tops(_mm256_cmpeq_epi8(_mm256_max_epu8(v.a, k), k), _mm256_cmpeq_epi8(_mm256_max_epu8(v.b, k), k));
}

OP(uint64_t) high(vec v)
{
	return tops(v.a, v.b);
}

OP(__m256i) table(const uint8_t t[16])
{
	return _mm256_broadcastsi128_si256(_mm_load_si128((const __m128i *)(const void *)t));
}

OP(__m256i) high_nibble(__m256i v)
{
	return _mm256_and_si256(_mm256_srli_epi16(v, 4), _mm256_set1_epi8(0x0f));
}

/* One bit a column of the ASCII table that has such bytes: 2 has " and /, 5 \, 6 b f n, 7 r t. */
static const uint8_t escape_high[16] __attribute__((aligned(16))) = { [2] = 1, [5] = 2, [6] = 4, [7] = 8 };
static const uint8_t escape_low[16] __attribute__((aligned(16))) = {
	[2] = 1 | 4 | 8, [4] = 8, [6] = 4, [0xc] = 2, [0xe] = 4, [0xf] = 1,
};

struct kit {
	__m256i high, low;
	row space, slash;
};

OP(struct kit) kit(void)
{
	return (struct kit){ .high = table(escape_high), .low = table(escape_low), .space = all(' '), .slash = all('\\') };
}

OP(uint64_t) odd(vec v, const struct kit *k)
{
	return tops(_mm256_cmpgt_epi8(k->space, v.a), _mm256_cmpgt_epi8(k->space, v.b));
}

OP(__m256i) no_escape(__m256i v, const struct kit *k)
{
	__m256i m = _mm256_and_si256(_mm256_shuffle_epi8(k->high, high_nibble(v)), _mm256_shuffle_epi8(k->low, v));

	return _mm256_cmpeq_epi8(m, _mm256_setzero_si256());
}

OP(uint64_t) simple(vec v, const struct kit *k)
{
	return ~tops(no_escape(v.a, k), no_escape(v.b, k));
}

OP(__m256i) right(__m256i v, __m256i u)
{
	const __m256i low = _mm256_set1_epi8(0x0f), mid = _mm256_permute2x128_si256(u, v, 0x21);
	__m256i one = _mm256_alignr_epi8(v, mid, 15), two = _mm256_alignr_epi8(v, mid, 14),
		three = _mm256_alignr_epi8(v, mid, 13);
	__m256i wrong =
		_mm256_and_si256(_mm256_and_si256(_mm256_shuffle_epi8(table(utf8_first_high), high_nibble(one)),
						  _mm256_shuffle_epi8(table(utf8_first_low), _mm256_and_si256(one, low))),
				 _mm256_shuffle_epi8(table(utf8_second_high), high_nibble(v)));
	__m256i third = _mm256_subs_epu8(two, _mm256_set1_epi8(0xe0 - 0x80));
	__m256i fourth = _mm256_subs_epu8(three, _mm256_set1_epi8((char)(0xf0 - 0x80)));
	__m256i must = _mm256_and_si256(_mm256_or_si256(third, fourth), _mm256_set1_epi8((char)0x80));

	return _mm256_cmpeq_epi8(must, wrong);
}

OP(uint64_t) not_utf8(vec v, vec u)
{
	return ~tops(right(v.a, u.b), right(v.b, v.a));
}

OP(uint64_t) escapes(uint64_t slash);
OP(uint64_t) first_n(size_t n);

OP(void) copy64(char *out, const char *p)
{
	vec v = load(p);

	store32(out, v.a);
	store32(out + 32, v.b);
}

/*
 * 64 bytes from p, of which `n` count and 128 can be read, from one escape to the next: each piece is copied as if it were
 * whole, and the next lies down over what was too much.
 */
OP(size_t) decode_pieces(const char *p, size_t n, char *out, size_t *at, const struct kit *k)
{
	uint64_t e = escapes(is(load(p), k->slash)) & first_n(n);
	const char *from = p;
	char *o = out;

	for (; e; e &= e - 1) {
		const char *slash = p + __builtin_ctzll(e);

		copy64(o, from);
		o += slash - from;
		from = slash;
		if (slash[1] == 'u' || slash + 1 >= p + n)
			goto stop;
		*o++ = json_short_escape(slash[1]);
		from += 2;
	}
	copy64(o, from);
	o += p + n - from;
	from = p + n;
stop:
	*at = (size_t)(from - p);
	return (size_t)(o - out);
}

/* Writes 64 bytes behind what it gives, at most. */
OP(size_t) decode_block(const char *p, size_t left, char *out, size_t *at, const struct kit *k)
{
	char all[128];

	if (left >= 128)
		return decode_pieces(p, 64, out, at, k);
	memset(all, 0, sizeof all);
	memcpy(all, p, left);
	return decode_pieces(all, left < 64 ? left : 64, out, at, k);
}

#include "json_vec.h"

#endif
