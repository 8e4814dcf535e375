/* SPDX-License-Identifier: Apache-2.0 */
/*
 * export/ab2013 -- what a manifest knows of the documentation that California's AB 2013 (Civil Code 3111) asks for: twelve items of each dataset.
 *
 * The items keep their numbers.  A manifest answers those that can be counted; what something is for, who owns it, what was paid, whether it
 * speaks of people and when it was used are blanks.
 */
#include <scope/charter_export.h>
#include <scope/summary.h>

struct conf {
	struct sc_charter_asked asked;
	uint64_t top, memory;
};

static const struct sc_opt opts[] = {
	{ "top", "N", "rows of a table (default 25)", offsetof(struct conf, top), 0, SC_OPT_NUM },
	{ "memory", "SIZE", "for counting, before it spills to TMPDIR (default 64MiB)",
	  offsetof(struct conf, memory), 0, SC_OPT_SIZE },
	SC_CHARTER_OPTS(struct conf),
	{ NULL, NULL, NULL, 0, 0, SC_OPT_FLAG },
};

/* ---- 5: protected, or in the public domain ---- */

struct property {
	struct sc_count open, none,
	        conflict; /* marked as public domain; nothing found; sources disagree */
};

static int property_read(struct property *p, struct sc_summary *s, struct sc_err *e)
{
	struct sc_fact_list *list;
	struct sc_fact_row r;
	int rc;

	SC_TRY(sc_facts_list(s->f, SC_FACT_LICENCE, SC_BY_RECORDS, &list, e));
	while ((rc = sc_fact_next(list, &r, e)) == SC_OK) {
		struct sc_count *to = sc_is_public_domain(r.value)             ? &p->open
		                      : sc_str_eq(r.value, SC_STR("conflict")) ? &p->conflict
		                      : sc_str_eq(r.value, SC_STR("none")) ||
		                                      sc_str_eq(r.value, SC_STR("unknown"))
		                              ? &p->none
		                              : NULL;

		if (!to)
			continue;
		to->records += r.records;
		to->bytes += r.bytes;
	}
	sc_fact_list_free(list);
	return rc == SC_EOF ? SC_OK : rc;
}

static int property(struct sc_summary *s, struct sc_err *e)
{
	const struct sc_fact_total *t = &s->seen->key[SC_FACT_LICENCE];
	struct property p = { .open = { 0, 0 } };
	struct sc_count all = s->seen->all;

	SC_TRY(property_read(&p, s, e));
	const struct {
		const char *what;
		struct sc_count c;
	} rows[] = { { "Marked as in the public domain", p.open },
		     { "Under a licence, and so protected",
		       { t->having.records - p.open.records - p.none.records - p.conflict.records,
		         t->having.bytes - p.open.bytes - p.none.bytes - p.conflict.bytes } },
		     { "Sources disagree on the licence", p.conflict },
		     { "Looked for, and nothing found", p.none },
		     { "Not looked for", t->lacking } };

	sc_md_put(&s->md, "| Of the records | Records | Share | Bytes |\n|---|---:|---:|---:|\n");
	for (size_t i = 0; i < SC_COUNT(rows); i++)
		sc_md_put(&s->md, "| $s | $n | $p | $n |\n", rows[i].what, rows[i].c.records,
		          rows[i].c.records, all.records, rows[i].c.bytes);
	sc_md_put(
	        &s->md,
	        "\nEntirely in the public domain, by these marks: $s. Where nothing was found copyright must be presumed. Trademarks and patents: $b\n\n",
	        all.records && p.open.records == all.records ? "yes" : "no",
	        "the manifest does not look for them");
	return SC_OK;
}

/* ---- the items ---- */

