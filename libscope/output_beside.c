/* SPDX-License-Identifier: Apache-2.0 */
/*
 * output_beside.c -- files beside an output, for formats that are a folder of them.
 *
 *	DIR/x.part.PID.N            the output itself (output.c)
 *	DIR/x.part.PID.N.d/0, 1...  the files beside it, numbered as they come, until commit
 *
 * So all that is unfinished is one flat folder, whose name and a count are all that a signal handler needs to clear it, and
 * which is known for litter when the process is gone.  Final names are rows in memory; nothing else of a file is kept, and
 * it is closed as soon as it is written.  Instead of a sync for each file the file system is synced once before the first of them
 * gets its name and once after the last.
 *
 * The folder must be empty at first and names come from records: no name may meet another, nor what the engine
 * writes there later, so each is asked for before it is used (sc_output_taken) and none replaces anything.
 */
#include "output_impl.h"

#include <scope/digest.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST_NAME = 1024, MOST_SEGMENT = 240 };

struct name {
	const char *p; /* NULL: no name here */
	bool is_folder;
};

struct beside {
	struct sc_arena arena;
	int folder, stage; /* descriptors, or -1 */
	char *stage_name;
	struct slot *slot;
	const char **file, **under; /* final names: file number i; folders, outer before inner */
	size_t nfile, nunder, named, made; /* named: files that have theirs; made: folders that are there */
	bool *ours;                 /* of under[i]: we made it */
	struct name *set;           /* open addressing over a power of two, half full at most */
	size_t nset, cap;
};

static int failed(const struct sc_output *o, const char *what, struct sc_err *e)
{
	return sc_fail(e, "%.*s: %s: %s", SC_ARG(sc_path_dir(&o->beside->arena, o->path)), what, strerror(errno));
}

/* ---- names ---- */

static struct name *look(const struct beside *b, sc_str name)
{
	uint8_t h[32];
	uint64_t at;

	sc_sha256_of(name, h); /* names come from records: no cheaper hash keeps them from meeting on purpose */
	memcpy(&at, h, sizeof at);
	for (;; at++) {
		struct name *x = &b->set[at & (b->cap - 1)];

		if (!x->p || sc_str_eq(sc_str_c(x->p), name))
			return x;
	}
}

static void set_grow(struct beside *b)
{
	struct beside old = *b;

	if (b->nset < b->cap / 2)
		return;
	b->cap = b->cap ? 2 * b->cap : 256;
	b->set = calloc(b->cap, sizeof *b->set);
	if (!b->set)
		sc_oom();
	for (size_t i = 0; i < old.cap; i++)
		if (old.set[i].p)
			*look(b, sc_str_c(old.set[i].p)) = old.set[i];
	free(old.set);
}

static const char *set_add(struct beside *b, sc_str name, bool is_folder)
{
	struct name *x;

	set_grow(b);
	x = look(b, name);
	b->nset++;
	*x = (struct name){ sc_cstr(&b->arena, name), is_folder };
	return x->p;
}

/* What the engine puts there: the output, its manifest by either name, Dolma's attributes; and none of what is unfinished. */
static bool is_kept(const struct sc_output *o, sc_str first)
{
	return sc_str_starts(first, sc_path_name(o->path)) || sc_str_starts(first, SC_STR("manifest.scm")) ||
	       sc_str_eq(first, SC_STR("attributes"));
}

bool sc_output_taken(const struct sc_output *o, sc_str name)
{
	const struct beside *b = o->beside;
	sc_str rest = name, seg;

	if (!name.n || name.n > MOST_NAME || is_kept(o, sc_str_head(name, sc_str_chr(name, '/'))) || look(b, name)->p)
		return true;
	while (sc_str_cut(&rest, '/', &seg)) {
		const struct name *x;

		if (!seg.n || seg.n > MOST_SEGMENT)
			return true;
		if (!rest.p)
			break;
		x = look(b, sc_str_head(name, (size_t)(seg.p + seg.n - name.p)));
		if (x->p && !x->is_folder)
			return true;
	}
	return false;
}

static void *more(void *v, size_t n, size_t each)
{
	if (n & (n - 1)) /* grown when n reaches a power of two */
		return v;
	v = realloc(v, (n ? 2 * n : 1) * each);
	if (!v)
		sc_oom();
	return v;
}

