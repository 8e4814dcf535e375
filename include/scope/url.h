/* SPDX-License-Identifier: Apache-2.0 */
/* scope/url.h -- the pieces of a URL that decisions hang on (WHATWG URL, RFC 3986), and registrable domains. */
#ifndef SCOPE_URL_H
#define SCOPE_URL_H

#include <scope/base.h>

struct sc_url {
	sc_str scheme, host, path; /* views into the URL; host as spelled, without user, port and brackets */
};

/* False when there is no "scheme:". */
bool sc_url_split(sc_str url, struct sc_url *u);

/* The host as others can compare it: lower case, ASCII form (IDNA 2008 / UTS 46 by libidn2 where that is built in),
 * no trailing dot, IPv4 and IPv6 as they are.  Empty when the URL has none or it is not a host name.
 * pkg:deb/debian/x has debian.org, pkg:npm/x npmjs.com, ... ; doi:10.x has doi.org.  A view into the URL where it has that form
 * there. */
sc_str sc_url_host(struct sc_arena *a, sc_str url);

/* Its registrable domain by the public suffix list (libpsl), e.g. "example.co.uk"; empty when it has none (an
 * address, a suffix itself) or libpsl is not built in.  A view into the host.  Thread-safe. */
sc_str sc_host_site(struct sc_arena *a, sc_str host);

/* host is `under` or a subdomain of it, by labels. */
bool sc_host_under(sc_str host, sc_str under);
/* path is `under` or below it, by '/' segments ("figure" covers "figure/plot", not "figures"). */
bool sc_path_under(sc_str path, sc_str under);

#endif
