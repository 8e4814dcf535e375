/* SPDX-License-Identifier: Apache-2.0 */
/* Claims about text.c and base.c: what foreign bytes look like once they are safe, and memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <scope/base.h>
#include <scope/digest.h>
#include <scope/text.h>

#include <stdio.h>

static struct sc_arena a;

static void is(sc_str got, const char *want)
{
	sc_str w = sc_str_c(want);

	if (!sc_str_eq(got, w))
		fail_msg("got '%.*s', want '%s'", SC_ARG(got), want);
}

static void overlong_surrogate_and_too_large_are_not_utf8(void **state)
{
	(void)state;
	assert_int_equal(sc_utf8_valid(SC_STR("plain ascii text")), 16);
	assert_int_equal(sc_utf8_valid(SC_STR("caf\xc3\xa9 \xf0\x9f\x98\x80")), 10);
	assert_int_equal(sc_utf8_valid(SC_STR("ab\xc0\xaf")), 2);
	assert_int_equal(sc_utf8_valid(SC_STR("\xed\xa0\x80")), 0);
	assert_int_equal(sc_utf8_valid(SC_STR("\xf4\x90\x80\x80")), 0);
	assert_int_equal(sc_utf8_valid(SC_STR("123456789\xe2\x82")), 9);
}

static void escapes_leave_nothing_that_a_terminal_obeys(void **state)
{
	(void)state;
	is(sc_escape(&a, SC_STR("a\x1b[31mb\n\t")), "a\\x1b[31mb\\x0a\\x09");
	is(sc_escape(&a, SC_STR("\xe2\x80\xae" "abc")), "\\u{202e}abc");
	is(sc_escape(&a, SC_STR("\xff")), "\\xff");
	is(sc_escape(&a, SC_STR("\xc2\x9b")), "\\u{9b}");
	is(sc_escape(&a, SC_STR("\xef\xbb\xbf")), "\\u{feff}");
}

static void fields_come_back_as_they_were(void **state)
{
	static const sc_str each[] = { SC_LIT(""), SC_LIT("-"), SC_LIT("a\tb\n"), SC_LIT("100%"), SC_LIT("%2D"),
				       SC_LIT("\x7f\x00x") };
	sc_str back;

	(void)state;
	for (size_t i = 0; i < SC_COUNT(each); i++) {
		assert_true(sc_unfield(&a, sc_field(&a, each[i]), &back));
		assert_true(sc_str_eq(back, each[i]));
	}
	is(sc_field(&a, SC_STR("a\tb%")), "a%09b%25");
	is(sc_field(&a, SC_STR("caf\xc3\xa9 of eight and more bytes\x7f")), "caf\xc3\xa9 of eight and more bytes%7F");
	assert_false(sc_unfield(&a, SC_STR("%2d"), &back));
	assert_false(sc_unfield(&a, SC_STR("%4"), &back));
	assert_false(sc_unfield(&a, SC_STR("a\tb"), &back));
}

static void a_field_is_escaped_wherever_its_odd_byte_stands(void **state)
{
	static const unsigned char odd[] = { 0, 1, 0x1f, 0x20, 0x24, '%', 0x26, 0x7e, 0x7f, 0x80, 0xa5, 0xff };
	struct sc_buf b = { 0 };

	(void)state;
	for (size_t n = 2; n < 40; n++)
		for (size_t i = 0; i < n * SC_COUNT(odd); i++) {
			size_t at = i / SC_COUNT(odd), after = at + 1;
			unsigned char c = odd[i % SC_COUNT(odd)];
			bool plain = c >= 0x20 && c != 0x7f && c != '%';
			char s[40], want[48];

			memset(s, 'x', n);
			s[at] = (char)c;
			memset(want, 'x', n + 2);
			if (plain)
				want[at] = (char)c;
			else
				after += (size_t)snprintf(want + at, 4, "%%%02X", c) - 1;
			if (after < n + 2)
				want[after] = 'x';
			sc_buf_clear(&b);
			sc_field_put(&b, (sc_str){ s, n });
			assert_true(sc_str_eq(sc_buf_str(&b), (sc_str){ want, plain ? n : n + 2 }));
			assert_true(sc_str_eq(sc_buf_str(&b), sc_field(&a, (sc_str){ s, n })));
		}
	sc_buf_clear(&b);
	sc_field_put(&b, SC_STR(""));
	sc_field_put(&b, SC_STR("-"));
	is(sc_buf_str(&b), "-%2D");
	sc_buf_free(&b);
}

static void numbers_and_hex_are_written_as_printf_would(void **state)
{
	static const uint64_t each[] = { 0, 1, 9, 10, 99, 100, 4294967295, 4294967296, UINT64_MAX, UINT64_MAX / 10 };
	struct sc_buf b = { .a = &a };
	uint8_t bytes[37];
	char text[75];

	(void)state;
	for (size_t i = 0; i < SC_COUNT(each); i++) {
		snprintf(text, sizeof text, "%ju", (uintmax_t)each[i]);
		sc_buf_clear(&b);
		sc_buf_u64(&b, each[i]);
		is(sc_buf_str(&b), text);
	}
	for (size_t i = 0; i < 256; i++) {
		for (size_t k = 0; k < sizeof bytes; k++) {
			bytes[k] = (uint8_t)(i + 7 * k);
			snprintf(text + 2 * k, 3, "%02x", bytes[k]);
		}
		sc_buf_clear(&b);
		sc_hex_put(&b, bytes, sizeof bytes);
		is(sc_buf_str(&b), text);
	}
}

static void a_sealed_buffer_gives_back_what_it_does_not_need(void **state)
{
	struct sc_arena own = { 0 };
	struct sc_buf b = { .a = &own };
	sc_str s;

	(void)state;
	sc_buf_room(&b, 4000);
	sc_buf_add(&b, SC_STR("seventeen bytes.."));
	s = sc_buf_seal(&b);
	assert_ptr_equal(sc_alloc(&own, 1), s.p + 32);
	is(s, "seventeen bytes..");
	sc_buf_add(&b, SC_STR("kept"));
	sc_alloc(&own, 1); /* behind it: nothing can be given back */
	s = sc_buf_seal(&b);
	assert_true((const char *)sc_alloc(&own, 1) >= s.p + 256);
	assert_int_equal(sc_buf_seal(&b).n, 0);
	sc_arena_free(&own);
}

