/* SPDX-License-Identifier: Apache-2.0 */
/*
 * counts.c -- how many records, and bytes, have a value: counted in bounded memory.
 *
 * One table for all keys: open addressing, XXH3 with a seed of this process.  When it is full, or when somebody has found values that
 * meet in it, all of it goes to a sorter as lines
 *
 *	'A' + key, hash, value escaped as in a manifest, TAB, records, bytes		numbers of 8 bytes, the highest first
 *
 * and it begins anew.  Hashes are what a sorter is fast with; TAB is below whatever an escaped value may have, so that lines of one value come
 * out of it side by side.  They are added up then, and go to a nameless file, each as a length (4 bytes), records, bytes (8 each) and the value; where nothing was spilled the
 * table itself is what is read.  A ranking is a second sort, over distinct values.
 */
#include <scope/facts.h>

#include <endian.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <unistd.h>

#include <scope/text.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

enum { SLOTS = 1024, PROBES = 256, BUFFER = 1 << 16 };

struct slot {
	uint64_t hash; /* 0: free */
	uint64_t at;   /* of the value in text */
	struct sc_count c;
	uint32_t n;
	uint8_t key;
};

struct sc_counts {
	size_t memory;
	uint64_t seed;
	struct slot *v;
	size_t nslot, n; /* nslot is a power of two */
	struct sc_buf text, line;
	struct sc_sorter *spilled;   /* NULL: nothing was */
	FILE *merged;                /* of what was spilled, in the order of keys */
	uint64_t from[SC_COUNTS_KEYS + 1]; /* where a key's values begin there */
};

struct sc_counts *sc_counts_new(size_t memory)
{
	struct sc_counts *t = calloc(1, sizeof *t);

	if (!t)
		sc_oom();
	t->memory = memory;
	t->nslot = SLOTS;
	t->v = calloc(t->nslot, sizeof *t->v);
	if (!t->v)
		sc_oom();
	if (getrandom(&t->seed, sizeof t->seed, GRND_NONBLOCK) != sizeof t->seed)
		t->seed = (uint64_t)getpid() ^ (uintptr_t)t;
	return t;
}

void sc_counts_free(struct sc_counts *t)
{
	if (!t)
		return;
	free(t->v);
	sc_buf_free(&t->text);
	sc_buf_free(&t->line);
	sc_sorter_free(t->spilled);
	if (t->merged)
		fclose(t->merged);
	free(t);
}

/* ---- counting ---- */

static sc_str value_of(const struct sc_counts *t, const struct slot *s)
{
	return (sc_str){ t->text.p + s->at, s->n };
}

static void put_u64(struct sc_buf *b, uint64_t v)
{
	v = htobe64(v);
	sc_buf_add(b, (sc_str){ (const char *)&v, sizeof v });
}

static uint64_t get_u64(const char *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof v);
	return be64toh(v);
}

static int spill(struct sc_counts *t, struct sc_err *e)
{
	if (!t->spilled)
		t->spilled = sc_sorter_new(t->memory / 2);
	for (size_t i = 0; i < t->nslot; i++) {
		const struct slot *s = &t->v[i];

		if (!s->hash)
			continue;
		sc_buf_clear(&t->line);
		sc_buf_byte(&t->line, (char)('A' + s->key));
		put_u64(&t->line, s->hash);
		sc_field_put(&t->line, value_of(t, s));
		sc_buf_byte(&t->line, '\t');
		put_u64(&t->line, s->c.records);
		put_u64(&t->line, s->c.bytes);
		SC_TRY(sc_sorter_add(t->spilled, sc_buf_str(&t->line), e));
	}
	memset(t->v, 0, t->nslot * sizeof *t->v);
	sc_buf_clear(&t->text);
	t->n = 0;
	return SC_OK;
}

/* The slot that has it or where it goes; NULL: too many meet there. */
static struct slot *find(struct sc_counts *t, uint64_t hash, size_t key, sc_str value)
{
	for (size_t i = 0; i < PROBES; i++) {
		struct slot *s = &t->v[(hash + i) & (t->nslot - 1)];

		if (!s->hash ||
		    (s->hash == hash && s->key == key && sc_str_eq(value_of(t, s), value)))
			return s;
	}
	return NULL;
}

static void grow(struct sc_counts *t)
{
	struct slot *old = t->v;
	size_t n = t->nslot;

	t->v = calloc(2 * n, sizeof *t->v);
	if (!t->v)
		sc_oom();
	t->nslot = 2 * n;
	for (size_t i = 0; i < n; i++) {
		size_t at = old[i].hash & (t->nslot - 1);

		if (!old[i].hash)
			continue;
		while (t->v[at].hash)
			at = (at + 1) & (t->nslot - 1);
		t->v[at] = old[i];
	}
	free(old);
}

/* A quarter of the memory for the slots, one for the values, and the sorter has the rest. */
static int make_room(struct sc_counts *t, size_t n, struct sc_err *e)
{
	size_t slots = t->nslot * sizeof *t->v;

	if (t->n && t->text.n + n > t->memory / 4)
		return spill(t, e);
	if (2 * t->n < t->nslot)
		return SC_OK;
	if (2 * slots > t->memory / 4)
		return spill(t, e);
	grow(t);
	return SC_OK;
}

