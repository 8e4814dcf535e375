/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jsonl -- JSON Lines read and written, tags inside them, and the table of records.
 *
 * Shards are bytes in memory; what a writer writes is read back from a file in TMPDIR.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <scope/json.h>
#include <scope/run.h>

enum { MAX = 32 };

/* A shard read: its records, those that were spoilt with their message. */
struct shard {
	struct sc_arena a;
	struct sc_record r[MAX];
	int rc[MAX];
	char why[MAX][512];
	bool damage[MAX];
	size_t n;
};

static const struct sc_read_conf plain = { .tag_key = SC_LIT("scope"), .max_record = 4096 };

static void read_with(struct shard *s, sc_str bytes, const struct sc_read_conf *conf)
{
	const struct sc_reader *jsonl = sc_reader_named(SC_STR("jsonl"));
	void *state = calloc(1, jsonl->card.state);
	struct sc_input *in;
	struct sc_err e;

	*s = (struct shard){ .n = 0 };
	assert_non_null(state);
	assert_int_equal(sc_input_memory(&in, bytes, SC_STR("dir/x.jsonl"), 128 << 10, &e), SC_OK);
	assert_int_equal(jsonl->open(state, conf, in, &e), SC_OK);
	for (;;) {
		struct sc_record *r = &s->r[s->n];
		int rc;

		assert_true(s->n < MAX);
		*r = (struct sc_record){
			.from = { .shard = SC_STR("dir/x.jsonl"), .ordinal = s->n }, .by = jsonl
		};
		e = (struct sc_err){ 0 };
		rc = jsonl->next(state, &s->a, r, &e);
		if (rc == SC_EOF)
			break;
		if (rc == SC_OK)
			rc = jsonl->parse(conf, &s->a, r, &e);
		assert_true(rc != SC_FAIL);
		s->rc[s->n] = rc;
		s->damage[s->n] = e.damage;
		memcpy(s->why[s->n++], e.msg, sizeof e.msg);
	}
	sc_input_close(in);
	free(state);
}

static void read_text(struct shard *s, const char *text)
{
	read_with(s, sc_str_c(text), &plain);
}

static void shard_free(struct shard *s)
{
	sc_arena_free(&s->a);
}

static void str_is(sc_str got, const char *want)
{
	if (!sc_str_eq(got, sc_str_c(want)))
		fail_msg("got '%.*s', want '%s'", SC_ARG(got), want);
}

/* What a writer makes of records, in a's memory. */
static sc_str write_with(struct sc_arena *a, const char *format, struct sc_record *r, size_t n,
                         const struct sc_style *style, int *rc)
{
	const struct sc_writer *w = sc_writer_named(sc_str_c(format));
	void *state = calloc(1, w->card.state);
	char path[] = "/tmp/scope-unit-XXXXXX";
	int fd = mkstemp(path);
	struct sc_buf b = { 0 };
	struct sc_output *out;
	struct sc_err e;
	sc_str text;
	FILE *f;

	assert_true(fd >= 0 && close(fd) == 0 && state);
	assert_int_equal(sc_output_open(&out, sc_str_c(path), SC_STR("none"), 0, &e), SC_OK);
	assert_int_equal(w->open(state, style, out, &e), SC_OK);
	for (size_t i = 0; i < n; i++)
		*rc = w->put(state, a, &r[i], &e);
	assert_int_equal(w->end(state, &e), SC_OK);
	w->close(state);
	free(state);
	assert_int_equal(sc_output_finish(out, &e), SC_OK);
	assert_int_equal(sc_output_commit(out, &e), SC_OK);
	sc_output_free(out);
	f = fopen(path, "rb");
	assert_non_null(f);
	for (size_t got; (got = fread(sc_buf_room(&b, 65536), 1, 65536, f)) > 0;)
		b.n += got;
	fclose(f);
	unlink(path);
	text = sc_strdup(a, sc_buf_str(&b));
	sc_buf_free(&b);
	return text;
}

static const struct sc_maker me = { .name = "tag/test", .revision = 1 };
static const struct sc_style inband = { .tags = SC_TAGS_INBAND, .tag_key = SC_LIT("scope") };

static void add_tag(struct sc_arena *a, struct sc_record *r)
{
	sc_tag_add(a, r, SC_STR("licence"), SC_STR("MIT"),
	           (struct sc_evidence){ .by = &me,
	                                 .rule = SC_STR("json:license"),
	                                 .where = SC_STR("meta"),
	                                 .off = 3,
	                                 .len = 4,
	                                 .score = 0.9f });
}

