/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as domain rules: rules that a record and a figure can be asked by, whose evidence lies in them, or a mistake with its line
 * and column. */
#include <scope/plugin.h>

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static sc_str place(const struct sc_record *r, sc_str where)
{
	for (uint32_t i = 0; i < r->npart; i++)
		if (sc_str_eq(r->part[i].name, where))
			return r->part[i].data;
	return sc_str_eq(where, SC_STR("meta")) ? r->meta : SC_STR("");
}

static void ask(struct sc_ctx *c, const struct sc_filter *f, struct sc_record *r)
{
	if (f->each(c, r) != SC_OK || !r->tags.n)
		abort();
	for (uint32_t i = 0; i < r->tags.n; i++) {
		const struct sc_evidence *w = &r->tags.v[i].why;
		sc_str in = place(r, w->where);

		if (!(w->score >= 0 && w->score <= 1) ||
		    (w->len && (w->off > in.n || w->len > in.n - w->off)))
			abort();
	}
}

/* A record of one text, and a figure. */
static void ask_both(const struct sc_filter *f, void *conf, struct sc_arena *a,
                     const struct sc_maker *me)
{
	struct sc_part text = { .name = SC_STR("text"),
		                .data = SC_STR(
		                        "Two  words of\ntext, \xc3\xa9 host=x \"quoted\" a\\b"),
		                .raw_off = UINT64_MAX };
	struct sc_part part[] = {
		{ .name = SC_STR("svg"), .data = SC_STR("<svg/>") },
		{ .name = SC_STR("txt"),
		  .data = SC_STR("Figure 1. Two words of a a heat map, a b a-b.") },
		{ .name = SC_STR("json"),
		  .data = SC_STR(
		          "{\"figure_id\":\"a\",\"kind\":\"figure\",\"format\":\"jats\",\"journal\":\"a b\","
		          "\"subjects\":[\"a\",\"cs.CL \\u0061\",1,\"Two words\"],\"images\":[{\"part\":\"svg\"}]}") }
	};
	struct sc_record r = { .part = &text,
		               .npart = 1,
		               .url = SC_STR("https://www.example.org/a/b"),
		               .meta = SC_STR("{\"a\":\"b\",\"categories\":\"a cs.CL  b\"}") };
	struct sc_record figure = {
		.part = part, .npart = 3, .url = SC_STR("https://doi.org/10.1000/1"), .meta = r.meta
	};
	struct sc_err e = { 0 };
	struct sc_ctx c = {
		.state = SC_NEW(a, char, f->card.state + 1), .conf = conf, .me = me, .a = a, .e = &e
	};

	ask(&c, f, &r);
	ask(&c, f, &figure);
	f->close(&c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct sc_filter *f = sc_tagger_named(SC_STR("domain"));
	struct sc_arena a = { 0 };
	struct sc_maker me = { .name = "tag/domain" };
	struct sc_err e = { 0 };
	char path[40];
	sc_str *conf =
	        (sc_str *)(void *)SC_NEW(&a, char, f->card.conf); /* its first field is --rules */
	int fd = memfd_create("rules", 0);

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	*conf = sc_str_c(path);
	if (f->load(conf, SC_STR(""), &a, &me, &e) == SC_OK)
		ask_both(f, conf, &a, &me);
	else if (!strstr(e.msg, path) || strlen(e.msg) < strlen(path) + 4)
		abort();
	f->unload(conf);
	close(fd);
	sc_arena_free(&a);
	return 0;
}
