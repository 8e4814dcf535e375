/* SPDX-License-Identifier: Apache-2.0 */
/* Claims about the licence engine: words, anchors, names with a grammar, what one statement leaves of another, pages, articles. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <scope/licence.h>
#include <scope/spdx.h>

#include "cpu.h"
#include "lic.h"

static struct sc_arena a;

static sc_str answer(sc_str text)
{
	struct sc_lic_claims c = { .a = &a };
	const struct sc_lic_claim *first;
	sc_str said;

	sc_lic_any(&c, SC_STR(""), SC_STR(""), text, SC_STR("text"));
	for (uint32_t i = 0; i < c.n; i++)
		assert_true(c.v[i].off <= text.n && c.v[i].len <= text.n - c.v[i].off);
	said = sc_lic_together(&c, &first);
	return said.n ? said : SC_STR("none");
}

struct row {
	const char *text, *means;
};

static void check(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		sc_str said = answer(sc_str_c(rows[i].text));

		if (!sc_str_eq(said, sc_str_c(rows[i].means)))
			fail_msg("'%s' is %.*s, not %s", rows[i].text, SC_ARG(said), rows[i].means);
	}
}
#define CHECK(rows) check(rows, SC_COUNT(rows))

static sc_str joined(const char *text)
{
	struct lic_words w = { .a = &a };
	struct sc_buf b = { .a = &a };

	lic_words(&w, sc_str_c(text), 0, strlen(text));
	for (size_t i = 0; i < w.n; i++)
		if (!(w.v[i].flags & LIC_SKIP)) {
			sc_buf_byte(&b, ' ');
			sc_buf_add(&b, (sc_str){ text + w.v[i].off, w.v[i].len });
		}
	sc_buf_byte(&b, 0);
	return (sc_str){ b.p, b.n - 1 };
}

static void words_are_the_same_however_a_text_is_set(void **state)
{
	static const struct row rows[] = {
		{ " * Redistribution and use,\n * with or WITHOUT", " Redistribution and use with or WITHOUT" },
		{ "dnl This file\ndnl is free", " This file is free" },
		{ "1. First\n2. Second (iv) x", " First Second iv" },
		{ "GPLv2+ and LGPL2.1", " GPL 2 and LGPL 2.1" },
		{ "<p>text</p> <b>bold</b>", " text bold" },
		{ "\\fBbold\\fR \\nThis", " bold This" },
		{ "Copyright (c) 2010 by A. Holder, Inc.\nPermission is", " Permission is" },
		{ "All rights reserved. Use", " Use" },
		{ "provided by the regents as is", " provided by as is" },
		{ "Neither the name of ACME nor the names of its friends may be used", " the name of may be used" },
	};

	(void)state;
	for (size_t i = 0; i < SC_COUNT(rows); i++) {
		sc_str got = joined(rows[i].text);

		if (!sc_str_eq(got, sc_str_c(rows[i].means)))
			fail_msg("'%s' gives '%.*s', not '%s'", rows[i].text, SC_ARG(got), rows[i].means);
	}
	assert_int_equal(lic_hash("licence", 7), lic_hash("license", 7));
}

/* Texts made of what anchors are made of, at every offset, with every instruction set. */
static void anchors_are_found_by_vectors_as_without(void **state)
{
	static const char *const bits[] = { "licen", "lice", "cen", "GPL", "gp", "c d", "public domain", "cc-by", "CC BY", "cc ", "spd", "spdx", " ", "\n",
					    "copyr", "Copyright", "freel", "freely", "terms as", "rms", "xxxxxxxxxxxxxxxxx", "\x80\xff", "gnu", "redistrib", "redistribute" };
	uint32_t seed = 1;

	(void)state;
	for (int round = 0; round < 3000; round++) {
		struct sc_buf b = { .a = &a };
		sc_str text;

		for (int n = 0; n < 12; n++) {
			seed = seed * 1664525 + 1013904223;
			sc_buf_add(&b, sc_str_c(bits[(seed >> 16) % SC_COUNT(bits)]));
		}
		text = sc_buf_str(&b);
		for (enum cpu_level level = CPU_PLAIN; level <= CPU_AVX512; level++) {
			cpu_limit(level);
			for (size_t from = 0; from <= text.n; from += 1 + from / 3)
				assert_int_equal(lic_anchor(text, from), lic_anchor_plain(text, from));
		}
	}
	cpu_limit(CPU_AVX512);
	sc_arena_reset(&a);
}

