/* SPDX-License-Identifier: Apache-2.0 */
/* gate_text.c -- a gate's findings as text, JSON, JUnit XML, and as a signed statement; see scope/gate_text.h. */
#include <scope/gate_text.h>

#include <scope/digest.h>
#include <scope/json_write.h>
#include <scope/text.h>

#include <inttypes.h>

/* ---- for people ---- */

static void put_line(struct sc_buf *b, struct sc_arena *a, const struct sc_gate_line *l)
{
	sc_str text = sc_escape(a, l->d->text), measured = sc_escape(a, l->measured),
	       why = sc_escape(a, l->why);

	sc_buf_fmt(b, "  %-9.*s %.*s\n", SC_ARG(sc_gate_names[l->verdict]), SC_ARG(text));
	if (measured.n)
		sc_buf_fmt(b, "            %.*s\n", SC_ARG(measured));
	if (why.n)
		sc_buf_fmt(b, "            %.*s\n", SC_ARG(why));
}

static void put_cell(struct sc_buf *b, struct sc_arena *a, double v)
{
	struct sc_buf n = { .a = a };

	sc_breadth_put(&n, v);
	sc_buf_fmt(b, " %16.*s", SC_ARG(sc_buf_str(&n)));
}

static void put_row(struct sc_buf *b, struct sc_arena *a, const char *name, const struct sc_gate *g,
                    double (*of)(const struct sc_gate_variant *v, size_t with), size_t with)
{
	sc_buf_fmt(b, "  %-24s", name);
	for (size_t i = 0; i < g->n; i++)
		put_cell(b, a, of(&g->v[i], with));
	sc_buf_byte(b, '\n');
}

static double records_of(const struct sc_gate_variant *v, size_t with)
{
	(void)with;
	return (double)v->all.records;
}

static double bytes_of(const struct sc_gate_variant *v, size_t with)
{
	(void)with;
	return (double)v->all.bytes;
}

static double undecided_of(const struct sc_gate_variant *v, size_t with)
{
	(void)with;
	return (double)v->undecided;
}

static double hill_of(const struct sc_gate_variant *v, size_t with)
{
	return v->breadth[with].hill[1];
}

static double distinct_of(const struct sc_gate_variant *v, size_t with)
{
	return v->breadth[with].hill[0];
}

static double exposed_of(const struct sc_gate_variant *v, size_t with)
{
	return (double)v->line[with].hit.records;
}

static double exposed_bytes_of(const struct sc_gate_variant *v, size_t with)
{
	return (double)v->line[with].hit.bytes;
}

