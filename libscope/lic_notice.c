/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lic_notice.c -- what is said of licences in words: identifiers, addresses, notices and references.
 *
 * Every name is looked at where it stands.  It counts when it is a licence's full name, or when the words around it speak of licensing;
 * it does not where they compare, deny or list (NOT_SO, CROWD): "GPL-compatible", "unlike the MIT license", a menu of fifty names.
 * What names no version steps back behind what does, of the same family.
 */
#include "lic.h"

#include <scope/spdx.h>

#include <stdlib.h>

enum { BEFORE = 14, BEHIND = 8, CATALOGUE = 40, CROWD = 5, CROWD_WORDS = 90, SHORT = 420, HEAD = 100, MENU_MOST = 24, LONGEST_ID = 64, MORE = 200 };

/* Words that speak of licensing, before a name or behind it. */
static const char *const speak[] = { "license", "licensed", "licenses", "licensing", "released", "distributed", "redistributed", "redistribute", "distribute",
				     "covered", "governed", "terms", "under", "subject", "available", "permission", "conditions", "lizenz",
				     "lizenziert", "licencia", "licenza", "sublicense", "copying", "released", "published", "provided", "use" };
/* The nearer ones, without which a weak name does not count. */
static const char *const near[] = { "license", "licensed", "licenses", "licensing", "under", "licenseref", "copying" };
/* Words right before a name that say it is not this thing's licence. */
static const char *const not_so[] = { "compatible", "incompatible", "not", "unlike", "than", "versus", "vs", "instead", "non", "except", "without", "suggested",
				      "contaminate", "avoid", "neither", "purchased", "init", "default", "based", "derived", "language" };
static const char *const compare[] = { "compatible", "incompatible", "compatibility", "contamination", "compatibile", "compatibles", "kompatibel", "kompatible" };

/* "under the terms of the GPL" against "a copy of the GPL". */
static const char *const asserts[] = { "under", "terms", "licensed", "license", "licenses", "released", "distributed", "covered", "subject", "conditions" };
static const char *const copies[] = { "copy", "see", "received", "compliant", "text" };
static const char *const links[] = { "type", "name", "the", "an", "is", "id" }; /* "license": {"type": "MIT"} */
/* For a name without a version, or the public domain: what grants stands right before it, ... */
static const char *const grants[] = { "license", "licensed", "licenses", "licence", "under", "terms", "released", "release", "distributed", "redistributed", "covered",
				      "copyright", "copyleft", "relicensed", "copylefted", "published", "legalcode", "copying", "dual", "licensing", "permitted", "redistribute", "distribute" };
/* ... nobody only talks there, ... */
static const char *const talks[] = { "what", "why", "how", "whether", "would", "could", "might", "think", "believe", "understand", "idea", "wrote", "says", "said", "about",
				     "people", "anyone", "someone", "everything", "anything", "nothing", "he", "she", "they", "many", "most", "others", "decent", "if", "allow",
				     "question", "argue", "discussion", "thing", "things", "imagine", "acres", "lands", "because", "means", "mean", "want", "like", "got", "fan", "gives", "some", "cannot" };
/* ... and something that can be given away is spoken of. */
static const char *const works[] = { "this", "these", "file", "files", "code", "program", "software", "data", "library", "work", "works", "document", "documentation", "text", "script",
				     "module", "package", "source", "sources", "author", "authors", "routine", "routines", "implementation", "material", "image", "images", "copyright",
				     "license", "hereby", "placed", "released", "dedicated", "function", "functions", "version", "it", "contents", "content", "database", "dataset" };
static const char *const tells[] = { "permits", "allows", "requires", "prohibits", "forbids", "says", "does" };
static const char *const where[] = { "available", "found", "included", "provided", "reproduced", "in", "at", "below", "as", "attached", "contained", "distributed", "also" };
static const char *const paths[] = { "common", "share", "usr" };

static uint32_t assert_hash[SC_COUNT(asserts)], copy_hash[SC_COUNT(copies)], path_hash[SC_COUNT(paths)], link_hash[SC_COUNT(links)], tells_hash[SC_COUNT(tells)], where_hash[SC_COUNT(where)], grant_hash[SC_COUNT(grants)], talk_hash[SC_COUNT(talks)], work_hash[SC_COUNT(works)];
static uint32_t speak_hash[SC_COUNT(speak)], near_hash[SC_COUNT(near)], not_so_hash[SC_COUNT(not_so)], compare_hash[SC_COUNT(compare)];
static uint32_t spdx, license, identifier, and_, or_, is_, the_;

