/* SPDX-License-Identifier: Apache-2.0 */
/* Claims about rules as text (scope/rules.h), and about tag/domain on figure records made here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <scope/plugin.h>
#include <scope/rules.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static struct sc_arena a;

static int setup(void **state)
{
	(void)state;
	a = (struct sc_arena){ 0 };
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	sc_arena_free(&a);
	return 0;
}

/* ---- reading ---- */

static void what_is_no_rule_is_named_with_its_place(void **state)
{
	static const struct {
		const char *text, *said;
	} bad[] = {
		{ "x 0.5 caption=blot", "r:1:15: expected a phrase in quotes behind caption=" },
		{ "x 0.5 subject=\"\"", "r:1:16: a phrase has at least one letter or digit" },
		{ "x 0.5 journal=\"a\"b", "r:1:18: expected a space behind the phrase" },
		{ "x 0.5 figure.=a", "r:1:7: expected host=" },
		{ "x 0.5 figure=a", "r:1:7: expected host=" },
		{ "x 0.5 category=", "r:1:7: expected host=" },
		{ "x -0.5 host=a", "r:1:3: expected a score from 0 to 1 behind the label" },
		{ "x/* 0.5\nx/y -1.5 host=a",
		  "r:2:5: expected a score from -1 to 1 behind the label" },
		{ "x/*", "r:1:4: expected the sum" },
		{ "x/* 2", "r:1:5: expected the sum" },
		{ "x/* nan", "r:1:5: expected the sum" },
		{ "x/* 0.5 host=a", "r:1:9: expected nothing, or else=LABEL and conditions" },
		{ "x/* 0.5 else= host=a", "expected a label behind else=" },
		{ "x/* 0.5 else=x/z", "expected a condition" },
		{ "/* 0.5", "r:1:1: expected a label" },
		{ "x/*/y 0.5 host=a", "r:1:1: expected a label" },
	};

	(void)state;
	for (size_t i = 0; i < SC_COUNT(bad); i++) {
		struct sc_rules r;
		struct sc_err e = { 0 };

		sc_rules_init(&r, &a, SC_STR("t:"), 0);
		assert_int_equal(sc_rules_read(&r, &a, "r", sc_str_c(bad[i].text), &e), SC_FAIL);
		if (!strstr(e.msg, bad[i].said))
			fail_msg("%s: %s", bad[i].text, e.msg);
		sc_rules_free(&r);
		sc_rules_free(&r);
	}
}

static void rules_stand_where_they_are_cheapest_to_ask(void **state)
{
	struct sc_rules r;
	struct sc_err e = { 0 };

	(void)state;
	sc_rules_init(&r, &a, SC_STR("t:"), 0);
	assert_int_equal(sc_rules_read(&r, &a, "r",
	                               SC_STR("a 1 host=x.org caption=\"gel\"\n"
	                                      "b 1 caption=\"gel\" figure.kind=figure\n"
	                                      "c 1 category=cs.* meta.x=*\n"
	                                      "d 1 figure.kind=table\n"
	                                      "e 1 source=*\n"),
	                               &e),
	                 SC_OK);
	sc_rules_ready(&r, &a);
	assert_true(sc_str_eq(sc_rules_of_host(&r, SC_STR("x.org"))->label, SC_STR("a")));
	assert_true(r.searches[SC_RULE_CAPTION] && !r.searches[SC_RULE_TEXT]);
	assert_true(sc_str_eq(r.by_phrase[SC_RULE_CAPTION][0].first->label, SC_STR("b")));
	assert_null(r.by_phrase[SC_RULE_CAPTION][0].first->next);
	assert_true(sc_str_eq(r.category.first->label, SC_STR("c")));
	assert_true(sc_str_eq(r.figure.first->label, SC_STR("d")));
	assert_true(sc_str_eq(r.others.first->label, SC_STR("e")));
	assert_true(sc_str_eq(r.others.first->text, SC_STR("t:source=*")));
	sc_rules_free(&r);
}

static void a_star_in_a_glob_is_any_bytes(void **state)
{
	(void)state;
	assert_true(sc_glob(SC_STR("CS.*"), SC_STR("cs.cl")));
	assert_true(sc_glob(SC_STR("*a*b*"), SC_STR("xaxabx")));
	assert_true(sc_glob(SC_STR("*"), SC_STR("")));
	assert_false(sc_glob(SC_STR("cs.*"), SC_STR("cs")));
	assert_false(sc_glob(SC_STR("a*b"), SC_STR("abc")));
}

/* ---- a record through the tagger ---- */

static struct sc_record figure(const char *caption, const char *json)
{
	struct sc_record r = { .url = SC_STR("https://doi.org/10.1000/1"),
		               .meta = SC_STR("{}"),
		               .npart = 3 };

	r.part = SC_NEW(&a, struct sc_part, 3);
	r.part[0] =
	        (struct sc_part){ .name = SC_STR("png"), .data = SC_STR("\x89PNG\r\n\x1a\n....") };
	r.part[1] = (struct sc_part){ .name = SC_STR("txt"), .data = sc_str_c(caption) };
	r.part[2] = (struct sc_part){
		.name = SC_STR("json"),
		.data = sc_fmt(&a, "{\"figure_id\":\"f1\",\"format\":\"jats\",%s}", json)
	};
	return r;
}

