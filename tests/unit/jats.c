/* SPDX-License-Identifier: Apache-2.0 */
/* Claims about the JATS reader: what a paper says of itself, which figures it has, and what it cannot be made to do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <scope/paper.h>
#include <scope/text.h>

#include <stdio.h>
#include <stdlib.h>

#include "xml.h"

static struct sc_arena a;
static struct sc_paper p;
static struct sc_err e;

#define FRONT(meta) "<article><front><article-meta>" meta "</article-meta></front></article>"
#define BODY(xml)   "<article xmlns:xlink='http://www.w3.org/1999/xlink'><body>" xml "</body></article>"

static void is(sc_str got, const char *want)
{
	if (!sc_str_eq(got, sc_str_c(want)))
		fail_msg("got '%.*s', want '%s'", SC_ARG(got), want);
}

static void read_kinds(sc_str xml, unsigned kinds)
{
	e = (struct sc_err){ 0 };
	if (sc_jats_read(&a, xml, kinds, &p, &e) != SC_OK)
		fail_msg("%s", e.msg);
}

static void read_(const char *xml)
{
	read_kinds(sc_str_c(xml), SC_KIND_FIGURE);
}

static void spoilt(sc_str xml, const char *why)
{
	e = (struct sc_err){ 0 };
	assert_int_equal(sc_jats_read(&a, xml, SC_KIND_FIGURE, &p, &e), SC_BAD);
	if (!strstr(e.msg, why))
		fail_msg("'%s' does not say '%s'", e.msg, why);
}

/* ---- is it JATS ---- */

static void an_article_is_known_by_its_root(void **state)
{
	static const char *const yes[] = {
		"<article>", "\xef\xbb\xbf<?xml version='1.0'?>\n<!-- a > b --><article dtd-version='1.2'>",
		"<!DOCTYPE article PUBLIC '-//NLM//DTD JATS>//EN' \"x.dtd\" [ <!ENTITY a '>'> ]>\n<article\n>",
		"<!DOCTYPE article PUBLIC '-//NLM//DTD Journal Publishing", "<j:article xmlns:j='https://jats.nlm.nih.gov/ns/archiving/1.3/'>",
		"<article xmlns='http://dtd.nlm.nih.gov/2.0/xsd/archivearticle'>", "<pmc-articleset><article>",
		"<OAI-PMH xmlns='http://www.openarchives.org/OAI/2.0/'><x/><nlm:article ", "<article xmlns:x='y' a",
	};
	static const char *const no[] = {
		"", "<", "article", "<articles>", "<art", "<html><article>", "<!-- <article>", "<pmc-articleset><articles>",
		"<!DOCTYPE article PUBLIC '-//OASIS//DTD DocBook XML V4.5//EN'><article>", "<article xmlns='http://docbook.org/ns/docbook'>",
		"<article xmlns='http://www.elsevier.com/xml/ja/dtd'>", "\\documentclass{article}", "<?xml <article>", "<article",
	};

	(void)state;
	for (size_t i = 0; i < SC_COUNT(yes); i++)
		if (!sc_jats_is(sc_str_c(yes[i])))
			fail_msg("%s", yes[i]);
	for (size_t i = 0; i < SC_COUNT(no); i++)
		if (sc_jats_is(sc_str_c(no[i])))
			fail_msg("%s", no[i]);
}

static sc_str utf16(const char *ascii, bool big, bool mark)
{
	struct sc_buf b = { .a = &a };

	if (mark)
		sc_buf_add(&b, big ? SC_STR("\xfe\xff") : SC_STR("\xff\xfe"));
	for (; *ascii; ascii++) {
		sc_buf_byte(&b, big ? 0 : *ascii);
		sc_buf_byte(&b, big ? *ascii : 0);
	}
	return sc_buf_seal(&b);
}

