/* SPDX-License-Identifier: Apache-2.0 */
/* scope/record.h -- what flows, where it came from, and what is said about it. */
#ifndef SCOPE_RECORD_H
#define SCOPE_RECORD_H

#include <scope/base.h>

struct sc_reader;
struct sc_json_index;

/*
 * Where a record's bytes lie, precisely enough to fetch them again.
 * Offsets are bytes from 0; `member` is the record's own compressed member
 * (a WARC.gz has one each) and is 0,0 where the shard has only one.
 */
struct sc_origin {
	sc_str shard;            /* path as given on the command line, or --as */
	uint64_t ordinal;        /* 0, 1, 2, ... in the shard as stored; spoilt records count */
	uint64_t off, len;       /* in the decompressed shard: the record as stored */
	uint64_t member, packed; /* in the shard as stored */
};

/* Who speaks: one per filter in the chain, listed once per stream. */
struct sc_maker {
	const char *name;  /* "tag/licence" */
	bool in_band;      /* found in the input: somebody's word, not computed in this run */
	bool quiet;        /* computed for an expression only: into the manifest, not into the output */
	uint32_t revision; /* the filter's own, raised when its answers change */
	uint8_t rules[32]; /* SHA-256 of the rule files it loaded, 0 if none */
};

/* Why a tag may be believed.  There is no way to add a tag without one. */
struct sc_evidence {
	const struct sc_maker *by;
	sc_str rule;       /* which of its rules fired: "json:license", "text:spdx-id", "magic" */
	sc_str where;      /* part name, or "meta", "name", "url", "meta:license", "header:License" */
	uint64_t off, len; /* bytes of `where` that say so; len 0 = the whole */
	float score;       /* 0..1; 1 = stated verbatim */
};

struct sc_tag {
	sc_str key, value; /* "licence" = "CC-BY-4.0", "domain" = "figure/plot,subject/biology" */
	struct sc_evidence why;
};

/* Tags in the order they were asserted.  The first of a key is the decision, later ones of the key are
 * evidence that lost.  Several labels of one key are one value, sorted, joined by
 * commas.  Searched linearly: a dozen each. */
struct sc_tags {
	struct sc_tag *v;
	uint32_t n, cap;
};

/*
 * One payload.  A JSONL or WARC record has one, a WebDataset sample several
 * (jpg, txt, json), a paper package one per file.
 */
struct sc_part {
	sc_str name;        /* "jpg", "text", "fig1.png": what tells it from its siblings */
	sc_str media;       /* as declared, lower case, no parameters; empty if the shard is silent */
	sc_str data;
	uint64_t raw_off;   /* where data lies in raw, when it lies there unchanged; else UINT64_MAX */
	uint8_t sha256[32]; /* of data, when hashed */
	bool hashed;
	uint8_t text;       /* enum sc_text: data is looked at once, or never where the reader knows */
	uint64_t spelled_off, spelled_n; /* n > 0: data is what the JSON string at raw[off..off+n), without its quotes, spells.  Who
	                                  * changes data clears it */
	sc_str json;        /* text of a JSON string from which data is yet to be decoded, see sc_record_settle; else empty */
};

/* Is it UTF-8 without NUL? */
enum sc_text { SC_TEXT_UNKNOWN, SC_TEXT_YES, SC_TEXT_NO };

/*
 * What is kept or dropped as one.  Every sc_str in here lives until its
 * batch is released, no longer.
 *
 * Life: a reader's next() frames it (from, name, head, raw: cheap, in the reading thread), its
 * parse() fills the rest (in a worker), filters add tags, a writer writes it.
 */
struct sc_record {
	struct sc_origin from;
	sc_str name;    /* member path (a sample: its key), URL or id, spelled as the shard does */
	sc_str url;     /* where it was got, when the shard says so: "https://...", "pkg:...", "doi:..." */
	sc_str source;  /* "source" field, WARC's IP or crawl: whatever the format has */
	sc_str created; /* as the shard says: WARC-Date, "created" */
	sc_str head;    /* the format's own header as stored; see sc_reader.describe */
	sc_str meta;    /* that header as a JSON object; made on demand by sc_record_meta */
	struct sc_json_index *index; /* of meta, made with it by a reader that checks it anyway, else by sc_record_index */
	sc_str raw;     /* the record as stored, to be written back unchanged; may be empty */
	sc_str parent;  /* "sha256:HEX" of the record it was split from, or empty */
	struct sc_part *part;
	uint32_t npart;
	struct sc_tags tags;
	const struct sc_reader *by; /* whose format it has */
	uint8_t id[32];             /* SHA-256 identity, when has_id */
	bool has_id;
	bool after_break;           /* the reader found it again after damage: parse() is to be wary */
	bool refuse_inband;         /* tags cannot be written into it (a JSON line that is no object) */
};

/* Records that are read, worked on, written and freed together. */
struct sc_batch {
	struct sc_arena arena;
	struct sc_record *rec;
	uint32_t n, cap;
};

/* The first tag of a key is the decision.  sc_tag_add appends; sc_tag_decide puts in front of others of its
 * key and of the same maker's run.  Strings must live in the batch (arena or record) or be static. */
void sc_tag_add(struct sc_arena *a, struct sc_record *r, sc_str key, sc_str value,
                struct sc_evidence why);
const struct sc_tag *sc_tag_first(const struct sc_record *r, sc_str key);

/* The record's metadata as a JSON object: the JSON line itself for JSONL, {"WARC-Type":...} for
 * WARC, {"path","mtime",...} for archives.  Made once, by its reader's describe(). */
sc_str sc_record_meta(struct sc_arena *a, struct sc_record *r);
/* Its members, listed once; never NULL.  And what sc_json_path(sc_record_meta(a, r), path) gives, by that list: the
 * cheap way to ask for several, most of which are not there. */
const struct sc_json_index *sc_record_index(struct sc_arena *a, struct sc_record *r);
sc_str sc_record_meta_path(struct sc_arena *a, struct sc_record *r, sc_str path);
/* False: no member's name in the metadata has `name` in it; asked before the metadata are made for nothing. */
bool sc_record_mentions(const struct sc_record *r, sc_str name);

/* Identity (SHA-256 of the payload; several parts: of the lines that sha256sum prints for them, sorted by name).
 * Computes what is missing, part digests included. */
void sc_record_id(struct sc_arena *a, struct sc_record *r);
/* The same for n records, no two the same one: faster than one after the other.  a: scratch. */
void sc_record_ids(struct sc_arena *a, struct sc_record *const *r, size_t n);
uint64_t sc_record_bytes(const struct sc_record *r); /* sum of its parts */

/*
 * Decodes what the reader left (sc_read_conf.lazy): of such a part data.n is right and data.p is NULL before.  Only the
 * first filter of a plan, if its flags have SC_LAZY, meets them, and it settles every record that it does not drop; or
 * all of a plan, when none looks at payloads (SC_BLIND, sc_plan_sink_blind).
 */
void sc_record_settle(struct sc_arena *a, struct sc_record *r);

bool sc_part_is_text(struct sc_part *p); /* see enum sc_text */

/* The text that text-minded filters look at: the only part, or the first part whose media type is
 * text/..., JSON or XML or whose name is text, txt, md, html, xml, tex or json, when it is valid UTF-8; else empty.
 * *part is its index. */
sc_str sc_record_text(const struct sc_record *r, uint32_t *part);

#endif
