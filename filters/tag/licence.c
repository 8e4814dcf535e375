/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tag/licence -- the licence of a record, with the bytes that say so.
 *
 * Sources, each its own evidence, from strongest to weakest:
 *	meta     fields of the record's metadata: license, licence, rights, detected_licenses ...
 *	header   HTTP's  Link: <...>; rel="license"
 *	spdx     SPDX-License-Identifier: lines in the text
 *	package  what a package's own file (package.json, Cargo.toml, debian/copyright ...) says of the package
 *	jats     the permissions of an article in JATS; its text is then no other source
 *	page     what a web page says of itself (rel=license, JSON-LD, its footer), not of a photo or a map in it; no other source then
 *	embedded what an image says of itself in XMP, IPTC, EXIF or PNG text
 *	text     the whole text of a licence, by its fingerprint; with them
 *	notice   what a text says it is licensed under
 *	cc-url   Creative Commons licence URLs in the text
 *	folder   a LICENSE, a package's own file, debian/copyright or REUSE's files, of the nearest folder above it that has one
 *	assume   what the user said with --assume
 * A figure of a paper has a source of its own, `figure`, instead of these but assume: see scope/terms.h.
 *
 * Texts and notices are looked for where the metadata and the header name nothing, or with --thorough; SPDX lines and Creative Commons
 * URLs always.  The decision is the answer of the strongest source that names a licence.  SPDX lines that differ all apply (AND, as REUSE has
 * it), and so do the texts and notices of one file.  Another source that names another licence is kept as evidence; when two fields or
 * two URLs differ, or meta and spdx do, the answer is `conflict`.  What says something about
 * licences that we cannot name is `unknown`; nothing at all is `none`.  A version that nobody states is not added.
 *
 * A list of several licences in one field, or names joined by commas, mean that all apply (AND), as Stack v2 and Dolma have
 * it; one of them without a name makes the whole `unknown`, as do words such as "other" or "see LICENSE".  An empty string or
 * list, null, "none" and NOASSERTION state nothing.
 *
 * The same statement of one source is kept once, where it stands first.
 */
#include <scope/embedded.h>
#include <scope/folders.h>
#include <scope/http.h>
#include <scope/json.h>
#include <scope/licence.h>
#include <scope/paper.h>
#include <scope/plugin.h>
#include <scope/spdx.h>
#include <scope/terms.h>
#include <scope/text.h>

#include <stdlib.h>

struct conf {
	sc_str assume, sources;
	bool thorough, no_folders;
	unsigned use; /* bits of enum source */
	struct sc_folders folders;
	bool unseen; /* inputs that could not be read twice */
};

enum source { META, HEADER, SPDX, PACKAGE, JATS, PAGE, EMBEDDED, TEXT, NOTICE, CC_URL, FOLDER, ASSUME, FIGURE, NSOURCE };

static const sc_str source_names[NSOURCE] = { SC_LIT("meta"), SC_LIT("header"), SC_LIT("spdx"), SC_LIT("package"), SC_LIT("jats"), SC_LIT("page"), SC_LIT("embedded"), SC_LIT("text"),
					      SC_LIT("notice"), SC_LIT("cc-url"), SC_LIT("folder"), SC_LIT("assume"), SC_LIT("figure") };
#define SOURCES "meta,header,spdx,package,jats,page,embedded,text,notice,cc-url,folder,assume,figure"

static const struct sc_opt opts[] = {
	{ "assume", "ID", "licence of records that say none themselves", offsetof(struct conf, assume), 0, SC_OPT_STR },
	{ "no-folders", NULL, "do not look among the inputs for files such as LICENSE that speak for their folder", offsetof(struct conf, no_folders), 0, SC_OPT_FLAG },
	{ "sources", "LIST", "which to look at: " SOURCES " (default all)", offsetof(struct conf, sources), 0, SC_OPT_STR },
	{ "thorough", NULL, "look for texts and notices even where the metadata name a licence", offsetof(struct conf, thorough), 0, SC_OPT_FLAG },
	{ NULL, NULL, NULL, 0, 0, SC_OPT_FLAG },
};

