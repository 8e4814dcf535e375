/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sorter.c -- external merge sort of lines by bytes.
 *
 * Lines are collected in memory; past the bound they go, sorted, as a run into a nameless file in TMPDIR: a 4-byte length
 * and the bytes, one after the other.  More than FAN runs are merged into one on the way, so that
 * reading never needs more than FAN buffers.
 */
#include <scope/manifest.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { FAN = 64, READ = 128 << 10 };

struct run {
	FILE *f;
	struct sc_buf line;
	bool done;
};

struct sc_sorter {
	size_t memory;
	struct sc_buf text; /* lines one after the other */
	struct slot {
		size_t at, n;
	} *v;
	size_t n, cap, next; /* next: of v, when all fits in memory */
	struct run run[FAN];
	size_t nrun;
	size_t heap[FAN], nheap;
	bool reading, given; /* given: heap[0]'s line was shown and must be replaced */
};

struct sc_sorter *sc_sorter_new(size_t memory)
{
	struct sc_sorter *s = calloc(1, sizeof *s);

	if (!s)
		sc_oom();
	s->memory = memory < (64 << 10) ? 64 << 10 : memory;
	return s;
}

void sc_sorter_clear(struct sc_sorter *s)
{
	for (size_t i = 0; i < s->nrun; i++) {
		if (s->run[i].f)
			fclose(s->run[i].f);
		sc_buf_free(&s->run[i].line);
		s->run[i] = (struct run){ 0 };
	}
	s->n = s->next = s->nrun = s->nheap = 0;
	s->reading = s->given = false;
	sc_buf_clear(&s->text);
}

void sc_sorter_free(struct sc_sorter *s)
{
	if (!s)
		return;
	sc_sorter_clear(s);
	sc_buf_free(&s->text);
	free(s->v);
	free(s);
}

static int compare(const void *a, const void *b, void *text)
{
	const struct slot *x = a, *y = b;
	const char *t = text;

	return sc_str_cmp((sc_str){ t + x->at, x->n }, (sc_str){ t + y->at, y->n });
}

static void sort(struct sc_sorter *s)
{
	if (s->n)
		qsort_r(s->v, s->n, sizeof *s->v, compare, s->text.p);
}

/* ---- runs ---- */

static int put(FILE *f, sc_str line, struct sc_err *e)
{
	uint32_t n = (uint32_t)line.n;

	if (line.n > UINT32_MAX)
		return sc_fail(e, "a line of %zu bytes cannot be sorted", line.n);
	if (fwrite(&n, sizeof n, 1, f) != 1 || (n && fwrite(line.p, n, 1, f) != 1))
		return sc_fail(e, "spool file in TMPDIR: %s", strerror(errno));
	return SC_OK;
}

static int get(struct run *r, struct sc_err *e)
{
	uint32_t n;

	if (fread(&n, sizeof n, 1, r->f) != 1) {
		r->done = true;
		return ferror(r->f) ? sc_fail(e, "spool file in TMPDIR: %s", strerror(errno)) : SC_OK;
	}
	sc_buf_clear(&r->line);
	sc_buf_room(&r->line, (size_t)n + 1);
	if (n && fread(r->line.p, n, 1, r->f) != 1)
		return sc_fail(e, "spool file in TMPDIR: cut short");
	r->line.n = n;
	return SC_OK;
}

static int run_new(struct sc_sorter *s, FILE **f, struct sc_err *e)
{
	int fd = sc_spool(e);

	(void)s;
	if (fd < 0)
		return SC_FAIL;
	*f = fdopen(fd, "w+b");
	if (!*f) {
		close(fd);
		return sc_fail(e, "spool file in TMPDIR: %s", strerror(errno));
	}
	setvbuf(*f, NULL, _IOFBF, READ);
	return SC_OK;
}

static int run_end(FILE *f, struct sc_err *e)
{
	if (fflush(f) || fseek(f, 0, SEEK_SET))
		return sc_fail(e, "spool file in TMPDIR: %s", strerror(errno));
	return SC_OK;
}

static bool before(const struct sc_sorter *s, size_t a, size_t b)
{
	int c = sc_str_cmp(sc_buf_str(&s->run[a].line), sc_buf_str(&s->run[b].line));

	return c < 0 || (c == 0 && a < b);
}

