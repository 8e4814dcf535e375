/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hand.h -- pieces of bytes handed to a thread that does something with each, in order, while the giver goes on.
 *
 * Pieces go over by the megabyte, so few of them never see a thread: what is small is done at the end, by the giver.  Up to eight
 * megabytes, or one piece that is larger, may wait, so that the giver goes on while the work now and then takes long.  A failure of the work is the result of a later hand_give
 * or of hand_end.
 */
#ifndef HAND_H
#define HAND_H

#include <scope/base.h>

#include <pthread.h>

typedef int hand_work(void *with, sc_str piece, struct sc_err *e);

enum { HAND_DEPTH = 8 };

struct hand {
	hand_work *work;
	void *with;
	struct sc_buf buf[HAND_DEPTH]; /* pieces, each with its length before it */
	unsigned filling;              /* the giver's */
	bool started;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t turn;
	unsigned full; /* under the lock, as all that follows: how many before `filling` are the thread's */
	bool over;     /* no more will come, and what waits is dropped */
	int rc;
	struct sc_err err;
};

void hand_init(struct hand *h, hand_work *work, void *with);
int hand_give(struct hand *h, sc_str piece, struct sc_err *e);
/* All that was given is done with. */
int hand_end(struct hand *h, struct sc_err *e);
void hand_free(struct hand *h); /* what was not yet done is not done */

#endif
