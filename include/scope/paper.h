/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scope/paper.h -- a paper as its source tells it: who wrote it, on what terms, and its figures; and a figure record.
 *
 * Two sources are read: JATS (NISO Z39.96 and the NLM article DTDs before it) with sc_jats_read, and LaTeX with
 * sc_latex_read.  Both give the same struct, so what splits papers need not know which it was.  All strings live in the
 * arena that was given, or in the document; text is UTF-8, runs of white space are one space, markup is gone (math is kept as
 * its source).  What the source does not say is empty: nothing is guessed.
 */
#ifndef SCOPE_PAPER_H
#define SCOPE_PAPER_H

#include <scope/record.h>

/* What one <permissions> says (several of one kind: joined by a space). */
struct sc_terms {
	sc_str type;        /* license-type as written: "open-access" */
	sc_str href;        /* the licence's URL: license/@xlink:href, ali:license_ref; the first one */
	sc_str text;        /* the licence's words */
	sc_str copyright;   /* copyright-statement, else year and holder */
	uint64_t off, len;  /* the element's bytes in the document; len 0: there is none */
};

struct sc_graphic {
	sc_str href;   /* as written: "pone.0060593.g001", "figs/a.pdf" */
	sc_str media;  /* declared, "image/tiff", or empty */
	sc_str use;    /* specific-use, content-type: "print", "thumbnail", or empty */
	uint32_t panel; /* alternatives of one image have the same number: 0, 1, ... in the figure */
};

struct sc_figure {
	sc_str id;      /* as written, or empty */
	sc_str label;   /* "Figure 1" */
	sc_str title;   /* the caption's own */
	sc_str text;    /* its paragraphs, joined by LF */
	sc_str attrib;  /* <attrib>: where it was taken from, in words */
	sc_str kind;    /* "figure", "table", "equation" */
	sc_str type;    /* fig-type as written, or empty */
	struct sc_terms terms; /* its own; what it does not say is said by those of what it stands in: none */
	struct sc_graphic *graphic;
	uint32_t ngraphic;
	uint64_t off, len; /* its element or environment in document `doc` */
	sc_str doc;        /* LaTeX: part name of the file it stands in; JATS: empty */
};

struct sc_paper_id {
	sc_str type;   /* "pmcid", "pmid", "publisher-id", "arxiv", ...: pub-id-type as written, lower case; never "doi" */
	sc_str value;
};

struct sc_paper {
	sc_str format;   /* "jats", "latex" */
	sc_str doi;      /* "10.1371/journal.pone.0060593": no resolver before it */
	struct sc_paper_id *id;
	uint32_t nid;
	sc_str title, journal, publisher;
	sc_str language; /* xml:lang, or empty */
	uint32_t year;   /* of the earliest publication; 0: not said */
	sc_str *author;  /* "Given Surname", or the name of a group, in order */
	uint32_t nauthor;
	sc_str *subject; /* subjects and categories as written, those of the innermost group, in order, each once; no keywords */
	uint32_t nsubject;
	sc_str *path;    /* LaTeX: \graphicspath, in order */
	uint32_t npath;
	struct sc_terms terms;
	struct sc_figure *figure; /* in document order, those of sub-articles and responses included */
	uint32_t nfigure;
};

/* The kinds that are looked for beside figures. */
enum { SC_KIND_FIGURE = 1, SC_KIND_TABLE = 2, SC_KIND_EQUATION = 4 };

/* Is it an article in JATS (root element article), by its first bytes? */
bool sc_jats_is(sc_str bytes);
/* SC_OK or SC_BAD (not well-formed: e says where). */
int sc_jats_read(struct sc_arena *a, sc_str xml, unsigned kinds, struct sc_paper *p, struct sc_err *e);

/* Is it a document of LaTeX's (\documentclass, \documentstyle, \begin{document}) outside of comments?  And does it look like TeX at all? */
bool sc_latex_is_main(sc_str bytes);
bool sc_latex_is(sc_str bytes);
/* Files of a source tree: part names are paths relative to its root.  `main` is the index of the document to begin with;
 * \input and \include are followed among these parts only, each file at most once on a path and to a bounded depth.
 * used[i] is set for parts that were read as source (main too).  SC_OK or SC_BAD. */
int sc_latex_read(struct sc_arena *a, const struct sc_part *part, uint32_t npart, uint32_t main, unsigned kinds,
                  struct sc_paper *p, bool *used, struct sc_err *e);
/* The part that a graphic's name means, by TeX's rules (extensions, \graphicspath as collected in p, the root, the
 * document's own folder), or npart.  p comes from sc_latex_read. */
uint32_t sc_latex_graphic(const struct sc_part *part, uint32_t npart, const struct sc_paper *p, sc_str name);

/*
 * A figure record has image parts (the first is the best one, named by its kind: "tif", "png", "jpg", "svg", "pdf"), a part
 * "txt" (label, title and paragraphs) and a part "json".  This is the last one's text when r has that shape, as made in
 * this run or read back; else empty.  Its members, always all of them, null where nothing is known:
 *
 *	{"figure_id","label","kind","fig_type","doi","ids":{},"title","authors":[],"journal","publisher","year":2013,
 *	 "subjects":[],"language","url","format":"jats","parent":"sha256:HEX of the paper","images":[{"part","href"}],
 *	 "permissions":{"figure":{"type","href","text","copyright","attribution"},"article":{"type","href","text","copyright"}}}
 */
sc_str sc_figure_json(const struct sc_record *r);

/* What a figure record is made of. */
struct sc_figure_image {
	sc_str part; /* "tif", "2.png" */
	sc_str href; /* as its source calls it */
};
/* "Figure 1. Title" and the paragraphs, a line each; the label alone where there is no caption; may be empty. */
sc_str sc_figure_caption(struct sc_arena *a, const struct sc_figure *f);
/* The JSON part.  parent: "sha256:HEX". */
sc_str sc_figure_describe(struct sc_arena *a, const struct sc_paper *p, const struct sc_figure *f, sc_str parent,
                          const struct sc_figure_image *v, uint32_t n);
/* Where a paper can be looked up: by its DOI, PMCID, PMID or arXiv number, in this order; empty when it has none. */
sc_str sc_paper_url(struct sc_arena *a, const struct sc_paper *p);
/* "10.1371_journal.pone.0060593/pone-0060593-g001-1a2b3c4d5e6f": folder by DOI, PMCID or parent, name by the figure's id (else
 * label, else "figure") and the first of the record's id.  The same for the same record, safe in any file system, and what
 * follows the folder holds no dot, so that the WebDataset rule groups by it. */
sc_str sc_figure_key(struct sc_arena *a, const struct sc_paper *p, const struct sc_figure *f, sc_str parent,
                     const uint8_t id[32]);

#endif
