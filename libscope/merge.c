/* SPDX-License-Identifier: Apache-2.0 */
/*
 * merge.c -- several manifests as one.
 *
 * Each input is read whole first, several at a time: what it says of its lines, its totals and its steps must be true, and its small
 * lines (H I P S) stay in memory.  Then its L and R lines are walked through again (merge_records.c).  P lines are chains: equal ones are
 * added, others stand one after the other in an order that does not depend on that of the inputs, and behind them merge/once and
 * merge/recall count the L lines that were not written.  So a merge of merges is what a merge of all would have been.
 */
#include "merge_impl.h"

#include <scope/digest.h>
#include <scope/text.h>

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { OUT_PIECE = 256 << 10, STEPS_MAX = 9999, THREADS_MAX = 16 };

int merge_flush(struct merge *m, struct sc_output *out, bool all, struct sc_err *e)
{
	int rc = SC_OK;

	if (m->b.n && (all || m->b.n >= OUT_PIECE)) {
		rc = sc_write(out, sc_buf_str(&m->b), e);
		sc_buf_clear(&m->b);
	}
	return rc;
}

/* ---- the first pass: each input by itself ---- */

static pthread_mutex_t tombs = PTHREAD_MUTEX_INITIALIZER;

static int seen(void *with, sc_str line, struct sc_err *e)
{
	struct merge_input *in = with;
	int rc;

	if (*line.p == 'H') {
		if (in->head.n % 16 == 0) {
			in->head.v = realloc(in->head.v, (in->head.n + 16) * sizeof *in->head.v);
			if (!in->head.v)
				sc_oom();
		}
		in->head.v[in->head.n++] = sc_strdup(&in->c.a, line);
		return SC_OK;
	}
	pthread_mutex_lock(&tombs);
	rc = sc_sorter_add(in->m->tomb, line, e);
	if (rc == SC_OK)
		rc = sc_rows_add(in->m->tomb_out, line, e);
	pthread_mutex_unlock(&tombs);
	return rc;
}

static int joint_known(const struct check *c, struct sc_err *e)
{
	for (size_t i = 0; i < c->nstep; i++)
		if (sc_step_is_joint(&c->step[i]) &&
		    !sc_str_eq(c->step[i].name, SC_STR("merge/once")) &&
		    !sc_str_eq(c->step[i].name, SC_STR("merge/recall")))
			return sc_bad(e, "P %04zu %.*s: no such step of a merge is known", i + 1,
			              SC_ARG(c->step[i].name));
	return SC_OK;
}

static int input_read(struct merge_input *in, struct sc_err *e)
{
	struct sc_err why = { 0 };
	char path[PATH_MAX];
	size_t nchain;
	int rc;

	if (in->path.n >= sizeof path)
		return sc_fail(e, "%.*s: %s", SC_ARG(in->path), strerror(ENAMETOOLONG));
	memcpy(path, in->path.p, in->path.n);
	path[in->path.n] = 0;
	if (stat(path, &in->st))
		return sc_fail(e, "%.*s: %s", SC_ARG(in->path), strerror(errno));
	if (!S_ISREG(in->st.st_mode))
		return sc_fail(e, "%.*s: it must be a file: it is read more than once",
		               SC_ARG(in->path));
	in->c.seen = seen;
	in->c.with = in;
	SC_TRY(manifest_read(&in->c, in->path, e));
	rc = totals_check(&in->c, &why);
	if (rc == SC_OK)
		rc = funnel_check(&in->c, &nchain, &why);
	if (rc == SC_OK)
		rc = joint_known(&in->c, &why);
	return rc < 0 ? sc_bad(e, "%.*s: %s", SC_ARG(in->path), why.msg) : SC_OK;
}

struct crew {
	struct merge *m;
	pthread_mutex_t lock;
	size_t next;
};

