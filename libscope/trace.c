/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trace.c -- manifests put end to end: from an occurrence to the shard it was read from, to the manifest that wrote that shard, to what
 * lay there.
 *
 * Most hops keep the id, and then a lookup finds the line.  Through a split the id is another one: what lay at a locator is found by
 * reading a manifest's L lines through, for all that is wanted of it at a time, and so is what was made of a record.  It ends because a record
 * in a manifest is one node, however many ways lead to it.
 */
#include "trace_impl.h"

#include <scope/text.h>

#include <stdlib.h>

/* What is looked for by reading through. */
struct trace_wants {
	struct want {
		sc_str what;        /* a locator, a FROM or an id */
		size_t node, place; /* who asks; node SC_NONE: nobody's child but an orphan's */
		size_t manifest;    /* where; SC_NONE: in all */
		enum want_kind { WANT_AT, WANT_FROM, WANT_PARENT } kind;
	} * v;
	size_t n, cap;
};

void *trace_grow(struct sc_arena *a, void *v, size_t n, size_t *cap, size_t each)
{
	void *wider;

	if (n < *cap)
		return v;
	*cap = *cap ? 2 * *cap : 8;
	wider = sc_zalloc(a, each, *cap);
	if (n)
		memcpy(wider, v, n * each);
	return wider;
}

void trace_index_add(struct sc_arena *a, size_t **v, size_t *n, size_t *cap, size_t i)
{
	for (size_t k = 0; k < *n; k++)
		if ((*v)[k] == i)
			return;
	*v = trace_grow(a, *v, *n, cap, sizeof **v);
	(*v)[(*n)++] = i;
}

void sc_trace_start(struct sc_trace *t)
{
	*t = (struct sc_trace){ .nnode = 0 };
	t->wants = SC_NEW(&t->a, struct trace_wants, 1);
}

void sc_trace_free(struct sc_trace *t)
{
	for (size_t i = 0; i < t->nmanifest; i++)
		sc_lookup_close(t->manifest[i].lines);
	sc_arena_free(&t->a);
}

/* ---- a manifest: what it says of itself ---- */

struct reading {
	struct sc_trace *t;
	struct sc_trace_manifest *m;
	struct sc_trace_node *node;
	sc_str at;
};

static int spoilt(const struct sc_trace_manifest *m, sc_str line, const char *why, struct sc_err *e)
{
	return sc_bad(e, "%.*s: %s: %.*s", SC_ARG(m->path), why, (int)(line.n < 80 ? line.n : 80),
	              line.p);
}

static bool digest_of(sc_str field, uint8_t out[32])
{
	return sc_str_starts(field, SC_STR("sha256:")) && sc_unhex(sc_str_from(field, 7), out, 32);
}

/* I: digest bytes path ...; S: digest bytes path digest-of-plain ... */
static bool shard_said(struct reading *r, const struct sc_manifest_line *l)
{
	struct sc_trace_manifest *m = r->m;
	struct sc_trace_shard s = { .out = l->kind == 'S' };

	if (l->n < 4 || !digest_of(l->field[0], s.sha256) ||
	    (s.out && !digest_of(l->field[3], s.plain)))
		return false;
	s.path = l->field[2];
	m->shard = trace_grow(&r->t->a, m->shard, m->nshard, &m->cap, sizeof *m->shard);
	m->shard[m->nshard++] = s;
	return true;
}

static bool step_said(struct reading *r, const struct sc_manifest_line *l)
{
	struct sc_trace_manifest *m = r->m;

	if (l->n < 12)
		return false;
	m->step = trace_grow(&r->t->a, m->step, m->nstep, &m->step_cap, sizeof *m->step);
	m->step[m->nstep++] = *l;
	m->splits |= sc_str_starts(l->field[1], SC_STR("split/"));
	return true;
}

static void said(struct sc_trace_manifest *m, const struct sc_manifest_line *l)
{
	static const struct {
		char kind;
		sc_str key;
		size_t at;
	} known[] = {
		{ 'H', SC_LIT("created"), offsetof(struct sc_trace_manifest, created) },
		{ 'H', SC_LIT("tool"), offsetof(struct sc_trace_manifest, tool) },
		{ 'T', SC_LIT("record-root"), offsetof(struct sc_trace_manifest, root) },
	};

	for (size_t i = 0; i < SC_COUNT(known); i++) {
		sc_str *at = (sc_str *)(void *)((char *)m + known[i].at);

		if (l->n > 1 && l->kind == known[i].kind && sc_str_eq(l->field[0], known[i].key) &&
		    !at->n)
			*at = l->field[1]; /* merged by hand it may have several: the first in order, which of `created` is the earliest */
	}
}

