/* SPDX-License-Identifier: Apache-2.0 */
/* audit_impl.h -- what the files of audits share. */
#ifndef AUDIT_IMPL_H
#define AUDIT_IMPL_H

#include <scope/audit.h>

enum { AUDIT_LINES = 256 };                  /* R lines of one identity, at most */
#define AUDIT_POPULATION (UINT64_C(1) << 53) /* what a double counts exactly */

/* "R\tsha256:HEX\t..." */
bool audit_id(sc_str line, uint8_t id[32]);
bool audit_bytes(sc_str rline, struct sc_arena *a, uint64_t *bytes);
/* NULL: there is none. */
struct sc_audit_stratum *audit_stratum(const struct sc_audit *au, sc_str value);
/* How many are drawn of a stratum of that size: no fewer than its share, rounded up. */
uint64_t audit_quota(const struct sc_audit *au, uint64_t of);

#endif
