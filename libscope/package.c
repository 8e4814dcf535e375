/* SPDX-License-Identifier: Apache-2.0 */
/*
 * package.c -- members from all over an archive to records: --group directory and archive.
 *
 * The whole archive is read first.  Payloads wait in a spool;
 * what is kept in memory is a row per member.  Packages come out at the end in the order of their first
 * members.  A package's place is its first member's offset; its length is given only where its members are one
 * run of bytes, else 0: there is no single range that is this record and nothing else.
 *
 * Damage in the archive may have taken members of the packages on its two sides; those are rejected.
 *
 * Leaves out: tags in band.  A *.scope.json belongs to a sample, not to a package, and is skipped.
 */
#include "group_impl.h"
#include "spool.h"

#include <stdlib.h>

enum { MOST_ROWS = 1 << 22 };

/* A member that waits. */
struct row {
	sc_str key, name, path;
	uint64_t at, n;       /* its payload in the spool */
	uint64_t off, end;    /* its bytes in the shard */
	int64_t mtime;
	uint32_t mode, order; /* order: as met */
	uint32_t first;       /* order of its package's first member */
	bool has_mtime;
	bool beside;          /* next to damage that may have taken members */
	const char *bad;      /* why its payload is not there */
};

struct package {
	struct row *v;
	uint32_t n, cap, next; /* next: the first row that has not come out */
	bool sorted;
	struct spool spool;
};

void package_free(struct sc_group *g)
{
	if (g->package)
		spool_free(&g->package->spool);
}

static struct row *row_add(struct sc_group *g, struct package *p)
{
	if (p->n == p->cap) {
		uint32_t cap = p->cap ? p->cap * 2 : 64;
		struct row *v = SC_NEW(&g->keep, struct row, cap);

		if (p->n)
			memcpy(v, p->v, p->n * sizeof *v);
		p->v = v;
		p->cap = cap;
	}
	p->v[p->n] = (struct row){ .order = p->n };
	return &p->v[p->n++];
}

static int keep_member(struct sc_group *g, struct sc_err *e)
{
	struct package *p = g->package;
	struct sc_member *m = &g->m;
	struct sc_payload got = { 0 };
	struct row *row;
	size_t slash;
	int rc;

	if (p->n >= MOST_ROWS)
		return sc_fail(e, "more than %d members: too many for --group %s", MOST_ROWS,
		               g->mode == ARCHIVE ? "archive" : "directory");
	row = row_add(g, p);
	row->path = sc_strdup(&g->keep, m->path);
	slash = sc_str_rchr(row->path, '/');
	row->key = g->mode == ARCHIVE ? g->shard : sc_str_head(row->path, slash == SC_NONE ? 0 : slash);
	row->name = g->mode == ARCHIVE || slash == SC_NONE ? row->path : sc_str_from(row->path, slash + 1);
	row->beside = g->after_break;
	g->after_break = false;
	row->mode = m->mode;
	row->mtime = m->mtime;
	row->has_mtime = m->has_mtime;
	sc_buf_clear(&g->raw);
	sc_buf_clear(&g->plain);
	rc = g->from.data(g->from.with, g->max, &g->raw, &g->plain, &got, m, e);
	row->off = m->off;
	row->end = m->off + m->len;
	if (rc == SC_BAD)
		row->bad = sc_cstr(&g->keep, sc_str_c(e->msg));
	if (rc)
		return rc == SC_BAD ? SC_OK : rc;
	row->n = got.n;
	return got.n ? spool_add(&p->spool, (sc_str){ (got.in_raw ? g->raw.p : g->plain.p) + got.at, got.n }, &row->at, e) : SC_OK;
}

static int collect(struct sc_group *g, struct sc_record *r, struct sc_err *e)
{
	int rc;

	for (;;) {
		g->m = (struct sc_member){ .type = "file" };
		rc = g->from.next(g->from.with, &g->m, e);
		if (rc == SC_BAD) {
			r->from.off = g->m.off;
			r->from.len = g->m.len;
			g->after_break |= !g->m.no_loss;
			if (g->package->n && !g->m.no_loss)
				g->package->v[g->package->n - 1].beside = true;
		}
		if (rc)
			return rc;
		if (strcmp(g->m.type, "file") == 0 && !sc_str_ends(g->m.path, SC_STR(".scope.json")))
			SC_TRY(keep_member(g, e));
	}
}

