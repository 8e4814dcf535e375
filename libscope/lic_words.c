/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lic_words.c -- a text as words that are the same however the text was set.
 *
 * Letters in lower case; punctuation, comment marks, mark-up in <...>, C's \n, nroff's and RTF's control words are not words.
 * "v2", "2" and "GPLv2+" give their numbers as words of their own.  Words of one letter say nothing and are dropped, so are
 * numbers and letters that begin a line of a list: "1.", "(a)", "iv)".  British spellings are American ones.  Words that only
 * stand for who holds the rights are marked, and are in no fingerprint: texts differ by them and are the same licence.
 */
#include "lic.h"

enum { LONGEST = 64, MARKUP_MOST = 240 };

enum kind { SEP, LETTER, DIGIT };

static uint8_t kinds[256]; /* bytes from 0x80 are letters: a word of another script is a word */

static inline enum kind kind(char c)
{
	return (enum kind)kinds[(unsigned char)c];
}

__attribute__((constructor(101))) static void make_kinds(void)
{
	for (int c = 0; c < 256; c++)
		kinds[c] = (c | 32) >= 'a' && (c | 32) <= 'z' && c < 128 ? LETTER : c >= '0' && c <= '9' ? DIGIT : c >= 128 ? LETTER : SEP;
}

static inline uint32_t step(uint32_t h, unsigned char c)
{
	return (h ^ c) * 16777619u; /* FNV-1a */
}

static inline uint32_t finish(uint32_t h)
{
	h ^= h >> 15;
	h *= 0x2c1b3c6du;
	return h ^ h >> 12;
}

static uint32_t hash_of(const char *p, size_t n)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < n; i++)
		h = step(h, (unsigned char)(p[i] >= 'A' && p[i] <= 'Z' ? p[i] + 32 : p[i]));
	return finish(h);
}

/* ---- words that are others, or nobody's ---- */

static const struct {
	const char *is, *as; /* NULL: skipped */
} same[] = {
	{ "licence", "license" }, { "licences", "licenses" }, { "licenced", "licensed" }, { "licencing", "licensing" },
	{ "sublicence", "sublicense" }, { "sublicences", "sublicenses" }, { "sublicensed", "sublicense" }, { "organisation", "organization" },
	{ "organisations", "organizations" }, { "acknowledgement", "acknowledgment" }, { "acknowledgements", "acknowledgments" },
	{ "favour", "favor" }, { "honour", "honor" }, { "judgement", "judgment" }, { "behaviour", "behavior" }, { "centre", "center" },
	{ "noncommercial", "non commercial" }, { "fulfil", "fulfill" }, { "recognise", "recognize" }, { "authorised", "authorized" },
	{ "licensee's", "licensee" }, { "merchantibility", "merchantability" }, { "programme", "program" }, { "whilst", "while" },
	{ "copyright", NULL }, { "copyrights", NULL }, { "copyrighted", NULL }, { "holder", NULL }, { "holders", NULL }, { "owner", NULL },
	{ "owners", NULL }, { "author", NULL }, { "authors", NULL }, { "contributor", NULL }, { "contributors", NULL },
	{ "regents", NULL }, { "regent", NULL }, { "university", NULL }, { "california", NULL }, { "berkeley", NULL }, { "organization", NULL },
	{ "company", NULL }, { "corporation", NULL }, { "corp", NULL }, { "inc", NULL }, { "foundation", NULL }, { "institute", NULL },
	{ "project", NULL }, { "developer", NULL }, { "developers", NULL }, { "year", NULL },
	{ "yyyy", NULL }, { "amp", NULL }, { "nbsp", NULL }, { "quot", NULL },
};
enum { NSAME = SC_COUNT(same), SLOTS = 256 };

static struct {
	uint32_t hash, as;
	bool skip, used;
} slots[SLOTS];

__attribute__((constructor(101))) static void make_same(void)
{
	for (size_t i = 0; i < NSAME; i++) {
		uint32_t h = hash_of(same[i].is, strlen(same[i].is)), at = h % SLOTS;

		while (slots[at].used)
			at = (at + 1) % SLOTS;
		slots[at].used = true;
		slots[at].hash = h;
		slots[at].skip = !same[i].as;
		slots[at].as = same[i].as ? hash_of(same[i].as, strlen(same[i].as)) : h;
	}
}

