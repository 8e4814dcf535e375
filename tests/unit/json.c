/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json -- JSON text checked, looked into and written.
 *
 * Beside the cases here, JSONTestSuite's own are run when ../shared has them: y_ is accepted, n_
 * is not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>

#include <scope/json.h>

static int check(const char *text, bool strict)
{
	struct sc_err e;

	return sc_json_check(sc_str_c(text), strict, &e);
}

static void str_is(sc_str got, const char *want)
{
	if (!sc_str_eq(got, sc_str_c(want)))
		fail_msg("got '%.*s', want '%s'", SC_ARG(got), want);
}

static void values_of_the_grammar_pass(void **state)
{
	static const char *const good[] = {
		"0",
		"-0",
		"1.5e+9",
		"true",
		"false",
		"null",
		"\"\"",
		"[]",
		"{}",
		" [ 1 , {\"a\" : [ ] } ] ",
		"{\"a\":1,\"a\":2}",
		"\"\\u0000\\uD83D\\uDE00\\/\\b\"",
		"\"\xf0\x9f\x98\x80\xef\xbf\xbf\"",
		"[\"long enough to fill a vector and some more of it\",\"\xc3\xa9\"]",
	};

	(void)state;
	for (size_t i = 0; i < SC_COUNT(good); i++)
		if (check(good[i], false) != SC_OK)
			fail_msg("%s: refused", good[i]);
}

static void values_outside_the_grammar_fail(void **state)
{
	static const char *const poor[] = {
		"",
		" ",
		"01",
		"-",
		"1.",
		".5",
		"1e",
		"+1",
		"tru",
		"nulll",
		"[1,]",
		"[,1]",
		"{\"a\"}",
		"{\"a\":}",
		"{a:1}",
		"{\"a\":1,}",
		"[1 2]",
		"[1}",
		"{]",
		"[",
		"\"",
		"\"\\x\"",
		"\"\\u12g4\"",
		"\"\t\"",
		"1 1",
		"{} x",
		"\xef\xbb\xbf{}",
		"[\"\\ud800\"]",
		"[\"\\udc00\"]",
		"[\"\\ud800\\u0041\"]",
		"[\"\xed\xa0\x80\"]",
		"[\"\xc0\xaf\"]",
		"[\"\xf4\x90\x80\x80\"]",
		"[\"\xe0\x80\x80\"]",
		"[\"\x80\"]",
		"[\"\xc3\"]",
		"\f1",
	};

	(void)state;
	for (size_t i = 0; i < SC_COUNT(poor); i++)
		if (check(poor[i], false) != SC_BAD)
			fail_msg("%s: accepted", poor[i]);
}

static void a_nul_byte_is_not_white_space(void **state)
{
	struct sc_err e;

	(void)state;
	assert_int_equal(sc_json_check(SC_STR("{}\0"), false, &e), SC_BAD);
	assert_int_equal(sc_json_check(SC_STR("\"a\0b\""), false, &e), SC_BAD);
}

static void the_column_says_where(void **state)
{
	struct sc_err e;

	(void)state;
	assert_int_equal(sc_json_check(SC_STR("{\"a\":1 \"b\"}"), false, &e), SC_BAD);
	assert_string_equal(e.msg, "column 8: expected ',' or '}'");
	assert_int_equal(sc_json_check(SC_STR("[\"a\xff\"]"), false, &e), SC_BAD);
	assert_string_equal(e.msg, "column 4: not UTF-8");
}

static void nesting_ends_at_512(void **state)
{
	char text[2 * 513];
	struct sc_err e;

	(void)state;
	memset(text, '[', 513);
	memset(text + 513, ']', 513);
	assert_int_equal(sc_json_check((sc_str){ text + 1, 2 * 512 }, true, &e), SC_OK);
	assert_int_equal(sc_json_check((sc_str){ text, 2 * 513 }, true, &e), SC_BAD);
}

static void strict_refuses_a_key_twice_at_any_depth(void **state)
{
	struct sc_buf b = { 0 };
	struct sc_err e;

	(void)state;
	assert_int_equal(check("{\"a\":1,\"b\":{\"a\":1},\"c\":[{\"a\":1},{\"a\":2}]}", true),
	                 SC_OK);
	assert_int_equal(check("{\"a\":1,\"a\":1}", true), SC_BAD);
	assert_int_equal(check("{\"a\":1,\"\\u0061\":1}", true), SC_BAD);
	assert_int_equal(check("[{\"x\":{\"a\\\"\":1,\"b\":{\"q\":1},\"a\\u0022\":1}}]", true),
	                 SC_BAD);
	sc_buf_byte(&b, '{');
	for (int i = 0; i < 5000; i++)
		sc_buf_fmt(&b, "\"k%d\":%d,", i * 7919 % 5000, i);
	sc_buf_add(&b, SC_STR("\"z\":0}"));
	assert_int_equal(sc_json_check(sc_buf_str(&b), true, &e), SC_OK);
	b.n -= 6;
	sc_buf_add(&b, SC_STR("\"k777\":0}"));
	assert_int_equal(sc_json_check(sc_buf_str(&b), true, &e), SC_BAD);
	sc_buf_free(&b);
}

