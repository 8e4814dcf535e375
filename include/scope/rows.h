/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scope/rows.h -- what is only looked up once it was gathered: rows of one width, and lines of text, sorted, each once.
 *
 * While they are gathered they cost the memory of a sort; afterwards they lie in a nameless file in TMPDIR that is mapped, or in memory
 * while they are few.  Ten million identities are a file of 320 MB that the kernel may drop pages of.  What is sealed may be
 * read by any number of threads.
 */
#ifndef SCOPE_ROWS_H
#define SCOPE_ROWS_H

#include <scope/base.h>

struct sc_rows;
struct sc_rows *sc_rows_new(size_t width, size_t memory); /* width 0: lines of text, any length */
int sc_rows_add(struct sc_rows *r, sc_str row,
                struct sc_err *e); /* a row has `width` bytes; a line has no LF */
int sc_rows_put(struct sc_rows *r, sc_str row, struct sc_err *e); /* instead: they come in order already */
int sc_rows_seal(struct sc_rows *r,
                 struct sc_err *e);   /* nothing is added any more; what follows works */
void sc_rows_free(struct sc_rows *r); /* NULL is fine */

uint64_t sc_rows_n(const struct sc_rows *r);
const uint8_t *sc_rows_at(const struct sc_rows *r, uint64_t i); /* of one width: the i-th */
/* Of one width: the number of the first row that is not below `head`; sc_rows_n when all are. */
uint64_t sc_rows_find(const struct sc_rows *r, sc_str head);
bool sc_rows_has(const struct sc_rows *r, sc_str head); /* does one begin so? */
sc_str sc_rows_text(const struct sc_rows *r);           /* all lines, each with its LF */

/* What look(1) does: of sorted lines, each with its LF, all that begin with `head`. */
sc_str sc_look(sc_str lines, sc_str head);

#endif
