/* SPDX-License-Identifier: Apache-2.0 */
/*
 * audit_draw.c -- the records that a nonce draws from a manifest, and whether an audit's are those.
 *
 * A pass over the R lines: what is drawn are the identities with the smallest SHA-256(record-root, nonce, identity), kept in a heap a
 * stratum; beside it the lines' Merkle root is made, so that the draw is bound to lines that were seen.  With strata there is a pass before it that
 * counts them.  Then the lines of what was drawn are looked up.
 */
#include <scope/audit.h>

#include <scope/check.h>
#include <scope/digest.h>
#include <scope/lookup.h>
#include <scope/text.h>

#include <stdlib.h>

#include "audit_impl.h"

#define TEXT_MOST ((size_t)1 << 30) /* of all lines drawn */

struct ranked {
	uint8_t rank[32], id[32];
};

struct heap {
	struct ranked *v; /* the largest rank first */
	size_t n, cap, most;
};

struct draw {
	struct sc_audit *au;
	struct sc_lookup *lines;
	bool counting;
	uint8_t said[32]; /* record-root and records as T lines have them */
	uint64_t said_records;
	bool has_root, has_records;
	struct sc_merkle tree;
	/* The identity at hand and its lines. */
	uint8_t id[32];
	struct sc_buf text;
	size_t from[AUDIT_LINES + 1], nline;
	struct sc_buf message; /* record-root, nonce, identity */
	struct sc_arena scratch;
	struct heap *heap; /* a stratum */
	size_t stratum_cap;
	uint64_t population;
	/* Lookup of what was drawn. */
	size_t text_bytes;
	struct sc_audit_record *at;
};

/* ---- what the manifest says of itself ---- */

static int total_line(void *with, sc_str line, struct sc_err *e)
{
	struct draw *d = with;
	sc_str rest = sc_str_from(line, 2), name, value;

	if (!sc_str_cut(&rest, '\t', &name) || !sc_str_cut(&rest, '\t', &value))
		return sc_bad(e, "a T line has no value");
	if (sc_str_eq(name, SC_STR("record-root")))
		d->has_root = sc_root_parse(value, d->said);
	if (sc_str_eq(name, SC_STR("records")))
		d->has_records = sc_str_u64(value, &d->said_records);
	return SC_OK;
}

static int totals(struct draw *d, struct sc_err *e)
{
	SC_TRY(sc_lookup_scan(d->lines, "T", total_line, d, e));
	if (!d->has_root || !d->has_records)
		return sc_bad(e, "the manifest's totals are missing: it is cut short");
	if (d->said_records > AUDIT_POPULATION)
		return sc_bad(e, "more records than can be counted");
	return SC_OK;
}

/* ---- heaps ---- */

static bool above(const struct ranked *a, const struct ranked *b)
{
	return memcmp(a, b, sizeof *a) > 0;
}

static void sink(struct heap *h)
{
	size_t i = 0;

	for (;;) {
		size_t c = 2 * i + 1;
		struct ranked t;

		if (c >= h->n)
			return;
		if (c + 1 < h->n && above(&h->v[c + 1], &h->v[c]))
			c++;
		if (!above(&h->v[c], &h->v[i]))
			return;
		t = h->v[i];
		h->v[i] = h->v[c];
		h->v[c] = t;
		i = c;
	}
}

static void rise(struct heap *h)
{
	for (size_t i = h->n - 1; i && above(&h->v[i], &h->v[(i - 1) / 2]); i = (i - 1) / 2) {
		struct ranked t = h->v[i];

		h->v[i] = h->v[(i - 1) / 2];
		h->v[(i - 1) / 2] = t;
	}
}

static void offer(struct heap *h, const struct ranked *r)
{
	if (h->n == h->most) {
		if (!h->n || !above(&h->v[0], r))
			return;
		h->v[0] = *r;
		sink(h);
		return;
	}
	if (h->n == h->cap) {
		h->cap = h->cap ? 2 * h->cap : 64;
		h->v = realloc(h->v, h->cap * sizeof *h->v);
		if (!h->v)
			sc_oom();
	}
	h->v[h->n++] = *r;
	rise(h);
}

/* ---- one identity after the other ---- */

