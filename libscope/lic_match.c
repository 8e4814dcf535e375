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

#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

enum { ROUNDS = 48, CLOSE = 12, GAP = 24, MOST_RUNS = 32, BRIDGE = 70, HOLE = 7 };

/* One of the text's that some licence has. */
struct gram {
	uint32_t word, last; /* its first and last, in compact */
	uint32_t distinct;   /* which one, in match.d */
};

/* The same four words, wherever they stand. */
struct distinct {
	uint32_t number;
	uint32_t set;  /* which one, in match.s */
	uint32_t left; /* how many of them */
	uint32_t seen; /* the run in which it was counted last */
};

/* The licences that have some of the distinct ones. */
struct set {
	uint32_t number;
	uint32_t weight; /* of a gram */
	uint32_t n;	 /* how many of the text's distinct ones, while they are added or taken out */
	bool has;	 /* the licence at hand is among them */
};

struct run {
	uint32_t from, to; /* grams */
	uint32_t weight;
	uint32_t others; /* weight of grams in it that are other licences' */
	uint32_t hole, hole_end; /* words of compact in it that are none of it: "alternatively, under the terms of ..." */
};

/* The words that count, side by side. */
struct compact {
	uint32_t *hash, *at; /* at: in lic_words */
	uint32_t n;
};

struct match {
	const struct lic_index *x;
	struct lic_words *w;
	struct compact c;
	struct gram *g;
	uint32_t n;
	struct distinct *d;
	struct set *s;
	uint32_t nd, ns, runs;
	uint32_t *score; /* of each licence: the weights of its grams that are there */
};

static struct compact compact(struct lic_words *w)
{
	struct compact c = { sc_alloc(w->a, (w->n + 1) * sizeof *c.hash), sc_alloc(w->a, (w->n + 1) * sizeof *c.at), 0 };

	for (size_t i = 0; i < w->n; i++) {
		c.hash[c.n] = w->v[i].hash;
		c.at[c.n] = (uint32_t)i;
		c.n += !(w->v[i].flags & (LIC_SKIP | LIC_USED));
	}
	return c;
}

static void find_grams(struct match *m, const struct compact *c)
{
	uint32_t found[LIC_BLOCK];

	m->g = sc_alloc(m->w->a, (c->n + 1) * sizeof *m->g);
	for (uint32_t i = 0, n; i + LIC_GRAM <= c->n; i += n) {
		n = c->n - i - LIC_GRAM + 1;
		n = n < LIC_BLOCK ? n : LIC_BLOCK;
		lic_grams_find(m->x, c->hash + i, n, found);
		for (uint32_t k = 0; k < n; k++)
			if (found[k] != LIC_NO_GRAM)
				m->g[m->n++] = (struct gram){ i + k, i + k + LIC_GRAM - 1, found[k] };
	}
}

/* A table of numbers: of `of`, or the place for it. */
static uint32_t *place(uint32_t *table, uint32_t mask, uint32_t of, const void *rows, size_t row)
{
	uint32_t at = (of * 0x9e3779b1u >> 7) & mask;

	for (; table[at]; at = (at + 1) & mask) {
		uint32_t number;

		memcpy(&number, (const char *)rows + (table[at] - 1) * row, sizeof number); /* every row begins with it */
		if (number == of)
			break;
	}
	return &table[at];
}

