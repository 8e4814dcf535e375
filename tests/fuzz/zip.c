/* SPDX-License-Identifier: Apache-2.0 */
/* zip.c -- fuzz target: any bytes as a zip, under each --group.  Nothing may end the run. */
#include <scope/plugin.h>
#include <scope/run.h>

#include <stdlib.h>

extern const struct sc_reader read_zip;
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const sc_str groups[] = { SC_LIT("sample"), SC_LIT("none"), SC_LIT("directory"), SC_LIT("archive"),
					 SC_LIT("paper") };
	struct sc_arena a = { 0 };

	for (size_t i = 0; i < SC_COUNT(groups); i++) {
		struct sc_read_conf conf = { .group = groups[i], .max_record = 1 << 20, .tag_key = SC_STR("scope") };
		void *state = calloc(1, read_zip.card.state);
		struct sc_input *in = NULL;
		struct sc_err e;
		int rc = SC_FAIL;

		if (!state || sc_input_memory(&in, (sc_str){ (const char *)data, size }, SC_STR("x.zip"), 2 << 20, &e))
			abort();
		if (read_zip.open(state, &conf, in, &e) == SC_OK) {
			do {
				struct sc_record r = { 0 };

				rc = read_zip.next(state, &a, &r, &e);
				if (rc != SC_EOF && (rc == SC_FAIL))
					abort();
				sc_arena_reset(&a);
			} while (rc == SC_OK || rc == SC_BAD);
		}
		read_zip.close(state);
		free(state);
		sc_input_close(in);
	}
	sc_arena_free(&a);
	return 0;
}
