/* SPDX-License-Identifier: Apache-2.0 */
/* Claims about phrases in texts: what stands where, by every level of instructions and by the automaton as by plain looking. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cpu.h"
#include "phrases_impl.h"

#include <stdio.h>
#include <stdlib.h>

static struct sc_arena a;

/* ---- plain looking: the definition of include/scope/phrases.h, word for word ---- */

static bool naive_at(sc_str phrase, sc_str text, size_t t, size_t *len)
{
	size_t from = t;

	if (t && phrase_is_word(text.p[t - 1]))
		return false;
	for (size_t i = 0; i < phrase.n; i++) {
		if (t == text.n)
			return false;
		if (phrase.p[i] == ' ' && phrase_is_space(text.p[t])) {
			while (t < text.n && phrase_is_space(text.p[t]))
				t++;
		} else if (phrase.p[i] == phrase_small(text.p[t])) {
			t++;
		} else {
			return false;
		}
	}
	*len = t - from;
	return t == text.n || !phrase_is_word(text.p[t]);
}

static bool naive(sc_str phrase, sc_str text, struct sc_phrase_hit *hit)
{
	for (size_t t = 0; t < text.n; t++)
		if (naive_at(phrase, text, t, &hit->len)) {
			hit->off = t;
			return true;
		}
	return false;
}

/* ---- a set at work ---- */

static const char *const ways[] = { "plain", "AVX2", "AVX-512", "automaton" };

static sc_str fold(sc_str s)
{
	sc_str folded = { NULL, 0 };
	struct sc_err e;
	size_t at;

	assert_int_equal(sc_phrase_fold(&a, s, &folded, &at, &e), SC_OK);
	return folded;
}

static struct sc_phrases *set_of(const sc_str *v, size_t n)
{
	struct sc_phrases *p = sc_phrases_new();

	for (size_t i = 0; i < n; i++)
		sc_phrases_add(p, fold(v[i]));
	sc_phrases_ready(p);
	return p;
}

/* All ways on a copy of the text that ends where its memory does. */
static void agrees(const struct sc_phrases *p, struct sc_phrases_scan *s, sc_str text)
{
	char *exact = malloc(text.n + !text.n);
	sc_str t = { exact, text.n };

	if (text.n)
		memcpy(exact, text.p, text.n);
	for (size_t way = 0; way < SC_COUNT(ways); way++) {
		const struct sc_phrase_hit *hits;
		size_t n, want = 0;

		cpu_limit(way < 3 ? (enum cpu_level)way : CPU_AVX512);
		s->slow = way == 3;
		n = sc_phrases_find(s, t, &hits);
		for (uint32_t i = 0; i < p->n; i++) {
			const struct sc_phrase_hit *hit = sc_phrases_hit(s, i);
			struct sc_phrase_hit h;
			bool is = naive(p->v[i].s, t, &h);

			want += is;
			if (is != (hit != NULL) || (is && (hit->off != h.off || hit->len != h.len)))
				fail_msg("%s: '%.*s' in '%.*s'", ways[way], SC_ARG(p->v[i].s), SC_ARG(t));
		}
		assert_int_equal(n, want);
		for (size_t i = 1; i < n; i++)
			assert_true(hits[i - 1].off < hits[i].off || (hits[i - 1].off == hits[i].off && hits[i - 1].len > hits[i].len));
	}
	cpu_limit(CPU_AVX512);
	free(exact);
}

static bool stands(const char *phrase, const char *text)
{
	sc_str s = sc_str_c(phrase);
	struct sc_phrases *p = set_of(&s, 1);
	struct sc_phrases_scan *scan = sc_phrases_open(p);
	bool is = sc_phrases_find(scan, sc_str_c(text), NULL) == 1;

	agrees(p, scan, sc_str_c(text));
	sc_phrases_close(scan);
	sc_phrases_free(p);
	return is;
}

/* ---- what a match is ---- */

static void a_phrase_is_whole_words(void **state)
{
	(void)state;
	assert_true(stands("open access", "open access"));
	assert_true(stands("open access", "(open access)"));
	assert_true(stands("open access", "an open access_journal"));
	assert_false(stands("open access", "reopen access"));
	assert_false(stands("open access", "open accessed"));
	assert_false(stands("open access", "open access2"));
	assert_false(stands("open access", "open access\xc3\xa9"));
	assert_false(stands("open access", "openaccess"));
	assert_false(stands("open access", ""));
	assert_true(stands("caf\xc3\xa9", "un caf\xc3\xa9."));
	assert_false(stands("caf", "un caf\xc3\xa9."));
}

