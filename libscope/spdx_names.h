/* SPDX-License-Identifier: Apache-2.0 */
/* spdx_names.h -- from spellings to identifiers: what spdx.c's grammar stands on. */
#ifndef SPDX_NAMES_H
#define SPDX_NAMES_H

#include <scope/spdx.h>

/* An identifier, "X+", a deprecated GNU name or a Debian one ("GPL-2+") as one SPDX identifier; or empty. */
sc_str spdx_atom(struct sc_arena *a, sc_str word);
/* An expression by data/spdx-aliases.txt; or empty. */
sc_str spdx_alias(struct sc_arena *a, sc_str words);
/* "GNU GPL v3", "GPLv2 or later", "GNU Lesser General Public License 2.1 only"; or empty. */
sc_str spdx_gnu_words(struct sc_arena *a, sc_str words);
/* "CC BY-SA 4.0", "Creative Commons Attribution ShareAlike 4.0 International"; or empty. */
sc_str spdx_cc_words(struct sc_arena *a, sc_str words);
/* A LicenseRef-, AdditionRef- or one of a DocumentRef-: names of somebody's own. */
bool spdx_is_ref(sc_str word);
int spdx_version_cmp(sc_str a, sc_str b); /* "2.1" and "10.0", number by number */

#endif
