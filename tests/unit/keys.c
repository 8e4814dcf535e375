/* SPDX-License-Identifier: Apache-2.0 */
/* keys.c -- the leaves of the key-root, however little memory there is: what a list of all pairs of key and line says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <scope/digest.h>
#include <scope/manifest.h>
#include <scope/sparse.h>

enum { LINES = 4000 };

struct pair {
	uint8_t key[32];
	size_t line;
};

struct world {
	sc_str line[LINES];
	struct pair *pair;
	size_t nline, npair, nleaf;
	struct sc_buf text;
	struct sc_sparse_leaf *leaf; /* what is expected */
};

static int by_key_and_line(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;
	int c = memcmp(x->key, y->key, 32);

	return c ? c : (x->line > y->line) - (x->line < y->line);
}

/* Ids in order, some twice; `hosts` hosts and half as many sites, urls and DOIs that now and then come again. */
static void lines_make(struct world *w, size_t hosts)
{
	size_t at[LINES + 1];

	srand(hosts ? (unsigned)hosts : 1);
	for (size_t i = 0; i < LINES; i++) {
		size_t host = (size_t)rand() % hosts, again = (size_t)rand() % 20 ? i : i / 7;

		at[i] = w->text.n;
		sc_buf_fmt(&w->text, "R\tsha256:%064zx\t%d\ttext/plain\tMIT\t-\tcode", i - i % 50 / 49, rand() % 1000);
		if (rand() % 3 == 0)
			sc_buf_fmt(&w->text, "\tdoi=10.1000/%zu", again);
		sc_buf_fmt(&w->text, "\thost=www%zu.example.org\tsite=example%zu.org", host, host / 2);
		sc_buf_fmt(&w->text, rand() % 4 ? "\tsrc=https://e.org/%zu" : "\tsrc=in.jsonl#%zu", again);
	}
	at[LINES] = w->text.n;
	for (size_t i = 0; i < LINES; i++)
		w->line[i] = (sc_str){ w->text.p + at[i], at[i + 1] - at[i] };
	w->nline = LINES;
}

static void pairs_make(struct world *w)
{
	struct sc_key v[8];

	w->pair = malloc(w->nline * 8 * sizeof *w->pair);
	for (size_t i = 0; i < w->nline; i++) {
		size_t n = sc_keys_of(w->line[i], v);

		for (size_t k = 0; k < n; k++) {
			sc_key_of(v[k].kind, v[k].value, w->pair[w->npair].key);
			w->pair[w->npair++].line = i;
		}
	}
	qsort(w->pair, w->npair, sizeof *w->pair, by_key_and_line);
}

static void leaves_make(struct world *w)
{
	struct sc_buf b = { 0 };
	size_t end;

	w->leaf = malloc(w->npair * sizeof *w->leaf);
	for (size_t i = 0; i < w->npair; i = end) {
		sc_buf_clear(&b);
		for (end = i; end < w->npair && !memcmp(w->pair[end].key, w->pair[i].key, 32); end++) {
			if (end > i)
				sc_buf_byte(&b, '\n');
			sc_buf_add(&b, w->line[w->pair[end].line]);
		}
		memcpy(w->leaf[w->nleaf].key, w->pair[i].key, 32);
		sc_sha256_of(sc_buf_str(&b), w->leaf[w->nleaf++].value);
	}
	sc_buf_free(&b);
}

static void world_free(struct world *w)
{
	free(w->pair);
	free(w->leaf);
	sc_buf_free(&w->text);
	*w = (struct world){ .nline = 0 };
}

static int lines_again(void *with, int (*each)(void *to, sc_str rline, struct sc_err *e), void *to, struct sc_err *e)
{
	struct world *w = with;

	for (size_t i = 0; i < w->nline; i++)
		SC_TRY(each(to, w->line[i], e));
	return SC_OK;
}

struct seen {
	const struct world *w;
	size_t n;
};

