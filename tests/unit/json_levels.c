/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json_levels -- whatever vectors the CPU has, JSON and UTF-8 give the same answers: verdicts, messages, spans, bytes.
 *
 * Everything that is asked of a text goes into one report, which is compared with that of the plain code.  Texts lie
 * between two pages that cannot be read, so that a byte too many ends the test.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <scope/json.h>
#include <scope/text.h>

#include "cpu.h"

enum { ROOM = 64 << 10 };

static char *room; /* ROOM bytes, nothing readable before and behind */
static struct sc_arena arena;
static uint64_t seed = 88172645463325252u;

static uint64_t rnd(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed;
}

static int make_room(void **state)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	char *p = mmap(NULL, ROOM + 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)state;
	if (p == MAP_FAILED || mprotect(p, page, PROT_NONE) || mprotect(p + page + ROOM, page, PROT_NONE))
		return -1;
	room = p + page;
	return 0;
}

/* The text again, where its last byte (or its first) is the last (the first) that can be read. */
static sc_str at_edge(sc_str s, bool head)
{
	char *p = head ? room : room + ROOM - s.n;

	assert_true(s.n <= ROOM);
	if (s.n)
		memmove(p, s.p, s.n);
	return (sc_str){ p, s.n };
}

static void span(struct sc_buf *b, sc_str all, sc_str s)
{
	if (s.p)
		sc_buf_fmt(b, " %zd+%zu", s.p - all.p, s.n);
	else
		sc_buf_add(b, SC_STR(" none"));
}

static void decoded(struct sc_buf *b, sc_str value)
{
	sc_str s = sc_json_string(&arena, value);

	sc_buf_fmt(b, " %d:", s.p != NULL);
	sc_buf_add(b, s);
}

static void walk(struct sc_buf *b, sc_str all, sc_str value, int depth)
{
	struct sc_json_iter it = sc_json_iter(value);

	while (sc_json_next(&it)) {
		span(b, all, it.key);
		span(b, all, it.value);
		decoded(b, it.value);
		if (depth < 4)
			walk(b, all, it.value, depth + 1);
	}
}

static void report(struct sc_buf *b, sc_str s)
{
	struct sc_json_index x = { 0 };
	struct sc_err e = { 0 };
	int rc = sc_json_scan(&arena, s, false, &x, &e);

	sc_buf_clear(b);
	sc_buf_fmt(b, "%d %s %zu\n", rc, rc < 0 ? e.msg : "", sc_utf8_valid(s));
	rc = sc_json_check(s, true, &e);
	sc_buf_fmt(b, "%d %s\n", rc, rc < 0 ? e.msg : "");
	for (uint32_t i = 0; i < x.n; i++) {
		sc_buf_fmt(b, "%u %x %u", x.v[i].next, x.v[i].flags, x.v[i].escapes);
		span(b, s, x.v[i].key);
		span(b, s, x.v[i].value);
	}
	walk(b, s, s, 0);
	if (s.n > 2) /* the same bytes as a string's text, whatever they are */
		decoded(b, s);
	sc_arena_reset(&arena);
}

static const char *level_name[] = { "plain", "AVX2", "AVX-512" };

/* All levels say the same of s, and it is well-formed as `good` claims (-1: no claim). */
static void agree(sc_str s, int good)
{
	static struct sc_buf plain, other;
	enum cpu_level most;
	struct sc_err e;

	cpu_limit(CPU_AVX512);
	most = cpu_level();
	cpu_limit(CPU_PLAIN);
	s = at_edge(s, rnd() % 8 == 0);
	report(&plain, s);
	if (good >= 0 && (sc_json_check(s, false, &e) == SC_OK) != good)
		fail_msg("%.*s: %s", SC_ARG(sc_escape(&arena, s)), good ? e.msg : "accepted");
	for (enum cpu_level l = CPU_AVX2; l <= most; l++) {
		cpu_limit(l);
		report(&other, s);
		if (!sc_str_eq(sc_buf_str(&plain), sc_buf_str(&other)))
			fail_msg("%s differs for %.*s\n%.*s\n%.*s", level_name[l], SC_ARG(sc_escape(&arena, s)),
				 SC_ARG(sc_escape(&arena, sc_buf_str(&plain))), SC_ARG(sc_escape(&arena, sc_buf_str(&other))));
	}
	cpu_limit(CPU_AVX512);
}

