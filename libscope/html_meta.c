/* SPDX-License-Identifier: Apache-2.0 */
/* html_meta.c -- the meta elements of a page, by the tokens of the HTML standard (13.2.5), as far as they matter here; see scope/html.h. */
#include <scope/html.h>

static bool blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

/* The next attribute of a tag from *at on, which moves behind it.  False at the tag's end. */
static bool attribute(sc_str s, size_t *at, sc_str *name, sc_str *value)
{
	size_t i = *at, from;

	while (i < s.n && (blank(s.p[i]) || s.p[i] == '/'))
		i++;
	if (i == s.n || s.p[i] == '>') {
		*at = i;
		return false;
	}
	from = i++; /* a '=' may begin a name */
	while (i < s.n && !blank(s.p[i]) && s.p[i] != '=' && s.p[i] != '>' && s.p[i] != '/')
		i++;
	*name = (sc_str){ s.p + from, i - from };
	*value = (sc_str){ s.p + i, 0 };
	while (i < s.n && blank(s.p[i]))
		i++;
	if (i < s.n && s.p[i] == '=') {
		char quote;

		i++;
		while (i < s.n && blank(s.p[i]))
			i++;
		quote = i < s.n && (s.p[i] == '"' || s.p[i] == '\'') ? s.p[i++] : 0;
		from = i;
		while (i < s.n && (quote ? s.p[i] != quote : !blank(s.p[i]) && s.p[i] != '>'))
			i++;
		*value = (sc_str){ s.p + from, i - from };
		i += quote && i < s.n;
	}
	*at = i;
	return true;
}

static bool letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Is it a tag of that name, "<name" or "</name"? */
static bool begins(sc_str s, sc_str name)
{
	return s.n > name.n && sc_bytes_ieq(s.p, name.p, name.n) && (blank(s.p[name.n]) || s.p[name.n] == '>' || s.p[name.n] == '/');
}

/* Where the end tag of an element stands whose content is no mark-up; the end of the page when it has none. */
static size_t end_tag(sc_str html, size_t at, sc_str end)
{
	size_t found;

	while ((found = sc_str_ifind(sc_str_from(html, at), end)) != SC_NONE) {
		at += found;
		if (begins(sc_str_from(html, at), end))
			return at;
		at += end.n;
	}
	return html.n;
}

/* Behind a comment: "-->" and "--!>" end it, and so does the '>' of "<!-->" and "<!--->". */
static size_t comment(sc_str html, size_t at)
{
	size_t found;

	for (at += 2; (found = sc_str_find(sc_str_from(html, at), SC_STR("--"))) != SC_NONE; at++) {
		sc_str s;

		at += found;
		s = sc_str_from(html, at + 2);
		if (sc_str_starts(s, SC_STR(">")))
			return at + 3;
		if (sc_str_starts(s, SC_STR("!>")))
			return at + 4;
	}
	return html.n;
}

/* Behind the name of a tag, and its attributes. */
static size_t tag(sc_str html, size_t at)
{
	sc_str name, value;

	while (at < html.n && !blank(html.p[at]) && html.p[at] != '/' && html.p[at] != '>')
		at++;
	while (attribute(html, &at, &name, &value))
		;
	return at;
}

/* From a '<' that begins no <meta on: behind the tag, comment or whole element of text. */
static size_t pass_over(struct sc_html_meta *m, size_t at)
{
	static const sc_str raw[][2] = { { SC_LIT("<script"), SC_LIT("</script") }, { SC_LIT("<style"), SC_LIT("</style") },
					 { SC_LIT("<textarea"), SC_LIT("</textarea") }, { SC_LIT("<title"), SC_LIT("</title") },
					 { SC_LIT("<iframe"), SC_LIT("</iframe") }, { SC_LIT("<noembed"), SC_LIT("</noembed") },
					 { SC_LIT("<noframes"), SC_LIT("</noframes") }, { SC_LIT("<xmp"), SC_LIT("</xmp") } };
	sc_str s = sc_str_from(m->html, at);
	char next = s.n > 1 ? s.p[1] : 0;

	if (sc_str_starts(s, SC_STR("<!--")))
		return comment(m->html, at);
	if (next == '!' || next == '?' || (next == '/' && s.n > 2 && !letter(s.p[2]))) {
		size_t end = sc_str_chr(s, '>');

		return end == SC_NONE ? m->html.n : at + end + 1;
	}
	if (!letter(next) && next != '/')
		return at + 1;
	if (begins(s, SC_STR("<template")))
		m->templates++;
	else if (begins(s, SC_STR("</template")) && m->templates)
		m->templates--;
	at = tag(m->html, at + 2);
	for (size_t i = 0; i < SC_COUNT(raw); i++)
		if (begins(s, raw[i][0]))
			return end_tag(m->html, at, raw[i][1]);
	return at;
}

/* The attributes of a <meta, from behind its name on.  Is it one: did the page not end in it, and has it a name? */
static bool read_meta(struct sc_html_meta *m)
{
	sc_str name, value;

	m->name = m->content = (sc_str){ NULL, 0 };
	while (attribute(m->html, &m->at, &name, &value)) {
		if (!m->name.p && sc_str_ieq(name, SC_STR("name")))
			m->name = sc_str_trim(value);
		if (!m->content.p && sc_str_ieq(name, SC_STR("content")))
			m->content = value;
	}
	return m->name.n && m->at < m->html.n && !m->templates;
}

bool sc_html_meta_next(struct sc_html_meta *m)
{
	size_t meta = SC_NONE; /* where the next stands, or what looks like one: nothing behind the last is looked at */

	while (m->at < m->html.n) {
		size_t open = sc_str_chr(sc_str_from(m->html, m->at), '<');

		if (open == SC_NONE)
			break;
		m->at += open;
		if (meta == SC_NONE || meta < m->at) {
			size_t found = sc_str_ifind(sc_str_from(m->html, m->at), SC_STR("<meta"));

			if (found == SC_NONE)
				break;
			meta = m->at + found;
		}
		if (!begins(sc_str_from(m->html, m->at), SC_STR("<meta"))) {
			m->at = pass_over(m, m->at);
			continue;
		}
		m->at += 5;
		if (read_meta(m))
			return true;
	}
	m->at = m->html.n;
	m->name = m->content = (sc_str){ NULL, 0 };
	return false;
}
