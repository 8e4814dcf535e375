/* SPDX-License-Identifier: Apache-2.0 */
/* Claims about tag/licence that need more than one look: lists, evidence kept, bytes of evidence, whole URLs only. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <scope/plugin.h>

static struct sc_arena a;
static void *kept; /* the tagger's state, as a worker keeps it from record to record; NULL: each record has a new one */

/* A record of that metadata and text, tagged with options as their struct begins: --assume, --sources. */
static struct sc_record tagged(const char *meta, sc_str text, const char *assume, const char *sources)
{
	const struct sc_filter *f = sc_tagger_named(SC_STR("licence"));
	struct sc_record r = { .npart = 1, .meta = sc_str_c(meta) };
	struct sc_maker me = { .name = f->card.name };
	struct sc_err e = { .msg = "" };
	sc_str *conf = sc_zalloc(&a, 1, f->card.conf);
	struct sc_ctx c = { .state = kept ? kept : sc_zalloc(&a, 1, f->card.state), .conf = conf, .me = &me, .a = &a, .e = &e };

	conf[0] = sc_str_c(assume);
	conf[1] = sc_str_c(sources);
	assert_int_equal(f->load(conf, SC_STR(""), &a, &me, &e), SC_OK);
	r.part = SC_NEW(&a, struct sc_part, 1);
	r.part[0] = (struct sc_part){ .name = SC_STR("text"), .data = text, .raw_off = UINT64_MAX };
	assert_int_equal(f->each(&c, &r), SC_OK);
	return r;
}

static void says(const struct sc_record *r, size_t i, const char *value, const char *rule)
{
	assert_true(i < r->tags.n);
	if (!sc_str_eq(r->tags.v[i].value, sc_str_c(value)) || !sc_str_eq(r->tags.v[i].why.rule, sc_str_c(rule)))
		fail_msg("%.*s by %.*s, not %s by %s", SC_ARG(r->tags.v[i].value), SC_ARG(r->tags.v[i].why.rule), value, rule);
}

static void a_long_list_never_loses_its_last_licence(void **state)
{
	struct sc_buf b = { 0 };
	struct sc_record r;

	(void)state;
	sc_buf_add(&b, SC_STR("{\"license\":["));
	for (int i = 0; i < 40; i++)
		sc_buf_add(&b, SC_STR("\"MIT\","));
	sc_buf_add(&b, SC_STR("\"GPL-3.0-only\"]}"));
	sc_buf_byte(&b, 0);
	r = tagged(b.p, SC_STR(""), "", "");
	says(&r, 0, "MIT AND GPL-3.0-only", "json:license");
	sc_buf_free(&b);
}

static void a_list_of_objects_is_read_by_their_names(void **state)
{
	struct sc_record r = tagged("{\"licenses\":[{\"type\":\"MIT\",\"url\":\"x\"},{\"name\":\"Apache 2.0\"}]}", SC_STR(""), "", "");

	(void)state;
	says(&r, 0, "MIT AND Apache-2.0", "json:licenses");
	r = tagged("{\"license\":{\"id\":\"mit\"}}", SC_STR(""), "", "");
	says(&r, 0, "MIT", "json:license");
}

static void what_was_said_before_changes_no_answer(void **state)
{
	static const char *const said[] = { "MIT", "mit", "Apache 2.0", "MIT/Apache-2.0", "see LICENSE", "none", "CC BY-SA 4.0",
					    "https://creativecommons.org/licenses/by/4.0/", "License :: OSI Approved :: MIT License",
					    "GPLv2+", "GPL-2.0-only WITH Classpath-exception-2.0", "MIT OR (ISC AND Zlib)", "GPL-3.0-only" };
	void *memory = sc_zalloc(&a, 1, sc_tagger_named(SC_STR("licence"))->card.state);

	(void)state;
	for (int round = 0; round < 300; round++) {
		const char *one = said[(round * round + round / 7) % (int)SC_COUNT(said)];
		sc_str meta = sc_fmt(&a, "{\"license\":\"%s\",\"licenses\":[\"%s\",\"X%d\"],\"rights\":\"n%d\"}", one, one,
				     round % 3, round);
		struct sc_record fresh, again;

		kept = NULL;
		fresh = tagged(meta.p, SC_STR(""), "", "");
		kept = memory;
		again = tagged(meta.p, SC_STR(""), "", "");
		assert_int_equal(fresh.tags.n, again.tags.n);
		for (uint32_t i = 0; i < fresh.tags.n; i++) {
			const struct sc_tag *x = &fresh.tags.v[i], *y = &again.tags.v[i];

			assert_true(sc_str_eq(x->value, y->value) && sc_str_eq(x->why.rule, y->why.rule));
			assert_true(x->why.off == y->why.off && x->why.len == y->why.len && x->why.score == y->why.score);
		}
	}
	kept = NULL;
}

static void order_is_no_disagreement(void **state)
{
	struct sc_record r = tagged("{\"license\":\"MIT OR Apache-2.0\",\"licenses\":\"Apache-2.0 OR MIT\"}", SC_STR(""), "", "");

	(void)state;
	says(&r, 0, "MIT OR Apache-2.0", "json:license");
	says(&r, 1, "Apache-2.0 OR MIT", "json:licenses");
}

