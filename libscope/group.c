/* SPDX-License-Identifier: Apache-2.0 */
/*
 * group.c -- neighbours in an archive to records: --group sample and none.
 *
 * A sample ends where the next member has another key, so one member's header is always looked at ahead
 * (g->m); its payload stays in the reader until the sample it belongs to is being made.
 *
 * Damage.  A record whose payload is spoilt (too large, encrypted, failed checksum, cut short) is rejected as a
 * whole: what belongs together shares its fate.  Damage *between* members is told as a reject of its own; the samples
 * on its two sides may have lost members to it, and half a sample must not pass for a whole one, so each is kept only
 * when it has the same part names as the last sample that was whole for certain.
 *
 * WebDataset's own rule leaves members without a dot out; here they are records.  Its regular expression
 * makes "dir/.hid.json" a sample of key "dir/"; here such a member stands alone.
 */
#include "group_impl.h"

#include <inttypes.h>
#include <stdlib.h>

#include <scope/plugin.h>

/* A sample's members are at most this many, and its headers at most this many bytes above --max-record. */
enum { MOST_MEMBERS = 1 << 16, HEADER_ROOM = 1 << 20, KEEP_BAD = 64 << 10 };

bool sc_group_split(sc_str path, sc_str *key, sc_str *part)
{
	sc_str base = sc_path_name(path);
	size_t dot = sc_str_chr(base, '.');

	if (dot == SC_NONE || dot == 0) {
		*key = path;
		*part = base;
		return false;
	}
	*key = sc_str_head(path, path.n - base.n + dot);
	*part = sc_str_from(base, dot + 1);
	return true;
}

static bool is_file(const struct sc_member *m)
{
	return strcmp(m->type, "file") == 0;
}

int sc_group_new(struct sc_group **out, const struct sc_read_conf *conf, struct sc_members from,
                 sc_str shard, struct sc_err *e)
{
	static const struct {
		sc_str word;
		enum mode mode;
	} known[] = { { SC_LIT(""), SAMPLE },
		      { SC_LIT("archive"), ARCHIVE },
		      { SC_LIT("directory"), DIRECTORY },
		      { SC_LIT("none"), NONE },
		      { SC_LIT("paper"), PAPER },
		      { SC_LIT("sample"), SAMPLE } };
	struct sc_arena keep = { 0 };
	struct sc_group *g;

	for (size_t i = 0; i < SC_COUNT(known); i++) {
		if (!sc_str_eq(known[i].word, conf->group))
			continue;
		g = SC_NEW(&keep, struct sc_group, 1);
		g->keep = keep;
		g->mode = known[i].mode;
		g->in_band = conf->in_band;
		g->conf = *conf;
		g->max = conf->max_record ? conf->max_record : (size_t)64 << 20;
		g->from = from;
		g->shard = shard;
		*out = g;
		return SC_OK;
	}
	return sc_fail(e, "--group %.*s: expected sample, directory, archive, paper or none", SC_ARG(conf->group));
}

void sc_group_free(struct sc_group *g)
{
	struct sc_arena keep;

	if (!g)
		return;
	package_free(g);
	papers_free(g);
	sc_buf_free(&g->raw);
	sc_buf_free(&g->plain);
	keep = g->keep;
	sc_arena_free(&keep);
}

/* ---- the record's own header, as JSON ---- */

static void put_key(struct sc_buf *b, const char *key, sc_str value)
{
	sc_buf_fmt(b, "%s\"%s\":", b->n > 1 ? "," : "", key);
	sc_json_put(b, value);
}

