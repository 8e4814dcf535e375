/* SPDX-License-Identifier: Apache-2.0 */
/* scope/spdx.h -- SPDX licence identifiers and expressions (SPDX 2.3 annex D), and named sets of them. */
#ifndef SCOPE_SPDX_H
#define SCOPE_SPDX_H

#include <scope/base.h>

/* The identifier in its own spelling ("mit" -> "MIT"), static; or empty.  LicenseRef-... is returned as it is. */
sc_str sc_spdx_id(sc_str word);
sc_str sc_spdx_exception(sc_str word);

/* What people write ("Apache 2.0", "cc-by-4.0", "GPLv2+", "https://creativecommons.org/licenses/by/4.0/deed.de",
 * "License :: OSI Approved :: MIT License", "MIT/Apache-2.0", an expression) to an SPDX expression in canonical spelling; empty when it is not one
 * that we know.  *rule says how: "spdx", "alias", "cc-url", "classifier". */
sc_str sc_spdx_from_words(struct sc_arena *a, sc_str words, sc_str *rule);

/* A Creative Commons URL that begins at the head of s (scheme optional, www optional) to an id; *n is its length in
 * bytes.  Empty when it is none.  A port such as /de/ is not a translation such as deed.de: ports have ids of their own
 * (CC-BY-3.0-DE) where SPDX lists them, and the id of what they are a port of where it does not. */
sc_str sc_spdx_cc_url(struct sc_arena *a, sc_str s, size_t *n);

/* Parses an expression and writes it canonically: identifiers in their own spelling and, where SPDX gave one up, as what it
 * says now (GPL-2.0+ is GPL-2.0-or-later, GPL-2.0-with-classpath-exception is GPL-2.0-only WITH Classpath-exception-2.0), no
 * parentheses that are not needed, operands in their order.  LicenseRef-, DocumentRef-D:LicenseRef- and, behind WITH,
 * AdditionRef- are anybody's; operators may be in lower case.  SC_BAD says what is wrong and where; so is an expression with
 * more than a hundred thousand operands, or with 64 levels of parentheses that matter. */
int sc_spdx_expression(struct sc_arena *a, sc_str text, sc_str *canonical, struct sc_err *e);

/* The same bytes for all that say the same: the smallest choices that the expression leaves, sorted, "MIT OR ISC AND Zlib";
 * A OR (A AND B) is A.  Past 256 licences or 128 choices it is only sorted, each operand once, without what a neighbour holds.
 * Its own normal form, and a canonical expression.  *normal is in a, which is scratch too. */
int sc_spdx_normal(struct sc_arena *a, sc_str text, sc_str *normal, struct sc_err *e);

/* A set of ids: the operands of `licence in`.  Named sets may be among them.  Sorted. */
struct sc_idset {
	const sc_str *v;
	size_t n;
};
/* The members of a named set ("open", "permissive", "share-alike", "non-commercial", "no-derivatives"); n 0 when not known. */
struct sc_idset sc_spdx_set(sc_str name);
const char *sc_spdx_set_name(size_t i, const char **about); /* NULL past the last */

/* Can the expression be satisfied from the set: OR one side, AND both, `X WITH E` is covered by X too, since SPDX
 * exceptions add permissions, `X+`
 * is covered by any later version in the set.  none, unknown and conflict are in no set. */
bool sc_spdx_in(struct sc_arena *a, sc_str expression, struct sc_idset set); /* a: scratch */

/* The same against an expression: its OR, a comma or a line feed at top level, lists what may be used, together as one likes; what
 * AND joins counts where all of it applies.  Members may be named sets.  "Or any later version" on either side is any listed
 * version of that family from there on.  SC_BAD when either does not parse; *yes is false then.  a: scratch. */
int sc_spdx_satisfies(struct sc_arena *a, sc_str expression, sc_str allowed, bool *yes, struct sc_err *e);

/* Do two expressions say the same: "A OR B" and "B OR A", "A AND A" and "A"?  What does not parse is the same as its own
 * bytes only. */
bool sc_spdx_same(struct sc_arena *a, sc_str x, sc_str y); /* a: scratch */

#endif
