/* SPDX-License-Identifier: Apache-2.0 */
/* Claims about latex*.c: figures, captions and files out of LaTeX sources. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <scope/paper.h>
#include <scope/text.h>

#include <stdio.h>
#include <stdlib.h>

static struct sc_arena a;
static struct sc_paper p;
static struct sc_part part[16];
static uint32_t nparts;
static bool used[16];

static void file(const char *name, const char *text)
{
	part[nparts++] = (struct sc_part){ .name = sc_str_c(name), .data = sc_str_c(text) };
}

static void start(const char *text)
{
	nparts = 0;
	file("main.tex", text);
}

static int read_as(unsigned kinds)
{
	struct sc_err e = { 0 };

	return sc_latex_read(&a, part, nparts, 0, kinds, &p, used, &e);
}

static void is(sc_str got, const char *want)
{
	char *text = strndup(got.n ? got.p : "", got.n);

	assert_string_equal(text, want);
	free(text);
}

#define DOC(body) "\\documentclass{article}\\begin{document}" body "\\end{document}"
#define FIG(in) "\\begin{figure}" in "\\end{figure}"

static void caption_is(const char *tex, const char *want)
{
	char *text = malloc(strlen(tex) + 200);

	sprintf(text, DOC("\\newcommand{\\um}{$\\mu$m}\\newcommand{\\pair}[2][x]{(#1, #2)}" FIG("\\caption{%s}")), tex);
	start(text);
	assert_int_equal(read_as(0), SC_OK);
	assert_int_equal(p.nfigure, 1);
	is(p.figure[0].text, want);
	free(text);
}

static void captions_become_plain_text(void **state)
{
	(void)state;
	caption_is("A \\textbf{bold {\\em word}} here.", "A bold word here.");
	caption_is("As in~\\citep[see][p. 2]{x,y}, it\\footnote{no} grows \\cite{z}.", "As in, it grows.");
	caption_is("Cost is 5\\,\\%, \\$3 \\& more\\_so \\#1.", "Cost is 5 %, $3 & more_so #1.");
	caption_is("Math $x^{2} \\leq \\alpha$ stays; \\(y\\) too.", "Math $x^{2} \\leq \\alpha$ stays; \\(y\\) too.");
	caption_is("G\\\"odel, Erd\\H{o}s, Caf\\'e, \\c{C}a, \\'{\\i}, \\ss, \\AA ngstr\\\"{o}m, \\v{S}", "G\xc3\xb6""del, Erd\xc5\x91s, Caf\xc3\xa9, \xc3\x87""a, \xc3\xad, \xc3\x9f, \xc3\x85ngstr\xc3\xb6m, \xc5\xa0");
	caption_is("``Quoted'' -- and --- dashed", "\xe2\x80\x9cQuoted\xe2\x80\x9d \xe2\x80\x93 and \xe2\x80\x94 dashed");
	caption_is("5\\um\\ long \\pair{b} \\pair[a]{b}", "5$\\mu$m long (x, b) (a, b)");
	caption_is("See \\href{http://x.org/}{there} or \\url{http://y.org/a_b}.", "See there or http://y.org/a_b.");
	caption_is("Two\n  lines % gone\n  and more.", "Two lines and more.");
	caption_is("\\unknown{kept} \\label{fig:x}\\vspace{2mm}end", "kept end");
	caption_is("[short]? no", "[short]? no");
}

static void panels_and_their_captions(void **state)
{
	(void)state;
	start(DOC(FIG("\\subfloat[First]{\\includegraphics{a}}\\subfloat[Second]{\\includegraphics[width=2cm]{b.png}}\\caption[short]{Both.}\\label{fig:ab}")));
	assert_int_equal(read_as(0), SC_OK);
	assert_int_equal(p.nfigure, 1);
	is(p.figure[0].text, "Both.\n(a) First\n(b) Second");
	is(p.figure[0].id, "fig:ab");
	is(p.figure[0].label, "Figure 1");
	assert_int_equal(p.figure[0].ngraphic, 2);
	is(p.figure[0].graphic[1].href, "b.png");
	assert_int_equal(p.figure[0].graphic[1].panel, 1);
	start(DOC(FIG("\\begin{subfigure}{.5\\linewidth}\\includegraphics{a}\\caption{One}\\label{in}\\end{subfigure}\\caption{All}\\label{out}")));
	assert_int_equal(read_as(0), SC_OK);
	is(p.figure[0].text, "All\n(a) One");
	is(p.figure[0].id, "out");
}

static void minipages_with_captions_of_their_own_are_figures(void **state)
{
	(void)state;
	start(DOC(FIG("\\begin{minipage}{3cm}\\includegraphics{a}\\caption{Left}\\label{l}\\end{minipage}"
		      "\\begin{minipage}{3cm}\\includegraphics{b}\\caption{Right}\\label{r}\\end{minipage}")));
	assert_int_equal(read_as(0), SC_OK);
	assert_int_equal(p.nfigure, 2);
	is(p.figure[1].text, "Right");
	is(p.figure[1].id, "r");
	is(p.figure[1].label, "Figure 2");
	assert_int_equal(p.figure[1].ngraphic, 1);
	is(p.figure[1].graphic[0].href, "b");
}

static void every_way_to_show_a_graphic(void **state)
{
	static const struct {
		const char *tex, *href;
	} rows[] = {
		{ "\\includegraphics*[angle=90]{a.eps}", "a.eps" }, { "\\epsfig{width=3cm,file=a.eps}", "a.eps" },
		{ "\\psfig{figure=a.ps,height=2cm}", "a.ps" },	    { "\\epsfbox{a.eps}", "a.eps" },
		{ "\\plotone{f1.eps}", "f1.eps" },		    { "\\begin{overpic}[width=1cm]{a.png}\\put(1,2){x}\\end{overpic}", "a.png" },
		{ "\\includegraphics[page=2]%\n{a}", "a" },	    { "\\show{a}", "a" },
	};
	char text[400];

	(void)state;
	for (size_t i = 0; i < SC_COUNT(rows); i++) {
		sprintf(text, DOC("\\newcommand{\\show}[1]{\\includegraphics[width=1cm]{#1}}" FIG("%s\\caption{c}")), rows[i].tex);
		start(text);
		assert_int_equal(read_as(0), SC_OK);
		assert_int_equal(p.nfigure, 1);
		assert_int_equal(p.figure[0].ngraphic, 1);
		is(p.figure[0].graphic[0].href, rows[i].href);
	}
}

static void what_is_no_figure_is_none(void **state)
{
	(void)state;
	start(DOC("\\includegraphics{logo} % " FIG("\\caption{commented}") "\n\\iffalse " FIG("\\caption{false}") "\\fi"
		  "\\begin{verbatim}" FIG("\\caption{verbatim}") "\\end{verbatim}\\begin{comment}" FIG("") "\\end{comment}"
		  "\\begin{table}\\caption{T}\\end{table}\\begin{equation}x\\end{equation}") FIG("\\caption{after the end}"));
	assert_int_equal(read_as(SC_KIND_FIGURE), SC_OK);
	assert_int_equal(p.nfigure, 0);
	assert_int_equal(read_as(SC_KIND_TABLE | SC_KIND_EQUATION), SC_OK);
	assert_int_equal(p.nfigure, 2);
	is(p.figure[0].kind, "table");
	is(p.figure[0].label, "Table 1");
}

static void figures_made_by_macros(void **state)
{
	(void)state;
	start("\\documentclass{article}\\newcommand{\\bfig}{\\begin{figure}}\\newcommand{\\efig}{\\end{figure}}"
	      "\\newcommand\\fig[3]{\\begin{figure}\\includegraphics{#1}\\caption{#2}\\label{#3}\\end{figure}}"
	      "\\begin{document}\\bfig\\includegraphics{a}\\caption{A}\\efig\\fig{b}{See \\ref{k} and \\ref{none}.}{q}\\fig{c}{C}{k}\\end{document}");
	assert_int_equal(read_as(0), SC_OK);
	assert_int_equal(p.nfigure, 3);
	is(p.figure[1].graphic[0].href, "b");
	is(p.figure[1].text, "See 3 and .");
	is(p.figure[2].id, "k");
}

static void numbers_are_counted_as_latex_does(void **state)
{
	(void)state;
	start(DOC(FIG("\\caption{1}") FIG("no caption") FIG("\\caption{2}") FIG("\\ContinuedFloat\\caption{2, on}")
		  "\\appendix\\setcounter{figure}{0}\\renewcommand{\\thefigure}{S\\arabic{figure}}" FIG("\\caption{s}")));
	assert_int_equal(read_as(0), SC_OK);
	assert_int_equal(p.nfigure, 5);
	is(p.figure[2].label, "Figure 2");
	is(p.figure[3].label, "Figure 2");
	is(p.figure[4].label, "Figure S1");
}

static void files_are_followed_inside_the_tree_only(void **state)
{
	(void)state;
	start(DOC("\\input{sec/one}\\input sec/two.tex \\include{../out}\\input{/etc/passwd}\\input{loop}\\import{sec/}{three}"));
	part[0].name = SC_STR("paper/main.tex");
	file("paper/sec/one.tex", FIG("\\caption{1}"));
	file("paper/sec/two.tex", "\xe9t\xe9 " FIG("\\caption{\xe9t\xe9}"));
	file("paper/sec/three.tex", FIG("\\caption{3}"));
	file("paper/loop.tex", "\\input{loop}\\input{main}" FIG("\\caption{l}"));
	file("out.tex", FIG("\\caption{in the tree}"));
	file("paper/sec/four.tex", FIG("\\caption{not asked for}"));
	assert_int_equal(read_as(0), SC_OK);
	assert_int_equal(p.nfigure, 5);
	is(p.figure[1].text, "\xc3\xa9t\xc3\xa9");
	is(p.figure[0].doc, "paper/sec/one.tex");
	assert_int_equal(p.figure[0].off, 0);
	assert_int_equal(p.figure[0].len, strlen(FIG("\\caption{1}")));
	assert_true(used[5] && !used[6]);
}

static void graphics_are_found_by_texs_rules(void **state)
{
	(void)state;
	start("\\documentclass{a}\\graphicspath{{figs/}{./img/}}\\begin{document}\\end{document}");
	part[0].name = SC_STR("p/main.tex");
	file("p/figs/a.png", "");
	file("p/figs/a.pdf", "");
	file("p/img/B.JPG", "");
	file("p/c.1.eps", "");
	file("p/figs/._d.png", "");
	assert_int_equal(read_as(0), SC_OK);
	assert_int_equal(sc_latex_graphic(part, nparts, &p, SC_STR("a")), 2);
	assert_int_equal(sc_latex_graphic(part, nparts, &p, SC_STR("a.png")), 1);
	assert_int_equal(sc_latex_graphic(part, nparts, &p, SC_STR("b")), 3);
	assert_int_equal(sc_latex_graphic(part, nparts, &p, SC_STR("\"c.1\"")), 4);
	assert_int_equal(sc_latex_graphic(part, nparts, &p, SC_STR("d")), nparts);
	assert_int_equal(sc_latex_graphic(part, nparts, &p, SC_STR("../../etc/passwd")), nparts);
}

static void who_wrote_what(void **state)
{
	(void)state;
	start("\\documentclass{article}\\title[Short]{A \\emph{long} title\\thanks{x}}\\author{Ann B. Cole$^{1}$, Dan Eel$^{2}$ and Fay Gee\\\\ Some Institute, Town}"
	      "\\date{March 2019}\\doi{https://doi.org/10.1000/x.1}\\begin{document}\\section{A}\\title{No}\\end{document}");
	assert_int_equal(read_as(0), SC_OK);
	is(p.title, "A long title");
	assert_int_equal(p.nauthor, 3);
	is(p.author[0], "Ann B. Cole");
	is(p.author[2], "Fay Gee");
	assert_int_equal(p.year, 2019);
	is(p.doi, "10.1000/x.1");
	start("\\documentclass{article}\\author[1]{Ann Bee}\\author[2]{Cid Dee}\\affil[1]{X}\\begin{document}\\thanks{Licensed under https://creativecommons.org/licenses/by/4.0/.}\\section{A}\\end{document}");
	assert_int_equal(read_as(0), SC_OK);
	assert_int_equal(p.nauthor, 2);
	is(p.terms.href, "https://creativecommons.org/licenses/by/4.0/");
	start(DOC("\\author{Ann Bee \\and Cid Dee}"));
	assert_int_equal(read_as(0), SC_OK);
	assert_int_equal(p.nauthor, 2);
	assert_int_equal(p.year, 0);
}

static void a_bomb_of_macros_ends(void **state)
{
	struct sc_buf b = { 0 };

	(void)state;
	sc_buf_add(&b, SC_STR("\\documentclass{a}\\def\\a{xxxxxxxxxx}"));
	for (char c = 'b'; c <= 'z'; c++)
		sc_buf_fmt(&b, "\\def\\%c{\\%c\\%c\\%c\\%c}", c, c - 1, c - 1, c - 1, c - 1);
	sc_buf_add(&b, SC_STR("\\begin{document}" FIG("\\caption{\\z \\q}") FIG("\\caption{\\loop}") "\\end{document}"));
	sc_buf_byte(&b, 0);
	start(b.p);
	read_as(0);
	assert_int_equal(p.nfigure, 2);
	assert_true(p.figure[0].text.n < 1 << 20);
	sc_buf_clear(&b);
	sc_buf_add(&b, SC_STR("\\documentclass{a}\\def\\um{"));
	for (int i = 0; i < 400; i++)
		sc_buf_add(&b, SC_STR("\\um"));
	sc_buf_add(&b, SC_STR("}\\begin{document}" FIG("\\caption{A \\um\\ grain.}") "\\end{document}"));
	sc_buf_byte(&b, 0);
	start(b.p);
	assert_int_equal(read_as(0), SC_OK);
	is(p.figure[0].text, "A grain.");
	sc_buf_free(&b);
}

static void what_is_latex(void **state)
{
	(void)state;
	assert_true(sc_latex_is_main(SC_STR("% c\n\\documentclass[a4paper]{article}")));
	assert_true(sc_latex_is_main(SC_STR("\\documentstyle{article}")));
	assert_false(sc_latex_is_main(SC_STR("% \\documentclass{article}\nhello")));
	assert_false(sc_latex_is_main(SC_STR("\\section{A} text")));
	assert_false(sc_latex_is(SC_STR("An article about \\section{ and others.")));
	assert_false(sc_latex_is(SC_STR("")));
	assert_true(sc_latex_is(SC_STR("\\section{A}\\begin{x}\\end{x}\\cite{k}")));
}

static int clear(void **state)
{
	(void)state;
	sc_arena_free(&a);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(captions_become_plain_text, clear),
		cmocka_unit_test_teardown(panels_and_their_captions, clear),
		cmocka_unit_test_teardown(minipages_with_captions_of_their_own_are_figures, clear),
		cmocka_unit_test_teardown(every_way_to_show_a_graphic, clear),
		cmocka_unit_test_teardown(what_is_no_figure_is_none, clear),
		cmocka_unit_test_teardown(figures_made_by_macros, clear),
		cmocka_unit_test_teardown(numbers_are_counted_as_latex_does, clear),
		cmocka_unit_test_teardown(files_are_followed_inside_the_tree_only, clear),
		cmocka_unit_test_teardown(graphics_are_found_by_texs_rules, clear),
		cmocka_unit_test_teardown(who_wrote_what, clear),
		cmocka_unit_test_teardown(a_bomb_of_macros_ends, clear),
		cmocka_unit_test_teardown(what_is_latex, clear),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
