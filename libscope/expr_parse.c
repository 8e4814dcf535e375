/* SPDX-License-Identifier: Apache-2.0 */
/*
 * expr_parse.c -- text of the filter language to a tree; scope-expr(7) has the grammar.
 *
 *	or    := and { "or" and }
 *	and   := not { "and" not }
 *	not   := "not" not | "(" or ")" | "has" operand | operand relation value
 *
 * A mistake is reported where it stands, with what was expected there.
 */
#include "expr_lex.h"

#include <scope/plugin.h>

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

enum { TEXT_MAX = 64 << 10, DEPTH_MAX = 200, MATCH_LIMIT = 10000000, DEPTH_LIMIT = 10000, HEAP_KIB = 20000 };

static struct node *node(struct parser *p, enum node_kind kind)
{
	struct node *n = SC_NEW(&p->x->a, struct node, 1);

	n->kind = kind;
	return n;
}

/* ---- operands ---- */

static bool names_key(const char *emits, sc_str key)
{
	sc_str rest = sc_str_c(emits), one;

	while (sc_str_cut(&rest, ' ', &one))
		if (sc_str_eq(one, key))
			return true;
	return false;
}

static void tag_note(struct parser *p, sc_str key)
{
	const char **v;

	for (size_t i = 0; i < p->x->ntag; i++)
		if (sc_str_eq(sc_str_c(p->x->tag[i]), key))
			return;
	v = SC_NEW(&p->x->a, const char *, p->x->ntag + 1);
	if (p->x->ntag)
		memcpy(v, p->x->tag, p->x->ntag * sizeof *v);
	v[p->x->ntag++] = sc_cstr(&p->x->a, key);
	p->x->tag = v;
}

/* Edits (one byte put in, left out or changed) between two short words; 99 when one is too long to bother. */
static size_t edits(sc_str a, sc_str b)
{
	size_t row[33];

	if (a.n > 32 || b.n > 32)
		return 99;
	for (size_t k = 0; k <= b.n; k++)
		row[k] = k;
	for (size_t i = 1; i <= a.n; i++) {
		size_t corner = row[0];

		row[0] = i;
		for (size_t k = 1; k <= b.n; k++) {
			size_t change = corner + (a.p[i - 1] != b.p[k - 1]);
			size_t other = (row[k] < row[k - 1] ? row[k] : row[k - 1]) + 1;

			corner = row[k];
			row[k] = change < other ? change : other;
		}
	}
	return row[b.n];
}

static const sc_str reader_tags[] = { SC_LIT("encoding") }; /* made by readers, not by taggers */
static const sc_str operands[] = { SC_LIT("license"), SC_LIT("meta"), SC_LIT("text"), SC_LIT("size"),
				   SC_LIT("name"),    SC_LIT("url"),  SC_LIT("part") };

static void nearer(sc_str key, sc_str word, sc_str *best, size_t *least)
{
	size_t n = edits(key, word);

	if (word.n && n < *least) {
		*least = n;
		*best = word;
	}
}

/* "no tagger makes X": with the nearest word that there is, when one is near. */
static void no_such_tag(struct parser *p, sc_str key)
{
	size_t least = 1 + key.n / 3 + 1;
	sc_str best = { NULL, 0 }, rest, one;
	const char *want = "a tag that a tagger makes (scope list taggers), or meta.FIELD";

	for (size_t i = 0; sc_filters[i]; i++) {
		rest = sc_str_c(sc_filters[i]->emits ? sc_filters[i]->emits : "");
		while (sc_str_cut(&rest, ' ', &one))
			nearer(key, one, &best, &least);
	}
	for (size_t i = 0; i < SC_COUNT(reader_tags); i++)
		nearer(key, reader_tags[i], &best, &least);
	for (size_t i = 0; i < SC_COUNT(operands); i++)
		nearer(key, operands[i], &best, &least);
	if (best.n)
		want = sc_fmt(&p->x->a, "%s; no tagger makes %.*s, did you mean %.*s?", want, SC_ARG(sc_str_head(key, 40)),
			      SC_ARG(best)).p;
	expr_expected(p, want);
}

