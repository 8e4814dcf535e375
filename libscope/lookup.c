/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lookup.c -- lines of a manifest by what they begin with; see scope/lookup.h.
 *
 * Of a plain file a window of it is in memory: as many bytes as the line at hand needs, and some more when lines are read one
 * after the other.
 */
#include <scope/lookup.h>

#include <scope/input.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LINE_MOST = 16 << 20, JUMP = 4 << 10, READ = 256 << 10 };

static const sc_str first_line = SC_LIT("#scope-manifest/1\n");

struct sc_lookup {
	sc_str path;
	int fd;            /* of a plain file, else -1 */
	uint64_t size, at; /* at: of the window's first byte */
	struct sc_buf window, last;
	size_t chunk; /* how much to read at least */
	struct sc_arena a;
};

static int wrong(const struct sc_lookup *k, struct sc_err *e, const char *why)
{
	return sc_bad(e, "%.*s: %s", SC_ARG(k->path), why);
}

bool sc_lookup_direct(const struct sc_lookup *k)
{
	return k->fd >= 0;
}

void sc_lookup_close(struct sc_lookup *k)
{
	if (!k)
		return;
	if (k->fd >= 0)
		close(k->fd);
	sc_buf_free(&k->window);
	sc_buf_free(&k->last);
	sc_arena_free(&k->a);
	free(k);
}

/* Is it a plain file of ours?  Then it stays open. */
static int plain_open(struct sc_lookup *k, struct sc_err *e)
{
	char head[32];
	struct stat st;
	int fd = open(k->path.p, O_RDONLY | O_CLOEXEC);
	bool plain;

	if (fd < 0 || fstat(fd, &st)) {
		int no = errno;

		if (fd >= 0)
			close(fd);
		return sc_fail(e, "%.*s: %s", SC_ARG(k->path), strerror(no));
	}
	if (!S_ISREG(st.st_mode)) {
		close(fd);
		return sc_fail(e, "%.*s: a manifest is read more than once here: name a file",
		               SC_ARG(k->path));
	}
	plain = pread(fd, head, first_line.n, 0) == (ssize_t)first_line.n &&
	        !memcmp(head, first_line.p, first_line.n);
	if (plain) {
		k->fd = fd;
		k->size = (uint64_t)st.st_size;
	} else {
		close(fd);
	}
	return SC_OK;
}

static int packed_open(struct sc_lookup *k, struct sc_input **in, struct sc_err *e)
{
	sc_str line;
	int rc;

	SC_TRY(sc_input_open(in, k->path, k->path, SC_STR(""), LINE_MOST, e));
	rc = sc_line(*in, '\n', &line, e);
	if (rc == SC_OK && sc_str_eq(line, first_line))
		return SC_OK;
	sc_input_close(*in);
	return rc == SC_FAIL ? rc
	                     : wrong(k, e, "no manifest: it does not begin with #scope-manifest/1");
}

int sc_lookup_open(struct sc_lookup **out, sc_str path, struct sc_err *e)
{
	struct sc_lookup *k = calloc(1, sizeof *k);
	struct sc_input *in;
	int rc;

	if (!k)
		sc_oom();
	k->fd = -1;
	k->path = sc_strdup(&k->a, path);
	rc = plain_open(k, e);
	if (rc == SC_OK && k->fd < 0) {
		rc = packed_open(k, &in, e);
		if (rc == SC_OK)
			sc_input_close(in);
	}
	if (rc != SC_OK) {
		sc_lookup_close(k);
		return rc;
	}
	*out = k;
	return SC_OK;
}

/* ---- a plain file ---- */

/* More bytes behind the window; *end when the file has no more. */
static int more(struct sc_lookup *k, bool *end, struct sc_err *e)
{
	size_t want = k->window.n > k->chunk ? k->window.n : k->chunk;
	ssize_t n = pread(k->fd, sc_buf_room(&k->window, want), want, (off_t)(k->at + k->window.n));

	if (n < 0)
		return sc_fail(e, "%.*s: %s", SC_ARG(k->path), strerror(errno));
	k->window.n += (size_t)n;
	*end = n == 0;
	return SC_OK;
}

/* From `off` to the end of a line, and where the next one begins. */
static int line_at(struct sc_lookup *k, uint64_t off, sc_str *line, uint64_t *next,
                   struct sc_err *e)
{
	size_t from, looked, lf;
	bool end = false;

	if (off < k->at || off - k->at > k->window.n) {
		k->at = off;
		sc_buf_clear(&k->window);
	}
	from = looked = (size_t)(off - k->at);
	while ((lf = sc_str_chr(sc_str_from(sc_buf_str(&k->window), looked), '\n')) == SC_NONE) {
		if (from) { /* what is behind us is not needed */
			memmove(k->window.p, k->window.p + from, k->window.n - from);
			k->window.n -= from;
			k->at += from;
			from = 0;
		}
		looked = k->window.n;
		if (looked > LINE_MOST)
			return wrong(k, e, "a line is too long");
		SC_TRY(more(k, &end, e));
		if (end)
			return wrong(k, e, "it is cut short: the last line has no end");
	}
	*line = (sc_str){ k->window.p + from, looked + lf - from };
	*next = k->at + looked + lf + 1;
	return SC_OK;
}

