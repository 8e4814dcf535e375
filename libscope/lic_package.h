/* SPDX-License-Identifier: Apache-2.0 */
/* lic_package.h -- what the readers of packages' own files share. */
#ifndef LIC_PACKAGE_H
#define LIC_PACKAGE_H

#include <scope/base.h>
#include <scope/licence.h>

/* One file at hand. */
struct lic_package {
	struct sc_lic_claims *c;
	sc_str path, bytes, part;
	sc_str file; /* of which one it is asked; empty: of the package */
};

/* How several licences of one list go together, by the format's own words; AND where it has none. */
enum lic_list { LIC_ALL, LIC_ANY };

/* What a field says in words: an expression, "unknown", or nothing where the words state nothing ("UNKNOWN", "see LICENSE"). */
sc_str lic_package_words(struct sc_arena *a, sc_str words);
/* Several of these, empty ones aside. */
sc_str lic_package_join(struct sc_arena *a, const sc_str *ids, size_t n, enum lic_list how);
/* A claim of `id`, unless it is empty; `at` is a view into the file's bytes. */
void lic_package_say(const struct lic_package *p, sc_str id, const char *rule, sc_str at);

bool lic_package_json(const struct lic_package *p, sc_str name);
bool lic_package_xml(const struct lic_package *p, sc_str name);
bool lic_package_lines(const struct lic_package *p, sc_str name);
bool lic_package_patterns(const struct lic_package *p, sc_str name); /* debian/copyright, REUSE.toml */
/* Names of files that one of these reads, by the last parts of the path; bytes aside. */
bool lic_package_json_name(sc_str name);
bool lic_package_xml_name(sc_str name);
bool lic_package_lines_name(sc_str name);
bool lic_package_patterns_name(sc_str path);

#endif
