/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gate_settle.c -- from what was counted to a line: measured, verdict, why.
 *
 * What no step could have found out is undecided, never a pass: a record without the key, a label that no tagger of the run has, a file
 * of evidence that is not there, an audit whose nonce the publisher chose.
 */
#include "gate_impl.h"

#include <scope/audit.h>
#include <scope/check.h>
#include <scope/digest.h>
#include <scope/log.h>
#include <scope/spdx.h>
#include <scope/text.h>
#include <scope/url.h>

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static sc_str number(struct gate *g, double v)
{
	struct sc_buf b = { .a = g->a };

	sc_breadth_put(&b, v);
	return sc_buf_seal(&b);
}

/* A file that the charter names, beside the charter. */
static bool is_there(struct gate *g, sc_str name)
{
	sc_str path = *name.p == '/'
	                      ? name
	                      : sc_fmt(g->a, "%.*s/%.*s", SC_ARG(g->ch->folder), SC_ARG(name));

	char *name_of = sc_cstr(g->a, path);
	struct stat st;

	return !stat(name_of, &st) && S_ISREG(st.st_mode) && access(name_of, R_OK) == 0;
}

/* ---- rules ---- */

static void lacking(struct line *l, const char *what)
{
	l->o->lacking = l->t->lacking;
	verdict(l, SC_GATE_UNDECIDED);
	WHY(l, "%" PRIu64 " of %" PRIu64 " records have no %s", l->t->lacking, l->v->all.records,
	    what);
}

static void uncovered(struct line *l, sc_str why)
{
	if (!why.n)
		return;
	verdict(l, SC_GATE_UNDECIDED);
	l->o->why = why;
}

static void settle_deny(struct line *l)
{
	sc_str why = { NULL, 0 };

	MEASURED(l, "%" PRIu64 " of %" PRIu64 " records", l->t->hit.records, l->v->all.records);
	for (size_t i = 0; i < l->d->value.n && !why.n; i++)
		why = cover(l->g, l->d->key, l->d->value.v[i]);
	if (l->t->hit.records) {
		verdict(l, SC_GATE_VIOLATED);
	} else if (why.n) {
		verdict(l, SC_GATE_UNDECIDED);
		l->o->why = why;
	} else if (l->t->lacking) {
		lacking(l, sc_fact_names[l->d->key].p);
	}
}

static bool first_allow(const struct line *l)
{
	for (const struct sc_directive *d = l->g->ch->v; d < l->d; d++)
		if (d->kind == SC_D_ALLOW && d->key == l->d->key)
			return false;
	return true;
}

static void settle_allow(struct line *l)
{
	const char *key = sc_fact_names[l->d->key].p;

	if (!first_allow(l)) {
		verdict(l, SC_GATE_INFO);
		MEASURED(l, "counted with the first allow of %s", key);
		return;
	}
	MEASURED(l, "%" PRIu64 " of %" PRIu64 " records match no line of %s", l->t->hit.records,
	         l->v->all.records, key);
	if (l->t->hit.records)
		verdict(l, SC_GATE_VIOLATED);
	else if (l->t->lacking)
		lacking(l, key);
	else
		uncovered(l, cover(l->g, l->d->key, SC_STR("")));
}

static void settle_require(struct line *l)
{
	const char *key = sc_fact_names[l->d->key].p;

	if (!l->d->reservation) {
		MEASURED(l, "%" PRIu64 " of %" PRIu64 " records do not say where their %s was read",
		         l->t->hit.records, l->v->all.records, key);
		verdict(l, l->t->hit.records ? SC_GATE_VIOLATED : SC_GATE_PASS);
		uncovered(l, cover(l->g, l->d->key, SC_STR("")));
		return;
	}
	MEASURED(l,
	         "%" PRIu64 " of %" PRIu64 " records are reserved, %" PRIu64 " were not looked at",
	         l->t->hit.records, l->v->all.records, l->t->lacking);
	if (l->t->hit.records) {
		verdict(l, SC_GATE_VIOLATED);
	} else if (l->t->lacking) {
		lacking(l, "rights: nobody looked for a reservation");
	} else if (l->t->unclear) {
		verdict(l, SC_GATE_UNDECIDED);
		WHY(l, "%" PRIu64 " signals could not be read", l->t->unclear);
	} else {
		uncovered(l, cover_reservations(l->g));
	}
}