/* rules: the text of a file of rules, or NULL for those that are built in. */
static void run(const char *rules, struct sc_record *r)
{
	struct {
		sc_str path;
		char rest[256];
	} conf = { .path = { 0 } };
	const struct sc_filter *f = sc_tagger_named(SC_STR("domain"));
	struct sc_maker me = { .name = "tag/domain" };
	struct sc_err e = { 0 };
	struct sc_ctx c = {
		.state = sc_zalloc(&a, 1, f->card.state), .conf = &conf, .me = &me, .a = &a, .e = &e
	};
	char path[] = "/tmp/scope-rules-XXXXXX";

	assert_true(f->card.conf <= sizeof conf);
	if (rules) {
		int fd = mkstemp(path);

		assert_true(fd >= 0 && write(fd, rules, strlen(rules)) == (ssize_t)strlen(rules));
		close(fd);
		conf.path = sc_str_c(path);
	}
	if (f->load(&conf, SC_STR(""), &a, &me, &e) < 0)
		fail_msg("%s", e.msg);
	if (rules)
		unlink(path);
	assert_int_equal(f->each(&c, r), SC_OK);
	f->close(&c);
	f->unload(&conf);
}

static void domain_is(const struct sc_record *r, const char *want)
{
	const struct sc_tag *t = sc_tag_first(r, SC_STR("domain"));

	assert_non_null(t);
	if (!sc_str_eq(t->value, sc_str_c(want)))
		fail_msg("%.*s, not %s", SC_ARG(t->value), want);
}

static const char sums[] = "k/* 0.6 else=k/none figure.format=*\n"
                           "k/a 0.5 caption=\"one\"\n"
                           "k/a 0.4 caption=\"two\"\n"
                           "k/a -0.5 caption=\"not\"\n"
                           "k/b 0.9 caption=\"map\"\n"
                           "k/b 0 caption=\"heat map\"\n"
                           "k/c 1 figure.kind=table\n"
                           "x 0.3 caption=\"one\"\n";

static void scores_of_a_label_add_up(void **state)
{
	struct sc_record weak = figure("One.", "\"kind\":\"figure\""),
	                 both = figure("One and two.", "\"kind\":\"figure\"");
	struct sc_record against = figure("One, two, not three.", "\"kind\":\"figure\""),
	                 stated = figure("One.", "\"kind\":\"table\"");
	const struct sc_tag *t;

	(void)state;
	run(sums, &weak);
	run(sums, &both);
	run(sums, &against);
	run(sums, &stated);
	domain_is(&weak, "k/none,x");
	domain_is(&both, "k/a,x");
	domain_is(&against, "k/none,x");
	domain_is(&stated, "k/c,x");
	t = sc_tag_first(&both, SC_STR("domain"));
	assert_true(t->why.score == 0.7f);
	assert_true(sc_str_eq(t->why.rule, SC_STR("domain:caption=\"one\"")));
	assert_true(sc_str_eq(t->why.where, SC_STR("txt")) && t->why.off == 0 && t->why.len == 3);
	assert_true(sc_tag_first(&stated, SC_STR("domain"))->why.score == 1);
}

static void a_phrase_in_a_longer_one_says_nothing(void **state)
{
	struct sc_record inner = figure("A heat map.", "\"kind\":\"figure\""),
	                 outer = figure("A map, a heat map.", "\"kind\":\"figure\"");

	(void)state;
	run(sums, &inner);
	run(sums, &outer);
	domain_is(&inner, "k/none");
	domain_is(&outer, "k/b");
}

static void what_is_no_figure_has_no_caption(void **state)
{
	struct sc_record none = figure("One and two.", "\"kind\":\"figure\""),
	                 broken = figure("One and two.", "\"kind\":oops");

	(void)state;
	none.part[2].data = SC_STR("{\"id\":\"f1\"}");
	run(sums, &none);
	run(sums, &broken);
	domain_is(&none, "unknown");
	domain_is(&broken, "unknown");
}

/* ---- the rules that are built in ---- */

static void figures_are_known_by_their_captions(void **state)
{
	static const struct {
		const char *caption, *domain;
	} v[] = {
		{ "Growth of the colonies. Error bars: SD of three dishes.", "figure/plot" },
		{ "SEM images of the fracture surface.", "figure/micrograph" },
		{ "Western blot of the lysates; actin is the loading control.", "figure/gel" },
		{ "Schematic diagram of the reactor.", "figure/diagram" },
		{ "Photograph of the quarry.", "figure/photo" },
		{ "Map showing the location of the study sites.", "figure/map" },
		{ "The phase diagram.", "figure/plot" },
		{ "(A) Confocal images of the roots. Scale bar = 20 µm. (B) Mean ± SEM, n = 5.",
		  "figure/micrograph,figure/plot" },
		{ "As described in the text.", "figure/unknown" },
		{ "", "figure/unknown" },
	};

	(void)state;
	for (size_t i = 0; i < SC_COUNT(v); i++) {
		struct sc_record r = figure(
		        v[i].caption, "\"kind\":\"figure\",\"subjects\":[\"Research Article\"]");

		run(NULL, &r);
		domain_is(&r, v[i].domain);
	}
}

