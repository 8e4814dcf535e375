/* SPDX-License-Identifier: Apache-2.0 */
/*
 * write/jsonl -- records to JSON Lines that Dolma and datatrove read.
 *
 * A record that was read from JSONL is its line as it was; what there is to say goes in front of
 * the closing brace as `,"scope":{...}`, in place of such a member of before.  Nothing else of the
 * line changes, so that taking the member out gives the line back.  Others become
 *
 *	{"id":S, "text":S | "data":BASE64 | "parts":[{"name":S,"media":S,"text":S|"data":BASE64}],
 *	 "source":S, "url":S, "created":S, "metadata":{the format's header}, "scope":{...}}
 *
 * id is the record's name, or "sha256:HEX" of its payload when it has none; source, which Dolma
 * wants always, the base name of the shard where the record does not say; url, created and
 * metadata only where known.  Text that is not UTF-8, or has a NUL, is data.  Names that are not
 * UTF-8 have U+FFFD; a part's, on which identity hangs, stands beside it as "name_base64".
 * read/jsonl gives the same identity back.
 */
#include <scope/json.h>
#include <scope/plugin.h>
#include <scope/text.h>

struct out {
	struct sc_output *to;
	const struct sc_style *style;
	struct sc_buf b; /* the line being made */
};

static int open_(void *state, const struct sc_style *style, struct sc_output *to, struct sc_err *e)
{
	struct out *o = state;

	(void)e;
	o->to = to;
	o->style = style;
	return SC_OK;
}

static void member(struct sc_buf *b, const char *key, sc_str value)
{
	sc_buf_fmt(b, "%s\"%s\":", b->n > 1 && b->p[b->n - 1] != '{' ? "," : "", key);
	sc_json_put(b, value);
}

static bool is_text(sc_str s)
{
	return sc_str_chr(s, 0) == SC_NONE && sc_utf8_valid(s) == s.n;
}

static void body(struct sc_buf *b, struct sc_arena *a, sc_str data)
{
	struct sc_mark m = sc_arena_mark(a);

	if (is_text(data))
		member(b, "text", data);
	else
		member(b, "data", sc_base64(a, data));
	sc_arena_back(a, m);
}

static void parts(struct sc_buf *b, struct sc_arena *a, const struct sc_record *r)
{
	sc_buf_add(b, SC_STR(",\"parts\":["));
	for (uint32_t i = 0; i < r->npart; i++) {
		const struct sc_part *p = &r->part[i];

		sc_buf_fmt(b, "%s{", i ? "," : "");
		member(b, "name", p->name);
		if (sc_utf8_valid(p->name) != p->name.n)
			member(b, "name_base64", sc_base64(a, p->name));
		member(b, "media", p->media);
		body(b, a, p->data);
		sc_buf_byte(b, '}');
	}
	sc_buf_byte(b, ']');
}

static sc_str id(struct sc_arena *a, struct sc_record *r)
{
	char *out;

	if (r->name.n)
		return r->name;
	sc_record_id(a, r);
	out = sc_alloc(a, 71);
	memcpy(out, "sha256:", 7);
	sc_hex(r->id, 32, out + 7);
	return (sc_str){ out, 71 };
}

/* What the metadata of a line is: of one that was JSONL, its own such member only. */
static sc_str metadata(struct sc_arena *a, struct sc_record *r)
{
	sc_str m = sc_record_meta(a, r);

	if (r->by && !strcmp(r->by->card.name, "read/jsonl"))
		m = sc_json_get(m, SC_STR("metadata"));
	return sc_json_kind(m) == SC_JSON_OBJECT ? m : SC_STR("");
}

/* A JSON text on one line: a line end in it can only be white space. */
static void on_one_line(struct sc_buf *b, sc_str text)
{
	size_t from = b->n;

	sc_buf_add(b, text);
	for (; from < b->n; from++)
		if (b->p[from] == '\n' || b->p[from] == '\r')
			b->p[from] = ' ';
}

