/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stat -- what is in shards: counts and bytes by licence, host, domain, any field of the metadata ...
 *
 * Values are counted in a table of their own for each key; past VALUES distinct ones the rest is counted as one row, so
 * that a stream of a billion hosts does not fill memory.  That is said when it happens.
 *
 * Records often come in runs of one value: the row that was counted last is looked at first.  Rows are found by XXH3 with a
 * seed of this process, so that nobody can choose values that meet.
 */
#include <scope/cmd.h>
#include <scope/json.h>
#include <scope/run.h>
#include <scope/text.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

enum { KEYS = 8, VALUES = 1 << 20 };

struct row {
	sc_str value;
	uint64_t records, bytes;
};

enum source { A_TAG, META, FORMAT };

struct table {
	sc_str key, path; /* path: of META, what follows "meta." */
	enum source from;
	struct row *v, *last;
	size_t n, cap; /* cap is a power of two; open addressing over v until it is sorted */
	struct row rest;
};

struct stat {
	sc_str by;
	uint64_t top;
	bool json;
	struct table table[KEYS];
	size_t nkey;
	uint64_t seed;
	uint64_t records, bytes;
	struct sc_arena a;
};

#define AT(f) offsetof(struct stat, f)
static const struct sc_opt opts[] = {
	{ "by", "KEYS", "what to count by: tag keys, meta.FIELD, format; separated by commas (default format,media,licence,host)", AT(by), 'b', SC_OPT_STR },
	{ "top", "N", "rows of a table (default 10; 0: all)", AT(top), 0, SC_OPT_NUM },
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

static void grow(struct stat *s, struct table *t)
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

static struct row *row_of(struct stat *s, struct table *t, sc_str value)
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

static void count(struct stat *s, struct table *t, sc_str value, uint64_t bytes)
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
	else if ((tag = sc_tag_first(r, t->key)))
		v = tag->value.p ? tag->value : SC_STR("");
	return v.p ? v : SC_STR("-");
}

static int each(void *with, struct sc_arena *a, struct sc_record *r, struct sc_err *e)
{
	struct stat *s = with;
	uint64_t bytes = sc_record_bytes(r);

	(void)e;
	s->records++;
	s->bytes += bytes;
	for (size_t i = 0; i < s->nkey; i++)
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

static void show_row(struct stat *s, struct sc_arena *a, sc_str value, const struct row *r)
{
	double share = s->records ? (double)r->records / (double)s->records : 0;
	sc_str safe = sc_fit(sc_escape(a, sc_str_head(value, 400)), 40), size = sc_size_show(a, r->bytes);

	printf("  %.*s%*s %10ju %10.*s %6.2f%% ", (int)safe.n, safe.p, (int)(40 - sc_columns(safe)), "", (uintmax_t)r->records,
	       SC_ARG(size), 100 * share);
	bar(share);
	putchar('\n');
}

static void show_table(struct stat *s, struct table *t)
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

static void show(struct stat *s)
{
	struct sc_arena a = { 0 };
	sc_str size = sc_size_show(&a, s->bytes);

	printf("%ju records, %.*s of payload\n", (uintmax_t)s->records, SC_ARG(size));
	for (size_t i = 0; i < s->nkey; i++)
		show_table(s, &s->table[i]);
	sc_arena_free(&a);
}

static void show_json(struct stat *s)
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

/* ---- keys to taggers ---- */

static bool emits(const struct sc_filter *f, sc_str key)
{
	sc_str rest = sc_str_c(f->emits), one;

	while (rest.n && sc_str_cut(&rest, ' ', &one))
		if (sc_str_eq(one, key))
			return true;
	return false;
}

static int plan_keys(struct stat *s, struct sc_plan *p, struct sc_err *e)
{
	sc_str rest = s->by.n ? s->by : SC_STR("format,media,licence,host"), key;
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
		t->from = sc_str_eq(key, SC_STR("format")) ? FORMAT : sc_str_starts(key, SC_STR("meta.")) ? META : A_TAG;
		t->path = sc_str_from(key, t->from == META ? strlen("meta.") : 0);
		if (t->from == META && !t->path.n)
			return sc_fail(e, "stat: a field behind meta, as in meta.license");
		if (t->from != A_TAG)
			continue;
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

static int stat_main(int argc, char **argv, struct sc_err *e)
{
	extern const struct sc_cmd cmd_stat;
	struct sc_run_conf run = { .output = { NULL, 0 } };
	struct stat s = { .top = UINT64_MAX };
	struct sc_arena a = { 0 };
	struct sc_optset set[] = { { opts, &s }, { sc_run_opts, &run } };
	const struct sc_opt *tables[] = { opts, sc_run_opts };
	struct sc_plan *p = NULL;
	bool help = false;
	int first = sc_opt_parse(set, 2, argc, argv, &a, &help, e), rc = 2;

	if (getrandom(&s.seed, sizeof s.seed, GRND_NONBLOCK) < 0)
		s.seed = (uintptr_t)&s;
	s.top = s.top == UINT64_MAX ? 10 : s.top;
	if (help) {
		sc_help_print("scope stat", &cmd_stat.card, cmd_stat.synopsis, tables, 2);
		rc = 0;
	} else if (first >= 0 && sc_plan_new(&p, &run, e) >= 0) {
		sc_plan_sink(p, each, &s);
		sc_plan_sink_blind(p);
		if (plan_keys(&s, p, e) < 0)
			sc_plan_free(p);
		else
			rc = sc_run_main(p, first, argc, argv, e);
	}
	for (size_t i = 0; i < s.nkey; i++)
		settle(&s.table[i]);
	if (rc != 2 && !help)
		(s.json ? show_json : show)(&s);
	for (size_t i = 0; i < s.nkey; i++)
		free(s.table[i].v);
	sc_arena_free(&s.a);
	sc_arena_free(&a);
	return rc;
}

extern const struct sc_cmd cmd_stat;
const struct sc_cmd cmd_stat = {
	.card = { .name = "stat",
		  .about = "what is in shards: records and bytes by format, media, licence, host",
		  .more = "Any tag key can be counted by; the taggers that make it are run.  So can a field of the metadata as it stands: "
			  "meta.license, meta.metadata.lang.  A value - means that the tag or field is not there.",
		  .example = "scope stat --by licence,domain docs.jsonl",
		  .opts = opts },
	.synopsis = "[--by KEYS] [--top N] [--json] [OPTION...] [SHARD...]",
	.family = SC_LOOK,
	.main = stat_main,
};
