/* SPDX-License-Identifier: Apache-2.0 */
/*
 * export/hf-card -- a manifest as a dataset card of the Hugging Face hub: README.md with a head in YAML.
 *
 * The head has what the hub searches by and a manifest knows: licences by the hub's names, how many records, what they are, which files a
 * loader is to read.  What it does not know, as languages, is left out of the head and is a blank below it.
 */
#include <scope/charter_export.h>
#include <scope/summary.h>

struct conf {
	struct sc_charter_asked asked;
	sc_str name;
	uint64_t top, memory;
};

static const struct sc_opt opts[] = {
	{ "name", "NAME", "what the corpus is called (default: what the manifest says)",
	  offsetof(struct conf, name), 0, SC_OPT_STR },
	{ "top", "N", "rows of a table (default 25)", offsetof(struct conf, top), 0, SC_OPT_NUM },
	{ "memory", "SIZE", "for counting, before it spills to TMPDIR (default 64MiB)",
	  offsetof(struct conf, memory), 0, SC_OPT_SIZE },
	SC_CHARTER_OPTS(struct conf),
	{ NULL, NULL, NULL, 0, 0, SC_OPT_FLAG },
};

/* ---- licences by the hub's names ---- */

/* SPDX to the hub, where it is not the same in lower case; sorted by nothing: few. */
static const struct {
	sc_str spdx, hub;
} renamed[] = {
	{ SC_LIT("AGPL-3.0-only"), SC_LIT("agpl-3.0") },
	{ SC_LIT("AGPL-3.0-or-later"), SC_LIT("agpl-3.0") },
	{ SC_LIT("C-UDA-1.0"), SC_LIT("c-uda") },
	{ SC_LIT("GPL-2.0-only"), SC_LIT("gpl-2.0") },
	{ SC_LIT("GPL-2.0-or-later"), SC_LIT("gpl-2.0") },
	{ SC_LIT("GPL-3.0-only"), SC_LIT("gpl-3.0") },
	{ SC_LIT("GPL-3.0-or-later"), SC_LIT("gpl-3.0") },
	{ SC_LIT("LGPL-2.1-only"), SC_LIT("lgpl-2.1") },
	{ SC_LIT("LGPL-2.1-or-later"), SC_LIT("lgpl-2.1") },
	{ SC_LIT("LGPL-3.0-only"), SC_LIT("lgpl-3.0") },
	{ SC_LIT("LGPL-3.0-or-later"), SC_LIT("lgpl-3.0") },
	{ SC_LIT("LGPLLR"), SC_LIT("lgpl-lr") },
	{ SC_LIT("ODC-By-1.0"), SC_LIT("odc-by") },
	{ SC_LIT("ODbL-1.0"), SC_LIT("odbl") },
	{ SC_LIT("PDDL-1.0"), SC_LIT("pddl") },
};

static const sc_str same[] = {
	SC_LIT("afl-3.0"),
	SC_LIT("apache-2.0"),
	SC_LIT("artistic-2.0"),
	SC_LIT("bsd-2-clause"),
	SC_LIT("bsd-3-clause"),
	SC_LIT("bsd-3-clause-clear"),
	SC_LIT("bsl-1.0"),
	SC_LIT("cc-by-2.0"),
	SC_LIT("cc-by-2.5"),
	SC_LIT("cc-by-3.0"),
	SC_LIT("cc-by-4.0"),
	SC_LIT("cc-by-nc-2.0"),
	SC_LIT("cc-by-nc-3.0"),
	SC_LIT("cc-by-nc-4.0"),
	SC_LIT("cc-by-nc-nd-3.0"),
	SC_LIT("cc-by-nc-nd-4.0"),
	SC_LIT("cc-by-nc-sa-2.0"),
	SC_LIT("cc-by-nc-sa-3.0"),
	SC_LIT("cc-by-nc-sa-4.0"),
	SC_LIT("cc-by-nd-4.0"),
	SC_LIT("cc-by-sa-3.0"),
	SC_LIT("cc-by-sa-4.0"),
	SC_LIT("cc0-1.0"),
	SC_LIT("cdla-permissive-1.0"),
	SC_LIT("cdla-permissive-2.0"),
	SC_LIT("cdla-sharing-1.0"),
	SC_LIT("ecl-2.0"),
	SC_LIT("epl-1.0"),
	SC_LIT("epl-2.0"),
	SC_LIT("etalab-2.0"),
	SC_LIT("eupl-1.1"),
	SC_LIT("isc"),
	SC_LIT("lppl-1.3c"),
	SC_LIT("mit"),
	SC_LIT("mpl-2.0"),
	SC_LIT("ms-pl"),
	SC_LIT("ncsa"),
	SC_LIT("ofl-1.1"),
	SC_LIT("osl-3.0"),
	SC_LIT("postgresql"),
	SC_LIT("unlicense"),
	SC_LIT("wtfpl"),
	SC_LIT("zlib"),
};

