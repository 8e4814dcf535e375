/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json.c -- members, elements and strings of JSON text, found without building a tree; and strings
 * written.
 *
 * All of it works on text that sc_json_check has passed.  On other text it stays inside and ends:
 * a span that cannot be told ends the iteration.  Members that nobody asks for are stepped over by
 * looking for quotes and brackets only.  No values are kept: asking for two fields by name scans
 * twice, so who wants several walks once with sc_json_next.
 */
#include <scope/json.h>

#include <locale.h>
#include <math.h>
#include <stdlib.h>

#include "json_scan.h"

static const char *space(const char *p, const char *end)
{
	while (p < end && json_space(*p))
		p++;
	return p;
}

/* Past the closing quote of the string whose opening quote is before p; NULL when it has none.  Most strings end in the
 * first sixteen bytes, so those come first. */
static const char *string_end(const char *p, const char *end)
{
	const struct json_fast *fast = json_fast();

	while (p < end) {
		for (; end - p >= 16; p += 16) {
			json_v16 v;
			size_t hit;

			memcpy(&v, p, sizeof v);
			hit = json_hit((v == '"') | (v == '\\'));
			if (fast && (hit == 16 || p[hit] == '\\'))
				return fast->quote(p, end);
			if (hit < 16) {
				p += hit;
				break;
			}
		}
		while (p < end && *p != '"' && *p != '\\')
			p++;
		if (p == end)
			return NULL;
		if (*p == '"')
			return p + 1;
		if (end - p < 2)
			return NULL;
		p += 2;
	}
	return NULL;
}

/* Past the bracket that closes the one at p. */
static const char *nest_end(const char *p, const char *end)
{
	size_t depth = 0;

	while (p < end) {
		for (; end - p >= 16; p += 16) {
			json_v16 v, folded;
			size_t hit;

			memcpy(&v, p, sizeof v);
			folded = v | 0x20; /* [ ] become { } */
			hit = json_hit((v == '"') | (folded == '{') | (folded == '}'));
			if (hit < 16) {
				p += hit;
				break;
			}
		}
		if (p == end)
			break;
		switch (*p++) {
		case '"':
			p = string_end(p, end);
			if (!p)
				return NULL;
			break;
		case '{':
		case '[':
			depth++;
			break;
		case '}':
		case ']':
			if (--depth == 0)
				return p;
			break;
		default:
			break;
		}
	}
	return NULL;
}

/* Past the value at p, where no white space is. */
static const char *value_end(const char *p, const char *end)
{
	const char *from = p;

	if (p == end)
		return NULL;
	if (*p == '"')
		return string_end(p + 1, end);
	if (*p == '{' || *p == '[')
		return nest_end(p, end);
	while (p < end && !json_space(*p) && *p != ',' && *p != ']' && *p != '}' && *p != ':' &&
	       *p != '"')
		p++;
	return p > from ? p : NULL;
}

enum sc_json_kind sc_json_kind(sc_str value)
{
	const char *end = value.p + value.n, *p = value.n ? space(value.p, end) : end;

	if (p == end)
		return SC_JSON_NONE;
	switch (*p) {
	case '{':
		return SC_JSON_OBJECT;
	case '[':
		return SC_JSON_ARRAY;
	case '"':
		return SC_JSON_STRING;
	case 't':
	case 'f':
		return SC_JSON_BOOL;
	case 'n':
		return SC_JSON_NULL;
	default:
		return *p == '-' || (*p >= '0' && *p <= '9') ? SC_JSON_NUMBER : SC_JSON_NONE;
	}
}

/* ---- members ---- */

struct sc_json_iter sc_json_iter(sc_str value)
{
	struct sc_json_iter it = { .rest = { NULL, 0 } };
	enum sc_json_kind k = sc_json_kind(value);

	if (k != SC_JSON_OBJECT && k != SC_JSON_ARRAY)
		return it;
	it.object = k == SC_JSON_OBJECT;
	it.rest = sc_str_from(value, (size_t)(space(value.p, value.p + value.n) - value.p) + 1);
	return it;
}