__attribute__((constructor(200))) static void make_hashes(void)
{
	for (size_t i = 0; i < SC_COUNT(speak); i++)
		speak_hash[i] = lic_hash(speak[i], strlen(speak[i]));
	for (size_t i = 0; i < SC_COUNT(near); i++)
		near_hash[i] = lic_hash(near[i], strlen(near[i]));
	for (size_t i = 0; i < SC_COUNT(not_so); i++)
		not_so_hash[i] = lic_hash(not_so[i], strlen(not_so[i]));
	for (size_t i = 0; i < SC_COUNT(compare); i++)
		compare_hash[i] = lic_hash(compare[i], strlen(compare[i]));
	for (size_t i = 0; i < SC_COUNT(asserts); i++)
		assert_hash[i] = lic_hash(asserts[i], strlen(asserts[i]));
	for (size_t i = 0; i < SC_COUNT(copies); i++)
		copy_hash[i] = lic_hash(copies[i], strlen(copies[i]));
	for (size_t i = 0; i < SC_COUNT(links); i++)
		link_hash[i] = lic_hash(links[i], strlen(links[i]));
	for (size_t i = 0; i < SC_COUNT(where); i++)
		where_hash[i] = lic_hash(where[i], strlen(where[i]));
	for (size_t i = 0; i < SC_COUNT(grants); i++)
		grant_hash[i] = lic_hash(grants[i], strlen(grants[i]));
	for (size_t i = 0; i < SC_COUNT(talks); i++)
		talk_hash[i] = lic_hash(talks[i], strlen(talks[i]));
	for (size_t i = 0; i < SC_COUNT(works); i++)
		work_hash[i] = lic_hash(works[i], strlen(works[i]));
	for (size_t i = 0; i < SC_COUNT(tells); i++)
		tells_hash[i] = lic_hash(tells[i], strlen(tells[i]));
	for (size_t i = 0; i < SC_COUNT(paths); i++)
		path_hash[i] = lic_hash(paths[i], strlen(paths[i]));
	spdx = lic_hash("spdx", 4);
	license = lic_hash("license", 7);
	identifier = lic_hash("identifier", 10);
	and_ = lic_hash("and", 3);
	or_ = lic_hash("or", 2);
	is_ = lic_hash("is", 2);
	the_ = lic_hash("the", 3);
}

struct notices {
	struct lic_words *w;
	sc_str text;
	struct lic_finds *out;
	size_t first; /* of out, that is ours */
	struct lic_found waiting; /* a short name that counts if the next one does: "MIT/BSD license", "GPL and MIT" */
	size_t next;		  /* behind the last name, counted or waiting */
	size_t list;		  /* of out: the first of the list that the last name is in */
};

static bool among(const uint32_t *v, size_t n, const struct lic_words *w, size_t from, size_t to)
{
	for (size_t i = from; i < to && i < w->n; i++)
		for (size_t k = 0; k < n; k++)
			if (v[k] == w->v[i].hash)
				return true;
	return false;
}
#define AMONG(v, w, from, to) among(v, SC_COUNT(v), w, from, to)

static size_t back(size_t at, size_t n)
{
	return at > n ? at - n : 0;
}

static void use(struct lic_words *w, size_t from, size_t to)
{
	for (size_t i = from; i <= to && i < w->n; i++)
		w->v[i].flags |= LIC_USED;
}

static struct lic_found *found(struct notices *n, sc_str id, const char *rule, enum sc_lic_source source, size_t from, size_t to, float score)
{
	lic_find_add(n->out, (struct lic_found){ .id = id, .rule = rule, .source = source, .from = from, .to = to, .score = score });
	use(n->w, from, to);
	return &n->out->v[n->out->n - 1];
}

/* ---- SPDX-License-Identifier: ---- */

static bool expression_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c && memchr(".-+:_() \t", c, 9));
}

static bool blank(char c)
{
	return c == ' ' || c == '\t';
}

static sc_str word_of(sc_str *rest)
{
	size_t n = 0;
	sc_str one;

	*rest = sc_str_trim(*rest);
	while (n < rest->n && !blank(rest->p[n]))
		n++;
	one = sc_str_head(*rest, n);
	*rest = sc_str_from(*rest, n);
	return one;
}

