/* SPDX-License-Identifier: Apache-2.0 */
/*
 * manifest.c -- scope-manifest/1 written: scope-manifest(5) is the contract.
 *
 * Occurrences come in any order and in any number.  They are sorted by record first, so that all that is said of one id
 * stands together; there conflicts are seen.  L lines come out of that in their final order and go straight to the file; R
 * lines stand behind them and are kept until then, past a bound in TMPDIR.  Memory is that of the sorts.
 *
 * An entry to the sort is  R line, 0x00, its leaf hash (32 bytes), locator, TAB, FROM.  So those of one R line come in
 * the order of their L lines.
 */
#include "manifest_text.h"

#include <scope/digest.h>
#include <scope/text.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct sc_manifest_writer {
	struct sc_sorter *entry, *place, *small; /* place: L lines of an id with several R lines; small: H I P S lines */
	struct sc_rows *tombs; /* X lines; NULL: none */
	struct sc_buf rlines;                    /* in order, from where the file ends */
	FILE *spilled;                           /* those before; NULL while all fit */
	size_t memory;
	struct sc_merkle tree;
	struct sc_keys *keys;
	uint64_t occurrences;
	struct sc_buf b;
	struct sc_arena arena;
};

int sc_manifest_begin(struct sc_manifest_writer **out, size_t memory, struct sc_err *e)
{
	struct sc_manifest_writer *w = calloc(1, sizeof *w);

	(void)e;
	if (!w)
		sc_oom();
	w->memory = memory;
	w->entry = sc_sorter_new(memory);
	w->place = sc_sorter_new(memory / 4);
	w->small = sc_sorter_new(memory / 4);
	w->keys = sc_keys_new(memory);
	*out = w;
	return SC_OK;
}

void sc_manifest_free(struct sc_manifest_writer *w)
{
	if (!w)
		return;
	sc_sorter_free(w->entry);
	sc_sorter_free(w->place);
	sc_sorter_free(w->small);
	sc_rows_free(w->tombs);
	sc_keys_free(w->keys);
	if (w->spilled)
		fclose(w->spilled);
	sc_buf_free(&w->rlines);
	sc_buf_free(&w->b);
	sc_arena_free(&w->arena);
	free(w);
}

/* ---- small lines ---- */

static int small(struct sc_manifest_writer *w, struct sc_err *e)
{
	return sc_sorter_add(w->small, sc_buf_str(&w->b), e);
}

int sc_manifest_head(struct sc_manifest_writer *w, sc_str key, sc_str value, struct sc_err *e)
{
	sc_buf_clear(&w->b);
	put_head(&w->b, key, value);
	return small(w, e);
}

int sc_manifest_in(struct sc_manifest_writer *w, const struct sc_shard_in *s, struct sc_err *e)
{
	sc_buf_clear(&w->b);
	put_in(&w->b, s);
	return small(w, e);
}

int sc_manifest_out(struct sc_manifest_writer *w, const struct sc_shard_out *s, struct sc_err *e)
{
	sc_buf_clear(&w->b);
	put_out(&w->b, s);
	return small(w, e);
}

int sc_manifest_step(struct sc_manifest_writer *w, size_t number, const struct sc_step *s, struct sc_err *e)
{
	sc_buf_clear(&w->b);
	put_step(&w->b, number, s);
	return small(w, e);
}

int sc_manifest_tombstone(struct sc_manifest_writer *w, sc_str xline, struct sc_err *e)
{
	if (!w->tombs)
		w->tombs = sc_rows_new(0, w->memory / 4);
	return sc_rows_add(w->tombs, xline, e);
}

