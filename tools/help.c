/* SPDX-License-Identifier: Apache-2.0 */
/*
 * help -- the list of commands, and the man page of each, from the tables that parse them.
 *
 * `scope help` is for people.  `scope help --names` and `scope help --man NAME` are for the Makefile: the first lists the pages
 * there are, the second prints one as mdoc.  A page is "scope" (all commands), a command ("run", "filter"), a tagger
 * ("tag-licence"), what is split out ("split-figures") or an export.  Formats have no page of their own; scope(7) speaks of them.
 */
#include <scope/cmd.h>
#include <scope/export.h>
#include <scope/run.h>

#include <stdio.h>

/* The date of the pages: when what they say was last looked through, not when they were built. */
#define PAGE_DATE "November 23, 2026"

static const struct {
	enum sc_family family;
	const char *title;
} families[] = {
	{ SC_WORK, "work: shards in, shards and a manifest out" },
	{ SC_LOOK, "look: what is in them" },
	{ SC_PROVE, "prove: what is true of them" },
};

static const char *base(const struct sc_card *card)
{
	const char *slash = strchr(card->name, '/');

	return slash ? slash + 1 : card->name;
}

static bool is_kind(const struct sc_filter *f, const char *kind)
{
	return sc_str_starts(sc_str_c(f->card.name), sc_str_c(kind));
}

static bool is_tagger(const struct sc_filter *f)
{
	return is_kind(f, "tag/");
}

/* A command of its own: `scope filter`. */
static bool is_command(const struct sc_filter *f)
{
	return is_kind(f, "select/");
}

/* A card without a line about it is there for other programs: not listed. */
static bool is_listed(const struct sc_card *card)
{
	return card->about != NULL;
}

/* ---- for people ---- */

static void row(const char *name, const struct sc_card *card)
{
	printf("  %-12s %s\n", name, card->about);
}

static void list_family(enum sc_family family)
{
	for (size_t i = 0; sc_cmds[i]; i++)
		if (sc_cmds[i]->family == family && is_listed(&sc_cmds[i]->card))
			row(sc_cmds[i]->card.name, &sc_cmds[i]->card);
	for (size_t i = 0; family == SC_WORK && sc_filters[i]; i++)
		if (is_command(sc_filters[i]))
			row(base(&sc_filters[i]->card), &sc_filters[i]->card);
}

static void list_all(void)
{
	puts("scope -- hash, tag and filter dataset shards by domain and licence\n\n"
	     "usage: scope COMMAND [OPTION...] [SHARD...]");
	for (size_t i = 0; i < SC_COUNT(families); i++) {
		printf("\n%s\n", families[i].title);
		list_family(families[i].family);
	}
	puts("\ntaggers: scope tag NAME[,NAME...]");
	for (size_t i = 0; sc_filters[i]; i++)
		if (is_tagger(sc_filters[i]))
			row(base(&sc_filters[i]->card), &sc_filters[i]->card);
	puts("\nwhat can be split out: scope split NAME");
	for (size_t i = 0; sc_filters[i]; i++)
		if (is_kind(sc_filters[i], "split/"))
			row(base(&sc_filters[i]->card), &sc_filters[i]->card);
	puts("\nexports: scope export NAME");
	for (size_t i = 0; sc_exporters[i]; i++)
		row(base(&sc_exporters[i]->card), &sc_exporters[i]->card);
	puts("\n`scope COMMAND --help` shows options and an example; scope(7) is the overview.");
}

/* ---- mdoc ---- */

/* Bytes as roff text: nothing in them is a request or an escape.  Literal keeps ASCII as it looks in a shell. */
static void roff(const char *s, size_t n, bool literal)
{
	for (size_t i = 0; i < n; i++) {
		char c = s[i];

		if ((i == 0 || s[i - 1] == '\n') && (c == '.' || c == '\''))
			fputs("\\&", stdout);
		if (c == '\\')
			fputs("\\e", stdout);
		else if (literal && c == '\'')
			fputs("\\(aq", stdout);
		else if (literal && c == '`')
			fputs("\\(ga", stdout);
		else if (literal && c == '-')
			fputs("\\-", stdout);
		else if (literal && c == '^')
			fputs("\\(ha", stdout);
		else if (c == '~')
			fputs("\\(ti", stdout);
		else
			putchar(c);
	}
}

