/* SPDX-License-Identifier: Apache-2.0 */
/* csv.c -- tables for spreadsheets, out and in; see scope/csv.h. */
#include <scope/csv.h>

#include <scope/text.h>

void sc_csv_put(struct sc_buf *b, sc_str s, bool last)
{
	struct sc_arena a = { 0 };

	s = sc_escape(&a, s);
	sc_buf_byte(b, '"');
	if (s.n && strchr("=+-@\t\r", *s.p))
		sc_buf_byte(b, '\'');
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"')
			sc_buf_byte(b, '"');
		sc_buf_byte(b, s.p[i]);
	}
	sc_buf_add(b, last ? SC_STR("\"\r\n") : SC_STR("\","));
	sc_arena_free(&a);
}

static int wrong(const struct sc_csv *c, const char *why, struct sc_err *e)
{
	return sc_bad(e, "line %ju: %s", (uintmax_t)c->line, why);
}

/* Behind the opening quote, to behind the closing one. */
static int quoted(struct sc_csv *c, struct sc_arena *a, sc_str *cell, struct sc_err *e)
{
	struct sc_buf b = { .a = a };

	for (;;) {
		size_t end = sc_str_chr(c->rest, '"');

		if (end == SC_NONE)
			return wrong(c, "a quote does not end", e);
		for (size_t i = 0; i < end; i++)
			c->next += c->rest.p[i] == '\n';
		sc_buf_add(&b, sc_str_head(c->rest, end));
		c->rest = sc_str_from(c->rest, end + 1);
		if (!c->rest.n || *c->rest.p != '"')
			break;
		sc_buf_byte(&b, '"');
		c->rest = sc_str_from(c->rest, 1);
	}
	*cell = sc_buf_seal(&b);
	return SC_OK;
}

static bool ends(const struct sc_csv *c, char x)
{
	return x == '\n' || (c->sep ? x == c->sep : x == ',' || x == ';' || x == '\t');
}

static void bare(struct sc_csv *c, sc_str *cell)
{
	size_t n = 0;

	while (n < c->rest.n && !ends(c, c->rest.p[n]))
		n++;
	*cell = sc_str_head(c->rest, n);
	if (n < c->rest.n && c->rest.p[n] == '\n' && n && cell->p[n - 1] == '\r')
		cell->n--;
	c->rest = sc_str_from(c->rest, n);
}

int sc_csv_next(struct sc_csv *c, struct sc_arena *a, sc_str *cell, size_t *n, struct sc_err *e)
{
	if (!c->begun) {
		c->begun = true;
		c->next = 1;
		if (sc_str_starts(c->rest, SC_STR("\xef\xbb\xbf")))
			c->rest = sc_str_from(c->rest, 3);
	}
	if (!c->rest.n)
		return SC_EOF;
	c->line = c->next;
	for (*n = 0;; ++*n) {
		if (*n == SC_CSV_CELLS)
			return wrong(c, "too many cells", e);
		if (c->rest.n && *c->rest.p == '"') {
			c->rest = sc_str_from(c->rest, 1);
			SC_TRY(quoted(c, a, &cell[*n], e));
			if (sc_str_starts(c->rest, SC_STR("\r\n")) ||
			    sc_str_eq(c->rest, SC_STR("\r")))
				c->rest = sc_str_from(c->rest, 1);
			if (c->rest.n && !ends(c, *c->rest.p))
				return wrong(c, "text behind a quote", e);
		} else
			bare(c, &cell[*n]);
		if (!c->rest.n || *c->rest.p == '\n')
			break;
		c->sep = *c->rest.p;
		c->rest = sc_str_from(c->rest, 1);
	}
	++*n;
	c->next += c->rest.n > 0;
	c->rest = sc_str_from(c->rest, 1);
	return SC_OK;
}
