/* SPDX-License-Identifier: Apache-2.0 */
/*
 * read/imagefolder -- a metadata.jsonl and the images beside it: a record a line, its files among its parts.
 *
 *	{"file_name":PATH, ... , "record":{"v":1, ... "parts":[...]}, "scope":{...}}
 *
 * A line that has `record` was written by write/imagefolder, where its layout is drawn; its parts come back byte for byte.  Any other is
 * somebody's: its parts are the image, named by its extension, and the string `text`, if there is one, as txt; the line is its
 * metadata.
 *
 * Lines are framed by read/jsonl.  Files are read in next(), so that a batch knows how large it is.  Paths come from
 * the input and are not trusted: each leads from the folder of metadata.jsonl downwards, segment by segment, over no link, to
 * a regular file, or the record is spoilt.  All parts together have at most --max-record bytes.
 *
 * Left out: metadata.csv and metadata.parquet; columns *_file_name and file_names; labels by folder.
 */
#include <scope/group.h>
#include <scope/json.h>
#include <scope/run.h>
#include <scope/text.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static const sc_str list_name = SC_LIT("metadata.jsonl");

struct folder {
	const struct sc_reader *lines;
	void *state; /* theirs */
	const struct sc_read_conf *conf;
	int fd; /* the folder, or -1 */
	bool open;
	size_t max;
};

/* One line while its record is made. */
struct line {
	const struct folder *f;
	struct sc_arena *a;
	struct sc_record *r;
	sc_str text;
	size_t left; /* of --max-record */
	struct sc_err *e;
};

/* ---- whose is it ---- */

/* More than JSON Lines say of an object; the first line may be longer than the head. */
static int taste(sc_str head, sc_str path)
{
	enum { SURE = 48 };
	static const sc_str begins = SC_LIT("{\"file_name\":");
	size_t slash = sc_str_rchr(path, '/'), lf = sc_str_chr(head, '\n');
	sc_str line = sc_str_trim(sc_str_head(head, lf));
	struct sc_err ignored;

	if (!sc_str_eq(slash == SC_NONE ? path : sc_str_from(path, slash + 1), list_name))
		return 0;
	if (sc_json_check(line, false, &ignored) != SC_OK)
		return sc_str_starts(line, begins) ? SURE : 0;
	return sc_json_kind(sc_json_get(line, SC_STR("file_name"))) == SC_JSON_STRING ? SURE : 0;
}