static void case_is_aside_for_ascii_only(void **state)
{
	(void)state;
	assert_true(stands("Open ACCESS", "oPEN access"));
	assert_false(stands("\xc3\x89tat", "\xc3\xa9tat"));
	assert_true(stands("\xc3\x89tat", "\xc3\x89TAT"));
	assert_false(stands("a[b", "a{b"));
	assert_false(stands("a@b", "a`b"));
}

static void any_white_space_is_a_space(void **state)
{
	(void)state;
	assert_true(stands("open access", "open \t\r\n\v\f access"));
	assert_true(stands("  open\n\taccess ", "open access"));
	assert_false(stands("open access", "open\xc2\xa0" "access"));
	assert_false(stands("open access", "open-access"));
	assert_false(stands("open-access", "open - access"));
	assert_true(stands("e.g. (open", "e.g.\n(open"));
}

static void what_is_no_word_is_itself(void **state)
{
	(void)state;
	assert_true(stands("c++", "in C++, or"));
	assert_true(stands("c++", "in C++++"));
	assert_false(stands("c++", "in c+ +"));
	assert_false(stands("c++", "c++11"));
	assert_true(stands(".net core", "a .NET  core"));
	assert_false(stands(".net core", "a.net core"));
}

static void the_first_place_is_told(void **state)
{
	sc_str v[] = { SC_STR("b a"), SC_STR("a"), SC_STR("a b"), SC_STR("a b a"), SC_STR("c") };
	struct sc_phrases *p = set_of(v, SC_COUNT(v));
	struct sc_phrases_scan *s = sc_phrases_open(p);
	const struct sc_phrase_hit *hits;

	(void)state;
	assert_int_equal(sc_phrases_find(s, SC_STR("x a  b a b"), &hits), 4);
	assert_int_equal(hits[0].phrase, 3);
	assert_int_equal(hits[0].off, 2);
	assert_int_equal(hits[0].len, 6);
	assert_int_equal(hits[1].phrase, 2);
	assert_int_equal(hits[2].phrase, 1);
	assert_int_equal(hits[3].phrase, 0);
	assert_null(sc_phrases_hit(s, 4));
	assert_int_equal(sc_phrases_find(s, SC_STR("c"), NULL), 1);
	assert_null(sc_phrases_hit(s, 1));
	sc_phrases_close(s);
	sc_phrases_free(p);
}

static void the_same_phrase_is_one(void **state)
{
	struct sc_phrases *p = sc_phrases_new();

	(void)state;
	assert_int_equal(sc_phrases_add(p, fold(SC_STR("Two  Words"))), 0);
	assert_int_equal(sc_phrases_add(p, fold(SC_STR("other"))), 1);
	assert_int_equal(sc_phrases_add(p, fold(SC_STR(" two words "))), 0);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(sc_phrases_add(p, fold(sc_fmt(&a, "word %d", i))), i + 2);
	assert_int_equal(sc_phrases_add(p, fold(SC_STR("WORD 7"))), 9);
	assert_int_equal(sc_phrases_count(p), 1002);
	sc_phrases_free(p);
}

static void what_is_no_phrase_is_told_with_its_place(void **state)
{
	char *longest = SC_NEW(&a, char, SC_PHRASE_MAX + 2);
	const struct {
		sc_str s;
		size_t at;
	} bad[] = { { SC_STR(""), 0 }, { SC_STR(" \t "), 0 }, { SC_STR("+-"), 0 }, { SC_STR("a\0b"), 1 }, { SC_STR("ab\xff"), 2 },
		    { { longest, SC_PHRASE_MAX + 1 }, 0 } };

	(void)state;
	memset(longest, 'x', SC_PHRASE_MAX + 1);
	for (size_t i = 0; i < SC_COUNT(bad); i++) {
		sc_str folded;
		struct sc_err e;
		size_t at;

		assert_int_equal(sc_phrase_fold(&a, bad[i].s, &folded, &at, &e), SC_BAD);
		assert_int_equal(at, bad[i].at);
	}
	assert_int_equal(fold((sc_str){ longest, SC_PHRASE_MAX }).n, SC_PHRASE_MAX);
}