int sc_manifest_add(struct sc_manifest_writer *w, sc_str rline, const uint8_t leaf[32], sc_str shard, uint64_t off,
		    uint64_t len, sc_str from, struct sc_err *e)
{
	sc_buf_clear(&w->b);
	sc_buf_add(&w->b, rline);
	sc_buf_byte(&w->b, 0);
	sc_buf_add(&w->b, (sc_str){ (const char *)leaf, 32 });
	if (shard.n) {
		sc_field_put(&w->b, shard);
		sc_buf_byte(&w->b, '#');
		sc_buf_u64(&w->b, off);
		sc_buf_byte(&w->b, '+');
		sc_buf_u64(&w->b, len);
	} else {
		sc_buf_byte(&w->b, '-');
	}
	sc_buf_byte(&w->b, '\t');
	sc_buf_add(&w->b, from);
	w->occurrences++;
	return sc_sorter_add(w->entry, sc_buf_str(&w->b), e);
}

/* ---- records ---- */

/* The R lines of one id as they came, then with conflict=, then hashed.  Distinct lines of an id are few; its occurrences
 * may be many.  The leaf is only sure when the group ends, so they wait: the first one here, and as soon as there are more all
 * of them in a sorter, which needs no more than its memory. */
struct group {
	struct sc_manifest_writer *w;
	struct sc_output *out;
	sc_str id;
	struct rline {
		sc_str text, final;
		uint8_t leaf[32];
	} *v;
	size_t n, cap, nplace;
	struct sc_arena arena;
	struct sc_buf first;       /* the first occurrence: locator TAB from */
	struct sc_sorter *waiting; /* "index (8 hex) locator TAB from" */
	struct sc_buf line;
};

static bool differs(const struct group *g, size_t col)
{
	for (size_t i = 1; i < g->n; i++)
		if (!sc_str_eq(rline_column(g->v[0].text, col), rline_column(g->v[i].text, col)))
			return true;
	return false;
}

static int by_final(const void *a, const void *b)
{
	const struct rline *x = a, *y = b;

	return sc_str_cmp(x->final, y->final);
}

static int line_out(struct sc_output *out, struct sc_buf *b, struct sc_err *e)
{
	sc_buf_byte(b, '\n');
	return sc_write(out, sc_buf_str(b), e);
}

/* An L line without its end. */
static struct sc_buf *place(struct group *g, const uint8_t leaf[32], sc_str where)
{
	struct sc_buf *b = &g->w->b;

	sc_buf_clear(b);
	sc_buf_add(b, SC_STR("L\t"));
	sc_buf_add(b, g->id);
	sc_buf_byte(b, '\t');
	sc_hex_put(b, leaf, 8);
	sc_buf_byte(b, '\t');
	sc_buf_add(b, where);
	return b;
}

static int waiting_out(struct group *g, struct sc_err *e)
{
	sc_str s;
	int rc;

	while ((rc = sc_sorter_next(g->waiting, &s, e)) == SC_OK) {
		const struct rline *r = g->v;
		struct sc_buf *b;
		uint8_t i[4];

		if (s.n < 8 || !sc_unhex(sc_str_head(s, 8), i, 4))
			return sc_fail(e, "spool file in TMPDIR: a line is spoilt");
		r += (size_t)i[0] << 24 | (size_t)i[1] << 16 | (size_t)i[2] << 8 | i[3];
		b = place(g, r->leaf, sc_str_from(s, 8));
		SC_TRY(g->n > 1 ? sc_sorter_add(g->w->place, sc_buf_str(b), e) : line_out(g->out, b, e));
	}
	sc_sorter_clear(g->waiting);
	return rc < 0 ? rc : SC_OK;
}

/* L lines of the group: of one R line they came in order. */
static int places_out(struct group *g, struct sc_err *e)
{
	sc_str s;
	int rc;

	if (g->nplace == 1)
		return line_out(g->out, place(g, g->v[0].leaf, sc_buf_str(&g->first)), e);
	SC_TRY(waiting_out(g, e));
	if (g->n == 1)
		return SC_OK;
	while ((rc = sc_sorter_next(g->w->place, &s, e)) == SC_OK) {
		sc_buf_clear(&g->w->b);
		sc_buf_add(&g->w->b, s);
		SC_TRY(line_out(g->out, &g->w->b, e));
	}
	sc_sorter_clear(g->w->place);
	return rc < 0 ? rc : SC_OK;
}

