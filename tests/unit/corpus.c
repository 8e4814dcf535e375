/* SPDX-License-Identifier: Apache-2.0 */
/* What a manifest comes to: which basis declares, addresses of paths, dates, the licence of the whole. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <scope/corpus.h>
#include <scope/text.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void a_field_that_says_so_declares_and_a_text_does_not(void **state)
{
	static const char *const yes[] = { "json:license",     "json:metadata.license",
		                           "http:link",        "text:spdx-id",
		                           "cargo:license",    "jats:license-href",
		                           "html:rel-license", "xmp:cc:license",
		                           "dep5:files" };
	static const char *const no[] = { "",
		                          "text:full",
		                          "text:cc-url",
		                          "notice:name",
		                          "folder:text",
		                          "caption:licence",
		                          "html:words",
		                          "assumed",
		                          "in-band",
		                          "nothing-found",
		                          "nothing-found;unseen:folder" };

	(void)state;
	for (size_t i = 0; i < SC_COUNT(yes); i++)
		assert_true(sc_basis_declares(sc_str_c(yes[i])));
	for (size_t i = 0; i < SC_COUNT(no); i++)
		assert_false(sc_basis_declares(sc_str_c(no[i])));
}

static void a_path_becomes_an_address_of_its_own_folder_only(void **state)
{
	static const struct {
		const char *base, *path, *want;
	} rows[] = {
		{ "", "a/b.tar", "a/b.tar" },
		{ "", "//host/x", "%2F/host/x" },
		{ "", "javascript:x", "javascript%3Ax" },
		{ "", "a b?c#d%e", "a%20b%3Fc%23d%25e" },
		{ "", "\xff\n", "%FF%0A" },
		{ "https://h/f", "a b", "https://h/f/a%20b" },
		{ "https://h/f/", "/a", "https://h/f//a" },
	};
	struct sc_arena a = { 0 };

	(void)state;
	for (size_t i = 0; i < SC_COUNT(rows); i++)
		assert_true(
		        sc_str_eq(sc_path_uri(&a, sc_str_c(rows[i].base), sc_str_c(rows[i].path)),
		                  sc_str_c(rows[i].want)));
	sc_arena_free(&a);
}

static void a_time_is_one_that_there_is(void **state)
{
	(void)state;
	assert_true(sc_is_time(SC_STR("2024-02-29T23:59:59Z")));
	assert_false(sc_is_time(SC_STR("2023-02-29T23:59:59Z")));
	assert_true(sc_is_time(SC_STR("2000-02-29T23:59:60Z")));
	assert_false(sc_is_date(SC_STR("1900-02-29")));
	assert_false(sc_is_time(SC_STR("2024-02-30T00:00:00Z")));
	assert_false(sc_is_time(SC_STR("2024-00-01T00:00:00Z")));
	assert_false(sc_is_time(SC_STR("2024-13-01T00:00:00Z")));
	assert_false(sc_is_time(SC_STR("2024-01-01T24:00:00Z")));
	assert_false(sc_is_time(SC_STR("2024-01-01T00:60:00Z")));
	assert_false(sc_is_time(SC_STR("2024-01-01T00:00:00+")));
	assert_false(sc_is_time(SC_STR("2024-01-01")));
	assert_false(sc_is_time(SC_STR("")));
}

static void media_go_by_the_last_ending(void **state)
{
	(void)state;
	assert_true(sc_str_eq(sc_path_media(SC_STR("a.tar.gz")), SC_STR("application/gzip")));
	assert_true(sc_str_eq(sc_path_media(SC_STR("a.tar")), SC_STR("application/x-tar")));
	assert_true(sc_str_eq(sc_path_media(SC_STR("gz")), SC_STR("application/octet-stream")));
}

/* ---- the licence of the whole ---- */

static int read_text(struct sc_corpus *c, const char *text, struct sc_err *e)
{
	char name[] = "/tmp/scope-unit-corpus.XXXXXX";
	struct sc_manifest_lines *m = NULL;
	int fd = mkstemp(name), rc;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
	rc = sc_manifest_lines_open_hashed(&m, sc_str_c(name), e);
	if (rc == SC_OK)
		rc = sc_corpus_read(c, m, e);
	sc_manifest_lines_close(m);
	unlink(name);
	return rc;
}

#define HEX                  "0000000000000000000000000000000000000000000000000000000000000000"
#define R(n, licence, basis) "R\tsha256:" HEX n "\t5\t-\t" licence "\t" basis "\t-\n"
#define T(n)                 "T\toccurrences\t0\nT\trecord-root\tsha256:" HEX "\nT\trecords\t" n "\n"