static int leaf_seen(void *with, const struct sc_sparse_leaf *leaf, struct sc_err *e)
{
	struct seen *s = with;

	(void)e;
	assert_true(s->n < s->w->nleaf);
	assert_memory_equal(leaf->key, s->w->leaf[s->n].key, 32);
	assert_memory_equal(leaf->value, s->w->leaf[s->n].value, 32);
	s->n++;
	return SC_OK;
}

static void same_leaves(struct world *w, size_t memory, bool source)
{
	struct sc_keys *k = sc_keys_new(memory);
	struct seen s = { .w = w };
	struct sc_err e = { 0 };

	if (source)
		sc_keys_source(k, lines_again, w);
	for (size_t i = 0; i < w->nline; i++)
		assert_int_equal(sc_keys_add(k, w->line[i], &e), SC_OK);
	assert_int_equal(sc_keys_end(k, leaf_seen, &s, &e), SC_OK);
	assert_int_equal(s.n, w->nleaf);
	sc_keys_free(k);
}

/* From everything in one table to tables of 64 keys, and so many keys that lines are sorted instead. */
static void leaves_do_not_depend_on_memory(void **state)
{
	static const size_t hosts[] = { 1, 90, 600, 3000 }, memory[] = { 0, 4 << 10, 32 << 10, 128 << 10, 64 << 20 };

	(void)state;
	for (size_t i = 0; i < SC_COUNT(hosts); i++) {
		struct world w = { .nline = 0 };

		lines_make(&w, hosts[i]);
		pairs_make(&w);
		leaves_make(&w);
		for (size_t k = 0; k < SC_COUNT(memory); k++) {
			same_leaves(&w, memory[k], false);
			same_leaves(&w, memory[k], true);
		}
		world_free(&w);
	}
}

static void no_line_is_no_leaf(void **state)
{
	struct world w = { .nline = 0 };

	(void)state;
	same_leaves(&w, 1 << 20, false);
}

/* What only a caller could do wrong: a line without an id behind one that has one, and an id that comes back. */
static void lines_of_an_id_stand_side_by_side(void **state)
{
	struct world w = { .nline = 0 };
	struct seen s = { .w = &w };
	struct sc_err e = { 0 };
	struct sc_keys *k;

	(void)state;
	w.line[0] = SC_STR("R\tsha256:a\t1\t-\t-\t-\t-\thost=e.org");
	w.line[1] = SC_STR("R");
	w.line[2] = SC_STR("R\tsha256:b\t1\t-\t-\t-\t-\thost=e.org");
	w.nline = 3;
	pairs_make(&w);
	leaves_make(&w);
	same_leaves(&w, 1 << 20, false);
	k = sc_keys_new(0);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(sc_keys_add(k, w.line[i % 3], &e), SC_OK);
	assert_int_equal(sc_keys_end(k, leaf_seen, &s, &e), SC_BAD);
	assert_string_equal(e.msg, "lines of one id do not stand side by side");
	sc_keys_free(k);
	world_free(&w);
}

/* A file that changes while it is read is told, not believed. */
static void lines_that_become_fewer_are_an_error(void **state)
{
	struct world w = { .nline = 0 };
	struct sc_keys *k = sc_keys_new(0);
	struct seen s = { .w = &w };
	struct sc_err e = { 0 };

	(void)state;
	lines_make(&w, 600);
	sc_keys_source(k, lines_again, &w);
	for (size_t i = 0; i < w.nline; i++)
		assert_int_equal(sc_keys_add(k, w.line[i], &e), SC_OK);
	w.nline--;
	assert_int_equal(sc_keys_end(k, leaf_seen, &s, &e), SC_FAIL);
	assert_string_equal(e.msg, "the lines are not the same when they are read again");
	sc_keys_free(k);
	world_free(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(leaves_do_not_depend_on_memory),
		cmocka_unit_test(no_line_is_no_leaf),
		cmocka_unit_test(lines_of_an_id_stand_side_by_side),
		cmocka_unit_test(lines_that_become_fewer_are_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
