/* SPDX-License-Identifier: Apache-2.0 */
/*
 * find.c -- several literals looked for in one pass.
 *
 * Two bytes that stand side by side in a literal and seldom in text stand for it: a block of the text and the same block one
 * byte on are compared with both, for all literals, and only where a pair was met is the text looked at.  A block is
 * 16, 32 or 64 bytes, as the CPU has it.  The last bytes are copied beside zeros, so nothing is read behind the text.
 */
#include <scope/text.h>

#include "cpu.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

enum { BLOCK_MAX = 64 };

struct search {
	sc_str text;
	const struct sc_needle *v;
	size_t n, left;
	size_t *at;
};

/* A pair was met at i: whose, and is the rest there too? */
static void met(struct search *s, size_t i)
{
	for (size_t k = 0; k < s->n; k++) {
		const struct sc_needle *x = &s->v[k];
		size_t from = i - x->pair;

		if (s->at[k] != SC_NONE || i < x->pair || x->s.n > s->text.n || from > s->text.n - x->s.n ||
		    memcmp(s->text.p + from, x->s.p, x->s.n))
			continue;
		s->at[k] = from;
		s->left--;
	}
}

static void met_all(struct search *s, size_t i, uint64_t bits)
{
	for (; bits && s->left; bits &= bits - 1)
		met(s, i + (size_t)__builtin_ctzll(bits));
}

/* Blocks from p on, whose first byte is the text's i-th, while there are more than a block's bytes; what was done. */
typedef size_t scan(struct search *s, const char *p, size_t n, size_t i);

typedef signed char v16 __attribute__((vector_size(16)));

static size_t scan_plain(struct search *s, const char *p, size_t n, size_t i)
{
	size_t done = 0;

	for (; n - done > 16 && s->left; done += 16) {
		v16 x, y, any = { 0 };
		uint64_t w[2];

		memcpy(&x, p + done, sizeof x);
		memcpy(&y, p + done + 1, sizeof y);
		for (size_t k = 0; k < s->n; k++) {
			const char *pair = s->v[k].s.p + s->v[k].pair;

			any |= (v16)((x == (signed char)pair[0]) & (y == (signed char)pair[1]));
		}
		memcpy(w, &any, sizeof w);
		for (size_t k = 0; w[0] | w[1] && k < 16; k++)
			if (any[k])
				met(s, i + done + k);
	}
	return done;
}

#if defined(__x86_64__)

__attribute__((target("avx2"))) static size_t scan_avx2(struct search *s, const char *p, size_t n, size_t i)
{
	__m256i a[SC_NEEDLES], b[SC_NEEDLES];
	size_t done = 0;

	for (size_t k = 0; k < s->n; k++) {
		a[k] = _mm256_set1_epi8(s->v[k].s.p[s->v[k].pair]);
		b[k] = _mm256_set1_epi8(s->v[k].s.p[s->v[k].pair + 1]);
	}
	for (; n - done > 32 && s->left; done += 32) {
		__m256i x = _mm256_loadu_si256((const __m256i *)(const void *)(p + done));
		__m256i y = _mm256_loadu_si256((const __m256i *)(const void *)(p + done + 1));
		__m256i any = _mm256_and_si256(_mm256_cmpeq_epi8(x, a[0]), _mm256_cmpeq_epi8(y, b[0]));

		for (size_t k = 1; k < s->n; k++)
			any = _mm256_or_si256(any, _mm256_and_si256(_mm256_cmpeq_epi8(x, a[k]), _mm256_cmpeq_epi8(y, b[k])));
		if (__builtin_expect(!_mm256_testz_si256(any, any), 0))
			met_all(s, i + done, (uint32_t)_mm256_movemask_epi8(any));
	}
	return done;
}

__attribute__((target("avx512f,avx512bw"))) static size_t scan_avx512(struct search *s, const char *p, size_t n, size_t i)
{
	__m512i a[SC_NEEDLES], b[SC_NEEDLES];
	size_t done = 0;

	for (size_t k = 0; k < s->n; k++) {
		a[k] = _mm512_set1_epi8(s->v[k].s.p[s->v[k].pair]);
		b[k] = _mm512_set1_epi8(s->v[k].s.p[s->v[k].pair + 1]);
	}
	for (; n - done > 64 && s->left; done += 64) {
		__m512i x = _mm512_loadu_si512(p + done), y = _mm512_loadu_si512(p + done + 1);
		uint64_t any = _mm512_mask_cmpeq_epi8_mask(_mm512_cmpeq_epi8_mask(x, a[0]), y, b[0]);

		for (size_t k = 1; k < s->n; k++)
			any |= _mm512_mask_cmpeq_epi8_mask(_mm512_cmpeq_epi8_mask(x, a[k]), y, b[k]);
		if (__builtin_expect(any != 0, 0))
			met_all(s, i + done, any);
	}
	return done;
}

static scan *best(void)
{
	enum cpu_level level = cpu_level();

	return level == CPU_AVX512 ? scan_avx512 : level == CPU_AVX2 ? scan_avx2 : scan_plain;
}

#else

static scan *best(void)
{
	return scan_plain;
}

#endif

void sc_find_needles(sc_str text, const struct sc_needle *v, size_t n, size_t *at)
{
	struct search s = { .text = text, .v = v, .n = n, .left = n, .at = at };
	char tail[2 * BLOCK_MAX + 1] = { 0 };
	size_t done, least = SIZE_MAX;

	for (size_t k = 0; k < n; k++) {
		at[k] = SC_NONE;
		least = v[k].s.n < least ? v[k].s.n : least;
	}
	if (text.n < least)
		return;
	done = best()(&s, text.p, text.n, 0);
	if (!s.left)
		return;
	memcpy(tail, text.p + done, text.n - done); /* BLOCK_MAX at most, and there is a block of zeros behind it */
	best()(&s, tail, BLOCK_MAX + 1, done);
}
