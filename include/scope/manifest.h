/* SPDX-License-Identifier: Apache-2.0 */
/* scope/manifest.h -- scope-manifest/1: what went in, what was done, what came out. */
#ifndef SCOPE_MANIFEST_H
#define SCOPE_MANIFEST_H

#include <scope/output.h>
#include <scope/record.h>

/* External merge sort of lines by bytes (LC_ALL=C): runs spill to TMPDIR past `memory` bytes. */
struct sc_sorter;
struct sc_sorter *sc_sorter_new(size_t memory);
int sc_sorter_add(struct sc_sorter *s, sc_str line, struct sc_err *e); /* any bytes; no LF needed */
int sc_sorter_next(struct sc_sorter *s, sc_str *line, struct sc_err *e); /* in order; SC_EOF; view until the next call */
void sc_sorter_clear(struct sc_sorter *s); /* empty again, its memory kept */
void sc_sorter_free(struct sc_sorter *s);

/*
 * The key-root (scope/sparse.h): R lines, in order, can be asked for by the keys that they have: cid (the id), url (src= with "://"), doi,
 * host and site, with the bytes that stand in the line.
 */
struct sc_key {
	sc_str kind, value; /* views */
};
size_t sc_keys_of(sc_str rline, struct sc_key *v); /* room for 8 */
void sc_key_of(sc_str kind, sc_str value, uint8_t out[32]);
struct sc_sparse_leaf;
struct sc_keys;
struct sc_keys *sc_keys_new(size_t memory);
/* Before the first line: where the lines can be had again, all and in their order, should a key stand in several of them.  Without, they wait in TMPDIR. */
typedef int sc_keys_again(void *with, int (*each)(void *to, sc_str rline, struct sc_err *e), void *to, struct sc_err *e);
void sc_keys_source(struct sc_keys *k, sc_keys_again *again, void *with);
int sc_keys_add(struct sc_keys *k, sc_str rline, struct sc_err *e);
/* All leaves in order, once; or the root, and how many. */
int sc_keys_end(struct sc_keys *k, int (*each)(void *with, const struct sc_sparse_leaf *leaf, struct sc_err *e), void *with, struct sc_err *e);
int sc_keys_root(struct sc_keys *k, uint8_t root[32], uint64_t *n, struct sc_err *e);
void sc_keys_free(struct sc_keys *k); /* NULL is fine */

/* A shard that went in (I line). */
struct sc_shard_in {
	sc_str path;
	uint64_t bytes, records, rejected;
	uint8_t sha256[32];
};

/* A shard that came out (S line). */
struct sc_shard_out {
	sc_str path; /* relative to the outputs' folder */
	uint64_t records;
	struct sc_stored stored;
};

/* A step as it was run (P line).  in = kept + dropped + rejected; undecided is the part of dropped
 * that was undecided.  Sums are over SHA-256(ID || FROM), both as written in an L line; sum_rejected is
 * sum_in - sum_kept - sum_dropped and is what the check is made with. */
struct sc_step {
	sc_str name;            /* "read/jsonl", "tag/licence", "select/filter" */
	uint32_t revision;
	uint8_t rules[32];      /* zero = none, written "-" */
	uint64_t in, kept, dropped, rejected, undecided;
	uint8_t sum_in[32], sum_kept[32], sum_dropped[32], sum_rejected[32];
	sc_str args;            /* as given, re-quotable */
};
/* Does s count what the split before it made ("split/figures:made")?  Its `in` is then not the kept of the step before. */
bool sc_step_is_made(const struct sc_step *before, const struct sc_step *s);
/* A reader begins a chain: after a merge of what was made differently there are several, one after the other. */
bool sc_step_is_reader(const struct sc_step *s);
/* merge/once and merge/recall stand behind all chains, and take in what these kept together. */
bool sc_step_is_joint(const struct sc_step *s);


/* Now, or SOURCE_DATE_EPOCH when that is set: "2024-05-01T12:00:00Z". */
sc_str sc_created(struct sc_arena *a);

