/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scope/recall.h -- what is taken back: lists of identities, URLs, DOIs, hosts and sites, what of a corpus they mean, and what was made of
 * that.
 */
#ifndef SCOPE_RECALL_H
#define SCOPE_RECALL_H

#include <scope/export.h>
#include <scope/rows.h>
#include <scope/tombs.h>

/*
 * A list is text, a line each: KIND:VALUE, or a value whose kind its form says, and behind a TAB a reason, which may be missing.  Empty lines
 * and those that begin with # say nothing.
 */
struct sc_recall_line {
	struct sc_key
	        key; /* as it stands in R lines: escaped, hosts in lower case and ASCII form, a DOI without its resolver */
	sc_str reason;   /* as given; may be empty */
	uint64_t number; /* of the line */
	uint64_t hits;   /* R lines; the caller's to count */
	bool as_site;    /* a host that is the site of some record; likewise */
};
struct sc_recall_list {
	struct sc_recall_line *v;
	size_t n;
	uint8_t digest[32]; /* of the file */
	bool has_host;      /* a host or a site is taken back */
	struct sc_recall_line **sorted;
	struct sc_arena a;
};
/* SC_BAD: a line is of no kind that is known (which one, and what to write instead). */
int sc_recall_read(struct sc_recall_list *l, sc_str path, struct sc_err *e);
int sc_recall_parse(struct sc_recall_list *l, sc_str bytes, sc_str name,
                    struct sc_err *e); /* bytes are copied */
/* The first line that an R line's key is; NULL.  DOIs are compared without case and resolver. */
struct sc_recall_line *sc_recall_match(const struct sc_recall_list *l, const struct sc_key *k);
void sc_recall_list_free(struct sc_recall_list *l);

/*
 * The reach of a list in manifests: the records that it names, and what was made of them, by parent= and, over manifests, by where records
 * came from: the FROM of a record is in a shard that went in (I line), which is one that came out (S line) of another.
 */
struct sc_reach;
struct sc_reach *sc_reach_new(struct sc_recall_list *l, size_t memory);
/* The corpus, then any number of others, each by its path. */
int sc_reach_add(struct sc_reach *r, sc_str path, struct sc_err *e);
/* All were added: `taken` is whole. */
int sc_reach_end(struct sc_reach *r, struct sc_err *e);
const struct sc_tombs *sc_reach_taken(const struct sc_reach *r); /* each with its reason */
const struct sc_walk *sc_reach_corpus(const struct sc_reach *r);
bool sc_reach_names(
        const struct sc_reach *r,
        sc_str id); /* by the list itself, and not by what it was made of: "sha256:HEX" */
uint64_t sc_reach_no_host(const struct sc_reach *r); /* R lines of the corpus that have no host */

enum sc_verdict { SC_HIT, SC_CLEAN, SC_UNKNOWN };
/* Of the i-th manifest that was added, from 1 (0 is the corpus): lists it something that is taken back, can it have nothing, or
 * is that not known?  *why in `a`. */
int sc_reach_judge(struct sc_reach *r, size_t i, struct sc_arena *a, enum sc_verdict *verdict,
                   sc_str *why, struct sc_err *e);
void sc_reach_free(struct sc_reach *r); /* NULL is fine */

/* As a stage, select/recall: drops what is taken back and has the manifest carry the tombstones.  Not in the registry. */
struct sc_recall_stage {
	const struct sc_tombs *taken;
	uint8_t digest[32]; /* of the list */
};
extern const struct sc_filter sc_recall_filter;

/* Writes to out a scope-proof/1 of each of n keys: that it is not in the manifest's key-root.  One pass over the keys' leaves, whatever n is.
 * *w is what was read.  SC_FAIL: one is listed. */
int sc_lacks_prove(sc_str manifest, const struct sc_key *key, size_t n, size_t memory,
                   struct sc_output *out, struct sc_walk *w, struct sc_err *e);

#endif