static void tables_and_equations_are_what_the_publisher_says(void **state)
{
	struct sc_record table = figure("Mean ± SD, p < 0.05.", "\"kind\":\"table\""),
	                 equation = figure("", "\"kind\":\"equation\"");
	struct sc_record map = figure("", "\"kind\":\"figure\",\"fig_type\":\"map\"");

	(void)state;
	run(NULL, &table);
	run(NULL, &equation);
	run(NULL, &map);
	domain_is(&table, "figure/table");
	domain_is(&equation, "figure/equation");
	domain_is(&map, "figure/map");
	assert_true(sc_str_eq(sc_tag_first(&map, SC_STR("domain"))->why.where, SC_STR("json")));
}

static void subjects_come_from_the_paper(void **state)
{
	struct sc_record r = figure(
	        "",
	        "\"kind\":\"figure\",\"journal\":\"Acta Nova\",\"subjects\":[\"Research Article\",\"Cell \\u0042iology\"]");
	struct sc_record apart =
	        figure("", "\"kind\":\"figure\",\"subjects\":[\"Computer\",\"Science\"]");
	struct sc_record journal = figure(
	        "",
	        "\"kind\":\"figure\",\"journal\":\"Journal of Plasma Physics\",\"subjects\":[]");
	struct sc_record arxiv = figure("", "\"kind\":\"figure\",\"subjects\":[\"math.ST\"]");
	const struct sc_tag *t;
	sc_str json;

	(void)state;
	run(NULL, &r);
	run(NULL, &apart);
	run(NULL, &journal);
	run(NULL, &arxiv);
	domain_is(&r, "figure/unknown,subject/biology");
	domain_is(&apart, "figure/unknown");
	domain_is(&journal, "figure/unknown,subject/physics");
	domain_is(&arxiv, "figure/unknown,subject/mathematics,subject/statistics");
	t = sc_tag_first(&r, SC_STR("domain"));
	json = r.part[2].data;
	assert_true(sc_str_eq(t->why.where, SC_STR("json")));
	assert_true(sc_str_eq(sc_str_head(sc_str_from(json, t->why.off), t->why.len),
	                      SC_STR("\"Cell \\u0042iology\"")));
}

static void categories_are_looked_at_in_any_record(void **state)
{
	struct sc_record r = { .url = SC_STR("https://arxiv.org/abs/2401.00001"), .npart = 1 },
	                 list = r, none = r;
	const struct sc_tag *t;

	(void)state;
	r.part = SC_NEW(&a, struct sc_part, 1);
	r.part[0] = (struct sc_part){ .name = SC_STR("text"), .data = SC_STR("x") };
	list.part = none.part = r.part;
	r.meta = SC_STR("{\"categories\":\"cs.CL math.OC\"}");
	list.meta = SC_STR("{\"metadata\":{\"categories\":[\"q-bio.NC\",7,\"recipes\"]}}");
	none.meta = SC_STR("{\"categories\":{\"a\":[\"cs.CL\"]}}");
	run(NULL, &r);
	run(NULL, &list);
	run(NULL, &none);
	domain_is(&r, "scholarly/preprint,subject/computer-science,subject/mathematics");
	domain_is(&list, "scholarly/preprint,subject/biology");
	domain_is(&none, "scholarly/preprint");
	t = sc_tag_first(&r, SC_STR("domain")) + 1;
	while (!sc_str_eq(t->value, SC_STR("subject/mathematics")))
		t++;
	assert_true(sc_str_eq(t->why.where, SC_STR("meta")));
	assert_true(sc_str_eq(sc_str_head(sc_str_from(r.meta, t->why.off), t->why.len),
	                      SC_STR("math.OC")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_is_no_rule_is_named_with_its_place, setup,
		                                teardown),
		cmocka_unit_test_setup_teardown(rules_stand_where_they_are_cheapest_to_ask, setup,
		                                teardown),
		cmocka_unit_test_setup_teardown(a_star_in_a_glob_is_any_bytes, setup, teardown),
		cmocka_unit_test_setup_teardown(scores_of_a_label_add_up, setup, teardown),
		cmocka_unit_test_setup_teardown(a_phrase_in_a_longer_one_says_nothing, setup,
		                                teardown),
		cmocka_unit_test_setup_teardown(what_is_no_figure_has_no_caption, setup, teardown),
		cmocka_unit_test_setup_teardown(figures_are_known_by_their_captions, setup,
		                                teardown),
		cmocka_unit_test_setup_teardown(tables_and_equations_are_what_the_publisher_says,
		                                setup, teardown),
		cmocka_unit_test_setup_teardown(subjects_come_from_the_paper, setup, teardown),
		cmocka_unit_test_setup_teardown(categories_are_looked_at_in_any_record, setup,
		                                teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
