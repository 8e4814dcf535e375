/* SPDX-License-Identifier: Apache-2.0 */
/*
 * terms.c -- what words say about rights, by the patterns of data/terms.txt.
 *
 * A text is looked at sentence by sentence.  Where a word stands with which patterns begin, each of these is tried; a pattern
 * has at most ELEMENTS elements and its gaps are short, so the time for one is bounded, and that for a text grows with its length.
 */
#include "terms_impl.h"

#include <scope/spdx.h>

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

extern const char sc_data_data_terms[];
extern const size_t sc_data_data_terms_n;

enum { ELEMENTS = 16, MATCHES = 96, LONGEST = 24, LICENCES = 32, NO_MATCH = 0 };

/* The classes that take back, behind those of enum sc_says. */
enum { OWN = SC_SAYS_CREDIT + 1, NOT, ASIDE };

enum kind { WORDS, GAP, REF, NAME, PERSON, YEAR, NUMBER, DASH };

struct element {
	enum kind kind;
	bool optional;
	uint8_t gap;       /* GAP: up to that many */
	const sc_str *alt; /* WORDS: small letters */
	size_t nalt;
};

struct pattern {
	unsigned class;
	sc_str id;
	struct element v[ELEMENTS];
	size_t n;
};

struct first { /* a word that patterns begin with */
	sc_str word;
	uint32_t pattern;
};

struct set {
	sc_str name;
	sc_str *v;
	size_t n;
};

static struct sc_arena rules; /* as long as the process */
static struct pattern *patterns;
static struct first *firsts;
static size_t npatterns, nfirsts;
static struct set sets[16];
static size_t nsets;
static pthread_once_t once = PTHREAD_ONCE_INIT;

/* ---- reading the rules: they are ours, so what is wrong in them is an assertion ---- */

static struct set *set_of(sc_str name)
{
	for (size_t i = 0; i < nsets; i++)
		if (sc_str_eq(sets[i].name, name))
			return &sets[i];
	return NULL;
}

/* The pieces of s between separators, none of them empty, behind those in old. */
static sc_str *pieces(sc_str s, char sep, const sc_str *old, size_t nold, size_t *n)
{
	sc_str *v = SC_NEW(&rules, sc_str, nold + s.n + 1), one;

	if (nold)
		memcpy(v, old, nold * sizeof *v);
	*n = nold;
	while (sc_str_cut(&s, sep, &one))
		if (one.n)
			v[(*n)++] = one;
	return v;
}

static void set_add(sc_str line)
{
	sc_str name;
	struct set *s;

	sc_str_cut(&line, ' ', &name);
	s = set_of(name);
	if (!s) {
		assert(nsets < SC_COUNT(sets));
		s = &sets[nsets++];
		s->name = name;
	}
	s->v = pieces(line, ' ', s->v, s->n, &s->n);
}

/* "@taken|taken": words and sets in one. */
static void alternatives(struct element *e, sc_str said)
{
	sc_str *one, *all = NULL;
	size_t none, nall = 0;

	one = pieces(said, '|', NULL, 0, &none);
	for (size_t i = 0; i < none; i++) {
		const struct set *s = *one[i].p == '@' ? set_of(sc_str_from(one[i], 1)) : NULL;
		sc_str *grown;

		assert(s || *one[i].p != '@');
		grown = SC_NEW(&rules, sc_str, nall + (s ? s->n : 1));
		if (nall)
			memcpy(grown, all, nall * sizeof *all);
		memcpy(grown + nall, s ? s->v : &one[i], (s ? s->n : 1) * sizeof *all);
		nall += s ? s->n : 1;
		all = grown;
	}
	e->alt = all;
	e->nalt = nall;
}

