/* SPDX-License-Identifier: Apache-2.0 */
/* Lines up to an empty one as phrases, the rest as a text: every level of instructions and the automaton find the same. */
#include "cpu.h"
#include "phrases_impl.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void same(struct sc_phrases_scan *s, sc_str text, const struct sc_phrase_hit *want, size_t n)
{
	const struct sc_phrase_hit *got;

	if (sc_phrases_find(s, text, &got) != n)
		abort();
	for (size_t i = 0; i < n; i++)
		if (got[i].phrase != want[i].phrase || got[i].off != want[i].off || got[i].len != want[i].len)
			abort();
}

static void check(struct sc_phrases_scan *s, sc_str text)
{
	struct sc_phrase_hit *want = SC_NEW(&s->a, struct sc_phrase_hit, sc_phrases_count(s->p) + 1);
	const struct sc_phrase_hit *first;
	size_t n;

	s->slow = true;
	n = sc_phrases_find(s, text, &first);
	if (n)
		memcpy(want, first, n * sizeof *want);
	for (size_t i = 0; i < n; i++)
		if (want[i].off > text.n || want[i].len > text.n - want[i].off || !want[i].len)
			abort();
	s->slow = false;
	for (int level = CPU_PLAIN; level <= CPU_AVX512; level++) {
		cpu_limit((enum cpu_level)level);
		same(s, text, want, n);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sc_arena a = { 0 };
	struct sc_phrases *p = sc_phrases_new();
	struct sc_phrases_scan *s;
	sc_str rest = { (const char *)data, size }, line, folded;
	struct sc_err e;
	size_t at;

	while (rest.n && sc_str_cut(&rest, '\n', &line) && line.n)
		if (sc_phrase_fold(&a, line, &folded, &at, &e) == SC_OK)
			sc_phrases_add(p, folded);
		else if (at > line.n || !*e.msg)
			abort();
	sc_phrases_ready(p);
	s = sc_phrases_open(p);
	check(s, rest);
	sc_phrases_close(s);
	sc_phrases_free(p);
	sc_arena_free(&a);
	return 0;
}
