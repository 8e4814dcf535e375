/* SPDX-License-Identifier: Apache-2.0 */
/*
 * read/zip -- zip archives (APPNOTE 6.3) by their central directory; records by --group.
 *
 *   [local header 30 + name + extra, data, data descriptor?]*
 *   [central header 46 + name + extra + comment]*
 *   [zip64 end record 56.., its locator 20]   end record 22 + comment
 *
 * A zip says everything twice, and two readers may believe different halves.  What counts here is the directory, in the
 * order of the entries' offsets; an entry whose local header has another name or checksum, that overlaps the one before it or
 * fails its checksum is rejected, and so are entries that lie between listed ones but are not listed themselves.
 * Without a usable directory the local headers are followed, and the missing directory is damage.
 *
 * The input is held whole (scope/hold.h) because the directory stands last.  Stored and deflated data are
 * unpacked by zlib; other methods (bzip2, lzma, zstd, xz, ppmd) by libarchive, one entry at a time.  Left out: passwords
 * (encrypted entries are rejected), split archives, comments.
 */
#include <scope/group.h>
#include <scope/hold.h>
#include <scope/libarchive.h>
#include <scope/plugin.h>

#include <inttypes.h>
#include <stdlib.h>

#include <zlib.h>

enum { LOCAL = 30, CENTRAL = 46, END = 22, END64 = 56, LOCATOR = 20, CHUNK = 64 << 10 };

/* Where an entry is told of.  central 0: only a local header. */
struct place {
	uint64_t local, central;
};

struct entry {
	sc_str name, local_name;
	uint64_t off, data, csize, usize, len; /* off: local header; data: its payload; len: with descriptor */
	uint32_t crc, local_crc, mode;
	uint16_t flags, method;
	int64_t mtime;
	const char *type;
};

struct zip {
	struct sc_hold hold;
	struct sc_group *group;
	struct sc_arena keep;
	struct place *v;
	uint64_t n, cap, next;
	uint64_t reached;      /* end of the last entry: what follows is a gap */
	uint64_t listed_to;    /* where the directory begins, or the end of the bytes */
	bool no_directory, bad_size, told, held;
	uint64_t said;         /* entries by the end record */
	struct entry at;       /* the one at hand */
	struct sc_err spoilt;  /* message not empty: why it is to be rejected */
};

extern const struct sc_reader read_zip;

/* ---- numbers and places; every offset is checked here ---- */

static uint32_t u16(const char *p)
{
	return (uint32_t)(unsigned char)p[0] | (uint32_t)(unsigned char)p[1] << 8;
}

static uint32_t u32(const char *p)
{
	return u16(p) | u16(p + 2) << 16;
}

static uint64_t u64(const char *p)
{
	return (uint64_t)u32(p) | (uint64_t)u32(p + 4) << 32;
}

/* n bytes at off, or NULL. */
static const char *bytes_at(const struct zip *z, uint64_t off, uint64_t n)
{
	return off <= z->hold.bytes.n && n <= z->hold.bytes.n - off ? z->hold.bytes.p + off : NULL;
}

static bool is_at(const struct zip *z, uint64_t off, const char *magic)
{
	const char *p = bytes_at(z, off, 4);

	return p && memcmp(p, magic, 4) == 0;
}

static uint64_t find(const struct zip *z, uint64_t from, uint64_t to, const char *magic)
{
	sc_str s = { z->hold.bytes.p + from, from < to ? (size_t)(to - from) : 0 };
	size_t at = sc_str_find(s, (sc_str){ magic, 4 });

	return at == SC_NONE ? to : from + at;
}

/* ---- the directory ---- */

static void place_add(struct zip *z, uint64_t local, uint64_t central)
{
	if (z->n == z->cap) {
		uint64_t cap = z->cap ? z->cap * 2 : 64;
		struct place *v = SC_NEW(&z->keep, struct place, (size_t)cap);

		if (z->n)
			memcpy(v, z->v, (size_t)z->n * sizeof *v);
		z->v = v;
		z->cap = cap;
	}
	z->v[z->n++] = (struct place){ local, central };
}

