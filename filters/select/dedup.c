/* SPDX-License-Identifier: Apache-2.0 */
/*
 * select/dedup -- drop records whose payload came before: exact, by identity; the smallest origin wins.
 *
 * An open-addressing table of 32-byte identities, at most three quarters full: 43 bytes a unique record when it has just been filled, 86
 * when it has just grown.  A slot is found by XXH3 of the identity; SHA-256, all 32 bytes, decides.
 *
 * Past --memory the table is written, sorted, as a run into TMPDIR and begins anew.  Two runs of like size are merged into one, so that
 * N records make about log2(N) runs and open files.  A Bloom filter of an eighth of the memory says which records need a
 * look at the runs (binary search by pread, which the page cache makes cheap): the answer stays exact.
 */
#include <scope/digest.h>
#include <scope/plugin.h>

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include <xxhash.h>

struct conf {
	uint64_t memory;
};

static const struct sc_opt opts[] = {
	{ "memory", "SIZE", "spill to TMPDIR past so much (default 1GiB)", offsetof(struct conf, memory), 0, SC_OPT_SIZE },
	{ NULL, NULL, NULL, 0, 0, SC_OPT_FLAG },
};

struct id {
	uint8_t b[32];
};

struct run {
	int fd;
	uint64_t n;
};

struct state {
	struct id *slot;
	size_t n, cap;  /* cap is a power of two; an all-zero slot is empty */
	bool has_zero;  /* the identity that looks empty */
	struct run *run;
	size_t nrun;
	uint64_t *bloom;
	size_t bloom_bits; /* a power of two */
};

static const struct id zero;

static size_t memory_of(const struct conf *c)
{
	uint64_t m = c->memory ? c->memory : (uint64_t)1 << 30;

	return m < 64 << 10 ? 64 << 10 : (size_t)m;
}

/* ---- table ---- */

static struct id *find(struct id *slot, size_t cap, const struct id *id)
{
	size_t i = XXH3_64bits(id, sizeof *id) & (cap - 1);

	while (memcmp(&slot[i], &zero, 32) && memcmp(&slot[i], id, 32))
		i = (i + 1) & (cap - 1);
	return &slot[i];
}

static void grow(struct state *s)
{
	size_t cap = s->cap ? 2 * s->cap : 1024;
	struct id *v = calloc(cap, sizeof *v);

	if (!v)
		sc_oom();
	for (size_t i = 0; i < s->cap; i++)
		if (memcmp(&s->slot[i], &zero, 32))
			*find(v, cap, &s->slot[i]) = s->slot[i];
	free(s->slot);
	s->slot = v;
	s->cap = cap;
}

/* ---- runs ---- */

static int by_bytes(const void *a, const void *b)
{
	return memcmp(a, b, 32);
}

static uint64_t bit(const struct state *s, const struct id *id, unsigned k)
{
	uint64_t h;

	memcpy(&h, id->b + 8 * k, 8); /* the identity is a hash already */
	return h & (s->bloom_bits - 1);
}

static void bloom_add(struct state *s, const struct id *id)
{
	for (unsigned k = 0; k < 4; k++)
		s->bloom[bit(s, id, k) / 64] |= UINT64_C(1) << bit(s, id, k) % 64;
}

static bool bloom_has(const struct state *s, const struct id *id)
{
	for (unsigned k = 0; k < 4; k++)
		if (!(s->bloom[bit(s, id, k) / 64] >> bit(s, id, k) % 64 & 1))
			return false;
	return true;
}

static int write_all(int fd, const void *p, size_t n, struct sc_err *e)
{
	const char *at = p;

	while (n) {
		ssize_t k = write(fd, at, n);

		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			return sc_fail(e, "spool file in TMPDIR: %s", k ? strerror(errno) : "nothing written");
		at += k;
		n -= (size_t)k;
	}
	return SC_OK;
}

/* A run read from its beginning, PAGE identities at a time. */
enum { PAGE = 512 };
struct stream {
	const struct run *r;
	uint64_t at;
	size_t n, next;
	struct id id[PAGE];
};

static int page_in(struct stream *s, struct sc_err *e)
{
	size_t want, got = 0;

	if (s->next < s->n || s->at == s->r->n)
		return SC_OK;
	want = sizeof *s->id * (s->r->n - s->at < PAGE ? (size_t)(s->r->n - s->at) : PAGE);
	while (got < want) {
		ssize_t n = pread(s->r->fd, s->id[0].b + got, want - got, (off_t)(s->at * sizeof *s->id + got));

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return sc_fail(e, "spool file in TMPDIR: %s", n ? strerror(errno) : "cut short");
		got += (size_t)n;
	}
	s->n = want / sizeof *s->id;
	s->at += s->n;
	s->next = 0;
	return SC_OK;
}

/* What both have goes to fd in order.  No identity is in two runs. */
static int merge(struct stream *a, struct stream *b, int fd, struct sc_err *e)
{
	struct id out[PAGE];
	size_t n = 0;

	for (;;) {
		struct stream *s;

		SC_TRY(page_in(a, e));
		SC_TRY(page_in(b, e));
		if (n == PAGE || (a->next == a->n && b->next == b->n)) {
			SC_TRY(write_all(fd, out, n * sizeof *out, e));
			if (n < PAGE)
				return SC_OK;
			n = 0;
			continue;
		}
		s = b->next == b->n || (a->next < a->n && by_bytes(&a->id[a->next], &b->id[b->next]) < 0) ? a : b;
		out[n++] = s->id[s->next++];
	}
}

