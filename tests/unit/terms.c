/* SPDX-License-Identifier: Apache-2.0 */
/* Claims about words that speak of rights, and about the licence that governs a figure.  All sentences are made up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <scope/json.h>
#include <scope/plugin.h>
#include <scope/terms.h>

#include <stdio.h>
#include <time.h>

static struct sc_arena a;

/* The one licence that a text names when what is less exact is left out; NULL: none, "2": they differ. */
static const char *licence_in(const char *text)
{
	struct sc_statements s;
	sc_str best = { NULL, 0 };

	sc_terms_find(&a, sc_str_c(text), &s);
	for (uint32_t i = 0; i < s.n; i++) {
		if (s.v[i].says != SC_SAYS_LICENCE || sc_str_eq(best, s.v[i].id) ||
		    (best.n && sc_terms_narrower(best, s.v[i].id)))
			continue;
		if (best.n && !sc_terms_narrower(s.v[i].id, best))
			return "2";
		best = s.v[i].id;
	}
	return best.n ? sc_cstr(&a, best) : NULL;
}

static void sentences_name_their_licence(void **state)
{
	static const struct {
		const char *text, *id;
	} said[] = {
		{ "Shared under the Creative Commons Attribution License.", "LicenseRef-CC-BY" },
		{ "Shared under the Creative Commons Attribution 4.0 International License, which allows a lot.",
		  "CC-BY-4.0" },
		{ "Creative Commons Attribution (CC BY) license (http://creativecommons.org/licenses/by/4.0/).",
		  "CC-BY-4.0" },
		{ "Under the Creative Commons Attribution-NonCommercial 3.0 Unported License",
		  "CC-BY-NC-3.0" },
		{ "Creative Commons Attribution Non Commercial License 4.0", "CC-BY-NC-4.0" },
		{ "Creative Commons Attribution\xe2\x80\x93NonCommercial\xe2\x80\x93NoDerivs License",
		  "LicenseRef-CC-BY-NC-ND" },
		{ "Creative Commons Attribution Non-Commercial Share Alike licence, version 4.0",
		  "CC-BY-NC-SA-4.0" },
		{ "Creative Commons Attribution-ShareAlike", "LicenseRef-CC-BY-SA" },
		{ "Creative Commons Attribution-NoDerivatives 4.0", "CC-BY-ND-4.0" },
		{ "A Creative Commons License (Attribution 4.0 International), CC BY 4.0, as at http://creativecommons.org/licenses/by/4.0/",
		  "CC-BY-4.0" },
		{ "CC-BY-NC-ND 4.0", "CC-BY-NC-ND-4.0" },
		{ "an article under the CC BY license", "LicenseRef-CC-BY" },
		{ "given to all by a CC0 licence", "CC0-1.0" },
		{ "Creative Commons Zero v1.0 Universal", "CC0-1.0" },
		{ "the Creative Commons CC0 public domain dedication", "CC0-1.0" },
		{ "under the Creative Commons Public Domain Declaration, which lets you do anything",
		  "LicenseRef-Public-Domain" },
		{ "Our pages lie in the public domain. http://creativecommons.org/publicdomain/mark/1.0/",
		  "CC-PDM-1.0" },
		{ "This is free of all copyright and can be used.", "LicenseRef-Public-Domain" },
		{ "This article is a U.S. Government work and is in the public domain in the USA.",
		  "LicenseRef-US-Government-Work" },
		{ "\xc2\xa9 2011 Someone. All rights reserved.", "LicenseRef-All-Rights-Reserved" },
		{ "CC BY 3.0 IGO, see http://creativecommons.org/licenses/by/3.0/igo/",
		  "CC-BY-3.0-IGO" },
		{ "Attribution 4.0. The Creative Commons licence counts. The Creative Commons Public Domain Dedication waiver "
		  "(http://creativecommons.org/publicdomain/zero/1.0/) applies to the data of this article.",
		  NULL },
		{ "Creative Commons BY 4.0 or CC BY-NC 4.0", "2" },
		{ "An article in the spirit of open access, not to be used to sell things.", NULL },
		{ "included in the article's Creative Commons licence, unless said otherwise",
		  NULL },
		{ "CC by day 3, CC of 12 cc, the CC0 line was not seen at notcreativecommons.org/licenses/by/4.0/",
		  NULL },
		{ "This panel is not available under CC BY 4.0 and is exempt from that licence.",
		  NULL },
		{ "Creative Commons Attribution 9.9", NULL },
		{ "", NULL },
	};

	(void)state;
	for (size_t i = 0; i < SC_COUNT(said); i++) {
		const char *id = licence_in(said[i].text);

		if ((!id != !said[i].id) || (id && strcmp(id, said[i].id)))
			fail_msg("%s: %s, not %s", said[i].text, id ? id : "nothing",
			         said[i].id ? said[i].id : "nothing");
	}
}

