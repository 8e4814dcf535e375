/* SPDX-License-Identifier: Apache-2.0 */
/* report_parts.c -- the first half of a page: verdict, breadth, hosts, what was left out. */
#include "report_html.h"

/* ---- above all ---- */

static void figure(struct sc_buf *b, const char *what)
{
	rep_put(b, "<li><span>$s</span> <b>", what);
}

static void figures(struct sc_buf *b, const struct sc_report *r)
{
	const struct sc_facts_seen *s = r->seen;
	const struct sc_breadth *h = &r->breadth[SC_FACT_HOST][0];

	rep_put(b, "<ul class=\"figures\">\n");
	figure(b, "Records");
	rep_put(b, "$n</b> <small>$n read, $n spoilt</small></li>\n", s->all.records, s->in_records,
	        s->in_rejected);
	figure(b, "Size");
	rep_put(b, "$b</b> <small>$n bytes</small></li>\n", s->all.bytes, s->all.bytes);
	figure(b, "Hosts");
	if (h->distinct)
		rep_put(b, "$n</b> <small>as diverse as $f equal ones</small></li>\n", h->distinct,
		        h->hill[1]);
	else
		rep_put(b, "none named</b> <small>no record has a host</small></li>\n");
	figure(b, "Open licence");
	rep_put(b, "$p</b> <small>$n records</small></li>\n", r->class[REP_OPEN].records,
	        s->all.records, r->class[REP_OPEN].records);
	figure(b, "No licence found");
	rep_put(b, "$p</b> <small>$n more unsettled</small></li>\n",
	        r->class[REP_NONE].records + r->class[REP_UNASKED].records, s->all.records,
	        r->class[REP_UNSETTLED].records);
	figure(b, "Sources that disagree");
	rep_put(b, "$n</b> <small>on licence or domain</small></li>\n", s->conflict.records);
	figure(b, "Use reserved");
	rep_put(b, "$n</b> <small>$n were not looked at</small></li>\n", s->rights.reserved.records,
	        s->rights.unchecked.records);
	figure(b, "Taken back");
	rep_put(b, "$n</b> <small>removed, and may not return</small></li>\n</ul>\n",
	        s->tombstones);
}

void rep_header(struct sc_buf *b, const struct sc_report *r)
{
	sc_str corpus = sc_facts_head(r->f, SC_STR("corpus"));
	struct sc_arena a = { 0 };
	struct rep_value name = rep_cut(&a, corpus.n ? corpus : r->name, REP_VALUE);

	rep_put(b,
	        "<header class=\"wide\">\n<p class=\"kicker\">Report on a training corpus</p>\n<h1>$v</h1>\n",
	        &name);
	rep_verdict(b, r);
	figures(b, r);
	rep_put(b, "</header>\n");
	sc_arena_free(&a);
}

/* ---- how broad ---- */

static void swatch(struct sc_buf *b, enum rep_class c)
{
	rep_put(b,
	        "<svg class=\"swatch\" viewBox=\"0 0 24 16\" aria-hidden=\"true\"><rect class=\"$s\" width=\"24\" height=\"16\"/>"
	        "<rect class=\"$s\" width=\"24\" height=\"16\"/></svg>",
	        rep_classes[c].key, rep_classes[c].pattern);
}

static void legend(struct sc_buf *b)
{
	rep_put(b, "<ul class=\"legend\">\n");
	for (size_t i = 0; i < REP_CLASSES; i++) {
		rep_put(b, "<li>");
		swatch(b, (enum rep_class)i);
		rep_put(b, "$s</li>\n", rep_classes[i].name);
	}
	rep_put(b, "</ul>\n");
}

static void area_rows(struct sc_buf *b, const struct sc_report *r, const struct rep_area *o)
{
	const struct rep_value none = { .s = SC_LIT("no domain") },
	                       unasked = { .s = SC_LIT("not looked for") };
	const struct rep_value *domain = o->domain.s.n ? &o->domain : &none;

	for (size_t i = 0; i < o->ncell; i++) {
		const struct rep_cell *c = &o->cell[i];

		rep_put(b,
		        "<tr><th scope=\"row\">$v</th><td class=\"w\">$v</td><td class=\"p\">$s</td>",
		        domain, c->licence.s.n ? &c->licence : &unasked,
		        rep_classes[c->class].name);
		rep_counts(b, c->c, r->seen->all);
		rep_put(b, "</tr>\n");
	}
	if (!o->others)
		return;
	rep_put(b, "<tr><th scope=\"row\">$v</th><td>$n other licences</td><td></td>", domain,
	        o->others);
	rep_counts(b, o->rest, r->seen->all);
	rep_put(b, "</tr>\n");
}

