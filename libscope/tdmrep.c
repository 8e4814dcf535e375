/* SPDX-License-Identifier: Apache-2.0 */
/* tdmrep.c -- /.well-known/tdmrep.json, an origin's reservation of text and data mining; see scope/robots.h. */
#include <scope/json.h>
#include <scope/robots.h>

enum { MOST_RULES = 4096 };

int sc_tdm_value(sc_str s)
{
	s = sc_str_trim(s);
	return sc_str_eq(s, SC_STR("1")) ? 1 : sc_str_eq(s, SC_STR("0")) ? 0 : -1;
}

static sc_str words(struct sc_arena *a, sc_str value)
{
	return sc_json_kind(value) == SC_JSON_STRING ? sc_str_trim(sc_json_string(a, value)) : sc_json_kind(value) == SC_JSON_NUMBER ? value : (sc_str){ NULL, 0 };
}

static int add(struct sc_arena *a, struct sc_tdmrep *out, size_t *cap, struct sc_tdm_rule r, struct sc_err *e)
{
	if (!r.location.n)
		return SC_OK;
	if (out->n == MOST_RULES)
		return sc_bad(e, "tdmrep.json has more than %d rules", MOST_RULES);
	if (out->n == *cap) {
		size_t more = *cap ? 2 * *cap : 8;
		struct sc_tdm_rule *v = SC_NEW(a, struct sc_tdm_rule, more);

		if (out->n)
			memcpy(v, out->v, out->n * sizeof *v);
		out->v = v;
		*cap = more;
	}
	out->v[out->n++] = r;
	return SC_OK;
}

/* One object of the file: a rule for each of its locations. */
static int object(struct sc_arena *a, struct sc_tdmrep *out, size_t *cap, sc_str text, uint64_t off, struct sc_err *e)
{
	sc_str location = sc_json_get(text, SC_STR("location"));
	struct sc_tdm_rule r = { .reservation = sc_tdm_value(words(a, sc_json_get(text, SC_STR("tdm-reservation")))), .off = off, .len = text.n };
	struct sc_json_iter many;

	if (r.reservation < 0)
		return SC_OK;
	r.policy = words(a, sc_json_get(text, SC_STR("tdm-policy")));
	if (sc_json_kind(location) != SC_JSON_ARRAY) {
		r.location = words(a, location);
		return add(a, out, cap, r, e);
	}
	many = sc_json_iter(location);
	while (sc_json_next(&many)) {
		r.location = words(a, many.value);
		SC_TRY(add(a, out, cap, r, e));
	}
	return SC_OK;
}

int sc_tdmrep_read(struct sc_arena *a, sc_str bytes, struct sc_tdmrep *out, struct sc_err *e)
{
	sc_str text = sc_str_trim(sc_str_starts(bytes, SC_STR("\xef\xbb\xbf")) ? sc_str_from(bytes, 3) : bytes);
	struct sc_json_iter it;
	size_t cap = 0;

	*out = (struct sc_tdmrep){ 0 };
	SC_TRY(sc_json_check(text, false, e));
	if (sc_json_kind(text) != SC_JSON_ARRAY)
		return sc_bad(e, "tdmrep.json is no array of rules");
	it = sc_json_iter(text);
	while (sc_json_next(&it)) {
		if (sc_json_kind(it.value) != SC_JSON_OBJECT)
			return sc_bad(e, "tdmrep.json: a rule is no object");
		SC_TRY(object(a, out, &cap, it.value, (uint64_t)(it.value.p - bytes.p), e));
	}
	return SC_OK;
}

const struct sc_tdm_rule *sc_tdmrep_ask(const struct sc_tdmrep *t, sc_str path)
{
	size_t steps = 0;

	path = sc_str_head(path, sc_str_chr(path, '#'));
	for (size_t i = 0; i < t->n && steps <= SC_ROBOTS_STEPS; i++)
		if (sc_path_matches(t->v[i].location, path, &steps))
			return &t->v[i];
	return NULL;
}
