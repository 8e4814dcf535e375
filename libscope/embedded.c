/* SPDX-License-Identifier: Apache-2.0 */
/* embedded.c -- where image files keep what they say of themselves; see scope/embedded.h. */
#include "embedded.h"

#include <scope/text.h>

#include <zlib.h>

enum { MOST_FIELDS = 64, MOST_VALUE = 4096, MOST_INFLATED = 1 << 20 };

const char *sc_embedded_name(enum sc_embedded_field f)
{
	static const char *const names[SC_EMBEDDED_FIELDS] = {
		"xmp:cc:license",  "xmp:xmpRights:WebStatement", "xmp:xmpRights:UsageTerms", "xmp:dc:rights",	"exif:copyright",
		"iptc:copyright-notice", "png:text",		 "xmp:plus:DataMining",	     "xmp:tdm:reservation", "xmp:tdm:policy",
	};

	return names[f];
}

/* Latin-1 where it is not UTF-8; control characters as blanks. */
static sc_str clean(struct sc_arena *a, sc_str s)
{
	struct sc_buf b = { .a = a };
	size_t whole;
	bool utf8;

	s = sc_str_head(s, sc_str_chr(s, 0));
	s = sc_str_head(s, MOST_VALUE);
	whole = sc_utf8_valid(s);
	utf8 = whole == s.n || (s.n == MOST_VALUE && s.n - whole < 4); /* cut in a character */
	s.n = utf8 ? whole : s.n;
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c < 0x20 || c == 0x7f) {
			sc_buf_byte(&b, ' ');
		} else if (c < 0x80 || utf8) {
			sc_buf_byte(&b, (char)c);
		} else {
			sc_buf_byte(&b, (char)(0xc0 | c >> 6));
			sc_buf_byte(&b, (char)(0x80 | (c & 0x3f)));
		}
	}
	return sc_str_trim(sc_buf_seal(&b));
}

void embedded_add(struct sc_embedded_list *l, enum sc_embedded_field f, sc_str value, uint64_t off, uint64_t len)
{
	value = clean(l->a, value);
	if (!value.n || l->n == MOST_FIELDS)
		return;
	for (uint32_t i = 0; i < l->n; i++)
		if (l->v[i].field == f && sc_str_eq(l->v[i].value, value))
			return;
	if (l->n == l->cap) {
		uint32_t cap = l->cap ? 2 * l->cap : 8;
		struct sc_embedded *v = SC_NEW(l->a, struct sc_embedded, cap);

		if (l->n)
			memcpy(v, l->v, l->n * sizeof *v);
		l->v = v;
		l->cap = cap;
	}
	l->v[l->n++] = (struct sc_embedded){ f, value, off, len };
}

static uint32_t be(sc_str s, size_t at, size_t n)
{
	uint32_t v = 0;

	for (size_t i = 0; i < n; i++)
		v = v << 8 | (unsigned char)s.p[at + i];
	return v;
}

static uint32_t le32(sc_str s, size_t at)
{
	return (uint32_t)__builtin_bswap32(be(s, at, 4));
}

/* ---- JPEG ---- */

static void jpeg_segment(struct sc_embedded_list *l, unsigned marker, sc_str s, uint64_t at)
{
	static const sc_str exif = { "Exif\0\0", 6 }, xmp = { "http://ns.adobe.com/xap/1.0/\0", 29 }, photoshop = { "Photoshop 3.0\0", 14 };

	if (marker == 0xe1 && sc_str_starts(s, exif))
		embedded_tiff(l, sc_str_from(s, exif.n), at + exif.n);
	else if (marker == 0xe1 && sc_str_starts(s, xmp))
		embedded_xmp(l, sc_str_from(s, xmp.n), at + xmp.n, 0);
	else if (marker == 0xed && sc_str_starts(s, photoshop))
		embedded_photoshop(l, sc_str_from(s, photoshop.n), at + photoshop.n);
}

static void jpeg(struct sc_embedded_list *l, sc_str s)
{
	size_t at = 2;

	while (s.n - at >= 4 && s.p[at] == '\xff') {
		unsigned marker = (unsigned char)s.p[at + 1];
		size_t n;

		if (marker == 0xff) { /* fill */
			at++;
			continue;
		}
		if (marker == 0xda || marker == 0xd9)
			return;
		n = be(s, at + 2, 2);
		if (n < 2 || n > s.n - at - 2)
			return;
		jpeg_segment(l, marker, (sc_str){ s.p + at + 4, n - 2 }, at + 4);
		at += 2 + n;
	}
}

