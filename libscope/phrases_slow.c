/* SPDX-License-Identifier: Apache-2.0 */
/*
 * phrases_slow.c -- the phrase matcher for texts that are made to be hard: an automaton over folded bytes (Aho and Corasick,
 * "Efficient string matching", 1975), one step a byte whatever the text is.
 *
 * It is made when a text first wants it, once for all threads, and takes about 40 bytes for each byte of phrases that is not the
 * beginning of another one too.  Beyond the steps, a place costs one look for each phrase that ends there by its bytes.
 */
#include "phrases_impl.h"

struct edge {
	uint64_t from; /* node << 8 | byte, + 1; 0 is free */
	uint32_t to;
};

/* Node 0 is the root. */
struct automaton {
	struct sc_arena a;
	struct edge *edge;
	uint64_t nedge; /* a power of two */
	uint32_t *fail; /* the longest end of what the node says that is a beginning of some phrase */
	uint32_t *out;  /* the phrase that the node says, + 1 */
	uint32_t *more; /* the next node down the chain of fail[] that has an out; 0: none */
	uint32_t n;
};

static struct edge *edge_of(const struct automaton *m, uint32_t node, char byte)
{
	uint64_t from = ((uint64_t)node << 8 | (uint8_t)byte) + 1, i = from * 0x9e3779b97f4a7c15 >> 20;

	while (m->edge[i &= m->nedge - 1].from && m->edge[i].from != from)
		i++;
	return &m->edge[i];
}

static uint32_t step(const struct automaton *m, uint32_t node, char byte)
{
	for (;;) {
		uint32_t to = edge_of(m, node, byte)->to;

		if (to || !node)
			return to;
		node = m->fail[node];
	}
}

/* Where the nodes hang, in the order in which they were made; needed until fail[] is filled. */
struct tree {
	struct sc_arena a;
	uint32_t *parent, *depth;
	char *byte;
};

static void plant(struct automaton *m, struct tree *t, sc_str s, uint32_t phrase)
{
	uint32_t node = 0;

	for (size_t i = 0; i < s.n; i++) {
		struct edge *e = edge_of(m, node, s.p[i]);

		if (!e->from) {
			*e = (struct edge){ ((uint64_t)node << 8 | (uint8_t)s.p[i]) + 1, m->n };
			t->parent[m->n] = node;
			t->depth[m->n] = (uint32_t)i + 1;
			t->byte[m->n++] = s.p[i];
		}
		node = e->to;
	}
	m->out[node] = phrase + 1;
}

/* The nodes but the root, by depth. */
static uint32_t *in_order(const struct automaton *m, struct tree *t)
{
	uint32_t *before = SC_NEW(&t->a, uint32_t, SC_PHRASE_MAX + 2), *v = SC_NEW(&t->a, uint32_t, m->n);

	for (uint32_t i = 1; i < m->n; i++)
		before[t->depth[i] + 1]++;
	for (size_t d = 1; d <= SC_PHRASE_MAX + 1; d++)
		before[d] += before[d - 1];
	for (uint32_t i = 1; i < m->n; i++)
		v[before[t->depth[i]]++] = i;
	return v;
}

static void link_up(struct automaton *m, struct tree *t)
{
	const uint32_t *v = in_order(m, t);

	for (uint32_t i = 0; i + 1 < m->n; i++) {
		uint32_t node = v[i], up = t->parent[node];

		m->fail[node] = up ? step(m, m->fail[up], t->byte[node]) : 0;
		m->more[node] = m->out[m->fail[node]] ? m->fail[node] : m->more[m->fail[node]];
	}
}

static struct automaton *automaton_new(const struct sc_phrases *p)
{
	struct sc_arena a = { 0 };
	struct automaton *m = SC_NEW(&a, struct automaton, 1);
	struct tree t = { .parent = NULL };
	size_t n = 1;

	for (uint32_t i = 0; i < p->n; i++)
		n += p->v[i].s.n;
	for (m->nedge = 64; m->nedge < n + n / 2; m->nedge *= 2)
		;
	m->edge = SC_NEW(&a, struct edge, m->nedge);
	m->fail = SC_NEW(&a, uint32_t, n);
	m->out = SC_NEW(&a, uint32_t, n);
	m->more = SC_NEW(&a, uint32_t, n);
	t.parent = SC_NEW(&t.a, uint32_t, n);
	t.depth = SC_NEW(&t.a, uint32_t, n);
	t.byte = SC_NEW(&t.a, char, n);
	m->n = 1;
	for (uint32_t i = 0; i < p->n; i++)
		plant(m, &t, p->v[i].s, i);
	link_up(m, &t);
	sc_arena_free(&t.a);
	m->a = a;
	return m;
}

void phrase_slow_free(struct automaton *m)
{
	struct sc_arena a;

	if (!m)
		return;
	a = m->a;
	sc_arena_free(&a);
}

static const struct automaton *automaton(struct sc_phrases *p)
{
	struct automaton *m;

	pthread_mutex_lock(&p->lock);
	if (!p->slow)
		p->slow = automaton_new(p);
	m = p->slow;
	pthread_mutex_unlock(&p->lock);
	return m;
}

/* The phrases that end with the byte before `end`, the last of the folded text's bytes that `place` knows. */
static void ends(struct sc_phrases_scan *s, const struct automaton *m, uint32_t node, const size_t *place, size_t k, size_t end)
{
	for (node = m->out[node] ? node : m->more[node]; node; node = m->more[node]) {
		uint32_t phrase = m->out[node] - 1;
		size_t begin = place[(k - s->p->v[phrase].s.n) % SC_PHRASE_MAX];

		if (!s->of[phrase] && phrase_is_free(s->text, begin, end - begin))
			phrase_found(s, phrase, begin, end - begin);
	}
}

void phrase_slow(struct sc_phrases_scan *s)
{
	const struct automaton *m = automaton(s->p);
	size_t place[SC_PHRASE_MAX]; /* of the last bytes of the folded text: where they stand in the text */
	uint32_t node = 0;
	size_t k = 0;

	for (size_t i = 0; i < s->text.n; i++) {
		char c = s->text.p[i];
		bool space = phrase_is_space(c);

		if (space && i && phrase_is_space(s->text.p[i - 1]))
			continue;
		place[k++ % SC_PHRASE_MAX] = i;
		node = step(m, node, space ? ' ' : phrase_small(c));
		if (node && (i + 1 == s->text.n || !phrase_is_word(s->text.p[i + 1])))
			ends(s, m, node, place, k, i + 1);
	}
}
