/* SPDX-License-Identifier: Apache-2.0 */
/*
 * phrases.c -- which of thousands of phrases stand in a text: the set, and one text through it.
 *
 * A phrase matches whole words only, so its words are words of the text.  Each phrase is known by one key, the hash of two
 * neighbouring words of it (of its only word), whatever stands between them; phrases_scan.c hashes each pair of words of the
 * text and asks a filter.  What gets through is compared byte by byte, from the key to both ends.
 *
 * A phrase is looked for until it is found, then its key leaves the filter (of this text), so that frequent phrases cost
 * once a text.  Comparing has a budget of so many steps a byte of text; a text that would want more, because it is full
 * of what is nearly a phrase, goes through an automaton instead (phrases_slow.c), in linear time.  Answers are the same.
 */
#include "phrases_impl.h"

#include <scope/text.h>

#include <stdlib.h>

#include <xxhash.h>

enum { WORK_A_BYTE = 8, WORK_A_TEXT = 4096, CROWD = 8 };

/* ---- folding ---- */

static const char *what_is_wrong(sc_str phrase, sc_str folded, size_t *at)
{
	size_t valid = sc_utf8_valid(phrase), nul = sc_str_chr(phrase, 0);

	*at = 0;
	if (valid < phrase.n) {
		*at = valid;
		return "a phrase is UTF-8";
	}
	if (nul != SC_NONE) {
		*at = nul;
		return "a phrase holds no NUL";
	}
	if (folded.n > SC_PHRASE_MAX)
		return "a phrase has at most 4096 bytes";
	for (size_t i = 0; i < folded.n; i++)
		if (phrase_is_word(folded.p[i]))
			return NULL;
	return "a phrase has at least one letter or digit";
}

int sc_phrase_fold(struct sc_arena *a, sc_str phrase, sc_str *folded, size_t *at, struct sc_err *e)
{
	char *to = sc_alloc(a, phrase.n + 1);
	const char *wrong;
	size_t n = 0;

	for (size_t i = 0; i < phrase.n; i++) {
		bool space = phrase_is_space(phrase.p[i]);

		if (!space)
			to[n++] = phrase_small(phrase.p[i]);
		else if (n && to[n - 1] != ' ')
			to[n++] = ' ';
	}
	if (n && to[n - 1] == ' ')
		n--;
	*folded = (sc_str){ to, n };
	wrong = what_is_wrong(phrase, *folded, at);
	return wrong ? sc_bad(e, "%s", wrong) : SC_OK;
}

/* ---- the set ---- */

struct sc_phrases *sc_phrases_new(void)
{
	struct sc_arena a = { 0 };
	struct sc_phrases *p = SC_NEW(&a, struct sc_phrases, 1);

	p->a = a;
	pthread_mutex_init(&p->lock, NULL);
	return p;
}

void sc_phrases_free(struct sc_phrases *p)
{
	struct sc_arena a;

	if (!p)
		return;
	phrase_slow_free(p->slow);
	pthread_mutex_destroy(&p->lock);
	a = p->a;
	sc_arena_free(&a);
}

static uint32_t *slot_of(const struct sc_phrases *p, sc_str s)
{
	uint32_t i = (uint32_t)XXH3_64bits(s.p, s.n);

	while (p->slot[i &= p->nslot - 1] && !sc_str_eq(p->v[p->slot[i] - 1].s, s))
		i++;
	return &p->slot[i];
}

static void grow(struct sc_phrases *p)
{
	struct phrase *old = p->v;

	p->cap = p->cap ? 2 * p->cap : 64;
	p->v = SC_NEW(&p->a, struct phrase, p->cap);
	p->nslot = 2 * p->cap;
	p->slot = SC_NEW(&p->a, uint32_t, p->nslot);
	for (uint32_t i = 0; i < p->n; i++) {
		p->v[i] = old[i];
		*slot_of(p, old[i].s) = i + 1;
	}
}

uint32_t sc_phrases_add(struct sc_phrases *p, sc_str folded)
{
	uint32_t *slot;

	if (p->n == p->cap)
		grow(p);
	slot = slot_of(p, folded);
	if (!*slot) {
		p->v[p->n].s = sc_strdup(&p->a, folded);
		*slot = ++p->n;
	}
	return *slot - 1;
}

size_t sc_phrases_count(const struct sc_phrases *p)
{
	return p->n;
}

/* ---- keys ---- */

/* The next word of a folded phrase, from *i on. */
static bool word_next(sc_str s, size_t *i, size_t *from, size_t *n)
{
	while (*i < s.n && !phrase_is_word(s.p[*i]))
		++*i;
	*from = *i;
	while (*i < s.n && phrase_is_word(s.p[*i]))
		++*i;
	*n = *i - *from;
	return *n > 0;
}

