/* SPDX-License-Identifier: Apache-2.0 */
/*
 * latex_text.c -- TeX to plain text.
 *
 * Markup goes and what it marks stays; math stays as its source, dollars included.  Citations, labels and footnotes go, references
 * become the number of what they refer to where that is known.  Macros of the author's are expanded to a bounded depth and
 * size; a command that nobody knows goes, and its arguments stay as text.
 */
#include "latex.h"

#include <stdlib.h>

#include <scope/text.h>

enum { DEPTH = 16, MOST = 256 << 10 };

struct plain {
	struct tex *t;
	struct sc_buf b;
	unsigned depth;
	bool space; /* white space before the next thing */
	bool cited; /* a citation went just now, and with it the space before it, where a full stop or the like follows */
};

static void put(struct plain *o, sc_str s)
{
	if (!s.n || o->b.n > MOST)
		return;
	if (o->space && o->b.n && !(o->cited && strchr(".,;:)?!", *s.p)))
		sc_buf_byte(&o->b, ' ');
	o->space = o->cited = false;
	sc_buf_add(&o->b, s);
}

static void walk(struct plain *o, sc_str s);

/* ---- tables ---- */

struct row {
	const char *word, *text;
};

/* Commands that are a character, or white space. */
static const struct row symbols[] = {
	{ " ", " " },	      { "!", "" },	    { "%", "%" },	  { "&", "&" },	       { "#", "#" },	    { "$", "$" },
	{ "_", "_" },	      { "{", "{" },	    { "}", "}" },	  { ",", " " },	       { ";", " " },	    { ":", " " },
	{ ">", " " },	      { "\\", " " },	    { "\n", " " },	  { "\t", " " },       { "/", "" },	    { "-", "" },
	{ "@", "" },	      { "*", "" },	    { "|", "\xe2\x80\x96" },
	{ "AA", "\xc3\x85" }, { "AE", "\xc3\x86" }, { "L", "\xc5\x81" },  { "O", "\xc3\x98" }, { "OE", "\xc5\x92" }, { "P", "\xc2\xb6" },
	{ "S", "\xc2\xa7" },  { "SS", "SS" },	    { "aa", "\xc3\xa5" }, { "ae", "\xc3\xa6" }, { "copyright", "\xc2\xa9" },
	{ "dag", "\xe2\x80\xa0" }, { "ddag", "\xe2\x80\xa1" }, { "degree", "\xc2\xb0" }, { "dh", "\xc3\xb0" }, { "dj", "\xc4\x91" },
	{ "dots", "\xe2\x80\xa6" }, { "i", "\xc4\xb1" }, { "j", "\xc8\xb7" }, { "l", "\xc5\x82" }, { "ldots", "\xe2\x80\xa6" },
	{ "linebreak", " " }, { "micro", "\xc2\xb5" }, { "newline", " " }, { "o", "\xc3\xb8" }, { "oe", "\xc5\x93" }, { "par", " " },
	{ "pounds", "\xc2\xa3" }, { "qquad", " " }, { "quad", " " }, { "slash", "/" }, { "space", " " }, { "ss", "\xc3\x9f" },
	{ "textasciicircum", "^" }, { "textasciitilde", "~" }, { "textbackslash", "\\" }, { "textbar", "|" }, { "textbullet", "\xe2\x80\xa2" },
	{ "textcelsius", "\xe2\x84\x83" }, { "textcopyright", "\xc2\xa9" }, { "textdegree", "\xc2\xb0" }, { "textellipsis", "\xe2\x80\xa6" },
	{ "textemdash", "\xe2\x80\x94" }, { "textendash", "\xe2\x80\x93" }, { "textgreater", ">" }, { "textless", "<" }, { "textmu", "\xc2\xb5" },
	{ "textperiodcentered", "\xc2\xb7" }, { "textquotedblleft", "\xe2\x80\x9c" }, { "textquotedblright", "\xe2\x80\x9d" }, { "textquoteleft", "\xe2\x80\x98" }, { "textquoteright", "\xe2\x80\x99" },
	{ "textregistered", "\xc2\xae" }, { "texttimes", "\xc3\x97" }, { "texttrademark", "\xe2\x84\xa2" }, { "th", "\xc3\xbe" }, { "thinspace", " " },
	{ "LaTeX", "LaTeX" }, { "TeX", "TeX" }, { "BibTeX", "BibTeX" }, { "today", "" },
};