/* One word of a macro line: never taken for a macro, a delimiter or two words. */
static void arg(const char *s)
{
	fputs("\\&", stdout);
	for (; *s; s++)
		if (*s == ' ')
			fputs("\\ ", stdout);
		else if (*s == '"')
			fputs("\\(dq", stdout);
		else
			roff(s, 1, true);
}

/* Sentences begin on lines of their own and paragraphs at .Pp, as mdoc wants them. */
static void prose(const char *s)
{
	for (const char *p = s; *p; p++) {
		bool stop = *p == '.' || *p == '!' || *p == '?';

		if (p[0] == '\n' && p[1] == '\n') {
			fputs("\n.Pp\n", stdout);
			while (p[1] == '\n')
				p++;
			continue;
		}
		if ((p == s || p[-1] == '\n') && (*p == '.' || *p == '\''))
			fputs("\\&", stdout);
		roff(p, 1, false);
		if (stop && p[1] == ' ') {
			putchar('\n');
			while (p[1] == ' ')
				p++;
		}
	}
	putchar('\n');
}

static void page_head(const char *page, const char *about)
{
	fputs(".\\\" SPDX-License-Identifier: Apache-2.0\n.\\\" Made by scope help --man; do not edit.\n", stdout);
	puts(".Dd " PAGE_DATE);
	fputs(".Dt ", stdout);
	for (const char *p = page; *p; p++)
		putchar(*p >= 'a' && *p <= 'z' ? *p - 'a' + 'A' : *p);
	printf(" 1\n.Os scope\n.Sh NAME\n.Nm %s\n.Nd ", page);
	roff(about, strlen(about), false);
	putchar('\n');
}

static void option_rows(const struct sc_opt *o)
{
	puts(".Bl -tag -width Ds");
	for (; o->name; o++) {
		fputs(".It ", stdout);
		if (o->letter)
			printf("Fl %c , ", o->letter);
		printf("Fl \\-%s", o->name);
		if (o->arg) {
			fputs(" Ar ", stdout);
			arg(o->arg);
		}
		putchar('\n');
		prose(o->help);
	}
	puts(".El");
}

static void options(const char *title, const struct sc_opt *o)
{
	if (!o || !o->name)
		return;
	printf(".Sh %s\n", title);
	option_rows(o);
}

static void example(const char *line)
{
	if (!line)
		return;
	fputs(".Sh EXAMPLES\n.Bd -literal -offset indent\n", stdout);
	roff(line, strlen(line), true);
	puts("\n.Ed");
}

static void page_tail(const char *status, const char *line)
{
	printf(".Sh EXIT STATUS\n%s", status);
	example(line);
	puts(".Sh SEE ALSO\n.Xr scope-frame 5 ,\n.Xr scope-manifest 5 ,\n.Xr scope 7 ,\n.Xr scope-expr 7");
}

static const char run_status[] = ".Bl -tag -width 2n\n"
				 ".It 0\nDone, with no more records rejected than\n.Fl \\-max-bad\nallows.\n"
				 ".It 1\nDone, but more were rejected, or an input was damaged or cut short.\n"
				 ".It 2\nIt could not finish, or was asked wrongly; nothing is left under an output's name.\n"
				 ".El\n";
static const char other_status[] = ".Bl -tag -width 2n\n"
				   ".It 0\nDone, and what was asked about is so.\n"
				   ".It 1\nDone, but something in it is not so.\n"
				   ".It 2\nIt could not finish, or was asked wrongly.\n"
				   ".El\n";