static void settle_absent(struct line *l)
{
	MEASURED(l, "%" PRIu64 " of %" PRIu64 " records", l->t->hit.records, l->v->all.records);
	if (l->t->hit.records)
		verdict(l, SC_GATE_VIOLATED);
	else if (l->t->lacking)
		lacking(l, sc_cstr(l->g->a, l->d->kind_of));
	else if (sc_str_eq(l->d->kind_of, SC_STR("host")) ||
	         sc_str_eq(l->d->kind_of, SC_STR("site")))
		uncovered(l, cover(l->g, SC_FACT_HOST, SC_STR("")));
}

/* ---- measures ---- */

static int share_of(struct line *l, double *out)
{
	struct variant *v = l->v;
	struct sc_fact_list *list;
	struct sc_fact_row row;
	uint64_t hit = 0, all = l->d->by_bytes ? v->all.bytes : v->all.records;
	bool max = sc_str_eq(l->d->share, SC_STR("max"));
	int rc = SC_EOF;

	if (max)
		SC_TRY(sc_counts_list(v->counts, l->d->key, SC_BY_RECORDS, &list, l->g->e));
	while (max && (rc = sc_fact_next(list, &row, l->g->e)) == SC_OK) {
		uint64_t n = l->d->by_bytes ? row.bytes : row.records;

		hit = n > hit ? n : hit;
	}
	if (max)
		sc_fact_list_free(list);
	else
		hit = l->d->by_bytes ? l->t->hit.bytes : l->t->hit.records;
	*out = all ? (double)hit / (double)all : 0;
	return rc == SC_EOF ? SC_OK : rc;
}

static int measure(struct line *l, double *out, sc_str *words)
{
	const struct sc_directive *d = l->d;
	struct sc_breadth b;

	switch (d->of) {
	case SC_LIMIT_RECORDS:
		*out = (double)l->v->all.records;
		return SC_OK;
	case SC_LIMIT_BYTES:
		*out = (double)l->v->all.bytes;
		return SC_OK;
	case SC_LIMIT_SHARE:
		return share_of(l, out);
	default:
		break;
	}
	SC_TRY(sc_breadth_counts(l->v->counts, d->key, &l->v->total[d->key], d->by_bytes, 0.95, &b,
	                         l->g->e));
	*out = d->of == SC_LIMIT_HILL     ? b.hill[d->q]
	       : d->of == SC_LIMIT_UNSEEN ? b.unseen
	                                  : (double)b.distinct;
	if (d->of == SC_LIMIT_UNSEEN)
		*words = sc_fmt(l->g->a, ", below %.*s with 95 %% confidence",
		                SC_ARG(number(l->g, b.unseen_high)));
	return SC_OK;
}

/* What the measure could be at most, whatever the records without the key are: shares are of all records, so the lacking can only add to them. */
static double at_most(const struct line *l)
{
	const struct sc_directive *d = l->d;
	struct sc_count out = l->v->total[d->key].lacking, all = l->v->all;

	if (d->of != SC_LIMIT_SHARE)
		return HUGE_VAL;
	if (d->by_bytes)
		return l->o->value + (all.bytes ? (double)out.bytes / (double)all.bytes : 0);
	return l->o->value + (all.records ? (double)out.records / (double)all.records : 0);
}

/* And at least: what is there stays there; but effective numbers and unseen mass may fall. */
static double at_least(const struct line *l)
{
	const struct sc_directive *d = l->d;
	bool counts = d->of == SC_LIMIT_SHARE || d->of == SC_LIMIT_DISTINCT ||
	              (d->of == SC_LIMIT_HILL && !d->q);

	return counts ? l->o->value : 0;
}

static bool holds(const struct sc_directive *d, double v)
{
	return d->at_least ? v >= d->number : v <= d->number;
}

