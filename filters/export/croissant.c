/* SPDX-License-Identifier: Apache-2.0 */
/*
 * export/croissant -- Croissant 1.1 with the RAI 1.0 vocabulary and PROV terms.
 *
 * Files come from S lines and the manifest itself, fields of the record set are cut out of the manifest's R lines, licences, counts and steps
 * stand in record sets with their data.  The context is the one that the reference checker knows (https://schema.org/).  docs/scope-export.7
 * says where each value comes from.
 */
#include <scope/corpus.h>
#include <scope/json_write.h>
#include <scope/odrl.h>
#include <scope/text.h>

#include <stdio.h>

struct conf {
	struct sc_said said;
	struct sc_charter_asked asked;
};

static const struct sc_opt opts[] = {
	SC_SAID_OPTS(struct conf),
	SC_CHARTER_OPTS(struct conf),
	{ NULL, NULL, NULL, 0, 0, SC_OPT_FLAG },
};

/* A row is a term of the context; where `type` is set an object with @id and @type. */
static const struct {
	const char *term, *id, *type;
} context[] = {
	{ "@language", "en", NULL },
	{ "@vocab", "https://schema.org/", NULL },
	{ "arrayShape", "cr:arrayShape", NULL },
	{ "citeAs", "cr:citeAs", NULL },
	{ "column", "cr:column", NULL },
	{ "conformsTo", "dct:conformsTo", NULL },
	{ "containedIn", "cr:containedIn", NULL },
	{ "cr", "http://mlcommons.org/croissant/", NULL },
	{ "data", "cr:data", "@json" },
	{ "dataType", "cr:dataType", "@vocab" },
	{ "dct", "http://purl.org/dc/terms/", NULL },
	{ "equivalentProperty", "cr:equivalentProperty", NULL },
	{ "examples", "cr:examples", "@json" },
	{ "extract", "cr:extract", NULL },
	{ "field", "cr:field", NULL },
	{ "fileObject", "cr:fileObject", NULL },
	{ "fileProperty", "cr:fileProperty", NULL },
	{ "fileSet", "cr:fileSet", NULL },
	{ "format", "cr:format", NULL },
	{ "includes", "cr:includes", NULL },
	{ "isArray", "cr:isArray", NULL },
	{ "isLiveDataset", "cr:isLiveDataset", NULL },
	{ "jsonPath", "cr:jsonPath", NULL },
	{ "key", "cr:key", NULL },
	{ "md5", "cr:md5", NULL },
	{ "parentField", "cr:parentField", NULL },
	{ "path", "cr:path", NULL },
	{ "prov", "http://www.w3.org/ns/prov#", NULL },
	{ "rai", "http://mlcommons.org/croissant/RAI/", NULL },
	{ "readLines", "cr:readLines", NULL },
	{ "recordSet", "cr:recordSet", NULL },
	{ "references", "cr:references", NULL },
	{ "regex", "cr:regex", NULL },
	{ "repeated", "cr:repeated", NULL },
	{ "replace", "cr:replace", NULL },
	{ "samplingRate", "cr:samplingRate", NULL },
	{ "sc", "https://schema.org/", NULL },
	{ "sdVersion", "cr:sdVersion", NULL },
	{ "separator", "cr:separator", NULL },
	{ "source", "cr:source", NULL },
	{ "subField", "cr:subField", NULL },
	{ "transform", "cr:transform", NULL },
	{ "unArchive", "cr:unArchive", NULL },
	{ "value", "cr:value", NULL },
};

struct work {
	struct sc_json_writer w;
	struct sc_corpus c;
	struct sc_said said;
	struct sc_charter_words words;
	unsigned missing;
};

/* What a policy in usageInfo is written with. */
static void context_odrl(struct sc_json_writer *w)
{
	sc_jw_str(w, "cc", SC_STR("http://creativecommons.org/ns#"));
	sc_jw_str(w, "odrl", SC_STR("http://www.w3.org/ns/odrl/2/"));
	sc_jw_str(w, "rdfs", SC_STR("http://www.w3.org/2000/01/rdf-schema#"));
	sc_jw_str(w, "xsd", SC_STR("http://www.w3.org/2001/XMLSchema#"));
}