/* Side by side, what a modification changes. */
static void put_what_if(struct sc_buf *b, struct sc_arena *a, const struct sc_gate *g)
{
	static const enum sc_fact keys[] = { SC_FACT_HOST, SC_FACT_SITE, SC_FACT_DOMAIN,
		                             SC_FACT_LICENCE };

	sc_buf_fmt(b, "\n  %-24s", "");
	for (size_t i = 0; i < g->n; i++)
		sc_buf_fmt(b, " %16.*s", SC_ARG(sc_str_head(sc_escape(a, g->v[i].name), 16)));
	sc_buf_byte(b, '\n');
	put_row(b, a, "records", g, records_of, 0);
	put_row(b, a, "bytes", g, bytes_of, 0);
	put_row(b, a, "left out, undecided", g, undecided_of, 0);
	for (size_t k = 0; k < SC_COUNT(keys); k++) {
		put_row(b, a, sc_fmt(a, "distinct(%.*s)", SC_ARG(sc_fact_names[keys[k]])).p, g,
		        distinct_of, keys[k]);
		put_row(b, a, sc_fmt(a, "hill(1,%.*s)", SC_ARG(sc_fact_names[keys[k]])).p, g,
		        hill_of, keys[k]);
	}
	for (size_t i = 0; i < g->v[0].n; i++)
		if (g->v[0].line[i].d->exposure.n) {
			sc_str name = sc_escape(a, sc_str_head(g->v[0].line[i].d->name, 12));

			put_row(b, a, sc_fmt(a, "exposed to %.*s", SC_ARG(name)).p, g, exposed_of,
			        i);
			put_row(b, a, sc_fmt(a, "  bytes").p, g, exposed_bytes_of, i);
		}
	sc_buf_fmt(b, "  %-24s", "verdict");
	for (size_t i = 0; i < g->n; i++)
		sc_buf_fmt(b, " %16.*s", SC_ARG(sc_gate_names[g->v[i].verdict]));
	sc_buf_byte(b, '\n');
	for (size_t i = 0; i < g->v[0].n; i++)
		for (size_t k = 1; k < g->n; k++)
			if (g->v[k].line[i].verdict != g->v[0].line[i].verdict ||
			    (g->v[0].line[i].d->has_likelihood &&
			     !sc_str_eq(g->v[k].line[i].measured, g->v[0].line[i].measured)))
				sc_buf_fmt(b, "  %.*s: %.*s\n            %.*s; %.*s\n",
				           SC_ARG(sc_escape(a, g->v[k].name)),
				           SC_ARG(sc_escape(a, g->v[k].line[i].d->text)),
				           SC_ARG(sc_gate_names[g->v[k].line[i].verdict]),
				           SC_ARG(sc_escape(a, g->v[k].line[i].measured)));
}

static sc_str under(struct sc_arena *a, const struct sc_gate *g)
{
	return g->same_charter   ? SC_STR("made under this charter")
	       : g->made_under.n ? sc_fmt(a, "made under another charter, %.*s",
	                                  SC_ARG(sc_escape(a, g->made_under)))
	                         : SC_STR("does not say under which charter it was made");
}

void sc_gate_text(struct sc_buf *b, const struct sc_gate_conf *c, const struct sc_gate *g)
{
	const struct sc_gate_variant *v = &g->v[0];
	struct sc_arena a = { 0 };
	char hex[64];

	sc_buf_fmt(b, "charter %.*s %.*s\n", SC_ARG(sc_escape(&a, c->charter->name)),
	           SC_ARG(sc_escape(&a, c->charter->version)));
	sc_hex(g->record_root, 32, hex);
	sc_buf_fmt(b, "manifest %.*s: %" PRIu64 " records, record-root sha256:%.64s; %.*s\n",
	           SC_ARG(sc_escape(&a, c->shown.n ? c->shown : c->manifest)), v->all.records, hex,
	           SC_ARG(under(&a, g)));
	for (size_t i = 0; i < v->n; i++)
		put_line(b, &a, &v->line[i]);
	if (g->n > 1)
		put_what_if(b, &a, g);
	sc_buf_fmt(b, "%.*s: %" PRIu64 " pass, %" PRIu64 " violated, %" PRIu64 " undecided",
	           SC_ARG(sc_gate_names[v->verdict]), v->count[SC_GATE_PASS],
	           v->count[SC_GATE_VIOLATED], v->count[SC_GATE_UNDECIDED]);
	if (v->count[SC_GATE_WAIVED] && v->verdict == SC_GATE_PASS)
		sc_buf_fmt(b, ", passed with %" PRIu64 " waived", v->count[SC_GATE_WAIVED]);
	else if (v->count[SC_GATE_WAIVED])
		sc_buf_fmt(b, ", %" PRIu64 " waived", v->count[SC_GATE_WAIVED]);
	if (v->count[SC_GATE_INFO] == v->n)
		sc_buf_add(b, SC_STR("; the charter holds the corpus to nothing"));
	sc_buf_byte(b, '\n');
	if (g->waivers.n)
		sc_buf_fmt(b, "waivers: the charter is %.*s\n", SC_ARG(sc_escape(&a, g->waivers)));
	sc_arena_free(&a);
}

/* ---- for programs ---- */

