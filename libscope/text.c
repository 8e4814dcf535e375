/* SPDX-License-Identifier: Apache-2.0 */
/*
 * text.c -- foreign bytes made safe to look at: UTF-8, escapes, hex, base64, sizes.
 *
 * Widths come from wide ranges of East Asian and combining characters, not from the locale, so that
 * a table looks the same everywhere.
 */
#include <scope/text.h>

#include <endian.h>
#include <stdio.h>

#include "json_scan.h"

/* One well-formed UTF-8 sequence at the head of s: its length (0 = malformed) and code point. */
static size_t decode(sc_str s, uint32_t *cp)
{
	const unsigned char *p = (const unsigned char *)s.p;
	size_t len;
	uint32_t c = p[0];

	if (c < 0x80) {
		*cp = c;
		return 1;
	}
	len = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2;
	if (c < 0xc2 || c > 0xf4 || len > s.n)
		return 0;
	c &= 0x7fu >> len;
	for (size_t i = 1; i < len; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3f);
	}
	if ((len == 3 && c < 0x800) || (len == 4 && c < 0x10000) || c > 0x10ffff ||
	    (c >= 0xd800 && c <= 0xdfff))
		return 0;
	*cp = c;
	return len;
}

size_t sc_utf8_valid(sc_str s)
{
	const struct json_fast *fast = s.n >= 32 ? json_fast() : NULL;
	size_t i = fast ? fast->utf8(s.p, s.n) : 0; /* where it stops before the end, the mistake is near */
	uint64_t w;
	uint32_t cp;

	while (i < s.n) {
		while (s.n - i >= 8) { /* eight ASCII bytes at a time */
			memcpy(&w, s.p + i, 8);
			if (w & UINT64_C(0x8080808080808080))
				break;
			i += 8;
		}
		if (i < s.n) {
			size_t n = decode(sc_str_from(s, i), &cp);

			if (!n)
				return i;
			i += n;
		}
	}
	return s.n;
}

/* What a terminal or a reader of a log must not be given as it is. */
static bool unsafe(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0xad || c == 0x61c || c == 0x180e ||
	       (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
	       (c >= 0x2060 && c <= 0x206f) || c == 0xfeff || (c >= 0xfff9 && c <= 0xfffb) ||
	       (c >= 0xe0000 && c <= 0xe007f);
}

size_t sc_unsafe(sc_str s, bool markup, uint32_t *cp, size_t *n)
{
	for (size_t i = 0; i < s.n; i += *n ? *n : 1) {
		*n = decode(sc_str_from(s, i), cp);
		if (*n && (unsafe(*cp) || (markup && (*cp == '<' || *cp == '>' || *cp == '&'))))
			return i;
	}
	return SC_NONE;
}

size_t sc_utf8_next(sc_str s, uint32_t *cp)
{
	return decode(s, cp);
}

bool sc_is_unsafe(uint32_t cp)
{
	return unsafe(cp);
}

enum { ESCAPED_MAX = 10 }; /* "\u{10ffff}" */

size_t sc_escape_to(char *out, size_t cap, sc_str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n && cap - n > ESCAPED_MAX;) {
		uint32_t cp;
		size_t len = decode(sc_str_from(s, i), &cp);

		if (!len) {
			n += (size_t)sprintf(out + n, "\\x%02x", (unsigned char)s.p[i]);
			i++;
			continue;
		}
		if (unsafe(cp)) {
			n += (size_t)sprintf(out + n, cp < 0x80 ? "\\x%02x" : "\\u{%x}", cp);
		} else {
			memcpy(out + n, s.p + i, len);
			n += len;
		}
		i += len;
	}
	out[n] = 0;
	return n;
}

sc_str sc_escape(struct sc_arena *a, sc_str s)
{
	size_t max;
	char *out;

	if (__builtin_mul_overflow(s.n, (size_t)ESCAPED_MAX, &max) || max > SIZE_MAX - 16)
		sc_oom();
	out = sc_alloc(a, max + 16);
	return (sc_str){ out, sc_escape_to(out, max + 16, s) };
}

