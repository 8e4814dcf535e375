/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lic_match.c -- whole licences among the words of a text.
 *
 * A gram (four words side by side) weighs 1/sqrt(how many licences have it), so that what all have says little and what one
 * alone has says much.  Of all licences the grams of the text are summed; those of which enough is there are looked at closely:
 * where the densest run of their grams lies and how much of the licence is in it.  The one with the most that is
 * there less what is missing is taken, its words are marked, and what is left is looked at again, until nothing is found.
 *
 * How much is enough depends on the length: a short text must be there nearly whole.  Linear in the words; a text that holds many
 * licences is gone over once for each, at most ROUNDS times.
 */
#include "lic.h"

#include <scope/spdx.h>

#include <stdlib.h>

enum { ROUNDS = 48, CLOSE = 12, GAP = 40 };

struct gram {
	uint32_t number; /* LIC_NO_GRAM: in no licence, or used */
	uint32_t word;	 /* of its first word */
	uint32_t last;	 /* of its last */
};

struct run {
	uint32_t from, to; /* grams */
	float weight;
	float others; /* weight of grams in it that are other licences' */
};

struct match {
	const struct lic_index *x;
	struct lic_words *w;
	struct gram *g;
	uint32_t n;
	uint32_t *set, mask; /* grams that were counted: 1 + number */
	float *score;
};

static bool has(const struct lic_index *x, uint32_t gram, uint16_t who)
{
	const uint16_t *v = x->member + x->where[gram].from;
	uint32_t lo = 0, hi = x->where[gram].n;

	while (lo < hi) {
		uint32_t mid = (lo + hi) / 2;

		if (v[mid] == who)
			return true;
		if (v[mid] < who)
			lo = mid + 1;
		else
			hi = mid;
	}
	return false;
}

static void find_grams(struct match *m)
{
	struct lic_words *w = m->w;
	uint32_t *at = SC_NEW(w->a, uint32_t, w->n + 1), n = 0;

	for (size_t i = 0; i < w->n; i++)
		if (!(w->v[i].flags & (LIC_SKIP | LIC_USED)))
			at[n++] = (uint32_t)i;
	m->g = SC_NEW(w->a, struct gram, n + 1);
	for (uint32_t i = 0; i + LIC_GRAM <= n; i++) {
		uint32_t four[LIC_GRAM];

		for (uint32_t k = 0; k < LIC_GRAM; k++)
			four[k] = w->v[at[i + k]].hash;
		m->g[m->n++] = (struct gram){ lic_gram_find(m->x, lic_gram_hash(four)), at[i], at[i + LIC_GRAM - 1] };
	}
}

/* Not counted yet: now it is. */
static bool count(struct match *m, uint32_t gram)
{
	uint32_t at = (gram * 0x9e3779b1u >> 7) & m->mask;

	for (; m->set[at]; at = (at + 1) & m->mask)
		if (m->set[at] == gram + 1)
			return false;
	m->set[at] = gram + 1;
	return true;
}

static void sum(struct match *m)
{
	const struct lic_index *x = m->x;

	memset(m->set, 0, (m->mask + 1) * sizeof *m->set);
	memset(m->score, 0, x->nlicence * sizeof *m->score);
	for (uint32_t i = 0; i < m->n; i++) {
		const struct lic_posting *p;

		if (m->g[i].number == LIC_NO_GRAM || !count(m, m->g[i].number))
			continue;
		p = &x->where[m->g[i].number];
		for (uint32_t k = 0; k < p->n; k++)
			m->score[x->member[p->from + k]] += x->weight[m->g[i].number];
	}
}

/* What share of it must be there: more of one that hardly anybody uses, which is nearly always somebody's variant of one that all use. */
static float enough(const struct lic_licence *l)
{
	float share = l->grams < 30 ? 0.78f : l->grams < 120 ? 0.68f : 0.60f;

	return l->common ? share : share + 0.07f;
}

/* The run of who's grams that weighs most: between two of them at most `gap` words. */
static struct run densest(struct match *m, uint16_t who)
{
	const struct lic_index *x = m->x;
	uint32_t gap = x->licence[who].grams / 6, last = 0;
	struct run now = { 0, 0, 0, 0 }, best = now;
	bool open = false;

