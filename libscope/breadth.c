/* SPDX-License-Identifier: Apache-2.0 */
/* breadth.c -- effective numbers of the values of a tag, and the mass of those not seen; see scope/breadth.h. */
#include <scope/breadth.h>

#include <math.h>
#include <stdio.h>

int sc_breadth_add(struct sc_breadth_sum *s, uint64_t count, struct sc_err *e)
{
	double c = (double)count;

	if (!count)
		return SC_OK;
	if (__builtin_add_overflow(s->n, count, &s->n))
		return sc_bad(e, "a sum passes 2^64");
	s->distinct++;
	s->max = count > s->max ? count : s->max;
	s->squares += (unsigned __int128)count * count; /* at most n * n */
	sc_sum_more(&s->entropy, c * log(c));
	return SC_OK;
}

double sc_unseen_high(uint64_t once, uint64_t n, uint64_t records, double confidence)
{
	double width;

	if (!n || !records)
		return 1;
	width = (2 * M_SQRT2 + sqrt(3)) * sqrt(log(3 / (1 - confidence)) / (double)records);
	return fmin(1, (double)once / (double)n + width);
}

void sc_breadth_end(const struct sc_breadth_sum *s, const struct sc_fact_total *t, bool by_bytes,
                    double confidence, struct sc_breadth *out)
{
	double n = (double)s->n;

	*out = (struct sc_breadth){ .n = s->n,
		                    .having = by_bytes ? t->having.bytes : t->having.records,
		                    .lacking = by_bytes ? t->lacking.bytes : t->lacking.records,
		                    .distinct = s->distinct,
		                    .max = s->max,
		                    .once = t->once,
		                    .twice = t->twice,
		                    .confidence = confidence };
	if (s->distinct) {
		out->hill[0] = (double)s->distinct;
		/* One value: 1, without the last digit that the logarithms leave open. */
		out->hill[1] = s->distinct == 1 ? 1 : exp(log(n) - sc_sum_is(&s->entropy) / n);
		out->hill[2] = n * n / (double)s->squares;
		out->max_share = out->having ? (double)s->max / (double)out->having : 0;
	}
	out->unseen = t->sum.records ? (double)t->once / (double)t->sum.records : 1;
	out->unseen_high = sc_unseen_high(t->once, t->sum.records, t->having.records, confidence);
}

static int all(struct sc_fact_list *list, const struct sc_fact_total *t, bool by_bytes,
               double confidence, struct sc_breadth *out, struct sc_err *e)
{
	struct sc_breadth_sum s = { 0 };
	struct sc_fact_row row;
	int rc;

	while ((rc = sc_fact_next(list, &row, e)) == SC_OK) {
		rc = sc_breadth_add(&s, by_bytes ? row.bytes : row.records, e);
		if (rc != SC_OK)
			break;
	}
	sc_fact_list_free(list);
	if (rc != SC_EOF)
		return rc;
	sc_breadth_end(&s, t, by_bytes, confidence, out);
	return SC_OK;
}

int sc_breadth_counts(struct sc_counts *c, size_t key, const struct sc_fact_total *t, bool by_bytes,
                      double confidence, struct sc_breadth *out, struct sc_err *e)
{
	struct sc_fact_list *list;

	SC_TRY(sc_counts_list(c, key, by_bytes ? SC_BY_BYTES : SC_BY_RECORDS, &list, e));
	return all(list, t, by_bytes, confidence, out, e);
}

int sc_breadth_of(struct sc_facts *f, enum sc_fact key, bool by_bytes, double confidence,
                  struct sc_breadth *out, struct sc_err *e)
{
	struct sc_fact_list *list;

	SC_TRY(sc_facts_list(f, key, by_bytes ? SC_BY_BYTES : SC_BY_RECORDS, &list, e));
	return all(list, &sc_facts_seen(f)->key[key], by_bytes, confidence, out, e);
}

void sc_breadth_put(struct sc_buf *b, double v)
{
	if (v == 0)
		sc_buf_byte(b, '0');
	else if (fabs(v) >= 1e6 && fabs(v) < 1e15)
		sc_buf_fmt(b, "%.0f", v);
	else
		sc_buf_fmt(b, "%.6g", v);
}
