/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lic_family.c -- the two families whose names have a grammar: GNU's and Creative Commons'.
 *
 *	GNU: [gnu] [lesser|library|affero] general public license | gpl | lgpl | agpl | gfdl, a version before or behind, and what
 *	is said of later ones: "or (at your option) any later version", "2+", ">= 2", "only", "not any later version".
 *	CC: creative commons | cc, by | attribution, and nc, nd, sa in any of their spellings, a version, a port.
 *
 * A GNU licence without a version is any of its versions: its own text says so.  A Creative Commons licence without one is LicenseRef-CC-...
 */
#include "lic.h"

#include <scope/spdx.h>

#include <stdlib.h>

enum { FAR = 26, BACK = 7, LATER = 16, FOREIGN = 7 };

/* The words of both grammars; VOCABULARY keeps hashes and names in step. */
#define VOCABULARY(W) \
	W(gnu) W(lesser) W(library) W(affero) W(general) W(public) W(license) W(gpl) W(lgpl) W(agpl) W(gfdl) W(fdl) W(free) W(documentation) \
	W(version) W(versions) W(v) W(ver) W(either) W(or) W(and) W(any) W(later) W(newer) W(greater) W(above) W(higher) W(subsequent) W(only) \
	W(not) W(later_) W(exception) W(of) W(the) W(as) W(published) W(by) W(software) W(foundation) W(at) W(your) W(option) W(fsf) W(inc) \
	W(cc) W(creative) W(commons) W(attribution) W(nc) W(noncommercial) W(non) W(commercial) W(nd) W(noderivs) W(noderivatives) \
	W(no) W(derivs) W(derivatives) W(derivative) W(sa) W(sharealike) W(share) W(alike) W(cc0) W(zero) W(works) W(unported) W(international) \
	W(generic) W(namensnennung) W(nicht) W(kommerziell) W(nichtkommerziell) W(kommerzielle) W(keine) W(bearbeitung) W(bearbeitungen) W(weitergabe) \
	W(gleichen) W(bedingungen) W(unter) W(nutzung) W(germany) W(deutschland) W(de) W(france) W(fr) W(terms) W(minor) W(up) W(licenses) W(use) W(to) W(this) W(program) W(it) W(is) W(under) W(licensed) W(on) W(systems)

#define AS_INDEX(w) W_##w,
enum { VOCABULARY(AS_INDEX) NWORDS };
#define AS_NAME(w) #w,
static const char *const names[NWORDS] = { VOCABULARY(AS_NAME) };
static uint32_t hashes[NWORDS];

__attribute__((constructor(200))) static void make_vocabulary(void)
{
	for (size_t i = 0; i < NWORDS; i++)
		hashes[i] = lic_hash(names[i], strlen(names[i]));
}

static bool is(const struct lic_words *w, size_t at, unsigned word)
{
	return at < w->n && w->v[at].hash == hashes[word] && !(w->v[at].flags & LIC_USED);
}

static bool is_one(const struct lic_words *w, size_t at, const uint8_t *of, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (is(w, at, of[i]))
			return true;
	return false;
}
#define IS_ONE(w, at, ...) is_one(w, at, (const uint8_t[]){ __VA_ARGS__ }, sizeof((const uint8_t[]){ __VA_ARGS__ }))

static sc_str text_of(const struct lic_words *w, sc_str text, size_t at)
{
	return (sc_str){ text.p + w->v[at].off, w->v[at].len };
}

/* ---- GNU ---- */

