/* SPDX-License-Identifier: Apache-2.0 */
/*
 * spdx.c -- licence identifiers and expressions: what they are called, what people call them, what a set allows.
 *
 * Names are data (libscope/data/spdx-*.txt), compiled in and indexed once, in lower case, sorted.  An expression is
 * parsed into a small tree:  or := and { OR and };  and := with { AND with };  with := atom [ WITH exception ].
 * Names without a version that matters are never completed: "CC BY" is LicenseRef-CC-BY.
 */
#include <scope/spdx.h>

#include "spdx_names.h"

#include <stdio.h>
#include <stdlib.h>

enum { NODES = 256, DEPTH = 64 };

enum kind { ATOM, AND, OR };

struct node {
	enum kind kind;
	sc_str id, exception; /* ATOM; id without WITH */
	size_t left, right;
};

struct parse {
	struct sc_arena *a;
	sc_str all, rest, token;
	struct node *v;
	size_t n, depth;
	bool aliases, used_alias; /* may names be other than SPDX's own; was one */
	struct sc_err *e;
	bool bad;
};

/* ---- tokens ---- */

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c && memchr(".-+:_", c, 5));
}

static void advance(struct parse *p)
{
	size_t n = 0;

	p->rest = sc_str_trim(p->rest);
	if (p->rest.n && !is_word(*p->rest.p))
		n = 1;
	while (n < p->rest.n && is_word(p->rest.p[n]))
		n++;
	if (p->rest.n && !is_word(*p->rest.p))
		n = 1;
	p->token = sc_str_head(p->rest, n);
	p->rest = sc_str_from(p->rest, n);
}

static bool is(const struct parse *p, const char *word)
{
	return sc_str_ieq(p->token, sc_str_c(word));
}

static size_t fail(struct parse *p, const char *want)
{
	if (!p->bad) {
		size_t at = p->token.p ? (size_t)(p->token.p - p->all.p) : 0;

		sc_bad(p->e, "byte %zu of '%.*s': expected %s", at, SC_ARG(p->all), want);
	}
	p->bad = true;
	return 0;
}

static size_t node(struct parse *p, struct node n)
{
	if (p->n == NODES)
		return fail(p, "a shorter expression");
	p->v[p->n] = n;
	return p->n++;
}

/* ---- grammar ---- */

static size_t any_of(struct parse *p);

static size_t copy(struct parse *p, const struct node *v, size_t at)
{
	struct node n = v[at];

	if (n.kind != ATOM) {
		n.left = copy(p, v, n.left);
		n.right = copy(p, v, n.right);
	}
	return node(p, n);
}

static size_t alias(struct parse *p, sc_str name)
{
	sc_str means = spdx_alias(p->a, name);
	struct node v[16];
	struct parse q = { .a = p->a, .all = means, .rest = means, .v = v, .e = p->e };
	size_t top;

	if (!means.n)
		return fail(p, "a licence identifier");
	p->used_alias = true;
	advance(&q);
	top = any_of(&q);
	return q.bad ? fail(p, "a licence identifier") : copy(p, v, top);
}

static size_t atom(struct parse *p)
{
	sc_str name = p->token, id, instead;
	size_t at;

	if (is(p, "(")) {
		if (++p->depth > DEPTH)
			return fail(p, "fewer parentheses");
		advance(p);
		at = any_of(p);
		if (!is(p, ")"))
			return fail(p, ")");
		p->depth--;
		advance(p);
		return at;
	}
	if (!name.n || !is_word(*name.p) || is(p, "and") || is(p, "or") || is(p, "with"))
		return fail(p, "a licence identifier");
	id = spdx_atom(p->a, name);
	instead = id.n ? spdx_alias(p->a, name) : id;
	if (instead.n && !sc_str_eq(instead, id))
		id.n = 0; /* an id that SPDX gave up for another: GPL-2.0-with-classpath-exception */
	else if (!id.n && !p->aliases)
		return fail(p, "a licence identifier");
	advance(p);
	return id.n ? node(p, (struct node){ .kind = ATOM, .id = id }) : alias(p, name);
}

