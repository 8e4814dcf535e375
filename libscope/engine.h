/* SPDX-License-Identifier: Apache-2.0 */
/*
 * engine.h -- what the files of the engine share.
 *
 *	plan.c    words and options to stages
 *	refuse.c  what was taken back stays out: --tombstones
 *	survey.c  files that speak for others, seen before the run
 *	pump.c    threads: who reads, who works, who writes
 *	split.c   records that become several
 *	work.c    a batch: read it, parse it, run the parallel stages over it
 *	identify.c  ids, digests and R lines of a batch
 *	park.c    what is kept of a batch that has to wait for its shard's turn
 *	flow.c    what comes after, in order: serial stages, what is held, fates
 *	sink.c    outputs, their names, the dropped, the rejects
 *	plan_gate.c  a run under a charter
 *	account.c counts and sums, the check that nothing vanished, the manifest
 *
 * A batch is filled by one thread, worked on by one, written by one, never by two at a time; the
 * pump's lock hands it over.  What only the writing thread touches is said to be "the writer's".
 */
#ifndef ENGINE_H
#define ENGINE_H

#include <scope/charter.h>
#include <scope/cmd.h>
#include <scope/json.h>
#include <scope/run.h>

#include <pthread.h>

#ifndef SCOPE_VERSION
#define SCOPE_VERSION "0.1.0"
#endif

/* What went through a step.  Digests as manifest.h says. */
struct tally {
	uint64_t in, kept, dropped, rejected, undecided;
	uint8_t sum_in[32], sum_kept[32], sum_dropped[32], sum_rejected[32];
};

enum fate { KEPT, DROPPED, REJECTED, SPLIT };

/* A record on its way.  step: who decided its fate, 0 = the reader, i + 1 = stage i, nstage + 1 = the writer. */
struct item {
	struct sc_record rec;
	sc_str from;        /* FROM field; with digest only when the plan wants digests */
	uint8_t digest[32];
	enum fate fate;
	size_t step;
	bool undecided, damage;
	bool made, stillborn; /* by a split of this run; incomplete when it was made: its step is the split's second */
	sc_str reason;
	sc_str rline; /* empty until made */
	sc_str packed; /* the members as stored that hold this record and nothing else, where they are at hand */
	const struct sc_codec *packing;
	uint8_t leaf[32]; /* hash of rline */
};

enum batch_state { FREE, READING, FILLED, WORKING, WORKED, WRITING };

struct batch {
	enum batch_state state;
	struct sc_arena arena;
	struct item *v; /* heap: outlives the arena's resets */
	size_t n, cap, bytes;
	size_t shard;
	uint64_t serial; /* in the shard */
	bool last;       /* of the shard */
	struct tally *tally; /* of the reader, the parallel stages, and what those made that split */
};

struct stage {
	const struct sc_filter *f;
	void *conf;
	struct sc_maker me;
	bool quiet, borrowed; /* borrowed: conf is an earlier stage's */
	sc_str args;
	struct tally tally; /* the writer's */
	struct tally made;  /* of a split: its second step */
	struct sc_ctx ctx;  /* serial stages: the writer's */
};

struct shard {
	sc_str path, as;
	uint64_t size; /* of the file as stored; 0 = not known */
	struct sc_source src;
	struct sc_read_conf conf;
	struct sc_chain_in chain;
	const struct sc_reader *reader; /* known once opened */
	bool opened;                    /* the thread's that reads it; apart from the next: no shared word */
	uint64_t ordinal;
	struct sc_input *live;          /* under the lock: while it is read, NULL before and after */
	struct parked *parked;          /* likewise: batches that wait as little as they can */
	bool busy, done;                /* likewise, with the batches that were filled and written */
	uint64_t filled, written;
	struct sc_shard_in in;
	uint8_t plain[32]; /* SHA-256 of its decompressed bytes; of use when shards are listed as they are */
	/* the writer's */
	uint64_t kept, dropped, rejected, split, made, nerror;
	struct sc_err first;
	uint64_t first_ordinal, first_off;
	bool damaged;
};

