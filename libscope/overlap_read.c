/* SPDX-License-Identifier: Apache-2.0 */
/*
 * overlap_read.c -- both sides of an overlap to lines that can be sorted: manifests, and the shards as far as they are there.
 */
#include "overlap_impl.h"

#include <scope/digest.h>
#include <scope/export.h>
#include <scope/normal.h>
#include <scope/run.h>
#include <scope/text.h>

#include <endian.h>
#include <stdlib.h>
#include <unistd.h>

enum { RECORD_MAX = 1 << 30 };

/* Which shards, and how they are read. */
struct shards {
	struct sc_overlap_side *side;
	bool corpus;
	sc_str root, group, text_field;
	sc_str *path;
	size_t n, cap;
	struct sc_arena a;
};

static void path_add(struct shards *s, sc_str path)
{
	if (s->n == s->cap) {
		sc_str *wider = SC_NEW(&s->a, sc_str, s->cap ? 2 * s->cap : 16);

		if (s->n)
			memcpy(wider, s->path, s->n * sizeof *wider);
		s->path = wider;
		s->cap = s->cap ? 2 * s->cap : 16;
	}
	s->path[s->n++] = sc_strdup(&s->a, path);
}

/* ---- lines ---- */

static void line_begin(struct overlap_read *r, char kind, const uint8_t digest[32], bool corpus)
{
	sc_buf_clear(&r->line);
	sc_buf_byte(&r->line, kind);
	sc_buf_add(&r->line, (sc_str){ (const char *)digest, DIGEST });
	sc_buf_byte(&r->line, corpus ? '1' : '0');
}

static void number(struct sc_buf *b, uint32_t v)
{
	v = htobe32(v);
	sc_buf_add(b, (sc_str){ (const char *)&v, sizeof v });
}

struct seen {
	struct overlap_read *r;
	struct sc_record *rec;
	bool corpus;
	uint32_t paragraphs;
	bool has_text, has_parts;
};

static int key_add(struct seen *s, char kind, const uint8_t digest[32], bool whole,
                   uint32_t ordinal, struct sc_err *e)
{
	struct overlap_read *r = s->r;

	line_begin(r, kind, digest, s->corpus);
	if (s->corpus) {
		sc_buf_byte(&r->line, whole ? 'w' : 'x');
		sc_buf_add(&r->line, (sc_str){ (const char *)s->rec->id, DIGEST });
		number(&r->line, ordinal);
	}
	sc_buf_add(&r->line, sc_buf_str(&r->place));
	return sc_sorter_add(r->keys, sc_buf_str(&r->line), e);
}

static bool is_description(const struct sc_record *rec, const struct sc_part *p)
{
	return rec->npart > 1 && p->name.n >= 4 &&
	       sc_bytes_ieq(p->name.p + p->name.n - 4, "json", 4);
}

static int text_seen(struct seen *s, sc_str text, struct sc_err *e)
{
	struct sc_buf *b = &s->r->text;
	uint8_t digest[32];
	sc_str rest, one;

	sc_buf_clear(b);
	sc_normal(b, text);
	rest = sc_buf_str(b);
	if (sc_characters(rest) < SC_OVERLAP_LEAST)
		return SC_OK;
	s->has_text = true;
	while (sc_str_cut(&rest, '\n', &one))
		if (sc_characters(one) >= SC_OVERLAP_LEAST && s->paragraphs < UINT32_MAX) {
			sc_sha256_of(one, digest);
			SC_TRY(key_add(s, 'p', digest, false, s->paragraphs++, e));
		}
	for (size_t i = 0; i < b->n; i++)
		if (b->p[i] == '\n')
			b->p[i] = ' ';
	sc_sha256_of(sc_buf_str(b), digest);
	return key_add(s, 't', digest, false, 0, e);
}

/* What is known of a record of the corpus: how many paragraphs it has ('n'), that it has parts ('m'), a text ('u'). */
static int known(struct seen *s, char letter, uint32_t v, struct sc_err *e)
{
	struct sc_buf *b = &s->r->line;

	sc_buf_clear(b);
	sc_buf_add(b, (sc_str){ (const char *)s->rec->id, DIGEST });
	sc_buf_byte(b, letter);
	number(b, v);
	return sc_sorter_add(s->r->found, sc_buf_str(b), e);
}

