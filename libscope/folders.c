/* SPDX-License-Identifier: Apache-2.0 */
/* folders.c -- what a folder's files say about the licence of what is in it; see scope/folders.h. */
#include <scope/folders.h>

/* In the order of their weight. */
enum kind { ONE_FILE, BY_PATTERN, PACKAGE, TEXT };
enum { MOST_TEXT = 1 << 20, MOST_PARTS = 16 };

/* What was made of one of them. */
struct file {
	struct sc_lic_claims claims; /* TEXT, ONE_FILE: one, of all it says; PACKAGE: its statements */
	sc_str name, bytes;	     /* BY_PATTERN: to be asked for each file */
};

/* ---- names ---- */

static bool begins(sc_str s, sc_str with)
{
	return s.n >= with.n && sc_bytes_ieq(s.p, with.p, with.n);
}

/* "LICENSE", "LICENSE-MIT", "COPYING.LESSER", "license.txt", not "licensing.c" or "license.py". */
static bool is_text_name(sc_str name)
{
	static const sc_str stems[] = { SC_LIT("license"), SC_LIT("licence"), SC_LIT("copying"), SC_LIT("unlicense"), SC_LIT("unlicence"),
					SC_LIT("mit-license"), SC_LIT("copyright") };
	static const sc_str texts[] = { SC_LIT("txt"), SC_LIT("md"), SC_LIT("markdown"), SC_LIT("rst"), SC_LIT("html"), SC_LIT("htm"), SC_LIT("adoc"),
					SC_LIT("mit"), SC_LIT("bsd"), SC_LIT("apache"), SC_LIT("gpl"), SC_LIT("lgpl"), SC_LIT("mpl"), SC_LIT("lesser"),
					SC_LIT("lib"), SC_LIT("apache2"), SC_LIT("gpl2"), SC_LIT("gpl3"), SC_LIT("gplv2"), SC_LIT("gplv3"), SC_LIT("lib"),
					SC_LIT("boost"), SC_LIT("isc"), SC_LIT("libyaml"), SC_LIT("zlib"), SC_LIT("cc0"), SC_LIT("runtime") };
	size_t dot = sc_str_rchr(name, '.');
	sc_str ext = dot == SC_NONE ? (sc_str){ NULL, 0 } : sc_str_from(name, dot + 1);

	for (size_t i = 0; i < SC_COUNT(stems); i++) {
		sc_str rest = sc_str_from(name, stems[i].n);

		if (!begins(name, stems[i]) || rest.n > 40 || (rest.n && !memchr("-_.", *rest.p, 3)))
			continue;
		if (!ext.n)
			return true;
		for (size_t k = 0; k < SC_COUNT(texts); k++)
			if (sc_str_ieq(ext, texts[k]))
				return true;
	}
	return false;
}

/* REUSE: LICENSES/ID.txt are texts to refer to, and speak for nothing. */
static bool is_shelf(sc_str folder)
{
	return sc_str_eq(sc_path_name(sc_str_from(folder, sc_str_rchr(folder, '\n') + 1)), SC_STR("LICENSES"));
}

/* debian/copyright and .reuse/dep5 speak for what stands beside debian and .reuse. */
static bool is_inside(sc_str folder)
{
	sc_str name = sc_path_name(sc_str_from(folder, sc_str_rchr(folder, '\n') + 1));

	return sc_str_eq(name, SC_STR("debian")) || sc_str_eq(name, SC_STR(".reuse"));
}

static bool is_for_one(sc_str name)
{
	static const sc_str end = SC_LIT(".license");

	return name.n > end.n && sc_str_ends(name, end);
}

static bool kind_of(sc_str path, enum kind *kind)
{
	sc_str name = sc_path_name(path);

	if (sc_lic_is_patterns(path)) /* "debian/copyright" is a text's name too */
		*kind = BY_PATTERN;
	else if (is_text_name(name))
		*kind = TEXT;
	else if (is_for_one(name))
		*kind = ONE_FILE;
	else if (sc_lic_is_package(path))
		*kind = PACKAGE;
	else
		return false;
	return true;
}

bool sc_is_folder_file(sc_str path)
{
	enum kind kind;

	return kind_of(path, &kind);
}

bool sc_has_folders(const struct sc_reader *reader)
{
	static const char *const none[] = { "read/jsonl", "read/warc", "read/frame" };

	for (size_t i = 0; i < SC_COUNT(none); i++)
		if (strcmp(reader->card.name, none[i]) == 0)
			return false;
	return true;
}

/* ---- gathering ---- */

static void copy_claim(struct sc_arena *a, struct sc_lic_claims *to, struct sc_lic_claim x, sc_str rule, sc_str where)
{
	x.value = sc_strdup(a, x.value);
	x.rule = rule;
	x.where = where;
	x.source = SC_LIC_FOLDER;
	sc_lic_claim(to, x);
}

/* All that a text says, as one statement; a licence without a name is unknown. */
static void read_text(struct file *f, struct sc_arena *keep, sc_str text)
{
	struct sc_arena a = { 0 };
	struct sc_lic_claims said = { .a = &a };
	struct sc_lic_claim one = { .value = SC_STR("unknown"), .len = text.n, .score = 0.5f };
	const struct sc_lic_claim *first;
	sc_str all;

	sc_lic_any(&said, SC_STR(""), SC_STR(""), text, SC_STR(""));
	all = sc_lic_together(&said, &first);
	if (all.n) {
		one = *first;
		one.value = all;
	}
	copy_claim(keep, &f->claims, one, SC_STR("folder:text"), SC_STR(""));
	sc_arena_free(&a);
}

