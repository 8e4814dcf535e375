/* SPDX-License-Identifier: Apache-2.0 */
/*
 * audit_look.c -- what a person sees of a record that was drawn: its text, the bytes that state the licence, its other parts.
 *
 * Everything that is from a record is escaped; files get names of ours, by the identity.
 */
#include <scope/audit.h>
#include <scope/input.h>
#include <scope/run.h>
#include <scope/text.h>

#include <errno.h>
#include <sys/stat.h>

enum { TEXT_BYTES = 4000, TEXT_LINES = 40, AROUND = 120, META_BYTES = 1000, RECORD_MAX = 1 << 30 };

struct look {
	const struct sc_audit *au;
	sc_str extract;
	struct sc_arena *a; /* what is shown */
	sc_str *shown;
};

/* Lines of s, each behind a bar. */
static void lines_put(struct sc_buf *b, struct sc_arena *a, sc_str s, size_t most)
{
	sc_str rest = sc_str_head(s, most), one;
	size_t n = 0;

	while (n < TEXT_LINES && rest.n && sc_str_cut(&rest, '\n', &one)) {
		sc_buf_add(b, SC_STR("  | "));
		sc_buf_add(b, sc_escape(a, one));
		sc_buf_byte(b, '\n');
		n++;
	}
	if (s.n > most || (rest.p && rest.n))
		sc_buf_fmt(b, "  | ... of %zu bytes\n", s.n);
}

/* ---- what states the licence ---- */

/* "PART:offset+length", the part's name may have colons. */
static bool place_parse(sc_str at, sc_str *where, uint64_t *off, uint64_t *len)
{
	size_t plus = sc_str_rchr(at, '+'), colon = sc_str_rchr(at, ':');

	if (plus == SC_NONE || colon == SC_NONE || colon > plus)
		return false;
	*where = sc_str_head(at, colon);
	return sc_str_u64((sc_str){ at.p + colon + 1, plus - colon - 1 }, off) &&
	       sc_str_u64(sc_str_from(at, plus + 1), len);
}

static sc_str bytes_of(struct sc_arena *a, struct sc_record *r, sc_str where)
{
	for (uint32_t i = 0; i < r->npart; i++)
		if (sc_str_eq(r->part[i].name, where))
			return r->part[i].data;
	return sc_str_starts(where, SC_STR("meta")) ? sc_record_meta(a, r) : (sc_str){ NULL, 0 };
}

static void evidence_put(struct sc_buf *b, struct sc_arena *a, const struct sc_audit_record *d,
                         struct sc_record *r)
{
	sc_str at = sc_audit_key(a, d, SC_STR("lic.at")), where, bytes;
	uint64_t off, len;

	if (!place_parse(at, &where, &off, &len))
		return;
	bytes = bytes_of(a, r, where);
	if (off > bytes.n || len > bytes.n - off)
		return;
	sc_buf_add(b, SC_STR("  states the licence, and what stands around it:\n"));
	bytes = sc_str_from(bytes, off > AROUND ? (size_t)off - AROUND : 0);
	lines_put(b, a,
	          sc_str_head(bytes, (off > AROUND ? AROUND : (size_t)off) +
	                                     (size_t)(len > TEXT_BYTES ? TEXT_BYTES : len) +
	                                     AROUND),
	          TEXT_BYTES);
}

/* ---- parts that are no text ---- */

static const char *ending(sc_str data)
{
	static const struct {
		sc_str magic;
		const char *ext;
	} known[] = { { SC_LIT("\211PNG"), "png" }, { SC_LIT("\377\330\377"), "jpg" },
		      { SC_LIT("GIF8"), "gif" },    { SC_LIT("%PDF"), "pdf" },
		      { SC_LIT("RIFF"), "webp" },   { SC_LIT("II*"), "tif" },
		      { SC_LIT("MM"), "tif" } };

	for (size_t i = 0; i < SC_COUNT(known); i++)
		if (sc_str_starts(data, known[i].magic))
			return known[i].ext;
	return "bin";
}

