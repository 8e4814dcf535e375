/* SPDX-License-Identifier: Apache-2.0 */
/* trace -- which corpora hold a record, made of what, by which steps; and how much of a corpus stands in another. */
#include <scope/check.h>
#include <scope/cmd.h>
#include <scope/digest.h>
#include <scope/json.h>
#include <scope/manifest.h>
#include <scope/overlap.h>
#include <scope/run.h>
#include <scope/text.h>
#include <scope/trace.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { MOST = 10, RECORD_MAX = 1 << 30, DIGITS_LEAST = 8 };

struct conf {
	uint64_t memory, most;
	struct sc_overlap_conf overlap; /* its group and text_field are those of both uses */
	bool json, no_children, is_overlap;
};

#define AT(f) offsetof(struct conf, f)
static const struct sc_opt opts[] = {
	{ "overlap", NULL,
	  "how much of a corpus, CORPUS, stands in another: the manifest or the shards of a suspect",
	  AT(is_overlap), 0, SC_OPT_FLAG },
	{ "root", "DIR",
	  "with --overlap: where the corpus's shards lie (default: beside its manifest)",
	  AT(overlap.root), 0, SC_OPT_STR },
	{ "list", "FILE", "with --overlap: all that was found, a line each", AT(overlap.list), 0,
	  SC_OPT_STR },
	{ "log", "FILE", "with --overlap: a version log that may say which of the two was first",
	  AT(overlap.log), 0, SC_OPT_LIST },
	{ "no-children", NULL,
	  "do not look for what was made of it: that reads the manifests through", AT(no_children),
	  0, SC_OPT_FLAG },
	{ "most", "N", "records that are traced or shown when many are found (default 10)",
	  AT(most), 0, SC_OPT_NUM },
	{ "group", "sample|directory|archive|paper|none",
	  "of shards that are read: what is one record of an archive", AT(overlap.group), 0,
	  SC_OPT_CHOICE },
	{ "text-field", "NAME", "of shards that are read: the JSON member that is the payload",
	  AT(overlap.text_field), 0, SC_OPT_STR },
	{ "memory", "SIZE", "for sorting, before it spills to TMPDIR (default 16MiB)", AT(memory),
	  0, SC_OPT_SIZE },
	{ "json", NULL, "one JSON object", AT(json), 0, SC_OPT_FLAG },
	{ NULL, NULL, NULL, 0, 0, SC_OPT_FLAG },
};

struct run {
	const struct conf *conf;
	struct sc_trace t;
	sc_str what;             /* as it was asked for */
	const char *kind;        /* "id", "url", "doi", "host", "site", "file" */
	uint64_t *held;          /* by manifest: records of a file, or lines that were found */
	uint64_t records, found; /* of a file: different ids in it; those that any manifest holds */
	uint64_t spoilt;
	size_t most;
	bool counted;
};

/* ---- ids ---- */

static bool is_hex(sc_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!((s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] >= 'a' && s.p[i] <= 'f')))
			return false;
	return s.n > 0;
}

static int id_whole(struct run *r, sc_str id, struct sc_err *e)
{
	uint8_t sha[32];
	size_t found;

	if (sc_unhex(sc_str_from(id, 7), sha, 32))
		sc_trace_shard_is(&r->t, sha);
	return sc_trace_id(&r->t, id, &found, e);
}

static int ask_id(struct run *r, sc_str hex, struct sc_err *e)
{
	sc_str id = sc_fmt(&r->t.a, "sha256:%.*s", SC_ARG(hex)), v[8];
	struct sc_buf b = { .a = &r->t.a };
	size_t n;

	r->kind = "id";
	if (!is_hex(hex) || hex.n < DIGITS_LEAST || hex.n > 64)
		return sc_fail(
		        e, "trace: %.*s is no id: give sha256: and %d to 64 digits, 0-9 and a-f",
		        SC_ARG(r->what), DIGITS_LEAST);
	if (hex.n == 64)
		return id_whole(r, id, e);
	SC_TRY(sc_trace_complete(&r->t, id, v, SC_COUNT(v), &n, e));
	if (n == 1)
		return id_whole(r, v[0], e);
	for (size_t i = 0; i < n; i++)
		sc_buf_fmt(&b, "%s%.*s", i ? ", " : "", SC_ARG(sc_str_head(v[i], 7 + hex.n + 8)));
	return n ? sc_fail(e,
	                   "trace: %.*s is the beginning of several ids: give more digits (%.*s%s)",
	                   SC_ARG(r->what), SC_ARG(sc_buf_str(&b)), n == SC_COUNT(v) ? ", ..." : "")
	         : SC_OK;
}

