/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a metadata.jsonl: each byte but white space is in exactly one record, and no part holds what lies outside of
 * its folder. */
#include "input_impl.h"

#include <scope/run.h>

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct sc_read_conf conf = { .tag_key = SC_LIT("scope"), .in_band = true, .max_record = 1 << 16 };
static char folder[] = "/tmp/scope-fuzz-XXXXXX", list[64], name[64];

static void make_file(const char *path, const char *bytes)
{
	FILE *f;

	snprintf(name, sizeof name, "%s/%s", folder, path);
	f = fopen(name, "w");
	if (!f || fputs(bytes, f) < 0 || fclose(f))
		abort();
}

/* secret, in/a.png, in/d/b.gif, in/up -> .., in/s -> ../secret */
static void make_folder(void)
{
	if (!mkdtemp(folder))
		abort();
	snprintf(name, sizeof name, "%s/in", folder);
	mkdir(name, 0777);
	snprintf(name, sizeof name, "%s/in/d", folder);
	mkdir(name, 0777);
	snprintf(name, sizeof name, "%s/in/up", folder);
	if (symlink("..", name))
		abort();
	snprintf(name, sizeof name, "%s/in/s", folder);
	if (symlink("../secret", name))
		abort();
	make_file("secret", "SECRET");
	make_file("in/a.png", "pixels");
	make_file("in/d/b.gif", "");
	snprintf(list, sizeof list, "%s/in/metadata.jsonl", folder);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct sc_reader *images = sc_reader_named(SC_STR("imagefolder"));
	sc_str bytes = { (const char *)data, size };
	void *state = calloc(1, images->card.state);
	bool says = sc_str_find(bytes, SC_STR("SECRET")) != SC_NONE || sc_str_chr(bytes, '\\') != SC_NONE;
	struct sc_arena a = { 0 };
	struct sc_input *in;
	struct sc_err e;
	uint64_t seen = 0;
	int rc = SC_OK;

	if (!*list)
		make_folder();
	images->taste(bytes, SC_STR("metadata.jsonl"));
	if (!state || sc_input_memory(&in, bytes, SC_STR("x"), 1 << 17, &e))
		abort();
	in->file = sc_str_c(list);
	if (images->open(state, &conf, in, &e))
		abort();
	while (rc != SC_EOF) {
		struct sc_record r = { .by = images };

		rc = images->next(state, &a, &r, &e);
		if (rc == SC_FAIL || (rc != SC_EOF && (r.from.off < seen || r.from.off + r.from.len > size)))
			abort();
		seen = rc == SC_EOF ? seen : r.from.off + r.from.len;
		if (rc != SC_OK)
			continue;
		sc_record_id(&a, &r);
		for (uint32_t i = 0; i < r.npart && !says; i++)
			if (sc_str_find(r.part[i].data, SC_STR("SECRET")) != SC_NONE)
				abort();
	}
	images->close(state);
	sc_input_close(in);
	sc_arena_free(&a);
	free(state);
	return 0;
}
