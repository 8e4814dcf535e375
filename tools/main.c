/* SPDX-License-Identifier: Apache-2.0 */
/*
 * main.c -- the name of a command to the command: tools first, then every filter under filters/select.
 *
 * What a dying process must still do lives here too: unlink unfinished outputs on a signal, and die of
 * SIGPIPE as filters do when the reader went away.
 */
#include <scope/cmd.h>
#include <scope/run.h>

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void on_signal(int sig)
{
	sc_output_abandon_all();
	signal(sig, SIG_DFL);
	raise(sig);
}

static bool pipe_was_ignored;

static void signals(void)
{
	static const int ends[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGXCPU };
	struct sigaction old;

	for (size_t i = 0; i < SC_COUNT(ends); i++)
		if (!sigaction(ends[i], NULL, &old) && old.sa_handler != SIG_IGN)
			signal(ends[i], on_signal);
	pipe_was_ignored = !sigaction(SIGPIPE, NULL, &old) && old.sa_handler == SIG_IGN;
	signal(SIGPIPE, SIG_IGN); /* a failed write says so, and cleans up */
	signal(SIGXFSZ, SIG_IGN);
}

/* A closed standard stream would be the next file opened: an output could land in it. */
static void standard_streams(void)
{
	for (int fd = 0; fd < 3; fd++)
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF && open(fd ? "/dev/full" : "/dev/null", O_RDWR) != fd)
			_exit(2);
}

static const struct sc_cmd *command(sc_str name)
{
	for (size_t i = 0; sc_cmds[i]; i++)
		if (sc_str_eq(sc_str_c(sc_cmds[i]->card.name), name))
			return sc_cmds[i];
	return NULL;
}

/* A filter as a command of its own: its options, the run's, its operand, shards. */
static int filter_main(const struct sc_filter *f, int argc, char **argv, struct sc_err *e)
{
	struct sc_run_conf run = { 0 };
	struct sc_arena a = { 0 };
	void *conf = sc_zalloc(&a, f->card.conf + 1, 1);
	struct sc_optset set[] = { { f->card.opts, conf }, { sc_run_opts, &run } };
	const struct sc_opt *tables[] = { f->card.opts, sc_run_opts };
	struct sc_plan *p = NULL;
	sc_str operand = SC_STR("");
	bool help = false;
	int first = sc_opt_parse(set, 2, argc, argv, &a, &help, e), rc = 2;

	if (help) {
		sc_str title = sc_fmt(&a, "scope %s", strchr(f->card.name, '/') + 1);
		sc_str usage = sc_fmt(&a, "%s%s[OPTION...] [SHARD...]", f->operand ? f->operand : "", f->operand ? " " : "");

		sc_help_print(title.p, &f->card, usage.p, tables, 2);
		rc = 0;
		goto done;
	}
	if (first < 0)
		goto done;
	if (f->operand) {
		if (first == argc) {
			sc_fail(e, "%s: it takes %s; --help shows an example", strchr(f->card.name, '/') + 1, f->operand);
			goto done;
		}
		operand = sc_str_c(argv[first++]);
	}
	if (sc_plan_new(&p, &run, e) < 0)
		goto done;
	if (sc_plan_filter(p, f, conf, operand, false, e) < 0)
		sc_plan_free(p);
	else
		rc = sc_run_main(p, first, argc, argv, e);
done:
	sc_arena_free(&a);
	return rc;
}

static int unknown(const char *name, struct sc_err *e)
{
	sc_fail(e, "no command '%s'; `scope help` lists them", name);
	return 2;
}

static int dispatch(int argc, char **argv, struct sc_err *e)
{
	static char help[] = "help", *no_args[] = { help, NULL };
	const struct sc_cmd *cmd;
	const struct sc_filter *f;
	sc_str name = argc > 1 ? sc_str_c(argv[1]) : SC_STR("help");

	if (sc_str_eq(name, SC_STR("--help")) || sc_str_eq(name, SC_STR("-h")))
		name = SC_STR("help");
	if (sc_str_eq(name, SC_STR("--version")))
		name = SC_STR("version");
	cmd = command(name);
	if (cmd)
		return cmd->main(argc > 1 ? argc - 1 : 1, argc > 1 ? argv + 1 : no_args, e);
	f = sc_select_named(name);
	if (f)
		return filter_main(f, argc - 1, argv + 1, e);
	return unknown(argv[1], e);
}

int main(int argc, char **argv)
{
	struct sc_err e = { 0 };
	int status;

	standard_streams();
	signals();
	status = dispatch(argc, argv, &e);
	if (status == 2 && strstr(e.msg, "roken pipe") && !pipe_was_ignored) {
		signal(SIGPIPE, SIG_DFL);
		raise(SIGPIPE);
	}
	if (status == 2 && *e.msg)
		fprintf(stderr, "scope: %s\n", e.msg);
	if (fflush(stdout) || ferror(stdout)) {
		if (errno == EPIPE && !pipe_was_ignored) { /* the reader has enough: that is no failure to speak of */
			signal(SIGPIPE, SIG_DFL);
			raise(SIGPIPE);
		}
		if (status != 2)
			fprintf(stderr, "scope: standard output: %s\n", strerror(errno));
		status = 2;
	}
	return status;
}