/* How often a key came in the whole set, roughly: a key that many phrases have is a bad one for all of them. */
struct crowd {
	uint16_t *n;
	unsigned shift;
};

struct key {
	uint64_t hash;
	size_t at, bytes; /* bytes: of its words that the hash sees; long words are rare words */
};

typedef void key_seen(struct key k, struct crowd *c, void *with);

/* The keys that a phrase may be known by; its number of words. */
static size_t keys(sc_str s, struct crowd *c, key_seen *seen, void *with)
{
	size_t i = 0, at, n, count = 0, last_at = 0, last_n = 0;
	uint64_t last = 0;

	while (word_next(s, &i, &at, &n)) {
		uint64_t now = phrase_word_at(s.p + at, n);

		n = n < 8 ? n : 8;
		if (count++)
			seen((struct key){ phrase_hash_two(last, now), last_at, last_n + n }, c, with);
		last = now;
		last_at = at;
		last_n = n;
	}
	if (count == 1)
		seen((struct key){ phrase_hash_one(last), last_at, last_n }, c, with);
	return count;
}

static void count_it(struct key k, struct crowd *c, void *with)
{
	uint16_t *n = &c->n[k.hash >> c->shift];

	(void)with;
	*n += *n < UINT16_MAX;
}

struct choice {
	struct key k;
	unsigned crowd;
};

static void choose(struct key k, struct crowd *c, void *with)
{
	struct choice *best = with;
	unsigned crowd = c->n[k.hash >> c->shift];

	crowd = crowd > CROWD ? crowd : 0;
	if (!best->k.bytes || crowd < best->crowd || (crowd == best->crowd && k.bytes > best->k.bytes))
		*best = (struct choice){ k, crowd };
}

/* key[i] is phrase i's. */
static void keys_choose(struct sc_phrases *p, struct phrase_key *key)
{
	struct sc_arena scratch = { 0 };
	struct crowd c = { .shift = 64 - 10 };
	size_t bytes = 0;

	for (uint32_t i = 0; i < p->n; i++)
		bytes += p->v[i].s.n;
	while (c.shift > 64 - 22 && (size_t)1 << (64 - c.shift) < bytes)
		c.shift--;
	c.n = SC_NEW(&scratch, uint16_t, (size_t)1 << (64 - c.shift));
	for (uint32_t i = 0; i < p->n; i++)
		keys(p->v[i].s, &c, count_it, NULL);
	for (uint32_t i = 0; i < p->n; i++) {
		struct choice best = { .crowd = 0 };

		if (keys(p->v[i].s, &c, choose, &best) > 1)
			p->has_more = true;
		else
			p->has_one = true;
		key[i] = (struct phrase_key){ best.k.hash, p->v[i].s.p, i, (uint16_t)p->v[i].s.n, (uint16_t)best.k.at };
	}
	sc_arena_free(&scratch);
}

/* ---- the filter ---- */

/* By word: a counting sort, so that the keys of a word stay in their order. */
static void keys_sort(struct sc_phrases *p, const struct phrase_key *key)
{
	for (uint32_t i = 0; i < p->n; i++) {
		p->v[i].word = key[i].hash >> p->shift;
		p->first[p->v[i].word + 1]++;
	}
	for (uint32_t w = 0; w < p->nwords; w++)
		p->first[w + 1] += p->first[w];
	for (uint32_t i = p->n; i-- > 0;)
		p->key[--p->first[p->v[i].word + 1]] = key[i];
	/* first[w + 1] is now where w begins. */
	memmove(p->first, p->first + 1, p->nwords * sizeof *p->first);
	p->first[p->nwords] = p->n;
}

void sc_phrases_ready(struct sc_phrases *p)
{
	struct sc_arena scratch = { 0 };
	struct phrase_key *key = SC_NEW(&scratch, struct phrase_key, (size_t)p->n + 1);

	for (unsigned byte = 0; byte < 256; byte++)
		for (unsigned i = 0, n = 0; i < 8; i++)
			if (byte >> i & 1)
				p->spots[byte][n++] = (uint8_t)i;
	keys_choose(p, key);
	p->nwords = 64;
	p->shift = 64 - 6;
	while (p->nwords < p->n / 2) { /* two keys a word: 8 KiB for 2,000 */
		p->nwords *= 2;
		p->shift--;
	}
	p->first = SC_NEW(&p->a, uint32_t, (size_t)p->nwords + 1);
	p->key = SC_NEW(&p->a, struct phrase_key, (size_t)p->n + 1);
	p->filter = SC_NEW(&p->a, uint64_t, p->nwords);
	keys_sort(p, key);
	for (uint32_t i = 0; i < p->n; i++)
		p->filter[key[i].hash >> p->shift] |= phrase_bits(key[i].hash);
	sc_arena_free(&scratch);
}

/* ---- one text ---- */

