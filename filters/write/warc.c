/* SPDX-License-Identifier: Apache-2.0 */
/*
 * write/warc -- WARC 1.1; one gzip member a record when the output is compressed.
 *
 * A record that was WARC is written as it was stored; tags in band are one more header field, Scope-Tags, in place of an old one.
 * Others become `resource` records with a WARC-Record-ID made from their identity, so that equal input gives equal bytes.
 */
#include <scope/http.h>
#include <scope/run.h>
#include <scope/text.h>

struct warc {
	struct sc_output *out;
	const struct sc_style *style;
	struct sc_buf b;
};

static int open_(void *state, const struct sc_style *style, struct sc_output *out, struct sc_err *e)
{
	struct warc *w = state;

	(void)e;
	w->out = out;
	w->style = style;
	return SC_OK;
}

static void close_(void *state)
{
	struct warc *w = state;

	sc_buf_free(&w->b);
}

static bool wants_tags(const struct warc *w, const struct sc_record *r)
{
	return w->style->dropped_step.n || (w->style->tags == SC_TAGS_INBAND && sc_tags_visible(r));
}

static void put_tags(struct warc *w, const struct sc_record *r, sc_str line_end)
{
	sc_buf_add(&w->b, SC_STR("Scope-Tags: "));
	sc_tags_json(&w->b, r, w->style);
	sc_buf_add(&w->b, line_end);
}

/* The head as stored but for Scope-Tags, which is replaced; lines end as the first one does. */
static void put_head(struct warc *w, const struct sc_record *r, sc_str head)
{
	size_t at = sc_str_chr(head, '\n') + 1, stop = head.n - (head.p[head.n - 2] == '\r' ? 2 : 1);
	const char *from = head.p;
	struct sc_fields f = sc_fields(sc_str_from(head, at));

	while (sc_fields_next(&f)) {
		const char *start = f.name.p;

		if (!sc_str_ieq(f.name, SC_STR("Scope-Tags")))
			continue;
		while (start > from && start[-1] != '\n')
			start--;
		sc_buf_add(&w->b, (sc_str){ from, (size_t)(start - from) });
		from = f.rest.p;
	}
	sc_buf_add(&w->b, (sc_str){ from, (size_t)(head.p + stop - from) });
	put_tags(w, r, at > 1 && head.p[at - 2] == '\r' ? SC_STR("\r\n") : SC_STR("\n"));
	sc_buf_add(&w->b, sc_str_from(head, stop));
}

/* Line ends that a record lacks at its end: a reader of the next one would miss them. */
static sc_str missing_end(sc_str raw, size_t head)
{
	static const sc_str two = SC_LIT("\r\n\r\n");
	uint64_t block = 0;
	unsigned lines = 0;
	sc_str after;

	if (!head || !sc_str_u64(sc_fields_get(sc_str_head(raw, head), SC_STR("Content-Length")), &block) ||
	    block > raw.n - head)
		return (sc_str){ NULL, 0 };
	after = sc_str_from(raw, head + (size_t)block);
	for (size_t i = 0; i < after.n; i++)
		lines += after.p[i] == '\n';
	return lines < 2 ? sc_str_from(two, 2 * lines) : (sc_str){ NULL, 0 };
}

/* As stored, but for the one field. */
static int put_again(struct warc *w, const struct sc_record *r, struct sc_err *e)
{
	size_t head = sc_head_end(r->raw);

	sc_buf_clear(&w->b);
	if (wants_tags(w, r) && head) {
		put_head(w, r, sc_str_head(r->raw, head));
		SC_TRY(sc_write(w->out, sc_buf_str(&w->b), e));
		SC_TRY(sc_write_kept(w->out, sc_str_from(r->raw, head), e));
	} else {
		SC_TRY(sc_write_kept(w->out, r->raw, e));
	}
	return sc_write(w->out, missing_end(r->raw, head), e);
}