static void jw_number(struct sc_json_writer *w, const char *key, double v)
{
	struct sc_buf b = { 0 };

	sc_buf_fmt(&b, "%.17g", v);
	sc_jw_raw(w, key, sc_buf_str(&b));
	sc_buf_free(&b);
}

static void jw_line(struct sc_json_writer *w, const struct sc_gate_line *l)
{
	const struct sc_directive *d = l->d;

	sc_jw_object(w, NULL);
	sc_jw_u64(w, "line", d->line);
	sc_jw_str(w, "kind", sc_directive_names[d->kind]);
	sc_jw_str(w, "directive", d->text);
	sc_jw_str(w, "verdict", sc_gate_names[l->verdict]);
	sc_jw_some(w, "measured", l->measured);
	sc_jw_some(w, "why", l->why);
	if (l->has_value) {
		jw_number(w, "value", l->value);
		jw_number(w, "limit", d->number);
	}
	if (d->kind == SC_D_DENY || d->kind == SC_D_ALLOW || d->kind == SC_D_REQUIRE ||
	    d->kind == SC_D_ABSENT || d->exposure.n) {
		sc_jw_u64(w, "records", l->hit.records);
		sc_jw_u64(w, "bytes", l->hit.bytes);
	}
	if (l->lacking)
		sc_jw_u64(w, "lacking", l->lacking);
	sc_jw_some(w, "name", d->name);
	sc_jw_some(w, "says", d->say);
	sc_jw_some(w, "by", d->by);
	sc_jw_some(w, "size", d->size);
	if (d->has_likelihood) {
		sc_jw_array(w, "likelihood");
		jw_number(w, NULL, d->likelihood.low);
		jw_number(w, NULL, d->likelihood.high);
		sc_jw_end(w);
	}
	sc_jw_end(w);
}

static void jw_breadth(struct sc_json_writer *w, const struct sc_gate_variant *v)
{
	sc_jw_object(w, "breadth");
	for (size_t k = 0; k < SC_FACTS; k++) {
		const struct sc_breadth *b = &v->breadth[k];

		sc_jw_object(w, sc_fact_names[k].p);
		sc_jw_u64(w, "distinct", b->distinct);
		jw_number(w, "hill1", b->hill[1]);
		jw_number(w, "hill2", b->hill[2]);
		jw_number(w, "max_share", b->max_share);
		jw_number(w, "unseen", b->unseen);
		jw_number(w, "unseen_high", b->unseen_high);
		sc_jw_u64(w, "lacking", v->total[k].lacking.records);
		sc_jw_end(w);
	}
	sc_jw_end(w);
}

static void jw_variant(struct sc_json_writer *w, const struct sc_gate_variant *v)
{
	sc_jw_object(w, NULL);
	sc_jw_str(w, "name", v->name);
	sc_jw_str(w, "verdict", sc_gate_names[v->verdict]);
	sc_jw_u64(w, "records", v->all.records);
	sc_jw_u64(w, "bytes", v->all.bytes);
	sc_jw_u64(w, "undecided_records", v->undecided);
	jw_breadth(w, v);
	sc_jw_array(w, "directives");
	for (size_t i = 0; i < v->n; i++)
		jw_line(w, &v->line[i]);
	sc_jw_end(w);
	sc_jw_end(w);
}

static void jw_root(struct sc_json_writer *w, const char *key, const uint8_t h[32])
{
	char hex[64];

	sc_hex(h, 32, hex);
	sc_jw_fmt(w, key, "sha256:%.64s", hex);
}

