/* SPDX-License-Identifier: Apache-2.0 */
/*
 * audit.c -- the file of an audit, scope-audit(5), read and written.
 *
 * It is sorted by bytes, and its R and L lines are those of the manifest.  What can be known without the manifest is checked here: that
 * as many were drawn of each stratum as its size asks for, so that a record that was taken out is missed.
 */
#include <scope/audit.h>

#include <scope/check.h>
#include <scope/text.h>

#include <stdlib.h>

#include "audit_impl.h"

enum { FILE_MOST = 1 << 30 };

static const sc_str first_line = SC_LIT("#scope-audit/1");
const sc_str sc_verdict_names[SC_VERDICTS] = { SC_LIT(""), SC_LIT("right"), SC_LIT("wrong"),
	                                       SC_LIT("unclear") };

void sc_audit_free(struct sc_audit *au)
{
	free(au->stratum);
	free(au->record);
	sc_arena_free(&au->a);
	au->stratum = NULL;
	au->record = NULL;
	au->nstratum = au->nrecord = 0;
}

bool sc_audit_source_parse(sc_str s, struct sc_audit *au)
{
	static const sc_str beacon = SC_LIT("beacon:");

	au->beacon = (sc_str){ NULL, 0 };
	if (sc_str_eq(s, SC_STR("auditor")))
		au->source = SC_NONCE_AUDITOR;
	else if (sc_str_eq(s, SC_STR("self")))
		au->source = SC_NONCE_SELF;
	else if (sc_str_starts(s, beacon) && s.n > beacon.n) {
		au->source = SC_NONCE_BEACON;
		au->beacon = sc_str_from(s, beacon.n);
	} else
		return false;
	return true;
}

sc_str sc_audit_source(struct sc_arena *a, const struct sc_audit *au)
{
	struct sc_buf b = { .a = a };

	if (au->source != SC_NONCE_BEACON)
		return au->source == SC_NONCE_SELF ? SC_STR("self") : SC_STR("auditor");
	sc_buf_add(&b, SC_STR("beacon:"));
	sc_buf_add(&b, au->beacon);
	return sc_buf_seal(&b);
}

/* ---- what is claimed ---- */

static sc_str value_of(const struct sc_manifest_line *l, enum sc_fact what)
{
	static const int field[SC_FACTS] = { [SC_FACT_LICENCE] = SC_R_LICENCE,
		                             [SC_FACT_BASIS] = SC_R_BASIS,
		                             [SC_FACT_DOMAIN] = SC_R_DOMAIN,
		                             [SC_FACT_MEDIA] = SC_R_MEDIA };

	return field[what] ? l->field[field[what]] : sc_manifest_key(l, sc_fact_names[what]);
}

/* Values of several lines, each once; what a line leaves out is a dash then. */
struct joined {
	struct sc_arena *a;
	sc_str v[AUDIT_LINES];
	size_t n;
};

static void join(struct joined *j, sc_str value)
{
	for (size_t i = 0; i < j->n; i++)
		if (sc_str_eq(j->v[i], value))
			return;
	if (j->n < AUDIT_LINES)
		j->v[j->n++] = value;
}

static sc_str joined(struct joined *j)
{
	struct sc_buf b = { .a = j->a };

	if (j->n <= 1)
		return j->n ? j->v[0] : (sc_str){ NULL, 0 };
	for (size_t i = 0; i < j->n; i++) {
		if (i)
			sc_buf_add(&b, SC_STR(" | "));
		sc_buf_add(&b, j->v[i].n ? j->v[i] : SC_STR("-"));
	}
	return sc_buf_seal(&b);
}

sc_str sc_audit_claim(struct sc_arena *a, const struct sc_audit_record *r, enum sc_fact what)
{
	struct joined j = { .a = a };
	struct sc_manifest_line l;
	const char *why;

	for (size_t i = 0; i < r->nline; i++)
		if (sc_manifest_line_parse(r->line[i], a, &l, &why) == SC_OK && l.kind == 'R')
			join(&j, value_of(&l, what));
	return joined(&j);
}

