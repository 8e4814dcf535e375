/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json_scan.h -- the byte scanners that json.c and json_check.c share.
 *
 * Sixteen bytes at a time with the compiler's own vector type, so that one source serves every
 * CPU: a compare leaves 0xff in each byte that matched, and the first of them is found by counting
 * zero bits of its two halves.
 */
#ifndef JSON_SCAN_H
#define JSON_SCAN_H

#include <scope/base.h>

typedef signed char json_v16 __attribute__((vector_size(16)));

/* Index of the first byte that is not zero, in memory order. */
static inline size_t json_first(uint64_t w)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	return (size_t)__builtin_clzll(w) / 8;
#else
	return (size_t)__builtin_ctzll(w) / 8;
#endif
}

/* Where the first set byte of m lies, 16 when there is none. */
static inline size_t json_hit(json_v16 m)
{
	uint64_t w[2];

	memcpy(w, &m, sizeof w);
	if (w[0])
		return json_first(w[0]);
	return w[1] ? 8 + json_first(w[1]) : 16;
}

/* The first byte of a string that needs a look: quote, backslash, control, not ASCII (as signed
 * bytes, what is not ASCII is negative and so below the space too). */
static inline const char *json_plain(const char *p, const char *end)
{
	for (; end - p >= 16; p += 16) {
		json_v16 v;
		size_t hit;

		memcpy(&v, p, sizeof v);
		hit = json_hit((v == '"') | (v == '\\') | (v < 0x20));
		if (hit < 16)
			return p + hit;
	}
	while (p < end && *p != '"' && *p != '\\' && (signed char)*p >= 0x20)
		p++;
	return p;
}

/* Length of the well-formed UTF-8 sequence of two bytes and more at p; 0 when it is none. */
static inline size_t json_utf8(const char *at, const char *end)
{
	const unsigned char *p = (const unsigned char *)at;
	size_t left = (size_t)(end - at);
	unsigned lo = 0x80, hi = 0xbf;

	if (p[0] < 0xe0)
		return p[0] >= 0xc2 && left > 1 && (p[1] & 0xc0) == 0x80 ? 2 : 0;
	if (p[0] < 0xf0) {
		lo = p[0] == 0xe0 ? 0xa0 : lo; /* no overlong forms */
		hi = p[0] == 0xed ? 0x9f : hi; /* no surrogates */
		return left > 2 && p[1] >= lo && p[1] <= hi && (p[2] & 0xc0) == 0x80 ? 3 : 0;
	}
	lo = p[0] == 0xf0 ? 0x90 : lo;
	hi = p[0] == 0xf4 ? 0x8f : hi; /* nothing above U+10FFFF */
	return p[0] <= 0xf4 && left > 3 && p[1] >= lo && p[1] <= hi && (p[2] & 0xc0) == 0x80 &&
	                       (p[3] & 0xc0) == 0x80
	               ? 4
	               : 0;
}

static inline bool json_space(char c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/* Order of two keys' characters, each the text between its quotes. */
int json_key_cmp(sc_str a, sc_str b);

#endif
