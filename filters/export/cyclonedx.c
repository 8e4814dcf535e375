/* SPDX-License-Identifier: Apache-2.0 */
/*
 * export/cyclonedx -- CycloneDX 1.7: the corpus as a component of type data, its shards as its parts, what went in as its ancestors, the steps as a
 * workflow.
 *
 * The schema is strict about SPDX ids: what the list has goes in as id, expressions as expressions, other people's names as names; a state (none,
 * unknown, conflict) is no licence and is counted in properties.  docs/scope-export.7 says where each value comes from.
 */
#include <scope/corpus.h>
#include <scope/digest.h>
#include <scope/json_write.h>
#include <scope/spdx.h>
#include <scope/text.h>

#include <stdio.h>

struct conf {
	struct sc_said said;
	sc_str classification;
};

static const struct sc_opt opts[] = {
	SC_SAID_OPTS(struct conf),
	{ "classification", "TEXT", "who may see it: public, internal ...",
	  offsetof(struct conf, classification), 0, SC_OPT_STR },
	{ NULL, NULL, NULL, 0, 0, SC_OPT_FLAG },
};

struct work {
	struct sc_json_writer w;
	struct sc_corpus c;
	struct sc_said said;
	sc_str classification;
	unsigned missing;
};

/* ---- small things ---- */

static void property(struct work *k, const char *name, sc_str value)
{
	sc_jw_object(&k->w, NULL);
	sc_jw_str(&k->w, "name", sc_str_c(name));
	sc_jw_str(&k->w, "value", value);
	sc_jw_end(&k->w);
}

static void number(struct work *k, const char *name, uint64_t v)
{
	char text[24];

	snprintf(text, sizeof text, "%ju", (uintmax_t)v);
	property(k, name, sc_str_c(text));
}

static void digest(struct work *k, const char *name, const uint8_t sha256[32])
{
	char text[71] = "sha256:";

	sc_hex(sha256, 32, text + 7);
	property(k, name, (sc_str){ text, sizeof text });
}

static void hashes(struct work *k, const uint8_t sha256[32])
{
	sc_jw_array(&k->w, "hashes");
	sc_jw_object(&k->w, NULL);
	sc_jw_str(&k->w, "alg", SC_STR("SHA-256"));
	sc_jw_hex(&k->w, "content", sha256, 32);
	sc_jw_end(&k->w);
	sc_jw_end(&k->w);
}

/* An application-made UUID (RFC 9562, version 8) of these lines, so that the same manifest has the same number. */
static void serial(struct work *k)
{
	uint8_t sum[32], *u = sum;
	char seed[64 + 64 + 16] = "scope-cyclonedx:";

	sc_hex(k->c.record_root, 32, seed + 16);
	sc_hex(k->c.has_lines ? k->c.lines : k->c.manifest, 32, seed + 80);
	sc_sha256_of((sc_str){ seed, sizeof seed }, sum);
	u[6] = (uint8_t)((u[6] & 0x0f) | 0x80);
	u[8] = (uint8_t)((u[8] & 0x3f) | 0x80);
	sc_jw_fmt(&k->w, "serialNumber",
	          "urn:uuid:%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
	          u[0], u[1], u[2], u[3], u[4], u[5], u[6], u[7], u[8], u[9], u[10], u[11], u[12],
	          u[13], u[14], u[15]);
}

/* ---- licences ---- */

static void one_licence(struct work *k, const struct sc_tally *t, const char *acknowledged,
                        uint64_t records)
{
	struct sc_json_writer *w = &k->w;
	bool ref = sc_str_find(t->what, SC_STR("Ref-")) != SC_NONE;
	bool listed = !ref && sc_str_eq(sc_spdx_id(t->what), t->what);
	bool name = ref && sc_str_chr(t->what, ' ') == SC_NONE;

	if (!records)
		return;
	sc_jw_object(w, NULL);
	if (listed || name)
		sc_jw_object(w, "license");
	sc_jw_str(w, listed ? "id" : name ? "name" : "expression", t->what);
	sc_jw_str(w, "acknowledgement", sc_str_c(acknowledged));
	sc_jw_array(w, "properties");
	number(k, "scope:records", records);
	sc_jw_end(w);
	if (listed || name)
		sc_jw_end(w);
	sc_jw_end(w);
}

