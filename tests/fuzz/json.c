/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes: every walk ends inside them, and what a string decodes to is written so that it
 * decodes to the same; plain code and each kind of vectors agree. */
#include <scope/json.h>
#include <scope/text.h>

#include <stdlib.h>

#include "cpu.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool claim)
{
	if (!claim)
		abort();
}

/* What is said of s, as bytes. */
static void say(struct sc_buf *b, struct sc_arena *a, sc_str s)
{
	struct sc_json_index x = { 0 };
	struct sc_err e = { 0 };
	struct sc_json_iter it = sc_json_iter(s);
	int rc = sc_json_scan(a, s, false, &x, &e);

	sc_buf_clear(b);
	sc_buf_fmt(b, "%d %s %zu", rc, rc < 0 ? e.msg : "", sc_utf8_valid(s));
	for (uint32_t i = 0; i < x.n; i++)
		sc_buf_fmt(b, " %u %u %u %zu %zu", x.v[i].next, x.v[i].flags, x.v[i].escapes, x.v[i].key.n, x.v[i].value.n);
	while (sc_json_next(&it)) {
		sc_buf_fmt(b, " %zu %zu", it.key.n, it.value.n);
		sc_buf_add(b, sc_json_string(a, it.value));
	}
}

static void levels_agree(struct sc_arena *a, sc_str s)
{
	static struct sc_buf plain, other;
	enum cpu_level most;

	cpu_limit(CPU_AVX512);
	most = cpu_level();
	cpu_limit(CPU_PLAIN);
	say(&plain, a, s);
	for (enum cpu_level l = CPU_AVX2; l <= most; l++) {
		cpu_limit(l);
		say(&other, a, s);
		must(sc_str_eq(sc_buf_str(&plain), sc_buf_str(&other)));
	}
	cpu_limit(CPU_AVX512);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sc_arena a = { 0 };
	struct sc_buf b = { 0 };
	struct sc_err e;
	sc_str s = { (const char *)data, size };
	bool good = sc_json_check(s, false, &e) == SC_OK;
	struct sc_json_iter it = sc_json_iter(s);
	double d;

	levels_agree(&a, s);
	must(good || sc_json_check(s, true, &e) == SC_BAD);
	while (sc_json_next(&it)) {
		sc_str decoded = sc_json_string(&a, it.value);

		must(!good || sc_json_check(it.value, false, &e) == SC_OK);
		if (!good || !decoded.p)
			continue;
		sc_buf_clear(&b);
		sc_json_put(&b, decoded);
		must(sc_json_check(sc_buf_str(&b), true, &e) == SC_OK);
		must(sc_str_eq(sc_json_string(&a, sc_buf_str(&b)), decoded));
	}
	s = sc_json_without(&a, s, SC_STR("a"));
	must(!good || sc_json_check(s, false, &e) == SC_OK);
	sc_json_double(sc_json_path(s, SC_STR("b[1].\"c\"")), &d);
	sc_json_path(SC_STR("{\"a\":[{\"b\":1}]}"), s);
	sc_json_count(s, SC_STR("id"));
	sc_buf_free(&b);
	sc_arena_free(&a);
	return 0;
}
