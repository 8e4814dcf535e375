/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lic_page.c -- the licence of a web page, which is not every licence that a page speaks of.
 *
 * A mark is a Creative Commons address, in an attribute or in the text, or a licence named in words.  Two marks in five are of
 * something else than the page: a photo, map tiles, icons, a theme, a comment.  So each is weighed by where it stands and by the words
 * around it, and only what reaches ENOUGH is the page's:
 *	for:     rel="license", JSON-LD's "license", RDF for the page itself, a footer or the page's end, words such as "this work",
 *	         "content", "Texte", words such as "licensed", "Lizenz"
 *	against: a figure, a caption, a comment of readers, a gallery of marks, words such as "photo", "icons", "map", "theme"
 *	never:   in scripts, styles and the comments of the page's source
 * Of several that reach it, those with the most weight count; a menu of licences is nobody's.
 */
#include "lic.h"

#include <scope/html.h>
#include <scope/spdx.h>

#include <stdlib.h>

enum { MARKS = 64, ENOUGH = 1, BEFORE = 240, BEHIND = 140, NEAR = 110, TAG = 1500, ENCLOSING = 24000, MENU = 4 };

struct mark {
	sc_str id;
	const char *rule;
	size_t off, len;
	int weight;
};

struct page {
	struct sc_arena *a;
	sc_str html;
	struct mark v[MARKS];
	size_t n;
};

static const char *const speak_of_it[] = { "content", "this site", "website", "web site", "this page", "this work", "text", "inhalt", "weblog", "this blog", "werk",
					   "seite", "article", "artikel", "beitr", "this book", "otherwise noted", "nicht anders", "wiki", "contenu", "contenido", "obra",
					   "oeuvre", "contenuti", "this document", "materials", "alle rechte", "all photos are", "this website" };
static const char *const speak_of_licence[] = { "licensed", "license", "licence", "lizenz", "licencia", "licenza", "licence", "some rights", "available under",
						"copyright", "verfügbar" };
static const char *const speak_of_others[] = { "photo", "foto", "image", "bild", "picture", "icon", "map ", "maps", "karte", "tiles", "openstreetmap", "stamen",
					       "flickr", "wikimedia", "via ", "theme", "template", "font", "music", "musik", "video", "plugin", "javascript", "css",
					       "upload", "urheber", "illustration", "logo", "grafik", "lightbox", "attribution as required", "silk", "courtesy" };

/* ---- where it stands ---- */

static size_t last(sc_str s, const char *what)
{
	size_t n = strlen(what), found = SC_NONE;

	for (size_t i = s.n; i-- > 0 && found == SC_NONE;)
		if (s.n - i >= n && sc_bytes_ieq(s.p + i, what, n))
			found = i;
	return found;
}

/* The bytes before `at`, at most `most` of them. */
static sc_str before(sc_str html, size_t at, size_t most)
{
	size_t from = at > most ? at - most : 0;

	return (sc_str){ html.p + from, at - from };
}

/* Between the last `open` and its `close`? */
static bool inside(sc_str html, size_t at, const char *open, const char *close, size_t most)
{
	sc_str s = before(html, at, most);
	size_t o = last(s, open);

	return o != SC_NONE && sc_str_ifind(sc_str_from(s, o), sc_str_c(close)) == SC_NONE;
}

/* The tag that the byte lies in, from '<' on; empty when it lies in text. */
static sc_str tag_around(sc_str html, size_t at)
{
	sc_str s = before(html, at, TAG);
	size_t open = sc_str_rchr(s, '<');
	size_t end;

	if (open == SC_NONE || sc_str_chr(sc_str_from(s, open), '>') != SC_NONE)
		return (sc_str){ NULL, 0 };
	s = (sc_str){ s.p + open, (size_t)(html.p + html.n - s.p - open) };
	end = sc_str_chr(sc_str_head(s, 2 * TAG), '>');
	return sc_str_head(s, end);
}

