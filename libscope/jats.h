/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jats.h -- what the files of the JATS reader share: jats.c walks through the document and keeps what is worth it as small
 * trees, one at a time; jats_front.c reads metadata and terms from such a tree, jats_figure.c figures, jats_text.c plain text.
 */
#ifndef JATS_H
#define JATS_H

#include <scope/paper.h>

/* How an element is treated. */
enum {
	MUTE = 1,    /* it is no part of the text around it */
	BLOCK = 2,   /* a word ends before and after it */
	BARREN = 4,  /* whatever is in it is no figure: logos, portraits */
	OPAQUE = 8,  /* graphics in it are not those of the figure around it */
	KEPT = 16,   /* a tree that is kept begins here, wherever it stands */
	CLEAR = 32,  /* permissions in it are those of what it stands in */
};

/* Elements, sorted by name; all others are inline text.  MathML's are among them: what matters of them is found nowhere else. */
#define JATS_ELEMENTS(X)                                                      \
	X(ABBREV_JOURNAL_TITLE, "abbrev-journal-title", 0)                    \
	X(AFF, "aff", MUTE | BARREN)                                          \
	X(ALT_TEXT, "alt-text", MUTE)                                         \
	X(ALTERNATIVES, "alternatives", CLEAR)                                \
	X(ANNOTATION, "annotation", MUTE)                                     \
	X(ANNOTATION_XML, "annotation-xml", MUTE)                             \
	X(ARTICLE, "article", 0)                                              \
	X(ARTICLE_CATEGORIES, "article-categories", 0)                        \
	X(ARTICLE_ID, "article-id", 0)                                        \
	X(ARTICLE_META, "article-meta", CLEAR)                                \
	X(ARTICLE_TITLE, "article-title", 0)                                  \
	X(ATTRIB, "attrib", MUTE | OPAQUE)                                    \
	X(AUTHOR_NOTES, "author-notes", BARREN)                               \
	X(BIO, "bio", MUTE | BARREN)                                          \
	X(BREAK, "break", BLOCK)                                              \
	X(CAPTION, "caption", CLEAR | BLOCK)                                  \
	X(COLLAB, "collab", BARREN)                                           \
	X(COLLAB_ALTERNATIVES, "collab-alternatives", BARREN)                 \
	X(CONTRIB, "contrib", BARREN)                                         \
	X(CONTRIB_GROUP, "contrib-group", MUTE | BARREN)                      \
	X(COPYRIGHT_HOLDER, "copyright-holder", MUTE)                         \
	X(COPYRIGHT_STATEMENT, "copyright-statement", MUTE)                   \
	X(COPYRIGHT_YEAR, "copyright-year", MUTE)                             \
	X(DEF, "def", BLOCK)                                                  \
	X(DEF_ITEM, "def-item", BLOCK)                                        \
	X(DEF_LIST, "def-list", BLOCK)                                        \
	X(DISP_FORMULA, "disp-formula", BLOCK | OPAQUE)                       \
	X(DISP_QUOTE, "disp-quote", BLOCK)                                    \
	X(EXT_LINK, "ext-link", 0)                                            \
	X(FIG, "fig", MUTE | BLOCK | OPAQUE | KEPT)                           \
	X(FIG_GROUP, "fig-group", MUTE | BLOCK | OPAQUE | KEPT)               \
	X(FN, "fn", BLOCK)                                                    \
	X(FRONT, "front", KEPT | CLEAR)                                       \
	X(FRONT_STUB, "front-stub", KEPT | CLEAR)                             \
	X(GIVEN_NAMES, "given-names", 0)                                      \
	X(GLYPH_DATA, "glyph-data", MUTE)                                     \
	X(GRAPHIC, "graphic", MUTE | CLEAR)                                   \
	X(HR, "hr", BLOCK)                                                    \
	X(INDEX_TERM, "index-term", MUTE)                                     \
	X(INLINE_FORMULA, "inline-formula", OPAQUE)                           \
	X(INLINE_GRAPHIC, "inline-graphic", MUTE)                             \
	X(JOURNAL_ID, "journal-id", 0)                                        \
	X(JOURNAL_META, "journal-meta", BARREN)                               \
	X(JOURNAL_TITLE, "journal-title", 0)                                  \
	X(JOURNAL_TITLE_GROUP, "journal-title-group", 0)                      \
	X(LABEL, "label", BLOCK)                                              \
	X(LICENSE, "license", MUTE | BARREN | OPAQUE)                         \
	X(LICENSE_P, "license-p", BLOCK)                                      \
	X(LICENSE_REF, "license_ref", MUTE | BLOCK)                           \
	X(LIST, "list", BLOCK)                                                \
	X(LIST_ITEM, "list-item", BLOCK)                                      \
	X(LONG_DESC, "long-desc", MUTE)                                       \
	X(MATH, "math", 0)                                                    \
	X(MEDIA, "media", MUTE | OPAQUE)                                      \
	X(MFENCED, "mfenced", 0)                                              \
	X(MFRAC, "mfrac", 0)                                                  \
	X(MSPACE, "mspace", BLOCK)                                            \
	X(MSQRT, "msqrt", 0)                                                  \
	X(MSUB, "msub", 0)                                                    \
	X(MSUBSUP, "msubsup", 0)                                              \
	X(MSUP, "msup", 0)                                                    \
	X(MTD, "mtd", BLOCK)                                                  \
	X(MTEXT, "mtext", 0)                                                  \
	X(MTR, "mtr", BLOCK)                                                  \
	X(NAME, "name", 0)                                                    \
	X(NAME_ALTERNATIVES, "name-alternatives", 0)                          \
	X(OBJECT_ID, "object-id", MUTE)                                       \
	X(P, "p", BLOCK | CLEAR)                                              \
	X(PERMISSIONS, "permissions", MUTE | BARREN | OPAQUE | KEPT)          \
	X(PREFORMAT, "preformat", BLOCK)                                      \
	X(PUB_DATE, "pub-date", 0)                                            \
	X(PUBLISHER, "publisher", 0)                                          \
	X(PUBLISHER_NAME, "publisher-name", 0)                                \
	X(SEC, "sec", BLOCK)                                                  \
	X(SEC_META, "sec-meta", CLEAR)                                        \
	X(SPEECH, "speech", BLOCK)                                            \
	X(STATEMENT, "statement", BLOCK)                                      \
	X(STRING_NAME, "string-name", 0)                                      \
	X(SUBJ_GROUP, "subj-group", 0)                                        \
	X(SUBJECT, "subject", 0)                                              \
	X(SUFFIX, "suffix", 0)                                                \
	X(SUPPLEMENTARY_MATERIAL, "supplementary-material", MUTE | OPAQUE)    \
	X(SURNAME, "surname", 0)                                              \
	X(SVG, "svg", MUTE | BARREN | OPAQUE)                                 \
	X(TABLE, "table", MUTE | OPAQUE)                                      \
	X(TABLE_WRAP, "table-wrap", MUTE | BLOCK | OPAQUE)                    \
	X(TD, "td", BLOCK)                                                    \
	X(TERM, "term", BLOCK)                                                \
	X(TEX_MATH, "tex-math", 0)                                            \
	X(TEXTUAL_FORM, "textual-form", 0)                                    \
	X(TH, "th", BLOCK)                                                    \
	X(TITLE, "title", BLOCK)                                              \
	X(TITLE_GROUP, "title-group", 0)                                      \
	X(TR, "tr", BLOCK)                                                    \
	X(URI, "uri", 0)                                                      \
	X(VERSE_GROUP, "verse-group", BLOCK)                                  \
	X(VERSE_LINE, "verse-line", BLOCK)                                    \
	X(XREF, "xref", 0)                                                    \
	X(YEAR, "year", 0)

