/* SPDX-License-Identifier: Apache-2.0 */
/*
 * select/sample -- a random part of the records, the same for any sharding, order or number of threads.
 *
 * A record's lot is SHA-256(seed || "sha256:" || hex of its id).  --share keeps the lots below a share of the range;
 * --count keeps the N least lots, so all records are seen before any is let go.
 */
#include <scope/digest.h>
#include <scope/plugin.h>
#include <scope/text.h>

#include <endian.h>
#include <math.h>
#include <stdlib.h>

struct conf {
	sc_str share, seed;
	uint64_t count;
	uint64_t below; /* lots whose first 8 bytes are below this are kept */
	bool all;
};

#define AT(f) offsetof(struct conf, f)
static const struct sc_opt opts[] = {
	{ "count", "N", "keep N records", AT(count), 'n', SC_OPT_NUM },
	{ "share", "P", "keep a share, 0.01 or 1%", AT(share), 0, SC_OPT_STR },
	{ "seed", "TEXT", "another text draws other records", AT(seed), 0, SC_OPT_STR },
	{ NULL, NULL, NULL, 0, 0, SC_OPT_FLAG },
};

/* The lots kept so far, the greatest on top. */
struct lot {
	uint8_t digest[32];
	uint64_t serial;
};

struct state {
	struct lot *heap;
	uint64_t n, cap, seen, evicted;
	bool evicting;
};

static int load(void *conf, sc_str arg, struct sc_arena *a, struct sc_maker *me, struct sc_err *e)
{
	struct conf *c = conf;
	bool percent = sc_str_ends(c->share, SC_STR("%"));
	char *text = sc_cstr(a, c->share), *end;
	double share;

	(void)arg;
	(void)me;
	if (!c->count == !c->share.n)
		return sc_fail(e, "sample: say either --count N or --share P");
	if (c->count)
		return SC_OK;
	if (percent)
		text[c->share.n - 1] = 0;
	share = strtod(text, &end);
	if (*end || !*text || !isfinite(share) || share < 0 || (percent ? share / 100 : share) > 1)
		return sc_fail(e, "sample: --share takes 0 to 1 or 0%% to 100%%, not '%.*s'", SC_ARG(c->share));
	if (percent)
		share /= 100;
	c->all = share >= 1;
	c->below = c->all ? UINT64_MAX : (uint64_t)ldexp(share, 64);
	return SC_OK;
}

static void draw(const struct conf *c, struct sc_arena *a, struct sc_record *r, uint8_t lot[32])
{
	char *p = sc_alloc(a, c->seed.n + 7 + 64);

	sc_record_id(a, r);
	if (c->seed.n)
		memcpy(p, c->seed.p, c->seed.n);
	memcpy(p + c->seed.n, "sha256:", 7);
	sc_hex(r->id, 32, p + c->seed.n + 7);
	sc_sha256_of((sc_str){ p, c->seed.n + 7 + 64 }, lot);
}

/* By lot; of equal records the one that came first is kept. */
static bool greater(const struct lot *x, const struct lot *y)
{
	int c = memcmp(x->digest, y->digest, 32);

	return c > 0 || (c == 0 && x->serial > y->serial);
}

static void down(struct state *s, uint64_t i)
{
	for (;;) {
		uint64_t most = i;

		for (uint64_t k = 2 * i + 1; k <= 2 * i + 2 && k < s->n; k++)
			if (greater(&s->heap[k], &s->heap[most]))
				most = k;
		if (most == i)
			return;
		struct lot t = s->heap[i];

		s->heap[i] = s->heap[most];
		s->heap[most] = t;
		i = most;
	}
}

static void up(struct state *s, uint64_t i)
{
	while (i && greater(&s->heap[i], &s->heap[(i - 1) / 2])) {
		struct lot t = s->heap[i];

		s->heap[i] = s->heap[(i - 1) / 2];
		s->heap[(i - 1) / 2] = t;
		i = (i - 1) / 2;
	}
}

static void push(struct state *s, const struct lot *l)
{
	if (s->n == s->cap) {
		uint64_t cap = s->cap ? 2 * s->cap : 256;
		struct lot *v = realloc(s->heap, cap * sizeof *v);

		if (!v)
			sc_oom();
		s->heap = v;
		s->cap = cap;
	}
	s->heap[s->n] = *l;
	up(s, s->n++);
}

static int each(struct sc_ctx *c, struct sc_record *r)
{
	const struct conf *conf = c->conf;
	struct state *s = c->state;
	struct lot l;
	uint64_t first;

	draw(conf, c->a, r, l.digest);
	if (!conf->count) {
		memcpy(&first, l.digest, 8);
		if (conf->all || be64toh(first) < conf->below)
			return SC_OK;
		sc_say(c->e, "not drawn");
		return SC_DROP;
	}
	l.serial = s->seen; /* serials count the records that are held */
	if (s->n < conf->count) {
		s->seen++;
		push(s, &l);
		return SC_HOLD;
	}
	if (!greater(&s->heap[0], &l)) {
		sc_say(c->e, "not drawn");
		return SC_DROP;
	}
	s->seen++;
	s->evicted = s->heap[0].serial;
	s->evicting = true;
	s->heap[0] = l;
	down(s, 0);
	return SC_HOLD;
}

static bool evict(struct sc_ctx *c, uint64_t *serial)
{
	struct state *s = c->state;

	if (!s->evicting)
		return false;
	s->evicting = false;
	*serial = s->evicted;
	return true;
}

static void close_(struct sc_ctx *c)
{
	struct state *s = c->state;

	free(s->heap);
}

extern const struct sc_filter select_sample;
const struct sc_filter select_sample = {
	.card = { .name = "select/sample",
		  .about = "keep a random part, by count or share, the same for any sharding",
		  .more = "Records are drawn by SHA-256 of the seed and their identity, so the same records come out whatever their order, "
			  "their shards or the number of threads.",
		  .example = "scope sample --count 3 docs.jsonl",
		  .opts = opts,
		  .conf = sizeof(struct conf),
		  .state = sizeof(struct state),
		  .revision = 1 },
	.flags = SC_SERIAL | SC_IDS,
	.load = load,
	.each = each,
	.evict = evict,
	.close = close_,
};
