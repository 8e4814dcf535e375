/* SPDX-License-Identifier: Apache-2.0 */
/*
 * split/figures -- a paper package to its figures: image, caption, and who, what, on what terms.
 *
 * The record that comes in holds a paper's files as parts (--group paper), or is one bare document.  Its documents
 * are articles in JATS, each a paper, or main files in LaTeX.  A figure's images are looked for among the parts by
 * the names that the document gives: the same path, else the same base name, with or without extension; what lies nearest to the
 * document counts.  Several files of one name ("fig1.tif", "fig1.PNG_L") are variants of one image, of which the best that is
 * whole is taken.  What a figure is, says only the document: a picture that no figure names is none.
 *
 * The parent of a figure is the paper as its source: the SHA-256 of the article's XML, or the identity of the LaTeX files
 * that were read, named from the main one's folder.  It does not depend on what else lay in the package.
 */
#include <scope/digest.h>
#include <scope/image.h>
#include <scope/json.h>
#include <scope/paper.h>
#include <scope/plugin.h>
#include <scope/text.h>

#include <stdlib.h>

struct conf {
	sc_str kinds, prefer, images, captions;
	bool all_sizes;
	unsigned wanted; /* bits SC_KIND_... */
};

static const struct sc_opt opts[] = {
	{ "kinds", "LIST", "what to take: figure,table,equation (default figure)", offsetof(struct conf, kinds), 0, SC_OPT_STR },
	{ "prefer", "LIST", "which of several images is best: vector, raster or extensions, png,jpg (default vector, then the largest)", offsetof(struct conf, prefer), 0, SC_OPT_STR },
	{ "all-sizes", NULL, "all variants of an image, not only the best", offsetof(struct conf, all_sizes), 0, SC_OPT_FLAG },
	{ "images", "required|optional", "figures whose image is missing or broken: rejected (default), or kept with what there is", offsetof(struct conf, images), 0, SC_OPT_CHOICE },
	{ "captions", "required|optional", "figures without a caption: rejected (default), or kept", offsetof(struct conf, captions), 0, SC_OPT_CHOICE },
	{ NULL, NULL, NULL, 0, 0, SC_OPT_FLAG },
};

/* Nobody has so many files of one image, or of one name, and no paper's figures hold so many times what the paper does: such
 * a paper was made to make others work. */
enum { MOST_VARIANTS = 64, MOST_SAME = 256, TIMES = 8, ALWAYS = 64 << 20 };

/* An image may be looked for under its base name, and under that without extension. */
struct entry {
	sc_str stem; /* in lower case */
	uint32_t part;
};

/* A record at hand. */
struct job {
	struct sc_ctx *c;
	const struct conf *conf;
	struct sc_record *r;
	struct sc_brood *made;
	struct entry *shelf;
	uint32_t nshelf;
	uint32_t npapers, nspoilt;
	uint64_t bytes, most; /* of images so far, and in all */
	struct sc_err first; /* what was wrong with the first spoilt one */
};

/* A document of it. */
struct doc {
	struct job *j;
	const struct sc_paper *paper;
	sc_str folder; /* with its slash, or empty */
	sc_str parent;
	bool latex;
};

/* An image that a figure may have. */
struct found {
	uint32_t part;
	struct sc_image image;
	uint64_t area, bytes;
	uint32_t wish; /* 0 = what --prefer names first */
	sc_str href;
};

static int load(void *conf, sc_str arg, struct sc_arena *a, struct sc_maker *me, struct sc_err *e)
{
	static const struct {
		sc_str word;
		unsigned bit;
	} known[] = { { SC_LIT("figure"), SC_KIND_FIGURE }, { SC_LIT("table"), SC_KIND_TABLE }, { SC_LIT("equation"), SC_KIND_EQUATION } };
	struct conf *c = conf;
	sc_str rest = c->kinds.n ? c->kinds : SC_STR("figure"), one;

	(void)arg;
	(void)a;
	(void)me;
	while (sc_str_cut(&rest, ',', &one)) {
		size_t i = 0;

		while (i < SC_COUNT(known) && !sc_str_eq(known[i].word, one))
			i++;
		if (i == SC_COUNT(known))
			return sc_fail(e, "--kinds: '%.*s' is none of figure, table, equation", SC_ARG(one));
		c->wanted |= known[i].bit;
	}
	for (rest = c->prefer; rest.n && sc_str_cut(&rest, ',', &one);)
		if (!sc_str_eq(one, SC_STR("vector")) && !sc_str_eq(one, SC_STR("raster")) && !sc_media_of_ext(one).n)
			return sc_fail(e, "--prefer: '%.*s' is neither vector nor raster nor an extension such as png", SC_ARG(one));
	return SC_OK;
}

