/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tag/rights -- what those who publish a record say about its use for training and mining, with the bytes that say so.
 *
 * Labels, of which a record may have several:
 *	reserved/noai reserved/noimageai reserved/noml	robots meta elements and X-Robots-Tag
 *	reserved/tdmrep allowed/tdmrep	TDM Reservation Protocol: origin file < header < HTML < the image's own XMP; absence resets nothing
 *	reserved/robots unknown/robots	robots.txt (RFC 9309) shuts out one of the agents
 *	reserved/ai-txt	ai.txt does
 *	reserved/iptc allowed/iptc	PLUS DataMining in an image's XMP
 *	terms/nc terms/nd terms/sa	what the licence asks
 *
 * The files of an origin are found among the inputs before the first record is read, or given with --origins.  A record is judged by
 * the one in force when it was got, of the origin of its URL; without a URL, by that of the nearest folder above it.
 *
 * `none` is what was looked for and not found: its rule lists where we looked ("looked:header,html"), and what could not be seen.
 */
#include <scope/embedded.h>
#include <scope/html.h>
#include <scope/json.h>
#include <scope/licence.h>
#include <scope/origins.h>
#include <scope/plugin.h>
#include <scope/spdx.h>

#include <stdlib.h>

enum source { HEADER, HTML, ORIGIN, EMBEDDED, TERMS, NSOURCE };
static const sc_str source_names[NSOURCE] = { SC_LIT("header"), SC_LIT("html"), SC_LIT("origin"), SC_LIT("embedded"), SC_LIT("terms") };
#define SOURCES "header,html,origin,embedded,terms"

enum { MOST = 32, MOST_AGENTS = 256, MOST_NOTICE = 512 };

struct conf {
	sc_str sources;
	struct sc_strs agents, origins;
	bool no_origins;
	unsigned use; /* bits of enum source */
	/* what load() makes of them */
	struct sc_strs shards;	    /* of `origins`, without their "URL=" */
	sc_str *base;		    /* one for each: the origin it speaks for, or empty */
	struct sc_origins origins_seen;
	bool unseen;		    /* inputs that could not be read twice */
};

static const struct sc_opt opts[] = {
	{ "agent", "NAME", "crawler that robots.txt and ai.txt are asked about (default: those that gather for training)", offsetof(struct conf, agents), 0, SC_OPT_LIST },
	{ "origins", "FILE", "look there too for robots.txt, ai.txt and tdmrep.json: a shard, or https://HOST=FILE", offsetof(struct conf, origins), 0, SC_OPT_LIST },
	{ "no-origins", NULL, "do not look for such files among the inputs", offsetof(struct conf, no_origins), 0, SC_OPT_FLAG },
	{ "sources", "LIST", "which to look at: " SOURCES " (default all)", offsetof(struct conf, sources), 0, SC_OPT_STR },
	{ NULL, NULL, NULL, 0, 0, SC_OPT_FLAG },
};

/* ---- options ---- */

static bool is_token(sc_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!memchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_", s.p[i], 64))
			return false;
	return s.n && s.n < 128;
}

static int load_agents(struct conf *c, struct sc_arena *a, struct sc_err *e)
{
	size_t n = c->agents.n;
	sc_str *agent;

	if (n > MOST_AGENTS)
		return sc_fail(e, "--agent: at most %d of them", MOST_AGENTS);
	while (!c->agents.n && sc_ai_agent(n).n)
		n++;
	agent = SC_NEW(a, sc_str, n);
	c->origins_seen.agent = (struct sc_strs){ agent, n };
	for (size_t i = 0; i < n; i++) {
		agent[i] = c->agents.n ? c->agents.v[i] : sc_ai_agent(i);
		if (!is_token(agent[i]))
			return sc_fail(e, "--agent '%.*s': a product token is letters, digits, '-' and '_', as in GPTBot", SC_ARG(agent[i]));
	}
	return SC_OK;
}

