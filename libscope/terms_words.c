/* SPDX-License-Identifier: Apache-2.0 */
/*
 * terms_words.c -- sentences and their words, and Creative Commons licences in words.
 *
 * A sentence ends with a full stop, question or exclamation mark that has white space behind it, with a semicolon, or with its
 * line.  A stop behind an abbreviation or a single letter ("et al.", "Ref.", "J.") or before a small letter ends nothing.
 */
#include "terms_impl.h"

#include <scope/spdx.h>

static bool small(char c)
{
	return c >= 'a' && c <= 'z';
}

static bool capital(char c)
{
	return c >= 'A' && c <= 'Z';
}

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

/* Bytes of the sign or blank that begins at p and is not ASCII: (c) sign, guillemets, dashes, quotes and blanks of General
 * Punctuation; 0 when it is part of a word. */
static size_t foreign_sign(const char *p, size_t n, bool *is_blank)
{
	unsigned char a = (unsigned char)p[0], b = n > 1 ? (unsigned char)p[1] : 0,
	              c = n > 2 ? (unsigned char)p[2] : 0;

	*is_blank = a == 0xc2 && b == 0xa0;
	if (a == 0xc2 && (b == 0xa9 || b == 0xab || b == 0xbb || b == 0xa0))
		return 2;
	if (a != 0xe2 || b != 0x80 || !c)
		return 0;
	*is_blank = c <= 0x8b || c == 0xaf;
	return 3;
}

static bool word_byte(const char *p, size_t n)
{
	bool ignored;

	if ((unsigned char)*p < 0x80)
		return small(*p) || capital(*p) || digit(*p);
	return !foreign_sign(p, n, &ignored);
}

/* Length of the word that begins at p: a full stop between two digits is in it. */
static size_t word_length(const char *p, size_t n)
{
	size_t i = 0;

	while (i < n && (word_byte(p + i, n - i) ||
	                 (p[i] == '.' && i && i + 1 < n && digit(p[i - 1]) && digit(p[i + 1]))))
		i++;
	return i;
}

static bool is_abbreviation(sc_str word)
{
	static const sc_str known[] = {
		SC_LIT("al"),    SC_LIT("fig"),  SC_LIT("figs"), SC_LIT("ref"), SC_LIT("refs"),
		SC_LIT("dr"),    SC_LIT("prof"), SC_LIT("no"),   SC_LIT("nos"), SC_LIT("vol"),
		SC_LIT("pp"),    SC_LIT("ed"),   SC_LIT("eds"),  SC_LIT("inc"), SC_LIT("ltd"),
		SC_LIT("co"),    SC_LIT("corp"), SC_LIT("st"),   SC_LIT("mr"),  SC_LIT("mrs"),
		SC_LIT("ms"),    SC_LIT("eq"),   SC_LIT("cf"),   SC_LIT("vs"),  SC_LIT("sci"),
		SC_LIT("mater"), SC_LIT("chem"), SC_LIT("phys"), SC_LIT("rev"), SC_LIT("lett"),
		SC_LIT("natl"),  SC_LIT("acad"), SC_LIT("proc"), SC_LIT("soc"), SC_LIT("am"),
		SC_LIT("int"),   SC_LIT("biol"), SC_LIT("med"),  SC_LIT("nat"), SC_LIT("res"),
		SC_LIT("eng"),   SC_LIT("appl")
	};

	if (word.n == 1 && !digit(*word.p))
		return true;
	for (size_t i = 0; i < SC_COUNT(known); i++)
		if (sc_str_ieq(word, known[i]))
			return true;
	return false;
}

/* Does the sign at `at` end a sentence?  before: the token in front of it, or NULL. */
static bool ends(sc_str text, size_t at, const struct terms_token *before)
{
	char c = text.p[at];
	size_t i = at + 1;

	if (c == ';')
		return true;
	if (c != '.' && c != '!' && c != '?')
		return false;
	while (i < text.n && (text.p[i] == ')' || text.p[i] == '"'))
		i++;
	if (i < text.n && !blank(text.p[i]) && (unsigned char)text.p[i] < 0x80)
		return false;
	while (i < text.n && blank(text.p[i]))
		i++;
	if (i == text.n || c != '.')
		return true;
	return !small(text.p[i]) && !(before && before->word && is_abbreviation(before->s));
}