#define JATS_ATTRIBUTES(X)                                                    \
	X(ALTERNATE_FORM_OF, "alternate-form-of")                             \
	X(CLOSE, "close")                                                     \
	X(CONTENT_TYPE, "content-type")                                       \
	X(CONTRIB_TYPE, "contrib-type")                                       \
	X(DATE_TYPE, "date-type")                                             \
	X(FIG_TYPE, "fig-type")                                               \
	X(HREF, "href")                                                       \
	X(ID, "id")                                                           \
	X(ISO_8601_DATE, "iso-8601-date")                                     \
	X(JOURNAL_ID_TYPE, "journal-id-type")                                 \
	X(LICENSE_TYPE, "license-type")                                       \
	X(MIME_SUBTYPE, "mime-subtype")                                       \
	X(MIMETYPE, "mimetype")                                               \
	X(OPEN, "open")                                                       \
	X(PUB_ID_TYPE, "pub-id-type")                                         \
	X(PUB_TYPE, "pub-type")                                               \
	X(SEPARATORS, "separators")                                           \
	X(SPECIFIC_USE, "specific-use")

enum { JATS_FIGURES = 1 << 16 }; /* more is SC_BAD */

enum el {
	EL_TEXT = -1, /* not an element but characters */
	EL_OTHER = 0,
#define X(id, name, flags) EL_##id,
	JATS_ELEMENTS(X)
#undef X
};

