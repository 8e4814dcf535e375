/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scope/summary.h -- what the summaries for people have in common: sections and tables of Markdown made of facts, and nothing else.
 *
 * Every number is from the facts; what these cannot say is a blank for a person (scope/markdown.h), never a guess.
 */
#ifndef SCOPE_SUMMARY_H
#define SCOPE_SUMMARY_H

#include <scope/facts.h>
#include <scope/markdown.h>

struct sc_summary {
	struct sc_facts *f;
	const struct sc_facts_seen *seen;
	struct sc_md md;
	uint64_t top; /* rows of a table */
};

/* Reads all of m.  memory and top: 0 is the default (64 MiB, 25). */
int sc_summary_read(struct sc_summary *s, struct sc_manifest_lines *m, uint64_t memory, uint64_t top, struct sc_err *e);
void sc_summary_free(struct sc_summary *s);
/* head, a line that says how many blanks there are and what the numbers are from, and all that was put. */
int sc_summary_write(struct sc_summary *s, struct sc_buf *head, struct sc_output *out, struct sc_err *e);

/* The first rows of a table, what the others have together, and the records that have no value.  most: 0 is s->top. */
int sc_summary_table(struct sc_summary *s, enum sc_fact key, enum sc_fact_order by, uint64_t most, struct sc_err *e);
void sc_summary_corpus(struct sc_summary *s);  /* records, places, bytes, shards */
void sc_summary_heads(struct sc_summary *s);   /* what H lines say */
void sc_summary_steps(struct sc_summary *s);   /* the funnel */
void sc_summary_rights(struct sc_summary *s);  /* opt-outs: looked for, found, not looked for */
void sc_summary_credit(struct sc_summary *s);  /* records with author, title, DOI, URL */
void sc_summary_verify(struct sc_summary *s);  /* roots, and the commands that check them */
void sc_summary_limits(struct sc_summary *s);  /* what no manifest can say, and what this one does not */
/* Does a step of that kind ("tag/licence", "tag/") stand in the funnel? */
bool sc_summary_did(const struct sc_summary *s, sc_str step);
/* One that puts a work into the public domain or says that it is there, by its SPDX name. */
bool sc_is_public_domain(sc_str licence);

#endif
