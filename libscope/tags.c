/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tags.c -- tags on a record, and as the JSON object that travels with it:
 *
 *	{"v":1,
 *	 "from":{"shard":"a.warc","ordinal":0,"offset":0,"length":9},
 *	 "parts":[{"name":"text","media":"","bytes":5,"sha256":"HEX"}],     "" unless tag/hash was asked
 *	 "tags":[{"key":"licence","value":"MIT","by":"tag/licence","rule":"json:license","where":"meta",
 *	          "at":3,"n":4,"score":1}],
 *	 "dropped":{"step":"select/filter","reason":"false"}}               dropped records only
 *
 * Every member is always there with the same type, so that column stores infer one schema.  Names
 * that are not UTF-8 have U+FFFD for each bad byte here; the manifest has them exactly.  A
 * filter's revision stands in the manifest too, not beside each tag.
 */
#include <scope/plugin.h>

#include <scope/json.h>
#include <scope/text.h>

void sc_tag_add(struct sc_arena *a, struct sc_record *r, sc_str key, sc_str value,
                struct sc_evidence why)
{
	struct sc_tags *t = &r->tags;

	if (t->n == t->cap) {
		uint32_t cap = t->cap ? t->cap * 2 : 8;
		struct sc_tag *v;
		size_t bytes;

		if (cap < t->cap || __builtin_mul_overflow(cap, sizeof *v, &bytes))
			sc_oom();
		v = sc_alloc(a, bytes);
		if (t->n)
			memcpy(v, t->v, t->n * sizeof *v);
		t->v = v;
		t->cap = cap;
	}
	t->v[t->n++] = (struct sc_tag){ .key = key, .value = value, .why = why };
}

const struct sc_tag *sc_tag_first(const struct sc_record *r, sc_str key)
{
	for (uint32_t i = 0; i < r->tags.n; i++)
		if (sc_str_eq(r->tags.v[i].key, key))
			return &r->tags.v[i];
	return NULL;
}

static bool visible(const struct sc_tag *t)
{
	return !t->why.by || !t->why.by->quiet;
}

bool sc_tags_visible(const struct sc_record *r)
{
	for (uint32_t i = 0; i < r->tags.n; i++)
		if (visible(&r->tags.v[i]))
			return true;
	return false;
}

/* ---- written ---- */

typedef signed char v16 __attribute__((vector_size(16)));

/* Is no byte of these sixteen a quote, a backslash, a control or other than ASCII (negative, so below the space too)? */
static bool plain16(const char *p)
{
	uint64_t w[2];
	v16 v;

	memcpy(&v, p, sizeof v);
	v = (v == '"') | (v == '\\') | (v < 0x20);
	memcpy(w, &v, sizeof w);
	return !(w[0] | w[1]);
}

/* before, a string value in quotes, after.  Nearly all values are short and plain: those are copied first and looked at in
 * the buffer, where bytes behind them do no harm. */
static void put(struct sc_buf *b, sc_str before, sc_str value, sc_str after)
{
	char *p = sc_buf_room(b, before.n + value.n + after.n + 34);
	size_t i = 0;

	memcpy(p, before.p, before.n);
	p += before.n;
	*p++ = '"';
	if (value.n && value.n <= 256) {
		memcpy(p, value.p, value.n);
		memset(p + value.n, 'x', 16);
		while (i < value.n && plain16(p + i))
			i += 16;
	}
	if (i >= value.n) {
		p[value.n] = '"';
		memcpy(p + value.n + 1, after.p, after.n);
		b->n += before.n + value.n + after.n + 2;
		return;
	}
	b->n += before.n;
	sc_json_put(b, value);
	sc_buf_add(b, after);
}

static void put_number(struct sc_buf *b, sc_str before, uint64_t v)
{
	sc_buf_add(b, before);
	sc_buf_u64(b, v);
}

/* The fewest decimals that read back as the same float, nine at most; no locale has a say in it. */
static void put_score(struct sc_buf *b, float score)
{
	uint64_t v = 0, scale = 1;
	unsigned digits = 0;

	if (!(score > 0)) /* nor what is not a number */
		score = 0;
	if (score > 1)
		score = 1;
	for (; digits <= 9; digits++, scale *= 10) {
		v = (uint64_t)((double)score * (double)scale + 0.5);
		if (digits == 9 || (float)((double)v / (double)scale) == score)
			break;
	}
	sc_buf_u64(b, v / scale);
	if (!digits)
		return;
	sc_buf_byte(b, '.');
	for (v %= scale; scale > 1; v %= scale) {
		scale /= 10;
		sc_buf_byte(b, (char)('0' + v / scale));
	}
}

/* Digests are shown where tag/hash was asked for them, and not because a manifest or a pipe had others know them too: the
 * output is the same with and without those. */
static void put_part(struct sc_buf *b, const struct sc_part *p, bool digest)
{
	char hex[64];

	digest &= p->hashed;
	if (digest)
		sc_hex(p->sha256, 32, hex);
	put(b, SC_STR("{\"name\":"), p->name, SC_STR(","));
	put(b, SC_STR("\"media\":"), p->media, SC_STR(",\"bytes\":"));
	sc_buf_u64(b, p->data.n);
	put(b, SC_STR(",\"sha256\":"), (sc_str){ hex, digest ? 64 : 0 }, SC_STR("}"));
}