/* The family that is named at `at`, and behind which word. */
static const char *family(const struct lic_words *w, size_t at, size_t *end)
{
	const char *name = NULL;
	size_t i = at;

	if (is(w, i, W_gnu))
		i++;
	if (IS_ONE(w, i, W_lgpl))
		name = "LGPL";
	else if (is(w, i, W_agpl))
		name = "AGPL";
	else if (is(w, i, W_gpl))
		name = "GPL";
	else if (is(w, i, W_gfdl) || (i > at && is(w, i, W_fdl)))
		name = "GFDL";
	if (name) {
		*end = i + 1 + IS_ONE(w, i + 1, W_license);
		return name;
	}
	if (is(w, i, W_free) && is(w, i + 1, W_documentation) && is(w, i + 2, W_license)) {
		*end = i + 3;
		return "GFDL";
	}
	name = "GPL";
	if (IS_ONE(w, i, W_lesser, W_library) || (is(w, i, W_affero))) {
		name = is(w, i, W_affero) ? "AGPL" : "LGPL";
		i++;
		if (is(w, i, W_gnu)) /* "Lesser GNU General Public License" */
			i++;
		if (is(w, i, W_gpl)) {
			*end = i + 1;
			return name;
		}
		if (is(w, i, W_or) && is(w, i + 1, W_lesser)) /* "Library or Lesser" */
			i += 2;
	}
	if (is(w, i, W_general) && is(w, i + 1, W_public) && IS_ONE(w, i + 2, W_license, W_licenses)) {
		*end = i + 3;
		return name;
	}
	if (is(w, i, W_public) && is(w, i + 1, W_license) && i > at) { /* "GNU Public License" */
		*end = i + 2;
		return name;
	}
	return NULL;
}

static bool version_like(const struct lic_words *w, sc_str text, size_t at, const char *name)
{
	sc_str s;

	if (at >= w->n || !(w->v[at].flags & LIC_NUMBER) || w->v[at].flags & LIC_USED)
		return false;
	s = text_of(w, text, at);
	if (s.n > 3 || *s.p < '1' || *s.p > '3' || (s.n > 1 && s.p[1] != '.'))
		return false;
	return !strcmp(name, "GFDL") ? *s.p == '1' : true;
}

/* May stand between the name and its version. */
static bool between(const struct lic_words *w, size_t at)
{
	return IS_ONE(w, at, W_version, W_versions, W_v, W_ver, W_license, W_gpl, W_lgpl, W_agpl, W_gnu, W_as, W_published, W_by, W_the, W_free, W_software,
		      W_foundation, W_either, W_inc, W_fsf, W_public, W_general, W_terms, W_of, W_at, W_your, W_option, W_under, W_this, W_it, W_is, W_program);
}

static size_t version_behind(const struct lic_words *w, sc_str text, size_t from, const char *name)
{
	for (size_t i = from; i < w->n && i - from < FAR; i++) {
		if (version_like(w, text, i, name))
			return i;
		if (!between(w, i))
			break;
	}
	/* "the GNU GPL ... version 2 of the License" with other words between, in the same sentence */
	for (size_t i = from; i + 1 < w->n && i - from < FAR; i++) {
		if (IS_ONE(w, i, W_version, W_versions) && !(i && w->v[i - 1].flags & LIC_MINUS) && version_like(w, text, i + 1, name)) /* no MIME-Version */
			return i + 1;
		if (w->v[i].flags & LIC_STOP || IS_ONE(w, i, W_gpl, W_lgpl, W_gfdl, W_general))
			break;
	}
	return SC_NONE;
}

static size_t version_before(const struct lic_words *w, sc_str text, size_t at, const char *name)
{
	for (size_t i = at; i > 0 && at - i < BACK; i--) {
		if (version_like(w, text, i - 1, name) && i > 1 &&
		    (IS_ONE(w, i - 2, W_version, W_versions, W_or, W_and) || w->v[i - 1].len > 1))
			return i - 1;
		if (!IS_ONE(w, i - 1, W_of, W_the, W_gnu, W_terms, W_or, W_later, W_any, W_only, W_and, W_version) || w->v[i - 1].flags & LIC_STOP)
			break;
	}
	return SC_NONE;
}

enum later { SILENT, ONLY, OR_LATER };

/* "or later" in other languages, as translations of manual pages have it. */
static const char *const newer[] = { "neuer", "neuere", "neueren", "sp\xc3\xa4tere", "sp\xc3\xa4teren", "sp\xc3\xa4ter", "ult\xc3\xa9rieure", "ult\xc3\xa9rieures",
				     "posterior", "posteriores", "successiva", "successive", "ulteriore", "nieuwere", "latere", "senare", "nyere", "nov\xc4\x9bj\xc5\xa1\xc3\xad",
				     "p\xc3\xb3\xc5\xbaniejsza", "\xd0\xbd\xd0\xbe\xd0\xb2\xd0\xb5\xd0\xb5" };

