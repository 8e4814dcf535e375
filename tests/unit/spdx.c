/* SPDX-License-Identifier: Apache-2.0 */
/* Claims about licence names, expressions and sets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <scope/spdx.h>

static struct sc_arena a;

static void words_mean(const char *words, const char *want)
{
	sc_str rule, got = sc_spdx_from_words(&a, sc_str_c(words), &rule);

	if (!sc_str_eq(got, sc_str_c(want)))
		fail_msg("'%s' is '%.*s', want '%s'", words, SC_ARG(got), want);
}

static void debian_npm_and_hub_spellings_are_known(void **state)
{
	(void)state;
	words_mean("MIT", "MIT");
	words_mean("mit", "MIT");
	words_mean("Expat", "MIT");
	words_mean("apache-2.0", "Apache-2.0");
	words_mean("Apache License, Version 2.0", "Apache-2.0");
	words_mean("GPL-2+", "GPL-2.0-or-later");
	words_mean("GPLv3", "GPL-3.0-only");
	words_mean("LGPL-2.1", "LGPL-2.1-only");
	words_mean("GFDL-NIV-1.1+", "GFDL-1.1-no-invariants-or-later");
	words_mean("GPL-2.0+ or CC-BY-SA-3.0", "GPL-2.0-or-later OR CC-BY-SA-3.0");
	words_mean("MIT/Apache-2.0", "MIT OR Apache-2.0");
	words_mean("(MIT OR GPL-3.0) AND ISC", "(MIT OR GPL-3.0-only) AND ISC");
	words_mean("License :: OSI Approved :: MIT License", "MIT");
	words_mean("https://www.apache.org/licenses/LICENSE-2.0.txt", "Apache-2.0");
	words_mean("BSD-3-clause", "BSD-3-Clause");
}

static void share_alike_is_never_lost(void **state)
{
	(void)state;
	words_mean("https://creativecommons.org/licenses/by-sa/2.0/", "CC-BY-SA-2.0");
	words_mean("http://www.creativecommons.org/licenses/by/4.0", "CC-BY-4.0");
	words_mean("//creativecommons.org/licenses/by-nc-nd/4.0/legalcode", "CC-BY-NC-ND-4.0");
	words_mean("creativecommons.org/licenses/by-nd-nc/1.0", "CC-BY-NC-ND-1.0");
	words_mean("https://creativecommons.org/licenses/by/3.0/de/", "CC-BY-3.0-DE");
	words_mean("https://creativecommons.org/licenses/by/4.0/deed.de", "CC-BY-4.0");
	words_mean("https://creativecommons.org/publicdomain/zero/1.0/", "CC0-1.0");
	words_mean("Creative Commons - Attribution - https://creativecommons.org/licenses/by/4.0/", "CC-BY-4.0");
	words_mean("Creative Commons Attribution ShareAlike 4.0 International", "CC-BY-SA-4.0");
	words_mean("cc-by-nc-4.0", "CC-BY-NC-4.0");
	words_mean("CC BY-SA 4.0", "CC-BY-SA-4.0");
}

static void a_version_nobody_states_is_not_added(void **state)
{
	(void)state;
	words_mean("CC BY", "LicenseRef-CC-BY");
	words_mean("https://creativecommons.org/licenses/by-sa/", "LicenseRef-CC-BY-SA");
	words_mean("Apache", "");
	words_mean("GPL", "");
	words_mean("BSD", "");
}

static void what_is_no_licence_is_none(void **state)
{
	(void)state;
	words_mean("", "");
	words_mean("other", "");
	words_mean("see LICENSE", "");
	words_mean("https://example.com/standby/4.0/page", "");
	words_mean("MIT AND", "");
	words_mean("by 4.0", "");
}

static void a_mistake_is_named_with_its_place(void **state)
{
	struct sc_err e = { 0 };
	sc_str out;

	(void)state;
	assert_int_equal(sc_spdx_expression(&a, SC_STR("MIT OR Foo"), &out, &e), SC_BAD);
	assert_non_null(strstr(e.msg, "byte 7"));
	assert_int_equal(sc_spdx_expression(&a, SC_STR("(MIT"), &out, &e), SC_BAD);
	assert_int_equal(sc_spdx_expression(&a, SC_STR("GPL-2.0-only WITH Foo"), &out, &e), SC_BAD);
	assert_int_equal(sc_spdx_expression(&a, SC_STR("gpl-2.0-only with classpath-exception-2.0"), &out, &e), SC_OK);
	assert_true(sc_str_eq(out, SC_STR("GPL-2.0-only WITH Classpath-exception-2.0")));
}

static bool in_open(const char *expression)
{
	return sc_spdx_in(&a, sc_str_c(expression), sc_spdx_set(SC_STR("open")));
}

static void membership_is_by_meaning(void **state)
{
	static const sc_str two[] = { SC_LIT("CC-BY-4.0"), SC_LIT("GPL-3.0-only") };
	const struct sc_idset set = { two, 2 };

	(void)state;
	assert_true(in_open("MIT"));
	assert_true(in_open("MIT OR LicenseRef-Secret"));
	assert_false(in_open("MIT AND CC-BY-NC-4.0"));
	assert_true(in_open("GPL-2.0-only WITH Classpath-exception-2.0"));
	assert_false(in_open("CC-BY-ND-4.0"));
	assert_false(in_open("none"));
	assert_false(in_open("unknown"));
	assert_false(in_open("conflict"));
	assert_false(in_open(""));
	assert_true(sc_spdx_in(&a, SC_STR("GPL-2.0-or-later"), set));
	assert_false(sc_spdx_in(&a, SC_STR("GPL-2.0-only"), set));
	assert_true(sc_spdx_in(&a, SC_STR("MIT OR CC-BY-4.0"), set));
}

static void order_and_repetition_do_not_make_another_expression(void **state)
{
	static const struct {
		const char *x, *y;
		bool same;
	} rows[] = {
		{ "MIT OR ISC", "ISC OR MIT", true },
		{ "MIT AND (ISC OR Zlib)", "(Zlib OR ISC) AND MIT", true },
		{ "(MIT OR ISC) OR Zlib", "Zlib OR (ISC OR MIT)", true },
		{ "MIT AND MIT", "mit", true },
		{ "MIT OR ISC", "MIT AND ISC", false },
		{ "GPL-2.0-only", "GPL-2.0-or-later", false },
		{ "GPL-2.0-only WITH Classpath-exception-2.0", "GPL-2.0-only", false },
		{ "none", "none", true },
		{ "none", "unknown", false },
	};

	(void)state;
	for (size_t i = 0; i < SC_COUNT(rows); i++) {
		if (sc_spdx_same(&a, sc_str_c(rows[i].x), sc_str_c(rows[i].y)) != rows[i].same)
			fail_msg("%s and %s", rows[i].x, rows[i].y);
		assert_true(sc_spdx_same(&a, sc_str_c(rows[i].y), sc_str_c(rows[i].x)) == rows[i].same);
	}
}

extern const char sc_data_data_spdx_aliases[];
extern const size_t sc_data_data_spdx_aliases_n;

/* A row whose key is not in the form that words are brought into would never be found. */
static void every_alias_can_be_said_and_means_an_expression(void **state)
{
	sc_str text = { sc_data_data_spdx_aliases, sc_data_data_spdx_aliases_n }, line;

	(void)state;
	while (sc_str_cut(&text, '\n', &line)) {
		size_t tab = sc_str_chr(line, '\t');
		sc_str said, rule, got;

		if (tab == SC_NONE)
			continue;
		said = sc_str_head(line, tab);
		got = sc_spdx_from_words(&a, said, &rule);
		if (!got.n) /* a URL without its scheme */
			got = sc_spdx_from_words(&a, sc_fmt(&a, "https://%.*s", SC_ARG(said)), &rule);
		if (!sc_str_eq(got, sc_str_from(line, tab + 1)))
			fail_msg("%.*s is %.*s, not %.*s", SC_ARG(said), SC_ARG(got), SC_ARG(sc_str_from(line, tab + 1)));
	}
}

