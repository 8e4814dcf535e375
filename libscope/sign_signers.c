/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sign_signers.c -- whose word counts: one key, or the lines of allowed_signers as ssh-keygen(1) has them.
 *
 *	PRINCIPALS [OPTIONS] TYPE BASE64 [COMMENT]
 *
 * PRINCIPALS are patterns with * and ?, commas between, ! before one that must not match; OPTIONS are cert-authority, namespaces="PATTERNS",
 * valid-after="TIME", valid-before="TIME".  A line that is not understood gives nobody a say: it is passed over, and the first such is named
 * when nobody else's word counts.
 */
#include "sign_impl.h"

#include <scope/check.h>
#include <scope/text.h>

#include <stdlib.h>
#include <time.h>

enum { SIGNERS_MOST = 8 << 20, LIST_MOST = 4096 };

sc_str sign_namespace(sc_str said)
{
	return said.n ? said : SC_STR("scope-manifest");
}

/* ---- patterns ---- */

/* One of them, with * and ?; by going back to the last star, so that no pattern takes more than the product of the lengths. */
static bool glob(sc_str pattern, sc_str s)
{
	size_t i = 0, k = 0, star = SC_NONE, from = 0;

	while (k < s.n) {
		if (i < pattern.n && pattern.p[i] == '*') {
			star = i++;
			from = k;
		} else if (i < pattern.n && (pattern.p[i] == '?' || pattern.p[i] == s.p[k])) {
			i++;
			k++;
		} else if (star != SC_NONE) {
			i = star + 1;
			k = ++from;
		} else {
			return false;
		}
	}
	while (i < pattern.n && pattern.p[i] == '*')
		i++;
	return i == pattern.n;
}

bool sign_matches(sc_str patterns, sc_str what)
{
	bool found = false;
	sc_str one;

	while (sc_str_cut(&patterns, ',', &one)) {
		bool not = one.n && *one.p == '!';

		if (!glob(sc_str_from(one, not ), what))
			continue;
		if (not )
			return false;
		found = true;
	}
	return found;
}

/* ---- times ---- */

static bool digits(sc_str *rest, size_t n, int least, int most, int *out)
{
	uint64_t v;

	if (rest->n < n || !sc_str_u64(sc_str_head(*rest, n), &v) || v < (uint64_t)least ||
	    v > (uint64_t)most)
		return false;
	*out = (int)v;
	*rest = sc_str_from(*rest, n);
	return true;
}

bool sign_time(sc_str s, uint64_t *out)
{
	bool utc = false;
	struct tm tm = { .tm_isdst = -1 };
	time_t t;

	if (s.n && (s.p[s.n - 1] == 'Z' || s.p[s.n - 1] == 'z')) {
		utc = true;
		s.n--;
	}
	if ((s.n != 8 && s.n != 12 && s.n != 14) || !digits(&s, 4, 1970, 9999, &tm.tm_year) ||
	    !digits(&s, 2, 1, 12, &tm.tm_mon) || !digits(&s, 2, 1, 31, &tm.tm_mday))
		return false;
	if (s.n && (!digits(&s, 2, 0, 23, &tm.tm_hour) || !digits(&s, 2, 0, 59, &tm.tm_min)))
		return false;
	if (s.n && !digits(&s, 2, 0, 60, &tm.tm_sec))
		return false;
	tm.tm_year -= 1900;
	tm.tm_mon--;
	t = utc ? timegm(&tm) : mktime(&tm);
	*out = (uint64_t)t;
	return t >= 0;
}

static sc_str time_show(struct sc_arena *a, uint64_t seconds)
{
	time_t t = (time_t)seconds;
	struct tm tm;
	char text[40];

	if (!gmtime_r(&t, &tm) || !strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &tm))
		return SC_STR("?");
	return sc_strdup(a, sc_str_c(text));
}

/* ---- allowed_signers ---- */

/* Up to white space outside of quotes, in which \" is a quote; *rest is what follows it.  False: a quote has no end. */
static bool word(sc_str *rest, sc_str *out)
{
	bool quoted = false;
	size_t i;

	for (i = 0; i < rest->n && (quoted || (rest->p[i] != ' ' && rest->p[i] != '\t')); i++) {
		if (rest->p[i] == '\\' && i + 1 < rest->n && rest->p[i + 1] == '"')
			i++;
		else if (rest->p[i] == '"')
			quoted = !quoted;
	}
	*out = sc_str_head(*rest, i);
	*rest = sc_str_trim(sc_str_from(*rest, i));
	return !quoted;
}

