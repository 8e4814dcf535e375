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
#include <scope/output.h>

#include <scope/digest.h>

#include "input_impl.h"
#include "packer.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	MEMBER = 1 << 20,
	BUFFER = 256 << 10,
	TOGETHER = 256 << 10, /* of members that end where records do, in one job */
};

struct slot;

struct sc_output {
	sc_str path;
	char *final, *part; /* part is NULL when it is written straight */
	struct slot *slot;  /* of part */
	int fd;
	const struct sc_codec *codec; /* NULL: plain */
	int level;
	bool members_each, committed;
	struct sc_buf plain;               /* plain output: what is collected */
	struct sc_sha256 *sha, *sha_plain; /* NULL: nobody asked; one when nothing is packed */

	/* packed output */
	struct sc_packer *packer;
	bool own_packer;
	size_t most;               /* jobs under way */
	struct pack_job *now, *spare;
	struct pack_job **job;     /* pushed, in order */
	size_t njob, cap;
	sc_str offered, instead;   /* a record and the member that holds just that, while nothing else was written */
	bool same;                 /* the record was written */
	uint64_t off, stored;
	struct sc_stored stat;
	struct sc_arena arena;
};

/* ---- names of unfinished files, for a signal handler ---- */

/* One name.  Slots are pushed onto a list, used again and never freed, so that a handler can walk it at any moment. */
struct slot {
	struct slot *next;
	_Atomic int live; /* 0 free, 1 being filled, 2 names a file */
	size_t cap;
	char name[];
};

static _Atomic(struct slot *) slots;

static struct slot *slot_take(const char *part)
{
	size_t n = strlen(part) + 1;
	struct slot *x = atomic_load(&slots);

	for (; x; x = x->next) {
		int is_free = 0;

		if (x->cap >= n && atomic_compare_exchange_strong(&x->live, &is_free, 1))
			break;
	}
	if (!x) {
		x = malloc(sizeof *x + n + 64);
		if (!x)
			sc_oom();
		x->cap = n + 64;
		atomic_init(&x->live, 1);
		x->next = atomic_load(&slots);
		while (!atomic_compare_exchange_weak(&slots, &x->next, x)) {
		}
	}
	memcpy(x->name, part, n);
	atomic_store(&x->live, 2);
	return x;
}

static void slot_give(struct sc_output *o)
{
	if (o->slot)
		atomic_store(&o->slot->live, 0);
	o->slot = NULL;
}

void sc_output_abandon_all(void)
{
	for (struct slot *x = atomic_load(&slots); x; x = x->next)
		if (atomic_load(&x->live) == 2)
			unlink(x->name);
}

/* ---- opening ---- */

/* errno, in one line.  What tools/main.c makes a quiet end of is spelled "standard output: broken pipe". */
static int failed(const struct sc_output *o, struct sc_err *e)
{
	return sc_fail(e, "%.*s: %s", SC_ARG(o->path), errno == EPIPE ? "broken pipe" : strerror(errno));
}

static sc_str folder_of(struct sc_arena *a, sc_str path)
{
	size_t slash = sc_str_rchr(path, '/');

	if (slash == SC_NONE)
		return SC_STR(".");
	return sc_strdup(a, slash ? sc_str_head(path, slash) : SC_STR("/"));
}

/* Whose name is `name`, after the prefix "NAME.part."?  A process that is no more. */
static bool is_litter(sc_str name, sc_str prefix)
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
	sc_str folder = folder_of(a, path), prefix;
	size_t slash = sc_str_rchr(path, '/');
	DIR *d = opendir(folder.p);
	struct dirent *x;

	prefix = sc_fmt(a, "%.*s.part.", SC_ARG(slash == SC_NONE ? path : sc_str_from(path, slash + 1)));
	while (d && (x = readdir(d))) {
		int fd;

		if (!is_litter(sc_str_c(x->d_name), prefix))
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
	o->slot = slot_take(o->part);
	(void)flock(o->fd, LOCK_EX | LOCK_NB); /* where there are no locks the process number has to do */
	return SC_OK;
}

