/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json_check.c -- is this text JSON: RFC 8259's grammar, UTF-8 and escapes, in one pass; and its members.
 *
 * No recursion: what is open is one bit a level, object or array.  With `strict` the places of the
 * keys of all open objects lie on a stack, four bytes each; when an object closes, its keys are
 * sorted and equal neighbours are an error, so a hostile object costs n log n, not n squared.
 *
 * Members are noted while they are met, in a list of fixed size: a text with more is not listed, so
 * that a hostile one costs no memory.
 */
#include <scope/json.h>

#include <limits.h>
#include <stdlib.h>

#include "json_scan.h"

enum { DEPTH = 512, FEW = 8, MEMBERS = 256 };
#define NOTHING UINT_MAX

struct check {
	const char *p, *end, *begin;
	struct sc_err *e;
	uint64_t object[DEPTH / 64]; /* bit i: level i is an object */
	unsigned depth;
	bool strict;
	struct sc_buf keys;  /* uint32_t offsets of the keys of all open objects */
	size_t first[DEPTH]; /* where a level's own begin */
	const struct json_fast *fast;
	struct json_seen seen; /* of the last string */
	unsigned listed;     /* so many levels from the outermost are objects whose members are noted; or NOTHING */
	uint32_t open[SC_JSON_LEVELS]; /* a level's member whose value is being read */
	uint32_t n;
	struct sc_json_member member[MEMBERS];
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
		c->seen.flags |= SC_JSON_ESCAPED;
		c->seen.escapes++;
		c->p = at + 2;
		return SC_OK;
	case 'u':
		c->seen.flags |= SC_JSON_ESCAPED | SC_JSON_UNICODE;
		break;
	default:
		return bad(c, at, "no such escape");
	}
	u = json_hex4(at + 2, c->end);
	if (u < 0)
		return bad(c, at, "\\u without four hex digits");
	c->p = at + 6;
	if (u < 0xd800 || u > 0xdfff)
		return SC_OK;
	low = c->end - c->p >= 6 && c->p[0] == '\\' && c->p[1] == 'u' ? json_hex4(c->p + 2, c->end) : -1;
	if (u > 0xdbff || low < 0xdc00 || low > 0xdfff)
		return bad(c, at, "half of a surrogate pair");
	c->p += 6;
	return SC_OK;
}

/* The rest of a string, and what is wrong with it. */
static int slow_string(struct check *c)
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
		c->seen.flags |= SC_JSON_WIDE;
		while (c->p < c->end && (signed char)*c->p < 0) {
			size_t n = json_utf8(c->p, c->end);

			if (!n)
				return bad(c, c->p, "not UTF-8");
			c->p += n;
		}
	}
}

/* Past the closing quote when it is among the first 16 bytes and nothing else before it needs a look. */
static inline const char *short_string(const char *p, const char *end)
{
	size_t hit;
	json_v16 v;

	if (end - p < 16)
		return NULL;
	memcpy(&v, p, sizeof v);
	hit = json_hit((v == '"') | (v == '\\') | (v < 0x20));
	return hit < 16 && p[hit] == '"' ? p + hit + 1 : NULL;
}

/* The rest of a string whose opening quote is taken. */
static int string(struct check *c)
{
	const char *past;

	c->seen = (struct json_seen){ 0 };
	past = short_string(c->p, c->end);
	if (!past && c->fast)
		past = c->fast->string(c->p, c->end, &c->seen);
	if (!past) {
		c->seen = (struct json_seen){ 0 };
		return slow_string(c);
	}
	c->p = past;
	return SC_OK;
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

/* ---- members ---- */

/* Whether what is read now stands right in an object whose members are noted. */
static inline bool noting(const struct check *c)
{
	return c->listed == c->depth && c->depth;
}

/* A key was read: from `from`, behind its quote, to c->p, behind the other. */
static void note_key(struct check *c, const char *from)
{
	struct sc_json_member *m = &c->member[c->n];

	if (c->n == MEMBERS) {
		c->listed = NOTHING;
		return;
	}
	c->open[c->depth - 1] = c->n++;
	m->key = (sc_str){ from, (size_t)(c->p - 1 - from) };
	m->escapes = 0;
	m->flags = c->seen.flags & SC_JSON_ESCAPED ? SC_JSON_KEY_ESCAPED : 0;
}

static inline struct sc_json_member *noted(struct check *c)
{
	return &c->member[c->open[c->depth - 1]];
}

static inline void note_string(struct check *c)
{
	struct sc_json_member *m = noted(c);
	bool countable = c->seen.escapes <= UINT32_MAX && !(c->seen.flags & SC_JSON_UNICODE);

	m->flags |= c->seen.flags | (countable ? 0u : SC_JSON_UNICODE);
	m->escapes = countable ? (uint32_t)c->seen.escapes : 0;
}

static inline void note_end(struct check *c)
{
	struct sc_json_member *m = noted(c);

	m->value.n = (size_t)(c->p - m->value.p);
	m->next = c->n;
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
	const char *from;

	space(c);
	if (c->p == c->end || *c->p != '"')
		return bad(c, c->p, "expected a key in quotes");
	from = ++c->p;
	if (c->strict) {
		uint32_t at = (uint32_t)(c->p - c->begin);

		sc_buf_add(&c->keys, (sc_str){ (const char *)&at, sizeof at });
	}
	SC_TRY(string(c));
	if (noting(c))
		note_key(c, from);
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
	if (object && c->listed == level && level < SC_JSON_LEVELS) {
		if (level)
			noted(c)->flags |= SC_JSON_LISTED;
		c->listed++;
	}
	c->depth++;
	c->p++;
	return SC_OK;
}

static int pop(struct check *c)
{
	if (c->strict && in_object(c))
		SC_TRY(unique(c));
	if (c->listed == c->depth)
		c->listed--;
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
	if (noting(c))
		noted(c)->value.p = c->p;
	switch (*c->p) {
	case '"':
		c->p++;
		SC_TRY(string(c));
		if (noting(c))
			note_string(c);
		return SC_OK;
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

		if (noting(c))
			note_end(c);
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

/* The members as they were noted; of a text that has too many, or is no object, nothing. */
static void list(struct sc_arena *a, const struct check *c, sc_str text, struct sc_json_index *out)
{
	*out = (struct sc_json_index){ .text = text };
	if (c->listed == NOTHING || sc_json_kind(text) != SC_JSON_OBJECT)
		return;
	out->listed = true;
	out->n = c->n;
	out->v = sc_alloc(a, c->n * sizeof *out->v);
	memcpy(out->v, c->member, c->n * sizeof *out->v);
}

int sc_json_scan(struct sc_arena *a, sc_str text, bool strict, struct sc_json_index *out, struct sc_err *e)
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
	c.fast = json_fast();
	c.listed = out ? 0 : NOTHING;
	c.n = 0;
	rc = values(&c);
	sc_buf_free(&c.keys);
	if (rc == SC_OK && out)
		list(a, &c, text, out);
	return rc;
}

int sc_json_check(sc_str text, bool strict, struct sc_err *e)
{
	return sc_json_scan(NULL, text, strict, NULL, e);
}