static int record_seen(struct overlap_read *r, struct sc_record *rec, bool corpus, struct sc_err *e)
{
	struct seen s = { .r = r, .rec = rec, .corpus = corpus };

	sc_buf_clear(&r->place);
	sc_manifest_from_put(&r->place, &rec->from);
	if (!corpus)
		SC_TRY(key_add(&s, 'i', rec->id, true, 0, e));
	for (uint32_t i = 0; i < rec->npart; i++) {
		struct sc_part *p = &rec->part[i];

		if (is_description(rec, p))
			continue;
		if (rec->npart > 1 && p->data.n >= SC_OVERLAP_LEAST) {
			s.has_parts = true;
			SC_TRY(key_add(&s, 'i', p->sha256, false, 0, e));
		}
		if (sc_part_is_text(p))
			SC_TRY(text_seen(&s, p->data, e));
	}
	if (!corpus)
		return SC_OK;
	if (s.has_parts)
		SC_TRY(known(&s, 'm', 0, e));
	if (s.has_text)
		SC_TRY(known(&s, 'u', 0, e));
	return s.paragraphs ? known(&s, 'n', s.paragraphs, e) : SC_OK;
}

/* ---- shards ---- */

static int records_read(struct overlap_read *r, struct shards *s, struct sc_source *src,
                        const struct sc_read_conf *conf, struct sc_err *e)
{
	struct sc_arena a = { 0 };
	uint64_t ordinal = 0;
	int rc = SC_OK;

	while (rc == SC_OK) {
		struct sc_record rec;
		struct sc_err why = { 0 };
		int got = sc_source_next(src, conf, &a, &rec, &ordinal, &why);

		if (got == SC_EOF)
			break;
		if (got == SC_FAIL)
			rc = sc_fail(e, "%.*s: %s", SC_ARG(sc_input_path(src->in)), why.msg);
		s->side->spoilt += got == SC_BAD;
		if (got == SC_OK) {
			sc_record_id(&a, &rec);
			if (!s->corpus && !s->side->is_manifest)
				s->side->records++;
			rc = record_seen(r, &rec, s->corpus, e);
		}
		if (sc_arena_bytes(&a) > 8 << 20)
			sc_arena_free(&a);
		sc_arena_reset(&a);
	}
	sc_arena_free(&a);
	return rc;
}

static int shard_read(struct overlap_read *r, struct shards *s, sc_str path, sc_str as,
                      struct sc_err *e)
{
	struct sc_read_conf conf = { .tag_key = SC_STR("scope"),
		                     .max_record = RECORD_MAX,
		                     .group = s->group,
		                     .text_field = s->text_field };
	struct sc_source src;
	int rc;

	SC_TRY(sc_source_open(&src, path, as, (sc_str){ NULL, 0 }, (sc_str){ NULL, 0 }, &conf, e));
	rc = records_read(r, s, &src, &conf, e);
	sc_source_close(&src);
	r->nread[!s->corpus]++;
	return rc;
}

/* Those that a manifest lists, as far as they are there. */
static int shards_read(struct overlap_read *r, struct shards *s, struct sc_err *e)
{
	for (size_t i = 0; i < s->n; i++) {
		struct sc_err why = { 0 };
		sc_str path;

		s->side->shards++;
		if (sc_manifest_inside(&s->a, s->root, s->path[i], &path, &why) < 0 ||
		    access(path.p, R_OK)) {
			if (!s->side->missing++)
				s->side->first_missing = sc_strdup(&r->o->a, s->path[i]);
			continue;
		}
		SC_TRY(shard_read(r, s, path, s->path[i], e));
	}
	return SC_OK;
}

/* ---- manifests ---- */

/* R lines of the corpus, L lines of a suspect: who is listed. */
static int listed(struct overlap_read *r, struct shards *s, const struct sc_manifest_line *l,
                  struct sc_err *e)
{
	uint8_t id[32];

