/* SPDX-License-Identifier: Apache-2.0 */
/*
 * spdx_tree.c -- licence expressions, read and written.
 *
 * The grammar is  or := and { OR and };  and := with { AND with };  with := atom [ WITH exception ];  an atom may be an
 * expression in parentheses.  A level of parentheses is a row of a stack of our own, so that ten thousand of them are only
 * bytes; what is left of them when chains are flat may be SPDX_DEPTH levels deep.  Time and memory are linear.
 */
#include "spdx_tree.h"

#include "spdx_names.h"

/* A level of parentheses: the operands of its OR so far, and those of the AND that is being read.  0 is none. */
struct level {
	uint32_t any, all;
	size_t open; /* where its parenthesis is */
};

struct parse {
	struct spdx_tree *t;
	sc_str all, rest, token;
	struct level *v;
	size_t n, cap;
	unsigned flags;
	bool inner; /* the meaning of an alias: SPDX's own names */
	bool alias, bad;
	struct sc_err *e;
};

/* ---- tokens ---- */

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c && memchr(".-+:_", c, 5));
}

static void advance(struct parse *p)
{
	size_t n = 0;

	while (p->rest.n && memchr(p->flags & SPDX_LIST && p->n == 1 ? " \t\r\v\f " : " \t\r\v\f\n", *p->rest.p, 6))
		p->rest = sc_str_from(p->rest, 1);
	while (n < p->rest.n && is_word(p->rest.p[n]))
		n++;
	if (!n && p->rest.n)
		n = 1;
	p->token = sc_str_head(p->rest, n);
	p->rest = sc_str_from(p->rest, n);
}

static bool is(const struct parse *p, const char *word)
{
	return sc_str_ieq(p->token, sc_str_c(word));
}

static bool fail(struct parse *p, const char *want)
{
	size_t at = p->token.p ? (size_t)(p->token.p - p->all.p) : 0;

	if (!p->bad && p->all.n <= 200)
		sc_bad(p->e, "byte %zu of '%.*s': expected %s", at, SC_ARG(p->all), want);
	else if (!p->bad)
		sc_bad(p->e, "byte %zu of an expression, at '%.*s': expected %s", at, SC_ARG(sc_str_head(sc_str_from(p->all, at), 60)),
		       want);
	p->bad = true;
	return false;
}

/* ---- building ---- */

static uint32_t node(struct parse *p, struct spdx_node n)
{
	struct spdx_tree *t = p->t;

	if (t->n == SPDX_NODES || n.depth > SPDX_DEPTH) {
		fail(p, n.depth > SPDX_DEPTH ? "fewer levels of parentheses" : "a shorter expression");
		return 0;
	}
	if (t->n == t->cap) {
		uint32_t cap = t->cap ? 2 * t->cap : 16;
		struct spdx_node *v = sc_alloc(t->a, cap * sizeof *v);

		if (t->n)
			memcpy(v, t->v, t->n * sizeof *v);
		t->v = v;
		t->cap = cap;
		if (!t->n)
			t->v[t->n++] = (struct spdx_node){ .depth = 0 };
	}
	t->v[t->n] = n;
	return t->n++;
}

/* One more operand behind `chain`, which is 0, one operand, or a node of that kind: the new chain, 0 when that fails. */
static uint32_t join(struct parse *p, enum spdx_kind kind, uint32_t chain, uint32_t one)
{
	struct spdx_node *c, *o;

	if (!chain)
		return one;
	if (p->t->v[chain].kind != kind) {
		chain = node(p, (struct spdx_node){ .kind = kind, .depth = p->t->v[chain].depth + 1, .first = chain, .last = chain });
		if (!chain)
			return 0;
	}
	c = &p->t->v[chain];
	o = &p->t->v[one];
	p->t->v[c->last].next = o->kind == kind ? o->first : one;
	c->last = o->kind == kind ? o->last : one;
	if (c->depth < o->depth + (o->kind != kind))
		c->depth = o->depth + (o->kind != kind);
	return c->depth > SPDX_DEPTH ? fail(p, "fewer levels of parentheses") : chain;
}

static bool push(struct parse *p)
{
	if (p->n == p->cap) {
		size_t cap = p->cap ? 2 * p->cap : 8;
		struct level *v = sc_alloc(p->t->a, cap * sizeof *v);

		if (p->n)
			memcpy(v, p->v, p->n * sizeof *v);
		p->v = v;
		p->cap = cap;
	}
	p->v[p->n++] = (struct level){ .open = p->token.p ? (size_t)(p->token.p - p->all.p) : 0 };
	return true;
}

/* The AND that was being read is an operand of its level's OR. */
static bool end_and(struct parse *p)
{
	struct level *l = &p->v[p->n - 1];

	l->any = join(p, SPDX_OR, l->any, l->all);
	l->all = 0;
	return l->any != 0;
}

static bool operand(struct parse *p, uint32_t at)
{
	struct level *l = &p->v[p->n - 1];

	l->all = at ? join(p, SPDX_AND, l->all, at) : 0;
	return l->all != 0;
}

/* ---- grammar ---- */

static uint32_t run(struct parse *p);

static uint32_t alias(struct parse *p, sc_str means)
{
	struct parse q = { .t = p->t, .all = means, .rest = means, .inner = true, .e = p->e };
	uint32_t at = means.n ? run(&q) : 0;

	p->alias = true;
	if (!at)
		fail(p, "a licence identifier");
	return at;
}

