/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as WARC: records and rejects in order, never past the end, each described as JSON that holds. */
#include <scope/json.h>
#include <scope/plugin.h>
#include <scope/run.h>

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct sc_read_conf conf = { .max_record = 1 << 16 };
	const struct sc_reader *warc = sc_reader_named(SC_STR("warc"));
	struct sc_arena a = { 0 };
	struct sc_input *in;
	struct sc_err e;
	char state[1024] = { 0 };
	uint64_t end = 0;
	int rc;

	if (sc_input_memory(&in, (sc_str){ (const char *)data, size }, SC_STR("fuzz"), 1 << 17, &e) < 0)
		return 0;
	if (warc->open(state, &conf, in, &e) == SC_OK)
		for (;;) {
			struct sc_record r = { .by = warc };

			rc = warc->next(state, &a, &r, &e);
			if (rc == SC_EOF || rc == SC_FAIL)
				break;
			if (r.from.off < end)
				abort();
			end = r.from.off + r.from.len;
			if (rc == SC_OK && warc->parse(&conf, &a, &r, &e) == SC_OK &&
			    sc_json_check(sc_record_meta(&a, &r), false, &e) < 0)
				abort();
			sc_arena_reset(&a);
		}
	sc_input_close(in);
	sc_arena_free(&a);
	return 0;
}
