/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stat -- what is in shards: counts and bytes by licence, host, domain, any field of the metadata ...
 *
 * Values are counted in a table of their own for each key; past VALUES distinct ones the rest is counted as one row, so
 * that a stream of a billion hosts does not fill memory.  That is said when it happens.
 *
 * With --breadth they are counted outside memory where they must be (sc_counts), all of them: an effective number without the rare
 * values would be wrong.  A manifest says what its records are, so it can be counted instead of shards.
 *
 * Records often come in runs of one value: the row that was counted last is looked at first.  Rows are found by XXH3 with a
 * seed of this process, so that nobody can choose values that meet.
 */
#include <scope/breadth.h>
#include <scope/cmd.h>
#include <scope/json.h>
#include <scope/json_write.h>
#include <scope/run.h>
#include <scope/text.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/stat.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

enum { KEYS = SC_COUNTS_KEYS, VALUES = 1 << 20, MEMORY = 256 << 20 };

struct row {
	sc_str value;
	uint64_t records, bytes;
};

enum source { A_TAG, META, FORMAT, BASIS };

struct table {
	sc_str key, path; /* path: of META, what follows "meta." */
	enum source from;
	struct row *v, *last;
	size_t n, cap; /* cap is a power of two; open addressing over v until it is sorted */
	struct row rest;
	bool labels; /* several with commas between: with --breadth each counts */
	enum sc_fact fact; /* of a manifest */
	struct sc_fact_total total;
};

struct counted {
	sc_str by;
	uint64_t top;
	bool json, breadth;
	sc_str confidence_text;
	double confidence;
	size_t memory; /* before counts spill to TMPDIR */
	struct sc_counts *counts; /* with breadth */
	struct sc_facts *facts;	  /* of a manifest */
	struct table table[KEYS];
	size_t nkey;
	uint64_t seed;
	uint64_t records, bytes;
	struct sc_arena a;
};

#define AT(f) offsetof(struct counted, f)
static const struct sc_opt opts[] = {
	{ "by", "KEYS", "what to count by: tag keys, meta.FIELD, format; separated by commas (default format,media,licence,host)", AT(by), 'b', SC_OPT_STR },
	{ "top", "N", "rows of a table (default 10; 0: all)", AT(top), 0, SC_OPT_NUM },
	{ "breadth", NULL, "effective numbers of values (Hill), largest share and unseen mass (default by licence,host,site,domain,media)", AT(breadth), 0,
	  SC_OPT_FLAG },
	{ "confidence", "P", "of the bound on unseen mass (default 0.95)", AT(confidence_text), 0, SC_OPT_STR },
	{ "json", NULL, "one JSON object instead of tables", AT(json), 0, SC_OPT_FLAG },
	{ NULL, NULL, NULL, 0, 0, SC_OPT_FLAG },
};

/* ---- counting ---- */

static struct row *slot(struct row *v, size_t cap, sc_str value, uint64_t seed)
{
	size_t i = XXH3_64bits_withSeed(value.p, value.n, seed) & (cap - 1);

	while (v[i].value.p && !sc_str_eq(v[i].value, value))
		i = (i + 1) & (cap - 1);
	return &v[i];
}

static void grow(struct counted *s, struct table *t)
{
	size_t cap = t->cap ? 2 * t->cap : 256;
	struct row *v = calloc(cap, sizeof *v);

	if (!v)
		sc_oom();
	for (size_t i = 0; i < t->cap; i++)
		if (t->v[i].value.p)
			*slot(v, cap, t->v[i].value, s->seed) = t->v[i];
	free(t->v);
	t->v = v;
	t->cap = cap;
}

static struct row *row_of(struct counted *s, struct table *t, sc_str value)
{
	struct row *r;