static void context_put(struct sc_json_writer *w, bool odrl)
{
	sc_jw_object(w, "@context");
	for (size_t i = 0; i < SC_COUNT(context); i++) {
		if (!context[i].type) {
			sc_jw_str(w, context[i].term, sc_str_c(context[i].id));
			continue;
		}
		sc_jw_object(w, context[i].term);
		sc_jw_str(w, "@id", sc_str_c(context[i].id));
		sc_jw_str(w, "@type", sc_str_c(context[i].type));
		sc_jw_end(w);
	}
	if (odrl)
		context_odrl(w);
	sc_jw_end(w);
}

/* ---- licences ---- */

static void creative_work(struct sc_json_writer *w, sc_str name, const char *words,
                          uint64_t records)
{
	sc_jw_object(w, NULL);
	sc_jw_str(w, "@type", SC_STR("sc:CreativeWork"));
	sc_jw_str(w, "name", name);
	sc_jw_fmt(w, "description", "%s; records: %ju", words, (uintmax_t)records);
	sc_jw_end(w);
}

/* What the SPDX list has by its address; expressions, other people's names and states as what they are. */
static void licences(struct work *k)
{
	struct sc_json_writer *w = &k->w;

	sc_jw_array(w, "license");
	for (size_t i = 0; i < k->c.licence.n; i++) {
		const struct sc_tally *t = &k->c.licence.v[i];
		bool simple =
		        sc_str_chr(t->what, ' ') == SC_NONE && sc_str_chr(t->what, '+') == SC_NONE;

		if (t->stated != SC_STATED_LICENCE)
			creative_work(w, t->what.n ? t->what : SC_STR("not looked for"),
			              sc_stated_words(t->stated), t->records);
		else if (sc_str_find(t->what, SC_STR("LicenseRef-")) != SC_NONE)
			creative_work(w, t->what, "not on the SPDX list, or of no stated version",
			              t->records);
		else if (!simple)
			creative_work(w, t->what, "an SPDX licence expression", t->records);
		else
			sc_jw_fmt(w, NULL, "https://spdx.org/licenses/%.*s.html", SC_ARG(t->what));
	}
	if (!k->c.licence.n)
		sc_jw_str(w, NULL, SC_STR("to be filled in: license"));
	if (k->c.licence.more)
		creative_work(w, SC_STR("others"), "licences that found no row", k->c.licence.more);
	sc_jw_end(w);
}

/* ---- files ---- */

static void file_object(struct work *k, const char *id, sc_str path, sc_str base, uint64_t bytes,
                        const uint8_t sha256[32], const char *about)
{
	struct sc_json_writer *w = &k->w;

	sc_jw_object(w, NULL);
	sc_jw_str(w, "@type", SC_STR("cr:FileObject"));
	sc_jw_str(w, "@id", sc_str_c(id));
	sc_jw_str(w, "name", path);
	sc_jw_str(w, "description", sc_str_c(about));
	sc_jw_str(w, "contentUrl", sc_path_uri(&k->c.a, base, path));
	sc_jw_fmt(w, "contentSize", "%ju B", (uintmax_t)bytes);
	sc_jw_str(w, "encodingFormat", sc_path_media(path));
	sc_jw_hex(w, "sha256", sha256, 32);
	sc_jw_end(w);
}

/* The shards as one set: the paths of the manifest's S lines. */
static void file_set(struct work *k)
{
	struct sc_json_writer *w = &k->w;

	sc_jw_object(w, NULL);
	sc_jw_str(w, "@type", SC_STR("cr:FileSet"));
	sc_jw_str(w, "@id", SC_STR("shards"));
	sc_jw_fmt(w, "description", "the shards, as the manifest's S lines name them; files: %zu",
	          k->c.seen->nout);
	sc_jw_object(w, "containedIn");
	sc_jw_ref(w, "fileObject", SC_STR("manifest"));
	sc_jw_object(w, "transform");
	sc_jw_bool(w, "readLines", true);
	sc_jw_str(w, "regex", SC_STR("^S\\t[^\\t]*\\t[^\\t]*\\t([^\\t]*)\\t"));
	sc_jw_end(w);
	sc_jw_end(w);
	sc_jw_str(w, "encodingFormat", sc_path_media(k->c.seen->out[0].path));
	sc_jw_str(w, "includes", SC_STR("*"));
	sc_jw_fmt(w, "contentSize", "%ju B", (uintmax_t)k->c.seen->out_bytes);
	sc_jw_end(w);
}