static void gnu_licences_have_the_versions_that_are_stated(void **state)
{
	static const struct row rows[] = {
		{ "under the terms of the GNU General Public License as published by the FSF; either version 2 of the License, or (at your option) any later version.",
		  "GPL-2.0-or-later" },
		{ "licensed under the GNU GPL version 2 only", "GPL-2.0-only" },
		{ "licensed under GPLv3", "GPL-3.0-only" },
		{ "License: GPL-2+", "GPL-2.0-or-later" },
		{ "License: GPL (>= 2)", "GPL-2.0-or-later" },
		{ "under version 2.1 of the GNU Lesser General Public License", "LGPL-2.1-only" },
		{ "under the terms of the GNU Library General Public License, version 2 or later", "LGPL-2.0-or-later" },
		{ "released under the GNU Affero General Public License v3 or later", "AGPL-3.0-or-later" },
		{ "under the terms of the GPL", "GPL-1.0-or-later" },
		{ "licensed under the GPL version 2. See the GNU General Public License for more details.", "GPL-2.0-only" },
		{ "licensed under the GPL, version 2 or version 3", "GPL-2.0-only OR GPL-3.0-only" },
		{ "This is GPL-compatible software.", "none" },
		{ "the license is not the GPL", "none" },
	};

	(void)state;
	CHECK(rows);
}

static void an_exception_joins_its_licence(void **state)
{
	static const struct row rows[] = {
		{ "licensed under the GPL version 2 or later, with the Classpath exception", "GPL-2.0-or-later WITH Classpath-exception-2.0" },
		{ "under the GNU General Public License version 3 or later. See the GCC Runtime Library Exception.", "GPL-3.0-or-later WITH GCC-exception-3.1" },
		{ "the Classpath exception alone licenses nothing", "none" },
	};

	(void)state;
	CHECK(rows);
}

static void names_count_where_licences_are_spoken_of(void **state)
{
	static const struct row rows[] = {
		{ "Released under the MIT license.", "MIT" },
		{ "License: MIT", "MIT" },
		{ "\"license\": {\"type\": \"MIT\"}", "MIT" },
		{ "She studied at MIT, where the license office is.", "none" },
		{ "Licensed under the Apache License, Version 2.0", "Apache-2.0" },
		{ "version 1.1 of the Mozilla Public License", "MPL-1.1" },
		{ "This is free software under the same terms as Perl itself.", "Artistic-1.0-Perl OR GPL-1.0-or-later" },
		{ "licensed under MIT and, for the docs, CC BY-SA 4.0", "MIT AND CC-BY-SA-4.0" },
		{ "Text is available under a Creative Commons Attribution-NonCommercial license", "LicenseRef-CC-BY-NC" },
		{ "governed by a BSD-style license that can be found in LICENSE", "unknown" },
		{ "under the BSD license, SPDX-License-Identifier: BSD-2-Clause", "BSD-2-Clause" },
		{ "apples and/cc by/in pears are gnu to me", "none" },
		{ "see http://www.opensource.org/licenses/mit-license.php", "MIT" },
		{ "http://www.gnu.org/licenses/lgpl-2.1.html", "LGPL-2.1-only" },
		{ "https://example.com/standby/4.0/ license", "none" },
	};

	(void)state;
	CHECK(rows);
}

