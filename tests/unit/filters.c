/* SPDX-License-Identifier: Apache-2.0 */
/* Claims about filters one by one: tag/licence, tag/host, tag/media, tag/domain, tag/hash, select/dedup, select/sample. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <scope/plugin.h>
#include <scope/text.h>
#include <scope/url.h>

#include <stdio.h>

static struct sc_arena a;

/* A filter at work: loaded with options as one types them. */
struct work {
	const struct sc_filter *f;
	struct sc_maker me;
	struct sc_ctx c;
	struct sc_err e;
};

static struct work start(const struct sc_filter *f, void *conf)
{
	struct work w = { .f = f, .me = { .name = f->card.name, .revision = f->card.revision } };

	if (f->load && f->load(conf, SC_STR(""), &a, &w.me, &w.e) < 0)
		fail_msg("%s", w.e.msg);
	w.c = (struct sc_ctx){ .state = SC_NEW(&a, char, f->card.state + 1), .conf = conf, .a = &a, .e = &w.e };
	if (f->open && f->open(&w.c) < 0)
		fail_msg("%s", w.e.msg);
	return w;
}

static int each(struct work *w, struct sc_record *r)
{
	w->c.me = &w->me;
	w->c.e = &w->e;
	return w->f->each(&w->c, r);
}

static struct sc_record text(const char *s)
{
	struct sc_record r = { .npart = 1 };

	r.part = SC_NEW(&a, struct sc_part, 1);
	r.part[0] = (struct sc_part){ .name = SC_STR("text"), .data = sc_str_c(s), .raw_off = UINT64_MAX };
	return r;
}

static void tag_is(const struct sc_record *r, const char *key, const char *want)
{
	const struct sc_tag *t = sc_tag_first(r, sc_str_c(key));

	if (!t && !want)
		return;
	if (!t || !want || !sc_str_eq(t->value, sc_str_c(want)))
		fail_msg("%s is '%.*s', want '%s'", key, t ? (int)t->value.n : 0, t ? t->value.p : "", want ? want : "none");
}

/* ---- licence ---- */

static void licence_is(const char *meta, const char *s, const char *want)
{
	char *conf = SC_NEW(&a, char, sc_tagger_named(SC_STR("licence"))->card.conf);
	struct work w = start(sc_tagger_named(SC_STR("licence")), conf);
	struct sc_record r = text(s);
	const struct sc_tag *t;

	r.meta = sc_str_c(meta);
	assert_int_equal(each(&w, &r), SC_OK);
	tag_is(&r, "licence", want);
	t = sc_tag_first(&r, SC_STR("licence"));
	if (t->why.len && sc_str_eq(t->why.where, SC_STR("text")))
		assert_true(t->why.off + t->why.len <= strlen(s));
}

static void a_licence_nobody_stated_is_none(void **state)
{
	(void)state;
	licence_is("{}", "plain words", "none");
	licence_is("{\"license\":\"\"}", "plain words", "none");
	licence_is("{\"license\":[]}", "plain words", "none");
	licence_is("{\"license\":null}", "see https://example.com/standby/4.0/", "none");
	licence_is("{}", "notcreativecommons.org/licenses/by/4.0/", "none");
}

static void what_has_no_name_is_unknown(void **state)
{
	(void)state;
	licence_is("{\"license\":\"see LICENSE\"}", "", "unknown");
	licence_is("{\"license\":[\"MIT\",\"my own\"]}", "", "unknown");
	licence_is("{}", "SPDX-License-Identifier: Foo-1.0\n", "unknown");
}

static void each_source_speaks(void **state)
{
	(void)state;
	licence_is("{\"license\":\"Apache-2.0\"}", "", "Apache-2.0");
	licence_is("{\"metadata\":{\"license\":\"cc-by-4.0\"}}", "", "CC-BY-4.0");
	licence_is("{\"detected_licenses\":[\"MIT\",\"ISC\"]}", "", "MIT AND ISC");
	licence_is("{\"http\":{\"headers\":{\"link\":\"<https://creativecommons.org/licenses/by-sa/4.0/>; rel=\\\"license\\\"\"}}}", "", "CC-BY-SA-4.0");
	licence_is("{}", "/* SPDX-License-Identifier: GPL-2.0-only OR MIT */", "GPL-2.0-only OR MIT");
	licence_is("{}", "under http://creativecommons.org/licenses/by-nc/2.0/ or so", "CC-BY-NC-2.0");
}

