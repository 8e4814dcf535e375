/* SPDX-License-Identifier: Apache-2.0 */
/* Claims about manifests: what is written, that it verifies, and that no change to it goes unseen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <scope/digest.h>
#include <scope/manifest.h>
#include <scope/text.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* ---- sorter ---- */

static void sorts_as_sort_does_and_spills(void **state)
{
	struct sc_sorter *s = sc_sorter_new(0); /* the least memory: many runs */
	struct sc_err e = { 0 };
	char last[32] = "", line[32];
	sc_str got;
	size_t n = 0;
	uint32_t x = 1;

	(void)state;
	for (int i = 0; i < 300000; i++) {
		x = x * 1664525 + 1013904223;
		snprintf(line, sizeof line, "%08x %d", x >> 8, i);
		assert_int_equal(sc_sorter_add(s, sc_str_c(line), &e), SC_OK);
	}
	while (sc_sorter_next(s, &got, &e) == SC_OK) {
		assert_true(sc_str_cmp(sc_str_c(last), got) < 0);
		memcpy(last, got.p, got.n);
		last[got.n] = 0;
		n++;
	}
	assert_int_equal(n, 300000);
	sc_sorter_free(s);
}

static int by_str(const void *a, const void *b)
{
	const sc_str *x = a, *y = b;

	return sc_str_cmp(*x, *y);
}

/* Short lines of few letters, zeros among them, so that many are equal, or begin like others, or end where others go on. */
static void any_lines_come_as_a_plain_sort_has_them(void **state)
{
	enum { LINES = 700 };
	static char text[LINES][24];
	static const char letters[] = "\0ab\xff";
	uint32_t x = 7;

	(void)state;
	for (int round = 0; round < 60; round++) {
		struct sc_sorter *s = sc_sorter_new(1 << 20);
		size_t n = (size_t)round * round % LINES, prefix = (size_t)round % 12;
		struct sc_err e = { 0 };
		sc_str want[LINES], got;

		for (size_t i = 0; i < n; i++) {
			size_t len = prefix + (x >> 20) % 12;

			for (size_t k = 0; k < len; k++) {
				x = x * 1664525 + 1013904223;
				text[i][k] = k < prefix ? 'p' : letters[x >> 28 & 3];
			}
			want[i] = (sc_str){ text[i], len };
			assert_int_equal(sc_sorter_add(s, want[i], &e), SC_OK);
		}
		qsort(want, n, sizeof *want, by_str);
		for (size_t i = 0; i < n; i++) {
			assert_int_equal(sc_sorter_next(s, &got, &e), SC_OK);
			assert_true(sc_str_eq(got, want[i]));
		}
		assert_int_equal(sc_sorter_next(s, &got, &e), SC_EOF);
		sc_sorter_free(s);
	}
}

static void lines_may_hold_any_bytes_and_be_empty(void **state)
{
	struct sc_sorter *s = sc_sorter_new(1 << 20);
	struct sc_err e = { 0 };
	sc_str got;

	(void)state;
	sc_sorter_add(s, SC_STR("b\0z"), &e);
	sc_sorter_add(s, SC_STR(""), &e);
	sc_sorter_add(s, SC_STR("b\0a\n"), &e);
	assert_int_equal(sc_sorter_next(s, &got, &e), SC_OK);
	assert_int_equal(got.n, 0);
	sc_sorter_next(s, &got, &e);
	assert_true(sc_str_eq(got, SC_STR("b\0a\n")));
	sc_sorter_next(s, &got, &e);
	assert_int_equal(sc_sorter_next(s, &got, &e), SC_EOF);
	sc_sorter_free(s);
}

/* ---- Merkle trees ---- */

static void root_is(size_t n, const char *want)
{
	/* The eight inputs of RFC 6962's reference tests, in hex. */
	static const char *const inputs[] = { "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
					      "606162636465666768696a6b6c6d6e6f" };
	struct sc_merkle m = { .n = 0 };
	uint8_t leaf[32], root[32];
	char hex[65] = "";

	for (size_t i = 0; i < n; i++) {
		uint8_t raw[16];
		size_t len = strlen(inputs[i]) / 2;

		assert_true(sc_unhex(sc_str_c(inputs[i]), raw, len));
		sc_merkle_leaf_hash((sc_str){ (const char *)raw, len }, leaf);
		sc_merkle_add(&m, leaf);
	}
	sc_merkle_root(&m, root);
	sc_hex(root, 32, hex);
	assert_string_equal(hex, want);
}

