/* SPDX-License-Identifier: Apache-2.0 */
/*
 * odrl.c -- access as a policy; see scope/odrl.h.
 *
 * Actions are ODRL's own (read, reproduce, distribute, derive; attribute, inform, reviewPolicy) and, where ODRL left the word to them,
 * Creative Commons' (Notice, ShareAlike, CommercialUse).  `use` is not among them: in ODRL it includes every other.
 */
#include <scope/odrl.h>

#include <scope/check.h>
#include <scope/digest.h>
#include <scope/spdx.h>
#include <scope/text.h>

enum { POLICY_MOST = 16 << 20 };

/* What can be said in actions; other classes leave a duty to review the licence. */
#define SAYABLE                                                                                   \
	(SC_TERM(PUBLIC_DOMAIN) | SC_TERM(ATTRIBUTION) | SC_TERM(NOTICE) | SC_TERM(SHARE_ALIKE) | \
	 SC_TERM(NON_COMMERCIAL) | SC_TERM(NO_DERIVATIVES) | SC_TERM(PATENT_GRANT))

struct term {
	sc_str name, iri; /* iri: of an SPDX licence, or a file's digest; empty: there is none */
	bool file;        /* it is no licence */
	bool review;      /* not all of it can be said in actions */
};

struct policy {
	struct sc_json_writer *w;
	const struct sc_odrl *o;
	struct sc_arena a;
	struct term *term;
	size_t n;
	uint32_t classes; /* of all licences among the terms */
	bool unread;      /* one of the terms is unknown to us */
	bool logged;      /* recipients=release-log */
	sc_str assigner;  /* an IRI, or empty */
};

/* ---- names: as ODRL's own context has them, or with their prefix ---- */

static const char *name_of(const struct policy *p, const char *name)
{
	return p->o->within || strncmp(name, "odrl:", 5) ? name : name + 5;
}

/* key: something with an IRI. */
static void thing(struct policy *p, const char *key, sc_str iri)
{
	if (p->o->within)
		sc_jw_ref(p->w, name_of(p, key), iri);
	else
		sc_jw_str(p->w, name_of(p, key), iri);
}

static void word(struct policy *p, const char *key, const char *value)
{
	thing(p, key, sc_str_c(name_of(p, value)));
}

/* ---- what the access lines say ---- */

/* Beside the charter or below: a charter from elsewhere is not to tell what other files hold. */
static bool is_beside(sc_str name)
{
	sc_str part;

	if (sc_str_starts(name, SC_STR("/")))
		return false;
	while (name.p && sc_str_cut(&name, '/', &part))
		if (sc_str_eq(part, SC_STR("..")))
			return false;
	return true;
}

static sc_str file_iri(struct policy *p, sc_str name)
{
	struct sc_arena scratch = { 0 };
	sc_str path = sc_fmt(&scratch, "%.*s/%.*s", SC_ARG(p->o->words->c.folder), SC_ARG(name)),
	       bytes, iri = { NULL, 0 };
	struct sc_err why = { 0 };
	uint8_t digest[32];
	char hex[64];

	if (is_beside(name) && sc_file_read(path, POLICY_MOST, &scratch, &bytes, &why) == SC_OK) {
		sc_sha256_of(bytes, digest);
		sc_hex(digest, 32, hex);
		iri = sc_fmt(&p->a, "urn:sha256:%.64s", hex);
	}
	sc_arena_free(&scratch);
	return iri;
}

/* A licence, an expression of several, or a file's name, as the gate reads them. */
static struct term term_of(struct policy *p, sc_str name)
{
	sc_str licence = { NULL, 0 };
	struct sc_err why;
	uint32_t classes = SC_TERM(UNREVIEWED);
	struct term t = { .name = name };