bool terms_sentence_next(struct terms_sentence *s)
{
	sc_str text = s->text;
	size_t i = s->end;
	bool glued = false, is_blank;

	s->n = 0;
	s->off = i;
	while (i < text.n && s->n < TERMS_TOKENS) {
		const char *p = text.p + i;
		size_t left = text.n - i, n;

		if (*p == '\n' && s->n)
			break;
		if (blank(*p)) {
			s->off += !s->n;
			i++;
			glued = false;
			continue;
		}
		n = word_length(p, left);
		if (n) {
			s->v[s->n++] = (struct terms_token){ .s = { p, n },
				                             .word = true,
				                             .glued = glued,
				                             .cap = capital(*p) ||
				                                    (unsigned char)*p >= 0x80 };
		} else {
			n = (unsigned char)*p < 0x80 ? 1 : foreign_sign(p, left, &is_blank);
			if ((unsigned char)*p < 0x80 || !is_blank)
				s->v[s->n++] =
				        (struct terms_token){ .s = { p, n }, .glued = glued };
		}
		glued = true;
		i += n;
		if (s->n && ends(text, i - n, s->n > 1 ? &s->v[s->n - 2] : NULL) &&
		    !s->v[s->n - 1].word)
			break;
	}
	s->end = i;
	s->number += s->n > 0;
	return s->n > 0;
}

/* ---- Creative Commons in words ---- */

struct cc {
	bool by, nc, nd, sa, zero, domain, mark, share, non, no;
	sc_str version;
};

static bool is_dash(const struct terms_token *t)
{
	return sc_str_eq(t->s, SC_STR("-")) ||
	       (t->s.n == 3 && !memcmp(t->s.p, "\xe2\x80", 2) && (unsigned char)t->s.p[2] >= 0x90 &&
	        (unsigned char)t->s.p[2] <= 0x95);
}

static bool is_filler(const struct terms_token *t)
{
	static const sc_str words[] = { SC_LIT("license"),
		                        SC_LIT("licence"),
		                        SC_LIT("licenses"),
		                        SC_LIT("international"),
		                        SC_LIT("unported"),
		                        SC_LIT("generic"),
		                        SC_LIT("universal"),
		                        SC_LIT("public"),
		                        SC_LIT("version"),
		                        SC_LIT("igo"),
		                        SC_LIT("intl"),
		                        SC_LIT("copyright"),
		                        SC_LIT("commons"),
		                        SC_LIT("organization"),
		                        SC_LIT("organizations"),
		                        SC_LIT("works"),
		                        SC_LIT("intergovernmental"),
		                        SC_LIT("dedication"),
		                        SC_LIT("declaration"),
		                        SC_LIT("waiver"),
		                        SC_LIT("and"),
		                        SC_LIT("the"),
		                        SC_LIT("certification") };
	static const sc_str signs[] = { SC_LIT("("),
		                        SC_LIT(")"),
		                        SC_LIT(","),
		                        SC_LIT("/"),
		                        SC_LIT(":"),
		                        SC_LIT("\""),
		                        SC_LIT("\xe2\x80\x9c"),
		                        SC_LIT("\xe2\x80\x9d") };

	for (size_t i = 0; t->word && i < SC_COUNT(words); i++)
		if (terms_is(t, words[i]))
			return true;
	for (size_t i = 0; !t->word && i < SC_COUNT(signs); i++)
		if (sc_str_eq(t->s, signs[i]))
			return true;
	return !t->word && is_dash(t);
}

/* "4.0", "v4.0": the versions that there are have this shape. */
static sc_str version_of(sc_str s)
{
	if (s.n == 4 && (*s.p == 'v' || *s.p == 'V'))
		s = sc_str_from(s, 1);
	if (s.n == 3 && digit(s.p[0]) && s.p[1] == '.' && digit(s.p[2]))
		return s;
	return (sc_str){ NULL, 0 };
}

/* "by" is the licence's word when it is written large or tied to its neighbours with dashes: "licensed CC by us" is not. */
static bool ties(const struct terms_sentence *s, size_t i)
{
	const struct terms_token *t = &s->v[i];

	return sc_str_eq(t->s, SC_STR("BY")) || (i && is_dash(&s->v[i - 1]) && t->glued) ||
	       (i + 1 < s->n && is_dash(&s->v[i + 1]) && s->v[i + 1].glued);
}

