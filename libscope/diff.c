/* SPDX-License-Identifier: Apache-2.0 */
/*
 * diff.c -- two manifests side by side, id for id, in one pass over both.
 *
 * What comes before the first R line is passed over on both sides at once; then the R lines are walked through together.  Memory is that of the
 * small lines and of the R lines of one id.
 */
#include "manifest_read.h"
#include "manifest_text.h"

#include <scope/diff.h>
#include <scope/text.h>

#include <pthread.h>
#include <stdlib.h>

enum { ID_AT = 2, ID_END = 73 };

struct side {
	struct check c;
	struct pass p;
	sc_str line; /* the next R line; p NULL: there is none */
	bool ended;
	struct group {
		sc_str *v;
		size_t n, cap;
		struct sc_arena a;
	} g;
	int rc;
	struct sc_err why;
};

/* ---- one side ---- */

/* The next R line; behind the last the rest of the manifest is looked at too. */
static int side_next(struct side *s, struct sc_err *e)
{
	sc_str line;
	int rc;

	while ((rc = manifest_next(&s->c, &s->p, &line, e)) == SC_OK)
		if (sc_str_starts(line, SC_STR("R\t"))) {
			s->line = line;
			return SC_OK;
		}
	s->line = (sc_str){ NULL, 0 };
	s->ended = rc == SC_EOF;
	return rc < 0 ? rc : SC_OK;
}

static int side_check(const struct side *s, struct sc_err *e)
{
	struct sc_err why = { 0 };
	size_t nchain;
	int rc = totals_check(&s->c, &why);

	if (rc == SC_OK)
		rc = funnel_check(&s->c, &nchain, &why);
	return rc < 0 ? sc_bad(e, "%.*s: %s", SC_ARG(s->p.path), why.msg) : SC_OK;
}

static sc_str id_of(sc_str line)
{
	return (sc_str){ line.p + ID_AT, ID_END - ID_AT };
}

static void group_add(struct group *g, sc_str line)
{
	if (g->n == g->cap) {
		g->cap = g->cap ? 2 * g->cap : 4;
		g->v = realloc(g->v, g->cap * sizeof *g->v);
		if (!g->v)
			sc_oom();
	}
	g->v[g->n++] = sc_strdup(&g->a, line);
}

/* All lines of the id, if it is the next. */
static int group_take(struct side *s, sc_str id, struct sc_err *e)
{
	s->g.n = 0;
	sc_arena_reset(&s->g.a);
	while (s->line.p && sc_str_eq(id_of(s->line), id)) {
		group_add(&s->g, s->line);
		SC_TRY(side_next(s, e));
	}
	return SC_OK;
}

/* ---- both ---- */

static void *head_pass(void *with)
{
	struct side *s = with;

	s->rc = side_next(s, &s->why);
	return NULL;
}

static int heads_pass(struct side s[2], struct sc_err *e)
{
	pthread_t id;
	bool beside = !pthread_create(&id, NULL, head_pass, &s[1]);

	head_pass(&s[0]);
	if (beside)
		pthread_join(id, NULL);
	else
		head_pass(&s[1]);
	for (int i = 0; i < 2; i++)
		if (s[i].rc < 0) {
			*e = s[i].why;
			return s[i].rc;
		}
	return SC_OK;
}

static bool groups_same(const struct group *a, const struct group *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (!sc_str_eq(a->v[i], b->v[i]))
			return false;
	return true;
}

static void side_count(struct sc_diff_side *to, const struct group *g)
{
	uint64_t bytes = 0;

	if (!g->n)
		return;
	to->ids++;
	sc_str_u64(rline_column(g->v[0], COL_BYTES), &bytes);
	to->bytes += bytes;
	to->conflicts += sc_str_find(g->v[0], SC_STR("\tconflict=")) != SC_NONE;
}

static int one_id(struct sc_diff *d, struct side s[2], struct sc_err *e)
{
	struct sc_diff_id x;
	char id[ID_END - ID_AT];
	sc_str first = s[0].line;

	if (!first.p || (s[1].line.p && sc_str_cmp(id_of(s[1].line), id_of(first)) < 0))
		first = s[1].line;
	memcpy(id, first.p + ID_AT, sizeof id);
	x.id = (sc_str){ id, sizeof id };
	for (int i = 0; i < 2; i++) {
		SC_TRY(group_take(&s[i], x.id, e));
		side_count(&d->side[i], &s[i].g);
		x.of[i] = (struct sc_diff_lines){ s[i].g.v, s[i].g.n };
	}
	x.kind = !x.of[0].n ? '+' : !x.of[1].n ? '-' : groups_same(&s[0].g, &s[1].g) ? '=' : '~';
	d->added += x.kind == '+';
	d->removed += x.kind == '-';
	d->changed += x.kind == '~';
	d->same += x.kind == '=';
	return d->each ? d->each(d->with, &x, e) : SC_OK;
}