/* Field values come from records: a line end in one would begin another field. */
static void put_field(struct warc *w, struct sc_arena *a, const char *name, sc_str value)
{
	char *p;

	if (!value.n)
		return;
	p = sc_cstr(a, value);
	for (size_t i = 0; i < value.n; i++)
		if ((unsigned char)p[i] < 0x20 || p[i] == 0x7f)
			p[i] = ' ';
	sc_buf_fmt(&w->b, "%s: ", name);
	sc_buf_add(&w->b, (sc_str){ p, value.n });
	sc_buf_add(&w->b, SC_STR("\r\n"));
}

/* An RFC 9562 version 8 UUID of the first bytes of the identity. */
static sc_str record_id(struct sc_arena *a, struct sc_record *r)
{
	uint8_t u[16];
	char h[32];

	sc_record_id(a, r);
	memcpy(u, r->id, 16);
	u[6] = (uint8_t)((u[6] & 0x0f) | 0x80);
	u[8] = (uint8_t)((u[8] & 0x3f) | 0x80);
	sc_hex(u, 16, h);
	return sc_fmt(a, "<urn:uuid:%.8s-%.4s-%.4s-%.4s-%.12s>", h, h + 8, h + 12, h + 16, h + 20);
}

/* "2024-01-31T12:00:00Z" as it is, a mere day as its beginning, else the epoch: the field may not be missing. */
static sc_str date_of(struct sc_arena *a, sc_str s)
{
	static const char like[] = "0000-00-00T00:00:00";
	size_t i;

	for (i = 0; i < s.n && i < strlen(like); i++)
		if (like[i] == '0' ? s.p[i] < '0' || s.p[i] > '9' : s.p[i] != like[i])
			break;
	if (i == s.n && i == strlen("0000-00-00"))
		return sc_fmt(a, "%.*sT00:00:00Z", SC_ARG(s));
	if (i == strlen(like) && s.n < 40 && s.p[s.n - 1] == 'Z')
		return s;
	return SC_STR("1970-01-01T00:00:00Z");
}

static bool is_uri(sc_str s)
{
	size_t colon = sc_str_chr(s, ':');

	return colon != SC_NONE && colon > 0 && sc_str_chr(sc_str_head(s, colon), '/') == SC_NONE;
}

static int put_new(struct warc *w, struct sc_arena *a, struct sc_record *r, struct sc_err *e)
{
	const struct sc_part *p = r->part;
	sc_str media, rule, uri = r->url;
	size_t at, n;

	if (r->npart != 1)
		return sc_bad(e, "a record of %u parts does not fit into one WARC record; write tar or jsonl", r->npart);
	media = p->media.n ? p->media : sc_media_sniff(p->data, &rule, &at, &n);
	if (!is_uri(uri))
		uri = sc_fmt(a, "urn:scope:%.*s", SC_ARG(sc_field(a, r->name)));
	sc_buf_clear(&w->b);
	sc_buf_add(&w->b, SC_STR("WARC/1.1\r\nWARC-Type: resource\r\n"));
	put_field(w, a, "WARC-Record-ID", record_id(a, r));
	put_field(w, a, "WARC-Date", date_of(a, r->created));
	put_field(w, a, "WARC-Target-URI", uri);
	put_field(w, a, "Content-Type", media.n ? media : SC_STR("application/octet-stream"));
	sc_buf_fmt(&w->b, "Content-Length: %zu\r\n", p->data.n);
	if (wants_tags(w, r))
		put_tags(w, r, SC_STR("\r\n"));
	sc_buf_add(&w->b, SC_STR("\r\n"));
	SC_TRY(sc_write(w->out, sc_buf_str(&w->b), e));
	SC_TRY(sc_write(w->out, p->data, e));
	return sc_write(w->out, SC_STR("\r\n\r\n"), e);
}

static int put(void *state, struct sc_arena *a, struct sc_record *r, struct sc_err *e)
{
	struct warc *w = state;
	bool stored = r->by && !strcmp(r->by->card.name, "read/warc") && r->raw.n;

	return stored ? put_again(w, r, e) : put_new(w, a, r, e);
}

extern const struct sc_writer write_warc;
const struct sc_writer write_warc = {
	.card = { .name = "write/warc", .about = "web archives, WARC 1.1", .state = sizeof(struct warc), .revision = 1 },
	.ext = ".warc",
	.member_each = true,
	.open = open_,
	.put = put,
	.close = close_,
};
