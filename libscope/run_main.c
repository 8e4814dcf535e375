/* SPDX-License-Identifier: Apache-2.0 */
/* run_main.c -- what all commands that run a plan do last: shards, the run, the exit status. */
#include <scope/run.h>

#include <unistd.h>

int sc_run_shards(struct sc_plan *p, int first, int argc, char **argv, struct sc_err *e)
{
	int rc = SC_OK;

	if (first >= argc) {
		if (isatty(STDIN_FILENO))
			rc = sc_fail(e, "say which shards, or pipe one in; --help shows an example");
		else
			rc = sc_plan_shard(p, SC_STR("-"), e);
	}
	for (int i = first; i < argc && rc == SC_OK; i++)
		rc = sc_plan_shard(p, sc_str_c(argv[i]), e);
	return rc == SC_OK ? sc_run(p, e) : SC_FAIL;
}

int sc_run_main(struct sc_plan *p, int first, int argc, char **argv, struct sc_err *e)
{
	int rc = sc_run_shards(p, first, argc, argv, e);

	sc_plan_free(p);
	return rc == SC_OK ? 0 : rc == SC_BAD ? 1 : 2;
}
