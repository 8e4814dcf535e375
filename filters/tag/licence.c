/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tag/licence -- the licence of a record, with the bytes that say so.
 *
 * Sources, each its own evidence, from strongest to weakest:
 *	meta     fields of the record's metadata: license, licence, rights, detected_licenses ...
 *	header   HTTP's  Link: <...>; rel="license"
 *	spdx     SPDX-License-Identifier: lines in the text
 *	cc-url   Creative Commons licence URLs in the text
 *	assume   what the user said with --assume
 * The decision is the answer of the strongest source that names a licence.  Another source that names another licence is
 * kept as evidence; when two statements of one source differ, or meta and spdx do, the answer is `conflict`.  What says something about
 * licences that we cannot name is `unknown`; nothing at all is `none`.  A version that nobody states is not added.
 *
 * A list of several licences in one field, or names joined by commas, mean that all apply (AND), as Stack v2 and Dolma have
 * it; one of them without a name makes the whole `unknown`, as do words such as "other" or "see LICENSE".  An empty string or
 * list, null, "none" and NOASSERTION state nothing.
 *
 * The same statement of one source is kept once, where it stands first.
 */
#include <scope/http.h>
#include <scope/json.h>
#include <scope/plugin.h>
#include <scope/spdx.h>

#include <stdlib.h>

struct conf {
	sc_str assume, sources;
	unsigned use; /* bits of enum source */
};

enum source { META, HEADER, SPDX, CC_URL, ASSUME, NSOURCE };

static const sc_str source_names[NSOURCE] = { SC_LIT("meta"), SC_LIT("header"), SC_LIT("spdx"), SC_LIT("cc-url"),
					      SC_LIT("assume") };

static const struct sc_opt opts[] = {
	{ "assume", "ID", "licence of records that say none themselves", offsetof(struct conf, assume), 0, SC_OPT_STR },
	{ "sources", "LIST", "which to look at: meta,header,spdx,cc-url,assume (default all)", offsetof(struct conf, sources), 0, SC_OPT_STR },
	{ NULL, NULL, NULL, 0, 0, SC_OPT_FLAG },
};

/* Fields that hold licences, by path; the first ones are the most specific. */
static const char *const fields[] = {
	"license",	      "licence",	      "LICENSE",	   "License",	      "rights",
	"license_id",	      "metadata.license",     "metadata.licence",  "metadata.License", "metadata.rights",
	"gha_license_id",     "detected_licenses",    "license_url",	   "metadata.license_url",
	"max_stars_repo_licenses", "licenses", "metadata.licenses",
};

enum { MAX_CLAIMS = 64, MAX_LIST = 64 };

struct claim {
	enum source source;
	sc_str value; /* expression, or "unknown" */
	sc_str rule, where;
	uint64_t off, len;
	float score;
};

struct claims {
	struct claim v[MAX_CLAIMS];
	size_t n;
};

static const sc_str unknown = SC_LIT("unknown");

static int load(void *conf, sc_str arg, struct sc_arena *a, struct sc_maker *me, struct sc_err *e)
{
	struct conf *c = conf;
	sc_str rest = c->sources, one, rule;

	(void)arg;
	(void)me;
	if (!rest.n)
		c->use = (1u << NSOURCE) - 1;
	while (rest.n && sc_str_cut(&rest, ',', &one)) {
		size_t i = 0;

		while (i < NSOURCE && !sc_str_eq(source_names[i], one))
			i++;
		if (i == NSOURCE)
			return sc_fail(e, "--sources: '%.*s' is none of meta, header, spdx, cc-url, assume", SC_ARG(one));
		c->use |= 1u << i;
	}
	if (c->assume.n) {
		sc_str known = sc_spdx_from_words(a, c->assume, &rule);

		if (!known.n)
			return sc_fail(e, "--assume '%.*s': not a licence that SPDX knows", SC_ARG(c->assume));
		c->assume = known;
	}
	return SC_OK;
}

/* Past MAX_CLAIMS different statements there is a conflict already, or several that do not count. */
static void claim(struct claims *c, struct claim one)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->v[i].source == one.source && one.source != META && sc_str_eq(c->v[i].value, one.value))
			return;
	if (c->n < MAX_CLAIMS)
		c->v[c->n++] = one;
}

