/* SPDX-License-Identifier: Apache-2.0 */
/* report_json.c -- a report as JSON: scope-report(7) says what each member is.  Members may be added, none changes its meaning. */
#include "report_impl.h"

#include <scope/json_write.h>

#include <stdio.h>

static void count(struct sc_json_writer *w, const char *key, struct sc_count c)
{
	sc_jw_object(w, key);
	sc_jw_u64(w, "records", c.records);
	sc_jw_u64(w, "bytes", c.bytes);
	sc_jw_end(w);
}

static void counts(struct sc_json_writer *w, struct sc_count c)
{
	sc_jw_u64(w, "records", c.records);
	sc_jw_u64(w, "bytes", c.bytes);
}

static void real(struct sc_json_writer *w, const char *key, double v)
{
	struct sc_buf b = { 0 };

	sc_breadth_put(&b, v);
	sc_jw_raw(w, key, sc_buf_str(&b));
	sc_buf_free(&b);
}

/* What is cut says so: "value_bytes" is how many there were. */
static void value(struct sc_json_writer *w, const char *key, struct rep_value v)
{
	char name[32];

	sc_jw_str(w, key, v.s);
	if (!v.full)
		return;
	snprintf(name, sizeof name, "%s_bytes", key);
	sc_jw_u64(w, name, v.full);
}

static void others(struct sc_json_writer *w, uint64_t n, struct sc_count rest)
{
	sc_jw_object(w, "others");
	sc_jw_u64(w, "values", n);
	counts(w, rest);
	sc_jw_end(w);
}

static void table(struct sc_json_writer *w, const char *name, const struct rep_table *t,
                  const char *key, const char *second)
{
	sc_jw_array(w, name);
	for (size_t i = 0; i < t->n; i++) {
		sc_jw_object(w, NULL);
		value(w, key, t->v[i].value);
		if (second)
			value(w, second, t->v[i].second);
		counts(w, t->v[i].c);
		sc_jw_end(w);
	}
	sc_jw_end(w);
}

/* ---- parts ---- */

static void manifest(struct sc_json_writer *w, const struct sc_report *r)
{
	const struct sc_stated *t = &r->seen->stated;

	sc_jw_object(w, "manifest");
	sc_jw_str(w, "name", r->name);
	sc_jw_hex(w, "sha256", r->file, 32);
	sc_jw_str(w, "record_root", t->record_root);
	sc_jw_str(w, "key_root", t->key_root);
	sc_jw_str(w, "lines", t->lines);
	sc_jw_u64(w, "keys", t->keys);
	sc_jw_array(w, "heads");
	for (size_t i = 0; i < r->seen->nhead; i++) {
		sc_jw_object(w, NULL);
		sc_jw_str(w, "key", r->seen->head[i].key);
		sc_jw_str(w, "value", r->seen->head[i].value);
		sc_jw_end(w);
	}
	sc_jw_end(w);
	sc_jw_end(w);
}

static void corpus(struct sc_json_writer *w, const struct sc_report *r)
{
	const struct sc_facts_seen *s = r->seen;

	sc_jw_object(w, "corpus");
	counts(w, s->all);
	sc_jw_u64(w, "occurrences", s->occurrences);
	sc_jw_u64(w, "tombstones", s->tombstones);
	sc_jw_object(w, "inputs");
	sc_jw_u64(w, "shards", s->nin);
	sc_jw_u64(w, "records", s->in_records);
	sc_jw_u64(w, "rejected", s->in_rejected);
	sc_jw_u64(w, "bytes", s->in_bytes);
	sc_jw_end(w);
	sc_jw_object(w, "outputs");
	sc_jw_u64(w, "shards", s->nout);
	sc_jw_u64(w, "records", s->out_records);
	sc_jw_u64(w, "bytes", s->out_bytes);
	sc_jw_end(w);
	count(w, "conflicts", s->conflict);
	sc_jw_object(w, "rights");
	count(w, "reserved", s->rights.reserved);
	count(w, "unclear", s->rights.unclear);
	count(w, "clear", s->rights.clear);
	count(w, "unchecked", s->rights.unchecked);
	sc_jw_end(w);
	sc_jw_end(w);
}

static void tables(struct sc_json_writer *w, const struct sc_report *r)
{
	sc_jw_object(w, "tables");
	for (size_t i = 0; i < SC_FACTS; i++) {
		if (i == SC_FACT_DECLARED)
			continue; /* part of the licences */
		const struct sc_fact_total *t = &r->seen->key[i];

		sc_jw_object(w, sc_fact_names[i].p);
		sc_jw_u64(w, "distinct", t->distinct);
		count(w, "having", t->having);
		count(w, "lacking", t->lacking);
		table(w, "rows", &r->table[i], "value", NULL);
		others(w, r->table[i].others, r->table[i].rest);
		sc_jw_end(w);
	}
	sc_jw_end(w);
	sc_jw_object(w, "licence_basis");
	table(w, "rows", &r->basis, "licence", "basis");
	others(w, r->basis.others, r->basis.rest);
	sc_jw_end(w);
	sc_jw_object(w, "licence_class");
	for (size_t i = 0; i < REP_CLASSES; i++)
		count(w, rep_classes[i].key, r->class[i]);
	sc_jw_end(w);
}

