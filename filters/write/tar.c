/* SPDX-License-Identifier: Apache-2.0 */
/*
 * write/tar -- records to a tape archive that tar(1) and WebDataset read.
 *
 * A record that was read from a tar is copied as stored: all its members with headers and padding.  Others become one
 * member per part, KEY.EXT (libscope/names.c makes safe names).  Tags in band, and metadata that a tar header cannot hold (as one more
 * member of that object, "metadata"), are a last member KEY.scope.json: no part, so the record keeps its identity.
 *
 * Headers that we make are ustar: mode 0644, owner 0, time 0, so that same records are same bytes.  Names over 100
 * bytes or not ASCII, and sizes of 8 GiB and more, get a pax header before them.  The end is two zero blocks, padded with
 * zeros to 10240 bytes.
 */
#include <scope/group.h>
#include <scope/json.h>

#include <inttypes.h>
#include <stdio.h>

enum { BLOCK = 512, RECORD = 20 * BLOCK };

struct out {
	struct sc_output *to;
	const struct sc_style *style;
	struct sc_buf b, last; /* the record being made; the last key */
};

extern const struct sc_writer write_tar;

static void zeros(struct sc_buf *b, size_t n)
{
	memset(sc_buf_room(b, n), 0, n);
	b->n += n;
}

static void octal(char *p, size_t n, uint64_t v)
{
	p[n - 1] = 0;
	for (size_t i = n - 1; i-- > 0; v >>= 3)
		p[i] = (char)('0' + (v & 7));
}

static void header(struct sc_buf *b, char type, sc_str name, uint64_t size)
{
	char h[BLOCK] = { 0 };
	unsigned sum = 0;

	memcpy(h, name.p, name.n < 100 ? name.n : 100);
	octal(h + 100, 8, 0644);
	octal(h + 108, 8, 0);
	octal(h + 116, 8, 0);
	octal(h + 124, 12, size < UINT64_C(1) << 33 ? size : 0);
	octal(h + 136, 12, 0);
	memset(h + 148, ' ', 8);
	h[156] = type;
	memcpy(h + 257, "ustar\00000", 8);
	for (size_t i = 0; i < BLOCK; i++)
		sum += (unsigned char)h[i];
	octal(h + 148, 7, sum);
	sc_buf_add(b, (sc_str){ h, BLOCK });
}

static void padded(struct sc_buf *b, sc_str data)
{
	sc_buf_add(b, data);
	zeros(b, (BLOCK - data.n % BLOCK) % BLOCK);
}

/* "LEN key=value\n", where LEN counts itself. */
static void pax_record(struct sc_buf *b, const char *key, sc_str value)
{
	size_t rest = strlen(key) + value.n + 3, n = rest + 1;
	char digits[24];

	while ((size_t)snprintf(digits, sizeof digits, "%zu", n) + rest != n)
		n++;
	sc_buf_fmt(b, "%zu %s=", n, key);
	sc_buf_add(b, value);
	sc_buf_byte(b, '\n');
}

static bool is_plain(sc_str name)
{
	for (size_t i = 0; i < name.n; i++)
		if ((unsigned char)name.p[i] >= 0x7f || (unsigned char)name.p[i] < 0x20)
			return false;
	return name.n <= 100;
}

static void member(struct sc_buf *b, sc_str name, sc_str data)
{
	struct sc_buf x = { 0 };

	if (!is_plain(name))
		pax_record(&x, "path", name);
	if (data.n >> 33) {
		char size[24];

		snprintf(size, sizeof size, "%zu", data.n);
		pax_record(&x, "size", sc_str_c(size));
	}
	if (x.n) {
		header(b, 'x', SC_STR("PaxHeader"), x.n);
		padded(b, sc_buf_str(&x));
	}
	header(b, '0', name, data.n);
	padded(b, data);
	sc_buf_free(&x);
}

static bool from_tar(const struct sc_record *r)
{
	return r->raw.n && r->by && strcmp(r->by->card.name, "read/tar") == 0;
}

