/* SPDX-License-Identifier: Apache-2.0 */
/* Claims about the file of an audit, and about tables. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <scope/audit.h>
#include <scope/csv.h>

#define A "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define C "sha256:cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"

/* Two of three drawn; the second has two lines that differ. */
static const char whole[] =
        "#scope-audit/1\n"
        "H\tauditor\tA. R%0A\n"
        "H\tcreated\t2024-05-01T12:00:00Z\n"
        "H\tmanifest\tx.scm\n"
        "H\tn\t2\n"
        "H\tnonce\t%00%25 \xff\n"
        "H\tpopulation\t3\n"
        "H\trecord-root\t" C "\n"
        "H\trecords\t4\n"
        "H\tsource\tbeacon:drand\n"
        "L\t" A "\t0123456789abcdef\tx.tar#0+10\t-\n"
        "R\t" A "\t10\t-\tMIT\tjson:license\tcode\ttitle=t\n"
        "R\t" B "\t20\t-\tCC0-1.0\tjson:license\t-\tconflict=licence\thost=b.org\n"
        "R\t" B "\t20\t-\tMIT\tjson:license\t-\tconflict=licence\n"
        "S\t-\t3\t60\t2\n"
        "V\t" A "\tdomain\tunclear\n"
        "V\t" A "\tlicence\tright\n"
        "V\t" B "\tlicence\twrong\n";

static struct sc_err e;

static int parse(sc_str text, struct sc_audit *au)
{
	return sc_audit_parse(text, au, &e);
}

static void what_is_read_is_written_the_same(void **state)
{
	struct sc_buf b = { 0 };
	struct sc_audit au;

	(void)state;
	assert_int_equal(parse(sc_str_c(whole), &au), SC_OK);
	assert_int_equal(au.nrecord, 2);
	assert_true(sc_str_eq(au.nonce, SC_STR("\0% \xff")));
	assert_int_equal(au.record[0].verdict[SC_FACT_DOMAIN], SC_UNCLEAR);
	assert_int_equal(au.record[1].nline, 2);
	assert_true(sc_str_eq(sc_audit_claim(&au.a, &au.record[1], SC_FACT_LICENCE),
	                      SC_STR("CC0-1.0 | MIT")));
	assert_true(
	        sc_str_eq(sc_audit_claim(&au.a, &au.record[1], SC_FACT_HOST), SC_STR("b.org | -")));
	assert_true(sc_str_eq(sc_audit_key(&au.a, &au.record[0], SC_STR("title")), SC_STR("t")));
	sc_audit_put(&b, &au);
	assert_true(sc_str_eq(sc_buf_str(&b), sc_str_c(whole)));
	sc_buf_free(&b);
	sc_audit_free(&au);
}

static void what_could_not_be_told_is_wrong_and_what_was_not_judged_is_undecided(void **state)
{
	struct sc_audit_bound b;
	struct sc_audit au;

	(void)state;
	assert_int_equal(parse(sc_str_c(whole), &au), SC_OK);
	assert_int_equal(sc_audit_bound(&au, SC_STR("licence"), 0.95, &b, &e), SC_OK);
	assert_true(b.decided);
	assert_int_equal(b.errors, 1);
	assert_int_equal(b.wrong_bytes, 20);
	assert_true(b.upper == sc_clopper_pearson_upper(1, 2, 0.95));
	assert_true(b.upper_finite == 2 / 3.0);
	assert_int_equal(sc_audit_bound(&au, SC_STR("domain"), 0.95, &b, &e), SC_OK);
	assert_false(b.decided);
	assert_int_equal(b.errors, 1);
	assert_int_equal(b.unclear, 1);
	assert_int_equal(b.unjudged, 1);
	assert_true(b.upper == 1);
	assert_int_equal(sc_audit_bound(&au, SC_STR("title"), 0.95, &b, &e), SC_FAIL);
	assert_int_equal(sc_audit_bound(&au, SC_STR("licence"), 1, &b, &e), SC_FAIL);
	sc_audit_free(&au);
}

