/* SPDX-License-Identifier: Apache-2.0 */
/*
 * diff_table.c -- counts by value on two sides, for as many values as there are.
 *
 * They are added up in a table in memory; when that is full its rows go to a sort, as "value, 0x00, four numbers of 8 bytes", and it begins
 * anew.  At the end equal values stand side by side.  Rows are found by XXH3 with a seed of this process, so that nobody can choose
 * values that meet.
 */
#include <scope/diff.h>

#include <endian.h>
#include <stdlib.h>
#include <sys/random.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

enum { SLOTS_LEAST = 1024, NUMBERS = 4 };

struct sc_diff_table {
	struct sc_diff_row *v, *last;
	size_t n, cap; /* cap is a power of two */
	size_t memory;
	uint64_t seed;
	struct sc_arena a;
	struct sc_sorter *sorter;
	struct sc_buf line, next;
	bool reading, more; /* more: `next` is a row that was not shown */
};

struct sc_diff_table *sc_diff_table_new(size_t memory)
{
	struct sc_diff_table *t = calloc(1, sizeof *t);

	if (!t)
		sc_oom();
	t->memory = memory;
	t->sorter = sc_sorter_new(memory / 2);
	if (getrandom(&t->seed, sizeof t->seed, 0) != sizeof t->seed)
		t->seed = (uint64_t)(uintptr_t)t;
	return t;
}

void sc_diff_table_free(struct sc_diff_table *t)
{
	if (!t)
		return;
	free(t->v);
	sc_sorter_free(t->sorter);
	sc_arena_free(&t->a);
	sc_buf_free(&t->line);
	sc_buf_free(&t->next);
	free(t);
}

static struct sc_diff_row *slot(struct sc_diff_row *v, size_t cap, sc_str value, uint64_t seed)
{
	size_t i = XXH3_64bits_withSeed(value.p, value.n, seed) & (cap - 1);

	while (v[i].value.p && !sc_str_eq(v[i].value, value))
		i = (i + 1) & (cap - 1);
	return &v[i];
}

static void grow(struct sc_diff_table *t)
{
	size_t cap = t->cap ? 2 * t->cap : SLOTS_LEAST;
	struct sc_diff_row *v = calloc(cap, sizeof *v);

	if (!v)
		sc_oom();
	for (size_t i = 0; i < t->cap; i++)
		if (t->v[i].value.p)
			*slot(v, cap, t->v[i].value, t->seed) = t->v[i];
	free(t->v);
	t->v = v;
	t->cap = cap;
	t->last = NULL;
}

static int flush(struct sc_diff_table *t, struct sc_err *e)
{
	for (size_t i = 0; i < t->cap; i++) {
		const struct sc_diff_row *r = &t->v[i];
		uint64_t n[NUMBERS] = { htobe64(r->records[0]), htobe64(r->records[1]),
			                htobe64(r->bytes[0]), htobe64(r->bytes[1]) };

		if (!r->value.p)
			continue;
		sc_buf_clear(&t->line);
		sc_buf_add(&t->line, r->value);
		sc_buf_byte(&t->line, 0);
		sc_buf_add(&t->line, (sc_str){ (const char *)n, sizeof n });
		SC_TRY(sc_sorter_add(t->sorter, sc_buf_str(&t->line), e));
	}
	if (t->cap)
		memset(t->v, 0, t->cap * sizeof *t->v);
	t->n = 0;
	t->last = NULL;
	sc_arena_reset(&t->a);
	return SC_OK;
}

static int row_of(struct sc_diff_table *t, sc_str value, struct sc_diff_row **r, struct sc_err *e)
{
	if (t->n && t->cap * sizeof *t->v + sc_arena_bytes(&t->a) > t->memory / 2 &&
	    t->n + 1 > t->cap / 2)
		SC_TRY(flush(t, e));
	if (t->n + 1 > t->cap / 4 * 3)
		grow(t);
	*r = slot(t->v, t->cap, value, t->seed);
	if (!(*r)->value.p) {
		(*r)->value = sc_strdup(&t->a, value);
		t->n++;
	}
	return SC_OK;
}

int sc_diff_table_add(struct sc_diff_table *t, sc_str value, int side, uint64_t bytes,
                      struct sc_err *e)
{
	if (!t->last || !sc_str_eq(t->last->value, value))
		SC_TRY(row_of(t, value, &t->last, e));
	t->last->records[side]++;
	t->last->bytes[side] += bytes;
	return SC_OK;
}

/* A line of the sort; false: it is spoilt. */
static bool row_read(sc_str line, struct sc_diff_row *r)
{
	uint64_t n[NUMBERS];

	if (line.n < sizeof n + 1)
		return false;
	r->value = sc_str_head(line, line.n - sizeof n - 1);
	memcpy(n, line.p + line.n - sizeof n, sizeof n);
	for (int i = 0; i < 2; i++) {
		r->records[i] = be64toh(n[i]);
		r->bytes[i] = be64toh(n[2 + i]);
	}
	return true;
}

static int line_next(struct sc_diff_table *t, struct sc_err *e)
{
	sc_str line;
	int rc = sc_sorter_next(t->sorter, &line, e);

	t->more = rc == SC_OK;
	sc_buf_clear(&t->next);
	if (t->more)
		sc_buf_add(&t->next, line);
	return rc < 0 ? rc : SC_OK;
}

int sc_diff_table_next(struct sc_diff_table *t, struct sc_diff_row *r, struct sc_err *e)
{
	struct sc_diff_row x;

	if (!t->reading) {
		t->reading = true;
		SC_TRY(flush(t, e));
		SC_TRY(line_next(t, e));
	}
	if (!t->more)
		return SC_EOF;
	sc_buf_clear(&t->line);
	sc_buf_add(&t->line, sc_buf_str(&t->next));
	if (!row_read(sc_buf_str(&t->line), r))
		return sc_fail(e, "spool file in TMPDIR: a line is spoilt");
	SC_TRY(line_next(t, e));
	while (t->more && row_read(sc_buf_str(&t->next), &x) && sc_str_eq(x.value, r->value)) {
		for (int i = 0; i < 2; i++) {
			r->records[i] += x.records[i];
			r->bytes[i] += x.bytes[i];
		}
		SC_TRY(line_next(t, e));
	}
	return SC_OK;
}
