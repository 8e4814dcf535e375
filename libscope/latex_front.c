/* SPDX-License-Identifier: Apache-2.0 */
/*
 * latex_front.c -- what a LaTeX source says of the paper: title, authors, year, DOI, journal, where its pictures lie, and a licence
 * where it states one.
 *
 * Before the first section only; what is not understood as a list of names is one name, nothing is guessed.
 */
#include "latex.h"

#include <scope/text.h>

static void add_author(struct tex *t, sc_str name, size_t *cap)
{
	name = tex_plain(t, name);
	while (name.n && (name.p[name.n - 1] == ',' || tex_is_space(name.p[name.n - 1])))
		name.n--;
	if (!name.n || name.n > 200 || t->p->nauthor >= 4096)
		return;
	t->p->author = tex_grown(t->a, t->p->author, t->p->nauthor, cap, sizeof name);
	t->p->author[t->p->nauthor++] = name;
}

/* A list of names: each has two words at least; otherwise it is not understood, and one. */
static void add_names(struct tex *t, sc_str s, size_t *cap)
{
	sc_str plain = tex_plain(t, s), rest = plain, one;
	bool list = sc_str_chr(plain, ',') != SC_NONE;
	size_t and;

	while (list && rest.n && sc_str_cut(&rest, ',', &one)) {
		one = sc_str_trim(one);
		if (sc_str_starts(one, SC_STR("and ")))
			one = sc_str_trim(sc_str_from(one, 4));
		list = !one.n || sc_str_chr(one, ' ') != SC_NONE;
	}
	rest = plain;
	while (rest.n) {
		if (list) {
			sc_str_cut(&rest, ',', &one);
		} else {
			one = rest;
			rest.n = 0;
		}
		one = sc_str_trim(one);
		if (sc_str_starts(one, SC_STR("and ")))
			one = sc_str_from(one, 4);
		while ((and = sc_str_find(one, SC_STR(" and "))) != SC_NONE) {
			add_author(t, sc_str_head(one, and), cap);
			one = sc_str_from(one, and + 5);
		}
		add_author(t, one, cap);
	}
}

/* Without math, which marks footnotes there. */
static sc_str without_math(struct tex *t, sc_str s)
{
	struct sc_buf b = { .a = t->a };
	bool math = false;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\\' && i + 1 < s.n && !math) {
			sc_buf_add(&b, sc_str_head(sc_str_from(s, i), 2));
			i++;
		} else if (s.p[i] == '$') {
			math = !math;
		} else if (!math) {
			sc_buf_byte(&b, s.p[i]);
		}
	}
	return b.n ? sc_buf_seal(&b) : SC_STR("");
}

/* What people put between names beside \and. */
static bool parts_names(sc_str word)
{
	static const char *const v[] = { "quad", "qquad", "hspace", "enspace", "enskip", "hfill", "AND", "And", "and" };

	for (size_t i = 0; i < SC_COUNT(v); i++)
		if (sc_str_eq(word, sc_str_c(v[i])))
			return true;
	return false;
}

/* \author{A \and B}: a piece ends at \and and its like; what follows the first line break of a piece is where they work. */
static void authors(struct tex *t, sc_str s, size_t *cap)
{
	size_t begun = 0, line = SC_NONE, depth = 0, n;

	s = without_math(t, s);
	for (size_t i = 0; i <= s.n; i += n) {
		sc_str word = SC_STR("");
		bool ends = i == s.n || (s.p[i] == '&' && !depth);

		n = 1;
		if (i < s.n && s.p[i] == '\\')
			word = tex_word(sc_str_from(s, i), &n);
		else if (i < s.n)
			depth += s.p[i] == '{' ? 1 : s.p[i] == '}' && depth ? (size_t)-1 : 0;
		ends |= !depth && parts_names(word);
		if (!depth && sc_str_eq(word, SC_STR("\\")) && line == SC_NONE && sc_str_trim((sc_str){ s.p + begun, i - begun }).n)
			line = i;
		if (!ends)
			continue;
		add_names(t, (sc_str){ s.p + begun, (line == SC_NONE ? i : line) - begun }, cap);
		begun = i + n;
		if (sc_str_ieq(word, SC_STR("and")))
			line = SC_NONE;
		else if (line != SC_NONE)
			line = begun; /* still where they work */
	}
}

