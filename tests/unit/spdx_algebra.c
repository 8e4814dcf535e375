/* SPDX-License-Identifier: Apache-2.0 */
/* What expressions say, what satisfies what, and what a corpus is bound by. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <scope/spdx.h>

#include <time.h>

static struct sc_arena a;

static sc_str expression(sc_str said)
{
	struct sc_err e = { 0 };
	sc_str out;

	return sc_spdx_expression(&a, said, &out, &e) == SC_OK ? out : SC_STR("");
}

static sc_str normal(sc_str said)
{
	struct sc_err e = { 0 };
	sc_str out;

	return sc_spdx_normal(&a, said, &out, &e) == SC_OK ? out : SC_STR("");
}

static void each_is(const char *const (*rows)[2], size_t n, sc_str (*of)(sc_str))
{
	for (size_t i = 0; i < n; i++) {
		sc_str got = of(sc_str_c(rows[i][0]));

		if (!sc_str_eq(got, sc_str_c(rows[i][1])))
			fail_msg("%s is '%.*s', want '%s'", rows[i][0], SC_ARG(got), rows[i][1]);
	}
}

static void what_spdx_gave_up_is_what_it_says_now(void **state)
{
	static const char *const rows[][2] = {
		{ "GPL-2.0", "GPL-2.0-only" },
		{ "GPL-2.0+", "GPL-2.0-or-later" },
		{ "LGPL-2.1+", "LGPL-2.1-or-later" },
		{ "GPL-2.0-or-later+", "GPL-2.0-or-later" },
		{ "GPL-2.0-only+", "" }, /* which of the two? */
		{ "GFDL-1.2", "GFDL-1.2-only" },
		{ "GPL-2.0-with-classpath-exception", "GPL-2.0-only WITH Classpath-exception-2.0" },
		{ "GPL-2.0-with-classpath-exception WITH GCC-exception-2.0", "" },
		{ "BSD-2-Clause-FreeBSD", "BSD-2-Clause-Views" },
		{ "BSD-2-Clause-NetBSD", "BSD-2-Clause" },
		{ "eCos-2.0", "GPL-2.0-or-later WITH eCos-exception-2.0" },
		{ "wxWindows", "LGPL-2.0-or-later WITH WxWindows-exception-3.1" },
		{ "Nunit", "zlib-acknowledgement" },
		{ "StandardML-NJ", "SMLNJ" },
		{ "bzip2-1.0.5", "bzip2-1.0.6" },
		{ "Net-SNMP OR MIT", "BSD-3-Clause AND MIT-CMU OR MIT" },
		{ "MPL-1.1+", "MPL-1.1+" },
	};

	(void)state;
	each_is(rows, SC_COUNT(rows), expression);
}

static void operators_may_be_small_and_parentheses_many(void **state)
{
	static const char *const rows[][2] = {
		{ "mit or isc and zlib", "MIT OR ISC AND Zlib" },
		{ "(mit Or isc) aNd zlib", "(MIT OR ISC) AND Zlib" },
		{ "((((MIT)))) OR ((ISC OR (Zlib)))", "MIT OR ISC OR Zlib" },
		{ "(GPL-2.0-only) with gcc-exception-2.0", "GPL-2.0-only WITH GCC-exception-2.0" },
		{ "(MIT OR ISC) WITH GCC-exception-2.0", "" },
		{ "()", "" },
		{ "(MIT", "" },
		{ "MIT)", "" },
		{ "MIT ISC", "" },
		{ "MIT,ISC", "" },
		{ "OR MIT", "" },
		{ "", "" },
	};

	(void)state;
	each_is(rows, SC_COUNT(rows), expression);
}