static void sources_that_disagree_are_a_conflict(void **state)
{
	(void)state;
	licence_is("{\"license\":\"MIT\"}", "SPDX-License-Identifier: ISC\n", "conflict");
	licence_is("{\"license\":\"MIT\",\"rights\":\"CC0-1.0\"}", "", "conflict");
	licence_is("{\"license\":\"MIT\"}", "see creativecommons.org/licenses/by/4.0/ for the logo", "MIT");
	licence_is("{\"license\":\"MIT\"}", "SPDX-License-Identifier: MIT\n", "MIT");
}

static void what_is_assumed_loses_to_anything_said(void **state)
{
	char *conf = SC_NEW(&a, char, sc_tagger_named(SC_STR("licence"))->card.conf);
	struct work w;
	struct sc_record r = text("nothing said"), s = text("");

	(void)state;
	memcpy(conf + sc_tagger_named(SC_STR("licence"))->card.opts[0].at, &SC_STR("CC-BY-4.0"), sizeof(sc_str)); /* --assume */
	w = start(sc_tagger_named(SC_STR("licence")), conf);
	r.meta = SC_STR("{}");
	s.meta = SC_STR("{\"license\":\"see LICENSE\"}");
	each(&w, &r);
	each(&w, &s);
	tag_is(&r, "licence", "CC-BY-4.0");
	assert_true(sc_str_eq(sc_tag_first(&r, SC_STR("licence"))->why.rule, SC_STR("assumed")));
	tag_is(&s, "licence", "unknown");
}

/* ---- host ---- */

static void host_is(const char *url, const char *host)
{
	sc_str got = sc_url_host(&a, sc_str_c(url));

	if (!sc_str_eq(got, sc_str_c(host)))
		fail_msg("%s: got '%.*s', want '%s'", url, SC_ARG(got), host);
}

static void a_host_is_where_a_browser_would_go(void **state)
{
	(void)state;
	host_is("https://WWW.Example.ORG:8080/x", "www.example.org");
	host_is("http://good.com@evil.com/", "evil.com");
	host_is("http://evil.com\\@good.com/", "evil.com");
	host_is("https:\\\\evil.com\\x", "evil.com");
	host_is("http://user:pa@ss@h.org/", "h.org");
	host_is("http://h.org./", "h.org");
	host_is("http://ex%61mple.org/", "example.org");
	host_is("http://[2001:DB8::1]:80/", "2001:db8::1");
	host_is("http://192.168.0.1/", "192.168.0.1");
	host_is("http://a b.org/", "");
	host_is("http://ex%00mple.org/", "");
	host_is("http://a..b/", "");
	host_is("http:///x", "x");
	host_is("not a url", "");
	host_is("mailto:x@y.org", "");
	host_is("pkg:deb/debian/cmocka@1", "debian.org");
	host_is("pkg:npm/left-pad@1", "npmjs.com");
	host_is("doi:10.1000/182", "doi.org");
}

/* A tab in a host does not count, but makes it one that has to be put into its form. */
static void a_host_in_its_form_is_answered_as_any_other(void **state)
{
	static const char letters[] = "aaabcz059-_...Zz%:@é\\ ";
	uint64_t x = 88172645463325252u;
	char one[160], two[160];

	(void)state;
	for (int k = 0; k < 20000; k++) {
		size_t n;

		x ^= x << 13, x ^= x >> 7, x ^= x << 17;
		n = 1 + (x >> 8) % (k % 4 ? 12 : 70);
		memset(one, 'a', sizeof one);
		for (size_t i = 1; i < n; i++) {
			x ^= x << 13, x ^= x >> 7, x ^= x << 17;
			if (x % 4 || k % 4)
				one[i] = letters[(x >> 16) % (k % 2 ? 14 : sizeof letters - 1)];
		}
		snprintf(two, sizeof two, "http://%.*s\t/x?y", (int)n, one);
		one[n] = 0;
		memmove(one + 7, one, n + 1);
		memcpy(one, "http://", 7);
		strcpy(one + 7 + n, "/x?y");
		if (!sc_str_eq(sc_url_host(&a, sc_str_c(one)), sc_url_host(&a, sc_str_c(two))))
			fail_msg("%s", one);
	}
}

