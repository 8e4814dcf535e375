/* SPDX-License-Identifier: Apache-2.0 */
/*
 * export/in-toto -- a manifest as an in-toto Statement v1 with SLSA provenance v1: the shards that came out are its subject, those that went in
 * its dependencies, what was typed its external and what the steps did its internal parameters.
 *
 * Nothing is made up: what a manifest cannot say is left out, and scope_notStated names it.  A row a shard and a step is in memory; R and L
 * lines only go by.
 */
#include <scope/check.h>
#include <scope/export.h>
#include <scope/json.h>
#include <scope/text.h>

struct conf {
	sc_str builder, invocation, build_type;
};

static const struct sc_opt opts[] = {
	{ "builder", "URI", "who ran it: builder.id (default: urn:scope:builder:not-stated)",
	  offsetof(struct conf, builder), 0, SC_OPT_STR },
	{ "invocation", "ID", "which run of that builder it was: invocationId",
	  offsetof(struct conf, invocation), 0, SC_OPT_STR },
	{ "build-type", "URI",
	  "how the parameters are to be read (default: urn:scope:manifest:1, see scope-sign(7))",
	  offsetof(struct conf, build_type), 0, SC_OPT_STR },
	{ NULL, NULL, NULL, 0, 0, SC_OPT_FLAG },
};

enum { HEADS_MOST = 4096 };

struct head {
	sc_str key, value;
};

struct statement {
	struct sc_arena a;
	struct sc_buf subject, inputs, steps, roots;
	struct head head[HEADS_MOST];
	size_t nhead, nsubject;
	sc_str tool, created;
	sc_str records, occurrences, keys; /* totals, numbers */
};

/* ---- pieces ---- */

/* What follows goes on a line of its own, behind a comma unless it is the first. */
static void next(struct sc_buf *b)
{
	sc_buf_add(b, b->n ? SC_STR(",\n") : SC_STR("\n"));
}

static void member(struct sc_buf *b, const char *key, sc_str value)
{
	sc_json_put(b, sc_str_c(key));
	sc_buf_byte(b, ':');
	sc_json_put(b, value);
}

static int text_ok(sc_str s, const char *what, struct sc_err *e)
{
	return sc_utf8_valid(s) == s.n ? SC_OK
	                               : sc_bad(e, "%s '%.*s' is not UTF-8, and JSON cannot say it",
	                                        what, SC_ARG(s));
}

/* As JSON has them: no zero in front. */
static bool number(sc_str s)
{
	uint64_t v;

	return sc_str_u64(s, &v) && (s.n == 1 || *s.p != '0');
}

/* {"name":NAME,"digest":{ALG:HEX} and no end yet. */
static int named(struct sc_buf *b, sc_str name, const char *alg, sc_str digest, struct sc_err *e)
{
	uint8_t bytes[32];

	SC_TRY(text_ok(name, "the name", e));
	if (!name.n || !sc_root_parse(digest, bytes))
		return sc_bad(e, "'%.*s' has no digest sha256:HEX, or no name", SC_ARG(name));
	next(b);
	sc_buf_byte(b, '{');
	member(b, "name", name);
	sc_buf_fmt(b, ",\"digest\":{\"%s\":\"", alg);
	sc_hex_put(b, bytes, 32);
	sc_buf_add(b, SC_STR("\"}"));
	return SC_OK;
}

static void counted(struct sc_buf *b, const char *key, sc_str value, bool first)
{
	sc_buf_fmt(b, "%s\"%s\":%.*s", first ? "" : ",", key, SC_ARG(value));
}

/* ---- lines ---- */

/* S: DIGEST BYTES PATH PLAIN RECORDS */
static int shard_out(struct statement *s, const sc_str *f, struct sc_err *e)
{
	SC_TRY(named(&s->subject, f[2], "sha256", f[0], e));
	sc_buf_byte(&s->subject, '}');
	s->nsubject++;
	return SC_OK;
}

