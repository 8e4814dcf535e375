/* SPDX-License-Identifier: Apache-2.0 */
/* Claims about finding lines of a manifest by what they begin with. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include <scope/lookup.h>

enum { LINES = 4000 };
static char name[] = "/tmp/scope-lookup.XXXXXX";

struct got {
	size_t n, sum;
};

static int count(void *with, sc_str line, struct sc_err *e)
{
	struct got *g = with;

	(void)e;
	g->n++;
	g->sum += line.n;
	return SC_OK;
}

/* Line i is "R TAB number TAB xxx": each hundredth is longer than what is read at a jump. */
static size_t length(size_t i)
{
	return i % 100 == 7 ? 9000 : i % 53;
}

static void written(const char *end)
{
	FILE *f = fopen(name, "wb");

	assert_non_null(f);
	fputs("#scope-manifest/1\nH\tcreated\tnow\n", f);
	for (size_t i = 0; i < LINES; i++) {
		fprintf(f, "R\t%06zu\t", 2 * i);
		for (size_t k = 0; k < length(i); k++)
			fputc('x', f);
		fputc('\n', f);
	}
	fputs(end, f);
	fclose(f);
}

static struct got found(const char *prefix, int want)
{
	struct sc_lookup *k;
	struct sc_err e = { 0 };
	struct got g = { 0 };
	sc_str p = sc_str_c(prefix);

	assert_int_equal(sc_lookup_open(&k, sc_str_c(name), &e), SC_OK);
	assert_true(sc_lookup_direct(k));
	assert_int_equal(sc_lookup_find(k, &p, 1, count, &g, &e), want);
	sc_lookup_close(k);
	return g;
}

static void every_line_is_found_and_what_lies_between_is_not(void **s)
{
	(void)s;
	written("T\tlast\t1\n");
	for (size_t i = 0; i < LINES; i++) {
		char text[32];
		struct got g;

		sprintf(text, "R\t%06zu\t", 2 * i);
		g = found(text, SC_OK);
		assert_int_equal(g.n, 1);
		assert_int_equal(g.sum, 9 + length(i));
		if (i % 10 == 0) {
			sprintf(text, "R\t%06zu\t", 2 * i + 1);
			assert_int_equal(found(text, SC_OK).n, 0);
		}
	}
}

static void a_prefix_finds_all_that_begin_with_it(void **s)
{
	(void)s;
	assert_int_equal(found("R\t0012", SC_OK).n, 50);
	assert_int_equal(found("R\t", SC_OK).n, LINES);
	assert_int_equal(found("H\t", SC_OK).n, 1);
	assert_int_equal(found("T\t", SC_OK).n, 1);
	assert_int_equal(found("X\t", SC_OK).n, 0);
	assert_int_equal(found("A\t", SC_OK).n, 0);
}

static void a_scan_gives_the_lines_of_its_kinds(void **s)
{
	struct sc_lookup *k;
	struct sc_err e = { 0 };
	struct got g = { 0 };

	(void)s;
	assert_int_equal(sc_lookup_open(&k, sc_str_c(name), &e), SC_OK);
	assert_int_equal(sc_lookup_scan(k, "HRT", count, &g, &e), SC_OK);
	assert_int_equal(g.n, LINES + 2);
	sc_lookup_close(k);
}

static void a_last_line_without_an_end_is_told(void **s)
{
	(void)s;
	written("T\tlast");
	found("T\t", SC_BAD);
}

static void lines_out_of_order_are_told_when_they_are_passed(void **s)
{
	(void)s;
	written("R\t000000\tagain\n");
	found("R\t", SC_BAD);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_line_is_found_and_what_lies_between_is_not),
		cmocka_unit_test(a_prefix_finds_all_that_begin_with_it),
		cmocka_unit_test(a_scan_gives_the_lines_of_its_kinds),
		cmocka_unit_test(a_last_line_without_an_end_is_told),
		cmocka_unit_test(lines_out_of_order_are_told_when_they_are_passed),
	};
	int fd = mkstemp(name), rc;

	if (fd < 0)
		return 1;
	close(fd);
	rc = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(name);
	return rc;
}
