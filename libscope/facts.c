/* SPDX-License-Identifier: Apache-2.0 */
/*
 * facts.c -- a manifest's lines one by one into sums and tables; the tables themselves are counts.c's.
 *
 * What is few in a manifest (heads, steps, shards) is kept; of records only what is counted is.
 */
#include <scope/facts.h>

#include <scope/text.h>

#include <stdlib.h>

const sc_str sc_fact_names[SC_FACTS] = {
	[SC_FACT_LICENCE] = SC_LIT("licence"), [SC_FACT_BASIS] = SC_LIT("basis"),
	[SC_FACT_HOST] = SC_LIT("host"),       [SC_FACT_SITE] = SC_LIT("site"),
	[SC_FACT_DOMAIN] = SC_LIT("domain"),   [SC_FACT_MEDIA] = SC_LIT("media"),
	[SC_FACT_RIGHTS] = SC_LIT("rights"),   [SC_FACT_DECLARED] = SC_LIT("declared"),
};

const sc_str sc_modality_names[SC_MODALITIES] = {
	[SC_TEXT] = SC_LIT("text"),   [SC_IMAGE] = SC_LIT("image"),
	[SC_AUDIO] = SC_LIT("audio"), [SC_VIDEO] = SC_LIT("video"),
	[SC_OTHER] = SC_LIT("other"), [SC_UNSTATED] = SC_LIT("not stated"),
};

struct sc_facts {
	struct sc_facts_seen seen;
	struct sc_arena a;
	struct sc_counts *table;
	unsigned keys;
};

bool sc_fact_named(sc_str name, enum sc_fact *key)
{
	for (size_t i = 0; i < SC_FACTS; i++)
		if (sc_str_eq(name, sc_fact_names[i])) {
			*key = (enum sc_fact)i;
			return true;
		}
	return false;
}

bool sc_basis_declares(sc_str basis)
{
	static const sc_str read[] = { SC_LIT("notice:"),   SC_LIT("folder:"),
		                       SC_LIT("caption:"),  SC_LIT("html:words"),
		                       SC_LIT("html:text"), SC_LIT("assumed"),
		                       SC_LIT("in-band"),   SC_LIT("nothing-found") };

	if (!basis.n || (sc_str_starts(basis, SC_STR("text:")) &&
	                 !sc_str_starts(basis, SC_STR("text:spdx-id"))))
		return false;
	for (size_t i = 0; i < SC_COUNT(read); i++)
		if (sc_str_starts(basis, read[i]))
			return false;
	return true;
}

struct sc_facts *sc_facts_new(unsigned keys, size_t memory)
{
	struct sc_facts *f = calloc(1, sizeof *f);

	if (!f)
		sc_oom();
	f->keys = keys;
	f->table = sc_counts_new(memory < (1 << 20) ? 1 << 20 : memory);
	return f;
}

void sc_facts_free(struct sc_facts *f)
{
	if (!f)
		return;
	sc_counts_free(f->table);
	free(f->seen.head);
	free(f->seen.step);
	free(f->seen.in);
	free(f->seen.out);
	sc_arena_free(&f->a);
	free(f);
}

const struct sc_facts_seen *sc_facts_seen(const struct sc_facts *f)
{
	return &f->seen;
}

sc_str sc_facts_head(const struct sc_facts *f, sc_str key)
{
	for (size_t i = 0; i < f->seen.nhead; i++)
		if (sc_str_eq(f->seen.head[i].key, key))
			return f->seen.head[i].value;
	return (sc_str){ NULL, 0 };
}

const char *sc_without_name(enum sc_without w)
{
	static const char *const names[SC_WITHOUTS] = {
		[SC_WITHOUT_AUTHOR] = "author", [SC_WITHOUT_BASIS] = "basis",
		[SC_WITHOUT_DOI] = "doi",       [SC_WITHOUT_DOMAIN] = "domain",
		[SC_WITHOUT_HOST] = "host",     [SC_WITHOUT_LICENCE] = "licence",
		[SC_WITHOUT_MEDIA] = "media",   [SC_WITHOUT_RIGHTS] = "rights",
		[SC_WITHOUT_SRC] = "src",       [SC_WITHOUT_TITLE] = "title",
	};

	return names[w];
}

