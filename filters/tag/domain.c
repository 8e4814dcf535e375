/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tag/domain -- what kind of place or thing a record is from, by rules: domain.txt says how a rule is written,
 * domain_figure.txt and domain_subject.txt are those about a paper's figures.
 *
 * Which rules are tried is scope/rules.h's affair; a record's host is looked up once for each of its suffixes (a.b.org:
 * a.b.org, b.org, org), each kind of text is searched once for all phrases.
 */
#include <scope/digest.h>
#include <scope/json.h>
#include <scope/paper.h>
#include <scope/plugin.h>
#include <scope/rules.h>
#include <scope/text.h>
#include <scope/url.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

extern const char sc_data_tag_domain[], sc_data_tag_domain_figure[], sc_data_tag_domain_subject[];
extern const size_t sc_data_tag_domain_n, sc_data_tag_domain_figure_n, sc_data_tag_domain_subject_n;

/* SHOWN: how many rules that fired are written as evidence; the labels of all are said. */
enum { SHOWN = 16, RULES_MAX = 16 << 20, CATEGORIES_MAX = 64, BUILTIN = 3 };

struct conf {
	sc_str path; /* --rules */
	struct sc_rules *rules;
};

struct state {
	struct sc_phrases_scan *scan[SC_RULE_KINDS];
};

static const struct sc_opt opts[] = {
	{ "rules", "FILE", "rules of your own instead of the built-in ones; +FILE adds to them",
	  offsetof(struct conf, path), 0, SC_OPT_STR },
	{ NULL, NULL, NULL, 0, 0, SC_OPT_FLAG },
};

/* ---- rules ---- */

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

	if (c->rules)
		sc_rules_free(c->rules);
}

static int load(void *conf, sc_str arg, struct sc_arena *a, struct sc_maker *me, struct sc_err *e)
{
	struct conf *c = conf;
	struct {
		const char *name;
		sc_str text;
	} v[BUILTIN + 1] = { { "domain.txt", { sc_data_tag_domain, sc_data_tag_domain_n } },
		             { "domain_figure.txt",
		               { sc_data_tag_domain_figure, sc_data_tag_domain_figure_n } },
		             { "domain_subject.txt",
		               { sc_data_tag_domain_subject, sc_data_tag_domain_subject_n } } };
	bool adds = !c->path.n || *c->path.p == '+';
	struct sc_buf all = { .a = a };
	size_t n = adds ? BUILTIN : 0;

	(void)arg;
	if (c->path.n) {
		v[n].name = sc_cstr(a, adds ? sc_str_from(c->path, 1) : c->path);
		SC_TRY(file_read(a, v[n].name, &v[n].text, e));
		n++;
	}
	for (size_t i = 0; i < n; i++)
		sc_buf_add(&all, v[i].text);
	sc_sha256_of(sc_buf_str(&all), me->rules);
	c->rules = SC_NEW(a, struct sc_rules, 1);
	sc_rules_init(c->rules, a, SC_STR("domain:"), all.n);
	for (size_t i = 0; i < n; i++)
		if (sc_rules_read(c->rules, a, v[i].name, v[i].text, e) < 0) {
			unload(c);
			return SC_FAIL;
		}
	sc_rules_ready(c->rules, a);
	return SC_OK;
}

/* ---- what a record has ---- */

/* Bytes of the record: where + off is their place. */
struct spot {
	sc_str value; /* what stands there, decoded */
	sc_str where;
	uint64_t off, len;
};

/* One kind of text, searched. */
struct searched {
	bool done;
	sc_str where; /* part name */
	const struct sc_phrase_hit *hit;
	size_t nhit;
	/* SUBJECT, JOURNAL: several strings, searched as one text with ';' between, so that no phrase crosses over; the i-th
	 * begins at start[i]. */
	const struct spot *spot;
	const size_t *start;
	size_t nspot;
};

struct seen {
	struct sc_ctx *c;
	struct sc_record *r;
	const struct sc_rules *rules;
	sc_str host, path, media;
	sc_str figure;              /* its JSON part, or empty */
	struct sc_json_index index; /* of that */
	struct spot *category;
	size_t ncategory;
	bool categorised;
	struct searched text[SC_RULE_KINDS];
	struct sc_fired *fired;
	size_t n, cap;
};

