/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tag/media -- what the bytes are, by their magic; what was declared stands apart, and a disagreement is said.
 */
#include <scope/plugin.h>

#include <stdlib.h>

static const sc_str octets = SC_LIT("application/octet-stream");

/* Names of one type; the second is ours. */
static const sc_str aliases[][2] = {
	{ SC_LIT("image/jpg"), SC_LIT("image/jpeg") },
	{ SC_LIT("image/pjpeg"), SC_LIT("image/jpeg") },
	{ SC_LIT("image/x-png"), SC_LIT("image/png") },
	{ SC_LIT("image/x-icon"), SC_LIT("image/vnd.microsoft.icon") },
	{ SC_LIT("text/xml"), SC_LIT("application/xml") },
	{ SC_LIT("application/x-gzip"), SC_LIT("application/gzip") },
	{ SC_LIT("application/x-zip-compressed"), SC_LIT("application/zip") },
	{ SC_LIT("audio/mp3"), SC_LIT("audio/mpeg") },
	{ SC_LIT("audio/x-wav"), SC_LIT("audio/wav") },
	{ SC_LIT("application/x-pdf"), SC_LIT("application/pdf") },
	{ SC_LIT("application/vnd.ms-opentype"), SC_LIT("font/otf") },
	{ SC_LIT("video/webm"), SC_LIT("video/x-matroska") },
	{ SC_LIT("application/ogg"), SC_LIT("audio/ogg") },
	{ SC_LIT("video/ogg"), SC_LIT("audio/ogg") },
	{ SC_LIT("application/font-woff"), SC_LIT("font/woff") },
};

static sc_str plain_name(sc_str m)
{
	for (size_t i = 0; i < SC_COUNT(aliases); i++)
		if (sc_str_eq(m, aliases[i][0]))
			return aliases[i][1];
	return m;
}

static bool is_textual(sc_str m)
{
	static const sc_str also[] = { SC_LIT("application/json"), SC_LIT("application/javascript"), SC_LIT("application/x-javascript"),
				       SC_LIT("application/ecmascript"), SC_LIT("application/yaml"), SC_LIT("application/toml"),
				       SC_LIT("application/sql"), SC_LIT("application/x-sh"), SC_LIT("application/postscript"),
				       SC_LIT("application/x-tex"), SC_LIT("application/warc-fields"), SC_LIT("application/jsonl"),
				       SC_LIT("application/rtf") };

	if (sc_str_starts(m, SC_STR("text/")))
		return true;
	for (size_t i = 0; i < SC_COUNT(also); i++)
		if (sc_str_eq(m, also[i]))
			return true;
	return sc_str_ends(m, SC_STR("+json"));
}

/* Signatures tell text/plain where many more exact names are true as well, xml where +xml types are, zip where packages are. */
static bool agree(sc_str declared, sc_str found)
{
	bool html = sc_str_eq(found, SC_STR("text/html"));

	declared = plain_name(declared);
	found = plain_name(found);
	if (sc_str_eq(declared, found) || sc_str_eq(declared, octets) || sc_str_eq(found, octets))
		return true;
	if (sc_str_eq(found, SC_STR("text/plain")) || sc_str_eq(found, SC_STR("application/json")))
		return is_textual(declared);
	if (sc_str_eq(found, SC_STR("application/xml")) || sc_str_eq(found, SC_STR("image/svg+xml")))
		return sc_str_ends(declared, SC_STR("+xml")) || sc_str_eq(declared, SC_STR("application/xml"));
	if (html)
		return sc_str_eq(declared, SC_STR("application/xhtml+xml"));
	if (sc_str_eq(found, SC_STR("application/zip")))
		return sc_str_find(declared, SC_STR("zip")) != SC_NONE || sc_str_starts(declared, SC_STR("application/vnd."));
	return sc_str_starts(found, SC_STR("application/vnd.openxmlformats")) &&
	       sc_str_starts(declared, SC_STR("application/vnd.openxmlformats"));
}

static int by_str(const void *a, const void *b)
{
	const sc_str *x = a, *y = b;

	return sc_str_cmp(*x, *y);
}

/* Distinct, sorted, joined by commas. */
static sc_str joined(struct sc_arena *a, sc_str *v, uint32_t n)
{
	size_t room = 1, used = 0;
	char *p;

	if (n == 1)
		return v[0];
	qsort(v, n, sizeof *v, by_str);
	for (uint32_t i = 0; i < n; i++)
		room += v[i].n + 1;
	p = sc_alloc(a, room);
	for (uint32_t i = 0; i < n; i++) {
		if (i && sc_str_eq(v[i], v[i - 1]))
			continue;
		if (used)
			p[used++] = ',';
		memcpy(p + used, v[i].p, v[i].n);
		used += v[i].n;
	}
	return (sc_str){ p, used };
}

static void mismatch(struct sc_ctx *c, struct sc_record *r, const struct sc_part *p, sc_str found, struct sc_evidence why)
{
	sc_tag_add(c->a, r, SC_STR("media-mismatch"),
		   sc_fmt(c->a, "declared %.*s, is %.*s", SC_ARG(p->media), SC_ARG(found)), why);
}

static int each(struct sc_ctx *c, struct sc_record *r)
{
	sc_str *found = SC_NEW(c->a, sc_str, r->npart + 1), *said = SC_NEW(c->a, sc_str, r->npart + 1);
	struct sc_evidence *why = SC_NEW(c->a, struct sc_evidence, r->npart + 1);
	sc_str *sorted = SC_NEW(c->a, sc_str, r->npart + 1);
	uint32_t nsaid = 0;

	if (!r->npart)
		return SC_OK;
	for (uint32_t i = 0; i < r->npart; i++) {
		struct sc_part *p = &r->part[i];
		size_t at, n;
		sc_str rule;

		found[i] = sc_media_sniff_part(p, &rule, &at, &n);
		if (!found[i].n) {
			found[i] = octets;
			rule = SC_STR("no-signature");
		}
		why[i] = (struct sc_evidence){ .by = c->me, .rule = rule, .where = p->name, .off = at, .len = n,
					       .score = sc_str_starts(rule, SC_STR("magic:")) ? 1.0f : 0.8f };
		if (p->media.n)
			said[nsaid++] = p->media;
		sorted[i] = found[i];
	}
	sc_tag_add(c->a, r, SC_STR("media"), joined(c->a, sorted, r->npart), why[0]);
	if (nsaid)
		sc_tag_add(c->a, r, SC_STR("media-declared"), joined(c->a, said, nsaid),
			   (struct sc_evidence){ .by = c->me, .rule = SC_STR("declared"), .where = SC_STR("meta"), .score = 1 });
	for (uint32_t i = 0; i < r->npart; i++)
		if (r->part[i].media.n && !agree(r->part[i].media, found[i]))
			mismatch(c, r, &r->part[i], found[i], why[i]);
	return SC_OK;
}

extern const struct sc_filter tag_media;
const struct sc_filter tag_media = {
	.card = { .name = "tag/media",
		  .about = "media types by magic bytes; what was declared stands apart",
		  .more = "`media` is what the bytes are, `media-declared` what the shard says they are, `media-mismatch` is there when the two "
			  "disagree.  Several parts: distinct types, sorted, joined by commas.",
		  .example = "scope tag media docs.jsonl",
		  .revision = 1 },
	.emits = "media media-declared media-mismatch",
	.each = each,
};