static void a_type_is_a_licence_only_when_it_names_one(void **state)
{
	static const struct {
		const char *type, *id;
	} said[] = { { "cc-by", "LicenseRef-CC-BY" },
		     { "CC BY", "LicenseRef-CC-BY" },
		     { "creativeCommonsBy", "LicenseRef-CC-BY" },
		     { "creativeCommonsBy-nc-nd", "LicenseRef-CC-BY-NC-ND" },
		     { "ccby", "LicenseRef-CC-BY" },
		     { "CC-BY-4.0", "CC-BY-4.0" },
		     { "public-domain", "LicenseRef-Public-Domain" },
		     { "open-access", "" },
		     { "OpenAccess", "" },
		     { "creative-commons", "" },
		     { "free", "" },
		     { "", "" } };

	(void)state;
	for (size_t i = 0; i < SC_COUNT(said); i++) {
		sc_str id = sc_terms_type(&a, sc_str_c(said[i].type));

		if (!sc_str_eq(id, sc_str_c(said[i].id)))
			fail_msg("%s: %.*s", said[i].type, SC_ARG(id));
	}
}

/* ---- figures ---- */

#define BY4 \
	"{\"type\":\"open-access\",\"href\":\"http://creativecommons.org/licenses/by/4.0/\",\"text\":null,\"copyright\":\"\xc2\xa9 2020 Doe et al\"}"

static struct sc_record figure(const char *caption, const char *own, const char *article)
{
	struct sc_record r = { .npart = 3 };

	r.part = SC_NEW(&a, struct sc_part, 3);
	r.part[0] = (struct sc_part){ .name = SC_STR("png"),
		                      .data = SC_STR("\x89PNG"),
		                      .raw_off = UINT64_MAX };
	r.part[1] = (struct sc_part){ .name = SC_STR("txt"),
		                      .data = sc_str_c(caption),
		                      .raw_off = UINT64_MAX };
	r.part[2] = (struct sc_part){
		.name = SC_STR("json"),
		.raw_off = UINT64_MAX,
		.data = sc_fmt(
		        &a,
		        "{\"figure_id\":\"f1\",\"authors\":[\"Jane M. Doe\",\"Eve Marder\"],\"journal\":\"Letters of Things\","
		        "\"publisher\":\"House of Letters\",\"format\":\"jats\",\"permissions\":{\"figure\":%s,\"article\":%s}}",
		        own, article)
	};
	return r;
}

static struct sc_rulings ruled(const char *caption, const char *own, const char *article)
{
	struct sc_record r = figure(caption, own, article);
	struct sc_rulings out;

	sc_terms_figure(&a, &r, r.part[2].data, &out);
	return out;
}

static void is(const struct sc_rulings *x, const char *value, const char *rule, const char *about)
{
	if (!sc_str_eq(x->v[0].value, sc_str_c(value)) || !sc_str_eq(x->v[0].rule, sc_str_c(rule)))
		fail_msg("%s: %.*s by %.*s, not %s by %s", about, SC_ARG(x->v[0].value),
		         SC_ARG(x->v[0].rule), value, rule);
}