/* "zzz...", `what` at `at`, "zzz..." of n bytes in all between quotes. */
static sc_str planted(char *out, size_t n, size_t at, sc_str what)
{
	memset(out, 'z', n + 2);
	out[0] = out[n + 1] = '"';
	memcpy(out + 1 + at, what.p, what.n);
	return (sc_str){ out, n + 2 };
}

static void every_byte_at_every_place_of_a_block(void **state)
{
	char text[512];

	(void)state;
	for (size_t at = 0; at < 80; at++)
		for (int c = 0; c < 256; c++)
			agree(planted(text, 90, at, (sc_str){ (char[]){ (char)c }, 1 }), c >= 0x20 && c < 0x80 && c != '"' && c != '\\');
}

static void every_byte_behind_a_backslash_at_every_place(void **state)
{
	char text[512];

	(void)state;
	for (size_t at = 0; at < 80; at++)
		for (int c = 0; c < 256; c++)
			agree(planted(text, 90, at, (sc_str){ (char[]){ '\\', (char)c }, 2 }), c && strchr("\"\\/bfnrt", c) != NULL);
}

static void strings_that_end_anywhere(void **state)
{
	static const sc_str tail[] = { SC_LIT(""), SC_LIT("\\"), SC_LIT("\\u"), SC_LIT("\\u12"), SC_LIT("\\ud83d\\"), SC_LIT("\xe2\x82"),
				       SC_LIT("\xf0\x9f\x98"), SC_LIT("\\\"") };
	char text[512];

	(void)state;
	for (size_t n = 0; n < 140; n++)
		for (size_t k = 0; k < SC_COUNT(tail); k++) {
			sc_str s = planted(text, n + tail[k].n, n, tail[k]);

			agree(s, k == 0 || k == SC_COUNT(tail) - 1);
			agree(sc_str_head(s, s.n - 1), 0);
		}
}

static void runs_of_backslashes_across_every_edge(void **state)
{
	static const sc_str after[] = { SC_LIT("\""), SC_LIT("n"), SC_LIT("u00e9"), SC_LIT("u0"), SC_LIT("x"), SC_LIT("\xc3\xa9"), SC_LIT("\1") };
	char text[512], what[256];

	(void)state;
	for (size_t at = 0; at < 80; at += 1 + at % 3)
		for (size_t n = 1; n < 70; n += n < 6 || n > 61 ? 1 : 11)
			for (size_t k = 0; k < SC_COUNT(after); k++) {
				memset(what, '\\', n);
				memcpy(what + n, after[k].p, after[k].n);
				agree(planted(text, 300, at, (sc_str){ what, n + after[k].n }), -1);
			}
}

static void unicode_escapes_at_every_place(void **state)
{
	static const struct {
		sc_str text;
		int good;
	} t[] = {
		{ SC_LIT("\\u0000"), 1 }, { SC_LIT("\\uFFFf"), 1 }, { SC_LIT("\\ud83d\\ude00"), 1 }, { SC_LIT("\\u0416\\u0438\\n\\u0440"), 1 },
		{ SC_LIT("\\ud83d"), 0 }, { SC_LIT("\\ude00"), 0 }, { SC_LIT("\\ud83d\\u0041"), 0 }, { SC_LIT("\\ud83d\\n"), 0 },
		{ SC_LIT("\\u00g0"), 0 }, { SC_LIT("\\u-001"), 0 }, { SC_LIT("\\U0041"), 0 }, { SC_LIT("\\u0416\\u04"), 0 },
		{ SC_LIT("\xc3\xa9\\u00e9\xc3\xa9"), 1 }, { SC_LIT("\xc3\\u00e9"), 0 }, { SC_LIT("\\u00e9\x80"), 0 },
	};
	char text[512];

	(void)state;
	for (size_t at = 0; at < 140; at++)
		for (size_t k = 0; k < SC_COUNT(t); k++)
			agree(planted(text, 160, at, t[k].text), t[k].good);
}

