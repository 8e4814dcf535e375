/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log_append.c -- one entry more, or a new log.
 *
 * The file is appended to and never written anew, so that it may be kept where the system allows nothing else (chattr +a).  Lock, check of the whole
 * file, one write, fsync; a write that did not get through is taken back, and where the machine died in it the cut line is found by whoever reads next.
 */
#include "log_impl.h"

#include <scope/manifest.h>
#include <scope/text.h>

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static int failed(sc_str path, struct sc_err *e)
{
	return sc_fail(e, "%.*s: %s", SC_ARG(path), strerror(errno));
}

static bool write_all(int fd, sc_str s)
{
	while (s.n) {
		ssize_t n = write(fd, s.p, s.n);

		if (n < 0 && errno != EINTR)
			return false;
		s = sc_str_from(s, n > 0 ? (size_t)n : 0);
	}
	return true;
}

/* ---- a new log ---- */

/* A name lasts when its folder was synced; where folders cannot be, nobody promised more. */
static void folder_sync(struct sc_arena *a, sc_str path)
{
	int fd = open(sc_path_dir(a, path).p, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return;
	fsync(fd);
	close(fd);
}

int sc_log_make(sc_str path, sc_str origin, struct sc_err *e)
{
	struct sc_arena a = { 0 };
	char *name;
	int fd, rc = SC_OK;

	if (!sc_log_origin_ok(origin))
		return sc_fail(e, "an origin is a name without white space, as example.org/corpus");
	name = sc_cstr(&a, path);
	fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (fd < 0) {
		rc = errno == EEXIST
		             ? sc_fail(e,
		                       "%.*s: it is there already, and a log is never begun anew",
		                       SC_ARG(path))
		             : failed(path, e);
	} else {
		bool ok = write_all(fd, sc_fmt(&a, "#scope-log/1 %.*s\n", SC_ARG(origin))) &&
		          !fsync(fd);

		ok = !close(fd) && ok;
		if (!ok) {
			rc = failed(path, e);
			unlink(name);
		}
		folder_sync(&a, path);
	}
	sc_arena_free(&a);
	return rc;
}

/* ---- an entry ---- */

/* What an append must know of all that is there. */
struct before {
	uint64_t newest; /* the last version; 0: none */
	uint8_t manifest[32];
};

/* The file is what was locked, and was read to its last byte. */
static int is_whole(const struct sc_log *l, struct stat *st, struct sc_err *e)
{
	struct stat named;

	if (fstat(l->fd, st) || stat(l->path.p, &named))
		return failed(l->path, e);
	if (!S_ISREG(st->st_mode))
		return sc_fail(e, "%.*s: it is no regular file, and cannot be appended to",
		               SC_ARG(l->path));
	if (named.st_dev != st->st_dev || named.st_ino != st->st_ino ||
	    (uint64_t)st->st_size != l->bytes)
		return sc_fail(
		        e, "%.*s: somebody else wrote to it without a lock: nothing was appended",
		        SC_ARG(l->path));
	return SC_OK;
}

static int read_all(struct sc_log *l, struct before *b, struct sc_err *e)
{
	struct sc_entry x;
	int rc;

	while ((rc = sc_log_next(l, &x, e)) == SC_OK) {
		if (x.is_release)
			continue;
		b->newest = x.number;
		memcpy(b->manifest, x.version.manifest, 32);
	}
	return rc == SC_EOF ? SC_OK : rc;
}

static int in_time(const struct sc_log *l, sc_str created, struct sc_err *e)
{
	if (sc_str_cmp(created, sc_str_c(l->created)) >= 0)
		return SC_OK;
	return sc_fail(
	        e,
	        "%.*s: its last entry was created at %s, and now is %.*s: set the clock, or SOURCE_DATE_EPOCH",
	        SC_ARG(l->path), l->created, SC_ARG(created));
}

static int append(struct sc_log *l, struct sc_buf *line, struct sc_err *e)
{
	struct stat st;

	if (line->n > SC_LOG_LINE)
		return sc_fail(e, "%.*s: an entry of %zu bytes is too long: use fewer words",
		               SC_ARG(l->path), line->n);
	sc_buf_byte(line, '\n');
	SC_TRY(is_whole(l, &st, e));
	if (write_all(l->fd, sc_buf_str(line)) && !fsync(l->fd))
		return SC_OK;
	failed(l->path, e);
	if (ftruncate(l->fd, st.st_size) || fsync(l->fd))
		return sc_fail(
		        e,
		        "%.*s: %s; its last line is cut, and was not taken back: it was whole with %ju bytes",
		        SC_ARG(l->path), strerror(errno), (uintmax_t)l->bytes);
	return SC_FAIL;
}

/* Words that cannot stand in a field are refused before anything is opened. */
static int is_text(const char *what, sc_str s, bool needed, struct sc_err *e)
{
	if (sc_utf8_valid(s) != s.n)
		return sc_fail(e, "%s: it is not UTF-8", what);
	return needed && !s.n ? sc_fail(e, "%s: it is empty", what) : SC_OK;
}

static int add_version(struct sc_log *l, struct sc_version *v, bool again, struct sc_err *e)
{
	struct before b = { 0 };
	struct sc_buf line = { 0 };
	int rc;

	SC_TRY(read_all(l, &b, e));
	if (b.newest && !again && !memcmp(b.manifest, v->manifest, 32))
		return sc_fail(
		        e,
		        "%.*s: version %ju is this very manifest; --again says that it is one more",
		        SC_ARG(l->path), (uintmax_t)b.newest);
	v->number = sc_log_size(l) + 1;
	SC_TRY(in_time(l, v->created, e));
	sc_version_put(&line, v);
	rc = append(l, &line, e);
	sc_buf_free(&line);
	return rc;
}

static int add_release(struct sc_log *l, struct sc_release *r, struct sc_err *e)
{
	struct before b = { 0 };
	struct sc_buf line = { 0 };
	int rc;

	SC_TRY(read_all(l, &b, e));
	if (!log_is_version(l, r->version))
		return b.newest
		               ? sc_fail(e, "%.*s: entry %ju is no version; the newest one is %ju",
		                         SC_ARG(l->path), (uintmax_t)r->version,
		                         (uintmax_t)b.newest)
		               : sc_fail(e, "%.*s: it has no version yet: `scope log add` adds one",
		                         SC_ARG(l->path));
	r->number = sc_log_size(l) + 1;
	SC_TRY(in_time(l, r->created, e));
	sc_release_put(&line, r);
	rc = append(l, &line, e);
	sc_buf_free(&line);
	return rc;
}

/* The time is taken under the lock: of two writers the later has the later one. */
static int opened(sc_str path, struct sc_log **l, sc_str *created, struct sc_arena *a,
                  struct sc_err *e)
{
	SC_TRY(log_open(l, path, O_RDWR | O_APPEND, LOCK_EX, e));
	*created = sc_created(a);
	return SC_OK;
}

int sc_log_add_version(sc_str path, struct sc_version *v, bool again, struct sc_arena *a,
                       struct sc_err *e)
{
	struct sc_log *l = NULL;
	int rc;

	SC_TRY(is_text("operation", v->operation, false, e));
	SC_TRY(opened(path, &l, &v->created, a, e));
	rc = add_version(l, v, again, e);
	sc_log_close(l);
	return rc;
}

int sc_log_add_release(sc_str path, struct sc_release *r, struct sc_arena *a, struct sc_err *e)
{
	struct sc_log *l = NULL;
	int rc;

	SC_TRY(is_text("to", r->to, true, e));
	SC_TRY(is_text("terms", r->terms, true, e));
	SC_TRY(opened(path, &l, &r->created, a, e));
	rc = add_release(l, r, e);
	sc_log_close(l);
	return rc;
}
