/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tag/domain -- what kind of place or thing a record is from, by rules: domain.txt says how a rule is written.
 *
 * Rules with a host stand in a hash table under that host; a record's host is looked up once for each of its
 * suffixes (a.b.org: a.b.org, b.org, org), so a thousand rules cost no more than ten.  The others are few and are tried in turn.
 */
#include <scope/digest.h>
#include <scope/json.h>
#include <scope/plugin.h>
#include <scope/text.h>
#include <scope/url.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include <xxhash.h>

extern const char sc_data_tag_domain[];
extern const size_t sc_data_tag_domain_n;

enum { CONDITIONS = 6, FIRED = 16, RULES_MAX = 16 << 20 };

enum subject { HOST, PATH, URL, MEDIA, SOURCE, META };

struct condition {
	enum subject subject;
	sc_str field; /* META */
	sc_str value; /* glob, host or path prefix */
};

struct rule {
	sc_str label, text; /* text: what the evidence calls it, "domain:host=arxiv.org" */
	float score;
	struct condition c[CONDITIONS];
	size_t n;
	struct rule *next; /* of its hash chain, or of those without a host */
};

struct conf {
	sc_str rules;
	struct rule **bucket;
	size_t nbucket; /* a power of two */
	struct rule *others;
	bool wants_media;
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

static bool condition(struct condition *c, sc_str word)
{
	size_t eq = sc_str_chr(word, '=');
	sc_str name = sc_str_head(word, eq);

	if (eq == SC_NONE || eq + 1 == word.n)
		return false;
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
	return false;
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

/* What was expected where a rule is none; NULL when it is one. */
static const char *rule_read(struct sc_arena *a, sc_str line, struct rule *r)
{
	sc_str rest = sc_str_trim(line), word;
	char number[16], *end;

	if (!word_next(&rest, &r->label) || !is_label(r->label))
		return "expected a label such as news or scholarly/journal";
	if (!word_next(&rest, &word) || word.n >= sizeof number)
		return "expected a score from 0 to 1 behind the label";
	memcpy(number, word.p, word.n);
	number[word.n] = 0;
	r->score = strtof(number, &end);
	if (*end || !(r->score >= 0 && r->score <= 1))
		return "expected a score from 0 to 1 behind the label";
	r->text = sc_fmt(a, "domain:%.*s", SC_ARG(sc_str_trim(rest)));
	while (word_next(&rest, &word)) {
		if (r->n == CONDITIONS)
			return "expected at most six conditions";
		if (!condition(&r->c[r->n++], word))
			return "expected host=, path=, url=, media=, source= or meta.FIELD= and a value";
	}
	return r->n ? NULL : "expected a condition, such as host=example.org";
}

static const struct condition *host_of(const struct rule *r)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->c[i].subject == HOST)
			return &r->c[i];
	return NULL;
}

static struct rule **bucket(const struct conf *c, sc_str host)
{
	return &c->bucket[XXH3_64bits(host.p, host.n) & (c->nbucket - 1)];
}

static void rule_add(struct conf *c, struct rule *r)
{
	const struct condition *host = host_of(r);
	struct rule **at = host ? bucket(c, host->value) : &c->others;

	while (*at) /* in the order of the file */
		at = &(*at)->next;
	*at = r;
	for (size_t i = 0; i < r->n; i++)
		c->wants_media |= r->c[i].subject == MEDIA;
}