static void distribution(struct work *k)
{
	sc_jw_array(&k->w, "distribution");
	file_object(k, "manifest", k->c.name, k->said.base, k->c.manifest_bytes, k->c.manifest,
	            "the manifest: a line for each record, file and step (scope-manifest/1)");
	for (size_t i = 0; i < k->c.seen->nout; i++) {
		char id[32], about[80];

		snprintf(id, sizeof id, "shard-%zu", i + 1);
		snprintf(about, sizeof about, "a shard; records: %ju",
		         (uintmax_t)k->c.seen->out[i].records);
		file_object(k, id, k->c.seen->out[i].path, k->said.base,
		            k->c.seen->out[i].stored.bytes, k->c.seen->out[i].stored.sha256, about);
	}
	if (k->c.seen->nout > 1)
		file_set(k);
	sc_jw_end(&k->w);
}

/* ---- record sets ---- */

static void field_begin(struct sc_json_writer *w, const char *set, const char *name,
                        const char *type, const char *about)
{
	sc_jw_object(w, NULL);
	sc_jw_str(w, "@type", SC_STR("cr:Field"));
	sc_jw_fmt(w, "@id", "%s/%s", set, name);
	sc_jw_str(w, "name", sc_str_c(name));
	if (about)
		sc_jw_str(w, "description", sc_str_c(about));
	sc_jw_str(w, "dataType", sc_str_c(type));
}

static void set_begin(struct sc_json_writer *w, const char *id, const char *about)
{
	sc_jw_object(w, NULL);
	sc_jw_str(w, "@type", SC_STR("cr:RecordSet"));
	sc_jw_str(w, "@id", sc_str_c(id));
	sc_jw_str(w, "name", sc_str_c(id));
	sc_jw_str(w, "description", sc_str_c(about));
}

/* Of R lines: the first six stand in columns, the rest is KEY=VALUE behind those. */
static void records_set(struct sc_json_writer *w)
{
	static const struct {
		const char *name, *type, *about;
	} fields[] = {
		{ "id", "sc:Text", "SHA-256 of the record's bytes" },
		{ "bytes", "sc:Integer", "of its parts together" },
		{ "media", "sc:Text", "media types, with commas between" },
		{ "licence", "sc:Text", "an SPDX expression, or none, unknown, conflict" },
		{ "basis", "sc:Text", "where the licence was read" },
		{ "domain", "sc:Text", "labels, with commas between" },
		{ "author", "sc:Text", "with semicolons between" },
		{ "conflict", "sc:Text", "what differs between lines of one id" },
		{ "doi", "sc:Text", NULL },
		{ "host", "sc:Text", "host name of its address" },
		{ "parent", "sc:Text", "id of the record that it was split from" },
		{ "rights", "sc:Text", "opt-out signals, after looking" },
		{ "site", "sc:Text", "registrable domain of the host" },
		{ "src", "sc:Text", "address, or path inside an archive" },
		{ "title", "sc:Text", NULL },
	};
	enum { COLUMNS = 6 };

	set_begin(
	        w, "records",
	        "a record for each R line of the manifest; in a value %XX is a byte, and an empty one is -");
	sc_jw_ref(w, "key", SC_STR("records/id"));
	sc_jw_array(w, "field");
	for (size_t i = 0; i < SC_COUNT(fields); i++) {
		field_begin(w, "records", fields[i].name, fields[i].type, fields[i].about);
		sc_jw_object(w, "source");
		sc_jw_ref(w, "fileObject", SC_STR("manifest"));
		sc_jw_object(w, "extract");
		sc_jw_str(w, "fileProperty", SC_STR("lines"));
		sc_jw_end(w);
		sc_jw_object(w, "transform");
		if (i < COLUMNS)
			sc_jw_fmt(w, "regex", "^R\\t(?:[^\\t]*\\t){%zu}([^\\t\\n]*)", i);
		else
			sc_jw_fmt(w, "regex", "^R\\t(?:[^\\t]*\\t){6,}?%s=([^\\t\\n]*)",
			          fields[i].name);
		sc_jw_end(w);
		sc_jw_end(w);
		sc_jw_end(w);
	}
	sc_jw_end(w);
	sc_jw_end(w);
}