static size_t with(struct parse *p)
{
	size_t at = atom(p);
	sc_str exception;

	if (p->bad || !is(p, "with"))
		return at;
	advance(p);
	exception = sc_spdx_exception(p->token);
	if (!exception.n)
		return fail(p, "a licence exception");
	if (p->v[at].kind != ATOM)
		return fail(p, "WITH behind a single licence");
	p->v[at].exception = exception;
	advance(p);
	return at;
}

static size_t all_of(struct parse *p)
{
	size_t left = with(p);

	while (!p->bad && is(p, "and")) {
		size_t right;

		advance(p);
		right = with(p);
		left = node(p, (struct node){ .kind = AND, .left = left, .right = right });
	}
	return left;
}

static size_t any_of(struct parse *p)
{
	size_t left = all_of(p);

	while (!p->bad && (is(p, "or") || (p->aliases && is(p, "/")))) {
		size_t right;

		advance(p);
		right = all_of(p);
		left = node(p, (struct node){ .kind = OR, .left = left, .right = right });
	}
	return left;
}

static int parse(struct parse *p, size_t *top)
{
	advance(p);
	*top = any_of(p);
	if (!p->bad && p->token.n)
		fail(p, "AND, OR, WITH or the end");
	return p->bad ? SC_BAD : SC_OK;
}

/* ---- writing ---- */

static void put(struct sc_buf *b, const struct node *v, size_t at, bool inside_and)
{
	const struct node *n = &v[at];

	if (n->kind == ATOM) {
		sc_buf_add(b, n->id);
		if (n->exception.n) {
			sc_buf_add(b, SC_STR(" WITH "));
			sc_buf_add(b, n->exception);
		}
		return;
	}
	if (n->kind == OR && inside_and)
		sc_buf_byte(b, '(');
	put(b, v, n->left, n->kind == AND);
	sc_buf_add(b, n->kind == AND ? SC_STR(" AND ") : SC_STR(" OR "));
	put(b, v, n->right, n->kind == AND);
	if (n->kind == OR && inside_and)
		sc_buf_byte(b, ')');
}

static sc_str written(struct sc_arena *a, const struct node *v, size_t top)
{
	struct sc_buf b = { .a = a };
	sc_str out;

	put(&b, v, top, false);
	out = sc_strdup(a, sc_buf_str(&b));
	sc_buf_free(&b);
	return out;
}

int sc_spdx_expression(struct sc_arena *a, sc_str text, sc_str *canonical, struct sc_err *e)
{
	struct node v[NODES];
	struct parse p = { .a = a, .all = text, .rest = text, .v = v, .e = e };
	size_t top;

	SC_TRY(parse(&p, &top));
	*canonical = written(a, v, top);
	return SC_OK;
}

/* ---- sameness ---- */

static int by_str(const void *a, const void *b)
{
	const sc_str *x = a, *y = b;

	return sc_str_cmp(*x, *y);
}

static sc_str normal(struct sc_arena *a, const struct node *v, size_t at);

/* The operands of a chain of one kind, through whatever parentheses: (A OR B) OR C has three. */
static void operands(struct sc_arena *a, const struct node *v, size_t at, enum kind kind, sc_str *out, size_t *n)
{
	if (v[at].kind != kind) {
		out[(*n)++] = normal(a, v, at);
		return;
	}
	operands(a, v, v[at].left, kind, out, n);
	operands(a, v, v[at].right, kind, out, n);
}

/* An expression that is equal by bytes for all that say the same: operands sorted, each once. */
static sc_str normal(struct sc_arena *a, const struct node *v, size_t at)
{
	enum kind kind = v[at].kind;
	struct sc_buf b = { .a = a };
	sc_str *part, out;
	size_t n = 0;

	if (kind == ATOM)
		return written(a, v, at);
	part = SC_NEW(a, sc_str, NODES);
	operands(a, v, at, kind, part, &n);
	qsort(part, n, sizeof *part, by_str);
	for (size_t i = 0; i < n; i++) {
		if (i && sc_str_eq(part[i], part[i - 1]))
			continue;
		sc_buf_add(&b, !i ? SC_STR("(") : kind == AND ? SC_STR(" AND ") : SC_STR(" OR "));
		sc_buf_add(&b, part[i]);
	}
	sc_buf_byte(&b, ')');
	out = sc_str_eq(part[0], part[n - 1]) ? part[0] : sc_strdup(a, sc_buf_str(&b));
	sc_buf_free(&b);
	return out;
}

