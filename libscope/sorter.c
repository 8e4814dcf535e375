/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sorter.c -- external merge sort of lines by bytes.
 *
 * Lines are collected in memory; past the bound they go, sorted, as a run into a nameless file in TMPDIR: a 4-byte length
 * and the bytes, one after the other.  When there are FAN of them some are merged into one, so that
 * reading never needs more than FAN buffers.
 *
 * In memory they are sorted by eight bytes first: those behind what all of them begin with, as a number.  That is a radix
 * sort, least byte first; a byte that all have in common costs nothing.  Lines whose eight bytes are the same, which are
 * few where lines begin with digests, are sorted among themselves by what they are.
 */
#include <scope/manifest.h>

#include <endian.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { FAN = 256, READ = 32 << 10, FEW = 64 };

struct run {
	FILE *f;
	struct sc_buf line;
	unsigned level; /* how often its lines were written before */
	bool done;
};

struct sc_sorter {
	size_t memory;
	struct sc_buf text; /* lines one after the other */
	struct slot {
		size_t at, n;
		uint64_t key; /* once sorted */
	} * v;
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

static sc_str line_of(const struct sc_sorter *s, size_t i)
{
	return (sc_str){ s->text.p + s->v[i].at, s->v[i].n };
}

static int compare(const void *a, const void *b, void *text)
{
	const struct slot *x = a, *y = b;
	const char *t = text;

	return sc_str_cmp((sc_str){ t + x->at, x->n }, (sc_str){ t + y->at, y->n });
}

/* How many bytes all lines begin with in common. */
static size_t common(const struct sc_sorter *s)
{
	sc_str first = line_of(s, 0);

	for (size_t i = 1; i < s->n; i++) {
		sc_str line = line_of(s, i);
		size_t k = 0;

		if (sc_str_starts(line, first))
			continue;
		while (k < line.n && k < first.n && line.p[k] == first.p[k])
			k++;
		first.n = k;
	}
	return first.n;
}

/* Eight bytes of the line from `skip` on as a number that is ordered as they are; zeros where it ends. */
static uint64_t key_of(sc_str line, size_t skip)
{
	uint64_t key = 0;

	line = sc_str_from(line, skip);
	if (line.n)
		memcpy(&key, line.p, line.n < 8 ? line.n : 8);
	return be64toh(key);
}

static void radix(struct slot *v, struct slot *spare, size_t n)
{
	static const size_t none[256];
	struct slot *from = v, *to = spare, *t;
	size_t count[8][256];

	for (size_t k = 0; k < 8; k++)
		memcpy(count[k], none, sizeof none);
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < 8; k++)
			count[k][v[i].key >> 8 * k & 255]++;
	for (size_t k = 0; k < 8; k++) {
		size_t at = 0;

		if (count[k][v[0].key >> 8 * k & 255] == n)
			continue;
		for (size_t i = 0; i < 256; i++) {
			size_t c = count[k][i];

			count[k][i] = at;
			at += c;
		}
		for (size_t i = 0; i < n; i++)
			to[count[k][from[i].key >> 8 * k & 255]++] = from[i];
		t = from;
		from = to;
		to = t;
	}
	if (from != v)
		memcpy(v, from, n * sizeof *v);
}

static void sort(struct sc_sorter *s)
{
	struct slot *spare;
	size_t skip, end;

	if (s->n < FEW) { /* not worth the tables */
		if (s->n > 1)
			qsort_r(s->v, s->n, sizeof *s->v, compare, s->text.p);
		return;
	}
	skip = common(s);
	for (size_t i = 0; i < s->n; i++)
		s->v[i].key = key_of(line_of(s, i), skip);
	spare = malloc(s->n * sizeof *spare);
	if (!spare)
		sc_oom();
	radix(s->v, spare, s->n);
	free(spare);
	for (size_t i = 0; i < s->n; i = end) {
		for (end = i + 1; end < s->n && s->v[end].key == s->v[i].key;)
			end++;
		if (end - i > 1)
			qsort_r(s->v + i, end - i, sizeof *s->v, compare, s->text.p);
	}
}

