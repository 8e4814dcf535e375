/* SPDX-License-Identifier: Apache-2.0 */
/* report_gate.c -- purpose, verdict, what each directive measured, benefits and costs: in a page, as Markdown and as JSON. */
#include "report_html.h"

#include <scope/gate_text.h>
#include <scope/html.h>
#include <scope/json_write.h>
#include <scope/markdown.h>
#include <scope/text.h>

int rep_gate_make(struct sc_report *r, struct sc_err *e)
{
	struct sc_gate_conf *c = &r->gate_conf;

	if (!r->conf->charter.n)
		return SC_OK;
	r->has_gate = true;
	SC_TRY(sc_charter_read(r->conf->charter, &r->charter, e));
	*c = (struct sc_gate_conf){ .charter = &r->charter,
		                    .manifest = r->conf->manifest,
		                    .shown = r->name,
		                    .audit = r->conf->audit,
		                    .shards = r->conf->shards,
		                    .trust = r->conf->trust,
		                    .memory = r->conf->memory };
	return sc_gate_run(c, &r->gate, e);
}

void rep_gate_free(struct sc_report *r)
{
	if (!r->has_gate)
		return;
	sc_gate_free(&r->gate);
	sc_charter_free(&r->charter);
}

static sc_str said(const struct sc_report *r, enum sc_directive_kind kind)
{
	for (size_t i = 0; i < r->charter.n; i++)
		if (r->charter.v[i].kind == kind)
			return r->charter.v[i].say;
	return (sc_str){ NULL, 0 };
}

static bool is_claim(const struct sc_directive *d)
{
	return d->kind == SC_D_COST || d->kind == SC_D_BENEFIT;
}

/* ---- the page ---- */

static void absent(struct sc_buf *b)
{
	rep_put(b,
	        "<div class=\"verdict absent\"><svg viewBox=\"0 0 32 32\" aria-hidden=\"true\"><circle cx=\"16\" cy=\"16\" r=\"13\"/><path d=\"M10 16 "
	        "H22\"/></svg>"
	        "<div><p class=\"word\">No verdict: no charter was given</p>"
	        "<p>What this corpus is for, and what may be in it, is said by a charter. Without one this page shows what is in the corpus "
	        "and cannot say whether that is acceptable.</p></div></div>\n");
}

static const struct {
	const char *word, *path;
} words[SC_GATE_VERDICTS] = {
	[SC_GATE_PASS] = { "The charter is kept", "M9 17 L14 22 L23 11" },
	[SC_GATE_VIOLATED] = { "The charter is violated", "M11 11 L21 21 M21 11 L11 21" },
	[SC_GATE_UNDECIDED] = { "Undecided: evidence is missing", "M16 9 V18 M16 22.5 V23" },
};

static void banner(struct sc_buf *b, const struct sc_report *r)
{
	const struct sc_gate_variant *v = &r->gate.v[0];
	sc_str purpose = said(r, SC_D_PURPOSE), owner = said(r, SC_D_OWNER);

	rep_put(b,
	        "<div class=\"verdict $s\"><svg viewBox=\"0 0 32 32\" aria-hidden=\"true\"><circle cx=\"16\" cy=\"16\" r=\"13\"/><path d=\"$s\"/></svg>"
	        "<div><p class=\"word\">$s</p>",
	        sc_gate_names[v->verdict].p, words[v->verdict].path, words[v->verdict].word);
	if (purpose.n)
		rep_put(b, "<p>Purpose: $t</p>", purpose);
	rep_put(b, "<p>Charter $t, version $t", r->charter.name, r->charter.version);
	if (owner.n)
		rep_put(b, ", by $t", owner);
	rep_put(b, ": $n directives pass, $n violated, $n undecided", v->count[SC_GATE_PASS],
	        v->count[SC_GATE_VIOLATED], v->count[SC_GATE_UNDECIDED]);
	if (v->count[SC_GATE_WAIVED])
		rep_put(b, ", $n waived", v->count[SC_GATE_WAIVED]);
	rep_put(b, ". $s</p></div></div>\n",
	        r->gate.same_charter
	                ? "The corpus was made under this charter."
	                : "The corpus was not made under this charter, or does not say so.");
}

static void directive(struct sc_buf *b, const struct sc_gate_line *l)
{
	const char *name = sc_gate_names[l->verdict].p;

	rep_put(b,
	        "<tr><td><span class=\"word $s\">$s</span></td><th scope=\"row\"><code>$t</code></th><td class=\"w\">$t",
	        name, name, sc_str_head(l->d->text, 400), sc_str_head(l->measured, 600));
	if (l->why.n)
		rep_put(b, "$s$t", l->measured.n ? "; " : "", sc_str_head(l->why, 600));
	rep_put(b, "</td></tr>\n");
}

