/* SPDX-License-Identifier: Apache-2.0 */
/* charter_export.c -- charters in other people's terms; see scope/charter_export.h. */
#include <scope/charter_export.h>

#include <scope/breadth.h>
#include <scope/check.h>
#include <scope/json.h>
#include <scope/text.h>

enum { VERDICT_MOST = 64 << 20 };

static int verdict_read(const struct sc_charter_asked *q, sc_str record_root,
                        struct sc_charter_words *w, struct sc_err *e)
{
	struct sc_arena *a = &w->c.a;
	uint8_t digest[32];
	sc_str json;

	SC_TRY(sc_file_read(q->verdict, VERDICT_MOST, a, &json, e));
	json = sc_str_trim(json);
	if (sc_json_check(json, true, e) != SC_OK ||
	    !sc_str_eq(sc_json_path(json, SC_STR("scope_gate")), SC_STR("1")))
		return sc_bad(e, "%.*s: it is not what `scope gate --json` writes",
		              SC_ARG(q->verdict));
	if (!sc_str_eq(sc_json_string(a, sc_json_path(json, SC_STR("manifest.record_root"))),
	               record_root))
		return sc_bad(e, "%.*s: it is the verdict on another corpus", SC_ARG(q->verdict));
	if (!sc_root_parse(sc_json_string(a, sc_json_path(json, SC_STR("charter.digest"))),
	                   digest) ||
	    memcmp(digest, w->c.sha256, 32))
		return sc_bad(e, "%.*s: it is the verdict by another charter", SC_ARG(q->verdict));
	w->verdict = sc_json_string(a, sc_json_path(json, SC_STR("verdict")));
	if (!sc_str_eq(w->verdict, SC_STR("pass")) && !sc_str_eq(w->verdict, SC_STR("violated")) &&
	    !sc_str_eq(w->verdict, SC_STR("undecided")))
		return sc_bad(e, "%.*s: its verdict is none", SC_ARG(q->verdict));
	return SC_OK;
}

int sc_charter_words_read(const struct sc_charter_asked *q, sc_str record_root,
                          struct sc_charter_words *w, struct sc_err *e)
{
	*w = (struct sc_charter_words){ .there = q->charter.n > 0 };
	if (!w->there)
		return q->verdict.n ? sc_fail(e, "--verdict goes with --charter") : SC_OK;
	SC_TRY(sc_charter_read(q->charter, &w->c, e));
	return q->verdict.n ? verdict_read(q, record_root, w, e) : SC_OK;
}

void sc_charter_words_free(struct sc_charter_words *w)
{
	sc_charter_free(&w->c);
}

sc_str sc_charter_says(const struct sc_charter_words *w, enum sc_directive_kind kind)
{
	for (size_t i = 0; i < w->c.n; i++)
		if (w->c.v[i].kind == kind)
			return w->c.v[i].say;
	return (sc_str){ NULL, 0 };
}

sc_str sc_charter_claim(struct sc_arena *a, const struct sc_directive *d)
{
	struct sc_buf b = { .a = a };

	sc_buf_fmt(&b, "%.*s %.*s, likelihood ", SC_ARG(sc_directive_names[d->kind]),
	           SC_ARG(d->name));
	sc_breadth_put(&b, d->likelihood.low);
	sc_buf_add(&b, SC_STR(" to "));
	sc_breadth_put(&b, d->likelihood.high);
	sc_buf_fmt(&b, ", size %.*s, as %.*s says: ", SC_ARG(d->size), SC_ARG(d->by));
	sc_buf_add(&b, d->say);
	return sc_buf_seal(&b);
}

static bool is_claim(const struct sc_directive *d)
{
	return d->kind == SC_D_COST || d->kind == SC_D_BENEFIT;
}

void sc_charter_words_md(struct sc_md *md, const struct sc_charter_words *w)
{
	struct sc_arena a = { 0 };

	if (!w->there)
		return;
	sc_md_put(md, "## Purpose and charter\n\nPurpose: $c\n\nCharter: $c, version $c, of $c\n\n",
	          sc_charter_says(w, SC_D_PURPOSE), w->c.name, w->c.version,
	          sc_charter_says(w, SC_D_OWNER));
	if (w->verdict.n)
		sc_md_put(md, "The gate's verdict on this corpus: $c\n\n", w->verdict);
	else
		sc_md_put(md, "Whether this corpus keeps it: $b\n\n",
		          "run `scope gate` and give its --json with --verdict");
	for (size_t i = 0; i < w->c.n; i++)
		if (is_claim(&w->c.v[i]))
			sc_md_put(md, "- $c\n", sc_charter_claim(&a, &w->c.v[i]));
	sc_md_put(md, "\nLikelihoods and sizes are assertions.\n\n");
	sc_arena_free(&a);
}

int sc_charter_section(struct sc_md *md, const struct sc_charter_asked *q, sc_str record_root,
                       struct sc_err *e)
{
	struct sc_charter_words w;
	int rc = sc_charter_words_read(q, record_root, &w, e);

	if (rc == SC_OK)
		sc_charter_words_md(md, &w);
	sc_charter_words_free(&w);
	return rc;
}

static void claims(struct sc_json_writer *jw, const struct sc_charter_words *w)
{
	struct sc_arena a = { 0 };
	bool any = false;

	for (size_t i = 0; i < w->c.n; i++) {
		if (!is_claim(&w->c.v[i]))
			continue;
		if (!any)
			sc_jw_array(jw, "rai:dataSocialImpact");
		any = true;
		sc_jw_str(jw, NULL, sc_charter_claim(&a, &w->c.v[i]));
	}
	if (any)
		sc_jw_end(jw);
	sc_arena_free(&a);
}

void sc_charter_words_rai(struct sc_json_writer *jw, const struct sc_charter_words *w)
{
	char hex[64];

	if (!w->there)
		return;
	sc_hex(w->c.sha256, 32, hex);
	sc_jw_some(jw, "rai:dataUseCases", sc_charter_says(w, SC_D_PURPOSE));
	claims(jw, w);
	sc_jw_fmt(jw, "rai:dataReleaseMaintenancePlan",
	          "charter %.*s, version %.*s, sha256:%.64s; verdict: %.*s", SC_ARG(w->c.name),
	          SC_ARG(w->c.version), hex,
	          SC_ARG(w->verdict.n ? w->verdict : SC_STR("none was given")));
	for (size_t i = 0; i < w->c.n; i++)
		if (w->c.v[i].kind == SC_D_ACCESS)
			sc_jw_fmt(jw, "usageInfo", "terms %.*s; recipients: %.*s",
			          SC_ARG(w->c.v[i].terms),
			          SC_ARG(w->c.v[i].recipients.n ? w->c.v[i].recipients
			                                        : SC_STR("not restricted")));
}
