/* SPDX-License-Identifier: Apache-2.0 */
/* split -- one record to several: `scope split NAME`; what can be split out is what lies in filters/split. */
#include <scope/cmd.h>
#include <scope/run.h>

extern const struct sc_cmd cmd_split;

static void help_print(const struct sc_filter *f)
{
	const struct sc_opt *tables[] = { f ? f->card.opts : NULL, sc_run_opts };
	struct sc_arena a = { 0 };
	sc_str title = f ? sc_fmt(&a, "scope split %s", f->card.name + strlen("split/")) : SC_STR("scope split");

	sc_help_print(title.p, f ? &f->card : &cmd_split.card, f ? "[OPTION...] [SHARD...]" : cmd_split.synopsis, tables, 2);
	sc_arena_free(&a);
}

/* argv[0] is the name. */
static int split_run(const struct sc_filter *f, struct sc_arena *a, int argc, char **argv, struct sc_err *e)
{
	struct sc_run_conf run = { 0 };
	void *conf = sc_zalloc(a, f->card.conf + 1, 1);
	struct sc_optset set[] = { { f->card.opts, conf }, { sc_run_opts, &run } };
	struct sc_plan *p = NULL;
	bool help = false;
	int first = sc_opt_parse(set, 2, argc, argv, a, &help, e);

	if (help) {
		help_print(f);
		return 0;
	}
	if (first < 0 || sc_plan_new(&p, &run, e) < 0)
		return 2;
	if (sc_plan_filter(p, f, conf, SC_STR(""), false, e) < 0) {
		sc_plan_free(p);
		return 2;
	}
	return sc_run_main(p, first, argc, argv, e);
}

static int split_main(int argc, char **argv, struct sc_err *e)
{
	const struct sc_filter *f = argc > 1 ? sc_splitter_named(sc_str_c(argv[1])) : NULL;
	struct sc_arena a = { 0 };
	int rc = 2;

	if (argc > 1 && (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"))) {
		help_print(NULL);
		return 0;
	}
	if (f)
		rc = split_run(f, &a, argc - 1, argv + 1, e);
	else if (argc < 2 || *argv[1] == '-')
		sc_fail(e, "split: say first what, as in `scope split figures PAPER...`; `scope list` shows what there is");
	else
		sc_fail(e, "split: no '%s'; `scope list` shows what there is", argv[1]);
	sc_arena_free(&a);
	return rc;
}

const struct sc_cmd cmd_split = {
	.card = { .name = "split",
		  .about = "one record to several: papers to their figures",
		  .more = "What a record was split from is its parent, in the manifest too.  `scope split NAME --help` shows the options of one.",
		  .example = "scope split figures papers/lichens.tar.gz -o figs.tar" },
	.synopsis = "NAME [OPTION...] [SHARD...]",
	.family = SC_WORK,
	.main = split_main,
};
