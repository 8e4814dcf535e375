/* SPDX-License-Identifier: Apache-2.0 */
/* recall_list.c -- a list of what is taken back, read; see scope/recall.h. */
#include <scope/recall.h>

#include <scope/check.h>
#include <scope/digest.h>
#include <scope/text.h>
#include <scope/url.h>

#include <stdlib.h>

enum { FILE_MOST = 64 << 20, LINES_MOST = 250000 };

/* ---- values in the form that R lines have ---- */

static sc_str doi_bare(sc_str s)
{
	static const sc_str before[] = { SC_LIT("https://doi.org/"), SC_LIT("http://doi.org/"),
		                         SC_LIT("https://dx.doi.org/"),
		                         SC_LIT("http://dx.doi.org/"), SC_LIT("doi:") };

	for (size_t i = 0; i < SC_COUNT(before); i++)
		if (s.n > before[i].n && sc_bytes_ieq(s.p, before[i].p, before[i].n))
			return sc_str_from(s, before[i].n);
	return s;
}

static bool is_doi(sc_str s)
{
	size_t slash = sc_str_chr(s, '/');

	return sc_str_starts(s, SC_STR("10.")) && slash != SC_NONE && slash > 6 && slash + 1 < s.n;
}

static sc_str host_of(struct sc_arena *a, sc_str s)
{
	return sc_url_host(a, sc_fmt(a, "http://%.*s/", SC_ARG(s)));
}

static bool is_host(struct sc_arena *a, sc_str s)
{
	sc_str host;

	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] <= 0x20 || strchr("/:@?#[]\\\"<>|^`{}", s.p[i]))
			return false;
	host = host_of(a, s);
	return host.n && sc_str_chr(host, '.') != SC_NONE;
}

static bool is_id(sc_str s)
{
	uint8_t id[32];

	return sc_root_parse(s, id);
}

/* ---- a line ---- */

enum kind { CID, URL, DOI, HOST, SITE, NKIND };
static const sc_str kinds[NKIND] = { SC_LIT("cid"), SC_LIT("url"), SC_LIT("doi"), SC_LIT("host"),
	                             SC_LIT("site") };

/* What a value that says no kind is; NKIND: nothing that is known. */
static enum kind guess(struct sc_arena *a, sc_str s)
{
	if (is_id(s))
		return CID;
	if (sc_str_find(s, SC_STR("://")) != SC_NONE)
		return URL;
	if (is_doi(s))
		return DOI;
	return is_host(a, s) ? HOST : NKIND;
}

/* NULL, or why it is not what it should be. */
static const char *value_of(struct sc_arena *a, enum kind k, sc_str s, sc_str *out)
{
	if (k == DOI)
		s = doi_bare(s);
	if (k == HOST || k == SITE) {
		if (!is_host(a, s))
			return "that is no host name";
		s = host_of(a, s);
	}
	if (k == CID && s.n == 64)
		s = sc_fmt(a, "sha256:%.*s", SC_ARG(s));
	if (k == CID && !is_id(s))
		return "an identity is sha256: and 64 lower-case hex digits";
	if (k == DOI && !is_doi(s))
		return "a DOI is 10., a registrant, / and a name";
	*out = sc_field(a, s);
	return NULL;
}

static const char *line_parse(struct sc_arena *a, sc_str line, struct sc_recall_line *l)
{
	size_t tab = sc_str_chr(line, '\t');
	sc_str item = sc_str_trim(sc_str_head(line, tab)), value;
	enum kind k = NKIND;
	const char *why;

	l->reason = tab == SC_NONE ? SC_STR("") : sc_str_trim(sc_str_from(line, tab + 1));
	if (sc_utf8_valid(line) != line.n)
		return "it is not UTF-8";
	for (size_t i = 0; i < NKIND && k == NKIND; i++)
		if (sc_str_starts(item, kinds[i]) && item.n > kinds[i].n &&
		    item.p[kinds[i].n] == ':') {
			k = (enum kind)i;
			item = sc_str_trim(sc_str_from(item, kinds[i].n + 1));
		}
	if (k == NKIND)
		k = guess(a, item);
	if (k == NKIND || !item.n)
		return "neither an identity (sha256:HEX), URL, DOI nor host: say which with cid: url: doi: host: or site: before it";
	why = value_of(a, k, item, &value);
	l->key = (struct sc_key){ .kind = kinds[k], .value = value };
	return why;
}

