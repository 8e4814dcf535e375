/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a delta: looked at, and applied to a manifest of no records; refused with a reason, or what it makes is true. */
#include <scope/diff.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Its roots are those of nothing, its digest of its first line. */
static const char empty[] = "#scope-manifest/1\n"
			    "T\tkey-root\tsha256:0000000000000000000000000000000000000000000000000000000000000000\n"
			    "T\tkeys\t0\n"
			    "T\tlines\tsha256:01d33b9e8cfb9efc90eb8d8847571fc849cd6d087751af5d5db360fa26b638d3\n"
			    "T\toccurrences\t0\n"
			    "T\trecord-root\tsha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n"
			    "T\trecords\t0\n";

static void file_make(char *name, int *fd, const void *bytes, size_t n)
{
	if (*fd < 0)
		*fd = mkstemp(name);
	if (*fd < 0 || ftruncate(*fd, 0) || pwrite(*fd, bytes, n, 0) != (ssize_t)n)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char old[] = "/tmp/scope-fuzz-delta.old.XXXXXX", delta[] = "/tmp/scope-fuzz-delta.XXXXXX";
	static int old_fd = -1, delta_fd = -1;
	struct sc_output *out;
	struct sc_delta d;
	struct sc_totals t;
	struct sc_err e = { 0 };
	int looked;

	if (old_fd < 0)
		file_make(old, &old_fd, empty, sizeof empty - 1);
	file_make(delta, &delta_fd, data, size);
	looked = sc_delta_check(sc_str_c(delta), &d, &e);
	if (looked != SC_OK && !*e.msg)
		abort();
	if (sc_output_open(&out, SC_STR("/dev/null"), SC_STR("none"), 0, &e) != SC_OK)
		abort();
	e = (struct sc_err){ 0 };
	if (sc_delta_apply(sc_str_c(old), sc_str_c(delta), 1 << 16, out, &d, &t, &e) == SC_OK ? looked != SC_OK : !*e.msg)
		abort();
	sc_output_abandon(out);
	return 0;
}