/* Licences of which the hub knows the family only. */
static const struct {
	sc_str begins, hub;
} families[] = {
	{ SC_LIT("BSD-"), SC_LIT("bsd") },   { SC_LIT("CC-BY"), SC_LIT("cc") },
	{ SC_LIT("GFDL-"), SC_LIT("gfdl") }, { SC_LIT("GPL-"), SC_LIT("gpl") },
	{ SC_LIT("LGPL-"), SC_LIT("lgpl") }, { SC_LIT("LicenseRef-CC-BY"), SC_LIT("cc") },
};

/* Empty: the hub has no name for it. */
static sc_str hub_name(sc_str spdx)
{
	static const sc_str nothing[] = { SC_LIT("none"), SC_LIT("unknown"), SC_LIT("conflict") };

	for (size_t i = 0; i < SC_COUNT(nothing); i++)
		if (sc_str_eq(spdx, nothing[i]))
			return SC_STR("unknown");
	if (sc_str_chr(spdx, ' ') != SC_NONE) /* of several, or with an exception */
		return SC_STR("");
	for (size_t i = 0; i < SC_COUNT(renamed); i++)
		if (sc_str_eq(spdx, renamed[i].spdx))
			return renamed[i].hub;
	for (size_t i = 0; i < SC_COUNT(same); i++)
		if (sc_str_ieq(spdx, same[i]))
			return same[i];
	for (size_t i = 0; i < SC_COUNT(families); i++)
		if (sc_str_starts(spdx, families[i].begins))
			return families[i].hub;
	return SC_STR("");
}

enum { NAMES = SC_COUNT(same) + SC_COUNT(renamed) + SC_COUNT(families) + 2 };

struct names {
	sc_str v[NAMES];
	size_t n;
	struct sc_buf other; /* the one licence without a name; of several the first */
	uint64_t nother;
};

static void name_add(struct names *v, sc_str name)
{
	for (size_t i = 0; i < v->n; i++)
		if (sc_str_eq(v->v[i], name))
			return;
	v->v[v->n++] = name;
}

static int names_read(struct names *v, struct sc_summary *s, struct sc_err *e)
{
	struct sc_fact_list *list;
	struct sc_fact_row r;
	int rc;

	SC_TRY(sc_facts_list(s->f, SC_FACT_LICENCE, SC_BY_RECORDS, &list, e));
	while ((rc = sc_fact_next(list, &r, e)) == SC_OK) {
		sc_str name = hub_name(r.value);

		if (!name.n && !v->nother++)
			sc_buf_add(&v->other, sc_str_head(r.value, 256));
		name_add(v, name.n ? name : SC_STR("other"));
	}
	sc_fact_list_free(list);
	if (s->seen->key[SC_FACT_LICENCE].lacking.records)
		name_add(v, SC_STR("unknown"));
	return rc == SC_EOF ? SC_OK : rc;
}

static void put_licences(struct sc_buf *b, const struct names *v)
{
	sc_buf_add(b, v->n == 1 ? SC_STR("license: ") : v->n ? SC_STR("license:\n") : SC_STR(""));
	for (size_t i = 0; i < v->n; i++)
		sc_buf_fmt(b, "%s%.*s\n", v->n > 1 ? "- " : "", SC_ARG(v->v[i]));
	if (!v->nother)
		return;
	sc_buf_add(b, SC_STR("license_name: "));
	sc_yaml_put(b, v->nother == 1 ? sc_buf_str(&v->other)
	                              : SC_STR("several-see-the-table-of-licences"));
	sc_buf_byte(b, '\n');
}

