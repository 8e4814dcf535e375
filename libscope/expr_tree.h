/* SPDX-License-Identifier: Apache-2.0 */
/* expr_tree.h -- what the parser makes and the evaluator walks. */
#ifndef EXPR_TREE_H
#define EXPR_TREE_H

#include <scope/expr.h>
#include <scope/spdx.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

enum node_kind { N_AND, N_OR, N_NOT, N_HAS, N_TEST };
enum operand { O_TAG, O_META, O_TEXT, O_SIZE, O_NAME, O_URL, O_PART };
enum relation { R_EQ, R_NE, R_LT, R_LE, R_GT, R_GE, R_MATCH, R_NOMATCH, R_IN, R_UNDER };

/* A constant: a string, and a number when it was written or reads as one. */
struct value {
	sc_str text;
	double number;
	bool is_number;
};

struct node {
	enum node_kind kind;
	struct node *left, *right; /* AND, OR; NOT has left */
	enum operand operand;
	sc_str key;                /* tag key, path below meta, part name */
	enum relation relation;
	struct value *v;           /* one, or the members of a set, sorted by text */
	size_t n;
	struct sc_idset ids;       /* licence in SET */
	pcre2_code *re;
	size_t re_index;           /* of its match data */
	sc_str literal;            /* is in all that re matches; empty: not known, see literal_of in expr_literal.c */
	unsigned cost;             /* about, in tests of a tag */
};

/* Longest text that is passed over for want of a literal. */
enum { LITERAL_MOST = 1 << 20 };

/* Bytes that are in every match of the pattern, at least three and none that JSON escapes; empty when that is not clear. */
sc_str expr_literal(sc_str pattern);

struct sc_expr {
	struct sc_arena a;
	struct node *top;
	const char **tag;
	size_t ntag;
	pcre2_code **re;
	size_t nre;
	pcre2_match_context *limits;
};

#endif