int sc_diff_run(struct sc_diff *d, struct sc_err *e)
{
	struct side *s = calloc(2, sizeof *s);

	if (!s)
		sc_oom();
	d->kept = s;
	for (int i = 0; i < 2; i++)
		SC_TRY(manifest_open(&s[i].p, d->path[i], false, e));
	SC_TRY(heads_pass(s, e));
	while (s[0].line.p || s[1].line.p)
		SC_TRY(one_id(d, s, e));
	for (int i = 0; i < 2; i++) {
		SC_TRY(side_check(&s[i], e));
		d->side[i].t = s[i].c.t;
		d->side[i].step = s[i].c.step;
		d->side[i].nstep = s[i].c.nstep;
	}
	return SC_OK;
}

void sc_diff_free(struct sc_diff *d)
{
	struct side *s = d->kept;

	for (int i = 0; s && i < 2; i++) {
		manifest_close(&s[i].p);
		check_free(&s[i].c);
		free(s[i].g.v);
		sc_arena_free(&s[i].g.a);
	}
	free(s);
	d->kept = NULL;
}

/* ---- fields ---- */

static int by_str(const void *a, const void *b)
{
	const sc_str *x = a, *y = b;

	return sc_str_cmp(*x, *y);
}

static size_t distinct(sc_str *v, size_t n)
{
	size_t to = 0;

	if (n > 1)
		qsort(v, n, sizeof *v, by_str);
	for (size_t i = 0; i < n; i++)
		if (!to || !sc_str_eq(v[i], v[to - 1]))
			v[to++] = v[i];
	return to;
}

/* The k=v of a line, one after the other. */
static bool kv_next(sc_str *rest, sc_str *key, sc_str *value)
{
	sc_str field;
	size_t equals;

	if (!rest->p || !sc_str_cut(rest, '\t', &field))
		return false;
	equals = sc_str_chr(field, '=');
	*key = sc_str_head(field, equals);
	*value = sc_str_from(field, equals == SC_NONE ? field.n : equals + 1);
	return true;
}

static sc_str kvs_of(sc_str line)
{
	sc_str field;

	for (int i = 0; i < COL_KV && line.p; i++)
		sc_str_cut(&line, '\t', &field);
	return line;
}

static sc_str key_of(sc_str line, sc_str want)
{
	sc_str rest = kvs_of(line), key, value;

	while (kv_next(&rest, &key, &value))
		if (sc_str_eq(key, want))
			return value;
	return SC_STR("-");
}

sc_str sc_diff_field(struct sc_arena *a, const struct sc_diff_lines *l, size_t column, sc_str key)
{
	sc_str *v = SC_NEW(a, sc_str, l->n + 1);
	struct sc_buf b = { .a = a };
	size_t n;

	for (size_t i = 0; i < l->n; i++)
		v[i] = key.n ? key_of(l->v[i], key) : rline_column(l->v[i], column + 1);
	n = distinct(v, l->n);
	if (n <= 1)
		return n ? v[0] : SC_STR("-");
	for (size_t i = 0; i < n; i++) {
		if (i)
			sc_buf_byte(&b, '|');
		sc_buf_add(&b, v[i]);
	}
	return sc_buf_seal(&b);
}

size_t sc_diff_keys(struct sc_arena *a, const struct sc_diff_lines *l, size_t n, sc_str **keys)
{
	sc_str rest, key, value;
	size_t nkey = 0;

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < l[i].n; k++)
			for (rest = kvs_of(l[i].v[k]); kv_next(&rest, &key, &value);)
				nkey++;
	*keys = SC_NEW(a, sc_str, nkey + 1);
	nkey = 0;
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < l[i].n; k++)
			for (rest = kvs_of(l[i].v[k]); kv_next(&rest, &key, &value);)
				(*keys)[nkey++] = key;
	return distinct(*keys, nkey);
}
