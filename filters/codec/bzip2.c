/* SPDX-License-Identifier: Apache-2.0 */
/* NEEDS: bzip2 */
/* codec/bzip2 -- "BZh" level, blocks that begin with pi or end with its square root; any number of streams. */
#include <scope/plugin.h>

#include <bzlib.h>

struct bzip2 {
	bz_stream in;
	bool started;
};

/* A head of less than ten bytes is what is left of a shard cut there. */
static int taste(sc_str h)
{
	static const sc_str block = SC_LIT("1AY&SY"), last = SC_LIT("\x17rE8P\x90");

	if (h.n < 5 || !sc_str_starts(h, SC_STR("BZh")) || h.p[3] < '1' || h.p[3] > '9')
		return 0;
	h = sc_str_from(h, 4);
	if (sc_str_starts(h, block) || sc_str_starts(h, last))
		return 77;
	return h.n < block.n && (sc_str_starts(block, h) || sc_str_starts(last, h)) ? 30 : 0;
}

static size_t resync(sc_str s)
{
	for (size_t i = 0, at; i < s.n; i += at + 1) {
		at = sc_str_find(sc_str_from(s, i), SC_STR("BZh"));
		if (at == SC_NONE)
			break;
		if (s.n - i - at < 10 || taste(sc_str_from(s, i + at)))
			return i + at;
	}
	return s.n > 2 ? s.n - 2 : 0;
}

static int open_(void *state, struct sc_err *e)
{
	(void)state;
	(void)e;
	return SC_OK;
}

static void stop(struct bzip2 *b)
{
	if (b->started)
		BZ2_bzDecompressEnd(&b->in);
	b->started = false;
}

static int start(void *state, struct sc_err *e)
{
	struct bzip2 *b = state;

	(void)e;
	stop(b);
	b->in = (bz_stream){ 0 };
	if (BZ2_bzDecompressInit(&b->in, 0, 0) != BZ_OK)
		sc_oom();
	b->started = true;
	return SC_OK;
}

static int step(void *state, sc_str *in, bool last, char *out, size_t cap, size_t *n, bool *end, struct sc_err *e)
{
	struct bzip2 *b = state;
	size_t feed = in->n < UINT32_MAX ? in->n : UINT32_MAX;
	int rc;

	(void)last;
	b->in.next_in = (char *)(uintptr_t)in->p;
	b->in.avail_in = (unsigned)feed;
	b->in.next_out = out;
	b->in.avail_out = (unsigned)cap;
	rc = BZ2_bzDecompress(&b->in);
	*n = cap - b->in.avail_out;
	*in = sc_str_from(*in, feed - b->in.avail_in);
	if (rc == BZ_MEM_ERROR)
		sc_oom();
	if (rc != BZ_OK && rc != BZ_STREAM_END)
		return sc_bad(e, "bzip2: a stream is spoilt");
	*end = rc == BZ_STREAM_END;
	return SC_OK;
}

static void close_(void *state)
{
	stop(state);
}

static int pack(void *state, sc_str plain, int level, struct sc_buf *out, struct sc_err *e)
{
	unsigned n;

	(void)state;
	if (level > 9)
		return sc_fail(e, "bzip2: level %d; there are 1 to 9", level);
	if (plain.n > UINT32_MAX / 2)
		return sc_fail(e, "bzip2: a stream of %zu bytes", plain.n);
	n = (unsigned)(plain.n + plain.n / 100 + 601);
	if (BZ2_bzBuffToBuffCompress(sc_buf_room(out, n), &n, plain.n ? (char *)(uintptr_t)plain.p : (char *)(uintptr_t)"", (unsigned)plain.n,
				     level ? level : 9, 0, 0) != BZ_OK)
		return sc_fail(e, "bzip2: %zu bytes could not be packed", plain.n);
	out->n += n;
	return SC_OK;
}

extern const struct sc_codec codec_bzip2;
const struct sc_codec codec_bzip2 = {
	.card = { .name = "codec/bzip2", .about = "bzip2 streams, any number", .state = sizeof(struct bzip2), .revision = 1 },
	.ext = ".bz2",
	.taste = taste,
	.resync = resync,
	.open = open_,
	.start = start,
	.step = step,
	.close = close_,
	.pack = pack,
};
