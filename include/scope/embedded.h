/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scope/embedded.h -- what an image file says of its own rights: XMP (ISO 16684-1), IPTC-IIM 4.2, EXIF 2.32, PNG's text chunks.
 *
 * Looked at are JPEG, PNG, TIFF, WebP, GIF, PSD and SVG by their structure; in other files an XMP packet is looked for by its mark.  No
 * pixel is decoded.  What is damaged says what was read before the damage.
 */
#ifndef SCOPE_EMBEDDED_H
#define SCOPE_EMBEDDED_H

#include <scope/base.h>

enum sc_embedded_field {
	SC_EMBEDDED_LICENSE,	   /* cc:license */
	SC_EMBEDDED_WEB_STATEMENT, /* xmpRights:WebStatement */
	SC_EMBEDDED_USAGE_TERMS,   /* xmpRights:UsageTerms */
	SC_EMBEDDED_RIGHTS,	   /* dc:rights */
	SC_EMBEDDED_EXIF,	   /* EXIF and TIFF 0x8298 */
	SC_EMBEDDED_IPTC,	   /* IIM 2:116 */
	SC_EMBEDDED_PNG,	   /* PNG text: Copyright, License, Rights ... */
	SC_EMBEDDED_DATA_MINING,   /* plus:DataMining */
	SC_EMBEDDED_TDM_RESERVATION,
	SC_EMBEDDED_TDM_POLICY,
	SC_EMBEDDED_FIELDS
};
const char *sc_embedded_name(enum sc_embedded_field f); /* "xmp:dc:rights" */

struct sc_embedded {
	enum sc_embedded_field field;
	sc_str value;	   /* UTF-8 in the arena, trimmed, no control characters; never empty */
	uint64_t off, len; /* the bytes of the image that say so; where they are compressed, the whole chunk */
};

struct sc_embedded_list {
	struct sc_arena *a;
	struct sc_embedded *v;
	uint32_t n, cap; /* at most 64 */
};

/* May a file of this media type, or with these first bytes, be one to look at?  Text and archives are not. */
bool sc_may_embed(sc_str media, sc_str bytes);
void sc_embedded_read(struct sc_embedded_list *l, sc_str image);

#endif
