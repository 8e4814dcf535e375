/* SPDX-License-Identifier: Apache-2.0 */
/* charter.c -- claims about how charters are read. */
#include <scope/charter.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static int parse(struct sc_charter *c, const char *text)
{
	struct sc_err e = { 0 };

	return sc_charter_parse(sc_str_c(text), SC_STR("c"), c, &e);
}

static void is_str(sc_str s, const char *want)
{
	assert_true(sc_str_eq(s, sc_str_c(want)));
}

static void words_are_quoted_whole_or_in_part(void **state)
{
	struct sc_charter c;

	(void)state;
	assert_int_equal(
	        parse(&c,
	              "charter a 1 # not more\npurpose \"of # and 'this'\"\ncost C1 by=\"A. B\" size=-1 'what it is' likelihood=0.5\n"),
	        SC_OK);
	is_str(c.v[1].say, "of # and 'this'");
	is_str(c.v[2].by, "A. B");
	is_str(c.v[2].say, "what it is");
	is_str(c.v[2].size, "-1");
	assert_true(c.v[2].likelihood.low == 0.5 && c.v[2].likelihood.high == 0.5);
	is_str(c.v[0].text, "charter a 1");
	sc_charter_free(&c);
}

static void a_mistake_has_its_line_and_column(void **state)
{
	struct sc_charter c;

	(void)state;
	assert_int_equal(parse(&c, "charter a 1\n\n  limit records <= lots\n"), SC_BAD);
	assert_int_equal(c.wrong_line, 3);
	assert_int_equal(c.wrong_column, 20);
	is_str(c.wrong_text, "  limit records <= lots");
	sc_charter_free(&c);
}

static void measures_are_told_apart(void **state)
{
	struct sc_charter c;

	(void)state;
	assert_int_equal(
	        parse(&c,
	              "charter a 1\nlimit hill(2,site,bytes) <= 3\nlimit share(media,image/png,bytes) >= 0.1\nlimit share(host,max) <= 0.5\n"
	              "limit unseen(license) <= 1e-2\nlimit bytes <= 1000000000000\n"),
	        SC_OK);
	assert_true(c.v[1].of == SC_LIMIT_HILL && c.v[1].q == 2 && c.v[1].key == SC_FACT_SITE &&
	            c.v[1].by_bytes);
	assert_true(c.v[2].of == SC_LIMIT_SHARE && c.v[2].by_bytes && c.v[2].at_least);
	is_str(c.v[2].share, "image/png");
	is_str(c.v[3].share, "max");
	assert_true(c.v[4].of == SC_LIMIT_UNSEEN && c.v[4].key == SC_FACT_LICENCE &&
	            c.v[4].number == 0.01);
	assert_true(c.v[5].of == SC_LIMIT_BYTES && c.v[5].number == 1e12);
	sc_charter_free(&c);
}

static void days_that_are_not_are_no_dates(void **state)
{
	static const char *const wrong[] = { "2027-02-30", "2027-13-01", "2027-1-1x",
		                             "",           "yesterday",  "2027-02-28T25:00:00Z" };
	int64_t t;

	(void)state;
	assert_true(sc_date_parse(SC_STR("2024-02-29"), &t));
	assert_int_equal(t, 1709164800);
	assert_true(sc_date_parse(SC_STR("1970-01-01T00:00:07Z"), &t));
	assert_int_equal(t, 7);
	for (size_t i = 0; i < SC_COUNT(wrong); i++)
		assert_false(sc_date_parse(sc_str_c(wrong[i]), &t));
}

static void bytes_that_are_no_text_are_a_mistake(void **state)
{
	struct sc_charter c;
	struct sc_err e = { 0 };

	(void)state;
	assert_int_equal(parse(&c, "charter a 1\npurpose \"\xff\"\n"), SC_BAD);
	sc_charter_free(&c);
	assert_int_equal(
	        sc_charter_parse(SC_STR("charter a 1\npurpose \"x\0y\"\n"), SC_STR("c"), &c, &e),
	        SC_BAD);
	sc_charter_free(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_quoted_whole_or_in_part),
		cmocka_unit_test(a_mistake_has_its_line_and_column),
		cmocka_unit_test(measures_are_told_apart),
		cmocka_unit_test(days_that_are_not_are_no_dates),
		cmocka_unit_test(bytes_that_are_no_text_are_a_mistake),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
