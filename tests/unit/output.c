/* SPDX-License-Identifier: Apache-2.0 */
/* output.c -- what a folder holds before, while and after an output is written, and what it reads back as. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <scope/digest.h>
#include <scope/plugin.h>

static char folder[] = "/tmp/scope-output-XXXXXX";

static sc_str in_folder(const char *name)
{
	static char path[4][512];
	static unsigned turn;
	char *p = path[turn++ % 4];

	snprintf(p, 512, "%s/%s", folder, name);
	return sc_str_c(p);
}

/* Files in the folder whose names begin so. */
static unsigned files(const char *begin)
{
	DIR *d = opendir(folder);
	struct dirent *x;
	unsigned n = 0;

	assert_non_null(d);
	while ((x = readdir(d)))
		n += *x->d_name != '.' && !strncmp(x->d_name, begin, strlen(begin));
	closedir(d);
	return n;
}

static void read_back(sc_str path, struct sc_buf *got)
{
	struct sc_err e = { 0 };
	struct sc_input *in;
	sc_str s;

	assert_int_equal(sc_input_open(&in, path, path, SC_STR(""), 1 << 20, &e), SC_OK);
	for (;;) {
		assert_int_equal(sc_peek(in, 1, &s, &e), SC_OK);
		if (!s.n)
			break;
		sc_buf_add(got, s);
		sc_take(in, s.n);
	}
	assert_false(sc_input_break(in, NULL, NULL));
	sc_input_close(in);
}

/* n bytes in writes of `step`; cut after each when `each`. */
static void write_all(sc_str path, sc_str bytes, size_t step, bool each, struct sc_stored *st)
{
	struct sc_output *out;
	struct sc_err e = { 0 };

	assert_int_equal(sc_output_open(&out, path, SC_STR(""), 1, &e), SC_OK);
	sc_output_members(out, each);
	sc_output_hash(out);
	while (bytes.n) {
		assert_int_equal(sc_write(out, sc_str_head(bytes, step), &e), SC_OK);
		assert_int_equal(sc_output_cut(out, &e), SC_OK);
		bytes = sc_str_from(bytes, step);
	}
	assert_int_equal(sc_output_finish(out, &e), SC_OK);
	sc_output_stat(out, st);
	assert_int_equal(sc_output_commit(out, &e), SC_OK);
	sc_output_free(out);
}

static void sample(struct sc_buf *b, size_t n)
{
	uint32_t x = 1;

	while (b->n < n) {
		x = x * 1664525 + 1013904223;
		sc_buf_byte(b, (char)('a' + (x >> 28)));
	}
}

static void every_codec_gives_back_what_was_written(void **state)
{
	static const char *const names[] = { "a.txt", "a.gz", "a.zst", "a.xz", "a.bz2", "a.lz4" };
	struct sc_buf b = { 0 }, got = { 0 };
	struct sc_stored st;
	struct stat disk;
	uint8_t want[32];

	(void)state;
	sample(&b, (2 << 20) + 12345);
	sc_sha256_of(sc_buf_str(&b), want);
	for (size_t i = 0; i < SC_COUNT(names); i++) {
		sc_str path = in_folder(names[i]);

		write_all(path, sc_buf_str(&b), 77777, false, &st);
		sc_buf_clear(&got);
		read_back(path, &got);
		assert_int_equal(got.n, b.n);
		assert_memory_equal(got.p, b.p, b.n);
		assert_memory_equal(st.plain, want, 32);
		assert_int_equal(stat(path.p, &disk), 0);
		assert_int_equal(st.bytes, disk.st_size);
	}
	sc_buf_free(&b);
	sc_buf_free(&got);
}

static void members_are_cut_at_fixed_bytes_however_the_writes_fall(void **state)
{
	static const size_t steps[] = { 1000, (1 << 20) - 1, 1 << 20, 5 << 20 };
	struct sc_buf b = { 0 };
	struct sc_stored first, st;

	(void)state;
	sample(&b, 3 << 20);
	for (size_t z = 0; z < 2; z++)
		for (size_t i = 0; i < SC_COUNT(steps); i++) {
			write_all(in_folder(z ? "m.zst" : "m.gz"), sc_buf_str(&b), steps[i], false, i ? &st : &first);
			if (i)
				assert_memory_equal(st.sha256, first.sha256, 32);
		}
	sc_buf_free(&b);
}

