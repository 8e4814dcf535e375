/* SPDX-License-Identifier: Apache-2.0 */
/* cat -- read shards and write them, in their own format or another: no stage at all. */
#include <scope/cmd.h>
#include <scope/run.h>

static int cat_main(int argc, char **argv, struct sc_err *e)
{
	struct sc_run_conf run = { 0 };
	struct sc_arena a = { 0 };
	struct sc_optset set[] = { { sc_run_opts, &run } };
	const struct sc_opt *tables[] = { NULL, sc_run_opts };
	extern const struct sc_cmd cmd_cat;
	struct sc_plan *p = NULL;
	bool help = false;
	int first = sc_opt_parse(set, 1, argc, argv, &a, &help, e), rc = 2;

	if (help) {
		sc_help_print("scope cat", &cmd_cat.card, cmd_cat.synopsis, tables, 2);
		rc = 0;
	} else if (first >= 0 && sc_plan_new(&p, &run, e) >= 0) {
		rc = sc_run_main(p, first, argc, argv, e);
	}
	sc_arena_free(&a);
	return rc;
}

extern const struct sc_cmd cmd_cat;
const struct sc_cmd cmd_cat = {
	.card = { .name = "cat",
		  .about = "read shards and write them, in their own format or another",
		  .more = "--to tsv has a line a record: shard, ordinal, offset, length, name, number of parts, bytes.",
		  .example = "scope cat --to tsv docs.jsonl" },
	.synopsis = "[--to jsonl|tsv|tar|zip|warc|frame] [OPTION...] [SHARD...]",
	.family = SC_WORK,
	.main = cat_main,
};
