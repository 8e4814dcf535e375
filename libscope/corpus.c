/* SPDX-License-Identifier: Apache-2.0 */
/*
 * corpus.c -- a manifest's lines to small tables.
 *
 * Rows of a table are found by hash while lines pass and are sorted once at the end.  A manifest is anybody's: numbers and digests
 * of the lines that stand in memory are checked, and so is that the totals are of these lines.
 */
#include <scope/corpus.h>

#include <scope/check.h>
#include <scope/spdx.h>
#include <scope/text.h>

#include <stdlib.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

enum { SLOTS = 4 * SC_TALLY_MOST, WHAT_MOST = 4096 };

struct finder {
	struct sc_tallies *t;
	uint16_t *slot; /* row + 1 */
};

struct reading {
	struct sc_corpus *c;
	struct finder licence, media, domain, rights;
	size_t cap_head, cap_in, cap_out, cap_step;
	uint64_t t_records, t_occurrences;
	bool t_has_records, t_has_root;
	struct sc_arena line; /* dies with each line */
};

/* ---- words ---- */

const char *sc_stated_words(enum sc_stated s)
{
	static const char *const words[SC_STATEDS] = {
		[SC_STATED_LICENCE] = "a licence is stated",
		[SC_STATED_NONE] = "looked for, and nothing is said",
		[SC_STATED_UNKNOWN] = "something is said of a licence that has no name",
		[SC_STATED_CONFLICT] = "statements contradict each other",
		[SC_STATED_NOTHING] = "not looked for",
		[SC_STATED_UNREAD] = "what stands there is no licence expression",
	};

	return words[s];
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

static enum sc_stated stated(struct sc_arena *scratch, sc_str licence)
{
	static const struct {
		sc_str what;
		enum sc_stated is;
	} states[] = { { SC_LIT(""), SC_STATED_NOTHING },
		       { SC_LIT("none"), SC_STATED_NONE },
		       { SC_LIT("unknown"), SC_STATED_UNKNOWN },
		       { SC_LIT("conflict"), SC_STATED_CONFLICT } };
	struct sc_err ignored = { 0 };
	sc_str canonical;

	for (size_t i = 0; i < SC_COUNT(states); i++)
		if (sc_str_eq(licence, states[i].what))
			return states[i].is;
	return sc_spdx_expression(scratch, licence, &canonical, &ignored) == SC_OK
	               ? SC_STATED_LICENCE
	               : SC_STATED_UNREAD;
}

/* ---- tables ---- */

static void finder_begin(struct finder *f, struct sc_tallies *t, struct sc_arena *a)
{
	f->t = t;
	f->slot = calloc(SLOTS, sizeof *f->slot);
	if (!f->slot)
		sc_oom();
	t->v = SC_NEW(a, struct sc_tally, SC_TALLY_MOST);
}

/* The row of that value; NULL when the table is full, or no table should hold it. */
static struct sc_tally *row(struct finder *f, struct sc_arena *a, sc_str what, bool *fresh)
{
	size_t at = XXH3_64bits(what.p ? what.p : "", what.n) % SLOTS;

	*fresh = false;
	for (; f->slot[at]; at = (at + 1) % SLOTS)
		if (sc_str_eq(f->t->v[f->slot[at] - 1].what, what))
			return &f->t->v[f->slot[at] - 1];
	if (f->t->n == SC_TALLY_MOST || what.n > WHAT_MOST) {
		f->t->more++;
		return NULL;
	}
	*fresh = true;
	f->t->v[f->t->n].what = sc_strdup(a, what);
	f->slot[at] = (uint16_t)(f->t->n + 1);
	return &f->t->v[f->t->n++];
}

static struct sc_tally *count(struct finder *f, struct sc_arena *a, sc_str what, uint64_t bytes)
{
	bool fresh;
	struct sc_tally *t = row(f, a, what, &fresh);

	if (t) {
		t->records++;
		t->bytes += bytes;
	}
	return t;
}

/* Labels with commas between, each once. */
static void count_labels(struct finder *f, struct sc_arena *a, sc_str labels, uint64_t bytes)
{
	sc_str one, last = { NULL, 0 };

	if (!labels.n)
		return;
	while (sc_str_cut(&labels, ',', &one))
		if (one.n && !sc_str_eq(one, last)) {
			count(f, a, one, bytes);
			last = one;
		}
}

static int by_what(const void *x, const void *y)
{
	const struct sc_tally *a = x, *b = y;

	return sc_str_cmp(a->what, b->what);
}

static void finder_end(struct finder *f)
{
	free(f->slot);
	f->slot = NULL;
	if (f->t && f->t->n)
		qsort(f->t->v, f->t->n, sizeof *f->t->v, by_what);
}

/* ---- lines ---- */

/* Room for one more of `each` bytes in an array that grows in the arena. */
static void *one_more(struct sc_arena *a, void *v, size_t n, size_t *cap, size_t each)
{
	void *bigger;

	if (n < *cap)
		return v;
	*cap = *cap ? 2 * *cap : 16;
	bigger = sc_zalloc(a, each, *cap);
	if (n)
		memcpy(bigger, v, n * each);
	return bigger;
}

static int odd(const struct sc_manifest_line *l, struct sc_err *e)
{
	return sc_bad(e, "a line %c of the manifest is not of its form: `scope verify` says which",
	              l->kind);
}

static int head_line(struct reading *r, const struct sc_manifest_line *l, struct sc_err *e)
{
	struct sc_corpus *c = r->c;

	if (l->n < 2)
		return odd(l, e);
	c->head = one_more(&c->a, c->head, c->nhead, &r->cap_head, sizeof *c->head);
	c->head[c->nhead++] = (struct sc_corpus_head){ sc_strdup(&c->a, l->field[0]),
		                                       sc_strdup(&c->a, l->field[1]) };
	return SC_OK;
}

static int in_line(struct reading *r, const struct sc_manifest_line *l, struct sc_err *e)
{
	struct sc_corpus *c = r->c;
	struct sc_shard_in *s;

	c->in = one_more(&c->a, c->in, c->nin, &r->cap_in, sizeof *c->in);
	s = &c->in[c->nin];
	if (l->n < 5 || !sc_root_parse(l->field[0], s->sha256) ||
	    !sc_str_u64(l->field[1], &s->bytes) || !sc_str_u64(l->field[3], &s->records) ||
	    !sc_str_u64(l->field[4], &s->rejected))
		return odd(l, e);
	s->path = sc_strdup(&c->a, l->field[2]);
	c->nin++;
	return SC_OK;
}

static int out_line(struct reading *r, const struct sc_manifest_line *l, struct sc_err *e)
{
	struct sc_corpus *c = r->c;
	struct sc_shard_out *s;

	c->out = one_more(&c->a, c->out, c->nout, &r->cap_out, sizeof *c->out);
	s = &c->out[c->nout];
	if (l->n < 5 || !sc_root_parse(l->field[0], s->stored.sha256) ||
	    !sc_str_u64(l->field[1], &s->stored.bytes) ||
	    !sc_root_parse(l->field[3], s->stored.plain) || !sc_str_u64(l->field[4], &s->records))
		return odd(l, e);
	if (s->stored.bytes > UINT64_MAX - c->stored)
		return odd(l, e);
	s->path = sc_strdup(&c->a, l->field[2]);
	c->stored += s->stored.bytes;
	c->nout++;
	return SC_OK;
}

/* NUMBER STEP REVISION RULES IN KEPT DROPPED REJECTED UNDECIDED SUM-IN SUM-KEPT SUM-DROPPED ARGS */
static int step_line(struct reading *r, const struct sc_manifest_line *l, struct sc_err *e)
{
	struct sc_corpus *c = r->c;
	struct sc_corpus_step *s;
	uint64_t *number[5];

	c->step = one_more(&c->a, c->step, c->nstep, &r->cap_step, sizeof *c->step);
	s = &c->step[c->nstep];
	number[0] = &s->in, number[1] = &s->kept, number[2] = &s->dropped, number[3] = &s->rejected,
	number[4] = &s->undecided;
	if (l->n < 13)
		return odd(l, e);
	for (size_t i = 0; i < SC_COUNT(number); i++)
		if (!sc_str_u64(l->field[4 + i], number[i]))
			return odd(l, e);
	s->number = sc_strdup(&c->a, l->field[0]);
	s->name = sc_strdup(&c->a, l->field[1]);
	s->revision = sc_strdup(&c->a, l->field[2]);
	s->rules = sc_strdup(&c->a, l->field[3]);
	s->args = sc_strdup(&c->a, l->field[12]);
	c->nstep++;
	return SC_OK;
}

static int total_line(struct reading *r, const struct sc_manifest_line *l, struct sc_err *e)
{
	struct sc_corpus *c = r->c;
	sc_str name = l->field[0], value = l->n > 1 ? l->field[1] : (sc_str){ NULL, 0 };
	bool fits = true;

	if (sc_str_eq(name, SC_STR("record-root")))
		fits = r->t_has_root = sc_root_parse(value, c->record_root);
	else if (sc_str_eq(name, SC_STR("key-root")))
		fits = c->has_key_root = sc_root_parse(value, c->key_root);
	else if (sc_str_eq(name, SC_STR("lines")))
		fits = c->has_lines = sc_root_parse(value, c->lines);
	else if (sc_str_eq(name, SC_STR("keys")))
		fits = sc_str_u64(value, &c->keys);
	else if (sc_str_eq(name, SC_STR("records")))
		fits = r->t_has_records = sc_str_u64(value, &r->t_records);
	else if (sc_str_eq(name, SC_STR("occurrences")))
		fits = sc_str_u64(value, &r->t_occurrences);
	return fits ? SC_OK : odd(l, e);
}

static void licence(struct reading *r, const struct sc_manifest_line *l, uint64_t bytes)
{
	sc_str basis = l->field[SC_R_BASIS];
	bool fresh;
	struct sc_tally *t = row(&r->licence, &r->c->a, l->field[SC_R_LICENCE], &fresh);

	if (fresh)
		t->stated = stated(&r->line, t->what);
	r->c->stated[t ? t->stated : stated(&r->line, l->field[SC_R_LICENCE])]++;
	if (!t)
		return;
	t->records++;
	t->bytes += bytes;
	t->declared += t->stated == SC_STATED_LICENCE && sc_basis_declares(basis);
}

static int record_line(struct reading *r, const struct sc_manifest_line *l, struct sc_err *e)
{
	static const struct {
		sc_str key;
		enum sc_without without;
	} keys[] = {
		{ SC_LIT("author"), SC_WITHOUT_AUTHOR }, { SC_LIT("doi"), SC_WITHOUT_DOI },
		{ SC_LIT("host"), SC_WITHOUT_HOST },     { SC_LIT("rights"), SC_WITHOUT_RIGHTS },
		{ SC_LIT("src"), SC_WITHOUT_SRC },       { SC_LIT("title"), SC_WITHOUT_TITLE }
	};
	struct sc_corpus *c = r->c;
	uint64_t bytes;

	if (!sc_str_u64(l->field[SC_R_BYTES], &bytes) || bytes > UINT64_MAX - c->bytes)
		return odd(l, e);
	c->records++;
	c->bytes += bytes;
	c->conflicts += sc_manifest_key(l, SC_STR("conflict")).n != 0;
	for (size_t i = 0; i < SC_COUNT(keys); i++)
		c->without[keys[i].without] += !sc_manifest_key(l, keys[i].key).n;
	c->without[SC_WITHOUT_BASIS] += !l->field[SC_R_BASIS].n;
	c->without[SC_WITHOUT_DOMAIN] += !l->field[SC_R_DOMAIN].n;
	c->without[SC_WITHOUT_LICENCE] += !l->field[SC_R_LICENCE].n;
	c->without[SC_WITHOUT_MEDIA] += !l->field[SC_R_MEDIA].n;
	licence(r, l, bytes);
	count_labels(&r->media, &c->a, l->field[SC_R_MEDIA], bytes);
	count_labels(&r->domain, &c->a, l->field[SC_R_DOMAIN], bytes);
	count_labels(&r->rights, &c->a, sc_manifest_key(l, SC_STR("rights")), bytes);
	return SC_OK;
}

static int take(struct reading *r, const struct sc_manifest_line *l, struct sc_err *e)
{
	switch (l->kind) {
	case 'H':
		return head_line(r, l, e);
	case 'I':
		return in_line(r, l, e);
	case 'P':
		return step_line(r, l, e);
	case 'R':
		return record_line(r, l, e);
	case 'S':
		return out_line(r, l, e);
	case 'T':
		return total_line(r, l, e);
	case 'L':
		r->c->occurrences++;
		return SC_OK;
	default:
		r->c->tombstones++;
		return SC_OK;
	}
}

static int ended(const struct reading *r, struct sc_manifest_lines *m, struct sc_err *e)
{
	struct sc_corpus *c = r->c;
	sc_str path;
	size_t slash;

	if (!r->t_has_root || !r->t_has_records)
		return sc_bad(e, "the manifest has no totals: it was cut, or is not finished");
	if (r->t_records != c->records || r->t_occurrences != c->occurrences)
		return sc_bad(
		        e,
		        "the manifest's totals are not of its lines: records %ju, said to be %ju; occurrences %ju, said to be %ju",
		        (uintmax_t)c->records, (uintmax_t)r->t_records, (uintmax_t)c->occurrences,
		        (uintmax_t)r->t_occurrences);
	path = sc_manifest_lines_path(m);
	slash = sc_str_rchr(path, '/');
	c->name = sc_strdup(&c->a, slash == SC_NONE ? path : sc_str_from(path, slash + 1));
	return sc_manifest_lines_digest(m, &c->manifest_bytes, c->manifest, e);
}

int sc_corpus_read(struct sc_corpus *c, struct sc_manifest_lines *m, struct sc_err *e)
{
	struct reading r = { .c = c };
	struct sc_manifest_line l;
	int rc;

	finder_begin(&r.licence, &c->licence, &c->a);
	finder_begin(&r.media, &c->media, &c->a);
	finder_begin(&r.domain, &c->domain, &c->a);
	finder_begin(&r.rights, &c->rights, &c->a);
	while ((rc = sc_manifest_lines_next(m, &r.line, &l, e)) == SC_OK &&
	       (rc = take(&r, &l, e)) == SC_OK)
		sc_arena_reset(&r.line);
	if (rc == SC_EOF)
		rc = ended(&r, m, e);
	finder_end(&r.licence);
	finder_end(&r.media);
	finder_end(&r.domain);
	finder_end(&r.rights);
	sc_arena_free(&r.line);
	return rc;
}

void sc_corpus_free(struct sc_corpus *c)
{
	sc_arena_free(&c->a);
}

sc_str sc_corpus_head(const struct sc_corpus *c, sc_str key)
{
	for (size_t i = 0; i < c->nhead; i++)
		if (sc_str_eq(c->head[i].key, key))
			return c->head[i].value;
	return (sc_str){ NULL, 0 };
}

/* ---- what it comes to ---- */

static sc_str joined(struct sc_corpus *c, bool declared, sc_str *why)
{
	struct sc_buf b = { .a = &c->a };
	struct sc_err e = { 0 };
	sc_str out = { NULL, 0 };

	for (size_t i = 0; i < c->licence.n; i++) {
		const struct sc_tally *t = &c->licence.v[i];

		if (t->stated == SC_STATED_LICENCE && (!declared || t->declared))
			sc_buf_fmt(&b, "%s(%.*s)", b.n ? " AND " : "", SC_ARG(t->what));
	}
	if (sc_spdx_normal(&c->a, sc_buf_str(&b), &out, &e) < 0) {
		*why = sc_fmt(&c->a, "it cannot be written as one expression: %s", e.msg);
		return (sc_str){ NULL, 0 };
	}
	return out;
}

sc_str sc_corpus_licence(struct sc_corpus *c, bool declared, sc_str *why)
{
	uint64_t known = 0;

	for (size_t i = 0; i < c->licence.n; i++)
		if (c->licence.v[i].stated == SC_STATED_LICENCE)
			known += declared ? c->licence.v[i].declared : c->licence.v[i].records;
	*why = (sc_str){ NULL, 0 };
	if (!c->records)
		*why = SC_STR("there are no records");
	else if (c->licence.more)
		*why = sc_fmt(&c->a, "there are more than %d distinct licences", SC_TALLY_MOST);
	else if (known < c->records)
		*why = sc_fmt(&c->a, "of records %ju, those without a licence that is %s: %ju",
		              (uintmax_t)c->records, declared ? "declared" : "known",
		              (uintmax_t)(c->records - known));
	return why->n ? (sc_str){ NULL, 0 } : joined(c, declared, why);
}

sc_str sc_corpus_step_words(struct sc_arena *a, const struct sc_corpus_step *s)
{
	struct sc_buf b = { .a = a };

	sc_buf_add(&b, s->number);
	sc_buf_byte(&b, ' ');
	sc_buf_add(&b, s->name);
	if (s->args.n) {
		sc_buf_byte(&b, ' ');
		sc_buf_add(&b, s->args);
	}
	sc_buf_fmt(&b, ": in %ju, kept %ju, dropped %ju, rejected %ju, undecided %ju",
	           (uintmax_t)s->in, (uintmax_t)s->kept, (uintmax_t)s->dropped,
	           (uintmax_t)s->rejected, (uintmax_t)s->undecided);
	return sc_buf_seal(&b);
}

sc_str sc_path_uri(struct sc_arena *a, sc_str base, sc_str path)
{
	struct sc_buf b = { .a = a };

	sc_buf_add(&b, base);
	if (base.n && base.p[base.n - 1] != '/')
		sc_buf_byte(&b, '/');
	for (size_t i = 0; i < path.n; i++) {
		unsigned char c = (unsigned char)path.p[i];

		bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		             (c >= '0' && c <= '9') || (c && strchr("-._~!$'()*+,;=@", c));

		if (plain || (c == '/' && (i || base.n))) /* no host, no root of another's */
			sc_buf_byte(&b, (char)c);
		else
			sc_buf_fmt(&b, "%%%02X", c);
	}
	return sc_buf_seal(&b);
}

sc_str sc_path_media(sc_str path)
{
	static const struct {
		sc_str end, media;
	} known[] = {
		{ SC_LIT(".gz"), SC_LIT("application/gzip") },
		{ SC_LIT(".zst"), SC_LIT("application/zstd") },
		{ SC_LIT(".xz"), SC_LIT("application/x-xz") },
		{ SC_LIT(".bz2"), SC_LIT("application/x-bzip2") },
		{ SC_LIT(".lz4"), SC_LIT("application/x-lz4") },
		{ SC_LIT(".tar"), SC_LIT("application/x-tar") },
		{ SC_LIT(".zip"), SC_LIT("application/zip") },
		{ SC_LIT(".warc"), SC_LIT("application/warc") },
		{ SC_LIT(".jsonl"), SC_LIT("application/jsonlines") },
		{ SC_LIT(".tsv"), SC_LIT("text/tab-separated-values") },
		{ SC_LIT(".scm"), SC_LIT("text/tab-separated-values") },
	};

	for (size_t i = 0; i < SC_COUNT(known); i++)
		if (sc_str_ends(path, known[i].end))
			return known[i].media;
	return SC_STR("application/octet-stream");
}