static struct element element(sc_str said)
{
	static const struct {
		sc_str said;
		enum kind kind;
	} built_in[] = { { SC_LIT("@ref"), REF },       { SC_LIT("@name"), NAME },
		         { SC_LIT("@person"), PERSON }, { SC_LIT("@year"), YEAR },
		         { SC_LIT("@number"), NUMBER }, { SC_LIT("@dash"), DASH } };
	struct element e = { .kind = WORDS };

	if (said.n > 2 && sc_str_starts(said, SC_STR(".."))) {
		e.kind = GAP;
		e.gap = (uint8_t)(said.p[2] - '0');
		return e;
	}
	if (said.n > 1 && said.p[said.n - 1] == '?') {
		e.optional = true;
		said.n--;
	}
	for (size_t i = 0; i < SC_COUNT(built_in); i++)
		if (sc_str_eq(said, built_in[i].said)) {
			e.kind = built_in[i].kind;
			return e;
		}
	alternatives(&e, said);
	return e;
}

static void pattern_add(sc_str line)
{
	static const sc_str classes[] = {
		SC_LIT("licence"),    SC_LIT("nc"),        SC_LIT("nd"),     SC_LIT("denied"),
		SC_LIT("permission"), SC_LIT("copyright"), SC_LIT("others"), SC_LIT("credit"),
		SC_LIT("own"),        SC_LIT("not"),       SC_LIT("aside")
	};
	struct pattern *p = &patterns[npatterns++];
	sc_str *v;
	size_t n, i = 1;

	v = pieces(line, ' ', NULL, 0, &n);
	while (p->class < SC_COUNT(classes) && !sc_str_eq(classes[p->class], v[0]))
		p->class ++;
	assert(p->class < SC_COUNT(classes));
	if (p->class == SC_SAYS_LICENCE)
		p->id = v[i++];
	for (; i < n; i++) {
		assert(p->n < ELEMENTS);
		p->v[p->n++] = element(v[i]);
	}
	assert(p->n && p->v[0].kind == WORDS && !p->v[0].optional);
	nfirsts += p->v[0].nalt;
}

static int by_word(const void *a, const void *b)
{
	const struct first *x = a, *y = b;
	int c = sc_str_cmp(x->word, y->word);

	return c ? c : x->pattern < y->pattern ? -1 : x->pattern > y->pattern;
}

static void load(void)
{
	sc_str text = { sc_data_data_terms, sc_data_data_terms_n }, rest = text, line;
	size_t lines = 1, n = 0;

	for (size_t i = 0; i < text.n; i++)
		lines += text.p[i] == '\n';
	patterns = SC_NEW(&rules, struct pattern, lines);
	while (sc_str_cut(&rest, '\n', &line)) {
		if (!line.n || *line.p == '#')
			continue;
		if (sc_str_starts(line, SC_STR("= ")))
			set_add(sc_str_from(line, 2));
		else
			pattern_add(line);
	}
	firsts = SC_NEW(&rules, struct first, nfirsts);
	for (size_t i = 0; i < npatterns; i++)
		for (size_t j = 0; j < patterns[i].v[0].nalt; j++)
			firsts[n++] = (struct first){ patterns[i].v[0].alt[j], (uint32_t)i };
	qsort(firsts, nfirsts, sizeof *firsts, by_word);
}

/* ---- what is built in: each says the first token behind what it took, or NO_MATCH ---- */

static bool at_word(const struct terms_sentence *s, size_t i, const char *word)
{
	return i < s->n && terms_is(&s->v[i], sc_str_c(word));
}

static bool is_number(const struct terms_token *t)
{
	for (size_t i = 0; i < t->s.n; i++)
		if (t->s.p[i] < '0' || t->s.p[i] > '9')
			return false;
	return t->s.n < 5;
}

static bool is_year(const struct terms_token *t)
{
	return t->s.n >= 4 && t->s.n <= 5 &&
	       (!memcmp(t->s.p, "19", 2) || !memcmp(t->s.p, "20", 2)) && t->s.p[2] >= '0' &&
	       t->s.p[2] <= '9' && t->s.p[3] >= '0' && t->s.p[3] <= '9' &&
	       (t->s.n == 4 || (t->s.p[4] >= 'a' && t->s.p[4] <= 'z'));
}

