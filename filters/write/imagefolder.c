/* SPDX-License-Identifier: Apache-2.0 */
/*
 * write/imagefolder -- records with an image to a folder of files and a metadata.jsonl, as image data sets are commonly loaded
 * (Hugging Face ImageFolder): a line a record, file_name beside it, the rest of its members are columns.
 *
 *	{"file_name":PATH,                      the image: of several the first that is pixels, else the first
 *	 "text":S, NAME:S, ...                  part txt, and other parts that are text, under their own names
 *	 "more_files":{NAME:PATH, ...},         all other parts; only where there are any
 *	 ...                                    the members of a figure's part json, as they stand
 *	 "record":{"v":1,"name":S,"url":S,"source":S,"created":S,"parent":S,"parts":[
 *	    {"name":S,"media":S[,"name_base64":B], and its bytes: "file":PATH | "column":NAME | "members":N,"end":S | "text":S}]},
 *	 "scope":{...}}                         tags in band
 *
 * `record` says how read/imagefolder makes every part again, byte for byte: the part of "members" is a brace, the text of
 * the N members right before `record`, a brace, and "end" (white space behind it).  A part that is text but cannot be a column
 * (its name is taken) stands there itself as "text"; one of more than INLINE bytes is a file, since loaders take
 * lines of 1 MiB at most.
 *
 * Paths are KEY.EXT as in a tar (libscope/names.c), and no two the same, whatever records are called: KEY, then KEY_ORDINAL,
 * then the identity.  Left out: metadata of the format that a record came from.
 */
#include <scope/group.h>
#include <scope/json.h>
#include <scope/paper.h>
#include <scope/text.h>

#include <inttypes.h>

enum { INLINE = 64 << 10 };

enum as { AS_FILE, AS_IMAGE, AS_COLUMN, AS_TEXT, AS_MEMBERS };

struct out {
	struct sc_output *to;
	const struct sc_style *style;
	struct sc_buf b, last;
};

/* What becomes of one part. */
struct place {
	enum as as;
	sc_str at;  /* path or column */
	sc_str end; /* of members: what follows the brace */
};

struct row {
	struct place *v; /* one a part */
	sc_str members;  /* the object whose members are columns, or empty */
	uint32_t nmember;
};

static int open_(void *state, const struct sc_style *style, struct sc_output *to, struct sc_err *e)
{
	struct out *o = state;
	sc_str path = sc_output_path(to);
	size_t slash = sc_str_rchr(path, '/');

	o->to = to;
	o->style = style;
	if (!sc_str_eq(slash == SC_NONE ? path : sc_str_from(path, slash + 1), SC_STR("metadata.jsonl")))
		return sc_fail(e, "an image folder is written to -o FOLDER/ or FOLDER/metadata.jsonl");
	return sc_output_folder(to, e);
}

/* ---- which part is what ---- */

static sc_str extension(sc_str name)
{
	size_t dot = sc_str_rchr(name, '.');

	return dot == SC_NONE ? name : sc_str_from(name, dot + 1);
}

static sc_str media_of(struct sc_part *p)
{
	sc_str media = p->media, rule;
	size_t at, n;

	if (!media.n)
		media = sc_media_of_ext(extension(p->name));
	return media.n ? media : sc_media_sniff_part(p, &rule, &at, &n);
}

/* 2: pixels; 1: an image that loaders may not decode (SVG, PDF, PostScript); 0: none. */
static int image_rank(struct sc_part *p)
{
	sc_str media = media_of(p);

	if (sc_str_starts(media, SC_STR("image/")))
		return sc_str_starts(media, SC_STR("image/svg")) ? 1 : 2;
	return sc_str_eq(media, SC_STR("application/pdf")) || sc_str_eq(media, SC_STR("application/postscript"));
}

static bool is_reserved(const struct out *o, sc_str name)
{
	static const sc_str ours[] = { SC_LIT("text"), SC_LIT("more_files"), SC_LIT("record") };

	for (size_t i = 0; i < SC_COUNT(ours); i++)
		if (sc_str_eq(name, ours[i]))
			return true;
	/* ImageFolder takes columns so called for files. */
	return sc_str_eq(name, o->style->tag_key) || sc_str_ends(name, SC_STR("file_name")) ||
	       sc_str_ends(name, SC_STR("file_names"));
}

/* May the members of this object be columns?  On one line, no key twice, none of ours. */
static bool members_fit(const struct out *o, struct sc_arena *a, sc_str object, uint32_t *n)
{
	struct sc_json_iter it = sc_json_iter(object);
	struct sc_err ignored;

	*n = 0;
	if (object.n > INLINE || sc_str_chr(object, '\n') != SC_NONE || sc_str_chr(object, '\r') != SC_NONE ||
	    sc_json_check(object, true, &ignored) != SC_OK)
		return false;
	for (; sc_json_next(&it); ++*n)
		if (is_reserved(o, sc_json_string(a, (sc_str){ it.key.p - 1, it.key.n + 2 })))
			return false;
	return *n > 0;
}