/* ---- what R lines say ---- */

static int ask_keys(struct run *r, const char *kind, const sc_str *kv, size_t n, bool fold,
                    struct sc_err *e)
{
	sc_str *v = SC_NEW(&r->t.a, sc_str, r->most + 1);
	size_t found, here;

	r->kind = kind;
	r->counted = true;
	SC_TRY(sc_trace_search(&r->t, kv, n, fold, v, r->most, &found, r->held, e));
	for (size_t i = 0; i < found; i++)
		SC_TRY(sc_trace_id(&r->t, v[i], &here, e));
	return SC_OK;
}

/* "key=" and the value as an R line has it. */
static sc_str said(struct run *r, const char *key, const char *before, sc_str value)
{
	struct sc_buf b = { .a = &r->t.a }, whole = { .a = &r->t.a };

	sc_buf_add(&whole, sc_str_c(before));
	sc_buf_add(&whole, value);
	sc_buf_fmt(&b, "%s=", key);
	sc_field_put(&b, sc_buf_str(&whole));
	return sc_buf_seal(&b);
}

static int ask_doi(struct run *r, sc_str doi, struct sc_err *e)
{
	const sc_str kv[] = { said(r, "doi", "", doi), said(r, "src", "https://doi.org/", doi),
		              said(r, "src", "doi:", doi) };

	return ask_keys(r, "doi", kv, SC_COUNT(kv), true, e);
}

static int ask_url(struct run *r, sc_str url, struct sc_err *e)
{
	const sc_str kv[] = { said(r, "src", "", url), said(r, "url", "", url) };

	return ask_keys(r, "url", kv, SC_COUNT(kv), false, e);
}

/* ---- a file ---- */

struct ids {
	uint8_t (*v)[32];
	size_t n, cap, taken; /* taken: of those that are traced */
};

static int by_id(const void *a, const void *b)
{
	return memcmp(a, b, 32);
}

/* What the file has so far: sorted, each once, counted, and the first that are held are traced. */
static int ids_use(struct run *r, struct ids *s, struct sc_err *e)
{
	struct sc_arena a = { 0 };
	size_t n = 0;
	bool *any;
	int rc;

	if (!s->n)
		return SC_OK;
	qsort(s->v, s->n, 32, by_id);
	for (size_t i = 0; i < s->n; i++)
		if (!n || memcmp(s->v[n - 1], s->v[i], 32))
			memmove(s->v[n++], s->v[i], 32);
	any = SC_NEW(&a, bool, n);
	rc = sc_trace_count(&r->t, (const uint8_t(*)[32])s->v, n, any, r->held, e);
	r->records += n;
	for (size_t i = 0; i < n && rc == SC_OK; i++) {
		char text[71] = "sha256:";
		size_t found;

		r->found += any[i];
		if (!any[i] || s->taken >= r->most)
			continue;
		s->taken++;
		sc_hex(s->v[i], 32, text + 7);
		rc = sc_trace_id(&r->t, (sc_str){ text, sizeof text }, &found, e);
	}
	s->n = 0;
	sc_arena_free(&a);
	return rc;
}

static int records_use(struct run *r, struct sc_source *src, const struct sc_read_conf *conf,
                       struct ids *s, struct sc_err *e)
{
	struct sc_arena a = { 0 };
	uint64_t ordinal = 0;
	int rc = SC_OK, got = SC_OK;

