/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cpu.c -- asks the machine once what it has; SCOPE_CPU=plain|avx2 and cpu_limit say what of that may be used.
 *
 * The level and the SHA bit are one word, written once or by cpu_limit, so that any thread may ask at any time.
 */
#include "cpu.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { KNOWN = 1 << 8, SHA = 1 << 9 };

static enum cpu_level wanted(void)
{
	const char *most = getenv("SCOPE_CPU");

	if (most && !strcmp(most, "plain"))
		return CPU_PLAIN;
	return most && !strcmp(most, "avx2") ? CPU_AVX2 : CPU_AVX512;
}

static unsigned found(enum cpu_level most)
{
	unsigned level = CPU_PLAIN, sha = 0;

#if defined(__x86_64__)
	unsigned a, b, c, d;

	__builtin_cpu_init();
	if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2"))
		level = CPU_AVX2;
	if (level && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
	    __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vbmi") &&
	    __builtin_cpu_supports("avx512vbmi2"))
		level = CPU_AVX512;
	/* CPUID leaf 7, EBX bit 29: older compilers have no name for it. */
	__asm__("cpuid" : "=a"(a), "=b"(b), "=c"(c), "=d"(d) : "a"(0), "c"(0));
	if (a >= 7 && __builtin_cpu_supports("sse4.1") && __builtin_cpu_supports("ssse3")) {
		__asm__("cpuid" : "=a"(a), "=b"(b), "=c"(c), "=d"(d) : "a"(7), "c"(0));
		sha = b >> 29 & 1 ? SHA : 0;
	}
#endif
	if (level > most)
		level = most;
	if (most < CPU_AVX2)
		sha = 0;
	return KNOWN | sha | level;
}

static _Atomic unsigned state;

static unsigned look(void)
{
	unsigned s = atomic_load_explicit(&state, memory_order_relaxed);

	if (!s) {
		s = found(wanted());
		atomic_store_explicit(&state, s, memory_order_relaxed);
	}
	return s;
}

enum cpu_level cpu_level(void)
{
	return (enum cpu_level)(look() & 0xff);
}

bool cpu_sha(void)
{
	return (look() & SHA) != 0;
}

void cpu_limit(enum cpu_level most)
{
	enum cpu_level by_user = wanted();

	atomic_store_explicit(&state, found(most < by_user ? most : by_user), memory_order_relaxed);
}
