/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scope/bound.h -- how many errors a corpus can have, given those found in a random sample of it: exact upper confidence bounds.
 *
 * Nothing is approximated by a normal distribution: tails of the binomial and the hypergeometric distribution are summed, and inverted by halving.
 * The bound is accurate to 1e-12 for samples of up to 10^7.  confidence is within (0, 1): with that probability, over the draw of the
 * sample, the true rate is not above the bound.
 */
#ifndef SCOPE_BOUND_H
#define SCOPE_BOUND_H

#include <scope/base.h>

/* Clopper and Pearson 1934, one-sided: the rate at which so few errors among n drawn with replacement would have probability
 * 1 - confidence.  1 where nothing was drawn, or all is wrong. */
double sc_clopper_pearson_upper(uint64_t errors, uint64_t n, double confidence);

/* The same without replacement: the largest number of errors in a population of so many (at most 2^53) that is still consistent with
 * `errors` among n drawn: any larger one would give so few with probability 1 - confidence at most.  n <= population. */
uint64_t sc_hypergeometric_upper(uint64_t errors, uint64_t n, uint64_t population,
                                 double confidence);

/* The smallest sample that bounds the rate by `rate` when no error is found in it: ceil(ln(1-c) / ln(1-rate)).  0 < rate < 1. */
uint64_t sc_sample_for_zero(double rate, double confidence);

/* Strata drawn apart from each other, each at confidence 1 - (1 - c) / nstrata (Bonferroni), weighted by what they weigh. */
struct sc_stratum {
	uint64_t errors, n, population; /* population is at least n; records */
	uint64_t weight;                /* records or bytes */
	double upper, upper_finite;     /* set: of this stratum, at its own confidence */
};
/* *upper: sum of weight * bound over the sum of weights, by Clopper-Pearson; *finite, by the population.  Summed in the order given. */
void sc_stratified_upper(struct sc_stratum *v, size_t n, double confidence, double *upper,
                         double *finite);

/* A sum whose result does not hang on how small the later terms are (Neumaier 1974): sum + rest. */
struct sc_sum {
	double sum, rest;
};
void sc_sum_more(struct sc_sum *s, double x);
static inline double sc_sum_is(const struct sc_sum *s)
{
	return s->sum + s->rest;
}

#endif
