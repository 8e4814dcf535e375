/* SPDX-License-Identifier: Apache-2.0 */
/*
 * merge_records.c -- L and R lines of several manifests, merged in the order of their ids.
 *
 * An L line names the leaf of its R line, and that is only known when the R lines of all manifests were seen: another licence in another
 * manifest makes a conflict.  So each input is read at two places, its L and its R lines, side by side; a second walk over the R lines
 * alone then writes these, which stand behind.  Nothing is spooled; memory is that of the lines of one id, and of very many L lines of
 * one id that of a sort.
 */
#include "merge_impl.h"

#include <scope/digest.h>
#include <scope/input.h>
#include <scope/text.h>

#include <stdlib.h>

enum {
	ID_AT = 9, /* "L\tsha256:" */
	ID_END = 73,
	LEAF_AT = 74,
	WHERE_AT = 91,
	LINE_LIMIT = 16 << 20,
	PLACES_HERE = 4 << 20, /* bytes of L lines of one id before they are sorted elsewhere */
};

/* ---- cursors, and which is first ---- */

struct cursor {
	struct merge_input *of;
	struct sc_input *in;
	sc_str line; /* without LF, until the next call */
	char kind;
	bool done;
};

static int changed(const struct cursor *k, struct sc_err *e)
{
	return sc_fail(e, "%.*s: it changed while it was read", SC_ARG(k->of->path));
}

static int cursor_next(struct cursor *k, struct sc_err *e)
{
	int rc = sc_line(k->in, '\n', &k->line, e);

	if (rc < 0)
		return rc;
	if (rc == SC_EOF)
		return changed(k, e); /* T lines follow */
	k->done = *k->line.p != k->kind;
	k->line.n--;
	return !k->done && k->line.n < (k->kind == 'L' ? WHERE_AT : ID_END) ? changed(k, e) : SC_OK;
}

static int cursor_open(struct cursor *k, struct merge_input *of, char kind, struct sc_err *e)
{
	const struct check *c = &of->c;
	uint64_t left;

	*k = (struct cursor){ .of = of,
		              .kind = kind,
		              .done = !(kind == 'L' ? c->has_l : c->has_r) };
	if (k->done)
		return SC_OK;
	SC_TRY(sc_input_open(&k->in, of->path, of->path, (sc_str){ NULL, 0 }, LINE_LIMIT, e));
	SC_TRY(sc_skip(k->in, kind == 'L' ? c->at_l : c->at_r, &left, e));
	return left ? changed(k, e) : cursor_next(k, e);
}

struct heap {
	struct cursor **v;
	size_t n;
};

static int id_cmp(sc_str a, sc_str b)
{
	return memcmp(a.p + ID_AT, b.p + ID_AT, ID_END - ID_AT);
}

static bool before(const struct cursor *a, const struct cursor *b)
{
	int c = id_cmp(a->line, b->line);

	return c < 0 || (c == 0 && a->of < b->of);
}

static void sink(struct heap *h, size_t i)
{
	for (;;) {
		size_t least = i;

		for (size_t k = 2 * i + 1; k <= 2 * i + 2 && k < h->n; k++)
			if (before(h->v[k], h->v[least]))
				least = k;
		if (least == i)
			return;
		struct cursor *t = h->v[i];

		h->v[i] = h->v[least];
		h->v[least] = t;
		i = least;
	}
}

/* The first cursor's line was used. */
static int heap_step(struct heap *h, struct sc_err *e)
{
	SC_TRY(cursor_next(h->v[0], e));
	if (h->v[0]->done)
		h->v[0] = h->v[--h->n];
	sink(h, 0);
	return SC_OK;
}

/* ---- R lines of one id ---- */

struct entry { /* a line of an input */
	const struct merge_input *of;
	sc_str text; /* without conflict= */
	size_t variant;
	uint8_t came[8]; /* of the leaf that it had there */
	bool had, placed;
};

struct variant { /* a line of the output */
	sc_str text, final;
	uint8_t leaf[32];
	size_t entry; /* the first that says so */
};

struct group {
	struct entry *v;
	struct variant *out;
	size_t n, nout, cap;
	bool conflict;
	char id[ID_END - ID_AT];
	struct sc_arena a;
};

struct walk {
	struct merge *m;
	struct sc_output *out;
	struct cursor *cursor;
	struct heap r, l;
	struct group g;
	bool hash;         /* leaves are wanted */
	sc_str tomb, gone; /* the next of each; p NULL: none */
	struct sc_strs place;
	size_t place_cap, place_bytes;
	bool far; /* the group's L lines are in m->place */
	struct sc_buf line;
};

static void room(struct group *g)
{
	size_t cap = g->cap ? 2 * g->cap : 8;

	if (g->n < g->cap)
		return;
	g->v = realloc(g->v, cap * sizeof *g->v);
	g->out = realloc(g->out, cap * sizeof *g->out);
	if (!g->v || !g->out)
		sc_oom();
	g->cap = cap;
}

