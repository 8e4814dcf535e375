/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cpu.c -- what the machine's vector instructions are, asked once.
 *
 * The answer is one word that every thread finds for itself and stores alike, so no lock is needed.  SCOPE_CPU=plain or
 * avx2 in the environment holds it down, as cpu_limit does, for command-line tests.
 */
#include "cpu.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

enum { ASKED = 1 << 8, SHA = 1 << 9, LEVEL = 0xff };

static atomic_uint machine, answer; /* what there is, and what may be used of it; 0: not asked yet */

static unsigned look(void)
{
#if defined(__x86_64__)
	unsigned a, b, c, d, v = ASKED;

	__builtin_cpu_init();
	if (__builtin_cpu_supports("sse4.1") && __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b >> 29 & 1))
		v |= SHA;
	if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("bmi") || !__builtin_cpu_supports("bmi2") ||
	    !__builtin_cpu_supports("popcnt"))
		return v | CPU_PLAIN;
	if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
	    __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512vbmi2"))
		return v | CPU_AVX512;
	return v | CPU_AVX2;
#else
	return ASKED | CPU_PLAIN;
#endif
}

void cpu_limit(enum cpu_level most)
{
	unsigned v = atomic_load_explicit(&machine, memory_order_relaxed);

	if (!v) {
		v = look(); /* slow in a virtual machine: the instruction that asks leaves it */
		atomic_store_explicit(&machine, v, memory_order_relaxed);
	}
	if (most < CPU_AVX2)
		v &= ~(unsigned)SHA;
	if ((v & LEVEL) > most)
		v = (v & ~(unsigned)LEVEL) | most;
	atomic_store_explicit(&answer, v, memory_order_relaxed);
}

static unsigned known(void)
{
	unsigned v = atomic_load_explicit(&answer, memory_order_relaxed);
	const char *held;

	if (v)
		return v;
	held = getenv("SCOPE_CPU");
	cpu_limit(held && !strcmp(held, "plain") ? CPU_PLAIN : held && !strcmp(held, "avx2") ? CPU_AVX2 : CPU_AVX512);
	return atomic_load_explicit(&answer, memory_order_relaxed);
}

enum cpu_level cpu_level(void)
{
	return (enum cpu_level)(known() & LEVEL);
}

bool cpu_sha(void)
{
	return (known() & SHA) != 0;
}