/* Unicode's own definition, byte by byte. */
static bool is_utf8(const unsigned char *p, size_t n)
{
	for (size_t i = 0; i < n;) {
		size_t len = p[i] < 0x80 ? 1 : p[i] < 0xc2 ? 0 : p[i] < 0xe0 ? 2 : p[i] < 0xf0 ? 3 : p[i] < 0xf5 ? 4 : 0;

		if (!len || len > n - i)
			return false;
		for (size_t k = 1; k < len; k++)
			if ((p[i + k] & 0xc0) != 0x80)
				return false;
		if ((p[i] == 0xe0 && p[i + 1] < 0xa0) || (p[i] == 0xed && p[i + 1] > 0x9f) || (p[i] == 0xf0 && p[i + 1] < 0x90) ||
		    (p[i] == 0xf4 && p[i + 1] > 0x8f))
			return false;
		i += len;
	}
	return true;
}

static void every_pair_of_bytes_as_utf8(void **state)
{
	static const sc_str behind[] = { SC_LIT(""), SC_LIT("\x80"), SC_LIT("\xbf\x80") };
	static const size_t places[] = { 0, 13, 30, 31, 61, 62, 63, 125 };
	enum cpu_level most;
	char text[256];

	(void)state;
	cpu_limit(CPU_AVX512);
	most = cpu_level();
	for (unsigned pair = 0; pair < 1 << 16; pair++)
		for (size_t k = 0; k < SC_COUNT(behind); k++) {
			size_t at = places[rnd() % SC_COUNT(places)];
			size_t n = rnd() % 3 ? 140 : at + 2 + behind[k].n;
			size_t want;
			sc_str s;

			memset(text, 'a', n);
			text[at] = (char)(pair >> 8);
			text[at + 1] = (char)pair;
			memcpy(text + at + 2, behind[k].p, behind[k].n);
			s = at_edge((sc_str){ text, n }, false);
			cpu_limit(CPU_PLAIN);
			want = sc_utf8_valid(s);
			assert_int_equal(want == s.n, is_utf8((const unsigned char *)s.p, s.n));
			for (enum cpu_level l = CPU_AVX2; l <= most; l++) {
				cpu_limit(l);
				if (sc_utf8_valid(s) != want)
					fail_msg("%s: %02x %02x at %zu", level_name[l], pair >> 8, pair & 255, at);
			}
		}
	cpu_limit(CPU_AVX512);
}

static const sc_str sequences[] = {
	SC_LIT("\x7f"), SC_LIT("\xc2\x80"), SC_LIT("\xdf\xbf"), SC_LIT("\xe0\xa0\x80"), SC_LIT("\xed\x9f\xbf"), SC_LIT("\xee\x80\x80"),
	SC_LIT("\xef\xbf\xbf"), SC_LIT("\xf0\x90\x80\x80"), SC_LIT("\xf4\x8f\xbf\xbf"), /* what follows is none */
	SC_LIT("\x80"), SC_LIT("\xc1\xbf"), SC_LIT("\xe0\x9f\xbf"), SC_LIT("\xed\xa0\x80"), SC_LIT("\xf0\x8f\xbf\xbf"), SC_LIT("\xf4\x90\x80\x80"),
	SC_LIT("\xf5\x80\x80\x80"), SC_LIT("\xff"), SC_LIT("\xe2\x82"), SC_LIT("\xf0\x9f\x98"), SC_LIT("\xc3"), SC_LIT("\xc3\xa9\xa9"),
};
enum { GOOD_SEQUENCES = 9 };

