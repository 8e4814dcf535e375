/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jcs.c -- canonical JSON; see scope/jcs.h.
 *
 * One pass over a text that was checked: what is read is written at once, and where the members of an object turn out not to be in order
 * they are put so when it ends, in place.  Nesting is what sc_json_check allows, 512.
 */
#include <scope/jcs.h>
#include <scope/json.h>

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- numbers ---- */

enum { DIGITS = 17 };

/* The double that 0.DIGITS * 10^point is; written without a decimal point, which a locale could change. */
static double value_of(const char *digit, int n, int point)
{
	char text[DIGITS + 16];

	snprintf(text, sizeof text, "%.*se%d", n, digit, point - n);
	return strtod(text, NULL);
}

/* One more in the last place; digits past it are gone.  True when there is still a number of n digits. */
static bool next_up(char *digit, int n)
{
	while (n-- > 0) {
		if (digit[n] < '9') {
			digit[n]++;
			return true;
		}
		digit[n] = '0';
	}
	return false;
}

/*
 * v > 0 in n digits, 0.d1d2... * 10^point, if such a number reads back as v.  The nearest that there is comes first; at a power of two the gap
 * above v is twice that below, so that the next one up may do where the nearest is below and does not.
 */
static bool in_digits(double v, int n, char digit[DIGITS], int *point)
{
	char text[DIGITS + 16];
	const char *p = text;
	int k = 0;

	snprintf(text, sizeof text, "%.*e", n - 1, v);
	for (; *p != 'e'; p++) /* past the point, whatever it looks like */
		if (*p >= '0' && *p <= '9')
			digit[k++] = *p;
	*point = atoi(p + 1) + 1;
	return value_of(digit, n, *point) == v ||
	       (next_up(digit, n) && value_of(digit, n, *point) == v);
}

/* The fewest digits: what n of them can say, n + 1 can. */
static int shortest(double v, char digit[DIGITS], int *point)
{
	int low = 1, high = DIGITS;

	while (low < high) {
		int mid = (low + high) / 2;

		if (in_digits(v, mid, digit, point))
			high = mid;
		else
			low = mid + 1;
	}
	in_digits(v, low, digit, point);
	return low;
}

static size_t zeros(char *out, int n)
{
	memset(out, '0', (size_t)n);
	return (size_t)n;
}

/* Digits n, value 0.DIGITS * 10^point: as Number::toString of ECMA-262 lays them out. */
static size_t lay_out(char *out, const char *digit, int n, int point)
{
	size_t len = 0;

	if (point >= n && point <= 21) { /* 1200 */
		memcpy(out, digit, (size_t)n);
		return (size_t)n + zeros(out + n, point - n);
	}
	if (point > 0 && point <= 21) /* 1.5 */
		return (size_t)sprintf(out, "%.*s.%.*s", point, digit, n - point, digit + point);
	if (point > -6 && point <= 0) { /* 0.0015 */
		len = (size_t)sprintf(out, "0.");
		len += zeros(out + len, -point);
		memcpy(out + len, digit, (size_t)n);
		return len + (size_t)n;
	}
	out[len++] = *digit; /* 1.5e+30 */
	if (n > 1)
		len += (size_t)sprintf(out + len, ".%.*s", n - 1, digit + 1);
	return len + (size_t)sprintf(out + len, "e%+d", point - 1);
}

size_t sc_jcs_number(double v, char out[SC_JCS_NUMBER])
{
	char digit[DIGITS];
	int n, point;

	if (v == 0) { /* -0 as well */
		*out = '0';
		return 1;
	}
	if (v < 0)
		*out++ = '-';
	n = shortest(fabs(v), digit, &point);
	return lay_out(out, digit, n, point) + (v < 0);
}

/* ---- the text ---- */

struct member {
	sc_str name;
	size_t from, to; /* of "NAME":VALUE in the output */
};

struct jcs {
	const char *p, *end;
	struct sc_arena *a;
	struct sc_err *e;
	struct sc_buf out, spare;
	struct sc_buf members; /* struct member[], of all objects that are open */
};

static char next(struct jcs *j)
{
	while (*j->p == ' ' || *j->p == '\t' || *j->p == '\n' || *j->p == '\r')
		j->p++;
	return *j->p;
}

/* The string at hand, decoded. */
static sc_str string(struct jcs *j)
{
	const char *from = j->p++;

	for (; *j->p != '"'; j->p++)
		j->p += *j->p == '\\';
	j->p++;
	return sc_json_string(j->a, (sc_str){ from, (size_t)(j->p - from) });
}

