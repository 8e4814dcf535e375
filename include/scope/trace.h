/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scope/trace.h -- where a record lies, by which steps it got there, and what it was made of: manifests put end to end.
 *
 * The shard that one manifest read (an I line) is the shard that another one wrote (an S line): the same SHA-256, of the bytes as stored or
 * decompressed.  An occurrence's FROM is then a locator of that other manifest.  What a manifest says is believed here; whether it is true
 * is verify's to find out.  In memory are H, I, P and S lines, and of records only what was found.
 */
#ifndef SCOPE_TRACE_H
#define SCOPE_TRACE_H

#include <scope/export.h>
#include <scope/lookup.h>

enum {
	SC_TRACE_PLACES = 64,  /* occurrences of one record in one manifest that are followed; the others are counted */
	SC_TRACE_NODES = 4096, /* records in manifests, all together */
};

struct sc_trace_shard {
	sc_str path;
	uint8_t sha256[32], plain[32]; /* as stored; decompressed, of one that came out */
	bool out;		       /* S, else I */
};

struct sc_trace_manifest {
	sc_str path, created, tool, root; /* root: "sha256:HEX", the record-root; what is not there is empty */
	struct sc_trace_shard *shard;
	size_t nshard, cap;
	struct sc_manifest_line *step; /* P */
	size_t nstep, step_cap;
	bool splits; /* it has a step that makes several records of one, or says nothing of its steps */
	struct sc_lookup *lines;
};

enum sc_trace_fate {
	SC_TRACE_UNSAID,      /* FROM is "-", or names no I line */
	SC_TRACE_FOUND,
	SC_TRACE_NO_MANIFEST, /* none that was given wrote that shard */
	SC_TRACE_NOT_LISTED,  /* one did, and has no record there */
};

/* An occurrence. */
struct sc_trace_place {
	sc_str at, from; /* "shard#offset+length" */
	const struct sc_trace_shard *out, *in; /* or NULL */
	enum sc_trace_fate fate;
	size_t *origin, norigin, cap; /* nodes that lie where it came from */
};

/* A record in a manifest. */
struct sc_trace_node {
	size_t manifest;
	sc_str id;			 /* "sha256:HEX" */
	struct sc_manifest_line *fact;	 /* R; several: they differ */
	size_t nfact, fact_cap;
	struct sc_trace_place *place;	 /* the first SC_TRACE_PLACES and those that were asked for */
	size_t nplace, place_cap;
	uint64_t places;		 /* all */
	sc_str removed;			 /* why, when an X line says that it was taken back */
	size_t *child, nchild, child_cap; /* nodes that were made of it */
	bool seed, down;		 /* was asked for; is that or was made of it */
	bool asked;
};

/* A shard that was asked for by its digest. */
struct sc_trace_hit {
	size_t manifest;
	const struct sc_trace_shard *shard;
};

/* A record that a manifest does not hold. */
struct sc_trace_miss {
	size_t manifest;
	sc_str id;
};

struct sc_trace {
	struct sc_arena a; /* all of it lives here */
	struct sc_trace_manifest *manifest;
	size_t nmanifest, manifest_cap;
	struct sc_trace_node *node;
	size_t nnode, node_cap;
	struct sc_trace_hit *hit;
	size_t nhit, hit_cap;
	sc_str *orphan; /* ids that were asked for and that no manifest holds, but of which something may have been made */
	size_t norphan, orphan_cap;
	size_t *orphan_child, norphan_child, orphan_child_cap; /* nodes */
	struct sc_trace_miss *miss;
	size_t nmiss, miss_cap;
	uint64_t left_out; /* nodes past SC_TRACE_NODES */
	struct trace_wants *wants;
};

void sc_trace_start(struct sc_trace *t);
void sc_trace_free(struct sc_trace *t);
int sc_trace_add(struct sc_trace *t, sc_str manifest, struct sc_err *e);

/* The digest of a shard: hits in I and S lines. */
void sc_trace_shard_is(struct sc_trace *t, const uint8_t sha256[32]);
/* The record of that id in all manifests, as a seed.  *found: how many of them hold it; when none does, what was made of it is looked for. */
int sc_trace_id(struct sc_trace *t, sc_str id, size_t *found, struct sc_err *e);
/* Ids of R and X lines, and digests of shards, that begin so ("sha256:" and some digits): each once, at most `most`; *n of them. */
int sc_trace_complete(struct sc_trace *t, sc_str prefix, sc_str *v, size_t most, size_t *n, struct sc_err *e);
/* Records whose R line has one of these "key=value", in all ASCII case aside with `fold`: the first `most` ids, each once; *n of them.
 * held[i]: lines of manifest i that have it. */
int sc_trace_search(struct sc_trace *t, const sc_str *kv, size_t nkv, bool fold, sc_str *v, size_t most, size_t *n, uint64_t *held,
		    struct sc_err *e);
/* Which of ids[0..n), sorted, each once, are held: any[i]; and held[i] is raised by how many manifest i has. */
int sc_trace_count(struct sc_trace *t, const uint8_t (*ids)[32], size_t n, bool *any, uint64_t *held, struct sc_err *e);

/* Hop by hop from the seeds to what they were made of, and with `children` to what was made of them. */
int sc_trace_follow(struct sc_trace *t, bool children, struct sc_err *e);

/* For people: a tree.  For programs: members of an object, "manifests" and so on.  Appended to b. */
void sc_trace_show(struct sc_trace *t, struct sc_buf *b);
void sc_trace_json(const struct sc_trace *t, struct sc_buf *b);

#endif