struct sc_phrases_scan *sc_phrases_open(const struct sc_phrases *p)
{
	struct sc_arena a = { 0 };
	struct sc_phrases_scan *s = SC_NEW(&a, struct sc_phrases_scan, 1);
	union {
		const struct sc_phrases *in;
		struct sc_phrases *out;
	} shared = { .in = p };

	s->p = shared.out;
	s->filter = SC_NEW(&a, uint64_t, p->nwords);
	memcpy(s->filter, p->filter, p->nwords * sizeof *p->filter);
	s->dirty = SC_NEW(&a, uint32_t, p->nwords);
	s->hit = SC_NEW(&a, struct sc_phrase_hit, (size_t)p->n + 1);
	s->of = SC_NEW(&a, uint32_t, (size_t)p->n + 1);
	s->a = a;
	return s;
}

void sc_phrases_close(struct sc_phrases_scan *s)
{
	struct sc_arena a;

	if (!s)
		return;
	a = s->a;
	sc_arena_free(&a);
}

/* The bits of a filter's word, without those of keys whose phrases are all found.  A crowded word waits for its last. */
static uint64_t bits_left(const struct sc_phrases_scan *s, uint64_t w)
{
	const struct sc_phrases *p = s->p;
	uint64_t bits = 0;

	if (p->first[w + 1] - p->first[w] > 4 * CROWD)
		return p->filter[w];
	for (uint32_t i = p->first[w]; i < p->first[w + 1]; i++)
		if (!s->of[p->key[i].phrase])
			bits |= phrase_bits(p->key[i].hash);
	return bits;
}

void phrase_found(struct sc_phrases_scan *s, uint32_t phrase, size_t off, size_t len)
{
	uint64_t w = s->p->v[phrase].word, left;

	s->hit[s->nhit++] = (struct sc_phrase_hit){ phrase, off, len };
	s->of[phrase] = s->nhit;
	left = bits_left(s, w);
	if (left != s->filter[w] && s->filter[w] == s->p->filter[w])
		s->dirty[s->ndirty++] = (uint32_t)w;
	s->filter[w] = left;
}

/* From the key's first word, at the text's byte t, to the phrase's end; where that is, or SC_NONE. */
static size_t match_on(struct sc_phrases_scan *s, const struct phrase_key *k, size_t t)
{
	sc_str text = s->text;
	size_t from = t, i;

	for (i = k->at; i < k->n && t < text.n; i++) {
		char c = text.p[t];

		if (k->s[i] != phrase_small(c) && !(k->s[i] == ' ' && phrase_is_space(c)))
			break;
		t++;
		while (k->s[i] == ' ' && t < text.n && phrase_is_space(text.p[t]))
			t++;
	}
	s->work += t - from + 1;
	return i == k->n ? t : SC_NONE;
}

/* Backwards from there; where the phrase begins. */
static size_t match_back(struct sc_phrases_scan *s, const struct phrase_key *k, size_t t)
{
	sc_str text = s->text;
	size_t from = t, i;

	for (i = k->at; i && t; i--) {
		char c = text.p[t - 1];

		if (k->s[i - 1] != phrase_small(c) && !(k->s[i - 1] == ' ' && phrase_is_space(c)))
			break;
		t--;
		while (k->s[i - 1] == ' ' && t && phrase_is_space(text.p[t - 1]))
			t--;
	}
	s->work += from - t + 1;
	return i ? SC_NONE : t;
}

/* The phrases with that key: is one of them here, with its key's first word at `at`? */
static void confirm(struct sc_phrases_scan *s, uint64_t hash, size_t at)
{
	const struct sc_phrases *p = s->p;
	uint64_t w = hash >> p->shift;

	for (uint32_t i = p->first[w]; i < p->first[w + 1] && s->work <= s->most; i++) {
		const struct phrase_key *k = &p->key[i];
		size_t begin, end;

		s->work++;
		if (k->hash != hash || s->of[k->phrase])
			continue;
		end = match_on(s, k, at);
		begin = end == SC_NONE ? SC_NONE : match_back(s, k, at);
		if (begin != SC_NONE && phrase_is_free(s->text, begin, end - begin))
			phrase_found(s, k->phrase, begin, end - begin);
	}
}

/* Where the scan of a text is: the word that is open at the border of two blocks, and the one before. */
struct cursor {
	const struct phrase_code *code;
	bool open;
	size_t open_at, last_at;
	uint64_t before; /* the word at last_at */
	struct phrase_block b;
};

/* The word that began in a block before ends. */
static void bridge(struct sc_phrases_scan *s, struct cursor *c, size_t end)
{
	uint64_t last = c->b.last;

	c->b.last = phrase_word_at(s->text.p + c->open_at, end - c->open_at);
	if (s->p->has_more)
		confirm(s, phrase_hash_two(last, c->b.last), c->last_at);
	if (s->p->has_one)
		confirm(s, phrase_hash_one(c->b.last), c->open_at);
	c->last_at = c->open_at;
}

