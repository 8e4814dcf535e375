/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json_check.c -- is this text JSON: RFC 8259's grammar, UTF-8 and escapes, in one pass.
 *
 * No recursion: what is open is one bit a level, object or array.  With `strict` the places of the
 * keys of all open objects lie on a stack, four bytes each; when an object closes, its keys are
 * sorted and equal neighbours are an error, so a hostile object costs n log n, not n squared.
 */
#include <scope/json.h>

#include <stdlib.h>

#include "json_scan.h"

enum { DEPTH = 512, FEW = 8 };

struct check {
	const char *p, *end, *begin;
	struct sc_err *e;
	uint64_t object[DEPTH / 64]; /* bit i: level i is an object */
	unsigned depth;
	bool strict;
	struct sc_buf keys;  /* uint32_t offsets of the keys of all open objects */
	size_t first[DEPTH]; /* where a level's own begin */
};

static int bad(const struct check *c, const char *at, const char *what)
{
	return sc_bad(c->e, "column %zu: %s", (size_t)(at - c->begin) + 1, what);
}

static inline void space(struct check *c)
{
	while (c->p < c->end && json_space(*c->p))
		c->p++;
}

/* Four hex digits at p; -1 when they are not there. */
static int hex4(const char *p, const char *end)
{
	int v = 0;

	if (end - p < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		unsigned c = (unsigned char)p[i], d = c - '0';

		if (d > 9) {
			d = (c | 32) - 'a' + 10;
			if (d < 10 || d > 15)
				return -1;
		}
		v = v << 4 | (int)d;
	}
	return v;
}

/* An escape at c->p, a high surrogate together with its low one. */
static int escape(struct check *c)
{
	const char *at = c->p;
	int u, low;

	if (c->end - at < 2)
		return bad(c, c->end, "the text ends inside a string");
	switch (at[1]) {
	case '"':
	case '\\':
	case '/':
	case 'b':
	case 'f':
	case 'n':
	case 'r':
	case 't':
		c->p = at + 2;
		return SC_OK;
	case 'u':
		break;
	default:
		return bad(c, at, "no such escape");
	}
	u = hex4(at + 2, c->end);
	if (u < 0)
		return bad(c, at, "\\u without four hex digits");
	c->p = at + 6;
	if (u < 0xd800 || u > 0xdfff)
		return SC_OK;
	low = c->end - c->p >= 6 && c->p[0] == '\\' && c->p[1] == 'u' ? hex4(c->p + 2, c->end) : -1;
	if (u > 0xdbff || low < 0xdc00 || low > 0xdfff)
		return bad(c, at, "half of a surrogate pair");
	c->p += 6;
	return SC_OK;
}

/* The rest of a string whose opening quote is taken. */
static int string(struct check *c)
{
	for (;;) {
		c->p = json_plain(c->p, c->end);
		if (c->p == c->end)
			return bad(c, c->p, "the text ends inside a string");
		if (*c->p == '"') {
			c->p++;
			return SC_OK;
		}
		if (*c->p == '\\') {
			SC_TRY(escape(c));
			continue;
		}
		if ((signed char)*c->p >= 0)
			return bad(c, c->p, "a control character in a string");
		while (c->p < c->end && (signed char)*c->p < 0) {
			size_t n = json_utf8(c->p, c->end);

			if (!n)
				return bad(c, c->p, "not UTF-8");
			c->p += n;
		}
	}
}

static inline bool digits(struct check *c)
{
	const char *from = c->p;

	while (c->p < c->end && (unsigned char)(*c->p - '0') <= 9)
		c->p++;
	return c->p > from;
}

static int number(struct check *c)
{
	if (*c->p == '-')
		c->p++;
	if (c->p < c->end && *c->p == '0')
		c->p++;
	else if (!digits(c))
		return bad(c, c->p, "expected a value");
	if (c->p < c->end && *c->p == '.') {
		c->p++;
		if (!digits(c))
			return bad(c, c->p, "expected a digit");
	}
	if (c->p < c->end && (*c->p | 32) == 'e') {
		c->p++;
		if (c->p < c->end && (*c->p == '+' || *c->p == '-'))
			c->p++;
		if (!digits(c))
			return bad(c, c->p, "expected a digit");
	}
	return SC_OK;
}

static int word(struct check *c, sc_str w)
{
	if (!sc_str_starts((sc_str){ c->p, (size_t)(c->end - c->p) }, w))
		return bad(c, c->p, "expected a value");
	c->p += w.n;
	return SC_OK;
}

/* ---- keys that come twice ---- */

/* The text between the quotes of the key that begins at offset `at`, which is known to be
 * well-formed. */
static sc_str key_at(const struct check *c, uint32_t at)
{
	const char *from = c->begin + at, *p = from;

	for (;; p += *p == '\\' ? 2 : 1) {
		while (*p != '"' && *p != '\\')
			p++;
		if (*p == '"')
			return (sc_str){ from, (size_t)(p - from) };
	}
}

