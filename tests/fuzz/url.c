/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a URL: a host is lower-case ASCII without what ends a host, and is its own host. */
#include <scope/url.h>

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sc_arena a = { 0 };
	sc_str host = sc_url_host(&a, (sc_str){ (const char *)data, size });

	for (size_t i = 0; i < host.n; i++)
		if (host.p[i] <= ' ' || host.p[i] >= 0x7f || (host.p[i] >= 'A' && host.p[i] <= 'Z') || host.p[i] == '/' || host.p[i] == '@')
			abort();
	if (host.n && sc_str_chr(host, ':') == SC_NONE) {
		sc_str again = sc_url_host(&a, sc_fmt(&a, "http://%.*s/", SC_ARG(host)));

		if (!sc_str_eq(host, again))
			abort();
	}
	sc_host_site(&a, host);
	sc_arena_free(&a);
	return 0;
}
