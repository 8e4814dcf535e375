/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lic_index.c -- which grams of four words the licences of the SPDX list are made of.
 *
 * data/licences.bin is made by `make licences` (scripts/licences.c): zstd over
 *	"scl3", u32 licences, u32 grams, u32 sets, u32 members (little endian)
 *	the ids, each with LF
 *	the grams' hashes, sorted, each as the difference to the one before: the lowest bytes of all, the next ones, the next
 *	for each gram the number of the set of licences that have it: the low bytes of all, the high ones
 *	for each set how many licences are in it, and their numbers as differences (LEB128)
 */
#include "lic.h"

#include <assert.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <zstd.h>

extern const char sc_data_data_licences[];
extern const size_t sc_data_data_licences_n;

static struct lic_index built;
static struct sc_arena room; /* as long as the process */
static pthread_once_t once = PTHREAD_ONCE_INIT;

uint32_t lic_gram_hash(const uint32_t *four)
{
	uint64_t h = 0;

	for (size_t i = 0; i < LIC_GRAM; i++)
		h = (h ^ four[i]) * 0x9e3779b97f4a7c15u;
	return (uint32_t)(h >> 32) ^ (uint32_t)(h >> 7);
}

/* In passes, so that what is fetched from memory for one is under way while others are worked on. */
void lic_grams_find(const struct lic_index *x, const uint32_t *words, size_t n, uint32_t *out)
{
	uint32_t at[LIC_BLOCK], many = 0;
	uint32_t hash[LIC_BLOCK];

	assert(n <= LIC_BLOCK);
	for (size_t i = 0; i < n; i++) {
		hash[i] = lic_gram_hash(words + i);
		__builtin_prefetch(&x->seen[hash[i] >> 6 & (LIC_SEEN - 1)]);
	}
	for (size_t i = 0; i < n; i++) {
		bool is = x->seen[hash[i] >> 6 & (LIC_SEEN - 1)] >> (hash[i] & 63) & 1;

		__builtin_prefetch(&x->top[hash[i] >> LIC_TOP_SHIFT]);
		at[many] = (uint32_t)i;
		many += is;
		out[i] = LIC_NO_GRAM;
	}
	for (uint32_t k = 0; k < many; k++)
		__builtin_prefetch(&x->gram[x->top[hash[at[k]] >> LIC_TOP_SHIFT]]);
	for (uint32_t k = 0; k < many; k++) {
		uint32_t h = hash[at[k]], i = x->top[h >> LIC_TOP_SHIFT], end = x->top[(h >> LIC_TOP_SHIFT) + 1];

		for (; i < end && x->gram[i] < h; i++)
			;
		if (i < end && x->gram[i] == h)
			out[at[k]] = i;
	}
}

