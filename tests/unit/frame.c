/* SPDX-License-Identifier: Apache-2.0 */
/* Claims about frames: a record comes back whole, and no cut or flipped one passes for a record. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <scope/run.h>

static const struct sc_maker me = { .name = "tag/test", .revision = 3, .quiet = true };

static struct sc_record sample(struct sc_arena *a)
{
	struct sc_record r = { 0 };

	r.from = (struct sc_origin){ .shard = SC_STR("x.jsonl"), .ordinal = 7, .off = 300, .len = 20 };
	r.by = sc_reader_named(SC_STR("jsonl"));
	r.name = SC_STR("doc-7");
	r.url = SC_STR("https://example.org/a");
	r.raw = SC_STR("{\"text\":\"payload\"}\n");
	r.head = sc_str_head(r.raw, r.raw.n - 1);
	r.part = SC_NEW(a, struct sc_part, 2);
	r.npart = 2;
	r.part[0] = (struct sc_part){ .name = SC_STR("text"), .data = { r.raw.p + 9, 7 }, .raw_off = 9 };
	r.part[1] = (struct sc_part){ .name = SC_STR("bin"), .data = SC_STR("a\0b"), .raw_off = UINT64_MAX,
				      .media = SC_STR("application/x-test") };
	sc_record_id(a, &r);
	sc_tag_add(a, &r, SC_STR("licence"), SC_STR("MIT"),
		   (struct sc_evidence){ .by = &me, .rule = SC_STR("json:license"), .where = SC_STR("meta"), .off = 1,
					 .len = 3, .score = 0.5f });
	return r;
}

static void a_record_comes_back_whole(void **state)
{
	struct sc_arena a = { 0 };
	struct sc_record r = sample(&a), back;
	struct sc_buf b = { 0 };
	struct sc_err e = { 0 };

	(void)state;
	sc_frame_put(&b, &r);
	assert_int_equal(sc_frame_get(&a, sc_buf_str(&b), &back, &e), SC_OK);
	assert_true(sc_str_eq(back.name, r.name) && sc_str_eq(back.url, r.url) && sc_str_eq(back.raw, r.raw));
	assert_true(sc_str_eq(back.head, r.head) && back.head.p >= back.raw.p);
	assert_true(back.by == r.by && back.from.ordinal == 7 && back.from.off == 300);
	assert_int_equal(back.npart, 2);
	assert_true(sc_str_eq(back.part[0].data, SC_STR("payload")) && back.part[0].raw_off == 9);
	assert_true(sc_str_eq(back.part[1].data, SC_STR("a\0b")));
	assert_memory_equal(back.id, r.id, 32);
	assert_int_equal(back.tags.n, 1);
	assert_string_equal(back.tags.v[0].why.by->name, "tag/test");
	assert_true(back.tags.v[0].why.by->quiet && back.tags.v[0].why.score == 0.5f);
	sc_buf_free(&b);
	sc_arena_free(&a);
}

static void no_shorter_frame_is_a_record(void **state)
{
	struct sc_arena a = { 0 };
	struct sc_record r = sample(&a), back;
	struct sc_buf b = { 0 };
	struct sc_err e = { 0 };

	(void)state;
	sc_frame_put(&b, &r);
	for (size_t n = 0; n < b.n; n++)
		assert_int_equal(sc_frame_get(&a, (sc_str){ b.p, n }, &back, &e), SC_BAD);
	sc_buf_byte(&b, 0);
	assert_int_equal(sc_frame_get(&a, sc_buf_str(&b), &back, &e), SC_BAD);
	sc_buf_free(&b);
	sc_arena_free(&a);
}

static void a_chain_comes_back_whole(void **state)
{
	struct sc_arena a = { 0 };
	struct sc_step steps[] = { { .name = SC_STR("read/jsonl"), .revision = 1, .in = 9, .kept = 8, .rejected = 1 },
				   { .name = SC_STR("select/filter"), .args = SC_STR("'a\tb'"), .in = 8, .dropped = 8 } };
	struct sc_shard_in shard = { .path = SC_STR("odd\nname"), .bytes = 10, .records = 8, .rejected = 1 };
	struct sc_chain c = { .step = steps, .nstep = 2, .shard = &shard, .nshard = 1 }, back;
	struct sc_buf b = { 0 };
	struct sc_err e = { 0 };

	(void)state;
	sc_chain_put(&b, &c);
	assert_int_equal(sc_chain_get(&a, sc_buf_str(&b), &back, &e), SC_OK);
	assert_true(back.nstep == 2 && back.nshard == 1);
	assert_true(sc_str_eq(back.step[1].args, steps[1].args) && back.step[0].kept == 8);
	assert_true(sc_str_eq(back.shard[0].path, shard.path));
	assert_int_equal(sc_chain_get(&a, SC_STR("P\tx\n"), &back, &e), SC_BAD);
	assert_int_equal(sc_chain_get(&a, SC_STR("Q\t\n"), &back, &e), SC_BAD);
	assert_int_equal(sc_chain_get(&a, sc_str_head(sc_buf_str(&b), b.n - 1), &back, &e), SC_BAD);
	sc_buf_free(&b);
	sc_arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_record_comes_back_whole),
		cmocka_unit_test(no_shorter_frame_is_a_record),
		cmocka_unit_test(a_chain_comes_back_whole),
	};

	return cmocka_run_group_tests_name("frame", tests, NULL, NULL);
}
