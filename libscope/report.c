/* SPDX-License-Identifier: Apache-2.0 */
/*
 * report.c -- what a report says, counted; see scope/report.h.  How it looks is report_page.c's, report_md.c's and report_json.c's.
 *
 * One pass over the manifest fills the facts, the pairs (domain and licence, licence and basis) and the sample; the rest is asked
 * of tables.
 */
#include "report_impl.h"

#include <scope/diff.h>
#include <scope/spdx.h>
#include <scope/text.h>

#include <math.h>
#include <stdlib.h>
#include <unistd.h>

enum { MEMORY = 64 << 20, TOP = 25, SAMPLE = 24 };
enum { PAIR_AREA, PAIR_CELL, PAIR_BASIS }; /* keys of r->counts */

const enum sc_fact rep_wide[REP_WIDE] = { SC_FACT_HOST, SC_FACT_SITE, SC_FACT_DOMAIN,
	                                  SC_FACT_LICENCE, SC_FACT_MEDIA };

const struct rep_class_words rep_classes[REP_CLASSES] = {
	[REP_OPEN] = { "open", "open", "may be used, changed and shared by anyone for any purpose",
	               "clear" },
	[REP_TERMS] = { "other-terms", "other terms",
	                "a licence that was recognised and is not open: no commerce, no changes, or not reviewed",
	                "dots" },
	[REP_UNSETTLED] = { "unsettled", "unsettled",
	                    "words about a licence that name none, or sources that disagree",
	                    "over" },
	[REP_NONE] = { "none", "none found", "looked for, and nothing was found", "over" },
	[REP_UNASKED] = { "not-looked-for", "not looked for", "no step looked for a licence",
	                  "cross" },
};

/* ---- values ---- */

struct rep_value rep_cut(struct sc_arena *a, sc_str s, size_t most)
{
	size_t n = s.n;

	if (n > most)
		for (n = most; n && ((unsigned char)s.p[n] & 0xc0) == 0x80; n--)
			;
	return (struct rep_value){ .s = sc_strdup(a, sc_str_head(s, n)),
		                   .full = n < s.n ? s.n : 0 };
}

enum rep_class rep_class_of(struct sc_arena *a, sc_str licence)
{
	struct sc_mark m = sc_arena_mark(a);
	bool open;

	if (!licence.n)
		return REP_UNASKED;
	if (sc_str_eq(licence, SC_STR("none")))
		return REP_NONE;
	if (sc_str_eq(licence, SC_STR("unknown")) || sc_str_eq(licence, SC_STR("conflict")))
		return REP_UNSETTLED;
	open = sc_spdx_in(a, licence, sc_spdx_set(SC_STR("open")));
	sc_arena_back(a, m);
	return open ? REP_OPEN : REP_TERMS;
}

static void more(struct sc_count *c, uint64_t records, uint64_t bytes)
{
	c->records += records;
	c->bytes += bytes;
}

static void less(struct sc_count *c, struct sc_count by)
{
	c->records -= by.records;
	c->bytes -= by.bytes;
}

/* ---- the pass ---- */

/* Two values as one, so that each can be had back whatever is in them: the length of the first, a colon, both. */
static int pair(struct sc_report *r, size_t key, sc_str first, sc_str second, struct sc_count c,
                struct sc_err *e)
{
	struct sc_mark m = sc_arena_mark(&r->a);
	struct sc_buf b = { .a = &r->a };
	int rc;

	sc_buf_u64(&b, first.n);
	sc_buf_byte(&b, ':');
	sc_buf_add(&b, first);
	sc_buf_add(&b, second);
	rc = sc_counts_add(r->counts, key, sc_buf_str(&b), c, e);
	sc_arena_back(&r->a, m);
	return rc;
}

static void unpair(sc_str s, sc_str *first, sc_str *second)
{
	sc_str digits;
	uint64_t n = 0;

	sc_str_cut(&s, ':', &digits);
	sc_str_u64(digits, &n);
	*first = sc_str_head(s, (size_t)n);
	*second = sc_str_from(s, (size_t)n);
}

