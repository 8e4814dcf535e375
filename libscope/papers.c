/* SPDX-License-Identifier: Apache-2.0 */
/*
 * papers.c -- an archive's members to papers, in any order: --group paper.
 *
 * The whole archive is read first; payloads wait in a spool, which is then mapped, so that the parts of a record lie in it and a
 * package may be larger than memory.  papers_sort.c says which member is whose.  A record's parts are named by their paths from
 * the package's root.  --max-record bounds a single file.
 *
 * A file that is too large, damaged or encrypted, or the second of its name, is left out of its package, which goes on without
 * it: r->head says so, {"path",...,"left_out":[{"path","why"},...]}.  Damage between members is told as a reject of its own.
 *
 * Archives and packed documents among the members are opened, to a depth of DEPTH, and give packages of their own, named
 * below theirs; their place in the shard is that of the member.  Office documents and books are files, though they are zips.
 *
 * Passed over without a word, being about files and none: folders, links, AppleDouble (._NAME, __MACOSX/), .DS_Store and
 * KEY.scope.json.
 */
#include "group_impl.h"
#include "papers.h"
#include "spool.h"

#include <stdlib.h>

#include <scope/paper.h>
#include <scope/plugin.h>

enum { MOST_MEMBERS = 1 << 22, DEPTH = 3, HEAD = 64 << 10 };
/* Of one archive: real ones unpack to 40 times their size at most, in blank TIFF; what gives more than this is a bomb. */
static const uint64_t MOST_BYTES = UINT64_C(64) << 30, ALWAYS = UINT64_C(1) << 30, TIMES = 250;

struct papers {
	struct member *v;
	uint32_t n, cap;
	struct spool spool;
	struct place *place;
	uint32_t nplace, next;
	bool sorted; /* all was read */
	bool burst;  /* it gave too much: none of it counts */
	const struct member *open; /* the nested one at hand */
	struct sc_source inner;
	struct sc_read_conf conf; /* its own */
};

static void inner_close(struct papers *p)
{
	if (p->open)
		sc_source_close(&p->inner);
	p->open = NULL;
}

void papers_free(struct sc_group *g)
{
	if (!g->papers)
		return;
	inner_close(g->papers);
	spool_free(&g->papers->spool);
}

/* ---- members ---- */

static struct member *member_add(struct sc_group *g, struct papers *p)
{
	if (p->n == p->cap) {
		uint32_t cap = p->cap ? 2 * p->cap : 64;
		struct member *v = SC_NEW(&g->keep, struct member, cap);

		if (p->n)
			memcpy(v, p->v, p->n * sizeof *v);
		p->v = v;
		p->cap = cap;
	}
	p->v[p->n] = (struct member){ .path = { NULL, 0 } };
	return &p->v[p->n++];
}

static bool is_none(sc_str path)
{
	sc_str base = sc_path_name(path);

	return sc_str_starts(base, SC_STR("._")) || sc_str_eq(base, SC_STR(".DS_Store")) || sc_str_ends(base, SC_STR(".scope.json")) ||
	       sc_str_starts(path, SC_STR("__MACOSX/"));
}

static int keep(struct sc_group *g, struct sc_err *e)
{
	struct papers *p = g->papers;
	struct sc_payload got = { 0 };
	struct sc_member *m = &g->m;
	struct member *to;
	sc_str bytes;
	int rc;

	if (p->n >= MOST_MEMBERS)
		return sc_fail(e, "more than %d members: too many for --group paper", MOST_MEMBERS);
	to = member_add(g, p);
	to->path = sc_strdup(&g->keep, m->path);
	while (sc_str_starts(to->path, SC_STR("./"))) /* as `tar cf x.tar .` writes them */
		to->path = sc_str_from(to->path, 2);
	to->mode = m->mode;
	to->mtime = m->mtime;
	to->has_mtime = m->has_mtime;
	sc_buf_clear(&g->raw);
	sc_buf_clear(&g->plain);
	rc = g->from.data(g->from.with, g->max, &g->raw, &g->plain, &got, m, e);
	to->off = m->off;
	to->end = m->off + m->len;
	if (rc == SC_BAD)
		to->bad = sc_cstr(&g->keep, sc_str_c(e->msg));
	if (rc)
		return rc == SC_BAD ? SC_OK : rc;
	to->n = got.n;
	bytes = (sc_str){ (got.in_raw ? g->raw.p : g->plain.p) + got.at, got.n };
	rc = got.n ? spool_add(&p->spool, bytes, &to->at, e) : SC_OK;
	if (rc == SC_BAD)
		p->burst = true;
	return rc;
}

