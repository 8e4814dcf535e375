/* SPDX-License-Identifier: Apache-2.0 */
/*
 * terms -- what licences ask, one by one and together: of expressions, of a list of them, of a manifest's records.
 *
 * Expressions are sorted and counted outside of memory, so a manifest of any size will do; what is kept is one of each.
 */
#include <scope/cmd.h>
#include <scope/json.h>
#include <scope/manifest.h>
#include <scope/spdx.h>
#include <scope/text.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum { MEMORY = 64 << 20, LINE = 1 << 20, ROWS = 20 };

struct terms {
	sc_str from;
	bool json;
	struct sc_arena a;
	struct sc_spdx_counted *v;
	size_t n, cap;
	struct sc_spdx_compat c;
};

static const struct sc_opt opts[] = {
	{ "from", "FILE", "a manifest, or a file with an expression a line; - is standard input", offsetof(struct terms, from), 0, SC_OPT_STR },
	{ "json", NULL, "one JSON object instead of tables", offsetof(struct terms, json), 0, SC_OPT_FLAG },
	{ NULL, NULL, NULL, 0, 0, SC_OPT_FLAG },
};

/* ---- reading ---- */

/* LICENCE of a manifest's R line; false for other lines. */
static bool licence_of(struct sc_arena *a, sc_str line, sc_str *licence)
{
	sc_str field = line;

	for (int i = 0; i < 5; i++)
		if (!sc_str_cut(&line, '\t', &field) || (i == 0 && !sc_str_eq(field, SC_STR("R"))))
			return false;
	return sc_unfield(a, field, licence);
}

static int add_lines(struct sc_sorter *s, FILE *f, const char *path, struct sc_err *e)
{
	struct sc_arena a = { 0 };
	char *p = NULL;
	size_t cap = 0, number = 0;
	bool manifest = false;
	ssize_t n;
	int rc = SC_OK;

	while (rc == SC_OK && (n = getline(&p, &cap, f)) >= 0) {
		sc_str line = sc_str_trim((sc_str){ p, (size_t)n }), licence = line;

		number++;
		if (line.n > LINE) {
			rc = sc_fail(e, "%s: line %zu is longer than a mebibyte", path, number);
			break;
		}
		if (number == 1)
			manifest = sc_str_eq(line, SC_STR("#scope-manifest/1"));
		if (manifest ? licence_of(&a, line, &licence) : line.n && *line.p != '#')
			rc = sc_sorter_add(s, licence, e);
		sc_arena_reset(&a);
	}
	if (rc == SC_OK && ferror(f))
		rc = sc_fail(e, "%s: %s", path, strerror(errno));
	free(p);
	sc_arena_free(&a);
	return rc;
}

static int add_file(struct sc_sorter *s, sc_str from, struct sc_err *e)
{
	struct sc_arena a = { 0 };
	bool standard = sc_str_eq(from, SC_STR("-"));
	const char *path = standard ? "standard input" : sc_cstr(&a, from);
	FILE *f = standard ? stdin : fopen(path, "rb");
	int rc = f ? add_lines(s, f, path, e) : sc_fail(e, "%s: %s", path, strerror(errno));

	if (f && !standard)
		fclose(f);
	sc_arena_free(&a);
	return rc;
}

/* Each expression once, and how often. */
static int count(struct terms *t, struct sc_sorter *s, struct sc_err *e)
{
	sc_str line;
	int rc;

	while ((rc = sc_sorter_next(s, &line, e)) == SC_OK) {
		if (t->n && sc_str_eq(t->v[t->n - 1].expression, line)) {
			t->v[t->n - 1].n++;
			continue;
		}
		if (t->n == t->cap) {
			struct sc_spdx_counted *v = SC_NEW(&t->a, struct sc_spdx_counted, t->cap = 2 * t->cap + 16);

			if (t->n)
				memcpy(v, t->v, t->n * sizeof *v);
			t->v = v;
		}
		t->v[t->n++] = (struct sc_spdx_counted){ sc_strdup(&t->a, line), 1 };
	}
	return rc == SC_EOF ? SC_OK : rc;
}

static int collect(struct terms *t, int argc, char **argv, struct sc_err *e)
{
	struct sc_sorter *s = sc_sorter_new(MEMORY);
	int rc = t->from.n ? add_file(s, t->from, e) : SC_OK;

	for (int i = 0; i < argc && rc == SC_OK; i++) {
		sc_str said = sc_str_c(argv[i]), ignored;

		rc = sc_spdx_expression(&t->a, said, &ignored, e); /* one that was typed is right or a mistake */
		if (rc == SC_OK)
			rc = sc_sorter_add(s, said, e);
	}
	if (rc == SC_OK)
		rc = count(t, s, e);
	sc_sorter_free(s);
	return rc;
}

/* ---- tables ---- */

static bool has(uint32_t terms, size_t i)
{
	return terms >> i & 1;
}