static uint32_t year_in(sc_str s)
{
	uint32_t found = 0;

	for (size_t i = 0; i + 4 <= s.n; i++) {
		uint64_t y;

		if ((i && s.p[i - 1] >= '0' && s.p[i - 1] <= '9') || (i + 4 < s.n && s.p[i + 4] >= '0' && s.p[i + 4] <= '9') ||
		    !sc_str_u64(sc_str_head(sc_str_from(s, i), 4), &y) || y < 1900 || y > 2100)
			continue;
		if (found && found != y)
			return 0; /* which one? */
		found = (uint32_t)y;
	}
	return found;
}

static sc_str doi_of(sc_str s)
{
	size_t at = sc_str_find(s, SC_STR("10."));

	return at == SC_NONE || sc_str_chr(s, ' ') != SC_NONE ? (sc_str){ NULL, 0 } : sc_str_from(s, at);
}

static void graphicspath(struct tex *t, sc_str dirs, size_t *cap)
{
	sc_str one, path;

	for (size_t i = 0; tex_group(t, dirs, &i, '{', &one) && t->p->npath < 64;)
		if (tex_joined(t->a, t->folder, one, &path)) {
			t->p->path = tex_grown(t->a, t->p->path, t->p->npath, cap, sizeof path);
			t->p->path[t->p->npath++] = sc_fmt(t->a, "%.*s/", SC_ARG(path));
		}
}

/* A licence that the source states for the paper: an option of doclicense, or a Creative Commons URL before the first section. */
static void terms(struct tex *t, sc_str s)
{
	static const sc_str host = SC_LIT("creativecommons.org/");
	size_t end = sc_str_find(s, SC_STR("\\section")), at, from, to;
	struct sc_terms *x = &t->p->terms;
	uint32_t part;
	size_t off;

	s = sc_str_head(s, end);
	at = sc_str_find(s, host);
	if (at == SC_NONE)
		return;
	for (from = at; from && !tex_is_space(s.p[from - 1]) && s.p[from - 1] != '{' && s.p[from - 1] != '}'; from--)
		;
	for (to = at; to < s.n && !tex_is_space(s.p[to]) && s.p[to] != '}' && s.p[to] != '{' && s.p[to] != '\\'; to++)
		;
	x->href = tex_plain(t, (sc_str){ s.p + from, to - from });
	while (x->href.n && strchr(".,;)", x->href.p[x->href.n - 1]))
		x->href.n--;
	source_at(&t->text, from, &part, &off);
	x->off = off;
	x->len = to - from;
}

struct caps {
	size_t author, path;
};

static void said(struct tex *t, sc_str word, sc_str s, size_t i, struct caps *cap)
{
	struct sc_paper *p = t->p;
	sc_str in, option;

	tex_group(t, s, &i, '[', &option);
	if (!tex_group(t, s, &i, '{', &in))
		return;
	if (sc_str_eq(word, SC_STR("title")) && !p->title.n)
		p->title = tex_plain(t, in);
	else if (sc_str_eq(word, SC_STR("author")) || sc_str_eq(word, SC_STR("icmlauthor")))
		authors(t, in, &cap->author);
	else if (sc_str_eq(word, SC_STR("date")) && !p->year)
		p->year = year_in(tex_plain(t, in));
	else if ((sc_str_eq(word, SC_STR("doi")) || sc_str_eq(word, SC_STR("acmDOI"))) && !p->doi.n)
		p->doi = doi_of(tex_plain(t, in));
	else if ((sc_str_eq(word, SC_STR("journal")) || sc_str_eq(word, SC_STR("acmJournal"))) && !p->journal.n)
		p->journal = tex_plain(t, in);
	else if (sc_str_eq(word, SC_STR("graphicspath")))
		graphicspath(t, in, &cap->path);
}

void front_read(struct tex *t)
{
	static const sc_str words[] = { SC_LIT("title"), SC_LIT("author"), SC_LIT("icmlauthor"), SC_LIT("date"), SC_LIT("doi"),
					SC_LIT("acmDOI"), SC_LIT("journal"), SC_LIT("acmJournal"), SC_LIT("graphicspath") };
	sc_str s = sc_buf_str(&t->text.b);
	size_t n = 1, end = sc_str_find(s, SC_STR("\\section"));
	struct caps cap = { .path = t->p->npath };

	for (size_t i = 0; i < s.n; i += n) {
		sc_str word;

		n = 1;
		if (s.p[i] != '\\')
			continue;
		word = tex_word(sc_str_from(s, i), &n);
		for (size_t k = i < end ? 0 : SC_COUNT(words) - 1; k < SC_COUNT(words); k++)
			if (sc_str_eq(word, words[k]))
				said(t, word, s, i + n, &cap);
	}
	terms(t, s);
}
