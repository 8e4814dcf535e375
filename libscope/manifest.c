/* SPDX-License-Identifier: Apache-2.0 */
/*
 * manifest.c -- scope-manifest/1 written: scope-manifest(5) is the contract.
 *
 * Occurrences come in any order and in any number.  They are sorted by record first, so that
 * all that is said of one id stands together; there conflicts are seen and leaf hashes computed; R lines then go
 * to a spool in their final order, L lines to a second sort.  Memory is that of the sorts.
 *
 * An entry to the first sort is  R line, 0x00, locator, TAB, FROM.
 */
#include <scope/manifest.h>

#include <scope/digest.h>
#include <scope/text.h>

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct sc_manifest_writer {
	struct sc_sorter *entry, *place, *small; /* small: H I P S lines */
	FILE *rlines;
	struct sc_merkle tree;
	uint64_t occurrences;
	struct sc_sha256 *digest;
	struct sc_buf b;
	struct sc_arena arena;
};

int sc_manifest_begin(struct sc_manifest_writer **out, size_t memory, struct sc_err *e)
{
	struct sc_manifest_writer *w = calloc(1, sizeof *w);
	int fd;

	*out = NULL;
	if (!w)
		sc_oom();
	w->entry = sc_sorter_new(memory);
	w->place = sc_sorter_new(memory / 2);
	w->small = sc_sorter_new(memory / 4);
	w->digest = sc_sha256_new();
	fd = sc_spool(e);
	w->rlines = fd < 0 ? NULL : fdopen(fd, "w+b");
	if (!w->rlines) {
		sc_manifest_free(w);
		return SC_FAIL;
	}
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
	sc_sha256_free(w->digest);
	if (w->rlines)
		fclose(w->rlines);
	sc_buf_free(&w->b);
	sc_arena_free(&w->arena);
	free(w);
}

/* ---- small lines ---- */

static void put_hash(struct sc_buf *b, const uint8_t h[32])
{
	sc_buf_add(b, SC_STR("sha256:"));
	sc_hex(h, 32, sc_buf_room(b, 64));
	b->n += 64;
}

static void put_hex(struct sc_buf *b, const uint8_t h[32])
{
	sc_buf_byte(b, '\t');
	sc_hex(h, 32, sc_buf_room(b, 64));
	b->n += 64;
}

static void put_field(struct sc_manifest_writer *w, sc_str s)
{
	sc_buf_byte(&w->b, '\t');
	sc_buf_add(&w->b, sc_field(&w->arena, s));
}

static int small(struct sc_manifest_writer *w, struct sc_err *e)
{
	int rc = sc_sorter_add(w->small, sc_buf_str(&w->b), e);

	sc_arena_reset(&w->arena);
	return rc;
}

int sc_manifest_head(struct sc_manifest_writer *w, sc_str key, sc_str value, struct sc_err *e)
{
	sc_buf_clear(&w->b);
	sc_buf_byte(&w->b, 'H');
	put_field(w, key);
	put_field(w, value);
	return small(w, e);
}

int sc_manifest_in(struct sc_manifest_writer *w, const struct sc_shard_in *s, struct sc_err *e)
{
	sc_buf_clear(&w->b);
	sc_buf_add(&w->b, SC_STR("I\t"));
	put_hash(&w->b, s->sha256);
	sc_buf_fmt(&w->b, "\t%ju", (uintmax_t)s->bytes);
	put_field(w, s->path);
	sc_buf_fmt(&w->b, "\t%ju\t%ju", (uintmax_t)s->records, (uintmax_t)s->rejected);
	return small(w, e);
}

int sc_manifest_out(struct sc_manifest_writer *w, const struct sc_shard_out *s, struct sc_err *e)
{
	sc_buf_clear(&w->b);
	sc_buf_add(&w->b, SC_STR("S\t"));
	put_hash(&w->b, s->stored.sha256);
	sc_buf_fmt(&w->b, "\t%ju", (uintmax_t)s->stored.bytes);
	put_field(w, s->path);
	sc_buf_byte(&w->b, '\t');
	put_hash(&w->b, s->stored.plain);
	sc_buf_fmt(&w->b, "\t%ju", (uintmax_t)s->records);
	return small(w, e);
}

