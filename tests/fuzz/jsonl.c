/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a shard: each byte but white space is in exactly one record, and a tagged line
 * keeps its payload. */
#include <scope/json.h>
#include <scope/run.h>

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct sc_read_conf conf = { .tag_key = SC_LIT("scope"),
	                                  .in_band = true,
	                                  .max_record = 1 << 16 };

/* The line with tags of its own is a line that reads back to the same payload. */
static void tagged_again(struct sc_arena *a, const struct sc_reader *jsonl, struct sc_record *r)
{
	struct sc_record again = { .by = jsonl };
	struct sc_buf b = { 0 };
	struct sc_err e;
	sc_str line = sc_json_without(a, r->head, conf.tag_key);
	size_t brace = sc_str_rchr(line, '}');
	struct sc_json_iter it = sc_json_iter(line);

	sc_buf_add(&b, sc_str_head(line, brace));
	sc_buf_fmt(&b, "%s\"scope\":", sc_json_next(&it) ? "," : "");
	sc_tags_json(&b, r, NULL);
	sc_buf_add(&b, sc_str_from(line, brace));
	again.raw = again.head = sc_buf_str(&b);
	if (jsonl->parse(&conf, a, &again, &e) != SC_OK || again.npart != r->npart ||
	    again.tags.n != r->tags.n)
		abort();
	for (uint32_t i = 0; i < r->npart; i++)
		if (!sc_str_eq(again.part[i].data, r->part[i].data))
			abort();
	sc_buf_free(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct sc_reader *jsonl = sc_reader_named(SC_STR("jsonl"));
	sc_str bytes = { (const char *)data, size };
	void *state = calloc(1, jsonl->card.state);
	struct sc_arena a = { 0 };
	struct sc_input *in;
	struct sc_err e;
	uint64_t seen = 0;
	int rc = SC_OK;

	jsonl->taste(bytes, SC_STR("x.json"));
	if (!state || sc_input_memory(&in, bytes, SC_STR("x"), 1 << 17, &e) ||
	    jsonl->open(state, &conf, in, &e))
		abort();
	while (rc != SC_EOF) {
		struct sc_record r = { .by = jsonl };

		rc = jsonl->next(state, &a, &r, &e);
		if (rc == SC_FAIL ||
		    (rc != SC_EOF && (r.from.off < seen || r.from.off + r.from.len > size)))
			abort();
		seen = rc == SC_EOF ? seen : r.from.off + r.from.len;
		if (rc == SC_OK && jsonl->parse(&conf, &a, &r, &e) == SC_OK && !r.refuse_inband)
			tagged_again(&a, jsonl, &r);
	}
	sc_input_close(in);
	sc_arena_free(&a);
	free(state);
	return 0;
}