static void names_of_somebodys_own_are_kept_as_they_are(void **state)
{
	static const char *const rows[][2] = {
		{ "LicenseRef-my.own-1", "LicenseRef-my.own-1" },
		{ "DocumentRef-spdx-tool-1.2:LicenseRef-MIT-Style-2 OR MIT", "DocumentRef-spdx-tool-1.2:LicenseRef-MIT-Style-2 OR MIT" },
		{ "GPL-2.0-only WITH AdditionRef-mine", "GPL-2.0-only WITH AdditionRef-mine" },
		{ "GPL-2.0-only WITH DocumentRef-d:AdditionRef-mine", "GPL-2.0-only WITH DocumentRef-d:AdditionRef-mine" },
		{ "GPL-2.0-only WITH LicenseRef-mine", "GPL-2.0-only WITH LicenseRef-mine" },
		{ "GPL-2.0-only WITH Nobody-knows-exception", "" },
		{ "LicenseRef-", "" },
		{ "DocumentRef-:LicenseRef-a", "" },
		{ "DocumentRef-d", "" },
		{ "AdditionRef-mine", "" },
	};

	(void)state;
	each_is(rows, SC_COUNT(rows), expression);
}

static void one_normal_form_for_all_that_say_the_same(void **state)
{
	static const char *const rows[][2] = {
		{ "Zlib OR MIT", "MIT OR Zlib" },
		{ "MIT OR (MIT AND ISC)", "MIT" },
		{ "MIT AND (MIT OR ISC)", "MIT" },
		{ "(MIT OR ISC) AND (ISC OR MIT OR Zlib)", "ISC OR MIT" },
		{ "(MIT OR ISC) AND Zlib", "ISC AND Zlib OR MIT AND Zlib" },
		{ "(MIT AND Zlib) OR (Zlib AND ISC)", "ISC AND Zlib OR MIT AND Zlib" },
		{ "MIT OR MIT AND (ISC OR (Zlib AND MIT))", "MIT" },
		{ "GPL-2.0 OR GPL-2.0-only OR MIT", "GPL-2.0-only OR MIT" },
		{ "MIT AND ISC OR Zlib", "Zlib OR ISC AND MIT" },
	};

	(void)state;
	each_is(rows, SC_COUNT(rows), normal);
	assert_true(sc_spdx_same(&a, SC_STR("(MIT OR ISC) AND Zlib"), SC_STR("Zlib AND MIT OR ISC AND Zlib")));
	assert_true(sc_spdx_same(&a, SC_STR("GPL-2.0+"), SC_STR("GPL-2.0-or-later")));
	assert_false(sc_spdx_same(&a, SC_STR("(MIT OR ISC) AND Zlib"), SC_STR("MIT OR ISC AND Zlib")));
}

/* By every assignment of four licences: the same truth means the same form, and no other does. */
static bool truth(const char **p, unsigned bits);

static bool atom_truth(const char **p, unsigned bits)
{
	bool v;

	if (**p != '(')
		return bits >> (*(*p)++ - 'A') & 1;
	++*p;
	v = truth(p, bits);
	++*p;
	return v;
}

static bool truth(const char **p, unsigned bits)
{
	bool any = false;

	for (;;) {
		bool all = atom_truth(p, bits);

		while (**p == '&') {
			++*p;
			all &= atom_truth(p, bits);
		}
		any |= all;
		if (**p != '|')
			return any;
		++*p;
	}
}

static void random_expression(uint64_t *seed, struct sc_buf *b, unsigned depth)
{
	unsigned n;

	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	n = (unsigned)(*seed >> 33);
	if (!depth || n % 3 == 0) {
		sc_buf_byte(b, (char)('A' + n / 3 % 4));
		return;
	}
	for (unsigned i = 0; i < 2 + n / 3 % 2; i++) {
		if (i)
			sc_buf_byte(b, n / 6 % 2 ? '&' : '|');
		sc_buf_byte(b, '(');
		random_expression(seed, b, depth - 1);
		sc_buf_byte(b, ')');
	}
}

