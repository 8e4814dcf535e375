/* SPDX-License-Identifier: Apache-2.0 */
/* Proofs: whatever the text, it ends; what was read is written again to the same proof. */
#include <scope/proof.h>

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sc_arena a = { 0 };
	struct sc_err e = { 0 };
	sc_str rest = { (const char *)data, size };
	struct sc_proof *p = malloc(2 * sizeof *p);
	struct sc_buf b = { 0 };
	uint64_t number = 0, again = 0;

	if (!p)
		abort();
	while (sc_proof_get(&a, &rest, &number, p, &e) == SC_OK) {
		sc_str text;

		sc_buf_clear(&b);
		sc_proof_put(&b, p, SC_STR(""));
		text = sc_buf_str(&b);
		if (sc_proof_get(&a, &text, &again, p + 1, &e) != SC_OK || text.n)
			abort();
		if (sc_proof_check(p, &e) != sc_proof_check(p + 1, &e))
			abort();
		sc_proof_says(&a, p, p->n & 1), sc_proof_numbers(&a, p);
	}
	sc_buf_free(&b);
	sc_arena_free(&a);
	free(p);
	return 0;
}