static int by_key(const void *a, const void *b, void *with)
{
	const struct check *c = with;
	const uint32_t *x = a, *y = b;

	return json_key_cmp(key_at(c, *x), key_at(c, *y));
}

static int unique(struct check *c)
{
	size_t first = c->first[c->depth - 1], n = c->keys.n / sizeof(uint32_t) - first;
	uint32_t *k = (uint32_t *)(void *)c->keys.p + first;

	if (n > FEW) {
		qsort_r(k, n, sizeof *k, by_key, c);
		for (size_t i = 1; i < n; i++)
			if (!by_key(&k[i - 1], &k[i], c))
				return bad(c, c->begin + (k[i] > k[i - 1] ? k[i] : k[i - 1]),
				           "a key for the second time");
	} else {
		for (size_t i = 1; i < n; i++)
			for (size_t j = 0; j < i; j++)
				if (!by_key(&k[j], &k[i], c))
					return bad(c, c->begin + k[i], "a key for the second time");
	}
	c->keys.n = first * sizeof(uint32_t);
	return SC_OK;
}

/* ---- structure ---- */

static inline bool in_object(const struct check *c)
{
	unsigned level = c->depth - 1;

	return c->object[level / 64] >> level % 64 & 1;
}

/* "key": of an object; a value follows. */
static int key(struct check *c)
{
	space(c);
	if (c->p == c->end || *c->p != '"')
		return bad(c, c->p, "expected a key in quotes");
	c->p++;
	if (c->strict) {
		uint32_t at = (uint32_t)(c->p - c->begin);

		sc_buf_add(&c->keys, (sc_str){ (const char *)&at, sizeof at });
	}
	SC_TRY(string(c));
	space(c);
	if (c->p == c->end || *c->p != ':')
		return bad(c, c->p, "expected ':'");
	c->p++;
	return SC_OK;
}

static int push(struct check *c, bool object)
{
	unsigned level = c->depth;

	if (level == DEPTH)
		return bad(c, c->p, "nested deeper than 512 levels");
	c->object[level / 64] &= ~(UINT64_C(1) << level % 64);
	c->object[level / 64] |= (uint64_t)object << level % 64;
	c->first[level] = c->keys.n / sizeof(uint32_t);
	c->depth++;
	c->p++;
	return SC_OK;
}

static int pop(struct check *c)
{
	if (c->strict && in_object(c))
		SC_TRY(unique(c));
	c->depth--;
	c->p++;
	return SC_OK;
}

/* A value begins.  SC_OK: it is whole; SC_EOF: it is open and another value comes first. */
static int begin(struct check *c)
{
	bool object;

	space(c);
	if (c->p == c->end)
		return bad(c, c->p, "expected a value, not the end");
	switch (*c->p) {
	case '"':
		c->p++;
		return string(c);
	case 't':
		return word(c, SC_STR("true"));
	case 'f':
		return word(c, SC_STR("false"));
	case 'n':
		return word(c, SC_STR("null"));
	case '{':
	case '[':
		break;
	default:
		return number(c);
	}
	object = *c->p == '{';
	SC_TRY(push(c, object));
	space(c);
	if (c->p < c->end && *c->p == (object ? '}' : ']'))
		return pop(c);
	if (object)
		SC_TRY(key(c));
	return SC_EOF;
}

/* A value is whole.  SC_OK: so is the text; SC_EOF: another value follows. */
static int after(struct check *c)
{
	for (;;) {
		bool object;

		space(c);
		if (!c->depth)
			return c->p == c->end ? SC_OK : bad(c, c->p, "something follows the value");
		object = in_object(c);
		if (c->p < c->end && *c->p == ',') {
			c->p++;
			if (object)
				SC_TRY(key(c));
			return SC_EOF;
		}
		if (c->p == c->end || *c->p != (object ? '}' : ']'))
			return bad(c, c->p, object ? "expected ',' or '}'" : "expected ',' or ']'");
		SC_TRY(pop(c));
	}
}

static int values(struct check *c)
{
	int rc;

	do {
		do
			rc = begin(c);
		while (rc == SC_EOF);
		if (rc == SC_OK)
			rc = after(c);
	} while (rc == SC_EOF);
	return rc;
}

int sc_json_check(sc_str text, bool strict, struct sc_err *e)
{
	struct check c;
	int rc;

	if (strict && text.n > UINT32_MAX)
		return sc_bad(e,
		              "column 1: %zu bytes are too many to look for keys that come twice",
		              text.n);
	c.p = c.begin = text.p ? text.p : "";
	c.end = c.p + text.n;
	c.e = e;
	c.depth = 0;
	c.strict = strict;
	c.keys = (struct sc_buf){ 0 };
	rc = values(&c);
	sc_buf_free(&c.keys);
	return rc;
}