	if (t->n + 1 > t->cap / 4 * 3)
		grow(s, t);
	r = slot(t->v, t->cap, value, s->seed);
	if (r->value.p)
		return r;
	if (t->n == VALUES)
		return &t->rest;
	r->value = sc_strdup(&s->a, value);
	t->n++;
	return r;
}

static void count(struct counted *s, struct table *t, sc_str value, uint64_t bytes)
{
	struct row *r = t->last;

	if (!r || !r->value.p || !sc_str_eq(r->value, value))
		t->last = r = row_of(s, t, value);
	r->records++;
	r->bytes += bytes;
}

/* A field as it stands: a string decoded, what is no string as JSON; null is not there. */
static sc_str field(struct sc_arena *a, struct sc_record *r, sc_str path)
{
	sc_str v = sc_record_meta_path(a, r, path);

	switch (sc_json_kind(v)) {
	case SC_JSON_STRING:
		return sc_json_string(a, v);
	case SC_JSON_NONE:
	case SC_JSON_NULL:
		return (sc_str){ NULL, 0 };
	default:
		return v;
	}
}

static sc_str value_of(const struct table *t, struct sc_arena *a, struct sc_record *r)
{
	const struct sc_tag *tag;
	sc_str v = { NULL, 0 };

	if (t->from == FORMAT)
		v = sc_str_c(r->by ? r->by->card.name + strlen("read/") : NULL);
	else if (t->from == META)
		v = field(a, r, t->path);
	else if (t->from == BASIS && (tag = sc_tag_first(r, SC_STR("licence"))))
		v = tag->why.by->in_band ? SC_STR("in-band") : tag->why.rule;
	else if (t->from == A_TAG && (tag = sc_tag_first(r, t->key)))
		v = tag->value.p ? tag->value : SC_STR("");
	return v.p ? v : SC_STR("-");
}

static int by_str(const void *a, const void *b)
{
	return sc_str_cmp(*(const sc_str *)a, *(const sc_str *)b);
}

static int wide_label(struct counted *s, size_t k, sc_str value, uint64_t bytes, struct sc_err *e)
{
	return value.n ? sc_counts_add(s->counts, k, value, (struct sc_count){ 1, bytes }, e) : SC_OK;
}

/* As facts do: what is empty is lacking, and of several labels each counts once. */
static int wide(struct counted *s, size_t k, struct sc_arena *a, sc_str value, uint64_t bytes, struct sc_err *e)
{
	struct table *t = &s->table[k];
	bool has = value.n && !sc_str_eq(value, SC_STR("-"));
	struct sc_count *c = has ? &t->total.having : &t->total.lacking;
	sc_str rest = value, *v;
	size_t n = 1, got = 0;

	c->records++;
	c->bytes += bytes;
	if (!has || !t->labels || sc_str_chr(value, ',') == SC_NONE)
		return has ? wide_label(s, k, value, bytes, e) : SC_OK;
	for (size_t i = 0; i < value.n; i++)
		n += value.p[i] == ',';
	v = SC_NEW(a, sc_str, n);
	while (got < n && sc_str_cut(&rest, ',', &v[got]))
		got++;
	qsort(v, got, sizeof *v, by_str);
	for (size_t i = 0; i < got; i++)
		if (!i || !sc_str_eq(v[i], v[i - 1]))
			SC_TRY(wide_label(s, k, v[i], bytes, e));
	return SC_OK;
}

static int each(void *with, struct sc_arena *a, struct sc_record *r, struct sc_err *e)
{
	struct counted *s = with;
	uint64_t bytes = sc_record_bytes(r);

	s->records++;
	s->bytes += bytes;
	for (size_t i = 0; i < s->nkey && s->breadth; i++)
		if (wide(s, i, a, value_of(&s->table[i], a, r), bytes, e) < 0)
			return SC_FAIL;
	for (size_t i = 0; i < s->nkey && !s->breadth; i++)
		count(s, &s->table[i], value_of(&s->table[i], a, r), bytes);
	return SC_OK;
}