static void members_come_in_order_with_their_text(void **state)
{
	struct sc_json_iter it = sc_json_iter(
	        SC_STR(" { \"a\" : [1,{\"b\":\"]}\"}] , \"c\\\"\":\"x\\\\\", \"\":-1.5 } "));

	(void)state;
	assert_true(sc_json_next(&it));
	str_is(it.key, "a");
	str_is(it.value, "[1,{\"b\":\"]}\"}]");
	assert_true(sc_json_next(&it));
	str_is(it.key, "c\\\"");
	str_is(it.value, "\"x\\\\\"");
	assert_true(sc_json_next(&it));
	str_is(it.key, "");
	str_is(it.value, "-1.5");
	assert_false(sc_json_next(&it));
	assert_false(sc_json_next(&it));
}

static void paths_reach_into_objects_and_arrays(void **state)
{
	static const sc_str v =
	        SC_LIT("{\"a\":{\"b\":[10,{\"odd.key\":{\"c\":true}}]},\"\\u00e9\":1}");

	(void)state;
	str_is(sc_json_path(v, SC_STR("a.b[0]")), "10");
	str_is(sc_json_path(v, SC_STR("a.b[1].\"odd.key\".c")), "true");
	str_is(sc_json_path(v, SC_STR("\xc3\xa9")), "1");
	str_is(sc_json_path(v, SC_STR("\"\\u00E9\"")), "1");
	assert_null(sc_json_path(v, SC_STR("a.b[2]")).p);
	assert_null(sc_json_path(v, SC_STR("a.b.c")).p);
	assert_null(sc_json_path(v, SC_STR("a.")).p);
	assert_null(sc_json_path(v, SC_STR("a..b")).p);
	assert_null(sc_json_path(v, SC_STR("a[x]")).p);
	assert_null(sc_json_path(v, SC_STR("a[")).p);
	assert_null(sc_json_path(v, SC_STR("\"a")).p);
}

static void keys_are_compared_decoded(void **state)
{
	(void)state;
	str_is(sc_json_get(SC_STR("{\"t\\u0065xt\":1}"), SC_STR("text")), "1");
	assert_int_equal(
	        sc_json_count(SC_STR("{\"text\":1,\"t\\u0065xt\":2,\"tex\":3}"), SC_STR("text")),
	        2);
	assert_null(sc_json_get(SC_STR("{\"a\\\\b\":1}"), SC_STR("a\\\\b")).p);
	str_is(sc_json_get(SC_STR("{\"a\\\\b\":1}"), SC_STR("a\\b")), "1");
	assert_null(sc_json_get(SC_STR("[\"a\"]"), SC_STR("a")).p);
}

static void strings_are_decoded(void **state)
{
	struct sc_arena a = { 0 };
	sc_str v = SC_STR("\"as it is\"");

	(void)state;
	assert_ptr_equal(sc_json_string(&a, v).p, v.p + 1);
	str_is(sc_json_string(&a, SC_STR("\"a\\n\\u00e9\\uD83D\\uDE00\\\\n\\/\"")),
	       "a\n\xc3\xa9\xf0\x9f\x98\x80\\n/");
	assert_true(sc_str_eq(sc_json_string(&a, SC_STR("\"\\u0000\"")), SC_STR("\0")));
	assert_null(sc_json_string(&a, SC_STR("1")).p);
	assert_non_null(sc_json_string(&a, SC_STR("\"\"")).p);
	sc_arena_free(&a);
}

static void numbers_are_read(void **state)
{
	double d = 0;

	(void)state;
	assert_true(sc_json_double(SC_STR("-1.5e2"), &d));
	assert_true(d < -149.9 && d > -150.1);
	assert_false(sc_json_double(SC_STR("1e999"), &d));
	assert_false(sc_json_double(SC_STR("\"1\""), &d));
}

static void a_member_is_taken_out_and_nothing_else_changes(void **state)
{
	static const struct {
		const char *from, *to;
	} t[] = {
		{ "{\"a\":1,\"s\":{\"v\":1}}", "{\"a\":1}" },
		{ "{\"a\":1 ,\"s\":{\"v\":1}}", "{\"a\":1 }" },
		{ "{ \"a\":1 ,\"s\":2}", "{ \"a\":1 }" },
		{ "{ \"s\":2 }", "{  }" },
		{ "{\"s\":2, \"a\":1}", "{\"a\":1}" },
		{ "{\"b\":0,\"s\":2, \"a\":1}", "{\"b\":0, \"a\":1}" },
		{ "{\"b\":0}", "{\"b\":0}" },
		{ "[1]", "[1]" },
	};
	struct sc_arena a = { 0 };

	(void)state;
	for (size_t i = 0; i < SC_COUNT(t); i++) {
		sc_str got = sc_json_without(&a, sc_str_c(t[i].from), SC_STR("s"));

		str_is(got, t[i].to);
	}
	sc_arena_free(&a);
}