static int load_origins(struct conf *c, struct sc_arena *a, struct sc_err *e)
{
	c->shards = (struct sc_strs){ SC_NEW(a, sc_str, c->origins.n), c->origins.n };
	c->base = SC_NEW(a, sc_str, c->origins.n);
	for (size_t i = 0; i < c->origins.n; i++) {
		sc_str s = c->origins.v[i], path;
		size_t equals = sc_str_chr(s, '=');

		c->shards.v[i] = s;
		if (equals == SC_NONE || (!sc_str_starts(s, SC_STR("http://")) && !sc_str_starts(s, SC_STR("https://"))))
			continue;
		c->base[i] = sc_place_origin(a, sc_str_head(s, equals), &path);
		c->shards.v[i] = sc_str_from(s, equals + 1);
		if (!c->base[i].n || !c->shards.v[i].n)
			return sc_fail(e, "--origins '%.*s': write https://HOST=FILE", SC_ARG(s));
	}
	return SC_OK;
}

static int load(void *conf, sc_str arg, struct sc_arena *a, struct sc_maker *me, struct sc_err *e)
{
	struct conf *c = conf;

	(void)arg;
	(void)me;
	SC_TRY(sc_opt_bits("--sources", c->sources, source_names, NSOURCE, &c->use, e));
	SC_TRY(load_agents(c, a, e));
	return load_origins(c, a, e);
}

static void unload(void *conf)
{
	sc_origins_free(&((struct conf *)conf)->origins_seen);
}

/* ---- the files of origins ---- */

static bool of(const void *conf, const struct sc_reader *reader)
{
	const struct conf *c = conf;

	return !c->no_origins && c->use & 1u << ORIGIN && !(reader && strcmp(reader->card.name, "read/jsonl") == 0);
}

static const struct sc_strs *also(const void *conf)
{
	const struct conf *c = conf;
	static const struct sc_strs nothing = { .n = 0 };

	return c->use & 1u << ORIGIN ? &c->shards : &nothing;
}

static sc_str base_of(const struct conf *c, sc_str shard)
{
	for (size_t i = 0; i < c->shards.n; i++)
		if (c->base[i].n && sc_str_eq(c->shards.v[i], shard))
			return c->base[i];
	return (sc_str){ NULL, 0 };
}

static int take(void *conf, const struct sc_record *r, struct sc_err *e)
{
	struct conf *c = conf;

	return sc_origin_take(&c->origins_seen, r, base_of(c, r->from.shard), e);
}

static int end(void *conf, bool all, bool quiet, struct sc_err *e)
{
	struct conf *c = conf;

	(void)quiet;
	(void)e;
	sc_speakers_sort(&c->origins_seen.files);
	c->unseen = !all;
	return SC_OK;
}

static const sc_str words[] = { SC_LIT("robots.txt"), SC_LIT("ai.txt"), SC_LIT("tdmrep.json"), { NULL, 0 } };
static const struct sc_survey survey = { .of = of, .wants = sc_is_origin_file, .words = words, .also = also, .take = take, .end = end };

/* ---- what is said ---- */

struct said {
	struct sc_tag v[MOST]; /* value: the label */
	size_t n;
	unsigned looked; /* bits of enum source */
	size_t tdm;	 /* the statement of TDMRep that counts, or MOST */
	sc_str policy;
};

static size_t say(struct said *s, struct sc_ctx *c, const char *label, sc_str rule, sc_str where, uint64_t off, uint64_t len)
{
	struct sc_tag t = { .value = sc_str_c(label), .why = { .by = c->me, .rule = rule, .where = where, .off = off, .len = len, .score = 1 } };

	for (size_t i = 0; i < s->n; i++)
		if (sc_str_eq(s->v[i].value, t.value) && sc_str_eq(s->v[i].why.rule, rule))
			return i;
	if (s->n == MOST)
		return MOST;
	s->v[s->n] = t;
	return s->n++;
}

static void say_tdm(struct said *s, struct sc_ctx *c, int value, sc_str policy, sc_str rule, sc_str where, uint64_t off, uint64_t len)
{
	if (value < 0)
		return;
	s->tdm = say(s, c, value ? "reserved/tdmrep" : "allowed/tdmrep", rule, where, off, len); /* callers go from the weakest to the strongest */
	s->policy = value ? policy : (sc_str){ NULL, 0 };
}

/* ---- headers and meta elements ---- */

static bool is_asked(const struct conf *c, sc_str who)
{
	for (size_t i = 0; i < c->origins_seen.agent.n; i++)
		if (sc_str_ieq(c->origins_seen.agent.v[i], who))
			return true;
	return false;
}

