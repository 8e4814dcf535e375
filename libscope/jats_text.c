/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jats_text.c -- what a reader would read of an element, on one line.
 *
 * Markup goes, white space of any kind is one space, between blocks there is one.  Formulas: where TeX is given, its source
 * (publishers wrap it in a document of its own: that goes too) and no other form; MathML on a line, as it would be typed:
 * a/(b+c), x_i^{2n}.  Figures, tables and their like in the text are no part of it, nor is what is said of an image for those who do not see it.
 */
#include "jats.h"

struct plain {
	struct sc_buf *b;
	const char *chars;
	enum jats_plain how;
	uint32_t math; /* how many elements of MathML we are in */
	bool space;    /* one is due before the next character */
};

/* Bytes of the white space at the head of s, 0 if there is none: ASCII's, or a character that Unicode calls so. */
static size_t blank(sc_str s)
{
	const uint8_t *p = (const uint8_t *)s.p;

	if (p[0] <= ' ')
		return 1;
	if (p[0] == 0xc2 && s.n > 1)
		return p[1] == 0xa0 || p[1] == 0x85 ? 2 : 0;
	if (s.n < 3 || p[0] < 0xe1 || p[0] > 0xe3)
		return 0;
	if (p[0] == 0xe1)
		return p[1] == 0x9a && p[2] == 0x80 ? 3 : 0;
	if (p[0] == 0xe3)
		return p[1] == 0x80 && p[2] == 0x80 ? 3 : 0;
	if (p[1] == 0x81)
		return p[2] == 0x9f ? 3 : 0;
	return p[1] == 0x80 && (p[2] <= 0x8a || p[2] == 0xa8 || p[2] == 0xa9 || p[2] == 0xaf) ? 3 : 0;
}

static void put(struct plain *o, sc_str s)
{
	for (size_t i = 0; i < s.n;) {
		sc_str rest = sc_str_from(s, i);
		size_t n = blank(rest), word = 0;

		if (n) {
			o->space = true;
			i += n;
			continue;
		}
		while (word < rest.n && !blank(sc_str_from(rest, word)))
			word++;
		if (o->space && o->b->n)
			sc_buf_byte(o->b, ' ');
		o->space = false;
		sc_buf_add(o->b, sc_str_head(rest, word));
		i += word;
	}
}

static sc_str chars(const struct plain *o, const struct node *n)
{
	return (sc_str){ o->chars + n->off, (size_t)n->len };
}

static void walk(struct plain *o, const struct node *n);

static void walk_children(struct plain *o, const struct node *n)
{
	for (const struct node *c = n->first; c; c = c->next)
		walk(o, c);
}

/* ---- formulas ---- */

static void tex(struct plain *o, const struct node *n)
{
	for (const struct node *c = n->first; c; c = c->next) {
		sc_str s, body;

		if (c->el != EL_TEXT) {
			walk(o, c);
			continue;
		}
		s = chars(o, c);
		body = sc_str_from(s, sc_str_find(s, SC_STR("\\begin{document}")));
		if (body.n)
			s = sc_str_from(body, sizeof "\\begin{document}" - 1);
		put(o, sc_str_head(s, sc_str_find(s, SC_STR("\\end{document}"))));
	}
}

/* The only child but for white space, or NULL. */
static const struct node *only(const struct plain *o, const struct node *n)
{
	const struct node *found = NULL;

	for (const struct node *c = n->first; c; c = c->next) {
		if (c->el == EL_TEXT && !sc_str_trim(chars(o, c)).n)
			continue;
		if (found)
			return NULL;
		found = c;
	}
	return found;
}

/* How many characters a token has ("x", "10"); 0 for what has more parts.  Groups of one are looked through, not for ever. */
static size_t token(const struct plain *o, const struct node *n)
{
	size_t count = 0;
	sc_str s;

	for (int i = 0; i < 4 && n && n->el != EL_TEXT; i++)
		n = only(o, n);
	if (!n || n->el != EL_TEXT)
		return 0;
	s = sc_str_trim(chars(o, n));
	for (size_t k = 0; k < s.n; k++)
		count += ((uint8_t)s.p[k] & 0xc0) != 0x80;
	return count;
}

static void grouped(struct plain *o, const struct node *n, size_t longest, const char *open, const char *close)
{
	size_t len = token(o, n);
	bool plain = len && len <= longest;

	if (!plain)
		put(o, sc_str_c(open));
	walk(o, n);
	if (!plain)
		put(o, sc_str_c(close));
}

/* Parts with a sign between them: the first part of a script stands as it is. */
static void parts(struct plain *o, const struct node *n)
{
	static const char *const script[] = { "_", "^" };
	size_t i = 0;

	for (const struct node *c = n->first; c; c = c->next) {
		if (c->el == EL_TEXT)
			continue;
		if (n->el == EL_MFRAC) {
			if (i)
				put(o, SC_STR("/"));
			grouped(o, c, SIZE_MAX, "(", ")");
		} else if (!i) {
			walk(o, c);
		} else {
			put(o, sc_str_c(script[n->el == EL_MSUP || i > 1]));
			grouped(o, c, 1, "{", "}");
		}
		i++;
	}
}