static void page(const char *words, const char *synopsis, const struct sc_card *card, bool is_run)
{
	char name[80] = "scope";
	size_t n = 5;

	for (const char *p = words - 1; n + 2 < sizeof name && (p == words - 1 || *p); p++)
		name[n++] = p == words - 1 || *p == ' ' ? '-' : *p;
	name[n] = 0;
	page_head(name, card->about);
	fputs(".Sh SYNOPSIS\n.Nm scope\n.Cm ", stdout);
	puts(words);
	if (*synopsis) {
		roff(synopsis, strlen(synopsis), true);
		putchar('\n');
	}
	printf(".Sh DESCRIPTION\n.Nm scope Cm %s :\n", words);
	prose(card->about);
	if (card->more) {
		puts(".Pp");
		prose(card->more);
	}
	options("OPTIONS", card->opts);
	if (is_run)
		options("OPTIONS OF EVERY RUN", sc_run_opts);
	page_tail(is_run ? run_status : other_status, card->example);
}

static void page_filter(const struct sc_filter *f)
{
	char words[64], synopsis[80];

	if (is_command(f))
		snprintf(words, sizeof words, "%s", base(&f->card));
	else /* "tag/licence" is `scope tag licence` */
		snprintf(words, sizeof words, "%.*s %s", (int)(base(&f->card) - 1 - f->card.name), f->card.name, base(&f->card));
	snprintf(synopsis, sizeof synopsis, "%s%s[OPTION...] [SHARD...]", f->operand ? f->operand : "",
		 f->operand ? " " : "");
	page(words, synopsis, &f->card, true);
}

static void page_export(const struct sc_exporter *x)
{
	char words[64];

	snprintf(words, sizeof words, "export %s", base(&x->card));
	page(words, "[OPTION...] MANIFEST", &x->card, false);
}

static void item(const char *words, const char *about)
{
	printf(".It Cm %s\n", words);
	prose(about);
}

static void page_all(void)
{
	page_head("scope", "hash, tag and filter dataset shards by domain and licence");
	puts(".Sh SYNOPSIS\n.Nm\n.Ar COMMAND\n.Op Ar OPTION ...\n.Op Ar SHARD ...\n.Sh DESCRIPTION\nEach command has a page of "
	     "its own, as in\n.Xr scope-run 1 .");
	for (size_t i = 0; i < SC_COUNT(families); i++) {
		printf(".Ss %c%s\n.Bl -tag -width Ds\n", families[i].title[0] - 'a' + 'A', families[i].title + 1);
		for (size_t k = 0; sc_cmds[k]; k++)
			if (sc_cmds[k]->family == families[i].family && is_listed(&sc_cmds[k]->card))
				item(sc_cmds[k]->card.name, sc_cmds[k]->card.about);
		for (size_t k = 0; families[i].family == SC_WORK && sc_filters[k]; k++)
			if (is_command(sc_filters[k]))
				item(base(&sc_filters[k]->card), sc_filters[k]->card.about);
		puts(".El");
	}
	puts(".Ss Taggers\n.Bl -tag -width Ds");
	for (size_t k = 0; sc_filters[k]; k++)
		if (is_tagger(sc_filters[k]))
			item(base(&sc_filters[k]->card), sc_filters[k]->card.about);
	puts(".El\n.Ss What can be split out\n.Bl -tag -width Ds");
	for (size_t k = 0; sc_filters[k]; k++)
		if (is_kind(sc_filters[k], "split/"))
			item(base(&sc_filters[k]->card), sc_filters[k]->card.about);
	puts(".El\n.Ss Exports\n.Bl -tag -width Ds");
	for (size_t k = 0; sc_exporters[k]; k++)
		item(base(&sc_exporters[k]->card), sc_exporters[k]->card.about);
	puts(".El");
	page_tail(run_status, "scope run 'tag licence,media | filter \"licence in open\"' docs.jsonl -o open.jsonl");
}