static int each_line(void *with, const struct sc_manifest_line *l, struct sc_err *e)
{
	struct sc_report *r = with;
	struct sc_count c = { 1, 0 };

	SC_TRY(sc_facts_add(r->f, l, e));
	if (l->kind != 'R')
		return SC_OK;
	sc_str_u64(l->field[SC_R_BYTES], &c.bytes); /* the facts have looked at it */
	SC_TRY(sc_counts_add(r->counts, PAIR_AREA, l->field[SC_R_DOMAIN], c, e));
	SC_TRY(pair(r, PAIR_CELL, l->field[SC_R_DOMAIN], l->field[SC_R_LICENCE], c, e));
	if (l->field[SC_R_LICENCE].n)
		SC_TRY(pair(r, PAIR_BASIS, l->field[SC_R_LICENCE], l->field[SC_R_BASIS], c, e));
	rep_sample_line(r, l);
	return SC_OK;
}

static int pass(struct sc_report *r, struct sc_err *e)
{
	size_t memory = r->conf->memory ? (size_t)r->conf->memory : MEMORY;
	struct sc_walk w;

	r->f = sc_facts_new(SC_FACT_ALL, memory / 2);
	r->seen = sc_facts_seen(r->f);
	r->counts = sc_counts_new(memory / 2);
	SC_TRY(sc_manifest_walk(r->conf->manifest, each_line, r, &w, e));
	SC_TRY(sc_facts_end(r->f, e));
	SC_TRY(sc_counts_end(r->counts, r->total, e));
	memcpy(r->file, w.file, sizeof r->file);
	return SC_OK;
}

/* ---- tables ---- */

static int table_of(struct sc_report *r, struct sc_fact_list *list, const struct sc_fact_total *t,
                    bool pairs, struct rep_table *out, struct sc_err *e)
{
	struct sc_fact_row row;
	int rc = SC_OK;

	out->v = SC_NEW(&r->a, struct rep_row, r->top);
	out->rest = t->sum;
	while (out->n < r->top && (rc = sc_fact_next(list, &row, e)) == SC_OK) {
		struct rep_row *o = &out->v[out->n++];
		sc_str first = row.value, second = { NULL, 0 };

		if (pairs)
			unpair(row.value, &first, &second);
		o->value = rep_cut(&r->a, first, REP_VALUE);
		o->second = rep_cut(&r->a, second, REP_VALUE);
		o->c = (struct sc_count){ row.records, row.bytes };
		less(&out->rest, o->c);
	}
	out->others = t->distinct - out->n;
	sc_fact_list_free(list);
	return rc < 0 ? rc : SC_OK;
}

static int tables(struct sc_report *r, struct sc_err *e)
{
	struct sc_fact_list *list;

	for (size_t i = 0; i < SC_FACTS; i++) {
		SC_TRY(sc_facts_list(r->f, (enum sc_fact)i, SC_BY_RECORDS, &list, e));
		SC_TRY(table_of(r, list, &r->seen->key[i], false, &r->table[i], e));
	}
	SC_TRY(sc_counts_list(r->counts, PAIR_BASIS, SC_BY_RECORDS, &list, e));
	return table_of(r, list, &r->total[PAIR_BASIS], true, &r->basis, e);
}

static int classes(struct sc_report *r, struct sc_err *e)
{
	struct sc_fact_list *list;
	struct sc_fact_row row;
	int rc;

	r->class[REP_UNASKED] = r->seen->key[SC_FACT_LICENCE].lacking;
	SC_TRY(sc_facts_list(r->f, SC_FACT_LICENCE, SC_BY_RECORDS, &list, e));
	while ((rc = sc_fact_next(list, &row, e)) == SC_OK)
		more(&r->class[rep_class_of(&r->a, row.value)], row.records, row.bytes);
	sc_fact_list_free(list);
	return rc < 0 ? rc : SC_OK;
}

/* ---- the map ---- */

static int areas(struct sc_report *r, struct sc_err *e)
{
	struct sc_fact_list *list;
	struct sc_fact_row row;
	int rc = SC_OK;

	r->area_rest = r->seen->all;
	SC_TRY(sc_counts_list(r->counts, PAIR_AREA, SC_BY_RECORDS, &list, e));
	while (r->narea < REP_AREAS && (rc = sc_fact_next(list, &row, e)) == SC_OK) {
		struct rep_area *o = &r->area[r->narea++];

		o->domain = rep_cut(&r->a, row.value, REP_VALUE);
		sc_sha256_of(row.value, o->hash);
		o->c = o->rest = (struct sc_count){ row.records, row.bytes };
		less(&r->area_rest, o->c);
	}
	sc_fact_list_free(list);
	r->other_areas = r->total[PAIR_AREA].distinct - r->narea;
	return rc < 0 ? rc : SC_OK;
}

