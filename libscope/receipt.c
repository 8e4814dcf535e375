/* SPDX-License-Identifier: Apache-2.0 */
/* receipt.c -- scope-receipt/1 written and read; scope/receipt.h has the format. */
#include <scope/receipt.h>

#include <scope/text.h>

enum { OUT_MOST = 100000 };

static void digest_put(struct sc_buf *b, const char *word, const uint8_t h[32])
{
	sc_buf_fmt(b, "%s sha256:", word);
	sc_hex_put(b, h, 32);
}

static void text_put(struct sc_buf *b, const char *word, sc_str s)
{
	sc_buf_fmt(b, "%s ", word);
	sc_field_put(b, s);
	sc_buf_byte(b, '\n');
}

static void out_put(struct sc_buf *b, const struct sc_shard_out *o)
{
	digest_put(b, "output", o->stored.sha256);
	sc_buf_fmt(b, " %ju %ju ", (uintmax_t)o->stored.bytes, (uintmax_t)o->records);
	sc_field_put(b, o->path);
	sc_buf_byte(b, '\n');
}

static void checkpoint_put(struct sc_buf *b, const struct sc_receipt *r)
{
	if (!r->logged) {
		sc_buf_add(b, SC_STR("checkpoint -\nversion -\n"));
		return;
	}
	sc_buf_fmt(b, "checkpoint %ju sha256:", (uintmax_t)r->size);
	sc_hex_put(b, r->log_root, 32);
	sc_buf_byte(b, ' ');
	sc_field_put(b, r->origin);
	sc_buf_fmt(b, "\nversion %ju\n", (uintmax_t)r->version);
}

void sc_receipt_put(struct sc_buf *b, const struct sc_receipt *r)
{
	digest_put(b, "scope-receipt/1\nmanifest", r->manifest);
	sc_buf_byte(b, ' ');
	sc_field_put(b, r->manifest_name);
	digest_put(b, "\nrecord-root", r->record_root);
	digest_put(b, "\nkey-root", r->key_root);
	sc_buf_fmt(b, "\nrecords %ju\n", (uintmax_t)r->records);
	checkpoint_put(b, r);
	text_put(b, "signer", r->signer);
	text_put(b, "charter", r->charter);
	digest_put(b, "order", r->order);
	sc_buf_fmt(b, "\nin %ju\nemitted %ju\ndropped %ju\nrejected %ju\n", (uintmax_t)r->in,
	           (uintmax_t)r->emitted, (uintmax_t)r->dropped, (uintmax_t)r->rejected);
	for (size_t i = 0; i < r->nout; i++)
		out_put(b, &r->out[i]);
	text_put(b, "tool", r->tool);
	text_put(b, "created", r->created);
}

/* ---- read ---- */

/* Words of a line; the first that is not as expected sets why, which lines after it keep. */
struct lines {
	struct sc_arena *a;
	sc_str rest, line;
	uint64_t number;
	const char *why;
};

/* The next line begins with that word. */
static bool word(struct lines *l, const char *is)
{
	sc_str w = sc_str_c(is);

	if (l->why)
		return false;
	l->number++;
	if (!l->rest.n || sc_str_chr(l->rest, '\n') == SC_NONE)
		l->why = "it is cut short";
	else if (!sc_str_cut(&l->rest, '\n', &l->line) || !sc_str_starts(l->line, w) ||
	         l->line.n <= w.n || l->line.p[w.n] != ' ')
		l->why = "another line should stand here";
	l->line = sc_str_from(l->line, w.n + 1);
	return !l->why;
}

static sc_str piece(struct lines *l)
{
	sc_str s = { NULL, 0 };

	if (!l->why && !sc_str_cut(&l->line, ' ', &s))
		l->why = "a field is missing";
	return s;
}

static void digest(struct lines *l, uint8_t out[32])
{
	if (!sc_root_parse(piece(l), out) && !l->why)
		l->why = "a digest is not sha256: and 64 lower-case hex digits";
}

static uint64_t number(struct lines *l)
{
	uint64_t n = 0;

	if (!sc_str_u64(piece(l), &n) && !l->why)
		l->why = "a field is not a number";
	return n;
}