static sc_str head_json(struct sc_arena *a, sc_str path, const struct piece *v, uint32_t n)
{
	struct sc_buf b = { .a = a };
	sc_str done;

	sc_buf_byte(&b, '{');
	put_key(&b, "path", path);
	if (n) {
		put_key(&b, "type", sc_str_c(v[0].type));
		if (v[0].link.n)
			put_key(&b, "link", v[0].link);
		sc_buf_fmt(&b, ",\"mode\":%" PRIu32, v[0].mode & 07777);
		if (v[0].has_mtime)
			sc_buf_fmt(&b, ",\"mtime\":%" PRId64, v[0].mtime);
	}
	if (n > 1) {
		sc_buf_add(&b, SC_STR(",\"members\":["));
		for (uint32_t i = 0; i < n; i++) {
			if (i)
				sc_buf_byte(&b, ',');
			sc_json_put(&b, v[i].path);
		}
		sc_buf_byte(&b, ']');
	}
	sc_buf_byte(&b, '}');
	done = sc_strdup(a, sc_buf_str(&b));
	sc_buf_free(&b);
	return done;
}

/* ---- pieces to parts ---- */

static int by_part_name(const void *x, const void *y)
{
	return sc_str_cmp((*(const struct sc_part *const *)x)->name, (*(const struct sc_part *const *)y)->name);
}

static int names_differ(struct sc_arena *a, const struct sc_record *r, struct sc_err *e)
{
	struct sc_mark mark = sc_arena_mark(a);
	const struct sc_part **v;
	int rc = SC_OK;

	if (r->npart < 2)
		return SC_OK;
	v = SC_NEW(a, const struct sc_part *, r->npart);
	for (uint32_t i = 0; i < r->npart; i++)
		v[i] = &r->part[i];
	qsort(v, r->npart, sizeof *v, by_part_name);
	for (uint32_t i = 1; i < r->npart && !rc; i++)
		if (sc_str_eq(v[i - 1]->name, v[i]->name))
			rc = sc_bad(e, "%.*s: two parts are named %.*s", SC_ARG(r->name), SC_ARG(v[i]->name));
	sc_arena_back(a, mark);
	return rc;
}

int record_fill(struct sc_group *g, struct sc_arena *a, struct sc_record *r, const struct piece *v,
                uint32_t n, sc_str raw, sc_str plain, struct sc_err *e)
{
	uint32_t files = 0;

	r->head = head_json(a, r->name, v, n);
	r->raw = raw;
	r->part = SC_NEW(a, struct sc_part, n + 1);
	for (uint32_t i = 0; i < n; i++) {
		const struct sc_payload *got = &v[i].got;
		sc_str data = { (got->in_raw ? raw.p : plain.p) + got->at, got->n };

		if (!got->n)
			data = SC_STR("");
		if (v[i].is_tags) {
			if (g->in_band)
				SC_TRY(sc_tags_parse(a, data, r, e));
			continue;
		}
		if (strcmp(v[i].type, "file"))
			continue;
		r->part[r->npart++] = (struct sc_part){ .name = v[i].name,
			                                .data = data,
			                                .raw_off = got->in_raw ? got->at : UINT64_MAX };
		files++;
	}
	if (!files && g->mode != NONE)
		return sc_bad(e, "%.*s: a scope.json without its sample", SC_ARG(r->name));
	return names_differ(a, r, e);
}

/* ---- a sample in the making ---- */

struct sample {
	struct sc_arena *a;
	struct piece *v;
	uint32_t n, cap;
	sc_str key;
	bool alone;
	bool gap;             /* not one run of bytes: raw is of no use */
	uint64_t off, end;
	uint64_t payload, headers;
	int bad;              /* SC_OK or SC_BAD, then err says why */
	struct sc_err err;
};

static sc_str lower(struct sc_arena *a, sc_str s)
{
	char *p = sc_alloc(a, s.n + 1);

	for (size_t i = 0; i < s.n; i++)
		p[i] = s.p[i] >= 'A' && s.p[i] <= 'Z' ? (char)(s.p[i] + 32) : s.p[i];
	return (sc_str){ p, s.n };
}

static struct piece *piece_add(struct sample *s, const struct sc_member *m)
{
	struct piece *p;
	sc_str key, part;
	bool alone;

