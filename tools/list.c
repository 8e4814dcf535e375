/* SPDX-License-Identifier: Apache-2.0 */
/* list -- what this scope can do: formats, codecs, taggers, filters, commands, licence sets, and what it was built with. */
#include <scope/cmd.h>
#include <scope/check.h>
#include <scope/export.h>
#include <scope/json.h>
#include <scope/spdx.h>

#include <stdio.h>

struct list {
	bool json, comma;
	struct sc_buf b;
};

static const struct sc_opt opts[] = {
	{ "json", NULL, "one JSON object a line", offsetof(struct list, json), 0, SC_OPT_FLAG },
	{ NULL, NULL, NULL, 0, 0, SC_OPT_FLAG },
};

static void title(const struct list *l, const char *name)
{
	if (!l->json)
		printf("%s\n", name);
}

static void row(struct list *l, const char *kind, const char *name, const char *about, const char *extra)
{
	if (!l->json) {
		printf("  %-16s %s%s%s\n", name, about, extra && *extra ? ": " : "", extra ? extra : "");
		return;
	}
	sc_buf_clear(&l->b);
	sc_buf_add(&l->b, SC_STR("{\"kind\":"));
	sc_json_put(&l->b, sc_str_c(kind));
	sc_buf_add(&l->b, SC_STR(",\"name\":"));
	sc_json_put(&l->b, sc_str_c(name));
	sc_buf_add(&l->b, SC_STR(",\"about\":"));
	sc_json_put(&l->b, sc_str_c(about));
	sc_buf_add(&l->b, SC_STR(",\"more\":"));
	sc_json_put(&l->b, sc_str_c(extra ? extra : ""));
	sc_buf_add(&l->b, SC_STR("}\n"));
	fwrite(l->b.p, 1, l->b.n, stdout);
}

static const char *last(const struct sc_card *c)
{
	const char *slash = strrchr(c->name, '/');

	return slash ? slash + 1 : c->name;
}

static void formats(struct list *l)
{
	title(l, "formats that are read");
	for (size_t i = 0; sc_readers[i]; i++)
		row(l, "read", last(&sc_readers[i]->card), sc_readers[i]->card.about, "");
	title(l, "formats that are written");
	for (size_t i = 0; sc_writers[i]; i++)
		row(l, "write", last(&sc_writers[i]->card), sc_writers[i]->card.about, sc_writers[i]->ext);
}

static void codecs(struct list *l)
{
	title(l, "codecs");
	for (size_t i = 0; sc_codecs[i]; i++)
		row(l, "codec", last(&sc_codecs[i]->card), sc_codecs[i]->card.about, sc_codecs[i]->ext);
}

static void filters(struct list *l, const char *kind, const char *name)
{
	title(l, name);
	for (size_t i = 0; sc_filters[i]; i++)
		if (!strncmp(sc_filters[i]->card.name, kind, strlen(kind)))
			row(l, kind, last(&sc_filters[i]->card), sc_filters[i]->card.about,
			    sc_filters[i]->emits ? sc_filters[i]->emits : "");
}

static void taggers(struct list *l)
{
	filters(l, "tag", "taggers, and the tags they make");
}

static void selects(struct list *l)
{
	filters(l, "select", "filters");
}

static void splits(struct list *l)
{
	filters(l, "split", "what can be split out");
}

static void exports(struct list *l)
{
	title(l, "exports of manifests");
	for (size_t i = 0; sc_exporters[i]; i++)
		row(l, "export", last(&sc_exporters[i]->card), sc_exporters[i]->card.about, "");
}

static void checks(struct list *l)
{
	title(l, "what scope verify checks beside manifests");
	for (size_t i = 0; sc_checkers[i]; i++)
		row(l, "check", last(&sc_checkers[i]->card), sc_checkers[i]->card.about, "");
}

static void recipes(struct list *l)
{
	struct sc_arena a = { 0 };

	title(l, "recipes of scope run");
	for (const struct sc_recipe *r = sc_recipes; r->name; r++)
		row(l, "recipe", r->name, sc_cstr(&a, sc_recipe_about(r)), "");
	sc_arena_free(&a);
}