static void group_add(struct walk *w, const struct cursor *k)
{
	struct group *g = &w->g;
	struct entry *x;
	uint8_t leaf[32];

	room(g);
	x = &g->v[g->n];
	*x = (struct entry){ .of = k->of,
		             .had = sc_str_find(k->line, SC_STR("\tconflict=")) != SC_NONE };
	x->text = x->had ? rline_with_conflict(&g->a, k->line, (sc_str){ NULL, 0 })
	                 : sc_strdup(&g->a, k->line);
	if (x->had && w->hash) {
		sc_merkle_leaf_hash(k->line, leaf);
		memcpy(x->came, leaf, sizeof x->came);
	}
	g->n++;
}

static int by_text(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	return sc_str_cmp(x->text, y->text);
}

static int by_final(const void *a, const void *b)
{
	const struct variant *x = a, *y = b;

	return sc_str_cmp(x->final, y->final);
}

static int by_came(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	if (x->of != y->of)
		return x->of < y->of ? -1 : 1;
	return memcmp(x->came, y->came, sizeof x->came);
}

static bool differs(const struct group *g, size_t column)
{
	for (size_t i = 1; i < g->nout; i++)
		if (!sc_str_eq(rline_column(g->out[0].text, column),
		               rline_column(g->out[i].text, column)))
			return true;
	return false;
}

/* Equal lines are one. */
static void variants(struct group *g)
{
	if (g->n > 1)
		qsort(g->v, g->n, sizeof *g->v, by_text);
	g->nout = 0;
	for (size_t i = 0; i < g->n; i++) {
		if (!i || !sc_str_eq(g->v[i].text, g->v[i - 1].text))
			g->out[g->nout++] = (struct variant){ .text = g->v[i].text, .entry = i };
		g->v[i].variant = g->nout - 1;
	}
}

/* Leaves: of each line as it will be, and as it was where it had no conflict=. */
static void leaves(struct group *g)
{
	uint8_t plain[32];

	for (size_t i = 0; i < g->nout; i++) {
		struct variant *v = &g->out[i];

		sc_merkle_leaf_hash(v->final, v->leaf);
		memcpy(plain, v->leaf, 32);
		if (v->final.p != v->text.p)
			sc_merkle_leaf_hash(v->text, plain);
		for (size_t k = v->entry; k < g->n && g->v[k].variant == i; k++)
			if (!g->v[k].had)
				memcpy(g->v[k].came, plain, sizeof g->v[k].came);
	}
}

static void group_settle(struct walk *w)
{
	struct group *g = &w->g;
	sc_str conflict;

	variants(g);
	conflict = rline_conflict(differs(g, COL_LICENCE), differs(g, COL_DOMAIN));
	g->conflict = conflict.n > 0;
	for (size_t i = 0; i < g->nout; i++)
		g->out[i].final = g->conflict ? rline_with_conflict(&g->a, g->out[i].text, conflict)
		                              : g->out[i].text;
	if (w->hash)
		leaves(g);
}

/* All R lines of the next id. */
static int group_next(struct walk *w, struct sc_err *e)
{
	struct group *g = &w->g;

	sc_arena_reset(&g->a);
	g->n = 0;
	memcpy(g->id, w->r.v[0]->line.p + ID_AT, sizeof g->id);
	while (w->r.n && !memcmp(w->r.v[0]->line.p + ID_AT, g->id, sizeof g->id)) {
		group_add(w, w->r.v[0]);
		SC_TRY(heap_step(&w->r, e));
	}
	group_settle(w);
	return SC_OK;
}

/* ---- L lines of one id ---- */

static int lost(const struct cursor *k, struct sc_err *e)
{
	return sc_bad(e, "%.*s: L %.*s %.16s: no R line has that id and leaf", SC_ARG(k->of->path),
	              ID_END - 2, k->line.p + 2, k->line.p + LEAF_AT);
}

static struct entry *entry_of(struct group *g, const struct merge_input *of, sc_str leaf16)
{
	struct entry key = { .of = of };

	if (!sc_unhex(leaf16, key.came, sizeof key.came))
		return NULL;
	return bsearch(&key, g->v, g->n, sizeof *g->v, by_came);
}

/* The line as it will be, in w->line. */
static int place_make(struct walk *w, const struct cursor *k, struct sc_err *e)
{
	struct entry *x = entry_of(&w->g, k->of, (sc_str){ k->line.p + LEAF_AT, 16 });
	sc_str rest = sc_str_from(k->line, WHERE_AT);
	struct sc_buf *b = &w->line;

	if (!x)
		return lost(k, e);
	x->placed = true;
	sc_buf_clear(b);
	sc_buf_add(b, sc_str_head(k->line, LEAF_AT));
	sc_hex_put(b, w->g.out[x->variant].leaf, 8);
	sc_buf_byte(b, '\t');
	if (!sc_str_starts(rest, SC_STR("-\t")))
		sc_buf_add(b, k->of->field);
	sc_buf_add(b, rest);
	return SC_OK;
}

