/* SPDX-License-Identifier: Apache-2.0 */
/*
 * spdx_pairs.c -- which licences can meet in one derivative work: facts first, then rules over classes of terms.
 *
 * A row says what the licences themselves say of each other (an "or later", a list of compatible licences, a section on
 * secondary ones), or what the Free Software Foundation's list of licences says of a licence and the GNU ones; those rows were not
 * held against that list one by one.  Works that only
 * lie side by side are no derivative work: a corpus may hold both sides of a conflict.
 */
#include "spdx_pairs.h"

#include "spdx_tree.h"

/* GNU licences that cover a whole program. */
#define GNU "GPL-1.0 GPL-2.0 GPL-3.0 AGPL-1.0 AGPL-3.0"
#define GNU3 "GPL-3.0 AGPL-3.0"

/* Names without -only, -or-later and +; a star ends a beginning.  The first row that names both, in either order, decides. */
static const struct {
	const char *x, *y;
	enum spdx_verdict verdict;
	const char *why;
} facts[] = {
	{ "GPL-3.0", "AGPL-3.0", SPDX_FINE, "section 13 of each allows the other" },
	{ "GPL-1.0 GPL-2.0", "GPL-3.0 AGPL-3.0 AGPL-1.0", SPDX_CONFLICT, "neither version allows the other's terms, and no `or later` is stated" },
	{ "GPL-1.0", "GPL-2.0", SPDX_CONFLICT, "neither version allows the other's terms, and no `or later` is stated" },
	{ "LGPL-3.0", "GPL-1.0 GPL-2.0", SPDX_CONFLICT, "LGPL-3.0 stands on GPL-3.0, whose terms GPL-2.0 does not allow" },
	{ "LGPL-2.0 LGPL-2.1", "GPL-2.0 GPL-3.0 AGPL-3.0", SPDX_INTO, "section 3 lets it go under the GNU GPL" },
	{ "LGPL-3.0", GNU3, SPDX_INTO, "it is GPL-3.0 with permissions that may be left out" },
	{ "Apache-2.0", "GPL-1.0 GPL-2.0", SPDX_CONFLICT, "its patent and indemnity terms are restrictions that GPL-2.0 does not have" },
	{ "CC-BY-SA-4.0", "GPL-3.0", SPDX_INTO, "Creative Commons lists GPL-3.0 as compatible, one way" },
	{ "CC-BY-SA-4.0", "LAL-1.3", SPDX_FINE, "each lists the other as compatible" },
	{ "CC-BY-SA-*", GNU, SPDX_CONFLICT, "only CC-BY-SA-4.0 may go under a GNU licence, and only under GPL-3.0" },
	{ "LicenseRef-CC-BY-SA", GNU, SPDX_CONFLICT, "only version 4.0 may go under GPL-3.0, and no version is stated" },
	{ "LicenseRef-CC-BY-SA", "CC-BY-SA-*", SPDX_FINE, "no version is stated" },
	{ "LicenseRef-CC-BY-NC-SA", "CC-BY-NC-SA-*", SPDX_FINE, "no version is stated" },
	{ "CC-BY-SA-1.0", "CC-BY-SA-*", SPDX_CONFLICT, "version 1.0 knows no later version" },
	{ "CC-BY-SA-2.0*", "CC-BY-SA-2.0*", SPDX_FINE, "adaptations may be under another country's version" },
	{ "CC-BY-SA-3.0*", "CC-BY-SA-3.0*", SPDX_FINE, "adaptations may be under another country's version" },
	{ "CC-BY-SA-2.*", "CC-BY-SA-3.0* CC-BY-SA-4.0", SPDX_INTO, "adaptations may be under a later version" },
	{ "CC-BY-SA-2.0* CC-BY-SA-2.1*", "CC-BY-SA-2.5", SPDX_INTO, "adaptations may be under a later version" },
	{ "CC-BY-SA-2.0*", "CC-BY-SA-2.1*", SPDX_INTO, "adaptations may be under a later version" },
	{ "CC-BY-SA-3.0*", "CC-BY-SA-4.0", SPDX_INTO, "adaptations may be under a later version" },
	{ "CC-BY-NC-SA-1.0", "CC-BY-NC-SA-*", SPDX_CONFLICT, "version 1.0 knows no later version" },
	{ "CC-BY-NC-SA-2.0*", "CC-BY-NC-SA-2.0*", SPDX_FINE, "adaptations may be under another country's version" },
	{ "CC-BY-NC-SA-3.0*", "CC-BY-NC-SA-3.0*", SPDX_FINE, "adaptations may be under another country's version" },
	{ "CC-BY-NC-SA-2.*", "CC-BY-NC-SA-3.0* CC-BY-NC-SA-4.0", SPDX_INTO, "adaptations may be under a later version" },
	{ "CC-BY-NC-SA-2.0*", "CC-BY-NC-SA-2.5", SPDX_INTO, "adaptations may be under a later version" },
	{ "CC-BY-NC-SA-3.0*", "CC-BY-NC-SA-4.0", SPDX_INTO, "adaptations may be under a later version" },
	{ "MPL-2.0", "GPL-2.0 GPL-3.0 LGPL-2.1 LGPL-3.0 AGPL-3.0", SPDX_INTO, "section 3.3 names it as a secondary licence" },
	{ "CECILL-1.0 CECILL-1.1 CECILL-2.0 CECILL-2.1", "GPL-2.0 GPL-3.0", SPDX_INTO, "its article on compatibility names the GNU GPL" },
	{ "CECILL-2.1", "AGPL-3.0 EUPL-1.1 EUPL-1.2", SPDX_INTO, "its article on compatibility names it" },
	{ "EUPL-1.1", "EUPL-1.2", SPDX_INTO, "works may go under a later version" },
	{ "EUPL-1.1", "GPL-2.0 OSL-2.1 OSL-3.0 CPL-1.0 EPL-1.0 CECILL-2.0", SPDX_INTO, "its appendix names it as compatible" },
	{ "EUPL-1.2", "GPL-2.0 GPL-3.0 AGPL-3.0 OSL-2.1 OSL-3.0 EPL-1.0 CECILL-2.0 CECILL-2.1 MPL-2.0 LGPL-2.1 LGPL-3.0 "
		      "CC-BY-SA-3.0 LiLiQ-R-1.1 LiLiQ-Rplus-1.1", SPDX_INTO, "its appendix names it as compatible" },
	{ "copyleft-next-*", "GPL-2.0 GPL-3.0 AGPL-3.0", SPDX_INTO, "it lets works go under the GNU GPL" },
	{ "Sleepycat BSD-4-Clause-UC", GNU, SPDX_FINE, "compatible; of BSD-4-Clause-UC the university withdrew the advertising clause" },
	{ "FTL", GNU3, SPDX_FINE, "version 3 allows its credit" },
	{ "CDDL-*", GNU, SPDX_CONFLICT, "both ask that covered files be under their own terms" },
	{ "EPL-* CPL-1.0 IPL-1.0", GNU, SPDX_CONFLICT, "its choice of law and patent terms are restrictions that the GNU GPL does not have; EPL-2.0 "
							"allows it only where its notice names the GNU GPL as secondary" },
	{ "MPL-1.0 MPL-1.1 NPL-* SPL-1.0 CPAL-1.0 APSL-*", GNU, SPDX_CONFLICT, "it asks that covered files be under its own terms" },
	{ "MPL-2.0-no-copyleft-exception", GNU, SPDX_CONFLICT, "its notice takes the secondary licences back" },
	{ "MS-PL MS-RL", GNU, SPDX_CONFLICT, "it asks that its code be under its own terms" },
	{ "Apache-1.0 Apache-1.1 PHP-3.* ZPL-1.1 Zend-2.0 XFree86-1.1", GNU, SPDX_CONFLICT, "its credit and naming terms are restrictions that the GNU GPL does not have" },
	{ "OSL-* AFL-*", GNU, SPDX_CONFLICT, "its terms on acceptance, patents and courts are restrictions that the GNU GPL does not have" },
	{ "QPL-* LPPL-*", GNU, SPDX_CONFLICT, "its terms on changed versions are restrictions that the GNU GPL does not have" },
	{ "Artistic-1.0*", GNU, SPDX_CONFLICT, "its terms on changed versions are too vague to be compatible" },
	{ "CNRI-Python", GNU, SPDX_CONFLICT, "its choice of law is a restriction that the GNU GPL does not have" },
	{ "OLDAP-2.3", GNU, SPDX_CONFLICT, "its naming terms are restrictions that the GNU GPL does not have" },
	{ "OFL-*", GNU, SPDX_CONFLICT, "fonts under it must remain entirely under it" },
	{ "GFDL-*", GNU, SPDX_CONFLICT, "each asks that the whole be under its own terms" },
};

