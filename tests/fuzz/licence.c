/* SPDX-License-Identifier: Apache-2.0 */
/* licence.c -- any text, page or article: every claim's bytes lie in it, its value is an expression, and anchors are found the same way twice. */
#include <stdlib.h>

#include <scope/licence.h>
#include <scope/spdx.h>

#include "lic.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sc_arena a = { 0 };
	sc_str text = { (const char *)data, size };
	struct sc_lic_claims c = { .a = &a };
	const struct sc_lic_claim *first;
	struct sc_err e;
	sc_str canonical;

	static const sc_str names[] = { SC_LIT(""),		SC_LIT("package.json"), SC_LIT("Cargo.toml"), SC_LIT("pyproject.toml"), SC_LIT("PKG-INFO"),
					SC_LIT("DESCRIPTION"), SC_LIT("x.gemspec"),	SC_LIT("pom.xml"),    SC_LIT("x.nuspec"),	SC_LIT("README.md"),
					SC_LIT("copyright"),	SC_LIT("REUSE.toml"),	SC_LIT("setup.py"),   SC_LIT("CITATION.cff") };

	for (size_t i = 1; i < SC_COUNT(names); i++)
		sc_lic_package_for(&c, names[i], text, SC_STR("x"), SC_STR("a/b.c"));
	sc_lic_embedded(&c, text, SC_STR("x"));
	sc_lic_any(&c, size ? names[data[0] % SC_COUNT(names)] : names[0], SC_STR(""), text, SC_STR("x"));
	for (uint32_t i = 0; i < c.n; i++) {
		const struct sc_lic_claim *x = &c.v[i];

		if (x->off > size || x->len > size - x->off)
			abort();
		if (!sc_str_eq(x->value, SC_STR("unknown")) && !sc_str_eq(x->value, SC_STR("conflict")) &&
		    sc_spdx_expression(&a, x->value, &canonical, &e) < 0)
			abort();
	}
	sc_lic_together(&c, &first);
	sc_lic_page(&c, text, SC_STR("x"));
	sc_lic_text(&c, text, SC_STR("x"));
	if (lic_anchor(text, 0) != lic_anchor_plain(text, 0) || lic_anchor(text, size / 2) != lic_anchor_plain(text, size / 2))
		abort();
	sc_arena_free(&a);
	return 0;
}