	if (sc_spdx_expression(&p->a, name, &licence, &why) != SC_OK)
		t.iri = file_iri(p, name);
	else
		t.name = licence;
	t.file = !licence.n;
	if (sc_spdx_id(licence).n && !sc_str_starts(licence, SC_STR("LicenseRef-"))) {
		t.iri = sc_fmt(&p->a, "https://spdx.org/licenses/%.*s", SC_ARG(licence));
		classes = sc_spdx_terms(licence);
	}
	t.review = (classes & ~SAYABLE) != 0;
	p->unread |= (classes & SC_TERM(UNREVIEWED)) != 0;
	p->classes |= classes;
	return t;
}

static void term_add(struct policy *p, sc_str name)
{
	if (name.n && p->n < SC_CHARTER_TERMS)
		p->term[p->n++] = term_of(p, name);
}

static void terms_read(struct policy *p)
{
	const struct sc_charter *c = &p->o->words->c;

	p->term = SC_NEW(&p->a, struct term, SC_CHARTER_TERMS);
	for (size_t i = 0; i < c->n; i++) {
		sc_str rest = c->v[i].terms, one;
		struct sc_err why;

		if (c->v[i].kind != SC_D_ACCESS)
			continue;
		p->logged |= sc_str_eq(c->v[i].recipients, SC_STR("release-log"));
		if (sc_spdx_expression(&p->a, rest, &one, &why) == SC_OK) { /* "GPL-2.0+" */
			term_add(p, rest);
			continue;
		}
		while (rest.p && sc_str_cut(&rest, '+', &one))
			term_add(p, one);
	}
}

/* Whom a charter's owner can be named by: anything else stays a name. */
static bool is_iri(sc_str s)
{
	static const sc_str schemes[] = { SC_LIT("mailto:"), SC_LIT("https://"), SC_LIT("http://"),
		                          SC_LIT("urn:"), SC_LIT("did:") };
	bool known = false;

	for (size_t i = 0; i < SC_COUNT(schemes); i++)
		known |= s.n > schemes[i].n && sc_str_starts(s, schemes[i]);
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!c || (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		             (c >= '0' && c <= '9')) &&
		           !strchr("-._~:/?#@!$&'()*+,;=%", c)))
			return false;
	}
	return known;
}

static void assigner_read(struct policy *p)
{
	const struct sc_charter *c = &p->o->words->c;

	for (size_t i = 0; i < c->n && !p->assigner.n; i++)
		if (c->v[i].kind == SC_D_OWNER && is_iri(c->v[i].contact))
			p->assigner = c->v[i].contact;
}

/* ---- rules ---- */

static void constraint_put(struct policy *p, const char *left, const char *op)
{
	sc_jw_object(p->w, NULL);
	word(p, "odrl:leftOperand", left);
	word(p, "odrl:operator", op);
}

static void expire_put(struct policy *p, sc_str until)
{
	constraint_put(p, "odrl:dateTime", "odrl:lteq");
	sc_jw_object(p->w, name_of(p, "odrl:rightOperand"));
	sc_jw_str(p->w, "@value", until);
	sc_jw_str(p->w, "@type", SC_STR("xsd:date"));
	sc_jw_end(p->w);
	sc_jw_end(p->w);
}

/* The names that the charter gives, with commas between. */
static void recipients_put(struct policy *p, sc_str names)
{
	sc_str one;

	constraint_put(p, "odrl:recipient", "odrl:isAnyOf");
	sc_jw_array(p->w, name_of(p, "odrl:rightOperand"));
	while (names.p && sc_str_cut(&names, ',', &one))
		sc_jw_some(p->w, NULL, sc_str_trim(one));
	sc_jw_end(p->w);
	sc_jw_end(p->w);
}

static void constraints(struct policy *p)
{
	const struct sc_charter *c = &p->o->words->c;
	bool any = false;

	for (size_t i = 0; i < c->n; i++) {
		const struct sc_directive *d = &c->v[i];
		bool named = d->kind == SC_D_ACCESS && d->recipients.n &&
		             !sc_str_eq(d->recipients, SC_STR("release-log"));

		if (!named && d->kind != SC_D_EXPIRE)
			continue;
		if (!any)
			sc_jw_array(p->w, name_of(p, "odrl:constraint"));
		any = true;
		if (named)
			recipients_put(p, d->recipients);
		else
			expire_put(p, d->until);
	}
	if (any)
		sc_jw_end(p->w);
}

