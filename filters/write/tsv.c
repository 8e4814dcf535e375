/* SPDX-License-Identifier: Apache-2.0 */
/*
 * write/tsv -- a line a record, to count and to look at: shard, ordinal, offset, length, name,
 * number of parts, bytes.
 *
 *	shard TAB ordinal TAB offset TAB length TAB name TAB parts TAB bytes LF
 *
 * Offset and length are those of the record in the decompressed shard; bytes is the sum of its
 * parts.  Controls, bidirectional marks and bytes that are not UTF-8 are written \xHH or \u{HHHH},
 * a backslash \x5c, so no name makes a column or a line.  No header line.  Tags do not appear
 * here, and neither does the payload.
 */
#include <scope/plugin.h>
#include <scope/text.h>

struct out {
	struct sc_output *to;
	struct sc_buf b;
};

static int open_(void *state, const struct sc_style *style, struct sc_output *to, struct sc_err *e)
{
	struct out *o = state;

	(void)style;
	(void)e;
	o->to = to;
	return SC_OK;
}

/* The pieces between backslashes are escaped, so that what sc_escape writes can be told from what
 * was there. */
static void field(struct sc_buf *b, struct sc_arena *a, sc_str s)
{
	sc_str piece;
	bool first = true;

	while (sc_str_cut(&s, '\\', &piece)) {
		if (!first)
			sc_buf_add(b, SC_STR("\\x5c"));
		first = false;
		sc_buf_add(b, sc_escape(a, piece));
	}
}

static int put(void *state, struct sc_arena *a, struct sc_record *r, struct sc_err *e)
{
	struct out *o = state;
	struct sc_mark m = sc_arena_mark(a);

	sc_buf_clear(&o->b);
	field(&o->b, a, r->from.shard);
	sc_buf_fmt(&o->b, "\t%ju\t%ju\t%ju\t", (uintmax_t)r->from.ordinal, (uintmax_t)r->from.off,
	           (uintmax_t)r->from.len);
	field(&o->b, a, r->name);
	sc_buf_fmt(&o->b, "\t%u\t%ju\n", r->npart, (uintmax_t)sc_record_bytes(r));
	sc_arena_back(a, m);
	return sc_write(o->to, sc_buf_str(&o->b), e);
}

static int end(void *state, struct sc_err *e)
{
	(void)state;
	(void)e;
	return SC_OK;
}

static void close_(void *state)
{
	struct out *o = state;

	sc_buf_free(&o->b);
}

extern const struct sc_writer write_tsv;
const struct sc_writer write_tsv = {
	.card = { .name = "write/tsv",
	          .about = "a line a record: shard, ordinal, offset, length, name, parts, bytes",
	          .state = sizeof(struct out),
	          .revision = 1 },
	.ext = ".tsv",
	.open = open_,
	.put = put,
	.end = end,
	.close = close_,
};
