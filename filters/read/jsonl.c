/* SPDX-License-Identifier: Apache-2.0 */
/*
 * read/jsonl -- JSON Lines: a JSON text a line, each a record.
 *
 *	[EF BB BF] ( line LF | line CR LF | blank LF )* [line]
 *
 * A record's place is its line with its line end.  A byte order mark at the head of the shard
 * belongs to no record.  Neither do blank lines (JSON's white space only) between records: they
 * carry nothing; with strict each is a spoilt record, and so is a shard that has bytes but nothing
 * else in it.
 *
 * The payload, one part: the string at --text-field; else the first that is a string of text,
 * content, raw_content; else the parts that write/jsonl wrote; else `data`, when it is a string of
 * base64; else the line without the tags' member and line end, named "json".
 *
 *	"parts":[{"name":S,"media":S,"text":S|"data":BASE64[,"name_base64":BASE64]}, ...]
 *
 * is taken for ours only when every element has just these members; name_base64 is the name where
 * that is not UTF-8.
 *
 * After damage in a compressed shard the line in which it lies is cut: what there is of it before
 * is one spoilt record, and what comes after is believed only when it is an object.
 *
 * Left out: a JSON document over several lines (that is a single file), RFC 7464's record
 * separators.
 */
#include <scope/json.h>
#include <scope/run.h>
#include <scope/text.h>

enum { KEEP = 64 << 10 };

static const sc_str bom = SC_LIT("\xef\xbb\xbf");

struct jsonl {
	struct sc_input *in;
	uint64_t records;
	size_t max_record;
	bool strict;
	bool broken; /* the next line follows damage */
};

/* ---- whose is it ---- */

/* "a/x.jsonl.gz": does the name, compression aside, say JSON, or even lines of it? */
enum named { NO, JSON, LINES };

static enum named named(sc_str path)
{
	static const sc_str packed[] = { SC_LIT(".gz"), SC_LIT(".zst"), SC_LIT(".xz"),
		                         SC_LIT(".bz2"), SC_LIT(".lz4") };
	static const struct {
		sc_str ext;
		enum named says;
	} ours[] = { { SC_LIT(".json"), JSON },
		     { SC_LIT(".jsonl"), LINES },
		     { SC_LIT(".jsonlines"), LINES },
		     { SC_LIT(".ndjson"), LINES } };

	for (size_t i = 0; i < SC_COUNT(packed); i++)
		if (path.n > packed[i].n &&
		    sc_str_ieq(sc_str_from(path, path.n - packed[i].n), packed[i]))
			path.n -= packed[i].n;
	for (size_t i = 0; i < SC_COUNT(ours); i++)
		if (path.n > ours[i].ext.n &&
		    sc_str_ieq(sc_str_from(path, path.n - ours[i].ext.n), ours[i].ext))
			return ours[i].says;
	return NO;
}

/* Does a document go on after its first line, which is no JSON text by itself? */
static bool goes_on(sc_str line, sc_str rest)
{
	rest = sc_str_trim(rest);
	return rest.n && (memchr("{[,:", line.p[line.n - 1], 4) || memchr("}],:", *rest.p, 4));
}

/* Bits: a line that is an object is worth more than any text, less than a magic number.  A name
 * alone is worth least, but more than nothing: what is left of a bad download must not pass for
 * one record, and a shard whose first compressed member is spoilt shows no byte of its head. */
static int taste(sc_str head, sc_str path)
{
	enum { OBJECT_LINE = 32, VALUE_LINE = 16, LIKELY = 16, NAME_ONLY = 2 };
	enum named name = named(path);
	sc_str s = sc_str_trim(sc_str_starts(head, bom) ? sc_str_from(head, bom.n) : head), line,
	       inner;
	size_t lf = sc_str_chr(s, '\n');
	struct sc_err why;

	if (!s.n)
		return name ? NAME_ONLY : 0;
	line = sc_str_trim(sc_str_head(s, lf));
	inner = sc_str_trim(sc_str_from(line, 1));
	if (sc_json_check(line, false, &why) == SC_OK) {
		if (*line.p == '{')
			return OBJECT_LINE;
		return name || *line.p == '[' || *line.p == '"' ? VALUE_LINE : 0;
	}
	if (name != LINES && lf != SC_NONE && goes_on(line, sc_str_from(s, lf)))
		return 0;
	if (*line.p == '{' && inner.n && *inner.p == '"')
		return LIKELY;
	return name ? NAME_ONLY : 0;
}

