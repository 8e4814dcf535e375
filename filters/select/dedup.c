/* SPDX-License-Identifier: Apache-2.0 */
/*
 * select/dedup -- drop records whose payload came before: exact, by identity; the smallest origin wins.
 *
 * An identity (SHA-256, 32 bytes) has a hash: XXH3 with a seed of this process, so that nobody can choose who meets whom.  The top bits
 * of the hash choose a part; all 32 bytes decide.  A part is
 *
 *	id[n]       identities in the order of their coming; pages are added, and none is touched before it is used
 *	slot[cap]   open addressing, linear probing: 8 bits of hash, 24 bits of an identity's number + 1; 0 is empty
 *
 * where the slots of all parts are one stretch of memory.  At most 17 in 20 slots are taken.  Then all parts get two fifths more: the
 * old ones are given back, and new ones filled from the identities, part by part, near each other in memory.  No second
 * table is ever there, so a unique record takes 32 bytes and 4.7 to 6.8 of slots: below 40, and up to 6 KiB a part beside that (one
 * part for each 16 MiB of --memory).
 *
 * Past --memory the identities are written, by part and bytes, as a run into TMPDIR and the table begins anew.  Two runs of like size
 * are merged into one, so that N records make about log2(N) runs and open files.  A Bloom filter of an eighth of the memory says
 * which records need a look at the runs (a search by pread, which the page cache makes cheap): the answer stays exact.
 * Table, filter and buffers together stay within --memory.
 */
#include <scope/digest.h>
#include <scope/plugin.h>

#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

struct conf {
	uint64_t memory;
};

static const struct sc_opt opts[] = {
	{ "memory", "SIZE", "spill to TMPDIR past so much (default 1GiB)", offsetof(struct conf, memory), 0, SC_OPT_SIZE },
	{ NULL, NULL, NULL, 0, 0, SC_OPT_FLAG },
};

/* BUFFERS: three pages of runs while two are merged, and small things. */
enum { BUFFERS = 64 << 10, LEAST_MEMORY = 192 << 10, PART_BITS = 12, PART_BYTES = 16 << 20 };
enum { CHUNK = 4096, IDS = CHUNK / 32, FIRST_SLOTS = 512, MOST_PAGE = 64 << 10, HUGE_PAGE = 2 << 20 };
enum { TAG_SHIFT = 24, NUMBER = (1 << TAG_SHIFT) - 1 };

struct id {
	uint8_t b[32];
};

struct part {
	struct id *id;
	uint32_t n, room; /* room, whole chunks, is address space */
};

struct run {
	int fd;
	uint64_t n;
};

struct state {
	struct part *part; /* 1 << bits */
	unsigned bits;
	uint32_t *slot, cap; /* cap for each part */
	size_t used, limit;  /* bytes of ids and slots, and how many there may be */
	uint64_t seed;
	struct run *run;
	size_t nrun;
	uint64_t *bloom;
	size_t bloom_bits; /* a power of two */
};

static size_t memory_of(const struct conf *c)
{
	uint64_t m = c->memory ? c->memory : (uint64_t)1 << 30;

	return m < LEAST_MEMORY ? LEAST_MEMORY : m > SIZE_MAX / 2 ? SIZE_MAX / 2 : (size_t)m;
}

/* ---- table ---- */

static size_t nparts(const struct state *s)
{
	return (size_t)1 << s->bits;
}

static uint64_t hash_of(const struct state *s, const struct id *id)
{
	return XXH3_64bits_withSeed(id, sizeof *id, s->seed);
}

static size_t part_of(const struct state *s, uint64_t hash)
{
	return hash >> 1 >> (63 - s->bits);
}

static uint32_t tag_of(uint64_t hash)
{
	return (uint32_t)(hash >> 16) & ~(uint32_t)NUMBER;
}

static uint32_t home_of(const struct state *s, uint64_t hash)
{
	return (uint32_t)((hash & UINT32_MAX) * s->cap >> 32);
}

