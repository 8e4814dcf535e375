/* SPDX-License-Identifier: Apache-2.0 */
/* record.c -- a record's identity, size, metadata and text; plug-ins by name. */
#include <scope/record.h>

#include <scope/digest.h>
#include <scope/json.h>
#include <scope/plugin.h>
#include <scope/text.h>

#include <stdlib.h>

#include "json_scan.h"

uint64_t sc_record_bytes(const struct sc_record *r)
{
	uint64_t n = 0;

	for (uint32_t i = 0; i < r->npart; i++)
		n += r->part[i].data.n;
	return n;
}

static int by_name(const void *a, const void *b)
{
	const struct sc_part *const *x = a, *const *y = b;

	return sc_str_cmp((*x)->name, (*y)->name);
}

/* The lines that sha256sum prints for the parts, sorted by name.  sha256sum escapes a name that has a backslash, LF or
 * CR: a backslash before the line, and \\ \n \r in the name. */
static void sums_line(struct sc_buf *b, const struct sc_part *p)
{
	char hex[64];
	bool odd = sc_str_chr(p->name, '\\') != SC_NONE || sc_str_chr(p->name, '\n') != SC_NONE ||
		   sc_str_chr(p->name, '\r') != SC_NONE;

	sc_hex(p->sha256, 32, hex);
	if (odd)
		sc_buf_byte(b, '\\');
	sc_buf_add(b, (sc_str){ hex, 64 });
	sc_buf_add(b, SC_STR("  "));
	for (size_t i = 0; i < p->name.n; i++) {
		char c = p->name.p[i];

		if (c == '\\' || c == '\n' || c == '\r')
			sc_buf_byte(b, '\\');
		sc_buf_byte(b, c == '\n' ? 'n' : c == '\r' ? 'r' : c);
	}
	sc_buf_byte(b, '\n');
}

/* What sha256sum would print for the parts, all of which are hashed. */
static sc_str sums(struct sc_arena *a, const struct sc_record *r)
{
	const struct sc_part **sorted = SC_NEW(a, const struct sc_part *, r->npart + 1);
	struct sc_buf lines = { .a = a };

	for (uint32_t i = 0; i < r->npart; i++)
		sorted[i] = &r->part[i];
	qsort(sorted, r->npart, sizeof *sorted, by_name);
	for (uint32_t i = 0; i < r->npart; i++)
		sums_line(&lines, sorted[i]);
	return sc_buf_str(&lines);
}

static void parts_hash(struct sc_arena *a, struct sc_record *const *r, size_t n)
{
	size_t all = 0, k = 0;
	uint8_t (*out)[32];
	sc_str *v;

	for (size_t i = 0; i < n; i++)
		all += r[i]->npart;
	v = SC_NEW(a, sc_str, all);
	out = sc_zalloc(a, sizeof *out, all);
	for (size_t i = 0; i < n; i++)
		for (uint32_t j = 0; j < r[i]->npart; j++)
			if (!r[i]->part[j].hashed)
				v[k++] = r[i]->part[j].data;
	sc_sha256_many(v, k, out);
	k = 0;
	for (size_t i = 0; i < n; i++)
		for (uint32_t j = 0; j < r[i]->npart; j++)
			if (!r[i]->part[j].hashed) {
				memcpy(r[i]->part[j].sha256, out[k++], 32);
				r[i]->part[j].hashed = true;
			}
}

void sc_record_ids(struct sc_arena *a, struct sc_record *const *r, size_t n)
{
	struct sc_mark mark = sc_arena_mark(a);

	parts_hash(a, r, n);
	for (size_t i = 0; i < n; i++) {
		if (r[i]->has_id)
			continue;
		r[i]->has_id = true;
		if (r[i]->npart == 1)
			memcpy(r[i]->id, r[i]->part[0].sha256, 32);
		else
			sc_sha256_of(sums(a, r[i]), r[i]->id);
	}
	sc_arena_back(a, mark);
}

void sc_record_id(struct sc_arena *a, struct sc_record *r)
{
	struct sc_part *one = r->npart == 1 ? r->part : NULL;

	if (one && !one->hashed) {
		sc_sha256_of(one->data, one->sha256);
		one->hashed = true;
	}
	if (one && !r->has_id) {
		memcpy(r->id, one->sha256, 32);
		r->has_id = true;
	}
	if (!one)
		sc_record_ids(a, &r, 1);
}

sc_str sc_record_meta(struct sc_arena *a, struct sc_record *r)
{
	if (!r->meta.n)
		r->meta = r->by && r->by->describe ? r->by->describe(a, r) : r->head;
	return r->meta;
}

