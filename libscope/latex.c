/* SPDX-License-Identifier: Apache-2.0 */
/*
 * latex.c -- LaTeX sources: files to one text, what the paper says of itself, and which file a graphic's name means.
 *
 * TeX is a language that only TeX can run; here it is read as people write papers in it.  Files are put together as \input has it,
 * without comments, verbatim text and what \iffalse hides, up to \end{document}; each byte's origin is remembered.  Input that is
 * not UTF-8 is taken as windows-1252.
 */
#include "latex.h"

#include <stdlib.h>

#include <scope/text.h>

/* ---- walking ---- */

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '@';
}

bool tex_is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Bytes of the character that s begins with: what follows its first one in UTF-8 is not torn off. */
static size_t char_len(sc_str s)
{
	size_t n = 1;

	while (n < s.n && n < 4 && ((unsigned char)s.p[n] & 0xc0) == 0x80)
		n++;
	return n;
}

sc_str tex_word(sc_str s, size_t *n)
{
	size_t i = 1;

	while (i < s.n && is_letter(s.p[i]))
		i++;
	if (i == 1 && s.n > 1)
		i += char_len(sc_str_from(s, 1));
	*n = i;
	return (sc_str){ s.p + 1, i - 1 };
}

void tex_space(sc_str s, size_t *i)
{
	while (*i < s.n && tex_is_space(s.p[*i]))
		++*i;
}

bool tex_group(struct tex *t, sc_str s, size_t *i, char open, sc_str *in)
{
	char close = open == '{' ? '}' : ']';
	size_t at = *i, from, depth = 0;

	tex_space(s, &at);
	if (at >= s.n || s.p[at] != open)
		return false;
	from = ++at;
	for (; at < s.n && t->budget; at++, t->budget--) {
		char c = s.p[at];

		if (c == '\\')
			at++;
		else if (c == close && !depth) {
			*in = (sc_str){ s.p + from, at - from };
			*i = at + 1;
			return true;
		} else if (c == '{')
			depth++;
		else if (c == '}' && !depth--)
			return false;
	}
	return false;
}

bool tex_arg(struct tex *t, sc_str s, size_t *i, sc_str *in)
{
	size_t at = *i, n = 1;

	if (tex_group(t, s, i, '{', in))
		return true;
	tex_space(s, &at);
	if (at >= s.n || s.p[at] == '{' || s.p[at] == '}')
		return false;
	if (s.p[at] == '\\')
		tex_word(sc_str_from(s, at), &n);
	else
		n = char_len(sc_str_from(s, at));
	*in = (sc_str){ s.p + at, n };
	*i = at + n;
	return true;
}

void *tex_grown(struct sc_arena *a, void *v, size_t n, size_t *cap, size_t size)
{
	void *to;

	if (n < *cap)
		return v;
	*cap = *cap ? 2 * *cap : 32;
	to = sc_zalloc(a, size, *cap);
	if (n)
		memcpy(to, v, n * size);
	return to;
}

void source_add(struct sc_arena *a, struct source *t, sc_str bytes, uint32_t part, size_t off, bool made)
{
	const struct seg *last = t->nseg ? &t->seg[t->nseg - 1] : NULL;

	if (!bytes.n)
		return;
	if (!last || made || last->made || last->part != part || last->off + (t->b.n - last->at) != off) {
		t->seg = tex_grown(a, t->seg, t->nseg, &t->capseg, sizeof *t->seg);
		t->seg[t->nseg++] = (struct seg){ t->b.n, off, part, made };
	}
	sc_buf_add(&t->b, bytes);
}

/* The segment that `at` lies in. */
static size_t seg_of(const struct source *t, size_t at)
{
	size_t lo = 0, hi = t->nseg;

	while (lo + 1 < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (t->seg[mid].at <= at)
			lo = mid;
		else
			hi = mid;
	}
	return lo;
}

void source_at(const struct source *t, size_t at, uint32_t *part, size_t *off)
{
	const struct seg *s = t->nseg ? &t->seg[seg_of(t, at)] : NULL;

	*part = s ? s->part : 0;
	*off = s ? s->off + (s->made ? 0 : at - s->at) : 0;
}