static inline uint32_t alike(uint32_t h, uint8_t *flags)
{
	for (uint32_t at = h % SLOTS; slots[at].used; at = (at + 1) % SLOTS)
		if (slots[at].hash == h) {
			*flags |= slots[at].skip ? LIC_SKIP : 0;
			return slots[at].as;
		}
	return h;
}

uint32_t lic_hash(const char *word, size_t n)
{
	uint8_t ignored = 0;

	return alike(hash_of(word, n), &ignored);
}

/* ---- one pass over the bytes ---- */

struct pass {
	struct lic_words *w;
	const char *p;
	size_t i, end;
	uint8_t line; /* LIC_LINE until the line has a word */
};

static void add(struct pass *s, size_t from, size_t to, uint32_t hash, uint8_t flags)
{
	struct lic_words *w = s->w;

	if (w->n == w->cap) {
		size_t cap = w->cap ? 2 * w->cap : (s->end - s->i) / 5 + 256; /* of ordinary text: enough */
		struct lic_word *v = sc_alloc(w->a, cap * sizeof *v);

		if (w->n)
			memcpy(v, w->v, w->n * sizeof *v);
		w->v = v;
		w->cap = cap;
	}
	w->v[w->n++] = (struct lic_word){ .hash = hash, .len = (uint16_t)(to - from > 65535 ? 65535 : to - from), .off = from,
					  .flags = (uint8_t)(flags | s->line) };
	s->line = 0;
}

static bool at_url(const struct pass *s)
{
	const char *p = s->p + s->i;
	size_t n = s->end - s->i;

	return (n > 8 && (p[0] | 32) == 'h' && sc_bytes_ieq(p, "http", 4) && (!memcmp(p + 4, "://", 3) || sc_bytes_ieq(p + 4, "s://", 4))) ||
	       (n > 5 && (p[0] | 32) == 'w' && sc_bytes_ieq(p, "www.", 4));
}

static void url(struct pass *s)
{
	size_t from = s->i, to;

	while (s->i < s->end && (unsigned char)s->p[s->i] > ' ' && !memchr("<>\"'`{}|\\^)]*", s->p[s->i], 14))
		s->i++;
	for (to = s->i; to > from && memchr(".,;:!?", s->p[to - 1], 6); to--)
		;
	add(s, from, to, hash_of(s->p + from, to - from), LIC_URL | LIC_SKIP);
}

/* <p>, </a href=...>, <copyright holders>: none of it is text.  False: the '<' is just one. */
static bool markup(struct pass *s)
{
	size_t i = s->i + 1, most = s->i + MARKUP_MOST;

	if (i >= s->end || !(kind(s->p[i]) == LETTER || memchr("/!?", s->p[i], 3)))
		return false;
	if (sc_str_starts((sc_str){ s->p + i, s->end - i }, SC_STR("http")) || sc_str_starts((sc_str){ s->p + i, s->end - i }, SC_STR("!--")))
		return false; /* an address is one; a comment is text */
	for (; i < s->end && i < most; i++) {
		if (s->p[i] == '<')
			return false;
		if (s->p[i] == '>') {
			s->i = i + 1;
			return true;
		}
	}
	return false;
}

/* \nThis, \par, \fB, \(co: what stands behind a backslash is control. */
static void backslash(struct pass *s)
{
	const char *p = s->p;
	size_t i = ++s->i;

	if (i >= s->end)
		return;
	if (memchr("nrt", p[i], 3) && (i + 1 == s->end || kind(p[i + 1]) != LETTER || (p[i + 1] >= 'A' && p[i + 1] <= 'Z'))) {
		s->line = p[i] == 'n' ? LIC_LINE : s->line;
		s->i++;
		return;
	}
	if (p[i] == 'f' && i + 1 < s->end && memchr("BIRP", p[i + 1], 4)) { /* nroff's fonts */
		s->i += 2;
		return;
	}
	if (p[i] == '(' && s->end - i > 2) {
		s->i += 3;
		return;
	}
	while (s->i < s->end && kind(p[s->i]) == LETTER && (unsigned char)p[s->i] < 128)
		s->i++;
	while (s->i < s->end && kind(p[s->i]) == DIGIT)
		s->i++;
}

/* U+0080..U+00BF, U+2000..U+206F, U+3000..U+3003 and U+FEFF are no letters, nor Latin-1's and Windows-1252's quotes, blanks and
 * copyright signs: the length in bytes of what stands at i, else 0. */
