/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bound.c -- tails of the binomial and the hypergeometric distribution, and the bounds that they give by halving.
 *
 * Probabilities of single values are by Loader's saddle-point expansion ("Fast and accurate computation of binomial probabilities",
 * 2000): log-gamma taken as it is loses eight digits at n = 10^7, since what is left is the small difference of large logarithms.  A tail is
 * summed from its largest term outward by the ratio of neighbours, until a term adds nothing: some ten standard deviations of them.
 */
#include <scope/bound.h>

#include <math.h>

void sc_sum_more(struct sc_sum *s, double x)
{
	double t = s->sum + x;

	s->rest += fabs(s->sum) >= fabs(x) ? s->sum - t + x : x - t + s->sum;
	s->sum = t;
}

/* ---- single values ---- */

/* ln n! less Stirling's (n + 1/2) ln n - n + ln(2 pi) / 2. */
static double stirling_rest(double n)
{
	double nn = n * n;

	if (n < 16)
		return lgamma(n + 1) - (n + 0.5) * log(n) + n - 0.5 * log(2 * M_PI);
	return (1.0 / 12 -
	        (1.0 / 360 - (1.0 / 1260 - (1.0 / 1680 - 1.0 / 1188 / nn) / nn) / nn) / nn) /
	       n;
}

/* x ln(x / m) + m - x, also where x and m are nearly the same. */
static double deviance(double x, double m)
{
	double v = (x - m) / (x + m), term, sum, next;

	if (fabs(x - m) >= 0.1 * (x + m))
		return x * log(x / m) + m - x;
	sum = (x - m) * v;
	term = 2 * x * v;
	for (int i = 3; i < 1000; i += 2) {
		term *= v * v;
		next = sum + term / i;
		if (next == sum)
			break;
		sum = next;
	}
	return sum;
}

/* ln P(X = k), X binomial(n, p); q = 1 - p. */
static double binomial_log(double k, double n, double p, double q)
{
	if (p <= 0)
		return k == 0 ? 0 : -INFINITY;
	if (q <= 0)
		return k == n ? 0 : -INFINITY;
	if (n == 0)
		return 0;
	if (k == 0)
		return n * (p < 0.1 ? log1p(-p) : log(q));
	if (k == n)
		return n * log(p);
	return stirling_rest(n) - stirling_rest(k) - stirling_rest(n - k) - deviance(k, n * p) -
	       deviance(n - k, n * q) + 0.5 * log(n / (2 * M_PI * k * (n - k)));
}

/* ln P(X = k): of `all`, `bad` are errors, n are drawn. */
static double hypergeometric_log(double k, double n, double bad, double all)
{
	double p = n / all, q = (all - n) / all;

	return binomial_log(k, bad, p, q) + binomial_log(n - k, all - bad, p, q) -
	       binomial_log(n, all, p, q);
}

/* ---- tails ---- */

/* P(X <= k) for binomial(n, p), k < n.  The side that is away from the mean is the one that is summed. */
static double binomial_tail(double k, double n, double p)
{
	double q = 1 - p;
	bool below = k <= n * p;
	double i = below ? k : k + 1, term = exp(binomial_log(i, n, p, q));
	struct sc_sum s = { term, 0 };

	while (term > 0 && (below ? i > 0 : i < n)) {
		term *= below ? i / (n - i + 1) * (q / p) : (n - i) / (i + 1) * (p / q);
		i += below ? -1 : 1;
		if (term < s.sum * 1e-20)
			break;
		sc_sum_more(&s, term);
	}
	return below ? sc_sum_is(&s) : 1 - sc_sum_is(&s);
}