void source_copy(struct sc_arena *a, struct source *t, const struct source *from, size_t begin, size_t end)
{
	for (size_t k = begin, i = seg_of(from, begin); k < end; i++) {
		size_t next = i + 1 < from->nseg && from->seg[i + 1].at < end ? from->seg[i + 1].at : end;
		const struct seg *s = &from->seg[i];

		source_add(a, t, (sc_str){ from->b.p + k, next - k }, s->part, s->off + (s->made ? 0 : k - s->at), s->made);
		k = next;
	}
}

/* ---- what it is ---- */

enum { LOOK = 1 << 20, LINE_MOST = 4096 };

static bool commands_there(sc_str s, const sc_str *v, size_t n, size_t wanted)
{
	size_t found = 0;

	s = sc_str_head(s, LOOK);
	if (memchr(s.n ? s.p : "", 0, sc_str_head(s, 1024).n))
		return false;
	for (size_t i = 0; i < n && found < wanted; i++)
		for (size_t at = 0, k; (k = sc_str_find(sc_str_from(s, at), v[i])) != SC_NONE; at += k + v[i].n) {
			size_t line = at + k;

			while (line && at + k - line < LINE_MOST && s.p[line - 1] != '\n' && s.p[line - 1] != '%')
				line--;
			if (line && s.p[line - 1] == '%' && (line < 2 || s.p[line - 2] != '\\'))
				continue; /* a comment */
			found++;
			break;
		}
	return found >= wanted;
}

bool sc_latex_is_main(sc_str bytes)
{
	static const sc_str v[] = { SC_LIT("\\documentclass"), SC_LIT("\\documentstyle"), SC_LIT("\\begin{document}") };

	return commands_there(bytes, v, SC_COUNT(v), 1);
}

bool sc_latex_is(sc_str bytes)
{
	static const sc_str some[] = { SC_LIT("\\section{"), SC_LIT("\\begin{"), SC_LIT("\\cite{"), SC_LIT("\\input{"), SC_LIT("\\end{") };

	return sc_latex_is_main(bytes) || commands_there(bytes, some, SC_COUNT(some), 3);
}

/* ---- files ---- */

static uint32_t part_named(const struct sc_part *part, uint32_t npart, sc_str name)
{
	uint32_t found = npart;

	for (uint32_t i = 0; i < npart; i++)
		if (sc_str_eq(part[i].name, name))
			return i;
	for (uint32_t i = 0; i < npart; i++)
		if (sc_str_ieq(part[i].name, name)) {
			if (found < npart)
				return npart; /* which one? */
			found = i;
		}
	return found;
}

bool tex_joined(struct sc_arena *a, sc_str folder, sc_str name, sc_str *out)
{
	struct sc_buf b = { .a = a };
	sc_str both = sc_fmt(a, "%.*s%.*s", SC_ARG(folder), SC_ARG(name)), one;
	sc_str rest = both;

	while (rest.n && sc_str_cut(&rest, '/', &one)) {
		if (!one.n || sc_str_eq(one, SC_STR(".")))
			continue;
		if (sc_str_eq(one, SC_STR(".."))) {
			size_t slash = sc_str_rchr(sc_buf_str(&b), '/');

			if (!b.n)
				return false;
			b.n = slash == SC_NONE ? 0 : slash;
			continue;
		}
		if (b.n)
			sc_buf_byte(&b, '/');
		sc_buf_add(&b, one);
	}
	*out = b.n ? sc_buf_seal(&b) : SC_STR("");
	return out->n > 0;
}

/* A file by \input's rules: as named or with .tex, from the main file's folder, else from that of the file at hand. */
static uint32_t file_named(const struct tex *t, sc_str name, sc_str from)
{
	sc_str folders[2] = { t->folder, from }, path;

	name = sc_str_trim(name);
	if (name.n > 1 && *name.p == '"' && name.p[name.n - 1] == '"')
		name = (sc_str){ name.p + 1, name.n - 2 };
	if (!name.n || name.n > 1024 || *name.p == '/' || *name.p == '|')
		return t->npart;
	for (size_t i = 0; i < 2; i++)
		for (int ext = 1; ext >= 0; ext--) {
			uint32_t k;

			if (!tex_joined(t->a, folders[i], ext ? sc_fmt(t->a, "%.*s.tex", SC_ARG(name)) : name, &path))
				continue;
			k = part_named(t->part, t->npart, path);
			if (k < t->npart)
				return k;
		}
	return t->npart;
}

/* ---- to one text ---- */

