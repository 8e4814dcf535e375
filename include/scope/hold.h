/* SPDX-License-Identifier: Apache-2.0 */
/* scope/hold.h -- all bytes of an input at once, for formats whose directory stands at the end (zip, 7z). */
#ifndef SCOPE_HOLD_H
#define SCOPE_HOLD_H

#include <scope/input.h>

struct sc_hold {
	sc_str bytes;       /* the whole input; a private mapping of a nameless file when it is large */
	int fd;             /* that file, or -1 */
	uint64_t good;      /* bytes before the first break; bytes.n when there was none */
	struct sc_err why;  /* the first break */
	struct sc_buf small;
};

/* Reads `in` to its end.  Breaks are mended and noted in h->good and h->why.  SC_OK or SC_FAIL (no room in TMPDIR; more than
 * SC_HOLD_MOST bytes). */
#define SC_HOLD_MOST (UINT64_C(1) << 40)
int sc_hold(struct sc_hold *h, struct sc_input *in, struct sc_err *e);
/* Bytes off..off+len will not be looked at soon: they need no memory. */
void sc_hold_done(struct sc_hold *h, uint64_t off, uint64_t len);
void sc_hold_free(struct sc_hold *h); /* zeroed is fine */

#endif