static void find_members(const struct out *o, struct sc_arena *a, const struct sc_record *r, struct row *row)
{
	sc_str json = sc_figure_json(r), object = json;
	uint32_t i = 0;

	while (object.n && memchr(" \t\r\n", object.p[object.n - 1], 4))
		object.n--;
	if (!object.n || !members_fit(o, a, object, &row->nmember))
		return;
	while (r->part[i].data.p != json.p)
		i++;
	row->members = object;
	row->v[i] = (struct place){ .as = AS_MEMBERS, .end = sc_str_from(json, object.n) };
}

/* The column of part i, which is text; empty when it cannot be one. */
static sc_str column_of(const struct out *o, const struct sc_record *r, const struct row *row, uint32_t i)
{
	sc_str name = r->part[i].name;

	if (sc_str_eq(name, SC_STR("txt")) || sc_str_eq(name, SC_STR("text")))
		name = SC_STR("text");
	else if (!name.n || sc_utf8_valid(name) != name.n || sc_str_chr(name, 0) != SC_NONE || is_reserved(o, name))
		return SC_STR("");
	if (row->members.n && sc_json_get(row->members, name).p)
		return SC_STR("");
	for (uint32_t k = 0; k < i; k++)
		if (row->v[k].as == AS_COLUMN && sc_str_eq(row->v[k].at, name))
			return SC_STR("");
	return name;
}

static int sort_parts(const struct out *o, struct sc_arena *a, struct sc_record *r, struct row *row, struct sc_err *e)
{
	uint32_t image = 0;
	int best = 0;

	row->v = SC_NEW(a, struct place, r->npart + 1);
	find_members(o, a, r, row);
	for (uint32_t i = 0; i < r->npart; i++) {
		struct sc_part *p = &r->part[i];
		int rank = image_rank(p);

		if (rank > best) {
			best = rank;
			image = i;
		}
		if (row->v[i].as == AS_MEMBERS || rank || p->data.n > INLINE || !sc_part_is_text(p))
			continue;
		row->v[i].at = column_of(o, r, row, i);
		row->v[i].as = row->v[i].at.n ? AS_COLUMN : AS_TEXT;
	}
	if (!best)
		return sc_bad(e, "no image: --to imagefolder needs one");
	row->v[image].as = AS_IMAGE;
	return SC_OK;
}

/* ---- files ---- */

static bool is_file(const struct place *p)
{
	return p->as == AS_FILE || p->as == AS_IMAGE;
}

/* Paths under this key; false when one of them cannot be had. */
static bool name_files(const struct out *o, struct sc_arena *a, const struct sc_record *r, struct row *row, sc_str key)
{
	for (uint32_t i = 0; i < r->npart; i++) {
		struct place *p = &row->v[i];

		if (!is_file(p))
			continue;
		p->at = sc_member_name(a, r, key, i);
		if (sc_utf8_valid(p->at) != p->at.n || sc_output_taken(o->to, p->at))
			return false;
		for (uint32_t k = 0; k < i; k++)
			if (is_file(&row->v[k]) && sc_str_eq(row->v[k].at, p->at))
				return false;
	}
	return true;
}

/* The identity and a number each: such names are short, and free sooner or later. */
static void number_files(const struct out *o, struct sc_arena *a, struct sc_record *r, struct row *row)
{
	uint64_t number = 0;
	char hex[64];

	sc_record_id(a, r);
	sc_hex(r->id, 32, hex);
	for (uint32_t i = 0; i < r->npart; i++) {
		struct place *p = &row->v[i];
		sc_str ext = sc_ext_of_media(media_of(&r->part[i]));

		if (!is_file(p))
			continue;
		if (!ext.n)
			ext = SC_STR("bin");
		do
			p->at = sc_fmt(a, "%.64s_%" PRIu64 ".%.*s", hex, number++, SC_ARG(ext));
		while (sc_output_taken(o->to, p->at));
	}
}

static int put_files(struct out *o, struct sc_arena *a, struct sc_record *r, struct row *row, struct sc_err *e)
{
	sc_str key;

	sc_buf_clear(&o->last);
	key = sc_member_key(a, r, &o->last);
	if (!name_files(o, a, r, row, key) &&
	    !name_files(o, a, r, row, sc_fmt(a, "%.*s_%" PRIu64, SC_ARG(key), r->from.ordinal)))
		number_files(o, a, r, row);
	for (uint32_t i = 0; i < r->npart; i++)
		if (is_file(&row->v[i]) && sc_output_beside(o->to, row->v[i].at, r->part[i].data, e) < 0)
			return SC_FAIL;
	return SC_OK;
}

