/* SPDX-License-Identifier: Apache-2.0 */
/* scope/cmd.h -- a command: tools/run.c defines cmd_run. */
#ifndef SCOPE_CMD_H
#define SCOPE_CMD_H

#include <scope/plugin.h>

enum sc_family { SC_WORK, SC_LOOK, SC_PROVE };

struct sc_cmd {
	struct sc_card card;  /* name "run" */
	const char *synopsis; /* "[-j N] [-o OUT] 'STAGES' SHARD..." */
	enum sc_family family;
	const char *first;           /* its first operand is one of these: "init|add|show"; NULL: not so */
	const struct sc_opt *shared; /* options that others have too, beside card.opts; NULL: none */
	/* argv[0] is the command's name.  The result is the exit status; with 2, *e is printed when it is not empty. */
	int (*main)(int argc, char **argv, struct sc_err *e);
};

extern const struct sc_cmd *const sc_cmds[];

/* One of a command's own commands: `scope log add`. */
struct sc_sub {
	const char *name, *synopsis;
	const char *takes;  /* which of the command's options, each with a space before and behind */
	size_t least, most; /* operands */
	/* conf is what the options fill in.  SC_BAD: it is not so, as *e says (status 1); less than that: it could not be done (2); else the status. */
	int (*run)(void *conf, char **arg, size_t n, struct sc_arena *a, struct sc_err *e);
};
/* What a main() of such a command is; conf is zero, and as large as options need. */
int sc_sub_main(const struct sc_cmd *cmd, const struct sc_sub *v, size_t n, void *conf, int argc, char **argv, struct sc_err *e);

/* A set of option tables that are parsed together: a stage's own and the run's. */
struct sc_optset {
	const struct sc_opt *opts;
	void *conf;
};

/* Options and operands may mix ("--" ends options); operands are moved last.  Index of the first one, or SC_FAIL.
 * "--help" and "-h" return argc and set *help.  Unknown options name the nearest known one. */
int sc_opt_parse(const struct sc_optset *set, size_t nset, int argc, char **argv, struct sc_arena *a,
                 bool *help, struct sc_err *e);

/* Options that differ from zero, as words that sc_words reads back: "--assume MIT". */
sc_str sc_opt_show(struct sc_arena *a, const struct sc_opt *opts, const void *conf);

/* Words of a stage or recipe line by shell-like quoting: '...' literal, "..." with \" and \\,
 * backslash outside quotes; `bar` set when it stopped at an unquoted |, *rest is what follows. */
int sc_words(struct sc_arena *a, sc_str *rest, sc_str **words, size_t *n, bool *bar, struct sc_err *e);
/* A word quoted so that sc_words reads it back; as it is when it needs none. */
sc_str sc_quote(struct sc_arena *a, sc_str word);

/* Recipes of examples/, by name: the stages of a run, one a line, # comments; the first comment that is no SPDX line says what
 * it makes.  {NULL, NULL} ends them; build/registry.c has them. */
struct sc_recipe {
	const char *name, *text;
};
extern const struct sc_recipe sc_recipes[];
sc_str sc_recipe_about(const struct sc_recipe *r);

void sc_help_print(const char *title, const struct sc_card *card, const char *synopsis,
                   const struct sc_opt *const *tables, size_t ntables);

#endif
