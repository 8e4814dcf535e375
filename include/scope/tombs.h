/* SPDX-License-Identifier: Apache-2.0 */
/* scope/tombs.h -- tombstones: identities that were taken back, each with a reason, as X lines of a manifest have them. */
#ifndef SCOPE_TOMBS_H
#define SCOPE_TOMBS_H

#include <scope/manifest.h>

struct sc_tombs;
struct sc_tombs *sc_tombs_new(size_t memory);
int sc_tombs_add(struct sc_tombs *t, const uint8_t id[32], sc_str reason, struct sc_err *e);
/* All X lines of a manifest, or of a text file that has X lines, empty ones and # comments and nothing else.  SC_BAD: it has other
 * lines, or is not whole. */
int sc_tombs_file(struct sc_tombs *t, sc_str path, struct sc_err *e);
int sc_tombs_seal(struct sc_tombs *t,
                  struct sc_err *e); /* nothing is added any more; any number of threads may ask */
uint64_t sc_tombs_n(const struct sc_tombs *t);
/* Is the identity among them?  *reason as the line has it, escaped; may be NULL. */
bool sc_tombs_has(const struct sc_tombs *t, const uint8_t id[32], sc_str *reason);
bool sc_tombs_says(const struct sc_tombs *t, sc_str id,
                   sc_str *reason); /* the same of "sha256:HEX"; anything else is not among them */
void sc_tombs_digest(const struct sc_tombs *t, uint8_t out[32]); /* of all lines */
int sc_tombs_carry(const struct sc_tombs *t, struct sc_manifest_writer *w,
                   struct sc_err *e);   /* as X lines */
void sc_tombs_free(struct sc_tombs *t); /* NULL is fine */

#endif