static size_t width(uint32_t c)
{
	static const struct {
		uint32_t lo, hi;
		uint8_t w;
	} ranges[] = {
		{ 0x0300, 0x036f, 0 },   { 0x0483, 0x0489, 0 },   { 0x0591, 0x05bd, 0 },
		{ 0x0610, 0x061a, 0 },   { 0x064b, 0x065f, 0 },   { 0x1100, 0x115f, 2 },
		{ 0x1ab0, 0x1aff, 0 },   { 0x1dc0, 0x1dff, 0 },   { 0x20d0, 0x20ff, 0 },
		{ 0x2e80, 0x303e, 2 },   { 0x3041, 0xa4cf, 2 },   { 0xac00, 0xd7a3, 2 },
		{ 0xf900, 0xfaff, 2 },   { 0xfe00, 0xfe0f, 0 },   { 0xfe20, 0xfe2f, 0 },
		{ 0xfe30, 0xfe6f, 2 },   { 0xff00, 0xff60, 2 },   { 0xffe0, 0xffe6, 2 },
		{ 0x1f300, 0x1f64f, 2 }, { 0x1f900, 0x1f9ff, 2 }, { 0x20000, 0x3fffd, 2 },
	};

	if (c < 0x300)
		return 1;
	for (size_t i = 0; i < SC_COUNT(ranges); i++)
		if (c >= ranges[i].lo && c <= ranges[i].hi)
			return ranges[i].w;
	return 1;
}

sc_str sc_fit(sc_str s, size_t cols)
{
	size_t i = 0, used = 0;

	while (i < s.n) {
		uint32_t cp = 0;
		size_t len = decode(sc_str_from(s, i), &cp), w = len ? width(cp) : 1;

		if (used + w > cols)
			break;
		used += w;
		i += len ? len : 1;
	}
	return sc_str_head(s, i);
}

size_t sc_columns(sc_str s)
{
	size_t i = 0, used = 0;

	while (i < s.n) {
		uint32_t cp = 0;
		size_t len = decode(sc_str_from(s, i), &cp);

		used += len ? width(cp) : 1;
		i += len ? len : 1;
	}
	return used;
}

/* ---- manifest fields ---- */

static bool field_raw(unsigned char c)
{
	return c >= 0x20 && c != 0x7f && c != '%';
}

/* Eight bytes at a time: is none of them below 0x20, 0x7f or '%'?  The classic test for a zero byte, with the value to look
 * for taken away by exclusive or; it may say no where the truth is yes, never the other way round. */
static bool all_raw(uint64_t w)
{
	const uint64_t ones = UINT64_C(0x0101010101010101), high = ones << 7;
	uint64_t del = w ^ (ones * 0x7f), percent = w ^ (ones * '%');

	return !((((w - ones * 0x20) & ~w) | ((del - ones) & ~del) | ((percent - ones) & ~percent)) & high);
}

static size_t field_odd(sc_str s)
{
	size_t odd = 0, i = 0;

	for (; i < s.n; i++) {
		uint64_t w;

		while (s.n - i >= 8 && (memcpy(&w, s.p + i, 8), all_raw(w)))
			i += 8;
		if (i < s.n)
			odd += !field_raw((unsigned char)s.p[i]);
	}
	return odd;
}

static size_t field_write(char *out, sc_str s)
{
	static const char hex[] = "0123456789ABCDEF";
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (field_raw(c)) {
			out[n++] = (char)c;
			continue;
		}
		out[n++] = '%';
		out[n++] = hex[c >> 4];
		out[n++] = hex[c & 15];
	}
	return n;
}

sc_str sc_field(struct sc_arena *a, sc_str s)
{
	size_t odd;
	char *out;

	if (!s.n)
		return SC_STR("-");
	if (sc_str_eq(s, SC_STR("-")))
		return SC_STR("%2D");
	odd = field_odd(s);
	if (!odd)
		return s;
	if (odd > (SIZE_MAX - s.n) / 2)
		sc_oom();
	out = sc_alloc(a, s.n + 2 * odd);
	return (sc_str){ out, field_write(out, s) };
}

