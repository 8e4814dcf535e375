/* SPDX-License-Identifier: Apache-2.0 */
/*
 * opt.c -- option tables to values, --help from the same rows, and the quoting of stages.
 *
 * One row of a table is the parser, the help, the man page and the completion, so they cannot disagree.
 */
#include <scope/cmd.h>

#include <scope/text.h>

#include <stdio.h>
#include <stdlib.h>

struct hit {
	const struct sc_opt *opt;
	void *conf;
};

static struct hit find_long(const struct sc_optset *set, size_t nset, sc_str name)
{
	for (size_t i = 0; i < nset; i++)
		for (const struct sc_opt *o = set[i].opts; o && o->name; o++)
			if (sc_str_eq(sc_str_c(o->name), name))
				return (struct hit){ o, set[i].conf };
	return (struct hit){ NULL, NULL };
}

static struct hit find_letter(const struct sc_optset *set, size_t nset, char letter)
{
	for (size_t i = 0; i < nset; i++)
		for (const struct sc_opt *o = set[i].opts; o && o->name; o++)
			if (o->letter && o->letter == letter)
				return (struct hit){ o, set[i].conf };
	return (struct hit){ NULL, NULL };
}

/* Edits (insert, delete, replace) between two short words; long ones are far apart anyway. */
static size_t distance(sc_str a, sc_str b)
{
	size_t row[65];

	if (a.n > 64 || b.n > 64)
		return 64;
	for (size_t j = 0; j <= b.n; j++)
		row[j] = j;
	for (size_t i = 1; i <= a.n; i++) {
		size_t diag = row[0];

		row[0] = i;
		for (size_t j = 1; j <= b.n; j++) {
			size_t up = row[j], best = diag + (a.p[i - 1] != b.p[j - 1]);

			best = up + 1 < best ? up + 1 : best;
			best = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
			diag = up;
			row[j] = best;
		}
	}
	return row[b.n];
}

static int unknown(const struct sc_optset *set, size_t nset, sc_str name, struct sc_err *e)
{
	const char *near = NULL;
	size_t best = 4;

	for (size_t i = 0; i < nset; i++)
		for (const struct sc_opt *o = set[i].opts; o && o->name; o++) {
			size_t d = distance(name, sc_str_c(o->name));

			if (d < best) {
				best = d;
				near = o->name;
			}
		}
	if (near)
		return sc_fail(e, "no option --%.*s; did you mean --%s?", SC_ARG(name), near);
	return sc_fail(e, "no option --%.*s; --help lists those there are", SC_ARG(name));
}

static bool is_choice(sc_str arg, sc_str value)
{
	sc_str one;

	while (sc_str_cut(&arg, '|', &one))
		if (sc_str_eq(one, value))
			return true;
	return false;
}

static void append(struct sc_strs *list, sc_str value, struct sc_arena *a)
{
	sc_str *v = SC_NEW(a, sc_str, list->n + 1);

	if (list->n)
		memcpy(v, list->v, list->n * sizeof *v);
	v[list->n] = value;
	*list = (struct sc_strs){ v, list->n + 1 };
}

static int store(struct hit h, sc_str value, struct sc_arena *a, struct sc_err *e)
{
	char *at = (char *)h.conf + h.opt->at;

	switch (h.opt->kind) {
	case SC_OPT_FLAG:
		*(bool *)(void *)at = true;
		return SC_OK;
	case SC_OPT_CHOICE:
		if (!is_choice(sc_str_c(h.opt->arg), value))
			return sc_fail(e, "--%s takes one of %s, not '%.*s'", h.opt->name, h.opt->arg,
				       SC_ARG(value));
		/* fall through */
	case SC_OPT_STR:
		*(sc_str *)(void *)at = value;
		return SC_OK;
	case SC_OPT_LIST:
		append((struct sc_strs *)(void *)at, value, a);
		return SC_OK;
	case SC_OPT_SIZE:
		if (!sc_size_parse(value, (uint64_t *)(void *)at))
			return sc_fail(e, "--%s takes a size such as 10k or 2MiB, not '%.*s'", h.opt->name,
				       SC_ARG(value));
		return SC_OK;
	case SC_OPT_NUM:
		if (!sc_str_u64(value, (uint64_t *)(void *)at))
			return sc_fail(e, "--%s takes a number, not '%.*s'", h.opt->name, SC_ARG(value));
		return SC_OK;
	}
	return sc_fail(e, "--%s: a row of no kind", h.opt->name);
}

struct args {
	const struct sc_optset *set;
	size_t nset;
	char **argv;
	int argc, i;
	struct sc_arena *a;
	bool help;
};

