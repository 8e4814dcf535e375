/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scope/retag.h -- tags are reproducible claims: the taggers that a manifest names, run again over its shards, must say what its R lines say.
 *
 * Compared are licence, basis, domain, host, site and rights of each identity.  A tag that hangs on what is no longer in the shards (a sibling
 * file of the archive that was read, an origin's robots.txt) may differ, and then does so rightly.
 */
#ifndef SCOPE_RETAG_H
#define SCOPE_RETAG_H

#include <scope/manifest.h>

/* root: where S paths lie; empty: beside the manifest.  SC_OK: *n records, all the same; SC_BAD: the first that is not, and how many; SC_FAIL. */
int sc_retag(sc_str manifest, sc_str root, size_t memory, uint64_t *n, struct sc_err *e);

#endif
