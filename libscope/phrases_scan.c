/* SPDX-License-Identifier: Apache-2.0 */
/*
 * phrases_scan.c -- the part of the phrase matcher that touches every byte: where words begin and end, and which of them, with
 * the word before, might be of a phrase.
 *
 * Bytes become bits (64 a word, as in Langdale and Lemire, "Parsing gigabytes of JSON per second", 2019), bits become a list of
 * borders, and each word becomes a hash that is looked up in a small blocked Bloom filter (Putze, Sanders, Singler, "Cache-,
 * hash- and space-efficient Bloom filters", 2007).  No branch hangs on what a word is.
 */
#include "cpu.h"
#include "phrases_impl.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#define INLINE static inline __attribute__((always_inline))

/* ---- bytes to bits ---- */

/* Eight bytes at once: the top bit of each that is a word byte. */
INLINE uint64_t eight(uint64_t x)
{
	const uint64_t ones = 0x0101010101010101, top = ones << 7;
	uint64_t low = x & ~top, small = low | ones << 5;
	uint64_t letter = (small + (0x80 - 'a') * ones) & ~(small + (0x80 - 'z' - 1) * ones);
	uint64_t digit = (low + (0x80 - '0') * ones) & ~(low + (0x80 - '9' - 1) * ones);

	return (letter | digit | x) & top;
}

INLINE uint64_t mask_plain(const char *p)
{
	uint64_t m = 0;

	for (size_t i = 0; i < 8; i++)
		m |= ((eight(phrase_load(p + 8 * i)) >> 7) * 0x0102040810204080 >> 56) << 8 * i;
	return m;
}

/* ---- bits to borders ---- */

typedef uint8_t bytes8 __attribute__((vector_size(8)));
typedef uint16_t halves8 __attribute__((vector_size(16)));

/* Where the set bits of a byte are, by a table: eight numbers a byte, needed or not, since branches that hang on the text cost
 * more. */
INLINE size_t borders(uint16_t *at, uint64_t bits, uint16_t base, const uint8_t (*spots)[8])
{
	const uint64_t ones = 0x0101010101010101;
	uint64_t n = bits - (bits >> 1 & 0x55 * ones);

	n = (n & 0x33 * ones) + (n >> 2 & 0x33 * ones);
	n = ((n + (n >> 4)) & 0x0f * ones) * ones; /* its byte i: how many are set in bytes 0 to i */
	for (unsigned i = 0; i < 64; i += 8) {
		bytes8 spot;
		halves8 wide;

		memcpy(&spot, spots[bits >> i & 0xff], sizeof spot);
		wide = __builtin_convertvector(spot, halves8) + (uint16_t)(base + i);
		memcpy(at + (n << 8 >> i & 0xff), &wide, sizeof wide);
	}
	return n >> 56;
}

INLINE void borders_all(struct phrase_block *b, size_t nmask, bool *open, const struct sc_phrases_scan *s)
{
	uint64_t before = *open;
	size_t n = 0;

	for (size_t i = 0; i < nmask; i++) {
		uint64_t w = b->mask[i];

		n += borders(b->at + n, w ^ (w << 1 | before), (uint16_t)(64 * i), s->p->spots);
		before = w >> 63;
	}
	b->n = n;
	*open = before;
}

/* ---- words to candidates ---- */

INLINE bool passes(const uint64_t *filter, unsigned shift, uint64_t hash)
{
	uint64_t word = filter[hash >> shift];

	return word >> (hash >> 41 & 63) & word >> (hash >> 35 & 63) & 1;
}

INLINE void probe_words(struct phrase_block *b, const char *p, size_t from, const struct sc_phrases_scan *s, bool one, bool more)
{
	uint64_t last = b->last;
	size_t nwho = 0;

	for (size_t i = from; i + 1 < b->n; i += 2) {
		size_t at = b->at[i];
		uint64_t now = phrase_word(phrase_load(p + at), b->at[i + 1] - at);
		bool it = more && passes(s->filter, s->p->shift, phrase_hash_two(last, now));

		b->who[nwho] = (uint16_t)i;
		nwho += it | (one && passes(s->filter, s->p->shift, phrase_hash_one(now)));
		last = now;
	}
	b->nwho = nwho;
	b->last = last;
}