/* ---- the rest of the head ---- */

static const char *size_category(uint64_t n)
{
	static const struct {
		uint64_t below;
		const char *is;
	} sizes[] = { { 1000, "n<1K" },
		      { 10000, "1K<n<10K" },
		      { 100000, "10K<n<100K" },
		      { 1000000, "100K<n<1M" },
		      { 10000000, "1M<n<10M" },
		      { 100000000, "10M<n<100M" },
		      { 1000000000, "100M<n<1B" },
		      { UINT64_C(10000000000), "1B<n<10B" },
		      { UINT64_C(100000000000), "10B<n<100B" },
		      { UINT64_C(1000000000000), "100B<n<1T" } };

	for (size_t i = 0; i < SC_COUNT(sizes); i++)
		if (n < sizes[i].below)
			return sizes[i].is;
	return "n>1T";
}

static int put_tags(struct sc_buf *b, struct sc_summary *s, struct sc_err *e)
{
	struct sc_fact_list *list;
	struct sc_fact_row r;
	int rc = SC_OK;

	sc_buf_add(b, SC_STR("tags:\n- \"scope-manifest\"\n"));
	for (size_t i = 0; i < SC_OTHER; i++)
		if (s->seen->modality[i].any.records)
			sc_buf_fmt(b, "- \"%.*s\"\n", SC_ARG(sc_modality_names[i]));
	SC_TRY(sc_facts_list(s->f, SC_FACT_DOMAIN, SC_BY_RECORDS, &list, e));
	for (int n = 0; n < 10 && (rc = sc_fact_next(list, &r, e)) == SC_OK; n++) {
		if (sc_str_eq(r.value, SC_STR("unknown")))
			continue;
		sc_buf_add(b, SC_STR("- "));
		sc_yaml_put(b, sc_str_head(r.value, 256));
		sc_buf_byte(b, '\n');
	}
	sc_fact_list_free(list);
	return rc < 0 ? rc : SC_OK;
}

/* Which of the hub's loaders reads a shard; a configuration for each. */
static const struct loader {
	const char *name;
	sc_str ends[4]; /* before a compression */
	bool folder;    /* all that lies beside it belongs to it */
} loaders[] = {
	{ "imagefolder", { SC_LIT("metadata.jsonl") }, true },
	{ "json", { SC_LIT(".jsonl"), SC_LIT(".json"), SC_LIT(".ndjson") }, false },
	{ "webdataset", { SC_LIT(".tar") }, false },
	{ "parquet", { SC_LIT(".parquet") }, false },
	{ "csv", { SC_LIT(".csv"), SC_LIT(".tsv") }, false },
	{ "text", { SC_LIT(".txt") }, false },
};

static const struct loader *loader_of(sc_str path)
{
	static const sc_str packed[] = { SC_LIT(".gz"), SC_LIT(".zst"), SC_LIT(".bz2"),
		                         SC_LIT(".xz"), SC_LIT(".lz4") };

	for (size_t i = 0; i < SC_COUNT(packed); i++)
		if (sc_str_ends(path, packed[i])) {
			path.n -= packed[i].n;
			break;
		}
	for (size_t i = 0; i < SC_COUNT(loaders); i++)
		for (size_t k = 0; k < SC_COUNT(loaders[i].ends) && loaders[i].ends[k].n; k++) {
			sc_str base = sc_str_from(path, sc_str_rchr(path, '/') +
			                                        1); /* SC_NONE + 1 is 0 */

			if (loaders[i].folder ? sc_str_eq(base, loaders[i].ends[k])
			                      : sc_str_ends(path, loaders[i].ends[k]))
				return &loaders[i];
		}
	return NULL;
}