void sc_field_put(struct sc_buf *b, sc_str s)
{
	size_t odd;

	if (!s.n)
		s = SC_STR("-");
	else if (sc_str_eq(s, SC_STR("-")))
		s = SC_STR("%2D");
	else if ((odd = field_odd(s)) > 0) {
		if (odd > (SIZE_MAX - s.n) / 2)
			sc_oom();
		b->n += field_write(sc_buf_room(b, s.n + 2 * odd), s);
		return;
	}
	sc_buf_add(b, s);
}

static int nibble_upper(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool sc_unfield(struct sc_arena *a, sc_str field, sc_str *out)
{
	char *p;
	size_t n = 0;

	if (sc_str_eq(field, SC_STR("-"))) {
		*out = SC_STR("");
		return true;
	}
	if (field.n && !field_odd(field)) { /* nearly all */
		*out = sc_strdup(a, field);
		return true;
	}
	p = sc_alloc(a, field.n + 1);
	for (size_t i = 0; i < field.n; i++) {
		unsigned char c;
		int hi, lo;
		uint64_t w;

		while (field.n - i > 8 && (memcpy(&w, field.p + i, 8), all_raw(w))) {
			memcpy(p + n, &w, 8);
			n += 8;
			i += 8;
		}
		c = (unsigned char)field.p[i];
		if (field_raw(c)) {
			p[n++] = (char)c;
			continue;
		}
		if (c != '%' || field.n - i < 3)
			return false;
		hi = nibble_upper(field.p[i + 1]);
		lo = nibble_upper(field.p[i + 2]);
		if (hi < 0 || lo < 0)
			return false;
		p[n++] = (char)(hi << 4 | lo);
		i += 2;
	}
	*out = (sc_str){ p, n };
	return field.n > 0;
}

/* ---- hex, base64 ---- */

/* Four bytes to eight digits in one word: each nibble in a byte of its own, the higher one first in memory. */
static uint64_t hex8(uint32_t w)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	uint64_t v = w;

	v = (v | v << 16) & UINT64_C(0x0000ffff0000ffff);
	v = (v | v << 8) & UINT64_C(0x00ff00ff00ff00ff);
	v = (v >> 4 | v << 8) & (ones * 0x0f);
	return v + ones * '0' + ((v + ones * 6) >> 4 & ones) * ('a' - '0' - 10);
}

void sc_hex(const uint8_t *b, size_t n, char *out)
{
	static const char hex[] = "0123456789abcdef";
	size_t i = 0;

	for (; n - i >= 4; i += 4) {
		uint32_t w;
		uint64_t v;

		memcpy(&w, b + i, 4);
		v = htole64(hex8(le32toh(w)));
		memcpy(out + 2 * i, &v, 8);
	}
	for (; i < n; i++) {
		out[2 * i] = hex[b[i] >> 4];
		out[2 * i + 1] = hex[b[i] & 15];
	}
}

/* What a lower-case hex digit stands for, plus one; 0: it is none. */
static const uint8_t digit[256] = {
	['0'] = 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, ['a'] = 11, 12, 13, 14, 15, 16,
};

bool sc_unhex(sc_str hex, uint8_t *out, size_t n)
{
	bool bad = false;

	if (hex.n != 2 * n)
		return false;
	for (size_t i = 0; i < n; i++) {
		unsigned hi = digit[(uint8_t)hex.p[2 * i]], lo = digit[(uint8_t)hex.p[2 * i + 1]];

		bad |= !hi | !lo;
		out[i] = (uint8_t)((hi - 1) << 4 | (lo - 1));
	}
	return !bad;
}

static const char b64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

