/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as two manifests, cut where a line says so: looked up, followed and shown; and as a corpus and its suspect. */
#include <scope/overlap.h>
#include <scope/trace.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void put(char *name, sc_str bytes)
{
	FILE *f;

	if (!*name) {
		int fd;

		sprintf(name, "/tmp/scope-fuzz-trace.XXXXXX");
		fd = mkstemp(name);
		if (fd < 0)
			abort();
		close(fd);
	}
	f = fopen(name, "wb");
	if (!f || fputs("#scope-manifest/1\n", f) < 0 ||
	    fwrite(bytes.p, 1, bytes.n, f) != bytes.n || fclose(f))
		abort();
}

static void trace(const char *const name[2])
{
	struct sc_trace t;
	struct sc_err e = { 0 };
	struct sc_buf b = { 0 };
	sc_str v[4];
	size_t n = 0, found;
	int rc = SC_OK;

	sc_trace_start(&t);
	for (int i = 0; i < 2 && rc == SC_OK; i++)
		rc = sc_trace_add(&t, sc_str_c(name[i]), &e);
	if (rc == SC_OK)
		rc = sc_trace_complete(&t, SC_STR("sha256:"), v, SC_COUNT(v), &n, &e);
	for (size_t i = 0; i < n && rc == SC_OK; i++)
		rc = sc_trace_id(&t, v[i], &found, &e);
	if (rc == SC_OK)
		rc = sc_trace_follow(&t, true, &e);
	if (rc == SC_OK) {
		sc_trace_show(&t, &b);
		sc_trace_json(&t, &b);
		for (size_t i = 0; i < b.n; i++)
			if ((unsigned char)b.p[i] < 0x20 && b.p[i] != '\n')
				abort();
	} else if (!*e.msg) {
		abort();
	}
	sc_buf_free(&b);
	sc_trace_free(&t);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char one[64], two[64];
	sc_str all = { (const char *)data, size };
	size_t cut = sc_str_find(all, SC_STR("\n#\n"));
	struct sc_overlap_conf conf = { .root = SC_STR("/nonexistent"),
		                        .memory = 1 << 16,
		                        .most = 2 };
	struct sc_overlap o;
	struct sc_err e = { 0 };
	sc_str suspect;

	put(one, cut == SC_NONE ? all : sc_str_head(all, cut + 1));
	put(two, cut == SC_NONE ? all : sc_str_from(all, cut + 3));
	trace((const char *const[]){ one, two });
	suspect = sc_str_c(two);
	if (sc_overlap(&o, &conf, sc_str_c(one), &suspect, 1, &e) != SC_OK && !*e.msg)
		abort();
	sc_overlap_free(&o);
	return 0;
}
