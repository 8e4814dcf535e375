/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a list of what is taken back, as a receipt, as a bound statement: read or refused with a reason; what was read is found again. */
#include <scope/recall.h>
#include <scope/receipt.h>

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void list(sc_str bytes)
{
	struct sc_recall_list l = { .v = NULL };
	struct sc_err e = { 0 };
	int rc = sc_recall_parse(&l, bytes, SC_STR("list"), &e);

	if (rc != SC_OK && !*e.msg)
		abort();
	for (size_t i = 0; rc == SC_OK && i < l.n; i++) {
		struct sc_recall_line *m = sc_recall_match(&l, &l.v[i].key);

		if (!m || m->number > l.v[i].number)
			abort();
	}
	sc_recall_list_free(&l);
}

static void receipt(sc_str bytes)
{
	struct sc_arena a = { 0 };
	struct sc_receipt r;
	struct sc_err e = { 0 };
	struct sc_buf b = { 0 };

	if (sc_receipt_parse(&a, bytes, &r, &e) == SC_OK) {
		if (r.in != r.emitted + r.dropped + r.rejected)
			abort();
		sc_receipt_put(&b, &r);
		if (sc_receipt_parse(&a, sc_buf_str(&b), &r, &e) != SC_OK)
			abort();
	} else if (!*e.msg) {
		abort();
	}
	sc_buf_free(&b);
	sc_arena_free(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	sc_str bytes = { (const char *)data, size };

	list(bytes);
	receipt(bytes);
	sc_bind_is(bytes);
	return 0;
}