/* The key at p into it->key, and the place of its value; NULL when there is none. */
static const char *member_key(struct sc_json_iter *it, const char *p, const char *end)
{
	const char *from = p + 1;

	if (p == end || *p != '"')
		return NULL;
	p = string_end(from, end);
	if (!p)
		return NULL;
	it->key = (sc_str){ from, (size_t)(p - 1 - from) };
	p = space(p, end);
	return p < end && *p == ':' ? space(p + 1, end) : NULL;
}

bool sc_json_next(struct sc_json_iter *it)
{
	const char *p = it->rest.p, *end = p + it->rest.n, *past;

	if (!it->rest.n)
		return false;
	p = space(p, end);
	if (p < end && *p == ',')
		p = space(p + 1, end);
	it->rest = (sc_str){ end, 0 };
	it->key = (sc_str){ NULL, 0 };
	if (it->object)
		p = member_key(it, p, end);
	past = p ? value_end(p, end) : NULL;
	if (!past)
		return false;
	it->value = (sc_str){ p, (size_t)(past - p) };
	it->rest = (sc_str){ past, (size_t)(end - past) };
	return true;
}

/* ---- characters ---- */

#define NO 0xff
#define NO8 NO, NO, NO, NO, NO, NO, NO, NO
#define NO16 NO8, NO8
const uint8_t json_digit[256] = {
	NO16, NO16, NO16,
	0, 1, 2, 3, 4, 5, 6, 7, 8, 9, NO, NO, NO, NO, NO, NO,
	NO, 10, 11, 12, 13, 14, 15, NO, NO8, NO16,
	NO, 10, 11, 12, 13, 14, 15, NO, NO8, NO16,
	NO16, NO16, NO16, NO16, NO16, NO16, NO16, NO16,
};

/* Hex digits at p[0..3]; the text was checked, so anything odd is U+FFFD. */
static uint32_t hex4(const char *p, const char *end)
{
	int v = json_hex4(p, end);

	return v < 0 ? 0xfffd : (uint32_t)v;
}

static size_t put_utf8(uint32_t u, char out[4])
{
	if (u < 0x80) {
		out[0] = (char)u;
		return 1;
	}
	if (u < 0x800) {
		out[0] = (char)(0xc0 | u >> 6);
		out[1] = (char)(0x80 | (u & 63));
		return 2;
	}
	if (u < 0x10000) {
		out[0] = (char)(0xe0 | u >> 12);
		out[1] = (char)(0x80 | (u >> 6 & 63));
		out[2] = (char)(0x80 | (u & 63));
		return 3;
	}
	out[0] = (char)(0xf0 | u >> 18);
	out[1] = (char)(0x80 | (u >> 12 & 63));
	out[2] = (char)(0x80 | (u >> 6 & 63));
	out[3] = (char)(0x80 | (u & 63));
	return 4;
}

size_t json_unescape(const char **at, const char *end, char out[4])
{
	const char *p = *at;
	uint32_t u, low;

	if (end - p < 2) {
		*at = end;
		return 0;
	}
	if (p[1] != 'u') {
		out[0] = json_short_escape(p[1]);
		*at = p + 2;
		return 1;
	}
	u = hex4(p + 2, end);
	*at = end - p < 6 ? end : p + 6;
	if (end - p < 6)
		return 0;
	if (u >= 0xd800 && u <= 0xdbff && end - p >= 12 && p[6] == '\\' && p[7] == 'u') {
		low = hex4(p + 8, end);
		if (low >= 0xdc00 && low <= 0xdfff) {
			*at = p + 12;
			return put_utf8(0x10000 + ((u - 0xd800) << 10) + (low - 0xdc00), out);
		}
	}
	return put_utf8(u >= 0xd800 && u <= 0xdfff ? 0xfffd : u, out);
}

const char *json_unicode(const char *p, const char *end)
{
	int u, low;

	for (;;) {
		u = json_hex4(p + 1, end);
		if (u < 0)
			return NULL;
		p += 5;
		if (u >= 0xd800 && u <= 0xdfff) {
			low = end - p >= 6 && p[0] == '\\' && p[1] == 'u' ? json_hex4(p + 2, end) : -1;
			if (u > 0xdbff || low < 0xdc00 || low > 0xdfff)
				return NULL;
			p += 6;
		}
		if (end - p < 2 || p[0] != '\\' || p[1] != 'u')
			return p;
		p++;
	}
}

