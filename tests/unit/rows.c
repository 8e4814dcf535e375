/* SPDX-License-Identifier: Apache-2.0 */
/* Claims about sorted rows and lines that are looked up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include <scope/digest.h>
#include <scope/rows.h>

static void number(uint32_t i, uint8_t out[32])
{
	sc_sha256_of((sc_str){ (const char *)&i, sizeof i }, out);
}

static void rows_are_found_in_memory_and_in_a_file(void **state)
{
	static const uint32_t many[] = { 0, 1, 2, 1000,
		                         300000 }; /* the last is more than is kept in memory */
	struct sc_err e;
	uint8_t id[32];

	(void)state;
	for (size_t k = 0; k < SC_COUNT(many); k++) {
		struct sc_rows *r = sc_rows_new(32, 1 << 16);

		for (uint32_t i = 0; i < many[k]; i++) {
			number(i, id);
			assert_int_equal(sc_rows_add(r, (sc_str){ (const char *)id, 32 }, &e),
			                 SC_OK);
			if (i % 7 == 0) /* twice */
				assert_int_equal(
				        sc_rows_add(r, (sc_str){ (const char *)id, 32 }, &e),
				        SC_OK);
		}
		assert_int_equal(sc_rows_seal(r, &e), SC_OK);
		assert_int_equal(sc_rows_n(r), many[k]);
		for (uint32_t i = 0; i < many[k] + 1000; i++) {
			number(i, id);
			assert_int_equal(sc_rows_has(r, (sc_str){ (const char *)id, 32 }),
			                 i < many[k]);
		}
		for (uint32_t i = 1; i < many[k]; i++)
			assert_true(memcmp(sc_rows_at(r, i - 1), sc_rows_at(r, i), 32) < 0);
		sc_rows_free(r);
	}
}

static void look_gives_all_lines_that_begin_so_and_no_other(void **state)
{
	sc_str lines = SC_STR("a\nab\nabc\nabd\nac\nb\nba\nz\tz\n"), none = SC_STR("");

	(void)state;
	assert_true(sc_str_eq(sc_look(lines, SC_STR("ab")), SC_STR("ab\nabc\nabd\n")));
	assert_true(sc_str_eq(sc_look(lines, SC_STR("a")), SC_STR("a\nab\nabc\nabd\nac\n")));
	assert_true(sc_str_eq(sc_look(lines, SC_STR("z\t")), SC_STR("z\tz\n")));
	assert_int_equal(sc_look(lines, SC_STR("abe")).n, 0);
	assert_int_equal(sc_look(lines, SC_STR("A")).n, 0);
	assert_int_equal(sc_look(lines, SC_STR("zz")).n, 0);
	assert_int_equal(sc_look(none, SC_STR("a")).n, 0);
	assert_true(sc_str_eq(sc_look(lines, none), lines));
	assert_true(sc_str_eq(sc_look(SC_STR("no end"), SC_STR("no")), SC_STR("no end")));
}

static void lines_are_kept_sorted_each_once(void **state)
{
	struct sc_rows *r = sc_rows_new(0, 1 << 16);
	struct sc_err e;

	(void)state;
	assert_int_equal(sc_rows_add(r, SC_STR("pear"), &e), SC_OK);
	assert_int_equal(sc_rows_add(r, SC_STR("apple"), &e), SC_OK);
	assert_int_equal(sc_rows_add(r, SC_STR("pear"), &e), SC_OK);
	assert_int_equal(sc_rows_seal(r, &e), SC_OK);
	assert_true(sc_str_eq(sc_rows_text(r), SC_STR("apple\npear\n")));
	assert_int_equal(sc_rows_n(r), 2);
	sc_rows_free(r);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_are_found_in_memory_and_in_a_file),
		cmocka_unit_test(look_gives_all_lines_that_begin_so_and_no_other),
		cmocka_unit_test(lines_are_kept_sorted_each_once),
	};

	return cmocka_run_group_tests_name("rows", tests, NULL, NULL);
}
