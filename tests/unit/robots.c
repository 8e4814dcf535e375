/* SPDX-License-Identifier: Apache-2.0 */
/* Claims about the rule files of an origin: robots.txt by RFC 9309, ai.txt, tdmrep.json. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <scope/robots.h>

static struct sc_arena a;

/* ---- robots.txt ---- */

static struct sc_robots rules(sc_str text)
{
	struct sc_robots r;

	sc_robots_read(&a, text, &r);
	return r;
}

static bool may_not(const char *text, const char *agent, const char *path)
{
	struct sc_robots r = rules(sc_str_c(text));
	struct sc_robots_answer x = sc_robots_ask(&r, sc_str_c(agent), sc_str_c(path));

	assert_false(x.gave_up);
	assert_int_equal(x.disallowed, x.rule && !x.rule->allow);
	return x.disallowed;
}
#define MAY(text, agent, path)	   assert_false(may_not(text, agent, path))
#define MAY_NOT(text, agent, path) assert_true(may_not(text, agent, path))

static void a_group_binds_whom_it_names_and_nobody_else(void **state)
{
	const char *t = "User-agent: GPTBot\nDisallow: /a\n";
	struct sc_robots r = rules(sc_str_c(t));

	(void)state;
	MAY_NOT(t, "GPTBot", "/a/b");
	MAY(t, "GPTBot", "/b");
	MAY(t, "CCBot", "/a/b");
	assert_true(sc_robots_ask(&r, SC_STR("GPTBot"), SC_STR("/")).named);
	assert_false(sc_robots_ask(&r, SC_STR("CCBot"), SC_STR("/")).named);
}

static void the_group_for_all_binds_only_whom_no_group_names(void **state)
{
	const char *t = "User-agent: *\nDisallow: /\n\nUser-agent: GPTBot\nDisallow: /a\n";

	(void)state;
	MAY_NOT(t, "CCBot", "/x");
	MAY(t, "GPTBot", "/x");
	MAY_NOT(t, "GPTBot", "/a");
}

static void a_group_without_rules_allows_all_to_its_agent(void **state)
{
	(void)state;
	MAY("User-agent: *\nDisallow: /\n\nUser-agent: GPTBot\nDisallow:\n", "GPTBot", "/x");
	MAY("User-agent: *\nDisallow: /\n\nUser-agent: GPTBot\n", "GPTBot", "/x");
}

static void an_empty_rule_ends_the_run_of_agents(void **state)
{
	const char *t = "User-agent: a\nDisallow:\nUser-agent: b\nDisallow: /\n";

	(void)state;
	MAY(t, "a", "/x");
	MAY_NOT(t, "b", "/x");
}

static void groups_of_one_agent_are_one(void **state)
{
	const char *t = "User-agent: GPTBot\nDisallow: /a\n\nUser-agent: b\nDisallow: /b\n\nUser-agent: gptbot\nDisallow: /c\nAllow: /a/x\n";

	(void)state;
	MAY_NOT(t, "GPTBot", "/a");
	MAY_NOT(t, "GPTBot", "/c");
	MAY(t, "GPTBot", "/a/x");
	MAY(t, "GPTBot", "/b");
	MAY_NOT("User-agent: *\nDisallow: /a\nUser-agent: *\nDisallow: /b\n", "any", "/a");
}

static void one_group_may_have_many_agents(void **state)
{
	struct sc_buf b = { .a = &a };

	(void)state;
	MAY_NOT("User-agent: a\nUser-agent: b\n\nUser-agent: c\nDisallow: /\n", "a", "/x");
	MAY_NOT("User-agent: a\nUser-agent: *\nDisallow: /\n", "z", "/x");
	for (int i = 0; i < 1000; i++)
		sc_buf_fmt(&b, "User-agent: bot%d\n", i);
	sc_buf_add(&b, SC_STR("Disallow: /\n"));
	sc_buf_byte(&b, 0);
	MAY_NOT(b.p, "bot0", "/x");
	MAY_NOT(b.p, "bot999", "/x");
	MAY(b.p, "bot1000", "/x");
}

