/* SPDX-License-Identifier: Apache-2.0 */
/* overlap_show.c -- what an overlap found, for people and for programs. */
#include "overlap_impl.h"

#include <scope/json.h>
#include <scope/text.h>

static const char *const name[SC_OVERLAP_HOWS] = { "exact", "part", "text", "paragraphs", "any" };

static void words(struct sc_overlap *o, struct sc_buf *b, sc_str s)
{
	struct sc_mark mark = sc_arena_mark(&o->a);

	sc_buf_add(b, sc_escape(&o->a, sc_str_head(s, 2000)));
	sc_arena_back(&o->a, mark);
}

/* "12.5%", by whole numbers: the same everywhere.  Not 100.0 when it is less, nor 0.0 when it is more. */
static void percent(struct sc_buf *b, uint64_t n, uint64_t of)
{
	unsigned __int128 x = of ? (unsigned __int128)n * 1000 : 0;
	uint64_t tenths = of ? (uint64_t)(x / of) : 0;

	if (n && !tenths)
		sc_buf_add(b, SC_STR(" <0.1%"));
	else
		sc_buf_fmt(b, "%3ju.%ju%%", (uintmax_t)(tenths / 10), (uintmax_t)(tenths % 10));
}

static void side_show(struct sc_overlap *o, struct sc_buf *b, const struct sc_overlap_side *s)
{
	words(o, b, s->path);
	if (s->operands > 1)
		sc_buf_fmt(b, " and %zu more", s->operands - 1);
}

static void share_show(struct sc_buf *b, const struct sc_share *s)
{
	sc_buf_fmt(b, "%10ju of %10ju records ", (uintmax_t)s->n, (uintmax_t)s->of);
	percent(b, s->n, s->of);
	sc_buf_fmt(b, "  %12ju of %12ju bytes ", (uintmax_t)s->n_bytes, (uintmax_t)s->of_bytes);
	percent(b, s->n_bytes, s->of_bytes);
	sc_buf_byte(b, '\n');
}

static void missing_show(struct sc_overlap *o, struct sc_buf *b, const char *whose,
                         const struct sc_overlap_side *s)
{
	if (s->is_manifest && !s->shards)
		sc_buf_fmt(b, "the manifest of the %s names no shards\n", whose);
	if (s->missing) {
		sc_buf_fmt(b, "shards of the %s that are not there: %ju of %ju (", whose,
		           (uintmax_t)s->missing, (uintmax_t)s->shards);
		words(o, b, s->first_missing);
		sc_buf_add(b, s->missing > 1 ? SC_STR(", ...)\n") : SC_STR(")\n"));
	}
	if (s->spoilt)
		sc_buf_fmt(b, "spoilt records of the %s, passed over: %ju\n", whose,
		           (uintmax_t)s->spoilt);
}

static void hows_show(struct sc_overlap *o, struct sc_buf *b)
{
	sc_buf_fmt(b, "  %-11s", name[SC_EXACT]);
	share_show(b, &o->share[SC_EXACT]);
	for (int i = SC_PART; i <= SC_PARAGRAPHS; i++) {
		sc_buf_fmt(b, "  %-11s", name[i]);
		if (o->looked)
			share_show(b, &o->share[i]);
		else
			sc_buf_add(b, SC_STR("not looked: shards not there\n"));
	}
	if (o->looked) {
		sc_buf_fmt(b, "  %-11s%10ju of %10ju paragraphs ", "",
		           (uintmax_t)o->paragraphs_found, (uintmax_t)o->paragraphs);
		percent(b, o->paragraphs_found, o->paragraphs);
		sc_buf_fmt(
		        b,
		        "\n(of records that have parts, texts, paragraphs of %d characters and more)\n",
		        SC_OVERLAP_LEAST);
	}
	sc_buf_add(
	        b,
	        SC_STR("not looked for: images that were encoded anew (that takes a perceptual hash), translations, paraphrases\n"));
	missing_show(o, b, "corpus", &o->corpus);
	missing_show(o, b, "suspect", &o->suspect);
	if (o->strangers)
		sc_buf_fmt(
		        b,
		        "records in the corpus's shards that its manifest does not list, left out: %ju; scope verify says more\n",
		        (uintmax_t)o->strangers);
}

