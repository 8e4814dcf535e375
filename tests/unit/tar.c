/* SPDX-License-Identifier: Apache-2.0 */
/* tar.c -- unit tests: read/tar's framing and containment, write/tar's layout, and that the two agree on places. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <scope/plugin.h>
#include <scope/run.h>

#include <stdio.h>
#include <stdlib.h>

extern const struct sc_reader read_tar;

enum { BLOCK = 512 };

static void header_at(struct sc_buf *b, size_t at)
{
	char *h = b->p + at;
	unsigned sum = 0;

	memset(h + 148, ' ', 8);
	for (size_t i = 0; i < BLOCK; i++)
		sum += (unsigned char)h[i];
	snprintf(h + 148, 8, "%06o", sum);
}

static void add(struct sc_buf *b, char type, const char *name, sc_str data)
{
	size_t at = b->n, pad = (BLOCK - data.n % BLOCK) % BLOCK;
	char *h = sc_buf_room(b, BLOCK);

	memset(h, 0, BLOCK);
	b->n += BLOCK;
	snprintf(h, 100, "%s", name);
	memcpy(h + 100, "0000644", 8);
	snprintf(h + 124, 12, "%011zo", data.n);
	memcpy(h + 136, "00000000000", 12);
	h[156] = type;
	memcpy(h + 257, "ustar\00000", 8);
	header_at(b, at);
	sc_buf_add(b, data);
	memset(sc_buf_room(b, pad), 0, pad);
	b->n += pad;
}

static void finish(struct sc_buf *b)
{
	memset(sc_buf_room(b, 2 * BLOCK), 0, 2 * BLOCK);
	b->n += 2 * BLOCK;
}

/* "name:bytes name:bytes !off+len", damage with !! */
static const char *read_as(sc_str bytes, const char *group, size_t max)
{
	static char text[2048];
	struct sc_read_conf conf = { .group = sc_str_c(group), .max_record = max };
	void *state = calloc(1, read_tar.card.state);
	struct sc_arena a = { 0 };
	struct sc_buf b = { 0 };
	struct sc_input *in;
	struct sc_err e = { 0 };
	int rc;

	assert_int_equal(sc_input_memory(&in, bytes, SC_STR("t.tar"), 1 << 20, &e), SC_OK);
	assert_int_equal(read_tar.open(state, &conf, in, &e), SC_OK);
	for (;;) {
		struct sc_record r = { 0 };

		rc = read_tar.next(state, &a, &r, &e);
		assert_true(rc != SC_FAIL);
		if (rc == SC_EOF)
			break;
		sc_buf_fmt(&b, "%s", b.n ? " " : "");
		if (rc == SC_BAD) {
			sc_buf_fmt(&b, "%s%ju+%ju", e.damage ? "!!" : "!", (uintmax_t)r.from.off, (uintmax_t)r.from.len);
			continue;
		}
		sc_buf_fmt(&b, "%.*s:%ju", SC_ARG(r.name), (uintmax_t)sc_record_bytes(&r));
		if (r.raw.n) {
			assert_int_equal(r.raw.n, r.from.len);
			assert_memory_equal(r.raw.p, bytes.p + r.from.off, r.raw.n);
		}
	}
	assert_true(b.n < sizeof text);
	memcpy(text, b.p ? b.p : "", b.n);
	text[b.n] = 0;
	read_tar.close(state);
	free(state);
	sc_input_close(in);
	sc_buf_free(&b);
	sc_arena_free(&a);
	return text;
}

static void three(struct sc_buf *b)
{
	add(b, '0', "a.txt", SC_STR("one"));
	add(b, '0', "b.txt", SC_STR("three"));
	add(b, '0', "c.txt", SC_STR(""));
	finish(b);
}

static void members_are_records_with_their_bytes_as_stored(void **state)
{
	struct sc_buf b = { 0 };

	(void)state;
	three(&b);
	assert_string_equal(read_as(sc_buf_str(&b), "none", 0), "a.txt:3 b.txt:5 c.txt:0");
	assert_string_equal(read_as(sc_buf_str(&b), "", 0), "a:3 b:5 c:0");
	assert_true(read_tar.taste(sc_buf_str(&b), SC_STR("")) > 8);
	sc_buf_free(&b);
}

static void a_bad_header_costs_its_own_member_only(void **state)
{
	struct sc_buf b = { 0 };

	(void)state;
	three(&b);
	b.p[1024 + 3] ^= 1; /* in b.txt's name */
	assert_string_equal(read_as(sc_buf_str(&b), "none", 0), "a.txt:3 !!1024+1024 c.txt:0");
	sc_buf_free(&b);
}

