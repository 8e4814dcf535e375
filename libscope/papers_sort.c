/* SPDX-License-Identifier: Apache-2.0 */
/*
 * papers_sort.c -- which members of an archive make a paper.
 *
 *  1. The folder of an article in JATS is a document folder.
 *  2. So is the topmost folder with a main file in LaTeX, where it lies in no folder of an article; main files below it
 *     (pictures that stand alone, supplements) belong to it.
 *  3. A document folder's root climbs while nothing else under the next folder up is one: what MECA has beside content/ joins its
 *     paper, and a single package climbs to the top.
 *  4. A member belongs to the nearest root above it.  Members under no root: one package of each topmost folder, without a
 *     document.
 *  5. In a root with several articles each is a package.  A file there goes to those articles that mention its base name, with
 *     or without extension, in an href; those that nobody mentions are one package without a document.
 *  6. An archive among the members, or a packed document, is a package of its own.
 *
 * All by sorting and looking up: n log n in members and mentions.
 */
#include "papers.h"

#include <stdlib.h>

#include <scope/text.h>

enum { PATH_MOST = 4096 }; /* a longer path belongs to no root */

/* A document folder, and up to where it reaches. */
struct folder {
	sc_str path, root; /* with a slash at the end, or empty */
	uint32_t articles; /* how many, in exactly this folder */
	bool latex;
};

struct mention {
	sc_str stem; /* lower case */
	uint32_t article;
};

struct sorting {
	struct sc_arena *a;
	const struct member *v;
	uint32_t n;
	struct folder *folder; /* by path, then by root */
	uint32_t nfolder;
	struct mention *mention;
	uint32_t nmention, capmention;
	struct place *place;
	uint32_t nplace, capplace;
};

/* ---- 1, 2: document folders ---- */

static int by_path(const void *x, const void *y)
{
	const struct folder *a = x, *b = y;
	int c = sc_str_cmp(a->path, b->path);

	return c ? c : a->latex - b->latex;
}

/* Equal folders become one; those of LaTeX under any other go. */
static void folders(struct sorting *s)
{
	uint32_t n = 0;

	s->folder = SC_NEW(s->a, struct folder, s->n + 1);
	for (uint32_t i = 0; i < s->n; i++)
		if ((s->v[i].kind == JATS || s->v[i].kind == LATEX) && s->v[i].path.n <= PATH_MOST)
			s->folder[s->nfolder++] = (struct folder){ .path = sc_path_folder(s->v[i].path),
								   .articles = s->v[i].kind == JATS,
								   .latex = s->v[i].kind == LATEX };
	qsort(s->folder, s->nfolder, sizeof *s->folder, by_path);
	for (uint32_t i = 0, above = 0; i < s->nfolder; i++) {
		struct folder *f = &s->folder[i];

		if (n && sc_str_eq(s->folder[n - 1].path, f->path)) {
			s->folder[n - 1].articles += f->articles;
			continue;
		}
		if (n && f->latex && sc_str_starts(f->path, s->folder[above].path))
			continue;
		if (!n || !sc_str_starts(f->path, s->folder[above].path))
			above = n;
		s->folder[n++] = *f;
	}
	s->nfolder = n;
}

/* ---- 3: roots ---- */

/* Folders under one path stand side by side, so only the neighbours are asked. */
static bool shared(const struct sorting *s, uint32_t i, sc_str up)
{
	return (i && sc_str_starts(s->folder[i - 1].path, up)) ||
	       (i + 1 < s->nfolder && sc_str_starts(s->folder[i + 1].path, up));
}

static int by_root(const void *x, const void *y)
{
	return sc_str_cmp(((const struct folder *)x)->root, ((const struct folder *)y)->root);
}

static void roots(struct sorting *s)
{
	for (uint32_t i = 0; i < s->nfolder; i++) {
		sc_str root = s->folder[i].path;

		while (root.n) {
			sc_str up = sc_path_folder(sc_str_head(root, root.n - 1));

			if (shared(s, i, up))
				break;
			root = up;
		}
		s->folder[i].root = root;
	}
	qsort(s->folder, s->nfolder, sizeof *s->folder, by_root);
}