static void an_agent_is_its_product_token_whatever_its_case(void **state)
{
	static const char *const written[] = { "gptbot", "GPTBOT", "GPTBot/1.1", "GPTBot/1.1 (+http://example.org)", "GPTBot # comment", "\t GPTBot \t" };
	static const char *const not[] = { "GPTBot-2", "GPT", "xGPTBot", "Mozilla/5.0 (compatible; GPTBot/1.1)", "", "*GPTBot", "/" };

	(void)state;
	for (size_t i = 0; i < SC_COUNT(written); i++)
		MAY_NOT(sc_fmt(&a, "User-agent:%s\nDisallow: /\n", written[i]).p, "GPTBot", "/x");
	for (size_t i = 0; i < SC_COUNT(not); i++)
		MAY(sc_fmt(&a, "User-agent: %s\nDisallow: /\n", not[i]).p, "GPTBot", "/x");
	MAY_NOT("User-agent: GPTBot\nDisallow: /\n", "gptbot/2.0", "/x");
	MAY_NOT("User-agent: img2dataset\nDisallow: /\n", "img2dataset", "/x");
}

static void only_a_star_alone_is_everybody(void **state)
{
	(void)state;
	MAY_NOT("User-agent: * \nDisallow: /\n", "any", "/x");
	MAY_NOT("User-agent: *# all\nDisallow: /\n", "any", "/x");
	MAY("User-agent: *bot\nDisallow: /\n", "any", "/x");
}

static void field_names_have_any_case_and_blanks_around_them(void **state)
{
	(void)state;
	MAY_NOT(" USER-AGENT\t:\tGPTBot\n  disALLow :/a\n", "GPTBot", "/a");
	MAY_NOT("useragent: GPTBot\ndisallow: /a\n", "GPTBot", "/a");
	MAY("User-agent: GPTBot\nDisallow /a\n", "GPTBot", "/a");
	MAY("User-agent: GPTBot\nDisallowed: /a\n", "GPTBot", "/a");
}

static void a_byte_order_mark_and_any_line_end_are_passed_over(void **state)
{
	(void)state;
	MAY_NOT("\xef\xbb\xbfUser-agent: GPTBot\nDisallow: /a\n", "GPTBot", "/a");
	MAY_NOT("User-agent: GPTBot\rDisallow: /a\rDisallow: /b", "GPTBot", "/b");
	MAY_NOT("User-agent: GPTBot\r\nDisallow: /a\r\n\r\nDisallow: /b\r\n", "GPTBot", "/b");
	MAY("", "GPTBot", "/");
	MAY("\xef\xbb\xbf", "GPTBot", "/");
	MAY("\n\r\n\r", "GPTBot", "/");
}

static void comments_say_nothing(void **state)
{
	(void)state;
	MAY("#User-agent: *\nDisallow: /\n", "a", "/x");
	MAY("User-agent: *\n# Disallow: /\nDisallow: # /\n", "a", "/x");
	MAY_NOT("User-agent: * # all\nDisallow: /a#b\n", "a", "/ab");
	MAY_NOT("User-agent: b\n# User-agent: c\nUser-agent: a\nDisallow: /\n", "b", "/x");
}

static void lines_of_other_kinds_end_nothing(void **state)
{
	const char *t = "User-agent: a\nCrawl-delay: 10\nSitemap: https://example.org/s.xml\nUser-agent: b\nfoo\n: bar\nDisallow: /x\n"
			"Host: example.org\nDisallow: /y\n";

	(void)state;
	MAY_NOT(t, "a", "/x");
	MAY_NOT(t, "b", "/x");
	MAY_NOT(t, "a", "/y");
	MAY(t, "a", "/z");
}

static void rules_before_any_agent_bind_nobody(void **state)
{
	(void)state;
	MAY("Disallow: /\n", "a", "/x");
	MAY("Disallow: /\nUser-agent: a\nDisallow: /b\n", "a", "/x");
	MAY("Disallow: /\nUser-agent: a\nDisallow: /b\n", "c", "/x");
}