static size_t wide_mark(const struct pass *s)
{
	const unsigned char *u = (const unsigned char *)s->p + s->i;
	size_t n = s->end - s->i;

	if (n > 1 && u[0] == 0xc2)
		return 2;
	if (n > 2 && ((u[0] == 0xe2 && (u[1] == 0x80 || u[1] == 0x81)) || (u[0] == 0xef && u[1] == 0xbb && u[2] == 0xbf) ||
		      (u[0] == 0xe3 && u[1] == 0x80 && u[2] <= 0x83)))
		return 3;
	if (s->i && u[-1] >= 128)
		return 0;
	return u[0] == 0xa9 || u[0] == 0xa0 || (u[0] >= 0x91 && u[0] <= 0x97) ? 1 : 0;
}

static bool roman(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!memchr("ivxIVX", p[i], 6))
			return false;
	return n <= 4;
}

/* Digits with dots between them: 2, 2.0, 1.3.1. */
static void number(struct pass *s)
{
	size_t from = s->i, to;
	uint8_t flags = LIC_NUMBER;

	while (s->i < s->end && (kind(s->p[s->i]) == DIGIT ||
				 (s->p[s->i] == '.' && s->i + 1 < s->end && kind(s->p[s->i + 1]) == DIGIT)))
		s->i++;
	to = s->i;
	if (s->line && to - from <= 2 && s->i < s->end && memchr(".):", s->p[s->i], 3) &&
	    (s->i + 1 == s->end || memchr(" \t\n\r", s->p[s->i + 1], 4)))
		return; /* a list's */
	if (s->i < s->end && s->p[s->i] == '+')
		flags |= LIC_PLUS;
	while (to > from + 2 && to - from > 3 && s->p[to - 1] == '0' && s->p[to - 2] == '.' && memchr(s->p + from, '.', to - from - 2))
		to -= 2; /* 2.0.0 is 2.0 */
	/* 2.0 is 2 */
	add(s, from, to, hash_of(s->p + from, to - from > 2 && s->p[to - 1] == '0' && s->p[to - 2] == '.' ? to - from - 2 : to - from), flags);
}

/* What "GPLv2", "LGPL2.1" and "v3" are before their number. */
static bool wants_number(const char *p, size_t n)
{
	static const char *const names[] = { "gpl", "lgpl", "agpl", "gfdl", "mpl", "epl", "cpl", "apache", "asl", "al", "osl", "afl", "eupl", "cddl", "bsd", "artistic", "version", "ver", "license" };

	if (n && (p[n - 1] | 32) == 'v')
		n--;
	if (!n)
		return true;
	for (size_t i = 0; i < SC_COUNT(names); i++)
		if (strlen(names[i]) == n && sc_bytes_ieq(p, names[i], n))
			return true;
	return false;
}

static void word(struct pass *s)
{
	size_t from = s->i, to;
	uint32_t h = 2166136261u;
	uint8_t flags = 0;
	size_t mark;

	for (; s->i < s->end; s->i++) {
		unsigned char c = (unsigned char)s->p[s->i];

		if (kinds[c] == SEP)
			break;
		if (kinds[c] == DIGIT && s->i > from && wants_number(s->p + from, s->i - from))
			break;
		if (c >= 128 && (mark = wide_mark(s)))
			break;
		h = step(h, c >= 'A' && c <= 'Z' ? c + 32 : c);
	}
	to = s->i;
	if (s->i < s->end && kind(s->p[s->i]) == DIGIT && to > from && (s->p[to - 1] | 32) == 'v') {
		to--; /* gplv2, v3 */
		h = 2166136261u;
		for (size_t i = from; i < to; i++)
			h = step(h, (unsigned char)(s->p[i] >= 'A' && s->p[i] <= 'Z' ? s->p[i] + 32 : s->p[i]));
	}
	if (to - from < 2) {
		if (s->i < s->end && s->p[s->i] == '+' && s->w->n)
			s->w->v[s->w->n - 1].flags |= LIC_PLUS;
		return;
	}
	if (s->line && s->i < s->end && memchr(".)", s->p[s->i], 2) && roman(s->p + from, to - from))
		return;
	if (s->line && to - from == 3 && (!memcmp(s->p + from, "dnl", 3) || sc_bytes_ieq(s->p + from, "rem", 3)))
		return; /* comment marks of m4 and of DOS */
	if (s->i < s->end) {
		char c = s->p[s->i], next = s->i + 1 < s->end ? s->p[s->i + 1] : ' ';

		if (c == '.' && memchr(" \t\n\r", next, 4))
			flags |= LIC_STOP;
		else if (memchr("-/.", c, 3) && kind(next) != SEP)
			flags |= LIC_MINUS;
		else if (c == '+')
			flags |= LIC_PLUS;
	}
	h = alike(finish(h), &flags);
	add(s, from, to, h, flags);
}

