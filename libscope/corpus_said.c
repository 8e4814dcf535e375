/* SPDX-License-Identifier: Apache-2.0 */
/* corpus_said.c -- what no manifest knows of itself: by options, else by its H lines, else named as missing. */
#include <scope/corpus.h>

#include <scope/html.h>
#include <scope/text.h>

static bool is_when(sc_str s)
{
	return sc_is_date(s) || sc_is_time(s);
}

static bool is_text(sc_str s)
{
	return s.n > 0;
}

enum { TEXT, LINK, WHEN };
static bool (*const fits[])(sc_str) = {
	[TEXT] = is_text, [LINK] = sc_html_is_link, [WHEN] = is_when
};
static const char *const form[] = { [TEXT] = "some text",
	                            [LINK] = "an http or https address",
	                            [WHEN] = "YYYY-MM-DD or YYYY-MM-DDThh:mm:ssZ" };

static const struct {
	const char *option;
	sc_str key, other; /* of H lines */
	size_t at;
	int is;
	unsigned bit;
} said[] = {
	{ "name", SC_LIT("corpus"), SC_LIT("name"), offsetof(struct sc_said, name), TEXT,
	  SC_SAID_NAME },
	{ "url", SC_LIT("url"), SC_LIT(""), offsetof(struct sc_said, url), LINK, SC_SAID_URL },
	{ "creator", SC_LIT("creator"), SC_LIT(""), offsetof(struct sc_said, creator), TEXT,
	  SC_SAID_CREATOR },
	{ "description", SC_LIT("description"), SC_LIT(""), offsetof(struct sc_said, description),
	  TEXT, SC_SAID_DESCRIPTION },
	{ "published", SC_LIT("published"), SC_LIT(""), offsetof(struct sc_said, published), WHEN,
	  SC_SAID_PUBLISHED },
	{ "corpus-version", SC_LIT("version"), SC_LIT(""), offsetof(struct sc_said, version), TEXT,
	  0 },
	{ "base", SC_LIT("base"), SC_LIT(""), offsetof(struct sc_said, base), LINK, 0 },
};

/* A value of a manifest that is not of its form counts as none. */
static sc_str from_head(const struct sc_corpus *c, size_t i)
{
	sc_str s = sc_facts_head(c->f, said[i].key);

	if (!s.n && said[i].other.n)
		s = sc_facts_head(c->f, said[i].other);
	return fits[said[i].is](s) ? s : (sc_str){ NULL, 0 };
}

int sc_said_fill(struct sc_said *s, const struct sc_corpus *c, unsigned needed, unsigned *missing,
                 struct sc_err *e)
{
	struct sc_arena a = { 0 };
	struct sc_buf b = { .a = &a };
	int rc = SC_OK;

	*missing = 0;
	for (size_t i = 0; i < SC_COUNT(said); i++) {
		sc_str *v = (sc_str *)(void *)((char *)s + said[i].at);

		if (v->p && !fits[said[i].is](*v)) {
			sc_arena_free(&a);
			return sc_fail(e, "export: --%s '%.*s' is not %s", said[i].option,
			               SC_ARG(*v), form[said[i].is]);
		}
		if (!v->n)
			*v = from_head(c, i);
		if (v->n || !(needed & said[i].bit))
			continue;
		*missing |= said[i].bit;
		sc_buf_fmt(&b, "%s--%s", b.n ? ", " : "", said[i].option);
	}
	if ((needed & SC_SAID_LICENCE) && !c->stated[SC_STATED_LICENCE]) {
		*missing |= SC_SAID_LICENCE;
		sc_buf_fmt(&b, "%sa record with a licence", b.n ? ", " : "");
	}
	if (s->strict && b.n)
		rc = sc_fail(e, "export: not all is said that the standard asks for: say %.*s",
		             SC_ARG(sc_buf_str(&b)));
	sc_arena_free(&a);
	return rc;
}

sc_str sc_said_or(struct sc_arena *a, sc_str s, const char *what)
{
	return s.n ? s : sc_fmt(a, "to be filled in: %s", what);
}

sc_str sc_said_time(struct sc_arena *a, sc_str date)
{
	return sc_is_date(date) ? sc_fmt(a, "%.*sT00:00:00Z", SC_ARG(date)) : date;
}

sc_str sc_corpus_created(struct sc_corpus *c)
{
	sc_str s = sc_facts_head(c->f, SC_STR("created"));

	return sc_is_time(s) ? s : sc_created(&c->a);
}