/* Commands that go with so many arguments, optional ones before each included. */
static const struct {
	const char *word;
	unsigned args;
} gone[] = {
	{ "label", 1 },	   { "footnote", 1 }, { "footnotemark", 0 }, { "footnotetext", 1 }, { "thanks", 1 }, { "Thanks", 1 }, { "textsuperscript", 1 },	 { "vspace", 1 },
	{ "hspace", 1 },   { "vskip", 0 },    { "includegraphics", 1 }, { "index", 1 },	    { "color", 1 },	 { "nocite", 1 },
	{ "setlength", 2 }, { "rule", 2 },    { "inst", 1 },	     { "affil", 1 },	    { "affiliation", 1 }, { "altaffilmark", 1 },
	{ "altaffiltext", 2 }, { "email", 1 }, { "orcid", 1 },	     { "orcidlink", 1 },    { "corref", 1 },	 { "fnref", 1 },
	{ "tnoteref", 1 }, { "IEEEmembership", 1 }, { "IEEEauthorblockA", 1 }, { "address", 1 }, { "institute", 1 }, { "fnmsep", 0 },
	{ "todo", 1 },	   { "fontsize", 2 }, { "captionsetup", 1 }, { "phantomsection", 0 }, { "hypertarget", 1 }, { "vphantom", 1 },
	{ "hphantom", 1 }, { "phantom", 1 },  { "begin", 1 },	     { "end", 1 },	    { "thispagestyle", 1 }, { "textcolor", 1 },
	{ "colorbox", 1 }, { "raisebox", 1 }, { "href", 1 },	     { "parbox", 1 },	    { "resizebox", 2 },	 { "scalebox", 1 }, { "hyperref", 0 },
};

static bool is_cite(sc_str word)
{
	static const sc_str v[] = { SC_LIT("cite"), SC_LIT("Cite"), SC_LIT("parencite"), SC_LIT("textcite"), SC_LIT("autocite"), SC_LIT("footcite"), SC_LIT("onlinecite"), SC_LIT("supercite") };

	for (size_t i = 0; i < SC_COUNT(v); i++)
		if (sc_str_starts(word, v[i]))
			return true;
	return false;
}

static bool is_ref(sc_str word)
{
	static const char *const v[] = { "ref", "autoref", "cref", "Cref", "eqref", "pageref", "subref", "figref", "vref" };

	for (size_t i = 0; i < SC_COUNT(v); i++)
		if (sc_str_eq(word, sc_str_c(v[i])))
			return true;
	return false;
}

/* ---- accents: a letter and a mark, composed where Unicode has the two as one ---- */