static const char *directive(sc_str word)
{
	static const struct {
		sc_str word;
		const char *label;
	} known[] = { { SC_LIT("noai"), "reserved/noai" }, { SC_LIT("noimageai"), "reserved/noimageai" }, { SC_LIT("noml"), "reserved/noml" } };

	for (size_t i = 0; i < SC_COUNT(known); i++)
		if (sc_str_ieq(word, known[i].word))
			return known[i].label;
	return NULL;
}

/* "noai, noimageai", or of a header "GPTBot: noai, noindex": a name holds for what follows it.  at: of text in `where`, where its bytes
 * stand there as they are; else its length is 0. */
static void robots_directives(struct said *s, struct sc_ctx *c, sc_str text, sc_str rule, sc_str where, uint64_t at, bool names)
{
	sc_str rest = text, one;
	bool ours = true;

	while (rest.p && sc_str_cut(&rest, ',', &one)) {
		size_t colon = names ? sc_str_chr(one, ':') : SC_NONE;
		const char *label;

		if (colon != SC_NONE && is_token(sc_str_trim(sc_str_head(one, colon)))) {
			ours = is_asked(c->conf, sc_str_trim(sc_str_head(one, colon)));
			one = sc_str_from(one, colon + 1);
		}
		one = sc_str_trim(one);
		label = directive(one);
		if (label && ours)
			say(s, c, label, rule, where, at + (uint64_t)(one.p - text.p), one.n);
	}
}

/* A header field as the metadata have it: of a WARC's message, or of a JSON line. */
static sc_str header(struct sc_ctx *c, struct sc_record *r, const char *name)
{
	static const char *const under[] = { "http.headers.", "headers.", "" };

	for (size_t i = 0; i < SC_COUNT(under); i++) {
		sc_str value = sc_record_meta_path(c->a, r, sc_fmt(c->a, "%s%s", under[i], name));

		if (value.n)
			return value;
	}
	return (sc_str){ NULL, 0 };
}

/* Of a string in the metadata: what stands between its quotes, where that is what it means. */
static sc_str plain(struct sc_arena *a, sc_str value)
{
	return sc_json_kind(value) != SC_JSON_STRING ? value : sc_str_chr(value, '\\') == SC_NONE ? (sc_str){ value.p + 1, value.n - 2 } : sc_json_string(a, value);
}

static void from_header(struct said *s, struct sc_ctx *c, struct sc_record *r)
{
	sc_str meta, value, policy = { NULL, 0 };

	if (!sc_record_mentions(r, SC_STR("headers")) && !sc_record_mentions(r, SC_STR("http")) && !sc_record_mentions(r, SC_STR("robots-tag")) &&
	    !sc_record_mentions(r, SC_STR("tdm-reservation")))
		return;
	meta = sc_record_meta(c->a, r);
	if (sc_record_meta_path(c->a, r, SC_STR("http.headers")).n || sc_record_meta_path(c->a, r, SC_STR("headers")).n)
		s->looked |= 1u << HEADER;
	value = header(c, r, "x-robots-tag");
	if (value.n) {
		s->looked |= 1u << HEADER;
		robots_directives(s, c, plain(c->a, value), SC_STR("http:x-robots-tag"), SC_STR("meta"), (uint64_t)(value.p - meta.p) + 1, true);
	}
	value = header(c, r, "tdm-reservation");
	if (!value.n)
		return;
	s->looked |= 1u << HEADER;
	if (header(c, r, "tdm-policy").n)
		policy = plain(c->a, header(c, r, "tdm-policy"));
	policy = sc_str_trim(sc_str_head(policy, sc_str_chr(policy, ',')));
	say_tdm(s, c, sc_tdm_value(sc_str_head(plain(c->a, value), sc_str_chr(plain(c->a, value), ','))), policy, SC_STR("tdmrep:header"), SC_STR("meta"),
		(uint64_t)(value.p - meta.p), value.n);
}

/* The part that is a web page: the text, or one that is not in UTF-8. */
static const struct sc_part *page_of(const struct sc_record *r)
{
	uint32_t which;
	sc_str text = sc_record_text(r, &which);

	if (text.n)
		return sc_lic_is_page(r->part[which].media, text) ? &r->part[which] : NULL;
	for (uint32_t i = 0; i < r->npart; i++)
		if (r->part[i].data.n && sc_lic_is_page(r->part[i].media, r->part[i].data))
			return &r->part[i];
	return NULL;
}

