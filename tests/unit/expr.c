/* SPDX-License-Identifier: Apache-2.0 */
/* Claims about the filter language: what it says of a record, and of a mistake. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <scope/expr.h>
#include <scope/plugin.h>

static struct sc_arena a;
static const struct sc_maker me = { .name = "tag/test" };

static struct sc_record sample(void)
{
	struct sc_record r = { .name = SC_STR("doc1"), .url = SC_STR("https://www.example.org/a/b") };
	const struct sc_evidence why = { .by = &me, .rule = SC_STR("test"), .score = 1 };

	r.meta = SC_STR("{\"lang\":\"en\",\"n\":12,\"tags\":[\"x\",\"y\"],\"nil\":null,\"deep\":{\"a b\":[{\"k\":\"v\"}]}}");
	r.part = SC_NEW(&a, struct sc_part, 2);
	r.npart = 2;
	r.part[0] = (struct sc_part){ .name = SC_STR("txt"), .data = SC_STR("The quick brown fox") };
	r.part[1] = (struct sc_part){ .name = SC_STR("jpg"), .data = SC_STR("\xff\xd8\xff") };
	sc_tag_add(&a, &r, SC_STR("licence"), SC_STR("MIT OR GPL-2.0-or-later"), why);
	sc_tag_add(&a, &r, SC_STR("domain"), SC_STR("figure/plot,subject/biology"), why);
	sc_tag_add(&a, &r, SC_STR("host"), SC_STR("www.example.org"), why);
	return r;
}

static enum sc_truth is(const char *text)
{
	struct sc_record r = sample();
	struct sc_expr *x;
	struct sc_expr_match *m;
	struct sc_err e = { 0 };
	enum sc_truth t;
	size_t caret;

	if (sc_expr_compile(&x, sc_str_c(text), &caret, &e) < 0)
		fail_msg("%s: %s", text, e.msg);
	m = sc_expr_match_new(x);
	t = sc_expr_eval(x, m, &a, &r);
	sc_expr_match_free(m);
	sc_expr_free(x);
	return t;
}

#define YES(text)     assert_int_equal(is(text), SC_TRUE)
#define NO(text)      assert_int_equal(is(text), SC_FALSE)
#define UNKNOWN(text) assert_int_equal(is(text), SC_UNKNOWN)

static void tags_compare_by_their_kind(void **state)
{
	(void)state;
	YES("licence in open");
	YES("license in {\"MIT\"}");
	YES("licence in {GPL-3.0-only}");
	NO("licence in non-commercial");
	NO("licence = MIT");
	YES("licence = \"mit or gpl-2.0+\"");
	YES("host under example.org");
	NO("host under ample.org");
	YES("domain under figure");
	NO("domain under fig");
	YES("domain = \"subject/biology\"");
	NO("domain != \"subject/biology\"");
	YES("domain in {\"figure/plot\" \"figure/map\"}");
	YES("domain ~ '^figure/'");
}

static void metadata_compares_numbers_as_numbers(void **state)
{
	(void)state;
	YES("meta.lang = \"en\"");
	YES("meta.n > 5");
	NO("meta.n > 100");
	YES("meta.n in {3, 12}");
	YES("meta.n <= 12 and meta.n >= 12");
	YES("meta.tags = y");
	NO("meta.tags = z");
	YES("meta.tags != z");
	YES("meta.deep.\"a b\"[0].k = v");
	YES("meta.lang ~ '^e'");
}

static void the_payload_and_its_size_can_be_asked_for(void **state)
{
	(void)state;
	YES("text ~ \"quick\\s+brown\"");
	YES("text !~ \"slow\"");
	YES("size = 22");
	YES("size < 1k and size >= 0.01k");
	YES("has part(\"jpg\") and not has part(\"png\")");
	YES("name = doc1 and url ~ 'example'");
}

static void what_is_not_there_is_undecided_and_so_is_its_negation(void **state)
{
	(void)state;
	UNKNOWN("media = \"image/png\"");
	UNKNOWN("not media = \"image/png\"");
	UNKNOWN("meta.missing = 1");
	UNKNOWN("meta.nil = 1");
	NO("has meta.missing");
	YES("has meta.nil");
	YES("licence in open or media = x");
	NO("licence = none and media = x");
	UNKNOWN("licence in open and media = x");
	UNKNOWN("licence = none or media = x");
	UNKNOWN("part(\"png\") ~ \"x\"");
}

static void not_binds_closer_than_and_and_closer_than_or(void **state)
{
	(void)state;
	YES("not licence = none and licence in open");
	YES("licence in open or licence = none and licence = none");
	NO("(licence in open or licence = none) and licence = none");
}

static void a_regular_expression_at_its_limit_is_undecided(void **state)
{
	struct sc_record r = { .npart = 1 };
	struct sc_part p = { .name = SC_STR("txt") };
	struct sc_expr *x;
	struct sc_expr_match *m;
	struct sc_err e = { 0 };
	static char long_text[400000];
	size_t caret;

	(void)state;
	memset(long_text, 'a', sizeof long_text);
	p.data = (sc_str){ long_text, sizeof long_text };
	r.part = &p;
	assert_int_equal(sc_expr_compile(&x, SC_STR("text ~ 'a*a*a*[bc]'"), &caret, &e), SC_OK);
	m = sc_expr_match_new(x);
	assert_int_equal(sc_expr_eval(x, m, &a, &r), SC_UNKNOWN);
	sc_expr_match_free(m);
	sc_expr_free(x);
}

static void mistake(const char *text, size_t at, const char *says)
{
	struct sc_expr *x;
	struct sc_err e = { 0 };
	size_t caret = 9999;

	assert_int_equal(sc_expr_compile(&x, sc_str_c(text), &caret, &e), SC_FAIL);
	if (caret != at || !strstr(e.msg, says))
		fail_msg("%s: at %zu: %s", text, caret, e.msg);
}

static void a_mistake_says_what_was_expected_and_where(void **state)
{
	(void)state;
	mistake("", 0, "a tag");
	mistake("licence inn open", 8, "one of =");
	mistake("licence in opn", 11, "a set");
	mistake("licence in {\"MIT\"", 17, "}");
	mistake("frobnicate = 1", 0, "a tag that a tagger makes");
	mistake("licence = \"MIT", 10, "closing quote");
	mistake("(licence in open", 16, ")");
	mistake("licence in open licence", 16, "and, or, or the end");
	mistake("text ~ \"(\"", 9, "regular expression");
	mistake("size > big", 10, "a number");
	mistake("meta = 1", 4, "a field behind meta");
	mistake("size > 10zz", 11, "a number");
}

static void deep_nesting_is_refused_not_a_crash(void **state)
{
	struct sc_buf b = { 0 };
	struct sc_expr *x;
	struct sc_err e = { 0 };
	size_t caret;

	(void)state;
	for (int i = 0; i < 30000; i++)
		sc_buf_byte(&b, '(');
	assert_int_equal(sc_expr_compile(&x, sc_buf_str(&b), &caret, &e), SC_FAIL);
	sc_buf_free(&b);
}

static void the_tags_that_it_names_are_known(void **state)
{
	struct sc_expr *x;
	struct sc_err e = { 0 };
	size_t caret;

	(void)state;
	assert_int_equal(sc_expr_compile(&x, SC_STR("licence in open and (host = a or license = MIT)"), &caret, &e), SC_OK);
	assert_string_equal(sc_expr_tag(x, 0), "licence");
	assert_string_equal(sc_expr_tag(x, 1), "host");
	assert_null(sc_expr_tag(x, 2));
	sc_expr_free(x);
}

static void keys_of_lines_are_names_where_lines_are_asked(void **state)
{
	static const struct {
		sc_str text;
		bool payload;
	} v[] = {
		{ SC_LIT("title ~ \"text\" and bytes > 3 and url = a"), false },
		{ SC_LIT("basis = a and size > 1 or has doi"), false },
		{ SC_LIT("not (id = a or text ~ \"b\")"), true },
		{ SC_LIT("src = a and has meta.b"), true },
		{ SC_LIT("part(\"txt\") = a"), true },
		{ SC_LIT("has name"), true },
	};
	struct sc_expr *x;
	struct sc_err e = { 0 };
	size_t caret;

	(void)state;
	for (size_t i = 0; i < SC_COUNT(v); i++) {
		assert_int_equal(sc_expr_compile_line(&x, v[i].text, &caret, &e), SC_OK);
		assert_int_equal(sc_expr_is_payload(x), v[i].payload);
		sc_expr_free(x);
	}
	assert_int_equal(sc_expr_compile(&x, v[0].text, &caret, &e), SC_FAIL);
	assert_int_equal(caret, 0);
}

static int done(void **state)
{
	(void)state;
	sc_arena_free(&a);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tags_compare_by_their_kind),
		cmocka_unit_test(metadata_compares_numbers_as_numbers),
		cmocka_unit_test(the_payload_and_its_size_can_be_asked_for),
		cmocka_unit_test(what_is_not_there_is_undecided_and_so_is_its_negation),
		cmocka_unit_test(not_binds_closer_than_and_and_closer_than_or),
		cmocka_unit_test(a_regular_expression_at_its_limit_is_undecided),
		cmocka_unit_test(a_mistake_says_what_was_expected_and_where),
		cmocka_unit_test(deep_nesting_is_refused_not_a_crash),
		cmocka_unit_test(the_tags_that_it_names_are_known),
		cmocka_unit_test(keys_of_lines_are_names_where_lines_are_asked),
	};

	return cmocka_run_group_tests_name("expr", tests, NULL, done);
}
