/* SPDX-License-Identifier: Apache-2.0 */
/* sha256.h -- SHA-256 by the CPU's own instructions, two messages at once; digest.c chooses. */
#ifndef SHA256_H
#define SHA256_H

#include <scope/base.h>

/* Digests of n messages.  To be called only where cpu_sha() says so. */
void sha256_ni_many(const sc_str *v, size_t n, uint8_t (*out)[32]);

#endif
