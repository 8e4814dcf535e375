/* SPDX-License-Identifier: Apache-2.0 */
/* Claims about what images say of their own rights. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <scope/embedded.h>
#include <scope/licence.h>

static struct sc_arena a;
static struct sc_buf b;

static void put(const char *bytes, size_t n)
{
	sc_buf_add(&b, (sc_str){ bytes, n });
}
#define PUT(lit) put(lit, sizeof(lit) - 1)

static void number(uint32_t v, int bytes, bool big)
{
	for (int i = 0; i < bytes; i++)
		sc_buf_byte(&b, (char)(v >> 8 * (big ? bytes - 1 - i : i)));
}

/* "field=value|" of all fields; those whose bytes are the value's own stand where they say. */
static const char *all(void)
{
	struct sc_embedded_list l = { .a = &a };
	struct sc_buf out = { .a = &a };

	sc_embedded_read(&l, sc_buf_str(&b));
	for (uint32_t i = 0; i < l.n; i++) {
		const struct sc_embedded *x = &l.v[i];

		assert_true(x->off + x->len <= b.n);
		sc_buf_fmt(&out, "%s=%.*s|", sc_embedded_name(x->field), SC_ARG(x->value));
	}
	sc_buf_byte(&out, 0);
	sc_buf_clear(&b);
	return out.p;
}

#define RDF(inside) "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='r'>" inside "</rdf:RDF></x:xmpmeta>"
static const char xmp[] = RDF("<rdf:Description xmlns:dc='d'><dc:rights><rdf:Alt><rdf:li xml:lang='x-default'>CC BY 4.0</rdf:li></rdf:Alt></dc:rights></rdf:Description>");

static void jpeg_segment(int marker, const char *head, size_t nhead, const char *body, size_t n)
{
	sc_buf_byte(&b, (char)0xff);
	sc_buf_byte(&b, (char)marker);
	number((uint32_t)(2 + nhead + n), 2, true);
	put(head, nhead);
	put(body, n);
}

/* A TIFF of one entry: Copyright. */
static size_t tiff(char out[64], bool big)
{
	struct sc_buf keep = b;

	b = (struct sc_buf){ 0 };
	put(big ? "MM\0*" : "II*\0", 4);
	number(8, 4, big);
	number(1, 2, big);
	number(33432, 2, big);
	number(2, 2, big);
	number(6, 4, big);
	number(26, 4, big);
	number(0, 4, big);
	PUT("(c) me");
	memcpy(out, b.p, b.n);
	{
		size_t n = b.n;

		sc_buf_free(&b);
		b = keep;
		return n;
	}
}

static void a_jpeg_has_exif_xmp_and_iptc(void **state)
{
	static const char irb[] = "8BIM\x04\x04\0\0\0\0\0\x0b\x1c\x02\x74\0\x06IPTC c";
	char t[64];
	size_t n = tiff(t, false);

	(void)state;
	PUT("\xff\xd8");
	jpeg_segment(0xe1, "Exif\0\0", 6, t, n);
	jpeg_segment(0xe1, "http://ns.adobe.com/xap/1.0/\0", 29, xmp, sizeof xmp - 1);
	jpeg_segment(0xed, "Photoshop 3.0\0", 14, irb, sizeof irb - 1);
	PUT("\xff\xda\0\x02 pixels \xff\xe1");
	assert_string_equal(all(), "exif:copyright=(c) me|xmp:dc:rights=CC BY 4.0|iptc:copyright-notice=IPTC c|");
}

static void png_chunk(const char *type, const char *body, size_t n)
{
	number((uint32_t)n, 4, true);
	put(type, 4);
	put(body, n);
	number(0, 4, true);
}

static void a_png_has_text_chunks(void **state)
{
	static const char head[] = "XML:com.adobe.xmp\0\0\0\0";
	struct sc_buf it = { 0 };

	(void)state;
	PUT("\x89PNG\r\n\x1a\n");
	png_chunk("tEXt", "Copyright\0\xa9 me", 14);
	png_chunk("tEXt", "Comment\0MIT", 11);
	sc_buf_add(&it, (sc_str){ head, sizeof head });
	sc_buf_add(&it, (sc_str){ xmp, sizeof xmp - 1 });
	png_chunk("iTXt", it.p, it.n);
	png_chunk("IEND", "", 0);
	sc_buf_free(&it);
	assert_string_equal(all(), "png:text=\xc2\xa9 me|xmp:dc:rights=CC BY 4.0|");
}