static int head_line(void *with, sc_str line, struct sc_err *e)
{
	struct reading *r = with;
	struct sc_manifest_line l;
	const char *why;
	bool ok = true;

	if (sc_manifest_line_parse(line, &r->t->a, &l, &why) < 0)
		return spoilt(r->m, line, why, e);
	if (l.kind == 'I' || l.kind == 'S')
		ok = shard_said(r, &l);
	else if (l.kind == 'P')
		ok = step_said(r, &l);
	else
		said(r->m, &l);
	return ok ? SC_OK : spoilt(r->m, line, "a line that is not of the right form", e);
}

int sc_trace_add(struct sc_trace *t, sc_str path, struct sc_err *e)
{
	struct sc_trace_manifest *m;
	struct reading r = { .t = t };

	t->manifest =
	        trace_grow(&t->a, t->manifest, t->nmanifest, &t->manifest_cap, sizeof *t->manifest);
	m = r.m = &t->manifest[t->nmanifest];
	*m = (struct sc_trace_manifest){ .path = sc_strdup(&t->a, path) };
	SC_TRY(sc_lookup_open(&m->lines, path, e));
	t->nmanifest++;
	SC_TRY(sc_lookup_scan(m->lines, "HIPST", head_line, &r, e));
	m->splits |= !m->nstep;
	return SC_OK;
}

/* ---- a record in a manifest ---- */

/* "shard#offset+length": the shard. */
static sc_str shard_of(sc_str locator)
{
	size_t hash = sc_str_rchr(locator, '#');

	return hash == SC_NONE ? (sc_str){ NULL, 0 } : sc_str_head(locator, hash);
}

static sc_str range_of(sc_str locator)
{
	size_t hash = sc_str_rchr(locator, '#');

	return hash == SC_NONE ? (sc_str){ NULL, 0 } : sc_str_from(locator, hash);
}

static const struct sc_trace_shard *shard_named(const struct sc_trace_manifest *m, sc_str path,
                                                bool out)
{
	for (size_t i = 0; i < m->nshard; i++)
		if (m->shard[i].out == out && sc_str_eq(m->shard[i].path, path))
			return &m->shard[i];
	return NULL;
}

static void place_add(struct reading *r, sc_str at, sc_str from)
{
	struct sc_trace_node *n = r->node;
	struct sc_trace_place p = { .at = sc_strdup(&r->t->a, at),
		                    .from = sc_strdup(&r->t->a, from) };

	for (size_t i = 0; i < n->nplace; i++)
		if (sc_str_eq(n->place[i].at, at) && sc_str_eq(n->place[i].from, from))
			return;
	p.out = shard_named(r->m, shard_of(at), true);
	p.in = shard_named(r->m, shard_of(from), false);
	n->place = trace_grow(&r->t->a, n->place, n->nplace, &n->place_cap, sizeof *n->place);
	n->place[n->nplace++] = p;
}

static int node_line(void *with, sc_str line, struct sc_err *e)
{
	struct reading *r = with;
	struct sc_trace_node *n = r->node;
	struct sc_mark mark = sc_arena_mark(&r->t->a);
	struct sc_manifest_line l;
	const char *why;

	if (sc_manifest_line_parse(line, &r->t->a, &l, &why) < 0)
		return spoilt(r->m, line, why, e);
	if (l.kind == 'R') {
		n->fact = trace_grow(&r->t->a, n->fact, n->nfact, &n->fact_cap, sizeof *n->fact);
		if (n->nfact < SC_TRACE_PLACES)
			n->fact[n->nfact++] = l;
	} else if (l.kind == 'X') {
		n->removed = l.n > 1 && l.field[1].n ? l.field[1] : SC_STR("no reason given");
	} else if (l.n < 4) {
		return spoilt(r->m, line, "a line that is not of the right form", e);
	} else if (n->places++ < SC_TRACE_PLACES || (r->at.n && sc_str_eq(r->at, l.field[2]))) {
		place_add(r, l.field[2], l.field[3]);
	} else {
		sc_arena_back(&r->t->a, mark);
	}
	return SC_OK;
}

