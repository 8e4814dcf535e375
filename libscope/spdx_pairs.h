/* SPDX-License-Identifier: Apache-2.0 */
/* spdx_pairs.h -- may one derivative work be made of what is under two licences. */
#ifndef SPDX_PAIRS_H
#define SPDX_PAIRS_H

#include <scope/spdx.h>

enum spdx_verdict { SPDX_FINE, SPDX_INTO, SPDX_FROM, SPDX_CONFLICT }; /* INTO: the first's into a work under the second */

/* What is looked up once for a licence: which rows of facts name it, in each of the versions that it stands for. */
enum { SPDX_FACTS = 64, SPDX_VERSIONS = 8 };
struct spdx_side {
	uint32_t terms;
	bool linking;
	size_t n;
	struct {
		uint64_t left, right; /* rows of facts */
		sc_str base;
	} v[SPDX_VERSIONS];
};

/* licence: in canonical spelling, with its WITH if it has one. */
struct spdx_side spdx_side(sc_str licence);
enum spdx_verdict spdx_pair(const struct spdx_side *x, const struct spdx_side *y, const char **why);

#endif