/* Does what is said go on where the bytes of an expression end: with a letter that only looks like one of them, a hyphen that is none,
 * "/ISC", ", ISC"?  What closes a sentence or a quotation does not. */
static bool goes_on(sc_str text, size_t end)
{
	static const sc_str closes[] = { SC_LIT("\xc2\xa0"), SC_LIT("\xc2\xbb"), SC_LIT("\xe2\x80\x94"), SC_LIT("\xe2\x80\x99"), SC_LIT("\xe2\x80\x9d"),
					 SC_LIT("\xe3\x80\x81"), SC_LIT("\xe3\x80\x82"), SC_LIT("\xef\xbc\x89"), SC_LIT("\xef\xbc\x8c") };
	sc_str rest = sc_str_from(text, end);
	size_t n = 0;

	if (!rest.n || (blank(text.p[end - 1]) && (unsigned char)*rest.p >= 0x80))
		return false;
	if (*rest.p == '/')
		return rest.n > 1 && !blank(rest.p[1]) && expression_char(rest.p[1]);
	if (memchr(",;|&", *rest.p, 4)) {
		for (rest = sc_str_from(rest, 1); rest.n && (blank(*rest.p) || *rest.p == '|' || *rest.p == '&'); rest = sc_str_from(rest, 1))
			;
		while (n < rest.n && n < LONGEST_ID && !blank(rest.p[n]) && expression_char(rest.p[n]))
			n++;
		return sc_spdx_id(sc_str_head(rest, n)).n != 0;
	}
	for (size_t i = 0; i < SC_COUNT(closes); i++)
		if (sc_str_starts(rest, closes[i]))
			return false;
	return (unsigned char)*rest.p >= 0x80;
}

/* What a line says that is no expression: as people write it, or what it begins with where the rest is something else.  Unknown where it
 * is one whole, or an operator says that the rest is part of it. */
static sc_str loosely(struct sc_arena *a, sc_str said, bool whole)
{
	static const sc_str operators[] = { SC_LIT("AND"), SC_LIT("OR"), SC_LIT("WITH") };
	struct sc_err ignored;
	sc_str rest = said, id, rule, next;

	if (said.n <= MORE && (id = sc_spdx_from_words(a, said, &rule)).n) /* nobody writes more in words */
		return id;
	if (whole || sc_spdx_expression(a, word_of(&rest), &id, &ignored) < 0)
		return SC_STR("unknown");
	next = word_of(&rest);
	for (size_t i = 0; i < SC_COUNT(operators); i++)
		if (sc_str_ieq(next, operators[i]))
			return SC_STR("unknown");
	return id;
}

/* At the word `spdx`: the expression that stands behind the colon, to the end of its line; what to go on with. */
static size_t identifier_line(struct notices *n, size_t at)
{
	struct lic_words *w = n->w;
	size_t from, end, last;
	struct lic_found *line;
	struct sc_err ignored;
	sc_str said, id;
	bool more;

	if (at + 2 >= w->n || w->v[at + 1].hash != license || w->v[at + 2].hash != identifier ||
	    !sc_str_starts(sc_str_from(n->text, w->v[at].off), SC_STR("SPDX-License-Identifier"))) /* as written: SPDX 2.3, annex E */
		return at;
	from = w->v[at + 2].off + w->v[at + 2].len;
	if (from >= n->text.n || (n->text.p[from] != ':' && n->text.p[from] != '='))
		return at;
	for (from++; from < n->text.n && memchr(" \t\"'", n->text.p[from], 4); from++)
		;
	for (end = from; end < n->text.n && expression_char(n->text.p[end]); end++)
		;
	more = end > from && goes_on(n->text, end);
	for (size_t most = end + MORE; more && end < most && end < n->text.n && n->text.p[end] != '\n' && n->text.p[end] != '\r'; end++)
		;
	said = sc_str_trim((sc_str){ n->text.p + from, end - from });
	while (said.n && (memchr("-.:_(", said.p[said.n - 1], 5) || (said.p[said.n - 1] == ')' && sc_str_chr(said, '(') == SC_NONE)))
		said = sc_str_trim((sc_str){ said.p, said.n - 1 });
	if (!said.n)
		return at;
	for (last = at + 2; last + 1 < w->n && w->v[last + 1].off < from + said.n; last++)
		;
	if (sc_spdx_expression(w->a, said, &id, &ignored) < 0)
		id = loosely(w->a, said, more);
	line = found(n, id, "text:spdx-id", SC_LIC_SPDX, at, last, sc_str_eq(id, SC_STR("unknown")) ? 0.5f : 1);
	line->off = (size_t)(said.p - n->text.p);
	line->len = said.n;
	return last;
}