/* ---- showing ---- */

static int by_records(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	if (x->records != y->records)
		return x->records < y->records ? 1 : -1;
	return sc_str_cmp(x->value, y->value);
}

static void settle(struct table *t)
{
	size_t n = 0;

	for (size_t i = 0; i < t->cap; i++)
		if (t->v[i].value.p)
			t->v[n++] = t->v[i];
	if (n)
		qsort(t->v, n, sizeof *t->v, by_records);
}

static void bar(double share)
{
	static const char *const eighths[] = { "", "▏", "▎", "▍", "▌", "▋", "▊", "▉" };
	int n = (int)lround(share * 20 * 8);

	for (int i = 0; i < n / 8; i++)
		fputs("█", stdout);
	fputs(eighths[n % 8], stdout);
}

static void show_row(struct counted *s, struct sc_arena *a, sc_str value, const struct row *r)
{
	double share = s->records ? (double)r->records / (double)s->records : 0;
	sc_str safe = sc_fit(sc_escape(a, sc_str_head(value, 400)), 40), size = sc_size_show(a, r->bytes);

	printf("  %.*s%*s %10ju %10.*s %6.2f%% ", (int)safe.n, safe.p, (int)(40 - sc_columns(safe)), "", (uintmax_t)r->records,
	       SC_ARG(size), 100 * share);
	bar(share);
	putchar('\n');
}

static void show_table(struct counted *s, struct table *t)
{
	size_t rows = s->top && s->top < t->n ? (size_t)s->top : t->n;
	struct sc_arena a = { 0 };
	struct row more = t->rest;

	printf("\n%-42.*s %10s %10s %7s\n", SC_ARG(t->key), "records", "bytes", "share");
	for (size_t i = 0; i < rows; i++) {
		show_row(s, &a, t->v[i].value, &t->v[i]);
		sc_arena_reset(&a);
	}
	for (size_t i = rows; i < t->n; i++) {
		more.records += t->v[i].records;
		more.bytes += t->v[i].bytes;
	}
	if (more.records)
		show_row(s, &a, sc_fmt(&a, "(%zu more%s)", t->n - rows, t->rest.records ? " and those past a million" : ""), &more);
	sc_arena_free(&a);
}

static void show(struct counted *s)
{
	struct sc_arena a = { 0 };
	sc_str size = sc_size_show(&a, s->bytes);

	printf("%ju records, %.*s of payload\n", (uintmax_t)s->records, SC_ARG(size));
	for (size_t i = 0; i < s->nkey; i++)
		show_table(s, &s->table[i]);
	sc_arena_free(&a);
}

static void show_json(struct counted *s)
{
	struct sc_buf b = { 0 };

	sc_buf_fmt(&b, "{\"records\":%ju,\"bytes\":%ju,\"by\":{", (uintmax_t)s->records, (uintmax_t)s->bytes);
	for (size_t i = 0; i < s->nkey; i++) {
		const struct table *t = &s->table[i];

		if (i)
			sc_buf_byte(&b, ',');
		sc_json_put(&b, t->key);
		sc_buf_add(&b, SC_STR(":["));
		for (size_t k = 0; k < t->n; k++) {
			sc_buf_add(&b, k ? SC_STR(",{\"value\":") : SC_STR("{\"value\":"));
			sc_json_put(&b, t->v[k].value);
			sc_buf_fmt(&b, ",\"records\":%ju,\"bytes\":%ju}", (uintmax_t)t->v[k].records, (uintmax_t)t->v[k].bytes);
		}
		sc_buf_byte(&b, ']');
	}
	sc_buf_add(&b, SC_STR("}}\n"));
	fwrite(b.p, 1, b.n, stdout);
	sc_buf_free(&b);
}

/* ---- breadth ---- */

