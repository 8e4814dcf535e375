/* SPDX-License-Identifier: Apache-2.0 */
/*
 * spdx_names.c -- the lists, and the spellings that rules of thumb cover better than lists.
 *
 * Rules of thumb are for families with numbers: GNU licences in their SPDX, deprecated and Debian forms, and Creative
 * Commons by URL or by words.  All other spellings are rows of data/spdx-aliases.txt.
 */
#include "spdx_names.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

extern const char sc_data_data_spdx_ids[], sc_data_data_spdx_exceptions[], sc_data_data_spdx_aliases[],
	sc_data_data_spdx_sets[];
extern const size_t sc_data_data_spdx_ids_n, sc_data_data_spdx_exceptions_n, sc_data_data_spdx_aliases_n,
	sc_data_data_spdx_sets_n;

struct pair {
	sc_str key, value; /* key in lower case */
};

struct table {
	struct pair *v;
	size_t n;
};

struct set {
	sc_str name;
	const char *cname, *about;
	struct sc_idset ids;
};

static struct table ids, exceptions, aliases;
static struct set sets[16];
static size_t nsets;
static struct sc_arena names; /* as long as the process */
static pthread_once_t once = PTHREAD_ONCE_INIT;

static sc_str lowered(struct sc_arena *a, sc_str s)
{
	char *p = sc_cstr(a, s);

	for (size_t i = 0; i < s.n; i++)
		if (p[i] >= 'A' && p[i] <= 'Z')
			p[i] = (char)(p[i] + 32);
	return (sc_str){ p, s.n };
}

static int by_key(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;

	return sc_str_cmp(x->key, y->key);
}

static int by_str(const void *a, const void *b)
{
	const sc_str *x = a, *y = b;

	return sc_str_cmp(*x, *y);
}

/* Lines "NAME" or "KEY TAB VALUE"; # begins a comment line. */
static void load(struct table *t, sc_str text)
{
	sc_str line;
	size_t lines = 1;

	for (size_t i = 0; i < text.n; i++)
		lines += text.p[i] == '\n';
	t->v = SC_NEW(&names, struct pair, lines);
	while (sc_str_cut(&text, '\n', &line)) {
		size_t tab = sc_str_chr(line, '\t');

		if (!line.n || *line.p == '#')
			continue;
		t->v[t->n++] = (struct pair){ lowered(&names, sc_str_head(line, tab)),
					      tab == SC_NONE ? line : sc_str_from(line, tab + 1) };
	}
	qsort(t->v, t->n, sizeof *t->v, by_key);
}

static sc_str find(const struct table *t, sc_str lower)
{
	struct pair key = { .key = lower };
	const struct pair *p = t->n ? bsearch(&key, t->v, t->n, sizeof *t->v, by_key) : NULL;

	return p ? p->value : (sc_str){ NULL, 0 };
}

static void set_add(struct set *s, sc_str line)
{
	sc_str *v = SC_NEW(&names, sc_str, s->ids.n + line.n), word;
	size_t n = s->ids.n;

	if (n)
		memcpy(v, s->ids.v, n * sizeof *v);
	while (sc_str_cut(&line, ' ', &word))
		if (word.n)
			v[n++] = word;
	s->ids = (struct sc_idset){ v, n };
}

static void load_sets(sc_str text)
{
	sc_str line;

	while (sc_str_cut(&text, '\n', &line)) {
		if (sc_str_starts(line, SC_STR("= ")) && nsets < SC_COUNT(sets)) {
			sc_str rest = sc_str_from(line, 2);
			size_t end = sc_str_chr(rest, ' ');
			struct set *s = &sets[nsets++];

			s->name = sc_str_head(rest, end);
			s->cname = sc_cstr(&names, s->name);
			s->about = sc_cstr(&names, sc_str_trim(sc_str_from(rest, s->name.n)));
		} else if (line.n && *line.p != '#' && nsets) {
			set_add(&sets[nsets - 1], line);
		}
	}
	for (size_t i = 0; i < nsets; i++) {
		sc_str *v = SC_NEW(&names, sc_str, sets[i].ids.n + 1);

		memcpy(v, sets[i].ids.v, sets[i].ids.n * sizeof *v);
		qsort(v, sets[i].ids.n, sizeof *v, by_str);
		sets[i].ids.v = v;
	}
}

