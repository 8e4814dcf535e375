/* SPDX-License-Identifier: Apache-2.0 */
/*
 * report_svg.c -- the map of domains and licences, and the curve of hosts.
 *
 * The map is a squarified treemap (Bruls, Huizing and van Wijk 2000): of each domain a rectangle, within it one of each licence, areas as the counts
 * are.  What a licence allows is shown by colour, by hatching and in words; every rectangle has a title, and the table beside the map has
 * all numbers.
 */
#include "report_html.h"

#include <scope/html.h>
#include <scope/text.h>

#include <stdio.h>

enum { MOST = 16, HEAD = 22, CHAR = 8, LINE = 17 };

struct box {
	double x, y, w, h;
};

/* ---- squares ---- */

static double worst(double low, double high, double sum, double side)
{
	double a = side * side * high / (sum * sum), b = sum * sum / (side * side * low);

	return a > b ? a : b;
}

/* Areas v[0..n), from the largest, none 0, whose sum is that of `in`, each to its box. */
static void squarify(const double *v, size_t n, struct box in, struct box *out)
{
	size_t i = 0;

	while (i < n) {
		double side = in.w < in.h ? in.w : in.h, sum = v[i],
		       bad = worst(v[i], v[i], sum, side), at = 0;
		size_t to = i + 1;

		for (; to < n && worst(v[to], v[i], sum + v[to], side) <= bad; to++) {
			sum += v[to];
			bad = worst(v[to], v[i], sum, side);
		}
		for (; i < to; i++) {
			double deep = sum / side, len = v[i] / deep;

			out[i] = in.w < in.h ? (struct box){ in.x + at, in.y, len, deep }
			                     : (struct box){ in.x, in.y + at, deep, len };
			at += len;
		}
		if (in.w < in.h)
			in = (struct box){ in.x, in.y + sum / side, in.w, in.h - sum / side };
		else
			in = (struct box){ in.x + sum / side, in.y, in.w - sum / side, in.h };
	}
}

/* What is to be drawn, in falling order. */
struct item {
	uint64_t v;
	const void *of; /* an area, a cell; NULL: the others */
};

static void insert(struct item *v, size_t *n, uint64_t x, const void *of)
{
	size_t i = *n;

	if (!x)
		return;
	for (; i && v[i - 1].v < x; i--)
		v[i] = v[i - 1];
	v[i] = (struct item){ x, of };
	++*n;
}

static void lay(const struct item *v, size_t n, struct box in, struct box *out)
{
	double area[MOST], sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += (double)v[i].v;
	for (size_t i = 0; i < n; i++)
		area[i] = (double)v[i].v / sum * in.w * in.h;
	squarify(area, n, in, out);
}

static int whole(double v)
{
	return (int)(v + 0.5);
}

static void rect(struct sc_buf *b, const char *class, struct box x)
{
	int l = whole(x.x), t = whole(x.y), w = whole(x.x + x.w) - l, h = whole(x.y + x.h) - t;

	rep_put(b, "<rect class=\"$s\" x=\"$d\" y=\"$d\" width=\"$d\" height=\"$d\"/>", class, l, t,
	        w > 0 ? w : 1, h > 0 ? h : 1);
}

/* As much of s as fits; nothing where that would be hardly anything. */
static void label(struct sc_buf *b, const char *class, double x, double y, double width, sc_str s)
{
	size_t cols = width > 0 ? (size_t)(width / CHAR) : 0;
	sc_str fits;

	s = sc_str_head(s, sc_utf8_valid(s));
	fits = sc_fit(s, cols);
	if (fits.n < s.n)
		fits = sc_fit(s, cols ? cols - 1 : 0);
	if (!s.n || (fits.n < s.n && sc_columns(fits) < 4))
		return;
	rep_put(b, "<text class=\"$s\" x=\"$d\" y=\"$d\">$t$s</text>", class, whole(x), whole(y),
	        fits, fits.n < s.n ? "…" : "");
}

/* ---- the map ---- */

struct map {
	struct sc_buf *b;
	const struct sc_report *r;
	bool by_bytes;
};

static uint64_t measure(const struct map *m, struct sc_count c)
{
	return m->by_bytes ? c.bytes : c.records;
}

static const char *unit(const struct map *m)
{
	return m->by_bytes ? "bytes" : "records";
}