/* ---- names ---- */

static sc_str lower(struct sc_arena *a, sc_str s)
{
	char *p = sc_alloc(a, s.n + 1);

	for (size_t i = 0; i < s.n; i++)
		p[i] = s.p[i] >= 'A' && s.p[i] <= 'Z' ? (char)(s.p[i] + 32) : s.p[i];
	return (sc_str){ p, s.n };
}

/* An image's extension, also with a size behind it: "png", "PNG_L". */
static bool is_image_ext(sc_str ext)
{
	sc_str media = sc_media_of_ext(sc_str_head(ext, sc_str_chr(ext, '_')));

	return sc_str_starts(media, SC_STR("image/")) || sc_str_eq(media, SC_STR("application/pdf")) ||
	       sc_str_eq(media, SC_STR("application/postscript"));
}

static sc_str stem_of(sc_str base)
{
	size_t dot = sc_str_rchr(base, '.');

	return dot != SC_NONE && dot && is_image_ext(sc_str_from(base, dot + 1)) ? sc_str_head(base, dot) : base;
}

static int by_stem(const void *x, const void *y)
{
	const struct entry *a = x, *b = y;
	int c = sc_str_cmp(a->stem, b->stem);

	return c ? c : (a->part > b->part) - (a->part < b->part);
}

static void shelve(struct job *j)
{
	const struct sc_record *r = j->r;

	j->shelf = SC_NEW(j->c->a, struct entry, r->npart + 1);
	j->nshelf = 0;
	for (uint32_t i = 0; i < r->npart; i++)
		j->shelf[j->nshelf++] = (struct entry){ lower(j->c->a, stem_of(sc_path_name(r->part[i].name))), i };
	qsort(j->shelf, j->nshelf, sizeof *j->shelf, by_stem);
}

