/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scope/json_write.h -- JSON written piece by piece: commas, indentation and escapes are seen to.
 *
 *	struct sc_json_writer w = { .out = out };
 *
 *	sc_jw_object(&w, NULL);
 *	sc_jw_str(&w, "name", name);
 *	sc_jw_array(&w, "files");
 *	sc_jw_u64(&w, NULL, 17);
 *	sc_jw_end(&w);
 *	sc_jw_end(&w);
 *	return sc_jw_finish(&w, e);
 *
 * Keys are ours: the text as it is, without quotes; NULL in an array and for the outermost value.  Strings are anybody's: beside what JSON
 * asks for, <, > and &, and the characters that sc_escape would not show (controls, bidirectional and zero-width ones, line separators), are written
 * as \uXXXX, so that a text can stand in a page or go to a terminal and still be read as the same string.  What is not UTF-8 becomes U+FFFD.
 *
 * With `out` set, text goes there as it grows; the first failure is kept and said by sc_jw_finish.  Without, it stays in `b`, which is the caller's
 * to free (or in an arena, .b = { .a = arena }).  Nothing here depends on a locale or a clock.
 */
#ifndef SCOPE_JSON_WRITE_H
#define SCOPE_JSON_WRITE_H

#include <scope/output.h>

enum { SC_JW_LEVELS = 32 };

struct sc_json_writer {
	struct sc_output *out;
	bool compact; /* one line without spaces, no LF behind it: for what is signed */
	struct sc_buf b;
	/* The rest is the writer's own. */
	unsigned depth;
	bool has[SC_JW_LEVELS];   /* something stands at that level */
	char close[SC_JW_LEVELS]; /* what ends it */
	int rc;
	struct sc_err first;
};

void sc_jw_object(struct sc_json_writer *w, const char *key);
void sc_jw_array(struct sc_json_writer *w, const char *key);
void sc_jw_end(struct sc_json_writer *w); /* of the innermost one that is open */

void sc_jw_str(struct sc_json_writer *w, const char *key, sc_str s);
void sc_jw_fmt(struct sc_json_writer *w, const char *key, const char *fmt, ...)
        SC_PRINTF(3, 4); /* a string */
void sc_jw_hex(struct sc_json_writer *w, const char *key, const uint8_t *bytes,
               size_t n); /* a string */
void sc_jw_u64(struct sc_json_writer *w, const char *key, uint64_t v);
void sc_jw_bool(struct sc_json_writer *w, const char *key, bool v);
void sc_jw_raw(struct sc_json_writer *w, const char *key,
               sc_str json); /* a value that is JSON already */
/* A string unless it is empty: then nothing. */
void sc_jw_some(struct sc_json_writer *w, const char *key, sc_str s);
/* {"@id": "x"}, as JSON-LD refers to things. */
void sc_jw_ref(struct sc_json_writer *w, const char *key, sc_str id);

/* All that was opened is ended by now.  With `out`: the rest goes there with a LF behind it, and b is freed. */
int sc_jw_finish(struct sc_json_writer *w, struct sc_err *e);

#endif