static uint32_t newer_hash[SC_COUNT(newer)];

__attribute__((constructor(200))) static void make_newer(void)
{
	for (size_t i = 0; i < SC_COUNT(newer); i++)
		newer_hash[i] = lic_hash(newer[i], strlen(newer[i]));
}

static bool is_newer(const struct lic_words *w, size_t at)
{
	for (size_t i = 0; i < SC_COUNT(newer); i++)
		if (w->v[at].hash == newer_hash[i])
			return true;
	return false;
}

/* What is said of later versions from word `at` on (behind the number); *end is the last word that says it. */
static enum later later(const struct lic_words *w, size_t at, size_t *end)
{
	for (size_t i = at; i < w->n && i - at < LATER; i++) {
		size_t far = i - at;

		if (w->v[i].flags & LIC_USED)
			break;
		if (is(w, i, W_only) && far < 5)
			return *end = i, ONLY;
		if (is(w, i, W_not) && (is(w, i + 1, W_any) || is(w, i + 1, W_later)))
			return *end = i + 1, ONLY;
		if (IS_ONE(w, i, W_later, W_newer, W_greater, W_above, W_higher, W_subsequent, W_up) &&
		    (far < 5 || IS_ONE(w, i - 1, W_any, W_or, W_option)))
			return *end = i, OR_LATER;
		if (far < 8 && is_newer(w, i))
			return *end = i, OR_LATER;
		if (w->v[i].flags & (LIC_NUMBER | LIC_STOP) && !is(w, i, W_license))
			break;
	}
	return SILENT;
}

static bool at_least(sc_str text, const struct lic_words *w, size_t from, size_t to)
{
	size_t a = w->v[from].off + w->v[from].len, b = w->v[to].off;

	for (size_t i = a; i + 1 < b && i < a + 24; i++)
		if (text.p[i] == '>' && text.p[i + 1] == '=')
			return true;
	return false;
}

static sc_str gnu_id(struct sc_arena *a, const char *name, sc_str number, enum later l)
{
	sc_str id, canonical = { NULL, 0 };
	struct sc_err ignored;

	if (!number.n) {
		static const struct {
			const char *name;
			sc_str any;
		} first[] = { { "GPL", SC_LIT("GPL-1.0-or-later") }, { "LGPL", SC_LIT("LGPL-2.0-or-later") },
			      { "AGPL", SC_LIT("AGPL-3.0-or-later") }, { "GFDL", SC_LIT("GFDL-1.1-or-later") } };

		for (size_t i = 0; i < SC_COUNT(first); i++)
			if (!strcmp(first[i].name, name))
				return first[i].any;
	}
	id = sc_fmt(a, "%s-%.*s%s%s", name, SC_ARG(number), number.n == 1 ? ".0" : "", l == OR_LATER ? "-or-later" : "-only");
	return sc_spdx_expression(a, id, &canonical, &ignored) < 0 ? (sc_str){ NULL, 0 } : canonical;
}

/* "version 2 or version 3", "2 and 3": the second number; SC_NONE when there is none. */
static size_t another(const struct lic_words *w, sc_str text, size_t number, const char *name)
{
	size_t i = number + 1;

	if (!IS_ONE(w, i, W_or, W_and))
		return SC_NONE;
	i++;
	if (IS_ONE(w, i, W_version))
		i++;
	return version_like(w, text, i, name) ? i : SC_NONE;
}

