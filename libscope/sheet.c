/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sheet.c -- contact sheets; see scope/sheet.h.
 *
 * One record is in memory at a time.  How many there were is known only at the end, so the page says it there.
 */
#include <scope/sheet.h>

#include <scope/html.h>
#include <scope/image.h>
#include <scope/json.h>
#include <scope/paper.h>
#include <scope/text.h>

#include <inttypes.h>
#include <stdlib.h>

enum { EMBED_MOST = 2 << 20, CAPTION_SHORT = 240, LICENCES = 24 };

struct sc_sheet {
	struct sc_output *out;
	struct sc_buf b;
	uint64_t most, shown, more, without;
	struct sc_arena keep;
	struct {
		sc_str name;
		uint64_t n;
	} licence[LICENCES];
	size_t nlicence;
	uint64_t other;
};

static const char style[] =
	".grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(17rem, 1fr)); gap: 1rem; align-items: start }\n"
	"figure { margin: 0; background: var(--card); border: 1px solid var(--line); border-radius: 8px; overflow: hidden; break-inside: avoid }\n"
	"figure img { display: block; width: 100%; height: 13rem; object-fit: contain; background: #fff }\n"
	"figure .none { display: flex; flex-direction: column; justify-content: center; text-align: center; height: 13rem; color: var(--dim); border-bottom: 1px solid var(--line) }\n"
	".none b { font-size: 1.4rem; letter-spacing: .05em }\n"
	"figcaption { padding: .6rem .8rem; font-size: .9rem; overflow-wrap: anywhere }\n"
	"figcaption p { margin: .3rem 0 } figcaption .dim { font-size: .8rem }\n"
	".tag { display: inline-block; border: 1px solid var(--line); border-radius: 1rem; padding: 0 .5rem; font-size: .78rem; margin: .1rem .2rem .1rem 0 }\n"
	".good { border-color: #2e8b57; color: #2e8b57 } .bad { border-color: #c77700; color: #c77700 }\n"
	"summary { cursor: pointer; color: var(--link) } footer { margin-top: 1.5rem; border-top: 1px solid var(--line); padding-top: .6rem }\n"
	"@media print { figure { page-break-inside: avoid } details[open] summary { display: none } }\n";

int sc_sheet_open(struct sc_sheet **out, sc_str path, uint64_t most, struct sc_err *e)
{
	struct sc_sheet *s = calloc(1, sizeof *s);

	if (!s)
		sc_oom();
	s->most = most;
	if (sc_output_open(&s->out, path, SC_STR(""), 0, e) < 0) {
		free(s);
		return SC_FAIL;
	}
	sc_html_begin(&s->b, SC_STR("Contact sheet"), style);
	sc_buf_add(&s->b, SC_STR("<h1>Contact sheet</h1>\n<div class=\"grid\">\n"));
	*out = s;
	return SC_OK;
}

static void sheet_free(struct sc_sheet *s)
{
	sc_buf_free(&s->b);
	sc_arena_free(&s->keep);
	free(s);
}

void sc_sheet_abandon(struct sc_sheet *s)
{
	if (!s)
		return;
	sc_output_abandon(s->out);
	sheet_free(s);
}

static void count(struct sc_sheet *s, sc_str licence)
{
	for (size_t i = 0; i < s->nlicence; i++)
		if (sc_str_eq(s->licence[i].name, licence)) {
			s->licence[i].n++;
			return;
		}
	if (s->nlicence == LICENCES) {
		s->other++;
		return;
	}
	s->licence[s->nlicence].name = sc_strdup(&s->keep, licence);
	s->licence[s->nlicence++].n = 1;
}

/* ---- a picture ---- */

static bool browsers_show(sc_str media)
{
	static const sc_str v[] = { SC_LIT("image/png"), SC_LIT("image/jpeg"), SC_LIT("image/gif"), SC_LIT("image/webp"), SC_LIT("image/svg+xml") };

	for (size_t i = 0; i < SC_COUNT(v); i++)
		if (sc_str_eq(media, v[i]))
			return true;
	return false;
}

static void picture(struct sc_buf *b, struct sc_arena *a, const struct sc_part *p, const struct sc_image *m, sc_str alt)
{
	bool fits = p->data.n <= EMBED_MOST;
	sc_str size = sc_size_show(a, p->data.n);

	if (browsers_show(m->media) && fits) {
		sc_buf_add(b, SC_STR("<img loading=\"lazy\" src=\"data:"));
		sc_html_put(b, m->media);
		sc_buf_add(b, SC_STR(";base64,"));
		sc_buf_add(b, sc_base64(a, p->data));
		sc_buf_add(b, SC_STR("\" alt=\""));
		sc_html_put(b, alt);
		sc_buf_add(b, SC_STR("\"/>\n"));
		return;
	}
	sc_buf_add(b, SC_STR("<div class=\"none\"><b>"));
	for (size_t i = 0; i < m->ext.n; i++)
		sc_buf_byte(b, m->ext.p[i] >= 'a' && m->ext.p[i] <= 'z' ? (char)(m->ext.p[i] - 32) : m->ext.p[i]);
	sc_buf_add(b, SC_STR("</b><span>"));
	if (m->width)
		sc_buf_fmt(b, "%" PRIu32 " × %" PRIu32 " pixels, ", m->width, m->height);
	sc_buf_add(b, size);
	sc_buf_add(b, !browsers_show(m->media) ? SC_STR("</span><span>browsers do not show this format</span></div>\n") :
						 SC_STR("</span><span>too large to stand in this page</span></div>\n"));
}

/* ---- what is said of it ---- */

static const struct sc_tag *tag(const struct sc_record *r, const char *key)
{
	return sc_tag_first(r, sc_str_c(key));
}

