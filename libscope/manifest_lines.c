/* SPDX-License-Identifier: Apache-2.0 */
/*
 * manifest_lines.c -- what is said of a record in its R line, and where it lies.
 *
 * An R line must be the same wherever the record lies: nothing of the shard, its order or its packaging goes in.
 */
#include <scope/manifest.h>

#include <scope/digest.h>
#include <scope/json.h>
#include <scope/paper.h>
#include <scope/plugin.h>
#include <scope/text.h>

#include <stdlib.h>
#include <time.h>

enum { TITLE_MAX = 300, AUTHORS_MAX = 64 << 10 }; /* who must be named must not be cut away */

sc_str sc_created(struct sc_arena *a)
{
	const char *epoch = getenv("SOURCE_DATE_EPOCH");
	time_t t = time(NULL);
	uint64_t fixed;
	struct tm tm;
	char text[40];

	if (epoch && sc_str_u64(sc_str_c(epoch), &fixed) && fixed < UINT64_C(253402300800))
		t = (time_t)fixed;
	if (!gmtime_r(&t, &tm) || !strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &tm))
		return SC_STR("");
	return sc_strdup(a, sc_str_c(text));
}

void sc_manifest_from_put(struct sc_buf *b, const struct sc_origin *o)
{
	sc_buf_room(b, o->shard.n < SIZE_MAX - 48 ? o->shard.n + 48 : o->shard.n);
	sc_field_put(b, o->shard);
	sc_buf_byte(b, '#');
	sc_buf_u64(b, o->off);
	sc_buf_byte(b, '+');
	sc_buf_u64(b, o->len);
}

sc_str sc_manifest_from(struct sc_arena *a, const struct sc_origin *o)
{
	struct sc_buf b = { .a = a };

	sc_manifest_from_put(&b, o);
	return sc_buf_seal(&b);
}

void sc_manifest_digest(const uint8_t id[32], sc_str from, uint8_t out[32])
{
	char text[71] = "sha256:";

	sc_hex(id, 32, text + 7);
	sc_sha256_of_both((sc_str){ text, sizeof text }, from, out);
}

bool sc_step_is_made(const struct sc_step *before, const struct sc_step *s)
{
	static const sc_str tail = SC_LIT(":made");

	return before && sc_str_starts(before->name, SC_STR("split/")) && s->name.n == before->name.n + tail.n &&
	       sc_str_starts(s->name, before->name) && sc_str_ends(s->name, tail);
}

bool sc_step_is_reader(const struct sc_step *s)
{
	return sc_str_eq(s->name, SC_STR("read")) || sc_str_starts(s->name, SC_STR("read/"));
}

