/* SPDX-License-Identifier: Apache-2.0 */
/* write/frame -- the pipe format between scope processes: read/frame has the layout. */
#include <scope/run.h>

struct frame {
	struct sc_output *out;
	const struct sc_style *style;
	struct sc_buf b, tail;
	uint64_t records;
};

static void put_le64(char *p, uint64_t v)
{
	for (int i = 0; i < 8; i++, v >>= 8)
		p[i] = (char)v;
}

static void begin(struct frame *f, char type)
{
	sc_buf_clear(&f->b);
	sc_buf_room(&f->b, 9);
	f->b.p[0] = type;
	f->b.n = 9;
}

static int send(struct frame *f, struct sc_err *e)
{
	put_le64(f->b.p + 1, f->b.n - 9);
	return sc_write(f->out, sc_buf_str(&f->b), e);
}

static int open_(void *state, const struct sc_style *style, struct sc_output *out, struct sc_err *e)
{
	struct frame *f = state;

	f->out = out;
	f->style = style;
	SC_TRY(sc_write(out, SC_STR("#scope-frame/1\n"), e));
	begin(f, 'H');
	if (style->chain)
		sc_chain_put(&f->b, style->chain);
	return send(f, e);
}

static int put(void *state, struct sc_arena *a, struct sc_record *r, struct sc_err *e)
{
	struct frame *f = state;

	(void)a;
	begin(f, 'R');
	sc_buf_clear(&f->tail);
	sc_frame_around(&f->b, &f->tail, r);
	f->records++;
	put_le64(f->b.p + 1, f->b.n - 9 + r->raw.n + f->tail.n);
	SC_TRY(sc_write(f->out, sc_buf_str(&f->b), e));
	SC_TRY(sc_write_kept(f->out, r->raw, e));
	return sc_write(f->out, sc_buf_str(&f->tail), e);
}

static int end(void *state, struct sc_err *e)
{
	struct frame *f = state;

	begin(f, 'T');
	put_le64(sc_buf_room(&f->b, 8), f->records);
	f->b.n += 8;
	if (f->style->chain)
		sc_chain_put(&f->b, f->style->chain);
	return send(f, e);
}

static void close_(void *state)
{
	struct frame *f = state;

	sc_buf_free(&f->b);
	sc_buf_free(&f->tail);
}

extern const struct sc_writer write_frame;
const struct sc_writer write_frame = {
	.card = { .name = "write/frame",
		  .about = "records with origin, tags and chain, for another scope process",
		  .state = sizeof(struct frame),
		  .revision = 1 },
	.ext = ".frame",
	.open = open_,
	.put = put,
	.end = end,
	.close = close_,
};
