/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scope/json.h -- JSON (RFC 8259) read as spans of the text, without a tree; and written.
 *
 * A value is the sc_str of its text.  Nothing is copied until a string is decoded.
 */
#ifndef SCOPE_JSON_H
#define SCOPE_JSON_H

#include <scope/base.h>

enum sc_json_kind { SC_JSON_NONE, SC_JSON_NULL, SC_JSON_BOOL, SC_JSON_NUMBER, SC_JSON_STRING,
	SC_JSON_ARRAY, SC_JSON_OBJECT };

/* Whole-text check: grammar, UTF-8, no lone surrogate in an escape, nesting at most 512.  SC_OK, or
 * SC_BAD with "column N: what was expected".  With `strict`, an object that has a key twice is bad. */
int sc_json_check(sc_str text, bool strict, struct sc_err *e);

/* What a member's value, and its key, were seen to have. */
enum {
	SC_JSON_ESCAPED = 1 << 0, /* a string with a backslash */
	SC_JSON_UNICODE = 1 << 1, /* a string with a \u: without one it decodes to no NUL */
	SC_JSON_WIDE = 1 << 2,    /* a string with bytes that are not ASCII */
	SC_JSON_LISTED = 1 << 3,  /* an object whose own members are listed too */
	SC_JSON_KEY_ESCAPED = 1 << 4,
};

/* Members as the check met them: what is in a member comes right behind it, and `next` is the number of the one that
 * follows it in its own object, or of what follows that object's last. */
struct sc_json_member {
	sc_str key, value; /* as sc_json_iter gives them */
	uint32_t next;
	uint32_t flags;
	uint32_t escapes; /* backslashes that escape, in a string: without SC_JSON_UNICODE each makes one byte of two */
};

/*
 * A text that was checked, and its members: those of the object that it is, and of objects right in them, SC_JSON_LEVELS
 * deep.  Nothing is listed of a text that is no object or has more than a few hundred such members: `listed` is
 * false then, and the functions below look into the text instead.
 *   for (uint32_t i = 0; i < x->n; i = x->v[i].next) use(x->v[i].key, x->v[i].value);
 */
struct sc_json_index {
	sc_str text;
	struct sc_json_member *v;
	uint32_t n;
	bool listed;
};
enum { SC_JSON_LEVELS = 3 };

/* sc_json_check, and the members in the same pass.  The list is in `a`; the spans point into the text. */
int sc_json_scan(struct sc_arena *a, sc_str text, bool strict, struct sc_json_index *out, struct sc_err *e);
/* The first member of that key; NULL when there is none, or nothing is listed. */
const struct sc_json_member *sc_json_member(const struct sc_json_index *x, sc_str key);
/* sc_json_path(x->text, path) and sc_json_without(a, x->text, key), but what is listed is not looked for in the text. */
sc_str sc_json_find(const struct sc_json_index *x, sc_str path);
sc_str sc_json_leave_out(struct sc_arena *a, const struct sc_json_index *x, sc_str key);
/* sc_json_string of a member's value. */
sc_str sc_json_member_string(struct sc_arena *a, const struct sc_json_member *m);

/* The functions below expect text that sc_json_check passed; on other text they
 * stay within it and answer "not there". */
enum sc_json_kind sc_json_kind(sc_str value);

/* Members of an object / elements of an array, in order.  `value` may have white space around it.
 *   struct sc_json_iter it = sc_json_iter(value);
 *   while (sc_json_next(&it)) use(it.key, it.value);
 * key is the text between the quotes, escapes and all; empty in arrays.  value has no
 * white space around it and points into the text. */
struct sc_json_iter {
	sc_str rest;
	sc_str key, value;
	bool object;
};
struct sc_json_iter sc_json_iter(sc_str value);
bool sc_json_next(struct sc_json_iter *it);

/* Does a key as the iterator gives it spell `name`, escapes decoded? */
bool sc_json_key_is(sc_str key, sc_str name);
/* First member of that key (compared decoded); {NULL,0} when not there or not an object. */
sc_str sc_json_get(sc_str object, sc_str key);
/* Path a.b[0]."odd key".c from a value; {NULL,0} when not there. */
sc_str sc_json_path(sc_str value, sc_str path);
/* How often the object has the key itself: 2 and more make readers disagree. */
unsigned sc_json_count(sc_str object, sc_str key);
/* The object's text without its first member of that key and the comma that came with it, the rest as it was:
 * the text itself when there is none, else a copy. */
sc_str sc_json_without(struct sc_arena *a, sc_str object, sc_str key);
/* A string value's characters, decoded.  Without escapes this is a view into the text
 * and nothing is allocated.  {NULL,0} when it is not a string. */
sc_str sc_json_string(struct sc_arena *a, sc_str value);
/* A number value; false when it is none or does not fit. */
bool sc_json_double(sc_str value, double *out);

/* Append s as a JSON string with its quotes.  Bytes that are not UTF-8 become U+FFFD, so check
 * with sc_utf8_valid first where that matters; controls are escaped, the rest is as it is. */
void sc_json_put(struct sc_buf *b, sc_str s);

#endif
