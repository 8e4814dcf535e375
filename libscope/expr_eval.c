/* SPDX-License-Identifier: Apache-2.0 */
/*
 * expr_eval.c -- a record against a tree, in three-valued logic (Kleene's strong tables).
 *
 * What is not there is undecided, and so is a regular expression that ran into its limit.  Values that are lists (labels of
 * domain, media and rights, JSON arrays) hold when any element does; != and !~ are the negation of = and ~, so they hold when none does.
 */
#include "expr_tree.h"

#include <scope/json.h>
#include <scope/plugin.h>
#include <scope/url.h>

#include <stdio.h>
#include <stdlib.h>

#include "json_scan.h"

struct sc_expr_match {
	pcre2_match_data **v;
	size_t n;
	pcre2_jit_stack *stack;
	pcre2_match_context *limits;
};

enum { JIT_STACK = 512 << 10 };

struct sc_expr_match *sc_expr_match_new(const struct sc_expr *x)
{
	struct sc_expr_match *m = calloc(1, sizeof *m);

	if (!m || !(m->v = calloc(x->nre + 1, sizeof *m->v)))
		sc_oom();
	m->n = x->nre;
	m->limits = pcre2_match_context_copy(x->limits);
	m->stack = x->nre ? pcre2_jit_stack_create(32 << 10, JIT_STACK, NULL) : NULL;
	if (!m->limits)
		sc_oom();
	if (m->stack)
		pcre2_jit_stack_assign(m->limits, NULL, m->stack);
	for (size_t i = 0; i < x->nre; i++) {
		m->v[i] = pcre2_match_data_create(1, NULL);
		if (!m->v[i])
			sc_oom();
	}
	return m;
}

void sc_expr_match_free(struct sc_expr_match *m)
{
	if (!m)
		return;
	for (size_t i = 0; i < m->n; i++)
		pcre2_match_data_free(m->v[i]);
	free(m->v);
	if (m->stack)
		pcre2_jit_stack_free(m->stack);
	pcre2_match_context_free(m->limits);
	free(m);
}

struct eval {
	const struct sc_expr *x;
	struct sc_expr_match *m;
	struct sc_arena *a;
	struct sc_record *r;
};

static enum sc_truth truth(bool b)
{
	return b ? SC_TRUE : SC_FALSE;
}

static enum sc_truth negate(enum sc_truth t)
{
	return t == SC_UNKNOWN ? t : truth(t == SC_FALSE);
}

/* ---- one value against a constant ---- */

static bool find(const struct node *n, sc_str s)
{
	struct value key = { .text = s };
	size_t lo = 0, hi = n->n;

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		int c = sc_str_cmp(key.text, n->v[mid].text);

		if (c == 0)
			return true;
		if (c < 0)
			hi = mid;
		else
			lo = mid + 1;
	}
	return false;
}

static enum sc_truth matches(struct eval *v, const struct node *n, sc_str s)
{
	int rc = pcre2_match(n->re, (PCRE2_SPTR)(s.p ? s.p : ""), s.n, 0, 0, v->m->v[n->re_index], v->m->limits);

	if (rc >= 0)
		return SC_TRUE;
	return rc == PCRE2_ERROR_NOMATCH ? SC_FALSE : SC_UNKNOWN;
}

static enum sc_truth ordered(enum relation r, int c)
{
	switch (r) {
	case R_EQ:
	case R_NE:
		return truth(c == 0); /* != is negated where all elements are known */
	case R_LT:
		return truth(c < 0);
	case R_LE:
		return truth(c <= 0);
	case R_GT:
		return truth(c > 0);
	default:
		return truth(c >= 0);
	}
}

static int compare(double a, double b)
{
	return (a > b) - (a < b);
}

