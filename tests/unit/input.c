/* SPDX-License-Identifier: Apache-2.0 */
/* input.c -- what the bytes of a shard look like from above: whole, cut, spoilt, trickling. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <scope/digest.h>
#include <scope/plugin.h>

enum { LIMIT = 1 << 20 };

static const char *const names[] = { "gzip", "zstd", "xz", "bzip2", "lz4" };

static const struct sc_codec *codec_at(size_t i)
{
	return sc_codec_named(sc_str_c(names[i]));
}

/* One member of `plain` at the end of *to. */
static void pack(const struct sc_codec *c, sc_str plain, struct sc_buf *to)
{
	void *state = calloc(1, c->card.state + 1);
	struct sc_err e = { 0 };

	assert_non_null(state);
	assert_int_equal(c->open(state, &e), SC_OK);
	assert_int_equal(c->pack(state, plain, 1, to, &e), SC_OK);
	c->close(state);
	free(state);
}

/* Everything, breaks mended; *breaks counts them and e has the last one. */
static void drink(struct sc_input *in, struct sc_buf *got, unsigned *breaks, struct sc_err *e)
{
	struct sc_err why = { 0 };
	uint64_t lost;
	sc_str s;

	*breaks = 0;
	for (;;) {
		assert_int_equal(sc_peek(in, 1, &s, &why), SC_OK);
		if (s.n) {
			sc_buf_add(got, s);
			sc_take(in, s.n);
			continue;
		}
		if (!sc_input_break(in, &lost, e))
			return;
		++*breaks;
		sc_input_mend(in);
	}
}

static void drink_memory(sc_str stored, struct sc_buf *got, unsigned *breaks, struct sc_err *e)
{
	struct sc_input *in;

	sc_buf_clear(got);
	assert_int_equal(sc_input_memory(&in, stored, SC_STR("it"), LIMIT, e), SC_OK);
	drink(in, got, breaks, e);
	sc_input_close(in);
}

static void assert_bytes(struct sc_buf *got, sc_str want)
{
	assert_int_equal(got->n, want.n);
	assert_memory_equal(got->p, want.p, want.n);
}

/* Bytes that do not compress away, and the same ones every time. */
static void noise(struct sc_buf *b, size_t n)
{
	uint32_t x = 12345;

	for (size_t i = 0; i < n; i++) {
		x = x * 1664525 + 1013904223;
		sc_buf_byte(b, (char)(x >> 26));
	}
}

static void members_of_every_codec_are_read_one_after_the_other(void **state)
{
	(void)state;
	for (size_t i = 0; i < SC_COUNT(names); i++) {
		struct sc_buf stored = { 0 }, got = { 0 };
		struct sc_err e = { 0 };
		unsigned breaks;

		if (!codec_at(i))
			continue;
		pack(codec_at(i), SC_STR("one\n"), &stored);
		pack(codec_at(i), SC_STR(""), &stored);
		pack(codec_at(i), SC_STR("two\n"), &stored);
		drink_memory(sc_buf_str(&stored), &got, &breaks, &e);
		assert_int_equal(breaks, 0);
		assert_bytes(&got, SC_STR("one\ntwo\n"));
		sc_buf_free(&stored);
		sc_buf_free(&got);
	}
}

static void every_truncation_is_a_break_that_says_so(void **state)
{
	(void)state;
	for (size_t i = 0; i < SC_COUNT(names); i++) {
		struct sc_buf stored = { 0 }, got = { 0 };
		size_t first;

		if (!codec_at(i))
			continue;
		pack(codec_at(i), SC_STR("one\n"), &stored);
		first = stored.n;
		pack(codec_at(i), SC_STR("two two two\n"), &stored);
		for (size_t n = 6; n < stored.n; n++) {
			struct sc_err e = { 0 };
			unsigned breaks;

			if (n == first)
				continue;
			drink_memory(sc_str_head(sc_buf_str(&stored), n), &got, &breaks, &e);
			assert_int_equal(breaks, 1);
			assert_true(e.damage);
			assert_non_null(strstr(e.msg, "at compressed byte"));
			if (n > first)
				assert_true(sc_str_starts(sc_buf_str(&got), SC_STR("one\n")));
		}
		sc_buf_free(&stored);
		sc_buf_free(&got);
	}
}