/* Without verdict lines every line is needed, and stands there once. */
static void no_line_can_be_left_out_or_doubled(void **state)
{
	sc_str *line, all = sc_str_c(whole), one;
	struct sc_arena a = { 0 };
	size_t n = 0;

	(void)state;
	line = SC_NEW(&a, sc_str, 64);
	while (all.n && sc_str_cut(&all, '\n', &one))
		line[n++] = one;
	for (size_t k = 0; k < 2 * n; k++) {
		struct sc_buf b = { .a = &a };
		struct sc_audit au;
		bool may = k < n && (sc_str_starts(line[k], SC_STR("V")) ||
		                     sc_str_starts(line[k], SC_STR("L")) ||
		                     sc_str_starts(line[k], SC_STR("H\tmanifest")) || k == 13 ||
		                     k == 12); /* one of two R lines */

		for (size_t i = 0; i < n; i++)
			for (int times = i == k % n ? (k < n ? 0 : 2) : 1; times; times--) {
				sc_buf_add(&b, line[i]);
				sc_buf_byte(&b, '\n');
			}
		if (parse(sc_buf_str(&b), &au) != (may ? SC_OK : SC_BAD))
			fail_msg("line %zu %s", k % n, k < n ? "left out" : "doubled");
		sc_audit_free(&au);
	}
	sc_arena_free(&a);
}

static void a_cut_anywhere_is_found(void **state)
{
	(void)state;
	for (size_t n = 0; n < sizeof whole - 1; n++) {
		struct sc_audit au;
		int rc = parse((sc_str){ whole, n }, &au);

		/* The last verdicts can be missing: then these are not judged. */
		assert_true(rc == SC_BAD ||
		            (rc == SC_OK && whole[n - 1] == '\n' && !strncmp(whole + n, "V\t", 2)));
		sc_audit_free(&au);
	}
}

static void a_stratum_gives_no_less_than_its_share(void **state)
{
	static const char text[] =
	        "#scope-audit/1\nH\tallocation\tproportional\nH\tauditor\ta\nH\tcreated\t-\nH\tn\t2\nH\tnonce\tx\nH\tpopulation\t9\nH\trecord-root\t" C
	        "\nH\trecords\t9\nH\tsource\tself\nH\tstrata\tlicence\n"
	        "R\t" A "\t1\t-\tMIT\t-\t-\nR\t" B "\t1\t-\tCC0-1.0\t-\t-\nR\t" C
	        "\t1\t-\tCC0-1.0\t-\t-\n"
	        "S\tCC0-1.0\t8\t80\t2\nS\tMIT\t1\t10\t1\n";
	struct sc_audit_bound b;
	struct sc_audit au;

	(void)state;
	assert_int_equal(parse(sc_str_c(text), &au), SC_OK);
	assert_true(au.stratified && au.strata == SC_FACT_LICENCE && au.source == SC_NONCE_SELF);
	for (size_t i = 0; i < 3; i++)
		au.record[i].verdict[SC_FACT_LICENCE] = SC_RIGHT;
	assert_int_equal(sc_audit_bound(&au, SC_STR("licence"), 0.9, &b, &e), SC_OK);
	assert_true(b.self);
	assert_true(b.upper > 0.5 && b.upper < 1);
	assert_true(b.stratum[0].upper > 0.77639 &&
	            b.stratum[0].upper < 0.77640);   /* 1 - sqrt(0.05) */
	assert_true(b.stratum[1].upper_finite == 0); /* the only one of its stratum was seen */
	sc_audit_free(&au);
}

static void sheet_is(struct sc_audit *au, const char *csv, bool replace, int rc, uint64_t changed)
{
	uint64_t got;

	if (sc_audit_sheet_get(au, sc_str_c(csv), replace, &got, &e) != rc)
		fail_msg("%s: %s", csv, e.msg);
	if (rc == SC_OK)
		assert_int_equal(got, changed);
}