static void the_longest_pattern_decides_and_allow_among_equals(void **state)
{
	const char *t = "User-agent: *\nAllow: /example/page/\nDisallow: /example/page/disallowed.gif\nDisallow: /example/\n";

	(void)state;
	MAY_NOT(t, "a", "/example/page/disallowed.gif");
	MAY(t, "a", "/example/page/other");
	MAY_NOT(t, "a", "/example/other");
	MAY("User-agent: *\nDisallow: /p\nAllow: /p\n", "a", "/p");
	MAY("User-agent: *\nAllow: /p\nDisallow: /p\n", "a", "/p");
	MAY_NOT("User-agent: *\nAllow: /p\nDisallow: /*.php\n", "a", "/p.php");
	MAY("User-agent: *\nAllow: /$\nDisallow: /\n", "a", "/");
	MAY_NOT("User-agent: *\nAllow: /$\nDisallow: /\n", "a", "/p");
}

static void length_is_that_of_the_encoded_pattern(void **state)
{
	(void)state;
	MAY("User-agent: *\nDisallow: /%7Ea\nAllow: /~a\n", "a", "/~a");
	MAY("User-agent: *\nDisallow: /%c3%a9\nAllow: /\xc3\xa9\n", "a", "/%C3%A9");
	MAY_NOT("User-agent: *\nDisallow: /~ab\nAllow: /%7Ea\n", "a", "/~ab");
}

static void the_rule_that_decided_has_its_line(void **state)
{
	const char *t = "\xef\xbb\xbf# rules\nUser-agent: *\n  Disallow: /a # not here\nAllow: /b\n";
	struct sc_robots r = rules(sc_str_c(t));
	struct sc_robots_answer x = sc_robots_ask(&r, SC_STR("a"), SC_STR("/a"));
	sc_str line = SC_STR("  Disallow: /a # not here");

	(void)state;
	assert_non_null(x.rule);
	assert_true(sc_str_eq((sc_str){ t + x.rule->off, x.rule->len }, line));
	assert_true(sc_str_eq(x.rule->pattern, SC_STR("/a")));
	assert_true(sc_str_eq(x.rule->agent, SC_STR("*")));
	assert_null(sc_robots_ask(&r, SC_STR("a"), SC_STR("/c")).rule);
}

static void the_file_itself_is_always_allowed(void **state)
{
	(void)state;
	MAY("User-agent: *\nDisallow: /\n", "a", "/robots.txt");
	MAY_NOT("User-agent: *\nDisallow: /\n", "a", "/robots.txts");
	MAY_NOT("User-agent: *\nDisallow: /\n", "a", "/x/robots.txt");
}

static void an_address_without_a_path_has_the_path_of_the_root(void **state)
{
	(void)state;
	MAY_NOT("User-agent: *\nDisallow: /\n", "a", "");
	MAY_NOT("User-agent: *\nDisallow: /$\n", "a", "");
	MAY_NOT("User-agent: *\nDisallow: /?q=\n", "a", "?q=1");
	MAY("User-agent: *\nDisallow: /q\n", "a", "");
	MAY_NOT("User-agent: *\nDisallow: /*.pdf$\n", "a", "/x.pdf#page=2");
}

static void only_the_first_half_mebibyte_is_read(void **state)
{
	sc_str head = SC_STR("User-agent: *\nDisallow: /a\n"), tail = SC_STR("Disallow: /b\nDisallow: /c\n");
	char *p = sc_alloc(&a, SC_ROBOTS_BYTES + 64);
	struct sc_robots r;

	(void)state;
	for (size_t before = 0; before <= 2 * tail.n; before++) { /* so much of the tail is inside */
		size_t n = SC_ROBOTS_BYTES - before;

		memset(p, '#', n);
		memcpy(p, head.p, head.n);
		p[n - 1] = '\n';
		memcpy(p + n, tail.p, tail.n);
		r = rules((sc_str){ p, n + tail.n });
		assert_true(sc_robots_ask(&r, SC_STR("x"), SC_STR("/a")).disallowed);
		assert_int_equal(sc_robots_ask(&r, SC_STR("x"), SC_STR("/b")).disallowed, before >= strlen("Disallow: /b"));
		assert_int_equal(sc_robots_ask(&r, SC_STR("x"), SC_STR("/c")).disallowed, before >= tail.n - 1);
	}
}

static void a_cut_line_says_nothing_even_when_it_is_the_only_one(void **state)
{
	char *p = sc_alloc(&a, SC_ROBOTS_BYTES + 64);
	struct sc_robots r;

	(void)state;
	memset(p, 'x', SC_ROBOTS_BYTES + 64);
	r = rules((sc_str){ p, SC_ROBOTS_BYTES + 64 });
	assert_int_equal(r.n + r.nagent, 0);
}

