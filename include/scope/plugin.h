/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scope/plugin.h -- the kinds of thing that plug in.
 *
 * To add one, put one file in filters/<kind>/ that defines one const table
 * named after its path: filters/tag/licence.c defines tag_licence.  The
 * Makefile makes the registry from the file names.  Nothing else changes.  A file that stands on an optional
 * library says so in a comment of its own, "NEEDS: pkg-config-name ...": it is left out where that is missing.
 */
#ifndef SCOPE_PLUGIN_H
#define SCOPE_PLUGIN_H

#include <scope/input.h>
#include <scope/output.h>
#include <scope/record.h>

enum sc_opt_kind {
	SC_OPT_FLAG,   /* bool */
	SC_OPT_STR,    /* sc_str; lives as long as argv */
	SC_OPT_SIZE,   /* uint64_t, "10k", "2MiB" */
	SC_OPT_NUM,    /* uint64_t */
	SC_OPT_CHOICE, /* sc_str, one of arg's "a|b|c" */
	SC_OPT_LIST,   /* struct sc_strs: may be given several times */
};

struct sc_chain;
struct sc_manifest_writer;

struct sc_strs {
	sc_str *v;
	size_t n;
};

/* One row makes the parser, --help, the man page and the completion. */
struct sc_opt {
	const char *name; /* long name, no dashes; NULL ends the table */
	const char *arg;  /* what to call the value, "FILE"; "a|b|c" for a choice; NULL for a flag */
	const char *help; /* one line, lower case, no full stop */
	size_t at;        /* offsetof the field in conf */
	char letter;      /* 0 if none */
	enum sc_opt_kind kind;
};

/* An option's "one,two" as bits of names[0..n), n at most 32; an empty list is all of them. */
int sc_opt_bits(const char *option, sc_str list, const sc_str *names, size_t n, unsigned *bits, struct sc_err *e);

/* What --help, man and `scope list` show; every kind begins with one. */
struct sc_card {
	const char *name;    /* "tag/licence" */
	const char *about;   /* one line, lower case, no full stop */
	const char *more;    /* paragraphs for the man page, separated by empty lines; may be NULL */
	const char *example; /* a command line that tests/cli runs, on files that `scope demo`'s archive has */
	const struct sc_opt *opts; /* may be NULL */
	size_t conf;         /* sizeof the conf struct that opts fill, or 0 */
	size_t state;        /* sizeof the state the engine allocates zeroed, or 0 */
	uint32_t revision;
};

/*
 * codec: compressed bytes to plain bytes and back.
 *
 * Unpacking is a push of what the input holds: step() consumes from *in and fills out.  It returns
 * SC_OK (progress made, or none: more input is wanted, and without more the member is cut; *end set when a member just
 * ended) or SC_BAD (this member is spoilt, or is of a kind that is not read).  Checksums are its business.  After SC_BAD or
 * a member's end the caller calls start() for the next member; `resync` finds where that can be.  `last` says that no
 * more input will come.  Several states may be open at once.
 */
struct sc_codec {
	struct sc_card card;
	const char *ext; /* ".gz", what an output must end in to be packed by this */
	bool padded;     /* zero bytes may stand between members and behind the last (gzip by custom, xz) */
	/* Bits of magic matched at the head of a file or member, 0 = not mine.  A head below 64 bytes is all there is. */
	int (*taste)(sc_str head);
	/* Offset of the next place in s where a member can begin, or s.n rounded down by what might be
	 * the beginning of one: for finding the way after damage. */
	size_t (*resync)(sc_str s);
	int (*open)(void *state, struct sc_err *e);
	int (*start)(void *state, struct sc_err *e); /* a new member begins */
	int (*step)(void *state, sc_str *in, bool last, char *out, size_t cap, size_t *n, bool *end,
	            struct sc_err *e);
	/* Where members are independent: the one at the head of `in`, all of it at once.  SC_OK: whole and sound, *used bytes gave
	 * *n; SC_EOF: it gives more than cap; SC_BAD: cannot be told, step() will say.  What it takes step() takes too, and gives
	 * the same.  NULL: none. */
	int (*whole)(void *state, sc_str in, char *out, size_t cap, size_t *used, size_t *n);
	void (*close)(void *state);
	/* Packing: one call makes one whole member of `plain` appended to *out.  NULL: reading only.  Level 0 = default. */
	int (*pack)(void *state, sc_str plain, int level, struct sc_buf *out, struct sc_err *e);
};