static uint32_t *slots_of(const struct state *s, uint64_t hash)
{
	return s->slot + part_of(s, hash) * s->cap;
}

static bool crowded(const struct state *s, const struct part *p)
{
	return (uint64_t)p->n * 20 >= (uint64_t)s->cap * 17;
}

/* The slot that has it, or the empty one where it would go. */
static uint32_t *find(const struct state *s, uint64_t hash, const struct id *id)
{
	const struct part *p = &s->part[part_of(s, hash)];
	uint32_t *first = slots_of(s, hash), *end = first + s->cap, *at = first + home_of(s, hash), tag = tag_of(hash);

	while (*at && ((*at ^ tag) > NUMBER || memcmp(&p->id[(*at & NUMBER) - 1], id, sizeof *id)))
		at = at + 1 == end ? first : at + 1;
	return at;
}

/* Some at a time, so that slots come from memory while others are looked for.  No identity is there twice. */
static void fill(const struct state *s, size_t part)
{
	enum { SOME = 32 };
	const struct part *p = &s->part[part];
	uint32_t *first = s->slot + part * s->cap, home[SOME], slot[SOME];

	for (uint32_t k = 0, n; k < p->n; k += n) {
		n = p->n - k < SOME ? p->n - k : SOME;
		for (uint32_t i = 0; i < n; i++) {
			uint64_t hash = hash_of(s, &p->id[k + i]);

			home[i] = home_of(s, hash);
			slot[i] = tag_of(hash) | (k + i + 1);
			__builtin_prefetch(first + home[i], 1);
		}
		for (uint32_t i = 0; i < n; i++) {
			uint32_t at = home[i];

			while (first[at])
				at = at + 1 == s->cap ? 0 : at + 1;
			first[at] = slot[i];
		}
	}
}

/* Anonymous pages: zero, and not there before they are touched. */
static void *pages(size_t n)
{
	void *p = mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (p == MAP_FAILED)
		sc_oom();
	return p;
}

/* Whole pages of any machine. */
static size_t slot_bytes(const struct state *s, uint32_t cap)
{
	return (nparts(s) * cap * sizeof *s->slot + MOST_PAGE - 1) & ~(size_t)(MOST_PAGE - 1);
}

/* A large stretch lies on huge pages where it can: a slot is looked up anywhere in it. */
static uint32_t *slots_new(size_t n)
{
	size_t before;
	char *p;

	if (n < 2 * HUGE_PAGE)
		return pages(n);
	p = pages(n + HUGE_PAGE);
	before = (HUGE_PAGE - (uintptr_t)p % HUGE_PAGE) % HUGE_PAGE;
	if (before)
		munmap(p, before);
	if (before < HUGE_PAGE)
		munmap(p + before + n, HUGE_PAGE - before);
	madvise(p + before, n, MADV_HUGEPAGE);
	return (uint32_t *)(void *)(p + before);
}

static void slots_free(struct state *s)
{
	if (s->slot)
		munmap(s->slot, slot_bytes(s, s->cap));
	s->slot = NULL;
}

static void more_slots(struct state *s, uint32_t cap)
{
	slots_free(s);
	s->slot = slots_new(slot_bytes(s, cap));
	s->cap = cap;
	for (size_t i = 0; i < nparts(s); i++)
		fill(s, i);
}

static void more_ids(struct part *p)
{
	uint32_t room = (p->room + p->room / 2 + 8 * IDS) & ~(uint32_t)(IDS - 1);

	p->id = p->id ? mremap(p->id, p->room * sizeof *p->id, room * sizeof *p->id, MREMAP_MAYMOVE) : pages(room * sizeof *p->id);
	if ((void *)p->id == MAP_FAILED)
		sc_oom();
	p->room = room;
}

static bool has_room(const struct state *s, const struct part *p)
{
	return p->n % IDS && !crowded(s, p);
}

