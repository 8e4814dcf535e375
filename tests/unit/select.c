/* SPDX-License-Identifier: Apache-2.0 */
/* Claims about the filters that choose: filter, sample by count, dedup, each at work on records made here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <scope/plugin.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static struct sc_arena a;

struct work {
	const struct sc_filter *f;
	struct sc_maker me;
	struct sc_err e;
	struct sc_ctx c;
	void *conf;
};

static int start(struct work *w, const char *name, void *conf, const char *arg)
{
	w->f = sc_select_named(sc_str_c(name));
	w->me = (struct sc_maker){ .name = w->f->card.name };
	w->e = (struct sc_err){ .msg = "" };
	w->conf = conf;
	w->c = (struct sc_ctx){ .state = sc_zalloc(&a, 1, w->f->card.state), .conf = conf, .me = &w->me, .a = &a, .e = &w->e };
	if (w->f->load)
		SC_TRY(w->f->load(conf, sc_str_c(arg), &a, &w->me, &w->e));
	return w->f->open ? w->f->open(&w->c) : SC_OK;
}

static void end(struct work *w)
{
	w->f->close(&w->c);
	if (w->f->unload)
		w->f->unload(w->conf);
}

static struct sc_record record(uint64_t i)
{
	struct sc_record r = { .npart = 1 };

	r.part = SC_NEW(&a, struct sc_part, 1);
	r.part[0] = (struct sc_part){ .name = SC_STR("text"), .data = sc_fmt(&a, "record %ju", (uintmax_t)i) };
	return r;
}

/* ---- filter ---- */

static void a_record_is_kept_dropped_or_undecided(void **state)
{
	static const struct {
		const char *expr;
		int rc;
	} rows[] = {
		{ "text ~ 'record [0-9]+' and size < 1k", SC_OK },
		{ "size > 1k", SC_DROP },
		{ "meta.licence = MIT", SC_UNDECIDED },
		{ "not meta.licence = MIT", SC_UNDECIDED },
		{ "has meta.licence", SC_DROP },
		{ "meta.licence = MIT or size > 0", SC_OK },
		{ "meta.licence = MIT and size > 1k", SC_DROP },
	};

	(void)state;
	for (size_t i = 0; i < SC_COUNT(rows); i++) {
		void *conf[1] = { NULL };
		struct work w;
		struct sc_record r = record(7);

		r.meta = SC_STR("{\"a\":1}");
		assert_int_equal(start(&w, "filter", conf, rows[i].expr), SC_OK);
		if (w.f->each(&w.c, &r) != rows[i].rc)
			fail_msg("%s", rows[i].expr);
		end(&w);
	}
}

static void words_need_no_quotes_where_a_value_is_wanted(void **state)
{
	static const char *const rows[] = { "meta.a = image/png",	  "meta.b in {2024-05-01 x}", "meta.c = 10.1038/x.y",
					    "meta.d = https://e.org/a+b", "meta.a in {\"x\", image/png}", "meta.e = 0BSD",
					    "(meta.n = 10k)",		  "meta.n >= 9.5KiB",	      "meta.a under image" };

	(void)state;
	for (size_t i = 0; i < SC_COUNT(rows); i++) {
		void *conf[1] = { NULL };
		struct work w;
		struct sc_record r = record(1);

		r.meta = SC_STR("{\"a\":\"image/png\",\"b\":\"2024-05-01\",\"c\":\"10.1038/x.y\",\"d\":\"https://e.org/a+b\",\"e\":\"0BSD\","
				"\"n\":10000}");
		if (start(&w, "filter", conf, rows[i]) < 0)
			fail_msg("%s", w.e.msg);
		if (w.f->each(&w.c, &r) != SC_OK)
			fail_msg("%s", rows[i]);
		end(&w);
	}
}

static void a_licence_or_tag_that_there_is_not_is_a_mistake(void **state)
{
	static const struct {
		const char *expr, *said;
	} rows[] = {
		{ "licence in {MTI}", "licence that SPDX lists" }, { "licence != MTI", "licence that SPDX lists" },
		{ "licence in {none}", "in no set" },		   { "licnce = MIT", "did you mean licence?" },
		{ "hots = a", "did you mean host?" },		   { "quux = a", "a tag that a tagger makes" },
	};

	(void)state;
	for (size_t i = 0; i < SC_COUNT(rows); i++) {
		void *conf[1] = { NULL };
		struct work w;

		assert_int_equal(start(&w, "filter", conf, rows[i].expr), SC_FAIL);
		if (!strstr(w.e.msg, rows[i].said) || !strstr(w.e.msg, " ^ "))
			fail_msg("%s", w.e.msg);
	}
}

