/* SPDX-License-Identifier: Apache-2.0 */
/* report -- a manifest as a page that people decide by: `scope report MANIFEST -o report.html`. */
#include <scope/cmd.h>
#include <scope/report.h>

#include <stdio.h>

struct report_cli {
	struct sc_report_conf own;
	sc_str output, format;
};

static const struct sc_opt opts[] = {
	{ "charter", "FILE",
	  "what the corpus is for and may hold: purpose, verdict, costs and benefits",
	  offsetof(struct report_cli, own.charter), 0, SC_OPT_STR },
	{ "audit", "FILE", "a judged sample (scope-audit(5)): how often labels are wrong, at most",
	  offsetof(struct report_cli, own.audit), 0, SC_OPT_STR },
	{ "baseline", "MANIFEST", "a narrower corpus to compare with",
	  offsetof(struct report_cli, own.baseline), 0, SC_OPT_STR },
	{ "shards", "FILE",
	  "where records of the sample are shown from; may be given several times",
	  offsetof(struct report_cli, own.shards), 0, SC_OPT_LIST },
	{ "checkpoint", "FILE", "a checkpoint or proof of the version log that names this manifest",
	  offsetof(struct report_cli, own.checkpoint), 0, SC_OPT_STR },
	{ "output", "FILE", "where it goes (default: standard output)",
	  offsetof(struct report_cli, output), 'o', SC_OPT_STR },
	{ "format", "html|md|json", "a page (default), Markdown, or the numbers",
	  offsetof(struct report_cli, format), 0, SC_OPT_CHOICE },
	{ "top", "N", "rows of a table, at most 1000 (default 25); the others are summed",
	  offsetof(struct report_cli, own.top), 0, SC_OPT_NUM },
	{ "sample", "N", "records to show, at most 500 (default 24)",
	  offsetof(struct report_cli, own.sample), 0, SC_OPT_NUM },
	{ "image-bytes", "SIZE",
	  "of the pictures in the page, all together, at most 256MiB (default 4MiB)",
	  offsetof(struct report_cli, own.image_bytes), 0, SC_OPT_SIZE },
	{ "memory", "SIZE", "for counting, before it spills to TMPDIR (default 64MiB)",
	  offsetof(struct report_cli, own.memory), 0, SC_OPT_SIZE },
	{ NULL, NULL, NULL, 0, 0, SC_OPT_FLAG },
};

static int to_output(const struct report_cli *c, const struct sc_report *r, struct sc_err *e)
{
	struct sc_output *out;
	int rc;

	SC_TRY(sc_output_open(&out, c->output.n ? c->output : SC_STR("-"), SC_STR(""), 0, e));
	if (sc_str_eq(c->format, SC_STR("json")))
		rc = sc_report_json(r, out, e);
	else if (sc_str_eq(c->format, SC_STR("md")))
		rc = sc_report_markdown(r, out, e);
	else
		rc = sc_report_html(r, out, e);
	return sc_output_end(out, rc, e);
}

static int report_run(struct report_cli *c, int first, int argc, char **argv, struct sc_err *e)
{
	struct sc_report *r = NULL;
	int rc;

	if (first + 1 != argc)
		return sc_fail(
		        e,
		        "report: say one manifest, as in `scope report corpus.tar.scm -o report.html`");
	if (c->own.top > 1000 || c->own.sample > 500 || c->own.image_bytes > 256 << 20)
		return sc_fail(e,
		               "report: --top is at most 1000, --sample 500, --image-bytes 256MiB");
	c->own.manifest = sc_str_c(argv[first]);
	rc = sc_report_make(&r, &c->own, e);
	if (rc == SC_OK)
		rc = to_output(c, r, e);
	sc_report_free(r);
	return rc;
}

static int report_main(int argc, char **argv, struct sc_err *e)
{
	extern const struct sc_cmd cmd_report;
	struct report_cli c = { .output = { NULL, 0 } };
	struct sc_arena a = { 0 };
	struct sc_optset set[] = { { opts, &c }, { sc_trust_opts, &c.own.trust } };
	const struct sc_opt *tables[] = { opts, sc_trust_opts };
	bool help = false;
	int first = sc_opt_parse(set, 2, argc, argv, &a, &help, e), rc = SC_OK;

	if (help)
		sc_help_print("scope report", &cmd_report.card, cmd_report.synopsis, tables, 2);
	else
		rc = first < 0 ? SC_FAIL : report_run(&c, first, argc, argv, e);
	if (rc == SC_BAD)
		fprintf(stderr, "scope: %s\n", e->msg);
	sc_arena_free(&a);
	return rc == SC_OK ? 0 : rc == SC_BAD ? 1 : 2;
}

extern const struct sc_cmd cmd_report;
const struct sc_cmd cmd_report = {
	.card = { .name = "report",
	          .about = "a page that a board, a regulator and an engineer can decide by",
	          .more = "Purpose and verdict, how broad a corpus is, what was left out and why, licences and where they were read, costs and benefits, what an audit "
	                  "bounds, a sample to look at, provenance, and what is not known.  All of it is in one file: nothing is loaded, it works "
	                  "without JavaScript, and can be printed.  scope-report(7) says what stands where, and the members of --format json.\n\n"
	                  "The manifest's lines are held to its record-root first.  With --key or --signers its signature must be sound.  Status 1: "
	                  "something is not true, and no page is made; whether a charter is kept says the page, and scope-gate(1) by its status.",
	          .example = "scope report open.jsonl.scm -o report.html",
	          .opts = opts },
	.synopsis = "[OPTION...] MANIFEST",
	.family = SC_PROVE,
	.main = report_main,
};