static int breadth_of(struct counted *s, size_t k, bool by_bytes, struct sc_breadth *b, struct sc_err *e)
{
	const struct table *t = &s->table[k];

	return s->facts ? sc_breadth_of(s->facts, t->fact, by_bytes, s->confidence, b, e) :
			  sc_breadth_counts(s->counts, k, &t->total, by_bytes, s->confidence, b, e);
}

static void cell(double v, int width)
{
	struct sc_buf b = { 0 };

	sc_breadth_put(&b, v);
	printf(" %*.*s", width, (int)b.n, b.p);
	sc_buf_free(&b);
}

static void wide_row(sc_str key, const char *by, const struct sc_breadth *b)
{
	printf("%-20.*s %-8s %10ju", SC_ARG(key), by, (uintmax_t)b->distinct);
	for (size_t q = 1; q < 3; q++)
		cell(b->hill[q], 12);
	printf(" %8.4f%%", 100 * b->max_share);
}

static int show_breadth(struct counted *s, struct sc_err *e)
{
	struct sc_arena a = { 0 };
	sc_str size = sc_size_show(&a, s->bytes);

	printf("%ju records, %.*s of payload\n\n", (uintmax_t)s->records, SC_ARG(size));
	printf("%-20s %-8s %10s %12s %12s %9s %10s %10s %10s\n", "", "", "values", "exp entropy", "1/Simpson", "largest", "unseen", "at most", "without");
	for (size_t i = 0; i < s->nkey; i++) {
		sc_str key = sc_escape(&a, sc_str_head(s->table[i].key, 200));
		struct sc_breadth b;

		SC_TRY(breadth_of(s, i, false, &b, e));
		wide_row(key, "records", &b);
		cell(b.unseen, 10);
		cell(b.unseen_high, 10);
		printf(" %10ju\n", (uintmax_t)b.lacking);
		SC_TRY(breadth_of(s, i, true, &b, e));
		wide_row(SC_STR(""), "bytes", &b);
		printf(" %10s %10s %10ju\n", "-", "-", (uintmax_t)b.lacking);
	}
	printf("\nunseen: the chance that one more record has a value that none has yet (Good-Turing, by records only); at most: with confidence");
	cell(s->confidence, 0);
	puts(", if records were drawn independently");
	sc_arena_free(&a);
	return SC_OK;
}

static void jw_number(struct sc_json_writer *w, const char *key, double v)
{
	struct sc_buf b = { 0 };

	sc_buf_fmt(&b, "%.9g", v);
	sc_jw_raw(w, key, sc_buf_str(&b));
	sc_buf_free(&b);
}

static void json_breadth(struct sc_json_writer *w, const char *by, const struct sc_breadth *b)
{
	sc_jw_object(w, by);
	sc_jw_u64(w, "having", b->having);
	sc_jw_u64(w, "lacking", b->lacking);
	sc_jw_u64(w, "n", b->n);
	sc_jw_array(w, "hill");
	for (size_t q = 0; q < 3; q++)
		jw_number(w, NULL, b->hill[q]);
	sc_jw_end(w);
	jw_number(w, "max_share", b->max_share);
	sc_jw_end(w);
}

static int show_breadth_json(struct counted *s, struct sc_err *e)
{
	struct sc_json_writer w = { .compact = true };

	sc_jw_object(&w, NULL);
	sc_jw_u64(&w, "records", s->records);
	sc_jw_u64(&w, "bytes", s->bytes);
	jw_number(&w, "confidence", s->confidence);
	sc_jw_array(&w, "breadth");
	for (size_t i = 0; i < s->nkey; i++) {
		struct sc_breadth r, b;

		SC_TRY(breadth_of(s, i, false, &r, e));
		SC_TRY(breadth_of(s, i, true, &b, e));
		sc_jw_object(&w, NULL);
		sc_jw_str(&w, "by", s->table[i].key);
		sc_jw_u64(&w, "values", r.distinct);
		sc_jw_u64(&w, "once", r.once);
		sc_jw_u64(&w, "twice", r.twice);
		jw_number(&w, "unseen", r.unseen);
		jw_number(&w, "unseen_high", r.unseen_high);
		json_breadth(&w, "records", &r);
		json_breadth(&w, "bytes", &b);
		sc_jw_end(&w);
	}
	sc_jw_end(&w);
	sc_jw_end(&w);
	SC_TRY(sc_jw_finish(&w, e));
	sc_buf_byte(&w.b, '\n');
	fwrite(w.b.p, 1, w.b.n, stdout);
	sc_buf_free(&w.b);
	return SC_OK;
}

