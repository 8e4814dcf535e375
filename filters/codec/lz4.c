/* SPDX-License-Identifier: Apache-2.0 */
/* NEEDS: liblz4 */
/*
 * codec/lz4 -- LZ4 frames, any number, skippable ones among them, and the legacy format that came before frames.
 *
 *	04 22 4d 18  descriptor  blocks...  end mark  [checksum]     a frame
 *	5x 2a 4d 18  size[4]  bytes                                  a skippable frame: gives nothing
 *	02 21 4c 18  (size[4]  block)...                             legacy: blocks of at most 8 MiB plain
 *
 * The legacy format has no end mark and no checksum: it ends with the shard or where a magic number stands for a size.
 */
#include <scope/plugin.h>

#include <stdlib.h>

#include <lz4.h>
#include <lz4frame.h>

#define FRAME      UINT32_C(0x184d2204)
#define LEGACY     UINT32_C(0x184c2102)
#define SKIPPABLE  UINT32_C(0x184d2a50)
#define BLOCK      (8 << 20)
#define BLOCK_MAX  LZ4_COMPRESSBOUND(BLOCK)

struct lz4 {
	LZ4F_dctx *in;
	enum { FRESH, FRAMED, OLD } kind; /* of the current member; FRESH: its magic was not seen yet */
	/* Legacy: the block being collected, its size (0: the size comes next), and what of the last one is still to be given. */
	struct sc_buf block;
	uint32_t size;
	char *plain;
	size_t lo, hi;
};

static uint32_t le32(const char *p)
{
	const unsigned char *u = (const unsigned char *)p;

	return u[0] | (uint32_t)u[1] << 8 | (uint32_t)u[2] << 16 | (uint32_t)u[3] << 24;
}

static bool is_magic(uint32_t m)
{
	return m == FRAME || m == LEGACY || (m & 0xfffffff0) == SKIPPABLE;
}

static int taste(sc_str h)
{
	while (h.n >= 12 && (le32(h.p) & 0xfffffff0) == SKIPPABLE && le32(h.p + 4) <= h.n - 12)
		h = sc_str_from(h, 8 + (size_t)le32(h.p + 4));
	if (h.n < 4)
		return h.n == 3 && !memcmp(h.p, "\x04\x22\x4d", 3) ? 24 : 0;
	/* One bit less than zstd, which has the same skippable frames. */
	return !is_magic(le32(h.p)) ? 0 : (le32(h.p) & 0xfffffff0) == SKIPPABLE ? 27 : 32;
}

static size_t resync(sc_str s)
{
	for (size_t i = 0; i + 4 <= s.n; i++)
		if (is_magic(le32(s.p + i)))
			return i;
	return s.n > 3 ? s.n - 3 : 0;
}

static int open_(void *state, struct sc_err *e)
{
	struct lz4 *l = state;

	(void)e;
	if (LZ4F_isError(LZ4F_createDecompressionContext(&l->in, LZ4F_VERSION)))
		sc_oom();
	return SC_OK;
}

static int start(void *state, struct sc_err *e)
{
	struct lz4 *l = state;

	(void)e;
	LZ4F_resetDecompressionContext(l->in);
	l->kind = FRESH;
	l->size = 0;
	l->lo = l->hi = 0;
	return SC_OK;
}

/* A block is whole: it is decoded. */
static int old_block(struct lz4 *l, struct sc_err *e)
{
	int n;

	if (!l->plain && !(l->plain = malloc(BLOCK)))
		sc_oom();
	n = LZ4_decompress_safe(l->block.p, l->plain, (int)l->block.n, BLOCK);
	if (n < 0)
		return sc_bad(e, "lz4: a legacy block is spoilt");
	l->lo = 0;
	l->hi = (size_t)n;
	l->size = 0;
	return SC_OK;
}

static int old_step(struct lz4 *l, sc_str *in, bool last, char *out, size_t cap, size_t *n, bool *end, struct sc_err *e)
{
	sc_str piece;

	if (l->lo < l->hi) {
		*n = l->hi - l->lo < cap ? l->hi - l->lo : cap;
		memcpy(out, l->plain + l->lo, *n);
		l->lo += *n;
		return SC_OK;
	}
	if (!l->size) {
		if (in->n < 4) {
			*end = last && !in->n;
			return SC_OK;
		}
		l->size = le32(in->p);
		*end = is_magic(l->size);
		if (*end)
			return SC_OK;
		if (!l->size || l->size > BLOCK_MAX)
			return sc_bad(e, "lz4: a legacy block claims %ju bytes", (uintmax_t)l->size);
		*in = sc_str_from(*in, 4);
		sc_buf_clear(&l->block);
	}
	piece = sc_str_head(*in, l->size - l->block.n);
	sc_buf_add(&l->block, piece);
	*in = sc_str_from(*in, piece.n);
	return l->block.n == l->size ? old_block(l, e) : SC_OK;
}

static int step(void *state, sc_str *in, bool last, char *out, size_t cap, size_t *n, bool *end, struct sc_err *e)
{
	struct lz4 *l = state;
	size_t took, rc;

	*n = 0;
	if (l->kind == FRESH) {
		if (in->n < 4)
			return SC_OK;
		l->kind = le32(in->p) == LEGACY ? OLD : FRAMED;
		if (l->kind == OLD)
			*in = sc_str_from(*in, 4);
	}
	if (l->kind == OLD)
		return old_step(l, in, last, out, cap, n, end, e);
	*n = cap;
	took = in->n;
	rc = LZ4F_decompress(l->in, out, n, in->p, &took, NULL);
	*in = sc_str_from(*in, took);
	if (LZ4F_isError(rc)) {
		*n = 0;
		return sc_bad(e, "lz4: %s", LZ4F_getErrorName(rc));
	}
	*end = rc == 0;
	return SC_OK;
}

static void close_(void *state)
{
	struct lz4 *l = state;

	LZ4F_freeDecompressionContext(l->in);
	sc_buf_free(&l->block);
	free(l->plain);
}

static int pack(void *state, sc_str plain, int level, struct sc_buf *out, struct sc_err *e)
{
	LZ4F_preferences_t how = { .frameInfo = { .contentChecksumFlag = LZ4F_contentChecksumEnabled },
				   .compressionLevel = level };
	size_t bound = LZ4F_compressFrameBound(plain.n, &how), n;

	(void)state;
	n = LZ4F_compressFrame(sc_buf_room(out, bound), bound, plain.p, plain.n, &how);
	if (LZ4F_isError(n))
		return sc_fail(e, "lz4: %s", LZ4F_getErrorName(n));
	out->n += n;
	return SC_OK;
}

extern const struct sc_codec codec_lz4;
const struct sc_codec codec_lz4 = {
	.card = { .name = "codec/lz4", .about = "LZ4 frames, any number, and the legacy format", .state = sizeof(struct lz4), .revision = 1 },
	.ext = ".lz4",
	.taste = taste,
	.resync = resync,
	.open = open_,
	.start = start,
	.step = step,
	.close = close_,
	.pack = pack,
};