int sc_manifest_step(struct sc_manifest_writer *w, size_t number, const struct sc_step *s, struct sc_err *e)
{
	static const uint8_t none[32];

	sc_buf_clear(&w->b);
	sc_buf_fmt(&w->b, "P\t%04zu", number);
	put_field(w, s->name);
	sc_buf_fmt(&w->b, "\t%u\t", s->revision);
	if (memcmp(s->rules, none, 32))
		put_hash(&w->b, s->rules);
	else
		sc_buf_byte(&w->b, '-');
	sc_buf_fmt(&w->b, "\t%ju\t%ju\t%ju\t%ju\t%ju", (uintmax_t)s->in, (uintmax_t)s->kept, (uintmax_t)s->dropped,
		   (uintmax_t)s->rejected, (uintmax_t)s->undecided);
	put_hex(&w->b, s->sum_in);
	put_hex(&w->b, s->sum_kept);
	put_hex(&w->b, s->sum_dropped);
	put_field(w, s->args);
	return small(w, e);
}

int sc_manifest_add(struct sc_manifest_writer *w, sc_str rline, sc_str shard, uint64_t off, uint64_t len, sc_str from,
		    struct sc_err *e)
{
	sc_buf_clear(&w->b);
	sc_buf_add(&w->b, rline);
	sc_buf_byte(&w->b, 0);
	if (shard.n) {
		sc_buf_add(&w->b, sc_field(&w->arena, shard));
		sc_buf_fmt(&w->b, "#%ju+%ju", (uintmax_t)off, (uintmax_t)len);
	} else {
		sc_buf_byte(&w->b, '-');
	}
	sc_buf_byte(&w->b, '\t');
	sc_buf_add(&w->b, from);
	w->occurrences++;
	sc_arena_reset(&w->arena);
	return sc_sorter_add(w->entry, sc_buf_str(&w->b), e);
}

/* ---- records ---- */

/* The R lines of one id as they came, then with conflict=, then hashed.  Distinct lines of an id are few; its occurrences
 * may be many, so those only pass through: a second reading of the sorted entries is saved by writing L lines with the
 * index of their R line and exchanging it for the leaf when the group ends. */
struct group {
	sc_str id;
	struct rline {
		sc_str text, final;
		uint8_t leaf[32];
	} *v;
	size_t n, cap;
	struct sc_arena arena;
	struct sc_sorter *waiting; /* "index (8 hex) locator TAB from" */
	struct sc_buf line;
};

static sc_str column(sc_str line, size_t i)
{
	sc_str piece = { NULL, 0 };

	for (size_t k = 0; k <= i; k++)
		if (!sc_str_cut(&line, '\t', &piece))
			return (sc_str){ NULL, 0 };
	return piece;
}

enum { COL_ID = 1, COL_LICENCE = 4, COL_DOMAIN = 6, COL_KV = 7 };

static bool differs(const struct group *g, size_t col)
{
	for (size_t i = 1; i < g->n; i++)
		if (!sc_str_eq(column(g->v[0].text, col), column(g->v[i].text, col)))
			return true;
	return false;
}

/* k=v fields are sorted by k; conflict= takes its place among them, an old one goes. */
static sc_str with_conflict(struct sc_arena *a, sc_str line, sc_str conflict)
{
	struct sc_buf b = { 0 };
	sc_str rest = line, field, out;
	bool placed = !conflict.n;

	for (size_t i = 0; sc_str_cut(&rest, '\t', &field); i++) {
		if (i >= COL_KV && sc_str_starts(field, SC_STR("conflict=")))
			continue;
		if (i >= COL_KV && !placed && sc_str_cmp(field, SC_STR("conflict=")) > 0) {
			sc_buf_add(&b, SC_STR("\tconflict="));
			sc_buf_add(&b, conflict);
			placed = true;
		}
		if (i)
			sc_buf_byte(&b, '\t');
		sc_buf_add(&b, field);
	}
	if (!placed) {
		sc_buf_add(&b, SC_STR("\tconflict="));
		sc_buf_add(&b, conflict);
	}
	out = sc_strdup(a, sc_buf_str(&b));
	sc_buf_free(&b);
	return out;
}