static void captions_of_others_make_a_conflict(void **state)
{
	static const struct {
		const char *caption, *rule;
	} said[] = {
		{ "A map. Reproduced with permission from Big House.", "caption:permission" },
		{ "A map (reprinted from [12], with permission from Elsevier).",
		  "caption:third-party" },
		{ "Adapted with permission from ref. 7.", "caption:permission" },
		{ "Used with the kind permission of Springer.", "caption:permission" },
		{ "Reprinted by permission from Macmillan Publishers Ltd.", "caption:permission" },
		{ "The old plant. \xc2\xa9 2012 Elsevier.", "caption:copyright" },
		{ "The old plant. Copyright (2006) American Society of Plants.",
		  "caption:copyright" },
		{ "Streets. \xc2\xa9 OpenStreetMap contributors.", "caption:copyright" },
		{ "Model of it, adapted from Roe et al. [28].", "caption:third-party" },
		{ "Model of it (modified after Roe and Poe, 2010).", "caption:third-party" },
		{ "Redrawn from Figure 2 of Roe (1999).", "caption:third-party" },
		{ "Picture taken from [5].", "caption:third-party" },
		{ "Adapted from ref. 3.", "caption:third-party" },
		{ "Diagram of the cycle from Ref. [60].", "caption:third-party" },
		{ "The engine, as published in [4].", "caption:third-party" },
		{ "A bird. Image from Wikimedia Commons.", "caption:third-party" },
		{ "Study area on a background of Google Earth.", "caption:third-party" },
		{ "A comet. Image courtesy of the Far Observatory.", "caption:third-party" },
		{ "A comet (courtesy John Roe).", "caption:third-party" },
		{ "A comet. Photo credit: John Roe.", "caption:third-party" },
		{ "A comet. (Photo: John Roe)", "caption:third-party" },
		{ "A comet, drawn by her nephew John Roe.", "caption:third-party" },
		{ "Photograph kindly provided by Dr. J. Roe.", "caption:third-party" },
		{ "From Wikimedia, CC BY-SA 3.0.", "caption:licence" },
		{ "The flower. Licensed under CC BY-NC 4.0.", "caption:licence" },
		{ "This panel is not covered by the CC BY licence.", "caption:licence" },
		{ "Reproduced from Ref. 12 with permission from the Chemists' Society.",
		  "caption:permission" },
		{ "Modified with permission from Roe (2009).", "caption:permission" },
		{ "The engine. Used with permission.", "caption:permission" },
		{ "Pathway, adapted from KEGG.", "caption:third-party" },
		{ "Map adapted from www.maps-of-it.com.", "caption:third-party" },
		{ "Stained sections; images from the Protein Atlas.", "caption:third-party" },
		{ "Photographs downloaded from a server.", "caption:third-party" },
		{ "Silhouettes from PhyloPic.", "caption:third-party" },
		{ "Strata of the valley (after Roe, 1999).", "caption:third-party" },
		{ "Basemap source: Esri.", "caption:third-party" },
		{ "Image provided by NASA.", "caption:third-party" },
		{ "Adopted from Roe A, et al. Letters 2015.", "caption:third-party" },
		{ "Drawn with art under CC BY 3.0.", "caption:licence" },
	};

	(void)state;
	for (size_t i = 0; i < SC_COUNT(said); i++) {
		struct sc_rulings x = ruled(said[i].caption, "null", BY4);

		is(&x, "conflict", said[i].rule, said[i].caption);
		assert_true(x.v[0].len > 0 && x.v[0].off + x.v[0].len <= strlen(said[i].caption));
	}
}

