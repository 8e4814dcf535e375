/* SPDX-License-Identifier: Apache-2.0 */
/* output_impl.h -- what output.c (files and their names), output_beside.c (files beside one) and output_write.c (bytes and members)
 * share of an output. */
#ifndef OUTPUT_IMPL_H
#define OUTPUT_IMPL_H

#include <scope/digest.h>
#include <scope/output.h>

#include "packer.h"

#include <stdatomic.h>
#include <sys/uio.h>

enum {
	BUFFER = 256 << 10,
	PIECES = 128, /* of one writev */
};

/* The name of an unfinished file, for a signal handler.  Slots are pushed onto a list, used again and never freed, so that a
 * handler can walk it at any moment. */
enum slot_live { SLOT_FREE, SLOT_FILLED, SLOT_FILE, SLOT_FOLDER };
struct slot {
	struct slot *next;
	_Atomic int live;
	_Atomic unsigned files; /* of SLOT_FOLDER: they are called "0" to "files - 1" */
	_Atomic bool made;      /* the folder it lies in was made for it */
	size_t cap;
	char name[];
};
struct slot *slot_take(const char *name, enum slot_live live);
void slot_give(struct slot **slot);

struct beside;

struct sc_output {
	sc_str path;
	char *final, *part; /* part is NULL when it is written straight */
	struct slot *slot;  /* of part */
	int fd;
	const struct sc_codec *codec; /* NULL: plain */
	int level;
	bool members_each, committed, made_folder;
	struct beside *beside; /* NULL: no files beside it */

	/* plain output: what is collected, in BUFFER bytes of `plain` or where the caller keeps it */
	struct sc_buf plain;
	struct iovec piece[PIECES];
	size_t npiece;
	size_t collected; /* bytes of all pieces */
	struct sc_sha256 *sha, *sha_plain; /* NULL: nobody asked; one when nothing is packed */

	/* packed output */
	struct sc_packer *packer;
	bool own_packer;
	size_t most;               /* jobs under way */
	struct pack_job *now, *spare;
	struct pack_job **job;     /* pushed, in order */
	size_t njob, cap;
	sc_str offered, instead;   /* a record and the member that holds just that, while nothing else was written */
	bool same;                 /* the record was written */
	uint64_t off, stored, begun; /* begun: on its way to the disk */
	struct sc_stored stat;
	struct sc_arena arena;
};

/* errno, in one line. */
int output_failed(const struct sc_output *o, struct sc_err *e);
/* Everything that was written is stored; the jobs are done. */
int output_settle(struct sc_output *o, struct sc_err *e);
void output_jobs_free(struct sc_output *o);

/* output.c */
/* Whose name is `name`, after the prefix "NAME.part."?  A process that is no more. */
bool output_is_litter(sc_str name, sc_str prefix);

/* output_beside.c; SC_OK and nothing when there is none. */
int beside_finish(struct sc_output *o, struct sc_err *e);
int beside_commit(struct sc_output *o, struct sc_err *e);
void beside_abandon(struct sc_output *o); /* before the output's own file goes */
void beside_free(struct sc_output *o);

#endif
