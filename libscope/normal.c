/* SPDX-License-Identifier: Apache-2.0 */
/*
 * normal.c -- text made comparable; see scope/normal.h.
 *
 * One pass: a character, a tag or an entity at a time goes to put(), which folds it and holds back white space until something follows
 * it.  Where an element whose content is left out has no end tag, that is remembered, so that no text is looked through twice for it.
 */
#include <scope/normal.h>

#include <stdlib.h>

#include "xml.h"

enum { TAG_MOST = 4096, NAME_MOST = 12, ENTITY_MOST = 32 };

/* ---- case ---- */

/* lo..hi: each (step 1) or every other one from lo on (step 2) becomes what lies `by` further on.  All simple foldings (C and S of Unicode 14's
 * CaseFolding), in order. */
static const struct fold {
	uint32_t lo, hi;
	uint8_t step;
	int32_t by;
} folds[] = {
	/* clang-format off */
	{ 0x41, 0x5a, 1, 32 }, { 0xb5, 0xb5, 1, 775 }, { 0xc0, 0xd6, 1, 32 }, { 0xd8, 0xde, 1, 32 }, { 0x100, 0x12e, 2, 1 },
	{ 0x132, 0x136, 2, 1 }, { 0x139, 0x147, 2, 1 }, { 0x14a, 0x176, 2, 1 }, { 0x178, 0x178, 1, -121 }, { 0x179, 0x17d, 2, 1 },
	{ 0x17f, 0x17f, 1, -268 }, { 0x181, 0x181, 1, 210 }, { 0x182, 0x184, 2, 1 }, { 0x186, 0x186, 1, 206 }, { 0x187, 0x187, 1, 1 },
	{ 0x189, 0x18a, 1, 205 }, { 0x18b, 0x18b, 1, 1 }, { 0x18e, 0x18e, 1, 79 }, { 0x18f, 0x18f, 1, 202 }, { 0x190, 0x190, 1, 203 },
	{ 0x191, 0x191, 1, 1 }, { 0x193, 0x193, 1, 205 }, { 0x194, 0x194, 1, 207 }, { 0x196, 0x196, 1, 211 }, { 0x197, 0x197, 1, 209 },
	{ 0x198, 0x198, 1, 1 }, { 0x19c, 0x19c, 1, 211 }, { 0x19d, 0x19d, 1, 213 }, { 0x19f, 0x19f, 1, 214 }, { 0x1a0, 0x1a4, 2, 1 },
	{ 0x1a6, 0x1a6, 1, 218 }, { 0x1a7, 0x1a7, 1, 1 }, { 0x1a9, 0x1a9, 1, 218 }, { 0x1ac, 0x1ac, 1, 1 }, { 0x1ae, 0x1ae, 1, 218 },
	{ 0x1af, 0x1af, 1, 1 }, { 0x1b1, 0x1b2, 1, 217 }, { 0x1b3, 0x1b5, 2, 1 }, { 0x1b7, 0x1b7, 1, 219 }, { 0x1b8, 0x1b8, 1, 1 },
	{ 0x1bc, 0x1bc, 1, 1 }, { 0x1c4, 0x1c4, 1, 2 }, { 0x1c5, 0x1c5, 1, 1 }, { 0x1c7, 0x1c7, 1, 2 }, { 0x1c8, 0x1c8, 1, 1 },
	{ 0x1ca, 0x1ca, 1, 2 }, { 0x1cb, 0x1db, 2, 1 }, { 0x1de, 0x1ee, 2, 1 }, { 0x1f1, 0x1f1, 1, 2 }, { 0x1f2, 0x1f4, 2, 1 },
	{ 0x1f6, 0x1f6, 1, -97 }, { 0x1f7, 0x1f7, 1, -56 }, { 0x1f8, 0x21e, 2, 1 }, { 0x220, 0x220, 1, -130 }, { 0x222, 0x232, 2, 1 },
	{ 0x23a, 0x23a, 1, 10795 }, { 0x23b, 0x23b, 1, 1 }, { 0x23d, 0x23d, 1, -163 }, { 0x23e, 0x23e, 1, 10792 }, { 0x241, 0x241, 1, 1 },
	{ 0x243, 0x243, 1, -195 }, { 0x244, 0x244, 1, 69 }, { 0x245, 0x245, 1, 71 }, { 0x246, 0x24e, 2, 1 }, { 0x345, 0x345, 1, 116 },
	{ 0x370, 0x372, 2, 1 }, { 0x376, 0x376, 1, 1 }, { 0x37f, 0x37f, 1, 116 }, { 0x386, 0x386, 1, 38 }, { 0x388, 0x38a, 1, 37 },
	{ 0x38c, 0x38c, 1, 64 }, { 0x38e, 0x38f, 1, 63 }, { 0x391, 0x3a1, 1, 32 }, { 0x3a3, 0x3ab, 1, 32 }, { 0x3c2, 0x3c2, 1, 1 },
	{ 0x3cf, 0x3cf, 1, 8 }, { 0x3d0, 0x3d0, 1, -30 }, { 0x3d1, 0x3d1, 1, -25 }, { 0x3d5, 0x3d5, 1, -15 }, { 0x3d6, 0x3d6, 1, -22 },
	{ 0x3d8, 0x3ee, 2, 1 }, { 0x3f0, 0x3f0, 1, -54 }, { 0x3f1, 0x3f1, 1, -48 }, { 0x3f4, 0x3f4, 1, -60 }, { 0x3f5, 0x3f5, 1, -64 },
	{ 0x3f7, 0x3f7, 1, 1 }, { 0x3f9, 0x3f9, 1, -7 }, { 0x3fa, 0x3fa, 1, 1 }, { 0x3fd, 0x3ff, 1, -130 }, { 0x400, 0x40f, 1, 80 },
	{ 0x410, 0x42f, 1, 32 }, { 0x460, 0x480, 2, 1 }, { 0x48a, 0x4be, 2, 1 }, { 0x4c0, 0x4c0, 1, 15 }, { 0x4c1, 0x4cd, 2, 1 },
	{ 0x4d0, 0x52e, 2, 1 }, { 0x531, 0x556, 1, 48 }, { 0x10a0, 0x10c5, 1, 7264 }, { 0x10c7, 0x10c7, 1, 7264 },
	{ 0x10cd, 0x10cd, 1, 7264 }, { 0x13f8, 0x13fd, 1, -8 }, { 0x1c80, 0x1c80, 1, -6222 }, { 0x1c81, 0x1c81, 1, -6221 },
	{ 0x1c82, 0x1c82, 1, -6212 }, { 0x1c83, 0x1c84, 1, -6210 }, { 0x1c85, 0x1c85, 1, -6211 }, { 0x1c86, 0x1c86, 1, -6204 },
	{ 0x1c87, 0x1c87, 1, -6180 }, { 0x1c88, 0x1c88, 1, 35267 }, { 0x1c90, 0x1cba, 1, -3008 }, { 0x1cbd, 0x1cbf, 1, -3008 },
	{ 0x1e00, 0x1e94, 2, 1 }, { 0x1e9b, 0x1e9b, 1, -58 }, { 0x1e9e, 0x1e9e, 1, -7615 }, { 0x1ea0, 0x1efe, 2, 1 },
	{ 0x1f08, 0x1f0f, 1, -8 }, { 0x1f18, 0x1f1d, 1, -8 }, { 0x1f28, 0x1f2f, 1, -8 }, { 0x1f38, 0x1f3f, 1, -8 },
	{ 0x1f48, 0x1f4d, 1, -8 }, { 0x1f59, 0x1f5f, 2, -8 }, { 0x1f68, 0x1f6f, 1, -8 }, { 0x1f88, 0x1f8f, 1, -8 },
	{ 0x1f98, 0x1f9f, 1, -8 }, { 0x1fa8, 0x1faf, 1, -8 }, { 0x1fb8, 0x1fb9, 1, -8 }, { 0x1fba, 0x1fbb, 1, -74 },
	{ 0x1fbc, 0x1fbc, 1, -9 }, { 0x1fbe, 0x1fbe, 1, -7173 }, { 0x1fc8, 0x1fcb, 1, -86 }, { 0x1fcc, 0x1fcc, 1, -9 },
	{ 0x1fd8, 0x1fd9, 1, -8 }, { 0x1fda, 0x1fdb, 1, -100 }, { 0x1fe8, 0x1fe9, 1, -8 }, { 0x1fea, 0x1feb, 1, -112 },
	{ 0x1fec, 0x1fec, 1, -7 }, { 0x1ff8, 0x1ff9, 1, -128 }, { 0x1ffa, 0x1ffb, 1, -126 }, { 0x1ffc, 0x1ffc, 1, -9 },
	{ 0x2126, 0x2126, 1, -7517 }, { 0x212a, 0x212a, 1, -8383 }, { 0x212b, 0x212b, 1, -8262 }, { 0x2132, 0x2132, 1, 28 },
	{ 0x2160, 0x216f, 1, 16 }, { 0x2183, 0x2183, 1, 1 }, { 0x24b6, 0x24cf, 1, 26 }, { 0x2c00, 0x2c2f, 1, 48 },
	{ 0x2c60, 0x2c60, 1, 1 }, { 0x2c62, 0x2c62, 1, -10743 }, { 0x2c63, 0x2c63, 1, -3814 }, { 0x2c64, 0x2c64, 1, -10727 },
	{ 0x2c67, 0x2c6b, 2, 1 }, { 0x2c6d, 0x2c6d, 1, -10780 }, { 0x2c6e, 0x2c6e, 1, -10749 }, { 0x2c6f, 0x2c6f, 1, -10783 },
	{ 0x2c70, 0x2c70, 1, -10782 }, { 0x2c72, 0x2c72, 1, 1 }, { 0x2c75, 0x2c75, 1, 1 }, { 0x2c7e, 0x2c7f, 1, -10815 },
	{ 0x2c80, 0x2ce2, 2, 1 }, { 0x2ceb, 0x2ced, 2, 1 }, { 0x2cf2, 0x2cf2, 1, 1 }, { 0xa640, 0xa66c, 2, 1 }, { 0xa680, 0xa69a, 2, 1 },
	{ 0xa722, 0xa72e, 2, 1 }, { 0xa732, 0xa76e, 2, 1 }, { 0xa779, 0xa77b, 2, 1 }, { 0xa77d, 0xa77d, 1, -35332 },
	{ 0xa77e, 0xa786, 2, 1 }, { 0xa78b, 0xa78b, 1, 1 }, { 0xa78d, 0xa78d, 1, -42280 }, { 0xa790, 0xa792, 2, 1 },
	{ 0xa796, 0xa7a8, 2, 1 }, { 0xa7aa, 0xa7aa, 1, -42308 }, { 0xa7ab, 0xa7ab, 1, -42319 }, { 0xa7ac, 0xa7ac, 1, -42315 },
	{ 0xa7ad, 0xa7ad, 1, -42305 }, { 0xa7ae, 0xa7ae, 1, -42308 }, { 0xa7b0, 0xa7b0, 1, -42258 }, { 0xa7b1, 0xa7b1, 1, -42282 },
	{ 0xa7b2, 0xa7b2, 1, -42261 }, { 0xa7b3, 0xa7b3, 1, 928 }, { 0xa7b4, 0xa7c2, 2, 1 }, { 0xa7c4, 0xa7c4, 1, -48 },
	{ 0xa7c5, 0xa7c5, 1, -42307 }, { 0xa7c6, 0xa7c6, 1, -35384 }, { 0xa7c7, 0xa7c9, 2, 1 }, { 0xa7d0, 0xa7d0, 1, 1 },
	{ 0xa7d6, 0xa7d8, 2, 1 }, { 0xa7f5, 0xa7f5, 1, 1 }, { 0xab70, 0xabbf, 1, -38864 }, { 0xff21, 0xff3a, 1, 32 },
	{ 0x10400, 0x10427, 1, 40 }, { 0x104b0, 0x104d3, 1, 40 }, { 0x10570, 0x1057a, 1, 39 }, { 0x1057c, 0x1058a, 1, 39 },
	{ 0x1058c, 0x10592, 1, 39 }, { 0x10594, 0x10595, 1, 39 }, { 0x10c80, 0x10cb2, 1, 64 }, { 0x118a0, 0x118bf, 1, 32 },
	{ 0x16e40, 0x16e5f, 1, 32 }, { 0x1e900, 0x1e921, 1, 34 },
	/* clang-format on */
};

