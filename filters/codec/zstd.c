/* SPDX-License-Identifier: Apache-2.0 */
/*
 * codec/zstd -- RFC 8878, many frames, skippable ones among them.
 *
 *	28 b5 2f fd  header  blocks...  [checksum]        a frame
 *	5x 2a 4d 18  size[4]  bytes                       a skippable frame: gives nothing
 *
 * Windows above 128 MiB are refused: they are how a small file asks for a lot of memory.
 */
#include <scope/plugin.h>

#include <zstd.h>
#include <zstd_errors.h>

enum { WINDOW_LOG = 27, FRAME_HEAD = 5 };
#define FRAME     UINT32_C(0xfd2fb528)
#define SKIPPABLE UINT32_C(0x184d2a50)
#define LZ4_FRAME UINT32_C(0x184d2204)

struct zstd {
	ZSTD_DCtx *in;
	size_t hint; /* bytes that the decoder takes next */
	bool full;   /* it may hold bytes that did not fit */
	ZSTD_CCtx *out;
};

static uint32_t le32(const char *p)
{
	const unsigned char *u = (const unsigned char *)p;

	return u[0] | (uint32_t)u[1] << 8 | (uint32_t)u[2] << 16 | (uint32_t)u[3] << 24;
}

/* Other formats have these skippable frames too (lz4): what stands behind them decides, where it can be seen. */
static int taste(sc_str h)
{
	bool skipped = false;

	while (h.n >= 8 && (le32(h.p) & 0xfffffff0) == SKIPPABLE) {
		h = sc_str_from(sc_str_from(h, 8), le32(h.p + 4));
		skipped = true;
	}
	if (h.n >= 4 && le32(h.p) == FRAME)
		return 32;
	if (h.n >= 4)
		return (le32(h.p) & 0xfffffff0) == SKIPPABLE || (skipped && le32(h.p) != LZ4_FRAME) ? 28 : 0;
	return skipped ? 28 : h.n == 3 && !memcmp(h.p, "\x28\xb5\x2f", 3) ? 24 : 0;
}

/* 16 places at a time by the second and third byte: b5 2f of a frame, 2a 4d of a skippable one. */
static size_t resync(sc_str s)
{
	typedef signed char v16 __attribute__((vector_size(16)));
	size_t i = 0;

	for (; i + 19 <= s.n; i += 16) {
		uint64_t any[2];
		v16 b, c;

		memcpy(&b, s.p + i + 1, 16);
		memcpy(&c, s.p + i + 2, 16);
		b = ((b == (signed char)0xb5) & (c == 0x2f)) | ((b == 0x2a) & (c == 0x4d));
		memcpy(any, &b, 16);
		for (size_t k = any[0] | any[1] ? i : i + 16; k < i + 16; k++)
			if (le32(s.p + k) == FRAME || (le32(s.p + k) & 0xfffffff0) == SKIPPABLE)
				return k;
	}
	for (; i + 4 <= s.n; i++) {
		uint32_t m = le32(s.p + i);

		if (m == FRAME || (m & 0xfffffff0) == SKIPPABLE)
			return i;
	}
	return s.n > 3 ? s.n - 3 : 0;
}

static int open_(void *state, struct sc_err *e)
{
	struct zstd *z = state;

	z->in = ZSTD_createDCtx();
	if (!z->in)
		sc_oom();
	if (ZSTD_isError(ZSTD_DCtx_setParameter(z->in, ZSTD_d_windowLogMax, WINDOW_LOG)))
		return sc_fail(e, "zstd: the window's limit cannot be set");
	return SC_OK;
}

static int start(void *state, struct sc_err *e)
{
	struct zstd *z = state;

	(void)e;
	ZSTD_DCtx_reset(z->in, ZSTD_reset_session_only);
	z->hint = FRAME_HEAD;
	z->full = false;
	return SC_OK;
}

static const char *wrong(size_t rc)
{
	switch (ZSTD_getErrorCode(rc)) {
	case ZSTD_error_dictionary_wrong:
	case ZSTD_error_dictionary_corrupted:
		return "a frame needs a dictionary; decompress it with that first";
	case ZSTD_error_frameParameter_windowTooLarge:
		return "a frame wants a window above 128 MiB; decompress it first (zstd -d --long=31)";
	case ZSTD_error_checksum_wrong:
		return "a frame's checksum is wrong";
	case ZSTD_error_corruption_detected:
		return "a block is spoilt";
	default:
		return ZSTD_getErrorName(rc);
	}
}