static void area(struct sc_json_writer *w, const struct rep_area *o)
{
	sc_jw_object(w, NULL);
	value(w, "domain", o->domain);
	counts(w, o->c);
	sc_jw_array(w, "licences");
	for (size_t i = 0; i < o->ncell; i++) {
		sc_jw_object(w, NULL);
		value(w, "licence", o->cell[i].licence);
		sc_jw_str(w, "class", sc_str_c(rep_classes[o->cell[i].class].key));
		counts(w, o->cell[i].c);
		sc_jw_end(w);
	}
	sc_jw_end(w);
	others(w, o->others, o->rest);
	sc_jw_end(w);
}

static void map(struct sc_json_writer *w, const struct sc_report *r)
{
	sc_jw_object(w, "map");
	sc_jw_array(w, "areas");
	for (size_t i = 0; i < r->narea; i++)
		area(w, &r->area[i]);
	sc_jw_end(w);
	others(w, r->other_areas, r->area_rest);
	sc_jw_end(w);
}

static void curve(struct sc_json_writer *w, const char *key, const struct rep_curve *c)
{
	sc_jw_object(w, key);
	sc_jw_u64(w, "hosts", c->hosts);
	sc_jw_u64(w, "sum", c->sum);
	real(w, "gini", c->gini);
	sc_jw_u64(w, "half", c->half);
	sc_jw_u64(w, "nine_tenths", c->most);
	sc_jw_array(w, "points");
	for (size_t i = 0; i < c->n; i++) {
		sc_jw_array(w, NULL);
		sc_jw_u64(w, NULL, c->at[i].hosts);
		sc_jw_u64(w, NULL, c->at[i].sum);
		sc_jw_end(w);
	}
	sc_jw_end(w);
	sc_jw_end(w);
}

static void breadth(struct sc_json_writer *w, const char *key, const struct sc_breadth *b)
{
	sc_jw_object(w, key);
	sc_jw_u64(w, "n", b->n);
	sc_jw_u64(w, "distinct", b->distinct);
	sc_jw_array(w, "hill");
	for (size_t i = 0; i < 3; i++)
		real(w, NULL, b->hill[i]);
	sc_jw_end(w);
	sc_jw_u64(w, "largest", b->max);
	real(w, "largest_share", b->max_share);
	sc_jw_u64(w, "once", b->once);
	sc_jw_u64(w, "twice", b->twice);
	real(w, "unseen", b->unseen);
	real(w, "unseen_high", b->unseen_high);
	real(w, "confidence", b->confidence);
	sc_jw_end(w);
}

static void breadths(struct sc_json_writer *w, const struct sc_breadth v[SC_FACTS][2])
{
	sc_jw_object(w, "breadth");
	for (size_t i = 0; i < REP_WIDE; i++) {
		sc_jw_object(w, sc_fact_names[rep_wide[i]].p);
		breadth(w, "records", &v[rep_wide[i]][0]);
		breadth(w, "bytes", &v[rep_wide[i]][1]);
		sc_jw_end(w);
	}
	sc_jw_end(w);
}

static void baseline(struct sc_json_writer *w, const struct rep_baseline *b)
{
	if (!b) {
		sc_jw_raw(w, "baseline", SC_STR("null"));
		return;
	}
	sc_jw_object(w, "baseline");
	sc_jw_str(w, "name", b->name);
	sc_jw_str(w, "record_root", b->record_root);
	counts(w, b->all);
	sc_jw_u64(w, "added", b->added);
	sc_jw_u64(w, "left_out", b->removed);
	sc_jw_u64(w, "changed", b->changed);
	sc_jw_u64(w, "same", b->same);
	breadths(w, b->breadth);
	sc_jw_end(w);
}

static void funnel(struct sc_json_writer *w, const struct sc_report *r)
{
	sc_jw_array(w, "funnel");
	for (size_t i = 0; i < r->seen->nstep; i++) {
		const struct sc_step *p = &r->seen->step[i];

		sc_jw_object(w, NULL);
		sc_jw_str(w, "step", p->name);
		sc_jw_u64(w, "revision", p->revision);
		sc_jw_u64(w, "in", p->in);
		sc_jw_u64(w, "kept", p->kept);
		sc_jw_u64(w, "dropped", p->dropped);
		sc_jw_u64(w, "rejected", p->rejected);
		sc_jw_u64(w, "undecided", p->undecided);
		sc_jw_str(w, "args", p->args);
		sc_jw_end(w);
	}
	sc_jw_end(w);
}

