/* SPDX-License-Identifier: Apache-2.0 */
/* Claims about opt.c: options from tables, and the quoting of stages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <scope/cmd.h>

struct conf {
	sc_str name, kind;
	uint64_t size, n;
	bool flag;
	struct sc_strs list;
};

#define AT(f) offsetof(struct conf, f)
static const struct sc_opt opts[] = {
	{ "name", "NAME", "a name", AT(name), 'n', SC_OPT_STR },
	{ "kind", "red|green", "a choice", AT(kind), 0, SC_OPT_CHOICE },
	{ "size", "SIZE", "a size", AT(size), 's', SC_OPT_SIZE },
	{ "count", "N", "a number", AT(n), 0, SC_OPT_NUM },
	{ "flag", NULL, "a flag", AT(flag), 'f', SC_OPT_FLAG },
	{ "item", "X", "many", AT(list), 0, SC_OPT_LIST },
	{ NULL, NULL, NULL, 0, 0, SC_OPT_FLAG },
};

static struct sc_arena a;

static int parse(struct conf *c, const char *line, char **argv, int *argc, struct sc_err *e)
{
	struct sc_optset set = { opts, c };
	sc_str rest = sc_str_c(line), *words;
	size_t n;
	bool bar, help;

	*c = (struct conf){ 0 };
	assert_int_equal(sc_words(&a, &rest, &words, &n, &bar, e), SC_OK);
	*argc = (int)n;
	for (size_t i = 0; i < n; i++)
		argv[i] = sc_cstr(&a, words[i]);
	return sc_opt_parse(&set, 1, *argc, argv, &a, &help, e);
}

static void options_and_operands_mix(void **state)
{
	struct sc_err e = { 0 };
	struct conf c;
	char *argv[32];
	int argc, first;

	(void)state;
	first = parse(&c, "cmd one -fs 2k --name=x two --kind green --item a --item b -- --three", argv, &argc, &e);
	assert_int_equal(argc - first, 3);
	assert_string_equal(argv[first], "one");
	assert_string_equal(argv[first + 1], "two");
	assert_string_equal(argv[first + 2], "--three");
	assert_true(c.flag && c.size == 2000 && c.list.n == 2);
	assert_true(sc_str_eq(c.kind, SC_STR("green")) && sc_str_eq(c.name, SC_STR("x")));
}

static void a_wrong_option_names_the_nearest(void **state)
{
	struct sc_err e = { 0 };
	struct conf c;
	char *argv[32];
	int argc;

	(void)state;
	assert_int_equal(parse(&c, "cmd --nmae x", argv, &argc, &e), SC_FAIL);
	assert_non_null(strstr(e.msg, "did you mean --name"));
	assert_int_equal(parse(&c, "cmd --kind blue", argv, &argc, &e), SC_FAIL);
	assert_int_equal(parse(&c, "cmd --size big", argv, &argc, &e), SC_FAIL);
	assert_int_equal(parse(&c, "cmd --name", argv, &argc, &e), SC_FAIL);
	assert_int_equal(parse(&c, "cmd --flag=1", argv, &argc, &e), SC_FAIL);
}

static void what_was_parsed_can_be_shown_and_parsed_again(void **state)
{
	struct sc_err e = { 0 };
	struct conf c;
	char *argv[32];
	int argc;
	sc_str shown, again;

	(void)state;
	parse(&c, "cmd --name \"it's\" --size 2MiB -f --item 'a b'", argv, &argc, &e);
	shown = sc_opt_show(&a, opts, &c);
	parse(&c, sc_fmt(&a, "cmd %.*s", SC_ARG(shown)).p, argv, &argc, &e);
	again = sc_opt_show(&a, opts, &c);
	assert_true(sc_str_eq(shown, again));
	assert_true(sc_str_eq(c.name, SC_STR("it's")));
}

static void a_bar_inside_quotes_is_a_bar(void **state)
{
	struct sc_err e = { 0 };
	sc_str text = SC_STR("filter 'a | b' \"c \\\" | d\" e\\|f | dedup"), *w;
	size_t n;
	bool bar;

	(void)state;
	assert_int_equal(sc_words(&a, &text, &w, &n, &bar, &e), SC_OK);
	assert_true(bar);
	assert_int_equal(n, 4);
	assert_true(sc_str_eq(w[1], SC_STR("a | b")));
	assert_true(sc_str_eq(w[2], SC_STR("c \" | d")));
	assert_true(sc_str_eq(w[3], SC_STR("e|f")));
	assert_int_equal(sc_words(&a, &text, &w, &n, &bar, &e), SC_OK);
	assert_false(bar);
	assert_int_equal(n, 1);
	text = SC_STR("filter 'open");
	assert_int_equal(sc_words(&a, &text, &w, &n, &bar, &e), SC_FAIL);
}

static void any_word_can_be_quoted(void **state)
{
	static const sc_str each[] = { SC_LIT(""), SC_LIT("plain"), SC_LIT("two words"), SC_LIT("it's"), SC_LIT("a|b"),
				       SC_LIT("\\\"$"), SC_LIT("''") };
	struct sc_err e = { 0 };

	(void)state;
	for (size_t i = 0; i < SC_COUNT(each); i++) {
		sc_str rest = sc_quote(&a, each[i]), *w;
		size_t n;
		bool bar;

		assert_int_equal(sc_words(&a, &rest, &w, &n, &bar, &e), SC_OK);
		assert_int_equal(n, 1);
		assert_true(sc_str_eq(w[0], each[i]));
	}
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
		cmocka_unit_test(options_and_operands_mix),
		cmocka_unit_test(a_wrong_option_names_the_nearest),
		cmocka_unit_test(what_was_parsed_can_be_shown_and_parsed_again),
		cmocka_unit_test(a_bar_inside_quotes_is_a_bar),
		cmocka_unit_test(any_word_can_be_quoted),
	};

	return cmocka_run_group_tests_name("opt", tests, NULL, done);
}
