/* SPDX-License-Identifier: Apache-2.0 */
/*
 * read/frame -- the pipe format between scope processes: scope-frame(5).
 *
 *	"#scope-frame/1\n"
 *	messages: a type byte, the length as 8 bytes little-endian, that many bytes
 *	  H  the chain of steps so far, without counts       first, once
 *	  R  a record (libscope/frame.c)                     any number
 *	  T  count of records (8 bytes), then the chain with counts    last, once
 *
 * A stream without its trailer was cut: the process before died or its disk filled.  That ends the run,
 * for what is missing cannot be told from what was dropped.
 */
#include <scope/run.h>

#include <stdio.h>

static const sc_str magic = SC_LIT("#scope-frame/1\n");

struct frame {
	struct sc_input *in;
	struct sc_chain_in *chain;
	struct sc_chain_in own; /* when nobody asked for it */
	uint64_t records;
	bool done;
};

static int taste(sc_str head, sc_str path)
{
	(void)path;
	return sc_str_starts(head, magic) ? 120 : 0;
}

static uint64_t le64(const char *p)
{
	uint64_t v = 0;

	for (int i = 7; i >= 0; i--)
		v = v << 8 | (unsigned char)p[i];
	return v;
}

/* One message; its bytes are a view that the next call ends. */
static int message(struct frame *f, char *type, sc_str *body, struct sc_err *e)
{
	sc_str got;
	uint64_t n;

	if (sc_peek(f->in, 9, &got, e) < 0)
		return SC_FAIL;
	if (got.n < 9)
		return sc_fail(e, "frame: the stream ends without its trailer: the process before it did not finish");
	*type = *got.p;
	n = le64(got.p + 1);
	if (n > SIZE_MAX - 9 || sc_peek(f->in, (size_t)n + 9, &got, e) < 0)
		return sc_fail(e, "frame: a message claims %ju bytes", (uintmax_t)n);
	if (got.n < n + 9)
		return sc_fail(e, "frame: the stream ends inside a message: the process before it did not finish");
	*body = (sc_str){ got.p + 9, (size_t)n };
	return SC_OK;
}

static int open_(void *state, const void *conf, struct sc_input *in, struct sc_err *e)
{
	struct frame *f = state;
	const struct sc_read_conf *c = conf;
	sc_str got;
	char type = 0;

	f->in = in;
	f->chain = c && c->chain ? c->chain : &f->own;
	f->chain->is_frame = true;
	if (sc_peek(in, magic.n, &got, e) < 0)
		return SC_FAIL;
	if (!sc_str_starts(got, magic))
		return sc_fail(e, "frame: it does not begin with %.*s", (int)magic.n - 1, magic.p);
	sc_take(in, magic.n);
	SC_TRY(message(f, &type, &got, e));
	if (type != 'H')
		return sc_fail(e, "frame: the first message is no head");
	if (f->chain->a && sc_chain_get(f->chain->a, got, &f->chain->head, e) < 0)
		return SC_FAIL;
	sc_take(in, got.n + 9);
	return SC_OK;
}

static int trailer(struct frame *f, sc_str body, struct sc_err *e)
{
	struct sc_arena scratch = { 0 };
	struct sc_arena *a = f->chain->a ? f->chain->a : &scratch;
	sc_str got;
	int rc = SC_OK;

	f->done = true;
	if (body.n < 8 || le64(body.p) != f->records)
		rc = sc_fail(e, "frame: the trailer counts other records than came");
	else if (sc_chain_get(a, sc_str_from(body, 8), &f->chain->total, e) < 0)
		rc = SC_FAIL;
	sc_arena_free(&scratch);
	if (rc < 0)
		return rc;
	sc_take(f->in, body.n + 9);
	if (sc_peek(f->in, 1, &got, e) < 0 || got.n)
		return sc_fail(e, "frame: bytes follow the trailer");
	f->chain->whole = true;
	return SC_EOF;
}

static int next(void *state, struct sc_arena *a, struct sc_record *r, struct sc_err *e)
{
	struct frame *f = state;
	sc_str body;
	char type = 0;

	if (f->done)
		return SC_EOF;
	SC_TRY(message(f, &type, &body, e));
	if (type == 'T')
		return trailer(f, body, e);
	if (type != 'R')
		return sc_fail(e, "frame: a message of type %d", type);
	if (sc_frame_get(a, sc_keep(f->in, a, body), r, e) < 0)
		return SC_FAIL;
	sc_take(f->in, body.n + 9);
	f->records++;
	return SC_OK;
}

extern const struct sc_reader read_frame;
const struct sc_reader read_frame = {
	.card = { .name = "read/frame",
		  .about = "records with origin, tags and chain, from another scope process",
		  .more = "The stream ends in a trailer with counts; one that ends before it is refused, so a killed "
			  "process can never pass for a small corpus.",
		  .state = sizeof(struct frame),
		  .revision = 1 },
	.writes = "jsonl",
	.taste = taste,
	.open = open_,
	.next = next,
};
