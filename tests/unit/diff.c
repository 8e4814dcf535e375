/* SPDX-License-Identifier: Apache-2.0 */
/* Claims about what two manifests differ in: counts past memory, fields of several lines, deltas of any two manifests. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <scope/diff.h>
#include <scope/digest.h>
#include <scope/export.h>
#include <scope/merge.h>
#include <scope/text.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static uint32_t state_of_chance = 1;

static uint32_t chance(uint32_t below)
{
	state_of_chance = state_of_chance * 1664525 + 1013904223;
	return (state_of_chance >> 8) % below;
}

/* ---- tables ---- */

static void a_table_counts_past_its_memory(void **state)
{
	enum { VALUES = 5000, ADDS = 60000 };
	static uint64_t want[VALUES][2];
	struct sc_diff_table *t = sc_diff_table_new(64 << 10);
	struct sc_err e = { 0 };
	struct sc_diff_row r;
	char last[32] = "", text[32];
	size_t n = 0;

	(void)state;
	for (int i = 0; i < ADDS; i++) {
		uint32_t v = chance(VALUES), side = chance(2);

		snprintf(text, sizeof text, "value-%05u", v);
		want[v][side]++;
		assert_int_equal(sc_diff_table_add(t, sc_str_c(text), (int)side, 3, &e), SC_OK);
	}
	while (sc_diff_table_next(t, &r, &e) == SC_OK) {
		unsigned v;

		assert_true(sc_str_cmp(sc_str_c(last), r.value) < 0);
		snprintf(last, sizeof last, "%.*s", SC_ARG(r.value));
		assert_int_equal(sscanf(last, "value-%u", &v), 1);
		for (int i = 0; i < 2; i++) {
			assert_int_equal(r.records[i], want[v][i]);
			assert_int_equal(r.bytes[i], 3 * want[v][i]);
		}
		n++;
	}
	assert_int_equal(n, VALUES); /* 12 adds each: none is missing */
	sc_diff_table_free(t);
}

static void an_empty_table_has_no_rows(void **state)
{
	struct sc_diff_table *t = sc_diff_table_new(0);
	struct sc_diff_row r;
	struct sc_err e = { 0 };

	(void)state;
	assert_int_equal(sc_diff_table_next(t, &r, &e), SC_EOF);
	sc_diff_table_free(t);
}

/* ---- fields ---- */

#define ID "sha256:0000000000000000000000000000000000000000000000000000000000000000"

static void fields_of_several_lines_stand_side_by_side(void **state)
{
	const sc_str v[] = { SC_STR("R\t" ID "\t5\ttext/plain\tMIT\t-\t-\tconflict=licence\thost=a.org"),
			     SC_STR("R\t" ID "\t5\ttext/plain\tCC0-1.0\t-\t-\tconflict=licence\ttitle=x=y") };
	struct sc_diff_lines l[2] = { { v, 2 }, { v, 1 } };
	struct sc_arena a = { 0 };
	sc_str *keys;

	(void)state;
	assert_true(sc_str_eq(sc_diff_field(&a, &l[0], SC_R_LICENCE, SC_STR("")), SC_STR("CC0-1.0|MIT")));
	assert_true(sc_str_eq(sc_diff_field(&a, &l[0], SC_R_BYTES, SC_STR("")), SC_STR("5")));
	assert_true(sc_str_eq(sc_diff_field(&a, &l[0], 0, SC_STR("host")), SC_STR("-|a.org")));
	assert_true(sc_str_eq(sc_diff_field(&a, &l[1], 0, SC_STR("title")), SC_STR("-")));
	assert_true(sc_str_eq(sc_diff_field(&a, &l[0], 0, SC_STR("title")), SC_STR("-|x=y")));
	assert_int_equal(sc_diff_keys(&a, l, 2, &keys), 3);
	assert_true(sc_str_eq(keys[2], SC_STR("title")));
	sc_arena_free(&a);
}

/* ---- any manifests ---- */

static char folder[] = "/tmp/scope-test.XXXXXX";

struct said {
	uint8_t id;
	const char *licence;
};

static void entry_add(struct sc_manifest_writer *w, const struct said *s, size_t at, uint8_t sum[32], struct sc_err *e)
{
	char line[256], from[64];
	uint8_t id[32], leaf[32], digest[32];
	sc_str text, f = { from, (size_t)snprintf(from, sizeof from, "in.jsonl#%zu+1", at) };
	char hex[65] = "";

	sc_sha256_of((sc_str){ (const char *)&s->id, 1 }, id);
	sc_hex(id, 32, hex);
	text = (sc_str){ line, (size_t)snprintf(line, sizeof line, "R\tsha256:%s\t1\t-\t%s\t-\t-\thost=h%u.org", hex, s->licence, s->id % 5u) };
	sc_merkle_leaf_hash(text, leaf);
	sc_manifest_digest(id, f, digest);
	sc_sum_add(sum, digest);
	assert_int_equal(sc_manifest_add(w, text, leaf, (sc_str){ NULL, 0 }, 0, 0, f, e), SC_OK);
}