/* The zip64 value of field `which` (0 usize, 1 csize, 2 offset) when the 32-bit one is all ones. */
static void wide(sc_str extra, bool need[3], uint64_t *value[3])
{
	while (extra.n >= 4) {
		size_t n = u16(extra.p + 2);
		sc_str x = sc_str_head(sc_str_from(extra, 4), n);

		if (u16(extra.p) == 1) {
			for (int i = 0; i < 3; i++) {
				if (!need[i] || x.n < 8)
					continue;
				*value[i] = u64(x.p);
				x = sc_str_from(x, 8);
			}
			return;
		}
		extra = sc_str_from(extra, 4 + n);
	}
}

/* Central headers from `at` on; false when there is none where one must be. */
static bool walk(struct zip *z, uint64_t at, uint64_t size, uint64_t bias)
{
	uint64_t end = size <= z->hold.bytes.n - at ? at + size : z->hold.bytes.n;
	const char *p;

	while (at < end && is_at(z, at, "PK\1\2") && (p = bytes_at(z, at, CENTRAL))) {
		uint64_t n = CENTRAL + (uint64_t)u16(p + 28) + u16(p + 30) + u16(p + 32);
		uint64_t local = u32(p + 42), unused = 0, unused2 = 0;
		bool need[3] = { u32(p + 24) == UINT32_MAX, u32(p + 20) == UINT32_MAX,
			         u32(p + 42) == UINT32_MAX };
		uint64_t *value[3] = { &unused, &unused2, &local };

		if (!bytes_at(z, at, n))
			break;
		wide((sc_str){ p + CENTRAL + u16(p + 28), u16(p + 30) }, need, value);
		if (local > UINT64_MAX - bias)
			local = 0;
		place_add(z, local + bias, at);
		at += n;
	}
	z->bad_size = at != end;
	return at >= end || is_at(z, at, "PK\5\6") || is_at(z, at, "PK\6\6");
}

static int by_local(const void *x, const void *y)
{
	const struct place *a = x, *b = y;

	if (a->local != b->local)
		return a->local < b->local ? -1 : 1;
	return (a->central > b->central) - (a->central < b->central);
}

/* The directory that the end record at `end` tells of. */
static bool directory(struct zip *z, uint64_t end)
{
	const char *p = z->hold.bytes.p + end, *l;
	uint64_t count = u16(p + 10), size = u32(p + 12), off = u32(p + 16), before = end, bias = 0;

	l = end >= LOCATOR ? bytes_at(z, end - LOCATOR, LOCATOR) : NULL;
	if (l && is_at(z, end - LOCATOR, "PK\6\7") && is_at(z, u64(l + 8), "PK\6\6") &&
	    bytes_at(z, u64(l + 8), END64)) {
		before = u64(l + 8);
		p = z->hold.bytes.p + before;
		count = u64(p + 32);
		size = u64(p + 40);
		off = u64(p + 48);
	}
	/* Bytes put before the archive (a self-extractor) shift all offsets. */
	if (size <= before && off <= before - size && (!count || is_at(z, before - size, "PK\1\2")))
		bias = before - size - off;
	if (off > z->hold.bytes.n || bias > z->hold.bytes.n - off)
		return false;
	if (count && !is_at(z, off + bias, "PK\1\2"))
		return false;
	z->n = 0;
	z->said = count;
	z->listed_to = off + bias;
	return walk(z, off + bias, size, bias);
}

static bool find_directory(struct zip *z)
{
	uint64_t n = z->hold.bytes.n, least = n > (1 << 20) ? n - (1 << 20) : 0;

	for (uint64_t at = n >= END ? n - END + 1 : 0; at-- > least;)
		if (is_at(z, at, "PK\5\6") && directory(z, at))
			return true;
	return false;
}

/* ---- entries ---- */

static int64_t dos_time(uint32_t date, uint32_t time)
{
	int64_t y = 1980 + (date >> 9), m = date >> 5 & 15, d = date & 31;
	int64_t era, doy, days;

	if (m < 1 || m > 12 || d < 1)
		m = d = 1;
	y -= m <= 2;
	era = y / 400;
	doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
	days = era * 146097 + (y - era * 400) * 365 + (y - era * 400) / 4 - (y - era * 400) / 100 + doy - 719468;
	return days * 86400 + (int64_t)(time >> 11) * 3600 + (int64_t)(time >> 5 & 63) * 60 + (time & 31) * 2;
}

