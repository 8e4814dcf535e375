/* SPDX-License-Identifier: Apache-2.0 */
/*
 * export/spdx -- SPDX 3.0.1 as JSON-LD, with the Dataset profile: one package for the corpus, a file for each shard, what went in, what was done.
 *
 * The graph is written in one go: CreationInfo, agents, the document, the package, files, licences, the build, annotations, relationships.  Ids are
 * the document's address and a name behind #; the address is made of the record-root and the digest of the manifest's lines, so that the same
 * manifest gives the same ids.  docs/scope-export.7 says where each value comes from.
 */
#include <scope/corpus.h>
#include <scope/digest.h>
#include <scope/json_write.h>
#include <scope/text.h>

#include <stdio.h>
#include <stdlib.h>

struct conf {
	struct sc_said said;
};

static const struct sc_opt opts[] = {
	SC_SAID_OPTS(struct conf),
	{ NULL, NULL, NULL, 0, 0, SC_OPT_FLAG },
};

static const char no_assertion[] = "expandedlicensing_NoAssertionLicense";

/* LicenseRef- and AdditionRef- names in the corpus's expressions. */
struct refs {
	sc_str *v;
	size_t n, cap;
};

struct work {
	struct sc_json_writer w;
	struct sc_corpus c;
	struct sc_said said;
	unsigned missing;
	char at[200]; /* the document's address */
	struct refs refs;
	sc_str licence[2], why[2]; /* concluded, declared */
	size_t parents, relations;
	bool build; /* there are steps, or inputs */
};

/* ---- elements ---- */

static void id(struct work *k, const char *key, const char *name, size_t n)
{
	if (n)
		sc_jw_fmt(&k->w, key, "%s#%s-%zu", k->at, name, n);
	else
		sc_jw_fmt(&k->w, key, "%s#%s", k->at, name);
}

static void element(struct work *k, const char *type, const char *name, size_t n)
{
	sc_jw_object(&k->w, NULL);
	sc_jw_str(&k->w, "type", sc_str_c(type));
	id(k, "spdxId", name, n);
	sc_jw_str(&k->w, "creationInfo", SC_STR("_:creation"));
}

static void hash(struct work *k, const uint8_t sha256[32], const char *comment)
{
	sc_jw_object(&k->w, NULL);
	sc_jw_str(&k->w, "type", SC_STR("Hash"));
	if (comment)
		sc_jw_str(&k->w, "comment", sc_str_c(comment));
	sc_jw_str(&k->w, "algorithm", SC_STR("sha256"));
	sc_jw_hex(&k->w, "hashValue", sha256, 32);
	sc_jw_end(&k->w);
}

static void related(struct work *k, const char *from, const char *type)
{
	element(k, "Relationship", "relationship", ++k->relations);
	id(k, "from", from, 0);
	sc_jw_str(&k->w, "relationshipType", sc_str_c(type));
	sc_jw_array(&k->w, "to");
}

static void related_end(struct work *k, const char *completeness, sc_str comment)
{
	sc_jw_end(&k->w);
	if (completeness)
		sc_jw_str(&k->w, "completeness", sc_str_c(completeness));
	sc_jw_some(&k->w, "comment", comment);
	sc_jw_end(&k->w);
}

static void creation(struct work *k)
{
	sc_jw_object(&k->w, NULL);
	sc_jw_str(&k->w, "type", SC_STR("CreationInfo"));
	sc_jw_str(&k->w, "@id", SC_STR("_:creation"));
	sc_jw_str(&k->w, "specVersion", SC_STR("3.0.1"));
	sc_jw_str(&k->w, "created", sc_corpus_created(&k->c));
	sc_jw_array(&k->w, "createdBy");
	id(k, NULL, k->said.creator.n ? "creator" : "agent", 0);
	sc_jw_end(&k->w);
	sc_jw_array(&k->w, "createdUsing");
	id(k, NULL, "tool", 0);
	sc_jw_end(&k->w);
	sc_jw_end(&k->w);
}

static void agents(struct work *k)
{
	sc_str tool = sc_said_or(&k->c.a, sc_facts_head(k->c.f, SC_STR("tool")), "tool");

	if (k->said.creator.n) {
		element(k, "Organization", "creator", 0);
		sc_jw_str(&k->w, "name", k->said.creator);
	} else {
		element(k, "SoftwareAgent", "agent", 0);
		sc_jw_str(&k->w, "name", tool);
	}
	sc_jw_end(&k->w);
	element(k, "Tool", "tool", 0);
	sc_jw_str(&k->w, "name", tool);
	sc_jw_end(&k->w);
}

