/* SPDX-License-Identifier: Apache-2.0 */
/* group_impl.h -- what group.c (records from neighbours) and package.c (records from all over an archive) share. */
#ifndef GROUP_IMPL_H
#define GROUP_IMPL_H

#include <scope/group.h>
#include <scope/json.h>

enum mode { SAMPLE, DIRECTORY, ARCHIVE, PAPER, NONE };

/* A member taken into the record at hand.  Strings in the batch's arena. */
struct piece {
	sc_str path, name;
	sc_str link;
	const char *type;
	struct sc_payload got;
	int64_t mtime;
	uint32_t mode;
	bool has_mtime, is_tags;
};

struct package;
struct papers;

struct sc_group {
	struct sc_arena keep; /* this struct and what lives as long */
	enum mode mode;
	bool in_band;
	size_t max;
	struct sc_members from;
	sc_str shard;
	struct sc_buf raw, plain; /* of the record at hand */
	struct sc_member m;       /* looked at, not yet in a record, when has_m */
	bool has_m, ended;
	bool after_break;         /* damage lies between the last record and the next */
	bool broken;              /* damage was met; told on the next call */
	bool no_loss;             /* that damage took no member with it */
	uint64_t broken_off, broken_len;
	struct sc_err broken_err;
	uint64_t shape;           /* hash of the part names of the last whole sample, 0 = none yet */
	struct package *package;  /* package.c */
	struct papers *papers;    /* papers.c */
	struct sc_read_conf conf;
};

/* The parts of r from n pieces, payloads in raw and plain (both already in the arena). */
int record_fill(struct sc_group *g, struct sc_arena *a, struct sc_record *r, const struct piece *v,
                uint32_t n, sc_str raw, sc_str plain, struct sc_err *e);
int package_next(struct sc_group *g, struct sc_arena *a, struct sc_record *r, struct sc_err *e);
void package_free(struct sc_group *g);
int papers_next(struct sc_group *g, struct sc_arena *a, struct sc_record *r, struct sc_err *e);
void papers_free(struct sc_group *g);

#endif
