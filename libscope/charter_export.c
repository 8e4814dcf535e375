/* SPDX-License-Identifier: Apache-2.0 */
/* charter_export.c -- charters in other people's terms; see scope/charter_export.h. */
#include <scope/charter_export.h>

#include <scope/breadth.h>
#include <scope/check.h>
#include <scope/json.h>
#include <scope/text.h>

enum { VERDICT_MOST = 64 << 20, FAILINGS_SHOWN = 25 };

/* One element of "directives", which must be about the charter's own. */
static bool finding_read(struct sc_arena *a, sc_str value, const struct sc_directive *d,
                         struct sc_charter_found *out)
{
	sc_str verdict = sc_json_string(a, sc_json_get(value, SC_STR("verdict")));
	uint64_t line;

	out->measured = sc_json_string(a, sc_json_get(value, SC_STR("measured")));
	for (size_t i = 0; i < SC_GATE_VERDICTS; i++) {
		out->verdict = (enum sc_gate_verdict)i;
		if (sc_str_eq(verdict, sc_gate_names[i]))
			return sc_str_u64(sc_json_get(value, SC_STR("line")), &line) &&
			       line == d->line &&
			       sc_str_eq(sc_json_string(a, sc_json_get(value, SC_STR("directive"))),
			                 d->text);
	}
	return false;
}

/* The corpus as it is comes first among the variants. */
static int findings_read(const struct sc_charter_asked *q, sc_str json, struct sc_charter_words *w,
                         struct sc_err *e)
{
	sc_str first = sc_json_path(json, SC_STR("variants[0]"));
	struct sc_json_iter it = sc_json_iter(sc_json_get(first, SC_STR("directives")));
	enum sc_gate_verdict all;
	size_t n = 0;

	w->found = SC_NEW(&w->c.a, struct sc_charter_found, w->c.n);
	for (; sc_json_next(&it); n++) {
		if (n == w->c.n || !finding_read(&w->c.a, it.value, &w->c.v[n], &w->found[n]))
			return sc_bad(
			        e,
			        "%.*s: what it says of the charter's directives is not what is in the charter",
			        SC_ARG(q->verdict));
		w->count[w->found[n].verdict]++;
	}
	all = w->count[SC_GATE_VIOLATED]    ? SC_GATE_VIOLATED
	      : w->count[SC_GATE_UNDECIDED] ? SC_GATE_UNDECIDED
	                                    : SC_GATE_PASS;
	w->verdict = sc_json_string(&w->c.a, sc_json_get(json, SC_STR("verdict")));
	if (n != w->c.n || !sc_str_eq(w->verdict, sc_gate_names[all]) ||
	    !sc_str_eq(sc_json_string(&w->c.a, sc_json_get(first, SC_STR("verdict"))), w->verdict))
		return sc_bad(
		        e,
		        "%.*s: its verdict does not follow from what it says of the charter's directives; run `scope gate --json` again",
		        SC_ARG(q->verdict));
	return SC_OK;
}

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
	return findings_read(q, json, w, e);
}

/* A hostile charter is not to make a policy without end, and one without terms no policy without conditions. */
static int terms_check(const struct sc_charter *c, struct sc_err *e)
{
	size_t n = 0;

	for (size_t i = 0; i < c->n; i++) {
		sc_str rest = c->v[i].terms, one;
		size_t before = n;

		if (c->v[i].kind != SC_D_ACCESS)
			continue;
		while (rest.p && sc_str_cut(&rest, '+', &one))
			n += one.n > 0;
		if (n == before)
			return sc_bad(e, "%.*s:%u: terms= names no terms", SC_ARG(c->path),
			              c->v[i].line);
	}
	if (n > SC_CHARTER_TERMS)
		return sc_bad(e, "%.*s: its access lines name more than %d terms", SC_ARG(c->path),
		              SC_CHARTER_TERMS);
	return SC_OK;
}