/* ---- names ---- */

/* A name that is a line at the text's beginning, or in a text that hardly has more: its title. */
static bool heading(const struct lic_words *w, size_t from, size_t to)
{
	return w->text_n < SHORT || (w->v[from].off < HEAD && w->v[from].flags & LIC_LINE && (to + 1 >= w->n || w->v[to + 1].flags & LIC_LINE));
}

static bool denied(const struct lic_words *w, size_t from, size_t to)
{
	if (AMONG(not_so_hash, w, back(from, 3), from) || AMONG(compare_hash, w, back(from, 5), from) || AMONG(compare_hash, w, to + 1, to + 5))
		return true;
	return false;
}

/* "The GPL is a ...", "the MIT license permits": that speaks of it, and puts nothing under it. */
static bool described(const struct lic_words *w, size_t from, size_t to)
{
	bool so = AMONG(tells_hash, w, to + 1, to + 2) || (to + 2 < w->n && w->v[to + 1].hash == is_ && !AMONG(where_hash, w, to + 2, to + 3));

	return so && !(w->v[to].flags & LIC_STOP) && !AMONG(assert_hash, w, back(from, 6), from);
}

/* Where the sentence begins, at most BEFORE words before. */
static size_t sentence(const struct lic_words *w, size_t at)
{
	size_t i = at;

	while (i > 0 && at - i < BEFORE && !(w->v[i - 1].flags & LIC_STOP))
		i--;
	return i;
}

static bool talked_of(const struct lic_words *w, size_t from, size_t to)
{
	return AMONG(talk_hash, w, sentence(w, from), from) || (!(w->v[to].flags & LIC_STOP) && AMONG(talk_hash, w, to + 1, to + 4));
}

/* How much must speak for a name: nothing more; words that license (of GNU's), right beside it (of those without a version). */
enum need { ALONE, SPOKEN, GRANTED };

static bool counts(const struct lic_words *w, size_t from, size_t to, bool weak, enum need need)
{
	if (denied(w, from, to) || described(w, from, to) || (need != ALONE && from && w->v[from - 1].flags & LIC_MINUS && !lic_begins(w->v[from - 1].hash))) /* COPYING.GPL is a file's name */
		return false;
	if (weak) {
		size_t far = from > 1 && from == to && !AMONG(link_hash, w, from - 1, from) ? 1 : 3; /* one word alone: only right beside */

		return AMONG(near_hash, w, back(from, far), from) || AMONG(near_hash, w, to + 1, to + 2);
	}
	if (need == ALONE || heading(w, from, to))
		return true;
	if (need == SPOKEN)
		return AMONG(speak_hash, w, back(from, BEFORE), from) || AMONG(speak_hash, w, to + 1, to + BEHIND);
	return !talked_of(w, from, to) && (AMONG(grant_hash, w, back(from, 5), from) || AMONG(near_hash, w, to + 1, to + 3));
}

/* "In the public domain": of land, ideas and others' works too. */
static bool given_away(const struct lic_words *w, size_t from, size_t to)
{
	size_t begin = sentence(w, from);

	return heading(w, from, to) || (!talked_of(w, from, to) && (AMONG(work_hash, w, begin, from) || AMONG(grant_hash, w, begin, from)));
}

/* Ids of one word are words of the language too, or companies: as the list spells them, or in capitals. */
static bool spelled(const struct notices *n, size_t at, sc_str id)
{
	sc_str said = { n->text.p + n->w->v[at].off, n->w->v[at].len };
	bool capitals = said.n > 1;

	for (size_t i = 0; i < said.n; i++)
		capitals &= said.p[i] < 'a' || said.p[i] > 'z';
	return sc_str_eq(said, id) || capitals || !sc_str_ieq(said, id) || (at && n->w->v[at - 1].hash == license); /* License: zlib */
}

