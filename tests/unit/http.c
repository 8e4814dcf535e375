/* SPDX-License-Identifier: Apache-2.0 */
/* Claims about stored HTTP messages: heads, chunks and codings, as they should be and as they are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <zlib.h>

#include <scope/http.h>

static struct sc_arena arena;
static struct sc_err err;

static void is(sc_str got, const char *want)
{
	if (!sc_str_eq(got, sc_str_c(want)))
		fail_msg("got '%.*s', want '%s'", SC_ARG(got), want);
}

/* plain in the coding that zlib makes with this window. */
static sc_str packed(const char *plain, int window)
{
	char *out = sc_alloc(&arena, 4096);
	z_stream z = { 0 };

	assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY), Z_OK);
	z.next_in = (Bytef *)(uintptr_t)plain;
	z.avail_in = (uInt)strlen(plain);
	z.next_out = (Bytef *)out;
	z.avail_out = 4096;
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	deflateEnd(&z);
	return (sc_str){ out, z.total_out };
}

static sc_str joined(sc_str a, sc_str b)
{
	char *p = sc_alloc(&arena, a.n + b.n + 1);

	memcpy(p, a.p, a.n);
	memcpy(p + a.n, b.p, b.n);
	return (sc_str){ p, a.n + b.n };
}

/* The body of a response with these fields, at most max bytes of it. */
static int decoded(const char *fields, sc_str stored, size_t max, sc_str *body, sc_str *wrong)
{
	struct sc_http h;

	assert_true(sc_http_split(joined(sc_fmt(&arena, "HTTP/1.1 200 OK\r\n%s\r\n", fields), stored), &h));
	assert_int_equal(h.status, 200);
	assert_true(sc_str_eq(h.body, stored));
	return sc_http_decode(&arena, &h, max, body, wrong, &err);
}

static void gives(const char *fields, sc_str stored, const char *want, const char *claim)
{
	sc_str body, wrong;

	assert_int_equal(decoded(fields, stored, 1 << 16, &body, &wrong), SC_OK);
	is(body, want);
	is(wrong, claim);
}

static void a_head_ends_at_the_empty_line_whatever_ends_its_lines(void **state)
{
	struct sc_http h;

	(void)state;
	assert_true(sc_http_split(SC_STR("HTTP/1.0 404 Not\nA: b\n\nbody\n\nmore"), &h));
	assert_int_equal(h.status, 404);
	assert_false(h.request);
	is(h.body, "body\n\nmore");
	assert_true(sc_http_split(SC_STR("HTTP/1.0 200\r\nA: b\r\n\r\n"), &h));
	assert_int_equal(h.body.n, 0);
	assert_true(sc_http_split(SC_STR("HTTP/1.1 999999"), &h));
	assert_int_equal(h.status, 0);
	assert_int_equal(h.body.n, 0);
	assert_true(sc_http_split(SC_STR("HTTP/2 301\r\n\r\n"), &h));
	assert_int_equal(h.status, 301);
}

static void a_request_is_known_by_its_first_line(void **state)
{
	struct sc_http h;

	(void)state;
	assert_true(sc_http_split(SC_STR("POST /a b HTTP/1.1\r\nHost: x\r\n\r\nq=1"), &h));
	assert_true(h.request);
	is(h.body, "q=1");
	assert_false(sc_http_split(SC_STR("get / HTTP/1.1\r\n\r\n"), &h));
	assert_false(sc_http_split(SC_STR("<html>HTTP/1.1"), &h));
	assert_false(sc_http_split(SC_STR(""), &h));
}

static void what_never_ends_is_no_head(void **state)
{
	struct sc_buf b = { 0 };
	struct sc_http h;

	(void)state;
	sc_buf_add(&b, SC_STR("HTTP/1.1 200 OK\r\n"));
	while (b.n < 300 << 10)
		sc_buf_add(&b, SC_STR("no empty line here\r\n"));
	assert_false(sc_http_split(sc_buf_str(&b), &h));
	sc_buf_free(&b);
}

static void fields_are_found_whatever_their_case_and_folds(void **state)
{
	struct sc_fields f = sc_fields(SC_STR("A : 1\r\nno colon\r\n too\r\nB:\r\n 2\r\n\t3\r\n: empty\r\n\r\nC: 4"));

	(void)state;
	assert_true(sc_fields_next(&f));
	is(f.name, "A");
	is(f.value, "1");
	assert_true(sc_fields_next(&f));
	is(f.name, "B");
	is(f.value, "2\r\n\t3");
	assert_true(sc_fields_next(&f));
	is(f.name, "");
	assert_false(sc_fields_next(&f));
}

static void chunks_are_put_together(void **state)
{
	const char *chunked = "Transfer-Encoding: Chunked\r\n";

	(void)state;
	gives(chunked, SC_STR("3\r\nabc\r\n0A;x=\"y\"\r\n0123456789\r\n0\r\nTrailer: 1\r\n\r\n"), "abc0123456789", "");
	gives(chunked, SC_STR("3\nabc\n0\n\n"), "abc", "");
	gives(chunked, SC_STR("0\r\n\r\n"), "", "");
}

static void chunks_that_do_not_hold_leave_the_body_as_it_is(void **state)
{
	static const char *const stored[] = {
		"plain text",     "3\r\nabc",           "3\r\nab\r\n0\r\n\r\n", "ffffffffffffffff\r\nabc\r\n0\r\n",
		"4\r\nabc\r\n0\r\n", "3\r\nabc\r\n\r\n",   "-3\r\nabc\r\n0\r\n",   "3abc\r\n0\r\n",
	};

	(void)state;
	for (size_t i = 0; i < SC_COUNT(stored); i++)
		gives("Transfer-Encoding: chunked\r\n", sc_str_c(stored[i]), stored[i], "chunked");
}