static int by_letter(const void *key, const void *row)
{
	const uint32_t *c = key;
	const struct fold *f = row;

	return *c < f->lo ? -1 : *c > f->hi;
}

uint32_t sc_fold(uint32_t c)
{
	const struct fold *f;

	if (c < 0x80)
		return c >= 'A' && c <= 'Z' ? c + 32 : c;
	f = bsearch(&c, folds, SC_COUNT(folds), sizeof *folds, by_letter);
	return f && (c - f->lo) % f->step == 0 ? (uint32_t)((int32_t)c + f->by) : c;
}

/* ---- characters ---- */

/* The character at the head of s, which is not empty; bytes that are no UTF-8 are told as they are: false, and one byte. */
static bool decode(sc_str s, uint32_t *cp, size_t *n)
{
	const unsigned char *p = (const unsigned char *)s.p;
	size_t len = p[0] < 0x80 ? 1 : p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : 2;
	uint32_t c = p[0];

	*n = 1;
	*cp = c;
	if (len == 1)
		return true;
	if (c < 0xc2 || c > 0xf4 || len > s.n)
		return false;
	c &= 0x7fu >> len;
	for (size_t i = 1; i < len; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return false;
		c = c << 6 | (p[i] & 0x3f);
	}
	*cp = c;
	*n = len;
	return true;
}