static int stratum_new(struct draw *d, sc_str value, struct sc_audit_stratum **s, struct sc_err *e)
{
	struct sc_audit *au = d->au;
	size_t at = 0;

	if (au->nstratum == SC_AUDIT_STRATA)
		return sc_fail(
		        e,
		        "more than %d different values of %.*s: draw without --strata, or by a tag that has fewer",
		        SC_AUDIT_STRATA, SC_ARG(sc_fact_names[au->strata]));
	if (au->nstratum == d->stratum_cap) {
		d->stratum_cap = d->stratum_cap ? 2 * d->stratum_cap : 64;
		au->stratum = realloc(au->stratum, d->stratum_cap * sizeof *au->stratum);
		if (!au->stratum)
			sc_oom();
	}
	while (at < au->nstratum && sc_str_cmp(au->stratum[at].value, value) < 0)
		at++;
	memmove(au->stratum + at + 1, au->stratum + at, (au->nstratum - at) * sizeof *au->stratum);
	au->stratum[at] = (struct sc_audit_stratum){ .value = value.n ? sc_strdup(&au->a, value)
		                                                      : SC_STR("") };
	au->nstratum++;
	*s = &au->stratum[at];
	return SC_OK;
}

static int stratum_of(struct draw *d, struct sc_audit_stratum **s, struct sc_err *e)
{
	struct sc_audit_record r = { .nline = d->nline };
	sc_str value = SC_STR("");

	if (d->au->stratified) {
		r.line = SC_NEW(&d->scratch, sc_str, d->nline);
		for (size_t i = 0; i < d->nline; i++)
			r.line[i] = (sc_str){ d->text.p + d->from[i], d->from[i + 1] - d->from[i] };
		value = sc_audit_claim(&d->scratch, &r, d->au->strata);
	}
	*s = audit_stratum(d->au, value);
	if (*s)
		return SC_OK;
	return d->counting ? stratum_new(d, value, s, e)
	                   : sc_fail(e, "the manifest changed while it was read");
}

/* BYTES of an R line: the only field that is looked at of those that are not drawn. */
static bool size_of(sc_str line, uint64_t *bytes)
{
	sc_str one;

	for (int i = 0; i < 3; i++)
		if (!sc_str_cut(&line, '\t', &one))
			return false;
	return sc_str_u64(one, bytes);
}

static int identity_end(struct draw *d, struct sc_err *e)
{
	struct sc_audit_stratum *s;
	struct ranked r;
	uint64_t bytes;

	if (!d->nline)
		return SC_OK;
	if (!size_of((sc_str){ d->text.p, d->from[1] }, &bytes))
		return sc_bad(e, "an R line is not as it should be: `scope verify` says more");
	SC_TRY(stratum_of(d, &s, e));
	d->population++;
	if (d->counting || !d->au->stratified) {
		s->population++;
		if (__builtin_add_overflow(s->bytes, bytes, &s->bytes))
			return sc_bad(e, "a sum passes 2^64");
	}
	if (!d->counting) {
		memcpy(r.id, d->id, 32);
		memcpy(d->message.p + d->message.n - 32, d->id, 32);
		sc_sha256_of(sc_buf_str(&d->message), r.rank);
		offer(&d->heap[s - d->au->stratum], &r);
	}
	d->nline = 0;
	sc_buf_clear(&d->text);
	sc_arena_reset(&d->scratch);
	return SC_OK;
}

static int record_line(void *with, sc_str line, struct sc_err *e)
{
	struct draw *d = with;
	uint8_t id[32], leaf[32];

	if (!audit_id(line, id))
		return sc_bad(e, "an R line has no identity");
	if (d->nline && memcmp(id, d->id, 32))
		SC_TRY(identity_end(d, e));
	if (d->nline == AUDIT_LINES)
		return sc_bad(e, "more than %d R lines of one identity", AUDIT_LINES);
	if (d->nline && sc_str_eq(line, (sc_str){ d->text.p + d->from[d->nline - 1],
	                                          d->text.n - d->from[d->nline - 1] }))
		return sc_bad(e, "an R line stands there twice");
	memcpy(d->id, id, 32);
	d->from[d->nline++] = d->text.n;
	sc_buf_add(&d->text, line);
	d->from[d->nline] = d->text.n;
	if (!d->counting) {
		sc_merkle_leaf_hash(line, leaf);
		sc_merkle_add(&d->tree, leaf);
	}
	return SC_OK;
}

static int pass(struct draw *d, bool counting, struct sc_err *e)
{
	d->counting = counting;
	d->population = 0;
	SC_TRY(sc_lookup_scan(d->lines, "R", record_line, d, e));
	return identity_end(d, e);
}

/* ---- what was drawn ---- */

