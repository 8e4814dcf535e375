/* SPDX-License-Identifier: Apache-2.0 */
/* run -- several stages fused into one process: the same records, bytes and manifest as a pipe of them. */
#include <scope/cmd.h>
#include <scope/run.h>

#include <errno.h>
#include <stdio.h>

struct run_conf {
	sc_str recipe;
};

static const struct sc_opt opts[] = {
	{ "recipe", "FILE", "read the stages from a file, one a line, # comments", offsetof(struct run_conf, recipe),
	  'f', SC_OPT_STR },
	{ NULL, NULL, NULL, 0, 0, SC_OPT_FLAG },
};

enum { RECIPE_MAX = 1 << 20 };

static int recipe_read(struct sc_arena *a, sc_str path, sc_str *text, struct sc_err *e)
{
	FILE *f = fopen(sc_cstr(a, path), "rb");
	char *p = sc_alloc(a, RECIPE_MAX + 1);
	size_t n;

	if (!f)
		return sc_fail(e, "%.*s: %s", SC_ARG(path), strerror(errno));
	n = fread(p, 1, RECIPE_MAX + 1, f);
	if (ferror(f) || n > RECIPE_MAX) {
		fclose(f);
		return sc_fail(e, "%.*s: it cannot be read, or is longer than a recipe may be", SC_ARG(path));
	}
	fclose(f);
	*text = (sc_str){ p, n };
	return SC_OK;
}

/* A line may end in a bar or begin with one, as people write long pipes. */
static sc_str unbar(sc_str line)
{
	line = sc_str_trim(line);
	if (line.n && *line.p == '|')
		line = sc_str_trim(sc_str_from(line, 1));
	if (line.n && line.p[line.n - 1] == '|' && (line.n < 2 || line.p[line.n - 2] != '\\'))
		line.n--;
	return sc_str_trim(line);
}

static int recipe_stages(struct sc_plan *p, sc_str name, sc_str text, struct sc_err *e)
{
	struct sc_err why = { 0 };
	sc_str line;
	size_t number = 0;

	while (sc_str_cut(&text, '\n', &line)) {
		number++;
		line = unbar(line);
		if (!line.n || *line.p == '#')
			continue;
		if (sc_plan_stages(p, line, &why) < 0)
			return sc_fail(e, "%.*s:%zu: %s", SC_ARG(name), number, why.msg);
	}
	return SC_OK;
}

static int recipe_file(struct sc_plan *p, struct sc_arena *a, sc_str path, struct sc_err *e)
{
	sc_str text;

	SC_TRY(recipe_read(a, path, &text, e));
	return recipe_stages(p, path, text, e);
}

/* One word that is no stage may be a recipe that came with the program; a file is named with -f. */
static int stages(struct sc_plan *p, sc_str words, struct sc_err *e)
{
	sc_str name = sc_str_trim(words);

	for (const struct sc_recipe *r = sc_recipes; r->name; r++)
		if (sc_str_eq(name, sc_str_c(r->name)) && !sc_select_named(name) && !sc_str_eq(name, SC_STR("hash")))
			return recipe_stages(p, name, sc_str_c(r->text), e);
	return sc_plan_stages(p, words, e);
}

static int run_main(int argc, char **argv, struct sc_err *e)
{
	struct sc_run_conf run = { 0 };
	struct run_conf conf = { 0 };
	struct sc_arena a = { 0 };
	struct sc_optset set[] = { { opts, &conf }, { sc_run_opts, &run } };
	const struct sc_opt *tables[] = { opts, sc_run_opts };
	extern const struct sc_cmd cmd_run;
	struct sc_plan *p = NULL;
	bool help = false;
	int first = sc_opt_parse(set, 2, argc, argv, &a, &help, e), rc = 2;

	if (help) {
		sc_help_print("scope run", &cmd_run.card, cmd_run.synopsis, tables, 2);
		rc = 0;
	} else if (first >= 0 && !conf.recipe.n && first == argc) {
		sc_fail(e, "run: say the stages, as in `scope run 'tag licence | filter \"licence in open\"' SHARD...`");
	} else if (first >= 0 && sc_plan_new(&p, &run, e) >= 0) {
		int ok = conf.recipe.n ? recipe_file(p, &a, conf.recipe, e) : stages(p, sc_str_c(argv[first++]), e);

		if (ok < 0)
			sc_plan_free(p);
		else
			rc = sc_run_main(p, first, argc, argv, e);
	}
	sc_arena_free(&a);
	return rc;
}

extern const struct sc_cmd cmd_run;
const struct sc_cmd cmd_run = {
	.card = { .name = "run",
		  .about = "several stages in one process, with a manifest of what came out",
		  .more = "STAGES are commands joined by bars: 'hash | tag licence,media | filter \"licence in open\"'.  Quoting is as in a shell: "
			  "'...' is literal, in \"...\" a backslash quotes \" and itself, and a bar inside quotes is a bar.  Instead, the name of a recipe that "
			  "comes with scope: `scope run figures papers/* -o figs.tar`; `scope list recipes` shows them.\n\n"
			  "The result is the same, byte for byte, as that of the stages piped over frames (--to frame), for any number of threads.",
		  .example = "scope run 'hash | tag licence | filter \"licence in open\"' docs.jsonl -o open.jsonl",
		  .opts = opts },
	.synopsis = "'STAGES' [OPTION...] [SHARD...]",
	.family = SC_WORK,
	.main = run_main,
};
