/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scope/audit.h -- a random sample of a corpus, judged by a person, and what it says of the whole; scope-audit(5) is the file.
 *
 *	struct sc_audit au = { .n = 459, .nonce = nonce, .source = SC_NONCE_AUDITOR, .auditor = who };
 *	rc = sc_audit_draw(&au, manifest, &e);		then sc_audit_write
 *
 *	rc = sc_audit_read(path, &au, &e);
 *	rc = sc_audit_check(&au, manifest, &e);		are these the records that this nonce draws?
 *	rc = sc_audit_bound(&au, SC_STR("licence"), 0.99, &bound, &e);
 *
 * Drawn are, of all identities of the manifest (or of each stratum), those with the smallest SHA-256(record-root, 32 bytes; nonce, the bytes as
 * they were given; identity, 32 bytes): the same for any sharding.  Who may choose the nonce can try many and keep the best; hence its source.
 */
#ifndef SCOPE_AUDIT_H
#define SCOPE_AUDIT_H

#include <scope/bound.h>
#include <scope/facts.h>

enum {
	SC_AUDIT_STRATA = 4096,   /* at most */
	SC_AUDIT_DRAWN = 1000000, /* at most */
	SC_AUDIT_NONCE = 1024,    /* bytes, at most */
};

enum sc_nonce_source {
	SC_NONCE_AUDITOR,
	SC_NONCE_BEACON, /* "beacon:NAME" */
	SC_NONCE_SELF,   /* the publisher's own: it can have been ground */
};

enum sc_verdict { SC_UNJUDGED, SC_RIGHT, SC_WRONG, SC_UNCLEAR, SC_VERDICTS };
extern const sc_str sc_verdict_names[SC_VERDICTS]; /* "", "right", "wrong", "unclear" */

struct sc_audit_stratum {
	sc_str value;               /* of the tag; one that is empty when nothing was asked for */
	uint64_t population, bytes; /* identities, and their bytes */
	uint64_t drawn;
};

struct sc_audit_record {
	uint8_t id[32];
	sc_str *line; /* its R lines as they stand in the manifest: one, or several that differ */
	size_t nline;
	sc_str place; /* its first L line, or empty */
	uint64_t bytes;
	size_t stratum;
	enum sc_verdict
	        verdict[SC_FACTS]; /* on what is claimed: SC_FACT_LICENCE, SC_FACT_DOMAIN, ... */
};

/* Strings live in .a once it was read or drawn. */
struct sc_audit {
	struct sc_arena a;
	/* What was asked for. */
	uint64_t n;
	bool stratified, each; /* each: n of every stratum, not of all */
	enum sc_fact strata;   /* by which tag */
	sc_str nonce, auditor;
	enum sc_nonce_source source;
	sc_str beacon; /* its name */
	/* What was found. */
	sc_str manifest; /* the file's name, without folder */
	sc_str created;
	uint8_t record_root[32];
	uint64_t records;    /* R lines */
	uint64_t population; /* identities; those that several R lines speak of count once */
	struct sc_audit_stratum *stratum; /* by value */
	size_t nstratum;
	struct sc_audit_record *record; /* by identity */
	size_t nrecord;
};

/* Fills in what was found.  The record-root is computed anew: SC_BAD when the manifest's lines do not lead to what it says.  `manifest` is a file,
 * not a pipe: it is read more than once.  Memory: what is drawn. */
int sc_audit_draw(struct sc_audit *au, sc_str manifest, struct sc_err *e);
/* SC_BAD: it is no audit, or does not hold together (counts, strata, identities). */
int sc_audit_read(sc_str path, struct sc_audit *au, struct sc_err *e);
int sc_audit_parse(sc_str text, struct sc_audit *au, struct sc_err *e);
/* Drawn again from the manifest: SC_BAD names the first thing that is not so. */
int sc_audit_check(const struct sc_audit *au, sc_str manifest, struct sc_err *e);
void sc_audit_put(struct sc_buf *b, const struct sc_audit *au);
int sc_audit_write(const struct sc_audit *au, sc_str path,
                   struct sc_err *e); /* whole or not at all */
void sc_audit_free(struct sc_audit *au);

/* "auditor", "beacon:NAME", "self". */
bool sc_audit_source_parse(sc_str s, struct sc_audit *au);
sc_str sc_audit_source(struct sc_arena *a, const struct sc_audit *au);
/* What the record's lines say: values that differ, with " | " between. */
sc_str sc_audit_claim(struct sc_arena *a, const struct sc_audit_record *r, enum sc_fact what);
sc_str sc_audit_key(struct sc_arena *a, const struct sc_audit_record *r,
                    sc_str key); /* "src", "title", "lic.at" */
struct sc_audit_record *sc_audit_find(const struct sc_audit *au, const uint8_t id[32]);

/* What a sample says of the whole. */
struct sc_audit_bound {
	uint64_t n, bytes;            /* drawn */
	uint64_t errors, wrong_bytes; /* wrong or unclear */
	uint64_t
	        unclear; /* of the errors: those that could not be told, which are counted as wrong */
	uint64_t unjudged; /* records without a verdict: the bounds then hold nothing */
	bool decided;      /* all were judged, and there is one */
	double confidence;
	uint64_t population;
	double rate;  /* errors / n, weighted by stratum */
	double upper; /* share of records: Clopper-Pearson; of strata with Bonferroni */
	double upper_finite; /* the same by the hypergeometric distribution: tighter where much of the corpus was drawn */
	double upper_bytes,
	        upper_finite_bytes; /* share of bytes: strata weighted by theirs; holds where within a stratum errors do not hang on size */
	bool self;                  /* the nonce was the publisher's own */
	struct sc_stratum
	        *stratum; /* as many as the audit has, weighted by records; in the audit's arena */
};
/* SC_FAIL: `what` is no tag, or confidence not within (0, 1).  With !decided the bounds are 1. */
int sc_audit_bound(const struct sc_audit *au, sc_str what, double confidence,
                   struct sc_audit_bound *out, struct sc_err *e);

/* Verdicts as a table for spreadsheets: RFC 4180, no cell a formula.  Reading one back: its rows must be the drawn records, each once; a verdict
 * that differs from one that is there is refused unless `replace`.  *changed: verdicts that are new. */
void sc_audit_sheet_put(struct sc_buf *b, const struct sc_audit *au, const enum sc_fact *what,
                        size_t nwhat);
int sc_audit_sheet_get(struct sc_audit *au, sc_str csv, bool replace, uint64_t *changed,
                       struct sc_err *e);

/* What a person looks at.  The shards are read through once; shown[i], of as many as there are records, is set to what au->record[i] holds where
 * it was found: its text, what states the licence, its pictures; escaped, lines with LF, in `a`.  With `extract`, a folder that is made where it is not there,
 * parts that are no text are written into it under names of ours. */
int sc_audit_look(const struct sc_audit *au, const sc_str *shard, size_t nshard, sc_str extract,
                  struct sc_arena *a, sc_str *shown, struct sc_err *e);

#endif
