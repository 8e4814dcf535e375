/* SPDX-License-Identifier: Apache-2.0 */
/* Claims about lists of what is taken back, tombstones, and receipts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include <scope/recall.h>
#include <scope/receipt.h>

static struct sc_recall_list list;
static struct sc_err err;

static int parse(const char *text)
{
	sc_recall_list_free(&list);
	return sc_recall_parse(&list, sc_str_c(text), SC_STR("list"), &err);
}

static void line_is(const char *text, const char *kind, const char *value, const char *reason)
{
	assert_int_equal(parse(text), SC_OK);
	assert_int_equal(list.n, 1);
	assert_true(sc_str_eq(list.v[0].key.kind, sc_str_c(kind)));
	if (!sc_str_eq(list.v[0].key.value, sc_str_c(value)))
		fail_msg("%s: %.*s, not %s", text, SC_ARG(list.v[0].key.value), value);
	assert_true(sc_str_eq(list.v[0].reason, sc_str_c(reason)));
	sc_recall_list_free(&list);
}

#define HEX "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

static void a_lines_kind_is_seen_by_its_form(void **state)
{
	(void)state;
	line_is("sha256:" HEX, "cid", "sha256:" HEX, "");
	line_is("https://a.example/x?y#z\tbecause", "url", "https://a.example/x?y#z", "because");
	line_is("10.1234/Some.Thing", "doi", "10.1234/Some.Thing", "");
	line_is("WWW.Example.ORG.\r\n", "host", "www.example.org", "");
	line_is("  example.org  \t  two  words \n", "host", "example.org", "two  words");
}

static void or_said(void **state)
{
	(void)state;
	line_is("cid:" HEX, "cid", "sha256:" HEX, "");
	line_is("cid:sha256:" HEX, "cid", "sha256:" HEX, "");
	line_is("url:example.org/100%", "url", "example.org/100%25", "");
	line_is("doi:https://doi.org/10.1234/x", "doi", "10.1234/x", "");
	line_is("doi: DOI:10.1234/x", "doi", "10.1234/x", "");
	line_is("host:Localhost.localdomain", "host", "localhost.localdomain", "");
	line_is("site:Example.ORG", "site", "example.org", "");
}

static void what_is_none_is_refused_with_its_number(void **state)
{
	static const char *const bad[] = {
		"nothing",
		"sha256:123",
		"cid:sha256:" HEX "0",
		"cid:",
		"doi:10.1",
		"doi:11.1234/x",
		"host:a b.c",
		"host:a/b.c",
		"host:x\x1b[31m.org",
		"site:",
		"a..b c",
		"\xff\xfe",
		"host:\xc3(.org",
		"sha256:"
		"00112233445566778899AABBCCDDEEFF00112233445566778899aabbccddeeff"
	};
	char text[200];

	(void)state;
	for (size_t i = 0; i < SC_COUNT(bad); i++) {
		snprintf(text, sizeof text, "# one\nexample.org\n%s\n", bad[i]);
		if (parse(text) != SC_BAD)
			fail_msg("taken: %s", bad[i]);
		assert_non_null(strstr(err.msg, "list:3: "));
		for (const char *p = err.msg; *p; p++)
			assert_true((unsigned char)*p >= 0x20);
	}
	sc_recall_list_free(&list);
}

static struct sc_recall_line *match(const char *kind, const char *value)
{
	struct sc_key k = { .kind = sc_str_c(kind), .value = sc_str_c(value) };

	return sc_recall_match(&list, &k);
}

static void a_key_is_found_by_its_kind_and_bytes(void **state)
{
	(void)state;
	assert_int_equal(
	        parse("b.example\na.example\tfirst\na.example\tsecond\nsite:c.example\nhttps://a.example/\n10.1234/AbC\n"),
	        SC_OK);
	assert_true(list.has_host);
	assert_true(sc_str_eq(match("host", "a.example")->reason, SC_STR("first")));
	assert_non_null(match("host", "b.example"));
	assert_null(match("site", "b.example"));
	assert_null(match("host", "c.example"));
	assert_null(match("host", "x.a.example"));
	assert_non_null(match("url", "https://a.example/"));
	assert_null(match("url", "https://a.example"));
	assert_null(match("url", "https://A.example/"));
	assert_non_null(match("doi", "10.1234/abc"));
	assert_non_null(match("doi", "https://doi.org/10.1234/ABC"));
	assert_null(match("doi", "10.1234/abcd"));
	assert_null(match("doi", "10.1234/ab"));
	assert_int_equal(parse("# nothing\n\n"), SC_OK);
	assert_int_equal(list.n, 0);
	assert_null(match("host", "a.example"));
	sc_recall_list_free(&list);
}

static void tombstones_are_found_by_their_identity(void **state)
{
	struct sc_tombs *t = sc_tombs_new(1 << 16);
	uint8_t id[32] = { 7 };
	sc_str reason;

	(void)state;
	for (unsigned i = 0; i < 1000; i++) {
		id[31] = (uint8_t)i;
		id[30] = (uint8_t)(i >> 8);
		assert_int_equal(
		        sc_tombs_add(t, id, i == 500 ? SC_STR("a\ttab") : SC_STR(""), &err), SC_OK);
	}
	assert_int_equal(sc_tombs_seal(t, &err), SC_OK);
	for (unsigned i = 0; i < 2000; i++) {
		id[31] = (uint8_t)i;
		id[30] = (uint8_t)(i >> 8);
		assert_int_equal(sc_tombs_has(t, id, &reason), i < 1000);
		if (i < 1000)
			assert_true(sc_str_eq(reason, i == 500 ? SC_STR("a%09tab") : SC_STR("-")));
	}
	assert_false(sc_tombs_says(t, SC_STR("sha256:0"), &reason));
	assert_false(sc_tombs_says(t, SC_STR(""), &reason));
	sc_tombs_free(t);
}

static struct sc_receipt some_receipt(struct sc_shard_out out[2], bool logged)
{
	struct sc_receipt r = { .manifest = { 1 },
		                .record_root = { 2 },
		                .key_root = { 3 },
		                .manifest_name = SC_STR("my manifest.scm"),
		                .records = 10,
		                .logged = logged,
		                .size = logged ? 5 : 0,
		                .version = logged ? 4 : 0,
		                .order = { 9 },
		                .in = 12,
		                .emitted = 9,
		                .dropped = 1,
		                .rejected = 2,
		                .out = out,
		                .nout = 2,
		                .tool = SC_STR("scope 1"),
		                .created = SC_STR("2024-05-01T12:00:00Z") };

	if (logged) {
		r.origin = SC_STR("example.org/corpus");
		r.charter = SC_STR("sha256:0 and\nmore");
		r.signer = SC_STR("a@example.org (a key)");
		r.log_root[0] = 8;
	}
	out[0] = (struct sc_shard_out){ .path = SC_STR("a b.tar"),
		                        .records = 4,
		                        .stored = { .bytes = 77, .sha256 = { 5 } } };
	out[1] = (struct sc_shard_out){ .path = SC_STR("-"),
		                        .records = 5,
		                        .stored = { .bytes = 78, .sha256 = { 6 } } };
	return r;
}

static void a_receipt_is_read_as_it_was_written(void **state)
{
	(void)state;
	for (int logged = 0; logged < 2; logged++) {
		struct sc_shard_out out[2];
		struct sc_receipt r = some_receipt(out, logged), s;
		struct sc_buf b = { 0 }, again = { 0 };
		struct sc_arena a = { 0 };

		sc_receipt_put(&b, &r);
		assert_int_equal(sc_receipt_parse(&a, sc_buf_str(&b), &s, &err), SC_OK);
		assert_int_equal(s.logged, logged);
		assert_int_equal(s.nout, 2);
		assert_true(sc_str_eq(s.out[0].path, SC_STR("a b.tar")));
		assert_true(sc_str_eq(s.charter, r.charter));
		sc_receipt_put(&again, &s);
		assert_true(sc_str_eq(sc_buf_str(&b), sc_buf_str(&again)));
		sc_buf_free(&b);
		sc_buf_free(&again);
		sc_arena_free(&a);
	}
}

static void a_receipt_with_a_byte_less_or_a_line_elsewhere_is_none(void **state)
{
	struct sc_shard_out out[2];
	struct sc_receipt r = some_receipt(out, true), s;
	struct sc_buf b = { 0 }, c = { 0 };
	struct sc_arena a = { 0 };
	sc_str text, rest, line;

	(void)state;
	sc_receipt_put(&b, &r);
	text = sc_buf_str(&b);
	for (size_t n = 0; n < text.n; n++)
		assert_int_equal(sc_receipt_parse(&a, sc_str_head(text, n), &s, &err), SC_BAD);
	for (rest = text; rest.n && sc_str_cut(&rest, '\n', &line);) {
		size_t at = (size_t)(line.p - text.p);

		if (sc_str_starts(line, SC_STR("output")))
			continue;
		sc_buf_clear(&c); /* without the line; then with it twice */
		sc_buf_add(&c, sc_str_head(text, at));
		sc_buf_add(&c, sc_str_from(text, at + line.n + 1));
		assert_int_equal(sc_receipt_parse(&a, sc_buf_str(&c), &s, &err), SC_BAD);
		sc_buf_clear(&c);
		sc_buf_add(&c, sc_str_head(text, at + line.n + 1));
		sc_buf_add(&c, sc_str_from(text, at));
		assert_int_equal(sc_receipt_parse(&a, sc_buf_str(&c), &s, &err), SC_BAD);
	}
	sc_buf_free(&b);
	sc_buf_free(&c);
	sc_arena_free(&a);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_lines_kind_is_seen_by_its_form),
		cmocka_unit_test(or_said),
		cmocka_unit_test(what_is_none_is_refused_with_its_number),
		cmocka_unit_test(a_key_is_found_by_its_kind_and_bytes),
		cmocka_unit_test(tombstones_are_found_by_their_identity),
		cmocka_unit_test(a_receipt_is_read_as_it_was_written),
		cmocka_unit_test(a_receipt_with_a_byte_less_or_a_line_elsewhere_is_none),
	};

	return cmocka_run_group_tests_name("recall", tests, NULL, NULL);
}