static void licences(struct work *k)
{
	if (!k->c.stated[SC_STATED_LICENCE])
		return;
	sc_jw_array(&k->w, "licenses");
	for (size_t i = 0; i < k->c.licence.n; i++) {
		const struct sc_tally *t = &k->c.licence.v[i];

		if (t->stated != SC_STATED_LICENCE)
			continue;
		one_licence(k, t, "declared", t->declared);
		one_licence(k, t, "concluded", t->records - t->declared);
	}
	sc_jw_end(&k->w);
}

/* ---- components ---- */

static void tallies(struct work *k, const char *prefix, const struct sc_tallies *t)
{
	for (size_t i = 0; i < t->n; i++)
		number(k,
		       sc_cstr(&k->c.a, sc_fmt(&k->c.a, "%s:%.*s", prefix, SC_ARG(t->v[i].what))),
		       t->v[i].records);
	if (t->more)
		number(k, sc_cstr(&k->c.a, sc_fmt(&k->c.a, "%s (others)", prefix)), t->more);
}

static void content_properties(struct work *k)
{
	struct sc_arena *a = &k->c.a;

	sc_jw_array(&k->w, "properties");
	number(k, "scope:records", k->c.seen->all.records);
	number(k, "scope:occurrences", k->c.seen->occurrences);
	number(k, "scope:bytes", k->c.seen->all.bytes);
	number(k, "scope:stored-bytes", k->c.seen->out_bytes);
	digest(k, "scope:record-root", k->c.record_root);
	if (k->c.has_key_root)
		digest(k, "scope:key-root", k->c.key_root);
	if (k->c.has_lines)
		digest(k, "scope:lines", k->c.lines);
	tallies(k, "scope:media", &k->c.media);
	tallies(k, "scope:domain", &k->c.domain);
	tallies(k, "scope:rights", &k->c.rights);
	for (size_t i = SC_STATED_NONE; i < SC_STATEDS; i++)
		if (k->c.stated[i])
			number(k,
			       sc_cstr(a, sc_fmt(a, "scope:no licence is known (%s)",
			                         sc_stated_words((enum sc_licence_is)i))),
			       k->c.stated[i]);
	for (size_t i = 0; i < SC_WITHOUTS; i++)
		number(k,
		       sc_cstr(a, sc_fmt(a, "scope:records without %s",
		                         sc_without_name((enum sc_without)i))),
		       sc_facts_without(k->c.seen, (enum sc_without)i));
	sc_jw_end(&k->w);
}

static void data(struct work *k)
{
	struct sc_json_writer *w = &k->w;
	sc_str url = k->said.base.n ? k->said.base : k->said.url;

	sc_jw_array(w, "data");
	sc_jw_object(w, NULL);
	sc_jw_str(w, "bom-ref", SC_STR("data"));
	sc_jw_str(w, "type", SC_STR("dataset"));
	sc_jw_str(w, "name", sc_said_or(&k->c.a, k->said.name, "name"));
	sc_jw_object(w, "contents");
	sc_jw_some(w, "url", url);
	content_properties(k);
	sc_jw_end(w);
	sc_jw_some(w, "classification", k->classification);
	if (k->said.creator.n) {
		sc_jw_object(w, "governance");
		sc_jw_array(w, "owners");
		sc_jw_object(w, NULL);
		sc_jw_object(w, "organization");
		sc_jw_str(w, "name", k->said.creator);
		sc_jw_end(w);
		sc_jw_end(w);
		sc_jw_end(w);
		sc_jw_end(w);
	}
	sc_jw_end(w);
	sc_jw_end(w);
}

