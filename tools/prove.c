/* SPDX-License-Identifier: Apache-2.0 */
/* prove -- a small proof from a large manifest: that a record is listed, that a key is or is not. */
#include <scope/cmd.h>
#include <scope/manifest.h>
#include <scope/output.h>
#include <scope/proof.h>

#include <stdio.h>

struct conf {
	sc_str record, has, lacks, output;
	uint64_t lines, memory;
};

#define AT(f) offsetof(struct conf, f)
static const struct sc_opt opts[] = {
	{ "record", "ID", "that this record is listed, with the line that says what it is",
	  AT(record), 0, SC_OPT_STR },
	{ "has", "cid|url|doi|host|site", "that records with this are listed; its VALUE comes next",
	  AT(has), 0, SC_OPT_CHOICE },
	{ "lacks", "cid|url|doi|host|site", "that none is; its VALUE comes next", AT(lacks), 0,
	  SC_OPT_CHOICE },
	{ "lines", "N",
	  "with --has: show the lines where there are no more than these (default 16)", AT(lines),
	  0, SC_OPT_NUM },
	{ "memory", "SIZE", "for sorting, before it spills to TMPDIR (default 160MiB)", AT(memory),
	  0, SC_OPT_SIZE },
	{ "output", "FILE", "where it goes (default: standard output)", AT(output), 'o',
	  SC_OPT_STR },
	{ NULL, NULL, NULL, 0, 0, SC_OPT_FLAG },
};

static int misuse(struct sc_err *e)
{
	sc_fail(e,
	        "prove: say one of --record ID, --has KIND VALUE, --lacks KIND VALUE, and then one manifest");
	return 2;
}

/* argv: VALUE where a key is asked for, MANIFEST. */
static int prove(const struct conf *c, struct sc_arena *a, int argc, char **argv, struct sc_err *e)
{
	struct sc_prove q = { .kind = c->has.n     ? SC_PROOF_HAS
		                      : c->lacks.n ? SC_PROOF_LACKS
		                                   : SC_PROOF_RECORD,
		              .key = c->has.n     ? c->has
		                     : c->lacks.n ? c->lacks
		                                  : SC_STR("cid"),
		              .lines_most = c->lines ? c->lines : 16,
		              .memory = c->memory ? (size_t)c->memory : 160 << 20 };
	int nvalue = q.kind != SC_PROOF_RECORD, rc;
	struct sc_buf b = { 0 };

	if ((c->record.n > 0) + (c->has.n > 0) + (c->lacks.n > 0) != 1 || argc != nvalue + 1)
		return misuse(e);
	rc = sc_prove_key(a, q.key, nvalue ? sc_str_c(argv[0]) : c->record, &q.value, e);
	if (rc == SC_OK)
		rc = sc_prove(sc_manifest_at(a, sc_str_c(argv[nvalue])), &q, &b, e);
	if (rc == SC_OK)
		rc = sc_output_whole(c->output, SC_STR(""), sc_buf_str(&b), e);
	sc_buf_free(&b);
	return rc == SC_OK ? 0 : rc == SC_BAD ? 1 : 2;
}

static int prove_main(int argc, char **argv, struct sc_err *e)
{
	extern const struct sc_cmd cmd_prove;
	struct conf c = { .lines = 0 };
	struct sc_arena a = { 0 };
	struct sc_optset set[] = { { opts, &c } };
	const struct sc_opt *tables[] = { opts };
	bool help = false;
	int first = sc_opt_parse(set, 1, argc, argv, &a, &help, e), status = 2;

	if (help) {
		sc_help_print("scope prove", &cmd_prove.card, cmd_prove.synopsis, tables, 1);
		status = 0;
	} else if (first >= 0) {
		status = prove(&c, &a, argc - first, argv + first, e);
	}
	if (status == 1)
		fprintf(stderr, "scope: %s\n", e->msg);
	sc_arena_free(&a);
	return status;
}

extern const struct sc_cmd cmd_prove;
const struct sc_cmd cmd_prove = {
	.card = { .name = "prove",
	          .about =
	                  "a small proof that a record is listed, or that a host, site, URL or DOI is not",
	          .more = "The proof is text, scope-proof(5), a few kilobytes whatever the manifest's size.  Who has it and a root needs neither manifest nor corpus: "
	                  "`scope verify PROOF --root sha256:HEX`.  What a proof does not cover is written into it.\n\n"
	                  "Hosts and sites are brought to the form that manifests have (lower case, ASCII); all else is taken as it is spelled.  A folder stands for the manifest.scm in it.  "
	                  "Exit status 0: the proof was written; 1: it is not so; 2: it could not be looked at.",
	          .example = "scope prove --lacks host www.example-news.com open.jsonl.scm",
	          .opts = opts },
	.synopsis = "--record ID | --has KIND VALUE | --lacks KIND VALUE  MANIFEST",
	.family = SC_PROVE,
	.main = prove_main,
};
