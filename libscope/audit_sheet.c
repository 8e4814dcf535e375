/* SPDX-License-Identifier: Apache-2.0 */
/* audit_sheet.c -- the records of an audit as a table, for those who judge in a spreadsheet, and their verdicts back. */
#include <scope/audit.h>
#include <scope/csv.h>
#include <scope/text.h>

/* Columns beside claims and verdicts, by key of the R line. */
static const sc_str said[] = { SC_LIT("title"), SC_LIT("author"), SC_LIT("src"), SC_LIT("doi"),
	                       SC_LIT("lic.at") };
static const sc_str verdict_column = SC_LIT("_verdict");

static void row_head(struct sc_buf *b, struct sc_arena *a, const enum sc_fact *what, size_t nwhat)
{
	sc_buf_add(b, SC_STR("id,"));
	for (size_t i = 0; i < nwhat; i++) {
		sc_str name = sc_fact_names[what[i]];

		sc_buf_add(b, sc_fmt(a, "%.*s,%.*s%.*s,", SC_ARG(name), SC_ARG(name),
		                     SC_ARG(verdict_column)));
	}
	sc_buf_add(b, SC_STR("read_from,host"));
	for (size_t i = 0; i < SC_COUNT(said); i++) {
		sc_buf_byte(b, ',');
		sc_buf_add(b, said[i]);
	}
	sc_buf_add(b, SC_STR(",lies_at,bytes\r\n"));
}

/* Third field of an L line: "shard#offset+length". */
static sc_str place(struct sc_arena *a, sc_str line)
{
	struct sc_manifest_line l;
	const char *why;

	return line.n && sc_manifest_line_parse(line, a, &l, &why) == SC_OK && l.n > 2 ? l.field[2]
	                                                                               : SC_STR("");
}

void sc_audit_sheet_put(struct sc_buf *b, const struct sc_audit *au, const enum sc_fact *what,
                        size_t nwhat)
{
	struct sc_arena a = { 0 };

	row_head(b, &a, what, nwhat);
	for (size_t i = 0; i < au->nrecord; i++) {
		const struct sc_audit_record *r = &au->record[i];
		char id[71] = "sha256:";

		sc_hex(r->id, 32, id + 7);
		sc_csv_put(b, (sc_str){ id, sizeof id }, false);
		for (size_t k = 0; k < nwhat; k++) {
			sc_csv_put(b, sc_audit_claim(&a, r, what[k]), false);
			sc_csv_put(b, sc_verdict_names[r->verdict[what[k]]], false);
		}
		sc_csv_put(b, sc_audit_claim(&a, r, SC_FACT_BASIS), false);
		sc_csv_put(b, sc_audit_claim(&a, r, SC_FACT_HOST), false);
		for (size_t k = 0; k < SC_COUNT(said); k++)
			sc_csv_put(b, sc_audit_key(&a, r, said[k]), false);
		sc_csv_put(b, place(&a, r->place), false);
		sc_csv_put(b, sc_fmt(&a, "%ju", (uintmax_t)r->bytes), true);
		sc_arena_reset(&a);
	}
	sc_arena_free(&a);
}

/* ---- back ---- */

struct back {
	struct sc_audit *au;
	bool replace;
	uint64_t *changed;
	size_t id;                      /* column */
	size_t column[SC_FACTS], nwhat; /* of verdicts */
	enum sc_fact what[SC_FACTS];
	bool *seen; /* by record */
	uint64_t line;
};

static int columns(struct back *k, const sc_str *cell, size_t n, struct sc_err *e)
{
	k->id = SC_NONE;
	for (size_t i = 0; i < n; i++) {
		sc_str name = sc_str_trim(cell[i]);
		enum sc_fact what;

		if (sc_str_eq(name, SC_STR("id"))) {
			if (k->id != SC_NONE)
				return sc_bad(e, "two columns are called id");
			k->id = i;
		}
		if (!sc_str_ends(name, verdict_column) ||
		    !sc_fact_named(sc_str_head(name, name.n - verdict_column.n), &what))
			continue;
		for (size_t m = 0; m < k->nwhat; m++)
			if (k->what[m] == what)
				return sc_bad(e, "two columns are called %.*s", SC_ARG(name));
		k->what[k->nwhat] = what;
		k->column[k->nwhat++] = i;
	}
	return k->id != SC_NONE && k->nwhat
	               ? SC_OK
	               : sc_bad(e, "it has no column id, or none such as licence_verdict");
}

