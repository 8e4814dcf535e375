/* SPDX-License-Identifier: Apache-2.0 */
/*
 * write/zip -- records to a zip archive (APPNOTE 6.3) that unzip and read/zip read.
 *
 * One entry per part, KEY.EXT (libscope/names.c), then KEY.scope.json with the tags in band.  Each entry is deflated, or stored
 * when that is smaller; sizes stand in the local header, so there are no data descriptors, and a record is one
 * run of bytes: its local headers and data.  Time is 1980-01-01, mode 0644: same records, same bytes (for one zlib).
 *
 * The directory waits in memory up to HOLD bytes, then in a nameless file.  zip64 records are written where
 * offsets pass 4 GiB or entries 65534.  A part of 4 GiB is refused.
 */
#include <scope/group.h>
#include <scope/text.h>

#include <errno.h>
#include <unistd.h>

#include <zlib.h>

enum { LEVEL = 6, HOLD = 8 << 20, DATE = 1 << 5 | 1 };

struct out {
	struct sc_output *to;
	const struct sc_style *style;
	struct sc_buf b, central, last; /* the record being made; directory rows not spilled; the last key */
	uint64_t entries, spilled;
	int fd;
	bool open;
};

extern const struct sc_writer write_zip;

static void p16(struct sc_buf *b, uint32_t v)
{
	sc_buf_byte(b, (char)v);
	sc_buf_byte(b, (char)(v >> 8));
}

static void p32(struct sc_buf *b, uint32_t v)
{
	p16(b, v);
	p16(b, v >> 16);
}

static void p64(struct sc_buf *b, uint64_t v)
{
	p32(b, (uint32_t)v);
	p32(b, (uint32_t)(v >> 32));
}