/* ---- metadata ---- */

static bool is_nothing(sc_str s)
{
	static const sc_str words[] = { SC_LIT("none"), SC_LIT("null"), SC_LIT("n/a"), SC_LIT("-"), SC_LIT("noassertion") };

	for (size_t i = 0; i < SC_COUNT(words); i++)
		if (sc_str_ieq(s, words[i]))
			return true;
	return !s.n;
}

/* What a value says in words: a string, or what an object such as package.json's {"type":...,"url":...} calls it. */
static sc_str words_of(struct sc_arena *a, sc_str value)
{
	static const sc_str keys[] = { SC_LIT("spdx_id"), SC_LIT("spdx"), SC_LIT("id"),	 SC_LIT("type"),
				       SC_LIT("key"),	  SC_LIT("name"), SC_LIT("url"), SC_LIT("@id") };

	for (size_t i = 0; sc_json_kind(value) == SC_JSON_OBJECT && i < SC_COUNT(keys); i++) {
		sc_str member = sc_json_get(value, keys[i]);

		if (sc_json_kind(member) == SC_JSON_STRING)
			return sc_str_trim(sc_json_string(a, member));
	}
	return sc_json_kind(value) == SC_JSON_STRING ? sc_str_trim(sc_json_string(a, value)) : (sc_str){ NULL, 0 };
}

/* Several licences of one list: all apply.  One that has no name makes the whole unknown. */
static sc_str joined(struct sc_arena *a, sc_str list, sc_str *rule)
{
	sc_str said[MAX_LIST], out = { NULL, 0 };
	struct sc_json_iter it = sc_json_iter(list);
	struct sc_buf b = { .a = a };
	struct sc_err ignored;
	size_t n = 0, i;

	while (sc_json_next(&it)) {
		sc_str id = sc_spdx_from_words(a, words_of(a, it.value), rule);

		for (i = 0; i < n && !sc_spdx_same(a, said[i], id); i++)
			;
		if (!id.n || i == MAX_LIST)
			return unknown;
		said[i] = id;
		n += i == n;
	}
	for (i = 0; i < n; i++) {
		sc_buf_add(&b, i ? SC_STR(" AND (") : SC_STR("("));
		sc_buf_add(&b, said[i]);
		sc_buf_byte(&b, ')');
	}
	if (n && sc_spdx_expression(a, sc_strdup(a, sc_buf_str(&b)), &out, &ignored) < 0)
		out = unknown;
	sc_buf_free(&b);
	return out;
}

static void from_value(struct claims *c, struct sc_arena *a, sc_str meta, sc_str value, const char *field)
{
	sc_str id, rule = { NULL, 0 };

	if (sc_json_kind(value) == SC_JSON_ARRAY) {
		id = joined(a, value, &rule);
		if (!id.n)
			return;
	} else {
		if (is_nothing(words_of(a, value)))
			return;
		id = sc_spdx_from_words(a, words_of(a, value), &rule);
		if (!id.n)
			id = unknown;
	}
	claim(c, (struct claim){ .source = META,
				 .value = id,
				 .rule = sc_fmt(a, "json:%s", field),
				 .where = SC_STR("meta"),
				 .off = (uint64_t)(value.p - meta.p),
				 .len = value.n,
				 .score = sc_str_eq(id, unknown) ? 0.5f : sc_str_eq(rule, SC_STR("spdx")) ? 1.0f : 0.95f });
}

static void from_meta(struct claims *c, struct sc_arena *a, struct sc_record *r)
{
	sc_str meta = sc_record_meta(a, r);

	if (sc_json_kind(meta) != SC_JSON_OBJECT)
		return;
	for (size_t i = 0; i < SC_COUNT(fields); i++) {
		sc_str value = sc_json_path(meta, sc_str_c(fields[i]));

		if (value.p)
			from_value(c, a, meta, value, fields[i]);
	}
}