/* ---- reading ---- */

static void lines_are_records_with_their_places(void **state)
{
	struct shard s;

	(void)state;
	read_text(&s, "\xef\xbb\xbf{\"text\":\"a\"}\r\n\n{\"id\":7,\"text\":\"b\"}\n  \n[1]");
	assert_int_equal(s.n, 3);
	assert_int_equal(s.r[0].from.off, 3);
	assert_int_equal(s.r[0].from.len, 14);
	str_is(s.r[0].head, "{\"text\":\"a\"}");
	str_is(s.r[1].name, "7");
	assert_int_equal(s.r[1].from.off, 18);
	str_is(s.r[2].raw, "[1]");
	assert_true(s.r[2].refuse_inband);
	for (size_t i = 0; i < s.n; i++)
		assert_int_equal(s.rc[i], SC_OK);
	shard_free(&s);
}

static void a_spoilt_line_does_not_stop_the_next(void **state)
{
	struct shard s;

	(void)state;
	read_text(
	        &s,
	        "{\"text\":\"a\"\n{\"text\":\"\\ud800\"}\n{\"text\":\"\xff\"}\n{\"text\":\"b\"}\n");
	assert_int_equal(s.n, 4);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(s.rc[i], SC_BAD);
	assert_int_equal(s.rc[3], SC_OK);
	str_is(s.r[3].part[0].data, "b");
	shard_free(&s);
}

static void the_payload_is_the_first_string_of_the_list(void **state)
{
	static const struct {
		const char *line, *name, *data;
	} t[] = {
		{ "{\"data\":\"eHg=\",\"content\":\"c\",\"text\":\"t\"}", "text", "t" },
		{ "{\"content\":\"c\",\"text\":null}", "text", "c" },
		{ "{\"raw_content\":\"r\\n\",\"text\":5}", "text", "r\n" },
		{ "{\"data\":\"eHg=\"}", "data", "xx" },
		{ "{\"data\":\"no base64\"}", "json", "{\"data\":\"no base64\"}" },
		{ "{\"q\":\"a\",\"scope\":{\"v\":1}}", "json", "{\"q\":\"a\"}" },
		{ "{\"t\\u0065xt\":\"t\"}", "text", "t" },
		{ " 12 ", "json", " 12 " },
	};
	struct shard s;

	(void)state;
	for (size_t i = 0; i < SC_COUNT(t); i++) {
		read_text(&s, t[i].line);
		assert_int_equal(s.n, 1);
		assert_int_equal(s.rc[0], SC_OK);
		str_is(s.r[0].part[0].name, t[i].name);
		str_is(s.r[0].part[0].data, t[i].data);
		if (s.r[0].part[0].raw_off != UINT64_MAX)
			assert_ptr_equal(s.r[0].raw.p + s.r[0].part[0].raw_off,
			                 s.r[0].part[0].data.p);
		shard_free(&s);
	}
}

static void a_text_field_is_a_path_and_must_be_there(void **state)
{
	struct sc_read_conf c = plain;
	struct shard s;

	(void)state;
	c.text_field = SC_STR("doc.body[1]");
	read_with(&s,
	          SC_STR("{\"doc\":{\"body\":[1,\"x\"]}}\n{\"text\":\"x\"}\n[]\n"
	                 "{\"doc\":{},\"doc\":{\"body\":[1,\"x\"]}}\n"),
	          &c);
	assert_int_equal(s.n, 4);
	assert_int_equal(s.rc[0], SC_OK);
	str_is(s.r[0].part[0].data, "x");
	for (size_t i = 1; i < 4; i++)
		assert_int_equal(s.rc[i], SC_BAD);
	shard_free(&s);
}

static void a_key_that_is_read_may_not_come_twice(void **state)
{
	struct sc_read_conf c = plain;
	struct shard s;
	static const sc_str lines =
	        SC_LIT("{\"text\":\"a\",\"text\":\"b\"}\n{\"license\":1,\"licens\\u0065\":2}\n"
	               "{\"scope\":{\"v\":1},\"scope\":{\"v\":1}}\n{\"x\":1,\"x\":2}\n"
	               "{\"m\":{\"x\":1,\"x\":2}}\n\n");

	(void)state;
	read_with(&s, lines, &plain);
	assert_int_equal(s.n, 5);
	for (size_t i = 0; i < 5; i++)
		assert_int_equal(s.rc[i], i < 3 ? SC_BAD : SC_OK);
	shard_free(&s);
	c.strict = true;
	read_with(&s, lines, &c);
	assert_int_equal(s.n, 6); /* the blank line too */
	for (size_t i = 0; i < 6; i++)
		assert_int_equal(s.rc[i], SC_BAD);
	shard_free(&s);
}