static int settle_limit(struct line *l)
{
	const struct sc_directive *d = l->d;
	bool keyed = d->of != SC_LIMIT_RECORDS && d->of != SC_LIMIT_BYTES;
	sc_str words = { NULL, 0 };
	double low, high;

	SC_TRY(measure(l, &l->o->value, &words));
	l->o->has_value = true;
	MEASURED(l, "%.*s%.*s", SC_ARG(number(l->g, l->o->value)), SC_ARG(words));
	l->o->lacking = keyed ? l->v->total[d->key].lacking.records : 0;
	low = l->o->lacking ? at_least(l) : l->o->value;
	high = l->o->lacking ? at_most(l) : l->o->value;
	if (!holds(d, low) && !holds(d, high)) {
		verdict(l, SC_GATE_VIOLATED);
	} else if (!holds(d, low) || !holds(d, high)) {
		verdict(l, SC_GATE_UNDECIDED);
		WHY(l,
		    "%" PRIu64 " of %" PRIu64
		    " records have no %.*s: with them it may be otherwise",
		    l->o->lacking, l->v->all.records, SC_ARG(sc_fact_names[d->key]));
	}
	return SC_OK;
}

/* ---- the baseline ---- */

static int settle_baseline(struct line *l)
{
	static const enum sc_fact keys[] = { SC_FACT_HOST, SC_FACT_DOMAIN, SC_FACT_LICENCE };
	struct gate *g = l->g;
	sc_str path = *l->d->evidence.p == '/' ? l->d->evidence
	                                       : sc_fmt(g->a, "%.*s/%.*s", SC_ARG(g->ch->folder),
	                                                SC_ARG(l->d->evidence));
	struct sc_buf words = { .a = g->a };
	struct sc_manifest_lines *m;
	struct sc_facts *f;
	struct sc_err why = { 0 };
	int rc;

	verdict(l, SC_GATE_UNDECIDED);
	if (!is_there(g, l->d->evidence)) {
		MEASURED(l, "nothing");
		WHY(l, "there is no %.*s", SC_ARG(l->d->evidence));
		return SC_OK;
	}
	rc = sc_manifest_lines_open(&m, path, &why);
	if (rc != SC_OK) {
		WHY(l, "%s", why.msg);
		return SC_OK;
	}
	f = sc_facts_new(1u << SC_FACT_HOST | 1u << SC_FACT_DOMAIN | 1u << SC_FACT_LICENCE,
	                 g->c->memory / 4);
	rc = sc_facts_read(f, m, &why);
	sc_manifest_lines_close(m);
	if (rc == SC_OK) {
		const struct sc_count b = sc_facts_seen(f)->all, a = l->v->all;

		verdict(l, SC_GATE_INFO);
		sc_buf_fmt(&words, "%+" PRId64 " records, %+" PRId64 " bytes",
		           (int64_t)(a.records - b.records), (int64_t)(a.bytes - b.bytes));
	}
	for (size_t i = 0; i < SC_COUNT(keys) && rc == SC_OK; i++) {
		struct sc_breadth now, then;

		rc = sc_breadth_of(f, keys[i], false, 0.95, &then, &why);
		if (rc == SC_OK)
			rc = sc_breadth_counts(l->v->counts, keys[i], &l->v->total[keys[i]], false,
			                       0.95, &now, &why);
		if (rc == SC_OK)
			sc_buf_fmt(&words, ", hill(1,%s) %.*s for %.*s", sc_fact_names[keys[i]].p,
			           SC_ARG(number(g, now.hill[1])), SC_ARG(number(g, then.hill[1])));
	}
	sc_facts_free(f);
	if (rc != SC_OK) {
		verdict(l, SC_GATE_UNDECIDED);
		WHY(l, "%s", why.msg);
		return rc == SC_FAIL ? sc_fail(g->e, "%s", why.msg) : SC_OK;
	}
	l->o->measured = sc_buf_seal(&words);
	return SC_OK;
}

/* ---- guarantees ---- */