/* data deflated into b, if that is shorter. */
static bool deflated(struct sc_buf *b, sc_str data, struct sc_err *e, int *rc)
{
	z_stream s = { 0 };
	uLong bound;
	bool shorter;

	*rc = SC_OK;
	if (data.n < 32)
		return false;
	if (deflateInit2(&s, LEVEL, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
		*rc = sc_fail(e, "zlib: no memory");
		return false;
	}
	bound = deflateBound(&s, (uLong)data.n);
	s.next_in = (Bytef *)(uintptr_t)data.p;
	s.avail_in = (uInt)data.n;
	s.next_out = (Bytef *)sc_buf_room(b, bound);
	s.avail_out = (uInt)bound;
	shorter = deflate(&s, Z_FINISH) == Z_STREAM_END && s.total_out < data.n;
	if (shorter)
		b->n += s.total_out;
	deflateEnd(&s);
	return shorter;
}

/* What both headers share: version needed to checksum and sizes. */
static void common(struct sc_buf *b, sc_str name, bool packed, uint32_t crc, size_t csize, size_t usize)
{
	bool ascii = true;

	for (size_t i = 0; i < name.n; i++)
		ascii &= (unsigned char)name.p[i] < 0x80;
	p16(b, !ascii && sc_utf8_valid(name) == name.n ? 1 << 11 : 0);
	p16(b, packed ? 8 : 0);
	p16(b, 0);
	p16(b, DATE);
	p32(b, crc);
	p32(b, (uint32_t)csize);
	p32(b, (uint32_t)usize);
	p16(b, (uint32_t)name.n);
}

static int entry(struct out *o, struct sc_buf *rows, sc_str name, sc_str data, struct sc_err *e)
{
	uint64_t off = sc_output_off(o->to) + o->b.n;
	uint32_t crc = (uint32_t)crc32_z(0, (const Bytef *)data.p, data.n);
	struct sc_buf z = { 0 };
	bool packed, far = off >= UINT32_MAX;
	sc_str body;
	int rc;

	if (data.n >= UINT32_MAX || name.n > UINT16_MAX)
		return sc_bad(e, "%.*s: too large for a zip entry", SC_ARG(name));
	packed = deflated(&z, data, e, &rc);
	if (rc)
		return rc;
	body = packed ? sc_buf_str(&z) : data;
	sc_buf_add(&o->b, SC_STR("PK\3\4"));
	p16(&o->b, 20);
	common(&o->b, name, packed, crc, body.n, data.n);
	p16(&o->b, 0);
	sc_buf_add(&o->b, name);
	sc_buf_add(&o->b, body);
	sc_buf_add(rows, SC_STR("PK\1\2"));
	p16(rows, 3 << 8 | 45); /* made by: Unix, 4.5 */
	p16(rows, far ? 45 : 20);
	common(rows, name, packed, crc, body.n, data.n);
	p16(rows, far ? 12 : 0);
	p16(rows, 0);
	p16(rows, 0);
	p16(rows, 0);
	p32(rows, (uint32_t)0100644 << 16);
	p32(rows, far ? UINT32_MAX : (uint32_t)off);
	sc_buf_add(rows, name);
	if (far) {
		p16(rows, 1);
		p16(rows, 8);
		p64(rows, off);
	}
	sc_buf_free(&z);
	return SC_OK;
}

static int spill(struct out *o, struct sc_err *e)
{
	sc_str left = sc_buf_str(&o->central);

	if (o->fd < 0)
		o->fd = sc_spool(e);
	if (o->fd < 0)
		return SC_FAIL;
	while (left.n) {
		ssize_t n = pwrite(o->fd, left.p, left.n, (off_t)o->spilled);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return sc_fail(e, "spool: %s", strerror(errno));
		o->spilled += (uint64_t)n;
		left = sc_str_from(left, (size_t)n);
	}
	sc_buf_clear(&o->central);
	return SC_OK;
}

static int entries(struct out *o, struct sc_arena *a, struct sc_record *r, struct sc_buf *rows, uint32_t *n,
                   struct sc_err *e)
{
	sc_str key = sc_member_key(a, r, &o->last);
	struct sc_buf json = { 0 };
	int rc;

	for (uint32_t i = 0; i < r->npart; i++)
		SC_TRY(entry(o, rows, sc_member_name(a, r, key, i), r->part[i].data, e));
	*n = r->npart;
	if (o->style->tags != SC_TAGS_INBAND || (!sc_tags_visible(r) && !o->style->dropped_step.n))
		return SC_OK;
	sc_tags_json(&json, r, o->style);
	sc_buf_byte(&json, '\n');
	rc = entry(o, rows, sc_fmt(a, "%.*s.scope.json", SC_ARG(key)), sc_buf_str(&json), e);
	sc_buf_free(&json);
	++*n;
	return rc;
}

static int put(void *state, struct sc_arena *a, struct sc_record *r, struct sc_err *e)
{
	struct out *o = state;
	struct sc_buf rows = { 0 };
	uint32_t n = 0;
	int rc;

	if (!r->npart)
		return sc_bad(e, "%.*s: nothing that a zip entry could hold", SC_ARG(r->name));
	sc_buf_clear(&o->b);
	rc = entries(o, a, r, &rows, &n, e);
	if (!rc)
		rc = sc_write(o->to, sc_buf_str(&o->b), e);
	if (!rc) {
		sc_buf_add(&o->central, sc_buf_str(&rows));
		o->entries += n;
	}
	sc_buf_free(&rows);
	if (!rc && o->central.n > HOLD)
		rc = spill(o, e);
	return rc;
}

static int open_(void *state, const struct sc_style *style, struct sc_output *out, struct sc_err *e)
{
	struct out *o = state;

	(void)e;
	o->to = out;
	o->style = style;
	o->fd = -1;
	o->open = true;
	return SC_OK;
}

/* The directory's rows that were spilled. */
static int unspill(struct out *o, struct sc_err *e)
{
	char *chunk = sc_buf_room(&o->b, 64 << 10);
	uint64_t at = 0;

	while (at < o->spilled) {
		ssize_t n = pread(o->fd, chunk, 64 << 10, (off_t)at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return sc_fail(e, "spool: %s", n ? strerror(errno) : "shorter than written");
		SC_TRY(sc_write(o->to, (sc_str){ chunk, (size_t)n }, e));
		at += (uint64_t)n;
	}
	return SC_OK;
}

static int end(void *state, struct sc_err *e)
{
	struct out *o = state;
	uint64_t off = sc_output_off(o->to), size = o->spilled + o->central.n;
	bool far = off >= UINT32_MAX || size >= UINT32_MAX || o->entries >= UINT16_MAX;
	uint32_t n = far ? UINT16_MAX : (uint32_t)o->entries;
	struct sc_buf *b = &o->b;

	sc_buf_clear(b);
	SC_TRY(unspill(o, e));
	SC_TRY(sc_write(o->to, sc_buf_str(&o->central), e));
	if (far) {
		sc_buf_add(b, SC_STR("PK\6\6"));
		p64(b, 44);
		p16(b, 3 << 8 | 45);
		p16(b, 45);
		p32(b, 0);
		p32(b, 0);
		p64(b, o->entries);
		p64(b, o->entries);
		p64(b, size);
		p64(b, off);
		sc_buf_add(b, SC_STR("PK\6\7"));
		p32(b, 0);
		p64(b, off + size);
		p32(b, 1);
	}
	sc_buf_add(b, SC_STR("PK\5\6"));
	p32(b, 0);
	p16(b, n);
	p16(b, n);
	p32(b, far ? UINT32_MAX : (uint32_t)size);
	p32(b, far ? UINT32_MAX : (uint32_t)off);
	p16(b, 0);
	return sc_write(o->to, sc_buf_str(b), e);
}

static void close_(void *state)
{
	struct out *o = state;

	if (o->open && o->fd >= 0)
		close(o->fd);
	sc_buf_free(&o->b);
	sc_buf_free(&o->central);
	sc_buf_free(&o->last);
}

const struct sc_writer write_zip = {
	.card = { .name = "write/zip",
	          .about = "zip archives",
	          .example = "scope cat --to zip papers.jsonl",
	          .state = sizeof(struct out),
	          .revision = 1 },
	.ext = ".zip",
	.open = open_,
	.put = put,
	.end = end,
	.close = close_,
};
