/* SPDX-License-Identifier: Apache-2.0 */
/* image -- what a picture's header says, and that half a picture is not taken for one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <scope/image.h>

#include <stdlib.h>

/* 3 x 2 pixels, as the smallest file of its kind that has all that is looked at. */
#define PNG "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\3\0\0\0\2\10\0\0\0\0CRC.\0\0\0\1IDATxCRC.\0\0\0\0IENDCRC."
#define JPEG "\xff\xd8\xff\xe0\0\4ab\xff\xc0\0\x11\10\0\2\0\3\3abcdefghi\xff\xda\0\2data\xff\xd9"
#define GIF "GIF89a\3\0\2\0\0\0\0,data;"
#define TIFF_LE "II*\0\10\0\0\0\4\0\0\1\3\0\1\0\0\0\3\0\0\0\1\1\4\0\1\0\0\0\2\0\0\0\x11\1\4\0\1\0\0\0\x3e\0\0\0\x17\1\3\0\1\0\0\0\6\0\0\0\0\0\0\0pixels"
#define TIFF_BE "MM\0*\0\0\0\10\0\2\1\0\0\3\0\0\0\1\0\3\0\0\1\1\0\4\0\0\0\1\0\0\0\2\0\0\0\0"
#define WEBP "RIFF\x16\0\0\0WEBPVP8X\12\0\0\0\0\0\0\0\2\0\0\1\0\0"
#define BMP "BM\x1a\0\0\0\0\0\0\0\x1a\0\0\0\x28\0\0\0\3\0\0\0\xfe\xff\xff\xff"
#define SVG "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"3\"><g/></svg>\n"
#define PDF "%PDF-1.4\n1 0 obj\nendobj\ntrailer\n%%EOF\n"
#define EPS "%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 3 2\nshowpage\n"

static bool look(sc_str s, struct sc_image *out)
{
	const char *why = NULL;
	bool is = sc_image_look(s, out, &why);

	assert_true(is || why);
	return is;
}

static void sizes_are_read(void **state)
{
	static const struct {
		sc_str bytes;
		const char *ext;
		bool vector, sized;
	} rows[] = {
		{ SC_LIT(PNG), "png", false, true },	 { SC_LIT(JPEG), "jpg", false, true },
		{ SC_LIT(GIF), "gif", false, true },	 { SC_LIT(TIFF_LE), "tif", false, true },
		{ SC_LIT(TIFF_BE), "tif", false, true }, { SC_LIT(WEBP), "webp", false, true },
		{ SC_LIT(BMP), "bmp", false, true },	 { SC_LIT(SVG), "svg", true, false },
		{ SC_LIT(PDF), "pdf", true, false },	 { SC_LIT(EPS), "eps", true, false },
	};

	(void)state;
	for (size_t i = 0; i < SC_COUNT(rows); i++) {
		struct sc_image m;

		assert_true(look(rows[i].bytes, &m));
		assert_true(sc_str_eq(m.ext, sc_str_c(rows[i].ext)));
		assert_int_equal(m.vector, rows[i].vector);
		assert_int_equal(m.width, rows[i].sized ? 3 : 0);
		assert_int_equal(m.height, rows[i].sized ? 2 : 0);
	}
}

/* Each prefix lies at the end of a block of its own, so that one byte too far is seen by the sanitizers. */
static void no_beginning_of_a_picture_is_one(void **state)
{
	static const sc_str whole[] = { SC_LIT(PNG), SC_LIT(JPEG), SC_LIT(GIF), SC_LIT(TIFF_LE), SC_LIT(WEBP), SC_LIT(PDF) };

	(void)state;
	for (size_t i = 0; i < SC_COUNT(whole); i++)
		for (size_t n = 1; n < whole[i].n; n++) {
			char *p = malloc(n);
			struct sc_image m;

			memcpy(p, whole[i].p, n);
			if (i < 5 || n < 36) /* PDF may lose its last LF */
				assert_false(look((sc_str){ p, n }, &m));
			free(p);
		}
}

static void what_is_no_picture_is_none(void **state)
{
	static const sc_str not[] = { SC_LIT("I am not a figure"), SC_LIT(""), SC_LIT("{\"a\":1}"), SC_LIT("PK\3\4rest of a zip"),
				      SC_LIT("<article>svg</article>") };
	struct sc_image m;

	(void)state;
	for (size_t i = 0; i < SC_COUNT(not); i++)
		assert_false(look(not[i], &m));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sizes_are_read),
		cmocka_unit_test(no_beginning_of_a_picture_is_one),
		cmocka_unit_test(what_is_no_picture_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
