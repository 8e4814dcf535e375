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
 * Lenient where writers differ without harm: LF for CRLF, folded lines, names in any case, any number of line ends between
 * records.  Strict where it decides what a record is: one Content-Length, a number, one type, one id, one URI.  r->head is the
 * header and, when the block is an HTTP message, its head too, since they lie side by side.
 *
 * After a spoilt record the next one is where a line, or the first field behind it, says that a head begins.  Bytes that were
 * crawled can look like one: that is why a good Content-Length is always followed, and a wrong one never skips anything that
 * can still be read.  Segments of a record (continuation) stay the records that they are.
 */
#include <scope/http.h>
#include <scope/json.h>
#include <scope/run.h>
#include <scope/text.h>

#include <stdio.h>
#include <stdlib.h>

enum {
	HEAD_MAX = 256 << 10,
	RAW_KEEP = 64 << 10,
	LOOK = 64,            /* bytes that show whether a head begins here */
	PLAIN_PER_GZIP = 1032, /* deflate gives no more for a byte */
};

struct warc {
	struct sc_input *in;
	size_t max_record;
};

static const struct sc_maker me = { .name = "read/warc", .revision = 1 };

/* ---- what begins a record ---- */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Bytes of a whole "WARC/N.N" line at the head of s, its end included; 0 when there is none. */
static size_t version_line(sc_str s)
{
	size_t i = strlen("WARC/"), dot;

	if (!sc_str_starts(s, SC_STR("WARC/")))
		return 0;
	while (i < s.n && i < 8 && is_digit(s.p[i]))
		i++;
	dot = i;
	if (i == strlen("WARC/") || i >= s.n || s.p[i] != '.')
		return 0;
	for (i++; i < s.n && i < dot + 4 && is_digit(s.p[i]); i++)
		;
	if (i == dot + 1)
		return 0;
	while (i < s.n && i < LOOK / 2 && (s.p[i] == ' ' || s.p[i] == '\t'))
		i++;
	if (i < s.n && s.p[i] == '\r')
		i++;
	return i < s.n && s.p[i] == '\n' ? i + 1 : 0;
}

/* A head may begin in the middle of a line, where a compressed member does; then its first field must show it. */
static bool head_begins(sc_str s, bool line_start)
{
	size_t n = version_line(s);
	sc_str next = sc_str_from(s, n);

	if (!n || line_start)
		return n > 0;
	return sc_str_ieq(sc_str_head(next, 5), SC_STR("WARC-")) ||
	       sc_str_ieq(sc_str_head(next, 8), SC_STR("Content-"));
}

/* Offset of the next head in s, behind its first byte; SC_NONE when there is none. */
static size_t head_inside(sc_str s)
{
	for (size_t i = 1; i < s.n;) {
		size_t at = sc_str_find(sc_str_from(s, i), SC_STR("WARC/"));

		if (at == SC_NONE)
			return SC_NONE;
		i += at;
		if (s.p[i - 1] == '\n' && head_begins(sc_str_from(s, i), false))
			return i;
		i++;
	}
	return SC_NONE;
}

/* A shard whose first head is spoilt is still one, when its name says so too. */
static int taste(sc_str head, sc_str path)
{
	sc_str s = head;

	while (s.n && (*s.p == '\r' || *s.p == '\n'))
		s = sc_str_from(s, 1);
	if (sc_str_starts(s, SC_STR("WARC/")) && s.n > 7 && is_digit(s.p[5]))
		return 64;
	if (sc_str_starts(s, SC_STR("filedesc://")))
		return 64;
	return sc_str_find(path, SC_STR(".warc")) != SC_NONE && head_inside(head) != SC_NONE ? 32 : 0;
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
		return sc_fail(e, "ARC, the format before WARC, is not read; "
				  "`warcio recompress` makes WARC of it");
	return SC_OK;
}

/* ---- finding the way ---- */