static void encode(struct sc_buf *b, uint32_t c)
{
	char *p = sc_buf_room(b, 4);

	if (c < 0x80) {
		p[0] = (char)c;
		b->n += 1;
	} else if (c < 0x800) {
		p[0] = (char)(0xc0 | c >> 6);
		p[1] = (char)(0x80 | (c & 0x3f));
		b->n += 2;
	} else if (c < 0x10000) {
		p[0] = (char)(0xe0 | c >> 12);
		p[1] = (char)(0x80 | (c >> 6 & 0x3f));
		p[2] = (char)(0x80 | (c & 0x3f));
		b->n += 3;
	} else {
		p[0] = (char)(0xf0 | c >> 18);
		p[1] = (char)(0x80 | (c >> 12 & 0x3f));
		p[2] = (char)(0x80 | (c >> 6 & 0x3f));
		p[3] = (char)(0x80 | (c & 0x3f));
		b->n += 4;
	}
}

size_t sc_characters(sc_str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += (s.p[i] & 0xc0) != 0x80;
	return n;
}

static bool is_line_end(uint32_t c)
{
	return (c >= '\n' && c <= '\r') || c == 0x85 || c == 0x2028 || c == 0x2029;
}

static bool is_blank(uint32_t c)
{
	return c == ' ' || c == '\t' || c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) ||
	       c == 0x202f || c == 0x205f || c == 0x3000;
}

