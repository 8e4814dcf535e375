/* SPDX-License-Identifier: Apache-2.0 */
/* scope/text.h -- making foreign bytes safe to look at, and checking their encoding. */
#ifndef SCOPE_TEXT_H
#define SCOPE_TEXT_H

#include <scope/base.h>

/* Length of the longest prefix of s that is well-formed UTF-8 (RFC 3629: no surrogates,
 * no overlong forms, nothing above U+10FFFF). */
size_t sc_utf8_valid(sc_str s);
/* The code point at the head of s, which is not empty, and the bytes that it takes; 0: the first byte begins none. */
size_t sc_utf8_next(sc_str s, uint32_t *cp);
/* Controls, bidirectional and zero-width ones, separators of lines: what sc_escape writes otherwise. */
bool sc_is_unsafe(uint32_t cp);

/* s with control characters (C0, DEL, C1), bidirectional and zero-width controls, line
 * separators and bytes that are not UTF-8 written as \xHH or \u{HHHH}: fit for a terminal or a log. */
sc_str sc_escape(struct sc_arena *a, sc_str s);
/* The same into out (cap at least 16), cut where it is full, with a NUL after it; the length. */
size_t sc_escape_to(char *out, size_t cap, sc_str s);
/* Where the first character of s stands that sc_escape would write so and, with `markup`, <, > or &: its code point and bytes; or SC_NONE.
 * Bytes that are not UTF-8 are passed over. */
size_t sc_unsafe(sc_str s, bool markup, uint32_t *cp, size_t *n);

/* Columns that valid UTF-8 takes on a terminal, and the longest prefix that fits in `cols`. */
size_t sc_columns(sc_str s);
sc_str sc_fit(sc_str s, size_t cols);

/* Manifest fields: 0x00-0x1f, 0x7f and '%' as %XX (upper case); an empty field is "-", and a
 * field that is "-" itself is "%2D".  Decoding fails (false) on a bad escape or a raw control. */
sc_str sc_field(struct sc_arena *a, sc_str s);
void sc_field_put(struct sc_buf *b, sc_str s); /* appended to b */
bool sc_unfield(struct sc_arena *a, sc_str field, sc_str *out);

/* A literal of two bytes and more, and where in it two stand side by side that are rare in what is searched. */
struct sc_needle {
	sc_str s;
	size_t pair;
};
enum { SC_NEEDLES = 8 };
/* at[i]: where the first v[i] begins in text, SC_NONE where there is none.  One pass for all n (1 to SC_NEEDLES). */
void sc_find_needles(sc_str text, const struct sc_needle *v, size_t n, size_t *at);

/* Lower-case hex. */
void sc_hex(const uint8_t *b, size_t n, char *out);      /* out has 2n bytes, no NUL */
static inline void sc_hex_put(struct sc_buf *b, const uint8_t *v, size_t n)
{
	sc_hex(v, n, sc_buf_room(b, 2 * n));
	b->n += 2 * n;
}
bool sc_unhex(sc_str hex, uint8_t *out, size_t n);       /* exactly n bytes */

/* base64 (RFC 4648 section 4, padded).  Decoding rejects anything else. */
sc_str sc_base64(struct sc_arena *a, sc_str bytes);
bool sc_unbase64(struct sc_arena *a, sc_str text, sc_str *out);

/* A day that there is, YYYY-MM-DD, and a time of such a day in UTC, YYYY-MM-DDThh:mm:ssZ (RFC 3339): sorted by bytes is sorted by time. */
bool sc_is_date(sc_str s);
bool sc_is_time(sc_str s);

/* "10k" 10,000, "2MiB" 2,097,152, "1.5G" 1,500,000,000; k M G T are powers of 1000, Ki Mi Gi Ti
 * (with or without B) of 1024. */
bool sc_size_parse(sc_str s, uint64_t *out);
sc_str sc_size_show(struct sc_arena *a, uint64_t bytes); /* "1.5 GiB" for people */

#endif