int sc_charter_words_read(const struct sc_charter_asked *q, sc_str record_root,
                          struct sc_charter_words *w, struct sc_err *e)
{
	*w = (struct sc_charter_words){ .there = q->charter.n > 0 };
	if (!w->there)
		return q->verdict.n ? sc_fail(e, "--verdict goes with --charter") : SC_OK;
	SC_TRY(sc_charter_read(q->charter, &w->c, e));
	SC_TRY(terms_check(&w->c, e));
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

sc_str sc_charter_verdict(struct sc_arena *a, const struct sc_charter_words *w)
{
	if (!w->verdict.n)
		return SC_STR("none was given");
	return sc_fmt(a, "%.*s: %ju directives pass, %ju violated, %ju undecided, %ju waived",
	              SC_ARG(w->verdict), (uintmax_t)w->count[SC_GATE_PASS],
	              (uintmax_t)w->count[SC_GATE_VIOLATED], (uintmax_t)w->count[SC_GATE_UNDECIDED],
	              (uintmax_t)w->count[SC_GATE_WAIVED]);
}

void sc_range_put(struct sc_buf *b, const struct sc_range *r)
{
	sc_breadth_put(b, r->low);
	if (r->low == r->high)
		return;
	sc_buf_add(b, SC_STR(" to "));
	sc_breadth_put(b, r->high);
}

sc_str sc_charter_claim(struct sc_arena *a, const struct sc_directive *d)
{
	struct sc_buf b = { .a = a };

	sc_buf_fmt(&b, "%.*s %.*s, likelihood ", SC_ARG(sc_directive_names[d->kind]),
	           SC_ARG(d->name));
	sc_range_put(&b, &d->likelihood);
	sc_buf_fmt(&b, ", size %.*s, as %.*s says: ", SC_ARG(d->size), SC_ARG(d->by));
	sc_buf_add(&b, d->say);
	return sc_buf_seal(&b);
}

static bool is_claim(const struct sc_directive *d)
{
	return d->kind == SC_D_COST || d->kind == SC_D_BENEFIT;
}

/* "violated: deny domain x (12 records)"; without a verdict the line of the charter alone. */
static sc_str finding_words(struct sc_arena *a, const struct sc_charter_words *w, size_t i)
{
	sc_str text = w->c.v[i].text;

	if (!w->found)
		return sc_fmt(a, "not measured: %.*s", SC_ARG(text));
	if (!w->found[i].measured.n)
		return sc_fmt(a, "%.*s: %.*s", SC_ARG(sc_gate_names[w->found[i].verdict]),
		              SC_ARG(text));
	return sc_fmt(a, "%.*s: %.*s (%.*s)", SC_ARG(sc_gate_names[w->found[i].verdict]),
	              SC_ARG(text), SC_ARG(w->found[i].measured));
}

/* What did not pass, the first of it: a page is no report. */
static void failings_md(struct sc_md *md, const struct sc_charter_words *w, struct sc_arena *a)
{
	uint64_t n = 0;

	for (size_t i = 0; w->found && i < w->c.n; i++) {
		enum sc_gate_verdict v = w->found[i].verdict;

		if (v != SC_GATE_PASS && v != SC_GATE_INFO && n++ < FAILINGS_SHOWN)
			sc_md_put(md, "- $c\n", finding_words(a, w, i));
	}
	if (n > FAILINGS_SHOWN)
		sc_md_put(md, "- and $n more\n", n - FAILINGS_SHOWN);
	if (n)
		sc_md_put(md, "\n");
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
		sc_md_put(md, "The gate's verdict on this corpus: $c\n\n",
		          sc_charter_verdict(&a, w));
	else
		sc_md_put(md, "Whether this corpus keeps it: $b\n\n",
		          "run `scope gate` and give its --json with --verdict");
	failings_md(md, w, &a);
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

/* ---- Croissant ---- */

/* How even or broad a corpus has to be: what is known of its bias. */
static bool is_breadth(const struct sc_directive *d)
{
	return d->kind == SC_D_LIMIT && d->of != SC_LIMIT_RECORDS && d->of != SC_LIMIT_BYTES;
}

static bool is_limit(const struct sc_directive *d)
{
	return (d->kind == SC_D_LIMIT && !is_breadth(d)) || d->kind == SC_D_DENY ||
	       d->kind == SC_D_ALLOW || d->kind == SC_D_REQUIRE || d->kind == SC_D_ABSENT ||
	       d->kind == SC_D_GUARANTEE;
}

/* A rule on labels that have a part `person`: figure/photo/person. */
static bool is_personal(const struct sc_directive *d)
{
	if ((d->kind != SC_D_DENY && d->kind != SC_D_ALLOW) || d->key != SC_FACT_DOMAIN)
		return false;
	for (size_t i = 0; i < d->value.n; i++) {
		sc_str rest = d->value.v[i], part;

		while (rest.p && sc_str_cut(&rest, '/', &part))
			if (sc_str_eq(part, SC_STR("person")))
				return true;
	}
	return false;
}

/* Those of a kind, as elements of an array of that name; name NULL: of the one that is open. */
static void those(struct sc_json_writer *jw, const char *name, const struct sc_charter_words *w,
                  bool (*is)(const struct sc_directive *d))
{
	struct sc_arena a = { 0 };
	bool any = false;

	for (size_t i = 0; w->there && i < w->c.n; i++) {
		const struct sc_directive *d = &w->c.v[i];

		if (!is(d))
			continue;
		if (!any && name)
			sc_jw_array(jw, name);
		any = true;
		if (is_claim(d))
			sc_jw_str(jw, NULL, sc_charter_claim(&a, d));
		else
			sc_jw_fmt(jw, NULL, "charter %.*s, line %u, %.*s", SC_ARG(w->c.name),
			          d->line, SC_ARG(finding_words(&a, w, i)));
	}
	if (any && name)
		sc_jw_end(jw);
	sc_arena_free(&a);
}

void sc_charter_words_limits(struct sc_json_writer *jw, const struct sc_charter_words *w)
{
	those(jw, NULL, w, is_limit);
}

void sc_charter_words_rai(struct sc_json_writer *jw, const struct sc_charter_words *w)
{
	sc_str purpose = sc_charter_says(w, SC_D_PURPOSE), owner = sc_charter_says(w, SC_D_OWNER);
	struct sc_arena a = { 0 };
	char hex[64];

	if (!w->there)
		return;
	sc_hex(w->c.sha256, 32, hex);
	if (purpose.n)
		sc_jw_fmt(jw, "rai:dataUseCases", "as %.*s says: %.*s",
		          SC_ARG(owner.n ? owner : SC_STR("the charter")), SC_ARG(purpose));
	those(jw, "rai:dataSocialImpact", w, is_claim);
	those(jw, "rai:dataBiases", w, is_breadth);
	those(jw, "rai:personalSensitiveInformation", w, is_personal);
	sc_jw_fmt(jw, "rai:dataReleaseMaintenancePlan",
	          "charter %.*s, version %.*s, sha256:%.64s; the gate's verdict: %.*s",
	          SC_ARG(w->c.name), SC_ARG(w->c.version), hex, SC_ARG(sc_charter_verdict(&a, w)));
	sc_arena_free(&a);
}