static void captions_of_ones_own_make_none(void **state)
{
	static const char *const said[] = {
		"Serum was obtained from twelve patients.",
		"Samples taken from patients in ref. 4 are red.",
		"Images were taken from the left side (Zeiss, 2015).",
		"The protocol was adapted from Roe et al. [5].",
		"Modified from the standard protocol.",
		"Cells modified from the wild type; a switch adapted for speed.",
		"RNA was reprinted onto arrays; spectra could be reproduced from run to run.",
		"Source: Sigma. Source data are provided with the paper.",
		"Antibodies were a gift, courtesy of J. Roe.",
		"Mice provided by John Roe at the Far Laboratory.",
		"Data from Roe et al. [5]; values taken from [6].",
		"Adapted from our previous work [12].",
		"Adapted from Fig. 1 of this paper.",
		"Adapted from earlier work of ours (Doe et al., 2010).",
		"Picture published with permission of the patient.",
		"The ethics committee granted permission from Monday on.",
		"Permission to collect plants was obtained from the park.",
		"Photo: Jane Doe. Portrait (illustration: J. M. Doe).",
		"Drawing by E. Marder.",
		"\xc2\xa9 The Authors 2020. Copyright: the authors.",
		"(Illustration: John Roe, House of Letters)",
		"Adapted from Roe et al. (CC BY 4.0).",
		"Reproduced with permission from Roe [5]. Licensed under CC BY.",
		"Polytropic (P), or modified polytropic (Pm), from [3,4] as drawn to scale.",
		"A. Image: HeLa; photo: left, before.",
		"Land cover by Google Earth Engine.",
		"Groups are exclusive of each other; not available for all; excluded from the model.",
		"For non-commercial use only: no. Courtesy.",
		"Branches were drawn by length; adapted mice.",
		"Plots were drawn by GraphPad Prism; maps by R Studio; images by Zeiss Axio.",
		"Data sources: [5], [6]. Data are in the public domain.",
		"Photograph taken with permission of local farmers.",
		"Adapted from wild type by passages; adapted from 12 h of light.",
		"Figure reproduced under the CC BY license from [5].",
		"Images of cells from pools (10\xce\xbcg); growth modified by diets [9].",
		"Structure from PDB 1ABC; created with BioRender.com.",
		"",
	};

	(void)state;
	for (size_t i = 0; i < SC_COUNT(said); i++) {
		struct sc_rulings x = ruled(said[i], "null", BY4);

		is(&x, "CC-BY-4.0", "jats:license-href", said[i]);
	}
}

static void a_figures_own_licence_comes_first(void **state)
{
	struct sc_rulings x = ruled(
	        "",
	        "{\"type\":null,\"href\":\"https://creativecommons.org/licenses/by-nc/3.0/\",\"text\":null}",
	        BY4);

	(void)state;
	is(&x, "CC-BY-NC-3.0", "jats:fig-license-href", "href");
	x = ruled("",
	          "{\"text\":\"Under the Creative Commons Attribution-ShareAlike 3.0 License\"}",
	          BY4);
	is(&x, "CC-BY-SA-3.0", "jats:fig-license-p", "words");
	x = ruled("", "{\"type\":\"cc-by-nc\"}", BY4);
	is(&x, "LicenseRef-CC-BY-NC", "jats:fig-license-type", "type");
	x = ruled("", "{\"text\":\"Ask the museum.\"}", BY4);
	is(&x, "unknown", "jats:fig-license-p", "words without a name");
	x = ruled(
	        "",
	        "{\"text\":\"Reproduced with permission from Big House. This panel is not available under CC BY.\"}",
	        BY4);
	is(&x, "conflict", "jats:fig-license-p", "permission");
	x = ruled("", "{\"copyright\":\"\xc2\xa9 2012, Elsevier\"}", BY4);
	is(&x, "conflict", "jats:fig-copyright", "somebody else's");
	x = ruled("", "{\"copyright\":\"\xc2\xa9 2020 Doe et al\"}", BY4);
	is(&x, "CC-BY-4.0", "jats:license-href", "the article's own line");
	x = ruled("", "{\"copyright\":\"\xc2\xa9 2020 House of Letters\"}", BY4);
	is(&x, "CC-BY-4.0", "jats:license-href", "the publisher's");
}

static void an_attribution_names_a_source(void **state)
{
	struct sc_rulings x = ruled("", "{\"attribution\":\"ILLUSTRATION: BEN MARDER\"}", BY4);

	(void)state;
	is(&x, "conflict", "caption:third-party", "another of that name");
	assert_true(sc_str_eq(x.v[0].where, SC_STR("json")));
	x = ruled("", "{\"attribution\":\"Eve Marder\"}", BY4);
	is(&x, "CC-BY-4.0", "jats:license-href", "an author");
	x = ruled("", "{\"attribution\":\"National Museum of Things\"}", BY4);
	is(&x, "conflict", "caption:third-party", "a body");
}