/* `number` is set when the value is a number of its own (JSON, size). */
static enum sc_truth one(struct eval *v, const struct node *n, sc_str s, const double *number)
{
	switch (n->relation) {
	case R_MATCH:
	case R_NOMATCH:
		return matches(v, n, s);
	case R_IN:
		for (size_t i = 0; number && i < n->n; i++)
			if (n->v[i].is_number && compare(*number, n->v[i].number) == 0)
				return SC_TRUE;
		return truth(find(n, s));
	case R_UNDER:
		if (n->operand == O_TAG && (sc_str_eq(n->key, SC_STR("host")) || sc_str_eq(n->key, SC_STR("site"))))
			return truth(sc_host_under(s, n->v[0].text));
		return truth(sc_path_under(s, n->v[0].text));
	default:
		if (number && n->v[0].is_number)
			return ordered(n->relation, compare(*number, n->v[0].number));
		if (number && n->relation != R_EQ && n->relation != R_NE)
			return SC_UNKNOWN; /* a number and a word have no order */
		return ordered(n->relation, sc_str_cmp(s, n->v[0].text));
	}
}

/* != and !~ came as = and ~ so far. */
static enum sc_truth settled(const struct node *n, enum sc_truth t)
{
	return n->relation == R_NE || n->relation == R_NOMATCH ? negate(t) : t;
}

static enum sc_truth either(enum sc_truth a, enum sc_truth b)
{
	if (a == SC_TRUE || b == SC_TRUE)
		return SC_TRUE;
	return a == SC_UNKNOWN || b == SC_UNKNOWN ? SC_UNKNOWN : SC_FALSE;
}

/* ---- operands ---- */

static bool is_list(sc_str key)
{
	return sc_str_eq(key, SC_STR("domain")) || sc_str_eq(key, SC_STR("media")) || sc_str_eq(key, SC_STR("rights"));
}

static enum sc_truth tag(struct eval *v, const struct node *n)
{
	const struct sc_tag *t = sc_tag_first(v->r, n->key);
	enum sc_truth any = SC_FALSE;
	sc_str rest, label;
	double number;

	if (!t)
		return SC_UNKNOWN;
	if (sc_str_eq(n->key, SC_STR("licence"))) {
		if (n->relation == R_IN)
			return truth(sc_spdx_in(v->a, t->value, n->ids));
		if (n->relation == R_EQ || n->relation == R_NE)
			return settled(n, truth(sc_spdx_same(v->a, t->value, n->v[0].text)));
	}
	if (!is_list(n->key))
		return settled(n, one(v, n, t->value, sc_json_double(t->value, &number) ? &number : NULL));
	rest = t->value;
	while (any != SC_TRUE && sc_str_cut(&rest, ',', &label))
		any = either(any, one(v, n, label, NULL));
	return settled(n, any);
}

static enum sc_truth json(struct eval *v, const struct node *n, sc_str value)
{
	double number;
	sc_str s = value;
	bool is_number = false;

	switch (sc_json_kind(value)) {
	case SC_JSON_STRING:
		s = sc_json_string(v->a, value);
		break;
	case SC_JSON_NUMBER:
		is_number = sc_json_double(value, &number);
		break;
	case SC_JSON_NULL:
	case SC_JSON_NONE:
		return SC_UNKNOWN;
	default:
		break;
	}
	return one(v, n, s, is_number ? &number : NULL);
}

static sc_str meta_value(struct eval *v, const struct node *n)
{
	return sc_record_meta_path(v->a, v->r, n->key);
}

static enum sc_truth meta(struct eval *v, const struct node *n)
{
	sc_str value = meta_value(v, n);
	struct sc_json_iter it;
	enum sc_truth any = SC_FALSE;

	if (sc_json_kind(value) != SC_JSON_ARRAY)
		return settled(n, json(v, n, value));
	it = sc_json_iter(value);
	while (any != SC_TRUE && sc_json_next(&it))
		any = either(any, json(v, n, it.value));
	return settled(n, any);
}

static const struct sc_part *part(const struct sc_record *r, sc_str name)
{
	for (uint32_t i = 0; i < r->npart; i++)
		if (sc_str_eq(r->part[i].name, name))
			return &r->part[i];
	return NULL;
}

