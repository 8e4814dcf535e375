/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lic_anchor.c -- where in a text licences may be spoken of at all.
 *
 * Every licence, notice and reference that the engine knows has one of these pieces in it or close by; the text around them is
 * looked at and no other.  That is what is meant by looking, not a short cut: lic_anchor_plain gives the same places byte for byte,
 * and a test holds both to it.  Letters are the same in either case.
 */
#include "cpu.h"
#include "lic.h"

/* A piece, and where in it three bytes stand side by side that are seldom met. */
static const struct {
	const char *s;
	uint8_t n, rare;
} pieces[] = {
	{ "licen", 5, 2 }, { "lizen", 5, 0 }, { "copyright", 9, 2 }, { "gpl", 3, 0 },
	{ "permission", 10, 2 }, { "warrant", 7, 0 }, { "redistribut", 11, 6 }, { "public dom", 10, 5 },
	{ "public-dom", 10, 5 }, { "creative", 8, 0 }, { "spdx", 4, 0 }, { "cc-by", 5, 0 },
	{ "cc by", 5, 0 }, { "cc0", 3, 0 }, { "bsd", 3, 0 }, { "gnu", 3, 0 },
	{ "terms as", 8, 2 }, { "opensource", 10, 3 }, { "apache", 6, 1 }, { "freely", 6, 2 },
};
enum { NPIECES = SC_COUNT(pieces), SPAN = 16, WIDE = 32 };

static inline char low(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static bool stands(sc_str text, size_t at, size_t k)
{
	if (at > text.n || text.n - at < pieces[k].n)
		return false;
	for (size_t i = 0; i < pieces[k].n; i++)
		if (low(text.p[at + i]) != pieces[k].s[i])
			return false;
	return true;
}

size_t lic_anchor_plain(sc_str text, size_t from)
{
	for (size_t i = from; i < text.n; i++)
		for (size_t k = 0; k < NPIECES; k++)
			if (stands(text, i, k))
				return i;
	return SC_NONE;
}

typedef unsigned char v16 __attribute__((vector_size(SPAN)));

typedef unsigned char v32 __attribute__((vector_size(WIDE)));

/*
 * Bytes as they would be with bit 5 set: letters in lower case; '-', ' ' and digits have it anyway, and what is none of these and
 * becomes one is found out by stands().  Then the rare bytes of `pieces`.
 */
#define RARE(any, x, y, z, type)                                                                                                        \
	do {                                                                                                                            \
		static const char rare[][4] = { "cen", "liz", "pyr", "gpl", "rmi", "war", "rib", "c d", "c-d", "cre", "spd", "cc-", "cc ", \
						"cc0", "bsd", "gnu", "rms", "nso", "pac", "eel" };                                      \
		_Pragma("GCC unroll 32") for (size_t k_ = 0; k_ < SC_COUNT(rare); k_++)                                                \
			any |= (type)((x) == (unsigned char)rare[k_][0]) & (type)((y) == (unsigned char)rare[k_][1]) &                  \
			       (type)((z) == (unsigned char)rare[k_][2]);                                                               \
	} while (0)

static inline v16 rare_in(const char *p)
{
	v16 x, y, z, any = { 0 };

	memcpy(&x, p, SPAN);
	memcpy(&y, p + 1, SPAN);
	memcpy(&z, p + 2, SPAN);
	x |= 0x20;
	y |= 0x20;
	z |= 0x20;
	RARE(any, x, y, z, v16);
	return any;
}

#if defined(__x86_64__)
/* Blocks from i on that hold none are passed over; i moves in steps of SPAN. */
__attribute__((target("avx2"))) static size_t pass_avx2(sc_str text, size_t i)
{
	for (; text.n > WIDE + 2 && i < text.n - WIDE - 2; i += WIDE) {
		v32 x, y, z, any = { 0 };
		uint64_t w[4];

		memcpy(&x, text.p + i, WIDE);
		memcpy(&y, text.p + i + 1, WIDE);
		memcpy(&z, text.p + i + 2, WIDE);
		x |= 0x20;
		y |= 0x20;
		z |= 0x20;
		RARE(any, x, y, z, v32);
		memcpy(w, &any, sizeof w);
		if (w[0] | w[1])
			return i;
		if (w[2] | w[3])
			return i + SPAN;
	}
	return i;
}
#endif

static size_t pass(sc_str text, size_t i)
{
#if defined(__x86_64__)
	if (cpu_level() >= CPU_AVX2)
		return pass_avx2(text, i);
#endif
	(void)text;
	return i;
}

size_t lic_anchor(sc_str text, size_t from)
{
	size_t i = from > 16 ? from - 16 : 0; /* a piece that begins at `from` has its rare bytes behind it */
	size_t best = SC_NONE;

	for (; text.n > SPAN + 2 && i < text.n - SPAN - 2; i += SPAN) {
		v16 any;
		uint64_t w[2];

		i = pass(text, i);
		if (i >= text.n - SPAN - 2)
			break;
		any = rare_in(text.p + i);

		memcpy(w, &any, sizeof w);
		if (best != SC_NONE && i > best + SPAN)
			return best;
		for (size_t half = 0; half < 2; half++)
			for (uint64_t bits = w[half]; bits; bits &= ~(0xffull << (__builtin_ctzll(bits) & ~7))) {
				size_t at = i + 8 * half + (size_t)__builtin_ctzll(bits) / 8;

				for (size_t k = 0; k < NPIECES; k++) {
					size_t begin = at - pieces[k].rare;

					if (at >= pieces[k].rare + from && begin < best && low(text.p[at]) == pieces[k].s[pieces[k].rare] && stands(text, begin, k))
						best = begin;
				}
			}
	}
	i = i > from + SPAN ? i - SPAN : from;
	if (best == SC_NONE || best > i) {
		size_t rest = lic_anchor_plain(text, i > from ? i : from);

		best = rest < best ? rest : best;
	}
	return best;
}