static void stars_and_dollars(void **state)
{
	static const struct {
		const char *pattern, *path;
		bool matches;
	} v[] = {
		{ "/", "/x", true },
		{ "/fish", "/fish.html", true },
		{ "/fish", "/Fish.asp", false },
		{ "/fish*", "/fish", true },
		{ "/fish/", "/fish", false },
		{ "/*.php", "/folder/a.php?x=1", true },
		{ "/*.php", "/windows.PHP", false },
		{ "/*.php$", "/a.php", true },
		{ "/*.php$", "/a.php?x", false },
		{ "/*.php$", "/a.php.php", true },
		{ "/fish*.php", "/fishheads/catfish.php?x", true },
		{ "*", "/x", true },
		{ "*", "", true },
		{ "*$", "/x", true },
		{ "$", "/x", false },
		{ "", "/x", true },
		{ "x", "/x", false },
		{ "*a*b*c", "/xaxbxc", true },
		{ "*a*b*c", "/xaxcxb", false },
		{ "/**a", "/bca", true },
		{ "/a$b", "/a$b", true },
		{ "/a$$", "/a$", true },
		{ "/a*$", "/a/b", true },
		{ "/*aab$", "/aaaab", true },
		{ "/a?b=*&c", "/a?b=1&c", true },
		{ "/a?b", "/aXb", false },
	};

	(void)state;
	for (size_t i = 0; i < SC_COUNT(v); i++)
		if (sc_path_matches(sc_str_c(v[i].pattern), sc_str_c(v[i].path), NULL) != v[i].matches)
			fail_msg("%s and %s", v[i].pattern, v[i].path);
}

static void what_is_percent_encoded_is_the_byte_itself_unless_it_delimits(void **state)
{
	static const struct {
		const char *pattern, *path;
		bool matches;
	} v[] = {
		{ "/foo/bar/\xe3\x83\x84", "/foo/bar/%E3%83%84", true },
		{ "/foo/bar/%E3%83%84", "/foo/bar/\xe3\x83\x84", true },
		{ "/foo/bar/%e3%83%84", "/foo/bar/%E3%83%84", true },
		{ "/foo/bar/%62%61%7A", "/foo/bar/baz", true },
		{ "/foo/bar/baz", "/foo/bar/%62%61%7A", true },
		{ "/foo/bar?baz=https://foo.bar", "/foo/bar?baz=https%3A%2F%2Ffoo.bar", true },
		{ "/path/file-with-a-%2A.html", "/path/file-with-a-*.html", true },
		{ "/path/file-with-a-%2A.html", "/path/file-with-a-b.html", false },
		{ "/path/foo-%24", "/path/foo-$", true },
		{ "/path/foo-%24", "/path/foo-$x", true },
		{ "/a%2Fb", "/a/b", false },
		{ "/a/b", "/a%2fb", false },
		{ "/a%3Fb", "/a?b", false },
		{ "/a?b%26c", "/a?b&c", false },
		{ "/a?b%3Dc", "/a?b=c", false },
		{ "/a b", "/a%20b", true },
		{ "/%", "/%", true },
		{ "/%2", "/%25", false },
		{ "/%zz", "/%zz", true },
		{ "/%25", "/%", false },
		{ "/*%2F", "/a?b=/", true },
		{ "/*%2Fx", "/a/x", false },
	};

	(void)state;
	for (size_t i = 0; i < SC_COUNT(v); i++)
		if (sc_path_matches(sc_str_c(v[i].pattern), sc_str_c(v[i].path), NULL) != v[i].matches)
			fail_msg("%s and %s", v[i].pattern, v[i].path);
}

static sc_str repeated(const char *s, size_t n, const char *then)
{
	struct sc_buf b = { .a = &a };

	while (n--)
		sc_buf_add(&b, sc_str_c(s));
	sc_buf_add(&b, sc_str_c(then));
	return sc_buf_str(&b);
}

static void long_paths_and_patterns_are_compared_to_their_ends(void **state)
{
	sc_str deep = repeated("/a?b=c&", 9000, ".pdf");

	(void)state;
	assert_true(sc_path_matches(SC_STR("/*.pdf$"), deep, NULL));
	assert_false(sc_path_matches(SC_STR("/*.ps$"), deep, NULL));
	assert_true(sc_path_matches(sc_str_head(deep, 60000), deep, NULL));
	assert_false(sc_path_matches(repeated("/a?b=c&", 8000, "x"), deep, NULL));
}