sc_str sc_base64(struct sc_arena *a, sc_str s)
{
	size_t groups = s.n / 3 + (s.n % 3 != 0), n = 0;
	char *out;

	if (groups > (SIZE_MAX - 1) / 4)
		sc_oom();
	out = sc_alloc(a, 4 * groups + 1);
	for (size_t i = 0; i < s.n; i += 3) {
		size_t left = s.n - i;
		uint32_t v = (uint32_t)(unsigned char)s.p[i] << 16;

		if (left > 1)
			v |= (uint32_t)(unsigned char)s.p[i + 1] << 8;
		if (left > 2)
			v |= (unsigned char)s.p[i + 2];
		out[n++] = b64[v >> 18];
		out[n++] = b64[v >> 12 & 63];
		out[n++] = left > 1 ? b64[v >> 6 & 63] : '=';
		out[n++] = left > 2 ? b64[v & 63] : '=';
	}
	out[n] = 0;
	return (sc_str){ out, n };
}

static int b64_value(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

bool sc_unbase64(struct sc_arena *a, sc_str text, sc_str *out)
{
	char *p;
	size_t n = 0;

	if (text.n % 4)
		return false;
	p = sc_alloc(a, text.n / 4 * 3 + 1);
	for (size_t i = 0; i < text.n; i += 4) {
		bool last = i + 4 == text.n;
		size_t pad = last ? (text.p[i + 3] == '=') +
		                             (text.p[i + 3] == '=' && text.p[i + 2] == '=')
		                  : 0;
		uint32_t v = 0;

		for (size_t k = 0; k < 4; k++) {
			int d = k >= 4 - pad ? 0 : b64_value(text.p[i + k]);

			if (d < 0)
				return false;
			v = v << 6 | (uint32_t)d;
		}
		if ((pad == 1 && (v & 0xff)) || (pad == 2 && (v & 0xffff)))
			return false; /* bits that decode to nothing: two spellings of one value */
		p[n++] = (char)(v >> 16);
		if (pad < 2)
			p[n++] = (char)(v >> 8);
		if (pad < 1)
			p[n++] = (char)v;
	}
	*out = (sc_str){ p, n };
	return true;
}

/* ---- sizes ---- */

static char lower_ascii(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

bool sc_size_parse(sc_str s, uint64_t *out)
{
	static const char units[] = "kmgtp";
	size_t digits = 0;
	uint64_t whole = 0, frac = 0, scale = 1, mul = 1;

	while (digits < s.n && s.p[digits] >= '0' && s.p[digits] <= '9')
		digits++;
	if (!digits || !sc_str_u64(sc_str_head(s, digits), &whole))
		return false;
	s = sc_str_from(s, digits);
	if (s.n > 1 && s.p[0] == '.') {
		size_t i = 1;

		for (; i < s.n && s.p[i] >= '0' && s.p[i] <= '9'; i++)
			if (scale < 1000000) {
				frac = frac * 10 + (uint64_t)(s.p[i] - '0');
				scale *= 10;
			}
		if (i == 1)
			return false;
		s = sc_str_from(s, i);
	}
	if (s.n) {
		const char *u = memchr(units, (int)lower_ascii(s.p[0]), sizeof units - 1);

		if (u) {
			bool binary = s.n > 1 && s.p[1] == 'i';

			for (const char *k = units; k <= u; k++)
				mul *= binary ? 1024 : 1000;
			s = sc_str_from(s, binary ? 2 : 1);
		}
		if (s.n == 1 && (s.p[0] == 'B' || s.p[0] == 'b'))
			s.n = 0;
	}
	if (s.n || (frac && mul == 1) || __builtin_mul_overflow(whole, mul, &whole))
		return false;
	return !__builtin_add_overflow(
	        whole, (uint64_t)((double)frac / (double)scale * (double)mul + 0.5), out);
}

sc_str sc_size_show(struct sc_arena *a, uint64_t bytes)
{
	static const char *const unit[] = { "B", "KiB", "MiB", "GiB", "TiB", "PiB" };
	double v = (double)bytes;
	size_t i = 0;

	while (v >= 1024 && i + 1 < SC_COUNT(unit)) {
		v /= 1024;
		i++;
	}
	return i ? sc_fmt(a, "%.1f %s", v, unit[i]) : sc_fmt(a, "%ju B", (uintmax_t)bytes);
}