/* A host of more than 62 bytes is not remembered: a long name before another has the site of that one. */
static void a_site_is_the_same_whether_remembered_or_not(void **state)
{
	static const char *const ends[] = { "example.co.uk", "github.io", "b.github.io", "com", "example.com", "x.y.kawasaki.jp", "city.kawasaki.jp" };
	uint64_t x = 88172645463325252u;

	(void)state;
	if (!sc_host_site(&a, SC_STR("www.example.com")).n)
		skip();
	for (int k = 0; k < 30000; k++) {
		sc_str host, site, far;

		x ^= x << 13, x ^= x >> 7, x ^= x << 17;
		host = sc_fmt(&a, "h%u.%s", (unsigned)(x >> 20) % (k < 20000 ? 3000 : 5), ends[x % SC_COUNT(ends)]);
		site = sc_host_site(&a, host);
		far = sc_host_site(&a, sc_fmt(&a, "%060d.%.*s", k, SC_ARG(host)));
		assert_true(site.n && sc_str_eq(site, far) && sc_str_ends(host, site));
	}
}

static void under_is_by_labels_and_segments(void **state)
{
	(void)state;
	assert_true(sc_host_under(SC_STR("a.example.org"), SC_STR("example.org")));
	assert_true(sc_host_under(SC_STR("example.org"), SC_STR("example.org")));
	assert_false(sc_host_under(SC_STR("badexample.org"), SC_STR("example.org")));
	assert_true(sc_path_under(SC_STR("figure/plot"), SC_STR("figure")));
	assert_false(sc_path_under(SC_STR("figures"), SC_STR("figure")));
}

static void host_tags_say_where_the_url_stood(void **state)
{
	struct work w = start(sc_tagger_named(SC_STR("host")), NULL);
	struct sc_record r = text("x"), none = text("x");

	(void)state;
	r.source = SC_STR("https://news.example.co.uk/story");
	each(&w, &r);
	each(&w, &none);
	tag_is(&r, "host", "news.example.co.uk");
#ifdef HAVE_PSL
	tag_is(&r, "site", "example.co.uk");
#endif
	assert_true(sc_str_eq(sc_tag_first(&r, SC_STR("host"))->why.where, SC_STR("source")));
	tag_is(&none, "host", NULL);
}

/* ---- media, domain, hash ---- */

static void media_is_by_bytes_and_a_disagreement_is_said(void **state)
{
	struct work w = start(sc_tagger_named(SC_STR("media")), NULL);
	struct sc_record r = text("<!DOCTYPE html><p>"), ok = text("{\"a\":1}"), two = text("plain words");

	(void)state;
	r.part[0].media = SC_STR("image/png");
	ok.part[0].media = SC_STR("text/plain");
	each(&w, &r);
	each(&w, &ok);
	tag_is(&r, "media", "text/html");
	tag_is(&r, "media-declared", "image/png");
	tag_is(&r, "media-mismatch", "declared image/png, is text/html");
	tag_is(&ok, "media", "application/json");
	tag_is(&ok, "media-mismatch", NULL);
	two.part = SC_NEW(&a, struct sc_part, 2);
	two.npart = 2;
	two.part[0] = (struct sc_part){ .name = SC_STR("txt"), .data = SC_STR("plain words") };
	two.part[1] = (struct sc_part){ .name = SC_STR("png"), .data = SC_STR("\x89PNG\r\n\x1a\n....") };
	each(&w, &two);
	tag_is(&two, "media", "image/png,text/plain");
}

static void domain_labels_are_joined_and_unknown_is_said(void **state)
{
	char *conf = SC_NEW(&a, char, 256);
	struct work w = start(sc_tagger_named(SC_STR("domain")), conf);
	struct sc_record r = text("x"), image = text("\x89PNG\r\n\x1a\n...."), other = text("x");

	(void)state;
	r.url = SC_STR("https://www.ncbi.nlm.nih.gov/pmc/articles/PMC1/");
	image.url = SC_STR("https://en.wikipedia.org/x.png");
	other.url = SC_STR("https://nowhere.example/");
	r.meta = image.meta = other.meta = SC_STR("{}");
	each(&w, &r);
	each(&w, &image);
	each(&w, &other);
	tag_is(&r, "domain", "government,scholarly/archive");
	tag_is(&image, "domain", "encyclopaedic,media/image");
	tag_is(&other, "domain", "unknown");
	w.f->unload(conf);
}