static int collect(struct sc_group *g, struct sc_record *r, struct sc_err *e)
{
	int rc;

	for (;;) {
		g->m = (struct sc_member){ .type = "file" };
		rc = g->from.next(g->from.with, &g->m, e);
		if (rc == SC_BAD) {
			r->from.off = g->m.off;
			r->from.len = g->m.len;
		}
		if (rc)
			return rc;
		rc = strcmp(g->m.type, "file") == 0 && !is_none(g->m.path) ? keep(g, e) : SC_OK;
		if (rc) {
			r->from.off = g->m.off;
			e->damage = true;
			return rc;
		}
	}
}

/* ---- what they are ---- */

static sc_str ext_of(sc_str path)
{
	sc_str base = sc_path_name(path);
	size_t dot = sc_str_rchr(base, '.');

	return dot == SC_NONE || !dot ? SC_STR("") : sc_str_from(base, dot + 1);
}

static bool ext_among(sc_str path, const sc_str *v, size_t n)
{
	sc_str ext = ext_of(path);

	for (size_t i = 0; i < n; i++)
		if (sc_str_ieq(ext, v[i]))
			return true;
	return false;
}

/* What is kept as an archive is one; a file that nobody else claims is not. */
static bool is_archive_format(const struct sc_reader *r)
{
	return r && r->writes && (!strcmp(r->writes, "tar") || !strcmp(r->writes, "zip")) && strcmp(r->card.name, "read/file");
}

/* The reader for what is packed in a member, or NULL: it is a file. */
static const struct sc_reader *nested_reader(sc_str bytes, sc_str path, struct sc_err *e)
{
	const struct sc_reader *best = NULL;
	struct sc_input *in;
	sc_str head;
	int most = 0;

	if (sc_input_memory(&in, bytes, path, (size_t)HEAD, e) < 0)
		return NULL;
	if (sc_peek(in, HEAD, &head, e) == SC_OK) {
		head = sc_str_head(head, HEAD);
		for (size_t i = 0; sc_readers[i]; i++) {
			int bits = sc_readers[i]->taste ? sc_readers[i]->taste(head, path) : 0;

			if (bits > most) {
				most = bits;
				best = sc_readers[i];
			}
		}
		if (!is_archive_format(best))
			best = strcmp(sc_input_codec(in), "none") && (sc_jats_is(head) || sc_latex_is(head)) ? sc_reader_named(SC_STR("file")) : NULL;
	}
	sc_input_close(in);
	return best;
}

/* Could it be packed, by its first bytes and its name?  Only then it is worth opening. */
static bool maybe_nested(sc_str bytes, sc_str path)
{
	static const sc_str books[] = { SC_LIT("docx"), SC_LIT("xlsx"), SC_LIT("pptx"), SC_LIT("odt"), SC_LIT("ods"), SC_LIT("odp"),
					SC_LIT("epub"), SC_LIT("jar"), SC_LIT("docm"), SC_LIT("xlsm"), SC_LIT("npz") };
	sc_str rule, media;
	size_t at, n;

	media = sc_media_sniff(sc_str_head(bytes, 4096), &rule, &at, &n);
	if (ext_among(path, books, SC_COUNT(books)))
		return false;
	for (size_t i = 0; sc_codecs[i]; i++)
		if (sc_codecs[i]->taste(sc_str_head(bytes, 64)) > 0)
			return true;
	return sc_str_eq(media, SC_STR("application/zip")) || sc_str_eq(media, SC_STR("application/x-tar")) ||
	       sc_str_eq(media, SC_STR("application/x-7z-compressed"));
}

static bool is_named_archive(sc_str path)
{
	static const sc_str tails[] = { SC_LIT(".tar.gz"), SC_LIT(".tgz"), SC_LIT(".tar"), SC_LIT(".zip"), SC_LIT(".tar.zst"),
					SC_LIT(".tar.xz"), SC_LIT(".tar.bz2") };

	for (size_t i = 0; i < SC_COUNT(tails); i++)
		if (path.n > tails[i].n && sc_str_ieq(sc_str_from(path, path.n - tails[i].n), tails[i]))
			return true;
	return false;
}

static enum paper_kind kind_of(const struct sc_group *g, const struct member *m)
{
	static const sc_str xml[] = { SC_LIT("xml"), SC_LIT("nxml"), SC_LIT("") };
	static const sc_str tex[] = { SC_LIT("tex"), SC_LIT("ltx"), SC_LIT("latex"), SC_LIT("") };
	sc_str bytes = { m->p, (size_t)m->n };
	struct sc_err ignored = { 0 };