static void read_package(struct file *f, struct sc_arena *keep, sc_str path, sc_str bytes)
{
	struct sc_arena a = { 0 };
	struct sc_lic_claims said = { .a = &a };

	sc_lic_package(&said, path, bytes, SC_STR(""));
	for (uint32_t i = 0; i < said.n; i++)
		copy_claim(keep, &f->claims, said.v[i], said.v[i].rule, SC_STR(""));
	sc_arena_free(&a);
}

static const struct file *made_of(struct sc_folders *o, enum kind kind, sc_str path, sc_str bytes)
{
	const struct file *known = kind == PACKAGE || kind == BY_PATTERN ? NULL : sc_speakers_known(&o->files, kind, bytes);
	struct file *f; /* what a package's file says hangs on its name too */

	if (known)
		return known;
	f = SC_NEW(&o->files.a, struct file, 1);
	f->claims.a = &o->files.a;
	if (kind == BY_PATTERN) {
		f->name = sc_strdup(&o->files.a, path);
		f->bytes = sc_strdup(&o->files.a, bytes);
	} else if (kind == PACKAGE) {
		read_package(f, &o->files.a, path, bytes);
	} else {
		read_text(f, &o->files.a, bytes);
	}
	sc_speakers_made(&o->files, kind, bytes, f);
	return f;
}

int sc_folders_take(struct sc_folders *o, const struct sc_record *r, struct sc_err *e)
{
	struct sc_arena a = { 0 };
	struct sc_lic_claims ignored = { .a = &a };
	struct sc_speaker one = { .where = r->from.shard };
	enum kind kind;
	sc_str file, path;
	int rc = SC_OK;

	one.place = sc_place_folder(&a, r, &file);
	path = sc_place_in(&a, one.place, file);
	if (!r->npart || !r->part[0].data.n || !kind_of(path, &kind) || is_shelf(one.place))
		goto out;
	one.kind = kind;
	if (*one.place.p != '\n') /* a member */
		one.where = r->name;
	if (kind == BY_PATTERN && !sc_lic_package(&ignored, path, r->part[0].data, file))
		one.kind = kind = TEXT; /* a copyright file in words */
	else if (kind == BY_PATTERN && is_inside(one.place))
		sc_place_up(&one.place);
	if (kind == ONE_FILE)
		one.place = sc_place_in(&a, one.place, sc_str_head(file, file.n - 8));
	one.said = made_of(o, kind, path, sc_str_head(r->part[0].data, MOST_TEXT));
	rc = sc_speakers_add(&o->files, one, e);
out:
	sc_arena_free(&a);
	return rc;
}

void sc_folders_free(struct sc_folders *o)
{
	sc_speakers_free(&o->files);
}

/* ---- asking ---- */

/* record: the place of the one that is asked for, below that of x */
static void claims_of(const struct sc_speaker *x, sc_str record, struct sc_lic_claims *c)
{
	const struct file *f = x->said;
	struct sc_lic_claims of_file = { .a = c->a };
	const struct sc_lic_claims *all = &f->claims;

	if (x->kind == BY_PATTERN) {
		sc_str file = sc_str_from(record, x->place.n);

		sc_lic_package_for(&of_file, f->name, f->bytes, SC_STR(""), *file.p == '/' ? sc_str_from(file, 1) : file);
		all = &of_file;
	}
	for (uint32_t i = 0; i < all->n; i++) {
		struct sc_lic_claim one = all->v[i];

		one.source = SC_LIC_FOLDER;

		one.where = x->where;
		sc_lic_claim(c, one);
	}
}

static bool names_any(const struct sc_lic_claims *c, uint32_t from)
{
	for (uint32_t i = from; i < c->n; i++)
		if (!sc_str_eq(c->v[i].value, SC_STR("unknown")))
			return true;
	return false;
}

/* By weight: of the kinds in one folder the first that names a licence speaks, with those before it that name none. */
static bool ask_here(const struct sc_folders *o, sc_str place, sc_str record, struct sc_lic_claims *c)
{
	size_t n;
	const struct sc_speaker *v = sc_speakers_in(&o->files, place, &n);
	uint32_t from = c->n;

	for (size_t i = 0; i < n; i++) {
		if (i && v[i].kind != v[i - 1].kind && names_any(c, from))
			break;
		claims_of(&v[i], record, c);
	}
	return c->n > from;
}

/* Is its name the whole path, as that of a member or a file is?  A sample's is without what tells its parts apart. */
static bool is_whole(const struct sc_record *r)
{
	sc_str name = sc_path_name(r->name), part = r->part[0].name;

	return sc_str_eq(name, part) || (name.n > part.n && sc_str_ends(name, part) && name.p[name.n - part.n - 1] == '.');
}

void sc_folders_ask(const struct sc_folders *o, const struct sc_record *r, struct sc_lic_claims *c)
{
	sc_str file, place, folder, record;
	bool said = false;

	if (!o->files.n || !r->by || !sc_has_folders(r->by) || !r->npart)
		return; /* a folder has no licence */
	folder = sc_place_folder(c->a, r, &file);
	record = place = sc_place_in(c->a, folder, file);
	if (r->npart == 1 && !is_whole(r))
		record = sc_place_in(c->a, folder, sc_fmt(c->a, "%.*s.%.*s", SC_ARG(file), SC_ARG(r->part[0].name)));
	for (uint32_t i = 0; i < r->npart && i < MOST_PARTS; i++) { /* a sample's files are NAME.PART */
		sc_str part = sc_fmt(c->a, "%.*s.%.*s", SC_ARG(file), SC_ARG(r->part[i].name));

		said |= ask_here(o, sc_place_in(c->a, folder, part), record, c);
	}
	if (said)
		return;
	do
		if (ask_here(o, place, record, c))
			return;
	while (sc_place_up(&place));
}