/* What an R line says beside tags. */
static const sc_str line_keys[] = { SC_LIT("id"),  SC_LIT("bytes"), SC_LIT("basis"),  SC_LIT("title"),	 SC_LIT("author"),
				    SC_LIT("doi"), SC_LIT("src"),   SC_LIT("parent"), SC_LIT("conflict"), SC_LIT("lic.at") };

static bool is_line_key(sc_str key)
{
	for (size_t i = 0; i < SC_COUNT(line_keys); i++)
		if (sc_str_eq(key, line_keys[i]))
			return true;
	return false;
}

static bool emitted(sc_str key)
{

	for (size_t i = 0; sc_filters[i]; i++)
		if (sc_filters[i]->emits && names_key(sc_filters[i]->emits, key))
			return true;
	for (size_t i = 0; i < SC_COUNT(reader_tags); i++)
		if (sc_str_eq(key, reader_tags[i]))
			return true;
	return false;
}

/* meta . a . "b" [0] ...: the path is taken as written, for sc_json_path. */
static void meta_path(struct parser *p, struct node *n)
{
	const char *from = p->rest.p;
	size_t i = 0;

	while (i < p->rest.n) {
		char c = p->rest.p[i];

		if (c == '"') {
			size_t end = sc_str_chr(sc_str_from(p->rest, i + 1), '"');

			if (end == SC_NONE) {
				p->at += 4 + i;
				expr_expected(p, "the closing quote of a key");
				return;
			}
			i += end + 2;
		} else if (expr_is_name(c) || c == '.' || c == '[' || c == ']' || c == ':' || c == '/' || (unsigned char)c >= 0x80) {
			i++;
		} else {
			break;
		}
	}
	if (i < 2 || *from != '.') {
		p->at += 4;
		expr_expected(p, "a field behind meta, as in meta.license");
		return;
	}
	n->operand = O_META;
	n->key = (sc_str){ from + 1, i - 1 };
	p->rest = sc_str_from(p->rest, i);
	expr_advance(p);
}

static void part_name(struct parser *p, struct node *n)
{
	expr_advance(p);
	if (!expr_is(p, "(")) {
		expr_expected(p, "( behind part, as in part(\"jpg\")");
		return;
	}
	expr_advance(p);
	if (p->kind != T_STRING && p->kind != T_WORD) {
		expr_expected(p, "a part's name, as in part(\"jpg\")");
		return;
	}
	n->operand = O_PART;
	n->key = expr_unescaped(p, p->value.text);
	expr_advance(p);
	if (!expr_is(p, ")")) {
		expr_expected(p, ")");
		return;
	}
	expr_advance(p);
}

static bool reserved(const struct parser *p)
{
	return expr_is(p, "and") || expr_is(p, "or") || expr_is(p, "not") || expr_is(p, "in") || expr_is(p, "under") || expr_is(p, "has");
}

static void operand(struct parser *p, struct node *n)
{
	static const struct {
		const char *word;
		enum operand operand;
	} own[] = { { "text", O_TEXT }, { "size", O_SIZE }, { "name", O_NAME }, { "url", O_URL } };

	if (p->kind != T_WORD || reserved(p)) {
		expr_expected(p, "a tag, meta.FIELD, text, size, name, url or part(\"...\")");
		return;
	}
	if (expr_is(p, "meta")) {
		meta_path(p, n);
		return;
	}
	if (expr_is(p, "part")) {
		part_name(p, n);
		return;
	}
	for (size_t i = 0; i < SC_COUNT(own); i++)
		if (expr_is(p, own[i].word)) {
			n->operand = own[i].operand;
			expr_advance(p);
			return;
		}
	n->operand = O_TAG;
	n->key = expr_is(p, "license") ? SC_STR("licence") : p->token;
	if (!emitted(n->key) && !(p->line && is_line_key(n->key))) {
		no_such_tag(p, n->key);
		return;
	}
	tag_note(p, n->key);
	expr_advance(p);
}

/* ---- relations and values ---- */

static bool relation(struct parser *p, enum relation *r)
{
	static const struct {
		const char *token;
		enum relation r;
	} known[] = {
		{ "=", R_EQ },	{ "==", R_EQ }, { "!=", R_NE },	   { "<", R_LT },  { "<=", R_LE },     { ">", R_GT },
		{ ">=", R_GE }, { "~", R_MATCH }, { "!~", R_NOMATCH }, { "in", R_IN }, { "under", R_UNDER },
	};

	for (size_t i = 0; i < SC_COUNT(known); i++)
		if (expr_is(p, known[i].token)) {
			*r = known[i].r;
			expr_advance(p);
			return true;
		}
	expr_expected(p, "one of = != < <= > >= ~ !~ in under");
	return false;
}