/* Where the first line that is not less than `key` begins; k->size when all are. */
static int halve(struct sc_lookup *k, sc_str key, uint64_t *at, struct sc_err *e)
{
	uint64_t lo = first_line.n, hi = k->size, next = 0;
	sc_str line;

	k->chunk = JUMP;
	while (hi > lo && hi - lo > JUMP) {
		uint64_t mid = lo + (hi - lo) / 2;

		SC_TRY(line_at(k, mid, &line, &next, e));
		if (next >= hi) {
			hi = mid;
			continue;
		}
		SC_TRY(line_at(k, next, &line, &mid, e));
		if (sc_str_cmp(line, key) < 0)
			lo = mid;
		else
			hi = next;
	}
	while (lo < k->size) {
		SC_TRY(line_at(k, lo, &line, &next, e));
		if (sc_str_cmp(line, key) >= 0)
			break;
		lo = next;
	}
	*at = lo;
	return SC_OK;
}

/* Lines from `prefix` on while they begin with it. */
static int plain_run(struct sc_lookup *k, sc_str prefix, size_t chunk, sc_lookup_each *each,
                     void *with, struct sc_err *e)
{
	uint64_t at;
	sc_str line;
	int rc = halve(k, prefix, &at, e);

	k->chunk = chunk;
	sc_buf_clear(&k->last);
	while (rc == SC_OK && at < k->size) {
		rc = line_at(k, at, &line, &at, e);
		if (rc != SC_OK || !sc_str_starts(line, prefix))
			break;
		if (sc_str_cmp(sc_buf_str(&k->last), line) > 0)
			return wrong(k, e, "lines are not in order");
		sc_buf_clear(&k->last);
		sc_buf_add(&k->last, line);
		rc = each(with, line, e);
	}
	return rc;
}

/* ---- a compressed one ---- */

/* Is it behind all of them, and if not, does it begin with one? */
static bool begins(const sc_str *prefix, size_t n, size_t *i, sc_str line)
{
	while (*i < n && !sc_str_starts(line, prefix[*i]) && sc_str_cmp(line, prefix[*i]) > 0)
		++*i;
	return *i < n && sc_str_starts(line, prefix[*i]);
}

static int packed_line(struct sc_lookup *k, struct sc_input *in, sc_str *line, struct sc_err *e)
{
	uint64_t lost;
	int rc = sc_line(in, '\n', line, e);

	if (rc == SC_EOF && sc_input_break(in, &lost, e))
		return wrong(k, e, "its compressed bytes are damaged");
	if (rc == SC_BAD)
		return wrong(k, e, "a line is too long");
	if (rc != SC_OK)
		return rc;
	if (!sc_str_ends(*line, SC_STR("\n")))
		return wrong(k, e, "it is cut short: the last line has no end");
	line->n--;
	if (sc_str_cmp(sc_buf_str(&k->last), *line) > 0)
		return wrong(k, e, "lines are not in order");
	sc_buf_clear(&k->last);
	sc_buf_add(&k->last, *line);
	return SC_OK;
}

static int packed_find(struct sc_lookup *k, const sc_str *prefix, size_t n, sc_lookup_each *each,
                       void *with, struct sc_err *e)
{
	struct sc_input *in;
	size_t i = 0;
	sc_str line;
	int rc;

	SC_TRY(packed_open(k, &in, e));
	sc_buf_clear(&k->last);
	while (i < n && (rc = packed_line(k, in, &line, e)) == SC_OK)
		if (begins(prefix, n, &i, line) && (rc = each(with, line, e)) != SC_OK)
			break;
	sc_input_close(in);
	return i < n && rc < 0 ? rc : SC_OK;
}

int sc_lookup_find(struct sc_lookup *k, const sc_str *prefix, size_t n, sc_lookup_each *each,
                   void *with, struct sc_err *e)
{
	int rc = SC_OK;

	if (!n)
		return SC_OK;
	if (k->fd < 0)
		return packed_find(k, prefix, n, each, with, e);
	for (size_t i = 0; i < n && rc == SC_OK; i++)
		rc = plain_run(k, prefix[i], JUMP, each, with, e);
	return rc < 0 ? rc : SC_OK;
}

int sc_lookup_scan(struct sc_lookup *k, const char *kinds, sc_lookup_each *each, void *with,
                   struct sc_err *e)
{
	char text[16][2];
	sc_str prefix[16];
	size_t n = 0;
	int rc = SC_OK;

	for (; kinds[n] && n < SC_COUNT(prefix); n++) {
		text[n][0] = kinds[n];
		text[n][1] = '\t';
		prefix[n] = (sc_str){ text[n], 2 };
	}
	if (k->fd < 0)
		return packed_find(k, prefix, n, each, with, e);
	for (size_t i = 0; i < n && rc == SC_OK; i++)
		rc = plain_run(k, prefix[i], READ, each, with, e);
	return rc < 0 ? rc : SC_OK;
}