/* read: plain bytes to records. */
struct sc_reader {
	struct sc_card card;
	const char *writes; /* name of the writer that keeps this format: "jsonl"; "tar" for cpio, 7z, file */
	/* How sure, in bits of magic; 0 = not mine.  A short head means a short file. */
	int (*taste)(sc_str head, sc_str path);
	int (*open)(void *state, const void *conf, struct sc_input *in, struct sc_err *e);
	/*
	 * Frames the next record.  SC_OK with *r filled; SC_EOF; SC_BAD: a spoilt one, *r.from.off and .len say
	 * which bytes (skipped already; call again), r->raw what there is of them (at most 64 KiB is kept); SC_FAIL.
	 * *r comes zeroed but for from.shard and from.ordinal.  Strings live in `a` or are static.
	 */
	int (*next)(void *state, struct sc_arena *a, struct sc_record *r, struct sc_err *e);
	/* Fills name, url, parts from what next() framed; in any thread, at the same time as others.  SC_OK or
	 * SC_BAD.  NULL: next() does it all. */
	int (*parse)(const void *conf, struct sc_arena *a, struct sc_record *r, struct sc_err *e);
	/* r->head (and name) as a JSON object; depends on nothing else.  NULL: head is one already. */
	sc_str (*describe)(struct sc_arena *a, const struct sc_record *r);
	/* False: that object has no member `name` (or of which that is a part), inside others neither.  Saves describing for a
	 * question whose answer is no.  NULL: nobody knows without. */
	bool (*mentions)(const struct sc_record *r, sc_str name);
	void (*close)(void *state);
};

enum {
	SC_SERIAL = 1 << 0, /* must see every record in order: dedup, sample, cap */
	SC_EDITS = 1 << 1,  /* may change the body, and then says so in a tag */
	SC_IDS = 1 << 2,    /* asks for each record's identity: it is computed before, for many records at once */
	SC_LAZY = 1 << 3,   /* as the first of a plan: settles every record that it does not drop (sc_record_settle) */
	SC_BLIND = 1 << 4,  /* looks at no payload, at most at its size */
};

/* What a filter's calls are given. */
struct sc_ctx {
	void *state;               /* per worker, card.state bytes, zeroed before open() */
	const void *conf;          /* shared, read-only after load() */
	const struct sc_maker *me; /* for evidence */
	struct sc_arena *a;        /* the batch's: lives as long as the record */
	struct sc_err *e;
};

/* What a split makes of one record: children, added in order.  Rows live in the batch's arena. */
struct sc_child {
	struct sc_record rec; /* from and by are set by the engine; has_id may be set already */
	int fate;             /* SC_OK; SC_DROP or SC_BAD: it is not complete, `why` says how */
	sc_str why;
};
struct sc_brood {
	struct sc_child *v;
	uint32_t n, cap;
};
struct sc_child *sc_brood_add(struct sc_arena *a, struct sc_brood *b); /* zeroed; until the next call */

/*
 * Files that speak for others, shown to a filter before the first record of the run: those of the inputs, as far as these can be read
 * twice, members of archives one by one, and those of shards that the user named for it.
 */
struct sc_survey {
	/* May shards of this format have any?  NULL: may any, or is it not wanted at all. */
	bool (*of)(const void *conf, const struct sc_reader *reader);
	bool (*wants)(sc_str name); /* by a member's path or a URL, before anything else of it is read */
	const sc_str *words;	    /* one of them, ASCII case aside, is in the head of a record whose name is not known before it is parsed; ends empty */
	const struct sc_strs *(*also)(const void *conf); /* shards given by the user, read whatever their format */
	int (*take)(void *conf, const struct sc_record *r, struct sc_err *e); /* SC_OK or SC_FAIL; keeps nothing of r's */
	/* All were seen, or `all` is false: standard input, a pipe or frames stood among the inputs.  quiet: say nothing of that. */
	int (*end)(void *conf, bool all, bool quiet, struct sc_err *e);
};