static void one_record_without_a_licence_leaves_the_whole_without(void **state)
{
	struct sc_corpus c = { 0 };
	struct sc_err e = { 0 };
	sc_str why;

	(void)state;
	assert_int_equal(read_text(&c,
	                           "#scope-manifest/1\n" R("1", "MIT", "json:license")
	                                   R("2", "none", "nothing-found") T("2"),
	                           &e),
	                 SC_OK);
	assert_int_equal(sc_corpus_licence(&c, false, &why).n, 0);
	assert_true(
	        sc_str_eq(why, SC_STR("of records 2, those without a licence that is known: 1")));
	assert_int_equal(c.seen->all.bytes, 10);
	sc_corpus_free(&c);
}

static void the_whole_is_under_all_of_them(void **state)
{
	struct sc_corpus c = { 0 };
	struct sc_err e = { 0 };
	sc_str why;

	(void)state;
	assert_int_equal(read_text(&c,
	                           "#scope-manifest/1\n" R("1", "MIT", "json:license")
	                                   R("2", "ISC OR Zlib", "json:license")
	                                           R("3", "MIT", "text:full") T("3"),
	                           &e),
	                 SC_OK);
	assert_true(sc_str_eq(sc_corpus_licence(&c, false, &why),
	                      SC_STR("ISC AND MIT OR MIT AND Zlib")));
	assert_int_equal(why.n, 0);
	assert_int_equal(sc_corpus_licence(&c, true, &why).n, 0);
	assert_true(sc_str_eq(why,
	                      SC_STR("of records 3, those without a licence that is declared: 1")));
	sc_corpus_free(&c);
}

/* One row more than there is room for: the licence of one record has none, that of two keeps its own. */
static void of_more_than_find_a_row_the_most_frequent_do(void **state)
{
	struct sc_buf b = { 0 };
	struct sc_corpus c = { 0 };
	struct sc_err e = { 0 };
	sc_str why;

	(void)state;
	sc_buf_add(&b, SC_STR("#scope-manifest/1\n"));
	for (int i = 0; i < SC_TALLY_MOST + 2; i++)
		sc_buf_fmt(&b, "R\tsha256:%064d\t1\t-\tLicenseRef-%04d\tjson:license\t-\n", i,
		           i > SC_TALLY_MOST ? SC_TALLY_MOST : i);
	sc_buf_fmt(&b, "T\toccurrences\t0\nT\trecord-root\tsha256:" HEX "\nT\trecords\t%d\n",
	           SC_TALLY_MOST + 2);
	sc_buf_byte(&b, 0);
	assert_int_equal(read_text(&c, b.p, &e), SC_OK);
	assert_int_equal(c.licence.n, SC_TALLY_MOST);
	assert_int_equal(c.licence.more, 1);
	assert_int_equal(c.stated[SC_STATED_LICENCE], SC_TALLY_MOST + 2);
	assert_true(sc_str_eq(c.licence.v[0].what, SC_STR("LicenseRef-0000")));
	assert_true(sc_str_eq(c.licence.v[c.licence.n - 1].what, SC_STR("LicenseRef-4096")));
	assert_int_equal(c.licence.v[c.licence.n - 1].declared, 2);
	assert_int_equal(sc_corpus_licence(&c, false, &why).n, 0);
	assert_true(sc_str_eq(why, SC_STR("there are more than 4096 distinct licences")));
	sc_corpus_free(&c);
	sc_buf_free(&b);
}

static void totals_must_be_of_these_lines(void **state)
{
	static const char *const bad[] = {
		"#scope-manifest/1\n" R("1", "MIT", "-"),
		"#scope-manifest/1\n" R("1", "MIT", "-") T("2"),
		"#scope-manifest/1\nR\tsha256:" HEX "\tmany\t-\t-\t-\t-\n" T("1"),
		"#scope-manifest/1\nS\tsha256:00\t1\ta\tsha256:" HEX "\t1\n" T("0"),
		"#scope-manifest/1\nP\t0001\tread/x\n" T("0"),
		"#scope-manifest/1\nS\tsha256:" HEX "\t18446744073709551615\ta\tsha256:" HEX
		"\t1\nS\tsha256:" HEX "\t18446744073709551615\tb\tsha256:" HEX "\t1\n" T("0"),
	};

	(void)state;
	for (size_t i = 0; i < SC_COUNT(bad); i++) {
		struct sc_corpus c = { 0 };
		struct sc_err e = { 0 };

		assert_int_equal(read_text(&c, bad[i], &e), SC_BAD);
		assert_true(*e.msg);
		sc_corpus_free(&c);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_field_that_says_so_declares_and_a_text_does_not),
		cmocka_unit_test(a_path_becomes_an_address_of_its_own_folder_only),
		cmocka_unit_test(a_time_is_one_that_there_is),
		cmocka_unit_test(media_go_by_the_last_ending),
		cmocka_unit_test(one_record_without_a_licence_leaves_the_whole_without),
		cmocka_unit_test(the_whole_is_under_all_of_them),
		cmocka_unit_test(of_more_than_find_a_row_the_most_frequent_do),
		cmocka_unit_test(totals_must_be_of_these_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