static bool is_name(const struct terms_sentence *s, size_t i)
{
	return i < s->n && s->v[i].cap && s->v[i].s.n > 1;
}

static bool is_dash(const struct terms_token *t)
{
	return !t->word &&
	       (sc_str_eq(t->s, SC_STR("-")) || (t->s.n == 3 && (unsigned char)t->s.p[2] >= 0x90 &&
	                                         (unsigned char)t->s.p[2] <= 0x95));
}

/* "[12]", "[3,5-7]", "(12)". */
static size_t numbers(const struct terms_sentence *s, size_t i)
{
	const char *close = at_word(s, i, "[") ? "]" : at_word(s, i, "(") ? ")" : NULL;
	size_t from = i + 1;

	for (i = from; close && i < s->n && i < from + 24; i++) {
		if (i > from && at_word(s, i, close))
			return i + 1;
		if (!is_number(&s->v[i]) && !at_word(s, i, ",") && !is_dash(&s->v[i]))
			break;
		if (is_year(&s->v[i]))
			break;
	}
	return NO_MATCH;
}

/* "Smith et al", "van der Meer and Jones (2010)": names, then `et al` or a year. */
static size_t names_and_year(const struct terms_sentence *s, size_t i)
{
	static const char *const joints[] = { "and", "&",  ",",  ".",  "(",  "van", "von", "der",
		                              "den", "de", "la", "le", "di", "da",  "del" };
	bool named = false;

	for (size_t from = i; i < s->n && i < from + 12; i++) {
		size_t j = 0;

		if (named && at_word(s, i, "et") &&
		    (at_word(s, i + 1, "al") || at_word(s, i + 1, "al.")))
			return i + 2;
		if (named && is_year(&s->v[i]))
			return i + 1;
		if (s->v[i].cap) {
			named |= s->v[i].s.n > 1;
			continue;
		}
		while (j < SC_COUNT(joints) && !at_word(s, i, joints[j]))
			j++;
		if (j == SC_COUNT(joints))
			break;
	}
	return NO_MATCH;
}

static size_t reference(const struct terms_sentence *s, size_t i)
{
	static const char *const said[] = { "ref",      "refs", "reference", "references",
		                            "citation", "pmid", "pmc",       "doi" };
	static const char *const links[] = { "http", "https", "www" };
	size_t end = numbers(s, i);

	for (size_t j = 0; !end && j < SC_COUNT(links); j++)
		end = at_word(s, i, links[j]) ? i + 1 : NO_MATCH;
	if (end)
		return end;
	for (size_t j = 0; j < SC_COUNT(said); j++)
		if (at_word(s, i, said[j])) {
			i++;
			while (at_word(s, i, ".") || at_word(s, i, "#") || at_word(s, i, ":"))
				i++;
			end = numbers(s, i);
			return end ? end : i < s->n && is_number(&s->v[i]) ? i + 1 : NO_MATCH;
		}
	return names_and_year(s, i + at_word(s, i, "("));
}