/* A file being read. */
struct reading {
	struct tex *t;
	sc_str s;
	size_t i;
	uint32_t part;
	bool latin;
	bool *open; /* parts that are being read: a path through them has no circle */
	unsigned depth;
};

static int read_file(struct tex *t, uint32_t part, bool *open, unsigned depth, bool *ended, struct sc_err *e);

/* windows-1252's own part of the upper half; 0 = undefined there. */
static const uint16_t upper[32] = { 0x20ac, 0, 0x201a, 0x192, 0x201e, 0x2026, 0x2020, 0x2021, 0x2c6, 0x2030, 0x160, 0x2039, 0x152, 0, 0x17d, 0,
				    0, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x2dc, 0x2122, 0x161, 0x203a, 0x153, 0, 0x17e, 0x178 };

static sc_str as_utf8(unsigned char c, char out[4])
{
	unsigned u = c < 0xa0 ? upper[c - 0x80] : c;

	if (!u)
		u = 0xfffd;
	if (u < 0x800) {
		out[0] = (char)(0xc0 | u >> 6);
		out[1] = (char)(0x80 | (u & 63));
		return (sc_str){ out, 2 };
	}
	out[0] = (char)(0xe0 | u >> 12);
	out[1] = (char)(0x80 | (u >> 6 & 63));
	out[2] = (char)(0x80 | (u & 63));
	return (sc_str){ out, 3 };
}

static void copy(struct reading *r, size_t n)
{
	sc_str s = sc_str_head(sc_str_from(r->s, r->i), n);
	size_t begun = 0;

	for (size_t k = 0; r->latin && k < s.n; k++)
		if ((unsigned char)s.p[k] >= 0x80) {
			char out[4];

			source_add(r->t->a, &r->t->text, (sc_str){ s.p + begun, k - begun }, r->part, r->i + begun, false);
			source_add(r->t->a, &r->t->text, as_utf8((unsigned char)s.p[k], out), r->part, r->i + k, true);
			begun = k + 1;
		}
	source_add(r->t->a, &r->t->text, sc_str_from(s, begun), r->part, r->i + begun, false);
	r->i += s.n;
}

/* The rest of the line, its end and the white space that the next one begins with, unless that is empty: then a paragraph ends. */
static void skip_comment(struct reading *r)
{
	size_t k;

	while (r->i < r->s.n && r->s.p[r->i] != '\n')
		r->i++;
	r->i += r->i < r->s.n;
	for (k = r->i; k < r->s.n && (r->s.p[k] == ' ' || r->s.p[k] == '\t'); k++)
		;
	if (k < r->s.n && r->s.p[k] != '\n' && r->s.p[k] != '\r')
		r->i = k;
}

/* Behind \iffalse: to its \fi or \else. */
static void skip_false(struct reading *r)
{
	unsigned depth = 0;

	while (r->i < r->s.n) {
		size_t n;
		sc_str word;

		if (r->s.p[r->i] == '%') {
			skip_comment(r);
			continue;
		}
		if (r->s.p[r->i] != '\\') {
			r->i++;
			continue;
		}
		word = tex_word(sc_str_from(r->s, r->i), &n);
		r->i += n;
		if (sc_str_starts(word, SC_STR("if")) && !sc_str_eq(word, SC_STR("iff")))
			depth++;
		else if (sc_str_eq(word, SC_STR("fi")) && !depth--)
			return;
		else if (sc_str_eq(word, SC_STR("else")) && !depth)
			return;
	}
}

static bool is_verbatim(sc_str env)
{
	static const sc_str v[] = { SC_LIT("verbatim"), SC_LIT("verbatim*"), SC_LIT("Verbatim"), SC_LIT("lstlisting"), SC_LIT("comment"),
				    SC_LIT("minted"), SC_LIT("filecontents"), SC_LIT("filecontents*"), SC_LIT("thebibliography") };

	for (size_t i = 0; i < SC_COUNT(v); i++)
		if (sc_str_eq(env, v[i]))
			return true;
	return false;
}

/* \begin{...}, \end{...}: true when it was dealt with. */
static bool environment(struct reading *r, sc_str word, size_t n, bool *ended)
{
	size_t after = r->i + n, found;
	sc_str env;

	if (!tex_group(r->t, r->s, &after, '{', &env))
		return false;
	if (sc_str_eq(word, SC_STR("end"))) {
		*ended |= sc_str_eq(env, SC_STR("document"));
		return *ended;
	}
	if (!is_verbatim(env))
		return false;
	found = sc_str_find(sc_str_from(r->s, after), sc_fmt(r->t->a, "\\end{%.*s}", SC_ARG(env)));
	r->i = found == SC_NONE ? r->s.n : after + found + env.n + 6;
	return true;
}