/* One word of a licence's name into *c; false when it is none. */
static bool take(struct cc *c, const struct terms_sentence *s, size_t i)
{
	const struct terms_token *t = &s->v[i];
	sc_str version = version_of(t->s);
#define IS(word) terms_is(t, SC_STR(word))
	bool non = c->non, no = c->no, share = c->share;

	if (is_dash(t))
		return true; /* non-commercial: what was before it still counts */
	c->non = c->no = c->share = false;
	if (IS("attribution") || (IS("by") && ties(s, i)))
		c->by = true;
	else if (IS("nc") || IS("noncommercial") || (IS("commercial") && non))
		c->nc = true;
	else if (IS("nd") || IS("noderivatives") || IS("noderivative") || IS("noderivs") ||
	         IS("noderiv"))
		c->nd = true;
	else if ((IS("derivatives") || IS("derivative") || IS("derivs")) && (no || non))
		c->nd = true;
	else if (IS("sa") || IS("sharealike") || (IS("alike") && share))
		c->sa = true;
	else if (IS("zero") || IS("cc0"))
		c->zero = true;
	else if (IS("domain"))
		c->domain = true;
	else if (IS("mark") && c->domain)
		c->mark = true;
	else if (IS("non"))
		c->non = true;
	else if (IS("no"))
		c->no = true;
	else if (IS("share"))
		c->share = true;
	else if (version.n && !c->version.n)
		c->version = version;
	else
		return is_filler(t);
#undef IS
	return true;
}

static sc_str cc_id(struct sc_arena *a, const struct cc *c)
{
	sc_str rule, id;

	if (c->zero && !c->by)
		return SC_STR("CC0-1.0");
	if (c->domain && !c->by)
		return c->mark ? SC_STR("CC-PDM-1.0") : SC_STR("LicenseRef-Public-Domain");
	if (!c->by || (c->nd && c->sa))
		return (sc_str){ NULL, 0 };
	id = sc_fmt(a, "CC BY%s%s%s %.*s", c->nc ? "-NC" : "", c->nd ? "-ND" : "",
	            c->sa ? "-SA" : "", SC_ARG(c->version));
	return sc_spdx_from_words(a, id, &rule);
}

/* Is the CC0 at token i a licence?  Samples and cells are called so too. */
static bool is_zero(const struct terms_sentence *s, size_t i)
{
	static const sc_str before[] = { SC_LIT("commons"), SC_LIT("common"),  SC_LIT("under"),
		                         SC_LIT("licence"), SC_LIT("license"), SC_LIT("(") };
	static const sc_str behind[] = { SC_LIT("1.0"),    SC_LIT("licence"),    SC_LIT("license"),
		                         SC_LIT("public"), SC_LIT("universal"),  SC_LIT("waiver"),
		                         SC_LIT("-"),      SC_LIT("dedication"), SC_LIT("v1.0") };

	for (size_t j = 0; i && j < SC_COUNT(before); j++)
		if (terms_is(&s->v[i - 1], before[j]))
			return true;
	for (size_t j = 0; i + 1 < s->n && j < SC_COUNT(behind); j++)
		if (terms_is(&s->v[i + 1], behind[j]))
			return true;
	return s->n == 1;
}

/* Where a name begins: "Creative Commons", "CC BY", "cc-by", "CCBY", "CC0"; how many tokens that takes. */
static size_t anchor(const struct terms_sentence *s, size_t i, struct cc *c)
{
	const struct terms_token *t = &s->v[i], *next = i + 1 < s->n ? t + 1 : NULL;

	if (terms_is(t, SC_STR("creative")) && next &&
	    (terms_is(next, SC_STR("commons")) || terms_is(next, SC_STR("common"))))
		return 2;
	if (terms_is(t, SC_STR("ccby"))) {
		c->by = true;
		return 1;
	}
	if (sc_str_eq(t->s, SC_STR("CC0")) && is_zero(s, i)) {
		c->zero = true;
		return 1;
	}
	if (!terms_is(t, SC_STR("cc")) || !next)
		return 0;
	if (is_dash(next) && i + 2 < s->n)
		return terms_is(t + 2, SC_STR("by")) ? 1 : 0;
	if (sc_str_eq(t->s, SC_STR("CC")) &&
	    (sc_str_eq(next->s, SC_STR("BY")) || sc_str_eq(next->s, SC_STR("Attribution"))))
		return 1;
	return 0;
}

sc_str terms_cc_words(struct sc_arena *a, const struct terms_sentence *s, size_t i, size_t *next)
{
	struct cc c = { .version = { NULL, 0 } };
	size_t n = anchor(s, i, &c), at = i + n, last = at;
	struct cc ignored = { .version = { NULL, 0 } };

	if (!n)
		return (sc_str){ NULL, 0 };
	for (; at < s->n && at < i + 32; at++) {
		if (anchor(s, at, &ignored) || !take(&c, s, at))
			break;
		if (s->v[at].word && !terms_is(&s->v[at], SC_STR("and")) &&
		    !terms_is(&s->v[at], SC_STR("the")))
			last = at + 1;
	}
	*next = last;
	return cc_id(a, &c);
}
