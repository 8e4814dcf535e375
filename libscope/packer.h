/* SPDX-License-Identifier: Apache-2.0 */
/*
 * packer.h -- members of outputs, packed by whoever has time.
 *
 * A job is a run of plain bytes with the places where members end.  The output pushes it and later, in order, finishes it; in
 * between any thread may claim and run it.  Members are independent, so who packs them does not show.
 */
#ifndef PACKER_H
#define PACKER_H

#include <scope/plugin.h>

struct sc_packer;

struct pack_job {
	const struct sc_codec *codec;
	int level;
	struct sc_buf plain, packed;
	size_t *cut; /* ends of members in plain, rising */
	size_t ncut, cap;
	int rc;
	struct sc_err err;

	/* the packer's */
	struct pack_job *next;
	enum { PACK_MINE, PACK_WAITING, PACK_BUSY, PACK_DONE } state;
};

struct sc_packer *packer_new(void);
void packer_free(struct sc_packer *p);
void packer_push(struct sc_packer *p, struct pack_job *j);
struct pack_job *packer_claim(struct sc_packer *p); /* NULL: none waits */
void packer_run(struct sc_packer *p, struct pack_job *j);
bool packer_done(struct sc_packer *p, struct pack_job *j);
void packer_finish(struct sc_packer *p, struct pack_job *j); /* runs it here or waits for it */
void packer_cancel(struct sc_packer *p, struct pack_job *j); /* it will not be run; waits where it is */

void job_cut(struct pack_job *j); /* a member ends here */
void job_free(struct pack_job *j);

#endif