bool lic_gnu(const struct lic_words *w, sc_str text, size_t at, struct sc_arena *a, struct lic_reference *out)
{
	size_t end, number, last, second;
	const char *name = family(w, at, &end);
	enum later l = SILENT;
	sc_str id;

	if (!name)
		return false;
	*out = (struct lic_reference){ .from = at, .to = end - 1 };
	number = version_behind(w, text, end, name);
	if (number == SC_NONE && (number = version_before(w, text, at, name)) != SC_NONE)
		out->from = number;
	if (number == SC_NONE) {
		out->id = gnu_id(a, name, (sc_str){ NULL, 0 }, l);
		out->bare = true;
		return true;
	}
	if (number > out->to)
		out->to = number;
	last = number;
	if (w->v[number].flags & LIC_PLUS || (number >= end && at_least(text, w, end - 1, number)))
		l = OR_LATER;
	else
		l = later(w, number + 1, &last);
	if (last > out->to)
		out->to = last;
	out->id = gnu_id(a, name, text_of(w, text, number), l);
	second = another(w, text, number, name);
	if (out->id.n && second != SC_NONE) {
		enum later l2 = later(w, second + 1, &last);

		id = gnu_id(a, name, text_of(w, text, second), l2);
		out->to = second > last ? second : last;
		if (id.n)
			out->id = sc_fmt(a, "%.*s OR %.*s", SC_ARG(out->id), SC_ARG(id));
	}
	return out->id.n > 0;
}

/* ---- Creative Commons ---- */

enum { BY = 1, NC = 2, ND = 4, SA = 8 };

/* One element of the name at *i, which it passes. */
static unsigned element(const struct lic_words *w, size_t *i)
{
	static const struct {
		uint8_t word[2], n, what;
	} list[] = {
		{ { W_by, 0 }, 1, BY }, { { W_attribution, 0 }, 1, BY }, { { W_nc, 0 }, 1, NC }, { { W_noncommercial, 0 }, 1, NC },
		{ { W_non, W_commercial }, 2, NC }, { { W_nd, 0 }, 1, ND }, { { W_noderivs, 0 }, 1, ND }, { { W_noderivatives, 0 }, 1, ND },
		{ { W_no, W_derivs }, 2, ND }, { { W_no, W_derivatives }, 2, ND }, { { W_no, W_derivative }, 2, ND }, { { W_sa, 0 }, 1, SA },
		{ { W_sharealike, 0 }, 1, SA }, { { W_share, W_alike }, 2, SA },
		{ { W_namensnennung, 0 }, 1, BY }, { { W_nichtkommerziell, 0 }, 1, NC }, { { W_nicht, W_kommerziell }, 2, NC },
		{ { W_keine, W_kommerzielle }, 2, NC }, { { W_keine, W_bearbeitung }, 2, ND }, { { W_keine, W_bearbeitungen }, 2, ND },
		{ { W_weitergabe, W_unter }, 2, SA },
	};

	for (size_t k = 0; k < SC_COUNT(list); k++)
		if (is(w, *i, list[k].word[0]) && (list[k].n == 1 || is(w, *i + 1, list[k].word[1]))) {
			*i += list[k].n;
			return list[k].what;
		}
	return 0;
}

/* What a word of another language begins with, and what it means beside "Creative Commons". */
static unsigned elsewhere(sc_str word)
{
	static const struct {
		sc_str begins;
		unsigned what;
	} known[] = {
		{ SC_LIT("atribu"), BY },	 { SC_LIT("attribu"), BY },	 { SC_LIT("paternit"), BY },	{ SC_LIT("reconoc"), BY },
		{ SC_LIT("naamsverm"), BY },	 { SC_LIT("erk\xc3\xa4nn"), BY }, { SC_LIT("nime\xc3\xa4"), BY }, { SC_LIT("uznanie"), BY },
		{ SC_LIT("navngiv"), BY },	 { SC_LIT("comerc"), NC },	 { SC_LIT("commerc"), NC },	{ SC_LIT("nocomerc"), NC },
		{ SC_LIT("n\xc3\xa3ocomerc"), NC }, { SC_LIT("kommers"), NC },	 { SC_LIT("ickekommers"), NC }, { SC_LIT("ikkekommers"), NC },
		{ SC_LIT("komerc"), NC },	 { SC_LIT("niekomerc"), NC },	 { SC_LIT("nietcommerc"), NC },	{ SC_LIT("eikaup"), NC },
		{ SC_LIT("deriv"), ND },	 { SC_LIT("modific"), ND },	 { SC_LIT("sinderiv"), ND },	{ SC_LIT("sinobra"), ND },
		{ SC_LIT("semderiv"), ND },	 { SC_LIT("afgeleid"), ND },	 { SC_LIT("geenafgel"), ND },	{ SC_LIT("ingabear"), ND },
		{ SC_LIT("ingenbear"), ND },	 { SC_LIT("utwor"), ND },	 { SC_LIT("partage"), SA },	{ SC_LIT("compart"), SA },
		{ SC_LIT("condivi"), SA },	 { SC_LIT("gelijkdel"), SA },	 { SC_LIT("delalika"), SA },	{ SC_LIT("delp\xc3\xa5"), SA },
		{ SC_LIT("jaasamoin"), SA },	 { SC_LIT("warunkach"), SA },
	};

	for (size_t i = 0; i < SC_COUNT(known); i++)
		if (word.n >= known[i].begins.n && sc_bytes_ieq(word.p, known[i].begins.p, known[i].begins.n))
			return known[i].what;
	return 0;
}

