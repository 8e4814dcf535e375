/* SPDX-License-Identifier: Apache-2.0 */
/* trace_seek.c -- from what somebody asks for to ids in manifests. */
#include "trace_impl.h"

#include <scope/text.h>

#include <stdlib.h>

enum { ID = 71 }; /* "sha256:" and 64 digits */

void sc_trace_shard_is(struct sc_trace *t, const uint8_t sha256[32])
{
	for (size_t m = 0; m < t->nmanifest; m++)
		for (size_t i = 0; i < t->manifest[m].nshard; i++) {
			const struct sc_trace_shard *s = &t->manifest[m].shard[i];

			if (memcmp(s->sha256, sha256, 32) &&
			    (!s->out || memcmp(s->plain, sha256, 32)))
				continue;
			t->hit = trace_grow(&t->a, t->hit, t->nhit, &t->hit_cap, sizeof *t->hit);
			t->hit[t->nhit++] = (struct sc_trace_hit){ m, s };
		}
}

int sc_trace_id(struct sc_trace *t, sc_str id, size_t *found, struct sc_err *e)
{
	size_t there;

	*found = 0;
	for (size_t m = 0; m < t->nmanifest; m++) {
		SC_TRY(trace_node(t, m, id, (sc_str){ NULL, 0 }, &there, e));
		if (there == SC_NONE)
			continue;
		t->node[there].seed = t->node[there].down = true;
		++*found;
	}
	if (!*found) {
		t->orphan =
		        trace_grow(&t->a, t->orphan, t->norphan, &t->orphan_cap, sizeof *t->orphan);
		t->orphan[t->norphan++] = sc_strdup(&t->a, id);
	}
	return SC_OK;
}

/* ---- ids, each once ---- */

struct ids {
	struct sc_trace *t;
	sc_str *v;
	size_t n, most;
	const sc_str *kv;
	size_t nkv;
	bool fold;
	uint64_t *held;
};

static void id_add(struct ids *s, sc_str id)
{
	for (size_t i = 0; i < s->n; i++)
		if (sc_str_eq(s->v[i], id))
			return;
	if (s->n < s->most)
		s->v[s->n++] = sc_strdup(&s->t->a, id);
}

/* "R TAB sha256:HEX TAB ...": the id. */
static sc_str id_of(sc_str line)
{
	sc_str rest = sc_str_from(line, 2);

	return sc_str_head(rest, sc_str_chr(rest, '\t'));
}

static int complete_line(void *with, sc_str line, struct sc_err *e)
{
	struct ids *s = with;

	(void)e;
	if (id_of(line).n == ID)
		id_add(s, id_of(line));
	return s->n < s->most ? SC_OK : SC_EOF;
}

static void complete_shards(struct ids *s, sc_str prefix)
{
	for (size_t m = 0; m < s->t->nmanifest; m++)
		for (size_t i = 0; i < s->t->manifest[m].nshard; i++) {
			char text[ID + 1] = "sha256:";

			sc_hex(s->t->manifest[m].shard[i].sha256, 32, text + 7);
			if (sc_str_starts((sc_str){ text, ID }, prefix))
				id_add(s, (sc_str){ text, ID });
		}
}

int sc_trace_complete(struct sc_trace *t, sc_str prefix, sc_str *v, size_t most, size_t *n,
                      struct sc_err *e)
{
	struct ids s = { .t = t, .v = v, .most = most };
	sc_str lines[] = { sc_fmt(&t->a, "R\t%.*s", SC_ARG(prefix)),
		           sc_fmt(&t->a, "X\t%.*s", SC_ARG(prefix)) };

	for (size_t m = 0; m < t->nmanifest && s.n < most; m++)
		SC_TRY(sc_lookup_find(t->manifest[m].lines, lines, SC_COUNT(lines), complete_line,
		                      &s, e));
	complete_shards(&s, prefix);
	*n = s.n;
	return SC_OK;
}

/* Does a field of the line, behind a TAB, say exactly this? */
static bool has_field(sc_str line, sc_str kv, bool fold)
{
	for (;;) {
		size_t at = fold ? sc_str_ifind(line, kv) : sc_str_find(line, kv);

		if (at == SC_NONE)
			return false;
		if (at && line.p[at - 1] == '\t' &&
		    (at + kv.n == line.n || line.p[at + kv.n] == '\t'))
			return true;
		line = sc_str_from(line, at + 1);
	}
}

static int search_line(void *with, sc_str line, struct sc_err *e)
{
	struct ids *s = with;

	(void)e;
	for (size_t i = 0; i < s->nkv; i++)
		if (has_field(line, s->kv[i], s->fold)) {
			++*s->held;
			if (id_of(line).n == ID)
				id_add(s, id_of(line));
			break;
		}
	return SC_OK;
}

int sc_trace_search(struct sc_trace *t, const sc_str *kv, size_t nkv, bool fold, sc_str *v,
                    size_t most, size_t *n, uint64_t *held, struct sc_err *e)
{
	struct ids s = { .t = t, .v = v, .most = most, .kv = kv, .nkv = nkv, .fold = fold };

	for (size_t m = 0; m < t->nmanifest; m++) {
		s.held = &held[m];
		SC_TRY(sc_lookup_scan(t->manifest[m].lines, "R", search_line, &s, e));
	}
	*n = s.n;
	return SC_OK;
}

/* ---- many ids ---- */

struct count {
	const uint8_t (*ids)[32];
	size_t n, last;
	bool *any;
	uint64_t *held;
};

static int by_id(const void *a, const void *b)
{
	return memcmp(a, b, 32);
}

static int count_line(void *with, sc_str line, struct sc_err *e)
{
	struct count *c = with;
	uint8_t id[32], (*at)[32];

	(void)e;
	if (id_of(line).n != ID || !sc_unhex(sc_str_from(id_of(line), 7), id, 32))
		return SC_OK;
	at = bsearch(id, c->ids, c->n, 32, by_id);
	if (at && (size_t)(at - c->ids) != c->last) {
		c->last = (size_t)(at - c->ids);
		c->any[c->last] = true;
		++*c->held;
	}
	return SC_OK;
}

int sc_trace_count(struct sc_trace *t, const uint8_t (*ids)[32], size_t n, bool *any,
                   uint64_t *held, struct sc_err *e)
{
	struct count c = { .ids = ids, .n = n, .any = any };
	struct sc_arena a = { 0 };
	sc_str *prefix = SC_NEW(&a, sc_str, n + 1);
	int rc = SC_OK;

	for (size_t i = 0; i < n; i++) {
		char *text = sc_alloc(&a, ID + 4);

		memcpy(text, "R\tsha256:", 9);
		sc_hex(ids[i], 32, text + 9);
		text[ID + 2] = '\t';
		prefix[i] = (sc_str){ text, ID + 3 };
	}
	for (size_t m = 0; m < t->nmanifest && rc == SC_OK; m++) {
		c.held = &held[m];
		c.last = SC_NONE;
		rc = sc_lookup_find(t->manifest[m].lines, prefix, n, count_line, &c, e);
	}
	sc_arena_free(&a);
	return rc;
}
