/* SPDX-License-Identifier: Apache-2.0 */
/* codec.c -- any bytes through whatever codec they seem to be: every line, every break, an end, and counts that fit. */
#include <stdlib.h>

#include <scope/input.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sc_err e = { 0 };
	uint64_t total = 0, lost, bytes, off, packed;
	struct sc_input *in;
	uint8_t sha256[32];
	sc_str line;
	bool first, known;
	int rc;

	if (sc_input_memory(&in, (sc_str){ (const char *)data, size }, SC_STR("fuzz"), 1 << 16, &e) < 0)
		return 0;
	while (total < (64 << 20)) { /* a bomb may go on for longer than we have */
		uint64_t before = sc_input_off(in);

		rc = sc_line(in, '\n', &line, &e);
		total += sc_input_off(in) - before;
		if (rc == SC_OK && (!line.n || sc_input_off(in) != before + line.n))
			abort();
		if (sc_input_member(in, &off, &first) && off > size)
			abort();
		if (sc_input_own_members(in, 1, &known, &off, &packed) && off + packed > size)
			abort();
		if (rc == SC_EOF && !sc_input_break(in, &lost, &e))
			break;
		if (rc == SC_EOF) {
			if (lost > size || !e.damage || !*e.msg)
				abort();
			sc_input_mend(in);
		}
	}
	if (sc_input_digest(in, &bytes, sha256, &e) < 0 || bytes != size)
		abort();
	sc_input_close(in);
	return 0;
}