INLINE void probe_any(struct phrase_block *b, const char *p, size_t from, const struct sc_phrases_scan *s)
{
	if (!s->p->has_one)
		probe_words(b, p, from, s, false, true);
	else if (!s->p->has_more)
		probe_words(b, p, from, s, true, false);
	else
		probe_words(b, p, from, s, true, true);
}

/* ---- the levels ---- */

static void split_plain(struct phrase_block *b, const char *p, size_t nmask, bool *open, const struct sc_phrases_scan *s)
{
	for (size_t i = 0; i < nmask; i++)
		b->mask[i] = mask_plain(p + 64 * i);
	borders_all(b, nmask, open, s);
}

static void probe_plain(struct phrase_block *b, const char *p, size_t from, const struct sc_phrases_scan *s)
{
	probe_any(b, p, from, s);
}

#if defined(__x86_64__)
#define AVX2 __attribute__((target("avx2,bmi,bmi2,popcnt")))
#define AVX512 __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx512vbmi2,bmi,bmi2,popcnt")))

static const uint8_t iota64[64] = { 0,	1,  2,	3,  4,	5,  6,	7,  8,	9,  10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21,
				    22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43,
				    44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63 };

AVX2 static uint32_t half_avx2(const char *p)
{
	__m256i x = _mm256_loadu_si256((const __m256i *)(const void *)p);
	__m256i letter = _mm256_sub_epi8(_mm256_or_si256(x, _mm256_set1_epi8(0x20)), _mm256_set1_epi8('a'));
	__m256i digit = _mm256_sub_epi8(x, _mm256_set1_epi8('0'));

	letter = _mm256_cmpeq_epi8(_mm256_min_epu8(letter, _mm256_set1_epi8(25)), letter);
	digit = _mm256_cmpeq_epi8(_mm256_min_epu8(digit, _mm256_set1_epi8(9)), digit);
	return (uint32_t)_mm256_movemask_epi8(_mm256_or_si256(x, _mm256_or_si256(letter, digit)));
}

AVX2 static void split_avx2(struct phrase_block *b, const char *p, size_t nmask, bool *open, const struct sc_phrases_scan *s)
{
	for (size_t i = 0; i < nmask; i++)
		b->mask[i] = half_avx2(p + 64 * i) | (uint64_t)half_avx2(p + 64 * i + 32) << 32;
	borders_all(b, nmask, open, s);
}

AVX2 static void probe_avx2(struct phrase_block *b, const char *p, size_t from, const struct sc_phrases_scan *s)
{
	probe_any(b, p, from, s);
}

AVX512 static void split_avx512(struct phrase_block *b, const char *p, size_t nmask, bool *open, const struct sc_phrases_scan *s)
{
	const __m512i iota = _mm512_loadu_si512(iota64);
	uint64_t before = *open;
	size_t n = 0;

	(void)s;
	for (size_t i = 0; i < nmask; i++) {
		__m512i x = _mm512_loadu_si512(p + 64 * i), at;
		__m512i letter = _mm512_sub_epi8(_mm512_or_si512(x, _mm512_set1_epi8(0x20)), _mm512_set1_epi8('a'));
		__m512i digit = _mm512_sub_epi8(x, _mm512_set1_epi8('0')), base = _mm512_set1_epi16((short)(64 * i));
		uint64_t w = _mm512_cmple_epu8_mask(letter, _mm512_set1_epi8(25)) | _mm512_cmple_epu8_mask(digit, _mm512_set1_epi8(9)) |
			     _mm512_movepi8_mask(x);
		uint64_t border = w ^ (w << 1 | before);

		before = w >> 63;
		at = _mm512_maskz_compress_epi8(border, iota);
		_mm512_storeu_si512(b->at + n, _mm512_add_epi16(base, _mm512_cvtepu8_epi16(_mm512_castsi512_si256(at))));
		_mm512_storeu_si512(b->at + n + 32, _mm512_add_epi16(base, _mm512_cvtepu8_epi16(_mm512_extracti64x4_epi64(at, 1))));
		n += (size_t)__builtin_popcountll(border);
	}
	b->n = n;
	*open = before;
}