/* A word that the filter let through: its hashes once more, and what is known by them. */
static void candidate(struct sc_phrases_scan *s, const struct cursor *c, const char *p, size_t off, size_t from, size_t who)
{
	const uint16_t *at = c->b.at + who;
	uint64_t last = c->before, now = phrase_word(phrase_load(p + at[0]), (size_t)at[1] - at[0]);
	size_t last_at = c->last_at;

	if (who >= from + 2) {
		last = phrase_word(phrase_load(p + at[-2]), (size_t)at[-1] - at[-2]);
		last_at = off + at[-2];
	}
	if (s->p->has_more)
		confirm(s, phrase_hash_two(last, now), last_at);
	if (s->p->has_one)
		confirm(s, phrase_hash_one(now), off + at[0]);
}

/* The text's bytes from `off` on are at p, where 8 more than these can be read. */
static void block(struct sc_phrases_scan *s, struct cursor *c, const char *p, size_t nmask, size_t off)
{
	struct phrase_block *b = &c->b;
	size_t from = c->open;

	c->code->split(b, p, nmask, &c->open, s);
	if (!b->n)
		return;
	if (from)
		bridge(s, c, off + b->at[0]);
	c->before = b->last;
	c->code->probe(b, p, from, s);
	for (size_t i = 0; i < b->nwho; i++)
		candidate(s, c, p, off, from, b->who[i]);
	if (c->open)
		c->open_at = off + b->at[b->n - 1];
	if (b->n - from >= 2)
		c->last_at = off + b->at[from + (b->n - from) / 2 * 2 - 2];
}

/* The last bytes, of a copy with zeros behind, so that nothing beyond the text is read and its last word ends. */
static void tail(struct sc_phrases_scan *s, struct cursor *c, size_t off)
{
	char copy[2 * PHRASE_BLOCK + 64];
	size_t n = s->text.n - off;

	memcpy(copy, s->text.p + off, n);
	memset(copy + n, 0, 64 + 8);
	for (size_t i = 0; i <= n; i += PHRASE_BLOCK) {
		size_t left = n - i + 1;

		block(s, c, copy + i, left < PHRASE_BLOCK ? (left + 63) / 64 : PHRASE_MASKS, off + i);
	}
}

static void scan(struct sc_phrases_scan *s)
{
	struct cursor c;
	size_t off = 0;

	c.code = phrase_code();
	c.open = false;
	c.last_at = c.open_at = 0;
	c.b.last = 0;
	for (; s->text.n - off >= PHRASE_BLOCK + 8 && s->work <= s->most; off += PHRASE_BLOCK)
		block(s, &c, s->text.p + off, PHRASE_MASKS, off);
	if (s->work <= s->most)
		tail(s, &c, off);
}

static int by_place(const void *a, const void *b)
{
	const struct sc_phrase_hit *x = a, *y = b;

	if (x->off != y->off)
		return x->off < y->off ? -1 : 1;
	if (x->len != y->len)
		return x->len > y->len ? -1 : 1;
	return x->phrase < y->phrase ? -1 : 1; /* "a  b" and "a b" never are two: phrases are folded */
}

/* They come nearly sorted. */
static void sort(struct sc_phrase_hit *v, size_t n)
{
	if (n > 100) {
		qsort(v, n, sizeof *v, by_place);
		return;
	}
	for (size_t i = 1; i < n; i++) {
		struct sc_phrase_hit h = v[i];
		size_t k = i;

		for (; k && by_place(&h, &v[k - 1]) < 0; k--)
			v[k] = v[k - 1];
		v[k] = h;
	}
}

size_t sc_phrases_find(struct sc_phrases_scan *s, sc_str text, const struct sc_phrase_hit **hits)
{
	for (uint32_t i = 0; i < s->nhit; i++)
		s->of[s->hit[i].phrase] = 0;
	while (s->ndirty) {
		uint32_t w = s->dirty[--s->ndirty];

		s->filter[w] = s->p->filter[w];
	}
	s->nhit = 0;
	s->work = 0;
	s->most = WORK_A_TEXT + WORK_A_BYTE * (uint64_t)text.n;
	s->text = text;
	if (!s->slow && text.n && s->p->n)
		scan(s);
	if (s->slow || s->work > s->most)
		phrase_slow(s);
	sort(s->hit, s->nhit);
	for (uint32_t i = 0; i < s->nhit; i++)
		s->of[s->hit[i].phrase] = i + 1;
	if (hits)
		*hits = s->hit;
	return s->nhit;
}

const struct sc_phrase_hit *sc_phrases_hit(const struct sc_phrases_scan *s, uint32_t phrase)
{
	return s->of[phrase] ? &s->hit[s->of[phrase] - 1] : NULL;
}