static void load_all(void)
{
	load(&ids, (sc_str){ sc_data_data_spdx_ids, sc_data_data_spdx_ids_n });
	load(&exceptions, (sc_str){ sc_data_data_spdx_exceptions, sc_data_data_spdx_exceptions_n });
	load(&aliases, (sc_str){ sc_data_data_spdx_aliases, sc_data_data_spdx_aliases_n });
	load_sets((sc_str){ sc_data_data_spdx_sets, sc_data_data_spdx_sets_n });
}

static sc_str look_up(const struct table *t, sc_str word)
{
	char lower[128];

	pthread_once(&once, load_all);
	if (word.n > sizeof lower)
		return (sc_str){ NULL, 0 };
	for (size_t i = 0; i < word.n; i++)
		lower[i] = word.p[i] >= 'A' && word.p[i] <= 'Z' ? (char)(word.p[i] + 32) : word.p[i];
	return find(t, (sc_str){ lower, word.n });
}

/* DocumentRef-D:LicenseRef-L or LicenseRef-L, whatever L is. */
static bool is_ref(sc_str word, sc_str kind)
{
	if (word.n >= 200)
		return false;
	if (sc_str_starts(word, SC_STR("DocumentRef-"))) {
		size_t colon = sc_str_chr(word, ':');

		if (colon == SC_NONE || colon == strlen("DocumentRef-"))
			return false;
		word = sc_str_from(word, colon + 1);
	}
	return sc_str_starts(word, kind) && word.n > kind.n;
}

bool spdx_is_ref(sc_str word)
{
	return is_ref(word, SC_STR("LicenseRef-")) || is_ref(word, SC_STR("AdditionRef-"));
}

sc_str sc_spdx_id(sc_str word)
{
	return is_ref(word, SC_STR("LicenseRef-")) ? word : look_up(&ids, word);
}

sc_str sc_spdx_exception(sc_str word)
{
	return spdx_is_ref(word) ? word : look_up(&exceptions, word);
}

struct sc_idset sc_spdx_set(sc_str name)
{
	pthread_once(&once, load_all);
	for (size_t i = 0; i < nsets; i++)
		if (sc_str_eq(sets[i].name, name))
			return sets[i].ids;
	return (struct sc_idset){ NULL, 0 };
}

const char *sc_spdx_set_name(size_t i, const char **about)
{
	pthread_once(&once, load_all);
	if (i >= nsets)
		return NULL;
	if (about)
		*about = sets[i].about;
	return sets[i].cname;
}

/* ---- versions ---- */

static uint64_t number(sc_str *s)
{
	uint64_t n = 0;

	while (s->n && *s->p >= '0' && *s->p <= '9' && n < 1000000) {
		n = n * 10 + (uint64_t)(*s->p - '0');
		*s = sc_str_from(*s, 1);
	}
	if (s->n)
		*s = sc_str_from(*s, 1);
	return n;
}

int spdx_version_cmp(sc_str a, sc_str b)
{
	while (a.n || b.n) {
		uint64_t x = number(&a), y = number(&b);

		if (x != y)
			return x < y ? -1 : 1;
	}
	return 0;
}

/* ---- GNU ---- */

static bool take(sc_str *s, sc_str word)
{
	if (s->n < word.n || !sc_str_ieq(sc_str_head(*s, word.n), word))
		return false;
	*s = sc_str_from(*s, word.n);
	return true;
}

static bool take_version(sc_str *s, sc_str *major, sc_str *minor)
{
	size_t n = 0;

	while (n < s->n && s->p[n] >= '0' && s->p[n] <= '9')
		n++;
	*major = sc_str_head(*s, n);
	*s = sc_str_from(*s, n);
	*minor = SC_STR("0");
	if (!major->n)
		return false;
	if (s->n > 1 && *s->p == '.' && s->p[1] >= '0' && s->p[1] <= '9') {
		n = 1;
		while (n < s->n && s->p[n] >= '0' && s->p[n] <= '9')
			n++;
		*minor = (sc_str){ s->p + 1, n - 1 };
		*s = sc_str_from(*s, n);
		if (sc_str_eq(*s, SC_STR(".0"))) /* "2.0.0" */
			s->n = 0;
	}
	return true;
}