static void pattern(struct parser *p, struct node *n)
{
	int code;
	size_t offset;
	char why[128] = "";
	const char *said;
	pcre2_code **v;

	/* Repeats made possessive by themselves are steps that no limit counts: a*a*[bc] on a long run of a would not end. */
	n->re = pcre2_compile((PCRE2_SPTR)n->v->text.p, n->v->text.n,
			      PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_NO_AUTO_POSSESS, &code, &offset, NULL);
	if (!n->re) {
		pcre2_get_error_message(code, (PCRE2_UCHAR *)why, sizeof why);
		said = sc_fmt(&p->x->a, "regular expression: %s", why).p;
		expr_wrong(p, p->at + 1 + offset, said);
		return;
	}
	n->literal = expr_literal(n->v->text);
	pcre2_jit_compile(n->re, PCRE2_JIT_COMPLETE); /* without JIT it matches all the same */
	n->re_index = p->x->nre;
	if ((p->x->nre & (p->x->nre - 1)) == 0) { /* full at every power of two */
		v = SC_NEW(&p->x->a, pcre2_code *, p->x->nre ? 2 * p->x->nre : 1);
		if (p->x->nre)
			memcpy(v, p->x->re, p->x->nre * sizeof(pcre2_code *));
		p->x->re = v;
	}
	p->x->re[p->x->nre++] = n->re;
}

static int by_text(const void *a, const void *b)
{
	const struct value *x = a, *y = b;

	return sc_str_cmp(x->text, y->text);
}

static bool is_licence(const struct node *n)
{
	return n->operand == O_TAG && sc_str_eq(n->key, SC_STR("licence"));
}

static bool constant(const struct parser *p)
{
	return p->kind == T_STRING || p->kind == T_NUMBER || (p->kind == T_WORD && !reserved(p));
}

static void add(struct parser *p, struct node *n, size_t *cap)
{
	if (n->n == *cap) {
		size_t more = *cap ? 2 * *cap : 8;
		struct value *v = SC_NEW(&p->x->a, struct value, more);

		if (n->n)
			memcpy(v, n->v, n->n * sizeof *v);
		n->v = v;
		*cap = more;
	}
	n->v[n->n] = p->value;
	n->v[n->n++].text = expr_unescaped(p, p->value.text);
}

/* The expression in its own spelling, or one of the three states. */
static void licence_value(struct parser *p, struct node *n)
{
	static const sc_str states[] = { SC_LIT("none"), SC_LIT("unknown"), SC_LIT("conflict") };
	struct sc_err ignored;
	sc_str rule;

	for (size_t i = 0; i < SC_COUNT(states); i++)
		if (sc_str_eq(n->v[0].text, states[i]))
			return;
	if (sc_spdx_expression(&p->x->a, n->v[0].text, &n->v[0].text, &ignored) == SC_OK)
		return;
	n->v[0].text = sc_spdx_from_words(&p->x->a, n->v[0].text, &rule);
	if (!n->v[0].text.n)
		expr_expected(p, "a licence that SPDX lists, LicenseRef-..., none, unknown or conflict");
}

static int by_str(const void *a, const void *b)
{
	const sc_str *x = a, *y = b;

	return sc_str_cmp(*x, *y);
}

/* A member of a licence set, as ids: one, or those of a named set. */
static struct sc_idset licence_member(struct parser *p, sc_str text)
{
	struct sc_idset named = sc_spdx_set(text);
	struct sc_err ignored;
	sc_str rule, id, *one;

	if (named.n)
		return named;
	if (sc_spdx_expression(&p->x->a, text, &id, &ignored) < 0)
		id = sc_spdx_from_words(&p->x->a, text, &rule);
	if (!id.n) {
		expr_expected(p, "a licence that SPDX lists, LicenseRef-... or a named set (none, unknown and conflict are in no set: licence = none)");
		return named;
	}
	one = SC_NEW(&p->x->a, sc_str, 1);
	*one = id;
	return (struct sc_idset){ one, 1 };
}