static void a_url_in_words_decides_only_when_the_words_agree(void **state)
{
	static const struct {
		const char *said, *means;
	} rows[] = {
		{ "Creative Commons - Attribution - https://creativecommons.org/licenses/by/4.0/", "CC-BY-4.0" },
		{ "This work is licensed under a Creative Commons Attribution 4.0 International License: https://creativecommons.org/licenses/by/4.0/", "CC-BY-4.0" },
		{ "CC BY-SA 4.0 https://creativecommons.org/licenses/by/4.0/", "" },
		{ "MIT and https://creativecommons.org/licenses/by/4.0/", "" },
		{ "CC BY 3.0 https://creativecommons.org/licenses/by/4.0/", "" },
		{ "https://notcreativecommons.org/licenses/by/4.0", "" },
		{ "https://creativecommons.org/licenses/by/2.5/scotland/", "CC-BY-2.5" },
		{ "https://creativecommons.org/licenses/by/4.0/nl/", "CC-BY-4.0" },
		{ "Apache 2.0 or MIT", "Apache-2.0 OR MIT" },
		{ "Apache License, Version 2.0", "Apache-2.0" },
		{ "MIT, Apache-2.0", "MIT AND Apache-2.0" },
		{ "MIT, Apache-2.0 or ISC", "" },
		{ "GNU GPLv3", "GPL-3.0-only" },
		{ "GPLv2 or later", "GPL-2.0-or-later" },
		{ "GPL", "" },
		{ "The MIT License (MIT)", "MIT" },
		{ "MIT (see LICENSE)", "" },
		{ "GPL-2.0-with-classpath-exception", "GPL-2.0-only WITH Classpath-exception-2.0" },
	};
	sc_str rule;

	(void)state;
	for (size_t i = 0; i < SC_COUNT(rows); i++) {
		sc_str got = sc_spdx_from_words(&a, sc_str_c(rows[i].said), &rule);

		if (!sc_str_eq(got, sc_str_c(rows[i].means)))
			fail_msg("%s is %.*s", rows[i].said, SC_ARG(got));
	}
}