static void a_spoilt_small_member_is_never_shown_and_the_next_one_is(void **state)
{
	struct sc_buf stored = { 0 }, got = { 0 };
	const struct sc_codec *gzip = sc_codec_named(SC_STR("gzip"));
	size_t first, second;

	(void)state;
	pack(gzip, SC_STR("one\n"), &stored);
	first = stored.n;
	pack(gzip, SC_STR("a member that somebody spoils somewhere\n"), &stored);
	second = stored.n;
	pack(gzip, SC_STR("three\n"), &stored);
	for (size_t at = first; at < second; at++) {
		struct sc_err e = { 0 };
		unsigned breaks;

		if (at - first >= 4 && at - first < 10)
			continue; /* time and the like: nothing depends on them */
		stored.p[at] ^= 0x11;
		drink_memory(sc_buf_str(&stored), &got, &breaks, &e);
		stored.p[at] ^= 0x11;
		assert_int_equal(breaks, 1);
		assert_true(e.damage);
		assert_bytes(&got, SC_STR("one\nthree\n"));
	}
	sc_buf_free(&stored);
	sc_buf_free(&got);
}

static void a_member_stored_inside_a_spoilt_one_is_not_taken_for_the_next(void **state)
{
	const struct sc_codec *gzip = sc_codec_named(SC_STR("gzip"));
	struct sc_buf inner = { 0 }, outer = { 0 }, stored = { 0 }, got = { 0 };
	struct sc_err e = { 0 };
	unsigned breaks;
	size_t n;

	(void)state;
	pack(gzip, SC_STR("phantom\n"), &inner);
	/* A deflate block of kind "stored", by hand: header, 01, length, its complement, the bytes, no good checksum. */
	sc_buf_add(&outer, SC_STR("\x1f\x8b\x08\0\0\0\0\0\0\x03"));
	sc_buf_byte(&outer, 1);
	n = inner.n + 4;
	sc_buf_byte(&outer, (char)n);
	sc_buf_byte(&outer, 0);
	sc_buf_byte(&outer, (char)~n);
	sc_buf_byte(&outer, (char)0xff);
	sc_buf_add(&outer, SC_STR("ab"));
	sc_buf_add(&outer, sc_buf_str(&inner));
	sc_buf_add(&outer, SC_STR("yz"));
	sc_buf_add(&outer, SC_STR("12345678"));
	sc_buf_add(&stored, sc_buf_str(&outer));
	pack(gzip, SC_STR("next\n"), &stored);
	drink_memory(sc_buf_str(&stored), &got, &breaks, &e);
	assert_int_equal(breaks, 1);
	assert_bytes(&got, SC_STR("next\n"));
	sc_buf_free(&inner);
	sc_buf_free(&outer);
	sc_buf_free(&stored);
	sc_buf_free(&got);
}

static void a_large_member_is_shown_and_its_failed_check_told_behind_it(void **state)
{
	const struct sc_codec *gzip = sc_codec_named(SC_STR("gzip"));
	struct sc_buf plain = { 0 }, stored = { 0 }, got = { 0 };
	struct sc_err e = { 0 };
	unsigned breaks;

	(void)state;
	noise(&plain, 6 << 20);
	pack(gzip, sc_buf_str(&plain), &stored);
	stored.p[stored.n - 8] ^= 1;
	pack(gzip, SC_STR("next\n"), &stored);
	drink_memory(sc_buf_str(&stored), &got, &breaks, &e);
	assert_int_equal(breaks, 1);
	assert_non_null(strstr(e.msg, "could not be verified"));
	sc_buf_add(&plain, SC_STR("next\n"));
	assert_bytes(&got, sc_buf_str(&plain));
	sc_buf_free(&plain);
	sc_buf_free(&stored);
	sc_buf_free(&got);
}

static void zero_padding_is_accepted_and_other_garbage_is_damage(void **state)
{
	static const char zeros[1000];
	struct sc_buf stored = { 0 }, got = { 0 };
	struct sc_err e = { 0 };
	unsigned breaks;

	(void)state;
	pack(sc_codec_named(SC_STR("gzip")), SC_STR("one\n"), &stored);
	sc_buf_add(&stored, (sc_str){ zeros, sizeof zeros });
	drink_memory(sc_buf_str(&stored), &got, &breaks, &e);
	assert_int_equal(breaks, 0);
	assert_bytes(&got, SC_STR("one\n"));
	sc_buf_add(&stored, SC_STR("x"));
	drink_memory(sc_buf_str(&stored), &got, &breaks, &e);
	assert_int_equal(breaks, 1);
	assert_true(e.damage);
	assert_bytes(&got, SC_STR("one\n"));
	sc_buf_free(&stored);
	sc_buf_free(&got);
}