static void file(struct work *k, const char *name, size_t n, sc_str path, const uint8_t sha256[32],
                 uint64_t bytes, uint64_t records)
{
	struct sc_json_writer *w = &k->w;

	sc_jw_object(w, NULL);
	sc_jw_str(w, "type", SC_STR("file"));
	sc_jw_fmt(w, "bom-ref", "%s-%zu", name, n);
	sc_jw_str(w, "name", path);
	sc_jw_str(w, "mime-type", sc_path_media(path));
	hashes(k, sha256);
	sc_jw_array(w, "properties");
	number(k, "scope:bytes", bytes);
	number(k, "scope:records", records);
}

static void file_end(struct work *k)
{
	sc_jw_end(&k->w);
	sc_jw_end(&k->w);
}

/* What it was made from: corpora that the manifest names as parents, and the shards that were read. */
static void pedigree(struct work *k)
{
	struct sc_json_writer *w = &k->w;
	size_t n = 0;

	for (size_t i = 0; i < k->c.seen->nhead; i++)
		n += sc_str_eq(k->c.seen->head[i].key, SC_STR("parent"));
	if (!n && !k->c.seen->nin)
		return;
	sc_jw_object(w, "pedigree");
	sc_jw_array(w, "ancestors");
	n = 0;
	for (size_t i = 0; i < k->c.seen->nhead; i++) {
		if (!sc_str_eq(k->c.seen->head[i].key, SC_STR("parent")))
			continue;
		sc_jw_object(w, NULL);
		sc_jw_str(w, "type", SC_STR("data"));
		sc_jw_fmt(w, "bom-ref", "parent-%zu", ++n);
		sc_jw_str(w, "name", k->c.seen->head[i].value);
		sc_jw_end(w);
	}
	for (size_t i = 0; i < k->c.seen->nin; i++) {
		file(k, "input", i + 1, k->c.seen->in[i].path, k->c.seen->in[i].sha256,
		     k->c.seen->in[i].bytes, k->c.seen->in[i].records);
		number(k, "scope:spoilt", k->c.seen->in[i].rejected);
		file_end(k);
	}
	sc_jw_end(w);
	sc_jw_end(w);
}

/* What nobody said, and what no manifest says. */
static void unsaid(struct work *k)
{
	static const struct {
		unsigned bit;
		const char *words;
	} rows[] = { { SC_SAID_NAME, "name (--name)" },
		     { SC_SAID_URL, "data.contents.url (--base, --url)" },
		     { SC_SAID_CREATOR, "data.governance.owners, supplier (--creator)" },
		     { SC_SAID_DESCRIPTION, "description (--description)" } };

	for (size_t i = 0; i < SC_COUNT(rows); i++)
		if (k->missing & rows[i].bit)
			property(k, "scope:to be filled in", sc_str_c(rows[i].words));
	if (!k->classification.n)
		property(k, "scope:to be filled in",
		         SC_STR("data.classification (--classification)"));
	property(k, "scope:not in the manifest", SC_STR("sensitive data: no step looked for it"));
	property(k, "scope:not in the manifest",
	         SC_STR("how and when the shards that were read were collected"));
}

static void corpus(struct work *k)
{
	struct sc_json_writer *w = &k->w;

	sc_jw_object(w, "component");
	sc_jw_str(w, "type", SC_STR("data"));
	sc_jw_str(w, "bom-ref", SC_STR("corpus"));
	if (k->said.creator.n) {
		sc_jw_object(w, "supplier");
		sc_jw_str(w, "name", k->said.creator);
		sc_jw_end(w);
	}
	sc_jw_str(w, "name", sc_said_or(&k->c.a, k->said.name, "name"));
	sc_jw_some(w, "version", k->said.version);
	sc_jw_some(w, "description", k->said.description);
	hashes(k, k->c.record_root);
	licences(k);
	pedigree(k);
	data(k);
	sc_jw_array(w, "properties");
	property(
	        k, "scope:hashes",
	        SC_STR("the record-root: the RFC 6962 tree over the manifest's R lines, not of one file's bytes"));
	unsaid(k);
	sc_jw_end(w);
	sc_jw_end(w);
}

