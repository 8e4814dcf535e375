/* SPDX-License-Identifier: Apache-2.0 */
/*
 * figure.c -- the shape of a figure record: caption, JSON part, key; and what a split adds its children to.
 *
 * Nothing of the shard a paper lay in goes into any of these: packed otherwise it gives the same records.
 */
#include <scope/paper.h>

#include <scope/json.h>
#include <scope/plugin.h>
#include <scope/text.h>

enum { KEY_MAX = 80, TAIL = 12 };

struct sc_child *sc_brood_add(struct sc_arena *a, struct sc_brood *b)
{
	if (b->n == b->cap) {
		uint32_t cap = b->cap ? 2 * b->cap : 8;
		struct sc_child *v = SC_NEW(a, struct sc_child, cap);

		if (b->n)
			memcpy(v, b->v, b->n * sizeof *v);
		b->v = v;
		b->cap = cap;
	}
	b->v[b->n] = (struct sc_child){ 0 };
	return &b->v[b->n++];
}

sc_str sc_figure_json(const struct sc_record *r)
{
	static const sc_str begins = SC_LIT("{\"figure_id\":");
	struct sc_err ignored;

	for (uint32_t i = 0; i < r->npart; i++) /* a part that is alone may have lost its name: JSONL and WARC have their own */
		if ((r->npart == 1 || sc_str_eq(r->part[i].name, SC_STR("json"))) && sc_str_starts(r->part[i].data, begins) &&
		    sc_json_check(r->part[i].data, true, &ignored) == SC_OK)
			return r->part[i].data;
	return (sc_str){ NULL, 0 };
}

sc_str sc_figure_caption(struct sc_arena *a, const struct sc_figure *f)
{
	struct sc_buf b = { .a = a };
	bool caption = f->title.n || f->text.n;

	sc_buf_add(&b, f->label);
	if (f->label.n && caption)
		sc_buf_add(&b, memchr(".:", f->label.p[f->label.n - 1], 2) ? SC_STR(" ") : SC_STR(". "));
	sc_buf_add(&b, f->title);
	if (f->title.n && f->text.n)
		sc_buf_byte(&b, '\n');
	sc_buf_add(&b, f->text);
	return b.n ? sc_buf_seal(&b) : SC_STR("");
}

/* ---- where it can be looked up ---- */

static sc_str id_of(const struct sc_paper *p, const char *const *types, size_t n)
{
	for (size_t k = 0; k < n; k++)
		for (uint32_t i = 0; i < p->nid; i++)
			if (sc_str_eq(p->id[i].type, sc_str_c(types[k])))
				return p->id[i].value;
	return (sc_str){ NULL, 0 };
}

static sc_str pmcid(struct sc_arena *a, const struct sc_paper *p)
{
	static const char *const types[] = { "pmcid", "pmc", "pmc-uid" };
	sc_str id = id_of(p, types, SC_COUNT(types));

	return id.n && *id.p >= '0' && *id.p <= '9' ? sc_fmt(a, "PMC%.*s", SC_ARG(id)) : id;
}

static bool is_plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c && strchr("-._~/:()", c));
}

/* before + what of an identifier may stand in a URL as it is, the rest %XX. */
static sc_str url_of(struct sc_arena *a, const char *before, sc_str id)
{
	struct sc_buf b = { .a = a };

	sc_buf_add(&b, sc_str_c(before));
	for (size_t i = 0; i < id.n; i++)
		if (is_plain(id.p[i]))
			sc_buf_byte(&b, id.p[i]);
		else
			sc_buf_fmt(&b, "%%%02X", (unsigned)(unsigned char)id.p[i]);
	return sc_buf_seal(&b);
}

sc_str sc_paper_url(struct sc_arena *a, const struct sc_paper *p)
{
	static const char *const pmid[] = { "pmid" }, *const arxiv[] = { "arxiv" };
	sc_str id;

	if (p->doi.n)
		return url_of(a, "https://doi.org/", p->doi);
	if ((id = pmcid(a, p)).n)
		return url_of(a, "https://pmc.ncbi.nlm.nih.gov/articles/", id);
	if ((id = id_of(p, pmid, 1)).n)
		return url_of(a, "https://pubmed.ncbi.nlm.nih.gov/", id);
	return (id = id_of(p, arxiv, 1)).n ? url_of(a, "https://arxiv.org/abs/", id) : SC_STR("");
}

/* ---- key ---- */

static void slug(struct sc_buf *b, sc_str s, bool dots)
{
	s = sc_str_head(s, KEY_MAX);
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		bool plain = is_plain(c) && !strchr("~/:()", c) && (c != '.' || (dots && i));

		sc_buf_byte(b, plain ? c : '_');
	}
}

