/* SPDX-License-Identifier: Apache-2.0 */
/*
 * xml.c -- expat, held on a short leash.
 *
 * What could make much of little is bounded.  Entities in text are not expanded: those that DTDs name are looked up in
 * data/entities.txt, others stay as they were written.  In attributes expat expands by itself: it may not make more than
 * twice what was read of it.  Default values that a document declares are put into every element: there may be few.
 * Expat knows UTF-8, UTF-16, ISO-8859-1 and US-ASCII; what old papers have besides are two code pages, below.
 */
#include "xml.h"

#include <scope/text.h>

#include <stdio.h>
#include <strings.h>

#define XML_DTD /* declares the limits on entities, where the library has them, which is everywhere */
#include <expat.h>

#if XML_MAJOR_VERSION * 100 + XML_MINOR_VERSION < 204
#error "expat 2.4 or later is needed: those before it set no limit to what entities in attributes become"
#endif

enum {
	PIECE = 1 << 30,     /* expat counts bytes of a call in an int */
	DEFAULTS = 256,      /* attributes with a default value that a document may declare */
	EXPANDED = 64 << 10, /* bytes made of entities in attributes before their share is looked at */
	ENTITY_NAME = 64,
};

struct xml {
	XML_Parser parser;
	const char *full; /* of the tag at hand, in open */
	const struct xml_hooks *on;
	void *ctx;
	struct sc_err *e;
	uint32_t depth, ndefault;
	bool stopped;
};

const char *xml_local(const char *name)
{
	const char *colon = strchr(name, ':');

	return colon ? colon + 1 : name;
}

uint64_t xml_begin(const struct xml *x)
{
	return (uint64_t)XML_GetCurrentByteIndex(x->parser);
}

uint64_t xml_end(const struct xml *x)
{
	return (uint64_t)XML_GetCurrentByteIndex(x->parser) + (uint64_t)XML_GetCurrentByteCount(x->parser);
}

static void stop(struct xml *x)
{
	x->stopped = true;
	XML_StopParser(x->parser, XML_FALSE);
}

const char *xml_full(const struct xml *x)
{
	return x->full;
}

void xml_stop(struct xml *x, const char *fmt, ...)
{
	char what[256];
	va_list ap;

	if (x->stopped)
		return;
	va_start(ap, fmt);
	vsnprintf(what, sizeof what, fmt, ap);
	va_end(ap);
	sc_bad(x->e, "line %ju: %s", (uintmax_t)XML_GetCurrentLineNumber(x->parser), what);
	stop(x);
}

/* ---- named characters ---- */