static void cell(struct sc_json_writer *w, const char *set, const char *name, sc_str text,
                 uint64_t number)
{
	char key[64];

	snprintf(key, sizeof key, "%s/%s", set, name);
	if (text.p)
		sc_jw_str(w, key, text);
	else
		sc_jw_u64(w, key, number);
}

static const sc_str a_number = { NULL, 0 };

static void tally_set(struct work *k, const char *id, const char *about, const struct sc_tallies *t,
                      bool is_licence)
{
	struct sc_json_writer *w = &k->w;

	if (!t->n)
		return;
	set_begin(w, id, about);
	sc_jw_ref(w, "key", sc_fmt(&k->c.a, "%s/name", id));
	sc_jw_array(w, "field");
	field_begin(w, id, "name", "sc:Text", NULL), sc_jw_end(w);
	field_begin(w, id, "records", "sc:Integer", NULL), sc_jw_end(w);
	field_begin(w, id, "bytes", "sc:Integer", NULL), sc_jw_end(w);
	if (is_licence)
		field_begin(
		        w, id, "declared", "sc:Integer",
		        "records in which somebody declared it; in the others it was read in a text"),
		        sc_jw_end(w);
	sc_jw_end(w);
	sc_jw_array(w, "data");
	for (size_t i = 0; i < t->n; i++) {
		sc_jw_object(w, NULL);
		cell(w, id, "name", t->v[i].what.n ? t->v[i].what : SC_STR("-"), 0);
		cell(w, id, "records", a_number, t->v[i].records);
		cell(w, id, "bytes", a_number, t->v[i].bytes);
		if (is_licence)
			cell(w, id, "declared", a_number, t->v[i].declared);
		sc_jw_end(w);
	}
	sc_jw_end(w);
	sc_jw_end(w);
}

/* Totals that the manifest states, and what its records leave out. */
static void totals_set(struct work *k)
{
	struct sc_json_writer *w = &k->w;
	const struct {
		const char *name;
		uint64_t n;
	} totals[] = { { "records", k->c.seen->all.records },
		       { "occurrences", k->c.seen->occurrences },
		       { "bytes", k->c.seen->all.bytes },
		       { "stored bytes", k->c.seen->out_bytes },
		       { "shards", k->c.seen->nout },
		       { "shards read", k->c.seen->nin },
		       { "records taken back", k->c.seen->tombstones },
		       { "records in conflict", k->c.seen->conflict.records } };

	set_begin(w, "totals", "how many there are, and how many records leave a field out");
	sc_jw_ref(w, "key", SC_STR("totals/name"));
	sc_jw_array(w, "field");
	field_begin(w, "totals", "name", "sc:Text", NULL), sc_jw_end(w);
	field_begin(w, "totals", "number", "sc:Integer", NULL), sc_jw_end(w);
	sc_jw_end(w);
	sc_jw_array(w, "data");
	for (size_t i = 0; i < SC_COUNT(totals); i++) {
		sc_jw_object(w, NULL);
		cell(w, "totals", "name", sc_str_c(totals[i].name), 0);
		cell(w, "totals", "number", a_number, totals[i].n);
		sc_jw_end(w);
	}
	for (size_t i = 0; i < SC_WITHOUTS; i++) {
		sc_jw_object(w, NULL);
		cell(w, "totals", "name",
		     sc_fmt(&k->c.a, "records without %s", sc_without_name((enum sc_without)i)), 0);
		cell(w, "totals", "number", a_number,
		     sc_facts_without(k->c.seen, (enum sc_without)i));
		sc_jw_end(w);
	}
	sc_jw_end(w);
	sc_jw_end(w);
}