/* The hub reads patterns: what is special in one stands in brackets. */
static void put_path(struct sc_buf *b, sc_str path, bool folder)
{
	struct sc_buf p = { 0 };

	if (folder)
		path = sc_str_head(path, sc_str_rchr(path, '/') + 1);
	for (size_t i = 0; i < path.n; i++) {
		if (memchr("*?[", path.p[i], 3))
			sc_buf_add(&p, (sc_str[]){ SC_LIT("[*]"), SC_LIT("[?]"),
			                           SC_LIT("[[]") }[path.p[i] == '*'   ? 0
			                                           : path.p[i] == '?' ? 1
			                                                              : 2]);
		else
			sc_buf_byte(&p, path.p[i]);
	}
	if (folder)
		sc_buf_add(&p, SC_STR("**"));
	sc_yaml_put(b, sc_buf_str(&p));
	sc_buf_free(&p);
}

static uint64_t put_files(struct sc_buf *b, const struct sc_facts_seen *v)
{
	uint64_t listed = 0;

	for (size_t i = 0; i < SC_COUNT(loaders); i++) {
		bool begun = false;

		for (size_t k = 0; k < v->nout; k++) {
			if (loader_of(v->out[k].path) != &loaders[i])
				continue;
			if (!begun)
				sc_buf_fmt(
				        b,
				        "%s- config_name: %s\n  data_files:\n  - split: train\n    path:\n",
				        listed ? "" : "configs:\n", loaders[i].name);
			begun = true;
			listed++;
			sc_buf_add(b, SC_STR("    - "));
			put_path(b, v->out[k].path, loaders[i].folder);
			sc_buf_byte(b, '\n');
		}
	}
	return listed;
}

static int head(struct sc_buf *b, struct sc_summary *s, sc_str name, uint64_t *listed,
                struct sc_err *e)
{
	struct names names = { .n = 0 };
	int rc = names_read(&names, s, e);

	sc_buf_add(b, SC_STR("---\n"));
	if (name.n) {
		sc_buf_add(b, SC_STR("pretty_name: "));
		sc_yaml_put(b, name);
		sc_buf_byte(b, '\n');
	}
	put_licences(b, &names);
	sc_buf_free(&names.other);
	sc_buf_fmt(b, "size_categories:\n- %s\n", size_category(s->seen->all.records));
	if (rc == SC_OK)
		rc = put_tags(b, s, e);
	if (sc_summary_did(s, SC_STR("tag/")))
		sc_buf_add(b, SC_STR("annotations_creators:\n- machine-generated\n"));
	*listed = put_files(b, s->seen);
	sc_buf_add(b, SC_STR("---\n\n"));
	return rc;
}

/* ---- below it ---- */

static void dropped(struct sc_summary *s)
{
	const struct sc_facts_seen *v = s->seen;

	sc_md_put(
	        &s->md,
	        "## What was left out\n\n| Step | Arguments | Left out | Of those that came to it |\n|---|---|---:|---:|\n");
	for (size_t i = 0; i < v->nstep; i++) {
		const struct sc_step *p = &v->step[i];

		if (p->dropped || p->rejected)
			sc_md_put(&s->md, "| $c | $c | $n | $p |\n", p->name, p->args,
			          p->in - p->kept, p->in - p->kept, p->in);
	}
	sc_md_put(
	        &s->md,
	        "\nRecords taken back after they were published: $n. Why the steps were chosen: $b\n\n",
	        v->tombstones, "the reasons for each selection");
}

