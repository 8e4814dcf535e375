/* SPDX-License-Identifier: Apache-2.0 */
/* summary.c -- sections and tables that the summaries for people have in common. */
#include <scope/summary.h>

enum { MEMORY = 64 << 20, TOP = 25 };

int sc_summary_read(struct sc_summary *s, struct sc_manifest_lines *m, uint64_t memory,
                    uint64_t top, struct sc_err *e)
{
	s->f = sc_facts_new(SC_FACT_ALL, memory ? (size_t)memory : MEMORY);
	s->seen = sc_facts_seen(s->f);
	s->top = top ? top : TOP;
	return sc_facts_read(s->f, m, e);
}

void sc_summary_free(struct sc_summary *s)
{
	sc_facts_free(s->f);
	sc_md_free(&s->md);
}

int sc_summary_write(struct sc_summary *s, struct sc_buf *head, struct sc_output *out,
                     struct sc_err *e)
{
	struct sc_md top = { .fd = -1 };
	int rc;

	sc_buf_add(&top.b, sc_buf_str(head));
	sc_md_put(
	        &top,
	        "> Blanks: $n. Each stands in brackets and begins with the words `to be filled in by a person`.\n"
	        "> All numbers are counted from the manifest whose record-root is $c.\n\n",
	        s->md.blanks, s->seen->stated.record_root);
	rc = sc_md_write(&s->md, sc_buf_str(&top.b), out, e);
	sc_md_free(&top);
	return rc;
}

bool sc_summary_did(const struct sc_summary *s, sc_str step)
{
	for (size_t i = 0; i < s->seen->nstep; i++)
		if (sc_str_starts(s->seen->step[i].name, step))
			return true;
	return false;
}

bool sc_is_public_domain(sc_str licence)
{
	static const sc_str known[] = { SC_LIT("CC-PDDC"), SC_LIT("CC-PDM-1.0"), SC_LIT("CC0-1.0"),
		                        SC_LIT("PDDL-1.0"), SC_LIT("Unlicense") };

	for (size_t i = 0; i < SC_COUNT(known); i++)
		if (sc_str_eq(licence, known[i]))
			return true;
	return false;
}

/* ---- tables by value ---- */

static const struct {
	const char *column, *others, *lacking;
} words[SC_FACTS] = {
	[SC_FACT_LICENCE] = { "Licence", "other licences", "no licence looked for" },
	[SC_FACT_BASIS] = { "Where the licence was read", "other places", "not said" },
	[SC_FACT_HOST] = { "Host", "other hosts", "no host" },
	[SC_FACT_SITE] = { "Site", "other sites", "no site" },
	[SC_FACT_DOMAIN] = { "Domain", "other domains", "no domain looked for" },
	[SC_FACT_MEDIA] = { "Media type", "other types", "no type stated" },
	[SC_FACT_RIGHTS] = { "Signal", "other signals", "not looked for" },
	[SC_FACT_DECLARED] = { "Licence, as declared", "other licences", "none declared" },
};

static void row(struct sc_summary *s, struct sc_count c)
{
	sc_md_put(&s->md, "$n | $p | $n |\n", c.records, c.records, s->seen->all.records, c.bytes);
}

int sc_summary_table(struct sc_summary *s, enum sc_fact key, enum sc_fact_order by, uint64_t most,
                     struct sc_err *e)
{
	const struct sc_fact_total *t = &s->seen->key[key];
	struct sc_count left = t->sum;
	uint64_t n = 0;
	struct sc_fact_list *list;
	struct sc_fact_row r;
	int rc = SC_OK;

	most = most ? most : s->top;
	sc_md_put(&s->md, "| $s | Records | Share | Bytes |\n|---|---:|---:|---:|\n",
	          words[key].column);
	SC_TRY(sc_facts_list(s->f, key, by, &list, e));
	while (rc == SC_OK && n < most && (rc = sc_fact_next(list, &r, e)) == SC_OK) {
		sc_md_put(&s->md, "| $c | ", r.value);
		row(s, (struct sc_count){ r.records, r.bytes });
		left.records -= r.records;
		left.bytes -= r.bytes;
		n++;
		rc = sc_md_ease(&s->md, e);
	}
	sc_fact_list_free(list);
	if (rc < 0)
		return rc;
	if (t->distinct > n) {
		sc_md_put(&s->md, "| $n $s | ", t->distinct - n, words[key].others);
		row(s, left);
	}
	if (t->lacking.records) {
		sc_md_put(&s->md, "| $s | ", words[key].lacking);
		row(s, t->lacking);
	}
	sc_md_put(&s->md, "\nDistinct: $n.$s\n\n", t->distinct,
	          t->sum.records > t->having.records
	                  ? " A record may have several, so shares add up to more than the whole."
	                  : "");
	return SC_OK;
}

/* ---- sections ---- */

void sc_summary_corpus(struct sc_summary *s)
{
	const struct sc_facts_seen *v = s->seen;

	sc_md_put(&s->md, "| Of the corpus | Number |\n|---|---:|\n");
	sc_md_put(&s->md, "| Records, each distinct one once | $n |\n", v->all.records);
	sc_md_put(&s->md, "| Bytes of the records | $n |\n", v->all.bytes);
	sc_md_put(&s->md, "| Places where records lie | $n |\n", v->occurrences);
	sc_md_put(&s->md, "| Shards written | $n |\n", (uint64_t)v->nout);
	sc_md_put(&s->md, "| Bytes of the shards written, as stored | $n |\n", v->out_bytes);
	sc_md_put(&s->md, "| Shards read | $n |\n", (uint64_t)v->nin);
	sc_md_put(&s->md, "| Bytes of the shards read, as stored | $n |\n", v->in_bytes);
	sc_md_put(&s->md, "| Records read | $n |\n", v->in_records);
	sc_md_put(&s->md, "| Records spoilt in what was read | $n |\n", v->in_rejected);
	sc_md_put(&s->md, "| Records taken back later | $n |\n\n", v->tombstones);
}