static int node_read(struct sc_trace *t, struct sc_trace_node *n, sc_str at, struct sc_err *e)
{
	struct reading r = { .t = t, .m = &t->manifest[n->manifest], .node = n, .at = at };
	sc_str prefix[] = { sc_fmt(&t->a, "L\t%.*s\t", SC_ARG(n->id)),
		            sc_fmt(&t->a, "R\t%.*s\t", SC_ARG(n->id)),
		            sc_fmt(&t->a, "X\t%.*s\t", SC_ARG(n->id)) };

	n->places = 0;
	return sc_lookup_find(r.m->lines, prefix, n->nfact ? 1 : SC_COUNT(prefix), node_line, &r,
	                      e);
}

static bool has_place(const struct sc_trace_node *n, sc_str at)
{
	for (size_t i = 0; i < n->nplace; i++)
		if (sc_str_eq(n->place[i].at, at))
			return true;
	return false;
}

int trace_node(struct sc_trace *t, size_t m, sc_str id, sc_str at, size_t *out, struct sc_err *e)
{
	struct sc_trace_node n = { .manifest = m };

	*out = SC_NONE;
	for (size_t i = 0; i < t->nnode; i++)
		if (t->node[i].manifest == m && sc_str_eq(t->node[i].id, id)) {
			*out = i;
			if (at.n && t->node[i].places > SC_TRACE_PLACES &&
			    !has_place(&t->node[i], at))
				return node_read(t, &t->node[i], at, e);
			return SC_OK;
		}
	if (t->nnode == SC_TRACE_NODES) {
		t->left_out++;
		return SC_OK;
	}
	for (size_t i = 0; i < t->nmiss;
	     i++) /* a compressed manifest is not read through twice for it */
		if (t->miss[i].manifest == m && sc_str_eq(t->miss[i].id, id))
			return SC_OK;
	n.id = sc_strdup(&t->a, id);
	SC_TRY(node_read(t, &n, at, e));
	if (!n.nfact && !n.places && !n.removed.n) {
		t->miss = trace_grow(&t->a, t->miss, t->nmiss, &t->miss_cap, sizeof *t->miss);
		if (t->nmiss < SC_TRACE_NODES)
			t->miss[t->nmiss++] = (struct sc_trace_miss){ m, n.id };
		return SC_OK;
	}
	t->node = trace_grow(&t->a, t->node, t->nnode, &t->node_cap, sizeof *t->node);
	t->node[t->nnode] = n;
	*out = t->nnode++;
	return SC_OK;
}

/* ---- backwards ---- */

static void want(struct sc_trace *t, enum want_kind kind, size_t manifest, sc_str what, size_t node,
                 size_t place)
{
	struct trace_wants *w = t->wants;

	w->v = trace_grow(&t->a, w->v, w->n, &w->cap, sizeof *w->v);
	w->v[w->n++] = (struct want){
		.what = what, .node = node, .place = place, .manifest = manifest, .kind = kind
	};
}

static bool lists(const struct sc_trace_manifest *m, const struct sc_trace_shard *s)
{
	for (size_t i = 0; i < m->nshard; i++)
		if (!m->shard[i].out && !memcmp(m->shard[i].sha256, s->sha256, 32))
			return true;
	return false;
}

/* Is the shard `in` that somebody read the shard `out` that somebody wrote? */
static bool is_same(const struct sc_trace_shard *in, const struct sc_trace_shard *out)
{
	return out->out &&
	       (!memcmp(in->sha256, out->sha256, 32) || !memcmp(in->sha256, out->plain, 32));
}

static int origin_add(struct sc_trace *t, size_t node, size_t place, size_t origin)
{
	struct sc_trace_place *p = &t->node[node].place[place];

	p->fate = SC_TRACE_FOUND;
	trace_index_add(&t->a, &p->origin, &p->norigin, &p->cap, origin);
	return SC_OK;
}

/* What lay in shard `s` of manifest m where the occurrence was read. */
static int hop(struct sc_trace *t, size_t node, size_t place, size_t m,
               const struct sc_trace_shard *s, struct sc_err *e)
{
	struct sc_buf b = { .a = &t->a };
	size_t there = SC_NONE;
	sc_str at;

	sc_buf_add(&b, s->path);
	sc_buf_add(&b, range_of(t->node[node].place[place].from));
	at = sc_buf_seal(&b);
	t->node[node].place[place].fate = SC_TRACE_NOT_LISTED;
	SC_TRY(trace_node(t, m, t->node[node].id, at, &there, e));
	if (there != SC_NONE && has_place(&t->node[there], at))
		return origin_add(t, node, place, there);
	want(t, WANT_AT, m, at, node, place);
	return SC_OK;
}