/* The decoder does not say how far it came in a call that failed, so it is given what it asks for and no more, and none of it
 * before all of that is there: then damage is at the same byte however the input falls into pieces. */
static int step(void *state, sc_str *in, bool last, char *out, size_t cap, size_t *n, bool *end, struct sc_err *e)
{
	struct zstd *z = state;
	ZSTD_outBuffer to = { out, cap, 0 };
	size_t rc = z->hint;

	do { /* what it holds comes first: it would be lost in a call that fails */
		ZSTD_inBuffer from = { in->p, z->full ? 0 : z->hint < in->n ? z->hint : in->n, 0 };

		if (z->hint > in->n && !last && !z->full)
			break;
		rc = ZSTD_decompressStream(z->in, &to, &from);
		*in = sc_str_from(*in, from.pos);
		if (ZSTD_isError(rc))
			break;
		z->hint = rc;
		z->full = to.pos == to.size;
	} while (rc && to.pos < to.size && in->n);
	*n = to.pos;
	if (ZSTD_isError(rc)) {
		if (ZSTD_getErrorCode(rc) == ZSTD_error_memory_allocation)
			sc_oom();
		return sc_bad(e, "zstd: %s", wrong(rc));
	}
	*end = rc == 0;
	return SC_OK;
}

/* Whether the frame's header asks for a larger window than step() takes. */
static bool wide(sc_str frame)
{
	unsigned window = (unsigned char)frame.p[5];

	return !(frame.p[4] & 0x20) && window > (WINDOW_LOG - 10) << 3;
}

/* Frames that say how much they give, as those of one call and of parallel packers do. */
static int whole(void *state, sc_str in, char *out, size_t cap, size_t *used, size_t *n)
{
	struct zstd *z = state;
	unsigned long long gives;

	if (in.n < 8 || le32(in.p) != FRAME || wide(in))
		return SC_BAD;
	gives = ZSTD_getFrameContentSize(in.p, in.n);
	if (gives == ZSTD_CONTENTSIZE_UNKNOWN || gives == ZSTD_CONTENTSIZE_ERROR)
		return SC_BAD;
	if (gives > cap)
		return SC_EOF;
	*used = ZSTD_findFrameCompressedSize(in.p, in.n);
	if (ZSTD_isError(*used))
		return SC_BAD;
	ZSTD_DCtx_reset(z->in, ZSTD_reset_session_only);
	*n = ZSTD_decompressDCtx(z->in, out, cap, in.p, *used);
	return ZSTD_isError(*n) ? SC_BAD : SC_OK;
}

static void close_(void *state)
{
	struct zstd *z = state;

	ZSTD_freeDCtx(z->in);
	ZSTD_freeCCtx(z->out);
}

static int pack(void *state, sc_str plain, int level, struct sc_buf *out, struct sc_err *e)
{
	struct zstd *z = state;
	size_t bound = ZSTD_compressBound(plain.n), n;

	if (!z->out)
		z->out = ZSTD_createCCtx();
	if (!z->out)
		sc_oom();
	if (level > ZSTD_maxCLevel())
		return sc_fail(e, "zstd: level %d; there are 1 to %d", level, ZSTD_maxCLevel());
	ZSTD_CCtx_setParameter(z->out, ZSTD_c_compressionLevel, level ? level : 3);
	ZSTD_CCtx_setParameter(z->out, ZSTD_c_checksumFlag, 1);
	n = ZSTD_compress2(z->out, sc_buf_room(out, bound), bound, plain.p, plain.n);
	if (ZSTD_isError(n))
		return sc_fail(e, "zstd: %s", ZSTD_getErrorName(n));
	out->n += n;
	return SC_OK;
}

extern const struct sc_codec codec_zstd;
const struct sc_codec codec_zstd = {
	.card = { .name = "codec/zstd", .about = "Zstandard, RFC 8878, any number of frames", .state = sizeof(struct zstd), .revision = 1 },
	.ext = ".zst",
	.taste = taste,
	.resync = resync,
	.open = open_,
	.start = start,
	.step = step,
	.whole = whole,
	.close = close_,
	.pack = pack,
};