sc_str sc_audit_key(struct sc_arena *a, const struct sc_audit_record *r, sc_str key)
{
	struct joined j = { .a = a };
	struct sc_manifest_line l;
	const char *why;

	for (size_t i = 0; i < r->nline; i++)
		if (sc_manifest_line_parse(r->line[i], a, &l, &why) == SC_OK && l.kind == 'R' &&
		    sc_manifest_key(&l, key).n)
			join(&j, sc_manifest_key(&l, key));
	return joined(&j);
}

static int by_id(const void *key, const void *r)
{
	return memcmp(key, ((const struct sc_audit_record *)r)->id, 32);
}

struct sc_audit_record *sc_audit_find(const struct sc_audit *au, const uint8_t id[32])
{
	return au->nrecord ? bsearch(id, au->record, au->nrecord, sizeof *au->record, by_id) : NULL;
}

static int by_value(const void *key, const void *s)
{
	return sc_str_cmp(*(const sc_str *)key, ((const struct sc_audit_stratum *)s)->value);
}

struct sc_audit_stratum *audit_stratum(const struct sc_audit *au, sc_str value)
{
	return au->nstratum
	               ? bsearch(&value, au->stratum, au->nstratum, sizeof *au->stratum, by_value)
	               : NULL;
}

uint64_t audit_quota(const struct sc_audit *au, uint64_t of)
{
	unsigned __int128 share = (unsigned __int128)au->n * of;
	uint64_t quota = au->n;

	if (au->stratified && !au->each && au->population)
		quota = (uint64_t)((share + au->population - 1) / au->population);
	return quota < of ? quota : of;
}

/* ---- writing ---- */

static int by_str(const void *a, const void *b)
{
	return sc_str_cmp(*(const sc_str *)a, *(const sc_str *)b);
}

static void head(struct sc_buf *b, const char *key, sc_str value)
{
	sc_buf_fmt(b, "H\t%s\t", key);
	sc_field_put(b, value);
	sc_buf_byte(b, '\n');
}

static void head_u64(struct sc_buf *b, const char *key, uint64_t v)
{
	sc_buf_fmt(b, "H\t%s\t%ju\n", key, (uintmax_t)v);
}

static void heads_put(struct sc_buf *b, struct sc_arena *a, const struct sc_audit *au)
{
	if (au->stratified)
		head(b, "allocation", au->each ? SC_STR("each") : SC_STR("proportional"));
	head(b, "auditor", au->auditor);
	head(b, "created", au->created);
	if (au->manifest.n)
		head(b, "manifest", au->manifest);
	head_u64(b, "n", au->n);
	head(b, "nonce", au->nonce);
	head_u64(b, "population", au->population);
	sc_buf_add(b, SC_STR("H\trecord-root\tsha256:"));
	sc_hex_put(b, au->record_root, 32);
	sc_buf_byte(b, '\n');
	head_u64(b, "records", au->records);
	head(b, "source", sc_audit_source(a, au));
	if (au->stratified)
		head(b, "strata", sc_fact_names[au->strata]);
}

static void lines_put(struct sc_buf *b, sc_str *v, size_t n)
{
	if (n)
		qsort(v, n, sizeof *v, by_str);
	for (size_t i = 0; i < n; i++) {
		sc_buf_add(b, v[i]);
		sc_buf_byte(b, '\n');
	}
}

static void strata_put(struct sc_buf *b, struct sc_arena *a, const struct sc_audit *au)
{
	sc_str *v = SC_NEW(a, sc_str, au->nstratum + 1);

	for (size_t i = 0; i < au->nstratum; i++) {
		const struct sc_audit_stratum *s = &au->stratum[i];
		struct sc_buf line = { .a = a };

		sc_buf_add(&line, SC_STR("S\t"));
		sc_field_put(&line, s->value);
		sc_buf_fmt(&line, "\t%ju\t%ju\t%ju", (uintmax_t)s->population, (uintmax_t)s->bytes,
		           (uintmax_t)s->drawn);
		v[i] = sc_buf_seal(&line);
	}
	lines_put(b, v, au->nstratum);
}

