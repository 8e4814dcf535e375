/* SPDX-License-Identifier: Apache-2.0 */
/*
 * overlap.c -- how much of a corpus stands in another; see scope/overlap.h.
 *
 * Three sorts, each joined in one pass.  By digest: the lines of overlap_impl.h, where what the suspect has stands before what the corpus has of
 * the same digest.  What is found goes by the record's id, behind which stands a letter:
 *
 *	e place-in-suspect               exact
 *	f place-in-suspect 0 place       a part
 *	m                                it has several parts
 *	n count                          how many paragraphs it has
 *	p ordinal place-in-suspect 0 place   one of them, found
 *	t place-in-suspect 0 place       a text
 *	u                                it has a text
 *
 * and is joined with the R lines, which are in order of ids too.  From there licences and hosts are sorted by name.
 */
#include "overlap_impl.h"

#include <scope/export.h>
#include <scope/text.h>

#include <endian.h>
#include <stdlib.h>

enum { ID_TEXT = 71 };

/* ---- by digest ---- */

static int found_add(struct overlap_read *r, sc_str line, sc_str suspect, struct sc_err *e)
{
	bool whole = line.p[KEY + 1] == 'w';
	sc_str id = { line.p + KEY + 2, DIGEST }, ordinal = { line.p + KEY + 2 + DIGEST, 4 },
	       place = sc_str_from(line, KEY + 2 + DIGEST + 4);
	char letter = line.p[0] == 'i' ? (whole ? 'e' : 'f') : line.p[0];
	struct sc_buf *b = &r->text;

	sc_buf_clear(b);
	sc_buf_add(b, id);
	sc_buf_byte(b, letter);
	if (letter == 'p')
		sc_buf_add(b, ordinal);
	sc_buf_add(b, suspect);
	sc_buf_byte(b, 0);
	sc_buf_add(b, place);
	return sc_sorter_add(r->found, sc_buf_str(b), e);
}

static int join(struct overlap_read *r, struct sc_err *e)
{
	struct sc_buf key = { 0 }, place = { 0 };
	sc_str line;
	int rc;

	while ((rc = sc_sorter_next(r->keys, &line, e)) == SC_OK) {
		bool same = key.n && !memcmp(key.p, line.p, KEY);

		if (line.p[KEY] == '0' && !same) { /* the first place of several will do */
			sc_buf_clear(&key);
			sc_buf_clear(&place);
			sc_buf_add(&key, sc_str_head(line, KEY));
			sc_buf_add(&place, sc_str_from(line, KEY + 1));
		} else if (line.p[KEY] == '1' && same) {
			rc = found_add(r, line, sc_buf_str(&place), e);
			if (rc != SC_OK)
				break;
		}
	}
	sc_buf_free(&key);
	sc_buf_free(&place);
	return rc == SC_EOF ? SC_OK : rc;
}

/* ---- by id ---- */

struct tally {
	struct overlap_read *r;
	struct sc_overlap *o;
	const struct sc_overlap_conf *conf;
	sc_str line; /* of found, not used yet */
	bool held, end;
	struct sc_manifest_lines *places; /* L lines, a step behind */
	struct sc_manifest_line place;
	struct sc_arena place_a;
	bool has_place;
	struct sc_sorter *groups;
	struct sc_output *list;
	struct sc_buf b;
};

/* What was found of one record. */
struct finding {
	bool how[SC_OVERLAP_HOWS], has_text, has_parts;
	uint64_t paragraphs, found;
	uint32_t last;
	struct sc_buf place, suspect;
};

static int next(struct tally *t, struct sc_err *e)
{
	int rc;

	if (t->held || t->end)
		return SC_OK;
	rc = sc_sorter_next(t->r->found, &t->line, e);
	t->end = rc == SC_EOF;
	t->held = rc == SC_OK;
	return rc < 0 ? rc : SC_OK;
}

static uint32_t number_at(sc_str s)
{
	uint32_t v = 0;

	if (s.n >= sizeof v)
		memcpy(&v, s.p, sizeof v);
	return be32toh(v);
}

static void places_keep(struct finding *f, sc_str both)
{
	size_t nul = sc_str_chr(both, 0);

	if (!f->suspect.n)
		sc_buf_add(&f->suspect, sc_str_head(both, nul));
	if (!f->place.n && nul != SC_NONE)
		sc_buf_add(&f->place, sc_str_from(both, nul + 1));
}