/* tag, select and split: look at one record, add tags, decide its fate, or make several of it. */
struct sc_filter {
	struct sc_card card;
	unsigned flags;
	const char *operand; /* what it takes beside options, "EXPR"; NULL = nothing */
	const char *emits; /* tag keys that it adds, separated by spaces: "host site" */
	/* Once: compile patterns, load rules; `arg` are the operands (an expression).  Read-only afterwards, shared.
	 * May set me->rules.  Memory it needs comes from `a`, which lives as long as the plan. */
	int (*load)(void *conf, sc_str arg, struct sc_arena *a, struct sc_maker *me, struct sc_err *e);
	void (*unload)(void *conf); /* for foreign objects (patterns); may be NULL */
	const struct sc_survey *survey; /* or NULL */
	/* i-th tag key that must be there before it can work, NULL past the last.  May be NULL. */
	const char *(*needs)(const void *conf, size_t i);
	/* Once per worker: scratch that each() may write. */
	int (*open)(struct sc_ctx *c);
	/* SC_OK keeps, SC_DROP leaves out (c->e->msg may give the reason), SC_UNDECIDED, SC_BAD rejects, SC_FAIL ends the run;
	 * SC_HOLD (serial filters): kept for later under the record's serial, see below. */
	int (*each)(struct sc_ctx *c, struct sc_record *r);
	/* Instead of each(), in filters/split: SC_OK with what is made of r, none or more, which goes on in its place; SC_DROP
	 * (nothing of that kind in it), SC_BAD, SC_FAIL as above.  Not serial. */
	int (*split)(struct sc_ctx *c, struct sc_record *r, struct sc_brood *made);
	/* How archives are grouped for it when it stands first and --group does not say: "paper"; or NULL. */
	const char *group;
	/* Serial filters: each() may see this record soon.  For fetching memory; changes nothing.  May be NULL. */
	void (*soon)(struct sc_ctx *c, const struct sc_record *r);
	/*
	 * Serial filters that decide late (sample by count).  `serial` numbers the records that each() held, from 0.
	 * evict: after each() of any record, serials that are now dropped, one a call, until false.
	 * When the input ends all that is still held is kept, in order.
	 */
	bool (*evict)(struct sc_ctx *c, uint64_t *serial);
	void (*close)(struct sc_ctx *c);
	/* When a manifest is written: lines that it is to carry on beside the steps (sc_manifest_tombstone).  May be NULL. */
	int (*carry)(const void *conf, struct sc_manifest_writer *w, struct sc_err *e);
};

enum sc_tags_mode { SC_TAGS_INBAND, SC_TAGS_SIDECAR, SC_TAGS_NONE };

/* How a run wants its records written. */
struct sc_style {
	enum sc_tags_mode tags;
	sc_str tag_key; /* "scope" unless --tag-key says otherwise */
	/* Records that were dropped: why; empty otherwise. */
	sc_str dropped_step, dropped_reason;
	const struct sc_chain *chain; /* write/frame: open() writes it as the head, end() as the trailer, when it is complete */
};

/* write: records to bytes.  The engine opens, digests and renames the files and measures where each record
 * lies: put() writes exactly one record, all of it. */
struct sc_writer {
	struct sc_card card;
	const char *ext; /* ".jsonl" */
	bool member_each; /* a compressed output has one member a record (WARC) */
	const char *folder; /* an output is a folder, -o DIR/, and this the file in it that lists the others; ext is NULL */
	int (*open)(void *state, const struct sc_style *style, struct sc_output *out, struct sc_err *e);
	/* SC_BAD: this record cannot be written in this format; it is rejected and the output unchanged. */
	int (*put)(void *state, struct sc_arena *a, struct sc_record *r, struct sc_err *e);
	int (*end)(void *state, struct sc_err *e); /* what follows the last record: tar's zero blocks, zip's directory */
	void (*close)(void *state);
};

/* The tags that are to be written with r: those of quiet makers left out. */
bool sc_tags_visible(const struct sc_record *r);
/* {"v":1,"from":{...},"parts":[...],"tags":[...]} appended to b; the shape is always the same. */
void sc_tags_json(struct sc_buf *b, const struct sc_record *r, const struct sc_style *style);
/* Reads such an object back into r->tags under an in-band maker.  SC_BAD when it is not one. */
int sc_tags_parse(struct sc_arena *a, sc_str json, struct sc_record *r, struct sc_err *e);

/* What media type a head of bytes is ("image/png"), static, or empty; *rule names the signature, *at and *n
 * its bytes.  And between media types and file extensions (no dot), empty when not known. */
sc_str sc_media_sniff(sc_str bytes, sc_str *rule, size_t *at, size_t *n);
sc_str sc_media_sniff_part(struct sc_part *p, sc_str *rule, size_t *at, size_t *n); /* of a part's data */
sc_str sc_media_of_ext(sc_str ext);
sc_str sc_ext_of_media(sc_str media);

/* NULL-terminated, sorted by name; defined in build/registry.c. */
extern const struct sc_codec *const sc_codecs[];
extern const struct sc_reader *const sc_readers[];
extern const struct sc_filter *const sc_filters[];
extern const struct sc_writer *const sc_writers[];
/* "codec/lz4 liblz4": what this build does without, and the library that it wants. */
extern const char *const sc_left_out[];

/* By the last segment of its name; NULL when there is none. */
const struct sc_codec *sc_codec_named(sc_str name);
const struct sc_reader *sc_reader_named(sc_str name);
const struct sc_filter *sc_tagger_named(sc_str name);
const struct sc_filter *sc_select_named(sc_str name);
const struct sc_filter *sc_splitter_named(sc_str name);
const struct sc_writer *sc_writer_named(sc_str name);

#endif