static void a_record_can_have_a_member_of_its_own(void **state)
{
	struct sc_stored st;
	struct sc_err e = { 0 };
	struct sc_input *in;
	uint64_t off;
	bool first, known;
	uint64_t packed = 0;
	sc_str s;

	(void)state;
	write_all(in_folder("each.gz"), SC_STR("onetwosix"), 3, true, &st);
	assert_int_equal(sc_input_open(&in, in_folder("each.gz"), SC_STR("it"), SC_STR(""), 100, &e), SC_OK);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(sc_peek(in, 3, &s, &e), SC_OK);
		assert_true(sc_input_member(in, &off, &first));
		assert_true(first);
		assert_true(sc_input_own_members(in, 3, &known, &off, &packed));
		sc_take(in, 3);
	}
	assert_int_equal(off + packed, st.bytes);
	sc_input_close(in);
}

static void nothing_is_under_the_final_name_until_commit(void **state)
{
	struct sc_output *out;
	struct sc_err e = { 0 };

	(void)state;
	assert_int_equal(sc_output_open(&out, in_folder("late"), SC_STR(""), 0, &e), SC_OK);
	assert_int_equal(sc_write(out, SC_STR("x"), &e), SC_OK);
	assert_int_equal(sc_output_finish(out, &e), SC_OK);
	assert_int_equal(access(in_folder("late").p, F_OK), -1);
	assert_int_equal(files("late.part."), 1);
	assert_int_equal(sc_output_commit(out, &e), SC_OK);
	sc_output_free(out);
	assert_int_equal(access(in_folder("late").p, F_OK), 0);
	assert_int_equal(files("late.part."), 0);
}

static void what_is_given_up_leaves_nothing_and_the_old_file_stands(void **state)
{
	struct sc_output *out, *two;
	struct sc_buf got = { 0 };
	struct sc_stored st;
	struct sc_err e = { 0 };

	(void)state;
	write_all(in_folder("old"), SC_STR("old"), 3, false, &st);
	assert_int_equal(sc_output_open(&out, in_folder("old"), SC_STR(""), 0, &e), SC_OK);
	assert_int_equal(sc_output_open(&two, in_folder("old"), SC_STR(""), 0, &e), SC_OK);
	assert_int_equal(files("old.part."), 2);
	sc_output_abandon(out);
	assert_int_equal(files("old.part."), 1);
	sc_output_abandon_all();
	assert_int_equal(files("old.part."), 0);
	sc_output_abandon(two);
	read_back(in_folder("old"), &got);
	assert_true(sc_str_eq(sc_buf_str(&got), SC_STR("old")));
	sc_buf_free(&got);
}

static void litter_of_a_dead_process_goes_and_that_of_a_live_one_stays(void **state)
{
	struct sc_stored st;
	char name[100];
	int mine, dead;
	pid_t child;

	(void)state;
	child = fork();
	assert_true(child >= 0);
	if (!child)
		_exit(0);
	waitpid(child, NULL, 0);
	snprintf(name, sizeof name, "lit.part.%ld.0", (long)child);
	dead = open(in_folder(name).p, O_CREAT | O_WRONLY, 0666);
	snprintf(name, sizeof name, "lit.part.%ld.9999", (long)getpid());
	mine = open(in_folder(name).p, O_CREAT | O_WRONLY, 0666);
	assert_true(dead >= 0 && mine >= 0);
	close(dead);
	close(mine);
	assert_int_equal(files("lit.part."), 2);
	write_all(in_folder("lit"), SC_STR("x"), 1, false, &st);
	assert_int_equal(files("lit.part."), 1);
	unlink(in_folder(name).p);
}

/* An output that has begun in a folder of its own, DIR/metadata.jsonl, with two files beside it. */
static struct sc_output *with_files(const char *dir)
{
	char name[100];
	struct sc_output *out;
	struct sc_err e = { 0 };

	snprintf(name, sizeof name, "%s/metadata.jsonl", dir);
	assert_int_equal(sc_output_open(&out, in_folder(name), SC_STR(""), 0, &e), SC_OK);
	assert_int_equal(sc_output_folder(out, &e), SC_OK);
	assert_int_equal(sc_output_beside(out, SC_STR("a/b/1.png"), SC_STR("one"), &e), SC_OK);
	assert_int_equal(sc_output_beside(out, SC_STR("2.png"), SC_STR(""), &e), SC_OK);
	assert_int_equal(sc_write(out, SC_STR("x"), &e), SC_OK);
	return out;
}

static bool there(const char *name)
{
	return !access(in_folder(name).p, F_OK);
}

