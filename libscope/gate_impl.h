/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gate_impl.h -- what the files of the gate share.
 *
 *	gate.c		the pass over the manifest, variants, verdicts
 *	gate_rules.c	allow and deny, require, absent: record by record
 *	gate_expr.c	expressions over R lines
 *	gate_shards.c	and over text, where the shards are there
 *	gate_cover.c	could a step of the run have found it
 *	gate_waive.c	waivers
 *	gate_settle.c	from what was counted to a line: measured, verdict, why
 */
#ifndef GATE_IMPL_H
#define GATE_IMPL_H

#include <scope/export.h>
#include <scope/expr.h>
#include <scope/gate.h>
#include <scope/rows.h>

/* Of a directive in a variant. */
struct tally {
	struct sc_count hit;
	uint64_t lacking, unclear; /* unclear: of what is there, but says nothing either way */
	uint64_t *value;           /* deny: records by each value that matched */
};

/* An exposure or a filter. */
struct gexpr {
	struct sc_expr *x; /* NULL: there is none, or it cannot be asked */
	struct sc_expr_match *m;
	bool text; /* it looks at more than an R line says */
	struct sc_rows *yes,
	        *unclear; /* from the shards: leaf hashes of lines for which it is true, or cannot tell */
	uint64_t missing; /* lines that it could not be asked of: no shard has them */
};

struct variant {
	struct sc_gate_variant *out;
	size_t *modify; /* directives whose filters must be true */
	size_t nmodify;
	struct tally *tally; /* by directive */
	struct sc_counts *counts;
	struct sc_fact_total total[SC_FACTS];
	struct sc_count all;
	uint64_t undecided;
};

/* An R line as the gate looks at it. */
struct subject {
	const struct sc_manifest_line *l;
	uint64_t bytes;
	sc_str value[SC_FACTS]; /* as in the line; empty: not there */
	sc_str src, doi, conflict;
};

/* What was answered for a licence: there are few, and each costs an expression. */
struct answered {
	uint32_t n, asked; /* bytes of value, 0: free; which question: the rules', or a directive's + 1 */
	size_t answer, which;
	char value[112];
};
enum { ANSWERS = 1 << 10 };

struct gate {
	const struct sc_gate_conf *c;
	const struct sc_charter *ch;
	struct sc_gate *out;
	struct sc_arena *a, rec; /* rec: of one record */
	struct variant *v;
	size_t n;
	struct gexpr *expr;   /* by directive */
	struct sc_rows *seen; /* leaf hashes of the lines that the shards have */
	enum sc_truth *truth; /* of the record at hand, by directive */
	bool any_allow[SC_FACTS], any_rule[SC_FACTS], says_none[SC_FACTS];
	struct sc_strs *absent;  /* by directive: its values as lines have them */
	sc_str allowed_licences; /* of all allow lines, with commas */
	struct sc_facts *facts;
	struct gate_rules *rules; /* of tag/domain, that are known */
	size_t nrules;
	struct answered *answered; /* ANSWERS of them */
	sc_str conflict; /* of the record at hand: its conflict= */
	size_t first_match[SC_FACTS], match_value[SC_FACTS]; /* of the record at hand */
	struct sc_err *e;
};
enum { MATCH_NONE = -1, MATCH_LACKING = -2 }; /* of first_match, as size_t */

void subject_of(const struct sc_manifest_line *l, struct subject *s);
void subject_tags(struct sc_arena *a, const struct subject *s,
                  struct sc_record *r); /* all that the line says */
int expr_compile_all(struct gate *g);
int expr_shards(struct gate *g);
void expr_eval_all(struct gate *g, const struct subject *s);
void expr_free_all(struct gate *g);

int rules_prepare(struct gate *g);
void rules_match(struct gate *g, const struct subject *s);
int rules_count(struct gate *g, struct variant *v, const struct subject *s);

/* A directive of a variant, and the line that is made of it. */
struct line {
	struct gate *g;
	struct variant *v;
	const struct sc_directive *d;
	const struct tally *t;
	struct sc_gate_line *o;
};

static inline void verdict(struct line *l, enum sc_gate_verdict v)
{
	l->o->verdict = v;
}

#define MEASURED(l, ...) ((l)->o->measured = sc_fmt((l)->g->a, __VA_ARGS__))
#define WHY(l, ...)      ((l)->o->why = sc_fmt((l)->g->a, __VA_ARGS__))

int64_t gate_now(struct gate *g); /* SOURCE_DATE_EPOCH, or the clock */
void settle_waive(struct line *l);
/* A line that is violated or undecided is waived, when a waiver is for it and counts. */
void waive(struct line *l, bool charter_is_signed);

int cover_prepare(struct gate *g);
/* Why no step could have said this value (empty: any) of the key; empty: one could. */
sc_str cover(struct gate *g, enum sc_fact key, sc_str value);
sc_str cover_reservations(struct gate *g);

int settle(struct gate *g, struct variant *v);

#endif