_Static_assert(SC_COUNT(facts) <= SPDX_FACTS, "a row is a bit");

/* Is it one of the names, or behind one that ends in a star? */
static bool named(const char *list, sc_str id)
{
	sc_str rest = sc_str_c(list), one;

	while (sc_str_cut(&rest, ' ', &one))
		if (sc_str_ends(one, SC_STR("*")) ? sc_str_starts(id, sc_str_head(one, one.n - 1)) : sc_str_eq(id, one))
			return true;
	return false;
}

struct spdx_side spdx_side(sc_str licence)
{
	struct spdx_side s = { .terms = sc_spdx_terms(licence) };
	size_t with = sc_str_find(licence, SC_STR(" WITH "));
	sc_str v[SPDX_VERSIONS];

	if (s.terms & SC_TERM(UNREVIEWED))
		return s; /* pairs with it are not looked at */
	if (with != SC_NONE)
		s.linking = spdx_is_linking(sc_str_from(licence, with + strlen(" WITH ")));
	s.n = spdx_listed(sc_str_head(licence, with), v, SPDX_VERSIONS);
	for (size_t i = 0; i < s.n; i++) {
		s.v[i].base = v[i];
		for (size_t k = 0; k < SC_COUNT(facts); k++) {
			s.v[i].left |= (uint64_t)named(facts[k].x, v[i]) << k;
			s.v[i].right |= (uint64_t)named(facts[k].y, v[i]) << k;
		}
	}
	return s;
}

