/* SPDX-License-Identifier: Apache-2.0 */
/*
 * report_sample.c -- a few records to look at: drawn from the manifest, their pictures and texts read from the shards.
 *
 * Drawn are those with the smallest SHA-256 of "scope-report/1", a zero byte and the identity: the same for any sharding.  It is for
 * looking, not for counting: whoever makes a corpus can know which these are, and scope-audit(5) is for what must hold.
 */
#include "report_impl.h"

#include <scope/html.h>
#include <scope/image.h>
#include <scope/paper.h>
#include <scope/run.h>
#include <scope/text.h>

#include <stdlib.h>

enum { IMAGES = 4 << 20, IMAGE_MOST = 512 << 10 };

/* ---- the draw ---- */

static void key_of(sc_str id, uint8_t out[32])
{
	static const char prefix[] = "scope-report/1";

	sc_sha256_of_both((sc_str){ prefix, sizeof prefix }, id, out);
}

static bool is_ascii(sc_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] >= 0x80)
			return false;
	return true;
}

static void say(struct sc_report *r, struct rep_sample *s, const struct sc_manifest_line *l)
{
	sc_str src = sc_manifest_key(l, SC_STR("src"));
	struct sc_arena *a = &r->a;

	s->id = sc_strdup(a, l->field[SC_R_ID]);
	sc_str_u64(l->field[SC_R_BYTES], &s->bytes);
	s->media = rep_cut(a, l->field[SC_R_MEDIA], REP_VALUE);
	s->licence = rep_cut(a, l->field[SC_R_LICENCE], REP_VALUE);
	s->basis = rep_cut(a, l->field[SC_R_BASIS], REP_VALUE);
	s->domain = rep_cut(a, l->field[SC_R_DOMAIN], REP_VALUE);
	s->host = rep_cut(a, sc_manifest_key(l, SC_STR("host")), REP_VALUE);
	s->title = rep_cut(a, sc_manifest_key(l, SC_STR("title")), REP_VALUE);
	s->author = rep_cut(a, sc_manifest_key(l, SC_STR("author")), REP_VALUE);
	if (src.n <= 1024 && is_ascii(src) && sc_html_is_link(src))
		s->src = sc_strdup(a, src);
	s->place = rep_cut(a, src, REP_VALUE);
}

/* What is drawn lives in the report's arena; what a smaller one pushes out stays there: in a random order that is some n ln N of them. */
void rep_sample_line(struct sc_report *r, const struct sc_manifest_line *l)
{
	struct rep_sample one = { .bytes = 0 };
	size_t i;

	key_of(l->field[SC_R_ID], one.key);
	for (i = r->nsample; i && memcmp(r->sample[i - 1].key, one.key, 32) > 0; i--)
		;
	if (i == r->msample || (i && !memcmp(r->sample[i - 1].key, one.key, 32)))
		return;
	say(r, &one, l);
	if (r->nsample < r->msample)
		r->nsample++;
	memmove(&r->sample[i + 1], &r->sample[i], (r->nsample - 1 - i) * sizeof one);
	r->sample[i] = one;
}

/* ---- the shards ---- */

struct reading {
	struct sc_report *r;
	uint64_t left; /* bytes of pictures that the page may still take */
};

static bool browsers_show(sc_str media)
{
	static const sc_str v[] = { SC_LIT("image/png"), SC_LIT("image/jpeg"), SC_LIT("image/gif"),
		                    SC_LIT("image/webp"), SC_LIT("image/svg+xml") };

	for (size_t i = 0; i < SC_COUNT(v); i++)
		if (sc_str_eq(media, v[i]))
			return true;
	return false;
}

static void picture(struct reading *w, struct rep_sample *s, sc_str data, const struct sc_image *m)
{
	char *p;

	s->image_media = sc_strdup(&w->r->a, m->media);
	s->image_bytes = data.n;
	s->width = m->width;
	s->height = m->height;
	if (!browsers_show(m->media))
		s->why = "browsers do not show this format";
	else if (data.n > IMAGE_MOST)
		s->why = "too large to stand in this page";
	else if (data.n > w->left)
		s->why = "this page holds enough pictures";
	if (s->why)
		return;
	p = malloc(data.n + 1);
	if (!p)
		sc_oom();
	memcpy(p, data.p, data.n);
	s->image = (sc_str){ p, data.n };
	w->left -= data.n;
}

/* A caption where there is one, else the text itself. */
static sc_str words(const struct sc_record *r)
{
	uint32_t part;

	for (uint32_t i = 0; i < r->npart; i++)
		if (sc_str_eq(r->part[i].name, SC_STR("txt")))
			return r->part[i].data;
	return sc_record_text(r, &part);
}

static int each_record(void *with, struct sc_arena *a, struct sc_record *rec, struct sc_err *e)
{
	struct reading *w = with;
	struct rep_sample *s = NULL;
	char id[64];
	struct sc_image m;
	const char *why;

	(void)e;
	sc_record_id(a, rec);
	sc_hex(rec->id, 32, id);
	for (size_t i = 0; i < w->r->nsample && !s; i++)
		if (sc_str_eq(sc_str_from(w->r->sample[i].id, 7), (sc_str){ id, 64 }))
			s = &w->r->sample[i];
	if (!s || s->found)
		return SC_OK;
	s->found = true;
	s->text = rep_cut(&w->r->a, sc_str_trim(words(rec)), REP_EXCERPT);
	for (uint32_t i = 0; i < rec->npart; i++)
		if (sc_image_look(rec->part[i].data, &m, &why)) {
			picture(w, s, rec->part[i].data, &m);
			break;
		}
	return SC_OK;
}

int rep_sample_read(struct sc_report *r, struct sc_err *e)
{
	struct sc_run_conf conf = { .quiet = true };
	struct reading w = { r, r->conf->image_bytes ? r->conf->image_bytes : IMAGES };
	struct sc_plan *p = NULL;
	int rc;

	if (!r->conf->shards.n || !r->nsample)
		return SC_OK;
	conf.group = sc_facts_head(r->f, SC_STR("group"));
	conf.text_field = sc_facts_head(r->f, SC_STR("text-field"));
	SC_TRY(sc_plan_new(&p, &conf, e));
	sc_plan_sink(p, each_record, &w);
	rc = SC_OK;
	for (size_t i = 0; i < r->conf->shards.n && rc >= 0; i++)
		rc = sc_plan_shard(p, r->conf->shards.v[i], e);
	if (rc >= 0)
		rc = sc_run(p, e);
	sc_plan_free(p);
	return rc < 0 ? rc : SC_OK;
}