/* A record that a serial stage keeps for later, in the spool. */
struct held {
	uint64_t off, len;
	size_t shard;
	bool evicted;
};

struct holding {
	int fd;
	uint64_t end;
	struct held *v;
	size_t n, cap;
};

/* One output file and the writer at work on it. */
struct outlet {
	struct sc_output *out;
	const struct sc_writer *w;
	void *state;
	struct sc_style style;
	uint64_t records;
	sc_str path, name; /* name: as S lines and locators say it */
	struct sc_output *side; /* sidecar of tags, or NULL */
};

struct worker {
	struct sc_ctx *ctx; /* one for each parallel stage */
	struct sc_err err;
	struct sc_plan *p;
};

struct sc_plan {
	struct sc_run_conf conf;
	struct sc_charter *charter; /* or NULL */
	struct sc_arena arena; /* as long as the plan */
	struct stage *stage;
	size_t nstage, nparallel;
	struct shard *shard;
	size_t nshard;
	sc_each *each;
	bool each_blind; /* see sc_plan_sink_blind */
	void *with;
	sc_each *tap;
	void *tap_with;
	sc_claim *claim;
	void *claim_with;
	int (*last)(void *with, const struct sc_plan *p, struct sc_err *e);
	void *last_with;
	sc_str (*heads)[2]; /* H lines that were asked for */
	size_t nheads;
	bool manifest_only;

	/* decided by plan_ready */
	bool wants_digest, wants_manifest, is_frame, resolved;
	bool bare; /* frames without digests */
	double max_bad;
	enum sc_undecided undecided;
	struct sc_style style;
	struct sc_chain chain, prev; /* prev: what came with frames */
	sc_str manifest_path;

	/* pump */
	pthread_mutex_t lock;
	pthread_cond_t wake;
	struct batch *batch;
	struct sc_packer *packer;
	size_t nthreads, reading, nbatch, writing_shard, batch_bytes, parked_bytes;
	bool writing, failed;
	struct sc_err err;

	/* the writer's */
	struct tally reader;
	struct tally out_tally;         /* what the writer took and refused */
	struct holding *holding;        /* for each stage, NULL where nothing is held */
	struct outlet now, dropped;
	const struct sc_writer *asked;  /* what --to or the output's name say, or NULL */
	bool said;                      /* which format is written instead */
	struct sc_output *rejects;
	struct sc_output **finished;    /* whole, waiting for their names */
	struct sc_shard_out *outs;
	size_t nfinished, nouts, next_number, outlet_shard;
	sc_str format;                  /* the writer's name when one format is kept for all */
	struct sc_manifest_writer *mw;
	struct sc_arena scratch;        /* for one record; reset after it */
	uint64_t nin, nmade, nkept, ndropped, nrejected, bytes_out;
	bool damaged;
	struct sc_totals totals;
	struct sc_step *steps;
	size_t nsteps;
	double started, shown;
};

/* plan.c */
int plan_ready(struct sc_plan *p, struct sc_err *e);

/* refuse.c: --tombstones as stages, and what stages want the manifest to carry on */
int refuse_stages(struct sc_plan *p, struct sc_err *e);
int refuse_carry(struct sc_plan *p, struct sc_err *e);

/* survey.c: what filters want to have seen before the first record */
int survey(struct sc_plan *p, struct sc_err *e);

/* work.c */
int batch_read(struct sc_plan *p, struct batch *b, struct sc_err *e);
int batch_work(struct sc_plan *p, struct batch *b, struct worker *w, struct sc_err *e);
/* Runs one stage over a record that still lives; decides fate and tally. */
int stage_run(struct sc_plan *p, size_t i, struct sc_ctx *c, struct item *it, struct tally *t, bool *hold);