void sc_gate_json(struct sc_buf *b, const struct sc_gate_conf *c, const struct sc_gate *g)
{
	struct sc_json_writer w = { .compact = false };
	struct sc_err e = { 0 };

	sc_jw_object(&w, NULL);
	sc_jw_u64(&w, "scope_gate", 1);
	sc_jw_str(&w, "verdict", sc_gate_names[g->v[0].verdict]);
	sc_jw_object(&w, "charter");
	sc_jw_str(&w, "name", c->charter->name);
	sc_jw_str(&w, "version", c->charter->version);
	jw_root(&w, "digest", c->charter->sha256);
	sc_jw_some(&w, "waivers", g->waivers);
	sc_jw_end(&w);
	sc_jw_object(&w, "manifest");
	sc_jw_str(&w, "path", c->manifest);
	jw_root(&w, "digest", g->manifest);
	jw_root(&w, "record_root", g->record_root);
	sc_jw_bool(&w, "made_under_charter", g->same_charter);
	sc_jw_end(&w);
	sc_jw_array(&w, "variants");
	for (size_t i = 0; i < g->n; i++)
		jw_variant(&w, &g->v[i]);
	sc_jw_end(&w);
	sc_jw_end(&w);
	sc_jw_finish(&w, &e);
	sc_buf_add(b, sc_buf_str(&w.b));
	sc_buf_byte(b, '\n');
	sc_buf_free(&w.b);
}

/* ---- for CI systems ---- */

static void put_xml(struct sc_buf *b, struct sc_arena *a, sc_str s)
{
	s = sc_escape(a, s);
	for (size_t i = 0; i < s.n; i++) {
		sc_str rest = sc_str_from(s, i);

		if (sc_str_starts(rest, SC_STR("\xef\xbf\xbe")) ||
		    sc_str_starts(rest, SC_STR("\xef\xbf\xbf"))) {
			sc_buf_add(b, SC_STR("\xef\xbf\xbd")); /* U+FFFE and U+FFFF are no XML */
			i += 2;
			continue;
		}
		switch (s.p[i]) {
		case '<':
			sc_buf_add(b, SC_STR("&lt;"));
			break;
		case '>':
			sc_buf_add(b, SC_STR("&gt;"));
			break;
		case '&':
			sc_buf_add(b, SC_STR("&amp;"));
			break;
		case '"':
			sc_buf_add(b, SC_STR("&quot;"));
			break;
		default:
			sc_buf_byte(b, s.p[i]);
		}
	}
}

static void put_case(struct sc_buf *b, struct sc_arena *a, const struct sc_gate_line *l)
{
	const char *kind = l->verdict == SC_GATE_VIOLATED    ? "failure"
	                   : l->verdict == SC_GATE_UNDECIDED ? "error"
	                   : l->verdict == SC_GATE_WAIVED    ? "skipped"
	                                                     : NULL;

	sc_buf_fmt(b, "    <testcase classname=\"%.*s\" name=\"",
	           SC_ARG(sc_directive_names[l->d->kind]));
	put_xml(b, a, l->d->text);
	if (!kind) {
		sc_buf_add(b, SC_STR("\"/>\n"));
		return;
	}
	sc_buf_fmt(b, "\">\n      <%s message=\"%.*s: ", kind, SC_ARG(sc_gate_names[l->verdict]));
	put_xml(b, a, l->measured);
	if (l->why.n) {
		sc_buf_add(b, SC_STR("; "));
		put_xml(b, a, l->why);
	}
	sc_buf_add(b, SC_STR("\"/>\n    </testcase>\n"));
}

void sc_gate_junit(struct sc_buf *b, const struct sc_gate_conf *c, const struct sc_gate *g)
{
	struct sc_arena a = { 0 };

	sc_buf_add(b, SC_STR("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"));
	for (size_t i = 0; i < g->n; i++) {
		const struct sc_gate_variant *v = &g->v[i];

		sc_buf_add(b, SC_STR("  <testsuite name=\""));
		put_xml(b, &a, c->charter->name);
		sc_buf_add(b, SC_STR(" "));
		put_xml(b, &a, v->name);
		sc_buf_fmt(b,
		           "\" tests=\"%zu\" failures=\"%" PRIu64 "\" errors=\"%" PRIu64
		           "\" skipped=\"%" PRIu64 "\">\n",
		           v->n, v->count[SC_GATE_VIOLATED], v->count[SC_GATE_UNDECIDED],
		           v->count[SC_GATE_WAIVED]);
		for (size_t k = 0; k < v->n; k++)
			put_case(b, &a, &v->line[k]);
		sc_buf_add(b, SC_STR("  </testsuite>\n"));
	}
	sc_buf_add(b, SC_STR("</testsuites>\n"));
	sc_arena_free(&a);
}