static void from_local(struct zip *z, const char *p)
{
	struct entry *x = &z->at;
	uint64_t n = u16(p + 26), extra = u16(p + 28), csize = u32(p + 18), usize = u32(p + 22);
	bool need[3] = { usize == UINT32_MAX, csize == UINT32_MAX, false };
	uint64_t *value[3] = { &usize, &csize, &csize };
	const char *rest = bytes_at(z, x->off + LOCAL, n + extra);

	if (!rest) {
		sc_damage(&z->spoilt, "an entry that is cut short");
		return;
	}
	wide((sc_str){ rest + n, (size_t)extra }, need, value);
	x->local_name = (sc_str){ rest, (size_t)n };
	x->local_crc = u32(p + 14);
	x->data = x->off + LOCAL + n + extra;
	x->csize = csize;
	x->usize = usize;
	x->flags = (uint16_t)u16(p + 6);
	x->method = (uint16_t)u16(p + 8);
	x->mtime = dos_time(u16(p + 12), u16(p + 10));
}

static const char *type_of(const struct entry *x, uint32_t made_by, uint32_t attributes)
{
	uint32_t kind = attributes >> 28;

	if (made_by >> 8 == 3 && kind == 0xa)
		return "symlink";
	if (x->name.n && x->name.p[x->name.n - 1] == '/')
		return "directory";
	return made_by >> 8 == 3 && kind == 4 ? "directory" : "file";
}

static void from_central(struct zip *z, const char *p)
{
	struct entry *x = &z->at;
	uint64_t n = u16(p + 28), local = 0;
	uint64_t csize = u32(p + 20), usize = u32(p + 24);
	bool need[3] = { usize == UINT32_MAX, csize == UINT32_MAX, false };
	uint64_t *value[3] = { &usize, &csize, &local };

	wide((sc_str){ p + CENTRAL + n, u16(p + 30) }, need, value);
	x->name = (sc_str){ p + CENTRAL, (size_t)n };
	x->crc = u32(p + 16);
	if (!sc_str_eq(x->name, x->local_name))
		sc_bad(&z->spoilt, "the directory says %.*s, the local header %.*s", SC_ARG(x->name),
		       SC_ARG(x->local_name));
	else if (!(x->flags & 8) && x->local_crc != x->crc)
		sc_bad(&z->spoilt, "%.*s: the directory and the local header have different checksums", SC_ARG(x->name));
	else if (x->method != u16(p + 10))
		sc_bad(&z->spoilt, "%.*s: the directory and the local header have different methods", SC_ARG(x->name));
	x->csize = csize;
	x->usize = usize;
	x->mode = u16(p + 4) >> 8 == 3 ? u32(p + 38) >> 16 & 07777 : 0644;
	x->type = type_of(x, u16(p + 4), u32(p + 38));
}

/* Bytes of the data descriptor after the data: with or without its magic, 4 or 8 byte sizes. */
static uint64_t descriptor(const struct zip *z, uint64_t at)
{
	static const unsigned char forms[] = { 16, 24, 12, 20 };
	const struct entry *x = &z->at;

	if (!(x->flags & 8))
		return 0;
	for (size_t i = 0; i < SC_COUNT(forms); i++) {
		bool magic = forms[i] == 16 || forms[i] == 24;
		const char *p = bytes_at(z, at, forms[i]);

		if (!p || (magic && memcmp(p, "PK\7\10", 4)))
			continue;
		p += magic ? 4 : 0;
		if (u32(p) == x->crc && u32(p + 4) == (uint32_t)x->csize)
			return forms[i];
	}
	return 0;
}

/* ---- unpacking ---- */

