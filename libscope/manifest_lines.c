/* SPDX-License-Identifier: Apache-2.0 */
/*
 * manifest_lines.c -- what is said of a record in its R line, and where it lies.
 *
 * An R line must be the same wherever the record lies: nothing of the shard, its order or its packaging goes in.
 */
#include <scope/manifest.h>

#include <scope/digest.h>
#include <scope/json.h>
#include <scope/plugin.h>
#include <scope/text.h>

#include <stdio.h>
#include <stdlib.h>

enum { TITLE_MAX = 300 };

sc_str sc_manifest_from(struct sc_arena *a, const struct sc_origin *o)
{
	sc_str shard = sc_field(a, o->shard);
	char *p = sc_alloc(a, shard.n + 48);
	int n;

	memcpy(p, shard.p, shard.n);
	n = snprintf(p + shard.n, 48, "#%ju+%ju", (uintmax_t)o->off, (uintmax_t)o->len);
	return (sc_str){ p, shard.n + (size_t)n };
}

void sc_manifest_digest(const uint8_t id[32], sc_str from, uint8_t out[32])
{
	char text[71] = "sha256:";

	sc_hex(id, 32, text + 7);
	sc_sha256_of_both((sc_str){ text, sizeof text }, from, out);
}

/* ---- the R line ---- */

static int by_str(const void *a, const void *b)
{
	const sc_str *x = a, *y = b;

	return sc_str_cmp(*x, *y);
}

/* Distinct media types, sorted, joined by commas: what the media tagger found, else what was declared. */
static sc_str media_of(struct sc_arena *a, const struct sc_record *r)
{
	const struct sc_tag *t = sc_tag_first(r, SC_STR("media"));
	sc_str *v, out = { NULL, 0 };
	uint32_t n = 0;

	if (t)
		return t->value;
	v = SC_NEW(a, sc_str, r->npart + 1);
	for (uint32_t i = 0; i < r->npart; i++)
		if (r->part[i].media.n)
			v[n++] = r->part[i].media;
	qsort(v, n, sizeof *v, by_str);
	for (uint32_t i = 0; i < n; i++)
		if (!i || !sc_str_eq(v[i], v[i - 1]))
			out = out.n ? sc_fmt(a, "%.*s,%.*s", SC_ARG(out), SC_ARG(v[i])) : v[i];
	return out;
}

static sc_str value_of(const struct sc_record *r, sc_str key)
{
	const struct sc_tag *t = sc_tag_first(r, key);

	return t ? t->value : (sc_str){ NULL, 0 };
}

/* A path inside an archive says where a record comes from; a JSON id does not. */
static sc_str src_of(const struct sc_record *r)
{
	sc_str keeps = sc_str_c(r->by && r->by->writes ? r->by->writes : "");

	if (r->url.n)
		return r->url;
	if (sc_str_find(r->name, SC_STR("://")) != SC_NONE)
		return r->name;
	return sc_str_eq(keeps, SC_STR("tar")) || sc_str_eq(keeps, SC_STR("zip")) ? r->name : (sc_str){ NULL, 0 };
}

static sc_str meta_text(struct sc_arena *a, sc_str meta, const char *key)
{
	sc_str s = sc_json_string(a, sc_json_get(meta, sc_str_c(key)));

	if (!s.n)
		s = sc_json_string(a, sc_json_path(meta, sc_fmt(a, "metadata.%s", key)));
	if (s.n > TITLE_MAX) {
		s = sc_str_head(s, TITLE_MAX);
		s.n = sc_utf8_valid(s);
	}
	return s;
}

static void put_field(struct sc_buf *b, struct sc_arena *a, sc_str s)
{
	sc_buf_byte(b, '\t');
	sc_buf_add(b, sc_field(a, s));
}

static void put_kv(struct sc_buf *b, struct sc_arena *a, const char *key, sc_str value)
{
	if (!value.n)
		return;
	sc_buf_fmt(b, "\t%s=", key);
	sc_buf_add(b, sc_field(a, value));
}

static void put_licence_at(struct sc_buf *b, struct sc_arena *a, const struct sc_tag *t)
{
	if (!t || !t->why.len || !t->why.where.n)
		return;
	put_kv(b, a, "lic.at",
	       sc_fmt(a, "%.*s:%ju+%ju", SC_ARG(t->why.where), (uintmax_t)t->why.off, (uintmax_t)t->why.len));
}

static sc_str basis_of(const struct sc_tag *t)
{
	if (!t)
		return (sc_str){ NULL, 0 };
	return t->why.by->in_band ? SC_STR("in-band") : t->why.rule;
}

/* k=v in the order of k: author doi host lic.at parent rights site src title. */
static void put_keys(struct sc_buf *b, struct sc_arena *a, struct sc_record *r, const struct sc_tag *licence)
{
	sc_str meta = sc_record_meta(a, r);

	if (sc_json_kind(meta) == SC_JSON_OBJECT) {
		put_kv(b, a, "author", meta_text(a, meta, "author"));
		put_kv(b, a, "doi", meta_text(a, meta, "doi"));
	}
	put_kv(b, a, "host", value_of(r, SC_STR("host")));
	put_licence_at(b, a, licence);
	put_kv(b, a, "parent", r->parent);
	put_kv(b, a, "rights", value_of(r, SC_STR("rights")));
	put_kv(b, a, "site", value_of(r, SC_STR("site")));
	put_kv(b, a, "src", src_of(r));
	if (sc_json_kind(meta) == SC_JSON_OBJECT)
		put_kv(b, a, "title", meta_text(a, meta, "title"));
}

sc_str sc_manifest_rline(struct sc_arena *a, struct sc_record *r)
{
	const struct sc_tag *licence = sc_tag_first(r, SC_STR("licence"));
	struct sc_buf b = { .a = a };
	sc_str out;

	sc_buf_add(&b, SC_STR("R\tsha256:"));
	sc_hex(r->id, 32, sc_buf_room(&b, 64));
	b.n += 64;
	sc_buf_fmt(&b, "\t%ju", (uintmax_t)sc_record_bytes(r));
	put_field(&b, a, media_of(a, r));
	put_field(&b, a, licence ? licence->value : (sc_str){ NULL, 0 });
	put_field(&b, a, basis_of(licence));
	put_field(&b, a, value_of(r, SC_STR("domain")));
	put_keys(&b, a, r, licence);
	out = sc_strdup(a, sc_buf_str(&b));
	sc_buf_free(&b);
	return out;
}