uint64_t sc_facts_without(const struct sc_facts_seen *s, enum sc_without w)
{
	const uint64_t lacking[SC_WITHOUTS] = {
		[SC_WITHOUT_AUTHOR] = s->all.records - s->author.records,
		[SC_WITHOUT_BASIS] = s->key[SC_FACT_BASIS].lacking.records,
		[SC_WITHOUT_DOI] = s->all.records - s->doi.records,
		[SC_WITHOUT_DOMAIN] = s->key[SC_FACT_DOMAIN].lacking.records,
		[SC_WITHOUT_HOST] = s->key[SC_FACT_HOST].lacking.records,
		[SC_WITHOUT_LICENCE] = s->key[SC_FACT_LICENCE].lacking.records,
		[SC_WITHOUT_MEDIA] = s->key[SC_FACT_MEDIA].lacking.records,
		[SC_WITHOUT_RIGHTS] = s->key[SC_FACT_RIGHTS].lacking.records,
		[SC_WITHOUT_SRC] = s->all.records - s->src.records,
		[SC_WITHOUT_TITLE] = s->all.records - s->title.records,
	};

	return lacking[w];
}

/* ---- few lines, kept ---- */

/* Fields of a line; the first that is not as expected sets why. */
struct fields {
	struct sc_arena *a;
	const struct sc_manifest_line *l;
	uint32_t at;
	const char *why;
};

static sc_str view(struct fields *f)
{
	if (f->at < f->l->n)
		return f->l->field[f->at++];
	if (!f->why)
		f->why = "a field is missing";
	return (sc_str){ NULL, 0 };
}

static sc_str text(struct fields *f)
{
	return sc_strdup(f->a, view(f));
}

static uint64_t number(struct fields *f)
{
	uint64_t n = 0;

	if (!sc_str_u64(view(f), &n) && !f->why)
		f->why = "a field is not a number";
	return n;
}

static void digest(struct fields *f, uint8_t out[32])
{
	sc_str s = view(f);

	if (sc_str_starts(s, SC_STR("sha256:")))
		s = sc_str_from(s, 7);
	if (!sc_unhex(s, out, 32) && !f->why)
		f->why = "a digest is not 64 lower-case hex digits";
}

static void plus(struct fields *f, uint64_t *sum, uint64_t n)
{
	if (__builtin_add_overflow(*sum, n, sum) && !f->why)
		f->why = "a sum passes 2^64";
}

/* Room for one more of `each` bytes behind n. */
static void *more(void *v, size_t n, size_t each)
{
	if (n & (n - 1))
		return v;
	v = n > SIZE_MAX / 2 / each ? NULL : realloc(v, (n ? 2 * n : 1) * each);
	if (!v)
		sc_oom();
	return v;
}

static void head_line(struct sc_facts_seen *s, struct fields *f)
{
	s->head = more(s->head, s->nhead, sizeof *s->head);
	s->head[s->nhead].key = text(f);
	s->head[s->nhead++].value = text(f);
}

static void in_line(struct sc_facts_seen *s, struct fields *f)
{
	struct sc_shard_in in = { .bytes = 0 };

	digest(f, in.sha256);
	in.bytes = number(f);
	in.path = text(f);
	in.records = number(f);
	in.rejected = number(f);
	plus(f, &s->in_bytes, in.bytes);
	plus(f, &s->in_records, in.records);
	plus(f, &s->in_rejected, in.rejected);
	s->in = more(s->in, s->nin, sizeof in);
	s->in[s->nin++] = in;
}

static void out_line(struct sc_facts_seen *s, struct fields *f)
{
	struct sc_shard_out out = { .records = 0 };

	digest(f, out.stored.sha256);
	out.stored.bytes = number(f);
	out.path = text(f);
	digest(f, out.stored.plain);
	out.records = number(f);
	plus(f, &s->out_bytes, out.stored.bytes);
	plus(f, &s->out_records, out.records);
	s->out = more(s->out, s->nout, sizeof out);
	s->out[s->nout++] = out;
}

