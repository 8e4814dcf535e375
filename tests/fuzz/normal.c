/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a text: what is made of it has no empty paragraphs and no white space at their ends. */
#include <scope/normal.h>

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sc_buf b = { 0 };
	sc_str rest, one;

	sc_normal(&b, (sc_str){ (const char *)data, size });
	rest = sc_buf_str(&b);
	while (b.n && sc_str_cut(&rest, '\n', &one))
		if (!one.n || *one.p == ' ' || one.p[one.n - 1] == ' ' ||
		    sc_str_find(one, SC_STR("  ")) != SC_NONE)
			abort();
	sc_buf_free(&b);
	return 0;
}