static void duty(struct policy *p, const char *action)
{
	sc_jw_object(p->w, NULL);
	word(p, "odrl:action", action);
	sc_jw_end(p->w);
}

static void inform(struct policy *p)
{
	sc_jw_object(p->w, NULL);
	word(p, "odrl:action", "odrl:inform");
	if (p->assigner.n)
		thing(p, "odrl:informedParty", p->assigner);
	sc_jw_str(
	        p->w, "rdfs:comment",
	        SC_STR("each release is an entry of the corpus's version log: to whom, on what terms"));
	sc_jw_end(p->w);
}

static void review(struct policy *p, const struct term *t)
{
	sc_jw_object(p->w, NULL);
	word(p, "odrl:action", "odrl:reviewPolicy");
	if (t->iri.n)
		thing(p, "odrl:target", t->iri);
	sc_jw_str(p->w, "rdfs:label", t->name);
	sc_jw_end(p->w);
}

/* What is owed when copies are passed on (`shared`), and when what was made of it is (`derived`). */
static void duties(struct policy *p, bool shared, bool derived)
{
	bool by = shared && p->classes & SC_TERM(ATTRIBUTION),
	     notice = shared && p->classes & SC_TERM(NOTICE),
	     alike = derived && p->classes & SC_TERM(SHARE_ALIKE), any = by || notice || alike;

	for (size_t i = 0; i < p->n; i++)
		any |= p->term[i].review;
	if (!any && !p->logged)
		return;
	sc_jw_array(p->w, name_of(p, "odrl:duty"));
	if (by)
		duty(p, "odrl:attribute");
	if (notice)
		duty(p, "cc:Notice");
	if (alike)
		duty(p, "cc:ShareAlike");
	for (size_t i = 0; i < p->n; i++)
		if (p->term[i].review)
			review(p, &p->term[i]);
	if (p->logged)
		inform(p);
	sc_jw_end(p->w);
}

static void target(struct policy *p)
{
	thing(p, "odrl:target",
	      sc_fmt(&p->a, "urn:scope:record-root:%.*s", SC_ARG(p->o->record_root)));
}

static void permissions(struct policy *p)
{
	static const struct {
		const char *action;
		bool shared, derived;
	} may[] = {
		{ "odrl:read", false, false },
		{ "odrl:reproduce", false, false },
		{ "odrl:distribute", true, false },
		{ "odrl:derive", true, true },
	};
	size_t n = p->unread ? 1 : p->classes & SC_TERM(NO_DERIVATIVES) ? 3 : SC_COUNT(may);

	sc_jw_array(p->w, name_of(p, "odrl:permission"));
	for (size_t i = 0; i < n; i++) {
		sc_jw_object(p->w, NULL);
		target(p);
		word(p, "odrl:action", may[i].action);
		constraints(p);
		duties(p, may[i].shared, may[i].derived);
		sc_jw_end(p->w);
	}
	sc_jw_end(p->w);
}

static void prohibitions(struct policy *p)
{
	if (!(p->classes & SC_TERM(NON_COMMERCIAL)))
		return;
	sc_jw_array(p->w, name_of(p, "odrl:prohibition"));
	sc_jw_object(p->w, NULL);
	target(p);
	word(p, "odrl:action", "cc:CommercialUse");
	sc_jw_end(p->w);
	sc_jw_end(p->w);
}

/* ---- the whole ---- */