static struct rep_area *area_of(struct sc_report *r, sc_str domain)
{
	uint8_t hash[32];

	sc_sha256_of(domain, hash);
	for (size_t i = 0; i < r->narea; i++)
		if (!memcmp(r->area[i].hash, hash, sizeof hash))
			return &r->area[i];
	return NULL;
}

static int cells(struct sc_report *r, struct sc_err *e)
{
	struct sc_fact_list *list;
	struct sc_fact_row row;
	int rc;

	SC_TRY(sc_counts_list(r->counts, PAIR_CELL, SC_BY_RECORDS, &list, e));
	while ((rc = sc_fact_next(list, &row, e)) == SC_OK) {
		sc_str domain, licence;
		struct rep_area *o;
		struct rep_cell *c;

		unpair(row.value, &domain, &licence);
		o = area_of(r, domain);
		if (o && o->ncell == REP_CELLS)
			o->others++;
		if (!o || o->ncell == REP_CELLS)
			continue;
		c = &o->cell[o->ncell++];
		c->class = rep_class_of(&r->a, licence);
		c->licence = rep_cut(&r->a, licence, REP_VALUE);
		c->c = (struct sc_count){ row.records, row.bytes };
		less(&o->rest, c->c);
	}
	sc_fact_list_free(list);
	return rc < 0 ? rc : SC_OK;
}

/* ---- hosts beside one another ---- */

/* Is part at least num/den of sum? */
static bool reaches(uint64_t part, uint64_t sum, unsigned num, unsigned den)
{
	return (unsigned __int128)part * den >= (unsigned __int128)sum * num;
}

/* Hosts come from the largest; a point (h, s) of the smallest h is what is left of all when the others were seen. */
static int curve(struct sc_report *r, enum sc_fact_order by, struct rep_curve *c, struct sc_err *e)
{
	const struct sc_fact_total *t = &r->seen->key[SC_FACT_HOST];
	unsigned __int128 ranks = 0;
	uint64_t seen = 0, part = 0;
	size_t at = 0;
	struct sc_fact_list *list;
	struct sc_fact_row row;
	int rc;

	c->hosts = t->distinct;
	c->sum = by == SC_BY_BYTES ? t->sum.bytes : t->sum.records;
	c->n = c->hosts < REP_POINTS ? (size_t)c->hosts + 1 : REP_POINTS + 1;
	c->at[c->n - 1] = (struct rep_point){ c->hosts, c->sum };
	SC_TRY(sc_facts_list(r->f, SC_FACT_HOST, by, &list, e));
	while ((rc = sc_fact_next(list, &row, e)) == SC_OK) {
		uint64_t x = by == SC_BY_BYTES ? row.bytes : row.records;

		part += x;
		seen++;
		ranks += (unsigned __int128)x * (c->hosts - seen + 1);
		if (!c->half && reaches(part, c->sum, 1, 2))
			c->half = seen;
		if (!c->most && reaches(part, c->sum, 9, 10))
			c->most = seen;
		while (at + 1 < c->n &&
		       seen >= (uint64_t)((unsigned __int128)c->hosts * (at + 1) / (c->n - 1))) {
			at++;
			c->at[c->n - 1 - at] = (struct rep_point){ c->hosts - seen, c->sum - part };
		}
	}
	sc_fact_list_free(list);
	if (c->sum && c->hosts)
		c->gini = 2.0 * ((double)ranks / (double)c->sum) / (double)c->hosts -
		          ((double)c->hosts + 1) / (double)c->hosts;
	if (c->gini < 1e-12)
		c->gini = 0;
	return rc < 0 ? rc : SC_OK;
}

static int breadths(struct sc_facts *f, struct sc_breadth out[SC_FACTS][2], struct sc_err *e)
{
	for (size_t i = 0; i < REP_WIDE; i++)
		for (int by = 0; by < 2; by++)
			SC_TRY(sc_breadth_of(f, rep_wide[i], by == 1, 0.95, &out[rep_wide[i]][by],
			                     e));
	return SC_OK;
}

