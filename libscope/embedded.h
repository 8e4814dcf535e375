/* SPDX-License-Identifier: Apache-2.0 */
/* embedded.h -- what the readers of images' own words share. */
#ifndef EMBEDDED_H
#define EMBEDDED_H

#include <scope/embedded.h>

/* Adds one: value as found, any bytes; where: its place in the image. */
void embedded_add(struct sc_embedded_list *l, enum sc_embedded_field f, sc_str value, uint64_t off, uint64_t len);
/* Readers of one block each; at: where it begins in the image. */
void embedded_xmp(struct sc_embedded_list *l, sc_str xmp, uint64_t at, uint64_t whole); /* whole: its length, where it was compressed; else 0 */
void embedded_iptc(struct sc_embedded_list *l, sc_str iim, uint64_t at);
void embedded_tiff(struct sc_embedded_list *l, sc_str tiff, uint64_t at);	/* EXIF too */
void embedded_photoshop(struct sc_embedded_list *l, sc_str resources, uint64_t at); /* 8BIM blocks */

#endif