static size_t utf8_put(char *out, uint32_t c)
{
	static const uint8_t lead[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
	size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;

	for (size_t i = n; i-- > 1; c >>= 6)
		out[i] = (char)(0x80 | (c & 0x3f));
	out[0] = (char)(n == 1 ? c : lead[n] | c);
	return n;
}

static uint32_t hex_number(sc_str s)
{
	uint32_t v = 0;

	for (size_t i = 0; i < s.n; i++)
		v = v << 4 | (uint32_t)(s.p[i] <= '9' ? s.p[i] - '0' : s.p[i] - 'A' + 10);
	return v;
}

/* The value beside a name in the table, whose lines are sorted: halves are cut at line ends. */
static sc_str entity_row(sc_str name)
{
	extern const char sc_data_data_entities[];
	extern const size_t sc_data_data_entities_n;
	sc_str t = { sc_data_data_entities, sc_data_data_entities_n };

	while (t.n) {
		size_t mid = t.n / 2, begin = sc_str_rchr(sc_str_head(t, mid), '\n') + 1; /* SC_NONE + 1 is 0 */
		sc_str line = sc_str_from(t, begin), value = line;
		int order;

		line = sc_str_head(line, sc_str_chr(line, '\n'));
		value = sc_str_from(line, sc_str_chr(line, '\t'));
		order = sc_str_cmp(name, sc_str_head(line, line.n - value.n));
		if (!order)
			return sc_str_from(value, 1);
		t = order < 0 ? sc_str_head(t, begin) : sc_str_from(t, begin + line.n + 1);
	}
	return (sc_str){ NULL, 0 };
}

size_t xml_entity(sc_str name, char out[16])
{
	sc_str row, one;
	size_t n = 0;

	if (!name.n || name.n > ENTITY_NAME)
		return 0;
	row = entity_row(name);
	if (!row.n)
		return 0;
	while (n < 12 && sc_str_cut(&row, ' ', &one))
		n += utf8_put(out + n, hex_number(one));
	return n;
}

static void named(struct xml *x, sc_str name)
{
	char value[16];
	size_t n = xml_entity(name, value);

	if (n) {
		x->on->text(x->ctx, (sc_str){ value, n });
		return;
	}
	x->on->text(x->ctx, SC_STR("&"));
	x->on->text(x->ctx, name);
	x->on->text(x->ctx, SC_STR(";"));
}

static void XMLCALL on_text(void *data, const XML_Char *s, int n)
{
	struct xml *x = data;

	x->on->text(x->ctx, (sc_str){ s, (size_t)n });
}

static void XMLCALL on_skipped(void *data, const XML_Char *name, int is_parameter)
{
	if (!is_parameter)
		named(data, sc_str_c(name));
}

/* An entity that is another file: its name is all that we say.  The context is the names of what is open, and nothing else
 * can be: internal ones are not expanded. */
static int XMLCALL on_external(XML_Parser x, const XML_Char *context, const XML_Char *base, const XML_Char *system,
                               const XML_Char *public)
{
	(void)base, (void)system, (void)public;
	if (context)
		named((struct xml *)(void *)x, sc_str_c(context));
	return XML_STATUS_OK;
}

void xml_want_text(struct xml *x, bool wanted)
{
	XML_SetCharacterDataHandler(x->parser, wanted ? on_text : NULL);
	XML_SetSkippedEntityHandler(x->parser, wanted ? on_skipped : NULL);
	XML_SetExternalEntityRefHandler(x->parser, wanted ? on_external : NULL);
}

/* ---- elements ---- */

static void XMLCALL on_open(void *data, const XML_Char *name, const XML_Char **att)
{
	struct xml *x = data;

	if (++x->depth > XML_DEPTH)
		xml_stop(x, "elements are nested deeper than %d: it is no paper", XML_DEPTH);
	x->full = name;
	if (!x->stopped)
		x->on->open(x->ctx, x, xml_local(name), (const char *const *)att);
}

static void XMLCALL on_close(void *data, const XML_Char *name)
{
	struct xml *x = data;

	(void)name;
	x->depth--;
	if (!x->stopped)
		x->on->close(x->ctx, x);
}

static void XMLCALL on_attlist(void *data, const XML_Char *el, const XML_Char *att, const XML_Char *type,
                               const XML_Char *value, int required)
{
	struct xml *x = data;

	(void)el, (void)att, (void)type, (void)required;
	if (value && ++x->ndefault > DEFAULTS)
		xml_stop(x, "more than %d attributes are declared with a default value: it is no paper", DEFAULTS);
}

/* ---- code pages ---- */

/* What differs from ISO-8859-1; 0 for a byte that means nothing. */
static const uint16_t windows_1252[32] = {
	0x20ac, 0,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017d, 0,
	0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,      0x017e, 0x0178,
};
static const struct {
	uint8_t byte;
	uint16_t cp;
} latin_9[] = {
	{ 0xa4, 0x20ac }, { 0xa6, 0x160 }, { 0xa8, 0x161 }, { 0xb4, 0x17d },
	{ 0xb8, 0x17e },  { 0xbc, 0x152 }, { 0xbd, 0x153 }, { 0xbe, 0x178 },
};

static const struct {
	const char *name, *is;
} pages[] = {
	{ "cp1252", "windows-1252" },   { "iso-8859-15", "latin-9" }, { "iso8859-1", "latin-1" },        { "iso_8859-1", "latin-1" },
	{ "iso_8859-15", "latin-9" },   { "latin-9", "latin-9" },     { "latin1", "latin-1" },           { "windows-1252", "windows-1252" },
};

static int XMLCALL on_encoding(void *data, const XML_Char *name, XML_Encoding *info)
{
	const char *page = NULL;

	(void)data;
	for (size_t i = 0; i < SC_COUNT(pages); i++)
		if (!strcasecmp(pages[i].name, name))
			page = pages[i].is;
	if (!page)
		return XML_STATUS_ERROR;
	for (int i = 0; i < 256; i++)
		info->map[i] = i;
	if (!strcmp(page, "windows-1252"))
		for (int i = 0; i < 32; i++)
			info->map[0x80 + i] = windows_1252[i] ? windows_1252[i] : -1;
	if (!strcmp(page, "latin-9"))
		for (size_t i = 0; i < SC_COUNT(latin_9); i++)
			info->map[latin_9[i].byte] = latin_9[i].cp;
	return XML_STATUS_OK;
}

/* ---- a document ---- */

static void prepare(struct xml *x)
{
	XML_Parser p = x->parser;

	XML_SetUserData(p, x);
	XML_SetElementHandler(p, on_open, on_close);
	XML_SetDefaultHandler(p, NULL); /* with or without a handler: internal entities are left alone from here on */
	XML_UseForeignDTD(p, XML_TRUE); /* names that are not declared may be the DTD's, though there is no DOCTYPE */
	XML_SetExternalEntityRefHandlerArg(p, x);
	XML_SetAttlistDeclHandler(p, on_attlist);
	XML_SetUnknownEncodingHandler(p, on_encoding, NULL);
	XML_SetBillionLaughsAttackProtectionActivationThreshold(p, EXPANDED);
	XML_SetBillionLaughsAttackProtectionMaximumAmplification(p, 2.0f);
}

static int failed(struct xml *x)
{
	enum XML_Error why = XML_GetErrorCode(x->parser);
	XML_Index at = XML_GetCurrentByteIndex(x->parser); /* -1: before the first byte */

	if (x->stopped)
		return SC_BAD;
	if (why == XML_ERROR_NO_MEMORY)
		sc_oom();
	return sc_bad(x->e, "line %ju, byte %ju: XML cannot be read: %s: mend the document, or leave it out",
	              (uintmax_t)XML_GetCurrentLineNumber(x->parser), (uintmax_t)(at < 0 ? 0 : at), XML_ErrorString(why));
}

int xml_read(sc_str doc, const struct xml_hooks *on, void *ctx, struct sc_err *e)
{
	struct xml x = { .on = on, .ctx = ctx, .e = e, .parser = XML_ParserCreate(NULL) };
	int rc = SC_OK;
	bool last;

	if (!x.parser)
		sc_oom();
	prepare(&x);
	do {
		sc_str piece = sc_str_head(doc, PIECE);

		doc = sc_str_from(doc, piece.n);
		last = !doc.n;
		if (XML_Parse(x.parser, piece.p ? piece.p : "", (int)piece.n, last) != XML_STATUS_OK)
			rc = failed(&x);
	} while (rc == SC_OK && !last);
	XML_ParserFree(x.parser);
	return rc;
}