static void roots_are_those_of_the_published_vectors(void **state)
{
	(void)state;
	root_is(0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	root_is(1, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
	root_is(2, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125");
	root_is(3, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77");
	root_is(4, "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7");
	root_is(5, "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4");
	root_is(6, "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef");
	root_is(7, "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c");
	root_is(8, "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");
}

/* ---- whole manifests ---- */

static char folder[] = "/tmp/scope-test.XXXXXX";

static sc_str in_folder(struct sc_arena *a, const char *name)
{
	return sc_fmt(a, "%s/%s", folder, name);
}

static void file_put(struct sc_arena *a, const char *name, sc_str bytes)
{
	FILE *f = fopen(in_folder(a, name).p, "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(bytes.p, 1, bytes.n, f), bytes.n);
	assert_int_equal(fclose(f), 0);
}

static sc_str file_get(struct sc_arena *a, const char *name)
{
	FILE *f = fopen(in_folder(a, name).p, "rb");
	char *p = sc_alloc(a, 1 << 16);
	size_t n;

	assert_non_null(f);
	n = fread(p, 1, 1 << 16, f);
	fclose(f);
	return (sc_str){ p, n };
}

static const char *const lines[] = { "{\"text\":\"one\"}\n", "{\"text\":\"two\"}\n", "{\"text\":\"one\",\"x\":1}\n" };
static const char *const texts[] = { "one", "two", "one" };
static const char *const licences[] = { "MIT", "CC-BY-4.0", "ISC" };

/* A shard of three records, two of them of one payload under different licences, and its manifest. */
static void make(struct sc_arena *a)
{
	struct sc_manifest_writer *w;
	struct sc_step read = { .name = SC_STR("read/jsonl"), .revision = 1, .in = 3, .kept = 3 };
	struct sc_shard_in in = { .path = SC_STR("in.jsonl"), .bytes = 51, .records = 3 };
	struct sc_shard_out out = { .path = SC_STR("out.jsonl"), .records = 3 };
	struct sc_output *o;
	struct sc_totals t;
	struct sc_err e = { 0 };
	struct sc_buf shard = { 0 };

	assert_int_equal(sc_manifest_begin(&w, 1 << 20, &e), SC_OK);
	for (size_t i = 0; i < 3; i++) {
		uint8_t id[32], digest[32], leaf[32];
		char hex[65] = "";
		sc_str rline, from = sc_fmt(a, "in.jsonl#%zu+%zu", shard.n, strlen(lines[i]));

		sc_sha256_of(sc_str_c(texts[i]), id);
		sc_hex(id, 32, hex);
		sc_manifest_digest(id, from, digest);
		sc_sum_add(read.sum_in, digest);
		sc_sum_add(read.sum_kept, digest);
		rline = sc_fmt(a, "R\tsha256:%s\t3\ttext/plain\t%s\tjson:license\t-\tsrc=x", hex, licences[i]);
		sc_merkle_leaf_hash(rline, leaf);
		assert_int_equal(sc_manifest_add(w, rline, leaf, SC_STR("out.jsonl"), shard.n, strlen(lines[i]), from, &e), SC_OK);
		sc_buf_add(&shard, sc_str_c(lines[i]));
	}
	file_put(a, "out.jsonl", sc_buf_str(&shard));
	out.stored.bytes = shard.n;
	sc_sha256_of(sc_buf_str(&shard), out.stored.sha256);
	memcpy(out.stored.plain, out.stored.sha256, 32);
	sc_buf_free(&shard);
	sc_manifest_head(w, SC_STR("tool"), SC_STR("test\tx"), &e);
	sc_manifest_in(w, &in, &e);
	sc_manifest_out(w, &out, &e);
	sc_manifest_step(w, 1, &read, &e);
	assert_int_equal(sc_output_open(&o, in_folder(a, "m.scm"), SC_STR(""), 0, &e), SC_OK);
	assert_int_equal(sc_manifest_end(w, o, &t, &e), SC_OK);
	assert_int_equal(t.records, 3);
	assert_int_equal(sc_output_finish(o, &e), SC_OK);
	assert_int_equal(sc_output_commit(o, &e), SC_OK);
	sc_output_free(o);
	sc_manifest_free(w);
}

static int verify(struct sc_arena *a, struct sc_err *e)
{
	struct sc_verify v = { .memory = 1 << 16 };
	struct sc_totals t;

	return sc_manifest_verify(in_folder(a, "m.scm"), &v, &t, e);
}

static void a_manifest_is_sorted_and_true(void **state)
{
	struct sc_arena a = { 0 };
	struct sc_err e = { 0 };
	sc_str all, line, last = { NULL, 0 };

	(void)state;
	make(&a);
	if (verify(&a, &e) != SC_OK)
		fail_msg("%s", e.msg);
	all = file_get(&a, "m.scm");
	assert_true(sc_str_ends(all, SC_STR("\n")));
	all.n--;
	while (sc_str_cut(&all, '\n', &line)) {
		assert_true(sc_str_cmp(last, line) < 0);
		last = line;
	}
	sc_arena_free(&a);
}

static void one_identity_with_two_licences_says_conflict(void **state)
{
	struct sc_arena a = { 0 };
	sc_str all;

	(void)state;
	make(&a);
	all = file_get(&a, "m.scm");
	assert_int_not_equal(sc_str_find(all, SC_STR("ISC\tjson:license\t-\tconflict=licence\tsrc=x")), SC_NONE);
	assert_int_not_equal(sc_str_find(all, SC_STR("MIT\tjson:license\t-\tconflict=licence\tsrc=x")), SC_NONE);
	assert_int_not_equal(sc_str_find(all, SC_STR("CC-BY-4.0\tjson:license\t-\tsrc=x")), SC_NONE);
	sc_arena_free(&a);
}

static void any_changed_byte_of_a_manifest_is_found(void **state)
{
	struct sc_arena a = { 0 };
	sc_str good;

	(void)state;
	make(&a);
	good = file_get(&a, "m.scm");
	for (size_t i = 0; i < good.n; i++) {
		char *bad = sc_cstr(&a, good);
		struct sc_err e = { 0 };

		bad[i] ^= 1;
		file_put(&a, "m.scm", (sc_str){ bad, good.n });
		if (verify(&a, &e) == SC_OK)
			fail_msg("a change at byte %zu of %zu was not found", i, good.n);
		assert_true(*e.msg);
	}
	sc_arena_free(&a);
}

static void any_dropped_or_swapped_line_is_found(void **state)
{
	struct sc_arena a = { 0 };
	sc_str good, rest, line;
	size_t at = 0;

	(void)state;
	make(&a);
	good = file_get(&a, "m.scm");
	rest = good;
	while (at < good.n && sc_str_cut(&rest, '\n', &line)) {
		size_t end = at + line.n + 1;
		struct sc_err e = { 0 };

		file_put(&a, "m.scm", sc_fmt(&a, "%.*s%.*s", (int)at, good.p, (int)(good.n - end), good.p + end));
		if (verify(&a, &e) == SC_OK)
			fail_msg("dropped, and not found: %.*s", SC_ARG(line));
		if (rest.n && sc_str_chr(rest, '\n') != SC_NONE) {
			sc_str next = sc_str_head(rest, sc_str_chr(rest, '\n') + 1);

			file_put(&a, "m.scm", sc_fmt(&a, "%.*s%.*s%.*s\n%.*s", (int)at, good.p, (int)next.n, next.p, SC_ARG(line),
						     (int)(good.n - end - next.n), good.p + end + next.n));
			assert_int_not_equal(verify(&a, &e), SC_OK);
		}
		at = end;
	}
	sc_arena_free(&a);
}

static void any_changed_byte_of_a_shard_is_found(void **state)
{
	struct sc_arena a = { 0 };
	sc_str good;

	(void)state;
	make(&a);
	good = file_get(&a, "out.jsonl");
	for (size_t i = 0; i < good.n; i++) {
		char *bad = sc_cstr(&a, good);
		struct sc_err e = { 0 };

		bad[i] ^= 1;
		file_put(&a, "out.jsonl", (sc_str){ bad, good.n });
		assert_int_equal(verify(&a, &e), SC_BAD);
		assert_non_null(strstr(e.msg, "out.jsonl"));
	}
	sc_arena_free(&a);
}

static void nothing_outside_the_folder_is_read(void **state)
{
	struct sc_arena a = { 0 };
	struct sc_err e = { 0 };
	struct sc_manifest_writer *w;
	struct sc_shard_out out = { .path = SC_STR("../../etc/passwd") };
	struct sc_output *o;
	struct sc_totals t;

	(void)state;
	assert_int_equal(sc_manifest_begin(&w, 1 << 20, &e), SC_OK);
	sc_manifest_out(w, &out, &e);
	sc_output_open(&o, in_folder(&a, "m.scm"), SC_STR(""), 0, &e);
	sc_manifest_end(w, o, &t, &e);
	sc_output_finish(o, &e);
	sc_output_commit(o, &e);
	sc_output_free(o);
	sc_manifest_free(w);
	assert_int_equal(verify(&a, &e), SC_BAD);
	assert_non_null(strstr(e.msg, "leads out"));
	sc_arena_free(&a);
}

static int begin(void **state)
{
	(void)state;
	return mkdtemp(folder) ? 0 : -1;
}

static int end(void **state)
{
	struct sc_arena a = { 0 };

	(void)state;
	unlink(in_folder(&a, "m.scm").p);
	unlink(in_folder(&a, "out.jsonl").p);
	rmdir(folder);
	sc_arena_free(&a);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sorts_as_sort_does_and_spills),
		cmocka_unit_test(any_lines_come_as_a_plain_sort_has_them),
		cmocka_unit_test(lines_may_hold_any_bytes_and_be_empty),
		cmocka_unit_test(roots_are_those_of_the_published_vectors),
		cmocka_unit_test(a_manifest_is_sorted_and_true),
		cmocka_unit_test(one_identity_with_two_licences_says_conflict),
		cmocka_unit_test(any_changed_byte_of_a_manifest_is_found),
		cmocka_unit_test(any_dropped_or_swapped_line_is_found),
		cmocka_unit_test(any_changed_byte_of_a_shard_is_found),
		cmocka_unit_test(nothing_outside_the_folder_is_read),
	};

	return cmocka_run_group_tests_name("manifest", tests, begin, end);
}