/* A line of our own, but for its closing brace.  No parts and one empty part have one identity. */
static void convert(struct sc_buf *b, struct sc_arena *a, struct sc_record *r)
{
	sc_str meta = metadata(a, r);

	sc_buf_byte(b, '{');
	member(b, "id", id(a, r));
	if (r->npart > 1)
		parts(b, a, r);
	else
		body(b, a, r->npart ? r->part[0].data : SC_STR(""));
	member(b, "source", r->source.n ? r->source : sc_path_name(r->from.shard));
	if (r->url.n)
		member(b, "url", r->url);
	if (r->created.n)
		member(b, "created", r->created);
	if (meta.n) {
		sc_buf_add(b, SC_STR(",\"metadata\":"));
		on_one_line(b, meta);
	}
}

/* The record's own line without its end, when it has one. */
static bool own_line(const struct sc_record *r, sc_str *line)
{
	*line = r->raw;
	if (!r->raw.n || !r->by || strcmp(r->by->card.name, "read/jsonl"))
		return false;
	if (sc_str_ends(*line, SC_STR("\n")))
		line->n--;
	return true;
}

/* Where the list that its reader made says that such a line has no member of that key, the line needs no look.  The list
 * is of the line but for a carriage return. */
static bool has_none(const struct sc_record *r, sc_str line, sc_str key)
{
	return r->index && r->index->listed && r->index->text.p == line.p && !sc_json_member(r->index, key);
}

/* Its own line with the tags put in. */
static int tagged(struct out *o, struct sc_arena *a, const struct sc_record *r, sc_str line,
                  struct sc_err *e)
{
	sc_str key = o->style->tag_key, without = has_none(r, line, key) ? line : sc_json_without(a, line, key);
	size_t brace = sc_str_rchr(without, '}');
	struct sc_json_iter it = sc_json_iter(without);
	sc_str head;

	if (brace == SC_NONE || !it.object)
		return sc_bad(e, "tags cannot be written into a line that is not an object");
	head = sc_str_head(without, brace);
	SC_TRY(head.p == line.p ? sc_write_kept(o->to, head, e) : sc_write(o->to, head, e));
	sc_buf_clear(&o->b);
	if (sc_json_next(&it))
		sc_buf_byte(&o->b, ',');
	sc_json_put(&o->b, key);
	sc_buf_byte(&o->b, ':');
	sc_tags_json(&o->b, r, o->style);
	sc_buf_add(&o->b, sc_str_from(without, brace));
	sc_buf_byte(&o->b, '\n');
	return sc_write(o->to, sc_buf_str(&o->b), e);
}

static int put(void *state, struct sc_arena *a, struct sc_record *r, struct sc_err *e)
{
	struct out *o = state;
	bool tags = o->style->tags == SC_TAGS_INBAND && sc_tags_visible(r),
	     why = o->style->dropped_step.n > 0;
	sc_str line;

	if (own_line(r, &line)) {
		/* A dropped line that is no object is kept as it is: to lose it would be worse
		 * than to lose the reason. */
		if (tags || (why && !r->refuse_inband))
			return tagged(o, a, r, line, e);
		SC_TRY(sc_write_kept(o->to, r->raw, e));
		return line.n == r->raw.n ? sc_write(o->to, SC_STR("\n"), e) : SC_OK;
	}
	sc_buf_clear(&o->b);
	convert(&o->b, a, r);
	if (tags || why) {
		sc_buf_byte(&o->b, ',');
		sc_json_put(&o->b, o->style->tag_key);
		sc_buf_byte(&o->b, ':');
		sc_tags_json(&o->b, r, o->style);
	}
	sc_buf_add(&o->b, SC_STR("}\n"));
	return sc_write(o->to, sc_buf_str(&o->b), e);
}

static int end(void *state, struct sc_err *e)
{
	(void)state;
	(void)e;
	return SC_OK;
}

static void close_(void *state)
{
	struct out *o = state;

	sc_buf_free(&o->b);
}

extern const struct sc_writer write_jsonl;
const struct sc_writer write_jsonl = {
	.card = { .name = "write/jsonl",
	          .about = "JSON Lines: a record a line",
	          .more = "A line that was read as JSONL stays as it was, with the tags as its last "
	                  "member. Records of other formats become an object with id, text (or data "
	                  "in base64, or parts), source, url, created and metadata, which Dolma and "
	                  "datatrove read.",
	          .state = sizeof(struct out),
	          .revision = 1 },
	.ext = ".jsonl",
	.open = open_,
	.put = put,
	.end = end,
	.close = close_,
};
