/* SPDX-License-Identifier: Apache-2.0 */
/*
 * report_page.c -- a report as one page of HTML, which is well-formed XML too.
 *
 * Nothing is loaded from anywhere.  What may apply and run are the style and the script that stand in the page, by their digests; no attribute may hold
 * either, and pictures are data: only.
 */
#include "report_html.h"

#include <scope/digest.h>
#include <scope/text.h>

extern const char sc_data_data_report_style[], sc_data_data_report_script[];
extern const size_t sc_data_data_report_style_n, sc_data_data_report_script_n;

static const struct section {
	const char *id, *title, *brief;
	rep_section *put;
} sections[] = {
	{ "broad", "What it holds, and how broad it is", "Breadth", rep_breadth },
	{ "hosts", "Where it comes from", "Hosts", rep_hosts },
	{ "funnel", "What was left out, and why", "Left out", rep_funnel },
	{ "licences", "Licences, and where they were read", "Licences", rep_licences },
	{ "reservations", "Reservations of rights", "Reservations", rep_rights },
	{ "costs", "Benefits and costs", "Benefits and costs", rep_costs },
	{ "audit", "How often labels are wrong", "Audit", rep_audit },
	{ "sample", "A look inside", "Sample", rep_sheet },
	{ "unknown", "What is not known", "Not known", rep_gaps },
	{ "provenance", "Provenance", "Provenance", rep_provenance },
};

static void policy(struct sc_buf *b, const char *what, sc_str text)
{
	struct sc_arena a = { 0 };
	uint8_t hash[32];

	sc_sha256_of(text, hash);
	rep_put(b, "; $s 'sha256-$t'", what, sc_base64(&a, (sc_str){ (const char *)hash, 32 }));
	sc_arena_free(&a);
}

static void head(struct sc_buf *b, const struct sc_report *r, sc_str style, sc_str script)
{
	rep_put(b,
	        "<!DOCTYPE html>\n<html lang=\"en\" xmlns=\"http://www.w3.org/1999/xhtml\">\n<head>\n<meta charset=\"utf-8\"/>\n"
	        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; base-uri 'none'; form-action 'none'; img-src data:");
	policy(b, "style-src", style);
	policy(b, "script-src", script);
	rep_put(b,
	        "\"/>\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n<meta name=\"color-scheme\" content=\"light dark\"/>\n"
	        "<meta name=\"referrer\" content=\"no-referrer\"/>\n<title>Report on $t</title>\n<style>",
	        r->name);
	sc_buf_add(b, style);
	rep_put(b,
	        "</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#main\">Skip to the report</a>\n");
}

static void contents(struct sc_buf *b)
{
	rep_put(b, "<nav class=\"wide\" aria-label=\"Contents\"><ol>\n");
	for (size_t i = 0; i < SC_COUNT(sections); i++)
		rep_put(b, "<li><a href=\"#$s\">$s</a></li>\n", sections[i].id, sections[i].brief);
	rep_put(b, "</ol></nav>\n");
}

static void foot(struct sc_buf *b, const struct sc_report *r, sc_str script)
{
	rep_put(b,
	        "<footer class=\"wide\">\n<p>Every number on this page is counted from the manifest whose record-root is <code>$t</code>. Whoever has that manifest gets "
	        "this page again, byte for byte, with <code>scope report</code>; <code>--format json</code> has the same numbers for programs. The "
	        "manifest is sorted text: <code>grep</code>, <code>cut</code> and <code>sha256sum</code> will do to check it.</p>\n</footer>\n<script>",
	        r->seen->stated.record_root);
	sc_buf_add(b, script);
	rep_put(b, "</script>\n</body>\n</html>\n");
}

static int flush(struct sc_buf *b, struct sc_output *out, struct sc_err *e)
{
	int rc = sc_write(out, sc_buf_str(b), e);

	sc_buf_clear(b);
	return rc;
}

int sc_report_html(const struct sc_report *r, struct sc_output *out, struct sc_err *e)
{
	const sc_str style = { sc_data_data_report_style, sc_data_data_report_style_n };
	const sc_str script = { sc_data_data_report_script, sc_data_data_report_script_n };
	struct sc_buf b = { 0 };
	int rc = SC_OK;

	head(&b, r, style, script);
	rep_svg_defs(&b);
	rep_header(&b, r);
	contents(&b);
	rep_put(&b, "<main id=\"main\" class=\"wide\">\n");
	for (size_t i = 0; i < SC_COUNT(sections) && rc == SC_OK; i++) {
		rep_put(&b,
		        "<section id=\"$s\" aria-labelledby=\"$s-h\">\n<h2 id=\"$s-h\">$s</h2>\n",
		        sections[i].id, sections[i].id, sections[i].id, sections[i].title);
		sections[i].put(&b, r);
		rep_put(&b, "</section>\n");
		rc = flush(&b, out, e);
	}
	rep_put(&b, "</main>\n");
	foot(&b, r, script);
	if (rc == SC_OK)
		rc = flush(&b, out, e);
	sc_buf_free(&b);
	return rc;
}