/* Makes room for one more identity in the part; false when that is more than --memory. */
static bool make_room(struct state *s, struct part *p)
{
	size_t more = p->n % IDS ? 0 : CHUNK;
	uint32_t cap = s->cap;

	if (p->n == NUMBER)
		return false;
	if (crowded(s, p))
		cap = cap ? cap + cap / 5 * 2 : FIRST_SLOTS;
	more += cap > s->cap ? slot_bytes(s, cap) - (s->slot ? slot_bytes(s, s->cap) : 0) : 0;
	if (s->used + more > s->limit)
		return false;
	s->used += more;
	if (p->n == p->room)
		more_ids(p);
	if (cap > s->cap)
		more_slots(s, cap);
	return true;
}

static void release(struct part *p)
{
	if (p->id)
		munmap(p->id, p->room * sizeof *p->id);
	*p = (struct part){ 0 };
}

/* ---- runs ---- */

static void sort_few(struct id *v, size_t n)
{
	for (size_t i = 1, k; i < n; i++) {
		struct id x = v[i];

		for (k = i; k && memcmp(&x, &v[k - 1], sizeof x) < 0; k--)
			v[k] = v[k - 1];
		v[k] = x;
	}
}

/* By bytes; those before `at` are equal.  American flag sort (McIlroy, Bostic, McIlroy 1993): in place, linear whatever the bytes are. */
static void sort(struct id *v, size_t n, unsigned at)
{
	uint32_t next[256], end[256] = { 0 }, from = 0;

	if (n <= 24 || at == sizeof v->b) {
		sort_few(v, n);
		return;
	}
	for (size_t i = 0; i < n; i++)
		end[v[i].b[at]]++;
	for (unsigned c = 0; c < 256; c++) {
		next[c] = from;
		end[c] = from += end[c];
	}
	for (unsigned c = 0; c < 256; c++)
		while (next[c] < end[c]) {
			struct id x = v[next[c]], y;

			for (unsigned k = x.b[at]; k != c; k = x.b[at]) {
				y = v[next[k]];
				v[next[k]++] = x;
				x = y;
			}
			v[next[c]++] = x;
		}
	for (unsigned c = from = 0; c < 256; from = end[c++])
		sort(v + from, end[c] - from, at + 1);
}

/* Double hashing (Kirsch and Mitzenmacher 2006) makes four bits of two hashes. */
static uint64_t bit(const struct state *s, XXH128_hash_t h, unsigned k)
{
	return (h.low64 + k * (h.high64 | 1)) & (s->bloom_bits - 1);
}

static XXH128_hash_t bloom_hash(const struct state *s, const struct id *id)
{
	return XXH3_128bits_withSeed(id, sizeof *id, ~s->seed);
}

static void bloom_add(struct state *s, const struct id *id)
{
	XXH128_hash_t h = bloom_hash(s, id);

	for (unsigned k = 0; k < 4; k++)
		s->bloom[bit(s, h, k) / 64] |= UINT64_C(1) << bit(s, h, k) % 64;
}

static bool bloom_has(const struct state *s, const struct id *id)
{
	XXH128_hash_t h = bloom_hash(s, id);

	for (unsigned k = 0; k < 4; k++)
		if (!(s->bloom[bit(s, h, k) / 64] >> bit(s, h, k) % 64 & 1))
			return false;
	return true;
}

/* Where an identity stands in a run, as a number that is spread evenly: its part, then its first bytes. */
static uint64_t key_of(const struct state *s, const struct id *id)
{
	uint64_t head;

	memcpy(&head, id->b, sizeof head);
	head = be64toh(head);
	return s->bits ? (uint64_t)part_of(s, hash_of(s, id)) << (64 - s->bits) | head >> s->bits : head;
}

