/* SPDX-License-Identifier: Apache-2.0 */
/* Claims about text that was made comparable. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <scope/normal.h>

static void becomes(const char *text, const char *want)
{
	struct sc_buf b = { 0 };

	sc_normal(&b, sc_str_c(text));
	sc_buf_byte(&b, 0);
	assert_string_equal(b.p, want);
	sc_buf_free(&b);
}

static void case_is_folded_letter_by_letter(void **s)
{
	(void)s;
	becomes("Straße ÄÖÜ ΣΑΣ Жук Ÿ ſ ＡＢ", "straße äöü σασ жук ÿ s ａｂ");
	becomes("ς", "σ");
	becomes("ẞ", "ß");
	assert_int_equal(sc_fold(0x10400), 0x10428);
	assert_int_equal(sc_fold(0x130), 0x130); /* a dotted I has no simple folding */
}

static void white_space_is_one_blank_and_lines_are_paragraphs(void **s)
{
	(void)s;
	becomes("  a \t b\xc2\xa0 c \r\n\n d\n", "a b c\nd");
	becomes("so\xc2\xad"
	        "ft\xe2\x80\x8b ware",
	        "soft ware");
	becomes("", "");
	becomes(" \n ", "");
}

static void tags_are_left_out_and_blocks_end_paragraphs(void **s)
{
	(void)s;
	becomes("<html><head><title>T</title></head><body><p>One <b>wo</b>rd\nmore</p><p>two<br>three</body></html>",
	        "one word more\ntwo\nthree");
	becomes("a<script>if (a<b) x();</script>b<!-- <p> -->c", "a\nbc");
	becomes("<pre>a\nb</pre>c\nd", "a\nb\nc d");
	becomes("x <a href=\"p>q\">link</a> y", "x link y");
	becomes("<P CLASS=x>Up</P>", "up");
}

static void what_is_no_tag_stays(void **s)
{
	(void)s;
	becomes("a < b and c > d", "a < b and c > d");
	becomes("1<2, <3, <- <=", "1<2, <3, <- <=");
	becomes("<a", "<a");
	becomes("<!", "<!");
	becomes("<!-- never ends", "<!-- never ends");
	becomes("<p>a<script>b", "a\nb");
}

static void entities_become_characters(void **s)
{
	(void)s;
	becomes("AT&amp;T &lt;b&gt; &quot;q&quot; &eacute;&#233;&#xE9; &nbsp; &apos;",
	        "at&t <b> \"q\" ééé '");
	becomes("a & b; &unknown; &#0; &#xd800; &#99999999999; &;",
	        "a & b; &unknown; &#0; &#xd800; &#99999999999; &;");
}

static void bytes_that_are_no_text_stay(void **s)
{
	(void)s;
	becomes("\xff\xc3(\xe2\x82", "\xff\xc3(\xe2\x82");
}

static void characters_are_counted(void **s)
{
	(void)s;
	assert_int_equal(sc_characters(SC_STR("aéσ")), 3);
}

/* A text of many begun tags, comments and scripts takes no longer than one of words. */
static void hostile_text_is_one_pass(void **s)
{
	static const char *const piece[] = { "<!--", "<!", "<script>", "<a='", "<head",
		                             "</",   "&#", "<pre>",    "&amp" };
	struct sc_buf in = { 0 }, out = { 0 };

	(void)s;
	for (size_t k = 0; k < SC_COUNT(piece); k++) {
		sc_buf_clear(&in);
		sc_buf_clear(&out);
		while (in.n < 4 << 20)
			sc_buf_add(&in, sc_str_c(piece[k]));
		sc_normal(&out, sc_buf_str(&in));
		assert_true(out.n <= in.n);
	}
	sc_buf_free(&in);
	sc_buf_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(case_is_folded_letter_by_letter),
		cmocka_unit_test(white_space_is_one_blank_and_lines_are_paragraphs),
		cmocka_unit_test(tags_are_left_out_and_blocks_end_paragraphs),
		cmocka_unit_test(what_is_no_tag_stays),
		cmocka_unit_test(entities_become_characters),
		cmocka_unit_test(bytes_that_are_no_text_stay),
		cmocka_unit_test(characters_are_counted),
		cmocka_unit_test(hostile_text_is_one_pass),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
