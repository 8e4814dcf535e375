/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lic_package_patterns.c -- licences by patterns of file names: Debian's copyright format 1.0 (DEP-5), which REUSE's .reuse/dep5 is
 * too, and REUSE.toml (REUSE 3.2).
 *
 * Asked for one file, the last stanza that matches decides.  Asked for the package, all stanzas together do, those of the packaging
 * (debian/) aside where there are others.
 */
#include "lic_package.h"

enum { MOST_STANZAS = 4096, MOST_STEPS = 1 << 22 };

bool lic_package_patterns_name(sc_str path)
{
	static const sc_str names[] = { SC_LIT("copyright"), SC_LIT("dep5"), SC_LIT("REUSE.toml") };

	for (size_t i = 0; i < SC_COUNT(names); i++)
		if (sc_str_ends(path, names[i]) && (path.n == names[i].n || path.p[path.n - names[i].n - 1] == '/'))
			return true;
	return false;
}

/* dep5: '*' and '?' match slashes too; REUSE.toml: "**" does, '*' does not, and there is no '?'.  A backslash takes what follows as it is. */
static bool matches(sc_str pattern, sc_str file, bool dep5, size_t *steps)
{
	size_t i = 0, k = 0, again_i = SC_NONE, again_k = 0;
	bool deep = true;

	while (k < file.n || i < pattern.n) {
		if (++*steps > MOST_STEPS)
			return false;
		if (i < pattern.n && pattern.p[i] == '*') {
			deep = dep5 || (i + 1 < pattern.n && pattern.p[i + 1] == '*');
			while (i < pattern.n && pattern.p[i] == '*')
				i++;
			again_i = i;
			again_k = k;
			continue;
		}
		if (i < pattern.n && k < file.n) {
			size_t j = pattern.p[i] == '\\' && i + 1 < pattern.n ? i + 1 : i;

			if (pattern.p[j] == file.p[k] || (dep5 && j == i && pattern.p[i] == '?')) {
				i = j + 1;
				k++;
				continue;
			}
		}
		if (again_i == SC_NONE || again_k >= file.n || (!deep && file.p[again_k] == '/'))
			return false;
		i = again_i;
		k = ++again_k;
	}
	return true;
}

static sc_str without_dot(sc_str s)
{
	return sc_str_starts(s, SC_STR("./")) ? sc_str_from(s, 2) : s;
}

/* What the stanzas come to. */
struct sum {
	const struct lic_package *p;
	const char *rule;
	sc_str *ids;
	size_t n;
	sc_str first; /* where the first one stands */
	size_t steps;
};

static bool is_packaging(sc_str pattern)
{
	return sc_str_starts(without_dot(pattern), SC_STR("debian/"));
}

static void stanza(struct sum *s, bool here, bool packaging, sc_str id, sc_str at)
{
	if (!here || !id.n || s->n == MOST_STANZAS)
		return;
	if (s->p->file.n) { /* the last one decides */
		s->ids[0] = id;
		s->n = 1;
		s->first = at;
		return;
	}
	if (packaging)
		return;
	s->first = s->n ? s->first : at;
	s->ids[s->n++] = id;
}

static void say(struct sum *s)
{
	if (s->n)
		lic_package_say(s->p, lic_package_join(s->p->c->a, s->ids, s->n, LIC_ALL), s->rule, s->first);
}

/* ---- DEP-5 ---- */

struct paragraph {
	sc_str files, licence, rest; /* rest: behind it */
};

static bool is_blank(sc_str line)
{
	return !sc_str_trim(line).n;
}

/* The value of a field: with the lines that are indented behind it. */
static sc_str field(sc_str from, size_t name)
{
	size_t end = name;

	for (;;) {
		size_t lf = sc_str_chr(sc_str_from(from, end), '\n');

		if (lf == SC_NONE)
			return sc_str_from(from, name);
		end += lf;
		if (end + 1 >= from.n || (from.p[end + 1] != ' ' && from.p[end + 1] != '\t'))
			return sc_str_from(sc_str_head(from, end), name);
		end++;
	}
}

static bool next_paragraph(sc_str *rest, struct paragraph *out)
{
	*out = (struct paragraph){ .files = { NULL, 0 } };
	while (rest->n && is_blank(sc_str_head(*rest, sc_str_chr(*rest, '\n'))))
		*rest = sc_str_from(*rest, sc_str_head(*rest, sc_str_chr(*rest, '\n')).n + 1);
	if (!rest->n)
		return false;
	while (rest->n) {
		sc_str line = sc_str_head(*rest, sc_str_chr(*rest, '\n'));

		if (is_blank(line))
			break;
		if (line.n > 6 && sc_bytes_ieq(line.p, "Files:", 6))
			out->files = sc_str_trim(field(*rest, 6));
		else if (line.n > 8 && sc_bytes_ieq(line.p, "License:", 8))
			out->licence = sc_str_trim(sc_str_head(sc_str_from(*rest, 8), sc_str_chr(sc_str_from(*rest, 8), '\n')));
		*rest = sc_str_from(*rest, line.n + 1);
	}
	return true;
}