static int place_keep(struct walk *w, struct sc_err *e)
{
	sc_str line = sc_buf_str(&w->line);

	if (w->far)
		return sc_sorter_add(w->m->place, line, e);
	if (w->place.n == w->place_cap) {
		w->place_cap = w->place_cap ? 2 * w->place_cap : 64;
		w->place.v = realloc(w->place.v, w->place_cap * sizeof *w->place.v);
		if (!w->place.v)
			sc_oom();
	}
	w->place.v[w->place.n++] = sc_strdup(&w->g.a, line);
	w->place_bytes += line.n;
	w->far = w->place_bytes > PLACES_HERE;
	for (size_t i = 0; w->far && i < w->place.n; i++)
		SC_TRY(sc_sorter_add(w->m->place, w->place.v[i], e));
	return SC_OK;
}

static bool nowhere(sc_str line)
{
	return sc_str_starts(sc_str_from(line, WHERE_AT), SC_STR("-\t"));
}

static void leave_out(sc_str line, uint8_t sum[32])
{
	sc_str from = sc_str_from(line, sc_str_rchr(line, '\t') + 1);
	uint8_t id[32], digest[32];

	sc_unhex((sc_str){ line.p + ID_AT, 64 }, id, 32);
	sc_manifest_digest(id, from, digest);
	sc_sum_add(sum, digest);
}

/* Lines come in order. */
static int place_out(struct walk *w, sc_str line, sc_str last, bool recalled, struct sc_err *e)
{
	struct merge *m = w->m;

	if (sc_str_eq(line, last) && !nowhere(line)) {
		m->done->once++;
		leave_out(line, m->once);
		return SC_OK;
	}
	if (recalled) {
		m->nrecalled++;
		leave_out(line, m->recalled);
		return SC_OK;
	}
	m->done->t.occurrences++;
	sc_buf_add(&m->b, line);
	sc_buf_byte(&m->b, '\n');
	return merge_flush(m, w->out, false, e);
}

static int by_str(const void *a, const void *b)
{
	const sc_str *x = a, *y = b;

	return sc_str_cmp(*x, *y);
}

static int far_out(struct walk *w, bool recalled, struct sc_err *e)
{
	sc_str line;
	int rc;

	sc_buf_clear(&w->line);
	while ((rc = sc_sorter_next(w->m->place, &line, e)) == SC_OK) {
		SC_TRY(place_out(w, line, sc_buf_str(&w->line), recalled, e));
		sc_buf_clear(&w->line);
		sc_buf_add(&w->line, line);
	}
	sc_sorter_clear(w->m->place);
	return rc < 0 ? rc : SC_OK;
}

static int places_out(struct walk *w, bool recalled, struct sc_err *e)
{
	if (w->far)
		return far_out(w, recalled, e);
	if (w->place.n > 1)
		qsort(w->place.v, w->place.n, sizeof *w->place.v, by_str);
	for (size_t i = 0; i < w->place.n; i++)
		SC_TRY(place_out(w, w->place.v[i], i ? w->place.v[i - 1] : (sc_str){ NULL, 0 },
		                 recalled, e));
	return SC_OK;
}

static bool here(const struct walk *w)
{
	return w->l.n && !memcmp(w->l.v[0]->line.p + ID_AT, w->g.id, sizeof w->g.id);
}

static int places(struct walk *w, bool recalled, struct sc_err *e)
{
	struct group *g = &w->g;

	if (g->n > 1)
		qsort(g->v, g->n, sizeof *g->v, by_came);
	w->place.n = w->place_bytes = 0;
	w->far = false;
	if (w->l.n && !here(w) && memcmp(w->l.v[0]->line.p + ID_AT, g->id, sizeof g->id) < 0)
		return lost(w->l.v[0], e);
	for (bool first = true; here(w); first = false) {
		SC_TRY(place_make(w, w->l.v[0], e));
		SC_TRY(heap_step(&w->l, e));
		if (first && !here(w))
			SC_TRY(place_out(w, sc_buf_str(&w->line), (sc_str){ NULL, 0 }, recalled,
			                 e));
		else
			SC_TRY(place_keep(w, e));
	}
	for (size_t i = 0; i < g->n; i++)
		if (!g->v[i].placed)
			return sc_bad(e, "%.*s: R sha256:%.64s: no L line says where it lies",
			              SC_ARG(g->v[i].of->path), g->id);
	return places_out(w, recalled, e);
}

/* ---- records that were taken back ---- */