static void *crew_work(void *with)
{
	struct crew *c = with;

	for (;;) {
		size_t i;

		pthread_mutex_lock(&c->lock);
		i = c->next++;
		pthread_mutex_unlock(&c->lock);
		if (i >= c->m->n)
			return NULL;
		c->m->in[i].rc = input_read(&c->m->in[i], &c->m->in[i].why);
	}
}

static int inputs_read(struct merge *m, struct sc_err *e)
{
	struct crew c = { .m = m, .lock = PTHREAD_MUTEX_INITIALIZER };
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	pthread_t id[THREADS_MAX];
	size_t started = 0;

	while (started < THREADS_MAX && (long)started < cores - 1 && started + 1 < m->n &&
	       !pthread_create(&id[started], NULL, crew_work, &c))
		started++;
	crew_work(&c);
	while (started)
		pthread_join(id[--started], NULL);
	for (size_t i = 0; i < m->n; i++)
		if (m->in[i].rc < 0) {
			*e = m->in[i].why;
			return m->in[i].rc;
		}
	return SC_OK;
}

static int unchanged(const struct merge *m, struct sc_err *e)
{
	for (size_t i = 0; i < m->n; i++) {
		const struct merge_input *in = &m->in[i];
		struct sc_arena a = { 0 };
		struct stat st;
		int rc = stat(sc_cstr(&a, in->path), &st);

		sc_arena_free(&a);
		if (rc || st.st_dev != in->st.st_dev || st.st_ino != in->st.st_ino ||
		    st.st_size != in->st.st_size || st.st_mtim.tv_sec != in->st.st_mtim.tv_sec ||
		    st.st_mtim.tv_nsec != in->st.st_mtim.tv_nsec)
			return sc_fail(e, "%.*s: it changed while it was read", SC_ARG(in->path));
	}
	return SC_OK;
}

/* ---- where shards lie ---- */

/* `below` without `above` and the slash; {NULL, 0}: it is not there. */
static sc_str relative(sc_str above, sc_str below)
{
	if (sc_str_eq(above, below))
		return SC_STR("");
	if (!sc_str_starts(below, above))
		return (sc_str){ NULL, 0 };
	if (above.n == 1)
		return sc_str_from(below, 1);
	return below.p[above.n] == '/' ? sc_str_from(below, above.n + 1) : (sc_str){ NULL, 0 };
}

static int prefix_of(struct merge *m, struct merge_input *in, sc_str root, struct sc_err *e)
{
	sc_str folder = sc_path_dir(&m->a, in->path), way;
	char full[PATH_MAX];
	struct sc_buf b = { .a = &m->a };

	if (!in->c.nout)
		return SC_OK;
	if (!realpath(folder.p, full))
		return sc_fail(e, "%.*s: %s", SC_ARG(folder), strerror(errno));
	way = relative(root, sc_str_c(full));
	if (!way.p)
		return sc_fail(
		        e,
		        "%.*s: its shards do not lie below %.*s; say --root with a folder that holds those of all",
		        SC_ARG(in->path), SC_ARG(root));
	if (!way.n)
		return SC_OK;
	in->prefix = sc_fmt(&m->a, "%.*s/", SC_ARG(way));
	sc_field_put(&b, in->prefix);
	in->field = sc_buf_seal(&b);
	return SC_OK;
}

static int prefixes(struct merge *m, struct sc_err *e)
{
	char root[PATH_MAX];

	if (!realpath(sc_cstr(&m->a, m->conf->root.n ? m->conf->root : SC_STR(".")), root))
		return sc_fail(e, "%.*s: %s", SC_ARG(m->conf->root), strerror(errno));
	for (size_t i = 0; i < m->n; i++)
		SC_TRY(prefix_of(m, &m->in[i], sc_str_c(root), e));
	return SC_OK;
}

/* ---- H and I lines ---- */

static int by_str(const void *a, const void *b)
{
	const sc_str *x = a, *y = b;

	return sc_str_cmp(*x, *y);
}

