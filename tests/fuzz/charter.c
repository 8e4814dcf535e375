/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a charter, held against a small corpus: a verdict, or a mistake with its place. */
#include <scope/gate_text.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Two records; the totals are those of their lines. */
static void manifest(char *path)
{
	struct sc_manifest_writer *w;
	struct sc_output *out;
	struct sc_totals t;
	struct sc_err e = { 0 };
	uint8_t leaf[32] = { 0 };
	sc_str lines[] = {
		SC_STR("R\tsha256:00000000000000000000000000000000000000000000000000000000000000aa\t3\ttext/plain\tMIT\tjson:license\tscholarly/"
		       "journal\thost=arxiv.org\trights=none\tsite=arxiv.org"),
		SC_STR("R\tsha256:00000000000000000000000000000000000000000000000000000000000000bb\t5\timage/png\tnone\t-\t-\tdoi=10.1/x")
	};

	if (sc_manifest_begin(&w, 1 << 20, &e) < 0)
		abort();
	for (size_t i = 0; i < SC_COUNT(lines); i++)
		if (sc_manifest_add(w, lines[i], leaf, SC_STR(""), 0, 0, SC_STR("-"), &e) < 0)
			abort();
	if (sc_output_open(&out, sc_str_c(path), SC_STR("none"), 0, &e) < 0 ||
	    sc_manifest_end(w, out, &t, &e) < 0 || sc_output_finish(out, &e) < 0 ||
	    sc_output_commit(out, &e) < 0)
		abort();
	sc_output_free(out);
	sc_manifest_free(w);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char name[] = "/tmp/scope-fuzz-charter.XXXXXX";
	static int fd = -1;
	struct sc_charter c;
	struct sc_err e = { 0 };
	struct sc_gate g = { .n = 0 };
	struct sc_buf b = { 0 };

	if (fd < 0) {
		fd = mkstemp(name);
		if (fd < 0)
			abort();
		manifest(name);
	}
	if (sc_charter_parse((sc_str){ (const char *)data, size }, SC_STR("/nonexistent/c"), &c,
	                     &e) == SC_OK) {
		struct sc_gate_conf conf = { .charter = &c,
			                     .manifest = sc_str_c(name),
			                     .memory = 1 << 20 };

		if (sc_gate_run(&conf, &g, &e) == SC_OK) {
			sc_gate_text(&b, &conf, &g);
			sc_gate_json(&b, &conf, &g);
			sc_gate_junit(&b, &conf, &g);
		} else if (!*e.msg) {
			abort();
		}
		sc_gate_free(&g);
	} else if (!*e.msg || !c.wrong_line) {
		abort();
	}
	sc_buf_free(&b);
	sc_charter_free(&c);
	return 0;
}