/* Names side by side, or with "and" or "or" between, are one list: do these two stand so? */
static bool joined(const struct notices *n, size_t before, size_t at)
{
	const struct lic_word *v = n->w->v;

	if (before > at || at - before > 2 || (before && v[before - 1].flags & LIC_STOP) || (at - before == 2 && v[before + 1].hash != the_))
		return false;
	return at == before ? !(v[at].flags & LIC_LINE) : v[before].hash == and_ || v[before].hash == or_;
}

/* "A, B or C": the list that was gathered is one thing to say, if each of it has a name. */
static void choose(struct notices *n)
{
	struct lic_finds *f = n->out;
	struct lic_found *first = &f->v[n->list];
	struct sc_buf b = { .a = f->a };

	if (f->n - n->list < 2)
		return;
	for (size_t i = n->list; i < f->n; i++) {
		if (sc_str_eq(f->v[i].id, SC_STR("unknown")) || f->v[i].source != SC_LIC_NOTICE || f->v[i].exception)
			return;
		if (b.n)
			sc_buf_add(&b, SC_STR(" OR "));
		sc_buf_add(&b, f->v[i].id);
	}
	first->id = sc_buf_seal(&b);
	first->to = f->v[f->n - 1].to;
	first->bare = false;
	first->asserted |= f->v[f->n - 1].asserted;
	f->n = n->list + 1;
}

/* One that stands in no sentence of its own: in a list with one that does, it counts. */
static void in_a_list(struct notices *n, struct lic_found one, bool counted)
{
	bool goes_on = n->next && joined(n, n->next, one.from) && !denied(n->w, one.from, one.to);
	bool waits = n->waiting.id.n && goes_on && n->waiting.to + 1 == n->next, choice;

	n->list = goes_on && n->out->n > n->list ? n->list : n->out->n;
	choice = goes_on && one.from > n->next && n->w->v[n->next].hash == or_;
	n->next = one.to + 1;
	if (!counted && !(goes_on && n->out->n > n->first && n->out->v[n->out->n - 1].to + 2 >= one.from && !waits)) {
		n->waiting = denied(n->w, one.from, one.to) ? (struct lic_found){ .from = 0 } : one;
		return;
	}
	if (waits) {
		struct lic_found was = n->waiting;

		*found(n, was.id, was.rule, was.source, was.from, was.to, was.score) = was;
	}
	n->waiting = (struct lic_found){ .from = 0 };
	*found(n, one.id, one.rule, one.source, one.from, one.to, one.score) = one;
	if (choice)
		choose(n);
}

/* The word at `at` begins something; the last word of it, or `at`. */
static size_t reference(struct notices *n, size_t at)
{
	struct lic_words *w = n->w;
	struct lic_reference r;
	struct lic_name name;
	size_t length;
	const char *exception = lic_exception(w, at, &length);

	if (exception) {
		found(n, sc_str_c(exception), "notice:exception", SC_LIC_NOTICE, at, at + length - 1, 0.9f)->exception = true;
		return at + length - 1;
	}

	if (lic_gnu(w, n->text, at, w->a, &r)) {
		bool asserted = AMONG(assert_hash, w, back(r.from, 8), r.from) && !AMONG(copy_hash, w, back(r.from, 5), r.from);

		in_a_list(n, (struct lic_found){ .id = r.id, .rule = r.bare ? "notice:gnu-any" : "notice:gnu", .source = SC_LIC_NOTICE, .from = r.from,
						 .to = r.to, .score = r.bare ? 0.6f : 0.95f, .bare = r.bare, .asserted = asserted,
						 .passing = AMONG(path_hash, w, back(r.from, 3), r.from) },
			  counts(w, r.from, r.to, false, r.bare ? GRANTED : SPOKEN));
		return r.to > at ? r.to : at;
	}
	if (lic_cc(w, n->text, at, w->a, &r)) {
		if (counts(w, r.from, r.to, false, ALONE))
			found(n, r.id, "notice:cc", SC_LIC_NOTICE, r.from, r.to, 0.9f);
		return r.to;
	}
	if (lic_name(w, at, &name)) {
		size_t to = at + name.n - 1;

		if (name.n > 1 || spelled(n, at, name.id))
			in_a_list(n, (struct lic_found){ .id = name.id, .rule = name.weak ? "notice:short-name" : "notice:name", .source = SC_LIC_NOTICE,
							 .from = at, .to = to, .score = name.weak ? 0.7f : 0.9f,
							 .asserted = AMONG(assert_hash, w, back(at, 8), at) },
				  counts(w, at, to, name.weak, ALONE) && (!sc_str_eq(name.id, SC_STR("LicenseRef-Public-Domain")) || given_away(w, at, to)));
		return to;
	}
	return at;
}