static void names(void)
{
	puts("scope");
	for (size_t i = 0; sc_cmds[i]; i++)
		if (is_listed(&sc_cmds[i]->card))
			puts(sc_cmds[i]->card.name);
	for (size_t i = 0; sc_filters[i]; i++)
		if (is_command(sc_filters[i]))
			puts(base(&sc_filters[i]->card));
		else
			printf("%.*s-%s\n", (int)(base(&sc_filters[i]->card) - 1 - sc_filters[i]->card.name), sc_filters[i]->card.name,
			       base(&sc_filters[i]->card));
	for (size_t i = 0; sc_exporters[i]; i++)
		printf("export-%s\n", base(&sc_exporters[i]->card));
}

static const struct sc_exporter *exporter(sc_str name)
{
	return sc_str_starts(name, SC_STR("export-")) ? sc_exporter_named(sc_str_from(name, 7)) : NULL;
}

static const struct sc_cmd *command(sc_str name)
{
	for (size_t i = 0; sc_cmds[i]; i++)
		if (sc_str_eq(sc_str_c(sc_cmds[i]->card.name), name))
			return sc_cmds[i];
	return NULL;
}

static const struct sc_filter *filter(sc_str name)
{
	const struct sc_filter *f = NULL;

	if (sc_str_starts(name, SC_STR("tag-")))
		f = sc_tagger_named(sc_str_from(name, 4));
	if (sc_str_starts(name, SC_STR("split-")))
		f = sc_splitter_named(sc_str_from(name, 6));
	return f ? f : sc_select_named(name);
}

static int man(const char *name, struct sc_err *e)
{
	sc_str s = sc_str_c(name);
	const struct sc_cmd *c = command(s);
	const struct sc_filter *f = filter(s);
	const struct sc_exporter *x = exporter(s);

	if (sc_str_eq(s, SC_STR("scope")))
		page_all();
	else if (c)
		page(c->card.name, c->synopsis, &c->card, c->family == SC_WORK);
	else if (f)
		page_filter(f);
	else if (x)
		page_export(x);
	else
		return sc_fail(e, "help: no page '%s'; --names lists them", name);
	return SC_OK;
}

/* `scope help filter` is `scope filter --help`. */
static int help_of(int argc, char **argv, struct sc_err *e)
{
	static char dashes[] = "--help";
	sc_str name = sc_str_c(argv[1]);
	const struct sc_cmd *c = command(name);
	const struct sc_filter *f = filter(name);
	const struct sc_opt *tables[] = { f ? f->card.opts : NULL, sc_run_opts };
	char title[80];
	struct sc_arena a = { 0 };

	if (c) {
		char *words[] = { argv[1], argc > 2 ? argv[2] : dashes, dashes, NULL };

		return c->main(argc > 2 ? 3 : 2, words, e);
	}
	if (!f) {
		sc_fail(e, "no command '%s'; `scope help` lists them", argv[1]);
		return 2;
	}
	snprintf(title, sizeof title, "scope %s%s", is_tagger(f) ? "tag " : "", base(&f->card));
	sc_help_print(title, &f->card,
		      sc_fmt(&a, "%s%s[OPTION...] [SHARD...]", f->operand ? f->operand : "", f->operand ? " " : "").p, tables, 2);
	sc_arena_free(&a);
	return 0;
}

static int help_main(int argc, char **argv, struct sc_err *e)
{
	if (argc < 2 || !strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"))
		list_all();
	else if (!strcmp(argv[1], "--names"))
		names();
	else if (!strcmp(argv[1], "--man") && argc == 3)
		return man(argv[2], e) < 0 ? 2 : 0;
	else
		return help_of(argc, argv, e);
	return 0;
}

extern const struct sc_cmd cmd_help;
const struct sc_cmd cmd_help = {
	.card = { .name = "help",
		  .about = "list the commands, or show the help of one",
		  .more = "The man pages are made by --man from the same tables that parse the options; --names lists them.",
		  .example = "scope help filter" },
	.synopsis = "[COMMAND | --names | --man NAME]",
	.family = SC_LOOK,
	.main = help_main,
};