static void somebody_elses_scope_member_is_refused_with_advice(void **state)
{
	struct sc_read_conf c = plain;
	struct shard s;

	(void)state;
	read_text(
	        &s,
	        "{\"scope\":{\"license\":\"MIT\"}}\n{\"scope\":\"v\"}\n{\"scope\":{\"v\":1.0}}\n");
	assert_int_equal(s.n, 3);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(s.rc[i], SC_BAD);
		assert_non_null(strstr(s.why[i], "--tag-key NAME"));
	}
	shard_free(&s);
	c.tag_key = SC_STR("_tags");
	read_with(&s, SC_STR("{\"scope\":\"wide\",\"_tags\":{\"v\":1}}\n"), &c);
	assert_int_equal(s.rc[0], SC_OK);
	str_is(s.r[0].part[0].data, "{\"scope\":\"wide\"}");
	shard_free(&s);
}

static void url_source_and_date_are_found(void **state)
{
	struct shard s;

	(void)state;
	read_text(
	        &s,
	        "{\"url\":\"u:1\",\"uri\":\"u:2\",\"source\":\"s\",\"added\":\"d\",\"created\":null,\"id\":\"i\"}\n"
	        "{\"metadata\":{\"warc_url\":\"u:3\"},\"uri\":\"u:4\",\"media\":\"Text/HTML; charset=x\",\"text\":\"\"}\n");
	str_is(s.r[0].url, "u:1");
	str_is(s.r[0].source, "s");
	str_is(s.r[0].created, "d");
	str_is(s.r[0].name, "i");
	str_is(s.r[1].url, "u:3");
	str_is(s.r[1].part[0].media, "text/html");
	shard_free(&s);
}

static void a_line_over_the_limit_is_one_spoilt_record(void **state)
{
	struct sc_buf b = { 0 };
	struct shard s;

	(void)state;
	for (size_t n = 5000; n <= 200000;
	     n += 195000) { /* more than a record, more than the input shows */
		sc_buf_add(&b, SC_STR("\""));
		for (size_t i = 0; i < n; i++)
			sc_buf_byte(&b, 'x');
		sc_buf_add(&b, SC_STR("\"\n"));
	}
	sc_buf_add(&b, SC_STR("{\"text\":\"after\"}"));
	read_with(&s, sc_buf_str(&b), &plain);
	assert_int_equal(s.n, 3);
	assert_int_equal(s.rc[0], SC_BAD);
	assert_int_equal(s.rc[1], SC_BAD);
	assert_int_equal(s.r[1].from.off, 5003);
	assert_int_equal(s.r[1].from.len, 200003);
	str_is(s.r[2].part[0].data, "after");
	sc_buf_free(&b);
	shard_free(&s);
}

static void white_space_alone_is_no_corpus(void **state)
{
	struct shard s;

	(void)state;
	read_text(&s, "");
	assert_int_equal(s.n, 0);
	read_text(&s, "\xef\xbb\xbf");
	assert_int_equal(s.n, 1);
	assert_int_equal(s.rc[0], SC_BAD);
	shard_free(&s);
	read_text(&s, "\n\n");
	assert_int_equal(s.n, 1);
	assert_int_equal(s.rc[0], SC_BAD);
	shard_free(&s);
}

/* Three gzip members; the second, in which the line goes on, is spoilt in its checksum. */
static void a_line_cut_by_damage_is_spoilt_and_the_next_is_found(void **state)
{
	static const sc_str plain_bytes[] = { SC_LIT("{\"text\":\"a\"}\n{\"text\":\"b"),
		                              SC_LIT(" lost "), SC_LIT("17\n{\"text\":\"c\"}\n") };
	const struct sc_codec *gzip = sc_codec_named(SC_STR("gzip"));
	struct sc_buf b = { 0 };
	struct sc_err e;
	struct shard s;

	(void)state;
	for (size_t i = 0; i < SC_COUNT(plain_bytes); i++) {
		void *codec = calloc(1, gzip->card.state + 1);

		assert_int_equal(gzip->open ? gzip->open(codec, &e) : SC_OK, SC_OK);
		assert_int_equal(gzip->pack(codec, plain_bytes[i], 0, &b, &e), SC_OK);
		if (gzip->close)
			gzip->close(codec);
		free(codec);
		if (i == 1)
			b.p[b.n - 6] ^= 1;
	}
	read_with(&s, sc_buf_str(&b), &plain);
	assert_int_equal(s.n, 4);
	assert_int_equal(s.rc[0], SC_OK);
	assert_int_equal(s.rc[1], SC_BAD);
	assert_true(s.damage[1]);
	str_is(s.r[1].raw, "{\"text\":\"b");
	assert_int_equal(s.rc[2], SC_BAD); /* a JSON text, but the rest of a line */
	assert_true(s.r[2].after_break && !s.damage[2]);
	assert_int_equal(s.rc[3], SC_OK);
	str_is(s.r[3].part[0].data, "c");
	assert_int_equal(s.r[3].from.off, 26);
	sc_buf_free(&b);
	shard_free(&s);
}

