/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tag/domain -- what kind of place or thing a record is from, by rules: domain.txt says how a rule is written.
 *
 * Rules with a host stand in a hash table under that host; a record's host is looked up once for each of its
 * suffixes (a.b.org: a.b.org, b.org, org), so a thousand rules cost no more than ten.  Rules without a host that want a phrase
 * stand under their first phrase: the text is searched once for all phrases (scope/phrases.h), and only rules whose phrase
 * is there are tried.  The others are few and are tried in turn.
 */
#include <scope/digest.h>
#include <scope/json.h>
#include <scope/phrases.h>
#include <scope/plugin.h>
#include <scope/text.h>
#include <scope/url.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include <xxhash.h>

extern const char sc_data_tag_domain[];
extern const size_t sc_data_tag_domain_n;

/* SHOWN: how many rules that fired are written as evidence; the labels of all are said. */
enum { CONDITIONS = 6, SHOWN = 16, RULES_MAX = 16 << 20 };

enum subject { HOST, PATH, URL, MEDIA, SOURCE, META, TEXT };

struct condition {
	enum subject subject;
	sc_str field; /* META */
	sc_str value; /* glob, host or path prefix */
	uint32_t phrase; /* TEXT: its number in conf->phrases */
};

struct rule {
	sc_str label, text; /* text: what the evidence calls it, "domain:host=arxiv.org" */
	float score;
	struct condition c[CONDITIONS];
	size_t n, order;   /* order: in the file */
	struct rule *next; /* of its hash chain, of its first phrase's, or of those with neither host nor phrase */
};

struct chain {
	struct rule *first, *last;
};

struct conf {
	sc_str rules;
	struct chain *bucket, others;
	size_t nbucket; /* a power of two */
	struct sc_phrases *phrases; /* NULL: no rule looks at the text */
	struct chain *by_phrase;    /* by the phrase's number: rules without a host */
	struct chain searching;     /* the same until all are read */
	bool wants_media, searches_all; /* searches_all: some rule without a host wants a phrase */
};

struct state {
	struct sc_phrases_scan *scan;
};

static const struct sc_opt opts[] = {
	{ "rules", "FILE", "rules of your own instead of the built-in ones; +FILE adds to them", offsetof(struct conf, rules), 0, SC_OPT_STR },
	{ NULL, NULL, NULL, 0, 0, SC_OPT_FLAG },
};

/* ---- reading rules ---- */

static const struct {
	const char *name;
	enum subject subject;
} subjects[] = { { "host", HOST }, { "path", PATH }, { "url", URL }, { "media", MEDIA }, { "source", SOURCE } };

/* A rule being read.  Where it is none, `why` says what was expected and `at` where. */
struct reading {
	struct conf *c;
	struct sc_arena *a;
	sc_str rest;
	const char *end, *at, *why;
};

static bool wrong(struct reading *g, const char *at, const char *why)
{
	g->at = at ? at : g->end;
	g->why = why;
	return false;
}

static bool condition(struct reading *g, struct condition *c, sc_str word)
{
	size_t eq = sc_str_chr(word, '=');
	sc_str name = sc_str_head(word, eq);

	if (eq == SC_NONE || eq + 1 == word.n)
		return wrong(g, word.p, "expected host=, path=, url=, media=, source=, text= or meta.FIELD= and a value");
	c->value = sc_str_from(word, eq + 1);
	if (sc_str_starts(name, SC_STR("meta.")) && name.n > 5) {
		c->subject = META;
		c->field = sc_str_from(name, 5);
		return true;
	}
	for (size_t i = 0; i < SC_COUNT(subjects); i++)
		if (sc_str_eq(name, sc_str_c(subjects[i].name))) {
			c->subject = subjects[i].subject;
			return true;
		}
	return wrong(g, word.p, "expected host=, path=, url=, media=, source=, text= or meta.FIELD= and a value");
}

/* What stands in the quotes at the head of s, \" and \\ undone, and how long the quotes are; false: *bad is to blame. */
static bool unquote(struct sc_arena *a, sc_str s, sc_str *out, size_t *n, size_t *bad)
{
	char *to = sc_alloc(a, s.n + 1);
	size_t k = 0;

	*bad = 0;
	for (size_t i = 1; i < s.n; i++) {
		if (s.p[i] == '"') {
			*out = (sc_str){ to, k };
			*n = i + 1;
			return true;
		}
		if (s.p[i] == '\\' && i + 1 < s.n) {
			*bad = i++;
			if (s.p[i] != '"' && s.p[i] != '\\')
				return false;
		}
		to[k++] = s.p[i];
	}
	*bad = 0;
	return false;
}