/* Fields that hold licences, the most specific ones first: of the metadata itself, or of its `metadata`. */
#define F(inner, key, path) { inner, SC_LIT(key), SC_LIT("json:" path) }
static const struct {
	bool inner;
	sc_str key, rule;
} fields[] = {
	F(false, "license", "license"),
	F(false, "licence", "licence"),
	F(false, "LICENSE", "LICENSE"),
	F(false, "License", "License"),
	F(false, "rights", "rights"),
	F(false, "license_id", "license_id"),
	F(true, "license", "metadata.license"),
	F(true, "licence", "metadata.licence"),
	F(true, "License", "metadata.License"),
	F(true, "rights", "metadata.rights"),
	F(false, "gha_license_id", "gha_license_id"),
	F(false, "detected_licenses", "detected_licenses"),
	F(false, "license_url", "license_url"),
	F(true, "license_url", "metadata.license_url"),
	F(false, "max_stars_repo_licenses", "max_stars_repo_licenses"),
	F(false, "licenses", "licenses"),
	F(true, "licenses", "metadata.licenses"),
};
enum { NFIELDS = SC_COUNT(fields) };

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

/* What words were said to mean lately, by this worker: a shard says the same few things over and over.  A place for each
 * hash of the words; what is longer than fits, or means nothing, is worked out each time. */
enum { MEMO = 64, MEMO_WORDS = 72, MEMO_ID = 46 };

struct state {
	struct memo {
		uint8_t nwords, nid;
		char words[MEMO_WORDS], id[MEMO_ID];
		sc_str rule; /* static */
	} memo[MEMO];
};