static void only_lines_are_claimed(void **state)
{
	int (*taste)(sc_str, sc_str) = sc_reader_named(SC_STR("jsonl"))->taste;

	(void)state;
	assert_true(taste(SC_STR("{\"a\":1}\n{\"a\":2}\n"), SC_STR("x")) > 0);
	assert_true(taste(SC_STR("\n{\"a\":1}"), SC_STR("x")) > 0);
	assert_true(taste(SC_STR("{\"a\":\"cut he"), SC_STR("x")) > 0);
	assert_true(taste(SC_STR("[1]\n[2]\n"), SC_STR("x")) > 0);
	assert_true(taste(SC_STR("42"), SC_STR("x.json")) > 0);
	assert_true(taste(SC_STR("<html>"), SC_STR("x.jsonl.gz")) > 0);
	assert_true(taste(SC_STR("{\"a\":1,\n"), SC_STR("x.jsonl")) > 0);
	assert_int_equal(taste(SC_STR("{\n\t\"a\": 1\n}\n"), SC_STR("x.json")), 0);
	assert_int_equal(taste(SC_STR("{ \"a\": 1\n, \"b\": 2 }\n"), SC_STR("x.json")), 0);
	assert_int_equal(taste(SC_STR("[\n1\n]\n"), SC_STR("x")), 0);
	assert_int_equal(taste(SC_STR("2013\n2014\n"), SC_STR("x.txt")), 0);
	assert_int_equal(taste(SC_STR("plain words"), SC_STR("x")), 0);
	assert_int_equal(taste(SC_STR(""), SC_STR("x")), 0);
	assert_true(taste(SC_STR(""), SC_STR("x.jsonl.gz")) > 0); /* its first member is spoilt */
}

/* ---- writing ---- */

static void a_line_stays_as_it_was_but_for_the_tags(void **state)
{
	static const char *const lines[] = { "{\"text\":\"a\", \"n\":1.0 }\r\n", "{}\n", "{ }\n",
		                             "{\"a\":{\"b\":\"}\"}}" };
	struct shard s, again;
	int rc = SC_OK;

	(void)state;
	for (size_t i = 0; i < SC_COUNT(lines); i++) {
		sc_str out;
		struct sc_err e;

		read_text(&s, lines[i]);
		out = write_with(&s.a, "jsonl", s.r, 1, &inband, &rc);
		str_is(sc_str_trim(out), sc_cstr(&s.a, sc_str_trim(s.r[0].raw)));
		assert_true(sc_str_ends(out, SC_STR("\n")));
		add_tag(&s.a, &s.r[0]);
		out = write_with(&s.a, "jsonl", s.r, 1, &inband, &rc);
		assert_int_equal(rc, SC_OK);
		assert_int_equal(sc_json_check(out, true, &e), SC_OK);
		str_is(sc_str_trim(sc_json_without(&s.a, out, SC_STR("scope"))),
		       sc_cstr(&s.a, s.r[0].head));
		read_with(&again, out, &plain);
		sc_record_id(&s.a, &s.r[0]);
		sc_record_id(&again.a, &again.r[0]);
		assert_memory_equal(s.r[0].id, again.r[0].id, 32);
		add_tag(&again.a, &again.r[0]);
		assert_int_equal(
		        sc_json_count(write_with(&again.a, "jsonl", again.r, 1, &inband, &rc),
		                      SC_STR("scope")),
		        1);
		shard_free(&again);
		shard_free(&s);
	}
}

