/* SPDX-License-Identifier: Apache-2.0 */
/* Claims about the WARC reader and the HTTP messages inside. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

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

static void all_of_a_spoilt_record_is_said_and_counted(void **state)
{
	static const char *const spoilt[] = {
		"WARC/1.0\r\nContent-Length: -2\r\n\r\nok\r\n\r\n",
		"WARC/1.0\r\nContent-Length: 2 2\r\n\r\nok\r\n\r\n",
		"WARC/1.0\r\nContent-Length: 18446744073709551615\r\n\r\nok\r\n\r\n",
		"WARC/1.0\r\nContent-Length: 9999999999\r\n\r\nok\r\n\r\n",
		"WARC/1.0\r\nContent-Length: 40\r\n\r\nok\r\n\r\n",
		"WARC/1.0\r\nContent-Length: 3\r\n\r\nok\r\n\r\n",
		"WARC/2.0\r\nContent-Length: 2\r\n\r\nok\r\n\r\n",
		"WARC/1.0 or so\r\nContent-Length: 2\r\n\r\nok\r\n\r\n",
		"WARC/1.0\r\nWARC-Type: response\r\nwarc-type: request\r\nContent-Length: 2\r\n\r\nok\r\n\r\n",
		"WARC/1.0\r\nWARC-Target-URI: a:b\r\nWARC-Target-URI: a:c\r\nContent-Length: 2\r\n\r\nok\r\n\r\n",
		"no record at all\r\n\r\n",
	};

	(void)state;
	for (size_t i = 0; i < SC_COUNT(spoilt); i++) {
		struct sc_buf b = { 0 };
		struct seen *s;

		sc_buf_fmt(&b, "%s%s%s", REC("metadata", "", "one", "3"), spoilt[i], REC("metadata", "", "two", "3"));
		s = read_all(sc_buf_str(&b));
		if (s->n != 3 || s->rc[1] != SC_BAD || s->rc[2] != SC_OK)
			fail_msg("not contained: %s", spoilt[i]);
		is(s->r[1].raw, spoilt[i]);
		assert_int_equal(s->r[1].from.len, strlen(spoilt[i]));
		assert_int_equal(s->r[1].from.off + s->r[1].from.len, s->r[2].from.off);
		is(s->r[2].part[0].data, "two");
		free_seen(s);
		sc_buf_free(&b);
	}
}

static void bytes_behind_a_block_that_is_said_too_short_are_rejected(void **state)
{
	struct seen *s = read_all(SC_STR(REC("metadata", "", "okay", "2") REC("metadata", "", "ok", "2")));

	(void)state;
	assert_int_equal(s->n, 3);
	is(s->r[0].part[0].data, "ok");
	assert_int_equal(s->rc[1], SC_BAD);
	is(s->r[1].raw, "ay\r\n\r\n");
	assert_int_equal(s->rc[2], SC_OK);
	free_seen(s);
}

static void a_head_inside_a_good_block_is_the_block_s(void **state)
{
	struct seen *s = read_all(SC_STR(REC("resource", "", "x\r\nWARC/1.0\r\nContent-Length: 0\r\n\r\n", "34")));

	(void)state;
	assert_int_equal(s->n, 1);
	assert_int_equal(s->r[0].part[0].data.n, 34);
	free_seen(s);
}

static void line_ends_may_lack_at_the_end_and_between(void **state)
{
	struct seen *s = read_all(SC_STR("WARC/1.0\r\nContent-Length: 2\r\n\r\nokWARC/1.0\r\nContent-Length: 2\r\n\r\nok"));

	(void)state;
	assert_int_equal(s->n, 2);
	is(s->r[0].part[0].data, "ok");
	is(s->r[1].part[0].data, "ok");
	assert_int_equal(s->rc[0] | s->rc[1], SC_OK);
	free_seen(s);
}

static void names_are_spelled_as_the_standard_does(void **state)
{
	struct seen *s = read_all(SC_STR("WARC/1.0\nwarc-type: Resource\nWARC-TARGET-URI: http://example.org/a\n b\nx: 1\nx: 2\n"
					 "scope-tags: {}\nhttp: z\ncontent-length: 2\n\nok\n\n"));

	(void)state;
	is(sc_record_meta(&s->a, &s->r[0]),
	   "{\"WARC-Type\":\"Resource\",\"WARC-Target-URI\":\"http://example.org/a b\",\"x\":\"1, 2\",\"Content-Length\":\"2\"}");
	is(s->r[0].url, "http://example.org/a b");
	free_seen(s);
}

static void names_that_are_no_text_stay_apart(void **state)
{
	struct seen *s = read_all(SC_STR("WARC/1.0\r\n\xff: 1\r\n\xfe: 2\r\nContent-Length: 0\r\n\r\n\r\n\r\n"));

	(void)state;
	is(sc_record_meta(&s->a, &s->r[0]), "{\"\\\\xff\":\"1\",\"\\\\xfe\":\"2\",\"Content-Length\":\"0\"}");
	free_seen(s);
}

static void a_head_of_a_great_many_fields_takes_no_great_time(void **state)
{
	struct sc_buf b = { 0 };
	struct seen *s;

	(void)state;
	sc_buf_add(&b, SC_STR("WARC/1.0\r\nContent-Length: 0\r\n"));
	while (b.n < 200000)
		sc_buf_add(&b, SC_STR("a:b\r\n"));
	sc_buf_add(&b, SC_STR("\r\n\r\n\r\n"));
	s = read_all(sc_buf_str(&b));
	assert_int_equal(s->rc[0], SC_OK);
	assert_true(sc_record_meta(&s->a, &s->r[0]).n < 64);
	free_seen(s);
	sc_buf_free(&b);
}

static void a_request_has_the_body_that_it_sent(void **state)
{
	struct seen *s = read_all(SC_STR(REC("request", "Content-Type: application/http; msgtype=request\r\n", "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "27")));

	(void)state;
	assert_int_equal(s->rc[0], SC_OK);
	assert_int_equal(s->r[0].part[0].data.n, 0);
	is(s->r[0].part[0].name, "body");
	is(sc_json_string(&s->a, sc_json_path(sc_record_meta(&s->a, &s->r[0]), SC_STR("http.headers.host"))), "x");
	free_seen(s);
}

static void a_text_that_begins_like_a_message_is_a_text(void **state)
{
	struct seen *s = read_all(SC_STR(REC("conversion", "Content-Type: text/plain\r\n", "HTTP/1.1 is\r\n\r\nold", "18")));

	(void)state;
	assert_int_equal(s->r[0].part[0].data.n, 18);
	is(s->r[0].part[0].media, "text/plain");
	free_seen(s);
}

static void a_message_that_is_none_stands_and_is_tagged(void **state)
{
	struct seen *s = read_all(SC_STR(REC("response", "Content-Type: application/http\r\n", "ICY 200 OK\r\n\r\nla", "16")));

	(void)state;
	assert_int_equal(s->r[0].part[0].data.n, 16);
	is(sc_tag_first(&s->r[0], SC_STR("encoding"))->value, "not-http");
	free_seen(s);
}

static void tags_in_the_header_count_in_band_only(void **state)
{
	struct seen *s = read_all(SC_STR(REC("metadata", "Scope-Tags: {\"v\":1,\"tags\":[{\"key\":\"licence\",\"value\":\"CC0-1.0\"}]}\r\n", "ok", "2")));

	(void)state;
	assert_int_equal(s->rc[0], SC_OK);
	assert_null(sc_tag_first(&s->r[0], SC_STR("licence")));
	free_seen(s);
}

static void arc_is_refused_in_one_line(void **state)
{
	struct sc_read_conf conf = { .max_record = 1 << 20 };
	char buf[1024] = { 0 };
	struct sc_input *in;
	struct sc_err e = { 0 };

	(void)state;
	assert_true(sc_reader_named(SC_STR("warc"))->taste(SC_STR("filedesc://x.arc 0.0.0.0"), SC_STR("x")) > 0);
	assert_int_equal(sc_input_memory(&in, SC_STR("filedesc://x.arc 0.0.0.0"), SC_STR("x"), 1 << 20, &e), SC_OK);
	assert_int_equal(sc_reader_named(SC_STR("warc"))->open(buf, &conf, in, &e), SC_FAIL);
	assert_non_null(strstr(e.msg, "ARC"));
	sc_input_close(in);
}

static void a_shard_with_a_spoilt_first_head_is_still_one(void **state)
{
	const struct sc_reader *warc = sc_reader_named(SC_STR("warc"));
	sc_str s = SC_STR("XARC/1.0\r\nContent-Length: 0\r\n\r\n\r\n\r\nWARC/1.0\r\nWARC-Type: metadata\r\n");

	(void)state;
	assert_true(warc->taste(s, SC_STR("a.warc.gz")) > 0);
	assert_int_equal(warc->taste(s, SC_STR("notes.txt")), 0);
}

/* Each of three members by itself; then the middle one with a byte of its block flipped. */
static void packed(struct sc_buf *b, bool flip)
{
	char state[1024] = { 0 };
	struct sc_err e;

	assert_int_equal(sc_codec_named(SC_STR("gzip"))->open(state, &e), SC_OK);
	for (int i = 0; i < 3; i++) {
		size_t at = b->n;

		assert_int_equal(sc_codec_named(SC_STR("gzip"))->pack(state, SC_STR(REC("metadata", "", "ok", "2")), 0, b, &e), SC_OK);
		if (flip && i == 1)
			b->p[(at + b->n) / 2] ^= 0x20;
	}
	sc_codec_named(SC_STR("gzip"))->close(state);
}

