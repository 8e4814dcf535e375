/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http_json.c -- header fields (HTTP's and those like them) as members of a JSON object.
 *
 * In their order; those of one name, case aside, are one member where the first stands, their values joined as HTTP joins them.
 */
#include <scope/http.h>
#include <scope/json.h>
#include <scope/text.h>

#include <stdlib.h>

sc_str sc_field_unfold(struct sc_arena *a, sc_str s)
{
	char *p;
	size_t n = 0;

	if (!s.n || sc_str_chr(s, '\n') == SC_NONE)
		return s;
	p = sc_alloc(a, s.n + 1);
	for (size_t i = 0; i < s.n;) {
		bool fold = s.p[i] == '\n' || (s.p[i] == '\r' && i + 1 < s.n && s.p[i + 1] == '\n');

		if (!fold) {
			p[n++] = s.p[i++];
			continue;
		}
		while (i < s.n && strchr("\r\n\t ", s.p[i]) && s.p[i])
			i++;
		p[n++] = ' ';
	}
	return (sc_str){ p, n };
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

sc_str sc_field_lowered(struct sc_arena *a, sc_str s)
{
	char *p = sc_cstr(a, s);

	for (size_t i = 0; i < s.n; i++)
		p[i] = lower(p[i]);
	return (sc_str){ p, s.n };
}

struct named {
	sc_str name, value;
	struct named *more; /* the next of the same name */
	bool again;         /* another came before */
};

/* By name, case aside, then as they came. */
static int by_name(const void *x, const void *y)
{
	const struct named *a = *(struct named *const *)x, *b = *(struct named *const *)y;

	for (size_t i = 0; i < a->name.n && i < b->name.n; i++)
		if (lower(a->name.p[i]) != lower(b->name.p[i]))
			return lower(a->name.p[i]) < lower(b->name.p[i]) ? -1 : 1;
	if (a->name.n != b->name.n)
		return a->name.n < b->name.n ? -1 : 1;
	return a < b ? -1 : a > b;
}

/* The fields in order, those of one name chained.  Sorted, since a head may have a great many. */
static struct named *fields_chained(struct sc_arena *a, sc_str block, size_t *n)
{
	struct sc_fields f = sc_fields(block);
	struct named *v, **sorted;
	size_t i;

	for (*n = 0; sc_fields_next(&f);)
		++*n;
	v = SC_NEW(a, struct named, *n + 1);
	sorted = SC_NEW(a, struct named *, *n + 1);
	f = sc_fields(block);
	for (i = 0; sc_fields_next(&f); i++) {
		bool text = sc_utf8_valid(f.name) == f.name.n; /* else names that differ would look alike */

		v[i] = (struct named){ .name = text ? f.name : sc_escape(a, f.name),
				       .value = sc_field_unfold(a, f.value) };
		sorted[i] = &v[i];
	}
	qsort(sorted, *n, sizeof *sorted, by_name);
	for (i = 1; i < *n; i++)
		if (sc_str_ieq(sorted[i - 1]->name, sorted[i]->name)) {
			sorted[i - 1]->more = sorted[i];
			sorted[i]->again = true;
		}
	return v;
}

/* One value, or the different ones joined as HTTP joins them. */
static void put_values(struct sc_buf *b, const struct named *first)
{
	struct sc_buf all = { 0 };

	if (!first->more) {
		sc_json_put(b, first->value);
		return;
	}
	sc_buf_add(&all, first->value);
	for (const struct named *f = first->more; f; f = f->more) {
		if (sc_str_eq(f->value, first->value))
			continue;
		sc_buf_add(&all, SC_STR(", "));
		sc_buf_add(&all, f->value);
	}
	sc_json_put(b, sc_buf_str(&all));
	sc_buf_free(&all);
}

void sc_fields_json(struct sc_buf *b, struct sc_arena *a, sc_str block, sc_str (*spell)(struct sc_arena *a, sc_str name))
{
	size_t n;
	const struct named *v = fields_chained(a, block, &n);
	bool comma = false;

	for (size_t i = 0; i < n; i++) {
		sc_str name = v[i].again ? (sc_str){ NULL, 0 } : spell(a, v[i].name);

		if (!name.p)
			continue;
		if (comma)
			sc_buf_byte(b, ',');
		comma = true;
		sc_json_put(b, name);
		sc_buf_byte(b, ':');
		put_values(b, &v[i]);
	}
}