/* ---- the baseline ---- */

static int no_line(void *with, const struct sc_diff_id *d, struct sc_err *e)
{
	(void)with, (void)d, (void)e;
	return SC_OK;
}

static sc_str base_name(sc_str path)
{
	size_t at = sc_str_rchr(path, '/');

	return at == SC_NONE ? path : sc_str_from(path, at + 1);
}

static int baseline_facts(struct sc_report *r, struct rep_baseline *b, struct sc_facts *f,
                          struct sc_err *e)
{
	struct sc_manifest_lines *m;
	int rc;

	SC_TRY(sc_manifest_lines_open(&m, r->conf->baseline, e));
	rc = sc_facts_read(f, m, e);
	sc_manifest_lines_close(m);
	if (rc < 0)
		return rc;
	b->name = sc_strdup(&r->a, base_name(r->conf->baseline));
	b->record_root = sc_strdup(&r->a, sc_facts_seen(f)->stated.record_root);
	b->all = sc_facts_seen(f)->all;
	return breadths(f, b->breadth, e);
}

static int baseline(struct sc_report *r, struct sc_err *e)
{
	struct sc_diff d = { .path = { r->conf->baseline, r->conf->manifest }, .each = no_line };
	struct sc_facts *f;
	int rc;

	if (!r->conf->baseline.n)
		return SC_OK;
	r->baseline = SC_NEW(&r->a, struct rep_baseline, 1);
	f = sc_facts_new(SC_FACT_ALL, r->conf->memory ? (size_t)r->conf->memory / 2 : MEMORY / 2);
	rc = baseline_facts(r, r->baseline, f, e);
	sc_facts_free(f);
	if (rc == SC_OK)
		rc = sc_diff_run(&d, e);
	r->baseline->added = d.added;
	r->baseline->removed = d.removed;
	r->baseline->changed = d.changed;
	r->baseline->same = d.same;
	sc_diff_free(&d);
	return rc;
}

/* ---- the audit ---- */

static bool is_judged(const struct sc_audit *au, enum sc_fact what)
{
	for (size_t i = 0; i < au->nrecord; i++)
		if (au->record[i].verdict[what] != SC_UNJUDGED)
			return true;
	return false;
}

static int audit(struct sc_report *r, struct sc_err *e)
{
	if (!r->conf->audit.n)
		return SC_OK;
	r->has_audit = true;
	SC_TRY(sc_audit_read(r->conf->audit, &r->audit, e));
	SC_TRY(sc_audit_check(&r->audit, r->conf->manifest, e));
	for (size_t i = 0; i < SC_FACTS; i++) {
		struct rep_bound *b = &r->bound[r->nbound];

		if (!is_judged(&r->audit, (enum sc_fact)i))
			continue;
		b->what = (enum sc_fact)i;
		SC_TRY(sc_audit_bound(&r->audit, sc_fact_names[i], 0.95, &b->at95, e));
		SC_TRY(sc_audit_bound(&r->audit, sc_fact_names[i], 0.99, &b->at99, e));
		r->nbound++;
	}
	return SC_OK;
}

/* ---- signatures ---- */

static bool is_trusting(const struct sc_trust *t)
{
	return t->key.n || t->signers.n;
}

static int signature(struct sc_report *r, struct sc_err *e)
{
	sc_str sig = sc_fmt(&r->a, "%.*s.sig", SC_ARG(r->conf->manifest));

	r->has_signature = !sc_str_eq(r->conf->manifest, SC_STR("-")) && access(sig.p, F_OK) == 0;
	if (!is_trusting(&r->conf->trust) || (!r->has_signature && r->conf->checkpoint.n))
		return SC_OK;
	return sc_signed(r->conf->manifest, SC_STR(""), &r->conf->trust, &r->a, &r->signer, e);
}

static int root_is(const struct sc_report *r, const uint8_t root[32], const char *whose,
                   struct sc_err *e)
{
	uint8_t own[32];
	sc_str s = r->seen->stated.record_root;

	if (!sc_unhex(sc_str_from(s, 7), own, 32) || memcmp(own, root, 32) != 0)
		return sc_bad(e, "%s speaks of another record-root than %.*s", whose,
		              SC_ARG(r->conf->manifest));
	return SC_OK;
}