static int lines_out(struct merge *m, struct sc_output *out, sc_str *v, size_t n, struct sc_err *e)
{
	if (n > 1)
		qsort(v, n, sizeof *v, by_str);
	for (size_t i = 0; i < n; i++) {
		if (i && sc_str_eq(v[i], v[i - 1]))
			continue;
		sc_buf_add(&m->b, v[i]);
		sc_buf_byte(&m->b, '\n');
		SC_TRY(merge_flush(m, out, false, e));
	}
	return SC_OK;
}

/* How shards must be read is said once, for all. */
static int read_alike(const struct merge *m, struct sc_err *e)
{
	const struct merge_input *first = NULL;

	for (size_t i = 0; i < m->n; i++) {
		const struct merge_input *in = &m->in[i];

		if (!in->c.nout)
			continue;
		if (!first)
			first = in;
		if (!sc_str_eq(in->c.group, first->c.group) ||
		    !sc_str_eq(in->c.text_field, first->c.text_field))
			return sc_fail(
			        e,
			        "%.*s and %.*s: their shards must be read with different --group or --text-field; "
			        "write them anew alike, or keep two manifests",
			        SC_ARG(first->path), SC_ARG(in->path));
	}
	return SC_OK;
}

/* Of all created lines the newest; every other line once. */
static int heads_out(struct merge *m, struct sc_output *out, struct sc_err *e)
{
	sc_str *v, newest = { NULL, 0 }, created = SC_STR("H\tcreated\t");
	size_t n = 0;

	for (size_t i = 0; i < m->n; i++)
		n += m->in[i].head.n;
	v = SC_NEW(&m->a, sc_str, n + 1);
	n = 0;
	for (size_t i = 0; i < m->n; i++)
		for (size_t k = 0; k < m->in[i].head.n; k++) {
			sc_str line = m->in[i].head.v[k];

			if (!sc_str_starts(line, created))
				v[n++] = line;
			else if (!newest.p || sc_str_cmp(newest, line) < 0)
				newest = line;
		}
	if (newest.p)
		v[n++] = newest;
	return lines_out(m, out, v, n, e);
}

static int by_shard(const void *a, const void *b)
{
	const struct shard_said *x = a, *y = b;
	int c = memcmp(x->sha256, y->sha256, 32);

	if (c == 0 && x->bytes != y->bytes)
		c = x->bytes < y->bytes ? -1 : 1;
	return c ? c : sc_str_cmp(x->path, y->path);
}

/* A shard that several chains read is one line; it counts what all of them read of it. */
static int ins_out(struct merge *m, struct sc_output *out, struct sc_err *e)
{
	struct shard_said *v;
	struct sc_buf b = { .a = &m->a };
	size_t n = 0, nline = 0;
	sc_str *line;

	for (size_t i = 0; i < m->n; i++)
		n += m->in[i].c.nin;
	v = SC_NEW(&m->a, struct shard_said, n + 1);
	line = SC_NEW(&m->a, sc_str, n + 1);
	n = 0;
	for (size_t i = 0; i < m->n; i++)
		for (size_t k = 0; k < m->in[i].c.nin; k++)
			v[n++] = m->in[i].c.in[k];
	if (n > 1)
		qsort(v, n, sizeof *v, by_shard);
	for (size_t i = 0; i < n; i++) {
		struct sc_shard_in s = { .path = v[i].path,
			                 .bytes = v[i].bytes,
			                 .records = v[i].records,
			                 .rejected = v[i].rejected };

		while (i + 1 < n && !by_shard(&v[i], &v[i + 1])) {
			s.records += v[++i].records;
			s.rejected += v[i].rejected;
		}
		memcpy(s.sha256, v[i].sha256, 32);
		put_in(&b, &s);
		line[nline++] = sc_buf_seal(&b);
	}
	return lines_out(m, out, line, nline, e);
}

/* ---- P lines ---- */

