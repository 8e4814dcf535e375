/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scope/origins.h -- robots.txt, ai.txt and tdmrep.json found among the records, and what they say of the others.
 *
 * They speak for the origin of their URL, or for the folder that they stand in (above it, for .well-known), as of when they were got.
 * A capture with a status of 4xx is a file without rules; 5xx shuts all out, for robots.txt (RFC 9309, 2.3.1); 3xx leads to the same
 * file of another origin, at most five times; others say nothing.
 */
#ifndef SCOPE_ORIGINS_H
#define SCOPE_ORIGINS_H

#include <scope/place.h>
#include <scope/plugin.h>
#include <scope/robots.h>

enum sc_origin_kind { SC_ROBOTS_TXT, SC_AI_TXT, SC_TDMREP_JSON, SC_ORIGIN_KINDS };

struct sc_origins {
	struct sc_strs agent; /* who asks; set before the first is taken */
	struct sc_speakers files;
};

bool sc_is_origin_file(sc_str path); /* by its last names */
/* A record that may be one: others are passed over.  base: the origin that a file without a URL speaks for, or empty. */
int sc_origin_take(struct sc_origins *o, const struct sc_record *r, sc_str base, struct sc_err *e);
void sc_origins_free(struct sc_origins *o);

/* Where a record stands; strings live in a and r. */
struct sc_origin_spot {
	sc_str origin, folder; /* the folder where there is no origin */
	sc_str path;	       /* what a server is asked for; a file by its folder's */
	sc_str when;
};
struct sc_origin_spot sc_origin_spot(struct sc_arena *a, const struct sc_record *r);

struct sc_origin_answer {
	sc_str where;	   /* the file */
	uint64_t off, len; /* in it, 0,0: no one place */
	bool later;	   /* it was got after the record */
	bool disallowed;   /* robots.txt, ai.txt: one of the agents is */
	bool unreachable;  /* all are, since the server had an error */
	bool gave_up;	   /* it took too long to tell */
	sc_str who;	   /* the first agent that is not let in, or "*" */
	const struct sc_tdm_rule *tdm; /* tdmrep.json: NULL when it says nothing of the path */
};
/* False: no file of that kind speaks for the record. */
bool sc_origin_ask(const struct sc_origins *o, enum sc_origin_kind kind, const struct sc_origin_spot *at, struct sc_origin_answer *out);

#endif