static void forms_are_equal_exactly_when_the_truth_is(void **state)
{
	static const char *const ids[] = { "MIT", "ISC", "Zlib", "NCSA" };
	sc_str form_of[1 << 16] = { { NULL, 0 } };
	struct sc_arena keep = { 0 };
	uint64_t seed = 1;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		struct sc_buf b = { .a = &a }, said = { .a = &a };
		unsigned table = 0;
		sc_str got;

		random_expression(&seed, &b, 4);
		sc_buf_byte(&b, 0);
		for (unsigned bits = 0; bits < 16; bits++) {
			const char *p = b.p;

			table |= (unsigned)truth(&p, bits) << bits;
		}
		for (const char *p = b.p; *p; p++)
			sc_buf_add(&said, *p == '&' ? SC_STR(" AND ") : *p == '|' ? SC_STR(" OR ") :
				   *p == '(' ? SC_STR("(") : *p == ')' ? SC_STR(")") : sc_str_c(ids[*p - 'A']));
		got = normal(sc_buf_str(&said));
		assert_true(got.n > 0);
		if (!form_of[table].n)
			form_of[table] = sc_strdup(&keep, got);
		else if (!sc_str_eq(form_of[table], got))
			fail_msg("%.*s is %.*s, not %.*s", SC_ARG(sc_buf_str(&said)), SC_ARG(got), SC_ARG(form_of[table]));
		sc_arena_reset(&a);
	}
	for (unsigned x = 0; x < SC_COUNT(form_of); x++)
		for (unsigned y = 0; y < x && form_of[x].n; y++)
			assert_false(form_of[y].n && sc_str_eq(form_of[x], form_of[y]));
	sc_arena_free(&keep);
}

static void satisfying_is_by_meaning(void **state)
{
	static const struct {
		const char *said, *allowed;
		bool yes;
	} rows[] = {
		{ "MIT", "MIT", true },
		{ "MIT", "ISC, MIT", true },
		{ "MIT", "ISC\nMIT\n", true },
		{ "MIT", "ISC OR Zlib", false },
		{ "MIT OR GPL-2.0-only", "ISC OR MIT", true },
		{ "MIT AND GPL-2.0-only", "MIT OR GPL-2.0-only", true },
		{ "MIT AND GPL-2.0-only", "ISC OR GPL-2.0-only", false },
		{ "MIT AND ICU", "ICU AND MIT", true },
		{ "MIT", "MIT AND ICU", false }, /* allowed where both apply */
		{ "MIT AND ICU", "(MIT AND ICU) OR ISC", true },
		{ "MIT AND ISC", "(MIT AND ICU) OR ISC", false },
		{ "MIT AND ICU AND ISC", "(MIT AND ICU) OR ISC", true },
		{ "GPL-3.0-only", "GPL-2.0-or-later", true },
		{ "GPL-1.0-only", "GPL-2.0-or-later", false },
		{ "GPL-1.0-or-later", "GPL-2.0-or-later", true },
		{ "GPL-2.0-or-later", "GPL-3.0-only", true },
		{ "GPL-3.0-or-later", "GPL-2.0-only", false },
		{ "LGPL-2.1-only", "GPL-2.0-or-later", false },
		{ "CC-BY-SA-4.0", "CC-BY-SA-3.0+", true },
		{ "CC-BY-3.0-DE", "CC-BY-3.0", false },
		{ "BSD-3-Clause", "BSD-2-Clause+", false }, /* clauses are no version */
		{ "GFDL-1.3-no-invariants-only", "GFDL-1.2-no-invariants-or-later", true },
		{ "GFDL-1.3-only", "GFDL-1.2-no-invariants-or-later", false },
		{ "GPL-2.0-only WITH GCC-exception-2.0", "GPL-2.0-only", true },
		{ "GPL-2.0-only", "GPL-2.0-only WITH GCC-exception-2.0", false },
		{ "GPL-2.0-only WITH AdditionRef-more", "GPL-2.0-only", false },
		{ "GPL-2.0-only WITH AdditionRef-more", "GPL-2.0-only WITH AdditionRef-more", true },
		{ "LicenseRef-a", "LicenseRef-a", true },
		{ "LicenseRef-v-1.0", "LicenseRef-v-0.9+", false }, /* nobody lists its versions */
		{ "MIT", "permissive", true },
		{ "GPL-2.0-only AND MIT", "permissive, GPL-2.0-only", true },
		{ "CC-BY-NC-4.0", "open", false },
	};
	struct sc_err e;
	bool yes;

	(void)state;
	for (size_t i = 0; i < SC_COUNT(rows); i++) {
		assert_int_equal(sc_spdx_satisfies(&a, sc_str_c(rows[i].said), sc_str_c(rows[i].allowed), &yes, &e), SC_OK);
		if (yes != rows[i].yes)
			fail_msg("%s in %s", rows[i].said, rows[i].allowed);
	}
	assert_int_equal(sc_spdx_satisfies(&a, SC_STR("unknown"), SC_STR("MIT"), &yes, &e), SC_BAD);
	assert_int_equal(sc_spdx_satisfies(&a, SC_STR("MIT"), SC_STR("nosuch"), &yes, &e), SC_BAD);
	assert_false(yes);
}