	while (rc == SC_OK && got != SC_EOF) {
		struct sc_err why = { 0 };
		struct sc_record rec;

		got = sc_source_next(src, conf, &a, &rec, &ordinal, &why);
		if (got == SC_FAIL)
			rc = sc_fail(e, "%.*s: %s", SC_ARG(r->what), why.msg);
		r->spoilt += got == SC_BAD;
		if (got == SC_OK) {
			sc_record_id(&a, &rec);
			memcpy(s->v[s->n++], rec.id, 32);
			if (s->n == s->cap)
				rc = ids_use(r, s, e);
		}
		if (sc_arena_bytes(&a) > 8 << 20)
			sc_arena_free(&a);
		sc_arena_reset(&a);
	}
	sc_arena_free(&a);
	return rc == SC_OK ? ids_use(r, s, e) : rc;
}

static int digest_file(struct run *r, struct sc_err *e)
{
	struct sc_input *in;
	uint8_t sha[32];
	uint64_t bytes;
	char text[71] = "sha256:";
	int rc;

	SC_TRY(sc_input_open(&in, r->what, r->what, SC_STR("none"), 1 << 20, e));
	sc_input_hash_stored(in, true);
	rc = sc_input_digest(in, &bytes, sha, e);
	sc_input_close(in);
	if (rc != SC_OK)
		return rc;
	sc_hex(sha, 32, text + 7);
	return id_whole(r, (sc_str){ text, sizeof text }, e);
}

/* As a payload and as a shard, by its own digest; then by what it holds. */
static int ask_file(struct run *r, struct sc_err *e)
{
	struct sc_read_conf conf = { .tag_key = SC_STR("scope"),
		                     .max_record = RECORD_MAX,
		                     .group = r->conf->overlap.group,
		                     .text_field = r->conf->overlap.text_field };
	uint64_t memory = r->conf->memory ? r->conf->memory : 16 << 20;
	struct ids s = { .cap = memory < 1 << 16             ? 1024
		                : memory > UINT64_C(1) << 30 ? 1 << 24
		                                             : (size_t)memory / 64 };
	struct sc_source src;
	int rc;

	r->kind = "file";
	SC_TRY(digest_file(r, e));
	SC_TRY(sc_source_open(&src, r->what, r->what, (sc_str){ NULL, 0 }, (sc_str){ NULL, 0 },
	                      &conf, e));
	if (!strcmp(src.reader->card.name, "read/file")) {
		sc_source_close(&src);
		return SC_OK;
	}
	r->counted = true;
	s.v = malloc(s.cap * sizeof *s.v);
	if (!s.v)
		sc_oom();
	rc = records_use(r, &src, &conf, &s, e);
	free(s.v);
	sc_source_close(&src);
	return rc;
}

/* ---- asked and answered ---- */

static int ask(struct run *r, struct sc_err *e)
{
	static const sc_str doi[] = { SC_LIT("https://doi.org/"), SC_LIT("http://doi.org/"),
		                      SC_LIT("https://dx.doi.org/"), SC_LIT("http://dx.doi.org/"),
		                      SC_LIT("doi:") };
	static const char *const keys[] = { "host", "site" };
	sc_str s = r->what;

	if (sc_str_starts(s, SC_STR("sha256:")))
		return ask_id(r, sc_str_from(s, 7), e);
	for (size_t i = 0; i < SC_COUNT(doi); i++)
		if (sc_str_starts(s, doi[i]))
			return ask_doi(r, sc_str_from(s, doi[i].n), e);
	for (size_t i = 0; i < SC_COUNT(keys); i++)
		if (sc_str_starts(s, sc_fmt(&r->t.a, "%s:", keys[i]))) {
			sc_str kv = said(r, keys[i], "", sc_str_from(s, strlen(keys[i]) + 1));

			return ask_keys(r, keys[i], &kv, 1, true, e);
		}
	if (sc_str_find(s, SC_STR("://")) != SC_NONE)
		return ask_url(r, s, e);
	if (!access(s.p, F_OK))
		return ask_file(r, e);
	if (sc_str_starts(s, SC_STR("10.")) && sc_str_chr(s, '/') != SC_NONE)
		return ask_doi(r, s, e);
	if (is_hex(s) && s.n >= DIGITS_LEAST)
		return ask_id(r, s, e);
	return sc_fail(
	        e,
	        "trace: %.*s is no file that is there, no id (%d hex digits and more), no URL, DOI, host:NAME or site:NAME",
	        SC_ARG(s), DIGITS_LEAST);
}

