/* SPDX-License-Identifier: Apache-2.0 */
/*
 * export/odrl -- who may have a corpus and on what terms, by its charter's `access`: an ODRL 2.2 policy in JSON-LD.
 *
 * scope/odrl.h writes the policy.  Records keep the licences that they have; these stand in it in words, with what they ask.
 */
#include <scope/facts.h>
#include <scope/odrl.h>
#include <scope/spdx.h>

enum { LICENCES_SHOWN = 25 };

struct conf {
	struct sc_charter_asked asked;
	uint64_t memory;
};

static const struct sc_opt opts[] = {
	SC_CHARTER_OPTS(struct conf),
	{ "memory", "SIZE", "for counting, before it spills to TMPDIR (default 64MiB)",
	  offsetof(struct conf, memory), 0, SC_OPT_SIZE },
	{ NULL, NULL, NULL, 0, 0, SC_OPT_FLAG },
};

/* "records under CC-BY-4.0: 12 (attribution, notice)" */
static sc_str licence_words(struct sc_arena *a, const struct sc_fact_row *row)
{
	struct sc_buf b = { .a = a };
	uint32_t terms = sc_spdx_id(row->value).n ? sc_spdx_terms(sc_spdx_id(row->value)) : 0;
	const char *sep = " (";

	sc_buf_fmt(&b, "records under %.*s: %ju", SC_ARG(row->value), (uintmax_t)row->records);
	for (size_t i = 0; i < SC_TERMS; i++) {
		if (!(terms & UINT32_C(1) << i))
			continue;
		sc_buf_fmt(&b, "%s%s", sep, sc_spdx_term_name(i, NULL));
		sep = ", ";
	}
	if (terms)
		sc_buf_byte(&b, ')');
	return sc_buf_seal(&b);
}

static int licences(struct sc_facts *f, struct sc_arena *a, struct sc_strs *out, struct sc_err *e)
{
	const struct sc_facts_seen *seen = sc_facts_seen(f);
	struct sc_fact_list *list;
	struct sc_fact_row row;
	uint64_t more = 0;
	int rc;

	out->v = SC_NEW(a, sc_str, LICENCES_SHOWN + 2);
	SC_TRY(sc_facts_list(f, SC_FACT_LICENCE, SC_BY_RECORDS, &list, e));
	while ((rc = sc_fact_next(list, &row, e)) == SC_OK) {
		if (out->n < LICENCES_SHOWN)
			out->v[out->n++] = licence_words(a, &row);
		else
			more += row.records;
	}
	sc_fact_list_free(list);
	if (more)
		out->v[out->n++] = sc_fmt(a, "records under other licences: %ju", (uintmax_t)more);
	if (seen->key[SC_FACT_LICENCE].lacking.records)
		out->v[out->n++] = sc_fmt(a, "records whose licence nobody looked for: %ju",
		                          (uintmax_t)seen->key[SC_FACT_LICENCE].lacking.records);
	return rc == SC_EOF ? SC_OK : rc;
}

static int asked(const struct conf *c, const struct sc_charter_words *w, struct sc_err *e)
{
	if (!w->there)
		return sc_fail(e, "export odrl: --charter FILE says whose access it is");
	if (!sc_odrl_has(w))
		return sc_fail(
		        e,
		        "%.*s: it has no line `access terms=... recipients=...`, which the policy is made of",
		        SC_ARG(c->asked.charter));
	return SC_OK;
}

static int run(const void *conf, struct sc_manifest_lines *m, struct sc_output *out,
               struct sc_err *e)
{
	const struct conf *c = conf;
	struct sc_json_writer w = { .out = out };
	struct sc_charter_words words = { .there = false };
	struct sc_odrl policy = { .words = &words };
	struct sc_arena a = { 0 };
	struct sc_facts *f = sc_facts_new(1u << SC_FACT_LICENCE, c->memory ? c->memory : 64 << 20);
	int rc = sc_facts_read(f, m, e);

	if (rc == SC_OK) {
		policy.record_root = sc_facts_seen(f)->stated.record_root;
		rc = sc_charter_words_read(&c->asked, policy.record_root, &words, e);
	}
	if (rc == SC_OK)
		rc = asked(c, &words, e);
	if (rc == SC_OK)
		rc = licences(f, &a, &policy.rights, e);
	if (rc == SC_OK) {
		sc_odrl_put(&w, NULL, &policy);
		rc = sc_jw_finish(&w, e);
	}
	sc_charter_words_free(&words);
	sc_facts_free(f);
	sc_arena_free(&a);
	return rc;
}

extern const struct sc_exporter export_odrl;
const struct sc_exporter export_odrl = {
	.card = { .name = "export/odrl",
	          .about =
	                  "who may have the corpus and on what terms, by its charter, as an ODRL 2.2 policy",
	          .more = "Made of the charter's access lines: terms= are SPDX identifiers and files of terms, joined by +.  What a reviewed licence allows, forbids "
	                  "and asks is said in ODRL's actions; a file, or a licence nobody reviewed, gives read alone, with the duty to review it.  recipients=release-log "
	                  "is a duty to inform, `expire` a constraint.  What ODRL cannot say is named in the policy.",
	          .example = "scope export odrl --charter lab.charter open.jsonl.scm",
	          .opts = opts,
	          .conf = sizeof(struct conf),
	          .revision = 2 },
	.run = run,
};