/* ---- lines ---- */

static int open_(void *state, const void *conf, struct sc_input *in, struct sc_err *e)
{
	struct jsonl *j = state;
	const struct sc_read_conf *c = conf;
	sc_str got;

	j->in = in;
	j->strict = c && c->strict;
	j->max_record = c && c->max_record ? c->max_record : (size_t)64 << 20;
	if (sc_peek(in, bom.n, &got, e) < 0)
		return SC_FAIL;
	if (sc_str_starts(got, bom))
		sc_take(in, bom.n);
	return SC_OK;
}

static bool blank(sc_str line)
{
	size_t i = 0;

	while (i < line.n &&
	       (line.p[i] == ' ' || line.p[i] == '\t' || line.p[i] == '\r' || line.p[i] == '\n'))
		i++;
	return i == line.n;
}

/* A spoilt record: the bytes from `off` to here. */
static int spoilt(struct jsonl *j, struct sc_arena *a, struct sc_record *r, sc_str line,
                  uint64_t off)
{
	r->from.off = off;
	r->from.len = sc_input_off(j->in) - off;
	r->raw = sc_strdup(a, sc_str_head(line, KEEP));
	j->records++;
	return SC_BAD;
}

/* Nothing is left before the end or a break. */
static int ended(struct jsonl *j, struct sc_arena *a, struct sc_record *r, struct sc_err *e)
{
	struct sc_err why = { 0 };
	uint64_t lost = 0, off = sc_input_off(j->in);

	if (sc_input_break(j->in, &lost, &why)) {
		sc_input_mend(j->in);
		j->broken = true;
		sc_damage(e, "%s", why.msg);
		return spoilt(j, a, r, SC_STR(""), off);
	}
	if (!j->records && off) {
		sc_bad(e, "no record in %ju bytes of white space", (uintmax_t)off);
		return spoilt(j, a, r, SC_STR(""), 0);
	}
	return SC_EOF;
}

/* A run of line ends, taken at once: a shard may be full of them. */
static int line_ends(struct jsonl *j, struct sc_err *e)
{
	size_t n = 0;
	sc_str got;

	SC_TRY(sc_peek(j->in, 1, &got, e));
	while (n < got.n && got.p[n] == '\n')
		n++;
	sc_take(j->in, n);
	return SC_OK;
}

static int next(void *state, struct sc_arena *a, struct sc_record *r, struct sc_err *e)
{
	struct jsonl *j = state;
	struct sc_err why = { 0 };
	uint64_t lost, off;
	bool empty;
	sc_str line;
	int rc;

	do {
		off = sc_input_off(j->in);
		rc = sc_line(j->in, '\n', &line, e);
		if (rc == SC_EOF)
			return ended(j, a, r, e);
		if (rc == SC_BAD && sc_input_off(j->in) > off)
			return spoilt(j, a, r, line, off);
		if (rc < 0)
			return SC_FAIL; /* and nothing was taken: the next call would say the same */
		if (line.p[line.n - 1] != '\n' && sc_input_break(j->in, &lost, &why)) {
			rc = spoilt(j, a, r, line, off);
			sc_input_mend(j->in);
			j->broken = true;
			sc_damage(e, "the line is cut: %s", why.msg);
			return rc;
		}
		empty = blank(line);
		if (j->strict && empty) {
			sc_bad(e, "a blank line");
			return spoilt(j, a, r, line, off);
		}
		if (empty)
			SC_TRY(line_ends(j, e));
	} while (empty);
	if (line.n > j->max_record && line.n - (line.p[line.n - 1] == '\n') > j->max_record) {
		sc_bad(e, "a line of %zu bytes: more than --max-record", line.n);
		return spoilt(j, a, r, line, off);
	}
	r->from.off = off;
	r->from.len = line.n;
	r->raw = sc_keep(j->in, a, line);
	r->head = r->raw;
	if (sc_str_ends(r->head, SC_STR("\n")))
		r->head.n -= 1 + sc_str_ends(r->head, SC_STR("\r\n"));
	r->after_break = j->broken;
	j->broken = false;
	j->records++;
	return SC_OK;
}