/* ---- sample ---- */

enum { N = 1000, KEEP = 37 };

/* The records that a sample of KEEP leaves, as marks; `from` turns the order around. */
static void draw(bool *kept, const char *seed, bool backwards)
{
	struct sc_str_conf {
		sc_str share, seed;
		uint64_t count, below;
		bool all;
	} conf = { .seed = sc_str_c(seed), .count = KEEP };
	uint64_t held[N], serial, n = 0;
	struct work w;

	memset(kept, 0, N);
	assert_true(sc_select_named(SC_STR("sample"))->card.conf == sizeof conf);
	assert_int_equal(start(&w, "sample", &conf, ""), SC_OK);
	for (uint64_t k = 0; k < N; k++) {
		uint64_t i = backwards ? N - 1 - k : k;
		struct sc_record r = record(i);
		int rc = w.f->each(&w.c, &r);

		if (rc == SC_HOLD) {
			held[n++] = i;
			kept[i] = true;
		} else {
			assert_int_equal(rc, SC_DROP);
		}
		while (w.f->evict(&w.c, &serial)) {
			assert_true(serial < n);
			kept[held[serial]] = false;
		}
	}
	end(&w);
}

static void a_sample_by_count_is_the_same_in_any_order(void **state)
{
	bool one[N], two[N], three[N];
	size_t n = 0;

	(void)state;
	draw(one, "s", false);
	draw(two, "s", true);
	draw(three, "t", false);
	assert_memory_equal(one, two, N);
	assert_memory_not_equal(one, three, N);
	for (size_t i = 0; i < N; i++)
		n += one[i];
	assert_int_equal(n, KEEP);
}

/* ---- dedup ---- */

static void dedup_agrees_with_a_table_through_many_spills(void **state)
{
	enum { WORLD = 30000, DRAWS = 90000 };
	uint64_t memory = 64 << 10, x = 88172645463325252u;
	bool *seen = calloc(WORLD, 1);
	struct sc_mark mark;
	struct work w;

	(void)state;
	assert_int_equal(start(&w, "dedup", &memory, ""), SC_OK);
	mark = sc_arena_mark(&a);
	for (size_t k = 0; k < DRAWS; k++) {
		struct sc_record r;
		size_t i;

		x ^= x << 13, x ^= x >> 7, x ^= x << 17;
		i = x % WORLD;
		r = record(i);
		assert_int_equal(w.f->each(&w.c, &r), seen[i] ? SC_DROP : SC_OK);
		seen[i] = true;
		sc_arena_back(&a, mark);
	}
	end(&w);
	free(seen);
}

/* ---- dedup by identities made here ---- */

enum kind { SPREAD, SAME_HEAD, SAME_TAIL, KINDS };

static uint64_t mixed(uint64_t x)
{
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
	x = (x ^ x >> 27) * 0x94d049bb133111ebu;
	return x ^ x >> 31;
}

/* The i-th identity; 0 is all zero bytes. */
static void identity(enum kind kind, uint64_t i, uint8_t id[32])
{
	uint32_t big = __builtin_bswap32((uint32_t)i);

	memset(id, 0, 32);
	if (kind == SAME_HEAD)
		memcpy(id + 28, &big, 4);
	else if (kind == SAME_TAIL)
		memcpy(id, &big, 4);
	else
		for (uint64_t k = 0, x = i; k < 32 && i; k += 8) {
			x = mixed(x + k);
			memcpy(id + k, &x, 8);
		}
}

static int give(struct work *w, enum kind kind, uint64_t i)
{
	struct sc_part part = { .hashed = true };
	struct sc_record r = { .part = &part, .npart = 1, .has_id = true };

	identity(kind, i, r.id);
	if (w->f->soon && i % 3)
		w->f->soon(&w->c, &r);
	return w->f->each(&w->c, &r);
}

