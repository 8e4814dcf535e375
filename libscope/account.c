/* SPDX-License-Identifier: Apache-2.0 */
/*
 * account.c -- in = kept + dropped + rejected, at every step and for every shard.
 *
 * A record is counted when it enters a step and again when its fate is known, at two different places of
 * the code; the check compares the two, for counts and for order-free sums of digests.  It stands before
 * any rename, so an output that does not add up never gets its name.
 */
#include "engine.h"

#include <scope/digest.h>
#include <scope/text.h>

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

void tally_in(struct tally *t, const struct item *it, bool digest)
{
	t->in++;
	if (digest)
		sc_sum_add(t->sum_in, it->digest);
}

void tally_fate(struct tally *t, const struct item *it, bool digest)
{
	t->kept += it->fate == KEPT || it->fate == SPLIT;
	t->dropped += it->fate == DROPPED;
	t->rejected += it->fate == REJECTED;
	t->undecided += it->fate == DROPPED && it->undecided;
	if (!digest)
		return;
	sc_sum_add(it->fate == KEPT || it->fate == SPLIT ? t->sum_kept : it->fate == DROPPED ? t->sum_dropped : t->sum_rejected,
		   it->digest);
}

void tally_merge(struct tally *to, const struct tally *from)
{
	to->in += from->in;
	to->kept += from->kept;
	to->dropped += from->dropped;
	to->rejected += from->rejected;
	to->undecided += from->undecided;
	sc_sum_add(to->sum_in, from->sum_in);
	sc_sum_add(to->sum_kept, from->sum_kept);
	sc_sum_add(to->sum_dropped, from->sum_dropped);
	sc_sum_add(to->sum_rejected, from->sum_rejected);
}

/* "read/jsonl", or "read/jsonl,warc" when shards of several formats were read. */
static sc_str reader_name(const struct sc_plan *p, struct sc_arena *a)
{
	struct sc_buf b = { 0 };
	sc_str out;

	for (size_t i = 0; sc_readers[i]; i++)
		for (size_t k = 0; k < p->nshard; k++)
			if (p->shard[k].reader == sc_readers[i]) {
				sc_buf_add(&b, b.n ? SC_STR(",") : SC_STR("read/"));
				sc_buf_add(&b, sc_str_c(sc_readers[i]->card.name + strlen("read/")));
				break;
			}
	out = b.n ? sc_strdup(a, sc_buf_str(&b)) : SC_STR("read");
	sc_buf_free(&b);
	return out;
}

static void step_of(struct sc_step *s, const struct tally *t)
{
	s->in = t->in;
	s->kept = t->kept;
	s->dropped = t->dropped;
	s->rejected = t->rejected;
	s->undecided = t->undecided;
	memcpy(s->sum_in, t->sum_in, 32);
	memcpy(s->sum_kept, t->sum_kept, 32);
	memcpy(s->sum_dropped, t->sum_dropped, 32);
	memcpy(s->sum_rejected, t->sum_rejected, 32);
}

/* The second step of a split: in is what was made. */
static size_t step_made(struct sc_plan *p, struct sc_step *s, const struct stage *g)
{
	*s = (struct sc_step){ .name = sc_fmt(&p->arena, "%s:made", g->f->card.name), .revision = g->me.revision };
	memcpy(s->rules, g->me.rules, 32);
	step_of(s, &g->made);
	return 1;
}

void account_head(struct sc_plan *p)
{
	size_t n = p->prev.nstep;
	struct sc_step *s = SC_NEW(&p->arena, struct sc_step, n + 2 * p->nstage + 1);

	if (n)
		memcpy(s, p->prev.step, n * sizeof *s);
	for (size_t i = 0; i < p->nstage; i++) {
		const struct stage *g = &p->stage[i];

		s[n] = (struct sc_step){ .name = sc_str_c(g->f->card.name), .revision = g->me.revision,
					 .args = g->args };
		memcpy(s[n++].rules, g->me.rules, 32);
		if (g->f->split)
			n += step_made(p, &s[n], g);
	}
	p->chain = (struct sc_chain){ .step = s, .nstep = n, .bare = p->bare };
}

static void step_merge(struct sc_step *to, const struct sc_step *from)
{
	to->in += from->in;
	to->kept += from->kept;
	to->dropped += from->dropped;
	to->rejected += from->rejected;
	to->undecided += from->undecided;
	sc_sum_add(to->sum_in, from->sum_in);
	sc_sum_add(to->sum_kept, from->sum_kept);
	sc_sum_add(to->sum_dropped, from->sum_dropped);
	sc_sum_add(to->sum_rejected, from->sum_rejected);
}