static void groups_show(struct sc_overlap *o, struct sc_buf *b, const char *title,
                        const struct sc_overlap_groups *g)
{
	if (!g->n)
		return;
	sc_buf_fmt(b, "\n%s\n", title);
	for (size_t i = 0; i < g->n; i++) {
		share_show(b, &g->v[i].any);
		b->n--;
		sc_buf_add(b, SC_STR("  "));
		words(o, b, g->v[i].name.n ? g->v[i].name : SC_STR("(not said)"));
		sc_buf_byte(b, '\n');
	}
	if (g->others)
		sc_buf_fmt(b, "and %ju more\n", (uintmax_t)g->others);
}

static void examples_show(struct sc_overlap *o, struct sc_buf *b)
{
	if (o->nexample)
		sc_buf_fmt(b, "\n%s%zu of %ju\n", "found, the first ", o->nexample,
		           (uintmax_t)o->share[SC_ANY].n);
	for (size_t i = 0; i < o->nexample; i++) {
		const struct sc_overlap_example *x = &o->example[i];

		words(o, b, x->id);
		for (size_t k = 0; k <= SC_PARAGRAPHS; k++)
			if (x->how[k])
				sc_buf_fmt(b, " %s", name[k]);
		if (x->found)
			sc_buf_fmt(b, " %ju of %ju", (uintmax_t)x->found, (uintmax_t)x->paragraphs);
		sc_buf_add(b, SC_STR("\n  corpus   "));
		words(o, b, x->place.n ? x->place : SC_STR("(not said)"));
		if (x->src.n) {
			sc_buf_add(b, SC_STR("  from "));
			words(o, b, x->src);
		}
		sc_buf_add(b, SC_STR("\n  suspect  "));
		words(o, b, x->suspect.n ? x->suspect : SC_STR("(not said)"));
		sc_buf_byte(b, '\n');
	}
}

static void order_show(struct sc_overlap *o, struct sc_buf *b)
{
	sc_buf_add(b, SC_STR("\nwho had it first, of these versions as wholes: "));
	if (o->order.first) {
		sc_buf_fmt(b, "the %s, by ", o->order.first);
		words(o, b, o->order.by);
	} else {
		sc_buf_add(b, SC_STR("nothing here tells"));
	}
	sc_buf_byte(b, '\n');
	for (size_t i = 0; i < o->order.claims.n; i++) {
		sc_buf_add(b, SC_STR("  "));
		words(o, b, o->order.claims.v[i]);
		sc_buf_byte(b, '\n');
	}
}

void sc_overlap_show(struct sc_overlap *o, struct sc_buf *b)
{
	const struct sc_share *s = &o->share[SC_ANY];

	sc_buf_add(b, SC_STR("of corpus "));
	side_show(o, b, &o->corpus);
	sc_buf_fmt(b, ", %ju of %ju records stand in suspect ", (uintmax_t)s->n, (uintmax_t)s->of);
	side_show(o, b, &o->suspect);
	sc_buf_fmt(b, " (%ju records)\n", (uintmax_t)o->suspect.records);
	sc_buf_fmt(b, "  %-11s", name[SC_ANY]);
	share_show(b, s);
	hows_show(o, b);
	groups_show(o, b, "by licence", &o->licences);
	groups_show(o, b, "by host", &o->hosts);
	examples_show(o, b);
	order_show(o, b);
}

/* ---- JSON ---- */

static void put(struct sc_buf *b, const char *before, sc_str v)
{
	sc_buf_add(b, sc_str_c(before));
	if (v.n)
		sc_json_put(b, v);
	else
		sc_buf_add(b, SC_STR("null"));
}

static void share_json(struct sc_buf *b, const struct sc_share *s)
{
	sc_buf_fmt(b, "{\"found\":%ju,\"of\":%ju,\"bytes_found\":%ju,\"bytes\":%ju}",
	           (uintmax_t)s->n, (uintmax_t)s->of, (uintmax_t)s->n_bytes,
	           (uintmax_t)s->of_bytes);
}

