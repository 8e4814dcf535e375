/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log.c -- a version log, read line by line, and the trees over its beginnings.
 *
 * A log is never compressed, since it is appended to, and is read through one descriptor, so that what was locked is what was read.
 * Nothing here trusts a number of the file: entries are counted, not allocated for.
 */
#include "log_impl.h"

#include <scope/text.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

enum { CHUNK = SC_LOG_LINE, ROOM = SC_LOG_LINE + 1 + CHUNK };

static int wrong(const struct sc_log *l, struct sc_err *e, const char *why)
{
	return sc_bad(e, "%.*s:%ju: %s", SC_ARG(l->path), (uintmax_t)l->line, why);
}

/* ---- lines ---- */

static int fill(struct sc_log *l, struct sc_err *e)
{
	ssize_t got;

	memmove(l->buf, l->buf + l->at, l->n - l->at);
	l->n -= l->at;
	l->at = 0;
	do
		got = read(l->fd, l->buf + l->n, ROOM - l->n);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return sc_fail(e, "%.*s: %s", SC_ARG(l->path), strerror(errno));
	l->eof = !got;
	l->n += (size_t)got;
	return SC_OK;
}

/* Without its LF; SC_EOF. */
static int next_line(struct sc_log *l, sc_str *line, struct sc_err *e)
{
	const char *lf;

	l->line++;
	while (!(lf = l->n > l->at ? memchr(l->buf + l->at, '\n', l->n - l->at) : NULL) &&
	       !l->eof && l->n - l->at <= SC_LOG_LINE)
		SC_TRY(fill(l, e));
	*line = (sc_str){ l->buf + l->at, (lf ? (size_t)(lf - l->buf) : l->n) - l->at };
	if (line->n > SC_LOG_LINE)
		return wrong(l, e, "a line is too long");
	if (!lf && !line->n)
		return SC_EOF;
	if (!lf)
		return sc_bad(
		        e,
		        "%.*s:%ju: it is cut short: the last line has no end; what was whole before it are %ju bytes",
		        SC_ARG(l->path), (uintmax_t)l->line, (uintmax_t)l->bytes);
	l->at += line->n + 1;
	l->bytes += line->n + 1;
	return SC_OK;
}

bool sc_log_origin_ok(sc_str s)
{
	char shown[512];

	if (!s.n || s.n > 255 || sc_utf8_valid(s) != s.n)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] <= 0x20 || s.p[i] == 0x7f || s.p[i] == '+' ||
		    s.p[i] == '\\')
			return false;
	return sc_str_eq((sc_str){ shown, sc_escape_to(shown, sizeof shown, s) },
	                 s); /* nothing that cannot be seen */
}

static int first_line(struct sc_log *l, struct sc_err *e)
{
	sc_str line, origin;
	int rc = next_line(l, &line, e);

	if (rc < 0)
		return rc;
	if (rc == SC_EOF || !sc_str_starts(line, SC_STR("#scope-log/1 ")))
		return wrong(l, e,
		             "no version log: it does not begin with #scope-log/1 and an origin");
	origin = sc_str_from(line, strlen("#scope-log/1 "));
	if (!sc_log_origin_ok(origin))
		return wrong(l, e,
		             "its origin is not a name without white space, as example.org/corpus");
	if (!l->origin.p)
		l->origin = sc_strdup(&l->keep, origin);
	return sc_str_eq(l->origin, origin) ? SC_OK
	                                    : wrong(l, e, "the file changed while it was read");
}

/* ---- opening ---- */

