/* SPDX-License-Identifier: Apache-2.0 */
/* merge -- several manifests as one, as if all their records had gone through one run. */
#include <scope/cmd.h>
#include <scope/json.h>
#include <scope/manifest.h>
#include <scope/merge.h>
#include <scope/text.h>

#include <stdio.h>
#include <sys/resource.h>

struct conf {
	sc_str output, root;
	uint64_t memory;
	bool apply, json, quiet;
};

#define AT(f) offsetof(struct conf, f)
static const struct sc_opt opts[] = {
	{ "output", "FILE", "where it goes (default: standard output)", AT(output), 'o',
	  SC_OPT_STR },
	{ "root", "DIR", "shards are named relative to this folder (default: the output's)",
	  AT(root), 0, SC_OPT_STR },
	{ "apply-tombstones", NULL, "leave out what was taken back, instead of refusing it",
	  AT(apply), 0, SC_OPT_FLAG },
	{ "memory", "SIZE", "for sorting, before it spills to TMPDIR (default 256MiB)", AT(memory),
	  0, SC_OPT_SIZE },
	{ "json", NULL, "what it came to as one JSON object, on standard output (needs -o)",
	  AT(json), 0, SC_OPT_FLAG },
	{ "quiet", NULL, "do not say what it came to", AT(quiet), 'q', SC_OPT_FLAG },
	{ NULL, NULL, NULL, 0, 0, SC_OPT_FLAG },
};

extern const struct sc_cmd cmd_merge;

static void digest_put(struct sc_buf *b, const char *name, const uint8_t h[32])
{
	sc_buf_fmt(b, ",\"%s\":\"sha256:", name);
	sc_hex_put(b, h, 32);
	sc_buf_byte(b, '"');
}

static void say_json(size_t n, const struct sc_merged *d)
{
	struct sc_buf b = { 0 };

	sc_buf_fmt(
	        &b,
	        "{\"manifests\":%zu,\"records\":%ju,\"occurrences\":%ju,\"conflicts\":%ju,\"once\":%ju,\"removed\":%ju",
	        n, (uintmax_t)d->t.records, (uintmax_t)d->t.occurrences, (uintmax_t)d->conflicts,
	        (uintmax_t)d->once, (uintmax_t)d->removed);
	digest_put(&b, "record_root", d->t.record_root);
	digest_put(&b, "key_root", d->t.key_root);
	sc_buf_fmt(&b, ",\"keys\":%ju}\n", (uintmax_t)d->t.keys);
	fwrite(b.p, 1, b.n, stdout);
	sc_buf_free(&b);
}

static void say(size_t n, const struct sc_merged *d)
{
	fprintf(stderr, "scope: %zu manifest%s: %ju records, %ju occurrences, %ju conflict%s", n,
	        n == 1 ? "" : "s", (uintmax_t)d->t.records, (uintmax_t)d->t.occurrences,
	        (uintmax_t)d->conflicts, d->conflicts == 1 ? "" : "s");
	if (d->once)
		fprintf(stderr, ", %ju places that several have", (uintmax_t)d->once);
	if (d->removed)
		fprintf(stderr, ", %ju records left out by tombstones", (uintmax_t)d->removed);
	fputc('\n', stderr);
}

/* Each manifest is open at two places. */
static void files_raise(void)
{
	struct rlimit l;

	if (!getrlimit(RLIMIT_NOFILE, &l) && l.rlim_cur < l.rlim_max) {
		l.rlim_cur = l.rlim_max;
		setrlimit(RLIMIT_NOFILE, &l);
	}
}

static int merge(const struct conf *c, struct sc_arena *a, const sc_str *path, size_t n,
                 struct sc_merged *done, struct sc_err *e)
{
	sc_str to = c->output.n ? c->output : SC_STR("-");
	struct sc_merge m = { .path = path,
		              .n = n,
		              .root = c->root.n ? c->root : sc_path_dir(a, to),
		              .memory = (size_t)c->memory,
		              .apply_tombstones = c->apply };
	struct sc_output *out;
	int rc;

	files_raise();
	SC_TRY(sc_output_open(&out, to, SC_STR(""), 0, e));
	rc = sc_manifest_merge(&m, out, done, e);
	return sc_output_end(out, rc, e);
}

static int merge_run(const struct conf *c, struct sc_arena *a, char **thing, size_t n,
                     struct sc_err *e)
{
	sc_str *path = SC_NEW(a, sc_str, n + 1);
	struct sc_merged done;
	int rc;

	if (!n)
		return sc_fail(e, "merge: say which manifests, or the folders that have them");
	if (c->json && (!c->output.n || sc_str_eq(c->output, SC_STR("-"))))
		return sc_fail(
		        e, "merge: --json goes to standard output: say -o FILE for the manifest");
	for (size_t i = 0; i < n; i++)
		path[i] = sc_manifest_at(a, sc_str_c(thing[i]));
	rc = merge(c, a, path, n, &done, e);
	if (rc == SC_OK && !c->quiet)
		say(n, &done);
	if (rc == SC_OK && c->json)
		say_json(n, &done);
	return rc;
}

static int merge_main(int argc, char **argv, struct sc_err *e)
{
	struct conf c = { .json = false };
	struct sc_optset set[] = { { opts, &c } };
	const struct sc_opt *tables[] = { opts };
	struct sc_arena a = { 0 };
	bool help = false;
	int first = sc_opt_parse(set, 1, argc, argv, &a, &help, e), rc = SC_FAIL;

	if (help)
		sc_help_print("scope merge", &cmd_merge.card, cmd_merge.synopsis, tables, 1);
	else if (first >= 0)
		rc = merge_run(&c, &a, argv + first, (size_t)(argc - first), e);
	if (rc == SC_BAD)
		fprintf(stderr, "scope: %s\n", e->msg);
	sc_arena_free(&a);
	return help || rc == SC_OK ? 0 : rc == SC_BAD ? 1 : 2;
}

const struct sc_cmd cmd_merge = {
	.card = { .name = "merge",
	          .about =
	                  "several manifests as one: the same records in any shards give the same roots",
	          .more = "A MANIFEST is a file, compressed or not, or a folder with a manifest.scm.  Each is checked as it is read: one that says what "
	                  "is not true is refused, and named.\n\nRecords of which the manifests say different licences or domains are kept, flagged "
	                  "(conflict=) and counted.  See scope-merge(7).  Exit status 0: done; 1: a manifest is refused; 2: it could not be done.",
	          .example = "scope merge -o all.scm open/ open.jsonl.scm",
	          .opts = opts },
	.synopsis = "[-o FILE] [--root DIR] [--apply-tombstones] [--json] MANIFEST...",
	.family = SC_PROVE,
	.main = merge_main,
};