	if (s->n == s->cap) {
		uint32_t cap = s->cap ? s->cap * 2 : 8;
		struct piece *v = SC_NEW(s->a, struct piece, cap);

		if (s->n)
			memcpy(v, s->v, s->n * sizeof *v);
		s->v = v;
		s->cap = cap;
	}
	p = &s->v[s->n++];
	*p = (struct piece){ .path = sc_strdup(s->a, m->path), .link = sc_strdup(s->a, m->link),
		             .type = m->type, .mtime = m->mtime, .mode = m->mode, .has_mtime = m->has_mtime };
	alone = !sc_group_split(p->path, &key, &part);
	p->name = alone ? part : lower(s->a, part);
	return p;
}

static int too_large(struct sample *s, const struct sc_group *g)
{
	return sc_bad(&s->err, "%.*s: more than the %zu bytes that --max-record allows", SC_ARG(s->key), g->max);
}

/* KEY.scope.json of this sample, also where KEY has no dot or begins with one. */
static bool is_sidecar(const struct sample *s, sc_str path)
{
	static const sc_str end = SC_LIT(".scope.json");

	return path.n == s->key.n + end.n && sc_str_starts(path, s->key) && sc_str_ends(path, end);
}

/* The sample is lost already: only how far the member reaches matters, and whether it is cut short. */
static int pass(struct sc_group *g, struct sample *s, struct sc_err *e)
{
	struct sc_payload got = { 0 };
	size_t raw = g->raw.n, plain = g->plain.n;
	struct sc_err why = { 0 };
	int rc = g->from.data(g->from.with, 0, &g->raw, &g->plain, &got, &g->m, &why);

	g->raw.n = raw;
	g->plain.n = plain;
	s->end = g->m.off + g->m.len;
	s->err.damage |= rc == SC_BAD && why.damage;
	if (rc == SC_FAIL)
		*e = why;
	return rc == SC_FAIL ? rc : SC_OK;
}

/* Takes the member at hand (g->m) into the sample: header, then payload. */
static int take(struct sc_group *g, struct sample *s, struct sc_err *e)
{
	struct sc_member *m = &g->m;
	struct sc_payload got = { 0 };
	struct piece *p;
	size_t left = g->max > s->payload ? (size_t)(g->max - s->payload) : 0;
	int rc;

	g->has_m = false;
	s->gap |= m->no_raw || (s->n && m->off != s->end);
	s->headers += m->lead.n + m->path.n + 64;
	if (!s->bad && (s->n >= MOST_MEMBERS || s->headers > HEADER_ROOM + g->max || m->size > left))
		s->bad = too_large(s, g);
	if (s->bad)
		return pass(g, s, e);
	p = piece_add(s, m);
	p->is_tags = g->mode == SAMPLE && is_sidecar(s, p->path);
	sc_buf_add(&g->raw, m->lead);
	rc = g->from.data(g->from.with, left, &g->raw, &g->plain, &got, m, &s->err);
	s->end = m->off + m->len;
	if (rc == SC_FAIL) {
		*e = s->err;
		return rc;
	}
	s->bad = rc == SC_OK ? SC_OK : SC_BAD;
	p->got = got;
	s->payload += got.n;
	return SC_OK;
}

/* The next member that matters, into g->m.  SC_OK, SC_EOF, SC_BAD (g->broken is set), SC_FAIL. */
static int look(struct sc_group *g, struct sc_err *e)
{
	int rc;

	if (g->has_m)
		return SC_OK;
	if (g->broken)
		return SC_BAD;
	if (g->ended)
		return SC_EOF;
	do {
		g->m = (struct sc_member){ .type = "file" };
		rc = g->from.next(g->from.with, &g->m, e);
	} while (rc == SC_OK && ((g->mode != NONE && !is_file(&g->m)) || (g->conf.only && !g->conf.only(g->m.path))));
	g->has_m = rc == SC_OK;
	g->ended = rc == SC_EOF;
	if (rc == SC_BAD) {
		g->broken = true;
		g->no_loss = g->m.no_loss;
		g->broken_off = g->m.off;
		g->broken_len = g->m.len;
		g->broken_err = *e;
	}
	return rc;
}