static void a_record_knows_its_member(void **state)
{
	struct sc_buf b = { 0 };
	struct seen *s;
	uint64_t end = 0;

	(void)state;
	packed(&b, false);
	s = read_all(sc_buf_str(&b));
	assert_int_equal(s->n, 3);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(s->r[i].from.member, end);
		assert_true(s->r[i].from.packed > 20);
		end += s->r[i].from.packed;
	}
	assert_int_equal(end, b.n);
	free_seen(s);
	sc_buf_free(&b);
}

static void a_spoilt_member_costs_its_record_only(void **state)
{
	struct sc_buf b = { 0 };
	struct seen *s;

	(void)state;
	packed(&b, true);
	s = read_all(sc_buf_str(&b));
	assert_int_equal(s->n, 3);
	assert_int_equal(s->rc[0], SC_OK);
	assert_int_equal(s->rc[1], SC_BAD);
	assert_int_equal(s->rc[2], SC_OK);
	assert_true(s->damage);
	is(s->r[2].part[0].data, "ok");
	free_seen(s);
	sc_buf_free(&b);
}

/* ---- writing ---- */

static void written(struct sc_record *r, enum sc_tags_mode tags, const char *want)
{
	struct sc_style style = { .tags = tags, .tag_key = SC_STR("scope") };
	const struct sc_writer *warc = sc_writer_named(SC_STR("warc"));
	char path[] = "/tmp/scope-unit-XXXXXX", state[1024] = { 0 }, got[4096];
	struct sc_output *out;
	struct sc_arena a = { 0 };
	struct sc_err e = { 0 };
	int fd = mkstemp(path);
	FILE *f;
	size_t n;

	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(sc_output_open(&out, sc_str_c(path), SC_STR("none"), 0, &e), SC_OK);
	assert_int_equal(warc->open(state, &style, out, &e), SC_OK);
	assert_int_equal(warc->put(state, &a, r, &e), SC_OK);
	warc->close(state);
	assert_int_equal(sc_output_finish(out, &e), SC_OK);
	assert_int_equal(sc_output_commit(out, &e), SC_OK);
	sc_output_free(out);
	f = fopen(path, "r");
	n = fread(got, 1, sizeof got - 1, f);
	got[n] = 0;
	fclose(f);
	unlink(path);
	sc_arena_free(&a);
	if (strchr(want, '*')) { /* what lies between is the tags' */
		size_t head = strcspn(want, "*");

		assert_true(n > strlen(want));
		assert_memory_equal(got, want, head);
		assert_string_equal(got + n - strlen(want + head + 1), want + head + 1);
		return;
	}
	assert_string_equal(got, want);
}

