/* SPDX-License-Identifier: Apache-2.0 */
/*
 * export/attribution -- whose work a corpus is made of, and on what terms: what CC BY asks to be said.
 *
 * A row for each work: records of one parent are one work, else those of one DOI, else of one URL, else each is its own.  What
 * was changed is what the manifest's steps did.  Works under no licence that is known come in a section of their own; they
 * are never left out.  In memory is a row a work; what a manifest says of a record before that is sorted outside of it.
 */
#include <scope/export.h>
#include <scope/html.h>
#include <scope/text.h>

#include <stdlib.h>

struct conf {
	sc_str as;
};

static const struct sc_opt opts[] = {
	{ "as", "text|html|csv", "what it is written as (default text)", offsetof(struct conf, as), 0, SC_OPT_CHOICE },
	{ NULL, NULL, NULL, 0, 0, SC_OPT_FLAG },
};

enum { KEY, LICENCE, TITLE, AUTHOR, DOI, SRC, NCOL };
enum { SORT_MEMORY = 32 << 20 };

/* A work under one licence. */
struct row {
	sc_str col[NCOL];
	uint64_t records;
	bool known; /* a licence that permits something, by name */
};

struct report {
	struct sc_arena a;
	struct row *v;
	size_t n, cap, works;
	struct sc_buf changes, b;
	uint64_t records;
	struct sc_output *out;
	bool selected;
};

/* ---- from the manifest ---- */

static bool is_known(sc_str licence)
{
	static const sc_str not[] = { SC_LIT(""), SC_LIT("none"), SC_LIT("unknown"), SC_LIT("conflict") };

	for (size_t i = 0; i < SC_COUNT(not); i++)
		if (sc_str_eq(licence, not[i]))
			return false;
	return true;
}

/* Columns with a TAB between, escaped, so that they sort as works do. */
static int add(struct sc_sorter *s, struct sc_buf *b, const struct sc_manifest_line *l, struct sc_err *e)
{
	static const sc_str keys[] = { SC_LIT("parent"), SC_LIT("doi"), SC_LIT("src") };
	sc_str col[NCOL] = { [KEY] = l->field[SC_R_ID], [LICENCE] = l->field[SC_R_LICENCE], [TITLE] = sc_manifest_key(l, SC_STR("title")),
			     [AUTHOR] = sc_manifest_key(l, SC_STR("author")), [DOI] = sc_manifest_key(l, SC_STR("doi")),
			     [SRC] = sc_manifest_key(l, SC_STR("src")) };

	for (size_t i = 0; i < SC_COUNT(keys); i++)
		if (sc_manifest_key(l, keys[i]).n) {
			col[KEY] = sc_manifest_key(l, keys[i]);
			break;
		}
	sc_buf_clear(b);
	for (size_t i = 0; i < NCOL; i++) {
		if (i)
			sc_buf_byte(b, '\t');
		sc_field_put(b, col[i]);
	}
	return sc_sorter_add(s, sc_buf_str(b), e);
}

static void changed(struct report *r, const char *what)
{
	if (r->changes.n)
		sc_buf_add(&r->changes, SC_STR("; "));
	sc_buf_add(&r->changes, sc_str_c(what));
}

/* P lines: NUMBER STEP REVISION RULES IN KEPT ... */
static void step(struct report *r, const struct sc_manifest_line *l)
{
	sc_str name = l->n > 1 ? l->field[1] : SC_STR("");

	if (sc_str_eq(name, SC_STR("split/figures")))
		changed(r, "figures were taken out of the work; images are unchanged, captions were made plain text");
	else if (sc_str_starts(name, SC_STR("split/")) && !sc_str_ends(name, SC_STR(":made")))
		changed(r, "parts were taken out of the work");
	else if (sc_str_starts(name, SC_STR("select/")) && !r->selected) {
		r->selected = true;
		changed(r, "a selection was made");
	}
}