static int checkpoint(struct sc_report *r, struct sc_err *e)
{
	struct sc_trust t = r->conf->trust;

	if (!r->conf->checkpoint.n)
		return SC_OK;
	t.unsigned_ok |= !is_trusting(&t);
	r->has_checkpoint = true;
	SC_TRY(sc_checkpoint_read(r->conf->checkpoint, &t, &r->a, &r->checkpoint, e));
	if (!r->checkpoint.has_version)
		return SC_OK;
	return root_is(r, r->checkpoint.version.record_root, "the checkpoint", e);
}

/* ---- what is not said ---- */

static void gap(struct sc_report *r, const char *key, const char *what, struct sc_count c)
{
	r->gap[r->ngap++] = (struct rep_gap){ key, what, c };
}

static struct sc_count but(struct sc_count all, struct sc_count c)
{
	return (struct sc_count){ all.records - c.records, all.bytes - c.bytes };
}

static void gaps(struct sc_report *r)
{
	const struct sc_facts_seen *s = r->seen;
	const struct sc_fact_total *t = s->key;

	gap(r, "host", "no host: nothing can be said of where they came from",
	    t[SC_FACT_HOST].lacking);
	gap(r, "source", "no URL and no path of where they were read", but(s->all, s->src));
	gap(r, "licence-looked-for", "no licence was looked for", t[SC_FACT_LICENCE].lacking);
	gap(r, "licence-found", "a licence was looked for and none was found", r->class[REP_NONE]);
	gap(r, "licence-settled", "what was found names no licence, or sources disagree",
	    r->class[REP_UNSETTLED]);
	gap(r, "licence-evidence", "no evidence of where a licence was read",
	    t[SC_FACT_BASIS].lacking);
	gap(r, "reservation-checked", "opt-out signals were not looked for", s->rights.unchecked);
	gap(r, "reservation-clear", "opt-out signals were looked for and are not clear",
	    s->rights.unclear);
	gap(r, "domain", "no domain was looked for", t[SC_FACT_DOMAIN].lacking);
	gap(r, "media", "no media type is stated", t[SC_FACT_MEDIA].lacking);
	gap(r, "author", "no author", but(s->all, s->author));
	gap(r, "title", "no title", but(s->all, s->title));
	gap(r, "doi", "no DOI", but(s->all, s->doi));
}

/* ---- all of it ---- */

static int make(struct sc_report *r, struct sc_err *e)
{
	SC_TRY(pass(r, e));
	SC_TRY(tables(r, e));
	SC_TRY(classes(r, e));
	SC_TRY(areas(r, e));
	SC_TRY(cells(r, e));
	SC_TRY(curve(r, SC_BY_RECORDS, &r->curve[0], e));
	SC_TRY(curve(r, SC_BY_BYTES, &r->curve[1], e));
	SC_TRY(breadths(r->f, r->breadth, e));
	gaps(r);
	SC_TRY(baseline(r, e));
	SC_TRY(audit(r, e));
	SC_TRY(signature(r, e));
	SC_TRY(checkpoint(r, e));
	SC_TRY(rep_gate_make(r, e));
	return rep_sample_read(r, e);
}

int sc_report_make(struct sc_report **out, const struct sc_report_conf *conf, struct sc_err *e)
{
	struct sc_report *r = calloc(1, sizeof *r);
	int rc;

	if (!r)
		sc_oom();
	r->conf = conf;
	r->top = conf->top ? conf->top : TOP;
	r->msample = (size_t)(conf->sample ? conf->sample : SAMPLE);
	r->sample = SC_NEW(&r->a, struct rep_sample, r->msample);
	r->name = sc_strdup(&r->a, base_name(conf->manifest));
	rc = make(r, e);
	if (rc < 0) {
		sc_report_free(r);
		return rc;
	}
	*out = r;
	return SC_OK;
}

void sc_report_free(struct sc_report *r)
{
	if (!r)
		return;
	rep_gate_free(r);
	sc_facts_free(r->f);
	sc_counts_free(r->counts);
	if (r->has_audit)
		sc_audit_free(&r->audit);
	for (size_t i = 0; i < r->msample; i++)
		free((void *)(uintptr_t)r->sample[i].image.p);
	sc_arena_free(&r->a);
	free(r);
}