/* Where the i-th byte of what is in quotes stands. */
static const char *quoted_at(const char *p, size_t i)
{
	for (p++; i; i--)
		p += 1 + (*p == '\\');
	return p;
}

/* text="two words", at the head of g->rest. */
static bool phrase(struct reading *g, struct condition *c)
{
	sc_str quoted = sc_str_from(g->rest, sizeof "text=" - 1), words, folded;
	size_t n, bad;
	struct sc_err e;

	if (!quoted.n || *quoted.p != '"')
		return wrong(g, quoted.p, "expected a phrase in quotes behind text=");
	if (!unquote(g->a, quoted, &words, &n, &bad))
		return wrong(g, quoted.p + bad, bad ? "a backslash stands before \" or \\ only" : "expected a closing quote");
	if (n < quoted.n && quoted.p[n] != ' ')
		return wrong(g, quoted.p + n, "expected a space behind the phrase");
	if (sc_phrase_fold(g->a, words, &folded, &bad, &e) < 0)
		return wrong(g, quoted_at(quoted.p, bad), sc_cstr(g->a, sc_str_c(e.msg)));
	if (!g->c->phrases)
		g->c->phrases = sc_phrases_new();
	c->subject = TEXT;
	c->phrase = sc_phrases_add(g->c->phrases, folded);
	g->rest = sc_str_from(quoted, n);
	return true;
}

static bool is_label(sc_str s)
{
	if (!s.n || *s.p == '/' || s.p[s.n - 1] == '/')
		return false;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '/'))
			return false;
	}
	return true;
}

static bool word_next(sc_str *rest, sc_str *word)
{
	do
		if (!sc_str_cut(rest, ' ', word))
			return false;
	while (!word->n);
	return true;
}

static bool score(struct reading *g, float *out)
{
	static const char expected[] = "expected a score from 0 to 1 behind the label";
	char number[16], *end;
	sc_str word;

	if (!word_next(&g->rest, &word))
		return wrong(g, g->end, expected);
	if (word.n >= sizeof number)
		return wrong(g, word.p, expected);
	memcpy(number, word.p, word.n);
	number[word.n] = 0;
	*out = strtof(number, &end);
	return (!*end && *out >= 0 && *out <= 1) || wrong(g, word.p, expected);
}

static bool conditions(struct reading *g, struct rule *r)
{
	sc_str word;

	for (;;) {
		g->rest = sc_str_trim(g->rest);
		if (!g->rest.n)
			return r->n || wrong(g, g->rest.p, "expected a condition, such as host=example.org");
		if (r->n == CONDITIONS)
			return wrong(g, g->rest.p, "expected at most six conditions");
		if (sc_str_starts(g->rest, SC_STR("text="))) {
			if (!phrase(g, &r->c[r->n++]))
				return false;
		} else if (!word_next(&g->rest, &word) || !condition(g, &r->c[r->n++], word)) {
			return false;
		}
	}
}

static bool rule_read(struct reading *g, struct rule *r)
{
	sc_str said;

	if (!word_next(&g->rest, &r->label) || !is_label(r->label))
		return wrong(g, r->label.p, "expected a label such as news or scholarly/journal");
	if (!score(g, &r->score))
		return false;
	said = sc_str_trim(g->rest);
	r->text = sc_fmt(g->a, "domain:%.*s", (int)said.n, said.n ? said.p : "");
	return conditions(g, r);
}

static const struct condition *first_of(const struct rule *r, enum subject subject)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->c[i].subject == subject)
			return &r->c[i];
	return NULL;
}

static struct chain *bucket(const struct conf *c, sc_str host)
{
	return &c->bucket[XXH3_64bits(host.p, host.n) & (c->nbucket - 1)];
}

static void chain_add(struct chain *c, struct rule *r)
{
	r->next = NULL;
	if (c->first)
		c->last->next = r;
	else
		c->first = r;
	c->last = r;
}

/* Chains are in the order of the file. */
static void rule_add(struct conf *c, struct rule *r)
{
	const struct condition *host = first_of(r, HOST);

	c->wants_media |= first_of(r, MEDIA) != NULL;
	if (host)
		chain_add(bucket(c, host->value), r);
	else
		chain_add(first_of(r, TEXT) ? &c->searching : &c->others, r);
}