static bool has(const struct node *n, enum at at)
{
	return jats_attribute(n, at).p != NULL;
}

static void fenced(struct plain *o, const struct node *n)
{
	sc_str between = has(n, AT_SEPARATORS) ? sc_str_head(jats_attribute(n, AT_SEPARATORS), 1) : SC_STR(",");
	size_t i = 0;

	put(o, has(n, AT_OPEN) ? jats_attribute(n, AT_OPEN) : SC_STR("("));
	for (const struct node *c = n->first; c; c = c->next) {
		if (c->el == EL_TEXT)
			continue;
		if (i++ && between.n && (uint8_t)*between.p < 0x80)
			put(o, between);
		walk(o, c);
	}
	put(o, has(n, AT_CLOSE) ? jats_attribute(n, AT_CLOSE) : SC_STR(")"));
}

static void math(struct plain *o, const struct node *n)
{
	o->math++;
	switch (n->el) {
	case EL_MFRAC:
	case EL_MSUB:
	case EL_MSUP:
	case EL_MSUBSUP:
		parts(o, n);
		break;
	case EL_MFENCED:
		fenced(o, n);
		break;
	case EL_MSQRT:
		put(o, SC_STR("\xe2\x88\x9a("));
		walk_children(o, n);
		put(o, SC_STR(")"));
		break;
	default:
		walk_children(o, n);
	}
	o->math--;
}

/* Several forms of one thing: TeX if there is any, else MathML, else words. */
static void forms(struct plain *o, const struct node *n)
{
	bool has_tex = jats_child(n, EL_TEX_MATH, NULL), has_math = jats_child(n, EL_MATH, NULL);

	for (const struct node *c = n->first; c; c = c->next) {
		if (has_tex && (c->el == EL_MATH || c->el == EL_TEXTUAL_FORM))
			continue;
		if (has_math && c->el == EL_TEXTUAL_FORM)
			continue;
		walk(o, c);
	}
}

/* ---- all else ---- */

static void text_node(struct plain *o, const struct node *n)
{
	bool indent = o->math && n->up && n->up->el != EL_MTEXT; /* white space between MathML's elements */
	sc_str s = chars(o, n);

	put(o, indent ? sc_str_trim(s) : s);
}

static void walk(struct plain *o, const struct node *n)
{
	unsigned flags = jats_flags(n->el);

	if (n->el == EL_TEXT) {
		text_node(o, n);
		return;
	}
	if (o->how == JATS_NO_NOTES && (n->el == EL_FN || n->el == EL_XREF))
		return;
	if (o->how == JATS_NO_LABEL && n->el == EL_LABEL)
		return;
	if (flags & BLOCK)
		o->space = true;
	if (flags & MUTE)
		return;
	switch (n->el) {
	case EL_ALTERNATIVES:
	case EL_INLINE_FORMULA:
	case EL_DISP_FORMULA:
		forms(o, n);
		break;
	case EL_TEX_MATH:
		tex(o, n);
		break;
	case EL_MATH:
		math(o, n);
		break;
	default:
		if (o->math)
			math(o, n);
		else
			walk_children(o, n);
	}
	if (flags & BLOCK)
		o->space = true;
}

static struct plain begin(struct jats *j, enum jats_plain how)
{
	sc_buf_clear(&j->out);
	return (struct plain){ .b = &j->out, .chars = j->chars.p, .how = how };
}

static void whole(struct jats *j, const struct node *n, enum jats_plain how)
{
	struct plain o = begin(j, how);

	if (n && n->el == EL_TEX_MATH)
		tex(&o, n);
	else if (n)
		forms(&o, n);
}

sc_str jats_text(struct jats *j, const struct node *n, enum jats_plain how)
{
	whole(j, n, how);
	return j->out.n ? sc_strdup(j->a, sc_buf_str(&j->out)) : (sc_str){ NULL, 0 };
}

void jats_str_add(struct sc_buf *b, char between, sc_str s)
{
	if (b->n && s.n)
		sc_buf_byte(b, between);
	sc_buf_add(b, s);
}

void jats_text_add(struct jats *j, struct sc_buf *b, char between, const struct node *n)
{
	whole(j, n, JATS_ALL);
	jats_str_add(b, between, sc_buf_str(&j->out));
}

void jats_run_add(struct jats *j, struct sc_buf *b, char between, const struct node *from, const struct node *to)
{
	struct plain o = begin(j, JATS_ALL);

	for (; from && from != to; from = from->next)
		walk(&o, from);
	jats_str_add(b, between, sc_buf_str(&j->out));
}
