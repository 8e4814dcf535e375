/* SPDX-License-Identifier: Apache-2.0 */
/*
 * latex_macro.c -- macros that the author defines.
 *
 * TeX is not run.  Definitions are collected wherever they stand, the last of a name wins, and they are taken out of the
 * text.  Macros whose bodies begin, end or fill figures are expanded at once, so that figures stand in the text as if
 * written out; all others only where their text is wanted (latex_text.c).  Both are bounded: what grows beyond is left as written.
 */
#include "latex.h"

#include <stdlib.h>

enum { MOST_ARGS = 9, ROUNDS = 4, PATTERN_MOST = 512 };

static int by_name(const void *x, const void *y)
{
	const struct macro *a = x, *b = y;
	int c = sc_str_cmp(a->name, b->name);

	return c ? c : (a->order > b->order) - (a->order < b->order);
}

/* The last of a name. */
const struct macro *macro_named(const struct tex *t, sc_str name)
{
	size_t lo = 0, hi = t->nmacro;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (sc_str_cmp(t->macro[mid].name, name) <= 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo && sc_str_eq(t->macro[lo - 1].name, name) ? &t->macro[lo - 1] : NULL;
}

static void define(struct tex *t, struct macro m)
{
	t->macro = tex_grown(t->a, t->macro, t->nmacro, &t->capmacro, sizeof m);
	m.order = t->nmacro;
	t->macro[t->nmacro++] = m;
}

/* "\foo", "{\foo}" to "foo". */
static bool defined_name(struct tex *t, sc_str s, size_t *i, sc_str *name)
{
	size_t n, at = *i;
	sc_str in;

	tex_space(s, &at);
	if (at < s.n && s.p[at] == '\\') {
		*name = tex_word(sc_str_from(s, at), &n);
		*i = at + n;
		return name->n > 0;
	}
	if (!tex_group(t, s, &at, '{', &in))
		return false;
	in = sc_str_trim(in);
	if (!in.n || *in.p != '\\')
		return false;
	*name = tex_word(in, &n);
	*i = at;
	return name->n > 0;
}

/* \newcommand*{\x}[2][preset]{body} */
static bool newcommand(struct tex *t, sc_str s, size_t *i)
{
	struct macro m = { .name = { NULL, 0 } };
	size_t at = *i;
	uint64_t n = 0;
	sc_str args;

	if (at < s.n && s.p[at] == '*')
		at++;
	if (!defined_name(t, s, &at, &m.name))
		return false;
	if (tex_group(t, s, &at, '[', &args) && (!sc_str_u64(sc_str_trim(args), &n) || n > MOST_ARGS))
		return false;
	m.nargs = (unsigned)n;
	m.optional = n && tex_group(t, s, &at, '[', &m.preset);
	if (!tex_group(t, s, &at, '{', &m.body))
		return false;
	define(t, m);
	*i = at;
	return true;
}

/* \def\x#1#2{body}; patterns with other text between are not understood, and passed over. */
static bool def(struct tex *t, sc_str s, size_t *i)
{
	struct macro m = { .name = { NULL, 0 } };
	size_t at = *i;
	bool plain = true;

	if (!defined_name(t, s, &at, &m.name))
		return false;
	while (at < s.n && s.p[at] != '{' && s.p[at] != '\n' && at - *i < PATTERN_MOST) {
		if (s.p[at] == '#' && at + 1 < s.n && s.p[at + 1] == (char)('1' + m.nargs) && m.nargs < MOST_ARGS) {
			m.nargs++;
			at += 2;
			continue;
		}
		plain = false;
		at++;
	}
	if (!tex_group(t, s, &at, '{', &m.body))
		return false;
	if (plain)
		define(t, m);
	*i = at;
	return true;
}

static bool definition(struct tex *t, sc_str word, sc_str s, size_t *i)
{
	static const sc_str commands[] = { SC_LIT("newcommand"), SC_LIT("renewcommand"), SC_LIT("providecommand"),
					   SC_LIT("DeclareRobustCommand") };
	static const sc_str kept[] = { SC_LIT("thefigure") };

	for (size_t k = 0; k < SC_COUNT(commands); k++)
		if (sc_str_eq(word, commands[k])) {
			size_t at = *i;
			sc_str name;

			/* \renewcommand{\thefigure}{...} says how figures count from here on: it stays where it is. */
			if (defined_name(t, s, &at, &name) && sc_str_eq(name, kept[0]))
				return false;
			return newcommand(t, s, i);
		}
	if (sc_str_eq(word, SC_STR("def")) || sc_str_eq(word, SC_STR("gdef")) || sc_str_eq(word, SC_STR("edef")))
		return def(t, s, i);
	return false;
}

/* ---- expansion ---- */

bool macro_apply(struct tex *t, const struct macro *m, sc_str s, size_t *i, sc_str *out)
{
	struct sc_buf b = { .a = t->a };
	sc_str arg[MOST_ARGS];
	size_t at = *i;
	unsigned k = 0;

	if (m->optional && !tex_group(t, s, &at, '[', &arg[k]))
		arg[k] = m->preset;
	k += m->optional;
	for (; k < m->nargs; k++)
		if (!tex_arg(t, s, &at, &arg[k]))
			return false;
	for (size_t x = 0; x < m->body.n; x++) {
		char c = m->body.p[x];

		if (c == '#' && x + 1 < m->body.n && m->body.p[x + 1] >= '1' && m->body.p[x + 1] < (char)('1' + m->nargs))
			sc_buf_add(&b, arg[m->body.p[++x] - '1']);
		else
			sc_buf_byte(&b, c);
		if (b.n > TEX_EXPANDED)
			return false;
	}
	*i = at;
	*out = sc_buf_seal(&b);
	return true;
}

static bool makes_figures(sc_str body)
{
	static const sc_str marks[] = { SC_LIT("\\begin{figure"), SC_LIT("\\end{figure"), SC_LIT("\\includegraphics"), SC_LIT("\\caption"),
					SC_LIT("\\begin{wrapfigure"), SC_LIT("\\epsf"), SC_LIT("\\psfig"), SC_LIT("\\plotone"), SC_LIT("\\begin{sidewaysfigure") };

	for (size_t i = 0; i < SC_COUNT(marks); i++)
		if (sc_str_find(body, marks[i]) != SC_NONE)
			return true;
	return false;
}

/* One pass over the text: definitions out (when `collect`), macros of figures expanded. */
static bool pass(struct tex *t, bool collect)
{
	struct source from = t->text, to = { .b = { .a = NULL } };
	sc_str s = sc_buf_str(&from.b), body;
	size_t begun = 0, i = 0;
	bool any = false;
	uint32_t part;
	size_t off;

	while (i < s.n) {
		const struct macro *m;
		size_t n = 1, after;
		sc_str word;

		if (s.p[i] != '\\') {
			i++;
			continue;
		}
		word = tex_word(sc_str_from(s, i), &n);
		after = i + n;
		m = collect ? NULL : macro_named(t, word);
		body = SC_STR("");
		if (collect ? !definition(t, word, s, &after) : !m || !makes_figures(m->body) || !macro_apply(t, m, s, &after, &body)) {
			i += n;
			continue;
		}
		if (to.b.n + body.n + (i - begun) > TEX_MOST)
			break;
		source_copy(t->a, &to, &from, begun, i);
		source_at(&from, i, &part, &off);
		source_add(t->a, &to, body, part, off, true);
		begun = i = after;
		any = true;
	}
	if (!any) {
		sc_buf_free(&to.b);
		return false;
	}
	source_copy(t->a, &to, &from, begun, s.n);
	for (size_t k = 0; collect && k < t->nmacro; k++) { /* bodies lie in the old text, which goes */
		struct macro *m = &t->macro[k];

		m->name = sc_strdup(t->a, m->name);
		m->body = sc_strdup(t->a, m->body);
		m->preset = sc_strdup(t->a, m->preset);
	}
	sc_buf_free(&from.b);
	t->text = to;
	return true;
}

int macros_expand(struct tex *t, struct sc_err *e)
{
	pass(t, true);
	if (t->nmacro)
		qsort(t->macro, t->nmacro, sizeof *t->macro, by_name);
	for (int i = 0; i < ROUNDS && t->nmacro && pass(t, false); i++)
		if (t->text.b.n >= TEX_MOST)
			return sc_bad(e, "its macros make more than %d bytes", TEX_MOST);
	return SC_OK;
}
