/* SPDX-License-Identifier: Apache-2.0 */
/* lic_package_xml.c -- licences in Maven's pom.xml (license/name and url; of several any may be chosen) and NuGet's .nuspec. */
#include "lic_package.h"
#include "xml.h"

enum { MOST_LIST = 64, MOST_DEPTH = 5 };

struct reading {
	const struct lic_package *p;
	bool pom;
	unsigned depth;
	char path[MOST_DEPTH][16]; /* local names of the open elements, as far as they fit */
	bool expression;	   /* nuspec: <license type="expression"> */
	struct sc_buf text;
	uint64_t at;	/* where the text began */
	sc_str name_id; /* of the <license> at hand */
	sc_str ids[MOST_LIST];
	size_t n;
	uint64_t from, to; /* all that was said */
};

static bool under(const struct reading *r, const char *a, const char *b, const char *c, const char *d)
{
	const char *want[] = { a, b, c, d };
	unsigned n = d ? 4 : 3;

	if (r->depth != n)
		return false;
	for (unsigned i = 0; i < n; i++)
		if (strcmp(r->path[i], want[i]) != 0)
			return false;
	return true;
}

static bool is_field(const struct reading *r)
{
	if (r->pom)
		return under(r, "project", "licenses", "license", "name") || under(r, "project", "licenses", "license", "url");
	return (under(r, "package", "metadata", "license", NULL) && r->expression) || under(r, "package", "metadata", "licenseUrl", NULL);
}

static void open_(void *ctx, struct xml *x, const char *name, const char *const *att)
{
	struct reading *r = ctx;
	size_t n;

	name = xml_local(name);
	n = strlen(name);
	if (r->depth < MOST_DEPTH) {
		memcpy(r->path[r->depth], name, n < 16 ? n + 1 : 1);
		r->path[r->depth][n < 16 ? n : 0] = 0;
	}
	r->depth++;
	if (strcmp(name, "license") == 0) {
		r->name_id = (sc_str){ NULL, 0 };
		r->expression = false;
		for (; att && att[0]; att += 2)
			r->expression |= strcmp(att[0], "type") == 0 && strcmp(att[1], "expression") == 0;
	}
	if (r->depth <= MOST_DEPTH && is_field(r)) {
		sc_buf_clear(&r->text);
		r->at = xml_end(x);
		xml_want_text(x, true);
	}
}

static void said(struct reading *r, sc_str id, uint64_t to)
{
	if (!id.n || r->n == MOST_LIST)
		return;
	if (!r->n)
		r->from = r->at;
	r->to = to;
	r->ids[r->n++] = sc_strdup(r->p->c->a, id);
}

static void close_(void *ctx, struct xml *x)
{
	struct reading *r = ctx;

	if (r->depth <= MOST_DEPTH && is_field(r)) {
		sc_str id = lic_package_words(r->p->c->a, sc_buf_str(&r->text));
		bool named = id.n && !sc_str_eq(id, SC_STR("unknown"));

		xml_want_text(x, false);
		if (r->pom && r->name_id.n && !sc_str_eq(r->name_id, SC_STR("unknown")))
			; /* the url of a name that is known */
		else if (r->pom && r->name_id.n && named && r->n)
			r->ids[r->n - 1] = sc_strdup(r->p->c->a, id), r->to = xml_begin(x);
		else if (!r->name_id.n || named)
			said(r, id, xml_begin(x));
		if (id.n)
			r->name_id = sc_strdup(r->p->c->a, id);
	}
	r->depth--;
}

static void text(void *ctx, sc_str s)
{
	struct reading *r = ctx;

	if (r->text.n < 4096)
		sc_buf_add(&r->text, sc_str_head(s, 4096));
}

static bool is_nuspec(sc_str name)
{
	return sc_str_ends(name, SC_STR(".nuspec"));
}

bool lic_package_xml_name(sc_str name)
{
	return sc_str_eq(name, SC_STR("pom.xml")) || is_nuspec(name);
}

bool lic_package_xml(const struct lic_package *p, sc_str name)
{
	static const struct xml_hooks hooks = { .open = open_, .close = close_, .text = text };
	struct reading r = { .p = p, .pom = !is_nuspec(name), .text = { .a = p->c->a } };
	struct sc_err ignored;

	if (!lic_package_xml_name(name))
		return false;
	if (xml_read(p->bytes, &hooks, &r, &ignored) < 0 || !r.n || r.to <= r.from || r.to > p->bytes.n)
		return true;
	if (r.pom)
		lic_package_say(p, lic_package_join(p->c->a, r.ids, r.n, LIC_ANY), "pom:license", (sc_str){ p->bytes.p + r.from, (size_t)(r.to - r.from) });
	else
		lic_package_say(p, r.ids[0], "nuspec:license", (sc_str){ p->bytes.p + r.from, (size_t)(r.to - r.from) });
	return true;
}
