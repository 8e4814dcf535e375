/* SPDX-License-Identifier: Apache-2.0 */
/* A frame of any bytes is a record that can be written again, or is refused. */
#include <scope/run.h>

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sc_arena a = { 0 };
	struct sc_record r, again;
	struct sc_chain chain;
	struct sc_buf b = { 0 };
	struct sc_err e;
	sc_str s = { (const char *)data, size };

	if (sc_frame_get(&a, s, &r, &e) == SC_OK) {
		sc_frame_put(&b, &r);
		if (sc_frame_get(&a, sc_buf_str(&b), &again, &e) != SC_OK || again.npart != r.npart)
			abort();
	}
	sc_chain_get(&a, s, &chain, &e);
	sc_buf_free(&b);
	sc_arena_free(&a);
	return 0;
}
