/* SPDX-License-Identifier: Apache-2.0 */
/* NEEDS: liblzma */
/*
 * codec/xz -- .xz streams, any number, with stream padding (zero bytes, which the input skips).
 *
 * Memory for a stream's dictionary is bounded: a header may ask for 4 GiB.
 */
#include <scope/plugin.h>

#include <lzma.h>

#define DICTIONARY_MAX (UINT64_C(256) << 20)

struct xz {
	lzma_stream in;
};

/* Written in two pieces, lest the 7 be read as one more hexadecimal digit. */
static const sc_str magic = SC_LIT("\xfd"
				   "7zXZ\0");

static int taste(sc_str h)
{
	return sc_str_starts(h, magic) ? 48 : h.n > 2 && sc_str_starts(magic, h) ? 24 : 0;
}

static size_t resync(sc_str s)
{
	size_t at = sc_str_find(s, magic);

	return at != SC_NONE ? at : s.n > 5 ? s.n - 5 : 0;
}

static int open_(void *state, struct sc_err *e)
{
	struct xz *x = state;

	(void)e;
	x->in = (lzma_stream)LZMA_STREAM_INIT;
	return SC_OK;
}

static int start(void *state, struct sc_err *e)
{
	struct xz *x = state;
	lzma_ret rc = lzma_stream_decoder(&x->in, DICTIONARY_MAX, LZMA_TELL_UNSUPPORTED_CHECK);

	if (rc == LZMA_MEM_ERROR)
		sc_oom();
	return rc == LZMA_OK ? SC_OK : sc_fail(e, "xz: the decoder does not start");
}

static const char *wrong(lzma_ret rc)
{
	switch (rc) {
	case LZMA_FORMAT_ERROR:
		return "not an xz stream";
	case LZMA_OPTIONS_ERROR:
		return "options that this liblzma does not know";
	case LZMA_UNSUPPORTED_CHECK:
		return "an integrity check that this liblzma does not know";
	case LZMA_MEMLIMIT_ERROR:
		return "a dictionary above 256 MiB";
	default:
		return "a stream is spoilt";
	}
}

static int step(void *state, sc_str *in, bool last, char *out, size_t cap, size_t *n, bool *end, struct sc_err *e)
{
	struct xz *x = state;
	lzma_ret rc;

	(void)last;
	x->in.next_in = (const uint8_t *)in->p;
	x->in.avail_in = in->n;
	x->in.next_out = (uint8_t *)out;
	x->in.avail_out = cap;
	rc = lzma_code(&x->in, LZMA_RUN);
	*n = cap - x->in.avail_out;
	*in = sc_str_from(*in, in->n - x->in.avail_in);
	if (rc == LZMA_MEM_ERROR)
		sc_oom();
	if (rc != LZMA_OK && rc != LZMA_STREAM_END && rc != LZMA_BUF_ERROR)
		return sc_bad(e, "xz: %s", wrong(rc));
	*end = rc == LZMA_STREAM_END;
	return SC_OK;
}

static void close_(void *state)
{
	struct xz *x = state;

	lzma_end(&x->in);
}

static int pack(void *state, sc_str plain, int level, struct sc_buf *out, struct sc_err *e)
{
	size_t bound = lzma_stream_buffer_bound(plain.n), n = 0;
	lzma_ret rc;

	(void)state;
	if (level > 9)
		return sc_fail(e, "xz: level %d; there are 1 to 9", level);
	rc = lzma_easy_buffer_encode(level ? (uint32_t)level : 6, LZMA_CHECK_CRC64, NULL, (const uint8_t *)plain.p, plain.n,
				     (uint8_t *)sc_buf_room(out, bound), &n, bound);
	if (rc == LZMA_MEM_ERROR)
		sc_oom();
	if (rc != LZMA_OK)
		return sc_fail(e, "xz: %zu bytes could not be packed", plain.n);
	out->n += n;
	return SC_OK;
}

extern const struct sc_codec codec_xz;
const struct sc_codec codec_xz = {
	.card = { .name = "codec/xz", .about = "xz streams, any number", .state = sizeof(struct xz), .revision = 1 },
	.ext = ".xz",
	.padded = true,
	.taste = taste,
	.resync = resync,
	.open = open_,
	.start = start,
	.step = step,
	.close = close_,
	.pack = pack,
};