static void skippable_frames_give_nothing(void **state)
{
	struct sc_buf stored = { 0 }, got = { 0 };
	struct sc_err e = { 0 };
	unsigned breaks;

	(void)state;
	sc_buf_add(&stored, SC_STR("\x50\x2a\x4d\x18\x03\0\0\0abc"));
	pack(sc_codec_named(SC_STR("zstd")), SC_STR("one\n"), &stored);
	sc_buf_add(&stored, SC_STR("\x5f\x2a\x4d\x18\0\0\0\0"));
	drink_memory(sc_buf_str(&stored), &got, &breaks, &e);
	assert_int_equal(breaks, 0);
	assert_bytes(&got, SC_STR("one\n"));
	sc_buf_free(&stored);
	sc_buf_free(&got);
}

static void a_window_above_128_mib_and_a_dictionary_are_refused_clearly(void **state)
{
	struct sc_buf got = { 0 };
	struct sc_err e = { 0 };
	unsigned breaks;

	(void)state;
	drink_memory(SC_STR("\x28\xb5\x2f\xfd\x00\x98\x01\0\0"), &got, &breaks, &e);
	assert_int_equal(breaks, 1);
	assert_non_null(strstr(e.msg, "128 MiB"));
	drink_memory(SC_STR("\x28\xb5\x2f\xfd\x03\x38\x39\x30\0\0\x01\0\0"), &got, &breaks, &e);
	assert_int_equal(breaks, 1);
	assert_non_null(strstr(e.msg, "dictionary"));
	sc_buf_free(&got);
}

static void a_member_of_its_own_is_located_exactly(void **state)
{
	const struct sc_codec *gzip = sc_codec_named(SC_STR("gzip"));
	struct sc_buf stored = { 0 };
	struct sc_err e = { 0 };
	struct sc_input *in;
	size_t end[3];
	uint64_t off = 9, from = 0, packed;
	bool first, known;
	sc_str s;

	(void)state;
	for (int i = 0; i < 3; i++) {
		pack(gzip, SC_STR("12345678\n"), &stored);
		end[i] = stored.n;
	}
	assert_int_equal(sc_input_memory(&in, sc_buf_str(&stored), SC_STR("it"), LIMIT, &e), SC_OK);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(sc_peek(in, 20, &s, &e), SC_OK); /* looks into the next one too */
		assert_true(sc_input_member(in, &off, &first));
		assert_true(first);
		assert_int_equal(off, from);
		assert_false(sc_input_own_members(in, 8, &known, &off, &packed));
		assert_false(sc_input_own_members(in, 10, &known, &off, &packed));
		assert_true(sc_input_own_members(in, 9, &known, &off, &packed));
		assert_int_equal(off, from);
		assert_int_equal(packed, end[i] - from);
		assert_int_equal(sc_input_own_members(in, 18, &known, &off, &packed), i < 2);
		sc_take(in, 4);
		assert_true(sc_input_member(in, &off, &first));
		assert_false(first);
		assert_int_equal(off, from);
		assert_false(sc_input_own_members(in, 5, &known, &off, &packed));
		sc_take(in, 5);
		from = end[i];
	}
	sc_input_close(in);
	sc_buf_free(&stored);
}

static void lines_end_at_the_byte_asked_for_and_the_last_may_lack_it(void **state)
{
	struct sc_err e = { 0 };
	struct sc_input *in;
	sc_str s;

	(void)state;
	assert_int_equal(sc_input_memory(&in, SC_STR("a\n\nlast"), SC_STR("it"), LIMIT, &e), SC_OK);
	assert_int_equal(sc_line(in, '\n', &s, &e), SC_OK);
	assert_true(sc_str_eq(s, SC_STR("a\n")));
	assert_int_equal(sc_line(in, '\n', &s, &e), SC_OK);
	assert_true(sc_str_eq(s, SC_STR("\n")));
	assert_int_equal(sc_line(in, '\n', &s, &e), SC_OK);
	assert_true(sc_str_eq(s, SC_STR("last")));
	assert_int_equal(sc_input_off(in), 7);
	assert_int_equal(sc_line(in, '\n', &s, &e), SC_EOF);
	sc_input_close(in);
}

static void a_line_past_the_limit_is_bad_and_skipped_whole(void **state)
{
	struct sc_buf b = { 0 };
	struct sc_err e = { 0 };
	struct sc_input *in;
	sc_str s;

	(void)state;
	for (int i = 0; i < 3 * 1000; i++)
		sc_buf_byte(&b, 'x');
	sc_buf_add(&b, SC_STR("\nnext\n"));
	assert_int_equal(sc_input_memory(&in, sc_buf_str(&b), SC_STR("it"), 1000, &e), SC_OK);
	assert_int_equal(sc_line(in, '\n', &s, &e), SC_BAD);
	assert_true(s.n > 0 && *s.p == 'x');
	assert_int_equal(sc_input_off(in), 3001);
	assert_int_equal(sc_line(in, '\n', &s, &e), SC_OK);
	assert_true(sc_str_eq(s, SC_STR("next\n")));
	assert_int_equal(sc_peek(in, 1001, &s, &e), SC_BAD);
	sc_input_close(in);
	sc_buf_free(&b);
}

