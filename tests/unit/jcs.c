/* SPDX-License-Identifier: Apache-2.0 */
/* Claims about canonical JSON (RFC 8785).  Bit patterns and their texts are facts from its appendix B. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <scope/jcs.h>

static struct sc_arena arena;

static int done(void **state)
{
	(void)state;
	sc_arena_free(&arena);
	return 0;
}

static void is(const char *json, const char *canonical)
{
	struct sc_err e = { .msg = "" };
	sc_str out = { NULL, 0 };
	int rc = sc_jcs(&arena, sc_str_c(json), &out, &e);

	if (rc != SC_OK || !sc_str_eq(out, sc_str_c(canonical)))
		fail_msg("%s\n gives %.*s (%s)\n   not %s", json, SC_ARG(out), e.msg, canonical);
}

static void is_bad(const char *json)
{
	struct sc_err e = { .msg = "" };
	sc_str out;

	if (sc_jcs(&arena, sc_str_c(json), &out, &e) != SC_BAD || !*e.msg)
		fail_msg("it is taken: %s", json);
}

static void numbers_are_printed_as_the_standard_lists_them(void **state)
{
	static const struct {
		uint64_t bits;
		const char *text;
	} fact[] = {
		{ 0x0000000000000000, "0" },
		{ 0x8000000000000000, "0" },
		{ 0x0000000000000001, "5e-324" },
		{ 0x8000000000000001, "-5e-324" },
		{ 0x7fefffffffffffff, "1.7976931348623157e+308" },
		{ 0xffefffffffffffff, "-1.7976931348623157e+308" },
		{ 0x4340000000000000, "9007199254740992" },
		{ 0xc340000000000000, "-9007199254740992" },
		{ 0x4430000000000000, "295147905179352830000" },
		{ 0x44b52d02c7e14af5, "9.999999999999997e+22" },
		{ 0x44b52d02c7e14af6, "1e+23" },
		{ 0x44b52d02c7e14af7, "1.0000000000000001e+23" },
		{ 0x444b1ae4d6e2ef4e, "999999999999999700000" },
		{ 0x444b1ae4d6e2ef4f, "999999999999999900000" },
		{ 0x444b1ae4d6e2ef50, "1e+21" },
		{ 0x3eb0c6f7a0b5ed8c, "9.999999999999997e-7" },
		{ 0x3eb0c6f7a0b5ed8d, "0.000001" },
		{ 0x41b3de4355555553, "333333333.3333332" },
		{ 0x41b3de4355555554, "333333333.33333325" },
		{ 0x41b3de4355555555, "333333333.3333333" },
		{ 0x41b3de4355555556, "333333333.3333334" },
		{ 0x41b3de4355555557, "333333333.33333343" },
		{ 0xbecbf647612f3696, "-0.0000033333333333333333" },
		{ 0x43143ff3c1cb0959, "1424953923781206.2" },
	};

	(void)state;
	for (size_t i = 0; i < SC_COUNT(fact); i++) {
		char out[SC_JCS_NUMBER + 1];
		double v;

		memcpy(&v, &fact[i].bits, sizeof v);
		out[sc_jcs_number(v, out)] = 0;
		assert_string_equal(out, fact[i].text);
	}
}

static uint64_t seed = 1;
static uint64_t rnd(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	return seed ^= seed << 17;
}

/* Every number reads back as itself, and no text of fewer digits does. */
static void the_shortest(double v)
{
	char out[SC_JCS_NUMBER + 1], fewer[64];
	int n = 0;

	out[sc_jcs_number(v, out)] = 0;
	if (strtod(out, NULL) != v)
		fail_msg("%a is not %s", v, out);
	if (strchr(out, 'e') == NULL && strchr(out, '.') == NULL)
		return; /* zeros at its end are no digits */
	for (const char *p = out; *p && *p != 'e'; p++)
		n += *p >= '0' && *p <= '9' && !(n == 0 && *p == '0');
	if (n < 2)
		return;
	snprintf(fewer, sizeof fewer, "%.*e", n - 2, v);
	if (strtod(fewer, NULL) == v)
		fail_msg("%a is not only %s but %s", v, out, fewer);
}

static void random_numbers_read_back_from_the_fewest_digits(void **state)
{
	(void)state;
	for (int i = 0; i < 100000; i++) {
		uint64_t bits = rnd();
		double v;

		memcpy(&v, &bits, sizeof v);
		if (v - v == 0)
			the_shortest(v);
		the_shortest((double)(int64_t)(bits >> 40) / 1000);
	}
}

/* The gap above a power of two is twice the gap below it: 2^-44 has 16 digits, and the nearest text of 16 digits is not its. */
static void powers_of_two_have_the_shortest_text_too(void **state)
{
	char out[SC_JCS_NUMBER + 1];
	double v = 1;

	(void)state;
	out[sc_jcs_number(0x1p-44, out)] = 0;
	assert_string_equal(out, "5.684341886080802e-14");
	for (v = 0x1p-1074; v - v == 0; v *= 2)
		the_shortest(v);
}

static void the_locale_does_not_matter(void **state)
{
	const char *with_a_comma = setlocale(LC_ALL, "de_DE.UTF-8");

	(void)state;
	if (!with_a_comma)
		with_a_comma = setlocale(LC_ALL, "fr_FR.UTF-8");
	is("[0.5,1.25e30]", "[0.5,1.25e+30]"); /* whether or not the machine has such a locale */
	setlocale(LC_ALL, "C");
	is("[0.5,1.25e30]", "[0.5,1.25e+30]");
}