static void record_sets(struct work *k)
{
	sc_jw_array(&k->w, "recordSet");
	records_set(&k->w);
	tally_set(k, "licences", "licences of the records, as the tagger settled them",
	          &k->c.licence, true);
	tally_set(k, "media", "media types of the records' parts", &k->c.media, false);
	tally_set(k, "domains", "labels of the records", &k->c.domain, false);
	tally_set(k, "rights", "opt-out signals that were found", &k->c.rights, false);
	totals_set(k);
	sc_jw_end(&k->w);
}

/* ---- where it comes from ---- */

static void derived_from(struct work *k)
{
	struct sc_json_writer *w = &k->w;
	bool any = k->c.seen->nin > 0;

	for (size_t i = 0; i < k->c.seen->nhead; i++)
		any |= sc_str_eq(k->c.seen->head[i].key, SC_STR("parent"));
	if (!any)
		return;
	sc_jw_array(w, "prov:wasDerivedFrom");
	for (size_t i = 0; i < k->c.seen->nhead; i++) {
		if (!sc_str_eq(k->c.seen->head[i].key, SC_STR("parent")))
			continue;
		sc_jw_object(w, NULL);
		sc_jw_str(w, "@type", SC_STR("prov:Entity"));
		sc_jw_str(w, "prov:label", k->c.seen->head[i].value);
		sc_jw_str(w, "description",
		          SC_STR("a corpus that this one was made from, as its manifest names it"));
		sc_jw_end(w);
	}
	for (size_t i = 0; i < k->c.seen->nin; i++) {
		const struct sc_shard_in *s = &k->c.seen->in[i];

		sc_jw_object(w, NULL);
		sc_jw_str(w, "@type", SC_STR("prov:Entity"));
		sc_jw_str(w, "prov:label", s->path);
		sc_jw_hex(w, "sha256", s->sha256, 32);
		sc_jw_fmt(w, "contentSize", "%ju B", (uintmax_t)s->bytes);
		sc_jw_fmt(w, "description", "a shard that was read; records: %ju, spoilt: %ju",
		          (uintmax_t)s->records, (uintmax_t)s->rejected);
		sc_jw_end(w);
	}
	sc_jw_end(w);
}

static void generated_by(struct work *k)
{
	struct sc_json_writer *w = &k->w;

	if (!k->c.seen->nstep)
		return;
	sc_jw_array(w, "prov:wasGeneratedBy");
	for (size_t i = 0; i < k->c.seen->nstep; i++) {
		const struct sc_step *s = &k->c.seen->step[i];
		sc_str rules = sc_step_rules(&k->c.a, s);

		sc_jw_object(w, NULL);
		sc_jw_str(w, "@type", SC_STR("prov:Activity"));
		sc_jw_str(w, "prov:label", sc_step_words(&k->c.a, i + 1, s));
		sc_jw_fmt(w, "version", "%u", s->revision);
		if (rules.n)
			sc_jw_fmt(w, "description", "its rules: %.*s", SC_ARG(rules));
		sc_jw_end(w);
	}
	sc_jw_end(w);
}

static void attributed_to(struct work *k)
{
	sc_str tool = sc_facts_head(k->c.f, SC_STR("tool"));

	if (!tool.n)
		return;
	sc_jw_object(&k->w, "prov:wasAttributedTo");
	sc_jw_str(&k->w, "@type", SC_STR("prov:SoftwareAgent"));
	sc_jw_str(&k->w, "prov:label", tool);
	sc_jw_end(&k->w);
}

/* ---- responsible AI: what the manifest can say ---- */

static bool makes_anew(const struct sc_step *s)
{
	return sc_str_starts(s->name, SC_STR("split/")) && !sc_str_ends(s->name, SC_STR(":made"));
}