static void name_add(struct beside *b, sc_str name)
{
	for (size_t i = 0; i < name.n; i++) {
		sc_str under = sc_str_head(name, i);

		if (name.p[i] != '/' || look(b, under)->p)
			continue;
		b->under = more(b->under, b->nunder, sizeof *b->under);
		b->ours = more(b->ours, b->nunder, sizeof *b->ours);
		b->ours[b->nunder] = false;
		b->under[b->nunder++] = set_add(b, under, true);
	}
	b->file = more(b->file, b->nfile, sizeof *b->file);
	b->file[b->nfile++] = set_add(b, name, false);
}

/* ---- the folder ---- */

/* "x.part.PID.N" and "x.part.PID.N.d", of whichever output there: not there once all is well. */
static bool is_unfinished(sc_str name)
{
	static const sc_str part = SC_LIT(".part.");
	size_t at = sc_str_find(name, part);
	sc_str rest, pid, serial;
	uint64_t n;

	if (at == SC_NONE)
		return false;
	rest = sc_str_from(name, at + part.n);
	return sc_str_cut(&rest, '.', &pid) && sc_str_cut(&rest, '.', &serial) && sc_str_u64(pid, &n) &&
	       sc_str_u64(serial, &n) && (!rest.p || sc_str_eq(rest, SC_STR("d")));
}

/* Files of a folder like our own: only such as are called by a number. */
static void numbered_remove(int fd)
{
	int again = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = again >= 0 ? fdopendir(again) : NULL;
	struct dirent *x;
	uint64_t n;

	while (d && (x = readdir(d)))
		if (sc_str_u64(sc_str_c(x->d_name), &n))
			unlinkat(fd, x->d_name, 0);
	if (d)
		closedir(d);
	else if (again >= 0)
		close(again);
}

static void litter_remove(int folder, const char *name, sc_str prefix)
{
	int fd;

	if (!output_is_litter(sc_str_c(name), prefix) || !sc_str_ends(sc_str_c(name), SC_STR(".d")))
		return;
	fd = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd >= 0 && !flock(fd, LOCK_EX | LOCK_NB)) {
		numbered_remove(fd);
		unlinkat(folder, name, AT_REMOVEDIR);
	}
	if (fd >= 0)
		close(fd);
}

