/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scope/odrl.h -- a charter's `access` as an ODRL 2.2 policy in JSON-LD.
 *
 * It never grants what nobody read: terms whose classes are known (scope/spdx.h) give read, reproduce, distribute and, where they allow
 * it, derive; a file of terms, or a licence that is not reviewed, gives read alone, under the duty to review it.  All terms apply together,
 * those of several access lines too.
 */
#ifndef SCOPE_ODRL_H
#define SCOPE_ODRL_H

#include <scope/charter_export.h>

struct sc_odrl {
	const struct sc_charter_words *words;
	sc_str record_root; /* "sha256:HEX": the target */
	bool within; /* in somebody else's document, whose context has cc, dct, odrl, rdfs, sc and xsd: keys and values have prefixes */
	struct sc_strs rights; /* what else is to be known of the corpus, in words */
};

/* Has the charter an access line? */
bool sc_odrl_has(const struct sc_charter_words *w);
/* An object; an Offer of the owner when the charter gives an address that is an IRI, else a Set.  Only if sc_odrl_has. */
void sc_odrl_put(struct sc_json_writer *w, const char *key, const struct sc_odrl *o);

#endif