/* ---- 4: the nearest root above ---- */

static const struct folder *root_named(const struct sorting *s, sc_str path)
{
	struct folder key = { .root = path };

	return bsearch(&key, s->folder, s->nfolder, sizeof key, by_root);
}

static const struct folder *root_of(const struct sorting *s, sc_str path)
{
	sc_str up = sc_path_folder(path);
	const struct folder *f;

	if (path.n > PATH_MOST)
		return NULL;
	while (!(f = root_named(s, up)) && up.n)
		up = sc_path_folder(sc_str_head(up, up.n - 1));
	return f;
}

/* ---- 5: what articles mention ---- */

static sc_str lower(struct sc_arena *a, sc_str s)
{
	char *p = sc_alloc(a, s.n + 1);

	for (size_t i = 0; i < s.n; i++)
		p[i] = s.p[i] >= 'A' && s.p[i] <= 'Z' ? (char)(s.p[i] + 32) : s.p[i];
	return (sc_str){ p, s.n };
}

static sc_str base_of(sc_str path)
{
	return sc_str_from(path, sc_path_folder(path).n);
}

static sc_str stem_of(sc_str base)
{
	size_t dot = sc_str_rchr(base, '.');

	return dot == SC_NONE || !dot ? base : sc_str_head(base, dot);
}

static void mention(struct sorting *s, sc_str name, uint32_t article)
{
	if (s->nmention == s->capmention) {
		uint32_t cap = s->capmention ? 2 * s->capmention : 256;
		struct mention *v = SC_NEW(s->a, struct mention, cap);

		if (s->nmention)
			memcpy(v, s->mention, s->nmention * sizeof *v);
		s->mention = v;
		s->capmention = cap;
	}
	s->mention[s->nmention++] = (struct mention){ name, article };
}

/* The values of href attributes, whatever the prefix.  PLOS names an object by its DOI, and its file without "journal.". */
static void mentions_of(struct sorting *s, uint32_t article)
{
	static const sc_str mark = SC_LIT("href="), plos = SC_LIT("journal.");
	sc_str rest = { s->v[article].p, (size_t)s->v[article].n };
	size_t at;

	while ((at = sc_str_find(rest, mark)) != SC_NONE) {
		sc_str base;
		size_t end;

		rest = sc_str_from(rest, at + mark.n);
		if (!rest.n || (*rest.p != '"' && *rest.p != '\''))
			continue;
		end = sc_str_chr(sc_str_head(sc_str_from(rest, 1), PATH_MOST), *rest.p);
		if (end == SC_NONE || !end)
			continue;
		base = lower(s->a, base_of(sc_str_head(sc_str_from(rest, 1), end)));
		mention(s, base, article);
		if (stem_of(base).n < base.n)
			mention(s, stem_of(base), article);
		if (sc_str_starts(base, plos))
			mention(s, sc_str_from(base, plos.n), article);
		rest = sc_str_from(rest, end + 1);
	}
}

static int by_stem(const void *x, const void *y)
{
	const struct mention *a = x, *b = y;
	int c = sc_str_cmp(a->stem, b->stem);

	return c ? c : (a->article > b->article) - (a->article < b->article);
}

static void mentions(struct sorting *s)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < s->n; i++) {
		const struct folder *f = s->v[i].kind == JATS ? root_of(s, s->v[i].path) : NULL;

		if (f && f->articles > 1)
			mentions_of(s, i);
	}
	if (!s->nmention)
		return;
	qsort(s->mention, s->nmention, sizeof *s->mention, by_stem);
	for (uint32_t i = 0; i < s->nmention; i++)
		if (!n || by_stem(&s->mention[n - 1], &s->mention[i]))
			s->mention[n++] = s->mention[i];
	s->nmention = n;
}