/* Text without its mark-up, in lower case; a tag that it begins in the middle of is none of it. */
static sc_str words_of(struct sc_arena *a, sc_str s)
{
	size_t open = sc_str_chr(s, '<'), close = sc_str_chr(s, '>'), n = 0;
	char *p;
	bool tag = false;

	if (close != SC_NONE && close < open)
		s = sc_str_from(s, close + 1);
	p = sc_alloc(a, s.n + 1);

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (c == '<')
			tag = true;
		if (!tag)
			p[n++] = c >= 'A' && c <= 'Z' ? (char)(c + 32) : (unsigned char)c < ' ' ? ' ' : c;
		if (c == '>') {
			tag = false;
			p[n++] = ' ';
		}
	}
	return (sc_str){ p, n < s.n ? n : s.n };
}

static bool any_of(sc_str s, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (sc_str_find(s, sc_str_c(list[i])) != SC_NONE)
			return true;
	return false;
}
#define ANY_OF(s, list) any_of(s, list, SC_COUNT(list))

static bool is_rel_license(sc_str tag)
{
	size_t rel = sc_str_ifind(tag, SC_STR("rel="));
	sc_str value;

	if (rel == SC_NONE)
		return false;
	value = sc_str_from(tag, rel + 4);
	if (value.n && (*value.p == '"' || *value.p == '\'')) {
		char quote = *value.p;

		value = sc_str_from(value, 1);
		value = sc_str_head(value, sc_str_chr(value, quote));
	} else {
		value = sc_str_head(value, sc_str_chr(value, ' '));
	}
	return sc_str_ifind(value, SC_STR("license")) != SC_NONE;
}

/* The element that holds it is somebody's comment, a caption, a credit. */
static bool is_aside(sc_str html, size_t at)
{
	static const char *const classes[] = { "comment", "caption", "credit", "attribution", "gallery", "photo" };
	sc_str s = before(html, at, TAG);

	for (int up = 0; up < 3; up++) {
		size_t open = last(s, "<div"), p = last(s, "<p");
		sc_str tag;

		open = open == SC_NONE || (p != SC_NONE && p > open) ? p : open;
		if (open == SC_NONE)
			return false;
		tag = sc_str_from(s, open);
		tag = sc_str_head(tag, sc_str_chr(tag, '>'));
		for (size_t i = 0; i < SC_COUNT(classes); i++)
			if (sc_str_ifind(tag, sc_str_c(classes[i])) != SC_NONE)
				return true;
		s = sc_str_head(s, open);
	}
	return false;
}

/* What stands behind a link's tag: the image of a Creative Commons button. */
static bool is_badge(sc_str behind)
{
	size_t img = sc_str_ifind(sc_str_head(behind, 40), SC_STR("<img"));
	sc_str tag = sc_str_from(behind, img == SC_NONE ? behind.n : img);

	tag = sc_str_head(tag, sc_str_chr(sc_str_head(tag, TAG), '>'));
	return sc_str_ifind(tag, SC_STR("creative commons")) != SC_NONE || sc_str_ifind(tag, SC_STR("creativecommons.org/l/")) != SC_NONE ||
	       sc_str_ifind(tag, SC_STR("licensebuttons.net")) != SC_NONE;
}

static bool is_source_comment(sc_str html, size_t at)
{
	return inside(html, at, "<!--", "-->", ENCLOSING);
}

/* "<!-- <rdf:RDF> <Work rdf:about=""> <license rdf:resource=...": how a page licensed itself in 2003. */
static bool is_rdf(sc_str html, size_t at)
{
	sc_str s = before(html, at, TAG);

	return sc_str_ifind(s, SC_STR("<work rdf:about=\"\"")) != SC_NONE || sc_str_ifind(s, SC_STR("<license rdf:")) != SC_NONE;
}

/* RDFa and microdata: <span property="cc:license" resource=...>, <link itemprop="license" href=...>. */
static bool is_property(sc_str tag)
{
	static const sc_str names[] = { SC_LIT("property="), SC_LIT("itemprop=") };

	for (size_t i = 0; i < SC_COUNT(names); i++) {
		size_t at = sc_str_ifind(tag, names[i]);

		if (at != SC_NONE && sc_str_ifind(sc_str_head(sc_str_from(tag, at + names[i].n), 32), SC_STR("license")) != SC_NONE)
			return true;
	}
	return false;
}

