/* SPDX-License-Identifier: Apache-2.0 */
/*
 * completion -- a bash completion from the tables that parse: commands, taggers, options, the choices of an option.
 *
 * The script has a case per command and stands on bash alone; other words are files.  Expressions are not completed.
 */
#include <scope/cmd.h>
#include <scope/export.h>
#include <scope/run.h>

#include <stdio.h>

static const char *base(const struct sc_card *card)
{
	const char *slash = strchr(card->name, '/');

	return slash ? slash + 1 : card->name;
}

static bool is_kind(const struct sc_filter *f, const char *kind)
{
	return sc_str_starts(sc_str_c(f->card.name), sc_str_c(kind));
}

static void flags(const struct sc_opt *o)
{
	for (; o && o->name; o++)
		printf(" --%s", o->name);
}

/* Names of a kind, separated by spaces. */
static void names(const char *kind)
{
	for (size_t i = 0; sc_filters[i]; i++)
		if (is_kind(sc_filters[i], kind))
			printf("%s ", base(&sc_filters[i]->card));
}

/* `scope tag NAME`, `scope split NAME`: the options of any NAME. */
static void kind_case(const char *command, const char *kind)
{
	printf("\t%s) words='--help", command);
	for (size_t i = 0; sc_filters[i]; i++)
		if (is_kind(sc_filters[i], kind))
			flags(sc_filters[i]->card.opts);
	flags(sc_run_opts);
	puts("' ;;");
}

static void command_case(const char *name, const struct sc_opt *own, const struct sc_opt *shared, bool is_run)
{
	printf("\t%s) words='--help", name);
	flags(own);
	flags(shared);
	if (is_run)
		flags(sc_run_opts);
	puts("' ;;");
}

/* a|b|c */
static void put_few(const char *few)
{
	for (; *few; few++)
		putchar(*few == '|' ? ' ' : *few);
}

/* Commands whose first operand is one of few: scope log init|add|... */
static void first_words(void)
{
	for (size_t i = 0; sc_cmds[i]; i++) {
		if (!sc_cmds[i]->first)
			continue;
		printf("\tif [ \"${COMP_WORDS[1]}\" = %s ] && [ \"$COMP_CWORD\" -eq 2 ] && [ \"${cur#-}\" = \"$cur\" ]; then\n"
		       "\t\tCOMPREPLY=($(compgen -W '", sc_cmds[i]->card.name);
		put_few(sc_cmds[i]->first);
		puts("' -- \"$cur\"))\n\t\treturn\n\tfi");
	}
}

/* Options whose value is one of few: --undecided drop|keep|reject. */
static void choices(const struct sc_opt *o)
{
	for (; o && o->name; o++) {
		if (o->kind != SC_OPT_CHOICE)
			continue;
		printf("\t--%s) COMPREPLY=($(compgen -W '", o->name);
		put_few(o->arg);
		puts("' -- \"$cur\")); return ;;");
	}
}

static void all_choices(void)
{
	choices(sc_run_opts);
	for (size_t i = 0; sc_exporters[i]; i++)
		choices(sc_exporters[i]->card.opts);
	for (size_t i = 0; sc_filters[i]; i++)
		choices(sc_filters[i]->card.opts);
	for (size_t i = 0; sc_cmds[i]; i++)
		choices(sc_cmds[i]->card.opts);
	fputs("\t--to) COMPREPLY=($(compgen -W '", stdout);
	for (size_t i = 0; sc_writers[i]; i++)
		printf("%s%s", i ? " " : "", base(&sc_writers[i]->card));
	fputs("' -- \"$cur\")); return ;;\n\t--from) COMPREPLY=($(compgen -W '", stdout);
	for (size_t i = 0; sc_readers[i]; i++)
		printf("%s%s", i ? " " : "", base(&sc_readers[i]->card));
	puts("' -- \"$cur\")); return ;;");
}

