/* SPDX-License-Identifier: Apache-2.0 */
/* scope/sheet.h -- a contact sheet: a page of pictures with captions and terms, all in one HTML file. */
#ifndef SCOPE_SHEET_H
#define SCOPE_SHEET_H

#include <scope/output.h>
#include <scope/record.h>

/*
 * Pictures that browsers show (PNG, JPEG, GIF, WebP, SVG) stand in the page itself, up to 2 MiB each; of others, and of larger ones,
 * the page says what they are.  Nothing in it runs, and nothing is loaded.  It is written under its name when all is done.
 */
struct sc_sheet;
int sc_sheet_open(struct sc_sheet **s, sc_str path, uint64_t most, struct sc_err *e); /* at most so many pictures; the rest is counted */
int sc_sheet_add(struct sc_sheet *s, struct sc_arena *a, const struct sc_record *r, struct sc_err *e);
int sc_sheet_end(struct sc_sheet *s, struct sc_err *e); /* and frees it, on failure too */
void sc_sheet_abandon(struct sc_sheet *s);              /* NULL is fine */

#endif