int log_open(struct sc_log **out, sc_str path, int flags, int lock, struct sc_err *e)
{
	struct sc_log *l = calloc(1, sizeof *l);
	int rc;

	if (!l)
		sc_oom();
	l->path = sc_strdup(&l->keep, path);
	l->buf = malloc(ROOM);
	if (!l->buf)
		sc_oom();
	l->fd = open(l->path.p, flags | O_CLOEXEC);
	if (l->fd < 0)
		rc = sc_fail(e, "%.*s: %s", SC_ARG(path), strerror(errno));
	else if (flock(l->fd, lock) &&
	         (lock &
	          LOCK_EX)) /* a reader may go without: a pipe, a file system that has no locks */
		rc = sc_fail(e, "%.*s: it cannot be locked: %s", SC_ARG(path), strerror(errno));
	else
		rc = first_line(l, e);
	if (rc < 0) {
		sc_log_close(l);
		return rc;
	}
	*out = l;
	return SC_OK;
}

int sc_log_open(struct sc_log **l, sc_str path, struct sc_err *e)
{
	return log_open(l, path, O_RDONLY, LOCK_SH, e);
}

void sc_log_close(struct sc_log *l)
{
	if (!l)
		return;
	if (l->fd >= 0)
		close(l->fd); /* and with it goes the lock */
	free(l->buf);
	free(l->is_version);
	sc_arena_free(&l->keep);
	sc_arena_free(&l->a);
	free(l);
}

int sc_log_rewind(struct sc_log *l, struct sc_err *e)
{
	if (lseek(l->fd, 0, SEEK_SET))
		return sc_fail(e, "%.*s: it cannot be read twice: %s", SC_ARG(l->path),
		               strerror(errno));
	l->at = l->n = 0;
	l->eof = false;
	l->line = l->bytes = 0;
	l->created[0] = 0;
	l->tree.n = 0;
	return first_line(l, e);
}

sc_str sc_log_origin(const struct sc_log *l)
{
	return l->origin;
}

uint64_t sc_log_size(const struct sc_log *l)
{
	return l->tree.n;
}

void sc_log_root(const struct sc_log *l, uint8_t root[32])
{
	sc_merkle_root(&l->tree, root);
}

/* ---- entries ---- */

bool log_is_version(const struct sc_log *l, uint64_t number)
{
	return number && number <= l->tree.n && l->is_version[number / 8] >> number % 8 & 1;
}

static void mark(struct sc_log *l, uint64_t number, bool is_version)
{
	size_t at = (size_t)(number / 8), had = l->cap;
	uint8_t bit = (uint8_t)(1u << number % 8);

	if (at >= had) {
		l->cap = had ? 2 * had : 64;
		l->is_version = realloc(l->is_version, l->cap);
		if (!l->is_version)
			sc_oom();
		memset(l->is_version + had, 0, l->cap - had);
	}
	l->is_version[at] =
	        (uint8_t)(is_version ? l->is_version[at] | bit : l->is_version[at] & ~bit);
}

static int parse(struct sc_log *l, struct sc_entry *x, struct sc_err *e)
{
	struct sc_err why = { 0 };
	int rc;

	x->is_release = sc_str_starts(x->line, SC_STR("release\t"));
	if (x->is_release)
		rc = sc_release_parse(&l->a, x->line, &x->release, &why);
	else if (sc_str_starts(x->line, SC_STR("version\t")))
		rc = sc_version_parse(&l->a, x->line, &x->version, &why);
	else
		return wrong(l, e, "an entry of no known kind");
	x->number = x->is_release ? x->release.number : x->version.number;
	return rc < 0 ? wrong(l, e, why.msg) : SC_OK;
}