const struct sc_json_index *sc_record_index(struct sc_arena *a, struct sc_record *r)
{
	sc_str meta = sc_record_meta(a, r);
	struct sc_err ignored;

	if (r->index && r->index->text.p == meta.p && r->index->text.n == meta.n)
		return r->index;
	r->index = SC_NEW(a, struct sc_json_index, 1);
	if (sc_json_scan(a, meta, false, r->index, &ignored) < 0)
		r->index->text = meta; /* not JSON, from a frame: nothing is listed, and walks find what they can */
	return r->index;
}

bool sc_record_mentions(const struct sc_record *r, sc_str name)
{
	return r->meta.n || !r->by || !r->by->mentions || r->by->mentions(r, name);
}

sc_str sc_record_meta_path(struct sc_arena *a, struct sc_record *r, sc_str path)
{
	size_t n = 0;

	while (n < path.n && path.p[n] != '.' && path.p[n] != '[' && path.p[n] != '"')
		n++;
	if (n && !sc_record_mentions(r, sc_str_head(path, n)))
		return (sc_str){ NULL, 0 };
	return sc_json_find(sc_record_index(a, r), path);
}

static bool is_text_name(sc_str name)
{
	static const sc_str known[] = { SC_LIT("text"), SC_LIT("txt"),  SC_LIT("md"),  SC_LIT("html"),
					SC_LIT("htm"),  SC_LIT("xml"),  SC_LIT("nxml"), SC_LIT("tex"),
					SC_LIT("json"), SC_LIT("body"), SC_LIT("caption") };
	size_t dot = sc_str_rchr(name, '.');
	sc_str ext = dot == SC_NONE ? name : sc_str_from(name, dot + 1);

	for (size_t i = 0; i < SC_COUNT(known); i++)
		if (sc_str_ieq(ext, known[i]))
			return true;
	return false;
}

static bool is_text_media(sc_str m)
{
	return sc_str_starts(m, SC_STR("text/")) || sc_str_ends(m, SC_STR("json")) ||
	       sc_str_ends(m, SC_STR("xml"));
}

void sc_record_settle(struct sc_arena *a, struct sc_record *r)
{
	for (uint32_t i = 0; i < r->npart; i++) {
		struct sc_part *p = &r->part[i];

		if (!p->json.p)
			continue;
		p->data = json_decode(a, p->json);
		p->json = (sc_str){ NULL, 0 };
	}
}

bool sc_part_is_text(struct sc_part *p)
{
	sc_str s = p->data;

	if (p->text == SC_TEXT_UNKNOWN)
		p->text = (!s.n || !memchr(s.p, 0, s.n)) && sc_utf8_valid(s) == s.n ? SC_TEXT_YES : SC_TEXT_NO;
	return p->text == SC_TEXT_YES;
}

sc_str sc_record_text(const struct sc_record *r, uint32_t *part)
{
	for (uint32_t i = 0; i < r->npart; i++) {
		struct sc_part *p = &r->part[i];

		if (r->npart > 1 && !is_text_media(p->media) && !is_text_name(p->name))
			continue;
		if (!sc_part_is_text(p))
			continue;
		*part = i;
		return p->data;
	}
	*part = 0;
	return (sc_str){ NULL, 0 };
}

/* ---- plug-ins by name ---- */

static bool named(const struct sc_card *c, const char *kind, sc_str name)
{
	size_t n = strlen(kind);

	if (strncmp(c->name, kind, n) || c->name[n] != '/')
		return false;
	if (sc_str_eq(name, SC_STR("license")))
		name = SC_STR("licence");
	return sc_str_eq(sc_str_c(c->name + n + 1), name);
}

#define LOOKUP(function, type, table, kind)                         \
	const struct type *function(sc_str name)                    \
	{                                                           \
		for (size_t i = 0; table[i]; i++)                   \
			if (named(&table[i]->card, kind, name))     \
				return table[i];                    \
		return NULL;                                        \
	}

LOOKUP(sc_codec_named, sc_codec, sc_codecs, "codec")
LOOKUP(sc_reader_named, sc_reader, sc_readers, "read")
LOOKUP(sc_tagger_named, sc_filter, sc_filters, "tag")
LOOKUP(sc_select_named, sc_filter, sc_filters, "select")
LOOKUP(sc_splitter_named, sc_filter, sc_filters, "split")
LOOKUP(sc_writer_named, sc_writer, sc_writers, "write")
