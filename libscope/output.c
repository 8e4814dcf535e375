/* SPDX-License-Identifier: Apache-2.0 */
/*
 * output.c -- bytes out: collected, packed member by member, digested, under the final name only when whole.
 *
 * While it is written a file is called NAME.part.PID.N, in the folder of its final name, so that the rename cannot cross
 * a file system.  A name of that shape whose process is gone is litter of a crash and is removed when NAME is
 * written again; the file is locked while it is written, so that a process in another container or on
 * another host, whose number says nothing here, keeps its own.  What is no regular file (a pipe, /dev/null, standard
 * output) is written straight.
 */
#include "input_impl.h"
#include "output_impl.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- names of unfinished files, for a signal handler ---- */

static _Atomic(struct slot *) slots;

struct slot *slot_take(const char *name, enum slot_live live)
{
	size_t n = strlen(name) + 1;
	struct slot *x = atomic_load(&slots);

	for (; x; x = x->next) {
		int is_free = SLOT_FREE;

		if (x->cap >= n && atomic_compare_exchange_strong(&x->live, &is_free, SLOT_FILLED))
			break;
	}
	if (!x) {
		x = malloc(sizeof *x + n + 64);
		if (!x)
			sc_oom();
		x->cap = n + 64;
		atomic_init(&x->live, SLOT_FILLED);
		x->next = atomic_load(&slots);
		while (!atomic_compare_exchange_weak(&slots, &x->next, x)) {
		}
	}
	memcpy(x->name, name, n);
	atomic_store(&x->files, 0);
	atomic_store(&x->made, false);
	atomic_store(&x->live, live);
	return x;
}

void slot_give(struct slot **slot)
{
	if (*slot)
		atomic_store(&(*slot)->live, SLOT_FREE);
	*slot = NULL;
}

/* "FOLDER/N" for each N, then FOLDER, then what it lies in; nothing in here may allocate or lock. */
static void folder_abandon(const struct slot *x)
{
	size_t n = strlen(x->name);
	char path[4200];

	if (n + 16 > sizeof path)
		return;
	memcpy(path, x->name, n);
	for (unsigned i = atomic_load(&x->files); i-- > 0;) {
		char digits[16];
		size_t k = sizeof digits, at = n;
		unsigned v = i;

		do
			digits[--k] = (char)('0' + v % 10);
		while (v /= 10);
		path[at++] = '/';
		memcpy(path + at, digits + k, sizeof digits - k);
		path[at + sizeof digits - k] = 0;
		unlink(path);
	}
	rmdir(x->name);
	if (!atomic_load(&x->made))
		return;
	while (n && path[n - 1] != '/')
		n--;
	path[n ? n - 1 : 0] = 0;
	rmdir(path);
}

void sc_output_abandon_all(void)
{
	for (struct slot *x = atomic_load(&slots); x; x = x->next)
		if (atomic_load(&x->live) == SLOT_FILE)
			unlink(x->name);
	for (struct slot *x = atomic_load(&slots); x; x = x->next)
		if (atomic_load(&x->live) == SLOT_FOLDER)
			folder_abandon(x);
}

/* ---- opening ---- */

/* errno, in one line.  What tools/main.c makes a quiet end of is spelled "standard output: broken pipe". */
int output_failed(const struct sc_output *o, struct sc_err *e)
{
	return sc_fail(e, "%.*s: %s", SC_ARG(o->path), errno == EPIPE ? "broken pipe" : strerror(errno));
}

bool output_is_litter(sc_str name, sc_str prefix)
{
	sc_str pid = sc_str_from(name, prefix.n);
	uint64_t n;

	if (!sc_str_starts(name, prefix))
		return false;
	pid = sc_str_head(pid, sc_str_chr(pid, '.'));
	return sc_str_u64(pid, &n) && n > 0 && n < INT32_MAX && kill((pid_t)n, 0) && errno == ESRCH;
}