static void a_question_that_takes_too_long_is_given_up(void **state)
{
	sc_str path = repeated("/a", 5000, ""), pattern = sc_fmt(&a, "/*%.*sb", SC_ARG(repeated("/a", 1000, "")));
	struct sc_robots r = rules(sc_fmt(&a, "User-agent: *\nDisallow: %.*s\nAllow: /a/b\n", SC_ARG(pattern)));
	struct sc_robots_answer x = sc_robots_ask(&r, SC_STR("a"), path);
	size_t steps = 0;

	(void)state;
	assert_true(x.gave_up);
	assert_null(x.rule);
	assert_false(sc_robots_ask(&r, SC_STR("a"), SC_STR("/a/b")).gave_up);
	assert_false(sc_path_matches(pattern, path, &steps));
	assert_true(steps > SC_ROBOTS_STEPS);
	r = rules(sc_fmt(&a, "User-agent: *\nDisallow: %.*s\n", SC_ARG(repeated("/*a", 1000, "b"))));
	assert_false(sc_robots_ask(&r, SC_STR("a"), path).gave_up); /* only the last star is gone back to */
}

static void a_file_of_too_many_rules_is_given_up_and_no_honest_one_is(void **state)
{
	struct sc_buf b = { .a = &a };
	struct sc_robots r;

	(void)state;
	for (int i = 0; i < 300; i++)
		sc_buf_fmt(&b, "User-agent: bot%d\n", i);
	for (int i = 0; i < 200; i++)
		sc_buf_fmt(&b, "Disallow: /%d/\n", i);
	r = rules(sc_buf_str(&b));
	assert_false(r.cut);
	assert_true(sc_robots_ask(&r, SC_STR("bot0"), SC_STR("/199/")).disallowed);
	for (int i = 0; i < 200; i++)
		sc_buf_fmt(&b, "Disallow: /x%d/\n", i);
	r = rules(sc_buf_str(&b));
	assert_true(r.cut);
	assert_true(sc_robots_ask(&r, SC_STR("bot0"), SC_STR("/0/")).gave_up);
	r = rules(repeated("User-agent: a\n", 5000, ""));
	assert_true(r.cut);
	assert_int_equal(r.nagent, 4096);
}

/* ---- ai.txt ---- */

static bool ai_not(const char *text, const char *path)
{
	struct sc_robots r = rules(sc_str_c(text));

	return sc_ai_txt_ask(&r, SC_STR("any"), sc_str_c(path)).disallowed;
}

static void ai_txt_speaks_of_types_of_files(void **state)
{
	const char *t = "# Spawning AI\nUser-Agent: *\nDisallow: *.jpg\nDisallow: *.txt\nAllow: *.pdf\nAllow: /\n";

	(void)state;
	assert_true(ai_not(t, "/a/b.jpg"));
	assert_true(ai_not(t, "/a/b.JPG?w=100"));
	assert_true(ai_not(t, "/robots.txt"));
	assert_false(ai_not(t, "/a/b.jpg.html"));
	assert_false(ai_not(t, "/a/b?x=.jpg"));
	assert_false(ai_not(t, "/a/b.pdf"));
	assert_false(ai_not(t, "/jpg"));
	assert_true(ai_not("User-Agent: *\nDisallow: /\nAllow: *.txt\n", "/a.jpg"));
	assert_false(ai_not("User-Agent: *\nDisallow: /\nAllow: *.txt\n", "/a.txt"));
	assert_true(ai_not("User-Agent: *\nDisallow: /p/*.jpg$\n", "/p/a.jpg"));
	assert_false(ai_not("User-Agent: *\nDisallow: /p/*.jpg$\n", "/p/a.jpg?x"));
	assert_true(ai_not("User-Agent: *\nDisallow: *\n", "/"));
}

/* ---- agents ---- */

