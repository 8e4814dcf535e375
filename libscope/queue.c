/* SPDX-License-Identifier: Apache-2.0 */
/* queue.c -- pieces that wait in order, each with its length before it; see queue.h. */
#include "queue.h"

#include <errno.h>
#include <unistd.h>

#include <scope/output.h>

static int queue_spill(struct queue *q, struct sc_err *e)
{
	int fd;

	if (!q->f) {
		fd = sc_spool(e);
		if (fd < 0)
			return SC_FAIL;
		q->f = fdopen(fd, "w+b");
		if (!q->f) {
			close(fd);
			return sc_fail(e, "spool file in TMPDIR: %s", strerror(errno));
		}
		setvbuf(q->f, NULL, _IOFBF, 256 << 10);
	}
	if (q->tail.n && fwrite_unlocked(q->tail.p, q->tail.n, 1, q->f) != 1)
		return sc_fail(e, "spool file in TMPDIR: %s", strerror(errno));
	sc_buf_clear(&q->tail);
	return SC_OK;
}

int queue_put(struct queue *q, sc_str piece, struct sc_err *e)
{
	uint32_t n = (uint32_t)piece.n;

	if (piece.n > UINT32_MAX)
		return sc_fail(e, "a line of %zu bytes cannot wait", piece.n);
	sc_buf_add(&q->tail, (sc_str){ (const char *)&n, sizeof n });
	sc_buf_add(&q->tail, piece);
	return q->tail.n > q->hold ? queue_spill(q, e) : SC_OK;
}

int queue_rewind(struct queue *q, struct sc_err *e)
{
	q->at = 0;
	if (!q->f)
		return SC_OK;
	SC_TRY(queue_spill(q, e));
	return fflush(q->f) || fseek(q->f, 0, SEEK_SET)
	               ? sc_fail(e, "spool file in TMPDIR: %s", strerror(errno))
	               : SC_OK;
}

static int queue_read(struct queue *q, void *to, size_t n, struct sc_err *e)
{
	if (!n)
		return SC_OK;
	if (q->f)
		return fread_unlocked(to, n, 1, q->f) == 1 ? SC_OK
		       : ferror(q->f) ? sc_fail(e, "spool file in TMPDIR: %s", strerror(errno))
		                      : SC_EOF;
	if (q->tail.n - q->at < n)
		return SC_EOF;
	memcpy(to, q->tail.p + q->at, n);
	q->at += n;
	return SC_OK;
}

int queue_get(struct queue *q, sc_str *piece, struct sc_err *e)
{
	uint32_t n;
	int rc = queue_read(q, &n, sizeof n, e);

	if (rc != SC_OK)
		return rc;
	sc_buf_clear(&q->piece);
	sc_buf_room(&q->piece, (size_t)n + 1);
	rc = queue_read(q, q->piece.p, n, e);
	if (rc == SC_EOF)
		return sc_fail(e, "spool file in TMPDIR: cut short");
	q->piece.n = n;
	*piece = sc_buf_str(&q->piece);
	return rc;
}

void queue_free(struct queue *q)
{
	if (q->f)
		fclose(q->f);
	sc_buf_free(&q->tail);
	sc_buf_free(&q->piece);
}
