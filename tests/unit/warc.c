/* SPDX-License-Identifier: Apache-2.0 */
/* Claims about the WARC reader and the HTTP messages inside. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <scope/http.h>
#include <scope/json.h>
#include <scope/plugin.h>
#include <scope/run.h>

#define REC(type, extra, block, n)                                                                              \
	"WARC/1.1\r\nWARC-Type: " type "\r\nWARC-Record-ID: <urn:uuid:1>\r\n" extra "Content-Length: " n "\r\n\r\n" \
	block "\r\n\r\n"

struct seen {
	struct sc_record r[16];
	int rc[16];
	char why[16][256];
	bool damage;
	size_t n;
	struct sc_arena a;
	struct sc_input *in;
};

static struct seen *read_all(sc_str bytes)
{
	static struct seen s;
	static char state[1024];
	static struct sc_read_conf conf = { .max_record = 1 << 20 };
	struct sc_err e = { 0 };

	s = (struct seen){ .n = 0 };
	memset(state, 0, sizeof state);
	assert_int_equal(sc_input_memory(&s.in, bytes, SC_STR("test.warc"), 2 << 20, &e), SC_OK);
	assert_int_equal(sc_reader_named(SC_STR("warc"))->open(state, &conf, s.in, &e), SC_OK);
	for (; s.n < 16; s.n++) {
		const struct sc_reader *warc = sc_reader_named(SC_STR("warc"));
		struct sc_record *r = &s.r[s.n];
		int rc = warc->next(state, &s.a, r, &e);

		if (rc == SC_EOF)
			break;
		r->by = warc;
		if (rc == SC_OK)
			rc = warc->parse(&conf, &s.a, r, &e);
		s.rc[s.n] = rc;
		if (rc < 0) {
			memcpy(s.why[s.n], e.msg, 255);
			s.damage |= e.damage;
		}
	}
	sc_input_close(s.in);
	return &s;
}

static void free_seen(struct seen *s)
{
	sc_arena_free(&s->a);
}

static void is(sc_str got, const char *want)
{
	if (!sc_str_eq(got, sc_str_c(want)))
		fail_msg("got '%.*s', want '%s'", SC_ARG(got), want);
}

static void a_response_has_its_body_and_its_url(void **state)
{
	struct seen *s = read_all(SC_STR(REC("response", "WARC-Target-URI: <http://example.org/x>\r\nContent-Type: application/http\r\n",
					     "HTTP/1.1 200 OK\r\nContent-Type: Text/HTML; charset=x\r\n\r\n<p>hello", "63")));

	(void)state;
	assert_int_equal(s->n, 1);
	assert_int_equal(s->rc[0], SC_OK);
	is(s->r[0].url, "http://example.org/x");
	is(s->r[0].part[0].data, "<p>hello");
	is(s->r[0].part[0].media, "text/html");
	is(s->r[0].name, "urn:uuid:1");
	is(sc_json_path(sc_record_meta(&s->a, &s->r[0]), SC_STR("http.status")), "200");
	is(sc_json_string(&s->a, sc_json_path(sc_record_meta(&s->a, &s->r[0]), SC_STR("WARC-Type"))), "response");
	free_seen(s);
}

static void a_chunked_body_is_put_together(void **state)
{
	struct seen *s = read_all(SC_STR(REC("response", "", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;x=y\r\n world\r\n0\r\n\r\n", "77")));

	(void)state;
	assert_int_equal(s->rc[0], SC_OK);
	is(s->r[0].part[0].data, "hello world");
	assert_null(sc_tag_first(&s->r[0], SC_STR("encoding")));
	free_seen(s);
}

static void a_body_that_is_not_what_its_head_claims_stands_and_is_tagged(void **state)
{
	struct seen *s = read_all(SC_STR(REC("response", "", "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nplain", "48")));

	(void)state;
	assert_int_equal(s->rc[0], SC_OK);
	is(s->r[0].part[0].data, "plain");
	is(sc_tag_first(&s->r[0], SC_STR("encoding"))->value, "not-gzip");
	free_seen(s);
}

static void warc_with_no_length_is_rejected_and_the_next_one_found(void **state)
{
	struct seen *s = read_all(SC_STR("WARC/1.0\r\nWARC-Type: metadata\r\n\r\nlost bytes\r\n\r\n" REC("metadata", "", "ok", "2")));

	(void)state;
	assert_int_equal(s->n, 2);
	assert_int_equal(s->rc[0], SC_BAD);
	assert_non_null(strstr(s->why[0], "Content-Length"));
	assert_int_equal(s->r[0].from.off, 0);
	assert_int_equal(s->r[0].from.len, s->r[1].from.off);
	assert_int_equal(s->rc[1], SC_OK);
	is(s->r[1].part[0].data, "ok");
	free_seen(s);
}

static void two_different_lengths_are_rejected(void **state)
{
	struct seen *s = read_all(SC_STR("WARC/1.0\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok\r\n\r\n"));

	(void)state;
	assert_int_equal(s->rc[0], SC_BAD);
	free_seen(s);
}

static void a_truncated_record_is_damage(void **state)
{
	struct seen *s = read_all(SC_STR(REC("metadata", "", "ok", "2") "WARC/1.0\r\nContent-Length: 2000\r\n\r\nhalf"));

	(void)state;
	assert_int_equal(s->n, 2);
	assert_int_equal(s->rc[0], SC_OK);
	assert_int_equal(s->rc[1], SC_BAD);
	assert_true(s->damage);
	free_seen(s);
}

static void a_record_above_the_limit_is_rejected_and_skipped(void **state)
{
	struct sc_buf b = { 0 };
	struct seen *s;

	(void)state;
	sc_buf_add(&b, SC_STR("WARC/1.0\r\nContent-Length: 1500000\r\n\r\n"));
	memset(sc_buf_room(&b, 1500000), 'x', 1500000);
	b.n += 1500000;
	sc_buf_add(&b, SC_STR("\r\n\r\n" REC("metadata", "", "ok", "2")));
	s = read_all(sc_buf_str(&b));
	assert_int_equal(s->n, 2);
	assert_int_equal(s->rc[0], SC_BAD);
	assert_int_equal(s->rc[1], SC_OK);
	assert_int_equal(s->r[1].from.off, s->r[0].from.len);
	free_seen(s);
	sc_buf_free(&b);
}

static void lf_for_crlf_and_folded_lines_are_read(void **state)
{
	struct seen *s = read_all(SC_STR("WARC/0.18\nWARC-Type: resource\nWARC-Target-URI: http://example.org/\n  long\nContent-Length: 2\n\nok\n\n\n\n" REC("metadata", "", "ok", "2")));

	(void)state;
	assert_int_equal(s->n, 2);
	assert_int_equal(s->rc[0], SC_OK);
	is(s->r[0].part[0].data, "ok");
	assert_int_equal(s->rc[1], SC_OK);
	free_seen(s);
}

static void fields_end_at_the_empty_line(void **state)
{
	(void)state;
	is(sc_fields_get(SC_STR("A: 1\r\nb:2\r\n\r\nC: 3\r\n"), SC_STR("B")), "2");
	assert_null(sc_fields_get(SC_STR("A: 1\r\n\r\nC: 3\r\n"), SC_STR("C")).p);
	assert_int_equal(sc_head_end(SC_STR("a\r\n\r\nb")), 5);
	assert_int_equal(sc_head_end(SC_STR("a\n\nb")), 3);
	assert_int_equal(sc_head_end(SC_STR("a\r\nb")), 0);
}

static void a_bomb_in_a_body_is_bounded(void **state)
{
	struct sc_arena a = { 0 };
	struct sc_http h = { .head = SC_STR("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n") };
	struct sc_buf b = { 0 };
	struct sc_err e = { 0 };
	char gz_state[1024] = { 0 };
	static char zeros[70000];
	sc_str body, wrong;

	(void)state;
	assert_int_equal(sc_codec_named(SC_STR("gzip"))->open(gz_state, &e), SC_OK);
	assert_int_equal(sc_codec_named(SC_STR("gzip"))->pack(gz_state, (sc_str){ zeros, sizeof zeros }, 0, &b, &e), SC_OK);
	sc_codec_named(SC_STR("gzip"))->close(gz_state);
	h.body = sc_buf_str(&b);
	assert_int_equal(sc_http_decode(&a, &h, 70000, &body, &wrong, &e), SC_OK);
	assert_int_equal(body.n, 70000);
	assert_int_equal(sc_http_decode(&a, &h, 69999, &body, &wrong, &e), SC_BAD);
	sc_buf_free(&b);
	sc_arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_response_has_its_body_and_its_url),
		cmocka_unit_test(a_chunked_body_is_put_together),
		cmocka_unit_test(a_body_that_is_not_what_its_head_claims_stands_and_is_tagged),
		cmocka_unit_test(warc_with_no_length_is_rejected_and_the_next_one_found),
		cmocka_unit_test(two_different_lengths_are_rejected),
		cmocka_unit_test(a_truncated_record_is_damage),
		cmocka_unit_test(a_record_above_the_limit_is_rejected_and_skipped),
		cmocka_unit_test(lf_for_crlf_and_folded_lines_are_read),
		cmocka_unit_test(fields_end_at_the_empty_line),
		cmocka_unit_test(a_bomb_in_a_body_is_bounded),
	};

	return cmocka_run_group_tests_name("warc", tests, NULL, NULL);
}
