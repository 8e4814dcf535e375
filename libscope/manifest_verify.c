/* SPDX-License-Identifier: Apache-2.0 */
/*
 * manifest_verify.c -- is all that a manifest says true?
 *
 * One pass over the lines: order, escapes, forms, counts, the root, the digest of the lines.  Then the funnel's
 * arithmetic, then that every L has its R and every R an L, then the shards: each is read again by its reader, and
 * each record must lie where its L line says, with the identity that it says.  What must be joined is sorted, so memory is bounded.
 */
#include "manifest_read.h"

#include <scope/digest.h>
#include <scope/export.h>
#include <scope/run.h>
#include <scope/text.h>

#include <endian.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

/* What --max-record may have allowed when the shard was written, and what a hostile one may ask of us. */
enum { RECORD_MAX = 1 << 30 };

static void say(const struct check *c, const char *what, sc_str detail)
{
	if (c->v->say)
		c->v->say(c->v->with, sc_str_c(what), true, detail);
}

/* ---- shards ---- */

struct place {
	uint64_t off, len;
	uint8_t id[32];
	bool there;
};

/* The next L line of this shard, from those sorted by shard and offset. */
static int place_next(struct check *c, sc_str shard, struct place *p, struct sc_err *e)
{
	uint64_t be[2];
	size_t at;
	int rc = SC_OK;

	p->there = false;
	if (!c->place_held) {
		rc = sc_sorter_next(c->places, &c->place_line, e);
		if (rc != SC_OK)
			return rc < 0 ? SC_FAIL : SC_OK;
		c->place_held = true;
	}
	at = sc_str_chr(c->place_line, 0);
	if (!sc_str_eq(sc_str_head(c->place_line, at), shard))
		return SC_OK;
	at++;
	if (c->place_line.n - at != sizeof be + sizeof p->id)
		return sc_fail(e, "spool file in TMPDIR: a line is spoilt");
	memcpy(be, c->place_line.p + at, sizeof be);
	memcpy(p->id, c->place_line.p + at + sizeof be, sizeof p->id);
	p->off = be64toh(be[0]);
	p->len = be64toh(be[1]);
	p->there = true;
	c->place_held = false;
	return SC_OK;
}

/* Two manifests of one shard, merged, may name one place twice. */
static int place_again(struct check *c, sc_str shard, const struct place *p, struct sc_err *e)
{
	for (;;) {
		struct place next;

		SC_TRY(place_next(c, shard, &next, e));
		if (!next.there)
			return SC_OK;
		if (next.off != p->off || next.len != p->len || memcmp(next.id, p->id, 32)) {
			c->place_held = true;
			return SC_OK;
		}
	}
}

static int record_check(const struct shard_said *s, const struct place *p, struct sc_record *r, struct sc_err *e)
{
	char is[64], said[64];

	if (!p->there || r->from.off < p->off)
		return sc_bad(e, "shard %.*s: the record at %ju+%ju is in no L line", SC_ARG(s->path), (uintmax_t)r->from.off,
			      (uintmax_t)r->from.len);
	if (r->from.off != p->off || r->from.len != p->len)
		return sc_bad(e, "shard %.*s: no record lies at %ju+%ju; the next one is at %ju+%ju", SC_ARG(s->path),
			      (uintmax_t)p->off, (uintmax_t)p->len, (uintmax_t)r->from.off, (uintmax_t)r->from.len);
	if (!memcmp(r->id, p->id, 32))
		return SC_OK;
	sc_hex(r->id, 32, is);
	sc_hex(p->id, 32, said);
	return sc_bad(e, "shard %.*s: the record at %ju+%ju is sha256:%.64s, the manifest says sha256:%.64s", SC_ARG(s->path),
		      (uintmax_t)p->off, (uintmax_t)p->len, is, said);
}

static int records_check(struct check *c, const struct shard_said *s, struct sc_source *src,
			 const struct sc_read_conf *conf, struct sc_err *e)
{
	struct sc_arena a = { 0 };
	uint64_t ordinal = 0, found = 0;
	struct place p;
	int rc = SC_OK;

	while (rc == SC_OK) {
		struct sc_record r;
		struct sc_err why = { 0 };
		int got = sc_source_next(src, conf, &a, &r, &ordinal, &why);

		if (got == SC_EOF)
			break;
		if (got != SC_OK) {
			rc = sc_bad(e, "shard %.*s: the record at %ju cannot be read: %s", SC_ARG(s->path), (uintmax_t)r.from.off,
				    why.msg);
			break;
		}
		found++;
		sc_record_id(&a, &r);
		rc = place_next(c, s->path, &p, e);
		if (rc == SC_OK)
			rc = record_check(s, &p, &r, e);
		if (rc == SC_OK)
			rc = place_again(c, s->path, &p, e);
		if (sc_arena_bytes(&a) > 8 << 20)
			sc_arena_free(&a);
		sc_arena_reset(&a);
	}
	sc_arena_free(&a);
	if (rc != SC_OK)
		return rc;
	SC_TRY(place_next(c, s->path, &p, e));
	if (p.there)
		return sc_bad(e, "shard %.*s: the record at %ju+%ju is missing", SC_ARG(s->path), (uintmax_t)p.off, (uintmax_t)p.len);
	if (found != s->records)
		return sc_bad(e, "shard %.*s: its S line says %ju records, it has %ju", SC_ARG(s->path), (uintmax_t)s->records,
			      (uintmax_t)found);
	return SC_OK;
}

