/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lic.h -- the parts of the licence engine: words of a text, fingerprints of whole licences, and notices.
 *
 *	bytes --lic_words--> words --lic_match--> whole texts (masked) --lic_notice--> what the rest refers to
 *
 * A word is its 32-bit hash and its place; nothing of a licence's text is kept in the program but hashes of four words.
 */
#ifndef LIC_H
#define LIC_H

#include <scope/base.h>
#include <scope/licence.h>

/* ---- words ---- */

enum {
	LIC_LINE = 1,	 /* the first of its line */
	LIC_PLUS = 2,	 /* a '+' stands right behind it: 2+ */
	LIC_NUMBER = 4,	 /* digits, with dots between */
	LIC_URL = 8,	 /* a web address, its hash that of the bytes; no part of any fingerprint */
	LIC_USED = 16,	 /* belongs to a text that was recognised */
	LIC_SKIP = 32,	 /* a holder's or list mark's: no part of any fingerprint */
	LIC_STOP = 64,	 /* a sentence ends behind it */
	LIC_MINUS = 128, /* tied to the next one by a hyphen, slash or dot */
};

struct lic_word {
	uint32_t hash;
	uint16_t len;
	uint8_t flags;
	size_t off; /* in the text */
};

struct lic_words {
	struct sc_arena *a;
	struct lic_word *v;
	size_t n, cap;
	size_t text_n; /* bytes of the whole text */
};

/* The first place from `from` on where a piece stands that licences have in them; SC_NONE.  Both give the same. */
size_t lic_anchor(sc_str text, size_t from);
size_t lic_anchor_plain(sc_str text, size_t from);
/* Words around all anchors, appended.  False: there are none. */
bool lic_words_around(struct lic_words *w, sc_str text);
/* sc_lic_text; without anchors all words are looked at, which gives the same. */
void lic_claims(struct sc_lic_claims *c, sc_str text, sc_str part, bool anchors);
/* Words of text[from..to), appended. */
void lic_words(struct lic_words *w, sc_str text, size_t from, size_t to);
/* The hash of one word as lic_words has it, for rules; ASCII letters in lower case, or a number. */
uint32_t lic_hash(const char *word, size_t n);

/* ---- fingerprints ---- */

enum { LIC_GRAM = 4, /* words in one */
       LIC_TOP_SHIFT = 16,
       LIC_SEEN = 1 << 15,
       LIC_BLOCK = 64 };

struct lic_licence {
	sc_str id;     /* or several with " OR " between, when their texts are the same */
	uint32_t grams; /* distinct */
	uint32_t weight; /* sum of the grams' weights */
	bool common;   /* one of the few that most things are under */
};

struct lic_index {
	uint32_t nlicence, ngram;
	struct lic_licence *licence;
	uint64_t *seen; /* a bit for each hash's last bits: most hashes are in no licence, and this fits a cache */
	uint32_t *top;	/* where in gram those begin whose first bits are 0, 1, ... */
	uint32_t *gram; /* hashes, sorted */
	uint16_t *set;	/* of a gram: which licences have it; many grams share one */
	uint32_t nset;
	uint32_t *from;	  /* set i is member[from[i]..from[i + 1]), ascending */
	uint32_t *weight; /* of a gram of this set: 2^16/sqrt(how many licences have it) */
	uint16_t *member;
};

/* The one that is built in, unpacked when first asked for.  Never NULL. */
const struct lic_index *lic_index(void);
uint32_t lic_gram_hash(const uint32_t *four);
#define LIC_NO_GRAM UINT32_MAX
/* The numbers of the grams that begin with words[0..n), or LIC_NO_GRAM; n at most LIC_BLOCK, behind the last LIC_GRAM - 1 more. */
void lic_grams_find(const struct lic_index *x, const uint32_t *words, size_t n, uint32_t *out);

/* ---- what is found ---- */

struct lic_found {
	sc_str id;	   /* expression */
	const char *rule;
	enum sc_lic_source source;
	size_t from, to;   /* words */
	float score;
	bool bare;	   /* a family without a version */
	bool asserted;	   /* the words around it license something under it */
	bool passing;	   /* only mentioned: a path, "see also" */
	bool exception;	   /* id is an exception's */
	size_t off, len;   /* when len > 0: these bytes, not the words' */
	size_t hole, hole_end; /* words in it that offer another licence instead */
};
struct lic_finds {
	struct sc_arena *a;
	struct lic_found *v;
	size_t n, cap;
};
void lic_find_add(struct lic_finds *f, struct lic_found one);

struct lic_name {
	sc_str id;
	size_t n;  /* words */
	bool weak; /* counts only where licences are spoken of */
};
bool lic_name(const struct lic_words *w, size_t at, struct lic_name *out);
/* May a name, a family or an exception begin with this word? */
bool lic_begins(uint32_t hash);
/* GNU's and Creative Commons' names have a grammar of their own. */
struct lic_reference {
	sc_str id;
	size_t from, to; /* words, both in it */
	bool bare;	 /* no version is stated */
};
bool lic_gnu(const struct lic_words *w, sc_str text, size_t at, struct sc_arena *a, struct lic_reference *out);
bool lic_cc(const struct lic_words *w, sc_str text, size_t at, struct sc_arena *a, struct lic_reference *out);
/* The next Creative Commons address from *at on, which moves behind it; false when there is none. */
bool lic_cc_url(struct sc_arena *a, sc_str text, size_t *at, sc_str *id, size_t *off, size_t *len);
/* What stands at an address: Creative Commons', GNU's, opensource.org's, and those of the SPDX list; empty when not known. */
sc_str lic_address(struct sc_arena *a, sc_str url);

/* Whole texts among the words, which it marks LIC_USED. */
void lic_match(struct lic_words *w, struct lic_finds *out);
const char *lic_exception(const struct lic_words *w, size_t at, size_t *n);
void lic_exception_firsts(void (*each)(uint32_t hash));
/* What of the finds one text leaves standing. */
void lic_settle(struct lic_finds *f);
/* References and notices among the words that are not used yet. */
void lic_notices(struct lic_words *w, sc_str text, struct lic_finds *out);

#endif
