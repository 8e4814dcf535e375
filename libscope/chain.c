/* SPDX-License-Identifier: Apache-2.0 */
/*
 * chain.c -- the chain of steps and shards, as lines of text inside a frame stream.
 *
 * One line a step or shard, TAB-separated, fields escaped as in the manifest:
 *	P name revision rules in kept dropped rejected undecided sum-in sum-kept sum-dropped sum-rejected args
 *	I path bytes records rejected sha256
 *	N digests                                 there are none: the stream began with --no-manifest
 */
#include <scope/run.h>

#include <scope/text.h>

#include <stdio.h>

static void put_hash(struct sc_buf *b, const uint8_t h[32])
{
	sc_buf_byte(b, '\t');
	sc_hex(h, 32, sc_buf_room(b, 64));
	b->n += 64;
}

static void put_step(struct sc_buf *b, struct sc_arena *a, const struct sc_step *s)
{
	sc_str name = sc_field(a, s->name), args = sc_field(a, s->args);

	sc_buf_add(b, SC_STR("P\t"));
	sc_buf_add(b, name);
	sc_buf_fmt(b, "\t%u", s->revision);
	put_hash(b, s->rules);
	sc_buf_fmt(b, "\t%ju\t%ju\t%ju\t%ju\t%ju", (uintmax_t)s->in, (uintmax_t)s->kept, (uintmax_t)s->dropped,
		   (uintmax_t)s->rejected, (uintmax_t)s->undecided);
	put_hash(b, s->sum_in);
	put_hash(b, s->sum_kept);
	put_hash(b, s->sum_dropped);
	put_hash(b, s->sum_rejected);
	sc_buf_byte(b, '\t');
	sc_buf_add(b, args);
	sc_buf_byte(b, '\n');
}

void sc_chain_put(struct sc_buf *b, const struct sc_chain *c)
{
	struct sc_arena a = { 0 };

	if (c->bare)
		sc_buf_add(b, SC_STR("N\tdigests\n"));
	for (size_t i = 0; i < c->nstep; i++)
		put_step(b, &a, &c->step[i]);
	for (size_t i = 0; i < c->nshard; i++) {
		const struct sc_shard_in *s = &c->shard[i];

		sc_buf_add(b, SC_STR("I\t"));
		sc_buf_add(b, sc_field(&a, s->path));
		sc_buf_fmt(b, "\t%ju\t%ju\t%ju", (uintmax_t)s->bytes, (uintmax_t)s->records,
			   (uintmax_t)s->rejected);
		put_hash(b, s->sha256);
		sc_buf_byte(b, '\n');
	}
	sc_arena_free(&a);
}

/* Fields of a line, one after the other; any that is not as expected sets bad. */
struct fields {
	sc_str rest;
	struct sc_arena *a;
	bool bad;
};

static sc_str text(struct fields *f)
{
	sc_str raw, out = { NULL, 0 };

	if (f->bad || !sc_str_cut(&f->rest, '\t', &raw) || !sc_unfield(f->a, raw, &out))
		f->bad = true;
	return out;
}

static uint64_t number(struct fields *f)
{
	uint64_t v = 0;
	sc_str raw;

	if (f->bad || !sc_str_cut(&f->rest, '\t', &raw) || !sc_str_u64(raw, &v))
		f->bad = true;
	return v;
}

static void hash(struct fields *f, uint8_t out[32])
{
	sc_str raw;

	if (f->bad || !sc_str_cut(&f->rest, '\t', &raw) || !sc_unhex(raw, out, 32))
		f->bad = true;
}

static void get_step(struct fields *f, struct sc_step *s)
{
	s->name = text(f);
	s->revision = (uint32_t)number(f);
	hash(f, s->rules);
	s->in = number(f);
	s->kept = number(f);
	s->dropped = number(f);
	s->rejected = number(f);
	s->undecided = number(f);
	hash(f, s->sum_in);
	hash(f, s->sum_kept);
	hash(f, s->sum_dropped);
	hash(f, s->sum_rejected);
	s->args = text(f);
}

static void get_shard(struct fields *f, struct sc_shard_in *s)
{
	s->path = text(f);
	s->bytes = number(f);
	s->records = number(f);
	s->rejected = number(f);
	hash(f, s->sha256);
}

int sc_chain_get(struct sc_arena *a, sc_str bytes, struct sc_chain *c, struct sc_err *e)
{
	size_t lines = 0;
	sc_str line;

	for (size_t i = 0; i < bytes.n; i++)
		lines += bytes.p[i] == '\n';
	if (bytes.n && bytes.p[bytes.n - 1] != '\n')
		return sc_bad(e, "frame: the chain's last line is cut");
	*c = (struct sc_chain){ .step = SC_NEW(a, struct sc_step, lines + 1),
				.shard = SC_NEW(a, struct sc_shard_in, lines + 1) };
	while (lines--) {
		struct fields f = { .a = a };

		sc_str_cut(&bytes, '\n', &line);
		f.rest = sc_str_from(line, 2);
		if (sc_str_starts(line, SC_STR("P\t")))
			get_step(&f, &c->step[c->nstep++]);
		else if (sc_str_starts(line, SC_STR("I\t")))
			get_shard(&f, &c->shard[c->nshard++]);
		else if (sc_str_eq(line, SC_STR("N\tdigests")))
			c->bare = sc_str_cut(&f.rest, '\t', &line);
		else
			f.bad = true;
		if (f.bad || f.rest.p)
			return sc_bad(e, "frame: a line of its chain is not one: %.*s", SC_ARG(line));
	}
	return SC_OK;
}
