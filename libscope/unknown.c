/* SPDX-License-Identifier: Apache-2.0 */
/*
 * unknown.c -- values of keys by going through the lines again; see unknown.h.
 *
 * Spools, numbers big endian so that they are sorted:
 *
 *	wanted	line (8), number of the key (8)
 *	copies	number (8), line (8), the line
 */
#include "unknown.h"

#include "hand.h"
#include "hot.h"

#include <scope/digest.h>

#include <endian.h>
#include <stdlib.h>

enum { NUMBER = 8, MOST_PASSES = 8, LEAST = 64, BATCH_BYTES = 16 << 10 };

void unknown_init(struct unknown *u, size_t memory)
{
	*u = (struct unknown){ .memory = memory };
	u->key.hold = u->value.hold = memory / 64;
}

void unknown_free(struct unknown *u)
{
	queue_free(&u->key);
	queue_free(&u->value);
	sc_sorter_free(u->wanted);
}

int unknown_key(struct unknown *u, const uint8_t key[32], struct sc_err *e)
{
	u->n++;
	return queue_put(&u->key, (sc_str){ (const char *)key, 32 }, e);
}

int unknown_line(struct unknown *u, uint64_t line, struct sc_err *e)
{
	uint64_t be[2] = { htobe64(line), htobe64(u->n - 1) };

	if (!u->wanted)
		u->wanted = sc_sorter_new(u->memory / 4);
	return sc_sorter_add(u->wanted, (sc_str){ (const char *)be, sizeof be }, e);
}

/* ---- a pass ---- */

/* Each line that is wanted goes to `take`, once for each key that wants it. */
struct pass {
	struct unknown *u;
	struct lines *lines;
	int (*take)(struct pass *p, sc_str line, struct sc_err *e);
	uint64_t nline, line, number; /* lines so far; the next that is wanted, and by whom */
	bool more;
	struct sc_buf b;
	/* digests side by side */
	struct queue *kept;     /* wanted, as sorted, for each pass, which passes over other numbers than its own; NULL: there is but one */
	struct hand hand;       /* batches of lines on their way to `sha`, which is its thread's */
	struct sha256_run *sha; /* of the numbers from..from + n */
	uint64_t from, n;
	/* copies sorted */
	struct sc_sorter *copies;
};

static int wanted_next(struct pass *p, struct sc_err *e)
{
	sc_str w;
	int rc = p->kept ? queue_get(p->kept, &w, e) : sc_sorter_next(p->u->wanted, &w, e);

	p->more = rc == SC_OK;
	if (p->more) {
		memcpy(&p->line, w.p, NUMBER);
		memcpy(&p->number, w.p + NUMBER, NUMBER);
		p->line = be64toh(p->line);
		p->number = be64toh(p->number);
	}
	return rc < 0 ? rc : SC_OK;
}

static int line_again(void *with, sc_str line, struct sc_err *e)
{
	struct pass *p = with;

	p->nline++;
	while (p->more && p->line == p->nline) {
		SC_TRY(p->take(p, line, e));
		SC_TRY(wanted_next(p, e));
	}
	return SC_OK;
}

static int lines_again(struct pass *p, struct sc_err *e)
{
	struct lines *l = p->lines;
	sc_str line;
	int rc;

	if (l->again)
		return l->again(l->with, line_again, p, e);
	SC_TRY(queue_rewind(&l->held, e));
	while ((rc = queue_get(&l->held, &line, e)) == SC_OK)
		SC_TRY(line_again(p, line, e));
	return rc < 0 ? rc : SC_OK;
}

static int pass(struct pass *p, struct sc_err *e)
{
	p->nline = 0;
	SC_TRY(wanted_next(p, e));
	SC_TRY(lines_again(p, e));
	return p->more || p->nline != p->lines->n
	               ? sc_fail(e, "the lines are not the same when they are read again")
	               : SC_OK;
}

static int value_out(struct unknown *u, const uint8_t value[32], struct sc_err *e)
{
	return queue_put(&u->value, (sc_str){ (const char *)value, 32 }, e);
}

/* ---- digests side by side ---- */

/* A batch is bytes (4), number less `from` (8), line, and so on. */
static sc_str batch_cut(sc_str *batch, uint64_t *number)
{
	uint32_t n;
	sc_str line;

	memcpy(&n, batch->p, sizeof n);
	memcpy(number, batch->p + sizeof n, NUMBER);
	line = sc_str_head(sc_str_from(*batch, sizeof n + NUMBER), n);
	*batch = sc_str_from(*batch, sizeof n + NUMBER + n);
	return line;
}

/* What is needed of the digests, which are more than any cache holds, is asked for before it is. */
static int batch_hash(void *with, sc_str batch, struct sc_err *e)
{
	struct pass *p = with;
	struct runs runs = { .n = 0 };
	uint64_t number;
	sc_str last = { NULL, 0 };

	(void)e;
	for (sc_str b = batch; b.n;) {
		batch_cut(&b, &number);
		__builtin_prefetch(&p->sha[number], 1);
		__builtin_prefetch((const char *)(&p->sha[number] + 1) - 1, 1);
	}
	while (batch.n) {
		sc_str line = batch_cut(&batch, &number);

		if (last.p && !sc_str_eq(line, last))
			runs_line(&runs, last);
		runs_want(&runs, &p->sha[number], line);
		last = line;
	}
	if (last.p)
		runs_line(&runs, last);
	return SC_OK;
}

static int batch_end(struct pass *p, struct sc_err *e)
{
	int rc = p->b.n ? hand_give(&p->hand, sc_buf_str(&p->b), e) : SC_OK;

	sc_buf_clear(&p->b);
	return rc;
}