static void what_is_put_reads_back(void **state)
{
	char bytes[256];
	struct sc_arena a = { 0 };
	struct sc_buf b = { 0 };
	struct sc_err e;

	(void)state;
	for (int i = 0; i < 128; i++)
		bytes[i] = (char)i;
	sc_json_put(&b, (sc_str){ bytes, 128 });
	assert_int_equal(sc_json_check(sc_buf_str(&b), true, &e), SC_OK);
	assert_true(sc_str_eq(sc_json_string(&a, sc_buf_str(&b)), (sc_str){ bytes, 128 }));
	sc_buf_clear(&b);
	sc_json_put(&b, SC_STR("a\xff\xc3\xa9\xe2\x82"));
	str_is(sc_buf_str(&b), "\"a\xef\xbf\xbd\xc3\xa9\xef\xbf\xbd\xef\xbf\xbd\"");
	sc_buf_clear(&b);
	sc_json_put(&b, (sc_str){ NULL, 0 });
	str_is(sc_buf_str(&b), "\"\"");
	sc_buf_free(&b);
	sc_arena_free(&a);
}

/* Every walk over text that is no JSON ends and stays inside (ASan looks on). */
static void walks_over_broken_text_end(void **state)
{
	static const char text[] =
	        "{\"a\":[1,{\"b\":\"\\u00e9\\\"\"},[[]],\"x\"],\"\\ud83d\\ude00\":{\"c\":null}}";
	struct sc_arena a = { 0 };

	(void)state;
	for (size_t n = 0; n < sizeof text; n++) {
		for (size_t i = 0; i <= n; i++) {
			char *copy = malloc(n + 1);
			struct sc_json_iter it;

			memcpy(copy, text, n);
			if (i < n)
				copy[i] = "\"\\{}[],:"[(i + n) % 8];
			it = sc_json_iter((sc_str){ copy, n });
			while (sc_json_next(&it))
				sc_json_string(&a, it.value);
			sc_json_path((sc_str){ copy, n }, SC_STR("a[1].b"));
			sc_json_without(&a, (sc_str){ copy, n }, SC_STR("a"));
			sc_arena_reset(&a);
			free(copy);
		}
	}
	sc_arena_free(&a);
}

static bool load(const char *path, struct sc_buf *b)
{
	FILE *f = fopen(path, "rb");
	size_t n;

	if (!f)
		return false;
	sc_buf_clear(b);
	while ((n = fread(sc_buf_room(b, 65536), 1, 65536, f)) > 0)
		b->n += n;
	return fclose(f) == 0;
}

static void json_test_suite_agrees(void **state)
{
	struct sc_buf b = { 0 };
	struct sc_err e;
	glob_t g;

	(void)state;
	if (glob("../shared/hostile/json/test_parsing/[yn]_*.json", 0, NULL, &g)) {
		print_message("skipped: no ../shared\n");
		skip();
	}
	for (size_t i = 0; i < g.gl_pathc; i++) {
		const char *name = strrchr(g.gl_pathv[i], '/') + 1;

		assert_true(load(g.gl_pathv[i], &b));
		if ((sc_json_check(sc_buf_str(&b), false, &e) == SC_OK) != (*name == 'y'))
			fail_msg("%s: %s", name, *name == 'y' ? e.msg : "accepted");
	}
	print_message("JSONTestSuite: %zu files agree\n", g.gl_pathc);
	globfree(&g);
	sc_buf_free(&b);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_of_the_grammar_pass),
		cmocka_unit_test(values_outside_the_grammar_fail),
		cmocka_unit_test(a_nul_byte_is_not_white_space),
		cmocka_unit_test(the_column_says_where),
		cmocka_unit_test(nesting_ends_at_512),
		cmocka_unit_test(strict_refuses_a_key_twice_at_any_depth),
		cmocka_unit_test(members_come_in_order_with_their_text),
		cmocka_unit_test(paths_reach_into_objects_and_arrays),
		cmocka_unit_test(keys_are_compared_decoded),
		cmocka_unit_test(strings_are_decoded),
		cmocka_unit_test(numbers_are_read),
		cmocka_unit_test(a_member_is_taken_out_and_nothing_else_changes),
		cmocka_unit_test(what_is_put_reads_back),
		cmocka_unit_test(walks_over_broken_text_end),
		cmocka_unit_test(json_test_suite_agrees),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