static void from_html(struct said *s, struct sc_ctx *c, const struct sc_record *r)
{
	const struct sc_part *p = page_of(r);
	struct sc_html_meta m = { .at = 0 };
	sc_str policy = { NULL, 0 }, reserved = { NULL, 0 };

	if (!p)
		return;
	s->looked |= 1u << HTML;
	m.html = p->data;
	while (sc_html_meta_next(&m)) {
		uint64_t at = (uint64_t)(m.content.p - p->data.p);

		if (!m.content.p)
			continue;
		if (sc_str_ieq(m.name, SC_STR("robots")) || is_asked(c->conf, m.name))
			robots_directives(s, c, m.content, SC_STR("html:robots"), p->name, at, false);
		else if (sc_str_ieq(m.name, SC_STR("tdm-reservation")) && !reserved.p)
			reserved = m.content;
		else if (sc_str_ieq(m.name, SC_STR("tdm-policy")) && !policy.p)
			policy = sc_str_trim(m.content);
	}
	if (reserved.p)
		say_tdm(s, c, sc_tdm_value(reserved), policy, SC_STR("tdmrep:html"), p->name, (uint64_t)(reserved.p - p->data.p), reserved.n);
}

/* ---- the origin ---- */

static void from_robots(struct said *s, struct sc_ctx *c, const struct sc_origin_answer *x, enum sc_origin_kind kind)
{
	const char *name = kind == SC_AI_TXT ? "ai-txt" : "robots-txt", *when = x->later ? ":got-later" : "";
	const char *reserved = kind == SC_AI_TXT ? "reserved/ai-txt" : "reserved/robots", *unknown = kind == SC_AI_TXT ? "unknown/ai-txt" : "unknown/robots";
	sc_str who = x->unreachable ? SC_STR("unreachable") : x->who;

	if (x->disallowed || x->gave_up)
		say(s, c, x->disallowed ? reserved : unknown, sc_fmt(c->a, "%s:%.*s%s", name, SC_ARG(who), when), x->where, x->off, x->len);
}

static void from_origin(struct said *s, struct sc_ctx *c, struct sc_record *r)
{
	const struct conf *conf = c->conf;
	struct sc_origin_spot at;

	if (!conf->origins_seen.files.n)
		return;
	at = sc_origin_spot(c->a, r);
	for (enum sc_origin_kind kind = 0; kind < SC_ORIGIN_KINDS; kind++) {
		struct sc_origin_answer x;

		if (!sc_origin_ask(&conf->origins_seen, kind, &at, &x))
			continue;
		s->looked |= 1u << ORIGIN;
		if (kind != SC_TDMREP_JSON)
			from_robots(s, c, &x, kind);
		else if (x.tdm)
			say_tdm(s, c, x.tdm->reservation, x.tdm->policy, x.later ? SC_STR("tdmrep:origin:got-later") : SC_STR("tdmrep:origin"), x.where, x.off, x.len);
	}
}

/* ---- images ---- */

/* PLUS's vocabulary: DMI-ALLOWED, DMI-PROHIBITED and kinds of it, DMI-UNSPECIFIED. */
static void data_mining(struct said *s, struct sc_ctx *c, sc_str value, sc_str rule, sc_str where, const struct sc_embedded *x)
{
	size_t at = sc_str_find(value, SC_STR("DMI-"));

	value = at == SC_NONE ? value : sc_str_from(value, at);
	if (sc_str_starts(value, SC_STR("DMI-PROHIBITED")))
		say(s, c, "reserved/iptc", rule, where, x->off, x->len);
	else if (sc_str_starts(value, SC_STR("DMI-ALLOWED")))
		say(s, c, "allowed/iptc", rule, where, x->off, x->len);
}

/* Whose an image is, in its own words: no reservation, but what attribution hangs on. */
static void notice(struct sc_ctx *c, struct sc_record *r, sc_str where, const struct sc_embedded *x)
{
	sc_tag_add(c->a, r, SC_STR("rights-notice"), sc_str_head(x->value, MOST_NOTICE),
		   (struct sc_evidence){ .by = c->me, .rule = sc_str_c(sc_embedded_name(x->field)), .where = where, .off = x->off, .len = x->len, .score = 1 });
}