	if (!m->n)
		return PLAIN;
	if (ext_among(m->path, xml, SC_COUNT(xml)) && sc_jats_is(bytes))
		return JATS;
	if (ext_among(m->path, tex, SC_COUNT(tex)) && !memchr(bytes.p, 0, sc_str_head(bytes, 512).n) && sc_latex_is_main(bytes))
		return LATEX;
	if (g->conf.depth >= DEPTH)
		return PLAIN;
	if (maybe_nested(bytes, m->path) && nested_reader(bytes, m->path, &ignored))
		return NESTED;
	return is_named_archive(m->path) ? NESTED : PLAIN; /* to be told that it is none */
}

static int sort(struct sc_group *g, struct sc_err *e)
{
	struct papers *p = g->papers;
	const char *base;

	SC_TRY(spool_seal(&p->spool, &base, e));
	for (uint32_t i = 0; i < p->n; i++) {
		p->v[i].p = base + p->v[i].at;
		p->v[i].kind = kind_of(g, &p->v[i]);
	}
	p->sorted = true;
	p->place = papers_sort(&g->keep, p->v, p->n, &p->nplace);
	return SC_OK;
}

/* {"path":NAME,"left_out":[...]}; left: the list with its brackets, or empty. */
static sc_str head(struct sc_arena *a, sc_str name, sc_str left)
{
	struct sc_buf b = { .a = a };

	sc_buf_add(&b, SC_STR("{\"path\":"));
	sc_json_put(&b, name);
	if (left.n)
		sc_buf_add(&b, SC_STR(",\"left_out\":"));
	sc_buf_add(&b, left);
	sc_buf_byte(&b, '}');
	return sc_buf_seal(&b);
}

/* ---- nested ---- */

static int inner_open(struct sc_group *g, const struct member *m, struct sc_err *e)
{
	struct papers *p = g->papers;
	sc_str bytes = { m->p, (size_t)m->n };
	struct sc_err why = { 0 };

	p->conf = (struct sc_read_conf){ .group = SC_STR("paper"), .max_record = g->max, .depth = g->conf.depth + 1, .stored = m->n };
	p->inner = (struct sc_source){ .reader = nested_reader(bytes, m->path, &why) };
	if (!p->inner.reader)
		return sc_bad(e, "%.*s: its name says an archive, its bytes do not", SC_ARG(m->path));
	if (sc_input_memory(&p->inner.in, bytes, m->path, g->max + (1 << 20), &why) < 0)
		return sc_bad(e, "%.*s: %s", SC_ARG(m->path), why.msg);
	p->open = m;
	p->inner.state = calloc(1, p->inner.reader->card.state + 1);
	if (!p->inner.state)
		sc_oom();
	if (p->inner.reader->open(p->inner.state, &p->conf, p->inner.in, &why) >= 0)
		return SC_OK;
	inner_close(p);
	return sc_bad(e, "%.*s: %s", SC_ARG(m->path), why.msg);
}

/* The next package in the nested archive at hand; SC_EOF at its end. */
static int inner_next(struct sc_group *g, struct sc_arena *a, struct sc_record *r, struct sc_err *e)
{
	struct papers *p = g->papers;
	const struct sc_reader *by = r->by;
	struct sc_origin from = r->from;
	struct sc_err why = { 0 };
	const struct member *m = p->open;
	int rc = p->inner.reader->next(p->inner.state, a, r, &why);

	from.off = m->off;
	from.len = m->end - m->off;
	r->from = from;
	r->by = by;
	if (rc == SC_EOF) {
		inner_close(p);
		return rc;
	}
	sc_arena_hold(a, p->spool.sealed); /* parts may lie in it */
	if (rc == SC_BAD) {
		sc_bad(e, "%.*s: %s", SC_ARG(m->path), why.msg);
		e->damage = why.damage;
	} else if (rc == SC_FAIL) {
		sc_fail(e, "%.*s: %s", SC_ARG(m->path), why.msg);
	}
	r->name = r->name.n ? sc_fmt(a, "%.*s/%.*s", SC_ARG(m->path), SC_ARG(r->name)) : sc_strdup(a, m->path);
	r->head = head(a, r->name, sc_json_get(r->head, SC_STR("left_out")));
	r->raw = (sc_str){ NULL, 0 };
	for (uint32_t i = 0; i < r->npart; i++)
		r->part[i].raw_off = UINT64_MAX;
	return rc;
}

/* ---- packages ---- */

struct making {
	struct sc_arena *a;
	struct sc_record *r;
	struct sc_buf left; /* the JSON list left_out, without its end */
};

static void leave_out(struct making *k, sc_str name, const char *why)
{
	sc_buf_add(&k->left, k->left.n ? SC_STR(",{\"path\":") : SC_STR("[{\"path\":"));
	sc_json_put(&k->left, name);
	sc_buf_add(&k->left, SC_STR(",\"why\":"));
	sc_json_put(&k->left, sc_str_c(why));
	sc_buf_byte(&k->left, '}');
}

