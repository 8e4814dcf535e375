/* SPDX-License-Identifier: Apache-2.0 */
/* scope/http.h -- header fields (RFC 9110, WARC) and HTTP/1 messages (RFC 9112) taken apart. */
#ifndef SCOPE_HTTP_H
#define SCOPE_HTTP_H

#include <scope/base.h>

/* Header fields one after the other.  Lines end in CRLF or LF; a line that begins with white space continues the one
 * before and is part of its value. */
struct sc_fields {
	sc_str rest;
	sc_str name, value; /* of the last sc_fields_next; value trimmed, folds and all */
};
struct sc_fields sc_fields(sc_str block);
bool sc_fields_next(struct sc_fields *f); /* false at the empty line or the end; lines without a colon are passed over */
/* First field of that name (ASCII case aside); {NULL,0} when there is none. */
sc_str sc_fields_get(sc_str block, sc_str name);
/* The same for n names in one pass. */
void sc_fields_find(sc_str block, const sc_str *names, sc_str *values, size_t n);

/* Fields as members of a JSON object, without its braces: those of one name, case aside, are one, with the values joined by ", ".
 * `spell` gives a member's name; {NULL,0} leaves the field out. */
void sc_fields_json(struct sc_buf *b, struct sc_arena *a, sc_str block, sc_str (*spell)(struct sc_arena *a, sc_str name));
sc_str sc_field_lowered(struct sc_arena *a, sc_str name);
/* A value that was folded over lines, on one. */
sc_str sc_field_unfold(struct sc_arena *a, sc_str value);

/* Where a head ends: bytes through the empty line (CRLFCRLF, or LFLF), 0 when there is none. */
size_t sc_head_end(sc_str s);

struct sc_http {
	sc_str head; /* start line and fields, through the empty line */
	sc_str body; /* what follows, as stored */
	bool request;
	int status; /* 0 when it is a request, or says none */
};
/* False when the block does not begin as an HTTP/1 message. */
bool sc_http_split(sc_str block, struct sc_http *h);

/*
 * The body with chunked transfer coding and gzip, deflate and br content codings undone, at most `max` bytes of it.
 * A body that is not in the coding its head claims is taken as it stands, and *wrong (static) says which claim failed:
 * "chunked", "gzip", "deflate", "br", or an unknown coding's "other".  SC_BAD past max.
 */
int sc_http_decode(struct sc_arena *a, const struct sc_http *h, size_t max, sc_str *body, sc_str *wrong,
                   struct sc_err *e);

/* "Text/HTML; charset=x" to "text/html", lower case, in a. */
sc_str sc_media_clean(struct sc_arena *a, sc_str value);

#endif