/* The manifest of records v[i] for which i % k == share. */
static sc_str manifest_of(struct sc_arena *a, const char *name, const struct said *v, size_t n, size_t k, size_t share)
{
	struct sc_step step = { .name = SC_STR("read/jsonl"), .revision = 1 };
	struct sc_shard_in in = { .path = SC_STR("in.jsonl") };
	sc_str path = sc_fmt(a, "%s/%s", folder, name);
	struct sc_manifest_writer *w;
	struct sc_output *out;
	struct sc_totals t;
	struct sc_err e = { 0 };

	assert_int_equal(sc_manifest_begin(&w, 1 << 20, &e), SC_OK);
	for (size_t i = share; i < n; i += k) {
		entry_add(w, &v[i], i, step.sum_in, &e);
		step.in = ++step.kept;
	}
	memcpy(step.sum_kept, step.sum_in, 32);
	in.records = step.kept;
	assert_int_equal(sc_manifest_step(w, 1, &step, &e), SC_OK);
	assert_int_equal(sc_manifest_in(w, &in, &e), SC_OK);
	assert_int_equal(sc_output_open(&out, path, SC_STR("none"), 0, &e), SC_OK);
	assert_int_equal(sc_manifest_end(w, out, &t, &e), SC_OK);
	assert_int_equal(sc_output_finish(out, &e), SC_OK);
	assert_int_equal(sc_output_commit(out, &e), SC_OK);
	sc_output_free(out);
	sc_manifest_free(w);
	return path;
}

static struct sc_output *out_open(sc_str path)
{
	struct sc_output *out;
	struct sc_err e = { 0 };

	assert_int_equal(sc_output_open(&out, path, SC_STR("none"), 0, &e), SC_OK);
	return out;
}

static void out_done(struct sc_output *out)
{
	struct sc_err e = { 0 };

	assert_int_equal(sc_output_finish(out, &e), SC_OK);
	assert_int_equal(sc_output_commit(out, &e), SC_OK);
	sc_output_free(out);
}

static bool files_same(sc_str x, sc_str y)
{
	struct sc_arena a = { 0 };
	sc_str cmd = sc_fmt(&a, "cmp -s %.*s %.*s", SC_ARG(x), SC_ARG(y));
	bool same = !system(cmd.p);

	sc_arena_free(&a);
	return same;
}

static size_t said_make(struct said *v, size_t most)
{
	static const char *const licences[] = { "MIT", "MIT", "MIT", "CC0-1.0", "GPL-2.0-only" };
	size_t n = chance((uint32_t)most);

	for (size_t i = 0; i < n; i++)
		v[i] = (struct said){ (uint8_t)chance(60), licences[chance(SC_COUNT(licences))] };
	return n;
}

/* Many conflicts: sixty ids, three licences, in any share. */
static void any_shares_merge_to_the_manifest_of_all(void **state)
{
	struct said v[200];

	(void)state;
	for (int round = 0; round < 60; round++) {
		size_t n = said_make(v, SC_COUNT(v)), k = 1 + chance(6);
		struct sc_arena a = { 0 };
		struct sc_merged done;
		struct sc_err e = { 0 };
		sc_str path[6], all = manifest_of(&a, "all", v, n, 1, 0), merged = sc_fmt(&a, "%s/merged", folder);
		struct sc_merge m = { .path = path, .n = k, .root = sc_str_c(folder), .memory = 1 };
		struct sc_output *out = out_open(merged);

		for (size_t i = 0; i < k; i++)
			path[i] = manifest_of(&a, (const char *[]){ "0", "1", "2", "3", "4", "5" }[i], v, n, k, i);
		assert_int_equal(sc_manifest_merge(&m, out, &done, &e), SC_OK);
		out_done(out);
		assert_true(files_same(all, merged));
		sc_arena_free(&a);
	}
}

static void any_delta_makes_the_second_of_the_first(void **state)
{
	struct said v[2][200];

	(void)state;
	for (int round = 0; round < 60; round++) {
		size_t n[2] = { said_make(v[0], 200), said_make(v[1], 200) };
		struct sc_arena a = { 0 };
		struct sc_delta d;
		struct sc_totals t;
		struct sc_err e = { 0 };
		sc_str path[2] = { manifest_of(&a, "old", v[0], n[0], 1, 0), manifest_of(&a, "new", v[1], n[1], 1, 0) };
		sc_str delta = sc_fmt(&a, "%s/delta", folder), again = sc_fmt(&a, "%s/again", folder);
		struct sc_output *out = out_open(delta);

		assert_int_equal(sc_delta_make(path, 1, out, &d, &e), SC_OK);
		out_done(out);
		assert_int_equal(sc_delta_check(delta, &d, &e), SC_OK);
		out = out_open(again);
		assert_int_equal(sc_delta_apply(path[0], delta, 1, out, &d, &t, &e), SC_OK);
		out_done(out);
		assert_true(files_same(path[1], again));
		sc_arena_free(&a);
	}
}

static int setup(void **state)
{
	(void)state;
	return !mkdtemp(folder);
}

static int teardown(void **state)
{
	struct sc_arena a = { 0 };
	int rc = system(sc_fmt(&a, "rm -r %s", folder).p);

	(void)state;
	sc_arena_free(&a);
	return rc;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_table_counts_past_its_memory),
		cmocka_unit_test(an_empty_table_has_no_rows),
		cmocka_unit_test(fields_of_several_lines_stand_side_by_side),
		cmocka_unit_test(any_shares_merge_to_the_manifest_of_all),
		cmocka_unit_test(any_delta_makes_the_second_of_the_first),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