/* ---- licences ---- */

static bool known_ref(const struct refs *r, sc_str name, size_t *at)
{
	for (*at = 0; *at < r->n; (*at)++)
		if (sc_str_eq(r->v[*at], name))
			return true;
	return false;
}

/* The words of an expression that are somebody's own names; each() gets them in order, repeated ones too. */
static bool next_ref(sc_str *rest, sc_str *name)
{
	while (rest->n) {
		size_t n = 0;

		while (n < rest->n && !strchr(" ()", rest->p[n]))
			n++;
		*name = sc_str_head(*rest, n);
		*rest = sc_str_from(*rest, n ? n : 1);
		if (sc_str_find(*name, SC_STR("LicenseRef-")) != SC_NONE ||
		    sc_str_find(*name, SC_STR("AdditionRef-")) != SC_NONE)
			return true;
	}
	return false;
}

static void refs_read(struct work *k)
{
	struct refs *r = &k->refs;

	for (size_t i = 0; i < k->c.licence.n; i++) {
		sc_str rest = k->c.licence.v[i].what, name;
		size_t at;

		while (k->c.licence.v[i].stated == SC_STATED_LICENCE && next_ref(&rest, &name)) {
			if (known_ref(r, name, &at))
				continue;
			if (r->n == r->cap) {
				r->cap = r->cap ? 2 * r->cap : 16;
				r->v = realloc(r->v, r->cap * sizeof *r->v);
				if (!r->v)
					sc_oom();
			}
			r->v[r->n++] = name;
		}
	}
}

static void custom_ids(struct work *k, sc_str expression)
{
	struct refs seen = { 0 };
	sc_str name;
	size_t at, ignored;

	while (next_ref(&expression, &name)) {
		if (!known_ref(&k->refs, name, &at) || known_ref(&seen, name, &ignored))
			continue;
		if (!seen.n) {
			seen.v = SC_NEW(&k->c.a, sc_str, k->refs.n);
			sc_jw_array(&k->w, "simplelicensing_customIdToUri");
		}
		seen.v[seen.n++] = name;
		sc_jw_object(&k->w, NULL);
		sc_jw_str(&k->w, "type", SC_STR("DictionaryEntry"));
		sc_jw_str(&k->w, "key", name);
		id(k, "value", "custom", at + 1);
		sc_jw_end(&k->w);
	}
	if (seen.n)
		sc_jw_end(&k->w);
}

static void expression(struct work *k, const char *name, size_t n, sc_str text, const char *comment)
{
	element(k, "simplelicensing_LicenseExpression", name, n);
	sc_jw_str(&k->w, "comment", sc_str_c(comment));
	sc_jw_str(&k->w, "simplelicensing_licenseExpression", text);
	custom_ids(k, text);
	sc_jw_end(&k->w);
}

static void custom(struct work *k, size_t i)
{
	bool addition = sc_str_find(k->refs.v[i], SC_STR("AdditionRef-")) != SC_NONE;

	element(k,
	        addition ? "expandedlicensing_CustomLicenseAddition"
	                 : "expandedlicensing_CustomLicense",
	        "custom", i + 1);
	sc_jw_str(&k->w, "name", k->refs.v[i]);
	sc_jw_str(
	        &k->w, addition ? "expandedlicensing_additionText" : "simplelicensing_licenseText",
	        SC_STR("The manifest does not hold this text; it says only that records name it."));
	sc_jw_end(&k->w);
}

static void licences(struct work *k)
{
	size_t n = 0;

	for (size_t i = 0; i < k->refs.n; i++)
		custom(k, i);
	if (k->licence[0].n)
		expression(k, "concluded", 0, k->licence[0],
		           "all of the corpus, as the tagger settled it for each record");
	if (k->licence[1].n)
		expression(k, "declared", 0, k->licence[1],
		           "all of the corpus, as it was declared for each record");
	for (size_t i = 0; i < k->c.licence.n; i++) {
		const struct sc_tally *t = &k->c.licence.v[i];

		if (t->stated != SC_STATED_LICENCE)
			continue;
		expression(k, "licence", ++n, t->what,
		           sc_fmt(&k->c.a, "records: %ju; bytes: %ju; declared in records: %ju",
		                  (uintmax_t)t->records, (uintmax_t)t->bytes,
		                  (uintmax_t)t->declared)
		                   .p);
	}
}