static int confidence(struct counted *s, struct sc_err *e)
{
	char *end, *text = sc_cstr(&s->a, s->confidence_text);

	s->confidence = s->confidence_text.n ? strtod(text, &end) : 0.95;
	if (s->confidence_text.n && (*end || !(s->confidence > 0 && s->confidence < 1)))
		return sc_fail(e, "--confidence is above 0 and below 1, as 0.95, not '%s'", text);
	if (s->confidence_text.n && !s->breadth)
		return sc_fail(e, "--confidence goes with --breadth");
	return SC_OK;
}

static int show_all(struct counted *s, struct sc_err *e)
{
	if (!s->breadth)
		(s->json ? show_json : show)(s);
	else
		return s->json ? show_breadth_json(s, e) : show_breadth(s, e);
	return SC_OK;
}

/* ---- a manifest ---- */

/* A folder stands for the manifest in it; NULL: it is a shard. */
static bool manifest_of(struct sc_arena *a, const char *thing, sc_str *path)
{
	static const sc_str first = SC_LIT("#scope-manifest/1\n");
	struct sc_err none = { 0 };
	struct sc_input *in;
	struct stat st;
	sc_str line;
	bool is;

	*path = sc_str_c(thing);
	if (!strcmp(thing, "-") || stat(thing, &st))
		return false;
	if (S_ISDIR(st.st_mode)) {
		*path = sc_fmt(a, "%s/manifest.scm", thing);
		return !stat(path->p, &st);
	}
	if (!S_ISREG(st.st_mode) || sc_input_open(&in, *path, *path, SC_STR(""), 1 << 16, &none) != SC_OK)
		return false;
	is = sc_line(in, '\n', &line, &none) == SC_OK && sc_str_eq(line, first);
	sc_input_close(in);
	return is;
}

static int manifest_keys(struct counted *s, unsigned *bits, struct sc_err *e)
{
	sc_str rest = s->by.n ? s->by : s->breadth ? SC_STR("licence,host,site,domain,media") : SC_STR("media,licence,host"), key;

	while (sc_str_cut(&rest, ',', &key)) {
		struct table *t;

		if (sc_str_eq(key, SC_STR("license")))
			key = SC_STR("licence");
		if (s->nkey == KEYS)
			return sc_fail(e, "stat: at most %d keys", KEYS);
		t = &s->table[s->nkey++];
		t->key = key;
		if (!sc_fact_named(key, &t->fact))
			return sc_fail(e, "stat: of a manifest there are licence, basis, host, site, domain, media and rights, not '%.*s': that is in the shards", SC_ARG(key));
		*bits |= 1u << t->fact;
	}
	return SC_OK;
}

/* The first rows of a table; the others are one. */
static int manifest_rows(struct counted *s, struct table *t, struct sc_err *e)
{
	const struct sc_fact_total *total = &sc_facts_seen(s->facts)->key[t->fact];
	struct sc_fact_list *list;
	struct sc_fact_row row;
	int rc;

	SC_TRY(sc_facts_list(s->facts, t->fact, SC_BY_RECORDS, &list, e));
	while ((rc = sc_fact_next(list, &row, e)) == SC_OK) {
		struct row *r = row_of(s, t, row.value);

		r->records += row.records;
		r->bytes += row.bytes;
	}
	sc_fact_list_free(list);
	if (total->lacking.records) {
		struct row *r = row_of(s, t, SC_STR("-"));

		r->records += total->lacking.records;
		r->bytes += total->lacking.bytes;
	}
	return rc == SC_EOF ? SC_OK : rc;
}

