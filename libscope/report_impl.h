/* SPDX-License-Identifier: Apache-2.0 */
/* report_impl.h -- what a report knows, before it is written in one form or another. */
#ifndef REPORT_IMPL_H
#define REPORT_IMPL_H

#include <scope/gate.h>
#include <scope/report.h>

#include <scope/audit.h>
#include <scope/breadth.h>
#include <scope/facts.h>
#include <scope/log.h>

enum {
	REP_AREAS = 11,    /* domains of the map */
	REP_CELLS = 6,     /* licences of each */
	REP_POINTS = 64,   /* of a Lorenz curve */
	REP_VALUE = 160,   /* bytes of a value that are shown */
	REP_EXCERPT = 240, /* bytes of a text that are shown */
};

/* Anybody's value, cut where it is long; `full`: its bytes when it was cut, else 0. */
struct rep_value {
	sc_str s;
	uint64_t full;
};

struct rep_row {
	struct rep_value value, second; /* second: of pairs */
	struct sc_count c;
};

/* The first rows, from the most records to the least, and all others together. */
struct rep_table {
	struct rep_row *v;
	size_t n;
	uint64_t others; /* values that are not shown */
	struct sc_count rest;
};

/* What a licence is to whoever must decide. */
enum rep_class { REP_OPEN, REP_TERMS, REP_UNSETTLED, REP_NONE, REP_UNASKED, REP_CLASSES };
extern const struct rep_class_words {
	const char *key, *name, *about, *pattern; /* pattern: its style on a map, over the colour */
} rep_classes[REP_CLASSES];

/* A domain, or several where records have several, and the licences of its records.  No value: records without a domain. */
struct rep_area {
	struct rep_value domain;
	uint8_t hash[32]; /* of the whole value */
	struct sc_count c;
	struct rep_cell {
		struct rep_value licence;
		enum rep_class class;
		struct sc_count c;
	} cell[REP_CELLS];
	size_t ncell;
	uint64_t others; /* licences that are not shown */
	struct sc_count rest;
};

/* How unequal hosts are; by records and by bytes. */
struct rep_curve {
	uint64_t hosts, sum;
	double gini;
	uint64_t half,
	        most; /* hosts, from the largest, that together have half of it, and nine tenths */
	struct rep_point {
		uint64_t hosts, sum; /* of the smallest so many hosts */
	} at[REP_POINTS + 1];
	size_t n;
};

struct rep_baseline {
	sc_str name, record_root;
	struct sc_count all;
	uint64_t added, removed, changed, same; /* identities */
	struct sc_breadth breadth[SC_FACTS][2];
};

struct rep_bound {
	enum sc_fact what;
	struct sc_audit_bound at95, at99;
};

struct rep_sample {
	uint8_t key[32]; /* by which it was drawn */
	sc_str id;       /* "sha256:HEX" */
	uint64_t bytes;
	struct rep_value media, licence, basis, domain, host, title, author;
	sc_str src; /* a link that a page may have, or empty */
	struct rep_value place;
	bool found; /* in the shards */
	struct rep_value text;
	sc_str image_media, image; /* the bytes; empty: not shown, and why */
	const char *why;
	uint32_t width, height;
	uint64_t image_bytes;
};

/* Something that the manifest does not say. */
struct rep_gap {
	const char *key, *what;
	struct sc_count c;
};

struct sc_report {
	const struct sc_report_conf *conf;
	struct sc_arena a;
	struct sc_facts *f;
	const struct sc_facts_seen *seen;
	sc_str name; /* of the file, without folder */
	uint8_t file[32];
	uint64_t top;
	struct sc_counts *counts;
	struct sc_fact_total total[SC_COUNTS_KEYS];
	struct rep_table table[SC_FACTS], basis;
	struct sc_count class[REP_CLASSES];
	struct rep_area area[REP_AREAS];
	size_t narea;
	uint64_t other_areas;
	struct sc_count area_rest;
	struct rep_curve curve[2];
	struct sc_breadth breadth[SC_FACTS][2];
	struct rep_baseline *baseline;
	struct sc_audit audit;
	struct rep_bound bound[SC_FACTS];
	size_t nbound;
	bool has_audit;
	struct rep_sample *sample;
	size_t nsample, msample;
	bool has_signature, has_checkpoint;
	sc_str signer; /* empty: not checked */
	struct sc_checkpoint checkpoint;
	bool has_gate;
	struct sc_charter charter;
	struct sc_gate_conf gate_conf;
	struct sc_gate gate;
	struct rep_gap gap[16];
	size_t ngap;
};

/* report.c */
struct rep_value rep_cut(struct sc_arena *a, sc_str s, size_t most);
enum rep_class rep_class_of(struct sc_arena *a, sc_str licence);
extern const enum sc_fact rep_wide[]; /* what breadth is measured by */
enum { REP_WIDE = 5 };

/* report_gate.c */
int rep_gate_make(struct sc_report *r, struct sc_err *e);
void rep_gate_free(struct sc_report *r);
struct sc_md;
void rep_gate_md(struct sc_md *d, const struct sc_report *r);
struct sc_json_writer;
void rep_gate_json(struct sc_json_writer *w, const struct sc_report *r);

/* report_sample.c */
void rep_sample_line(struct sc_report *r, const struct sc_manifest_line *l); /* an R line */
int rep_sample_read(struct sc_report *r, struct sc_err *e);

#endif