static void no_set_holds_a_name_that_spdx_lacks(void **state)
{
	const char *name;

	(void)state;
	for (size_t i = 0; (name = sc_spdx_set_name(i, NULL)); i++) {
		struct sc_idset s = sc_spdx_set(sc_str_c(name));

		assert_true(s.n > 3);
		for (size_t k = 0; k < s.n; k++) {
			if (!sc_spdx_id(s.v[k]).n)
				fail_msg("%s has %.*s", name, SC_ARG(s.v[k]));
			assert_true(!k || sc_str_cmp(s.v[k - 1], s.v[k]) < 0);
		}
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
		cmocka_unit_test(debian_npm_and_hub_spellings_are_known),
		cmocka_unit_test(share_alike_is_never_lost),
		cmocka_unit_test(a_version_nobody_states_is_not_added),
		cmocka_unit_test(what_is_no_licence_is_none),
		cmocka_unit_test(a_mistake_is_named_with_its_place),
		cmocka_unit_test(membership_is_by_meaning),
		cmocka_unit_test(order_and_repetition_do_not_make_another_expression),
		cmocka_unit_test(every_alias_can_be_said_and_means_an_expression),
		cmocka_unit_test(a_url_in_words_decides_only_when_the_words_agree),
		cmocka_unit_test(no_set_holds_a_name_that_spdx_lacks),
	};

	return cmocka_run_group_tests_name("spdx", tests, NULL, done);
}