void sc_summary_heads(struct sc_summary *s)
{
	sc_md_put(&s->md, "| Said by the manifest | As it stands there |\n|---|---|\n");
	for (size_t i = 0; i < s->seen->nhead; i++)
		sc_md_put(&s->md, "| $c | $c |\n", s->seen->head[i].key, s->seen->head[i].value);
	sc_md_put(&s->md, "\n");
}

void sc_summary_steps(struct sc_summary *s)
{
	sc_md_put(
	        &s->md,
	        "| No. | Step | Revision | Arguments | In | Kept | Dropped | Rejected | Undecided |\n"
	        "|---:|---|---:|---|---:|---:|---:|---:|---:|\n");
	for (size_t i = 0; i < s->seen->nstep; i++) {
		const struct sc_step *p = &s->seen->step[i];

		sc_md_put(&s->md, "| $n | $c | $n | $c | $n | $n | $n | $n | $n |\n",
		          (uint64_t)i + 1, p->name, (uint64_t)p->revision, p->args, p->in, p->kept,
		          p->dropped, p->rejected, p->undecided);
	}
	sc_md_put(
	        &s->md,
	        "\nIn is kept, dropped and rejected together; rejected are spoilt records; undecided is the part of dropped of which the "
	        "question could not be answered.\n\n");
}

void sc_summary_rights(struct sc_summary *s)
{
	const struct sc_rights_sum *r = &s->seen->rights;

	sc_md_put(
	        &s->md,
	        "| Opt-out signals | Records | Share | Bytes |\n|---|---:|---:|---:|\n| Looked for and found: use is reserved | ");
	row(s, r->reserved);
	sc_md_put(&s->md, "| Looked for, and not clear | ");
	row(s, r->unclear);
	sc_md_put(&s->md, "| Looked for, and none found | ");
	row(s, r->clear);
	sc_md_put(&s->md, "| Not looked for | ");
	row(s, r->unchecked);
	sc_md_put(&s->md, "\n");
}

void sc_summary_credit(struct sc_summary *s)
{
	const struct {
		const char *what;
		struct sc_count c;
	} rows[] = { { "An author", s->seen->author },
		     { "A title", s->seen->title },
		     { "A DOI", s->seen->doi },
		     { "A URL", s->seen->url },
		     { "Another record that they were split from", s->seen->parent },
		     { "A conflict: sources disagree on licence or domain", s->seen->conflict } };

	sc_md_put(&s->md,
	          "| Records that have | Records | Share | Bytes |\n|---|---:|---:|---:|\n");
	for (size_t i = 0; i < SC_COUNT(rows); i++) {
		sc_md_put(&s->md, "| $s | ", rows[i].what);
		row(s, rows[i].c);
	}
	sc_md_put(&s->md, "\n");
}

void sc_summary_verify(struct sc_summary *s)
{
	const struct sc_stated *t = &s->seen->stated;

	sc_md_put(
	        &s->md,
	        "| Total | Value |\n|---|---|\n| record-root | $c |\n| key-root | $c |\n| keys | $n |\n| lines | $c |\n\n",
	        t->record_root, t->key_root, t->keys, t->lines);
	sc_md_put(
	        &s->md,
	        "`scope verify MANIFEST` reads every shard and record again and compares; `scope export NAME MANIFEST` makes this page again, with the "
	        "same bytes. Who must trust neither the program nor its author can count with `grep`, `cut`, `sort` and `sha256sum`: the "
	        "manifest is sorted text, and scope-manifest(5) says how the roots are made.\n\n");
}

void sc_summary_limits(struct sc_summary *s)
{
	static const char *const always[] = {
		"When a record was collected, and by whom: a manifest says when it was made itself.",
		"In what language a record is, and of whom it speaks: personal data are not looked for.",
		"Tokens, and hours of sound or film: it counts records and bytes.",
		"Whether a licence holds: it says where one was read, not whether who wrote it could grant it.",
		"Whether the law of a place allows a use.",
		"What a model was trained on: it says what lies in the corpus.",
	};
	static const struct {
		const char *step, *what;
		enum sc_fact key;
	} unless[] = {
		{ "tag/licence", "Licences: no step looked for them.", SC_FACT_LICENCE },
		{ "tag/host", "Hosts and sites: no step looked for them.", SC_FACT_HOST },
		{ "tag/domain", "Domains: no step looked for them.", SC_FACT_DOMAIN },
		{ "tag/rights", "Opt-out signals: no step looked for them.", SC_FACT_RIGHTS },
	};

	for (size_t i = 0; i < SC_COUNT(always); i++)
		sc_md_put(&s->md, "* $s\n", always[i]);
	for (size_t i = 0; i < SC_COUNT(unless); i++)
		if (!sc_summary_did(s, sc_str_c(unless[i].step)) &&
		    !s->seen->key[unless[i].key].having.records)
			sc_md_put(&s->md, "* $s\n", unless[i].what);
	sc_md_put(&s->md, "\n");
}