/* Link: <https://creativecommons.org/licenses/by/4.0/>; rel="license" */
static void from_header(struct claims *c, struct sc_arena *a, struct sc_record *r)
{
	sc_str meta = sc_record_meta(a, r), value = sc_json_path(meta, SC_STR("http.headers.link"));
	sc_str links = sc_json_string(a, value), one;

	while (links.n && sc_str_cut(&links, ',', &one)) {
		size_t open = sc_str_chr(one, '<'), close = sc_str_chr(one, '>');
		sc_str params, id, rule;

		if (open == SC_NONE || close == SC_NONE || close < open)
			continue;
		params = sc_str_from(one, close);
		if (sc_str_find(params, SC_STR("license")) == SC_NONE || sc_str_find(params, SC_STR("rel=")) == SC_NONE)
			continue;
		id = sc_spdx_from_words(a, (sc_str){ one.p + open + 1, close - open - 1 }, &rule);
		claim(c, (struct claim){ .source = HEADER,
					 .value = id.n ? id : unknown,
					 .rule = SC_STR("http:link"),
					 .where = SC_STR("meta"),
					 .off = (uint64_t)(value.p - meta.p),
					 .len = value.n,
					 .score = id.n ? 1.0f : 0.5f });
	}
}

/* ---- text ---- */

static bool expression_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c && memchr(".-+:_() ", c, 8));
}

static void from_spdx(struct claims *c, struct sc_arena *a, sc_str text, sc_str part)
{
	static const sc_str mark = SC_LIT("SPDX-License-Identifier:");
	size_t at = 0, found;

	while ((found = sc_str_find(sc_str_from(text, at), mark)) != SC_NONE) {
		size_t from = at + found + mark.n, end;
		struct sc_err ignored;
		sc_str id, said;

		while (from < text.n && (text.p[from] == ' ' || text.p[from] == '\t'))
			from++;
		for (end = from; end < text.n && expression_char(text.p[end]); end++)
			;
		said = sc_str_trim((sc_str){ text.p + from, end - from });
		while (said.n && (said.p[said.n - 1] == '-' || said.p[said.n - 1] == '.'))
			said = sc_str_trim((sc_str){ said.p, said.n - 1 });
		if (sc_spdx_expression(a, said, &id, &ignored) < 0)
			id = unknown;
		if (said.n)
			claim(c, (struct claim){ .source = SPDX, .value = id, .rule = SC_STR("text:spdx-id"), .where = part,
						 .off = (uint64_t)(said.p - text.p), .len = said.n,
						 .score = sc_str_eq(id, unknown) ? 0.5f : 1.0f });
		at = end;
	}
}

/* Bytes that belong to the same host or path when they stand to the left: in notcreativecommons.org and in
 * example.com/creativecommons.org the host is another. */
static bool url_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c && memchr("-._@/", c, 5));
}

/* Where the URL begins whose host stands at `host`; SC_NONE when that is no host. */
static size_t url_start(sc_str text, size_t host)
{
	static const sc_str before[] = { SC_LIT("www."), SC_LIT("//"), SC_LIT("https:"), SC_LIT("http:") };
	size_t at = host;
	bool slashes = false;

	for (size_t i = 0; i < SC_COUNT(before); i++)
		if (sc_str_ends(sc_str_head(text, at), before[i]) && (i < 2 || slashes)) {
			at -= before[i].n;
			slashes |= i == 1;
			if (i == 2)
				break;
		}
	if (at && url_char(text.p[at - 1]) && !(at + 4 < host && text.p[at] == 'h'))
		return SC_NONE;
	return at;
}

static void from_cc_url(struct claims *c, struct sc_arena *a, sc_str text, sc_str part)
{
	static const sc_str host = SC_LIT("creativecommons.org/");
	size_t at = 0, found;

	while ((found = sc_str_find(sc_str_from(text, at), host)) != SC_NONE) {
		size_t here = at + found, start = url_start(text, here), len;
		sc_str id = { NULL, 0 };

		at = here + host.n;
		if (start != SC_NONE)
			id = sc_spdx_cc_url(a, sc_str_from(text, here), &len);
		if (id.n)
			claim(c, (struct claim){ .source = CC_URL, .value = id, .rule = SC_STR("text:cc-url"), .where = part,
						 .off = start, .len = here + len - start, .score = 0.8f });
	}
}