static void others_have_their_places(void **state)
{
	char t[64];
	size_t n = tiff(t, true);

	(void)state;
	put(t, n);
	assert_string_equal(all(), "exif:copyright=(c) me|");
	PUT("RIFF\0\0\0\0WEBPXMP ");
	number(sizeof xmp - 1, 4, false);
	put(xmp, sizeof xmp - 1);
	assert_string_equal(all(), "xmp:dc:rights=CC BY 4.0|");
	PUT("GIF89a......." "\x21\xff\x0bXMP DataXMP");
	put(xmp, sizeof xmp - 1);
	assert_string_equal(all(), "xmp:dc:rights=CC BY 4.0|");
	PUT("%PDF-1.4 stream ");
	put(xmp, sizeof xmp - 1);
	assert_string_equal(all(), "xmp:dc:rights=CC BY 4.0|");
	PUT("<?xml version='1.0'?>\n<!-- x > -->\n<!DOCTYPE svg>\n<svg><metadata><rdf:RDF><cc:Work><cc:license rdf:resource='https://creativecommons.org/licenses/by/4.0/'/></cc:Work></rdf:RDF></metadata></svg>");
	assert_string_equal(all(), "xmp:cc:license=https://creativecommons.org/licenses/by/4.0/|");
}

static void xmp_in_utf_16_is_read(void **state)
{
	(void)state;
	PUT("\xff\xd8\xff\xe1");
	number((uint32_t)(2 + 29 + 2 * (sizeof xmp - 1)), 2, true);
	PUT("http://ns.adobe.com/xap/1.0/\0");
	for (size_t i = 0; i + 1 < sizeof xmp; i++) {
		sc_buf_byte(&b, xmp[i]);
		sc_buf_byte(&b, 0);
	}
	assert_string_equal(all(), "xmp:dc:rights=CC BY 4.0|");
}

static void attributes_are_properties_too(void **state)
{
	(void)state;
	PUT(RDF("<rdf:Description plus:DataMining='http://ns.useplus.org/ldf/vocab/DMI-PROHIBITED' tdm:reservation='1' xmpRights:WebStatement='https://x.example/'/>"));
	assert_string_equal(all(), "xmp:plus:DataMining=http://ns.useplus.org/ldf/vocab/DMI-PROHIBITED|xmp:tdm:reservation=1|"
				   "xmp:xmpRights:WebStatement=https://x.example/|");
}

static void what_is_cut_says_what_came_before(void **state)
{
	char t[64];
	size_t n = tiff(t, false);

	(void)state;
	for (size_t cut = 0; cut < n; cut++) {
		put(t, cut);
		assert_string_equal(all(), "");
	}
	PUT("\xff\xd8\xff\xe1\xff\xff" "Exif");
	assert_string_equal(all(), "");
	PUT("\x89PNG\r\n\x1a\n\xff\xff\xff\xfftEXt");
	assert_string_equal(all(), "");
	PUT("<x:xmpmeta><rdf:RDF><rdf:Description dc:rights='one'/><dc:rights>two");
	assert_string_equal(all(), "xmp:dc:rights=one|");
}

static const char *licence(const char *svg)
{
	struct sc_lic_claims c = { .a = &a };
	const struct sc_lic_claim *first;

	sc_lic_embedded(&c, sc_str_c(svg), SC_STR("svg"));
	return sc_cstr(&a, sc_lic_together(&c, &first));
}

static void a_copyright_notice_is_no_licence(void **state)
{
	(void)state;
	assert_string_equal(licence("<svg><rdf:RDF><dc:rights>Copyright 2020 Somebody. All rights reserved.</dc:rights></rdf:RDF></svg>"), "");
	assert_string_equal(licence("<svg><rdf:RDF><xmpRights:WebStatement>https://x.example/me</xmpRights:WebStatement></rdf:RDF></svg>"), "");
	assert_string_equal(licence("<svg><rdf:RDF><dc:rights>2020 Somebody, licensed under CC BY-SA 4.0</dc:rights></rdf:RDF></svg>"), "CC-BY-SA-4.0");
	assert_string_equal(licence("<svg><rdf:RDF><xmpRights:WebStatement>https://creativecommons.org/publicdomain/zero/1.0/</xmpRights:WebStatement></rdf:RDF></svg>"), "CC0-1.0");
	assert_string_equal(licence("<svg><rdf:RDF><cc:license rdf:resource='https://x.example/terms'/></rdf:RDF></svg>"), "unknown");
	assert_string_equal(licence("<svg><rdf:RDF><xmpRights:UsageTerms>Ask me for a license</xmpRights:UsageTerms></rdf:RDF></svg>"), "unknown");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_jpeg_has_exif_xmp_and_iptc), cmocka_unit_test(a_png_has_text_chunks),
		cmocka_unit_test(others_have_their_places),	cmocka_unit_test(xmp_in_utf_16_is_read),
		cmocka_unit_test(attributes_are_properties_too), cmocka_unit_test(what_is_cut_says_what_came_before),
		cmocka_unit_test(a_copyright_notice_is_no_licence),
	};
	int failed = cmocka_run_group_tests_name("embedded", tests, NULL, NULL);

	sc_buf_free(&b);
	sc_arena_free(&a);
	return failed;
}