static int verdict(struct back *k, struct sc_audit_record *r, enum sc_fact what, sc_str word,
                   struct sc_err *e)
{
	enum sc_verdict v = SC_UNJUDGED, was = r->verdict[what];

	word = sc_str_trim(word);
	if (!word.n)
		return SC_OK;
	for (int i = SC_RIGHT; i < SC_VERDICTS; i++)
		if (sc_str_ieq(word, sc_verdict_names[i]))
			v = (enum sc_verdict)i;
	if (v == SC_UNJUDGED)
		return sc_bad(e, "line %ju: a verdict is right, wrong or unclear, not '%.*s'",
		              (uintmax_t)k->line, SC_ARG(sc_str_head(word, 80)));
	if (was != SC_UNJUDGED && was != v && !k->replace)
		return sc_bad(
		        e,
		        "line %ju: it says %.*s of the %.*s, and the audit has %.*s already: --replace if the sheet is to count",
		        (uintmax_t)k->line, SC_ARG(sc_verdict_names[v]),
		        SC_ARG(sc_fact_names[what]), SC_ARG(sc_verdict_names[was]));
	*k->changed += was != v;
	r->verdict[what] = v;
	return SC_OK;
}

static int row(struct back *k, const sc_str *cell, size_t n, struct sc_err *e)
{
	struct sc_audit_record *r = NULL;
	sc_str id = k->id < n ? sc_str_trim(cell[k->id]) : SC_STR("");
	uint8_t hash[32];

	if (sc_str_starts(id, SC_STR("sha256:")) && sc_unhex(sc_str_from(id, 7), hash, 32))
		r = sc_audit_find(k->au, hash);
	if (!r)
		return sc_bad(e, "line %ju: '%.*s' is no record that was drawn", (uintmax_t)k->line,
		              SC_ARG(sc_str_head(id, 80)));
	if (k->seen[r - k->au->record])
		return sc_bad(e, "line %ju: '%.*s' stands there twice", (uintmax_t)k->line,
		              SC_ARG(id));
	k->seen[r - k->au->record] = true;
	for (size_t i = 0; i < k->nwhat; i++)
		if (k->column[i] < n)
			SC_TRY(verdict(k, r, k->what[i], cell[k->column[i]], e));
	return SC_OK;
}

int sc_audit_sheet_get(struct sc_audit *au, sc_str csv, bool replace, uint64_t *changed,
                       struct sc_err *e)
{
	struct sc_arena all = { 0 }, a = { 0 };
	struct back k = { .au = au,
		          .replace = replace,
		          .changed = changed,
		          .seen = SC_NEW(&all, bool, au->nrecord + 1) };
	sc_str *cell = SC_NEW(&all, sc_str, SC_CSV_CELLS);
	struct sc_csv c = { .rest = csv };
	uint64_t rows = 0;
	size_t n;
	int rc = sc_csv_next(&c, &a, cell, &n, e);

	*changed = 0;
	rc = rc == SC_EOF  ? sc_bad(e, "the sheet is empty")
	     : rc == SC_OK ? columns(&k, cell, n, e)
	                   : rc;
	while (rc == SC_OK && (rc = sc_csv_next(&c, &a, cell, &n, e)) == SC_OK) {
		k.line = c.line;
		if (n > 1 || sc_str_trim(cell[0]).n) { /* no empty line */
			rc = row(&k, cell, n, e);
			rows++;
		}
		sc_arena_reset(&a);
	}
	if (rc == SC_EOF)
		rc = rows == au->nrecord
		             ? SC_OK
		             : sc_bad(e,
		                      "%ju of the %zu records that were drawn are missing in the sheet",
		                      (uintmax_t)(au->nrecord - rows), au->nrecord);
	sc_arena_free(&a);
	sc_arena_free(&all);
	return rc;
}