static int load(void *conf, sc_str arg, struct sc_arena *a, struct sc_maker *me, struct sc_err *e)
{
	struct conf *c = conf;
	sc_str rule;

	(void)arg;
	(void)me;
	SC_TRY(sc_opt_bits("--sources", c->sources, source_names, NSOURCE, &c->use, e));
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

static struct memo *memo_of(struct state *st, sc_str words)
{
	uint32_t h = (uint32_t)words.n;

	for (size_t i = 0; i < words.n; i++)
		h = (h ^ (unsigned char)words.p[i]) * 16777619; /* FNV-1a */
	return &st->memo[(h ^ h >> 16) % MEMO];
}

/* sc_spdx_from_words, or what it said the last time. */
static sc_str licence_of(struct sc_ctx *c, sc_str words, sc_str *rule)
{
	struct memo *m;
	sc_str id;

	if (!words.n || words.n > MEMO_WORDS)
		return sc_spdx_from_words(c->a, words, rule);
	m = memo_of(c->state, words);
	if (sc_str_eq((sc_str){ m->words, m->nwords }, words)) {
		*rule = m->rule;
		return sc_strdup(c->a, (sc_str){ m->id, m->nid });
	}
	id = sc_spdx_from_words(c->a, words, rule);
	if (id.n && id.n <= MEMO_ID) {
		*m = (struct memo){ .nwords = (uint8_t)words.n, .nid = (uint8_t)id.n, .rule = *rule };
		memcpy(m->words, words.p, words.n);
		memcpy(m->id, id.p, id.n);
	}
	return id;
}

/* Several licences of one list: all apply.  One that has no name makes the whole unknown. */
static sc_str joined(struct sc_ctx *c, sc_str list, sc_str *rule)
{
	sc_str said[MAX_LIST], out = { NULL, 0 };
	struct sc_arena *a = c->a;
	struct sc_json_iter it = sc_json_iter(list);
	struct sc_buf b = { .a = a };
	struct sc_err ignored;
	size_t n = 0, i;

	while (sc_json_next(&it)) {
		sc_str id = licence_of(c, words_of(a, it.value), rule);

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

static void from_value(struct claims *all, struct sc_ctx *c, sc_str meta, sc_str value, sc_str field)
{
	sc_str id, words, rule = { NULL, 0 };

	if (sc_json_kind(value) == SC_JSON_ARRAY) {
		id = joined(c, value, &rule);
		if (!id.n)
			return;
	} else {
		words = words_of(c->a, value);
		if (is_nothing(words))
			return;
		id = licence_of(c, words, &rule);
		if (!id.n)
			id = unknown;
	}
	claim(all, (struct claim){ .source = META,
				   .value = id,
				   .rule = field,
				   .where = SC_STR("meta"),
				   .off = (uint64_t)(value.p - meta.p),
				   .len = value.n,
				   .score = sc_str_eq(id, unknown) ? 0.5f : sc_str_eq(rule, SC_STR("spdx")) ? 1.0f : 0.95f });
}

/* What there is to look at, all found in one pass over the metadata's members: of a key that comes twice the first counts. */
struct found {
	sc_str meta;
	sc_str field[NFIELDS];
	sc_str inner, http; /* the members `metadata` and `http` */
};

static void take(struct found *f, sc_str key, sc_str value, bool inner)
{
	bool escaped = sc_str_chr(key, '\\') != SC_NONE;

	for (size_t i = 0; i < NFIELDS; i++)
		if (fields[i].inner == inner && (key.n == fields[i].key.n || escaped) && !f->field[i].p &&
		    sc_json_key_is(key, fields[i].key))
			f->field[i] = value;
	if (inner)
		return;
	if (!f->inner.p && sc_json_key_is(key, SC_STR("metadata")))
		f->inner = value;
	if (!f->http.p && sc_json_key_is(key, SC_STR("http")))
		f->http = value;
}

static void walk(struct found *f, sc_str object, bool inner)
{
	struct sc_json_iter it = sc_json_iter(object);

	while (it.object && sc_json_next(&it))
		take(f, it.key, it.value, inner);
}

/* The members of one object that are listed from..to-1. */
static void listed(struct found *f, const struct sc_json_index *x, uint32_t from, uint32_t to, bool inner)
{
	for (uint32_t i = from; i < to; i = x->v[i].next)
		take(f, x->v[i].key, x->v[i].value, inner);
}

/* All of `fields` have one of the first two in their names; the third is the message header's. */
static bool may_say(const struct sc_record *r)
{
	return sc_record_mentions(r, SC_STR("licen")) || sc_record_mentions(r, SC_STR("rights")) ||
	       sc_record_mentions(r, SC_STR("link"));
}

static void find(struct found *f, const struct sc_json_index *x)
{
	uint32_t i = 0;

	*f = (struct found){ .meta = x->text };
	if (!x->listed) {
		walk(f, x->text, false);
		walk(f, f->inner, true);
		return;
	}
	listed(f, x, 0, x->n, false);
	if (!f->inner.p)
		return;
	while (x->v[i].value.p != f->inner.p)
		i = x->v[i].next;
	if (x->v[i].flags & SC_JSON_LISTED)
		listed(f, x, i + 1, x->v[i].next, true);
	else
		walk(f, f->inner, true);
}

static void from_meta(struct claims *all, struct sc_ctx *c, const struct found *f)
{
	for (size_t i = 0; i < NFIELDS; i++)
		if (f->field[i].p)
			from_value(all, c, f->meta, f->field[i], fields[i].rule);
}

/* Link: <https://creativecommons.org/licenses/by/4.0/>; rel="license" */
static void from_header(struct claims *c, struct sc_arena *a, const struct found *f)
{
	sc_str value = sc_json_path(f->http, SC_STR("headers.link")), links = sc_json_string(a, value), one;

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
					 .off = (uint64_t)(value.p - f->meta.p),
					 .len = value.n,
					 .score = id.n ? 1.0f : 0.5f });
	}
}

/* ---- text ---- */

static const uint8_t source_of[SC_LIC_SOURCES] = {
	[SC_LIC_META] = META, [SC_LIC_HEADER] = HEADER, [SC_LIC_SPDX] = SPDX, [SC_LIC_PACKAGE] = PACKAGE, [SC_LIC_JATS] = JATS,
	[SC_LIC_PAGE] = PAGE, [SC_LIC_EMBEDDED] = EMBEDDED, [SC_LIC_TEXT] = TEXT, [SC_LIC_NOTICE] = NOTICE, [SC_LIC_CC_URL] = CC_URL, [SC_LIC_FOLDER] = FOLDER, [SC_LIC_ASSUME] = ASSUME,
};