static void litter_remove(struct sc_arena *a, sc_str path)
{
	sc_str folder = sc_path_dir(a, path), prefix;
	size_t slash = sc_str_rchr(path, '/');
	DIR *d = opendir(folder.p);
	struct dirent *x;

	prefix = sc_fmt(a, "%.*s.part.", SC_ARG(slash == SC_NONE ? path : sc_str_from(path, slash + 1)));
	while (d && (x = readdir(d))) {
		int fd;

		if (!output_is_litter(sc_str_c(x->d_name), prefix))
			continue;
		fd = openat(dirfd(d), x->d_name, O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
		if (fd >= 0 && !flock(fd, LOCK_EX | LOCK_NB))
			unlinkat(dirfd(d), x->d_name, 0);
		if (fd >= 0)
			close(fd);
	}
	if (d)
		closedir(d);
}

static int part_open(struct sc_output *o, struct sc_err *e)
{
	static atomic_uint serial;

	litter_remove(&o->arena, o->path);
	for (int tries = 0; tries < 100; tries++) {
		o->part = sc_cstr(&o->arena, sc_fmt(&o->arena, "%s.part.%ld.%u", o->final, (long)getpid(),
						    atomic_fetch_add(&serial, 1)));
		o->fd = open(o->part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
		if (o->fd >= 0 || errno != EEXIST)
			break;
	}
	if (o->fd < 0) {
		o->part = NULL;
		return sc_fail(e, "%.*s: %s", SC_ARG(o->path), strerror(errno));
	}
	o->slot = slot_take(o->part, SLOT_FILE);
	(void)flock(o->fd, LOCK_EX | LOCK_NB); /* where there are no locks the process number has to do */
	return SC_OK;
}

static int folder_make(struct sc_output *o, struct sc_err *e)
{
	sc_str folder = sc_path_dir(&o->arena, o->path);

	o->made_folder = !mkdir(folder.p, 0777);
	if (o->made_folder || errno == EEXIST || errno == ENOENT)
		return SC_OK; /* what is missing above it is a mistake that open() reports */
	return sc_fail(e, "%.*s: %s", SC_ARG(folder), strerror(errno));
}

/* "-", /dev/stdout, /dev/fd/N: a descriptor of ours.  Opened anew, a file behind it would be written from its start. */
static int is_descriptor(sc_str path)
{
	static const sc_str folder = SC_LIT("/dev/fd/");
	uint64_t n;

	if (sc_str_eq(path, SC_STR("-")) || sc_str_eq(path, SC_STR("/dev/stdout")))
		return STDOUT_FILENO;
	if (sc_str_eq(path, SC_STR("/dev/stderr")))
		return STDERR_FILENO;
	return sc_str_starts(path, folder) && sc_str_u64(sc_str_from(path, folder.n), &n) && n < INT32_MAX ? (int)n : -1;
}

static int file_open(struct sc_output *o, struct sc_err *e)
{
	int ours = is_descriptor(o->path);
	struct stat st;

	if (ours >= 0) {
		if (ours == STDOUT_FILENO)
			o->path = SC_STR("standard output");
		o->fd = fcntl(ours, F_DUPFD_CLOEXEC, 3);
		if (o->fd < 0)
			return output_failed(o, e);
		if (!fstat(o->fd, &st) && S_ISFIFO(st.st_mode))
			pipe_widen(o->fd);
		return SC_OK;
	}
	o->final = sc_cstr(&o->arena, o->path);
	if (stat(o->final, &st)) {
		SC_TRY(folder_make(o, e));
	} else if (S_ISDIR(st.st_mode)) {
		return sc_fail(e, "%.*s: it is a folder", SC_ARG(o->path));
	} else if (!S_ISREG(st.st_mode) || sc_str_starts(o->path, SC_STR("/dev/"))) {
		o->fd = open(o->final, O_WRONLY | O_CLOEXEC);
		return o->fd < 0 ? output_failed(o, e) : SC_OK;
	}
	return part_open(o, e);
}

static int codec_pick(struct sc_output *o, sc_str codec, struct sc_err *e)
{
	for (size_t i = 0; !codec.n && sc_codecs[i]; i++)
		if (sc_codecs[i]->ext && sc_str_ends(o->path, sc_str_c(sc_codecs[i]->ext)))
			o->codec = sc_codecs[i];
	if (!codec.n && sc_str_ends(o->path, SC_STR(".tgz")))
		o->codec = sc_codec_named(SC_STR("gzip"));
	if (codec.n && !sc_str_eq(codec, SC_STR("none"))) {
		o->codec = sc_codec_named(codec);
		if (!o->codec)
			return sc_fail(e, "%.*s: no codec %.*s", SC_ARG(o->path), SC_ARG(codec));
	}
	if (!o->codec)
		return SC_OK;
	if (!o->codec->pack)
		return sc_fail(e, "%.*s: %s is read, not written", SC_ARG(o->path), o->codec->ext);
	o->packer = packer_new();
	o->own_packer = true;
	return SC_OK;
}

int sc_output_open(struct sc_output **out, sc_str path, sc_str codec, int level, struct sc_err *e)
{
	struct sc_output *o = calloc(1, sizeof *o);

	*out = NULL;
	if (!o)
		sc_oom();
	o->fd = -1;
	o->level = level;
	o->path = sc_strdup(&o->arena, path);
	if (codec_pick(o, codec, e) < 0 || file_open(o, e) < 0) {
		sc_output_abandon(o);
		return SC_FAIL;
	}
	*out = o;
	return SC_OK;
}

void sc_output_members(struct sc_output *o, bool each)
{
	o->members_each = each;
}

void sc_output_hash(struct sc_output *o)
{
	o->sha = sc_sha256_new();
	if (o->codec)
		o->sha_plain = sc_sha256_new();
}

void sc_output_packer(struct sc_output *o, struct sc_packer *p, size_t most)
{
	if (!o->codec)
		return;
	if (o->own_packer)
		packer_free(o->packer);
	o->own_packer = false;
	o->packer = p;
	o->most = most;
}

uint64_t sc_output_off(const struct sc_output *o)
{
	return o->off;
}

uint64_t sc_output_stored(const struct sc_output *o)
{
	return o->stored;
}

int sc_output_digest(struct sc_output *o, uint8_t sha256[32], struct sc_err *e)
{
	SC_TRY(sc_output_flush(o, e));
	sc_sha256_peek(o->sha_plain ? o->sha_plain : o->sha, SC_STR(""), sha256);
	return SC_OK;
}

/* ---- the end ---- */

int sc_output_finish(struct sc_output *o, struct sc_err *e)
{
	int rc;

	SC_TRY(output_settle(o, e));
	SC_TRY(beside_finish(o, e));
	if (o->part && fsync(o->fd) && errno != EINVAL && errno != ENOTSUP) /* a file system without it says so */
		return output_failed(o, e);
	rc = close(o->fd);
	o->fd = -1;
	if (rc && errno != EINTR)
		return output_failed(o, e);
	o->stat.bytes = o->stored;
	if (o->sha)
		sc_sha256_end(o->sha, o->stat.sha256);
	if (o->sha_plain)
		sc_sha256_end(o->sha_plain, o->stat.plain);
	else
		memcpy(o->stat.plain, o->stat.sha256, 32);
	return SC_OK;
}

static int file_name(struct sc_output *o, struct sc_err *e)
{
	if (rename(o->part, o->final))
		return output_failed(o, e);
	o->committed = true;
	slot_give(&o->slot);
	return SC_OK;
}

/* Many names at once: a signal that ends the process waits until all have theirs. */
static int folder_name(struct sc_output *o, struct sc_err *e)
{
	sigset_t all, before;
	int rc;

	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &before);
	rc = beside_commit(o, e);
	if (rc == SC_OK)
		rc = file_name(o, e);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return rc;
}

int sc_output_commit(struct sc_output *o, struct sc_err *e)
{
	sc_str folder;
	int fd;

	if (!o->part || o->committed)
		return SC_OK;
	SC_TRY(o->beside ? folder_name(o, e) : file_name(o, e));
	folder = sc_path_dir(&o->arena, o->path);
	fd = open(folder.p, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return SC_OK; /* a folder that may be written but not read */
	if (fsync(fd) && errno != EINVAL && errno != ENOTSUP) {
		output_failed(o, e);
		close(fd);
		return SC_FAIL;
	}
	close(fd);
	return SC_OK;
}

int sc_output_end(struct sc_output *o, int rc, struct sc_err *e)
{
	if (rc == SC_OK)
		rc = sc_output_finish(o, e);
	if (rc == SC_OK)
		rc = sc_output_commit(o, e);
	if (rc == SC_OK)
		sc_output_free(o);
	else
		sc_output_abandon(o);
	return rc;
}

int sc_output_whole(sc_str path, sc_str codec, sc_str bytes, struct sc_err *e)
{
	struct sc_output *o;

	SC_TRY(sc_output_open(&o, path.n ? path : SC_STR("-"), codec, 0, e));
	return sc_output_end(o, sc_write(o, bytes, e), e);
}

void sc_output_free(struct sc_output *o)
{
	if (!o)
		return;
	slot_give(&o->slot);
	beside_free(o);
	if (o->fd >= 0)
		close(o->fd);
	output_jobs_free(o);
	sc_sha256_free(o->sha);
	sc_sha256_free(o->sha_plain);
	sc_buf_free(&o->plain);
	sc_arena_free(&o->arena);
	free(o);
}

void sc_output_abandon(struct sc_output *o)
{
	if (!o)
		return;
	if (o->part && !o->committed)
		unlink(o->part);
	if (!o->committed)
		beside_abandon(o);
	sc_output_free(o);
}

void sc_output_stat(const struct sc_output *o, struct sc_stored *st)
{
	*st = o->stat;
}

sc_str sc_output_now(const struct sc_output *o)
{
	return o->part ? sc_str_c(o->part) : o->path;
}

int sc_output_rename(struct sc_output *o, sc_str path, struct sc_err *e)
{
	if (!o->part || o->beside)
		return sc_fail(e, "%.*s: it cannot be put elsewhere: it is a folder, or was written straight", SC_ARG(o->path));
	o->path = sc_strdup(&o->arena, path);
	o->final = sc_cstr(&o->arena, path);
	return SC_OK;
}

sc_str sc_output_path(const struct sc_output *o)
{
	return o->path;
}

int sc_spool(struct sc_err *e)
{
	const char *dir = getenv("TMPDIR");
	char name[4096];
	int fd;

	if (!dir || !*dir)
		dir = "/tmp";
	fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (fd >= 0)
		return fd;
	if (snprintf(name, sizeof name, "%s/scope.XXXXXX", dir) >= (int)sizeof name)
		return sc_fail(e, "TMPDIR is too long a name"), -1;
	fd = mkostemp(name, O_CLOEXEC);
	if (fd < 0)
		return sc_fail(e, "spool file in %s: %s", dir, strerror(errno)), -1;
	unlink(name);
	return fd;
}