static sc_str repeated(sc_str before, sc_str each, sc_str after, size_t n)
{
	struct sc_buf b = { .a = &a };

	sc_buf_add(&b, before);
	for (size_t i = 0; i < n; i++)
		sc_buf_add(&b, each);
	sc_buf_add(&b, after);
	return sc_buf_seal(&b);
}

static double seconds(void)
{
	return (double)clock() / CLOCKS_PER_SEC;
}

static void size_and_depth_are_bounded(void **state)
{
	struct sc_err e = { 0 };
	sc_str open = repeated(SC_STR(""), SC_STR("("), SC_STR("MIT"), 10000), out;
	double from = seconds();

	(void)state;
	assert_int_equal(sc_spdx_expression(&a, repeated(open, SC_STR(")"), SC_STR(""), 10000), &out, &e), SC_OK);
	assert_true(sc_str_eq(out, SC_STR("MIT")));
	assert_int_equal(sc_spdx_expression(&a, open, &out, &e), SC_BAD);
	open = repeated(SC_STR(""), SC_STR("(MIT AND (ISC OR "), SC_STR("Zlib"), 10000);
	assert_int_equal(sc_spdx_expression(&a, repeated(open, SC_STR("))"), SC_STR(""), 10000), &out, &e), SC_BAD);
	assert_non_null(strstr(e.msg, "fewer levels of parentheses"));
	assert_int_equal(sc_spdx_normal(&a, repeated(SC_STR("MIT"), SC_STR(" AND ISC OR MIT"), SC_STR(""), 30000), &out, &e), SC_OK);
	assert_true(sc_str_eq(out, SC_STR("MIT")));
	assert_int_equal(sc_spdx_expression(&a, repeated(SC_STR("MIT"), SC_STR(" AND ISC OR MIT"), SC_STR(""), 70000), &out, &e), SC_BAD);
	assert_non_null(strstr(e.msg, "a shorter expression"));
	if (!getenv("SCOPE_TEST_SANITIZED"))
		assert_true(seconds() - from < 2);
}

/* Twenty pairs of which one each: a million choices are never written down. */
static void choices_that_explode_are_left_as_they_are(void **state)
{
	struct sc_buf x = { .a = &a }, y = { .a = &a };
	double from = seconds();
	struct sc_err e;
	sc_str out, again;

	(void)state;
	for (int i = 0; i < 20; i++) {
		sc_buf_fmt(&x, "%s(LicenseRef-%02d OR LicenseRef-%02d)", i ? " AND " : "", i, i + 50);
		sc_buf_fmt(&y, "%s(LicenseRef-%02d OR LicenseRef-%02d)", i ? " AND " : "", 69 - i, 19 - i);
	}
	assert_int_equal(sc_spdx_normal(&a, sc_buf_str(&x), &out, &e), SC_OK);
	assert_int_equal(sc_spdx_normal(&a, out, &again, &e), SC_OK);
	assert_true(sc_str_eq(out, again));
	assert_true(sc_spdx_same(&a, sc_buf_str(&x), sc_buf_str(&y)));
	if (!getenv("SCOPE_TEST_SANITIZED"))
		assert_true(seconds() - from < 1);
}

