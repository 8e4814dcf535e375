/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json_scan.h -- the byte scanners that json.c and json_check.c share, and the faster ones that some CPUs have.
 *
 * Those here take sixteen bytes at a time with the compiler's own vector type, so that one source
 * serves every CPU: a compare leaves 0xff in each byte that matched, and the first of them is found
 * by counting zero bits.  They settle what is right: a faster one that refuses a string only sends
 * the caller back to them.
 */
#ifndef JSON_SCAN_H
#define JSON_SCAN_H

#include <scope/json.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "cpu.h"

/* Of a string: SC_JSON_ESCAPED, ..., and how many escapes (not right with SC_JSON_UNICODE, whose runs count as one). */
struct json_seen {
	unsigned flags;
	size_t escapes;
};

/* The loops of json_vec.h.  A string's text begins at p, behind its opening quote. */
struct json_fast {
	/* Past the closing quote of a string without mistakes, *seen says what it has; NULL: there is a mistake before
	 * `end`, or no closing quote. */
	const char *(*string)(const char *p, const char *end, struct json_seen *seen);
	/* Past the closing quote, whatever is before it; NULL when there is none. */
	const char *(*quote)(const char *p, const char *end);
	/* A string's text decoded to `out`, which has room for 64 bytes more than the text; how many came of it. */
	size_t (*decode)(const char *p, const char *end, char *out);
	/* n when all is UTF-8; else the begin of a sequence up to which it is, not far before the mistake. */
	size_t (*utf8)(const char *p, size_t n);
	/* Is `what`, two bytes or more, in s? */
	bool (*has)(sc_str s, sc_str what);
};

extern const struct json_fast json_avx2, json_avx512;

/* What this CPU has; NULL: nothing faster than what is in this file. */
static inline const struct json_fast *json_fast(void)
{
#if defined(__x86_64__)
	switch (cpu_level()) {
	case CPU_AVX512:
		return &json_avx512;
	case CPU_AVX2:
		return &json_avx2;
	default:
		break;
	}
#endif
	return NULL;
}

enum { JSON_SLACK = 64 }; /* what decoding may write behind its result */

typedef signed char json_v16 __attribute__((vector_size(16)));

#if !defined(__SSE2__)
/* Index of the first byte that is not zero, in memory order. */
static inline size_t json_first(uint64_t w)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	return (size_t)__builtin_clzll(w) / 8;
#else
	return (size_t)__builtin_ctzll(w) / 8;
#endif
}
#endif

/* Where the first set byte of m lies, 16 when there is none. */
static inline size_t json_hit(json_v16 m)
{
#if defined(__SSE2__)
	return (size_t)__builtin_ctz((unsigned)_mm_movemask_epi8((__m128i)m) | 1u << 16);
#else
	uint64_t w[2];

	memcpy(w, &m, sizeof w);
	if (w[0])
		return json_first(w[0]);
	return w[1] ? 8 + json_first(w[1]) : 16;
#endif
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

/* Does a key's text spell `name`, whose bytes are as they are? */
bool json_spells(sc_str text, sc_str name);

/* A string's text, which stood between quotes, decoded. */
sc_str json_decode(struct sc_arena *a, sc_str text);

/* sc_json_path; not `first`: the path goes on behind a step, with its dot. */
sc_str json_path_on(sc_str value, sc_str path, bool first);

/* What the character behind a backslash stands for, of those that stand for one. */
static inline char json_short_escape(char c)
{
	switch (c) {
	case 'n':
		return '\n';
	case 't':
		return '\t';
	case 'r':
		return '\r';
	case 'b':
		return '\b';
	case 'f':
		return '\f';
	default:
		return c;
	}
}

/* Value of a hex digit; above 15 for what is none. */
extern const uint8_t json_digit[256];

/* Four hex digits at p; -1 when they are not there. */
static inline int json_hex4(const char *p, const char *end)
{
	const unsigned char *u = (const unsigned char *)p;
	unsigned v;

	if (end - p < 4)
		return -1;
	v = (unsigned)json_digit[u[0]] << 12 | (unsigned)json_digit[u[1]] << 8 | (unsigned)json_digit[u[2]] << 4 |
	    json_digit[u[3]];
	return v > 0xffff || ((json_digit[u[1]] | json_digit[u[2]] | json_digit[u[3]]) & 0xf0) ? -1 : (int)v;
}

/* The escape at *at (on its backslash) as UTF-8, never longer than its text; *at goes past it. */
size_t json_unescape(const char **at, const char *end, char out[4]);

/* Past the run of \uXXXX of which the first has its u at p, when all are right: four digits, and no half of a pair. */
const char *json_unicode(const char *p, const char *end);

#endif