static bool is_nothing(uint32_t c)
{
	return c == 0xad || (c >= 0x200b && c <= 0x200d) || c == 0x2060 || c == 0xfeff;
}

/* ---- what is put together ---- */

/* Where the next > and the next --> stand, looked for when they are behind us: all of it is one pass.  0: not looked for yet. */
struct ends {
	size_t tag, comment;
};

struct normal {
	struct sc_buf *b;
	size_t begin;
	sc_str text;
	size_t at;
	bool blocks;           /* there are tags of blocks: line ends are blanks */
	unsigned pre;          /* but in pre */
	bool blank, paragraph; /* held back */
	struct ends ends;
	uint32_t endless; /* elements of `hidden` of which no end tag follows */
};

static void space(struct normal *n, bool paragraph)
{
	n->blank = true;
	n->paragraph |= paragraph;
}

static void held(struct normal *n)
{
	if (n->blank && n->b->n > n->begin)
		sc_buf_byte(n->b, n->paragraph ? '\n' : ' ');
	n->blank = n->paragraph = false;
}

static void put(struct normal *n, uint32_t c)
{
	if (is_nothing(c))
		return;
	if (is_line_end(c)) {
		space(n, !n->blocks || n->pre);
	} else if (is_blank(c)) {
		space(n, false);
	} else {
		held(n);
		encode(n->b, sc_fold(c));
	}
}