void account_frames(struct sc_plan *p)
{
	size_t nshard = 0;

	for (size_t i = 0; i < p->nshard; i++)
		nshard += p->shard[i].chain.total.nshard;
	p->prev = p->shard[0].chain.total;
	p->prev.shard = SC_NEW(&p->arena, struct sc_shard_in, nshard + 1);
	p->prev.nshard = 0;
	for (size_t i = 0; i < p->nshard; i++) {
		const struct sc_chain *t = &p->shard[i].chain.total;

		for (size_t k = 0; i && k < t->nstep && k < p->prev.nstep; k++)
			step_merge(&p->prev.step[k], &t->step[k]);
		for (size_t k = 0; k < t->nshard; k++)
			p->prev.shard[p->prev.nshard++] = t->shard[k];
	}
}

static void chain_shards(struct sc_plan *p)
{
	p->chain.shard = p->prev.shard;
	p->chain.nshard = p->prev.nshard;
	if (p->is_frame)
		return;
	p->chain.shard = SC_NEW(&p->arena, struct sc_shard_in, p->nshard + 1);
	p->chain.nshard = p->nshard;
	for (size_t i = 0; i < p->nshard; i++)
		p->chain.shard[i] = p->shard[i].in;
}

void account_steps(struct sc_plan *p)
{
	struct sc_step *s = SC_NEW(&p->arena, struct sc_step, p->prev.nstep + 2 * p->nstage + 2);
	size_t n = 0;

	if (p->is_frame) {
		memcpy(s, p->prev.step, p->prev.nstep * sizeof *s);
		n = p->prev.nstep;
	} else {
		s[n] = (struct sc_step){ .name = reader_name(p, &p->arena), .revision = 1 };
		step_of(&s[n++], &p->reader);
	}
	for (size_t i = 0; i < p->nstage; i++, n++) {
		const struct stage *g = &p->stage[i];

		s[n] = (struct sc_step){ .name = sc_str_c(g->f->card.name), .revision = g->me.revision,
					 .args = g->args };
		memcpy(s[n].rules, g->me.rules, 32);
		step_of(&s[n], &g->tally);
		if (g->f->split) {
			n++;
			step_made(p, &s[n], g);
		}
	}
	if (p->out_tally.rejected) { /* only when a record could not be written in the output's format */
		s[n] = (struct sc_step){ .name = SC_STR("write"), .revision = 1 };
		step_of(&s[n++], &p->out_tally);
	}
	p->steps = s;
	p->nsteps = n;
	p->chain = (struct sc_chain){ .step = s, .nstep = n, .bare = p->bare };
	chain_shards(p);
}

static int check_step(const struct sc_step *s, size_t i, struct sc_err *e)
{
	uint8_t sum[32];

	if (s->in != s->kept + s->dropped + s->rejected)
		return sc_fail(e, "step %zu %.*s: %ju in, but %ju kept + %ju dropped + %ju rejected", i + 1,
			       SC_ARG(s->name), (uintmax_t)s->in, (uintmax_t)s->kept, (uintmax_t)s->dropped,
			       (uintmax_t)s->rejected);
	memcpy(sum, s->sum_kept, 32);
	sc_sum_add(sum, s->sum_dropped);
	sc_sum_add(sum, s->sum_rejected);
	if (memcmp(sum, s->sum_in, 32))
		return sc_fail(e, "step %zu %.*s: what it kept, dropped and rejected is not what came in", i + 1,
			       SC_ARG(s->name));
	return SC_OK;
}

static int check_shards(const struct sc_plan *p, struct sc_err *e)
{
	for (size_t i = 0; i < p->nshard; i++) {
		const struct shard *s = &p->shard[i];

		if (s->ordinal + s->made != s->kept + s->dropped + s->rejected + s->split)
			return sc_fail(e, "%.*s: %ju records in and %ju made, but %ju kept + %ju dropped + %ju rejected + %ju split",
				       SC_ARG(s->as), (uintmax_t)s->ordinal, (uintmax_t)s->made, (uintmax_t)s->kept,
				       (uintmax_t)s->dropped, (uintmax_t)s->rejected, (uintmax_t)s->split);
	}
	return SC_OK;
}

int account_check(struct sc_plan *p, struct sc_err *e)
{
	uint64_t kept = p->nkept;

	for (size_t i = 0; i < p->nsteps; i++) {
		SC_TRY(check_step(&p->steps[i], i, e));
		if (i && !sc_step_is_made(&p->steps[i - 1], &p->steps[i]) && (p->steps[i].in != p->steps[i - 1].kept ||
			  memcmp(p->steps[i].sum_in, p->steps[i - 1].sum_kept, 32)))
			return sc_fail(e, "step %zu %.*s: it took in other records than the step before kept", i + 1,
				       SC_ARG(p->steps[i].name));
	}
	if (p->nsteps && p->steps[p->nsteps - 1].kept != kept)
		return sc_fail(e, "%ju records were written, but the last step kept %ju", (uintmax_t)kept,
			       (uintmax_t)p->steps[p->nsteps - 1].kept);
	return check_shards(p, e);
}

