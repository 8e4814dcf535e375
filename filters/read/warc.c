/* SPDX-License-Identifier: Apache-2.0 */
/*
 * read/warc -- WARC 0.18, 1.0 and 1.1 (ISO 28500), every record type.
 *
 *	WARC/1.1 CRLF
 *	Name: value CRLF ...
 *	CRLF
 *	block, Content-Length bytes
 *	CRLF CRLF
 *
 * Lenient where writers differ without harm: LF for CRLF, folded lines, any number of line ends between records.  Strict where it
 * decides what a record is: one Content-Length, a number, one type.  r->head is the header and, when the block is an
 * HTTP message, its head too, since they lie side by side.
 */
#include <scope/http.h>
#include <scope/json.h>
#include <scope/run.h>
#include <scope/text.h>

#include <stdio.h>

enum { HEAD_MAX = 1 << 20, RAW_KEEP = 64 << 10 };

struct warc {
	struct sc_input *in;
	size_t max_record;
	bool lost; /* the next head must be looked for */
};

static const struct sc_maker me = { .name = "read/warc", .revision = 1 };

static bool is_version(sc_str s)
{
	return s.n >= 8 && sc_str_starts(s, SC_STR("WARC/")) && s.p[5] >= '0' && s.p[5] <= '9' && s.p[6] == '.' &&
	       s.p[7] >= '0' && s.p[7] <= '9';
}

static int taste(sc_str head, sc_str path)
{
	(void)path;
	while (head.n && (*head.p == '\r' || *head.p == '\n'))
		head = sc_str_from(head, 1);
	if (is_version(head))
		return 64;
	return sc_str_starts(head, SC_STR("filedesc://")) ? 64 : 0;
}

static int open_(void *state, const void *conf, struct sc_input *in, struct sc_err *e)
{
	const struct sc_read_conf *c = conf;
	struct warc *w = state;
	sc_str head;

	w->in = in;
	w->max_record = c->max_record;
	SC_TRY(sc_peek(in, 16, &head, e));
	if (sc_str_starts(head, SC_STR("filedesc://")))
		return sc_fail(e, "ARC, the format before WARC, is not read; convert it to WARC first");
	return SC_OK;
}

/* ---- finding the next head ---- */

/* Takes bytes until a line begins with WARC/N.N; false at the end.  *skipped counts them. */
static int seek(struct warc *w, uint64_t *skipped, bool *found, struct sc_err *e)
{
	bool line_start = false;
	sc_str got;

	*found = false;
	for (;;) {
		size_t at = 0;

		SC_TRY(sc_peek(w->in, 8, &got, e));
		if (got.n < 8) {
			*skipped += got.n;
			sc_take(w->in, got.n);
			if (!sc_input_break(w->in, NULL, NULL))
				return SC_OK;
			sc_input_mend(w->in);
			line_start = true; /* a member begins: so may a record */
			continue;
		}
		if (line_start && is_version(got)) {
			*found = true;
			return SC_OK;
		}
		while (at + 8 <= got.n) {
			size_t lf = sc_str_chr(sc_str_from(got, at), '\n');

			if (lf == SC_NONE || at + lf + 9 > got.n) {
				at = lf == SC_NONE ? got.n - 7 : at + lf;
				line_start = false;
				if (lf != SC_NONE && at + 9 > got.n) {
					at += 1;
					line_start = true;
				}
				break;
			}
			at += lf + 1;
			if (is_version(sc_str_from(got, at))) {
				line_start = true;
				break;
			}
		}
		if (!at)
			at = 1;
		*skipped += at;
		sc_take(w->in, at);
	}
}

/* Empty lines between records.  SC_EOF at the end of the input. */
static int to_record(struct warc *w, struct sc_err *e)
{
	sc_str got;

	for (;;) {
		size_t n = 0;

		SC_TRY(sc_peek(w->in, 1, &got, e));
		if (!got.n) {
			uint64_t lost;

			if (!sc_input_break(w->in, &lost, e))
				return SC_EOF;
			sc_input_mend(w->in);
			return SC_BAD; /* e says what is spoilt */
		}
		while (n < got.n && (got.p[n] == '\r' || got.p[n] == '\n'))
			n++;
		sc_take(w->in, n);
		if (n < got.n)
			return SC_OK;
	}
}

