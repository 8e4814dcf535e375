/* SPDX-License-Identifier: Apache-2.0 */
/*
 * park.c -- what is kept of a batch whose shard has to wait for its turn to be written.
 *
 * Shards are written one after the other, and batches are few: a narrow filter would decode the next shard only as far as
 * those reach.  So a batch that was worked on before its turn, and of which little is left, gives its memory back; its
 * kept records wait as frames, and what was dropped as a count.  What is written later is the same, byte for byte.
 */
#include "engine.h"

#include <scope/text.h>

#include <stdlib.h>

enum { SHARE = 4 }; /* at most so large a part of a batch is worth it */

/* A kept record: pieces of `bytes`, one behind the other. */
struct parked_item {
	size_t frame, rline, packed, from;
	const struct sc_codec *packing;
	uint8_t leaf[32], digest[32];
	bool undecided;
};

struct parked {
	struct parked *next;
	size_t shard;
	uint64_t serial;
	bool last;
	size_t ndropped, n;
	struct parked_item *item;
	struct tally *tally;
	struct sc_buf bytes;
};

static void put(struct sc_buf *b, struct parked_item *to, const struct item *it)
{
	size_t at = b->n;

	sc_frame_put(b, &it->rec);
	*to = (struct parked_item){ .frame = b->n - at,
				    .rline = it->rline.n,
				    .packed = it->packed.n,
				    .from = it->from.n,
				    .packing = it->packing,
				    .undecided = it->undecided };
	memcpy(to->leaf, it->leaf, 32);
	memcpy(to->digest, it->digest, 32);
	sc_buf_add(b, it->rline);
	sc_buf_add(b, it->packed);
	sc_buf_add(b, it->from);
}

/* The number of kept records; false when the batch is to stay as it is. */
static bool little(const struct sc_plan *p, const struct batch *b, size_t *kept)
{
	uint64_t bytes = 0;

	*kept = 0;
	if (p->conf.dropped.n || plan_splits(p)) /* they are written too, or one became several */
		return false;
	for (size_t i = 0; i < b->n; i++) {
		const struct item *it = &b->v[i];

		if (it->fate == REJECTED)
			return false;
		if (it->fate == DROPPED)
			continue;
		++*kept;
		bytes += it->rec.raw.n + it->packed.n + sc_record_bytes(&it->rec);
	}
	return bytes <= b->bytes / SHARE;
}

struct parked *batch_park(struct sc_plan *p, const struct batch *b)
{
	struct parked *k;
	size_t kept, tallies = 2 * p->nparallel + 1;

	if (!little(p, b, &kept))
		return NULL;
	k = calloc(1, sizeof *k);
	if (!k || !(k->item = calloc(kept + 1, sizeof *k->item)) || !(k->tally = calloc(tallies, sizeof *k->tally)))
		sc_oom();
	k->shard = b->shard;
	k->serial = b->serial;
	k->last = b->last;
	k->ndropped = b->n - kept;
	memcpy(k->tally, b->tally, tallies * sizeof *k->tally);
	for (size_t i = 0; i < b->n; i++)
		if (b->v[i].fate == KEPT)
			put(&k->bytes, &k->item[k->n++], &b->v[i]);
	return k;
}

static size_t parked_bytes(const struct parked *k)
{
	return sizeof *k + k->bytes.cap + k->n * sizeof *k->item;
}

static void parked_free(struct parked *k)
{
	sc_buf_free(&k->bytes);
	free(k->item);
	free(k->tally);
	free(k);
}

/* In the order of their serials: they come nearly so. */
void park(struct sc_plan *p, struct parked *k)
{
	struct parked **at = &p->shard[k->shard].parked;

	while (*at && (*at)->serial < k->serial)
		at = &(*at)->next;
	k->next = *at;
	*at = k;
	p->parked_bytes += parked_bytes(k);
}

struct parked *parked_next(struct sc_plan *p)
{
	struct shard *s = &p->shard[p->writing_shard];
	struct parked *k = s->parked;

	if (!k || k->serial != s->written)
		return NULL;
	s->parked = k->next;
	p->parked_bytes -= parked_bytes(k);
	return k;
}

static sc_str piece(sc_str *rest, size_t n)
{
	sc_str s = sc_str_head(*rest, n);

	*rest = sc_str_from(*rest, n);
	return n ? s : (sc_str){ NULL, 0 };
}

void unpark_all(struct shard *s)
{
	struct parked *k;

	while ((k = s->parked)) {
		s->parked = k->next;
		parked_free(k);
	}
}

int parked_write(struct sc_plan *p, struct parked *k, struct sc_err *e)
{
	struct sc_arena a = { 0 };
	struct batch b = { .shard = k->shard, .serial = k->serial, .last = k->last, .n = k->n, .tally = k->tally };
	sc_str rest = sc_buf_str(&k->bytes);
	int rc = SC_OK;

	b.v = SC_NEW(&a, struct item, k->n + 1);
	for (size_t i = 0; i < k->n && rc == SC_OK; i++) {
		const struct parked_item *from = &k->item[i];
		struct item *it = &b.v[i];

		rc = sc_frame_get(&a, piece(&rest, from->frame), &it->rec, e);
		it->rline = piece(&rest, from->rline);
		it->packed = piece(&rest, from->packed);
		it->from = piece(&rest, from->from);
		it->packing = from->packing;
		it->undecided = from->undecided;
		memcpy(it->leaf, from->leaf, 32);
		memcpy(it->digest, from->digest, 32);
	}
	if (rc == SC_OK) {
		p->nin += k->ndropped;
		p->ndropped += k->ndropped;
		p->shard[k->shard].dropped += k->ndropped;
		rc = flow_batch(p, &b, e);
	}
	sc_arena_free(&a);
	parked_free(k);
	return rc < 0 ? SC_FAIL : SC_OK;
}