/* All phrases are known: the rules that search go under their first one. */
static void phrases_ready(struct conf *c, struct sc_arena *a)
{
	if (!c->phrases)
		return;
	sc_phrases_ready(c->phrases);
	c->by_phrase = SC_NEW(a, struct chain, sc_phrases_count(c->phrases));
	c->searches_all = c->searching.first != NULL;
	for (struct rule *r = c->searching.first, *next; r; r = next) {
		next = r->next;
		chain_add(&c->by_phrase[first_of(r, TEXT)->phrase], r);
	}
}

static int rules_read(struct conf *c, struct sc_arena *a, const char *name, sc_str text, size_t *order, struct sc_err *e)
{
	sc_str line;

	for (size_t n = 1; sc_str_cut(&text, '\n', &line); n++) {
		struct reading g = { .c = c, .a = a, .rest = sc_str_trim(line) };
		struct rule *r;

		if (!g.rest.n || *g.rest.p == '#')
			continue;
		g.end = g.rest.p + g.rest.n;
		r = SC_NEW(a, struct rule, 1);
		r->order = ++*order;
		if (!rule_read(&g, r))
			return sc_fail(e, "%s:%zu:%zu: %s: %.*s", name, n, (size_t)(g.at - line.p) + 1, g.why, SC_ARG(sc_str_trim(line)));
		rule_add(c, r);
	}
	return SC_OK;
}

static int file_read(struct sc_arena *a, const char *path, sc_str *text, struct sc_err *e)
{
	FILE *f = fopen(path, "rb");
	struct sc_buf b = { 0 };
	size_t n;

	if (!f)
		return sc_fail(e, "%s: %s", path, strerror(errno));
	do {
		n = fread(sc_buf_room(&b, 64 << 10), 1, 64 << 10, f);
		b.n += n;
	} while (n && b.n <= RULES_MAX);
	n = (size_t)ferror(f);
	fclose(f);
	*text = sc_strdup(a, sc_buf_str(&b));
	sc_buf_free(&b);
	if (n || text->n > RULES_MAX)
		return sc_fail(e, "%s: it cannot be read, or is larger than rules may be", path);
	return SC_OK;
}

static void unload(void *conf)
{
	struct conf *c = conf;

	sc_phrases_free(c->phrases);
	c->phrases = NULL;
}

static int load(void *conf, sc_str arg, struct sc_arena *a, struct sc_maker *me, struct sc_err *e)
{
	struct conf *c = conf;
	sc_str own = SC_STR(""), builtin = { sc_data_tag_domain, sc_data_tag_domain_n }, path = c->rules, both;
	bool adds = path.n && *path.p == '+';
	size_t order = 0;

	(void)arg;
	if (path.n) {
		path = adds ? sc_str_from(path, 1) : path;
		SC_TRY(file_read(a, sc_cstr(a, path), &own, e));
		builtin.n = adds ? builtin.n : 0;
	}
	for (c->nbucket = 1024; c->nbucket < (own.n + builtin.n) / 16; c->nbucket *= 2)
		;
	c->bucket = SC_NEW(a, struct chain, c->nbucket);
	if (rules_read(c, a, "domain.txt", builtin, &order, e) < 0 ||
	    rules_read(c, a, sc_cstr(a, path.n ? path : SC_STR("-")), own, &order, e) < 0) {
		unload(c);
		return SC_FAIL;
	}
	phrases_ready(c, a);
	both = sc_fmt(a, "%.*s", (int)builtin.n, builtin.p);
	both = sc_fmt(a, "%.*s%.*s", (int)both.n, both.p, (int)own.n, own.p);
	sc_sha256_of(both, me->rules);
	return SC_OK;
}

/* ---- matching ---- */

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

/* * is any bytes; one place to come back to is enough. */
static bool glob(sc_str pattern, sc_str s)
{
	size_t i = 0, k = 0, star = SC_NONE, from = 0;

	while (k < s.n) {
		if (i < pattern.n && pattern.p[i] == '*') {
			star = i++;
			from = k;
		} else if (i < pattern.n && lower(pattern.p[i]) == lower(s.p[k])) {
			i++;
			k++;
		} else if (star != SC_NONE) {
			i = star + 1;
			k = ++from;
		} else {
			return false;
		}
	}
	while (i < pattern.n && pattern.p[i] == '*')
		i++;
	return i == pattern.n;
}

