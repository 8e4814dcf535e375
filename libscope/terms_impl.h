/* SPDX-License-Identifier: Apache-2.0 */
/* terms_impl.h -- a sentence cut into words and signs: what the files terms*.c share. */
#ifndef TERMS_IMPL_H
#define TERMS_IMPL_H

#include <scope/terms.h>

/* A sentence of more is looked at in pieces of that many. */
enum { TERMS_TOKENS = 512 };

struct terms_token {
	sc_str s;   /* a word, a number such as 4.0, or one sign */
	bool word;  /* letters and digits; what is not ASCII counts as letters */
	bool cap;   /* a word that begins with a capital or with what is not ASCII */
	bool glued; /* no white space before it */
};

struct terms_sentence {
	sc_str text;     /* all of it */
	size_t off, end; /* the sentence in it */
	uint32_t number;
	struct terms_token v[TERMS_TOKENS];
	size_t n;
};

static inline void terms_sentence_begin(struct terms_sentence *s, sc_str text)
{
	s->text = text;
	s->off = s->end = s->n = 0;
	s->number = 0;
}

/* The next sentence behind s->end; false at the text's end. */
bool terms_sentence_next(struct terms_sentence *s);

/* A Creative Commons licence in words that begins at token i; *next is the first token behind it.  Empty when there is none. */
sc_str terms_cc_words(struct sc_arena *a, const struct terms_sentence *s, size_t i, size_t *next);

static inline bool terms_is(const struct terms_token *t, sc_str word)
{
	return sc_str_ieq(t->s, word);
}

#endif
