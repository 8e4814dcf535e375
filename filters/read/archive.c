/* SPDX-License-Identifier: Apache-2.0 */
/*
 * read/archive -- what else libarchive reads: 7z, cpio, ar and deb, rpm, rar, cab, lha, iso9660, xar; and these or tar
 * inside compress (.Z), lzip, lzma or legacy lz4.  Records by --group.
 *
 * Decoders for a dozen rarely fuzzed formats are not run inside this process: the input is held whole
 * (scope/hold.h) and a child process walks it and sends its members through a pipe.  A member that makes libarchive
 * crash, loop (STALL seconds of processor time without a word) or ask for too much memory (MEMORY) costs the rest of this
 * archive, as damage, and nothing else.  The child can open nothing that matters: mtree, whose entries name files on this
 * machine, and filters that run programs (lrzip, grzip,
 * lzop) are not enabled, and all its descriptors but the pipe are closed.
 *
 * Message: struct word, then its path, link and text bytes.
 *
 * ARCHIVE_WARN is a rejected member, never ignored.  Offsets are where libarchive was in the plain input at the member's header;
 * lengths are not known and 0.  Left out: passwords, multi-volume archives past the first volume, bytes as stored.
 */
#include <scope/group.h>
#include <scope/hold.h>
#include <scope/libarchive.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>


enum { STALL = 5, CHUNK = 64 << 10, MOST_PATH = 1 << 20 };
#define MEMORY (UINT64_C(384) << 20)

enum kind { MEMBER = 1, DATA, DONE, SPOILT, END, FATAL };

struct word {
	uint32_t kind, path, link, text, mode, has_mtime;
	int64_t mtime;
	uint64_t off;
	char type[16];
};

struct arc {
	struct sc_input *in;
	struct sc_hold hold;
	struct sc_group *group;
	struct sc_buf path, link, text;
	size_t max;
	pid_t child;
	int fd;
	bool held, open, ended, in_member;
	const char *refuse;
	struct word w;
	char type[16];
};

extern const struct sc_reader read_archive;

/* ---- the child: libarchive to messages ---- */

struct teller {
	const struct sc_libarchive *la;
	int fd;
	struct archive *a;
	size_t max;
	bool raw;
};