/* GPL-2+, GPLv2, LGPL-2.1-or-later, GFDL-NIV-1.3+, AGPL-3.0: one form, GPL-2.0-or-later. */
static sc_str gnu(struct sc_arena *a, sc_str s)
{
	static const sc_str families[] = { SC_LIT("AGPL"), SC_LIT("LGPL"), SC_LIT("GPL"), SC_LIT("GFDL") };
	sc_str major, minor, family = { NULL, 0 }, inv = SC_STR(""), id;
	const char *end = "-only";

	for (size_t i = 0; i < SC_COUNT(families) && !family.n; i++)
		if (take(&s, families[i]))
			family = families[i];
	if (!family.n)
		return family;
	if (take(&s, SC_STR("-NIV")))
		inv = SC_STR("-no-invariants");
	if (!take(&s, SC_STR("-v")) && !take(&s, SC_STR("v")))
		take(&s, SC_STR("-"));
	if (!take_version(&s, &major, &minor))
		return (sc_str){ NULL, 0 };
	if (take(&s, SC_STR("-no-invariants")))
		inv = SC_STR("-no-invariants");
	else if (take(&s, SC_STR("-invariants")))
		inv = SC_STR("-invariants");
	if (take(&s, SC_STR("+")) || take(&s, SC_STR("-or-later")))
		end = "-or-later";
	else
		take(&s, SC_STR("-only"));
	if (s.n)
		return (sc_str){ NULL, 0 };
	id = sc_fmt(a, "%.*s-%.*s.%.*s%.*s%s", SC_ARG(family), SC_ARG(major), SC_ARG(minor), SC_ARG(inv), end);
	return sc_spdx_id(id);
}

sc_str spdx_atom(struct sc_arena *a, sc_str word)
{
	sc_str id = gnu(a, word);

	if (id.n)
		return id;
	id = sc_spdx_id(word);
	if (id.n)
		return id;
	if (word.n > 1 && word.p[word.n - 1] == '+') {
		id = sc_spdx_id(sc_str_head(word, word.n - 1));
		if (sc_str_ends(id, SC_STR("-or-later")))
			return id;
		if (sc_str_ends(id, SC_STR("-only"))) /* this one and no other, or a later one: nobody can tell */
			return (sc_str){ NULL, 0 };
		return id.n ? sc_fmt(a, "%.*s+", SC_ARG(id)) : id;
	}
	return (sc_str){ NULL, 0 };
}

/* ---- aliases ---- */

static bool is_noise(sc_str word)
{
	static const sc_str noise[] = { SC_LIT("the"), SC_LIT("license"), SC_LIT("licence"), SC_LIT("version"),
					SC_LIT("licensed"), SC_LIT("under") };

	for (size_t i = 0; i < SC_COUNT(noise); i++)
		if (sc_str_eq(word, noise[i]))
			return true;
	return false;
}

/* Lower case, noise words and commas out, one blank between words, "v2" as "2". */
static sc_str plain_words(struct sc_arena *a, sc_str s)
{
	char *p = sc_alloc(a, s.n + 1);
	size_t n = 0;

	s = lowered(a, s);
	for (size_t i = 0; i < s.n;) {
		size_t from = i;
		sc_str word;

		while (i < s.n && s.p[i] != ' ' && s.p[i] != '\t' && s.p[i] != ',' && s.p[i] != '\n')
			i++;
		word = (sc_str){ s.p + from, i - from };
		i += i < s.n;
		if (!word.n || is_noise(word))
			continue;
		if (word.n > 1 && word.p[0] == 'v' && word.p[1] >= '0' && word.p[1] <= '9')
			word = sc_str_from(word, 1);
		if (n)
			p[n++] = ' ';
		memcpy(p + n, word.p, word.n);
		n += word.n;
	}
	return (sc_str){ p, n };
}