static int take_digest(struct pass *p, sc_str line, struct sc_err *e)
{
	uint64_t number = p->number - p->from;
	uint32_t n = (uint32_t)line.n;

	if (p->number < p->from || number >= p->n)
		return SC_OK;
	if (line.n > UINT32_MAX)
		return sc_fail(e, "a line of %zu bytes is too long", line.n);
	sc_buf_add(&p->b, (sc_str){ (const char *)&n, sizeof n });
	sc_buf_add(&p->b, (sc_str){ (const char *)&number, NUMBER });
	sc_buf_add(&p->b, line);
	return p->b.n > BATCH_BYTES ? batch_end(p, e) : SC_OK;
}

static int pass_digests(struct pass *p, struct sc_err *e)
{
	uint8_t value[32];

	memset(p->sha, 0, p->n * sizeof *p->sha);
	if (p->kept)
		SC_TRY(queue_rewind(p->kept, e));
	SC_TRY(pass(p, e));
	SC_TRY(batch_end(p, e));
	SC_TRY(hand_end(&p->hand, e));
	for (uint64_t i = 0; i < p->n; i++) {
		sha256_run_end(&p->sha[i], value);
		SC_TRY(value_out(p->u, value, e));
	}
	return SC_OK;
}

static int passes(struct pass *p, struct sc_err *e)
{
	sc_str w;
	int rc;

	if (p->kept) {
		while ((rc = sc_sorter_next(p->u->wanted, &w, e)) == SC_OK)
			SC_TRY(queue_put(p->kept, w, e));
		SC_TRY(rc);
	}
	for (; p->from < p->u->n; p->from += p->n) {
		if (p->n > p->u->n - p->from)
			p->n = p->u->n - p->from;
		SC_TRY(pass_digests(p, e));
	}
	return SC_OK;
}

static int digests_beside(struct unknown *u, struct lines *lines, size_t room, struct sc_err *e)
{
	struct queue kept = { .hold = u->memory / 64 };
	struct pass p = { .u = u, .lines = lines, .take = take_digest, .n = u->n };
	int rc;

	if (p.n > room) {
		p.n = room;
		p.kept = &kept;
	}
	p.sha = malloc(p.n * sizeof *p.sha);
	if (!p.sha)
		sc_oom();
	hand_init(&p.hand, batch_hash, &p);
	rc = passes(&p, e);
	hand_free(&p.hand);
	free(p.sha);
	queue_free(&kept);
	sc_buf_free(&p.b);
	return rc;
}

/* ---- copies sorted ---- */

static int take_copy(struct pass *p, sc_str line, struct sc_err *e)
{
	uint64_t be[2] = { htobe64(p->number), htobe64(p->line) };

	sc_buf_clear(&p->b);
	sc_buf_add(&p->b, (sc_str){ (const char *)be, sizeof be });
	sc_buf_add(&p->b, line);
	return sc_sorter_add(p->copies, sc_buf_str(&p->b), e);
}

/* The next copy with its number, and *more if there was one. */
static int copy_next(struct pass *p, sc_str *line, uint64_t *number, bool *more, struct sc_err *e)
{
	sc_str row;
	int rc;

	SC_TRY(rc = sc_sorter_next(p->copies, &row, e));
	*more = rc == SC_OK;
	if (*more) {
		memcpy(number, row.p, NUMBER);
		*number = be64toh(*number);
		*line = sc_str_from(row, 2 * NUMBER);
	}
	return SC_OK;
}

static int copies_hash(struct pass *p, struct sc_sha256 *h, struct sc_err *e)
{
	uint8_t value[32];
	uint64_t number;
	sc_str line;
	bool more;

	SC_TRY(copy_next(p, &line, &number, &more, e));
	while (more) {
		uint64_t first = number;

		sc_sha256_start(h);
		sc_sha256_add(h, line);
		for (;;) {
			SC_TRY(copy_next(p, &line, &number, &more, e));
			if (!more || number != first)
				break;
			sc_sha256_add(h, SC_STR("\n"));
			sc_sha256_add(h, line);
		}
		sc_sha256_end(h, value);
		SC_TRY(value_out(p->u, value, e));
	}
	return SC_OK;
}

static int copies_sorted(struct unknown *u, struct lines *lines, struct sc_err *e)
{
	struct pass p = { .u = u, .lines = lines, .take = take_copy, .copies = sc_sorter_new(u->memory / 2) };
	struct sc_sha256 *h = sc_sha256_new();
	int rc = pass(&p, e);

	if (rc == SC_OK)
		rc = copies_hash(&p, h, e);
	sc_sha256_free(h);
	sc_sorter_free(p.copies);
	sc_buf_free(&p.b);
	return rc;
}

/* ---- the whole ---- */

int unknown_find(struct unknown *u, struct lines *lines, struct sc_err *e)
{
	size_t room = u->memory / 8 * 5 / sizeof(struct sha256_run) + LEAST;

	if (!u->n)
		return SC_OK;
	SC_TRY((u->n - 1) / room < MOST_PASSES ? digests_beside(u, lines, room, e) : copies_sorted(u, lines, e));
	SC_TRY(queue_rewind(&u->key, e));
	return queue_rewind(&u->value, e);
}

int unknown_next(struct unknown *u, struct sc_sparse_leaf *leaf, bool *more, struct sc_err *e)
{
	sc_str key, value;
	int rc;

	SC_TRY(rc = queue_get(&u->key, &key, e));
	*more = rc == SC_OK;
	if (!*more)
		return SC_OK;
	memcpy(leaf->key, key.p, sizeof leaf->key);
	SC_TRY(rc = queue_get(&u->value, &value, e));
	if (rc != SC_OK)
		return sc_fail(e, "spool file in TMPDIR: cut short");
	memcpy(leaf->value, value.p, sizeof leaf->value);
	return SC_OK;
}