int sc_log_next(struct sc_log *l, struct sc_entry *x, struct sc_err *e)
{
	sc_str line, created;
	int rc;

	sc_arena_reset(&l->a);
	*x = (struct sc_entry){ .number = 0 };
	rc = next_line(l, &line, e);
	if (rc != SC_OK)
		return rc;
	x->line = line;
	SC_TRY(parse(l, x, e));
	created = x->is_release ? x->release.created : x->version.created;
	if (x->number != l->tree.n + 1)
		return sc_bad(e, "%.*s:%ju: it is numbered %ju, but is entry %ju", SC_ARG(l->path),
		              (uintmax_t)l->line, (uintmax_t)x->number, (uintmax_t)l->tree.n + 1);
	if (sc_str_cmp(created, sc_str_c(l->created)) < 0)
		return wrong(l, e, "it was created before the entry above it");
	if (x->is_release && !log_is_version(l, x->release.version))
		return sc_bad(e, "%.*s:%ju: what it releases, entry %ju, is no version",
		              SC_ARG(l->path), (uintmax_t)l->line, (uintmax_t)x->release.version);
	memcpy(l->created, created.p, created.n); /* 20 bytes: parse() saw to it */
	mark(l, x->number, !x->is_release);
	sc_merkle_leaf_hash(line, x->leaf);
	sc_merkle_add(&l->tree, x->leaf);
	return SC_OK;
}

/* ---- trees ---- */

static int too_few(const struct sc_log *l, uint64_t size, struct sc_err *e)
{
	return sc_fail(e, "%.*s: it has %ju entries, not %ju", SC_ARG(l->path), (uintmax_t)l->tree.n,
	              (uintmax_t)size);
}

int sc_log_tree(struct sc_log *l, uint64_t size, struct sc_log_tree *t, struct sc_err *e)
{
	struct sc_entry x;
	int rc;

	*t = (struct sc_log_tree){ .size = 0 };
	SC_TRY(sc_log_rewind(l, e));
	sc_log_root(l, t->root);
	while ((rc = sc_log_next(l, &x, e)) == SC_OK) {
		if (x.number > size)
			continue;
		t->size = x.number;
		if (!x.is_release)
			t->newest = x.number;
		if (x.number == size)
			sc_log_root(l, t->root);
	}
	if (rc < 0)
		return rc;
	if (size != UINT64_MAX)
		return t->size == size ? SC_OK : too_few(l, size, e);
	sc_log_root(l, t->root);
	return SC_OK;
}

int sc_log_prove_entry(struct sc_log *l, uint64_t number, uint64_t size, struct sc_merkle_prover *p,
                       struct sc_arena *a, sc_str *line, struct sc_err *e)
{
	struct sc_entry x;
	int rc;

	if (!number || number > size)
		return sc_fail(e, "%.*s: there is no entry %ju among the first %ju",
		               SC_ARG(l->path), (uintmax_t)number, (uintmax_t)size);
	SC_TRY(sc_log_rewind(l, e));
	sc_merkle_prove_index(p, number - 1, size);
	while ((rc = sc_log_next(l, &x, e)) == SC_OK) {
		if (x.number == number)
			*line = sc_strdup(a, x.line);
		if (x.number <= size)
			sc_merkle_prove_add(p, x.leaf);
	}
	if (rc < 0)
		return rc;
	return l->tree.n < size ? too_few(l, size, e) : SC_OK;
}

int sc_log_prove_growth(struct sc_log *l, uint64_t n1, uint64_t n2, struct sc_merkle_prover *p,
                        uint8_t root1[32], uint8_t root2[32], struct sc_err *e)
{
	struct sc_entry x;
	int rc;

	if (n1 > n2)
		return sc_fail(e, "%.*s: a log of %ju entries cannot become one of %ju",
		               SC_ARG(l->path), (uintmax_t)n1, (uintmax_t)n2);
	SC_TRY(sc_log_rewind(l, e));
	sc_merkle_prove_growth(p, n1, n2);
	sc_log_root(l, root1);
	sc_log_root(l, root2);
	while ((rc = sc_log_next(l, &x, e)) == SC_OK) {
		if (x.number <= n2)
			sc_merkle_prove_add(p, x.leaf);
		if (x.number == n1)
			sc_log_root(l, root1);
		if (x.number == n2)
			sc_log_root(l, root2);
	}
	if (rc < 0)
		return rc;
	return l->tree.n < n2 ? too_few(l, n2, e) : SC_OK;
}