/* What a thing with a type of its own is licensed under is not the page's: an image's, in microdata or JSON-LD. */
static bool is_of_a_thing(sc_str html, size_t at)
{
	static const sc_str types[] = { SC_LIT("ImageObject"), SC_LIT("Photograph"), SC_LIT("VideoObject"), SC_LIT("AudioObject"), SC_LIT("MediaObject"),
					SC_LIT("SoftwareSourceCode"), SC_LIT("/Map\"") };
	sc_str s = before(html, at, TAG);
	size_t type = last(s, "@type"), scope = last(s, "itemtype=");

	type = type == SC_NONE || (scope != SC_NONE && scope > type) ? scope : type;
	if (type == SC_NONE)
		return false;
	s = sc_str_head(sc_str_from(s, type), 90);
	for (size_t i = 0; i < SC_COUNT(types); i++)
		if (sc_str_find(s, types[i]) != SC_NONE)
			return true;
	return false;
}

/* In a script that is JSON-LD, as the value of "license". */
static bool is_json_ld(sc_str html, size_t at)
{
	sc_str s = before(html, at, ENCLOSING);
	size_t open = last(s, "<script");

	return open != SC_NONE && sc_str_ifind(sc_str_head(sc_str_from(s, open), 200), SC_STR("ld+json")) != SC_NONE &&
	       sc_str_ifind(before(html, at, 60), SC_STR("\"license\"")) != SC_NONE;
}

static int weight(struct page *p, const struct mark *m)
{
	sc_str html = p->html, tag = tag_around(html, m->off), around, near;
	size_t end = m->off + m->len;
	bool rel;
	int w = 0;

	if (is_json_ld(html, m->off))
		return is_of_a_thing(html, m->off) ? -4 : 4;
	if (is_source_comment(html, m->off))
		return is_rdf(html, m->off) ? 3 : -9;
	if (inside(html, m->off, "<script", "</script", ENCLOSING) || inside(html, m->off, "<style", "</style", ENCLOSING))
		return -9;
	rel = tag.n && (is_rel_license(tag) || is_property(tag));
	if (rel)
		w += 3;
	if (tag.n && is_property(tag) && is_of_a_thing(html, m->off))
		w -= 6;
	if (tag.n && is_badge(sc_str_from(html, (size_t)(tag.p + tag.n - html.p))))
		w += 2;
	if (tag.n && sc_str_ifind(sc_str_head(tag, 5), SC_STR("<link")) != SC_NONE)
		w += 1;
	if (tag.n && sc_str_ifind(sc_str_head(tag, 5), SC_STR("<meta")) != SC_NONE)
		w += 2;
	if (inside(html, m->off, "<footer", "</footer", ENCLOSING) || m->off > html.n / 10 * 9)
		w += 1;
	if (inside(html, m->off, "<figure", "</figure", TAG) || is_aside(html, m->off))
		w -= rel ? 1 : 4;
	around = before(html, tag.n ? (size_t)(tag.p - html.p) : m->off, BEFORE);
	near = words_of(p->a, before(html, tag.n ? (size_t)(tag.p - html.p) : m->off, 3 * BEFORE));
	near = sc_str_from(near, near.n > NEAR ? near.n - NEAR : 0);
	if (tag.n)
		end = (size_t)(tag.p - html.p) + tag.n;
	around = sc_fmt(p->a, "%.*s %.*s", SC_ARG(words_of(p->a, around)), SC_ARG(words_of(p->a, sc_str_head(sc_str_from(html, end), BEHIND))));
	if (ANY_OF(around, speak_of_licence))
		w += 1;
	if (ANY_OF(around, speak_of_it))
		w += 2;
	if (ANY_OF(near, speak_of_it) && ANY_OF(near, speak_of_licence))
		w += 2;
	if (ANY_OF(near, speak_of_others))
		w -= rel ? 2 : 4;
	return w;
}