static void a_menu_of_licences_licenses_nothing(void **state)
{
	static const struct row rows[] = {
		{ "Choose one: MIT License, ISC License, Apache License 2.0, Mozilla Public License 2.0, Zlib License, Boost Software License 1.0, Artistic License 2.0, "
		  "Eclipse Public License 2.0, PostgreSQL License, Vim License, Ruby License, curl License, Academic Free License 3.0",
		  "none" },
		{ "Dual-licensed under the terms of the MIT license or the Apache License 2.0", "MIT OR Apache-2.0" },
	};

	(void)state;
	CHECK(rows);
}

/* Notices in the midst of ordinary text: what is found around anchors is what is found at all. */
static void anchors_change_no_answer(void **state)
{
	static const char *const pieces[] = {
		"The river rose in the night and the bridge was closed until noon. ",
		"Whoever wants to know more asks the keeper, who has been there for years. ",
		"Licensed under the MIT license. ",
		"This program is free software; you can redistribute it and/or modify it under the terms of the GNU General Public License as published by "
		"the Free Software Foundation; either version 2 of the License, or (at your option) any later version. ",
		"SPDX-License-Identifier: Apache-2.0\n",
		"Dual licensed under the MIT or GPL Version 2 licenses. ",
		"This data is in the public domain. ",
		"https://creativecommons.org/licenses/by-sa/4.0/ ",
		"Distributed under the Boost Software License, Version 1.0. ",
	};
	uint32_t seed = 7;

	(void)state;
	for (int round = 0; round < 300; round++) {
		struct sc_buf b = { .a = &a };
		struct sc_lic_claims with = { .a = &a }, without = { .a = &a };

		for (int i = 0; i < 40; i++) {
			size_t k;

			seed = seed * 1664525 + 1013904223;
			k = seed >> 24; /* mostly ordinary text */
			k = k < 24 ? 2 + k % (SC_COUNT(pieces) - 2) : k % 2;
			sc_buf_add(&b, sc_str_c(pieces[k]));
			if (seed >> 20 & 1)
				sc_buf_byte(&b, '\n');
		}
		lic_claims(&with, sc_buf_str(&b), SC_STR("text"), true);
		lic_claims(&without, sc_buf_str(&b), SC_STR("text"), false);
		assert_int_equal(with.n, without.n);
		for (uint32_t i = 0; i < with.n; i++) {
			assert_true(sc_str_eq(with.v[i].value, without.v[i].value));
			assert_int_equal(with.v[i].off, without.v[i].off);
			assert_int_equal(with.v[i].len, without.v[i].len);
		}
	}
}

static void names_side_by_side_are_a_list(void **state)
{
	static const struct row rows[] = {
		{ "Licensed under either of Apache License, Version 2.0 or MIT license at your option.", "Apache-2.0 OR MIT" },
		{ "Licensed under the MIT, BSD-3-Clause, or ISC license", "MIT OR BSD-3-Clause OR ISC" },
		{ "under the terms of either the GNU General Public License Version 2 or the Apache License 2.0", "GPL-2.0-only OR Apache-2.0" },
		{ "Licensed under the MIT and the BSD-2-Clause licenses", "MIT AND BSD-2-Clause" },
		{ "MIT/GPL dual license", "MIT AND GPL-1.0-or-later" },
		{ "It is dual-licensed under GPL and MIT, just like jQuery itself.", "GPL-1.0-or-later AND MIT" },
	};

	(void)state;
	CHECK(rows);
}

static void to_speak_of_a_licence_is_not_to_grant_it(void **state)
{
	static const struct row rows[] = {
		{ "The GPL is a copyleft license.", "none" },
		{ "Unlike the GPL, the MIT license permits this.", "none" },
		{ "I love the MIT media lab and its license plates.", "none" },
	};

	(void)state;
	CHECK(rows);
}