/* ---- what people write ---- */

static sc_str from_expression(struct sc_arena *a, sc_str words, sc_str *rule)
{
	struct node v[NODES];
	struct sc_err e;
	struct parse p = { .a = a, .all = words, .rest = words, .v = v, .aliases = true, .e = &e };
	size_t top;

	if (parse(&p, &top) < 0)
		return (sc_str){ NULL, 0 };
	*rule = p.used_alias ? SC_STR("alias") : SC_STR("spdx");
	return written(a, v, top);
}

/* Words that people put around a licence's URL and that name none. */
static bool is_frame(sc_str word)
{
	static const char *const frame[] = { "a",      "an",	   "article",	"at",	     "available", "cc",		 "commons", "content",
					     "copyright", "creative", "data",	"details",   "distributed", "document",	 "for",	    "found",
					     "full",   "generic",  "image",	"international", "is",	  "it",		 "item",    "licence",
					     "licences", "license", "licensed", "licenses",  "more",	  "of",		 "page",    "paper",
					     "published", "see",   "terms",	"text",	     "the",	  "this",	 "to",	    "under",
					     "unported", "url",	   "work",	"-" };

	for (size_t i = 0; i < SC_COUNT(frame); i++)
		if (sc_str_ieq(word, sc_str_c(frame[i])))
			return true;
	return false;
}

/* Is what stands around the URL silent about any other licence?  It may say the same one in words. */
static bool says_no_more(struct sc_arena *a, sc_str around, sc_str id)
{
	struct sc_buf b = { .a = a };
	sc_str words, left, rest = around;

	while (rest.n) {
		size_t n = 0;

		while (n < rest.n && (is_word(rest.p[n]) || (rest.p[n] & 0x80)) && rest.p[n] != ':')
			n++;
		while (n > 1 && rest.p[n - 1] == '.')
			n--;
		left = sc_str_head(rest, n);
		if (n && !is_frame(left) && !sc_str_eq(left, SC_STR("."))) {
			sc_buf_byte(&b, ' ');
			sc_buf_add(&b, left);
		}
		rest = sc_str_from(rest, n ? n : 1);
	}
	left = sc_str_trim(sc_strdup(a, sc_buf_str(&b)));
	sc_buf_free(&b);
	if (!left.n || sc_str_eq(left, id))
		return true;
	words = spdx_cc_words(a, sc_fmt(a, "cc %.*s", SC_ARG(left)));
	if (sc_str_starts(words, SC_STR("LicenseRef-"))) { /* a kind without a version */
		size_t kind = words.n - 11;

		return sc_str_starts(id, sc_str_from(words, 11)) && id.n > kind + 1 && id.p[kind] == '-' &&
		       id.p[kind + 1] >= '0' && id.p[kind + 1] <= '9';
	}
	return words.n && sc_str_eq(words, id);
}

/* A Creative Commons URL, by itself or in words that frame it. */
static sc_str from_url(struct sc_arena *a, sc_str words, sc_str *rule)
{
	static const sc_str before[] = { SC_LIT("www."), SC_LIT("//"), SC_LIT("https:"), SC_LIT("http:") };
	size_t at = sc_str_find(words, SC_STR("creativecommons.org/")), from = at, n;
	sc_str id, head, tail;

	if (at == SC_NONE)
		return (sc_str){ NULL, 0 };
	id = sc_spdx_cc_url(a, sc_str_from(words, at), &n);
	for (size_t i = 0; i < SC_COUNT(before); i++)
		if (sc_str_ends(sc_str_head(words, from), before[i]))
			from -= before[i].n;
	head = sc_str_head(words, from);
	tail = sc_str_from(words, at + n);
	for (n = 0; n < tail.n && (is_word(tail.p[n]) || tail.p[n] == '/'); n++)
		; /* deed.de, legalcode, a closing slash */
	tail = sc_str_from(tail, n);
	if (!id.n || (head.n && (is_word(head.p[head.n - 1]) || head.p[head.n - 1] == '/')))
		return (sc_str){ NULL, 0 };
	if (!says_no_more(a, sc_fmt(a, "%.*s %.*s", SC_ARG(head), SC_ARG(tail)), id))
		return (sc_str){ NULL, 0 };
	*rule = SC_STR("cc-url");
	return id;
}