static void statements_of_one_permissions_are_settled(void **state)
{
	struct sc_rulings x;

	(void)state;
	x = ruled("", "null", "{\"type\":\"cc-by\",\"href\":null,\"text\":\"Under CC BY 4.0.\"}");
	is(&x, "CC-BY-4.0", "jats:license-p", "the more exact one");
	x = ruled(
	        "", "null",
	        "{\"href\":\"http://creativecommons.org/licenses/by/4.0/\",\"text\":\"for non-commercial use, see there\"}");
	is(&x, "conflict", "jats:license-p", "by, but not for commerce");
	x = ruled(
	        "", "null",
	        "{\"href\":\"http://creativecommons.org/licenses/by-nc/4.0/\",\"text\":\"for non-commercial use, see there\"}");
	is(&x, "CC-BY-NC-4.0", "jats:license-href", "by-nc, not for commerce");
	x = ruled(
	        "", "null",
	        "{\"href\":\"http://creativecommons.org/licenses/by/4.0/\",\"text\":\"for commercial and non-commercial use\"}");
	is(&x, "CC-BY-4.0", "jats:license-href", "both");
	x = ruled(
	        "", "null",
	        "{\"type\":\"cc-by-nc\",\"href\":\"http://creativecommons.org/licenses/by/4.0/\"}");
	is(&x, "conflict", "jats:license-type", "two licences");
	x = ruled(
	        "", "null",
	        "{\"text\":\"CC BY-NC-ND 4.0\",\"copyright\":\"\xc2\xa9 2020 Doe. All rights reserved.\"}");
	is(&x, "CC-BY-NC-ND-4.0", "jats:license-p", "a phrase that stands everywhere");
	x = ruled("", "null", "{\"copyright\":\"\xc2\xa9 2020 Doe. All rights reserved.\"}");
	is(&x, "LicenseRef-All-Rights-Reserved", "jats:copyright", "and nothing else");
	x = ruled("", "null", "{\"type\":\"open-access\",\"text\":\"Free to read.\"}");
	is(&x, "unknown", "jats:license-p", "words without a name");
	x = ruled("", "null", "{\"type\":\"open-access\"}");
	is(&x, "none", "nothing-found", "no words");
	x = ruled("", "null", "null");
	is(&x, "none", "nothing-found", "nothing");
	x = ruled("Reprinted from [4].", "null", "null");
	is(&x, "unknown", "caption:third-party", "only that it is another's");
	x = ruled("A flower (CC BY-SA 4.0).", "null", "null");
	is(&x, "CC-BY-SA-4.0", "caption:licence", "only in the caption");
}

static void evidence_is_where_it_says(void **state)
{
	const char *caption = "Figure 1\nA map, courtesy of the Far Library, adapted from [2].";
	struct sc_record r = figure(
	        caption, "null",
	        "{\"href\":\"http://creativecommons.org/licenses/by/4.0/\",\"text\":\"Said \\\"CC BY\\\".\"}");
	struct sc_rulings x;
	sc_str json = r.part[2].data;

	(void)state;
	sc_terms_figure(&a, &r, json, &x);
	assert_int_equal(x.n, 4);
	for (uint32_t i = 0; i < x.n; i++) {
		sc_str in = sc_str_eq(x.v[i].where, SC_STR("txt")) ? sc_str_c(caption) : json;

		assert_true(x.v[i].off + x.v[i].len <= in.n);
		in = (sc_str){ in.p + x.v[i].off, x.v[i].len };
		if (sc_str_eq(x.v[i].rule, SC_STR("caption:third-party")))
			assert_true(sc_str_starts(in, SC_STR("courtesy of")));
		else if (sc_str_eq(x.v[i].rule, SC_STR("jats:license-href")))
			assert_true(sc_str_eq(
			        in, SC_STR("http://creativecommons.org/licenses/by/4.0/")));
		else /* escaped: all of it */
			assert_true(sc_str_eq(in, SC_STR("Said \\\"CC BY\\\".")));
	}
}