static void other_languages_have_their_names(void **state)
{
	static const struct row rows[] = {
		{ "Licence Creative Commons Attribution - Pas d'Utilisation Commerciale - Partage dans les M\xc3\xaames Conditions 4.0", "CC-BY-NC-SA-4.0" },
		{ "Licencia de Creative Commons Reconocimiento-NoComercial-CompartirIgual 4.0 Internacional", "CC-BY-NC-SA-4.0" },
		{ "Licenza Creative Commons Attribuzione - Condividi allo stesso modo 3.0 Italia", "CC-BY-SA-3.0" },
		{ "Creative Commons Attribution. We modified the figure in 2019.", "LicenseRef-CC-BY" },
		{ "unter der GNU General Public License Version 3 oder neuer", "GPL-3.0-or-later" },
		{ "sous licence GPL version 3 ou ult\xc3\xa9rieure", "GPL-3.0-or-later" },
	};

	(void)state;
	CHECK(rows);
}

static void several_identifiers_all_apply(void **state)
{
	static const struct row rows[] = {
		{ "// SPDX-License-Identifier: MIT\n// SPDX-License-Identifier: ISC\n", "MIT AND ISC" },
		{ "/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR MIT */", "GPL-2.0-only WITH Linux-syscall-note OR MIT" },
		{ "(SPDX-License-Identifier: Apache-2.0)", "Apache-2.0" },
		{ "SPDX-License-Identifier: Frobnicate-9", "unknown" },
	};

	(void)state;
	CHECK(rows);
}

static void a_page_has_the_licence_that_is_its_own(void **state)
{
#define CC "http://creativecommons.org/licenses/"
	static const struct row rows[] = {
		{ "<!DOCTYPE html><html><body><p>News</p><footer>Content is licensed under <a rel=\"license\" href=\"" CC "by/4.0/\">CC BY</a></footer></body></html>", "CC-BY-4.0" },
		{ "<html><body><figure><img src=a.jpg><figcaption>Photo: A. Nobody, <a href=\"" CC "by/2.0/\">CC BY</a></figcaption></figure><p>News</p></body></html>", "none" },
		{ "<html><head><!-- theme by X, " CC "by/3.0/ --></head><body>News</body></html>", "none" },
		{ "<html><body><script>map({tiles:'" CC "by-sa/2.0/'})</script></body></html>", "none" },
		{ "<html><head><script type=\"application/ld+json\">{\"@type\":\"Article\",\"license\":\"https://creativecommons.org/licenses/by-nc/4.0/\"}</script></head></html>",
		  "CC-BY-NC-4.0" },
		{ "<html><body><p>Diese Texte stehen unter der Lizenz Creative Commons Namensnennung - Keine Bearbeitung 3.0 Deutschland</p></body></html>", "CC-BY-ND-3.0-DE" },
		{ "<html><body>Icons from Somewhere, licensed under <a href=\"" CC "by/3.0/\">CC BY 3.0</a></body></html>", "none" },
	};
#undef CC

	(void)state;
	CHECK(rows);
}

#define PAGE(head, body) "<!doctype html><html><head>" head "</head><body><p>Some words of a page that is long enough to be one.</p>" body "</body></html>"

static void a_page_declares_its_licence_in_many_ways(void **state)
{
	static const struct row rows[] = {
		{ PAGE("", "<a rel=\"license\" href=\"https://opensource.org/licenses/MIT\">License</a>"), "MIT" },
		{ PAGE("", "<a rel=license href=//creativecommons.org/licenses/by/3.0/deed.fr>CC</a>"), "CC-BY-3.0" },
		{ PAGE("<link rel=\"license\" href=\"/terms.html\">", ""), "unknown" },
		{ PAGE("<meta name=\"dc.rights\" content=\"CC BY 4.0\">", ""), "CC-BY-4.0" },
		{ PAGE("<meta name=\"rights\" content=\"All rights reserved\">", ""), "none" },
		{ PAGE("<script type=\"application/ld+json\">{\"@type\":\"WebPage\",\"license\":\"https://www.apache.org/licenses/LICENSE-2.0\"}</script>", ""), "Apache-2.0" },
		{ PAGE("<script type=\"application/ld+json\">{\"@type\":\"ImageObject\",\"license\":\"https://creativecommons.org/licenses/by-nc/4.0/\"}</script>", ""), "none" },
		{ PAGE("", "<div itemscope itemtype=\"https://schema.org/CreativeWork\"><link itemprop=\"license\" "
			   "href=\"https://creativecommons.org/publicdomain/zero/1.0/\"></div>"), "CC0-1.0" },
		{ PAGE("", "<div itemscope itemtype=\"https://schema.org/ImageObject\"><link itemprop=\"license\" "
			   "href=\"https://creativecommons.org/licenses/by/2.0/\"></div>"), "none" },
		{ PAGE("", "<span property=\"cc:license\" resource=\"https://creativecommons.org/licenses/by-nd/4.0/\"></span>"), "CC-BY-ND-4.0" },
	};

	(void)state;
	CHECK(rows);
}

