/* SPDX-License-Identifier: Apache-2.0 */
/*
 * xml.h -- a document's elements and text, told in order; what jats.c stands on.
 *
 * It reads bytes and nothing else: no DTD, no entity of another file is ever opened, none of the document's own entities is
 * expanded in text.  Names are told without their prefix: XML of this kind is written with whatever prefixes, declared or not.
 */
#ifndef XML_H
#define XML_H

#include <scope/base.h>

enum { XML_DEPTH = 1024 }; /* elements inside each other; more is SC_BAD */

struct xml;

struct xml_hooks {
	/* name: without its prefix.  att: name, value, ..., NULL; names with their prefixes, both NUL-terminated UTF-8.  All live for
	 * this call. */
	void (*open)(void *ctx, struct xml *x, const char *name, const char *const *att);
	void (*close)(void *ctx, struct xml *x);
	void (*text)(void *ctx, sc_str s); /* in pieces; only when asked for by xml_want_text */
};

/* SC_OK, or SC_BAD with the place: not well-formed, too deep, or stopped by a hook. */
int xml_read(sc_str doc, const struct xml_hooks *on, void *ctx, struct sc_err *e);

void xml_want_text(struct xml *x, bool wanted);
/* In a hook: where in the document's bytes the tag that it is told of begins, and ends. */
uint64_t xml_begin(const struct xml *x);
uint64_t xml_end(const struct xml *x);
const char *xml_full(const struct xml *x); /* in open: the name with its prefix */
/* Ends the reading with SC_BAD; no hook is called after it. */
void xml_stop(struct xml *x, const char *fmt, ...) SC_PRINTF(2, 3);

const char *xml_local(const char *name); /* what follows the prefix */
/* A named character of the DTDs ("nbsp", "alpha") as UTF-8 in out; its length, 0 if there is none of that name. */
size_t xml_entity(sc_str name, char out[16]);

#endif