/* ---- one record ---- */

struct lengths {
	size_t head;
	uint64_t block;
};

/* What the header says that decides where the record ends. */
static int header_check(sc_str head, struct lengths *l, struct sc_err *e)
{
	static const sc_str once[] = { SC_LIT("Content-Length"), SC_LIT("WARC-Type"), SC_LIT("WARC-Record-ID"),
				       SC_LIT("WARC-Target-URI") };
	sc_str seen[SC_COUNT(once)] = { { NULL, 0 } };
	size_t lf = sc_str_chr(head, '\n');
	struct sc_fields f = sc_fields(sc_str_from(head, lf + 1));

	while (sc_fields_next(&f))
		for (size_t i = 0; i < SC_COUNT(once); i++) {
			if (!sc_str_ieq(f.name, once[i]))
				continue;
			if (seen[i].p && !sc_str_eq(seen[i], f.value))
				return sc_bad(e, "two different %.*s fields", SC_ARG(once[i]));
			seen[i] = f.value;
		}
	if (!seen[0].p)
		return sc_bad(e, "no Content-Length");
	if (!sc_str_u64(seen[0], &l->block))
		return sc_bad(e, "Content-Length is '%.*s', not a number", SC_ARG(seen[0]));
	l->head = head.n;
	return SC_OK;
}

static int header_read(struct warc *w, struct lengths *l, struct sc_err *e)
{
	size_t want = 4096, end;
	sc_str got;

	for (;;) {
		SC_TRY(sc_peek(w->in, want, &got, e));
		if (got.n >= 8 && !is_version(got))
			return sc_bad(e, "a record begins with '%.*s', not with WARC/ and a version",
				      (int)(got.n < 16 ? got.n : 16), got.p);
		end = sc_head_end(sc_str_head(got, want));
		if (end)
			break;
		if (got.n < want) {
			if (!sc_input_break(w->in, NULL, e))
				sc_damage(e, "truncated inside a record's header");
			return SC_BAD;
		}
		if (want >= HEAD_MAX)
			return sc_bad(e, "a record's header is longer than %d bytes", HEAD_MAX);
		want *= 2;
	}
	return header_check(sc_str_head(got, end), l, e);
}

/* Line ends after the block belong to the record: at most two, CRLF or LF. */
static size_t tail(sc_str s)
{
	size_t n = 0;

	for (int i = 0; i < 2; i++) {
		if (n + 1 < s.n && s.p[n] == '\r' && s.p[n + 1] == '\n')
			n += 2;
		else if (n < s.n && s.p[n] == '\n')
			n += 1;
	}
	return n;
}

/* The bytes of a spoilt record are skipped up to the next head; the first of them are kept. */
static int spoilt(struct warc *w, struct sc_arena *a, struct sc_record *r, struct sc_err *e)
{
	struct sc_err other;
	uint64_t skipped = 0;
	bool found;
	sc_str got;

	if (sc_peek(w->in, 1, &got, &other) == SC_OK)
		r->raw = sc_strdup(a, sc_str_head(got, RAW_KEEP));
	if (got.n && !sc_input_break(w->in, NULL, NULL)) {
		sc_take(w->in, 1); /* not this head again */
		skipped = 1;
	}
	if (seek(w, &skipped, &found, &other) == SC_FAIL) {
		*e = other;
		return SC_FAIL;
	}
	r->from.len = skipped;
	r->raw = sc_str_head(r->raw, (size_t)(skipped < r->raw.n ? skipped : r->raw.n));
	return SC_BAD;
}

/* A record whose end is known but that is too large to hold. */
static int oversized(struct warc *w, struct sc_arena *a, struct sc_record *r, const struct lengths *l, struct sc_err *e)
{
	uint64_t left, all = l->head + l->block;
	struct sc_err other;
	sc_str got;

	SC_TRY(sc_peek(w->in, l->head, &got, e));
	r->raw = sc_strdup(a, sc_str_head(got, l->head));
	SC_TRY(sc_skip(w->in, all, &left, e));
	r->from.len = all - left;
	if (left) {
		if (!sc_input_break(w->in, NULL, e))
			sc_damage(e, "truncated: the record claims %ju bytes more than there are", (uintmax_t)left);
		return SC_BAD;
	}
	if (sc_peek(w->in, 4, &got, &other) == SC_OK) {
		size_t n = tail(sc_str_head(got, 4));

		sc_take(w->in, n);
		r->from.len += n;
	}
	return sc_bad(e, "%ju bytes are more than a record may have (--max-record)", (uintmax_t)l->block);
}

