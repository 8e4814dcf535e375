/* SPDX-License-Identifier: Apache-2.0 */
/*
 * image.c -- is it an image, of what size, and all there?
 *
 * Headers as their specifications have them: PNG (W3C/ISO 15948), JPEG (ITU T.81), GIF 89a, TIFF 6.0, BMP, WebP (RFC 9649).
 * A file that stops before its format says it may is reported as cut: half a picture must not pass for a figure.
 */
#include <scope/image.h>
#include <scope/plugin.h>
#include <scope/text.h>

typedef const unsigned char *bytes_t;

static uint32_t be16(bytes_t p)
{
	return (uint32_t)p[0] << 8 | p[1];
}

static uint32_t be32(bytes_t p)
{
	return be16(p) << 16 | be16(p + 2);
}

static uint32_t le16(bytes_t p)
{
	return (uint32_t)p[1] << 8 | p[0];
}

static uint32_t le32(bytes_t p)
{
	return le16(p + 2) << 16 | le16(p);
}

/* Each returns NULL when the file is whole, else what is wrong. */
typedef const char *look_fn(bytes_t p, size_t n, struct sc_image *out);

static const char cut[] = "cut short";
static const char empty[] = "an image without width or height";

/* Chunks: length, type, data, CRC; IEND is the last one.  What stands behind it is no part of the picture. */
static const char *png(bytes_t p, size_t n, struct sc_image *out)
{
	size_t at = 8;

	if (n < 33)
		return cut;
	out->width = be32(p + 16);
	out->height = be32(p + 20);
	while (n - at >= 12) {
		uint32_t len = be32(p + at);

		if (len > n - at - 12)
			return cut;
		if (!memcmp(p + at + 4, "IEND", 4))
			return out->width && out->height ? NULL : empty;
		at += 12 + (size_t)len;
	}
	return cut;
}

/* Segments up to the frame header; an end-of-image marker must follow. */
static const char *jpeg(bytes_t p, size_t n, struct sc_image *out)
{
	size_t at = 2, end = n;

	while (end >= 2 && (p[end - 2] != 0xff || p[end - 1] != 0xd9))
		end--;
	while (at + 9 < n) {
		unsigned marker = p[at + 1];

		if (p[at] != 0xff)
			return "a JPEG with spoilt markers";
		if (marker == 0xff) { /* fill */
			at++;
			continue;
		}
		if (marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc) {
			out->height = be16(p + at + 5);
			out->width = be16(p + at + 7);
			return end < 2 || end < at ? cut : out->width ? NULL : empty; /* the height may come later (DNL) */
		}
		at += marker == 0x01 || (marker >= 0xd0 && marker <= 0xd8) ? 2 : 2 + be16(p + at + 2);
	}
	return cut;
}

static const char *gif(bytes_t p, size_t n, struct sc_image *out)
{
	if (n < 14)
		return cut;
	out->width = le16(p + 6);
	out->height = le16(p + 8);
	while (n > 13 && !p[n - 1])
		n--;
	return p[n - 1] != ';' ? cut : out->width && out->height ? NULL : empty;
}

static const char *bmp(bytes_t p, size_t n, struct sc_image *out)
{
	uint32_t height;

	if (n < 26 || le32(p + 10) > n)
		return cut;
	out->width = le32(p + 14) == 12 ? le16(p + 18) : le32(p + 18);
	height = le32(p + 14) == 12 ? le16(p + 20) : le32(p + 22);
	out->height = height > INT32_MAX ? 0 - height : height; /* negative: top down */
	return out->width && out->height ? NULL : empty;
}

static const char *webp(bytes_t p, size_t n, struct sc_image *out)
{
	if (n < 30 || le32(p + 4) > n - 8)
		return cut;
	if (!memcmp(p + 12, "VP8X", 4)) {
		out->width = 1 + (le32(p + 24) & 0xffffff);
		out->height = 1 + (le32(p + 26) >> 8);
	} else if (!memcmp(p + 12, "VP8L", 4)) {
		out->width = 1 + (le32(p + 21) & 0x3fff);
		out->height = 1 + (le32(p + 21) >> 14 & 0x3fff);
	} else {
		out->width = le16(p + 26) & 0x3fff;
		out->height = le16(p + 28) & 0x3fff;
	}
	return out->width && out->height ? NULL : empty;
}

/* ---- TIFF: a list of tags, each with values beside it or elsewhere in the file ---- */

struct tiff {
	bytes_t p;
	size_t n;
	uint32_t (*u16)(bytes_t), (*u32)(bytes_t);
};

