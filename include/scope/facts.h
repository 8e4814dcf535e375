/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scope/facts.h -- a manifest added up: one pass over its lines, then numbers and tables.
 *
 *	struct sc_facts *f = sc_facts_new(SC_FACT_ALL, 64 << 20);
 *	rc = sc_facts_read(f, lines, &e);		or sc_facts_add() for each line of a pass of one's own, then sc_facts_end()
 *	sc_facts_list(f, SC_FACT_HOST, SC_BY_RECORDS, &list, &e);
 *	while ((rc = sc_fact_next(list, &row, &e)) == SC_OK)
 *		...					row.value, row.records, row.bytes: from the most to the least
 *
 * Memory is bounded whatever the manifest holds: what is counted spills, sorted, to TMPDIR.  Records are R lines: one for each
 * distinct record; their bytes are those of their parts, without packaging.  Strings live as long as the facts.
 */
#ifndef SCOPE_FACTS_H
#define SCOPE_FACTS_H

#include <scope/export.h>

/* What records are counted by.  Of domain, media and rights, which are labels with commas between, each label counts: a record of
 * two stands in two rows, once in each. */
enum sc_fact {
	SC_FACT_LICENCE,
	SC_FACT_BASIS,
	SC_FACT_HOST,
	SC_FACT_SITE,
	SC_FACT_DOMAIN,
	SC_FACT_MEDIA,
	SC_FACT_RIGHTS,
	SC_FACT_DECLARED, /* the LICENCE of records whose basis declares it: of a licence's records the others were concluded */
	SC_FACTS
};
enum { SC_FACT_ALL = (1 << SC_FACTS) - 1 };  /* bits 1 << enum sc_fact */
extern const sc_str sc_fact_names[SC_FACTS]; /* "licence", "basis", "host", ... */
bool sc_fact_named(sc_str name, enum sc_fact *key);

/* Where the licence was read: true where a field that is there to say so says so (metadata, HTTP header, SPDX line, a package's own file, an
 * article's permissions, a page's mark-up, an image's metadata); false where the tagger read it in a text, from its folder, or was told to assume it. */
bool sc_basis_declares(sc_str basis);

struct sc_count {
	uint64_t records, bytes;
};

/* Of one key. */
struct sc_fact_total {
	struct sc_count having,
	        lacking;     /* records with a value, and without: together all of them */
	struct sc_count sum; /* of all rows: more than `having` where records have several labels */
	uint64_t distinct;   /* rows */
	uint64_t once, twice; /* values that one record has, and two: f1 and f2 */
};

/* What a media type is; SC_UNSTATED: the record has none. */
enum sc_modality { SC_TEXT, SC_IMAGE, SC_AUDIO, SC_VIDEO, SC_OTHER, SC_UNSTATED, SC_MODALITIES };
enum sc_modality sc_modality_of(sc_str media);
extern const sc_str sc_modality_names[SC_MODALITIES];

/* A manifest says a record's bytes, not how they divide between its parts: of a modality the truth lies between alone.bytes and
 * any.bytes.  Only for images does other than the type's own name count: image/svg+xml is one. */
struct sc_modality_sum {
	struct sc_count any;   /* records that have it, and all their bytes */
	struct sc_count alone; /* records that have nothing else */
};

/* What was looked for and found, of opt-outs; each record is in one of these. */
struct sc_rights_sum {
	struct sc_count reserved; /* a label reserved/... */
	struct sc_count unclear;  /* none of these, but unknown/...: it could not be followed */
	struct sc_count clear; /* looked for, and none found: none, allowed/..., terms/... alone */
	struct sc_count unchecked; /* no rights= */
};

struct sc_head {
	sc_str key, value;
};
struct sc_stated {                           /* T lines */
	bool has;                            /* a line of records */
	sc_str record_root, key_root, lines; /* "sha256:HEX" */
	uint64_t records, occurrences, keys;
};

