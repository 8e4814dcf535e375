/* SPDX-License-Identifier: Apache-2.0 */
/* html.c -- text into pages; see scope/html.h. */
#include <scope/html.h>
#include <scope/text.h>

/* Bytes of the character that s begins with, and what it is. */
static size_t decode(sc_str s, unsigned *u)
{
	unsigned char c = (unsigned char)*s.p;
	size_t n = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;

	*u = n == 1 ? c : n == 2 ? c & 31u : n == 3 ? c & 15u : c & 7u;
	for (size_t i = 1; i < n; i++)
		*u = *u << 6 | ((unsigned char)s.p[i] & 63u);
	return n;
}

static bool is_left_out(unsigned u)
{
	return (u < 0x20 && u != '\n' && u != '\t') || (u >= 0x7f && u < 0xa0) || (u >= 0x200b && u <= 0x200f) ||
	       (u >= 0x2028 && u <= 0x202e) || (u >= 0x2060 && u <= 0x206f) || u == 0xfeff || u >= 0xfff0;
}

static void put(struct sc_buf *b, sc_str s)
{
	while (s.n) {
		unsigned u;
		size_t n = decode(s, &u);

		switch (u) {
		case '&': sc_buf_add(b, SC_STR("&amp;")); break;
		case '<': sc_buf_add(b, SC_STR("&lt;")); break;
		case '>': sc_buf_add(b, SC_STR("&gt;")); break;
		case '"': sc_buf_add(b, SC_STR("&quot;")); break;
		case '\'': sc_buf_add(b, SC_STR("&#39;")); break;
		default:
			if (!is_left_out(u) || (u >= 0x10000 && u < 0xe0000))
				sc_buf_add(b, sc_str_head(s, n));
		}
		s = sc_str_from(s, n);
	}
}

void sc_html_put(struct sc_buf *b, sc_str s)
{
	while (s.n) {
		size_t n = sc_utf8_valid(s);

		put(b, sc_str_head(s, n));
		if (n == s.n)
			return;
		sc_buf_add(b, SC_STR("\xef\xbf\xbd"));
		s = sc_str_from(s, n + 1);
	}
}

void sc_html_begin(struct sc_buf *b, sc_str title, const char *style)
{
	sc_buf_add(b, SC_STR("<!DOCTYPE html>\n<html lang=\"en\" xmlns=\"http://www.w3.org/1999/xhtml\">\n<head>\n<meta charset=\"utf-8\"/>\n"
			     "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'\"/>\n"
			     "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
			     "<meta name=\"referrer\" content=\"no-referrer\"/>\n<title>"));
	sc_html_put(b, title);
	sc_buf_add(b, SC_STR("</title>\n<style>\n:root { color-scheme: light dark; --line: #d0d4da; --dim: #5a6270; --back: #ffffff; --card: #f6f7f9; --text: #1b1f24; --link: #0b57b0 }\n"
			     "@media (prefers-color-scheme: dark) { :root { --line: #3a4048; --dim: #9aa3ae; --back: #14171a; --card: #1d2126; --text: #e6e8eb; --link: #7db4ff } }\n"
			     "body { font: 15px/1.45 system-ui, sans-serif; color: var(--text); background: var(--back); margin: 0 auto; padding: 1rem; max-width: 90rem }\n"
			     "a { color: var(--link) } h1 { font-size: 1.4rem } h2 { font-size: 1.1rem; margin-top: 2rem } .dim { color: var(--dim) }\n"));
	sc_buf_add(b, sc_str_c(style));
	sc_buf_add(b, SC_STR("</style>\n</head>\n<body>\n"));
}

void sc_html_end(struct sc_buf *b)
{
	sc_buf_add(b, SC_STR("</body>\n</html>\n"));
}

bool sc_html_is_link(sc_str url)
{
	if (!sc_str_starts(url, SC_STR("https://")) && !sc_str_starts(url, SC_STR("http://")))
		return false;
	for (size_t i = 0; i < url.n; i++)
		if ((unsigned char)url.p[i] <= 0x20 || url.p[i] == 0x7f || strchr("<>\"'\\`", url.p[i]))
			return false;
	return sc_utf8_valid(url) == url.n;
}