static int by_id(const void *a, const void *b)
{
	return memcmp(((const struct sc_audit_record *)a)->id,
	              ((const struct sc_audit_record *)b)->id, 32);
}

static void records_set(struct draw *d)
{
	struct sc_audit *au = d->au;
	size_t n = 0;

	for (size_t i = 0; i < au->nstratum; i++)
		n += d->heap[i].n;
	au->record = calloc(n + 1, sizeof *au->record);
	if (!au->record)
		sc_oom();
	for (size_t i = 0; i < au->nstratum; i++) {
		au->stratum[i].drawn = d->heap[i].n;
		for (size_t k = 0; k < d->heap[i].n; k++) {
			struct sc_audit_record *r = &au->record[au->nrecord++];

			memcpy(r->id, d->heap[i].v[k].id, 32);
			r->stratum = i;
		}
	}
	qsort(au->record, au->nrecord, sizeof *au->record, by_id);
}

static int drawn_line(void *with, sc_str line, struct sc_err *e)
{
	struct draw *d = with;
	struct sc_audit_record *r;
	uint8_t id[32];
	sc_str *v;

	if (!audit_id(line, id) || !(r = sc_audit_find(d->au, id)))
		return sc_fail(e, "the manifest changed while it was read");
	if (*line.p == 'L' && r->place.n)
		return SC_OK;
	d->text_bytes += line.n;
	if (d->text_bytes > TEXT_MOST)
		return sc_fail(e, "what was drawn is more than a GiB of lines: draw fewer");
	line = sc_strdup(&d->au->a, line);
	if (*line.p == 'L') {
		r->place = line;
		return SC_OK;
	}
	if (r->nline == AUDIT_LINES)
		return sc_fail(e, "the manifest changed while it was read");
	v = SC_NEW(&d->au->a, sc_str, r->nline + 1);
	if (r->nline)
		memcpy(v, r->line, r->nline * sizeof *v);
	v[r->nline++] = line;
	r->line = v;
	return r->nline > 1 || audit_bytes(line, &d->scratch, &r->bytes)
	               ? SC_OK
	               : sc_fail(e, "the manifest changed while it was read");
}

static int lines_get(struct draw *d, struct sc_err *e)
{
	struct sc_audit *au = d->au;
	struct sc_arena a = { 0 };
	sc_str *prefix = SC_NEW(&a, sc_str, 2 * au->nrecord + 1);
	int rc;

	for (size_t i = 0; i < au->nrecord; i++)
		for (size_t k = 0; k < 2; k++) {
			struct sc_buf b = { .a = &a };

			sc_buf_add(&b, k ? SC_STR("R\tsha256:") : SC_STR("L\tsha256:"));
			sc_hex_put(&b, au->record[i].id, 32);
			sc_buf_byte(&b, '\t');
			prefix[k * au->nrecord + i] = sc_buf_seal(&b);
		}
	rc = au->nrecord ? sc_lookup_find(d->lines, prefix, 2 * au->nrecord, drawn_line, d, e)
	                 : SC_OK;
	for (size_t i = 0; i < au->nrecord && rc == SC_OK; i++)
		if (!au->record[i].nline)
			rc = sc_fail(e, "the manifest changed while it was read");
	sc_arena_free(&a);
	return rc;
}

/* ---- all of it ---- */

static sc_str name_of(sc_str path)
{
	size_t slash = sc_str_rchr(path, '/');
	sc_str name = slash == SC_NONE ? path : sc_str_from(path, slash + 1);

	return sc_str_starts(name, SC_STR(".")) ? SC_STR("") : name;
}

