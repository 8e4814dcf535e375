/* SPDX-License-Identifier: Apache-2.0 */
/*
 * export/eu-summary -- what a manifest knows of the public summary that Article 53(1)(d) of the EU's AI Act asks for, under the section
 * numbers of the Commission's template of 24 July 2025 (C(2025) 8311).
 *
 * A summary is of a model, a manifest of a corpus: who, which model, whose crawler and what else it was trained on are blanks.  Of sizes the
 * template wants ranges of tokens, images and hours.  A manifest has bytes and records, so a range stands here only where these leave no other.
 */
#include <scope/charter_export.h>
#include <scope/summary.h>

struct conf {
	struct sc_charter_asked asked;
	bool sme;
	uint64_t top, memory;
};

static const struct sc_opt opts[] = {
	{ "sme", NULL,
	  "a small or medium-sized enterprise: the first 5 % of domain names, at most 1,000, not the first 10 %",
	  offsetof(struct conf, sme), 0, SC_OPT_FLAG },
	{ "top", "N", "rows of the other tables (default 25)", offsetof(struct conf, top), 0,
	  SC_OPT_NUM },
	{ "memory", "SIZE", "for counting, before it spills to TMPDIR (default 64MiB)",
	  offsetof(struct conf, memory), 0, SC_OPT_SIZE },
	SC_CHARTER_OPTS(struct conf),
	{ NULL, NULL, NULL, 0, 0, SC_OPT_FLAG },
};

/* ---- 1. general information ---- */

#define BILLION  UINT64_C(1000000000)
#define TRILLION UINT64_C(1000000000000)

/* What a JSON line has of a record is text, though no type says so. */
static bool unstated_is_text(const struct sc_summary *s)
{
	return s->seen->nstep && sc_str_eq(s->seen->step[0].name, SC_STR("read/jsonl"));
}

/* A token of text is at least one byte.  Of what does not say that it is text nothing follows: it may be packed. */
static void text_range(struct sc_summary *s)
{
	const struct sc_modality_sum *v = s->seen->modality;
	uint64_t most = v[SC_TEXT].any.bytes, more = v[SC_OTHER].any.records;

	if (unstated_is_text(s))
		most += v[SC_UNSTATED].any.bytes; /* no record is in both */
	else
		more += v[SC_UNSTATED].any.records;
	sc_md_put(&s->md, "at most $n tokens, since one is at least a byte", most);
	if (more)
		sc_md_put(&s->md,
		          ", and what $n records have that do not say that they are text: $b", more,
		          "below 1 billion, 1 billion to 10 trillion, or more");
	else if (most < BILLION)
		sc_md_put(&s->md, ": less than 1 billion");
	else
		sc_md_put(&s->md, ": $b",
		          most <= 10 * TRILLION
		                  ? "below 1 billion, or 1 billion to 10 trillion"
		                  : "below 1 billion, 1 billion to 10 trillion, or more");
}

static void range(struct sc_summary *s, enum sc_modality m)
{
	uint64_t n = s->seen->modality[m].any.records;

	if (m == SC_TEXT)
		text_range(s);
	else if (m == SC_IMAGE && n > BILLION)
		sc_md_put(&s->md, "more than 1 billion images");
	else if (m == SC_IMAGE)
		sc_md_put(&s->md, "$n images or more, at least one a record: $b", n,
		          n < 1000000 ? "below 1 million unless records have several"
		                      : "1 million to 1 billion unless records have several");
	else
		sc_md_put(&s->md, "$b",
		          m == SC_OTHER ? "the size in a unit that suits it"
		                        : "hours: below 10,000, 10,000 to 1 million, or more");
}

static void modalities(struct sc_summary *s)
{
	bool any = false;

	sc_md_put(
	        &s->md,
	        "| Modality | Records | Bytes, at least | Bytes, at most | Size | Kinds of content |\n|---|---:|---:|---:|---|---|\n");
	for (size_t i = 0; i < SC_UNSTATED; i++) {
		const struct sc_modality_sum *v = &s->seen->modality[i];

		if (!v->any.records &&
		    !(i == SC_TEXT && s->seen->modality[SC_UNSTATED].any.records &&
		      unstated_is_text(s)))
			continue;
		any = true;
		sc_md_put(&s->md, "| $s | $n | $n | $n | ", sc_modality_names[i].p, v->any.records,
		          v->alone.bytes, v->any.bytes);
		range(s, (enum sc_modality)i);
		sc_md_put(&s->md, " | $b |\n",
		          "for example fiction, news, scientific text, photographs");
	}
	sc_md_put(&s->md, "| not stated | $n | $n | $n | $s | |\n\n",
	          s->seen->modality[SC_UNSTATED].any.records,
	          s->seen->modality[SC_UNSTATED].alone.bytes,
	          s->seen->modality[SC_UNSTATED].any.bytes,
	          unstated_is_text(s) ? "text of JSON lines: counted with text" : "");
	sc_md_put(
	        &s->md,
	        "$sA manifest says how many bytes a record has, not how they divide: at least is of records of that modality alone, at most of all "
	        "that have it. Records of several: $n.\n\n",
	        any ? "" : "No record says what it is. ", s->seen->mixed.records);
}