static void files_beside_have_no_names_until_commit(void **state)
{
	struct sc_output *out = with_files("pics");
	struct sc_err e = { 0 };

	(void)state;
	assert_int_equal(sc_output_finish(out, &e), SC_OK);
	assert_false(there("pics/a") || there("pics/2.png") || there("pics/metadata.jsonl"));
	assert_int_equal(sc_output_commit(out, &e), SC_OK);
	sc_output_free(out);
	assert_true(there("pics/a/b/1.png") && there("pics/2.png") && there("pics/metadata.jsonl"));
	unlink(in_folder("pics/a/b/1.png").p);
	rmdir(in_folder("pics/a/b").p);
	rmdir(in_folder("pics/a").p);
	assert_int_equal(sc_output_open(&out, in_folder("pics/metadata.jsonl"), SC_STR(""), 0, &e), SC_OK);
	assert_int_equal(sc_output_folder(out, &e), SC_FAIL); /* it is not empty */
	sc_output_abandon(out);
	assert_true(there("pics/2.png") && there("pics/metadata.jsonl"));
	unlink(in_folder("pics/2.png").p);
	unlink(in_folder("pics/metadata.jsonl").p);
	assert_int_equal(rmdir(in_folder("pics").p), 0); /* nothing else was left */
}

static void files_beside_that_are_given_up_leave_nothing(void **state)
{
	struct sc_output *out = with_files("gone");
	struct sc_err e = { 0 };

	(void)state;
	sc_output_abandon(out);
	assert_false(there("gone"));
	out = with_files("gone");
	sc_output_abandon_all(); /* what a signal does */
	assert_false(there("gone"));
	sc_output_abandon(out);
	assert_int_equal(mkdir(in_folder("gone").p, 0777), 0);
	out = with_files("gone");
	assert_int_equal(sc_output_finish(out, &e), SC_OK);
	sc_output_abandon(out);
	assert_int_equal(rmdir(in_folder("gone").p), 0); /* it was there before: it stays, empty */
}

static void files_beside_replace_nothing(void **state)
{
	struct sc_output *out = with_files("race");
	struct sc_err e = { 0 };
	struct sc_stored st;

	(void)state;
	write_all(in_folder("race/2.png"), SC_STR("theirs"), 6, false, &st);
	assert_int_equal(sc_output_finish(out, &e), SC_OK);
	assert_int_equal(sc_output_commit(out, &e), SC_FAIL);
	sc_output_abandon(out);
	assert_false(there("race/a") || there("race/metadata.jsonl"));
	assert_int_equal(unlink(in_folder("race/2.png").p), 0);
	assert_int_equal(rmdir(in_folder("race").p), 0);
}

static void no_name_beside_meets_another(void **state)
{
	static const char *const taken[] = { "", "a", "a/b", "a/b/1.png", "a/b/1.png/x", "2.png", "2.png/y/z", "metadata.jsonl",
					     "metadata.jsonl.part.1.0.d/0", "manifest.scm", "attributes/scope/x", "/x", "x//y", "x/" };
	static const char *const free_[] = { "a/c", "a/b/2.png", "2.png.txt", "metadata", "x/metadata.jsonl", "b/a/b" };
	struct sc_output *out = with_files("names");
	char longest[400];

	(void)state;
	for (size_t i = 0; i < SC_COUNT(taken); i++)
		assert_true(sc_output_taken(out, sc_str_c(taken[i])));
	for (size_t i = 0; i < SC_COUNT(free_); i++)
		assert_false(sc_output_taken(out, sc_str_c(free_[i])));
	memset(longest, 'x', sizeof longest);
	assert_true(sc_output_taken(out, (sc_str){ longest, sizeof longest }));
	for (int i = 0; i < 3000; i++) {
		struct sc_err e = { 0 };
		char name[30];

		snprintf(name, sizeof name, "many/%d/%d", i % 7, i);
		assert_false(sc_output_taken(out, sc_str_c(name)));
		assert_int_equal(sc_output_beside(out, sc_str_c(name), SC_STR("x"), &e), SC_OK);
		assert_true(sc_output_taken(out, sc_str_c(name)));
	}
	sc_output_abandon(out);
	assert_false(there("names"));
}

