/* SPDX-License-Identifier: Apache-2.0 */
/* scope/csv.h -- tables for spreadsheets: RFC 4180, written so that no cell is a formula, and read as spreadsheets give them back. */
#ifndef SCOPE_CSV_H
#define SCOPE_CSV_H

#include <scope/base.h>

enum { SC_CSV_CELLS = 256 }; /* of a row, at most */

/* A cell in quotes.  What a spreadsheet would take for a formula gets an apostrophe before it; controls are escaped (sc_escape). */
void sc_csv_put(struct sc_buf *b, sc_str s, bool last); /* with a comma behind it, or with CR LF */

/* Rows of a text: quoted cells or bare ones, LF or CR LF, a byte-order mark before all. */
struct sc_csv {
	sc_str rest;
	uint64_t line; /* where the row that was read begins, from 1 */
	char sep;      /* ',', ';' or TAB: 0 is the first of them behind the first cell */
	bool begun;
	uint64_t next;
};
/* SC_OK, SC_EOF, SC_BAD (a quote that does not end, text behind one, too many cells).  Cells are views or live in `a`. */
int sc_csv_next(struct sc_csv *c, struct sc_arena *a, sc_str *cell, size_t *n, struct sc_err *e);

#endif