static void step_line(struct sc_facts_seen *s, struct fields *f)
{
	struct sc_step p = { .in = 0 };
	uint64_t revision;

	if (number(f) != s->nstep + 1 && !f->why)
		f->why = "steps are not numbered one after the other";
	p.name = text(f);
	revision = number(f);
	if (revision > UINT32_MAX && !f->why)
		f->why = "a revision is too large";
	p.revision = (uint32_t)revision;
	if (f->at < f->l->n && !f->l->field[f->at].n)
		f->at++; /* "-": no rules */
	else
		digest(f, p.rules);
	p.in = number(f);
	p.kept = number(f);
	p.dropped = number(f);
	p.rejected = number(f);
	p.undecided = number(f);
	if (!f->why &&
	    (p.kept > p.in || p.dropped > p.in - p.kept || p.rejected != p.in - p.kept - p.dropped))
		f->why = "what a step took in is not what it kept, dropped and rejected";
	digest(f, p.sum_in);
	digest(f, p.sum_kept);
	digest(f, p.sum_dropped);
	p.args = text(f);
	if (f->why)
		return;
	s->step = more(s->step, s->nstep, sizeof p);
	s->step[s->nstep++] = p;
}

static void total_line(struct sc_facts_seen *s, struct fields *f)
{
	sc_str key = view(f);

	if (sc_str_eq(key, SC_STR("records"))) {
		s->stated.records = number(f);
		s->stated.has = true;
	} else if (sc_str_eq(key, SC_STR("occurrences")))
		s->stated.occurrences = number(f);
	else if (sc_str_eq(key, SC_STR("keys")))
		s->stated.keys = number(f);
	else if (sc_str_eq(key, SC_STR("record-root")))
		s->stated.record_root = text(f);
	else if (sc_str_eq(key, SC_STR("key-root")))
		s->stated.key_root = text(f);
	else if (sc_str_eq(key, SC_STR("lines")))
		s->stated.lines = text(f);
}

/* ---- modalities ---- */

/* Types under application/ whose bytes are text, beside those that end in +json and +xml. */
static const sc_str texts[] = {
	SC_LIT("ecmascript"), SC_LIT("javascript"), SC_LIT("json"),    SC_LIT("jsonl"),
	SC_LIT("ndjson"),     SC_LIT("rtf"),        SC_LIT("sql"),     SC_LIT("toml"),
	SC_LIT("x-latex"),    SC_LIT("x-ndjson"),   SC_LIT("x-sh"),    SC_LIT("x-subrip"),
	SC_LIT("x-tex"),      SC_LIT("xml"),        SC_LIT("xml-dtd"), SC_LIT("yaml"),
};

enum sc_modality sc_modality_of(sc_str media)
{
	static const struct {
		sc_str kind;
		enum sc_modality is;
	} kinds[] = { { SC_LIT("text/"), SC_TEXT },
		      { SC_LIT("image/"), SC_IMAGE },
		      { SC_LIT("audio/"), SC_AUDIO },
		      { SC_LIT("video/"), SC_VIDEO } };

	for (size_t i = 0; i < SC_COUNT(kinds); i++)
		if (sc_str_starts(media, kinds[i].kind))
			return kinds[i].is;
	if (!sc_str_starts(media, SC_STR("application/")))
		return SC_OTHER;
	media = sc_str_trim(
	        sc_str_head(sc_str_from(media, 12), sc_str_chr(sc_str_from(media, 12), ';')));
	for (size_t i = 0; i < SC_COUNT(texts); i++)
		if (sc_str_eq(media, texts[i]))
			return SC_TEXT;
	return sc_str_ends(media, SC_STR("+json")) || sc_str_ends(media, SC_STR("+xml")) ? SC_TEXT
	                                                                                 : SC_OTHER;
}

/* ---- records ---- */

static void count(struct fields *f, struct sc_count *c, uint64_t bytes)
{
	c->records++;
	plus(f, &c->bytes, bytes);
}

