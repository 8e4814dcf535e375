/* SPDX-License-Identifier: Apache-2.0 */
/* Claims about find.c: what it finds is what a search for each literal by itself finds, on every CPU. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <scope/text.h>

#include "cpu.h"

#include <stdlib.h>

static const enum cpu_level levels[] = { CPU_PLAIN, CPU_AVX2, CPU_AVX512 };

static const struct sc_needle needles[] = {
	{ SC_LIT("SPDX-License-Identifier:"), 3 }, { SC_LIT("creativecommons.org/"), 6 }, { SC_LIT("aab"), 1 },
	{ SC_LIT("ab"), 0 },			   { SC_LIT("\0\0"), 0 },
};

static uint32_t seed = 1;

static uint32_t any(void)
{
	seed = seed * 1664525 + 1013904223;
	return seed >> 8;
}

static void same(sc_str text, size_t n)
{
	size_t at[SC_NEEDLES];

	for (size_t level = 0; level < SC_COUNT(levels); level++) {
		cpu_limit(levels[level]);
		sc_find_needles(text, needles, n, at);
		for (size_t k = 0; k < n; k++)
			if (at[k] != sc_str_find(text, needles[k].s))
				fail_msg("level %zu: literal %zu at %zu, not %zu, of %zu bytes", level, k, at[k],
					 sc_str_find(text, needles[k].s), text.n);
	}
}

static void a_literal_is_found_wherever_it_stands(void **state)
{
	(void)state;
	for (size_t n = 0; n < 300; n += 1 + n / 16) {
		char *p = malloc(n ? n : 1); /* so that a sanitizer sees a byte read too many */

		assert_non_null(p);
		for (size_t k = 0; k < SC_COUNT(needles); k++)
			for (size_t at = 0; at + needles[k].s.n <= n; at++) {
				memset(p, 'x', n);
				memcpy(p + at, needles[k].s.p, needles[k].s.n);
				same((sc_str){ p, n }, SC_COUNT(needles));
			}
		memset(p, 'X', n);
		same((sc_str){ p, n }, 1);
		free(p);
	}
}

static void of_pieces_and_repeats_the_first_whole_one_counts(void **state)
{
	(void)state;
	for (int round = 0; round < 3000; round++) {
		size_t n = any() % 400, at = 0;
		char *p = malloc(n + 32);

		assert_non_null(p);
		while (at < n) {
			const struct sc_needle *x = &needles[any() % SC_COUNT(needles)];
			size_t from = any() % x->s.n, len = any() % 3 ? x->s.n - from : any() % (x->s.n - from + 1);

			if (any() % 4 == 0)
				p[at++] = (char)('a' + any() % 3);
			if (len > n - at)
				len = n - at;
			memcpy(p + at, x->s.p + (any() % 2 ? 0 : from), len);
			at += len;
		}
		p = realloc(p, n ? n : 1);
		assert_non_null(p);
		same((sc_str){ p, n }, 1 + any() % SC_COUNT(needles));
		free(p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_literal_is_found_wherever_it_stands),
		cmocka_unit_test(of_pieces_and_repeats_the_first_whole_one_counts),
	};

	return cmocka_run_group_tests_name("find", tests, NULL, NULL);
}
