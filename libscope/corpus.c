/* SPDX-License-Identifier: Apache-2.0 */
/* corpus.c -- facts in the order and the words of bills and data sheets for machines. */
#include <scope/corpus.h>

#include <scope/check.h>
#include <scope/spdx.h>
#include <scope/text.h>

#include <stdlib.h>

enum { MEMORY = 64 << 20, WHAT_MOST = 4096 };

const char *sc_stated_words(enum sc_licence_is s)
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

static enum sc_licence_is stated(struct sc_arena *scratch, sc_str licence)
{
	static const struct {
		sc_str what;
		enum sc_licence_is is;
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

static int by_what(const void *x, const void *y)
{
	const struct sc_tally *a = x, *b = y;

	return sc_str_cmp(a->what, b->what);
}

static struct sc_tally *row_of(const struct sc_tallies *t, sc_str what)
{
	struct sc_tally key = { .what = what };

	return t->n ? bsearch(&key, t->v, t->n, sizeof *t->v, by_what) : NULL;
}

static void tally(struct sc_corpus *c, struct sc_tallies *t, struct sc_tally r)
{
	if (t->n == SC_TALLY_MOST || r.what.n > WHAT_MOST) {
		t->more += r.records;
		return;
	}
	r.what = sc_strdup(&c->a, r.what);
	t->v[t->n++] = r;
}

/* The most frequent values, then sorted; of licences it is seen what each is, and those that nobody looked for are a row too. */
static int tallies(struct sc_corpus *c, enum sc_fact key, struct sc_tallies *t, struct sc_err *e)
{
	const struct sc_fact_total *sum = &c->seen->key[key];
	struct sc_arena scratch = { 0 };
	struct sc_fact_list *list;
	struct sc_fact_row r;
	int rc;

	SC_TRY(sc_facts_list(c->f, key, SC_BY_RECORDS, &list, e));
	t->v = SC_NEW(&c->a, struct sc_tally,
	              sum->distinct < SC_TALLY_MOST ? (size_t)sum->distinct + 1 : SC_TALLY_MOST);
	if (key == SC_FACT_LICENCE && sum->lacking.records) {
		c->stated[SC_STATED_NOTHING] = sum->lacking.records;
		tally(c, t,
		      (struct sc_tally){ .records = sum->lacking.records,
		                         .bytes = sum->lacking.bytes,
		                         .stated = SC_STATED_NOTHING });
	}
	while ((rc = sc_fact_next(list, &r, e)) == SC_OK) {
		struct sc_tally one = { r.value, r.records, r.bytes, 0, SC_STATED_LICENCE };

		if (key == SC_FACT_LICENCE) {
			one.stated = stated(&scratch, r.value);
			c->stated[one.stated] += r.records;
			sc_arena_reset(&scratch);
		}
		tally(c, t, one);
	}
	sc_fact_list_free(list);
	sc_arena_free(&scratch);
	if (t->n)
		qsort(t->v, t->n, sizeof *t->v, by_what);
	return rc == SC_EOF ? SC_OK : rc;
}

static int declared(struct sc_corpus *c, struct sc_err *e)
{
	struct sc_fact_list *list;
	struct sc_fact_row r;
	int rc;

	SC_TRY(sc_facts_list(c->f, SC_FACT_DECLARED, SC_BY_RECORDS, &list, e));
	while ((rc = sc_fact_next(list, &r, e)) == SC_OK) {
		struct sc_tally *t = row_of(&c->licence, r.value);

		if (t && t->stated == SC_STATED_LICENCE)
			t->declared = r.records;
	}
	sc_fact_list_free(list);
	return rc == SC_EOF ? SC_OK : rc;
}

/* ---- all of it ---- */

static int roots(struct sc_corpus *c, struct sc_err *e)
{
	const struct sc_stated *t = &c->seen->stated;

	c->has_key_root = t->key_root.n > 0;
	c->has_lines = t->lines.n > 0;
	if (!sc_root_parse(t->record_root, c->record_root) ||
	    (c->has_key_root && !sc_root_parse(t->key_root, c->key_root)) ||
	    (c->has_lines && !sc_root_parse(t->lines, c->lines)))
		return sc_bad(
		        e,
		        "the manifest's totals have no record-root, or one of their roots is not sha256: and 64 lower-case hex digits");
	return SC_OK;
}

int sc_corpus_read(struct sc_corpus *c, struct sc_manifest_lines *m, struct sc_err *e)
{
	c->f = sc_facts_new(1 << SC_FACT_LICENCE | 1 << SC_FACT_DECLARED | 1 << SC_FACT_MEDIA |
	                            1 << SC_FACT_DOMAIN | 1 << SC_FACT_RIGHTS,
	                    MEMORY);
	c->seen = sc_facts_seen(c->f);
	c->name = sc_strdup(&c->a, sc_path_name(sc_manifest_lines_path(m)));
	SC_TRY(sc_facts_read(c->f, m, e));
	SC_TRY(sc_manifest_lines_digest(m, &c->manifest_bytes, c->manifest, e));
	SC_TRY(roots(c, e));
	SC_TRY(tallies(c, SC_FACT_LICENCE, &c->licence, e));
	SC_TRY(declared(c, e));
	SC_TRY(tallies(c, SC_FACT_MEDIA, &c->media, e));
	SC_TRY(tallies(c, SC_FACT_DOMAIN, &c->domain, e));
	return tallies(c, SC_FACT_RIGHTS, &c->rights, e);
}

void sc_corpus_free(struct sc_corpus *c)
{
	sc_facts_free(c->f);
	sc_arena_free(&c->a);
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
	if (!c->seen->all.records)
		*why = SC_STR("there are no records");
	else if (c->licence.more)
		*why = sc_fmt(&c->a, "there are more than %d distinct licences", SC_TALLY_MOST);
	else if (known < c->seen->all.records)
		*why = sc_fmt(&c->a, "of records %ju, those without a licence that is %s: %ju",
		              (uintmax_t)c->seen->all.records, declared ? "declared" : "known",
		              (uintmax_t)(c->seen->all.records - known));
	return why->n ? (sc_str){ NULL, 0 } : joined(c, declared, why);
}

sc_str sc_step_words(struct sc_arena *a, size_t number, const struct sc_step *s)
{
	struct sc_buf b = { .a = a };

	sc_buf_fmt(&b, "%04zu ", number);
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

sc_str sc_step_rules(struct sc_arena *a, const struct sc_step *s)
{
	static const uint8_t none[32];
	char hex[64];

	if (!memcmp(s->rules, none, 32))
		return (sc_str){ NULL, 0 };
	sc_hex(s->rules, 32, hex);
	return sc_fmt(a, "sha256:%.64s", hex);
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