static int digest_check(sc_str path, struct sc_input *in, const struct shard_said *s, bool plain, struct sc_err *e)
{
	uint8_t got[32];
	uint64_t bytes;

	if (plain) {
		SC_TRY(sc_input_plain_digest(in, got, e));
		if (memcmp(got, s->plain, 32))
			return sc_bad(e, "shard %.*s: its decompressed bytes have another SHA-256", SC_ARG(path));
	}
	SC_TRY(sc_input_digest(in, &bytes, got, e));
	if (bytes != s->bytes)
		return sc_bad(e, "shard %.*s: it has %ju bytes, not %ju", SC_ARG(path), (uintmax_t)bytes, (uintmax_t)s->bytes);
	if (memcmp(got, s->sha256, 32))
		return sc_bad(e, "shard %.*s: its bytes have another SHA-256", SC_ARG(path));
	return SC_OK;
}

int sc_manifest_inside(struct sc_arena *a, sc_str root, sc_str path, sc_str *out, struct sc_err *e)
{
	char base[PATH_MAX], full[PATH_MAX];
	sc_str b, f;

	if (!path.n || *path.p == '/' || sc_str_find(sc_fmt(a, "/%.*s/", SC_ARG(path)), SC_STR("/../")) != SC_NONE)
		return sc_bad(e, "shard %.*s: its path leads out of the outputs' folder", SC_ARG(path));
	*out = sc_fmt(a, "%.*s/%.*s", SC_ARG(root), SC_ARG(path));
	if (!realpath(sc_cstr(a, root), base) || !realpath(out->p, full))
		return sc_bad(e, "shard %.*s: %s", SC_ARG(path), strerror(errno));
	b = sc_str_c(base);
	f = sc_str_c(full);
	if (!sc_str_starts(f, b) || (b.n > 1 && f.p[b.n] != '/'))
		return sc_bad(e, "shard %.*s: a link leads out of the outputs' folder", SC_ARG(path));
	return SC_OK;
}

static int shard_check(struct check *c, const struct shard_said *s, struct sc_err *e)
{
	struct sc_read_conf conf = { .tag_key = SC_STR("scope"), .max_record = RECORD_MAX, .group = c->group,
				     .text_field = c->text_field, .hash_plain = true, .hash_stored = true };
	struct sc_source src;
	struct sc_err why = { 0 };
	sc_str path;
	int rc;

	SC_TRY(sc_manifest_inside(&c->a, c->root, s->path, &path, e));
	if (sc_source_open(&src, path, s->path, (sc_str){ NULL, 0 }, (sc_str){ NULL, 0 }, &conf, &why) < 0)
		return sc_bad(e, "shard %.*s: %s", SC_ARG(s->path), why.msg);
	rc = records_check(c, s, &src, &conf, e);
	if (rc == SC_OK)
		rc = digest_check(s->path, src.in, s, true, e);
	sc_source_close(&src);
	return rc;
}

static int by_path(const void *a, const void *b)
{
	const struct shard_said *x = a, *y = b;

	return sc_str_cmp(x->path, y->path);
}

static int shards_check(struct check *c, struct sc_err *e)
{
	if (c->nout)
		qsort(c->out, c->nout, sizeof *c->out, by_path);
	for (size_t i = 0; i < c->nout; i++) {
		if (i && sc_str_eq(c->out[i].path, c->out[i - 1].path))
			return sc_bad(e, "shard %.*s: it has two S lines", SC_ARG(c->out[i].path));
		SC_TRY(shard_check(c, &c->out[i], e));
	}
	if (!c->place_held && c->nout) {
		int rc = sc_sorter_next(c->places, &c->place_line, e);

		if (rc < 0)
			return rc;
		c->place_held = rc == SC_OK;
	}
	if (c->place_held && c->nout)
		return sc_bad(e, "an L line names shard %.*s, which has no S line",
			      SC_ARG(sc_str_head(c->place_line, sc_str_chr(c->place_line, 0))));
	return SC_OK;
}

static int inputs_check(struct check *c, struct sc_err *e)
{
	for (size_t i = 0; i < c->nin; i++) {
		const struct shard_said *s = &c->in[i];
		struct sc_input *in;
		int rc;

		if (sc_input_open(&in, s->path, s->path, SC_STR("none"), 1 << 20, e) < 0)
			return SC_BAD;
		sc_input_hash_stored(in, true);
		rc = digest_check(s->path, in, s, false, e);
		sc_input_close(in);
		SC_TRY(rc);
	}
	return SC_OK;
}