/* One licence, as a name or in words. */
static sc_str from_bare_name(struct sc_arena *a, sc_str words, sc_str *rule)
{
	/* "MIT/X11" is one name, "MIT/Apache-2.0" are two. */
	bool slash = sc_str_chr(words, '/') != SC_NONE;
	sc_str out = slash ? spdx_alias(a, words) : (sc_str){ NULL, 0 };

	if (!out.n)
		out = from_expression(a, words, rule);
	else
		*rule = SC_STR("alias");
	if (out.n)
		return out;
	*rule = SC_STR("alias");
	out = spdx_alias(a, words);
	if (!out.n)
		out = spdx_gnu_words(a, words);
	return out.n ? out : spdx_cc_words(a, words);
}

/* The same, or with it once more in parentheses: "The MIT License (MIT)". */
static sc_str from_name(struct sc_arena *a, sc_str words, sc_str *rule)
{
	sc_str out = from_bare_name(a, words, rule), inner, ignored;
	size_t open = sc_str_rchr(words, '(');

	if (out.n || open == SC_NONE || open == 0 || words.p[words.n - 1] != ')')
		return out;
	inner = sc_str_from(words, open + 1);
	inner.n--;
	out = from_bare_name(a, sc_str_trim(sc_str_head(words, open)), rule);
	*rule = SC_STR("alias");
	return out.n && sc_spdx_same(a, out, from_bare_name(a, sc_str_trim(inner), &ignored)) ? out : (sc_str){ NULL, 0 };
}

/* The first `joint` in s, ASCII case aside; s.n when there is none. */
static size_t joint_at(sc_str s, sc_str joint)
{
	for (size_t i = 0; i + joint.n <= s.n; i++)
		if (sc_str_ieq((sc_str){ s.p + i, joint.n }, joint))
			return i;
	return s.n;
}

/* "Apache 2.0 or MIT", "MIT, Apache-2.0": names of several words, joined.  Commas mean that all apply, as in Common Pile.  Only
 * one kind of joint: what a mixture means is anybody's guess. */
static sc_str from_list(struct sc_arena *a, sc_str words)
{
	static const struct {
		sc_str said, means;
	} joints[] = { { SC_LIT(","), SC_LIT(" AND ") }, { SC_LIT(" or "), SC_LIT(" OR ") }, { SC_LIT("/"), SC_LIT(" OR ") },
		       { SC_LIT(" and "), SC_LIT(" AND ") } };
	struct sc_buf b = { .a = a };
	size_t kind = SC_COUNT(joints);
	struct sc_err ignored;
	sc_str one, rule, out;

	for (size_t i = 0; i < SC_COUNT(joints); i++)
		if (joint_at(words, joints[i].said) < words.n) {
			if (kind < SC_COUNT(joints))
				return (sc_str){ NULL, 0 };
			kind = i;
		}
	if (kind == SC_COUNT(joints))
		return (sc_str){ NULL, 0 };
	for (bool more = true; more;) {
		size_t end = joint_at(words, joints[kind].said);

		more = end < words.n;
		one = from_name(a, sc_str_trim(sc_str_head(words, end)), &rule);
		if (!one.n) {
			sc_buf_free(&b);
			return one;
		}
		sc_buf_add(&b, b.n ? joints[kind].means : SC_STR(""));
		sc_buf_byte(&b, '(');
		sc_buf_add(&b, one);
		sc_buf_byte(&b, ')');
		words = sc_str_from(words, more ? end + joints[kind].said.n : end);
	}
	if (sc_spdx_expression(a, sc_strdup(a, sc_buf_str(&b)), &out, &ignored) < 0)
		out = (sc_str){ NULL, 0 };
	sc_buf_free(&b);
	return out;
}