static void a_full_device_fails_in_one_line(void **state)
{
	struct sc_output *out;
	struct sc_err e = { 0 };
	int rc;

	(void)state;
	if (access("/dev/full", W_OK))
		skip();
	assert_int_equal(sc_output_open(&out, SC_STR("/dev/full"), SC_STR(""), 0, &e), SC_OK);
	rc = sc_write(out, SC_STR("x"), &e);
	assert_int_equal(rc ? rc : sc_output_finish(out, &e), SC_FAIL);
	assert_string_equal(e.msg, "/dev/full: No space left on device");
	sc_output_abandon(out);
	assert_int_equal(access("/dev/full", F_OK), 0);
}

static void a_reader_that_went_away_is_told_as_a_broken_pipe(void **state)
{
	int keep = dup(STDOUT_FILENO), fd[2], rc;
	struct sc_output *out;
	struct sc_err e = { 0 };

	(void)state;
	signal(SIGPIPE, SIG_IGN);
	assert_int_equal(pipe(fd), 0);
	close(fd[0]);
	fflush(stdout);
	dup2(fd[1], STDOUT_FILENO);
	close(fd[1]);
	rc = sc_output_open(&out, SC_STR("-"), SC_STR(""), 0, &e);
	dup2(keep, STDOUT_FILENO);
	close(keep);
	assert_int_equal(rc, SC_OK);
	rc = sc_write(out, SC_STR("x"), &e);
	assert_int_equal(rc ? rc : sc_output_finish(out, &e), SC_FAIL);
	assert_string_equal(e.msg, "standard output: broken pipe");
	sc_output_abandon(out);
}

static void a_spool_file_has_no_name_and_keeps_what_it_is_given(void **state)
{
	struct sc_err e = { 0 };
	char c = 0;
	int fd;

	(void)state;
	setenv("TMPDIR", folder, 1);
	fd = sc_spool(&e);
	assert_true(fd >= 0);
	assert_int_equal(files("scope."), 0);
	assert_int_equal(write(fd, "x", 1), 1);
	assert_int_equal(pread(fd, &c, 1, 0), 1);
	assert_int_equal(c, 'x');
	close(fd);
	unsetenv("TMPDIR");
}

static int folder_make(void **state)
{
	(void)state;
	return mkdtemp(folder) ? 0 : -1;
}

static int folder_remove(void **state)
{
	DIR *d = opendir(folder);
	struct dirent *x;

	(void)state;
	while (d && (x = readdir(d)))
		unlinkat(dirfd(d), x->d_name, 0);
	if (d)
		closedir(d);
	return rmdir(folder);
}

static void what_did_not_go_well_leaves_nothing(void **state)
{
	char name[] = "/tmp/scope-unit-output.XXXXXX", path[64];
	struct sc_output *out;
	struct sc_err e = { 0 };

	(void)state;
	assert_non_null(mkdtemp(name));
	snprintf(path, sizeof path, "%s/x", name);
	assert_int_equal(sc_output_open(&out, sc_str_c(path), SC_STR("none"), 0, &e), SC_OK);
	assert_int_equal(sc_write(out, SC_STR("half"), &e), SC_OK);
	assert_int_equal(sc_output_end(out, SC_BAD, &e), SC_BAD);
	assert_int_equal(rmdir(name), 0);
	assert_int_equal(sc_output_whole(sc_str_c(path), SC_STR("no such"), SC_STR("all"), &e), SC_FAIL);
	assert_int_equal(sc_output_whole(sc_str_c(path), SC_STR("none"), SC_STR("all"), &e), SC_OK);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(name), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_codec_gives_back_what_was_written),
		cmocka_unit_test(members_are_cut_at_fixed_bytes_however_the_writes_fall),
		cmocka_unit_test(a_record_can_have_a_member_of_its_own),
		cmocka_unit_test(nothing_is_under_the_final_name_until_commit),
		cmocka_unit_test(what_is_given_up_leaves_nothing_and_the_old_file_stands),
		cmocka_unit_test(litter_of_a_dead_process_goes_and_that_of_a_live_one_stays),
		cmocka_unit_test(files_beside_have_no_names_until_commit),
		cmocka_unit_test(files_beside_that_are_given_up_leave_nothing),
		cmocka_unit_test(files_beside_replace_nothing),
		cmocka_unit_test(no_name_beside_meets_another),
		cmocka_unit_test(a_full_device_fails_in_one_line),
		cmocka_unit_test(a_reader_that_went_away_is_told_as_a_broken_pipe),
		cmocka_unit_test(a_spool_file_has_no_name_and_keeps_what_it_is_given),
		cmocka_unit_test(what_did_not_go_well_leaves_nothing),
	};

	return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
