/* SPDX-License-Identifier: Apache-2.0 */
/* rows.c -- sorted rows and lines that are looked up; see scope/rows.h. */
#include <scope/rows.h>

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <scope/manifest.h>
#include <scope/output.h>

enum { IN_MEMORY = 4 << 20 };

struct sc_rows {
	size_t width;
	struct sc_sorter *sorter;
	struct sc_buf tail, last; /* tail: what is not in the file */
	int fd;
	uint64_t spilled, n;
	void *map;
	sc_str bytes; /* all of it, once sealed */
};

struct sc_rows *sc_rows_new(size_t width, size_t memory)
{
	struct sc_rows *r = calloc(1, sizeof *r);

	if (!r)
		sc_oom();
	r->width = width;
	r->sorter = sc_sorter_new(memory);
	r->fd = -1;
	return r;
}

void sc_rows_free(struct sc_rows *r)
{
	if (!r)
		return;
	sc_sorter_free(r->sorter);
	sc_buf_free(&r->tail);
	sc_buf_free(&r->last);
	if (r->map)
		munmap(r->map, r->spilled);
	if (r->fd >= 0)
		close(r->fd);
	free(r);
}

int sc_rows_add(struct sc_rows *r, sc_str row, struct sc_err *e)
{
	return sc_sorter_add(r->sorter, row, e);
}

static int spill(struct sc_rows *r, struct sc_err *e)
{
	sc_str left = sc_buf_str(&r->tail);

	if (r->fd < 0 && (r->fd = sc_spool(e)) < 0)
		return SC_FAIL;
	while (left.n) {
		ssize_t n = pwrite(r->fd, left.p, left.n, (off_t)r->spilled);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return sc_fail(e, "spool file in TMPDIR: %s",
			               n ? strerror(errno) : "nothing written");
		r->spilled += (uint64_t)n;
		left = sc_str_from(left, (size_t)n);
	}
	sc_buf_clear(&r->tail);
	return SC_OK;
}

int sc_rows_put(struct sc_rows *r, sc_str row, struct sc_err *e)
{
	if (r->n && sc_str_eq(row, sc_buf_str(&r->last)))
		return SC_OK;
	sc_buf_clear(&r->last);
	sc_buf_add(&r->last, row);
	sc_buf_add(&r->tail, row);
	if (!r->width)
		sc_buf_byte(&r->tail, '\n');
	r->n++;
	return r->tail.n > IN_MEMORY ? spill(r, e) : SC_OK;
}

static int gather(struct sc_rows *r, struct sc_err *e)
{
	sc_str row;
	int rc = SC_OK;

	while (rc == SC_OK && (rc = sc_sorter_next(r->sorter, &row, e)) == SC_OK)
		rc = sc_rows_put(r, row, e);
	return rc < 0 ? rc : SC_OK;
}

int sc_rows_seal(struct sc_rows *r, struct sc_err *e)
{
	if (!r->n) /* nothing was put: what was added is gathered */
		SC_TRY(gather(r, e));
	sc_sorter_free(r->sorter);
	r->sorter = NULL;
	r->bytes = sc_buf_str(&r->tail);
	if (r->fd < 0)
		return SC_OK;
	SC_TRY(spill(r, e));
	if (r->spilled > SIZE_MAX)
		return sc_fail(e, "spool file in TMPDIR: larger than memory can map");
	r->map = mmap(NULL, (size_t)r->spilled, PROT_READ, MAP_SHARED, r->fd, 0);
	if (r->map == MAP_FAILED) {
		r->map = NULL;
		return sc_fail(e, "spool file in TMPDIR: %s", strerror(errno));
	}
	r->bytes = (sc_str){ r->map, (size_t)r->spilled };
	return SC_OK;
}

uint64_t sc_rows_n(const struct sc_rows *r)
{
	return r->n;
}

const uint8_t *sc_rows_at(const struct sc_rows *r, uint64_t i)
{
	return (const uint8_t *)r->bytes.p + i * r->width;
}

uint64_t sc_rows_find(const struct sc_rows *r, sc_str head)
{
	uint64_t lo = 0, hi = r->n;

	while (lo < hi) {
		uint64_t mid = lo + (hi - lo) / 2;

		if (sc_str_cmp((sc_str){ (const char *)sc_rows_at(r, mid), r->width }, head) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

bool sc_rows_has(const struct sc_rows *r, sc_str head)
{
	uint64_t i = sc_rows_find(r, head);

	return i < r->n &&
	       sc_str_starts((sc_str){ (const char *)sc_rows_at(r, i), r->width }, head);
}

sc_str sc_rows_text(const struct sc_rows *r)
{
	return r->bytes;
}

/* ---- lines ---- */

static sc_str line_at(sc_str lines, size_t at)
{
	return sc_str_head(sc_str_from(lines, at), sc_str_chr(sc_str_from(lines, at), '\n'));
}

static size_t line_start(sc_str lines, size_t at)
{
	size_t lf = sc_str_rchr(sc_str_head(lines, at), '\n');

	return lf == SC_NONE ? 0 : lf + 1;
}

/* Where the first line begins that is not below `head`, or with `behind`, that is above all lines that begin so. */
static size_t bisect(sc_str lines, sc_str head, bool behind)
{
	size_t lo = 0, hi = lines.n;

	while (lo < hi) {
		size_t mid = line_start(lines, lo + (hi - lo) / 2);
		sc_str line = line_at(lines, mid);

		if (sc_str_cmp(behind ? sc_str_head(line, head.n) : line, head) < (behind ? 1 : 0))
			lo = mid + line.n + 1 > lines.n ? lines.n : mid + line.n + 1;
		else
			hi = mid;
	}
	return lo;
}

sc_str sc_look(sc_str lines, sc_str head)
{
	size_t from = bisect(lines, head, false), to = bisect(lines, head, true);

	return (sc_str){ lines.p + from, to > from ? to - from : 0 };
}
