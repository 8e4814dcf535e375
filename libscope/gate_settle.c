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
#include <scope/text.h>
#include <scope/url.h>

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

extern const char sc_data_tag_domain[], sc_data_tag_domain_figure[], sc_data_tag_domain_subject[];
extern const size_t sc_data_tag_domain_n, sc_data_tag_domain_figure_n, sc_data_tag_domain_subject_n;

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

	return access(sc_cstr(g->a, path), R_OK) == 0;
}

/* ---- coverage: could any step of the run have said so ---- */

static bool step_ran(struct gate *g, const char *name)
{
	const struct sc_facts_seen *f = sc_facts_seen(g->facts);

	for (size_t i = 0; i < f->nstep; i++)
		if (sc_str_eq(f->step[i].name, sc_str_c(name)))
			return true;
	return false;
}

static bool rules_have(sc_str rules, sc_str label)
{
	sc_str one;

	while (rules.p && sc_str_cut(&rules, '\n', &one)) {
		sc_str said = sc_str_head(sc_str_trim(one), 256);
		size_t end = 0;

		while (end < said.n && said.p[end] != ' ' && said.p[end] != '\t')
			end++;
		if (said.n && *said.p != '#' && sc_path_under(sc_str_head(said, end), label))
			return true;
	}
	return false;
}

/* Labels that tag/domain gives without a rule for them. */
static bool always_said(sc_str label)
{
	return sc_path_under(SC_STR("unknown"), label) ||
	       sc_path_under(SC_STR("figure/unknown"), label) ||
	       sc_path_under(SC_STR("media/other"), label);
}

/* The text of the rules that every tag/domain of the run had; false: some had others than ours and those that were given. */
static bool rules_known(struct gate *g, struct sc_buf *text, struct sc_err *e)
{
	const struct sc_facts_seen *f = sc_facts_seen(g->facts);
	sc_str given = { NULL, 0 };
	uint8_t ours[32], with[32], alone[32];

	sc_buf_add(text, (sc_str){ sc_data_tag_domain, sc_data_tag_domain_n });
	sc_buf_add(text, (sc_str){ sc_data_tag_domain_figure, sc_data_tag_domain_figure_n });
	sc_buf_add(text, (sc_str){ sc_data_tag_domain_subject, sc_data_tag_domain_subject_n });
	sc_sha256_of(sc_buf_str(text), ours);
	if (g->c->rules.n && sc_file_read(g->c->rules, 64 << 20, g->a, &given, e) != SC_OK)
		return false;
	sc_buf_add(text, given);
	sc_sha256_of(sc_buf_str(text), with);
	sc_sha256_of(given, alone);
	for (size_t i = 0; i < f->nstep; i++)
		if (sc_str_eq(f->step[i].name, SC_STR("tag/domain")) &&
		    memcmp(f->step[i].rules, ours, 32) && memcmp(f->step[i].rules, with, 32) &&
		    (!given.n || memcmp(f->step[i].rules, alone, 32)))
			return false;
	return true;
}

/* Why nobody could have found a record that has this value; empty: somebody could. */
static sc_str uncovered(struct line *l, sc_str value)
{
	static const char *const steps[SC_FACTS] = {
		[SC_FACT_LICENCE] = "tag/licence", [SC_FACT_BASIS] = "tag/licence",
		[SC_FACT_HOST] = "tag/host",       [SC_FACT_SITE] = "tag/host",
		[SC_FACT_DOMAIN] = "tag/domain",   [SC_FACT_RIGHTS] = "tag/rights"
	};
	struct gate *g = l->g;
	struct sc_buf text = { 0 };
	struct sc_err why = { 0 };
	sc_str out = { NULL, 0 };

	if (steps[l->d->key] && !step_ran(g, steps[l->d->key]))
		return sc_fmt(g->a, "no step %s was run", steps[l->d->key]);
	if (l->d->key != SC_FACT_DOMAIN || always_said(value))
		return out;
	if (!rules_known(g, &text, &why))
		out = sc_fmt(
		        g->a,
		        "tag/domain was run with rules that are not ours: name them with --rules");
	else if (!rules_have(sc_buf_str(&text), value))
		out = sc_fmt(g->a, "no tagger of the run says %.*s", SC_ARG(value));
	sc_buf_free(&text);
	return out;
}

/* ---- rules ---- */

static void lacking(struct line *l, const char *what)
{
	l->o->lacking = l->t->lacking;
	verdict(l, SC_GATE_UNDECIDED);
	WHY(l, "%" PRIu64 " of %" PRIu64 " records have no %s", l->t->lacking, l->v->all.records,
	    what);
}

static void settle_deny(struct line *l)
{
	sc_str why = { NULL, 0 };

	MEASURED(l, "%" PRIu64 " of %" PRIu64 " records", l->t->hit.records, l->v->all.records);
	for (size_t i = 0; i < l->d->value.n && !why.n; i++)
		why = uncovered(l, l->d->value.v[i]);
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
}

