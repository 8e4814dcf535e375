/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scope/normal.h -- text made comparable: what a copy usually changes is taken out of it.
 *
 *	mark-up      tags and comments are left out, and all of script, style, template and head; a tag begins with < and a letter, / and
 *	             a letter, ! or ?, and goes to its > within 4096 bytes, with no < before it.  Tags of blocks (p, div, li, br, h1, td ...) end a
 *	             paragraph
 *	entities     of HTML by name or number become characters; those that are not known stay as they are
 *	case         Unicode's simple case folding, all of it: one letter becomes one letter, so that the German sharp s does not become ss
 *	white space  runs of it are one blank, none stands at either end; characters of no width and soft hyphens are left out
 *
 * What Unicode calls compatible or canonically equal (ligatures, e and an accent for an e with one) is not made equal, nor quotation marks and dashes.
 */
#ifndef SCOPE_NORMAL_H
#define SCOPE_NORMAL_H

#include <scope/base.h>

uint32_t sc_fold(uint32_t c); /* one letter's simple folding, as told above */

/*
 * Text that is UTF-8 (other bytes stay as they are), normalised, appended to b: paragraphs with LF between them, none of them empty.  A paragraph ends
 * at a line's end, or with a block where there are tags of blocks: line ends are blanks there, but in pre.  The whole text is the
 * same with blanks for LF.
 */
void sc_normal(struct sc_buf *b, sc_str text);
size_t sc_characters(sc_str s); /* of UTF-8 */

#endif