static uint64_t shape_of(const struct sample *s)
{
	uint64_t h = 14695981039346656037u;

	for (uint32_t i = 0; i < s->n; i++) {
		if (s->v[i].is_tags)
			continue;
		for (size_t k = 0; k < s->v[i].name.n; k++)
			h = (h ^ (unsigned char)s->v[i].name.p[k]) * 1099511628211u;
		h = (h ^ 0x100) * 1099511628211u;
	}
	return h | 1;
}

/* May the sample have lost members to the damage beside it? */
static int whole(struct sc_group *g, struct sample *s, bool after_break, struct sc_err *e)
{
	uint64_t shape;

	if (g->mode == NONE || s->alone)
		return SC_OK;
	shape = shape_of(s);
	if (!after_break && (!g->broken || g->no_loss)) {
		g->shape = shape;
		return SC_OK;
	}
	if (shape == g->shape)
		return SC_OK;
	return sc_bad(e, "%.*s: damage beside it may have taken some of its members", SC_ARG(s->key));
}

static int sample_end(struct sc_group *g, struct sc_arena *a, struct sc_record *r, struct sample *s,
                      bool after_break, struct sc_err *e)
{
	sc_str raw = { NULL, 0 };
	int rc = s->bad;

	r->from.off = s->off;
	r->from.len = s->end > s->off ? s->end - s->off : 0;
	r->name = s->key;
	r->after_break = after_break;
	if (rc)
		*e = s->err;
	else
		rc = whole(g, s, after_break, e);
	if (rc) {
		r->raw = sc_strdup(a, sc_str_head(sc_buf_str(&g->raw), KEEP_BAD));
		return rc;
	}
	raw = sc_strdup(a, sc_buf_str(&g->raw));
	rc = record_fill(g, a, r, s->v, s->n, raw, sc_strdup(a, sc_buf_str(&g->plain)), e);
	if (rc) {
		r->raw = sc_str_head(raw, KEEP_BAD);
		r->npart = 0;
	} else if (s->gap || !g->from.keeps_raw) {
		r->raw = (sc_str){ NULL, 0 };
		for (uint32_t i = 0; i < r->npart; i++)
			r->part[i].raw_off = UINT64_MAX;
	}
	return rc;
}

static bool same_sample(struct sc_group *g, const struct sample *s)
{
	sc_str key, part;

	if (g->mode == SAMPLE && s->alone)
		return s->n == 1 && is_sidecar(s, g->m.path);
	return g->mode == SAMPLE && !s->alone && sc_group_split(g->m.path, &key, &part) &&
	       sc_str_eq(key, s->key);
}

static int sample_next(struct sc_group *g, struct sc_arena *a, struct sc_record *r, struct sc_err *e)
{
	struct sample s = { .a = a };
	bool after_break = g->after_break;
	sc_str key, part;
	int rc;

	sc_buf_clear(&g->raw);
	sc_buf_clear(&g->plain);
	s.alone = !sc_group_split(g->m.path, &key, &part);
	s.key = sc_strdup(a, g->mode == NONE ? g->m.path : key);
	s.off = g->m.off;
	g->after_break = false;
	do {
		SC_TRY(take(g, &s, e));
		rc = g->mode == NONE ? SC_EOF : look(g, e);
		if (rc == SC_FAIL)
			return rc;
	} while (rc == SC_OK && same_sample(g, &s));
	return sample_end(g, a, r, &s, after_break, e);
}

int sc_group_next(struct sc_group *g, struct sc_arena *a, struct sc_record *r, struct sc_err *e)
{
	int rc;

	if (g->mode == DIRECTORY || g->mode == ARCHIVE)
		return package_next(g, a, r, e);
	if (g->mode == PAPER)
		return papers_next(g, a, r, e);
	rc = look(g, e);
	if (rc == SC_OK)
		return sample_next(g, a, r, e);
	if (rc != SC_BAD)
		return rc;
	r->from.off = g->broken_off;
	r->from.len = g->broken_len;
	*e = g->broken_err;
	g->broken = false;
	g->after_break |= !g->no_loss;
	return SC_BAD;
}