static void bash(void)
{
	puts("# bash completion of scope; made by `scope completion bash`\n"
	     "_scope()\n{\n"
	     "\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} words=\n"
	     "\tif [ \"$COMP_CWORD\" -eq 1 ]; then");
	fputs("\t\tCOMPREPLY=($(compgen -W '", stdout);
	for (size_t i = 0; sc_cmds[i]; i++)
		if (sc_cmds[i]->card.about)
			printf("%s ", sc_cmds[i]->card.name);
	names("select/");
	puts("' -- \"$cur\"))\n\t\treturn\n\tfi");
	fputs("\tif [ \"${COMP_WORDS[1]}\" = tag ] && [ \"$COMP_CWORD\" -eq 2 ]; then\n"
	      "\t\tlocal done=; case $cur in *,*) done=${cur%,*}, ;; esac\n"
	      "\t\tCOMPREPLY=($(compgen -P \"$done\" -W '", stdout);
	names("tag/");
	puts("' -- \"${cur##*,}\"))\n\t\treturn\n\tfi");
	fputs("\tif [ \"${COMP_WORDS[1]}\" = split ] && [ \"$COMP_CWORD\" -eq 2 ]; then\n\t\tCOMPREPLY=($(compgen -W '", stdout);
	names("split/");
	fputs("' -- \"$cur\"))\n\t\treturn\n\tfi\n"
	      "\tif [ \"${COMP_WORDS[1]}\" = export ] && [ \"$COMP_CWORD\" -eq 2 ]; then\n\t\tCOMPREPLY=($(compgen -W '", stdout);
	for (size_t i = 0; sc_exporters[i]; i++)
		printf("%s ", base(&sc_exporters[i]->card));
	fputs("' -- \"$cur\"))\n\t\treturn\n\tfi\n"
	      "\tif [ \"${COMP_WORDS[1]}\" = run ] && [ \"$COMP_CWORD\" -eq 2 ] && [ \"${cur#-}\" = \"$cur\" ]; then\n"
	      "\t\tCOMPREPLY=($(compgen -W '", stdout);
	for (const struct sc_recipe *r = sc_recipes; r->name; r++)
		printf("%s ", r->name);
	puts("' -- \"$cur\"))\n\t\treturn\n\tfi");
	first_words();
	puts("\tcase $prev in");
	all_choices();
	puts("\tesac\n\tcase ${COMP_WORDS[1]} in");
	for (size_t i = 0; sc_cmds[i]; i++)
		if (strcmp(sc_cmds[i]->card.name, "tag") && strcmp(sc_cmds[i]->card.name, "split"))
			command_case(sc_cmds[i]->card.name, sc_cmds[i]->card.opts, sc_cmds[i]->shared, sc_cmds[i]->family == SC_WORK);
	kind_case("tag", "tag/");
	kind_case("split", "split/");
	for (size_t i = 0; sc_filters[i]; i++)
		if (is_kind(sc_filters[i], "select/"))
			command_case(base(&sc_filters[i]->card), sc_filters[i]->card.opts, NULL, true);
	puts("\tesac\n"
	     "\tcase $cur in\n"
	     "\t-*) COMPREPLY=($(compgen -W \"$words\" -- \"$cur\")) ;;\n"
	     "\t*) COMPREPLY=($(compgen -f -- \"$cur\")) ;;\n"
	     "\tesac\n}\ncomplete -o filenames -F _scope scope");
}

static int completion_main(int argc, char **argv, struct sc_err *e)
{
	extern const struct sc_cmd cmd_completion;

	if (argc == 2 && !strcmp(argv[1], "--help")) {
		sc_help_print("scope completion", &cmd_completion.card, cmd_completion.synopsis, NULL, 0);
		return 0;
	}
	if (argc != 2 || strcmp(argv[1], "bash")) {
		sc_fail(e, "completion: it takes one word, bash");
		return 2;
	}
	bash();
	return 0;
}

extern const struct sc_cmd cmd_completion;
const struct sc_cmd cmd_completion = {
	.card = { .name = "completion",
		  .about = "print a completion script for a shell",
		  .example = "scope completion bash" },
	.synopsis = "bash",
	.family = SC_LOOK,
	.main = completion_main,
};
