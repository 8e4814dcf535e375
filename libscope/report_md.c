/* SPDX-License-Identifier: Apache-2.0 */
/* report_md.c -- a report as Markdown: the numbers of the page, for a repository or a ticket. */
#include "report_impl.h"

#include <scope/markdown.h>
#include <scope/text.h>

static void value(struct sc_md *d, struct rep_value v)
{
	sc_md_put(d, v.full ? "$c…" : "$c", v.s);
}

static void count(struct sc_md *d, struct sc_count c, struct sc_count of)
{
	sc_md_put(d, "$n | $p | $n |\n", c.records, c.records, of.records, c.bytes);
}

static void real(struct sc_md *d, double v)
{
	struct sc_buf b = { 0 };

	sc_breadth_put(&b, v);
	sc_buf_byte(&b, '\0');
	sc_md_put(d, "$s", b.p);
	sc_buf_free(&b);
}

static void table(struct sc_md *d, const struct sc_report *r, const char *column,
                  const char *second, const struct rep_table *t, const struct sc_count *lacking)
{
	sc_md_put(d, second ? "| $s | $s |" : "| $s |", column, second);
	sc_md_put(d, " Records | Share | Bytes |\n$s|---|---:|---:|---:|\n", second ? "|---" : "");
	for (size_t i = 0; i < t->n; i++) {
		sc_md_put(d, "| ");
		value(d, t->v[i].value);
		if (second) {
			sc_md_put(d, " | ");
			value(d, t->v[i].second);
		}
		sc_md_put(d, " | ");
		count(d, t->v[i].c, r->seen->all);
	}
	if (t->others) {
		sc_md_put(d, "| $n others$s | ", t->others, second ? " |" : "");
		count(d, t->rest, r->seen->all);
	}
	if (lacking && lacking->records) {
		sc_md_put(d, "| not said$s | ", second ? " |" : "");
		count(d, *lacking, r->seen->all);
	}
	sc_md_put(d, "\n");
}

static void corpus(struct sc_md *d, const struct sc_report *r)
{
	const struct sc_facts_seen *s = r->seen;

	sc_md_put(
	        d,
	        "| Of the corpus | Number |\n|---|---:|\n| Records | $n |\n| Bytes of the records | $n |\n",
	        s->all.records, s->all.bytes);
	sc_md_put(d, "| Places where records lie | $n |\n| Records read | $n |\n", s->occurrences,
	          s->in_records);
	sc_md_put(d, "| Hosts | $n |\n| Licences | $n |\n\n", s->key[SC_FACT_HOST].distinct,
	          s->key[SC_FACT_LICENCE].distinct);
}

static void map(struct sc_md *d, const struct sc_report *r)
{
	sc_md_put(d, "| Domain | Licence | Records | Share | Bytes |\n|---|---|---:|---:|---:|\n");
	for (size_t i = 0; i < r->narea; i++) {
		const struct rep_area *o = &r->area[i];

		for (size_t j = 0; j < o->ncell; j++) {
			sc_md_put(d, "| ");
			value(d, o->domain);
			sc_md_put(d, " | ");
			value(d, o->cell[j].licence);
			sc_md_put(d, " | ");
			count(d, o->cell[j].c, r->seen->all);
		}
		if (o->others) {
			sc_md_put(d, "| ");
			value(d, o->domain);
			sc_md_put(d, " | $n others | ", o->others);
			count(d, o->rest, r->seen->all);
		}
	}
	if (r->other_areas) {
		sc_md_put(d, "| $n others | | ", r->other_areas);
		count(d, r->area_rest, r->seen->all);
	}
	sc_md_put(d, "\n");
}

static void breadth_row(struct sc_md *d, const char *name, const char *by,
                        const struct sc_breadth *b)
{
	sc_md_put(d, "| $s | $s | $n | ", name, by, b->distinct);
	real(d, b->hill[1]);
	sc_md_put(d, " | ");
	real(d, b->hill[2]);
	sc_md_put(d, " | $p | ", b->max, b->having);
	real(d, b->unseen);
	sc_md_put(d, " | ");
	real(d, b->unseen_high);
	sc_md_put(d, " |\n");
}