static int take_long(struct args *p, sc_str word, struct sc_err *e)
{
	size_t eq = sc_str_chr(word, '=');
	sc_str name = sc_str_head(word, eq), value = { NULL, 0 };
	struct hit h;

	if (sc_str_eq(name, SC_STR("help"))) {
		p->help = true;
		return SC_OK;
	}
	h = find_long(p->set, p->nset, name);
	if (!h.opt)
		return unknown(p->set, p->nset, name, e);
	if (h.opt->kind == SC_OPT_FLAG) {
		if (eq != SC_NONE)
			return sc_fail(e, "--%s takes no value", h.opt->name);
	} else if (eq != SC_NONE) {
		value = sc_str_from(word, eq + 1);
	} else if (p->i + 1 < p->argc) {
		value = sc_str_c(p->argv[++p->i]);
	} else {
		return sc_fail(e, "--%s takes a value: %s", h.opt->name, h.opt->arg);
	}
	return store(h, value, p->a, e);
}

static int take_letters(struct args *p, sc_str word, struct sc_err *e)
{
	for (size_t k = 0; k < word.n; k++) {
		struct hit h = find_letter(p->set, p->nset, word.p[k]);
		sc_str value = sc_str_from(word, k + 1);

		if (!h.opt && word.p[k] == 'h') {
			p->help = true;
			continue;
		}
		if (!h.opt)
			return sc_fail(e, "no option -%c; --help lists those there are", word.p[k]);
		if (h.opt->kind == SC_OPT_FLAG) {
			SC_TRY(store(h, value, p->a, e));
			continue;
		}
		if (!value.n) {
			if (p->i + 1 >= p->argc)
				return sc_fail(e, "-%c takes a value: %s", word.p[k], h.opt->arg);
			value = sc_str_c(p->argv[++p->i]);
		}
		return store(h, value, p->a, e);
	}
	return SC_OK;
}

int sc_opt_parse(const struct sc_optset *set, size_t nset, int argc, char **argv, struct sc_arena *a,
		 bool *help, struct sc_err *e)
{
	struct args p = { .set = set, .nset = nset, .argv = argv, .argc = argc, .i = 1, .a = a };
	char **operand = SC_NEW(a, char *, (size_t)argc + 1);
	int nop = 0, first;

	for (; p.i < argc && !p.help; p.i++) {
		sc_str w = sc_str_c(argv[p.i]);

		if (sc_str_eq(w, SC_STR("--"))) {
			for (p.i++; p.i < argc; p.i++)
				operand[nop++] = argv[p.i];
			break;
		}
		if (sc_str_starts(w, SC_STR("--")))
			SC_TRY(take_long(&p, sc_str_from(w, 2), e));
		else if (w.n > 1 && w.p[0] == '-')
			SC_TRY(take_letters(&p, sc_str_from(w, 1), e));
		else
			operand[nop++] = argv[p.i];
	}
	if (help)
		*help = p.help;
	if (p.help)
		return argc;
	first = argc - nop;
	for (int k = 0; k < nop; k++)
		argv[first + k] = operand[k];
	return first;
}

static void show_one(struct sc_buf *b, struct sc_arena *a, const struct sc_opt *o, sc_str value)
{
	if (b->n)
		sc_buf_byte(b, ' ');
	sc_buf_fmt(b, "--%s", o->name);
	if (o->kind == SC_OPT_FLAG)
		return;
	sc_buf_byte(b, ' ');
	sc_buf_add(b, sc_quote(a, value));
}

sc_str sc_opt_show(struct sc_arena *a, const struct sc_opt *o, const void *conf)
{
	struct sc_buf b = { 0 };
	sc_str out;

	for (; o && o->name; o++) {
		const void *at = (const char *)conf + o->at;
		const struct sc_strs *list = at;
		const sc_str *str = at;
		uint64_t n = o->kind == SC_OPT_SIZE || o->kind == SC_OPT_NUM ? *(const uint64_t *)at : 0;

		if (o->kind == SC_OPT_FLAG && *(const bool *)at)
			show_one(&b, a, o, SC_STR(""));
		else if (n)
			show_one(&b, a, o, sc_fmt(a, "%ju", (uintmax_t)n));
		else if ((o->kind == SC_OPT_STR || o->kind == SC_OPT_CHOICE) && str->n)
			show_one(&b, a, o, *str);
		else if (o->kind == SC_OPT_LIST)
			for (size_t i = 0; i < list->n; i++)
				show_one(&b, a, o, list->v[i]);
	}
	out = sc_strdup(a, sc_buf_str(&b));
	sc_buf_free(&b);
	return out;
}

/* ---- help ---- */

static void help_rows(const struct sc_opt *o)
{
	for (; o && o->name; o++) {
		char left[80];

		snprintf(left, sizeof left, "%c%c%s --%s%s%s", o->letter ? '-' : ' ',
			 o->letter ? o->letter : ' ', o->letter ? "," : " ", o->name, o->arg ? " " : "",
			 o->arg ? o->arg : "");
		printf("  %-34s %s\n", left, o->help);
	}
}