/* NAME= and a value in quotes at the head of *rest. */
static bool option(struct sc_arena *a, sc_str *rest, sc_str name, sc_str *value)
{
	struct sc_buf b = { .a = a };
	sc_str s = *rest;
	size_t i;

	if (s.n < name.n + 2 || !sc_bytes_ieq(s.p, name.p, name.n) || s.p[name.n] != '=' ||
	    s.p[name.n + 1] != '"')
		return false;
	for (i = name.n + 2; i < s.n && s.p[i] != '"'; i++) {
		if (s.p[i] == '\\' && i + 1 < s.n && s.p[i + 1] == '"')
			i++;
		sc_buf_byte(&b, s.p[i]);
	}
	if (i == s.n)
		return false;
	*value = b.n ? sc_buf_seal(&b) : SC_STR("");
	*rest = sc_str_from(s, i + 1);
	return true;
}

/* NULL, or why the line is passed over. */
static const char *options(struct sc_arena *a, sc_str rest, struct signer *v)
{
	static const sc_str authority = SC_LIT("cert-authority");
	sc_str value;

	for (;;) {
		if (rest.n >= authority.n && sc_bytes_ieq(rest.p, authority.p, authority.n))
			return "it names a certificate authority, and certificates are not followed";
		if (option(a, &rest, SC_STR("namespaces"), &value)) {
			if (v->has_namespaces)
				return "it names namespaces twice";
			v->has_namespaces = true;
			v->namespaces = value;
		} else if (option(a, &rest, SC_STR("valid-after"), &value)) {
			if (v->after || !sign_time(value, &v->after))
				return "its valid-after is no time, or there twice";
		} else if (option(a, &rest, SC_STR("valid-before"), &value)) {
			if (v->before || !sign_time(value, &v->before))
				return "its valid-before is no time, or there twice";
		} else {
			return "an option in it is not known";
		}
		if (!rest.n)
			return NULL;
		if (*rest.p != ',')
			return "its options are not separated by commas";
		rest = sc_str_from(rest, 1);
	}
}

static sc_str unquoted(sc_str s)
{
	return s.n > 1 && *s.p == '"' && s.p[s.n - 1] == '"'
	               ? sc_str_head(sc_str_from(s, 1), s.n - 2)
	               : s;
}

static sc_str line_parse(struct sc_arena *a, sc_str line, struct signer *v)
{
	sc_str rest = line, ahead, first;
	const char *why = NULL;
	struct sc_err e = { .msg = "" };

	if (!word(&rest, &v->principals) || !unquoted(v->principals).n)
		return SC_STR("it names nobody");
	v->principals = unquoted(v->principals);
	if (v->principals.n > LIST_MOST)
		return SC_STR("its principals are too long");
	ahead = rest;
	if (!word(&ahead, &first))
		return SC_STR("a quote has no end");
	if (!first.n)
		return SC_STR("it has no key");
	/* Where a kind of key could stand are options, unless it is one: no option begins so. */
	if (!sc_str_starts(first, SC_STR("ssh-")) && !sc_str_starts(first, SC_STR("ecdsa-")) &&
	    !sc_str_starts(first, SC_STR("sk-"))) {
		why = options(a, first, v);
		rest = ahead;
	}
	if (why)
		return sc_str_c(why);
	return sign_pub_line(a, rest, &v->key, &e) == SC_OK ? SC_STR("")
	                                                    : sc_strdup(a, sc_str_c(e.msg));
}

static void add(struct signers *s, const struct signer *v)
{
	if (s->n == s->cap) {
		struct signer *more = SC_NEW(s->a, struct signer, s->cap ? 2 * s->cap : 16);

		if (s->n)
			memcpy(more, s->v, s->n * sizeof *more);
		s->v = more;
		s->cap = s->cap ? 2 * s->cap : 16;
	}
	s->v[s->n++] = *v;
}

void signers_parse(struct signers *s, sc_str text)
{
	sc_str line;

	for (size_t n = 1; sc_str_cut(&text, '\n', &line); n++) {
		struct signer v = { .line = n };
		sc_str why;

		line = sc_str_trim(line);
		if (!line.n || *line.p == '#')
			continue;
		why = line_parse(s->a, line, &v);
		if (!why.n) {
			add(s, &v);
		} else if (!s->nskipped++) {
			s->skipped_line = n;
			s->skipped_why = why;
		}
	}
}

/* ---- whose word counts ---- */

static int key_load(sc_str path, struct signers *s, struct sc_err *e)
{
	struct signer v = { .line = 0 };
	struct sc_err why = { .msg = "" };
	sc_str text;
	int rc = sc_file_read(path, 1 << 20, s->a, &text, e);

	if (rc < 0)
		return SC_FAIL;
	if (sign_pub_text(s->a, text, &v.key, &why) != SC_OK)
		return sc_fail(e, "%.*s: %s", SC_ARG(path), why.msg);
	add(s, &v);
	return SC_OK;
}

