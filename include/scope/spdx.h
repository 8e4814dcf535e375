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

/*
 * What a licence asks and allows, by libscope/data/spdx-terms.txt, which says how it was made; not legal advice.  scope(7) says
 * what each means.  A licence that is not listed there is unreviewed, and nothing else.
 */
enum sc_spdx_term {
	SC_TERM_PUBLIC_DOMAIN, /* no conditions */
	SC_TERM_ATTRIBUTION,
	SC_TERM_NOTICE,
	SC_TERM_SHARE_ALIKE, /* of works and data; the four below are of programs */
	SC_TERM_COPYLEFT_FILE,
	SC_TERM_COPYLEFT_LIBRARY,
	SC_TERM_COPYLEFT_STRONG,
	SC_TERM_COPYLEFT_NETWORK,
	SC_TERM_DISCLOSE_SOURCE,
	SC_TERM_NON_COMMERCIAL,
	SC_TERM_NO_DERIVATIVES,
	SC_TERM_PATENT_GRANT,
	SC_TERM_PATENT_RETALIATION,
	SC_TERM_ADVERTISING,
	SC_TERM_NAMING,
	SC_TERM_FIELD_OF_USE,
	SC_TERM_JURISDICTION,
	SC_TERM_UNREVIEWED,
	SC_TERMS
};
#define SC_TERM(x) (UINT32_C(1) << SC_TERM_##x)
/* Adaptations under the same terms, of whatever reach. */
#define SC_TERM_COPYLEFT \
	(SC_TERM(SHARE_ALIKE) | SC_TERM(COPYLEFT_FILE) | SC_TERM(COPYLEFT_LIBRARY) | SC_TERM(COPYLEFT_STRONG) | SC_TERM(COPYLEFT_NETWORK))

const char *sc_spdx_term_name(size_t i, const char **about); /* by enum sc_spdx_term; NULL past the last */
/* Of one licence in canonical spelling, with its WITH if it has one; never 0. */
uint32_t sc_spdx_terms(sc_str licence);

/*
 * What a whole corpus is bound by.  Each expression is met by one of its choices: where it leaves several, that which is in fewest
 * conflicts with what is bound already and then asks least; expressions that leave none are bound first, so the result does not
 * depend on their order.
 */
struct sc_spdx_counted {
	sc_str expression;
	uint64_t n; /* records under it */
};

struct sc_spdx_bound {
	sc_str id; /* a licence, with its WITH */
	uint32_t terms;
	uint64_t n; /* records that it binds */
};

/* Two that one derivative work cannot be made of.  b is empty where it is anything else: no derivatives. */
struct sc_spdx_pair {
	sc_str a, b;
	const char *why; /* static */
};

struct sc_spdx_compat {
	uint32_t terms;			     /* of all */
	uint64_t n;			     /* records */
	const struct sc_spdx_bound *v;	     /* sorted by id */
	size_t nv;
	struct sc_idset by[SC_TERMS];	     /* the ids of each class */
	const struct sc_spdx_pair *conflict; /* sorted */
	size_t nconflict;
	const struct sc_spdx_pair *one_way;  /* a's may become part of a work under b, not the other way round */
	size_t nway;
	struct sc_idset unread;		     /* what is no expression, or leaves too many choices */
	sc_str summary;			     /* one line in words */
};

/* Everything in *out is in `a`, but the expressions' bytes and static words; no failure. */
void sc_spdx_compat(struct sc_arena *a, const struct sc_spdx_counted *v, size_t n, struct sc_spdx_compat *out);

#endif