static bool is_found(const struct run *r)
{
	bool seeds = false;

	for (size_t i = 0; i < r->t.nnode; i++)
		seeds |= r->t.node[i].seed;
	return seeds || r->t.nhit || r->t.norphan_child;
}

static void counts_show(const struct run *r, struct sc_buf *b)
{
	struct sc_arena a = { 0 };

	if (!r->counted)
		return;
	if (!strcmp(r->kind, "file")) {
		sc_buf_fmt(
		        b,
		        "%ju different records in the file, %ju of them in a manifest that was given",
		        (uintmax_t)r->records, (uintmax_t)r->found);
		if (r->spoilt)
			sc_buf_fmt(b, "; %ju spoilt ones were passed over", (uintmax_t)r->spoilt);
		sc_buf_byte(b, '\n');
	}
	for (size_t m = 0; m < r->t.nmanifest; m++) {
		sc_buf_fmt(b, "%9ju  ", (uintmax_t)r->held[m]);
		sc_buf_add(b, sc_escape(&a, r->t.manifest[m].path));
		sc_buf_byte(b, '\n');
		if (r->held[m] > r->most)
			sc_buf_fmt(b, "           the first %zu are traced: --most\n", r->most);
	}
	sc_arena_free(&a);
}

static void json(const struct run *r, struct sc_buf *b)
{
	sc_buf_add(b, SC_STR("{\"query\":"));
	sc_json_put(b, r->what);
	sc_buf_fmt(b, ",\"kind\":\"%s\",\"found\":%s,\"held\":", r->kind,
	           is_found(r) ? "true" : "false");
	if (r->counted) {
		for (size_t m = 0; m < r->t.nmanifest; m++)
			sc_buf_fmt(b, "%c%ju", m ? ',' : '[', (uintmax_t)r->held[m]);
		sc_buf_byte(b, ']');
	} else {
		sc_buf_add(b, SC_STR("null"));
	}
	sc_buf_byte(b, ',');
	sc_trace_json(&r->t, b);
	sc_buf_add(b, SC_STR("}\n"));
}

static int out(struct sc_buf *b, struct sc_err *e)
{
	bool wrong = (b->n && fwrite(b->p, 1, b->n, stdout) != b->n) || fflush(stdout);

	sc_buf_free(b);
	return wrong ? sc_fail(e, "standard output: it could not be written") : SC_OK;
}

static int answer(struct run *r, struct sc_err *e)
{
	struct sc_buf b = { 0 };

	if (r->conf->json) {
		json(r, &b);
	} else {
		counts_show(r, &b);
		sc_trace_show(&r->t, &b);
		if (!is_found(r))
			sc_buf_fmt(&b, "not in %s\n",
			           r->t.nmanifest == 1 ? "the manifest" : "any of the manifests");
	}
	return out(&b, e);
}

static int lineage(const struct conf *c, int argc, char **argv, struct sc_err *e)
{
	struct run r = { .conf = c,
		         .most = c->most ? (size_t)(c->most < SC_TRACE_NODES ? c->most
		                                                             : SC_TRACE_NODES)
		                         : MOST,
		         .what = sc_str_c(argv[0]) };
	int rc = SC_OK, status;

	sc_trace_start(&r.t);
	for (int i = 1; i < argc && rc == SC_OK; i++)
		rc = sc_trace_add(&r.t, sc_manifest_at(&r.t.a, sc_str_c(argv[i])), e);
	r.held = SC_NEW(&r.t.a, uint64_t, (size_t)argc);
	if (rc == SC_OK)
		rc = ask(&r, e);
	if (rc == SC_OK)
		rc = sc_trace_follow(&r.t, !c->no_children, e);
	if (rc == SC_OK)
		rc = answer(&r, e);
	status = rc < 0 ? 2 : is_found(&r) ? 0 : 1;
	sc_trace_free(&r.t);
	return status;
}