/* Numbers the distinct ones and their sets; g[i].distinct is the gram's own number before. */
static void number(struct match *m)
{
	const struct lic_index *x = m->x;
	uint32_t mask = 15, *grams, *sets;

	while (mask < 2 * m->n)
		mask = 2 * mask + 1;
	grams = SC_NEW(m->w->a, uint32_t, mask + 1);
	sets = SC_NEW(m->w->a, uint32_t, mask + 1);
	m->d = sc_alloc(m->w->a, m->n * sizeof *m->d);
	m->s = sc_alloc(m->w->a, m->n * sizeof *m->s);
	for (uint32_t i = 0; i < m->n; i++) {
		uint32_t gram = m->g[i].distinct, *at = place(grams, mask, gram, m->d, sizeof *m->d), *set;

		if (!*at) {
			set = place(sets, mask, x->set[gram], m->s, sizeof *m->s);
			if (!*set) {
				m->s[m->ns++] = (struct set){ x->set[gram], x->weight[x->set[gram]], 0, false };
				*set = m->ns;
			}
			m->d[m->nd++] = (struct distinct){ gram, *set - 1, 0, 0 };
			*at = m->nd;
			m->s[*set - 1].n++;
		}
		m->g[i].distinct = *at - 1;
		m->d[*at - 1].left++;
	}
}

/* What was counted in the sets goes to the licences in them.  sign: 1, or -1 */
static void add(struct match *m, uint32_t sign)
{
	const uint32_t *from = m->x->from;
	const uint16_t *member = m->x->member;
	uint32_t *score = m->score;

	for (uint32_t i = 0; i < m->ns; i++) {
		struct set *s = &m->s[i];
		uint32_t weight = sign * s->n * s->weight, end = s->n ? from[s->number + 1] : 0;

		for (uint32_t k = from[s->number]; k < end; k++)
			score[member[k]] += weight;
		s->n = 0;
	}
}

/* Which sets have it? */
static void mark(struct match *m, uint16_t who)
{
	const struct lic_index *x = m->x;

	for (uint32_t i = 0; i < m->ns; i++) {
		uint32_t lo = x->from[m->s[i].number], end = x->from[m->s[i].number + 1], hi = end;

		while (lo < hi) {
			uint32_t mid = lo + (hi - lo) / 2;

			if (x->member[mid] < who)
				lo = mid + 1;
			else
				hi = mid;
		}
		m->s[i].has = lo < end && x->member[lo] == who;
	}
}

/* What share of it must be there: more of one that hardly anybody uses, which is nearly always somebody's variant of one that all use. */
static float enough(const struct lic_licence *l)
{
	float share = l->grams < 30 ? 0.78f : l->grams < 120 ? 0.68f : 0.60f;

	return l->common ? share : share + 0.07f;
}

/* The runs of its grams, between two of which at most `gap` words that count stand; those that weigh most. */
static uint32_t runs_of(struct match *m, uint16_t who, struct run *v)
{
	uint32_t gap = m->x->licence[who].grams / 6, last = 0, n = 0;

	gap = gap < GAP ? GAP : gap;
	for (uint32_t i = 0; i < m->n; i++) {
		struct distinct *d = &m->d[m->g[i].distinct];

		if (!m->s[d->set].has)
			continue;
		if (!n || m->g[i].word > last + gap) {
			if (n == MOST_RUNS) { /* the lightest goes */
				uint32_t least = 0;

				for (uint32_t k = 1; k < n; k++)
					if (v[k].weight < v[least].weight)
						least = k;
				memmove(v + least, v + least + 1, (n - least - 1) * sizeof *v);
				n--;
			}
			v[n++] = (struct run){ .from = i };
			m->runs++;
		}
		last = m->g[i].last;
		v[n - 1].to = i;
		if (d->seen != m->runs)
			v[n - 1].weight += m->s[d->set].weight;
		d->seen = m->runs;
	}
	return n;
}

/* Two runs as one with a hole between. */
static struct run bridged(struct match *m, const struct run *a, const struct run *b)
{
	struct run r = { .from = a->from, .to = b->to, .hole = m->g[a->to].last + 1, .hole_end = m->g[b->from].word };

	m->runs++;
	for (uint32_t i = a->from; i <= b->to; i++) {
		struct distinct *d = &m->d[m->g[i].distinct];

		if (m->s[d->set].has && d->seen != m->runs && (i <= a->to || i >= b->from)) {
			r.weight += m->s[d->set].weight;
			d->seen = m->runs;
		}
	}
	return r;
}

