/* SPDX-License-Identifier: Apache-2.0 */
/* report_html.h -- pieces of a page. */
#ifndef REPORT_HTML_H
#define REPORT_HTML_H

#include "report_impl.h"

/*
 * Text of ours with, in this order, what stands in it as
 *	$s const char *, as it is	$t sc_str, anybody's text	$v const struct rep_value *, likewise, with ... where it was cut
 *	$n uint64_t, as a number	$u uint64_t, digits only	$p two uint64_t, as a share
 *	$r double, six digits; $f, two decimals		$d int				$b uint64_t bytes for people, "1.5 GiB"
 */
void rep_put(struct sc_buf *b, const char *fmt, ...);
/* A cell with a number, which scripts can sort by; a share; a bar of part in whole. */
void rep_number(struct sc_buf *b, uint64_t n);
void rep_real(struct sc_buf *b, double v);
void rep_share(struct sc_buf *b, uint64_t part, uint64_t of);
void rep_counts(struct sc_buf *b, struct sc_count c, struct sc_count of);

/* report_svg.c: graphics that stand in the page; colours are the page's style's. */
void rep_svg_defs(struct sc_buf *b);
void rep_svg_map(struct sc_buf *b, const struct sc_report *r, bool by_bytes, bool narrow);
void rep_svg_curve(struct sc_buf *b, const struct rep_curve *c, const char *id, const char *of);

/* report_parts.c, report_more.c: sections. */
typedef void rep_section(struct sc_buf *b, const struct sc_report *r);
rep_section rep_header, rep_verdict, rep_breadth, rep_hosts, rep_funnel, rep_licences, rep_rights,
        rep_costs, rep_audit, rep_sheet, rep_gaps, rep_provenance;

#endif