AVX512 INLINE __mmask8 pass8(__m512i hash, const uint64_t *filter, unsigned shift, __mmask8 valid)
{
	__m512i word = _mm512_mask_i64gather_epi64(hash, valid, _mm512_srli_epi64(hash, shift), filter, 8);
	__m512i both = _mm512_and_si512(_mm512_rorv_epi64(word, _mm512_srli_epi64(hash, 41)), _mm512_rorv_epi64(word, _mm512_srli_epi64(hash, 35)));

	return _mm512_mask_test_epi64_mask(valid, both, _mm512_set1_epi64(1));
}

AVX512 INLINE void probe8(struct phrase_block *b, const char *p, size_t from, const struct sc_phrases_scan *s, bool one, bool more)
{
	__m512i last = _mm512_set1_epi64((long long)b->last);
	size_t nwho = 0;

	for (size_t i = from; i + 1 < b->n; i += 16) {
		size_t left = (b->n - i) / 2;
		__mmask8 valid = (__mmask8)(left < 8 ? (1u << left) - 1 : 0xff), it = 0;
		__m512i pair = _mm512_cvtepu32_epi64(_mm256_loadu_si256((const __m256i *)(const void *)(b->at + i)));
		__m512i at = _mm512_and_si512(pair, _mm512_set1_epi64(0xffff)), n = _mm512_sub_epi64(_mm512_srli_epi64(pair, 16), at);
		__m512i bits = _mm512_slli_epi64(_mm512_min_epu64(n, _mm512_set1_epi64(8)), 3);
		__m512i now = _mm512_mask_i64gather_epi64(pair, valid, at, p, 1), before;

		now = _mm512_or_si512(now, _mm512_set1_epi8(0x20));
		now = _mm512_and_si512(now, _mm512_srlv_epi64(_mm512_set1_epi64(-1), _mm512_sub_epi64(_mm512_set1_epi64(64), bits)));
		now = _mm512_add_epi64(now, n);
		before = _mm512_alignr_epi64(now, last, 7);
		if (more)
			it |= pass8(_mm512_mullo_epi64(_mm512_xor_si512(now, _mm512_rol_epi64(before, 29)), _mm512_set1_epi64((long long)PHRASE_TWO)),
				    s->filter, s->p->shift, valid);
		if (one)
			it |= pass8(_mm512_mullo_epi64(_mm512_xor_si512(now, _mm512_set1_epi64((long long)PHRASE_SALT)), _mm512_set1_epi64((long long)PHRASE_ONE)),
				    s->filter, s->p->shift, valid);
		for (; it; it &= (__mmask8)(it - 1))
			b->who[nwho++] = (uint16_t)(i + 2 * (size_t)__builtin_ctz(it));
		last = now;
		if (left <= 8) {
			uint64_t v[8];
			_mm512_storeu_si512(v, now);
			b->last = v[left - 1];
		}
	}
	b->nwho = nwho;
}

AVX512 static void probe_avx512(struct phrase_block *b, const char *p, size_t from, const struct sc_phrases_scan *s)
{
	if (!s->p->has_one)
		probe8(b, p, from, s, false, true);
	else if (!s->p->has_more)
		probe8(b, p, from, s, true, false);
	else
		probe8(b, p, from, s, true, true);
}
#endif

const struct phrase_code *phrase_code(void)
{
	static const struct phrase_code plain = { split_plain, probe_plain };
#if defined(__x86_64__)
	static const struct phrase_code avx2 = { split_avx2, probe_avx2 };

	static const struct phrase_code avx512 = { split_avx512, probe_avx512 };

	if (cpu_level() >= CPU_AVX512 && __builtin_cpu_supports("avx512dq"))
		return &avx512;
	if (cpu_level() >= CPU_AVX2)
		return &avx2;
#endif
	return &plain;
}