static int rows_read(struct report *r, struct sc_sorter *s, struct sc_err *e)
{
	struct row *last = NULL;
	sc_str line, one;
	int rc;

	while ((rc = sc_sorter_next(s, &line, e)) == SC_OK) {
		struct row row = { .records = 1 };

		for (size_t i = 0; i < NCOL && sc_str_cut(&line, '\t', &one); i++)
			if (!sc_unfield(&r->a, one, &row.col[i]))
				return sc_fail(e, "export: a sorted line is spoilt");
		if (last && sc_str_eq(last->col[KEY], row.col[KEY]) && sc_str_eq(last->col[LICENCE], row.col[LICENCE])) {
			last->records++;
			continue;
		}
		if (r->n == r->cap) {
			r->cap = r->cap ? 2 * r->cap : 256;
			r->v = realloc(r->v, r->cap * sizeof *r->v);
			if (!r->v)
				sc_oom();
			last = r->n ? &r->v[r->n - 1] : NULL;
		}
		r->works += !last || !sc_str_eq(last->col[KEY], row.col[KEY]);
		row.known = is_known(row.col[LICENCE]);
		r->v[r->n++] = row;
		last = &r->v[r->n - 1];
	}
	return rc == SC_EOF ? SC_OK : rc;
}

static int manifest_read(struct report *r, struct sc_manifest_lines *m, struct sc_err *e)
{
	struct sc_sorter *s = sc_sorter_new(SORT_MEMORY);
	struct sc_arena a = { 0 };
	struct sc_manifest_line l;
	int rc;

	while ((rc = sc_manifest_lines_next(m, &a, &l, e)) == SC_OK) {
		if (l.kind == 'P')
			step(r, &l);
		if (l.kind == 'R') {
			r->records++;
			rc = add(s, &r->b, &l, e);
			if (rc)
				break;
		}
		sc_arena_reset(&a);
	}
	if (rc == SC_EOF)
		rc = rows_read(r, s, e);
	sc_arena_free(&a);
	sc_sorter_free(s);
	return rc;
}

/* Known ones first, then by title, then by what they are known by. */
static int by_title(const void *x, const void *y)
{
	static const int order[] = { TITLE, KEY, LICENCE };
	const struct row *a = x, *b = y;

	if (a->known != b->known)
		return a->known ? -1 : 1;
	for (size_t i = 0; i < SC_COUNT(order); i++) {
		int c = sc_str_cmp(a->col[order[i]], b->col[order[i]]);

		if (c)
			return c;
	}
	return 0;
}

/* ---- links and names ---- */

static sc_str source(struct sc_arena *a, const struct row *r)
{
	struct sc_buf b = { .a = a };

	if (!r->col[DOI].n)
		return sc_html_is_link(r->col[SRC]) ? r->col[SRC] : (sc_str){ NULL, 0 };
	if (sc_str_starts(r->col[SRC], SC_STR("https://doi.org/")))
		return r->col[SRC];
	sc_buf_add(&b, SC_STR("https://doi.org/"));
	for (size_t i = 0; i < r->col[DOI].n; i++) {
		unsigned char c = (unsigned char)r->col[DOI].p[i];

		if (c <= 0x20 || c >= 0x7f || strchr("<>\"'\\`%#?", c))
			sc_buf_fmt(&b, "%%%02X", c);
		else
			sc_buf_byte(&b, (char)c);
	}
	return sc_buf_seal(&b);
}

/* CC-BY-NC-4.0 to creativecommons.org/licenses/by-nc/4.0/; what SPDX lists to its page there; else nothing. */
static sc_str licence_link(struct sc_arena *a, sc_str id)
{
	struct sc_buf b = { .a = a };
	sc_str rest;
	size_t dash;

	if (sc_str_eq(id, SC_STR("CC0-1.0")))
		return SC_STR("https://creativecommons.org/publicdomain/zero/1.0/");
	if (sc_str_eq(id, SC_STR("CC-PDM-1.0")))
		return SC_STR("https://creativecommons.org/publicdomain/mark/1.0/");
	if (sc_str_starts(id, SC_STR("LicenseRef-CC-")))
		return sc_fmt(a, "https://creativecommons.org/licenses/"); /* of no stated version: the list of all */
	if (sc_str_starts(id, SC_STR("LicenseRef-")) || sc_str_chr(id, ' ') != SC_NONE)
		return SC_STR("");
	if (!sc_str_starts(id, SC_STR("CC-BY")))
		return sc_fmt(a, "https://spdx.org/licenses/%.*s.html", SC_ARG(id));
	rest = sc_str_from(id, 3);
	for (dash = 0; dash < rest.n && !(rest.p[dash] == '-' && dash + 1 < rest.n && rest.p[dash + 1] >= '0' && rest.p[dash + 1] <= '9'); dash++)
		;
	sc_buf_add(&b, SC_STR("https://creativecommons.org/licenses/"));
	for (size_t i = 0; i < dash; i++)
		sc_buf_byte(&b, rest.p[i] >= 'A' && rest.p[i] <= 'Z' ? (char)(rest.p[i] + 32) : rest.p[i]);
	rest = sc_str_from(rest, dash + 1);
	dash = sc_str_chr(rest, '-'); /* a country: CC-BY-3.0-US */
	sc_buf_fmt(&b, "/%.*s/", (int)(dash == SC_NONE ? rest.n : dash), rest.p);
	for (size_t i = dash; dash != SC_NONE && i + 1 < rest.n; i++)
		sc_buf_byte(&b, rest.p[i + 1] >= 'A' && rest.p[i + 1] <= 'Z' ? (char)(rest.p[i + 1] + 32) : rest.p[i + 1]);
	if (dash != SC_NONE)
		sc_buf_byte(&b, '/');
	return sc_buf_seal(&b);
}

