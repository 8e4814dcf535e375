/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scope/overlap.h -- how much of a corpus stands in another one, which needs no manifest.
 *
 *	exact       the whole record: its identity is that of a record of the suspect, or of a part of one
 *	part        a part of a record of several, 40 bytes and more: its SHA-256 is that of a part or of a record of the suspect
 *	text        a text part, normalised (scope/normal.h), of 40 characters and more: the same as a text part of the suspect
 *	paragraphs  paragraphs of normalised text, 40 characters and more each: each one that stands in the suspect counts
 *
 * Parts that are called json are descriptions, not works: they count in none but the first.  What a manifest does not say, parts and texts, is
 * read from the shards; where these are not there the last three were not looked for, which is told and is not the same as none.  What must be
 * joined is sorted outside of memory.
 */
#ifndef SCOPE_OVERLAP_H
#define SCOPE_OVERLAP_H

#include <scope/manifest.h>
#include <scope/plugin.h>

enum sc_overlap_how { SC_EXACT, SC_PART, SC_TEXT, SC_PARAGRAPHS, SC_ANY, SC_OVERLAP_HOWS };
enum { SC_OVERLAP_LEAST = 40, SC_OVERLAP_GROUPS = 20 };

struct sc_overlap_conf {
	sc_str root;		    /* where the corpus's shards lie; empty: beside its manifest */
	sc_str group, text_field;   /* how the suspect's shards are read; the corpus's manifest says it for its own */
	struct sc_strs log;	    /* version logs */
	sc_str list;		    /* a file for all that was found; or empty */
	size_t memory, most;	    /* most: examples */
};

/* A share: n of N. */
struct sc_share {
	uint64_t n, of, n_bytes, of_bytes;
};

struct sc_overlap_group {
	sc_str name; /* a licence or a host; empty: not said */
	struct sc_share any;
};
struct sc_overlap_groups {
	struct sc_overlap_group v[SC_OVERLAP_GROUPS]; /* those with the most found, then by name */
	size_t n;
	uint64_t others; /* more of them with anything found */
};

struct sc_overlap_example {
	sc_str id, licence, src, place, suspect; /* where it lies in both */
	bool how[SC_OVERLAP_HOWS];
	uint64_t paragraphs, found;
};

/* One of the two. */
struct sc_overlap_side {
	sc_str path;		/* a manifest, or the first shard */
	size_t operands;
	bool is_manifest;
	sc_str created, root;	/* H created, record-root as "sha256:HEX"; or empty */
	uint64_t records, shards, missing, spoilt;
	sc_str first_missing;
};

/* Who had it first. */
struct sc_overlap_order {
	const char *first;    /* "corpus", "suspect", or NULL: nothing tells */
	sc_str by;	      /* on what evidence, in words */
	struct sc_strs claims; /* all that was found, a line each */
};

struct sc_overlap {
	struct sc_arena a; /* all of it lives here */
	struct sc_overlap_side corpus, suspect;
	bool looked;		 /* for parts, texts and paragraphs: some shards of both were there */
	struct sc_share share[SC_OVERLAP_HOWS];
	uint64_t paragraphs, paragraphs_found;
	uint64_t strangers;	 /* records of the corpus's shards that its manifest does not list */
	struct sc_overlap_groups licences, hosts;
	struct sc_overlap_example *example;
	size_t nexample;
	struct sc_overlap_order order;
};

/* `suspect`: one manifest or shards.  SC_OK, whatever was found; SC_BAD: a manifest is not in order; SC_FAIL. */
int sc_overlap(struct sc_overlap *o, const struct sc_overlap_conf *c, sc_str corpus, const sc_str *suspect, size_t nsuspect, struct sc_err *e);
void sc_overlap_free(struct sc_overlap *o);

void sc_overlap_show(struct sc_overlap *o, struct sc_buf *b);
void sc_overlap_json(const struct sc_overlap *o, struct sc_buf *b);

#endif
