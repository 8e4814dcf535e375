/* SPDX-License-Identifier: Apache-2.0 */
/*
 * terms_figure.c -- the licence that governs a figure: its permissions, the article's, and what its caption says against them.
 *
 * Every statement is a claim with its bytes.  The claims of one permissions are settled among themselves; those of the caption
 * are then held against the answer.  A claim about other people's rights names no licence: its value is `unknown`.
 */
#include <scope/json.h>
#include <scope/paper.h>
#include <scope/spdx.h>
#include <scope/terms.h>

static const sc_str unknown = SC_LIT("unknown"),
                    reserved = SC_LIT("LicenseRef-All-Rights-Reserved");

/* Names longer than NAME, and authors past AUTHORS, are not known again as the paper's own. */
enum { CLAIMS = 24, NAME = 200, AUTHORS = 1000 };

struct claim {
	struct sc_ruling r;
	enum sc_says says; /* LICENCE with the value `unknown`: speaks of one and names none */
};

struct claims {
	struct claim v[CLAIMS];
	uint32_t n;
};

/* A string of the JSON part, or the caption. */
struct field {
	sc_str text; /* decoded */
	sc_str where;
	uint64_t off, len; /* of all of it, in `where` */
	bool plain;        /* text is those bytes: what stands in it can be pointed at */
};

struct figure {
	struct sc_arena *a;
	sc_str json, format, publisher, journal;
	sc_str authors;             /* a JSON array */
	struct sc_statements found; /* scratch */
	struct claims own, article, caption;
	uint32_t against[CLAIMS], nagainst; /* claims of the caption that contradict */
};

static struct field field(struct figure *f, const char *path)
{
	sc_str value = sc_json_path(f->json, sc_str_c(path)), text = sc_json_string(f->a, value);
	struct field x = { .text = text, .where = SC_STR("json") };

	if (!text.n)
		return x;
	x.off = (uint64_t)(value.p + 1 - f->json.p);
	x.len = value.n - 2;
	x.plain = text.p == value.p + 1;
	return x;
}

static void add(struct claims *c, enum sc_says says, struct sc_ruling r)
{
	if (c->n < CLAIMS)
		c->v[c->n++] = (struct claim){ r, says };
}

/* The bytes of a statement in a field, or all of the field where its characters are escaped. */
static struct sc_ruling ruling(const struct field *x, const struct sc_statement *s, sc_str value,
                               sc_str rule, float score)
{
	bool part = s && x->plain;

	return (struct sc_ruling){ .value = value,
		                   .rule = rule,
		                   .where = x->where,
		                   .off = x->off + (part ? s->off : 0),
		                   .len = part ? s->len : x->len,
		                   .score = score };
}

/* ---- one permissions ---- */

static sc_str rule_of(struct figure *f, bool own, const char *what)
{
	return sc_fmt(f->a, "%.*s:%s%s", SC_ARG(f->format), own ? "fig-" : "", what);
}

/* A field of words: each licence that it names, and what limits it.  `speaks`: to say something without a name is `unknown`. */
static void words(struct figure *f, struct claims *c, const struct field *x, sc_str rule, bool own,
                  bool speaks)
{
	bool named = false;

	if (!x->text.n)
		return;
	sc_terms_find(f->a, x->text, &f->found);
	for (uint32_t i = 0; i < f->found.n; i++) {
		const struct sc_statement *s = &f->found.v[i];

		if (s->says == SC_SAYS_LICENCE)
			add(c, s->says, ruling(x, s, s->id, rule, 0.95f));
		else if (s->says <= SC_SAYS_ND ||
		         (own && s->says <= SC_SAYS_OTHERS && s->says != SC_SAYS_COPYRIGHT))
			add(c, s->says, ruling(x, s, unknown, rule, 0.8f));
		named |= s->says == SC_SAYS_LICENCE;
	}
	if (!named && speaks)
		add(c, SC_SAYS_LICENCE, ruling(x, NULL, unknown, rule, 0.5f));
}

static void permissions(struct figure *f, struct claims *c, bool own)
{
	const char *level = own ? "permissions.figure" : "permissions.article";
	struct field href = field(f, sc_fmt(f->a, "%s.href", level).p),
	             text = field(f, sc_fmt(f->a, "%s.text", level).p);
	struct field type = field(f, sc_fmt(f->a, "%s.type", level).p),
	             line = field(f, sc_fmt(f->a, "%s.copyright", level).p);
	sc_str id, rule;

	if (href.text.n) {
		id = sc_spdx_from_words(f->a, href.text, &rule);
		add(c, SC_SAYS_LICENCE,
		    ruling(&href, NULL, id.n ? id : unknown, rule_of(f, own, "license-href"),
		           id.n ? 1.0f : 0.5f));
	}
	words(f, c, &text, rule_of(f, own, "license-p"), own, true);
	id = sc_terms_type(f->a, type.text);
	if (id.n)
		add(c, SC_SAYS_LICENCE,
		    ruling(&type, NULL, id, rule_of(f, own, "license-type"), 0.9f));
	words(f, c, &line, rule_of(f, own, "copyright"), own, false);
}