static bool is(const char *id, uint32_t terms)
{
	return (sc_spdx_terms(sc_str_c(id)) & terms) == terms;
}

static void terms_are_those_of_the_text(void **state)
{
	(void)state;
	assert_int_equal(sc_spdx_terms(SC_STR("CC0-1.0")), SC_TERM(PUBLIC_DOMAIN));
	assert_int_equal(sc_spdx_terms(SC_STR("MIT")), SC_TERM(NOTICE));
	assert_true(is("CC-BY-NC-ND-4.0", SC_TERM(ATTRIBUTION) | SC_TERM(NON_COMMERCIAL) | SC_TERM(NO_DERIVATIVES)));
	assert_true(is("CC-BY-SA-3.0", SC_TERM(SHARE_ALIKE)));
	assert_true(is("GPL-2.0-or-later", SC_TERM(COPYLEFT_STRONG) | SC_TERM(DISCLOSE_SOURCE)));
	assert_true(is("GPL-3.0-only", SC_TERM(PATENT_RETALIATION)));
	assert_false(is("GPL-2.0-only", SC_TERM(PATENT_RETALIATION)));
	assert_true(is("GPL-2.0-only WITH Classpath-exception-2.0", SC_TERM(COPYLEFT_LIBRARY)));
	assert_true(is("AGPL-3.0-only", SC_TERM(COPYLEFT_NETWORK)));
	assert_true(is("MPL-2.0", SC_TERM(COPYLEFT_FILE)));
	assert_true(is("BSD-4-Clause", SC_TERM(ADVERTISING)));
	assert_true(is("JSON", SC_TERM(FIELD_OF_USE)));
	assert_true(is("CDDL-1.0+", SC_TERM(COPYLEFT_FILE)));
	assert_int_equal(sc_spdx_terms(SC_STR("LicenseRef-mine")), SC_TERM(UNREVIEWED));
	assert_int_equal(sc_spdx_terms(SC_STR("GPL-2.0-only WITH AdditionRef-mine")), SC_TERM(UNREVIEWED));
	assert_int_equal(sc_spdx_terms(SC_STR("nosuch")), SC_TERM(UNREVIEWED));
	assert_int_equal(sc_spdx_terms(SC_STR("Classpath-exception-2.0")), SC_TERM(UNREVIEWED));
	assert_int_equal(sc_spdx_terms(SC_STR("")), SC_TERM(UNREVIEWED));
}

static void terms_and_sets_do_not_contradict_each_other(void **state)
{
	static const struct {
		const char *set;
		uint32_t must, never;
	} rows[] = {
		{ "non-commercial", SC_TERM(NON_COMMERCIAL), 0 },
		{ "no-derivatives", SC_TERM(NO_DERIVATIVES), 0 },
		{ "open", 0, SC_TERM(NON_COMMERCIAL) | SC_TERM(NO_DERIVATIVES) },
		{ "permissive", 0, SC_TERM(NON_COMMERCIAL) | SC_TERM(NO_DERIVATIVES) | SC_TERM(SHARE_ALIKE) | SC_TERM(COPYLEFT_STRONG) |
				   SC_TERM(COPYLEFT_NETWORK) | SC_TERM(COPYLEFT_FILE) | SC_TERM(COPYLEFT_LIBRARY) },
	};

	(void)state;
	for (size_t i = 0; i < SC_COUNT(rows); i++) {
		struct sc_idset ids = sc_spdx_set(sc_str_c(rows[i].set));

		for (size_t k = 0; k < ids.n; k++) {
			uint32_t terms = sc_spdx_terms(ids.v[k]);

			if (!(terms & SC_TERM(UNREVIEWED)) && ((terms & rows[i].must) != rows[i].must || terms & rows[i].never))
				fail_msg("%.*s in %s has %x", SC_ARG(ids.v[k]), rows[i].set, terms);
		}
	}
}