static int open_(void *state, const void *conf, struct sc_input *in, struct sc_err *e)
{
	struct folder *f = state;
	sc_str path = sc_input_file(in);
	size_t slash = sc_str_rchr(path, '/');
	struct sc_arena a = { 0 };

	f->open = true;
	f->conf = conf;
	f->max = f->conf && f->conf->max_record ? f->conf->max_record : (size_t)64 << 20;
	f->fd = -1;
	if (!path.n)
		return sc_fail(e, "its images lie beside %s: name that file, standard input has no folder", list_name.p);
	f->fd = open(slash == SC_NONE ? "." : sc_cstr(&a, sc_str_head(path, slash + 1)), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	sc_arena_free(&a);
	if (f->fd < 0)
		return sc_fail(e, "its folder: %s", strerror(errno));
	f->lines = sc_reader_named(SC_STR("jsonl"));
	f->state = calloc(1, f->lines->card.state + 1);
	if (!f->state)
		sc_oom();
	return f->lines->open(f->state, conf, in, e);
}

static void close_(void *state)
{
	struct folder *f = state;

	if (f->state && f->lines->close)
		f->lines->close(f->state);
	free(f->state);
	if (f->open && f->fd >= 0)
		close(f->fd);
}

/* ---- files ---- */

static int refuse(const struct line *l, sc_str name, const char *why)
{
	return sc_bad(l->e, "file %.*s: %s", SC_ARG(name), why);
}

/* The folder that holds the last segment of name, and that segment; -1 with l->e said. */
static int walk(const struct line *l, sc_str name, sc_str *last)
{
	int at = fcntl(l->f->fd, F_DUPFD_CLOEXEC, 3), under;
	sc_str rest = name, seg;

	while (at >= 0 && sc_str_cut(&rest, '/', &seg)) {
		*last = seg;
		if (!seg.n || sc_str_eq(seg, SC_STR("..")) || sc_str_chr(seg, 0) != SC_NONE) {
			refuse(l, name, "it has to be a path below the folder of metadata.jsonl");
			close(at);
			return -1;
		}
		if (!rest.p)
			return at;
		under = openat(at, sc_cstr(l->a, seg), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		close(at);
		at = under;
	}
	if (errno == ENOTDIR || errno == ELOOP)
		refuse(l, name, "links are not followed, and files hold no others");
	else
		refuse(l, name, strerror(errno));
	return -1;
}

/* A regular file, opened; never a device, which opening alone may set going. */
static int file_open(const struct line *l, sc_str name, struct stat *st)
{
	sc_str last = name;
	int at = walk(l, name, &last), fd = -1;
	const char *base;

	if (at < 0)
		return -1;
	base = sc_cstr(l->a, last);
	if (fstatat(at, base, st, AT_SYMLINK_NOFOLLOW))
		refuse(l, name, strerror(errno));
	else if (S_ISLNK(st->st_mode))
		refuse(l, name, "links are not followed");
	else if (!S_ISREG(st->st_mode))
		refuse(l, name, "it is no regular file");
	else if ((fd = openat(at, base, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)) < 0 ||
		 fstat(fd, st) || !S_ISREG(st->st_mode)) {
		refuse(l, name, fd < 0 ? strerror(errno) : "it is no regular file");
		if (fd >= 0)
			close(fd);
		fd = -1;
	}
	close(at);
	return fd;
}

static int file_read(struct line *l, sc_str name, sc_str *out)
{
	struct stat st;
	int fd = file_open(l, name, &st);
	size_t n = 0;
	char *p;

	if (fd < 0)
		return SC_BAD;
	if (st.st_size < 0 || (uint64_t)st.st_size > l->left) {
		close(fd);
		return sc_bad(l->e, "file %.*s: more than the %zu bytes that --max-record allows", SC_ARG(name), l->f->max);
	}
	p = sc_alloc(l->a, (size_t)st.st_size + 1);
	for (ssize_t got = 1; got; n += got > 0 ? (size_t)got : 0) {
		got = n > (size_t)st.st_size ? 0 : read(fd, p + n, (size_t)st.st_size + 1 - n);
		if (got < 0 && errno != EINTR) {
			refuse(l, name, strerror(errno));
			close(fd);
			return SC_BAD;
		}
	}
	close(fd);
	if (n != (size_t)st.st_size)
		return refuse(l, name, "it changes while it is read");
	l->left -= n;
	*out = (sc_str){ p, n };
	return SC_OK;
}

/* ---- a line of ours ---- */

static sc_str string_at(const struct line *l, sc_str object, sc_str key)
{
	return sc_json_string(l->a, sc_json_get(object, key));
}

/* A brace, the text of the n members before the member `record`, a brace, and what followed it. */
static int members_part(const struct line *l, sc_str count, sc_str end, sc_str *out)
{
	struct sc_json_iter it = sc_json_iter(l->text), all = it;
	struct sc_buf b = { .a = l->a };
	uint64_t n, at = 0, record = 0;
	const char *from = NULL, *to = NULL;

	if (!sc_str_u64(count, &n) || !n || !end.p || sc_str_trim(end).n)
		return sc_bad(l->e, "the member \"record\": a part of no members");
	while (sc_json_next(&all) && !sc_json_key_is(all.key, SC_STR("record")))
		record++;
	if (n >= record)
		return sc_bad(l->e, "the member \"record\": a part of %.*s members, but not as many stand before it", SC_ARG(count));
	for (; at <= record && sc_json_next(&it); at++) {
		if (at == record - n)
			from = it.key.p - 1;
		to = it.key.p - 1;
	}
	/* White space is theirs, commas are ours. */
	while (from[-1] != ',')
		from--;
	while (*--to != ',') {
	}
	sc_buf_byte(&b, '{');
	sc_buf_add(&b, (sc_str){ from, (size_t)(to - from) });
	sc_buf_byte(&b, '}');
	sc_buf_add(&b, end);
	*out = sc_buf_seal(&b);
	return SC_OK;
}

static int our_part(struct line *l, sc_str object, struct sc_part *p)
{
	sc_str file = string_at(l, object, SC_STR("file")), column = string_at(l, object, SC_STR("column"));
	sc_str text = string_at(l, object, SC_STR("text")), members = sc_json_get(object, SC_STR("members"));
	sc_str name64 = string_at(l, object, SC_STR("name_base64"));

	*p = (struct sc_part){ .name = string_at(l, object, SC_STR("name")),
			       .media = string_at(l, object, SC_STR("media")),
			       .raw_off = UINT64_MAX };
	if (!p->name.p || !p->media.p || !file.p + !column.p + !text.p + !members.p != 3 ||
	    (name64.p && !sc_unbase64(l->a, name64, &p->name)))
		return sc_bad(l->e, "the member \"record\": a part that write/imagefolder does not write");
	if (file.p)
		return file_read(l, file, &p->data);
	if (members.p)
		return members_part(l, members, string_at(l, object, SC_STR("end")), &p->data);
	p->data = text.p ? text : string_at(l, l->text, column);
	if (!p->data.p)
		return sc_bad(l->e, "the column \"%.*s\" is not there, or no string", SC_ARG(column));
	return SC_OK;
}

static int by_name(const void *x, const void *y)
{
	const struct sc_part *const *a = x, *const *b = y;

	return sc_str_cmp((*a)->name, (*b)->name);
}

static int names_differ(const struct line *l)
{
	const struct sc_record *r = l->r;
	const struct sc_part **v = SC_NEW(l->a, const struct sc_part *, r->npart + 1);

	for (uint32_t i = 0; i < r->npart; i++)
		v[i] = &r->part[i];
	qsort(v, r->npart, sizeof *v, by_name);
	for (uint32_t i = 1; i < r->npart; i++)
		if (sc_str_eq(v[i - 1]->name, v[i]->name))
			return sc_bad(l->e, "two parts are named %.*s", SC_ARG(v[i]->name));
	return SC_OK;
}

static int our_parts(struct line *l, sc_str array)
{
	struct sc_json_iter it = sc_json_iter(array), count = it;
	struct sc_record *r = l->r;
	uint32_t n = 0;

	if (sc_json_kind(array) != SC_JSON_ARRAY)
		return sc_bad(l->e, "the member \"record\" has no parts");
	while (n < UINT32_MAX && sc_json_next(&count))
		n++;
	r->part = SC_NEW(l->a, struct sc_part, n + 1);
	while (r->npart < n && sc_json_next(&it))
		SC_TRY(our_part(l, it.value, &r->part[r->npart++]));
	return names_differ(l);
}

/* The name says where it comes from, as a path in an archive does. */
static sc_str describe_name(struct sc_arena *a, sc_str name)
{
	struct sc_buf b = { .a = a };

	sc_buf_add(&b, SC_STR("{\"path\":"));
	sc_json_put(&b, name);
	sc_buf_byte(&b, '}');
	return sc_buf_seal(&b);
}

static int ours(struct line *l, sc_str record)
{
	struct sc_record *r = l->r;

	r->name = string_at(l, record, SC_STR("name"));
	r->url = string_at(l, record, SC_STR("url"));
	r->source = string_at(l, record, SC_STR("source"));
	r->created = string_at(l, record, SC_STR("created"));
	r->parent = string_at(l, record, SC_STR("parent"));
	r->head = describe_name(l->a, r->name);
	return our_parts(l, sc_json_get(record, SC_STR("parts")));
}

/* ---- somebody's ---- */

static sc_str lower(struct sc_arena *a, sc_str s)
{
	char *p = sc_cstr(a, s);

	for (size_t i = 0; i < s.n; i++)
		p[i] = p[i] >= 'A' && p[i] <= 'Z' ? (char)(p[i] + 32) : p[i];
	return (sc_str){ p, s.n };
}

static int theirs(struct line *l)
{
	struct sc_record *r = l->r;
	sc_str name = string_at(l, l->text, SC_STR("file_name")), text = string_at(l, l->text, SC_STR("text")), base;
	size_t slash = sc_str_rchr(name, '/'), dot;

	if (!name.p)
		return sc_bad(l->e, "no string \"file_name\": every line has to name an image");
	base = slash == SC_NONE ? name : sc_str_from(name, slash + 1);
	dot = sc_str_rchr(base, '.');
	r->part = SC_NEW(l->a, struct sc_part, 2);
	r->part[0] = (struct sc_part){ .name = SC_STR("image"), .raw_off = UINT64_MAX };
	r->name = name;
	if (dot != SC_NONE && dot && dot + 1 < base.n) {
		r->part[0].name = lower(l->a, sc_str_from(base, dot + 1));
		r->name.n -= base.n - dot;
	}
	SC_TRY(file_read(l, name, &r->part[0].data));
	r->npart = 1;
	r->url = string_at(l, l->text, SC_STR("url"));
	r->source = string_at(l, l->text, SC_STR("source"));
	if (text.p && !sc_str_eq(r->part[0].name, SC_STR("txt")))
		r->part[r->npart++] = (struct sc_part){ .name = SC_STR("txt"), .data = text, .raw_off = UINT64_MAX };
	return SC_OK;
}

/* ---- all of them ---- */

static int tags(const struct line *l)
{
	const struct sc_read_conf *c = l->f->conf;
	sc_str key = c && c->tag_key.n ? c->tag_key : SC_STR("scope"), value;

	if (!c || !c->in_band)
		return SC_OK;
	value = sc_json_get(l->text, key);
	return value.p ? sc_tags_parse(l->a, value, l->r, l->e) : SC_OK;
}

static int next(void *state, struct sc_arena *a, struct sc_record *r, struct sc_err *e)
{
	struct folder *f = state;
	struct line l = { .f = f, .a = a, .r = r, .left = f->max, .e = e };
	sc_str record;
	int rc = f->lines->next(f->state, a, r, e);

	if (rc != SC_OK)
		return rc;
	l.text = r->head;
	/* Twice one key and readers would disagree. */
	SC_TRY(sc_json_check(l.text, true, e));
	if (sc_json_kind(l.text) != SC_JSON_OBJECT)
		return r->after_break ? sc_bad(e, "the rest of a line that began in damaged bytes")
				      : sc_bad(e, "the line is not an object");
	SC_TRY(tags(&l));
	record = sc_json_get(l.text, SC_STR("record"));
	rc = sc_str_eq(sc_json_get(record, SC_STR("v")), SC_STR("1")) ? ours(&l, record) : theirs(&l);
	if (rc < 0)
		r->npart = 0;
	return rc;
}

extern const struct sc_reader read_imagefolder;
const struct sc_reader read_imagefolder = {
	.card = { .name = "read/imagefolder",
	          .about = "a folder of images by its metadata.jsonl",
	          .more = "A record a line: the image that file_name names and, as txt, the string text; what write/imagefolder "
	                  "wrote comes back with all its parts. Only regular files below the folder are read, over no link.",
	          .state = sizeof(struct folder),
	          .revision = 1 },
	.writes = "tar",
	.taste = taste,
	.open = open_,
	.next = next,
	.close = close_,
};
