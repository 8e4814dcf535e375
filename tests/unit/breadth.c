/* SPDX-License-Identifier: Apache-2.0 */
/* Claims about breadth. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <math.h>

#include <cmocka.h>

#include <scope/breadth.h>

static struct sc_err e;

static void near(double got, double want)
{
	if (!(fabs(got - want) <= 1e-12 * fmax(1, fabs(want))))
		fail_msg("%.17g, not %.17g", got, want);
}

static struct sc_breadth of(const uint64_t *c, size_t n)
{
	struct sc_breadth_sum s = { 0 };
	struct sc_fact_total t = { .lacking = { 3, 30 } };
	struct sc_breadth b;

	for (size_t i = 0; i < n; i++) {
		assert_int_equal(sc_breadth_add(&s, c[i], &e), SC_OK);
		t.having.records += c[i];
		t.once += c[i] == 1;
		t.twice += c[i] == 2;
	}
	t.sum = t.having;
	sc_breadth_end(&s, &t, false, 0.95, &b);
	return b;
}

static void equal_shares_count_as_they_are(void **state)
{
	static uint64_t c[1000];

	(void)state;
	for (size_t n = 1; n <= SC_COUNT(c); n++) {
		struct sc_breadth b;

		c[n - 1] = 77;
		b = of(c, n);
		for (size_t q = 0; q < 3; q++)
			near(b.hill[q], (double)n);
		near(b.max_share, 1 / (double)n);
	}
}

/* 70, 20, 10 of a hundred: exp(-(.7 ln .7 + .2 ln .2 + .1 ln .1)) and 1 / .54. */
static void unequal_ones_count_less(void **state)
{
	static const uint64_t c[] = { 70, 20, 10 };
	struct sc_breadth b = of(c, 3);

	(void)state;
	near(b.hill[0], 3);
	near(b.hill[1], exp(-(0.7 * log(0.7) + 0.2 * log(0.2) + 0.1 * log(0.1))));
	near(b.hill[2], 1 / 0.54);
	near(b.max_share, 0.7);
	assert_int_equal(b.lacking, 3);
	assert_int_equal(b.n, 100);
}

/* Of 8,000 values: against sums over shares, in long double. */
static void the_formulas_are_those_over_shares(void **state)
{
	static uint64_t c[8000];
	long double n = 0, h = 0, s = 0;
	struct sc_breadth b;

	(void)state;
	for (size_t i = 0; i < SC_COUNT(c); i++) {
		c[i] = UINT64_C(1000000000000) / (i + 1) / (i + 1) + 1;
		n += c[i];
	}
	for (size_t i = 0; i < SC_COUNT(c); i++) {
		long double p = c[i] / n;

		h -= p * logl(p);
		s += p * p;
	}
	b = of(c, SC_COUNT(c));
	near(b.hill[1], (double)expl(h));
	near(b.hill[2], (double)(1 / s));
	assert_true(b.hill[0] > b.hill[1] && b.hill[1] > b.hill[2]);
}

static void unseen_mass_is_good_and_turing_s(void **state)
{
	static const uint64_t c[] = { 50, 3, 2, 2, 1, 1 };
	struct sc_breadth b = of(c, 6);

	(void)state;
	near(b.unseen, 2 / 59.0);
	assert_int_equal(b.once, 2);
	assert_int_equal(b.twice, 2);
	near(b.unseen_high, 1); /* clipped: of 59 records nothing is known */
	/* f1/n = 0.4 % of 10^4, at 95 %: (2 sqrt 2 + sqrt 3) sqrt(ln 60 / 10^4) on top */
	near(sc_unseen_high(40, 10000, 10000, 0.95),
	     0.004 + (2 * sqrt(2) + sqrt(3)) * sqrt(log(60) / 10000));
	near(sc_unseen_high(0, 0, 0, 0.95), 1);
}

static void nothing_has_no_breadth_and_all_of_it_is_unseen(void **state)
{
	struct sc_breadth b = of(NULL, 0);

	(void)state;
	for (size_t q = 0; q < 3; q++)
		assert_true(b.hill[q] == 0);
	assert_true(b.unseen == 1 && b.unseen_high == 1 && b.max_share == 0);
}

static void sums_that_pass_2_64_are_said(void **state)
{
	struct sc_breadth_sum s = { 0 };

	(void)state;
	assert_int_equal(sc_breadth_add(&s, UINT64_MAX, &e), SC_OK);
	assert_int_equal(sc_breadth_add(&s, 1, &e), SC_BAD);
}

/* Halves that a plain sum would round away one by one. */
static void small_terms_are_not_lost(void **state)
{
	struct sc_sum s = { 0, 0 };

	(void)state;
	sc_sum_more(&s, 1e16);
	for (int i = 0; i < 1000; i++)
		sc_sum_more(&s, 0.5);
	sc_sum_more(&s, -1e16);
	assert_true(sc_sum_is(&s) == 500);
}

/* 200,000 hosts in a megabyte of memory, which spills, and in one that does not: the same to the last digit. */
static struct sc_breadth many(size_t memory, bool by_bytes, uint32_t step)
{
	struct sc_counts *t = sc_counts_new(memory);
	struct sc_fact_total total = { .lacking = { 0, 0 } };
	struct sc_breadth b;
	uint32_t k = 0;

	for (uint32_t i = 0; i < 400000; i++, k = (k + step) % 400000) {
		char host[32];
		sc_str value = { host,
			         (size_t)snprintf(host, sizeof host, "host%u",
			                          k < 200000 ? k : (k - 200000) / (k % 97 + 1)) };

		assert_int_equal(sc_counts_add(t, 3, value, (struct sc_count){ 1, k % 1000 }, &e),
		                 SC_OK);
		total.having.records++;
		total.having.bytes += k % 1000;
	}
	{
		struct sc_fact_total all[SC_COUNTS_KEYS] = { 0 };

		assert_int_equal(sc_counts_end(t, all, &e), SC_OK);
		all[3].having = total.having;
		assert_int_equal(sc_breadth_counts(t, 3, &all[3], by_bytes, 0.95, &b, &e), SC_OK);
	}
	sc_counts_free(t);
	return b;
}

static void neither_order_nor_memory_changes_a_digit(void **state)
{
	(void)state;
	for (int by_bytes = 0; by_bytes < 2; by_bytes++) {
		struct sc_breadth a = many(1 << 20, by_bytes, 1),
		                  b = many((size_t)1 << 30, by_bytes, 1),
		                  c = many(1 << 21, by_bytes, 7);

		assert_true(a.distinct > 190000);
		assert_int_equal(a.n, by_bytes ? UINT64_C(199800000) : 400000);
		for (size_t q = 0; q < 3; q++) {
			assert_true(a.hill[q] == b.hill[q] && b.hill[q] == c.hill[q]);
			assert_true(a.hill[q] > 1);
		}
		assert_true(a.unseen == c.unseen && a.unseen_high == c.unseen_high &&
		            a.max_share == c.max_share);
		assert_int_equal(a.once, c.once);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(equal_shares_count_as_they_are),
		cmocka_unit_test(unequal_ones_count_less),
		cmocka_unit_test(the_formulas_are_those_over_shares),
		cmocka_unit_test(unseen_mass_is_good_and_turing_s),
		cmocka_unit_test(nothing_has_no_breadth_and_all_of_it_is_unseen),
		cmocka_unit_test(sums_that_pass_2_64_are_said),
		cmocka_unit_test(small_terms_are_not_lost),
		cmocka_unit_test(neither_order_nor_memory_changes_a_digit),
	};

	return cmocka_run_group_tests_name("breadth", tests, NULL, NULL);
}