static void encodings_are_read_and_offsets_are_bytes(void **state)
{
	static const char xml[] = BODY("<fig id='f'><label>1</label></fig>");
	size_t at = (size_t)(strstr(xml, "<fig") - xml);

	(void)state;
	for (int i = 0; i < 2; i++) {
		sc_str s = utf16(xml, i, true);

		assert_true(sc_jats_is(s));
		assert_true(sc_jats_is(utf16(xml, i, false)));
		read_kinds(s, SC_KIND_FIGURE);
		assert_int_equal(p.figure[0].off, 2 + 2 * at);
		assert_int_equal(p.figure[0].len, 2 * (sizeof "<fig id='f'><label>1</label></fig>" - 1));
	}
	read_("<?xml version='1.0' encoding='ISO-8859-1'?>" FRONT("<title-group><article-title>\xe9\x96</article-title></title-group>"));
	is(p.title, "\xc3\xa9\xc2\x96");
	read_("<?xml version='1.0' encoding='Windows-1252'?>" FRONT("<title-group><article-title>\xe9\x96</article-title></title-group>"));
	is(p.title, "\xc3\xa9\xe2\x80\x93");
	read_("<?xml version='1.0' encoding='iso-8859-15'?>" FRONT("<title-group><article-title>\xa4</article-title></title-group>"));
	is(p.title, "\xe2\x82\xac");
	spoilt(SC_STR("<?xml version='1.0' encoding='x-own'?><article/>"), "unknown encoding");
	spoilt(SC_STR("<article>\xff</article>"), "byte 9: XML cannot be read");
}

/* ---- the front ---- */

static void identifiers_lose_their_resolver(void **state)
{
	(void)state;
	read_(FRONT("<article-id pub-id-type='pmid'> 12 </article-id><article-id pub-id-type='doi'>https://doi.org/10.1/A.b</article-id>"
	            "<article-id pub-id-type='doi' specific-use='version'>10.1/A.b.2</article-id>"
	            "<article-id pub-id-type='PMC'>34</article-id><article-id>56</article-id><article-id pub-id-type='other'/>"));
	is(p.doi, "10.1/A.b");
	assert_int_equal(p.nid, 2);
	is(p.id[0].type, "pmid");
	is(p.id[0].value, "12");
	is(p.id[1].type, "pmc");
	read_(FRONT("<article-id pub-id-type='doi'>doi: 10.1/x</article-id>"));
	is(p.doi, "10.1/x");
	read_(FRONT("<article-id pub-id-type='doi'>pending</article-id>"));
	is(p.doi, "");
}

static void authors_are_named_in_order_and_editors_are_not(void **state)
{
	(void)state;
	read_(FRONT("<contrib-group><contrib contrib-type='author'><name><surname>Curie</surname><given-names>Marie</given-names>"
	            "<prefix>Dr</prefix></name><xref ref-type='aff'>1</xref></contrib>"
	            "<contrib contrib-type='editor'><name><surname>No</surname></name></contrib>"
	            "<contrib><string-name>A. <surname>King</surname>, Jr.<xref>*</xref></string-name></contrib>"
	            "<contrib contrib-type='author'><collab>The Group<contrib-group><contrib><name><surname>In</surname></name>"
	            "</contrib></contrib-group></collab></contrib>"
	            "<contrib contrib-type='author'><name-alternatives><name><surname>Ito</surname><given-names>K</given-names>"
	            "<suffix>II</suffix></name><name><surname>Other</surname></name></name-alternatives></contrib></contrib-group>"
	            "<contrib-group content-type='editors'><contrib><name><surname>Ed</surname></name></contrib></contrib-group>"));
	assert_int_equal(p.nauthor, 4);
	is(p.author[0], "Marie Curie");
	is(p.author[1], "A. King, Jr.");
	is(p.author[2], "The Group");
	is(p.author[3], "K Ito II");
}