/* The name behind \input, which needs no braces. */
static bool bare_name(struct reading *r, size_t *i, sc_str *name)
{
	size_t from;

	if (tex_group(r->t, r->s, i, '{', name))
		return true;
	tex_space(r->s, i);
	from = *i;
	while (*i < r->s.n && !tex_is_space(r->s.p[*i]) && r->s.p[*i] != '}' && r->s.p[*i] != '\\' && r->s.p[*i] != '%')
		++*i;
	*name = (sc_str){ r->s.p + from, *i - from };
	return name->n > 0;
}

/* \input{x} and its kin; SC_EOF: it is none of them. */
static int input(struct reading *r, sc_str word, size_t n, bool *ended, struct sc_err *e)
{
	static const sc_str one[] = { SC_LIT("include"), SC_LIT("subfile"), SC_LIT("subfileinclude") };
	static const sc_str two[] = { SC_LIT("import"), SC_LIT("subimport"), SC_LIT("inputfrom"), SC_LIT("includefrom") };
	sc_str from = sc_path_folder(r->t->part[r->part].name), name = { NULL, 0 }, dir;
	size_t after = r->i + n;
	bool is = sc_str_eq(word, SC_STR("input")) && bare_name(r, &after, &name);
	uint32_t part;

	for (size_t i = 0; !is && i < SC_COUNT(one); i++)
		is = sc_str_eq(word, one[i]) && tex_group(r->t, r->s, &after, '{', &name);
	for (size_t i = 0; !is && i < SC_COUNT(two); i++)
		if (sc_str_eq(word, two[i]) && tex_group(r->t, r->s, &after, '{', &dir) && tex_group(r->t, r->s, &after, '{', &name)) {
			name = sc_fmt(r->t->a, "%.*s/%.*s", SC_ARG(dir), SC_ARG(name));
			is = true;
		}
	if (!is)
		return SC_EOF;
	r->i = after;
	if (r->t->ninput++ >= TEX_INPUTS)
		return sc_bad(e, "it asks for more than %d files", TEX_INPUTS);
	part = file_named(r->t, name, from);
	if (part < r->t->npart && !r->open[part] && r->depth < TEX_DEPTH)
		return read_file(r->t, part, r->open, r->depth + 1, ended, e);
	return SC_OK;
}

static int command(struct reading *r, bool *ended, struct sc_err *e)
{
	size_t n;
	sc_str word = tex_word(sc_str_from(r->s, r->i), &n);
	int rc;

	if (sc_str_eq(word, SC_STR("iffalse"))) {
		r->i += n;
		skip_false(r);
		return SC_OK;
	}
	if (sc_str_eq(word, SC_STR("endinput"))) {
		r->i = r->s.n;
		return SC_OK;
	}
	if (sc_str_eq(word, SC_STR("verb")) && r->i + n < r->s.n) {
		size_t end = sc_str_chr(sc_str_from(r->s, r->i + n + 1), r->s.p[r->i + n]);

		r->i = end == SC_NONE ? r->i + n : r->i + n + end + 2;
		return SC_OK;
	}
	if ((sc_str_eq(word, SC_STR("begin")) || sc_str_eq(word, SC_STR("end"))) && environment(r, word, n, ended))
		return SC_OK;
	rc = input(r, word, n, ended, e);
	if (rc == SC_EOF)
		copy(r, n);
	return rc == SC_EOF ? SC_OK : rc;
}

static int read_file(struct tex *t, uint32_t part, bool *open, unsigned depth, bool *ended, struct sc_err *e)
{
	struct reading r = { .t = t, .s = t->part[part].data, .part = part, .open = open, .depth = depth };
	int rc = SC_OK;

	if (t->text.b.n + r.s.n > TEX_MOST)
		return sc_bad(e, "its files make more than %d bytes", TEX_MOST);
	r.latin = sc_utf8_valid(r.s) < r.s.n;
	open[part] = t->used[part] = true;
	while (r.i < r.s.n && !*ended && rc == SC_OK) {
		size_t k = r.i;

		while (k < r.s.n && r.s.p[k] != '\\' && r.s.p[k] != '%')
			k++;
		if (k > r.i)
			copy(&r, k - r.i);
		else if (r.s.p[k] == '%')
			skip_comment(&r);
		else
			rc = command(&r, ended, e);
		if (t->text.b.n > TEX_MOST)
			return sc_bad(e, "its files make more than %d bytes", TEX_MOST);
	}
	source_add(t->a, &t->text, SC_STR("\n"), part, r.i ? r.i - 1 : 0, true);
	open[part] = false;
	return rc;
}