/* Manifests that wrote the shard; those that only list it, as `scope manifest` does, when there is no other. */
static int place_follow(struct sc_trace *t, size_t node, size_t place, struct sc_err *e)
{
	const struct sc_trace_shard *in = t->node[node].place[place].in;
	size_t own = t->node[node].manifest;
	bool made = false;

	if (!in)
		return SC_OK;
	t->node[node].place[place].fate = SC_TRACE_NO_MANIFEST;
	for (int listed = 0; listed < 2 && !made; listed++)
		for (size_t m = 0; m < t->nmanifest; m++)
			for (size_t i = 0; i < t->manifest[m].nshard; i++) {
				const struct sc_trace_shard *s = &t->manifest[m].shard[i];

				if (!is_same(in, s) || lists(&t->manifest[m], s) != (listed == 1))
					continue;
				if (listed && lists(&t->manifest[own], s) &&
				    shard_named(&t->manifest[own],
				                shard_of(t->node[node].place[place].at), true) &&
				    is_same(in, shard_named(&t->manifest[own],
				                            shard_of(t->node[node].place[place].at),
				                            true)))
					continue; /* two lists of one shard are not made of each other */
				made = true;
				SC_TRY(hop(t, node, place, m, s, e));
			}
	return SC_OK;
}

/* ---- forwards ---- */

/* What others say that they read at this place. */
static void children_by_place(struct sc_trace *t, size_t node, size_t place)
{
	const struct sc_trace_place *p = &t->node[node].place[place];

	for (size_t m = 0; p->out && m < t->nmanifest; m++)
		for (size_t i = 0; t->manifest[m].splits && i < t->manifest[m].nshard; i++) {
			const struct sc_trace_shard *s = &t->manifest[m].shard[i];
			struct sc_buf b = { .a = &t->a };

			if (s->out || m == t->node[node].manifest || !is_same(s, p->out))
				continue;
			sc_buf_add(&b, s->path);
			sc_buf_add(&b, range_of(p->at));
			want(t, WANT_FROM, m, sc_buf_seal(&b), node, place);
		}
}

static int parent_follow(struct sc_trace *t, size_t node, struct sc_err *e)
{
	for (size_t k = 0; k < t->node[node].nfact; k++) {
		sc_str parent = sc_manifest_key(&t->node[node].fact[k], SC_STR("parent"));
		size_t there;

		for (size_t m = 0; parent.n && m < t->nmanifest; m++) {
			SC_TRY(trace_node(t, m, parent, (sc_str){ NULL, 0 }, &there, e));
			if (there != SC_NONE && there != node)
				trace_index_add(&t->a, &t->node[there].child,
				                &t->node[there].nchild, &t->node[there].child_cap,
				                node);
		}
	}
	return SC_OK;
}

static int node_follow(struct sc_trace *t, size_t node, bool children, struct sc_err *e)
{
	t->node[node].asked = true;
	for (size_t p = 0; p < t->node[node].nplace; p++)
		SC_TRY(place_follow(t, node, p, e));
	SC_TRY(parent_follow(t, node, e));
	if (!children || !t->node[node].down)
		return SC_OK;
	for (size_t p = 0; p < t->node[node].nplace; p++)
		children_by_place(t, node, p);
	want(t, WANT_PARENT, SC_NONE, t->node[node].id, node, 0);
	return SC_OK;
}

/* ---- reading through ---- */

struct through {
	struct sc_trace *t;
	size_t m;
	struct want *v; /* sorted by kind and what */
	size_t n;
	struct sc_arena a;
	struct found {
		const struct want *want;
		sc_str id;
	} * found;
	size_t nfound, cap;
};

static int by_what(const void *a, const void *b)
{
	const struct want *x = a, *y = b;
	int c = (int)x->kind - (int)y->kind;

	return c ? c : sc_str_cmp(x->what, y->what);
}

static void matches(struct through *h, enum want_kind kind, sc_str what, sc_str id)
{
	struct want key = { .what = what, .kind = kind };
	struct want *w = h->n ? bsearch(&key, h->v, h->n, sizeof *h->v, by_what) : NULL;

	if (!w)
		return;
	while (w > h->v && !by_what(w - 1, &key))
		w--;
	for (; w < h->v + h->n && !by_what(w, &key); w++) {
		if (h->nfound == SC_TRACE_NODES) {
			h->t->left_out++;
			continue;
		}
		h->found = trace_grow(&h->t->a, h->found, h->nfound, &h->cap, sizeof *h->found);
		h->found[h->nfound++] = (struct found){ w, sc_strdup(&h->t->a, id) };
	}
}

