/* SPDX-License-Identifier: Apache-2.0 */
/* charter_impl.h -- what the files that read charters share. */
#ifndef CHARTER_IMPL_H
#define CHARTER_IMPL_H

#include <scope/charter.h>

/* *s in the form that manifests have; or what was expected instead. */
const char *charter_value(struct sc_arena *a, enum sc_fact key, sc_str *s);

/* "hill(1,host)": what stands before and between the parentheses. */
bool charter_call(sc_str word, sc_str *name, sc_str *args);
bool charter_fact(sc_str name, enum sc_fact *key); /* "license" too */
/* of, q, key, share and by_bytes of d, from such a word. */
bool charter_measure(struct sc_arena *a, struct sc_directive *d, sc_str word);

/* A whole charter: each cost, benefit and modification has a name of its own, and modifications are on what there is.  NULL, or what was expected of
 * directive *which instead of *word. */
const char *charter_whole(const struct sc_charter *c, size_t *which, sc_str *word);

#endif