static int manifest_read(struct counted *s, sc_str path, struct sc_err *e)
{
	struct sc_manifest_lines *m;
	unsigned bits = 0;
	int rc;

	SC_TRY(manifest_keys(s, &bits, e));
	s->facts = sc_facts_new(bits, s->memory);
	SC_TRY(sc_manifest_lines_open(&m, path, e));
	rc = sc_facts_read(s->facts, m, e);
	sc_manifest_lines_close(m);
	s->records = sc_facts_seen(s->facts)->all.records;
	s->bytes = sc_facts_seen(s->facts)->all.bytes;
	for (size_t i = 0; i < s->nkey && rc == SC_OK && !s->breadth; i++)
		rc = manifest_rows(s, &s->table[i], e);
	return rc;
}

/* The exit status. */
static int manifest_stat(struct counted *s, sc_str path, int n, struct sc_err *e)
{
	int rc;

	if (n > 1) {
		sc_fail(e, "stat: a manifest is counted alone; `scope merge` makes one of several");
		return 2;
	}
	rc = manifest_read(s, path, e);
	if (rc == SC_BAD)
		fprintf(stderr, "scope: %s\n", e->msg);
	return rc == SC_OK ? 0 : rc == SC_BAD ? 1 : 2;
}

/* ---- keys to taggers ---- */

static bool emits(const struct sc_filter *f, sc_str key)
{
	sc_str rest = sc_str_c(f->emits), one;

	while (rest.n && sc_str_cut(&rest, ' ', &one))
		if (sc_str_eq(one, key))
			return true;
	return false;
}

static int plan_keys(struct counted *s, struct sc_plan *p, struct sc_err *e)
{
	sc_str rest = s->by.n ? s->by : s->breadth ? SC_STR("licence,host,site,domain,media") : SC_STR("format,media,licence,host"), key;
	bool used[256] = { false };

	while (sc_str_cut(&rest, ',', &key)) {
		struct table *t;
		size_t i = 0;

		if (sc_str_eq(key, SC_STR("license")))
			key = SC_STR("licence");
		if (s->nkey == KEYS)
			return sc_fail(e, "stat: at most %d keys", KEYS);
		t = &s->table[s->nkey++];
		t->key = key;
		t->from = sc_str_eq(key, SC_STR("format")) ? FORMAT : sc_str_starts(key, SC_STR("meta.")) ? META : sc_str_eq(key, SC_STR("basis")) ? BASIS : A_TAG;
		t->labels = sc_str_eq(key, SC_STR("domain")) || sc_str_eq(key, SC_STR("media")) || sc_str_eq(key, SC_STR("rights"));
		t->path = sc_str_from(key, t->from == META ? strlen("meta.") : 0);
		if (t->from == META && !t->path.n)
			return sc_fail(e, "stat: a field behind meta, as in meta.license");
		if (t->from == META || t->from == FORMAT)
			continue;
		if (t->from == BASIS)
			key = SC_STR("licence");
		while (sc_filters[i] && !(sc_filters[i]->emits && emits(sc_filters[i], key)))
			i++;
		if (!sc_filters[i])
			return sc_fail(e, "stat: no tagger makes '%.*s'; `scope list taggers` shows what they make", SC_ARG(key));
		if (i < SC_COUNT(used) && !used[i])
			SC_TRY(sc_plan_filter(p, sc_filters[i], NULL, SC_STR(""), true, e));
		used[i] = true;
	}
	return SC_OK;
}

