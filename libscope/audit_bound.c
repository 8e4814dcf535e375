/* SPDX-License-Identifier: Apache-2.0 */
/* audit_bound.c -- what the verdicts on a sample say of the whole corpus. */
#include <scope/audit.h>

/* Verdicts of a stratum; those that could not be told are wrong. */
static void add(struct sc_audit_bound *b, struct sc_stratum *s, const struct sc_audit_record *r,
                enum sc_fact what)
{
	enum sc_verdict v = r->verdict[what];

	b->n++;
	b->bytes += r->bytes;
	s->n++;
	b->unjudged += v == SC_UNJUDGED;
	b->unclear += v == SC_UNCLEAR;
	if (v != SC_WRONG && v != SC_UNCLEAR)
		return;
	b->errors++;
	b->wrong_bytes += r->bytes;
	s->errors++;
}

static double rate(const struct sc_stratum *v, size_t n, uint64_t population)
{
	struct sc_sum s = { 0, 0 };

	for (size_t i = 0; i < n; i++)
		if (v[i].n)
			sc_sum_more(&s, (double)v[i].population *
			                        ((double)v[i].errors / (double)v[i].n));
	return population ? sc_sum_is(&s) / (double)population : 0;
}

int sc_audit_bound(const struct sc_audit *au, sc_str what, double confidence,
                   struct sc_audit_bound *out, struct sc_err *e)
{
	struct sc_arena *a = (struct sc_arena *)(uintptr_t)&au->a;
	struct sc_stratum *s = SC_NEW(a, struct sc_stratum, au->nstratum + 1);
	enum sc_fact key;

	*out = (struct sc_audit_bound){ .confidence = confidence,
		                        .population = au->population,
		                        .upper = 1,
		                        .upper_finite = 1,
		                        .upper_bytes = 1,
		                        .upper_finite_bytes = 1,
		                        .self = au->source == SC_NONCE_SELF,
		                        .stratum = s };
	if (!sc_fact_named(what, &key))
		return sc_fail(
		        e,
		        "'%.*s' is no tag that is judged: licence, domain, host, site, media, rights, basis",
		        SC_ARG(what));
	if (!(confidence > 0 && confidence < 1))
		return sc_fail(e, "a confidence is above 0 and below 1");
	for (size_t i = 0; i < au->nrecord; i++)
		add(out, &s[au->record[i].stratum], &au->record[i], key);
	for (size_t i = 0; i < au->nstratum; i++)
		s[i].population = au->stratum[i].population;
	out->rate = rate(s, au->nstratum, au->population);
	out->decided = out->n && !out->unjudged;
	if (!out->decided)
		return SC_OK;
	for (size_t i = 0; i < au->nstratum; i++)
		s[i].weight = au->stratum[i].bytes;
	sc_stratified_upper(s, au->nstratum, confidence, &out->upper_bytes,
	                    &out->upper_finite_bytes);
	for (size_t i = 0; i < au->nstratum; i++)
		s[i].weight = au->stratum[i].population;
	sc_stratified_upper(s, au->nstratum, confidence, &out->upper, &out->upper_finite);
	return SC_OK;
}