static const struct {
	char mark;
	const char *letters; /* and behind each what it becomes */
} accents[] = {
	{ '\'', "A\xc3\x81" "E\xc3\x89" "I\xc3\x8d" "O\xc3\x93" "U\xc3\x9a" "Y\xc3\x9d" "a\xc3\xa1" "e\xc3\xa9" "i\xc3\xad" "o\xc3\xb3" "u\xc3\xba" "y\xc3\xbd" "C\xc4\x86" "c\xc4\x87" "L\xc4\xb9" "l\xc4\xba" "N\xc5\x83" "n\xc5\x84" "R\xc5\x94" "r\xc5\x95" "S\xc5\x9a" "s\xc5\x9b" "Z\xc5\xb9" "z\xc5\xba" },
	{ '`', "A\xc3\x80" "E\xc3\x88" "I\xc3\x8c" "O\xc3\x92" "U\xc3\x99" "a\xc3\xa0" "e\xc3\xa8" "i\xc3\xac" "o\xc3\xb2" "u\xc3\xb9" },
	{ '^', "A\xc3\x82" "E\xc3\x8a" "I\xc3\x8e" "O\xc3\x94" "U\xc3\x9b" "a\xc3\xa2" "e\xc3\xaa" "i\xc3\xae" "o\xc3\xb4" "u\xc3\xbb" "C\xc4\x88" "c\xc4\x89" "G\xc4\x9c" "g\xc4\x9d" "S\xc5\x9c" "s\xc5\x9d" "W\xc5\xb4" "w\xc5\xb5" "Y\xc5\xb6" "y\xc5\xb7" },
	{ '"', "A\xc3\x84" "E\xc3\x8b" "I\xc3\x8f" "O\xc3\x96" "U\xc3\x9c" "a\xc3\xa4" "e\xc3\xab" "i\xc3\xaf" "o\xc3\xb6" "u\xc3\xbc" "y\xc3\xbf" "Y\xc5\xb8" },
	{ '~', "A\xc3\x83" "N\xc3\x91" "O\xc3\x95" "a\xc3\xa3" "n\xc3\xb1" "o\xc3\xb5" "I\xc4\xa8" "i\xc4\xa9" "U\xc5\xa8" "u\xc5\xa9" },
	{ 'c', "C\xc3\x87" "c\xc3\xa7" "S\xc5\x9e" "s\xc5\x9f" "T\xc5\xa2" "t\xc5\xa3" "G\xc4\xa2" "K\xc4\xb6" "k\xc4\xb7" "L\xc4\xbb" "l\xc4\xbc" "N\xc5\x85" "n\xc5\x86" },
	{ 'v', "C\xc4\x8c" "c\xc4\x8d" "D\xc4\x8e" "d\xc4\x8f" "E\xc4\x9a" "e\xc4\x9b" "N\xc5\x87" "n\xc5\x88" "R\xc5\x98" "r\xc5\x99" "S\xc5\xa0" "s\xc5\xa1" "T\xc5\xa4" "t\xc5\xa5" "Z\xc5\xbd" "z\xc5\xbe" "g\xc7\xa7" "G\xc7\xa6" },
	{ 'u', "A\xc4\x82" "a\xc4\x83" "G\xc4\x9e" "g\xc4\x9f" "U\xc5\xac" "u\xc5\xad" "E\xc4\x94" "e\xc4\x95" "I\xc4\xac" "i\xc4\xad" },
	{ '=', "A\xc4\x80" "a\xc4\x81" "E\xc4\x92" "e\xc4\x93" "I\xc4\xaa" "i\xc4\xab" "O\xc5\x8c" "o\xc5\x8d" "U\xc5\xaa" "u\xc5\xab" },
	{ '.', "C\xc4\x8a" "c\xc4\x8b" "E\xc4\x96" "e\xc4\x97" "G\xc4\xa0" "g\xc4\xa1" "I\xc4\xb0" "Z\xc5\xbb" "z\xc5\xbc" },
	{ 'H', "O\xc5\x90" "o\xc5\x91" "U\xc5\xb0" "u\xc5\xb1" },
	{ 'k', "A\xc4\x84" "a\xc4\x85" "E\xc4\x98" "e\xc4\x99" "I\xc4\xae" "i\xc4\xaf" },
	{ 'r', "A\xc3\x85" "a\xc3\xa5" "U\xc5\xae" "u\xc5\xaf" },
};