static void a_sheet_gives_verdicts_once_for_each_record(void **state)
{
	struct sc_audit au;

	(void)state;
	assert_int_equal(parse(sc_str_c(whole), &au), SC_OK);
	sheet_is(&au, "id,licence_verdict\n" A ",right\n" B ",wrong\n", false, SC_OK, 0);
	sheet_is(&au,
	         "\xef\xbb\xbfid;x;domain_verdict\r\n" B ";;Right\r\n\r\n" A
	         ";\"a\nb;\";\"unclear\"\r\n",
	         false, SC_OK, 1);
	assert_int_equal(au.record[1].verdict[SC_FACT_DOMAIN], SC_RIGHT);
	sheet_is(&au, "id\tlicence_verdict\n" A "\tright\n" B "\tright", false, SC_BAD, 0);
	sheet_is(&au, "id\tlicence_verdict\n" A "\tright\n" B "\tright", true, SC_OK, 1);
	sheet_is(&au, "id,licence_verdict\n" A ",\n" B "\n", false, SC_OK, 0);
	sheet_is(&au, "id,licence_verdict\n" A ",right\n", false, SC_BAD, 0);
	sheet_is(&au, "id,licence_verdict,licence_verdict\n" A ",,\n" B ",,\n", false, SC_BAD, 0);
	sheet_is(&au, "id,id,licence_verdict\n", false, SC_BAD, 0);
	sheet_is(&au, "", false, SC_BAD, 0);
	sheet_is(&au, "id,licence_verdict\n" A ",\"right\n", false, SC_BAD, 0);
	sc_audit_free(&au);
}

static void a_table_is_read_as_it_was_written_and_no_cell_is_a_formula(void **state)
{
	static const char *const cells[] = { "a",  "",   "\"", "a\"\"b,c;d\te", "=1+1",
		                             "-2", "+x", "@y", "x\ny" };
	struct sc_arena a = { 0 };
	struct sc_buf b = { 0 };
	sc_str cell[SC_CSV_CELLS];
	struct sc_csv c = { .sep = 0 };
	size_t n;

	(void)state;
	for (size_t i = 0; i < SC_COUNT(cells); i++)
		sc_csv_put(&b, sc_str_c(cells[i]), i + 1 == SC_COUNT(cells));
	c.rest = sc_buf_str(&b);
	assert_int_equal(sc_csv_next(&c, &a, cell, &n, &e), SC_OK);
	assert_int_equal(n, SC_COUNT(cells));
	for (size_t i = 0; i < 3; i++)
		assert_true(sc_str_eq(cell[i], sc_str_c(cells[i])));
	for (size_t i = 4; i < 8; i++)
		assert_true(*cell[i].p == '\'' &&
		            sc_str_eq(sc_str_from(cell[i], 1), sc_str_c(cells[i])));
	assert_true(sc_str_eq(cell[8], SC_STR("x\\x0ay")));
	assert_int_equal(sc_csv_next(&c, &a, cell, &n, &e), SC_EOF);
	sc_buf_free(&b);
	sc_arena_free(&a);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_read_is_written_the_same),
		cmocka_unit_test(
		        what_could_not_be_told_is_wrong_and_what_was_not_judged_is_undecided),
		cmocka_unit_test(no_line_can_be_left_out_or_doubled),
		cmocka_unit_test(a_cut_anywhere_is_found),
		cmocka_unit_test(a_stratum_gives_no_less_than_its_share),
		cmocka_unit_test(a_sheet_gives_verdicts_once_for_each_record),
		cmocka_unit_test(a_table_is_read_as_it_was_written_and_no_cell_is_a_formula),
	};

	return cmocka_run_group_tests_name("audit", tests, NULL, NULL);
}
