/* SPDX-License-Identifier: Apache-2.0 */
/*
 * spdx.c -- licence identifiers and expressions: what they are called, what people call them, what a set allows.
 *
 * Names are data (libscope/data/spdx-*.txt), compiled in and indexed once, in lower case, sorted (spdx_names.c).  Expressions
 * are read by spdx_tree.c; what they say, and not how, is spdx_algebra.c's.  Names without a version that matters are never completed: "CC BY" is LicenseRef-CC-BY.
 */
#include <scope/spdx.h>

#include "spdx_names.h"
#include "spdx_tree.h"

#include <stdio.h>
#include <stdlib.h>

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c && memchr(".-+:_", c, 5));
}

int sc_spdx_expression(struct sc_arena *a, sc_str text, sc_str *canonical, struct sc_err *e)
{
	struct spdx_tree t;

	SC_TRY(spdx_tree(&t, a, text, 0, NULL, e));
	*canonical = spdx_tree_written(&t);
	return SC_OK;
}

static int by_str(const void *a, const void *b)
{
	const sc_str *x = a, *y = b;

	return sc_str_cmp(*x, *y);
}

/* ---- what people write ---- */

static sc_str from_expression(struct sc_arena *a, sc_str words, sc_str *rule)
{
	struct spdx_tree t;
	struct sc_err ignored;
	bool alias;

	if (spdx_tree(&t, a, words, SPDX_ALIASES, &alias, &ignored) < 0)
		return (sc_str){ NULL, 0 };
	*rule = alias ? SC_STR("alias") : SC_STR("spdx");
	return spdx_tree_written(&t);
}

/* Words that people put around a licence's URL and that name none. */
static bool is_frame(sc_str word)
{
	static const char *const frame[] = { "a",      "an",	   "article",	"at",	     "available", "cc",		 "commons", "content",
					     "copyright", "creative", "data",	"details",   "distributed", "document",	 "for",	    "found",
					     "full",   "generic",  "image",	"international", "is",	  "it",		 "item",    "licence",
					     "licences", "license", "licensed", "licenses",  "more",	  "of",		 "page",    "paper",
					     "published", "see",   "terms",	"text",	     "the",	  "this",	 "to",	    "under",
					     "unported", "url",	   "work",	"-" };

	for (size_t i = 0; i < SC_COUNT(frame); i++)
		if (sc_str_ieq(word, sc_str_c(frame[i])))
			return true;
	return false;
}

/* Is what stands around the URL silent about any other licence?  It may say the same one in words. */
static bool says_no_more(struct sc_arena *a, sc_str around, sc_str id)
{
	struct sc_buf b = { .a = a };
	sc_str words, left, rest = around;

	while (rest.n) {
		size_t n = 0;

		while (n < rest.n && (is_word(rest.p[n]) || (rest.p[n] & 0x80)) && rest.p[n] != ':')
			n++;
		while (n > 1 && rest.p[n - 1] == '.')
			n--;
		left = sc_str_head(rest, n);
		if (n && !is_frame(left) && !sc_str_eq(left, SC_STR("."))) {
			sc_buf_byte(&b, ' ');
			sc_buf_add(&b, left);
		}
		rest = sc_str_from(rest, n ? n : 1);
	}
	left = sc_str_trim(sc_strdup(a, sc_buf_str(&b)));
	sc_buf_free(&b);
	if (!left.n || sc_str_eq(left, id))
		return true;
	words = spdx_cc_words(a, sc_fmt(a, "cc %.*s", SC_ARG(left)));
	if (sc_str_starts(words, SC_STR("LicenseRef-"))) { /* a kind without a version */
		size_t kind = words.n - 11;

		return sc_str_starts(id, sc_str_from(words, 11)) && id.n > kind + 1 && id.p[kind] == '-' &&
		       id.p[kind + 1] >= '0' && id.p[kind + 1] <= '9';
	}
	return words.n && sc_str_eq(words, id);
}