/* ---- all of it ---- */

int sc_latex_read(struct sc_arena *a, const struct sc_part *part, uint32_t npart, uint32_t main, unsigned kinds,
		  struct sc_paper *p, bool *used, struct sc_err *e)
{
	struct tex t = { .a = a, .part = part, .npart = npart, .used = used, .kinds = kinds ? kinds : SC_KIND_FIGURE, .p = p,
			 .folder = sc_path_folder(part[main].name) };
	bool *open = SC_NEW(a, bool, npart), ended = false;
	size_t total = 0;
	int rc;

	*p = (struct sc_paper){ .format = SC_STR("latex") };
	memset(used, 0, npart * sizeof *used);
	for (uint32_t i = 0; i < npart; i++)
		total += part[i].data.n < TEX_MOST ? part[i].data.n : 0;
	t.budget = 32 * total + TEX_MOST;
	t.spare = 2 * total + TEX_SPARE;
	if (t.folder.n) { /* names are relative to it, whatever \graphicspath says */
		p->path = SC_NEW(a, sc_str, 1);
		p->path[p->npath++] = t.folder;
	}
	rc = read_file(&t, main, open, 0, &ended, e);
	if (rc == SC_OK)
		rc = macros_expand(&t, e);
	if (rc == SC_OK) {
		front_read(&t);
		rc = figures_read(&t, e);
	}
	sc_buf_free(&t.text.b);
	return rc;
}

/* ---- graphics ---- */

static bool apple_double(sc_str path)
{
	return sc_str_starts(sc_str_from(path, sc_path_folder(path).n), SC_STR("._"));
}

/* Is `path` the base of `name`, with or without an extension? */
static bool may_be(sc_str path, sc_str base)
{
	sc_str b = sc_str_from(path, sc_path_folder(path).n);

	return b.n >= base.n && sc_str_ieq(sc_str_head(b, base.n), base) && (b.n == base.n || b.p[base.n] == '.') && !apple_double(path);
}

/* Which of the candidates is called so; where none is, the one that is but for case. */
static uint32_t candidate(const struct sc_part *part, const uint32_t *v, uint32_t n, sc_str path, uint32_t none)
{
	uint32_t found = none, count = 0;

	for (uint32_t i = 0; i < n; i++) {
		if (sc_str_eq(part[v[i]].name, path))
			return v[i];
		if (sc_str_ieq(part[v[i]].name, path)) {
			found = v[i];
			count++;
		}
	}
	return count == 1 ? found : none;
}

uint32_t sc_latex_graphic(const struct sc_part *part, uint32_t npart, const struct sc_paper *p, sc_str name)
{
	static const char *const exts[] = { "", ".pdf", ".png", ".jpg", ".jpeg", ".eps", ".ps", ".svg", ".tif", ".tiff", ".gif" };
	struct sc_arena a = { 0 };
	uint32_t found = npart, v[64], n = 0;
	sc_str base;

	name = sc_str_trim(name);
	if (name.n > 1 && *name.p == '"' && name.p[name.n - 1] == '"')
		name = (sc_str){ name.p + 1, name.n - 2 };
	base = sc_str_from(name, sc_path_folder(name).n);
	if (!base.n || name.n > 1024 || *name.p == '/')
		return npart;
	for (uint32_t i = 0; i < npart && n < SC_COUNT(v); i++)
		if (may_be(part[i].name, base))
			v[n++] = i;
	for (uint32_t d = 0; d <= p->npath && found == npart && n; d++)
		for (size_t k = 0; k < SC_COUNT(exts) && found == npart; k++) {
			sc_str path;

			if (tex_joined(&a, d < p->npath ? p->path[d] : SC_STR(""), sc_fmt(&a, "%.*s%s", SC_ARG(name), exts[k]), &path))
				found = candidate(part, v, n, path, npart);
		}
	sc_arena_free(&a);
	return found;
}