int sc_counts_add(struct sc_counts *t, size_t key, sc_str value, struct sc_count c,
                   struct sc_err *e)
{
	uint64_t hash = (XXH3_64bits_withSeed(value.p, value.n, t->seed) + key) | UINT64_C(1) << 63;
	struct slot *s = find(t, hash, key, value);

	if (value.n > UINT32_MAX)
		return sc_bad(e, "a value of %zu bytes", value.n);
	if (!s || !s->hash) {
		SC_TRY(make_room(t, value.n, e));
		s = find(t, hash, key, value);
		if (!s) {
			SC_TRY(spill(t, e));
			s = find(t, hash, key, value);
		}
		*s = (struct slot){
			.hash = hash, .at = t->text.n, .n = (uint32_t)value.n, .key = (uint8_t)key
		};
		sc_buf_add(&t->text, value);
		t->n++;
	}
	s->c.records += c.records;
	s->c.bytes += c.bytes; /* at most all bytes, whose sum is checked */
	return SC_OK;
}

/* ---- the end ---- */

static int total(struct sc_fact_total *sum, struct sc_count c, struct sc_err *e)
{
	sum->distinct++;
	sum->once += c.records == 1;
	sum->twice += c.records == 2;
	if (__builtin_add_overflow(sum->sum.records, c.records, &sum->sum.records) ||
	    __builtin_add_overflow(sum->sum.bytes, c.bytes, &sum->sum.bytes))
		return sc_bad(e, "a sum passes 2^64");
	return SC_OK;
}

/* What the file in the end has of a value. */
struct head {
	uint32_t n;
	uint64_t records, bytes;
} __attribute__((packed));

static int merged_put(struct sc_counts *t, size_t key, sc_str field, struct sc_count c,
                      struct sc_fact_total *sum, struct sc_err *e)
{
	struct sc_arena a = { 0 };
	struct head h = { .records = c.records, .bytes = c.bytes };
	sc_str value;
	bool ok = sc_unfield(&a, sc_str_from(field, 8), &value);

	if (ok) {
		h.n = (uint32_t)value.n;
		ok = fwrite_unlocked(&h, sizeof h, 1, t->merged) == 1 &&
		     fwrite_unlocked(value.p, value.n, 1, t->merged) == 1;
		t->from[key + 1] += sizeof h + value.n;
	}
	sc_arena_free(&a);
	return ok ? total(&sum[key], c, e)
	          : sc_fail(e, "spool file in TMPDIR: %s", strerror(errno));
}

/* *field: the value with the hash before it. */
static bool line_parse(sc_str line, size_t *key, sc_str *field, struct sc_count *c)
{
	if (line.n < 1 + 8 + 1 + 16 || (unsigned char)*line.p - 'A' >= SC_COUNTS_KEYS)
		return false;
	*key = (size_t)(*line.p - 'A');
	*field = (sc_str){ line.p + 1, line.n - 18 };
	*c = (struct sc_count){ get_u64(line.p + line.n - 16), get_u64(line.p + line.n - 8) };
	return true;
}

static int merge(struct sc_counts *t, struct sc_fact_total *sum, struct sc_err *e)
{
	struct sc_buf now = { 0 };
	struct sc_count held = { 0 }, c;
	size_t key = 0, last = 0;
	sc_str line, field;
	int rc;

	while ((rc = sc_sorter_next(t->spilled, &line, e)) == SC_OK) {
		if (!line_parse(line, &key, &field, &c)) {
			rc = sc_fail(e, "a sorted line is spoilt");
			break;
		}
		if (now.n && (key != last || !sc_str_eq(field, sc_buf_str(&now)))) {
			rc = merged_put(t, last, sc_buf_str(&now), held, sum, e);
			if (rc != SC_OK)
				break;
			now.n = 0;
			held = (struct sc_count){ 0 };
		}
		if (!now.n)
			sc_buf_add(&now, field);
		last = key;
		held.records += c.records;
		held.bytes += c.bytes;
	}
	if (rc == SC_EOF)
		rc = now.n ? merged_put(t, last, sc_buf_str(&now), held, sum, e) : SC_OK;
	sc_buf_free(&now);
	return rc;
}

static int merge_all(struct sc_counts *t, struct sc_fact_total *sum, struct sc_err *e)
{
	int fd;

	SC_TRY(spill(t, e));
	free(t->v);
	t->v = NULL;
	t->nslot = 0;
	sc_buf_free(&t->text);
	fd = sc_spool(e);
	if (fd < 0)
		return SC_FAIL;
	t->merged = fdopen(fd, "w+b");
	if (!t->merged) {
		close(fd);
		return sc_fail(e, "spool file in TMPDIR: %s", strerror(errno));
	}
	SC_TRY(merge(t, sum, e));
	if (fflush(t->merged))
		return sc_fail(e, "spool file in TMPDIR: %s", strerror(errno));
	sc_sorter_free(t->spilled);
	t->spilled = NULL;
	for (size_t k = 0; k < SC_COUNTS_KEYS; k++)
		t->from[k + 1] += t->from[k];
	return SC_OK;
}

