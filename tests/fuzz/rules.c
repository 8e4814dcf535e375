/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as domain rules: rules that a record can be asked by, whose evidence lies in the record, or a mistake with its line
 * and column. */
#include <scope/plugin.h>

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void ask(const struct sc_filter *f, void *conf, struct sc_arena *a, const struct sc_maker *me)
{
	struct sc_part part = { .name = SC_STR("text"), .data = SC_STR("Two  words of\ntext, \xc3\xa9 host=x \"quoted\" a\\b"), .raw_off = UINT64_MAX };
	struct sc_record r = { .part = &part, .npart = 1, .url = SC_STR("https://www.example.org/a/b"), .meta = SC_STR("{\"a\":\"b\"}") };
	struct sc_err e = { 0 };
	struct sc_ctx c = { .state = SC_NEW(a, char, f->card.state + 1), .conf = conf, .me = me, .a = a, .e = &e };

	if (f->each(&c, &r) != SC_OK || !r.tags.n)
		abort();
	for (uint32_t i = 0; i < r.tags.n; i++) {
		const struct sc_evidence *w = &r.tags.v[i].why;

		if (w->len && (w->off > part.data.n || w->len > part.data.n - w->off || !sc_str_eq(w->where, part.name)))
			abort();
	}
	f->close(&c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct sc_filter *f = sc_tagger_named(SC_STR("domain"));
	struct sc_arena a = { 0 };
	struct sc_maker me = { .name = "tag/domain" };
	struct sc_err e = { 0 };
	char path[40];
	sc_str *conf = (sc_str *)(void *)SC_NEW(&a, char, f->card.conf); /* its first field is --rules */
	int fd = memfd_create("rules", 0);

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	*conf = sc_str_c(path);
	if (f->load(conf, SC_STR(""), &a, &me, &e) == SC_OK)
		ask(f, conf, &a, &me);
	else if (!strstr(e.msg, path) || strlen(e.msg) < strlen(path) + 4)
		abort();
	f->unload(conf);
	close(fd);
	sc_arena_free(&a);
	return 0;
}