static void gaps(struct sc_json_writer *w, const struct sc_report *r)
{
	sc_jw_array(w, "not_said");
	for (size_t i = 0; i < r->ngap; i++) {
		sc_jw_object(w, NULL);
		sc_jw_str(w, "key", sc_str_c(r->gap[i].key));
		sc_jw_str(w, "what", sc_str_c(r->gap[i].what));
		counts(w, r->gap[i].c);
		sc_jw_end(w);
	}
	sc_jw_end(w);
}

static void bound(struct sc_json_writer *w, const struct sc_audit_bound *b)
{
	sc_jw_object(w, NULL);
	real(w, "confidence", b->confidence);
	real(w, "upper", b->upper);
	real(w, "upper_finite", b->upper_finite);
	sc_jw_end(w);
}

static void audit(struct sc_json_writer *w, const struct sc_report *r)
{
	struct sc_arena a = { 0 };

	if (!r->has_audit) {
		sc_jw_raw(w, "audit", SC_STR("null"));
		return;
	}
	sc_jw_object(w, "audit");
	sc_jw_str(w, "auditor", r->audit.auditor);
	sc_jw_str(w, "nonce", r->audit.nonce);
	sc_jw_str(w, "nonce_source", sc_audit_source(&a, &r->audit));
	sc_jw_u64(w, "drawn", r->audit.nrecord);
	sc_jw_u64(w, "population", r->audit.population);
	sc_jw_array(w, "bounds");
	for (size_t i = 0; i < r->nbound; i++) {
		const struct sc_audit_bound *b = &r->bound[i].at95;

		sc_jw_object(w, NULL);
		sc_jw_str(w, "what", sc_fact_names[r->bound[i].what]);
		sc_jw_u64(w, "drawn", b->n);
		sc_jw_u64(w, "errors", b->errors);
		sc_jw_u64(w, "unclear", b->unclear);
		sc_jw_u64(w, "unjudged", b->unjudged);
		sc_jw_bool(w, "decided", b->decided);
		real(w, "rate", b->rate);
		sc_jw_array(w, "upper");
		bound(w, b);
		bound(w, &r->bound[i].at99);
		sc_jw_end(w);
		sc_jw_end(w);
	}
	sc_jw_end(w);
	sc_jw_end(w);
	sc_arena_free(&a);
}

static void sample(struct sc_json_writer *w, const struct sc_report *r)
{
	sc_jw_array(w, "sample");
	for (size_t i = 0; i < r->nsample; i++) {
		const struct rep_sample *s = &r->sample[i];

		sc_jw_object(w, NULL);
		sc_jw_str(w, "id", s->id);
		sc_jw_u64(w, "bytes", s->bytes);
		value(w, "media", s->media);
		value(w, "licence", s->licence);
		value(w, "basis", s->basis);
		value(w, "domain", s->domain);
		value(w, "host", s->host);
		value(w, "title", s->title);
		sc_jw_bool(w, "in_shards", s->found);
		sc_jw_end(w);
	}
	sc_jw_end(w);
}

static void provenance(struct sc_json_writer *w, const struct sc_report *r)
{
	const struct sc_checkpoint *c = &r->checkpoint;

	sc_jw_object(w, "signature");
	sc_jw_bool(w, "there", r->has_signature);
	sc_jw_bool(w, "checked", r->signer.n > 0);
	sc_jw_str(w, "signer", r->signer);
	sc_jw_end(w);
	if (!r->has_checkpoint) {
		sc_jw_raw(w, "checkpoint", SC_STR("null"));
		return;
	}
	sc_jw_object(w, "checkpoint");
	sc_jw_str(w, "origin", c->origin);
	sc_jw_u64(w, "size", c->size);
	sc_jw_hex(w, "root", c->root, 32);
	sc_jw_bool(w, "names_this_manifest", c->has_version);
	sc_jw_str(w, "signer", c->who);
	sc_jw_end(w);
}

int sc_report_json(const struct sc_report *r, struct sc_output *out, struct sc_err *e)
{
	struct sc_json_writer w = { .out = out };

	sc_jw_object(&w, NULL);
	sc_jw_str(&w, "format", SC_STR("scope-report/1"));
	rep_gate_json(&w, r);
	manifest(&w, r);
	corpus(&w, r);
	tables(&w, r);
	map(&w, r);
	sc_jw_object(&w, "hosts");
	curve(&w, "records", &r->curve[0]);
	curve(&w, "bytes", &r->curve[1]);
	sc_jw_end(&w);
	breadths(&w, r->breadth);
	baseline(&w, r->baseline);
	funnel(&w, r);
	gaps(&w, r);
	audit(&w, r);
	sample(&w, r);
	provenance(&w, r);
	sc_jw_end(&w);
	return sc_jw_finish(&w, e);
}
