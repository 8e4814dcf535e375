/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scope/rules.h -- rules as text, LABEL SCORE CONDITION..., read into tables that cost little to ask: filters/tag/domain.txt says
 * how a rule is written, and filters/tag/domain.c what it means.
 *
 * A rule stands in one table only, under the condition that is cheapest to ask for:
 *   - with a host, in a hash table under that host;
 *   - with a phrase, under the first one, by the kind of text that it is looked for in: each kind is searched once for all its
 *     phrases, and only rules whose phrase is there are tried;
 *   - with a category or a figure's field, among those, which only records are asked that have such a thing;
 *   - else among the others, which are few and tried in turn.
 */
#ifndef SCOPE_RULES_H
#define SCOPE_RULES_H

#include <scope/phrases.h>

/* The first SC_RULE_KINDS are phrases, each in a kind of text of its own. */
enum sc_rule_about {
	SC_RULE_TEXT,    /* the record's text */
	SC_RULE_CAPTION, /* a figure's caption */
	SC_RULE_SUBJECT, /* the subjects of a figure's paper */
	SC_RULE_JOURNAL, /* its journal */
	SC_RULE_KINDS,
	SC_RULE_HOST = SC_RULE_KINDS,
	SC_RULE_PATH,
	SC_RULE_URL,
	SC_RULE_MEDIA,
	SC_RULE_SOURCE,
	SC_RULE_META,
	SC_RULE_FIGURE,   /* a field of a figure's JSON part */
	SC_RULE_CATEGORY, /* a category as arXiv writes them */
};

enum { SC_RULE_CONDITIONS = 6 };

struct sc_condition {
	enum sc_rule_about about;
	sc_str field;    /* META, FIGURE: a path */
	sc_str value;    /* glob, host or path prefix */
	uint32_t phrase; /* its number among those of its kind */
};

struct sc_family;

struct sc_rule {
	sc_str label, text; /* text: what the evidence calls it, "domain:host=arxiv.org" */
	float score;        /* -1 to 1; below 0 only where labels add up */
	struct sc_condition c[SC_RULE_CONDITIONS];
	size_t n, order;          /* order: in all that was read */
	struct sc_family *family; /* NULL: it stands for itself */
	struct sc_rule *next;     /* of its chain, in the order of reading */
};

/* Labels under NAME/: what speaks for and against one adds up, and it is given from `enough` on. */
struct sc_family {
	sc_str name;
	float enough;
	const struct sc_rule *
	        otherwise; /* if it holds and no label of the family is given, its label is; NULL: nothing */
	struct sc_family *next;
};

struct sc_rule_chain {
	struct sc_rule *first, *last;
};

struct sc_rules {
	sc_str prefix;                                  /* of a rule's text, "domain:" */
	struct sc_phrases *phrases[SC_RULE_KINDS];      /* NULL: no rule looks there */
	struct sc_rule_chain *by_phrase[SC_RULE_KINDS]; /* by the phrase's number */
	bool searches[SC_RULE_KINDS]; /* some rule stands under a phrase of that kind */
	struct sc_rule_chain figure, category, others;
	struct sc_family *family;
	bool wants_media;
	/* The rest is for rules.c. */
	struct sc_rule_chain *bucket, searching[SC_RULE_KINDS];
	size_t nbucket, order; /* nbucket: a power of two */
};

/* Zeroes r; `bytes` is about how much text there will be.  Memory is the arena's, but for phrases: sc_rules_free. */
void sc_rules_init(struct sc_rules *r, struct sc_arena *a, sc_str prefix, size_t bytes);
/* Adds the rules of a text.  SC_FAIL: e has "NAME:LINE:COLUMN: what was expected". */
int sc_rules_read(struct sc_rules *r, struct sc_arena *a, const char *name, sc_str text,
                  struct sc_err *e);
void sc_rules_ready(struct sc_rules *r, struct sc_arena *a); /* after the last; then read-only */
void sc_rules_free(struct sc_rules *r);                      /* fine twice, and on zeroes */

const struct sc_condition *sc_rule_first(const struct sc_rule *r,
                                         enum sc_rule_about about); /* NULL: none */
/* Rules that have a host, this one's and perhaps some others'. */
const struct sc_rule *sc_rules_of_host(const struct sc_rules *r, sc_str host);

bool sc_glob(sc_str pattern, sc_str s); /* * is any bytes, ASCII case aside */

/* A rule that holds. */
struct sc_fired {
	const struct sc_rule *rule;
	float score; /* the rule's; of the surest for a label that is given: the label's sum */
	const struct sc_phrase_hit *hit; /* of its first phrase, or NULL */
	enum sc_rule_about kind;         /* of that phrase */
	bool out;                        /* it is not to be shown */
};

/*
 * Adds up what f's rules say, among n that hold, and marks as `out` all rules of f but those that speak for a label that is given.
 * What speaks for a label and against it is independent evidence: 1 - (1-a)(1-b)..., times 1-c for each score of -c; rounded to
 * hundredths, and below 1 unless a score is 1.  A phrase that stands in a longer one of the family's, of the same kind, does not
 * count.  False: no label is given.
 */
bool sc_family_sum(struct sc_arena *a, const struct sc_family *f, struct sc_fired *v, size_t n);

/* For sorting rules that hold: as they were read; by label, the highest score of a label first. */
int sc_fired_by_order(const struct sc_fired *x, const struct sc_fired *y);
int sc_fired_by_label(const struct sc_fired *x, const struct sc_fired *y);

#endif