enum { FROM_TEXT = 1u << SPDX | 1u << PACKAGE | 1u << JATS | 1u << PAGE | 1u << TEXT | 1u << NOTICE | 1u << CC_URL };

/* What of a text is looked for where the metadata have named a licence already: what could contradict them, at the price of a scan.
 * The pairs are "X-" and "vc". */
static const struct sc_needle marks[] = { { SC_LIT("SPDX-License-Identifier:"), 3 }, { SC_LIT("creativecommons.org/"), 6 } };

static bool has_marks(sc_str text)
{
	size_t at[SC_COUNT(marks)];

	sc_find_needles(text, marks, SC_COUNT(marks), at);
	return at[0] != SC_NONE || at[1] != SC_NONE;
}

static void add(struct claims *c, const struct sc_lic_claim *x)
{
	claim(c, (struct claim){ .source = source_of[x->source], .value = x->value, .rule = x->rule, .where = x->where,
				 .off = x->off, .len = x->len, .score = x->score });
}

/* Of the file that the part was; a sample's name is without what tells its parts apart. */
static sc_str path_of(struct sc_arena *a, const struct sc_record *r, uint32_t which)
{
	sc_str part = r->part[which].name;

	if (!r->by || !sc_has_folders(r->by) || sc_str_ends(r->name, part))
		return r->name;
	return sc_fmt(a, "%.*s.%.*s", SC_ARG(r->name), SC_ARG(part));
}

static void from_text(struct claims *c, const struct conf *conf, struct sc_arena *a, struct sc_record *r)
{
	struct sc_lic_claims said = { .a = a };
	unsigned use = conf->use & FROM_TEXT;
	uint32_t which;
	sc_str text = sc_record_text(r, &which);

	for (size_t i = 0; i < c->n && !conf->thorough; i++)
		if (!sc_str_eq(c->v[i].value, unknown))
			use &= 1u << SPDX | 1u << CC_URL;
	if (!text.n || !use || (!(use & ~(1u << SPDX | 1u << CC_URL)) && !has_marks(text)))
		return;
	sc_lic_any(&said, path_of(a, r, which), r->part[which].media, text, r->part[which].name);
	for (uint32_t i = 0; i < said.n; i++) {
		const struct sc_lic_claim *x = &said.v[i];

		if (use & 1u << source_of[x->source])
			add(c, x);
	}
}

/* ---- images ---- */

static void from_images(struct claims *c, struct sc_arena *a, const struct sc_record *r)
{
	for (uint32_t i = 0; i < r->npart; i++) {
		struct sc_lic_claims said = { .a = a };

		if (!r->part[i].data.n || !sc_may_embed(r->part[i].media, r->part[i].data))
			continue;
		sc_lic_embedded(&said, r->part[i].data, r->part[i].name);
		for (uint32_t k = 0; k < said.n; k++)
			add(c, &said.v[k]);
	}
}

/* ---- the folder ---- */

static bool of(const void *conf, const struct sc_reader *reader)
{
	const struct conf *c = conf;

	return !c->no_folders && c->use & 1u << FOLDER && (!reader || sc_has_folders(reader));
}

static const struct sc_strs *also(const void *conf)
{
	static const struct sc_strs nothing = { .n = 0 };

	(void)conf;
	return &nothing;
}

static int seen(void *conf, const struct sc_record *r, struct sc_err *e)
{
	return sc_folders_take(&((struct conf *)conf)->folders, r, e);
}

static int end(void *conf, bool all, bool quiet, struct sc_err *e)
{
	struct conf *c = conf;

	(void)quiet;
	(void)e;
	sc_speakers_sort(&c->folders.files);
	c->unseen = !all;
	return SC_OK;
}

static const sc_str no_words[] = { { NULL, 0 } };
static const struct sc_survey survey = { .of = of, .wants = sc_is_folder_file, .words = no_words, .also = also, .take = seen, .end = end };