static size_t address(struct notices *n, size_t at)
{
	struct lic_word *x = &n->w->v[at];
	sc_str id = lic_address(n->w->a, (sc_str){ n->text.p + x->off, x->len });

	/* Creative Commons' are found in the bytes, mark-up and all (lic_url.c). */
	if (id.n && !sc_str_starts(id, SC_STR("CC-BY")) && !sc_str_starts(id, SC_STR("CC0-")) && !sc_str_starts(id, SC_STR("LicenseRef-CC-")))
		found(n, id, "notice:address", SC_LIC_NOTICE, at, at, 0.8f)->bare =
			sc_str_eq(id, SC_STR("GPL-1.0-or-later")) || sc_str_eq(id, SC_STR("LGPL-2.0-or-later")) || sc_str_eq(id, SC_STR("GFDL-1.1-or-later"));
	return at;
}

/* So many names are a list of all that there are. */
static bool is_catalogue(const struct notices *n)
{
	const struct lic_finds *f = n->out;
	size_t different = 0;

	for (size_t i = n->first; i < f->n && different < CATALOGUE; i++) {
		size_t k = n->first;

		while (k < i && !sc_str_eq(f->v[k].id, f->v[i].id))
			k++;
		different += k == i && f->v[i].source == SC_LIC_NOTICE && !f->v[i].exception;
		if (i - n->first > 64 * CATALOGUE)
			break;
	}
	return different == CATALOGUE;
}

/* Many different names close together are a list to choose from, nobody's notice. */
static void drop_crowds(struct notices *n)
{
	struct lic_finds *f = n->out;
	size_t kept = n->first;
	bool *gone = SC_NEW(f->a, bool, f->n + 1), catalogue = is_catalogue(n);

	for (size_t i = n->first; i < f->n; i++) {
		size_t end, different = 0;
		bool asserted = false;

		for (end = i; end < f->n && f->v[end].from - f->v[i].from < CROWD_WORDS; end++) {
			size_t k = i;

			while (k < end && !sc_str_eq(f->v[k].id, f->v[end].id))
				k++;
			different += k == end && f->v[end].source == SC_LIC_NOTICE;
			if (end - i > MENU_MOST)
				break;
		}
		for (size_t k = i; k < end; k++)
			asserted |= f->v[k].asserted;
		for (size_t k = i; (different >= CROWD + 7 || (different >= CROWD && !asserted)) && k < end; k++)
			gone[k] |= f->v[k].source == SC_LIC_NOTICE;
	}
	for (size_t i = n->first; i < f->n; i++)
		if (!gone[i] && !(catalogue && f->v[i].source == SC_LIC_NOTICE))
			f->v[kept++] = f->v[i];
	f->n = kept;
}

/* What a file says of other licences that is a licence's text itself, for the most part. */
static void drop_remarks(struct notices *n)
{
	struct lic_finds *f = n->out;
	size_t covered = 0, kept = n->first;

	for (size_t i = 0; i < n->first; i++)
		covered += n->w->v[f->v[i].to].off - n->w->v[f->v[i].from].off;
	if (covered * 10 < n->text.n * 6)
		return;
	for (size_t i = n->first; i < f->n; i++)
		if (f->v[i].exception || f->v[i].source != SC_LIC_NOTICE || (f->v[i].asserted && !f->v[i].bare))
			f->v[kept++] = f->v[i];
	f->n = kept;
}

void lic_notices(struct lic_words *w, sc_str text, struct lic_finds *out)
{
	struct notices n = { .w = w, .text = text, .out = out, .first = out->n };

	for (size_t i = 0; i < w->n; i++) {
		if (w->v[i].flags & LIC_USED)
			continue;
		if (w->v[i].flags & LIC_URL)
			i = address(&n, i);
		else if (!lic_begins(w->v[i].hash))
			continue;
		else if (w->v[i].hash == spdx)
			i = identifier_line(&n, i);
		else
			i = reference(&n, i);
	}
	drop_crowds(&n);
	drop_remarks(&n);
}