static int through_line(void *with, sc_str line, struct sc_err *e)
{
	static const sc_str parent = SC_LIT("\tparent=");
	struct through *h = with;
	struct sc_manifest_line l;
	const char *why;
	sc_str said;

	if (*line.p == 'R') { /* nearly none is wanted, and the others are not taken apart */
		size_t at = sc_str_find(line, parent);

		if (at == SC_NONE)
			return SC_OK;
		said = sc_str_from(line, at + parent.n);
		matches(h, WANT_PARENT, sc_str_head(said, sc_str_chr(said, '\t')),
		        sc_str_head(sc_str_from(line, 2), 71));
		return SC_OK;
	}
	sc_arena_reset(&h->a);
	if (sc_manifest_line_parse(line, &h->a, &l, &why) < 0 || l.n < 4)
		return spoilt(&h->t->manifest[h->m], line, l.n < 4 ? "a field is missing" : why, e);
	matches(h, WANT_AT, l.field[2], l.field[0]);
	matches(h, WANT_FROM, l.field[3], l.field[0]);
	return SC_OK;
}

static int found_use(struct through *h, const struct found *f, struct sc_err *e)
{
	struct sc_trace *t = h->t;
	const struct want *w = f->want;
	bool same = w->node != SC_NONE && t->node[w->node].manifest == h->m &&
	            sc_str_eq(t->node[w->node].id, f->id);
	size_t there;

	if (same)
		return SC_OK;
	SC_TRY(trace_node(t, h->m, f->id, w->kind == WANT_AT ? w->what : (sc_str){ NULL, 0 },
	                  &there, e));
	if (there == SC_NONE)
		return SC_OK;
	if (w->kind == WANT_AT)
		return origin_add(t, w->node, w->place, there);
	if (w->node != SC_NONE && sc_str_eq(t->node[w->node].id, f->id))
		return SC_OK; /* the same record one hop on: it shows where it came from itself */
	t->node[there].down = true;
	if (w->node == SC_NONE)
		trace_index_add(&t->a, &t->orphan_child, &t->norphan_child, &t->orphan_child_cap,
		                there);
	else
		trace_index_add(&t->a, &t->node[w->node].child, &t->node[w->node].nchild,
		                &t->node[w->node].child_cap, there);
	return SC_OK;
}

static int read_through(struct sc_trace *t, size_t m, const struct trace_wants *wants,
                        struct sc_err *e)
{
	struct through h = { .t = t, .m = m };
	bool l = false, r = false;
	int rc = SC_OK;

	h.v = SC_NEW(&t->a, struct want, wants->n + 1);
	for (size_t i = 0; i < wants->n; i++)
		if (wants->v[i].manifest == m || wants->v[i].manifest == SC_NONE) {
			h.v[h.n++] = wants->v[i];
			r |= wants->v[i].kind == WANT_PARENT;
			l |= wants->v[i].kind != WANT_PARENT;
		}
	if (!h.n)
		return SC_OK;
	qsort(h.v, h.n, sizeof *h.v, by_what);
	rc = sc_lookup_scan(t->manifest[m].lines,
	                    l && r ? "LR"
	                    : l    ? "L"
	                           : "R",
	                    through_line, &h, e);
	for (size_t i = 0; i < h.nfound && rc == SC_OK; i++)
		rc = found_use(&h, &h.found[i], e);
	sc_arena_free(&h.a);
	return rc;
}

int sc_trace_follow(struct sc_trace *t, bool children, struct sc_err *e)
{
	for (size_t i = 0; children && i < t->norphan; i++)
		want(t, WANT_PARENT, SC_NONE, t->orphan[i], SC_NONE, 0);
	for (size_t done = 0; done < t->nnode || t->wants->n;) {
		struct trace_wants now;

		for (; done < t->nnode; done++)
			SC_TRY(node_follow(t, done, children, e));
		now = *t->wants;
		*t->wants = (struct trace_wants){ .n = 0 };
		for (size_t m = 0; m < t->nmanifest; m++)
			SC_TRY(read_through(t, m, &now, e));
	}
	return SC_OK;
}