static void unload(void *conf)
{
	sc_folders_free(&((struct conf *)conf)->folders);
}

/* Where nothing of its own named a licence. */
static void from_folder(struct claims *c, const struct conf *conf, struct sc_arena *a, const struct sc_record *r)
{
	struct sc_lic_claims said = { .a = a };

	for (size_t i = 0; i < c->n; i++)
		if (!sc_str_eq(c->v[i].value, unknown) && c->v[i].source != CC_URL)
			return;
	sc_folders_ask(&conf->folders, r, &said);
	for (uint32_t i = 0; i < said.n; i++)
		add(c, &said.v[i]);
}

/* ---- the decision ---- */

static bool names(const struct claim *c)
{
	return !sc_str_eq(c->value, unknown);
}

/* Statements of these stand side by side: all of them apply. */
static bool adds(const struct claim *x, const struct claim *y)
{
	if (x->source == FOLDER && y->source == FOLDER)
		return sc_str_eq(x->rule, y->rule) && sc_str_eq(x->rule, SC_STR("folder:text"));
	return (x->source == SPDX && y->source == SPDX) ||
	       ((x->source == TEXT || x->source == NOTICE) && (y->source == TEXT || y->source == NOTICE));
}

/* What the claim that decides says together with those that add to it. */
static sc_str together(struct sc_arena *a, const struct claims *c, size_t best)
{
	struct sc_lic_claims all = { .a = a };
	const struct sc_lic_claim *first;

	for (size_t i = 0; i < c->n; i++)
		if (i == best || adds(&c->v[best], &c->v[i]))
			sc_lic_claim(&all, (struct sc_lic_claim){ .value = c->v[i].value });
	return all.n > 1 ? sc_lic_together(&all, &first) : c->v[best].value;
}

/* Index of the claim that decides, the first of the strongest source that names a licence; *conflict when statements of equal rank differ. */
static size_t decide(struct sc_arena *a, const struct claims *c, bool *conflict)
{
	size_t best = SC_NONE;

	*conflict = false;
	for (size_t i = 0; i < c->n; i++) /* what was assumed loses to anything said */
		if (names(&c->v[i]) && !(c->v[i].source == ASSUME && c->n > 1) && (best == SC_NONE || c->v[i].source < c->v[best].source))
			best = i;
	for (size_t i = 0; i < c->n && best != SC_NONE; i++) {
		const struct claim *x = &c->v[i], *b = &c->v[best];

		if (names(x) && x->source != ASSUME && !sc_spdx_same(a, x->value, b->value))
			*conflict |= (x->source == b->source && !adds(x, b)) || (b->source == META && x->source == SPDX);
	}
	return best;
}

static void tag(struct sc_ctx *c, struct sc_record *r, sc_str value, const struct claim *x)
{
	sc_tag_add(c->a, r, SC_STR("licence"), value,
		   (struct sc_evidence){ .by = c->me, .rule = x->rule, .where = x->where, .off = x->off, .len = x->len, .score = x->score });
}

/* The licence of a figure; what was assumed is for those that say nothing. */
static int figure(struct sc_ctx *c, struct sc_record *r, sc_str json)
{
	const struct conf *conf = c->conf;
	struct sc_rulings said;

	sc_terms_figure(c->a, r, json, &said);
	if (conf->assume.n && conf->use & 1u << ASSUME && sc_str_eq(said.v[0].value, SC_STR("none")))
		said.v[0] = (struct sc_ruling){ .value = conf->assume, .rule = SC_STR("assumed"), .where = SC_STR("--assume"), .score = 0.1f };
	for (uint32_t i = 0; i < said.n; i++) {
		const struct sc_ruling *x = &said.v[i];

		tag(c, r, x->value, &(struct claim){ .rule = x->rule, .where = x->where, .off = x->off, .len = x->len, .score = x->score });
	}
	return SC_OK;
}