static int general(struct sc_summary *s, struct sc_err *e)
{
	struct sc_md *d = &s->md;
	sc_str created = sc_facts_head(s->f, SC_STR("created"));

	sc_md_put(d, "Version of this summary: $b\n\nLast updated: $b\n\nEarlier versions: $b\n\n",
	          "number", "date", "links, or none");
	sc_md_put(
	        d,
	        "## 1. General information\n\n### 1.1 The provider\n\nName and contact: $b\n\nAuthorised representative in the Union: $b\n\n",
	        "of the provider", "name and contact, where there is one");
	sc_md_put(
	        d,
	        "### 1.2 The model\n\nNames and versions: $b\n\nModels that it is made from: $b\n\nPlaced on the Union market: $b\n\n",
	        "of the models that this summary is for",
	        "name and version, and a link to their summary; or none", "date");
	sc_md_put(d, "### 1.3 Modalities, size and other characteristics of the training data\n\n");
	modalities(s);
	sc_summary_corpus(s);
	sc_md_put(
	        d,
	        "Latest acquisition of data: $b. The manifest was made at $c; what is in it was acquired before that.\n\n",
	        "month and year", created);
	sc_md_put(
	        d,
	        "Is data still collected after that: $b\n\nLanguages: $b\n\nOther characteristics, such as regions and demography: $b\n\n",
	        "yes or no", "the manifest does not say", "as far as they are known");
	sc_md_put(d, "Domains of content, by the labels in the manifest:\n\n");
	return sc_summary_table(s, SC_FACT_DOMAIN, SC_BY_BYTES, 0, e);
}

/* ---- 2. sources ---- */

static uint64_t names_most(const struct conf *c, uint64_t distinct)
{
	uint64_t n = distinct / (c->sme ? 20 : 10) + (distinct % (c->sme ? 20 : 10) != 0);

	return c->sme && n > 1000 ? 1000 : n;
}

static int domain_names(const struct conf *c, struct sc_summary *s, struct sc_err *e)
{
	enum sc_fact key = s->seen->key[SC_FACT_SITE].having.records ? SC_FACT_SITE : SC_FACT_HOST;
	const struct sc_fact_total *t = &s->seen->key[key];
	uint64_t n = names_most(c, t->distinct);

	sc_md_put(&s->md,
	          "Most relevant domain names: the first $s of $n by bytes, which is $n.\n\n",
	          c->sme ? "5 %, at most 1,000," : "10 %", t->distinct, n);
	if (!n) {
		sc_md_put(&s->md, "The manifest names no host or site: $b\n\n", "the domain names");
		return SC_OK;
	}
	sc_md_put(
	        &s->md,
	        "A name is $s. These are of all records that have one, whoever fetched them: $b\n\n",
	        key == SC_FACT_SITE ? "what was registered (site), so that its hosts count together"
	                            : "a host, since no record has a site",
	        "which of these were crawled by or for the provider, and which came in datasets of section 2.1 or 2.2");
	return sc_summary_table(s, key, SC_BY_BYTES, n, e);
}

static void shards_read(struct sc_summary *s)
{
	sc_md_put(
	        &s->md,
	        "Shards that the corpus was made of, as the manifest names them ($n in all; $s):\n\n| Shard | Records | Bytes |\n|---|---:|---:|\n",
	        (uint64_t)s->seen->nin, s->seen->nin > s->top ? "the first ones" : "every one");
	for (size_t i = 0; i < s->seen->nin && i < s->top; i++)
		sc_md_put(&s->md, "| $c | $n | $n |\n", s->seen->in[i].path, s->seen->in[i].records,
		          s->seen->in[i].bytes);
	sc_md_put(&s->md, "\n");
}