static int line_of(struct sc_sorter *s, sc_str *line, struct sc_err *e)
{
	int rc = sc_sorter_next(s, line, e);

	if (rc == SC_EOF)
		*line = (sc_str){ NULL, 0 };
	return rc < 0 ? rc : SC_OK;
}

static int recalled(struct walk *w, bool *yes, struct sc_err *e)
{
	struct merge *m = w->m;
	const struct group *g = &w->g;
	int c = 1;

	while (w->tomb.p && (c = memcmp(w->tomb.p + ID_AT, g->id, sizeof g->id)) < 0)
		SC_TRY(line_of(m->tomb, &w->tomb, e));
	*yes = w->tomb.p && c == 0;
	if (!*yes)
		return SC_OK;
	if (!m->conf->apply_tombstones)
		return sc_bad(
		        e,
		        "%.*s: R sha256:%.64s: it was taken back (%.*s); --apply-tombstones leaves it out",
		        SC_ARG(g->v[0].of->path), g->id, SC_ARG(sc_str_from(w->tomb, ID_END + 1)));
	m->done->removed += g->nout;
	return sc_sorter_add(m->gone, (sc_str){ g->id, sizeof g->id }, e);
}

/* ---- walks ---- */

static int record(struct walk *w, struct sc_err *e)
{
	struct merge *m = w->m;
	struct group *g = &w->g;
	bool gone;

	SC_TRY(recalled(w, &gone, e));
	SC_TRY(places(w, gone, e));
	if (gone)
		return SC_OK;
	m->done->conflicts += g->conflict;
	if (g->nout > 1)
		qsort(g->out, g->nout, sizeof *g->out, by_final);
	for (size_t i = 0; i < g->nout; i++) {
		sc_merkle_add(&m->tree, g->out[i].leaf);
		SC_TRY(sc_keys_add(m->keys, g->out[i].final, e));
	}
	return SC_OK;
}

static int record_out(struct walk *w, struct sc_err *e)
{
	struct group *g = &w->g;

	if (w->gone.p && !memcmp(w->gone.p, g->id, sizeof g->id))
		return line_of(w->m->gone, &w->gone, e);
	if (g->nout > 1)
		qsort(g->out, g->nout, sizeof *g->out, by_final);
	for (size_t i = 0; i < g->nout; i++) {
		sc_buf_add(&w->m->b, g->out[i].final);
		sc_buf_byte(&w->m->b, '\n');
	}
	return merge_flush(w->m, w->out, false, e);
}

static int walk_open(struct walk *w, struct merge *m, struct sc_output *out, bool hash,
                     struct sc_err *e)
{
	*w = (struct walk){
		.m = m, .out = out, .hash = hash, .cursor = calloc(2 * m->n, sizeof *w->cursor)
	};
	w->r.v = calloc(m->n, sizeof *w->r.v);
	w->l.v = calloc(m->n, sizeof *w->l.v);
	if (!w->cursor || !w->r.v || !w->l.v)
		sc_oom();
	for (size_t i = 0; i < m->n; i++) {
		struct cursor *r = &w->cursor[2 * i], *l = r + 1;

		SC_TRY(cursor_open(r, &m->in[i], 'R', e));
		if (!r->done)
			w->r.v[w->r.n++] = r;
		if (hash)
			SC_TRY(cursor_open(l, &m->in[i], 'L', e));
		if (hash && !l->done)
			w->l.v[w->l.n++] = l;
	}
	for (size_t i = w->r.n; i-- > 0;)
		sink(&w->r, i);
	for (size_t i = w->l.n; i-- > 0;)
		sink(&w->l, i);
	return line_of(hash ? m->tomb : m->gone, hash ? &w->tomb : &w->gone, e);
}

static void walk_close(struct walk *w)
{
	for (size_t i = 0; i < 2 * w->m->n; i++)
		sc_input_close(w->cursor[i].in);
	free(w->cursor);
	free(w->r.v);
	free(w->l.v);
	free(w->g.v);
	free(w->g.out);
	free(w->place.v);
	sc_arena_free(&w->g.a);
	sc_buf_free(&w->line);
}

static int walk(struct merge *m, struct sc_output *out, bool first, struct sc_err *e)
{
	struct walk w;
	int rc = walk_open(&w, m, out, first, e);

	while (rc == SC_OK && w.r.n) {
		rc = group_next(&w, e);
		if (rc == SC_OK)
			rc = first ? record(&w, e) : record_out(&w, e);
	}
	if (rc == SC_OK && w.l.n)
		rc = lost(w.l.v[0], e);
	walk_close(&w);
	return rc;
}

int merge_places(struct merge *m, struct sc_output *out, struct sc_err *e)
{
	return walk(m, out, true, e);
}

int merge_rlines(struct merge *m, struct sc_output *out, struct sc_err *e)
{
	return walk(m, out, false, e);
}
