/* SPDX-License-Identifier: Apache-2.0 */
/* gate -- a charter held against a manifest: a line for each directive, and an exit status. */
#include <scope/cmd.h>
#include <scope/gate.h>
#include <scope/gate_text.h>
#include <scope/text.h>

#include <stdio.h>
#include <stdlib.h>

struct conf {
	struct sc_trust trust;
	sc_str log, what_if, attest, sign;
	struct sc_strs shards, rules;
	uint64_t memory;
	bool json, junit, quiet;
};

#define AT(f) offsetof(struct conf, f)
static const struct sc_opt opts[] = {
	{ "what-if", "M1,M2", "with and without these modifications of the charter, side by side",
	  AT(what_if), 0, SC_OPT_STR },
	{ "shards", "FILE",
	  "of the corpus, for expressions that look at text; may be given several times",
	  AT(shards), 0, SC_OPT_LIST },
	{ "log", "FILE", "the version log that names the releases", AT(log), 0, SC_OPT_STR },
	{ "rules", "FILE",
	  "rules that tag/domain was run with, beside ours or instead; may be given several times",
	  AT(rules), 0, SC_OPT_LIST },
	{ "json", NULL, "all that was measured, as one JSON object", AT(json), 0, SC_OPT_FLAG },
	{ "junit", NULL, "a test case for each directive, for CI systems", AT(junit), 0,
	  SC_OPT_FLAG },
	{ "attest", "FILE",
	  "write the verdict there, an in-toto statement in a DSSE envelope signed with --sign",
	  AT(attest), 0, SC_OPT_STR },
	{ "sign", "KEY", "the private key of --attest: PEM, or OpenSSH's", AT(sign), 0,
	  SC_OPT_STR },
	{ "memory", "SIZE", "for tables, before they spill to TMPDIR (default 64MiB)", AT(memory),
	  0, SC_OPT_SIZE },
	{ "quiet", NULL, "the exit status alone", AT(quiet), 'q', SC_OPT_FLAG },
	{ NULL, NULL, NULL, 0, 0, SC_OPT_FLAG },
};

/* The mistake, its line, and a caret below it. */
static void say_mistake(const struct sc_charter *c, const struct sc_err *e)
{
	struct sc_arena a = { 0 };
	sc_str before = sc_escape(&a, sc_str_head(c->wrong_text, c->wrong_column - 1));
	sc_str line = sc_escape(&a, sc_str_head(c->wrong_text, 512));

	fprintf(stderr, "scope: %s\n", e->msg);
	if (c->wrong_line && before.n <= 512)
		fprintf(stderr, "  %.*s\n  %*s^\n", SC_ARG(line), (int)sc_columns(before), "");
	sc_arena_free(&a);
}

static void names_split(struct sc_arena *a, sc_str s, struct sc_strs *out)
{
	sc_str one;
	size_t n = 1;

	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == ',';
	out->v = SC_NEW(a, sc_str, n);
	while (s.n && sc_str_cut(&s, ',', &one)) {
		if (one.n)
			out->v[out->n++] = one;
		if (!s.p)
			break;
	}
}

static int print(const struct conf *c, const struct sc_gate_conf *conf, const struct sc_gate *g,
                 struct sc_err *e)
{
	struct sc_buf b = { 0 };
	int rc = SC_OK;

	if (c->json)
		sc_gate_json(&b, conf, g);
	else if (c->junit)
		sc_gate_junit(&b, conf, g);
	else if (!c->quiet)
		sc_gate_text(&b, conf, g);
	if (b.n && fwrite(b.p, 1, b.n, stdout) != b.n)
		rc = sc_fail(e, "standard output: it cannot be written");
	sc_buf_free(&b);
	return rc;
}

static int run(const struct conf *c, struct sc_arena *a, const struct sc_charter *ch, int argc,
               char **argv, struct sc_err *e)
{
	static const int status[] = {
		[SC_GATE_PASS] = 0, [SC_GATE_VIOLATED] = 1, [SC_GATE_UNDECIDED] = 3
	};
	struct sc_gate_conf conf = { .charter = ch,
		                     .manifest = sc_manifest_at(a, sc_str_c(argv[1])),
		                     .audit = argc > 2 ? sc_str_c(argv[2]) : SC_STR(""),
		                     .log = c->log,
		                     .rules = c->rules,
		                     .shards = c->shards,
		                     .trust = c->trust,
		                     .memory = c->memory };
	struct sc_gate g = { .n = 0 };
	int rc;

	names_split(a, c->what_if, &conf.what_if);
	rc = sc_gate_run(&conf, &g, e);
	if (rc == SC_OK)
		rc = print(c, &conf, &g, e);
	if (rc == SC_OK && c->attest.n)
		rc = sc_gate_attest(c->attest, c->sign, &conf, &g, e);
	rc = rc == SC_OK ? status[g.v[0].verdict] : 2;
	sc_gate_free(&g);
	return rc;
}

static int gate_main(int argc, char **argv, struct sc_err *e)
{
	extern const struct sc_cmd cmd_gate;
	struct conf c = { .json = false };
	struct sc_arena a = { 0 };
	struct sc_optset set[] = { { opts, &c }, { sc_trust_opts, &c.trust } };
	const struct sc_opt *tables[] = { opts, sc_trust_opts };
	struct sc_charter ch = { .n = 0 };
	bool help = false;
	int first = sc_opt_parse(set, 2, argc, argv, &a, &help, e), status = 2, rc;

	if (help) {
		sc_help_print("scope gate", &cmd_gate.card, cmd_gate.synopsis, tables, 2);
		status = 0;
	} else if (first >= 0 && (argc - first < 2 || argc - first > 3)) {
		sc_fail(e, "gate: say a charter, a manifest, and an audit if there is one");
	} else if (first >= 0 && c.attest.n && !c.sign.n) {
		sc_fail(e, "gate: --attest wants --sign KEY, which signs it");
	} else if (first >= 0) {
		rc = sc_charter_read(sc_str_c(argv[first]), &ch, e);
		if (rc == SC_BAD) {
			say_mistake(&ch, e);
			*e->msg = 0;
		}
		if (rc == SC_OK)
			status = run(&c, &a, &ch, argc - first, argv + first, e);
		sc_charter_free(&ch);
	}
	sc_arena_free(&a);
	return status;
}

extern const struct sc_cmd cmd_gate;
const struct sc_cmd cmd_gate = {
	.card = { .name = "gate",
	          .about =
	                  "hold a charter against a manifest: a line for each directive, and an exit status",
	          .more = "CHARTER says what a corpus is for and what may be in it, scope-charter(5).  Each directive is measured; what no step of the run could have "
	                  "found out is undecided, never a pass.\n\nExit status 0: pass; 1: violated; 2: it could not be run, or the charter has a mistake, which is shown with "
	                  "its line and column; 3: undecided.\n\n--what-if measures the corpus with and without modifications of the charter in the same pass.  Likelihoods are "
	                  "printed as ranges and as whose word they are.",
	          .example = "scope gate open.charter open.jsonl.scm",
	          .opts = opts },
	.synopsis = "[--what-if M1[,M2]] [--json|--junit] [--log FILE] CHARTER MANIFEST [AUDIT]",
	.family = SC_PROVE,
	.main = gate_main,
};