static void sequences_at_every_place(void **state)
{
	char text[512];

	(void)state;
	for (size_t at = 0; at < 140; at++)
		for (size_t k = 0; k < SC_COUNT(sequences); k++)
			agree(planted(text, 160, at, sequences[k]), k < GOOD_SEQUENCES);
}

/* ---- random texts ---- */

static void random_string(struct sc_buf *b)
{
	static const sc_str piece[] = { SC_LIT("\\n"), SC_LIT("\\\""), SC_LIT("\\\\"), SC_LIT("\\u00e9"), SC_LIT("\\ud83d\\ude00"), SC_LIT("\\/") };
	size_t n = rnd() % 4 ? rnd() % 12 : rnd() % 300;

	sc_buf_byte(b, '"');
	for (size_t i = 0; i < n; i++)
		switch (rnd() % 24) {
		case 0:
			sc_buf_add(b, piece[rnd() % SC_COUNT(piece)]);
			break;
		case 1:
			sc_buf_add(b, sequences[rnd() % GOOD_SEQUENCES]);
			break;
		default:
			sc_buf_byte(b, (char)('a' + rnd() % 26));
		}
	sc_buf_byte(b, '"');
}

static void random_value(struct sc_buf *b, int depth)
{
	static const sc_str word[] = { SC_LIT("true"), SC_LIT("null"), SC_LIT("-1.5e9"), SC_LIT("0"), SC_LIT("{}"), SC_LIT("[ ]") };
	uint64_t kind = depth > 5 ? 5 : rnd() % (depth ? 6 : 2);
	size_t n = rnd() % 7;

	if (depth && kind > 1) {
		if (kind < 4)
			random_string(b);
		else
			sc_buf_add(b, word[rnd() % SC_COUNT(word)]);
		return;
	}
	sc_buf_byte(b, kind ? '{' : '[');
	for (size_t i = 0; i < n; i++) {
		if (i)
			sc_buf_add(b, rnd() % 3 ? SC_STR(",") : SC_STR(" ,\t"));
		if (kind) {
			if (rnd() % 2)
				random_string(b);
			else
				sc_buf_fmt(b, "\"%c\"", (char)('a' + rnd() % 3));
			sc_buf_add(b, rnd() % 3 ? SC_STR(":") : SC_STR(" : "));
		}
		random_value(b, depth + 1);
	}
	sc_buf_byte(b, kind ? '}' : ']');
}

static void random_texts_and_their_mutations(void **state)
{
	static const char odd[] = "\"\\{}[]:,u \x00\x1f\x7f\x80\xc3\xe2\xf0\xff" "0a";
	struct sc_buf b = { 0 };

	(void)state;
	for (int i = 0; i < 3000; i++) {
		sc_buf_clear(&b);
		random_value(&b, 0);
		agree(sc_buf_str(&b), 1);
		for (int k = 0; k < 6; k++) {
			b.p[rnd() % b.n] = odd[rnd() % (sizeof odd - 1)];
			agree(sc_str_head(sc_buf_str(&b), rnd() % 4 ? b.n : rnd() % b.n), -1);
		}
	}
	sc_buf_free(&b);
}