static int by_key(const void *x, const void *y)
{
	const struct row *a = x, *b = y;
	int c = sc_str_cmp(a->key, b->key);

	return c ? c : (a->order > b->order) - (a->order < b->order);
}

static int by_first(const void *x, const void *y)
{
	const struct row *a = x, *b = y;

	if (a->first != b->first)
		return a->first < b->first ? -1 : 1;
	return (a->order > b->order) - (a->order < b->order);
}

static void sort(struct package *p)
{
	if (p->n) {
		qsort(p->v, p->n, sizeof *p->v, by_key);
		for (uint32_t i = 0; i < p->n; i++)
			p->v[i].first = i && sc_str_eq(p->v[i].key, p->v[i - 1].key) ? p->v[i - 1].first
			                                                             : p->v[i].order;
		qsort(p->v, p->n, sizeof *p->v, by_first);
	}
	p->sorted = true;
}

/* Where the package's bytes lie; its size; the first trouble among its members. */
static int survey(struct sc_group *g, struct sc_record *r, const struct row *v, uint32_t n, uint64_t *bytes,
                  struct sc_err *e)
{
	bool run = true;
	int rc = SC_OK;

	*bytes = 0;
	for (uint32_t i = 0; i < n; i++) {
		run &= i == 0 || v[i].off == v[i - 1].end;
		*bytes += v[i].n;
		if (v[i].bad && !rc)
			rc = sc_bad(e, "%.*s: %s", SC_ARG(v[i].path), v[i].bad);
		if (v[i].beside && !rc)
			rc = sc_bad(e, "%.*s: damage beside it may have taken members of its package",
			            SC_ARG(v[i].path));
	}
	r->from.off = v[0].off;
	r->from.len = run ? v[n - 1].end - v[0].off : 0;
	if (!rc && *bytes > g->max)
		rc = sc_bad(e, "%.*s: a package of %ju bytes, --max-record allows %zu", SC_ARG(r->name),
		            (uintmax_t)*bytes, g->max);
	return rc;
}

int package_next(struct sc_group *g, struct sc_arena *a, struct sc_record *r, struct sc_err *e)
{
	struct package *p = g->package;
	const struct row *v;
	struct piece *piece;
	uint64_t bytes, at = 0;
	uint32_t n = 1;
	char *data;
	int rc;

	if (!p) {
		p = g->package = SC_NEW(&g->keep, struct package, 1);
		spool_init(&p->spool, 0);
	}
	if (!p->sorted) {
		rc = collect(g, r, e);
		if (rc != SC_EOF)
			return rc;
		sort(p);
	}
	if (p->next == p->n)
		return SC_EOF;
	v = p->v + p->next;
	while (p->next + n < p->n && v[n].first == v[0].first)
		n++;
	p->next += n;
	r->name = v[0].key.n ? sc_strdup(a, v[0].key) : SC_STR(".");
	SC_TRY(survey(g, r, v, n, &bytes, e));
	data = sc_alloc(a, (size_t)bytes + 1);
	piece = SC_NEW(a, struct piece, n);
	for (uint32_t i = 0; i < n; i++) {
		SC_TRY(spool_fetch(&p->spool, v[i].at, data + at, (size_t)v[i].n, e));
		piece[i] = (struct piece){ .path = sc_strdup(a, v[i].path), .name = sc_strdup(a, v[i].name),
			                   .type = "file", .mtime = v[i].mtime, .mode = v[i].mode,
			                   .has_mtime = v[i].has_mtime,
			                   .got = { .at = (size_t)at, .n = (size_t)v[i].n } };
		at += v[i].n;
	}
	return record_fill(g, a, r, piece, n, (sc_str){ NULL, 0 }, (sc_str){ data, (size_t)bytes }, e);
}
