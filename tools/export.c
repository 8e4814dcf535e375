/* SPDX-License-Identifier: Apache-2.0 */
/* export -- a manifest in somebody else's terms: `scope export NAME MANIFEST`; what there is is what lies in filters/export. */
#include <scope/cmd.h>
#include <scope/export.h>
#include <scope/manifest.h>

struct export_conf {
	sc_str output;
};

static const struct sc_opt opts[] = {
	{ "output", "FILE", "where it goes (default: standard output)", offsetof(struct export_conf, output), 'o', SC_OPT_STR },
	{ NULL, NULL, NULL, 0, 0, SC_OPT_FLAG },
};

extern const struct sc_cmd cmd_export;

static void help_print(const struct sc_exporter *x)
{
	const struct sc_opt *tables[] = { x ? x->card.opts : NULL, opts };
	struct sc_arena a = { 0 };
	sc_str title = x ? sc_fmt(&a, "scope export %s", strchr(x->card.name, '/') + 1) : SC_STR("scope export");

	sc_help_print(title.p, x ? &x->card : &cmd_export.card, x ? "[OPTION...] MANIFEST" : cmd_export.synopsis, tables, 2);
	sc_arena_free(&a);
}

static int to_output(const struct sc_exporter *x, const void *conf, struct sc_manifest_lines *m, sc_str path, struct sc_err *e)
{
	struct sc_output *out;
	int rc;

	SC_TRY(sc_output_open(&out, path.n ? path : SC_STR("-"), SC_STR(""), 0, e));
	rc = x->run(conf, m, out, e);
	return sc_output_end(out, rc, e);
}

/* argv[0] is the name. */
static int export_run(const struct sc_exporter *x, struct sc_arena *a, int argc, char **argv, struct sc_err *e)
{
	struct export_conf own = { .output = { NULL, 0 } };
	void *conf = sc_zalloc(a, x->card.conf + 1, 1);
	struct sc_optset set[] = { { x->card.opts, conf }, { opts, &own } };
	struct sc_manifest_lines *m = NULL;
	bool help = false;
	int first = sc_opt_parse(set, 2, argc, argv, a, &help, e), rc;

	if (help) {
		help_print(x);
		return 0;
	}
	if (first < 0)
		return 2;
	if (first + 1 != argc) {
		sc_fail(e, "export: say one manifest, as in `scope export %s corpus.tar.scm`", argv[0]);
		return 2;
	}
	rc = sc_manifest_lines_open_hashed(&m, sc_manifest_at(a, sc_str_c(argv[first])), e);
	if (rc == SC_OK)
		rc = to_output(x, conf, m, own.output, e);
	sc_manifest_lines_close(m);
	return rc == SC_OK ? 0 : 2;
}

static int export_main(int argc, char **argv, struct sc_err *e)
{
	const struct sc_exporter *x = argc > 1 ? sc_exporter_named(sc_str_c(argv[1])) : NULL;
	struct sc_arena a = { 0 };
	int rc = 2;

	if (argc > 1 && (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"))) {
		help_print(NULL);
		return 0;
	}
	if (x)
		rc = export_run(x, &a, argc - 1, argv + 1, e);
	else if (argc < 2 || *argv[1] == '-')
		sc_fail(e, "export: say first what, as in `scope export attribution corpus.tar.scm`; `scope list exports` shows what there is");
	else
		sc_fail(e, "export: no '%s'; `scope list exports` shows what there is", argv[1]);
	sc_arena_free(&a);
	return rc;
}

const struct sc_cmd cmd_export = {
	.card = { .name = "export",
		  .about = "a manifest in other terms: whose work is in it, and more",
		  .more = "A folder stands for the manifest.scm in it.  `scope export NAME --help` shows the options of one.",
		  .example = "scope export attribution open.jsonl.scm",
		  .opts = opts },
	.synopsis = "NAME [OPTION...] MANIFEST",
	.family = SC_PROVE,
	.main = export_main,
};
