/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scope/breadth.h -- how wide a corpus is by one of its tags: effective numbers, largest share, and what was not seen.
 *
 * Hill numbers (Hill 1973), qD = (sum p^q)^(1/(1-q)) over the shares p of the values:
 *
 *	q = 0	how many values there are
 *	q = 1	exp(Shannon entropy): how many equally common values would be as diverse
 *	q = 2	1 / sum p^2 (Simpson): the same, and rare values hardly count
 *
 * Unseen mass (Good 1953): if one more record were drawn from where these came from, the probability that its value is a new one is about
 * f1 / n, the share of values that were seen once.  With probability `confidence` it is not above f1/n + (2 sqrt 2 + sqrt 3) sqrt(ln(3 / d) / n),
 * d = 1 - confidence (McAllester and Schapire 2000), where the records are drawn independently, which those of a corpus seldom are: a figure to compare by,
 * and loose below some 10^5 records.
 *
 * Numbers depend on the counts alone: terms are summed from the most to the least, so that any sharding and any number of threads give the same.
 */
#ifndef SCOPE_BREADTH_H
#define SCOPE_BREADTH_H

#include <scope/bound.h>
#include <scope/facts.h>

struct sc_breadth {
	uint64_t
	        n; /* sum of the counts: records or bytes; where a record has several labels it counts in each */
	uint64_t having, /* records (bytes) with a value, and without: together all */
	        lacking;
	uint64_t distinct; /* values; by bytes, those that have any */
	double hill[3];    /* q = 0, 1, 2; 0 where there is no value */
	uint64_t max;      /* of the most common value */
	double max_share;  /* max / having */
	/* By records, whatever the rest is by: a byte is not drawn alone. */
	uint64_t once, twice;       /* values of one record, and of two */
	double unseen, unseen_high; /* f1 / n, and its bound; both 1 where nothing was seen */
	double confidence;          /* of the bound */
};

/* Of a tag in a manifest that was read (sc_facts_end). */
int sc_breadth_of(struct sc_facts *f, enum sc_fact key, bool by_bytes, double confidence,
                  struct sc_breadth *out, struct sc_err *e);

/* Of any stream of counts, from the most to the least. */
struct sc_breadth_sum {
	uint64_t n, max, distinct;
	struct sc_sum entropy; /* sum c ln c */
	unsigned __int128 squares;
};
int sc_breadth_add(struct sc_breadth_sum *s, uint64_t count,
                   struct sc_err *e); /* SC_BAD: they pass 2^64 */
/* t: sums by records and bytes of what was counted (sc_counts_end, sc_facts_seen). */
void sc_breadth_end(const struct sc_breadth_sum *s, const struct sc_fact_total *t, bool by_bytes,
                    double confidence, struct sc_breadth *out);

/* Both of the above for what sc_counts counted. */
int sc_breadth_counts(struct sc_counts *c, size_t key, const struct sc_fact_total *t, bool by_bytes,
                      double confidence, struct sc_breadth *out, struct sc_err *e);

/* f1 / n + (2 sqrt 2 + sqrt 3) sqrt(ln(3 / (1 - confidence)) / records), at most 1. */
double sc_unseen_high(uint64_t once, uint64_t n, uint64_t records, double confidence);

/* A number as it is printed everywhere: six significant digits, no exponent below 10^15. */
void sc_breadth_put(struct sc_buf *b, double v);

#endif
