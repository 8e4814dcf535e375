/* SPDX-License-Identifier: Apache-2.0 */
/* manifest -- write down what shards hold, or what a stream of frames brings, without writing records. */
#include <scope/cmd.h>
#include <scope/run.h>

struct conf {
	sc_str stages;
};

static const struct sc_opt opts[] = {
	{ "stages", "STAGES", "stages to run over the records first", offsetof(struct conf, stages), 's',
	  SC_OPT_STR },
	{ NULL, NULL, NULL, 0, 0, SC_OPT_FLAG },
};

static int manifest_main(int argc, char **argv, struct sc_err *e)
{
	struct sc_run_conf run = { 0 };
	struct conf conf = { 0 };
	struct sc_arena a = { 0 };
	struct sc_optset set[] = { { opts, &conf }, { sc_run_opts, &run } };
	const struct sc_opt *tables[] = { opts, sc_run_opts };
	extern const struct sc_cmd cmd_manifest;
	struct sc_plan *p = NULL;
	bool help = false;
	int first = sc_opt_parse(set, 2, argc, argv, &a, &help, e), rc = 2;

	if (help) {
		sc_help_print("scope manifest", &cmd_manifest.card, cmd_manifest.synopsis, tables, 2);
		rc = 0;
		goto done;
	}
	if (first < 0)
		goto done;
	if (run.outdir.n || run.no_manifest) {
		sc_fail(e, "manifest: it writes one manifest, to -o or standard output");
		goto done;
	}
	run.manifest = run.output.n ? run.output : SC_STR("-");
	run.output = SC_STR("");
	if (sc_plan_new(&p, &run, e) < 0)
		goto done;
	sc_plan_manifest_only(p);
	if (conf.stages.n && sc_plan_stages(p, conf.stages, e) < 0)
		sc_plan_free(p);
	else
		rc = sc_run_main(p, first, argc, argv, e);
done:
	sc_arena_free(&a);
	return rc;
}

extern const struct sc_cmd cmd_manifest;
const struct sc_cmd cmd_manifest = {
	.card = { .name = "manifest",
		  .about = "write the manifest of shards as they are, or of a stream of frames",
		  .more = "The shards themselves are listed as the outputs, so `scope verify --root DIR` checks them where they lie.",
		  .example = "scope manifest --stages 'tag licence' docs.jsonl -o docs.scm",
		  .opts = opts },
	.synopsis = "[--stages STAGES] [-o MANIFEST] [SHARD...]",
	.family = SC_PROVE,
	.main = manifest_main,
};