static void count_media(struct sc_facts_seen *s, struct fields *f, sc_str media, uint64_t bytes)
{
	sc_str rest = media, one;
	unsigned has = 0;

	while (rest.p && sc_str_cut(&rest, ',', &one))
		if (one.n)
			has |= 1u << sc_modality_of(one);
	has = has ? has : 1u << SC_UNSTATED;
	for (size_t i = 0; i < SC_MODALITIES; i++)
		if (has & 1u << i)
			count(f, &s->modality[i].any, bytes);
	if (has & (has - 1))
		count(f, &s->mixed, bytes);
	else
		count(f, &s->modality[__builtin_ctz(has)].alone, bytes);
}

static void count_rights(struct sc_rights_sum *s, struct fields *f, sc_str rights, uint64_t bytes)
{
	struct sc_count *to = rights.n ? &s->clear : &s->unchecked;
	sc_str rest = rights, one;

	while (rest.p && sc_str_cut(&rest, ',', &one)) {
		if (sc_str_starts(one, SC_STR("reserved/"))) {
			to = &s->reserved;
			break;
		}
		if (sc_str_starts(one, SC_STR("unknown/")))
			to = &s->unclear;
	}
	count(f, to, bytes);
}

static void count_keys(struct sc_facts_seen *s, struct fields *f, uint64_t bytes,
                       sc_str value[SC_FACTS])
{
	sc_str src = { NULL, 0 };
	unsigned had = 0; /* of what a line repeats the first counts, as in sc_manifest_key */

	for (uint32_t i = SC_R_KEYS; i < f->l->n; i++) {
		static const sc_str name[] = { SC_LIT("author="), SC_LIT("conflict="),
			                       SC_LIT("doi="),    SC_LIT("host="),
			                       SC_LIT("parent="), SC_LIT("rights="),
			                       SC_LIT("site="),   SC_LIT("src="),
			                       SC_LIT("title=") };
		struct sc_count *of[] = { &s->author, &s->conflict, &s->doi, NULL,     &s->parent,
			                  NULL,       NULL,         &s->src, &s->title };
		sc_str *to[] = { NULL,
			         NULL,
			         NULL,
			         &value[SC_FACT_HOST],
			         NULL,
			         &value[SC_FACT_RIGHTS],
			         &value[SC_FACT_SITE],
			         &src,
			         NULL };
		sc_str kv = f->l->field[i];

		for (size_t k = 0; k < SC_COUNT(name); k++) {
			if (!sc_str_starts(kv, name[k]))
				continue;
			if (had & 1u << k)
				break;
			had |= 1u << k;
			if (kv.n == name[k].n)
				break;
			if (of[k])
				count(f, of[k], bytes);
			if (to[k])
				*to[k] = sc_str_from(kv, name[k].n);
			break;
		}
	}
	if (sc_str_find(src, SC_STR("://")) != SC_NONE)
		count(f, &s->url, bytes);
}

static int by_str(const void *a, const void *b)
{
	const sc_str *x = a, *y = b;

	return sc_str_cmp(*x, *y);
}

/* Labels of a line that has them out of order, and so perhaps twice. */
static int labels_sorted(struct sc_facts *f, size_t key, sc_str value, struct sc_count c,
                         struct sc_err *e)
{
	sc_str rest = value, one, *v;
	size_t n = 1, k = 0;
	int rc = SC_OK;

	for (size_t i = 0; i < value.n; i++)
		n += value.p[i] == ',';
	v = malloc(n * sizeof *v);
	if (!v)
		sc_oom();
	while (k < n && sc_str_cut(&rest, ',', &one))
		v[k++] = one;
	qsort(v, k, sizeof *v, by_str);
	for (size_t i = 0; i < k && rc == SC_OK; i++)
		if (v[i].n && (!i || !sc_str_eq(v[i], v[i - 1])))
			rc = sc_counts_add(f->table, key, v[i], c, e);
	free(v);
	return rc;
}

/* Each label once, whatever a line repeats. */
static int labels(struct sc_facts *f, size_t key, sc_str value, struct sc_count c, struct sc_err *e)
{
	sc_str rest = value, one, last = { NULL, 0 };

	while (rest.p && sc_str_cut(&rest, ',', &one)) {
		if (sc_str_cmp(last, one) >= 0)
			return labels_sorted(f, key, value, c, e);
		last = one;
	}
	for (rest = value; rest.p && sc_str_cut(&rest, ',', &one);)
		SC_TRY(sc_counts_add(f->table, key, one, c, e));
	return SC_OK;
}