static void the_digest_is_of_the_bytes_as_stored_to_the_last_one(void **state)
{
	struct sc_buf stored = { 0 };
	uint8_t want[32], got[32];
	struct sc_err e = { 0 };
	struct sc_input *in;
	uint64_t bytes;

	(void)state;
	pack(sc_codec_named(SC_STR("gzip")), SC_STR("one\n"), &stored);
	sc_buf_add(&stored, SC_STR("garbage"));
	sc_sha256_of(sc_buf_str(&stored), want);
	assert_int_equal(sc_input_memory(&in, sc_buf_str(&stored), SC_STR("it"), LIMIT, &e), SC_OK);
	sc_input_hash_stored(in, true);
	for (int i = 0; i < 2; i++) { /* asked twice, answered twice */
		assert_int_equal(sc_input_digest(in, &bytes, got, &e), SC_OK);
		assert_int_equal(bytes, stored.n);
		assert_memory_equal(got, want, 32);
	}
	sc_input_close(in);
	sc_buf_free(&stored);
}

static void a_pipe_that_trickles_is_read_to_its_end(void **state)
{
	struct sc_buf plain = { 0 }, stored = { 0 }, got = { 0 };
	int keep = dup(STDIN_FILENO), fd[2];
	struct sc_err e = { 0 };
	struct sc_input *in;
	unsigned breaks;
	pid_t child;

	(void)state;
	noise(&plain, 3000);
	pack(sc_codec_named(SC_STR("gzip")), sc_buf_str(&plain), &stored);
	assert_int_equal(pipe(fd), 0);
	child = fork();
	assert_true(child >= 0);
	if (!child) {
		for (size_t i = 0; i < stored.n; i++)
			if (write(fd[1], stored.p + i, 1) != 1)
				_exit(1);
		_exit(0);
	}
	close(fd[1]);
	dup2(fd[0], STDIN_FILENO);
	close(fd[0]);
	assert_int_equal(sc_input_open(&in, SC_STR("-"), SC_STR("stdin"), SC_STR(""), LIMIT, &e), SC_OK);
	assert_string_equal(sc_input_codec(in), "gzip");
	drink(in, &got, &breaks, &e);
	assert_int_equal(breaks, 0);
	assert_bytes(&got, sc_buf_str(&plain));
	sc_input_close(in);
	dup2(keep, STDIN_FILENO);
	close(keep);
	waitpid(child, NULL, 0);
	sc_buf_free(&plain);
	sc_buf_free(&stored);
	sc_buf_free(&got);
}

static void a_folder_and_a_missing_file_fail_with_their_names(void **state)
{
	struct sc_err e = { 0 };
	struct sc_input *in;

	(void)state;
	assert_int_equal(sc_input_open(&in, SC_STR("/"), SC_STR("/"), SC_STR(""), LIMIT, &e), SC_FAIL);
	assert_non_null(strstr(e.msg, "folder"));
	assert_int_equal(sc_input_open(&in, SC_STR("/no/such"), SC_STR("/no/such"), SC_STR(""), LIMIT, &e), SC_FAIL);
	assert_non_null(strstr(e.msg, "/no/such: "));
	assert_null(in);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members_of_every_codec_are_read_one_after_the_other),
		cmocka_unit_test(every_truncation_is_a_break_that_says_so),
		cmocka_unit_test(a_spoilt_small_member_is_never_shown_and_the_next_one_is),
		cmocka_unit_test(a_member_stored_inside_a_spoilt_one_is_not_taken_for_the_next),
		cmocka_unit_test(a_large_member_is_shown_and_its_failed_check_told_behind_it),
		cmocka_unit_test(zero_padding_is_accepted_and_other_garbage_is_damage),
		cmocka_unit_test(skippable_frames_give_nothing),
		cmocka_unit_test(a_window_above_128_mib_and_a_dictionary_are_refused_clearly),
		cmocka_unit_test(a_member_of_its_own_is_located_exactly),
		cmocka_unit_test(lines_end_at_the_byte_asked_for_and_the_last_may_lack_it),
		cmocka_unit_test(a_line_past_the_limit_is_bad_and_skipped_whole),
		cmocka_unit_test(the_digest_is_of_the_bytes_as_stored_to_the_last_one),
		cmocka_unit_test(a_pipe_that_trickles_is_read_to_its_end),
		cmocka_unit_test(a_folder_and_a_missing_file_fail_with_their_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
