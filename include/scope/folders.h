/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scope/folders.h -- files among the records that say under which licence their folder stands: LICENSE, COPYING, a package's own file,
 * debian/copyright and REUSE.toml by patterns, and REUSE's NAME.license for one file.
 *
 * The nearest folder that has any decides.  In it what is said of the one file comes first, then what a package's file says of the
 * package, then the texts: of these all apply.
 */
#ifndef SCOPE_FOLDERS_H
#define SCOPE_FOLDERS_H

#include <scope/licence.h>
#include <scope/place.h>
#include <scope/plugin.h>

struct sc_folders {
	struct sc_speakers files;
};

bool sc_is_folder_file(sc_str path);
int sc_folders_take(struct sc_folders *f, const struct sc_record *r, struct sc_err *e);
void sc_folders_free(struct sc_folders *f);

/* May records of this format stand in folders? */
bool sc_has_folders(const struct sc_reader *reader);
/* Adds what is said of r: claims of source SC_LIC_FOLDER, whose `where` is the path of the file that says so. */
void sc_folders_ask(const struct sc_folders *f, const struct sc_record *r, struct sc_lic_claims *c);

#endif