struct values {
	bytes_t p;
	size_t n;
	bool wide;
};

/* The values of an entry of 12 bytes, SHORT or LONG; none of another type or outside of the file. */
static struct values values(const struct tiff *t, bytes_t entry)
{
	uint32_t type = t->u16(entry + 2), count = t->u32(entry + 4), at = t->u32(entry + 8);
	struct values v = { .p = entry + 8, .n = count, .wide = type == 4 };
	uint64_t size = (uint64_t)count * (v.wide ? 4 : 2);

	if (type != 3 && type != 4)
		return (struct values){ 0 };
	if (size <= 4)
		return v;
	if (size > t->n || at > t->n - size)
		return (struct values){ 0 };
	v.p = t->p + at;
	return v;
}

static uint32_t value(const struct tiff *t, const struct values *v, size_t i)
{
	return v->wide ? t->u32(v->p + 4 * i) : t->u16(v->p + 2 * i);
}

static const char *tiff(bytes_t p, size_t n, struct sc_image *out)
{
	struct tiff t = { .p = p, .n = n, .u16 = *p == 'I' ? le16 : be16, .u32 = *p == 'I' ? le32 : be32 };
	struct values where = { 0 }, size = { 0 };
	uint32_t dir, entries;

	if (n < 8)
		return cut;
	if (t.u16(p + 2) == 43) /* BigTIFF: offsets of eight bytes */
		return NULL;
	dir = t.u32(p + 4);
	if (dir > n - 2 || (entries = t.u16(p + dir)) * 12 > n - 2 - dir)
		return cut;
	for (uint32_t i = 0; i < entries; i++) {
		bytes_t entry = p + dir + 2 + 12 * (size_t)i;
		uint32_t tag = t.u16(entry);
		struct values v = values(&t, entry);

		if (tag == 256 && v.n)
			out->width = value(&t, &v, 0);
		else if (tag == 257 && v.n)
			out->height = value(&t, &v, 0);
		else if (tag == 273 || tag == 324)
			where = v;
		else if (tag == 279 || tag == 325)
			size = v;
	}
	for (size_t i = 0; i < where.n && i < size.n; i++)
		if ((uint64_t)value(&t, &where, i) + value(&t, &size, i) > n)
			return cut;
	return out->width && out->height ? NULL : empty;
}

/* ---- vectors ---- */

static bool has_last(bytes_t p, size_t n, sc_str what)
{
	for (size_t i = n; i >= what.n; i--)
		if (!memcmp(p + i - what.n, what.p, what.n))
			return true;
	return false;
}

static const char *svg(bytes_t p, size_t n, struct sc_image *out)
{
	(void)out;
	return has_last(p, n, SC_STR("</svg>")) || has_last(p, n, SC_STR(":svg>")) ? NULL : cut;
}

static const char *pdf(bytes_t p, size_t n, struct sc_image *out)
{
	(void)out;
	return has_last(p, n, SC_STR("%%EOF")) ? NULL : cut;
}

static const char *eps(bytes_t p, size_t n, struct sc_image *out)
{
	(void)p;
	(void)out;
	return n < 30 ? cut : NULL;
}

/* Of formats whose headers are not read here only the magic is known. */
static const struct {
	sc_str media;
	look_fn *look;
	bool vector;
} kinds[] = {
	{ SC_LIT("image/png"), png, false },	 { SC_LIT("image/jpeg"), jpeg, false },
	{ SC_LIT("image/gif"), gif, false },	 { SC_LIT("image/tiff"), tiff, false },
	{ SC_LIT("image/bmp"), bmp, false },	 { SC_LIT("image/webp"), webp, false },
	{ SC_LIT("image/svg+xml"), svg, true },	 { SC_LIT("application/pdf"), pdf, true },
	{ SC_LIT("application/postscript"), eps, true },
};

bool sc_image_look(sc_str bytes, struct sc_image *out, const char **why)
{
	sc_str rule;
	size_t at, n;

	*out = (struct sc_image){ .media = sc_media_sniff(bytes, &rule, &at, &n) };
	for (size_t i = 0; i < SC_COUNT(kinds); i++) {
		if (!sc_str_eq(kinds[i].media, out->media))
			continue;
		out->vector = kinds[i].vector;
		out->ext = sc_ext_of_media(out->media);
		*why = kinds[i].look((bytes_t)bytes.p, bytes.n, out);
		return !*why;
	}
	out->ext = sc_ext_of_media(out->media);
	*why = "not an image";
	return sc_str_starts(out->media, SC_STR("image/")) && out->ext.n;
}