/* I: DIGEST BYTES PATH RECORDS REJECTED */
static int shard_in(struct statement *s, const sc_str *f, struct sc_err *e)
{
	SC_TRY(named(&s->inputs, f[2], "sha256", f[0], e));
	if (!number(f[1]) || !number(f[3]) || !number(f[4]))
		return sc_bad(e, "a count in the I line of '%.*s' is no number", SC_ARG(f[2]));
	sc_buf_add(&s->inputs, SC_STR(",\"annotations\":{"));
	counted(&s->inputs, "bytes", f[1], true);
	counted(&s->inputs, "records", f[3], false);
	counted(&s->inputs, "rejected", f[4], false);
	sc_buf_add(&s->inputs, SC_STR("}}"));
	return SC_OK;
}

/* P: NUMBER STEP REVISION RULES IN KEPT DROPPED REJECTED UNDECIDED SUM-IN SUM-KEPT SUM-DROPPED ARGS */
static int step(struct statement *s, const sc_str *f, struct sc_err *e)
{
	static const struct {
		const char *name;
		size_t at;
	} counts[] = { { "revision", 2 }, { "in", 4 },       { "kept", 5 },
		       { "dropped", 6 },  { "rejected", 7 }, { "undecided", 8 } };
	uint8_t rules[32];

	SC_TRY(text_ok(f[1], "the step", e));
	SC_TRY(text_ok(f[12], "the arguments", e));
	next(&s->steps);
	sc_buf_byte(&s->steps, '{');
	member(&s->steps, "step", f[1]);
	if (f[12].n) {
		sc_buf_byte(&s->steps, ',');
		member(&s->steps, "args", f[12]);
	}
	for (size_t i = 0; i < SC_COUNT(counts); i++) {
		if (!number(f[counts[i].at]))
			return sc_bad(e, "step '%.*s': its %s is no number", SC_ARG(f[1]),
			              counts[i].name);
		counted(&s->steps, counts[i].name, f[counts[i].at], false);
	}
	if (f[3].n) {
		sc_str prefix = SC_STR("sha256:"), hex = sc_str_from(f[3], prefix.n);

		if (!sc_str_starts(f[3], prefix) || !sc_unhex(hex, rules, 32))
			return sc_bad(e, "step '%.*s': the digest of its rules is none",
			              SC_ARG(f[1]));
		sc_buf_fmt(&s->steps, ",\"rules\":{\"sha256\":\"%.*s\"}", SC_ARG(hex));
	}
	sc_buf_byte(&s->steps, '}');
	return SC_OK;
}

static int head(struct statement *s, const sc_str *f, struct sc_err *e)
{
	SC_TRY(text_ok(f[0], "the key", e));
	SC_TRY(text_ok(f[1], "the value", e));
	for (size_t i = 0; i + 1 < s->nhead; i++) /* the last one may be of the same key */
		if (sc_str_eq(s->head[i].key, f[0]) && !sc_str_eq(s->head[s->nhead - 1].key, f[0]))
			return sc_bad(e, "H lines of the key '%.*s' do not stand together",
			              SC_ARG(f[0]));
	if (sc_str_eq(f[0], SC_STR("tool")))
		s->tool = sc_strdup(&s->a, f[1]);
	else if (sc_str_eq(f[0], SC_STR("created")))
		s->created = sc_strdup(&s->a, f[1]);
	else if (s->nhead == HEADS_MOST)
		return sc_bad(e, "more than %d H lines", HEADS_MOST);
	else
		s->head[s->nhead++] =
		        (struct head){ sc_strdup(&s->a, f[0]), sc_strdup(&s->a, f[1]) };
	return SC_OK;
}

/* T: the roots become by-products, each with what it is the root of. */
static int total(struct statement *s, const sc_str *f, struct sc_err *e)
{
	static const struct {
		sc_str name;
		const char *alg;
	} roots[] = { { SC_LIT("record-root"), "rfc9162Sha256" },
		      { SC_LIT("key-root"), "sparseMerkleSha256" },
		      { SC_LIT("lines"), "sha256" } };
	const struct {
		sc_str name;
		sc_str *to;
	} numbers[] = { { SC_LIT("records"), &s->records },
		        { SC_LIT("occurrences"), &s->occurrences },
		        { SC_LIT("keys"), &s->keys } };

	for (size_t i = 0; i < SC_COUNT(roots); i++)
		if (sc_str_eq(f[0], roots[i].name)) {
			SC_TRY(named(&s->roots, f[0], roots[i].alg, f[1], e));
			sc_buf_byte(&s->roots, '}');
		}
	for (size_t i = 0; i < SC_COUNT(numbers); i++)
		if (sc_str_eq(f[0], numbers[i].name)) {
			if (!number(f[1]))
				return sc_bad(e, "the total of %.*s is no number", SC_ARG(f[0]));
			*numbers[i].to = sc_strdup(&s->a, f[1]);
		}
	return SC_OK;
}