static void subjects_are_those_of_the_innermost_groups_each_once(void **state)
{
	(void)state;
	read_(FRONT("<article-categories><subj-group subj-group-type='heading'><subject>Research Article</subject></subj-group>"
	            "<subj-group><subject>Biology</subject><subj-group><subject>Cell  biology</subject></subj-group></subj-group>"
	            "<subj-group><subject>Medicine</subject><subj-group><subject>Cell biology</subject><subject>&alpha;</subject>"
	            "</subj-group></subj-group></article-categories><kwd-group><kwd>no</kwd></kwd-group>"));
	assert_int_equal(p.nsubject, 3);
	is(p.subject[0], "Research Article");
	is(p.subject[1], "Cell biology");
	is(p.subject[2], "\xce\xb1");
}

static void the_year_is_that_of_the_earliest_publication(void **state)
{
	(void)state;
	read_(FRONT("<pub-date pub-type='nihms-submitted'><year>1999</year></pub-date><pub-date pub-type='ppub'><year>2010</year></pub-date>"
	            "<pub-date date-type='pub' iso-8601-date='2009-12-30'/><history><date><year>2008</year></date></history>"));
	assert_int_equal(p.year, 2009);
	read_(FRONT("<pub-date><year>in press</year></pub-date>"));
	assert_int_equal(p.year, 0);
}

static void titles_journal_and_language(void **state)
{
	(void)state;
	read_("<article xml:lang='pt'><front><journal-meta><journal-id journal-id-type='nlm-ta'>J Ta</journal-id>"
	      "<abbrev-journal-title>J. Abbr.</abbrev-journal-title><publisher><publisher-name>P &amp; Q</publisher-name></publisher>"
	      "</journal-meta><article-meta><title-group><article-title>On <italic>E. coli</italic> K<sub>2</sub><xref>*</xref>\n in"
	      "<break/>water</article-title></title-group></article-meta></front><sub-article><front-stub><title-group><article-title>"
	      "No</article-title></title-group></front-stub></sub-article></article>");
	is(p.title, "On E. coli K2 in water");
	is(p.journal, "J. Abbr.");
	is(p.publisher, "P & Q");
	is(p.language, "pt");
	is(p.format, "jats");
	read_("<article><front><journal-meta><journal-title>Old</journal-title></journal-meta></front></article>");
	is(p.journal, "Old");
	read_("<article><front/></article>");
	is(p.title, "");
	assert_int_equal(p.nfigure, 0);
}

static void terms_are_those_of_the_article(void **state)
{
	static const char xml[] = FRONT("<permissions><copyright-year>2020</copyright-year><copyright-holder>Doe</copyright-holder>"
	                                "<license license-type='open-access' xmlns:l='http://www.w3.org/1999/xlink' l:href=' http://cc/by '>"
	                                "<a:license_ref xmlns:a='http://www.niso.org/schemas/ali/1.0/'>http://cc/by</a:license_ref>"
	                                "<license-p>Free.</license-p><license-p>As in beer.</license-p></license>"
	                                "<license href='http://cc/nc'><p>Not.</p></license></permissions>");

	(void)state;
	read_(xml);
	is(p.terms.type, "open-access");
	is(p.terms.href, "http://cc/by");
	is(p.terms.text, "Free. As in beer. http://cc/nc Not.");
	is(p.terms.copyright, "2020 Doe");
	assert_int_equal(p.terms.off, strstr(xml, "<permissions") - xml);
	assert_int_equal(p.terms.len, strstr(xml, "</article-meta>") - strstr(xml, "<permissions"));
	read_(FRONT("<permissions><license><license-p>See <ext-link xlink:href='https://creativecommons.org/licenses/by/4.0/'>this</ext-link>"
	            "</license-p></license></permissions>"));
	is(p.terms.href, "https://creativecommons.org/licenses/by/4.0/");
	read_(FRONT("<copyright-statement>(c) Doe</copyright-statement><license><p>Old.</p></license><abstract/>"));
	is(p.terms.copyright, "(c) Doe");
	is(p.terms.text, "Old.");
	assert_int_equal(p.terms.len, sizeof "<copyright-statement>(c) Doe</copyright-statement><license><p>Old.</p></license>" - 1);
}

/* ---- figures ---- */

