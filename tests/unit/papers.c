/* SPDX-License-Identifier: Apache-2.0 */
/* Claims about papers_sort.c: which members of an archive make a paper, in whatever order they come. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "papers.h"

#include <scope/text.h>

#include <stdlib.h>

struct want {
	const char *path;
	enum paper_kind kind;
	const char *bytes; /* of an article */
};

/* "root: a b; root: c", members by path, packages in their order, "-" for no root. */
static char *sorted(const struct want *w, uint32_t n)
{
	struct sc_arena a = { 0 };
	struct sc_buf b = { 0 };
	struct member *v = SC_NEW(&a, struct member, n);
	struct place *p;
	uint32_t np;
	char *out;

	for (uint32_t i = 0; i < n; i++)
		v[i] = (struct member){ .path = sc_str_c(w[i].path), .kind = w[i].kind, .p = w[i].bytes ? w[i].bytes : "",
					.n = w[i].bytes ? strlen(w[i].bytes) : 0 };
	p = papers_sort(&a, v, n, &np);
	for (uint32_t i = 0; i < np; i++) {
		if (!i || p[i].package != p[i - 1].package)
			sc_buf_fmt(&b, "%s%.*s:", i ? "; " : "", SC_ARG(p[i].root));
		sc_buf_fmt(&b, " %.*s", SC_ARG(sc_str_from(v[p[i].member].path, p[i].root.n)));
	}
	out = strndup(b.n ? b.p : "", b.n);
	sc_buf_free(&b);
	sc_arena_free(&a);
	return out;
}

#define SORTED(expected, ...)                                        \
	do {                                                         \
		const struct want w_[] = { __VA_ARGS__ };            \
		char *got_ = sorted(w_, SC_COUNT(w_));               \
		assert_string_equal(got_, expected);                 \
		free(got_);                                          \
	} while (0)

static void a_folder_with_an_article_is_a_paper(void **state)
{
	(void)state;
	SORTED("a/: x.xml 1.jpg; b/: y.nxml 1.jpg", { "a/x.xml", JATS, NULL }, { "b/y.nxml", JATS, NULL }, { "a/1.jpg", PLAIN, NULL }, { "b/1.jpg", PLAIN, NULL });
	SORTED("b/: 1.jpg y.nxml; a/: 1.jpg x.xml", { "b/1.jpg", PLAIN, NULL }, { "a/1.jpg", PLAIN, NULL }, { "b/y.nxml", JATS, NULL }, { "a/x.xml", JATS, NULL });
	SORTED("a/: x.xml; a-b/: y.xml f.png", { "a/x.xml", JATS, NULL }, { "a-b/y.xml", JATS, NULL }, { "a-b/f.png", PLAIN, NULL });
}

static void a_single_package_climbs_to_the_top(void **state)
{
	(void)state;
	SORTED(": manifest.xml content/a.xml content/1.tif", { "manifest.xml", PLAIN, NULL }, { "content/a.xml", JATS, NULL }, { "content/1.tif", PLAIN, NULL });
	SORTED("m/: manifest.xml content/a.xml; p/: b.xml", { "m/manifest.xml", PLAIN, NULL }, { "m/content/a.xml", JATS, NULL }, { "p/b.xml", JATS, NULL });
}

static void latex_mains_below_a_main_belong_to_it(void **state)
{
	(void)state;
	SORTED(": main.tex figs/plot.tex figs/a.pdf", { "main.tex", LATEX, NULL }, { "figs/plot.tex", LATEX, NULL }, { "figs/a.pdf", PLAIN, NULL });
	SORTED("a/: m.tex s/n.tex; b/: m.tex", { "a/m.tex", LATEX, NULL }, { "a/s/n.tex", LATEX, NULL }, { "b/m.tex", LATEX, NULL });
	SORTED(": x.xml src/x.tex", { "x.xml", JATS, NULL }, { "src/x.tex", LATEX, NULL });
}

static void what_has_no_article_is_left_by_topmost_folder(void **state)
{
	(void)state;
	SORTED("list/: a/b.csv c.csv; a/: x.xml; : README; b/: y.xml", { "list/a/b.csv", PLAIN, NULL }, { "a/x.xml", JATS, NULL }, { "list/c.csv", PLAIN, NULL }, { "README", PLAIN, NULL },
	       { "b/y.xml", JATS, NULL });
	SORTED(": a b", { "a", PLAIN, NULL }, { "b", PLAIN, NULL });
}

static void in_a_folder_of_many_articles_files_go_where_they_are_named(void **state)
{
	(void)state;
	SORTED(": x.xml 1.jpg both.png; : y.xml 2.TIF both.png; : other.txt",
	       { "x.xml", JATS, "<g xlink:href=\"1.jpg\"/><g href='both'/>" }, { "1.jpg", PLAIN, NULL }, { "y.xml", JATS, "<g xlink:href=\"info:doi/10.1371/journal.2\"/><g href=\"BOTH.gif\"/>" },
	       { "2.TIF", PLAIN, NULL }, { "both.png", PLAIN, NULL }, { "other.txt", PLAIN, NULL });
}

static void an_archive_is_a_package_of_its_own(void **state)
{
	(void)state;
	SORTED(": p.tar.gz; : q.zip; : list.txt", { "p.tar.gz", NESTED, NULL }, { "q.zip", NESTED, NULL }, { "list.txt", PLAIN, NULL });
	SORTED(": x.xml a.png; : s.zip", { "x.xml", JATS, NULL }, { "s.zip", NESTED, NULL }, { "a.png", PLAIN, NULL });
}

static void strange_names_belong_somewhere(void **state)
{
	(void)state;
	SORTED(": /x.xml //a", { "/x.xml", JATS, NULL }, { "//a", PLAIN, NULL });
	SORTED(": ../x.xml ../../1.jpg", { "../x.xml", JATS, NULL }, { "../../1.jpg", PLAIN, NULL });
	SORTED(": x.xml", { "x.xml", JATS, "href=" });
	SORTED(": x.xml; : y.xml", { "x.xml", JATS, "href=\"" }, { "y.xml", JATS, "href=\"\" href='a" });
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_folder_with_an_article_is_a_paper),
		cmocka_unit_test(a_single_package_climbs_to_the_top),
		cmocka_unit_test(latex_mains_below_a_main_belong_to_it),
		cmocka_unit_test(what_has_no_article_is_left_by_topmost_folder),
		cmocka_unit_test(in_a_folder_of_many_articles_files_go_where_they_are_named),
		cmocka_unit_test(an_archive_is_a_package_of_its_own),
		cmocka_unit_test(strange_names_belong_somewhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
