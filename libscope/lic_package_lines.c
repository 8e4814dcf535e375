/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lic_package_lines.c -- licences in packages' files that say one thing a line: TOML, INI, YAML, message headers, and assignments in
 * Ruby and Python.
 *
 * Only what is needed of each is read: the section that a line is in, a key at its beginning, and the strings behind it, over several
 * lines where a bracket is open.
 */
#include "lic_package.h"

#include <scope/spdx.h>

enum { MOST_LIST = 64, MOST_VALUE = 8192 };

enum form { PLAIN, TOML, HEADER, YAML, CODE }; /* PLAIN: INI and the like */

static const struct field {
	sc_str name;	/* of the file, or what it ends in behind a '*' */
	enum form form;
	const char *section; /* or NULL: any */
	sc_str key;
	const char *rule;
	enum lic_list how;
} fields[] = {
	{ SC_LIT("Cargo.toml"), TOML, "package", SC_LIT("license"), "cargo:license", LIC_ALL },
	{ SC_LIT("Cargo.toml"), TOML, "workspace.package", SC_LIT("license"), "cargo:license", LIC_ALL },
	{ SC_LIT("pyproject.toml"), TOML, "project", SC_LIT("license"), "pyproject:license", LIC_ALL },
	{ SC_LIT("pyproject.toml"), TOML, "project.license", SC_LIT("text"), "pyproject:license", LIC_ALL },
	{ SC_LIT("pyproject.toml"), TOML, "tool.poetry", SC_LIT("license"), "pyproject:license", LIC_ALL },
	{ SC_LIT("pyproject.toml"), TOML, "project", SC_LIT("classifiers"), "pyproject:classifier", LIC_ALL },
	{ SC_LIT("pyproject.toml"), TOML, "tool.poetry", SC_LIT("classifiers"), "pyproject:classifier", LIC_ALL },
	{ SC_LIT("setup.cfg"), PLAIN, "metadata", SC_LIT("license"), "setup.cfg:license", LIC_ALL },
	{ SC_LIT("setup.cfg"), PLAIN, "metadata", SC_LIT("classifiers"), "setup.cfg:classifier", LIC_ALL },
	{ SC_LIT("setup.cfg"), PLAIN, "metadata", SC_LIT("classifier"), "setup.cfg:classifier", LIC_ALL },
	{ SC_LIT("setup.py"), CODE, NULL, SC_LIT("license"), "setup.py:license", LIC_ALL },
	{ SC_LIT("setup.py"), CODE, NULL, SC_LIT("classifiers"), "setup.py:classifier", LIC_ALL },
	{ SC_LIT("PKG-INFO"), HEADER, NULL, SC_LIT("License-Expression"), "pkg-info:license-expression", LIC_ALL },
	{ SC_LIT("METADATA"), HEADER, NULL, SC_LIT("License-Expression"), "metadata:license-expression", LIC_ALL },
	{ SC_LIT("PKG-INFO"), HEADER, NULL, SC_LIT("License"), "pkg-info:license", LIC_ALL },
	{ SC_LIT("METADATA"), HEADER, NULL, SC_LIT("License"), "metadata:license", LIC_ALL },
	{ SC_LIT("PKG-INFO"), HEADER, NULL, SC_LIT("Classifier"), "pkg-info:classifier", LIC_ALL },
	{ SC_LIT("METADATA"), HEADER, NULL, SC_LIT("Classifier"), "metadata:classifier", LIC_ALL },
	{ SC_LIT("DESCRIPTION"), HEADER, NULL, SC_LIT("License"), "r-description:license", LIC_ALL },
	{ SC_LIT("*.cabal"), HEADER, NULL, SC_LIT("license"), "cabal:license", LIC_ALL },
	{ SC_LIT("*.opam"), YAML, NULL, SC_LIT("license"), "opam:license", LIC_ALL },
	{ SC_LIT("opam"), YAML, NULL, SC_LIT("license"), "opam:license", LIC_ALL },
	{ SC_LIT("*.spec"), HEADER, NULL, SC_LIT("License"), "rpm-spec:license", LIC_ALL },
	{ SC_LIT("CITATION.cff"), YAML, NULL, SC_LIT("license"), "cff:license", LIC_ANY },
	{ SC_LIT("META.yml"), YAML, NULL, SC_LIT("license"), "cpan:license", LIC_ALL },
	{ SC_LIT("README.md"), YAML, "front", SC_LIT("license"), "card:license", LIC_ALL },
	{ SC_LIT("*.gemspec"), CODE, NULL, SC_LIT("license"), "gemspec:license", LIC_ALL },
	{ SC_LIT("*.gemspec"), CODE, NULL, SC_LIT("licenses"), "gemspec:licenses", LIC_ALL },
	{ SC_LIT("*.podspec"), CODE, NULL, SC_LIT("license"), "podspec:license", LIC_ALL },
};

static bool is_named(const struct field *f, sc_str name)
{
	return *f->name.p == '*' ? name.n > f->name.n - 1 && sc_str_ends(name, sc_str_from(f->name, 1)) : sc_str_eq(name, f->name);
}