static int record_line(struct sc_facts *f, struct fields *in, struct sc_err *e)
{
	struct sc_facts_seen *s = &f->seen;
	const struct sc_manifest_line *l = in->l;
	struct sc_count c = { .records = 1 };
	sc_str value[SC_FACTS] = { [SC_FACT_LICENCE] = l->field[SC_R_LICENCE],
		                   [SC_FACT_BASIS] = l->field[SC_R_BASIS],
		                   [SC_FACT_DOMAIN] = l->field[SC_R_DOMAIN],
		                   [SC_FACT_MEDIA] = l->field[SC_R_MEDIA] };

	if (sc_basis_declares(value[SC_FACT_BASIS]))
		value[SC_FACT_DECLARED] = value[SC_FACT_LICENCE];
	in->at = SC_R_BYTES;
	c.bytes = number(in);
	count(in, &s->all, c.bytes);
	count_keys(s, in, c.bytes, value);
	count_media(s, in, value[SC_FACT_MEDIA], c.bytes);
	count_rights(&s->rights, in, value[SC_FACT_RIGHTS], c.bytes);
	for (size_t k = 0; k < SC_FACTS; k++) {
		count(in, value[k].n ? &s->key[k].having : &s->key[k].lacking, c.bytes);
		if (!value[k].n || !(f->keys & 1u << k))
			continue;
		if (k == SC_FACT_DOMAIN || k == SC_FACT_MEDIA || k == SC_FACT_RIGHTS)
			SC_TRY(labels(f, k, value[k], c, e));
		else
			SC_TRY(sc_counts_add(f->table, k, value[k], c, e));
	}
	return SC_OK;
}

/* ---- public ---- */

int sc_facts_add(struct sc_facts *f, const struct sc_manifest_line *l, struct sc_err *e)
{
	struct fields in = { .a = &f->a, .l = l };
	int rc = SC_OK;

	switch (l->kind) {
	case 'H':
		head_line(&f->seen, &in);
		break;
	case 'I':
		in_line(&f->seen, &in);
		break;
	case 'L':
		f->seen.occurrences++;
		break;
	case 'P':
		step_line(&f->seen, &in);
		break;
	case 'R':
		rc = record_line(f, &in, e);
		break;
	case 'S':
		out_line(&f->seen, &in);
		break;
	case 'T':
		total_line(&f->seen, &in);
		break;
	default:
		f->seen.tombstones++;
	}
	return rc == SC_OK && in.why ? sc_bad(e, "%c line: %s", l->kind, in.why) : rc;
}

int sc_facts_end(struct sc_facts *f, struct sc_err *e)
{
	const struct sc_facts_seen *s = &f->seen;

	if (!s->stated.has)
		return sc_bad(e, "the manifest's totals are missing: it is cut short");
	if (s->stated.records != s->all.records || s->stated.occurrences != s->occurrences)
		return sc_bad(
		        e,
		        "the manifest's totals say %ju records and %ju occurrences, but it lists %ju and %ju: `scope verify` says more",
		        (uintmax_t)s->stated.records, (uintmax_t)s->stated.occurrences,
		        (uintmax_t)s->all.records, (uintmax_t)s->occurrences);
	return sc_counts_end(f->table, f->seen.key, e);
}

int sc_facts_read(struct sc_facts *f, struct sc_manifest_lines *m, struct sc_err *e)
{
	struct sc_arena a = { 0 };
	struct sc_manifest_line l;
	int rc;

	while ((rc = sc_manifest_lines_next(m, &a, &l, e)) == SC_OK) {
		rc = sc_facts_add(f, &l, e);
		if (rc != SC_OK)
			break;
		sc_arena_reset(&a);
	}
	sc_arena_free(&a);
	return rc == SC_EOF ? sc_facts_end(f, e) : rc;
}

int sc_facts_list(struct sc_facts *f, enum sc_fact key, enum sc_fact_order by,
                  struct sc_fact_list **list, struct sc_err *e)
{
	return sc_counts_list(f->table, key, by, list, e);
}