static void say(int fd, const void *p, size_t n)
{
	const char *at = p;

	while (n) {
		ssize_t done = write(fd, at, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			_exit(1);
		at += done;
		n -= (size_t)done;
	}
}

static void say_text(int fd, enum kind kind, const char *text)
{
	struct word w = { .kind = kind, .text = text ? (uint32_t)strlen(text) : 0 };

	say(fd, &w, sizeof w);
	say(fd, text ? text : "", w.text);
}

static void why(struct teller *t, enum kind kind)
{
	const char *s = t->la->error_string(t->a);

	say_text(t->fd, kind, s && *s ? s : "spoilt");
}

static const char *type_of(const struct sc_libarchive *la, struct archive_entry *entry)
{
	if (la->entry_hardlink(entry))
		return "hardlink";
	switch (la->entry_filetype(entry)) {
	case AE_IFDIR:
		return "directory";
	case AE_IFLNK:
		return "symlink";
	case AE_IFCHR:
	case AE_IFBLK:
		return "device";
	case AE_IFIFO:
		return "fifo";
	case AE_IFSOCK:
		return "other";
	default:
		return "file";
	}
}

static void say_member(struct teller *t, struct archive_entry *entry, int rc)
{
	const struct sc_libarchive *la = t->la;
	const char *path = la->entry_pathname_utf8(entry), *link;
	struct word w = { .kind = MEMBER };

	if (!path)
		path = la->entry_pathname(entry);
	link = la->entry_hardlink(entry) ? la->entry_hardlink(entry) : la->entry_symlink(entry);
	w.path = path && !t->raw ? (uint32_t)strnlen(path, MOST_PATH) : 0;
	w.link = link ? (uint32_t)strnlen(link, MOST_PATH) : 0;
	w.mode = la->entry_perm(entry) & 07777;
	w.has_mtime = la->entry_mtime_is_set(entry) ? 1 : 0;
	w.mtime = w.has_mtime ? (int64_t)la->entry_mtime(entry) : 0;
	w.off = la->read_header_position(t->a) > 0 ? (uint64_t)la->read_header_position(t->a) : 0;
	snprintf(w.type, sizeof w.type, "%s", type_of(la, entry));
	say(t->fd, &w, sizeof w);
	say(t->fd, path ? path : "", w.path);
	say(t->fd, link ? link : "", w.link);
	if (rc != ARCHIVE_OK)
		why(t, SPOILT);
}

static void say_zeros(struct teller *t, uint64_t n)
{
	static const char zeros[CHUNK];

	while (n) {
		struct word w = { .kind = DATA, .text = n < CHUNK ? (uint32_t)n : CHUNK };

		say(t->fd, &w, sizeof w);
		say(t->fd, zeros, w.text);
		n -= w.text;
	}
}

/* The payload as DATA, holes as zeros, and how it ended.  False: libarchive cannot go on. */
static bool say_data(struct teller *t, struct archive_entry *entry)
{
	const struct sc_libarchive *la = t->la;
	uint64_t sent = 0, size = la->entry_size_is_set(entry) ? (uint64_t)la->entry_size(entry) : 0;
	const void *block;
	int64_t at;
	size_t n;
	int rc;

	while ((rc = la->read_data_block(t->a, &block, &n, &at)) == ARCHIVE_OK) {
		if (at < 0 || (uint64_t)at > t->max || n > t->max - (uint64_t)at || (uint64_t)at < sent) {
			say_text(t->fd, SPOILT, "larger than --max-record allows");
			return true;
		}
		say_zeros(t, (uint64_t)at - sent);
		for (size_t k = 0; k < n; k += CHUNK) {
			struct word w = { .kind = DATA, .text = n - k < CHUNK ? (uint32_t)(n - k) : CHUNK };

			say(t->fd, &w, sizeof w);
			say(t->fd, (const char *)block + k, w.text);
		}
		sent = (uint64_t)at + n;
	}
	if (rc != ARCHIVE_EOF)
		why(t, SPOILT);
	else if (size > t->max)
		say_text(t->fd, SPOILT, "larger than --max-record allows");
	else if (size > sent && la->entry_sparse_count(entry))
		say_zeros(t, size - sent); /* it ends in a hole */
	else if (size > sent)
		say_text(t->fd, SPOILT, "it ends before its size");
	return rc != ARCHIVE_FATAL;
}

static void formats(struct teller *t)
{
	const struct sc_libarchive *la = t->la;

	la->read_support_filter_compress(t->a);
	la->read_support_filter_lz4(t->a);
	la->read_support_filter_lzip(t->a);
	la->read_support_filter_lzma(t->a);
	la->read_support_filter_rpm(t->a);
	if (t->raw) {
		la->read_support_format_raw(t->a);
		return;
	}
	la->read_support_format_7zip(t->a);
	la->read_support_format_ar(t->a);
	la->read_support_format_cab(t->a);
	la->read_support_format_cpio(t->a);
	la->read_support_format_iso9660(t->a);
	la->read_support_format_lha(t->a);
	la->read_support_format_rar(t->a);
	la->read_support_format_rar5(t->a);
	la->read_support_format_tar(t->a);
	la->read_support_format_xar(t->a);
	la->read_support_format_zip(t->a);
}

/* One pass over the bytes.  False: no format fits (and nothing was said). */
static bool tell(struct teller *t, sc_str bytes)
{
	const struct sc_libarchive *la = t->la;
	struct archive_entry *entry;
	uint64_t told = 0;
	int rc;

	t->a = la->read_new();
	if (!t->a)
		_exit(1);
	formats(t);
	rc = la->read_open_memory(t->a, bytes.p, bytes.n);
	while (rc >= ARCHIVE_WARN) {
		rc = la->read_next_header(t->a, &entry);
		if (rc < ARCHIVE_FAILED || rc == ARCHIVE_EOF)
			break;
		told++;
		if (rc < ARCHIVE_WARN) { /* this header only */
			why(t, FATAL);
			rc = ARCHIVE_OK;
			continue;
		}
		say_member(t, entry, rc);
		rc = strcmp(type_of(la, entry), "file") || say_data(t, entry) ? ARCHIVE_OK : ARCHIVE_FATAL;
		say_text(t->fd, DONE, NULL);
	}
	if (rc != ARCHIVE_EOF && !told && !t->raw && la->filter_count(t->a) > 1 && la->format(t->a) == 0)
		return false;
	if (rc != ARCHIVE_EOF)
		why(t, FATAL);
	say_text(t->fd, END, NULL);
	return true;
}

static _Noreturn void child(const struct sc_libarchive *la, int fd, sc_str bytes, size_t max)
{
	struct teller t = { .la = la, .fd = fd, .max = max };
	struct rlimit lim, core = { 0, 0 };
	unsigned long pages = 0;
	int nothing;
	FILE *f = fopen("/proc/self/statm", "re");

	if (f && fscanf(f, "%lu", &pages) == 1 && getrlimit(RLIMIT_AS, &lim) == 0) {
		rlim_t most = (rlim_t)pages * 4096 + MEMORY;

		if (lim.rlim_cur == RLIM_INFINITY || lim.rlim_cur > most)
			lim.rlim_cur = most;
		setrlimit(RLIMIT_AS, &lim);
	}
	if (f)
		fclose(f);
	setrlimit(RLIMIT_CORE, &core);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	signal(SIGHUP, SIG_DFL);
	signal(SIGPIPE, SIG_DFL);
	if (fd > 3)
		close_range(3, (unsigned)fd - 1, 0);
	close_range((unsigned)fd + 1, ~0u, 0);
	nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
	for (int i = 0; nothing >= 0 && i < 3; i++)
		dup2(nothing, i); /* what a crash prints is no message of ours */
	setlocale(LC_CTYPE, "C.UTF-8"); /* names in UTF-16 need somewhere to go */
	if (!tell(&t, bytes)) {
		t.raw = true;
		tell(&t, bytes);
	}
	_exit(0);
}

/* ---- the parent: messages to members ---- */

static double cpu_used(pid_t pid)
{
	struct timespec ts;
	clockid_t clock;

	if (clock_getcpuclockid(pid, &clock) || clock_gettime(clock, &ts))
		return 0;
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static void stop(struct arc *z)
{
	if (z->child > 0) {
		kill(z->child, SIGKILL);
		waitpid(z->child, NULL, 0);
	}
	if (z->fd >= 0)
		close(z->fd);
	z->child = 0;
	z->fd = -1;
	z->ended = true;
}

/* Exactly n bytes from the child, or damage. */
static int hear(struct arc *z, void *to, size_t n, struct sc_err *e)
{
	double from = cpu_used(z->child);
	char *at = to;

	while (n) {
		struct pollfd p = { .fd = z->fd, .events = POLLIN };
		ssize_t got;

		if (poll(&p, 1, 250) <= 0) {
			if (cpu_used(z->child) - from < STALL)
				continue;
			stop(z);
			return sc_damage(e, "given up: %d seconds of work without a result", STALL);
		}
		got = read(z->fd, at, n);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0) {
			stop(z);
			return sc_damage(e, "given up: its decoder crashed or ran out of memory");
		}
		at += got;
		n -= (size_t)got;
	}
	return SC_OK;
}

static int hear_buf(struct arc *z, struct sc_buf *b, uint32_t n, struct sc_err *e)
{
	SC_TRY(hear(z, sc_buf_room(b, n), n, e));
	b->n += n;
	return SC_OK;
}

static int hear_word(struct arc *z, struct sc_err *e)
{
	SC_TRY(hear(z, &z->w, sizeof z->w, e));
	if (z->w.path > MOST_PATH || z->w.link > MOST_PATH || z->w.text > MOST_PATH) {
		stop(z);
		return sc_damage(e, "given up: its decoder went astray");
	}
	return SC_OK;
}

/* Passes over what is left of the member at hand. */
static int leave(struct arc *z, struct sc_err *e)
{
	while (z->in_member) {
		SC_TRY(hear_word(z, e));
		sc_buf_clear(&z->text);
		SC_TRY(hear_buf(z, &z->text, z->w.text, e));
		z->in_member = z->w.kind != DONE;
	}
	return SC_OK;
}

static sc_str raw_name(struct sc_input *in)
{
	sc_str s = sc_input_path(in);
	size_t slash = sc_str_rchr(s, '/'), dot;

	if (slash != SC_NONE)
		s = sc_str_from(s, slash + 1);
	dot = sc_str_rchr(s, '.');
	return dot == SC_NONE || !dot ? s : sc_str_head(s, dot);
}

static int next_member(void *with, struct sc_member *m, struct sc_err *e)
{
	struct arc *z = with;
	int rc;

	if (z->ended)
		return SC_EOF;
	m->off = z->w.off;
	rc = leave(z, e);
	if (rc)
		return rc;
	SC_TRY(hear_word(z, e));
	sc_buf_clear(&z->path);
	sc_buf_clear(&z->link);
	sc_buf_clear(&z->text);
	SC_TRY(hear_buf(z, &z->path, z->w.path, e));
	SC_TRY(hear_buf(z, &z->link, z->w.link, e));
	SC_TRY(hear_buf(z, &z->text, z->w.text, e));
	if (z->w.kind == FATAL)
		return sc_damage(e, "%.*s", SC_ARG(sc_buf_str(&z->text)));
	if (z->w.kind != MEMBER) {
		stop(z);
		if (!z->hold.why.msg[0])
			return SC_EOF;
		*e = z->hold.why;
		e->damage = true;
		return SC_BAD;
	}
	z->in_member = true;
	memcpy(z->type, z->w.type, sizeof z->type);
	z->type[sizeof z->type - 1] = 0;
	m->path = z->path.n ? sc_buf_str(&z->path) : raw_name(z->in);
	m->link = sc_buf_str(&z->link);
	m->type = strcmp(z->type, "file") == 0 ? "file" : strcmp(z->type, "directory") == 0 ? "directory" :
		  strcmp(z->type, "symlink") == 0 ? "symlink" : strcmp(z->type, "hardlink") == 0 ? "hardlink" : "other";
	m->off = z->w.off;
	m->mode = z->w.mode;
	m->mtime = z->w.mtime;
	m->has_mtime = z->w.has_mtime != 0;
	return SC_OK;
}

static int payload(void *with, size_t limit, struct sc_buf *raw, struct sc_buf *plain, struct sc_payload *got,
                   struct sc_member *m, struct sc_err *e)
{
	struct arc *z = with;
	int bad = SC_OK;

	(void)raw;
	got->at = plain->n;
	while (z->in_member) {
		struct sc_err at_end;
		int rc = hear_word(z, &at_end);

		sc_buf_clear(&z->text);
		if (!rc)
			rc = hear_buf(z, z->w.kind == DATA && !bad ? plain : &z->text, z->w.text, &at_end);
		if (rc) {
			*e = at_end;
			return rc;
		}
		if (z->w.kind == SPOILT && !bad)
			bad = sc_bad(e, "%.*s: %.*s", SC_ARG(m->path), SC_ARG(sc_buf_str(&z->text)));
		if (plain->n - got->at > limit && !bad)
			bad = sc_bad(e, "%.*s: larger than --max-record allows", SC_ARG(m->path));
		z->in_member = z->w.kind != DONE;
	}
	got->n = plain->n - got->at;
	return bad;
}

/* ---- the reader ---- */

struct magic {
	sc_str bytes;
	unsigned at;
	int sure;
	const char *refuse; /* recognised, not read */
};

static const struct magic magics[] = {
	{ SC_LIT("!<arch>\n"), 0, 64, NULL },
	{ SC_LIT("070701"), 0, 48, NULL },
	{ SC_LIT("070702"), 0, 48, NULL },
	{ SC_LIT("070707"), 0, 48, NULL },
	{ SC_LIT("7z\xbc\xaf\x27\x1c"), 0, 48, NULL },
	{ SC_LIT("CD001"), 32769, 40, NULL },
	{ SC_LIT("GRZipII\0\2\4:)"), 0, 96, "grzip is not read: unpack it first" },
	{ SC_LIT("LRZI"), 0, 32, "lrzip is not read: unpack it first" },
	{ SC_LIT("LZIP\1"), 0, 40, NULL },
	{ SC_LIT("MSCF\0\0\0\0"), 0, 64, NULL },
	{ SC_LIT("Rar!\x1a\7"), 0, 48, NULL },
	{ SC_LIT("xar!\0\x1c"), 0, 48, NULL },
	{ SC_LIT("\2\x21\x4c\x18"), 0, 32, NULL }, /* lz4's legacy frames */
	{ SC_LIT("\x1f\x9d"), 0, 16, NULL },
	{ SC_LIT("\x71\xc7"), 0, 16, NULL },
	{ SC_LIT("\x89LZO\0\r\n\x1a\n"), 0, 72, "lzop is not read: unpack it first" },
	{ SC_LIT("\xc7\x71"), 0, 16, NULL },
	{ SC_LIT("\xed\xab\xee\xdb"), 0, 32, NULL },
};

static const struct magic *magic_of(sc_str head)
{
	for (size_t i = 0; i < SC_COUNT(magics); i++)
		if (sc_str_starts(sc_str_from(head, magics[i].at), magics[i].bytes))
			return &magics[i];
	return NULL;
}

/* lzma has no magic: properties, a dictionary of 2^n bytes, a size that is unknown or below a terabyte, and a
 * first coded byte that is always 0. */
static bool is_lzma(sc_str head)
{
	uint32_t dict = 0;

	if (head.n < 14 || (head.p[0] != 0x5d && head.p[0] != 0x5e) || head.p[13])
		return false;
	for (int i = 4; i > 0; i--)
		dict = dict << 8 | (unsigned char)head.p[i];
	return dict >= 4096 && (dict & (dict - 1)) == 0 &&
	       (memcmp(head.p + 5, "\xff\xff\xff\xff\xff\xff\xff\xff", 8) == 0 ||
	        memcmp(head.p + 10, "\0\0\0", 3) == 0);
}

static int taste(sc_str head, sc_str path)
{
	const struct magic *m = magic_of(head);

	(void)path;
	if (m)
		return m->sure;
	if (is_lzma(head))
		return 24;
	if (head.n > 21 && head.p[2] == '-' && head.p[3] == 'l' && (head.p[4] == 'h' || head.p[4] == 'z') &&
	    head.p[6] == '-')
		return 32;
	if (sc_str_starts(head, SC_STR("MZ")) && (sc_str_find(head, SC_STR("7z\xbc\xaf\x27\x1c")) != SC_NONE ||
	                                          sc_str_find(head, SC_STR("Rar!\x1a\7")) != SC_NONE))
		return 16;
	return 0;
}

static int open_(void *state, const void *conf, struct sc_input *in, struct sc_err *e)
{
	const struct sc_read_conf *c = conf;
	struct arc *z = state;
	struct sc_err ignored;
	sc_str head;

	z->in = in;
	z->fd = -1;
	z->hold.fd = -1;
	z->max = c->max_record ? c->max_record : (size_t)64 << 20;
	if (sc_peek(in, 64, &head, &ignored) == SC_OK && magic_of(head))
		z->refuse = magic_of(head)->refuse;
	return sc_group_new(&z->group, conf, (struct sc_members){ .with = z, .next = next_member, .data = payload },
	                    sc_input_path(in), e);
}

/* Holds the input and starts the child, at the first record. */
static int begin(struct arc *z, struct sc_err *e)
{
	const struct sc_libarchive *la = sc_libarchive(e);
	int ends[2];

	z->open = z->held = true;
	if (!la)
		return SC_FAIL;
	SC_TRY(sc_hold(&z->hold, z->in, e));
	if (pipe(ends))
		return sc_fail(e, "pipe: %s", strerror(errno));
	z->child = fork();
	if (z->child == 0)
		child(la, ends[1], z->hold.bytes, z->max);
	close(ends[1]);
	z->fd = ends[0];
	return z->child < 0 ? sc_fail(e, "fork: %s", strerror(errno)) : SC_OK;
}

static int next(void *state, struct sc_arena *a, struct sc_record *r, struct sc_err *e)
{
	struct arc *z = state;

	r->by = &read_archive;
	if (!z->open)
		SC_TRY(begin(z, e));
	if (z->refuse) {
		stop(z);
		r->from.len = z->hold.bytes.n;
		sc_damage(e, "%s", z->refuse);
		z->refuse = NULL;
		return SC_BAD;
	}
	return sc_group_next(z->group, a, r, e);
}

static void close_(void *state)
{
	struct arc *z = state;

	stop(z);
	sc_group_free(z->group);
	if (z->held)
		sc_hold_free(&z->hold);
	sc_buf_free(&z->path);
	sc_buf_free(&z->link);
	sc_buf_free(&z->text);
}

const struct sc_reader read_archive = {
	.card = { .name = "read/archive",
	          .about = "7z, cpio, deb, rpm, rar, cab, lha, iso, xar, and .Z, .lz or .lzma of these",
	          .more = "Unpacked by libarchive in a process of its own.  Output is tar.",
	          .example = "scope cat --to tsv --group none figures.7z",
	          .state = sizeof(struct arc),
	          .revision = 1 },
	.writes = "tar",
	.taste = taste,
	.open = open_,
	.next = next,
	.close = close_,
};