static void names_are_sorted_by_utf16_units(void **state)
{
	(void)state;
	is("{\"\\ufb33\":1,\"\\ud83d\\ude02\":2,\"\\u20ac\":3,\"\\r\":4,\"1\":5,\"\":6,\"\\u0080\":7,\"</script>\":8}",
	   "{\"\":6,\"\\r\":4,\"1\":5,\"</script>\":8,\"\xc2\x80\":7,\"\xe2\x82\xac\":3,\"\xf0\x9f\x98\x82\":2,\"\xef\xac\xb3\":1}");
	is("{\"ab\":1,\"a\":2,\"\":3}", "{\"\":3,\"a\":2,\"ab\":1}");
	is("{\"\\uffff\":1,\"\\ud800\\udc00\":2,\"\\ue000\":3,\"\\udbff\\udfff\":4}",
	   "{\"\xf0\x90\x80\x80\":2,\"\xf4\x8f\xbf\xbf\":4,\"\xee\x80\x80\":3,\"\xef\xbf\xbf\":1}");
	is("{\"b\":{\"d\":1,\"c\":[{\"f\":1,\"e\":2}]},\"a\":{}}",
	   "{\"a\":{},\"b\":{\"c\":[{\"e\":2,\"f\":1}],\"d\":1}}");
}

static void strings_have_the_fewest_escapes(void **state)
{
	(void)state;
	is("\"\\u0041\\/\\u00e9\\u007f\\u2028\"", "\"A/\xc3\xa9\x7f\xe2\x80\xa8\"");
	is("\"\\u0008\\u0009\\u000a\\u000c\\u000d\\u000F\\u0000\\u001f\\\"\\\\\"",
	   "\"\\b\\t\\n\\f\\r\\u000f\\u0000\\u001f\\\"\\\\\"");
}

static void values_stand_alone_and_without_white_space(void **state)
{
	(void)state;
	is(" \r\n\t[ 1 ,\n2.0 , true,false , null , [ ] , { } ] ", "[1,2,true,false,null,[],{}]");
	is("-0.0", "0");
	is("1e2", "100");
	is("0.1000000000000000055511151231257827021181583404541015625", "0.1");
	is("10000000000000000000000000000000000000000000000000000000000000000000000000000000000000000",
	   "1e+88");
}

static void what_has_two_meanings_is_refused(void **state)
{
	(void)state;
	is_bad("{\"a\":1,\"a\":2}");
	is_bad("{\"a\":1,\"b\":{\"x\":1,\"\\u0078\":2}}");
	is_bad("1e309");
	is_bad("[-1e999]");
	is_bad("\"\\ud800\"");
	is_bad("\"\xff\"");
	is_bad("[1,]");
	is_bad("[1] 2");
	is_bad("01");
	is_bad("NaN");
	is_bad("");
}

static void nesting_ends_where_the_check_says(void **state)
{
	char deep[1200];

	(void)state;
	memset(deep, '[', 512);
	memset(deep + 512, ']', 512);
	deep[1024] = 0;
	is(deep, deep);
	memset(deep, '[', 600);
	memset(deep + 600, ']', 599);
	deep[1199] = 0;
	is_bad(deep);
}

static sc_str file(const char *folder, const char *name)
{
	sc_str path = sc_fmt(&arena, "../shared/vectors/jcs/%s/%s.json", folder, name);
	FILE *f = fopen(path.p, "rb");
	char *b = sc_alloc(&arena, 8192);
	size_t n = f ? fread(b, 1, 8192, f) : 0;

	if (f)
		fclose(f);
	while (n && b[n - 1] == '\n')
		n--;
	return (sc_str){ f ? b : NULL, n };
}

static void published_texts_come_out_as_published(void **state)
{
	static const char *const name[] = { "arrays",  "french", "structures",
		                            "unicode", "values", "weird" };

	(void)state;
	for (size_t i = 0; i < SC_COUNT(name); i++) {
		sc_str in = file("input", name[i]), want = file("output", name[i]), got;
		struct sc_err e;

		if (!in.p || !want.p)
			skip();
		assert_int_equal(sc_jcs(&arena, in, &got, &e), SC_OK);
		if (!sc_str_eq(got, want))
			fail_msg("%s: %.*s", name[i], SC_ARG(got));
		assert_int_equal(sc_jcs(&arena, want, &got, &e), SC_OK);
		assert_true(sc_str_eq(got, want));
	}
}

/* Each line of standard input in its canonical form, or "refused": for those who compare it with other programs. */
static int lines(void)
{
	char *line = NULL;
	size_t cap = 0;
	ssize_t n;

	while ((n = getline(&line, &cap, stdin)) > 0) {
		struct sc_err e;
		sc_str out;

		n -= line[n - 1] == '\n';
		if (sc_jcs(&arena, (sc_str){ line, (size_t)n }, &out, &e) != SC_OK)
			out = SC_STR("refused");
		printf("%.*s\n", (int)out.n, out.p);
		sc_arena_reset(&arena);
	}
	free(line);
	sc_arena_free(&arena);
	return 0;
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_printed_as_the_standard_lists_them),
		cmocka_unit_test(random_numbers_read_back_from_the_fewest_digits),
		cmocka_unit_test(powers_of_two_have_the_shortest_text_too),
		cmocka_unit_test(the_locale_does_not_matter),
		cmocka_unit_test(names_are_sorted_by_utf16_units),
		cmocka_unit_test(strings_have_the_fewest_escapes),
		cmocka_unit_test(values_stand_alone_and_without_white_space),
		cmocka_unit_test(what_has_two_meanings_is_refused),
		cmocka_unit_test(nesting_ends_where_the_check_says),
		cmocka_unit_test(published_texts_come_out_as_published),
	};

	if (argc > 1 && !strcmp(argv[1], "--lines"))
		return lines();
	return cmocka_run_group_tests_name("jcs", tests, NULL, done);
}