static const struct {
	char kind;
	uint32_t fields;
	int (*take)(struct statement *s, const sc_str *f, struct sc_err *e);
} lines[] = { { 'H', 2, head },
	      { 'I', 5, shard_in },
	      { 'P', 13, step },
	      { 'S', 5, shard_out },
	      { 'T', 2, total } };

static int line(struct statement *s, const struct sc_manifest_line *l, struct sc_err *e)
{
	for (size_t i = 0; i < SC_COUNT(lines); i++)
		if (lines[i].kind == l->kind)
			return l->n == lines[i].fields
			               ? lines[i].take(s, l->field, e)
			               : sc_bad(e, "%c lines have %u fields, and one has %u",
			                        l->kind, lines[i].fields, l->n);
	return SC_OK;
}

static int manifest_read(struct statement *s, struct sc_manifest_lines *m, struct sc_err *e)
{
	struct sc_arena a = { 0 };
	struct sc_manifest_line l;
	int rc;

	while ((rc = sc_manifest_lines_next(m, &a, &l, e)) == SC_OK) {
		rc = line(s, &l, e);
		if (rc != SC_OK)
			break;
		sc_arena_reset(&a);
	}
	sc_arena_free(&a);
	return rc == SC_EOF ? SC_OK : rc;
}

/* ---- the Statement ---- */

/* Lines of one key stand together; several values of it are a list. */
static void external(const struct statement *s, struct sc_buf *b)
{
	for (size_t i = 0, n; i < s->nhead; i += n) {
		for (n = 1; i + n < s->nhead && sc_str_eq(s->head[i].key, s->head[i + n].key); n++)
			;
		sc_buf_add(b, i ? SC_STR(",\n") : SC_STR("\n"));
		sc_json_put(b, s->head[i].key);
		sc_buf_add(b, n > 1 ? SC_STR(":[") : SC_STR(":"));
		for (size_t k = 0; k < n; k++) {
			if (k)
				sc_buf_byte(b, ',');
			sc_json_put(b, s->head[i + k].value);
		}
		if (n > 1)
			sc_buf_byte(b, ']');
	}
}

static void metadata(const struct conf *c, const struct statement *s, struct sc_buf *b)
{
	sc_buf_add(b, SC_STR("\"metadata\":{"));
	if (c->invocation.n)
		member(b, "invocationId", c->invocation);
	if (sc_is_time(s->created)) {
		if (c->invocation.n)
			sc_buf_byte(b, ',');
		member(b, "finishedOn", s->created);
	}
	sc_buf_byte(b, '}');
}

static void not_stated(const struct conf *c, const struct statement *s, struct sc_buf *b)
{
	const struct {
		bool it_is;
		const char *what;
	} gaps[] = {
		{ true, "subject: the manifest's own file, whose digest it cannot hold" },
		{ !c->builder.n, "runDetails.builder.id: who ran it" },
		{ !c->invocation.n,
		  "runDetails.metadata.invocationId: which run of the builder it was" },
		{ true, "runDetails.metadata.startedOn: when it began" },
		{ !sc_is_time(s->created), "runDetails.metadata.finishedOn: when it ended" },
		{ true, "buildDefinition.resolvedDependencies[].uri: where an input was got from" },
	};
	bool first = true;

	for (size_t i = 0; i < SC_COUNT(gaps); i++)
		if (gaps[i].it_is) {
			sc_buf_add(b, first ? SC_STR("\n") : SC_STR(",\n"));
			sc_json_put(b, sc_str_c(gaps[i].what));
			first = false;
		}
}

