/* SPDX-License-Identifier: Apache-2.0 */
/* NEEDS: liblz4 */
/*
 * codec/lz4 -- LZ4 frames, any number, skippable ones among them.
 *
 *	04 22 4d 18  descriptor  blocks...  end mark  [checksum]
 */
#include <scope/plugin.h>

#include <lz4frame.h>

struct lz4 {
	LZ4F_dctx *in;
};

static int taste(sc_str h)
{
	return sc_str_starts(h, SC_STR("\x04\x22\x4d\x18")) ? 32 : 0;
}

static size_t resync(sc_str s)
{
	size_t at = sc_str_find(s, SC_STR("\x04\x22\x4d\x18"));

	return at != SC_NONE ? at : s.n > 3 ? s.n - 3 : 0;
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
	return SC_OK;
}

static int step(void *state, sc_str *in, bool last, char *out, size_t cap, size_t *n, bool *end, struct sc_err *e)
{
	struct lz4 *l = state;
	size_t took = in->n, rc;

	(void)last;
	*n = cap;
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
	.card = { .name = "codec/lz4", .about = "LZ4 frames, any number", .state = sizeof(struct lz4), .revision = 1 },
	.ext = ".lz4",
	.taste = taste,
	.resync = resync,
	.open = open_,
	.start = start,
	.step = step,
	.close = close_,
	.pack = pack,
};