/* ---- the line ---- */

static void member(struct sc_buf *b, sc_str key, sc_str value)
{
	if (b->p[b->n - 1] != '{')
		sc_buf_byte(b, ',');
	sc_json_put(b, key);
	sc_buf_byte(b, ':');
	sc_json_put(b, value);
}

static void put_columns(struct sc_buf *b, const struct sc_record *r, const struct row *row)
{
	bool more = false;

	for (uint32_t i = 0; i < r->npart; i++)
		if (row->v[i].as == AS_IMAGE)
			member(b, SC_STR("file_name"), row->v[i].at);
	for (uint32_t i = 0; i < r->npart; i++)
		if (row->v[i].as == AS_COLUMN)
			member(b, row->v[i].at, r->part[i].data);
	for (uint32_t i = 0; i < r->npart; i++) {
		if (row->v[i].as != AS_FILE)
			continue;
		if (!more)
			sc_buf_add(b, SC_STR(",\"more_files\":{"));
		more = true;
		member(b, r->part[i].name, row->v[i].at);
	}
	if (more)
		sc_buf_byte(b, '}');
	if (row->members.n) {
		sc_buf_byte(b, ',');
		sc_buf_add(b, (sc_str){ row->members.p + 1, row->members.n - 2 });
	}
}

static void put_part(struct sc_buf *b, struct sc_arena *a, const struct sc_part *p, const struct row *row,
		     const struct place *at)
{
	sc_buf_byte(b, '{');
	member(b, SC_STR("name"), p->name);
	if (sc_utf8_valid(p->name) != p->name.n)
		member(b, SC_STR("name_base64"), sc_base64(a, p->name));
	member(b, SC_STR("media"), p->media);
	switch (at->as) {
	case AS_FILE:
	case AS_IMAGE:
		member(b, SC_STR("file"), at->at);
		break;
	case AS_COLUMN:
		member(b, SC_STR("column"), at->at);
		break;
	case AS_TEXT:
		member(b, SC_STR("text"), p->data);
		break;
	case AS_MEMBERS:
		sc_buf_fmt(b, ",\"members\":%" PRIu32, row->nmember);
		member(b, SC_STR("end"), at->end);
		break;
	}
	sc_buf_byte(b, '}');
}

static void put_record(struct sc_buf *b, struct sc_arena *a, const struct sc_record *r, const struct row *row)
{
	sc_buf_add(b, SC_STR(",\"record\":{\"v\":1"));
	member(b, SC_STR("name"), r->name);
	member(b, SC_STR("url"), r->url);
	member(b, SC_STR("source"), r->source);
	member(b, SC_STR("created"), r->created);
	member(b, SC_STR("parent"), r->parent);
	sc_buf_add(b, SC_STR(",\"parts\":["));
	for (uint32_t i = 0; i < r->npart; i++) {
		if (i)
			sc_buf_byte(b, ',');
		put_part(b, a, &r->part[i], row, &row->v[i]);
	}
	sc_buf_add(b, SC_STR("]}"));
}

static int put(void *state, struct sc_arena *a, struct sc_record *r, struct sc_err *e)
{
	struct out *o = state;
	struct sc_buf *b = &o->b;
	struct row row = { 0 };

	SC_TRY(sort_parts(o, a, r, &row, e));
	SC_TRY(put_files(o, a, r, &row, e));
	sc_buf_clear(b);
	sc_buf_byte(b, '{');
	put_columns(b, r, &row);
	put_record(b, a, r, &row);
	if (o->style->dropped_step.n || (o->style->tags == SC_TAGS_INBAND && sc_tags_visible(r))) {
		sc_buf_byte(b, ',');
		sc_json_put(b, o->style->tag_key);
		sc_buf_byte(b, ':');
		sc_tags_json(b, r, o->style);
	}
	sc_buf_add(b, SC_STR("}\n"));
	return sc_write(o->to, sc_buf_str(b), e);
}

static void close_(void *state)
{
	struct out *o = state;

	sc_buf_free(&o->b);
	sc_buf_free(&o->last);
}

extern const struct sc_writer write_imagefolder;
const struct sc_writer write_imagefolder = {
	.card = { .name = "write/imagefolder",
	          .about = "a folder of images with metadata.jsonl, as Hugging Face ImageFolder loads it",
	          .more = "A line of metadata.jsonl has file_name, the caption as text, and what is known of a figure, each in a "
	                  "column of its own; more_files names a record's other images and record tells how it is put "
	                  "together again. A record without an image is rejected. FOLDER has to be new or empty.",
	          .example = "scope cat figures.tar --to imagefolder -o images/",
	          .state = sizeof(struct out),
	          .revision = 1 },
	.folder = "metadata.jsonl",
	.open = open_,
	.put = put,
	.close = close_,
};