/* URLs as the alias list has them. */
static sc_str plain_url(struct sc_arena *a, sc_str s)
{
	static const sc_str tails[] = { SC_LIT("/"), SC_LIT(".html"), SC_LIT(".txt"), SC_LIT(".php"), SC_LIT(".en") };

	s = lowered(a, s);
	if (!take(&s, SC_STR("https://")) && !take(&s, SC_STR("http://")))
		return (sc_str){ NULL, 0 };
	take(&s, SC_STR("www."));
	for (size_t i = 0; i < SC_COUNT(tails); i++)
		if (sc_str_ends(s, tails[i]))
			s.n -= tails[i].n;
	return s;
}

sc_str spdx_alias(struct sc_arena *a, sc_str words)
{
	sc_str key, means;

	pthread_once(&once, load_all);
	if (!words.n || words.n > 300)
		return (sc_str){ NULL, 0 };
	key = plain_url(a, sc_str_trim(words));
	if (!key.n)
		key = plain_words(a, words);
	else if (!take(&key, SC_STR("spdx.org/licenses/"))) /* both go on with an id */
		take(&key, SC_STR("choosealicense.com/licenses/"));
	means = find(&aliases, key);
	return means.n || !sc_spdx_id(key).n ? means : spdx_atom(a, key);
}

/* s without `tail`, when it ends so. */
static bool drop(sc_str *s, sc_str tail)
{
	if (!sc_str_ends(*s, tail))
		return false;
	*s = sc_str_trim(sc_str_head(*s, s->n - tail.n));
	return true;
}

sc_str spdx_gnu_words(struct sc_arena *a, sc_str words)
{
	static const struct {
		sc_str said, family;
	} listed[] = { { SC_LIT("affero general public"), SC_LIT("AGPL") }, { SC_LIT("affero gpl"), SC_LIT("AGPL") },
		      { SC_LIT("lesser general public"), SC_LIT("LGPL") }, { SC_LIT("library general public"), SC_LIT("LGPL") },
		      { SC_LIT("lesser gpl"), SC_LIT("LGPL") },	     { SC_LIT("general public"), SC_LIT("GPL") },
		      { SC_LIT("free documentation"), SC_LIT("GFDL") }, { SC_LIT("agpl"), SC_LIT("AGPL") },
		      { SC_LIT("lgpl"), SC_LIT("LGPL") },	     { SC_LIT("gpl"), SC_LIT("GPL") },
		      { SC_LIT("gfdl"), SC_LIT("GFDL") } };
	static const sc_str later[] = { SC_LIT(" or any later"), SC_LIT(" or later"), SC_LIT(" or newer"), SC_LIT(" or above"),
					SC_LIT(" and later"),	 SC_LIT("+") };
	sc_str s, family = { NULL, 0 };
	const char *end = "";

	if (words.n > 300)
		return family;
	s = plain_words(a, words);
	take(&s, SC_STR("gnu "));
	for (size_t i = 0; i < SC_COUNT(listed) && !family.n; i++)
		if (take(&s, listed[i].said))
			family = listed[i].family;
	if (!family.n)
		return family;
	for (size_t i = 0; i < SC_COUNT(later) && !*end; i++)
		end = drop(&s, later[i]) ? "+" : "";
	if (!*end)
		drop(&s, SC_STR(" only"));
	s = sc_str_trim(s);
	take(&s, SC_STR("-"));
	take(&s, SC_STR("v"));
	s = sc_str_trim(s);
	if (!s.n || *s.p < '0' || *s.p > '9')
		return (sc_str){ NULL, 0 };
	return gnu(a, sc_fmt(a, "%.*s-%.*s%s", SC_ARG(family), SC_ARG(s), end));
}

/* ---- Creative Commons ---- */

/* by, by-sa, by-nc-nd ... with or without version and port; an id when SPDX lists it. */
static sc_str cc_id(struct sc_arena *a, sc_str kind, sc_str version, sc_str port)
{
	sc_str id;

	if (!version.n)
		return sc_fmt(a, "LicenseRef-CC-%.*s", SC_ARG(kind));
	if (port.n) {
		id = sc_spdx_id(sc_fmt(a, "CC-%.*s-%.*s-%.*s", SC_ARG(kind), SC_ARG(version), SC_ARG(port)));
		if (id.n)
			return id; /* a port that the list does not have is named by what it is a port of */
	}
	id = sc_spdx_id(sc_fmt(a, "CC-%.*s-%.*s", SC_ARG(kind), SC_ARG(version)));
	return id;
}