bool sc_step_is_joint(const struct sc_step *s)
{
	return sc_str_starts(s->name, SC_STR("merge/"));
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

static sc_str cut(sc_str s)
{
	if (s.n > TITLE_MAX) {
		s = sc_str_head(s, TITLE_MAX);
		s.n = sc_utf8_valid(s);
	}
	return s;
}

/* What the metadata says in its own words: by its own member of that name, else by that of its `metadata`.  A figure says it in its
 * JSON part, which goes where it goes: read back from any format it gives the same line. */
enum { AUTHOR, DOI, TITLE, PARENT, SRC, NSAID };

struct said {
	sc_str text[NSAID];
};

static struct said meta_said(struct sc_arena *a, struct sc_record *r)
{
	static const sc_str own[] = { [AUTHOR] = SC_LIT("author"), [DOI] = SC_LIT("doi"), [TITLE] = SC_LIT("title") };
	static const sc_str inner[] = { [AUTHOR] = SC_LIT("metadata.author"),
					     [DOI] = SC_LIT("metadata.doi"),
					     [TITLE] = SC_LIT("metadata.title") };
	struct said out = { .text = { [PARENT] = r->parent, [SRC] = src_of(r) } };

	for (size_t i = 0; i < SC_COUNT(own); i++) {
		out.text[i] = cut(sc_json_string(a, sc_record_meta_path(a, r, own[i])));
		if (!out.text[i].n)
			out.text[i] = cut(sc_json_string(a, sc_record_meta_path(a, r, inner[i])));
	}
	return out;
}

/* "A; B" of the list `authors`, where a paper's figures have it. */
static sc_str authors_of(struct sc_arena *a, sc_str figure)
{
	struct sc_json_iter it = sc_json_iter(sc_json_get(figure, SC_STR("authors")));
	struct sc_buf b = { .a = a };

	while (it.rest.n && b.n < AUTHORS_MAX && sc_json_next(&it)) {
		if (b.n)
			sc_buf_add(&b, SC_STR("; "));
		sc_buf_add(&b, sc_json_string(a, it.value));
	}
	return b.n ? sc_buf_seal(&b) : (sc_str){ NULL, 0 };
}

static struct said figure_said(struct sc_arena *a, const struct sc_record *r, sc_str figure)
{
	sc_str url = sc_json_string(a, sc_json_get(figure, SC_STR("url")));

	return (struct said){ .text = { [AUTHOR] = authors_of(a, figure),
					[DOI] = cut(sc_json_string(a, sc_json_get(figure, SC_STR("doi")))),
					[TITLE] = cut(sc_json_string(a, sc_json_get(figure, SC_STR("title")))),
					[PARENT] = sc_json_string(a, sc_json_get(figure, SC_STR("parent"))),
					[SRC] = url.n ? url : src_of(r) } };
}

static struct said said_of(struct sc_arena *a, struct sc_record *r)
{
	sc_str figure = sc_figure_json(r);

	return figure.n ? figure_said(a, r, figure) : meta_said(a, r);
}

sc_str sc_manifest_parent(struct sc_arena *a, struct sc_record *r)
{
	sc_str figure = sc_figure_json(r);

	return figure.n ? sc_json_string(a, sc_json_get(figure, SC_STR("parent"))) : r->parent;
}

static void put_field(struct sc_buf *b, sc_str s)
{
	sc_buf_byte(b, '\t');
	sc_field_put(b, s);
}

/* key with its tab and equals sign. */
static void put_kv(struct sc_buf *b, sc_str key, sc_str value)
{
	if (!value.n)
		return;
	sc_buf_add(b, key);
	sc_field_put(b, value);
}

/* WHERE:OFFSET+LENGTH, of which only WHERE can need escapes; "-" needs none, since it is not the whole. */
static void put_licence_at(struct sc_buf *b, const struct sc_tag *t)
{
	sc_str where;

	if (!t || !t->why.len || !t->why.where.n)
		return;
	where = sc_str_head(t->why.where, 4096);
	where = sc_str_head(where, sc_str_chr(where, 0));
	sc_buf_add(b, SC_STR("\tlic.at="));
	if (where.n && !sc_str_eq(where, SC_STR("-")))
		sc_field_put(b, where);
	else
		sc_buf_add(b, where);
	sc_buf_byte(b, ':');
	sc_buf_u64(b, t->why.off);
	sc_buf_byte(b, '+');
	sc_buf_u64(b, t->why.len);
}

static sc_str basis_of(const struct sc_tag *t)
{
	if (!t)
		return (sc_str){ NULL, 0 };
	return t->why.by->in_band ? SC_STR("in-band") : t->why.rule;
}

/* k=v in the order of k: author doi host lic.at parent rights site src title. */
static void put_keys(struct sc_buf *b, const struct sc_record *r, const struct said *said, const struct sc_tag *licence)
{
	put_kv(b, SC_STR("\tauthor="), said->text[AUTHOR]);
	put_kv(b, SC_STR("\tdoi="), said->text[DOI]);
	put_kv(b, SC_STR("\thost="), value_of(r, SC_STR("host")));
	put_licence_at(b, licence);
	put_kv(b, SC_STR("\tparent="), said->text[PARENT]);
	put_kv(b, SC_STR("\trights="), value_of(r, SC_STR("rights")));
	put_kv(b, SC_STR("\tsite="), value_of(r, SC_STR("site")));
	put_kv(b, SC_STR("\tsrc="), said->text[SRC]);
	put_kv(b, SC_STR("\ttitle="), said->text[TITLE]);
}

sc_str sc_manifest_leaf(struct sc_arena *a, struct sc_record *r)
{
	const struct sc_tag *licence = sc_tag_first(r, SC_STR("licence"));
	sc_str media = media_of(a, r);
	struct sc_buf b = { .a = a };
	struct said said = said_of(a, r);

	sc_buf_room(&b, 1024); /* what it takes from the arena is taken before, so that the rest goes back */
	sc_buf_add(&b, SC_STR("\0R\tsha256:"));
	sc_hex_put(&b, r->id, 32);
	sc_buf_byte(&b, '\t');
	sc_buf_u64(&b, sc_record_bytes(r));
	put_field(&b, media);
	put_field(&b, licence ? licence->value : (sc_str){ NULL, 0 });
	put_field(&b, basis_of(licence));
	put_field(&b, value_of(r, SC_STR("domain")));
	put_keys(&b, r, &said, licence);
	return sc_buf_seal(&b);
}
