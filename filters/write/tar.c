/* SPDX-License-Identifier: Apache-2.0 */
/*
 * write/tar -- records to a tape archive that tar(1) and WebDataset read.
 *
 * A record that was read from a tar is copied as stored: all its members with headers and padding, but for tags of before where new
 * ones come.  Others become one member per part, KEY.EXT (libscope/names.c makes safe names); so does one that was read
 * from a tar when the record before it has its key: neighbours of one key are one sample to whoever reads this.  Tags in band, and metadata that a tar header cannot hold (as one more
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

static bool wants_tags(const struct out *o, const struct sc_record *r)
{
	return o->style->tags == SC_TAGS_INBAND && (sc_tags_visible(r) || o->style->dropped_step.n);
}

static void tags(struct out *o, const struct sc_record *r, sc_str key, sc_str meta)
{
	struct sc_buf json = { 0 }, name = { 0 };

	if (!meta.n && !wants_tags(o, r))
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

/* ---- as stored ---- */

/* README, which makes no sample: its part has its own name, and no header says README.README. */
static bool is_alone(struct sc_arena *a, const struct sc_record *r)
{
	sc_str base = sc_path_name(r->name), heads = r->raw;

	if (r->npart != 1 || !sc_str_ieq(r->part[0].name, base))
		return false;
	if (r->part[0].raw_off < heads.n)
		heads.n = (size_t)r->part[0].raw_off;
	return sc_str_ifind(heads, sc_fmt(a, "%.*s.%.*s", SC_ARG(base), SC_ARG(base))) == SC_NONE;
}

static bool as_stored(const struct out *o, struct sc_arena *a, const struct sc_record *r)
{
	return from_tar(r) && (!r->npart || !sc_str_eq(r->name, sc_buf_str(&o->last)) || is_alone(a, r));
}

static bool has_member(struct sc_arena *a, struct sc_record *r, sc_str path)
{
	struct sc_json_iter it = sc_json_iter(sc_json_get(sc_record_meta(a, r), SC_STR("members")));

	while (sc_json_next(&it))
		if (sc_str_eq(sc_json_string(a, it.value), path))
			return true;
	return false;
}

/* raw but for the member of that path, as the reader finds it; what ends its reading is that raw has no end marker. */
static int copy_without(struct out *o, struct sc_arena *a, sc_str raw, sc_str path, struct sc_err *e)
{
	static const struct sc_read_conf conf = { .group = SC_LIT("none"), .max_record = SIZE_MAX / 4 };
	const struct sc_reader *tar = sc_reader_named(SC_STR("tar"));
	void *state = SC_NEW(a, char, tar->card.state + 1);
	struct sc_input *in;
	struct sc_err ended;
	size_t from = 0;
	int rc;

	SC_TRY(sc_input_memory(&in, raw, SC_STR(""), raw.n + (1 << 20), e));
	rc = tar->open(state, &conf, in, e);
	while (rc == SC_OK) {
		struct sc_record m = { .from.shard = SC_STR("") };

		if (tar->next(state, a, &m, &ended) != SC_OK)
			break;
		if (!sc_str_eq(m.name, path) || m.from.off < from)
			continue;
		sc_buf_add(&o->b, sc_str_head(sc_str_from(raw, from), (size_t)m.from.off - from));
		from = (size_t)(m.from.off + m.from.len);
	}
	tar->close(state);
	sc_input_close(in);
	sc_buf_add(&o->b, sc_str_from(raw, from));
	return rc;
}

/* A raw tar record's key: its members' names, up to the first dot, are beside its sidecar. */
static int put_stored(struct out *o, struct sc_arena *a, struct sc_record *r, struct sc_err *e)
{
	sc_str sidecar = sc_fmt(a, "%.*s.scope.json", SC_ARG(r->name));

	if (wants_tags(o, r) && has_member(a, r, sidecar))
		SC_TRY(copy_without(o, a, r->raw, sidecar, e));
	else
		sc_buf_add(&o->b, r->raw);
	sc_buf_clear(&o->last);
	sc_buf_add(&o->last, r->name);
	tags(o, r, r->name, SC_STR(""));
	return sc_write(o->to, sc_buf_str(&o->b), e);
}

static int put(void *state, struct sc_arena *a, struct sc_record *r, struct sc_err *e)
{
	struct out *o = state;
	sc_str key;

	if (!from_tar(r) && !r->npart)
		return sc_bad(e, "%.*s: nothing that a tar member could hold", SC_ARG(r->name));
	sc_buf_clear(&o->b);
	if (as_stored(o, a, r))
		return put_stored(o, a, r, e);
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
