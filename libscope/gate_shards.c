/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gate_shards.c -- expressions that look at text, a part, a name or metadata, asked of the corpus's shards.
 *
 * The shards are read once for all expressions.  Of each record the R lines of its identity are looked up, and it is asked with the tags that
 * the line has, not with what a tagger would say today.  Kept are the leaf hashes of the lines that were seen, and of those for which an expression is
 * true or cannot tell: a line that no shard has is not false, nobody knows.
 */
#include "gate_impl.h"

#include <scope/digest.h>
#include <scope/lookup.h>
#include <scope/run.h>
#include <scope/text.h>

#include <errno.h>
#include <string.h>
#include <unistd.h>

struct reading {
	struct gate *g;
	struct sc_lookup *look;
	struct sc_arena *a;
	struct sc_record *r;
	sc_str group, text_field;
};

static int remember(struct gate *g, struct gexpr *x, enum sc_truth t, const uint8_t leaf[32])
{
	sc_str row = { (const char *)leaf, 32 };

	if (t == SC_FALSE)
		return SC_OK;
	return sc_rows_add(t == SC_TRUE ? x->yes : x->unclear, row, g->e);
}

/* The record at hand as one of its R lines describes it. */
static int line_seen(void *with, sc_str line, struct sc_err *e)
{
	struct reading *w = with;
	struct gate *g = w->g;
	struct sc_record r = *w->r;
	struct sc_manifest_line l;
	struct subject s;
	const char *why;
	uint8_t leaf[32];

	if (sc_manifest_line_parse(line, w->a, &l, &why) != SC_OK)
		return sc_bad(e, "%.*s: %s", SC_ARG(g->c->manifest), why);
	sc_merkle_leaf_hash(line, leaf);
	SC_TRY(sc_rows_add(g->seen, (sc_str){ (const char *)leaf, 32 }, e));
	subject_of(&l, &s);
	r.tags = (struct sc_tags){ 0 };
	subject_tags(w->a, &s, &r);
	for (size_t i = 0; i < g->ch->n; i++) {
		struct gexpr *x = &g->expr[i];

		if (x->x && x->text)
			SC_TRY(remember(g, x, sc_expr_eval(x->x, x->m, w->a, &r), leaf));
	}
	return SC_OK;
}

static int record_seen(void *with, struct sc_arena *a, struct sc_record *r, struct sc_err *e)
{
	struct reading *w = with;
	struct sc_buf b = { .a = a };
	sc_str prefix;
	int rc;

	sc_record_id(a, r);
	sc_buf_add(&b, SC_STR("R\tsha256:"));
	sc_hex_put(&b, r->id, 32);
	sc_buf_byte(&b, '\t');
	prefix = sc_buf_seal(&b);
	w->a = a;
	w->r = r;
	rc = sc_lookup_find(w->look, &prefix, 1, line_seen, w, e);
	return rc == SC_BAD ? SC_FAIL : rc;
}

/* How the shards were read is how they must be read again. */
static int head_seen(void *with, sc_str line, struct sc_err *e)
{
	struct reading *w = with;
	struct sc_manifest_line l;
	const char *why;

	(void)e;
	if (sc_manifest_line_parse(line, w->g->a, &l, &why) != SC_OK || l.n < 2)
		return SC_OK;
	if (sc_str_eq(l.field[0], SC_STR("group")))
		w->group = l.field[1];
	if (sc_str_eq(l.field[0], SC_STR("text-field")))
		w->text_field = l.field[1];
	return SC_OK;
}

static int put_all(int fd, sc_str s, struct sc_err *e)
{
	while (s.n) {
		ssize_t w = write(fd, s.p, s.n);

		if (w < 0 && errno != EINTR)
			return sc_fail(e, "spool file: %s", strerror(errno));
		s = sc_str_from(s, w > 0 ? (size_t)w : 0);
	}
	return SC_OK;
}