static size_t stated_licences(const struct work *k)
{
	size_t n = 0;

	for (size_t i = 0; i < k->c.licence.n; i++)
		n += k->c.licence.v[i].stated == SC_STATED_LICENCE;
	return n;
}

/* ---- the package ---- */

/* Dataset types by media types: a row is what they begin with. */
static void dataset_type(struct work *k)
{
	static const struct {
		sc_str begins;
		const char *type;
	} kinds[] = { { SC_LIT("audio/"), "audio" },
		      { SC_LIT("image/"), "image" },
		      { SC_LIT("text/"), "text" },
		      { SC_LIT("video/"), "video" } };
	bool any = false;

	sc_jw_array(&k->w, "dataset_datasetType");
	for (size_t i = 0; i < SC_COUNT(kinds); i++)
		for (size_t j = 0; j < k->c.media.n; j++)
			if (sc_str_starts(k->c.media.v[j].what, kinds[i].begins)) {
				sc_jw_str(&k->w, NULL, sc_str_c(kinds[i].type));
				any = true;
				break;
			}
	if (!any)
		sc_jw_str(&k->w, NULL, k->c.media.n ? SC_STR("other") : SC_STR("noAssertion"));
	sc_jw_end(&k->w);
}

/* What the profile asks for and nobody said. */
static sc_str to_fill_in(struct work *k)
{
	static const struct {
		unsigned bit;
		const char *words;
	} rows[] = { { SC_SAID_NAME, "name (--name)" },
		     { SC_SAID_URL, "software_downloadLocation (--base, --url)" },
		     { SC_SAID_CREATOR, "originatedBy (--creator)" },
		     { SC_SAID_PUBLISHED, "releaseTime (--published)" } };
	struct sc_buf b = { .a = &k->c.a };

	for (size_t i = 0; i < SC_COUNT(rows); i++)
		if (k->missing & rows[i].bit)
			sc_buf_fmt(&b, "%s%s", b.n ? ", " : "to be filled in: ", rows[i].words);
	return sc_buf_seal(&b);
}

static void package(struct work *k)
{
	struct sc_json_writer *w = &k->w;

	element(k, "dataset_DatasetPackage", "corpus", 0);
	sc_jw_str(w, "name", sc_said_or(&k->c.a, k->said.name, "name"));
	sc_jw_some(w, "description", k->said.description);
	sc_jw_some(w, "comment", to_fill_in(k));
	sc_jw_some(w, "software_packageVersion", k->said.version);
	sc_jw_array(w, "verifiedUsing");
	hash(k, k->c.record_root, "record-root: the RFC 6962 tree over the manifest's R lines");
	if (k->c.has_key_root)
		hash(k, k->c.key_root,
		     "key-root: the sparse tree over what they can be asked for by");
	sc_jw_end(w);
	sc_jw_str(w, "builtTime", sc_corpus_created(&k->c));
	if (k->said.published.n)
		sc_jw_str(w, "releaseTime", sc_said_time(&k->c.a, k->said.published));
	if (k->said.creator.n) {
		sc_jw_array(w, "originatedBy");
		id(k, NULL, "creator", 0);
		sc_jw_end(w);
	}
	sc_jw_some(w, "software_downloadLocation", k->said.base.n ? k->said.base : k->said.url);
	sc_jw_some(w, "software_homePage", k->said.url);
	sc_jw_str(w, "software_primaryPurpose", SC_STR("data"));
	dataset_type(k);
	sc_jw_u64(w, "dataset_datasetSize", k->c.seen->out_bytes);
	sc_jw_str(w, "dataset_hasSensitivePersonalInformation", SC_STR("noAssertion"));
	sc_jw_fmt(
	        w, "dataset_dataCollectionProcess",
	        "Made of %zu shards, which the manifest lists; how these were collected it does not say.",
	        k->c.seen->nin);
	if (k->c.seen->nstep) {
		sc_jw_array(w, "dataset_dataPreprocessing");
		for (size_t i = 0; i < k->c.seen->nstep; i++)
			sc_jw_str(w, NULL, sc_step_words(&k->c.a, i + 1, &k->c.seen->step[i]));
		sc_jw_end(w);
	}
	sc_jw_end(w);
}

/* ---- files, in and out ---- */

