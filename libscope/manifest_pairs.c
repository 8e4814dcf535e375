/* SPDX-License-Identifier: Apache-2.0 */
/* manifest_pairs.c -- L lines and R lines held against each other; see manifest_pairs.h. */
#include "manifest_pairs.h"

#include <scope/text.h>

#include <stdlib.h>

enum { ID = 32, LEAF = 8, RECORDS_MOST = 1 << 20 }; /* R lines of one id */

void pairs_init(struct pairs *p, size_t memory)
{
	*p = (struct pairs){ .said = { .hold = memory } };
}

void pairs_free(struct pairs *p)
{
	queue_free(&p->said);
	free(p->leaf);
	free(p->placed);
}

int pairs_place(struct pairs *p, const uint8_t id[32], const uint8_t leaf[8], struct sc_err *e)
{
	uint8_t both[ID + LEAF];

	memcpy(both, id, ID);
	memcpy(both + ID, leaf, LEAF);
	return queue_put(&p->said, (sc_str){ (const char *)both, sizeof both }, e);
}

static int wrong(struct sc_err *e, const uint8_t id[32], const uint8_t leaf[8], const char *kind,
                 const char *what)
{
	char i[64], l[16];

	sc_hex(id, ID, i);
	sc_hex(leaf, LEAF, l);
	return sc_bad(e, "%s sha256:%.64s %.16s: %s", kind, i, l, what);
}

static int next(struct pairs *p, struct sc_err *e)
{
	sc_str piece;
	int rc = queue_get(&p->said, &piece, e);

	p->has_next = rc == SC_OK;
	if (p->has_next)
		memcpy(p->next, piece.p, sizeof p->next);
	return rc < 0 ? rc : SC_OK;
}

/* The R lines of an id are known: so must be all that L lines said of it, and each of those be said. */
static int id_end(struct pairs *p, struct sc_err *e)
{
	while (p->has_next && !memcmp(p->next, p->id, ID)) {
		bool found = false;
		uint64_t leaf;

		memcpy(&leaf, p->next + ID, LEAF);
		for (size_t i = 0; i < p->n; i++)
			if (p->leaf[i] == leaf)
				found = p->placed[i] = true;
		if (!found)
			return wrong(e, p->next, p->next + ID, "L",
			             "no R line has that id and leaf");
		SC_TRY(next(p, e));
	}
	for (size_t i = 0; i < p->n; i++)
		if (!p->placed[i])
			return wrong(e, p->id, (const uint8_t *)&p->leaf[i], "R",
			             "no L line says where it lies");
	p->n = 0;
	return SC_OK;
}

static int group_add(struct pairs *p, const uint8_t leaf[8], struct sc_err *e)
{
	if (p->n == RECORDS_MOST)
		return sc_bad(e, "an id has more than %d R lines", RECORDS_MOST);
	if (p->n == p->cap) {
		p->cap = p->cap ? 2 * p->cap : 16;
		p->leaf = realloc(p->leaf, p->cap * sizeof *p->leaf);
		p->placed = realloc(p->placed, p->cap * sizeof *p->placed);
		if (!p->leaf || !p->placed)
			sc_oom();
	}
	memcpy(&p->leaf[p->n], leaf, LEAF);
	p->placed[p->n++] = false;
	return SC_OK;
}

static int record(struct pairs *p, const uint8_t id[32], const uint8_t leaf[8], struct sc_err *e)
{
	if (!p->reading) {
		p->reading = true;
		SC_TRY(queue_rewind(&p->said, e));
		SC_TRY(next(p, e));
	}
	if (p->n && memcmp(p->id, id, ID))
		SC_TRY(id_end(p, e));
	if (!p->n) {
		memcpy(p->id, id, ID);
		if (p->has_next && memcmp(p->next, id, ID) < 0)
			return wrong(e, p->next, p->next + ID, "L",
			             "no R line has that id and leaf");
	}
	return group_add(p, leaf, e);
}

int pairs_record(struct pairs *p, const uint8_t id[32], const uint8_t leaf[8], struct sc_err *e)
{
	int rc = p->wrong ? SC_OK : record(p, id, leaf, e);

	if (rc != SC_BAD)
		return rc;
	p->wrong = true;
	p->first = *e;
	return SC_OK;
}

int pairs_end(struct pairs *p, struct sc_err *e)
{
	if (p->wrong) {
		*e = p->first;
		return SC_BAD;
	}
	if (!p->reading) {
		SC_TRY(queue_rewind(&p->said, e));
		SC_TRY(next(p, e));
	}
	if (p->n)
		SC_TRY(id_end(p, e));
	return p->has_next ? wrong(e, p->next, p->next + ID, "L", "no R line has that id and leaf")
	                   : SC_OK;
}