/* ---- places where a holder is named ---- */

/* Between these words stands whoever holds the rights; what is there is skipped, at most so many words.  "~" before a word:
 * it is skipped too, so that "neither the name of X nor the names of its contributors may be used" and "the name of X may
 * not be used" are the same. */
static const struct {
	const char *before, *until;
	size_t most;
} places[] = {
	{ "provided by", "as is", 14 },
	{ "as is and", "disclaim", 14 },
	{ "as is and", "disclaims", 14 },
	{ "as is", "makes no", 14 },
	{ "as is", "make no", 14 },
	{ "event shall", "be liable", 36 },
	{ "event will", "be liable", 36 },
	{ "shall", "be liable for any", 24 },
	{ "name of", "may ~not be used", 24 },
	{ "name of", "may be used", 32 },
	{ "names of", "may ~not be used", 24 },
	{ "names of", "may be used", 32 },
	{ "name of", "shall ~not be used", 24 },
	{ "name of", "must ~not be used", 24 },
	{ "name of", "nor may", 24 },
	{ "names", "must ~not be used", 14 },
	{ "name", "must ~not be used", 14 },
	{ "not be called", "nor may", 14 },
	{ "nor may", "appear in", 10 },
	{ "name of", "~not be used", 24 },
	{ "names of", "~not be used", 24 },
	{ "implied warranty", "disclaims all", 9 },
	{ "implied warranty", "disclaim all", 14 },
	{ "permission", "disclaims all", 9 },
	{ "permission", "disclaim all", 14 },
	{ "permission", "makes no", 9 },
	{ "permission", "make no", 14 },
	{ "developed by", "alternately", 16 },
	{ "name", "may ~not be used", 6 },
	{ "name", "shall ~not be used", 6 },
};
enum { NPLACES = SC_COUNT(places), PATTERN = 4 };

static struct pattern {
	uint32_t hash[PATTERN];
	bool drop[PATTERN];
	size_t n;
} before[NPLACES], until[NPLACES];
static uint32_t neither;
static uint64_t begins[16]; /* a bit for what `before` begins with: few words do */

static void make_pattern(struct pattern *x, const char *words)
{
	while (*words) {
		size_t n = strcspn(words, " ");
		bool drop = *words == '~';

		x->hash[x->n] = hash_of(words + drop, n - drop);
		x->drop[x->n++] = drop;
		words += n + (words[n] == ' ');
	}
}

__attribute__((constructor(101))) static void make_places(void)
{
	for (size_t i = 0; i < NPLACES; i++) {
		make_pattern(&before[i], places[i].before);
		make_pattern(&until[i], places[i].until);
		begins[before[i].hash[0] >> 6 & 15] |= 1ull << (before[i].hash[0] & 63);
	}
	neither = hash_of("neither", 7);
}

static bool stands(const struct pattern *x, const struct lic_words *w, size_t at)
{
	if (w->n - at < x->n)
		return false;
	for (size_t i = 0; i < x->n; i++)
		if (w->v[at + i].hash != x->hash[i])
			return false;
	return true;
}

/* The words behind the last of `before` up to `until`; what to go on with. */
static size_t place(struct lic_words *w, size_t from, size_t at, size_t k)
{
	size_t begin = at + before[k].n, end;

	for (end = begin; end < w->n && end - begin <= places[k].most && !stands(&until[k], w, end); end++)
		;
	if (end >= w->n || end - begin > places[k].most)
		return at;
	for (size_t i = begin; i < end; i++)
		w->v[i].flags |= LIC_SKIP;
	for (size_t i = 0; i < until[k].n; i++)
		w->v[end + i].flags |= until[k].drop[i] ? LIC_SKIP : 0;
	for (size_t i = at; i > from && at - i < 3; i--)
		if (w->v[i - 1].hash == neither)
			w->v[i - 1].flags |= LIC_SKIP;
	return end;
}

