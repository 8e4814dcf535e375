/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scope/lookup.h -- a few lines of a manifest out of very many: what begins with something, or is of some kinds.
 *
 * A manifest is sorted, so in a plain file lines are found as look(1) does, by halving; a compressed one, or one from a pipe that was put
 * into a file first, is read through.  Lines are given as they stand, without LF; that they are in order is checked of those that
 * are passed over one by one, not of those that are jumped over: that is verify's.
 */
#ifndef SCOPE_LOOKUP_H
#define SCOPE_LOOKUP_H

#include <scope/base.h>

struct sc_lookup;

/* SC_BAD: it is no manifest; SC_FAIL: it cannot be read.  `path` is a file, not "-": it is read more than once. */
int sc_lookup_open(struct sc_lookup **k, sc_str path, struct sc_err *e);
void sc_lookup_close(struct sc_lookup *k); /* NULL is fine */
bool sc_lookup_direct(const struct sc_lookup *k); /* by halving */

/* SC_OK: go on; SC_EOF: that was enough; SC_BAD and SC_FAIL end it too.  The line lives until it returns; k must not be used in it. */
typedef int sc_lookup_each(void *with, sc_str line, struct sc_err *e);
/* All lines that begin with one of prefix[0..n), in order; those are sorted, and none begins with another. */
int sc_lookup_find(struct sc_lookup *k, const sc_str *prefix, size_t n, sc_lookup_each *each, void *with, struct sc_err *e);
/* All lines of these kinds, which are in the order of the alphabet: "LR". */
int sc_lookup_scan(struct sc_lookup *k, const char *kinds, sc_lookup_each *each, void *with, struct sc_err *e);

#endif