/* The rest of a name in another language, up to the number of its version; without a number only a word that means something. */
static unsigned foreign(const struct lic_words *w, sc_str text, size_t *at, unsigned what)
{
	size_t end = *at;
	unsigned all = 0;

	for (size_t i = *at; i < w->n && i - *at < FOREIGN && !(w->v[i].flags & (LIC_URL | LIC_NUMBER)); i++) {
		unsigned one = elsewhere(text_of(w, text, i));

		if (i > *at && w->v[i - 1].flags & LIC_STOP)
			break;
		if (!(what & BY) && !one)
			break; /* it begins with whose work it is */
		if (one)
			end = i + 1;
		all |= one;
		what |= one;
	}
	if (all && end < w->n)
		for (size_t i = end; i < w->n && i - end < FOREIGN && !(w->v[i - 1].flags & LIC_STOP); i++)
			if (w->v[i].flags & LIC_NUMBER && w->v[i].len == 3) {
				end = i;
				break;
			}
	*at = end;
	return all;
}

bool lic_cc(const struct lic_words *w, sc_str text, size_t at, struct sc_arena *a, struct lic_reference *out)
{
	size_t i = at;
	unsigned what = 0, one;
	const char *port = "";
	sc_str number = { NULL, 0 }, id;

	if (is(w, i, W_cc) && (w->v[i].flags & LIC_MINUS || text.p[w->v[i].off] == 'C')) /* "cc by" is no more than two words */
		i++;
	else if (is(w, i, W_creative) && is(w, i + 1, W_commons))
		i += 2;
	else
		return false;
	if (is(w, i, W_license) || is(w, i, W_licenses))
		i++;
	for (; i < w->n; ) {
		one = element(w, &i);
		if (!one && what && IS_ONE(w, i, W_works, W_and, W_nutzung, W_gleichen, W_bedingungen))
			i++;
		else if (!one && (one = foreign(w, text, &i, what)) != 0)
			;
		else if (!one)
			break;
		what |= one;
	}
	if (!(what & BY) || (what & ND && what & SA))
		return false;
	while (IS_ONE(w, i, W_license, W_version, W_unported, W_international, W_generic, W_public))
		i++;
	if (i < w->n && w->v[i].flags & LIC_NUMBER && w->v[i].len <= 3)
		number = text_of(w, text, i++);
	if (IS_ONE(w, i, W_international, W_unported, W_generic))
		i++;
	if (IS_ONE(w, i, W_germany, W_deutschland, W_de))
		port = "-DE";
	id = sc_fmt(a, "CC-BY%s%s%s", what & NC ? "-NC" : "", what & ND ? "-ND" : "", what & SA ? "-SA" : "");
	*out = (struct lic_reference){ .from = at, .to = i - 1 };
	if (number.n && *port) {
		out->id = sc_spdx_id(sc_fmt(a, "%.*s-%.*s%s%s", SC_ARG(id), SC_ARG(number), number.n == 1 ? ".0" : "", port));
		out->to += out->id.n > 0;
	}
	if (number.n && !out->id.n)
		out->id = sc_spdx_id(sc_fmt(a, "%.*s-%.*s%s", SC_ARG(id), SC_ARG(number), number.n == 1 ? ".0" : ""));
	if (!out->id.n)
		out->id = sc_fmt(a, "LicenseRef-%.*s", SC_ARG(id));
	return true;
}
