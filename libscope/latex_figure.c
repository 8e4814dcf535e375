/* SPDX-License-Identifier: Apache-2.0 */
/*
 * latex_figure.c -- figure environments, and on request tables and equations.
 *
 * An environment is a figure: its graphics are the panels, its caption the text, captions of parts follow it as "(a) ...".  One with
 * several captions in minipages side by side, and none of its own, is as many figures.  Numbers are counted as LaTeX does, \thefigure
 * and \setcounter included; captions become text when all numbers are known, since they refer to each other.
 */
#include "latex.h"

#include <stdlib.h>

#include <scope/text.h>

enum { MOST_CAPTIONS = 64, MOST_GRAPHICS = 1024 };

/* What is met in an environment; box: which minipage, 0 = none. */
struct caption {
	sc_str text;
	uint32_t box;
	bool inner; /* of a part */
};

struct shown {
	sc_str href;
	uint32_t box;
};

struct env {
	struct tex *t;
	sc_str s;
	struct caption caption[MOST_CAPTIONS];
	uint32_t ncaption;
	struct shown *graphic;
	uint32_t ngraphic;
	size_t capgraphic;
	sc_str label[MOST_CAPTIONS]; /* by box */
	uint32_t boxes, box;
	unsigned inner; /* depth of parts */
	bool continued;
};

/* A figure whose captions are not text yet. */
struct raw {
	struct caption main, part[MOST_CAPTIONS];
};

struct counting {
	struct tex *t;
	const char *kind, *word; /* "figure", "Figure" */
	sc_str prefix;           /* of the number: "S" */
	uint32_t n;
};

static void graphic(struct env *v, sc_str name)
{
	name = sc_str_trim(name);
	if (sc_str_chr(name, '\\') != SC_NONE || sc_str_chr(name, '{') != SC_NONE)
		name = tex_plain(v->t, name);
	if (!name.n || v->ngraphic == MOST_GRAPHICS)
		return;
	v->graphic = tex_grown(v->t->a, v->graphic, v->ngraphic, &v->capgraphic, sizeof *v->graphic);
	v->graphic[v->ngraphic++] = (struct shown){ sc_strdup(v->t->a, name), v->box };
}

static void caption(struct env *v, sc_str text, bool inner)
{
	if (v->ncaption < MOST_CAPTIONS)
		v->caption[v->ncaption++] = (struct caption){ text, v->box, inner };
}

static void options(struct env *v, size_t *i)
{
	sc_str ignored;

	if (*i < v->s.n && v->s.p[*i] == '*')
		++*i;
	while (tex_group(v->t, v->s, i, '[', &ignored))
		;
}

static bool among(sc_str word, const char *const *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (sc_str_eq(word, sc_str_c(v[i])))
			return true;
	return false;
}

/* file=x of \epsfig's and \psfig's lists. */
static sc_str keyed(sc_str list)
{
	sc_str one;

	while (list.n && sc_str_cut(&list, ',', &one)) {
		size_t eq = sc_str_chr(one, '=');
		sc_str key = sc_str_trim(sc_str_head(one, eq));

		if (eq != SC_NONE && (sc_str_eq(key, SC_STR("file")) || sc_str_eq(key, SC_STR("figure"))))
			return sc_str_trim(sc_str_from(one, eq + 1));
	}
	return (sc_str){ NULL, 0 };
}

static bool graphics(struct env *v, sc_str word, size_t *i)
{
	static const char *const plain[] = { "includegraphics", "adjincludegraphics", "adjustimage", "includesvg", "includepdf", "epsfbox", "epsffile",
					     "plotone", "plottwo", "overpic" };
	static const char *const lists[] = { "epsfig", "psfig" };
	sc_str in;

	if (among(word, lists, SC_COUNT(lists))) {
		if (tex_group(v->t, v->s, i, '{', &in))
			graphic(v, keyed(in));
		return true;
	}
	if (!among(word, plain, SC_COUNT(plain)))
		return false;
	options(v, i);
	if (tex_group(v->t, v->s, i, '{', &in))
		graphic(v, in);
	if (sc_str_eq(word, SC_STR("plottwo")) && tex_group(v->t, v->s, i, '{', &in))
		graphic(v, in);
	return true;
}