/* Inflates `in`; at most `limit` bytes into *out (NULL: only measured).  *used: bytes of `in`. */
static int unpack(sc_str in, uint64_t limit, struct sc_buf *out, uint64_t *used, uint64_t *made, struct sc_err *e)
{
	char scratch[CHUNK];
	z_stream s = { 0 };
	int rc;

	*made = *used = 0;
	if (inflateInit2(&s, -15) != Z_OK)
		return sc_fail(e, "zlib: no memory");
	do {
		size_t left = in.n - (size_t)*used;

		s.next_in = (Bytef *)(uintptr_t)(in.p + *used);
		s.avail_in = left > (1 << 30) ? 1 << 30 : (uInt)left;
		left = s.avail_in;
		s.next_out = (Bytef *)scratch;
		s.avail_out = sizeof scratch;
		rc = inflate(&s, Z_NO_FLUSH);
		*used += left - s.avail_in;
		*made += sizeof scratch - s.avail_out;
		if (out && *made <= limit)
			sc_buf_add(out, (sc_str){ scratch, sizeof scratch - s.avail_out });
	} while (rc == Z_OK && *made <= limit);
	inflateEnd(&s);
	if (*made > limit)
		return sc_bad(e, "unpacks to more than its %ju bytes", (uintmax_t)limit);
	return rc == Z_STREAM_END ? SC_OK : sc_bad(e, "deflated data is spoilt");
}

static void put32(char *p, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		p[i] = (char)(v >> 8 * i);
}

/* Other methods: libarchive is shown an archive of this one entry, sizes and checksum filled in. */
static int by_libarchive(const struct zip *z, sc_str packed, struct sc_buf *out, uint64_t limit, struct sc_err *e)
{
	const struct entry *x = &z->at;
	struct sc_buf one = { 0 };
	const struct sc_libarchive *la = sc_libarchive(e);
	struct archive *a = la ? la->read_new() : NULL;
	struct archive_entry *entry;
	char h[LOCAL] = "PK\3\4\24", scratch[CHUNK];
	la_ssize_t n = ARCHIVE_FATAL;
	uint64_t made = 0;
	int rc;

	if (!a)
		return la ? sc_fail(e, "libarchive: no memory") : SC_FAIL;
	h[8] = (char)x->method;
	h[9] = (char)(x->method >> 8);
	put32(h + 14, x->crc);
	put32(h + 18, (uint32_t)x->csize);
	put32(h + 22, (uint32_t)x->usize);
	h[26] = 1;
	h[6] = (char)(x->flags & 6);
	sc_buf_add(&one, (sc_str){ h, LOCAL });
	sc_buf_byte(&one, 'x');
	sc_buf_add(&one, packed);
	la->read_support_format_zip_streamable(a);
	rc = la->read_open_memory(a, one.p, one.n);
	if (!rc)
		rc = la->read_next_header(a, &entry);
	while (rc >= ARCHIVE_WARN && made <= limit && (n = la->read_data(a, scratch, sizeof scratch)) > 0) {
		sc_buf_add(out, (sc_str){ scratch, (size_t)n });
		made += (uint64_t)n;
	}
	rc = SC_OK;
	if (n)
		rc = sc_bad(e, "method %u: %s", x->method,
		            n < 0 && la->error_string(a) ? la->error_string(a) : "spoilt");
	la->read_free(a);
	sc_buf_free(&one);
	return rc;
}

static int unpack_entry(struct zip *z, size_t limit, struct sc_buf *plain, struct sc_err *e)
{
	const struct entry *x = &z->at;
	sc_str packed = { z->hold.bytes.p + x->data, (size_t)x->csize };
	uint64_t used, made;
	size_t at = plain->n;

	if (x->flags & (1 | 1 << 6 | 1 << 13))
		return sc_bad(e, "%.*s: encrypted", SC_ARG(x->name));
	if (x->usize > limit)
		return sc_bad(e, "%.*s: an entry of %ju bytes", SC_ARG(x->name), (uintmax_t)x->usize);
	if (x->method == 0)
		sc_buf_add(plain, sc_str_head(packed, limit));
	else if (x->method == 8)
		SC_TRY(unpack(packed, x->usize, plain, &used, &made, e));
	else if (x->csize >= UINT32_MAX || x->usize >= UINT32_MAX)
		return sc_bad(e, "%.*s: method %u over 4 GiB", SC_ARG(x->name), x->method);
	else
		SC_TRY(by_libarchive(z, packed, plain, x->usize, e));
	if (plain->n - at != x->usize)
		return sc_bad(e, "%.*s: %zu bytes instead of %ju", SC_ARG(x->name), plain->n - at, (uintmax_t)x->usize);
	if (crc32_z(0, (const Bytef *)plain->p + at, plain->n - at) != x->crc)
		return sc_bad(e, "%.*s: checksum does not match", SC_ARG(x->name));
	return SC_OK;
}

/* ---- what group.c calls ---- */