/* ---- runs ---- */

static int put(FILE *f, sc_str line, struct sc_err *e)
{
	uint32_t n = (uint32_t)line.n;

	if (line.n > UINT32_MAX)
		return sc_fail(e, "a line of %zu bytes cannot be sorted", line.n);
	if (fwrite_unlocked(&n, sizeof n, 1, f) != 1 ||
	    (n && fwrite_unlocked(line.p, n, 1, f) != 1))
		return sc_fail(e, "spool file in TMPDIR: %s", strerror(errno));
	return SC_OK;
}

static int get(struct run *r, struct sc_err *e)
{
	uint32_t n;

	if (fread_unlocked(&n, sizeof n, 1, r->f) != 1) {
		r->done = true;
		return ferror(r->f) ? sc_fail(e, "spool file in TMPDIR: %s", strerror(errno))
		                    : SC_OK;
	}
	sc_buf_clear(&r->line);
	sc_buf_room(&r->line, (size_t)n + 1);
	if (n && fread_unlocked(r->line.p, n, 1, r->f) != 1)
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

static int heap_make(struct sc_sorter *s, size_t from, struct sc_err *e)
{
	s->nheap = 0;
	for (size_t i = from; i < s->nrun; i++) {
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

/* Runs from..nrun into one, which is one level above the highest of them. */
static int merge(struct sc_sorter *s, size_t from, struct sc_err *e)
{
	struct run one = { 0 }, *r;
	int rc;

	SC_TRY(run_new(s, &one.f, e));
	s->given = false;
	rc = heap_make(s, from, e);
	while (rc == SC_OK && (rc = heap_next(s, &r, e)) == SC_OK && r)
		rc = put(one.f, sc_buf_str(&r->line), e);
	for (size_t i = from; i < s->nrun; i++) {
		if (s->run[i].level >= one.level)
			one.level = s->run[i].level + 1;
		fclose(s->run[i].f);
		sc_buf_free(&s->run[i].line);
		s->run[i] = (struct run){ 0 };
	}
	s->run[from] = one;
	s->nrun = from + 1;
	s->given = false;
	return rc < 0 ? rc : run_end(one.f, e);
}

/*
 * The last runs, as many as makes it worth while: those of the lowest level, and when these have become few of the next as well.  Runs stand by level,
 * the highest first, so a line is written once more for each level, of which there are few.
 */
static int make_room(struct sc_sorter *s, struct sc_err *e)
{
	size_t from = s->nrun;

	while (from && s->nrun - from < FAN / 4)
		for (unsigned level = s->run[from - 1].level;
		     from && s->run[from - 1].level == level;)
			from--;
	return merge(s, from, e);
}

static int spill(struct sc_sorter *s, struct sc_err *e)
{
	FILE *f;

	if (s->nrun == FAN)
		SC_TRY(make_room(s, e));
	sort(s);
	SC_TRY(run_new(s, &f, e));
	s->run[s->nrun++] = (struct run){ .f = f };
	for (size_t i = 0; i < s->n; i++)
		SC_TRY(put(f, line_of(s, i), e));
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
	s->v[s->n++] = (struct slot){ s->text.n, line.n, 0 };
	sc_buf_add(&s->text, line);
	return s->text.n + s->n * 2 * sizeof *s->v > s->memory
	               ? spill(s, e)
	               : SC_OK; /* 2: radix needs as many to spare */
}

int sc_sorter_next(struct sc_sorter *s, sc_str *line, struct sc_err *e)
{
	struct run *r;

	if (!s->reading) {
		s->reading = true;
		if (s->nrun && s->n)
			SC_TRY(spill(s, e));
		if (s->nrun)
			SC_TRY(heap_make(s, 0, e));
		else
			sort(s);
	}
	if (!s->nrun) {
		if (s->next == s->n)
			return SC_EOF;
		*line = line_of(s, s->next++);
		return SC_OK;
	}
	SC_TRY(heap_next(s, &r, e));
	if (!r)
		return SC_EOF;
	*line = sc_buf_str(&r->line);
	return SC_OK;
}
