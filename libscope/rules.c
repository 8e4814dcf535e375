/* SPDX-License-Identifier: Apache-2.0 */
/* rules.c -- rules as text, read into tables; and globs. */
#include <scope/rules.h>

#include <stdlib.h>

#include <xxhash.h>

void sc_rules_init(struct sc_rules *r, struct sc_arena *a, sc_str prefix, size_t bytes)
{
	*r = (struct sc_rules){ .prefix = prefix };
	for (r->nbucket = 1024; r->nbucket < bytes / 16; r->nbucket *= 2)
		;
	r->bucket = SC_NEW(a, struct sc_rule_chain, r->nbucket);
}

void sc_rules_free(struct sc_rules *r)
{
	for (int k = 0; k < SC_RULE_KINDS; k++) {
		sc_phrases_free(r->phrases[k]);
		r->phrases[k] = NULL;
	}
}

const struct sc_condition *sc_rule_first(const struct sc_rule *r, enum sc_rule_about about)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->c[i].about == about)
			return &r->c[i];
	return NULL;
}

/* ---- reading a line ---- */

/* Names that end in a dot have a field behind it. */
static const struct {
	sc_str name;
	enum sc_rule_about about;
} abouts[] = {
	{ SC_LIT("host"), SC_RULE_HOST },     { SC_LIT("path"), SC_RULE_PATH },
	{ SC_LIT("url"), SC_RULE_URL },       { SC_LIT("media"), SC_RULE_MEDIA },
	{ SC_LIT("source"), SC_RULE_SOURCE }, { SC_LIT("category"), SC_RULE_CATEGORY },
	{ SC_LIT("meta."), SC_RULE_META },    { SC_LIT("figure."), SC_RULE_FIGURE },
};

/* By enum sc_rule_about. */
static const struct {
	sc_str begins;
	const char *quoted;
} kinds[SC_RULE_KINDS] = {
	[SC_RULE_TEXT] = { SC_LIT("text="), "expected a phrase in quotes behind text=" },
	[SC_RULE_CAPTION] = { SC_LIT("caption="), "expected a phrase in quotes behind caption=" },
	[SC_RULE_SUBJECT] = { SC_LIT("subject="), "expected a phrase in quotes behind subject=" },
	[SC_RULE_JOURNAL] = { SC_LIT("journal="), "expected a phrase in quotes behind journal=" },
};

static const char expected_condition[] =
        "expected host=, path=, url=, media=, source=, category=, text=, caption=, subject=, journal=, "
        "meta.FIELD= or figure.FIELD= and a value";

/* A line being read.  Where it is no rule, `why` says what was expected and `at` where. */
struct reading {
	struct sc_rules *c;
	struct sc_arena *a;
	sc_str rest;
	const char *end, *at, *why;
};

static bool wrong(struct reading *g, const char *at, const char *why)
{
	g->at = at ? at : g->end;
	g->why = why;
	return false;
}

static bool condition(struct reading *g, struct sc_condition *c, sc_str word)
{
	size_t eq = sc_str_chr(word, '=');
	sc_str name = sc_str_head(word, eq);

	if (eq == SC_NONE || eq + 1 == word.n)
		return wrong(g, word.p, expected_condition);
	c->value = sc_str_from(word, eq + 1);
	for (size_t i = 0; i < SC_COUNT(abouts); i++) {
		sc_str known = abouts[i].name;

		c->about = abouts[i].about;
		if (known.p[known.n - 1] != '.') {
			if (sc_str_eq(name, known))
				return true;
		} else if (sc_str_starts(name, known) && name.n > known.n) {
			c->field = sc_str_from(name, known.n);
			return true;
		}
	}
	return wrong(g, word.p, expected_condition);
}

/* What stands in the quotes at the head of s, \" and \\ undone, and how long the quotes are; false: *bad is to blame. */
static bool unquote(struct sc_arena *a, sc_str s, sc_str *out, size_t *n, size_t *bad)
{
	char *to = sc_alloc(a, s.n + 1);
	size_t k = 0;

	*bad = 0;
	for (size_t i = 1; i < s.n; i++) {
		if (s.p[i] == '"') {
			*out = (sc_str){ to, k };
			*n = i + 1;
			return true;
		}
		if (s.p[i] == '\\' && i + 1 < s.n) {
			*bad = i++;
			if (s.p[i] != '"' && s.p[i] != '\\')
				return false;
		}
		to[k++] = s.p[i];
	}
	*bad = 0;
	return false;
}

/* Where the i-th byte of what is in quotes stands. */
static const char *quoted_at(const char *p, size_t i)
{
	for (p++; i; i--)
		p += 1 + (*p == '\\');
	return p;
}

