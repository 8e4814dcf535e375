/* SPDX-License-Identifier: Apache-2.0 */
/*
 * identify.c -- who the records of a batch are: their ids, and the digests that the sums of a step are made of.
 *
 * All of a batch at once: digests of messages that have nothing to do with each other are made side by side
 * (digest.h), which is twice as fast as one after the other.
 */
#include "engine.h"

#include <scope/digest.h>
#include <scope/manifest.h>
#include <scope/text.h>

enum { ID_TEXT = 7 + 64 }; /* "sha256:HEX" */

/* A spoilt record has no payload; what stands for it in the sums is what was stored of it. */
static struct sc_record *stand_in(struct sc_arena *a, const struct item *it)
{
	struct sc_record *r = SC_NEW(a, struct sc_record, 1);

	r->part = SC_NEW(a, struct sc_part, 1);
	r->part[0] = (struct sc_part){ .name = SC_STR("raw"), .data = it->rec.raw };
	r->npart = 1;
	return r;
}

/* "sha256:HEX" and FROM behind it: what is digested, and the field itself. */
static sc_str id_and_from(struct sc_arena *a, const struct sc_record *r, const struct sc_origin *o)
{
	struct sc_buf b = { .a = a };

	sc_buf_room(&b, o->shard.n < SIZE_MAX - ID_TEXT - 48 ? o->shard.n + ID_TEXT + 48 : ID_TEXT);
	sc_buf_add(&b, SC_STR("sha256:"));
	sc_hex_put(&b, r->id, 32);
	sc_manifest_from_put(&b, o);
	return sc_buf_seal(&b);
}

void items_identify(struct sc_plan *p, struct sc_arena *a, struct item *v, size_t n)
{
	struct sc_record **r;
	uint8_t (*out)[32];
	sc_str *text;

	if (!p->wants_digest || !n)
		return;
	r = SC_NEW(a, struct sc_record *, n);
	text = SC_NEW(a, sc_str, n);
	out = sc_zalloc(a, sizeof *out, n);
	for (size_t i = 0; i < n; i++)
		r[i] = v[i].fate == REJECTED && !v[i].rec.has_id ? stand_in(a, &v[i]) : &v[i].rec;
	sc_record_ids(a, r, n);
	for (size_t i = 0; i < n; i++) {
		text[i] = id_and_from(a, r[i], &v[i].rec.from);
		v[i].from = sc_str_from(text[i], ID_TEXT);
	}
	sc_sha256_many(text, n, out);
	for (size_t i = 0; i < n; i++)
		memcpy(v[i].digest, out[i], 32);
}

void batch_ids(struct batch *b)
{
	struct sc_record **r = SC_NEW(&b->arena, struct sc_record *, b->n + 1);
	size_t n = 0;

	for (size_t i = 0; i < b->n; i++)
		if (b->v[i].fate == KEPT)
			r[n++] = &b->v[i].rec;
	sc_record_ids(&b->arena, r, n);
}

void batch_rlines(struct batch *b)
{
	sc_str *text = SC_NEW(&b->arena, sc_str, b->n + 1);
	uint8_t (*out)[32] = sc_zalloc(&b->arena, sizeof *out, b->n + 1);
	size_t n = 0;

	for (size_t i = 0; i < b->n; i++)
		if (b->v[i].fate == KEPT)
			text[n++] = sc_manifest_leaf(&b->arena, &b->v[i].rec);
	sc_sha256_many(text, n, out);
	n = 0;
	for (size_t i = 0; i < b->n; i++)
		if (b->v[i].fate == KEPT) {
			b->v[i].rline = sc_str_from(text[n], 1);
			memcpy(b->v[i].leaf, out[n++], 32);
		}
}