static int sources(const struct conf *c, struct sc_summary *s, struct sc_err *e)
{
	struct sc_md *d = &s->md;

	sc_md_put(d, "## 2. List of data sources\n\n");
	shards_read(s);
	sc_md_put(d,
	          "Licences that were read for the records, whichever section they belong to:\n\n");
	SC_TRY(sc_summary_table(s, SC_FACT_LICENCE, SC_BY_BYTES, 0, e));
	sc_md_put(
	        d,
	        "### 2.1 Publicly available datasets\n\nUsed: $b\n\nModalities: $b\n\nLarge ones by name: $b\n\nThe others, in general: $b\n\n",
	        "yes or no", "of these",
	        "name and link of each that is more than 3 % of all such data of a modality",
	        "a description");
	sc_md_put(
	        d,
	        "### 2.2 Datasets of third parties that are not public\n\n#### 2.2.1 Licensed from rightsholders or those who act for them\n\nLicences "
	        "concluded: $b\n\nModalities: $b\n\n",
	        "yes or no", "of these");
	sc_md_put(
	        d,
	        "#### 2.2.2 Obtained from other third parties\n\nObtained: $b\n\nModalities: $b\n\nThose that are publicly known, by name: $b\n\nThe others, in "
	        "general: $b\n\n",
	        "yes or no", "of these", "names and links", "a description");
	sc_md_put(
	        d,
	        "### 2.3 Data crawled and scraped from online sources\n\nCrawled by the provider or on its behalf: $b\n\nNames of the crawlers: $b\n\n",
	        "yes or no", "names and identifiers");
	sc_md_put(
	        d,
	        "What they are for: $b\n\nHow they behave: $b\n\nPeriod of collection: $b. The manifest has no dates of records.\n\n",
	        "purposes", "robots.txt, captchas, paywalls and the like",
	        "from month and year to month and year");
	sc_md_put(
	        d,
	        "Kinds of content and of sources: $b\n\nModalities: $b\n\nRecords with a host: $n of $n; with a URL: $n.\n\n",
	        "a description", "of these", s->seen->key[SC_FACT_HOST].having.records,
	        s->seen->all.records, s->seen->url.records);
	SC_TRY(domain_names(c, s, e));
	sc_md_put(
	        d,
	        "### 2.4 User data\n\nFrom users' interactions with the model: $b\n\nFrom other services of the provider: $b\n\nModalities and a description: $b\n\n",
	        "yes or no", "yes or no", "where it is yes");
	sc_md_put(
	        d,
	        "### 2.5 Synthetic data\n\nMade by or for the provider with other models: $b\n\nModalities: $b\n\nModels that made it: $b\n\nOther models, and a "
	        "description: $b\n\n",
	        "yes or no", "of these", "names and versions, where they are on the market",
	        "where it is yes");
	sc_md_put(d, "### 2.6 Other sources\n\nUsed: $b\n\nA description: $b\n\n", "yes or no",
	          "where it is yes");
	return SC_OK;
}

/* ---- 3. processing ---- */

static int processing(struct sc_summary *s, struct sc_err *e)
{
	struct sc_md *d = &s->md;

	sc_md_put(
	        d,
	        "## 3. Data processing\n\n### 3.1 Reservations of rights from text and data mining\n\nSignatory of the code of practice: $b\n\nMeasures before and "
	        "during collection, protocols that are honoured: $b\n\nWhat is in the corpus now:\n\n",
	        "yes or no",
	        "a description, and a link to the copyright policy where there is one");
	sc_summary_rights(s);
	SC_TRY(sc_summary_table(s, SC_FACT_RIGHTS, SC_BY_RECORDS, 0, e));
	sc_md_put(
	        d,
	        "scope-rights(7) says what each signal is; `terms/...` are what a licence asks, and no reservation.\n\n");
	sc_md_put(
	        d,
	        "### 3.2 Removal of illegal content\n\nMeasures: $b\n\nWhat was done to the records, step by step; whether a step was a measure against such content "
	        "its arguments must tell:\n\n",
	        "a description");
	sc_summary_steps(s);
	sc_summary_heads(s);
	sc_md_put(d, "### 3.3 Other information\n\n$b\n\n### How to verify the numbers\n\n",
	          "whatever else the provider wants to say; or nothing");
	sc_summary_verify(s);
	sc_md_put(d, "### What the manifest cannot say\n\n");
	sc_summary_limits(s);
	return SC_OK;
}

static int run(const void *conf, struct sc_manifest_lines *m, struct sc_output *out,
               struct sc_err *e)
{
	const struct conf *c = conf;
	struct sc_summary s = { .f = NULL };
	struct sc_buf b = { 0 };
	int rc = sc_summary_read(&s, m, c->memory, c->top, e);

	sc_buf_add(
	        &b,
	        SC_STR("# Public summary of training content (AI Act, Article 53(1)(d)): draft from one corpus\n\n"));
	if (rc == SC_OK)
		rc = sc_charter_section(&s.md, &c->asked, s.seen->stated.record_root, e);
	if (rc == SC_OK)
		rc = general(&s, e);
	if (rc == SC_OK)
		rc = sources(c, &s, e);
	if (rc == SC_OK)
		rc = processing(&s, e);
	if (rc == SC_OK)
		rc = sc_summary_write(&s, &b, out, e);
	sc_buf_free(&b);
	sc_summary_free(&s);
	return rc;
}

extern const struct sc_exporter export_eu_summary;
const struct sc_exporter export_eu_summary = {
	.card = { .name = "export/eu-summary",
	          .about =
	                  "the EU AI Act's public summary of training content, as far as a manifest knows it",
	          .more = "The sections are those of the Commission's template for Article 53(1)(d), 24 July 2025, with its numbers and in words of our own: records and "
	                  "bytes by modality, domain names by bytes (the first 10 %; with --sme 5 % and at most 1,000), licences, opt-out signals found, not found "
	                  "and not looked for, and the steps.\n\n"
	                  "A range of size stands there only where bytes and records leave no other.  The rest is `[to be filled in by a person: ...]`, and "
	                  "the number of these stands at the top.  It is a draft: a summary is of a model, a manifest of a corpus.  scope-summaries(7) says where each "
	                  "number is from.",
	          .example = "scope export eu-summary open.jsonl.scm --sme -o summary.md",
	          .opts = opts,
	          .conf = sizeof(struct conf),
	          .revision = 1 },
	.run = run,
};