static bool captions(struct env *v, sc_str word, size_t *i)
{
	static const char *const parts[] = { "subfloat", "subfigure" };
	bool of = sc_str_eq(word, SC_STR("captionof"));
	sc_str in, option;

	if (of && (!tex_group(v->t, v->s, i, '{', &in) || !sc_str_eq(in, SC_STR("figure"))))
		return true;
	if (of || sc_str_eq(word, SC_STR("caption")) || sc_str_eq(word, SC_STR("subcaption")) || sc_str_eq(word, SC_STR("figcaption"))) {
		options(v, i);
		if (tex_group(v->t, v->s, i, '{', &in))
			caption(v, in, v->inner || *word.p == 's');
		return true;
	}
	if (sc_str_eq(word, SC_STR("subcaptionbox"))) {
		options(v, i);
		if (tex_group(v->t, v->s, i, '{', &in))
			caption(v, in, true);
		return true; /* its graphics come behind */
	}
	if (!among(word, parts, SC_COUNT(parts)))
		return false;
	if (tex_group(v->t, v->s, i, '[', &option)) /* \subfloat[for the list][caption] */
		caption(v, tex_group(v->t, v->s, i, '[', &in) ? in : option, true);
	return true;
}

static void inside(struct env *v, sc_str word, size_t *i)
{
	static const char *const parts[] = { "subfigure", "subfigure*", "subtable" };
	bool begins = sc_str_eq(word, SC_STR("begin"));
	sc_str env;

	if (!tex_group(v->t, v->s, i, '{', &env))
		return;
	if (among(env, parts, SC_COUNT(parts)))
		v->inner += begins ? 1 : v->inner ? (unsigned)-1 : 0;
	else if (sc_str_eq(env, SC_STR("minipage")))
		v->box = begins ? (v->boxes < MOST_CAPTIONS - 1 ? ++v->boxes : v->boxes) : 0;
	else if (begins && sc_str_eq(env, SC_STR("overpic")))
		graphics(v, env, i);
}

static void env_read(struct env *v)
{
	size_t n = 1;

	for (size_t i = 0; i < v->s.n; i += n) {
		sc_str word, key;
		size_t after;

		n = 1;
		if (v->s.p[i] != '\\')
			continue;
		word = tex_word(sc_str_from(v->s, i), &n);
		after = i + n;
		if (sc_str_eq(word, SC_STR("begin")) || sc_str_eq(word, SC_STR("end"))) {
			inside(v, word, &after);
		} else if (sc_str_eq(word, SC_STR("label")) && tex_group(v->t, v->s, &after, '{', &key)) {
			if (!v->inner && !v->label[v->box].n)
				v->label[v->box] = sc_strdup(v->t->a, sc_str_trim(key));
		} else if (sc_str_eq(word, SC_STR("ContinuedFloat"))) {
			v->continued = true;
		} else if (!captions(v, word, &after)) {
			graphics(v, word, &after);
		}
		n = after - i;
	}
}

/* ---- figures ---- */

struct found {
	struct sc_figure *v;
	struct raw *raw;
	uint32_t n;
	size_t cap, capraw;
};

static void number(struct counting *c, struct sc_figure *f, bool counts)
{
	sc_str text;

	c->n += counts;
	text = sc_fmt(c->t->a, "%.*s%u", SC_ARG(c->prefix), (unsigned)c->n);
	if (c->n)
		f->label = sc_fmt(c->t->a, "%s %.*s", c->word, SC_ARG(text));
	if (!f->id.n)
		return;
	c->t->label = tex_grown(c->t->a, c->t->label, c->t->nlabel, &c->t->caplabel, sizeof *c->t->label);
	c->t->label[c->t->nlabel++] = (struct tex_label){ f->id, text };
}

