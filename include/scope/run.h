/* SPDX-License-Identifier: Apache-2.0 */
/* scope/run.h -- the engine: shards through stages to an output. */
#ifndef SCOPE_RUN_H
#define SCOPE_RUN_H

#include <scope/manifest.h>
#include <scope/plugin.h>

struct sc_plan; /* what to do; built from words, then run once */

enum sc_undecided { SC_UNDECIDED_DROP, SC_UNDECIDED_KEEP, SC_UNDECIDED_REJECT };

/* What `scope run` and every filter command let a user set.  Zero is the default everywhere. */
struct sc_run_conf {
	sc_str output, outdir, to, manifest, rejects, dropped, from, as, tags, tag_key, undecided, max_bad, group,
		codec, recipe, text_field, charter, charter_key, quarantine;
	uint64_t threads, shard_bytes, shard_records, max_record, memory, level;
	bool no_manifest, in_band, strict, summary, debug, quiet;
	struct sc_strs tombstones;
};
extern const struct sc_opt sc_run_opts[]; /* rows over struct sc_run_conf */

/* The steps that records have been through, and the shards they came from: what a frame stream carries from
 * process to process.  Its head has the steps without counts, its trailer everything. */
struct sc_chain {
	struct sc_step *step;
	size_t nstep;
	struct sc_shard_in *shard;
	size_t nshard;
	bool bare; /* no digests were made: no manifest can be */
};
void sc_chain_put(struct sc_buf *b, const struct sc_chain *c);
int sc_chain_get(struct sc_arena *a, sc_str bytes, struct sc_chain *c, struct sc_err *e); /* copies into a */

/* What the frame reader hands to the engine beside records. */
struct sc_chain_in {
	struct sc_arena *a;          /* lives as long as the run */
	struct sc_chain head, total; /* head after open(), total once whole */
	bool is_frame, whole;        /* whole: the trailer came and its counts agree */
};

/* For readers: what the run's options say about reading. */
struct sc_read_conf {
	sc_str text_field; /* JSONL: payload field; empty = text, content, raw_content, data */
	sc_str tag_key;    /* "scope" */
	sc_str group;      /* "", sample, directory, archive, none, paper */
	bool strict, in_band;
	bool (*only)(sc_str path); /* members of archives whose path it does not take are passed over unread; or NULL */
	bool lazy; /* parts may come undecoded: sc_record_settle */
	struct sc_sha256 *stored_sha; /* instead of one of the input's own for hash_stored, or NULL */
	bool hash_plain, hash_stored; /* sc_input_plain_digest, the SHA-256 of sc_input_digest will be asked for */
	size_t max_record;
	unsigned depth;    /* archives that this one lies in */
	uint64_t stored;   /* bytes of the shard as stored, 0 when not known */
	struct sc_chain_in *chain; /* for read/frame; may be NULL */
};

int sc_plan_new(struct sc_plan **p, const struct sc_run_conf *conf, struct sc_err *e);
/* One stage given as words: {"tag","licence,media","--assume","MIT"}. */
int sc_plan_stage(struct sc_plan *p, const sc_str *words, size_t n, struct sc_err *e);
/* 'tag licence | filter "licence in open"' */
int sc_plan_stages(struct sc_plan *p, sc_str text, struct sc_err *e);
/* "licence,media" to the taggers of those names. */
int sc_taggers_named(struct sc_arena *a, sc_str names, const struct sc_filter ***out, size_t *n,
                     struct sc_err *e);
/* A filter whose options are parsed already: conf has f->card.conf bytes and is copied; operand as f->operand says. */
int sc_plan_filter(struct sc_plan *p, const struct sc_filter *f, const void *conf, sc_str operand,
                   bool quiet, struct sc_err *e);