/* ---- "Copyright (c) 2010 by ..." ---- */

enum { STATEMENT = 40 };

static const char *const not_one[] = { "notice", "notices", "and", "law", "laws", "holder", "holders", "license", "licenses", "owner", "owners",
				       "statement", "statements", "in", "or", "protection", "interest", "act", "is", "to", "on", "of" };
static const char *const behind[] = { "permission", "redistribution", "this", "these", "licensed", "all", "everyone", "released",
				      "distributed", "use", "you", "under", "subject", "it", "see", "spdx" };
static uint32_t copyright, all_rights[3], not_one_hash[SC_COUNT(not_one)], behind_hash[SC_COUNT(behind)];

__attribute__((constructor(101))) static void make_statements(void)
{
	copyright = hash_of("copyright", 9);
	all_rights[0] = hash_of("all", 3);
	all_rights[1] = hash_of("rights", 6);
	all_rights[2] = hash_of("reserved", 8);
	for (size_t i = 0; i < SC_COUNT(not_one); i++)
		not_one_hash[i] = hash_of(not_one[i], strlen(not_one[i]));
	for (size_t i = 0; i < SC_COUNT(behind); i++)
		behind_hash[i] = hash_of(behind[i], strlen(behind[i]));
}

static bool is_any(const uint32_t *v, size_t n, uint32_t hash)
{
	for (size_t i = 0; i < n; i++)
		if (v[i] == hash)
			return true;
	return false;
}

static bool is_year(const struct lic_word *x)
{
	return x->flags & LIC_NUMBER && x->len == 4;
}

/* Who holds the rights since when, from "copyright" to the end of its line or the next sentence that we know. */
static size_t statement(struct lic_words *w, size_t at)
{
	size_t i = at + 1;

	if (i >= w->n || is_any(not_one_hash, SC_COUNT(not_one_hash), w->v[i].hash) ||
	    !(w->v[at].flags & LIC_LINE || is_year(&w->v[i]) || (i + 1 < w->n && is_year(&w->v[i + 1]))))
		return at;
	for (; i < w->n && i - at < STATEMENT && !(w->v[i].flags & LIC_LINE) && !is_any(behind_hash, SC_COUNT(behind_hash), w->v[i].hash); i++)
		w->v[i].flags |= LIC_SKIP;
	return i - 1;
}

static void find_statements(struct lic_words *w, size_t from)
{
	for (size_t i = from; i < w->n; i++) {
		if (w->v[i].hash == copyright) {
			i = statement(w, i);
		} else if (w->v[i].hash == all_rights[0] && i + 2 < w->n && w->v[i + 1].hash == all_rights[1] &&
			   w->v[i + 2].hash == all_rights[2]) {
			for (size_t k = 0; k < 3; k++)
				w->v[i + k].flags |= LIC_SKIP;
			i += 2;
		}
	}
}

static void find_places(struct lic_words *w, size_t from)
{
	for (size_t i = from; i < w->n; i++) {
		if (!(begins[w->v[i].hash >> 6 & 15] >> (w->v[i].hash & 63) & 1))
			continue;
		for (size_t k = 0; k < NPLACES; k++)
			if (w->v[i].hash == before[k].hash[0] && stands(&before[k], w, i)) {
				size_t next = place(w, from, i, k);

				if (next != i) {
					i = next - 1;
					break;
				}
			}
	}
}

void lic_words(struct lic_words *w, sc_str text, size_t from, size_t to)
{
	size_t first = w->n;
	struct pass s = { .w = w, .p = text.p, .i = from, .end = to, .line = LIC_LINE };
	size_t mark;

	while (s.i < s.end) {
		char c = s.p[s.i];

		switch (kind(c)) {
		case SEP:
			if (c == '\n')
				s.line = LIC_LINE;
			if (c == '<' && markup(&s))
				continue;
			if (c == '\\')
				backslash(&s);
			else
				s.i++;
			continue;
		case DIGIT:
			number(&s);
			continue;
		case LETTER:
			if ((unsigned char)c >= 128 && (mark = wide_mark(&s)))
				s.i += mark;
			else if (((c | 32) == 'h' || (c | 32) == 'w') && at_url(&s))
				url(&s);
			else
				word(&s);
		}
	}
	find_statements(w, first);
	find_places(w, first);
}