static void a_figure_has_its_words_images_and_place(void **state)
{
	static const char xml[] = BODY("<sec><p>Text<fig id='f1' fig-type='chart'><object-id>10.1/x</object-id><label>Figure&nbsp;1</label>"
	                               "<caption><title>Of <bold>mice</bold>.</title><p>A<sup>2</sup> (<xref>4</xref>).</p>\n<p>B;&unknown; "
	                               "<list><list-item><p>one</p></list-item><list-item><p>two</p></list-item></list></p></caption>"
	                               "<graphic mimetype='image' mime-subtype='tiff' xlink:href='a-1'><alt-text>no</alt-text></graphic>"
	                               "<attrib>From Doe.</attrib><copyright-statement>(c) Roe</copyright-statement></fig></p></sec>");
	const struct sc_figure *f;

	(void)state;
	read_(xml);
	assert_int_equal(p.nfigure, 1);
	f = p.figure;
	is(f->id, "f1");
	is(f->type, "chart");
	is(f->kind, "figure");
	is(f->label, "Figure 1");
	is(f->title, "Of mice.");
	is(f->text, "A2 (4).\nB;&unknown; one two");
	is(f->attrib, "From Doe. (c) Roe");
	assert_int_equal(f->ngraphic, 1);
	is(f->graphic[0].href, "a-1");
	is(f->graphic[0].media, "image/tiff");
	assert_int_equal(f->terms.len, 0);
	assert_int_equal(f->off, strstr(xml, "<fig") - xml);
	assert_int_equal(f->len, strstr(xml, "</p></sec>") - strstr(xml, "<fig"));
}

static void alternatives_are_one_panel(void **state)
{
	static const uint32_t want[] = { 0, 0, 0, 1, 1, 2 };

	(void)state;
	read_(BODY("<fig><alternatives><graphic xlink:href='1.tif'/><graphic xlink:href='1.png' specific-use='web' content-type='small'/>"
	           "<graphic xlink:href='1.jpg'/></alternatives><graphic id='g2' xlink:href='2'/><graphic alternate-form-of='g2' href='2b'/>"
	           "<p><graphic xlink:href='3'/></p><graphic/><media xlink:href='no'/><p><inline-graphic xlink:href='no'/><inline-formula>"
	           "<graphic xlink:href='no'/></inline-formula></p><supplementary-material><graphic xlink:href='no'/></supplementary-material>"
	           "<permissions><license><graphic xlink:href='no'/></license></permissions></fig>"));
	assert_int_equal(p.figure[0].ngraphic, SC_COUNT(want));
	for (size_t i = 0; i < SC_COUNT(want); i++)
		assert_int_equal(p.figure[0].graphic[i].panel, want[i]);
	is(p.figure[0].graphic[1].use, "web small");
}

static void figures_stand_in_many_places_and_portraits_are_none(void **state)
{
	(void)state;
	read_("<a:article xmlns:a='https://jats.nlm.nih.gov/x'><a:front><a:journal-meta><fig id='n1'/></a:journal-meta><article-meta>"
	      "<contrib-group><contrib><bio><fig id='n2'/></bio></contrib></contrib-group><abstract><p><fig id='1'/></p></abstract>"
	      "</article-meta></a:front><body><fig id='n3' fig-type='author-photo'/><fig id='n4' fig-type='Logo'/><boxed-text><fig id='2'/>"
	      "</boxed-text><fig id='3' fig-type='photo'/><supplementary-material><fig id='4'/></supplementary-material><graphic/>"
	      "<table-wrap id='n5'><fig id='5'/></table-wrap></body><back><app><fig id='6'/></app><bio><fig id='n6'/></bio></back>"
	      "<floats-group><a:fig id='7'/></floats-group><response><body><fig id='8'/></body></response></a:article>");
	assert_int_equal(p.nfigure, 8);
	for (uint32_t i = 0; i < p.nfigure; i++)
		is(p.figure[i].id, (char[]){ (char)('1' + i), 0 });
}