static bool in_hole(const struct run *r, const struct gram *g)
{
	return g->word >= r->hole && g->last < r->hole_end;
}

/* Does what stands between speak of another licence to choose? */
static bool offers(const struct match *m, uint32_t from, uint32_t to)
{
	const uint32_t words[] = { lic_hash("alternatively", 13), lic_hash("gnu", 3), lic_hash("gpl", 3) };

	for (uint32_t i = from; i < to; i++)
		for (size_t k = 0; k < SC_COUNT(words); k++)
			if (m->c.hash[i] == words[k])
				return true;
	return false;
}

/* A stretch within the run that is not the licence's and offers another. */
static void find_hole(const struct match *m, struct run *r)
{
	uint32_t last = m->g[r->from].last;

	for (uint32_t i = r->from; i <= r->to; i++) {
		if (!m->s[m->d[m->g[i].distinct].set].has)
			continue;
		if (m->g[i].word > last + HOLE && offers(m, last + 1, m->g[i].word)) {
			r->hole = last + 1;
			r->hole_end = m->g[i].word;
			return;
		}
		last = m->g[i].last > last ? m->g[i].last : last;
	}
}

/* The densest run of its grams; where that alone is not enough, two with a good part of it in each and something else between. */
static struct run densest(struct match *m, uint16_t who)
{
	const struct lic_licence *l = &m->x->licence[who];
	struct run v[MOST_RUNS], best = { .from = 0 };
	uint32_t n;

	mark(m, who);
	n = runs_of(m, who, v);
	for (uint32_t i = 0; i < n; i++)
		best = v[i].weight > best.weight ? v[i] : best;
	for (uint32_t i = 0; l->common && i + 1 < n && best.weight < enough(l) * l->weight; i++)
		if (m->g[v[i + 1].from].word - m->g[v[i].to].last < BRIDGE && 8.0f * v[i].weight > l->weight && 8.0f * v[i + 1].weight > l->weight &&
		    offers(m, m->g[v[i].to].last + 1, m->g[v[i + 1].from].word)) {
			struct run r = bridged(m, &v[i], &v[i + 1]);

			best = r.weight > best.weight ? r : best;
		}
	if (n && best.hole == best.hole_end)
		find_hole(m, &best);
	for (uint32_t i = best.from; i < best.to; i++) {
		const struct set *s = &m->s[m->d[m->g[i].distinct].set];

		best.others += s->has || in_hole(&best, &m->g[i]) ? 0 : s->weight;
	}
	return best;
}

/* What speaks for it: what is there, less what of it is missing, less what stands between and is some other licence's. */
static float worth(const struct match *m, uint16_t who, const struct run *r)
{
	const struct lic_licence *l = &m->x->licence[who];

	return 2.0f * r->weight - l->weight - r->others + (l->common ? 0.1f * l->weight : 0);
}

/* The most that worth() can be, wherever the run lies. */
static float promise(const struct match *m, uint16_t who)
{
	const struct lic_licence *l = &m->x->licence[who];

	return 2.0f * m->score[who] - l->weight + (l->common ? 0.1f * l->weight : 0);
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
		uint32_t score = m->score[i];
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
	uint32_t from = m->g[r->from].word, to = m->g[r->to].last, n = 0;

	for (uint32_t i = 0; i < m->n; i++)
		if (m->g[i].word > to || m->g[i].last < from || in_hole(r, &m->g[i]))
			m->g[n++] = m->g[i];
		else if (!--m->d[m->g[i].distinct].left)
			m->s[m->d[m->g[i].distinct].set].n++;
	m->n = n;
	add(m, -1u);
}

struct hit {
	uint16_t who;
	uint32_t from, to; /* words of compact */
	uint32_t hole, hole_end;
	float score;
};