extern const char sc_data_data_spdx_terms[], sc_data_data_spdx_ids[];
extern const size_t sc_data_data_spdx_terms_n, sc_data_data_spdx_ids_n;

static void no_row_of_terms_names_what_spdx_lacks(void **state)
{
	sc_str text = { sc_data_data_spdx_terms, sc_data_data_spdx_terms_n }, line, word;

	(void)state;
	while (sc_str_cut(&text, '\n', &line)) {
		bool head = sc_str_starts(line, SC_STR("= "));

		if (!line.n || *line.p == '#')
			continue;
		line = head ? sc_str_from(line, 2) : line;
		while (sc_str_cut(&line, ' ', &word)) {
			bool known = sc_spdx_id(word).n || sc_spdx_exception(word).n;

			for (size_t i = 0; head && sc_spdx_term_name(i, NULL); i++)
				known |= sc_str_eq(word, sc_str_c(sc_spdx_term_name(i, NULL)));
			if (!known && !(head && sc_str_eq(word, SC_STR("linking"))))
				fail_msg("%.*s", SC_ARG(word));
		}
	}
}

/* A licence is reviewed or it is not: those that are not have that class and no other. */
static void most_licences_are_reviewed(void **state)
{
	sc_str text = { sc_data_data_spdx_ids, sc_data_data_spdx_ids_n }, line;
	size_t n = 0, reviewed = 0;

	(void)state;
	while (sc_str_cut(&text, '\n', &line)) {
		uint32_t terms;

		if (!line.n || *line.p == '#')
			continue;
		terms = sc_spdx_terms(expression(line)); /* one that SPDX gave up is what it says now */
		assert_true(terms != 0);
		assert_true(!(terms & SC_TERM(UNREVIEWED)) || terms == SC_TERM(UNREVIEWED));
		n++;
		reviewed += !(terms & SC_TERM(UNREVIEWED));
	}
	assert_in_range(reviewed, 490, n);
}

static struct sc_spdx_compat together(const char *const *said, size_t n)
{
	struct sc_spdx_counted v[8];
	struct sc_spdx_compat c;

	for (size_t i = 0; i < n && i < SC_COUNT(v); i++)
		v[i] = (struct sc_spdx_counted){ sc_str_c(said[i]), 1 };
	sc_spdx_compat(&a, v, n, &c);
	return c;
}

