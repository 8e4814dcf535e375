/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scope/gate.h -- a charter held against a manifest: what each directive measured, and its verdict.
 *
 * All variants (the corpus as it is, and with modifications) are measured in one pass over the manifest; memory is bounded, but for
 * what the charter itself says.
 */
#ifndef SCOPE_GATE_H
#define SCOPE_GATE_H

#include <scope/breadth.h>
#include <scope/charter.h>
#include <scope/sign.h>

enum sc_gate_verdict {
	SC_GATE_PASS,
	SC_GATE_VIOLATED,
	SC_GATE_UNDECIDED,
	SC_GATE_WAIVED,
	SC_GATE_INFO,
	SC_GATE_VERDICTS
};
extern const sc_str
        sc_gate_names[SC_GATE_VERDICTS]; /* "pass", "violated", "undecided", "waived", "info" */

struct sc_gate_conf {
	const struct sc_charter *charter;
	sc_str manifest;
	sc_str shown;	       /* what to call the manifest; empty: by its path */
	sc_str audit;           /* empty: none */
	sc_str log;             /* a version log with releases, or empty */
	struct sc_strs rules;   /* files of rules that tag/domain was run with, beside ours or instead */
	struct sc_strs what_if; /* names of modify directives */
	struct sc_strs shards;  /* for expressions over text */
	struct sc_trust trust;  /* whose signature makes waivers count */
	size_t memory;
};

struct sc_gate_line {
	const struct sc_directive *d;
	enum sc_gate_verdict verdict;
	sc_str measured; /* in words and numbers */
	sc_str why;      /* what it takes, or why it is not decided; may be empty */
	bool has_value; /* limits and guarantees: the number that was held against the directive's own */
	double value;
	struct sc_count hit; /* rules: records that break it; costs and benefits: exposure */
	uint64_t lacking;    /* records that could not be looked at for it */
};

struct sc_gate_variant {
	sc_str name; /* "as it is", "with M1", "with M1, M2" */
	struct sc_count all;
	uint64_t
	        undecided; /* records of which a modification's filter could not tell: they are left out */
	struct sc_fact_total total[SC_FACTS];
	struct sc_breadth breadth[SC_FACTS]; /* by records */
	struct sc_gate_line *line;           /* one for each directive, in order */
	size_t n;
	enum sc_gate_verdict verdict; /* pass, violated or undecided */
	uint64_t count[SC_GATE_VERDICTS];
};

struct sc_gate {
	struct sc_arena a;
	uint8_t record_root[32], manifest[32]; /* manifest: SHA-256 of the file as stored */
	sc_str made_under;                     /* what the manifest's H charter says, or empty */
	sc_str corpus, created;
	bool same_charter;
	sc_str waivers; /* who signed the charter, or why waivers do not count; empty: it has none */
	struct sc_gate_variant *v; /* the first is the corpus as it is */
	size_t n;
};

/* SC_OK whatever the verdict.  SC_BAD: the manifest is not in order or its totals are false, or what_if names no modification; SC_FAIL. */
int sc_gate_run(const struct sc_gate_conf *c, struct sc_gate *g, struct sc_err *e);
void sc_gate_free(struct sc_gate *g);

#endif