enum at {
	AT_OTHER,
#define X(id, name) AT_##id,
	JATS_ATTRIBUTES(X)
#undef X
};

struct attribute {
	struct attribute *next;
	sc_str value; /* trimmed */
	enum at at;
};

struct node {
	struct node *up, *next, *first, *last;
	struct attribute *attribute; /* of those named above */
	uint64_t off, len;           /* in the document; of text: in jats.chars */
	enum el el;
};

struct frame { /* of an element that is open and not part of a kept tree */
	enum el el;
	uint32_t figures;       /* so many there were when it was opened */
	struct sc_terms *terms; /* what its permissions said, or NULL */
};

struct jats {
	struct sc_arena *a;     /* results */
	struct sc_arena kept;   /* frames, and the tree at hand */
	struct sc_mark empty;   /* kept without a tree */
	struct sc_buf chars;    /* its characters */
	struct sc_buf out;      /* plain text being made */
	struct sc_paper *p;
	unsigned kinds;
	uint32_t figure_cap;
	struct node *tree, *now; /* the tree's root, the element in it that is open */
	uint32_t nodes;         /* in the tree, attributes too */
	struct frame *frame;    /* XML_DEPTH of them */
	uint32_t depth, barren; /* open elements outside of trees; depth at which figures are of no interest, or 0 */
	uint32_t article;       /* depth of the article, 0: not yet open */
	bool done;              /* it was closed */
	bool many;              /* more than JATS_FIGURES */
};

unsigned jats_flags(enum el el);

static inline sc_str jats_attribute(const struct node *n, enum at at)
{
	for (const struct attribute *t = n->attribute; t; t = t->next)
		if (t->at == at)
			return t->value;
	return (sc_str){ NULL, 0 };
}

/* The first child that is such an element, or the next one after `after`; NULL when there is none. */
static inline struct node *jats_child(const struct node *n, enum el el, const struct node *after)
{
	struct node *c = after ? after->next : n ? n->first : NULL;

	while (c && c->el != el)
		c = c->next;
	return c;
}

bool jats_is_wrapper(sc_str name); /* root elements and their like around articles, see jats_is.c */

/* ---- jats_text.c: strings in the results' arena ---- */

enum jats_plain {
	JATS_ALL,
	JATS_NO_NOTES, /* without references to notes, as titles have them */
	JATS_NO_LABEL,
};
sc_str jats_text(struct jats *j, const struct node *n, enum jats_plain how); /* all that is in n; n may be NULL */
/* n's, or s, put behind what b has, `between` before it unless either is empty. */
void jats_text_add(struct jats *j, struct sc_buf *b, char between, const struct node *n);
void jats_str_add(struct sc_buf *b, char between, sc_str s);
/* The same for elements from `from` up to and without `to`, siblings of one another. */
void jats_run_add(struct jats *j, struct sc_buf *b, char between, const struct node *from, const struct node *to);

/* ---- jats_front.c ---- */

void jats_front(struct jats *j, const struct node *front);   /* of the article itself */
/* What an element says itself: its <permissions>; a front also by what lies loose in it, as before there were such. */
void jats_terms(struct jats *j, const struct node *n, struct sc_terms *t);

/* ---- jats_figure.c ---- */

bool jats_is_figure(unsigned kinds, enum el el); /* is it asked for? */
void jats_figures(struct jats *j, const struct node *n);      /* n, and all that are in it, added to the paper */
void jats_figures_terms(struct jats *j, uint32_t from, const struct sc_terms *t); /* for those from `from` on without terms */

#endif
