/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claims about bounds.  The binomial ones are scipy.stats.beta.ppf(c, k + 1, n - k) of scipy 1.10.1; the hypergeometric ones were computed with exact
 * fractions in Python.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <math.h>

#include <cmocka.h>

#include <scope/bound.h>

static void near(double got, double want, double by)
{
	if (!(fabs(got - want) <= by))
		fail_msg("%.17g, not %.17g", got, want);
}

static void the_binomial_bound_is_that_of_others(void **state)
{
	static const struct {
		uint64_t k, n;
		double c, upper;
	} known[] = {
		{ 0, 1, 0.5, 0.5 },
		{ 0, 1, 0.95, 0.94999999999999996 },
		{ 0, 1, 0.99, 0.98999999999999999 },
		{ 0, 1, 0.999999, 0.99999899999999997 },
		{ 1, 1, 0.5, 1 },
		{ 1, 1, 0.95, 1 },
		{ 1, 1, 0.99, 1 },
		{ 1, 1, 0.999999, 1 },
		{ 0, 299, 0.5, 0.002315533003046954 },
		{ 0, 299, 0.95, 0.009969146792899267 },
		{ 0, 299, 0.99, 0.015283904206622597 },
		{ 0, 299, 0.999999, 0.045154489721678862 },
		{ 0, 459, 0.5, 0.0015089849120158013 },
		{ 0, 459, 0.95, 0.0065053975150427996 },
		{ 0, 459, 0.99, 0.0099828873661290795 },
		{ 0, 459, 0.999999, 0.029650682852822085 },
		{ 0, 2995, 0.5, 0.00023140800586411538 },
		{ 0, 2995, 0.95, 0.00099974442090114196 },
		{ 0, 2995, 0.99, 0.0015364378966159537 },
		{ 0, 2995, 0.999999, 0.0046022353925867544 },
		{ 1, 10, 0.5, 0.16226272819524626 },
		{ 1, 10, 0.95, 0.39416330243650466 },
		{ 1, 10, 0.99, 0.50435266293080128 },
		{ 1, 10, 0.999999, 0.83008535985830234 },
		{ 3, 4, 0.5, 0.8408964152537145 },
		{ 3, 4, 0.95, 0.98725854490143383 },
		{ 3, 4, 0.99, 0.99749056993368113 },
		{ 3, 4, 0.999999, 0.99999974999990626 },
		{ 5, 1000, 0.5, 0.0056682616391463487 },
		{ 5, 1000, 0.95, 0.010484076911415651 },
		{ 5, 1000, 0.99, 0.013055421233690192 },
		{ 5, 1000, 0.999999, 0.025154702455123974 },
		{ 50, 100, 0.5, 0.50498330061544738 },
		{ 50, 100, 0.95, 0.58637828536908831 },
		{ 50, 100, 0.99, 0.61928253309304748 },
		{ 50, 100, 0.999999, 0.72862034621458893 },
		{ 999, 1000, 0.5, 0.99930709299045251 },
		{ 999, 1000, 0.95, 0.99994870802109104 },
		{ 999, 1000, 0.99, 0.99998994971465094 },
		{ 999, 1000, 0.999999, 0.99999999899999947 },
		{ 1000, 1000, 0.5, 1 },
		{ 1000, 1000, 0.95, 1 },
		{ 1000, 1000, 0.99, 1 },
		{ 1000, 1000, 0.999999, 1 },
		{ 0, 10000000, 0.5, 6.9314715653729514e-08 },
		{ 0, 10000000, 0.95, 2.9957318248334419e-07 },
		{ 0, 10000000, 0.99, 4.6051691256086315e-07 },
		{ 0, 10000000, 0.999999, 1.3815501014523315e-06 },
		{ 1, 10000000, 0.5, 1.678346933091582e-07 },
		{ 1, 10000000, 0.95, 4.7438636298437938e-07 },
		{ 1, 10000000, 0.99, 6.6383501968907949e-07 },
		{ 1, 10000000, 0.999999, 1.6688407699974948e-06 },
		{ 17, 10000000, 0.5, 1.7667785827873084e-06 },
		{ 17, 10000000, 0.95, 2.5499219245237961e-06 },
		{ 17, 10000000, 0.99, 2.9309589211670005e-06 },
		{ 17, 10000000, 0.999999, 4.5751129758625453e-06 },
		{ 100000, 10000000, 0.5, 0.010000066333350772 },
		{ 100000, 10000000, 0.95, 0.010051909014411876 },
		{ 100000, 10000000, 0.99, 0.010073440264327913 },
		{ 100000, 10000000, 0.999999, 0.010150368712854768 },
		{ 5000000, 10000000, 0.5, 0.50000004999999836 },
		{ 5000000, 10000000, 0.95, 0.50026012416983423 },
		{ 5000000, 10000000, 0.99, 0.50036787783661141 },
		{ 5000000, 10000000, 0.999999, 0.50075163193163641 },
		{ 9999999, 10000000, 0.5, 0.99999993068528437 },
		{ 9999999, 10000000, 0.95, 0.99999999487067059 },
		{ 9999999, 10000000, 0.99, 0.99999999899496639 },
		{ 9999999, 10000000, 0.999999, 0.99999999999989997 },
	};

	(void)state;
	for (size_t i = 0; i < SC_COUNT(known); i++)
		near(sc_clopper_pearson_upper(known[i].k, known[i].n, known[i].c), known[i].upper,
		     1e-12);
	near(sc_clopper_pearson_upper(5, 1000, 0.95), 0.01048, 5e-6);
}