static int by_name(const void *x, const void *y)
{
	const struct sc_part *const *a = x, *const *b = y;
	int c = sc_str_cmp((*a)->name, (*b)->name);

	return c ? c : (*a > *b) - (*a < *b);
}

/* Of parts of one name the first stays. */
static void once_each(struct making *k)
{
	struct sc_record *r = k->r;
	struct sc_part **v = SC_NEW(k->a, struct sc_part *, r->npart + 1);
	uint32_t n = 0;

	for (uint32_t i = 0; i < r->npart; i++)
		v[i] = &r->part[i];
	qsort(v, r->npart, sizeof *v, by_name);
	for (uint32_t i = 1; i < r->npart; i++)
		if (sc_str_eq(v[i]->name, v[i - 1]->name)) {
			leave_out(k, v[i]->name, "a second member of this name");
			v[i]->data.p = NULL; /* marks it */
		}
	for (uint32_t i = 0; i < r->npart; i++)
		if (r->part[i].data.p)
			r->part[n++] = r->part[i];
	r->npart = n;
}

static sc_str name_of(const struct sc_group *g, sc_str root)
{
	static const sc_str tails[] = { SC_LIT(".gz"), SC_LIT(".zst"), SC_LIT(".xz"), SC_LIT(".bz2"), SC_LIT(".lz4"),
					SC_LIT(".tar"), SC_LIT(".tgz"), SC_LIT(".zip") };
	sc_str base = sc_path_name(g->shard);

	if (root.n)
		return sc_str_head(root, root.n - 1);
	for (size_t i = 0; i < SC_COUNT(tails); i++)
		if (base.n > tails[i].n && sc_str_ends(base, tails[i]))
			base.n -= tails[i].n;
	return g->conf.depth ? (sc_str){ NULL, 0 } : base;
}

static int package(struct sc_group *g, struct sc_arena *a, struct sc_record *r, const struct place *v, uint32_t n)
{
	const struct member *first = &g->papers->v[v[0].member], *m = first;
	struct making k = { .a = a, .r = r };
	bool run = true;

	r->name = sc_strdup(a, name_of(g, v[0].root));
	r->part = SC_NEW(a, struct sc_part, n);
	for (uint32_t i = 0; i < n; i++) {
		sc_str name;

		run &= !i || m->end == g->papers->v[v[i].member].off;
		m = &g->papers->v[v[i].member];
		name = sc_strdup(a, sc_str_from(m->path, v[i].root.n));
		if (m->bad)
			leave_out(&k, name, m->bad);
		else
			r->part[r->npart++] = (struct sc_part){ .name = name, .data = { m->p, (size_t)m->n }, .raw_off = UINT64_MAX };
	}
	r->from.off = first->off;
	r->from.len = run ? m->end - first->off : 0;
	sc_arena_hold(a, g->papers->spool.sealed);
	once_each(&k);
	if (k.left.n)
		sc_buf_byte(&k.left, ']');
	r->head = head(a, r->name, sc_buf_str(&k.left));
	sc_buf_free(&k.left);
	return SC_OK;
}

int papers_next(struct sc_group *g, struct sc_arena *a, struct sc_record *r, struct sc_err *e)
{
	struct papers *p = g->papers;
	const struct place *v;
	uint32_t n = 1;
	int rc;

	if (!p) {
		p = g->papers = SC_NEW(&g->keep, struct papers, 1);
		spool_init(&p->spool, g->conf.stored && g->conf.stored < (MOST_BYTES - ALWAYS) / TIMES ? ALWAYS + TIMES * g->conf.stored : MOST_BYTES);
	}
	if (p->burst)
		return SC_EOF;
	if (!p->sorted) {
		rc = collect(g, r, e);
		if (rc != SC_EOF)
			return rc;
		SC_TRY(sort(g, e));
	}
	while (p->open || p->next < p->nplace) {
		if (!p->open && p->v[p->place[p->next].member].kind == NESTED) {
			const struct member *m = &p->v[p->place[p->next++].member];

			r->from.off = m->off;
			r->from.len = m->end - m->off;
			SC_TRY(inner_open(g, m, e));
		}
		if (!p->open)
			break;
		rc = inner_next(g, a, r, e);
		if (rc != SC_EOF)
			return rc;
	}
	if (p->next == p->nplace)
		return SC_EOF;
	v = p->place + p->next;
	while (p->next + n < p->nplace && v[n].package == v[0].package)
		n++;
	p->next += n;
	return package(g, a, r, v, n);
}