static void tags_have_the_shape_of_the_contract(void **state)
{
	struct shard s, again;
	struct sc_read_conf believing = plain;
	const struct sc_tag *t;
	int rc = SC_OK;
	sc_str out;

	(void)state;
	read_text(&s, "{\"text\":\"a\"}\n");
	add_tag(&s.a, &s.r[0]);
	out = write_with(&s.a, "jsonl", s.r, 1, &inband, &rc);
	str_is(out,
	       "{\"text\":\"a\",\"scope\":{\"v\":1,\"from\":{\"shard\":\"dir/x.jsonl\",\"ordinal\":0,\"offset\":0,"
	       "\"length\":13},\"parts\":[{\"name\":\"text\",\"media\":\"\",\"bytes\":1,\"sha256\":\"\"}],\"tags\":["
	       "{\"key\":\"licence\",\"value\":\"MIT\",\"by\":\"tag/test\",\"rule\":\"json:license\",\"where\":\"meta\","
	       "\"at\":3,\"n\":4,\"score\":0.9}]}}\n");
	believing.in_band = true;
	read_with(&again, out, &believing);
	t = sc_tag_first(&again.r[0], SC_STR("licence"));
	assert_non_null(t);
	str_is(t->value, "MIT");
	assert_true(t->why.by->in_band && t->why.off == 3 && t->why.len == 4 &&
	            t->why.score == 0.9f);
	shard_free(&again);
	read_with(&again, out, &plain);
	assert_null(sc_tag_first(&again.r[0], SC_STR("licence"))); /* somebody's word */
	shard_free(&again);
	shard_free(&s);
}

static void scores_are_short_and_read_back(void **state)
{
	static const struct {
		float score;
		const char *text;
	} t[] = {
		{ 0, "0" },      { 1, "1" },        { 0.5f, "0.5" },
		{ 0.1f, "0.1" }, { 0.05f, "0.05" }, { 0.333f, "0.333" },
	};
	struct sc_arena a = { 0 };

	(void)state;
	for (size_t i = 0; i < SC_COUNT(t); i++) {
		struct sc_record r = { 0 };
		struct sc_buf b = { 0 };

		sc_tag_add(&a, &r, SC_STR("k"), SC_STR(""),
		           (struct sc_evidence){ .by = &me, .score = t[i].score });
		sc_tags_json(&b, &r, &inband);
		str_is(sc_json_path(sc_buf_str(&b), SC_STR("tags[0].score")), t[i].text);
		sc_buf_free(&b);
	}
	sc_arena_free(&a);
}

static void quiet_tags_are_not_written(void **state)
{
	static const struct sc_maker quiet = { .name = "tag/test", .quiet = true };
	struct shard s;
	int rc = SC_OK;

	(void)state;
	read_text(&s, "{\"text\":\"a\"}\n");
	sc_tag_add(&s.a, &s.r[0], SC_STR("k"), SC_STR("v"), (struct sc_evidence){ .by = &quiet });
	assert_false(sc_tags_visible(&s.r[0]));
	str_is(write_with(&s.a, "jsonl", s.r, 1, &inband, &rc), "{\"text\":\"a\"}\n");
	shard_free(&s);
}

static void a_line_that_is_no_object_takes_no_tags(void **state)
{
	struct shard s;
	int rc = SC_OK;

	(void)state;
	read_text(&s, "[1]");
	str_is(write_with(&s.a, "jsonl", s.r, 1, &inband, &rc), "[1]\n");
	assert_int_equal(rc, SC_OK);
	add_tag(&s.a, &s.r[0]);
	str_is(write_with(&s.a, "jsonl", s.r, 1, &inband, &rc), "");
	assert_int_equal(rc, SC_BAD);
	shard_free(&s);
}

static void a_dropped_record_says_why(void **state)
{
	struct sc_style style = inband;
	struct shard s;
	int rc = SC_OK;
	sc_str out;

	(void)state;
	style.tags = SC_TAGS_NONE;
	style.dropped_step = SC_STR("select/filter");
	style.dropped_reason = SC_STR("\"false\"");
	read_text(&s, "{\"text\":\"a\"}\n");
	out = write_with(&s.a, "jsonl", s.r, 1, &style, &rc);
	str_is(sc_json_path(out, SC_STR("scope.dropped")),
	       "{\"step\":\"select/filter\",\"reason\":\"\\\"false\\\"\"}");
	shard_free(&s);
}