static void a_record_is_written_as_it_was_but_for_its_tags(void **state)
{
	static const struct sc_maker me = { .name = "tag/test" };
	struct seen *s = read_all(SC_STR("WARC/1.0\r\nno colon\r\n scope-tags: {\"old\":1}\r\nX: 1\r\n\tfolded\r\nScope-Tags: {\r\n }\r\n"
					 "Content-Length: 2\r\n\r\nok\r\n\r\n"));
	struct sc_record *r = &s->r[0];

	(void)state;
	written(r, SC_TAGS_INBAND, "WARC/1.0\r\nno colon\r\n scope-tags: {\"old\":1}\r\nX: 1\r\n\tfolded\r\nScope-Tags: {\r\n }\r\n"
				   "Content-Length: 2\r\n\r\nok\r\n\r\n");
	sc_tag_add(&s->a, r, SC_STR("k"), SC_STR("v\r\nInjected: 1"), (struct sc_evidence){ .by = &me, .rule = SC_STR("r") });
	written(r, SC_TAGS_NONE, "WARC/1.0\r\nno colon\r\n scope-tags: {\"old\":1}\r\nX: 1\r\n\tfolded\r\nScope-Tags: {\r\n }\r\n"
				 "Content-Length: 2\r\n\r\nok\r\n\r\n");
	written(r, SC_TAGS_INBAND, "WARC/1.0\r\nno colon\r\n scope-tags: {\"old\":1}\r\nX: 1\r\n\tfolded\r\nContent-Length: 2\r\nScope-Tags: {*}\r\n\r\nok\r\n\r\n");
	free_seen(s);
}