static sc_str upper(struct sc_arena *a, sc_str s)
{
	char *p = sc_cstr(a, s);

	for (size_t i = 0; i < s.n; i++)
		if (p[i] >= 'a' && p[i] <= 'z')
			p[i] = (char)(p[i] - 32);
	return (sc_str){ p, s.n };
}

/* The parts in the order SPDX has them: BY, NC, ND or SA. */
static sc_str cc_kind(bool by, bool nc, bool nd, bool sa)
{
	static const sc_str kinds[2][2][3] = {
		{ { SC_LIT(""), SC_LIT("ND"), SC_LIT("SA") }, { SC_LIT("NC"), SC_LIT("NC-ND"), SC_LIT("NC-SA") } },
		{ { SC_LIT("BY"), SC_LIT("BY-ND"), SC_LIT("BY-SA") },
		  { SC_LIT("BY-NC"), SC_LIT("BY-NC-ND"), SC_LIT("BY-NC-SA") } },
	};

	return kinds[by][nc][nd ? 1 : sa ? 2 : 0];
}

static bool segment(sc_str *s, sc_str *out)
{
	size_t n = 0;

	while (n < s->n && ((s->p[n] >= 'a' && s->p[n] <= 'z') || (s->p[n] >= 'A' && s->p[n] <= 'Z') ||
			    (s->p[n] >= '0' && s->p[n] <= '9') || s->p[n] == '.' || s->p[n] == '-' || s->p[n] == '+'))
		n++;
	*out = sc_str_head(*s, n);
	*s = sc_str_from(*s, n);
	if (s->n && *s->p == '/')
		*s = sc_str_from(*s, 1);
	return n > 0;
}

static bool is_version(sc_str s)
{
	return s.n == 3 && s.p[0] >= '1' && s.p[0] <= '9' && s.p[1] == '.' && s.p[2] >= '0' && s.p[2] <= '9';
}

static bool is_port(sc_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!((s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= 'A' && s.p[i] <= 'Z')))
			return false;
	return s.n == 2 || s.n == 3 || sc_str_ieq(s, SC_STR("scotland"));
}

static bool kind_of(sc_str s, sc_str *kind)
{
	bool by = false, nc = false, nd = false, sa = false;
	sc_str piece;

	take(&s, SC_STR("cc-"));
	while (sc_str_cut(&s, '-', &piece)) {
		by |= sc_str_ieq(piece, SC_STR("by"));
		nc |= sc_str_ieq(piece, SC_STR("nc"));
		nd |= sc_str_ieq(piece, SC_STR("nd"));
		sa |= sc_str_ieq(piece, SC_STR("sa"));
		if (!sc_str_ieq(piece, SC_STR("by")) && !sc_str_ieq(piece, SC_STR("nc")) &&
		    !sc_str_ieq(piece, SC_STR("nd")) && !sc_str_ieq(piece, SC_STR("sa")))
			return false;
	}
	*kind = cc_kind(by, nc, nd, sa);
	return kind->n > 0 && !(nd && sa);
}