static sc_str or(sc_str s, const char *otherwise)
{
	return s.n ? s : sc_str_c(otherwise);
}

static const char missing[] = "No licence that permits use is known for these";

static sc_str changes(const struct report *r)
{
	return or(sc_buf_str(&r->changes), "none");
}

/* ---- text ---- */

static void text_line(struct report *r, const char *label, sc_str s)
{
	sc_buf_fmt(&r->b, "  %-9s", label);
	sc_buf_add(&r->b, sc_escape(&r->a, s));
	sc_buf_byte(&r->b, '\n');
}

static int text(struct report *r, struct sc_err *e)
{
	sc_buf_fmt(&r->b, "Attribution: records %ju, works %zu\n\nChanges: %.*s.\n", (uintmax_t)r->records, r->works, SC_ARG(changes(r)));
	for (size_t i = 0; i < r->n; i++) {
		const struct row *v = &r->v[i];
		sc_str link = licence_link(&r->a, v->col[LICENCE]);

		if (!v->known && (!i || v[-1].known))
			sc_buf_fmt(&r->b, "\n%s:\n", missing);
		sc_buf_byte(&r->b, '\n');
		sc_buf_add(&r->b, sc_escape(&r->a, or(v->col[TITLE], "(no title)")));
		sc_buf_byte(&r->b, '\n');
		if (v->col[AUTHOR].n)
			text_line(r, "by", v->col[AUTHOR]);
		text_line(r, "source", source(&r->a, v).n ? source(&r->a, v) : v->col[KEY]);
		if (v->known && link.n)
			text_line(r, "licence", sc_fmt(&r->a, "%.*s, %.*s", SC_ARG(v->col[LICENCE]), SC_ARG(link)));
		else
			text_line(r, "licence", or(v->col[LICENCE], "not looked for"));
		sc_buf_fmt(&r->b, "  %-9s%ju\n", "records", (uintmax_t)v->records);
		SC_TRY(sc_write(r->out, sc_buf_str(&r->b), e));
		sc_buf_clear(&r->b);
	}
	return sc_write(r->out, sc_buf_str(&r->b), e);
}

/* ---- html ---- */

static void anchor(struct sc_buf *b, sc_str url, sc_str words)
{
	bool is = sc_html_is_link(url);

	if (is) {
		sc_buf_add(b, SC_STR("<a rel=\"noreferrer\" href=\""));
		sc_html_put(b, url);
		sc_buf_add(b, SC_STR("\">"));
	}
	sc_html_put(b, words);
	if (is)
		sc_buf_add(b, SC_STR("</a>"));
}

static void html_row(struct report *r, const struct row *v)
{
	sc_str from = source(&r->a, v);

	sc_buf_add(&r->b, SC_STR("<tr><td>"));
	sc_html_put(&r->b, or(v->col[TITLE], "(no title)"));
	sc_buf_add(&r->b, SC_STR("</td><td>"));
	sc_html_put(&r->b, v->col[AUTHOR]);
	sc_buf_add(&r->b, SC_STR("</td><td>"));
	anchor(&r->b, from, from.n ? from : v->col[KEY]);
	sc_buf_add(&r->b, SC_STR("</td><td>"));
	anchor(&r->b, v->known ? licence_link(&r->a, v->col[LICENCE]) : SC_STR(""), or(v->col[LICENCE], "not looked for"));
	sc_buf_fmt(&r->b, "</td><td class=\"n\">%ju</td></tr>\n", (uintmax_t)v->records);
}

