/* SPDX-License-Identifier: Apache-2.0 */
/* patch -- the second manifest again, of the first and what `scope diff --delta` wrote. */
#include <scope/cmd.h>
#include <scope/diff.h>
#include <scope/manifest.h>

#include <stdio.h>

struct conf {
	sc_str output;
	uint64_t memory;
};

#define AT(f) offsetof(struct conf, f)
static const struct sc_opt opts[] = {
	{ "output", "FILE", "where it goes (default: standard output)", AT(output), 'o',
	  SC_OPT_STR },
	{ "memory", "SIZE", "for sorting, before it spills to TMPDIR (default 256MiB)", AT(memory),
	  0, SC_OPT_SIZE },
	{ NULL, NULL, NULL, 0, 0, SC_OPT_FLAG },
};

extern const struct sc_cmd cmd_patch;

static int patch(const struct conf *c, sc_str old, sc_str delta, struct sc_err *e)
{
	struct sc_output *out;
	struct sc_delta d;
	struct sc_totals t;
	int rc;

	SC_TRY(sc_output_open(&out, c->output.n ? c->output : SC_STR("-"), SC_STR(""), 0, e));
	rc = sc_delta_apply(old, delta, (size_t)c->memory, out, &d, &t, e);
	return sc_output_end(out, rc, e);
}

static int patch_main(int argc, char **argv, struct sc_err *e)
{
	struct conf c = { .memory = 0 };
	struct sc_optset set[] = { { opts, &c } };
	const struct sc_opt *tables[] = { opts };
	struct sc_arena a = { 0 };
	bool help = false;
	int first = sc_opt_parse(set, 1, argc, argv, &a, &help, e), rc = SC_FAIL;

	if (help)
		sc_help_print("scope patch", &cmd_patch.card, cmd_patch.synopsis, tables, 1);
	else if (first >= 0 && argc - first != 2)
		sc_fail(e,
		        "patch: say a manifest and a delta, as in `scope patch v1.scm v1-v2.delta -o v2.scm`");
	else if (first >= 0)
		rc = patch(&c, sc_manifest_at(&a, sc_str_c(argv[first])), sc_str_c(argv[first + 1]),
		           e);
	if (rc == SC_BAD)
		fprintf(stderr, "scope: %s\n", e->msg);
	sc_arena_free(&a);
	return help || rc == SC_OK ? 0 : rc == SC_BAD ? 1 : 2;
}

const struct sc_cmd cmd_patch = {
	.card = { .name = "patch",
	          .about = "the second manifest of the first and a delta, byte for byte",
	          .more = "A folder stands for the manifest.scm in it.  DELTA is what `scope diff --delta` wrote; it must be a file.  What comes out is read as any manifest is, and both roots are "
	                  "computed anew: a delta that is not for this manifest, or does not make what it says, is refused (exit status 1), and no file is "
	                  "left.  On standard output lines come before that is known.",
	          .example =
	                  "scope diff --delta open.jsonl.scm open/ -o x.delta; scope patch open.jsonl.scm x.delta -o again.scm",
	          .opts = opts },
	.synopsis = "[-o FILE] MANIFEST DELTA",
	.family = SC_PROVE,
	.main = patch_main,
};