/* "shard#offset+length", the FROM field; escaped as in the manifest. */
sc_str sc_manifest_from(struct sc_arena *a, const struct sc_origin *o);
void sc_manifest_from_put(struct sc_buf *b, const struct sc_origin *o);
/* SHA-256(ID || FROM) where ID is "sha256:HEX". */
void sc_manifest_digest(const uint8_t id[32], sc_str from, uint8_t out[32]);
/* A zero byte and then the R line of a record, without LF, no conflict= yet: SHA-256 of the whole is the line's leaf
 * hash.  r has an id. */
sc_str sc_manifest_leaf(struct sc_arena *a, struct sc_record *r);
/* What its R line says as parent=: "sha256:HEX" of the record that it was split from, by now or before; or empty. */
sc_str sc_manifest_parent(struct sc_arena *a, struct sc_record *r);

/* The manifest that is meant by `thing`: of a folder the manifest.scm in it, else thing itself; in `a` or a view. */
sc_str sc_manifest_at(struct sc_arena *a, sc_str thing);

struct sc_manifest_writer;
int sc_manifest_begin(struct sc_manifest_writer **w, size_t memory, struct sc_err *e);
/* An occurrence: its R line and that line's leaf hash, "shard#off+len" in the output (shard not escaped yet), and FROM as sc_manifest_from made it. */
int sc_manifest_add(struct sc_manifest_writer *w, sc_str rline, const uint8_t leaf[32], sc_str shard, uint64_t off,
                    uint64_t len, sc_str from, struct sc_err *e);
int sc_manifest_head(struct sc_manifest_writer *w, sc_str key, sc_str value, struct sc_err *e); /* H */
int sc_manifest_in(struct sc_manifest_writer *w, const struct sc_shard_in *s, struct sc_err *e);
int sc_manifest_out(struct sc_manifest_writer *w, const struct sc_shard_out *s, struct sc_err *e);
int sc_manifest_step(struct sc_manifest_writer *w, size_t number, const struct sc_step *s, struct sc_err *e);
int sc_manifest_tombstone(struct sc_manifest_writer *w, sc_str xline, struct sc_err *e); /* an X line without LF; the same again is one */
/* Merges, resolves conflicts, computes the root and writes the whole text to out (open, not finished). */
struct sc_totals {
	uint64_t records, occurrences, keys;
	uint8_t record_root[32], key_root[32];
};
int sc_manifest_end(struct sc_manifest_writer *w, struct sc_output *out, struct sc_totals *t,
                    struct sc_err *e);
void sc_manifest_free(struct sc_manifest_writer *w); /* NULL is fine */

/* SC_OK if all that it says is true; SC_BAD and the first thing that is not; SC_FAIL if it could not look.  `root` is where S paths
 * lie (empty: the manifest's own folder); with `inputs`, I paths are read and checked too.  With `say`, progress for people:
 * one finding a line ("record-root  ok  ..."), called as checks pass. */
struct sc_verify {
	sc_str root;
	bool inputs;
	bool roots; /* only the lines' order and form, their digest, and both roots: neither places, steps nor shards */
	size_t memory;
	void (*say)(void *with, sc_str what, bool ok, sc_str detail);
	void *with;
};
/* Where the shard of an S line lies.  SC_BAD: it is not there, or its path leads out of the root, by itself or over a link. */
int sc_manifest_inside(struct sc_arena *a, sc_str root, sc_str path, sc_str *out, struct sc_err *e);
int sc_manifest_verify(sc_str path, const struct sc_verify *v, struct sc_totals *t, struct sc_err *e);

/* What the T lines of a manifest say, and the SHA-256 of the file as stored.  SC_BAD: a total is missing, or the lines above are not those whose
 * digest they name; whether roots and counts are those of the lines is sc_manifest_verify's to say. */
int sc_manifest_totals(sc_str path, struct sc_totals *t, uint8_t file[32], struct sc_err *e);

#endif