struct seen {
	struct sc_ctx *c;
	struct sc_record *r;
	sc_str host, path, media;
	const struct rule **fired;
	size_t n, cap;
	bool searched; /* the text, for all phrases */
	uint32_t part; /* the text's */
	const struct sc_phrase_hit *hit;
	size_t nhit;
};

static bool glob_any(sc_str pattern, sc_str list)
{
	sc_str one;

	while (list.n && sc_str_cut(&list, ',', &one))
		if (glob(pattern, one))
			return true;
	return false;
}

static void search(struct seen *s)
{
	const struct conf *conf = s->c->conf;
	struct state *st = s->c->state;

	if (s->searched)
		return;
	s->searched = true;
	if (!st->scan)
		st->scan = sc_phrases_open(conf->phrases);
	s->nhit = sc_phrases_find(st->scan, sc_record_text(s->r, &s->part), &s->hit);
}

static const struct sc_phrase_hit *hit_of(struct seen *s, const struct condition *c)
{
	search(s);
	return sc_phrases_hit(((struct state *)s->c->state)->scan, c->phrase);
}

static bool holds(struct seen *s, const struct condition *c)
{
	sc_str v;

	switch (c->subject) {
	case HOST:
		return sc_host_under(s->host, c->value);
	case PATH:
		return sc_path_under(s->path, c->value);
	case URL:
		return s->r->url.n && glob(c->value, s->r->url);
	case MEDIA:
		return glob_any(c->value, s->media);
	case SOURCE:
		return s->r->source.n && glob(c->value, s->r->source);
	case META:
		v = sc_json_string(s->c->a, sc_record_meta_path(s->c->a, s->r, c->field));
		return v.n && glob(c->value, v);
	case TEXT:
		return hit_of(s, c) != NULL;
	}
	return false;
}

static void fire(struct seen *s, const struct rule *r)
{
	const struct rule **old = s->fired;

	if (s->n == s->cap) {
		s->cap = s->cap ? 2 * s->cap : SHOWN;
		s->fired = SC_NEW(s->c->a, const struct rule *, s->cap);
		if (s->n)
			memcpy(s->fired, old, s->n * sizeof *old);
	}
	s->fired[s->n++] = r;
}

/* The text is searched only when all else holds. */
static void try(struct seen *s, const struct rule *r)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->c[i].subject != TEXT && !holds(s, &r->c[i]))
			return;
	for (size_t i = 0; i < r->n; i++)
		if (r->c[i].subject == TEXT && !holds(s, &r->c[i]))
			return;
	fire(s, r);
}

static void try_hosts(struct seen *s, const struct conf *c)
{
	sc_str suffix = s->host;

	while (suffix.n) {
		size_t dot = sc_str_chr(suffix, '.');

		for (const struct rule *r = bucket(c, suffix)->first; r; r = r->next)
			if (sc_str_eq(first_of(r, HOST)->value, suffix))
				try(s, r);
		if (dot == SC_NONE)
			return;
		suffix = sc_str_from(suffix, dot + 1);
	}
}

/* What the media tagger found, else by the bytes, else as declared. */
static sc_str media_of(struct sc_record *r)
{
	const struct sc_tag *t = sc_tag_first(r, SC_STR("media"));
	sc_str rule, found;
	size_t at, n;

	if (t)
		return t->value;
	if (r->npart != 1)
		return (sc_str){ NULL, 0 };
	found = sc_media_sniff_part(&r->part[0], &rule, &at, &n);
	return found.n ? found : r->part[0].media;
}

static int by_order(const void *a, const void *b)
{
	const struct rule *const *x = a, *const *y = b;

	return (*x)->order < (*y)->order ? -1 : (*x)->order > (*y)->order;
}

static void try_others(struct seen *s, const struct conf *c)
{
	size_t from = s->n;

	for (const struct rule *o = c->others.first; o; o = o->next)
		try(s, o);
	if (!c->searches_all)
		return;
	search(s);
	for (size_t i = 0; i < s->nhit; i++)
		for (const struct rule *r = c->by_phrase[s->hit[i].phrase].first; r; r = r->next)
			try(s, r);
	if (s->n - from > 1)
		qsort(s->fired + from, s->n - from, sizeof *s->fired, by_order);
}

/* By label, the surest of a label first. */
static int by_label(const void *a, const void *b)
{
	const struct rule *const *x = a, *const *y = b;
	int c = sc_str_cmp((*x)->label, (*y)->label);

	if (c || (*x)->score == (*y)->score)
		return c ? c : by_order(a, b);
	return (*x)->score > (*y)->score ? -1 : 1;
}

