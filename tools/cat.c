/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cat -- read shards and write them, in their own format or another: no stage at all.  With --verified it is the door of training: only
 * what a signed manifest lists is given out, and a receipt says what that was.
 */
#include <scope/cmd.h>
#include <scope/digest.h>
#include <scope/manifest.h>
#include <scope/receipt.h>
#include <scope/run.h>
#include <scope/text.h>

struct conf {
	sc_str verified, receipt;
};

static const struct sc_opt opts[] = {
	{ "verified", "CHECKPOINT",
	  "give out only what the MANIFEST lists, which this checkpoint names (-: which is signed itself)",
	  offsetof(struct conf, verified), 0, SC_OPT_STR },
	{ "receipt", "FILE", "with --verified: write down what was given out",
	  offsetof(struct conf, receipt), 0, SC_OPT_STR },
	{ NULL, NULL, NULL, 0, 0, SC_OPT_FLAG },
};

struct job {
	struct conf conf;
	struct sc_trust trust;
	struct sc_run_conf run;
	struct sc_arena a;
	struct sc_door *door;
	struct sc_sha256 *order;
};

/* ---- the receipt ---- */

static int given_out(void *with, struct sc_arena *a, struct sc_record *r, struct sc_err *e)
{
	struct job *j = with;
	char line[72] = "sha256:";

	(void)a;
	(void)e;
	sc_hex(r->id, 32, line + 7);
	line[71] = '\n';
	sc_sha256_add(j->order, (sc_str){ line, sizeof line });
	return SC_OK;
}

static int receipt(struct job *j, const struct sc_plan *p, struct sc_err *e)
{
	struct sc_receipt r = *sc_door_facts(j->door);
	const struct sc_shard_out *v;
	struct sc_summary s;
	struct sc_buf b = { 0 };
	int rc;

	sc_run_summary(p, &s);
	r.in = s.in;
	r.emitted = s.kept;
	r.dropped = s.dropped;
	r.rejected = s.rejected;
	sc_sha256_end(j->order, r.order);
	v = sc_run_outs(p, &r.nout);
	r.out = SC_NEW(&j->a, struct sc_shard_out, r.nout + 1);
	if (r.nout)
		memcpy(r.out, v, r.nout * sizeof *v);
	r.tool = SC_STR("scope " SCOPE_VERSION);
	r.created = sc_created(&j->a);
	sc_receipt_put(&b, &r);
	rc = sc_output_whole(j->conf.receipt, SC_STR("none"), sc_buf_str(&b), e);
	sc_buf_free(&b);
	return rc;
}

/* ---- through the door ---- */

static int door(struct job *j, int first, int argc, char **argv, struct sc_err *e)
{
	size_t memory = j->run.memory ? (size_t)j->run.memory : 16 << 20;
	sc_str group, text_field;

	if (first >= argc)
		return sc_fail(e, "cat: --verified takes the manifest first, then the shards");
	SC_TRY(sc_door_open(&j->door, j->conf.verified,
	                    sc_manifest_at(&j->a, sc_str_c(argv[first])), &j->trust, memory, e));
	sc_door_reading(j->door, &group, &text_field);
	j->run.group = j->run.group.n ? j->run.group : group;
	j->run.text_field = j->run.text_field.n ? j->run.text_field : text_field;
	return SC_OK;
}

static int verified(struct job *j, struct sc_plan *p, int first, int argc, char **argv,
                    struct sc_err *e)
{
	int rc;

	SC_TRY(sc_plan_filter(p, &sc_door_filter, &j->door, sc_door_facts(j->door)->manifest_name,
	                      false, e));
	j->order = sc_sha256_new();
	sc_sha256_start(j->order);
	sc_plan_tap(p, given_out, j);
	rc = sc_run_shards(p, first, argc, argv, e);
	if (rc == SC_FAIL || !j->conf.receipt.n)
		return rc;
	return receipt(j, p, e) == SC_OK ? rc : SC_FAIL;
}

static int cat(struct job *j, int first, int argc, char **argv, struct sc_err *e)
{
	struct sc_plan *p = NULL;
	int rc;

	if (j->conf.receipt.n && !j->conf.verified.n) {
		sc_fail(e, "cat: a receipt is of what --verified let through");
		return 2;
	}
	if (j->conf.verified.n && door(j, first++, argc, argv, e) < 0)
		return 2;
	if (sc_plan_new(&p, &j->run, e) < 0)
		return 2;
	if (!j->conf.verified.n)
		return sc_run_main(p, first, argc, argv, e);
	rc = verified(j, p, first, argc, argv, e);
	sc_plan_free(p);
	return rc == SC_OK ? 0 : rc == SC_BAD ? 1 : 2;
}

static int cat_main(int argc, char **argv, struct sc_err *e)
{
	extern const struct sc_cmd cmd_cat;
	struct job j = { .door = NULL };
	struct sc_optset set[] = { { opts, &j.conf },
		                   { sc_trust_opts, &j.trust },
		                   { sc_run_opts, &j.run } };
	const struct sc_opt *tables[] = { opts, sc_trust_opts, sc_run_opts };
	bool help = false;
	int first = sc_opt_parse(set, 3, argc, argv, &j.a, &help, e), rc = 2;

	if (help) {
		sc_help_print("scope cat", &cmd_cat.card, cmd_cat.synopsis, tables, 3);
		rc = 0;
	} else if (first >= 0) {
		rc = cat(&j, first, argc, argv, e);
	}
	sc_door_free(j.door);
	sc_sha256_free(j.order);
	sc_arena_free(&j.a);
	return rc;
}

extern const struct sc_cmd cmd_cat;
const struct sc_cmd cmd_cat = {
	.card = { .name = "cat",
	          .about = "read shards and write them, in their own format or another",
	          .more = "--to tsv has a line a record: shard, ordinal, offset, length, name, number of parts, bytes.\n\n"
	                  "With --verified CHECKPOINT the first operand is a manifest, or the folder with a manifest.scm, and only records come through whose identity it lists; all others are "
	                  "rejected.  CHECKPOINT is the proof that a signed version log has an entry which names this manifest; with - the manifest itself is signed, in "
	                  "MANIFEST.sig.  --key or --signers say whose signature counts.  --receipt FILE writes down what was given out, in which "
	                  "order; `scope bind` signs it together with weights.",
	          .example = "scope cat --to tsv docs.jsonl",
	          .opts = opts },
	.synopsis =
	        "[--to jsonl|tsv|tar|zip|warc|frame] [--verified CHECKPOINT [--receipt FILE] MANIFEST] [OPTION...] [SHARD...]",
	.family = SC_WORK,
	.shared = sc_trust_opts,
	.main = cat_main,
};