/* What is left of the line. */
static sc_str text(struct lines *l)
{
	sc_str s = { NULL, 0 };

	if (!l->why &&
	    (!l->line.p || sc_utf8_valid(l->line) != l->line.n || !sc_unfield(l->a, l->line, &s)))
		l->why = "a field is missing or not escaped as it should be";
	l->line = (sc_str){ NULL, 0 };
	return s;
}

static void end(struct lines *l)
{
	if (!l->why && l->line.p)
		l->why = "a field too many";
}

static void digest_line(struct lines *l, const char *is, uint8_t out[32])
{
	if (word(l, is))
		digest(l, out);
	end(l);
}

static uint64_t number_line(struct lines *l, const char *is)
{
	uint64_t n = word(l, is) ? number(l) : 0;

	end(l);
	return n;
}

static sc_str text_line(struct lines *l, const char *is)
{
	return word(l, is) ? text(l) : (sc_str){ NULL, 0 };
}

static void checkpoint(struct lines *l, struct sc_receipt *r)
{
	if (!word(l, "checkpoint"))
		return;
	r->logged = !sc_str_eq(l->line, SC_STR("-"));
	if (!r->logged) {
		if (word(l, "version") && !sc_str_eq(l->line, SC_STR("-")))
			l->why = "a version of no log";
		return;
	}
	r->size = number(l);
	digest(l, r->log_root);
	r->origin = text(l);
	r->version = number_line(l, "version");
}

static void outs(struct lines *l, struct sc_receipt *r)
{
	size_t cap = 0;

	while (!l->why && sc_str_starts(l->rest, SC_STR("output ")) && word(l, "output")) {
		struct sc_shard_out *o;

		if (r->nout == cap) {
			struct sc_shard_out *v =
			        SC_NEW(l->a, struct sc_shard_out, cap = cap ? 2 * cap : 16);

			if (r->nout)
				memcpy(v, r->out, r->nout * sizeof *v);
			r->out = v;
		}
		if (r->nout == OUT_MOST)
			l->why = "more outputs than are read";
		o = &r->out[r->nout++];
		digest(l, o->stored.sha256);
		o->stored.bytes = number(l);
		o->records = number(l);
		o->path = text(l);
	}
}

static void counts(struct lines *l, struct sc_receipt *r)
{
	r->in = number_line(l, "in");
	r->emitted = number_line(l, "emitted");
	r->dropped = number_line(l, "dropped");
	r->rejected = number_line(l, "rejected");
	if (!l->why && (r->emitted > r->in || r->dropped > r->in - r->emitted ||
	                r->rejected != r->in - r->emitted - r->dropped))
		l->why = "in is not emitted + dropped + rejected";
}

int sc_receipt_parse(struct sc_arena *a, sc_str bytes, struct sc_receipt *r, struct sc_err *e)
{
	static const sc_str first = SC_LIT("scope-receipt/1\n");
	struct lines l = { .a = a, .rest = sc_str_from(bytes, first.n), .number = 1 };

	*r = (struct sc_receipt){ .logged = false };
	if (!sc_str_starts(bytes, first))
		return sc_bad(e, "no receipt: it does not begin with scope-receipt/1");
	if (word(&l, "manifest")) {
		digest(&l, r->manifest);
		r->manifest_name = text(&l);
	}
	digest_line(&l, "record-root", r->record_root);
	digest_line(&l, "key-root", r->key_root);
	r->records = number_line(&l, "records");
	checkpoint(&l, r);
	r->signer = text_line(&l, "signer");
	r->charter = text_line(&l, "charter");
	digest_line(&l, "order", r->order);
	counts(&l, r);
	outs(&l, r);
	r->tool = text_line(&l, "tool");
	r->created = text_line(&l, "created");
	if (!l.why && l.rest.n) {
		l.number++;
		l.why = "nothing may follow";
	}
	return l.why ? sc_bad(e, "receipt: line %ju: %s", (uintmax_t)l.number, l.why) : SC_OK;
}