static void file(struct work *k, const char *name, size_t n, sc_str path, const uint8_t sha256[32],
                 const uint8_t *plain, sc_str comment)
{
	element(k, "software_File", name, n);
	sc_jw_str(&k->w, "name", path.n ? path : SC_STR("-"));
	sc_jw_str(&k->w, "comment", comment);
	sc_jw_array(&k->w, "verifiedUsing");
	hash(k, sha256, NULL);
	if (plain)
		hash(k, plain, "of the decompressed bytes");
	sc_jw_end(&k->w);
	sc_jw_str(&k->w, "software_primaryPurpose", SC_STR("data"));
	sc_jw_str(&k->w, "software_contentType", sc_path_media(path));
	sc_jw_end(&k->w);
}

static void files(struct work *k)
{
	struct sc_arena *a = &k->c.a;

	for (size_t i = 0; i < k->c.seen->nout; i++) {
		const struct sc_shard_out *s = &k->c.seen->out[i];

		file(k, "shard", i + 1, s->path, s->stored.sha256, s->stored.plain,
		     sc_fmt(a, "bytes: %ju; records: %ju", (uintmax_t)s->stored.bytes,
		            (uintmax_t)s->records));
	}
	for (size_t i = 0; i < k->c.seen->nin; i++) {
		const struct sc_shard_in *s = &k->c.seen->in[i];

		file(k, "input", i + 1, s->path, s->sha256, NULL,
		     sc_fmt(a, "bytes: %ju; records: %ju; spoilt: %ju", (uintmax_t)s->bytes,
		            (uintmax_t)s->records, (uintmax_t)s->rejected));
	}
	file(k, "manifest", 0, k->c.name, k->c.manifest, NULL,
	     sc_fmt(a, "bytes: %ju; form: scope-manifest/1", (uintmax_t)k->c.manifest_bytes));
}

static void parents(struct work *k)
{
	for (size_t i = 0; i < k->c.seen->nhead; i++) {
		uint8_t root[32];

		if (!sc_str_eq(k->c.seen->head[i].key, SC_STR("parent")))
			continue;
		element(k, "software_Package", "parent", ++k->parents);
		sc_jw_str(&k->w, "name", k->c.seen->head[i].value);
		sc_jw_str(&k->w, "comment",
		          SC_STR("a corpus that this one was made from, as its manifest names it"));
		if (sc_str_starts(k->c.seen->head[i].value, SC_STR("sha256:")) &&
		    sc_unhex(sc_str_from(k->c.seen->head[i].value, 7), root, 32)) {
			sc_jw_array(&k->w, "verifiedUsing");
			hash(k, root, NULL);
			sc_jw_end(&k->w);
		}
		sc_jw_end(&k->w);
	}
}

static void step_entry(struct work *k, size_t i)
{
	const struct sc_step *s = &k->c.seen->step[i];
	sc_str rules = sc_step_rules(&k->c.a, s);
	struct sc_buf b = { .a = &k->c.a };

	sc_jw_object(&k->w, NULL);
	sc_jw_str(&k->w, "type", SC_STR("DictionaryEntry"));
	sc_buf_fmt(&b, "%04zu ", i + 1);
	sc_buf_add(&b, s->name);
	sc_jw_str(&k->w, "key", sc_buf_seal(&b));
	sc_buf_fmt(&b, "revision %u; rules %.*s; args ", s->revision,
	           SC_ARG(rules.n ? rules : SC_STR("-")));
	sc_buf_add(&b, s->args.n ? s->args : SC_STR("-"));
	sc_jw_str(&k->w, "value", sc_buf_seal(&b));
	sc_jw_end(&k->w);
}

/* The run: its steps are parameters in order. */
static void build(struct work *k)
{
	struct sc_json_writer *w = &k->w;

	if (!k->build)
		return;
	element(k, "build_Build", "run", 0);
	sc_jw_str(w, "build_buildType", SC_STR("urn:scope:run"));
	if (k->c.seen->nstep) {
		sc_jw_array(w, "build_parameter");
		for (size_t i = 0; i < k->c.seen->nstep; i++)
			step_entry(k, i);
		sc_jw_end(w);
	}
	sc_jw_end(w);
}

/* ---- what is counted ---- */