static int rlines_spill(struct sc_manifest_writer *w, struct sc_err *e)
{
	int fd;

	if (!w->spilled) {
		fd = sc_spool(e);
		if (fd < 0)
			return SC_FAIL;
		w->spilled = fdopen(fd, "w+b");
		if (!w->spilled) {
			close(fd);
			return sc_fail(e, "spool file in TMPDIR: %s", strerror(errno));
		}
	}
	if (fwrite(w->rlines.p, 1, w->rlines.n, w->spilled) != w->rlines.n)
		return sc_fail(e, "spool file in TMPDIR: %s", strerror(errno));
	sc_buf_clear(&w->rlines);
	return SC_OK;
}

static int group_end(struct group *g, struct sc_err *e)
{
	bool licence = differs(g, COL_LICENCE), domain = differs(g, COL_DOMAIN);
	sc_str conflict = rline_conflict(licence, domain);
	struct sc_manifest_writer *w = g->w;

	for (size_t i = 0; i < g->n; i++) {
		struct rline *r = &g->v[i];

		r->final = r->text;
		if (!conflict.n && sc_str_find(r->text, SC_STR("\tconflict=")) == SC_NONE)
			continue;
		r->final = rline_with_conflict(&g->arena, r->text, conflict);
		sc_merkle_leaf_hash(r->final, r->leaf);
	}
	SC_TRY(places_out(g, e));
	if (g->n > 1)
		qsort(g->v, g->n, sizeof *g->v, by_final);
	for (size_t i = 0; i < g->n; i++) {
		sc_merkle_add(&w->tree, g->v[i].leaf);
		SC_TRY(sc_keys_add(w->keys, g->v[i].final, e));
		sc_buf_add(&w->rlines, g->v[i].final);
		sc_buf_byte(&w->rlines, '\n');
	}
	g->n = g->nplace = 0;
	sc_arena_reset(&g->arena);
	return w->rlines.n > w->memory / 4 ? rlines_spill(w, e) : SC_OK;
}

/* The R line of an entry joins the group. */
static struct rline *group_add(struct group *g, sc_str rline, const char *leaf)
{
	if (g->n && sc_str_eq(g->v[g->n - 1].text, rline)) /* entries are sorted: equal ones are neighbours */
		return &g->v[g->n - 1];
	if (g->n == g->cap) {
		size_t cap = g->cap ? 2 * g->cap : 4;
		struct rline *v = realloc(g->v, cap * sizeof *v);

		if (!v)
			sc_oom();
		g->v = v;
		g->cap = cap;
	}
	g->v[g->n] = (struct rline){ .text = sc_strdup(&g->arena, rline) };
	memcpy(g->v[g->n].leaf, leaf, 32);
	if (!g->n)
		g->id = rline_column(g->v[0].text, COL_ID);
	return &g->v[g->n++];
}

static int wait_for_leaf(struct group *g, size_t rline, sc_str where, struct sc_err *e)
{
	uint8_t i[4] = { (uint8_t)(rline >> 24), (uint8_t)(rline >> 16), (uint8_t)(rline >> 8), (uint8_t)rline };

	sc_buf_clear(&g->line);
	sc_hex_put(&g->line, i, 4);
	sc_buf_add(&g->line, where);
	return sc_sorter_add(g->waiting, sc_buf_str(&g->line), e);
}

static int group_place(struct group *g, size_t rline, sc_str where, struct sc_err *e)
{
	if (!g->nplace++) {
		sc_buf_clear(&g->first);
		sc_buf_add(&g->first, where);
		return SC_OK;
	}
	if (g->nplace == 2)
		SC_TRY(wait_for_leaf(g, 0, sc_buf_str(&g->first), e));
	return wait_for_leaf(g, rline, where, e);
}

