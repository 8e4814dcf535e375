/* SPDX-License-Identifier: Apache-2.0 */
/* place.c -- where records stand, and the files that speak for a place; see scope/place.h. */
#include <scope/digest.h>
#include <scope/place.h>
#include <scope/plugin.h>
#include <scope/text.h>
#include <scope/url.h>

#include <search.h>
#include <stdlib.h>

/* ---- places ---- */

static bool is_port(sc_str s)
{
	size_t i = 0;

	while (i < s.n && s.p[i] >= '0' && s.p[i] <= '9')
		i++;
	return i == s.n && s.n && s.n < 6;
}

/* ":8080", or nothing where it is the scheme's own. */
static sc_str port_of(const struct sc_url *u, bool tls)
{
	sc_str s = { u->host.p + u->host.n, (size_t)(u->path.p - (u->host.p + u->host.n)) };

	if (s.n && *s.p == ']')
		s = sc_str_from(s, 1);
	if (!s.n || *s.p != ':' || !is_port(sc_str_from(s, 1)) || sc_str_eq(s, tls ? SC_STR(":443") : SC_STR(":80")))
		return (sc_str){ "", 0 };
	return s;
}

static sc_str joined(struct sc_arena *a, sc_str x, sc_str y, sc_str z)
{
	struct sc_buf b = { .a = a };

	sc_buf_add(&b, x);
	sc_buf_add(&b, y);
	sc_buf_add(&b, z);
	return sc_buf_seal(&b);
}

sc_str sc_place_origin(struct sc_arena *a, sc_str url, sc_str *path)
{
	struct sc_url u;
	sc_str host, port;
	bool tls;

	*path = SC_STR("/");
	if (!sc_url_split(url, &u) || !u.host.p)
		return (sc_str){ NULL, 0 };
	tls = sc_str_ieq(u.scheme, SC_STR("https"));
	if (!tls && !sc_str_ieq(u.scheme, SC_STR("http")))
		return (sc_str){ NULL, 0 };
	host = sc_url_host(a, url);
	if (!host.n)
		return host;
	if (u.path.n) {
		sc_str rest = { u.path.p, (size_t)(url.p + url.n - u.path.p) };

		*path = sc_str_head(rest, sc_str_chr(rest, '#'));
	}
	port = port_of(&u, tls);
	return joined(a, tls ? SC_STR("https://") : SC_STR("http://"), host, port);
}

sc_str sc_place_folder(struct sc_arena *a, const struct sc_record *r, sc_str *file)
{
	bool alone = r->by && strcmp(r->by->card.name, "read/file") == 0;
	sc_str shard = alone ? SC_STR("") : r->from.shard, path = alone ? r->from.shard : r->name;
	size_t slash;

	while (sc_str_starts(path, SC_STR("./")))
		path = sc_str_from(path, 2);
	slash = sc_str_rchr(path, '/');
	*file = slash == SC_NONE ? path : sc_str_from(path, slash + 1);
	return joined(a, shard, SC_STR("\n"), sc_str_head(path, slash == SC_NONE ? 0 : slash));
}

sc_str sc_place_in(struct sc_arena *a, sc_str folder, sc_str name)
{
	return joined(a, folder, sc_str_ends(folder, SC_STR("\n")) ? SC_STR("") : SC_STR("/"), name);
}

bool sc_place_up(sc_str *place)
{
	size_t folder = sc_str_rchr(*place, '\n'), slash;

	if (folder == SC_NONE || folder + 1 == place->n)
		return false;
	slash = sc_str_rchr(*place, '/');
	place->n = slash == SC_NONE || slash < folder ? folder + 1 : slash;
	return true;
}

/* ---- who speaks ---- */

struct known {
	uint8_t sha256[32];
	unsigned kind;
	const void *said;
};

static int by_digest(const void *x, const void *y)
{
	const struct known *p = x, *q = y;
	int d = memcmp(p->sha256, q->sha256, sizeof p->sha256);

	return d ? d : (p->kind > q->kind) - (p->kind < q->kind);
}