static void some_pairs_cannot_be_combined_and_some_one_way(void **state)
{
	static const struct {
		const char *x, *y;
		int verdict; /* -1 conflict, 0 fine, 1 x into y */
	} rows[] = {
		{ "GPL-2.0-only", "GPL-3.0-only", -1 },
		{ "GPL-2.0-or-later", "GPL-3.0-only", 0 },
		{ "GPL-2.0-only", "GPL-2.0-or-later", 0 },
		{ "GPL-2.0-only", "Apache-2.0", -1 },
		{ "GPL-2.0-or-later", "Apache-2.0", 0 },
		{ "GPL-2.0-only", "Apache-2.0 WITH LLVM-exception", 0 },
		{ "GPL-3.0-only", "AGPL-3.0-only", 0 },
		{ "GPL-2.0-only", "AGPL-3.0-only", -1 },
		{ "LGPL-2.1-only", "GPL-3.0-only", 1 },
		{ "LGPL-3.0-only", "GPL-2.0-only", -1 },
		{ "CC-BY-SA-4.0", "GPL-3.0-only", 1 },
		{ "CC-BY-SA-4.0", "GPL-2.0-only", -1 },
		{ "CC-BY-SA-4.0", "GPL-2.0-or-later", 1 },
		{ "CC-BY-SA-3.0", "GPL-3.0-only", -1 },
		{ "LicenseRef-CC-BY-SA", "GPL-3.0-only", -1 },
		{ "CC-BY-SA-3.0", "CC-BY-SA-4.0", 1 },
		{ "CC-BY-SA-2.5", "CC-BY-SA-3.0", 1 },
		{ "CC-BY-SA-1.0", "CC-BY-SA-4.0", -1 },
		{ "CC-BY-SA-3.0", "CC-BY-SA-3.0-DE", 0 },
		{ "CC-BY-SA-4.0", "LAL-1.3", 0 },
		{ "CC-BY-SA-4.0", "GFDL-1.3-only", -1 },
		{ "CC-BY-SA-4.0", "ODbL-1.0", -1 },
		{ "CC-BY-NC-4.0", "CC-BY-SA-4.0", -1 },
		{ "CC-BY-NC-4.0", "CC-BY-NC-SA-4.0", 0 },
		{ "CC-BY-NC-SA-3.0", "CC-BY-NC-SA-4.0", 1 },
		{ "CC-BY-NC-SA-4.0", "CC-BY-SA-4.0", -1 },
		{ "CC-BY-NC-4.0", "GPL-3.0-only", -1 },
		{ "CC-BY-NC-4.0", "MIT", 0 },
		{ "CC-BY-ND-4.0", "MIT", -1 },
		{ "CDDL-1.0", "GPL-2.0-only", -1 },
		{ "CDDL-1.0", "GPL-2.0-only WITH Classpath-exception-2.0", 0 },
		{ "CDDL-1.0", "Apache-2.0", 0 },
		{ "EPL-1.0", "GPL-2.0-or-later", -1 },
		{ "EPL-1.0", "LGPL-2.1-only", 0 },
		{ "BSD-4-Clause", "GPL-2.0-only", -1 },
		{ "BSD-4-Clause-UC", "GPL-2.0-only", 0 },
		{ "BSD-3-Clause", "GPL-2.0-only", 0 },
		{ "OFL-1.1", "GPL-3.0-only", -1 },
		{ "OFL-1.1", "MIT", 0 },
		{ "MPL-2.0", "GPL-2.0-only", 1 },
		{ "MPL-1.1", "GPL-2.0-only", -1 },
		{ "MPL-2.0-no-copyleft-exception", "GPL-3.0-only", -1 },
		{ "JSON", "GPL-3.0-only", -1 },
		{ "OpenSSL", "GPL-2.0-only", -1 },
		{ "FTL", "GPL-2.0-only", -1 },
		{ "FTL", "GPL-3.0-only", 0 },
		{ "EUPL-1.2", "GPL-3.0-only", 1 },
		{ "Aladdin", "GPL-3.0-only", 0 }, /* unreviewed: nobody knows */
	};

	(void)state;
	for (size_t i = 0; i < SC_COUNT(rows); i++)
		for (int turn = 0; turn < 2; turn++) {
			const char *said[] = { turn ? rows[i].y : rows[i].x, turn ? rows[i].x : rows[i].y };
			struct sc_spdx_compat c = together(said, 2);

			if (c.nconflict != (rows[i].verdict < 0) || c.nway != (rows[i].verdict > 0))
				fail_msg("%s and %s: %zu, %zu", said[0], said[1], c.nconflict, c.nway);
			if (c.nway)
				assert_true(sc_str_eq(c.one_way[0].a, sc_str_c(rows[i].x)));
		}
}

