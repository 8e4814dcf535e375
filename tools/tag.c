/* SPDX-License-Identifier: Apache-2.0 */
/* tag -- run one or more taggers: `scope tag NAME[,NAME...]`; what they are called is what lies in filters/tag. */
#include <scope/cmd.h>
#include <scope/run.h>

static void help_print(const struct sc_filter *const *f, size_t n)
{
	extern const struct sc_cmd cmd_tag;
	const struct sc_opt *none[] = { NULL, sc_run_opts };
	struct sc_arena a = { 0 };

	if (n != 1) {
		sc_help_print("scope tag", &cmd_tag.card, cmd_tag.synopsis, none, 2);
	} else {
		const struct sc_opt *tables[] = { f[0]->card.opts, sc_run_opts };
		sc_str title = sc_fmt(&a, "scope tag %s", f[0]->card.name + strlen("tag/"));

		sc_help_print(title.p, &f[0]->card, "[OPTION...] [SHARD...]", tables, 2);
	}
	sc_arena_free(&a);
}

struct taggers {
	const struct sc_filter **f;
	void **conf;
	size_t n;
};

/* argv[0] is the names. */
static int tag_run(struct taggers *t, struct sc_arena *a, int argc, char **argv, struct sc_err *e)
{
	struct sc_run_conf run = { 0 };
	struct sc_optset *set = SC_NEW(a, struct sc_optset, t->n + 1);
	struct sc_plan *p = NULL;
	bool help = false;
	int first;

	t->conf = SC_NEW(a, void *, t->n);
	for (size_t i = 0; i < t->n; i++) {
		t->conf[i] = sc_zalloc(a, t->f[i]->card.conf + 1, 1);
		set[i] = (struct sc_optset){ t->f[i]->card.opts, t->conf[i] };
	}
	set[t->n] = (struct sc_optset){ sc_run_opts, &run };
	first = sc_opt_parse(set, t->n + 1, argc, argv, a, &help, e);
	if (help) {
		help_print(t->f, t->n);
		return 0;
	}
	if (first < 0 || sc_plan_new(&p, &run, e) < 0)
		return 2;
	for (size_t i = 0; i < t->n; i++)
		if (sc_plan_filter(p, t->f[i], t->conf[i], SC_STR(""), false, e) < 0) {
			sc_plan_free(p);
			return 2;
		}
	return sc_run_main(p, first, argc, argv, e);
}

static int tag_main(int argc, char **argv, struct sc_err *e)
{
	struct sc_arena a = { 0 };
	struct taggers t = { 0 };
	int rc = 2;

	if (argc > 1 && (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"))) {
		help_print(NULL, 0);
		return 0;
	}
	if (argc < 2 || *argv[1] == '-')
		sc_fail(e, "tag: say first which, as in `scope tag licence,media SHARD...`; `scope list taggers` shows them");
	else if (sc_taggers_named(&a, sc_str_c(argv[1]), &t.f, &t.n, e) >= 0)
		rc = tag_run(&t, &a, argc - 1, argv + 1, e);
	sc_arena_free(&a);
	return rc;
}

extern const struct sc_cmd cmd_tag;
const struct sc_cmd cmd_tag = {
	.card = { .name = "tag",
		  .about = "say what records are, with evidence",
		  .more = "Every tag carries who says so, by which rule, from which bytes, how sure.  `scope list taggers` shows the "
			  "taggers, `scope tag NAME --help` the options of one.",
		  .example = "scope tag licence,media docs.jsonl" },
	.synopsis = "NAME[,NAME...] [OPTION...] [SHARD...]",
	.family = SC_WORK,
	.main = tag_main,
};