/* What a stage's answer makes of a record. */
int stage_fate(struct sc_plan *p, size_t i, struct sc_ctx *c, struct item *it, int rc, const struct sc_err *why);
struct item *item_new(struct batch *b); /* zeroed; until the next call */

/* split.c */
int split_run(struct sc_plan *p, size_t i, struct sc_ctx *c, struct item *it, struct tally *t, struct tally *made,
	      struct item **v, size_t *n);
int batch_split(struct sc_plan *p, struct batch *b, struct worker *w, size_t i);
bool plan_splits(const struct sc_plan *p);

/* identify.c */
void items_identify(struct sc_plan *p, struct sc_arena *a, struct item *v, size_t n); /* when digests are wanted */
void batch_ids(struct batch *b);    /* of the records that are kept so far */
void batch_rlines(struct batch *b); /* with their leaves */

/* park.c: batch_park and parked_write by the batch's thread, park and parked_next under the lock. */
struct parked;
struct parked *batch_park(struct sc_plan *p, const struct batch *b); /* NULL: it stays as it is */
void park(struct sc_plan *p, struct parked *k);
struct parked *parked_next(struct sc_plan *p); /* whose turn to be written it is, or NULL */
int parked_write(struct sc_plan *p, struct parked *k, struct sc_err *e); /* and frees it */
void unpark_all(struct shard *s); /* a run has failed */

/* flow.c */
int flow_open(struct sc_plan *p, struct sc_err *e);
int flow_batch(struct sc_plan *p, struct batch *b, struct sc_err *e);
int flow_end(struct sc_plan *p, struct sc_err *e);
void flow_close(struct sc_plan *p);

/* sink.c */
int sink_open(struct sc_plan *p, struct sc_err *e);
int sink_shard(struct sc_plan *p, size_t shard, struct sc_err *e); /* its first batch comes */
/* SC_BAD: this record cannot be written so; nothing was. */
int sink_keep(struct sc_plan *p, struct item *it, size_t shard, struct sc_err *e);
int sink_drop(struct sc_plan *p, struct item *it, sc_str step, struct sc_err *e);
int sink_reject(struct sc_plan *p, struct item *it, sc_str step, struct sc_err *e);
int sink_flush(struct sc_plan *p, struct sc_err *e); /* the memory of records that were written is about to go */
void finished_add(struct sc_plan *p, struct sc_output *out); /* whole; waits for sink_commit */
int sink_end(struct sc_plan *p, struct sc_err *e);
int sink_commit(struct sc_plan *p, struct sc_err *e);
void sink_abandon(struct sc_plan *p);

/* sidecar.c */
int sidecar_open(struct sc_plan *p, struct outlet *o, struct sc_err *e);
int sidecar_put(struct sc_plan *p, struct outlet *o, const struct sc_record *r, struct sc_err *e);

/* account.c */
void tally_in(struct tally *t, const struct item *it, bool digest);
void tally_fate(struct tally *t, const struct item *it, bool digest);
void tally_merge(struct tally *to, const struct tally *from);
void account_head(struct sc_plan *p);   /* p->chain for the head of a frame stream: names, no counts */
void account_frames(struct sc_plan *p); /* p->prev with the totals of all frame shards added up */
void account_steps(struct sc_plan *p); /* p->steps from the tallies, those of frames before them */
int account_check(struct sc_plan *p, struct sc_err *e);
int gate_begin(struct sc_plan *p, struct sc_err *e);
int gate_end(struct sc_plan *p, bool *refused, struct sc_err *e);
void gate_free(struct sc_plan *p);
int account_manifest(struct sc_plan *p, struct sc_err *e); /* writes it into p->finished */

/* pump.c */
size_t pump_threads(const struct sc_plan *p);
int pump(struct sc_plan *p, struct sc_err *e);
void progress(struct sc_plan *p, bool end);

#endif
