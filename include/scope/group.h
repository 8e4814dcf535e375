/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scope/group.h -- members of an archive to records: what --group sample|directory|archive|paper|none means.
 *
 * sample     WebDataset's rule: adjacent members with the same path up to the first dot of the base name are one
 *            record; a part's name is what follows that dot, in lower case.  A member without such a dot
 *            (README, .hidden) is a record of its own, its part named like its base name.
 * directory  all members of one directory, wherever they lie in the archive; part names are base names.
 * archive    all members; part names are whole paths.
 * paper      what split figures reads: a paper's files, by the documents that lie among them; see libscope/papers.c.
 * none       each member is a record, directories and links too (without parts).
 *
 * An archive reader supplies members (struct sc_members); sc_group_next makes the records.  KEY.scope.json, the
 * tags that scope writes beside a sample, is never a part except under none.
 */
#ifndef SCOPE_GROUP_H
#define SCOPE_GROUP_H

#include <scope/record.h>
#include <scope/run.h>

/* One member's header.  Strings live until the next call of next(). */
struct sc_member {
	sc_str path;       /* as stored */
	const char *type;  /* static: "file", "directory", "symlink", "hardlink", "device", "fifo", "other" */
	sc_str link;       /* where a link points */
	uint64_t size;     /* payload bytes as far as known; 0 when data() will tell */
	uint64_t off, len; /* its bytes in the shard with headers and padding */
	sc_str lead;       /* header bytes as stored, where raw bytes are kept */
	int64_t mtime;     /* seconds since 1970; meaningful with has_mtime */
	uint32_t mode;
	bool has_mtime;
	bool no_loss;      /* with SC_BAD: the bytes are reported, but no member can have been among them */
	bool no_raw;       /* its bytes mean something else elsewhere: a global header speaks for them */
};

/* Where a payload was put by data(): in `raw` (as stored) or in `plain`. */
struct sc_payload {
	bool in_raw;
	size_t at, n;
};

/* What an archive reader supplies. */
struct sc_members {
	void *with;
	bool keeps_raw; /* lead and what data() adds to raw are the member's bytes as stored */
	/* The next member's header; skips a payload that data() was not asked for.  SC_OK; SC_EOF; SC_BAD: bytes
	 * m->off, m->len are damaged or stray, and it goes on after them; SC_FAIL. */
	int (*next)(void *with, struct sc_member *m, struct sc_err *e);
	/* Its payload.  Adds all stored bytes after the lead to raw when keeps_raw.  At most `limit` bytes of payload:
	 * past it SC_BAD, and the payload is passed over.  SC_BAD leaves next() able to go on.  Sets m->len when the
	 * bytes end before the header said they would. */
	int (*data)(void *with, size_t limit, struct sc_buf *raw, struct sc_buf *plain,
	            struct sc_payload *got, struct sc_member *m, struct sc_err *e);
};

struct sc_group;

/* conf gives group, max_record and in_band; unknown words in group are SC_FAIL.  `shard` (which must outlive it) names
 * the record of --group archive. */
int sc_group_new(struct sc_group **g, const struct sc_read_conf *conf, struct sc_members from, sc_str shard,
                 struct sc_err *e);
/* A reader's next(): *r without parse() to come.  r->head is a JSON object: path, type, mode, mtime, size, link,
 * members. */
int sc_group_next(struct sc_group *g, struct sc_arena *a, struct sc_record *r, struct sc_err *e);
void sc_group_free(struct sc_group *g); /* NULL is fine */

/* The sample rule for one path: key and part name as views; false when the member stands alone. */
bool sc_group_split(sc_str path, sc_str *key, sc_str *part);

/* For writers: path without what could leave a directory: no leading slashes or drive, no empty or `.` segments, `..`
 * becomes `_`, NUL and other controls become `_`.  Never empty ("_"). */
sc_str sc_path_safe(struct sc_arena *a, sc_str path);
/* For writers: the member names of a record that did not come from an archive as stored: KEY and, for part i,
 * KEY.EXT; unique within the record.  `last` remembers the key: two neighbours of one key would be taken for one
 * sample, so the second is called KEY_ORDINAL. */
sc_str sc_member_key(struct sc_arena *a, struct sc_record *r, struct sc_buf *last);
sc_str sc_member_name(struct sc_arena *a, const struct sc_record *r, sc_str key, uint32_t i);

#endif