/* ---- the marks ---- */

static void add(struct page *p, sc_str id, const char *rule, size_t off, size_t len)
{
	struct mark m = { id, rule, off, len, 0 };

	if (p->n == MARKS || off + len > p->html.n)
		return;
	m.weight = weight(p, &m);
	for (size_t i = 0; i < p->n; i++)
		if (sc_str_eq(p->v[i].id, id)) {
			if (m.weight > p->v[i].weight)
				p->v[i] = m;
			return;
		}
	p->v[p->n++] = m;
}

static const char *rule_of(sc_str html, size_t off)
{
	sc_str tag = tag_around(html, off);

	return tag.n && is_rel_license(tag) ? "html:rel-license" : tag.n && is_property(tag) ? "html:property" : is_json_ld(html, off) ? "html:json-ld" : tag.n ? "html:link" : "html:text";
}

static void addresses(struct page *p)
{
	size_t at = 0, off, len;
	sc_str id;

	for (int many = 0; many < 4 * MARKS && lic_cc_url(p->a, p->html, &at, &id, &off, &len); many++)
		add(p, id, rule_of(p->html, off), off, len);
}

/* What an address or a few words say; "unknown" where they only say that there are terms. */
static sc_str named_by(struct sc_arena *a, sc_str value)
{
	sc_str rule, id = lic_address(a, value);

	if (!id.n && value.n < 200)
		id = sc_spdx_from_words(a, value, &rule);
	return id.n ? id : SC_STR("unknown");
}

/* The value of an attribute of a tag, with quotes or without; empty. */
static sc_str attribute(sc_str tag, sc_str name)
{
	size_t at = sc_str_ifind(tag, name);
	sc_str s;

	if (at == SC_NONE)
		return (sc_str){ NULL, 0 };
	s = sc_str_from(tag, at + name.n);
	if (s.n && (*s.p == '"' || *s.p == '\''))
		return sc_str_head(sc_str_from(s, 1), sc_str_chr(sc_str_from(s, 1), *s.p));
	return sc_str_head(s, sc_str_chr(s, ' '));
}

/* rel=license with any address, Creative Commons' aside, which are marks already. */
static void links(struct page *p)
{
	size_t at = 0;

	for (int many = 0; many < MARKS; many++) {
		size_t found = sc_str_ifind(sc_str_from(p->html, at), SC_STR("rel="));
		sc_str tag, href;

		if (found == SC_NONE)
			return;
		at += found + 4;
		if (sc_str_ifind(sc_str_head(sc_str_from(p->html, at), 40), SC_STR("license")) == SC_NONE) {
			many--; /* one look at 40 bytes */
			continue;
		}
		tag = tag_around(p->html, at - 4);
		href = attribute(tag, SC_STR("href="));
		if (is_rel_license(tag) && href.n && sc_str_ifind(href, SC_STR("creativecommons.org")) == SC_NONE)
			add(p, named_by(p->a, href), "html:rel-license", (size_t)(href.p - p->html.p), href.n);
	}
}

static void metas(struct page *p)
{
	static const sc_str names[] = { SC_LIT("dc.rights"), SC_LIT("dc.rights.license"), SC_LIT("dc.license"), SC_LIT("dcterms.license"), SC_LIT("dcterms.rights"),
					SC_LIT("license"), SC_LIT("licence"), SC_LIT("rights"), SC_LIT("copyright") };
	struct sc_html_meta m = { .html = p->html };

	while (sc_html_meta_next(&m))
		for (size_t i = 0; i < SC_COUNT(names); i++) {
			sc_str id;

			if (!sc_str_ieq(m.name, names[i]) || !m.content.n || sc_str_ifind(m.content, SC_STR("creativecommons.org")) != SC_NONE)
				continue;
			id = named_by(p->a, sc_str_trim(m.content));
			if (!sc_str_eq(id, SC_STR("unknown")))
				add(p, id, "html:meta", (size_t)(m.content.p - p->html.p), m.content.n);
		}
}