static int entries_out(struct group *g, struct sc_err *e)
{
	sc_str entry;
	int rc;

	while ((rc = sc_sorter_next(g->w->entry, &entry, e)) == SC_OK) {
		size_t at = sc_str_chr(entry, 0);
		sc_str rline = sc_str_head(entry, at), behind = sc_str_from(entry, at + 1);
		const struct rline *r;

		if (at == SC_NONE || behind.n < 32)
			return sc_fail(e, "spool file in TMPDIR: an entry is spoilt");
		if (g->n && !sc_str_eq(rline_column(rline, COL_ID), g->id))
			SC_TRY(group_end(g, e));
		r = group_add(g, rline, behind.p);
		SC_TRY(group_place(g, (size_t)(r - g->v), sc_str_from(behind, 32), e));
	}
	if (rc < 0)
		return rc;
	return g->n ? group_end(g, e) : SC_OK;
}

/* L lines to the file, R lines to be written later. */
static int records_out(struct sc_manifest_writer *w, struct sc_output *out, struct sc_err *e)
{
	struct group g = { .w = w, .out = out, .waiting = sc_sorter_new(1 << 20) };
	int rc = entries_out(&g, e);

	sc_sorter_free(g.waiting);
	sc_arena_free(&g.arena);
	sc_buf_free(&g.first);
	sc_buf_free(&g.line);
	free(g.v);
	return rc;
}

/* ---- the file ---- */

/* Small lines up to (not with) those of kind `stop`; *held is the first that was not written. */
static int small_out(struct sc_manifest_writer *w, struct sc_output *out, char stop, sc_str *held, struct sc_err *e)
{
	int rc;

	while (held->n || (rc = sc_sorter_next(w->small, held, e)) == SC_OK) {
		if (*held->p >= stop)
			return SC_OK;
		SC_TRY(sc_write(out, *held, e));
		SC_TRY(sc_write(out, SC_STR("\n"), e));
		held->n = 0;
	}
	return rc < 0 ? rc : SC_OK;
}

static int rlines_out(struct sc_manifest_writer *w, struct sc_output *out, struct sc_err *e)
{
	char chunk[32 << 10];
	size_t n;

	if (!w->spilled)
		return sc_write(out, sc_buf_str(&w->rlines), e);
	SC_TRY(rlines_spill(w, e));
	if (fflush(w->spilled) || fseek(w->spilled, 0, SEEK_SET))
		return sc_fail(e, "spool file in TMPDIR: %s", strerror(errno));
	while ((n = fread(chunk, 1, sizeof chunk, w->spilled)) > 0)
		SC_TRY(sc_write(out, (sc_str){ chunk, n }, e));
	return ferror(w->spilled) ? sc_fail(e, "spool file in TMPDIR: %s", strerror(errno)) : SC_OK;
}

/* All lines before these are in the digest. */
static int totals_out(struct sc_manifest_writer *w, struct sc_output *out, const struct sc_totals *t, struct sc_err *e)
{
	uint8_t digest[32];

	SC_TRY(sc_output_digest(out, digest, e));
	sc_buf_clear(&w->b);
	put_totals(&w->b, t, digest);
	SC_TRY(sc_write(out, sc_buf_str(&w->b), e));
	return w->tombs ? put_tombs(w->tombs, out, e) : SC_OK;
}

int sc_manifest_end(struct sc_manifest_writer *w, struct sc_output *out, struct sc_totals *t, struct sc_err *e)
{
	sc_str held = { NULL, 0 };

	sc_output_hash(out);
	SC_TRY(sc_write(out, SC_STR("#scope-manifest/1\n"), e));
	SC_TRY(small_out(w, out, 'L', &held, e));
	SC_TRY(records_out(w, out, e));
	*t = (struct sc_totals){ .records = w->tree.n, .occurrences = w->occurrences };
	sc_merkle_root(&w->tree, t->record_root);
	SC_TRY(sc_keys_root(w->keys, t->key_root, &t->keys, e));
	SC_TRY(small_out(w, out, 'R', &held, e));
	SC_TRY(rlines_out(w, out, e));
	SC_TRY(small_out(w, out, 'T', &held, e));
	return totals_out(w, out, t, e);
}