static int draw(struct draw *d, struct sc_err *e)
{
	struct sc_audit *au = d->au;
	uint64_t drawn = 0;
	uint8_t root[32];

	SC_TRY(totals(d, e));
	memcpy(au->record_root, d->said, 32);
	au->records = d->said_records;
	if (!au->stratified) {
		struct sc_audit_stratum *s;

		SC_TRY(stratum_new(d, SC_STR(""), &s, e));
	}
	if (au->stratified)
		SC_TRY(pass(d, true, e));
	au->population =
	        au->stratified
	                ? d->population
	                : au->records; /* no more than that: what there is is known behind the pass */
	sc_buf_add(&d->message, (sc_str){ (const char *)au->record_root, 32 });
	sc_buf_add(&d->message, au->nonce);
	sc_buf_add(&d->message,
	           (sc_str){ (const char *)au->record_root, 32 }); /* room for identities */
	d->heap = SC_NEW(&au->a, struct heap, au->nstratum + 1);
	for (size_t i = 0; i < au->nstratum; i++) {
		d->heap[i].most = (size_t)audit_quota(au, au->stratified ? au->stratum[i].population
		                                                         : au->records);
		drawn += d->heap[i].most;
	}
	if (drawn > SC_AUDIT_DRAWN)
		return sc_fail(e, "%ju records would be drawn: %d is the most", (uintmax_t)drawn,
		               SC_AUDIT_DRAWN);
	SC_TRY(pass(d, false, e));
	sc_merkle_root(&d->tree, root);
	if (memcmp(root, au->record_root, 32) || d->tree.n != au->records)
		return sc_bad(
		        e,
		        "the manifest's lines do not lead to the record-root that it says: `scope verify` says more");
	if (au->stratified && d->population != au->population)
		return sc_fail(e, "the manifest changed while it was read");
	au->population = d->population;
	records_set(d);
	return lines_get(d, e);
}

int sc_audit_draw(struct sc_audit *au, sc_str manifest, struct sc_err *e)
{
	struct draw *d = calloc(1, sizeof *d);
	struct sc_err why = { 0 };
	int rc;

	if (!d)
		sc_oom();
	d->au = au;
	rc = sc_lookup_open(&d->lines, manifest, e);
	if (rc == SC_OK) {
		rc = draw(d, &why);
		if (rc == SC_BAD)
			sc_bad(e, "%.*s: %s", SC_ARG(manifest), why.msg);
		if (rc == SC_FAIL)
			sc_fail(e, "%.*s: %s", SC_ARG(manifest), why.msg);
	}
	if (!au->manifest.n)
		au->manifest = sc_strdup(&au->a, name_of(manifest));
	for (size_t i = 0; d->heap && i < au->nstratum; i++)
		free(d->heap[i].v);
	sc_lookup_close(d->lines);
	sc_buf_free(&d->text);
	sc_buf_free(&d->message);
	sc_arena_free(&d->scratch);
	free(d);
	return rc;
}

static bool lines_same(const sc_str *a, const sc_str *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!sc_str_eq(a[i], b[i]))
			return false;
	return true;
}

static int same(const struct sc_audit *au, const struct sc_audit *now, struct sc_err *e)
{
	if (memcmp(au->record_root, now->record_root, 32))
		return sc_bad(e, "it is of another record-root than the manifest's");
	if (au->records != now->records || au->population != now->population)
		return sc_bad(e,
		              "it says %ju records of %ju identities, the manifest has %ju of %ju",
		              (uintmax_t)au->records, (uintmax_t)au->population,
		              (uintmax_t)now->records, (uintmax_t)now->population);
	for (size_t i = 0; i < au->nstratum && i < now->nstratum; i++) {
		const struct sc_audit_stratum *a = &au->stratum[i], *b = &now->stratum[i];

		if (!sc_str_eq(a->value, b->value) || a->population != b->population ||
		    a->bytes != b->bytes || a->drawn != b->drawn)
			return sc_bad(e, "its S lines are not those of the manifest");
	}
	if (au->nstratum != now->nstratum || au->nrecord != now->nrecord)
		return sc_bad(e, "its S lines are not those of the manifest");
	for (size_t i = 0; i < au->nrecord; i++) {
		const struct sc_audit_record *a = &au->record[i], *b = &now->record[i];
		char hex[64];

		sc_hex(a->id, 32, hex);
		if (memcmp(a->id, b->id, 32))
			return sc_bad(
			        e,
			        "sha256:%.64s is not what the nonce draws, or one that it draws is missing there",
			        hex);
		if (a->nline != b->nline || !lines_same(a->line, b->line, a->nline) ||
		    !sc_str_eq(a->place, b->place))
			return sc_bad(e, "its lines of sha256:%.64s are not those of the manifest",
			              hex);
	}
	return SC_OK;
}

int sc_audit_check(const struct sc_audit *au, sc_str manifest, struct sc_err *e)
{
	struct sc_audit now = { .n = au->n,
		                .stratified = au->stratified,
		                .each = au->each,
		                .strata = au->strata,
		                .nonce = au->nonce,
		                .auditor = au->auditor,
		                .source = au->source };
	int rc = sc_audit_draw(&now, manifest, e);

	if (rc == SC_OK)
		rc = same(au, &now, e);
	sc_audit_free(&now);
	return rc;
}