static int by_final(const void *a, const void *b)
{
	const struct rline *x = a, *y = b;

	return sc_str_cmp(x->final, y->final);
}

static int place_add(struct sc_manifest_writer *w, sc_str id, const uint8_t leaf[32], sc_str where, struct sc_err *e)
{
	sc_buf_clear(&w->b);
	sc_buf_add(&w->b, SC_STR("L\t"));
	sc_buf_add(&w->b, id);
	sc_buf_byte(&w->b, '\t');
	sc_hex(leaf, 8, sc_buf_room(&w->b, 16));
	w->b.n += 16;
	sc_buf_byte(&w->b, '\t');
	sc_buf_add(&w->b, where);
	return sc_sorter_add(w->place, sc_buf_str(&w->b), e);
}

static int group_places(struct sc_manifest_writer *w, struct group *g, struct sc_err *e)
{
	sc_str s;
	int rc;

	while ((rc = sc_sorter_next(g->waiting, &s, e)) == SC_OK) {
		uint8_t i[4];

		if (s.n < 8 || !sc_unhex(sc_str_head(s, 8), i, 4))
			return sc_fail(e, "spool file in TMPDIR: a line is spoilt");
		SC_TRY(place_add(w, g->id, g->v[(size_t)i[0] << 24 | (size_t)i[1] << 16 | (size_t)i[2] << 8 | i[3]].leaf,
				 sc_str_from(s, 8), e));
	}
	return rc < 0 ? rc : SC_OK;
}

static int group_end(struct sc_manifest_writer *w, struct group *g, struct sc_err *e)
{
	bool licence = differs(g, COL_LICENCE), domain = differs(g, COL_DOMAIN);
	sc_str conflict = licence && domain ? SC_STR("domain,licence") :
			  licence	    ? SC_STR("licence") :
			  domain	    ? SC_STR("domain") :
					      SC_STR("");

	for (size_t i = 0; i < g->n; i++) {
		g->v[i].final = with_conflict(&g->arena, g->v[i].text, conflict);
		sc_merkle_leaf_hash(g->v[i].final, g->v[i].leaf);
	}
	SC_TRY(group_places(w, g, e));
	if (g->n > 1)
		qsort(g->v, g->n, sizeof *g->v, by_final);
	for (size_t i = 0; i < g->n; i++) {
		sc_merkle_add(&w->tree, g->v[i].leaf);
		if (fwrite(g->v[i].final.p, 1, g->v[i].final.n, w->rlines) != g->v[i].final.n ||
		    fputc('\n', w->rlines) == EOF)
			return sc_fail(e, "spool file in TMPDIR: %s", strerror(errno));
	}
	sc_sorter_clear(g->waiting);
	g->n = 0;
	sc_arena_reset(&g->arena);
	return SC_OK;
}

/* The R line of an entry joins the group; true in *more when its id is another one. */
static struct rline *group_add(struct group *g, sc_str rline)
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
	if (!g->n)
		g->id = sc_strdup(&g->arena, column(rline, COL_ID));
	g->v[g->n] = (struct rline){ .text = sc_strdup(&g->arena, rline) };
	return &g->v[g->n++];
}

static int group_place(struct group *g, const struct rline *r, sc_str where, struct sc_err *e)
{
	sc_buf_clear(&g->line);
	sc_buf_fmt(&g->line, "%08zx", (size_t)(r - g->v));
	sc_buf_add(&g->line, where);
	return sc_sorter_add(g->waiting, sc_buf_str(&g->line), e);
}

static int entries_read(struct sc_manifest_writer *w, struct group *g, struct sc_err *e)
{
	sc_str entry;
	int rc;

	while ((rc = sc_sorter_next(w->entry, &entry, e)) == SC_OK) {
		size_t at = sc_str_chr(entry, 0);
		sc_str rline = sc_str_head(entry, at);

		if (at == SC_NONE)
			return sc_fail(e, "spool file in TMPDIR: an entry is spoilt");
		if (g->n && !sc_str_eq(column(rline, COL_ID), g->id))
			SC_TRY(group_end(w, g, e));
		SC_TRY(group_place(g, group_add(g, rline), sc_str_from(entry, at + 1), e));
	}
	if (rc < 0)
		return rc;
	return g->n ? group_end(w, g, e) : SC_OK;
}

