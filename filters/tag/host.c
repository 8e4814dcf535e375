/* SPDX-License-Identifier: Apache-2.0 */
/* tag/host -- the host that a record was got from, in ASCII form, and its registrable domain. */
#include <scope/plugin.h>
#include <scope/url.h>

static int each(struct sc_ctx *c, struct sc_record *r)
{
	const struct {
		sc_str s;
		const char *where;
	} from[] = { { r->url, "url" }, { r->source, "source" }, { r->name, "name" } };

	for (size_t i = 0; i < SC_COUNT(from); i++) {
		struct sc_evidence why = { .by = c->me, .rule = SC_STR("url:host"), .where = sc_str_c(from[i].where), .score = 1 };
		sc_str host = sc_url_host(c->a, from[i].s), site;

		if (!host.n)
			continue;
		sc_tag_add(c->a, r, SC_STR("host"), host, why);
		site = sc_host_site(c->a, host);
		why.rule = SC_STR("psl");
		if (site.n)
			sc_tag_add(c->a, r, SC_STR("site"), site, why);
		return SC_OK;
	}
	return SC_OK;
}

extern const struct sc_filter tag_host;
const struct sc_filter tag_host = {
	.card = { .name = "tag/host",
		  .about = "host of the URL in ASCII form, and its registrable domain",
		  .more = "From the record's URL, else from its source or name when those are URLs.  pkg: and doi: have the host that serves them: "
			  "pkg:deb/debian/x has debian.org.  `site` is by the public suffix list.",
		  .example = "scope tag host docs.jsonl",
		  .revision = 1 },
	.flags = SC_BLIND,
	.emits = "host site",
	.each = each,
};