/* A Creative Commons URL, by itself or in words that frame it. */
static sc_str from_url(struct sc_arena *a, sc_str words, sc_str *rule)
{
	static const sc_str before[] = { SC_LIT("www."), SC_LIT("//"), SC_LIT("https:"), SC_LIT("http:") };
	size_t at = sc_str_find(words, SC_STR("creativecommons.org/")), from = at, n;
	sc_str id, head, tail;

	if (at == SC_NONE)
		return (sc_str){ NULL, 0 };
	id = sc_spdx_cc_url(a, sc_str_from(words, at), &n);
	for (size_t i = 0; i < SC_COUNT(before); i++)
		if (sc_str_ends(sc_str_head(words, from), before[i]))
			from -= before[i].n;
	head = sc_str_head(words, from);
	tail = sc_str_from(words, at + n);
	for (n = 0; n < tail.n && (is_word(tail.p[n]) || tail.p[n] == '/'); n++)
		; /* deed.de, legalcode, a closing slash */
	tail = sc_str_from(tail, n);
	if (!id.n || (head.n && (is_word(head.p[head.n - 1]) || head.p[head.n - 1] == '/')))
		return (sc_str){ NULL, 0 };
	if (!says_no_more(a, sc_fmt(a, "%.*s %.*s", SC_ARG(head), SC_ARG(tail)), id))
		return (sc_str){ NULL, 0 };
	*rule = SC_STR("cc-url");
	return id;
}

/* One licence, as a name or in words. */
static sc_str from_bare_name(struct sc_arena *a, sc_str words, sc_str *rule)
{
	/* "MIT/X11" is one name, "MIT/Apache-2.0" are two. */
	bool slash = sc_str_chr(words, '/') != SC_NONE;
	sc_str out = slash ? spdx_alias(a, words) : (sc_str){ NULL, 0 };

	if (!out.n)
		out = from_expression(a, words, rule);
	else
		*rule = SC_STR("alias");
	if (out.n)
		return out;
	*rule = SC_STR("alias");
	out = spdx_alias(a, words);
	if (!out.n)
		out = spdx_gnu_words(a, words);
	return out.n ? out : spdx_cc_words(a, words);
}

/* The same, or with it once more in parentheses: "The MIT License (MIT)". */
static sc_str from_name(struct sc_arena *a, sc_str words, sc_str *rule)
{
	sc_str out = from_bare_name(a, words, rule), inner, ignored;
	size_t open = sc_str_rchr(words, '(');

	if (out.n || open == SC_NONE || open == 0 || words.p[words.n - 1] != ')')
		return out;
	inner = sc_str_from(words, open + 1);
	inner.n--;
	out = from_bare_name(a, sc_str_trim(sc_str_head(words, open)), rule);
	*rule = SC_STR("alias");
	return out.n && sc_spdx_same(a, out, from_bare_name(a, sc_str_trim(inner), &ignored)) ? out : (sc_str){ NULL, 0 };
}

/* The first `joint` in s, ASCII case aside; s.n when there is none. */
static size_t joint_at(sc_str s, sc_str joint)
{
	for (size_t i = 0; i + joint.n <= s.n; i++)
		if (sc_str_ieq((sc_str){ s.p + i, joint.n }, joint))
			return i;
	return s.n;
}

/* "Apache 2.0 or MIT", "MIT, Apache-2.0": names of several words, joined.  Commas mean that all apply, as in Common Pile.  Only
 * one kind of joint: what a mixture means is anybody's guess. */
static sc_str from_list(struct sc_arena *a, sc_str words)
{
	static const struct {
		sc_str said, means;
	} joints[] = { { SC_LIT(","), SC_LIT(" AND ") }, { SC_LIT(" or "), SC_LIT(" OR ") }, { SC_LIT("/"), SC_LIT(" OR ") },
		       { SC_LIT(" and "), SC_LIT(" AND ") } };
	struct sc_buf b = { .a = a };
	size_t kind = SC_COUNT(joints);
	struct sc_err ignored;
	sc_str one, rule, out;

	for (size_t i = 0; i < SC_COUNT(joints); i++)
		if (joint_at(words, joints[i].said) < words.n) {
			if (kind < SC_COUNT(joints))
				return (sc_str){ NULL, 0 };
			kind = i;
		}
	if (kind == SC_COUNT(joints))
		return (sc_str){ NULL, 0 };
	for (bool more = true; more;) {
		size_t end = joint_at(words, joints[kind].said);

		more = end < words.n;
		one = from_name(a, sc_str_trim(sc_str_head(words, end)), &rule);
		if (!one.n) {
			sc_buf_free(&b);
			return one;
		}
		sc_buf_add(&b, b.n ? joints[kind].means : SC_STR(""));
		sc_buf_byte(&b, '(');
		sc_buf_add(&b, one);
		sc_buf_byte(&b, ')');
		words = sc_str_from(words, more ? end + joints[kind].said.n : end);
	}
	if (sc_spdx_expression(a, sc_strdup(a, sc_buf_str(&b)), &out, &ignored) < 0)
		out = (sc_str){ NULL, 0 };
	sc_buf_free(&b);
	return out;
}