static struct spot figure_spot(struct seen *s, sc_str value)
{
	return (struct spot){ sc_json_string(s->c->a, value), SC_STR("json"),
		              (uint64_t)(value.p - s->figure.p), value.n };
}

static size_t elements(sc_str array)
{
	struct sc_json_iter it = sc_json_iter(array);
	size_t n = 0;

	while (sc_json_kind(array) == SC_JSON_ARRAY && sc_json_next(&it))
		n++;
	return n;
}

/* The strings of one JSON value, which is one or an array of them, as a text to be searched. */
static sc_str spots_of(struct seen *s, struct searched *t, sc_str value)
{
	size_t most = elements(value) + 1, n = 0;
	struct spot *spot = SC_NEW(s->c->a, struct spot, most);
	size_t *start = SC_NEW(s->c->a, size_t, most);
	struct sc_json_iter it = sc_json_iter(value);
	struct sc_buf b = { .a = s->c->a };

	if (sc_json_kind(value) == SC_JSON_STRING)
		spot[n++] = figure_spot(s, value);
	else
		while (n < most && sc_json_next(&it))
			spot[n++] = figure_spot(s, it.value);
	for (size_t i = 0; i < n; i++) {
		start[i] = b.n;
		sc_buf_add(&b, spot[i].value);
		sc_buf_byte(&b, ';');
	}
	t->spot = spot;
	t->start = start;
	t->nspot = n;
	return sc_buf_str(&b);
}

static sc_str text_of(struct seen *s, enum sc_rule_about kind, struct searched *t)
{
	const struct sc_record *r = s->r;
	uint32_t part;
	sc_str text;

	if (kind == SC_RULE_TEXT) {
		text = sc_record_text(r, &part);
		if (text.n)
			t->where = r->part[part].name;
		return text;
	}
	if (kind != SC_RULE_CAPTION)
		return spots_of(s, t,
		                sc_json_find(&s->index, kind == SC_RULE_SUBJECT
		                                                ? SC_STR("subjects")
		                                                : SC_STR("journal")));
	for (uint32_t i = 0; i < r->npart; i++)
		if (sc_str_eq(r->part[i].name, SC_STR("txt"))) {
			t->where = r->part[i].name;
			return r->part[i].data;
		}
	return (sc_str){ NULL, 0 };
}

static struct searched *search(struct seen *s, enum sc_rule_about kind)
{
	struct sc_phrases_scan **scan = &((struct state *)s->c->state)->scan[kind];
	struct searched *t = &s->text[kind];

	if (t->done)
		return t;
	t->done = true;
	if (kind != SC_RULE_TEXT && !s->figure.n)
		return t;
	if (!*scan)
		*scan = sc_phrases_open(s->rules->phrases[kind]);
	t->nhit = sc_phrases_find(*scan, text_of(s, kind, t), &t->hit);
	return t;
}

static const struct sc_phrase_hit *hit_of(struct seen *s, const struct sc_condition *c)
{
	if (!search(s, c->about)->nhit)
		return NULL;
	return sc_phrases_hit(((struct state *)s->c->state)->scan[c->about], c->phrase);
}

/* The words of a string: "cs.CL math.OC" are two categories.  Where the string has no escapes each has its own bytes. */
static void categories_add(struct seen *s, sc_str value, sc_str where, sc_str base)
{
	sc_str rest = sc_json_string(s->c->a, value), word;

	while (s->ncategory < CATEGORIES_MAX && sc_str_cut(&rest, ' ', &word)) {
		bool plain = (uintptr_t)word.p - (uintptr_t)value.p < value.n;

		if (word.n)
			s->category[s->ncategory++] =
			        (struct spot){ word, where,
				               (uint64_t)((plain ? word.p : value.p) - base.p),
				               plain ? word.n : value.n };
	}
}