struct chain {
	sc_str key; /* what makes it another: names, revisions, rules, arguments */
	struct sc_step *v;
	size_t n;
};

static void step_add(struct sc_step *to, const struct sc_step *s)
{
	to->in += s->in;
	to->kept += s->kept;
	to->dropped += s->dropped;
	to->rejected += s->rejected;
	to->undecided += s->undecided;
	sc_sum_add(to->sum_in, s->sum_in);
	sc_sum_add(to->sum_kept, s->sum_kept);
	sc_sum_add(to->sum_dropped, s->sum_dropped);
}

static sc_str chain_key(struct sc_arena *a, const struct chain *c)
{
	struct sc_buf b = { .a = a };

	for (size_t i = 0; i < c->n; i++) {
		const struct sc_step *s = &c->v[i];

		sc_field_put(&b, s->name);
		sc_buf_fmt(&b, "\t%u\t", s->revision);
		put_digest(&b, s->rules);
		sc_buf_byte(&b, '\t');
		sc_field_put(&b, s->args);
		sc_buf_byte(&b, '\n');
	}
	return b.n ? sc_buf_seal(&b) : SC_STR("");
}

static int by_key(const void *a, const void *b)
{
	const struct chain *x = a, *y = b;

	return sc_str_cmp(x->key, y->key);
}

/* Chains of one input, appended to v; what its own merges left out goes to joint. */
static size_t chains_of(struct merge *m, const struct check *c, struct chain *v, size_t n,
                        struct sc_step joint[2])
{
	for (size_t i = 0; i < c->nstep; i++) {
		struct sc_step *s = &c->step[i];

		if (sc_step_is_joint(s)) {
			struct sc_step *to = &joint[sc_str_eq(s->name, SC_STR("merge/recall"))];

			to->dropped += s->dropped;
			sc_sum_add(to->sum_dropped, s->sum_dropped);
			continue;
		}
		if (!i || sc_step_is_reader(s))
			v[n++] = (struct chain){ .v = s };
		v[n - 1].n++;
	}
	for (size_t i = 0; i < n; i++)
		if (!v[i].key.p)
			v[i].key = chain_key(&m->a, &v[i]);
	return n;
}

/* Equal ones become one. */
static size_t chains_add(struct chain *v, size_t n)
{
	size_t to = 0;

	if (n > 1)
		qsort(v, n, sizeof *v, by_key);
	for (size_t i = 1; i < n; i++) {
		if (!sc_str_eq(v[i].key, v[to].key)) {
			v[++to] = v[i];
			continue;
		}
		for (size_t k = 0; k < v[i].n; k++)
			step_add(&v[to].v[k], &v[i].v[k]);
	}
	return n ? to + 1 : 0;
}

/* a - b modulo 2^256. */
static void sum_sub(uint8_t a[32], const uint8_t b[32])
{
	static const uint8_t one[32] = { [31] = 1 };
	uint8_t not_b[32];

	for (int i = 0; i < 32; i++)
		not_b[i] = (uint8_t)~b[i];
	sc_sum_add(a, not_b);
	sc_sum_add(a, one);
}

static int step_out(struct merge *m, struct sc_output *out, size_t *number, const struct sc_step *s,
                    struct sc_err *e)
{
	if (++*number > STEPS_MAX)
		return sc_fail(e, "more than %d steps in all: merge what was made alike first",
		               STEPS_MAX);
	put_step(&m->b, *number, s);
	sc_buf_byte(&m->b, '\n');
	return merge_flush(m, out, false, e);
}

/* A step that leaves out what it drops; `flow` is what comes in, and then what goes on. */
static int joint_out(struct merge *m, struct sc_output *out, size_t *number, struct sc_step *s,
                     struct sc_step *flow, struct sc_err *e)
{
	if (!s->dropped)
		return SC_OK;
	s->in = flow->kept;
	memcpy(s->sum_in, flow->sum_kept, 32);
	flow->kept -= s->dropped;
	sum_sub(flow->sum_kept, s->sum_dropped);
	s->kept = flow->kept;
	memcpy(s->sum_kept, flow->sum_kept, 32);
	return step_out(m, out, number, s, e);
}