static void a_record_that_ended_early_is_ended(void **state)
{
	struct seen *s = read_all(SC_STR("WARC/1.0\r\nContent-Length: 6\r\n\r\nok\r\n\r\n"));

	(void)state;
	assert_int_equal(s->rc[0], SC_OK);
	written(&s->r[0], SC_TAGS_NONE, "WARC/1.0\r\nContent-Length: 6\r\n\r\nok\r\n\r\n\r\n\r\n");
	free_seen(s);
}

static void a_record_of_another_format_becomes_a_resource(void **state)
{
	struct sc_part p = { .name = SC_STR("text"), .media = SC_STR("text/plain\r\nX: 1"), .data = SC_STR("abc") };
	struct sc_record r = { .url = SC_STR("http://example.org/\r\nContent-Length: 0"), .created = SC_STR("2024-01-31"), .part = &p, .npart = 1 };

	(void)state;
	written(&r, SC_TAGS_INBAND, "WARC/1.1\r\nWARC-Type: resource\r\nWARC-Record-ID: <urn:uuid:ba7816bf-8f01-8fea-8141-40de5dae2223>\r\n"
				    "WARC-Date: 2024-01-31T00:00:00Z\r\nWARC-Target-URI: http://example.org/  Content-Length: 0\r\n"
				    "Content-Type: text/plain  X: 1\r\nContent-Length: 3\r\n\r\nabc\r\n\r\n");
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
		cmocka_unit_test(all_of_a_spoilt_record_is_said_and_counted),
		cmocka_unit_test(bytes_behind_a_block_that_is_said_too_short_are_rejected),
		cmocka_unit_test(a_head_inside_a_good_block_is_the_block_s),
		cmocka_unit_test(line_ends_may_lack_at_the_end_and_between),
		cmocka_unit_test(names_are_spelled_as_the_standard_does),
		cmocka_unit_test(names_that_are_no_text_stay_apart),
		cmocka_unit_test(a_head_of_a_great_many_fields_takes_no_great_time),
		cmocka_unit_test(a_request_has_the_body_that_it_sent),
		cmocka_unit_test(a_text_that_begins_like_a_message_is_a_text),
		cmocka_unit_test(a_message_that_is_none_stands_and_is_tagged),
		cmocka_unit_test(tags_in_the_header_count_in_band_only),
		cmocka_unit_test(arc_is_refused_in_one_line),
		cmocka_unit_test(a_shard_with_a_spoilt_first_head_is_still_one),
		cmocka_unit_test(a_record_knows_its_member),
		cmocka_unit_test(a_spoilt_member_costs_its_record_only),
		cmocka_unit_test(a_record_is_written_as_it_was_but_for_its_tags),
		cmocka_unit_test(a_record_that_ended_early_is_ended),
		cmocka_unit_test(a_record_of_another_format_becomes_a_resource),
	};

	return cmocka_run_group_tests_name("warc", tests, NULL, NULL);
}
