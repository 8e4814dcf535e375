/* SPDX-License-Identifier: Apache-2.0 */
/*
 * latex.h -- what the files that read LaTeX share.
 *
 *	latex.c        what a source is; files to one text; names of graphics
 *	latex_front.c  who wrote what
 *	latex_macro.c  macros of the author's: defined, and expanded where figures are made of them
 *	latex_figure.c figure environments
 *	latex_text.c   TeX to plain text
 */
#ifndef LATEX_H
#define LATEX_H

#include <scope/paper.h>

enum { TEX_MOST = 64 << 20, TEX_DEPTH = 20, TEX_FIGURES = 1 << 13, TEX_INPUTS = 4096, TEX_EXPANDED = 64 << 10, TEX_SPARE = 1 << 20 };

/* From `at` in the text on, bytes come from `off` in a part; made: they stand for what is there, and are not those bytes. */
struct seg {
	size_t at, off;
	uint32_t part;
	bool made;
};

/* Text with its origin. */
struct source {
	struct sc_buf b;
	struct seg *seg;
	size_t nseg, capseg;
};

struct macro {
	sc_str name, body;  /* name without its backslash */
	unsigned nargs;
	bool optional;      /* the first argument may be left out: then it is `preset` */
	sc_str preset;
	size_t order;       /* a later one of the name wins */
};

struct tex_label {
	sc_str key, number;
};

struct tex {
	struct sc_arena *a;
	const struct sc_part *part;
	uint32_t npart;
	bool *used;
	sc_str folder; /* of main, with its slash */
	unsigned kinds, ninput;
	struct sc_paper *p;
	struct source text;
	size_t budget; /* bytes that looking for the ends of groups may still go over: hostile text has none */
	size_t spare;  /* bytes that macros in titles, names and captions may still make: ones that call themselves never end */
	struct macro *macro; /* by name, once sorted */
	size_t nmacro, capmacro;
	struct tex_label *label;
	size_t nlabel, caplabel;
};

/* ---- walking: none looks past s.n ---- */

/* s begins with a backslash: the control word or the one character behind it; *n is how long both are. */
sc_str tex_word(sc_str s, size_t *n);
/* Behind white space a group {...} or, with `open` '[', [...]: what is in it; false, and *i as it was, when there is none. */
bool tex_group(struct tex *t, sc_str s, size_t *i, char open, sc_str *in);
/* A group, or what TeX takes for one: a control word or one character. */
bool tex_arg(struct tex *t, sc_str s, size_t *i, sc_str *in);
void tex_space(sc_str s, size_t *i);

void source_add(struct sc_arena *a, struct source *t, sc_str bytes, uint32_t part, size_t off, bool made);
/* The bytes from..to-1 of another text, with their origins. */
void source_copy(struct sc_arena *a, struct source *t, const struct source *from, size_t begin, size_t end);
void source_at(const struct source *t, size_t at, uint32_t *part, size_t *off);
/* Room for one more of v: n of them, cap, rows of `size`. */
void *tex_grown(struct sc_arena *a, void *v, size_t n, size_t *cap, size_t size);

/* Definitions are taken out of t->text, and macros that figures are made of are expanded in it. */
int macros_expand(struct tex *t, struct sc_err *e);
const struct macro *macro_named(const struct tex *t, sc_str name);
/* The body with its arguments, which begin at *i in s; false when there are not enough. */
bool macro_apply(struct tex *t, const struct macro *m, sc_str s, size_t *i, sc_str *out);

/* folder + name without "." and ".."; false when that leaves the tree. */
bool tex_joined(struct sc_arena *a, sc_str folder, sc_str name, sc_str *out);
bool tex_is_space(char c);

void front_read(struct tex *t);
int figures_read(struct tex *t, struct sc_err *e);

/* Plain text: UTF-8, one space for any white space. */
sc_str tex_plain(struct tex *t, sc_str s);

#endif