/* Decoded bytes one by one. */
struct chars {
	const char *p, *end;
	char left[4];
	size_t n, i;
};

static int next_char(struct chars *c)
{
	while (c->i == c->n) {
		if (c->p == c->end)
			return -1;
		if (*c->p != '\\')
			return (unsigned char)*c->p++;
		c->i = 0;
		c->n = json_unescape(&c->p, c->end, c->left);
	}
	return (unsigned char)c->left[c->i++];
}

int json_key_cmp(sc_str a, sc_str b)
{
	struct chars x = { .p = a.p, .end = a.p + a.n }, y = { .p = b.p, .end = b.p + b.n };
	int cx, cy;

	do {
		cx = next_char(&x);
		cy = next_char(&y);
	} while (cx == cy && cx >= 0);
	return (cx > cy) - (cx < cy);
}

bool json_spells(sc_str text, sc_str name)
{
	struct chars c = { .p = text.p, .end = text.p + text.n };

	if (text.n == name.n && (!name.n || !memcmp(text.p, name.p, name.n)))
		return sc_str_chr(name, '\\') == SC_NONE;
	if (text.n <= name.n || !memchr(text.p, '\\', text.n))
		return false;
	for (size_t i = 0; i < name.n; i++)
		if (next_char(&c) != (unsigned char)name.p[i])
			return false;
	return next_char(&c) < 0;
}

bool sc_json_key_is(sc_str key, sc_str name)
{
	return json_spells(key, name);
}

/* Sixteen bytes are copied at a time and only as many counted as come before a backslash, so out
 * has room for JSON_SLACK more than the text. */
static size_t decode(const char *p, const char *end, char *out)
{
	size_t n = 0;

	while (p < end) {
		while (end - p >= 16) {
			json_v16 v;
			size_t hit;

			memcpy(&v, p, sizeof v);
			memcpy(out + n, &v, sizeof v);
			hit = json_hit(v == '\\');
			p += hit;
			n += hit;
			if (hit < 16)
				break;
		}
		while (p < end && *p != '\\')
			out[n++] = *p++;
		if (p < end)
			n += json_unescape(&p, end, out + n);
	}
	return n;
}

sc_str json_decode(struct sc_arena *a, sc_str text)
{
	const struct json_fast *fast = json_fast();
	const char *end = text.p + text.n;
	char *out;

	if (text.n > SIZE_MAX - JSON_SLACK)
		sc_oom();
	out = sc_alloc(a, text.n + JSON_SLACK);
	return (sc_str){ out, fast ? fast->decode(text.p, end, out) : decode(text.p, end, out) };
}

sc_str sc_json_string(struct sc_arena *a, sc_str value)
{
	const char *p = value.p, *end;

	if (value.n < 2 || *p != '"' || p[value.n - 1] != '"')
		return (sc_str){ NULL, 0 };
	end = p + value.n - 1;
	p++;
	if (p == end || !memchr(p, '\\', (size_t)(end - p)))
		return (sc_str){ p, (size_t)(end - p) };
	return json_decode(a, (sc_str){ p, (size_t)(end - p) });
}

/* ---- by name and by path ---- */

sc_str sc_json_get(sc_str object, sc_str key)
{
	struct sc_json_iter it = sc_json_iter(object);

	while (it.object && sc_json_next(&it))
		if (json_spells(it.key, key))
			return it.value;
	return (sc_str){ NULL, 0 };
}

unsigned sc_json_count(sc_str object, sc_str key)
{
	struct sc_json_iter it = sc_json_iter(object);
	unsigned n = 0;

	while (it.object && sc_json_next(&it))
		n += json_spells(it.key, key);
	return n;
}

sc_str sc_json_without(struct sc_arena *a, sc_str object, sc_str key)
{
	struct sc_json_iter it = sc_json_iter(object);
	const char *end = object.p + object.n, *before = NULL, *from, *to;
	size_t head;
	char *out;

	while (it.object && sc_json_next(&it)) {
		if (!json_spells(it.key, key)) {
			before = it.rest.p; /* the end of the last member that stays */
			continue;
		}
		from = before ? space(before, end) : it.key.p - 1;
		to = it.rest.p;
		if (!before && space(to, end) < end && *space(to, end) == ',')
			to = space(space(to, end) + 1, end);
		head = (size_t)(from - object.p);
		out = sc_alloc(a, object.n + 1);
		memcpy(out, object.p, head);
		memcpy(out + head, to, (size_t)(end - to));
		return (sc_str){ out, head + (size_t)(end - to) };
	}
	return object;
}

