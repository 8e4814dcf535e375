/* SPDX-License-Identifier: Apache-2.0 */
/* http.c -- any bytes as a stored message: head and body are all of it, and what is undone stays within its bound. */
#include <stdlib.h>

#include <scope/http.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	enum { MAX = 1 << 18 };
	sc_str block = { (const char *)data, size }, body, wrong;
	struct sc_fields f = sc_fields(block);
	struct sc_arena a = { 0 };
	struct sc_err e = { 0 };
	struct sc_http h;

	while (sc_fields_next(&f))
		if (f.name.p < block.p || f.value.p + f.value.n > f.rest.p)
			abort();
	if (sc_head_end(block) > size)
		abort();
	if (sc_http_split(block, &h)) {
		if (h.head.n + h.body.n != size || h.status < 0 || h.status > 999)
			abort();
		switch (sc_http_decode(&a, &h, MAX, &body, &wrong, &e)) {
		case SC_OK:
			if (body.p != h.body.p && body.n > (size > MAX ? size : MAX))
				abort();
			sc_media_clean(&a, sc_fields_get(h.head, SC_STR("Content-Type")));
			break;
		case SC_BAD:
			if (!*e.msg)
				abort();
			break;
		default:
			abort();
		}
	}
	sc_arena_free(&a);
	return 0;
}