static void directives(struct sc_buf *b, const struct sc_report *r)
{
	const struct sc_gate_variant *v = &r->gate.v[0];

	rep_put(b,
	        "<details$s><summary>What each directive measured</summary>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Directives\">\n"
	        "<table><caption>Each directive of the charter, what was measured, and its verdict</caption>\n"
	        "<thead><tr><th scope=\"col\">Verdict</th><th scope=\"col\">Directive</th><th scope=\"col\">Measured</th></tr></thead>\n<tbody>\n",
	        v->verdict == SC_GATE_PASS ? "" : " open=\"\"");
	for (size_t i = 0; i < v->n; i++)
		if (v->line[i].verdict != SC_GATE_INFO)
			directive(b, &v->line[i]);
	rep_put(b, "</tbody></table></div></details>\n");
	if (r->gate.waivers.n)
		rep_put(b, "<p class=\"note\">Waivers: the charter is $t.</p>\n", r->gate.waivers);
}

void rep_verdict(struct sc_buf *b, const struct sc_report *r)
{
	if (!r->has_gate) {
		absent(b);
		return;
	}
	banner(b, r);
	directives(b, r);
}

static void claim(struct sc_buf *b, const struct sc_report *r, const struct sc_gate_line *l)
{
	const struct sc_directive *d = l->d;

	rep_put(b, "<tr><td>$t</td><th scope=\"row\">$s: $t</th><td class=\"n\">", d->name,
	        d->kind == SC_D_COST ? "cost" : "benefit", d->say);
	sc_range_put(b, &d->likelihood);
	rep_put(b, "</td><td class=\"n\">$t</td><td>$t", d->size, d->by);
	if (d->evidence.n)
		rep_put(b, ", see $t", d->evidence);
	rep_put(b, "</td>");
	if (d->exposure.n && l->verdict != SC_GATE_UNDECIDED)
		rep_put(b, "<td class=\"n\">$n</td><td class=\"n\">$p</td>", l->hit.records,
		        l->hit.records, r->gate.v[0].all.records);
	else
		rep_put(b, "<td class=\"n\">$s</td><td class=\"n\"></td>",
		        d->exposure.n ? "not measured" : "not asked");
	rep_put(b, "</tr>\n");
}

void rep_costs(struct sc_buf *b, const struct sc_report *r)
{
	bool any = false;

	for (size_t i = 0; r->has_gate && i < r->charter.n; i++)
		any |= is_claim(&r->charter.v[i]);
	if (!any) {
		rep_put(b,
		        "<p class=\"note\">$s: nobody has said what good this corpus is to do and what harm it may do.</p>\n",
		        r->has_gate ? "The charter names neither" : "No charter was given");
		return;
	}
	rep_put(b,
	        "<p class=\"note\">Likelihoods and sizes are what somebody asserts; only the exposure is measured.</p>\n"
	        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Benefits and costs\">\n<table><caption>What the corpus may do, whose word that is, "
	        "and how much of the corpus bears on it</caption>\n<thead><tr><th scope=\"col\">Name</th><th scope=\"col\">What</th><th scope=\"col\" "
	        "class=\"n\">Likelihood</th><th scope=\"col\" class=\"n\">Size</th><th scope=\"col\">Says</th><th scope=\"col\" class=\"n\">Records</th>"
	        "<th scope=\"col\" class=\"n\">Share</th></tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < r->charter.n; i++)
		if (is_claim(&r->charter.v[i]))
			claim(b, r, &r->gate.v[0].line[i]);
	rep_put(b, "</tbody></table></div>\n");
}

/* ---- the other two ---- */

void rep_gate_md(struct sc_md *d, const struct sc_report *r)
{
	const struct sc_gate_variant *v = &r->gate.v[0];

	if (!r->has_gate) {
		sc_md_put(d, "No charter was given, so there is no verdict.\n\n");
		return;
	}
	sc_md_put(
	        d,
	        "Verdict: **$s**\n\nCharter $c, version $c. Purpose: $c\n\n| Verdict | Directive | Measured | Why |\n|---|---|---|---|\n",
	        sc_gate_names[v->verdict].p, r->charter.name, r->charter.version,
	        said(r, SC_D_PURPOSE));
	for (size_t i = 0; i < v->n; i++)
		if (v->line[i].verdict != SC_GATE_INFO || is_claim(v->line[i].d))
			sc_md_put(d, "| $s | $c | $c | $c |\n", sc_gate_names[v->line[i].verdict].p,
			          v->line[i].d->text, v->line[i].measured, v->line[i].why);
	sc_md_put(d, "\n");
}

void rep_gate_json(struct sc_json_writer *w, const struct sc_report *r)
{
	struct sc_buf b = { 0 };

	if (!r->has_gate) {
		sc_jw_raw(w, "charter", SC_STR("null"));
		return;
	}
	sc_gate_json(&b, &r->gate_conf, &r->gate);
	sc_jw_raw(w, "charter", sc_str_trim(sc_buf_str(&b)));
	sc_buf_free(&b);
}