/* Records as other readers make them. */
static struct sc_record foreign(struct sc_arena *a, uint32_t parts)
{
	static const struct sc_part some[] = {
		{ .name = SC_LIT("txt"), .data = SC_LIT("plain \"text\"\n\xc3\xa9") },
		{ .name = SC_LIT("bin"), .data = SC_LIT("\x00\xff") },
		{ .name = SC_LIT("f\xfc.png"), .media = SC_LIT("image/png"), .data = SC_LIT("") },
	};
	struct sc_record r = { .from = { .shard = SC_STR("dir/a.tar") },
		               .meta = SC_STR("{\"path\":\"p\"}") };

	r.part = SC_NEW(a, struct sc_part, parts + 1);
	r.npart = parts;
	for (uint32_t i = 0; i < parts; i++)
		r.part[i] = some[i % SC_COUNT(some)];
	return r;
}

static void other_formats_keep_their_identity(void **state)
{
	struct sc_arena a = { 0 };
	struct shard s;
	int rc = SC_OK;

	(void)state;
	for (uint32_t parts = 0; parts <= 6; parts++) {
		struct sc_record r = foreign(&a, parts);
		struct sc_err e;
		sc_str out = write_with(&a, "jsonl", &r, 1, &inband, &rc);

		assert_int_equal(sc_json_check(out, true, &e), SC_OK);
		read_with(&s, out, &plain);
		assert_int_equal(s.n, 1);
		assert_int_equal(s.rc[0], SC_OK);
		sc_record_id(&a, &r);
		sc_record_id(&s.a, &s.r[0]);
		assert_memory_equal(r.id, s.r[0].id, 32);
		str_is(s.r[0].source, "a.tar");
		assert_true(sc_str_starts(s.r[0].name, SC_STR("sha256:")));
		shard_free(&s);
	}
	sc_arena_free(&a);
}

static void a_converted_line_is_as_dolma_wants_it(void **state)
{
	struct sc_arena a = { 0 };
	struct sc_record r = foreign(&a, 1);
	int rc = SC_OK;

	(void)state;
	r.name = SC_STR("n");
	r.url = SC_STR("u:1");
	r.created = SC_STR("2020");
	r.source = SC_STR("src");
	str_is(write_with(&a, "jsonl", &r, 1, &inband, &rc),
	       "{\"id\":\"n\",\"text\":\"plain \\\"text\\\"\\n\xc3\xa9\",\"source\":\"src\",\"url\":\"u:1\",\"created\":\"2020\","
	       "\"metadata\":{\"path\":\"p\"}}\n");
	sc_arena_free(&a);
}

static void a_name_makes_no_column_and_no_line(void **state)
{
	struct sc_arena a = { 0 };
	struct sc_record r = foreign(&a, 2);
	int rc = SC_OK;

	(void)state;
	r.name = SC_STR("a\tb\nc\\x\x1b\xe2\x80\xae");
	r.from.len = 9;
	str_is(write_with(&a, "tsv", &r, 1, &inband, &rc),
	       "dir/a.tar\t0\t0\t9\ta\\x09b\\x0ac\\x5cx\\x1b\\u{202e}\t2\t17\n");
	sc_arena_free(&a);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_records_with_their_places),
		cmocka_unit_test(a_spoilt_line_does_not_stop_the_next),
		cmocka_unit_test(the_payload_is_the_first_string_of_the_list),
		cmocka_unit_test(a_text_field_is_a_path_and_must_be_there),
		cmocka_unit_test(a_key_that_is_read_may_not_come_twice),
		cmocka_unit_test(somebody_elses_scope_member_is_refused_with_advice),
		cmocka_unit_test(url_source_and_date_are_found),
		cmocka_unit_test(a_line_over_the_limit_is_one_spoilt_record),
		cmocka_unit_test(white_space_alone_is_no_corpus),
		cmocka_unit_test(a_line_cut_by_damage_is_spoilt_and_the_next_is_found),
		cmocka_unit_test(only_lines_are_claimed),
		cmocka_unit_test(a_line_stays_as_it_was_but_for_the_tags),
		cmocka_unit_test(tags_have_the_shape_of_the_contract),
		cmocka_unit_test(scores_are_short_and_read_back),
		cmocka_unit_test(quiet_tags_are_not_written),
		cmocka_unit_test(a_line_that_is_no_object_takes_no_tags),
		cmocka_unit_test(a_dropped_record_says_why),
		cmocka_unit_test(other_formats_keep_their_identity),
		cmocka_unit_test(a_converted_line_is_as_dolma_wants_it),
		cmocka_unit_test(a_name_makes_no_column_and_no_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