static void finding_add(struct finding *f, sc_str line)
{
	char letter = line.p[DIGEST];
	sc_str rest = sc_str_from(line, DIGEST + 1);

	switch (letter) {
	case 'e':
		f->how[SC_EXACT] = true;
		break;
	case 'f':
		f->how[SC_PART] = true;
		break;
	case 't':
		f->how[SC_TEXT] = true;
		break;
	case 'm':
		f->has_parts = true;
		return;
	case 'u':
		f->has_text = true;
		return;
	case 'n':
		f->paragraphs = number_at(rest);
		return;
	default:
		if (f->found && number_at(rest) == f->last)
			return; /* the record lies at several places */
		f->last = number_at(rest);
		f->found++;
		f->how[SC_PARAGRAPHS] = true;
		rest = sc_str_from(rest, 4);
	}
	f->how[SC_ANY] = true;
	places_keep(f, rest);
}

/* All that is known of the record; what is known of ids before it, which no R line has, is counted. */
static int finding_of(struct tally *t, const uint8_t id[32], struct finding *f, struct sc_err *e)
{
	uint8_t strange[32] = { 0 };
	bool any = false;

	for (;;) {
		int c;

		SC_TRY(next(t, e));
		if (!t->held)
			return SC_OK;
		c = memcmp(t->line.p, id, DIGEST);
		if (c > 0)
			return SC_OK;
		if (!c) {
			finding_add(f, t->line);
		} else if (!any || memcmp(strange, t->line.p, DIGEST)) {
			memcpy(strange, t->line.p, DIGEST);
			any = true;
			t->o->strangers++;
		}
		t->held = false;
	}
}

static int place_of(struct tally *t, sc_str id, struct finding *f, struct sc_err *e)
{
	if (f->place.n)
		return SC_OK;
	for (;;) {
		int rc, c;

		if (!t->has_place) {
			sc_arena_reset(&t->place_a);
			rc = sc_manifest_lines_next(t->places, &t->place_a, &t->place, e);
			if (rc != SC_OK)
				return rc < 0 ? rc : SC_OK;
			t->has_place = true;
		}
		if (t->place.kind > 'L')
			return SC_OK;
		c = t->place.kind < 'L' || t->place.n < 3 ? -1 : sc_str_cmp(t->place.field[0], id);
		if (c > 0)
			return SC_OK;
		if (!c) {
			sc_field_put(&f->place, t->place.field[2]);
			return SC_OK;
		}
		t->has_place = false;
	}
}

static void share_add(struct sc_share *s, bool is, uint64_t bytes)
{
	s->of++;
	s->of_bytes += bytes;
	s->n += is;
	s->n_bytes += is ? bytes : 0;
}

static int group_add(struct tally *t, char kind, sc_str name, bool is, uint64_t bytes,
                     struct sc_err *e)
{
	sc_buf_clear(&t->b);
	sc_buf_byte(&t->b, kind);
	sc_field_put(&t->b, name);
	sc_buf_fmt(&t->b, "\t%c%ju", is ? '1' : '0', (uintmax_t)bytes);
	return sc_sorter_add(t->groups, sc_buf_str(&t->b), e);
}

static void example_add(struct tally *t, const struct sc_manifest_line *l, const struct finding *f)
{
	struct sc_overlap *o = t->o;
	struct sc_overlap_example x = { .paragraphs = f->paragraphs, .found = f->found };

	memcpy(x.how, f->how, sizeof x.how);
	x.id = sc_strdup(&o->a, l->field[SC_R_ID]);
	x.licence = sc_strdup(&o->a, l->field[SC_R_LICENCE]);
	x.src = sc_strdup(&o->a, sc_manifest_key(l, SC_STR("src")));
	x.place = sc_strdup(&o->a, sc_buf_str(&f->place));
	x.suspect = sc_strdup(&o->a, sc_buf_str(&f->suspect));
	o->example[o->nexample++] = x;
}

/* ID HOW FOUND PARAGRAPHS PLACE SUSPECT LICENCE SRC, escaped as in a manifest. */
static int list_add(struct tally *t, const struct sc_manifest_line *l, const struct finding *f,
                    struct sc_err *e)
{
	static const char *const name[] = { "exact", "part", "text", "paragraphs" };
	struct sc_buf *b = &t->b;
	bool comma = false;

