/* SPDX-License-Identifier: Apache-2.0 */
/*
 * expr_fast -- what expressions leave undone changes no answer: sides in another order, matches that a missing literal rules
 * out, text that is decoded only when it is needed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include <scope/json.h>
#include <scope/run.h>

#include "cpu.h"
#include "expr_tree.h"

static struct sc_arena a;
static uint64_t seed = 88172645463325252u;

static uint64_t rnd(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed;
}

static struct sc_expr *compiled(sc_str text)
{
	struct sc_expr *x;
	struct sc_err e;
	size_t caret;

	if (sc_expr_compile(&x, text, &caret, &e) < 0)
		fail_msg("%.*s: %s", SC_ARG(text), e.msg);
	return x;
}

static enum sc_truth truth_of(const struct sc_expr *x, struct sc_record *r)
{
	struct sc_expr_match *m = sc_expr_match_new(x);
	enum sc_truth t = sc_expr_eval(x, m, &a, r);

	sc_expr_match_free(m);
	return t;
}

/* A line as the reader gives it. */
static struct sc_record record(sc_str line, bool lazy)
{
	const struct sc_reader *jsonl = sc_reader_named(SC_STR("jsonl"));
	struct sc_read_conf conf = { .tag_key = SC_STR("scope"), .lazy = lazy };
	struct sc_record r = { .raw = line, .head = line, .by = jsonl };
	struct sc_err e;

	assert_int_equal(jsonl->parse(&conf, &a, &r, &e), SC_OK);
	return r;
}

/* ---- literals ---- */

static void a_literal_comes_from_plain_patterns_only(void **state)
{
	static const struct {
		const char *pattern, *literal;
	} t[] = {
		{ "[Ll]icen[cs]e", "icen" }, { "license", "license" },	   { "^abc.def$", "abc" },    { "\\bGNU\\b General", " General" },
		{ "ab", "" },		     { "abc+", "" },		   { "abc?d", "" },	      { "abc|d", "" },
		{ "(?i)abc", "" },	     { "(abc)", "" },		   { "abc{2}", "" },	      { "\\Qabc\\E", "" },
		{ "\\x41bcd", "" },	     { "abc\\.defg", "defg" },	   { "[]abc]def", "def" },    { "[^]abc]def", "def" },
		{ "[[:alpha:]]def", "" },    { "[a\\]b]def", "def" },	   { "[abc", "" },	      { "a/bcd", "bcd" },
		{ "say \"abcde", "abcde" },    { "na\xc3\xafve abc", "ve abc" }, { "[\\Q]\\E]abc", "" }, { "abc\\", "" },
		{ "a\\nbcd", "" },	     { "a\nbcd", "bcd" },
	};

	(void)state;
	for (size_t i = 0; i < SC_COUNT(t); i++) {
		sc_str got = expr_literal(sc_str_c(t[i].pattern));

		if (!sc_str_eq(got, sc_str_c(t[i].literal)))
			fail_msg("%s: '%.*s'", t[i].pattern, SC_ARG(got));
	}
}

static void random_text(struct sc_buf *b)
{
	static const char *const piece[] = { "abc", "ab", "bca", "c", "a", "\\n", "\\\\", "\\\"", "\\/", "\xc3\xa9", "\\u00e9", "x" };
	size_t n = rnd() % 8 ? rnd() % 12 : rnd() % 120, odd = rnd() % 2; /* half of them without \u */

	for (size_t i = 0; i < n; i++) {
		const char *s = piece[rnd() % SC_COUNT(piece)];

		if (!odd || s[1] != 'u')
			sc_buf_add(b, sc_str_c(s));
	}
}

static void random_pattern(struct sc_buf *b)
{
	static const char *const piece[] = { "a", "b", "c", "abc", "abcab", "[ab]", ".", "^", "$", "\\n", "\\b", "/", "\xc3\xa9", "[^c]", "bca", "x+", "c?" };
	size_t n = 1 + rnd() % 5;

	for (size_t i = 0; i < n; i++)
		sc_buf_add(b, sc_str_c(piece[rnd() % SC_COUNT(piece)]));
}

static void without_literals(struct node *n)
{
	if (!n)
		return;
	n->literal = (sc_str){ NULL, 0 };
	without_literals(n->left);
	without_literals(n->right);
}

static void a_missing_literal_rules_out_what_would_not_match(void **state)
{
	struct sc_buf line = { 0 }, text = { 0 };
	size_t ruled = 0;

	(void)state;
	for (int i = 0; i < 4000; i++) {
		struct sc_expr *x;
		struct sc_record put_off, whole;
		enum sc_truth want;

		sc_buf_clear(&text);
		sc_buf_add(&text, rnd() % 4 ? SC_STR("text ~ '") : SC_STR("text !~ '"));
		random_pattern(&text);
		sc_buf_byte(&text, '\'');
		sc_buf_clear(&line);
		sc_buf_add(&line, SC_STR("{\"text\":\""));
		random_text(&line);
		sc_buf_add(&line, SC_STR("\"}"));
		x = compiled(sc_buf_str(&text));
		put_off = record(sc_buf_str(&line), true);
		whole = record(sc_buf_str(&line), false);
		cpu_limit((enum cpu_level)(rnd() % 3));
		ruled += x->top->literal.n > 0;
		if (truth_of(x, &whole) != truth_of(x, &put_off))
			fail_msg("%.*s on %.*s: not the same undecoded", SC_ARG(sc_buf_str(&text)), SC_ARG(sc_buf_str(&line)));
		want = truth_of(x, &whole);
		without_literals(x->top);
		if (truth_of(x, &whole) != want)
			fail_msg("%.*s on %.*s: not the same without literal", SC_ARG(sc_buf_str(&text)), SC_ARG(sc_buf_str(&line)));
		sc_expr_free(x);
		sc_arena_reset(&a);
	}
	assert_true(ruled > 500);
	cpu_limit(CPU_AVX512);
	sc_buf_free(&line);
	sc_buf_free(&text);
}