static void metadata(struct work *k)
{
	struct sc_json_writer *w = &k->w;
	sc_str tool = sc_facts_head(k->c.f, SC_STR("tool"));
	size_t space = sc_str_chr(tool, ' ');

	sc_jw_object(w, "metadata");
	sc_jw_str(w, "timestamp", sc_corpus_created(&k->c));
	sc_jw_object(w, "tools");
	sc_jw_array(w, "components");
	sc_jw_object(w, NULL);
	sc_jw_str(w, "type", SC_STR("application"));
	sc_jw_str(w, "bom-ref", SC_STR("tool"));
	sc_jw_str(w, "name", tool.n ? sc_str_head(tool, space) : SC_STR("to be filled in: tool"));
	if (space != SC_NONE)
		sc_jw_some(w, "version", sc_str_from(tool, space + 1));
	sc_jw_end(w);
	sc_jw_end(w);
	sc_jw_end(w);
	corpus(k);
	sc_jw_end(w);
}

static void components(struct work *k)
{
	sc_jw_array(&k->w, "components");
	for (size_t i = 0; i < k->c.seen->nout; i++) {
		const struct sc_shard_out *s = &k->c.seen->out[i];

		file(k, "shard", i + 1, s->path, s->stored.sha256, s->stored.bytes, s->records);
		digest(k, "scope:decompressed", s->stored.plain);
		file_end(k);
	}
	file(k, "manifest", 1, k->c.name, k->c.manifest, k->c.manifest_bytes,
	     k->c.seen->all.records);
	property(k, "scope:form", SC_STR("scope-manifest/1"));
	file_end(k);
	sc_jw_end(&k->w);
}

/* ---- how they hang together ---- */

static void refs(struct work *k, const char *key)
{
	sc_jw_array(&k->w, key);
	for (size_t i = 1; i <= k->c.seen->nout; i++)
		sc_jw_fmt(&k->w, NULL, "shard-%zu", i);
	sc_jw_str(&k->w, NULL, SC_STR("manifest-1"));
	sc_jw_end(&k->w);
}

static void dependencies(struct work *k)
{
	sc_jw_array(&k->w, "dependencies");
	sc_jw_object(&k->w, NULL);
	sc_jw_str(&k->w, "ref", SC_STR("corpus"));
	refs(k, "dependsOn");
	sc_jw_end(&k->w);
	sc_jw_end(&k->w);
}

static void compositions(struct work *k)
{
	sc_jw_array(&k->w, "compositions");
	sc_jw_object(&k->w, NULL);
	sc_jw_str(&k->w, "aggregate", SC_STR("complete"));
	sc_jw_array(&k->w, "assemblies");
	sc_jw_str(&k->w, NULL, SC_STR("corpus"));
	sc_jw_end(&k->w);
	sc_jw_array(&k->w, "dependencies");
	sc_jw_str(&k->w, NULL, SC_STR("corpus"));
	sc_jw_end(&k->w);
	sc_jw_end(&k->w);
	sc_jw_end(&k->w);
}

static void task(struct work *k, size_t i)
{
	const struct sc_step *s = &k->c.seen->step[i];
	struct sc_json_writer *w = &k->w;

	sc_jw_object(w, NULL);
	sc_jw_fmt(w, "bom-ref", "step-%zu", i + 1);
	sc_jw_fmt(w, "uid", "%04zu", i + 1);
	sc_jw_str(w, "name", s->name);
	sc_jw_array(w, "taskTypes");
	sc_jw_str(w, NULL, SC_STR("other"));
	sc_jw_end(w);
	sc_jw_array(w, "properties");
	number(k, "scope:revision", s->revision);
	property(k, "scope:rules", sc_step_rules(&k->c.a, s));
	property(k, "scope:args", s->args);
	number(k, "scope:in", s->in);
	number(k, "scope:kept", s->kept);
	number(k, "scope:dropped", s->dropped);
	number(k, "scope:rejected", s->rejected);
	number(k, "scope:undecided", s->undecided);
	sc_jw_end(w);
	sc_jw_end(w);
}

