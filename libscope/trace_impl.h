/* SPDX-License-Identifier: Apache-2.0 */
/* trace_impl.h -- between the files of trace. */
#ifndef TRACE_IMPL_H
#define TRACE_IMPL_H

#include <scope/trace.h>

/* Room for one more at v[n]; what it outgrows stays in the arena. */
void *trace_grow(struct sc_arena *a, void *v, size_t n, size_t *cap, size_t each);
/* The node of a record in a manifest, read when it is new.  *out: SC_NONE when the manifest does not hold it.  `at`: a place that is wanted
 * however many there are; may be empty. */
int trace_node(struct sc_trace *t, size_t m, sc_str id, sc_str at, size_t *out, struct sc_err *e);
void trace_index_add(struct sc_arena *a, size_t **v, size_t *n, size_t *cap, size_t i); /* each once */

#endif