static int each(struct sc_ctx *c, struct sc_record *r)
{
	static const struct claim nothing = { .rule = SC_LIT("nothing-found"), .where = SC_LIT("") };
	static const struct claim unseen = { .rule = SC_LIT("nothing-found;unseen:folder"), .where = SC_LIT("") };
	const struct conf *conf = c->conf;
	struct claims all; /* large: its room is not cleared for each record */
	struct found found;
	sc_str value = { NULL, 0 };
	bool conflict, meta;
	sc_str json = conf->use & 1u << FIGURE ? sc_figure_json(r) : (sc_str){ NULL, 0 };
	size_t best;

	if (json.n)
		return figure(c, r, json);
	all.n = 0;
	meta = conf->use & (1u << META | 1u << HEADER) && may_say(r);
	if (meta)
		find(&found, sc_record_index(c->a, r));
	if (meta && conf->use & 1u << META)
		from_meta(&all, c, &found);
	if (meta && conf->use & 1u << HEADER)
		from_header(&all, c->a, &found);
	from_text(&all, conf, c->a, r);
	if (conf->use & 1u << EMBEDDED)
		from_images(&all, c->a, r);
	if (conf->folders.files.n)
		from_folder(&all, conf, c->a, r);
	if (conf->assume.n && conf->use & 1u << ASSUME)
		claim(&all, (struct claim){ .source = ASSUME, .value = conf->assume, .rule = SC_STR("assumed"), .where = SC_STR("--assume"), .score = 0.1f });
	best = decide(c->a, &all, &conflict);
	if (!all.n) {
		tag(c, r, SC_STR("none"), conf->unseen && of(conf, r->by) ? &unseen : &nothing);
		return SC_OK;
	}
	if (best == SC_NONE)
		best = 0;
	if (conflict)
		tag(c, r, SC_STR("conflict"), &all.v[best]);
	else
		tag(c, r, value = together(c->a, &all, best), &all.v[best]);
	for (size_t i = 0; i < all.n; i++)
		if (conflict || i != best || !sc_str_eq(value, all.v[best].value))
			tag(c, r, all.v[i].value, &all.v[i]);
	return SC_OK;
}

extern const struct sc_filter tag_licence;
const struct sc_filter tag_licence = {
	.card = { .name = "tag/licence",
		  .about = "SPDX expression of the licence, or none, unknown, conflict",
		  .more = "Sources, from strongest to weakest: fields of the metadata (license, rights, detected_licenses ...), the HTTP header Link "
			  "with rel=license, SPDX-License-Identifier lines, the permissions of a JATS article, whole licence texts and notices "
			  "(\"licensed under ...\"), Creative Commons URLs in the text, the LICENSE, COPYING or package file of the nearest folder, and what "
			  "--assume says.\n\n"
			  "The strongest that names a licence decides; others stay as evidence.  Texts and notices are looked for where the metadata name no "
			  "licence; --thorough looks always.  Several SPDX lines of one text all apply, and so do its "
			  "licence texts and notices.  Two fields or two URLs that differ, or "
			  "metadata against an SPDX line, make `conflict`.  Something licence-like that has no name is `unknown`; nothing is `none`.  "
			  "A list in a field, or names with commas between them, mean that all apply.  An empty field states nothing.\n\n"
			  "What speaks for a folder is looked for among the members of archives and among plain files before the run, wherever it stands, "
			  "and counts where a record says nothing of its own; what could not be read twice is nothing-found;unseen:folder in the evidence.  A version nobody states is not added: CC BY is LicenseRef-CC-BY.\n\n"
			  "A figure of a paper has the licence that its own permissions name, else the article's.  Its caption, attribution and "
			  "copyright line make it `conflict` when they name another licence or tell of other people's rights: leave to reproduce, a "
			  "copyright, a picture adapted from another work.  A licence that agrees, said beside it, settles that; a reference number "
			  "alone says nothing about rights.",
		  .example = "scope tag licence --assume CC-BY-4.0 docs.jsonl",
		  .opts = opts,
		  .conf = sizeof(struct conf),
		  .state = sizeof(struct state),
		  .revision = 3 },
	.emits = "licence",
	.load = load,
	.unload = unload,
	.survey = &survey,
	.each = each,
};