/* ---- members ---- */

/* The top-level members that are read.  Twice one of them and readers would disagree. */
enum {
	TEXT,
	CONTENT,
	RAW_CONTENT,
	DATA,
	PARTS,
	ID,
	URL,
	URL2,
	URI,
	TARGET,
	SOURCE,
	CREATED,
	ADDED,
	TIMESTAMP,
	DOWNLOADED,
	METADATA,
	LICENSE,
	LICENCE,
	MEDIA,
	MIME,
	SCOPE,
	TAGS,
	MEMBERS
};
static const sc_str member[TAGS] = {
	[TEXT] = SC_LIT("text"),
	[CONTENT] = SC_LIT("content"),
	[RAW_CONTENT] = SC_LIT("raw_content"),
	[DATA] = SC_LIT("data"),
	[PARTS] = SC_LIT("parts"),
	[ID] = SC_LIT("id"),
	[URL] = SC_LIT("url"),
	[URL2] = SC_LIT("URL"),
	[URI] = SC_LIT("uri"),
	[TARGET] = SC_LIT("WARC-Target-URI"),
	[SOURCE] = SC_LIT("source"),
	[CREATED] = SC_LIT("created"),
	[ADDED] = SC_LIT("added"),
	[TIMESTAMP] = SC_LIT("timestamp"),
	[DOWNLOADED] = SC_LIT("date_download"),
	[METADATA] = SC_LIT("metadata"),
	[LICENSE] = SC_LIT("license"),
	[LICENCE] = SC_LIT("licence"),
	[MEDIA] = SC_LIT("media"),
	[MIME] = SC_LIT("mime"),
	[SCOPE] = SC_LIT("scope"),
};

struct line {
	sc_str tag_key;
	const struct sc_json_member *v[MEMBERS]; /* v[TAGS]: under tag_key, whatever that is */
};

static size_t which(const struct line *l, sc_str key)
{
	if (sc_str_eq(key, l->tag_key))
		return TAGS;
	for (size_t i = 0; i < TAGS; i++)
		if (sc_str_eq(key, member[i]))
			return i;
	return MEMBERS;
}

/* Of a key, the text between its quotes: its characters. */
static sc_str characters(struct sc_arena *a, sc_str key)
{
	return sc_json_string(a, (sc_str){ key.p - 1, key.n + 2 });
}

static int take(struct sc_arena *a, struct line *l, const struct sc_json_member *m, struct sc_err *e)
{
	sc_str key = m->flags & SC_JSON_KEY_ESCAPED ? characters(a, m->key) : m->key;
	size_t i = which(l, key);

	if (i == MEMBERS)
		return SC_OK;
	if (l->v[i])
		return sc_bad(e, "the key \"%.*s\" comes twice: readers would disagree about it",
		              SC_ARG(key));
	l->v[i] = m;
	return SC_OK;
}

/* An object of too many members to be listed. */
static int collect_many(struct sc_arena *a, sc_str object, struct line *l, struct sc_err *e)
{
	struct sc_json_iter it = sc_json_iter(object);

	while (sc_json_next(&it)) {
		struct sc_json_member m = { .key = characters(a, it.key), .value = it.value }, *kept;

		if (which(l, m.key) == MEMBERS)
			continue;
		if (sc_str_chr(it.value, '\\') != SC_NONE)
			m.flags = SC_JSON_ESCAPED | SC_JSON_UNICODE;
		kept = SC_NEW(a, struct sc_json_member, 1);
		*kept = m;
		SC_TRY(take(a, l, kept, e));
	}
	return SC_OK;
}

