/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sidecar.c -- tags beside the shard, in Dolma's attribute layout.
 *
 * documents/a/x.jsonl.gz has attributes/scope/a/x.jsonl.gz; an output that lies in no documents folder has
 * attributes/scope/ beside it.  A line a record, in the shard's order:
 *
 *	{"id":"...","attributes":{"scope__licence__cc_by_4_0":[[0,120,1.0]]},"source":"..."}
 *
 * Dolma counts code points, we count bytes: spans are converted here.  A tag whose evidence lies outside the text covers
 * all of it.  Only decisions are written: attributes have no room for evidence that lost.
 */
#include "engine.h"

#include <scope/text.h>

#include <errno.h>
#include <math.h>
#include <sys/stat.h>

static sc_str side_path(struct sc_arena *a, sc_str path)
{
	sc_str docs = SC_STR("documents/"), ext = SC_STR(".jsonl");
	size_t at = sc_str_find(path, docs), slash = sc_str_rchr(path, '/');
	sc_str dir, rest;
	bool jsonl = sc_str_find(path, ext) != SC_NONE;

	if (at != SC_NONE && (!at || path.p[at - 1] == '/')) {
		dir = sc_str_head(path, at);
		rest = sc_str_from(path, at + docs.n);
	} else {
		dir = slash == SC_NONE ? SC_STR("") : sc_str_head(path, slash + 1);
		rest = slash == SC_NONE ? path : sc_str_from(path, slash + 1);
	}
	return sc_fmt(a, "%.*sattributes/scope/%.*s%s", SC_ARG(dir), SC_ARG(rest), jsonl ? "" : ".jsonl");
}

static int make_folders(struct sc_arena *a, sc_str path, struct sc_err *e)
{
	char *p = sc_cstr(a, path);

	for (size_t i = 1; i < path.n; i++) {
		if (p[i] != '/')
			continue;
		p[i] = 0;
		if (mkdir(p, 0777) && errno != EEXIST)
			return sc_fail(e, "%s: %s", p, strerror(errno));
		p[i] = '/';
	}
	return SC_OK;
}

int sidecar_open(struct sc_plan *p, struct outlet *o, struct sc_err *e)
{
	sc_str path;

	if (p->style.tags != SC_TAGS_SIDECAR || o == &p->dropped)
		return SC_OK;
	if (sc_str_eq(o->path, SC_STR("-")))
		return sc_fail(e, "--tags sidecar needs -o or -O: standard output has nothing beside it");
	path = side_path(&p->arena, o->path);
	SC_TRY(make_folders(&p->arena, path, e));
	SC_TRY(sc_output_open(&o->side, path, SC_STR(""), (int)p->conf.level, e));
	sc_output_packer(o->side, p->packer, p->nthreads > 1 ? p->nthreads : 0);
	return SC_OK;
}

/* All bytes but those that go on with a character, which begin with the bits 10; eight at a time. */
static uint64_t code_points(sc_str s)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	uint64_t n = s.n, w;
	size_t i = 0;

	for (; s.n - i >= 8; i += 8) {
		memcpy(&w, s.p + i, 8);
		n -= (w >> 7 & ~(w >> 6) & ones) * ones >> 56;
	}
	for (; i < s.n; i++)
		n -= ((unsigned char)s.p[i] & 0xc0) == 0x80;
	return n;
}

/* Dolma turns all but letters, digits and _ into _. */
static void put_name(struct sc_buf *b, sc_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		bool upper = c >= 'A' && c <= 'Z';

		if (upper)
			c = (char)(c + 32);
		sc_buf_byte(b, (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? c : '_');
	}
}

/* What spans are counted in: the record's text, and how many characters all of it is. */
struct spans {
	sc_str text;
	uint32_t part;
	uint64_t all;
};

/* Three decimals, as printf's "%.3f" has them: an exact half goes to the even digit. */
static void put_score(struct sc_buf *b, float score)
{
	double thousandths = score > 0 ? score < 1 ? nearbyint((double)score * 1000) : 1000 : 0;
	unsigned v = (unsigned)thousandths;

	sc_buf_u64(b, v / 1000);
	sc_buf_byte(b, '.');
	sc_buf_byte(b, (char)('0' + v / 100 % 10));
	sc_buf_byte(b, (char)('0' + v / 10 % 10));
	sc_buf_byte(b, (char)('0' + v % 10));
}

static void put_tag(struct sc_buf *b, const struct sc_record *r, const struct spans *s, const struct sc_tag *t)
{
	bool inside = r->npart && t->why.len && sc_str_eq(t->why.where, r->part[s->part].name) &&
		      t->why.off <= s->text.n && t->why.len <= s->text.n - t->why.off;
	sc_str before = sc_str_head(s->text, t->why.off), span = sc_str_head(sc_str_from(s->text, t->why.off), t->why.len);
	uint64_t from = inside ? code_points(before) : 0;

	sc_buf_add(b, SC_STR("\"scope__"));
	put_name(b, t->key);
	sc_buf_add(b, SC_STR("__"));
	put_name(b, t->value);
	sc_buf_add(b, SC_STR("\":[["));
	sc_buf_u64(b, from);
	sc_buf_byte(b, ',');
	sc_buf_u64(b, inside ? from + code_points(span) : s->all);
	sc_buf_byte(b, ',');
	put_score(b, t->why.score);
	sc_buf_add(b, SC_STR("]]"));
}

int sidecar_put(struct sc_plan *p, struct outlet *o, const struct sc_record *r, struct sc_err *e)
{
	struct sc_buf b = { 0 };
	struct spans s = { .part = 0 };
	bool comma = false;
	int rc;

	(void)p;
	if (!o->side)
		return SC_OK;
	s.text = sc_record_text(r, &s.part);
	s.all = code_points(s.text);
	sc_buf_add(&b, SC_STR("{\"id\":"));
	sc_json_put(&b, r->name);
	sc_buf_add(&b, SC_STR(",\"attributes\":{"));
	for (uint32_t i = 0; i < r->tags.n; i++) {
		const struct sc_tag *t = &r->tags.v[i];

		if (t->why.by->quiet || sc_tag_first(r, t->key) != t)
			continue;
		if (comma)
			sc_buf_byte(&b, ',');
		comma = true;
		put_tag(&b, r, &s, t);
	}
	sc_buf_add(&b, SC_STR("},\"source\":"));
	sc_json_put(&b, r->source);
	sc_buf_add(&b, SC_STR("}\n"));
	rc = sc_write(o->side, sc_buf_str(&b), e);
	sc_buf_free(&b);
	return rc;
}
