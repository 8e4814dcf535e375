/* SPDX-License-Identifier: Apache-2.0 */
/* hot.c -- running digests by key; see hot.h. */
#include "hot.h"

#include <stdlib.h>

void runs_line(struct runs *r, sc_str line)
{
	const sc_str lf = SC_STR("\n");
	sc_str same[MOST_KEYS];

	for (size_t i = 0; i < r->n; i++) {
		same[i] = line;
		if (r->v[i]->n)
			sha256_run_add(&r->v[i], &lf, 1);
		else
			sha256_run_start(r->v[i]);
	}
	sha256_run_add(r->v, same, r->n);
	r->n = 0;
}

void runs_want(struct runs *r, struct sha256_run *one, sc_str line)
{
	bool now = r->n == MOST_KEYS;

	for (size_t i = 0; i < r->n; i++)
		now |= r->v[i] == one;
	if (now)
		runs_line(r, line);
	r->v[r->n++] = one;
}

enum { LEAST = 64, LINE = 64 };
static const uint64_t number = UINT32_MAX; /* the part of a place */

void hot_init(struct hot *t, size_t memory)
{
	*t = (struct hot){ .most = memory / (sizeof *t->v + 2 * sizeof *t->place) };
	if (t->most < LEAST)
		t->most = LEAST;
	if (t->most > UINT32_MAX - 1)
		t->most = UINT32_MAX - 1;
	/* Pages are had when they are touched; a machine that refuses what it could never have may have less. */
	while (!(t->v = calloc(t->most, sizeof *t->v)) && t->most > LEAST)
		t->most /= 2;
	t->nplace = 2 * t->most;
	t->place = calloc(t->nplace, sizeof *t->place);
	if (!t->v || !t->place)
		sc_oom();
}

/* Keys are digests: any of their bytes are as good as a hash. */
static size_t first_place(const struct hot *t, const uint8_t key[32])
{
	uint64_t h;

	memcpy(&h, key, sizeof h);
	return (size_t)((unsigned __int128)h * t->nplace >> 64);
}

static uint64_t mark_of(const uint8_t key[32])
{
	uint64_t h;

	memcpy(&h, key + 8, sizeof h);
	return h & ~number;
}

/* Where the key is, or would be. */
static size_t find(const struct hot *t, const uint8_t key[32])
{
	uint64_t mark = mark_of(key);

	for (size_t i = first_place(t, key);; i = i + 1 < t->nplace ? i + 1 : 0)
		if (!t->place[i] || ((t->place[i] & ~number) == mark &&
		                     !memcmp(t->v[(t->place[i] & number) - 1].key, key, 32)))
			return i;
}

struct sha256_run *hot_get(struct hot *t, const uint8_t key[32])
{
	size_t at = find(t, key);

	if (t->place[at])
		return &t->v[(t->place[at] & number) - 1].sha;
	if (t->n == t->most)
		return NULL;
	memcpy(t->v[t->n].key, key, 32);
	t->place[at] = mark_of(key) | ++t->n;
	return &t->v[t->n - 1].sha;
}

void hot_fetch_place(const struct hot *t, const uint8_t key[32])
{
	__builtin_prefetch(&t->place[first_place(t, key)], 1);
}

void hot_fetch_digest(const struct hot *t, const uint8_t key[32])
{
	uint64_t place = t->place[first_place(t, key)];

	if ((place & ~number) != mark_of(key) || !place)
		return;
	for (size_t at = 0; at < sizeof *t->v; at += LINE)
		__builtin_prefetch((const char *)&t->v[(place & number) - 1] + at, 1);
}

void hot_free(struct hot *t)
{
	free(t->v);
	free(t->place);
	*t = (struct hot){ .v = NULL };
}
