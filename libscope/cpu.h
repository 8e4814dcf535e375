/* SPDX-License-Identifier: Apache-2.0 */
/* cpu.h -- which vector instructions may be used.  cpu_limit is for tests: every level gives the same answers. */
#ifndef CPU_H
#define CPU_H

#include <stdbool.h>

enum cpu_level { CPU_PLAIN, CPU_AVX2, CPU_AVX512 }; /* AVX512: F, BW, VL, VBMI, VBMI2 */

enum cpu_level cpu_level(void);            /* what the machine has, at most the limit; looked up once */
void cpu_limit(enum cpu_level most);       /* call before any thread starts; tests only */
bool cpu_sha(void);                        /* SHA-NI, SSE4.1; false below a limit of CPU_AVX2 */

#endif