/* One figure of the environment: all of it (box 0), or what is in one minipage. */
static void add(struct env *v, struct found *to, struct counting *c, uint32_t box, bool all, size_t begin, size_t end)
{
	struct sc_arena *a = v->t->a;
	struct sc_figure *f;
	struct raw *raw;
	uint32_t part, parts = 0;
	size_t off;
	bool main = false;

	to->v = tex_grown(a, to->v, to->n, &to->cap, sizeof *to->v);
	to->raw = tex_grown(a, to->raw, to->n, &to->capraw, sizeof *to->raw);
	f = &to->v[to->n];
	raw = &to->raw[to->n++];
	*raw = (struct raw){ .main = { .text = { NULL, 0 } } };
	for (uint32_t i = 0; i < v->ncaption; i++) {
		const struct caption *x = &v->caption[i];

		if (!all && x->box != box)
			continue;
		if (!x->inner && !main) {
			raw->main = *x;
			main = true;
		} else {
			raw->part[parts++] = *x;
		}
	}
	*f = (struct sc_figure){ .kind = sc_str_c(c->kind), .id = v->label[box] };
	for (uint32_t i = 0; all && !f->id.n && i <= v->boxes; i++)
		f->id = v->label[i];
	f->graphic = SC_NEW(a, struct sc_graphic, v->ngraphic + 1);
	for (uint32_t i = 0; i < v->ngraphic; i++)
		if (all || v->graphic[i].box == box) {
			f->graphic[f->ngraphic] = (struct sc_graphic){ .href = v->graphic[i].href, .panel = f->ngraphic };
			f->ngraphic++;
		}
	source_at(&v->t->text, begin, &part, &off);
	f->off = off;
	f->doc = v->t->npart ? v->t->part[part].name : SC_STR("");
	if (end > begin) {
		uint32_t last;
		size_t stop;

		source_at(&v->t->text, end - 1, &last, &stop);
		f->len = last == part && stop >= off ? stop + 1 - off : 0;
	}
	number(c, f, main && !v->continued);
}

static void environment(struct tex *t, struct found *to, struct counting *c, sc_str s, size_t begin, size_t inner, size_t end, size_t after)
{
	struct env *v = SC_NEW(t->a, struct env, 1);
	uint32_t own = 0, boxed = 0;

	v->t = t;
	v->s = (sc_str){ s.p + inner, end - inner };
	env_read(v);
	for (uint32_t i = 0; i < v->ncaption; i++) {
		own += !v->caption[i].inner && !v->caption[i].box;
		boxed += !v->caption[i].inner && v->caption[i].box;
	}
	if (own || boxed < 2) {
		add(v, to, c, 0, true, begin, after);
		return;
	}
	for (uint32_t i = 0; i < v->ncaption; i++)
		if (!v->caption[i].inner)
			add(v, to, c, v->caption[i].box, false, begin, after);
}

static bool is_kind(const struct tex *t, sc_str env, const char **kind)
{
	static const char *const figs[] = { "figure", "figure*", "wrapfigure", "wrapfigure*", "SCfigure", "SCfigure*", "sidewaysfigure", "sidewaysfigure*",
					    "floatingfigure", "marginfigure", "teaserfigure", "figwindow", "widefigure" };
	static const char *const tabs[] = { "table", "table*", "sidewaystable", "longtable", "wraptable", "deluxetable", "deluxetable*" };
	static const char *const eqs[] = { "equation", "equation*", "align", "align*", "eqnarray", "eqnarray*", "gather", "gather*", "multline", "displaymath" };

	*kind = among(env, figs, SC_COUNT(figs)) && t->kinds & SC_KIND_FIGURE ? "figure" :
		among(env, tabs, SC_COUNT(tabs)) && t->kinds & SC_KIND_TABLE ? "table" :
		among(env, eqs, SC_COUNT(eqs)) && t->kinds & SC_KIND_EQUATION ? "equation" : NULL;
	return *kind != NULL;
}

static int by_key(const void *x, const void *y)
{
	return sc_str_cmp(((const struct tex_label *)x)->key, ((const struct tex_label *)y)->key);
}

