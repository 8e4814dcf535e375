/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scope/phrases.h -- which of thousands of phrases stand in a text, and where each stands first.
 *
 * What it means that a phrase stands somewhere:
 *   A word byte is an ASCII letter, an ASCII digit or any byte from 0x80 up (so every character beyond ASCII is part of a word).
 *   White space is space, tab, LF, VT, FF and CR.
 *   - ASCII letters are the same in either case; every other byte is itself: no folding of characters beyond ASCII.
 *   - A space in the phrase is any run of at least one white-space byte in the text.
 *   - The byte before the first and the byte behind the last of what matched are not word bytes, or not there.
 * So "open access" stands in "(Open\n  Access)", not in "reopen access" or "open access\xc3\xa9".
 */
#ifndef SCOPE_PHRASES_H
#define SCOPE_PHRASES_H

#include <scope/base.h>

enum { SC_PHRASE_MAX = 4096 }; /* bytes of a folded phrase */

struct sc_phrases;      /* added to, made ready, then shared read-only by any number of threads */
struct sc_phrases_scan; /* one thread's */

/* How a phrase is kept: ASCII letters small, white space between words one space, none at the ends.  SC_BAD when it has no
 * word byte, is too long, holds a NUL or is not UTF-8; *at is the byte that is to blame. */
int sc_phrase_fold(struct sc_arena *a, sc_str phrase, sc_str *folded, size_t *at, struct sc_err *e);

struct sc_phrases *sc_phrases_new(void);
/* A folded phrase, copied; its number, counted from 0.  The same phrase has the same number. */
uint32_t sc_phrases_add(struct sc_phrases *p, sc_str folded);
void sc_phrases_ready(struct sc_phrases *p); /* after the last */
size_t sc_phrases_count(const struct sc_phrases *p);
void sc_phrases_free(struct sc_phrases *p); /* NULL is fine; after its scans */

/* The bytes where a phrase stands first in the text. */
struct sc_phrase_hit {
	uint32_t phrase;
	size_t off, len;
};

struct sc_phrases_scan *sc_phrases_open(const struct sc_phrases *p);
/* Each phrase that stands in the text, once; sorted by place, then length (longest first).  The array is the scan's until the
 * next call.  Time grows with the text and what is found, whatever the two hold: see libscope/phrases.c. */
size_t sc_phrases_find(struct sc_phrases_scan *s, sc_str text, const struct sc_phrase_hit **hits);
/* Where that phrase stands first, by the last call; NULL: nowhere. */
const struct sc_phrase_hit *sc_phrases_hit(const struct sc_phrases_scan *s, uint32_t phrase);
void sc_phrases_close(struct sc_phrases_scan *s); /* NULL is fine */

#endif