static void categories_of(struct seen *s, sc_str value, sc_str where, sc_str base)
{
	struct sc_json_iter it = sc_json_iter(value);

	if (sc_json_kind(value) == SC_JSON_STRING)
		categories_add(s, value, where, base);
	else if (sc_json_kind(value) == SC_JSON_ARRAY)
		while (s->ncategory < CATEGORIES_MAX && sc_json_next(&it))
			categories_add(s, it.value, where, base);
}

static void categorise(struct seen *s)
{
	static const sc_str field[] = { SC_LIT("categories"), SC_LIT("metadata.categories") };
	bool mentioned = sc_record_mentions(s->r, field[0]);

	if (s->categorised || (!s->figure.n && !mentioned))
		return;
	s->categorised = true;
	s->category = SC_NEW(s->c->a, struct spot, CATEGORIES_MAX);
	if (s->figure.n)
		categories_of(s, sc_json_find(&s->index, SC_STR("subjects")), SC_STR("json"),
		              s->figure);
	for (size_t i = 0; mentioned && i < SC_COUNT(field); i++)
		categories_of(s, sc_record_meta_path(s->c->a, s->r, field[i]), SC_STR("meta"),
		              sc_record_meta(s->c->a, s->r));
}

static const struct spot *category(struct seen *s, sc_str glob)
{
	categorise(s);
	for (size_t i = 0; i < s->ncategory; i++)
		if (sc_glob(glob, s->category[i].value))
			return &s->category[i];
	return NULL;
}

/* ---- matching ---- */

static bool glob_any(sc_str pattern, sc_str list)
{
	sc_str one;

	while (list.n && sc_str_cut(&list, ',', &one))
		if (sc_glob(pattern, one))
			return true;
	return false;
}

static bool holds(struct seen *s, const struct sc_condition *c)
{
	sc_str v;

	switch (c->about) {
	case SC_RULE_HOST:
		return sc_host_under(s->host, c->value);
	case SC_RULE_PATH:
		return sc_path_under(s->path, c->value);
	case SC_RULE_URL:
		return s->r->url.n && sc_glob(c->value, s->r->url);
	case SC_RULE_MEDIA:
		return glob_any(c->value, s->media);
	case SC_RULE_SOURCE:
		return s->r->source.n && sc_glob(c->value, s->r->source);
	case SC_RULE_META:
		v = sc_json_string(s->c->a, sc_record_meta_path(s->c->a, s->r, c->field));
		return v.n && sc_glob(c->value, v);
	case SC_RULE_FIGURE:
		v = s->figure.n ? sc_json_string(s->c->a, sc_json_find(&s->index, c->field))
		                : s->figure;
		return v.n && sc_glob(c->value, v);
	case SC_RULE_CATEGORY:
		return category(s, c->value) != NULL;
	default:
		return hit_of(s, c) != NULL;
	}
}

static void fire(struct seen *s, const struct sc_rule *r)
{
	struct sc_fired *old = s->fired, *f;

	if (s->n == s->cap) {
		s->cap = s->cap ? 2 * s->cap : SHOWN;
		s->fired = SC_NEW(s->c->a, struct sc_fired, s->cap);
		if (s->n)
			memcpy(s->fired, old, s->n * sizeof *old);
	}
	f = &s->fired[s->n++];
	*f = (struct sc_fired){ .rule = r, .score = r->score };
	for (int k = 0; k < SC_RULE_KINDS && !f->hit; k++) {
		const struct sc_condition *c = sc_rule_first(r, (enum sc_rule_about)k);

		if (c) {
			f->kind = (enum sc_rule_about)k;
			f->hit = hit_of(s, c);
		}
	}
}

/* Texts are searched only when all else holds. */
static bool all_hold(struct seen *s, const struct sc_rule *r)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->c[i].about >= SC_RULE_KINDS && !holds(s, &r->c[i]))
			return false;
	for (size_t i = 0; i < r->n; i++)
		if (r->c[i].about < SC_RULE_KINDS && !holds(s, &r->c[i]))
			return false;
	return true;
}

static void try(struct seen *s, const struct sc_rule *r)
{
	if (all_hold(s, r))
		fire(s, r);
}

static void try_all(struct seen *s, const struct sc_rule_chain *c)
{
	for (const struct sc_rule *r = c->first; r; r = r->next)
		try(s, r);
}