static void tags(struct out *o, const struct sc_record *r, sc_str key, sc_str meta)
{
	struct sc_buf json = { 0 }, name = { 0 };
	bool dropped = o->style->dropped_step.n != 0;

	if (!meta.n && (o->style->tags != SC_TAGS_INBAND || (!sc_tags_visible(r) && !dropped)))
		return;
	sc_tags_json(&json, r, o->style);
	if (meta.n) {
		json.n--; /* the brace */
		sc_buf_add(&json, SC_STR(",\"metadata\":"));
		sc_buf_add(&json, meta);
		sc_buf_byte(&json, '}');
	}
	sc_buf_byte(&json, '\n');
	sc_buf_add(&name, key);
	sc_buf_add(&name, SC_STR(".scope.json"));
	member(&o->b, sc_buf_str(&name), sc_buf_str(&json));
	sc_buf_free(&name);
	sc_buf_free(&json);
}

/* Metadata of formats that have some of their own; an archive's is in its headers already. */
static sc_str meta(struct sc_arena *a, struct sc_record *r)
{
	static const sc_str payload[] = { SC_LIT("text"), SC_LIT("content"), SC_LIT("raw_content"), SC_LIT("data"),
					  SC_LIT("parts"), SC_LIT("scope") };
	static const char *const say_little[] = { "read/tar", "read/zip", "read/archive", "read/file" };
	sc_str m;

	for (size_t i = 0; r->by && i < SC_COUNT(say_little); i++)
		if (strcmp(r->by->card.name, say_little[i]) == 0)
			return SC_STR("");
	m = sc_record_meta(a, r);
	if (r->by && strcmp(r->by->card.name, "read/imagefolder") == 0 && !sc_json_get(m, SC_STR("file_name")).p)
		return SC_STR(""); /* a folder that we wrote: its columns are parts */
	if (sc_json_kind(m) != SC_JSON_OBJECT)
		return SC_STR("");
	for (size_t i = 0; i < SC_COUNT(payload); i++) /* it stands in its own member already */
		m = sc_json_without(a, m, payload[i]);
	return m.n > 2 ? m : SC_STR("");
}

/* A raw tar record's key: its members' names, up to the first dot, are beside its sidecar. */
static int put(void *state, struct sc_arena *a, struct sc_record *r, struct sc_err *e)
{
	struct out *o = state;
	sc_str key;

	if (!from_tar(r) && !r->npart)
		return sc_bad(e, "%.*s: nothing that a tar member could hold", SC_ARG(r->name));
	sc_buf_clear(&o->b);
	if (from_tar(r)) {
		sc_buf_add(&o->b, r->raw);
		sc_buf_clear(&o->last);
		sc_buf_add(&o->last, r->name);
		tags(o, r, r->name, SC_STR(""));
		return sc_write(o->to, sc_buf_str(&o->b), e);
	}
	key = sc_member_key(a, r, &o->last);
	for (uint32_t i = 0; i < r->npart; i++)
		member(&o->b, sc_member_name(a, r, key, i), r->part[i].data);
	tags(o, r, key, meta(a, r));
	return sc_write(o->to, sc_buf_str(&o->b), e);
}

static int open_(void *state, const struct sc_style *style, struct sc_output *out, struct sc_err *e)
{
	struct out *o = state;

	(void)e;
	o->to = out;
	o->style = style;
	return SC_OK;
}

static int end(void *state, struct sc_err *e)
{
	struct out *o = state;
	uint64_t at = sc_output_off(o->to) + 2 * BLOCK;

	sc_buf_clear(&o->b);
	zeros(&o->b, 2 * BLOCK + (RECORD - at % RECORD) % RECORD);
	return sc_write(o->to, sc_buf_str(&o->b), e);
}

static void close_(void *state)
{
	struct out *o = state;

	sc_buf_free(&o->b);
	sc_buf_free(&o->last);
}

const struct sc_writer write_tar = {
	.card = { .name = "write/tar",
	          .about = "tape archives; WebDataset samples",
	          .example = "scope cat --to tar papers.jsonl",
	          .state = sizeof(struct out),
	          .revision = 1 },
	.ext = ".tar",
	.open = open_,
	.put = put,
	.end = end,
	.close = close_,
};
