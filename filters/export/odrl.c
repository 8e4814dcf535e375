/* SPDX-License-Identifier: Apache-2.0 */
/*
 * export/odrl -- who may have a corpus and on what terms, by its charter's `access`: an ODRL 2.2 policy in JSON-LD.
 *
 * The policy is a Set: it states rules and is no agreement.  Records keep the licences that they have; the policy is about the corpus as a whole.
 */
#include <scope/charter_export.h>
#include <scope/check.h>
#include <scope/export.h>
#include <scope/facts.h>
#include <scope/spdx.h>
#include <scope/text.h>

#include <scope/digest.h>

struct conf {
	struct sc_charter_asked asked;
};

static const struct sc_opt opts[] = {
	SC_CHARTER_OPTS(struct conf),
	{ NULL, NULL, NULL, 0, 0, SC_OPT_FLAG },
};

struct work {
	struct sc_json_writer w;
	struct sc_charter_words words;
	const struct sc_directive *access, *expire;
	sc_str record_root; /* "sha256:HEX" */
	struct sc_arena a;
};

/* A file of terms beside the charter: its digest, so that nobody can change it later. */
static void policy_file(struct work *k, sc_str name)
{
	sc_str path = sc_fmt(&k->a, "%.*s/%.*s", SC_ARG(k->words.c.folder), SC_ARG(name)), bytes;
	struct sc_err why = { 0 };
	uint8_t digest[32];
	char hex[64];

	sc_jw_object(&k->w, NULL);
	sc_jw_str(&k->w, "rdfs:label", name);
	if (sc_file_read(path, 16 << 20, &k->a, &bytes, &why) == SC_OK) {
		sc_sha256_of(bytes, digest);
		sc_hex(digest, 32, hex);
		sc_jw_fmt(&k->w, "@id", "urn:sha256:%.64s", hex);
	} else {
		sc_jw_str(&k->w, "rdfs:comment",
		          SC_STR("it does not lie beside the charter: no digest can be given"));
	}
	sc_jw_end(&k->w);
}

/* terms=A+B: SPDX identifiers and files. */
static void terms(struct work *k)
{
	sc_str rest = k->access->terms, one;

	sc_jw_array(&k->w, "dcterms:license");
	while (rest.p && sc_str_cut(&rest, '+', &one)) {
		sc_str id = sc_spdx_id(one);

		if (!one.n)
			continue;
		if (id.n)
			sc_jw_ref(&k->w, NULL,
			          sc_fmt(&k->a, "https://spdx.org/licenses/%.*s", SC_ARG(id)));
		else
			policy_file(k, one);
	}
	sc_jw_end(&k->w);
}

static void constraint(struct work *k)
{
	if (!k->expire)
		return;
	sc_jw_array(&k->w, "constraint");
	sc_jw_object(&k->w, NULL);
	sc_jw_str(&k->w, "leftOperand", SC_STR("dateTime"));
	sc_jw_str(&k->w, "operator", SC_STR("lteq"));
	sc_jw_object(&k->w, "rightOperand");
	sc_jw_str(&k->w, "@value", k->expire->until);
	sc_jw_str(&k->w, "@type", SC_STR("xsd:date"));
	sc_jw_end(&k->w);
	sc_jw_end(&k->w);
	sc_jw_end(&k->w);
}

static void duty(struct work *k)
{
	if (!sc_str_eq(k->access->recipients, SC_STR("release-log")))
		return;
	sc_jw_array(&k->w, "duty");
	sc_jw_object(&k->w, NULL);
	sc_jw_str(&k->w, "action", SC_STR("inform"));
	sc_jw_str(
	        &k->w, "rdfs:comment",
	        SC_STR("each release is an entry of the corpus's version log: to whom, on what terms"));
	sc_jw_end(&k->w);
	sc_jw_end(&k->w);
}

static void permission(struct work *k)
{
	static const sc_str actions[] = { SC_LIT("use"), SC_LIT("distribute") };

	sc_jw_array(&k->w, "permission");
	for (size_t i = 0; i < SC_COUNT(actions); i++) {
		sc_jw_object(&k->w, NULL);
		sc_jw_fmt(&k->w, "target", "urn:scope:record-root:%.*s", SC_ARG(k->record_root));
		sc_jw_str(&k->w, "action", actions[i]);
		constraint(k);
		duty(k);
		sc_jw_end(&k->w);
	}
	sc_jw_end(&k->w);
}