	sc_buf_clear(b);
	sc_field_put(b, l->field[SC_R_ID]);
	sc_buf_byte(b, '\t');
	for (size_t i = 0; i < SC_COUNT(name); i++)
		if (f->how[i]) {
			sc_buf_fmt(b, "%s%s", comma ? "," : "", name[i]);
			comma = true;
		}
	sc_buf_fmt(b, "\t%ju\t%ju\t", (uintmax_t)f->found, (uintmax_t)f->paragraphs);
	sc_buf_add(b, f->place.n ? sc_buf_str(&f->place) : SC_STR("-"));
	sc_buf_byte(b, '\t');
	sc_buf_add(b, f->suspect.n ? sc_buf_str(&f->suspect) : SC_STR("-"));
	sc_buf_byte(b, '\t');
	sc_field_put(b, l->field[SC_R_LICENCE]);
	sc_buf_byte(b, '\t');
	sc_field_put(b, sc_manifest_key(l, SC_STR("src")));
	sc_buf_byte(b, '\n');
	return sc_write(t->list, sc_buf_str(b), e);
}

static int record_tally(struct tally *t, const struct sc_manifest_line *l, struct finding *f,
                        struct sc_err *e)
{
	struct sc_overlap *o = t->o;
	uint64_t bytes = 0;

	(void)sc_str_u64(l->field[SC_R_BYTES], &bytes);
	share_add(&o->share[SC_EXACT], f->how[SC_EXACT], bytes);
	share_add(&o->share[SC_ANY], f->how[SC_ANY], bytes);
	if (f->has_parts)
		share_add(&o->share[SC_PART], f->how[SC_PART], bytes);
	if (f->has_text)
		share_add(&o->share[SC_TEXT], f->how[SC_TEXT], bytes);
	if (f->paragraphs)
		share_add(&o->share[SC_PARAGRAPHS], f->how[SC_PARAGRAPHS], bytes);
	o->paragraphs += f->paragraphs;
	o->paragraphs_found += f->found;
	SC_TRY(group_add(t, 'l', l->field[SC_R_LICENCE], f->how[SC_ANY], bytes, e));
	SC_TRY(group_add(t, 'h', sc_manifest_key(l, SC_STR("host")), f->how[SC_ANY], bytes, e));
	if (!f->how[SC_ANY] || (!t->list && o->nexample >= t->conf->most))
		return SC_OK;
	SC_TRY(place_of(t, l->field[SC_R_ID], f, e));
	if (o->nexample < t->conf->most)
		example_add(t, l, f);
	return t->list ? list_add(t, l, f, e) : SC_OK;
}

static int records_tally(struct tally *t, struct sc_manifest_lines *m, struct sc_err *e)
{
	static const uint8_t last[32] = { 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
		                          255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
		                          255, 255, 255, 255, 255, 255, 255, 255, 255, 255 };
	struct finding f = { .found = 0 };
	uint8_t id[32], now[32] = { 0 };
	struct sc_arena a = { 0 };
	struct sc_manifest_line l;
	bool any = false;
	int rc;

	while ((rc = sc_manifest_lines_next(m, &a, &l, e)) == SC_OK) {
		if (l.kind == 'R' && l.field[SC_R_ID].n == ID_TEXT &&
		    sc_unhex(sc_str_from(l.field[SC_R_ID], 7), id, 32)) {
			if (!any ||
			    memcmp(id, now,
			           32)) { /* two lines of one id say different things of one record */
				struct sc_buf place = f.place, suspect = f.suspect;

				sc_buf_clear(&place);
				sc_buf_clear(&suspect);
				f = (struct finding){ .place = place, .suspect = suspect };
				memcpy(now, id, 32);
				any = true;
				rc = finding_of(t, id, &f, e);
			}
			if (rc == SC_OK)
				rc = record_tally(t, &l, &f, e);
			if (rc != SC_OK)
				break;
		}
		sc_arena_reset(&a);
	}
	if (rc == SC_EOF)
		rc = finding_of(t, last, &f, e);
	sc_buf_free(&f.place);
	sc_buf_free(&f.suspect);
	sc_arena_free(&a);
	return rc;
}

/* ---- by name ---- */

static bool before(const struct sc_overlap_group *x, const struct sc_overlap_group *y)
{
	return x->any.n != y->any.n ? x->any.n > y->any.n : sc_str_cmp(x->name, y->name) < 0;
}