static bool names(const struct claim *c)
{
	return c->says == SC_SAYS_LICENCE && !sc_str_eq(c->r.value, unknown);
}

/* "All rights reserved" is a phrase that stands beside licences too: it counts where there is none. */
static bool weak(const struct claim *c)
{
	return sc_str_eq(c->r.value, reserved);
}

static bool agree(struct sc_arena *a, sc_str x, sc_str y)
{
	return sc_spdx_same(a, x, y) || sc_terms_narrower(x, y) || sc_terms_narrower(y, x);
}

/* Does a licence allow what the words forbid? */
static bool breaks(sc_str id, enum sc_says limit)
{
	const char *word = limit == SC_SAYS_NC ? "-NC" : "-ND";

	if (limit != SC_SAYS_NC && limit != SC_SAYS_ND)
		return false;
	if (sc_str_eq(id, SC_STR("CC0-1.0")))
		return true;
	return (sc_str_starts(id, SC_STR("CC-BY")) ||
	        sc_str_starts(id, SC_STR("LicenseRef-CC-BY"))) &&
	       sc_str_find(id, sc_str_c(word)) == SC_NONE;
}

/* The claim that says most, or NULL; *against is one that contradicts it, or NULL. */
static const struct claim *settle(struct sc_arena *a, const struct claims *c,
                                  const struct claim **against)
{
	const struct claim *best = NULL, *fallback = NULL;

	*against = NULL;
	for (uint32_t i = 0; i < c->n; i++) {
		const struct claim *x = &c->v[i];

		if (names(x) && weak(x)) {
			fallback = fallback ? fallback : x;
		} else if (names(x)) {
			if (best && !agree(a, x->r.value, best->r.value))
				*against = *against ? *against : x;
			else if (!best || sc_terms_narrower(x->r.value, best->r.value))
				best = x;
		}
	}
	best = best ? best : fallback;
	for (uint32_t i = 0; best && !*against && i < c->n; i++)
		if (breaks(best->r.value, c->v[i].says))
			*against = &c->v[i];
	return best;
}

/* ---- whose it is ---- */

static bool letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

static bool same_letter(char x, char y)
{
	return (x | 32) == (y | 32);
}

/* Does one of the given names right before `end` begin as the author's first one?  True too where there are none. */
static bool given_names_fit(sc_str text, size_t end, char first)
{
	for (size_t i = 0; i < 4; i++) {
		size_t to = end, from;

		while (to && (text.p[to - 1] == ' ' || text.p[to - 1] == '.'))
			to--;
		for (from = to; from && letter(text.p[from - 1]); from--)
			;
		if (from == to || (text.p[from] >= 'a' && text.p[from] <= 'z'))
			return i == 0;
		if (same_letter(text.p[from], first))
			return true;
		end = from;
	}
	return false;
}

/* Does the text speak of that author, "Given Surname"?  Another given name before the surname means somebody else. */
static bool names_author(sc_str text, sc_str author)
{
	size_t space = sc_str_rchr(author, ' '), at = 0, found;
	sc_str surname = sc_str_from(author, space == SC_NONE ? 0 : space + 1);

	if (surname.n < 2)
		return false;
	while ((found = sc_str_ifind(sc_str_from(text, at), surname)) != SC_NONE) {
		size_t from = at + found;

		at = from + surname.n;
		if ((!from || !letter(text.p[from - 1])) && (at == text.n || !letter(text.p[at])) &&
		    given_names_fit(text, from, *author.p))
			return true;
	}
	return false;
}

/* The head of a text up to the end of the first name behind `from`: what follows a comma, "&" or "and" is about somebody else. */
static sc_str first_named(sc_str text, size_t from)
{
	size_t i = from;

	while (i < text.n && (text.p[i] == ' ' || text.p[i] == ','))
		i++;
	while (i < text.n && !memchr(",;&()\n", text.p[i], 6) &&
	       !sc_str_starts(sc_str_from(text, i), SC_STR(" and ")))
		i++;
	return sc_str_head(text, i);
}

static bool body_in(sc_str text, sc_str body)
{
	return body.n > 3 && body.n < NAME && sc_str_ifind(text, body) != SC_NONE;
}

