/* SPDX-License-Identifier: Apache-2.0 */
/* zip.c -- unit tests: what write/zip and write/tar write, their readers find at the same places with the same ids; and
 * what read/zip does with archives whose halves disagree. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <scope/plugin.h>
#include <scope/run.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

extern const struct sc_reader read_zip, read_tar;
extern const struct sc_writer write_zip, write_tar;

enum { RECORDS = 3 };

struct place {
	uint64_t off, len;
	uint8_t id[32];
};

static void slurp(const char *path, struct sc_buf *b)
{
	FILE *f = fopen(path, "rb");
	size_t n;

	assert_non_null(f);
	do {
		n = fread(sc_buf_room(b, 4096), 1, 4096, f);
		b->n += n;
	} while (n);
	fclose(f);
}

/* Three records through a writer; where each lies. */
static void write_three(const struct sc_writer *w, struct sc_buf *bytes, struct place at[RECORDS])
{
	static char many[3000];
	struct sc_part one[] = { { .name = SC_STR("text"), .data = SC_STR("hello") } };
	struct sc_part two[] = { { .name = SC_STR("png"), .data = { many, sizeof many } },
				 { .name = SC_STR("json"), .data = SC_STR("{}") } };
	struct sc_part three[] = { { .name = SC_STR("txt"), .data = SC_STR("") } };
	struct sc_record r[RECORDS] = { { .name = SC_STR("https://example.org/"), .part = one, .npart = 1 },
					{ .name = SC_STR("../fig/\xc3\xa9t\xc3\xa9"), .part = two, .npart = 2 },
					{ .name = SC_STR("c.txt"), .part = three, .npart = 1 } };
	struct sc_style style = { .tags = SC_TAGS_NONE, .tag_key = SC_STR("scope") };
	char path[] = "/tmp/scope-test-XXXXXX";
	int fd = mkstemp(path);
	void *state = calloc(1, w->card.state);
	struct sc_arena a = { 0 };
	struct sc_output *out;
	struct sc_err e = { 0 };

	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(sc_output_open(&out, sc_str_c(path), SC_STR("none"), 0, &e), SC_OK);
	assert_int_equal(w->open(state, &style, out, &e), SC_OK);
	for (size_t i = 0; i < RECORDS; i++) {
		at[i].off = sc_output_off(out);
		assert_int_equal(w->put(state, &a, &r[i], &e), SC_OK);
		at[i].len = sc_output_off(out) - at[i].off;
		sc_record_id(&a, &r[i]);
		memcpy(at[i].id, r[i].id, 32);
	}
	assert_int_equal(w->end(state, &e), SC_OK);
	w->close(state);
	free(state);
	assert_int_equal(sc_output_finish(out, &e), SC_OK);
	assert_int_equal(sc_output_commit(out, &e), SC_OK);
	sc_output_free(out);
	slurp(path, bytes);
	unlink(path);
	sc_arena_free(&a);
}

/* Reads; good records into at[] (up to RECORDS), counts of both. */
static void read_back(const struct sc_reader *rd, sc_str bytes, struct place *at, size_t *good, size_t *bad)
{
	struct sc_read_conf conf = { .group = SC_STR("sample") };
	void *state = calloc(1, rd->card.state);
	struct sc_arena a = { 0 };
	struct sc_input *in;
	struct sc_err e = { 0 };
	int rc;

	*good = *bad = 0;
	assert_int_equal(sc_input_memory(&in, bytes, SC_STR("t"), 1 << 20, &e), SC_OK);
	assert_int_equal(rd->open(state, &conf, in, &e), SC_OK);
	for (;;) {
		struct sc_record r = { 0 };

		rc = rd->next(state, &a, &r, &e);
		assert_true(rc != SC_FAIL);
		if (rc == SC_EOF)
			break;
		if (rc == SC_OK && *good < RECORDS) {
			sc_record_id(&a, &r);
			at[*good] = (struct place){ .off = r.from.off, .len = r.from.len };
			memcpy(at[*good].id, r.id, 32);
		}
		*(rc == SC_OK ? good : bad) += 1;
	}
	rd->close(state);
	free(state);
	sc_input_close(in);
	sc_arena_free(&a);
}

static void agree(const struct sc_writer *w, const struct sc_reader *rd)
{
	struct place wrote[RECORDS], found[RECORDS];
	struct sc_buf b = { 0 };
	size_t good, bad;

	write_three(w, &b, wrote);
	read_back(rd, sc_buf_str(&b), found, &good, &bad);
	assert_int_equal(good, RECORDS);
	assert_int_equal(bad, 0);
	for (size_t i = 0; i < RECORDS; i++) {
		assert_int_equal(wrote[i].off, found[i].off);
		assert_int_equal(wrote[i].len, found[i].len);
		assert_memory_equal(wrote[i].id, found[i].id, 32);
	}
	sc_buf_free(&b);
}

static void what_zip_writes_it_reads_at_the_same_places(void **state)
{
	(void)state;
	agree(&write_zip, &read_zip);
}

static void what_tar_writes_it_reads_at_the_same_places(void **state)
{
	(void)state;
	agree(&write_tar, &read_tar);
}

static void counts(struct sc_buf *b, size_t want_good, size_t want_bad)
{
	struct place found[RECORDS];
	size_t good, bad;

	read_back(&read_zip, sc_buf_str(b), found, &good, &bad);
	assert_int_equal(good, want_good);
	assert_int_equal(bad, want_bad);
}

static void a_flipped_byte_is_found_by_its_checksum(void **state)
{
	struct place at[RECORDS];
	struct sc_buf b = { 0 };

	(void)state;
	write_three(&write_zip, &b, at);
	b.p[at[0].len - 1] ^= 1; /* the last byte of "hello" */
	counts(&b, 2, 1);
	sc_buf_free(&b);
}

static void local_and_central_names_must_agree(void **state)
{
	struct place at[RECORDS];
	struct sc_buf b = { 0 };

	(void)state;
	write_three(&write_zip, &b, at);
	b.p[at[2].off + 30] = 'x';
	counts(&b, 2, 1);
	sc_buf_free(&b);
}

static void a_zip_without_directory_is_damage_but_not_lost(void **state)
{
	struct place at[RECORDS];
	struct sc_buf b = { 0 };

	(void)state;
	write_three(&write_zip, &b, at);
	b.n = at[2].off;
	/* The last sample before the cut may have lost members: it is not shown. */
	counts(&b, 1, 2);
	sc_buf_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_zip_writes_it_reads_at_the_same_places),
		cmocka_unit_test(what_tar_writes_it_reads_at_the_same_places),
		cmocka_unit_test(a_flipped_byte_is_found_by_its_checksum),
		cmocka_unit_test(local_and_central_names_must_agree),
		cmocka_unit_test(a_zip_without_directory_is_damage_but_not_lost),
	};

	return cmocka_run_group_tests_name("zip", tests, NULL, NULL);
}
