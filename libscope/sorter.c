/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sorter.c -- external merge sort of lines by bytes.
 *
 * Lines are collected in memory; past the bound they go, sorted, as a run into a nameless file in TMPDIR: a 4-byte length
 * and the bytes, one after the other.  When there are FAN of them some are merged into one, so that
 * reading never needs more than FAN buffers.  Runs are merged by a heap of their first lines, each with eight bytes as a
 * number, since those decide nearly always.
 *
 * In memory they are sorted by eight bytes first: those behind what all of them begin with, as a number.  That is a radix
 * sort, least byte first; a byte that all have in common costs nothing.  Lines whose eight bytes are the same, which are
 * few where lines begin with digests, are sorted among themselves by what they are.
 */
#include <scope/manifest.h>

#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

enum { FAN = 192, READ = 32 << 10, WRITE = 64 << 10, FEW = 64 };

struct run {
	int fd;
	uint64_t bytes;     /* of the file */
	struct sc_buf read; /* of the file, from `at` on: what was read and not yet shown */
	size_t at;
	sc_str line; /* the line at hand, in `read` */
	bool done;
};

/* The line at hand of a run; the key is its eight bytes from `skip` on. */
struct head {
	uint64_t key;
	size_t run;
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
	struct sc_buf prefix; /* what all lines in runs begin with */
	struct head heap[FAN];
	size_t nheap;
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

/* From this one on. */
static void runs_close(struct sc_sorter *s, size_t from)
{
	for (size_t i = from; i < s->nrun; i++) {
		close(s->run[i].fd);
		sc_buf_free(&s->run[i].read);
	}
	s->nrun = from;
}

void sc_sorter_clear(struct sc_sorter *s)
{
	runs_close(s, 0);
	sc_buf_clear(&s->prefix);
	s->n = s->next = s->nheap = 0;
	s->reading = s->given = false;
	sc_buf_clear(&s->text);
}

void sc_sorter_free(struct sc_sorter *s)
{
	if (!s)
		return;
	sc_sorter_clear(s);
	sc_buf_free(&s->text);
	sc_buf_free(&s->prefix);
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

/* A run being written. */
struct writing {
	struct run run;
	struct sc_buf b;
};

static int run_new(struct writing *w, struct sc_err *e)
{
	*w = (struct writing){ .run = { .bytes = 0 } };
	w->run.fd = sc_spool(e);
	return w->run.fd < 0 ? SC_FAIL : SC_OK;
}

static int run_flush(struct writing *w, struct sc_err *e)
{
	for (size_t at = 0; at < w->b.n;) {
		ssize_t n = write(w->run.fd, w->b.p + at, w->b.n - at);

		if (n < 0 && errno != EINTR)
			return sc_fail(e, "spool file in TMPDIR: %s", strerror(errno));
		at += n > 0 ? (size_t)n : 0;
	}
	w->run.bytes += w->b.n;
	sc_buf_clear(&w->b);
	return SC_OK;
}

static int run_put(struct writing *w, sc_str line, struct sc_err *e)
{
	uint32_t n = (uint32_t)line.n;

	if (line.n > UINT32_MAX)
		return sc_fail(e, "a line of %zu bytes cannot be sorted", line.n);
	sc_buf_add(&w->b, (sc_str){ (const char *)&n, sizeof n });
	sc_buf_add(&w->b, line);
	return w->b.n >= WRITE ? run_flush(w, e) : SC_OK;
}

/* It becomes the last of the runs; or, if rc says so, nothing. */
static int run_end(struct sc_sorter *s, struct writing *w, int rc, struct sc_err *e)
{
	if (rc == SC_OK)
		rc = run_flush(w, e);
	if (rc == SC_OK && lseek(w->run.fd, 0, SEEK_SET))
		rc = sc_fail(e, "spool file in TMPDIR: %s", strerror(errno));
	sc_buf_free(&w->b);
	if (rc == SC_OK)
		s->run[s->nrun++] = w->run;
	else
		close(w->run.fd);
	return rc;
}

/* At least n bytes are at hand, or the file is at its end. */
static int run_fill(struct run *r, size_t n, struct sc_err *e)
{
	size_t want = n < READ ? READ : n;

	if (r->read.n - r->at >= n)
		return SC_OK;
	if (r->at && r->at < r->read.n)
		memmove(r->read.p, r->read.p + r->at, r->read.n - r->at);
	r->read.n -= r->at;
	r->at = 0;
	sc_buf_room(&r->read, want);
	while (r->read.n < n) {
		ssize_t got = read(r->fd, r->read.p + r->read.n, want - r->read.n);

		if (got < 0 && errno != EINTR)
			return sc_fail(e, "spool file in TMPDIR: %s", strerror(errno));
		if (!got)
			break;
		r->read.n += got > 0 ? (size_t)got : 0;
	}
	return SC_OK;
}

static int run_next(struct run *r, struct sc_err *e)
{
	uint32_t n = 0;

	SC_TRY(run_fill(r, sizeof n, e));
	r->done = r->read.n == r->at;
	if (r->done)
		return SC_OK;
	if (r->read.n - r->at >= sizeof n) {
		memcpy(&n, r->read.p + r->at, sizeof n);
		SC_TRY(run_fill(r, sizeof n + n, e));
	}
	if (r->read.n - r->at < sizeof n + n)
		return sc_fail(e, "spool file in TMPDIR: cut short");
	r->line = (sc_str){ r->read.p + r->at + sizeof n, n };
	r->at += sizeof n + n;
	return SC_OK;
}

static bool before(const struct sc_sorter *s, const struct head *a, const struct head *b)
{
	int c;

	if (a->key != b->key)
		return a->key < b->key;
	c = sc_str_cmp(s->run[a->run].line, s->run[b->run].line);
	return c < 0 || (c == 0 && a->run < b->run);
}

static void sink(struct sc_sorter *s, size_t i)
{
	struct head down = s->heap[i];

	for (size_t k; (k = 2 * i + 1) < s->nheap; i = k) {
		if (k + 1 < s->nheap && before(s, &s->heap[k + 1], &s->heap[k]))
			k++;
		if (before(s, &down, &s->heap[k]))
			break;
		s->heap[i] = s->heap[k];
	}
	s->heap[i] = down;
}

static int heap_make(struct sc_sorter *s, size_t from, struct sc_err *e)
{
	s->nheap = 0;
	for (size_t i = from; i < s->nrun; i++) {
		SC_TRY(run_next(&s->run[i], e));
		if (!s->run[i].done)
			s->heap[s->nheap++] = (struct head){ key_of(s->run[i].line, s->prefix.n), i };
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
		struct run *top = &s->run[s->heap[0].run];

		SC_TRY(run_next(top, e));
		if (top->done)
			s->heap[0] = s->heap[--s->nheap];
		else
			s->heap[0].key = key_of(top->line, s->prefix.n);
		if (s->nheap)
			sink(s, 0);
	}
	s->given = s->nheap > 0;
	if (s->nheap)
		*r = &s->run[s->heap[0].run];
	return SC_OK;
}

/* Runs from..nrun into one; they are gone, whatever comes of it. */
static int merge(struct sc_sorter *s, size_t from, struct sc_err *e)
{
	struct writing one;
	struct run *r;
	int rc;

	SC_TRY(run_new(&one, e));
	s->given = false;
	rc = heap_make(s, from, e);
	while (rc == SC_OK && (rc = heap_next(s, &r, e)) == SC_OK && r)
		rc = run_put(&one, r->line, e);
	s->given = false;
	s->nheap = 0;
	runs_close(s, from);
	return run_end(s, &one, rc, e);
}

static int larger_first(const void *a, const void *b)
{
	const struct run *x = a, *y = b;

	return (x->bytes < y->bytes) - (x->bytes > y->bytes);
}

/* The smallest quarter becomes one, so a line is written again about as often as FAN / 4 goes, multiplied, into the number of runs. */
static int make_room(struct sc_sorter *s, struct sc_err *e)
{
	qsort(s->run, s->nrun, sizeof *s->run, larger_first);
	return merge(s, FAN - FAN / 4, e);
}

/* Sorted lines, as `sort` left them: what all begin with is what the first and the last do. */
static void prefix_note(struct sc_sorter *s)
{
	sc_str first = line_of(s, 0), last = line_of(s, s->n - 1);
	size_t n = 0;

	if (!s->nrun)
		sc_buf_add(&s->prefix, first);
	while (n < s->prefix.n && n < first.n && n < last.n && s->prefix.p[n] == first.p[n] &&
	       first.p[n] == last.p[n])
		n++;
	s->prefix.n = n;
}

static int spill(struct sc_sorter *s, struct sc_err *e)
{
	struct writing w;
	int rc = SC_OK;

	if (s->nrun == FAN)
		SC_TRY(make_room(s, e));
	sort(s);
	prefix_note(s);
	SC_TRY(run_new(&w, e));
	for (size_t i = 0; rc == SC_OK && i < s->n; i++)
		rc = run_put(&w, line_of(s, i), e);
	SC_TRY(run_end(s, &w, rc, e));
	s->n = 0;
	sc_buf_clear(&s->text);
	return SC_OK;
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
		if (!s->nrun) {
			sort(s);
		} else { /* what the lines stood in is free for others */
			sc_buf_free(&s->text);
			free(s->v);
			s->v = NULL;
			s->cap = 0;
			SC_TRY(heap_make(s, 0, e));
		}
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
	*line = r->line;
	return SC_OK;
}
