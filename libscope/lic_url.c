/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lic_url.c -- Creative Commons addresses in a text, wherever they stand: in prose, in mark-up, without a scheme.
 *
 * Only whole hosts count: notcreativecommons.org and example.com/creativecommons.org are others.
 */
#include "lic.h"

#include <scope/spdx.h>
#include <scope/text.h>

static const sc_str host = SC_LIT("creativecommons.org/");

/* Bytes that belong to the same host or path when they stand to the left. */
static bool url_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c && memchr("-._@/", c, 5));
}

/* Where the address begins whose host stands at `at`; SC_NONE when that is no host. */
static size_t begin(sc_str text, size_t at)
{
	static const sc_str before[] = { SC_LIT("www."), SC_LIT("//"), SC_LIT("https:"), SC_LIT("http:") };
	size_t from = at;
	bool slashes = false;

	for (size_t i = 0; i < SC_COUNT(before); i++)
		if (sc_str_ends(sc_str_head(text, from), before[i]) && (i < 2 || slashes)) {
			from -= before[i].n;
			slashes |= i == 1;
			if (i == 2)
				break;
		}
	if (from && url_char(text.p[from - 1]) && !(from + 4 < at && text.p[from] == 'h'))
		return SC_NONE;
	return from;
}

bool lic_cc_url(struct sc_arena *a, sc_str text, size_t *at, sc_str *id, size_t *off, size_t *len)
{
	size_t found;

	while ((found = sc_str_find(sc_str_from(text, *at), host)) != SC_NONE) {
		size_t here = *at + found, n;

		*off = begin(text, here);
		*at = here + host.n;
		if (*off == SC_NONE)
			continue;
		*id = sc_spdx_cc_url(a, sc_str_from(text, here), &n);
		*len = here + n - *off;
		if (id->n)
			return true;
	}
	return false;
}