int signers_load(const struct sc_trust *t, struct sc_arena *a, struct signers *s, struct sc_err *e)
{
	sc_str text;

	*s = (struct signers){ .a = a, .path = t->signers, .any = !t->key.n && !t->signers.n };
	if (t->key.n && t->signers.n)
		return sc_fail(e, "--key and --signers: say one of them");
	if (t->identity.n && !t->signers.n)
		return sc_fail(
		        e, "--identity is looked up in allowed_signers: say --signers FILE too");
	if (s->any && !t->unsigned_ok)
		return sc_bad(
		        e,
		        "nobody's word counts yet: say whose with --key FILE (a public key) or --signers FILE (allowed_signers)");
	if (!t->verify_time.n)
		s->now = (uint64_t)time(NULL);
	else if (!sign_time(t->verify_time, &s->now))
		return sc_fail(
		        e,
		        "--verify-time: '%.*s' is no time: YYYYMMDD, YYYYMMDDHHMM or YYYYMMDDHHMMSS, with Z for UTC",
		        SC_ARG(t->verify_time));
	if (t->key.n)
		return key_load(t->key, s, e);
	if (!t->signers.n)
		return SC_OK;
	if (sc_file_read(t->signers, SIGNERS_MOST, a, &text, e) < 0)
		return SC_FAIL;
	signers_parse(s, text);
	return SC_OK;
}

static int line_judge(const struct signers *s, const struct sc_trust *t, const struct signer *v,
                      struct sc_err *e)
{
	sc_str name = sign_namespace(t->name_space), key = sign_show(s->a, &v->key),
	       where = sc_fmt(s->a, "%.*s:%zu", SC_ARG(s->path), v->line);

	if (t->identity.n && !sign_matches(v->principals, t->identity))
		return sc_bad(e, "it is signed with %.*s, which is of %.*s and not of %.*s (%.*s)",
		              SC_ARG(key), SC_ARG(sc_escape(s->a, v->principals)),
		              SC_ARG(sc_escape(s->a, t->identity)), SC_ARG(where));
	if (v->has_namespaces && !sign_matches(v->namespaces, name))
		return sc_bad(
		        e,
		        "it is signed with %.*s, which may not sign in the namespace %.*s (%.*s)",
		        SC_ARG(key), SC_ARG(name), SC_ARG(where));
	if (v->after && s->now < v->after)
		return sc_bad(e, "it is signed with %.*s, which is not valid before %.*s (%.*s)",
		              SC_ARG(key), SC_ARG(time_show(s->a, v->after)), SC_ARG(where));
	if (v->before && s->now > v->before)
		return sc_bad(e, "it is signed with %.*s, which was valid until %.*s (%.*s)",
		              SC_ARG(key), SC_ARG(time_show(s->a, v->before)), SC_ARG(where));
	return SC_OK;
}

static int unknown(const struct signers *s, const struct sign_pub *k, struct sc_err *e)
{
	sc_str key = sign_show(s->a, k);

	if (!s->path.n)
		return sc_bad(e, "it is signed with another key, %.*s and not %.*s", SC_ARG(key),
		              SC_ARG(sign_show(s->a, &s->v[0].key)));
	if (s->nskipped)
		return sc_bad(e,
		              "it is signed with %.*s, which %.*s does not name (lines passed over: %zu; "
		              "line %zu: %.*s)",
		              SC_ARG(key), SC_ARG(s->path), s->nskipped, s->skipped_line,
		              SC_ARG(s->skipped_why));
	return sc_bad(e, "it is signed with %.*s, which %.*s does not name", SC_ARG(key),
	              SC_ARG(s->path));
}

int signers_judge(const struct signers *s, const struct sc_trust *t, const struct sign_pub *k,
                  sc_str *who, struct sc_err *e)
{
	bool found = false;

	*who = SC_STR("");
	if (s->any)
		return SC_OK;
	for (size_t i = 0; i < s->n; i++) {
		const struct signer *v = &s->v[i];
		sc_str name = t->identity.n ? t->identity : v->principals;

		if (!sc_str_eq(v->key.blob, k->blob))
			continue;
		found = true;
		if (v->line && line_judge(s, t, v, e) != SC_OK)
			continue; /* another line may say more of the same key */
		if (name.n)
			*who = sc_fmt(s->a, "%.*s (%.*s)", SC_ARG(sc_escape(s->a, name)),
			              SC_ARG(sign_show(s->a, k)));
		else
			*who = sign_show(s->a, k);
		return SC_OK;
	}
	return found ? SC_BAD : unknown(s, k, e);
}
