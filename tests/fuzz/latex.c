/* SPDX-License-Identifier: Apache-2.0 */
/*
 * latex.c -- fuzz target: any bytes as LaTeX sources.
 *
 * Cut at NUL bytes into main.tex and what it may ask for.  What comes out must be UTF-8 without control characters but LF, within
 * bounds, and each figure must lie in the file that it names.
 */
#include <scope/paper.h>
#include <scope/text.h>

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(sc_str s)
{
	if (s.n > (8 << 20) || sc_utf8_valid(s) < s.n)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const sc_str names[] = { SC_LIT("main.tex"), SC_LIT("a.tex"), SC_LIT("s/b.tex"), SC_LIT("s/c"), SC_LIT("fig.png") };
	struct sc_part part[SC_COUNT(names)];
	bool used[SC_COUNT(names)];
	struct sc_arena a = { 0 };
	struct sc_paper p;
	struct sc_err e = { 0 };
	sc_str rest = { (const char *)data, size }, one;
	uint32_t n = 0;

	while (n < SC_COUNT(names) && sc_str_cut(&rest, 0, &one)) {
		part[n] = (struct sc_part){ .name = names[n], .data = one };
		n++;
	}
	if (!n)
		return 0;
	sc_latex_is(part[0].data);
	if (sc_latex_read(&a, part, n, 0, SC_KIND_FIGURE | SC_KIND_TABLE | SC_KIND_EQUATION, &p, used, &e) == SC_OK) {
		check(p.title);
		for (uint32_t i = 0; i < p.nauthor; i++)
			check(p.author[i]);
		for (uint32_t i = 0; i < p.nfigure; i++) {
			const struct sc_figure *f = &p.figure[i];

			check(f->text);
			check(f->label);
			for (uint32_t k = 0; k < f->ngraphic; k++)
				sc_latex_graphic(part, n, &p, f->graphic[k].href);
			for (uint32_t k = 0; k < n; k++)
				if (sc_str_eq(part[k].name, f->doc) && (f->off > part[k].data.n || f->len > part[k].data.n - f->off))
					abort();
		}
	}
	sc_arena_free(&a);
	return 0;
}
