/* SPDX-License-Identifier: Apache-2.0 */
/*
 * charter_value.c -- values of allow, deny and share in the form that manifests have: what is spelled otherwise would match nothing, and a
 * denial that matches nothing passes.
 */
#include "charter_impl.h"

#include <scope/spdx.h>
#include <scope/url.h>

static bool is_one_of(sc_str s, const sc_str *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (sc_str_eq(s, v[i]))
			return true;
	return false;
}

static sc_str lower(struct sc_arena *a, sc_str s)
{
	char *p = sc_cstr(a, s);

	for (size_t i = 0; i < s.n; i++)
		p[i] = (char)(p[i] >= 'A' && p[i] <= 'Z' ? p[i] + 32 : p[i]);
	return (sc_str){ p, s.n };
}

/* A set by name, an identifier or expression in its canonical spelling. */
static const char *licence_value(struct sc_arena *a, sc_str *s)
{
	struct sc_err why;
	sc_str canonical;

	if (sc_spdx_set(*s).n)
		return NULL;
	if (sc_spdx_expression(a, *s, &canonical, &why) != SC_OK)
		return "an SPDX licence, a set of them (scope list sets), none, unknown or conflict";
	*s = canonical;
	return NULL;
}

/* A host as it stands in lines; "*." before it: those below. */
static const char *host_value(struct sc_arena *a, sc_str *s)
{
	bool below = sc_str_starts(*s, SC_STR("*."));
	const char *what = "a host as www.example.org, or *.example.org for those below";
	sc_str host = below ? sc_str_from(*s, 2) : *s, form;
	size_t colons = 0;

	for (size_t i = 0; i < host.n; i++) {
		if (memchr("/@?#*[]\\ ", host.p[i], 9))
			return what;
		colons += host.p[i] == ':';
	}
	if (colons == 1 || (colons && below)) /* a port; addresses of IPv6 have more */
		return what;
	form = sc_url_host(a, sc_fmt(a, colons ? "http://[%.*s]/" : "http://%.*s/", SC_ARG(host)));
	if (!form.n)
		return what;
	*s = below ? sc_fmt(a, "*.%.*s", SC_ARG(form)) : form;
	return NULL;
}

static const char *media_value(struct sc_arena *a, sc_str *s)
{
	static const sc_str top[] = { SC_LIT("application"), SC_LIT("audio"),   SC_LIT("chemical"),
		                      SC_LIT("font"),        SC_LIT("haptics"), SC_LIT("image"),
		                      SC_LIT("message"),     SC_LIT("model"),   SC_LIT("multipart"),
		                      SC_LIT("text"),        SC_LIT("video") };
	size_t slash = sc_str_chr(*s, '/');

	*s = lower(a, *s);
	if (is_one_of(sc_str_head(*s, slash), top, SC_COUNT(top)) ||
	    sc_str_starts(*s, SC_STR("x-")))
		return NULL;
	return "a media type as image/png, or image for all of these";
}

const char *charter_value(struct sc_arena *a, enum sc_fact key, sc_str *s)
{
	static const sc_str states[] = { SC_LIT("none"), SC_LIT("unknown"), SC_LIT("conflict") };

	if (!s->n)
		return "a value";
	if (is_one_of(*s, states, SC_COUNT(states)))
		return NULL;
	if (sc_str_eq(*s, SC_STR("*")) && key != SC_FACT_LICENCE)
		return NULL;
	switch (key) {
	case SC_FACT_LICENCE:
		return licence_value(a, s);
	case SC_FACT_HOST:
	case SC_FACT_SITE:
		return host_value(a, s);
	case SC_FACT_MEDIA:
		return media_value(a, s);
	default:
		return NULL;
	}
}

static bool is_named(const struct sc_directive *d)
{
	return d->kind == SC_D_COST || d->kind == SC_D_BENEFIT || d->kind == SC_D_MODIFY;
}

static const struct sc_directive *named(const struct sc_charter *c, size_t before, sc_str name)
{
	for (size_t i = 0; i < before; i++)
		if (is_named(&c->v[i]) && sc_str_eq(c->v[i].name, name))
			return &c->v[i];
	return NULL;
}

const char *charter_whole(const struct sc_charter *c, size_t *which, sc_str *word)
{
	for (*which = 0; *which < c->n; ++*which) {
		const struct sc_directive *d = &c->v[*which];

		if (!is_named(d))
			continue;
		*word = d->name;
		if (named(c, *which, d->name))
			return "a name that no other line has";
		for (size_t k = 0; d->kind == SC_D_MODIFY && k < d->value.n; k++) {
			const struct sc_directive *on = named(c, c->n, d->value.v[k]);

			*word = d->value.v[k];
			if (!on || on->kind == SC_D_MODIFY)
				return "the name of a cost or benefit";
		}
	}
	return NULL;
}