static void chip(struct sc_buf *b, const char *class, sc_str text, sc_str title)
{
	sc_buf_fmt(b, "<span class=\"tag%s\" title=\"", class);
	sc_html_put(b, title);
	sc_buf_add(b, SC_STR("\">"));
	sc_html_put(b, text);
	sc_buf_add(b, SC_STR("</span>"));
}

static void chips(struct sc_buf *b, const struct sc_record *r)
{
	const struct sc_tag *licence = tag(r, "licence"), *domain = tag(r, "domain");
	sc_str rest, one;

	if (licence) {
		static const sc_str doubt[] = { SC_LIT("none"), SC_LIT("unknown"), SC_LIT("conflict") };
		bool bad = false;

		for (size_t i = 0; i < SC_COUNT(doubt); i++)
			bad |= sc_str_eq(licence->value, doubt[i]);
		chip(b, bad ? " bad" : " good", licence->value, licence->why.rule);
	}
	for (rest = domain ? domain->value : SC_STR(""); rest.n && sc_str_cut(&rest, ',', &one);)
		chip(b, "", one, domain->why.rule);
}

/* Where characters begin. */
static size_t short_of(sc_str s, size_t n)
{
	while (n && n < s.n && ((unsigned char)s.p[n] & 0xc0) == 0x80)
		n--;
	return n < s.n ? n : s.n;
}

static void caption(struct sc_buf *b, sc_str text)
{
	size_t n = short_of(text, CAPTION_SHORT);

	sc_buf_add(b, SC_STR("<p>"));
	sc_html_put(b, sc_str_head(text, n));
	if (n < text.n) {
		sc_buf_add(b, SC_STR("…</p>\n<details><summary>all of it</summary><p>"));
		sc_html_put(b, text);
		sc_buf_add(b, SC_STR("</p></details>\n"));
		return;
	}
	sc_buf_add(b, SC_STR("</p>\n"));
}

static void origin(struct sc_buf *b, struct sc_arena *a, const struct sc_record *r)
{
	sc_str json = sc_figure_json(r), title = sc_json_string(a, sc_json_get(json, SC_STR("title")));
	sc_str url = json.n ? sc_json_string(a, sc_json_get(json, SC_STR("url"))) : r->url;

	sc_buf_add(b, SC_STR("<p class=\"dim\">"));
	if (title.n) {
		sc_html_put(b, title);
		sc_buf_add(b, SC_STR(" · "));
	}
	if (sc_html_is_link(url)) {
		sc_buf_add(b, SC_STR("<a rel=\"noreferrer\" href=\""));
		sc_html_put(b, url);
		sc_buf_add(b, SC_STR("\">"));
		sc_html_put(b, url);
		sc_buf_add(b, SC_STR("</a> · "));
	}
	sc_html_put(b, r->name);
	sc_buf_add(b, SC_STR("</p>\n"));
}

static sc_str caption_of(const struct sc_record *r)
{
	for (uint32_t i = 0; i < r->npart; i++)
		if (sc_str_eq(r->part[i].name, SC_STR("txt")))
			return r->part[i].data;
	return (sc_str){ NULL, 0 };
}

/* The first part that is an image, or npart. */
static uint32_t image_of(const struct sc_record *r, struct sc_image *m)
{
	const char *why;
	uint32_t i = 0;

	while (i < r->npart && !sc_image_look(r->part[i].data, m, &why))
		i++;
	return i;
}

int sc_sheet_add(struct sc_sheet *s, struct sc_arena *a, const struct sc_record *r, struct sc_err *e)
{
	const struct sc_tag *licence = tag(r, "licence");
	struct sc_image m;
	uint32_t i = image_of(r, &m);
	sc_str text = caption_of(r);

	count(s, licence ? licence->value : SC_STR("none"));
	if (i == r->npart) {
		s->without++;
		return SC_OK;
	}
	if (s->shown >= s->most) {
		s->more++;
		return SC_OK;
	}
	s->shown++;
	sc_buf_add(&s->b, SC_STR("<figure>\n"));
	picture(&s->b, a, &r->part[i], &m, sc_str_head(text, short_of(text, 80)));
	sc_buf_add(&s->b, SC_STR("<figcaption>"));
	chips(&s->b, r);
	caption(&s->b, text);
	origin(&s->b, a, r);
	sc_buf_add(&s->b, SC_STR("</figcaption>\n</figure>\n"));
	SC_TRY(sc_write(s->out, sc_buf_str(&s->b), e));
	sc_buf_clear(&s->b);
	return SC_OK;
}

static void footer(struct sc_sheet *s)
{
	sc_buf_fmt(&s->b, "</div>\n<footer>\n<p>%ju shown, %ju more not shown (--most), %ju without an image.</p>\n<p>", (uintmax_t)s->shown,
		   (uintmax_t)s->more, (uintmax_t)s->without);
	for (size_t i = 0; i < s->nlicence; i++) {
		sc_buf_add(&s->b, SC_STR("<span class=\"tag\">"));
		sc_html_put(&s->b, s->licence[i].name);
		sc_buf_fmt(&s->b, ": %ju</span>", (uintmax_t)s->licence[i].n);
	}
	if (s->other)
		sc_buf_fmt(&s->b, "<span class=\"tag\">others: %ju</span>", (uintmax_t)s->other);
	sc_buf_add(&s->b, SC_STR("</p>\n</footer>\n"));
	sc_html_end(&s->b);
}

int sc_sheet_end(struct sc_sheet *s, struct sc_err *e)
{
	int rc;

	footer(s);
	rc = sc_write(s->out, sc_buf_str(&s->b), e);
	rc = sc_output_end(s->out, rc, e);
	sheet_free(s);
	return rc;
}
