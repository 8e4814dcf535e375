/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scope/place.h -- where a record stands, for files that speak for all that stands with them: an origin's robots.txt, a folder's
 * LICENSE.
 *
 * A place is an origin (RFC 6454: "https://example.org", lower case, a port only where it is not the scheme's own) or a folder: the
 * shard's name, a line feed and the path of the folder in it; of plain files the folder's own path, behind a line feed.
 */
#ifndef SCOPE_PLACE_H
#define SCOPE_PLACE_H

#include <scope/record.h>

/* Of a URL; empty when it is not of http or https.  *path: what a server is asked for, path and query, at least "/"; a view or static. */
sc_str sc_place_origin(struct sc_arena *a, sc_str url, sc_str *path);
/* Of a record among the members or files beside it, whatever its URL.  *file: its name within the folder. */
sc_str sc_place_folder(struct sc_arena *a, const struct sc_record *r, sc_str *file);
sc_str sc_place_in(struct sc_arena *a, sc_str folder, sc_str name); /* what is called `name` in it, file or folder */
/* The folder above, a view; false at the top, and for an origin. */
bool sc_place_up(sc_str *place);

struct sc_speaker {
	sc_str place, where; /* where: what to call the file in evidence */
	sc_str created;	     /* when it was got, ISO 8601; empty where nobody says: then it holds for all times */
	unsigned kind;	     /* the owner's */
	const void *said;    /* what was read from it; one for all with the same bytes */
	uint64_t serial;     /* in the order of their coming */
};
struct sc_speakers {
	struct sc_arena a; /* all of it lives here */
	struct sc_speaker *v;
	size_t n, cap;
	void *known; /* by digest */
};
enum { SC_SPEAKERS_BYTES = 512 << 20 }; /* of all that is kept */

/* What was made of a file with these bytes before, or NULL: then sc_speakers_made says what it is.  kind: of one kind with them. */
const void *sc_speakers_known(struct sc_speakers *s, unsigned kind, sc_str bytes);
void sc_speakers_made(struct sc_speakers *s, unsigned kind, sc_str bytes, const void *said);
/* Strings are copied.  SC_FAIL past SC_SPEAKERS_BYTES. */
int sc_speakers_add(struct sc_speakers *s, struct sc_speaker one, struct sc_err *e);
void sc_speakers_sort(struct sc_speakers *s); /* once, behind the last; read-only from there on */
void sc_speakers_free(struct sc_speakers *s);

/*
 * The one of that kind and place that was in force at `when`: the last one got by then.  Where all were got later it is the first of
 * those, and *later is set; without a `when`, the last of all.  NULL: there is none.
 */
const struct sc_speaker *sc_speaker_at(const struct sc_speakers *s, unsigned kind, sc_str place, sc_str when, bool *later);

/* All that stand there, by kind; *n of them. */
const struct sc_speaker *sc_speakers_in(const struct sc_speakers *s, sc_str place, size_t *n);

#endif