static int first_six(struct sc_summary *s, struct sc_err *e)
{
	struct sc_md *d = &s->md;

	sc_md_put(
	        d, "## 1. Sources or owners\n\nOwners: $b\n\n",
	        "who owns the datasets; the tables say where records were published, and that is not the same");
	SC_TRY(sc_summary_table(s, SC_FACT_SITE, SC_BY_RECORDS, 0, e));
	SC_TRY(sc_summary_table(s, SC_FACT_HOST, SC_BY_RECORDS, 0, e));
	sc_summary_credit(s);
	sc_md_put(d, "## 2. How the data further the purpose of the system\n\n$b\n\n",
	          "the purpose, and how these records serve it");
	sc_md_put(d, "## 3. Number of data points\n\n");
	sc_summary_corpus(s);
	sc_md_put(d, "Is the dataset dynamic: $b. The manifest is of one state of it.\n\n",
	          "yes or no, with an estimate");
	sc_md_put(
	        d,
	        "## 4. Types of data points\n\nLabels, where there are any: what the records are about, and what they are made of.\n\n");
	SC_TRY(sc_summary_table(s, SC_FACT_DOMAIN, SC_BY_RECORDS, 0, e));
	SC_TRY(sc_summary_table(s, SC_FACT_MEDIA, SC_BY_RECORDS, 0, e));
	sc_md_put(d, "General characteristics: $b\n\n",
	          "what a reader should know beside the labels");
	sc_md_put(d, "## 5. Copyright, trademark, patent, or public domain\n\n");
	SC_TRY(property(s, e));
	sc_summary_rights(s);
	sc_md_put(
	        d,
	        "## 6. Purchased or licensed\n\nPurchased: $b\n\nLicences that were read for the records:\n\n",
	        "yes or no, which and from whom");
	return sc_summary_table(s, SC_FACT_LICENCE, SC_BY_RECORDS, 0, e);
}

static void last_six(struct sc_summary *s)
{
	struct sc_md *d = &s->md;

	sc_md_put(d, "## 7. Personal information\n\n$b\n\n",
	          "yes or no; the manifest does not look for it");
	sc_md_put(d, "## 8. Aggregate consumer information\n\n$b\n\n",
	          "yes or no; the manifest does not look for it");
	sc_md_put(d, "## 9. Cleaning, processing and other changes\n\n");
	sc_summary_steps(s);
	sc_summary_heads(s);
	sc_md_put(d,
	          "What they were meant to do: $b\n\nWhat was done outside of these steps: $b\n\n",
	          "the purpose of each, in relation to the system",
	          "before the first, or after the last");
	sc_md_put(
	        d,
	        "## 10. Period of collection\n\n$b. The manifest was made at $c and has no dates of records.\n\nIs collection going on: $b\n\n",
	        "from when to when", sc_facts_head(s->f, SC_STR("created")), "yes or no");
	sc_md_put(d, "## 11. First used in development\n\n$b\n\n", "dates");
	sc_md_put(
	        d, "## 12. Synthetic data\n\n$b\n\n",
	        "whether the system uses or used synthetic data, and what for; the manifest does not look for it");
	sc_md_put(d, "## How to verify the numbers\n\n");
	sc_summary_verify(s);
	sc_md_put(d, "## What the manifest cannot say\n\n");
	sc_summary_limits(s);
}

static int run(const void *conf, struct sc_manifest_lines *m, struct sc_output *out,
               struct sc_err *e)
{
	const struct conf *c = conf;
	struct sc_summary s = { .f = NULL };
	struct sc_buf b = { 0 };
	int rc = sc_summary_read(&s, m, c->memory, c->top, e);

	sc_buf_add(
	        &b,
	        SC_STR("# Training data of a generative system (California AB 2013, Civil Code 3111): draft from one corpus\n\n"));
	if (rc == SC_OK) {
		sc_md_put(&s.md, "System or service: $b\n\nDeveloper: $b\n\n", "its name",
		          "name and contact");
		rc = sc_charter_section(&s.md, &c->asked, s.seen->stated.record_root, e);
	}
	if (rc == SC_OK)
		rc = first_six(&s, e);
	if (rc == SC_OK) {
		last_six(&s);
		rc = sc_summary_write(&s, &b, out, e);
	}
	sc_buf_free(&b);
	sc_summary_free(&s);
	return rc;
}

extern const struct sc_exporter export_ab2013;
const struct sc_exporter export_ab2013 = {
	.card = { .name = "export/ab2013",
	          .about =
	                  "California's AB 2013: its twelve items, as far as a manifest knows them",
	          .more = "Sources, number and types of data points, licences and public domain, and the steps are counted from the manifest; purpose, owners, purchases, "
	                  "personal information, dates and synthetic data are `[to be filled in by a person: ...]`, and the number of these stands at the "
	                  "top.  It is a draft, and no legal advice.  scope-summaries(7) says where each number is from.",
	          .example = "scope export ab2013 open.jsonl.scm -o ab2013.md",
	          .opts = opts,
	          .conf = sizeof(struct conf),
	          .revision = 1 },
	.run = run,
};