static void dedup_answers_the_same_with_little_memory_and_with_much(void **state)
{
	enum { WORLD = 20000, DRAWS = 60000 };
	static const uint64_t memories[] = { 1, 300 << 10, 1 << 20, 0 };
	bool *seen = calloc(WORLD, 1);

	(void)state;
	for (size_t m = 0; m < SC_COUNT(memories) * KINDS; m++) {
		enum kind kind = (enum kind)(m % KINDS);
		uint64_t memory = memories[m / KINDS], x = 88172645463325252u;
		struct work w;

		memset(seen, 0, WORLD);
		assert_int_equal(start(&w, "dedup", &memory, ""), SC_OK);
		for (size_t k = 0; k < DRAWS; k++) {
			size_t i;

			x ^= x << 13, x ^= x >> 7, x ^= x << 17;
			i = x % WORLD;
			assert_int_equal(give(&w, kind, i), seen[i] ? SC_DROP : SC_OK);
			seen[i] = true;
		}
		end(&w);
	}
	free(seen);
}

/* Whenever the table has just grown, all that came before is still there, and nothing else. */
static void dedup_forgets_nothing_when_it_grows(void **state)
{
	enum { MOST = 100000 };
	uint64_t memory = 0;
	struct work w;

	(void)state;
	assert_int_equal(start(&w, "dedup", &memory, ""), SC_OK);
	for (uint64_t i = 0; i < MOST; i++) {
		assert_int_equal(give(&w, SPREAD, i), SC_OK);
		assert_int_equal(give(&w, SPREAD, i), SC_DROP);
		assert_int_equal(give(&w, SPREAD, mixed(i) % (i + 1)), SC_DROP);
	}
	for (uint64_t i = 0; i < MOST; i++)
		assert_int_equal(give(&w, SPREAD, i), SC_DROP);
	end(&w);
}

static void dedup_in_parts_is_exact_past_its_memory(void **state)
{
	enum { MOST = 1200000 };
	uint64_t memory = 33 << 20;
	struct work w;

	(void)state;
	assert_int_equal(start(&w, "dedup", &memory, ""), SC_OK);
	for (uint64_t i = 0; i < MOST; i++)
		if (give(&w, SPREAD, i) != SC_OK)
			fail_msg("%ju", (uintmax_t)i);
	for (uint64_t i = 0; i < MOST; i += 97)
		if (give(&w, SPREAD, i) != SC_DROP)
			fail_msg("%ju", (uintmax_t)i);
	end(&w);
}

static uint64_t resident(void)
{
	FILE *f = fopen("/proc/self/statm", "r");
	unsigned long size = 0, pages = 0;

	if (f && fscanf(f, "%lu %lu", &size, &pages) != 2)
		pages = 0;
	if (f)
		fclose(f);
	return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

static void dedup_takes_40_bytes_a_record_at_most_and_no_more_than_its_memory(void **state)
{
	enum { MOST = 1200000, SLACK = 512 << 10 };
	static const uint64_t memories[] = { 0, 40 << 20 };

	(void)state;
	if (getenv("SCOPE_TEST_SANITIZED") || !resident())
		skip();
	for (size_t m = 0; m < SC_COUNT(memories); m++) {
		uint64_t memory = memories[m], before, taken;
		struct work w;

		before = resident();
		assert_int_equal(start(&w, "dedup", &memory, ""), SC_OK);
		for (uint64_t i = 1; i <= MOST; i++) {
			assert_int_equal(give(&w, SPREAD, i), SC_OK);
			if (i % 1024)
				continue;
			taken = resident() - before;
			if (taken > 40 * i + SLACK || (memory && taken > memory + SLACK))
				fail_msg("%ju bytes for %ju records", (uintmax_t)taken, (uintmax_t)i);
		}
		end(&w);
	}
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
		cmocka_unit_test(a_record_is_kept_dropped_or_undecided),
		cmocka_unit_test(words_need_no_quotes_where_a_value_is_wanted),
		cmocka_unit_test(a_licence_or_tag_that_there_is_not_is_a_mistake),
		cmocka_unit_test(a_sample_by_count_is_the_same_in_any_order),
		cmocka_unit_test(dedup_agrees_with_a_table_through_many_spills),
		cmocka_unit_test(dedup_answers_the_same_with_little_memory_and_with_much),
		cmocka_unit_test(dedup_forgets_nothing_when_it_grows),
		cmocka_unit_test(dedup_in_parts_is_exact_past_its_memory),
		cmocka_unit_test(dedup_takes_40_bytes_a_record_at_most_and_no_more_than_its_memory),
	};

	return cmocka_run_group_tests_name("select", tests, NULL, done);
}