static void the_ninth_url_can_still_disagree(void **state)
{
	struct sc_buf b = { 0 };
	struct sc_record r;

	(void)state;
	for (int i = 0; i < 50; i++)
		sc_buf_add(&b, SC_STR("<a href=\"//www.creativecommons.org/licenses/by/4.0/\">x</a> "));
	r = tagged("{}", sc_buf_str(&b), "", "");
	says(&r, 0, "CC-BY-4.0", "text:cc-url");
	assert_int_equal(r.tags.n, 1); /* the same fifty times is one statement */
	sc_buf_add(&b, SC_STR("http://creativecommons.org/licenses/by-nc/4.0/"));
	r = tagged("{}", sc_buf_str(&b), "", "");
	says(&r, 0, "conflict", "text:cc-url");
	says(&r, 1, "CC-BY-4.0", "text:cc-url");
	says(&r, 2, "CC-BY-NC-4.0", "text:cc-url");
	sc_buf_free(&b);
}

static void evidence_is_the_bytes_of_the_whole_url(void **state)
{
	static const char *const urls[] = { "https://creativecommons.org/licenses/by/4.0", "//creativecommons.org/licenses/by/4.0",
					    "http://www.creativecommons.org/licenses/by/4.0", "creativecommons.org/licenses/by/4.0",
					    "www.creativecommons.org/licenses/by/4.0" };

	(void)state;
	for (size_t i = 0; i < SC_COUNT(urls); i++) {
		sc_str text = sc_fmt(&a, "<a href='%s/deed.de'>", urls[i]), span;
		struct sc_record r = tagged("{}", text, "", "");

		says(&r, 0, "CC-BY-4.0", "text:cc-url");
		span = sc_str_head(sc_str_from(text, r.tags.v[0].why.off), r.tags.v[0].why.len);
		assert_true(sc_str_eq(span, sc_str_c(urls[i])));
	}
}

static void another_host_or_a_path_is_no_licence_url(void **state)
{
	static const char *const texts[] = { "https://notcreativecommons.org/licenses/by/4.0/", "https://example.com/creativecommons.org/licenses/by/4.0/",
					     "https://a.creativecommons.org/licenses/by/4.0/", "https://example.com//creativecommons.org/licenses/by/4.0/",
					     "https://creativecommons.org/licenses/by/9.9/", "https://example.com/standby/4.0",
					     "https://me@creativecommons.org/licenses/by/4.0/" };

	(void)state;
	for (size_t i = 0; i < SC_COUNT(texts); i++) {
		struct sc_record r = tagged("{}", sc_str_c(texts[i]), "", "");

		says(&r, 0, "none", "nothing-found");
	}
}

static void metadata_outranks_text_and_the_text_stays(void **state)
{
	struct sc_record r = tagged("{\"license\":\"CC BY\"}", SC_STR("see https://creativecommons.org/licenses/by/4.0/"), "MIT", "");

	(void)state;
	says(&r, 0, "LicenseRef-CC-BY", "json:license");
	says(&r, 1, "CC-BY-4.0", "text:cc-url");
	says(&r, 2, "MIT", "assumed");
}

static void only_the_sources_asked_for_are_looked_at(void **state)
{
	struct sc_record r = tagged("{\"license\":\"MIT\"}", SC_STR("SPDX-License-Identifier: ISC\n"), "", "spdx");

	(void)state;
	says(&r, 0, "ISC", "text:spdx-id");
	assert_int_equal(r.tags.n, 1);
	assert_true(r.tags.v[0].why.off == 25 && r.tags.v[0].why.len == 3);
	r = tagged("{\"license\":\"MIT\"}", SC_STR(""), "0bsd", "assume");
	says(&r, 0, "0BSD", "assumed");
}

static void a_word_that_is_no_source_is_refused(void **state)
{
	const struct sc_filter *f = sc_tagger_named(SC_STR("licence"));
	struct sc_maker me = { .name = "tag/licence" };
	sc_str *conf = sc_zalloc(&a, 1, f->card.conf);
	struct sc_err e = { .msg = "" };

	(void)state;
	conf[1] = SC_STR("meta,mata");
	assert_int_equal(f->load(conf, SC_STR(""), &a, &me, &e), SC_FAIL);
	assert_non_null(strstr(e.msg, "mata"));
	conf[0] = SC_STR("my own");
	conf[1] = SC_STR("");
	assert_int_equal(f->load(conf, SC_STR(""), &a, &me, &e), SC_FAIL);
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
		cmocka_unit_test(a_long_list_never_loses_its_last_licence),
		cmocka_unit_test(a_list_of_objects_is_read_by_their_names),
		cmocka_unit_test(what_was_said_before_changes_no_answer),
		cmocka_unit_test(order_is_no_disagreement),
		cmocka_unit_test(the_ninth_url_can_still_disagree),
		cmocka_unit_test(evidence_is_the_bytes_of_the_whole_url),
		cmocka_unit_test(another_host_or_a_path_is_no_licence_url),
		cmocka_unit_test(metadata_outranks_text_and_the_text_stays),
		cmocka_unit_test(only_the_sources_asked_for_are_looked_at),
		cmocka_unit_test(a_word_that_is_no_source_is_refused),
	};

	return cmocka_run_group_tests_name("licence", tests, NULL, done);
}