static sc_str share(struct sc_arena *a, const struct map *m, uint64_t v)
{
	struct sc_buf b = { .a = a };

	rep_put(&b, "$p", v, measure(m, m->r->seen->all));
	return sc_buf_seal(&b);
}

static sc_str domain_name(const struct rep_area *o)
{
	return o->domain.s.n ? o->domain.s : SC_STR("no domain");
}

static void cell(struct map *m, const struct rep_area *o, const struct item *i, struct box x)
{
	const struct rep_cell *c = i->of;
	const char *class = c ? rep_classes[c->class].key : "rest";
	sc_str name = !c               ? SC_STR("other licences")
	              : c->licence.s.n ? c->licence.s
	                               : SC_STR("not looked for");
	struct sc_arena a = { 0 };
	char text[40];

	snprintf(text, sizeof text, "t-%s", class);
	rep_put(m->b, "<g><title>$t, $t: $n $s</title>", domain_name(o), name, i->v, unit(m));
	{
		char box[40];

		snprintf(box, sizeof box, "cell %s", class);
		rect(m->b, box, x);
	}
	if (c && c->class != REP_OPEN)
		rect(m->b, rep_classes[c->class].pattern, x);
	if (x.h >= LINE + 6)
		label(m->b, text, x.x + 8, x.y + LINE, x.w - 14, name);
	if (x.h >= 2 * LINE + 6)
		label(m->b, text, x.x + 8, x.y + 2 * LINE, x.w - 14, share(&a, m, i->v));
	rep_put(m->b, "</g>\n");
	sc_arena_free(&a);
}

static void area(struct map *m, const struct rep_area *o, struct box x)
{
	struct item v[MOST];
	struct box at[MOST];
	size_t n = 0;
	struct sc_arena a = { 0 };

	rect(m->b, "frame", x);
	if (x.h > 2 * HEAD && x.w > 5 * CHAR) {
		sc_str s = sc_fmt(&a, "%.*s  %.*s", SC_ARG(domain_name(o)),
		                  SC_ARG(share(&a, m, measure(m, o->c))));

		label(m->b, "h", x.x + 8, x.y + 16, 0.92 * (x.w - 14), s); /* bold is wider */
		x.y += HEAD;
		x.h -= HEAD;
	}
	x = (struct box){ x.x + 2, x.y + 2, x.w - 4, x.h - 4 };
	for (size_t i = 0; i < o->ncell; i++)
		insert(v, &n, measure(m, o->cell[i].c), &o->cell[i]);
	insert(v, &n, measure(m, o->rest), NULL);
	if (x.w > 3 && x.h > 3)
		lay(v, n, x, at);
	for (size_t i = 0; i < n && x.w > 3 && x.h > 3; i++)
		cell(m, o, &v[i], at[i]);
	sc_arena_free(&a);
}

static void rest(struct map *m, uint64_t v, struct box x)
{
	rep_put(m->b, "<g><title>$n other domains: $n $s</title>", m->r->other_areas, v, unit(m));
	rect(m->b, "cell rest", x);
	if (x.h >= LINE + 6)
		label(m->b, "t-rest", x.x + 8, x.y + LINE, x.w - 14, SC_STR("other domains"));
	rep_put(m->b, "</g>\n");
}

void rep_svg_map(struct sc_buf *b, const struct sc_report *r, bool by_bytes, bool narrow)
{
	struct map m = { b, r, by_bytes };
	struct box in = { 1, 1, narrow ? 358 : 1038, narrow ? 518 : 518 }, at[MOST];
	struct item v[MOST];
	size_t n = 0;

	for (size_t i = 0; i < r->narea; i++)
		insert(v, &n, measure(&m, r->area[i].c), &r->area[i]);
	insert(v, &n, measure(&m, r->area_rest), NULL);
	rep_put(b,
	        "<svg class=\"map $s\" data-by=\"$s\"$s viewBox=\"0 0 $d 520\" role=\"img\" aria-label=\"Map of domains and licences by $s\" aria-describedby=\"map-$s-$s\">\n",
	        narrow ? "narrow" : "broad", unit(&m), by_bytes ? " hidden=\"hidden\"" : "",
	        narrow ? 360 : 1040, unit(&m), unit(&m), narrow ? "n" : "b");
	rep_put(b, "<title>Map of domains and licences by $s</title>\n<desc id=\"map-$s-$s\">",
	        unit(&m), unit(&m), narrow ? "n" : "b");
	rep_put(b,
	        "One rectangle for each domain, in it one for each licence; areas are shares of all $s. The table below has the numbers.</desc>\n",
	        unit(&m));
	if (n)
		lay(v, n, in, at);
	for (size_t i = 0; i < n; i++)
		if (v[i].of)
			area(&m, v[i].of, at[i]);
		else
			rest(&m, v[i].v, at[i]);
	rep_put(b, "</svg>\n");
}

