/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as the rules of an origin or as a page: the first chooses robots.txt, ai.txt, tdmrep.json or meta elements, the others are the
 * file, and up to the first LF the path that is asked for.  What is handed out lies in the file. */
#include <scope/html.h>
#include <scope/robots.h>

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void inside(sc_str view, sc_str whole)
{
	if (view.p && (view.p < whole.p || view.p + view.n > whole.p + whole.n))
		abort();
}

static void robots(struct sc_arena *a, sc_str file, sc_str path, bool types)
{
	struct sc_robots r;

	sc_robots_read(a, file, &r);
	for (size_t i = 0; i < r.n; i++) {
		inside(r.v[i].agent, file);
		inside(r.v[i].pattern, file);
		if (!r.v[i].pattern.n || !r.v[i].octets || r.v[i].off > file.n || r.v[i].len > file.n - r.v[i].off)
			abort();
		inside(r.v[i].pattern, (sc_str){ file.p + r.v[i].off, r.v[i].len });
	}
	for (size_t i = 0; i <= r.nagent; i++) {
		sc_str who = i < r.nagent ? r.agent[i] : SC_STR("nobody");
		struct sc_robots_answer x;

		if (i > 8 && i < r.nagent)
			continue;
		if (i < r.nagent)
			inside(who, file);
		x = (types ? sc_ai_txt_ask : sc_robots_ask)(&r, who, path);
		if ((i < r.nagent && !x.named) || x.disallowed != (x.rule && !x.rule->allow))
			abort();
		if (x.rule && (x.rule < r.v || x.rule >= r.v + r.n))
			abort();
	}
}

static void tdmrep(struct sc_arena *a, sc_str file, sc_str path)
{
	struct sc_tdmrep t;
	struct sc_err e = { 0 };
	const struct sc_tdm_rule *r;

	if (sc_tdmrep_read(a, file, &t, &e) != SC_OK) {
		if (!*e.msg)
			abort();
		return;
	}
	for (size_t i = 0; i < t.n; i++)
		if (!t.v[i].location.n || t.v[i].off > file.n || t.v[i].len > file.n - t.v[i].off || (t.v[i].reservation != 0 && t.v[i].reservation != 1))
			abort();
	r = sc_tdmrep_ask(&t, path);
	if (r && (r < t.v || r >= t.v + t.n))
		abort();
}

static void metas(sc_str page)
{
	struct sc_html_meta m = { .html = page };
	size_t last = 0;

	for (; sc_html_meta_next(&m); last = m.at) {
		inside(m.name, page);
		inside(m.content, page);
		if (m.at <= last || m.at >= page.n || page.p[m.at] != '>' || !m.name.n)
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sc_arena a = { 0 };
	sc_str file = { (const char *)data, size }, path = { NULL, 0 };
	unsigned kind = size ? *data % 4 : 0;

	file = sc_str_from(file, 1);
	if (kind == 3) {
		metas(file);
		return 0;
	}
	sc_str_cut(&file, '\n', &path);
	if (!file.p)
		file = (sc_str){ path.p, 0 };
	if (kind == 2)
		tdmrep(&a, file, path);
	else
		robots(&a, file, path, kind == 1);
	sc_arena_free(&a);
	return 0;
}
