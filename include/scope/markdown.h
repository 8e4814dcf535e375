/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scope/markdown.h -- pages for people: Markdown in which anybody's text stays text, and places that a person must fill.
 *
 * A value that came from outside is always a code span: nothing in one is markup, a link or HTML, in a table cell neither.  Control and
 * bidirectional characters and bytes that are not UTF-8 stand there as sc_escape writes them, and ` and | as \x60 and \x7c, so that
 * no renderer's rules for these matter.
 */
#ifndef SCOPE_MARKDOWN_H
#define SCOPE_MARKDOWN_H

#include <scope/output.h>

struct sc_md {
	struct sc_buf b; /* what was put last; the rest lies in a nameless file */
	uint64_t blanks;
	uint64_t spooled;
	int fd;          /* of that file, while spooled is not 0 */
};

void sc_md_code(struct sc_buf *b, sc_str s);               /* `s`; of more than 256 bytes the first, and "..." */
void sc_md_number(struct sc_buf *b, uint64_t n);           /* 1,234,567 */
void sc_md_share(struct sc_buf *b, uint64_t part, uint64_t of); /* "12.3 %"; "0 %", "100 %" and "below 0.1 %" are exact; "-" of nothing */
/*
 * Text of ours with, in this order, what stands in it as
 *	$n uint64_t, as a number		$p two uint64_t, as a share	$s const char *, as it is
 *	$c sc_str, as a code span; "none" of nothing			$b const char *, a blank
 * A blank is "[to be filled in by a person: ...]" and is counted.
 */
void sc_md_put(struct sc_md *d, const char *fmt, ...);
/* Lets go of what is in memory when that is much: after each row of a table that may be long. */
int sc_md_ease(struct sc_md *d, struct sc_err *e);
/* head and then all that was put. */
int sc_md_write(struct sc_md *d, sc_str head, struct sc_output *out, struct sc_err *e);
void sc_md_free(struct sc_md *d);

/* s as a double-quoted YAML scalar, for YAML 1.1 and 1.2: whatever is in it, it is one string, on one line, and reads as s.  A byte that is
 * not UTF-8 reads as \xHH. */
void sc_yaml_put(struct sc_buf *b, sc_str s);

#endif