static int steps_out(struct merge *m, struct sc_output *out, struct sc_err *e)
{
	struct sc_step joint[2] = {
		{ .name = SC_STR("merge/once"), .revision = 1, .dropped = m->done->once },
		{ .name = SC_STR("merge/recall"), .revision = 1, .dropped = m->nrecalled }
	};
	struct sc_step flow = { .revision = 0 };
	size_t n = 0, number = 0;
	struct chain *v;

	memcpy(joint[0].sum_dropped, m->once, 32);
	memcpy(joint[1].sum_dropped, m->recalled, 32);
	for (size_t i = 0; i < m->n; i++)
		n += m->in[i].c.nstep;
	v = SC_NEW(&m->a, struct chain, n + 1);
	n = 0;
	for (size_t i = 0; i < m->n; i++)
		n = chains_of(m, &m->in[i].c, v, n, joint);
	n = chains_add(v, n);
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < v[i].n; k++)
			SC_TRY(step_out(m, out, &number, &v[i].v[k], e));
		step_add(&flow, &v[i].v[v[i].n - 1]);
	}
	SC_TRY(joint_out(m, out, &number, &joint[0], &flow, e));
	SC_TRY(joint_out(m, out, &number, &joint[1], &flow, e));
	if (n && flow.kept != m->done->t.occurrences)
		return sc_fail(e, "the steps of all kept %ju records, but %ju L lines were merged",
		               (uintmax_t)flow.kept, (uintmax_t)m->done->t.occurrences);
	return SC_OK;
}

/* ---- S, T and X lines ---- */

struct shard {
	sc_str path, line;
	const struct merge_input *of;
};

static int by_path(const void *a, const void *b)
{
	const struct shard *x = a, *y = b;
	int c = sc_str_cmp(x->path, y->path);

	return c ? c : x->of < y->of ? -1 : x->of > y->of;
}

static struct shard shard_of(struct merge *m, const struct merge_input *in,
                             const struct shard_said *said)
{
	struct sc_shard_out s = { .path = sc_fmt(&m->a, "%.*s%.*s", SC_ARG(in->prefix),
		                                 SC_ARG(said->path)),
		                  .records = said->records };
	struct sc_buf b = { .a = &m->a };

	s.stored.bytes = said->bytes;
	memcpy(s.stored.sha256, said->sha256, 32);
	memcpy(s.stored.plain, said->plain, 32);
	put_out(&b, &s);
	return (struct shard){ s.path, sc_buf_seal(&b), in };
}

/* Before anything is written: two shards cannot have one name. */
static int outs_make(struct merge *m, struct sc_strs *lines, struct sc_err *e)
{
	struct shard *v;
	size_t n = 0;

	for (size_t i = 0; i < m->n; i++)
		n += m->in[i].c.nout;
	v = SC_NEW(&m->a, struct shard, n + 1);
	*lines = (struct sc_strs){ SC_NEW(&m->a, sc_str, n + 1), n };
	n = 0;
	for (size_t i = 0; i < m->n; i++)
		for (size_t k = 0; k < m->in[i].c.nout; k++)
			v[n++] = shard_of(m, &m->in[i], &m->in[i].c.out[k]);
	if (n > 1)
		qsort(v, n, sizeof *v, by_path);
	for (size_t i = 0; i < n; i++) {
		if (i && sc_str_eq(v[i].path, v[i - 1].path) &&
		    !sc_str_eq(v[i].line, v[i - 1].line))
			return sc_fail(
			        e,
			        "%.*s and %.*s: both have a shard %.*s, and not the same; put each manifest with its shards into a folder of "
			        "its own, and merge into the folder above",
			        SC_ARG(v[i - 1].of->path), SC_ARG(v[i].of->path),
			        SC_ARG(v[i].path));
		lines->v[i] = v[i].line;
	}
	return SC_OK;
}

