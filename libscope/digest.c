/* SPDX-License-Identifier: Apache-2.0 */
/*
 * digest.c -- SHA-256, multiset sums, RFC 6962 tree heads.
 *
 * Messages that lie whole in memory go to sha256_ni.c where the CPU has the instructions: two at a time, and without
 * what a call of libcrypto costs beside the hashing, which for a short message is more than that.  All else is
 * libcrypto's EVP, which picks the best of any CPU; one context is reused, since making one costs more than hashing
 * a short record.
 */
#include <scope/digest.h>

#include "cpu.h"
#include "sha256.h"

#include <endian.h>
#include <pthread.h>
#include <stdlib.h>

#include <openssl/evp.h>

/* Bytes of a running digest that wait: one buffer is filled while the other may be hashed.  Under the lock but for the run and
 * the buffer that is being hashed, which are whose who set busy. */
struct later {
	pthread_mutex_t lock;
	pthread_cond_t idle;
	char *buf[2];
	int filling;
	size_t n; /* in the one that is filled */
	bool busy;
	struct sha256_run run;
};

struct sc_sha256 {
	EVP_MD_CTX *ctx;     /* NULL with later */
	struct later *later;
};

enum { LATER = 1 << 20 };

static void later_add(struct later *l, sc_str s);
static void later_end(struct later *l, uint8_t out[32]);

static EVP_MD *md; /* fetched once: a lookup by name each time takes locks */
static pthread_once_t md_once = PTHREAD_ONCE_INIT;

static void md_fetch(void)
{
	OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
	md = EVP_MD_fetch(NULL, "SHA256", NULL);
	if (!md)
		sc_oom();
}

struct sc_sha256 *sc_sha256_new(void)
{
	struct sc_sha256 *h = calloc(1, sizeof *h);

	pthread_once(&md_once, md_fetch);
	if (h)
		h->ctx = EVP_MD_CTX_new();
	if (!h || !h->ctx)
		sc_oom();
	sc_sha256_start(h);
	return h;
}

void sc_sha256_free(struct sc_sha256 *h)
{
	if (!h)
		return;
	if (h->later) {
		free(h->later->buf[0]);
		free(h->later->buf[1]);
		pthread_cond_destroy(&h->later->idle);
		pthread_mutex_destroy(&h->later->lock);
		free(h->later);
	}
	EVP_MD_CTX_free(h->ctx);
	free(h);
}

void sc_sha256_start(struct sc_sha256 *h)
{
	if (EVP_DigestInit_ex2(h->ctx, md, NULL) != 1)
		sc_oom();
}

void sc_sha256_add(struct sc_sha256 *h, sc_str s)
{
	if (h->later)
		later_add(h->later, s);
	else if (s.n && EVP_DigestUpdate(h->ctx, s.p, s.n) != 1)
		sc_oom();
}

void sc_sha256_end(struct sc_sha256 *h, uint8_t out[32])
{
	if (h->later)
		later_end(h->later, out);
	else if (EVP_DigestFinal_ex(h->ctx, out, NULL) != 1)
		sc_oom();
}

void sc_sha256_peek(const struct sc_sha256 *h, sc_str more, uint8_t out[32])
{
	struct sc_sha256 *copy = sc_sha256_new();

	if (EVP_MD_CTX_copy_ex(copy->ctx, h->ctx) != 1)
		sc_oom();
	sc_sha256_add(copy, more);
	sc_sha256_end(copy, out);
	sc_sha256_free(copy);
}

/* A context for each thread, freed when the thread ends. */
static pthread_key_t mine;
static pthread_once_t mine_once = PTHREAD_ONCE_INIT;

static void mine_free(void *h)
{
	sc_sha256_free(h);
}

static void mine_atexit(void)
{
	mine_free(pthread_getspecific(mine));
	pthread_setspecific(mine, NULL);
	EVP_MD_free(md);
	md = NULL;
}

static void mine_make(void)
{
	if (pthread_key_create(&mine, mine_free))
		sc_oom();
	pthread_once(&md_once, md_fetch);
	atexit(mine_atexit);
}

static struct sc_sha256 *thread_digest(void)
{
	struct sc_sha256 *h;

	pthread_once(&mine_once, mine_make);
	h = pthread_getspecific(mine);
	if (!h) {
		h = sc_sha256_new();
		if (pthread_setspecific(mine, h))
			sc_oom();
	}
	return h;
}

/* ---- what may wait ---- */

struct sc_sha256 *sc_sha256_new_later(void)
{
	struct sc_sha256 *h;

	if (!cpu_sha())
		return sc_sha256_new();
	h = calloc(1, sizeof *h);
	if (!h || !(h->later = calloc(1, sizeof *h->later)))
		sc_oom();
	pthread_mutex_init(&h->later->lock, NULL);
	pthread_cond_init(&h->later->idle, NULL);
	sha256_ni_start(&h->later->run);
	return h;
}

/* Under the lock: what waits is taken and hashed, messages beside it; the lock is not held meanwhile. */
static void later_hash(struct later *l, const sc_str *v, size_t n, uint8_t (*out)[32])
{
	sc_str s = { l->buf[l->filling], l->n };

	l->busy = true;
	l->filling ^= 1;
	l->n = 0;
	pthread_mutex_unlock(&l->lock);
	sha256_ni_beside(&l->run, s, v, n, out);
	pthread_mutex_lock(&l->lock);
	l->busy = false;
	pthread_cond_broadcast(&l->idle);
}