/* ---- text that is put off ---- */

static void a_part_put_off_has_its_length_and_settles_to_what_it_would_have_been(void **state)
{
	struct sc_buf line = { 0 };

	(void)state;
	for (int i = 0; i < 3000; i++) {
		struct sc_record put_off, whole;

		sc_buf_clear(&line);
		sc_buf_add(&line, SC_STR("{\"id\":\"x\",\"text\":\""));
		random_text(&line);
		sc_buf_add(&line, SC_STR("\"}"));
		put_off = record(sc_buf_str(&line), true);
		whole = record(sc_buf_str(&line), false);
		assert_int_equal(put_off.npart, 1);
		assert_true(whole.part[0].data.p && !whole.part[0].json.p);
		assert_int_equal(sc_record_bytes(&put_off), sc_record_bytes(&whole));
		assert_int_equal(!put_off.part[0].data.p, put_off.part[0].json.p != NULL);
		sc_record_settle(&a, &put_off);
		assert_true(put_off.part[0].data.p && sc_str_eq(put_off.part[0].data, whole.part[0].data));
		assert_int_equal(put_off.part[0].text, whole.part[0].text);
		sc_arena_reset(&a);
	}
	sc_buf_free(&line);
}

static void a_nul_in_an_escape_makes_it_no_text(void **state)
{
	struct sc_record r = record(SC_STR("{\"text\":\"a\\nb\\u0000c\"}"), true);
	struct sc_expr *x = compiled(SC_STR("has text"));

	(void)state;
	assert_int_equal(truth_of(x, &r), SC_FALSE);
	r = record(SC_STR("{\"text\":\"a\\nb\"}"), true);
	assert_int_equal(truth_of(x, &r), SC_TRUE);
	sc_expr_free(x);
	sc_arena_reset(&a);
}

/* ---- order ---- */

static const struct {
	const char *text;
	enum sc_truth is;
} atom[] = {
	{ "size >= 0", SC_TRUE },	 { "size < 0", SC_FALSE },	  { "meta.none = x", SC_UNKNOWN }, { "text ~ 'a'", SC_TRUE },
	{ "text ~ 'zzz'", SC_FALSE }, { "part(\"none\") = x", SC_UNKNOWN }, { "has meta.id", SC_TRUE },
};

/* The sides as they are written, by the tables. */
static enum sc_truth joined(bool both, enum sc_truth x, enum sc_truth y)
{
	enum sc_truth decides = both ? SC_FALSE : SC_TRUE;

	if (x == decides || y == decides)
		return decides;
	return x == SC_UNKNOWN || y == SC_UNKNOWN ? SC_UNKNOWN : both ? SC_TRUE : SC_FALSE;
}

static void and_and_or_say_the_same_in_any_order(void **state)
{
	struct sc_record r = record(SC_STR("{\"id\":1,\"text\":\"a\\n\"}"), true);

	(void)state;
	for (size_t i = 0; i < SC_COUNT(atom) * SC_COUNT(atom) * SC_COUNT(atom) * 4; i++) {
		size_t n = SC_COUNT(atom), p = i / 4 % n, q = i / 4 / n % n, s = i / 4 / n / n;
		bool first = i & 1, second = i & 2;
		sc_str text = sc_fmt(&a, "(%s %s %s) %s %s", atom[p].text, first ? "and" : "or", atom[q].text, second ? "and" : "or",
				     atom[s].text);
		enum sc_truth want = joined(second, joined(first, atom[p].is, atom[q].is), atom[s].is);
		struct sc_expr *x = compiled(text);

		if (truth_of(x, &r) != want)
			fail_msg("%.*s: %d, not %d", SC_ARG(text), truth_of(x, &r), want);
		sc_expr_free(x);
	}
	sc_arena_reset(&a);
}

static void the_cheap_side_comes_first(void **state)
{
	struct sc_record r = record(SC_STR("{\"id\":1,\"text\":\"a\\n\"}"), true);
	struct sc_expr *x = compiled(SC_STR("text ~ 'a' and (part(\"text\") = y or text ~ 'b') and meta.id = 2"));

	(void)state;
	assert_int_equal(truth_of(x, &r), SC_FALSE);
	assert_true(r.part[0].json.p != NULL); /* nobody had it decoded */
	sc_expr_free(x);
	sc_arena_reset(&a);
}

static int done(void **state)
{
	(void)state;
	sc_arena_free(&a);
	return 0;
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_literal_comes_from_plain_patterns_only),
		cmocka_unit_test(a_missing_literal_rules_out_what_would_not_match),
		cmocka_unit_test(a_part_put_off_has_its_length_and_settles_to_what_it_would_have_been),
		cmocka_unit_test(a_nul_in_an_escape_makes_it_no_text),
		cmocka_unit_test(and_and_or_say_the_same_in_any_order),
		cmocka_unit_test(the_cheap_side_comes_first),
	};

	return cmocka_run_group_tests(tests, NULL, done);
}