/* ---- PNG ---- */

static bool is_rights_key(sc_str key)
{
	static const sc_str keys[] = { SC_LIT("Copyright"), SC_LIT("License"), SC_LIT("Licence"), SC_LIT("Rights"), SC_LIT("Usage Terms") };

	for (size_t i = 0; i < SC_COUNT(keys); i++)
		if (sc_str_ieq(keys[i], key))
			return true;
	return false;
}

static sc_str inflated(struct sc_arena *a, sc_str s)
{
	char *out = sc_alloc(a, MOST_INFLATED);
	uLongf n = MOST_INFLATED;
	uLong in = s.n;
	int rc = uncompress2((Bytef *)out, &n, (const Bytef *)s.p, &in);

	return rc == Z_OK ? (sc_str){ out, n } : (sc_str){ NULL, 0 };
}

static void png_text(struct sc_embedded_list *l, sc_str type, sc_str s, uint64_t at)
{
	size_t end = sc_str_chr(s, 0);
	sc_str key = sc_str_head(s, end), value;
	bool packed = sc_str_eq(type, SC_STR("zTXt")), xmp;

	if (end == SC_NONE || end > 79)
		return;
	value = sc_str_from(s, end + 1);
	xmp = sc_str_eq(key, SC_STR("XML:com.adobe.xmp"));
	if (!xmp && !is_rights_key(key))
		return;
	if (packed) {
		value = sc_str_from(value, 1);
	} else if (sc_str_eq(type, SC_STR("iTXt"))) { /* flag, method, language NUL, translated key NUL */
		if (value.n < 2)
			return;
		packed = *value.p == 1;
		value = sc_str_from(value, 2);
		for (int i = 0; i < 2; i++) {
			end = sc_str_chr(value, 0);
			if (end == SC_NONE)
				return;
			value = sc_str_from(value, end + 1);
		}
	}
	if (!packed)
		at += (uint64_t)(value.p - s.p);
	else
		value = inflated(l->a, value);
	if (xmp)
		embedded_xmp(l, value, at, packed ? s.n : 0);
	else
		embedded_add(l, SC_EMBEDDED_PNG, value, at, packed ? s.n : value.n);
}

static void png(struct sc_embedded_list *l, sc_str s)
{
	for (size_t at = 8; s.n - at >= 12;) {
		size_t n = be(s, at, 4);
		sc_str type = { s.p + at + 4, 4 }, body;

		if (n > s.n - at - 12)
			return;
		body = (sc_str){ s.p + at + 8, n };
		if (sc_str_eq(type, SC_STR("eXIf")))
			embedded_tiff(l, body, at + 8);
		else if (sc_str_eq(type, SC_STR("tEXt")) || sc_str_eq(type, SC_STR("iTXt")) || sc_str_eq(type, SC_STR("zTXt")))
			png_text(l, type, body, at + 8);
		at += 12 + n;
		if (sc_str_eq(type, SC_STR("IEND")))
			return;
	}
}

/* ---- WebP, GIF, PSD ---- */

static void webp(struct sc_embedded_list *l, sc_str s)
{
	for (size_t at = 12; s.n - at >= 8;) {
		size_t n = le32(s, at + 4);
		sc_str type = { s.p + at, 4 }, body;

		if (n > s.n - at - 8)
			return;
		body = (sc_str){ s.p + at + 8, n };
		if (sc_str_eq(type, SC_STR("XMP ")))
			embedded_xmp(l, body, at + 8, 0);
		else if (sc_str_eq(type, SC_STR("EXIF"))) {
			size_t skip = sc_str_starts(body, (sc_str){ "Exif\0\0", 6 }) ? 6 : 0;

			embedded_tiff(l, sc_str_from(body, skip), at + 8 + skip);
		}
		at += 8 + n;
		if (n % 2 && at < s.n)
			at++;
	}
}

/* XMP stands in an application extension without sub-blocks of its own: up to its trailer of 258 bytes. */
static void gif(struct sc_embedded_list *l, sc_str s)
{
	static const sc_str mark = SC_LIT("\x21\xff\x0bXMP DataXMP");
	size_t at = sc_str_find(s, mark), end;

	if (at == SC_NONE)
		return;
	at += mark.n;
	end = sc_str_find(sc_str_from(s, at), SC_STR("</x:xmpmeta>"));
	if (end != SC_NONE)
		embedded_xmp(l, (sc_str){ s.p + at, end + 12 }, at, 0);
}