/* Is the piece of text about the paper's own authors, publisher or journal?  Who is named stands in or right behind its first
 * `len` bytes. */
static bool is_ours(struct figure *f, sc_str text, size_t len)
{
	struct sc_json_iter it = sc_json_iter(f->authors);
	sc_str near = sc_str_head(first_named(text, len), 2 * NAME);
	size_t n = 0;

	text = sc_str_head(text, 20 * NAME);
	if (body_in(text, f->publisher) || body_in(text, f->journal) ||
	    sc_str_ifind(text, SC_STR("author")) != SC_NONE)
		return true;
	while (!it.object && n++ < AUTHORS && sc_json_next(&it))
		if (it.value.n < NAME && names_author(near, sc_json_string(f->a, it.value)))
			return true;
	return false;
}

/* The holder in a copyright line: without sign, words and year. */
static sc_str holder(sc_str line)
{
	static const sc_str before[] = { SC_LIT("copyright"), SC_LIT("\xc2\xa9"), SC_LIT("(c)"),
		                         SC_LIT("by"),        SC_LIT(":"),        SC_LIT(",") };

	for (bool more = true; more;) {
		line = sc_str_trim(line);
		more = false;
		while (line.n && *line.p >= '0' && *line.p <= '9')
			line = sc_str_from(line, 1);
		for (size_t i = 0; i < SC_COUNT(before); i++)
			if (line.n > before[i].n &&
			    sc_str_ieq(sc_str_head(line, before[i].n), before[i])) {
				line = sc_str_from(line, before[i].n);
				more = true;
			}
	}
	while (line.n && line.p[line.n - 1] == '.')
		line.n--;
	return line;
}

/* A figure's own copyright line that names neither whom the article's names nor its authors or publisher. */
static void copyright_line(struct figure *f)
{
	struct field line = field(f, "permissions.figure.copyright"),
	             article = field(f, "permissions.article.copyright");
	sc_str who = holder(line.text);

	if (!who.n || is_ours(f, line.text, 0) ||
	    body_in(sc_str_head(article.text, 20 * NAME), who))
		return;
	add(&f->own, SC_SAYS_COPYRIGHT,
	    ruling(&line, NULL, unknown, rule_of(f, true, "copyright"), 0.8f));
}

/* ---- the caption ---- */

static sc_str caption_rule(enum sc_says says)
{
	switch (says) {
	case SC_SAYS_LICENCE:
	case SC_SAYS_DENIED:
		return SC_STR("caption:licence");
	case SC_SAYS_PERMISSION:
		return SC_STR("caption:permission");
	case SC_SAYS_COPYRIGHT:
		return SC_STR("caption:copyright");
	default:
		return SC_STR("caption:third-party");
	}
}

/* A licence that is said in the same sentence or the next, and that the answer agrees with. */
static bool licensed(struct figure *f, const struct sc_statement *s, sc_str answer)
{
	for (uint32_t i = 0; answer.n && i < f->found.n; i++) {
		const struct sc_statement *x = &f->found.v[i];

		if (x->says == SC_SAYS_LICENCE && x->sentence >= s->sentence &&
		    x->sentence <= s->sentence + 1 && agree(f->a, x->id, answer))
			return true;
	}
	return false;
}

/* What a caption or an attribution says, against the licence that the permissions name (empty: none). */
static void hold_against(struct figure *f, const struct field *x, sc_str answer,
                         bool is_attribution)
{
	uint32_t before = f->caption.n;
	bool ours = false;

	if (!x->text.n)
		return;
	sc_terms_find(f->a, x->text, &f->found);
	for (uint32_t i = 0; i < f->found.n; i++) {
		const struct sc_statement *s = &f->found.v[i];
		bool person = s->says == SC_SAYS_CREDIT || s->says == SC_SAYS_COPYRIGHT,
		     contradicts = true;

		if (s->says == SC_SAYS_NC || s->says == SC_SAYS_ND)
			continue;
		if (s->says == SC_SAYS_LICENCE) {
			contradicts = answer.n && !agree(f->a, s->id, answer);
		} else if (licensed(f, s, answer) ||
		           (person && is_ours(f, (sc_str){ x->text.p + s->off, s->until - s->off },
		                              s->len))) {
			ours = true;
			continue;
		}
		if (contradicts && f->caption.n < CLAIMS)
			f->against[f->nagainst++] = f->caption.n;
		add(&f->caption, s->says,
		    ruling(x, s, s->says == SC_SAYS_LICENCE ? s->id : unknown,
		           caption_rule(s->says), s->says == SC_SAYS_CREDIT ? 0.7f : 0.8f));
	}
	/* To give a source is what an attribution is for, in whatever words. */
	if (is_attribution && !ours && f->caption.n == before && f->caption.n < CLAIMS &&
	    !is_ours(f, x->text, 0)) {
		f->against[f->nagainst++] = f->caption.n;
		add(&f->caption, SC_SAYS_OTHERS,
		    ruling(x, NULL, unknown, caption_rule(SC_SAYS_OTHERS), 0.6f));
	}
}