/* Of shards; the exit status. */
static int shards_stat(struct counted *s, const struct sc_run_conf *run, int first, int argc, char **argv, struct sc_err *e)
{
	struct sc_fact_total total[KEYS] = { 0 };
	struct sc_plan *p = NULL;
	int rc;

	if (s->breadth)
		s->counts = sc_counts_new(s->memory);
	if (sc_plan_new(&p, run, e) < 0)
		return 2;
	sc_plan_sink(p, each, s);
	sc_plan_sink_blind(p);
	if (plan_keys(s, p, e) < 0) {
		sc_plan_free(p);
		return 2;
	}
	rc = sc_run_main(p, first, argc, argv, e);
	if (rc == 2 || !s->breadth)
		return rc;
	if (sc_counts_end(s->counts, total, e) < 0)
		return 2;
	for (size_t i = 0; i < s->nkey; i++) {
		total[i].having = s->table[i].total.having;
		total[i].lacking = s->table[i].total.lacking;
		s->table[i].total = total[i];
	}
	return rc;
}

static int count_all(struct counted *s, const struct sc_run_conf *run, int first, int argc, char **argv, struct sc_err *e)
{
	sc_str path, manifest = { NULL, 0 };
	int rc;

	s->memory = run->memory ? (size_t)run->memory : MEMORY;
	if (confidence(s, e) < 0)
		return 2;
	for (int i = first; i < argc; i++)
		if (manifest_of(&s->a, argv[i], &path))
			manifest = path;
	rc = manifest.n ? manifest_stat(s, manifest, argc - first, e) : shards_stat(s, run, first, argc, argv, e);
	for (size_t i = 0; i < s->nkey; i++)
		settle(&s->table[i]);
	if (rc != 2 && !(rc && manifest.n) && show_all(s, e) < 0)
		rc = 2;
	return rc;
}

static int stat_main(int argc, char **argv, struct sc_err *e)
{
	extern const struct sc_cmd cmd_stat;
	struct sc_run_conf run = { .output = { NULL, 0 } };
	struct counted s = { .top = UINT64_MAX };
	struct sc_arena a = { 0 };
	struct sc_optset set[] = { { opts, &s }, { sc_run_opts, &run } };
	const struct sc_opt *tables[] = { opts, sc_run_opts };
	bool help = false;
	int first = sc_opt_parse(set, 2, argc, argv, &a, &help, e), rc = 2;

	if (getrandom(&s.seed, sizeof s.seed, GRND_NONBLOCK) < 0)
		s.seed = (uintptr_t)&s;
	s.top = s.top == UINT64_MAX ? 10 : s.top;
	if (help) {
		sc_help_print("scope stat", &cmd_stat.card, cmd_stat.synopsis, tables, 2);
		rc = 0;
	} else if (first >= 0)
		rc = count_all(&s, &run, first, argc, argv, e);
	for (size_t i = 0; i < s.nkey; i++)
		free(s.table[i].v);
	sc_counts_free(s.counts);
	sc_facts_free(s.facts);
	sc_arena_free(&s.a);
	sc_arena_free(&a);
	return rc;
}

extern const struct sc_cmd cmd_stat;
const struct sc_cmd cmd_stat = {
	.card = { .name = "stat",
		  .about = "what is in shards: records and bytes by format, media, licence, host",
		  .more = "Any tag key can be counted by; the taggers that make it are run.  So can a field of the metadata as it stands: "
			  "meta.license, meta.metadata.lang.  A value - means that the tag or field is not there.\n\n"
			  "A manifest, or the folder that has a manifest.scm, is counted by what it says; of domain, media and rights each label counts then, as it does with "
			  "--breadth.  What the numbers of --breadth mean is in scope-breadth(7).",
		  .example = "scope stat --by licence,domain docs.jsonl",
		  .opts = opts },
	.synopsis = "[--by KEYS] [--top N | --breadth] [--json] [OPTION...] [SHARD...|MANIFEST]",
	.family = SC_LOOK,
	.main = stat_main,
};
