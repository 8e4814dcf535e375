/* SPDX-License-Identifier: Apache-2.0 */
/*
 * codec/gzip -- RFC 1952, many members.
 *
 *	1f 8b 08 flags  mtime[4] xfl os  [extra] [name] [comment] [hcrc]  deflate...  crc32 isize
 *
 * In: ISA-L where it is built in (three times zlib's speed), else zlib; members that are there as a whole by libdeflate, which is
 * a quarter faster than ISA-L for small ones.  All check CRC and size.
 * Out: libdeflate where it is built in, else zlib; a member has no time and no name, so equal bytes pack equally.
 */
#include <scope/plugin.h>
#include <scope/text.h>

#include <stdlib.h>

#include <zlib.h>

#ifdef HAVE_ISAL
#include <isa-l/igzip_lib.h>
#endif
#ifdef HAVE_DEFLATE
#include <libdeflate.h>
#endif

enum { HEADER_CRC = 0x02, RESERVED = 0xe0 }; /* of the flags */

struct gzip {
	bool inside; /* a member's flags were seen and are sound */
#ifdef HAVE_ISAL
	struct inflate_state *in;
#else
	z_stream in;
	bool started;
#endif
#ifdef HAVE_DEFLATE
	struct libdeflate_decompressor *whole;
	struct libdeflate_compressor *out;
	int level;
#endif
};

/* A head of two or three bytes is what is left of a shard cut there.  Flags that RFC 1952 keeps back are a spoilt header,
 * not another format: step() says so. */
static int taste(sc_str h)
{
	const unsigned char *p = (const unsigned char *)h.p;

	if (h.n < 2 || p[0] != 0x1f || p[1] != 0x8b || (h.n > 2 && p[2] != 8))
		return 0;
	return h.n < 4 ? 16 : p[3] & RESERVED ? 24 : 27;
}

static size_t resync(sc_str s)
{
	static const struct sc_needle magic = { SC_LIT("\x1f\x8b\x08"), 0 };
	size_t at;

	sc_find_needles(s, &magic, 1, &at);
	return at != SC_NONE ? at : s.n > 2 ? s.n - 2 : 0;
}

#ifdef HAVE_ISAL

static int open_(void *state, struct sc_err *e)
{
	struct gzip *g = state;

	(void)e;
	g->in = malloc(sizeof *g->in);
	if (!g->in)
		sc_oom();
	return SC_OK;
}

static int begin(struct gzip *g, struct sc_err *e)
{
	(void)e;
	isal_inflate_init(g->in);
	g->in->crc_flag = ISAL_GZIP;
	return SC_OK;
}

static const char *wrong(int rc)
{
	static const struct {
		int rc;
		const char *what;
	} known[] = {
		{ ISAL_INVALID_BLOCK, "a deflate block is spoilt" },
		{ ISAL_INVALID_SYMBOL, "a deflate symbol is spoilt" },
		{ ISAL_INVALID_LOOKBACK, "a deflate distance reaches before the start" },
		{ ISAL_INVALID_WRAPPER, "a member's header is spoilt" },
		{ ISAL_UNSUPPORTED_METHOD, "a method other than deflate" },
		{ ISAL_INCORRECT_CHECKSUM, "a member's checksum is wrong" },
	};

	for (size_t i = 0; i < SC_COUNT(known); i++)
		if (known[i].rc == rc)
			return known[i].what;
	return "a member is spoilt";
}

static int inflate_some(struct gzip *g, sc_str *in, char *out, size_t cap, size_t *n, bool *end, struct sc_err *e)
{
	struct inflate_state *s = g->in;
	size_t feed = in->n < UINT32_MAX ? in->n : UINT32_MAX;
	int rc;

	s->next_in = (uint8_t *)(uintptr_t)in->p;
	s->avail_in = (uint32_t)feed;
	s->next_out = (uint8_t *)out;
	s->avail_out = (uint32_t)cap;
	rc = isal_inflate(s);
	*n = cap - s->avail_out;
	*in = sc_str_from(*in, feed - s->avail_in);
	if (rc < 0 || rc == ISAL_NEED_DICT)
		return sc_bad(e, "gzip: %s", wrong(rc));
	*end = s->block_state == ISAL_BLOCK_FINISH;
	return SC_OK;
}

static void unpack_close(struct gzip *g)
{
	free(g->in);
}

#else

static int open_(void *state, struct sc_err *e)
{
	struct gzip *g = state;

	if (inflateInit2(&g->in, 15 + 16) != Z_OK)
		return sc_fail(e, "gzip: zlib has no memory");
	g->started = true;
	return SC_OK;
}

static int begin(struct gzip *g, struct sc_err *e)
{
	return inflateReset(&g->in) == Z_OK ? SC_OK : sc_fail(e, "gzip: zlib does not start again");
}

static int inflate_some(struct gzip *g, sc_str *in, char *out, size_t cap, size_t *n, bool *end, struct sc_err *e)
{
	size_t feed = in->n < UINT32_MAX ? in->n : UINT32_MAX;
	int rc;

	g->in.next_in = (Bytef *)(uintptr_t)in->p;
	g->in.avail_in = (uInt)feed;
	g->in.next_out = (Bytef *)out;
	g->in.avail_out = (uInt)cap;
	rc = inflate(&g->in, Z_NO_FLUSH);
	*n = cap - g->in.avail_out;
	*in = sc_str_from(*in, feed - g->in.avail_in);
	if (rc == Z_MEM_ERROR)
		sc_oom();
	if (rc != Z_OK && rc != Z_STREAM_END && rc != Z_BUF_ERROR)
		return sc_bad(e, "gzip: %s", g->in.msg ? g->in.msg : "a member is spoilt");
	*end = rc == Z_STREAM_END;
	return SC_OK;
}

