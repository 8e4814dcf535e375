/* SPDX-License-Identifier: Apache-2.0 */
/* scope/image.h -- what an image file's header says, and whether the file is all there.  No pixel is decoded. */
#ifndef SCOPE_IMAGE_H
#define SCOPE_IMAGE_H

#include <scope/base.h>

struct sc_image {
	sc_str media;           /* "image/png", "application/pdf", ...: by its bytes */
	sc_str ext;             /* "png", "tif", "jpg", "svg", "pdf", "eps": what such a file is called */
	bool vector;            /* svg, pdf, eps */
	uint32_t width, height; /* pixels; 0 where the format has none or its header is not read here */
};

/*
 * False: it is no image, or not a whole one, and *why says so in a few words.  Looked at are the magic bytes and, of PNG, JPEG, GIF,
 * TIFF, BMP and WebP, the size in the header and where the file must end; of SVG, PDF and EPS that they begin and end as such.
 */
bool sc_image_look(sc_str bytes, struct sc_image *out, const char **why);

#endif