static void a_bad_rule_is_named_with_its_line(void **state)
{
	struct {
		sc_str rules;
		char rest[256];
	} conf = { .rules = SC_STR("/tmp/scope-test-rules.txt") };
	const struct sc_filter *f = sc_tagger_named(SC_STR("domain"));
	struct sc_maker me = { .name = "tag/domain" };
	struct sc_err e = { 0 };
	FILE *out = fopen(conf.rules.p, "w");

	(void)state;
	assert_non_null(out);
	fputs("# mine\nnews 0.9 host=example.org\nnews high host=example.net\n", out);
	fclose(out);
	assert_int_equal(f->load(&conf, SC_STR(""), &a, &me, &e), SC_FAIL);
	assert_non_null(strstr(e.msg, ":3:"));
	remove(conf.rules.p);
}

static void several_parts_hash_as_sha256sum_lists_them(void **state)
{
	struct sc_record r = { .npart = 2 };
	char hex[65] = "";

	(void)state;
	r.part = SC_NEW(&a, struct sc_part, 2);
	r.part[0] = (struct sc_part){ .name = SC_STR("txt"), .data = SC_STR("hello") };
	r.part[1] = (struct sc_part){ .name = SC_STR("json"), .data = SC_STR("{}") };
	sc_record_id(&a, &r);
	sc_hex(r.id, 32, hex);
	/* printf '%s  json\n%s  txt\n' $(printf '{}' | sha256sum) ... | sha256sum */
	assert_string_equal(hex, "80997dea1d2fd5b255b23411a93aa64a29da95e39b546dcb10b0349d1df611a0");
}

/* ---- select ---- */

static void dedup_is_exact_also_past_its_memory(void **state)
{
	uint64_t memory = 64 << 10;
	struct work w = start(sc_select_named(SC_STR("dedup")), &memory);
	struct sc_arena mine = { 0 };
	char s[32];

	(void)state;
	for (int round = 0; round < 2; round++)
		for (int i = 0; i < 20000; i++) {
			struct sc_record r = { .npart = 1 };
			struct sc_part p = { .name = SC_STR("text") };

			snprintf(s, sizeof s, "record %d", i);
			p.data = sc_str_c(s);
			r.part = &p;
			w.c.a = &mine;
			assert_int_equal(each(&w, &r), round ? SC_DROP : SC_OK);
			sc_arena_reset(&mine);
		}
	w.f->close(&w.c);
	sc_arena_free(&mine);
}

static void a_sample_by_share_is_near_its_share_and_the_same_again(void **state)
{
	struct {
		sc_str share, seed;
		uint64_t count, below;
		bool all;
	} conf = { .share = SC_STR("25%"), .seed = SC_STR("s") };
	struct work w = start(sc_select_named(SC_STR("sample")), &conf);
	char s[32];
	int kept = 0;

	(void)state;
	for (int i = 0; i < 4000; i++) {
		struct sc_record r;
		int rc;

		snprintf(s, sizeof s, "record %d", i);
		r = text(s);
		rc = each(&w, &r);
		kept += rc == SC_OK;
		assert_int_equal(each(&w, &r), rc);
	}
	assert_in_range(kept, 850, 1150);
	w.f->close(&w.c);
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
		cmocka_unit_test(a_licence_nobody_stated_is_none),
		cmocka_unit_test(what_has_no_name_is_unknown),
		cmocka_unit_test(each_source_speaks),
		cmocka_unit_test(sources_that_disagree_are_a_conflict),
		cmocka_unit_test(what_is_assumed_loses_to_anything_said),
		cmocka_unit_test(a_host_is_where_a_browser_would_go),
		cmocka_unit_test(a_host_in_its_form_is_answered_as_any_other),
		cmocka_unit_test(a_site_is_the_same_whether_remembered_or_not),
		cmocka_unit_test(under_is_by_labels_and_segments),
		cmocka_unit_test(host_tags_say_where_the_url_stood),
		cmocka_unit_test(media_is_by_bytes_and_a_disagreement_is_said),
		cmocka_unit_test(domain_labels_are_joined_and_unknown_is_said),
		cmocka_unit_test(a_bad_rule_is_named_with_its_line),
		cmocka_unit_test(several_parts_hash_as_sha256sum_lists_them),
		cmocka_unit_test(dedup_is_exact_also_past_its_memory),
		cmocka_unit_test(a_sample_by_share_is_near_its_share_and_the_same_again),
	};

	return cmocka_run_group_tests_name("filters", tests, NULL, done);
}