static void bound_settle(struct line *l, const struct sc_audit *au)
{
	const struct sc_directive *d = l->d;
	struct sc_audit_bound b;
	struct sc_err why = { 0 };

	if (sc_audit_bound(au, sc_fact_names[d->key], d->confidence, &b, &why) != SC_OK) {
		WHY(l, "%s", why.msg);
		return;
	}
	l->o->has_value = b.decided;
	l->o->value = b.upper_finite < b.upper ? b.upper_finite : b.upper;
	MEASURED(l, "%" PRIu64 " errors in %" PRIu64 " drawn of %" PRIu64 ": below %.*s", b.errors,
	         b.n, b.population, SC_ARG(number(l->g, l->o->value)));
	if (!b.decided) {
		WHY(l, "%" PRIu64 " records of the audit have no verdict on %.*s", b.unjudged,
		    SC_ARG(sc_fact_names[d->key]));
	} else if (b.self && !d->own_nonce) {
		WHY(l,
		    "the publisher chose the nonce, who can try many: draw with the auditor's or a beacon's");
	} else if (l->o->value <= d->number) {
		verdict(l, SC_GATE_PASS);
	} else if (b.rate > d->number) {
		verdict(l, SC_GATE_VIOLATED);
	} else {
		WHY(l, "the sample is too small to show it");
	}
}

static int settle_guarantee(struct line *l)
{
	struct gate *g = l->g;
	struct sc_audit au = { .n = 0 };
	struct sc_err why = { 0 };
	int rc;

	MEASURED(l, "nothing");
	verdict(l, SC_GATE_UNDECIDED);
	if (!g->c->audit.n) {
		WHY(l, "no audit was given");
		return SC_OK;
	}
	if (l->v->nmodify) {
		WHY(l, "the audit is of the corpus as it is");
		return SC_OK;
	}
	rc = sc_audit_read(g->c->audit, &au, &why);
	if (rc == SC_OK && memcmp(au.record_root, g->out->record_root, 32))
		rc = sc_bad(&why, "the audit is of another record-root");
	if (rc == SC_OK)
		rc = sc_audit_check(&au, g->c->manifest, &why);
	if (rc == SC_OK)
		bound_settle(l, &au);
	else
		WHY(l, "%s", why.msg);
	sc_audit_free(&au);
	return rc == SC_FAIL ? sc_fail(g->e, "%s", why.msg) : SC_OK;
}

/* ---- costs, benefits, modifications ---- */

static void evidence(struct line *l)
{
	if (l->d->evidence.n && !is_there(l->g, l->d->evidence)) {
		verdict(l, SC_GATE_UNDECIDED);
		WHY(l, "there is no %.*s", SC_ARG(l->d->evidence));
	}
}

static sc_str range(struct gate *g, const struct sc_range *r)
{
	if (r->low == r->high)
		return number(g, r->low);
	return sc_fmt(g->a, "%.*s..%.*s", SC_ARG(number(g, r->low)), SC_ARG(number(g, r->high)));
}

/* What a modification that is on says of it replaces the likelihood. */
static const struct sc_directive *likelihood_of(const struct line *l)
{
	for (size_t i = 0; i < l->v->nmodify; i++) {
		const struct sc_directive *m = &l->g->ch->v[l->v->modify[i]];

		for (size_t k = 0; m->has_likelihood && k < m->value.n; k++)
			if (sc_str_eq(m->value.v[k], l->d->name))
				return m;
	}
	return l->d;
}