/* ---- signed ---- */

static sc_str base(sc_str path)
{
	size_t slash = sc_str_rchr(path, '/');

	return slash == SC_NONE ? path : sc_str_from(path, slash + 1);
}

static void jw_digest(struct sc_json_writer *w, const uint8_t h[32])
{
	sc_jw_object(w, "digest");
	sc_jw_hex(w, "sha256", h, 32);
	sc_jw_end(w);
}

static void vsa(struct sc_json_writer *w, const struct sc_gate_conf *c, const struct sc_gate *g,
                sc_str when)
{
	const struct sc_gate_variant *v = &g->v[0];
	char hex[64];

	sc_jw_object(w, NULL);
	sc_jw_str(w, "_type", SC_STR("https://in-toto.io/Statement/v1"));
	sc_jw_array(w, "subject");
	sc_jw_object(w, NULL);
	sc_jw_str(w, "name", base(c->manifest));
	jw_digest(w, g->manifest);
	sc_jw_end(w);
	sc_jw_end(w);
	sc_jw_str(w, "predicateType", SC_STR("https://slsa.dev/verification_summary/v1"));
	sc_jw_object(w, "predicate");
	sc_jw_object(w, "verifier");
	sc_jw_str(w, "id", SC_STR("urn:scope:gate"));
	sc_jw_end(w);
	sc_jw_str(w, "timeVerified", when);
	sc_hex(g->record_root, 32, hex);
	sc_jw_fmt(w, "resourceUri", "urn:scope:record-root:sha256:%.64s", hex);
	sc_jw_object(w, "policy");
	sc_jw_fmt(w, "uri", "urn:scope:charter:%.*s:%.*s", SC_ARG(c->charter->name),
	          SC_ARG(c->charter->version));
	jw_digest(w, c->charter->sha256);
	sc_jw_end(w);
	/* SLSA knows two results: what is undecided has not passed. */
	sc_jw_str(w, "verificationResult",
	          v->verdict == SC_GATE_PASS ? SC_STR("PASSED") : SC_STR("FAILED"));
	sc_jw_array(w, "verifiedLevels");
	sc_jw_str(w, NULL,
	          v->verdict == SC_GATE_PASS ? SC_STR("SCOPE_CHARTER_PASS") : SC_STR("FAILED"));
	sc_jw_end(w);
	sc_jw_object(w, "scope");
	sc_jw_str(w, "verdict", sc_gate_names[v->verdict]);
	jw_root(w, "record_root", g->record_root);
	sc_jw_some(w, "waivers", g->waivers);
	sc_jw_array(w, "directives");
	for (size_t i = 0; i < v->n; i++)
		jw_line(w, &v->line[i]);
	sc_jw_end(w);
	sc_jw_end(w);
	sc_jw_end(w);
	sc_jw_end(w);
}

int sc_gate_attest(sc_str path, sc_str key, const struct sc_gate_conf *c, const struct sc_gate *g,
                   struct sc_err *e)
{
	struct sc_arena a = { 0 };
	struct sc_json_writer w = { .compact = true };
	sc_str envelope;
	int rc;

	vsa(&w, c, g, sc_created(&a));
	rc = sc_jw_finish(&w, e);
	if (rc == SC_OK)
		rc = sc_dsse_make(key, SC_STR("application/vnd.in-toto+json"), sc_buf_str(&w.b), &a,
		                  &envelope, e);
	sc_buf_free(&w.b);
	if (rc == SC_OK)
		rc = sc_output_whole(path, SC_STR(""), envelope, e);
	sc_arena_free(&a);
	return rc;
}