static void verdicts_put(struct sc_buf *b, struct sc_arena *a, const struct sc_audit_record *r)
{
	sc_str v[SC_FACTS];
	size_t n = 0;

	for (size_t k = 0; k < SC_FACTS; k++)
		if (r->verdict[k] != SC_UNJUDGED)
			v[n++] = sc_fmt(a, "%.*s\t%.*s", SC_ARG(sc_fact_names[k]),
			                SC_ARG(sc_verdict_names[r->verdict[k]]));
	qsort(v, n, sizeof *v, by_str);
	for (size_t i = 0; i < n; i++) {
		sc_buf_add(b, SC_STR("V\tsha256:"));
		sc_hex_put(b, r->id, 32);
		sc_buf_fmt(b, "\t%.*s\n", SC_ARG(v[i]));
	}
}

void sc_audit_put(struct sc_buf *b, const struct sc_audit *au)
{
	struct sc_arena a = { 0 };

	sc_buf_add(b, first_line);
	sc_buf_byte(b, '\n');
	heads_put(b, &a, au);
	for (size_t i = 0; i < au->nrecord; i++)
		if (au->record[i].place.n)
			lines_put(b, &au->record[i].place, 1);
	for (size_t i = 0; i < au->nrecord; i++)
		lines_put(b, au->record[i].line, au->record[i].nline);
	strata_put(b, &a, au);
	for (size_t i = 0; i < au->nrecord; i++)
		verdicts_put(b, &a, &au->record[i]);
	sc_arena_free(&a);
}

int sc_audit_write(const struct sc_audit *au, sc_str path, struct sc_err *e)
{
	struct sc_buf b = { 0 };
	int rc;

	sc_audit_put(&b, au);
	rc = sc_output_whole(path, SC_STR("none"), sc_buf_str(&b), e);
	sc_buf_free(&b);
	return rc;
}

/* ---- reading ---- */

struct parse {
	struct sc_audit *au;
	const char *why;
	unsigned heads; /* bits of head_names */
	sc_str *place;  /* L lines */
	size_t nplace, place_cap, record_cap, stratum_cap;
};

static bool not_so(struct parse *p, const char *why)
{
	if (!p->why)
		p->why = why;
	return false;
}

enum head {
	ALLOCATION,
	AUDITOR,
	CREATED,
	MANIFEST,
	N,
	NONCE,
	POPULATION,
	RECORD_ROOT,
	RECORDS,
	SOURCE,
	STRATA,
	NHEAD
};
static const sc_str head_names[NHEAD] = {
	SC_LIT("allocation"), SC_LIT("auditor"), SC_LIT("created"),    SC_LIT("manifest"),
	SC_LIT("n"),          SC_LIT("nonce"),   SC_LIT("population"), SC_LIT("record-root"),
	SC_LIT("records"),    SC_LIT("source"),  SC_LIT("strata")
};
enum {
	HEADS_NEEDED = 1 << AUDITOR | 1 << CREATED | 1 << N | 1 << NONCE | 1 << POPULATION |
	               1 << RECORD_ROOT | 1 << RECORDS | 1 << SOURCE
};

static bool head_is(struct sc_audit *au, enum head which, sc_str v)
{
	switch (which) {
	case ALLOCATION:
		au->each = sc_str_eq(v, SC_STR("each"));
		return au->each || sc_str_eq(v, SC_STR("proportional"));
	case AUDITOR:
		au->auditor = v;
		return v.n > 0;
	case CREATED:
		au->created = v;
		return true;
	case MANIFEST:
		au->manifest = v;
		return v.n && sc_str_chr(v, '/') == SC_NONE && !sc_str_starts(v, SC_STR("."));
	case N:
		return sc_str_u64(v, &au->n) && au->n && au->n <= SC_AUDIT_DRAWN;
	case NONCE:
		au->nonce = v;
		return v.n && v.n <= SC_AUDIT_NONCE;
	case POPULATION:
		return sc_str_u64(v, &au->population);
	case RECORD_ROOT:
		return sc_root_parse(v, au->record_root);
	case RECORDS:
		return sc_str_u64(v, &au->records);
	case SOURCE:
		return sc_audit_source_parse(v, au);
	case STRATA:
		au->stratified = true;
		return sc_fact_named(v, &au->strata);
	default:
		return false;
	}
}