sc_str sc_spdx_from_words(struct sc_arena *a, sc_str words, sc_str *rule)
{
	static const sc_str classifier = SC_LIT("License ::");
	sc_str out;

	words = sc_str_trim(words);
	*rule = (sc_str){ NULL, 0 };
	if (!words.n || words.n > 500)
		return (sc_str){ NULL, 0 };
	out = from_url(a, words, rule);
	if (out.n || sc_str_find(words, SC_STR("creativecommons.org/")) != SC_NONE)
		return out;
	if (sc_str_starts(words, classifier)) {
		words = sc_str_trim(sc_str_from(words, sc_str_rchr(words, ':') + 1));
		out = words.n ? from_name(a, words, rule) : (sc_str){ NULL, 0 };
		*rule = SC_STR("classifier");
		return out;
	}
	out = from_name(a, words, rule);
	return out.n ? out : from_list(a, words);
}

/* ---- sets ---- */

static bool has(struct sc_idset set, sc_str id)
{
	return set.n && bsearch(&id, set.v, set.n, sizeof *set.v, by_str);
}

/* "GPL-2.0-or-later" or "X+": is any version from this one on in the set?  Versions of one licence differ only in the number. */
static bool has_later(struct sc_idset set, sc_str id)
{
	sc_str later = SC_STR("-or-later"), base, stem;
	size_t dash;

	if (sc_str_ends(id, later))
		base = sc_str_head(id, id.n - later.n);
	else if (sc_str_ends(id, SC_STR("+")))
		base = sc_str_head(id, id.n - 1);
	else
		return false;
	dash = sc_str_rchr(base, '-');
	if (has(set, base) || dash == SC_NONE)
		return has(set, base);
	stem = sc_str_head(base, dash + 1);
	for (size_t i = 0; i < set.n; i++) {
		sc_str m = set.v[i], version;

		if (!sc_str_starts(m, stem))
			continue;
		version = sc_str_from(m, stem.n);
		if (sc_str_ends(version, SC_STR("-only")))
			version.n -= 5;
		else if (sc_str_ends(version, later))
			version.n -= later.n;
		if (version.n && *version.p >= '0' && *version.p <= '9' && sc_str_chr(version, '-') == SC_NONE &&
		    spdx_version_cmp(version, sc_str_from(base, stem.n)) >= 0)
			return true;
	}
	return false;
}

static bool allows(const struct spdx_tree *t, const struct spdx_node *n, struct sc_idset set)
{
	bool all = n->kind == SPDX_AND;

	for (uint32_t i = n->first; i; i = t->v[i].next)
		if (allows(t, &t->v[i], set) != all)
			return !all;
	if (n->kind != SPDX_ATOM)
		return all;
	if (n->exception.n && has(set, spdx_atom_written(t->a, n)))
		return true;
	/* SPDX exceptions add permissions: what X allows, X WITH E allows.  What somebody else's do nobody knows. */
	return !spdx_is_ref(n->exception) && (has(set, n->id) || has_later(set, n->id));
}

/* What tag/licence says where there is no expression. */
static const sc_str states[] = { SC_LIT("none"), SC_LIT("unknown"), SC_LIT("conflict") };

bool sc_spdx_in(struct sc_arena *a, sc_str expression, struct sc_idset set)
{
	struct sc_mark mark = sc_arena_mark(a);
	struct spdx_tree t;
	struct sc_err ignored;
	bool yes;

	if (has(set, expression)) /* the usual case: one id; and "X WITH E" when the set names it */
		return true;
	for (size_t i = 0; i < SC_COUNT(states); i++)
		if (sc_str_eq(expression, states[i]))
			return false;
	yes = spdx_tree(&t, a, expression, 0, NULL, &ignored) == SC_OK && allows(&t, &t.v[t.top], set);
	sc_arena_back(a, mark);
	return yes;
}
