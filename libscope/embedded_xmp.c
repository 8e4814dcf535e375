/* SPDX-License-Identifier: Apache-2.0 */
/*
 * embedded_xmp.c -- the fields of an XMP packet that say something about rights.
 *
 * XMP is RDF/XML: a property is an element with text, with an rdf:Alt of rdf:li, or with rdf:resource, or it is an attribute of its
 * rdf:Description.  Prefixes are those that the specifications give; nearly all writers use them.
 */
#include "embedded.h"
#include "xml.h"

enum { MOST_TEXT = 8192, MOST_PACKETS = 16 };

static const struct {
	const char *name;
	enum sc_embedded_field field;
} fields[] = {
	{ "cc:license", SC_EMBEDDED_LICENSE },
	{ "dcterms:license", SC_EMBEDDED_LICENSE },
	{ "xhtml:license", SC_EMBEDDED_LICENSE },
	{ "xmpRights:WebStatement", SC_EMBEDDED_WEB_STATEMENT },
	{ "xapRights:WebStatement", SC_EMBEDDED_WEB_STATEMENT },
	{ "xmpRights:UsageTerms", SC_EMBEDDED_USAGE_TERMS },
	{ "xapRights:UsageTerms", SC_EMBEDDED_USAGE_TERMS },
	{ "dc:rights", SC_EMBEDDED_RIGHTS },
	{ "plus:DataMining", SC_EMBEDDED_DATA_MINING },
	{ "tdm:reservation", SC_EMBEDDED_TDM_RESERVATION },
	{ "tdm:policy", SC_EMBEDDED_TDM_POLICY },
};

struct reading {
	struct sc_embedded_list *l;
	uint64_t at, whole; /* of the packet in the image; whole: its length, where what is read are not its own bytes */
	unsigned depth, inside; /* inside: the depth of the property at hand, 0: none */
	enum sc_embedded_field field;
	struct sc_buf text;
	uint64_t from; /* where the text begins */
};

static bool field_of(const char *name, enum sc_embedded_field *f)
{
	for (size_t i = 0; i < SC_COUNT(fields); i++)
		if (strcmp(fields[i].name, name) == 0) {
			*f = fields[i].field;
			return true;
		}
	return false;
}

static void add(struct reading *r, enum sc_embedded_field f, sc_str value, uint64_t from, uint64_t to)
{
	if (r->whole)
		embedded_add(r->l, f, value, r->at, r->whole);
	else
		embedded_add(r->l, f, value, r->at + from, to - from);
}

static void open_(void *ctx, struct xml *x, const char *name, const char *const *att)
{
	struct reading *r = ctx;
	enum sc_embedded_field f;

	name = xml_full(x);
	r->depth++;
	for (size_t i = 0; att && att[i]; i += 2) {
		if (field_of(att[i], &f))
			add(r, f, sc_str_c(att[i + 1]), xml_begin(x), xml_end(x));
		else if (strcmp(att[i], "rdf:resource") == 0 && field_of(name, &f))
			add(r, f, sc_str_c(att[i + 1]), xml_begin(x), xml_end(x));
	}
	if (!r->inside && field_of(name, &f)) {
		r->inside = r->depth;
		r->field = f;
	}
	if (r->inside) {
		sc_buf_clear(&r->text);
		r->from = xml_end(x);
		xml_want_text(x, true);
	}
}

/* An item of a list, or the property itself, with text of its own. */
static void close_(void *ctx, struct xml *x)
{
	struct reading *r = ctx;

	if (r->inside && sc_str_trim(sc_buf_str(&r->text)).n && xml_begin(x) >= r->from)
		add(r, r->field, sc_buf_str(&r->text), r->from, xml_begin(x));
	sc_buf_clear(&r->text);
	if (r->inside == r->depth) {
		r->inside = 0;
		xml_want_text(x, false);
	}
	r->depth--;
}

static void text(void *ctx, sc_str s)
{
	struct reading *r = ctx;

	if (r->text.n < MOST_TEXT)
		sc_buf_add(&r->text, sc_str_head(s, MOST_TEXT));
}

/* UTF-16 of either order: the first byte of a packet is '<' or a byte order mark.  *s becomes UTF-8 in `a`. */
static bool from_utf16(struct sc_arena *a, sc_str *s)
{
	const unsigned char *p = (const unsigned char *)s->p;
	bool little = s->n > 3 && ((p[0] == 0xff && p[1] == 0xfe) || (p[0] == '<' && !p[1]));
	bool big = s->n > 3 && ((p[0] == 0xfe && p[1] == 0xff) || (!p[0] && p[1] == '<'));
	struct sc_buf b = { .a = a };

	if (!little && !big)
		return false;
	for (size_t i = 0; i + 1 < s->n; i += 2) {
		unsigned c = little ? p[i] | p[i + 1] << 8 : p[i] << 8 | p[i + 1];

		if (c == 0xfeff)
			continue;
		if (c >= 0xd800 && c < 0xe000)
			c = '?'; /* beyond the basic plane: no licence's name has any */
		if (c >= 0x800)
			sc_buf_byte(&b, (char)(0xe0 | c >> 12));
		if (c >= 0x80)
			sc_buf_byte(&b, (char)(c >= 0x800 ? 0x80 | (c >> 6 & 0x3f) : 0xc0 | c >> 6));
		sc_buf_byte(&b, (char)(c >= 0x80 ? 0x80 | (c & 0x3f) : c));
	}
	*s = sc_buf_seal(&b);
	return true;
}

void embedded_xmp(struct sc_embedded_list *l, sc_str xmp, uint64_t at, uint64_t whole)
{
	static const struct xml_hooks hooks = { .open = open_, .close = close_, .text = text };
	static const sc_str shut = SC_LIT("</rdf:RDF>");
	struct reading r = { .l = l, .at = at, .whole = whole, .text = { .a = l->a } };
	struct sc_err ignored;
	size_t open, end;

	open = xmp.n;
	if (from_utf16(l->a, &xmp) && !r.whole)
		r.whole = open;
	for (int i = 0; i < MOST_PACKETS; i++) { /* what stands around them need not be XML */
		open = sc_str_find(xmp, SC_STR("<rdf:RDF"));
		if (open == SC_NONE)
			return;
		xmp = sc_str_from(xmp, open);
		r.at += r.whole ? 0 : open;
		end = sc_str_find(xmp, shut);
		xml_read(sc_str_head(xmp, end == SC_NONE ? SC_NONE : end + shut.n), &hooks, &r, &ignored);
		r.depth = r.inside = 0;
		if (end == SC_NONE)
			return;
		xmp = sc_str_from(xmp, end + shut.n);
		r.at += r.whole ? 0 : end + shut.n;
	}
}