/* By UTF-16 code units.  UTF-8 sorts as code points do, and so do the units but for U+E000 to U+FFFF, which stand behind all that takes two. */
static int by_units(const void *x, const void *y)
{
	sc_str a = ((const struct member *)x)->name, b = ((const struct member *)y)->name;
	size_t n = a.n < b.n ? a.n : b.n;

	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)a.p[i], d = (unsigned char)b.p[i];

		if (c == d)
			continue;
		if (c >= 0xee && d >= 0xee && (c >= 0xf0) != (d >= 0xf0))
			return c >= 0xf0 ? -1 : 1;
		return c < d ? -1 : 1;
	}
	return (a.n > b.n) - (a.n < b.n);
}

static void in_order(struct jcs *j, struct member *v, size_t n)
{
	size_t i = 1, from = v->from, to = v[n - 1].to;

	while (i < n && by_units(&v[i - 1], &v[i]) < 0)
		i++;
	if (i >= n)
		return;
	qsort(v, n, sizeof *v, by_units);
	sc_buf_clear(&j->spare);
	for (i = 0; i < n; i++) {
		if (i)
			sc_buf_byte(&j->spare, ',');
		sc_buf_add(&j->spare, (sc_str){ j->out.p + v[i].from, v[i].to - v[i].from });
	}
	memcpy(j->out.p + from, j->spare.p, to - from);
}

static int value(struct jcs *j);

static int object(struct jcs *j)
{
	size_t before = j->members.n;

	sc_buf_byte(&j->out, *j->p++);
	while (next(j) != '}') {
		struct member m;

		if (*j->p == ',') {
			sc_buf_byte(&j->out, *j->p++);
			next(j);
		}
		m.from = j->out.n;
		m.name = string(j);
		sc_json_put(&j->out, m.name);
		next(j);
		sc_buf_byte(&j->out, *j->p++); /* : */
		SC_TRY(value(j));
		m.to = j->out.n;
		sc_buf_add(&j->members, (sc_str){ (const char *)&m, sizeof m });
	}
	if (j->members.n > before)
		in_order(j, (struct member *)(void *)(j->members.p + before),
		         (j->members.n - before) / sizeof(struct member));
	j->members.n = before;
	sc_buf_byte(&j->out, *j->p++);
	return SC_OK;
}

static int array(struct jcs *j)
{
	sc_buf_byte(&j->out, *j->p++);
	while (next(j) != ']') {
		if (*j->p == ',')
			sc_buf_byte(&j->out, *j->p++);
		SC_TRY(value(j));
	}
	sc_buf_byte(&j->out, *j->p++);
	return SC_OK;
}

/* A number may have any number of digits; few have many. */
static int number(struct jcs *j, sc_str text)
{
	char small[64], *copy = text.n < sizeof small ? small : malloc(text.n + 1), *point;
	double v;

	if (!copy)
		sc_oom();
	memcpy(copy, text.p, text.n);
	copy[text.n] = 0;
	point = strchr(copy, '.');
	if (point)
		*point = *localeconv()->decimal_point;
	v = strtod(copy, NULL);
	if (copy != small)
		free(copy);
	if (!isfinite(v))
		return sc_bad(j->e,
		              "the number %.*s is past the largest that JSON's readers agree on",
		              (int)(text.n < 40 ? text.n : 40), text.p);
	j->out.n += sc_jcs_number(v, sc_buf_room(&j->out, SC_JCS_NUMBER));
	return SC_OK;
}

/* true, false, null, a number: up to what cannot be in one. */
static int word(struct jcs *j)
{
	const char *from = j->p;
	sc_str text;

	while (j->p < j->end && !memchr(" \t\n\r,]}", *j->p, 7))
		j->p++;
	text = (sc_str){ from, (size_t)(j->p - from) };
	if (*from == '-' || (*from >= '0' && *from <= '9'))
		return number(j, text);
	sc_buf_add(&j->out, text);
	return SC_OK;
}

static int value(struct jcs *j)
{
	switch (next(j)) {
	case '{':
		return object(j);
	case '[':
		return array(j);
	case '"':
		sc_json_put(&j->out, string(j));
		return SC_OK;
	default:
		return word(j);
	}
}

int sc_jcs(struct sc_arena *a, sc_str json, sc_str *out, struct sc_err *e)
{
	struct jcs j = { .p = json.p, .end = json.p + json.n, .a = a, .e = e, .out = { .a = a } };
	int rc;

	SC_TRY(sc_json_check(json, true, e));
	rc = value(&j);
	sc_buf_free(&j.spare);
	sc_buf_free(&j.members);
	*out = sc_buf_seal(&j.out);
	return rc;
}