static void a_figure_in_a_figure_is_one_of_its_own(void **state)
{
	(void)state;
	read_(BODY("<fig id='1'><label>Figure 1.</label><caption><p>Outer <supplementary-material><label>S</label></supplementary-material>"
	           "words.</p></caption><graphic xlink:href='o'/><permissions><copyright-statement>X</copyright-statement></permissions>"
	           "<p><fig id='1s1'><label>Supplement</label><caption><p>Inner.</p></caption><graphic xlink:href='i'/></fig></p></fig>"));
	assert_int_equal(p.nfigure, 2);
	is(p.figure[0].text, "Outer words.");
	assert_int_equal(p.figure[0].ngraphic, 1);
	is(p.figure[1].text, "Inner.");
	is(p.figure[1].graphic[0].href, "i");
	is(p.figure[1].terms.copyright, "X");
}

static void a_group_gives_what_its_figures_lack(void **state)
{
	(void)state;
	read_(BODY("<fig-group id='g'><label>Figure 2</label><caption><title>All.</title><p>Of it.</p></caption>"
	           "<fig id='a'><label>2a</label><graphic xlink:href='a'/></fig><fig id='b'><caption><p>Own.</p></caption></fig></fig-group>"
	           "<fig-group id='h'><label>3</label><graphic xlink:href='x'/><graphic xlink:href='y'/></fig-group>"));
	assert_int_equal(p.nfigure, 3);
	is(p.figure[0].label, "2a");
	is(p.figure[0].title, "All.");
	is(p.figure[0].text, "Of it.");
	is(p.figure[1].label, "Figure 2");
	is(p.figure[1].title, "");
	is(p.figure[1].text, "Own.");
	is(p.figure[2].id, "h");
	assert_int_equal(p.figure[2].ngraphic, 2);
}

static void a_figure_has_the_terms_nearest_to_it(void **state)
{
	(void)state;
	read_("<article><front><article-meta><permissions><copyright-statement>article</copyright-statement></permissions></article-meta>"
	      "</front><body><fig/><fig><caption><p>x</p></caption><graphic><permissions><copyright-statement>own</copyright-statement>"
	      "</permissions></graphic></fig><boxed-text><fig/><fig><permissions><license license-type='o'/></permissions></fig><permissions>"
	      "<copyright-statement>box</copyright-statement></permissions></boxed-text></body><sub-article><front-stub><permissions>"
	      "<copyright-statement>sub</copyright-statement></permissions></front-stub><body><p><fig/></p></body></sub-article>"
	      "<sub-article><body><fig/></body></sub-article></article>");
	assert_int_equal(p.nfigure, 6);
	is(p.terms.copyright, "article");
	is(p.figure[0].terms.copyright, "");
	is(p.figure[1].terms.copyright, "own");
	is(p.figure[2].terms.copyright, "box");
	is(p.figure[3].terms.copyright, "");
	is(p.figure[3].terms.type, "o");
	is(p.figure[4].terms.copyright, "sub");
	assert_int_equal(p.figure[5].terms.len, 0);
}

static void tables_and_equations_only_when_asked_for(void **state)
{
	static const char xml[] = BODY("<table-wrap id='t'><label>Table 1</label><caption><p>Cells.</p></caption><alternatives><graphic "
	                               "xlink:href='t'/><table><td>no<graphic xlink:href='no'/></td></table></alternatives></table-wrap>"
	                               "<p><disp-formula id='e'><label>(1)</label><tex-math>x^2</tex-math><graphic xlink:href='e'/>"
	                               "</disp-formula></p><fig><caption><p>Where <disp-formula><tex-math>y</tex-math></disp-formula></p>"
	                               "</caption></fig>");

	(void)state;
	read_(xml);
	assert_int_equal(p.nfigure, 1);
	is(p.figure[0].text, "Where y");
	read_kinds(sc_str_c(xml), SC_KIND_FIGURE | SC_KIND_TABLE | SC_KIND_EQUATION);
	assert_int_equal(p.nfigure, 4);
	is(p.figure[0].kind, "table");
	is(p.figure[0].text, "Cells.");
	assert_int_equal(p.figure[0].ngraphic, 1);
	is(p.figure[1].kind, "equation");
	is(p.figure[1].label, "(1)");
	is(p.figure[1].text, "x^2");
	is(p.figure[1].graphic[0].href, "e");
	is(p.figure[2].kind, "figure");
	is(p.figure[3].text, "y");
	read_kinds(sc_str_c(xml), SC_KIND_EQUATION);
	assert_int_equal(p.nfigure, 2);
	read_kinds(SC_STR(BODY("<fig-group><label>1</label><disp-formula>x</disp-formula><fig/></fig-group>")), 7);
	assert_int_equal(p.nfigure, 2);
	is(p.figure[0].label, "");
	is(p.figure[1].label, "1");
}