static void agents_of_the_list_are_product_tokens(void **state)
{
	size_t n = 0;
	sc_str one;

	(void)state;
	for (; (one = sc_ai_agent(n)).n; n++) {
		struct sc_robots r = rules(sc_fmt(&a, "User-agent: %.*s\nDisallow: /\n", SC_ARG(one)));

		assert_true(sc_robots_ask(&r, one, SC_STR("/")).disallowed);
		assert_true(sc_is_ai_agent(one));
	}
	assert_true(n > 20);
	assert_true(sc_is_ai_agent(SC_STR("gptbot")));
	assert_false(sc_is_ai_agent(SC_STR("Googlebot")));
	assert_false(sc_is_ai_agent(SC_STR("")));
	assert_false(sc_is_ai_agent(SC_STR("*")));
}

/* ---- tdmrep.json ---- */

static struct sc_tdmrep tdm(const char *text)
{
	struct sc_tdmrep t;
	struct sc_err e = { 0 };

	if (sc_tdmrep_read(&a, sc_str_c(text), &t, &e) != SC_OK)
		fail_msg("%s: %s", text, e.msg);
	return t;
}

static int reserved(const struct sc_tdmrep *t, const char *path)
{
	const struct sc_tdm_rule *r = sc_tdmrep_ask(t, sc_str_c(path));

	return r ? r->reservation : -1;
}

static void the_first_rule_of_tdmrep_that_matches_decides(void **state)
{
	const char *text = "\xef\xbb\xbf [ {\"location\": \"/open/\", \"tdm-reservation\": 0},\n"
			   "{\"location\": \"/*.pdf$\", \"tdm-reservation\": 1, \"tdm-policy\": \"https://example.org/p.json\"},\n"
			   "{\"location\": \"/\", \"tdm-reservation\": \"1\"}]\n";
	struct sc_tdmrep t = tdm(text);
	const struct sc_tdm_rule *r = sc_tdmrep_ask(&t, SC_STR("/x.pdf"));

	(void)state;
	assert_int_equal(t.n, 3);
	assert_int_equal(reserved(&t, "/open/x.pdf"), 0);
	assert_int_equal(reserved(&t, "/x"), 1);
	assert_int_equal(reserved(&t, ""), 1);
	assert_true(sc_str_eq(r->policy, SC_STR("https://example.org/p.json")));
	assert_int_equal(text[r->off], '{');
	assert_int_equal(text[r->off + r->len - 1], '}');
	assert_null(sc_tdmrep_ask(&t, SC_STR("/open/"))->policy.p);
}

static void a_rule_may_have_several_locations(void **state)
{
	struct sc_tdmrep t = tdm("[{\"location\":[\"/a/\",\"/b/\",7,null,\"\"],\"tdm-reservation\":1,\"tdm-policy\":\"p\\u0041\"},{\"location\":[]}]");

	(void)state;
	assert_int_equal(t.n, 3); /* "7" begins no path, and harms nobody */
	assert_int_equal(reserved(&t, "/a/x"), 1);
	assert_int_equal(reserved(&t, "/b/x"), 1);
	assert_int_equal(reserved(&t, "/c"), -1);
	assert_true(sc_str_eq(t.v[1].policy, SC_STR("pA")));
	assert_int_equal(t.v[0].off, t.v[1].off);
}

static void a_rule_with_another_value_is_unset(void **state)
{
	static const char *const unset[] = { "2", "-1", "1.0", "true", "null", "\"yes\"", "[1]", "{}", "\"\"", "10", "\"01\"" };

	(void)state;
	for (size_t i = 0; i < SC_COUNT(unset); i++) {
		struct sc_tdmrep t = tdm(sc_fmt(&a, "[{\"location\":\"/\",\"tdm-reservation\":%s}]", unset[i]).p);

		assert_int_equal(reserved(&t, "/"), -1);
	}
	assert_int_equal(tdm("[{\"tdm-reservation\":1},{\"location\":\"/\"},{}]").n, 0);
	assert_int_equal(tdm("[]").n, 0);
}

static void what_is_no_list_of_rules_is_bad(void **state)
{
	static const char *const bad[] = { "", "{}", "{\"location\":\"/\",\"tdm-reservation\":1}", "[1]", "[[]]", "[{]", "[{}],", "null", "\"/\"",
					   "[{\"location\":\"/\",\"tdm-reservation\":1}", "<html></html>" };
	struct sc_tdmrep t;

	(void)state;
	for (size_t i = 0; i < SC_COUNT(bad); i++) {
		struct sc_err e = { 0 };

		assert_int_equal(sc_tdmrep_read(&a, sc_str_c(bad[i]), &t, &e), SC_BAD);
		assert_true(*e.msg);
	}
}