static void the_list_answers_as_the_text_does(void **state)
{
	static const char *const paths[] = { "a",	"b",   "a.a", "a.b.c", "a.b.c.a",  "a.b.c.a.b", "a[0]", "b[1].a", "a.", "", ".a",
					     "\"a\"", "a.\"b\"", "a.b[0]", "c[2]", "a..b", "[0]",	      "[0].a" };
	struct sc_buf b = { 0 };

	(void)state;
	for (int i = 0; i < 5000; i++) {
		struct sc_json_index x;
		struct sc_err e;
		sc_str s, left, out;

		sc_buf_clear(&b);
		random_value(&b, 0);
		s = at_edge(sc_buf_str(&b), false);
		assert_int_equal(sc_json_scan(&arena, s, false, &x, &e), SC_OK);
		for (size_t k = 0; k < SC_COUNT(paths); k++) {
			sc_str want = sc_json_path(s, sc_str_c(paths[k])), got = sc_json_find(&x, sc_str_c(paths[k]));

			if (want.p != got.p || want.n != got.n)
				fail_msg("%s of %.*s", paths[k], SC_ARG(s));
		}
		left = sc_json_without(&arena, s, SC_STR("b"));
		out = sc_json_leave_out(&arena, &x, SC_STR("b"));
		assert_true(sc_str_eq(left, out) && (left.p == s.p) == (out.p == s.p));
		sc_arena_reset(&arena);
	}
	sc_buf_free(&b);
}

static void members_of_a_list_decode_as_their_values_do(void **state)
{
	struct sc_buf b = { 0 };

	(void)state;
	for (int i = 0; i < 2000; i++) {
		struct sc_json_index x;
		struct sc_err e;

		sc_buf_clear(&b);
		random_value(&b, 0);
		assert_int_equal(sc_json_scan(&arena, sc_buf_str(&b), false, &x, &e), SC_OK);
		for (uint32_t k = 0; k < x.n; k++) {
			sc_str want = sc_json_string(&arena, x.v[k].value), got = sc_json_member_string(&arena, &x.v[k]);

			assert_true(sc_str_eq(want, got) && !want.p == !got.p);
			if (want.p && !(x.v[k].flags & SC_JSON_UNICODE))
				assert_int_equal(want.n, x.v[k].value.n - 2 - x.v[k].escapes);
			if (want.n && memchr(want.p, 0, want.n))
				assert_true(x.v[k].flags & SC_JSON_UNICODE);
			assert_int_equal(sc_str_chr(x.v[k].key, '\\') != SC_NONE, (x.v[k].flags & SC_JSON_KEY_ESCAPED) != 0);
		}
		sc_arena_reset(&arena);
	}
	sc_buf_free(&b);
}

static void an_object_with_very_many_members_is_not_listed_but_found_in(void **state)
{
	struct sc_buf b = { 0 };
	struct sc_json_index x;
	struct sc_err e;

	(void)state;
	sc_buf_byte(&b, '{');
	for (int i = 0; i < 1000; i++)
		sc_buf_fmt(&b, "\"k%d\":{\"a\":%d},", i, i);
	sc_buf_add(&b, SC_STR("\"z\":0}"));
	assert_int_equal(sc_json_scan(&arena, sc_buf_str(&b), true, &x, &e), SC_OK);
	assert_false(x.listed);
	assert_int_equal(x.n, 0);
	assert_true(sc_str_eq(sc_json_find(&x, SC_STR("k999.a")), SC_STR("999")));
	sc_buf_free(&b);
	sc_arena_reset(&arena);
}

static int done(void **state)
{
	(void)state;
	sc_arena_free(&arena);
	return 0;
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_byte_at_every_place_of_a_block),
		cmocka_unit_test(every_byte_behind_a_backslash_at_every_place),
		cmocka_unit_test(strings_that_end_anywhere),
		cmocka_unit_test(runs_of_backslashes_across_every_edge),
		cmocka_unit_test(unicode_escapes_at_every_place),
		cmocka_unit_test(every_pair_of_bytes_as_utf8),
		cmocka_unit_test(sequences_at_every_place),
		cmocka_unit_test(random_texts_and_their_mutations),
		cmocka_unit_test(the_list_answers_as_the_text_does),
		cmocka_unit_test(members_of_a_list_decode_as_their_values_do),
		cmocka_unit_test(an_object_with_very_many_members_is_not_listed_but_found_in),
	};

	return cmocka_run_group_tests(tests, make_room, done);
}