static int whole(struct warc *w, struct sc_arena *a, struct sc_record *r, const struct lengths *l, struct sc_err *e)
{
	size_t all = l->head + (size_t)l->block, end;
	bool first = false, alone;
	sc_str got;

	SC_TRY(sc_peek(w->in, all + 4, &got, e));
	if (got.n < all) {
		uint64_t missing = all - got.n;
		bool cut = !sc_input_break(w->in, NULL, e);

		if (cut)
			sc_damage(e, "truncated: the record claims %ju bytes more than there are", (uintmax_t)missing);
		return spoilt(w, a, r, e);
	}
	end = all + tail(sc_str_head(sc_str_from(got, all), 4));
	r->raw = sc_strdup(a, sc_str_head(got, end));
	r->head = sc_str_head(r->raw, l->head);
	r->from.len = end;
	alone = sc_input_member(w->in, &r->from.member, &first) && first;
	if (!alone)
		r->from.member = 0;
	sc_take(w->in, end);
	if (alone)
		r->from.packed = sc_input_packed(w->in) - r->from.member;
	return SC_OK;
}

static int next(void *state, struct sc_arena *a, struct sc_record *r, struct sc_err *e)
{
	struct warc *w = state;
	struct lengths l;
	int rc = to_record(w, e);

	r->from.off = sc_input_off(w->in);
	if (rc != SC_OK)
		return rc;
	rc = header_read(w, &l, e);
	if (rc == SC_FAIL)
		return rc;
	if (rc == SC_BAD)
		return spoilt(w, a, r, e);
	if (l.block > w->max_record)
		return oversized(w, a, r, &l, e);
	return whole(w, a, r, &l, e);
}

/* ---- parse ---- */

/* <urn:uuid:...> and <http://...> without their brackets. */
static sc_str unbracket(sc_str s)
{
	return s.n > 1 && s.p[0] == '<' && s.p[s.n - 1] == '>' ? (sc_str){ s.p + 1, s.n - 2 } : s;
}

static sc_str field(sc_str head, const char *name)
{
	return unbracket(sc_fields_get(sc_str_from(head, sc_str_chr(head, '\n') + 1), sc_str_c(name)));
}

static sc_str inside(sc_str raw, size_t head, uint64_t tail_from)
{
	return (sc_str){ raw.p + head, (size_t)tail_from - head };
}

static void wrong_coding(struct sc_arena *a, struct sc_record *r, sc_str wrong)
{
	if (wrong.n)
		sc_tag_add(a, r, SC_STR("encoding"), sc_fmt(a, "not-%.*s", SC_ARG(wrong)),
			   (struct sc_evidence){ .by = &me, .rule = SC_STR("warc:coding"), .where = SC_STR("meta"), .score = 1 });
}

static int http_part(const struct sc_read_conf *c, struct sc_arena *a, struct sc_record *r, struct sc_part *p,
		     sc_str block, struct sc_err *e)
{
	struct sc_http h;
	sc_str body, wrong;

	if (!sc_http_split(block, &h))
		return SC_OK;
	SC_TRY(sc_http_decode(a, &h, c->max_record, &body, &wrong, e));
	wrong_coding(a, r, wrong);
	r->head.n += h.head.n;
	p->name = SC_STR("body");
	p->data = body;
	p->media = sc_media_clean(a, sc_fields_get(h.head, SC_STR("Content-Type")));
	p->raw_off = body.p >= r->raw.p && body.p <= r->raw.p + r->raw.n ? (uint64_t)(body.p - r->raw.p) : UINT64_MAX;
	return SC_OK;
}