/* ---- the manifest ---- */

/* The stages as one would type them after `scope run`, made from the steps so that a piped run says the same. */
static sc_str recipe(struct sc_plan *p)
{
	struct sc_buf b = { 0 };
	sc_str out;

	for (size_t i = 0; i < p->nsteps; i++) {
		const struct sc_step *s = &p->steps[i];
		size_t slash = sc_str_chr(s->name, '/');
		sc_str kind = sc_str_head(s->name, slash), name = sc_str_from(s->name, slash + 1);

		if (slash == SC_NONE || sc_str_eq(kind, SC_STR("read")) || (i && sc_step_is_made(s - 1, s)))
			continue;
		if (b.n)
			sc_buf_add(&b, SC_STR(" | "));
		if (!sc_str_eq(kind, SC_STR("select"))) {
			sc_buf_add(&b, kind);
			sc_buf_byte(&b, ' ');
		}
		sc_buf_add(&b, name);
		if (s->args.n) {
			sc_buf_byte(&b, ' ');
			sc_buf_add(&b, s->args);
		}
	}
	out = sc_strdup(&p->arena, sc_buf_str(&b));
	sc_buf_free(&b);
	return out;
}

/* `scope manifest`: the shards stay where they are and are listed as what came out. */
static int manifest_inputs(struct sc_plan *p, struct sc_err *e)
{
	for (size_t i = 0; i < p->nshard && !p->is_frame; i++) {
		const struct shard *s = &p->shard[i];
		struct sc_shard_out out = { .path = sc_path_name(s->as), .records = s->kept };

		if (sc_str_eq(s->path, SC_STR("-")))
			return sc_fail(e, "manifest: standard input has no bytes to verify later: pipe frames (--to frame), "
					  "or name the file");
		out.stored.bytes = s->in.bytes;
		memcpy(out.stored.sha256, s->in.sha256, 32);
		memcpy(out.stored.plain, s->plain, 32);
		SC_TRY(sc_manifest_out(p->mw, &out, e));
	}
	return SC_OK;
}

static int manifest_shards(struct sc_plan *p, struct sc_err *e)
{
	if (p->is_frame)
		for (size_t i = 0; i < p->prev.nshard; i++)
			SC_TRY(sc_manifest_in(p->mw, &p->prev.shard[i], e));
	else
		for (size_t i = 0; i < p->nshard; i++)
			SC_TRY(sc_manifest_in(p->mw, &p->shard[i].in, e));
	if (p->manifest_only)
		SC_TRY(manifest_inputs(p, e));
	for (size_t i = 0; i < p->nouts; i++)
		SC_TRY(sc_manifest_out(p->mw, &p->outs[i], e));
	for (size_t i = 0; i < p->nsteps; i++)
		SC_TRY(sc_manifest_step(p->mw, i + 1, &p->steps[i], e));
	return SC_OK;
}

int account_manifest(struct sc_plan *p, struct sc_err *e)
{
	struct sc_output *out;

	SC_TRY(sc_manifest_head(p->mw, SC_STR("tool"), SC_STR("scope " SCOPE_VERSION), e));
	SC_TRY(sc_manifest_head(p->mw, SC_STR("created"), sc_created(&p->arena), e));
	SC_TRY(sc_manifest_head(p->mw, SC_STR("recipe"), recipe(p), e));
	if (p->conf.group.n && !plan_splits(p)) /* how to read the outputs again */
		SC_TRY(sc_manifest_head(p->mw, SC_STR("group"), p->conf.group, e));
	if (p->conf.text_field.n && !plan_splits(p))
		SC_TRY(sc_manifest_head(p->mw, SC_STR("text-field"), p->conf.text_field, e));
	for (size_t i = 0; i < p->nheads; i++)
		SC_TRY(sc_manifest_head(p->mw, p->heads[i][0], p->heads[i][1], e));
	SC_TRY(manifest_shards(p, e));
	SC_TRY(refuse_carry(p, e));
	SC_TRY(sc_output_open(&out, p->manifest_path, SC_STR(""), 0, e));
	finished_add(p, out); /* last: shards first, the manifest after them */
	SC_TRY(sc_manifest_end(p->mw, out, &p->totals, e));
	return sc_output_finish(out, e);
}
