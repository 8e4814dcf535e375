/* SPDX-License-Identifier: Apache-2.0 */
/* scope/expr.h -- the filter language: scope-expr(7).  Three-valued: true, false, undecided. */
#ifndef SCOPE_EXPR_H
#define SCOPE_EXPR_H

#include <scope/record.h>

enum sc_truth { SC_FALSE, SC_TRUE, SC_UNKNOWN };

struct sc_expr;       /* compiled; shared read-only between threads */
struct sc_expr_match; /* per thread: match data of its patterns */

/* On a mistake SC_FAIL; e->msg has three lines' worth in one: what, then the expression and the caret
 * are given by *caret_at (byte offset) for the caller to draw. */
int sc_expr_compile(struct sc_expr **x, sc_str text, size_t *caret_at, struct sc_err *e);
/* The same over what a manifest says of a record: beside tags, the keys of its R line (id, bytes, basis, title, author, doi, src, parent,
 * conflict, lic.at) are names.  sc_expr_is_payload: it asks for more than that, the text, a part, a name or metadata, which only shards have. */
int sc_expr_compile_line(struct sc_expr **x, sc_str text, size_t *caret_at, struct sc_err *e);
bool sc_expr_is_payload(const struct sc_expr *x);
void sc_expr_free(struct sc_expr *x);
const char *sc_expr_tag(const struct sc_expr *x, size_t i); /* tag keys that it names; NULL past the last */

struct sc_expr_match *sc_expr_match_new(const struct sc_expr *x);
void sc_expr_match_free(struct sc_expr_match *m);
enum sc_truth sc_expr_eval(const struct sc_expr *x, struct sc_expr_match *m, struct sc_arena *a,
                           struct sc_record *r);

#endif