static void breadths(struct sc_md *d, const struct sc_breadth v[SC_FACTS][2])
{
	sc_md_put(
	        d,
	        "| Of | By | Different (q=0) | As many equal ones (q=1) | (q=2) | Largest | Unseen | Unseen, at most (95 %) |\n"
	        "|---|---|---:|---:|---:|---:|---:|---:|\n");
	for (size_t i = 0; i < REP_WIDE; i++) {
		breadth_row(d, sc_fact_names[rep_wide[i]].p, "records", &v[rep_wide[i]][0]);
		breadth_row(d, sc_fact_names[rep_wide[i]].p, "bytes", &v[rep_wide[i]][1]);
	}
	sc_md_put(d, "\n");
}

static void hosts(struct sc_md *d, const struct sc_report *r)
{
	const struct rep_curve *c = &r->curve[0];

	table(d, r, "Host", NULL, &r->table[SC_FACT_HOST], &r->seen->key[SC_FACT_HOST].lacking);
	sc_md_put(
	        d,
	        "Of records with a host, $n of $n hosts have half, $n nine tenths; Gini coefficient ",
	        c->half, c->hosts, c->most);
	real(d, c->gini);
	sc_md_put(d, ".\n\n");
}

static void baseline(struct sc_md *d, const struct sc_report *r)
{
	const struct rep_baseline *b = r->baseline;

	if (!b) {
		sc_md_put(d, "No baseline was given: nothing is compared.\n\n");
		return;
	}
	sc_md_put(
	        d,
	        "Against $c, of $n records and $n bytes: $n are added, $n are left out, $n are in both and said to be otherwise, $n are the same.\n\n",
	        b->name, b->all.records, b->all.bytes, b->added, b->removed, b->changed, b->same);
	breadths(d, b->breadth);
}

static void funnel(struct sc_md *d, const struct sc_report *r)
{
	sc_md_put(
	        d,
	        "| No. | Step | Arguments | In | Kept | Dropped | of these undecided | Rejected |\n|---:|---|---|---:|---:|---:|---:|---:|\n");
	for (size_t i = 0; i < r->seen->nstep; i++) {
		const struct sc_step *p = &r->seen->step[i];

		sc_md_put(d, "| $n | $c | $c | $n | $n | $n | $n | $n |\n", (uint64_t)i + 1,
		          p->name, p->args, p->in, p->kept, p->dropped, p->undecided, p->rejected);
	}
	sc_md_put(d, "\n");
}

static void licences(struct sc_md *d, const struct sc_report *r)
{
	sc_md_put(d, "| Class | Records | Share | Bytes |\n|---|---:|---:|---:|\n");
	for (size_t i = 0; i < REP_CLASSES; i++) {
		sc_md_put(d, "| $s: $s | ", rep_classes[i].name, rep_classes[i].about);
		count(d, r->class[i], r -> seen -> all);
	}
	sc_md_put(d, "\n");
	table(d, r, "Licence", "Where it was read", &r->basis,
	      &r->seen->key[SC_FACT_LICENCE].lacking);
	sc_md_put(d,
	          "Conflicts, of which sources say different licences or domains: $n records.\n\n",
	          r->seen->conflict.records);
}

static void rights(struct sc_md *d, const struct sc_report *r)
{
	const struct sc_rights_sum *s = &r->seen->rights;
	const struct {
		const char *what;
		struct sc_count c;
	} v[] = { { "found: use is reserved", s->reserved },
		  { "not clear", s->unclear },
		  { "looked for, none found", s->clear },
		  { "not looked for", s->unchecked } };

	sc_md_put(d, "| Opt-out signals | Records | Share | Bytes |\n|---|---:|---:|---:|\n");
	for (size_t i = 0; i < SC_COUNT(v); i++) {
		sc_md_put(d, "| $s | ", v[i].what);
		count(d, v[i].c, r->seen->all);
	}
	sc_md_put(d, "\n");
}