static void gzip_and_deflate_are_undone(void **state)
{
	(void)state;
	gives("Content-Encoding: gzip\r\n", packed("hello", 31), "hello", "");
	gives("Content-Encoding: X-GZIP\r\n", packed("hello", 31), "hello", "");
	gives("content-encoding:deflate\r\n", packed("hello", 15), "hello", "");
	gives("Content-Encoding: deflate\r\n", packed("hello", -15), "hello", "");
	gives("Content-Encoding: identity\r\n", SC_STR("hello"), "hello", "");
	gives("Content-Encoding: gzip\r\n", SC_STR(""), "", "");
}

static void gzip_of_several_members_is_all_of_them(void **state)
{
	(void)state;
	gives("Content-Encoding: gzip\r\n", joined(packed("hello ", 31), packed("world", 31)), "hello world", "");
}

static void codings_are_undone_from_the_outside_in(void **state)
{
	sc_str twice = packed("hello", 15);
	char *chunk = sc_alloc(&arena, 4200);
	sc_str head = sc_fmt(&arena, "%zx\r\n", twice.n);

	(void)state;
	memcpy(chunk, head.p, head.n);
	memcpy(chunk + head.n, twice.p, twice.n);
	memcpy(chunk + head.n + twice.n, "\r\n0\r\n\r\n", 7);
	gives("Content-Encoding: deflate\r\nTransfer-Encoding: chunked\r\n", (sc_str){ chunk, head.n + twice.n + 7 }, "hello", "");
	gives("Transfer-Encoding: deflate, chunked\r\n", (sc_str){ chunk, head.n + twice.n + 7 }, "hello", "");
	/* the crawler undid the chunks and left the head as it was */
	gives("Content-Encoding: deflate\r\nTransfer-Encoding: chunked\r\n", twice, "hello", "chunked");
}

#ifdef HAVE_BROTLIDEC
static void br_is_undone(void **state)
{
	(void)state;
	gives("Content-Encoding: br\r\n", SC_STR("\x0b\x02\x80hello\x03"), "hello", "");
	gives("Content-Encoding: br\r\n", SC_STR("hello"), "hello", "br");
}
#endif

static void a_claim_that_is_wrong_or_unknown_is_named(void **state)
{
	sc_str gz = packed("hello", 31), cut = { gz.p, gz.n - 4 }, body, wrong;

	(void)state;
	gives("Content-Encoding: gzip\r\n", SC_STR("<p>plain"), "<p>plain", "gzip");
	gives("Content-Encoding: deflate\r\n", SC_STR("<p>plain"), "<p>plain", "deflate");
	gives("Content-Encoding: rot13\r\n", SC_STR("<p>plain"), "<p>plain", "other");
	assert_int_equal(decoded("Content-Encoding: gzip\r\n", cut, 99, &body, &wrong), SC_OK);
	assert_true(sc_str_eq(body, cut));
	is(wrong, "gzip");
}

static void the_bound_is_met_to_the_byte(void **state)
{
	static const int window[] = { 31, 15, -15 };
	sc_str body, wrong;

	(void)state;
	for (size_t i = 0; i < SC_COUNT(window); i++) {
		const char *fields = window[i] == 31 ? "Content-Encoding: gzip\r\n" : "Content-Encoding: deflate\r\n";
		sc_str stored = packed("0123456789", window[i]);

		assert_int_equal(decoded(fields, stored, 10, &body, &wrong), SC_OK);
		is(body, "0123456789");
		assert_int_equal(decoded(fields, stored, 9, &body, &wrong), SC_BAD);
		assert_non_null(strstr(err.msg, "--max-record"));
	}
}

static void a_media_type_is_clean_or_nothing(void **state)
{
	(void)state;
	is(sc_media_clean(&arena, SC_STR(" Text/HTML ; charset=utf-8")), "text/html");
	is(sc_media_clean(&arena, SC_STR("text/html\r\nX: 1")), "");
	is(sc_media_clean(&arena, SC_STR("html")), "");
	is(sc_media_clean(&arena, SC_STR("")), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_head_ends_at_the_empty_line_whatever_ends_its_lines),
		cmocka_unit_test(a_request_is_known_by_its_first_line),
		cmocka_unit_test(what_never_ends_is_no_head),
		cmocka_unit_test(fields_are_found_whatever_their_case_and_folds),
		cmocka_unit_test(chunks_are_put_together),
		cmocka_unit_test(chunks_that_do_not_hold_leave_the_body_as_it_is),
		cmocka_unit_test(gzip_and_deflate_are_undone),
		cmocka_unit_test(gzip_of_several_members_is_all_of_them),
		cmocka_unit_test(codings_are_undone_from_the_outside_in),
#ifdef HAVE_BROTLIDEC
		cmocka_unit_test(br_is_undone),
#endif
		cmocka_unit_test(a_claim_that_is_wrong_or_unknown_is_named),
		cmocka_unit_test(the_bound_is_met_to_the_byte),
		cmocka_unit_test(a_media_type_is_clean_or_nothing),
	};
	int rc = cmocka_run_group_tests_name("http", tests, NULL, NULL);

	sc_arena_free(&arena);
	return rc;
}