static void from_image(struct said *s, struct sc_ctx *c, struct sc_record *r, const struct sc_part *p)
{
	struct sc_embedded_list l = { .a = c->a };
	sc_str policy = { NULL, 0 };

	sc_embedded_read(&l, p->data);
	for (uint32_t i = 0; i < l.n; i++)
		if (l.v[i].field == SC_EMBEDDED_TDM_POLICY)
			policy = l.v[i].value;
	for (uint32_t i = 0; i < l.n; i++) {
		const struct sc_embedded *x = &l.v[i];

		if (x->field == SC_EMBEDDED_DATA_MINING)
			data_mining(s, c, x->value, sc_str_c(sc_embedded_name(x->field)), p->name, x);
		else if (x->field == SC_EMBEDDED_TDM_RESERVATION)
			say_tdm(s, c, sc_tdm_value(x->value), policy, SC_STR("tdmrep:xmp"), p->name, x->off, x->len);
		else if (x->field != SC_EMBEDDED_TDM_POLICY)
			notice(c, r, p->name, x);
	}
}

static void from_images(struct said *s, struct sc_ctx *c, struct sc_record *r)
{
	for (uint32_t i = 0; i < r->npart; i++) {
		struct sc_part *p = &r->part[i];

		if (!p->data.n || !sc_may_embed(p->media, p->data))
			continue;
		s->looked |= 1u << EMBEDDED;
		from_image(s, c, r, p);
	}
}

/* ---- the licence ---- */

static void from_licence(struct said *s, struct sc_ctx *c, const struct sc_record *r)
{
	static const struct {
		uint32_t term;
		const char *label, *rule;
	} asks[] = { { SC_TERM(NON_COMMERCIAL), "terms/nc", "licence:non-commercial" },
		     { SC_TERM(NO_DERIVATIVES), "terms/nd", "licence:no-derivatives" },
		     { SC_TERM(SHARE_ALIKE), "terms/sa", "licence:share-alike" } };
	const struct sc_tag *t = sc_tag_first(r, SC_STR("licence"));
	struct sc_spdx_counted one;
	struct sc_spdx_compat terms;

	if (!t || sc_str_eq(t->value, SC_STR("none")) || sc_str_eq(t->value, SC_STR("unknown")) || sc_str_eq(t->value, SC_STR("conflict")))
		return;
	s->looked |= 1u << TERMS;
	if (sc_str_find(t->value, SC_STR(" ")) == SC_NONE && !(sc_spdx_terms(t->value) & (asks[0].term | asks[1].term | asks[2].term)))
		return;
	one = (struct sc_spdx_counted){ t->value, 1 };
	sc_spdx_compat(c->a, &one, 1, &terms);
	for (size_t i = 0; i < SC_COUNT(asks); i++)
		if (terms.terms & asks[i].term)
			say(s, c, asks[i].label, sc_str_c(asks[i].rule), t->why.where, t->why.off, t->why.len);
}

/* ---- the decision ---- */

static int by_bytes(const void *x, const void *y)
{
	return sc_str_cmp(*(const sc_str *)x, *(const sc_str *)y);
}

static bool is_overridden(const struct said *s, size_t i)
{
	return i != s->tdm && s->tdm < MOST && sc_str_ends(s->v[i].value, SC_STR("/tdmrep"));
}

/* All labels that count, each once, sorted. */
static sc_str labels(struct sc_arena *a, const struct said *s)
{
	sc_str v[MOST];
	struct sc_buf b = { .a = a };
	size_t n = 0;

	for (size_t i = 0; i < s->n; i++)
		if (!is_overridden(s, i))
			v[n++] = s->v[i].value;
	qsort(v, n, sizeof *v, by_bytes);
	for (size_t i = 0; i < n; i++) {
		if (i && sc_str_eq(v[i], v[i - 1]))
			continue;
		if (b.n)
			sc_buf_byte(&b, ',');
		sc_buf_add(&b, v[i]);
	}
	return sc_buf_seal(&b);
}

/* "looked:header,html;unseen:origin" */
static sc_str looked(struct sc_arena *a, const struct said *s, bool unseen)
{
	struct sc_buf b = { .a = a };

	sc_buf_add(&b, SC_STR("looked:"));
	for (size_t i = 0; i < NSOURCE; i++) {
		if (!(s->looked & 1u << i))
			continue;
		if (b.p[b.n - 1] != ':')
			sc_buf_byte(&b, ',');
		sc_buf_add(&b, source_names[i]);
	}
	if (!s->looked)
		sc_buf_add(&b, SC_STR("nothing"));
	if (unseen)
		sc_buf_add(&b, SC_STR(";unseen:origin"));
	return sc_buf_seal(&b);
}