/* Fields behind the kind, unescaped; false unless there are n. */
static bool fields(struct parse *p, sc_str line, sc_str *v, size_t n)
{
	sc_str rest = sc_str_from(line, 2), one;
	size_t i = 0;

	while (sc_str_cut(&rest, '\t', &one)) {
		if (i == n)
			return not_so(p, "too many fields");
		if (!sc_unfield(&p->au->a, one, &v[i++]))
			return not_so(p, "a field is not escaped as it should be");
	}
	return i == n || not_so(p, "a field is missing");
}

static bool head_line(struct parse *p, sc_str line)
{
	sc_str v[2];
	size_t i = 0;

	if (!fields(p, line, v, 2))
		return false;
	while (i < NHEAD && !sc_str_eq(head_names[i], v[0]))
		i++;
	if (i == NHEAD)
		return not_so(p, "an H line that no audit has");
	if (p->heads >> i & 1)
		return not_so(p, "an H line stands there twice");
	p->heads |= 1u << i;
	return head_is(p->au, (enum head)i, v[1]) ||
	       not_so(p, "an H line does not say what it should");
}

static void *more(void *v, size_t n, size_t *cap, size_t each)
{
	if (n < *cap)
		return v;
	*cap = *cap ? 2 * *cap : 64;
	v = *cap > SIZE_MAX / each ? NULL : realloc(v, *cap * each);
	if (!v)
		sc_oom();
	return v;
}

bool audit_id(sc_str line, uint8_t id[32])
{
	sc_str rest = sc_str_from(line, 2), one;

	return sc_str_cut(&rest, '\t', &one) && sc_root_parse(one, id);
}

static bool place_line(struct parse *p, sc_str line)
{
	struct sc_arena a = { 0 };
	struct sc_manifest_line l;
	uint8_t id[32], last[32];
	const char *why;
	bool is = sc_manifest_line_parse(line, &a, &l, &why) == SC_OK && l.n == 4 &&
	          audit_id(line, id);

	sc_arena_free(&a);
	if (!is)
		return not_so(p, "an L line is none of a manifest");
	if (p->nplace && audit_id(p->place[p->nplace - 1], last) && !memcmp(id, last, 32))
		return not_so(p, "a record has two L lines");
	p->place = more(p->place, p->nplace, &p->place_cap, sizeof *p->place);
	p->place[p->nplace++] = line;
	return true;
}

bool audit_bytes(sc_str line, struct sc_arena *a, uint64_t *bytes)
{
	struct sc_manifest_line l;
	const char *why;

	return sc_manifest_line_parse(line, a, &l, &why) == SC_OK && l.kind == 'R' &&
	       sc_str_u64(l.field[SC_R_BYTES], bytes);
}