static int collect(struct sc_arena *a, const struct sc_json_index *x, struct line *l, struct sc_err *e)
{
	if (!x->listed)
		return collect_many(a, x->text, l, e);
	for (uint32_t i = 0; i < x->n; i = x->v[i].next)
		SC_TRY(take(a, l, &x->v[i], e));
	return SC_OK;
}

static sc_str value(const struct line *l, size_t i)
{
	return l->v[i] ? l->v[i]->value : (sc_str){ NULL, 0 };
}

/* The first of these members that is a string. */
static const struct sc_json_member *first_of(const struct line *l, const int *which_, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (sc_json_kind(value(l, (size_t)which_[i])) == SC_JSON_STRING)
			return l->v[which_[i]];
	return NULL;
}

static sc_str first_string(struct sc_arena *a, const struct line *l, const int *which_, size_t n)
{
	const struct sc_json_member *m = first_of(l, which_, n);

	return m ? sc_json_member_string(a, m) : (sc_str){ NULL, 0 };
}

static sc_str find_url(struct sc_arena *a, const struct sc_json_index *x, const struct line *l)
{
	static const int plain[] = { URL, URL2 }, last[] = { TARGET, URI };
	static const sc_str meta[] = { SC_LIT("metadata.url"), SC_LIT("metadata.WARC-Target-URI"),
		                       SC_LIT("metadata.warc_url") };
	sc_str s = first_string(a, l, plain, SC_COUNT(plain));

	for (size_t i = 0; !s.p && l->v[METADATA] && i < SC_COUNT(meta); i++)
		s = sc_json_string(a, sc_json_find(x, meta[i]));
	return s.p ? s : first_string(a, l, last, SC_COUNT(last));
}

/* ---- the payload ---- */

/* Members of an element of `parts` that we wrote. */
enum { P_NAME, P_MEDIA, P_TEXT, P_DATA, P_NAME64, P_MEMBERS };
static const sc_str part_member[P_MEMBERS] = {
	[P_NAME] = SC_LIT("name"), [P_MEDIA] = SC_LIT("media"),        [P_TEXT] = SC_LIT("text"),
	[P_DATA] = SC_LIT("data"), [P_NAME64] = SC_LIT("name_base64"),
};

static bool our_part(struct sc_arena *a, sc_str object, struct sc_part *p)
{
	struct sc_json_iter it = sc_json_iter(object);
	sc_str v[P_MEMBERS] = { { NULL, 0 } };

	while (it.object && sc_json_next(&it)) {
		size_t i = 0;

		while (i < P_MEMBERS && !sc_str_eq(it.key, part_member[i]))
			i++;
		if (i == P_MEMBERS || v[i].p)
			return false;
		v[i] = sc_json_string(a, it.value);
		if (!v[i].p)
			return false;
	}
	if (!v[P_NAME].p || !v[P_MEDIA].p || !v[P_TEXT].p == !v[P_DATA].p)
		return false;
	*p = (struct sc_part){
		.name = v[P_NAME], .media = v[P_MEDIA], .data = v[P_TEXT], .raw_off = UINT64_MAX
	};
	if (v[P_DATA].p && !sc_unbase64(a, v[P_DATA], &p->data))
		return false;
	return !v[P_NAME64].p || sc_unbase64(a, v[P_NAME64], &p->name);
}

/* The parts that write/jsonl wrote; false when the array is somebody else's. */
static bool our_parts(struct sc_arena *a, sc_str array, struct sc_record *r)
{
	struct sc_json_iter it = sc_json_iter(array), count = it;
	struct sc_part *v;
	uint32_t n = 0;

	if (sc_json_kind(array) != SC_JSON_ARRAY)
		return false;
	while (sc_json_next(&count))
		if (sc_json_kind(count.value) != SC_JSON_OBJECT || ++n == UINT32_MAX)
			return false;
	if (!n)
		return false;
	v = SC_NEW(a, struct sc_part, n);
	for (uint32_t i = 0; i < n && sc_json_next(&it); i++)
		if (!our_part(a, it.value, &v[i]))
			return false;
	r->part = v;
	r->npart = n;
	return true;
}