/* Two words with capitals and more, initials among them; a title makes one enough. */
static size_t person(const struct terms_sentence *s, size_t i)
{
	static const char *const titles[] = { "dr", "drs", "prof", "professor", "mr", "mrs", "ms" };
	static const char *const nobody[] = {
		"scanning",       "transmission", "electron",  "optical",       "confocal",
		"light",          "fluorescence", "tem",       "sem",           "left",
		"right",          "top",          "bottom",    "upper",         "lower",
		"representative", "the",          "figure",    "fig",           "table",
		"original",       "author",       "authors",   "magnification", "nikon",
		"zeiss",          "leica",        "olympus",   "canon",         "sony",
		"hitachi",        "jeol",         "philips",   "keyence",       "graphpad",
		"adobe",          "microsoft",    "origin",    "originpro",     "matlab",
		"python",         "excel",        "prism",     "inkscape",      "chemdraw",
		"pymol",          "cytoscape",    "imagej",    "autocad",       "sigmaplot",
		"image",          "rstudio",      "biorender",
	};
	size_t parts = 0, full = 0;

	for (size_t j = 0; j < SC_COUNT(titles); j++)
		if (at_word(s, i, titles[j])) {
			i += 1 + at_word(s, i + 1, ".");
			parts = 1;
			break;
		}
	for (size_t j = 0; j < SC_COUNT(nobody); j++)
		if (at_word(s, i, nobody[j]))
			return NO_MATCH;
	if (!parts && i < s->n && s->v[i].s.n == 1 && !at_word(s, i + 1, "."))
		return NO_MATCH; /* "R Studio" */
	for (; i < s->n && s->v[i].cap && parts < 5; i++) {
		full += s->v[i].s.n > 1;
		parts++;
		if (s->v[i].s.n == 1 && at_word(s, i + 1, "."))
			i++;
	}
	return parts > 1 && full ? i : NO_MATCH;
}

static size_t built_in(enum kind kind, const struct terms_sentence *s, size_t i)
{
	bool yes = false;

	if (kind == REF)
		return reference(s, i);
	if (kind == PERSON)
		return person(s, i);
	if (kind == NAME)
		yes = is_name(s, i);
	else if (i < s->n)
		yes = kind == YEAR     ? is_year(&s->v[i])
		      : kind == NUMBER ? is_number(&s->v[i])
		                       : is_dash(&s->v[i]);
	return yes ? i + 1 : NO_MATCH;
}

/* ---- matching ---- */

/* Elements e.. of p from token i: the first token behind them, or NO_MATCH. */
static size_t match(const struct pattern *p, size_t e, const struct terms_sentence *s, size_t i)
{
	const struct element *x = &p->v[e];
	size_t end;

	if (e == p->n)
		return i;
	if (x->kind == GAP) {
		for (size_t n = 0; n <= x->gap && i + n <= s->n; n++) {
			end = match(p, e + 1, s, i + n);
			if (end)
				return end;
		}
		return NO_MATCH;
	}
	if (x->kind == WORDS) {
		end = NO_MATCH;
		for (size_t j = 0; i < s->n && j < x->nalt && !end; j++)
			end = terms_is(&s->v[i], x->alt[j]) ? i + 1 : NO_MATCH;
	} else {
		end = built_in(x->kind, s, i);
	}
	if (end)
		end = match(p, e + 1, s, end);
	return end || !x->optional ? end : match(p, e + 1, s, i);
}

struct hit {
	unsigned class;
	sc_str id;
	size_t from, to; /* tokens */
	size_t off, len; /* bytes of the text */
};

struct hits {
	struct hit v[MATCHES];
	size_t n;
	sc_str seen
	        [LICENCES]; /* in the whole text, so that what is said a million times is kept once */
	size_t nseen;
};

static void hit(struct hits *h, const struct terms_sentence *s, unsigned class, sc_str id,
                size_t from, size_t to)
{
	const struct terms_token *a = &s->v[from], *b = &s->v[to - 1];

	if (h->n < MATCHES)
		h->v[h->n++] = (struct hit){ class,
			                     id,
			                     from,
			                     to,
			                     (size_t)(a->s.p - s->text.p),
			                     (size_t)(b->s.p + b->s.n - a->s.p) };
}