static void put_tag(struct sc_buf *b, const struct sc_tag *t)
{
	const struct sc_evidence *w = &t->why;

	put(b, SC_STR("{\"key\":"), t->key, SC_STR(","));
	put(b, SC_STR("\"value\":"), t->value, SC_STR(","));
	put(b, SC_STR("\"by\":"), sc_str_c(w->by ? w->by->name : ""), SC_STR(","));
	put(b, SC_STR("\"rule\":"), w->rule, SC_STR(","));
	put(b, SC_STR("\"where\":"), w->where, SC_STR(",\"at\":"));
	sc_buf_u64(b, w->off);
	put_number(b, SC_STR(",\"n\":"), w->len);
	sc_buf_add(b, SC_STR(",\"score\":"));
	put_score(b, w->score);
	sc_buf_byte(b, '}');
}

void sc_tags_json(struct sc_buf *b, const struct sc_record *r, const struct sc_style *style)
{
	bool comma = false, digest = sc_tag_first(r, SC_STR("sha256"));

	put(b, SC_STR("{\"v\":1,\"from\":{\"shard\":"), r->from.shard, SC_STR(",\"ordinal\":"));
	sc_buf_u64(b, r->from.ordinal);
	put_number(b, SC_STR(",\"offset\":"), r->from.off);
	put_number(b, SC_STR(",\"length\":"), r->from.len);
	sc_buf_add(b, SC_STR("},\"parts\":["));
	for (uint32_t i = 0; i < r->npart; i++) {
		if (i)
			sc_buf_byte(b, ',');
		put_part(b, &r->part[i], digest);
	}
	sc_buf_add(b, SC_STR("],\"tags\":["));
	for (uint32_t i = 0; i < r->tags.n; i++) {
		if (!visible(&r->tags.v[i]))
			continue;
		if (comma)
			sc_buf_byte(b, ',');
		put_tag(b, &r->tags.v[i]);
		comma = true;
	}
	sc_buf_byte(b, ']');
	if (style && style->dropped_step.n) {
		put(b, SC_STR(",\"dropped\":{\"step\":"), style->dropped_step, SC_STR(","));
		put(b, SC_STR("\"reason\":"), style->dropped_reason, SC_STR("}"));
	}
	sc_buf_byte(b, '}');
}

/* ---- read back ---- */

/* The members of a tag, by index. */
enum { KEY, VALUE, BY, RULE, WHERE, AT, N, SCORE, MEMBERS };
static const sc_str member[MEMBERS] = {
	[KEY] = SC_LIT("key"),   [VALUE] = SC_LIT("value"), [BY] = SC_LIT("by"),
	[RULE] = SC_LIT("rule"), [WHERE] = SC_LIT("where"), [AT] = SC_LIT("at"),
	[N] = SC_LIT("n"),       [SCORE] = SC_LIT("score"),
};

/* One speaker for all tags of a name; the tags of a filter lie together. */
static const struct sc_maker *speaker(struct sc_arena *a, const struct sc_record *r, sc_str name)
{
	const struct sc_maker *last = r->tags.n ? r->tags.v[r->tags.n - 1].why.by : NULL;
	struct sc_maker *m;

	if (last && last->in_band && sc_str_eq(sc_str_c(last->name), name))
		return last;
	m = SC_NEW(a, struct sc_maker, 1);
	m->name = sc_cstr(a, name);
	m->in_band = true;
	return m;
}

static int parse_tag(struct sc_arena *a, sc_str object, struct sc_record *r, struct sc_err *e)
{
	struct sc_json_iter it = sc_json_iter(object);
	sc_str v[MEMBERS] = { { NULL, 0 } };
	uint64_t at = 0, n = 0;
	double score = 0;

	if (!it.object)
		return sc_bad(e, "a tag that is not an object");
	while (sc_json_next(&it))
		for (size_t i = 0; i < MEMBERS; i++)
			if (sc_str_eq(it.key, member[i]))
				v[i] = it.value;
	for (size_t i = KEY; i <= WHERE; i++) {
		v[i] = sc_json_string(a, v[i]);
		if (!v[i].p)
			return sc_bad(e, "a tag whose \"%s\" is not a string", member[i].p);
	}
	if (!v[KEY].n || sc_str_chr(v[BY], 0) != SC_NONE)
		return sc_bad(e, "a tag without a key or with a maker that is no name");
	if (!sc_str_u64(v[AT], &at) || !sc_str_u64(v[N], &n))
		return sc_bad(e, "a tag whose \"at\" or \"n\" is not a count of bytes");
	if (!sc_json_double(v[SCORE], &score) || !(score >= 0 && score <= 1))
		return sc_bad(e, "a tag whose \"score\" is not between 0 and 1");
	sc_tag_add(a, r, v[KEY], v[VALUE],
	           (struct sc_evidence){ .by = speaker(a, r, v[BY]),
	                                 .rule = v[RULE],
	                                 .where = v[WHERE],
	                                 .off = at,
	                                 .len = n,
	                                 .score = (float)score });
	return SC_OK;
}

int sc_tags_parse(struct sc_arena *a, sc_str json, struct sc_record *r, struct sc_err *e)
{
	uint32_t before = r->tags.n;
	struct sc_json_iter it;
	sc_str tags;

	if (!sc_str_eq(sc_json_get(json, SC_STR("v")), SC_STR("1")))
		return sc_bad(e, "tags that are not an object with \"v\":1");
	tags = sc_json_get(json, SC_STR("tags"));
	if (sc_json_kind(tags) != SC_JSON_ARRAY)
		return sc_bad(e, "tags whose \"tags\" is not an array");
	it = sc_json_iter(tags);
	while (sc_json_next(&it)) {
		int rc = parse_tag(a, it.value, r, e);

		if (rc < 0) {
			r->tags.n = before; /* all of them or none */
			return rc;
		}
	}
	return SC_OK;
}
