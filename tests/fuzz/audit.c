/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as an audit and as a table of verdicts: an audit that is read is written the same, bounded, and taken over from its own sheet. */
#include <scope/audit.h>
#include <scope/csv.h>

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool is)
{
	if (!is)
		abort();
}

/* A table with its rows and cells put again is the same cells. */
static void table(sc_str text)
{
	struct sc_csv c = { .rest = text };
	struct sc_arena a = { 0 };
	struct sc_err e = { 0 };
	sc_str *cell = SC_NEW(&a, sc_str, SC_CSV_CELLS);
	size_t n, most = 0;
	int rc;

	while ((rc = sc_csv_next(&c, &a, cell, &n, &e)) == SC_OK) {
		must(n > 0 && n <= SC_CSV_CELLS && ++most <= text.n);
		for (size_t i = 0; i < n; i++)
			must(cell[i].n <= text.n);
	}
	must(rc == SC_EOF || *e.msg);
	sc_arena_free(&a);
}

static void sheet(struct sc_audit *au, sc_str text)
{
	static const enum sc_fact what[] = { SC_FACT_LICENCE, SC_FACT_DOMAIN, SC_FACT_HOST };
	struct sc_buf b = { 0 };
	struct sc_err e = { 0 };
	uint64_t changed;

	sc_audit_sheet_put(&b, au, what, SC_COUNT(what));
	must(sc_audit_sheet_get(au, sc_buf_str(&b), false, &changed, &e) == SC_OK && !changed);
	must(sc_audit_sheet_get(au, text, true, &changed, &e) == SC_OK || *e.msg);
	sc_buf_free(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char drawn[] =
	        "#scope-audit/1\nH\tauditor\ta\nH\tcreated\t-\nH\tn\t1\nH\tnonce\tx\nH\tpopulation\t1\nH\trecord-root\t"
	        "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\nH\trecords\t1\nH\tsource\tself\n"
	        "R\tsha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\t1\t-\t-\t-\t-\nS\t-\t1\t1\t1\n";
	sc_str text = { (const char *)data, size };
	struct sc_audit_bound bound;
	struct sc_err e = { 0 };
	struct sc_buf b = { 0 };
	struct sc_audit au;
	uint64_t changed;

	table(text);
	must(sc_audit_parse(sc_str_c(drawn), &au, &e) == SC_OK);
	must(sc_audit_sheet_get(&au, text, false, &changed, &e) == SC_OK || *e.msg);
	sc_audit_free(&au);
	e = (struct sc_err){ 0 };
	if (sc_audit_parse(text, &au, &e) == SC_OK) {
		sc_audit_put(&b, &au);
		must(sc_str_eq(sc_buf_str(&b), text));
		must(sc_audit_bound(&au, SC_STR("licence"), 0.99, &bound, &e) == SC_OK);
		must(bound.upper >= 0 && bound.upper <= 1 && bound.upper_finite >= 0 &&
		     bound.upper_finite <= 1);
		sheet(&au, text);
	} else
		must(*e.msg);
	sc_buf_free(&b);
	sc_audit_free(&au);
	return 0;
}