static void psd(struct sc_embedded_list *l, sc_str s)
{
	size_t at = 26, n;

	if (s.n < at + 4)
		return;
	n = be(s, at, 4);
	if (n > s.n - at - 4 || s.n - at - 4 - n < 4)
		return;
	at += 4 + n;
	n = be(s, at, 4);
	if (n <= s.n - at - 4)
		embedded_photoshop(l, (sc_str){ s.p + at + 4, n }, at + 4);
}

void embedded_photoshop(struct sc_embedded_list *l, sc_str s, uint64_t at)
{
	for (size_t i = 0; s.n - i >= 12 && sc_str_starts(sc_str_from(s, i), SC_STR("8BIM"));) {
		unsigned id = be(s, i + 4, 2);
		size_t name = (unsigned char)s.p[i + 6], n;
		sc_str body;

		i += 7 + name + (name % 2 == 0); /* with its length byte padded to an even number */
		if (i > s.n || s.n - i < 4)
			return;
		n = be(s, i, 4);
		i += 4;
		if (n > s.n - i)
			return;
		body = (sc_str){ s.p + i, n };
		if (id == 0x0404)
			embedded_iptc(l, body, at + i);
		else if (id == 0x0424)
			embedded_xmp(l, body, at + i, 0);
		else if (id == 0x0422)
			embedded_tiff(l, body, at + i);
		i += n;
		if (n % 2 && i < s.n)
			i++;
	}
}

/* ---- all ---- */

/* Is the root element an svg? */
static bool is_svg(sc_str s)
{
	s = sc_str_head(s, 16384);
	if (sc_str_starts(s, SC_STR("\xef\xbb\xbf")))
		s = sc_str_from(s, 3);
	for (;;) {
		size_t end;

		s = sc_str_trim(s);
		if (sc_str_starts(s, SC_STR("<svg")))
			return true;
		end = sc_str_starts(s, SC_STR("<!--")) ? sc_str_find(s, SC_STR("-->"))
		      : sc_str_starts(s, SC_STR("<?")) ? sc_str_find(s, SC_STR("?>"))
		      : sc_str_starts(s, SC_STR("<!")) ? sc_str_chr(s, '>')
						       : SC_NONE;
		if (end == SC_NONE)
			return false;
		s = sc_str_from(s, end + 1 + 2 * sc_str_starts(s, SC_STR("<!--")) + sc_str_starts(s, SC_STR("<?")));
	}
}

bool sc_may_embed(sc_str media, sc_str s)
{
	static const sc_str first[] = { SC_LIT("\xff\xd8\xff"), SC_LIT("\x89PNG"), SC_LIT("II*"),	    { "MM\0*", 4 },	SC_LIT("GIF8"),
					SC_LIT("8BPS"),	    SC_LIT("%PDF-"),  SC_LIT("%!PS-Adobe"), SC_LIT("<?xpacket"), SC_LIT("<x:xmpmeta"),
					SC_LIT("\xc5\xd0\xd3\xc6") };

	if (sc_str_starts(media, SC_STR("image/")))
		return true;
	for (size_t i = 0; i < SC_COUNT(first); i++)
		if (sc_str_starts(s, first[i]))
			return true;
	if (s.n >= 12 && sc_str_starts(s, SC_STR("RIFF")))
		return sc_str_eq((sc_str){ s.p + 8, 4 }, SC_STR("WEBP"));
	return (s.n >= 12 && sc_str_eq((sc_str){ s.p + 4, 4 }, SC_STR("ftyp"))) || is_svg(s);
}

void sc_embedded_read(struct sc_embedded_list *l, sc_str s)
{
	if (sc_str_starts(s, SC_STR("\xff\xd8\xff")))
		jpeg(l, s);
	else if (sc_str_starts(s, SC_STR("\x89PNG\r\n\x1a\n")))
		png(l, s);
	else if (sc_str_starts(s, (sc_str){ "II*\0", 4 }) || sc_str_starts(s, (sc_str){ "MM\0*", 4 }))
		embedded_tiff(l, s, 0);
	else if (s.n >= 12 && sc_str_starts(s, SC_STR("RIFF")) && sc_str_eq((sc_str){ s.p + 8, 4 }, SC_STR("WEBP")))
		webp(l, s);
	else if (sc_str_starts(s, SC_STR("GIF8")))
		gif(l, s);
	else if (sc_str_starts(s, SC_STR("8BPS")))
		psd(l, s);
	else
		embedded_xmp(l, s, 0, 0);
}