/* The first entry of that stem, or the shelf's end. */
static uint32_t seek(const struct job *j, sc_str stem)
{
	uint32_t lo = 0, hi = j->nshelf;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (sc_str_cmp(j->shelf[mid].stem, stem) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* How near a part lies to what the document names; 0 is far. */
static uint32_t nearness(const struct doc *d, sc_str href, sc_str part)
{
	sc_str there = sc_path_folder(part), inner = sc_path_folder(href);
	uint32_t exact = sc_str_eq(stem_of(sc_path_name(part)), stem_of(sc_path_name(href)));

	if (sc_str_starts(there, d->folder) && sc_str_eq(sc_str_from(there, d->folder.n), inner))
		return 6 + exact;
	if (sc_str_eq(there, d->folder))
		return 4 + exact;
	return (sc_str_starts(there, d->folder) ? 2 : 0) + exact;
}

/* ---- which image ---- */

static uint32_t wish(const struct conf *c, const struct sc_image *m)
{
	sc_str rest = c->prefer, one;
	uint32_t i = 0;

	for (; rest.n && sc_str_cut(&rest, ',', &one); i++)
		if (sc_str_eq(one, m->vector ? SC_STR("vector") : SC_STR("raster")) || sc_str_eq(sc_media_of_ext(one), m->media))
			return i;
	return i + !m->vector;
}

/* The best one first. */
static int by_worth(const void *x, const void *y)
{
	const struct found *a = x, *b = y;

	if (a->wish != b->wish)
		return a->wish < b->wish ? -1 : 1;
	if (a->area != b->area)
		return a->area > b->area ? -1 : 1;
	if (a->bytes != b->bytes)
		return a->bytes > b->bytes ? -1 : 1;
	return (a->part > b->part) - (a->part < b->part);
}

struct gallery {
	struct found v[MOST_VARIANTS];
	uint32_t n;
	sc_str missing; /* why an image could not be had, or empty */
};

/* What the reader had to leave out of the package, and why. */
static sc_str left_out(const struct doc *d, sc_str stem)
{
	struct sc_arena *a = d->j->c->a;
	struct sc_json_iter it = sc_json_iter(sc_json_get(d->j->r->head, SC_STR("left_out")));

	while (it.rest.n && sc_json_next(&it)) {
		sc_str path = sc_json_string(a, sc_json_get(it.value, SC_STR("path")));

		if (sc_str_eq(lower(a, stem_of(sc_path_name(path))), stem))
			return sc_json_string(a, sc_json_get(it.value, SC_STR("why")));
	}
	return (sc_str){ NULL, 0 };
}

static void look(const struct doc *d, struct gallery *g, uint32_t part, sc_str href)
{
	const struct sc_part *p = &d->j->r->part[part];
	struct found f = { .part = part, .href = href, .bytes = p->data.n };
	const char *why;

	for (uint32_t i = 0; i < g->n; i++)
		if (g->v[i].part == part)
			return;
	if (g->n == MOST_VARIANTS)
		return;
	if (!sc_image_look(p->data, &f.image, &why)) {
		if (!g->missing.n)
			g->missing = sc_fmt(d->j->c->a, "image %.*s is broken: %s (%zu bytes)", SC_ARG(p->name), why, p->data.n);
		return;
	}
	f.area = f.image.width ? (uint64_t)f.image.width * f.image.height : p->data.n;
	f.wish = wish(d->j->conf, &f.image);
	g->v[g->n++] = f;
}

/* info:doi/10.1371/journal.pone.0060593.g001: PLOS names the object by its DOI, and the file without "journal.". */
static sc_str file_of(sc_str href)
{
	static const sc_str plos = SC_LIT("info:doi/10.1371/journal.");

	return sc_str_starts(href, plos) ? sc_str_from(href, plos.n) : sc_path_name(href);
}

static sc_str stem_of_href(const struct job *j, sc_str href)
{
	return lower(j->c->a, stem_of(file_of(href)));
}

/* All files that one name of a figure's graphic can mean, at the nearest place. */
static void gather(const struct doc *d, struct gallery *g, sc_str href)
{
	struct job *j = d->j;
	sc_str stem = stem_of_href(j, href);
	uint32_t from = seek(j, stem), near = 0, end, before = g->n;

	for (end = from; end < j->nshelf && end - from < MOST_SAME && sc_str_eq(j->shelf[end].stem, stem); end++) {
		uint32_t n = 1 + nearness(d, href, j->r->part[j->shelf[end].part].name);

		near = n > near ? n : near;
	}
	for (uint32_t i = from; i < end; i++)
		if (1 + nearness(d, href, j->r->part[j->shelf[i].part].name) == near)
			look(d, g, j->shelf[i].part, href);
	if (g->n == before && !g->missing.n) {
		sc_str why = left_out(d, stem);

		g->missing = why.n ? sc_fmt(j->c->a, "image %.*s was left out: %.*s", SC_ARG(href), SC_ARG(why)) :
				     sc_fmt(j->c->a, "image %.*s is not in the package", SC_ARG(href));
	}
}

/* The name as the package has it: LaTeX leaves out extensions and folders, by rules of its own. */
static sc_str name_in_package(const struct doc *d, sc_str href)
{
	uint32_t i;

	if (!d->latex)
		return href;
	i = sc_latex_graphic(d->j->r->part, d->j->r->npart, d->paper, href);
	if (i >= d->j->r->npart || !sc_str_starts(d->j->r->part[i].name, d->folder))
		return href;
	return sc_str_from(d->j->r->part[i].name, d->folder.n);
}

/* The images of one panel: what the graphics v[0..n-1], alternatives of each other, can mean. */
static void panel(const struct doc *d, const struct sc_graphic *v, uint32_t n, struct gallery *g)
{
	g->n = 0;
	g->missing = SC_STR("");
	for (uint32_t i = 0; i < n; i++) {
		sc_str href = v[i].href;

		if (sc_str_find(href, SC_STR("://")) == SC_NONE || sc_str_starts(href, SC_STR("info:")))
			gather(d, g, name_in_package(d, href));
		else if (!g->missing.n)
			g->missing = sc_fmt(d->j->c->a, "image %.*s lies elsewhere", SC_ARG(href));
	}
	qsort(g->v, g->n, sizeof *g->v, by_worth);
}

/* ---- the record ---- */

struct making {
	struct sc_part *part;
	struct sc_figure_image *image;
	uint32_t n, cap;
	sc_str missing;
};

static void add(struct making *m, struct sc_arena *a, const struct sc_part *from, const struct found *f)
{
	sc_str name = f->image.ext;

	if (m->n == m->cap) {
		uint32_t cap = m->cap ? 2 * m->cap : 4;
		struct sc_part *part = SC_NEW(a, struct sc_part, cap + 2); /* two for caption and JSON */
		struct sc_figure_image *image = SC_NEW(a, struct sc_figure_image, cap);

		if (m->n) {
			memcpy(part, m->part, m->n * sizeof *part);
			memcpy(image, m->image, m->n * sizeof *image);
		}
		m->part = part;
		m->image = image;
		m->cap = cap;
	}
	if (m->n)
		name = sc_fmt(a, "%u.%.*s", (unsigned)m->n + 1, SC_ARG(name));
	m->part[m->n] = (struct sc_part){ .name = name, .media = f->image.media, .data = from[f->part].data, .raw_off = UINT64_MAX };
	m->image[m->n++] = (struct sc_figure_image){ .part = name, .href = f->href };
}

static struct making collect(const struct doc *d, const struct sc_figure *f)
{
	struct sc_arena *a = d->j->c->a;
	struct making m = { .missing = f->ngraphic ? SC_STR("") : SC_STR("its source names no image") };
	struct gallery g;

	for (uint32_t i = 0, end; i < f->ngraphic; i = end) {
		for (end = i + 1; end < f->ngraphic && f->graphic[end].panel == f->graphic[i].panel;)
			end++;
		panel(d, f->graphic + i, end - i, &g);
		for (uint32_t k = 0; k < g.n && (!k || d->j->conf->all_sizes); k++) {
			d->j->bytes += g.v[k].bytes;
			if (d->j->bytes > d->j->most)
				m.missing = SC_STR("the figures of this paper hold many times what the paper does");
			else
				add(&m, a, d->j->r->part, &g.v[k]);
		}
		if (!g.n && !m.missing.n)
			m.missing = g.missing;
	}
	if (!m.cap)
		m.part = SC_NEW(a, struct sc_part, 2);
	return m;
}

static sc_str call(struct sc_arena *a, const struct doc *d, const struct sc_figure *f, sc_str why)
{
	sc_str paper = d->paper->doi.n ? d->paper->doi : d->j->r->name;
	sc_str it = f->id.n ? f->id : f->label.n ? f->label : f->kind;

	return sc_fmt(a, "%.*s: %.*s: %.*s", SC_ARG(paper), SC_ARG(it), SC_ARG(why));
}

static void text_part(struct sc_record *r, const char *name, const char *media, sc_str data)
{
	r->part[r->npart++] = (struct sc_part){ .name = sc_str_c(name), .media = sc_str_c(media), .data = data, .raw_off = UINT64_MAX };
}

static void figure(const struct doc *d, const struct sc_figure *f)
{
	struct sc_arena *a = d->j->c->a;
	const struct conf *conf = d->j->conf;
	struct making m = collect(d, f);
	sc_str caption = sc_figure_caption(a, f);
	sc_str json = sc_figure_describe(a, d->paper, f, d->parent, m.image, m.n);
	struct sc_child *child = sc_brood_add(a, d->j->made);
	struct sc_record *r = &child->rec;

	r->part = m.part;
	r->npart = m.n;
	if (caption.n)
		text_part(r, "txt", "text/plain", caption);
	text_part(r, "json", "application/json", json);
	r->head = r->meta = json;
	r->parent = d->parent;
	r->url = sc_paper_url(a, d->paper);
	sc_record_id(a, r);
	r->name = sc_figure_key(a, d->paper, f, d->parent, r->id);
	if (m.missing.n && !sc_str_eq(conf->images, SC_STR("optional")))
		child->why = call(a, d, f, m.missing);
	else if (!f->title.n && !f->text.n && !sc_str_eq(f->kind, SC_STR("equation")) && !sc_str_eq(conf->captions, SC_STR("optional")))
		child->why = call(a, d, f, SC_STR("it has no caption"));
	child->fate = child->why.n ? SC_BAD : SC_OK;
}

/* ---- documents ---- */

static void figures(struct job *j, const struct sc_paper *p, sc_str document, sc_str parent)
{
	struct doc d = { .j = j, .paper = p, .folder = sc_path_folder(document), .parent = parent,
			 .latex = sc_str_eq(p->format, SC_STR("latex")) };

	for (uint32_t i = 0; i < p->nfigure; i++)
		figure(&d, &p->figure[i]);
	j->npapers++;
}

/* A document that cannot be read is told beside the figures of the others. */
static void spoilt(struct job *j, sc_str document, const struct sc_err *why)
{
	struct sc_child *child = sc_brood_add(j->c->a, j->made);

	child->rec.name = document;
	child->fate = SC_BAD;
	child->why = sc_fmt(j->c->a, "%.*s: %s", SC_ARG(document), why->msg);
	if (!j->nspoilt++)
		j->first = *why;
}

static sc_str named_id(struct sc_arena *a, const uint8_t id[32])
{
	char hex[64];

	sc_hex(id, 32, hex);
	return sc_fmt(a, "sha256:%.64s", hex);
}

static void jats(struct job *j, struct sc_part *part)
{
	struct sc_paper *p = SC_NEW(j->c->a, struct sc_paper, 1);
	struct sc_err why = { 0 };
	uint8_t id[32];

	if (sc_jats_read(j->c->a, part->data, j->conf->wanted, p, &why) < 0) {
		spoilt(j, part->name, &why);
		return;
	}
	sc_sha256_of(part->data, id);
	figures(j, p, part->name, named_id(j->c->a, id));
}

/* path as seen from folder: "intro.tex", "../common/defs.tex". */
static sc_str seen_from(struct sc_arena *a, sc_str folder, sc_str path)
{
	struct sc_buf b = { .a = a };

	while (!sc_str_starts(path, folder)) {
		sc_buf_add(&b, SC_STR("../"));
		folder = sc_path_folder(sc_str_head(folder, folder.n - 1));
	}
	sc_buf_add(&b, sc_str_from(path, folder.n));
	return sc_buf_seal(&b);
}

/* The identity of the files that were read, as of a record with these parts; of one file: of its bytes. */
static sc_str source_id(struct job *j, sc_str folder, const bool *used)
{
	struct sc_record src = { .part = SC_NEW(j->c->a, struct sc_part, j->r->npart) };

	for (uint32_t i = 0; i < j->r->npart; i++) {
		struct sc_part *part = &j->r->part[i];

		if (!used[i])
			continue;
		src.part[src.npart] = *part;
		src.part[src.npart].json = (sc_str){ NULL, 0 };
		src.part[src.npart++].name = seen_from(j->c->a, folder, part->name);
	}
	sc_record_id(j->c->a, &src);
	return named_id(j->c->a, src.id);
}

static void latex(struct job *j, uint32_t main, bool *done)
{
	struct sc_paper *p = SC_NEW(j->c->a, struct sc_paper, 1);
	bool *used = SC_NEW(j->c->a, bool, j->r->npart);
	sc_str name = j->r->part[main].name;
	struct sc_err why = { 0 };

	if (sc_latex_read(j->c->a, j->r->part, j->r->npart, main, j->conf->wanted, p, used, &why) < 0) {
		spoilt(j, name, &why);
		return;
	}
	for (uint32_t i = 0; i < j->r->npart; i++)
		done[i] |= used[i];
	figures(j, p, name, source_id(j, sc_path_folder(name), used));
}

static bool apple_double(sc_str name)
{
	return sc_str_starts(sc_path_name(name), SC_STR("._"));
}

/* A file that another main one reads (\subfile) is part of that paper, not a paper: those in upper folders come first. */
static void latex_all(struct job *j)
{
	bool *done = SC_NEW(j->c->a, bool, j->r->npart + 1);
	uint32_t *order = SC_NEW(j->c->a, uint32_t, j->r->npart + 1), n = 0, depth, left;

	for (depth = 0, left = 1; left && depth < 64; depth++) {
		left = 0;
		for (uint32_t i = 0; i < j->r->npart; i++) {
			sc_str name = j->r->part[i].name;
			uint32_t slashes = 0;

			for (size_t k = 0; k < name.n; k++)
				slashes += name.p[k] == '/';
			if (slashes == depth && !apple_double(name) && sc_latex_is_main(j->r->part[i].data))
				order[n++] = i;
			left |= slashes > depth;
		}
	}
	for (uint32_t i = 0; i < n; i++)
		if (!done[order[i]])
			latex(j, order[i], done);
}

/* Articles are called .xml, .nxml or nothing; in an archive what is called otherwise is a copy kept aside (paper.xml.orig). */
static bool is_article(const struct sc_record *r, const struct sc_part *part)
{
	size_t dot = sc_str_rchr(sc_path_name(part->name), '.');
	sc_str ext = dot == SC_NONE || !dot ? SC_STR("") : sc_str_from(sc_path_name(part->name), dot + 1);

	if (apple_double(part->name))
		return false;
	if (r->npart > 1 && ext.n && !sc_str_ieq(ext, SC_STR("xml")) && !sc_str_ieq(ext, SC_STR("nxml")))
		return false;
	return sc_jats_is(part->data);
}

static int nothing(struct sc_err *e, const char *what)
{
	sc_bad(e, "%s", what);
	return SC_DROP;
}

static int split(struct sc_ctx *c, struct sc_record *r, struct sc_brood *made)
{
	struct job j = { .c = c, .conf = c->conf, .r = r, .made = made };

	sc_record_settle(c->a, r);
	j.most = ALWAYS + TIMES * sc_record_bytes(r);
	shelve(&j);
	for (uint32_t i = 0; i < r->npart; i++)
		if (is_article(r, &r->part[i]))
			jats(&j, &r->part[i]);
	if (!j.npapers && !j.nspoilt)
		latex_all(&j);
	if (!j.npapers && !j.nspoilt)
		return nothing(c->e, "no article in it");
	if (!j.npapers && j.nspoilt == 1) {
		made->n = 0;
		*c->e = j.first;
		return SC_BAD;
	}
	return made->n ? SC_OK : nothing(c->e, "no figure in it");
}

extern const struct sc_filter split_figures;
const struct sc_filter split_figures = {
	.card = { .name = "split/figures",
		  .about = "papers to their figures, each with caption, source and terms",
		  .more = "Reads JATS articles with their images (zip, tar, MECA, PMC and publishers' packages, bulk archives of them in any order, "
			  "bare .xml) and LaTeX sources as arXiv serves them.  A figure becomes a record with the image (`tif`, `png`, `jpg`, `svg`, `pdf`), "
			  "the caption (`txt`) and a `json` part with DOI, title, authors, journal, year, subjects and the permissions that the paper "
			  "states; its parent is the paper's source.  Written as WebDataset samples unless --to says otherwise.\n\n"
			  "Tables and equations come with --kinds only; logos, portraits, inline graphics and supplementary files never.  A "
			  "figure whose image is missing or broken, or without a caption, is rejected with its reason, or kept with --images optional, "
			  "--captions optional: a bare .xml has no images.",
		  .example = "scope split figures papers/lichens.tar.gz -o figs.tar",
		  .opts = opts,
		  .conf = sizeof(struct conf),
		  .revision = 1 },
	.group = "paper",
	.load = load,
	.split = split,
};