static size_t annotate(struct work *k, size_t n, sc_str statement)
{
	if (k->w.out) {
		element(k, "Annotation", "note", n);
		sc_jw_str(&k->w, "annotationType", SC_STR("other"));
		id(k, "subject", "corpus", 0);
		sc_jw_str(&k->w, "statement", statement);
		sc_jw_end(&k->w);
	}
	return n;
}

static size_t annotations(struct work *k)
{
	struct sc_arena *a = &k->c.a;
	const struct {
		const char *name;
		uint64_t n;
	} totals[] = { { "records", k->c.seen->all.records },
		       { "occurrences", k->c.seen->occurrences },
		       { "bytes", k->c.seen->all.bytes },
		       { "records taken back", k->c.seen->tombstones },
		       { "records in conflict", k->c.seen->conflict.records } };
	size_t n = 0;

	for (size_t i = 0; i < SC_COUNT(totals); i++)
		annotate(k, ++n, sc_fmt(a, "%s: %ju", totals[i].name, (uintmax_t)totals[i].n));
	for (size_t i = SC_STATED_NONE; i < SC_STATEDS; i++)
		if (k->c.stated[i])
			annotate(k, ++n,
			         sc_fmt(a, "records of which no licence is known (%s): %ju",
			                sc_stated_words((enum sc_licence_is)i),
			                (uintmax_t)k->c.stated[i]));
	for (size_t i = 0; i < SC_WITHOUTS; i++)
		annotate(k, ++n,
		         sc_fmt(a, "records without %s: %ju", sc_without_name((enum sc_without)i),
		                (uintmax_t)sc_facts_without(k->c.seen, (enum sc_without)i)));
	annotate(
	        k, ++n,
	        SC_STR("the manifest does not say: how and when the shards were collected; biases; intended uses; personal information"));
	return n;
}

/* ---- relationships ---- */

static void licence_relation(struct work *k, const char *type, const char *name, bool declared)
{
	related(k, "corpus", type);
	if (k->licence[declared].n)
		id(k, NULL, name, 0);
	else
		sc_jw_str(&k->w, NULL, sc_str_c(no_assertion));
	related_end(k, NULL, k->why[declared]);
}

static void to_all(struct work *k, const char *name, size_t n)
{
	for (size_t i = 1; i <= n; i++)
		id(k, NULL, name, i);
}

static void relations(struct work *k)
{
	size_t stated = stated_licences(k);

	licence_relation(k, "hasConcludedLicense", "concluded", false);
	licence_relation(k, "hasDeclaredLicense", "declared", true);
	if (stated) {
		related(k, "corpus", "other");
		to_all(k, "licence", stated);
		related_end(k, k->c.licence.more ? "incomplete" : "complete",
		            SC_STR("the distinct licences of its records"));
	}
	if (k->c.seen->nout) {
		related(k, "corpus", "contains");
		to_all(k, "shard", k->c.seen->nout);
		related_end(k, "complete", (sc_str){ NULL, 0 });
	}
	related(k, "corpus", "hasMetadata");
	id(k, NULL, "manifest", 0);
	related_end(k, NULL, (sc_str){ NULL, 0 });
	if (k->parents) {
		related(k, "corpus", "descendantOf");
		to_all(k, "parent", k->parents);
		related_end(k, NULL, (sc_str){ NULL, 0 });
	}
	if (!k->build)
		return;
	if (k->c.seen->nin) {
		related(k, "run", "hasInput");
		to_all(k, "input", k->c.seen->nin);
		related_end(k, "complete", (sc_str){ NULL, 0 });
	}
	related(k, "run", "hasOutput");
	id(k, NULL, "corpus", 0);
	to_all(k, "shard", k->c.seen->nout);
	related_end(k, "complete", (sc_str){ NULL, 0 });
}

/* How many relations() will write. */
static size_t count_relations(const struct work *k, size_t parent)
{
	return 3 + (stated_licences(k) > 0) + (k->c.seen->nout > 0) + (parent > 0) +
	       (k->build ? 1 + (k->c.seen->nin > 0) : 0);
}

/* ---- the document ---- */

static size_t count_parents(const struct work *k)
{
	size_t n = 0;

	for (size_t i = 0; i < k->c.seen->nhead; i++)
		n += sc_str_eq(k->c.seen->head[i].key, SC_STR("parent"));
	return n;
}

