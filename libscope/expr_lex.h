/* SPDX-License-Identifier: Apache-2.0 */
/* expr_lex.h -- tokens of the filter language: what expr_parse.c stands on. */
#ifndef EXPR_LEX_H
#define EXPR_LEX_H

#include "expr_tree.h"

enum token { T_END, T_WORD, T_STRING, T_NUMBER, T_PUNCT };

struct parser {
	struct sc_expr *x;
	sc_str all, rest;
	enum token kind;
	sc_str token;       /* as written; a string's characters in `value` */
	struct value value;
	size_t at, depth;   /* at: byte offset of token */
	struct sc_err *e;
	size_t *caret;
	bool bad, line; /* line: keys of R lines are names too */
};

/* Both set p->bad and the message, once; the first returns NULL. */
struct node *expr_expected(struct parser *p, const char *what); /* at the token */
void expr_wrong(struct parser *p, size_t at, const char *what);

void expr_advance(struct parser *p);                      /* to the next token */
void expr_widen(struct parser *p);                        /* the token, wanted as a value */
bool expr_is(const struct parser *p, const char *token);  /* a word or sign, not a string */
bool expr_is_name(char c);
sc_str expr_unescaped(struct parser *p, sc_str s);        /* a string that is no regular expression */

#endif