static void sink(struct sc_sorter *s, size_t i)
{
	for (;;) {
		size_t least = i;

		for (size_t k = 2 * i + 1; k <= 2 * i + 2 && k < s->nheap; k++)
			if (before(s, s->heap[k], s->heap[least]))
				least = k;
		if (least == i)
			return;
		size_t t = s->heap[i];

		s->heap[i] = s->heap[least];
		s->heap[least] = t;
		i = least;
	}
}

static int heap_make(struct sc_sorter *s, struct sc_err *e)
{
	s->nheap = 0;
	for (size_t i = 0; i < s->nrun; i++) {
		SC_TRY(get(&s->run[i], e));
		if (!s->run[i].done)
			s->heap[s->nheap++] = i;
	}
	for (size_t i = s->nheap / 2; i-- > 0;)
		sink(s, i);
	return SC_OK;
}

/* The least line of all runs; NULL in *r when there is none. */
static int heap_next(struct sc_sorter *s, struct run **r, struct sc_err *e)
{
	*r = NULL;
	if (s->given && s->nheap) {
		struct run *top = &s->run[s->heap[0]];

		SC_TRY(get(top, e));
		if (top->done)
			s->heap[0] = s->heap[--s->nheap];
		if (s->nheap)
			sink(s, 0);
	}
	s->given = s->nheap > 0;
	if (s->nheap)
		*r = &s->run[s->heap[0]];
	return SC_OK;
}

/* All runs into one. */
static int merge(struct sc_sorter *s, struct sc_err *e)
{
	struct run one = { 0 }, *r;
	int rc;

	SC_TRY(run_new(s, &one.f, e));
	s->given = false;
	rc = heap_make(s, e);
	while (rc == SC_OK && (rc = heap_next(s, &r, e)) == SC_OK && r)
		rc = put(one.f, sc_buf_str(&r->line), e);
	for (size_t i = 0; i < s->nrun; i++) {
		fclose(s->run[i].f);
		sc_buf_free(&s->run[i].line);
		s->run[i] = (struct run){ 0 };
	}
	s->run[0] = one;
	s->nrun = 1;
	s->given = false;
	return rc < 0 ? rc : run_end(one.f, e);
}

static int spill(struct sc_sorter *s, struct sc_err *e)
{
	FILE *f;

	if (s->nrun == FAN)
		SC_TRY(merge(s, e));
	sort(s);
	SC_TRY(run_new(s, &f, e));
	s->run[s->nrun++] = (struct run){ .f = f };
	for (size_t i = 0; i < s->n; i++)
		SC_TRY(put(f, (sc_str){ s->text.p + s->v[i].at, s->v[i].n }, e));
	s->n = 0;
	sc_buf_clear(&s->text);
	return run_end(f, e);
}

/* ---- public ---- */

int sc_sorter_add(struct sc_sorter *s, sc_str line, struct sc_err *e)
{
	if (s->n == s->cap) {
		size_t cap = s->cap ? 2 * s->cap : 1024;
		struct slot *v = realloc(s->v, cap * sizeof *v);

		if (!v)
			sc_oom();
		s->v = v;
		s->cap = cap;
	}
	s->v[s->n++] = (struct slot){ s->text.n, line.n };
	sc_buf_add(&s->text, line);
	return s->text.n + s->n * sizeof *s->v > s->memory ? spill(s, e) : SC_OK;
}

int sc_sorter_next(struct sc_sorter *s, sc_str *line, struct sc_err *e)
{
	struct run *r;

	if (!s->reading) {
		s->reading = true;
		if (s->nrun && s->n)
			SC_TRY(spill(s, e));
		if (s->nrun)
			SC_TRY(heap_make(s, e));
		else
			sort(s);
	}
	if (!s->nrun) {
		if (s->next == s->n)
			return SC_EOF;
		*line = (sc_str){ s->text.p + s->v[s->next].at, s->v[s->next].n };
		s->next++;
		return SC_OK;
	}
	SC_TRY(heap_next(s, &r, e));
	if (!r)
		return SC_EOF;
	*line = sc_buf_str(&r->line);
	return SC_OK;
}