static void side_json(struct sc_buf *b, const char *before, const struct sc_overlap_side *s)
{
	put(b, before, s->path);
	sc_buf_fmt(
	        b,
	        ",\"operands\":%zu,\"manifest\":%s,\"records\":%ju,\"shards\":%ju,\"shards_missing\":%ju,\"spoilt\":%ju",
	        s->operands, s->is_manifest ? "true" : "false", (uintmax_t)s->records,
	        (uintmax_t)s->shards, (uintmax_t)s->missing, (uintmax_t)s->spoilt);
	put(b, ",\"created_claimed\":", s->created);
	put(b, ",\"record_root\":", s->root);
	sc_buf_byte(b, '}');
}

static void groups_json(struct sc_buf *b, const char *before, const struct sc_overlap_groups *g)
{
	sc_buf_add(b, sc_str_c(before));
	for (size_t i = 0; i < g->n; i++) {
		put(b, i ? ",{\"name\":" : "{\"name\":", g->v[i].name);
		sc_buf_add(b, SC_STR(",\"share\":"));
		share_json(b, &g->v[i].any);
		sc_buf_byte(b, '}');
	}
	sc_buf_byte(b, ']');
}

static void example_json(struct sc_buf *b, const struct sc_overlap_example *x)
{
	bool comma = false;

	put(b, "{\"id\":", x->id);
	sc_buf_add(b, SC_STR(",\"how\":["));
	for (size_t k = 0; k <= SC_PARAGRAPHS; k++)
		if (x->how[k]) {
			sc_buf_fmt(b, "%s\"%s\"", comma ? "," : "", name[k]);
			comma = true;
		}
	sc_buf_fmt(b, "],\"paragraphs_found\":%ju,\"paragraphs\":%ju", (uintmax_t)x->found,
	           (uintmax_t)x->paragraphs);
	put(b, ",\"licence\":", x->licence);
	put(b, ",\"src\":", x->src);
	put(b, ",\"corpus\":", x->place);
	put(b, ",\"suspect\":", x->suspect);
	sc_buf_byte(b, '}');
}

void sc_overlap_json(const struct sc_overlap *o, struct sc_buf *b)
{
	side_json(b, "{\"corpus\":{\"path\":", &o->corpus);
	side_json(b, ",\"suspect\":{\"path\":", &o->suspect);
	for (int i = 0; i < SC_OVERLAP_HOWS; i++) {
		sc_buf_fmt(b, ",\"%s\":", name[i]);
		if (o->looked || i == SC_EXACT || i == SC_ANY)
			share_json(b, &o->share[i]);
		else
			sc_buf_add(b, SC_STR("null"));
	}
	sc_buf_fmt(
	        b,
	        ",\"shards_looked_at\":%s,\"paragraphs_found\":%ju,\"paragraphs_of\":%ju,\"not_listed\":%ju",
	        o->looked ? "true" : "false", (uintmax_t)o->paragraphs_found,
	        (uintmax_t)o->paragraphs, (uintmax_t)o->strangers);
	groups_json(b, ",\"licences\":[", &o->licences);
	groups_json(b, ",\"hosts\":[", &o->hosts);
	sc_buf_add(b, SC_STR(",\"examples\":["));
	for (size_t i = 0; i < o->nexample; i++) {
		if (i)
			sc_buf_byte(b, ',');
		example_json(b, &o->example[i]);
	}
	put(b, "],\"first\":{\"who\":", sc_str_c(o->order.first));
	put(b, ",\"by\":", o->order.by);
	sc_buf_add(b, SC_STR(",\"claims\":["));
	for (size_t i = 0; i < o->order.claims.n; i++) {
		if (i)
			sc_buf_byte(b, ',');
		sc_json_put(b, o->order.claims.v[i]);
	}
	sc_buf_add(
	        b,
	        SC_STR("]},\"not_looked_for\":[\"re-encoded images\",\"translations\",\"paraphrases\"]}\n"));
}
