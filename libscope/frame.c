/* SPDX-License-Identifier: Apache-2.0 */
/*
 * frame.c -- a record as bytes, all of it: what pipes between scope processes and spill files hold.
 *
 * Layout of a record (integers are little-endian base-128 varints, `str` is a varint length and its bytes):
 *
 *	str shard, ordinal, off, len, member, packed     origin
 *	str reader                                       format it had ("jsonl")
 *	flags                                            1 has_id, 2 refuse_inband
 *	id[32]                                           with flag 1
 *	str name url source created parent raw
 *	head: 0 str | 1 off len                          own bytes, or a span of raw
 *	nparts, each: str name, str media, flags (1 hashed, 2 in raw, 4 spelled in raw), sha256[32] with flag 1,
 *	              str data | raw_off len | raw_off len of a JSON string's text, len of data
 *	ntags, each: str key value maker rule where, off, len, revision, flags (1 in band, 2 quiet),
 *	             score as 4 bytes of IEEE 754, rules[32]
 *
 * Parts that lie unchanged in raw, or as a JSON string there, are not written twice.
 */
#include <scope/run.h>

#include "json_scan.h"

#include <stdio.h>

static void put_int(struct sc_buf *b, uint64_t v)
{
	char *p = sc_buf_room(b, 10);
	size_t n = 0;

	for (; v >= 0x80; v >>= 7)
		p[n++] = (char)(v | 0x80);
	p[n++] = (char)v;
	b->n += n;
}

static void put_str(struct sc_buf *b, sc_str s)
{
	put_int(b, s.n);
	sc_buf_add(b, s);
}

static void put_head(struct sc_buf *b, const struct sc_record *r)
{
	bool inside = r->raw.n && r->head.n && r->head.p >= r->raw.p &&
		      r->head.p + r->head.n <= r->raw.p + r->raw.n;

	put_int(b, inside);
	if (inside) {
		put_int(b, (uint64_t)(r->head.p - r->raw.p));
		put_int(b, r->head.n);
	} else {
		put_str(b, r->head);
	}
}

static void put_part(struct sc_buf *b, const struct sc_part *p, const struct sc_record *r)
{
	bool inside = p->raw_off != UINT64_MAX && p->data.n <= r->raw.n && p->raw_off <= r->raw.n - p->data.n &&
		      !memcmp(r->raw.p + p->raw_off, p->data.p, p->data.n);

	bool spelled = !inside && p->spelled_n && p->spelled_off <= r->raw.n && p->spelled_n <= r->raw.n - p->spelled_off;

	put_str(b, p->name);
	put_str(b, p->media);
	put_int(b, (p->hashed ? 1u : 0) | (inside ? 2u : 0) | (spelled ? 4u : 0));
	if (p->hashed)
		sc_buf_add(b, (sc_str){ (const char *)p->sha256, 32 });
	if (inside) {
		put_int(b, p->raw_off);
		put_int(b, p->data.n);
	} else if (spelled) {
		put_int(b, p->spelled_off);
		put_int(b, p->spelled_n);
		put_int(b, p->data.n);
	} else {
		put_str(b, p->data);
	}
}

static void put_tag(struct sc_buf *b, const struct sc_tag *t)
{
	const struct sc_maker *m = t->why.by;

	put_str(b, t->key);
	put_str(b, t->value);
	put_str(b, sc_str_c(m->name));
	put_str(b, t->why.rule);
	put_str(b, t->why.where);
	put_int(b, t->why.off);
	put_int(b, t->why.len);
	put_int(b, m->revision);
	put_int(b, (m->in_band ? 1u : 0) | (m->quiet ? 2u : 0));
	sc_buf_add(b, (sc_str){ (const char *)&t->why.score, sizeof t->why.score });
	sc_buf_add(b, (sc_str){ (const char *)m->rules, 32 });
}

void sc_frame_around(struct sc_buf *head, struct sc_buf *tail, const struct sc_record *r)
{
	struct sc_buf *b = head;

	put_str(b, r->from.shard);
	put_int(b, r->from.ordinal);
	put_int(b, r->from.off);
	put_int(b, r->from.len);
	put_int(b, r->from.member);
	put_int(b, r->from.packed);
	put_str(b, r->by ? sc_str_c(r->by->card.name + strlen("read/")) : SC_STR(""));
	put_int(b, (r->has_id ? 1u : 0) | (r->refuse_inband ? 2u : 0));
	if (r->has_id)
		sc_buf_add(b, (sc_str){ (const char *)r->id, 32 });
	put_str(b, r->name);
	put_str(b, r->url);
	put_str(b, r->source);
	put_str(b, r->created);
	put_str(b, r->parent);
	put_int(b, r->raw.n);
	b = tail;
	put_head(b, r);
	put_int(b, r->npart);
	for (uint32_t i = 0; i < r->npart; i++)
		put_part(b, &r->part[i], r);
	put_int(b, r->tags.n);
	for (uint32_t i = 0; i < r->tags.n; i++)
		put_tag(b, &r->tags.v[i]);
}

void sc_frame_put(struct sc_buf *b, const struct sc_record *r)
{
	struct sc_buf tail = { 0 };

	sc_frame_around(b, &tail, r);
	sc_buf_add(b, r->raw);
	sc_buf_add(b, sc_buf_str(&tail));
	sc_buf_free(&tail);
}

/* Reading: `s` shrinks; the first thing that does not fit sets bad, and all later reads give zero. */
struct get {
	sc_str s;
	bool bad;
};

