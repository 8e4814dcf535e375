/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scope/robots.h -- the rule files of an origin: robots.txt (RFC 9309), ai.txt (Spawning: the same lines about file types) and
 * /.well-known/tdmrep.json (W3C community group's TDM Reservation Protocol).
 *
 * What is read lives in the arena and is views into the bytes; it is read-only then, for any number of threads.
 */
#ifndef SCOPE_ROBOTS_H
#define SCOPE_ROBOTS_H

#include <scope/base.h>

enum {
	SC_ROBOTS_BYTES = 512 << 10, /* of a file that are read; RFC 9309 asks for 500 KiB.  A line that is cut there is left out */
	SC_ROBOTS_STEPS = 1 << 20, /* compared bytes of one question, some milliseconds: no honest file comes near */
};

struct sc_robots_rule {
	sc_str agent;   /* product token as spelled, or "*" */
	sc_str pattern; /* of the path; never empty */
	size_t octets;	/* how specific it is: the pattern's length as RFC 9309 encodes it */
	bool allow;
	uint64_t off, len; /* the line in the file */
};
struct sc_robots {
	struct sc_robots_rule *v; /* in the order of the file; a rule of a group with several agents once for each */
	size_t n;
	const sc_str *agent; /* all that have a group, rules or none */
	size_t nagent;
	bool cut; /* more agents or rules than are kept (4,096 and 65,536): every question is given up */
};
void sc_robots_read(struct sc_arena *a, sc_str bytes, struct sc_robots *out);

struct sc_robots_answer {
	bool named;      /* a group names the agent; else those for "*" were asked */
	bool disallowed;
	bool gave_up; /* after SC_ROBOTS_STEPS of comparing, or the file was cut: nobody knows, whatever the others say */
	const struct sc_robots_rule *rule; /* which decided; NULL: none matched */
};
/* The longest pattern that matches path and query decides, an Allow among equals.  /robots.txt is always allowed.
 * Of the agent only its product token is looked at; an empty path is "/", and what follows a '#' is no part of it. */
struct sc_robots_answer sc_robots_ask(const struct sc_robots *r, sc_str agent, sc_str path);
/* The same for ai.txt: a pattern "*.jpg" is what the path, without its query, ends in, ASCII case aside. */
struct sc_robots_answer sc_ai_txt_ask(const struct sc_robots *r, sc_str agent, sc_str path);
/* A path pattern with '*' and '$' against path and query: a match of their beginning.  A byte and its percent-encoding are the same, but
 * for what delimits: / ? # % in a path, & = + # % in a query.  At most |pattern| * |path| steps, which *steps counts (NULL: from 0);
 * false, and *steps above SC_ROBOTS_STEPS, when these are used up. */
bool sc_path_matches(sc_str pattern, sc_str path, size_t *steps);

struct sc_tdm_rule {
	sc_str location, policy; /* decoded; views where nothing was escaped */
	int reservation; /* 0 or 1 */
	uint64_t off, len; /* the rule's object in the file */
};
struct sc_tdmrep {
	struct sc_tdm_rule *v;
	size_t n;
};
/* SC_BAD: not an array of objects, or more than 4,096 rules.  A rule without a location or with another value than 0 or 1 is unset, and left out. */
int sc_tdmrep_read(struct sc_arena *a, sc_str bytes, struct sc_tdmrep *out, struct sc_err *e);
/* The first rule that matches, or NULL: none does, or SC_ROBOTS_STEPS of comparing did not find it. */
const struct sc_tdm_rule *sc_tdmrep_ask(const struct sc_tdmrep *t, sc_str path);
/* "1" or "0" to 1 or 0; anything else is unset: -1. */
int sc_tdm_value(sc_str s);

/* Product tokens of crawlers that gather for training or for data sets (libscope/data/ai-agents.txt); empty past the last. */
sc_str sc_ai_agent(size_t i);
bool sc_is_ai_agent(sc_str token); /* ASCII case aside */

#endif