static void try_hosts(struct seen *s)
{
	sc_str suffix = s->host;

	while (suffix.n) {
		size_t dot = sc_str_chr(suffix, '.');

		for (const struct sc_rule *r = sc_rules_of_host(s->rules, suffix); r; r = r->next)
			if (sc_str_eq(sc_rule_first(r, SC_RULE_HOST)->value, suffix))
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
	return sc_fired_by_order(a, b);
}

static void try_others(struct seen *s)
{
	const struct sc_rules *c = s->rules;
	size_t from = s->n;

	try_all(s, &c->others);
	if (s->figure.n)
		try_all(s, &c->figure);
	if (c->category.first)
		categorise(s);
	if (s->ncategory)
		try_all(s, &c->category);
	for (int k = 0; k < SC_RULE_KINDS; k++) {
		const struct searched *t = &s->text[k];

		if (!c->searches[k] || (k != SC_RULE_TEXT && !s->figure.n))
			continue;
		search(s, (enum sc_rule_about)k);
		for (size_t i = 0; i < t->nhit; i++)
			try_all(s, &c->by_phrase[k][t->hit[i].phrase]);
	}
	if (s->n - from > 1)
		qsort(s->fired + from, s->n - from, sizeof *s->fired, by_order);
}

/* ---- labels that add up ---- */

static void families(struct seen *s)
{
	size_t kept = 0, n = s->n;

	for (const struct sc_family *f = s->rules->family; f; f = f->next)
		if (!sc_family_sum(s->c->a, f, s->fired, n) && f->otherwise &&
		    all_hold(s, f->otherwise))
			fire(s, f->otherwise);
	for (size_t i = 0; i < s->n; i++)
		if (!s->fired[i].out)
			s->fired[kept++] = s->fired[i];
	s->n = kept;
}

/* ---- saying it ---- */

static int by_label(const void *a, const void *b)
{
	return sc_fired_by_label(a, b);
}

/* One rule of each label that fired, sorted by label; how many. */
static size_t surest(const struct seen *s, struct sc_fired *v)
{
	size_t n = 0;

	memcpy(v, s->fired, s->n * sizeof *v);
	qsort(v, s->n, sizeof *v, by_label);
	for (size_t i = 0; i < s->n; i++)
		if (!n || !sc_str_eq(v[i].rule->label, v[n - 1].rule->label))
			v[n++] = v[i];
	return n;
}

static sc_str labels(const struct seen *s, const struct sc_fired *v, size_t n)
{
	struct sc_buf b = { .a = s->c->a };

	if (n == 1)
		return v[0].rule->label;
	for (size_t i = 0; i < n; i++) {
		if (i)
			sc_buf_byte(&b, ',');
		sc_buf_add(&b, v[i].rule->label);
	}
	return sc_buf_str(&b);
}

static struct spot place(struct seen *s, const struct sc_fired *f)
{
	const struct sc_condition *c = &f->rule->c[0];
	const struct searched *t = &s->text[f->kind];
	size_t i = 0;

	if (f->hit && t->nspot) {
		while (i + 1 < t->nspot && t->start[i + 1] <= f->hit->off)
			i++;
		return t->spot[i];
	}
	if (f->hit)
		return (struct spot){ .where = t->where, .off = f->hit->off, .len = f->hit->len };
	switch (c->about) {
	case SC_RULE_MEDIA:
		return (struct spot){ .where = SC_STR("payload") };
	case SC_RULE_SOURCE:
		return (struct spot){ .where = SC_STR("source") };
	case SC_RULE_META:
		return (struct spot){ .where = SC_STR("meta") };
	case SC_RULE_FIGURE:
		return figure_spot(s, sc_json_find(&s->index, c->field));
	case SC_RULE_CATEGORY:
		return *category(s, c->value);
	default:
		return (struct spot){ .where = SC_STR("url") };
	}
}

static void tag(struct seen *s, sc_str value, const struct sc_fired *f)
{
	struct spot p = place(s, f);

	sc_tag_add(s->c->a, s->r, SC_STR("domain"), value,
	           (struct sc_evidence){ .by = s->c->me,
	                                 .rule = f->rule->text,
	                                 .where = p.where,
	                                 .off = p.off,
	                                 .len = p.len,
	                                 .score = f->score });
}

/* All labels in one value; then what else fired: every rule, or where they are too many the surest of each other label. */
static void decide(struct seen *s)
{
	struct sc_fired *v = SC_NEW(s->c->a, struct sc_fired, s->n);
	const struct sc_fired *best = s->fired, *show = v;
	size_t n = surest(s, v), shown = 1;
	bool many = s->n > SHOWN;

	for (size_t i = 1; i < s->n; i++)
		if (s->fired[i].score > best->score)
			best = &s->fired[i];
	tag(s, labels(s, v, n), best);
	if (!many) {
		show = s->fired;
		n = s->n;
	}
	for (size_t i = 0; i < n && shown < SHOWN; i++)
		if (many ? !sc_str_eq(show[i].rule->label, best->rule->label)
		         : show[i].rule != best->rule) {
			tag(s, show[i].rule->label, &show[i]);
			shown++;
		}
}

/* A link by DOI names the paper that a figure is from; it is no place where the figure was found. */
static void look(struct seen *s)
{
	struct sc_record *r = s->r;
	struct sc_err e;
	struct sc_url u;

	s->figure = sc_figure_json(r);
	if (s->figure.n && sc_json_scan(s->c->a, s->figure, false, &s->index, &e) < 0)
		s->figure.n = 0;
	s->host = sc_url_host(s->c->a, r->url);
	if (s->figure.n && sc_host_under(s->host, SC_STR("doi.org")))
		s->host.n = 0;
	else if (sc_url_split(r->url, &u))
		s->path = u.path;
	if (s->rules->wants_media)
		s->media = media_of(r);
}

static int each(struct sc_ctx *c, struct sc_record *r)
{
	const struct conf *conf = c->conf;
	struct seen s = { .c = c, .r = r, .rules = conf->rules };

	look(&s);
	try_hosts(&s);
	try_others(&s);
	families(&s);
	if (s.n)
		decide(&s);
	else
		sc_tag_add(c->a, r, SC_STR("domain"), SC_STR("unknown"),
		           (struct sc_evidence){
		                   .by = c->me, .rule = SC_STR("no-rule"), .where = SC_STR("") });
	return SC_OK;
}

static void close_(struct sc_ctx *c)
{
	struct state *st = c->state;

	for (int k = 0; k < SC_RULE_KINDS; k++) {
		sc_phrases_close(st->scan[k]);
		st->scan[k] = NULL;
	}
}

extern const struct sc_filter tag_domain;
const struct sc_filter tag_domain = {
	.card = { .name = "tag/domain",
	          .about = "kind of source by rules over host, path, metadata and media type",
	          .more = "Labels such as scholarly/journal, encyclopaedic, code, documentation/software, government, news, forum, commerce and "
	                  "media/image; several are joined by commas, sorted.  `unknown` when no rule holds.\n\n"
	                  "A figure of a paper is figure/plot, figure/photo, figure/micrograph, figure/diagram, figure/gel or figure/map by its caption's "
	                  "words, several where its panels differ, else figure/unknown; and subject/biology and so on by the paper's "
	                  "subjects, its journal, or the categories of arXiv, which are looked at in any record that has them.\n\n"
	                  "A rule is a line: LABEL SCORE CONDITION..., with the conditions host=HOST path=/PREFIX url=GLOB media=GLOB source=GLOB "
	                  "meta.FIELD=GLOB category=GLOB text=\"PHRASE\": whole words that stand in the text, case aside; and of figures "
	                  "caption=\"PHRASE\" subject=\"PHRASE\" journal=\"PHRASE\" figure.FIELD=GLOB.  After a line `figure/* 0.6 else=figure/unknown "
	                  "figure.format=*` the scores of the rules for each label under figure/ add up as independent evidence, a negative one "
	                  "speaks against it, and 0.6 is enough.  --rules FILE takes yours instead of the built-in ones, --rules +FILE adds them.",
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
