/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scope/corpus.h -- what the bills and data sheets for machines say of a whole corpus, from its facts (scope/facts.h).
 *
 * The facts count; here is what such formats ask of them: rows in the order of their values, SC_TALLY_MOST of a table at most (the most frequent
 * ones: what the others have is `more`, never left out of the sums), the licence of the whole, and what a publisher says.
 */
#ifndef SCOPE_CORPUS_H
#define SCOPE_CORPUS_H

#include <scope/facts.h>

enum { SC_TALLY_MOST = 4096 };

/* What the LICENCE of a record is. */
enum sc_licence_is {
	SC_STATED_LICENCE,  /* an SPDX expression */
	SC_STATED_NONE,     /* "none": looked for, and nothing is said */
	SC_STATED_UNKNOWN,  /* "unknown": something is said of a licence without a name */
	SC_STATED_CONFLICT, /* "conflict": statements contradict each other */
	SC_STATED_NOTHING,  /* the field is empty: nobody looked */
	SC_STATED_UNREAD,   /* neither: what stands there is no expression */
	SC_STATEDS
};
const char *sc_stated_words(enum sc_licence_is s); /* "looked for, and nothing is said" */

struct sc_tally {
	sc_str what;             /* as it stands in the line */
	uint64_t records, bytes; /* R lines that have it, and their BYTES */
	uint64_t
	        declared; /* licences: in how many of these the basis is what somebody declared (sc_basis_declares) */
	enum sc_licence_is stated; /* licences */
};

struct sc_tallies {
	struct sc_tally *v; /* sorted by what */
	size_t n;
	uint64_t more; /* records whose value found no row */
};

struct sc_corpus {
	struct sc_arena a; /* strings and rows live in it */
	struct sc_facts *f;
	const struct sc_facts_seen *seen;
	uint64_t stated[SC_STATEDS]; /* R lines */
	struct sc_tallies licence, media, domain,
	        rights; /* the last three by label: a record with two labels is in two rows */
	uint8_t record_root[32], key_root[32],
	        lines[32]; /* T lines; key_root and lines only where there are such */
	bool has_key_root, has_lines;
	sc_str name; /* of the manifest's file, without its folder */
	uint64_t manifest_bytes;
	uint8_t manifest[32]; /* SHA-256 of the file as stored */
};

/* All of m, which was opened hashed.  SC_BAD: as of sc_facts_read, or a root is no digest.
 * What the roots say is not computed anew: that is what `scope verify` is for. */
int sc_corpus_read(struct sc_corpus *c, struct sc_manifest_lines *m, struct sc_err *e);
void sc_corpus_free(struct sc_corpus *c);

/*
 * The licence of the whole: an AND of all distinct ones, in normal form; with `declared`, of those that were declared.  Empty where there
 * is none to state, because a record has none that is known (or, with `declared`, none that was declared); *why says it in words then.
 */
sc_str sc_corpus_licence(struct sc_corpus *c, bool declared, sc_str *why);

/* "0005 select/filter 'licence in open': in 12, kept 8, dropped 4, rejected 0, undecided 0" */
sc_str sc_step_words(struct sc_arena *a, size_t number, const struct sc_step *s);
sc_str sc_step_rules(struct sc_arena *a, const struct sc_step *s); /* "sha256:HEX", or empty */
/* A path as a relative URI reference, its bytes %-escaped where they must be, behind `base`. */
sc_str sc_path_uri(struct sc_arena *a, sc_str base, sc_str path);
/* Media type of a file by the end of its name: "application/gzip"; application/octet-stream where it is not known. */
sc_str sc_path_media(sc_str path);

/*
 * What no manifest knows of itself and a publisher must say: options, else H lines (corpus or name, url, creator, description, published,
 * version).  What neither says is empty.
 */
struct sc_said {
	sc_str name, url, creator, description, published, version, base;
	bool strict;
};
/* Rows for a table of options whose conf has a `struct sc_said said`. */
#define SC_SAID_OPTS(type)                                                                                 \
	{ "name", "TEXT", "what the corpus is called", offsetof(type, said.name), 0, SC_OPT_STR },         \
	        { "url", "URL", "its page", offsetof(type, said.url), 0, SC_OPT_STR },                     \
	        { "creator",                                                                               \
		  "TEXT",                                                                                  \
		  "the organisation that made it",                                                         \
		  offsetof(type, said.creator),                                                            \
		  0,                                                                                       \
		  SC_OPT_STR },                                                                            \
	        { "description", "TEXT", "a sentence or two", offsetof(type, said.description), 0,         \
		  SC_OPT_STR },                                                                            \
	        { "published",                                                                             \
		  "DATE",                                                                                  \
		  "YYYY-MM-DD or YYYY-MM-DDThh:mm:ssZ",                                                    \
		  offsetof(type, said.published),                                                          \
		  0,                                                                                       \
		  SC_OPT_STR },                                                                            \
	        { "corpus-version", "TEXT", "its version", offsetof(type, said.version), 0,                \
		  SC_OPT_STR },                                                                            \
	        { "base",                                                                                  \
		  "URL",                                                                                   \
		  "where the shards can be had: their paths are put behind it",                            \
		  offsetof(type, said.base),                                                               \
		  0,                                                                                       \
		  SC_OPT_STR },                                                                            \
	{                                                                                                  \
		"strict", NULL,                                                                            \
		        "refuse to write anything while something that the standard asks for is not said", \
		        offsetof(type, said.strict), 0, SC_OPT_FLAG                                        \
	}

enum {
	SC_SAID_NAME = 1 << 0,
	SC_SAID_URL = 1 << 1,
	SC_SAID_CREATOR = 1 << 2,
	SC_SAID_DESCRIPTION = 1 << 3,
	SC_SAID_PUBLISHED = 1 << 4,
	SC_SAID_LICENCE = 1 << 5, /* no record has one */
};
/* Fills in what *s does not say from the manifest; *missing: which of `needed` are said by neither.  SC_FAIL: an option is not of its form, or
 * s->strict and something is missing. */
int sc_said_fill(struct sc_said *s, const struct sc_corpus *c, unsigned needed, unsigned *missing,
                 struct sc_err *e);
/* s, or "to be filled in: WHAT". */
sc_str sc_said_or(struct sc_arena *a, sc_str s, const char *what);
/* "YYYY-MM-DD" with T00:00:00Z behind it; a time as it is. */
sc_str sc_said_time(struct sc_arena *a, sc_str date);
/* When it was made: the H line, else sc_created(). */
sc_str sc_corpus_created(struct sc_corpus *c);

#endif
