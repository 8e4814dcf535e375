/* SPDX-License-Identifier: Apache-2.0 */
/*
 * figures.c -- fuzz target: any bytes as a paper, and what is split out of it.
 *
 * The input is cut at NUL bytes into files called by turns a.xml, b.png, c.tex, d.jpg ...; every figure that comes out must
 * have the shape of one and be named as WebDataset wants it.
 */
#include <scope/image.h>
#include <scope/paper.h>
#include <scope/plugin.h>

#include <stdlib.h>

extern const struct sc_filter split_figures;
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct conf_room {
	char bytes[256];
};

static void check(struct sc_child *child)
{
	const struct sc_record *r = &child->rec;
	size_t slash = sc_str_rchr(r->name, '/');

	if (child->fate != SC_OK && !child->why.n)
		abort();
	if (!r->npart) /* a document that could not be read */
		return;
	if (!sc_figure_json(r).n || !r->parent.n || slash == SC_NONE || sc_str_chr(sc_str_from(r->name, slash), '.') != SC_NONE)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const sc_str names[] = { SC_LIT("a.xml"), SC_LIT("b.png"), SC_LIT("main.tex"), SC_LIT("figs/d.jpg"), SC_LIT("e.tex"),
					SC_LIT("f1.tif"), SC_LIT("b.PNG_L") };
	struct sc_arena a = { 0 };
	struct sc_part part[SC_COUNT(names)];
	struct sc_record r = { .name = SC_STR("x"), .part = part, .head = SC_STR("{\"left_out\":[{\"path\":\"z.png\",\"why\":\"large\"}]}") };
	struct sc_brood made = { 0 };
	struct sc_maker me = { .name = "split/figures" };
	struct conf_room conf = { { 0 } };
	struct sc_err e = { 0 };
	struct sc_ctx c = { .conf = &conf, .me = &me, .a = &a, .e = &e };
	sc_str rest = { (const char *)data, size }, one;
	struct sc_image image;
	const char *why;

	sc_image_look(rest, &image, &why);
	while (r.npart < SC_COUNT(names) && sc_str_cut(&rest, 0, &one)) {
		part[r.npart] = (struct sc_part){ .name = names[r.npart], .data = one, .raw_off = UINT64_MAX };
		r.npart++;
	}
	if (split_figures.card.conf > sizeof conf || split_figures.load(&conf, SC_STR(""), &a, &me, &e) < 0)
		abort();
	if (split_figures.split(&c, &r, &made) == SC_FAIL)
		abort();
	for (uint32_t i = 0; i < made.n; i++)
		check(&made.v[i]);
	sc_arena_free(&a);
	return 0;
}