/* \'e, \'{e}, \'\i, \c{c}: true when it was one. */
static bool accent(struct plain *o, sc_str word, sc_str s, size_t *i)
{
	size_t k = 0, at = *i;
	sc_str arg;

	if (word.n != 1)
		return false;
	while (k < SC_COUNT(accents) && accents[k].mark != *word.p)
		k++;
	if (k == SC_COUNT(accents) || !tex_arg(o->t, s, &at, &arg))
		return false;
	arg = sc_str_trim(arg);
	if (arg.n == 2 && *arg.p == '\\') /* the letters without dots */
		arg = sc_str_from(arg, 1);
	*i = at;
	for (const char *p = accents[k].letters; arg.n == 1 && *p; p += 3)
		if (*p == *arg.p) {
			put(o, (sc_str){ p + 1, 2 });
			return true;
		}
	walk(o, arg);
	return true;
}

/* ---- commands ---- */

static void options(struct plain *o, sc_str s, size_t *i)
{
	sc_str ignored;

	if (*i < s.n && s.p[*i] == '*')
		++*i;
	while (*i < s.n && s.p[*i] == '[' && tex_group(o->t, s, i, '[', &ignored))
		;
}

static int by_key(const void *x, const void *y)
{
	return sc_str_cmp(((const struct tex_label *)x)->key, ((const struct tex_label *)y)->key);
}

static void reference(struct plain *o, sc_str s, size_t *i)
{
	struct tex_label key;
	const struct tex_label *found = NULL;

	options(o, s, i);
	if (!tex_group(o->t, s, i, '{', &key.key))
		return;
	key.key = sc_str_trim(key.key);
	if (o->t->nlabel)
		found = bsearch(&key, o->t->label, o->t->nlabel, sizeof key, by_key);
	if (found)
		put(o, found->number);
}

static bool known(struct plain *o, sc_str word, sc_str s, size_t *i)
{
	sc_str ignored;

	for (size_t k = 0; k < SC_COUNT(symbols); k++)
		if (sc_str_eq(word, sc_str_c(symbols[k].word))) {
			if (symbols[k].text[0] == ' ')
				o->space = true;
			else
				put(o, sc_str_c(symbols[k].text));
			if (word.n > 1 || (*word.p >= 'A' && *word.p <= 'z' && *word.p != '_' && *word.p != '\\'))
				while (*i < s.n && (s.p[*i] == ' ' || s.p[*i] == '\n'))
					++*i; /* white space ends a control word and is gone */
			return true;
		}
	for (size_t k = 0; k < SC_COUNT(gone); k++)
		if (sc_str_eq(word, sc_str_c(gone[k].word))) {
			options(o, s, i);
			for (unsigned n = 0; n < gone[k].args && tex_group(o->t, s, i, '{', &ignored); n++)
				options(o, s, i);
			return true;
		}
	return false;
}

static bool expand(struct plain *o, sc_str word, sc_str s, size_t *i)
{
	const struct macro *m = macro_named(o->t, word);
	sc_str body;

	if (!m || o->depth >= DEPTH || o->b.n > MOST || !macro_apply(o->t, m, s, i, &body))
		return false;
	if (body.n > o->t->spare)
		return false;
	o->t->spare -= body.n;
	o->depth++;
	walk(o, body);
	o->depth--;
	return true;
}

/* Math, from *i on, up to and with `end`: as it stands, one space for any white space. */
static void math(struct plain *o, sc_str s, size_t *i, sc_str begin, sc_str end)
{
	size_t from = *i + begin.n, at = from, n;

	while (at < s.n && !sc_str_starts(sc_str_from(s, at), end)) {
		n = 1;
		if (s.p[at] == '\\')
			tex_word(sc_str_from(s, at), &n);
		at += n;
	}
	put(o, begin);
	for (size_t k = from; k < at && k < s.n; k++) {
		bool white = s.p[k] == ' ' || s.p[k] == '\n' || s.p[k] == '\t' || s.p[k] == '\r';

		if (white && sc_buf_str(&o->b).p[o->b.n - 1] == ' ')
			continue;
		put(o, white ? SC_STR(" ") : (sc_str){ s.p + k, 1 });
	}
	put(o, end);
	*i = at + end.n < s.n ? at + end.n : s.n;
}