static void says(const char *inside, const char *want)
{
	read_(sc_fmt(&a, BODY("<fig><caption><p>%s</p></caption></fig>"), inside).p);
	is(p.figure[0].text, want);
}

static void formulas_are_source_and_tex_goes_first(void **state)
{
	(void)state;
	says("a <inline-formula><alternatives><math><mi>x</mi></math><tex-math>\\documentclass{minimal}\n\\begin{document}$x$\\end{document}"
	     "</tex-math><inline-graphic/></alternatives></inline-formula>.", "a $x$.");
	says("<m:math xmlns:m='m'><m:mfrac>\n <m:mi>a</m:mi>\n <m:mrow><m:mi>b</m:mi><m:mo>+</m:mo><m:mi>c</m:mi></m:mrow></m:mfrac>"
	     "<m:msubsup><m:mi>x</m:mi><m:mi> i </m:mi><m:mrow><m:mn>10</m:mn></m:mrow></m:msubsup></m:math>", "a/(b+c)x_i^{10}");
	says("<math><semantics><msqrt><mn>2</mn></msqrt><annotation>no</annotation></semantics><mfenced open='['><mi>a</mi><mi>b</mi></mfenced>"
	     "<mtext> if </mtext></math>", "\xe2\x88\x9a(2)[a,b) if");
	says("<inline-formula><math><mi>x</mi></math><textual-form>no</textual-form></inline-formula>", "x");
}

static void white_space_is_one_space_and_markup_is_gone(void **state)
{
	(void)state;
	says(" a&#xa0;\t&ensp;<bold>b</bold><italic>c</italic>\n<break/>d<!-- no --><?no?><![CDATA[ <e>]]> ", "a bc d <e>");
	says("x<fn><label>*</label><p>Note.</p></fn> y<table-wrap><caption><p>no</p></caption></table-wrap><media><p>no</p></media>", "x * Note. y");
	read_(BODY("<fig><caption>Bare <bold>words</bold>.<p>And <sup>1</sup> more.</p> Behind.</caption></fig>"));
	is(p.figure[0].text, "Bare words.\nAnd 1 more.\nBehind.");
}

/* ---- entities, and what is hostile ---- */

static void names_of_characters_come_from_a_table(void **state)
{
	extern const char sc_data_data_entities[];
	char out[16];
	sc_str text = sc_str_c(sc_data_data_entities), line, before = { NULL, 0 };
	size_t n = 0;

	(void)state;
	while (sc_str_cut(&text, '\n', &line)) {
		sc_str name = sc_str_head(line, sc_str_chr(line, '\t'));

		if (!line.n || *line.p == '#')
			continue;
		n++;
		if (sc_str_cmp(before, name) >= 0)
			fail_msg("'%.*s' is not in order", SC_ARG(name));
		assert_true(sc_utf8_valid((sc_str){ out, xml_entity(name, out) }) > 0);
		before = name;
	}
	assert_true(n > 2000);
	assert_int_equal(xml_entity(SC_STR("nbsp"), out), 2);
	assert_int_equal(xml_entity(SC_STR("#"), out), 0);
	assert_int_equal(xml_entity(SC_STR("zzzz"), out), 0);
	says("&AElig;&zwnj;&bne;&Agr;&amp;&lt;&#65;&nope;", "\xc3\x86\xe2\x80\x8c=\xe2\x83\xa5\xce\x91&<A&nope;");
}