/* The classes of a column that a licence has, by what is left of their names behind `drop`. */
static sc_str cell(struct sc_arena *a, uint32_t terms, uint32_t column, const char *drop)
{
	struct sc_buf b = { .a = a };

	for (size_t i = 0; i < SC_TERMS; i++)
		if (has(terms & column, i)) {
			sc_str name = sc_str_c(sc_spdx_term_name(i, NULL));

			if (*drop && sc_str_starts(name, sc_str_c(drop)))
				name = sc_str_from(name, strlen(drop));
			if (b.n)
				sc_buf_add(&b, SC_STR(", "));
			sc_buf_add(&b, name);
		}
	return b.n ? sc_buf_seal(&b) : SC_STR("-");
}

static void padded(struct sc_arena *a, sc_str s, size_t width)
{
	sc_str safe = sc_escape(a, sc_str_head(s, 200));
	size_t n = sc_columns(safe);

	printf("%.*s%*s", SC_ARG(safe), n < width ? (int)(width - n) : 1, "");
}

/* Is something allowed, by what forbids it?  Where one of several is unreviewed nobody can say yes. */
static sc_str allowed(uint32_t terms, uint32_t forbids, uint32_t limits)
{
	return terms & forbids		      ? SC_STR("no") :
	       terms & SC_TERM(UNREVIEWED) ? SC_STR("?") :
	       terms & limits		      ? SC_STR("limited") :
					SC_STR("yes");
}

static void row(struct sc_arena *a, size_t width, sc_str name, uint64_t n, uint32_t terms)
{
	static const uint32_t credit = SC_TERM(ATTRIBUTION) | SC_TERM(NOTICE), shown = SC_TERM(NON_COMMERCIAL) | SC_TERM(NO_DERIVATIVES);
	bool unknown = terms == SC_TERM(UNREVIEWED);
	sc_str rest;

	padded(a, name, width);
	printf(" %9ju  ", (uintmax_t)n);
	padded(a, unknown ? SC_STR("?") : cell(a, terms, credit, ""), 20);
	padded(a, unknown ? SC_STR("?") : cell(a, terms, SC_TERM_COPYLEFT, "copyleft-"), 14);
	padded(a, allowed(terms, SC_TERM(NON_COMMERCIAL), SC_TERM(FIELD_OF_USE)), 12);
	padded(a, allowed(terms, SC_TERM(NO_DERIVATIVES), 0), 13);
	rest = cell(a, terms, ~(credit | shown | SC_TERM_COPYLEFT), "");
	printf("%.*s\n", SC_ARG(rest));
}

static void show_pairs(struct sc_arena *a, const char *title, const char *between, const struct sc_spdx_pair *v, size_t n)
{
	if (n)
		printf("\n%s\n", title);
	for (size_t i = 0; i < n; i++) {
		sc_str x = sc_escape(a, v[i].a), y = v[i].b.n ? sc_escape(a, v[i].b) : SC_STR("anything else");

		printf("  %.*s %s %.*s: %s\n", SC_ARG(x), between, SC_ARG(y), v[i].why);
	}
}

static int by_expression(const void *a, const void *b)
{
	const struct sc_spdx_counted *x = a, *y = b;

	return sc_str_cmp(x->expression, y->expression);
}

/* Records that said this, byte by byte: t->v is sorted. */
static uint64_t said(const struct terms *t, sc_str expression)
{
	struct sc_spdx_counted key = { .expression = expression };
	const struct sc_spdx_counted *at = bsearch(&key, t->v, t->n, sizeof *t->v, by_expression);

	return at ? at->n : 0;
}

static void show_unread(struct terms *t, size_t width)
{
	const struct sc_idset *u = &t->c.unread;

	if (u->n)
		printf("\nno licence expression\n");
	for (size_t i = 0; i < u->n && i < ROWS; i++) {
		printf("  ");
		padded(&t->a, u->v[i].n ? u->v[i] : SC_STR("-"), width - 2);
		printf(" %9ju\n", (uintmax_t)said(t, u->v[i]));
	}
	if (u->n > ROWS)
		printf("  (%zu more)\n", u->n - ROWS);
}

static void show(struct terms *t)
{
	const struct sc_spdx_compat *c = &t->c;
	size_t width = 20;

	for (size_t i = 0; i < c->nv; i++)
		if (c->v[i].id.n > width)
			width = c->v[i].id.n < 48 ? c->v[i].id.n : 48;
	printf("%-*s %9s  %-20s%-14s%-12s%-13s%s\n", (int)width, "licence", "records", "credit", "share alike", "commercial", "adaptations", "also");
	for (size_t i = 0; i < c->nv; i++)
		row(&t->a, width, c->v[i].id, c->v[i].n, c->v[i].terms);
	if (c->nv > 1)
		row(&t->a, width, SC_STR("all together"), c->n, c->terms);
	show_unread(t, width);
	show_pairs(&t->a, "cannot be combined in one derivative work", "and", c->conflict, c->nconflict);
	show_pairs(&t->a, "can be combined one way", "into a work under", c->one_way, c->nway);
	printf("\n%.*s\n", SC_ARG(c->summary));
}