static void policy(struct work *k)
{
	static const char *const prefixes[][2] = { { "dcterms", "http://purl.org/dc/terms/" },
		                                   { "rdfs",
		                                     "http://www.w3.org/2000/01/rdf-schema#" },
		                                   { "xsd", "http://www.w3.org/2001/XMLSchema#" } };
	struct sc_json_writer *w = &k->w;
	char hex[64];

	sc_hex(k->words.c.sha256, 32, hex);
	sc_jw_object(w, NULL);
	sc_jw_array(w, "@context");
	sc_jw_str(w, NULL, SC_STR("http://www.w3.org/ns/odrl.jsonld"));
	sc_jw_object(w, NULL);
	for (size_t i = 0; i < SC_COUNT(prefixes); i++)
		sc_jw_str(w, prefixes[i][0], sc_str_c(prefixes[i][1]));
	sc_jw_end(w);
	sc_jw_end(w);
	sc_jw_str(w, "@type", SC_STR("Set"));
	sc_jw_fmt(w, "uid", "urn:scope:charter:sha256:%.64s", hex);
	sc_jw_fmt(w, "dcterms:title", "%.*s, version %.*s", SC_ARG(k->words.c.name),
	          SC_ARG(k->words.c.version));
	sc_jw_some(w, "dcterms:publisher", sc_charter_says(&k->words, SC_D_OWNER));
	sc_jw_some(w, "dcterms:description", sc_charter_says(&k->words, SC_D_PURPOSE));
	terms(k);
	permission(k);
	sc_jw_str(
	        w, "rdfs:comment",
	        SC_STR("What this policy cannot say: the licences of the records, which stay theirs; what the charter denies, allows and limits, which the gate "
	               "measures; and whether a purpose is the one that was stated."));
	sc_jw_end(w);
}

static int find(struct work *k, sc_str charter, struct sc_err *e)
{
	if (!k->words.there)
		return sc_fail(e, "export odrl: --charter FILE says whose access it is");
	for (size_t i = 0; i < k->words.c.n; i++) {
		const struct sc_directive *d = &k->words.c.v[i];

		if (d->kind == SC_D_ACCESS)
			k->access = d;
		if (d->kind == SC_D_EXPIRE)
			k->expire = d;
	}
	return k->access
	               ? SC_OK
	               : sc_fail(e,
	                         "%.*s: it has no line `access terms=... recipients=...`, which the policy is made of",
	                         SC_ARG(charter));
}

static int run(const void *conf, struct sc_manifest_lines *m, struct sc_output *out,
               struct sc_err *e)
{
	const struct conf *c = conf;
	struct work k = { .w = { .out = out } };
	struct sc_facts *f = sc_facts_new(0, 1 << 20);
	int rc = sc_facts_read(f, m, e);

	if (rc == SC_OK) {
		k.record_root = sc_facts_seen(f)->stated.record_root;
		rc = sc_charter_words_read(&c->asked, k.record_root, &k.words, e);
	}
	if (rc == SC_OK)
		rc = find(&k, c->asked.charter, e);
	if (rc == SC_OK) {
		policy(&k);
		rc = sc_jw_finish(&k.w, e);
	}
	sc_charter_words_free(&k.words);
	sc_facts_free(f);
	sc_arena_free(&k.a);
	return rc;
}

extern const struct sc_exporter export_odrl;
const struct sc_exporter export_odrl = {
	.card = { .name = "export/odrl",
	          .about =
	                  "who may have the corpus and on what terms, by its charter, as an ODRL 2.2 policy",
	          .more = "Made of the charter's `access` line: terms= are SPDX identifiers and files of terms, joined by +, of which those beside the charter get their "
	                  "SHA-256; recipients=release-log is a duty to record each release; `expire` is a constraint.  What ODRL cannot say is named in the policy.",
	          .example = "scope export odrl --charter lab.charter open.jsonl.scm",
	          .opts = opts,
	          .conf = sizeof(struct conf),
	          .revision = 1 },
	.run = run,
};