const void *sc_speakers_known(struct sc_speakers *s, unsigned kind, sc_str bytes)
{
	struct known one = { .kind = kind };
	struct known *const *found;

	sc_sha256_of(bytes, one.sha256);
	found = tfind(&one, &s->known, by_digest);
	return found ? (*found)->said : NULL;
}

void sc_speakers_made(struct sc_speakers *s, unsigned kind, sc_str bytes, const void *said)
{
	struct known *one = SC_NEW(&s->a, struct known, 1);

	*one = (struct known){ .kind = kind, .said = said };
	sc_sha256_of(bytes, one->sha256);
	if (!tsearch(one, &s->known, by_digest))
		sc_oom();
}

int sc_speakers_add(struct sc_speakers *s, struct sc_speaker one, struct sc_err *e)
{
	if (sc_arena_bytes(&s->a) > SC_SPEAKERS_BYTES)
		return sc_fail(e, "more than %d MiB of files that speak for others; read fewer shards at a time", SC_SPEAKERS_BYTES >> 20);
	if (s->n == s->cap) {
		size_t cap = s->cap ? 2 * s->cap : 64;
		struct sc_speaker *v = SC_NEW(&s->a, struct sc_speaker, cap);

		if (s->n)
			memcpy(v, s->v, s->n * sizeof *v);
		s->v = v;
		s->cap = cap;
	}
	one.place = sc_strdup(&s->a, one.place);
	one.where = sc_strdup(&s->a, one.where);
	one.created = sc_strdup(&s->a, one.created);
	one.serial = s->n;
	s->v[s->n++] = one;
	return SC_OK;
}

static int by_place(const void *x, const void *y)
{
	const struct sc_speaker *p = x, *q = y;
	int d = sc_str_cmp(p->place, q->place);

	d = d ? d : (p->kind > q->kind) - (p->kind < q->kind);
	d = d ? d : sc_str_cmp(p->created, q->created);
	d = d ? d : sc_str_cmp(p->where, q->where); /* not the order of the members */
	return d ? d : (p->serial > q->serial) - (p->serial < q->serial);
}

void sc_speakers_sort(struct sc_speakers *s)
{
	if (s->n)
		qsort(s->v, s->n, sizeof *s->v, by_place);
}

static void keep(void *node)
{
	(void)node; /* in the arena */
}

void sc_speakers_free(struct sc_speakers *s)
{
	tdestroy(s->known, keep);
	sc_arena_free(&s->a);
	*s = (struct sc_speakers){ .n = 0 };
}

/* Is it a date that others can be held against by its bytes? */
static bool is_dated(sc_str s)
{
	return s.n >= 10 && s.p[4] == '-' && s.p[7] == '-' && s.p[0] >= '1' && s.p[0] <= '2';
}

/* The second: fractions and the zone's letter aside. */
static sc_str second(sc_str s)
{
	return sc_str_head(s, 19);
}

static size_t first_of(const struct sc_speakers *s, sc_str place, unsigned kind)
{
	struct sc_speaker key = { .place = place, .kind = kind };
	size_t lo = 0, hi = s->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (by_place(&s->v[mid], &key) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

const struct sc_speaker *sc_speakers_in(const struct sc_speakers *s, sc_str place, size_t *n)
{
	size_t lo = first_of(s, place, 0), hi = lo;

	while (hi < s->n && sc_str_eq(s->v[hi].place, place))
		hi++;
	*n = hi - lo;
	return s->v + lo;
}

const struct sc_speaker *sc_speaker_at(const struct sc_speakers *s, unsigned kind, sc_str place, sc_str when, bool *later)
{
	const struct sc_speaker *best = NULL;
	size_t lo = first_of(s, place, kind);

	for (; lo < s->n && s->v[lo].kind == kind && sc_str_eq(s->v[lo].place, place); lo++) {
		const struct sc_speaker *x = &s->v[lo];

		if (best && is_dated(when) && is_dated(x->created) && sc_str_cmp(second(x->created), second(when)) > 0)
			break;
		best = x;
	}
	*later = best && is_dated(when) && is_dated(best->created) && sc_str_cmp(second(best->created), second(when)) > 0;
	return best;
}
