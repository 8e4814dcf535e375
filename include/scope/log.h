/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scope/log.h -- the version log of a corpus: an append-only RFC 9162 tree over lines of text, and its checkpoints.
 *
 *	#scope-log/1 ORIGIN
 *	version<TAB>NUMBER<TAB>record-root sha256:HEX<TAB>key-root sha256:HEX<TAB>manifest sha256:HEX<TAB>records N<TAB>operation WORDS<TAB>created TIME
 *	release<TAB>NUMBER<TAB>version N<TAB>to WHOM<TAB>terms WORDS<TAB>created TIME
 *
 * NUMBER counts all entries from 1, and so "version N" of a release names the entry that it went out as; fields are escaped as in a manifest.
 * TIME is YYYY-MM-DDTHH:MM:SSZ, and none is before the one above it.  A leaf is SHA-256(0x00 || line without LF), over all lines but the
 * first.  A checkpoint is C2SP tlog-checkpoint's three lines (ORIGIN, how many entries, the root in base64) and an empty one, or C2SP
 * tlog-proof: one entry's line (`extra`, base64), its index and inclusion proof, and the checkpoint.
 */
#ifndef SCOPE_LOG_H
#define SCOPE_LOG_H

#include <scope/merkle.h>
#include <scope/sign.h>

struct sc_version {
	uint64_t number; /* of the entry */
	uint8_t record_root[32], key_root[32], manifest[32]; /* manifest: SHA-256 of the file */
	uint64_t records;
	sc_str operation, created, line;
};

/* To whom a version went, and on what terms. */
struct sc_release {
	uint64_t number, version; /* of this entry; of the version's */
	sc_str to, terms, created, line;
};

/* The line of an entry to a version, a release.  SC_BAD: it is none.  Strings live in `a`, `line` is a view. */
int sc_version_parse(struct sc_arena *a, sc_str line, struct sc_version *v, struct sc_err *e);
int sc_release_parse(struct sc_arena *a, sc_str line, struct sc_release *r, struct sc_err *e);
/* And back: the line without LF, from everything but `line`. */
void sc_version_put(struct sc_buf *b, const struct sc_version *v);
void sc_release_put(struct sc_buf *b, const struct sc_release *r);

/* ---- a log's file ---- */

enum { SC_LOG_LINE = 64 << 10 }; /* bytes of a line, at most */

struct sc_entry {
	bool is_release; /* which of the two it is */
	struct sc_version version;
	struct sc_release release;
	uint64_t number;
	sc_str line;
	uint8_t leaf[32];
};

/*
 * Reading, an entry at a time; memory is a line and a bit for each entry.  Every line is checked: form, escapes, numbers, times, and that what was
 * released is a version.  While it is open nobody appends.  SC_BAD names file and line.
 */
struct sc_log;
int sc_log_open(struct sc_log **l, sc_str path, struct sc_err *e);
int sc_log_next(struct sc_log *l, struct sc_entry *x, struct sc_err *e); /* SC_OK, SC_EOF; strings live until the next call */
int sc_log_rewind(struct sc_log *l, struct sc_err *e);			 /* before the first entry again */
sc_str sc_log_origin(const struct sc_log *l);
uint64_t sc_log_size(const struct sc_log *l);		     /* entries read so far ... */
void sc_log_root(const struct sc_log *l, uint8_t root[32]); /* ... and the root over them */
void sc_log_close(struct sc_log *l);			     /* NULL is fine */

/* Each of these reads the log from its beginning to its end, and refuses all of it where one line is spoilt.  SC_FAIL: it has fewer entries than were
 * asked for. */

/* The tree over the first `size` entries (UINT64_MAX: all). */
struct sc_log_tree {
	uint64_t size, newest; /* newest: the number of the last version in it; 0: there is none */
	uint8_t root[32];
};
int sc_log_tree(struct sc_log *l, uint64_t size, struct sc_log_tree *t, struct sc_err *e);
/* That entry `number` stands in the tree over the first `size`; its line in `a`. */
int sc_log_prove_entry(struct sc_log *l, uint64_t number, uint64_t size, struct sc_merkle_prover *p, struct sc_arena *a, sc_str *line,
		       struct sc_err *e);
/* That the tree over n2 entries is the one over n1 and what was appended. */
int sc_log_prove_growth(struct sc_log *l, uint64_t n1, uint64_t n2, struct sc_merkle_prover *p, uint8_t root1[32], uint8_t root2[32],
			struct sc_err *e);

/* ---- writing ---- */

/* A name without white space, controls and plus signs, as "example.org/corpus". */
bool sc_log_origin_ok(sc_str origin);
/* A new log without entries.  SC_FAIL: the file is there already, or could not be written. */
int sc_log_make(sc_str path, sc_str origin, struct sc_err *e);
/*
 * One entry is appended to a log that is whole and in order, under an exclusive lock from the check to the last byte's fsync: entries of two writers
 * stand one after the other.  number and created (in `a`) are filled in.  SC_BAD: the log is spoilt, its last line cut short; SC_FAIL: it was not
 * appended.  Unless `again`, a version with the manifest of the version before it is refused.
 */
int sc_log_add_version(sc_str path, struct sc_version *v, bool again, struct sc_arena *a, struct sc_err *e);
int sc_log_add_release(sc_str path, struct sc_release *r, struct sc_arena *a, struct sc_err *e);

/* ---- checkpoints ---- */

struct sc_checkpoint {
	sc_str origin;
	uint64_t size;
	uint8_t root[32];
	bool has_version; /* it is a tlog-proof: `version` was proven to be in the log */
	struct sc_version version;
	bool has_release; /* likewise, of a release */
	struct sc_release release;
	sc_str who; /* signed it, as sc_signed says; empty: nobody, and that is allowed */
};

enum { SC_CHECKPOINT_MOST = 256 << 10 }; /* bytes of such a file */

void sc_checkpoint_put(struct sc_buf *b, sc_str origin, uint64_t size, const uint8_t root[32]);
/* A tlog-proof up to its checkpoint, which follows. */
void sc_tlog_proof_put(struct sc_buf *b, sc_str line, uint64_t index, const struct sc_merkle_proof *p);

/* Do bytes (a file's first 4096 will do) look like one? */
bool sc_checkpoint_is(sc_str head);
/* Form and inclusion.  Lines of signed-note signatures behind it are looked at for their form and not checked: `who` stays empty. */
int sc_checkpoint_parse(sc_str bytes, struct sc_arena *a, struct sc_checkpoint *c, struct sc_err *e);
/* A file with a checkpoint or a tlog-proof, signed in PATH.sig by somebody whom `t` trusts.  SC_BAD: why it cannot be relied on. */
int sc_checkpoint_read(sc_str path, const struct sc_trust *t, struct sc_arena *a, struct sc_checkpoint *c, struct sc_err *e);

#endif
