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

/* Behind the end of an element whose content is no mark-up; the end of the page when it has none. */
static size_t behind(sc_str html, size_t at, sc_str end)
{
	size_t found = sc_str_ifind(sc_str_from(html, at), end);

	return found == SC_NONE ? html.n : at + found + end.n;
}

static bool begins(sc_str s, sc_str name)
{
	return s.n > name.n && sc_bytes_ieq(s.p, name.p, name.n) && (blank(s.p[name.n]) || s.p[name.n] == '>' || s.p[name.n] == '/');
}

static size_t pass_over(sc_str html, size_t at)
{
	static const sc_str raw[][2] = { { SC_LIT("<script"), SC_LIT("</script") }, { SC_LIT("<style"), SC_LIT("</style") },
					 { SC_LIT("<template"), SC_LIT("</template") }, { SC_LIT("<textarea"), SC_LIT("</textarea") },
					 { SC_LIT("<title"), SC_LIT("</title") }, { SC_LIT("<xmp"), SC_LIT("</xmp") } };
	sc_str s = sc_str_from(html, at);

	if (sc_str_starts(s, SC_STR("<!-->")))
		return at + 5;
	if (sc_str_starts(s, SC_STR("<!--")))
		return behind(html, at + 4 - 2, SC_STR("-->"));
	for (size_t i = 0; i < SC_COUNT(raw); i++)
		if (begins(s, raw[i][0]))
			return behind(html, at, raw[i][1]);
	return at + 1;
}

bool sc_html_meta_next(struct sc_html_meta *m)
{
	while (m->at < m->html.n) {
		size_t open = sc_str_chr(sc_str_from(m->html, m->at), '<');
		sc_str name, value;

		if (open == SC_NONE)
			break;
		m->at += open;
		if (!begins(sc_str_from(m->html, m->at), SC_STR("<meta"))) {
			m->at = pass_over(m->html, m->at);
			continue;
		}
		m->at += 5;
		m->name = m->content = (sc_str){ NULL, 0 };
		while (attribute(m->html, &m->at, &name, &value)) {
			if (!m->name.p && sc_str_ieq(name, SC_STR("name")))
				m->name = sc_str_trim(value);
			if (!m->content.p && sc_str_ieq(name, SC_STR("content")))
				m->content = value;
		}
		if (m->name.n)
			return true;
	}
	m->at = m->html.n;
	return false;
}