bool lic_package_lines_name(sc_str name)
{
	for (size_t i = 0; i < SC_COUNT(fields); i++)
		if (is_named(&fields[i], name))
			return true;
	return false;
}

/* ---- values ---- */

/* R's "GPL (>= 2)", "GPL-2 | file LICENSE", "MIT + file LICENSE" in others' spelling. */
static sc_str r_words(struct sc_arena *a, sc_str s)
{
	struct sc_buf b = { .a = a };
	sc_str rest = s, one;
	size_t n = 0;

	while (rest.p && sc_str_cut(&rest, '|', &one)) {
		size_t file = sc_str_find(one, SC_STR("+ file")), least;

		one = sc_str_trim(sc_str_head(one, file));
		if (!one.n || sc_str_starts(one, SC_STR("file ")))
			continue;
		if (n++)
			sc_buf_add(&b, SC_STR(" OR "));
		least = sc_str_find(one, SC_STR("(>="));
		if (least != SC_NONE && sc_str_ends(one, SC_STR(")"))) {
			sc_buf_add(&b, sc_str_trim(sc_str_head(one, least)));
			sc_buf_byte(&b, '-');
			sc_buf_add(&b, sc_str_trim((sc_str){ one.p + least + 3, one.n - least - 4 }));
			sc_buf_byte(&b, '+');
		} else {
			sc_buf_add(&b, one);
		}
	}
	return sc_buf_seal(&b);
}

static sc_str classifier(struct sc_arena *a, sc_str s)
{
	sc_str rule;

	if (!sc_str_starts(s, SC_STR("License ::")) || sc_str_eq(s, SC_STR("License :: OSI Approved")))
		return (sc_str){ NULL, 0 };
	s = sc_spdx_from_words(a, s, &rule);
	return s.n ? s : SC_STR("unknown");
}

struct value {
	sc_str all; /* a view: the value's bytes */
	sc_str v[MOST_LIST];
	size_t n;
};

static void value_add(struct value *v, sc_str s)
{
	s = sc_str_trim(s);
	if (s.n && v->n < MOST_LIST)
		v->v[v->n++] = s;
}

/* The strings in quotes; false: there are none. */
static bool quoted(struct value *v, sc_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char q = s.p[i];
		size_t end;

		if (q == '#' && (i == 0 || s.p[i - 1] == ' ')) { /* a comment, through the line */
			size_t lf = sc_str_chr(sc_str_from(s, i), '\n');

			if (lf == SC_NONE)
				break;
			i += lf;
			continue;
		}
		if (q != '"' && q != '\'')
			continue;
		end = sc_str_chr(sc_str_from(s, i + 1), q);
		if (end == SC_NONE)
			break;
		value_add(v, (sc_str){ s.p + i + 1, end });
		i += end + 1;
	}
	return v->n > 0;
}

/* What stands behind a key: to the end of its line, and of the bracket that is open there; of YAML and headers the lines that are indented. */
static sc_str extent(sc_str s, enum form form)
{
	size_t open = 0, i = 0;
	char quote = 0;

	s = sc_str_head(s, MOST_VALUE);
	for (; i < s.n; i++) {
		char c = s.p[i];

		if (quote) {
			quote = c == quote || c == '\n' ? 0 : quote;
			if (c != '\n')
				continue;
		}
		if (c == '"' || c == '\'')
			quote = form == HEADER ? 0 : c;
		else if (c == '[' || c == '(' || c == '{')
			open++;
		else if ((c == ']' || c == ')' || c == '}') && open)
			open--;
		else if (c == '\n' && (form == HEADER || !open) &&
			 !((form == HEADER || form == YAML || form == PLAIN) && i + 1 < s.n && (s.p[i + 1] == ' ' || s.p[i + 1] == '\t' || (form == YAML && i + 2 < s.n && s.p[i + 1] == '-' && s.p[i + 2] == ' '))))
			break;
	}
	return sc_str_head(s, i);
}

static void read_value(struct value *v, sc_str s, enum form form, bool classifiers)
{
	sc_str rest, one;

	v->all = sc_str_trim(s);
	v->n = 0;
	if ((form == TOML || form == CODE) && v->all.n && *v->all.p == '{' && sc_str_find(v->all, SC_STR("text")) == SC_NONE &&
	    sc_str_find(v->all, SC_STR("type")) == SC_NONE)
		return; /* { file = "LICENSE" } */
	if (form != HEADER && form != PLAIN && (quoted(v, v->all) || form != YAML)) {
		if (form == CODE && *v->all.p == '{' && v->n > 1) /* { :type => 'MIT', :file => 'LICENSE' } */
			v->n = 1;
		return;
	}
	if (!classifiers && form != YAML) {
		value_add(v, sc_str_head(v->all, sc_str_chr(v->all, '\n')));
		return;
	}
	rest = v->all;
	while (rest.p && sc_str_cut(&rest, '\n', &one)) {
		one = sc_str_trim(sc_str_head(one, sc_str_find(one, SC_STR(" #"))));
		value_add(v, sc_str_starts(one, SC_STR("- ")) ? sc_str_from(one, 2) : one);
	}
}