static void without_errors_it_has_a_closed_form(void **state)
{
	(void)state;
	for (uint64_t n = 1; n <= 10000000; n = n * 3 + 1)
		near(sc_clopper_pearson_upper(0, n, 0.99), 1 - pow(0.01, 1 / (double)n), 1e-12);
	near(sc_clopper_pearson_upper(0, 0, 0.99), 1, 0);
}

static void the_bound_is_where_the_tail_is_what_the_confidence_leaves(void **state)
{
	(void)state;
	/* A sum of its own, in plain arithmetic: P(X <= k) at the bound. */
	for (unsigned n = 1; n <= 60; n++)
		for (unsigned k = 0; k < n; k++) {
			double u = sc_clopper_pearson_upper(k, n, 0.9), term = pow(1 - u, n),
			       sum = term;

			for (unsigned i = 1; i <= k; i++) {
				term *= (n - i + 1) / (double)i * u / (1 - u);
				sum += term;
			}
			near(sum, 0.1, 1e-10);
			assert_true(u > k / (double)n);
		}
}

static void the_hypergeometric_bound_is_exact(void **state)
{
	static const struct {
		uint64_t k, n, all;
		double c;
		uint64_t upper;
	} known[] = {
		{ 0, 1, 1, 0.5, 0 },
		{ 0, 1, 1, 0.95, 0 },
		{ 0, 1, 1, 0.99, 0 },
		{ 0, 1, 1, 0.999999, 0 },
		{ 1, 1, 1, 0.5, 1 },
		{ 1, 1, 1, 0.95, 1 },
		{ 1, 1, 1, 0.99, 1 },
		{ 1, 1, 1, 0.999999, 1 },
		{ 0, 10, 10, 0.5, 0 },
		{ 0, 10, 10, 0.95, 0 },
		{ 0, 10, 10, 0.99, 0 },
		{ 0, 10, 10, 0.999999, 0 },
		{ 3, 10, 10, 0.5, 3 },
		{ 3, 10, 10, 0.95, 3 },
		{ 3, 10, 10, 0.99, 3 },
		{ 3, 10, 10, 0.999999, 3 },
		{ 0, 258, 1000, 0.5, 2 },
		{ 0, 258, 1000, 0.95, 9 },
		{ 0, 258, 1000, 0.99, 15 },
		{ 0, 258, 1000, 0.999999, 45 },
		{ 0, 290, 5000, 0.5, 11 },
		{ 0, 290, 5000, 0.95, 49 },
		{ 0, 290, 5000, 0.99, 76 },
		{ 0, 290, 5000, 0.999999, 225 },
		{ 2, 100, 1000, 0.5, 26 },
		{ 2, 100, 1000, 0.95, 59 },
		{ 2, 100, 1000, 0.99, 78 },
		{ 2, 100, 1000, 0.999999, 167 },
		{ 100, 200, 400, 0.5, 200 },
		{ 100, 200, 400, 0.95, 217 },
		{ 100, 200, 400, 0.99, 224 },
		{ 100, 200, 400, 0.999999, 246 },
		{ 5, 459, 2000000, 0.5, 24688 },
		{ 5, 459, 2000000, 0.95, 45531 },
		{ 5, 459, 2000000, 0.99, 56610 },
		{ 5, 459, 2000000, 0.999999, 108288 },
		{ 0, 459, 1000000000, 0.5, 1508984 },
		{ 0, 459, 1000000000, 0.95, 6505396 },
		{ 0, 459, 1000000000, 0.99, 9982885 },
		{ 0, 459, 1000000000, 0.999999, 29650676 },
		{ 40, 459, 10000000, 0.5, 885350 },
		{ 40, 459, 10000000, 0.95, 1119302 },
		{ 40, 459, 10000000, 0.99, 1225571 },
		{ 40, 459, 10000000, 0.999999, 1646775 },
	};

	(void)state;
	for (size_t i = 0; i < SC_COUNT(known); i++)
		if (sc_hypergeometric_upper(known[i].k, known[i].n, known[i].all, known[i].c) !=
		    known[i].upper)
			fail_msg("row %zu: %ju, not %ju", i,
			         (uintmax_t)sc_hypergeometric_upper(known[i].k, known[i].n,
			                                            known[i].all, known[i].c),
			         (uintmax_t)known[i].upper);
}