static void settle_require(struct line *l)
{
	const char *key = sc_fact_names[l->d->key].p;

	if (!l->d->reservation) {
		MEASURED(l, "%" PRIu64 " of %" PRIu64 " records do not say where their %s was read",
		         l->t->hit.records, l->v->all.records, key);
		verdict(l, l->t->hit.records ? SC_GATE_VIOLATED : SC_GATE_PASS);
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
	}
}

static void settle_absent(struct line *l)
{
	MEASURED(l, "%" PRIu64 " of %" PRIu64 " records", l->t->hit.records, l->v->all.records);
	if (l->t->hit.records)
		verdict(l, SC_GATE_VIOLATED);
	else if (l->t->lacking)
		lacking(l, sc_cstr(l->g->a, l->d->kind_of));
}

/* ---- measures ---- */

static int share_of(struct line *l, double *out)
{
	struct variant *v = l->v;
	struct sc_fact_list *list;
	struct sc_fact_row row;
	uint64_t hit = 0, all = l->d->by_bytes ? v->all.bytes : v->all.records;
	int rc;

	SC_TRY(sc_counts_list(v->counts, l->d->key, SC_BY_RECORDS, &list, l->g->e));
	while ((rc = sc_fact_next(list, &row, l->g->e)) == SC_OK) {
		uint64_t n = l->d->by_bytes ? row.bytes : row.records;

		if (sc_str_eq(l->d->share, SC_STR("max")))
			hit = n > hit ? n : hit;
		else if (l->d->key == SC_FACT_LICENCE ? sc_str_eq(row.value, l->d->share)
		                                      : sc_path_under(row.value, l->d->share))
			hit += n; /* of domains, all below it; a record of two such labels counts twice: never too little */
	}
	sc_fact_list_free(list);
	*out = all ? fmin(1, (double)hit / (double)all) : 0;
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

static int settle_limit(struct line *l)
{
	const struct sc_directive *d = l->d;
	bool keyed = d->of != SC_LIMIT_RECORDS && d->of != SC_LIMIT_BYTES, holds;
	sc_str words = { NULL, 0 };

	SC_TRY(measure(l, &l->o->value, &words));
	l->o->has_value = true;
	holds = d->at_least ? l->o->value >= d->number : l->o->value <= d->number;
	MEASURED(l, "%.*s%.*s", SC_ARG(number(l->g, l->o->value)), SC_ARG(words));
	l->o->lacking = keyed ? l->v->total[d->key].lacking.records : 0;
	if (!holds) {
		verdict(l, SC_GATE_VIOLATED);
	} else if (l->o->lacking) {
		verdict(l, SC_GATE_UNDECIDED);
		WHY(l, "%" PRIu64 " of %" PRIu64 " records have no %.*s and are not in the measure",
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
		MEASURED(l, "%.*s; exposed: %" PRIu64 " records, %" PRIu64 " bytes",
		         SC_ARG(l->o->measured), l->t->hit.records, l->t->hit.bytes);
		l->o->lacking = l->t->lacking + l->g->expr[i].undecided;
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
	for (size_t k = 0; k < l->v->nmodify; k++)
		if (l->v->modify[k] == i)
			MEASURED(l, "measured here");
	if (l->g->expr[i].text && !l->g->expr[i].yes) {
		for (size_t k = 0; k < l->v->nmodify; k++)
			if (l->v->modify[k] == i) {
				verdict(l, SC_GATE_UNDECIDED);
				WHY(l,
				    "its filter is asked of text: give the shards with --shards");
			}
	}
	evidence(l);
}

/* ---- access, dates ---- */

static int settle_access(struct line *l)
{
	struct gate *g = l->g;
	struct sc_log *log = NULL;
	struct sc_entry entry;
	uint64_t releases = 0, other = 0;
	int rc;

	verdict(l, SC_GATE_UNDECIDED);
	MEASURED(l, "nothing");
	if (!g->c->log.n) {
		WHY(l, "no version log was given (--log): nobody can tell to whom it went");
		return SC_OK;
	}
	SC_TRY(sc_log_open(&log, g->c->log, g->e));
	while ((rc = sc_log_next(log, &entry, g->e)) == SC_OK) {
		if (!entry.is_release)
			continue;
		releases++;
		other += !sc_str_eq(entry.release.terms, l->d->terms);
	}
	sc_log_close(log);
	if (rc < 0)
		return rc;
	MEASURED(l, "%" PRIu64 " releases, %" PRIu64 " on other terms", releases, other);
	if (other)
		verdict(l, SC_GATE_VIOLATED);
	else if (releases)
		verdict(l, SC_GATE_PASS);
	else
		WHY(l, "the log names no release");
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
