/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scope/report.h -- a manifest as one page that people decide by, and the same numbers as Markdown and as JSON; scope-report(7).
 *
 *	struct sc_report_conf conf = { .manifest = path };
 *	rc = sc_report_make(&r, &conf, &e);
 *	rc = sc_report_html(r, out, &e);		or sc_report_markdown, sc_report_json
 *	sc_report_free(r);
 *
 * All numbers are counted from the manifest in one pass, whose record-root and lines are held to what its totals say.  Memory is
 * bounded: of every table only the first rows are kept, and the rest is summed.
 */
#ifndef SCOPE_REPORT_H
#define SCOPE_REPORT_H

#include <scope/output.h>
#include <scope/sign.h>

struct sc_report_conf {
	sc_str manifest;
	sc_str charter, audit, baseline, checkpoint; /* files, or empty */
	struct sc_strs shards; /* where pictures and texts of the sample are read from */
	struct sc_trust
	        trust; /* for MANIFEST.sig and the checkpoint; all empty: a signature is named, not checked */
	uint64_t top;         /* rows of a table; 0: 25 */
	uint64_t sample;      /* records of the sample; 0: 24 */
	uint64_t image_bytes; /* pictures in the page, all together; 0: 4 MiB */
	uint64_t memory;      /* for counting, before it spills; 0: 64 MiB */
};

struct sc_report;
/* conf lives as long as the report.  SC_BAD: the manifest, the audit, a signature or a checkpoint is not true; no report is made of it.
 * SC_FAIL: something could not be read. */
int sc_report_make(struct sc_report **r, const struct sc_report_conf *conf, struct sc_err *e);
int sc_report_html(const struct sc_report *r, struct sc_output *out, struct sc_err *e);
int sc_report_markdown(const struct sc_report *r, struct sc_output *out, struct sc_err *e);
int sc_report_json(const struct sc_report *r, struct sc_output *out, struct sc_err *e);
void sc_report_free(struct sc_report *r); /* NULL is fine */

#endif