/* Without a directory, sizes that the local header leaves to the descriptor are measured. */
static void measure(struct zip *z)
{
	struct entry *x = &z->at;
	uint64_t rest = z->hold.bytes.n - x->data, used, made, next;
	struct sc_err ignored;

	x->name = x->local_name;
	x->crc = x->local_crc;
	x->mode = 0644;
	x->type = type_of(x, 0, 0);
	if (!(x->flags & 8) || x->csize)
		return;
	if (x->method == 8 && unpack((sc_str){ z->hold.bytes.p + x->data, (size_t)rest }, UINT64_C(1) << 32, NULL, &used,
	                             &made, &ignored) == SC_OK) {
		const char *p = bytes_at(z, x->data + used, 16);

		x->csize = used;
		x->usize = made;
		x->crc = p ? u32(memcmp(p, "PK\7\10", 4) ? p : p + 4) : 0;
		return;
	}
	next = find(z, x->data, z->hold.bytes.n, "PK\3\4");
	x->csize = next - x->data;
	sc_damage(&z->spoilt, "%.*s: where it ends is not known", SC_ARG(x->name));
}

/* The entry at a place into z->at; why it is spoilt into z->spoilt. */
static void look(struct zip *z, struct place p)
{
	const char *local = bytes_at(z, p.local, LOCAL);
	struct entry *x = &z->at;

	*x = (struct entry){ .off = p.local, .type = "file" };
	z->spoilt.msg[0] = 0;
	z->spoilt.damage = false;
	if (!local || memcmp(local, "PK\3\4", 4)) {
		sc_damage(&z->spoilt, "the directory lists an entry that is not there");
		x->off = p.central;
		x->len = CENTRAL;
		if (p.central)
			x->name = (sc_str){ z->hold.bytes.p + p.central + CENTRAL,
				            u16(z->hold.bytes.p + p.central + 28) };
		return;
	}
	x->data = x->off + LOCAL;
	from_local(z, local);
	if (p.central && x->local_name.p)
		from_central(z, z->hold.bytes.p + p.central);
	else if (x->local_name.p)
		measure(z);
	if (!bytes_at(z, x->data, x->csize)) {
		if (!z->spoilt.msg[0])
			sc_damage(&z->spoilt, "%.*s: cut short", SC_ARG(x->name));
		x->csize = x->data <= z->hold.bytes.n ? z->hold.bytes.n - x->data : 0;
	}
	x->len = x->data + x->csize - x->off;
	x->len += descriptor(z, x->off + x->len);
	if (!z->spoilt.msg[0] && !x->name.n)
		sc_bad(&z->spoilt, "an entry without a name");
	if (!z->spoilt.msg[0] && x->off < z->reached)
		sc_bad(&z->spoilt, "%.*s: overlaps the entry before it", SC_ARG(x->name));
	if (!z->spoilt.msg[0] && x->data <= z->hold.good && x->data + x->csize > z->hold.good &&
	    z->hold.good < z->hold.bytes.n)
		z->spoilt = z->hold.why;
}

/* Told once, after the last entry: what is wrong with the archive as a whole. */
static int verdict(struct zip *z, struct sc_member *m, struct sc_err *e)
{
	if (z->told)
		return SC_EOF;
	z->told = true;
	m->off = z->reached < z->hold.bytes.n ? z->reached : z->hold.bytes.n;
	m->len = z->hold.bytes.n - m->off;
	if (z->hold.why.msg[0]) {
		*e = z->hold.why;
		e->damage = true;
		return SC_BAD;
	}
	if (z->no_directory)
		return sc_damage(e, "no directory at its end: cut short or spoilt");
	m->no_loss = true;
	if (z->bad_size)
		return sc_damage(e, "the end record gives the directory another size than it has");
	if (z->said != z->n && (z->said & 0xffff) != (z->n & 0xffff))
		return sc_damage(e, "the end record says %ju entries, the directory has %ju", (uintmax_t)z->said,
		                 (uintmax_t)z->n);
	return SC_EOF;
}

