/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scope/charter_export.h -- what exports say of a corpus's charter, and of the verdict on it: purpose, owner, costs and benefits as whose word they
 * are.  Nothing of it is measured here; the verdict is what `scope gate --json` wrote, and must be about this manifest and this charter.
 */
#ifndef SCOPE_CHARTER_EXPORT_H
#define SCOPE_CHARTER_EXPORT_H

#include <scope/gate.h>
#include <scope/json_write.h>
#include <scope/markdown.h>

struct sc_charter_asked {
	sc_str charter, verdict; /* files, or empty */
};
#define SC_CHARTER_OPTS(type)                                             \
	{ "charter",                                                      \
	  "FILE",                                                         \
	  "the corpus's charter: its purpose, costs and benefits",        \
	  offsetof(type, asked.charter),                                  \
	  0,                                                              \
	  SC_OPT_STR },                                                   \
	{                                                                 \
		"verdict", "FILE", "what `scope gate --json` said of it", \
		        offsetof(type, asked.verdict), 0, SC_OPT_STR      \
	}

/* Of one directive, by the verdict. */
struct sc_charter_found {
	enum sc_gate_verdict verdict;
	sc_str measured; /* may be empty */
};

enum { SC_CHARTER_TERMS = 256 }; /* most that access lines may name together */

struct sc_charter_words {
	bool there;
	struct sc_charter c;
	sc_str verdict; /* "pass", ...; empty: none was given, and what follows is empty too */
	struct sc_charter_found *found; /* one for each directive */
	uint64_t count[SC_GATE_VERDICTS];
};
/*
 * record_root: "sha256:HEX", what the manifest states.  Without a charter: nothing.  SC_BAD: a mistake in the charter, or a verdict on something
 * else, or one that does not follow from what it says of the charter's directives, each of which must stand in it.  That finds other files and
 * clumsy hands: whether the measurements are true `scope gate` says, and who vouches for them its --attest.
 */
int sc_charter_words_read(const struct sc_charter_asked *q, sc_str record_root,
                          struct sc_charter_words *w, struct sc_err *e);
void sc_charter_words_free(struct sc_charter_words *w);
sc_str sc_charter_says(const struct sc_charter_words *w,
                       enum sc_directive_kind kind); /* of the first of its kind, what is quoted */
/* "pass: 3 of its directives pass, 0 are violated, 1 is undecided, 1 waived"; or that none was given. */
sc_str sc_charter_verdict(struct sc_arena *a, const struct sc_charter_words *w);
/* "cost C1, likelihood 0.1 to 0.3, size -5, as owner says: WHAT" */
sc_str sc_charter_claim(struct sc_arena *a, const struct sc_directive *d);

/* Both at once: read, and the section put. */
int sc_charter_section(struct sc_md *md, const struct sc_charter_asked *q, sc_str record_root,
                       struct sc_err *e);
/* A section of Markdown; rai: properties of Croissant, but for elements of the array rai:dataLimitations, which is the caller's and open.
 * Nothing where there is no charter. */
void sc_charter_words_md(struct sc_md *md, const struct sc_charter_words *w);
void sc_charter_words_rai(struct sc_json_writer *jw, const struct sc_charter_words *w);
void sc_charter_words_limits(struct sc_json_writer *jw, const struct sc_charter_words *w);

#endif