static void entities_of_the_document_are_not_expanded(void **state)
{
	(void)state;
	read_("<!DOCTYPE article SYSTEM 'no.dtd' [<!ENTITY a 'lol'><!ENTITY b '&a;&a;'><!ENTITY f SYSTEM 'file:///etc/passwd'>"
	      "<!ENTITY % p SYSTEM 'file:///etc/passwd'> %p;]>" BODY("<fig><label>&b; &f;</label></fig>"));
	is(p.figure[0].label, "&b; &f;");
	read_("<!DOCTYPE article [<!ENTITY a 'x'>]>" BODY("<fig id='&a;&a;'/>"));
	is(p.figure[0].id, "xx");
}

static void what_grows_without_end_is_refused(void **state)
{
	struct sc_buf b = { .a = &a };

	(void)state;
	for (int i = 0; i < 2000; i++)
		sc_buf_add(&b, SC_STR("<article>"));
	spoilt(sc_buf_str(&b), "deeper than 1024");
	sc_buf_clear(&b);
	sc_buf_add(&b, SC_STR("<!DOCTYPE article [<!ENTITY a 'aaaaaaaaaaaaaaaa'>"));
	for (char c = 'b'; c < 'q'; c++)
		sc_buf_fmt(&b, "<!ENTITY %c '&%c;&%c;&%c;'>", c, c - 1, c - 1, c - 1);
	sc_buf_add(&b, SC_STR("]><article a='&p;'/>"));
	spoilt(sc_buf_str(&b), "amplification");
	sc_buf_clear(&b);
	sc_buf_add(&b, SC_STR("<!DOCTYPE article [<!ATTLIST article "));
	for (int i = 0; i < 300; i++)
		sc_buf_fmt(&b, "a%d CDATA 'x' ", i);
	sc_buf_add(&b, SC_STR(">]><article/>"));
	spoilt(sc_buf_str(&b), "default value");
	sc_buf_clear(&b);
	sc_buf_add(&b, SC_STR("<article>"));
	for (int i = 0; i < 70000; i++)
		sc_buf_add(&b, SC_STR("<fig/>"));
	sc_buf_add(&b, SC_STR("</article>"));
	spoilt(sc_buf_str(&b), "more than 65536 figures");
}

static void several_articles_are_not_one_paper(void **state)
{
	(void)state;
	read_("<pmc-articleset><article><body><fig id='x'/></body></article></pmc-articleset>");
	is(p.figure[0].id, "x");
	spoilt(SC_STR("<pmc-articleset><article/><article/></pmc-articleset>"), "a document of its own");
	spoilt(SC_STR("<pmc-articleset/>"), "no article");
	spoilt(SC_STR("<html><article/></html>"), "the root element is 'html'");
	spoilt(SC_STR(""), "line 1, byte 0: XML cannot be read");
	spoilt(SC_STR("<article><fig></article>"), "line 1");
}

/* ---- papers as they are ---- */

static const char *shared;

static sc_str load(sc_str name)
{
	struct sc_buf b = { .a = &a };
	FILE *f = fopen(sc_fmt(&a, "%s/data/%.*s", shared, SC_ARG(name)).p, "rb");
	size_t n;

	if (!f)
		fail_msg("cannot open %.*s", SC_ARG(name));
	while ((n = fread(sc_buf_room(&b, 1 << 16), 1, 1 << 16, f)) > 0)
		b.n += n;
	fclose(f);
	return sc_buf_seal(&b);
}

static void compare(sc_str name, sc_str column, sc_str got, sc_str want)
{
	if (!sc_str_eq(got, want))
		fail_msg("%.*s: %.*s is '%.*s', not '%.*s'", SC_ARG(name), SC_ARG(column), SC_ARG(got), SC_ARG(want));
}