/* ---- mark-up ---- */

static const sc_str blocks[] = {
	SC_LIT("address"), SC_LIT("article"), SC_LIT("aside"),   SC_LIT("blockquote"),
	SC_LIT("body"),    SC_LIT("br"),      SC_LIT("caption"), SC_LIT("dd"),
	SC_LIT("div"),     SC_LIT("dl"),      SC_LIT("dt"),      SC_LIT("figcaption"),
	SC_LIT("figure"),  SC_LIT("footer"),  SC_LIT("form"),    SC_LIT("h1"),
	SC_LIT("h2"),      SC_LIT("h3"),      SC_LIT("h4"),      SC_LIT("h5"),
	SC_LIT("h6"),      SC_LIT("header"),  SC_LIT("hr"),      SC_LIT("html"),
	SC_LIT("li"),      SC_LIT("main"),    SC_LIT("nav"),     SC_LIT("ol"),
	SC_LIT("option"),  SC_LIT("p"),       SC_LIT("pre"),     SC_LIT("section"),
	SC_LIT("table"),   SC_LIT("td"),      SC_LIT("th"),      SC_LIT("title"),
	SC_LIT("tr"),      SC_LIT("ul"),
};
static const sc_str hidden[] = { SC_LIT("head"), SC_LIT("script"), SC_LIT("style"),
	                         SC_LIT("template") };