/* Its elements by name: what is written below, in that order. */
static void document(struct work *k)
{
	static const char *const profiles[] = { "core", "software", "simpleLicensing",
		                                "expandedLicensing", "dataset" };
	struct sc_json_writer *w = &k->w;
	struct sc_output *out = w->out;
	size_t parent = count_parents(k), notes;

	element(k, "SpdxDocument", "document", 0);
	sc_jw_str(w, "name", sc_said_or(&k->c.a, k->said.name, "name"));
	sc_jw_array(w, "profileConformance");
	for (size_t i = 0; i < SC_COUNT(profiles); i++)
		sc_jw_str(w, NULL, sc_str_c(profiles[i]));
	if (k->build)
		sc_jw_str(w, NULL, SC_STR("build"));
	sc_jw_end(w);
	sc_jw_array(w, "rootElement");
	id(k, NULL, "corpus", 0);
	sc_jw_end(w);
	w->out = NULL;
	notes = annotations(k); /* only counted */
	w->out = out;
	sc_jw_array(w, "element");
	id(k, NULL, k->said.creator.n ? "creator" : "agent", 0);
	id(k, NULL, "tool", 0);
	id(k, NULL, "corpus", 0);
	to_all(k, "shard", k->c.seen->nout);
	to_all(k, "input", k->c.seen->nin);
	id(k, NULL, "manifest", 0);
	to_all(k, "parent", parent);
	to_all(k, "custom", k->refs.n);
	if (k->licence[0].n)
		id(k, NULL, "concluded", 0);
	if (k->licence[1].n)
		id(k, NULL, "declared", 0);
	to_all(k, "licence", stated_licences(k));
	if (k->build)
		id(k, NULL, "run", 0);
	to_all(k, "note", notes);
	to_all(k, "relationship", count_relations(k, parent));
	sc_jw_end(w);
	sc_jw_end(w);
}

static void address(struct work *k)
{
	char root[64], lines[64];
	uint8_t sum[32];

	if (k->c.has_lines)
		memcpy(sum, k->c.lines, 32);
	else
		memcpy(sum, k->c.manifest, 32);
	sc_hex(k->c.record_root, 32, root);
	sc_hex(sum, 32, lines);
	snprintf(k->at, sizeof k->at, "https://spdx.org/spdxdocs/scope-%.64s-%.16s", root, lines);
}

static void whole(struct work *k)
{
	struct sc_json_writer *w = &k->w;

	address(k);
	refs_read(k);
	k->licence[0] = sc_corpus_licence(&k->c, false, &k->why[0]);
	k->licence[1] = sc_corpus_licence(&k->c, true, &k->why[1]);
	k->build = k->c.seen->nstep || k->c.seen->nin;
	sc_jw_object(w, NULL);
	sc_jw_str(w, "@context", SC_STR("https://spdx.org/rdf/3.0.1/spdx-context.jsonld"));
	sc_jw_array(w, "@graph");
	creation(k);
	agents(k);
	document(k);
	package(k);
	files(k);
	parents(k);
	licences(k);
	build(k);
	annotations(k);
	relations(k);
	sc_jw_end(w);
	sc_jw_end(w);
}

static int run(const void *conf, struct sc_manifest_lines *m, struct sc_output *out,
               struct sc_err *e)
{
	const struct conf *c = conf;
	struct work k = { .w = { .out = out }, .said = c->said };
	int rc = sc_corpus_read(&k.c, m, e);

	if (rc == SC_OK)
		rc = sc_said_fill(&k.said, &k.c,
		                  SC_SAID_NAME | SC_SAID_URL | SC_SAID_CREATOR | SC_SAID_PUBLISHED,
		                  &k.missing, e);
	if (rc == SC_OK) {
		whole(&k);
		rc = sc_jw_finish(&k.w, e);
	}
	free(k.refs.v);
	sc_corpus_free(&k.c);
	return rc;
}

extern const struct sc_exporter export_spdx;
const struct sc_exporter export_spdx = {
	.card = { .name = "export/spdx",
	          .about =
	                  "SPDX 3.0.1 with the Dataset profile: the corpus as a package with its licences and lineage",
	          .more = "Where a record's licence is none, unknown or in conflict, the corpus as a whole has NOASSERTION, and the licences of the others stand by "
	                  "themselves.  What a manifest cannot know comes from options or its H lines.  scope-export(7) says where each value comes from.",
	          .example =
	                  "scope export spdx open.jsonl.scm --name lichens --creator 'Example Institute'",
	          .opts = opts,
	          .conf = sizeof(struct conf),
	          .revision = 1 },
	.run = run,
};