/* ---- JSON ---- */

static void put_terms(struct sc_buf *b, uint32_t terms)
{
	bool first = true;

	sc_buf_byte(b, '[');
	for (size_t i = 0; i < SC_TERMS; i++)
		if (has(terms, i)) {
			sc_buf_add(b, first ? SC_STR("") : SC_STR(","));
			sc_json_put(b, sc_str_c(sc_spdx_term_name(i, NULL)));
			first = false;
		}
	sc_buf_byte(b, ']');
}

static void put_pairs(struct sc_buf *b, const char *key, const char *x, const char *y, const struct sc_spdx_pair *v, size_t n)
{
	sc_buf_fmt(b, ",\"%s\":[", key);
	for (size_t i = 0; i < n; i++) {
		sc_buf_fmt(b, "%s{\"%s\":", i ? "," : "", x);
		sc_json_put(b, v[i].a);
		sc_buf_fmt(b, ",\"%s\":", y);
		if (v[i].b.n)
			sc_json_put(b, v[i].b);
		else
			sc_buf_add(b, SC_STR("null"));
		sc_buf_add(b, SC_STR(",\"why\":"));
		sc_json_put(b, sc_str_c(v[i].why));
		sc_buf_byte(b, '}');
	}
	sc_buf_byte(b, ']');
}

static void show_json(struct terms *t)
{
	const struct sc_spdx_compat *c = &t->c;
	struct sc_buf b = { 0 };

	sc_buf_fmt(&b, "{\"records\":%ju,\"licences\":[", (uintmax_t)c->n);
	for (size_t i = 0; i < c->nv; i++) {
		sc_buf_add(&b, i ? SC_STR(",{\"id\":") : SC_STR("{\"id\":"));
		sc_json_put(&b, c->v[i].id);
		sc_buf_fmt(&b, ",\"records\":%ju,\"terms\":", (uintmax_t)c->v[i].n);
		put_terms(&b, c->v[i].terms);
		sc_buf_byte(&b, '}');
	}
	sc_buf_add(&b, SC_STR("],\"terms\":"));
	put_terms(&b, c->terms);
	sc_buf_add(&b, SC_STR(",\"unread\":["));
	for (size_t i = 0; i < c->unread.n; i++) {
		sc_buf_add(&b, i ? SC_STR(",{\"said\":") : SC_STR("{\"said\":"));
		sc_json_put(&b, c->unread.v[i]);
		sc_buf_fmt(&b, ",\"records\":%ju}", (uintmax_t)said(t, c->unread.v[i]));
	}
	sc_buf_byte(&b, ']');
	put_pairs(&b, "conflicts", "a", "b", c->conflict, c->nconflict);
	put_pairs(&b, "one_way", "from", "into", c->one_way, c->nway);
	sc_buf_add(&b, SC_STR(",\"summary\":"));
	sc_json_put(&b, c->summary);
	sc_buf_add(&b, SC_STR("}\n"));
	fwrite(b.p, 1, b.n, stdout);
	sc_buf_free(&b);
}

static int terms_main(int argc, char **argv, struct sc_err *e)
{
	extern const struct sc_cmd cmd_terms;
	struct terms t = { .json = false };
	struct sc_arena a = { 0 };
	struct sc_optset set[] = { { opts, &t } };
	const struct sc_opt *tables[] = { opts };
	bool help = false;
	int first = sc_opt_parse(set, 1, argc, argv, &a, &help, e), rc = 2;

	if (help) {
		sc_help_print("scope terms", &cmd_terms.card, cmd_terms.synopsis, tables, 1);
		rc = 0;
	} else if (first >= 0 && first == argc && !t.from.n) {
		sc_fail(e, "terms: say which licences, as in `scope terms \"MIT OR GPL-2.0-only\"`, or --from MANIFEST");
	} else if (first >= 0 && collect(&t, argc - first, argv + first, e) == SC_OK) {
		sc_spdx_compat(&t.a, t.v, t.n, &t.c);
		(t.json ? show_json : show)(&t);
		rc = t.c.nconflict ? 1 : 0;
	}
	sc_arena_free(&t.a);
	sc_arena_free(&a);
	return rc;
}

extern const struct sc_cmd cmd_terms;
const struct sc_cmd cmd_terms = {
	.card = { .name = "terms",
		  .about = "what licences ask and allow, one by one and together",
		  .more = "Not legal advice; scope(7) says what the classes mean and where they come from.  Of an OR the choice that "
			  "fits best is taken.  The status is 1 when two licences are known not to fit into one derivative work.",
		  .example = "scope terms MIT \"Apache-2.0 OR GPL-2.0-only\" CC-BY-SA-4.0",
		  .opts = opts },
	.synopsis = "[--from MANIFEST|FILE] [--json] [EXPR...]",
	.family = SC_LOOK,
	.main = terms_main,
};