/* { ... } behind `licence in`: ids in their own spelling, sorted. */
static void licence_set(struct parser *p, struct node *n)
{
	size_t cap = 64, count = 0;
	sc_str *v = SC_NEW(&p->x->a, sc_str, cap);

	expr_advance(p);
	while (!p->bad && !expr_is(p, "}")) {
		struct sc_idset more;

		expr_widen(p);
		if (!constant(p)) {
			expr_expected(p, "a member of the set, or }");
			return;
		}
		more = licence_member(p, expr_unescaped(p, p->value.text));
		if (count + more.n > cap) {
			sc_str *wider = SC_NEW(&p->x->a, sc_str, cap = 2 * (count + more.n));

			memcpy(wider, v, count * sizeof *v);
			v = wider;
		}
		if (more.n)
			memcpy(v + count, more.v, more.n * sizeof *v);
		count += more.n;
		expr_advance(p);
		if (expr_is(p, ","))
			expr_advance(p);
	}
	expr_advance(p);
	qsort(v, count, sizeof *v, by_str);
	n->ids = (struct sc_idset){ v, count };
}

/* { "a" "b", c } or NAME.  A named set is one of licences. */
static void set(struct parser *p, struct node *n)
{
	size_t cap = 0;

	if (expr_is(p, "{") && is_licence(n)) {
		licence_set(p, n);
	} else if (expr_is(p, "{")) {
		expr_advance(p);
		while (!p->bad && !expr_is(p, "}")) {
			expr_widen(p);
			if (!constant(p)) {
				expr_expected(p, "a member of the set, or }");
				return;
			}
			add(p, n, &cap);
			expr_advance(p);
			if (expr_is(p, ","))
				expr_advance(p);
		}
		expr_advance(p);
	} else if (p->kind == T_WORD && !reserved(p)) {
		n->ids = sc_spdx_set(p->token);
		if (!n->ids.n) {
			expr_expected(p, "a set: {\"a\" \"b\"}, or a name that `scope list sets` shows");
			return;
		}
		for (size_t i = 0; i < n->ids.n; i++) {
			p->value = (struct value){ .text = n->ids.v[i] };
			add(p, n, &cap);
		}
		expr_advance(p);
	} else {
		expr_expected(p, "a set: {\"a\" \"b\"}, or a name that `scope list sets` shows");
		return;
	}
	if (n->n)
		qsort(n->v, n->n, sizeof *n->v, by_text);
}

static void single(struct parser *p, struct node *n)
{
	expr_widen(p);
	if (!constant(p)) {
		expr_expected(p, "a value: \"text\", a number or a word");
		return;
	}
	n->v = SC_NEW(&p->x->a, struct value, 1);
	n->v[0] = p->value;
	n->n = 1;
	if (n->relation == R_MATCH || n->relation == R_NOMATCH) {
		if (p->kind != T_STRING) {
			expr_expected(p, "a regular expression in quotes");
			return;
		}
		pattern(p, n);
	} else {
		n->v[0].text = expr_unescaped(p, p->value.text);
		if (is_licence(n) && (n->relation == R_EQ || n->relation == R_NE))
			licence_value(p, n);
	}
	expr_advance(p);
}

static struct node *test(struct parser *p)
{
	struct node *n = node(p, N_TEST);

	operand(p, n);
	if (p->bad || !relation(p, &n->relation))
		return NULL;
	if (n->relation == R_IN) {
		set(p, n);
	} else {
		single(p, n);
	}
	if (!p->bad && n->operand == O_SIZE && n->relation <= R_GE && !n->v[0].is_number)
		return expr_expected(p, "a number to compare size with, such as 7, 10k or 2MiB, before this");
	return p->bad ? NULL : n;
}

/* ---- logic ---- */

/* What a test or has takes, roughly: whether it looks at a payload, and whether with a pattern. */
static unsigned cost(const struct node *n)
{
	static const unsigned of[] = { [O_TAG] = 1, [O_META] = 4, [O_TEXT] = 100, [O_SIZE] = 1, [O_NAME] = 1, [O_URL] = 1, [O_PART] = 100 };
	bool by_pattern = n->kind == N_TEST && (n->relation == R_MATCH || n->relation == R_NOMATCH);

	return of[n->operand] * (by_pattern ? 10 : 1);
}