static void a_population_that_was_seen_whole_has_no_more_errors_than_were_seen(void **state)
{
	(void)state;
	for (uint64_t k = 0; k <= 20; k++)
		assert_int_equal(sc_hypergeometric_upper(k, 20, 20, 0.999), k);
}

static void sample_sizes_are_the_known_ones(void **state)
{
	(void)state;
	assert_int_equal(sc_sample_for_zero(0.01, 0.95), 299);
	assert_int_equal(sc_sample_for_zero(0.01, 0.99), 459);
	assert_int_equal(sc_sample_for_zero(0.001, 0.95), 2995);
	assert_int_equal(sc_sample_for_zero(0.001, 0.99), 4603);
	for (double p = 0.9; p > 1e-6; p /= 3) {
		uint64_t n = sc_sample_for_zero(p, 0.99);

		assert_true(sc_clopper_pearson_upper(0, n, 0.99) <= p);
		assert_true(n == 1 || sc_clopper_pearson_upper(0, n - 1, 0.99) > p);
	}
}

static void strata_share_the_confidence(void **state)
{
	struct sc_stratum s[] = { { .errors = 0, .n = 200, .population = 5000, .weight = 5 },
		                  { .errors = 3, .n = 900, .population = 95000, .weight = 95 } };
	double upper, finite,
	        want = 0.05 * sc_clopper_pearson_upper(0, 200, 0.995) +
	               0.95 * sc_clopper_pearson_upper(3, 900, 0.995);

	(void)state;
	sc_stratified_upper(s, 2, 0.99, &upper, &finite);
	near(upper, want, 1e-13);
	near(finite,
	     0.05 * (double)sc_hypergeometric_upper(0, 200, 5000, 0.995) / 5000 +
	             0.95 * (double)sc_hypergeometric_upper(3, 900, 95000, 0.995) / 95000,
	     1e-13);
	assert_true(finite < upper);
	sc_stratified_upper(s, 1, 0.99, &upper, &finite);
	near(upper, sc_clopper_pearson_upper(0, 200, 0.99), 1e-15);
}

/* What a bound promises: draws from a corpus with a rate just above it give it with probability 1 - c at most. */
static void the_promise_is_kept_by_random_draws(void **state)
{
	uint32_t x = 7;
	int broken = 0;

	(void)state;
	for (int run = 0; run < 4000; run++) {
		uint64_t errors = 0;

		for (int i = 0; i < 100; i++) {
			x = x * 1664525 + 1013904223;
			errors += (x >> 8) % 1000 < 80;
		}
		broken += sc_clopper_pearson_upper(errors, 100, 0.95) < 0.08;
	}
	assert_true(broken < 4000 * 0.05 + 3 * 14); /* three standard deviations */
	assert_true(broken > 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_binomial_bound_is_that_of_others),
		cmocka_unit_test(without_errors_it_has_a_closed_form),
		cmocka_unit_test(the_bound_is_where_the_tail_is_what_the_confidence_leaves),
		cmocka_unit_test(the_hypergeometric_bound_is_exact),
		cmocka_unit_test(
		        a_population_that_was_seen_whole_has_no_more_errors_than_were_seen),
		cmocka_unit_test(sample_sizes_are_the_known_ones),
		cmocka_unit_test(strata_share_the_confidence),
		cmocka_unit_test(the_promise_is_kept_by_random_draws),
	};

	return cmocka_run_group_tests_name("bound", tests, NULL, NULL);
}