static bool record_line(struct parse *p, sc_str line)
{
	struct sc_audit *au = p->au;
	struct sc_arena a = { 0 };
	struct sc_audit_record *r = au->nrecord ? &au->record[au->nrecord - 1] : NULL;
	uint64_t bytes;
	uint8_t id[32];
	bool is = audit_bytes(line, &a, &bytes) && audit_id(line, id);

	sc_arena_free(&a);
	if (!is)
		return not_so(p, "an R line is none of a manifest");
	if (!r || memcmp(r->id, id, 32)) {
		if (au->nrecord == SC_AUDIT_DRAWN + SC_AUDIT_STRATA)
			return not_so(p, "more records than an audit may have");
		au->record = more(au->record, au->nrecord, &p->record_cap, sizeof *au->record);
		r = &au->record[au->nrecord++];
		*r = (struct sc_audit_record){ .bytes = bytes, .line = SC_NEW(&au->a, sc_str, 1) };
		memcpy(r->id, id, 32);
	} else {
		sc_str *v = r->line;

		if (r->nline == AUDIT_LINES)
			return not_so(p, "too many lines of one record");
		r->line = SC_NEW(&au->a, sc_str, r->nline + 1);
		memcpy(r->line, v, r->nline * sizeof *v);
	}
	r->line[r->nline++] = line;
	return true;
}

static bool stratum_line(struct parse *p, sc_str line)
{
	struct sc_audit *au = p->au;
	struct sc_audit_stratum s;
	sc_str v[4];

	if (!fields(p, line, v, 4))
		return false;
	s.value = v[0];
	if (!sc_str_u64(v[1], &s.population) || !sc_str_u64(v[2], &s.bytes) ||
	    !sc_str_u64(v[3], &s.drawn))
		return not_so(p, "a field is not a number");
	if (au->nstratum == SC_AUDIT_STRATA)
		return not_so(p, "more strata than an audit may have");
	au->stratum = more(au->stratum, au->nstratum, &p->stratum_cap, sizeof *au->stratum);
	au->stratum[au->nstratum++] = s;
	return true;
}

static bool verdict_line(struct parse *p, sc_str line)
{
	struct sc_audit_record *r;
	enum sc_fact what;
	uint8_t id[32];
	sc_str v[3];

	if (!fields(p, line, v, 3))
		return false;
	if (!sc_root_parse(v[0], id) || !(r = sc_audit_find(p->au, id)))
		return not_so(p, "a verdict on a record that was not drawn");
	if (!sc_fact_named(v[1], &what))
		return not_so(p, "a verdict on what no record claims");
	if (r->verdict[what] != SC_UNJUDGED)
		return not_so(p, "two verdicts on one thing");
	for (int i = SC_RIGHT; i < SC_VERDICTS; i++)
		if (sc_str_eq(sc_verdict_names[i], v[2]))
			r->verdict[what] = (enum sc_verdict)i;
	return r->verdict[what] != SC_UNJUDGED || not_so(p, "a verdict is right, wrong or unclear");
}

static bool line_of(struct parse *p, sc_str line)
{
	if (line.n < 2 || line.p[1] != '\t')
		return not_so(p, "a line of no known kind");
	switch (*line.p) {
	case 'H':
		return head_line(p, line);
	case 'L':
		return place_line(p, line);
	case 'R':
		return record_line(p, line);
	case 'S':
		return stratum_line(p, line);
	case 'V':
		return verdict_line(p, line);
	default:
		return not_so(p, "a line of no known kind");
	}
}

/* ---- does it hold together? ---- */

static bool places_match(struct parse *p)
{
	for (size_t i = 0; i < p->nplace; i++) {
		struct sc_audit_record *r;
		uint8_t id[32];

		if (!audit_id(p->place[i], id) || !(r = sc_audit_find(p->au, id)))
			return not_so(p, "an L line of a record that was not drawn");
		r->place = p->place[i];
	}
	return true;
}

static int strata_order(const void *a, const void *b)
{
	return sc_str_cmp(((const struct sc_audit_stratum *)a)->value,
	                  ((const struct sc_audit_stratum *)b)->value);
}