static void protocols(struct work *k)
{
	struct sc_json_writer *w = &k->w;
	struct sc_buf b = { .a = &k->c.a };
	bool tags = false;

	if (!k->c.seen->nstep)
		return;
	sc_jw_array(w, "rai:dataPreprocessingProtocol");
	for (size_t i = 0; i < k->c.seen->nstep; i++)
		sc_jw_str(w, NULL, sc_step_words(&k->c.a, i + 1, &k->c.seen->step[i]));
	sc_jw_end(w);
	for (size_t i = 0; i < k->c.seen->nstep; i++) {
		const struct sc_step *s = &k->c.seen->step[i];

		tags |= sc_str_starts(s->name, SC_STR("tag/"));
		if (makes_anew(s))
			sc_buf_fmt(&b, "%s%.*s made records of parts of %ju records",
			           b.n ? "; " : "", SC_ARG(s->name), (uintmax_t)s->kept);
	}
	if (b.n)
		sc_jw_str(w, "rai:dataManipulationProtocol", sc_buf_seal(&b));
	if (!tags)
		return;
	sc_jw_array(w, "rai:machineAnnotationTools");
	for (size_t i = 0; i < k->c.seen->nstep; i++)
		if (sc_str_starts(k->c.seen->step[i].name, SC_STR("tag/")))
			sc_jw_fmt(w, NULL, "%.*s %.*s, revision %u",
			          SC_ARG(sc_said_or(&k->c.a, sc_facts_head(k->c.f, SC_STR("tool")),
			                            "tool")),
			          SC_ARG(k->c.seen->step[i].name), k->c.seen->step[i].revision);
	sc_jw_end(w);
}

static void limits(struct work *k)
{
	static const char *const unsaid[] = {
		"how and when the shards that were read were collected",
		"biases, social impact, intended uses and personal or sensitive information: no step looked for them",
		"how it will be maintained",
	};
	struct sc_json_writer *w = &k->w;

	sc_jw_array(w, "rai:dataLimitations");
	for (size_t i = 0; i < SC_COUNT(unsaid); i++)
		sc_jw_fmt(w, NULL, "the manifest does not say: %s", unsaid[i]);
	for (size_t i = SC_STATED_NONE; i < SC_STATEDS; i++)
		if (k->c.stated[i])
			sc_jw_fmt(w, NULL, "records of which no licence is known (%s): %ju",
			          sc_stated_words((enum sc_licence_is)i),
			          (uintmax_t)k->c.stated[i]);
	if (k->c.media.more || k->c.domain.more || k->c.rights.more || k->c.licence.more)
		sc_jw_fmt(
		        w, NULL,
		        "values that found no row in a table: licences %ju, media types %ju, domains %ju, rights %ju",
		        (uintmax_t)k->c.licence.more, (uintmax_t)k->c.media.more,
		        (uintmax_t)k->c.domain.more, (uintmax_t)k->c.rights.more);
	sc_charter_words_limits(w, &k->words);
	sc_jw_end(w);
}

static void rai(struct work *k)
{
	struct sc_json_writer *w = &k->w;
	struct sc_buf b = { .a = &k->c.a };

	sc_jw_fmt(
	        w, "rai:dataCollection",
	        "shards that were read: %zu; records in them: %ju, spoilt: %ju. How these were collected is not in the manifest.",
	        k->c.seen->nin, (uintmax_t)k->c.seen->in_records,
	        (uintmax_t)k->c.seen->in_rejected);
	if (k->c.seen->nin)
		sc_jw_str(w, "rai:dataCollectionRawData",
		          SC_STR("the shards under prov:wasDerivedFrom, with their digests"));
	for (size_t i = 0; i < SC_WITHOUTS; i++)
		sc_buf_fmt(&b, "%s%s %ju",
		           i ? ", " : "records without: ", sc_without_name((enum sc_without)i),
		           (uintmax_t)sc_facts_without(k->c.seen, (enum sc_without)i));
	sc_jw_str(w, "rai:dataCollectionMissingData", sc_buf_seal(&b));
	protocols(k);
	limits(k);
	sc_charter_words_rai(w, &k->words);
}

static void usage(struct work *k)
{
	const struct sc_odrl policy = { .words = &k->words,
		                        .record_root = k->c.seen->stated.record_root,
		                        .within = true };

	if (sc_odrl_has(&k->words))
		sc_odrl_put(&k->w, "usageInfo", &policy);
}

/* ---- the whole ---- */