static int folder_make(struct sc_output *o, struct sc_err *e)
{
	sc_str folder = folder_of(&o->arena, o->path);

	if (!mkdir(folder.p, 0777) || errno == EEXIST || errno == ENOENT)
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
			return failed(o, e);
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
		return o->fd < 0 ? failed(o, e) : SC_OK;
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

void sc_output_digest(struct sc_output *o)
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

/* ---- writing ---- */

static int store(struct sc_output *o, sc_str s, struct sc_err *e)
{
	if (o->sha)
		sc_sha256_add(o->sha, s);
	o->stored += s.n;
	while (s.n) {
		ssize_t n = write(o->fd, s.p, s.n);
		struct pollfd wait = { .fd = o->fd, .events = POLLOUT };

		if (n < 0 && (errno == EINTR || (errno == EAGAIN && (poll(&wait, 1, -1) >= 0 || errno == EINTR))))
			continue;
		if (n <= 0) {
			errno = n ? errno : EIO;
			return failed(o, e);
		}
		s = sc_str_from(s, (size_t)n);
	}
	return SC_OK;
}

/* ---- packing ---- */

static struct pack_job *job_now(struct sc_output *o)
{
	struct pack_job *j = o->now ? o->now : o->spare;

	if (!j && !(j = calloc(1, sizeof *j)))
		sc_oom();
	if (o->now)
		return j;
	o->spare = j->next;
	j->codec = o->codec;
	j->level = o->level;
	j->state = PACK_MINE;
	return o->now = j;
}

/* Stores what is packed, in order, until at most `left` jobs are under way. */
static int retire(struct sc_output *o, size_t left, struct sc_err *e)
{
	size_t n = 0;
	int rc = SC_OK;

	for (; n < o->njob && rc == SC_OK && (o->njob - n > left || packer_done(o->packer, o->job[n])); n++) {
		struct pack_job *j = o->job[n];

		packer_finish(o->packer, j);
		rc = j->rc < 0 ? sc_fail(e, "%.*s: %s", SC_ARG(o->path), j->err.msg) : store(o, sc_buf_str(&j->packed), e);
		sc_buf_clear(&j->plain);
		sc_buf_clear(&j->packed);
		j->ncut = 0;
		j->next = o->spare;
		o->spare = j;
	}
	o->njob -= n;
	if (n)
		memmove(o->job, o->job + n, o->njob * sizeof *o->job);
	return rc;
}

/* What is collected is a job: of members to pack, or of members that came packed. */
static int push(struct sc_output *o, struct sc_err *e)
{
	struct pack_job *j = o->now;

	if (!j)
		return SC_OK;
	o->now = NULL;
	if (o->njob == o->cap) {
		o->cap += 16;
		o->job = realloc(o->job, o->cap * sizeof *o->job);
		if (!o->job)
			sc_oom();
	}
	o->job[o->njob++] = j;
	if (j->ncut)
		packer_push(o->packer, j);
	else
		j->state = PACK_DONE;
	return retire(o, o->most, e);
}

static int write_packed(struct sc_output *o, sc_str s, struct sc_err *e)
{
	struct pack_job *j;

	while (!o->members_each && s.n) { /* members begin at multiples of MEMBER, however the writes fall */
		sc_str piece;

		j = job_now(o);
		piece = sc_str_head(s, MEMBER - j->plain.n);
		sc_buf_add(&j->plain, piece);
		s = sc_str_from(s, piece.n);
		if (j->plain.n < MEMBER)
			continue;
		job_cut(j);
		SC_TRY(push(o, e));
	}
	if (!s.n)
		return SC_OK;
	if (o->now && o->now->packed.n) /* members that came packed are a job of their own */
		SC_TRY(push(o, e));
	sc_buf_add(&job_now(o)->plain, s);
	return SC_OK;
}

/* The bytes of the member that is being collected. */
static size_t pending(const struct sc_output *o)
{
	const struct pack_job *j = o->now;

	return j ? j->plain.n - (j->ncut ? j->cut[j->ncut - 1] : 0) : 0;
}

void sc_output_offer(struct sc_output *o, sc_str record, const struct sc_codec *codec, sc_str member)
{
	bool fits = o->codec && o->codec == codec && o->members_each && !o->level && record.n && !pending(o);

	o->offered = fits ? record : (sc_str){ NULL, 0 };
	o->instead = member;
	o->same = false;
}

/* Something else than the offered record: it is to be packed after all. */
static int unoffer(struct sc_output *o, struct sc_err *e)
{
	sc_str record = o->offered;
	bool same = o->same;

	o->offered = (sc_str){ NULL, 0 };
	o->same = false;
	return same ? write_packed(o, record, e) : SC_OK;
}

static int copy_member(struct sc_output *o, struct sc_err *e)
{
	o->offered = (sc_str){ NULL, 0 };
	o->same = false;
	if (o->now && o->now->plain.n)
		SC_TRY(push(o, e));
	sc_buf_add(&job_now(o)->packed, o->instead);
	return o->now->packed.n >= TOGETHER ? push(o, e) : SC_OK;
}

/* ---- writing ---- */

static int drain(struct sc_output *o, struct sc_err *e)
{
	sc_str s = sc_buf_str(&o->plain);

	sc_buf_clear(&o->plain);
	return store(o, s, e);
}

static int write_plain(struct sc_output *o, sc_str s, struct sc_err *e)
{
	if (o->plain.n + s.n > BUFFER) {
		SC_TRY(drain(o, e));
		if (s.n >= BUFFER)
			return store(o, s, e);
	}
	sc_buf_add(&o->plain, s);
	return SC_OK;
}

int sc_write(struct sc_output *o, sc_str s, struct sc_err *e)
{
	if (!s.n)
		return SC_OK;
	o->off += s.n;
	if (!o->codec)
		return write_plain(o, s, e);
	if (o->sha_plain)
		sc_sha256_add(o->sha_plain, s);
	if (s.p == o->offered.p && s.n == o->offered.n && !o->same && !pending(o)) {
		o->same = true;
		return SC_OK;
	}
	if (o->offered.n)
		SC_TRY(unoffer(o, e));
	return write_packed(o, s, e);
}

int sc_output_cut(struct sc_output *o, struct sc_err *e)
{
	if (!o->codec || !o->members_each)
		return SC_OK;
	if (o->same)
		return copy_member(o, e);
	o->offered = (sc_str){ NULL, 0 };
	if (!pending(o))
		return SC_OK;
	job_cut(o->now);
	return o->now->plain.n >= TOGETHER ? push(o, e) : SC_OK;
}

uint64_t sc_output_off(const struct sc_output *o)
{
	return o->off;
}

uint64_t sc_output_stored(const struct sc_output *o)
{
	return o->stored;
}

/* ---- the end ---- */

int sc_output_finish(struct sc_output *o, struct sc_err *e)
{
	int rc;

	if (o->plain.n)
		SC_TRY(drain(o, e));
	if (o->codec && !o->off)
		job_now(o); /* an empty compressed file still is one */
	if (o->same)
		SC_TRY(unoffer(o, e));
	if (pending(o) || (o->codec && !o->off))
		job_cut(o->now);
	SC_TRY(push(o, e));
	SC_TRY(retire(o, 0, e));
	if (o->part && fsync(o->fd) && errno != EINVAL && errno != ENOTSUP) /* a file system without it says so */
		return failed(o, e);
	rc = close(o->fd);
	o->fd = -1;
	if (rc && errno != EINTR)
		return failed(o, e);
	o->stat.bytes = o->stored;
	if (o->sha)
		sc_sha256_end(o->sha, o->stat.sha256);
	if (o->sha_plain)
		sc_sha256_end(o->sha_plain, o->stat.plain);
	else
		memcpy(o->stat.plain, o->stat.sha256, 32);
	return SC_OK;
}

int sc_output_commit(struct sc_output *o, struct sc_err *e)
{
	sc_str folder;
	int fd;

	if (!o->part || o->committed)
		return SC_OK;
	if (rename(o->part, o->final))
		return failed(o, e);
	o->committed = true;
	slot_give(o);
	folder = folder_of(&o->arena, o->path);
	fd = open(folder.p, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return SC_OK; /* a folder that may be written but not read */
	if (fsync(fd) && errno != EINVAL && errno != ENOTSUP) {
		failed(o, e);
		close(fd);
		return SC_FAIL;
	}
	close(fd);
	return SC_OK;
}

static void jobs_free(struct sc_output *o)
{
	struct pack_job *j;

	for (size_t i = 0; i < o->njob; i++) {
		packer_cancel(o->packer, o->job[i]);
		job_free(o->job[i]);
	}
	job_free(o->now);
	while ((j = o->spare)) {
		o->spare = j->next;
		job_free(j);
	}
	free(o->job);
	if (o->own_packer)
		packer_free(o->packer);
}

void sc_output_free(struct sc_output *o)
{
	if (!o)
		return;
	slot_give(o);
	if (o->fd >= 0)
		close(o->fd);
	jobs_free(o);
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
	sc_output_free(o);
}

void sc_output_stat(const struct sc_output *o, struct sc_stored *st)
{
	*st = o->stat;
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