static sc_str id_of(const struct lic_package *p, const struct field *f, const struct value *v, bool classifiers)
{
	struct sc_arena *a = p->c->a;
	sc_str ids[MOST_LIST];

	for (size_t i = 0; i < v->n; i++) {
		sc_str words = v->v[i];

		if (f->form == TOML && sc_str_starts(words, SC_STR("text")))
			words = SC_STR("");
		ids[i] = classifiers ? classifier(a, words)
				     : lic_package_words(a, sc_str_eq(f->name, SC_STR("DESCRIPTION")) ? r_words(a, words) : words);
	}
	return lic_package_join(a, ids, v->n, f->how);
}

/* ---- lines ---- */

static bool blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Behind the key and its '=' or ':', where the line begins with it; SC_NONE. */
static size_t behind_key(sc_str line, const struct field *f)
{
	size_t i = 0;

	if (f->form == CODE) { /* "s.license = ", "    license=": what stands before the dot is any name */
		size_t dot;

		while (i < line.n && blank(line.p[i]))
			i++;
		dot = sc_str_chr(sc_str_from(line, i), '.');
		if (dot < 24 && sc_str_starts(sc_str_from(line, i + dot + 1), f->key))
			i += dot + 1;
	}
	if (line.n < i + f->key.n || !sc_bytes_ieq(line.p + i, f->key.p, f->key.n) || (f->form != HEADER && memcmp(line.p + i, f->key.p, f->key.n) != 0))
		return SC_NONE;
	i += f->key.n;
	while (i < line.n && blank(line.p[i]))
		i++;
	if (i == line.n || !(line.p[i] == ':' ? f->form == HEADER || f->form == YAML : line.p[i] == '=' && f->form != HEADER && f->form != YAML))
		return SC_NONE;
	return i + 1;
}

/* "[project]" and "[[x]]", and the front matter of a README between lines of three dashes. */
static bool section(sc_str line, sc_str *now)
{
	sc_str s = sc_str_trim(line);

	if (s.n < 3 || *s.p != '[' || !sc_str_ends(sc_str_head(s, sc_str_rchr(s, ']') + 1), SC_STR("]")))
		return false;
	s = sc_str_trim(sc_str_head(s, sc_str_rchr(s, ']')));
	while (s.n && *s.p == '[')
		s = sc_str_from(s, 1);
	while (s.n && s.p[s.n - 1] == ']')
		s.n--;
	*now = sc_str_trim(s);
	return true;
}

static bool said_already(const struct lic_package *p, uint32_t from)
{
	for (uint32_t i = from; i < p->c->n; i++)
		if (!sc_str_eq(p->c->v[i].value, SC_STR("unknown")))
			return true;
	return false;
}

/* All lines that have the field; of classifiers they add up. */
static void find(const struct lic_package *p, const struct field *f)
{
	sc_str rest = p->bytes, now = { "", 0 }, line, ids[MOST_LIST], first = { NULL, 0 };
	bool classifiers = sc_str_ifind(f->key, SC_STR("classifier")) != SC_NONE, front = false;
	struct value v;
	size_t n = 0;

	while (rest.n) {
		size_t lf = sc_str_chr(rest, '\n'), at;
		sc_str id;

		line = sc_str_head(rest, lf);
		if (f->section && strcmp(f->section, "front") == 0) {
			if (sc_str_eq(sc_str_trim(line), SC_STR("---"))) {
				if (line.p != p->bytes.p)
					break;
				front = true;
			} else if (!front) {
				break;
			}
		} else if (f->section && section(line, &now)) {
			rest = sc_str_from(rest, line.n + 1);
			continue;
		}
		if (f->form == HEADER && !sc_str_trim(line).n && !sc_str_eq(f->name, SC_STR("*.cabal")) && !sc_str_eq(f->name, SC_STR("*.spec")) &&
		    line.p != p->bytes.p)
			break; /* the body */
		at = (front || !f->section || sc_str_eq(now, sc_str_c(f->section))) ? behind_key(line, f) : SC_NONE;
		if (at != SC_NONE) {
			read_value(&v, extent(sc_str_from(rest, at), f->form), f->form, classifiers);
			id = id_of(p, f, &v, classifiers);
			if (id.n && n < MOST_LIST) {
				first = n ? first : v.all;
				ids[n++] = id;
			}
		}
		rest = sc_str_from(rest, line.n + 1);
	}
	if (n)
		lic_package_say(p, lic_package_join(p->c->a, ids, n, f->how), f->rule, first);
}

bool lic_package_lines(const struct lic_package *p, sc_str name)
{
	uint32_t from = p->c->n;

	if (!lic_package_lines_name(name))
		return false;
	for (size_t i = 0; i < SC_COUNT(fields); i++)
		if (is_named(&fields[i], name) && !said_already(p, from))
			find(p, &fields[i]);
	return true;
}