static void identifiers(struct work *k)
{
	struct sc_json_writer *w = &k->w;
	const struct {
		const char *name;
		const uint8_t *root;
		bool is;
	} roots[] = { { "record-root", k->c.record_root, true },
		      { "key-root", k->c.key_root, k->c.has_key_root },
		      { "lines", k->c.lines, k->c.has_lines } };

	sc_jw_array(w, "identifier");
	for (size_t i = 0; i < SC_COUNT(roots); i++) {
		char hex[64];

		if (!roots[i].is)
			continue;
		sc_hex(roots[i].root, 32, hex);
		sc_jw_object(w, NULL);
		sc_jw_str(w, "@type", SC_STR("sc:PropertyValue"));
		sc_jw_str(w, "propertyID", sc_str_c(roots[i].name));
		sc_jw_fmt(w, "value", "sha256:%.64s", hex);
		sc_jw_end(w);
	}
	sc_jw_end(w);
}

static void dataset(struct work *k)
{
	struct sc_json_writer *w = &k->w;
	struct sc_arena *a = &k->c.a;

	sc_jw_object(w, NULL);
	context_put(w, sc_odrl_has(&k->words));
	sc_jw_str(w, "@type", SC_STR("sc:Dataset"));
	sc_jw_array(w, "conformsTo");
	sc_jw_str(w, NULL, SC_STR("http://mlcommons.org/croissant/1.1"));
	sc_jw_str(w, NULL, SC_STR("http://mlcommons.org/croissant/RAI/1.0"));
	sc_jw_end(w);
	sc_jw_str(w, "name", sc_said_or(a, k->said.name, "name"));
	sc_jw_str(w, "description", sc_said_or(a, k->said.description, "description"));
	sc_jw_str(w, "url", sc_said_or(a, k->said.url, "url"));
	sc_jw_object(w, "creator");
	sc_jw_str(w, "@type", SC_STR("sc:Organization"));
	sc_jw_str(w, "name", sc_said_or(a, k->said.creator, "creator"));
	sc_jw_end(w);
	sc_jw_str(w, "datePublished", sc_said_or(a, k->said.published, "datePublished"));
	sc_jw_str(w, "dateCreated", sc_corpus_created(&k->c));
	sc_jw_some(w, "version", k->said.version);
	licences(k);
	identifiers(k);
	distribution(k);
	record_sets(k);
	derived_from(k);
	generated_by(k);
	attributed_to(k);
	rai(k);
	usage(k);
	sc_jw_end(w);
}

static int run(const void *conf, struct sc_manifest_lines *m, struct sc_output *out,
               struct sc_err *e)
{
	static const unsigned needed = SC_SAID_NAME | SC_SAID_URL | SC_SAID_CREATOR |
	                               SC_SAID_DESCRIPTION | SC_SAID_PUBLISHED | SC_SAID_LICENCE;
	const struct conf *c = conf;
	struct work k = { .w = { .out = out }, .said = c->said };
	int rc = sc_corpus_read(&k.c, m, e);

	if (rc == SC_OK)
		rc = sc_said_fill(&k.said, &k.c, needed, &k.missing, e);
	if (rc == SC_OK)
		rc = sc_charter_words_read(&c->asked, k.c.seen->stated.record_root, &k.words, e);
	if (rc == SC_OK) {
		dataset(&k);
		rc = sc_jw_finish(&k.w, e);
	}
	sc_charter_words_free(&k.words);
	sc_corpus_free(&k.c);
	return rc;
}

extern const struct sc_exporter export_croissant;
const struct sc_exporter export_croissant = {
	.card = { .name = "export/croissant",
	          .about = "Croissant 1.1 with RAI 1.0: the corpus for data set search and loaders",
	          .more = "What a manifest cannot know (name, url, creator, description, published) comes from options or its H lines; what neither says stands there "
	                  "as \"to be filled in\".  scope-export(7) says where each value comes from.",
	          .example =
	                  "scope export croissant open.jsonl.scm --name lichens --creator 'Example Institute'",
	          .opts = opts,
	          .conf = sizeof(struct conf),
	          .revision = 1 },
	.run = run,
};
