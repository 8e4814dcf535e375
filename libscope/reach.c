/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reach.c -- what a list takes back in manifests, and what was made of that; see scope/recall.h.
 *
 * Records and places are nodes of a graph, 32 bytes each: a record's identity, and SHA-256 of a shard's digest and the range in it.  Edges
 * are rows FROM (32) TO (32) KIND:
 *
 *	'p'  a record to one that has it as parent=
 *	'l'  a record to a place where it lies (L line, LOCATOR, the digest by the shard's S line)
 *	'f'  a place to a record that came from there (L line, FROM, the digest by the shard's I line)
 *
 * From what the list names on, the graph is gone through in breadth, each edge once; memory is a bit for each edge.  Edges over places are
 * only needed where there are several manifests.
 */
#include <scope/recall.h>

#include <scope/check.h>
#include <scope/digest.h>
#include <scope/text.h>

#include <stdlib.h>

enum { NODE = 32, EDGE = 2 * NODE + 1 };

struct shard {
	sc_str path;
	uint8_t digest[32];
};

struct shards {
	struct shard *v;
	size_t n;
};

struct manifest {
	sc_str path;
	struct sc_walk walk;
	struct shards in, out;
	sc_str odd_step; /* one that may have made other records of those that came; empty: none */
	bool splits, judged;
	sc_str doubt; /* once it is judged */
	uint64_t no_host, no_parent, no_from;
};

struct sc_reach {
	struct sc_recall_list *list;
	size_t memory;
	struct sc_arena a;
	struct manifest *m;
	size_t n;
	struct sc_rows *edges, *front, *named; /* named: what the list itself names */
	struct sc_tombs *taken;
};

struct sc_reach *sc_reach_new(struct sc_recall_list *l, size_t memory)
{
	struct sc_reach *r = calloc(1, sizeof *r);

	if (!r)
		sc_oom();
	r->list = l;
	r->memory = memory;
	r->edges = sc_rows_new(EDGE, memory);
	r->front = sc_rows_new(NODE, memory / 4);
	r->taken = sc_tombs_new(memory / 4);
	return r;
}

void sc_reach_free(struct sc_reach *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < r->n; i++) {
		free(r->m[i].in.v);
		free(r->m[i].out.v);
	}
	free(r->m);
	sc_rows_free(r->edges);
	if (r->front != r->named)
		sc_rows_free(r->front);
	sc_rows_free(r->named);
	sc_tombs_free(r->taken);
	sc_arena_free(&r->a);
	free(r);
}

static int edge(struct sc_reach *r, const uint8_t from[NODE], const uint8_t to[NODE], char kind,
                struct sc_err *e)
{
	char row[EDGE];

	memcpy(row, from, NODE);
	memcpy(row + NODE, to, NODE);
	row[2 * NODE] = kind;
	return sc_rows_add(r->edges, (sc_str){ row, EDGE }, e);
}

static int taken(struct sc_reach *r, const uint8_t id[NODE], sc_str reason, struct sc_err *e)
{
	SC_TRY(sc_rows_add(r->front, (sc_str){ (const char *)id, NODE }, e));
	return sc_tombs_add(r->taken, id, reason, e);
}

/* ---- lines of a manifest ---- */

struct reading {
	struct sc_reach *r;
	struct manifest *m;
	struct sc_arena a;
};

static void shard_add(struct sc_reach *r, struct shards *s, sc_str path, const uint8_t digest[32])
{
	if (s->n % 64 == 0) {
		s->v = realloc(s->v, (s->n + 64) * sizeof *s->v);
		if (!s->v)
			sc_oom();
	}
	s->v[s->n].path = sc_strdup(&r->a, path);
	memcpy(s->v[s->n++].digest, digest, 32);
}

static void step(struct reading *x, sc_str name)
{
	static const sc_str plain[] = { SC_LIT("read"), SC_LIT("tag/"), SC_LIT("select/"),
		                        SC_LIT("split/"), SC_LIT("write") };

	x->m->splits |= sc_str_starts(name, SC_STR("split/"));
	for (size_t i = 0; i < SC_COUNT(plain); i++)
		if (sc_str_starts(name, plain[i]))
			return;
	if (!x->m->odd_step.n)
		x->m->odd_step = sc_strdup(&x->r->a, name);
}

static sc_str reason_of(struct sc_arena *a, const struct sc_recall_line *l)
{
	sc_str value = { NULL, 0 };

	if (l->reason.n)
		return l->reason;
	sc_unfield(a, l->key.value, &value);
	return sc_str_eq(l->key.kind, SC_STR("cid"))
	               ? SC_STR("taken back")
	               : sc_fmt(a, "%.*s %.*s", SC_ARG(l->key.kind), SC_ARG(value));
}

static int record(struct reading *x, const struct sc_manifest_line *l, const uint8_t id[32],
                  struct sc_err *e)
{
	struct sc_key key[8];
	size_t n = sc_keys_of(l->raw, key);
	sc_str parent = sc_manifest_key(l, SC_STR("parent"));
	struct sc_recall_line *first = NULL;
	uint8_t above[32];

	for (size_t i = 0; i < n; i++) {
		struct sc_recall_line *line = sc_recall_match(x->r->list, &key[i]);

		if (sc_str_eq(key[i].kind, SC_STR("site")) && x->m == x->r->m) {
			struct sc_key host = { .kind = SC_STR("host"), .value = key[i].value };
			struct sc_recall_line *meant = sc_recall_match(x->r->list, &host);

			if (meant)
				meant->as_site = true;
		}
		if (!line)
			continue;
		line->hits += x->m == x->r->m; /* the corpus's own */
		first = !first || line->number < first->number ? line : first;
	}
	x->m->no_host += !sc_manifest_key(l, SC_STR("host")).n;
	x->m->no_parent += !parent.n;
	if (sc_root_parse(parent, above))
		SC_TRY(edge(x->r, above, id, 'p', e));
	return first ? taken(x->r, id, reason_of(&x->a, first), e) : SC_OK;
}

static int line_seen(void *with, const struct sc_manifest_line *l, struct sc_err *e)
{
	struct reading *x = with;
	uint8_t digest[32];
	int rc = SC_OK;

	if (strchr("IRS", l->kind) &&
	    (l->n < (l->kind == 'R' ? SC_R_KEYS : 3u) || !sc_root_parse(l->field[0], digest)))
		return sc_bad(e, "%.*s: a line %c has no digest where it should",
		              SC_ARG(x->m->path), l->kind);
	if (l->kind == 'I')
		shard_add(x->r, &x->m->in, l->field[2], digest);
	else if (l->kind == 'S')
		shard_add(x->r, &x->m->out, l->field[2], digest);
	else if (l->kind == 'P' && l->n > 1)
		step(x, l->field[1]);
	else if (l->kind == 'R')
		rc = record(x, l, digest, e);
	sc_arena_reset(&x->a);
	return rc;
}

int sc_reach_add(struct sc_reach *r, sc_str path, struct sc_err *e)
{
	struct reading x = { .r = r };
	int rc;

	r->m = realloc(r->m, (r->n + 1) * sizeof *r->m);
	if (!r->m)
		sc_oom();
	x.m = &r->m[r->n++];
	*x.m = (struct manifest){ .path = path };
	rc = sc_manifest_walk(path, line_seen, &x, &x.m->walk, e);
	sc_arena_free(&x.a);
	return rc;
}

/* ---- places ---- */

static int by_path(const void *a, const void *b)
{
	const struct shard *x = a, *y = b;

	return sc_str_cmp(x->path, y->path);
}

static const struct shard *shard_of(const struct shards *s, sc_str path)
{
	struct shard want = { .path = path };

	return s->n ? bsearch(&want, s->v, s->n, sizeof want, by_path) : NULL;
}

/* "PATH#OFFSET+LENGTH" to a node; false: it names no shard that is there. */
static bool place(const struct shards *s, sc_str where, uint8_t out[NODE])
{
	size_t hash = sc_str_rchr(where, '#');
	const struct shard *shard = hash == SC_NONE ? NULL : shard_of(s, sc_str_head(where, hash));

	if (shard)
		sc_sha256_of_both((sc_str){ (const char *)shard->digest, 32 },
		                  sc_str_from(where, hash), out);
	return shard;
}

static int place_seen(void *with, const struct sc_manifest_line *l, struct sc_err *e)
{
	struct reading *x = with;
	uint8_t id[32], node[32];

	if (l->kind != 'L')
		return SC_OK;
	if (l->n < 4 || !sc_root_parse(l->field[0], id))
		return sc_bad(e, "%.*s: a line L has no digest where it should",
		              SC_ARG(x->m->path));
	if (place(&x->m->out, l->field[2], node))
		SC_TRY(edge(x->r, id, node, 'l', e));
	if (!place(&x->m->in, l->field[3], node)) {
		x->m->no_from++;
		return SC_OK;
	}
	return edge(x->r, node, id, 'f', e);
}

static int places(struct sc_reach *r, struct sc_err *e)
{
	for (size_t i = 0; r->n > 1 && i < r->n; i++) {
		struct reading x = { .r = r, .m = &r->m[i] };
		struct sc_walk again;

		if (x.m->in.n)
			qsort(x.m->in.v, x.m->in.n, sizeof *x.m->in.v, by_path);
		if (x.m->out.n)
			qsort(x.m->out.v, x.m->out.n, sizeof *x.m->out.v, by_path);
		SC_TRY(sc_manifest_walk(r->m[i].path, place_seen, &x, &again, e));
		if (memcmp(again.file, r->m[i].walk.file, 32))
			return sc_fail(e, "%.*s: it was changed while it was read",
			               SC_ARG(r->m[i].path));
	}
	return SC_OK;
}

/* ---- the graph ---- */

/* What an edge leads to is taken back too. */
static int follow(struct sc_reach *r, struct sc_rows *next, const uint8_t *row, struct sc_err *e)
{
	const uint8_t *to = row + NODE;
	struct sc_arena a = { 0 };
	char hex[64];
	int rc = sc_rows_add(next, (sc_str){ (const char *)to, NODE }, e);

	sc_hex(row, NODE, hex);
	if (sc_rows_has(r->named,
	                (sc_str){ (const char *)to, NODE })) /* its own reason is better */
		return rc;
	if (rc == SC_OK && row[2 * NODE] == 'p')
		rc = sc_tombs_add(r->taken, to, sc_fmt(&a, "made of sha256:%.64s", hex), e);
	else if (rc == SC_OK && row[2 * NODE] == 'f')
		rc = sc_tombs_add(r->taken, to, SC_STR("made of what lay where it came from"), e);
	sc_arena_free(&a);
	return rc;
}

static int step_out(struct sc_reach *r, uint64_t *done, struct sc_rows *next, struct sc_err *e)
{
	for (uint64_t i = 0; i < sc_rows_n(r->front); i++) {
		sc_str node = { (const char *)sc_rows_at(r->front, i), NODE };

		for (uint64_t k = sc_rows_find(r->edges, node); k < sc_rows_n(r->edges); k++) {
			const uint8_t *row = sc_rows_at(r->edges, k);

			if (memcmp(row, node.p, NODE))
				break;
			if (done[k / 64] >> k % 64 & 1)
				continue;
			done[k / 64] |= UINT64_C(1) << k % 64;
			SC_TRY(follow(r, next, row, e));
		}
	}
	return SC_OK;
}

static int spread(struct sc_reach *r, uint64_t *done, struct sc_err *e)
{
	SC_TRY(sc_rows_seal(r->front, e));
	r->named = r->front;
	while (sc_rows_n(r->front)) {
		struct sc_rows *next = sc_rows_new(NODE, r->memory / 4);
		int rc = step_out(r, done, next, e);

		if (r->front != r->named)
			sc_rows_free(r->front);
		r->front = next;
		SC_TRY(rc);
		SC_TRY(sc_rows_seal(next, e));
	}
	return SC_OK;
}

/* Identities that the list names are taken back whether they are listed or not. */
static int named(struct sc_reach *r, struct sc_err *e)
{
	struct sc_arena a = { 0 };
	uint8_t id[32];
	int rc = SC_OK;

	for (size_t i = 0; i < r->list->n && rc == SC_OK; i++)
		if (sc_str_eq(r->list->v[i].key.kind, SC_STR("cid")) && !r->list->v[i].hits &&
		    sc_root_parse(r->list->v[i].key.value, id))
			rc = taken(r, id, reason_of(&a, &r->list->v[i]), e);
	sc_arena_free(&a);
	return rc;
}

int sc_reach_end(struct sc_reach *r, struct sc_err *e)
{
	uint64_t *done;
	int rc;

	SC_TRY(named(r, e));
	SC_TRY(places(r, e));
	SC_TRY(sc_rows_seal(r->edges, e));
	done = calloc(sc_rows_n(r->edges) / 64 + 1, sizeof *done);
	if (!done)
		sc_oom();
	rc = spread(r, done, e);
	free(done);
	return rc == SC_OK ? sc_tombs_seal(r->taken, e) : rc;
}

const struct sc_tombs *sc_reach_taken(const struct sc_reach *r)
{
	return r->taken;
}

const struct sc_walk *sc_reach_corpus(const struct sc_reach *r)
{
	return &r->m[0].walk;
}

bool sc_reach_names(const struct sc_reach *r, sc_str id)
{
	uint8_t node[NODE];

	return sc_root_parse(id, node) && sc_rows_has(r->named, (sc_str){ (const char *)node, NODE });
}

uint64_t sc_reach_no_host(const struct sc_reach *r)
{
	return r->m[0].no_host;
}

/* ---- verdicts ---- */

struct judging {
	struct sc_reach *r;
	uint64_t hits;
	sc_str id, reason; /* of the first */
	struct sc_arena *a;
};

static int judge_line(void *with, const struct sc_manifest_line *l, struct sc_err *e)
{
	struct judging *j = with;
	sc_str reason;

	(void)e;
	if (l->kind != 'R' || !sc_tombs_says(j->r->taken, l->field[SC_R_ID], &reason))
		return SC_OK;
	if (!j->hits++) {
		j->id = sc_strdup(j->a, l->field[SC_R_ID]);
		j->reason = sc_strdup(j->a, reason);
	}
	return SC_OK;
}

/* The manifest whose output the shard is; NULL. */
static struct manifest *maker_of(const struct sc_reach *r, const struct shard *s)
{
	for (size_t i = 0; i < r->n; i++)
		for (size_t k = 0; k < r->m[i].out.n; k++)
			if (!memcmp(r->m[i].out.v[k].digest, s->digest, 32))
				return &r->m[i];
	return NULL;
}

static sc_str doubt(struct sc_reach *r, struct manifest *m);

/* Why it is not known of what it was made. */
static sc_str doubt_inputs(struct sc_reach *r, struct manifest *m)
{
	if (!m->in.n)
		return SC_STR("it names no input");
	for (size_t i = 0; i < m->in.n; i++) {
		struct manifest *from = maker_of(r, &m->in.v[i]);

		if (!from)
			return sc_fmt(&r->a, "its input %.*s is of no manifest that was given",
			              SC_ARG(m->in.v[i].path));
		if (doubt(r, from).n)
			return sc_fmt(&r->a,
			              "its input %.*s is of %.*s, of which it is not known either",
			              SC_ARG(m->in.v[i].path), SC_ARG(from->path));
	}
	return SC_STR("");
}

/* Why it cannot be said that it has nothing; empty: it can. */
static sc_str doubt(struct sc_reach *r, struct manifest *m)
{
	if (m == r->m || m->judged)
		return m->doubt;
	m->judged = true;
	m->doubt = SC_STR("it is among its own inputs"); /* until it is known to be otherwise */
	m->doubt = doubt_inputs(r, m);
	if (!m->doubt.n && m->odd_step.n)
		m->doubt = sc_fmt(&r->a, "its step %.*s may have made other records of them",
		                  SC_ARG(m->odd_step));
	if (!m->doubt.n && m->no_from)
		m->doubt = sc_fmt(&r->a, "%ju of its records do not say where they came from",
		                  (uintmax_t)m->no_from);
	if (!m->doubt.n && m->splits && m->no_parent)
		m->doubt = sc_fmt(&r->a, "%ju of its records do not say what they were split from",
		                  (uintmax_t)m->no_parent);
	return m->doubt;
}

int sc_reach_judge(struct sc_reach *r, size_t i, struct sc_arena *a, enum sc_verdict *verdict,
                   sc_str *why, struct sc_err *e)
{
	struct judging j = { .r = r, .a = a };
	struct manifest *m = &r->m[i];
	struct sc_walk again;

	SC_TRY(sc_manifest_walk(m->path, judge_line, &j, &again, e));
	if (memcmp(again.file, m->walk.file, 32))
		return sc_fail(e, "%.*s: it was changed while it was read", SC_ARG(m->path));
	*verdict = SC_HIT;
	if (j.hits) {
		*why = sc_fmt(a, "%ju of its records, first %.*s: %.*s", (uintmax_t)j.hits,
		              SC_ARG(j.id), SC_ARG(j.reason));
		return SC_OK;
	}
	*why = doubt(r, m);
	*verdict = why->n ? SC_UNKNOWN : SC_CLEAN;
	if (!why->n)
		*why = sc_fmt(
		        a,
		        "all its %zu inputs are known, and none of its %ju records is one or was made of one",
		        m->in.n, (uintmax_t)m->walk.t.records);
	return SC_OK;
}
