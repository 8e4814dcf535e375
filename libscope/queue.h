/* SPDX-License-Identifier: Apache-2.0 */
/* queue.h -- pieces of bytes that are put in order and got again in that order: in memory up to a bound, then in a nameless file. */
#ifndef QUEUE_H
#define QUEUE_H

#include <scope/base.h>

#include <stdio.h>

/* Zero, with `hold` set, is an empty one. */
struct queue {
	size_t hold;        /* bytes before it spills */
	struct sc_buf tail; /* what f does not have yet; all of it while there is no f */
	FILE *f;
	size_t at; /* read of the tail */
	struct sc_buf piece;
};

int queue_put(struct queue *q, sc_str piece, struct sc_err *e);
/* To the first piece: before the first get, and as often as all are wanted again; no put after it. */
int queue_rewind(struct queue *q, struct sc_err *e);
/* SC_EOF behind the last.  A view until the next call. */
int queue_get(struct queue *q, sc_str *piece, struct sc_err *e);
void queue_free(struct queue *q);

#endif