/* All that are in the text, at most ROUNDS. */
static uint32_t look(struct match *m, struct hit *v)
{
	uint32_t n = 0;

	find_grams(m, &m->c);
	if (!m->n)
		return 0;
	number(m);
	m->score = SC_NEW(m->w->a, uint32_t, m->x->nlicence);
	add(m, 1);
	while (n < ROUNDS) {
		struct run r = { .from = 0 };
		size_t who = choose(m, &r);

		if (who == SC_NONE)
			break;
		v[n++] = (struct hit){ (uint16_t)who, m->g[r.from].word, m->g[r.to].last, r.hole, r.hole_end, (float)r.weight / m->x->licence[who].weight };
		take(m, &r);
	}
	return n;
}

/*
 * What was looked for lately, by this thread: files of one project say the same words over and over, but for their holders, whom
 * compact has not.  By 128 bits of hash, with a seed that nobody can know.
 */
enum { KEPT = 256, KEPT_HITS = 4, LEAST_KEPT = 32 };
struct kept {
	XXH128_hash_t key;
	uint32_t n;
	struct hit v[KEPT_HITS];
};
static _Thread_local struct kept *kept_table;
static uint64_t seed;
static pthread_key_t kept_key;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void prepare(void)
{
	if (getentropy(&seed, sizeof seed) || pthread_key_create(&kept_key, free))
		abort();
}

static struct kept *kept_of(const struct compact *c, XXH128_hash_t *key)
{
	pthread_once(&once, prepare);
	if (!kept_table) {
		kept_table = calloc(KEPT, sizeof *kept_table);
		if (!kept_table || pthread_setspecific(kept_key, kept_table))
			sc_oom();
	}
	*key = XXH3_128bits_withSeed(c->hash, c->n * sizeof *c->hash, seed);
	return &kept_table[key->low64 % KEPT];
}

static uint32_t look_or_know(struct match *m, struct hit *v)
{
	XXH128_hash_t key;
	struct kept *k;
	uint32_t n;

	if (m->c.n < LEAST_KEPT)
		return look(m, v);
	k = kept_of(&m->c, &key);
	if (k->n <= KEPT_HITS && XXH128_isEqual(k->key, key) && key.low64) {
		memcpy(v, k->v, k->n * sizeof *v);
		return k->n;
	}
	n = look(m, v);
	if (n <= KEPT_HITS) {
		*k = (struct kept){ .key = key, .n = n };
		memcpy(k->v, v, n * sizeof *v);
	}
	return n;
}

/* The list's old ids such as GPL-2.0-with-bison-exception have the exception's text, not the licence's. */
static void say(const struct match *m, const struct hit *h, struct lic_finds *out)
{
	struct lic_found f = { .id = m->x->licence[h->who].id, .rule = "text:full", .source = SC_LIC_TEXT, .from = m->c.at[h->from],
			       .to = m->c.at[h->to], .score = h->score, .asserted = true };
	struct sc_err ignored;
	sc_str canonical;
	size_t with;

	if (sc_spdx_expression(m->w->a, f.id, &canonical, &ignored) == SC_OK && (with = sc_str_find(canonical, SC_STR(" WITH "))) != SC_NONE) {
		f.id = sc_str_from(canonical, with + 6);
		f.exception = true;
	}
	if (h->hole != h->hole_end) {
		f.hole = m->c.at[h->hole];
		f.hole_end = m->c.at[h->hole_end];
	}
	for (size_t i = f.from; i <= f.to; i++)
		if (h->hole == h->hole_end || i < m->c.at[h->hole] || i >= m->c.at[h->hole_end])
			m->w->v[i].flags |= LIC_USED;
	lic_find_add(out, f);
}

void lic_match(struct lic_words *w, struct lic_finds *out)
{
	struct match m = { .x = lic_index(), .w = w };
	struct hit v[ROUNDS];
	uint32_t n;

	if (w->n < LIC_GRAM || w->n > UINT32_MAX / 4)
		return;
	m.c = compact(w);
	n = look_or_know(&m, v);
	for (uint32_t i = 0; i < n; i++)
		say(&m, &v[i], out);
}
