/* SPDX-License-Identifier: Apache-2.0 */
/*
 * utf8_tables.h -- what two neighbouring bytes say about UTF-8, after Keiser and Lemire, "Validating UTF-8 In Less Than
 * One Instruction Per Byte" (2021).
 *
 * Each mistake that shows in two bytes is a bit.  It is made where all three nibbles that tell it (the high and the low of
 * the first byte, the high of the second) have it.  TWO says that both bytes continue: no mistake where the byte two or
 * three before begins a long enough sequence, and a mistake elsewhere, so it is compared with that.
 */
#ifndef UTF8_TABLES_H
#define UTF8_TABLES_H

#include <stdint.h>

enum {
	CUT = 1 << 0,      /* a beginning, then no continuation */
	STRAY = 1 << 1,    /* ASCII, then a continuation */
	LONG3 = 1 << 2,    /* e0 80..9f: fits two bytes */
	PAST = 1 << 3,     /* f4 90.. and f5.. 90..: above U+10FFFF */
	HALF = 1 << 4,     /* ed a0..: a surrogate */
	LONG2 = 1 << 5,    /* c0, c1: fits one byte */
	LONG4 = 1 << 6,    /* f0 80..8f: fits three bytes */
	PAST_80 = 1 << 6,  /* f5.. 80..8f: above U+10FFFF, told apart from LONG4 by the low nibble */
	TWO = 1 << 7,      /* a continuation, then another */
	ANY_LOW = CUT | STRAY | TWO,
	ANY_PAST = ANY_LOW | PAST | PAST_80,
	CONT = STRAY | LONG2 | TWO,
};

static const uint8_t utf8_first_high[16] __attribute__((aligned(16))) = {
	STRAY, STRAY, STRAY, STRAY, STRAY, STRAY, STRAY, STRAY, TWO, TWO, TWO, TWO,
	CUT | LONG2, CUT, CUT | LONG3 | HALF, CUT | PAST | PAST_80 | LONG4,
};

static const uint8_t utf8_first_low[16] __attribute__((aligned(16))) = {
	ANY_LOW | LONG2 | LONG3 | LONG4, ANY_LOW | LONG2, ANY_LOW, ANY_LOW, ANY_LOW | PAST, ANY_PAST, ANY_PAST, ANY_PAST,
	ANY_PAST, ANY_PAST, ANY_PAST, ANY_PAST, ANY_PAST, ANY_PAST | HALF, ANY_PAST, ANY_PAST,
};

static const uint8_t utf8_second_high[16] __attribute__((aligned(16))) = {
	CUT, CUT, CUT, CUT, CUT, CUT, CUT, CUT,
	CONT | LONG3 | LONG4 | PAST_80, CONT | LONG3 | PAST, CONT | HALF | PAST, CONT | HALF | PAST,
	CUT, CUT, CUT, CUT,
};

#endif