static enum spdx_verdict turned(enum spdx_verdict v)
{
	return v == SPDX_INTO ? SPDX_FROM : v == SPDX_FROM ? SPDX_INTO : v;
}

/* The GNU licences of a whole program, when no exception lets others in. */
static bool is_gnu(const struct spdx_side *s)
{
	return !s->linking && named(GNU, s->v[0].base);
}

#define WHOLE (SC_TERM(SHARE_ALIKE) | SC_TERM(COPYLEFT_STRONG) | SC_TERM(COPYLEFT_NETWORK))

static enum spdx_verdict by_terms(const struct spdx_side *x, const struct spdx_side *y, const char **why)
{
	uint32_t whole = (x->terms & WHOLE ? y->terms & ~x->terms : 0) | (y->terms & WHOLE ? x->terms & ~y->terms : 0);

	if (whole & SC_TERM(NON_COMMERCIAL))
		*why = "one asks that adaptations be free for any use, the other allows no commercial use";
	else if (whole & SC_TERM(FIELD_OF_USE))
		*why = "one asks that adaptations be free for any use, the other excludes some";
	else if (x->terms & WHOLE && y->terms & WHOLE)
		*why = "each asks that the whole be under its own terms";
	else if ((is_gnu(x) && y->terms & SC_TERM(ADVERTISING)) || (is_gnu(y) && x->terms & SC_TERM(ADVERTISING)))
		*why = "the advertising clause is a restriction that the GNU GPL does not have";
	else
		return SPDX_FINE;
	return SPDX_CONFLICT;
}

static enum spdx_verdict versions(const struct spdx_side *x, size_t i, const struct spdx_side *y, size_t k, const char **why)
{
	uint64_t forward = x->v[i].left & y->v[k].right, back = x->v[i].right & y->v[k].left, any = forward | back;
	size_t row = any ? (size_t)__builtin_ctzll(any) : 0;

	if (sc_str_eq(x->v[i].base, y->v[k].base))
		return SPDX_FINE;
	if (!any || (facts[row].verdict == SPDX_CONFLICT && (x->linking || y->linking)))
		return by_terms(x, y, why);
	*why = facts[row].why;
	return forward >> row & 1 ? facts[row].verdict : turned(facts[row].verdict);
}

enum spdx_verdict spdx_pair(const struct spdx_side *x, const struct spdx_side *y, const char **why)
{
	enum spdx_verdict best = SPDX_CONFLICT;

	*why = NULL;
	if ((x->terms | y->terms) & SC_TERM(UNREVIEWED))
		return SPDX_FINE; /* nobody knows: it is listed as unreviewed */
	for (size_t i = 0; i < x->n && best != SPDX_FINE; i++)
		for (size_t k = 0; k < y->n && best != SPDX_FINE; k++) {
			const char *because = NULL;
			enum spdx_verdict v = versions(x, i, y, k, &because);

			if (v < best || !*why) {
				best = v;
				*why = because;
			}
		}
	return best;
}