	if (l->kind != (s->corpus ? 'R' : 'L'))
		return SC_OK;
	if (l->n < 4 || !sc_str_starts(l->field[0], SC_STR("sha256:")) ||
	    !sc_unhex(sc_str_from(l->field[0], 7), id, 32))
		return sc_bad(e, "%.*s: a line of kind %c is not of the right form",
		              SC_ARG(s->side->path), l->kind);
	line_begin(r, 'i', id, s->corpus);
	if (s->corpus) {
		sc_buf_byte(&r->line, 'w');
		sc_buf_add(&r->line, (sc_str){ (const char *)id, DIGEST });
		number(&r->line, 0);
	} else {
		sc_field_put(&r->line, l->field[2]);
	}
	return sc_sorter_add(r->keys, sc_buf_str(&r->line), e);
}

static void head_said(struct overlap_read *r, struct shards *s, const struct sc_manifest_line *l)
{
	struct {
		char kind;
		sc_str key, *to;
	} known_heads[] = {
		{ 'H', SC_LIT("created"), &s->side->created },
		{ 'H', SC_LIT("group"), &s->group },
		{ 'H', SC_LIT("text-field"), &s->text_field },
		{ 'T', SC_LIT("record-root"), &s->side->root },
	};

	if (l->kind == 'S' && l->n > 2)
		path_add(s, l->field[2]);
	for (size_t i = 0; i < SC_COUNT(known_heads); i++)
		if (l->n > 1 && l->kind == known_heads[i].kind &&
		    sc_str_eq(l->field[0], known_heads[i].key) && !known_heads[i].to->n)
			*known_heads[i].to = sc_strdup(&r->o->a, l->field[1]);
	s->side->records += l->kind == 'R';
}

static int manifest_read(struct overlap_read *r, struct shards *s, struct sc_manifest_lines *m,
                         struct sc_err *e)
{
	struct sc_manifest_line l;
	struct sc_arena a = { 0 };
	int rc;

	s->side->is_manifest = true;
	while ((rc = sc_manifest_lines_next(m, &a, &l, e)) == SC_OK) {
		head_said(r, s, &l);
		rc = listed(r, s, &l, e);
		if (rc != SC_OK)
			break;
		sc_arena_reset(&a);
	}
	sc_arena_free(&a);
	if (rc != SC_EOF)
		return rc;
	return shards_read(r, s, e);
}

int overlap_corpus(struct overlap_read *r, sc_str path, struct sc_err *e)
{
	struct shards s = { .side = &r->o->corpus, .corpus = true, .root = r->conf->root };
	struct sc_manifest_lines *m = NULL;
	int rc;

	s.side->path = sc_strdup(&r->o->a, path);
	s.side->operands = 1;
	if (!s.root.n)
		s.root = sc_path_dir(&s.a, path);
	rc = sc_manifest_lines_open(&m, path, e);
	if (rc == SC_OK)
		rc = manifest_read(r, &s, m, e);
	sc_manifest_lines_close(m);
	sc_arena_free(&s.a);
	return rc;
}

int overlap_suspect(struct overlap_read *r, const sc_str *v, size_t n, struct sc_err *e)
{
	struct shards s = { .side = &r->o->suspect,
		            .root = sc_path_dir(&r->o->a, v[0]),
		            .group = r->conf->group,
		            .text_field = r->conf->text_field };
	struct sc_manifest_lines *m = NULL;
	struct sc_err why = { 0 };
	int rc;

	s.side->path = sc_strdup(&r->o->a, v[0]);
	s.side->operands = n;
	rc = n == 1 ? sc_manifest_lines_open(&m, v[0], &why) : SC_BAD;
	if (rc == SC_OK) {
		rc = manifest_read(r, &s, m, e);
	} else if (rc == SC_FAIL) {
		rc = sc_fail(e, "%s", why.msg);
	} else {
		rc = SC_OK;
		for (size_t i = 0; i < n && rc == SC_OK; i++) {
			s.side->shards++;
			rc = shard_read(r, &s, v[i], v[i], e);
		}
	}
	sc_manifest_lines_close(m);
	sc_arena_free(&s.a);
	return rc;
}