static int order(const struct state *s, const struct id *a, const struct id *b)
{
	uint64_t x = key_of(s, a), y = key_of(s, b);

	return x < y ? -1 : x > y ? 1 : memcmp(a, b, sizeof *a);
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

static int read_ids(const struct run *r, uint64_t at, struct id *v, size_t n, struct sc_err *e)
{
	size_t want = n * sizeof *v, got = 0;

	while (got < want) {
		ssize_t k = pread(r->fd, v->b + got, want - got, (off_t)(at * sizeof *v + got));

		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			return sc_fail(e, "spool file in TMPDIR: %s", k ? strerror(errno) : "cut short");
		got += (size_t)k;
	}
	return SC_OK;
}

static int page_in(struct stream *s, struct sc_err *e)
{
	if (s->next < s->n || s->at == s->r->n)
		return SC_OK;
	s->n = s->r->n - s->at < PAGE ? (size_t)(s->r->n - s->at) : PAGE;
	SC_TRY(read_ids(s->r, s->at, s->id, s->n, e));
	s->at += s->n;
	s->next = 0;
	return SC_OK;
}

/* What both have goes to fd in order.  No identity is in two runs. */
static int merge(const struct state *s, struct stream *a, struct stream *b, int fd, struct sc_err *e)
{
	struct id out[PAGE];
	size_t n = 0;

	for (;;) {
		struct stream *x;

		SC_TRY(page_in(a, e));
		SC_TRY(page_in(b, e));
		if (n == PAGE || (a->next == a->n && b->next == b->n)) {
			SC_TRY(write_all(fd, out, n * sizeof *out, e));
			if (n < PAGE)
				return SC_OK;
			n = 0;
			continue;
		}
		x = b->next == b->n || (a->next < a->n && order(s, &a->id[a->next], &b->id[b->next]) < 0) ? a : b;
		out[n++] = x->id[x->next++];
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
		rc = merge(s, &a, &b, fd, e);
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

static int spill(struct state *s, struct sc_err *e)
{
	struct run *v = realloc(s->run, (s->nrun + 1) * sizeof *v);

	if (!v)
		sc_oom();
	s->run = v;
	if (!s->bloom && !(s->bloom = calloc(s->bloom_bits / 64, sizeof *s->bloom)))
		sc_oom();
	v += s->nrun;
	*v = (struct run){ .fd = sc_spool(e) };
	if (v->fd < 0)
		return SC_FAIL;
	s->nrun++;
	for (size_t i = 0; i < nparts(s); i++) {
		struct part *p = &s->part[i];

		sort(p->id, p->n, 0);
		for (uint32_t k = 0; k < p->n; k++)
			bloom_add(s, &p->id[k]);
		SC_TRY(write_all(v->fd, p->id, p->n * sizeof *p->id, e));
		v->n += p->n;
		release(p);
	}
	memset(s->slot, 0, slot_bytes(s, s->cap));
	s->used = slot_bytes(s, s->cap);
	return settle(s, e);
}

static bool among(const struct state *s, const struct id *v, size_t n, const struct id *id)
{
	size_t lo = 0;

	while (lo < n) {
		size_t mid = lo + (n - lo) / 2;
		int c = order(s, id, &v[mid]);

		if (c == 0)
			return true;
		if (c < 0)
			n = mid;
		else
			lo = mid + 1;
	}
	return false;
}

/* Interpolation, a stretch of IDS at a time, with a bisection each third: identities are spread evenly, unless somebody took pains. */
static int in_run(const struct state *s, const struct run *r, const struct id *id, bool *there, struct sc_err *e)
{
	uint64_t lo = 0, hi = r->n, least = 0, most = UINT64_MAX, key = key_of(s, id);
	struct id v[IDS];

	for (unsigned turn = 1; lo < hi; turn++) {
		uint64_t mid = lo + (hi - lo) / 2;
		size_t n;

		if (turn % 3)
			mid = lo + (uint64_t)((unsigned __int128)(hi - lo) * (key - least) / ((unsigned __int128)(most - least) + 1));
		mid = mid - lo > IDS / 2 ? mid - IDS / 2 : lo;
		n = hi - mid < IDS ? (size_t)(hi - mid) : IDS;
		SC_TRY(read_ids(r, mid, v, n, e));
		if (order(s, id, &v[0]) < 0) {
			hi = mid;
			most = key_of(s, &v[0]);
		} else if (order(s, id, &v[n - 1]) > 0) {
			lo = mid + n;
			least = key_of(s, &v[n - 1]);
		} else {
			*there = among(s, v, n, id);
			return SC_OK;
		}
	}
	return SC_OK;
}

/* ---- the filter ---- */

static int seen(struct state *s, const struct id *id, bool *there, struct sc_err *e)
{
	uint64_t hash = hash_of(s, id);
	struct part *p = &s->part[part_of(s, hash)];
	uint32_t *at = s->cap ? find(s, hash, id) : NULL;

	*there = at && *at;
	if (!*there && s->bloom && bloom_has(s, id))
		for (size_t i = 0; i < s->nrun && !*there; i++)
			SC_TRY(in_run(s, &s->run[i], id, there, e));
	if (*there)
		return SC_OK;
	if (!has_room(s, p)) {
		if (!make_room(s, p)) {
			SC_TRY(spill(s, e));
			make_room(s, p);
		}
		at = find(s, hash, id);
	}
	p->id[p->n++] = *id;
	*at = tag_of(hash) | p->n;
	return SC_OK;
}

static int open_(struct sc_ctx *c)
{
	struct state *s = c->state;
	size_t memory = memory_of(c->conf);

	while (s->bits < PART_BITS && memory >> s->bits > PART_BYTES)
		s->bits++;
	s->part = calloc(nparts(s), sizeof *s->part);
	if (!s->part)
		sc_oom();
	for (s->bloom_bits = 1024; 2 * s->bloom_bits <= memory; s->bloom_bits *= 2)
		; /* bits, so an eighth of it in bytes at most */
	s->limit = memory - s->bloom_bits / 8 - BUFFERS - nparts(s) * sizeof *s->part;
	if (getrandom(&s->seed, sizeof s->seed, GRND_NONBLOCK) != sizeof s->seed)
		s->seed = (uint64_t)time(NULL) ^ (uintptr_t)s->part;
	return SC_OK;
}

/* What find() will look at lies anywhere in memory: half of all time was waiting for it. */
static void soon(struct sc_ctx *c, const struct sc_record *r)
{
	const struct state *s = c->state;
	const uint32_t *at;
	uint64_t hash;
	struct id id;

	if (!r->has_id || !s->cap)
		return;
	memcpy(id.b, r->id, sizeof id.b);
	hash = hash_of(s, &id);
	at = slots_of(s, hash) + home_of(s, hash);
	__builtin_prefetch(at);
	__builtin_prefetch(at + 12); /* the next line, when a run of slots may reach into it */
}

static int each(struct sc_ctx *c, struct sc_record *r)
{
	struct state *s = c->state;
	struct id id;
	bool there;

	sc_record_id(c->a, r);
	memcpy(id.b, r->id, 32);
	SC_TRY(seen(s, &id, &there, c->e));
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
	for (size_t i = 0; s->part && i < nparts(s); i++)
		release(&s->part[i]);
	slots_free(s);
	free(s->run);
	free(s->part);
	free(s->bloom);
}

extern const struct sc_filter select_dedup;
const struct sc_filter select_dedup = {
	.card = { .name = "select/dedup",
		  .about = "drop records whose payload came before, exactly",
		  .more = "Records are equal when their identity (SHA-256 of the payload) is.  The first one stays: the one in the earlier shard, or "
			  "earlier in its shard.  Memory: at most 40 bytes a unique record, until --memory, which "
			  "bounds all of it; past that, runs in TMPDIR.",
		  .example = "scope dedup docs.jsonl",
		  .opts = opts,
		  .conf = sizeof(struct conf),
		  .state = sizeof(struct state),
		  .revision = 1 },
	.flags = SC_SERIAL | SC_IDS,
	.open = open_,
	.each = each,
	.soon = soon,
	.close = close_,
};