static void decide(struct sc_ctx *c, struct sc_record *r, const struct said *s)
{
	const struct conf *conf = c->conf;
	sc_str key = SC_STR("rights"), all;

	if (!s->n) {
		sc_tag_add(c->a, r, key, SC_STR("none"),
			   (struct sc_evidence){ .by = c->me, .rule = looked(c->a, s, conf->unseen && of(conf, r->by)), .score = 1 });
		return;
	}
	all = labels(c->a, s);
	sc_tag_add(c->a, r, key, all, s->v[s->tdm < MOST && s->n > 1 && sc_str_eq(all, s->v[s->tdm].value) ? s->tdm : 0].why);
	for (size_t i = 0; i < s->n; i++)
		if (s->n > 1)
			sc_tag_add(c->a, r, key, s->v[i].value, s->v[i].why);
	if (s->tdm < MOST && (sc_str_starts(s->policy, SC_STR("https://")) || sc_str_starts(s->policy, SC_STR("http://"))))
		sc_tag_add(c->a, r, SC_STR("rights-policy"), sc_str_head(s->policy, 2048), s->v[s->tdm].why);
}

static int each(struct sc_ctx *c, struct sc_record *r)
{
	const struct conf *conf = c->conf;
	struct said s; /* large: its rows are not cleared for each record */

	s.n = 0;
	s.looked = 0;
	s.tdm = MOST;
	s.policy = (sc_str){ NULL, 0 };
	if (conf->use & 1u << ORIGIN)
		from_origin(&s, c, r);
	if (conf->use & 1u << HEADER)
		from_header(&s, c, r);
	if (conf->use & 1u << HTML)
		from_html(&s, c, r);
	if (conf->use & 1u << EMBEDDED)
		from_images(&s, c, r);
	if (conf->use & 1u << TERMS)
		from_licence(&s, c, r);
	decide(c, r, &s);
	return SC_OK;
}

static const char *needs(const void *conf, size_t i)
{
	return ((const struct conf *)conf)->use & 1u << TERMS && i == 0 ? "licence" : NULL;
}

extern const struct sc_filter tag_rights;
const struct sc_filter tag_rights = {
	.card = { .name = "tag/rights",
		  .about = "opt-outs and reservations: noai, TDMRep, robots.txt, ai.txt, PLUS, and NC, ND, SA",
		  .more = "Labels, sorted, with commas between them: reserved/noai, reserved/noimageai and reserved/noml (robots meta elements, X-Robots-Tag), "
			  "reserved/tdmrep or allowed/tdmrep (the origin's tdmrep.json, then the header, then the page's meta element, then the image's own "
			  "XMP: the last that says anything counts), reserved/robots (robots.txt by RFC 9309), reserved/ai-txt, reserved/iptc or "
			  "allowed/iptc (PLUS DataMining), and terms/nc, terms/nd, terms/sa of the licence.  `rights under reserved` is any reservation.\n\n"
			  "robots.txt and ai.txt are asked for each --agent; without one, for the crawlers that are known to gather for training: one "
			  "of them shut out makes the label, and the evidence says which.  A robots.txt that the server failed to give (5xx) "
			  "shuts out all; one that is not there (4xx) nobody.\n\n"
			  "robots.txt, ai.txt and tdmrep.json are looked for in WARC files, archives and plain files among the inputs before the run, and "
			  "in --origins.  They hold for the origin of a record's URL, as they were when the record was got: the last capture before it; if there is "
			  "none, the first after it, and the evidence says got-later.  Where a record has no URL, the nearest folder above it decides.\n\n"
			  "What an image says of its owner and terms in XMP, EXIF, IPTC or PNG text is `rights-notice`, one for each field; a policy's address that "
			  "goes with a reservation is `rights-policy`.\n\n"
			  "`none` says in its evidence where it looked: looked:header,html,origin.  What is not listed there was not to be had; unseen:origin "
			  "means that inputs could not be read twice.",
		  .example = "scope tag rights pages.warc.gz",
		  .opts = opts,
		  .conf = sizeof(struct conf),
		  .revision = 1 },
	.emits = "rights rights-policy rights-notice",
	.load = load,
	.unload = unload,
	.survey = &survey,
	.needs = needs,
	.each = each,
};
