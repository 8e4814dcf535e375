/* SPDX-License-Identifier: Apache-2.0 */
/* sub.c -- commands of a command; see scope/cmd.h. */
#include <scope/cmd.h>

#include <stdio.h>

/* The rows of opts that s takes. */
static const struct sc_opt *opts_of(const struct sc_sub *s, const struct sc_opt *opts, struct sc_arena *a)
{
	struct sc_opt *v;
	size_t n = 0;

	while (opts[n].name)
		n++;
	v = SC_NEW(a, struct sc_opt, n + 1);
	n = 0;
	for (size_t i = 0; opts[i].name; i++)
		if (sc_str_find(sc_str_c(s->takes), sc_fmt(a, " %s ", opts[i].name)) != SC_NONE)
			v[n++] = opts[i];
	return v;
}

static int one(const struct sc_cmd *cmd, const struct sc_sub *s, void *conf, struct sc_arena *a, int argc, char **argv, struct sc_err *e)
{
	const struct sc_opt *own = opts_of(s, cmd->card.opts, a);
	struct sc_optset set[] = { { own, conf } };
	bool help = false;
	int first = sc_opt_parse(set, 1, argc, argv, a, &help, e), rc;
	size_t n = first < 0 ? 0 : (size_t)(argc - first);

	if (help) {
		sc_help_print(sc_fmt(a, "scope %s %s", cmd->card.name, s->name).p, &cmd->card, s->synopsis, &own, 1);
		return 0;
	}
	if (first < 0)
		return 2;
	if (n < s->least || n > s->most) {
		sc_fail(e, "%s: it is `scope %s %s %s`", cmd->card.name, cmd->card.name, s->name, s->synopsis);
		return 2;
	}
	rc = s->run(conf, argv + first, n, a, e);
	if (rc != SC_BAD)
		return rc >= 0 ? rc : 2;
	fflush(stdout);
	fprintf(stderr, "scope: %s\n", e->msg);
	return 1;
}

/* "draw, judge, sheet or bound" */
static const char *names(const struct sc_sub *v, size_t n, const char *last, struct sc_arena *a)
{
	struct sc_buf b = { .a = a };

	for (size_t i = 0; i < n; i++)
		sc_buf_fmt(&b, "%s%s", i == 0 ? "" : i + 1 < n ? ", " : last, v[i].name);
	sc_buf_byte(&b, 0);
	return b.p;
}

int sc_sub_main(const struct sc_cmd *cmd, const struct sc_sub *v, size_t n, void *conf, int argc, char **argv, struct sc_err *e)
{
	const struct sc_opt *tables[] = { cmd->card.opts };
	const char *me = cmd->card.name, *name = argc > 1 ? argv[1] : "";
	struct sc_arena a = { 0 };
	int status = 2;
	size_t i = 0;

	while (i < n && strcmp(v[i].name, name))
		i++;
	if (i < n) {
		status = one(cmd, &v[i], conf, &a, argc - 1, argv + 1, e);
	} else if (!strcmp(name, "--help") || !strcmp(name, "-h")) {
		sc_help_print(sc_fmt(&a, "scope %s", me).p, &cmd->card, cmd->synopsis, tables, 1);
		status = 0;
	} else if (argc < 2) {
		sc_fail(e, "%s: say first what: %s", me, names(v, n, " or ", &a));
	} else {
		sc_fail(e, "%s: there are %s, not '%s'", me, names(v, n, " and ", &a), name);
	}
	sc_arena_free(&a);
	return status;
}
