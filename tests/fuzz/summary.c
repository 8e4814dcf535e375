/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a manifest of which summaries are made: a page, or a reason why there is none. */
#include <scope/export.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void one(const char *path, const char *exporter)
{
	const struct sc_exporter *x = sc_exporter_named(sc_str_c(exporter));
	struct sc_manifest_lines *m = NULL;
	struct sc_output *out;
	struct sc_err e = { 0 };
	void *conf = calloc(1, x->card.conf);
	int rc;

	if (sc_output_open(&out, SC_STR("/tmp/scope-fuzz-summary.md"), SC_STR(""), 0, &e))
		abort();
	rc = sc_manifest_lines_open(&m, sc_str_c(path), &e);
	if (rc == SC_OK)
		rc = x->run(conf, m, out, &e);
	if (rc != SC_OK && !*e.msg)
		abort();
	sc_manifest_lines_close(m);
	sc_output_abandon(out);
	free(conf);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char name[] = "/tmp/scope-fuzz-summary.XXXXXX";
	static int fd = -1;

	if (fd < 0) {
		fd = mkstemp(name);
		if (fd < 0)
			abort();
	}
	if (ftruncate(fd, 0) || pwrite(fd, data, size, 0) != (ssize_t)size)
		abort();
	one(name, "hf-card");
	one(name, "eu-summary");
	one(name, "ab2013");
	return 0;
}