static void unpack_close(struct gzip *g)
{
	if (g->started)
		inflateEnd(&g->in);
}

#endif

static int start(void *state, struct sc_err *e)
{
	struct gzip *g = state;

	g->inside = false;
	return begin(g, e);
}

static int step(void *state, sc_str *in, bool last, char *out, size_t cap, size_t *n, bool *end, struct sc_err *e)
{
	struct gzip *g = state;

	(void)last;
	*n = 0;
	if (!g->inside) {
		if (in->n < 4)
			return SC_OK;
		if (in->p[3] & RESERVED)
			return sc_bad(e, "gzip: a member's header has flags that do not exist");
		g->inside = true;
	}
	return inflate_some(g, in, out, cap, n, end, e);
}

#ifdef HAVE_DEFLATE

static int whole(void *state, sc_str in, char *out, size_t cap, size_t *used, size_t *n)
{
	struct gzip *g = state;

	if (in.n < 18 || in.p[3] & (RESERVED | HEADER_CRC))
		return SC_BAD;
	if (!g->whole)
		g->whole = libdeflate_alloc_decompressor();
	if (!g->whole)
		sc_oom();
	switch (libdeflate_gzip_decompress_ex(g->whole, in.p, in.n, out, cap, used, n)) {
	case LIBDEFLATE_SUCCESS:
		return SC_OK;
	case LIBDEFLATE_INSUFFICIENT_SPACE:
		return SC_EOF;
	default:
		return SC_BAD;
	}
}

static int pack(void *state, sc_str plain, int level, struct sc_buf *out, struct sc_err *e)
{
	struct gzip *g = state;
	size_t bound, n;

	level = level ? level : 6;
	if (level > 12)
		return sc_fail(e, "gzip: level %d; there are 1 to 12", level);
	if (!g->out || g->level != level) {
		libdeflate_free_compressor(g->out);
		g->out = libdeflate_alloc_compressor(level);
		g->level = level;
	}
	if (!g->out)
		sc_oom();
	bound = libdeflate_gzip_compress_bound(g->out, plain.n);
	n = libdeflate_gzip_compress(g->out, plain.p, plain.n, sc_buf_room(out, bound), bound);
	if (!n)
		return sc_fail(e, "gzip: %zu bytes could not be packed", plain.n);
	out->n += n;
	return SC_OK;
}

static void pack_close(struct gzip *g)
{
	libdeflate_free_compressor(g->out);
	libdeflate_free_decompressor(g->whole);
}

#else

/* In steps that are given all there is.  What fills its room may be longer or just as long: more room tells. */
static int whole(void *state, sc_str in, char *out, size_t cap, size_t *used, size_t *n)
{
	struct gzip *g = state;
	sc_str rest = in;
	struct sc_err ignored;
	bool end = false;

	if (in.n < 18 || in.p[3] & (RESERVED | HEADER_CRC) || begin(g, &ignored) < 0)
		return SC_BAD;
	for (*n = 0; !end; ) {
		size_t some = 0, before = rest.n;

		if (inflate_some(g, &rest, out + *n, cap - *n, &some, &end, &ignored) < 0)
			return SC_BAD;
		*n += some;
		if (!end && *n == cap)
			return SC_EOF;
		if (!end && !some && rest.n == before)
			return SC_BAD;
	}
	*used = in.n - rest.n;
	return SC_OK;
}

static int pack(void *state, sc_str plain, int level, struct sc_buf *out, struct sc_err *e)
{
	z_stream z = { 0 };
	size_t bound;
	int rc;

	(void)state;
	level = level ? level : 6;
	if (level > 9)
		return sc_fail(e, "gzip: level %d; there are 1 to 9", level);
	if (plain.n > UINT32_MAX / 2)
		return sc_fail(e, "gzip: a member of %zu bytes", plain.n);
	if (deflateInit2(&z, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
		sc_oom();
	bound = deflateBound(&z, plain.n);
	z.next_in = (Bytef *)(uintptr_t)plain.p;
	z.avail_in = (uInt)plain.n;
	z.next_out = (Bytef *)sc_buf_room(out, bound);
	z.avail_out = (uInt)bound;
	rc = deflate(&z, Z_FINISH);
	out->n += bound - z.avail_out;
	deflateEnd(&z);
	return rc == Z_STREAM_END ? SC_OK : sc_fail(e, "gzip: %zu bytes could not be packed", plain.n);
}

static void pack_close(struct gzip *g)
{
	(void)g;
}

#endif

static void close_(void *state)
{
	unpack_close(state);
	pack_close(state);
}

extern const struct sc_codec codec_gzip;
const struct sc_codec codec_gzip = {
	.card = { .name = "codec/gzip", .about = "gzip, RFC 1952, any number of members", .state = sizeof(struct gzip), .revision = 1 },
	.ext = ".gz",
	.padded = true,
	.taste = taste,
	.resync = resync,
	.open = open_,
	.start = start,
	.step = step,
	.whole = whole,
	.close = close_,
	.pack = pack,
};