sc_str sc_figure_key(struct sc_arena *a, const struct sc_paper *p, const struct sc_figure *f, sc_str parent,
                     const uint8_t id[32])
{
	struct sc_buf b = { .a = a };
	sc_str folder = p->doi.n ? p->doi : pmcid(a, p);
	char hex[64];

	slug(&b, folder.n ? folder : sc_str_head(parent, 7 + TAIL), true);
	sc_buf_byte(&b, '/');
	slug(&b, f->id.n ? f->id : f->label.n ? f->label : SC_STR("figure"), false);
	sc_hex(id, 32, hex);
	sc_buf_fmt(&b, "-%.*s", TAIL, hex);
	return sc_buf_seal(&b);
}

/* ---- the JSON part ---- */

static void name(struct sc_buf *b, const char *key)
{
	if (b->p[b->n - 1] != '{')
		sc_buf_byte(b, ',');
	sc_buf_fmt(b, "\"%s\":", key);
}

static void string(struct sc_buf *b, const char *key, sc_str s)
{
	name(b, key);
	if (s.n)
		sc_json_put(b, s);
	else
		sc_buf_add(b, SC_STR("null"));
}

static void list(struct sc_buf *b, const char *key, const sc_str *v, uint32_t n)
{
	name(b, key);
	sc_buf_byte(b, '[');
	for (uint32_t i = 0; i < n; i++) {
		if (i)
			sc_buf_byte(b, ',');
		sc_json_put(b, v[i]);
	}
	sc_buf_byte(b, ']');
}

/* Each type once: of several the first. */
static void ids(struct sc_buf *b, const struct sc_paper *p)
{
	name(b, "ids");
	sc_buf_byte(b, '{');
	for (uint32_t i = 0; i < p->nid; i++) {
		uint32_t k = 0;

		while (!sc_str_eq(p->id[k].type, p->id[i].type))
			k++;
		if (k < i)
			continue;
		if (i)
			sc_buf_byte(b, ',');
		sc_json_put(b, p->id[i].type.n ? p->id[i].type : SC_STR("id"));
		sc_buf_byte(b, ':');
		sc_json_put(b, p->id[i].value);
	}
	sc_buf_byte(b, '}');
}

static void terms(struct sc_buf *b, const char *key, const struct sc_terms *t, const sc_str *attribution)
{
	name(b, key);
	sc_buf_byte(b, '{');
	string(b, "type", t->type);
	string(b, "href", t->href);
	string(b, "text", t->text);
	string(b, "copyright", t->copyright);
	if (attribution)
		string(b, "attribution", *attribution);
	sc_buf_byte(b, '}');
}

static void images(struct sc_buf *b, const struct sc_figure_image *v, uint32_t n)
{
	name(b, "images");
	sc_buf_byte(b, '[');
	for (uint32_t i = 0; i < n; i++) {
		sc_buf_add(b, i ? SC_STR(",{") : SC_STR("{"));
		string(b, "part", v[i].part);
		string(b, "href", v[i].href);
		sc_buf_byte(b, '}');
	}
	sc_buf_byte(b, ']');
}

static void paper(struct sc_buf *b, struct sc_arena *a, const struct sc_paper *p)
{
	string(b, "doi", p->doi);
	ids(b, p);
	string(b, "title", p->title);
	list(b, "authors", p->author, p->nauthor);
	string(b, "journal", p->journal);
	string(b, "publisher", p->publisher);
	name(b, "year");
	if (p->year)
		sc_buf_u64(b, p->year);
	else
		sc_buf_add(b, SC_STR("null"));
	list(b, "subjects", p->subject, p->nsubject);
	string(b, "language", p->language);
	string(b, "url", sc_paper_url(a, p));
	string(b, "format", p->format);
}

sc_str sc_figure_describe(struct sc_arena *a, const struct sc_paper *p, const struct sc_figure *f, sc_str parent,
                          const struct sc_figure_image *v, uint32_t n)
{
	struct sc_buf b = { .a = a };

	sc_buf_byte(&b, '{');
	string(&b, "figure_id", f->id);
	string(&b, "label", f->label);
	string(&b, "kind", f->kind);
	string(&b, "fig_type", f->type);
	paper(&b, a, p);
	string(&b, "parent", parent);
	images(&b, v, n);
	name(&b, "permissions");
	sc_buf_byte(&b, '{');
	terms(&b, "figure", &f->terms, &f->attrib);
	terms(&b, "article", &p->terms, NULL);
	sc_buf_add(&b, SC_STR("}}"));
	return sc_buf_seal(&b);
}