/* ---- the file ---- */

static int line_out(struct sc_manifest_writer *w, struct sc_output *out, sc_str line, struct sc_err *e)
{
	sc_sha256_add(w->digest, line);
	sc_sha256_add(w->digest, SC_STR("\n"));
	SC_TRY(sc_write(out, line, e));
	return sc_write(out, SC_STR("\n"), e);
}

/* Small lines up to (not with) those of kind `stop`; *held is the first that was not written. */
static int small_out(struct sc_manifest_writer *w, struct sc_output *out, char stop, sc_str *held, struct sc_err *e)
{
	int rc;

	while (held->n || (rc = sc_sorter_next(w->small, held, e)) == SC_OK) {
		if (*held->p >= stop)
			return SC_OK;
		SC_TRY(line_out(w, out, *held, e));
		held->n = 0;
	}
	return rc < 0 ? rc : SC_OK;
}

static int rlines_out(struct sc_manifest_writer *w, struct sc_output *out, struct sc_err *e)
{
	char chunk[32 << 10];
	size_t n;

	if (fflush(w->rlines) || fseek(w->rlines, 0, SEEK_SET))
		return sc_fail(e, "spool file in TMPDIR: %s", strerror(errno));
	while ((n = fread(chunk, 1, sizeof chunk, w->rlines)) > 0) {
		sc_sha256_add(w->digest, (sc_str){ chunk, n });
		SC_TRY(sc_write(out, (sc_str){ chunk, n }, e));
	}
	return ferror(w->rlines) ? sc_fail(e, "spool file in TMPDIR: %s", strerror(errno)) : SC_OK;
}

static int totals_out(struct sc_manifest_writer *w, struct sc_output *out, const struct sc_totals *t, struct sc_err *e)
{
	char line[160], hex[64];
	uint8_t digest[32];

	sc_sha256_end(w->digest, digest);
	sc_hex(t->record_root, 32, hex);
	SC_TRY(sc_write(out, SC_STR("T\tkey-root\t-\nT\tkeys\t-\nT\tlines\tsha256:"), e));
	sc_hex(digest, 32, line);
	line[64] = '\n';
	SC_TRY(sc_write(out, (sc_str){ line, 65 }, e));
	snprintf(line, sizeof line, "T\toccurrences\t%ju\nT\trecord-root\tsha256:%.64s\nT\trecords\t%ju\n",
		 (uintmax_t)t->occurrences, hex, (uintmax_t)t->records);
	return sc_write(out, sc_str_c(line), e);
}

int sc_manifest_end(struct sc_manifest_writer *w, struct sc_output *out, struct sc_totals *t, struct sc_err *e)
{
	struct group g = { .waiting = sc_sorter_new(1 << 20) };
	sc_str held = { NULL, 0 }, line;
	int rc = entries_read(w, &g, e);

	sc_sorter_free(g.waiting);
	sc_arena_free(&g.arena);
	sc_buf_free(&g.line);
	free(g.v);
	if (rc < 0)
		return rc;
	*t = (struct sc_totals){ .records = w->tree.n, .occurrences = w->occurrences };
	sc_merkle_root(&w->tree, t->record_root);
	SC_TRY(line_out(w, out, SC_STR("#scope-manifest/1"), e));
	SC_TRY(small_out(w, out, 'L', &held, e));
	while ((rc = sc_sorter_next(w->place, &line, e)) == SC_OK)
		SC_TRY(line_out(w, out, line, e));
	if (rc < 0)
		return rc;
	SC_TRY(small_out(w, out, 'R', &held, e));
	SC_TRY(rlines_out(w, out, e));
	SC_TRY(small_out(w, out, 'T', &held, e));
	return totals_out(w, out, t, e);
}