static struct node *any(struct parser *p);

static struct node *no(struct parser *p)
{
	struct node *n;

	if (++p->depth > DEPTH_MAX)
		return expr_expected(p, "fewer parentheses and nots");
	if (expr_is(p, "not")) {
		n = node(p, N_NOT);
		expr_advance(p);
		n->left = no(p);
		n->cost = n->left ? n->left->cost : 0;
	} else if (expr_is(p, "(")) {
		expr_advance(p);
		n = any(p);
		if (!p->bad && !expr_is(p, ")"))
			return expr_expected(p, "and, or, or )");
		expr_advance(p);
	} else if (expr_is(p, "has")) {
		n = node(p, N_HAS);
		expr_advance(p);
		operand(p, n);
		n->cost = cost(n);
	} else {
		n = test(p);
		if (n)
			n->cost = cost(n);
	}
	p->depth--;
	return n;
}

/* `and` and `or` give the same whichever side comes first, undecided or not, and neither side has an effect: so the cheaper one
 * comes first, and where it settles the matter the other is not looked at. */
static struct node *cheap_first(struct node *n)
{
	struct node *left = n->left;

	if (!n->left || !n->right)
		return n;
	if (n->right->cost < left->cost) {
		n->left = n->right;
		n->right = left;
	}
	if (__builtin_add_overflow(n->left->cost, n->right->cost, &n->cost))
		n->cost = UINT_MAX;
	return n;
}

static struct node *both(struct parser *p, enum node_kind kind, const char *word, struct node *(*part)(struct parser *))
{
	struct node *left = part(p);

	while (!p->bad && expr_is(p, word)) {
		struct node *n = node(p, kind);

		expr_advance(p);
		n->left = left;
		n->right = part(p);
		left = cheap_first(n);
	}
	return left;
}

static struct node *every(struct parser *p)
{
	return both(p, N_AND, "and", no);
}

static struct node *any(struct parser *p)
{
	return both(p, N_OR, "or", every);
}

static int compile(struct sc_expr **out, sc_str text, bool line, size_t *caret_at, struct sc_err *e)
{
	struct sc_expr *x = calloc(1, sizeof *x);
	struct parser p = { .x = x, .all = text, .rest = text, .line = line, .e = e, .caret = caret_at };

	*out = NULL;
	if (!x)
		sc_oom();
	p.all = p.rest = sc_strdup(&x->a, text);
	x->limits = pcre2_match_context_create(NULL);
	if (!x->limits)
		sc_oom();
	pcre2_set_match_limit(x->limits, MATCH_LIMIT);
	pcre2_set_depth_limit(x->limits, DEPTH_LIMIT);
	pcre2_set_heap_limit(x->limits, HEAP_KIB);
	if (text.n > TEXT_MAX) {
		expr_expected(&p, "an expression of at most 64 KiB");
	} else {
		expr_advance(&p);
		x->top = any(&p);
		if (!p.bad && p.kind != T_END)
			expr_expected(&p, "and, or, or the end");
	}
	if (p.bad) {
		sc_expr_free(x);
		return SC_FAIL;
	}
	*out = x;
	return SC_OK;
}

int sc_expr_compile(struct sc_expr **x, sc_str text, size_t *caret_at, struct sc_err *e)
{
	return compile(x, text, false, caret_at, e);
}

int sc_expr_compile_line(struct sc_expr **x, sc_str text, size_t *caret_at, struct sc_err *e)
{
	return compile(x, text, true, caret_at, e);
}

static bool payload(const struct node *n)
{
	if (n->kind == N_TEST || n->kind == N_HAS)
		return n->operand == O_META || n->operand == O_TEXT || n->operand == O_NAME || n->operand == O_PART;
	return payload(n->left) || (n->right && payload(n->right));
}

bool sc_expr_is_payload(const struct sc_expr *x)
{
	return payload(x->top);
}

void sc_expr_free(struct sc_expr *x)
{
	if (!x)
		return;
	for (size_t i = 0; i < x->nre; i++)
		pcre2_code_free(x->re[i]);
	pcre2_match_context_free(x->limits);
	sc_arena_free(&x->a);
	free(x);
}

const char *sc_expr_tag(const struct sc_expr *x, size_t i)
{
	return i < x->ntag ? x->tag[i] : NULL;
}