static void group_keep(struct sc_overlap *o, struct sc_overlap_groups *g,
                       struct sc_overlap_group one, sc_str field)
{
	size_t at;

	if (!one.any.n || !sc_unfield(&o->a, field, &one.name))
		return;
	if (g->n == SC_OVERLAP_GROUPS) {
		g->others++;
		if (!before(&one, &g->v[g->n - 1]))
			return;
		g->n--;
	}
	for (at = g->n++; at && before(&one, &g->v[at - 1]); at--)
		g->v[at] = g->v[at - 1];
	g->v[at] = one;
}

static int groups_tally(struct tally *t, struct sc_err *e)
{
	struct sc_overlap_group one = { .name = { NULL, 0 } };
	struct sc_buf name = { 0 };
	sc_str line;
	int rc;

	while ((rc = sc_sorter_next(t->groups, &line, e)) == SC_OK) {
		size_t tab = sc_str_rchr(line, '\t');
		uint64_t bytes = 0;

		(void)sc_str_u64(sc_str_from(line, tab + 2), &bytes);
		if (name.n && !sc_str_eq(sc_buf_str(&name), sc_str_head(line, tab))) {
			group_keep(t->o, *name.p == 'l' ? &t->o->licences : &t->o->hosts, one,
			           sc_str_from(sc_buf_str(&name), 1));
			one = (struct sc_overlap_group){ .name = { NULL, 0 } };
		}
		sc_buf_clear(&name);
		sc_buf_add(&name, sc_str_head(line, tab));
		share_add(&one.any, line.p[tab + 1] == '1', bytes);
	}
	if (name.n)
		group_keep(t->o, *name.p == 'l' ? &t->o->licences : &t->o->hosts, one,
		           sc_str_from(sc_buf_str(&name), 1));
	sc_buf_free(&name);
	return rc == SC_EOF ? SC_OK : rc;
}

/* ---- all of it ---- */

static int list_end(struct tally *t, int rc, struct sc_err *e)
{
	if (!t->list)
		return rc;
	return sc_output_end(t->list, rc, e);
}

static int tally(struct overlap_read *r, sc_str corpus, struct sc_err *e)
{
	struct tally t = { .r = r, .o = r->o, .conf = r->conf };
	struct sc_manifest_lines *m = NULL;
	int rc = sc_manifest_lines_open(&m, corpus, e);

	t.groups = sc_sorter_new(r->conf->memory / 4);
	if (rc == SC_OK)
		rc = sc_manifest_lines_open(&t.places, corpus, e);
	if (rc == SC_OK && r->conf->list.n)
		rc = sc_output_open(&t.list, r->conf->list, SC_STR(""), 0, e);
	if (rc == SC_OK)
		rc = records_tally(&t, m, e);
	if (rc == SC_OK)
		rc = groups_tally(&t, e);
	rc = list_end(&t, rc, e);
	sc_manifest_lines_close(m);
	sc_manifest_lines_close(t.places);
	sc_sorter_free(t.groups);
	sc_arena_free(&t.place_a);
	sc_buf_free(&t.b);
	return rc;
}

int sc_overlap(struct sc_overlap *o, const struct sc_overlap_conf *c, sc_str corpus,
               const sc_str *suspect, size_t nsuspect, struct sc_err *e)
{
	struct overlap_read r = { .o = o, .conf = c };
	int rc;

	*o = (struct sc_overlap){ .nexample = 0 };
	o->example = SC_NEW(&o->a, struct sc_overlap_example, c->most + 1);
	r.keys = sc_sorter_new(c->memory / 2);
	r.found = sc_sorter_new(c->memory / 4);
	rc = overlap_corpus(&r, corpus, e);
	if (rc == SC_OK)
		rc = overlap_suspect(&r, suspect, nsuspect, e);
	o->looked = r.nread[0] && r.nread[1];
	if (rc == SC_OK)
		rc = join(&r, e);
	if (rc == SC_OK)
		rc = tally(&r, corpus, e);
	if (rc == SC_OK)
		rc = overlap_order(o, &c->log, e);
	sc_sorter_free(r.keys);
	sc_sorter_free(r.found);
	sc_buf_free(&r.line);
	sc_buf_free(&r.text);
	sc_buf_free(&r.place);
	return rc;
}

void sc_overlap_free(struct sc_overlap *o)
{
	sc_arena_free(&o->a);
}