static void later_wait(struct later *l)
{
	while (l->busy)
		pthread_cond_wait(&l->idle, &l->lock);
}

static void later_add(struct later *l, sc_str s)
{
	pthread_mutex_lock(&l->lock);
	while (s.n) {
		char **buf = &l->buf[l->filling];
		size_t n = s.n < LATER - l->n ? s.n : LATER - l->n;

		if (!*buf && !(*buf = malloc(LATER)))
			sc_oom();
		memcpy(*buf + l->n, s.p, n);
		l->n += n;
		s = sc_str_from(s, n);
		if (l->n < LATER)
			continue;
		later_wait(l);
		if (l->n == LATER) /* nobody has taken it meanwhile */
			later_hash(l, NULL, 0, NULL);
	}
	pthread_mutex_unlock(&l->lock);
}

static void later_end(struct later *l, uint8_t out[32])
{
	pthread_mutex_lock(&l->lock);
	later_wait(l);
	later_hash(l, NULL, 0, NULL);
	sha256_ni_end(&l->run, out);
	for (int i = 0; i < 2; i++) {
		free(l->buf[i]);
		l->buf[i] = NULL;
	}
	pthread_mutex_unlock(&l->lock);
}

static _Thread_local struct sc_sha256 *company;

void sc_sha256_company(struct sc_sha256 *h)
{
	company = h;
}

/* False: nothing waits, or somebody is at it. */
static bool beside_company(const sc_str *v, size_t n, uint8_t (*out)[32])
{
	struct later *l = company ? company->later : NULL;
	bool ours;

	if (!l || n < 2)
		return false;
	pthread_mutex_lock(&l->lock);
	ours = !l->busy && l->n;
	if (ours)
		later_hash(l, v, n, out);
	pthread_mutex_unlock(&l->lock);
	return ours;
}

void sc_sha256_many(const sc_str *v, size_t n, uint8_t (*out)[32])
{
	struct sc_sha256 *h;

	if (cpu_sha() && beside_company(v, n, out))
		return;
	if (cpu_sha()) {
		sha256_ni_many(v, n, out);
		return;
	}
	h = thread_digest();
	for (size_t i = 0; i < n; i++) {
		sc_sha256_start(h);
		sc_sha256_add(h, v[i]);
		sc_sha256_end(h, out[i]);
	}
}

void sc_sha256_of(sc_str s, uint8_t out[32])
{
	sc_sha256_many(&s, 1, (uint8_t(*)[32])out);
}

/* SHA-256(x || y || z).  Short ones are put together; EVP hashes longer ones in pieces without a copy. */
static void of_three(sc_str x, sc_str y, sc_str z, uint8_t out[32])
{
	char whole[1024];
	struct sc_buf b = { .p = whole, .cap = sizeof whole };
	struct sc_sha256 *h;

	if (x.n < 256 && y.n < 512 && z.n < 256) { /* so it does not grow */
		sc_buf_add(&b, x);
		sc_buf_add(&b, y);
		sc_buf_add(&b, z);
		sc_sha256_of(sc_buf_str(&b), out);
		return;
	}
	h = thread_digest();
	sc_sha256_start(h);
	sc_sha256_add(h, x);
	sc_sha256_add(h, y);
	sc_sha256_add(h, z);
	sc_sha256_end(h, out);
}

void sc_sha256_of_both(sc_str x, sc_str y, uint8_t out[32])
{
	of_three(SC_STR(""), x, y, out);
}

void sc_sum_add(uint8_t sum[32], const uint8_t digest[32])
{
	unsigned long long carry = 0;

	for (size_t i = 32; i > 0;) {
		uint64_t x, y, t;
		bool over;

		i -= 8;
		memcpy(&x, sum + i, 8);
		memcpy(&y, digest + i, 8);
		over = __builtin_add_overflow(be64toh(x), be64toh(y), &t);
		over |= __builtin_add_overflow(t, carry, &t);
		carry = over;
		t = htobe64(t);
		memcpy(sum + i, &t, 8);
	}
}

/* ---- Merkle tree hash ---- */

void sc_merkle_leaf_hash(sc_str leaf, uint8_t out[32])
{
	of_three(SC_STR("\0"), leaf, SC_STR(""), out);
}

static sc_str view(const uint8_t h[32])
{
	return (sc_str){ (const char *)h, 32 };
}

void sc_merkle_add(struct sc_merkle *m, const uint8_t leaf_hash[32])
{
	uint8_t now[32];
	size_t level = 0;

	memcpy(now, leaf_hash, 32);
	for (uint64_t n = m->n; n & 1; n >>= 1, level++)
		of_three(SC_STR("\1"), view(m->node[level]), view(now), now);
	memcpy(m->node[level], now, 32);
	m->n++;
}

void sc_merkle_root(const struct sc_merkle *m, uint8_t out[32])
{
	bool have = false;

	if (!m->n) {
		sc_sha256_of(SC_STR(""), out);
		return;
	}
	for (size_t level = 0; level < 64; level++) {
		if (!(m->n >> level & 1))
			continue;
		if (have)
			of_three(SC_STR("\1"), view(m->node[level]), view(out), out);
		else
			memcpy(out, m->node[level], 32);
		have = true;
	}
}