/* One rule of each label that fired, sorted by label; how many. */
static size_t surest(const struct seen *s, const struct rule **v)
{
	size_t n = 0;

	memcpy(v, s->fired, s->n * sizeof *v);
	qsort(v, s->n, sizeof *v, by_label);
	for (size_t i = 0; i < s->n; i++)
		if (!n || !sc_str_eq(v[i]->label, v[n - 1]->label))
			v[n++] = v[i];
	return n;
}

static sc_str labels(const struct seen *s, const struct rule *const *v, size_t n)
{
	struct sc_buf b = { .a = s->c->a };

	if (n == 1)
		return v[0]->label;
	for (size_t i = 0; i < n; i++) {
		if (i)
			sc_buf_byte(&b, ',');
		sc_buf_add(&b, v[i]->label);
	}
	return sc_buf_str(&b);
}

static sc_str where(const struct rule *r)
{
	switch (r->c[0].subject) {
	case MEDIA:
		return SC_STR("payload");
	case SOURCE:
		return SC_STR("source");
	case META:
		return SC_STR("meta");
	default:
		return SC_STR("url");
	}
}

static void tag(struct seen *s, sc_str value, const struct rule *r)
{
	const struct condition *text = first_of(r, TEXT);
	struct sc_evidence why = { .by = s->c->me, .rule = r->text, .where = where(r), .score = r->score };

	if (text) {
		const struct sc_phrase_hit *hit = hit_of(s, text);

		why.where = s->r->part[s->part].name;
		why.off = hit->off;
		why.len = hit->len;
	}
	sc_tag_add(s->c->a, s->r, SC_STR("domain"), value, why);
}

/* All labels in one value; then what else fired: every rule, or where they are too many the surest of each other label. */
static void decide(struct seen *s)
{
	const struct rule **v = SC_NEW(s->c->a, const struct rule *, s->n), *best = s->fired[0];
	size_t n = surest(s, v), shown = 1;
	bool many = s->n > SHOWN;

	for (size_t i = 1; i < s->n; i++)
		if (s->fired[i]->score > best->score)
			best = s->fired[i];
	tag(s, labels(s, v, n), best);
	if (!many) {
		v = s->fired;
		n = s->n;
	}
	for (size_t i = 0; i < n && shown < SHOWN; i++)
		if (many ? !sc_str_eq(v[i]->label, best->label) : v[i] != best) {
			tag(s, v[i]->label, v[i]);
			shown++;
		}
}

static int each(struct sc_ctx *c, struct sc_record *r)
{
	const struct conf *conf = c->conf;
	struct seen s = { .c = c, .r = r };
	struct sc_url u;

	s.host = sc_url_host(c->a, r->url);
	if (sc_url_split(r->url, &u))
		s.path = u.path;
	if (conf->wants_media)
		s.media = media_of(r);
	try_hosts(&s, conf);
	try_others(&s, conf);
	if (s.n)
		decide(&s);
	else
		sc_tag_add(c->a, r, SC_STR("domain"), SC_STR("unknown"),
			   (struct sc_evidence){ .by = c->me, .rule = SC_STR("no-rule"), .where = SC_STR("") });
	return SC_OK;
}

static void close_(struct sc_ctx *c)
{
	struct state *st = c->state;

	sc_phrases_close(st->scan);
	st->scan = NULL;
}

extern const struct sc_filter tag_domain;
const struct sc_filter tag_domain = {
	.card = { .name = "tag/domain",
		  .about = "kind of source by rules over host, path, metadata and media type",
		  .more = "Labels such as scholarly/journal, encyclopaedic, code, documentation/software, government, news, forum, commerce and "
			  "media/image; several are joined by commas, sorted.  `unknown` when no rule holds.\n\n"
			  "A rule is a line: LABEL SCORE CONDITION..., with the conditions host=HOST path=/PREFIX url=GLOB media=GLOB source=GLOB "
			  "meta.FIELD=GLOB text=\"PHRASE\": whole words that stand in the text, case aside.  --rules FILE takes yours instead of the built-in ones, --rules +FILE adds them.",
		  .example = "scope tag domain docs.jsonl",
		  .opts = opts,
		  .conf = sizeof(struct conf),
		  .state = sizeof(struct state),
		  .revision = 1 },
	.emits = "domain",
	.load = load,
	.unload = unload,
	.each = each,
	.close = close_,
};
