/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jats_is.c -- is it an article in JATS, going by its first bytes?
 *
 * The root element says so, behind what XML lets stand before it.  DocBook and Elsevier have articles, too: a DOCTYPE
 * that speaks of DocBook, or a namespace that is not one of JATS, says no (most JATS has none).  What goes on after the bytes
 * that we have speaks for it.
 */
#include "jats.h"

enum { NARROWED = 4096 }; /* characters of UTF-16 that are looked at */

bool jats_is_wrapper(sc_str name)
{
	static const sc_str names[] = { SC_LIT("GetRecord"), SC_LIT("ListRecords"), SC_LIT("OAI-PMH"),
		                        SC_LIT("metadata"),  SC_LIT("pmc-articleset"), SC_LIT("record") };

	for (size_t i = 0; i < SC_COUNT(names); i++)
		if (sc_str_eq(names[i], name))
			return true;
	return false;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* UTF-16 with ASCII only, as far as it matters; other characters are question marks. */
static sc_str narrowed(sc_str s, char out[NARROWED])
{
	size_t low = s.n > 1 && (s.p[0] == 0 || (uint8_t)s.p[0] == 0xfe), n = 0;

	if (s.n < 2 || !(!s.p[0] || !s.p[1] || !memcmp(s.p, "\xff\xfe", 2) || !memcmp(s.p, "\xfe\xff", 2)))
		return s;
	for (size_t i = 0; i + 1 < s.n && n < NARROWED; i += 2) {
		char c = s.p[i + low], high = s.p[i + !low];

		if (n || !((uint8_t)high >= 0xfe)) /* not the byte order mark */
			out[n++] = high || c < 0 ? '?' : c;
	}
	return (sc_str){ out, n };
}

static sc_str unindented(sc_str s)
{
	size_t n = 0;

	while (n < s.n && is_blank(s.p[n]))
		n++;
	return sc_str_from(s, n);
}

/* The name at the head of *s, taken off it; what is behind the colon. */
static sc_str take_name(sc_str *s, sc_str *prefix)
{
	sc_str name;
	size_t n = 0, colon;

	while (n < s->n && !is_blank(s->p[n]) && !memchr("/>=[", s->p[n], 4))
		n++;
	name = sc_str_head(*s, n);
	*s = sc_str_from(*s, n);
	colon = sc_str_chr(name, ':');
	*prefix = colon == SC_NONE ? (sc_str){ NULL, 0 } : sc_str_head(name, colon);
	return colon == SC_NONE ? name : sc_str_from(name, colon + 1);
}

/* Behind the next `what`; false when there is none. */
static bool skip_past(sc_str *s, sc_str what)
{
	size_t at = sc_str_find(*s, what);

	if (at == SC_NONE)
		return false;
	*s = sc_str_from(*s, at + what.n);
	return true;
}

/* s stands behind "<!DOCTYPE".  False: it is not one of ours.  *s is empty when its end is not in sight. */
static bool doctype(sc_str *s)
{
	sc_str all = *s = unindented(*s), prefix;
	bool article = sc_str_eq(take_name(s, &prefix), SC_STR("article"));
	int inside = 0;
	size_t i = 0;
	char quote = 0;

	for (; i < s->n && (inside || quote || s->p[i] != '>'); i++) {
		char c = s->p[i];

		if (quote)
			quote = c == quote ? 0 : quote;
		else if (c == '"' || c == '\'')
			quote = c;
		else
			inside += c == '[' ? 1 : c == ']' ? -1 : 0;
	}
	*s = sc_str_from(*s, i + 1);
	return sc_str_ifind(sc_str_head(all, (size_t)(s->p - all.p)), SC_STR("docbook")) == SC_NONE && (s->n || article);
}

static bool is_ours(sc_str space)
{
	return !space.n || sc_str_ifind(space, SC_STR("jats")) != SC_NONE || sc_str_ifind(space, SC_STR("nlm.nih.gov")) != SC_NONE ||
	       sc_str_ifind(space, SC_STR("niso.org")) != SC_NONE;
}

/* The attributes of the root: is its name (with that prefix) in a namespace of ours, or in none? */
static bool namespace_fits(sc_str s, sc_str of)
{
	while ((s = unindented(s)).n && *s.p != '>' && *s.p != '/') {
		sc_str prefix, name = take_name(&s, &prefix), quote, value;
		size_t end;

		s = unindented(s);
		if (s.n < 2 || *s.p != '=')
			return true;
		s = unindented(sc_str_from(s, 1));
		quote = sc_str_head(s, 1);
		s = sc_str_from(s, 1);
		end = quote.n ? sc_str_chr(s, *quote.p) : SC_NONE;
		value = sc_str_head(s, end);
		s = sc_str_from(s, end == SC_NONE ? s.n : end + 1);
		if (of.n ? sc_str_eq(prefix, SC_STR("xmlns")) && sc_str_eq(name, of) : !prefix.n && sc_str_eq(name, SC_STR("xmlns")))
			return is_ours(value);
	}
	return true;
}

static bool holds_article(sc_str s)
{
	static const sc_str name = SC_LIT("article");

	for (size_t at; (at = sc_str_find(s, name)) != SC_NONE; s = sc_str_from(s, at + name.n))
		if (at && (s.p[at - 1] == '<' || s.p[at - 1] == ':') && at + name.n < s.n &&
		    (is_blank(s.p[at + name.n]) || s.p[at + name.n] == '>'))
			return true;
	return false;
}

static bool root(sc_str s)
{
	sc_str prefix, name = take_name(&s, &prefix);

	if (!s.n)
		return false; /* the name may go on */
	if (sc_str_eq(name, SC_STR("article")))
		return namespace_fits(s, prefix);
	return jats_is_wrapper(name) && holds_article(s);
}

bool sc_jats_is(sc_str bytes)
{
	char ascii[NARROWED];
	sc_str s = narrowed(bytes, ascii);

	if (sc_str_starts(s, SC_STR("\xef\xbb\xbf")))
		s = sc_str_from(s, 3);
	while ((s = unindented(s)).n > 1 && *s.p == '<') {
		if (sc_str_starts(s, SC_STR("<?"))) {
			if (!skip_past(&s, SC_STR("?>")))
				return false;
		} else if (sc_str_starts(s, SC_STR("<!--"))) {
			s = sc_str_from(s, 4);
			if (!skip_past(&s, SC_STR("-->")))
				return false;
		} else if (sc_str_starts(s, SC_STR("<!DOCTYPE"))) {
			s = sc_str_from(s, sizeof "<!DOCTYPE" - 1);
			if (!doctype(&s))
				return false;
			if (!s.n)
				return true;
		} else {
			return root(sc_str_from(s, 1));
		}
	}
	return false;
}