/* "license": "https://..." of JSON-LD, whatever the address. */
static void json_ld(struct page *p)
{
	static const sc_str key = SC_LIT("\"license\"");
	size_t at = 0;

	for (int many = 0; many < MARKS; many++) {
		size_t found = sc_str_find(sc_str_from(p->html, at), key), colon;
		sc_str s;

		if (found == SC_NONE)
			return;
		at += found + key.n;
		s = sc_str_head(sc_str_from(p->html, at), 300);
		colon = sc_str_chr(s, '"');
		if (colon == SC_NONE || colon > 8 || !is_json_ld(p->html, at + colon + 1))
			continue;
		s = sc_str_from(s, colon + 1);
		s = sc_str_head(s, sc_str_chr(s, '"'));
		if (s.n && sc_str_ifind(s, SC_STR("creativecommons.org")) == SC_NONE)
			add(p, named_by(p->a, s), "html:json-ld", (size_t)(s.p - p->html.p), s.n);
	}
}

/* Creative Commons and GFDL in words, in the text that a reader sees. */
static void named(struct page *p, struct lic_words *w)
{
	struct lic_reference r;

	for (size_t i = 0; i < w->n; i++)
		if (lic_cc(w, p->html, i, p->a, &r) && r.id.n) {
			add(p, r.id, "html:words", w->v[r.from].off, w->v[r.to].off + w->v[r.to].len - w->v[r.from].off);
			i = r.to;
		}
}

/* Does y say all that x says, and more: CC-BY-3.0-DE and CC-BY-3.0, LicenseRef-CC-BY? */
static bool says_more(sc_str y, sc_str x)
{
	if (sc_str_starts(x, SC_STR("LicenseRef-")))
		x = sc_str_from(x, 11);
	return y.n > x.n + 1 && sc_str_starts(y, x) && y.p[x.n] == '-' && (y.p[x.n + 1] < 'A' || y.n - x.n <= 4) &&
	       !sc_str_starts(sc_str_from(y, x.n), SC_STR("-NC")) && !sc_str_starts(sc_str_from(y, x.n), SC_STR("-ND")) &&
	       !sc_str_starts(sc_str_from(y, x.n), SC_STR("-SA"));
}

static bool stands_behind(const struct page *p, size_t i, int most)
{
	for (size_t k = 0; k < p->n; k++)
		if (k != i && p->v[k].weight >= ENOUGH && says_more(p->v[k].id, p->v[i].id))
			return true;
	return p->v[i].weight < most - 1 || (sc_str_eq(p->v[i].id, SC_STR("unknown")) && p->n > 1);
}

void sc_lic_page(struct sc_lic_claims *c, sc_str html, sc_str part)
{
	struct page *p;
	struct lic_words w = { .a = c->a };
	size_t different = 0;
	int most = ENOUGH;

	if (!lic_words_around(&w, html))
		return;
	p = SC_NEW(c->a, struct page, 1);
	*p = (struct page){ .a = c->a, .html = html };
	addresses(p);
	named(p, &w);
	links(p);
	metas(p);
	json_ld(p);
	for (size_t i = 0; i < p->n; i++) /* terms without a name say nothing beside any with one */
		if (sc_str_eq(p->v[i].id, SC_STR("unknown")) && p->v[i].weight > ENOUGH)
			p->v[i].weight = ENOUGH;
	for (size_t i = 0; i < p->n; i++)
		most = p->v[i].weight > most ? p->v[i].weight : most;
	for (size_t i = 0; i < p->n; i++)
		different += p->v[i].weight >= ENOUGH && !stands_behind(p, i, most);
	for (size_t i = 0; i < p->n && different < MENU; i++)
		if (p->v[i].weight >= ENOUGH && !stands_behind(p, i, most))
			sc_lic_claim(c, (struct sc_lic_claim){ .source = SC_LIC_PAGE, .value = p->v[i].id, .rule = sc_str_c(p->v[i].rule), .where = part,
							       .off = p->v[i].off, .len = p->v[i].len, .score = p->v[i].weight > 3 ? 0.95f : 0.8f });
}