	gap = gap < GAP ? GAP : gap;
	for (uint32_t i = 0; i < m->n; i++) {
		if (m->g[i].number == LIC_NO_GRAM || !has(x, m->g[i].number, who))
			continue;
		if (!open || m->g[i].word > last + gap) {
			if (now.weight > best.weight)
				best = now;
			now = (struct run){ i, i, 0, 0 };
			open = true;
			memset(m->set, 0, (m->mask + 1) * sizeof *m->set);
		}
		last = m->g[i].last;
		now.to = i;
		if (count(m, m->g[i].number))
			now.weight += x->weight[m->g[i].number];
	}
	best = now.weight > best.weight ? now : best;
	for (uint32_t i = best.from; i < best.to; i++)
		if (m->g[i].number != LIC_NO_GRAM && !has(x, m->g[i].number, who))
			best.others += x->weight[m->g[i].number];
	return best;
}

/* What speaks for it: what is there, less what of it is missing, less what stands between and is some other licence's. */
static float worth(const struct match *m, uint16_t who, const struct run *r)
{
	const struct lic_licence *l = &m->x->licence[who];

	return r->weight - (l->weight - r->weight) - r->others + (l->common ? 0.1f * l->weight : 0);
}

/* The most that worth() can be, wherever the run lies. */
static float promise(const struct match *m, uint16_t who)
{
	const struct lic_licence *l = &m->x->licence[who];

	return 2 * m->score[who] - l->weight + (l->common ? 0.1f * l->weight : 0);
}

/* The licence that explains most, SC_NONE when none is there. */
static size_t choose(struct match *m, struct run *where)
{
	const struct lic_index *x = m->x;
	size_t best = SC_NONE;
	float most = 0;
	uint16_t close[CLOSE];
	uint32_t n = 0;

	for (uint32_t i = 0; i < x->nlicence; i++) {
		float score = m->score[i];
		uint32_t k;

		if (score < enough(&x->licence[i]) * x->licence[i].weight)
			continue;
		for (k = n; k > 0 && promise(m, close[k - 1]) < promise(m, (uint16_t)i); k--)
			if (k < CLOSE)
				close[k] = close[k - 1];
		if (k < CLOSE)
			close[k] = (uint16_t)i;
		n += n < CLOSE;
	}
	for (uint32_t k = 0; k < n; k++) {
		const struct lic_licence *l = &x->licence[close[k]];
		struct run r;
		float value;

		if (best != SC_NONE && promise(m, close[k]) <= most)
			break;
		r = densest(m, close[k]);
		value = worth(m, close[k], &r);
		if (r.weight < enough(l) * l->weight || (best != SC_NONE && value <= most))
			continue;
		best = close[k];
		most = value;
		*where = r;
	}
	return best;
}

static void take(struct match *m, const struct run *r)
{
	for (uint32_t i = m->g[r->from].word; i <= m->g[r->to].last; i++)
		m->w->v[i].flags |= LIC_USED;
	for (uint32_t i = 0; i < m->n; i++)
		if (m->g[i].word <= m->g[r->to].last && m->g[i].last >= m->g[r->from].word)
			m->g[i].number = LIC_NO_GRAM;
}

/* The list's old ids such as GPL-2.0-with-bison-exception have the exception's text, not the licence's. */
static void say(const struct match *m, uint16_t who, const struct run *r, struct lic_finds *out)
{
	struct lic_found f = { .id = m->x->licence[who].id, .rule = "text:full", .source = SC_LIC_TEXT, .from = m->g[r->from].word,
			       .to = m->g[r->to].last, .score = r->weight / m->x->licence[who].weight, .asserted = true };
	struct sc_err ignored;
	sc_str canonical;
	size_t with;

	if (sc_spdx_expression(m->w->a, f.id, &canonical, &ignored) == SC_OK && (with = sc_str_find(canonical, SC_STR(" WITH "))) != SC_NONE) {
		f.id = sc_str_from(canonical, with + 6);
		f.exception = true;
	}
	lic_find_add(out, f);
}

void lic_match(struct lic_words *w, struct lic_finds *out)
{
	struct match m = { .x = lic_index(), .w = w };

	if (w->n < LIC_GRAM || w->n > UINT32_MAX / 4)
		return;
	find_grams(&m);
	for (m.mask = 15; m.mask < 2 * m.n; m.mask = 2 * m.mask + 1)
		;
	m.set = SC_NEW(w->a, uint32_t, m.mask + 1);
	m.score = SC_NEW(w->a, float, m.x->nlicence);
	for (int round = 0; round < ROUNDS; round++) {
		struct run r = { 0, 0, 0, 0 };
		size_t who;

		sum(&m);
		who = choose(&m, &r);
		if (who == SC_NONE)
			return;
		say(&m, (uint16_t)who, &r, out);
		take(&m, &r);
	}
}