static int rules_read(struct conf *c, struct sc_arena *a, const char *name, sc_str text, struct sc_err *e)
{
	sc_str line;

	for (size_t n = 1; sc_str_cut(&text, '\n', &line); n++) {
		struct rule *r;
		const char *why;

		line = sc_str_trim(line);
		if (!line.n || *line.p == '#')
			continue;
		r = SC_NEW(a, struct rule, 1);
		why = rule_read(a, line, r);
		if (why)
			return sc_fail(e, "%s:%zu: %s: %.*s", name, n, why, SC_ARG(line));
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

static int load(void *conf, sc_str arg, struct sc_arena *a, struct sc_maker *me, struct sc_err *e)
{
	struct conf *c = conf;
	sc_str own = SC_STR(""), builtin = { sc_data_tag_domain, sc_data_tag_domain_n }, path = c->rules, both;
	bool adds = path.n && *path.p == '+';

	(void)arg;
	if (path.n) {
		path = adds ? sc_str_from(path, 1) : path;
		SC_TRY(file_read(a, sc_cstr(a, path), &own, e));
		builtin.n = adds ? builtin.n : 0;
	}
	for (c->nbucket = 1024; c->nbucket < (own.n + builtin.n) / 16; c->nbucket *= 2)
		;
	c->bucket = SC_NEW(a, struct rule *, c->nbucket);
	SC_TRY(rules_read(c, a, "domain.txt", builtin, e));
	SC_TRY(rules_read(c, a, sc_cstr(a, path.n ? path : SC_STR("-")), own, e));
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
	const struct rule *fired[FIRED];
	size_t n;
};

static bool glob_any(sc_str pattern, sc_str list)
{
	sc_str one;

	while (list.n && sc_str_cut(&list, ',', &one))
		if (glob(pattern, one))
			return true;
	return false;
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
	}
	return false;
}

static void try(struct seen *s, const struct rule *r)
{
	for (size_t i = 0; i < r->n; i++)
		if (!holds(s, &r->c[i]))
			return;
	if (s->n < FIRED)
		s->fired[s->n++] = r;
}

static void try_hosts(struct seen *s, const struct conf *c)
{
	sc_str suffix = s->host;

	while (suffix.n) {
		size_t dot = sc_str_chr(suffix, '.');

		for (const struct rule *r = *bucket(c, suffix); r; r = r->next)
			if (sc_str_eq(host_of(r)->value, suffix))
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

static int by_label(const void *a, const void *b)
{
	const struct rule *const *x = a, *const *y = b;

	return sc_str_cmp((*x)->label, (*y)->label);
}

static sc_str labels(struct seen *s)
{
	const struct rule *v[FIRED];
	sc_str out = { NULL, 0 };

	memcpy(v, s->fired, s->n * sizeof *v);
	qsort(v, s->n, sizeof *v, by_label);
	for (size_t i = 0; i < s->n; i++)
		if (!i || !sc_str_eq(v[i]->label, v[i - 1]->label))
			out = out.n ? sc_fmt(s->c->a, "%.*s,%.*s", SC_ARG(out), SC_ARG(v[i]->label)) : v[i]->label;
	return out;
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
	sc_tag_add(s->c->a, s->r, SC_STR("domain"), value,
		   (struct sc_evidence){ .by = s->c->me, .rule = r->text, .where = where(r), .score = r->score });
}

static int each(struct sc_ctx *c, struct sc_record *r)
{
	const struct conf *conf = c->conf;
	struct seen s = { .c = c, .r = r };
	size_t best = 0;
	struct sc_url u;

	s.host = sc_url_host(c->a, r->url);
	if (sc_url_split(r->url, &u))
		s.path = u.path;
	if (conf->wants_media)
		s.media = media_of(r);
	try_hosts(&s, conf);
	for (const struct rule *o = conf->others; o; o = o->next)
		try(&s, o);
	if (!s.n) {
		sc_tag_add(c->a, r, SC_STR("domain"), SC_STR("unknown"),
			   (struct sc_evidence){ .by = c->me, .rule = SC_STR("no-rule"), .where = SC_STR("") });
		return SC_OK;
	}
	for (size_t i = 1; i < s.n; i++)
		if (s.fired[i]->score > s.fired[best]->score)
			best = i;
	tag(&s, labels(&s), s.fired[best]);
	for (size_t i = 0; s.n > 1 && i < s.n; i++)
		if (i != best)
			tag(&s, s.fired[i]->label, s.fired[i]);
	return SC_OK;
}

extern const struct sc_filter tag_domain;
const struct sc_filter tag_domain = {
	.card = { .name = "tag/domain",
		  .about = "kind of source by rules over host, path, metadata and media type",
		  .more = "Labels such as scholarly/journal, encyclopaedic, code, documentation/software, government, news, forum, commerce and "
			  "media/image; several are joined by commas, sorted.  `unknown` when no rule holds.\n\n"
			  "A rule is a line: LABEL SCORE CONDITION..., with the conditions host=HOST path=/PREFIX url=GLOB media=GLOB source=GLOB "
			  "meta.FIELD=GLOB.  --rules FILE takes yours instead of the built-in ones, --rules +FILE adds them.",
		  .example = "scope tag domain docs.jsonl",
		  .opts = opts,
		  .conf = sizeof(struct conf),
		  .revision = 1 },
	.emits = "domain",
	.load = load,
	.each = each,
};
