/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lic_anchor.c -- where in a text licences may be spoken of at all.
 *
 * Every licence, notice and reference that the engine knows has one of these pieces in it or close by; the text around them is
 * looked at and no other.  That is what is meant by looking, not a short cut: lic_anchor_plain gives the same places byte for byte,
 * and a test holds both to it.  Letters are the same in either case.
 */
#include "lic.h"

/* A piece, and where in it two bytes stand side by side that are seldom met; '\0' in no piece. */
static const struct {
	const char *s;
	uint8_t n, pair;
} pieces[] = {
	{ "licen", 5, 1 },	{ "lizen", 5, 1 },    { "copyright", 9, 2 },  { "gpl", 3, 0 },	      { "permission", 10, 2 }, { "warrant", 7, 0 },
	{ "redistribut", 11, 6 }, { "public dom", 10, 5 }, { "public-dom", 10, 5 }, { "creative", 8, 5 }, { "spdx", 4, 1 },	       { "cc-by", 5, 0 },
	{ "cc by", 5, 0 },	{ "cc0", 3, 0 },      { "bsd", 3, 0 },	      { "gnu", 3, 0 },	      { "terms as", 8, 3 },    { "opensource", 10, 4 },
	{ "apache", 6, 1 },	{ "freely", 6, 4 },
};
enum { NPIECES = SC_COUNT(pieces), SPAN = 16 };

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

/* Bytes as they would be with bit 5 set: letters in lower case; '-', ' ' and digits have it anyway, and what is none of these and
 * becomes one is found out by stands(). */
static inline v16 loaded(const char *p)
{
	v16 v;

	memcpy(&v, p, SPAN);
	return v | 0x20;
}

static inline v16 pairs_in(v16 x, v16 y)
{
	v16 any = { 0 };

#define PAIR(a, b) any |= (v16)(x == (a)) & (v16)(y == (b))
	PAIR('i', 'c'); /* licen */
	PAIR('i', 'z');
	PAIR('p', 'y'); /* copyright */
	PAIR('g', 'p');
	PAIR('r', 'm'); /* permission */
	PAIR('w', 'a');
	PAIR('r', 'i'); /* redistribut: see pair 6 */
	PAIR('c', ' '); /* public dom */
	PAIR('c', '-');
	PAIR('i', 'v'); /* creative */
	PAIR('p', 'd');
	PAIR('c', 'c');
	PAIR('b', 's');
	PAIR('g', 'n');
	PAIR('m', 's');
	PAIR('s', 'o'); /* opensource */
	PAIR('p', 'a'); /* apache */
	PAIR('l', 'y'); /* freely */
#undef PAIR
	return any;
}

size_t lic_anchor(sc_str text, size_t from)
{
	size_t i = from > 16 ? from - 16 : 0; /* a piece that begins at `from` has its pair behind it */
	size_t best = SC_NONE;

	for (; text.n > SPAN && i < text.n - SPAN; i += SPAN) {
		v16 any = pairs_in(loaded(text.p + i), loaded(text.p + i + 1));
		uint64_t w[2];

		memcpy(w, &any, sizeof w);
		if (best != SC_NONE && i > best + SPAN)
			return best;
		for (size_t half = 0; half < 2; half++)
			for (uint64_t bits = w[half]; bits; bits &= ~(0xffull << (__builtin_ctzll(bits) & ~7))) {
				size_t at = i + 8 * half + (size_t)__builtin_ctzll(bits) / 8;

				for (size_t k = 0; k < NPIECES; k++) {
					size_t begin = at - pieces[k].pair;

					if (at >= pieces[k].pair + from && begin < best && low(text.p[at]) == pieces[k].s[pieces[k].pair] && stands(text, begin, k))
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