static void from_text(struct claims *c, const struct conf *conf, struct sc_arena *a, struct sc_record *r)
{
	uint32_t which;
	sc_str text = sc_record_text(r, &which);

	if (!text.n)
		return;
	if (conf->use & 1u << SPDX)
		from_spdx(c, a, text, r->part[which].name);
	if (conf->use & 1u << CC_URL)
		from_cc_url(c, a, text, r->part[which].name);
}

/* ---- the decision ---- */

static bool names(const struct claim *c)
{
	return !sc_str_eq(c->value, unknown);
}

/* Index of the claim that decides; *conflict when statements of equal rank differ. */
static size_t decide(struct sc_arena *a, const struct claims *c, bool *conflict)
{
	size_t best = SC_NONE;

	*conflict = false;
	for (size_t i = 0; i < c->n; i++) {
		const struct claim *x = &c->v[i], *b = &c->v[best == SC_NONE ? 0 : best];

		if (!names(x) || (x->source == ASSUME && c->n > 1))
			continue; /* what was assumed loses to anything said */
		if (best == SC_NONE) {
			best = i;
			continue;
		}
		if (sc_spdx_same(a, x->value, b->value))
			continue;
		*conflict |= x->source == b->source || (b->source == META && x->source == SPDX);
	}
	return best;
}

static void tag(struct sc_ctx *c, struct sc_record *r, sc_str value, const struct claim *x)
{
	sc_tag_add(c->a, r, SC_STR("licence"), value,
		   (struct sc_evidence){ .by = c->me, .rule = x->rule, .where = x->where, .off = x->off, .len = x->len, .score = x->score });
}

static int each(struct sc_ctx *c, struct sc_record *r)
{
	static const struct claim nothing = { .rule = SC_LIT("nothing-found"), .where = SC_LIT("") };
	const struct conf *conf = c->conf;
	struct claims all = { .n = 0 };
	bool conflict;
	size_t best;

	if (conf->use & 1u << META)
		from_meta(&all, c->a, r);
	if (conf->use & 1u << HEADER)
		from_header(&all, c->a, r);
	from_text(&all, conf, c->a, r);
	if (conf->assume.n && conf->use & 1u << ASSUME)
		claim(&all, (struct claim){ .source = ASSUME, .value = conf->assume, .rule = SC_STR("assumed"), .where = SC_STR("--assume"), .score = 0.1f });
	best = decide(c->a, &all, &conflict);
	if (!all.n) {
		tag(c, r, SC_STR("none"), &nothing);
		return SC_OK;
	}
	if (best == SC_NONE)
		best = 0;
	if (conflict)
		tag(c, r, SC_STR("conflict"), &all.v[best]);
	else
		tag(c, r, all.v[best].value, &all.v[best]);
	for (size_t i = 0; i < all.n; i++)
		if (conflict || i != best)
			tag(c, r, all.v[i].value, &all.v[i]);
	return SC_OK;
}

extern const struct sc_filter tag_licence;
const struct sc_filter tag_licence = {
	.card = { .name = "tag/licence",
		  .about = "SPDX expression of the licence, or none, unknown, conflict",
		  .more = "Sources, from strongest to weakest: fields of the metadata (license, rights, detected_licenses ...), the HTTP header Link "
			  "with rel=license, SPDX-License-Identifier lines, Creative Commons URLs in the text, and what --assume says.\n\n"
			  "The strongest that names a licence decides; others stay as evidence.  Two statements of one source that differ, or "
			  "metadata against an SPDX line, make `conflict`.  Something licence-like that has no name is `unknown`; nothing is `none`.  "
			  "A list in a field, or names with commas between them, mean that all apply.  An empty field states nothing.  A version nobody states is not added: CC BY is LicenseRef-CC-BY.",
		  .example = "scope tag licence --assume CC-BY-4.0 docs.jsonl",
		  .opts = opts,
		  .conf = sizeof(struct conf),
		  .revision = 1 },
	.emits = "licence",
	.load = load,
	.each = each,
};
