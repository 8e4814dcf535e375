/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gate_cover.c -- could a step of the run have found it?  What none could is undecided, never a pass.
 *
 * P lines name the taggers, their rules' digests and their options.  A manifest that was merged has several chains of steps, and each must have
 * one that could.  tag/domain gives the labels of its rules, which are known when the digest is that of ours, of a file named with --rules, or of both
 * together; tag/rights those of the places where it looked.
 */
#include "gate_impl.h"

#include <scope/check.h>
#include <scope/cmd.h>
#include <scope/digest.h>
#include <scope/text.h>
#include <scope/url.h>

#include <stdlib.h>

extern const char sc_data_tag_domain[], sc_data_tag_domain_figure[], sc_data_tag_domain_subject[];
extern const size_t sc_data_tag_domain_n, sc_data_tag_domain_figure_n, sc_data_tag_domain_subject_n;

enum { RULES_MOST = 16 << 20 }; /* bytes of a file of rules */

/* ---- rules of tag/domain ---- */

struct gate_rules {
	sc_str text;
	uint8_t sha256[32];
};

static void rules_add(struct gate *g, sc_str text)
{
	struct gate_rules *r = &g->rules[g->nrules++];

	r->text = text;
	sc_sha256_of(text, r->sha256);
}

int cover_prepare(struct gate *g)
{
	const struct sc_strs *files = &g->c->rules;
	struct sc_buf ours = { .a = g->a };
	sc_str all;

	sc_buf_add(&ours, (sc_str){ sc_data_tag_domain, sc_data_tag_domain_n });
	sc_buf_add(&ours, (sc_str){ sc_data_tag_domain_figure, sc_data_tag_domain_figure_n });
	sc_buf_add(&ours, (sc_str){ sc_data_tag_domain_subject, sc_data_tag_domain_subject_n });
	all = sc_buf_seal(&ours);
	g->rules = SC_NEW(g->a, struct gate_rules, 1 + 2 * files->n);
	rules_add(g, all);
	for (size_t i = 0; i < files->n; i++) {
		sc_str given;

		if (sc_file_read(files->v[i], RULES_MOST, g->a, &given, g->e) != SC_OK)
			return SC_FAIL;
		rules_add(g, given);
		rules_add(g, sc_fmt(g->a, "%.*s%.*s", (int)all.n, all.p, (int)given.n, given.p));
	}
	return SC_OK;
}

static const struct gate_rules *rules_of(const struct gate *g, const struct sc_step *s)
{
	for (size_t i = 0; i < g->nrules; i++)
		if (!memcmp(g->rules[i].sha256, s->rules, 32))
			return &g->rules[i];
	return NULL;
}

static sc_str next_word(sc_str *rest)
{
	size_t n = 0;
	sc_str word;

	*rest = sc_str_trim(*rest);
	while (n < rest->n && rest->p[n] != ' ' && rest->p[n] != '\t')
		n++;
	word = sc_str_head(*rest, n);
	*rest = sc_str_from(*rest, n);
	return word;
}

/* The label that a line of rules can lead to; empty: none.  A score of 0 or below speaks for nothing. */
static sc_str rule_gives(sc_str line)
{
	sc_str label = next_word(&line), word = next_word(&line);
	char score[32];

	if (!label.n || *label.p == '#')
		return (sc_str){ NULL, 0 };
	if (sc_str_ends(label, SC_STR("/*"))) {
		word = next_word(&line);
		return sc_str_starts(word, SC_STR("else=")) ? sc_str_from(word, 5)
		                                            : (sc_str){ NULL, 0 };
	}
	if (word.n >= sizeof score)
		return label;
	memcpy(score, word.p, word.n);
	score[word.n] = 0;
	return strtod(score, NULL) > 0 ? label : (sc_str){ NULL, 0 };
}

static bool rules_give(sc_str text, sc_str label)
{
	sc_str line;

	while (text.p && sc_str_cut(&text, '\n', &line)) {
		sc_str given = rule_gives(line);

		if (given.n && sc_path_under(given, label))
			return true;
	}
	return false;
}

/* ---- what tag/rights looked at ---- */

enum { HEADER = 1, HTML = 2, ORIGIN = 4, EMBEDDED = 8, TERMS = 16 };
static const struct {
	sc_str name;
	unsigned bit;
} places[] = {
	{ SC_LIT("header"), HEADER },     { SC_LIT("html"), HTML },   { SC_LIT("origin"), ORIGIN },
	{ SC_LIT("embedded"), EMBEDDED }, { SC_LIT("terms"), TERMS },
};
static const struct {
	sc_str label;
	unsigned places;
} rights[] = {
	{ SC_LIT("allowed/iptc"), EMBEDDED },
	{ SC_LIT("allowed/tdmrep"), HEADER | HTML | ORIGIN | EMBEDDED },
	{ SC_LIT("reserved/ai-txt"), ORIGIN },
	{ SC_LIT("reserved/iptc"), EMBEDDED },
	{ SC_LIT("reserved/noai"), HEADER | HTML },
	{ SC_LIT("reserved/noimageai"), HEADER | HTML },
	{ SC_LIT("reserved/noml"), HEADER | HTML },
	{ SC_LIT("reserved/robots"), ORIGIN },
	{ SC_LIT("reserved/tdmrep"), HEADER | HTML | ORIGIN | EMBEDDED },
	{ SC_LIT("terms/nc"), TERMS },
	{ SC_LIT("terms/nd"), TERMS },
	{ SC_LIT("terms/sa"), TERMS },
	{ SC_LIT("unknown/ai-txt"), ORIGIN },
	{ SC_LIT("unknown/robots"), ORIGIN },
};

