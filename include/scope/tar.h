/* SPDX-License-Identifier: Apache-2.0 */
/* scope/tar.h -- reading one tar header block, and pax records.  `h` is always SC_TAR_BLOCK bytes. */
#ifndef SCOPE_TAR_H
#define SCOPE_TAR_H

#include <scope/base.h>

enum { SC_TAR_BLOCK = 512 };

/* What pax records say.  Empty strings and has_* false: nothing. */
struct sc_pax {
	struct sc_buf path, link;
	uint64_t size;
	int64_t mtime;
	bool has_size, has_mtime, sparse;
};

sc_str sc_tar_field(const char *p, size_t n);                /* text up to a NUL */
/* Octal or base 256; blanks and NULs around it.  False: not a number, or negative. */
bool sc_tar_number(const char *p, size_t n, uint64_t *out);
bool sc_tar_is_zero(const char *p, size_t n);
bool sc_tar_has_magic(const char *h);                        /* "ustar" */
bool sc_tar_is_header(const char *h);                        /* its checksum is right */
bool sc_tar_size(const char *h, uint64_t *size);             /* false when no member can be that large */
uint64_t sc_tar_padding(uint64_t size);                      /* to the next block */

/* Records "LEN KEY=VALUE\n" into x, on top of what is there.  SC_BAD says which is spoilt. */
int sc_pax_parse(struct sc_pax *x, sc_str text, struct sc_err *e);
void sc_pax_clear(struct sc_pax *x); /* keeps its memory */

#endif