/* The members of a set that is named where a list may be. */
static uint32_t set(struct parse *p, struct sc_idset ids)
{
	uint32_t at = 0;

	for (size_t i = 0; i < ids.n && !p->bad; i++) {
		uint32_t one = node(p, (struct spdx_node){ .id = ids.v[i], .depth = 1 });

		at = one ? join(p, SPDX_OR, at, one) : 0;
	}
	return at;
}

static uint32_t name(struct parse *p)
{
	struct sc_arena *a = p->t->a;
	sc_str word = p->token, id, instead;
	struct sc_idset ids;

	if (!word.n || !is_word(*word.p) || is(p, "and") || is(p, "or") || is(p, "with"))
		return fail(p, "a licence identifier");
	id = spdx_atom(a, word);
	if (p->inner)
		return id.n ? node(p, (struct spdx_node){ .id = id, .depth = 1 }) : 0;
	instead = id.n ? spdx_alias(a, word) : id;
	if (id.n && (!instead.n || sc_str_eq(instead, id)))
		return node(p, (struct spdx_node){ .id = id, .depth = 1 });
	if (id.n) /* one that SPDX gave up for another: GPL-2.0-with-classpath-exception */
		return alias(p, instead);
	ids = p->flags & SPDX_LIST ? sc_spdx_set(word) : (struct sc_idset){ NULL, 0 };
	if (ids.n)
		return set(p, ids);
	return p->flags & SPDX_ALIASES ? alias(p, spdx_alias(a, word)) : fail(p, "a licence identifier");
}

/* The WITH that may be behind an atom. */
static bool with(struct parse *p, uint32_t at)
{
	sc_str exception;

	if (!is(p, "with"))
		return true;
	advance(p);
	exception = sc_spdx_exception(p->token);
	if (!exception.n)
		return fail(p, "a licence exception");
	if (p->t->v[at].kind != SPDX_ATOM || p->t->v[at].exception.n)
		return fail(p, "WITH behind a single licence");
	p->t->v[at].exception = exception;
	advance(p);
	return true;
}

static bool close_level(struct parse *p)
{
	uint32_t at;

	if (!end_and(p))
		return false;
	at = p->v[--p->n].any;
	advance(p);
	return with(p, at) && operand(p, at);
}

/* What may stand behind an operand; *more when another operand has to come. */
static bool behind(struct parse *p, bool *more)
{
	bool list = p->flags & SPDX_LIST && p->n == 1 && (is(p, ",") || is(p, "\n"));

	*more = true;
	if (is(p, "and")) {
		advance(p);
		return true;
	}
	if (list || is(p, "or") || (p->flags & SPDX_ALIASES && is(p, "/"))) {
		advance(p);
		while (list && (is(p, ",") || is(p, "\n")))
			advance(p);
		*more = !list || p->token.n; /* a list may end in a line feed */
		return end_and(p);
	}
	*more = false;
	if (p->n > 1)
		return is(p, ")") ? close_level(p) : fail(p, ")");
	return !p->token.n || fail(p, "AND, OR, WITH or the end");
}

static uint32_t run(struct parse *p)
{
	bool more = true;

	push(p);
	advance(p);
	while (p->flags & SPDX_LIST && is(p, "\n"))
		advance(p);
	while (!p->bad && (more || p->token.n)) {
		uint32_t at;

		if (!more) {
			behind(p, &more);
		} else if (is(p, "(")) {
			push(p);
			advance(p);
		} else {
			at = name(p);
			advance(p);
			more = false;
			if (at && with(p, at))
				operand(p, at);
			else if (!p->bad)
				fail(p, "a licence identifier");
		}
	}
	if (!p->bad && p->n > 1)
		fail(p, ")");
	if (!p->bad && p->v[0].all)
		end_and(p);
	return p->bad ? 0 : p->v[0].any;
}

int spdx_tree(struct spdx_tree *t, struct sc_arena *a, sc_str text, unsigned flags, bool *used_alias, struct sc_err *e)
{
	struct parse p = { .t = t, .all = text, .rest = text, .flags = flags, .e = e };

	*t = (struct spdx_tree){ .a = a };
	t->top = run(&p);
	if (used_alias)
		*used_alias = p.alias;
	return p.bad ? SC_BAD : SC_OK;
}

/* ---- writing ---- */

static void put_atom(struct sc_buf *b, const struct spdx_node *n)
{
	sc_buf_add(b, n->id);
	if (n->exception.n) {
		sc_buf_add(b, SC_STR(" WITH "));
		sc_buf_add(b, n->exception);
	}
}

static void put(struct sc_buf *b, const struct spdx_tree *t, const struct spdx_node *n)
{
	if (n->kind == SPDX_ATOM) {
		put_atom(b, n);
		return;
	}
	for (uint32_t i = n->first; i; i = t->v[i].next) {
		bool wrap = n->kind == SPDX_AND && t->v[i].kind == SPDX_OR;

		if (i != n->first)
			sc_buf_add(b, n->kind == SPDX_AND ? SC_STR(" AND ") : SC_STR(" OR "));
		if (wrap)
			sc_buf_byte(b, '(');
		put(b, t, &t->v[i]);
		if (wrap)
			sc_buf_byte(b, ')');
	}
}

sc_str spdx_tree_written(const struct spdx_tree *t)
{
	struct sc_buf b = { .a = t->a };

	put(&b, t, &t->v[t->top]);
	return sc_buf_seal(&b);
}

sc_str spdx_atom_written(struct sc_arena *a, const struct spdx_node *n)
{
	struct sc_buf b = { .a = a };

	put_atom(&b, n);
	return n->exception.n ? sc_buf_seal(&b) : n->id;
}