static uint32_t seek(const struct sorting *s, sc_str stem)
{
	uint32_t lo = 0, hi = s->nmention;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (sc_str_cmp(s->mention[mid].stem, stem) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* ---- places ---- */

/* Packages are numbered so: an article or nested archive by itself, a root by its folder, what is left by its topmost folder. */
static void put(struct sorting *s, uint32_t package, uint32_t member, sc_str root)
{
	if (s->nplace == s->capplace) {
		uint32_t cap = s->capplace ? 2 * s->capplace : 256;
		struct place *v = SC_NEW(s->a, struct place, cap);

		if (s->nplace)
			memcpy(v, s->place, s->nplace * sizeof *v);
		s->place = v;
		s->capplace = cap;
	}
	s->place[s->nplace++] = (struct place){ .package = package, .member = member, .root = root };
}

/* Those articles that mention it, in whose root it lies; false when none does. */
static bool put_mentioned(struct sorting *s, uint32_t member, const struct folder *f)
{
	sc_str base = lower(s->a, base_of(s->v[member].path)), names[2] = { base, stem_of(base) };
	uint32_t last = UINT32_MAX;
	bool any = false;

	for (int k = 0; k < 2 && (!k || names[1].n < base.n); k++)
		for (uint32_t i = seek(s, names[k]); i < s->nmention && sc_str_eq(s->mention[i].stem, names[k]); i++) {
			uint32_t article = s->mention[i].article;

			if (article == last || root_of(s, s->v[article].path) != f)
				continue;
			put(s, article, member, f->root);
			any = true;
			last = article;
		}
	return any;
}

/* Topmost folders of members under no root, by name: their numbers. */
struct top {
	sc_str name;
	uint32_t member;
};

static int by_top(const void *x, const void *y)
{
	const struct top *a = x, *b = y;
	int c = sc_str_cmp(a->name, b->name);

	return c ? c : (a->member > b->member) - (a->member < b->member);
}

static void put_rest(struct sorting *s, struct top *v, uint32_t n, uint32_t from)
{
	uint32_t package = from;

	qsort(v, n, sizeof *v, by_top);
	for (uint32_t i = 0; i < n; i++) {
		package += i && !sc_str_eq(v[i].name, v[i - 1].name);
		put(s, package, v[i].member, v[i].name);
	}
}

/* Numbers: members 0..n-1, then roots, then what their articles do not mention, then topmost folders. */
static void places(struct sorting *s)
{
	struct top *rest = SC_NEW(s->a, struct top, s->n + 1);
	uint32_t nrest = 0;

	for (uint32_t i = 0; i < s->n; i++) {
		const struct folder *f = s->v[i].kind == NESTED ? NULL : root_of(s, s->v[i].path);
		uint32_t number = f ? s->n + (uint32_t)(f - s->folder) : 0;

		if (s->v[i].kind == NESTED)
			put(s, i, i, SC_STR(""));
		else if (!f)
			rest[nrest++] = (struct top){ sc_str_head(s->v[i].path, sc_str_chr(s->v[i].path, '/') == SC_NONE ?
											0 : sc_str_chr(s->v[i].path, '/') + 1), i };
		else if (f->articles < 2)
			put(s, number, i, f->root);
		else if (s->v[i].kind == JATS)
			put(s, i, i, f->root);
		else if (!put_mentioned(s, i, f))
			put(s, number + s->nfolder, i, f->root);
	}
	put_rest(s, rest, nrest, s->n + 2 * s->nfolder);
}

static int by_package(const void *x, const void *y)
{
	const struct place *a = x, *b = y;

	if (a->package != b->package)
		return a->package < b->package ? -1 : 1;
	return (a->member > b->member) - (a->member < b->member);
}

static int by_first(const void *x, const void *y)
{
	const struct place *a = x, *b = y;

	if (a->first != b->first)
		return a->first < b->first ? -1 : 1;
	return by_package(x, y);
}

struct place *papers_sort(struct sc_arena *a, const struct member *v, uint32_t n, uint32_t *nplace)
{
	struct sorting s = { .a = a, .v = v, .n = n };

	folders(&s);
	roots(&s);
	mentions(&s);
	places(&s);
	*nplace = s.nplace;
	if (!s.nplace)
		return NULL;
	qsort(s.place, s.nplace, sizeof *s.place, by_package);
	for (uint32_t i = 0; i < s.nplace; i++)
		s.place[i].first = i && s.place[i].package == s.place[i - 1].package ? s.place[i - 1].first : s.place[i].member;
	qsort(s.place, s.nplace, sizeof *s.place, by_first);
	return s.place;
}