/* Patterns stand in a graphic of their own that is always there: one that is hidden would lend nothing. */
void rep_svg_defs(struct sc_buf *b)
{
	rep_put(b,
	        "<svg class=\"defs\" aria-hidden=\"true\"><defs>"
	        "<pattern id=\"hatch\" width=\"7\" height=\"7\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">"
	        "<line class=\"hatch\" x1=\"0\" y1=\"0\" x2=\"0\" y2=\"7\"/></pattern>"
	        "<pattern id=\"dots\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\"><circle class=\"dot\" cx=\"2\" cy=\"2\" r=\"0.9\"/></pattern>"
	        "<pattern id=\"cross\" width=\"9\" height=\"9\" patternUnits=\"userSpaceOnUse\"><path class=\"hatch\" fill=\"none\" d=\"M0 0 L9 9 M9 0 L0 9\"/></pattern>"
	        "</defs></svg>\n");
}

/* ---- the curve ---- */

enum { LEFT = 44, TOP_AT = 10, SIDE = 320 };

static int across(const struct rep_curve *c, size_t i)
{
	return LEFT + whole(c->hosts ? (double)c->at[i].hosts / (double)c->hosts * SIDE : 0);
}

static int down(const struct rep_curve *c, size_t i)
{
	return TOP_AT + SIDE - whole(c->sum ? (double)c->at[i].sum / (double)c->sum * SIDE : 0);
}

static void path(struct sc_buf *b, const struct rep_curve *c)
{
	for (size_t i = 0; i < c->n; i++)
		rep_put(b, "$s$d $d", i ? " L" : "M", across(c, i), down(c, i));
}

void rep_svg_curve(struct sc_buf *b, const struct rep_curve *c, const char *id, const char *of)
{
	static const char *const tick[] = { "0 %", "50 %", "100 %" };

	rep_put(b,
	        "<svg class=\"curve\" data-by=\"$s\"$s viewBox=\"0 0 380 380\" role=\"img\" aria-label=\"Lorenz curve of hosts by $s\" aria-describedby=\"$s-d\">\n<title>",
	        of, strcmp(of, "records") != 0 ? " hidden=\"hidden\"" : "", of, id);
	rep_put(b,
	        "Lorenz curve of hosts by $s</title>\n<desc id=\"$s-d\">From the smallest host to the largest: what share of all $s they have together. "
	        "Gini coefficient $r. The dashed line is where all hosts would have the same.</desc>\n",
	        of, id, of, c->gini);
	rep_put(b,
	        "<path class=\"axis\" d=\"M$d $d V$d H$d\"/>\n<path class=\"even\" d=\"M$d $d L$d $d\"/>\n",
	        LEFT, TOP_AT, TOP_AT + SIDE, LEFT + SIDE, LEFT, TOP_AT + SIDE, LEFT + SIDE, TOP_AT);
	rep_put(b, "<path class=\"area\" d=\"");
	path(b, c);
	rep_put(b, " L$d $d Z\"/>\n<path class=\"line\" d=\"", LEFT, TOP_AT + SIDE);
	path(b, c);
	rep_put(b, "\"/>\n");
	for (int i = 0; i < 3; i++) {
		rep_put(b, "<text x=\"$d\" y=\"$d\" text-anchor=\"end\">$s</text>", LEFT - 6,
		        TOP_AT + SIDE - i * SIDE / 2 + 4, tick[i]);
		rep_put(b, "<text x=\"$d\" y=\"$d\" text-anchor=\"$s\">$s</text>\n",
		        LEFT + i * SIDE / 2, TOP_AT + SIDE + 17,
		        i ? i == 1 ? "middle" : "end" : "start", tick[i]);
	}
	rep_put(b,
	        "<text x=\"$d\" y=\"$d\" text-anchor=\"middle\">hosts, from the smallest</text>\n</svg>\n",
	        LEFT + SIDE / 2, TOP_AT + SIDE + 38);
}