/* Sums, and what each stratum must have given. */
static bool strata_match(struct parse *p)
{
	struct sc_audit *au = p->au;
	uint64_t sum = 0, bytes = 0;

	if (au->nstratum)
		qsort(au->stratum, au->nstratum, sizeof *au->stratum, strata_order);
	for (size_t i = 0; i < au->nstratum; i++) {
		const struct sc_audit_stratum *s = &au->stratum[i];

		if (i && sc_str_eq(s->value, s[-1].value))
			return not_so(p, "a stratum stands there twice");
		if (__builtin_add_overflow(sum, s->population, &sum) ||
		    __builtin_add_overflow(bytes, s->bytes, &bytes))
			return not_so(p, "a sum passes 2^64");
		if (s->drawn != audit_quota(au, s->population))
			return not_so(p,
			              "of a stratum not as many were drawn as its size asks for");
	}
	if (!au->stratified && (au->nstratum != 1 || au->stratum[0].value.n))
		return not_so(p, "without strata there is one S line, of nothing");
	if (sum != au->population || au->population > au->records ||
	    au->population > AUDIT_POPULATION)
		return not_so(p, "the S lines do not add up to the population");
	return true;
}

static bool records_match(struct parse *p)
{
	struct sc_audit *au = p->au;
	uint64_t *seen = SC_NEW(&au->a, uint64_t, au->nstratum + 1);

	for (size_t i = 0; i < au->nrecord; i++) {
		struct sc_audit_record *r = &au->record[i];
		struct sc_arena a = { 0 };
		const struct sc_audit_stratum *s = audit_stratum(
		        au, au->stratified ? sc_audit_claim(&a, r, au->strata) : SC_STR(""));

		sc_arena_free(&a);
		if (!s)
			return not_so(p, "a record is of no stratum");
		r->stratum = (size_t)(s - au->stratum);
		seen[r->stratum]++;
	}
	for (size_t i = 0; i < au->nstratum; i++)
		if (seen[i] != au->stratum[i].drawn)
			return not_so(p, "records of a stratum are missing, or there are too many");
	return true;
}

static bool whole(struct parse *p)
{
	if ((p->heads & HEADS_NEEDED) != HEADS_NEEDED)
		return not_so(p, "an H line is missing");
	if ((p->heads >> ALLOCATION & 1) != (p->heads >> STRATA & 1))
		return not_so(p, "strata and allocation go together");
	return places_match(p) && strata_match(p) && records_match(p);
}

int sc_audit_parse(sc_str text, struct sc_audit *au, struct sc_err *e)
{
	struct parse p = { .au = au };
	sc_str line = { NULL, 0 }, last = first_line;
	uint64_t number = 1;
	size_t end;

	*au = (struct sc_audit){ .n = 0 };
	text = sc_strdup(&au->a, text);
	if (!sc_str_starts(text, first_line) || text.n == first_line.n ||
	    text.p[first_line.n] != '\n')
		return sc_bad(e, "it is no audit: its first line is not %.*s", SC_ARG(first_line));
	text = sc_str_from(text, first_line.n + 1);
	while (text.n && !p.why) {
		number++;
		end = sc_str_chr(text, '\n');
		line = sc_str_head(text, end);
		if (end == SC_NONE)
			not_so(&p, "it is cut short: the last line has no end");
		else if (sc_str_cmp(last, line) >= 0)
			not_so(&p, "lines are not in order");
		else
			line_of(&p, line);
		last = line;
		text = sc_str_from(text, end == SC_NONE ? text.n : end + 1);
	}
	if (!p.why) {
		number = 0;
		whole(&p);
	}
	free(p.place);
	if (!p.why)
		return SC_OK;
	return number ? sc_bad(e, "line %ju: %s", (uintmax_t)number, p.why)
	              : sc_bad(e, "%s", p.why);
}

int sc_audit_read(sc_str path, struct sc_audit *au, struct sc_err *e)
{
	struct sc_arena a = { 0 };
	struct sc_err why = { 0 };
	sc_str text;
	int rc;

	*au = (struct sc_audit){ .n = 0 };
	rc = sc_file_read(path, FILE_MOST, &a, &text, e);
	if (rc == SC_OK && sc_audit_parse(text, au, &why) != SC_OK)
		rc = sc_bad(e, "%.*s: %s", SC_ARG(path), why.msg);
	sc_arena_free(&a);
	if (rc != SC_OK)
		sc_audit_free(au);
	return rc;
}