sc_str sc_spdx_from_words(struct sc_arena *a, sc_str words, sc_str *rule)
{
	static const sc_str classifier = SC_LIT("License ::");
	sc_str out;

	words = sc_str_trim(words);
	*rule = (sc_str){ NULL, 0 };
	if (!words.n || words.n > 500)
		return (sc_str){ NULL, 0 };
	out = from_url(a, words, rule);
	if (out.n || sc_str_find(words, SC_STR("creativecommons.org/")) != SC_NONE)
		return out;
	if (sc_str_starts(words, classifier)) {
		words = sc_str_trim(sc_str_from(words, sc_str_rchr(words, ':') + 1));
		out = words.n ? from_name(a, words, rule) : (sc_str){ NULL, 0 };
		*rule = SC_STR("classifier");
		return out;
	}
	out = from_name(a, words, rule);
	return out.n ? out : from_list(a, words);
}

/* ---- sets ---- */

static bool has(struct sc_idset set, sc_str id)
{
	return set.n && bsearch(&id, set.v, set.n, sizeof *set.v, by_str);
}

/* "GPL-2.0-or-later" or "X+": is any version from this one on in the set?  Versions of one licence differ only in the number. */
static bool has_later(struct sc_idset set, sc_str id)
{
	sc_str later = SC_STR("-or-later"), base, stem;
	size_t dash;

	if (sc_str_ends(id, later))
		base = sc_str_head(id, id.n - later.n);
	else if (sc_str_ends(id, SC_STR("+")))
		base = sc_str_head(id, id.n - 1);
	else
		return false;
	dash = sc_str_rchr(base, '-');
	if (has(set, base) || dash == SC_NONE)
		return has(set, base);
	stem = sc_str_head(base, dash + 1);
	for (size_t i = 0; i < set.n; i++) {
		sc_str m = set.v[i], version;

		if (!sc_str_starts(m, stem))
			continue;
		version = sc_str_from(m, stem.n);
		if (sc_str_ends(version, SC_STR("-only")))
			version.n -= 5;
		else if (sc_str_ends(version, later))
			version.n -= later.n;
		if (version.n && *version.p >= '0' && *version.p <= '9' && sc_str_chr(version, '-') == SC_NONE &&
		    spdx_version_cmp(version, sc_str_from(base, stem.n)) >= 0)
			return true;
	}
	return false;
}

static bool allows(struct sc_arena *a, const struct node *v, size_t at, struct sc_idset set)
{
	const struct node *n = &v[at];

	if (n->kind == AND)
		return allows(a, v, n->left, set) && allows(a, v, n->right, set);
	if (n->kind == OR)
		return allows(a, v, n->left, set) || allows(a, v, n->right, set);
	/* SPDX exceptions add permissions: what X allows, X WITH E allows. */
	return has(set, n->id) || has_later(set, n->id) || (n->exception.n && has(set, written(a, v, at)));
}

/* What tag/licence says where there is no expression. */
static const sc_str states[] = { SC_LIT("none"), SC_LIT("unknown"), SC_LIT("conflict") };

bool sc_spdx_in(struct sc_arena *a, sc_str expression, struct sc_idset set)
{
	struct sc_mark mark = sc_arena_mark(a);
	struct node v[NODES];
	struct sc_err e;
	struct parse p = { .a = a, .all = expression, .rest = expression, .v = v, .e = &e };
	size_t top;
	bool yes;

	if (has(set, expression)) /* the usual case: one id; and "X WITH E" when the set names it */
		return true;
	for (size_t i = 0; i < SC_COUNT(states); i++)
		if (sc_str_eq(expression, states[i]))
			return false;
	yes = parse(&p, &top) == SC_OK && allows(a, v, top, set);
	sc_arena_back(a, mark);
	return yes;
}

bool sc_spdx_same(struct sc_arena *a, sc_str x, sc_str y)
{
	struct sc_mark mark = sc_arena_mark(a);
	sc_str text[2] = { x, y }, out[2];
	bool parsed = true, same;

	if (sc_str_eq(x, y))
		return true;
	for (int i = 0; i < 2 && parsed; i++) {
		struct node v[NODES];
		struct sc_err e;
		struct parse p = { .a = a, .all = text[i], .rest = text[i], .v = v, .e = &e };
		size_t top;

		parsed = parse(&p, &top) == SC_OK;
		if (parsed)
			out[i] = normal(a, v, top);
	}
	same = parsed && sc_str_eq(out[0], out[1]);
	sc_arena_back(a, mark);
	return same;
}