sc_str sc_spdx_cc_url(struct sc_arena *a, sc_str s, size_t *n)
{
	sc_str all = s, kind, word, version = { NULL, 0 }, port = { NULL, 0 };
	const char *end;

	*n = 0;
	if (!take(&s, SC_STR("https://")) && !take(&s, SC_STR("http://")))
		take(&s, SC_STR("//"));
	take(&s, SC_STR("www."));
	if (!take(&s, SC_STR("creativecommons.org/")))
		return (sc_str){ NULL, 0 };
	if (take(&s, SC_STR("publicdomain/"))) {
		bool zero = take(&s, SC_STR("zero/1.0"));

		if (!zero && !take(&s, SC_STR("mark/1.0")))
			return (sc_str){ NULL, 0 };
		*n = (size_t)(s.p - all.p);
		return zero ? sc_spdx_id(SC_STR("CC0-1.0")) : sc_spdx_id(SC_STR("CC-PDM-1.0"));
	}
	if (sc_str_starts(s, SC_STR("licenses/publicdomain"))) { /* the older dedication */
		*n = (size_t)(s.p - all.p) + SC_STR("licenses/publicdomain").n;
		return sc_spdx_id(SC_STR("CC-PDDC"));
	}
	if (!take(&s, SC_STR("licenses/")) || !segment(&s, &word) || !kind_of(word, &kind))
		return (sc_str){ NULL, 0 };
	end = word.p + word.n;
	if (segment(&s, &word) && *word.p >= '0' && *word.p <= '9') {
		if (!is_version(sc_str_head(word, 3)) || (word.n > 3 && word.p[3] != '.'))
			return (sc_str){ NULL, 0 }; /* a version that there is not */
		version = sc_str_head(word, 3);
		end = version.p + 3;
		if (segment(&s, &word) && is_port(word) && *version.p < '4') { /* 4.0 has no ports */
			port = upper(a, word);
			end = word.p + word.n;
		}
	}
	*n = (size_t)(end - all.p);
	return cc_id(a, kind, version, port);
}

/* "CC BY-SA 4.0", "cc-by-4.0", "Creative Commons Attribution-NonCommercial 4.0 International". */
sc_str spdx_cc_words(struct sc_arena *a, sc_str words)
{
	bool cc = false, by = false, nc = false, nd = false, sa = false, share = false, non = false, no = false;
	sc_str w = lowered(a, words), version = { NULL, 0 };

	for (size_t i = 0; i < w.n;) {
		size_t from = i;
		sc_str t;

		while (i < w.n && ((w.p[i] >= 'a' && w.p[i] <= 'z') || (w.p[i] >= '0' && w.p[i] <= '9') || w.p[i] == '.'))
			i++;
		t = (sc_str){ w.p + from, i - from };
		i += i < w.n;
		if (!t.n || is_noise(t))
			continue;
		if (t.n == 4 && t.p[0] == 'v')
			t = sc_str_from(t, 1);
		if (sc_str_eq(t, SC_STR("cc")) || sc_str_eq(t, SC_STR("creative")) || sc_str_eq(t, SC_STR("ccby")))
			cc = true, by |= t.n == 4;
		else if (sc_str_eq(t, SC_STR("by")) || sc_str_eq(t, SC_STR("attribution")))
			by = true;
		else if (sc_str_eq(t, SC_STR("nc")) || sc_str_eq(t, SC_STR("noncommercial")))
			nc = true;
		else if (sc_str_eq(t, SC_STR("nd")) || sc_str_eq(t, SC_STR("noderivatives")) || sc_str_eq(t, SC_STR("noderivs")))
			nd = true;
		else if (sc_str_eq(t, SC_STR("sa")) || sc_str_eq(t, SC_STR("sharealike")))
			sa = true;
		else if (sc_str_eq(t, SC_STR("share")))
			share = true;
		else if (sc_str_eq(t, SC_STR("alike")) && share)
			sa = true;
		else if (sc_str_eq(t, SC_STR("non")))
			non = true;
		else if (sc_str_eq(t, SC_STR("commercial")) && non)
			nc = true;
		else if (sc_str_eq(t, SC_STR("no")))
			no = true;
		else if ((sc_str_eq(t, SC_STR("derivatives")) || sc_str_eq(t, SC_STR("derivs"))) && no)
			nd = true;
		else if (is_version(t) && !version.n)
			version = t;
		else if (!sc_str_eq(t, SC_STR("commons")) && !sc_str_eq(t, SC_STR("international")) &&
			 !sc_str_eq(t, SC_STR("unported")) && !sc_str_eq(t, SC_STR("generic")) && !sc_str_eq(t, SC_STR("intl")))
			return (sc_str){ NULL, 0 };
	}
	if (!cc || !by || (nd && sa))
		return (sc_str){ NULL, 0 };
	return cc_id(a, cc_kind(by, nc, nd, sa), version, (sc_str){ NULL, 0 });
}