static void members_of_a_tar_inside_a_damaged_member_are_not_ours(void **state)
{
	struct sc_buf inner = { 0 }, b = { 0 };

	(void)state;
	three(&inner);
	add(&b, '0', "a.txt", SC_STR("x"));
	add(&b, '0', "inner.tar", sc_buf_str(&inner));
	add(&b, '0', "z.txt", SC_STR("x"));
	finish(&b);
	b.p[1024] ^= 1;
	assert_string_equal(read_as(sc_buf_str(&b), "none", 0), "a.txt:1 !!1024+4096 z.txt:1");
	sc_buf_free(&inner);
	sc_buf_free(&b);
}

static void headers_at_odd_offsets_are_found_again(void **state)
{
	struct sc_buf b = { 0 };

	(void)state;
	add(&b, '0', "a.txt", SC_STR("x"));
	sc_buf_add(&b, SC_STR("seven b"));
	add(&b, '0', "b.txt", SC_STR("y"));
	finish(&b);
	assert_string_equal(read_as(sc_buf_str(&b), "none", 0), "a.txt:1 !!1024+7 b.txt:1");
	sc_buf_free(&b);
}

static void a_cut_is_always_damage(void **state)
{
	struct sc_buf b = { 0 };

	(void)state;
	three(&b);
	assert_string_equal(read_as(sc_str_head(sc_buf_str(&b), 2048), "none", 0), "a.txt:3 b.txt:5 !!2048+0");
	assert_string_equal(read_as(sc_str_head(sc_buf_str(&b), 1600), "none", 0), "a.txt:3 !!1024+576");
	assert_string_equal(read_as(sc_str_head(sc_buf_str(&b), 1100), "none", 0), "a.txt:3 !!1024+76");
	sc_buf_free(&b);
}

static void bytes_after_the_end_are_told(void **state)
{
	struct sc_buf b = { 0 };

	(void)state;
	add(&b, '0', "a", SC_STR("x"));
	finish(&b);
	sc_buf_add(&b, SC_STR("garbage"));
	assert_string_equal(read_as(sc_buf_str(&b), "none", 0), "a:1 !!2048+7");
	sc_buf_free(&b);
}

static void pax_and_gnu_names_are_followed(void **state)
{
	struct sc_buf b = { 0 };

	(void)state;
	add(&b, 'x', "PaxHeaders/x", SC_STR("19 path=long/n.txt\n"));
	add(&b, '0', "short", SC_STR("x"));
	add(&b, 'L', "././@LongLink", SC_STR("gnu/long.name"));
	add(&b, '0', "gnu/lo", SC_STR("y"));
	add(&b, '0', "plain", SC_STR("z"));
	finish(&b);
	assert_string_equal(read_as(sc_buf_str(&b), "none", 0), "long/n.txt:1 gnu/long.name:1 plain:1");
	sc_buf_free(&b);
}

static void a_spoilt_pax_header_spoils_its_member(void **state)
{
	struct sc_buf b = { 0 };

	(void)state;
	add(&b, 'x', "x", SC_STR("99 path=a\n"));
	add(&b, '0', "short", SC_STR("x"));
	add(&b, '0', "next", SC_STR("y"));
	finish(&b);
	assert_string_equal(read_as(sc_buf_str(&b), "none", 0), "!0+2048 next:1");
	sc_buf_free(&b);
}

static void a_member_over_max_record_is_rejected_not_read(void **state)
{
	struct sc_buf b = { 0 };
	char big[5000] = { 0 };

	(void)state;
	add(&b, '0', "big", (sc_str){ big, sizeof big });
	add(&b, '0', "small", SC_STR("y"));
	finish(&b);
	assert_string_equal(read_as(sc_buf_str(&b), "none", 4999), "!0+5632 small:1");
	sc_buf_free(&b);
}

static void links_and_directories_are_records_under_none_only(void **state)
{
	struct sc_buf b = { 0 };

	(void)state;
	add(&b, '5', "d/", SC_STR(""));
	add(&b, '2', "d/link", SC_STR(""));
	add(&b, '0', "d/a.txt", SC_STR("y"));
	finish(&b);
	assert_string_equal(read_as(sc_buf_str(&b), "none", 0), "d/:0 d/link:0 d/a.txt:1");
	assert_string_equal(read_as(sc_buf_str(&b), "sample", 0), "d/a:1");
	sc_buf_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members_are_records_with_their_bytes_as_stored),
		cmocka_unit_test(a_bad_header_costs_its_own_member_only),
		cmocka_unit_test(members_of_a_tar_inside_a_damaged_member_are_not_ours),
		cmocka_unit_test(headers_at_odd_offsets_are_found_again),
		cmocka_unit_test(a_cut_is_always_damage),
		cmocka_unit_test(bytes_after_the_end_are_told),
		cmocka_unit_test(pax_and_gnu_names_are_followed),
		cmocka_unit_test(a_spoilt_pax_header_spoils_its_member),
		cmocka_unit_test(a_member_over_max_record_is_rejected_not_read),
		cmocka_unit_test(links_and_directories_are_records_under_none_only),
	};

	return cmocka_run_group_tests_name("tar", tests, NULL, NULL);
}
