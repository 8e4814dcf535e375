/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scope/output.h -- bytes out: compressed by the name's extension, digested, and under the
 * final name only when whole: NAME.part (with a unique suffix), fsync, rename.
 */
#ifndef SCOPE_OUTPUT_H
#define SCOPE_OUTPUT_H

#include <scope/base.h>

struct sc_output;
struct sc_packer;
struct sc_codec;

/*
 * "-" is standard output.  It, descriptors (/dev/stdout, /dev/fd/N) and what is no regular file are written
 * straight; the rest under NAME.part.PID.N until commit, and such files of NAME that dead processes left are
 * removed.  Any failure is SC_FAIL with one line ("standard output: broken pipe" where the reader went
 * away); abandon is then all that is left to do.  `codec` forces one, "none": plain; empty: by the extension of
 * path (.gz .zst .xz .bz2 .lz4), plain otherwise.  level 0 = the codec's default.
 */
int sc_output_open(struct sc_output **out, sc_str path, sc_str codec, int level, struct sc_err *e);
int sc_write(struct sc_output *out, sc_str bytes, struct sc_err *e);
/* The same for bytes of the record at hand (its raw, its parts), which are there until the engine flushes: not copied. */
int sc_write_kept(struct sc_output *out, sc_str bytes, struct sc_err *e);
/* What is collected of a plain output goes out. */
int sc_output_flush(struct sc_output *out, struct sc_err *e);
/* Compressed output is cut into independent members of 1 MiB of plain bytes, however the writes fall.  With `each` set
 * a member ends where the record does instead (WARC). */
void sc_output_members(struct sc_output *out, bool each);
/* Before the first write: SHA-256s, for sc_output_stat and sc_output_digest. */
void sc_output_hash(struct sc_output *out);
/* Before the first write: members are packed by whoever runs the packer's jobs, `most` of them under way at a time. */
void sc_output_packer(struct sc_output *out, struct sc_packer *packer, size_t most);
/* `member` as stored holds `record` and nothing else: when that, at that very place, is all that is written before the next cut,
 * the member is copied instead of packed anew.  Both live until then.  Taken up only where members end with records, the codec is
 * the same and no level was asked for. */
void sc_output_offer(struct sc_output *out, sc_str record, const struct sc_codec *codec, sc_str member);
/* The record ends here. */
int sc_output_cut(struct sc_output *out, struct sc_err *e);
uint64_t sc_output_off(const struct sc_output *out);    /* decompressed bytes written */
uint64_t sc_output_stored(const struct sc_output *out); /* bytes as stored so far */

/*
 * Files beside the output, for formats that are a folder.  sc_output_folder first: the output's folder must be there for
 * it alone, new or empty (SC_FAIL says so), and hears of no file before the output is finished; then each file, whole, by its path
 * in that folder (see sc_path_safe), which sc_output_taken denied.  They are written at once, under no name; commit gives
 * them theirs just before the output gets its own and replaces nothing; abandon leaves none, nor a folder that it made.
 */
int sc_output_folder(struct sc_output *out, struct sc_err *e);
/* Is it, or a folder on the way to it, the name of another file, or it the name of a folder?  Also where a name would be too
 * long for a file system, or is kept for what the engine writes there. */
bool sc_output_taken(const struct sc_output *out, sc_str name);
int sc_output_beside(struct sc_output *out, sc_str name, sc_str bytes, struct sc_err *e);

/* SHA-256 of the decompressed bytes written so far. */
int sc_output_digest(struct sc_output *out, uint8_t sha256[32], struct sc_err *e);

/* Flushes, syncs and closes, still under the temporary name.  Then either: */
int sc_output_finish(struct sc_output *out, struct sc_err *e);
int sc_output_commit(struct sc_output *out, struct sc_err *e); /* rename to the final name */
/* Between finish and commit: where it lies now, and another final name for it, on the same file system. */
sc_str sc_output_now(const struct sc_output *out);
int sc_output_rename(struct sc_output *out, sc_str path, struct sc_err *e); /* not one with files beside it, nor one written straight */
void sc_output_abandon(struct sc_output *out);                 /* unlink; also frees */
void sc_output_free(struct sc_output *out);                    /* after commit; NULL is fine */

/* How most end: rc says how the writing went.  SC_OK: finished and committed; anything else, or where that fails: abandoned.  Freed in any case.
 * Returns rc, or SC_FAIL. */
int sc_output_end(struct sc_output *out, int rc, struct sc_err *e);
/* bytes as all of path, which is empty or "-" for standard output; codec as in sc_output_open. */
int sc_output_whole(sc_str path, sc_str codec, sc_str bytes, struct sc_err *e);

/* After finish. */
struct sc_stored {
	uint64_t bytes;       /* as stored */
	uint8_t sha256[32];   /* of those */
	uint8_t plain[32];    /* SHA-256 of the decompressed bytes */
};
void sc_output_stat(const struct sc_output *out, struct sc_stored *st);
sc_str sc_output_path(const struct sc_output *out); /* "standard output" for "-" */

/* Unlink every .part of this process: for a signal handler's way out (async-signal-safe). */
void sc_output_abandon_all(void);

/* A nameless file in TMPDIR to spill into: readable, writable, gone when closed.  -1 on failure. */
int sc_spool(struct sc_err *e);

#endif