struct sc_facts_seen {
	struct sc_count all; /* R lines */
	struct sc_count doi, author, title, src, parent,
	        url;              /* that have it; url: src= with "://" */
	struct sc_count conflict; /* with conflict= */
	struct sc_count mixed;    /* of several modalities */
	struct sc_modality_sum modality[SC_MODALITIES];
	struct sc_rights_sum rights;
	struct sc_fact_total key[SC_FACTS];                                 /* after the end */
	uint64_t occurrences, tombstones;                                   /* L lines, X lines */
	uint64_t in_bytes, in_records, in_rejected, out_bytes, out_records; /* of I and S lines */
	struct sc_head *head;                                               /* H lines */
	struct sc_step *step;     /* P lines: the first is numbered 1, and so on */
	struct sc_shard_in *in;   /* I lines */
	struct sc_shard_out *out; /* S lines; without .stored.plain when the line has none */
	size_t nhead, nstep, nin, nout;
	struct sc_stated stated;
};

struct sc_facts;
/* keys: which tables are wanted.  memory: before they spill; at least 1 MiB is taken. */
struct sc_facts *sc_facts_new(unsigned keys, size_t memory);
void sc_facts_free(struct sc_facts *f); /* NULL is fine */
/* A line as sc_manifest_lines_next gives it.  SC_BAD: a field is missing or is no number, or a sum passes 2^64. */
int sc_facts_add(struct sc_facts *f, const struct sc_manifest_line *l, struct sc_err *e);
/* No more lines: tables are closed.  SC_BAD: there are no totals, or they are not those of the lines. */
int sc_facts_end(struct sc_facts *f, struct sc_err *e);
/* All lines of m, and the end. */
int sc_facts_read(struct sc_facts *f, struct sc_manifest_lines *m, struct sc_err *e);
const struct sc_facts_seen *sc_facts_seen(const struct sc_facts *f);
sc_str sc_facts_head(const struct sc_facts *f, sc_str key); /* what H lines say, or empty */

/* What an R line may leave out. */
enum sc_without {
	SC_WITHOUT_AUTHOR,
	SC_WITHOUT_BASIS,
	SC_WITHOUT_DOI,
	SC_WITHOUT_DOMAIN,
	SC_WITHOUT_HOST,
	SC_WITHOUT_LICENCE, /* the field is empty: nobody looked */
	SC_WITHOUT_MEDIA,
	SC_WITHOUT_RIGHTS,
	SC_WITHOUT_SRC,
	SC_WITHOUT_TITLE,
	SC_WITHOUTS
};
const char *sc_without_name(enum sc_without w); /* "author" */
uint64_t sc_facts_without(const struct sc_facts_seen *s,
                          enum sc_without w); /* R lines that leave it out */

/* A table from the most to the least; what is equal in one measure is ordered by the other, then by value.  May be asked for as often
 * as one likes, and several may be read at once. */
enum sc_fact_order { SC_BY_RECORDS, SC_BY_BYTES };
struct sc_fact_row {
	sc_str value; /* a view until the next call */
	uint64_t records, bytes;
};
struct sc_fact_list;
int sc_facts_list(struct sc_facts *f, enum sc_fact key, enum sc_fact_order by,
                  struct sc_fact_list **list, struct sc_err *e);
int sc_fact_next(struct sc_fact_list *list, struct sc_fact_row *row,
                 struct sc_err *e);                /* SC_OK, SC_EOF, SC_FAIL */
void sc_fact_list_free(struct sc_fact_list *list); /* NULL is fine */

/* What facts are counted with, for whoever has something else to count: tables of up to SC_COUNTS_KEYS keys, in bounded memory. */
enum { SC_COUNTS_KEYS = 8 };
struct sc_counts;
struct sc_counts *sc_counts_new(size_t memory);
void sc_counts_free(struct sc_counts *t); /* NULL is fine */
/* key < SC_COUNTS_KEYS; value is copied. */
int sc_counts_add(struct sc_counts *t, size_t key, sc_str value, struct sc_count c,
                  struct sc_err *e);
/* No more.  Sets sum, distinct, once and twice in total[key] of each key that was counted, which are zero before. */
int sc_counts_end(struct sc_counts *t, struct sc_fact_total *total, struct sc_err *e);
/* After the end, as sc_facts_list. */
int sc_counts_list(struct sc_counts *t, size_t key, enum sc_fact_order by,
                   struct sc_fact_list **list, struct sc_err *e);

#endif
