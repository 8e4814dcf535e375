/* SPDX-License-Identifier: Apache-2.0 */
/* tag/hash -- SHA-256 of each part and of the record: its identity. */
#include <scope/plugin.h>
#include <scope/text.h>

static int each(struct sc_ctx *c, struct sc_record *r)
{
	char *p = sc_alloc(c->a, 71);

	sc_record_id(c->a, r);
	memcpy(p, "sha256:", 7);
	sc_hex(r->id, 32, p + 7);
	sc_tag_add(c->a, r, SC_STR("sha256"), (sc_str){ p, 71 },
		   (struct sc_evidence){ .by = c->me, .rule = SC_STR("sha256"), .where = SC_STR("payload"), .score = 1 });
	return SC_OK;
}

extern const struct sc_filter tag_hash;
const struct sc_filter tag_hash = {
	.card = { .name = "tag/hash",
		  .about = "SHA-256 of each part and of the record",
		  .more = "One part: the digest of its bytes.  Several: of the lines that sha256sum prints for them, sorted by name.",
		  .example = "scope tag hash docs.jsonl",
		  .revision = 1 },
	.flags = SC_IDS,
	.emits = "sha256",
	.each = each,
};