static void audit(struct sc_md *d, const struct sc_report *r)
{
	struct sc_arena a = { 0 };

	if (!r->has_audit) {
		sc_md_put(d, "No audit was given: how often labels are wrong is not known.\n\n");
		return;
	}
	sc_md_put(
	        d,
	        "$n of $n records were drawn; auditor $c, nonce by $c.\n\n| Of | Drawn | Wrong or unclear | Unjudged | At most (95 %) | At most (99 %) |\n"
	        "|---|---:|---:|---:|---:|---:|\n",
	        (uint64_t)r->audit.nrecord, r->audit.population, r->audit.auditor,
	        sc_audit_source(&a, &r->audit));
	for (size_t i = 0; i < r->nbound; i++) {
		const struct rep_bound *b = &r->bound[i];

		sc_md_put(d, "| $s | $n | $n | $n | ", sc_fact_names[b->what].p, b->at95.n,
		          b->at95.errors, b->at95.unjudged);
		real(d, b->at95.upper);
		sc_md_put(d, " | ");
		real(d, b->at99.upper);
		sc_md_put(d, " |\n");
	}
	sc_md_put(d, "\n");
	sc_arena_free(&a);
}

static void gaps(struct sc_md *d, const struct sc_report *r)
{
	sc_md_put(
	        d,
	        "| Records of which the manifest says | Records | Share | Bytes |\n|---|---:|---:|---:|\n");
	for (size_t i = 0; i < r->ngap; i++) {
		sc_md_put(d, "| $s | ", r->gap[i].what);
		count(d, r->gap[i].c, r->seen->all);
	}
	sc_md_put(d, "\n");
}

static void provenance(struct sc_md *d, const struct sc_report *r)
{
	const struct sc_stated *t = &r->seen->stated;
	char hex[65] = { 0 };

	sc_hex(r->file, 32, hex);
	sc_md_put(d, "| Name | Value |\n|---|---|\n| manifest | $c |\n| its SHA-256 | $c |\n",
	          r->name, sc_str_c(hex));
	sc_md_put(d, "| record-root | $c |\n| key-root | $c |\n| lines | $c |\n", t->record_root,
	          t->key_root, t->lines);
	for (size_t i = 0; i < r->seen->nhead; i++)
		sc_md_put(d, "| $c | $c |\n", r->seen->head[i].key, r->seen->head[i].value);
	if (r->signer.n)
		sc_md_put(d, "| signed by | $c |\n", r->signer);
	else
		sc_md_put(d, "| signature | $s |\n",
		          r->has_signature ? "there, and not checked: no key was given"
		                           : "none was found beside the manifest");
	if (r->has_checkpoint)
		sc_md_put(d, "| checkpoint | $c, $n entries |\n", r->checkpoint.origin,
		          r->checkpoint.size);
	sc_md_put(d, "\n");
}

int sc_report_markdown(const struct sc_report *r, struct sc_output *out, struct sc_err *e)
{
	static const struct {
		const char *title;
		void (*put)(struct sc_md *d, const struct sc_report *r);
	} part[] = { { "Purpose and verdict", rep_gate_md },
		     { "How much", corpus },
		     { "What, and on which terms", map },
		     { "Where from", hosts },
		     { "The baseline", baseline },
		     { "What was left out, and why", funnel },
		     { "Licences", licences },
		     { "Reservations", rights },
		     { "The audit", audit },
		     { "What is not said", gaps },
		     { "Provenance", provenance } };
	struct sc_md d = { .fd = -1 };
	int rc;

	sc_md_put(&d, "# Report on $c\n\n", r->name);
	for (size_t i = 0; i < SC_COUNT(part); i++) {
		sc_md_put(&d, "## $s\n\n", part[i].title);
		part[i].put(&d, r);
		if (part[i].put == hosts) {
			sc_md_put(&d, "## How broad\n\n");
			breadths(&d, r->breadth);
		}
	}
	rc = sc_md_write(&d, SC_STR(""), out, e);
	sc_md_free(&d);
	return rc;
}