/* ---- the list ---- */

/* For comparing: kind, then value, a DOI's in lower case. */
static int compare(const struct sc_key *x, const struct sc_key *y)
{
	int c = sc_str_cmp(x->kind, y->kind);
	size_t n = x->value.n < y->value.n ? x->value.n : y->value.n;

	if (c || !sc_str_eq(x->kind, kinds[DOI]))
		return c ? c : sc_str_cmp(x->value, y->value);
	for (size_t i = 0; i < n; i++) {
		unsigned char p = (unsigned char)x->value.p[i], q = (unsigned char)y->value.p[i];

		p = (unsigned char)(p >= 'A' && p <= 'Z' ? p + 32 : p);
		q = (unsigned char)(q >= 'A' && q <= 'Z' ? q + 32 : q);
		if (p != q)
			return p < q ? -1 : 1;
	}
	return x->value.n < y->value.n ? -1 : x->value.n > y->value.n;
}

static int by_key(const void *a, const void *b)
{
	const struct sc_recall_line *const *x = a, *const *y = b;
	int c = compare(&(*x)->key, &(*y)->key);

	return c ? c : (*x)->number < (*y)->number ? -1 : (*x)->number > (*y)->number;
}

static void line_add(struct sc_recall_list *l, const struct sc_recall_line *line)
{
	if (l->n % 1024 == 0) {
		l->v = realloc(l->v, (l->n + 1024) * sizeof *l->v);
		if (!l->v)
			sc_oom();
	}
	l->v[l->n++] = *line;
	l->has_host |=
	        sc_str_eq(line->key.kind, kinds[HOST]) || sc_str_eq(line->key.kind, kinds[SITE]);
}

int sc_recall_parse(struct sc_recall_list *l, sc_str bytes, sc_str name, struct sc_err *e)
{
	sc_str rest = sc_strdup(&l->a, bytes), line;
	uint64_t number = 0;

	sc_sha256_of(bytes, l->digest);
	while (rest.n && sc_str_cut(&rest, '\n', &line)) {
		struct sc_recall_line x = { .number = ++number };
		const char *why;

		if (sc_str_ends(line, SC_STR("\r")))
			line.n--;
		if (!sc_str_trim(line).n || *line.p == '#')
			continue;
		why = line_parse(&l->a, line, &x);
		if (why)
			return sc_bad(e, "%.*s:%ju: %s", SC_ARG(name), (uintmax_t)number, why);
		if (l->n == LINES_MOST)
			return sc_bad(e, "%.*s: more than %d lines: make several lists of it",
			              SC_ARG(name), LINES_MOST);
		line_add(l, &x);
	}
	l->sorted = SC_NEW(&l->a, struct sc_recall_line *, l->n + 1);
	for (size_t i = 0; i < l->n; i++)
		l->sorted[i] = &l->v[i];
	if (l->n)
		qsort(l->sorted, l->n, sizeof *l->sorted, by_key);
	return SC_OK;
}

int sc_recall_read(struct sc_recall_list *l, sc_str path, struct sc_err *e)
{
	struct sc_arena a = { 0 };
	sc_str bytes;
	int rc = sc_file_read(path, FILE_MOST, &a, &bytes, e);

	if (rc == SC_OK)
		rc = sc_recall_parse(l, bytes, path, e);
	sc_arena_free(&a);
	return rc;
}

struct sc_recall_line *sc_recall_match(const struct sc_recall_list *l, const struct sc_key *k)
{
	struct sc_key want = *k;
	size_t lo = 0, hi = l->n;

	if (sc_str_eq(k->kind, kinds[DOI]))
		want.value = doi_bare(k->value);
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (compare(&l->sorted[mid]->key, &want) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < l->n && !compare(&l->sorted[lo]->key, &want) ? l->sorted[lo] : NULL;
}

void sc_recall_list_free(struct sc_recall_list *l)
{
	free(l->v);
	sc_arena_free(&l->a);
	*l = (struct sc_recall_list){ .v = NULL };
}