static int folder_look(struct sc_output *o, struct sc_err *e)
{
	struct beside *b = o->beside;
	sc_str folder = sc_path_dir(&b->arena, o->path);
	sc_str prefix = sc_fmt(&b->arena, "%.*s.part.", SC_ARG(sc_path_name(o->path)));
	DIR *d = opendir(folder.p);
	struct dirent *x;
	int rc = SC_OK;

	b->folder = d ? openat(dirfd(d), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	if (b->folder < 0)
		rc = failed(o, "cannot be read", e);
	while (rc == SC_OK && (x = readdir(d))) {
		if (!strcmp(x->d_name, ".") || !strcmp(x->d_name, ".."))
			continue;
		litter_remove(b->folder, x->d_name, prefix);
		if (!is_unfinished(sc_str_c(x->d_name)))
			rc = sc_fail(e, "its folder has %s in it, and has to be a new or an empty one", x->d_name);
	}
	if (d)
		closedir(d);
	return rc;
}

static int stage_make(struct sc_output *o, struct sc_err *e)
{
	struct beside *b = o->beside;

	b->stage_name = sc_cstr(&b->arena, sc_fmt(&b->arena, "%s.d", o->part));
	if (mkdir(b->stage_name, 0777)) {
		b->stage_name = NULL;
		return failed(o, "no folder can be made in it", e);
	}
	b->slot = slot_take(b->stage_name, SLOT_FOLDER);
	atomic_store(&b->slot->made, o->made_folder);
	b->stage = open(b->stage_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (b->stage < 0)
		return failed(o, "a folder made in it cannot be read", e);
	(void)flock(b->stage, LOCK_EX | LOCK_NB);
	return SC_OK;
}

int sc_output_folder(struct sc_output *o, struct sc_err *e)
{
	if (!o->part)
		return sc_fail(e, "%.*s: it is no file, and files cannot be put beside it", SC_ARG(o->path));
	o->beside = calloc(1, sizeof *o->beside);
	if (!o->beside)
		sc_oom();
	o->beside->folder = o->beside->stage = -1;
	set_grow(o->beside);
	SC_TRY(folder_look(o, e));
	return stage_make(o, e);
}

/* ---- files ---- */

static int write_all(int fd, sc_str s)
{
	while (s.n) {
		ssize_t n = write(fd, s.p, s.n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			errno = n ? errno : EIO;
			return -1;
		}
		s = sc_str_from(s, (size_t)n);
	}
	return 0;
}

int sc_output_beside(struct sc_output *o, sc_str name, sc_str bytes, struct sc_err *e)
{
	struct beside *b = o->beside;
	char number[24];
	bool bad;
	int fd;

	if (b->nfile >= UINT32_MAX - 1)
		return sc_fail(e, "%.*s: too many files for one folder", SC_ARG(o->path));
	snprintf(number, sizeof number, "%zu", b->nfile);
	atomic_store(&b->slot->files, (unsigned)b->nfile + 1); /* before it is there: a handler may run at any moment */
	fd = openat(b->stage, number, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (fd < 0)
		return failed(o, "a file cannot be made in it", e);
	bad = write_all(fd, bytes) != 0;
	bad |= close(fd) && errno != EINTR;
	if (bad)
		return failed(o, "a file in it cannot be written", e);
	name_add(b, name);
	return SC_OK;
}

/* ---- the end ---- */

static int sync_all(struct sc_output *o, struct sc_err *e)
{
	if (syncfs(o->beside->folder) && errno != EINVAL && errno != ENOTSUP && errno != ENOSYS)
		return failed(o, "its files cannot be synced", e);
	return SC_OK;
}

int beside_finish(struct sc_output *o, struct sc_err *e)
{
	return o->beside ? sync_all(o, e) : SC_OK;
}

/* To a name that nothing has. */
static int rename_new(const struct beside *b, const char *number, const char *name)
{
	struct stat st;

	if (!renameat2(b->stage, number, b->folder, name, RENAME_NOREPLACE))
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return -1;
	if (!fstatat(b->folder, name, &st, AT_SYMLINK_NOFOLLOW)) {
		errno = EEXIST;
		return -1;
	}
	return renameat(b->stage, number, b->folder, name);
}

int beside_commit(struct sc_output *o, struct sc_err *e)
{
	struct beside *b = o->beside;

	if (!b)
		return SC_OK;
	for (; b->made < b->nunder; b->made++) {
		b->ours[b->made] = !mkdirat(b->folder, b->under[b->made], 0777);
		if (!b->ours[b->made] && errno != EEXIST)
			return failed(o, b->under[b->made], e);
	}
	for (; b->named < b->nfile; b->named++) {
		char number[24];

		snprintf(number, sizeof number, "%zu", b->named);
		if (rename_new(b, number, b->file[b->named]))
			return failed(o, b->file[b->named], e);
	}
	SC_TRY(sync_all(o, e));
	unlinkat(AT_FDCWD, b->stage_name, AT_REMOVEDIR);
	slot_give(&b->slot);
	return SC_OK;
}

void beside_abandon(struct sc_output *o)
{
	struct beside *b = o->beside;
	sc_str folder;

	if (!b)
		return;
	while (b->named)
		unlinkat(b->folder, b->file[--b->named], 0);
	while (b->made)
		if (b->ours[--b->made])
			unlinkat(b->folder, b->under[b->made], AT_REMOVEDIR);
	if (b->stage >= 0)
		numbered_remove(b->stage);
	if (b->stage_name)
		rmdir(b->stage_name);
	folder = sc_path_dir(&b->arena, o->path);
	if (o->made_folder)
		rmdir(folder.p);
}

void beside_free(struct sc_output *o)
{
	struct beside *b = o->beside;

	if (!b)
		return;
	slot_give(&b->slot);
	if (b->folder >= 0)
		close(b->folder);
	if (b->stage >= 0)
		close(b->stage);
	free(b->file);
	free(b->under);
	free(b->ours);
	free(b->set);
	sc_arena_free(&b->arena);
	free(b);
	o->beside = NULL;
}