/* A compressed manifest in a nameless file, plain, where lines are found by halving. */
static int unpacked(struct gate *g, int *fd, struct sc_err *e)
{
	struct sc_manifest_lines *m;
	struct sc_buf b = { 0 };
	sc_str line;
	int rc;

	SC_TRY(sc_manifest_lines_open(&m, g->c->manifest, e));
	*fd = sc_spool(e);
	rc = *fd < 0 ? SC_FAIL : SC_OK;
	sc_buf_add(&b, SC_STR("#scope-manifest/1\n"));
	while (rc == SC_OK && (rc = sc_manifest_lines_raw(m, &line, e)) == SC_OK) {
		sc_buf_add(&b, line);
		sc_buf_byte(&b, '\n');
		if (b.n < 64 << 10)
			continue;
		rc = put_all(*fd, sc_buf_str(&b), e);
		sc_buf_clear(&b);
	}
	if (rc == SC_EOF)
		rc = put_all(*fd, sc_buf_str(&b), e);
	sc_buf_free(&b);
	sc_manifest_lines_close(m);
	return rc;
}

static int look_open(struct gate *g, struct sc_lookup **look, int *fd, struct sc_err *e)
{
	SC_TRY(sc_lookup_open(look, g->c->manifest, e));
	if (sc_lookup_direct(*look))
		return SC_OK;
	sc_lookup_close(*look);
	*look = NULL;
	SC_TRY(unpacked(g, fd, e));
	return sc_lookup_open(look, sc_fmt(g->a, "/dev/fd/%d", *fd), e);
}

static int read_shards(struct gate *g, struct reading *w)
{
	struct sc_run_conf run = {
		.quiet = true, .no_manifest = true, .group = w->group, .text_field = w->text_field
	};
	struct sc_plan *p = NULL;
	int rc;

	SC_TRY(sc_plan_new(&p, &run, g->e));
	rc = SC_OK;
	for (size_t i = 0; i < g->c->shards.n && rc == SC_OK; i++)
		rc = sc_plan_shard(p, g->c->shards.v[i], g->e);
	sc_plan_sink(p, record_seen, w);
	if (rc == SC_OK)
		rc = sc_run(p, g->e);
	sc_plan_free(p);
	return rc == SC_OK ? SC_OK : SC_FAIL;
}

static int sealed(struct gate *g)
{
	SC_TRY(sc_rows_seal(g->seen, g->e));
	for (size_t i = 0; i < g->ch->n; i++) {
		if (!g->expr[i].yes)
			continue;
		SC_TRY(sc_rows_seal(g->expr[i].yes, g->e));
		SC_TRY(sc_rows_seal(g->expr[i].unclear, g->e));
	}
	return SC_OK;
}

int expr_shards(struct gate *g)
{
	struct reading w = { .g = g };
	size_t n = 0;
	int fd = -1, rc;

	for (size_t i = 0; i < g->ch->n; i++)
		n += g->expr[i].x && g->expr[i].text;
	if (!n || !g->c->shards.n)
		return SC_OK;
	if (sc_str_eq(g->c->manifest, SC_STR("-")))
		return sc_fail(g->e, "--shards: the manifest is read more than once: name a file");
	g->seen = sc_rows_new(32, g->c->memory / (4 * (n + 1)));
	for (size_t i = 0; i < g->ch->n; i++) {
		if (!g->expr[i].x || !g->expr[i].text)
			continue;
		g->expr[i].yes = sc_rows_new(32, g->c->memory / (8 * (n + 1)));
		g->expr[i].unclear = sc_rows_new(32, g->c->memory / (8 * (n + 1)));
	}
	rc = look_open(g, &w.look, &fd, g->e);
	if (rc == SC_OK)
		rc = sc_lookup_scan(w.look, "H", head_seen, &w, g->e);
	if (rc >= 0)
		rc = read_shards(g, &w);
	sc_lookup_close(w.look);
	if (fd >= 0)
		close(fd);
	return rc == SC_OK ? sealed(g) : rc;
}