static int html(struct report *r, struct sc_err *e)
{
	static const char head[] = "<table><thead><tr><th>Title</th><th>Authors</th><th>Source</th><th>Licence</th><th>Records</th></tr></thead><tbody>\n";
	bool open = false;

	sc_html_begin(&r->b, SC_STR("Attribution"),
		      "table { border-collapse: collapse; width: 100% } th, td { text-align: left; vertical-align: top; padding: .4rem .6rem; border-bottom: 1px solid var(--line); overflow-wrap: anywhere }\n"
		      "td.n { text-align: right }\n");
	sc_buf_fmt(&r->b, "<h1>Attribution</h1>\n<p>Records: %ju. Works: %zu. Changes: ", (uintmax_t)r->records, r->works);
	sc_html_put(&r->b, changes(r));
	sc_buf_add(&r->b, SC_STR(".</p>\n"));
	for (size_t i = 0; i < r->n; i++) {
		const struct row *v = &r->v[i];

		if (!v->known && (!i || v[-1].known)) {
			sc_buf_fmt(&r->b, "%s<h2>%s</h2>\n", open ? "</tbody></table>\n" : "", missing);
			open = false;
		}
		if (!open)
			sc_buf_add(&r->b, sc_str_c(head));
		open = true;
		html_row(r, v);
		SC_TRY(sc_write(r->out, sc_buf_str(&r->b), e));
		sc_buf_clear(&r->b);
	}
	if (open)
		sc_buf_add(&r->b, SC_STR("</tbody></table>\n"));
	sc_html_end(&r->b);
	return sc_write(r->out, sc_buf_str(&r->b), e);
}

/* ---- csv ---- */

/* RFC 4180: all cells in quotes.  What a spreadsheet would take for a formula gets an apostrophe before it; controls are escaped. */
static void cell(struct report *r, sc_str s)
{
	s = sc_escape(&r->a, s);
	sc_buf_add(&r->b, SC_STR("\""));
	if (s.n && strchr("=+-@\t\r", *s.p))
		sc_buf_byte(&r->b, '\'');
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"')
			sc_buf_byte(&r->b, '"');
		sc_buf_byte(&r->b, s.p[i]);
	}
	sc_buf_add(&r->b, SC_STR("\","));
}

static int csv(struct report *r, struct sc_err *e)
{
	sc_buf_add(&r->b, SC_STR("title,authors,source,licence,licence_url,licence_known,changes,work,records\r\n"));
	for (size_t i = 0; i < r->n; i++) {
		const struct row *v = &r->v[i];

		cell(r, v->col[TITLE]);
		cell(r, v->col[AUTHOR]);
		cell(r, source(&r->a, v));
		cell(r, v->col[LICENCE]);
		cell(r, v->known ? licence_link(&r->a, v->col[LICENCE]) : SC_STR(""));
		cell(r, v->known ? SC_STR("yes") : SC_STR("no"));
		cell(r, changes(r));
		cell(r, v->col[KEY]);
		sc_buf_fmt(&r->b, "%ju\r\n", (uintmax_t)v->records);
		SC_TRY(sc_write(r->out, sc_buf_str(&r->b), e));
		sc_buf_clear(&r->b);
	}
	return sc_write(r->out, sc_buf_str(&r->b), e);
}

static int run(const void *conf, struct sc_manifest_lines *m, struct sc_output *out, struct sc_err *e)
{
	const struct conf *c = conf;
	struct report r = { .out = out };
	int rc = manifest_read(&r, m, e);

	sc_buf_clear(&r.b);
	if (r.n)
		qsort(r.v, r.n, sizeof *r.v, by_title);
	if (rc == SC_OK)
		rc = sc_str_eq(c->as, SC_STR("html")) ? html(&r, e) : sc_str_eq(c->as, SC_STR("csv")) ? csv(&r, e) : text(&r, e);
	free(r.v);
	sc_buf_free(&r.b);
	sc_buf_free(&r.changes);
	sc_arena_free(&r.a);
	return rc;
}

extern const struct sc_exporter export_attribution;
const struct sc_exporter export_attribution = {
	.card = { .name = "export/attribution",
		  .about = "authors, titles, sources, licences and changes, as CC BY asks for",
		  .more = "A row for each work: for figures, the paper they are from.  Works of which no licence is known come last and are never left out.\n\n"
			  "In CSV every cell is quoted (RFC 4180), and one that a spreadsheet would take for a formula has an apostrophe before it.  The page in HTML "
			  "holds no script and loads nothing.",
		  .example = "scope export attribution open.jsonl.scm --as html -o attribution.html",
		  .opts = opts,
		  .conf = sizeof(struct conf),
		  .revision = 1 },
	.run = run,
};
