/* SPDX-License-Identifier: Apache-2.0 */
/* scope/html.h -- anybody's text into a page: what is text there stays text. */
#ifndef SCOPE_HTML_H
#define SCOPE_HTML_H

#include <scope/base.h>

/* s appended as the content of an element or of a quoted attribute: & < > " ' as references, bytes that are not UTF-8 as U+FFFD;
 * control characters but LF and TAB, and bidirectional controls, are left out. */
void sc_html_put(struct sc_buf *b, sc_str s);
/* The head of a page of ours, up to and with <body>: UTF-8, a title, styles for light and dark, a policy that lets nothing run or load but
 * images that stand in the page itself; and its end. */
void sc_html_begin(struct sc_buf *b, sc_str title, const char *style);
void sc_html_end(struct sc_buf *b);
/* Is it a link that a page may have: http or https, and nothing in it that ends one? */
bool sc_html_is_link(sc_str url);

/* The <meta name=... content=...> of a page one after the other, those in comments, scripts, styles, templates, attributes and plain text
 * aside, and one that the page ends in.  All of them together are one pass over the page up to the last. */
struct sc_html_meta {
	sc_str html;
	size_t at;	      /* 0 to begin */
	size_t templates;     /* open at `at`; 0 to begin */
	sc_str name, content; /* views, as written; content with its place in html */
};
bool sc_html_meta_next(struct sc_html_meta *m);

#endif