static int parse(const void *conf, struct sc_arena *a, struct sc_record *r, struct sc_err *e)
{
	const struct sc_read_conf *c = conf;
	uint64_t length = 0;
	sc_str head = r->head, media, tags;
	struct sc_part *p = SC_NEW(a, struct sc_part, 1);

	if (!sc_str_u64(sc_fields_get(sc_str_from(head, sc_str_chr(head, '\n') + 1), SC_STR("Content-Length")), &length))
		return sc_bad(e, "no Content-Length");
	r->part = p;
	r->npart = 1;
	r->name = field(head, "WARC-Record-ID");
	r->url = field(head, "WARC-Target-URI");
	if (!r->url.n)
		r->url = field(head, "uri");
	r->created = field(head, "WARC-Date");
	if (!r->created.n)
		r->created = field(head, "archive-date");
	media = field(head, "Content-Type");
	p->name = SC_STR("block");
	p->data = inside(r->raw, head.n, head.n + length);
	p->media = sc_media_clean(a, media);
	p->raw_off = head.n;
	if (sc_str_starts(p->media, SC_STR("application/http")) || sc_str_starts(p->data, SC_STR("HTTP/")))
		SC_TRY(http_part(c, a, r, p, p->data, e));
	tags = field(head, "Scope-Tags");
	if (c->in_band && tags.n)
		SC_TRY(sc_tags_parse(a, tags, r, e));
	return SC_OK;
}

/* ---- describe ---- */

static void put_value(struct sc_buf *b, sc_str v)
{
	sc_json_put(b, v);
}

static sc_str lowered(struct sc_arena *a, sc_str s)
{
	char *p = sc_cstr(a, s);

	for (size_t i = 0; i < s.n; i++)
		if (p[i] >= 'A' && p[i] <= 'Z')
			p[i] = (char)(p[i] + 32);
	return (sc_str){ p, s.n };
}

/* Fields as members; a name that came before is left out: a repeated one is joined where it came first. */
static void put_fields(struct sc_buf *b, struct sc_arena *a, sc_str block, bool lower)
{
	struct sc_fields f = sc_fields(block), g;
	bool comma = false;

	while (sc_fields_next(&f)) {
		sc_str value = f.value, name = f.name;
		bool seen = false;

		for (g = sc_fields(block); sc_fields_next(&g) && g.name.p < f.name.p;)
			seen |= sc_str_ieq(g.name, f.name);
		if (seen || sc_str_ieq(name, SC_STR("Scope-Tags")))
			continue;
		for (g = f; sc_fields_next(&g);)
			if (sc_str_ieq(g.name, name) && !sc_str_eq(g.value, value))
				value = sc_fmt(a, "%.*s, %.*s", SC_ARG(value), SC_ARG(g.value));
		if (comma)
			sc_buf_byte(b, ',');
		comma = true;
		sc_json_put(b, lower ? lowered(a, name) : name);
		sc_buf_byte(b, ':');
		put_value(b, value);
	}
}

static sc_str describe(struct sc_arena *a, const struct sc_record *r)
{
	size_t end = sc_head_end(r->head);
	sc_str warc = sc_str_head(r->head, end), http = sc_str_from(r->head, end), out;
	struct sc_buf b = { 0 };
	struct sc_http h;

	sc_buf_byte(&b, '{');
	put_fields(&b, a, sc_str_from(warc, sc_str_chr(warc, '\n') + 1), false);
	if (http.n && sc_http_split(http, &h)) {
		if (b.n > 1)
			sc_buf_byte(&b, ',');
		sc_buf_fmt(&b, "\"http\":{\"status\":%d,\"headers\":{", h.status);
		put_fields(&b, a, sc_str_from(http, sc_str_chr(http, '\n') + 1), true);
		sc_buf_add(&b, SC_STR("}}"));
	}
	sc_buf_byte(&b, '}');
	out = sc_strdup(a, sc_buf_str(&b));
	sc_buf_free(&b);
	return out;
}

extern const struct sc_reader read_warc;
const struct sc_reader read_warc = {
	.card = { .name = "read/warc",
		  .about = "web archives, WARC 0.18, 1.0 and 1.1, every record type",
		  .more = "The payload is the HTTP body with chunked, gzip, deflate and br undone, else the block.  A body that is not in "
			  "the coding its head claims is taken as it stands and tagged: encoding=not-gzip.",
		  .state = sizeof(struct warc),
		  .revision = 1 },
	.writes = "warc",
	.taste = taste,
	.open = open_,
	.next = next,
	.parse = parse,
	.describe = describe,
};
