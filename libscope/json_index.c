/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json_index.c -- members found in the list that the check made (json_check.c), not in the text.
 *
 * Where the list ends (arrays, quoted steps of a path, deep objects) the walk goes on in the text of
 * the value that was reached, so both ways give the same answer always.
 */
#include <scope/json.h>

#include "json_scan.h"

/* The first member of that key among v[from], its followers, up to `to`; `to` when there is none. */
static uint32_t lookup(const struct sc_json_index *x, uint32_t from, uint32_t to, sc_str key)
{
	for (uint32_t i = from; i < to; i = x->v[i].next) {
		const struct sc_json_member *m = &x->v[i];

		if (m->flags & SC_JSON_KEY_ESCAPED ? json_spells(m->key, key) : sc_str_eq(m->key, key))
			return i;
	}
	return to;
}

/* Length of the path's first step where that is a plain name, 0 else. */
static size_t name_length(sc_str path)
{
	size_t n = 0;

	if (path.n && *path.p == '"')
		return 0;
	while (n < path.n && path.p[n] != '.' && path.p[n] != '[')
		n++;
	return n;
}

sc_str sc_json_find(const struct sc_json_index *x, sc_str path)
{
	uint32_t from = 0, to = x->n, at;
	sc_str value = x->text;
	bool listed = x->listed, first = true;

	for (; path.n && listed; first = false) {
		sc_str rest = path;
		size_t n;

		if (!first && *path.p == '.')
			rest = sc_str_from(path, 1);
		n = name_length(rest);
		if (!n || (!first && rest.n == path.n))
			break;
		at = lookup(x, from, to, sc_str_head(rest, n));
		if (at == to)
			return (sc_str){ NULL, 0 };
		path = sc_str_from(rest, n);
		value = x->v[at].value;
		listed = x->v[at].flags & SC_JSON_LISTED;
		from = at + 1;
		to = x->v[at].next;
	}
	return json_path_on(value, path, first);
}

const struct sc_json_member *sc_json_member(const struct sc_json_index *x, sc_str key)
{
	uint32_t at = lookup(x, 0, x->n, key);

	return at < x->n ? &x->v[at] : NULL;
}

sc_str sc_json_leave_out(struct sc_arena *a, const struct sc_json_index *x, sc_str key)
{
	return x->listed && !sc_json_member(x, key) ? x->text : sc_json_without(a, x->text, key);
}

sc_str sc_json_member_string(struct sc_arena *a, const struct sc_json_member *m)
{
	sc_str text = m->value;

	if (!text.n || *text.p != '"')
		return (sc_str){ NULL, 0 };
	text = (sc_str){ text.p + 1, text.n - 2 };
	return m->flags & SC_JSON_ESCAPED ? json_decode(a, text) : text;
}