static struct sc_part *one_part(struct sc_arena *a, struct sc_record *r, sc_str name, sc_str media,
                                sc_str data)
{
	bool inside = data.p >= r->raw.p && data.p + data.n <= r->raw.p + r->raw.n;

	r->part = SC_NEW(a, struct sc_part, 1);
	r->npart = 1;
	r->part[0] =
	        (struct sc_part){ .name = name,
		                  .media = media,
		                  .data = data,
		                  .raw_off = inside ? (uint64_t)(data.p - r->raw.p) : UINT64_MAX };
	return r->part;
}

/* Without a \u the length is known before it is decoded, and that it is text: the check saw that it is UTF-8, and no NUL
 * may stand in JSON as it is. */
static void text_part(const struct sc_read_conf *c, struct sc_arena *a, struct sc_record *r,
                      const struct sc_json_member *m, sc_str media)
{
	bool simple = !(m->flags & SC_JSON_UNICODE), later = simple && m->flags & SC_JSON_ESCAPED && c && c->lazy;
	struct sc_part *p = one_part(a, r, SC_STR("text"), media, later ? (sc_str){ NULL, 0 } : sc_json_member_string(a, m));

	p->text = simple ? SC_TEXT_YES : SC_TEXT_UNKNOWN;
	if (m->flags & SC_JSON_ESCAPED) {
		p->spelled_off = (uint64_t)(m->value.p + 1 - r->raw.p);
		p->spelled_n = m->value.n - 2;
	}
	if (later) {
		p->json = (sc_str){ m->value.p + 1, m->value.n - 2 };
		p->data.n = p->json.n - m->escapes;
	}
}

/* How often the object has the key. */
static unsigned count(const struct sc_json_index *x, sc_str key)
{
	unsigned n = 0;

	for (uint32_t i = 0; i < x->n; i = x->v[i].next) {
		if (x->v[i].flags & SC_JSON_KEY_ESCAPED)
			return sc_json_count(x->text, key);
		n += sc_str_eq(x->v[i].key, key);
	}
	return x->listed ? n : sc_json_count(x->text, key);
}

/* --text-field: a path; its first member may not come twice either. */
static sc_str at_path(struct sc_arena *a, const struct sc_json_index *x, sc_str path, struct sc_err *e)
{
	size_t n = 0;
	sc_str s;

	while (n < path.n && path.p[n] != '.' && path.p[n] != '[' && path.p[n] != '"')
		n++;
	if (n && count(x, sc_str_head(path, n)) > 1) {
		sc_bad(e, "the key \"%.*s\" comes twice: readers would disagree about it",
		       SC_ARG(sc_str_head(path, n)));
		return (sc_str){ NULL, 0 };
	}
	s = sc_json_string(a, sc_json_find(x, path));
	if (!s.p)
		sc_bad(e, "no string at --text-field %.*s", SC_ARG(path));
	return s;
}

static sc_str declared(struct sc_arena *a, const struct line *l)
{
	static const int said[] = { MEDIA, MIME };
	sc_str m = first_string(a, l, said, SC_COUNT(said));
	size_t semicolon = sc_str_chr(m, ';');
	char *low;

	if (!m.n)
		return SC_STR("");
	m = sc_str_trim(sc_str_head(m, semicolon));
	low = sc_cstr(a, m);
	for (size_t i = 0; i < m.n; i++)
		low[i] = low[i] >= 'A' && low[i] <= 'Z' ? (char)(low[i] + 32) : low[i];
	return (sc_str){ low, m.n };
}