static int body(struct sc_summary *s, uint64_t listed, struct sc_err *e)
{
	struct sc_md *d = &s->md;

	sc_md_put(d, "## What it is\n\n$b\n\n",
	          "what the records are, in a sentence, and what they are for");
	sc_summary_corpus(s);
	sc_md_put(d, "Languages: $b\n\n",
	          "the languages of the records; the manifest does not say");
	sc_md_put(
	        d,
	        "Files that a loader of the hub can read are in the head: $n of $n. The split `train` there is a convention, not a division.\n\n",
	        listed, (uint64_t)s->seen->nout);
	sc_md_put(d, "## How it was made\n\n");
	sc_summary_heads(s);
	sc_summary_steps(s);
	dropped(s);
	sc_md_put(d, "## Licences\n\n");
	SC_TRY(sc_summary_table(s, SC_FACT_LICENCE, SC_BY_RECORDS, 0, e));
	sc_md_put(
	        d,
	        "`none`: looked for, and nothing found. `conflict`: its sources disagree. The head says `unknown` for both.\n\n");
	SC_TRY(sc_summary_table(s, SC_FACT_BASIS, SC_BY_RECORDS, 0, e));
	sc_md_put(d, "`scope export attribution MANIFEST` names authors, titles and sources.\n\n");
	sc_summary_credit(s);
	sc_md_put(d, "## Where it is from\n\n");
	SC_TRY(sc_summary_table(s, SC_FACT_HOST, SC_BY_RECORDS, 0, e));
	SC_TRY(sc_summary_table(s, SC_FACT_SITE, SC_BY_RECORDS, 0, e));
	sc_md_put(d, "## What it is about\n\n");
	SC_TRY(sc_summary_table(s, SC_FACT_DOMAIN, SC_BY_RECORDS, 0, e));
	sc_md_put(d, "## Media types\n\n");
	SC_TRY(sc_summary_table(s, SC_FACT_MEDIA, SC_BY_RECORDS, 0, e));
	sc_md_put(d, "## Opt-out signals\n\n");
	sc_summary_rights(s);
	SC_TRY(sc_summary_table(s, SC_FACT_RIGHTS, SC_BY_RECORDS, 0, e));
	sc_md_put(d, "## How to verify this\n\n");
	sc_summary_verify(s);
	sc_md_put(d, "## What the manifest cannot say\n\n");
	sc_summary_limits(s);
	sc_md_put(d,
	          "Personal and sensitive data: $b\n\nBias and risks: $b\n\nWho to write to: $b\n",
	          "what was done about them", "what is known of them", "a name and an address");
	return SC_OK;
}

static int run(const void *conf, struct sc_manifest_lines *m, struct sc_output *out,
               struct sc_err *e)
{
	const struct conf *c = conf;
	struct sc_summary s = { .f = NULL };
	struct sc_buf b = { 0 };
	uint64_t listed = 0;
	sc_str name;
	int rc = sc_summary_read(&s, m, c->memory, c->top, e);

	name = c->name.n     ? c->name
	       : rc == SC_OK ? sc_facts_head(s.f, SC_STR("corpus"))
	                     : (sc_str){ NULL, 0 };
	if (rc == SC_OK)
		rc = head(&b, &s, name, &listed, e);
	if (name.n)
		sc_md_put(&s.md, "# Dataset card of $c\n\n", name);
	else
		sc_md_put(&s.md, "# Dataset card of $b\n\n", "the name of the corpus");
	sc_buf_add(&b, sc_buf_str(&s.md.b)); /* the title stands above the count of blanks */
	sc_buf_clear(&s.md.b);
	if (rc == SC_OK)
		rc = sc_charter_section(&s.md, &c->asked, s.seen->stated.record_root, e);
	if (rc == SC_OK)
		rc = body(&s, listed, e);
	if (rc == SC_OK)
		rc = sc_summary_write(&s, &b, out, e);
	sc_buf_free(&b);
	sc_summary_free(&s);
	return rc;
}

extern const struct sc_exporter export_hf_card;
const struct sc_exporter export_hf_card = {
	.card = { .name = "export/hf-card",
	          .about = "a dataset card of the Hugging Face hub, README.md with its head",
	          .more = "In the head are the licences by the hub's names (`other` and license_name where it has none, `unknown` where none was found), the "
	                  "category of size, tags, and the shards that a loader of the hub can read.  Below it stand what the corpus is, how it was made, what "
	                  "was left out, licences, hosts, domains, opt-out signals, and how to verify all of it.\n\n"
	                  "What the manifest does not say is `[to be filled in by a person: ...]`, and the number of these stands at the top.  scope-summaries(7) says "
	                  "where each number is from.",
	          .example = "scope export hf-card open.jsonl.scm --name 'Open pages' -o README.md",
	          .opts = opts,
	          .conf = sizeof(struct conf),
	          .revision = 1 },
	.run = run,
};