static void context(struct policy *p)
{
	static const char *const prefixes[][2] = {
		{ "cc", "http://creativecommons.org/ns#" },
		{ "dct", "http://purl.org/dc/terms/" },
		{ "rdfs", "http://www.w3.org/2000/01/rdf-schema#" },
		{ "xsd", "http://www.w3.org/2001/XMLSchema#" },
	};

	sc_jw_array(p->w, "@context");
	sc_jw_str(p->w, NULL, SC_STR("http://www.w3.org/ns/odrl.jsonld"));
	sc_jw_object(p->w, NULL);
	for (size_t i = 0; i < SC_COUNT(prefixes); i++)
		sc_jw_str(p->w, prefixes[i][0], sc_str_c(prefixes[i][1]));
	sc_jw_end(p->w);
	sc_jw_end(p->w);
}

static void type(struct policy *p)
{
	const char *is = p->assigner.n ? "odrl:Offer" : "odrl:Set";

	if (!p->o->within) {
		sc_jw_str(p->w, "@type", sc_str_c(name_of(p, is)));
		return;
	}
	sc_jw_array(p->w, "@type");
	sc_jw_str(p->w, NULL, SC_STR("sc:CreativeWork"));
	sc_jw_str(p->w, NULL, sc_str_c(is));
	sc_jw_end(p->w);
}

static void licences(struct policy *p)
{
	sc_jw_array(p->w, "dct:license");
	for (size_t i = 0; i < p->n; i++) {
		sc_jw_object(p->w, NULL);
		sc_jw_some(p->w, "@id", p->term[i].iri);
		sc_jw_str(p->w, "rdfs:label", p->term[i].name);
		if (p->term[i].file && !p->term[i].iri.n)
			sc_jw_str(
			        p->w, "rdfs:comment",
			        SC_STR("no file of this name lies beside the charter, so it has no digest"));
		sc_jw_end(p->w);
	}
	sc_jw_end(p->w);
}

/* A policy is one charter's for one corpus, so both are in its name. */
static void who_and_what(struct policy *p)
{
	const struct sc_charter_words *w = p->o->words;
	char hex[64];

	sc_hex(w->c.sha256, 32, hex);
	thing(p, "odrl:uid",
	      sc_fmt(&p->a, "urn:scope:access:sha256:%.64s:%.*s", hex, SC_ARG(p->o->record_root)));
	if (p->assigner.n)
		thing(p, "odrl:assigner", p->assigner);
	word(p, "odrl:conflict", "odrl:prohibit");
	sc_jw_fmt(p->w, "dct:title", "access by charter %.*s, version %.*s", SC_ARG(w->c.name),
	          SC_ARG(w->c.version));
	sc_jw_some(p->w, "dct:publisher", sc_charter_says(w, SC_D_OWNER));
	sc_jw_some(p->w, "dct:description", sc_charter_says(w, SC_D_PURPOSE));
}

static void unsaid(struct policy *p)
{
	sc_jw_array(p->w, "rdfs:comment");
	sc_jw_str(
	        p->w, NULL,
	        SC_STR("not said here: the licences of the records, which stay theirs; what the charter denies, allows and limits, which the gate measures; "
	               "whether a use is for the purpose that was stated"));
	if (p->unread)
		sc_jw_str(
		        p->w, NULL,
		        SC_STR("terms that are no reviewed licence may allow more than read, or less: they are to be read"));
	sc_jw_end(p->w);
}

bool sc_odrl_has(const struct sc_charter_words *w)
{
	for (size_t i = 0; w->there && i < w->c.n; i++)
		if (w->c.v[i].kind == SC_D_ACCESS)
			return true;
	return false;
}

void sc_odrl_put(struct sc_json_writer *w, const char *key, const struct sc_odrl *o)
{
	struct policy p = { .w = w, .o = o };

	terms_read(&p);
	assigner_read(&p);
	sc_jw_object(w, key);
	if (!o->within)
		context(&p);
	type(&p);
	who_and_what(&p);
	licences(&p);
	permissions(&p);
	prohibitions(&p);
	if (o->rights.n) {
		sc_jw_array(w, "dct:rights");
		for (size_t i = 0; i < o->rights.n; i++)
			sc_jw_str(w, NULL, o->rights.v[i]);
		sc_jw_end(w);
	}
	unsaid(&p);
	sc_jw_end(w);
	sc_arena_free(&p.a);
}
