/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scope/jcs.h -- JSON in its canonical form (RFC 8785): one text for one value, so that texts can be digested and compared.
 *
 * No white space; members sorted by the UTF-16 code units of their names; strings with the fewest escapes; numbers as ECMAScript prints
 * the double that they are read as.  So 1e2, 100 and 100.0 are one number, and of an integer past 2^53 only the nearest double is left: who
 * needs all its digits writes a string.
 */
#ifndef SCOPE_JCS_H
#define SCOPE_JCS_H

#include <scope/base.h>

/* *out is in `a`.  SC_BAD: it is no JSON as sc_json_check has it, a name stands twice in an object, or a number is past the largest double. */
int sc_jcs(struct sc_arena *a, sc_str json, sc_str *out, struct sc_err *e);

enum { SC_JCS_NUMBER = 32 };
/* A finite number as ECMAScript prints it: the fewest digits that read back as v, the nearest of those.  Its length, at most 25. */
size_t sc_jcs_number(double v, char out[SC_JCS_NUMBER]);

#endif