static int extract(struct look *k, const struct sc_record *r, uint32_t part, sc_str *path,
                   struct sc_err *e)
{
	char hex[64];

	sc_hex(r->id, 32, hex);
	*path = sc_fmt(k->a, "%.*s/%.16s-%u.%s", SC_ARG(k->extract), hex, part + 1,
	               ending(r->part[part].data));
	return sc_output_whole(*path, SC_STR("none"), r->part[part].data, e);
}

static int parts_put(struct look *k, struct sc_buf *b, struct sc_arena *a, struct sc_record *r,
                     struct sc_err *e)
{
	for (uint32_t i = 0; i < r->npart; i++) {
		struct sc_part *p = &r->part[i];
		sc_str path;

		sc_buf_add(b, SC_STR("  part "));
		sc_buf_add(b, sc_escape(a, p->name.n ? p->name : SC_STR("-")));
		sc_buf_fmt(b, ", %zu bytes", p->data.n);
		if (!sc_part_is_text(p) && k->extract.n) {
			SC_TRY(extract(k, r, i, &path, e));
			sc_buf_add(b, SC_STR(": "));
			sc_buf_add(b, sc_escape(a, path));
		}
		sc_buf_byte(b, '\n');
		if (sc_part_is_text(p) && p->data.n)
			lines_put(b, a, p->data, r->npart > 4 ? META_BYTES : TEXT_BYTES);
	}
	return SC_OK;
}

static int show(struct look *k, struct sc_arena *a, struct sc_record *r, struct sc_err *e)
{
	const struct sc_audit_record *d = sc_audit_find(k->au, r->id);
	struct sc_buf b = { .a = a };
	sc_str meta;

	if (!d || k->shown[d - k->au->record].n)
		return SC_OK;
	SC_TRY(parts_put(k, &b, a, r, e));
	evidence_put(&b, a, d, r);
	meta = sc_record_meta(a, r);
	if (meta.n) {
		sc_buf_add(&b, SC_STR("  metadata as they stand:\n"));
		lines_put(&b, a, meta, META_BYTES);
	}
	k->shown[d - k->au->record] = sc_strdup(k->a, sc_buf_str(&b));
	return SC_OK;
}

static int shard_read(struct look *k, sc_str path, struct sc_err *e)
{
	struct sc_read_conf conf = { .tag_key = SC_STR("scope"), .max_record = RECORD_MAX };
	struct sc_arena a = { 0 };
	struct sc_source src;
	uint64_t ordinal = 0;
	int rc = SC_OK, got = SC_OK;

	SC_TRY(sc_source_open(&src, path, path, (sc_str){ NULL, 0 }, (sc_str){ NULL, 0 }, &conf,
	                      e));
	while (rc == SC_OK && got != SC_EOF) {
		struct sc_err why = { 0 };
		struct sc_record r;

		got = sc_source_next(&src, &conf, &a, &r, &ordinal, &why);
		if (got == SC_FAIL)
			rc = sc_fail(e, "%.*s: %s", SC_ARG(path), why.msg);
		if (got == SC_OK) {
			sc_record_id(&a, &r);
			rc = show(k, &a, &r, e);
		}
		if (sc_arena_bytes(&a) > 8 << 20)
			sc_arena_free(&a);
		sc_arena_reset(&a);
	}
	sc_arena_free(&a);
	sc_source_close(&src);
	return rc;
}

int sc_audit_look(const struct sc_audit *au, const sc_str *shard, size_t nshard, sc_str extract_to,
                  struct sc_arena *a, sc_str *shown, struct sc_err *e)
{
	struct look k = { .au = au, .extract = extract_to, .a = a, .shown = shown };

	if (extract_to.n && mkdir(sc_cstr(a, extract_to), 0700) && errno != EEXIST)
		return sc_fail(e, "%.*s: %s", SC_ARG(extract_to), strerror(errno));
	for (size_t i = 0; i < nshard; i++)
		SC_TRY(shard_read(&k, shard[i], e));
	return SC_OK;
}