/* The key-root is computed beside the second walk. */
struct key_root {
	struct merge *m;
	int rc;
	struct sc_err why;
};

static void *key_root(void *with)
{
	struct key_root *k = with;
	struct sc_totals *t = &k->m->done->t;

	k->rc = sc_keys_root(k->m->keys, t->key_root, &t->keys, &k->why);
	return NULL;
}

static int rlines_and_keys(struct merge *m, struct sc_output *out, struct sc_err *e)
{
	struct key_root k = { .m = m };
	pthread_t id;
	bool beside = !pthread_create(&id, NULL, key_root, &k);
	int rc = merge_rlines(m, out, e);

	if (beside)
		pthread_join(id, NULL);
	else
		key_root(&k);
	if (rc == SC_OK && k.rc < 0) {
		*e = k.why;
		rc = k.rc;
	}
	return rc;
}

static int totals_out(struct merge *m, struct sc_output *out, struct sc_err *e)
{
	struct sc_totals *t = &m->done->t;
	uint8_t lines[32];

	SC_TRY(merge_flush(m, out, true, e));
	SC_TRY(sc_output_digest(out, lines, e));
	t->records = m->tree.n;
	sc_merkle_root(&m->tree, t->record_root);
	put_totals(&m->b, t, lines);
	return SC_OK;
}

/* ---- all of it ---- */

static int merge_all(struct merge *m, struct sc_output *out, struct sc_err *e)
{
	struct sc_strs shards;

	SC_TRY(inputs_read(m, e));
	SC_TRY(read_alike(m, e));
	SC_TRY(prefixes(m, e));
	SC_TRY(outs_make(m, &shards, e));
	sc_output_hash(out);
	sc_buf_add(&m->b, SC_STR("#scope-manifest/1\n"));
	SC_TRY(heads_out(m, out, e));
	SC_TRY(ins_out(m, out, e));
	SC_TRY(merge_places(m, out, e));
	SC_TRY(steps_out(m, out, e));
	SC_TRY(rlines_and_keys(m, out, e));
	SC_TRY(unchanged(m, e));
	SC_TRY(lines_out(m, out, shards.v, shards.n, e));
	SC_TRY(totals_out(m, out, e));
	SC_TRY(merge_flush(m, out, true, e));
	return put_tombs(m->tomb_out, out, e);
}

int sc_manifest_merge(const struct sc_merge *conf, struct sc_output *out, struct sc_merged *done,
                      struct sc_err *e)
{
	struct merge m = {
		.conf = conf, .n = conf->n, .in = calloc(conf->n + 1, sizeof *m.in), .done = done
	};
	size_t memory = conf->memory ? conf->memory : 256 << 20;
	int rc;

	if (!m.in)
		sc_oom();
	*done = (struct sc_merged){ .conflicts = 0 };
	m.tomb = sc_sorter_new(memory / 16);
	m.tomb_out = sc_rows_new(0, memory / 16);
	m.gone = sc_sorter_new(memory / 16);
	m.place = sc_sorter_new(memory / 16);
	m.keys = sc_keys_new(memory / 8 * 5);
	for (size_t i = 0; i < m.n; i++) {
		m.in[i].m = &m;
		m.in[i].path = conf->path[i];
	}
	rc = merge_all(&m, out, e);
	for (size_t i = 0; i < m.n; i++) {
		check_free(&m.in[i].c);
		free(m.in[i].head.v);
	}
	free(m.in);
	sc_sorter_free(m.tomb);
	sc_rows_free(m.tomb_out);
	sc_sorter_free(m.gone);
	sc_sorter_free(m.place);
	sc_keys_free(m.keys);
	sc_buf_free(&m.b);
	sc_arena_free(&m.a);
	return rc;
}
