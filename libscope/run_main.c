/* SPDX-License-Identifier: Apache-2.0 */
/* run_main.c -- what all commands that run a plan do last: shards, the run, the exit status. */
#include <scope/run.h>

#include <unistd.h>

int sc_run_main(struct sc_plan *p, int first, int argc, char **argv, struct sc_err *e)
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
	if (rc == SC_OK)
		rc = sc_run(p, e);
	sc_plan_free(p);
	return rc == SC_OK ? 0 : rc == SC_BAD ? 1 : 2;
}