static void command(struct plain *o, sc_str s, size_t *i)
{
	size_t n;
	sc_str word = tex_word(sc_str_from(s, *i), &n), arg;

	if (sc_str_eq(word, SC_STR("("))) {
		math(o, s, i, SC_STR("\\("), SC_STR("\\)"));
		return;
	}
	if (sc_str_eq(word, SC_STR("["))) {
		math(o, s, i, SC_STR("\\["), SC_STR("\\]"));
		return;
	}
	*i += n;
	if (!word.n || expand(o, word, s, i))
		return;
	if (is_cite(word)) {
		options(o, s, i);
		tex_group(o->t, s, i, '{', &arg);
		o->cited = true;
		return;
	}
	if (is_ref(word)) {
		reference(o, s, i);
		return;
	}
	if (sc_str_eq(word, SC_STR("url")) && tex_group(o->t, s, i, '{', &arg)) {
		put(o, arg);
		return;
	}
	if (sc_str_eq(word, SC_STR("ensuremath")) && tex_group(o->t, s, i, '{', &arg)) {
		put(o, sc_fmt(o->t->a, "$%.*s$", SC_ARG(arg)));
		return;
	}
	if (sc_str_eq(word, SC_STR("char")) || accent(o, word, s, i) || known(o, word, s, i))
		return;
	options(o, s, i); /* unknown: it goes, what is in its braces stays */
	if (*i < s.n && s.p[*i] == ' ' && word.n > 1)
		++*i;
}

/* ---- text ---- */

static const struct {
	sc_str tex, text;
} ligatures[] = {
	{ SC_LIT("---"), SC_LIT("\xe2\x80\x94") }, { SC_LIT("--"), SC_LIT("\xe2\x80\x93") }, { SC_LIT("``"), SC_LIT("\xe2\x80\x9c") },
	{ SC_LIT("''"), SC_LIT("\xe2\x80\x9d") },  { SC_LIT("`"), SC_LIT("\xe2\x80\x98") },  { SC_LIT("'"), SC_LIT("\xe2\x80\x99") },
};

static bool ligature(struct plain *o, sc_str s, size_t *i)
{
	for (size_t k = 0; k < SC_COUNT(ligatures); k++)
		if (sc_str_starts(sc_str_from(s, *i), ligatures[k].tex)) {
			put(o, ligatures[k].text);
			*i += ligatures[k].tex.n;
			return true;
		}
	return false;
}

static void walk(struct plain *o, sc_str s)
{
	size_t i = 0;

	while (i < s.n && o->b.n <= MOST) {
		unsigned char c = (unsigned char)s.p[i];
		size_t from = i;

		if (c == '\\') {
			command(o, s, &i);
		} else if (c == '$') {
			bool two = i + 1 < s.n && s.p[i + 1] == '$';

			math(o, s, &i, two ? SC_STR("$$") : SC_STR("$"), two ? SC_STR("$$") : SC_STR("$"));
		} else if (c <= ' ' || c == '~' || c == '&' || c == 0x7f) {
			o->space = true;
			i++;
		} else if (c == '{' || c == '}') {
			i++;
		} else if (!(strchr("-`'", c) && ligature(o, s, &i))) {
			do
				i++;
			while (i < s.n && (unsigned char)s.p[i] > ' ' && !strchr("\\$~&{}-`'\x7f", s.p[i]));
			put(o, (sc_str){ s.p + from, i - from });
		}
	}
}

sc_str tex_plain(struct tex *t, sc_str s)
{
	struct plain o = { .t = t, .b = { .a = t->a } };

	walk(&o, s);
	return o.b.n ? sc_buf_seal(&o.b) : SC_STR("");
}