static size_t named(const sc_str *v, size_t n, sc_str name)
{
	for (size_t i = 0; i < n; i++)
		if (sc_str_ieq(v[i], name))
			return i;
	return SC_NONE;
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static size_t end_after(sc_str text, size_t at, sc_str what, size_t *known)
{
	if (*known < at + 1) {
		size_t found = sc_str_find(sc_str_from(text, at), what);

		*known = found == SC_NONE ? SC_NONE : at + found + what.n;
	}
	return *known;
}

/* <!DOCTYPE ...>, <?xml ...>, <!-- ... -->: its length, 0 when it has no end. */
static size_t declaration(sc_str text, size_t at, struct ends *ends)
{
	bool comment = sc_str_starts(sc_str_from(text, at), SC_STR("<!--"));
	size_t end = comment ? end_after(text, at, SC_STR("-->"), &ends->comment)
	                     : end_after(text, at, SC_STR(">"), &ends->tag);

	return end == SC_NONE || (!comment && end - at > TAG_MOST) ? 0 : end - at;
}

/* The tag or comment at text[at]: its length, 0 when there is none; name, empty for a comment, and whether it is an end tag. */
static size_t tag(sc_str text, size_t at, struct ends *ends, sc_str *name, bool *end)
{
	sc_str s = sc_str_from(text, at);
	size_t i, n;
	char quote = 0;

	*name = (sc_str){ NULL, 0 };
	*end = s.n > 1 && s.p[1] == '/';
	if (s.n < 3)
		return 0;
	if (s.p[1] == '!' || s.p[1] == '?')
		return declaration(text, at, ends);
	i = *end ? 2 : 1;
	if (!is_letter(s.p[i]))
		return 0;
	for (n = i; n < s.n && n - i <= NAME_MOST &&
	            (is_letter(s.p[n]) || (s.p[n] >= '0' && s.p[n] <= '9'));
	     n++)
		;
	*name = (sc_str){ s.p + i, n - i };
	for (i = n; i < s.n && i < TAG_MOST && s.p[i] != '<'; i++) {
		if (!quote && s.p[i] == '>')
			return i + 1;
		if (quote && s.p[i] == quote)
			quote = 0;
		else if (!quote && (s.p[i] == '"' || s.p[i] == '\'') && s.p[i - 1] == '=')
			quote = s.p[i];
	}
	return 0;
}

/* Where `</name` stands, from `at` on. */
static size_t end_of(sc_str s, sc_str name)
{
	size_t from = 0;

	for (;;) {
		size_t at = sc_str_find(sc_str_from(s, from), SC_STR("</"));

		if (at == SC_NONE)
			return SC_NONE;
		from += at;
		if (s.n - from - 2 >= name.n && sc_bytes_ieq(s.p + from + 2, name.p, name.n) &&
		    (s.n - from - 2 == name.n || !is_letter(s.p[from + 2 + name.n])))
			return from;
		from += 2;
	}
}

static void tag_use(struct normal *n, size_t len, sc_str name, bool end)
{
	size_t h = end ? SC_NONE : named(hidden, SC_COUNT(hidden), name);

	n->at += len;
	if (h != SC_NONE && !(n->endless & 1u << h)) {
		size_t close = end_of(sc_str_from(n->text, n->at), name);

		if (close == SC_NONE)
			n->endless |= 1u << h;
		else
			n->at += close;
		space(n, true);
	} else if (named(blocks, SC_COUNT(blocks), name) != SC_NONE) {
		space(n, true);
	}
	if (sc_str_ieq(name, SC_STR("pre"))) {
		if (!end)
			n->pre++;
		else if (n->pre)
			n->pre--;
	}
}

/* Those that XML has of its own. */
static const struct {
	sc_str name;
	uint32_t is;
} five[] = { { SC_LIT("amp"), '&' },
	     { SC_LIT("apos"), '\'' },
	     { SC_LIT("gt"), '>' },
	     { SC_LIT("lt"), '<' },
	     { SC_LIT("quot"), '"' } };

/* &name; &#10; &#xa; at the head of s: its length, 0 when it is none that is known. */
static size_t entity(struct normal *n, sc_str s)
{
	size_t end = sc_str_chr(sc_str_head(s, ENTITY_MOST), ';');
	sc_str name;
	uint32_t c = 0;
	char text[16];

	if (end == SC_NONE || end < 2)
		return 0;
	name = (sc_str){ s.p + 1, end - 1 };
	if (*name.p == '#') {
		bool hex = name.n > 2 && (name.p[1] | 32) == 'x';

		for (size_t i = hex ? 2 : 1; i < name.n; i++) {
			char d = name.p[i];
			int v = d >= '0' && d <= '9'                        ? d - '0'
			        : hex && (d | 32) >= 'a' && (d | 32) <= 'f' ? (d | 32) - 'a' + 10
			                                                    : -1;

			if (v < 0 || c > 0x10ffff)
				return 0;
			c = c * (hex ? 16 : 10) + (uint32_t)v;
		}
		if (!c || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
			return 0;
		put(n, c);
		return end + 1;
	}
	for (size_t i = 0; i < SC_COUNT(five); i++)
		if (sc_str_eq(name, five[i].name)) {
			put(n, five[i].is);
			return end + 1;
		}
	name = (sc_str){ text, xml_entity(name, text) };
	for (size_t used; name.n; name = sc_str_from(name, used)) {
		decode(name, &c, &used);
		put(n, c);
	}
	return name.p == text ? 0 : end + 1;
}

/* Is there a tag of a block?  Then the text is taken for HTML. */
static bool has_blocks(sc_str text)
{
	struct ends ends = { .tag = 0 };
	size_t found, at = 0;

	while ((found = sc_str_chr(sc_str_from(text, at), '<')) != SC_NONE) {
		sc_str name;
		bool end;
		size_t len = tag(text, at + found, &ends, &name, &end);

		if (len && name.n && named(blocks, SC_COUNT(blocks), name) != SC_NONE)
			return true;
		at += found + (len ? len : 1);
	}
	return false;
}

/* One character, or a byte that is none. */
static void character(struct normal *n, sc_str rest)
{
	size_t len;
	uint32_t c;

	if (decode(rest, &c, &len)) {
		put(n, c);
	} else {
		held(n);
		sc_buf_byte(n->b, *rest.p);
	}
	n->at += len;
}

void sc_normal(struct sc_buf *b, sc_str text)
{
	struct normal n = { .b = b, .begin = b->n, .text = text, .blocks = has_blocks(text) };

	sc_buf_room(b, text.n + 16);
	while (n.at < text.n) {
		sc_str rest = sc_str_from(text, n.at), name;
		size_t len;
		bool end;

		if (*rest.p == '<' && (len = tag(text, n.at, &n.ends, &name, &end)) > 0)
			tag_use(&n, len, name, end);
		else if (*rest.p == '&' && (len = entity(&n, rest)) > 0)
			n.at += len;
		else
			character(&n, rest);
	}
}