/* A row of the table and the same of what we read. */
static void paper_is_as_stated(sc_str head, sc_str row)
{
	uint32_t words = 0, images = 0;
	sc_str column, want, name = sc_str_head(row, sc_str_chr(row, '\t')), xml = load(name);

	assert_true(sc_jats_is(sc_str_head(xml, 4096)));
	read_kinds(xml, SC_KIND_FIGURE);
	for (uint32_t i = 0; i < p.nfigure; i++) {
		const struct sc_figure *f = &p.figure[i];

		words += f->title.n || f->text.n;
		images += f->ngraphic;
		assert_true(sc_str_starts(sc_str_from(xml, f->off), SC_STR("<fig")));
		assert_true(sc_str_ends(sc_str_head(xml, f->off + f->len), SC_STR("</fig>")));
	}
	while (sc_str_cut(&head, '\t', &column) && sc_str_cut(&row, '\t', &want)) {
		if (sc_str_eq(column, SC_STR("doi")))
			compare(name, column, p.doi, want);
		else if (sc_str_eq(column, SC_STR("license_href")))
			compare(name, column, p.terms.href, want);
		else if (sc_str_eq(column, SC_STR("fig")))
			compare(name, column, sc_fmt(&a, "%u", p.nfigure), want);
		else if (sc_str_eq(column, SC_STR("fig_with_caption")))
			compare(name, column, sc_fmt(&a, "%u", words), want);
		else if (sc_str_eq(column, SC_STR("graphic_in_fig")))
			compare(name, column, sc_fmt(&a, "%u", images), want);
	}
}

static void real_papers_have_what_their_table_says(void **state)
{
	sc_str table, head, row;
	struct sc_mark m;
	unsigned n = 0;

	(void)state;
	shared = getenv("SHARED");
	if (!shared || !*shared) {
		print_message("skipped: no ../shared\n");
		skip();
	}
	table = load(SC_STR("TRUTH-jats.tsv"));
	m = sc_arena_mark(&a);
	for (sc_str_cut(&table, '\n', &head); sc_str_cut(&table, '\n', &row); sc_arena_back(&a, m)) {
		if (!sc_str_starts(row, SC_STR("jats/pmc/")) && !sc_str_starts(row, SC_STR("jats/xml/")))
			continue;
		paper_is_as_stated(head, row);
		n++;
	}
	assert_int_equal(n, 90);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_article_is_known_by_its_root),
		cmocka_unit_test(encodings_are_read_and_offsets_are_bytes),
		cmocka_unit_test(identifiers_lose_their_resolver),
		cmocka_unit_test(authors_are_named_in_order_and_editors_are_not),
		cmocka_unit_test(subjects_are_those_of_the_innermost_groups_each_once),
		cmocka_unit_test(the_year_is_that_of_the_earliest_publication),
		cmocka_unit_test(titles_journal_and_language),
		cmocka_unit_test(terms_are_those_of_the_article),
		cmocka_unit_test(a_figure_has_its_words_images_and_place),
		cmocka_unit_test(alternatives_are_one_panel),
		cmocka_unit_test(figures_stand_in_many_places_and_portraits_are_none),
		cmocka_unit_test(a_figure_in_a_figure_is_one_of_its_own),
		cmocka_unit_test(a_group_gives_what_its_figures_lack),
		cmocka_unit_test(a_figure_has_the_terms_nearest_to_it),
		cmocka_unit_test(tables_and_equations_only_when_asked_for),
		cmocka_unit_test(formulas_are_source_and_tex_goes_first),
		cmocka_unit_test(white_space_is_one_space_and_markup_is_gone),
		cmocka_unit_test(names_of_characters_come_from_a_table),
		cmocka_unit_test(entities_of_the_document_are_not_expanded),
		cmocka_unit_test(what_grows_without_end_is_refused),
		cmocka_unit_test(several_articles_are_not_one_paper),
		cmocka_unit_test(real_papers_have_what_their_table_says),
	};
	int rc = cmocka_run_group_tests(tests, NULL, NULL);

	sc_arena_free(&a);
	return rc;
}