/* ---- all ways agree ---- */

static uint64_t seed = 1;

static size_t dice(size_t n)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (size_t)(seed >> 33) % n;
}

static const char *const words[] = { "a", "b", "ab", "Ba", "a1", "\xc3\xa9", "aaaaaaaa", "aaaaaaaab", "abcdefghijkl", "open", "access" };
static const char *const gaps[] = { " ", " ", " ", "  ", "\n", " \t\r\n", "-", ".", ", ", "_", "/ " };

static void put_words(struct sc_buf *b, size_t n, size_t nword, size_t ngap)
{
	if (!dice(10))
		sc_buf_byte(b, "(. "[dice(3)]);
	for (size_t i = 0; i < n; i++) {
		if (i)
			sc_buf_add(b, sc_str_c(gaps[dice(ngap)]));
		sc_buf_add(b, sc_str_c(words[dice(nword)]));
	}
	if (!dice(10))
		sc_buf_byte(b, ").+"[dice(3)]);
}

static void random_sets_and_texts_agree_with_plain_looking(void **state)
{
	(void)state;
	for (size_t round = 0; round < 600; round++) {
		struct sc_buf b = { 0 };
		struct sc_phrases *p = sc_phrases_new();
		struct sc_phrases_scan *s;
		size_t nword = 1 + dice(SC_COUNT(words)), ngap = 1 + dice(SC_COUNT(gaps)), most = 1 + dice(5), n = 1 + dice(round % 10 ? 12 : 150);

		for (size_t i = 0; i < n; i++) {
			sc_buf_clear(&b);
			put_words(&b, 1 + dice(most), nword, ngap);
			sc_phrases_add(p, fold(sc_buf_str(&b)));
		}
		sc_phrases_ready(p);
		s = sc_phrases_open(p);
		for (size_t i = 0; i < 6; i++) {
			sc_buf_clear(&b);
			put_words(&b, dice(i < 5 ? 60 : 1500), SC_COUNT(words) - dice(SC_COUNT(words)), ngap);
			agrees(p, s, sc_buf_str(&b));
		}
		sc_phrases_close(s);
		sc_phrases_free(p);
		sc_buf_free(&b);
	}
}

static void the_end_of_a_text_may_lie_anywhere(void **state)
{
	sc_str v[] = { SC_STR("w x"), SC_STR("x"), SC_STR("longer-word x."), SC_STR("y y y y") };
	struct sc_phrases *p = set_of(v, SC_COUNT(v));
	struct sc_phrases_scan *s = sc_phrases_open(p);
	char *t = SC_NEW(&a, char, 3 * PHRASE_BLOCK);

	(void)state;
	for (size_t n = 0; n < 3 * PHRASE_BLOCK - 20; n += n < 200 || n % PHRASE_BLOCK > PHRASE_BLOCK - 80 || n % PHRASE_BLOCK < 80 ? 1 : 61) {
		memset(t, n % 3 ? 'z' : ' ', n);
		memcpy(t + n, " longer-word  w x. y", 20);
		for (size_t more = 0; more <= 20; more += 1 + dice(4))
			agrees(p, s, (sc_str){ t, n + more });
	}
	sc_phrases_close(s);
	sc_phrases_free(p);
}

static void any_bytes_are_a_text(void **state)
{
	sc_str v[] = { SC_STR("a"), SC_STR("\xc3\xa9 a"), SC_STR("0 {"), SC_STR("z~@ A") };
	struct sc_phrases *p = set_of(v, SC_COUNT(v));
	struct sc_phrases_scan *s = sc_phrases_open(p);
	char t[5000];

	(void)state;
	for (size_t round = 0; round < 200; round++) {
		size_t n = dice(sizeof t);
		bool few = round % 2;

		for (size_t i = 0; i < n; i++)
			t[i] = few ? "aA0z~@{ \n\xc3\xa9\0`["[dice(14)] : (char)dice(256);
		agrees(p, s, (sc_str){ t, n });
	}
	sc_phrases_close(s);
	sc_phrases_free(p);
}

/* ---- time ---- */