/* Takes bytes up to the next head, or all there are.  A break on the way marks e as damage. */
static int seek(struct warc *w, struct sc_err *e)
{
	bool line_start = false;

	for (;;) {
		struct sc_err why = { 0 };
		sc_str got;
		size_t at;

		if (sc_peek(w->in, LOOK, &got, &why) < 0) {
			*e = why;
			return SC_FAIL;
		}
		if (head_begins(got, line_start))
			return SC_OK;
		at = got.n ? sc_str_find(sc_str_from(got, 1), SC_STR("WARC/")) : SC_NONE;
		if (at != SC_NONE)
			at += 1;
		else if (got.n >= LOOK)
			at = got.n - strlen("WARC"); /* what may be the beginning of one stays */
		if (at != SC_NONE) {
			line_start = got.p[at - 1] == '\n';
			sc_take(w->in, at);
			continue;
		}
		sc_take(w->in, got.n);
		if (!sc_input_break(w->in, NULL, &why))
			return SC_OK;
		sc_input_mend(w->in);
		e->damage |= why.damage;
		line_start = true; /* a member begins: so may a record */
	}
}

/* The record at hand cannot be used: skipped up to the next head; its first bytes are kept. */
static int spoilt(struct warc *w, struct sc_arena *a, struct sc_record *r, struct sc_err *e)
{
	struct sc_err other;
	size_t limit = sc_input_limit(w->in);
	sc_str got;

	if (!r->raw.p && sc_peek(w->in, limit < RAW_KEEP ? limit : RAW_KEEP, &got, &other) == SC_OK) {
		r->raw = sc_strdup(a, sc_str_head(got, RAW_KEEP));
		if (got.n)
			sc_take(w->in, 1); /* not this head again */
	}
	SC_TRY(seek(w, e));
	r->from.len = sc_input_off(w->in) - r->from.off;
	if (r->raw.n > r->from.len)
		r->raw.n = (size_t)r->from.len;
	return SC_BAD;
}