static void base64_has_one_spelling(void **state)
{
	sc_str back;

	(void)state;
	is(sc_base64(&a, SC_STR("")), "");
	is(sc_base64(&a, SC_STR("f")), "Zg==");
	is(sc_base64(&a, SC_STR("foobar")), "Zm9vYmFy");
	assert_true(sc_unbase64(&a, SC_STR("Zm8="), &back));
	is(back, "fo");
	assert_false(sc_unbase64(&a, SC_STR("Zm9="), &back));
	assert_false(sc_unbase64(&a, SC_STR("Zg=a"), &back));
	assert_false(sc_unbase64(&a, SC_STR("Zg"), &back));
	assert_false(sc_unbase64(&a, SC_STR("Z\ng="), &back));
}

static void sizes_know_k_from_ki(void **state)
{
	uint64_t n;

	(void)state;
	assert_true(sc_size_parse(SC_STR("10k"), &n) && n == 10000);
	assert_true(sc_size_parse(SC_STR("2MiB"), &n) && n == 2097152);
	assert_true(sc_size_parse(SC_STR("1.5G"), &n) && n == 1500000000);
	assert_true(sc_size_parse(SC_STR("7"), &n) && n == 7);
	assert_false(sc_size_parse(SC_STR(""), &n));
	assert_false(sc_size_parse(SC_STR("1.5"), &n));
	assert_false(sc_size_parse(SC_STR("10x"), &n));
	assert_false(sc_size_parse(SC_STR("99999999999999999999"), &n));
}

static void a_message_is_one_safe_line(void **state)
{
	struct sc_err e = { 0 };

	(void)state;
	assert_int_equal(sc_bad(&e, "odd name '%s'", "x\x1b[0m\nscope: forged"), SC_BAD);
	assert_null(strchr(e.msg, '\n'));
	assert_null(strchr(e.msg, 0x1b));
	assert_false(e.damage);
	assert_int_equal(sc_damage(&e, "cut"), SC_BAD);
	assert_true(e.damage);
}

static void a_warm_arena_asks_for_nothing(void **state)
{
	struct sc_arena x = { 0 };
	uint64_t before;

	(void)state;
	for (int i = 0; i < 1000; i++)
		sc_alloc(&x, 1000);
	sc_arena_reset(&x);
	before = sc_malloc_count();
	for (int i = 0; i < 1000; i++)
		sc_alloc(&x, 1000);
	assert_int_equal(sc_malloc_count(), before);
	sc_arena_free(&x);
}

static void sums_do_not_depend_on_order(void **state)
{
	uint8_t x[32], y[32], one[32] = { 0 }, other[32] = { 0 };

	(void)state;
	sc_sha256_of(SC_STR("x"), x);
	sc_sha256_of(SC_STR("y"), y);
	sc_sum_add(one, x);
	sc_sum_add(one, y);
	sc_sum_add(other, y);
	sc_sum_add(other, x);
	assert_memory_equal(one, other, 32);
	memset(x, 0xff, 32);
	memset(one, 0, 32);
	one[31] = 2;
	sc_sum_add(one, x); /* 2 + (2^256 - 1) = 1 modulo 2^256 */
	assert_int_equal(one[31], 1);
	assert_int_equal(one[0], 0);
}

static int done(void **state)
{
	(void)state;
	sc_arena_free(&a);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(overlong_surrogate_and_too_large_are_not_utf8),
		cmocka_unit_test(escapes_leave_nothing_that_a_terminal_obeys),
		cmocka_unit_test(fields_come_back_as_they_were),
		cmocka_unit_test(a_field_is_escaped_wherever_its_odd_byte_stands),
		cmocka_unit_test(numbers_and_hex_are_written_as_printf_would),
		cmocka_unit_test(a_sealed_buffer_gives_back_what_it_does_not_need),
		cmocka_unit_test(base64_has_one_spelling),
		cmocka_unit_test(sizes_know_k_from_ki),
		cmocka_unit_test(a_message_is_one_safe_line),
		cmocka_unit_test(a_warm_arena_asks_for_nothing),
		cmocka_unit_test(sums_do_not_depend_on_order),
	};

	return cmocka_run_group_tests_name("text", tests, NULL, done);
}