static sc_str get_bytes(struct get *g, uint64_t n)
{
	sc_str out = { g->s.p, 0 };

	if (g->bad || n > g->s.n) {
		g->bad = true;
		return out;
	}
	out.n = (size_t)n;
	g->s = sc_str_from(g->s, out.n);
	return out;
}

static uint64_t get_int(struct get *g)
{
	uint64_t v = 0;

	for (unsigned shift = 0; shift < 64; shift += 7) {
		sc_str b = get_bytes(g, 1);

		if (!b.n)
			return 0;
		v |= (uint64_t)(*b.p & 0x7f) << shift;
		if (!(*b.p & 0x80))
			return v;
	}
	g->bad = true;
	return 0;
}

static sc_str get_str(struct get *g)
{
	return get_bytes(g, get_int(g));
}

static sc_str get_span(struct get *g, sc_str in)
{
	uint64_t off = get_int(g), n = get_int(g);

	if (off > in.n || n > in.n - off) {
		g->bad = true;
		return (sc_str){ NULL, 0 };
	}
	return (sc_str){ in.p + off, (size_t)n };
}

static void get_hash(struct get *g, uint8_t out[32])
{
	sc_str h = get_bytes(g, 32);

	if (h.n)
		memcpy(out, h.p, 32);
}

/* No record can have more parts or tags than bytes; each takes at least this many. */
static uint32_t get_count(struct get *g, size_t least)
{
	uint64_t n = get_int(g);

	if (n > g->s.n / least) {
		g->bad = true;
		return 0;
	}
	return (uint32_t)n;
}

/* What the JSON string of that text spells: exactly n bytes of it. */
static sc_str get_spelled(struct get *g, struct sc_arena *a, sc_str text)
{
	uint64_t n = get_int(g);
	sc_str data;

	if (g->bad || n > text.n)
		g->bad = true;
	if (g->bad)
		return (sc_str){ NULL, 0 };
	data = json_decode(a, text);
	g->bad = data.n != n;
	return data;
}

static void get_part(struct get *g, struct sc_arena *a, struct sc_part *p, sc_str raw)
{
	uint64_t flags;

	p->name = get_str(g);
	p->media = get_str(g);
	flags = get_int(g);
	p->hashed = flags & 1;
	p->raw_off = UINT64_MAX;
	if (p->hashed)
		get_hash(g, p->sha256);
	if (flags & 2) {
		p->data = get_span(g, raw);
		if (!g->bad)
			p->raw_off = (uint64_t)(p->data.p - raw.p);
	} else if (flags & 4) {
		sc_str text = get_span(g, raw);

		p->spelled_off = g->bad ? 0 : (uint64_t)(text.p - raw.p);
		p->spelled_n = text.n;
		p->data = get_spelled(g, a, text);
	} else {
		p->data = get_str(g);
	}
}

static void get_tag(struct get *g, struct sc_arena *a, struct sc_tag *t)
{
	struct sc_maker *m = SC_NEW(a, struct sc_maker, 1);
	uint64_t flags;
	sc_str score;

	t->key = get_str(g);
	t->value = get_str(g);
	m->name = sc_cstr(a, get_str(g));
	t->why.rule = get_str(g);
	t->why.where = get_str(g);
	t->why.off = get_int(g);
	t->why.len = get_int(g);
	m->revision = (uint32_t)get_int(g);
	flags = get_int(g);
	m->in_band = flags & 1;
	m->quiet = flags & 2;
	score = get_bytes(g, sizeof t->why.score);
	if (score.n)
		memcpy(&t->why.score, score.p, score.n);
	get_hash(g, m->rules);
	t->why.by = m;
}

static void get_lists(struct get *g, struct sc_arena *a, struct sc_record *r)
{
	r->npart = get_count(g, 4);
	r->part = SC_NEW(a, struct sc_part, r->npart + 1);
	for (uint32_t i = 0; i < r->npart && !g->bad; i++)
		get_part(g, a, &r->part[i], r->raw);
	r->tags.n = r->tags.cap = get_count(g, 45);
	r->tags.v = SC_NEW(a, struct sc_tag, r->tags.n + 1);
	for (uint32_t i = 0; i < r->tags.n && !g->bad; i++)
		get_tag(g, a, &r->tags.v[i]);
}

int sc_frame_get(struct sc_arena *a, sc_str bytes, struct sc_record *r, struct sc_err *e)
{
	struct get g = { .s = bytes };
	uint64_t flags;
	sc_str reader;

	*r = (struct sc_record){ 0 };
	r->from.shard = get_str(&g);
	r->from.ordinal = get_int(&g);
	r->from.off = get_int(&g);
	r->from.len = get_int(&g);
	r->from.member = get_int(&g);
	r->from.packed = get_int(&g);
	reader = get_str(&g);
	r->by = reader.n ? sc_reader_named(reader) : NULL;
	flags = get_int(&g);
	r->has_id = flags & 1;
	r->refuse_inband = flags & 2;
	if (r->has_id)
		get_hash(&g, r->id);
	r->name = get_str(&g);
	r->url = get_str(&g);
	r->source = get_str(&g);
	r->created = get_str(&g);
	r->parent = get_str(&g);
	r->raw = get_str(&g);
	r->head = get_int(&g) ? get_span(&g, r->raw) : get_str(&g);
	get_lists(&g, a, r);
	if (g.bad || g.s.n)
		return sc_bad(e, "a frame of %zu bytes does not hold together", bytes.n);
	return SC_OK;
}
