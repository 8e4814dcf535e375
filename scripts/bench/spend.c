/* SPDX-License-Identifier: Apache-2.0 */
/*
 * spend.c -- what a shell command cost: spend FILE COMMAND
 *
 * Runs COMMAND by sh -c and adds a line to FILE: wall, user and system time in microseconds, the largest resident size of any
 * of its processes in KiB, and the exit status (128 + N for a signal).  The kernel's own account of finished processes, as
 * wait4 tells it, covers all that the shell waited for, so every stage of a pipeline.  A command that takes longer than five
 * minutes is ended.  FILE's line is the figure: the end is 0 whatever the command's was.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { LIMIT = 300 }; /* seconds */

static const int ends[] = { SIGALRM, SIGINT, SIGTERM }; /* the command is in a group of its own, so it is told by us */
static pid_t child;

static void late(int sig)
{
	(void)sig;
	kill(-child, SIGKILL);
}

static long long micros(struct timeval t)
{
	return t.tv_sec * 1000000LL + t.tv_usec;
}

static long long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000LL + t.tv_nsec / 1000;
}

int main(int argc, char **argv)
{
	struct rusage u = {0};
	int status = 0;

	if (argc != 3) {
		fputs("usage: spend FILE COMMAND\n", stderr);
		return 2;
	}
	long long began = now();

	child = fork();
	if (child < 0)
		return 2;
	if (child == 0) {
		setpgid(0, 0);
		execl("/bin/sh", "sh", "-c", argv[2], (char *)NULL);
		_exit(127);
	}
	setpgid(child, child);
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
		signal(ends[i], late);
	alarm(LIMIT);
	while (wait4(child, &status, 0, &u) < 0)
		;
	long long wall = now() - began;
	FILE *f = fopen(argv[1], "a");

	if (!f)
		return 2;
	fprintf(f, "%lld\t%lld\t%lld\t%ld\t%d\n", wall, micros(u.ru_utime), micros(u.ru_stime), u.ru_maxrss,
		WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
	return fclose(f) == 0 ? 0 : 2;
}