/* P(X <= k) with X errors among n drawn of `all`, of which `bad` are errors. */
static double hypergeometric_tail(double k, double n, double bad, double all)
{
	bool below = k <= n * (bad / all);
	double least = n + bad > all ? n + bad - all : 0, most = n < bad ? n : bad;
	double i = below ? k : k + 1, term;
	struct sc_sum s = { 0, 0 };

	if (k >= most)
		return 1;
	if (k < least)
		return 0;
	term = exp(hypergeometric_log(i, n, bad, all));
	s.sum = term;
	while (term > 0 && (below ? i > least : i < most)) {
		term *= below ? i / (bad - i + 1) * ((all - bad - n + i) / (n - i + 1))
		              : (bad - i) / (i + 1) * ((n - i) / (all - bad - n + i + 1));
		i += below ? -1 : 1;
		if (term < s.sum * 1e-20)
			break;
		sc_sum_more(&s, term);
	}
	return below ? sc_sum_is(&s) : 1 - sc_sum_is(&s);
}

/* ---- bounds ---- */

/* At confidence 1 - miss; miss is what is small and must not lose digits. */
static double binomial_upper(uint64_t errors, uint64_t n, double miss)
{
	double lo = 0, hi = 1;

	if (errors >= n)
		return 1;
	if (!errors)
		return -expm1(log(miss) / (double)n);
	for (;;) {
		double mid = lo + (hi - lo) / 2;

		if (mid <= lo || mid >= hi)
			return hi;
		if (binomial_tail((double)errors, (double)n, mid) > miss)
			lo = mid;
		else
			hi = mid;
	}
}

static uint64_t hypergeometric_upper(uint64_t errors, uint64_t n, uint64_t population, double miss)
{
	uint64_t lo = errors, hi; /* lo is consistent; hi is not */

	if (errors > n || n > population)
		return population;
	hi = population - (n - errors) + 1; /* as many as were seen right cannot be wrong */
	while (hi - lo > 1) {
		uint64_t mid = lo + (hi - lo) / 2;

		if (hypergeometric_tail((double)errors, (double)n, (double)mid,
		                        (double)population) > miss)
			lo = mid;
		else
			hi = mid;
	}
	return lo;
}

double sc_clopper_pearson_upper(uint64_t errors, uint64_t n, double confidence)
{
	return binomial_upper(errors, n, 1 - confidence);
}

uint64_t sc_hypergeometric_upper(uint64_t errors, uint64_t n, uint64_t population,
                                 double confidence)
{
	return hypergeometric_upper(errors, n, population, 1 - confidence);
}

uint64_t sc_sample_for_zero(double rate, double confidence)
{
	uint64_t n = (uint64_t)ceil(log1p(-confidence) / log1p(-rate));

	n = n ? n : 1;
	while (n > 1 && sc_clopper_pearson_upper(0, n - 1, confidence) <= rate)
		n--;
	while (sc_clopper_pearson_upper(0, n, confidence) > rate)
		n++;
	return n;
}

void sc_stratified_upper(struct sc_stratum *v, size_t n, double confidence, double *upper,
                         double *finite)
{
	struct sc_sum u = { 0, 0 }, f = { 0, 0 }, all = { 0, 0 };

	for (size_t i = 0; i < n; i++) {
		struct sc_stratum *s = &v[i];
		double miss = (1 - confidence) / (double)n;

		s->upper = binomial_upper(s->errors, s->n, miss);
		s->upper_finite = s->population ? (double)hypergeometric_upper(
		                                          s->errors, s->n, s->population, miss) /
		                                          (double)s->population
		                                : 0;
		sc_sum_more(&u, (double)s->weight * s->upper);
		sc_sum_more(&f, (double)s->weight * s->upper_finite);
		sc_sum_more(&all, (double)s->weight);
	}
	if (n == 1) { /* itself, to the last digit */
		*upper = v->upper;
		*finite = v->upper_finite;
		return;
	}
	*upper = sc_sum_is(&all) > 0 ? fmin(1, sc_sum_is(&u) / sc_sum_is(&all)) : 1;
	*finite = sc_sum_is(&all) > 0 ? fmin(1, sc_sum_is(&f) / sc_sum_is(&all)) : 1;
}