static int next_member(void *with, struct sc_member *m, struct sc_err *e)
{
	struct zip *z = with;
	uint64_t hidden;

	sc_hold_done(&z->hold, z->at.off, z->at.len);
	if (z->no_directory) {
		uint64_t at = find(z, z->reached, z->hold.bytes.n, "PK\3\4");

		if (at == z->hold.bytes.n)
			return verdict(z, m, e);
		look(z, (struct place){ at, 0 });
		z->reached = at + z->at.len;
	} else {
		uint64_t to = z->next < z->n ? z->v[z->next].local : z->listed_to;

		to = to < z->listed_to ? to : z->listed_to;
		hidden = z->reached < to ? find(z, z->reached, to, "PK\3\4") : to;
		if (z->reached < to && hidden < to && bytes_at(z, hidden, LOCAL)) {
			m->off = z->reached;
			m->len = to - z->reached;
			m->no_loss = true;
			z->reached = to;
			return sc_bad(e, "an entry that the directory does not list");
		}
		if (z->next == z->n)
			return verdict(z, m, e);
		look(z, z->v[z->next++]);
		if (z->at.off + z->at.len > z->reached)
			z->reached = z->at.off + z->at.len;
		if (z->reached > z->listed_to)
			z->reached = z->listed_to;
	}
	m->path = z->at.name;
	m->type = z->at.type;
	m->size = z->at.usize;
	m->off = z->at.off;
	m->len = z->at.len;
	m->mode = z->at.mode;
	m->mtime = z->at.mtime;
	m->has_mtime = true;
	return SC_OK;
}

static int payload(void *with, size_t limit, struct sc_buf *raw, struct sc_buf *plain, struct sc_payload *got,
                   struct sc_member *m, struct sc_err *e)
{
	struct zip *z = with;
	int rc;

	(void)raw;
	(void)m;
	got->at = plain->n;
	if (z->spoilt.msg[0]) {
		*e = z->spoilt;
		return SC_BAD;
	}
	rc = unpack_entry(z, limit, plain, e);
	if (rc)
		plain->n = got->at;
	got->n = plain->n - got->at;
	return rc;
}

/* ---- the reader ---- */

/* A zip with something before it (a self-extractor, padding): a local header that is a likely one. */
static bool is_inside(sc_str head)
{
	size_t at = sc_str_find(head, SC_STR("PK\3\4")), n;
	sc_str rule;

	if (at == SC_NONE || head.n - at < LOCAL || sc_media_sniff(head, &rule, &n, &n).n)
		return false;
	return u16(head.p + at + 4) <= 63 && u16(head.p + at + 8) <= 99 && u16(head.p + at + 26) > 0 &&
	       u16(head.p + at + 26) <= 1024;
}

static int taste(sc_str head, sc_str path)
{
	(void)path;
	if (sc_str_starts(head, SC_STR("PK\3\4")))
		return 32;
	if (sc_str_starts(head, SC_STR("PK\5\6")) && head.n >= END)
		return 32;
	if (is_inside(head))
		return 3;
	return sc_str_starts(head, SC_STR("PK00PK\3\4")) ? 48 : 0; /* once split, now whole */
}

static int open_(void *state, const void *conf, struct sc_input *in, struct sc_err *e)
{
	struct zip *z = state;

	z->held = true;
	z->hold.fd = -1;
	SC_TRY(sc_hold(&z->hold, in, e));
	z->no_directory = !find_directory(z);
	if (!z->no_directory && z->n)
		qsort(z->v, (size_t)z->n, sizeof *z->v, by_local);
	return sc_group_new(&z->group, conf, (struct sc_members){ .with = z, .next = next_member, .data = payload },
	                    sc_input_path(in), e);
}

static int next(void *state, struct sc_arena *a, struct sc_record *r, struct sc_err *e)
{
	struct zip *z = state;

	r->by = &read_zip;
	return sc_group_next(z->group, a, r, e);
}

static void close_(void *state)
{
	struct zip *z = state;

	sc_group_free(z->group);
	if (z->held)
		sc_hold_free(&z->hold);
	sc_arena_free(&z->keep);
}

const struct sc_reader read_zip = {
	.card = { .name = "read/zip",
	          .about = "zip archives, as their directory lists them",
	          .more = "Entries whose two headers disagree, that overlap or are encrypted are rejected.",
	          .example = "scope cat --to tsv --group none papers.zip",
	          .state = sizeof(struct zip),
	          .revision = 1 },
	.writes = "zip",
	.taste = taste,
	.open = open_,
	.next = next,
	.close = close_,
};