static void an_article_has_the_licence_of_its_permissions(void **state)
{
	static const struct row rows[] = {
		{ "<article xmlns:xlink=\"http://www.w3.org/1999/xlink\"><front><article-meta><permissions><license "
		  "xlink:href=\"http://creativecommons.org/licenses/by/4.0/\"><license-p>Open access.</license-p></license></permissions></article-meta></front>"
		  "<body><p>GPL version 2, MIT license and http://creativecommons.org/licenses/by-nc/2.0/</p></body></article>",
		  "CC-BY-4.0" },
		{ "<article><front><article-meta><permissions><license><license-p>Creative Commons Attribution License.</license-p></license></permissions></article-meta>"
		  "</front></article>",
		  "LicenseRef-CC-BY" },
	};

	(void)state;
	CHECK(rows);
}

/* Debian ships these texts; what is kept of them in the program are hashes. */
static void a_whole_text_is_known_by_its_fingerprint(void **state)
{
	static const struct row rows[] = {
		{ "/usr/share/common-licenses/GPL-2", "GPL-2.0-only" },	    { "/usr/share/common-licenses/LGPL-2.1", "LGPL-2.1-only" },
		{ "/usr/share/common-licenses/Apache-2.0", "Apache-2.0" },  { "/usr/share/common-licenses/BSD", "BSD-3-Clause" },
		{ "/usr/share/common-licenses/Artistic", "Artistic-1.0-Perl" }, { "/usr/share/common-licenses/MPL-2.0", "MPL-2.0" },
	};

	(void)state;
	for (size_t i = 0; i < SC_COUNT(rows); i++) {
		FILE *f = fopen(rows[i].text, "r");
		char *p = sc_alloc(&a, 1 << 17);
		sc_str said;

		if (!f)
			continue;
		said = answer((sc_str){ p, fread(p, 1, 1 << 17, f) });
		fclose(f);
		if (!sc_str_eq(said, sc_str_c(rows[i].means)))
			fail_msg("%s is %.*s", rows[i].text, SC_ARG(said));
	}
}

static int done(void **state)
{
	(void)state;
	sc_arena_free(&a);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_the_same_however_a_text_is_set),
		cmocka_unit_test(anchors_are_found_by_vectors_as_without),
		cmocka_unit_test(gnu_licences_have_the_versions_that_are_stated),
		cmocka_unit_test(an_exception_joins_its_licence),
		cmocka_unit_test(names_count_where_licences_are_spoken_of),
		cmocka_unit_test(a_menu_of_licences_licenses_nothing),
		cmocka_unit_test(anchors_change_no_answer),
		cmocka_unit_test(names_side_by_side_are_a_list),
		cmocka_unit_test(to_speak_of_a_licence_is_not_to_grant_it),
		cmocka_unit_test(other_languages_have_their_names),
		cmocka_unit_test(several_identifiers_all_apply),
		cmocka_unit_test(a_page_has_the_licence_that_is_its_own),
		cmocka_unit_test(a_page_declares_its_licence_in_many_ways),
		cmocka_unit_test(an_article_has_the_licence_of_its_permissions),
		cmocka_unit_test(a_whole_text_is_known_by_its_fingerprint),
	};

	return cmocka_run_group_tests_name("lic", tests, NULL, done);
}