static void of_an_or_the_choice_that_fits_is_taken(void **state)
{
	static const char *const one[] = { "MIT OR GPL-3.0-only" };
	static const char *const two[] = { "GPL-2.0-only", "Apache-2.0 OR MPL-2.0 OR LicenseRef-x" };
	static const char *const three[] = { "GPL-2.0-only AND CC-BY-NC-4.0 OR ISC", "LicenseRef-x OR CC-BY-SA-4.0" };
	struct sc_spdx_compat c = together(one, 1);

	(void)state;
	assert_int_equal(c.nv, 1);
	assert_true(sc_str_eq(c.v[0].id, SC_STR("MIT")));
	c = together(two, 2); /* Apache-2.0 asks less, but does not fit */
	assert_int_equal(c.nv, 2);
	assert_true(sc_str_eq(c.v[1].id, SC_STR("MPL-2.0")));
	assert_int_equal(c.nconflict, 0);
	c = together(three, 2);
	assert_int_equal(c.nv, 2);
	assert_true(sc_str_eq(c.v[0].id, SC_STR("CC-BY-SA-4.0")));
	assert_true(sc_str_eq(c.v[1].id, SC_STR("ISC")));
}

static void a_corpus_is_bound_by_all_that_is_in_it(void **state)
{
	static const struct sc_spdx_counted v[] = {
		{ SC_LIT("MIT"), 10 },		 { SC_LIT("CC-BY-4.0"), 5 }, { SC_LIT("CC-BY-SA-4.0 AND MIT"), 2 },
		{ SC_LIT("CC-BY-NC-4.0"), 1 }, { SC_LIT("none"), 7 },	     { SC_LIT("LicenseRef-x"), 3 },
	};
	struct sc_spdx_compat c;

	(void)state;
	sc_spdx_compat(&a, v, SC_COUNT(v), &c);
	assert_int_equal(c.n, 21);
	assert_int_equal(c.nv, 5);
	assert_int_equal(c.v[4].n, 12); /* MIT, alone and with another */
	assert_int_equal(c.by[SC_TERM_ATTRIBUTION].n, 3);
	assert_int_equal(c.by[SC_TERM_SHARE_ALIKE].n, 1);
	assert_int_equal(c.by[SC_TERM_NON_COMMERCIAL].n, 1);
	assert_int_equal(c.by[SC_TERM_NO_DERIVATIVES].n, 0);
	assert_int_equal(c.by[SC_TERM_UNREVIEWED].n, 1);
	assert_int_equal(c.unread.n, 1);
	assert_true(sc_str_eq(c.unread.v[0], SC_STR("none")));
	assert_int_equal(c.nconflict, 1);
	assert_true(sc_str_eq(c.conflict[0].a, SC_STR("CC-BY-NC-4.0")));
	assert_true(c.terms & SC_TERM(NON_COMMERCIAL) && c.terms & SC_TERM(SHARE_ALIKE));
	sc_spdx_compat(&a, NULL, 0, &c);
	assert_int_equal(c.nv + c.nconflict + c.unread.n, 0);
	assert_true(sc_str_eq(c.summary, SC_STR("0 licences")));
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
		cmocka_unit_test(what_spdx_gave_up_is_what_it_says_now),
		cmocka_unit_test(operators_may_be_small_and_parentheses_many),
		cmocka_unit_test(names_of_somebodys_own_are_kept_as_they_are),
		cmocka_unit_test(one_normal_form_for_all_that_say_the_same),
		cmocka_unit_test(forms_are_equal_exactly_when_the_truth_is),
		cmocka_unit_test(satisfying_is_by_meaning),
		cmocka_unit_test(size_and_depth_are_bounded),
		cmocka_unit_test(choices_that_explode_are_left_as_they_are),
		cmocka_unit_test(terms_are_those_of_the_text),
		cmocka_unit_test(terms_and_sets_do_not_contradict_each_other),
		cmocka_unit_test(no_row_of_terms_names_what_spdx_lacks),
		cmocka_unit_test(most_licences_are_reviewed),
		cmocka_unit_test(some_pairs_cannot_be_combined_and_some_one_way),
		cmocka_unit_test(of_an_or_the_choice_that_fits_is_taken),
		cmocka_unit_test(a_corpus_is_bound_by_all_that_is_in_it),
	};

	return cmocka_run_group_tests_name("spdx_algebra", tests, NULL, done);
}