static void formulation(struct work *k)
{
	struct sc_json_writer *w = &k->w;

	if (!k->c.seen->nstep)
		return;
	sc_jw_array(w, "formulation");
	sc_jw_object(w, NULL);
	sc_jw_array(w, "workflows");
	sc_jw_object(w, NULL);
	sc_jw_str(w, "bom-ref", SC_STR("run"));
	sc_jw_str(w, "uid", SC_STR("run"));
	sc_jw_some(w, "description", sc_facts_head(k->c.f, SC_STR("recipe")));
	sc_jw_array(w, "tasks");
	for (size_t i = 0; i < k->c.seen->nstep; i++)
		task(k, i);
	sc_jw_end(w);
	sc_jw_array(w, "taskTypes");
	sc_jw_str(w, NULL, SC_STR("other"));
	sc_jw_end(w);
	sc_jw_end(w);
	sc_jw_end(w);
	sc_jw_end(w);
	sc_jw_end(w);
}

/* Who says what stands in the bill: the tool, by the manifest. */
static void citations(struct work *k)
{
	struct sc_json_writer *w = &k->w;

	sc_jw_array(w, "citations");
	sc_jw_object(w, NULL);
	sc_jw_array(w, "pointers");
	sc_jw_str(w, NULL, SC_STR("/metadata/component"));
	sc_jw_str(w, NULL, SC_STR("/components"));
	sc_jw_end(w);
	sc_jw_str(w, "timestamp", sc_corpus_created(&k->c));
	sc_jw_str(w, "attributedTo", SC_STR("tool"));
	sc_jw_str(w, "note",
	          SC_STR("read from the manifest, which `scope verify` holds against the shards"));
	sc_jw_end(w);
	sc_jw_end(w);
}

static void bill(struct work *k)
{
	struct sc_json_writer *w = &k->w;

	sc_jw_object(w, NULL);
	sc_jw_str(w, "$schema", SC_STR("http://cyclonedx.org/schema/bom-1.7.schema.json"));
	sc_jw_str(w, "bomFormat", SC_STR("CycloneDX"));
	sc_jw_str(w, "specVersion", SC_STR("1.7"));
	serial(k);
	sc_jw_u64(w, "version", 1);
	metadata(k);
	components(k);
	dependencies(k);
	compositions(k);
	formulation(k);
	citations(k);
	sc_jw_end(w);
}

static int run(const void *conf, struct sc_manifest_lines *m, struct sc_output *out,
               struct sc_err *e)
{
	const struct conf *c = conf;
	struct work k = { .w = { .out = out },
		          .said = c->said,
		          .classification = c->classification };
	int rc = sc_corpus_read(&k.c, m, e);

	if (rc == SC_OK)
		rc = sc_said_fill(&k.said, &k.c,
		                  SC_SAID_NAME | SC_SAID_URL | SC_SAID_CREATOR |
		                          SC_SAID_DESCRIPTION,
		                  &k.missing, e);
	if (rc == SC_OK) {
		bill(&k);
		rc = sc_jw_finish(&k.w, e);
	}
	sc_corpus_free(&k.c);
	return rc;
}

extern const struct sc_exporter export_cyclonedx;
const struct sc_exporter export_cyclonedx = {
	.card = { .name = "export/cyclonedx",
	          .about =
	                  "CycloneDX 1.7: the corpus as a data component with its parts, ancestors and steps",
	          .more = "A licence that was declared and one that was concluded stand apart.  What a manifest cannot know comes from options or its H lines and is "
	                  "otherwise named in properties.  scope-export(7) says where each value comes from.",
	          .example =
	                  "scope export cyclonedx open.jsonl.scm --name lichens --creator 'Example Institute'",
	          .opts = opts,
	          .conf = sizeof(struct conf),
	          .revision = 1 },
	.run = run,
};
