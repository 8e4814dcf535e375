/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any lines as a manifest, to each exporter that writes JSON: what comes out is JSON without a key twice, or there is a reason.
 *
 * Lines are brought in order and get totals that fit, so that what is looked at is what exporters look at, not the reader of lines (that is
 * manifest.c's); inputs that begin with #, as manifests do, are taken as they are.
 */
#include <scope/export.h>
#include <scope/json.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MOST = 4096 };
static char in[] = "/tmp/scope-fuzz-export.XXXXXX", out[] = "/tmp/scope-fuzz-exported.XXXXXX";
static int in_fd = -1, out_fd = -1;

static int by_bytes(const void *a, const void *b)
{
	return sc_str_cmp(*(const sc_str *)a, *(const sc_str *)b);
}

static void in_order(struct sc_buf *b, sc_str text)
{
	static sc_str v[MOST];
	size_t n = 0, records = 0, occurrences = 0;
	sc_str one;

	while (n < MOST && sc_str_cut(&text, '\n', &one))
		if (one.n && *one.p != 'T' && *one.p != 'X')
			v[n++] = one;
	qsort(v, n, sizeof *v, by_bytes);
	sc_buf_add(b, SC_STR("#scope-manifest/1\n"));
	for (size_t i = 0; i < n; i++) {
		records += sc_str_starts(v[i], SC_STR("R\t"));
		occurrences += sc_str_starts(v[i], SC_STR("L\t"));
		sc_buf_add(b, v[i]);
		sc_buf_byte(b, '\n');
	}
	sc_buf_fmt(b, "T\toccurrences\t%zu\nT\trecord-root\tsha256:%064d\nT\trecords\t%zu\n",
	           occurrences, 0, records);
}

static void written(void)
{
	static char text[1 << 22];
	struct sc_err e = { 0 };
	ssize_t n = pread(out_fd, text, sizeof text, 0);

	if (n < 0 || ((size_t)n < sizeof text &&
	              sc_json_check((sc_str){ text, (size_t)n }, true, &e) != SC_OK))
		abort();
}

static int to(const struct sc_exporter *x, struct sc_manifest_lines *m, struct sc_arena *a,
              struct sc_err *e)
{
	struct sc_output *o;
	int rc;

	if (ftruncate(out_fd, 0) || lseek(out_fd, 0, SEEK_SET))
		abort();
	SC_TRY(sc_output_open(&o, sc_fmt(a, "/dev/fd/%d", out_fd), SC_STR("none"), 0, e));
	rc = x->run(sc_zalloc(a, x->card.conf + 1, 1), m, o, e);
	return sc_output_end(o, rc, e);
}

static void one(const char *name)
{
	struct sc_manifest_lines *m = NULL;
	struct sc_err e = { 0 };
	struct sc_arena a = { 0 };
	int rc = sc_manifest_lines_open_hashed(&m, sc_str_c(in), &e);

	if (rc == SC_OK)
		rc = to(sc_exporter_named(sc_str_c(name)), m, &a, &e);
	if (rc == SC_OK)
		written();
	else if (!*e.msg)
		abort();
	sc_manifest_lines_close(m);
	sc_arena_free(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = { "croissant", "cyclonedx", "spdx" };
	struct sc_buf b = { 0 };

	if (in_fd < 0) {
		in_fd = mkstemp(in);
		out_fd = mkstemp(out);
		if (in_fd < 0 || out_fd < 0)
			abort();
		setenv("SOURCE_DATE_EPOCH", "1714564800", 1);
	}
	if (size && *data == '#')
		sc_buf_add(&b, (sc_str){ (const char *)data, size });
	else
		in_order(&b, (sc_str){ (const char *)data, size });
	if (ftruncate(in_fd, 0) || pwrite(in_fd, b.p, b.n, 0) != (ssize_t)b.n)
		abort();
	sc_buf_free(&b);
	for (size_t i = 0; i < SC_COUNT(names); i++)
		one(names[i]);
	return 0;
}
