/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a manifest, to each exporter that writes JSON: what comes out is JSON without a key twice, or there is a reason. */
#include <scope/export.h>
#include <scope/json.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char in[] = "/tmp/scope-fuzz-export.XXXXXX", out[] = "/tmp/scope-fuzz-exported.XXXXXX";

static void written(void)
{
	FILE *f = fopen(out, "rb");
	static char text[1 << 22];
	struct sc_err e = { 0 };
	size_t n;

	if (!f)
		abort();
	n = fread(text, 1, sizeof text, f);
	fclose(f);
	if (n < sizeof text && sc_json_check((sc_str){ text, n }, true, &e) != SC_OK)
		abort();
}

static void one(const struct sc_exporter *x)
{
	struct sc_manifest_lines *m = NULL;
	struct sc_output *o = NULL;
	struct sc_err e = { 0 };
	struct sc_arena a = { 0 };
	int rc = sc_manifest_lines_open_hashed(&m, sc_str_c(in), &e);

	if (rc == SC_OK)
		rc = sc_output_open(&o, sc_str_c(out), SC_STR("none"), 0, &e);
	if (rc == SC_OK)
		rc = x->run(sc_zalloc(&a, x->card.conf + 1, 1), m, o, &e);
	if (rc == SC_OK)
		rc = sc_output_finish(o, &e);
	if (rc == SC_OK)
		rc = sc_output_commit(o, &e);
	if (rc == SC_OK) {
		sc_output_free(o);
		written();
	} else {
		if (o)
			sc_output_abandon(o);
		if (!*e.msg)
			abort();
	}
	sc_manifest_lines_close(m);
	sc_arena_free(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = { "croissant", "cyclonedx", "spdx" };
	static int fd = -1;

	if (fd < 0) {
		fd = mkstemp(in);
		if (fd < 0 || close(mkstemp(out)))
			abort();
		setenv("SOURCE_DATE_EPOCH", "1714564800", 1);
	}
	if (ftruncate(fd, 0) || pwrite(fd, data, size, 0) != (ssize_t)size)
		abort();
	for (size_t i = 0; i < SC_COUNT(names); i++)
		one(sc_exporter_named(sc_str_c(names[i])));
	return 0;
}