static void settle_claim(struct line *l)
{
	const struct sc_directive *said = likelihood_of(l), *d = l->d;
	size_t i = (size_t)(d - l->g->ch->v);
	sc_str by = said->by.n ? said->by : d->by;

	verdict(l, SC_GATE_INFO);
	MEASURED(l, "likelihood %.*s, size %.*s, as %.*s says",
	         SC_ARG(range(l->g, &said->likelihood)), SC_ARG(d->size), SC_ARG(by));
	if (d->exposure.n && l->g->expr[i].text && !l->g->expr[i].yes) {
		verdict(l, SC_GATE_UNDECIDED);
		WHY(l, "its exposure is asked of text: give the shards with --shards");
	} else if (d->exposure.n) {
		if (l->g->expr[i].missing) {
			verdict(l, SC_GATE_UNDECIDED);
			WHY(l, "%" PRIu64 " records are in none of the shards that were given",
			    l->g->expr[i].missing);
		}
		MEASURED(l, "%.*s; exposed: %" PRIu64 " records, %" PRIu64 " bytes",
		         SC_ARG(l->o->measured), l->t->hit.records, l->t->hit.bytes);
		l->o->lacking = l->t->lacking;
		if (l->o->lacking)
			MEASURED(l, "%.*s; of %" PRIu64 " it cannot be told",
			         SC_ARG(l->o->measured), l->o->lacking);
	}
	evidence(l);
}

static void settle_modify(struct line *l)
{
	size_t i = (size_t)(l->d - l->g->ch->v);

	verdict(l, SC_GATE_INFO);
	MEASURED(l, "--what-if %.*s measures it", SC_ARG(l->d->name));
	for (size_t k = 0; k < l->v->nmodify; k++) {
		const struct gexpr *x = &l->g->expr[i];

		if (l->v->modify[k] != i)
			continue;
		MEASURED(l, "measured here");
		if (!x->missing)
			continue;
		verdict(l, SC_GATE_UNDECIDED);
		if (x->yes)
			WHY(l, "%" PRIu64 " records are in none of the shards that were given",
			    x->missing);
		else
			WHY(l, "its filter is asked of text: give the shards with --shards");
	}
	evidence(l);
}

/* ---- access, dates ---- */

/* What is no licence among terms joined by + is a file beside the charter.  Empty: all are there. */
static sc_str terms_missing(struct gate *g, sc_str terms)
{
	sc_str one, canonical;
	struct sc_err why;

	if (sc_spdx_expression(g->a, terms, &canonical, &why) == SC_OK) /* "GPL-2.0+" */
		return (sc_str){ NULL, 0 };
	while (terms.p && sc_str_cut(&terms, '+', &one))
		if (one.n && sc_spdx_expression(g->a, one, &canonical, &why) != SC_OK &&
		    !is_there(g, one))
			return one;
	return (sc_str){ NULL, 0 };
}

struct releases {
	uint64_t of_this, others, other_terms, other_recipients;
	uint64_t *version; /* their numbers */
	size_t n;
};

static bool is_this(const struct releases *r, uint64_t version)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->version[i] == version)
			return true;
	return false;
}

/* "release-log": whoever stands there; else names with commas between. */
static bool is_recipient(sc_str named, sc_str to)
{
	sc_str one;

	if (!named.n || sc_str_eq(named, SC_STR("release-log")))
		return true;
	while (named.p && sc_str_cut(&named, ',', &one))
		if (sc_str_eq(sc_str_trim(one), to))
			return true;
	return false;
}

static void entry_count(struct line *l, struct releases *r, const struct sc_entry *x)
{
	if (!x->is_release) {
		if (memcmp(x->version.record_root, l->g->out->record_root, 32) || r->n == 4096)
			return;
		r->version[r->n++] = x->version.number;
		return;
	}
	if (!is_this(r, x->release.version)) {
		r->others++;
		return;
	}
	r->of_this++;
	r->other_terms += !sc_str_eq(x->release.terms, l->d->terms);
	r->other_recipients += !is_recipient(l->d->recipients, x->release.to);
}

static void access_judge(struct line *l, const struct releases *r)
{
	sc_str missing = terms_missing(l->g, l->d->terms);

	MEASURED(l, "%" PRIu64 " releases of this version, %" PRIu64 " on other terms", r->of_this,
	         r->other_terms);
	if (r->other_recipients)
		MEASURED(l, "%.*s, %" PRIu64 " to others", SC_ARG(l->o->measured),
		         r->other_recipients);
	if (r->other_terms || r->other_recipients)
		verdict(l, SC_GATE_VIOLATED);
	else if (missing.n)
		WHY(l, "there is no %.*s, which the terms name", SC_ARG(missing));
	else if (r->of_this)
		verdict(l, SC_GATE_PASS);
	else
		WHY(l,
		    r->n ? "the log names no release of it" : "the log does not have this version");
}