static void the_tagger_tells_figures_from_other_records(void **state)
{
	const struct sc_filter *f = sc_tagger_named(SC_STR("licence"));
	struct sc_maker me = { .name = f->card.name };
	struct sc_err e = { .msg = "" };
	sc_str *conf = sc_zalloc(&a, 1, f->card.conf);
	struct sc_ctx c = {
		.state = sc_zalloc(&a, 1, f->card.state), .conf = conf, .me = &me, .a = &a, .e = &e
	};
	struct sc_record r = figure(
	        "Reprinted from [4], http://creativecommons.org/licenses/by-sa/4.0/", "null", BY4);

	(void)state;
	assert_int_equal(f->load(conf, SC_STR(""), &a, &me, &e), SC_OK);
	assert_int_equal(f->each(&c, &r), SC_OK);
	assert_true(sc_str_eq(r.tags.v[0].value, SC_STR("conflict")));
	assert_true(sc_str_eq(r.tags.v[0].why.where, SC_STR("txt")));
	r = figure("http://creativecommons.org/licenses/by-sa/4.0/", "null", BY4);
	r.part[2].data = SC_STR("{\"other\":1}");
	assert_int_equal(f->each(&c, &r), SC_OK);
	assert_true(sc_str_eq(r.tags.v[0].value, SC_STR("CC-BY-SA-4.0")));
	assert_true(sc_str_eq(r.tags.v[0].why.rule, SC_STR("text:cc-url")));
}

/* Text that makes every pattern begin again and again: what costs n must cost no more than some n. */
static void time_grows_with_the_text(void **state)
{
	static const char *const parts[] = { "adapted adapted adapted ",
		                             "adapted from Aa and Bb and Cc , ",
		                             "[[[[(((( ",
		                             "images image images ",
		                             "Creative Commons Attribution ",
		                             "creativecommons.org/",
		                             "copyright \xc2\xa9 ",
		                             "\xe2\x80\x93\xff\xc2 " };

	(void)state;
	for (size_t i = 0; i < SC_COUNT(parts); i++) {
		struct sc_buf b = { 0 };
		struct sc_statements s;
		clock_t start = clock();

		while (b.n < 1 << 20)
			sc_buf_add(&b, sc_str_c(parts[i]));
		sc_terms_find(&a, sc_buf_str(&b), &s);
		assert_true(clock() - start < 20 * CLOCKS_PER_SEC);
		sc_buf_free(&b);
		sc_arena_reset(&a);
	}
}

/* Whatever the JSON part is, what is said stays within it. */
static void a_broken_json_part_harms_nothing(void **state)
{
	struct sc_record r = figure("Adapted from [2].", "{\"attribution\":\"A\\u00e9 B\"}", BY4);
	sc_str whole = sc_strdup(&a, r.part[2].data);
	char *copy = sc_cstr(&a, whole);

	(void)state;
	for (size_t n = 0; n <= whole.n; n++) {
		struct sc_rulings x;

		r.part[2].data = (sc_str){ copy, n };
		sc_terms_figure(&a, &r, r.part[2].data, &x);
		for (uint32_t i = 0; i < x.n; i++)
			if (sc_str_eq(x.v[i].where, SC_STR("json")))
				assert_true(x.v[i].off + x.v[i].len <= n);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sentences_name_their_licence),
		cmocka_unit_test(a_type_is_a_licence_only_when_it_names_one),
		cmocka_unit_test(captions_of_others_make_a_conflict),
		cmocka_unit_test(captions_of_ones_own_make_none),
		cmocka_unit_test(a_figures_own_licence_comes_first),
		cmocka_unit_test(an_attribution_names_a_source),
		cmocka_unit_test(statements_of_one_permissions_are_settled),
		cmocka_unit_test(evidence_is_where_it_says),
		cmocka_unit_test(the_tagger_tells_figures_from_other_records),
		cmocka_unit_test(time_grows_with_the_text),
		cmocka_unit_test(a_broken_json_part_harms_nothing),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	sc_arena_free(&a);
	return failed;
}
