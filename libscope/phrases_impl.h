/* SPDX-License-Identifier: Apache-2.0 */
/* phrases_impl.h -- what the files of the phrase matcher share: the set, the scan, the classes of bytes, the hashes. */
#ifndef PHRASES_IMPL_H
#define PHRASES_IMPL_H

#include <scope/phrases.h>

#include <pthread.h>

struct phrase {
	sc_str s; /* folded */
	uint64_t word; /* of the filter, where its key is */
};

/* What a phrase is found by: the hash of two neighbouring words of it, or of its only one. */
struct phrase_key {
	uint64_t hash;
	const char *s; /* the phrase's folded bytes, n of them */
	uint32_t phrase;
	uint16_t n, at; /* at: where the key's first word begins */
};

struct automaton;

struct sc_phrases {
	struct sc_arena a;
	struct phrase *v;
	uint32_t n, cap;
	uint32_t *slot;   /* by hash of the folded bytes: number + 1; 0 is free */
	uint32_t nslot;   /* a power of two */
	struct phrase_key *key; /* one a phrase, by their words */
	uint64_t *filter; /* nwords words; a key has two bits set in the one that its top bits name */
	uint32_t *first;  /* key[first[w]] to key[first[w + 1]]: those of word w */
	uint32_t nwords;  /* a power of two */
	unsigned shift;   /* hash >> shift is the word */
	uint8_t spots[256][8];  /* the numbers of a byte's set bits, then zeros */
	bool has_one, has_more; /* phrases of one word, of several */
	pthread_mutex_t lock;   /* held while `slow` is made */
	struct automaton *slow; /* NULL until a text wants it */
};

struct sc_phrases_scan {
	struct sc_phrases *p; /* only `slow` is ever written, under its lock */
	struct sc_arena a;
	sc_str text;
	uint64_t *filter; /* p's, without what is found already */
	uint32_t *dirty;  /* the words of it that differ from p's */
	uint32_t ndirty;
	struct sc_phrase_hit *hit;
	uint32_t nhit;
	uint32_t *of;        /* of[phrase]: its hit's index + 1; 0 none */
	uint64_t work, most; /* steps of confirming so far, and how many the text is worth */
	bool slow;           /* tests: the automaton from the first byte on */
};

/* ---- classes of bytes ---- */

static inline bool phrase_is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c & 0x80);
}

static inline bool phrase_is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static inline char phrase_small(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

/* No word byte beside s[off .. off + len). */
static inline bool phrase_is_free(sc_str s, size_t off, size_t len)
{
	return (!off || !phrase_is_word(s.p[off - 1])) && (off + len == s.n || !phrase_is_word(s.p[off + len]));
}

/* ---- words as numbers: the first eight bytes with bit 0x20 set (which takes the case away, and more: a filter may err
 * that way), plus the length ---- */

static inline uint64_t phrase_load(const char *p)
{
	uint64_t v;

	memcpy(&v, p, 8);
	return __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? __builtin_bswap64(v) : v;
}

static inline uint64_t phrase_word(uint64_t first8, size_t n)
{
	static const uint64_t keep[9] = { 0, 0xff, 0xffff, 0xffffff, 0xffffffff, 0xffffffffff, 0xffffffffffff, 0xffffffffffffff, UINT64_MAX };

	return ((first8 | 0x2020202020202020) & keep[n < 8 ? n : 8]) + n;
}

static inline uint64_t phrase_word_at(const char *p, size_t n)
{
	char head[8] = { 0 };

	memcpy(head, p, n < 8 ? n : 8);
	return phrase_word(phrase_load(head), n);
}

#define PHRASE_TWO 0x9e3779b97f4a7c15u
#define PHRASE_ONE 0xd6e8feb86659fd93u
#define PHRASE_SALT 0x5851f42d4c957f2du

static inline uint64_t phrase_hash_two(uint64_t one, uint64_t two)
{
	return (two ^ (one << 29 | one >> 35)) * PHRASE_TWO;
}

static inline uint64_t phrase_hash_one(uint64_t one)
{
	return (one ^ PHRASE_SALT) * PHRASE_ONE;
}

static inline uint64_t phrase_bits(uint64_t hash)
{
	return (uint64_t)1 << (hash >> 41 & 63) | (uint64_t)1 << (hash >> 35 & 63);
}

/* ---- phrases_scan.c ---- */

/* The bytes of text that are looked at in one go, so that what is found out about them stays in the first cache. */
enum { PHRASE_BLOCK = 2048, PHRASE_MASKS = PHRASE_BLOCK / 64 };

/* A block's ends of words, start, end, start, end, ...; the first may be the end of a word of the block before. */
struct phrase_block {
	uint64_t mask[PHRASE_MASKS];
	uint16_t at[PHRASE_BLOCK + 64];
	size_t n;
	/* Words (index in `at` of the start) that the filter lets through, alone or with the word before. */
	uint16_t who[PHRASE_BLOCK / 2 + 1];
	size_t nwho;
	uint64_t last; /* the word before, as a number; then the last one */
};

/* One level of the machine's instructions.  All give the same answers. */
struct phrase_code {
	/* mask[i]: a bit for each word byte of the 64 at p + 64 i; at, n: their borders, when the byte before was a word
	 * byte or not (*open, then of the last byte). */
	void (*split)(struct phrase_block *b, const char *p, size_t nmask, bool *open, const struct sc_phrases_scan *s);
	/* who, hash: for the words whose starts are at[from], at[from + 2], ...; reads 8 bytes at each. */
	void (*probe)(struct phrase_block *b, const char *p, size_t from, const struct sc_phrases_scan *s);
};
const struct phrase_code *phrase_code(void); /* by cpu_level() */

/* ---- phrases.c, phrases_slow.c ---- */

void phrase_found(struct sc_phrases_scan *s, uint32_t phrase, size_t off, size_t len);
/* All that stands in s->text and is not found yet, in time that grows with the text only. */
void phrase_slow(struct sc_phrases_scan *s);
void phrase_slow_free(struct automaton *m);

#endif