/* The member whose key has the characters of `quoted`, itself the text between quotes. */
static sc_str get_quoted(sc_str object, sc_str quoted)
{
	struct sc_json_iter it = sc_json_iter(object);

	while (it.object && sc_json_next(&it))
		if (!json_key_cmp(it.key, quoted))
			return it.value;
	return (sc_str){ NULL, 0 };
}

static sc_str element(sc_str array, uint64_t i)
{
	struct sc_json_iter it = sc_json_iter(array);

	while (!it.object && sc_json_next(&it))
		if (!i--)
			return it.value;
	return (sc_str){ NULL, 0 };
}

/* One step of a path; *path becomes what follows it, SC_NONE long when it is no path. */
static sc_str step(sc_str value, sc_str *path)
{
	static const sc_str none = { NULL, 0 };
	const char *p = path->p, *end = p + path->n, *past = p;
	uint64_t i;

	if (*p == '[') {
		size_t close = sc_str_chr(*path, ']');

		if (close == SC_NONE || !sc_str_u64((sc_str){ p + 1, close - 1 }, &i))
			return none;
		*path = sc_str_from(*path, close + 1);
		return element(value, i);
	}
	if (*p == '"') {
		past = string_end(p + 1, end);
		if (!past)
			return none;
		*path = sc_str_from(*path, (size_t)(past - p));
		return get_quoted(value, (sc_str){ p + 1, (size_t)(past - p) - 2 });
	}
	while (past < end && *past != '.' && *past != '[')
		past++;
	*path = sc_str_from(*path, (size_t)(past - p));
	return past > p ? sc_json_get(value, (sc_str){ p, (size_t)(past - p) }) : none;
}

sc_str json_path_on(sc_str value, sc_str path, bool first)
{
	while (path.n && value.p) {
		if (!first && *path.p != '[') {
			if (*path.p != '.' || path.n == 1)
				return (sc_str){ NULL, 0 };
			path = sc_str_from(path, 1);
		}
		first = false;
		value = step(value, &path);
	}
	return value;
}

sc_str sc_json_path(sc_str value, sc_str path)
{
	return json_path_on(value, path, true);
}

/* strtod reads the locale's decimal point, so it is given that. */
bool sc_json_double(sc_str value, double *out)
{
	char text[400], *end, *dot;
	double v;

	if (sc_json_kind(value) != SC_JSON_NUMBER || value.n >= sizeof text)
		return false;
	memcpy(text, value.p, value.n);
	text[value.n] = 0;
	dot = strchr(text, '.');
	if (dot)
		*dot = *localeconv()->decimal_point;
	v = strtod(text, &end);
	if (end != text + value.n || !isfinite(v))
		return false;
	*out = v;
	return true;
}

/* ---- writing ---- */

static void put_odd(struct sc_buf *b, unsigned char c)
{
	static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt", hex[] = "0123456789abcdef";
	const char *k = memchr(from, c, sizeof from - 1);
	char out[6] = { '\\', 'u', '0', '0', hex[c >> 4 & 15], hex[c & 15] };

	if (k)
		out[1] = to[k - from];
	sc_buf_add(b, (sc_str){ out, k ? 2 : 6 });
}

void sc_json_put(struct sc_buf *b, sc_str s)
{
	const char *p = s.p, *end = p + s.n;

	sc_buf_room(b, s.n < SIZE_MAX - 2 ? s.n + 2 : s.n);
	sc_buf_byte(b, '"');
	while (p < end) {
		const char *from = p;
		size_t n = 0;

		while ((p = json_plain(p, end)) < end && (signed char)*p < 0 &&
		       (n = json_utf8(p, end)) > 0)
			p += n;
		sc_buf_add(b, (sc_str){ from, (size_t)(p - from) });
		if (p == end)
			break;
		if ((signed char)*p < 0)
			sc_buf_add(b, SC_STR("\xef\xbf\xbd"));
		else
			put_odd(b, (unsigned char)*p);
		p++;
	}
	sc_buf_byte(b, '"');
}
