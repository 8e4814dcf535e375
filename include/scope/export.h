/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scope/export.h -- manifests to other people's formats: what an exporter is, and a manifest line by line.
 *
 * To add one, put one file in filters/export/ that defines one const table named after its path: filters/export/attribution.c
 * defines export_attribution.
 */
#ifndef SCOPE_EXPORT_H
#define SCOPE_EXPORT_H

#include <scope/manifest.h>
#include <scope/plugin.h>

/* A manifest read from its beginning: form, escapes and order of its lines are checked, nothing else. */
struct sc_manifest_lines;
struct sc_manifest_line {
	char kind; /* 'H', 'I', 'L', 'P', 'R', 'S', 'T', 'X' */
	sc_str *field; /* behind the kind; unescaped, "-" as empty */
	uint32_t n;
	sc_str raw; /* the line as it stands, without LF; until the next call */
};
int sc_manifest_lines_open(struct sc_manifest_lines **m, sc_str path, struct sc_err *e);
int sc_manifest_lines_open_hashed(struct sc_manifest_lines **m, sc_str path, struct sc_err *e); /* sc_manifest_lines_digest will be asked */
/* SC_OK, SC_EOF, SC_BAD (e names file and line).  Strings live in `a`. */
int sc_manifest_lines_next(struct sc_manifest_lines *m, struct sc_arena *a, struct sc_manifest_line *l, struct sc_err *e);
/* The same as it stands: without LF, escapes unchecked, a view until the next call. */
int sc_manifest_lines_raw(struct sc_manifest_lines *m, sc_str *line, struct sc_err *e);
/* One line without LF, from wherever; strings live in `a` or are views of it.  SC_BAD: *why says so in words of ours. */
int sc_manifest_line_parse(sc_str line, struct sc_arena *a, struct sc_manifest_line *l, const char **why);
/* After SC_EOF, opened hashed: the file as it is stored, and its name as it was given ("-": standard input). */
int sc_manifest_lines_digest(struct sc_manifest_lines *m, uint64_t *bytes, uint8_t sha256[32], struct sc_err *e);
sc_str sc_manifest_lines_path(const struct sc_manifest_lines *m);
/*
 * All of it, once: `each` for every line (strings live until the next), then what its T lines say, held to what the R lines give
 * (record-root, records) and the lines (T lines), and the SHA-256 of the file as stored.  SC_BAD: it is not in order, or they differ.
 */
struct sc_walk {
	struct sc_totals t;
	uint8_t file[32];
};
typedef int sc_walk_each(void *with, const struct sc_manifest_line *l, struct sc_err *e);
int sc_manifest_walk(sc_str path, sc_walk_each *each, void *with, struct sc_walk *out, struct sc_err *e);
/* The R lines of the manifest at *path (an sc_str), one by one as they stand: for sc_keys_source. */
int sc_manifest_rlines(void *path, int (*each)(void *with, sc_str rline, struct sc_err *e), void *with, struct sc_err *e);
void sc_manifest_lines_close(struct sc_manifest_lines *m); /* NULL is fine */
/* Of an R line: ID BYTES MEDIA LICENCE BASIS DOMAIN k=v... */
enum { SC_R_ID, SC_R_BYTES, SC_R_MEDIA, SC_R_LICENCE, SC_R_BASIS, SC_R_DOMAIN, SC_R_KEYS };
sc_str sc_manifest_key(const struct sc_manifest_line *l, sc_str key); /* "doi": what its k=v says, or empty */

struct sc_exporter {
	struct sc_card card; /* "export/attribution"; conf is filled from opts */
	/* Writes all of it to out, which is open and is finished and named by the caller.  SC_BAD: the manifest is not in order. */
	int (*run)(const void *conf, struct sc_manifest_lines *m, struct sc_output *out, struct sc_err *e);
};
extern const struct sc_exporter *const sc_exporters[]; /* NULL-terminated, sorted by name; build/registry.c */
const struct sc_exporter *sc_exporter_named(sc_str name);

#endif
