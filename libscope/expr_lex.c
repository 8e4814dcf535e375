/* SPDX-License-Identifier: Apache-2.0 */
/*
 * expr_lex.c -- the filter language's words, strings, numbers and signs, and what is said of a mistake.
 *
 * A word is letters, digits, _ - and, within it, dots.  Where a value is wanted the parser asks for more: expr_widen.
 */
#include "expr_lex.h"

#include <scope/text.h>

#include <math.h>
#include <stdlib.h>

static void mistake(struct parser *p, size_t at, const char *expected, const char *what)
{
	size_t from = at > 60 ? at - 60 : 0;
	sc_str before = { p->all.p + from, at - from }, after = sc_str_head(sc_str_from(p->all, at), 60);

	if (!p->bad) {
		sc_fail(p->e, "%s%s at byte %zu: %s%.*s ^ %.*s", expected, what, at, from ? "..." : "", SC_ARG(before),
			SC_ARG(after));
		*p->caret = at;
	}
	p->bad = true;
}

struct node *expr_expected(struct parser *p, const char *what)
{
	mistake(p, p->at, "expected ", what);
	return NULL;
}

void expr_wrong(struct parser *p, size_t at, const char *what)
{
	mistake(p, at < p->all.n ? at : p->all.n, "", what);
}

bool expr_is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* A string's characters: a backslash takes the meaning from the quote behind it.  Other backslashes stay, \\ as two, so that
 * regular expressions are written as they are; expr_unescaped makes one of the two for everybody else. */
static void string(struct parser *p, char quote)
{
	sc_str s = sc_str_from(p->rest, 1);
	size_t n = 0, end = 0;
	char *out;

	while (end < s.n && s.p[end] != quote)
		end += s.p[end] == '\\' && end + 1 < s.n ? 2 : 1;
	p->kind = T_STRING;
	if (end >= s.n) {
		expr_expected(p, "the closing quote of a string");
		return;
	}
	p->token = sc_str_head(p->rest, end + 2);
	out = sc_alloc(&p->x->a, end + 1);
	for (size_t i = 0; i < end; i++) {
		if (s.p[i] == '\\' && s.p[i + 1] == quote)
			i++;
		else if (s.p[i] == '\\')
			out[n++] = s.p[i++];
		out[n++] = s.p[i];
	}
	p->value = (struct value){ .text = { out, n } };
}

/* \\ in a string that is not a regular expression is one backslash. */
sc_str expr_unescaped(struct parser *p, sc_str s)
{
	char *out;
	size_t n = 0;

	if (sc_str_chr(s, '\\') == SC_NONE)
		return s;
	out = sc_alloc(&p->x->a, s.n + 1);
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\\' && i + 1 < s.n && s.p[i + 1] == '\\')
			i++;
		out[n++] = s.p[i];
	}
	return (sc_str){ out, n };
}

/* 7, -0.5, 10k, 2MiB; what begins with a digit and is none of these is a word: 0BSD, 2024-05-01. */
static void number(struct parser *p)
{
	size_t n = *p->rest.p == '-';
	char text[64], *end;
	uint64_t size;

	while (n < p->rest.n && (expr_is_name(p->rest.p[n]) || p->rest.p[n] == '.'))
		n++;
	p->token = sc_str_head(p->rest, n);
	p->kind = T_NUMBER;
	p->value = (struct value){ .text = p->token, .is_number = true };
	p->value.is_number = false;
	if (n >= sizeof text)
		return;
	memcpy(text, p->token.p, n);
	text[n] = 0;
	p->value.number = strtod(text, &end);
	if (*end && sc_size_parse(p->token, &size))
		p->value.number = (double)size;
	else if (*end || !isfinite(p->value.number))
		return;
	p->value.is_number = true;
}

static void word(struct parser *p)
{
	size_t n = 0;

	/* GPL-3.0-only is a word; meta.a is not: its path is read by itself */
	while (n < p->rest.n && (expr_is_name(p->rest.p[n]) ||
				 (p->rest.p[n] == '.' && !sc_str_eq(sc_str_head(p->rest, n), SC_STR("meta")) &&
				  n + 1 < p->rest.n && expr_is_name(p->rest.p[n + 1]))))
		n++;
	p->token = sc_str_head(p->rest, n);
	p->kind = T_WORD;
	p->value = (struct value){ .text = p->token };
}

static void punct(struct parser *p)
{
	static const sc_str two[] = { SC_LIT("!="), SC_LIT("<="), SC_LIT(">="), SC_LIT("!~"), SC_LIT("==") };

	p->kind = T_PUNCT;
	p->token = sc_str_head(p->rest, 1);
	for (size_t i = 0; i < SC_COUNT(two); i++)
		if (sc_str_starts(p->rest, two[i]))
			p->token = sc_str_head(p->rest, 2);
}

void expr_advance(struct parser *p)
{
	if (p->bad)
		return;
	p->rest = sc_str_trim(p->rest);
	p->at = p->rest.n ? (size_t)(p->rest.p - p->all.p) : p->all.n;
	if (!p->rest.n) {
		p->kind = T_END;
		p->token = SC_STR("");
		return;
	}
	if (*p->rest.p == '"' || *p->rest.p == '\'')
		string(p, *p->rest.p);
	else if (is_digit(*p->rest.p) || (*p->rest.p == '-' && p->rest.n > 1 && is_digit(p->rest.p[1])))
		number(p);
	else if (expr_is_name(*p->rest.p))
		word(p);
	else
		punct(p);
	if (!p->bad)
		p->rest = sc_str_from(p->rest, p->token.n);
}

bool expr_is(const struct parser *p, const char *token)
{
	return (p->kind == T_WORD || p->kind == T_PUNCT) && sc_str_eq(p->token, sc_str_c(token));
}

/* Where a value is wanted a word may go on with what names, URLs and media types are made of: image/png, 10.1038/x,
 * https://example.org/. */
void expr_widen(struct parser *p)
{
	size_t n = p->token.n;

	if (p->bad || (p->kind != T_WORD && p->kind != T_NUMBER))
		return;
	while (n - p->token.n < p->rest.n && (expr_is_name(p->token.p[n]) || (p->token.p[n] && strchr("./:+@", p->token.p[n]))))
		n++;
	if (n == p->token.n)
		return;
	p->rest = sc_str_from(p->rest, n - p->token.n);
	p->token.n = n;
	p->kind = T_WORD;
	p->value = (struct value){ .text = p->token };
}
