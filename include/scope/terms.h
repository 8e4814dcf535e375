/* SPDX-License-Identifier: Apache-2.0 */
/* scope/terms.h -- what words say about rights, and the licence that governs a figure. */
#ifndef SCOPE_TERMS_H
#define SCOPE_TERMS_H

#include <scope/record.h>

enum sc_says {
	SC_SAYS_LICENCE,    /* names one: `id` */
	SC_SAYS_NC,         /* allows no commercial use */
	SC_SAYS_ND,         /* allows no changes */
	SC_SAYS_DENIED,     /* a licence does not cover this */
	SC_SAYS_PERMISSION, /* somebody permitted its use */
	SC_SAYS_COPYRIGHT,  /* somebody holds the copyright */
	SC_SAYS_OTHERS,     /* made by others, or after what others made */
	SC_SAYS_CREDIT,     /* a person or body is named as its maker or giver */
};

/* The bytes of a text that say something, and where the sentence that they stand in ends. */
struct sc_statement {
	enum sc_says says;
	uint32_t sentence; /* counted from 0 */
	sc_str id;         /* SPDX expression; static or in the arena */
	size_t off, len, until;
};

enum { SC_STATEMENTS = 64 };

struct sc_statements {
	struct sc_statement v[SC_STATEMENTS];
	uint32_t n;
};

/*
 * All that a text says about rights, in order; past SC_STATEMENTS the rest is left out.  Licences are Creative Commons ones,
 * by URL or in words, and those that data/terms.txt has phrases for.  A version that is not stated is not added: "Creative
 * Commons Attribution License" is LicenseRef-CC-BY.  Time grows with the text, whatever it holds.
 */
void sc_terms_find(struct sc_arena *a, sc_str text, struct sc_statements *out);

/* The licence that an attribute such as license-type names: "cc-by", "creativeCommonsBy-nc", "CC BY"; empty when it is only a
 * kind of access, as "open-access". */
sc_str sc_terms_type(struct sc_arena *a, sc_str type);

/* Does x say all that y says, and more: CC-BY-4.0 and LicenseRef-CC-BY, CC-BY-3.0-DE and CC-BY-3.0? */
bool sc_terms_narrower(sc_str x, sc_str y);

/* One statement about a figure, as an evidence wants it. */
struct sc_ruling {
	sc_str value; /* SPDX expression, "unknown", "conflict", "none" */
	sc_str rule;  /* "jats:license-href", "caption:permission" */
	sc_str where; /* "json" or "txt", or empty */
	uint64_t off, len;
	float score;
};

struct sc_rulings {
	struct sc_ruling v[SC_STATEMENTS + 1];
	uint32_t n;
};

/*
 * The licence of a figure record: json is what sc_figure_json gave.  v[0] decides, the others are its evidence.
 *
 * The figure's own permissions name it, else the article's.  In one permissions the URL, the words and the type may say the same
 * more or less exactly; the most exact counts, and when they contradict the answer is `conflict`.  The caption, the figure's
 * attribution and its copyright line make it `conflict` when they tell of another licence or of other people's rights:
 * the bytes that contradict are then the first evidence.  A licence that agrees, in the same sentence or the next, settles
 * that.  What speaks of rights and names no licence is `unknown`; nothing at all is `none`.
 */
void sc_terms_figure(struct sc_arena *a, const struct sc_record *r, sc_str json,
                     struct sc_rulings *out);

#endif