static int settle_access(struct line *l)
{
	struct gate *g = l->g;
	struct sc_log *log = NULL;
	struct sc_entry entry;
	struct releases r = { .version = SC_NEW(g->a, uint64_t, 4096) };
	int rc;

	verdict(l, SC_GATE_UNDECIDED);
	MEASURED(l, "nothing");
	if (!g->c->log.n) {
		WHY(l, "no version log was given (--log): nobody can tell to whom it went");
		return SC_OK;
	}
	if (l->v->nmodify) {
		WHY(l, "the log is of the corpus as it is");
		return SC_OK;
	}
	SC_TRY(sc_log_open(&log, g->c->log, g->e));
	while ((rc = sc_log_next(log, &entry, g->e)) == SC_OK)
		entry_count(l, &r, &entry);
	sc_log_close(log);
	if (rc < 0)
		return rc;
	access_judge(l, &r);
	return SC_OK;
}

static void settle_expire(struct line *l)
{
	int64_t until = 0;

	sc_date_parse(l->d->until, &until);
	MEASURED(l, "today is %.*s", SC_ARG(sc_str_head(sc_created(l->g->a), 10)));
	verdict(l, gate_now(l->g) < until + 86400 ? SC_GATE_PASS : SC_GATE_VIOLATED);
}

/* ---- all of them ---- */

static void settle_words(struct line *l)
{
	verdict(l, SC_GATE_INFO);
	l->o->measured = l->d->kind == SC_D_CHARTER
	                         ? sc_fmt(l->g->a, "version %.*s", SC_ARG(l->g->ch->version))
	                         : SC_STR("");
}

static int settle_one(struct line *l)
{
	switch (l->d->kind) {
	case SC_D_DENY:
		settle_deny(l);
		break;
	case SC_D_ALLOW:
		settle_allow(l);
		break;
	case SC_D_REQUIRE:
		settle_require(l);
		break;
	case SC_D_ABSENT:
		settle_absent(l);
		break;
	case SC_D_LIMIT:
		return settle_limit(l);
	case SC_D_BASELINE:
		return settle_baseline(l);
	case SC_D_GUARANTEE:
		return settle_guarantee(l);
	case SC_D_BENEFIT:
	case SC_D_COST:
		settle_claim(l);
		break;
	case SC_D_MODIFY:
		settle_modify(l);
		break;
	case SC_D_ACCESS:
		return settle_access(l);
	case SC_D_WAIVE:
		settle_waive(l);
		break;
	case SC_D_EXPIRE:
		settle_expire(l);
		break;
	default:
		settle_words(l);
	}
	return SC_OK;
}

static void overall(struct sc_gate_variant *o)
{
	memset(o->count, 0, sizeof o->count);
	for (size_t i = 0; i < o->n; i++)
		o->count[o->line[i].verdict]++;
	o->verdict = o->count[SC_GATE_VIOLATED]    ? SC_GATE_VIOLATED
	             : o->count[SC_GATE_UNDECIDED] ? SC_GATE_UNDECIDED
	                                           : SC_GATE_PASS;
}

int settle(struct gate *g, struct variant *v)
{
	bool signed_ = g->out->waivers.n && !sc_str_starts(g->out->waivers, SC_STR("not "));

	v->out->line = SC_NEW(g->a, struct sc_gate_line, g->ch->n);
	v->out->n = g->ch->n;
	for (size_t i = 0; i < g->ch->n; i++) {
		struct line l = {
			.g = g, .v = v, .d = &g->ch->v[i], .t = &v->tally[i], .o = &v->out->line[i]
		};

		*l.o = (struct sc_gate_line){ .d = l.d, .hit = l.t->hit };
		SC_TRY(settle_one(&l));
		waive(&l, signed_);
	}
	overall(v->out);
	return SC_OK;
}