/* Empty lines between records.  SC_EOF at the end of the input, SC_BAD at a break. */
static int to_record(struct warc *w, struct sc_err *e)
{
	sc_str got;

	for (;;) {
		size_t n = 0;

		SC_TRY(sc_peek(w->in, 1, &got, e));
		if (!got.n)
			return sc_input_break(w->in, NULL, e) ? SC_BAD : SC_EOF;
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

/* What the header says that decides what the record is and where it ends. */
static int header_check(sc_str head, struct lengths *l, struct sc_err *e)
{
	static const sc_str once[] = { SC_LIT("Content-Length"), SC_LIT("WARC-Type"),
				       SC_LIT("WARC-Record-ID"), SC_LIT("WARC-Target-URI") };
	sc_str seen[SC_COUNT(once)] = { { NULL, 0 } };
	struct sc_fields f = sc_fields(sc_str_from(head, version_line(head)));

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
		return sc_bad(e, "Content-Length is '%.*s', not a number",
			      (int)(seen[0].n < 40 ? seen[0].n : 40), seen[0].p);
	l->head = head.n;
	return SC_OK;
}

static int version_check(sc_str got, struct sc_err *e)
{
	char shown[80];

	if (version_line(got) && (got.p[5] == '0' || got.p[5] == '1') && got.p[6] == '.')
		return SC_OK;
	got = sc_str_head(got, sc_str_chr(sc_str_head(got, 16), '\n'));
	sc_escape_to(shown, sizeof shown, sc_str_head(got, 16));
	return sc_bad(e, "'%s' stands where a record begins with WARC/ and a version, 0.18 to 1.1", shown);
}

static int header_read(struct warc *w, struct lengths *l, struct sc_err *e)
{
	size_t want = 4096, end, limit = sc_input_limit(w->in);
	sc_str got;

	SC_TRY(sc_peek(w->in, 1, &got, e)); /* what is there mostly does: no more is waited for */
	for (;;) {
		if (want > limit)
			want = limit;
		if (sc_str_chr(sc_str_head(got, LOOK), '\n') != SC_NONE || got.n >= LOOK)
			SC_TRY(version_check(got, e));
		end = sc_head_end(sc_str_head(got, want));
		if (end)
			break;
		if (got.n < want) {
			SC_TRY(sc_peek(w->in, want, &got, e));
			if (got.n >= want || sc_head_end(got))
				continue;
		}
		if (got.n < want) {
			if (!sc_input_break(w->in, NULL, e))
				sc_damage(e, "truncated inside a record's header");
			return SC_BAD;
		}
		if (want >= HEAD_MAX || want == limit)
			return sc_bad(e, "a record's header is longer than %zu bytes", want);
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

static int claims_more(struct warc *w, uint64_t missing, struct sc_err *e)
{
	if (!sc_input_break(w->in, NULL, e))
		sc_damage(e, "truncated: the record claims %ju bytes more than there are", (uintmax_t)missing);
	return SC_BAD;
}

/* More than the shard can hold, as far as its size is known: then the length is wrong, and nothing is skipped for it. */
static bool impossible(struct warc *w, uint64_t block)
{
	const char *codec = sc_input_codec(w->in);
	uint64_t done, size, times = !strcmp(codec, "none") ? 1 : !strcmp(codec, "gzip") ? PLAIN_PER_GZIP : 0;

	sc_input_progress(w->in, &done, &size);
	if (block > UINT64_MAX - HEAD_MAX)
		return true;
	return times && size && size < UINT64_MAX / PLAIN_PER_GZIP && done <= size && block > size * times;
}

/* A record whose end is known but that is too large to hold. */
static int oversized(struct warc *w, struct sc_arena *a, struct sc_record *r, const struct lengths *l,
		     struct sc_err *e)
{
	uint64_t left;
	struct sc_err other;
	sc_str got;

	if (impossible(w, l->block)) {
		sc_damage(e, "the record claims %ju bytes, more than the shard can hold",
			  (uintmax_t)l->block);
		return spoilt(w, a, r, e);
	}
	SC_TRY(sc_peek(w->in, l->head, &got, e));
	r->raw = sc_strdup(a, sc_str_head(got, RAW_KEEP));
	if (sc_skip(w->in, l->head + l->block, &left, e) < 0)
		return SC_FAIL;
	if (left) {
		claims_more(w, left, e);
		return spoilt(w, a, r, e);
	}
	if (sc_peek(w->in, 4, &got, &other) == SC_OK)
		sc_take(w->in, tail(sc_str_head(got, 4)));
	r->from.len = sc_input_off(w->in) - r->from.off;
	return sc_bad(e, "%ju bytes are more than a record may have (--max-record)", (uintmax_t)l->block);
}

/*
 * Whether the block ends where Content-Length says: before a line end, the next head or the end.  One byte too many takes the
 * CR of the CRLF behind it; many too many run into the next record.  Too few leave bytes behind that next() rejects.
 */
static int end_check(sc_str got, const struct lengths *l, struct sc_err *e)
{
	size_t all = l->head + (size_t)l->block;
	sc_str after = sc_str_from(got, all), block = { got.p + l->head, (size_t)l->block };

	if (block.n && block.p[block.n - 1] == '\r' && sc_str_starts(after, SC_STR("\n\r\n")) &&
	    got.p[l->head - 2] == '\r')
		return sc_bad(e, "Content-Length is %zu, one more than the block has", block.n);
	if (!after.n || *after.p == '\r' || *after.p == '\n' || head_begins(after, true))
		return SC_OK;
	if (head_inside(block) != SC_NONE)
		return sc_bad(e, "Content-Length is %zu, but another record begins before that", block.n);
	return SC_OK;
}

/* The members that the next n bytes, all in view, have to themselves; 0,0 when they share one. */
static int own_members(struct warc *w, struct sc_record *r, size_t n, struct sc_err *e)
{
	bool known = true;
	sc_str got;

	if (sc_input_own_members(w->in, n, &known, &r->from.member, &r->from.packed))
		return SC_OK;
	if (!known) { /* its last byte is in view, its end may not be */
		SC_TRY(sc_peek(w->in, n + 1, &got, e));
		if (sc_input_own_members(w->in, n, &known, &r->from.member, &r->from.packed))
			return SC_OK;
	}
	r->from.member = r->from.packed = 0;
	return SC_OK;
}

static int whole(struct warc *w, struct sc_arena *a, struct sc_record *r, const struct lengths *l,
		 struct sc_err *e)
{
	size_t all = l->head + (size_t)l->block, end;
	sc_str got;

	SC_TRY(sc_peek(w->in, all + strlen("\r\n\r\n"), &got, e));
	if (got.n < all) {
		claims_more(w, all - got.n, e);
		return spoilt(w, a, r, e);
	}
	if (got.n > all && got.p[all] != '\r' && got.p[all] != '\n')
		SC_TRY(sc_peek(w->in, all + LOOK, &got, e));
	if (end_check(got, l, e) < 0)
		return spoilt(w, a, r, e);
	end = all + tail(sc_str_head(sc_str_from(got, all), 4));
	SC_TRY(own_members(w, r, end, e));
	SC_TRY(sc_peek(w->in, end, &got, e));
	r->raw = sc_keep(w->in, a, sc_str_head(got, end));
	r->head = sc_str_head(r->raw, l->head);
	r->from.len = end;
	sc_take(w->in, end);
	return SC_OK;
}

static int next(void *state, struct sc_arena *a, struct sc_record *r, struct sc_err *e)
{
	struct warc *w = state;
	struct lengths l;
	int rc = to_record(w, e);

	r->from.off = sc_input_off(w->in);
	if (rc == SC_OK)
		rc = header_read(w, &l, e);
	if (rc == SC_BAD)
		return spoilt(w, a, r, e);
	if (rc != SC_OK)
		return rc;
	if (l.block > w->max_record || l.block > sc_input_limit(w->in) - l.head ||
	    l.head + l.block + LOOK > sc_input_limit(w->in))
		return oversized(w, a, r, &l, e);
	return whole(w, a, r, &l, e);
}

/* ---- parse ---- */

/* The fields that a record is made of. */
enum { LENGTH, TYPE, ID, URI, DATE, MEDIA, TAGS, NFIELDS };
static const sc_str field_names[NFIELDS] = {
	[LENGTH] = SC_LIT("Content-Length"),	[TYPE] = SC_LIT("WARC-Type"), [ID] = SC_LIT("WARC-Record-ID"),
	[URI] = SC_LIT("WARC-Target-URI"),	[DATE] = SC_LIT("WARC-Date"), [MEDIA] = SC_LIT("Content-Type"),
	[TAGS] = SC_LIT("Scope-Tags"),
};

/* <urn:uuid:...> and <http://...> without their brackets. */
static sc_str unbracket(sc_str s)
{
	return s.n > 1 && s.p[0] == '<' && s.p[s.n - 1] == '>' ? (sc_str){ s.p + 1, s.n - 2 } : s;
}

static void wrong_coding(struct sc_arena *a, struct sc_record *r, sc_str wrong)
{
	sc_str value = sc_str_eq(wrong, SC_STR("other")) ? SC_STR("unknown-coding") :
							   sc_fmt(a, "not-%.*s", SC_ARG(wrong));

	sc_tag_add(a, r, SC_STR("encoding"), value,
		   (struct sc_evidence){
			   .by = &me, .rule = SC_STR("warc:coding"), .where = SC_STR("meta"), .score = 1 });
}

static int http_part(const struct sc_read_conf *c, struct sc_arena *a, struct sc_record *r,
		     struct sc_part *p, struct sc_err *e)
{
	struct sc_http h;
	sc_str body, wrong;

	if (!sc_http_split(p->data, &h)) {
		if (p->data.n)
			wrong_coding(a, r, SC_STR("http"));
		return SC_OK;
	}
	SC_TRY(sc_http_decode(a, &h, c->max_record, &body, &wrong, e));
	if (wrong.n)
		wrong_coding(a, r, wrong);
	r->head.n += h.head.n;
	p->name = SC_STR("body");
	p->data = body;
	p->media = sc_media_clean(a, sc_fields_get(h.head, SC_STR("Content-Type")));
	if (body.p == h.body.p)
		p->raw_off = (uint64_t)(body.p - r->raw.p);
	else
		p->raw_off = UINT64_MAX;
	return SC_OK;
}

/* Old crawlers left out the media type of what they fetched; a text that only begins like a message is none. */
static bool is_message(const struct sc_part *p, sc_str type)
{
	if (p->media.n)
		return sc_str_eq(p->media, SC_STR("application/http"));
	return sc_str_starts(p->data, SC_STR("HTTP/")) &&
	       (!type.n || sc_str_ieq(type, SC_STR("response")) || sc_str_ieq(type, SC_STR("revisit")));
}

static int parse(const void *conf, struct sc_arena *a, struct sc_record *r, struct sc_err *e)
{
	const struct sc_read_conf *c = conf;
	struct sc_part *p = SC_NEW(a, struct sc_part, 1);
	uint64_t length = 0;
	sc_str head = r->head, v[NFIELDS];

	sc_fields_find(sc_str_from(head, version_line(head)), field_names, v, NFIELDS);
	for (size_t i = 0; i < NFIELDS; i++)
		v[i] = sc_field_unfold(a, v[i]);
	if (!sc_str_u64(v[LENGTH], &length) || length > r->raw.n - head.n)
		return sc_bad(e, "no Content-Length that fits");
	r->part = p;
	r->npart = 1;
	r->name = unbracket(v[ID]);
	r->url = unbracket(v[URI]);
	r->created = v[DATE];
	p->name = SC_STR("block");
	p->data = (sc_str){ r->raw.p + head.n, (size_t)length };
	p->media = sc_media_clean(a, v[MEDIA]);
	p->raw_off = head.n;
	if (is_message(p, v[TYPE]))
		SC_TRY(http_part(c, a, r, p, e));
	if (c->in_band && v[TAGS].n)
		SC_TRY(sc_tags_parse(a, v[TAGS], r, e));
	return SC_OK;
}

/* ---- describe ---- */

/* Names as the standard spells them, however this file does. */
static const sc_str spelled[] = {
	SC_LIT("Content-Length"),
	SC_LIT("Content-Type"),
	SC_LIT("WARC-Block-Digest"),
	SC_LIT("WARC-Concurrent-To"),
	SC_LIT("WARC-Date"),
	SC_LIT("WARC-Filename"),
	SC_LIT("WARC-IP-Address"),
	SC_LIT("WARC-Identified-Payload-Type"),
	SC_LIT("WARC-Payload-Digest"),
	SC_LIT("WARC-Profile"),
	SC_LIT("WARC-Record-ID"),
	SC_LIT("WARC-Refers-To"),
	SC_LIT("WARC-Refers-To-Date"),
	SC_LIT("WARC-Refers-To-Target-URI"),
	SC_LIT("WARC-Segment-Number"),
	SC_LIT("WARC-Segment-Origin-ID"),
	SC_LIT("WARC-Segment-Total-Length"),
	SC_LIT("WARC-Target-URI"),
	SC_LIT("WARC-Truncated"),
	SC_LIT("WARC-Type"),
	SC_LIT("WARC-Warcinfo-ID"),
};

static sc_str respelled(sc_str name)
{
	for (size_t i = 0; i < SC_COUNT(spelled); i++)
		if (sc_str_ieq(name, spelled[i]))
			return spelled[i];
	return name;
}

/* A field of the WARC header named http would hide the message's own; Scope-Tags are no metadata. */
static sc_str warc_name(struct sc_arena *a, sc_str name)
{
	(void)a;
	if (sc_str_ieq(name, SC_STR("Scope-Tags")) || sc_str_ieq(name, SC_STR("http")))
		return (sc_str){ NULL, 0 };
	return respelled(name);
}

static sc_str describe(struct sc_arena *a, const struct sc_record *r)
{
	size_t end = sc_head_end(r->head);
	sc_str warc = sc_str_head(r->head, end), http = sc_str_from(r->head, end), out;
	struct sc_buf b = { .a = a };
	struct sc_http h;

	sc_buf_byte(&b, '{');
	sc_fields_json(&b, a, sc_str_from(warc, version_line(warc)), warc_name);
	if (http.n && sc_http_split(http, &h)) {
		size_t lf = sc_str_chr(http, '\n');

		if (b.n > 1)
			sc_buf_byte(&b, ',');
		sc_buf_fmt(&b, "\"http\":{\"status\":%d,\"headers\":{", h.status);
		sc_fields_json(&b, a, sc_str_from(http, lf == SC_NONE ? http.n : lf + 1), sc_field_lowered);
		sc_buf_add(&b, SC_STR("}}"));
	}
	sc_buf_byte(&b, '}');
	out = sc_strdup(a, sc_buf_str(&b));
	sc_buf_free(&b);
	return out;
}

/* Names in describe() are names in the head, but for the one that holds the message's. */
static bool mentions(const struct sc_record *r, sc_str name)
{
	return name.n < 2 || sc_str_eq(name, SC_STR("http")) || sc_str_ifind(r->head, name) != SC_NONE;
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
	.mentions = mentions,
};
