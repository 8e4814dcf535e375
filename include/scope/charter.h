/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scope/charter.h -- what a corpus is for and what may be in it: scope-charter(5) is the language.
 *
 * A charter is text, one directive a line.  It is read whole and small; all strings live in its arena.
 */
#ifndef SCOPE_CHARTER_H
#define SCOPE_CHARTER_H

#include <scope/facts.h>

enum sc_directive_kind {
	SC_D_CHARTER,
	SC_D_PURPOSE,
	SC_D_OWNER,
	SC_D_STANDARD,
	SC_D_ACCESS,
	SC_D_DENY,
	SC_D_ALLOW,
	SC_D_REQUIRE,
	SC_D_ABSENT,
	SC_D_LIMIT,
	SC_D_BASELINE,
	SC_D_GUARANTEE,
	SC_D_BENEFIT,
	SC_D_COST,
	SC_D_MODIFY,
	SC_D_WAIVE,
	SC_D_EXPIRE,
	SC_DIRECTIVES
};
extern const sc_str sc_directive_names[SC_DIRECTIVES]; /* "charter", "purpose", ... */

enum sc_limit_of {
	SC_LIMIT_HILL,
	SC_LIMIT_SHARE,
	SC_LIMIT_UNSEEN,
	SC_LIMIT_DISTINCT,
	SC_LIMIT_RECORDS,
	SC_LIMIT_BYTES
};

struct sc_range {
	double low, high;
};

/* A line.  What its kind has not is zero. */
struct sc_directive {
	enum sc_directive_kind kind;
	uint32_t line;    /* from 1 */
	sc_str text;      /* the line without comment, as it stands */
	sc_str name;      /* charter: NAME; benefit, cost, modify: ID */
	sc_str say;       /* what is quoted: the purpose, the owner, what a cost is */
	sc_str contact;   /* owner */
	enum sc_fact key; /* deny, allow, limit, guarantee; require evidence */
	bool reservation; /* require reservation checked */
	sc_str kind_of;   /* absent: host, site, url, doi */
	struct sc_strs
	        value; /* deny, allow, absent: the values; standard: the words; modify: the costs and benefits it is on */
	enum sc_limit_of of; /* limit */
	unsigned q;          /* hill */
	sc_str share;        /* share: "max", or a value */
	bool by_bytes;
	bool at_least;     /* >= */
	double number;     /* limit, guarantee */
	double confidence; /* guarantee */
	bool own_nonce;    /* guarantee: nonce=self will do */
	bool has_likelihood;
	struct sc_range likelihood;
	sc_str size; /* benefit, cost: "+3", "-5" */
	sc_str by, evidence, exposure, filter, until, reason, terms, recipients;
};

struct sc_charter {
	struct sc_arena a;
	sc_str path, folder; /* where files that it names lie */
	sc_str name, version;
	sc_str bytes;       /* of the file: what a signature must be of */
	uint8_t sha256[32]; /* of these */
	struct sc_directive *v;
	size_t n;
	/* After a mistake: its line as it stands, and where in it, from 1. */
	sc_str wrong_text;
	uint32_t wrong_line, wrong_column;
};

/* SC_BAD: a mistake; e says "PATH:LINE:COLUMN: what was expected". */
int sc_charter_parse(sc_str text, sc_str path, struct sc_charter *c, struct sc_err *e);
int sc_charter_read(sc_str path, struct sc_charter *c, struct sc_err *e);
void sc_charter_free(struct sc_charter *c);

/* Onto b: "0.1 to 0.3", or "0.1" when both ends are that. */
void sc_range_put(struct sc_buf *b, const struct sc_range *r);

/* A date "2027-03-01", or date and time, as seconds since 1970.  False: it is none. */
bool sc_date_parse(sc_str s, int64_t *t);

#endif