static int overlap(const struct conf *c, int argc, char **argv, struct sc_err *e)
{
	struct sc_overlap_conf conf = c->overlap;
	struct sc_overlap o = { .nexample = 0 };
	struct sc_arena a = { 0 };
	struct sc_buf b = { 0 };
	sc_str *suspect = SC_NEW(&a, sc_str, (size_t)argc);
	int rc, status;

	conf.memory = c->memory ? (size_t)c->memory : 16 << 20;
	conf.most = c->most ? (size_t)(c->most < SC_TRACE_NODES ? c->most : SC_TRACE_NODES) : MOST;
	for (int i = 1; i < argc; i++)
		suspect[i - 1] = sc_manifest_at(&a, sc_str_c(argv[i]));
	rc = sc_overlap(&o, &conf, sc_manifest_at(&a, sc_str_c(argv[0])), suspect, (size_t)argc - 1,
	                e);
	if (rc == SC_OK) {
		if (c->json)
			sc_overlap_json(&o, &b);
		else
			sc_overlap_show(&o, &b);
		rc = out(&b, e);
	}
	status = rc < 0 ? 2 : o.share[SC_ANY].n ? 0 : 1;
	sc_overlap_free(&o);
	sc_arena_free(&a);
	return status;
}

static int trace_main(int argc, char **argv, struct sc_err *e)
{
	extern const struct sc_cmd cmd_trace;
	struct conf c = { .memory = 0 };
	struct sc_arena a = { 0 };
	struct sc_optset set[] = { { opts, &c } };
	const struct sc_opt *tables[] = { opts };
	bool help = false;
	int first = sc_opt_parse(set, 1, argc, argv, &a, &help, e), status = 2;

	if (help) {
		sc_help_print("scope trace", &cmd_trace.card, cmd_trace.synopsis, tables, 1);
		status = 0;
	} else if (first >= 0 && argc - first < 2) {
		sc_fail(e,
		        c.is_overlap
		                ? "trace: say which corpus and which suspect, as in `scope trace --overlap corpus.tar.scm theirs.jsonl`"
		                : "trace: say what and in which manifests, as in `scope trace https://example.org/a corpus.tar.scm`");
	} else if (first >= 0 && c.is_overlap) {
		status = overlap(&c, argc - first, argv + first, e);
	} else if (first >= 0) {
		status = lineage(&c, argc - first, argv + first, e);
	}
	sc_arena_free(&a);
	return status;
}

extern const struct sc_cmd cmd_trace;
const struct sc_cmd cmd_trace = {
	.card = { .name = "trace",
	          .about =
	                  "where a record lies, by which steps it got there and what it was made of, through any number of manifests",
	          .more = "WHAT is an id (sha256: and 8 digits or more), a URL (src= and url= of R lines, exactly), a DOI (doi= and src=), host:NAME or site:NAME, or a "
	                  "file: a payload, a shard of records, or a shard that some manifest read or wrote.  MANIFEST may be the folder that has a manifest.scm; "
	                  "the order is of no matter.\n\nWith --overlap: how many records of the corpus stand in the suspect, whole, in part, as normalised text or by "
	                  "paragraphs, by licence and host, and which of the two says that it was first.\n\nExit status 0: found; 1: not; 2: it could not be looked at.  See scope-trace(7).",
	          .example = "scope trace https://en.wikipedia.org/wiki/Lichen open.jsonl.scm",
	          .opts = opts },
	.synopsis =
	        "[--no-children] [--most N] [--json] WHAT MANIFEST... | --overlap [--root DIR] [--list FILE] [--log FILE] [--json] CORPUS SUSPECT...",
	.family = SC_PROVE,
	.main = trace_main,
};