/* text="two words" or another kind of phrase, at the head of g->rest. */
static bool phrase(struct reading *g, struct sc_condition *c, enum sc_rule_about kind)
{
	sc_str quoted = sc_str_from(g->rest, kinds[kind].begins.n), words, folded;
	struct sc_phrases **set = &g->c->phrases[kind];
	size_t n, bad;
	struct sc_err e;

	if (!quoted.n || *quoted.p != '"')
		return wrong(g, quoted.p, kinds[kind].quoted);
	if (!unquote(g->a, quoted, &words, &n, &bad))
		return wrong(g, quoted.p + bad,
		             bad ? "a backslash stands before \" or \\ only"
		                 : "expected a closing quote");
	if (n < quoted.n && quoted.p[n] != ' ')
		return wrong(g, quoted.p + n, "expected a space behind the phrase");
	if (sc_phrase_fold(g->a, words, &folded, &bad, &e) < 0)
		return wrong(g, quoted_at(quoted.p, bad), sc_cstr(g->a, sc_str_c(e.msg)));
	if (!*set)
		*set = sc_phrases_new();
	c->about = kind;
	c->phrase = sc_phrases_add(*set, folded);
	g->rest = sc_str_from(quoted, n);
	return true;
}

static bool is_label(sc_str s)
{
	if (!s.n || *s.p == '/' || s.p[s.n - 1] == '/')
		return false;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		      c == '-' || c == '_' || c == '/'))
			return false;
	}
	return true;
}

static bool word_next(sc_str *rest, sc_str *word)
{
	do
		if (!sc_str_cut(rest, ' ', word))
			return false;
	while (!word->n);
	return true;
}

static bool number(struct reading *g, float least, const char *expected, float *out)
{
	char digits[16], *end;
	sc_str word;

	if (!word_next(&g->rest, &word))
		return wrong(g, g->end, expected);
	if (word.n >= sizeof digits)
		return wrong(g, word.p, expected);
	memcpy(digits, word.p, word.n);
	digits[word.n] = 0;
	*out = strtof(digits, &end);
	return (!*end && *out >= least && *out <= 1) || wrong(g, word.p, expected);
}

static bool conditions(struct reading *g, struct sc_rule *r)
{
	sc_str word;

	for (;;) {
		int kind = 0;

		g->rest = sc_str_trim(g->rest);
		if (!g->rest.n)
			return r->n || wrong(g, g->rest.p,
			                     "expected a condition, such as host=example.org");
		if (r->n == SC_RULE_CONDITIONS)
			return wrong(g, g->rest.p, "expected at most six conditions");
		while (kind < SC_RULE_KINDS && !sc_str_starts(g->rest, kinds[kind].begins))
			kind++;
		if (kind < SC_RULE_KINDS) {
			if (!phrase(g, &r->c[r->n++], (enum sc_rule_about)kind))
				return false;
		} else if (!word_next(&g->rest, &word) || !condition(g, &r->c[r->n++], word)) {
			return false;
		}
	}
}

static sc_str told(struct reading *g, sc_str said)
{
	return sc_fmt(g->a, "%.*s%.*s", SC_ARG(g->c->prefix), (int)said.n, said.n ? said.p : "");
}

/* ---- families ---- */

static struct sc_family *family_of(const struct sc_rules *c, sc_str label)
{
	for (struct sc_family *f = c->family; f; f = f->next)
		if (label.n > f->name.n && label.p[f->name.n] == '/' &&
		    sc_str_starts(label, f->name))
			return f;
	return NULL;
}

/* The family of that name, found or made: the last line about it counts. */
static struct sc_family *family_named(struct sc_rules *c, struct sc_arena *a, sc_str name)
{
	struct sc_family **at = &c->family;

	for (; *at; at = &(*at)->next)
		if (sc_str_eq((*at)->name, name))
			return *at;
	*at = SC_NEW(a, struct sc_family, 1);
	(*at)->name = name;
	return *at;
}

/* What stands behind the name: "0.6 else=figure/unknown figure.format=*". */
static bool family(struct reading *g, sc_str name, size_t order)
{
	static const char expected_else[] = "expected nothing, or else=LABEL and conditions";
	struct sc_family *f = family_named(g->c, g->a, name);
	struct sc_rule *r = SC_NEW(g->a, struct sc_rule, 1);
	sc_str word, said;

	f->otherwise = NULL;
	if (!number(g, 0, "expected the sum, from 0 to 1, that a label must have to be given",
	            &f->enough))
		return false;
	said = sc_str_trim(g->rest);
	if (!word_next(&g->rest, &word))
		return true;
	if (!sc_str_starts(word, SC_STR("else=")))
		return wrong(g, word.p, expected_else);
	r->label = sc_str_from(word, sizeof "else=" - 1);
	if (!is_label(r->label))
		return wrong(g, r->label.p, "expected a label behind else=");
	r->text = told(g, said);
	r->order = order;
	f->otherwise = r;
	if (!conditions(g, r))
		return false;
	g->c->wants_media |= sc_rule_first(r, SC_RULE_MEDIA) != NULL;
	return true;
}

