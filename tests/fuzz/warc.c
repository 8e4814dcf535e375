/* SPDX-License-Identifier: Apache-2.0 */
/* warc.c -- any bytes as a WARC: records lie one behind the other, a spoilt one moves on, and metadata is JSON. */
#include <stdlib.h>

#include <scope/json.h>
#include <scope/plugin.h>
#include <scope/run.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct sc_read_conf *conf, struct sc_arena *a, struct sc_record *r)
{
	struct sc_err e = { 0 };

	if (r->raw.n != r->from.len || r->head.n > r->raw.n)
		abort();
	if (r->by->parse(conf, a, r, &e) == SC_OK && (r->npart != 1 || r->head.n > r->raw.n))
		abort();
	if (sc_json_check(r->by->describe(a, r), false, &e) < 0)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sc_read_conf conf = { .max_record = 1 << 16, .in_band = true };
	const struct sc_reader *warc = sc_reader_named(SC_STR("warc"));
	void *state = calloc(1, warc->card.state);
	struct sc_arena a = { 0 };
	struct sc_err e = { 0 };
	struct sc_input *in;
	uint64_t end = 0, idle = 0;
	int rc = SC_OK;

	if (!state || sc_input_memory(&in, (sc_str){ (const char *)data, size }, SC_STR("fuzz.warc"), 1 << 17, &e) < 0)
		abort();
	warc->taste((sc_str){ (const char *)data, size }, SC_STR("fuzz.warc"));
	if (warc->open(state, &conf, in, &e) == SC_OK)
		while (rc != SC_EOF && rc != SC_FAIL) {
			struct sc_record r = { .by = warc };

			rc = warc->next(state, &a, &r, &e);
			idle = sc_input_off(in) == end ? idle + 1 : 0;
			if (r.from.off < end || idle > size + 8 || (rc == SC_BAD && !*e.msg))
				abort();
			if ((rc == SC_OK || rc == SC_BAD) && sc_input_off(in) != r.from.off + r.from.len)
				abort();
			end = sc_input_off(in);
			if (rc == SC_OK)
				check(&conf, &a, &r);
			sc_arena_reset(&a);
		}
	sc_input_close(in);
	sc_arena_free(&a);
	free(state);
	return 0;
}