void sc_help_print(const char *title, const struct sc_card *card, const char *synopsis,
		   const struct sc_opt *const *tables, size_t ntables)
{
	printf("%s -- %s\n\nusage: %s %s\n", title, card->about, title, synopsis);
	if (card->more)
		printf("\n%s\n", card->more);
	for (size_t i = 0; i < ntables; i++) {
		if (!tables[i] || !tables[i]->name)
			continue;
		printf("\n%s\n", i ? "options of every run:" : "options:");
		help_rows(tables[i]);
	}
	if (card->example)
		printf("\nexample:\n  %s\n", card->example);
}

/* ---- words ---- */

static bool blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* One quoted piece after its opening quote; s stands behind the closing one. */
static int quoted(sc_str *s, char quote, struct sc_buf *w, struct sc_err *e)
{
	for (; s->n; *s = sc_str_from(*s, 1)) {
		char c = *s->p;

		if (c == quote) {
			*s = sc_str_from(*s, 1);
			return SC_OK;
		}
		if (quote == '"' && c == '\\' && s->n > 1 && (s->p[1] == '"' || s->p[1] == '\\')) {
			*s = sc_str_from(*s, 1);
			c = *s->p;
		}
		sc_buf_byte(w, c);
	}
	return sc_fail(e, "a quote %c is not closed", quote);
}

static int word(sc_str *s, struct sc_buf *w, struct sc_err *e)
{
	while (s->n && !blank(*s->p) && *s->p != '|') {
		char c = *s->p;

		*s = sc_str_from(*s, 1);
		if (c == '\'' || c == '"') {
			SC_TRY(quoted(s, c, w, e));
		} else if (c == '\\') {
			if (!s->n)
				return sc_fail(e, "a backslash at the end quotes nothing");
			sc_buf_byte(w, *s->p);
			*s = sc_str_from(*s, 1);
		} else {
			sc_buf_byte(w, c);
		}
	}
	return SC_OK;
}

int sc_words(struct sc_arena *a, sc_str *rest, sc_str **words, size_t *n, bool *bar, struct sc_err *e)
{
	struct sc_strs list = { 0 };
	struct sc_buf w = { 0 };
	int rc = SC_OK;

	*bar = false;
	for (;;) {
		while (rest->n && blank(*rest->p))
			*rest = sc_str_from(*rest, 1);
		if (!rest->n)
			break;
		if (*rest->p == '|') {
			*rest = sc_str_from(*rest, 1);
			*bar = true;
			break;
		}
		sc_buf_clear(&w);
		rc = word(rest, &w, e);
		if (rc < 0)
			break;
		append(&list, sc_strdup(a, sc_buf_str(&w)), a);
	}
	sc_buf_free(&w);
	*words = list.v;
	*n = list.n;
	return rc;
}

sc_str sc_quote(struct sc_arena *a, sc_str s)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-+=:,./%@^";
	struct sc_buf b = { 0 };
	sc_str out;
	size_t i = 0;

	while (i < s.n && memchr(plain, s.p[i], sizeof plain - 1))
		i++;
	if (s.n && i == s.n)
		return s;
	sc_buf_byte(&b, '\'');
	for (i = 0; i < s.n; i++) {
		if (s.p[i] == '\'')
			sc_buf_add(&b, SC_STR("'\\''"));
		else
			sc_buf_byte(&b, s.p[i]);
	}
	sc_buf_byte(&b, '\'');
	out = sc_strdup(a, sc_buf_str(&b));
	sc_buf_free(&b);
	return out;
}

sc_str sc_recipe_about(const struct sc_recipe *r)
{
	sc_str rest = sc_str_c(r->text), line;

	while (sc_str_cut(&rest, '\n', &line) && sc_str_starts(line, SC_STR("#")))
		if (sc_str_find(line, SC_STR("SPDX-")) == SC_NONE)
			return sc_str_trim(sc_str_from(line, 1));
	return (sc_str){ NULL, 0 };
}

int sc_opt_bits(const char *option, sc_str list, const sc_str *names, size_t n, unsigned *bits, struct sc_err *e)
{
	struct sc_arena a = { 0 };
	struct sc_buf known = { .a = &a };
	sc_str one;
	int rc = SC_OK;

	*bits = list.n ? 0 : (unsigned)((UINT64_C(1) << n) - 1);
	while (list.n && rc == SC_OK && sc_str_cut(&list, ',', &one)) {
		size_t i = 0;

		while (i < n && !sc_str_eq(names[i], one))
			i++;
		if (i < n) {
			*bits |= 1u << i;
			continue;
		}
		for (i = 0; i < n; i++)
			sc_buf_fmt(&known, "%s%.*s", i ? "," : "", SC_ARG(names[i]));
		rc = sc_fail(e, "%s: '%.*s' is none of %.*s", option, SC_ARG(one), SC_ARG(sc_buf_str(&known)));
	}
	sc_arena_free(&a);
	return rc;
}