int sc_plan_shard(struct sc_plan *p, sc_str path, struct sc_err *e);
/* Only a manifest of what comes, no output: S lines are the shards themselves (frames: none). */
void sc_plan_manifest_only(struct sc_plan *p);
/* Instead of writing: called in order for every record that came through, in one thread. */
typedef int sc_each(void *with, struct sc_arena *a, struct sc_record *r, struct sc_err *e);
void sc_plan_sink(struct sc_plan *p, sc_each *each, void *with);
/* Beside writing: called in order, in one thread, for every record that was written; its identity is known. */
void sc_plan_tap(struct sc_plan *p, sc_each *each, void *with);
/* What the manifest says of a record is not made but asked for: *rline for the one of that identity at `from` (an L line's FROM), a view
 * until the next call. */
typedef int sc_claim(void *with, const uint8_t id[32], sc_str from, sc_str *rline, struct sc_err *e);
void sc_plan_claims(struct sc_plan *p, sc_claim *claim, void *with);
/* Called once when all was read and written and nothing has its name yet; what it returns may still end the run. */
void sc_plan_last(struct sc_plan *p, int (*last)(void *with, const struct sc_plan *p, struct sc_err *e), void *with);
void sc_plan_head(struct sc_plan *p, sc_str key, sc_str value); /* an H line more */
void sc_plan_sink_blind(struct sc_plan *p); /* it looks at no payload, only at sizes */
void sc_plan_free(struct sc_plan *p);

/*
 * Same plan and same bytes in, same bytes out, for any number of threads.  SC_OK; SC_BAD (finished, more
 * rejected than --max-bad or damage: exit 1); SC_FAIL (nothing is left under an output's own name).
 */
int sc_run(struct sc_plan *p, struct sc_err *e);

/* The last part of every command that runs a plan: operands argv[first..] are shards ("-" when there are none, unless standard
 * input is a terminal), the run, the exit status 0, 1 or 2. */
int sc_run_main(struct sc_plan *p, int first, int argc, char **argv, struct sc_err *e);
/* The same, but the result is sc_run's and the plan lives on. */
int sc_run_shards(struct sc_plan *p, int first, int argc, char **argv, struct sc_err *e);
/* After a run: the files that were written, with their digests. */
const struct sc_shard_out *sc_run_outs(const struct sc_plan *p, size_t *n);
/* And those that were read. */
size_t sc_run_ins(const struct sc_plan *p);
const struct sc_shard_in *sc_run_in(const struct sc_plan *p, size_t i);

struct sc_summary {
	uint64_t in, kept, dropped, rejected, undecided, bytes_in, bytes_out, records;
	size_t nstep;
	const struct sc_step *step;
	sc_str manifest; /* where it lies, or empty */
	uint8_t record_root[32];
};
void sc_run_summary(const struct sc_plan *p, struct sc_summary *s);

/* A shard opened and its format recognised: by content, or `from` ("jsonl"; empty: by content).  state is the
 * reader's, opened; NULL reader never comes back with SC_OK.  conf must outlive it. */
struct sc_source {
	struct sc_input *in;
	const struct sc_reader *reader;
	void *state;
	struct sc_err early; /* damage before the first byte that could be tasted; SC_BAD to be told first */
	bool has_early;
};
int sc_source_open(struct sc_source *s, sc_str path, sc_str as, sc_str from, sc_str codec,
                   const struct sc_read_conf *conf, struct sc_err *e);
/* next(), damage before the first record included. */
int sc_source_frame(struct sc_source *s, struct sc_arena *a, struct sc_record *r, struct sc_err *e);
/* next() and parse() in one: for tools and verify.  SC_OK, SC_EOF, SC_BAD (r->from says where), SC_FAIL. */
int sc_source_next(struct sc_source *s, const struct sc_read_conf *conf, struct sc_arena *a,
                   struct sc_record *r, uint64_t *ordinal, struct sc_err *e);
void sc_source_close(struct sc_source *s);

/* Frames: scope-frame(5).  A record as bytes, all of it: for pipes between processes and for spilling. */
void sc_frame_put(struct sc_buf *b, const struct sc_record *r);
/* The same but for r->raw itself, which comes between the two. */
void sc_frame_around(struct sc_buf *head, struct sc_buf *tail, const struct sc_record *r);
/* Views into `bytes`; arrays in `a`.  SC_BAD on anything that does not fit. */
int sc_frame_get(struct sc_arena *a, sc_str bytes, struct sc_record *r, struct sc_err *e);

#endif