/* ---- tables ---- */

static struct sc_rule_chain *bucket(const struct sc_rules *c, sc_str host)
{
	return &c->bucket[XXH3_64bits(host.p, host.n) & (c->nbucket - 1)];
}

const struct sc_rule *sc_rules_of_host(const struct sc_rules *r, sc_str host)
{
	return bucket(r, host)->first;
}

static void chain_add(struct sc_rule_chain *c, struct sc_rule *r)
{
	r->next = NULL;
	if (c->first)
		c->last->next = r;
	else
		c->first = r;
	c->last = r;
}

static struct sc_rule_chain *chain_for(struct sc_rules *c, const struct sc_rule *r)
{
	const struct sc_condition *host = sc_rule_first(r, SC_RULE_HOST);

	if (host)
		return bucket(c, host->value);
	for (int k = 0; k < SC_RULE_KINDS; k++)
		if (sc_rule_first(r, (enum sc_rule_about)k))
			return &c->searching[k];
	if (sc_rule_first(r, SC_RULE_CATEGORY))
		return &c->category;
	return sc_rule_first(r, SC_RULE_FIGURE) ? &c->figure : &c->others;
}

void sc_rules_ready(struct sc_rules *c, struct sc_arena *a)
{
	for (int k = 0; k < SC_RULE_KINDS; k++) {
		if (!c->phrases[k])
			continue;
		sc_phrases_ready(c->phrases[k]);
		c->by_phrase[k] = SC_NEW(a, struct sc_rule_chain, sc_phrases_count(c->phrases[k]));
		c->searches[k] = c->searching[k].first != NULL;
		for (struct sc_rule *r = c->searching[k].first, *next; r; r = next) {
			next = r->next;
			chain_add(&c->by_phrase[k][sc_rule_first(r, (enum sc_rule_about)k)->phrase],
			          r);
		}
	}
}

/* ---- reading a text ---- */

static bool line_read(struct reading *g)
{
	struct sc_rules *c = g->c;
	size_t order = ++c->order;
	struct sc_rule *r;
	sc_str label, said;
	bool many;

	if (!word_next(&g->rest, &label))
		return wrong(g, NULL, "expected a label such as news or scholarly/journal");
	many = label.n > 2 && sc_str_eq(sc_str_from(label, label.n - 2), SC_STR("/*"));
	if (!is_label(many ? sc_str_head(label, label.n - 2) : label))
		return wrong(g, label.p, "expected a label such as news or scholarly/journal");
	if (many)
		return family(g, sc_str_head(label, label.n - 2), order);
	r = SC_NEW(g->a, struct sc_rule, 1);
	r->label = label;
	r->order = order;
	r->family = family_of(c, label);
	if (!number(g, r->family ? -1 : 0,
	            r->family ? "expected a score from -1 to 1 behind the label"
	                      : "expected a score from 0 to 1 behind the label",
	            &r->score))
		return false;
	said = sc_str_trim(g->rest);
	r->text = told(g, said);
	if (!conditions(g, r))
		return false;
	c->wants_media |= sc_rule_first(r, SC_RULE_MEDIA) != NULL;
	chain_add(chain_for(c, r), r);
	return true;
}

int sc_rules_read(struct sc_rules *r, struct sc_arena *a, const char *name, sc_str text,
                  struct sc_err *e)
{
	sc_str line;

	for (size_t n = 1; sc_str_cut(&text, '\n', &line); n++) {
		struct reading g = { .c = r, .a = a, .rest = sc_str_trim(line) };

		if (!g.rest.n || *g.rest.p == '#')
			continue;
		g.end = g.rest.p + g.rest.n;
		if (!line_read(&g))
			return sc_fail(e, "%s:%zu:%zu: %s: %.*s", name, n,
			               (size_t)(g.at - line.p) + 1, g.why,
			               SC_ARG(sc_str_trim(line)));
	}
	return SC_OK;
}

/* ---- matching ---- */

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

/* One place to come back to is enough. */
bool sc_glob(sc_str pattern, sc_str s)
{
	size_t i = 0, k = 0, star = SC_NONE, from = 0;

	while (k < s.n) {
		if (i < pattern.n && pattern.p[i] == '*') {
			star = i++;
			from = k;
		} else if (i < pattern.n && lower(pattern.p[i]) == lower(s.p[k])) {
			i++;
			k++;
		} else if (star != SC_NONE) {
			i = star + 1;
			k = ++from;
		} else {
			return false;
		}
	}
	while (i < pattern.n && pattern.p[i] == '*')
		i++;
	return i == pattern.n;
}