static void texts(struct tex *t, struct found *to)
{
	if (t->nlabel)
		qsort(t->label, t->nlabel, sizeof *t->label, by_key);
	for (uint32_t i = 0; i < to->n; i++) {
		struct sc_buf b = { .a = t->a };
		const struct raw *raw = &to->raw[i];
		int letter = 'a'; /* parts past the 26th have none */

		sc_buf_add(&b, tex_plain(t, raw->main.text));
		for (uint32_t k = 0; k < MOST_CAPTIONS && raw->part[k].text.p; k++, letter++) {
			sc_str part = tex_plain(t, raw->part[k].text);

			if (!part.n)
				continue;
			if (b.n)
				sc_buf_byte(&b, '\n');
			if (letter <= 'z')
				sc_buf_fmt(&b, "(%c) ", letter);
			sc_buf_add(&b, part);
		}
		to->v[i].text = b.n ? sc_buf_seal(&b) : SC_STR("");
	}
}

/* \renewcommand{\thefigure}{S\arabic{figure}}, \setcounter{figure}{0} */
static void counters(struct counting *c, sc_str word, sc_str s, size_t *i)
{
	sc_str name, value;
	uint64_t n;

	if (sc_str_eq(word, SC_STR("setcounter"))) {
		if (tex_group(c->t, s, i, '{', &name) && tex_group(c->t, s, i, '{', &value) && sc_str_eq(name, SC_STR("figure")) &&
		    sc_str_u64(sc_str_trim(value), &n) && n < UINT32_MAX / 2)
			c->n = (uint32_t)n;
	} else if (tex_arg(c->t, s, i, &name) && sc_str_eq(sc_str_trim(name), SC_STR("\\thefigure")) && tex_group(c->t, s, i, '{', &value)) {
		size_t at = sc_str_find(value, SC_STR("\\arabic"));

		if (at != SC_NONE)
			c->prefix = tex_plain(c->t, sc_str_head(value, at));
	}
}

int figures_read(struct tex *t, struct sc_err *e)
{
	struct counting fig = { .t = t, .kind = "figure", .word = "Figure" }, tab = { .t = t, .kind = "table", .word = "Table" },
			eq = { .t = t, .kind = "equation", .word = "Equation" };
	sc_str s = sc_buf_str(&t->text.b), env;
	struct found to = { NULL };
	size_t n = 1;

	for (size_t i = 0; i < s.n; i += n) {
		size_t after, found;
		const char *kind;
		sc_str word;

		n = 1;
		if (s.p[i] != '\\')
			continue;
		word = tex_word(sc_str_from(s, i), &n);
		after = i + n;
		if (sc_str_eq(word, SC_STR("setcounter")) || sc_str_eq(word, SC_STR("renewcommand"))) {
			counters(&fig, word, s, &after);
			continue;
		}
		if (!sc_str_eq(word, SC_STR("begin")) || !tex_group(t, s, &after, '{', &env) || env.n > 64 || !is_kind(t, env, &kind))
			continue;
		found = sc_str_find(sc_str_from(s, after), sc_fmt(t->a, "\\end{%.*s}", SC_ARG(env)));
		if (t->budget < (found == SC_NONE ? s.n - after : found))
			return sc_bad(e, "its environments do not end");
		t->budget -= found == SC_NONE ? s.n - after : found;
		if (found == SC_NONE)
			found = sc_str_find(sc_str_from(s, after), SC_STR("\\begin{figure"));
		if (found == SC_NONE)
			found = s.n - after;
		if (to.n >= TEX_FIGURES)
			return sc_bad(e, "more than %d figures", TEX_FIGURES);
		environment(t, &to, *kind == 'f' ? &fig : *kind == 't' ? &tab : &eq, s, i, after, after + found, after + found + env.n + 6 < s.n ? after + found + env.n + 6 : s.n);
		n = after + found - i;
	}
	texts(t, &to);
	t->p->figure = to.v;
	t->p->nfigure = to.n;
	return SC_OK;
}