static void a_list_of_too_many_locations_is_bad_and_cheap(void **state)
{
	struct sc_buf b = { .a = &a };
	struct sc_tdmrep t;
	struct sc_err e = { 0 };
	struct sc_arena mine = { 0 };

	(void)state;
	sc_buf_add(&b, SC_STR("[{\"tdm-reservation\":1,\"tdm-policy\":\"\\u0041"));
	sc_buf_add(&b, repeated("a", 1 << 20, "\",\"location\":[\"/\""));
	sc_buf_add(&b, repeated(",\"/\"", 100000, "]}]"));
	assert_int_equal(sc_tdmrep_read(&mine, sc_buf_str(&b), &t, &e), SC_BAD);
	assert_true(sc_arena_bytes(&mine) < 8 << 20);
	sc_arena_free(&mine);
}

static void a_reservation_is_one_or_zero(void **state)
{
	(void)state;
	assert_int_equal(sc_tdm_value(SC_STR("1")), 1);
	assert_int_equal(sc_tdm_value(SC_STR(" 0\t")), 0);
	assert_int_equal(sc_tdm_value(SC_STR("")), -1);
	assert_int_equal(sc_tdm_value(SC_STR("1, 0")), -1);
	assert_int_equal(sc_tdm_value(SC_STR("11")), -1);
	assert_int_equal(sc_tdm_value(SC_STR("true")), -1);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_group_binds_whom_it_names_and_nobody_else),
		cmocka_unit_test(the_group_for_all_binds_only_whom_no_group_names),
		cmocka_unit_test(a_group_without_rules_allows_all_to_its_agent),
		cmocka_unit_test(an_empty_rule_ends_the_run_of_agents),
		cmocka_unit_test(groups_of_one_agent_are_one),
		cmocka_unit_test(one_group_may_have_many_agents),
		cmocka_unit_test(an_agent_is_its_product_token_whatever_its_case),
		cmocka_unit_test(only_a_star_alone_is_everybody),
		cmocka_unit_test(field_names_have_any_case_and_blanks_around_them),
		cmocka_unit_test(a_byte_order_mark_and_any_line_end_are_passed_over),
		cmocka_unit_test(comments_say_nothing),
		cmocka_unit_test(lines_of_other_kinds_end_nothing),
		cmocka_unit_test(rules_before_any_agent_bind_nobody),
		cmocka_unit_test(the_longest_pattern_decides_and_allow_among_equals),
		cmocka_unit_test(length_is_that_of_the_encoded_pattern),
		cmocka_unit_test(the_rule_that_decided_has_its_line),
		cmocka_unit_test(the_file_itself_is_always_allowed),
		cmocka_unit_test(an_address_without_a_path_has_the_path_of_the_root),
		cmocka_unit_test(only_the_first_half_mebibyte_is_read),
		cmocka_unit_test(a_cut_line_says_nothing_even_when_it_is_the_only_one),
		cmocka_unit_test(stars_and_dollars),
		cmocka_unit_test(what_is_percent_encoded_is_the_byte_itself_unless_it_delimits),
		cmocka_unit_test(long_paths_and_patterns_are_compared_to_their_ends),
		cmocka_unit_test(a_question_that_takes_too_long_is_given_up),
		cmocka_unit_test(a_file_of_too_many_rules_is_given_up_and_no_honest_one_is),
		cmocka_unit_test(ai_txt_speaks_of_types_of_files),
		cmocka_unit_test(agents_of_the_list_are_product_tokens),
		cmocka_unit_test(the_first_rule_of_tdmrep_that_matches_decides),
		cmocka_unit_test(a_rule_may_have_several_locations),
		cmocka_unit_test(a_rule_with_another_value_is_unset),
		cmocka_unit_test(what_is_no_list_of_rules_is_bad),
		cmocka_unit_test(a_list_of_too_many_locations_is_bad_and_cheap),
		cmocka_unit_test(a_reservation_is_one_or_zero),
	};
	int failed = cmocka_run_group_tests_name("robots", tests, NULL, NULL);

	sc_arena_free(&a);
	return failed;
}