static void commands(struct list *l)
{
	title(l, "commands");
	for (size_t i = 0; sc_cmds[i]; i++)
		row(l, "command", sc_cmds[i]->card.name, sc_cmds[i]->card.about, "");
}

static void sets(struct list *l)
{
	const char *about, *name;

	title(l, "licence sets");
	for (size_t i = 0; (name = sc_spdx_set_name(i, &about)); i++) {
		struct sc_idset ids = sc_spdx_set(sc_str_c(name));
		struct sc_buf b = { 0 };

		for (size_t k = 0; k < ids.n; k++) {
			if (k)
				sc_buf_byte(&b, ' ');
			sc_buf_add(&b, ids.v[k]);
		}
		sc_buf_byte(&b, 0);
		row(l, "set", name, about, b.p);
		sc_buf_free(&b);
	}
}

/* What the build found: optional parts that change speed or coverage, never answers. */
static void built(struct list *l)
{
	static const struct {
		const char *name, *what;
		bool have;
	} parts[] = {
#define PART(name, what, macro) { name, what, macro }
#ifdef HAVE_ISAL
		PART("isa-l", "fast gzip reading", true),
#else
		PART("isa-l", "fast gzip reading", false),
#endif
#ifdef HAVE_DEFLATE
		PART("libdeflate", "fast gzip writing", true),
#else
		PART("libdeflate", "fast gzip writing", false),
#endif
#ifdef HAVE_PSL
		PART("libpsl", "registrable domains (site)", true),
#else
		PART("libpsl", "registrable domains (site)", false),
#endif
#ifdef HAVE_IDN2
		PART("libidn2", "hosts that are not ASCII", true),
#else
		PART("libidn2", "hosts that are not ASCII", false),
#endif
#ifdef HAVE_BROTLIDEC
		PART("libbrotlidec", "HTTP bodies in br", true),
#else
		PART("libbrotlidec", "HTTP bodies in br", false),
#endif
	};

	title(l, "built in");
	for (size_t i = 0; i < SC_COUNT(parts); i++)
		row(l, "part", parts[i].name, parts[i].what, parts[i].have ? "yes" : "left out: the library was not there");
	for (size_t i = 0; sc_left_out[i]; i++) /* "codec/xz liblzma" */
		row(l, "part", sc_left_out[i], "left out: the library was not there", NULL);
}

static const struct {
	const char *name;
	void (*print)(struct list *l);
} sections[] = {
	{ "formats", formats }, { "codecs", codecs },	  { "taggers", taggers }, { "filters", selects }, { "splits", splits }, { "exports", exports }, { "checks", checks },
	{ "recipes", recipes },
	{ "commands", commands }, { "sets", sets }, { "built", built },
};

static int list_main(int argc, char **argv, struct sc_err *e)
{
	extern const struct sc_cmd cmd_list;
	struct list l = { .json = false };
	struct sc_arena a = { 0 };
	struct sc_optset set[] = { { opts, &l } };
	const struct sc_opt *tables[] = { opts };
	bool help = false, found = false;
	int first = sc_opt_parse(set, 1, argc, argv, &a, &help, e);

	sc_arena_free(&a);
	if (help) {
		sc_help_print("scope list", &cmd_list.card, cmd_list.synopsis, tables, 1);
		return 0;
	}
	if (first < 0)
		return 2;
	for (size_t i = 0; i < SC_COUNT(sections); i++) {
		bool wanted = first == argc && strcmp(sections[i].name, "sets");

		for (int k = first; k < argc; k++)
			wanted |= !strcmp(argv[k], sections[i].name);
		if (wanted)
			sections[i].print(&l);
		found |= wanted;
	}
	sc_buf_free(&l.b);
	if (found)
		return 0;
	sc_fail(e, "list: there are formats, codecs, taggers, filters, splits, exports, checks, recipes, commands, sets and built, not '%s'", argv[first]);
	return 2;
}

extern const struct sc_cmd cmd_list;
const struct sc_cmd cmd_list = {
	.card = { .name = "list",
		  .about = "what this scope can do, and what it was built with",
		  .example = "scope list taggers",
		  .opts = opts },
	.synopsis = "[formats|codecs|taggers|filters|splits|exports|checks|recipes|commands|sets|built] [--json]",
	.family = SC_LOOK,
	.main = list_main,
};