static uint32_t u32(const uint8_t **p)
{
	const uint8_t *b = *p;

	*p += 4;
	return b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

static uint32_t leb(const uint8_t **p)
{
	uint32_t n = 0;

	for (unsigned shift = 0;; shift += 7) {
		uint8_t b = *(*p)++;

		n |= (uint32_t)(b & 127) << shift;
		if (b < 128)
			return n;
	}
}

/* What most things are under; of two that fit nearly alike these are the likelier. */
static const char common[] = " MIT X11 ISC NTP Zlib Libpng BSD-2-Clause BSD-3-Clause BSD-4-Clause BSD-4-Clause-UC Apache-1.1 Apache-2.0 GPL-1.0-only GPL-2.0-only "
			     "GPL-3.0-only LGPL-2.0-only LGPL-2.1-only LGPL-3.0-only AGPL-3.0-only GFDL-1.1-only GFDL-1.2-only GFDL-1.3-only MPL-1.1 MPL-2.0 EPL-1.0 EPL-2.0 "
			     "CDDL-1.0 BSL-1.0 OFL-1.1 Artistic-1.0-Perl Artistic-2.0 PSF-2.0 Python-2.0 CC0-1.0 CC-BY-3.0 CC-BY-4.0 CC-BY-SA-3.0 CC-BY-SA-4.0 Unlicense WTFPL "
			     "OpenSSL curl NCSA W3C FSFAP FSFULLR PHP-3.01 ";

static bool is_common(sc_str id)
{
	sc_str rest = { common + 1, sizeof common - 3 }, one;

	while (sc_str_cut(&rest, ' ', &one))
		if (sc_str_eq(one, id))
			return true;
	return false;
}

static const uint8_t *unpack_grams(struct lic_index *x, const uint8_t *p)
{
	uint32_t last = 0, bucket = 0;
	const size_t n = x->ngram;

	x->top = sc_alloc(&room, ((1u << (32 - LIC_TOP_SHIFT)) + 1) * sizeof *x->top);
	x->seen = SC_NEW(&room, uint64_t, LIC_SEEN);
	x->gram = sc_alloc(&room, x->ngram * sizeof *x->gram);
	x->set = sc_alloc(&room, x->ngram * sizeof *x->set);
	for (uint32_t i = 0; i < x->ngram; i++) {
		x->gram[i] = last += p[i] | (uint32_t)p[i + n] << 8 | (uint32_t)p[i + 2 * n] << 16;
		x->seen[last >> 6 & (LIC_SEEN - 1)] |= 1ull << (last & 63);
		for (; bucket <= last >> LIC_TOP_SHIFT; bucket++)
			x->top[bucket] = i;
	}
	for (; bucket <= 1u << (32 - LIC_TOP_SHIFT); bucket++)
		x->top[bucket] = x->ngram;
	p += 3 * n;
	for (uint32_t i = 0; i < x->ngram; i++)
		x->set[i] = (uint16_t)(p[i] | p[i + n] << 8);
	return p + 2 * n;
}

static void unpack_sets(struct lic_index *x, const uint8_t *p, uint32_t members)
{
	uint32_t at = 0, *times = SC_NEW(&room, uint32_t, x->nset);

	for (uint32_t i = 0; i < x->ngram; i++)
		times[x->set[i]]++;
	x->from = sc_alloc(&room, (x->nset + 1) * sizeof *x->from);
	x->weight = sc_alloc(&room, x->nset * sizeof *x->weight);
	x->member = sc_alloc(&room, members * sizeof *x->member);
	for (uint32_t i = 0; i < x->nset; i++) {
		uint32_t n = leb(&p), who = 0;

		x->from[i] = at;
		x->weight[i] = (uint32_t)(65536 / sqrt(n) + 0.5);
		for (uint32_t k = 0; k < n; k++) {
			who += leb(&p);
			x->member[at++] = (uint16_t)who;
			x->licence[who].grams += times[i];
			x->licence[who].weight += times[i] * x->weight[i];
		}
	}
	x->from[x->nset] = at;
	assert(at == members);
}

static void unpack(struct lic_index *x, const uint8_t *p)
{
	uint32_t members;

	p += 4;
	x->nlicence = u32(&p);
	x->ngram = u32(&p);
	x->nset = u32(&p);
	members = u32(&p);
	x->licence = SC_NEW(&room, struct lic_licence, x->nlicence);
	for (uint32_t i = 0; i < x->nlicence; i++) {
		const char *end = strchr((const char *)p, '\n');

		x->licence[i].id = (sc_str){ (const char *)p, (size_t)(end - (const char *)p) };
		x->licence[i].common = is_common(x->licence[i].id);
		p = (const uint8_t *)end + 1;
	}
	unpack_sets(x, unpack_grams(x, p), members);
}

static void load(void)
{
	unsigned long long n = ZSTD_getFrameContentSize(sc_data_data_licences, sc_data_data_licences_n);
	char *p;

	if (n == ZSTD_CONTENTSIZE_ERROR || n == ZSTD_CONTENTSIZE_UNKNOWN)
		abort(); /* it is ours: `make check` would have said so */
	p = sc_alloc(&room, (size_t)n + 1);
	if (ZSTD_decompress(p, (size_t)n, sc_data_data_licences, sc_data_data_licences_n) != n)
		abort();
	p[n] = 0;
	unpack(&built, (const uint8_t *)p);
}

const struct lic_index *lic_index(void)
{
	pthread_once(&once, load);
	return &built;
}