static void totals(const struct statement *s, struct sc_buf *b)
{
	const struct {
		const char *name;
		sc_str value;
	} v[] = { { "records", s->records },
		  { "occurrences", s->occurrences },
		  { "keys", s->keys } };
	bool first = true;

	for (size_t i = 0; i < SC_COUNT(v); i++)
		if (v[i].value.n) {
			counted(b, v[i].name, v[i].value, first);
			first = false;
		}
}

static void statement_put(const struct conf *c, const struct statement *s, struct sc_buf *b)
{
	sc_buf_add(b, SC_STR("{\"_type\":\"https://in-toto.io/Statement/v1\",\n\"subject\":["));
	sc_buf_add(b, sc_buf_str(&s->subject));
	sc_buf_add(
	        b,
	        SC_STR("\n],\n\"predicateType\":\"https://slsa.dev/provenance/v1\",\n\"predicate\":{\n\"buildDefinition\":{\n"));
	member(b, "buildType", c->build_type.n ? c->build_type : SC_STR("urn:scope:manifest:1"));
	sc_buf_add(b, SC_STR(",\n\"externalParameters\":{"));
	external(s, b);
	sc_buf_add(b, SC_STR("\n},\n\"internalParameters\":{\"steps\":["));
	sc_buf_add(b, sc_buf_str(&s->steps));
	sc_buf_add(b, SC_STR("\n],\"totals\":{"));
	totals(s, b);
	sc_buf_add(b, SC_STR("}},\n\"resolvedDependencies\":["));
	sc_buf_add(b, sc_buf_str(&s->inputs));
	sc_buf_add(b, SC_STR("\n]},\n\"runDetails\":{\n\"builder\":{"));
	member(b, "id", c->builder.n ? c->builder : SC_STR("urn:scope:builder:not-stated"));
	if (s->tool.n) {
		sc_buf_add(b, SC_STR(",\"version\":{"));
		member(b, "tool", s->tool);
		sc_buf_byte(b, '}');
	}
	sc_buf_add(b, SC_STR("},\n"));
	metadata(c, s, b);
	sc_buf_add(b, SC_STR(",\n\"byproducts\":["));
	sc_buf_add(b, sc_buf_str(&s->roots));
	sc_buf_add(b, SC_STR("\n]},\n\"scope_notStated\":["));
	not_stated(c, s, b);
	sc_buf_add(b, SC_STR("\n]}}\n"));
}

static int run(const void *conf, struct sc_manifest_lines *m, struct sc_output *out,
               struct sc_err *e)
{
	struct sc_arena a = { 0 };
	struct statement *s = SC_NEW(&a, struct statement, 1);
	struct sc_buf b = { 0 };
	int rc = manifest_read(s, m, e);

	if (rc == SC_OK && !s->nsubject)
		rc = sc_bad(
		        e,
		        "it names no shard that came out (no S line), so a Statement would be about nothing");
	if (rc == SC_OK) {
		statement_put(conf, s, &b);
		rc = sc_write(out, sc_buf_str(&b), e);
	}
	sc_buf_free(&b);
	sc_buf_free(&s->subject);
	sc_buf_free(&s->inputs);
	sc_buf_free(&s->steps);
	sc_buf_free(&s->roots);
	sc_arena_free(&s->a);
	sc_arena_free(&a);
	return rc;
}

extern const struct sc_exporter export_in_toto;
const struct sc_exporter export_in_toto = {
	.card = { .name = "export/in-toto",
	          .about =
	                  "an in-toto Statement with SLSA provenance: what came out, of what, by which steps",
	          .more = "Its subject is every shard that came out.  The manifest's own file is not among them: no file can hold its own digest; sign that with "
	                  "`scope sign`.  What a manifest does not say (who ran it, when it began) is left out and named in scope_notStated.  `scope sign --dsse` "
	                  "signs it.",
	          .example = "scope export in-toto open.jsonl.scm -o open.intoto.json",
	          .opts = opts,
	          .conf = sizeof(struct conf),
	          .revision = 1 },
	.run = run,
};