static enum sc_truth plain(struct eval *v, const struct node *n, sc_str s, bool there)
{
	return there ? settled(n, one(v, n, s, NULL)) : SC_UNKNOWN;
}

/* May a match be ruled out by a literal that is not there?  Bytes that JSON escapes are none of it, so it is looked for in
 * the JSON text where that is yet to be decoded. */
static bool ruled_out(const struct node *n, sc_str s)
{
	const struct json_fast *fast = json_fast();

	if (!n->literal.n || (n->relation != R_MATCH && n->relation != R_NOMATCH) || s.n > LITERAL_MOST)
		return false;
	return !(fast ? fast->has(s, n->literal) : sc_str_find(s, n->literal) != SC_NONE);
}

static enum sc_truth text(struct eval *v, const struct node *n)
{
	const struct sc_part *only = v->r->npart == 1 ? v->r->part : NULL;
	uint32_t which;
	sc_str s;

	if (only && only->json.p && only->text == SC_TEXT_YES && ruled_out(n, only->json))
		return settled(n, SC_FALSE);
	sc_record_settle(v->a, v->r);
	s = sc_record_text(v->r, &which);
	if (!s.p)
		return SC_UNKNOWN;
	return settled(n, ruled_out(n, s) ? SC_FALSE : one(v, n, s, NULL));
}

static enum sc_truth test(struct eval *v, const struct node *n)
{
	const struct sc_part *p;
	double size;
	sc_str s;

	switch (n->operand) {
	case O_TAG:
		return tag(v, n);
	case O_META:
		return meta(v, n);
	case O_TEXT:
		return text(v, n);
	case O_NAME:
		return plain(v, n, v->r->name, v->r->name.n > 0);
	case O_URL:
		return plain(v, n, v->r->url, v->r->url.n > 0);
	case O_SIZE:
		size = (double)sc_record_bytes(v->r);
		s = n->relation == R_MATCH || n->relation == R_NOMATCH ? sc_fmt(v->a, "%.0f", size) : SC_STR("");
		return settled(n, one(v, n, s, &size));
	case O_PART:
		sc_record_settle(v->a, v->r);
		p = part(v->r, n->key);
		return plain(v, n, p ? p->data : (sc_str){ NULL, 0 }, p != NULL);
	}
	return SC_UNKNOWN;
}

static bool has(struct eval *v, const struct node *n)
{
	uint32_t which;

	switch (n->operand) {
	case O_TAG:
		return sc_tag_first(v->r, n->key) != NULL;
	case O_META:
		return sc_json_kind(meta_value(v, n)) != SC_JSON_NONE;
	case O_TEXT:
		sc_record_settle(v->a, v->r);
		return sc_record_text(v->r, &which).p != NULL;
	case O_NAME:
		return v->r->name.n > 0;
	case O_URL:
		return v->r->url.n > 0;
	case O_SIZE:
		return true;
	case O_PART:
		return part(v->r, n->key) != NULL;
	}
	return false;
}

static enum sc_truth eval(struct eval *v, const struct node *n)
{
	enum sc_truth left;

	switch (n->kind) {
	case N_AND:
		left = eval(v, n->left);
		return left == SC_FALSE ? left : negate(either(negate(left), negate(eval(v, n->right))));
	case N_OR:
		left = eval(v, n->left);
		return left == SC_TRUE ? left : either(left, eval(v, n->right));
	case N_NOT:
		return negate(eval(v, n->left));
	case N_HAS:
		return truth(has(v, n));
	case N_TEST:
		return test(v, n);
	}
	return SC_UNKNOWN;
}

enum sc_truth sc_expr_eval(const struct sc_expr *x, struct sc_expr_match *m, struct sc_arena *a, struct sc_record *r)
{
	struct eval v = { .x = x, .m = m, .a = a, .r = r };

	return eval(&v, x->top);
}