static int payload(const struct sc_read_conf *c, struct sc_arena *a, struct sc_record *r,
                   const struct line *l, struct sc_err *e)
{
	static const int texts[] = { TEXT, CONTENT, RAW_CONTENT };
	const struct sc_json_member *text;
	sc_str s, media = declared(a, l);

	if (c && c->text_field.n) {
		s = at_path(a, r->index, c->text_field, e);
		if (!s.p)
			return SC_BAD;
		one_part(a, r, SC_STR("text"), media, s);
		return SC_OK;
	}
	text = first_of(l, texts, SC_COUNT(texts));
	if (text) {
		text_part(c, a, r, text, media);
		return SC_OK;
	}
	if (our_parts(a, value(l, PARTS), r))
		return SC_OK;
	s = sc_json_string(a, value(l, DATA));
	if (s.p && sc_unbase64(a, s, &s)) {
		one_part(a, r, SC_STR("data"), media, s);
		return SC_OK;
	}
	one_part(a, r, SC_STR("json"), media, sc_json_leave_out(a, r->index, l->tag_key))->text = SC_TEXT_YES;
	return SC_OK;
}

static int tags(const struct sc_read_conf *c, struct sc_arena *a, struct sc_record *r,
                const struct line *l, struct sc_err *e)
{
	if (!l->v[TAGS])
		return SC_OK;
	if (!sc_str_eq(sc_json_get(l->v[TAGS]->value, SC_STR("v")), SC_STR("1")))
		return sc_bad(e,
		              "the member \"%.*s\" is not an object with \"v\":1, so not ours: "
		              "use --tag-key NAME to put tags elsewhere",
		              SC_ARG(l->tag_key));
	return c && c->in_band ? sc_tags_parse(a, l->v[TAGS]->value, r, e) : SC_OK;
}

static int parse(const void *conf, struct sc_arena *a, struct sc_record *r, struct sc_err *e)
{
	static const int dates[] = { CREATED, ADDED, TIMESTAMP, DOWNLOADED }, source[] = { SOURCE }, id[] = { ID };
	const struct sc_read_conf *c = conf;
	struct line l = { .tag_key = c && c->tag_key.n ? c->tag_key : SC_STR("scope") };

	struct sc_json_index *x = SC_NEW(a, struct sc_json_index, 1);

	SC_TRY(sc_json_scan(a, r->head, c && c->strict, x, e));
	r->index = x;
	if (sc_json_kind(r->head) != SC_JSON_OBJECT) {
		if (r->after_break)
			return sc_bad(e, "the rest of a line that began in damaged bytes");
		if (c && c->text_field.n)
			return sc_bad(e, "no string at --text-field %.*s", SC_ARG(c->text_field));
		r->refuse_inband = true;
		one_part(a, r, SC_STR("json"), SC_STR(""), r->head)->text = SC_TEXT_YES;
		return SC_OK;
	}
	SC_TRY(collect(a, x, &l, e));
	SC_TRY(tags(c, a, r, &l, e));
	r->name = sc_json_kind(value(&l, ID)) == SC_JSON_NUMBER ? value(&l, ID) : first_string(a, &l, id, 1);
	r->url = find_url(a, x, &l);
	r->source = first_string(a, &l, source, SC_COUNT(source));
	r->created = first_string(a, &l, dates, SC_COUNT(dates));
	return payload(c, a, r, &l, e);
}

extern const struct sc_reader read_jsonl;
const struct sc_reader read_jsonl = {
	.card = { .name = "read/jsonl",
	          .about = "JSON Lines: each line is a record",
	          .more = "The payload is the first string among text, content and raw_content, else "
	                  "the parts that scope wrote, else data decoded from base64, else the line "
	                  "itself; --text-field names another. Grammar and UTF-8 are checked. A key "
	                  "that scope reads may not come twice; with --strict no key may.\n\n"
	                  "A byte order mark at the head and blank lines are no records. With "
	                  "--strict a blank line is a spoilt one.",
	          .state = sizeof(struct jsonl),
	          .revision = 1 },
	.writes = "jsonl",
	.taste = taste,
	.open = open_,
	.next = next,
	.parse = parse,
};