static bool dep5_here(struct sum *s, sc_str files, bool *packaging)
{
	bool here = !s->p->file.n;

	*packaging = true;
	for (size_t i = 0; i < files.n;) {
		size_t n = 0;
		sc_str one;

		while (i + n < files.n && !memchr(" \t\r\n", files.p[i + n], 4))
			n++;
		one = (sc_str){ files.p + i, n };
		i += n ? n : 1;
		if (!n)
			continue;
		*packaging &= is_packaging(one);
		here = here || matches(without_dot(one), s->p->file, true, &s->steps);
	}
	return here;
}

/* What Debian calls Artistic is Perl's. */
static sc_str debian(const struct sum *s, sc_str words)
{
	struct sc_buf b = { .a = s->p->c->a };
	sc_str name = SC_STR("Artistic"), rest = words;
	size_t at;

	while ((at = sc_str_find(rest, name)) != SC_NONE) {
		sc_str after = sc_str_from(rest, at + name.n);

		sc_buf_add(&b, sc_str_head(rest, at + name.n));
		if (!after.n || *after.p == ' ' || *after.p == ',' || *after.p == ')')
			sc_buf_add(&b, SC_STR("-1.0-Perl"));
		rest = after;
	}
	sc_buf_add(&b, rest);
	return lic_package_words(s->p->c->a, sc_buf_seal(&b));
}

static void dep5(struct sum *s)
{
	sc_str rest = s->p->bytes;
	struct paragraph para;
	sc_str only = { NULL, 0 };

	while (next_paragraph(&rest, &para)) {
		bool packaging, here;

		if (!para.files.n || !para.licence.n)
			continue;
		here = dep5_here(s, para.files, &packaging);
		if (!here)
			continue;
		if (packaging && !s->p->file.n)
			only = para.licence;
		stanza(s, here, packaging, debian(s, para.licence), para.licence);
	}
	if (!s->n && only.n)
		stanza(s, true, false, debian(s, only), only);
}

/* ---- REUSE.toml ---- */

/* The strings behind a key, to the end of their list; calls `each` until it is true. */
static bool strings(sc_str value, bool (*each)(void *ctx, sc_str s), void *ctx)
{
	bool list = value.n && *sc_str_trim(value).p == '[', any = false;

	for (size_t i = 0; i < value.n; i++) {
		char c = value.p[i];
		size_t end;

		if (c == ']' || (c == '\n' && !list))
			break;
		if (c != '"' && c != '\'')
			continue;
		end = sc_str_chr(sc_str_from(value, i + 1), c);
		if (end == SC_NONE)
			break;
		any = each(ctx, (sc_str){ value.p + i + 1, end }) || any;
		i += end + 1;
	}
	return any;
}

static bool path_matches(void *ctx, sc_str pattern)
{
	struct sum *s = ctx;

	return !s->p->file.n || matches(pattern, s->p->file, false, &s->steps);
}

struct ids {
	struct sc_arena *a;
	sc_str v[32], first;
	size_t n;
};

static bool add_id(void *ctx, sc_str words)
{
	struct ids *x = ctx;

	x->first = x->n ? x->first : words;
	if (x->n < SC_COUNT(x->v))
		x->v[x->n++] = lic_package_words(x->a, words);
	return true;
}

static sc_str behind(sc_str block, const char *key)
{
	sc_str rest = block, line;

	while (rest.n) {
		line = sc_str_head(rest, sc_str_chr(rest, '\n'));
		if (sc_str_starts(sc_str_trim(line), sc_str_c(key))) {
			size_t equals = sc_str_chr(line, '=');

			if (equals != SC_NONE)
				return sc_str_from(rest, equals + 1);
		}
		rest = sc_str_from(rest, line.n + 1);
	}
	return (sc_str){ NULL, 0 };
}

static void reuse(struct sum *s)
{
	static const sc_str head = SC_LIT("[[annotations]]");
	sc_str rest = s->p->bytes;
	size_t at = sc_str_find(rest, head);

	while (at != SC_NONE) {
		sc_str block = sc_str_from(rest, at + head.n), path, value;
		struct ids ids = { .a = s->p->c->a };

		at = sc_str_find(block, head);
		rest = block;
		block = sc_str_head(block, at);
		path = behind(block, "path");
		value = behind(block, "SPDX-License-Identifier");
		if (path.p && value.p && strings(path, path_matches, s) && strings(value, add_id, &ids))
			stanza(s, true, false, lic_package_join(ids.a, ids.v, ids.n, LIC_ALL), ids.first);
	}
}

bool lic_package_patterns(const struct lic_package *p, sc_str name)
{
	struct sum s = { .p = p, .ids = SC_NEW(p->c->a, sc_str, MOST_STANZAS) };
	bool toml = sc_str_eq(name, SC_STR("REUSE.toml"));

	s.rule = toml ? "reuse:annotations" : "dep5:files";
	if (toml)
		reuse(&s);
	else if (sc_str_starts(sc_str_trim(sc_str_head(p->bytes, 64)), SC_STR("Format")))
		dep5(&s);
	else
		return false; /* not in that format: a text like others */
	say(&s);
	return true;
}