int sc_counts_end(struct sc_counts *t, struct sc_fact_total *sum, struct sc_err *e)
{
	if (t->spilled)
		return merge_all(t, sum, e);
	for (size_t i = 0; i < t->nslot; i++)
		if (t->v[i].hash)
			SC_TRY(total(&sum[t->v[i].key], t->v[i].c, e));
	return SC_OK;
}

/* ---- rankings ---- */

struct sc_fact_list {
	const struct sc_counts *t;
	enum sc_fact_order by;
	struct slot **v; /* in memory */
	size_t n, next;
	struct sc_sorter *
	        sorted; /* or outside: both counts from 2^64 down, the one that is ranked by first, and the value */
};

static int rank(const void *x, const void *y, void *list)
{
	const struct sc_fact_list *l = list;
	const struct slot *a = *(struct slot *const *)x, *b = *(struct slot *const *)y;
	uint64_t v[2][2] = { { a->c.records, b->c.records }, { a->c.bytes, b->c.bytes } };
	unsigned first = l->by == SC_BY_BYTES;

	for (unsigned i = 0; i < 2; i++)
		if (v[i ^ first][0] != v[i ^ first][1])
			return v[i ^ first][0] > v[i ^ first][1] ? -1 : 1;
	return sc_str_cmp(value_of(l->t, a), value_of(l->t, b));
}

static int list_memory(struct sc_fact_list *l, size_t key)
{
	const struct sc_counts *t = l->t;

	for (int pass = 0; pass < 2; pass++) {
		size_t n = 0;

		for (size_t i = 0; i < t->nslot; i++)
			if (t->v[i].hash && t->v[i].key == key) {
				if (pass)
					l->v[n] = &t->v[i];
				n++;
			}
		if (!pass)
			l->v = malloc((n + 1) * sizeof *l->v);
		if (!l->v)
			sc_oom();
		l->n = n;
	}
	qsort_r(l->v, l->n, sizeof *l->v, rank, l);
	return SC_OK;
}

static int list_file(struct sc_fact_list *l, struct sc_buf *b, size_t key, struct sc_err *e)
{
	const struct sc_counts *t = l->t;
	uint64_t at = t->from[key];
	struct head h;

	l->sorted = sc_sorter_new(t->memory / 2);
	if (fseeko(t->merged, (off_t)at, SEEK_SET))
		return sc_fail(e, "spool file in TMPDIR: %s", strerror(errno));
	while (at < t->from[key + 1]) {
		if (fread_unlocked(&h, sizeof h, 1, t->merged) != 1)
			return sc_fail(e, "spool file in TMPDIR: cut short");
		sc_buf_clear(b);
		put_u64(b, ~(l->by == SC_BY_BYTES ? h.bytes : h.records));
		put_u64(b, ~(l->by == SC_BY_BYTES ? h.records : h.bytes));
		if (h.n && fread_unlocked(sc_buf_room(b, h.n), h.n, 1, t->merged) != 1)
			return sc_fail(e, "spool file in TMPDIR: cut short");
		b->n += h.n;
		at += sizeof h + h.n;
		SC_TRY(sc_sorter_add(l->sorted, sc_buf_str(b), e));
	}
	return SC_OK;
}

int sc_counts_list(struct sc_counts *t, size_t key, enum sc_fact_order by,
                    struct sc_fact_list **list, struct sc_err *e)
{
	struct sc_fact_list *l = calloc(1, sizeof *l);
	int rc;

	if (!l)
		sc_oom();
	l->t = t;
	l->by = by;
	rc = t->merged ? list_file(l, &t->line, key, e) : list_memory(l, key);
	if (rc == SC_OK)
		*list = l;
	else
		sc_fact_list_free(l);
	return rc;
}

int sc_fact_next(struct sc_fact_list *l, struct sc_fact_row *row, struct sc_err *e)
{
	sc_str line;
	uint64_t first, second;

	if (!l->sorted) {
		if (l->next == l->n)
			return SC_EOF;
		*row = (struct sc_fact_row){ value_of(l->t, l->v[l->next]),
			                     l->v[l->next]->c.records, l->v[l->next]->c.bytes };
		l->next++;
		return SC_OK;
	}
	int rc = sc_sorter_next(l->sorted, &line, e);

	if (rc != SC_OK)
		return rc;
	if (line.n < 16)
		return sc_fail(e, "a sorted line is spoilt");
	first = ~get_u64(line.p);
	second = ~get_u64(line.p + 8);
	*row = (struct sc_fact_row){ sc_str_from(line, 16), l->by == SC_BY_BYTES ? second : first,
		                     l->by == SC_BY_BYTES ? first : second };
	return SC_OK;
}

void sc_fact_list_free(struct sc_fact_list *l)
{
	if (!l)
		return;
	free(l->v);
	sc_sorter_free(l->sorted);
	free(l);
}