/* Sizes fall by more than half from run to run afterwards. */
static int settle(struct state *s, struct sc_err *e)
{
	while (s->nrun > 1 && s->run[s->nrun - 2].n <= 2 * s->run[s->nrun - 1].n) {
		struct run *x = &s->run[s->nrun - 2], *y = &s->run[s->nrun - 1];
		struct stream a = { .r = x }, b = { .r = y };
		int fd = sc_spool(e), rc;

		if (fd < 0)
			return SC_FAIL;
		rc = merge(&a, &b, fd, e);
		if (rc < 0) {
			close(fd);
			return rc;
		}
		close(x->fd);
		close(y->fd);
		*x = (struct run){ .fd = fd, .n = x->n + y->n };
		s->nrun--;
	}
	return SC_OK;
}

static int spill(struct state *s, size_t memory, struct sc_err *e)
{
	struct run *v = realloc(s->run, (s->nrun + 1) * sizeof *v);
	size_t n = 0;

	if (!v)
		sc_oom();
	s->run = v;
	if (!s->bloom) {
		for (s->bloom_bits = 1024; 2 * s->bloom_bits <= memory; s->bloom_bits *= 2)
			; /* bits, so an eighth of it in bytes */
		s->bloom = calloc(s->bloom_bits / 64, sizeof *s->bloom);
		if (!s->bloom)
			sc_oom();
	}
	for (size_t i = 0; i < s->cap; i++)
		if (memcmp(&s->slot[i], &zero, 32)) {
			bloom_add(s, &s->slot[i]);
			s->slot[n++] = s->slot[i];
		}
	qsort(s->slot, n, sizeof *s->slot, by_bytes);
	v[s->nrun] = (struct run){ .fd = sc_spool(e), .n = n };
	if (v[s->nrun].fd < 0)
		return SC_FAIL;
	s->nrun++;
	SC_TRY(write_all(v[s->nrun - 1].fd, s->slot, n * sizeof *s->slot, e));
	memset(s->slot, 0, s->cap * sizeof *s->slot);
	s->n = 0;
	return settle(s, e);
}

static int in_run(const struct run *r, const struct id *id, bool *there, struct sc_err *e)
{
	uint64_t lo = 0, hi = r->n;

	while (lo < hi) {
		uint64_t mid = lo + (hi - lo) / 2;
		struct id at;
		ssize_t n = pread(r->fd, &at, sizeof at, (off_t)(mid * sizeof at));
		int c;

		if (n < 0 && errno == EINTR)
			continue;
		if (n != (ssize_t)sizeof at)
			return sc_fail(e, "spool file in TMPDIR: %s", n < 0 ? strerror(errno) : "cut short");
		c = memcmp(id, &at, 32);
		if (c == 0) {
			*there = true;
			return SC_OK;
		}
		if (c < 0)
			hi = mid;
		else
			lo = mid + 1;
	}
	return SC_OK;
}

/* ---- the filter ---- */

static int seen(struct state *s, size_t memory, const struct id *id, bool *there, struct sc_err *e)
{
	struct id *at;

	*there = false;
	if (!memcmp(id, &zero, 32)) {
		*there = s->has_zero;
		s->has_zero = true;
		return SC_OK;
	}
	if (!s->cap)
		grow(s);
	if (memcmp(find(s->slot, s->cap, id), &zero, 32)) {
		*there = true;
		return SC_OK;
	}
	if (s->bloom && bloom_has(s, id))
		for (size_t i = 0; i < s->nrun && !*there; i++)
			SC_TRY(in_run(&s->run[i], id, there, e));
	if (*there)
		return SC_OK;
	if (s->n + 1 > s->cap / 4 * 3) {
		if (3 * s->cap * sizeof *s->slot > memory - memory / 8) /* while it grows both tables are there */
			SC_TRY(spill(s, memory, e));
		else
			grow(s);
	}
	at = find(s->slot, s->cap, id);
	*at = *id;
	s->n++;
	return SC_OK;
}

static int each(struct sc_ctx *c, struct sc_record *r)
{
	struct state *s = c->state;
	struct id id;
	bool there;

	sc_record_id(c->a, r);
	memcpy(id.b, r->id, 32);
	SC_TRY(seen(s, memory_of(c->conf), &id, &there, c->e));
	if (!there)
		return SC_OK;
	sc_bad(c->e, "an equal record came before");
	return SC_DROP;
}

static void close_(struct sc_ctx *c)
{
	struct state *s = c->state;

	for (size_t i = 0; i < s->nrun; i++)
		close(s->run[i].fd);
	free(s->run);
	free(s->slot);
	free(s->bloom);
}

extern const struct sc_filter select_dedup;
const struct sc_filter select_dedup = {
	.card = { .name = "select/dedup",
		  .about = "drop records whose payload came before, exactly",
		  .more = "Records are equal when their identity (SHA-256 of the payload) is.  The first one stays: the one in the earlier shard, or "
			  "earlier in its shard.  43 to 86 bytes a unique record, until --memory; past that, runs in TMPDIR.",
		  .example = "scope dedup docs.jsonl",
		  .opts = opts,
		  .conf = sizeof(struct conf),
		  .state = sizeof(struct state),
		  .revision = 1 },
	.flags = SC_SERIAL | SC_IDS,
	.each = each,
	.close = close_,
};
