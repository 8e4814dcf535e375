/* SPDX-License-Identifier: Apache-2.0 */
/*
 * expr_literal.c -- a literal that all matches of a pattern have in common, so that a text without it needs no matching.
 *
 * Only patterns that are a plain row of characters, classes, dots and anchors are looked at: [Ll]icen[cs]e has "icen".
 * Without repeats and groups a match takes so few steps that no limit can end it on texts up to LITERAL_MOST, so ruling it
 * out beforehand never turns undecided into false.
 */
#include "expr_tree.h"

enum { LEAST = 3, MOST = 64 };

/* Length of the class that opens at p[0]; 0 when it is not a plain one. */
static size_t class_length(sc_str p)
{
	size_t i = 1;

	i += i < p.n && p.p[i] == '^';
	i += i < p.n && p.p[i] == ']';
	for (; i < p.n && p.p[i] != ']'; i++) {
		if (p.p[i] == '[')
			return 0;
		if (p.p[i] == '\\' && (++i == p.n || p.p[i] == 'Q' || p.p[i] == 'E'))
			return 0;
	}
	return i < p.n ? i + 1 : 0;
}

/* Length of the item at p[0], 0 when the pattern is none for us; *literal: it is just that byte, and JSON has it as it is. */
static size_t item(sc_str p, bool *literal)
{
	static const char repeats[] = "|()*+?{}", apart[] = ".^$\"/", known[] = "dDwWsSbB.-_ ,:;=@<>&%#!~'`^$[](){}*+?|\\/\"";
	unsigned char c = (unsigned char)*p.p;

	*literal = false;
	if (memchr(repeats, c, sizeof repeats)) /* or NUL */
		return 0;
	if (c == '[')
		return class_length(p);
	if (c == '\\')
		return p.n > 1 && p.p[1] && memchr(known, p.p[1], sizeof known) ? 2 : 0;
	*literal = c >= 0x20 && c < 0x7f && !memchr(apart, c, sizeof apart);
	return 1;
}

sc_str expr_literal(sc_str pattern)
{
	static const sc_str none = { NULL, 0 };
	sc_str rest = pattern, best = none, run = none;

	while (rest.n) {
		bool literal;
		size_t n = item(rest, &literal);

		if (!n)
			return none;
		if (!literal)
			run = none;
		else
			run = run.n ? (sc_str){ run.p, run.n + 1 } : sc_str_head(rest, 1);
		if (run.n > best.n && run.n <= MOST)
			best = run;
		rest = sc_str_from(rest, n);
	}
	return best.n >= LEAST ? best : none;
}