static unsigned places_named(sc_str list)
{
	unsigned bits = 0;
	sc_str one;

	while (list.p && sc_str_cut(&list, ',', &one))
		for (size_t i = 0; i < SC_COUNT(places); i++)
			if (sc_str_eq(one, places[i].name))
				bits |= places[i].bit;
	return bits;
}

/* By the options that the P line says. */
static unsigned places_of(struct gate *g, const struct sc_step *s)
{
	unsigned bits = HEADER | HTML | ORIGIN | EMBEDDED | TERMS;
	sc_str rest = s->args, *word;
	bool bar = false, without = false, origins = false;
	struct sc_err why;
	size_t n = 0;

	if (sc_words(g->a, &rest, &word, &n, &bar, &why) < 0)
		return 0;
	for (size_t i = 0; i < n; i++) {
		without |= sc_str_eq(word[i], SC_STR("--no-origins"));
		origins |= sc_str_starts(word[i], SC_STR("--origins"));
		if (sc_str_starts(word[i], SC_STR("--sources=")))
			bits = places_named(sc_str_from(word[i], 10));
		else if (sc_str_eq(word[i], SC_STR("--sources")) && i + 1 < n)
			bits = places_named(word[i + 1]);
	}
	return without && !origins ? bits & ~(unsigned)ORIGIN : bits;
}

static bool rights_give(unsigned where, sc_str label)
{
	for (size_t i = 0; i < SC_COUNT(rights); i++)
		if (where & rights[i].places && sc_path_under(rights[i].label, label))
			return true;
	return false;
}

/* ---- chains ---- */

static const char *const taggers[SC_FACTS] = {
	[SC_FACT_LICENCE] = "tag/licence", [SC_FACT_BASIS] = "tag/licence",
	[SC_FACT_HOST] = "tag/host",       [SC_FACT_SITE] = "tag/host",
	[SC_FACT_DOMAIN] = "tag/domain",   [SC_FACT_MEDIA] = "tag/media",
	[SC_FACT_RIGHTS] = "tag/rights",
};

/* Steps *from to *to are the next chain; the first time both are 0. */
static bool chain_next(const struct sc_facts_seen *f, size_t *from, size_t *to)
{
	*from = *to;
	if (*from >= f->nstep || sc_step_is_joint(&f->step[*from]))
		return false;
	for (++*to; *to < f->nstep && !sc_step_is_joint(&f->step[*to]); ++*to)
		if (sc_step_is_reader(&f->step[*to]))
			break;
	return true;
}

static bool any_label(sc_str value)
{
	return !value.n || sc_str_eq(value, SC_STR("*")) || sc_str_eq(value, SC_STR("none")) ||
	       sc_str_eq(value, SC_STR("unknown")) || sc_str_eq(value, SC_STR("conflict"));
}

/* Could the step have said it?  *stranger: its rules are not known. */
static bool step_gives(struct gate *g, const struct sc_step *s, enum sc_fact key, sc_str value,
                       bool *stranger)
{
	const struct gate_rules *r;

	if (!sc_str_eq(s->name, sc_str_c(taggers[key])))
		return false;
	if (any_label(value))
		return true;
	if (key == SC_FACT_RIGHTS)
		return rights_give(places_of(g, s), value);
	if (key != SC_FACT_DOMAIN)
		return true;
	r = rules_of(g, s);
	*stranger |= !r;
	return r && rules_give(r->text, value);
}

sc_str cover(struct gate *g, enum sc_fact key, sc_str value)
{
	const struct sc_facts_seen *f = sc_facts_seen(g->facts);
	size_t from = 0, to = 0, chains = 0;

	while (chain_next(f, &from, &to)) {
		bool given = false, ran = false, stranger = false;

		chains++;
		for (size_t i = from; i < to; i++) {
			ran |= sc_str_eq(f->step[i].name, sc_str_c(taggers[key]));
			given |= step_gives(g, &f->step[i], key, value, &stranger);
		}
		if (given)
			continue;
		if (!ran)
			return sc_fmt(g->a, "no step %s was run%s", taggers[key],
			              from || to < f->nstep ? " on some of the records" : "");
		return stranger
		               ? SC_STR("tag/domain was run with rules that are not ours: name them with --rules")
		               : sc_fmt(g->a, "no tagger of the run says %.*s", SC_ARG(value));
	}
	return chains ? (sc_str){ NULL, 0 } : SC_STR("the manifest names no step that was run");
}

sc_str cover_reservations(struct gate *g)
{
	const struct sc_facts_seen *f = sc_facts_seen(g->facts);
	sc_str why = cover(g, SC_FACT_RIGHTS, SC_STR(""));

	for (size_t i = 0; i < f->nstep && !why.n; i++) {
		unsigned looked;

		if (!sc_str_eq(f->step[i].name, SC_STR("tag/rights")))
			continue;
		looked = places_of(g, &f->step[i]);
		for (size_t k = 0; k < SC_COUNT(places) && !why.n; k++)
			if (places[k].bit != TERMS && !(looked & places[k].bit))
				why = sc_fmt(g->a, "tag/rights was told not to look at %.*s",
				             SC_ARG(places[k].name));
	}
	return why;
}
