/* SPDX-License-Identifier: Apache-2.0 */
/* Claims about the meta elements of a page. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <scope/html.h>

static struct sc_arena a;

/* All of a page as "name=content|"; each content stands in the page where it says. */
static const char *metas(const char *page)
{
	struct sc_html_meta m = { .html = sc_str_c(page) };
	struct sc_buf b = { .a = &a };

	while (sc_html_meta_next(&m)) {
		assert_true(!m.content.p || (m.content.p >= page && m.content.p + m.content.n <= page + m.html.n));
		assert_true(m.name.p > page && m.name.p + m.name.n <= page + m.html.n);
		sc_buf_add(&b, m.name);
		sc_buf_byte(&b, '=');
		sc_buf_add(&b, m.content);
		sc_buf_byte(&b, '|');
	}
	assert_false(sc_html_meta_next(&m));
	sc_buf_byte(&b, 0);
	return b.p;
}

static void meta_elements_are_found_however_they_are_written(void **state)
{
	static const char *const page[] = {
		"<meta name=\"robots\" content=\"noai\">",
		"<html><head><meta name='robots' content='noai'/>",
		"<META NAME=robots CONTENT=noai>",
		"<meta\n\tcontent = \"noai\"\n\tname = \"robots\"\n>",
		"<meta name=robots content=noai >x",
		"<meta name=\" robots \"content=\"noai\">",
		"<meta/name=\"robots\"/x content=noai>",
		"<meta name=robots content=noai property=x name=b content=c>",
		"<p it's 'odd\"><meta name=robots content=noai>",
		"< meta name=a content=b><5><meta name=robots content=noai></meta>",
		"<!doctype html \"><meta name=robots content=noai>",
		"<? ><meta name=robots content=noai>",
		"</><meta name=robots content=noai>",
		"<a <b><meta name=robots content=noai>",
	};

	(void)state;
	for (size_t i = 0; i < SC_COUNT(page); i++)
		assert_string_equal(metas(page[i]), "robots=noai|");
}

static void content_is_as_written(void **state)
{
	const char *page = "<p>\xc3\xa9</p><meta name=robots content=' no&#97;i > \"x\" '>";
	struct sc_html_meta m = { .html = sc_str_c(page) };

	(void)state;
	assert_true(sc_html_meta_next(&m));
	assert_true(sc_str_eq(m.content, SC_STR(" no&#97;i > \"x\" ")));
	assert_int_equal(m.content.p - page, strstr(page, " no&") - page);
	assert_string_equal(metas("<meta name=a content=b/>"), "a=b/|");
	assert_string_equal(metas("<meta name=a content=\"\"><meta name=b><meta name=c content>"), "a=|b=|c=|");
}

static void several_are_told_in_their_order(void **state)
{
	(void)state;
	assert_string_equal(metas("<meta name=robots content=noai><title>x</title><meta name=robots content=index><body><meta name=b content=c>"),
			    "robots=noai|robots=index|b=c|");
	assert_string_equal(metas("<meta charset=utf-8><meta property=og:x content=y><meta http-equiv=refresh content=1><meta name= content=x>"), "content=x=|");
}

static void what_is_no_mark_up_has_none(void **state)
{
#define META "<meta name=x content=y>"
	static const char *const page[] = {
		"<!-- " META " -->",
		"<!-- -- > " META " --x>" META "-->",
		"<!-- never closed " META,
		"<script>" META "</script>",
		"<script>\"</scripty>" META "\"</script>",
		"<SCRIPT type=\"a>b\">" META "</Script >",
		"<script>never closed " META,
		"<style>" META "</style>",
		"<title>" META "</title>",
		"<textarea>" META "</textarea>",
		"<xmp>" META "</xmp>",
		"<iframe>" META "</iframe>",
		"<noframes>" META "</noframes>",
		"<template>" META "</template>",
		"<template><template></template>" META "</template>",
		"<template><!-- </template> -->" META "</template>",
		"<template>" META,
		"<p title=\"" META "\">",
		"<p title='" META,
		"<p a" META,
		"<metadata name=x content=y>",
		"<meta",
		"<meta name=x content=y",
		"<meta name=x content='y>",
		"<meta name='x' content",
		"<! " "<meta name=x content=y>",
		"",
	};

	(void)state;
	for (size_t i = 0; i < SC_COUNT(page); i++)
		if (*metas(page[i]))
			fail_msg("%s", page[i]);
}

static void what_is_closed_is_left(void **state)
{
	static const char *const page[] = {
		"<!-->" META, "<!--->" META, "<!---->" META, "<!-- a --!>" META, "<!--a--b--->" META, "<script></script>" META, "<script/></script>" META,
		"<scripts>" META, "<title>a</title >" META, "<template></template>" META, "</template>" META, "<template><script></template></script></template>" META,
		"<noscript>" META "</noscript>", "<p title=\"<!--\">" META, "<p title='<script>'>" META,
	};

	(void)state;
	for (size_t i = 0; i < SC_COUNT(page); i++)
		if (strcmp(metas(page[i]), "x=y|") != 0)
			fail_msg("%s", page[i]);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(meta_elements_are_found_however_they_are_written),
		cmocka_unit_test(content_is_as_written),
		cmocka_unit_test(several_are_told_in_their_order),
		cmocka_unit_test(what_is_no_mark_up_has_none),
		cmocka_unit_test(what_is_closed_is_left),
	};
	int failed = cmocka_run_group_tests_name("html_meta", tests, NULL, NULL);

	sc_arena_free(&a);
	return failed;
}