static void try_patterns(struct hits *h, const struct terms_sentence *s, size_t i)
{
	char lower[LONGEST];
	sc_str word = { lower, s->v[i].s.n };
	size_t lo = 0, hi = nfirsts;

	if (word.n > sizeof lower)
		return;
	for (size_t j = 0; j < word.n; j++) {
		char c = s->v[i].s.p[j];

		lower[j] = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
	}
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (sc_str_cmp(firsts[mid].word, word) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (; lo < nfirsts && sc_str_eq(firsts[lo].word, word); lo++) {
		const struct pattern *p = &patterns[firsts[lo].pattern];
		size_t end = match(p, 1, s, i + 1);

		if (end)
			hit(h, s, p->class, p->id, i, end);
	}
}

/* Where the URL begins whose host stands at token i; SC_NONE when that is no host. */
static size_t url_from(const struct terms_sentence *s, size_t i)
{
	size_t from = i;

	if (from > 1 && s->v[from].glued && at_word(s, from - 1, ".") &&
	    at_word(s, from - 2, "www"))
		from -= 2;
	if (!from || !s->v[from].glued || s->v[from - 1].word)
		return from;
	if (!at_word(s, from - 1, "/"))
		return at_word(s, from - 1, ".") || at_word(s, from - 1, "@") ||
		                       is_dash(&s->v[from - 1])
		               ? SC_NONE
		               : from;
	if (from < 2 || !at_word(s, from - 2, "/"))
		return SC_NONE;
	from -= 2;
	if (from > 1 && at_word(s, from - 1, ":") &&
	    (at_word(s, from - 2, "https") || at_word(s, from - 2, "http")))
		from -= 2;
	return from;
}

/* The same id as kept before, else this one; empty past LICENCES.  What was allocated since `mark` for one kept before is freed. */
static sc_str kept(struct sc_arena *a, struct hits *h, struct sc_mark mark, sc_str id)
{
	sc_str one = { NULL, 0 };

	for (size_t i = 0; id.n && i < h->nseen && !one.n; i++)
		if (sc_str_eq(h->seen[i], id))
			one = h->seen[i];
	if (id.n && !one.n && h->nseen < LICENCES)
		return h->seen[h->nseen++] = id;
	sc_arena_back(a, mark);
	return one;
}

/* A Creative Commons licence at token i, by URL or in words; the first token behind it, or i. */
static size_t creative_commons(struct sc_arena *a, struct hits *h, const struct terms_sentence *s,
                               size_t i)
{
	struct sc_mark mark = sc_arena_mark(a);
	size_t next = i, n = 0, from;
	sc_str id;

	if (!at_word(s, i, "creativecommons")) {
		id = kept(a, h, mark, terms_cc_words(a, s, i, &next));
		if (id.n)
			hit(h, s, SC_SAYS_LICENCE, id, i, next);
		return id.n ? next : i;
	}
	from = url_from(s, i);
	id = kept(a, h, mark,
	          sc_spdx_cc_url(
	                  a, (sc_str){ s->v[i].s.p, (size_t)(s->text.p + s->end - s->v[i].s.p) },
	                  &n));
	if (from == SC_NONE || !id.n)
		return i;
	for (next = i; next < s->n && s->v[next].s.p < s->v[i].s.p + n; next++)
		;
	hit(h, s, SC_SAYS_LICENCE, id, from, next);
	return next;
}

/* ---- what counts ---- */

static bool overlap(const struct hit *x, const struct hit *y)
{
	return x->from < y->to && y->from < x->to;
}

static bool taken_back(const struct hits *h, const struct hit *x, size_t nth)
{
	for (size_t i = 0; i < h->n; i++) {
		const struct hit *y = &h->v[i];
		bool rights = x->class >= SC_SAYS_PERMISSION, before = i < nth;

		if (y->class == ASIDE && x->class == SC_SAYS_LICENCE)
			return true;
		if (y->class == SC_SAYS_DENIED && x->class == SC_SAYS_LICENCE)
			return true;
		if (!overlap(x, y))
			continue;
		if (y->class == NOT || (y->class == OWN && x->class >= SC_SAYS_COPYRIGHT))
			return true;
		if (before && (x->class == y->class ||
		               (rights && y->class >= SC_SAYS_PERMISSION && y->class < OWN)))
			return true;
	}
	return false;
}

static void report(struct sc_statements *out, const struct hits *h, const struct terms_sentence *s)
{
	for (size_t i = 0; i < h->n; i++) {
		const struct hit *x = &h->v[i];

		if (x->class >= OWN || taken_back(h, x, i) || out->n == SC_STATEMENTS)
			continue;
		out->v[out->n++] = (struct sc_statement){ .says = (enum sc_says)x->class,
			                                  .sentence = s->number - 1,
			                                  .id = x->id,
			                                  .off = x->off,
			                                  .len = x->len,
			                                  .until = s->end };
	}
}

void sc_terms_find(struct sc_arena *a, sc_str text, struct sc_statements *out)
{
	struct terms_sentence s; /* large: their room is not cleared */
	struct hits h;

	pthread_once(&once, load);
	out->n = 0;
	h.nseen = 0;
	terms_sentence_begin(&s, text);
	while (out->n < SC_STATEMENTS && terms_sentence_next(&s)) {
		size_t skip = 0;

		h.n = 0;
		for (size_t i = 0; i < s.n; i++) {
			if (i >= skip)
				skip = creative_commons(a, &h, &s, i);
			try_patterns(&h, &s, i);
		}
		report(out, &h, &s);
	}
}

/* ---- licences compared, and named by an attribute ---- */

static bool digit_behind(sc_str s, size_t n)
{
	return s.n > n + 1 && s.p[n] == '-' && s.p[n + 1] >= '0' && s.p[n + 1] <= '9';
}

bool sc_terms_narrower(sc_str x, sc_str y)
{
	static const sc_str public[] = { SC_LIT("CC0-1.0"), SC_LIT("CC-PDM-1.0"), SC_LIT("CC-PDDC"),
		                         SC_LIT("LicenseRef-US-Government-Work") };
	sc_str ref = SC_STR("LicenseRef-");

	if (sc_str_eq(y, SC_STR("LicenseRef-Public-Domain")))
		for (size_t i = 0; i < SC_COUNT(public); i++)
			if (sc_str_eq(x, public[i]))
				return true;
	if (sc_str_starts(x, ref))
		x = sc_str_from(x, ref.n);
	if (sc_str_starts(y, ref))
		y = sc_str_from(y, ref.n);
	if (!sc_str_starts(y, SC_STR("CC-")) || !sc_str_starts(x, y) || x.n <= y.n + 1)
		return false;
	if (digit_behind(x, y.n)) /* a kind, and a kind with its version */
		return !(y.p[y.n - 1] >= '0' && y.p[y.n - 1] <= '9');
	return x.p[y.n] == '-' && y.p[y.n - 1] >= '0' &&
	       y.p[y.n - 1] <= '9'; /* a version, and a port of it */
}

sc_str sc_terms_type(struct sc_arena *a, sc_str type)
{
	static const sc_str long_name = SC_LIT("creativecommons");
	sc_str words = sc_str_trim(type), id, rule;

	if (sc_str_ieq(words, SC_STR("public-domain")) ||
	    sc_str_ieq(words, SC_STR("public domain")))
		return SC_STR("LicenseRef-Public-Domain");
	if (words.n > long_name.n && sc_str_ieq(sc_str_head(words, long_name.n), long_name))
		words = sc_fmt(a, "CC %.*s", SC_ARG(sc_str_from(words, long_name.n)));
	else if (words.n > 2 && sc_str_ieq(sc_str_head(words, 4), SC_STR("ccby")))
		words = sc_fmt(a, "CC %.*s", SC_ARG(sc_str_from(words, 2)));
	id = sc_spdx_from_words(a, words, &rule);
	return sc_str_starts(id, SC_STR("CC")) || sc_str_starts(id, SC_STR("LicenseRef-CC"))
	               ? id
	               : (sc_str){ NULL, 0 };
}