static struct field caption(const struct sc_record *r)
{
	struct field x = { .where = SC_STR("txt"), .plain = true };

	for (uint32_t i = 0; i < r->npart; i++)
		if (sc_str_eq(r->part[i].name, SC_STR("txt")))
			x.text = r->part[i].data;
	x.len = x.text.n;
	return x;
}

/* ---- the answer ---- */

static void tell(struct sc_rulings *out, const struct claims *c)
{
	for (uint32_t i = 0; i < c->n; i++) {
		const struct sc_ruling *r = &c->v[i].r, *d = &out->v[0];
		bool told = r->off == d->off && sc_str_eq(r->where, d->where) &&
		            sc_str_eq(r->rule, d->rule) && sc_str_eq(r->value, d->value);

		for (uint32_t j = 1; j < out->n && !told; j++)
			told = sc_str_eq(r->rule, out->v[j].rule) &&
			       sc_str_eq(r->value, out->v[j].value) &&
			       sc_str_eq(r->where, out->v[j].where);
		if (!told && out->n < SC_COUNT(out->v))
			out->v[out->n++] = *r;
	}
}

static const struct claim *first_that(const struct claims *c, enum sc_says from, enum sc_says to)
{
	for (uint32_t i = 0; i < c->n; i++)
		if (c->v[i].says >= from && c->v[i].says <= to)
			return &c->v[i];
	return NULL;
}

/* The permissions' answer: of the figure's own when they speak of a licence at all, else the article's. */
static struct sc_ruling from_permissions(struct figure *f, bool *conflict)
{
	const struct claim *against, *best = settle(f->a, &f->own, &against), *rights;

	rights = first_that(&f->own, SC_SAYS_DENIED, SC_SAYS_CREDIT);
	if (!best && !rights)
		best = first_that(&f->own, SC_SAYS_LICENCE, SC_SAYS_LICENCE);
	if (!best && !rights)
		best = settle(f->a, &f->article, &against);
	if (!best && !rights)
		best = first_that(&f->article, SC_SAYS_LICENCE, SC_SAYS_LICENCE);
	if (!best && rights) { /* of somebody else, where only the article names a licence */
		best = settle(f->a, &f->article, &against);
		*conflict = best != NULL;
		return rights->r;
	}
	*conflict = best && against;
	if (best && against)
		return against->r;
	return best ? best->r
	            : (struct sc_ruling){ .value = SC_STR("none"),
		                          .rule = SC_STR("nothing-found") };
}

void sc_terms_figure(struct sc_arena *a, const struct sc_record *r, sc_str json,
                     struct sc_rulings *out)
{
	struct figure figure = { .a = a, .json = json }, *f = &figure;
	struct field txt = caption(r), attribution;
	struct sc_ruling answer;
	const struct claim *said, *against;
	bool conflict, named;

	f->format = field(f, "format").text;
	if (!f->format.n)
		f->format = SC_STR("paper");
	f->publisher = field(f, "publisher").text;
	f->journal = field(f, "journal").text;
	f->authors = sc_json_get(json, SC_STR("authors"));
	permissions(f, &f->own, true);
	permissions(f, &f->article, false);
	copyright_line(f);
	answer = from_permissions(f, &conflict);
	named = !conflict && !sc_str_eq(answer.value, unknown) &&
	        !sc_str_eq(answer.value, SC_STR("none"));
	attribution = field(f, "permissions.figure.attribution");
	hold_against(f, &txt, named ? answer.value : (sc_str){ NULL, 0 }, false);
	hold_against(f, &attribution, named ? answer.value : (sc_str){ NULL, 0 }, true);
	if (!named && !conflict) { /* only the caption may name one */
		said = settle(a, &f->caption, &against);
		conflict = said && (against || f->nagainst);
		if (said)
			answer = against ? against->r : said->r;
		else if (f->nagainst && sc_str_eq(answer.value, SC_STR("none")))
			answer = f->caption.v[f->against[0]].r;
	} else if (named && f->nagainst) {
		conflict = true;
		answer = f->caption.v[f->against[0]].r;
	}
	if (conflict)
		answer.value = SC_STR("conflict");
	out->v[0] = answer;
	out->n = 1;
	tell(out, &f->caption);
	tell(out, &f->own);
	tell(out, &f->article);
}
