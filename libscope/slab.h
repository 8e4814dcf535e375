/* SPDX-License-Identifier: Apache-2.0 */
/* slab.h -- what base.c needs of slab.c. */
#ifndef SLAB_H
#define SLAB_H

#include <scope/base.h>

/* One more holder; s. */
struct sc_slab *slab_hold(struct sc_slab *s);
/* Bytes of the caller's, held once: from malloc, or, with mapped > 0, that many from mmap. */
struct sc_slab *slab_adopt(void *p, size_t mapped);

#endif