/* A text of `times` times the words: what is looked at is bounded by its length, whatever the phrases; true: it went to the automaton. */
static bool is_linear(const struct sc_phrases *p, const char *again)
{
	struct sc_phrases_scan *s = sc_phrases_open(p);
	struct sc_buf b = { 0 };
	bool hard = false; /* of any length */

	for (size_t times = 20000; times <= 160000; times *= 8) {
		sc_buf_clear(&b);
		for (size_t i = 0; i < times; i++)
			sc_buf_add(&b, sc_str_c(again));
		sc_phrases_find(s, sc_buf_str(&b), NULL);
		hard |= s->work > s->most;
		assert_true(s->work <= s->most + 2 * b.n + 2 * SC_PHRASE_MAX);
	}
	sc_buf_free(&b);
	sc_phrases_close(s);
	return hard;
}

static void texts_made_to_be_hard_take_linear_work(void **state)
{
	struct sc_phrases *p = sc_phrases_new();
	char *run = SC_NEW(&a, char, SC_PHRASE_MAX + 1);

	(void)state;
	/* 2000 phrases over two words, of which each pair is crowded; long beginnings in common; one phrase of 4 KiB. */
	for (unsigned i = 0; i < 2000; i++) {
		struct sc_buf b = { 0 };

		for (unsigned k = 0; k < 14; k++)
			sc_buf_fmt(&b, "%s ", (i * 2654435761u) >> k & 1 ? "ox" : "elk");
		sc_buf_add(&b, SC_STR("yak"));
		sc_phrases_add(p, fold(sc_buf_str(&b)));
		sc_phrases_add(p, fold(sc_fmt(&a, "alpha beta gamma delta %u epsilon", i)));
		sc_buf_free(&b);
	}
	for (size_t i = 0; i < SC_PHRASE_MAX; i++)
		run[i] = i % 2 ? ' ' : 'r';
	memcpy(run + SC_PHRASE_MAX - 2, "s", 1);
	sc_phrases_add(p, fold((sc_str){ run, SC_PHRASE_MAX - 1 }));
	sc_phrases_ready(p);
	assert_true(is_linear(p, "elk yak "));
	assert_true(is_linear(p, "ox elk elk ox ox ox ox elk ox yak "));
	is_linear(p, "ox elk elk ox ox ox elk ");
	is_linear(p, "ox ");
	is_linear(p, "r ");
	is_linear(p, "r r r r s ");
	is_linear(p, "alpha beta gamma delta 7 ");
	is_linear(p, "alpha beta gamma delta 7 epsilon ");
	is_linear(p, "delta 7 delta 8 ");
	is_linear(p, "r          ");
	is_linear(p, "aaaaaaaaaa");
	is_linear(p, "          ");
	sc_phrases_free(p);
}

static void a_hundred_thousand_phrases_are_no_trouble(void **state)
{
	struct sc_phrases *p = sc_phrases_new();
	struct sc_phrases_scan *s;

	(void)state;
	for (unsigned i = 0; i < 100000; i++)
		sc_phrases_add(p, sc_fmt(&a, "part %u of it", i));
	sc_phrases_ready(p);
	s = sc_phrases_open(p);
	assert_int_equal(sc_phrases_find(s, SC_STR("Part 77777 of  it, part 100000 of it; part 5 OF IT"), NULL), 2);
	assert_non_null(sc_phrases_hit(s, 77777));
	sc_phrases_close(s);
	sc_phrases_free(p);
}

static int tidy(void **state)
{
	(void)state;
	sc_arena_free(&a);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_phrase_is_whole_words),
		cmocka_unit_test(case_is_aside_for_ascii_only),
		cmocka_unit_test(any_white_space_is_a_space),
		cmocka_unit_test(what_is_no_word_is_itself),
		cmocka_unit_test(the_first_place_is_told),
		cmocka_unit_test(the_same_phrase_is_one),
		cmocka_unit_test(what_is_no_phrase_is_told_with_its_place),
		cmocka_unit_test(random_sets_and_texts_agree_with_plain_looking),
		cmocka_unit_test(the_end_of_a_text_may_lie_anywhere),
		cmocka_unit_test(any_bytes_are_a_text),
		cmocka_unit_test(texts_made_to_be_hard_take_linear_work),
		cmocka_unit_test(a_hundred_thousand_phrases_are_no_trouble),
	};

	return cmocka_run_group_tests(tests, NULL, tidy);
}