static void map_table(struct sc_buf *b, const struct sc_report *r)
{
	rep_put(b,
	        "<details><summary>The map as a table</summary>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Domains and licences\">\n"
	        "<table class=\"sort\"><caption>Records by domain and licence; each record stands once, with all its domains together</caption>\n"
	        "<thead><tr><th scope=\"col\">Domain</th><th scope=\"col\">Licence</th><th scope=\"col\">Class</th><th scope=\"col\" class=\"n\">Records</th>"
	        "<th scope=\"col\" class=\"n\">Share</th><th scope=\"col\" class=\"n\">Bytes</th></tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < r->narea; i++)
		area_rows(b, r, &r->area[i]);
	if (r->other_areas) {
		rep_put(b,
		        "<tr class=\"fix\"><th scope=\"row\">$n other domains</th><td></td><td></td>",
		        r->other_areas);
		rep_counts(b, r->area_rest, r->seen->all);
		rep_put(b, "</tr>\n");
	}
	rep_put(b, "</tbody></table></div></details>\n");
}

/* A number and, when there is a baseline, by how much it is more. */
static void breadth_row(struct sc_buf *b, const char *name, const char *by, const char *class,
                        const struct sc_breadth *v)
{
	rep_put(b, "<tr class=\"$s\" data-by=\"$s\"$s><th scope=\"row\">$s</th>", class, by,
	        strcmp(by, "records") != 0 ? " hidden=\"hidden\"" : "", name);
	rep_number(b, v->distinct);
	rep_real(b, v->hill[1]);
	rep_real(b, v->hill[2]);
	rep_share(b, v->max, v->having);
	if (v->distinct)
		sc_buf_fmt(b,
		           "<td class=\"n\">%.2f %% <span class=\"dim\">(0 to %.*f %%)</span></td>",
		           100 * v->unseen, v->unseen_high < 1 ? 2 : 0, 100 * v->unseen_high);
	else
		rep_put(b, "<td class=\"n\">nothing seen</td>");
	rep_number(b, v->lacking);
	rep_put(b, "</tr>\n");
}

static void breadth_head(struct sc_buf *b)
{
	static const char *const column[] = { "Different", "Effective number", "Without rare ones",
		                              "Largest",   "Not yet seen",     "Not said" };

	rep_put(b,
	        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Breadth\">\n<table><caption>Breadth by what is said of records</caption>\n"
	        "<thead><tr><th scope=\"col\">Of</th>");
	for (size_t i = 0; i < SC_COUNT(column); i++)
		rep_put(b, "<th scope=\"col\" class=\"n\">$s</th>", column[i]);
	rep_put(b, "</tr></thead>\n<tbody>\n");
}

static void breadth_table(struct sc_buf *b, const struct sc_report *r)
{
	const struct rep_baseline *base = r->baseline;

	breadth_head(b);
	for (size_t i = 0; i < REP_WIDE; i++) {
		enum sc_fact k = rep_wide[i];

		for (int by = 0; by < 2; by++) {
			const char *of = by ? "bytes" : "records";

			breadth_row(b, sc_fact_names[k].p, of, "own", &r->breadth[k][by]);
			if (base)
				breadth_row(b, "baseline", of, "base", &base->breadth[k][by]);
		}
	}
	rep_put(b, "</tbody></table></div>\n");
	rep_put(b,
	        "<p class=\"small dim\">Different: how many values there are (Hill number q=0). Effective number: how many equally large ones would be as "
	        "diverse (q=1). Without rare ones: the same, where small ones hardly count (q=2). Largest: the share of the largest.</p>\n"
	        "<p class=\"small dim\">Not yet seen: the chance that one more record from the same places would bring a value that is not here, estimated by the "
	        "share of values that were met once (Good and Turing), and in brackets where it lies at 95 % confidence if records were drawn "
	        "independently of each other. Those of a corpus seldom are: it is a figure to compare by.</p>\n");
}

static void baseline(struct sc_buf *b, const struct sc_report *r)
{
	const struct rep_baseline *v = r->baseline;

	rep_put(b, "<h3>Against the baseline</h3>\n");
	if (!v) {
		rep_put(b,
		        "<p class=\"note\">No baseline was given: whether a narrower corpus would do is not compared.</p>\n");
		return;
	}
	rep_put(b,
	        "<p>Compared with <code>$t</code> ($n records, $b):</p>\n<dl class=\"facts\"><dt>Only in this corpus</dt><dd>$n records</dd>",
	        v->name, v->all.records, v->all.bytes, v->added);
	rep_put(b,
	        "<dt>In both, said alike</dt><dd>$n</dd><dt>In both, said differently</dt><dd>$n</dd><dt>Only in the baseline</dt><dd>$n</dd></dl>\n",
	        v->same, v->changed, v->removed);
}

void rep_breadth(struct sc_buf *b, const struct sc_report *r)
{
	rep_put(b,
	        "<p>What the corpus holds, and on which terms. Each rectangle is a domain, with the licences of its records; areas are shares of the "
	        "whole.</p>\n<div class=\"tools measure\" hidden=\"hidden\"></div>\n");
	legend(b);
	if (!r->seen->all.records)
		rep_put(b,
		        "<p class=\"note\">The corpus has no records: there is nothing to draw.</p>\n");
	for (int i = 0; i < 4 && r->seen->all.records; i++)
		rep_svg_map(b, r, i & 1, i & 2);
	if (r->seen->all.records)
		map_table(b, r);
	rep_put(b, "<h3>In numbers</h3>\n");
	breadth_table(b, r);
	baseline(b, r);
}

/* ---- hosts ---- */

static void bar(struct sc_buf *b, uint64_t v, uint64_t most)
{
	sc_buf_fmt(
	        b,
	        "<svg class=\"bar\" viewBox=\"0 0 100 8\" preserveAspectRatio=\"none\" aria-hidden=\"true\"><rect class=\"t\" width=\"100\" "
	        "height=\"8\"/><rect class=\"b\" width=\"%.2f\" height=\"8\"/></svg>",
	        most ? 100.0 * (double)v / (double)most : 0);
}

static void host_row(struct sc_buf *b, const struct sc_report *r, const struct rep_row *o,
                     struct sc_count most)
{
	rep_put(b, "<tr><th scope=\"row\">$v</th><td class=\"bars\"><div data-by=\"records\">",
	        &o->value);
	bar(b, o->c.records, most.records);
	rep_put(b, "</div><div data-by=\"bytes\" hidden=\"hidden\">");
	bar(b, o->c.bytes, most.bytes);
	rep_put(b, "</div></td>");
	rep_counts(b, o->c, r->seen->all);
	rep_put(b, "</tr>\n");
}

static void sum_row(struct sc_buf *b, const struct sc_report *r, uint64_t n, const char *what,
                    struct sc_count c)
{
	rep_put(b, "<tr class=\"fix\"><th scope=\"row\">");
	if (n)
		rep_put(b, "$n ", n);
	rep_put(b, "$s</th><td class=\"bars\"></td>", what);
	rep_counts(b, c, r->seen->all);
	rep_put(b, "</tr>\n");
}

static void host_table(struct sc_buf *b, const struct sc_report *r)
{
	const struct rep_table *t = &r->table[SC_FACT_HOST];
	const struct sc_fact_total *k = &r->seen->key[SC_FACT_HOST];
	struct sc_count most = { 0, 0 };

	for (size_t i = 0; i < t->n; i++) {
		most.records = t->v[i].c.records > most.records ? t->v[i].c.records : most.records;
		most.bytes = t->v[i].c.bytes > most.bytes ? t->v[i].c.bytes : most.bytes;
	}
	rep_put(b,
	        "<div class=\"tools find\" hidden=\"hidden\"></div>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Hosts\">\n"
	        "<table class=\"sort\" id=\"hosts-table\"><caption>Hosts with the most records</caption>\n<thead><tr><th scope=\"col\">Host</th>"
	        "<th scope=\"col\" class=\"bars\"><span class=\"dim\">beside the largest</span></th><th scope=\"col\" class=\"n\">Records</th><th scope=\"col\" "
	        "class=\"n\">Share</th><th scope=\"col\" class=\"n\">Bytes</th></tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < t->n; i++)
		host_row(b, r, &t->v[i], most);
	if (t->others)
		sum_row(b, r, t->others, t->others == 1 ? "other host" : "other hosts", t->rest);
	if (k->lacking.records)
		sum_row(b, r, 0, "records without a host", k->lacking);
	rep_put(b, "</tbody></table></div>\n");
}

static void curve_words(struct sc_buf *b, const struct rep_curve *c, const char *of)
{
	rep_put(b,
	        "<div data-by=\"$s\"$s><p>Of all $s that have a host, <strong>half come from $n</strong> of $n hosts, and nine tenths from $n.</p>\n",
	        of, strcmp(of, "records") != 0 ? " hidden=\"hidden\"" : "", of, c->half, c->hosts,
	        c->most);
	rep_put(b,
	        "<p class=\"dim\">Gini coefficient $f: 0 would mean that all hosts have the same, near 1 that one has nearly all. The dashed line is "
	        "equality; the further the curve lies below it, the more the corpus hangs on few hosts.</p></div>\n",
	        c->gini);
}

void rep_hosts(struct sc_buf *b, const struct sc_report *r)
{
	if (!r->seen->key[SC_FACT_HOST].distinct) {
		rep_put(b,
		        "<p class=\"note\">No record names a host: where these records come from is not known. <code>scope tag host</code> reads it from "
		        "URLs.</p>\n");
		return;
	}
	rep_put(b,
	        "<div class=\"tools measure\" hidden=\"hidden\"></div>\n<div class=\"two\"><div>\n");
	rep_svg_curve(b, &r->curve[0], "lorenz-records", "records");
	rep_svg_curve(b, &r->curve[1], "lorenz-bytes", "bytes");
	rep_put(b, "</div><div>\n");
	curve_words(b, &r->curve[0], "records");
	curve_words(b, &r->curve[1], "bytes");
	rep_put(b, "</div></div>\n");
	host_table(b, r);
}

/* ---- the funnel ---- */

static void funnel_bar(struct sc_buf *b, const struct sc_step *p, uint64_t most)
{
	double of = most ? (double)most / 100 : 1, kept = (double)p->kept / of,
	       dropped = (double)p->dropped / of, bad = (double)p->rejected / of;

	sc_buf_fmt(
	        b,
	        "<svg class=\"bar\" viewBox=\"0 0 100 8\" preserveAspectRatio=\"none\" aria-hidden=\"true\"><rect class=\"b\" width=\"%.2f\" height=\"8\"/>"
	        "<rect class=\"c\" x=\"%.2f\" width=\"%.2f\" height=\"8\"/><rect class=\"t\" x=\"%.2f\" width=\"%.2f\" height=\"8\"/><rect class=\"r\" "
	        "x=\"%.2f\" width=\"%.2f\" height=\"8\"/></svg>",
	        kept, kept, dropped, kept + dropped, bad, kept + dropped, bad);
}

static void step(struct sc_buf *b, const struct sc_step *p, size_t number, uint64_t most)
{
	struct sc_arena a = { 0 };
	struct rep_value name = rep_cut(&a, p->name, REP_VALUE),
	                 args = rep_cut(&a, p->args, 2 * REP_VALUE);

	rep_put(b, "<tr><td class=\"n\">$u</td><th scope=\"row\">$v", (uint64_t)number, &name);
	if (args.s.n)
		rep_put(b, "<br/><code class=\"dim\">$v</code>", &args);
	rep_put(b, "</th><td class=\"bars\">");
	funnel_bar(b, p, most);
	rep_put(b, "</td>");
	rep_number(b, p->in);
	rep_number(b, p->kept);
	rep_number(b, p->dropped);
	rep_number(b, p->undecided);
	rep_number(b, p->rejected);
	rep_put(b, "</tr>\n");
	sc_arena_free(&a);
}

void rep_funnel(struct sc_buf *b, const struct sc_report *r)
{
	const struct sc_facts_seen *s = r->seen;
	uint64_t most = 0, chains = 0;

	for (size_t i = 0; i < s->nstep; i++) {
		most = s->step[i].in > most ? s->step[i].in : most;
		chains += sc_step_is_reader(&s->step[i]);
	}
	rep_put(b,
	        "<p>$n records were read from $n files, and $n of them could not be read. What each step took in, and what became of it$s:</p>\n",
	        s->in_records, (uint64_t)s->nin, s->in_rejected,
	        chains > 1 ? "; each reader begins a chain of its own" : "");
	if (!s->nstep) {
		rep_put(b,
		        "<p class=\"note\">The manifest names no steps: how this corpus was made is not known.</p>\n");
		return;
	}
	rep_put(b,
	        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Steps\">\n<table><caption>Steps in order. Bars: kept (dark), dropped (light), "
	        "rejected (hatched)</caption>\n<thead><tr><th scope=\"col\" class=\"n\">No.</th><th scope=\"col\">Step</th><th scope=\"col\" class=\"bars\">"
	        "Kept, dropped</th>");
	rep_put(b,
	        "<th scope=\"col\" class=\"n\">In</th><th scope=\"col\" class=\"n\">Kept</th><th scope=\"col\" class=\"n\">Dropped</th><th scope=\"col\" "
	        "class=\"n\">of these undecided</th><th scope=\"col\" class=\"n\">Rejected</th></tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < s->nstep; i++)
		step(b, &s->step[i], i + 1, most);
	rep_put(b,
	        "</tbody></table></div>\n<p class=\"small dim\">Dropped: the step's rule says so; undecided: it could not be told, and so it was left out. Rejected: "
	        "spoilt. What came out is $n distinct records in $n places.</p>\n",
	        s->all.records, s->occurrences);
}
