/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as an article: what is told of it is UTF-8 on one line, lies inside the document, and is told again. */
#include <scope/paper.h>
#include <scope/text.h>

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void line(sc_str s, bool many)
{
	if (sc_utf8_valid(s) != s.n || (!many && s.n && sc_str_chr(s, '\n') != SC_NONE))
		abort();
}

static void terms(const struct sc_terms *t, size_t size)
{
	line(t->text, false);
	line(t->copyright, false);
	line(t->type, true);
	line(t->href, true);
	if (t->off > size || t->len > size - t->off)
		abort();
}

static void figure(const struct sc_figure *f, size_t size)
{
	line(f->label, false);
	line(f->title, false);
	line(f->text, true);
	line(f->attrib, false);
	terms(&f->terms, size);
	if (!f->kind.n || !f->len || f->off > size || f->len > size - f->off)
		abort();
	for (uint32_t i = 0; i < f->ngraphic; i++)
		if (!f->graphic[i].href.n || f->graphic[i].panel > i)
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sc_arena a = { 0 };
	struct sc_paper p, again;
	struct sc_err e = { 0 };
	sc_str xml = { (const char *)data, size };
	unsigned kinds = size ? data[size / 2] & 7 : 0;
	int rc = sc_jats_read(&a, xml, kinds, &p, &e);

	sc_jats_is(xml);
	if (rc != SC_OK && (rc != SC_BAD || !*e.msg))
		abort();
	if (rc == SC_OK) {
		line(p.title, false);
		line(p.journal, false);
		terms(&p.terms, size);
		for (uint32_t i = 0; i < p.nauthor; i++)
			line(p.author[i], false);
		for (uint32_t i = 0; i < p.nsubject; i++)
			line(p.subject[i], false);
		for (uint32_t i = 0; i < p.nfigure; i++)
			figure(&p.figure[i], size);
		if (sc_jats_read(&a, xml, kinds, &again, &e) != SC_OK || again.nfigure != p.nfigure || !sc_str_eq(again.title, p.title))
			abort();
	}
	sc_arena_free(&a);
	return 0;
}
