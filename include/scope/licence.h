/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scope/licence.h -- what says something about a licence.
 *
 * One engine, many sources: each looks at one kind of thing (a text, an article) and adds
 * what it finds to a list of claims, each with the bytes that say so.  Nothing here decides: that is filters/tag/licence.c's.
 */
#ifndef SCOPE_LICENCE_H
#define SCOPE_LICENCE_H

#include <scope/base.h>

/* From the most to the least trusted where they differ; docs/scope-licence.7 has the whole order. */
enum sc_lic_source {
	SC_LIC_META,	/* a field of the record's metadata, or a sidecar's */
	SC_LIC_HEADER,	/* HTTP: Link with rel=license */
	SC_LIC_SPDX,	/* SPDX-License-Identifier: in a text */
	SC_LIC_PACKAGE, /* what a package's own file says of the package: package.json, Cargo.toml, debian/copyright ... */
	SC_LIC_JATS,	/* an article's permissions */
	SC_LIC_PAGE,	/* a web page about itself: rel=license, JSON-LD, a footer's address or words */
	SC_LIC_EMBEDDED, /* what an image says of itself: XMP, IPTC, EXIF */
	SC_LIC_TEXT,	/* the whole text of a licence */
	SC_LIC_NOTICE,	/* "licensed under the ..." */
	SC_LIC_CC_URL,	/* a Creative Commons URL somewhere in a text */
	SC_LIC_FOLDER,	/* a LICENSE, or a package's file, that speaks for the folder */
	SC_LIC_ASSUME,	/* --assume */
	SC_LIC_SOURCES
};

struct sc_lic_claim {
	enum sc_lic_source source;
	sc_str value;	   /* SPDX expression in canonical spelling, or "unknown": licence-like, but nameless */
	sc_str rule;	   /* which rule: "html:rel-license", "text:full", "notice:licensed-under"; static */
	sc_str where;	   /* part name, or "meta" */
	uint64_t off, len; /* the bytes of that part which say so */
	float score;	   /* 0..1; 1 = stated verbatim */
};

struct sc_lic_claims {
	struct sc_arena *a; /* rows and values live in it */
	struct sc_lic_claim *v;
	uint32_t n, cap;
};

/* Adds one; the same statement of one source is kept once, where it stands first.  Past 256 nothing is added. */
void sc_lic_claim(struct sc_lic_claims *c, struct sc_lic_claim one);

/* The sources.  `part` is what claims say as `where`; bytes may be anything.  Linear time, memory bounded by the input's size. */
void sc_lic_text(struct sc_lic_claims *c, sc_str text, sc_str part);			  /* SPDX lines, texts, notices, CC URLs */
void sc_lic_page(struct sc_lic_claims *c, sc_str html, sc_str part);			  /* HTML: what is the page's own */
bool sc_lic_is_page(sc_str media, sc_str text);						  /* by its media type, else its first bytes */
bool sc_lic_jats(struct sc_lic_claims *c, sc_str xml, sc_str part);			  /* false: it is no article in JATS */
/*
 * What a package's own file says of the package: package.json, Cargo.toml, debian/copyright and others, known by the last names of their
 * path (sc_lic_is_package).  Some say it of files by patterns (sc_lic_is_patterns): `file`, a path below the folder that the file speaks
 * for, asks for one.  False: it is no such file.  What cannot be read says nothing.
 */
bool sc_lic_is_package(sc_str path);
bool sc_lic_is_patterns(sc_str path);
bool sc_lic_package(struct sc_lic_claims *c, sc_str path, sc_str bytes, sc_str part);
bool sc_lic_package_for(struct sc_lic_claims *c, sc_str path, sc_str bytes, sc_str part, sc_str file);
/* The claims of an image's XMP, IPTC and EXIF about its licence; see scope/embedded.h. */
void sc_lic_embedded(struct sc_lic_claims *c, sc_str image, sc_str part);
/* The one of these that fits; of a package's own file that names a licence nothing else.  path, media: as the shard says, or empty. */
void sc_lic_any(struct sc_lic_claims *c, sc_str path, sc_str media, sc_str text, sc_str part);

/*
 * What all claims of one text come to: an expression that holds all of them (AND), since what is in one file applies to it; or
 * "unknown" where only that was claimed; empty without any.  *first is the claim with the most to say.
 */
sc_str sc_lic_together(const struct sc_lic_claims *c, const struct sc_lic_claim **first);

#endif