/* ---- tombstones ---- */

static bool taken_back(const struct sc_rows *tombs, sc_str said)
{
	uint8_t id[32];

	return sc_str_starts(said, SC_STR("sha256:")) && sc_unhex(sc_str_from(said, 7), id, sizeof id) &&
	       sc_rows_has(tombs, (sc_str){ (const char *)id, sizeof id });
}

static int tomb_check(const struct sc_rows *tombs, sc_str rline, struct sc_err *e)
{
	sc_str parent = SC_STR("\tparent="), id = sc_str_head(sc_str_from(rline, 2), 71);
	size_t at = sc_str_find(rline, parent);

	if (taken_back(tombs, id))
		return sc_bad(e, "R %.*s: an X line says that it was taken back", SC_ARG(id));
	if (at != SC_NONE && taken_back(tombs, sc_str_head(sc_str_from(rline, at + parent.n), 71)))
		return sc_bad(e, "R %.*s: an X line says that its parent was taken back", SC_ARG(id));
	return SC_OK;
}

/* X lines stand behind the R lines, so these are read once more; few manifests have any. */
static int tombs_check(struct check *c, sc_str path, struct sc_err *e)
{
	struct sc_manifest_lines *m;
	sc_str line;
	int rc;

	if (!c->ntomb)
		return SC_OK;
	SC_TRY(sc_rows_seal(c->tombs, e));
	SC_TRY(sc_manifest_lines_open(&m, path, e));
	while ((rc = sc_manifest_lines_raw(m, &line, e)) == SC_OK) {
		if (*line.p != 'R')
			continue;
		rc = tomb_check(c->tombs, line, e);
		if (rc < 0)
			break;
	}
	sc_manifest_lines_close(m);
	return rc < 0 ? rc : SC_OK;
}

/* ---- all of it ---- */

static int check_all(struct check *c, sc_str path, struct sc_err *e)
{
	struct sc_err why = { 0 };
	size_t nchain = 0;
	int rc = manifest_read(c, path, e);

	if (rc < 0)
		return rc;
	say(c, "lines", sc_fmt(&c->a, "%ju lines, in order, of the right form", (uintmax_t)c->nline));
	rc = totals_check(c, &why);
	if (rc == SC_OK && !c->v->roots)
		rc = pairs_end(c->pairs, &why);
	if (rc == SC_OK)
		rc = tombs_check(c, path, &why);
	if (rc == SC_OK) {
		char hex[64];

		sc_hex(c->t.record_root, 32, hex);
		say(c, "record-root", sc_fmt(&c->a, "sha256:%.64s over %ju records", hex, (uintmax_t)c->t.records));
		sc_hex(c->t.key_root, 32, hex);
		say(c, "key-root", sc_fmt(&c->a, "sha256:%.64s over %ju keys", hex, (uintmax_t)c->t.keys));
		if (!c->v->roots)
			rc = funnel_check(c, &nchain, &why);
	}
	if (rc < 0)
		return rc == SC_FAIL ? sc_fail(e, "%s", why.msg) : sc_bad(e, "%.*s: %s", SC_ARG(path), why.msg);
	if (c->ntomb)
		say(c, "tombstones", sc_fmt(&c->a, "%ju were taken back, and none is listed", (uintmax_t)c->ntomb));
	if (c->v->roots)
		return SC_OK;
	if (nchain > 1)
		say(c, "funnel", sc_fmt(&c->a, "%zu steps of %zu chains add up", c->nstep, nchain));
	else
		say(c, "funnel", sc_fmt(&c->a, "%zu steps add up", c->nstep));
	SC_TRY(shards_check(c, e));
	if (c->nout)
		say(c, "shards", sc_fmt(&c->a, "%zu read again, %ju records where they should be", c->nout, (uintmax_t)c->nplace));
	if (c->v->inputs) {
		SC_TRY(inputs_check(c, e));
		say(c, "inputs", sc_fmt(&c->a, "%zu have the digests they had", c->nin));
	}
	return SC_OK;
}

int sc_manifest_verify(sc_str path, const struct sc_verify *v, struct sc_totals *t, struct sc_err *e)
{
	struct check c = { .v = v };
	size_t memory = v->memory ? v->memory : 160 << 20;
	int rc;

	c.root = v->root.n ? v->root : sc_path_dir(&c.a, path);
	if (!v->roots) {
		c.pairs = SC_NEW(&c.a, struct pairs, 1);
		pairs_init(c.pairs, memory / 8);
		c.places = sc_sorter_new(memory / 4);
	}
	c.keys = sc_keys_new(v->roots ? memory : memory / 2);
	if (!sc_str_eq(path, SC_STR("-")))
		sc_keys_source(c.keys, sc_manifest_rlines, &path);
	c.tombs = sc_rows_new(32, memory / 8);
	rc = check_all(&c, path, e);
	*t = c.t;
	check_free(&c);
	return rc;
}
